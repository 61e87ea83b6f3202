/* SPDX-License-Identifier: MIT */
/** @file request.h
 *  What to run.
 */
#ifndef CODEEXEC_REQUEST_H
#define CODEEXEC_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/limits.h>
#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Options of a run (codeexec_request.flags). */
enum codeexec_request_flags {
    /** Hand output to codeexec_next_output() as it comes instead of keeping it in the result. */
    CODEEXEC_REQUEST_STREAM = 1u << 0,
    /** Check the policy and stop: the outcome is CODEEXEC_OUTCOME_REJECTED, or
     *  CODEEXEC_OUTCOME_COMPLETED with exit code 0 and nothing run. */
    CODEEXEC_REQUEST_CHECK_ONLY = 1u << 1
};

/** One program and its limits. Everything is copied before submit returns; stdin_fd is
 *  borrowed until the run's result has been taken. Zero means "the executor's default" where
 *  a default exists. Since 0.1. */
typedef struct codeexec_request {
    size_t struct_size;       /**< set by CODEEXEC_REQUEST_INIT */
    const char *code;         /**< the program; need not be NUL-terminated, may contain NUL */
    size_t code_size;         /**< its bytes, at most CODEEXEC_MAX_CODE_SIZE */
    const char *execution_id; /**< NULL: a random UUID v4; else [A-Za-z0-9._-]{1,128} */
    const char *filename;     /**< name the program sees, one path component; NULL: "main.py" */
    const char *const *args;  /**< sys.argv[1:], arg_count strings; NULL if none */
    size_t arg_count;         /**< at most CODEEXEC_MAX_ARGS */
    uint32_t wall_ms;         /**< wall time, 1..600000 ms; 0: default */
    uint32_t cpu_ms;          /**< CPU time of one process, rounded up to seconds; 0: the wall time
                                   times the CPUs there are */
    uint64_t memory_bytes;    /**< 16..8192 MiB; 0: default */
    uint64_t output_bytes;    /**< kept of each stream, 1..1 GiB; 0: default. Ignored when
                                   streaming: then everything is delivered */
    const char *stdin_data;   /**< fed to the program's stdin; NULL: nothing */
    size_t stdin_size;        /**< its bytes */
    int stdin_fd;             /**< -1, or a descriptor whose bytes are relayed to the program's
                                   stdin; the program never gets the descriptor itself.
                                   Excludes stdin_data */
    unsigned flags;           /**< of enum codeexec_request_flags */
} codeexec_request;

/** Static initializer: nothing to run, every limit the default. */
#define CODEEXEC_REQUEST_INIT                                                                      \
    {                                                                                              \
        sizeof(codeexec_request), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0                        \
    }

/** 1 if id is a valid execution id, else 0. NULL is not. Thread-safe. Since 0.1. */
CODEEXEC_API int codeexec_execution_id_valid(const char *id, size_t length);

#ifdef __cplusplus
}
#endif
#endif
