/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"

static void result_names_outcomes_and_reasons(void **state)
{
    assert_string_equal(codeexec_outcome_name(CODEEXEC_OUTCOME_COMPLETED), "completed");
    assert_string_equal(codeexec_outcome_name(CODEEXEC_OUTCOME_CANCELLED), "cancelled");
    assert_string_equal(codeexec_outcome_name((codeexec_outcome)99), "unknown");
    assert_string_equal(codeexec_reason_name(CODEEXEC_REASON_EXITED), "exited");
    assert_string_equal(codeexec_reason_name(CODEEXEC_REASON_FILE_SIZE), "file_size");
    assert_string_equal(codeexec_reason_name((codeexec_reason)99), "unknown");
    for (int i = CODEEXEC_OUTCOME_COMPLETED; i <= CODEEXEC_OUTCOME_CANCELLED; i++)
        assert_string_not_equal(codeexec_outcome_name((codeexec_outcome)i), "unknown");
    for (int i = CODEEXEC_REASON_EXITED; i <= CODEEXEC_REASON_INTERNAL; i++)
        assert_string_not_equal(codeexec_reason_name((codeexec_reason)i), "unknown");
}

static void result_begins_as_a_fault_of_ours(void **state)
{
    ce_result *result = ce_result_create("id-1");
    assert_non_null(result);
    assert_string_equal(result->result.execution_id, "id-1");
    assert_int_equal(result->result.outcome, CODEEXEC_OUTCOME_ERROR);
    assert_int_equal(result->result.reason, CODEEXEC_REASON_INTERNAL);
    assert_int_equal(result->result.exit_code, -1);
    assert_string_equal(result->result.stdout_data, "");
    assert_string_equal(result->result.stderr_data, "");
    ce_result_set_stdout(result, NULL, 0, 5);
    assert_string_equal(result->result.stdout_data, "");
    assert_int_equal(result->result.stdout_total, 5);
    ce_result_set_stderr(result, strdup("text"), 4, 4);
    assert_string_equal(result->result.stderr_data, "text");
    codeexec_result_free(&result->result);
    codeexec_result_free(NULL);
}

static void result_details_are_one_clean_line(void **state)
{
    char large[2000];
    ce_result *result = ce_result_create("id");
    ce_result_set_detail(result, "python said: %s",
                         "a\nb\xff"
                         "c\x01");
    assert_string_equal(result->result.detail, "python said: a b\xef\xbf\xbd"
                                               "c ");
    memset(large, 'y', sizeof(large));
    large[sizeof(large) - 1] = '\0';
    ce_result_set_detail(result, "%s", large);
    assert_int_equal(strlen(result->result.detail), CODEEXEC_ERROR_MESSAGE_SIZE - 1);
    codeexec_result_free(&result->result);
}

/** Append bytes that are no string. */
static void put(char **at, const void *bytes, size_t size)
{
    memcpy(*at, bytes, size);
    *at += size;
}

static void assert_copied(const char *text, const char *expected)
{
    char out[64];
    size_t size = strlen(text);
    /* In a block of its exact size, so that a read past it is seen by the sanitizer. */
    char *exact = malloc(size > 0 ? size : 1);
    char *at = exact;
    assert_non_null(exact);
    put(&at, text, size);
    assert_int_equal(ce_utf8_copy(out, sizeof(out), exact, size), strlen(expected));
    assert_string_equal(out, expected);
    free(exact);
}

#define BAD "\xef\xbf\xbd"

static void result_makes_text_valid(void **state)
{
    assert_copied("", "");
    assert_copied("plain", "plain");
    assert_copied("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d");
    assert_copied("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
                  "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf");
    assert_copied("\x80", BAD);
    assert_copied("a\xc3", "a" BAD);
    assert_copied("\xe2\x82", BAD BAD);
    assert_copied("\xc0\xaf", BAD BAD);                 /* overlong */
    assert_copied("\xe0\x9f\xbf", BAD BAD BAD);         /* overlong */
    assert_copied("\xed\xa0\x80", BAD BAD BAD);         /* surrogate */
    assert_copied("\xf4\x90\x80\x80", BAD BAD BAD BAD); /* beyond U+10FFFF */
    assert_copied("\xf5", BAD);
    assert_copied("\xc3"
                  "x",
                  BAD "x");
    assert_copied("tab\there\x7f", "tab here ");
}

static void result_cuts_text_at_a_character(void **state)
{
    char out[8];
    assert_int_equal(ce_utf8_copy(out, 1, "abc", 3), 0);
    assert_string_equal(out, "");
    assert_int_equal(ce_utf8_copy(out, 3, "abc", 3), 2);
    assert_string_equal(out, "ab");
    assert_int_equal(ce_utf8_copy(out, 4, "ab\xc3\xa4", 4), 2);
    assert_string_equal(out, "ab");
    assert_int_equal(ce_utf8_copy(out, 5, "ab\xc3\xa4", 4), 4);
    assert_string_equal(out, "ab\xc3\xa4");
    assert_int_equal(ce_utf8_copy(out, 3, "\xff", 1), 0);
    assert_int_equal(ce_utf8_copy(out, 4, "\xff", 1), 3);
}

static void result_shares_layers(void **state)
{
    static const char names[] = "seccomp\0pid-namespace";
    ce_layers *layers = NULL;
    ce_layers *same = NULL;
    ce_layers *other = NULL;
    assert_int_equal(ce_layers_create(&layers, names, sizeof(names), 2), 0);
    assert_int_equal(ce_layers_create(&same, names, sizeof(names), 2), 0);
    assert_int_equal(ce_layers_create(&other, names, 8, 1), 0);
    assert_true(ce_layers_equal(layers, same));
    assert_false(ce_layers_equal(layers, other));
    ce_result *result = ce_result_create("id");
    ce_result_set_layers(result, layers);
    ce_result_set_layers(result, NULL);
    ce_layers_release(layers);
    ce_layers_release(same);
    ce_layers_release(other);
    ce_layers_release(NULL);
    assert_int_equal(result->result.isolation_count, 2);
    assert_string_equal(result->result.isolation[0], "seccomp");
    assert_string_equal(result->result.isolation[1], "pid-namespace");
    codeexec_result_free(&result->result);

    assert_int_equal(ce_layers_create(&layers, "a\0b", 3, 2), -EPROTO);
    assert_int_equal(ce_layers_create(&layers, "a\0b", 4, 3), -EPROTO);
    assert_int_equal(ce_layers_create(&layers, "a\0b", 4, 1), -EPROTO);
    assert_int_equal(ce_layers_create(&layers, "", 0, 0), 0);
    assert_int_equal(layers->count, 0);
    ce_layers_release(layers);
}

/** A REJECTED frame with this many findings. The caller frees it. */
static ce_rejected *make_rejected(uint32_t count, const char *rule, const char *message)
{
    size_t rule_size = strlen(rule);
    size_t message_size = strlen(message);
    size_t size = sizeof(ce_rejected) + count * (sizeof(ce_finding) + rule_size + message_size + 3);
    ce_rejected *frame = calloc(1, size);
    char *at = (char *)(frame + 1);
    assert_non_null(frame);
    ce_frame_init(&frame->frame, CE_FRAME_REJECTED, size);
    frame->count = count;
    for (uint32_t i = 0; i < count; i++) {
        ce_finding finding = { .line = i + 1,
                               .column = 2,
                               .end_line = i + 2,
                               .end_column = 9,
                               .rule_size = (uint16_t)rule_size,
                               .message_size = (uint16_t)message_size,
                               .snippet_size = 3 };
        put(&at, &finding, sizeof(finding));
        put(&at, rule, rule_size);
        put(&at, message, message_size);
        put(&at, "f(\t", 3);
    }
    return frame;
}

static void result_keeps_findings(void **state)
{
    ce_rejected *frame = make_rejected(3, "eval", "\xff\xff\xff");
    frame->dropped = 2;
    ce_result *result = ce_result_create("id");
    assert_int_equal(ce_result_set_findings(result, frame), 0);
    free(frame);
    assert_int_equal(result->result.violation_count, 3);
    assert_int_equal(result->result.violations_dropped, 2);
    assert_int_equal(result->result.violations[2].line, 3);
    assert_string_equal(result->result.violations[2].rule, "eval");
    assert_string_equal(result->result.violations[2].message, BAD BAD BAD);
    assert_int_equal(result->result.violations[2].end_line, 4);
    assert_int_equal(result->result.violations[2].end_column, 9);
    assert_string_equal(result->result.violations[2].snippet, "f( ");
    codeexec_result_free(&result->result);
}

static void result_bounds_findings(void **state)
{
    ce_rejected *frame = make_rejected(1500, "r", "");
    frame->dropped = 7;
    ce_result *result = ce_result_create("id");
    assert_int_equal(ce_result_set_findings(result, frame), 0);
    free(frame);
    assert_int_equal(result->result.violation_count, CE_MAX_VIOLATIONS);
    assert_int_equal(result->result.violations_dropped, 507);
    assert_string_equal(result->result.violations[999].rule, "r");
    codeexec_result_free(&result->result);
}

static void result_refuses_findings_that_do_not_add_up(void **state)
{
    ce_rejected *frame = make_rejected(2, "rule", "message");
    ce_result *result = ce_result_create("id");
    frame->count = 3;
    assert_int_equal(ce_result_set_findings(result, frame), -EPROTO);
    frame->count = 2;
    frame->frame.size--;
    assert_int_equal(ce_result_set_findings(result, frame), -EPROTO);
    assert_int_equal(result->result.violation_count, 0);
    codeexec_result_free(&result->result);
    free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(result_names_outcomes_and_reasons),
        cmocka_unit_test(result_begins_as_a_fault_of_ours),
        cmocka_unit_test(result_details_are_one_clean_line),
        cmocka_unit_test(result_makes_text_valid),
        cmocka_unit_test(result_cuts_text_at_a_character),
        cmocka_unit_test(result_shares_layers),
        cmocka_unit_test(result_keeps_findings),
        cmocka_unit_test(result_bounds_findings),
        cmocka_unit_test(result_refuses_findings_that_do_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
