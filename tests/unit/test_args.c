/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "args.h"

#define MAX_WORDS 16

static struct cli_options options;
static char message[256];

/** Parse a command line whose words are separated by single spaces; "codeexec" goes before it. */
static int parse(const char *line)
{
    static char copy[512];
    static char name[] = "codeexec";
    static char *argv[MAX_WORDS + 1];
    int argc = 0;
    argv[argc++] = name;
    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word && argc < MAX_WORDS; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    message[0] = '\0';
    return cli_parse(argc, argv, &options, message, sizeof(message));
}

static void assert_bad(const char *line, const char *text)
{
    if (parse(line) == 0)
        fail_msg("'%s' was accepted", line);
    assert_string_equal(message, text);
}

static void args_run_takes_a_file_and_its_arguments(void **state)
{
    assert_int_equal(parse("run a.py -- -x --json y"), 0);
    assert_int_equal(options.verb, CLI_VERB_RUN);
    assert_int_equal(options.file_count, 1);
    assert_string_equal(options.files[0], "a.py");
    assert_int_equal(options.arg_count, 3);
    assert_string_equal(options.args[0], "-x");
    assert_string_equal(options.args[1], "--json");
    assert_string_equal(options.args[2], "y");
    assert_false(options.json);
    assert_int_equal(parse("run -"), 0);
    assert_string_equal(options.files[0], "-");
    assert_int_equal(options.arg_count, 0);
}

static void args_options_stand_anywhere_before_the_dashes(void **state)
{
    assert_int_equal(parse("run --timeout 2.5 a.py --json --memory=64"), 0);
    assert_true(options.json);
    assert_string_equal(options.files[0], "a.py");
    assert_int_equal(options.override_count, 2);
    assert_string_equal(options.overrides[0].option->variable, "EXECUTION_TIMEOUT");
    assert_string_equal(options.overrides[0].value, "2.5");
    assert_string_equal(options.overrides[1].option->variable, "MAX_MEMORY_MB");
    assert_string_equal(options.overrides[1].value, "64");
}

static void args_the_last_of_the_same_option_counts(void **state)
{
    assert_int_equal(parse("run --timeout 1 --memory 32 --timeout 2 a.py"), 0);
    assert_int_equal(options.override_count, 2);
    assert_string_equal(options.overrides[0].value, "2");
    assert_string_equal(options.overrides[1].value, "32");
}

static void args_cpu_time_is_seconds(void **state)
{
    assert_int_equal(parse("run --cpu 1.5 a.py"), 0);
    assert_int_equal(options.cpu_ms, 1500);
    assert_int_equal(parse("run --cpu=0.0001 a.py"), 0);
    assert_int_equal(options.cpu_ms, 1);
    assert_int_equal(parse("run --cpu 86400 a.py"), 0);
    assert_int_equal(options.cpu_ms, 86400000);
    static const char *const bad[] = { "0",     "-1",        "x",
                                       "1.",    ".5",        "1e3",
                                       "86401", "86400.001", "99999999999999999999" };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char line[128];
        char text[256];
        snprintf(line, sizeof(line), "run --cpu %s a.py", bad[i]);
        snprintf(text, sizeof(text),
                 "--cpu='%s': expected a number of seconds above 0, at most 86400", bad[i]);
        assert_bad(line, text);
    }
}

static void args_check_takes_several_files(void **state)
{
    assert_int_equal(parse("check a.py --policy strict b.py -- -c.py"), 0);
    assert_int_equal(options.verb, CLI_VERB_CHECK);
    assert_int_equal(options.file_count, 3);
    assert_string_equal(options.files[0], "a.py");
    assert_string_equal(options.files[1], "b.py");
    assert_string_equal(options.files[2], "-c.py");
    assert_string_equal(options.overrides[0].value, "strict");
}

static void args_check_has_formats(void **state)
{
    assert_int_equal(parse("check a.py"), 0);
    assert_int_equal(options.format, CLI_FORMAT_TEXT);
    assert_int_equal(parse("check --json a.py"), 0);
    assert_int_equal(options.format, CLI_FORMAT_JSON);
    assert_int_equal(parse("check --json --format=sarif a.py"), 0);
    assert_int_equal(options.format, CLI_FORMAT_SARIF);
    assert_int_equal(parse("check --explain network"), 0);
    assert_string_equal(options.explain, "network");
    assert_int_equal(options.file_count, 0);
}

static void args_help_is_found_everywhere(void **state)
{
    static const char *const overall[] = { "help", "--help", "-h", "help help" };
    for (size_t i = 0; i < sizeof(overall) / sizeof(overall[0]); i++) {
        assert_int_equal(parse(overall[i]), 0);
        assert_int_equal(options.verb, CLI_VERB_HELP);
        assert_false(options.about_one_verb);
    }
    static const char *const of_run[] = { "help run", "run --help", "run -h", "run a.py b.py -h" };
    for (size_t i = 0; i < sizeof(of_run) / sizeof(of_run[0]); i++) {
        assert_int_equal(parse(of_run[i]), 0);
        assert_int_equal(options.verb, CLI_VERB_HELP);
        assert_true(options.about_one_verb);
        assert_int_equal(options.topic, CLI_VERB_RUN);
    }
    /* Behind the dashes it is the program's. */
    assert_int_equal(parse("run a.py -- --help"), 0);
    assert_int_equal(options.verb, CLI_VERB_RUN);
}

static void args_version_has_two_spellings(void **state)
{
    assert_int_equal(parse("version"), 0);
    assert_int_equal(options.verb, CLI_VERB_VERSION);
    assert_int_equal(parse("--version"), 0);
    assert_int_equal(options.verb, CLI_VERB_VERSION);
}

static void args_bad_usage_is_one_line_that_says_what(void **state)
{
    assert_bad("", "no verb given: run, check, doctor, version or help; see codeexec --help");
    assert_bad("fly", "unknown verb 'fly'; see codeexec --help");
    assert_bad("help fly", "unknown verb 'fly'; see codeexec --help");
    assert_bad("help run now", "help: unexpected argument 'now'");
    assert_bad("run", "run: no FILE given; see codeexec run --help");
    assert_bad("run -- a.py", "run: no FILE given; see codeexec run --help");
    assert_bad("check", "check: no FILE given; see codeexec check --help");
    assert_bad("run a.py b", "run: unexpected argument 'b'; put the program's own arguments "
                             "behind --");
    assert_bad("run --frob a.py", "run: unknown option --frob; see codeexec run --help");
    assert_bad("run -x a.py", "run: unknown option -x; see codeexec run --help");
    assert_bad("run --time 1 a.py", "run: unknown option --time; see codeexec run --help");
    assert_bad("run --format json a.py", "run: unknown option --format; see codeexec run --help");
    assert_bad("check --format=xml a.py", "--format='xml': expected text, json or sarif");
    assert_bad("check --explain network a.py", "check: --explain takes no FILE");
    assert_bad("run a.py --timeout", "run: --timeout needs a value: SECONDS");
    assert_bad("run --json=1 a.py", "run: --json takes no value");
    assert_bad("doctor x", "doctor: unexpected argument 'x'");
    assert_bad("version x", "version: unexpected argument 'x'");
}

static void args_a_long_argument_does_not_overflow_the_message(void **state)
{
    char line[400] = "run --";
    memset(line + 6, 'x', sizeof(line) - 7);
    line[sizeof(line) - 1] = '\0';
    assert_int_equal(parse(line), -1);
    assert_true(strlen(message) < sizeof(message));
    assert_non_null(strstr(message, "unknown option --xxx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(args_run_takes_a_file_and_its_arguments),
        cmocka_unit_test(args_options_stand_anywhere_before_the_dashes),
        cmocka_unit_test(args_the_last_of_the_same_option_counts),
        cmocka_unit_test(args_cpu_time_is_seconds),
        cmocka_unit_test(args_check_takes_several_files),
        cmocka_unit_test(args_check_has_formats),
        cmocka_unit_test(args_help_is_found_everywhere),
        cmocka_unit_test(args_version_has_two_spellings),
        cmocka_unit_test(args_bad_usage_is_one_line_that_says_what),
        cmocka_unit_test(args_a_long_argument_does_not_overflow_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
