/* SPDX-License-Identifier: MIT */
/** The command line: exit codes, streams, options. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "proc.h"
#include "service.h"

/** Run a program given as text, with further options before its name. */
static command_result run_program(const char *code, const char *const *options, const void *input,
                                  size_t input_size)
{
    const char *arguments[16] = { codeexec_path, "run" };
    size_t count = 2;

    for (; options != NULL && *options != NULL && count < 14; options++)
        arguments[count++] = *options;
    arguments[count] = scratch_file("main.py", code);
    return command_run(
        &(command){ .arguments = arguments, .input = input, .input_size = input_size });
}

#define RUN(code, ...)                                                                             \
    run_program(code, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL }, NULL, 0)

static void assert_output(const command_result *result, int exit_code, const char *output)
{
    assert_exit_code(result, exit_code);
    assert_string_equal(result->output.data, output);
}

/* ---- exit codes ---- */

static void hello(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("print('Hello, World!')");
    assert_output(&result, 0, "Hello, World!\n");
    assert_string_equal(result.errors.data, "");
}

static void the_description_s_examples(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED mean =
        RUN("import pandas as pd; df = pd.DataFrame({\"A\": [1, 2, 3]}); print(df.mean())");
    assert_output(&mean, 0, "A    2.0\ndtype: float64\n");
    COMMAND_RESULT_SCOPED missing = RUN("import tensorflow; print(\"Hi\")");
    assert_output(&missing, 1, "");
    assert_string_equal(missing.errors.data,
                        "ImportError: No module named 'tensorflow'\n"
                        "Ensure required modules are installed and in ALLOWED_MODULES.\n");
}

static void exit_codes_of_the_program(void **state)
{
    static const int codes[] = { 1, 2, 3, 124, 125, 126, 137, 255 };
    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        char code[64];
        snprintf(code, sizeof(code), "import sys; sys.exit(%d)", codes[i]);
        COMMAND_RESULT_SCOPED result = RUN(code);
        assert_exit_code(&result, codes[i]);
        assert_string_equal(result.errors.data, "");
    }
}

static void timeout_is_124(void **state)
{
    (void)state;
    /* How far it comes within its limit is the machine's affair: one of these is enough. */
    static const char *const limits[] = { "0.7", "3", "10", "30" };

    for (size_t i = 0;; i++) {
        COMMAND_RESULT_SCOPED result =
            RUN("print('begun')\nwhile True: pass", "--timeout", limits[i]);
        assert_exit_code(&result, 124);
        if (i < 3 && result.output.size == 0)
            continue;
        assert_string_equal(result.output.data, "begun\n");
        break;
    }
}

static void cpu_time_is_124(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result =
        RUN("print('begun')\nwhile True: pass", "--cpu", "1", "--timeout", "100", "--json");
    assert_exit_code(&result, 124);
    JSON_SCOPED *answer = json_parse(&result.output);
    assert_json_text(answer, "status", "timeout");
    assert_json_text(answer, "reason", "cpu_time");
    assert_json_text(answer, "stdout", "begun\n");
    assert_true(json_number(answer, "execution_time") < 60.0);
}

static void memory_is_137_or_a_memory_error(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result =
        RUN("print('begun')\nb = bytearray(1 << 30)\nprint('got it')", "--memory", "128");
    assert_string_equal(result.output.data, "begun\n");
    if (result.exit_code == 1)
        assert_contains(&result.errors, "MemoryError");
    else
        assert_exit_code(&result, 137);
}

static void signals_are_128_and_more(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED segv = RUN("import os; os.kill(os.getpid(), 11)");
    assert_exit_code(&segv, 128 + SIGSEGV);
    COMMAND_RESULT_SCOPED abrt = RUN("import os; os.abort()");
    assert_exit_code(&abrt, 128 + SIGABRT);
    COMMAND_RESULT_SCOPED term = RUN("import os; os.kill(os.getpid(), 15)");
    assert_exit_code(&term, 128 + SIGTERM);
}

static void own_failure_is_125(void **state)
{
    const char *arguments[] = { codeexec_path, "run", scratch_file("main.py", "print(1)"), NULL };
    const char *environment[] = { "CODEEXEC_LIBEXEC=/nonexistent", NULL };

    (void)state;
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .environment = environment });
    assert_output(&result, 125, "");
    assert_contains(&result.errors, "/nonexistent");
}

static void rejection_is_126(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("import os\nif 1:\n  os.system('ls')\nimport ctypes\n");
    char start[512];

    assert_output(&result, 126, "");
    snprintf(start, sizeof(start), "%s/main.py:3:3: ", scratch_directory());
    if (strncmp(result.errors.data, start, strlen(start)) != 0)
        fail_msg("violations do not begin with %s: %s", start, result.errors.data);
    snprintf(start, sizeof(start), "\n%s/main.py:4:", scratch_directory());
    assert_contains(&result.errors, start);
}

static void policy_can_be_switched_off(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("import ctypes; print('in')", "--policy", "off");
    assert_output(&result, 0, "in\n");
}

static void bad_usage_is_2_and_one_line(void **state)
{
    static const char *const cases[][6] = {
        { codeexec_path, NULL },
        { codeexec_path, "fly", NULL },
        { codeexec_path, "run", NULL },
        { codeexec_path, "run", "--frobnicate", "x.py", NULL },
        { codeexec_path, "run", "--timeout", NULL },
        { codeexec_path, "run", "--timeout", "soon", "/dev/null", NULL },
        { codeexec_path, "run", "--timeout=601", "/dev/null", NULL },
        { codeexec_path, "run", "--memory", "15", "/dev/null", NULL },
        { codeexec_path, "run", "--memory=", "/dev/null", NULL },
        { codeexec_path, "run", "a.py", "b.py", NULL },
        { codeexec_path, "run", "/nonexistent/x.py", NULL },
        { codeexec_path, "run", "/", NULL },
        { codeexec_path, "check", NULL },
        { codeexec_path, "doctor", "x", NULL },
        { codeexec_path, "help", "flying", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        COMMAND_RESULT_SCOPED result = command_run(&(command){ .arguments = cases[i] });
        if (result.exit_code != 2)
            print_error("case %zu:\n", i);
        assert_output(&result, 2, "");
        const char *newline = strchr(result.errors.data, '\n');
        if (newline == NULL || newline[1] != '\0')
            fail_msg("case %zu: not one line: %s", i, result.errors.data);
    }
}

static void bad_variable_stops_the_start(void **state)
{
    static const struct {
        const char *setting;
        const char *name;
        const char *value;
    } cases[] = {
        { "EXECUTION_TIMEOUT=0", "EXECUTION_TIMEOUT", "0" },
        { "MAX_MEMORY_MB=lots", "MAX_MEMORY_MB", "lots" },
        { "MAX_OUTPUT_SIZE=1.5", "MAX_OUTPUT_SIZE", "1.5" },
        { "BYPASS_SETUP=2", "BYPASS_SETUP", "2" },
        { "ALLOWED_MODULES=a b", "ALLOWED_MODULES", "a b" },
        { "CODEEXEC_POLICY=lenient", "CODEEXEC_POLICY", "lenient" },
        { "CODEEXEC_ISOLATION=some", "CODEEXEC_ISOLATION", "some" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *arguments[] = { codeexec_path, "run", scratch_file("main.py", "print(1)"),
                                    NULL };
        const char *environment[] = { cases[i].setting, NULL };
        COMMAND_RESULT_SCOPED result =
            command_run(&(command){ .arguments = arguments, .environment = environment });
        assert_output(&result, 125, "");
        assert_contains(&result.errors, cases[i].name);
        assert_contains(&result.errors, cases[i].value);
        /* What would be accepted is said behind the value. */
        const char *value = strstr(result.errors.data, cases[i].value);
        assert_true(strlen(value) > strlen(cases[i].value) + 10);
    }
}

/* ---- streams ---- */

static program start_run(const char *code, bool input_pipe, const char *const *options)
{
    const char *arguments[8] = { codeexec_path, "run" };
    size_t count = 2;

    for (; options != NULL && *options != NULL && count < 6; options++)
        arguments[count++] = *options;
    arguments[count] = scratch_file("main.py", code);
    return program_start(&(program_options){ .arguments = arguments, .input_pipe = input_pipe });
}

static void output_is_streamed_while_it_runs(void **state)
{
    program running = start_run("import sys\n"
                                "print('ready')\n"
                                "print('also', file=sys.stderr)\n"
                                "line = input()\n"
                                "print('got', line)\n",
                                true, NULL);
    TEXT_SCOPED output = { 0 };
    TEXT_SCOPED errors = { 0 };
    int status = 0;

    (void)state;
    /* The program goes on only when it is told to: what is seen now was streamed. */
    assert_true(program_read_until(running.output, &output, "ready\n", PATIENCE_MS));
    assert_true(program_read_until(running.errors, &errors, "also\n", PATIENCE_MS));
    assert_int_equal(write(running.input, "go\n", 3), 3);
    assert_true(program_read_until(running.output, &output, "got go\n", PATIENCE_MS));
    assert_true(program_wait(&running, PATIENCE_MS, &status));
    assert_int_equal(exit_code_of(status), 0);
    program_discard(&running);
}

static void output_without_newline_is_passed_at_the_end(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("print('no newline', end='')");
    assert_output(&result, 0, "no newline");
}

static void large_output_is_not_truncated(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("for i in range(20): print('x' * 1000000, end='')");
    assert_exit_code(&result, 0);
    assert_int_equal(result.output.size, 20000000);
}

static void bytes_are_passed_as_they_are(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("import sys; sys.stdout.buffer.write(bytes(range(256)))");
    assert_exit_code(&result, 0);
    assert_int_equal(result.output.size, 256);
    for (int i = 0; i < 256; i++)
        assert_int_equal((unsigned char)result.output.data[i], i);
}

static void stdin_text(void **state)
{
    static const char code[] = "import sys\nfor line in sys.stdin: print(line.upper(), end='')";
    (void)state;
    COMMAND_RESULT_SCOPED result = run_program(code, NULL, "a\nb\nc", 5);
    assert_output(&result, 0, "A\nB\nC");
}

static void stdin_of_one_megabyte(void **state)
{
    static char input[1 << 20];
    char expected[64];
    unsigned long sum = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(input); i++) {
        input[i] = (char)(i * 31 + i / 256);
        sum += (unsigned char)input[i];
    }
    COMMAND_RESULT_SCOPED result =
        run_program("import sys; d = sys.stdin.buffer.read(); print(len(d), sum(d))", NULL, input,
                    sizeof(input));
    snprintf(expected, sizeof(expected), "%zu %lu\n", sizeof(input), sum);
    assert_output(&result, 0, expected);
}

static void stdin_that_nobody_reads(void **state)
{
    static char input[1 << 20];
    (void)state;
    COMMAND_RESULT_SCOPED result = run_program("print('done')", NULL, input, sizeof(input));
    assert_output(&result, 0, "done\n");
}

static void stdin_null(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = RUN("import sys; print(repr(sys.stdin.read()))");
    assert_output(&result, 0, "''\n");
}

static void stdin_closed(void **state)
{
    const char *arguments[] = { codeexec_path, "run",
                                scratch_file("main.py", "import sys\n"
                                                        "print(repr(sys.stdin.read()))\n"
                                                        "print('e', file=sys.stderr)\n"),
                                NULL };
    (void)state;
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .input_closed = true });
    assert_output(&result, 0, "''\n");
    assert_string_equal(result.errors.data, "e\n");
}

static void program_on_stdin(void **state)
{
    static const char code[] = "import sys; print('piped', sys.argv[1:], repr(sys.stdin.read()))";
    const char *arguments[] = { codeexec_path, "run", "-", "--", "x", NULL };
    (void)state;
    COMMAND_RESULT_SCOPED result = command_run(
        &(command){ .arguments = arguments, .input = code, .input_size = strlen(code) });
    assert_output(&result, 0, "piped ['x'] ''\n");
}

static void arguments_of_the_program(void **state)
{
    const char *path = scratch_file("args.py", "import sys; print(sys.argv[1:])");
    (void)state;
    COMMAND_RESULT_SCOPED result =
        codeexec("run", path, "--", "--timeout", "a b", "", "\xc3\xa9", "--", NULL);
    assert_output(&result, 0, "['--timeout', 'a b', '', '\xc3\xa9', '--']\n");
}

static void reader_that_goes_away(void **state)
{
    program running = start_run("while True: print('x' * 1000)", false, NULL);
    TEXT_SCOPED output = { 0 };
    int status = 0;

    (void)state;
    assert_true(program_read_until(running.output, &output, "x\n", PATIENCE_MS));
    close(running.output);
    running.output = -1;
    assert_true(program_wait(&running, PATIENCE_MS, &status));
    /* As `yes | head -1` ends: by SIGPIPE, or a status that says so. */
    assert_true(exit_code_of(status) == 128 + SIGPIPE || exit_code_of(status) == -SIGPIPE);
    program_discard(&running);
}

/* ---- JSON ---- */

static void json_has_the_fields_of_the_service(void **state)
{
    static const char code[] = "import sys; print('o'); print('e', file=sys.stderr); sys.exit(3)";
    service own;

    (void)state;
    service_start(&own, NULL);
    JSON_SCOPED *served = execute(&own, code, "");
    service_stop(&own);
    COMMAND_RESULT_SCOPED result = RUN(code, "--json");
    assert_exit_code(&result, 3);
    assert_string_equal(result.errors.data, "");
    JSON_SCOPED *printed = json_parse(&result.output);
    assert_json_text(printed, "stdout", "o\n");
    assert_json_text(printed, "stderr", "e\n");
    assert_json_text(printed, "status", "completed");
    assert_json_integer(printed, "exit_code", 3);

    TEXT_SCOPED served_keys = { 0 };
    TEXT_SCOPED printed_keys = { 0 };
    json_object_object_foreach(served, key, value)
    {
        text_format(&served_keys, "%s:%s ", key, json_type_to_name(json_object_get_type(value)));
    }
    json_object_object_foreach(printed, name, member)
    {
        text_format(&printed_keys, "%s:%s ", name, json_type_to_name(json_object_get_type(member)));
    }
    assert_string_equal(printed_keys.data, served_keys.data);
}

static void json_of_other_endings(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED late = RUN("while True: pass", "--json", "--timeout", "0.5");
    assert_exit_code(&late, 124);
    JSON_SCOPED *timeout = json_parse(&late.output);
    assert_json_text(timeout, "status", "timeout");
    assert_json_integer(timeout, "exit_code", -SIGKILL);

    COMMAND_RESULT_SCOPED unsafe = RUN("import os; os.system('ls')", "--json");
    assert_exit_code(&unsafe, 126);
    JSON_SCOPED *rejected = json_parse(&unsafe.output);
    assert_json_text(rejected, "detail", "Unsafe code detected");
    assert_int_equal(json_object_array_length(json_member(rejected, "violations", json_type_array)),
                     1);
}

/* ---- signals ---- */

static void interrupted(int signal_number)
{
    static proc_family family;
    program running = start_run("import os, time\nprint('running')\ntime.sleep(600)", false,
                                (const char *const[]){ "--policy", "off", NULL });
    TEXT_SCOPED output = { 0 };
    int status = 0;

    assert_true(program_read_until(running.output, &output, "running\n", PATIENCE_MS));
    proc_family_read(running.pid, &family);
    assert_true(family.count > 1);
    kill(running.pid, signal_number);
    assert_true(program_wait(&running, PATIENCE_MS, &status));
    assert_int_equal(exit_code_of(status), 128 + signal_number);
    AWAIT(proc_family_alive(&family) == 0);
    assert_int_equal(proc_family_alive(&family), 0);
    program_discard(&running);
}

static void sigint_ends_the_run(void **state)
{
    (void)state;
    interrupted(SIGINT);
}

static void sigterm_ends_the_run(void **state)
{
    (void)state;
    interrupted(SIGTERM);
}

static void killed_itself_it_leaves_no_process(void **state)
{
    static proc_family family;
    program running = start_run("import time\nprint('running')\ntime.sleep(600)", false, NULL);
    TEXT_SCOPED output = { 0 };
    int status = 0;

    (void)state;
    assert_true(program_read_until(running.output, &output, "running\n", PATIENCE_MS));
    proc_family_read(running.pid, &family);
    kill(running.pid, SIGKILL);
    assert_true(program_wait(&running, PATIENCE_MS, &status));
    AWAIT(proc_family_alive(&family) == 0);
    assert_int_equal(proc_family_alive(&family), 0);
    program_discard(&running);
}

/* ---- the other verbs ---- */

static void check_reports_and_runs_nothing(void **state)
{
    const char *good = scratch_file("good.py", "print('should not be printed')\n");
    const char *bad = scratch_file("bad.py", "import ctypes\n");
    char expected[512];

    (void)state;
    COMMAND_RESULT_SCOPED clean = codeexec("check", good, NULL);
    assert_output(&clean, 0, "");
    COMMAND_RESULT_SCOPED found = codeexec("check", good, bad, NULL);
    assert_exit_code(&found, 1);
    TEXT_SCOPED all = { 0 };
    text_format(&all, "%s%s", found.output.data, found.errors.data);
    snprintf(expected, sizeof(expected), "%s:1:", bad);
    assert_contains(&all, expected);
    assert_null(strstr(all.data, "should not be printed"));
    assert_null(strstr(all.data, "good.py"));
}

static void doctor(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED result = codeexec("doctor", NULL);
    assert_exit_code(&result, 0);
    assert_contains(&result.output, "seccomp");
    assert_contains(&result.output, test_python());
    COMMAND_RESULT_SCOPED json = codeexec("doctor", "--json", NULL);
    assert_exit_code(&json, 0);
    JSON_SCOPED *document = json_parse(&json.output);
    assert_json_text(document, "python", test_python());
    assert_true(json_object_array_length(json_member(document, "layers", json_type_array)) > 3);
}

static void doctor_says_what_is_wrong(void **state)
{
    const char *arguments[] = { codeexec_path, "doctor", NULL };
    const char *environment[] = { "CODEEXEC_PYTHON=/nonexistent/python3", NULL };

    (void)state;
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .environment = environment });
    assert_true(result.exit_code > 0);
    text_append(&result.output, result.errors.data, result.errors.size);
    assert_contains(&result.output, "/nonexistent/python3");
}

static void version(void **state)
{
    (void)state;
    COMMAND_RESULT_SCOPED verb = codeexec("version", NULL);
    COMMAND_RESULT_SCOPED option = codeexec("--version", NULL);
    assert_exit_code(&verb, 0);
    assert_exit_code(&option, 0);
    assert_contains(&verb.output, TEST_VERSION);
    assert_string_equal(verb.output.data, option.output.data);
}

static void help(void **state)
{
    static const char *const named[] = {
        "run",
        "check",
        "doctor",
        "version",
        "MAX_MEMORY_MB",
        "MAX_OUTPUT_SIZE",
        "EXECUTION_TIMEOUT",
        "ALLOWED_MODULES",
        "BYPASS_SETUP",
        "CODEEXEC_LISTEN",
        "CODEEXEC_PYTHON",
        "CODEEXEC_ISOLATION",
        "CODEEXEC_POLICY",
        "CODEEXEC_CONCURRENCY",
        "CODEEXEC_QUEUE",
        "CODEEXEC_MAX_BODY",
    };
    (void)state;
    COMMAND_RESULT_SCOPED result = codeexec("--help", NULL);
    assert_exit_code(&result, 0);
    assert_string_equal(result.errors.data, "");
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        assert_contains(&result.output, named[i]);
    COMMAND_RESULT_SCOPED run = codeexec("run", "--help", NULL);
    assert_exit_code(&run, 0);
    assert_contains(&run.output, "--timeout");
    assert_contains(&run.output, "124");
}

static void output_that_cannot_be_written(void **state)
{
    const char *arguments[] = { "/bin/sh", "-c", "exec \"$0\" --help > /dev/full", codeexec_path,
                                NULL };
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip_test("no /dev/full here");
    COMMAND_RESULT_SCOPED result = command_run(&(command){ .arguments = arguments });
    assert_exit_code(&result, 125);
    assert_true(result.errors.size > 0);
}

/* ---- interpreters ---- */

static const char libraries[] = "import sys, numpy, pandas\n"
                                "print(sys.prefix)\n"
                                "print(pandas.DataFrame({'A': [1, 2, 3]}).mean()['A'])\n"
                                "print((numpy.eye(200) @ numpy.ones((200, 200))).sum())\n";

static void expect_libraries(const char *python)
{
    char setting[512];
    const char *arguments[] = { codeexec_path, "run", scratch_file("main.py", libraries), NULL };
    const char *plain[] = { python, "-c", libraries, NULL };
    const char *environment[] = { setting, NULL };

    snprintf(setting, sizeof(setting), "CODEEXEC_PYTHON=%s", python);
    COMMAND_RESULT_SCOPED outside = command_run(&(command){ .arguments = plain });
    if (outside.exit_code != 0)
        skip_test("%s has no numpy and pandas", python);
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .environment = environment });
    assert_output(&result, 0, outside.output.data);
}

static void the_system_s_interpreter(void **state)
{
    (void)state;
    if (access("/usr/bin/python3", X_OK) != 0)
        skip_test("no /usr/bin/python3 here");
    expect_libraries("/usr/bin/python3");
}

static void a_virtual_environment(void **state)
{
    const char *python = getenv("CODEEXEC_TEST_VENV");

    (void)state;
    if (python == NULL || *python == '\0')
        skip_test("CODEEXEC_TEST_VENV names no venv's python");
    expect_libraries(python);
}

/** HOME of guests is /tmp, where anybody may put packages: the fork server, which is not confined
 * as it starts, must not run what their .pth files say. In a /tmp that no other test sees. */
static void packages_in_the_machine_s_tmp_are_not_loaded(void **state)
{
    static const char script[] =
        "mount -t tmpfs none /tmp || exit 77\n"
        "packages=$(\"$1\" -I -c 'import sys; print(\"/tmp/.local/lib/python%d.%d/site-packages\""
        " % sys.version_info[:2])')\n"
        "mkdir -p \"$packages\"\n"
        "echo 'import os; os.mkdir(\"/tmp/taken\")' >\"$packages/taken.pth\"\n"
        "env -u PYTHONNOUSERSITE HOME=/tmp \"$1\" -c ''\n"
        "rmdir /tmp/taken || exit 78\n"
        "echo 'import os, site; print(os.environ[\"HOME\"], site.USER_BASE)' |"
        " \"$2\" run -\n"
        "[ ! -e /tmp/taken ] || echo taken\n";
    const char *arguments[] = { "/usr/bin/unshare", "-m",          "/bin/sh", "-c", script, "sh",
                                test_python(),      codeexec_path, NULL };

    (void)state;
    if (strncmp(codeexec_path, "/tmp/", 5) == 0 || strncmp(test_python(), "/tmp/", 5) == 0)
        skip_test("codeexec or its interpreter is in /tmp");
    COMMAND_RESULT_SCOPED result = command_run(&(command){ .arguments = arguments });
    if (result.exit_code == 1 || result.exit_code == 77 || result.exit_code == 127)
        skip_test("no mount namespace can be made here: %s", result.errors.data);
    if (result.exit_code == 78)
        skip_test("this interpreter has no packages per user");
    assert_output(&result, 0, "/tmp /tmp/.local\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello),
        cmocka_unit_test(the_description_s_examples),
        cmocka_unit_test(exit_codes_of_the_program),
        cmocka_unit_test(timeout_is_124),
        cmocka_unit_test(cpu_time_is_124),
        cmocka_unit_test(memory_is_137_or_a_memory_error),
        cmocka_unit_test(signals_are_128_and_more),
        cmocka_unit_test(own_failure_is_125),
        cmocka_unit_test(rejection_is_126),
        cmocka_unit_test(policy_can_be_switched_off),
        cmocka_unit_test(bad_usage_is_2_and_one_line),
        cmocka_unit_test(bad_variable_stops_the_start),
        cmocka_unit_test(output_is_streamed_while_it_runs),
        cmocka_unit_test(output_without_newline_is_passed_at_the_end),
        cmocka_unit_test(large_output_is_not_truncated),
        cmocka_unit_test(bytes_are_passed_as_they_are),
        cmocka_unit_test(stdin_text),
        cmocka_unit_test(stdin_of_one_megabyte),
        cmocka_unit_test(stdin_that_nobody_reads),
        cmocka_unit_test(stdin_null),
        cmocka_unit_test(stdin_closed),
        cmocka_unit_test(program_on_stdin),
        cmocka_unit_test(arguments_of_the_program),
        cmocka_unit_test(reader_that_goes_away),
        cmocka_unit_test(json_has_the_fields_of_the_service),
        cmocka_unit_test(json_of_other_endings),
        cmocka_unit_test(sigint_ends_the_run),
        cmocka_unit_test(sigterm_ends_the_run),
        cmocka_unit_test(killed_itself_it_leaves_no_process),
        cmocka_unit_test(check_reports_and_runs_nothing),
        cmocka_unit_test(doctor),
        cmocka_unit_test(doctor_says_what_is_wrong),
        cmocka_unit_test(version),
        cmocka_unit_test(help),
        cmocka_unit_test(output_that_cannot_be_written),
        cmocka_unit_test(the_system_s_interpreter),
        cmocka_unit_test(a_virtual_environment),
        cmocka_unit_test(packages_in_the_machine_s_tmp_are_not_loaded),
    };
    return RUN_GROUP("cli", tests, NULL, NULL);
}
