/* SPDX-License-Identifier: MIT */
/** Building results. A result is allocated when its run is accepted, so that no end of a run can
 * fail for want of memory.
 */
#ifndef CE_RESULT_H
#define CE_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/error.h>
#include <codeexec/limits.h>
#include <codeexec/result.h>

#include "zygote/wire.h"

/** Violations a result holds at most. */
#define CE_MAX_VIOLATIONS 1000

/** Names of isolation layers: shared by an executor and its results, which may be freed in any
 *  thread. */
typedef struct ce_layers {
    unsigned references; /**< atomic */
    size_t count;
    const char **names; /**< into the same block */
} ce_layers;

/** A result and what it owns. */
typedef struct ce_result {
    codeexec_result result; /**< what the caller sees; first */
    struct ce_result *next; /**< in the executor's queue of ends */
    ce_layers *layers;
    char *stdout_data;
    char *stderr_data;
    void *findings; /**< violations and their texts, one block */
    int never_ran;  /**< ended because the fork server cannot start */
    char execution_id[CODEEXEC_MAX_ID_LENGTH + 1];
    char detail[CODEEXEC_ERROR_MESSAGE_SIZE];
} ce_result;

/** An empty result: ERROR, INTERNAL, exit code -1. NULL if there is no memory. */
ce_result *ce_result_create(const char *execution_id);

/** Hand over kept bytes; data may be NULL. */
void ce_result_set_stdout(ce_result *result, char *data, size_t size, uint64_t total);
void ce_result_set_stderr(ce_result *result, char *data, size_t size, uint64_t total);

/** Record the layers; takes a reference. layers may be NULL. */
void ce_result_set_layers(ce_result *result, ce_layers *layers);

/** Set detail: one line of valid UTF-8, cut to fit. */
void ce_result_set_detail(ce_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Take over the findings of a REJECTED frame. Where memory is short they are counted as dropped.
 *  @return 0, or -EPROTO if the frame's bytes do not add up. */
int ce_result_set_findings(ce_result *result, const ce_rejected *frame);

/** Layers from HELLO's tail: count NUL-terminated names in size bytes.
 *  @return 0, -EPROTO or -ENOMEM. */
int ce_layers_create(ce_layers **out, const char *names, size_t size, size_t count);
ce_layers *ce_layers_reference(ce_layers *layers);
void ce_layers_release(ce_layers *layers);
int ce_layers_equal(const ce_layers *one, const ce_layers *other);

/** Copy text as valid UTF-8: an invalid byte becomes U+FFFD, so the copy takes up to three times
 * the size. Control characters become spaces.
 *  @param room bytes there are, at least 1; the copy is cut at a character and NUL-terminated
 *  @return its length */
size_t ce_utf8_copy(char *out, size_t room, const char *text, size_t size);

#endif
