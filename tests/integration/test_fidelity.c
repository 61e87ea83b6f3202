/* SPDX-License-Identifier: MIT */
/** A program does the same inside as outside: every file of tests/fidelity, run by the plain
 *  interpreter, by the command, whose interpreter has just started, and by a service, whose
 *  interpreter has much loaded, must print the same and exit the same. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "service.h"
#include "utf8.h"

#define PROGRAMS_MAX 256

static char names[PROGRAMS_MAX][256];
static struct CMUnitTest tests[2 * PROGRAMS_MAX];
static service shared;

/** What no two processes have in common: addresses, and counts of references to them. */
static void mask(text *self)
{
    static const char *const marks[] = { "0x", "object refcount : " };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        char *at = self->data;
        while ((at = strstr(at, marks[i])) != NULL) {
            at += strlen(marks[i]);
            for (; isxdigit((unsigned char)*at); at++)
                *at = '#';
        }
    }
}

/** The line that codeexec adds when the program did not end by itself. */
static void drop_last_word(text *errors)
{
    char *last = strstr(errors->data, "codeexec: ended by signal ");

    if (last != NULL) {
        *last = '\0';
        errors->size = (size_t)(last - errors->data);
    }
}

static void expect_equal(const char *what, const text *inside, const text *outside)
{
    if (inside->size != outside->size || memcmp(inside->data, outside->data, inside->size) != 0)
        fail_msg("%s differs\n--- python3:\n%.4000s\n--- codeexec:\n%.4000s", what, outside->data,
                 inside->data);
}

static void read_source(const char *name, text *source)
{
    char original[4096];

    snprintf(original, sizeof(original), "%s/tests/fidelity/%s", TEST_SOURCE_DIR, name);
    assert_true(text_read_file(source, original));
}

static command_result run_outside(text *source)
{
    const char *plain[] = { test_python(), "/tmp/main.py", NULL };
    command_result outside = command_run(&(command){ .arguments = plain, .private_main = source });

    assert_false(outside.timed_out);
    if (outside.exit_code == 127)
        fail_msg("the plain interpreter could not be run: %s", outside.errors.data);
    mask(&outside.errors);
    mask(&outside.output);
    return outside;
}

static void same_in_a_command(void **state)
{
    TEXT_SCOPED source = { 0 };

    read_source(*state, &source);
    /* Both see it as /tmp/main.py, in a /tmp of their own. */
    const char *copy = scratch_file("main.py", "");
    write_file(copy, text_string(&source), source.size);
    const char *confined[] = { codeexec_path, "run", "--policy", "off", copy, NULL };
    COMMAND_RESULT_SCOPED outside = run_outside(&source);
    COMMAND_RESULT_SCOPED inside = command_run(&(command){ .arguments = confined });

    if (outside.exit_code < 0)
        drop_last_word(&inside.errors);
    mask(&inside.errors);
    mask(&inside.output);
    expect_equal("stderr", &inside.errors, &outside.errors);
    expect_equal("stdout", &inside.output, &outside.output);
    /* The shell's way to say a signal, which codeexec has too. */
    assert_exit_code(&inside, outside.exit_code < 0 ? 128 - outside.exit_code : outside.exit_code);
}

/** Whether JSON can carry it as it is. */
static bool is_text(const text *self)
{
    const unsigned char *bytes = (const unsigned char *)self->data;
    bool cut;

    for (size_t at = 0; at < self->size;) {
        const int length = utf8_next(bytes + at, self->size - at, &cut);
        if (length < 0 || bytes[at] == '\0')
            return false;
        at += (size_t)length;
    }
    return true;
}

static void same_in_a_service(void **state)
{
    TEXT_SCOPED source = { 0 };
    TEXT_SCOPED output = { 0 };
    TEXT_SCOPED errors = { 0 };

    read_source(*state, &source);
    COMMAND_RESULT_SCOPED outside = run_outside(&source);
    if (!is_text(&source) || !is_text(&outside.output) || !is_text(&outside.errors)) {
        text_free(&source); /* to skip is to jump, past what would free them */
        command_result_free(&outside);
        skip_test("JSON cannot carry it");
    }
    JSON_SCOPED *answer = execute(&shared, text_string(&source), "");
    text_format(&output, "%s", json_text(answer, "stdout"));
    text_format(&errors, "%s", json_text(answer, "stderr"));
    mask(&errors);
    mask(&output);
    expect_equal("stderr", &errors, &outside.errors);
    expect_equal("stdout", &output, &outside.output);
    assert_json_integer(answer, "exit_code", outside.exit_code);
}

static int start_shared(void **state)
{
    (void)state;
    SERVICE_START(&shared, "CODEEXEC_POLICY=off");
    return 0;
}

static int stop_shared(void **state)
{
    (void)state;
    service_discard(&shared);
    return 0;
}

static void programs_exist(void **state)
{
    (void)state;
    skip_test("no programs in %s/tests/fidelity", TEST_SOURCE_DIR);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(left, right);
}

static size_t find_programs(void)
{
    char path[4096];
    size_t count = 0;
    struct dirent *entry;

    snprintf(path, sizeof(path), "%s/tests/fidelity", TEST_SOURCE_DIR);
    DIR *directory = opendir(path);
    while (directory != NULL && (entry = readdir(directory)) != NULL && count < PROGRAMS_MAX) {
        size_t length = strlen(entry->d_name);
        if (length > 3 && length < sizeof(names[0]) &&
            strcmp(entry->d_name + length - 3, ".py") == 0)
            memcpy(names[count++], entry->d_name, length + 1);
    }
    if (directory != NULL)
        closedir(directory);
    qsort(names, count, sizeof(names[0]), compare_names);
    return count;
}

int main(int argc, char **argv)
{
    size_t count = find_programs();

    for (size_t i = 0; i < count; i++) {
        tests[2 * i] = (struct CMUnitTest){ names[i], same_in_a_command, NULL, NULL, names[i] };
        tests[2 * i + 1] = (struct CMUnitTest){ names[i], same_in_a_service, NULL, NULL, names[i] };
    }
    if (count == 0)
        tests[0] = (struct CMUnitTest)cmocka_unit_test(programs_exist);
    return run_group(argc, argv, "fidelity", tests, count > 0 ? 2 * count : 1, start_shared,
                     stop_shared);
}
