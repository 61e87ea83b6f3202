/* SPDX-License-Identifier: MIT */
/** What the tests of the executor share: each runs with its own directory of a fake fork server,
 * and ends with the proof that nothing was left behind.
 */
#ifndef TEST_EXECUTOR_FIXTURE_H
#define TEST_EXECUTOR_FIXTURE_H

#include <stdint.h>

#include <codeexec/codeexec.h>

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

/** codeexec_run(), which must work. */
codeexec_result *run_request(struct fixture *f, const codeexec_request *request);
codeexec_result *run(struct fixture *f, const char *code);

/** codeexec_submit(), which must work. @return the ticket */
uint64_t submit(struct fixture *f, const codeexec_request *request);

/** Wait for the next result. */
codeexec_result *next(struct fixture *f);

/** Turn the loop for so long. */
void dispatch_for(struct fixture *f, int ms);

void assert_end(const codeexec_result *result, codeexec_outcome outcome, codeexec_reason reason,
                int exit_code);

#endif
