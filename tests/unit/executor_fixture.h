/* SPDX-License-Identifier: MIT */
/** What the tests of the executor share: each runs with its own directory of a fake fork server,
 * and ends with the proof that nothing was left behind.
 */
#ifndef TEST_EXECUTOR_FIXTURE_H
#define TEST_EXECUTOR_FIXTURE_H

#include <stdint.h>

#include <codeexec/codeexec.h>

#include "executor_internal.h"
#include "util/clock.h"

/** How long what must happen may take. No machine is that slow, and nothing that a test expects not
 * to happen in time would happen within it: what hangs sleeps for longer. */
#define PATIENCE_MS 30000

/** A test, with its own directory of the fake helper, its settings and its executor. */
struct fixture {
    char directory[64];
    codeexec_config config;
    codeexec_executor *executor;
    int open_before;
};

/** Make the directory and the settings; no executor yet. A test that hangs is killed. */
int fixture_setup(void **state);

/** Destroy the executor, if there is one, and the directory. */
int fixture_teardown(void **state);

/** Open descriptors of this process. */
int count_open(void);

/** Processes started from a directory's codeexec-zygote. */
int count_processes(const char *directory);

/** How the fake zygote behaves from its next start or SPAWN on; see fake_zygote.c. */
void set_mode(const struct fixture *f, const char *mode);

/** Bytes of a file in the directory: the fake counts in them. */
long file_size(const struct fixture *f, const char *name);

void create(struct fixture *f);

/** Destroy the executor; nothing of it may be left: no descriptor, no child, no process. */
void destroy(struct fixture *f);

/** A request for a program of the fake's words. */
codeexec_request program(const char *code);

/** The same with an input that lasts until end_input(): one that says "cat" goes on until then. */
codeexec_request program_with_input(const char *code, int input[2]);
void end_input(const int input[2]);

/** codeexec_run(), which must work. */
codeexec_result *run_request(struct fixture *f, const codeexec_request *request);
codeexec_result *run(struct fixture *f, const char *code);

/** Run a program again and again, until so many zygotes have been started. While one starts the one
 * before it goes on: how many runs it takes depends on that. */
void run_until_starts(struct fixture *f, const char *code, long starts);

/** codeexec_submit(), which must work. @return the ticket */
uint64_t submit(struct fixture *f, const codeexec_request *request);

/** Wait for the next result. */
codeexec_result *next(struct fixture *f);

/** Turn the loop for so long: only to show that something does not happen, which a slow machine can
 * but hide. What is to happen is waited for, with DISPATCH_UNTIL(). */
void dispatch_for(struct fixture *f, int ms);

/** Turn the loop until something holds, however long the machine takes for it. */
#define DISPATCH_UNTIL(f, condition)                                                               \
    do {                                                                                           \
        const uint64_t until_ = ce_now_ns() + PATIENCE_MS * CE_NS_PER_MS;                          \
        while (!(condition)) {                                                                     \
            if (ce_now_ns() > until_)                                                              \
                fail_msg("not within %d s: %s", PATIENCE_MS / 1000, #condition);                   \
            assert_int_equal(codeexec_dispatch((f)->executor, 20, NULL), 0);                       \
        }                                                                                          \
    } while (0)

/** There is a zygote, as many guests are parked as should be, none is being made or has yet to go.
 */
int is_settled(const struct fixture *f);

/** Zygotes that have not been destroyed. */
size_t count_clients(const struct fixture *f);

/** The guest that has this run; NULL: none has. */
ce_supervisor *guest_of(const struct fixture *f, uint64_t ticket);

/** Turn the loop until the run's program has started. While it is being checked the loop is not
 * turned until it has started, so that its limits do not count: a machine that stalls for longer
 * than they are changes nothing. */
void await_start(struct fixture *f, uint64_t ticket);

/** next(), with all the time in the world for programs that listen: from being checked to STARTED,
 * and from STOP to the verdict. */
codeexec_result *next_unhurried(struct fixture *f);

/** Milliseconds since a moment. */
uint64_t ms_since(uint64_t moment_ns);

void assert_end(const codeexec_result *result, codeexec_outcome outcome, codeexec_reason reason,
                int exit_code);

#endif
