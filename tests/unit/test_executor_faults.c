/* SPDX-License-Identifier: MIT */
/** The executor when guests and zygotes fail it. */
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

/* ---- guests that fail ---- */

static void executor_retries_what_had_not_started(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "die-first:1 start out:second");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, "second\n");
    assert_int_equal(file_size(f, "deaths"), 2);
    codeexec_result_free(result);

    result = run(f, "exit:1 start");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_non_null(strstr(result->detail, "before the program started"));
    codeexec_result_free(result);

    result = run(f, "kill-init start");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    codeexec_result_free(result);

    /* A parser that crashes on hostile source is the program's doing. */
    result = run(f, "raise:11 start");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SIGNALED, -11);
    codeexec_result_free(result);

    result = run(f, "fail:3 start");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_string_equal(result->detail, "rlimits: went wrong");
    codeexec_result_free(result);
}

static void executor_refuses_malformed_frames(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "garbage sleep:90000 start");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_non_null(strstr(result->detail, "malformed"));
    codeexec_result_free(result);
    result = run(f, "reject-broken:2");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_int_equal(result->violation_count, 0);
    codeexec_result_free(result);
    result = run(f, "start out:fine");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
}

static void executor_does_not_retry_what_had_started(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "start out:x kill-init");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    assert_string_equal(result->detail, "the guest was killed from outside");
    assert_string_equal(result->stdout_data, "x\n");
    codeexec_result_free(result);
}

static void executor_believes_gone(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "hold-verdict");
    create(f);
    codeexec_request request = program("start deaf sleep:90000");
    request.wall_ms = 100;
    uint64_t before = ce_now_ns();
    codeexec_result *result = run_request(f, &request);
    /* One that waits for the pipe's end gives the guest up, with another outcome. */
    assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME, -SIGKILL);
    assert_in_range(ms_since(before), 100, PATIENCE_MS);
    codeexec_result_free(result);
}

static void executor_gives_up_what_cannot_be_killed(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "no-gone");
    create(f);
    codeexec_request request = program("out:x deaf start sleep:90000");
    request.wall_ms = 100;
    uint64_t before = ce_now_ns();
    await_start(f, submit(f, &request));
    codeexec_result *result = next(f);
    assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME, -SIGKILL);
    assert_string_equal(result->detail, "the guest did not end within 5 s of being killed");
    assert_string_equal(result->stdout_data, "x\n");
    assert_in_range(ms_since(before), 5000, PATIENCE_MS); /* the pipe stays open for longer */
    codeexec_result_free(result);
}

static void executor_survives_failing_spawns(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "spawn-fails 1");
    create(f);
    codeexec_result *result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    destroy(f);

    set_mode(f, "spawn-fails");
    create(f);
    result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_string_equal(result->detail, "clone: no more of them");
    codeexec_result_free(result);

    /* Spawning goes on, ever slower; when it works again so does everything. */
    dispatch_for(f, 700);
    assert_null(codeexec_next_result(f->executor));
    DISPATCH_UNTIL(f, f->executor->in_state[CE_GUEST_SPAWNING] == 0); /* none is to fail yet */
    set_mode(f, "ok");
    result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
}

static void executor_does_not_retry_without_isolation(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "guest-fails");
    create(f);
    codeexec_request request = program("start out:x");
    for (int i = 0; i < 3; i++)
        submit(f, &request);
    for (int i = 0; i < 3; i++) {
        codeexec_result *result = next(f);
        assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
        assert_string_equal(result->detail, "seccomp: not here");
        codeexec_result_free(result);
    }
    assert_int_equal(codeexec_executor_pending(f->executor), 0);
}

static void executor_replaces_parked_guests(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "die-parked 2");
    create(f);
    /* Two are parked, and the two that died are known to be dead: a run is not tried thrice. */
    DISPATCH_UNTIL(f, f->executor->guests_made >= 4 && is_settled(f));
    codeexec_result *result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    destroy(f);

    set_mode(f, "die-unready 1");
    create(f);
    result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
}

/* ---- zygotes that fail ---- */

static void executor_reports_why_python_does_not_start(void **state)
{
    struct fixture *f = *state;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_result *result;
    codeexec_request request = program("start");
    uint64_t ticket;
    set_mode(f, "exit-early 100");
    create(f);
    submit(f, &request);
    assert_int_equal(codeexec_run(f->executor, &request, &result, &error), -CODEEXEC_EPYTHON);
    assert_non_null(strstr(error.message, "exit status 3"));
    assert_non_null(strstr(error.message, "ModuleNotFoundError: no fake"));
    assert_int_equal(file_size(f, "starts"), 3);
    assert_int_equal(codeexec_executor_wait_ready(f->executor, -1, &error), -CODEEXEC_EPYTHON);
    assert_int_equal(codeexec_submit(f->executor, &request, &ticket, NULL), -CODEEXEC_EPYTHON);

    /* The one that was queued has a result. */
    result = next(f);
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_non_null(strstr(result->detail, "no fake"));
    codeexec_result_free(result);
    assert_int_equal(codeexec_executor_pending(f->executor), 0);
}

static void executor_tries_a_start_again(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "exit-early 2");
    create(f);
    codeexec_result *result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    assert_int_equal(file_size(f, "starts"), 3);
}

static void executor_reports_a_refused_setup(void **state)
{
    struct fixture *f = *state;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    set_mode(f, "refuse");
    create(f);
    assert_int_equal(codeexec_executor_wait_ready(f->executor, -1, &error), -CODEEXEC_EISOLATION);
    assert_string_equal(error.message, "mount-root: Operation not permitted");
    assert_int_equal(error.sys_errno, EPERM);
    assert_int_equal(file_size(f, "starts"), 1);
    destroy(f);

    set_mode(f, "threads");
    create(f);
    assert_int_equal(codeexec_executor_wait_ready(f->executor, -1, &error), -CODEEXEC_EPYTHON);
    assert_non_null(strstr(error.message, "thread"));
    destroy(f);

    static const char *const malformed[] = { "garbage", "bad-layers" };
    for (int i = 0; i < 2; i++) {
        set_mode(f, malformed[i]);
        create(f);
        assert_int_equal(codeexec_executor_wait_ready(f->executor, -1, &error),
                         -CODEEXEC_EPROTOCOL);
        destroy(f);
    }
}

static void executor_waits_no_longer_than_told(void **state)
{
    struct fixture *f = *state;
    size_t count = 77;
    set_mode(f, "silent");
    create(f);
    uint64_t before = ce_now_ns();
    assert_int_equal(codeexec_executor_wait_ready(f->executor, 100, NULL), -CODEEXEC_ETIMEDOUT);
    assert_in_range(ms_since(before), 99, PATIENCE_MS); /* its start is given up after 120 s */
    codeexec_executor_isolation(f->executor, &count);
    assert_int_equal(count, 0);
    destroy(f);

    set_mode(f, "ok");
    create(f);
    assert_int_equal(codeexec_executor_wait_ready(f->executor, PATIENCE_MS, NULL), 0);
    assert_string_equal(codeexec_executor_isolation(f->executor, &count)[0], "fake-namespace");
    assert_int_equal(count, 2);
    assert_string_equal(codeexec_executor_python(f->executor), FAKE_ZYGOTE);
}

static void executor_restarts_a_dead_zygote(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_request request = program("start out:x sleep:90000");
    uint64_t bystander = submit(f, &request);
    await_start(f, bystander); /* or it would be tried again */
    codeexec_result *result = run(f, "start kill-zygote");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    assert_string_equal(result->detail, "the fork server died while the program ran");
    codeexec_result_free(result);
    result = next(f);
    assert_int_equal(result->ticket, bystander);
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    codeexec_result_free(result);

    /* At once the first time, then with growing delays. */
    uint64_t before = ce_now_ns();
    result = run(f, "start kill-zygote");
    codeexec_result_free(result);
    result = run(f, "start out:again");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_true(ce_now_ns() - before >= 90 * CE_NS_PER_MS);
    assert_int_equal(file_size(f, "starts"), 3);
    codeexec_result_free(result);
}

static void executor_gives_queued_runs_to_the_next_zygote(void **state)
{
    struct fixture *f = *state;
    f->config.concurrency = 1; /* so that none of them runs when the zygote dies */
    create(f);
    assert_int_equal(codeexec_executor_wait_ready(f->executor, -1, NULL), 0);
    codeexec_request dying = program("start kill-zygote");
    codeexec_request waiting = program("start out:waited");
    submit(f, &dying);
    for (int i = 0; i < 6; i++)
        submit(f, &waiting);
    int done = 0;
    for (int i = 0; i < 7; i++) {
        codeexec_result *result = next(f);
        done += result->outcome == CODEEXEC_OUTCOME_COMPLETED;
        codeexec_result_free(result);
    }
    assert_int_equal(done, 6);
}

static void executor_recycles_zygotes(void **state)
{
    struct fixture *f = *state;
    f->config.zygote_runs = 5;
    create(f);
    int input[2];
    codeexec_request request = program_with_input("start cat out:long", input);
    uint64_t ticket = submit(f, &request);
    await_start(f, ticket);
    run_until_starts(f, "start out:x", 4);

    /* The first zygote's guest goes on although its successor has taken over. */
    assert_int_equal(codeexec_executor_pending(f->executor), 1);
    end_input(input);
    codeexec_result *result = next(f);
    assert_int_equal(result->ticket, ticket);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, "long\n");
    codeexec_result_free(result);
    /* One zygote, its two parked guests with an init each, and perhaps a successor that just
     * started. */
    DISPATCH_UNTIL(f, is_settled(f) && count_processes(f->directory) <= 6);
    assert_in_range(count_processes(f->directory), 1, 6);
}

/** As codeexec run has it: nothing is made that no run would use. */
static void executor_of_one_run_makes_one_guest(void **state)
{
    struct fixture *f = *state;
    f->config.concurrency = 1;
    f->config.zygote_runs = 1;
    create(f);
    int input[2];
    codeexec_request request = program_with_input("start cat out:x", input);
    uint64_t ticket = submit(f, &request);
    codeexec_executor_shutdown(f->executor);
    await_start(f, ticket);
    dispatch_for(f, 200); /* in which no other one is made */
    /* The zygote, an init and its guest. */
    assert_int_equal(count_processes(f->directory), 3);
    end_input(input);
    codeexec_result *result = next(f);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    dispatch_for(f, 100);
    assert_int_equal(file_size(f, "starts"), 1);
}

static void executor_kills_a_zygote_that_does_not_leave(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result_free(run(f, "start"));
    set_mode(f, "stubborn");
    uint64_t before = ce_now_ns();
    destroy(f);
    assert_in_range(ms_since(before), 1500, PATIENCE_MS); /* by itself it never would */
}

static void executor_ends_with_runs_in_all_states(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_request request = program("start out:x sleep:60000");
    for (int i = 0; i < 6; i++)
        submit(f, &request);
    DISPATCH_UNTIL(f, f->executor->in_state[CE_GUEST_RUNNING] == 2);
    destroy(f);

    /* Also before anything has happened, and with results nobody took. */
    create(f);
    submit(f, &request);
    destroy(f);
    create(f);
    request = program("start out:x");
    submit(f, &request);
    while (codeexec_executor_pending(f->executor) > 0)
        codeexec_dispatch(f->executor, -1, NULL);
    destroy(f);
    codeexec_executor_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(executor_retries_what_had_not_started),
        TEST(executor_refuses_malformed_frames),
        TEST(executor_does_not_retry_what_had_started),
        TEST(executor_believes_gone),
        TEST(executor_gives_up_what_cannot_be_killed),
        TEST(executor_survives_failing_spawns),
        TEST(executor_does_not_retry_without_isolation),
        TEST(executor_replaces_parked_guests),
        TEST(executor_reports_why_python_does_not_start),
        TEST(executor_tries_a_start_again),
        TEST(executor_reports_a_refused_setup),
        TEST(executor_waits_no_longer_than_told),
        TEST(executor_restarts_a_dead_zygote),
        TEST(executor_gives_queued_runs_to_the_next_zygote),
        TEST(executor_recycles_zygotes),
        TEST(executor_of_one_run_makes_one_guest),
        TEST(executor_kills_a_zygote_that_does_not_leave),
        TEST(executor_ends_with_runs_in_all_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
