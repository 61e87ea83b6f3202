/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"

static int ends[2];

static int setup(void **state)
{
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -1;
    return fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
    return 0;
}

static void put(const char *text)
{
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
}

/** Write size bytes that tell where they are: a letter that goes on with each call. */
static void put_many(size_t size)
{
    static size_t position;
    char *block = malloc(size);
    assert_non_null(block);
    for (size_t i = 0; i < size; i++)
        block[i] = (char)('a' + position++ % 26);
    assert_int_equal(write(ends[1], block, size), size);
    free(block);
}

static void close_writer(void)
{
    close(ends[1]);
    ends[1] = -1;
}

static void capture_keeps_bytes(void **state)
{
    ce_capture capture;
    size_t size;
    ce_capture_keep(&capture, 1000);
    assert_int_equal(ce_capture_read(&capture, ends[0], 100), CE_CAPTURE_OPEN);
    put("hello");
    assert_int_equal(ce_capture_read(&capture, ends[0], 100), CE_CAPTURE_OPEN);
    put(" world");
    close_writer();
    assert_int_equal(ce_capture_read(&capture, ends[0], 100), CE_CAPTURE_OPEN);
    assert_int_equal(ce_capture_read(&capture, ends[0], 100), CE_CAPTURE_CLOSED);
    assert_int_equal(capture.total, 11);
    char *data = ce_capture_take(&capture, &size);
    assert_int_equal(size, 11);
    assert_string_equal(data, "hello world");
    free(data);
    assert_null(ce_capture_take(&capture, &size));
    assert_int_equal(size, 0);
    ce_capture_clear(&capture);
}

static void capture_stops_keeping_at_its_maximum(void **state)
{
    static const uint64_t maxima[] = { 1, 2, 4094, 4095, 4096, 4097, 8191, 99999, 100000, 100001 };
    for (size_t i = 0; i < sizeof(maxima) / sizeof(maxima[0]); i++) {
        ce_capture capture;
        size_t size;
        ce_capture_keep(&capture, maxima[i]);
        put_many(100000);
        assert_int_equal(ce_capture_read(&capture, ends[0], 1 << 20), CE_CAPTURE_OPEN);
        assert_int_equal(capture.total, 100000);
        char *data = ce_capture_take(&capture, &size);
        assert_int_equal(size, maxima[i] < 100000 ? maxima[i] : 100000);
        assert_int_equal(data[size], '\0');
        for (size_t j = 1; j < size; j++)
            assert_int_equal((data[j] - data[j - 1] + 26) % 26, 1);
        free(data);
    }
}

static void capture_keeps_to_its_budget(void **state)
{
    ce_capture capture;
    ce_capture_keep(&capture, 1 << 20);
    put_many(200000);
    assert_int_equal(ce_capture_read(&capture, ends[0], 50000), CE_CAPTURE_OPEN);
    assert_int_equal(capture.total, 50000);
    assert_int_equal(ce_capture_read(&capture, ends[0], 1 << 20), CE_CAPTURE_OPEN);
    assert_int_equal(capture.total, 200000);
    ce_capture_clear(&capture);
    ce_capture_clear(&capture);
}

static void capture_drains_what_is_there(void **state)
{
    ce_capture capture;
    size_t size;
    ce_capture_keep(&capture, 1 << 20);
    ce_capture_drain(&capture, ends[0]); /* nothing, and no end of file: does not wait */
    assert_int_equal(capture.total, 0);
    put_many(1 << 20);
    ce_capture_drain(&capture, ends[0]);
    assert_int_equal(capture.total, 1 << 20);
    char *data = ce_capture_take(&capture, &size);
    assert_int_equal(size, 1 << 20);
    free(data);
    close_writer();
    ce_capture_drain(&capture, ends[0]);
    assert_int_equal(capture.total, 1 << 20);
}

static void capture_streams_pieces_in_order(void **state)
{
    ce_outlet outlet = { 0 };
    ce_capture out;
    ce_capture err;
    int other[2];
    assert_int_equal(pipe2(other, O_CLOEXEC | O_NONBLOCK), 0);
    ce_capture_stream(&out, &outlet, &out, 5, CODEEXEC_STDOUT);
    ce_capture_stream(&err, &outlet, &err, 5, CODEEXEC_STDERR);
    put("one");
    ce_capture_read(&out, ends[0], 100);
    put("two"); /* joins the piece that still waits */
    ce_capture_read(&out, ends[0], 100);
    assert_int_equal(write(other[1], "err", 3), 3);
    ce_capture_read(&err, other[0], 100);
    put("three");
    ce_capture_read(&out, ends[0], 100);

    static const char *const expected[] = { "onetwo", "err", "three" };
    for (int i = 0; i < 3; i++) {
        ce_piece *piece = ce_outlet_take(&outlet);
        assert_non_null(piece);
        assert_int_equal(piece->ticket, 5);
        assert_int_equal(piece->stream, i == 1 ? CODEEXEC_STDERR : CODEEXEC_STDOUT);
        assert_int_equal(piece->size, strlen(expected[i]));
        assert_memory_equal(piece->data, expected[i], piece->size);
    }
    assert_null(ce_outlet_take(&outlet));
    assert_int_equal(out.total, 11);
    assert_int_equal(out.waiting, 0);
    assert_int_equal(err.waiting, 0);
    ce_outlet_clear(&outlet);
    close(other[0]);
    close(other[1]);
}

static void capture_says_when_too_much_waits(void **state)
{
    ce_outlet outlet = { 0 };
    ce_capture capture;
    size_t size = 0;
    ce_capture_stream(&capture, &outlet, NULL, 1, CODEEXEC_STDOUT);
    put_many(1 << 20);
    assert_int_equal(ce_capture_read(&capture, ends[0], 1 << 20), CE_CAPTURE_FULL);
    assert_false(ce_capture_has_room(&capture));
    assert_in_range(capture.total, CE_STREAM_WAITING * 3 / 4, CE_STREAM_WAITING + 65536);
    assert_int_equal(ce_capture_read(&capture, ends[0], 1 << 20), CE_CAPTURE_FULL);
    for (ce_piece *piece; (piece = ce_outlet_take(&outlet));)
        size += piece->size;
    assert_int_equal(size, capture.total);
    assert_true(ce_capture_has_room(&capture));

    /* The last drain takes it all. */
    ce_capture_drain(&capture, ends[0]);
    assert_int_equal(capture.total, 1 << 20);
    ce_capture_clear(&capture);
    for (ce_piece *piece; (piece = ce_outlet_take(&outlet));) {
        assert_null(piece->source); /* the stream is no more */
        size += piece->size;
    }
    assert_int_equal(size, 1 << 20);
    ce_outlet_clear(&outlet);
    assert_int_equal(capture.lost, 0);
}

/** Bytes that come one by one, alternating between streams so that none joins another, are bounded
 * by the memory they take, not by their number. */
static void capture_weighs_small_pieces(void **state)
{
    ce_outlet outlet = { 0 };
    ce_capture captures[2];
    int count = 0;
    for (int i = 0; i < 2; i++)
        ce_capture_stream(&captures[i], &outlet, NULL, 1, CODEEXEC_STDOUT);
    for (;; count++) {
        put("x");
        if (ce_capture_read(&captures[count % 2], ends[0], 100) == CE_CAPTURE_FULL)
            break;
    }
    assert_in_range(count, 100, 600);
    for (int i = 0; i < 2; i++)
        ce_capture_clear(&captures[i]);
    ce_outlet_clear(&outlet);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(capture_keeps_bytes),
        TEST(capture_stops_keeping_at_its_maximum),
        TEST(capture_keeps_to_its_budget),
        TEST(capture_drains_what_is_there),
        TEST(capture_streams_pieces_in_order),
        TEST(capture_says_when_too_much_waits),
        TEST(capture_weighs_small_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
