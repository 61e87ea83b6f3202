/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "python.h"
#include "tree.h"

#define ELF  "\177ELF..."
#define SHIM "#!/bin/sh\n"

static char root[64];

static int make_tree(void **state)
{
    tree_make(root, sizeof(root));
    return 0;
}

static int remove_tree(void **state)
{
    tree_remove(root);
    return 0;
}

/** PATH of directories in the tree. */
static void set_path(const char *first, const char *second)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s:relative::%s/%s", root, first, root, second);
    setenv("PATH", path, 1);
}

/** What is found must be root/name. */
static void assert_found(const char *python, const char *modules, const char *name)
{
    codeexec_config config;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    char expected[512];
    char *path = NULL;
    codeexec_config_init(&config);
    config.python = python;
    config.allowed_modules = modules;
    if (ce_find_python(&config, &path, &error) != 0)
        fail_msg("nothing found: %s", error.message);
    snprintf(expected, sizeof(expected), "%s/%s", root, name);
    assert_string_equal(path, expected);
    free(path);
}

/** Nothing may be found, with the text in the message. */
static void assert_not_found(const char *python, const char *text)
{
    codeexec_config config;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    char *path = NULL;
    codeexec_config_init(&config);
    config.python = python;
    assert_int_equal(ce_find_python(&config, &path, &error), -CODEEXEC_EPYTHON);
    assert_null(path);
    assert_int_equal(error.code, CODEEXEC_EPYTHON);
    if (!strstr(error.message, text))
        fail_msg("'%s' does not say '%s'", error.message, text);
}

static void python_first_on_path_with_all_modules(void **state)
{
    tree_program(root, "a/bin/python3.12", ELF);
    tree_link(root, "a/bin/python3", "python3.12");
    tree_write(root, "a/lib/python3.12/site-packages/numpy/__init__.py", "");
    tree_program(root, "b/bin/python3.11", ELF);
    tree_link(root, "b/bin/python3", "python3.11");
    tree_write(root, "b/lib/python3/dist-packages/numpy/__init__.py", "");
    tree_write(root, "b/local/lib/python3.11/dist-packages/one.py", "");
    tree_write(root, "b/lib/python3.11/site-packages/fast.cpython-311-x86_64-linux-gnu.so", "");
    set_path("a/bin", "b/bin");
    assert_found(NULL, "numpy", "a/bin/python3");
    assert_found(NULL, "numpy,one,fast", "b/bin/python3");
    assert_found(NULL, "", "a/bin/python3");
    /* A name that is only the beginning of another one is not that module. */
    tree_write(root, "a/lib/python3.12/site-packages/onerous.py", "");
    assert_found(NULL, "one", "b/bin/python3");
}

static void python_without_the_modules_is_better_than_none(void **state)
{
    tree_program(root, "a/bin/python3", ELF);
    tree_program(root, "b/bin/python3", ELF);
    set_path("a/bin", "b/bin");
    assert_found(NULL, "there_is_no_such_module", "a/bin/python3");
}

static void python_shims_and_what_cannot_run_are_passed_over(void **state)
{
    tree_program(root, "a/bin/python3", SHIM);
    tree_program(root, "b/bin/python3", ELF);
    set_path("a/bin", "b/bin");
    assert_found(NULL, "", "b/bin/python3");
    tree_write(root, "c/bin/python3", ELF); /* not executable */
    tree_write(root, "d/bin/python3/is-a-directory", "");
    set_path("c/bin", "b/bin");
    assert_found(NULL, "", "b/bin/python3");
    set_path("d/bin", "b/bin");
    assert_found(NULL, "", "b/bin/python3");
}

static void python_of_a_venv_keeps_its_own_path(void **state)
{
    tree_program(root, "base/bin/python3.11", ELF);
    tree_write(root, "base/lib/python3.11/site-packages/numpy/__init__.py", "");
    tree_link(root, "venv/bin/python3", "../../base/bin/python3.11");
    tree_write(root, "venv/lib/python3.11/site-packages/mine/__init__.py", "");
    tree_write(root, "venv/pyvenv.cfg", "home = /nowhere\ninclude-system-site-packages = false\n");
    tree_link(root, "base/bin/python3", "python3.11");
    set_path("venv/bin", "base/bin");
    assert_found(NULL, "mine", "venv/bin/python3");
    /* The base's packages are not the venv's. */
    assert_found(NULL, "numpy", "base/bin/python3");

    char text[512];
    snprintf(text, sizeof(text), "include-system-site-packages = True\nhome = %s/base/bin\n", root);
    tree_write(root, "venv/pyvenv.cfg", text);
    assert_found(NULL, "mine,numpy", "venv/bin/python3");
}

static void python_copied_into_a_venv_finds_its_version_by_looking(void **state)
{
    tree_program(root, "venv/bin/python3", ELF);
    tree_write(root, "venv/pyvenv.cfg", "home=/nowhere\n");
    tree_write(root, "venv/lib/python3.13/site-packages/mine.py", "");
    tree_program(root, "b/bin/python3", ELF);
    set_path("b/bin", "venv/bin");
    assert_found(NULL, "mine", "venv/bin/python3");
}

static void python_named_by_path(void **state)
{
    char path[512];
    tree_program(root, "x/python3.9", ELF);
    tree_program(root, "x/shim", SHIM);
    tree_write(root, "x/text", ELF);
    set_path("none", "none");
    snprintf(path, sizeof(path), "%s/x/python3.9", root);
    assert_found(path, "no_such_module", "x/python3.9");
    snprintf(path, sizeof(path), "%s/x/shim", root);
    assert_not_found(path, "is a script, not an interpreter");
    snprintf(path, sizeof(path), "%s/x/text", root);
    assert_not_found(path, "no such executable file");
    assert_not_found("/nonexistent/python3",
                     "CODEEXEC_PYTHON='/nonexistent/python3': no such executable file");
    char directory[4096];
    assert_non_null(getcwd(directory, sizeof(directory)));
    assert_int_equal(chdir(root), 0);
    assert_found("x/python3.9", "", "x/python3.9");
    assert_int_equal(chdir(directory), 0);
}

static void python_named_by_name(void **state)
{
    tree_program(root, "a/bin/mypython", SHIM);
    set_path("a/bin", "b/bin");
    assert_not_found("mypython", "is a script, not an interpreter");
    tree_program(root, "b/bin/mypython", ELF);
    assert_found("mypython", "", "b/bin/mypython");
    assert_not_found("otherpython", "CODEEXEC_PYTHON='otherpython': not found in PATH");
}

static void libexec_named_must_hold_the_helper(void **state)
{
    codeexec_config config;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    char dir[512];
    char *found = NULL;
    codeexec_config_init(&config);
    snprintf(dir, sizeof(dir), "%s/libexec", root);
    config.libexec_dir = dir;
    assert_int_equal(ce_find_libexec(&config, &found, &error), -CODEEXEC_ENOHELPER);
    assert_non_null(strstr(error.message, dir));
    assert_null(found);
    tree_write(root, "libexec/codeexec-zygote", ELF);
    assert_int_equal(ce_find_libexec(&config, &found, &error), -CODEEXEC_ENOHELPER);
    tree_program(root, "libexec/codeexec-zygote", ELF);
    assert_int_equal(ce_find_libexec(&config, &found, &error), 0);
    assert_string_equal(found, dir);
    free(found);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TREE(python_first_on_path_with_all_modules),
        IN_TREE(python_without_the_modules_is_better_than_none),
        IN_TREE(python_shims_and_what_cannot_run_are_passed_over),
        IN_TREE(python_of_a_venv_keeps_its_own_path),
        IN_TREE(python_copied_into_a_venv_finds_its_version_by_looking),
        IN_TREE(python_named_by_path),
        IN_TREE(python_named_by_name),
        IN_TREE(libexec_named_must_hold_the_helper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
