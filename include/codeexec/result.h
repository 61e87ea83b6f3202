/* SPDX-License-Identifier: MIT */
/** @file result.h
 *  What happened to a run.
 */
#ifndef CODEEXEC_RESULT_H
#define CODEEXEC_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a run ended, in one word. Since 0.1. */
typedef enum codeexec_outcome {
    CODEEXEC_OUTCOME_COMPLETED = 0, /**< the program ended by itself, whatever its exit code */
    CODEEXEC_OUTCOME_TIMEOUT = 1,   /**< stopped at its wall or CPU limit */
    CODEEXEC_OUTCOME_ERROR = 2,     /**< another limit, a signal, or a fault of ours */
    CODEEXEC_OUTCOME_REJECTED = 3,  /**< the policy refused it; nothing of it ran */
    CODEEXEC_OUTCOME_CANCELLED = 4  /**< codeexec_cancel() ended it */
} codeexec_outcome;

/** Why it ended. Since 0.1. */
typedef enum codeexec_reason {
    CODEEXEC_REASON_EXITED = 0,
    CODEEXEC_REASON_SIGNALED = 1,
    CODEEXEC_REASON_WALL_TIME = 2,
    CODEEXEC_REASON_CPU_TIME = 3,
    CODEEXEC_REASON_MEMORY = 4,
    CODEEXEC_REASON_OUTPUT = 5,
    CODEEXEC_REASON_PROCESSES = 6,
    CODEEXEC_REASON_FILE_SIZE = 7,
    CODEEXEC_REASON_SYSCALL = 8,
    CODEEXEC_REASON_INTERNAL = 9
} codeexec_reason;

/** "completed", "timeout", "error", "rejected", "cancelled". Static. Thread-safe. */
CODEEXEC_API const char *codeexec_outcome_name(codeexec_outcome outcome);
/** "exited", "signaled", "wall_time", "cpu_time", … as in the HTTP answer. Static. */
CODEEXEC_API const char *codeexec_reason_name(codeexec_reason reason);

/** One finding of the policy. Strings belong to the result; the library checks that they are
 *  valid UTF-8. */
typedef struct codeexec_violation {
    uint32_t line;       /**< from 1 */
    uint32_t column;     /**< from 1, in characters */
    const char *rule;    /**< e.g. "process-creation" */
    const char *message; /**< one line, for a person */
    uint32_t end_line;   /**< where it ends; 0: not known */
    uint32_t end_column; /**< from 1, of the first character behind it */
    const char *snippet; /**< the source there, as far as it is on the first line, at most 120
                              characters; may be "" */
} codeexec_violation;

/** A finished run. Owned by whoever took it; free with codeexec_result_free(). All pointers
 *  live as long as the result. Immutable, so any thread may read it. Since 0.1. */
typedef struct codeexec_result {
    size_t struct_size;
    uint64_t ticket; /**< as codeexec_submit() gave it */
    const char *execution_id;
    codeexec_outcome outcome;
    codeexec_reason reason;
    int exit_code;           /**< exit status; -N for signal N; -1 if nothing ran */
    int signal;              /**< the signal that ended it, or 0 */
    const char *stdout_data; /**< kept bytes, as written; NUL-terminated beyond the size */
    size_t stdout_size;
    uint64_t stdout_total; /**< bytes the program really wrote */
    const char *stderr_data;
    size_t stderr_size;
    uint64_t stderr_total;
    int stdout_truncated; /**< 1 if stdout_total > stdout_size and it was not streamed */
    int stderr_truncated;
    double wall_seconds;        /**< from the program's start to its end */
    double cpu_seconds;         /**< user + system, of it and the children it waited for */
    uint64_t peak_memory_bytes; /**< largest resident set of one of its processes */
    uint32_t processes_peak;    /**< 0 where nothing counts them */
    const codeexec_violation *violations; /**< violation_count of them, when rejected */
    size_t violation_count;
    size_t violations_dropped;    /**< further ones that were found but not kept */
    const char *const *isolation; /**< isolation_count names of the layers that were active */
    size_t isolation_count;
    const char *detail; /**< for REASON_INTERNAL and the like: one line, else NULL */
} codeexec_result;

/** Free a result. NULL is fine. Any thread. Since 0.1. */
CODEEXEC_API void codeexec_result_free(codeexec_result *result);

#ifdef __cplusplus
}
#endif
#endif
