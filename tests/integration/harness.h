/* SPDX-License-Identifier: MIT */
/** What every integration test uses: starting programs and services, and giving up on them.
 *
 *  Whatever a test starts dies with the test program (PR_SET_PDEATHSIG), and every wait has an end.
 *  All functions that say nothing else fail the running test when they cannot do their work.
 */
#ifndef TEST_HARNESS_H
#define TEST_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include "text.h"

/* ---- time ---- */

long long now_ms(void);
void sleep_ms(int milliseconds);

/** How long a test waits for what must happen. A busy machine stands still for seconds at any
 *  moment: only what never comes may take this long. */
#define PATIENCE_MS 60000
/** Wait until it holds. What follows asserts that it does: this ends without it, too. */
#define AWAIT(condition)                                                                           \
    for (const long long await_end = now_ms() + PATIENCE_MS;                                       \
         !(condition) && now_ms() < await_end;)                                                    \
    sleep_ms(20)

/* ---- skipping ---- */

/** Skip the running test and say why; with CODEEXEC_TEST_REQUIRE=1 fail it. Does not return. */
void skip_test(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- programs ---- */

/** A program that was started, with our ends of its streams (-1: not ours or closed). */
typedef struct program {
    pid_t pid;
    int input;
    int output;
    int errors;
} program;

typedef struct program_options {
    const char *const *arguments;   /**< NULL-terminated; the first is the path */
    const char *const *environment; /**< NULL-terminated "NAME=value" on top of the basic one */
    const char *directory;          /**< NULL: ours */
    bool input_pipe;                /**< program.input is a pipe to its stdin */
    bool input_closed;              /**< it starts without descriptor 0 */
    int input_fd;                   /**< else, if positive, its stdin; else /dev/null */
    int errors_fd;                  /**< if positive, its stderr; else program.errors is a pipe */
    const text *private_main; /**< if set, it sees a /tmp of its own with this main.py in it */
} program_options;

/** Start a program with an environment of PATH, HOME, LANG, the interpreter under test and what
 *  the options add. */
program program_start(const program_options *options);
/** Wait for its end. @return true and its wait status, false if it still runs. */
bool program_wait(program *self, int timeout_ms, int *status);
/** SIGKILL and reap it, close our ends. Fine on one that has ended. */
void program_discard(program *self);
/** Read from one of its streams until `needle` was seen. @return false at the end or the limit. */
bool program_read_until(int fd, text *into, const char *needle, int timeout_ms);

/** The interpreter under test: CODEEXEC_TEST_PYTHON or /usr/bin/python3. */
const char *test_python(void);
/** Wait statuses as Popen.returncode has them: -N for signal N. */
int exit_code_of(int status);

/* ---- one command, from start to end ---- */

typedef struct command {
    const char *const *arguments;
    const char *const *environment;
    const char *directory;
    const void *input; /**< fed to stdin through a pipe; NULL: /dev/null */
    size_t input_size;
    bool input_closed;        /**< no descriptor 0 at all */
    const text *private_main; /**< as in program_options */
    int timeout_ms;           /**< 0: two minutes */
} command;

typedef struct command_result {
    int exit_code; /**< -N for signal N */
    bool timed_out;
    text output;
    text errors;
} command_result;

command_result command_run(const command *what);
void command_result_free(command_result *self);
#define COMMAND_RESULT_SCOPED __attribute__((cleanup(command_result_free))) command_result

/** Fails the test, showing all of the result, unless the exit code is this one. */
void assert_exit_code(const command_result *result, int exit_code);
/** Fails the test, showing the text, unless it holds the needle. */
void assert_contains(const text *haystack, const char *needle);

/* ---- the codeexec program ---- */

/** codeexec with these arguments, nothing on stdin. The list ends with NULL. */
command_result codeexec(const char *first, ...) __attribute__((sentinel));
/** The same as a command to be filled in further: arguments[0] is the program. */
extern const char codeexec_path[];
extern const char codeexec_server_path[];

/* ---- a scratch directory per test program, removed at its end ---- */

const char *scratch_directory(void);
/** A file in it. The name is valid until the next four calls. */
const char *scratch_file(const char *name, const char *contents);

/* ---- running a group ---- */

/** Runs the tests named by argv[1] (a pattern), or all. Cleans up after them. */
int run_group(int argc, char **argv, const char *name, const struct CMUnitTest *tests, size_t count,
              CMFixtureFunction setup, CMFixtureFunction teardown);
#define RUN_GROUP(name, tests, setup, teardown)                                                    \
    run_group(argc, argv, name, tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

#endif
