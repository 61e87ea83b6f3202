/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "codec.h"
#include "json_check.h"
#include "json_write.h"
#include "utf8.h"

#define R   "\xef\xbf\xbd"
#define MIB (UINT64_C(1) << 20)

/** What is in the buffer, as a string; the caller frees it. */
static char *text_of(struct evbuffer *buffer)
{
    size_t size = evbuffer_get_length(buffer);
    char *text = malloc(size + 1);
    assert_non_null(text);
    assert_int_equal(evbuffer_copyout(buffer, text, size), size);
    text[size] = '\0';
    return text;
}

/* ---- requests ---- */

/** The body must be refused, with this document. */
static void assert_refused_bytes(const char *body, size_t size, const char *expected)
{
    struct evbuffer *answer = evbuffer_new();
    codec_request request;
    codec_status status = codec_read_request(body, size, &request, answer);
    char *text = text_of(answer);
    if (status != CODEC_INVALID)
        fail_msg("%d for %s", (int)status, body);
    assert_string_equal(text, expected);
    free(text);
    evbuffer_free(answer);
}

static void assert_refused(const char *body, const char *expected)
{
    assert_refused_bytes(body, strlen(body), expected);
}

/** The body is no JSON that is taken: one error about it as a whole, which says this. */
static void assert_no_json(const char *body, size_t size, const char *why)
{
    char expected[256];
    snprintf(expected, sizeof(expected),
             "{\"detail\": [{\"type\": \"json_invalid\", \"loc\": [\"body\"], "
             "\"msg\": \"JSON decode error: %s\"}]}",
             why);
    assert_refused_bytes(body, size, expected);
}

/** The body must be accepted; what it says is cleared with codec_request_clear(). */
static codec_request accepted(const char *body)
{
    struct evbuffer *answer = evbuffer_new();
    codec_request request;
    codec_status status = codec_read_request(body, strlen(body), &request, answer);
    char *text = text_of(answer);
    if (status != CODEC_OK)
        fail_msg("%d for %s: %s", (int)status, body, text);
    assert_string_equal(text, "");
    free(text);
    evbuffer_free(answer);
    return request;
}

#define NEEDED "\"code\": \"x\", \"language\": \"python\""

static void codec_reads_every_field(void **state)
{
    codec_request got = accepted("{\"language\": \"python\", \"code\": \"print(1)\\n\", "
                                 "\"timeout\": 1.5, \"max_memory_mb\": 64, "
                                 "\"execution_id\": \"Run-1_a.b\"}");
    assert_string_equal(got.request.code, "print(1)\n");
    assert_int_equal(got.request.code_size, 9);
    assert_int_equal(got.request.wall_ms, 1500);
    assert_int_equal(got.request.memory_bytes, 64 * MIB);
    assert_string_equal(got.request.execution_id, "Run-1_a.b");
    assert_int_equal(got.request.stdin_fd, -1);
    codec_request_clear(&got);
}

static void codec_leaves_defaults_to_the_executor(void **state)
{
    static const char *const bodies[] = {
        "{" NEEDED "}",
        "{" NEEDED ", \"timeout\": null, \"max_memory_mb\": null, \"execution_id\": null}",
        "{" NEEDED ", \"more\": {\"timeout\": -1}, \"Timeout\": [1, 2.5e3, true, \"\"]}",
        " \r\n\t{" NEEDED "}\n ",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        codec_request got = accepted(bodies[i]);
        assert_int_equal(got.request.wall_ms, 0);
        assert_int_equal(got.request.memory_bytes, 0);
        assert_null(got.request.execution_id);
        codec_request_clear(&got);
    }
}

static void codec_takes_the_last_of_two(void **state)
{
    codec_request got = accepted("{\"code\": 5, " NEEDED ", \"timeout\": \"x\", \"timeout\": 2}");
    assert_string_equal(got.request.code, "x");
    assert_int_equal(got.request.wall_ms, 2000);
    codec_request_clear(&got);
}

static void codec_keeps_what_strings_mean(void **state)
{
    codec_request got = accepted("{\"code\": \"a\\u0000b\\ud83d\\ude00\\\"\\/\\u00e9\xc3\xa9\", "
                                 "\"language\": \"python\"}");
    assert_int_equal(got.request.code_size, 13);
    assert_memory_equal(got.request.code, "a\0b\xf0\x9f\x98\x80\"/\xc3\xa9\xc3\xa9", 13);
    codec_request_clear(&got);
    got = accepted("{\"code\": \"\", \"language\": \"\\u0070ython\"}");
    assert_int_equal(got.request.code_size, 0);
    assert_non_null(got.request.code);
    codec_request_clear(&got);
}

static void codec_takes_numbers_in_their_range(void **state)
{
    static const struct {
        const char *member;
        uint32_t wall_ms;
        uint64_t memory_mb;
    } cases[] = {
        { "\"timeout\": 600", 600000, 0 },        { "\"timeout\": 600.0", 600000, 0 },
        { "\"timeout\": 6e2", 600000, 0 },        { "\"timeout\": 1e-9", 1, 0 },
        { "\"timeout\": 0.0014", 2, 0 },          { "\"timeout\": 0.25", 250, 0 },
        { "\"max_memory_mb\": 16", 0, 16 },       { "\"max_memory_mb\": 8192", 0, 8192 },
        { "\"max_memory_mb\": 2048.0", 0, 2048 }, { "\"max_memory_mb\": 2.5e1", 0, 25 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[128];
        snprintf(body, sizeof(body), "{" NEEDED ", %s}", cases[i].member);
        codec_request got = accepted(body);
        assert_int_equal(got.request.wall_ms, cases[i].wall_ms);
        assert_int_equal(got.request.memory_bytes, cases[i].memory_mb * MIB);
        codec_request_clear(&got);
    }
}

#define TIMEOUT "timeout"
#define MEMORY  "max_memory_mb"
#define ID      "execution_id"

static void codec_names_what_is_wrong(void **state)
{
    static const struct {
        const char *members;
        const char *type;
        const char *field;
        const char *text;
    } cases[] = {
        { "\"language\": \"python\"", "missing", "code", "Field required" },
        { "\"code\": \"x\"", "missing", "language", "Field required" },
        { "\"language\": \"python\", \"code\": 5", "string_type", "code",
          "Input should be a valid string" },
        { "\"language\": \"python\", \"code\": null", "string_type", "code",
          "Input should be a valid string" },
        { "\"code\": \"x\", \"language\": \"ruby\"", "literal_error", "language",
          "Input should be 'python'" },
        { "\"code\": \"x\", \"language\": null", "literal_error", "language",
          "Input should be 'python'" },
        { "\"code\": \"x\", \"language\": \"python\\u0000\"", "literal_error", "language",
          "Input should be 'python'" },
        { NEEDED ", \"timeout\": 0", "greater_than", TIMEOUT, "Input should be greater than 0" },
        { NEEDED ", \"timeout\": -0.0", "greater_than", TIMEOUT, "Input should be greater than 0" },
        { NEEDED ", \"timeout\": 600.01", "less_than_equal", TIMEOUT,
          "Input should be less than or equal to 600" },
        { NEEDED ", \"timeout\": 1e999", "less_than_equal", TIMEOUT,
          "Input should be less than or equal to 600" },
        { NEEDED ", \"timeout\": 99999999999999999999", "less_than_equal", TIMEOUT,
          "Input should be less than or equal to 600" },
        { NEEDED ", \"timeout\": true", "float_type", TIMEOUT, "Input should be a valid number" },
        { NEEDED ", \"timeout\": \"5\"", "float_type", TIMEOUT, "Input should be a valid number" },
        { NEEDED ", \"max_memory_mb\": false", "int_type", MEMORY,
          "Input should be a valid integer" },
        { NEEDED ", \"max_memory_mb\": 64.5", "int_from_float", MEMORY,
          "Input should be a valid integer, got a number with a fractional part" },
        { NEEDED ", \"max_memory_mb\": 15", "greater_than_equal", MEMORY,
          "Input should be greater than or equal to 16" },
        { NEEDED ", \"max_memory_mb\": -99999999999999999999", "greater_than_equal", MEMORY,
          "Input should be greater than or equal to 16" },
        { NEEDED ", \"max_memory_mb\": 8193", "less_than_equal", MEMORY,
          "Input should be less than or equal to 8192" },
        { NEEDED ", \"max_memory_mb\": 18446744073709551680", "less_than_equal", MEMORY,
          "Input should be less than or equal to 8192" },
        { NEEDED ", \"execution_id\": 5", "string_type", ID, "Input should be a valid string" },
        { NEEDED ", \"execution_id\": \"\"", "string_pattern_mismatch", ID,
          "String should match pattern '^[A-Za-z0-9._-]{1,128}$'" },
        { NEEDED ", \"execution_id\": \"a\\u0000\"", "string_pattern_mismatch", ID,
          "String should match pattern '^[A-Za-z0-9._-]{1,128}$'" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[256];
        char expected[256];
        snprintf(body, sizeof(body), "{%s}", cases[i].members);
        snprintf(expected, sizeof(expected),
                 "{\"detail\": [{\"type\": \"%s\", \"loc\": [\"body\", \"%s\"], \"msg\": \"%s\"}]}",
                 cases[i].type, cases[i].field, cases[i].text);
        assert_refused(body, expected);
    }
}

static void codec_names_all_that_is_wrong_in_order(void **state)
{
    assert_refused("{\"max_memory_mb\": 1, \"timeout\": [], \"execution_id\": \"/\", \"code\": {}}",
                   "{\"detail\": [{\"type\": \"string_type\", \"loc\": [\"body\", \"code\"], "
                   "\"msg\": \"Input should be a valid string\"}, "
                   "{\"type\": \"missing\", \"loc\": [\"body\", \"language\"], "
                   "\"msg\": \"Field required\"}, "
                   "{\"type\": \"string_pattern_mismatch\", \"loc\": [\"body\", \"execution_id\"], "
                   "\"msg\": \"String should match pattern '^[A-Za-z0-9._-]{1,128}$'\"}, "
                   "{\"type\": \"float_type\", \"loc\": [\"body\", \"timeout\"], "
                   "\"msg\": \"Input should be a valid number\"}, "
                   "{\"type\": \"greater_than_equal\", \"loc\": [\"body\", \"max_memory_mb\"], "
                   "\"msg\": \"Input should be greater than or equal to 16\"}]}");
}

static void codec_wants_an_object(void **state)
{
    static const char missing[] = "{\"detail\": [{\"type\": \"missing\", \"loc\": [\"body\"], "
                                  "\"msg\": \"Field required\"}]}";
    static const char no_object[] =
        "{\"detail\": [{\"type\": \"model_attributes_type\", \"loc\": [\"body\"], \"msg\": "
        "\"Input should be a valid dictionary or object to extract fields from\"}]}";
    assert_refused_bytes(NULL, 0, missing);
    assert_refused("null", missing);
    assert_refused("[]", no_object);
    assert_refused("\"text\"", no_object);
    assert_refused(" true ", no_object);
    assert_refused("17", no_object);
}

static void codec_refuses_what_is_no_json(void **state)
{
    static const struct {
        const char *body;
        const char *why;
    } cases[] = {
        { "nope", "unexpected character at byte 0" },
        { "{'code': 1}", "unexpected character at byte 1" },
        { "{\"a\": NaN}", "unexpected character at byte 6" },
        { "{\"a\": -Infinity}", "invalid number at byte 7" },
        { "{\"a\": 01}", "leading zero at byte 8" },
        { "{\"a\": 1.}", "invalid number at byte 8" },
        { "{\"a\": .5}", "unexpected character at byte 6" },
        { "{\"a\": 1e}", "invalid number at byte 8" },
        { "{\"a\": +1}", "unexpected character at byte 6" },
        { "{\"a\": \"\n\"}", "control character in a string at byte 7" },
        { "{\"a\": \"\\x\"}", "invalid escape at byte 7" },
        { "{\"a\": \"\\u12g4\"}", "invalid \\\\u escape at byte 7" },
        { "{\"a\": \"\\ud800\"}", "lone surrogate at byte 7" },
        { "{\"a\": \"\\ud800\\u0041\"}", "lone surrogate at byte 7" },
        { "{\"a\": \"\\udc00\\ud800\"}", "lone surrogate at byte 7" },
        { "{\"a\": \"\xff\"}", "invalid UTF-8 at byte 7" },
        { "{\"a\": \"\xc0\xaf\"}", "invalid UTF-8 at byte 7" },
        { "{\"a\": \"\xed\xa0\x80\"}", "invalid UTF-8 at byte 7" },
        { "{\"a\": \"", "unterminated string at byte 7" },
        { "{\"a\": \"\\", "invalid escape at byte 7" },
        { "{\"code\\u0000\": 1}", "NUL in a member's name at byte 13" },
        { "{\"code\\u0000\" : 1}", "NUL in a member's name at byte 14" },
        { "/* */ {}", "unexpected character at byte 0" },
        { "{", "unexpected end at byte 1" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_no_json(cases[i].body, strlen(cases[i].body), cases[i].why);
    assert_no_json("{}\0", 3, "unexpected character at byte 2");
}

/** Faults in how tokens stand together: json-c words them. */
static void codec_refuses_bad_structure(void **state)
{
    static const char *const bodies[] = {
        "{" NEEDED ",}",
        "{" NEEDED "} {}",
        "{" NEEDED "}}",
        "{" NEEDED "]",
        "{\"a\" 1}",
        "[1,]",
        "{\"a\": 1 2}",
        "{1: 2}",
        "}",
        "{\"a\":}",
        "{" NEEDED "}x",
        "{" NEEDED "",
        "truefalse",
        "{,}",
        "[1",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct evbuffer *answer = evbuffer_new();
        codec_request request;
        if (codec_read_request(bodies[i], strlen(bodies[i]), &request, answer) != CODEC_INVALID)
            fail_msg("accepted: %s", bodies[i]);
        char *text = text_of(answer);
        if (!strstr(text, "\"json_invalid\", \"loc\": [\"body\"]"))
            fail_msg("%s: %s", bodies[i], text);
        free(text);
        evbuffer_free(answer);
    }
}

static void codec_bounds_what_a_body_costs(void **state)
{
    size_t size = 16 * MIB;
    char *body = malloc(size + 1);
    assert_non_null(body);
    for (size_t i = 0; i < size; i++)
        body[i] = "{},"[i % 3];
    body[size] = '\0';
    assert_no_json(body, size, "too many values at byte 60000");
    memset(body, '[', size);
    assert_no_json(body, size, "too many values at byte 20000");
    assert_no_json(body, 1000, "nesting too deep at byte 32");
    free(body);
}

/* ---- results ---- */

static const char *const two_layers[] = { "mount_namespace", "seccomp" };

static codeexec_result completed(const char *output, size_t size)
{
    return (codeexec_result){
        .struct_size = sizeof(codeexec_result),
        .execution_id = "id",
        .stdout_data = output,
        .stdout_size = size,
        .stdout_total = size,
        .stderr_data = "",
        .wall_seconds = 0.25,
        .cpu_seconds = 0.125,
        .peak_memory_bytes = UINT64_C(1) << 40,
        .processes_peak = 3,
        .isolation = two_layers,
        .isolation_count = 2,
    };
}

/** The document of a result; the caller frees it. */
static char *document_of(const codeexec_result *result, int expected_status)
{
    struct evbuffer *answer = evbuffer_new();
    assert_int_equal(codec_write_result(answer, result), expected_status);
    char *text = text_of(answer);
    evbuffer_free(answer);
    return text;
}

static void codec_writes_a_result(void **state)
{
    codeexec_result result = completed("hi\n", 3);
    char *text = document_of(&result, 200);
    assert_string_equal(
        text, "{\"execution_id\": \"id\", \"status\": \"completed\", \"stdout\": \"hi\\n\", "
              "\"stderr\": \"\", \"execution_time\": 0.250000, \"exit_code\": 0, "
              "\"reason\": \"exited\", \"signal\": null, \"stdout_truncated\": false, "
              "\"stderr_truncated\": false, \"stdout_bytes\": 3, \"stderr_bytes\": 0, "
              "\"usage\": {\"cpu_seconds\": 0.125000, \"peak_memory_bytes\": 1099511627776, "
              "\"processes_peak\": 3}, \"isolation\": [\"mount_namespace\", \"seccomp\"]}");
    free(text);
}

static void codec_writes_an_end_by_force(void **state)
{
    codeexec_result result = completed("", 0);
    result.outcome = CODEEXEC_OUTCOME_ERROR;
    result.reason = CODEEXEC_REASON_INTERNAL;
    result.exit_code = -9;
    result.signal = 9;
    result.processes_peak = 0;
    result.isolation_count = 0;
    result.stderr_truncated = 1;
    result.stderr_total = UINT64_MAX;
    result.detail = "a \"fault\"";
    char *text = document_of(&result, 200);
    assert_string_equal(
        text, "{\"execution_id\": \"id\", \"status\": \"error\", \"stdout\": \"\", "
              "\"stderr\": \"\", \"execution_time\": 0.250000, \"exit_code\": -9, "
              "\"reason\": \"internal\", \"signal\": 9, \"stdout_truncated\": false, "
              "\"stderr_truncated\": true, \"stdout_bytes\": 0, "
              "\"stderr_bytes\": 18446744073709551615, "
              "\"usage\": {\"cpu_seconds\": 0.125000, \"peak_memory_bytes\": 1099511627776, "
              "\"processes_peak\": null}, \"isolation\": [], \"message\": \"a \\\"fault\\\"\"}");
    free(text);
}

static void codec_writes_no_status_but_the_three(void **state)
{
    static const char *const words[] = { "completed", "timeout", "error", NULL, "error" };
    for (int outcome = 0; outcome < 5; outcome++) {
        codeexec_result result = completed("", 0);
        char expected[64];
        if (!words[outcome])
            continue;
        result.outcome = (codeexec_outcome)outcome;
        snprintf(expected, sizeof(expected), "\"status\": \"%s\"", words[outcome]);
        char *text = document_of(&result, 200);
        assert_non_null(strstr(text, expected));
        free(text);
    }
}

static void codec_writes_violations(void **state)
{
    static const codeexec_violation found[] = {
        { .line = 1,
          .column = 12,
          .rule = "process-creation",
          .message = "os.system starts a process",
          .end_line = 1,
          .end_column = 21,
          .snippet = "os.system" },
        { .line = 4000000000u, .column = 1, .rule = "x", .message = "\xc3\xa9", .snippet = "" },
    };
    codeexec_result result = completed("", 0);
    result.outcome = CODEEXEC_OUTCOME_REJECTED;
    result.violations = found;
    result.violation_count = 2;
    char *text = document_of(&result, 400);
    assert_string_equal(
        text,
        "{\"detail\": \"Unsafe code detected\", \"violations\": [{\"line\": 1, "
        "\"column\": 12, \"rule\": \"process-creation\", "
        "\"message\": \"os.system starts a process\", \"end_line\": 1, "
        "\"end_column\": 21, \"snippet\": \"os.system\"}, {\"line\": 4000000000, \"column\": 1, "
        "\"rule\": \"x\", \"message\": \"\xc3\xa9\"}]}");
    free(text);
}

/* ---- strings ---- */

static void assert_written(const char *bytes, size_t size, const char *expected)
{
    struct evbuffer *buffer = evbuffer_new();
    json_writer writer;
    json_write_begin(&writer, buffer);
    json_write_string(&writer, bytes, size);
    assert_int_equal(json_write_end(&writer), 0);
    char *text = text_of(buffer);
    assert_string_equal(text, expected);
    free(text);
    evbuffer_free(buffer);
}

static void codec_escapes_what_must_be(void **state)
{
    assert_written("\0\x01\x1f\b\t\n\v\f\r\"\\/\x7f", 13,
                   "\"\\u0000\\u0001\\u001f\\b\\t\\n\\u000b\\f\\r\\\"\\\\/\x7f\"");
    assert_written("plain", 5, "\"plain\"");
    assert_written("", 0, "\"\"");
}

/** What Python gives for bytes(…).decode("utf-8", "replace"). */
static void codec_replaces_invalid_utf8_as_python_does(void **state)
{
    static const struct {
        const char *bytes;
        const char *expected;
    } cases[] = {
        { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
        { "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
          "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"" },
        { "\x80\x80z", "\"" R R "z\"" },
        { "\xc3", "\"" R "\"" },
        { "\xe2\x82\n", "\"" R "\\n\"" },
        { "\xf0\x9f\x98\xc3\xa4", "\"" R "\xc3\xa4\"" },
        { "\xc0\xaf", "\"" R R "\"" },
        { "\xe0\x80\xaf", "\"" R R R "\"" },
        { "\xed\xa0\x80", "\"" R R R "\"" },
        { "\xf0\x80\x80\xaf", "\"" R R R R "\"" },
        { "\xf4\x90\x80\x80", "\"" R R R R "\"" },
        { "\xf5\x80\xfe\xff", "\"" R R R R "\"" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_written(cases[i].bytes, strlen(cases[i].bytes), cases[i].expected);
}

static void codec_drops_a_character_that_the_cut_went_through(void **state)
{
    static const struct {
        const char *bytes;
        size_t kept;
    } cases[] = {
        { "a\xf0\x9f\x98", 1 },
        { "a\xf0", 1 },
        { "\xe2\x82", 0 },
        { "a\xc3\xa4", 3 },
        { "abc", 3 },
        { "", 0 },
        /* Wrong before the cut already: that is the program's. */
        { "a\xff", 2 },
        { "a\x80", 2 },
        { "\xe2\x82\xac\x82", 4 },
        { "\xed\xa0", 2 },
        { "\xf0\x80\x80", 3 },
        { "\x80\x80\x80\x80", 4 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(utf8_without_cut_tail(cases[i].bytes, strlen(cases[i].bytes)),
                         cases[i].kept);
    codeexec_result result = completed("a\xe2\x82", 3);
    char *whole = document_of(&result, 200);
    assert_non_null(strstr(whole, "\"stdout\": \"a" R "\""));
    free(whole);
    result.stdout_truncated = 1;
    char *cut = document_of(&result, 200);
    assert_non_null(strstr(cut, "\"stdout\": \"a\""));
    free(cut);
}

/** Blocks of the writer end anywhere: nothing may be lost or doubled there. */
static void codec_writes_large_output_whole(void **state)
{
    size_t size = 10 * MIB;
    char *output = malloc(size);
    assert_non_null(output);
    for (size_t i = 0; i < size; i++)
        output[i] = (char)(i * 7 + i / 251);
    codeexec_result result = completed(output, size);
    char *text = document_of(&result, 200);
    json_fault fault = { "", 0 };
    if (json_check(text, strlen(text), &fault) != 0)
        fail_msg("%s at %zu", fault.what, fault.offset);
    struct json_object *parsed = json_tokener_parse(text);
    struct json_object *stream = NULL;
    assert_true(json_object_object_get_ex(parsed, "stdout", &stream));
    const unsigned char *in = (const unsigned char *)output;
    const char *out = json_object_get_string(stream);
    size_t at = 0;
    while (at < size) {
        bool cut;
        int length = utf8_next(in + at, size - at, &cut);
        const void *expected = length > 0 ? (const void *)(in + at) : R;
        size_t written = length > 0 ? (size_t)length : strlen(R);
        if (memcmp(out, expected, written) != 0)
            fail_msg("wrong at byte %zu", at);
        out += written;
        at += (size_t)abs(length);
    }
    assert_string_equal(out, "");
    json_object_put(parsed);
    free(text);
    free(output);
}

static void codec_writes_a_detail(void **state)
{
    struct evbuffer *answer = evbuffer_new();
    assert_int_equal(codec_write_detail(answer, "Not \"Found\""), 0);
    char *text = text_of(answer);
    assert_string_equal(text, "{\"detail\": \"Not \\\"Found\\\"\"}");
    free(text);
    evbuffer_free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codec_reads_every_field),
        cmocka_unit_test(codec_leaves_defaults_to_the_executor),
        cmocka_unit_test(codec_takes_the_last_of_two),
        cmocka_unit_test(codec_keeps_what_strings_mean),
        cmocka_unit_test(codec_takes_numbers_in_their_range),
        cmocka_unit_test(codec_names_what_is_wrong),
        cmocka_unit_test(codec_names_all_that_is_wrong_in_order),
        cmocka_unit_test(codec_wants_an_object),
        cmocka_unit_test(codec_refuses_what_is_no_json),
        cmocka_unit_test(codec_refuses_bad_structure),
        cmocka_unit_test(codec_bounds_what_a_body_costs),
        cmocka_unit_test(codec_writes_a_result),
        cmocka_unit_test(codec_writes_an_end_by_force),
        cmocka_unit_test(codec_writes_no_status_but_the_three),
        cmocka_unit_test(codec_writes_violations),
        cmocka_unit_test(codec_escapes_what_must_be),
        cmocka_unit_test(codec_replaces_invalid_utf8_as_python_does),
        cmocka_unit_test(codec_drops_a_character_that_the_cut_went_through),
        cmocka_unit_test(codec_writes_large_output_whole),
        cmocka_unit_test(codec_writes_a_detail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
