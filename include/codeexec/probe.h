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

/** One layer. */
typedef struct codeexec_layer {
    const char *name;    /**< as in a result's isolation; static */
    int required;        /**< 1 if nothing runs without it */
    int works;           /**< 1 if it could be turned on just now */
    const char *purpose; /**< one line; static */
    const char *hint;    /**< what would turn it on; static, NULL if it works */
    char why[128];       /**< why it does not work, e.g. "unshare: Operation not permitted" */
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
