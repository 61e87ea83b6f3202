/* SPDX-License-Identifier: MIT */
/** @file probe.h
 *  Which isolation layers work on this machine, found by trying each in a throw-away child.
 */
#ifndef CODEEXEC_PROBE_H
#define CODEEXEC_PROBE_H

#include <stddef.h>

#include <codeexec/error.h>
#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What depends on a layer. Since 0.1. */
typedef enum codeexec_need {
    CODEEXEC_NEED_NOT = 0,        /**< programs run without it too */
    CODEEXEC_NEED_ALWAYS = 1,     /**< nothing runs without it */
    CODEEXEC_NEED_ONE_PROFILE = 2 /**< part of one of the two profiles: all of the namespaces ones
                                       have to work, or landlock */
} codeexec_need;

/** Bytes of an explanation, terminating NUL included. */
#define CODEEXEC_LAYER_WHY_SIZE 512

/** One layer. */
typedef struct codeexec_layer {
    const char *name; /**< as in a result's isolation; static */
    codeexec_need need;
    int works;                         /**< 1 if it could be turned on just now */
    const char *purpose;               /**< one line; static */
    const char *hint;                  /**< what would turn it on; static, NULL if it works */
    char why[CODEEXEC_LAYER_WHY_SIZE]; /**< why it does not work, e.g. "unshare: Operation not
                                            permitted" */
} codeexec_layer;

/** Try every layer. Forks short-lived children of its own and waits for them.
 *  @param layers receives a malloc'ed array: free() it
 *  @param count  receives its length
 *  @return 0, -CODEEXEC_ENOMEM, -CODEEXEC_ESYSTEM. Any thread. Since 0.1. */
CODEEXEC_API int codeexec_probe(codeexec_layer **layers, size_t *count, codeexec_error *error);

#ifdef __cplusplus
}
#endif
#endif
