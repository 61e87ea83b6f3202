/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "error_internal.h"

static void error_set_fills_everything_and_returns_the_negated_code(void **state)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    int result = ce_error_set(&error, CODEEXEC_ESYSTEM, 13, "stage", "open %s: %d", "file", 7);
    assert_int_equal(result, -CODEEXEC_ESYSTEM);
    assert_int_equal(error.code, CODEEXEC_ESYSTEM);
    assert_int_equal(error.sys_errno, 13);
    assert_string_equal(error.stage, "stage");
    assert_string_equal(error.message, "open file: 7");
}

static void error_set_accepts_no_error(void **state)
{
    assert_int_equal(ce_error_set(NULL, CODEEXEC_EINVAL, 0, NULL, "x"), -CODEEXEC_EINVAL);
}

static void error_message_is_one_line_and_cut(void **state)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    char text[2 * CODEEXEC_ERROR_MESSAGE_SIZE];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    text[1] = '\n';
    text[2] = '\033';
    ce_error_set(&error, CODEEXEC_EINVAL, 0, NULL, "%s", text);
    assert_int_equal(strlen(error.message), CODEEXEC_ERROR_MESSAGE_SIZE - 1);
    assert_memory_equal(error.message, "x  x", 4);
}

static void strerror_knows_every_code_and_no_other(void **state)
{
    for (int code = 0; code <= CODEEXEC_ENOTFOUND; code++) {
        assert_string_not_equal(codeexec_strerror(code), "unknown error");
        assert_ptr_equal(codeexec_strerror(code), codeexec_strerror(-code));
    }
    assert_string_equal(codeexec_strerror(CODEEXEC_ENOTFOUND + 1), "unknown error");
    assert_string_equal(codeexec_strerror(-CODEEXEC_ENOTFOUND - 1), "unknown error");
    assert_string_equal(codeexec_strerror(INT_MAX), "unknown error");
    assert_string_equal(codeexec_strerror(INT_MIN), "unknown error");
}

static void version_is_the_headers(void **state)
{
    assert_string_equal(codeexec_version(), CODEEXEC_VERSION_STRING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_set_fills_everything_and_returns_the_negated_code),
        cmocka_unit_test(error_set_accepts_no_error),
        cmocka_unit_test(error_message_is_one_line_and_cut),
        cmocka_unit_test(strerror_knows_every_code_and_no_other),
        cmocka_unit_test(version_is_the_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
