/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "request.h"

static codeexec_config config;
static codeexec_request request;
static ce_request copy;

static int setup(void **state)
{
    codeexec_request fresh = CODEEXEC_REQUEST_INIT;
    codeexec_config_init(&config);
    request = fresh;
    request.code = "print('hi')";
    request.code_size = 11;
    copy = (ce_request){ .stdin_fd = -1 };
    return 0;
}

static int teardown(void **state)
{
    ce_request_clear(&copy);
    return 0;
}

static int take(void)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    ce_request_clear(&copy);
    int status = ce_request_copy(&copy, &request, &config, 4, &error);
    assert_int_equal(error.code, -status);
    assert_int_equal(error.message[0] != '\0', status < 0);
    return status;
}

static void request_execution_ids(void **state)
{
    char longest[CODEEXEC_MAX_ID_LENGTH + 2];
    memset(longest, 'a', sizeof(longest));
    assert_true(codeexec_execution_id_valid("aZ09._-", 7));
    assert_true(codeexec_execution_id_valid(longest, CODEEXEC_MAX_ID_LENGTH));
    assert_false(codeexec_execution_id_valid(longest, CODEEXEC_MAX_ID_LENGTH + 1));
    assert_false(codeexec_execution_id_valid("", 0));
    assert_false(codeexec_execution_id_valid(NULL, 0));
    assert_false(codeexec_execution_id_valid("a b", 3));
    assert_false(codeexec_execution_id_valid("a/b", 3));
    assert_false(codeexec_execution_id_valid("a\0b", 3));
    assert_false(codeexec_execution_id_valid("\xc3\xa4", 2));
}

static void request_takes_defaults(void **state)
{
    config.wall_ms = 2500;
    assert_int_equal(take(), 0);
    assert_int_equal(copy.wall_ms, 2500);
    assert_int_equal(copy.memory_bytes, CODEEXEC_DEFAULT_MEMORY_BYTES);
    assert_int_equal(copy.output_bytes, CODEEXEC_DEFAULT_OUTPUT_BYTES);
    assert_int_equal(copy.cpu_seconds, 3 * 4 + 1);
    assert_int_equal(copy.program_size, 11 + 7);
    assert_memory_equal(copy.program, "print('hi')main.py", 18);
    assert_int_equal(copy.stdin_fd, -1);
}

static void request_makes_uuids(void **state)
{
    char first[CODEEXEC_MAX_ID_LENGTH + 1];
    assert_int_equal(take(), 0);
    assert_int_equal(strlen(copy.execution_id), 36);
    for (int i = 0; i < 36; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;
        assert_int_equal(copy.execution_id[i] == '-', dash);
        assert_true(dash || strchr("0123456789abcdef", copy.execution_id[i]));
    }
    assert_int_equal(copy.execution_id[14], '4');
    assert_non_null(strchr("89ab", copy.execution_id[19]));
    memcpy(first, copy.execution_id, sizeof(first));
    assert_int_equal(take(), 0);
    assert_string_not_equal(first, copy.execution_id);
}

static void request_lays_the_program_out(void **state)
{
    const char *const args[] = { "-v", "", "x y" };
    static const char expected[] = "a\0b"
                                   "run.py"
                                   "-v\0\0x y";
    request.code = "a\0b";
    request.code_size = 3;
    request.filename = "run.py";
    request.args = args;
    request.arg_count = 3;
    assert_int_equal(take(), 0);
    assert_int_equal(copy.code_size, 3);
    assert_int_equal(copy.filename_size, 6);
    assert_int_equal(copy.arg_count, 3);
    assert_int_equal(copy.args_size, 8);
    assert_int_equal(copy.program_size, sizeof(expected));
    assert_memory_equal(copy.program, expected, sizeof(expected));
}

static void request_checks_numbers(void **state)
{
    request.wall_ms = 600000;
    request.memory_bytes = CODEEXEC_MIN_MEMORY_BYTES;
    request.output_bytes = UINT64_C(1) << 30;
    assert_int_equal(take(), 0);
    request.wall_ms = 600001;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.wall_ms = 1;
    request.memory_bytes--;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.memory_bytes = CODEEXEC_MAX_MEMORY_BYTES + 1;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.memory_bytes = CODEEXEC_MAX_MEMORY_BYTES;
    assert_int_equal(take(), 0);
    request.output_bytes++;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.output_bytes = 1;
    request.flags = 1u << 30;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
}

static void request_rounds_cpu_time_up(void **state)
{
    static const struct {
        uint32_t ms;
        uint32_t seconds;
    } cases[] = { { 1, 1 }, { 1000, 1 }, { 1001, 2 }, { UINT32_MAX, 4294968 } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        request.cpu_ms = cases[i].ms;
        assert_int_equal(take(), 0);
        assert_int_equal(copy.cpu_seconds, cases[i].seconds);
    }
}

static void request_checks_texts(void **state)
{
    static const char *const bad_names[] = { "", ".", "..", "a/b", "/", NULL };
    char longest[CODEEXEC_MAX_FILENAME_LENGTH + 2];
    for (size_t i = 0; bad_names[i]; i++) {
        request.filename = bad_names[i];
        assert_int_equal(take(), -CODEEXEC_EINVAL);
    }
    memset(longest, 'n', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    request.filename = longest;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.filename = longest + 1;
    assert_int_equal(take(), 0);
    request.filename = NULL;
    request.execution_id = "";
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.execution_id = "ok";
    assert_int_equal(take(), 0);
    request.code_size = CODEEXEC_MAX_CODE_SIZE + 1;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.code = NULL;
    request.code_size = 1;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.code_size = 0; /* an empty program is one */
    assert_int_equal(take(), 0);
}

static void request_checks_args(void **state)
{
    const char *args[CODEEXEC_MAX_ARGS + 1];
    char *large = malloc(CODEEXEC_MAX_ARGS_SIZE + 1);
    assert_non_null(large);
    for (size_t i = 0; i <= CODEEXEC_MAX_ARGS; i++)
        args[i] = "a";
    request.args = args;
    request.arg_count = CODEEXEC_MAX_ARGS;
    assert_int_equal(take(), 0);
    request.arg_count++;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    memset(large, 'x', CODEEXEC_MAX_ARGS_SIZE);
    large[CODEEXEC_MAX_ARGS_SIZE - 1] = '\0'; /* with its NUL exactly what is allowed */
    args[0] = large;
    request.arg_count = 1;
    assert_int_equal(take(), 0);
    request.arg_count = 2;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    args[1] = NULL;
    args[0] = "a";
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.args = NULL;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    free(large);
}

static void request_copies_stdin(void **state)
{
    char data[] = "input";
    request.stdin_data = data;
    request.stdin_size = 5;
    assert_int_equal(take(), 0);
    data[0] = 'X';
    assert_memory_equal(copy.stdin_data, "input", 5);
    request.stdin_fd = 0;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.stdin_data = NULL;
    assert_int_equal(take(), -CODEEXEC_EINVAL);
    request.stdin_size = 0;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    request.stdin_fd = fd;
    assert_int_equal(take(), 0);
    assert_true(copy.stdin_fd >= 0 && copy.stdin_fd != fd);
    assert_int_equal(fcntl(copy.stdin_fd, F_GETFD), FD_CLOEXEC);
    close(fd);
    assert_int_equal(take(), -CODEEXEC_EINVAL);
}

static void request_accepts_other_versions(void **state)
{
    struct {
        codeexec_request request;
        uint64_t future;
    } newer = { .request = request };
    codeexec_error error = CODEEXEC_ERROR_INIT;

    /* Older: what it lacks has its default, which for stdin_fd is not zero. */
    request.struct_size = offsetof(codeexec_request, stdin_fd);
    request.stdin_fd = 12345;
    request.flags = 99;
    assert_int_equal(take(), 0);
    assert_int_equal(copy.stdin_fd, -1);
    assert_int_equal(copy.flags, 0);
    request.struct_size = 0;
    assert_int_equal(take(), -CODEEXEC_EINVAL);

    newer.request.struct_size = sizeof(newer);
    ce_request_clear(&copy);
    assert_int_equal(ce_request_copy(&copy, &newer.request, &config, 1, &error), 0);
    ce_request_clear(&copy);
    newer.future = 1;
    assert_int_equal(ce_request_copy(&copy, &newer.request, &config, 1, &error), -CODEEXEC_EINVAL);
}

static void request_seals_the_program(void **state)
{
    char text[64] = { 0 };
    assert_int_equal(take(), 0);
    int fd = ce_request_memfd(&copy);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, text, sizeof(text), 0), 18);
    assert_string_equal(text, "print('hi')main.py");
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_int_equal(ftruncate(fd, 100), -1);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(request_execution_ids),     TEST(request_takes_defaults),
        TEST(request_makes_uuids),       TEST(request_lays_the_program_out),
        TEST(request_checks_numbers),    TEST(request_rounds_cpu_time_up),
        TEST(request_checks_texts),      TEST(request_checks_args),
        TEST(request_copies_stdin),      TEST(request_accepts_other_versions),
        TEST(request_seals_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
