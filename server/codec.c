/* SPDX-License-Identifier: MIT */
#include "codec.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "json_check.h"
#include "json_write.h"
#include "utf8.h"

/** Deep enough for whatever rides along in fields that are ignored. */
#define MAX_DEPTH     32
#define MAX_SECONDS   (CODEEXEC_MAX_WALL_MS / 1000)
#define MEBIBYTE      (UINT64_C(1) << 20)
#define MIN_MEMORY_MB ((int64_t)(CODEEXEC_MIN_MEMORY_BYTES / MEBIBYTE))
#define MAX_MEMORY_MB ((int64_t)(CODEEXEC_MAX_MEMORY_BYTES / MEBIBYTE))
#define ID_PATTERN    "^[A-Za-z0-9._-]{1,128}$"

/* ---- errors, in the form FastAPI gives them ---- */

typedef struct error_list {
    struct evbuffer *answer;
    json_writer writer;
    size_t count;
} error_list;

/** Add one. @param field NULL: the body as a whole
 *  @param text plain ASCII without quotes of its own */
static void add_error(error_list *self, const char *type, const char *field, const char *text)
{
    if (self->count++ == 0)
        json_write_begin(&self->writer, self->answer);
    json_writer *writer = &self->writer;
    json_write_raw(writer, self->count == 1 ? "{\"detail\": [" : ", ");
    json_write_raw(writer, "{\"type\": \"");
    json_write_raw(writer, type);
    json_write_raw(writer, "\", \"loc\": [\"body\"");
    if (field) {
        json_write_raw(writer, ", \"");
        json_write_raw(writer, field);
        json_write_raw(writer, "\"");
    }
    json_write_raw(writer, "], \"msg\": ");
    json_write_string(writer, text, strlen(text));
    json_write_raw(writer, "}");
}

/** @return CODEC_OK if there were none */
static codec_status end_errors(error_list *self)
{
    if (self->count == 0)
        return CODEC_OK;
    json_write_raw(&self->writer, "]}");
    return json_write_end(&self->writer) == 0 ? CODEC_INVALID : CODEC_NO_MEMORY;
}

/** The answer to a body that has only this one fault. */
static codec_status refuse_body(struct evbuffer *answer, const char *type, const char *text)
{
    error_list errors = { .answer = answer };
    add_error(&errors, type, NULL, text);
    return end_errors(&errors);
}

static codec_status refuse_json(struct evbuffer *answer, const char *what, size_t offset)
{
    char text[160];
    snprintf(text, sizeof(text), "JSON decode error: %s at byte %zu", what, offset);
    return refuse_body(answer, "json_invalid", text);
}

/* ---- fields ---- */

static void read_code(struct json_object *value, codeexec_request *out, error_list *errors)
{
    if (!json_object_is_type(value, json_type_string)) {
        add_error(errors, "string_type", "code", "Input should be a valid string");
        return;
    }
    out->code = json_object_get_string(value);
    out->code_size = (size_t)json_object_get_string_len(value);
}

static void read_language(struct json_object *value, codeexec_request *out, error_list *errors)
{
    /* The length counts too: "python\u0000" is no language. */
    if (!json_object_is_type(value, json_type_string) ||
        json_object_get_string_len(value) != (int)strlen("python") ||
        strcmp(json_object_get_string(value), "python") != 0)
        add_error(errors, "literal_error", "language", "Input should be 'python'");
}

static void read_id(struct json_object *value, codeexec_request *out, error_list *errors)
{
    if (!json_object_is_type(value, json_type_string))
        add_error(errors, "string_type", "execution_id", "Input should be a valid string");
    else if (!codeexec_execution_id_valid(json_object_get_string(value),
                                          (size_t)json_object_get_string_len(value)))
        add_error(errors, "string_pattern_mismatch", "execution_id",
                  "String should match pattern '" ID_PATTERN "'");
    else
        out->execution_id = json_object_get_string(value);
}

static bool is_number(struct json_object *value)
{
    return json_object_is_type(value, json_type_int) ||
           json_object_is_type(value, json_type_double);
}

static void read_timeout(struct json_object *value, codeexec_request *out, error_list *errors)
{
    if (!is_number(value)) {
        add_error(errors, "float_type", "timeout", "Input should be a valid number");
        return;
    }
    double seconds = json_object_get_double(value);
    if (!(seconds > 0))
        add_error(errors, "greater_than", "timeout", "Input should be greater than 0");
    else if (seconds > MAX_SECONDS)
        add_error(errors, "less_than_equal", "timeout",
                  "Input should be less than or equal to 600");
    else
        /* Never shorter than asked for, and never 0, which would mean the default. */
        out->wall_ms = (uint32_t)ceil(seconds * 1000);
}
_Static_assert(MAX_SECONDS == 600, "the text above says 600");

static void read_memory(struct json_object *value, codeexec_request *out, error_list *errors)
{
    if (!is_number(value)) {
        add_error(errors, "int_type", "max_memory_mb", "Input should be a valid integer");
        return;
    }
    /* Integers beyond 64 bits are saturated by json-c, and out of the range either way. */
    double megabytes = json_object_get_double(value);
    if (isfinite(megabytes) && megabytes != floor(megabytes))
        add_error(errors, "int_from_float", "max_memory_mb",
                  "Input should be a valid integer, got a number with a fractional part");
    else if (megabytes < (double)MIN_MEMORY_MB)
        add_error(errors, "greater_than_equal", "max_memory_mb",
                  "Input should be greater than or equal to 16");
    else if (megabytes > (double)MAX_MEMORY_MB)
        add_error(errors, "less_than_equal", "max_memory_mb",
                  "Input should be less than or equal to 8192");
    else
        out->memory_bytes = (uint64_t)megabytes * MEBIBYTE;
}
_Static_assert(MIN_MEMORY_MB == 16 && MAX_MEMORY_MB == 8192, "the texts above say so");

/** The model, in the order in which its errors are told. Null stands for absent where a field need
 *  not be there. Fields that are not in the table are ignored. */
static const struct field {
    const char *name;
    bool required;
    void (*read)(struct json_object *value, codeexec_request *out, error_list *errors);
} fields[] = {
    { "code", true, read_code },
    { "language", true, read_language },
    { "execution_id", false, read_id },
    { "timeout", false, read_timeout },
    { "max_memory_mb", false, read_memory },
};

static codec_status read_fields(struct json_object *document, codeexec_request *out,
                                struct evbuffer *answer)
{
    error_list errors = { .answer = answer };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct json_object *value = NULL;
        bool there = json_object_object_get_ex(document, fields[i].name, &value);
        if (!there && fields[i].required)
            add_error(&errors, "missing", fields[i].name, "Field required");
        else if (value || (there && fields[i].required))
            fields[i].read(value, out, &errors);
    }
    return end_errors(&errors);
}

/* ---- the body ---- */

static bool only_space(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr(" \t\r\n", text[i]) || text[i] == 0)
            return false;
    return true;
}

/** @param out receives the document: NULL for the JSON value null */
static codec_status parse(const char *body, size_t size, struct json_object **out,
                          struct evbuffer *answer)
{
    struct json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH);
    codec_status status = CODEC_OK;
    if (!tokener)
        return CODEC_NO_MEMORY;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    *out = json_tokener_parse_ex(tokener, body, (int)size);
    size_t end = json_tokener_get_parse_end(tokener);
    /* A number or a word at the very end could go on: only what follows shows that it does not. */
    if (json_tokener_get_error(tokener) == json_tokener_continue)
        *out = json_tokener_parse_ex(tokener, " ", 1);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    if (error == json_tokener_continue)
        status = refuse_json(answer, "unexpected end", size);
    else if (error != json_tokener_success)
        status = refuse_json(answer, json_tokener_error_desc(error), end);
    else if (!only_space(body + end, size - end))
        status = refuse_json(answer, "extra data", end);
    json_tokener_free(tokener);
    if (status != CODEC_OK) {
        json_object_put(*out);
        *out = NULL;
    }
    return status;
}

codec_status codec_read_request(const char *body, size_t size, codec_request *out,
                                struct evbuffer *answer)
{
    struct json_object *document = NULL;
    json_fault fault;
    if (size == 0)
        return refuse_body(answer, "missing", "Field required");
    if (size > INT_MAX)
        return refuse_json(answer, "too long", INT_MAX);
    if (json_check(body, size, &fault) < 0)
        return refuse_json(answer, fault.what, fault.offset);
    codec_status status = parse(body, size, &document, answer);
    if (status != CODEC_OK)
        return status;
    if (!document)
        return refuse_body(answer, "missing", "Field required");
    if (!json_object_is_type(document, json_type_object)) {
        json_object_put(document);
        return refuse_body(answer, "model_attributes_type",
                           "Input should be a valid dictionary or object to extract fields from");
    }
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    status = read_fields(document, &request, answer);
    if (status == CODEC_OK)
        *out = (codec_request){ request, document };
    else
        json_object_put(document);
    return status;
}

void codec_request_clear(codec_request *self)
{
    json_object_put(self->document);
    self->document = NULL;
}

/* ---- results ---- */

static void write_text(json_writer *writer, const char *name, const char *text)
{
    json_write_raw(writer, name);
    json_write_string(writer, text, strlen(text));
}

static void write_stream(json_writer *writer, const char *name, const char *data, size_t size,
                         int truncated)
{
    json_write_raw(writer, name);
    /* Half a character at the cut is ours, not the program's: no U+FFFD for it. */
    json_write_string(writer, data, truncated ? utf8_without_cut_tail(data, size) : size);
}

static void write_isolation(json_writer *writer, const codeexec_result *result)
{
    json_write_raw(writer, ", \"isolation\": [");
    for (size_t i = 0; i < result->isolation_count; i++)
        write_text(writer, i == 0 ? "" : ", ", result->isolation[i]);
    json_write_raw(writer, "]");
}

/** What follows the six fields that always stand. */
static void write_details(json_writer *writer, const codeexec_result *result)
{
    write_text(writer, ", \"reason\": ", codeexec_reason_name(result->reason));
    if (result->signal)
        json_write_format(writer, ", \"signal\": %d", result->signal);
    else
        json_write_raw(writer, ", \"signal\": null");
    json_write_format(writer, ", \"stdout_truncated\": %s",
                      result->stdout_truncated ? "true" : "false");
    json_write_format(writer, ", \"stderr_truncated\": %s",
                      result->stderr_truncated ? "true" : "false");
    json_write_format(writer, ", \"stdout_bytes\": %llu", (unsigned long long)result->stdout_total);
    json_write_format(writer, ", \"stderr_bytes\": %llu", (unsigned long long)result->stderr_total);
    json_write_format(writer, ", \"usage\": {\"cpu_seconds\": %.6f", result->cpu_seconds);
    json_write_format(writer, ", \"peak_memory_bytes\": %llu",
                      (unsigned long long)result->peak_memory_bytes);
    if (result->processes_peak)
        json_write_format(writer, ", \"processes_peak\": %lu}",
                          (unsigned long)result->processes_peak);
    else
        json_write_raw(writer, ", \"processes_peak\": null}");
    write_isolation(writer, result);
    if (result->detail)
        write_text(writer, ", \"message\": ", result->detail);
}

/** Only three words are promised. A cancelled run is not answered unless nobody asked for its end.
 */
static const char *status_name(codeexec_outcome outcome)
{
    bool known = outcome == CODEEXEC_OUTCOME_COMPLETED || outcome == CODEEXEC_OUTCOME_TIMEOUT;
    return codeexec_outcome_name(known ? outcome : CODEEXEC_OUTCOME_ERROR);
}

static void write_finished(json_writer *writer, const codeexec_result *result)
{
    write_text(writer, "{\"execution_id\": ", result->execution_id);
    write_text(writer, ", \"status\": ", status_name(result->outcome));
    write_stream(writer, ", \"stdout\": ", result->stdout_data, result->stdout_size,
                 result->stdout_truncated);
    write_stream(writer, ", \"stderr\": ", result->stderr_data, result->stderr_size,
                 result->stderr_truncated);
    json_write_format(writer, ", \"execution_time\": %.6f", result->wall_seconds);
    json_write_format(writer, ", \"exit_code\": %d", result->exit_code);
    write_details(writer, result);
    json_write_raw(writer, "}");
}

static void write_rejected(json_writer *writer, const codeexec_result *result)
{
    json_write_raw(writer, "{\"detail\": \"Unsafe code detected\", \"violations\": [");
    for (size_t i = 0; i < result->violation_count; i++) {
        const codeexec_violation *violation = &result->violations[i];
        json_write_format(writer, "%s{\"line\": %lu", i == 0 ? "" : ", ",
                          (unsigned long)violation->line);
        json_write_format(writer, ", \"column\": %lu", (unsigned long)violation->column);
        write_text(writer, ", \"rule\": ", violation->rule);
        write_text(writer, ", \"message\": ", violation->message);
        if (violation->end_line > 0) {
            json_write_format(writer, ", \"end_line\": %lu", (unsigned long)violation->end_line);
            json_write_format(writer, ", \"end_column\": %lu",
                              (unsigned long)violation->end_column);
            write_text(writer, ", \"snippet\": ", violation->snippet);
        }
        json_write_raw(writer, "}");
    }
    json_write_raw(writer, "]");
    if (result->violations_dropped > 0)
        json_write_format(writer, ", \"violations_dropped\": %lu",
                          (unsigned long)result->violations_dropped);
    json_write_raw(writer, "}");
}

int codec_write_result(struct evbuffer *answer, const codeexec_result *result)
{
    json_writer writer;
    bool rejected = result->outcome == CODEEXEC_OUTCOME_REJECTED;
    json_write_begin(&writer, answer);
    if (rejected)
        write_rejected(&writer, result);
    else
        write_finished(&writer, result);
    return json_write_end(&writer) == 0 ? (rejected ? 400 : 200) : -1;
}

int codec_write_detail(struct evbuffer *answer, const char *text)
{
    json_writer writer;
    json_write_begin(&writer, answer);
    write_text(&writer, "{\"detail\": ", text);
    json_write_raw(&writer, "}");
    return json_write_end(&writer);
}
