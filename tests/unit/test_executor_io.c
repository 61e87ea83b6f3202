/* SPDX-License-Identifier: MIT */
/** Output, streamed output and stdin of runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor_fixture.h"
#include "util/clock.h"

/* ---- output that is kept ---- */
static void executor_does_not_wait_for_held_output(void **state)
{
    struct fixture *f = *state;
    create(f);
    uint64_t before = ce_now_ns();
    codeexec_result *result = run(f, "start hold:90000 out:done");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, "done\n");
    assert_in_range(ms_since(before), 0, PATIENCE_MS);
    codeexec_result_free(result);
}

static void executor_bounds_output(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_request request = program("start flood:3000000 flood-err:100");
    request.output_bytes = 1000;
    codeexec_result *result = run_request(f, &request);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_int_equal(result->stdout_size, 1000);
    assert_int_equal(result->stdout_total, 3000000);
    assert_int_equal(result->stdout_truncated, 1);
    assert_int_equal(result->stderr_size, 100);
    assert_int_equal(result->stderr_truncated, 0);
    assert_memory_equal(result->stdout_data, "abcdefghij", 10);
    codeexec_result_free(result);

    request.output_bytes = 3000000;
    result = run_request(f, &request);
    assert_int_equal(result->stdout_size, 3000000);
    assert_int_equal(result->stdout_truncated, 0);
    assert_int_equal(result->stdout_data[3000000], 0);
    codeexec_result_free(result);
}

/* ---- streaming ---- */

/** The next piece of output that comes, however long that takes. */
static codeexec_output next_piece(struct fixture *f)
{
    codeexec_output output = { 0 };
    DISPATCH_UNTIL(f, codeexec_next_output(f->executor, &output));
    return output;
}

static void executor_streams(void **state)
{
    struct fixture *f = *state;
    static const struct {
        codeexec_stream stream;
        const char *text;
    } expected[] = { { CODEEXEC_STDOUT, "one\n" },
                     { CODEEXEC_STDERR, "two\n" },
                     { CODEEXEC_STDOUT, "three\n" } };
    /* It goes on when its last piece has been seen: what comes at once comes in any order, and in
       pieces of any size. */
    int input[2];
    codeexec_request request =
        program_with_input("start out:one take err:two take out:three take", input);
    request.flags = CODEEXEC_REQUEST_STREAM;
    create(f);
    uint64_t ticket = submit(f, &request);
    for (int i = 0; i < 3; i++) {
        const codeexec_output output = next_piece(f);
        assert_int_equal(output.ticket, ticket);
        assert_int_equal(output.stream, expected[i].stream);
        assert_int_equal(output.size, strlen(expected[i].text));
        assert_memory_equal(output.data, expected[i].text, output.size);
        assert_int_equal(write(input[1], "x", 1), 1);
    }
    codeexec_result *result = next(f);
    codeexec_output more;
    assert_false(codeexec_next_output(f->executor, &more));
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_int_equal(result->stdout_size, 0);
    assert_int_equal(result->stdout_total, 10);
    assert_int_equal(result->stdout_truncated, 0);
    codeexec_result_free(result);
    end_input(input);
}

static void executor_holds_a_streaming_program_back(void **state)
{
    struct fixture *f = *state;
    codeexec_request request = program("start flood:4000000 err:done");
    codeexec_output output;
    size_t total = 0;
    request.flags = CODEEXEC_REQUEST_STREAM;
    create(f);
    const uint64_t ticket = submit(f, &request);
    await_start(f, ticket);
    DISPATCH_UNTIL(f, !ce_capture_has_room(&guest_of(f, ticket)->captures[0]));
    dispatch_for(f, 200);
    assert_int_equal(codeexec_executor_pending(f->executor), 1); /* stuck in its write */
    while (codeexec_next_output(f->executor, &output))
        total += output.size;
    assert_in_range(total, 200 * 1024, 400 * 1024);
    while (codeexec_executor_pending(f->executor) > 0) {
        codeexec_dispatch(f->executor, -1, NULL);
        while (codeexec_next_output(f->executor, &output)) {
            assert_in_range(output.size, 1, 65536);
            if (output.stream == CODEEXEC_STDOUT) {
                assert_int_equal(output.data[0], 'a' + total % 8192 % 26);
                total += output.size;
            }
        }
    }
    assert_int_equal(total, 4000000);
    codeexec_result *result = next(f);
    assert_int_equal(result->stdout_total, 4000000);
    codeexec_result_free(result);

    /* Output that nobody takes does not outlive the executor. */
    submit(f, &request);
    next_piece(f);
}

/* ---- stdin ---- */

static void executor_feeds_stdin_data(void **state)
{
    struct fixture *f = *state;
    static char data[500000];
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (char)(i * 31 + i / 257);
    create(f);
    codeexec_request request = program("start cat");
    request.stdin_data = data;
    request.stdin_size = sizeof(data);
    codeexec_result *result = run_request(f, &request);
    assert_int_equal(result->stdout_size, sizeof(data));
    assert_memory_equal(result->stdout_data, data, sizeof(data));
    codeexec_result_free(result);

    request = program("start cat out:end"); /* nothing to read is an end of file */
    result = run_request(f, &request);
    assert_string_equal(result->stdout_data, "end\n");
    codeexec_result_free(result);

    request.stdin_data = "short";
    request.stdin_size = 5;
    request.code = "die-first:1 start cat";
    request.code_size = strlen(request.code);
    result = run_request(f, &request);
    assert_string_equal(result->stdout_data, "short"); /* from its beginning, after the retry */
    codeexec_result_free(result);
}

static void executor_relays_a_file(void **state)
{
    struct fixture *f = *state;
    char block[1000];
    char path[] = "/tmp/codeexec-test-stdin-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    memset(block, 'q', sizeof(block));
    for (int i = 0; i < 400; i++)
        assert_int_equal(write(fd, block, sizeof(block)), sizeof(block));
    create(f);
    codeexec_request request = program("start cat");
    request.stdin_fd = fd;
    for (int i = 0; i < 2; i++) {
        lseek(fd, 0, SEEK_SET);
        codeexec_result *result = run_request(f, &request);
        assert_int_equal(result->stdout_size, 400000);
        assert_int_equal(result->stdout_data[399999], 'q');
        codeexec_result_free(result);
    }
    close(fd);

    request.stdin_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    codeexec_result *result = run_request(f, &request);
    assert_int_equal(result->stdout_size, 0);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    close(request.stdin_fd);
    assert_int_equal(codeexec_run(f->executor, &request, &result, NULL), -CODEEXEC_EINVAL);
}

static void executor_relays_a_pipe(void **state)
{
    struct fixture *f = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    create(f);
    codeexec_request request = program("start cat");
    request.stdin_fd = ends[0];
    submit(f, &request);
    dispatch_for(f, 200);
    assert_int_equal(write(ends[1], "one ", 4), 4);
    dispatch_for(f, 100);
    assert_int_equal(write(ends[1], "two", 3), 3);
    dispatch_for(f, 100);
    assert_int_equal(codeexec_executor_pending(f->executor), 1);
    assert_int_equal(fcntl(ends[0], F_GETFL) & O_NONBLOCK, 0);
    close(ends[1]);
    codeexec_result *result = next(f);
    assert_string_equal(result->stdout_data, "one two");
    codeexec_result_free(result);
    close(ends[0]);
}

/** A program that does not read stdin is not waited for, nor is a pipe that stays silent. */
static void executor_stops_relaying_with_the_program(void **state)
{
    struct fixture *f = *state;
    char block[32768] = { 0 };
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    fcntl(ends[0], F_SETFL, 0);
    create(f);
    codeexec_request request = program("start sleep:200 out:x");
    request.stdin_fd = ends[0];
    codeexec_result *result = run_request(f, &request);
    assert_string_equal(result->stdout_data, "x\n");
    codeexec_result_free(result);

    while (write(ends[1], block, sizeof(block)) > 0)
        ;
    result = run_request(f, &request);
    assert_string_equal(result->stdout_data, "x\n");
    codeexec_result_free(result);
    close(ends[0]);
    close(ends[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(executor_does_not_wait_for_held_output),
        TEST(executor_bounds_output),
        TEST(executor_streams),
        TEST(executor_holds_a_streaming_program_back),
        TEST(executor_feeds_stdin_data),
        TEST(executor_relays_a_file),
        TEST(executor_relays_a_pipe),
        TEST(executor_stops_relaying_with_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
