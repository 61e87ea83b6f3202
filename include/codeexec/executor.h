/* SPDX-License-Identifier: MIT */
/** @file executor.h
 *  Running programs: one blocking call, or submit / poll / dispatch / next_result for loops.
 *
 *  An executor owns a fork server (codeexec-zygote) and every run made from it. It starts no
 *  threads, installs no signal handlers and prints nothing. Thread rule: one executor belongs
 *  to one thread at a time; different executors are independent.
 */
#ifndef CODEEXEC_EXECUTOR_H
#define CODEEXEC_EXECUTOR_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/config.h>
#include <codeexec/error.h>
#include <codeexec/request.h>
#include <codeexec/result.h>
#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct codeexec_executor codeexec_executor;

/** Create an executor and start its fork server in the background. Runs may be submitted at
 *  once; they wait until the server is ready.
 *  @param out    receives the executor; untouched on failure
 *  @param config NULL for the defaults; copied
 *  @param error  may be NULL
 *  @return 0, -CODEEXEC_EINVAL (a setting out of range), -CODEEXEC_ENOHELPER,
 *          -CODEEXEC_EPYTHON (no interpreter found), -CODEEXEC_ENOMEM, -CODEEXEC_ESYSTEM.
 *  Since 0.1. */
CODEEXEC_API int codeexec_executor_create(codeexec_executor **out, const codeexec_config *config,
                                          codeexec_error *error);

/** Kill every run, stop the fork server, wait until nothing of it is left, free the executor.
 *  Results not taken are freed. NULL is fine. */
CODEEXEC_API void codeexec_executor_destroy(codeexec_executor *executor);

/** Wait until the fork server is confined, warmed up and ready.
 *  @param timeout_ms milliseconds; -1 waits as long as the start may take
 *  @return 0, -CODEEXEC_ETIMEDOUT, -CODEEXEC_EPYTHON, -CODEEXEC_EISOLATION or another code of
 *          why it cannot start. Since 0.1. */
CODEEXEC_API int codeexec_executor_wait_ready(codeexec_executor *executor, int timeout_ms,
                                              codeexec_error *error);

/** The layers every guest of this executor is confined with, as attested by the fork server;
 *  empty before it is ready.
 *  @param count receives how many; @return static-lifetime array owned by the executor. */
CODEEXEC_API const char *const *codeexec_executor_isolation(const codeexec_executor *executor,
                                                            size_t *count);

/** Why runs are not held by a cgroup although CODEEXEC_CGROUP is auto; NULL if they are, or if
 *  that is off. Owned by the executor. Since 0.1. */
CODEEXEC_API const char *codeexec_executor_without_cgroup(const codeexec_executor *executor);

/** The interpreter path in use. Owned by the executor. */
CODEEXEC_API const char *codeexec_executor_python(const codeexec_executor *executor);

/** Run one program and wait for its end. Other runs of the executor go on meanwhile.
 *  @param out receives the result; the caller frees it. Untouched on failure
 *  @return 0 whatever the program did; -CODEEXEC_EINVAL for a bad request, -CODEEXEC_EQUEUE,
 *          -CODEEXEC_ESHUTDOWN, -CODEEXEC_ENOMEM, or the code of why the fork server cannot start.
 *          Since 0.1. */
CODEEXEC_API int codeexec_run(codeexec_executor *executor, const codeexec_request *request,
                              codeexec_result **out, codeexec_error *error);

/** Queue one program. If this fails, no result ever comes for it.
 *  @param ticket receives a number unique in this executor, never 0
 *  @return as codeexec_run(). Since 0.1. */
CODEEXEC_API int codeexec_submit(codeexec_executor *executor, const codeexec_request *request,
                                 uint64_t *ticket, codeexec_error *error);

/** A descriptor that polls readable when codeexec_dispatch() has work. Borrowed: never read,
 *  write or close it. The same one for the executor's life. Since 0.1. */
CODEEXEC_API int codeexec_executor_fd(const codeexec_executor *executor);

/** Do what is due: move output, apply deadlines, collect ends, start waiting runs.
 *  @param timeout_ms how long to wait for something to do: 0 not at all, -1 without bound
 *  @return 0, or -CODEEXEC_ESYSTEM. Since 0.1. */
CODEEXEC_API int codeexec_dispatch(codeexec_executor *executor, int timeout_ms,
                                   codeexec_error *error);

/** Take the next finished run, in order of their end; NULL if there is none. The caller frees
 *  it. Since 0.1. */
CODEEXEC_API codeexec_result *codeexec_next_result(codeexec_executor *executor);

/** Which stream an output event is of. */
typedef enum codeexec_stream { CODEEXEC_STDOUT = 1, CODEEXEC_STDERR = 2 } codeexec_stream;

/** Bytes a streaming run wrote. */
typedef struct codeexec_output {
    uint64_t ticket;
    codeexec_stream stream;
    const char *data; /**< valid until the next call on the executor */
    size_t size;
} codeexec_output;

/** Take the next piece of output of runs submitted with CODEEXEC_REQUEST_STREAM. At most
 *  256 KiB per stream wait here; beyond that the program itself is made to wait, so take them all
 *  after every dispatch. All pieces of a run come before its result: take output first.
 *  @return 1 and *output, or 0 if there is none. Since 0.1. */
CODEEXEC_API int codeexec_next_output(codeexec_executor *executor, codeexec_output *output);

/** End a run, queued or running: its result comes with CODEEXEC_OUTCOME_CANCELLED and whatever
 *  it had written. @return 0 or -CODEEXEC_ENOTFOUND (also when it has ended). Since 0.1. */
CODEEXEC_API int codeexec_cancel(codeexec_executor *executor, uint64_t ticket);

/** Accept no more runs; those accepted are finished. Since 0.1. */
CODEEXEC_API void codeexec_executor_shutdown(codeexec_executor *executor);

/** What an executor is busy with, and how warm it is. Since 0.1. */
typedef struct codeexec_load {
    size_t struct_size;    /**< set it to sizeof(codeexec_load) */
    uint32_t running;      /**< runs that have a guest */
    uint32_t concurrency;  /**< runs at once at most */
    size_t waiting;        /**< runs that wait for one */
    uint32_t parked;       /**< confined guests that wait for a run */
    uint32_t tiers_ready;  /**< interpreters that can make guests, the bare one included */
    uint32_t tiers_wanted; /**< those, and the ones that are being made or were asked for */
    int warm;              /**< 1: every interpreter that was asked for at start is ready */
} codeexec_load;

/** Fill in the figures, which are of this moment.
 *  @return 0, or -CODEEXEC_EINVAL if struct_size is not right. Since 0.1. */
CODEEXEC_API int codeexec_executor_load(const codeexec_executor *executor, codeexec_load *load);

/** Runs accepted and not finished yet, those waiting included. Since 0.1. */
CODEEXEC_API size_t codeexec_executor_pending(const codeexec_executor *executor);

#ifdef __cplusplus
}
#endif
#endif
