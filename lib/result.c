/* SPDX-License-Identifier: MIT */
#include "result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Layers HELLO may name at most. */
#define MAX_LAYERS 64

const char *codeexec_outcome_name(codeexec_outcome outcome)
{
    switch (outcome) {
    case CODEEXEC_OUTCOME_COMPLETED:
        return "completed";
    case CODEEXEC_OUTCOME_TIMEOUT:
        return "timeout";
    case CODEEXEC_OUTCOME_ERROR:
        return "error";
    case CODEEXEC_OUTCOME_REJECTED:
        return "rejected";
    case CODEEXEC_OUTCOME_CANCELLED:
        return "cancelled";
    }
    return "unknown";
}

const char *codeexec_reason_name(codeexec_reason reason)
{
    switch (reason) {
    case CODEEXEC_REASON_EXITED:
        return "exited";
    case CODEEXEC_REASON_SIGNALED:
        return "signaled";
    case CODEEXEC_REASON_WALL_TIME:
        return "wall_time";
    case CODEEXEC_REASON_CPU_TIME:
        return "cpu_time";
    case CODEEXEC_REASON_MEMORY:
        return "memory";
    case CODEEXEC_REASON_OUTPUT:
        return "output";
    case CODEEXEC_REASON_PROCESSES:
        return "processes";
    case CODEEXEC_REASON_FILE_SIZE:
        return "file_size";
    case CODEEXEC_REASON_SYSCALL:
        return "syscall";
    case CODEEXEC_REASON_INTERNAL:
        return "internal";
    }
    return "unknown";
}

/* ---- results ---- */

ce_result *ce_result_create(const char *execution_id)
{
    ce_result *result = calloc(1, sizeof(*result));
    if (!result)
        return NULL;
    snprintf(result->execution_id, sizeof(result->execution_id), "%s", execution_id);
    result->result = (codeexec_result){ .struct_size = sizeof(result->result),
                                        .execution_id = result->execution_id,
                                        .outcome = CODEEXEC_OUTCOME_ERROR,
                                        .reason = CODEEXEC_REASON_INTERNAL,
                                        .exit_code = -1,
                                        .stdout_data = "",
                                        .stderr_data = "" };
    return result;
}

void codeexec_result_free(codeexec_result *result)
{
    ce_result *owner = (ce_result *)result;
    if (!owner)
        return;
    ce_layers_release(owner->layers);
    free(owner->stdout_data);
    free(owner->stderr_data);
    free(owner->findings);
    free(owner);
}

void ce_result_set_stdout(ce_result *result, char *data, size_t size, uint64_t total)
{
    result->stdout_data = data;
    result->result.stdout_data = data ? data : "";
    result->result.stdout_size = size;
    result->result.stdout_total = total;
}

void ce_result_set_stderr(ce_result *result, char *data, size_t size, uint64_t total)
{
    result->stderr_data = data;
    result->result.stderr_data = data ? data : "";
    result->result.stderr_size = size;
    result->result.stderr_total = total;
}

void ce_result_set_layers(ce_result *result, ce_layers *layers)
{
    if (!layers)
        return;
    result->layers = ce_layers_reference(layers);
    result->result.isolation = layers->names;
    result->result.isolation_count = layers->count;
}

void ce_result_set_detail(ce_result *result, const char *format, ...)
{
    char text[CODEEXEC_ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    ce_utf8_copy(result->detail, sizeof(result->detail), text, strlen(text));
    result->result.detail = result->detail;
}

/* ---- findings ---- */

/** First pass: how many findings are kept, and the room their texts may need. */
static int measure_findings(const ce_rejected *frame, size_t *kept, size_t *all, size_t *room)
{
    ce_finding finding;
    const char *rule;
    const char *message;
    size_t offset = 0;
    int status;

    *kept = *all = *room = 0;
    while ((status = ce_finding_next(frame, &offset, &finding, &rule, &message)) == 1) {
        ++*all;
        if (*kept == CE_MAX_VIOLATIONS)
            continue;
        ++*kept;
        *room +=
            3u * ((size_t)finding.rule_size + finding.message_size + finding.snippet_size) + 3u;
    }
    return status < 0 || *all != frame->count ? -EPROTO : 0;
}

static const char *keep_text(char **at, const char *text, size_t size)
{
    char *kept = *at;
    *at += ce_utf8_copy(kept, 3 * size + 1, text, size) + 1;
    return kept;
}

int ce_result_set_findings(ce_result *result, const ce_rejected *frame)
{
    size_t kept;
    size_t all;
    size_t room;
    int status = measure_findings(frame, &kept, &all, &room);
    if (status < 0)
        return status;

    codeexec_violation *violations = malloc(kept * sizeof(*violations) + room + 1);
    if (!violations) {
        result->result.violations_dropped = all + frame->dropped;
        return 0;
    }
    char *texts = (char *)(violations + kept);
    size_t offset = 0;
    for (size_t i = 0; i < kept; i++) {
        ce_finding finding;
        const char *rule;
        const char *message;
        ce_finding_next(frame, &offset, &finding, &rule, &message);
        violations[i] =
            (codeexec_violation){ .line = finding.line,
                                  .column = finding.column,
                                  .rule = keep_text(&texts, rule, finding.rule_size),
                                  .message = keep_text(&texts, message, finding.message_size),
                                  .end_line = finding.end_line,
                                  .end_column = finding.end_column,
                                  .snippet = keep_text(&texts, message + finding.message_size,
                                                       finding.snippet_size) };
    }
    result->findings = violations;
    result->result.violations = violations;
    result->result.violation_count = kept;
    result->result.violations_dropped = (all - kept) + frame->dropped;
    return 0;
}

/* ---- layers ---- */

int ce_layers_create(ce_layers **out, const char *names, size_t size, size_t count)
{
    size_t ends = 0;
    for (size_t i = 0; i < size; i++)
        ends += names[i] == '\0';
    if (count > MAX_LAYERS || ends != count || (size > 0 && names[size - 1] != '\0'))
        return -EPROTO;

    size_t head = sizeof(ce_layers) + count * sizeof(const char *);
    ce_layers *layers = malloc(head + size);
    if (!layers)
        return -ENOMEM;
    char *texts = (char *)layers + head;
    memcpy(texts, names, size);
    *layers = (ce_layers){ .references = 1, .count = count, .names = (const char **)(layers + 1) };
    for (size_t i = 0; i < count; i++) {
        layers->names[i] = texts;
        texts += strlen(texts) + 1;
    }
    *out = layers;
    return 0;
}

ce_layers *ce_layers_reference(ce_layers *layers)
{
    __atomic_add_fetch(&layers->references, 1, __ATOMIC_RELAXED);
    return layers;
}

void ce_layers_release(ce_layers *layers)
{
    if (layers && __atomic_sub_fetch(&layers->references, 1, __ATOMIC_ACQ_REL) == 0)
        free(layers);
}

int ce_layers_equal(const ce_layers *one, const ce_layers *other)
{
    if (one->count != other->count)
        return 0;
    for (size_t i = 0; i < one->count; i++)
        if (strcmp(one->names[i], other->names[i]) != 0)
            return 0;
    return 1;
}

/* ---- UTF-8 ---- */

/** Length of the well-formed sequence at text (Unicode 15, table 3-7), or 0. */
static size_t sequence_length(const unsigned char *text, size_t size)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    /* The second byte excludes overlong forms, surrogates and what lies beyond U+10FFFF. */
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (size < length || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

size_t ce_utf8_copy(char *out, size_t room, const char *text, size_t size)
{
    static const char replacement[] = "\xef\xbf\xbd";
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        unsigned char byte = (unsigned char)text[at];
        size_t length = sequence_length((const unsigned char *)text + at, size - at);
        const char *from = length > 0 ? text + at : replacement;
        size_t taken = length > 0 ? length : 3;
        if (byte < 0x20 || byte == 0x7f)
            from = " ";
        if (taken >= room - used)
            break;
        memcpy(out + used, from, taken);
        used += taken;
        at += length > 0 ? length : 1;
    }
    out[used] = '\0';
    return used;
}
