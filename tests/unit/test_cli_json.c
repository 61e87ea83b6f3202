/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"

#define R "\xef\xbf\xbd"

/** The document as text; the caller frees it. */
static char *text_of(struct json_object *document)
{
    assert_non_null(document);
    char *text = strdup(json_object_to_json_string_ext(
        document, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    assert_non_null(text);
    json_object_put(document);
    return text;
}

static void assert_repaired(const char *bytes, size_t size, const char *expected)
{
    struct json_object *string = cli_json_string(bytes, size);
    assert_non_null(string);
    assert_string_equal(json_object_get_string(string), expected);
    json_object_put(string);
}

/* What Python 3 gives for bytes(…).decode("utf-8", "replace"). */
static void json_invalid_utf8_is_replaced_as_python_does(void **state)
{
    static const struct {
        const char *bytes;
        const char *expected;
    } cases[] = {
        { "", "" },
        { "plain", "plain" },
        { "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80" },
        { "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf" },
        { "a\xff"
          "b",
          "a" R "b" },
        { "\x80\x80", R R },
        { "\xc3", R },
        { "\xe2\x82", R },
        { "\xe2\x82z", R "z" },
        { "\xf0\x9f\x98", R },
        { "\xf0\x9f\x98\xc3\xa4", R "\xc3\xa4" },
        { "\xc0\xaf", R R },
        { "\xe0\x80\xaf", R R R },
        { "\xed\xa0\x80", R R R },
        { "\xf0\x80\x80\xaf", R R R R },
        { "\xf4\x90\x80\x80", R R R R },
        { "\xf5\x80", R R },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_repaired(cases[i].bytes, strlen(cases[i].bytes), cases[i].expected);
}

static void json_a_character_is_not_read_beyond_the_size(void **state)
{
    assert_repaired("\xe2\x82\xac", 2, R);
    assert_repaired("a\xf0\x9f\x98\x80", 4, "a" R);
}

static void json_nul_survives(void **state)
{
    char *text = text_of(cli_json_string("a\0b", 3));
    assert_string_equal(text, "\"a\\u0000b\"");
    free(text);
}

static const char *const layers[] = { "seccomp", "rlimits" };

static codeexec_result finished(void)
{
    return (codeexec_result){
        .struct_size = sizeof(codeexec_result),
        .execution_id = "id-1",
        .outcome = CODEEXEC_OUTCOME_COMPLETED,
        .reason = CODEEXEC_REASON_EXITED,
        .exit_code = 3,
        .stdout_data = "a/b\n",
        .stdout_size = 4,
        .stdout_total = 4,
        .stderr_data = "",
        .wall_seconds = 0.25,
        .cpu_seconds = 0.125,
        .peak_memory_bytes = 9000000,
        .isolation = layers,
        .isolation_count = 2,
    };
}

static void json_a_finished_run_has_every_field_in_order(void **state)
{
    codeexec_result result = finished();
    char *text = text_of(cli_json_result(&result));
    assert_string_equal(
        text, "{\"execution_id\":\"id-1\",\"status\":\"completed\",\"stdout\":\"a/b\\n\","
              "\"stderr\":\"\",\"execution_time\":0.250000,\"exit_code\":3,\"reason\":\"exited\","
              "\"signal\":null,\"stdout_truncated\":false,\"stderr_truncated\":false,"
              "\"stdout_bytes\":4,\"stderr_bytes\":0,\"usage\":{\"cpu_seconds\":0.125000,"
              "\"peak_memory_bytes\":9000000,\"processes_peak\":null},"
              "\"isolation\":[\"seccomp\",\"rlimits\"]}");
    free(text);
}

static void json_a_signal_and_a_cut_stream_show(void **state)
{
    codeexec_result result = finished();
    result.outcome = CODEEXEC_OUTCOME_ERROR;
    result.reason = CODEEXEC_REASON_SIGNALED;
    result.exit_code = -11;
    result.signal = 11;
    result.stdout_total = UINT64_C(5000000000);
    result.stdout_truncated = 1;
    result.processes_peak = 7;
    char *text = text_of(cli_json_result(&result));
    assert_non_null(strstr(text, "\"status\":\"error\""));
    assert_non_null(strstr(text, "\"exit_code\":-11,\"reason\":\"signaled\",\"signal\":11,"
                                 "\"stdout_truncated\":true"));
    assert_non_null(strstr(text, "\"stdout_bytes\":5000000000"));
    assert_non_null(strstr(text, "\"processes_peak\":7"));
    free(text);
}

static void json_a_rejected_run_is_the_400_of_the_service(void **state)
{
    const codeexec_violation violations[] = {
        { .line = 2,
          .column = 5,
          .rule = "process-creation",
          .message = "os.system() starts a process",
          .end_line = 2,
          .end_column = 14,
          .snippet = "os.system" },
        { .line = 7, .column = 1, .rule = "x", .message = "say \"no\"", .snippet = "" },
    };
    codeexec_result result = finished();
    result.outcome = CODEEXEC_OUTCOME_REJECTED;
    result.violations = violations;
    result.violation_count = 2;
    char *text = text_of(cli_json_result(&result));
    assert_string_equal(
        text, "{\"detail\":\"Unsafe code detected\",\"violations\":["
              "{\"line\":2,\"column\":5,\"rule\":\"process-creation\","
              "\"message\":\"os.system() starts a process\",\"end_line\":2,\"end_column\":14,"
              "\"snippet\":\"os.system\"},"
              "{\"line\":7,\"column\":1,\"rule\":\"x\",\"message\":\"say \\\"no\\\"\"}]}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_invalid_utf8_is_replaced_as_python_does),
        cmocka_unit_test(json_a_character_is_not_read_beyond_the_size),
        cmocka_unit_test(json_nul_survives),
        cmocka_unit_test(json_a_finished_run_has_every_field_in_order),
        cmocka_unit_test(json_a_signal_and_a_cut_stream_show),
        cmocka_unit_test(json_a_rejected_run_is_the_400_of_the_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
