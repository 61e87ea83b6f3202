/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http_input.h"

#define LIMIT 1000

static http_input check_once(const char *text)
{
    struct evbuffer *input = evbuffer_new();
    size_t scanned = 0;
    evbuffer_add(input, text, strlen(text));
    http_input found = http_input_check(input, &scanned, LIMIT);
    evbuffer_free(input);
    return found;
}

static void http_input_waits_for_a_whole_head(void **state)
{
    assert_int_equal(check_once(""), HTTP_INPUT_PARTIAL);
    assert_int_equal(check_once("\r\n\r\n"), HTTP_INPUT_PARTIAL);
    assert_int_equal(check_once("GET /health HTTP/1.1\r\nA: b\r\n"), HTTP_INPUT_PARTIAL);
    assert_int_equal(check_once("GET /health HTTP/1.1\r\n\r"), HTTP_INPUT_PARTIAL);
    assert_int_equal(check_once("GET /health HTTP/1.1\r\n\r\n"), HTTP_INPUT_READY);
    assert_int_equal(check_once("\r\n\nGET / HTTP/1.1\r\n\r\nPOST"), HTTP_INPUT_READY);
}

static void http_input_does_not_wait_for_what_will_never_come(void **state)
{
    assert_int_equal(check_once("\x16\x03\x01"), HTTP_INPUT_READY);
    assert_int_equal(check_once("get"), HTTP_INPUT_READY);
    assert_int_equal(check_once("GET / HTTP/1.1\n\n"), HTTP_INPUT_READY);
}

static void http_input_finds_an_end_however_it_comes(void **state)
{
    static const char head[] = "\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    struct evbuffer *input = evbuffer_new();
    size_t scanned = 0;
    for (size_t i = 0; i + 1 < strlen(head); i++) {
        evbuffer_add(input, head + i, 1);
        assert_int_equal(http_input_check(input, &scanned, LIMIT), HTTP_INPUT_PARTIAL);
    }
    evbuffer_add(input, "\n", 1);
    assert_int_equal(http_input_check(input, &scanned, LIMIT), HTTP_INPUT_READY);
    /* The line end in front is gone, nothing else. */
    assert_int_equal(evbuffer_get_length(input), strlen(head) - 2);
    evbuffer_free(input);
}

static void http_input_has_a_limit(void **state)
{
    struct evbuffer *input = evbuffer_new();
    size_t scanned = 0;
    for (int i = 0; i < LIMIT; i++)
        evbuffer_add(input, "A", 1);
    assert_int_equal(http_input_check(input, &scanned, LIMIT), HTTP_INPUT_PARTIAL);
    evbuffer_add(input, "A", 1);
    assert_int_equal(http_input_check(input, &scanned, LIMIT), HTTP_INPUT_TOO_LONG);
    evbuffer_free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_input_waits_for_a_whole_head),
        cmocka_unit_test(http_input_does_not_wait_for_what_will_never_come),
        cmocka_unit_test(http_input_finds_an_end_however_it_comes),
        cmocka_unit_test(http_input_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
