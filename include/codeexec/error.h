/* SPDX-License-Identifier: MIT */
/** @file error.h
 *  How calls fail. A call returns 0 or one of the negative codes below; what happened to the
 *  guest program is never an error of the call but part of its result (see result.h).
 */
#ifndef CODEEXEC_ERROR_H
#define CODEEXEC_ERROR_H

#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The closed table of error codes. Calls return them negated. Since 0.1. */
enum codeexec_errno {
    CODEEXEC_OK = 0,
    CODEEXEC_EINVAL = 1,     /**< an argument, option or setting is out of its range */
    CODEEXEC_ENOMEM = 2,     /**< memory could not be allocated */
    CODEEXEC_ESYSTEM = 3,    /**< a system call failed; sys_errno says how */
    CODEEXEC_EQUEUE = 4,     /**< the queue is full: try again later */
    CODEEXEC_ESHUTDOWN = 5,  /**< the executor accepts no more runs */
    CODEEXEC_ENOHELPER = 6,  /**< codeexec-zygote or its Python side was not found */
    CODEEXEC_EPYTHON = 7,    /**< no fitting Python interpreter, or it failed to start */
    CODEEXEC_EISOLATION = 8, /**< a required isolation layer is not available */
    CODEEXEC_EPROTOCOL = 9,  /**< the zygote sent something it must not send */
    CODEEXEC_ETIMEDOUT = 10, /**< the time given to the call ran out */
    CODEEXEC_ENOTFOUND = 11  /**< no run has that ticket */
};

/** Longest message, terminating NUL included, in bytes. */
#define CODEEXEC_ERROR_MESSAGE_SIZE 512

/** Filled by a failing call that was given one; untouched on success. Owned by the caller,
 *  nothing in it needs freeing. Since 0.1. */
typedef struct codeexec_error {
    int code;          /**< one of enum codeexec_errno, positive */
    int sys_errno;     /**< errno behind it, or 0 */
    const char *stage; /**< static string: which step failed, e.g. "mount-root"; may be NULL */
    char message[CODEEXEC_ERROR_MESSAGE_SIZE]; /**< one line, for a person */
} codeexec_error;

/** Static initializer for codeexec_error. */
#define CODEEXEC_ERROR_INIT                                                                        \
    {                                                                                              \
        0, 0, 0,                                                                                   \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/** Short static text for an error code, negative or positive; "unknown error" for others.
 *  Thread-safe. Since 0.1. */
CODEEXEC_API const char *codeexec_strerror(int code);

#ifdef __cplusplus
}
#endif
#endif
