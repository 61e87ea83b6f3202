/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT      "\xef\xbf\xbd"
#define REPLACEMENT_SIZE 3

/** json-c counts bytes in an int, and one byte may become six: \u0000. */
#define MAX_TEXT_SIZE (INT_MAX / 8)

/** Look at one character. A malformed one is as long as its well-formed beginning, at least one
 *  byte: each such piece is replaced as a whole (Unicode 3.9, "maximal subparts").
 *  @return its bytes, 1..4 */
static size_t next_character(const unsigned char *text, size_t size, bool *valid)
{
    unsigned char lead = text[0];
    *valid = lead < 0x80;
    if (*valid || lead < 0xc2 || lead > 0xf4)
        return 1;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    /* Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte. */
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (size_t i = 1; i < length; i++) {
        if (i == size || text[i] < low || text[i] > high)
            return i;
        low = 0x80;
        high = 0xbf;
    }
    *valid = true;
    return length;
}

/** Copy text with replacements; with to NULL only count.
 *  @return the bytes of the repaired text */
static size_t repair(const unsigned char *text, size_t size, char *to)
{
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        bool valid;
        size_t length = next_character(text + at, size - at, &valid);
        size_t written = valid ? length : REPLACEMENT_SIZE;
        if (to)
            memcpy(to + used, valid ? (const char *)text + at : REPLACEMENT, written);
        used += written;
        at += length;
    }
    return used;
}

struct json_object *cli_json_string(const char *data, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t needed = repair(bytes, size, NULL);
    if (needed > MAX_TEXT_SIZE)
        return NULL;
    char *repaired = malloc(needed + 1);
    if (!repaired)
        return NULL;
    repair(bytes, size, repaired);
    struct json_object *string = json_object_new_string_len(repaired, (int)needed);
    free(repaired);
    return string;
}

void cli_json_add(struct json_object *to, const char *key, struct json_object *value, bool *ok)
{
    if (!value || json_object_object_add(to, key, value) != 0) {
        json_object_put(value);
        *ok = false;
    }
}

void cli_json_append(struct json_object *to, struct json_object *value, bool *ok)
{
    if (!value || json_object_array_add(to, value) != 0) {
        json_object_put(value);
        *ok = false;
    }
}

static void add_null(struct json_object *to, const char *key, bool *ok)
{
    *ok &= json_object_object_add(to, key, NULL) == 0;
}

void cli_json_add_text(struct json_object *to, const char *key, const char *text, bool *ok)
{
    cli_json_add(to, key, cli_json_string(text, strlen(text)), ok);
}

/** Microseconds: more digits would only pretend. */
static struct json_object *new_seconds(double seconds)
{
    char text[32];
    snprintf(text, sizeof(text), "%.6f", seconds);
    return json_object_new_double_s(seconds, text);
}

static struct json_object *new_usage(const codeexec_result *result, bool *ok)
{
    struct json_object *usage = json_object_new_object();
    if (!usage)
        return NULL;
    cli_json_add(usage, "cpu_seconds", new_seconds(result->cpu_seconds), ok);
    cli_json_add(usage, "peak_memory_bytes",
                 json_object_new_int64((int64_t)result->peak_memory_bytes), ok);
    if (result->processes_peak > 0)
        cli_json_add(usage, "processes_peak", json_object_new_int64(result->processes_peak), ok);
    else
        add_null(usage, "processes_peak", ok);
    return usage;
}

static struct json_object *new_isolation(const codeexec_result *result, bool *ok)
{
    struct json_object *layers = json_object_new_array();
    for (size_t i = 0; layers && i < result->isolation_count; i++)
        cli_json_append(layers, json_object_new_string(result->isolation[i]), ok);
    return layers;
}

static void fill_finished(struct json_object *document, const codeexec_result *result, bool *ok)
{
    cli_json_add_text(document, "execution_id", result->execution_id, ok);
    cli_json_add_text(document, "status", codeexec_outcome_name(result->outcome), ok);
    cli_json_add(document, "stdout", cli_json_string(result->stdout_data, result->stdout_size), ok);
    cli_json_add(document, "stderr", cli_json_string(result->stderr_data, result->stderr_size), ok);
    cli_json_add(document, "execution_time", new_seconds(result->wall_seconds), ok);
    cli_json_add(document, "exit_code", json_object_new_int(result->exit_code), ok);
    cli_json_add_text(document, "reason", codeexec_reason_name(result->reason), ok);
    if (result->signal)
        cli_json_add(document, "signal", json_object_new_int(result->signal), ok);
    else
        add_null(document, "signal", ok);
    cli_json_add(document, "stdout_truncated", json_object_new_boolean(result->stdout_truncated),
                 ok);
    cli_json_add(document, "stderr_truncated", json_object_new_boolean(result->stderr_truncated),
                 ok);
    cli_json_add(document, "stdout_bytes", json_object_new_int64((int64_t)result->stdout_total),
                 ok);
    cli_json_add(document, "stderr_bytes", json_object_new_int64((int64_t)result->stderr_total),
                 ok);
    cli_json_add(document, "usage", new_usage(result, ok), ok);
    cli_json_add(document, "isolation", new_isolation(result, ok), ok);
}

void cli_json_add_violation(struct json_object *object, const codeexec_violation *violation,
                            bool *ok)
{
    cli_json_add(object, "line", json_object_new_int64(violation->line), ok);
    cli_json_add(object, "column", json_object_new_int64(violation->column), ok);
    cli_json_add_text(object, "rule", violation->rule, ok);
    cli_json_add_text(object, "message", violation->message, ok);
    if (violation->end_line > 0) {
        cli_json_add(object, "end_line", json_object_new_int64(violation->end_line), ok);
        cli_json_add(object, "end_column", json_object_new_int64(violation->end_column), ok);
        cli_json_add_text(object, "snippet", violation->snippet, ok);
    }
}

static struct json_object *new_violation(const codeexec_violation *violation, bool *ok)
{
    struct json_object *object = json_object_new_object();
    if (object)
        cli_json_add_violation(object, violation, ok);
    return object;
}

static void fill_rejected(struct json_object *document, const codeexec_result *result, bool *ok)
{
    struct json_object *violations = json_object_new_array();
    cli_json_add_text(document, "detail", "Unsafe code detected", ok);
    for (size_t i = 0; violations && i < result->violation_count; i++)
        cli_json_append(violations, new_violation(&result->violations[i], ok), ok);
    cli_json_add(document, "violations", violations, ok);
    if (result->violations_dropped > 0)
        cli_json_add(document, "violations_dropped",
                     json_object_new_int64((int64_t)result->violations_dropped), ok);
}

struct json_object *cli_json_result(const codeexec_result *result)
{
    struct json_object *document = json_object_new_object();
    bool ok = true;
    if (!document)
        return NULL;
    if (result->outcome == CODEEXEC_OUTCOME_REJECTED)
        fill_rejected(document, result, &ok);
    else
        fill_finished(document, result, &ok);
    if (!ok) {
        json_object_put(document);
        return NULL;
    }
    return document;
}

int cli_json_print(struct json_object *document)
{
    size_t length = 0;
    const char *text = json_object_to_json_string_length(
        document, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    int failed = !text || fwrite(text, 1, length, stdout) != length || putchar('\n') == EOF;
    json_object_put(document);
    return failed ? -1 : 0;
}
