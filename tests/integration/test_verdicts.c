/* SPDX-License-Identifier: MIT */
/** How runs end, and what is said about it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "proc.h"
#include "service.h"

#define TEN_MB 10485760

static service shared;

/* Without the policy: how a program ends is not its business. */
static const char *const settings[] = { "CODEEXEC_POLICY=off", NULL };

static int group_setup(void **state)
{
    (void)state;
    service_start(&shared, settings);
    return 0;
}

static int test_setup(void **state)
{
    (void)state;
    service_revive(&shared, settings);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    service_stop(&shared);
    return 0;
}

static void expect_service_works(void)
{
    assert_run(&shared, "print('still here')", "", "completed", 0, "still here\n");
}

static void expect_ending(json_object *answer, const char *status, const char *reason,
                          int exit_code)
{
    assert_json_text(answer, "status", status);
    assert_json_text(answer, "reason", reason);
    assert_json_integer(answer, "exit_code", exit_code);
    if (exit_code < 0)
        assert_json_integer(answer, "signal", -exit_code);
}

/* ---- time ---- */

/** A program that does not end by itself: it is stopped at its limit, and has the output that it
 * had by then. How far it has come by then is the machine's affair, so the limit grows until it was
 *  there with all of it; till then it has a beginning of it. The caller puts the answer. */
static json_object *execute_until_output(const char *code, const char *output)
{
    for (int seconds = 1;; seconds *= 2) {
        char members[32];
        snprintf(members, sizeof(members), "\"timeout\": %d", seconds);
        json_object *answer = execute(&shared, code, members);
        expect_ending(answer, "timeout", "wall_time", -SIGKILL);
        const char *got = json_text(answer, "stdout");
        if (strcmp(got, output) == 0)
            return answer;
        if (seconds > 30 || strncmp(output, got, strlen(got)) != 0)
            fail_msg("within %d s: %s", seconds, got);
        json_object_put(answer);
    }
}

static void expect_output_at_timeout(const char *code, const char *output)
{
    json_object_put(execute_until_output(code, output));
}

static void endless_loop(void **state)
{
    (void)state;
    expect_service_works();
    long long begin = now_ms();
    JSON_SCOPED *answer = execute(&shared, "while True: pass", "\"timeout\": 2");
    long long took = now_ms() - begin;

    expect_ending(answer, "timeout", "wall_time", -SIGKILL);
    assert_true(took < PATIENCE_MS);
    assert_true(took >= 1900);
}

static void sleeper(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "import time; time.sleep(100)", "\"timeout\": 1");

    expect_ending(answer, "timeout", "wall_time", -SIGKILL);
    assert_json_text(answer, "stdout", "");
    assert_json_text(answer, "stderr", "");
}

static void output_before_a_timeout_is_kept(void **state)
{
    static const char *const programs[] = {
        "print('line')\nprint('no end', end='')\nwhile True: pass",
        "import time\nprint('line')\nprint('no end', end='')\ntime.sleep(100)",
        "import sys, time\nsys.stdout.write('line\\nno end')\ntime.sleep(100)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        expect_output_at_timeout(programs[i], "line\nno end");
}

static void a_program_cannot_ignore_the_end(void **state)
{
    (void)state;
    expect_output_at_timeout("import signal, time\n"
                             "for n in range(1, 65):\n"
                             "    try: signal.signal(n, signal.SIG_IGN)\n"
                             "    except (OSError, ValueError): pass\n"
                             "print('deaf')\n"
                             "while True:\n"
                             "    try:\n"
                             "        while True: time.sleep(1)\n"
                             "    except BaseException: pass\n",
                             "deaf\n");
}

static void stopping_itself_does_not_stop_the_clock(void **state)
{
    (void)state;
    expect_output_at_timeout("import os, signal\nprint(1)\nos.kill(os.getpid(), signal.SIGSTOP)",
                             "1\n");
}

static void cpu_limit(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared,
                                  "import resource\n"
                                  "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
                                  "print('limited')\n"
                                  "while True: pass\n",
                                  "\"timeout\": 100");
    /* The kernel ends it, with SIGXCPU or at the hard limit with SIGKILL. */
    assert_json_text(answer, "stdout", "limited\n");
    long long code = json_integer(answer, "exit_code");
    assert_true(code == -SIGXCPU || code == -SIGKILL);
    const char *status = json_text(answer, "status");
    assert_string_equal(json_text(answer, "reason"),
                        strcmp(status, "timeout") == 0 ? "cpu_time" : "signaled");
    assert_true(json_number(answer, "execution_time") < 60.0);
}

/* ---- memory ---- */

/** A MemoryError of the program's own, or its end by the limit: nothing else. */
static void expect_out_of_memory(const char *code)
{
    JSON_SCOPED *answer = execute(&shared, code, "\"max_memory_mb\": 128, \"timeout\": 100");
    const char *status = json_text(answer, "status");

    if (strcmp(status, "completed") == 0) {
        assert_json_integer(answer, "exit_code", 1);
        if (strstr(json_text(answer, "stderr"), "MemoryError") == NULL)
            fail_msg("no MemoryError but: %s", json_text(answer, "stderr"));
    } else {
        assert_json_text(answer, "status", "error");
        assert_json_text(answer, "reason", "memory");
    }
    assert_json_text(answer, "stdout", "begun\n");
    expect_service_works();
}

static void large_allocation(void **state)
{
    (void)state;
    expect_out_of_memory("print('begun')\nb = bytearray(1 << 30)\nprint(len(b))");
}

static void many_small_allocations(void **state)
{
    (void)state;
    expect_out_of_memory("print('begun')\na = []\nwhile True: a.append(bytearray(4096))");
}

static void memory_within_the_limit_is_given(void **state)
{
    (void)state;
    assert_run(&shared, "b = bytearray(100 << 20)\nprint(sum(b[::4096]))", "\"max_memory_mb\": 256",
               "completed", 0, "0\n");
}

static void memory_error_can_be_caught(void **state)
{
    (void)state;
    assert_run(&shared,
               "try:\n    b = bytearray(1 << 32)\nexcept MemoryError:\n    print('caught')\n",
               "\"max_memory_mb\": 256", "completed", 0, "caught\n");
}

/* ---- output ---- */

static void fifty_megabytes_of_output(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(
        &shared, "for i in range(5): print('0123456789' * 1000000, end='')", "\"timeout\": 100");

    expect_ending(answer, "completed", "exited", 0);
    const char *output = json_text(answer, "stdout");
    assert_int_equal(strlen(output), TEN_MB);
    for (size_t i = 0; i < TEN_MB; i++) {
        if (output[i] != (char)('0' + i % 10))
            fail_msg("byte %zu is %d", i, output[i]);
    }
    assert_true(json_flag(answer, "stdout_truncated"));
    assert_false(json_flag(answer, "stderr_truncated"));
    assert_json_integer(answer, "stdout_bytes", 50000000);
    assert_json_integer(answer, "stderr_bytes", 0);
}

static void output_of_exactly_the_maximum(void **state)
{
    (void)state;
    JSON_SCOPED *answer =
        execute(&shared,
                "import sys; print('e' * (10485760 + 1), end='', file=sys.stderr)\n"
                "print('o' * 10485760, end='')",
                "");
    expect_ending(answer, "completed", "exited", 0);
    assert_int_equal(strlen(json_text(answer, "stdout")), TEN_MB);
    assert_false(json_flag(answer, "stdout_truncated"));
    assert_int_equal(strlen(json_text(answer, "stderr")), TEN_MB);
    assert_true(json_flag(answer, "stderr_truncated"));
    assert_json_integer(answer, "stderr_bytes", TEN_MB + 1);
}

static void endless_output(void **state)
{
    (void)state;
    TEXT_SCOPED all = { 0 };
    char spam[40001];
    for (size_t i = 0; i < 40000; i += 4)
        memcpy(spam + i, "spam", 5);
    while (all.size < TEN_MB)
        text_format(&all, "%s\n", spam);
    all.data[TEN_MB] = '\0';
    JSON_SCOPED *answer = execute_until_output("while True: print('spam' * 10000)", all.data);
    assert_true(json_flag(answer, "stdout_truncated"));
    expect_service_works();
}

/* ---- signals and exits ---- */

static void ends_by_signal(void **state)
{
    static const struct {
        const char *code;
        int signal;
    } cases[] = {
        { "import os, signal; print('x'); os.kill(os.getpid(), signal.SIGSEGV)", SIGSEGV },
        { "import ctypes; print('x'); ctypes.string_at(0)", SIGSEGV },
        { "import os; print('x'); os.abort()", SIGABRT },
        { "import os, signal; print('x'); os.kill(os.getpid(), signal.SIGKILL)", SIGKILL },
        { "import os, signal; print('x'); os.kill(os.getpid(), signal.SIGTERM)", SIGTERM },
        { "import os, signal; print('x'); os.kill(os.getpid(), signal.SIGFPE)", SIGFPE },
        { "import signal; print('x'); signal.raise_signal(signal.SIGUSR1)", SIGUSR1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        JSON_SCOPED *answer = execute(&shared, cases[i].code, "");
        expect_ending(answer, "error", "signaled", -cases[i].signal);
        assert_json_text(answer, "stdout", "x\n");
    }
}

static void sigint_is_a_keyboard_interrupt(void **state)
{
    (void)state;
    assert_run(&shared,
               "import os, signal, time\n"
               "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(600)\n"
               "except KeyboardInterrupt:\n    print('interrupted')\n",
               "\"timeout\": 60", "completed", 0, "interrupted\n");
}

static void exit_codes(void **state)
{
    static const struct {
        const char *code;
        int exit_code;
        const char *errors;
    } cases[] = {
        { "import sys; sys.exit()", 0, "" },
        { "import sys; sys.exit(None)", 0, "" },
        { "import sys; sys.exit(0)", 0, "" },
        { "import sys; sys.exit(3)", 3, "" },
        { "import sys; sys.exit(255)", 255, "" },
        { "import sys; sys.exit(261)", 5, "" },
        { "import sys; sys.exit(-1)", 255, "" },
        { "import sys; sys.exit(True)", 1, "" },
        { "import sys; sys.exit('message')", 1, "message\n" },
        { "import sys; sys.exit((1, 2))", 1, "(1, 2)\n" },
        { "raise SystemExit(4)", 4, "" },
        { "exit(6)", 6, "" },
        { "import os; os._exit(7)", 7, "" },
        { "import os, sys; sys.stderr.write('kept'); sys.stderr.flush(); os._exit(137)", 137,
          "kept" },
        { "import atexit, os; atexit.register(os._exit, 8)", 8, "" },
        { "import sys; sys.exit(124)", 124, "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        JSON_SCOPED *answer = execute(&shared, cases[i].code, "");
        if (json_integer(answer, "exit_code") != cases[i].exit_code)
            fail_msg("%lld, not %d: %s", json_integer(answer, "exit_code"), cases[i].exit_code,
                     cases[i].code);
        expect_ending(answer, "completed", "exited", cases[i].exit_code);
        assert_json_text(answer, "stderr", cases[i].errors);
    }
}

static void uncaught_exception(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "def f():\n    return 1 / 0\n\nf()\n", "");

    expect_ending(answer, "completed", "exited", 1);
    const char *trace = json_text(answer, "stderr");
    assert_non_null(strstr(trace, "Traceback (most recent call last):\n  File \"/tmp/main.py\", "
                                  "line 4, in <module>\n    f()\n"));
    assert_non_null(strstr(trace, "line 2, in f\n    return 1 / 0\n"));
    assert_non_null(strstr(trace, "ZeroDivisionError: division by zero\n"));
}

/* ---- processes and threads ---- */

static void fork_bomb(void **state)
{
    size_t idle = proc_family_settled(shared.process.pid, 10000);

    (void)state;
    JSON_SCOPED *answer = execute(&shared,
                                  "import os, time\n"
                                  "while True:\n"
                                  "    try: os.fork()\n"
                                  "    except OSError: time.sleep(0.05)\n",
                                  "\"timeout\": 2");
    expect_ending(answer, "timeout", "wall_time", -SIGKILL);
    /* It had filled its limit of 64; parked guests come and go. */
    assert_true(proc_family_at_most(shared.process.pid, idle + PARKED_PROCESSES, PATIENCE_MS));
    for (int i = 0; i < 5; i++)
        expect_service_works();
}

static void processes_are_counted_against_the_limit(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared,
                                  "import os, time\n"
                                  "n = 0\n"
                                  "try:\n"
                                  "    while n < 1000:\n"
                                  "        if os.fork() == 0: time.sleep(600); os._exit(0)\n"
                                  "        n += 1\n"
                                  "except OSError as e:\n"
                                  "    print(type(e).__name__, 10 <= n <= 64)\n"
                                  "os._exit(0)\n",
                                  "\"timeout\": 60");
    expect_ending(answer, "completed", "exited", 0);
    /* os._exit() flushes nothing by itself, but lines are written as they end. */
    assert_json_text(answer, "stdout", "BlockingIOError True\n");
    expect_service_works();
}

static void a_child_that_keeps_stdout_does_not_hold_the_answer(void **state)
{
    (void)state;
    long long begin = now_ms();
    assert_run(&shared,
               "import os, time\n"
               "if os.fork() == 0:\n    time.sleep(100)\n    os._exit(0)\n"
               "print('done')\n",
               "\"timeout\": 200", "completed", 0, "done\n");
    assert_true(now_ms() - begin < 60000);
}

static void daemon_threads_do_not_hold_the_end(void **state)
{
    (void)state;
    assert_run(&shared,
               "import threading, time\n"
               "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
               "print('main ends')\n",
               "\"timeout\": 60", "completed", 0, "main ends\n");
}

static void other_threads_are_joined(void **state)
{
    (void)state;
    assert_run(&shared,
               "import threading, time\n"
               "def late():\n    time.sleep(0.5)\n    print('late')\n"
               "threading.Thread(target=late).start()\n"
               "print('main ends')\n",
               "\"timeout\": 60", "completed", 0, "main ends\nlate\n");
}

static void multiprocessing_works(void **state)
{
    (void)state;
    assert_run(&shared,
               "import multiprocessing as m\n"
               "def square(n): return n * n\n"
               "if __name__ == '__main__':\n"
               "    with m.get_context('fork').Pool(3) as p: print(p.map(square, range(5)))\n",
               "\"timeout\": 60", "completed", 0, "[0, 1, 4, 9, 16]\n");
}

static void file_size_limit(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared,
                                  "b = b'x' * (1 << 20)\n"
                                  "try:\n"
                                  "    with open('/tmp/big', 'wb') as f:\n"
                                  "        for i in range(4096): f.write(b)\n"
                                  "except OSError as e:\n    print('stopped', i < 1024)\n",
                                  "\"timeout\": 60");
    /* The full /tmp or the limit on one file, whichever comes first. */
    if (strcmp(json_text(answer, "status"), "completed") == 0)
        assert_json_text(answer, "stdout", "stopped True\n");
    else
        expect_ending(answer, "error", "file_size", -SIGXFSZ);
    expect_service_works();
}

/* ---- what is said about a run ---- */

static void usage_is_plausible(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared,
                                  "import time\n"
                                  "b = bytearray(64 << 20)\n"
                                  "end = time.process_time() + 0.5\n"
                                  "while time.process_time() < end: pass\n",
                                  "\"timeout\": 60");
    expect_ending(answer, "completed", "exited", 0);
    json_object *usage = json_member(answer, "usage", json_type_object);
    assert_true(json_number(usage, "cpu_seconds") >= 0.45);
    assert_true(json_number(usage, "cpu_seconds") < 10.0);
    assert_true(json_integer(usage, "peak_memory_bytes") >= 64 << 20);
    assert_true(json_integer(usage, "peak_memory_bytes") < (long long)1 << 30);
    assert_true(json_number(answer, "execution_time") >= 0.45);
}

/** Small programs and large ones reach a guest in different ways, and the border is nothing to be
 * noticed. */
static void programs_of_any_size(void **state)
{
    static const size_t sizes[] = { 1000, 49000, 49090, 49140, 49152, 49153, 50000, 300000 };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (size_t size = sizes[i]; size < sizes[i] + 8; size++) {
            TEXT_SCOPED code = { 0 };
            char expected[64];

            text_format(&code, "print(len(open(__file__).read()), 42)\n#");
            while (code.size < size - 1)
                text_append(&code, "x", 1);
            text_append(&code, "\n", 1);
            snprintf(expected, sizeof(expected), "%zu 42\n", size);
            assert_run(&shared, code.data, "", "completed", 0, expected);
        }
}

static void isolation_is_named(void **state)
{
    static const char *const floor[] = { "seccomp", "no_new_privs", "rlimits" };
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "pass", "");
    json_object *layers = json_member(answer, "isolation", json_type_array);

    for (size_t i = 0; i < sizeof(floor) / sizeof(floor[0]); i++) {
        bool named = false;
        for (size_t k = 0; k < json_object_array_length(layers); k++)
            named = named || strcmp(json_object_get_string(json_object_array_get_idx(layers, k)),
                                    floor[i]) == 0;
        if (!named)
            fail_msg("%s is not in %s", floor[i], json_object_to_json_string(layers));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(endless_loop, test_setup),
        cmocka_unit_test_setup(sleeper, test_setup),
        cmocka_unit_test_setup(output_before_a_timeout_is_kept, test_setup),
        cmocka_unit_test_setup(a_program_cannot_ignore_the_end, test_setup),
        cmocka_unit_test_setup(stopping_itself_does_not_stop_the_clock, test_setup),
        cmocka_unit_test_setup(cpu_limit, test_setup),
        cmocka_unit_test_setup(large_allocation, test_setup),
        cmocka_unit_test_setup(many_small_allocations, test_setup),
        cmocka_unit_test_setup(memory_within_the_limit_is_given, test_setup),
        cmocka_unit_test_setup(memory_error_can_be_caught, test_setup),
        cmocka_unit_test_setup(fifty_megabytes_of_output, test_setup),
        cmocka_unit_test_setup(output_of_exactly_the_maximum, test_setup),
        cmocka_unit_test_setup(endless_output, test_setup),
        cmocka_unit_test_setup(ends_by_signal, test_setup),
        cmocka_unit_test_setup(sigint_is_a_keyboard_interrupt, test_setup),
        cmocka_unit_test_setup(exit_codes, test_setup),
        cmocka_unit_test_setup(uncaught_exception, test_setup),
        cmocka_unit_test_setup(fork_bomb, test_setup),
        cmocka_unit_test_setup(processes_are_counted_against_the_limit, test_setup),
        cmocka_unit_test_setup(a_child_that_keeps_stdout_does_not_hold_the_answer, test_setup),
        cmocka_unit_test_setup(daemon_threads_do_not_hold_the_end, test_setup),
        cmocka_unit_test_setup(other_threads_are_joined, test_setup),
        cmocka_unit_test_setup(multiprocessing_works, test_setup),
        cmocka_unit_test_setup(file_size_limit, test_setup),
        cmocka_unit_test_setup(usage_is_plausible, test_setup),
        cmocka_unit_test_setup(programs_of_any_size, test_setup),
        cmocka_unit_test_setup(isolation_is_named, test_setup),
    };
    return RUN_GROUP("verdicts", tests, group_setup, group_teardown);
}
