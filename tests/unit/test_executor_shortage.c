/* SPDX-License-Identifier: MIT */
/** Fail each allocation in turn: whatever an executor does, it ends in an error or in a result, and
 * leaves nothing behind. Linked with --wrap, so that allocations of the library come by here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "executor_fixture.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

/** Which allocation from now fails; 0: none any more. */
static long countdown;

static int fails_now(void)
{
    if (countdown == 0 || --countdown > 0)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *pointer, size_t size)
{
    return fails_now() ? NULL : __real_realloc(pointer, size);
}

/** Start an executor, make two runs, one of them streaming, stop it. @return whether nothing failed
 */
static int one_life(struct fixture *f)
{
    codeexec_executor *executor = NULL;
    codeexec_result *result = NULL;
    codeexec_output output;
    codeexec_request plain = program("start out:x cat");
    codeexec_request streaming = program("start flood:50000");
    int failures = 0;
    plain.stdin_data = "input";
    plain.stdin_size = 5;
    streaming.flags = CODEEXEC_REQUEST_STREAM;

    if (codeexec_executor_create(&executor, &f->config, NULL) < 0) {
        assert_null(executor);
        return 0;
    }
    uint64_t ticket;
    failures += codeexec_submit(executor, &streaming, &ticket, NULL) < 0;
    if (codeexec_run(executor, &plain, &result, NULL) < 0) {
        assert_null(result);
        failures++;
    } else {
        failures += result->outcome != CODEEXEC_OUTCOME_COMPLETED || result->stdout_truncated;
        codeexec_result_free(result);
    }
    while (codeexec_executor_pending(executor) > 0) {
        assert_int_equal(codeexec_dispatch(executor, -1, NULL), 0);
        while (codeexec_next_output(executor, &output))
            ;
    }
    while ((result = codeexec_next_result(executor))) {
        failures += result->outcome != CODEEXEC_OUTCOME_COMPLETED || result->stdout_truncated;
        codeexec_result_free(result);
    }
    codeexec_executor_destroy(executor);
    return failures == 0;
}

static void executor_survives_each_failing_allocation(void **state)
{
    struct fixture *f = *state;
    int survived = 0;
    int reached = 1;
    f->config.concurrency = 1;
    for (long n = 1; reached; n++) {
        countdown = n;
        int whole = one_life(f);
        reached = countdown == 0;
        countdown = 0;
        survived += reached && whole;
        assert_int_equal(count_open(), f->open_before);
        assert_true(reached || whole); /* without a failure, nothing fails */
    }
    assert_true(survived > 0); /* some failures cost nothing but another try */
}

static void executor_survives_each_descriptor_limit(void **state)
{
    struct fixture *f = *state;
    struct rlimit before;
    int whole = 0;
    f->config.concurrency = 1;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (rlim_t most = 3; most < 64 && !whole; most++) {
        const struct rlimit limit = { most, before.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        whole = one_life(f);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(count_open(), f->open_before);
    }
    assert_true(whole); /* more than that it does not need */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(executor_survives_each_descriptor_limit, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(executor_survives_each_failing_allocation, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
