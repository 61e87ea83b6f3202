/* SPDX-License-Identifier: MIT */
/** What programs may import, in a virtual environment whose packages are made for it.
 *
 *  alpha is allowed. Its distribution is called Alpha-Dist and needs beta_lib (whose module is
 * called beta), ns.one-dist (part of a namespace package), and gamma, but for an extra only. delta
 * and the namespace package elsewhere are installed and not allowed. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "service.h"

static char environment_root[PATH_MAX];
static char python_setting[PATH_MAX + 32];

#define REFUSED(name)                                                                              \
    "ImportError: No module named '" name "'\n"                                                    \
    "Ensure required modules are installed and in ALLOWED_MODULES.\n"

static const struct {
    const char *path; /**< below site-packages */
    const char *content;
} packages[] = {
    { "alpha/__init__.py", "from . import sub\nfrom .sub import value\n"
                           "def lazily():\n    import delta\n    return delta.value\n" },
    { "alpha/sub/__init__.py", "import beta\nvalue = beta.value\n" },
    { "alpha/sub/deep.py", "from .. import value\n" },
    { "Alpha_Dist-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: Alpha-Dist\nVersion: 1.0\n"
                                           "Requires-Dist: beta_lib (>=1)\n"
                                           "Requires-Dist: ns.one-dist; python_version > '3'\n"
                                           "Requires-Dist: gamma; extra == \"more\"\n"
                                           "\nRequires-Dist: delta\n" },
    { "Alpha_Dist-1.0.dist-info/top_level.txt", "alpha\n" },
    { "beta/__init__.py", "value = 'beta'\n" },
    { "beta_lib-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: beta-lib\nVersion: 1.0\n" },
    { "beta_lib-1.0.dist-info/RECORD", "beta/__init__.py,,\n" },
    { "ns/one/__init__.py", "value = 'one'\n" },
    { "ns.one_dist-1.0.dist-info/METADATA",
      "Metadata-Version: 2.1\nName: ns.one-dist\nVersion: 1.0\n" },
    { "ns.one_dist-1.0.dist-info/RECORD", "ns/one/__init__.py,,\n" },
    { "gamma.py", "value = 'gamma'\n" },
    { "gamma-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: gamma\nVersion: 1.0\n" },
    { "delta.py", "value = 'delta'\n" },
    { "delta-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: delta\nVersion: 1.0\n" },
    { "elsewhere/part/__init__.py", "value = 'part'\n" },
    { "drawing.py", "import os, random, threading\n"
                    "own = random.Random()\nlock = threading.Lock()\n"
                    "def after():\n    own.seed()\n    lock.release()\n"
                    "os.register_at_fork(before=lock.acquire, after_in_parent=lock.release,\n"
                    "                    after_in_child=after)\n" },
};

static void make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

/** The environment, once. Not in /tmp: guests have one of their own. */
static int make_environment(void **state)
{
    static const char script[] =
        "import sys, venv, sysconfig\n"
        "venv.create(sys.argv[1], symlinks=True, clear=True)\n"
        "print(sysconfig.get_path('purelib', 'venv' if 'venv' in sysconfig.get_scheme_names()\n"
        "      else 'posix_prefix', vars={'base': sys.argv[1], 'platbase': sys.argv[1]}))\n";
    char path[PATH_MAX + 128];

    (void)state;
    snprintf(environment_root, sizeof(environment_root), "%s/tests/imports-venv", TEST_BINARY_DIR);
    const char *arguments[] = { test_python(), "-I", "-c", script, environment_root, NULL };
    COMMAND_RESULT_SCOPED made =
        command_run(&(command){ .arguments = arguments, .timeout_ms = 120000 });
    if (made.exit_code != 0) {
        print_error("venv: %s\n", text_string(&made.errors));
        return -1;
    }
    made.output.data[strcspn(made.output.data, "\n")] = '\0';
    for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++) {
        snprintf(path, sizeof(path), "%.3000s/%s", made.output.data, packages[i].path);
        make_parents(path);
        write_file(path, packages[i].content, strlen(packages[i].content));
    }
    snprintf(python_setting, sizeof(python_setting), "CODEEXEC_PYTHON=%s/bin/python3",
             environment_root);
    return 0;
}

static void assert_program(const char *allowed, const char *code, int exit_code, const char *output,
                           const char *errors)
{
    char setting[128];
    if (strncmp(environment_root, "/tmp/", 5) == 0)
        skip_test("the build tree lies below /tmp, which guests have their own of");
    snprintf(setting, sizeof(setting), "ALLOWED_MODULES=%s", allowed);
    const char *environment[] = { setting, python_setting, NULL };
    const char *arguments[] = { codeexec_path, "run", scratch_file("program.py", code), NULL };
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .environment = environment });
    if (result.exit_code != exit_code || strcmp(text_string(&result.output), output) != 0 ||
        strcmp(text_string(&result.errors), errors) != 0)
        fail_msg("with %s:\n%s\nexit code %d, not %d\nstdout: %s\nstderr: %s", allowed, code,
                 result.exit_code, exit_code, text_string(&result.output),
                 text_string(&result.errors));
}

static void passes(const char *code, const char *output)
{
    assert_program("alpha", code, 0, output, "");
}

static void allowed_modules_and_what_they_need(void **state)
{
    (void)state;
    passes("import alpha\nprint(alpha.value)\n", "beta\n");
    passes("import beta\nprint(beta.value)\n", "beta\n");
    passes("from alpha.sub import deep\nprint(deep.value)\n", "beta\n");
    passes("import alpha.sub.deep as d\nprint(d.value)\n", "beta\n");
    passes("from ns.one import value\nprint(value)\n", "one\n");
    passes("import importlib\nprint(importlib.import_module('alpha.sub').value)\n", "beta\n");
    passes("print(__import__('alpha').value)\n", "beta\n");
    passes("def f():\n    if True:\n        import alpha\n        return alpha.value\nprint(f())\n",
           "beta\n");
}

static void libraries_import_what_they_like(void **state)
{
    (void)state;
    passes("import alpha\nprint(alpha.lazily())\n", "delta\n");
}

static void what_is_not_allowed_is_missing(void **state)
{
    (void)state;
    assert_program("alpha", "import delta\n", 1, "", REFUSED("delta"));
    assert_program("alpha", "import missing_altogether\n", 1, "", REFUSED("missing_altogether"));
    assert_program("alpha", "from delta import value\n", 1, "", REFUSED("delta"));
    assert_program("alpha", "import delta.part\n", 1, "", REFUSED("delta"));
    assert_program("alpha", "import gamma\n", 1, "", REFUSED("gamma"));
    assert_program("alpha", "import elsewhere.part\n", 1, "", REFUSED("elsewhere"));
    assert_program("alpha", "import importlib\nimportlib.import_module('delta')\n", 1, "",
                   REFUSED("delta"));
    assert_program("alpha", "__import__('delta')\n", 1, "", REFUSED("delta"));
    assert_program("none", "import alpha\n", 1, "", REFUSED("alpha"));
    assert_program("delta", "import alpha\n", 1, "", REFUSED("alpha"));
    assert_program("delta", "import delta\nprint(delta.value)\n", 0, "delta\n", "");
    assert_program("elsewhere", "from elsewhere import part\nprint(part.value)\n", 0, "part\n", "");
}

static void refusals_can_be_handled(void **state)
{
    (void)state;
    passes("try:\n    import delta\nexcept ImportError as e:\n"
           "    print(type(e).__name__, e, e.name, e.path)\n",
           "ModuleNotFoundError No module named 'delta' delta None\n");
    passes("try:\n    import delta as d\nexcept ModuleNotFoundError:\n    import beta as d\n"
           "print(d.value)\n",
           "beta\n");
    passes("import importlib.util\n"
           "print(importlib.util.find_spec('delta'), importlib.util.find_spec('nothing'),\n"
           "      importlib.util.find_spec('alpha').name)\n",
           "None None alpha\n");
    passes("import sys\ntry:\n    import delta\nexcept ImportError:\n    pass\n"
           "print('delta' in sys.modules)\n",
           "False\n");
}

static void own_files_are_free(void **state)
{
    (void)state;
    passes("open('/tmp/mine.py', 'w').write('value = 1')\nimport mine\nprint(mine.value)\n", "1\n");
    passes("import os\nos.makedirs('/tmp/pkg/inner')\n"
           "open('/tmp/pkg/__init__.py', 'w').write('from .inner import x\\n')\n"
           "open('/tmp/pkg/inner/__init__.py', 'w').write('from ..other import x\\n')\n"
           "open('/tmp/pkg/other.py', 'w').write('x = 2\\n')\n"
           "import pkg\nprint(pkg.x)\n",
           "2\n");
    passes("import os\nos.makedirs('/tmp/space/part')\n"
           "open('/tmp/space/part/m.py', 'w').write('x = 3\\n')\n"
           "import space.part.m\nprint(space.part.m.x, space.__file__)\n",
           "3 None\n");
    passes("open('/tmp/venv.py', 'w').write('x = 4')\nimport venv\nprint(venv.x)\n", "4\n");
    /* They are the program too. */
    assert_program("alpha",
                   "open('/tmp/mine.py', 'w').write('try:\\n import delta\\nexcept ImportError as "
                   "e:\\n print(e)')\nimport mine\n",
                   0, "No module named 'delta'\n", "");
    assert_program("alpha", "from . import mine\n", 1, "",
                   "Traceback (most recent call last):\n  File \"/tmp/program.py\", line 1, in "
                   "<module>\n    from . import mine\nImportError: attempted relative import with "
                   "no known parent package\n");
}

static void the_standard_library_but_for_tools(void **state)
{
    static const char *const withheld[] = { "ensurepip", "idlelib", "venv", "idlelib.run" };
    (void)state;
    passes("import json, sqlite3, xml.etree.ElementTree, unittest.mock, email\n"
           "import concurrent.futures, multiprocessing.pool, zoneinfo, lzma, bz2, curses.ascii\n"
           "print('all')\n",
           "all\n");
    for (size_t i = 0; i < sizeof(withheld) / sizeof(withheld[0]); i++) {
        char code[64];
        char expected[160];
        snprintf(code, sizeof(code), "import %s\n", withheld[i]);
        snprintf(expected, sizeof(expected),
                 "ImportError: No module named '%.*s'\n"
                 "Ensure required modules are installed and in ALLOWED_MODULES.\n",
                 (int)strcspn(withheld[i], "."), withheld[i]);
        assert_program("alpha", code, 1, "", expected);
    }
}

/** A library that has its own way to be different in each process, and is loaded beforehand. */
static void libraries_are_told_of_each_process(void **state)
{
    static const char code[] = "import drawing, os\nassert not drawing.lock.locked()\n"
                               "print(drawing.own.random(), flush=True)\n"
                               "if os.fork() == 0:\n    print(drawing.own.random(), flush=True)\n"
                               "    os._exit(0)\n"
                               "os.wait()\nassert not drawing.lock.locked()\n";
    service own;
    text seen[4];

    (void)state;
    if (strncmp(environment_root, "/tmp/", 5) == 0)
        skip_test("the build tree lies below /tmp, which guests have their own of");
    SERVICE_START(&own, "ALLOWED_MODULES=drawing", "BYPASS_SETUP=false", "CODEEXEC_POLICY=off",
                  python_setting);
    service_await_tiers(&own);
    for (size_t i = 0; i < 4; i++) {
        JSON_SCOPED *answer = execute(&own, code, "");
        seen[i] = (text){ 0 };
        text_format(&seen[i], "%s", json_text(answer, "stdout"));
        assert_json_integer(answer, "exit_code", 0);
        const char *second = strchr(seen[i].data, '\n');
        assert_non_null(second);
        assert_true(strncmp(seen[i].data, second + 1, (size_t)(second - seen[i].data)) != 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(seen[i].data, seen[k].data);
    }
    for (size_t i = 0; i < 4; i++)
        text_free(&seen[i]);
    service_stop(&own);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allowed_modules_and_what_they_need),
        cmocka_unit_test(libraries_import_what_they_like),
        cmocka_unit_test(what_is_not_allowed_is_missing),
        cmocka_unit_test(refusals_can_be_handled),
        cmocka_unit_test(own_files_are_free),
        cmocka_unit_test(the_standard_library_but_for_tools),
        cmocka_unit_test(libraries_are_told_of_each_process),
    };
    return RUN_GROUP("imports", tests, make_environment, NULL);
}
