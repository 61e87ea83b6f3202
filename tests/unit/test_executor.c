/* SPDX-License-Identifier: MIT */
/** The executor against a fork server that does as told (fake_zygote.c): how runs end, the queue,
 * the host. */
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

/* ---- ends of a run ---- */

static void executor_runs_a_program(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "start out:hello err:oops exit:3");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 3);
    assert_string_equal(result->stdout_data, "hello\n");
    assert_string_equal(result->stderr_data, "oops\n");
    assert_int_equal(result->stdout_total, 6);
    assert_int_equal(result->signal, 0);
    assert_int_equal(result->stdout_truncated, 0);
    assert_int_equal(strlen(result->execution_id), 36);
    assert_int_equal(result->isolation_count, 2);
    assert_string_equal(result->isolation[1], "fake-filter");
    assert_true(result->peak_memory_bytes > 0);
    assert_true(result->wall_seconds >= 0 && result->wall_seconds < 120);
    assert_null(result->detail);
    destroy(f);
    assert_string_equal(result->isolation[0], "fake-namespace"); /* outlives the executor */
    codeexec_result_free(result);
}

static void executor_passes_the_request_on(void **state)
{
    struct fixture *f = *state;
    const char *const args[] = { "one", "", "three" };
    create(f);
    codeexec_request request = program("start show");
    request.args = args;
    request.arg_count = 3;
    request.filename = "snippet.py";
    request.memory_bytes = UINT64_C(64) << 20;
    request.cpu_ms = 1001;
    request.execution_id = "my.id-1";
    codeexec_result *result = run_request(f, &request);
    assert_string_equal(result->stdout_data,
                        "snippet.py memory=67108864 cpu=2 flags=0 one  three\n");
    assert_string_equal(result->execution_id, "my.id-1");
    codeexec_result_free(result);
}

static void executor_tells_signals_apart(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int number;
        codeexec_outcome outcome;
        codeexec_reason reason;
    } cases[] = {
        { SIGSEGV, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SIGNALED },
        { SIGKILL, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SIGNALED },
        { SIGXCPU, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SIGNALED }, /* by its own hand */
        { SIGXFSZ, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_FILE_SIZE },
        { SIGSYS, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SYSCALL },
    };
    create(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char code[64];
        snprintf(code, sizeof(code), "start out:x raise:%d", cases[i].number);
        codeexec_result *result = run(f, code);
        assert_end(result, cases[i].outcome, cases[i].reason, -cases[i].number);
        assert_int_equal(result->signal, cases[i].number);
        assert_string_equal(result->stdout_data, "x\n");
        codeexec_result_free(result);
    }
}

/** The kernel ends a program that ignores SIGXCPU with SIGKILL a second later. */
static void executor_knows_the_cpu_limits_sigkill(void **state)
{
    struct fixture *f = *state;
    char code[64];
    snprintf(code, sizeof(code), "start ignore:%d spin:1", SIGXCPU);
    create(f);
    codeexec_request request = program(code);
    request.cpu_ms = 1000; /* and its wall limit is far: two seconds may take their time to get */
    codeexec_result *result = run_request(f, &request);
    assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_CPU_TIME, -SIGKILL);
    assert_true(result->cpu_seconds >= 1);
    codeexec_result_free(result);
}

/** A run that its deadline ends, after it has started. */
static codeexec_result *run_past_its_deadline(struct fixture *f, const char *code, int listens)
{
    codeexec_request request = program(code);
    request.wall_ms = 200;
    uint64_t ticket = submit(f, &request);
    await_start(f, ticket);
    codeexec_result *result = listens ? next_unhurried(f) : next(f);
    assert_int_equal(result->ticket, ticket);
    assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME, -SIGKILL);
    assert_int_equal(result->signal, SIGKILL);
    return result;
}

static void executor_stops_at_the_deadline(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run_past_its_deadline(f, "out:before start sleep:90000", 1);
    assert_string_equal(result->stdout_data, "before\nflushed\n");
    assert_true(result->wall_seconds >= 0.2 && result->wall_seconds < 30);
    codeexec_result_free(result);

    /* One that does not listen gets 250 ms more. */
    result = run_past_its_deadline(f, "deaf start sleep:90000", 0);
    assert_true(result->wall_seconds >= 0.44 && result->wall_seconds < 30);
    codeexec_result_free(result);

    /* Nor does it help to end by itself when the time is over, or to close the channel. */
    codeexec_result_free(run_past_its_deadline(f, "exit-on-stop start sleep:90000", 1));
    codeexec_result_free(
        run_past_its_deadline(f, "start close-control close-output sleep:90000", 0));
}

/** Two phases that together take longer than the limit, and each of them two thirds of it. */
static codeexec_outcome run_two_phases(struct fixture *f, int ms)
{
    char code[64];
    snprintf(code, sizeof(code), "sleep:%d start sleep:%d out:done", ms, ms);
    codeexec_request request = program(code);
    request.wall_ms = (uint32_t)ms * 3 / 2;
    codeexec_result *result = run_request(f, &request);
    codeexec_outcome outcome = result->outcome;
    codeexec_result_free(result);
    return outcome;
}

static void executor_limits_the_check_too(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_request request = program("sleep:90000 start");
    request.wall_ms = 200;
    codeexec_result *result = run_request(f, &request);
    assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME, -SIGKILL);
    assert_true(result->wall_seconds == 0);
    codeexec_result_free(result);

    /* Both phases have the whole time each. Where a busy machine has a sleep take half as long
       again, longer ones are tried: with one limit for both, none of them could complete. */
    codeexec_outcome outcome = CODEEXEC_OUTCOME_TIMEOUT;
    for (int ms = 300; ms < 10000 && outcome == CODEEXEC_OUTCOME_TIMEOUT; ms *= 2)
        outcome = run_two_phases(f, ms);
    assert_int_equal(outcome, CODEEXEC_OUTCOME_COMPLETED);
}

/** A host that comes late finds both: that the time is over, and what the guest had to say before.
 */
static void executor_hears_what_came_before_the_deadline(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *code;
        codeexec_outcome outcome;
        int exit_code;
    } cases[] = {
        { "start out:x exit:3", CODEEXEC_OUTCOME_COMPLETED, 3 },
        { "reject:1", CODEEXEC_OUTCOME_REJECTED, -1 },
    };
    create(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DISPATCH_UNTIL(f, is_settled(f));
        codeexec_request request = program(cases[i].code);
        uint64_t ticket = submit(f, &request);
        ce_supervisor *guest = guest_of(f, ticket);
        assert_int_equal(guest->state, CE_GUEST_CHECKING);
        struct pollfd verdict = { .fd = guest->verdict.fd, .events = POLLIN };
        assert_int_equal(poll(&verdict, 1, PATIENCE_MS), 1);
        /* As the loop does when it looks at the clock before it has looked at the guest again. */
        ce_timer_disarm(&f->executor->loop, &guest->timer);
        guest->timer.due_ns = ce_now_ns();
        guest->timer.fire(guest->timer.owner);
        codeexec_result *result = next(f);
        assert_int_equal(result->ticket, ticket);
        assert_end(result, cases[i].outcome, CODEEXEC_REASON_EXITED, cases[i].exit_code);
        codeexec_result_free(result);
    }
}

static void executor_hands_findings_on(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "reject:2");
    assert_end(result, CODEEXEC_OUTCOME_REJECTED, CODEEXEC_REASON_EXITED, -1);
    assert_int_equal(result->violation_count, 2);
    assert_int_equal(result->violations_dropped, 3);
    assert_int_equal(result->violations[0].line, 1);
    assert_string_equal(result->violations[0].rule, "process");
    assert_string_equal(result->violations[0].message, "no processes here");
    assert_string_equal(result->violations[1].message, "bad\xef\xbf\xbd\xef\xbf\xbd"
                                                       "byte");
    codeexec_result_free(result);

    codeexec_request request = program("start out:ran");
    request.flags = CODEEXEC_REQUEST_CHECK_ONLY;
    result = run_request(f, &request);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, "");
    codeexec_result_free(result);
}

static void executor_believes_nothing_after_the_start(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "start forge out:still exit:4");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 4);
    assert_string_equal(result->stdout_data, "still\n");
    codeexec_result_free(result);

    codeexec_request request = program("start forge sleep:90000");
    request.wall_ms = 100;
    result = run_request(f, &request);
    assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME, -SIGKILL);
    codeexec_result_free(result);
}

/* ---- the queue ---- */

static void executor_refuses_what_does_not_fit(void **state)
{
    struct fixture *f = *state;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = program("start sleep:200 out:x");
    uint64_t ticket;
    f->config.concurrency = 1;
    f->config.queue_length = 2;
    create(f);
    for (int i = 0; i < 3; i++)
        submit(f, &request);
    assert_int_equal(codeexec_executor_pending(f->executor), 3);
    assert_int_equal(codeexec_submit(f->executor, &request, &ticket, &error), -CODEEXEC_EQUEUE);
    assert_int_equal(error.code, CODEEXEC_EQUEUE);
    codeexec_result_free(next(f));
    submit(f, &request);
    codeexec_executor_shutdown(f->executor);
    assert_int_equal(codeexec_submit(f->executor, &request, &ticket, NULL), -CODEEXEC_ESHUTDOWN);
    for (int i = 0; i < 3; i++) {
        codeexec_result *result = next(f);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
        codeexec_result_free(result);
    }
    assert_null(codeexec_next_result(f->executor));
}

static void executor_runs_many_at_once(void **state)
{
    struct fixture *f = *state;
    codeexec_request request = program("start sleep:50 flood:20000 exit:1");
    f->config.concurrency = 8;
    create(f);
    for (int i = 0; i < 200; i++)
        submit(f, &request);
    uint64_t seen = 0;
    for (int i = 0; i < 200; i++) {
        codeexec_result *result = next(f);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 1);
        assert_int_equal(result->stdout_size, 20000);
        seen += result->ticket;
        codeexec_result_free(result);
    }
    assert_int_equal(seen, 200 * 201 / 2);
    assert_int_equal(codeexec_executor_pending(f->executor), 0);
}

static void executor_cancels(void **state)
{
    struct fixture *f = *state;
    codeexec_request request = program("out:x start sleep:90000");
    f->config.concurrency = 1;
    create(f);
    uint64_t running = submit(f, &request);
    uint64_t waiting = submit(f, &request);
    await_start(f, running);
    assert_int_equal(codeexec_cancel(f->executor, waiting), 0);
    codeexec_result *result = next(f);
    assert_int_equal(result->ticket, waiting);
    assert_int_equal(result->outcome, CODEEXEC_OUTCOME_CANCELLED);
    assert_int_equal(result->exit_code, -1);
    codeexec_result_free(result);

    assert_int_equal(codeexec_cancel(f->executor, running), 0);
    result = next_unhurried(f);
    assert_int_equal(result->ticket, running);
    assert_int_equal(result->outcome, CODEEXEC_OUTCOME_CANCELLED);
    assert_int_equal(result->exit_code, -SIGKILL);
    assert_string_equal(result->stdout_data, "x\nflushed\n");
    codeexec_result_free(result);
    assert_int_equal(codeexec_cancel(f->executor, running), -CODEEXEC_ENOTFOUND);
    assert_int_equal(codeexec_cancel(f->executor, 12345), -CODEEXEC_ENOTFOUND);

    /* While it is being checked: nothing ran. */
    request = program("sleep:90000 start");
    running = submit(f, &request);
    DISPATCH_UNTIL(f, f->executor->in_state[CE_GUEST_CHECKING] == 1);
    assert_int_equal(codeexec_cancel(f->executor, running), 0);
    result = next(f);
    assert_int_equal(result->outcome, CODEEXEC_OUTCOME_CANCELLED);
    assert_int_equal(result->exit_code, -1);
    codeexec_result_free(result);
}

static void executor_leaves_other_results_queued(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_request request = program("start exit:7");
    uint64_t ticket = submit(f, &request);
    codeexec_result *result = run(f, "start sleep:300 exit:8");
    assert_int_equal(result->exit_code, 8);
    codeexec_result_free(result);
    DISPATCH_UNTIL(f, codeexec_executor_pending(f->executor) == 0); /* or it has ended already */
    struct pollfd executor = { .fd = codeexec_executor_fd(f->executor), .events = POLLIN };
    assert_int_equal(poll(&executor, 1, 0), 1);
    result = codeexec_next_result(f->executor);
    assert_non_null(result);
    assert_int_equal(result->ticket, ticket);
    assert_int_equal(result->exit_code, 7);
    codeexec_result_free(result);
}

/** Whoever polls the descriptor sees it readable while there is something to do or take, and not
 * else. */
static void executor_descriptor_tells_of_work(void **state)
{
    struct fixture *f = *state;
    struct pollfd executor;
    create(f);
    codeexec_request request = program("start out:x");
    submit(f, &request);
    executor = (struct pollfd){ .fd = codeexec_executor_fd(f->executor), .events = POLLIN };
    codeexec_result *result = NULL;
    while (!result) {
        assert_int_equal(poll(&executor, 1, PATIENCE_MS), 1);
        assert_int_equal(codeexec_dispatch(f->executor, 0, NULL), 0);
        if (codeexec_executor_pending(f->executor) == 0) {
            assert_int_equal(poll(&executor, 1, 0), 1);
            result = codeexec_next_result(f->executor);
        }
    }
    codeexec_result_free(result);
    /* Until the guests that were made for later have said all that they say. */
    const uint64_t since = ce_now_ns();
    while ((poll(&executor, 1, 300) != 0 || !is_settled(f)) && ms_since(since) < PATIENCE_MS)
        assert_int_equal(codeexec_dispatch(f->executor, 0, NULL), 0);
    assert_true(is_settled(f));
    assert_int_equal(poll(&executor, 1, 0), 0);

    /* Nothing keeps it turning while a program sits there. */
    request = program("start sleep:500");
    submit(f, &request);
    int turns = 0;
    for (; codeexec_executor_pending(f->executor) > 0; turns++)
        codeexec_dispatch(f->executor, -1, NULL);
    assert_in_range(turns, 1, 100); /* one that turns round and round does so 100,000 times */
    codeexec_result_free(next(f));
}

static void executor_checks_requests(void **state)
{
    struct fixture *f = *state;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = program("start");
    codeexec_result *result = NULL;
    uint64_t ticket;
    create(f);
    request.execution_id = "no spaces";
    assert_int_equal(codeexec_submit(f->executor, &request, &ticket, &error), -CODEEXEC_EINVAL);
    request = program("start");
    request.flags = CODEEXEC_REQUEST_STREAM;
    assert_int_equal(codeexec_run(f->executor, &request, &result, &error), -CODEEXEC_EINVAL);
    assert_int_equal(codeexec_submit(f->executor, NULL, &ticket, &error), -CODEEXEC_EINVAL);
    assert_int_equal(codeexec_executor_pending(f->executor), 0);
}

static void executor_checks_its_config(void **state)
{
    struct fixture *f = *state;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_executor *executor = NULL;
    codeexec_config config = f->config;
    config.wall_ms = 0;
    assert_int_equal(codeexec_executor_create(&executor, &config, &error), -CODEEXEC_EINVAL);
    assert_non_null(strstr(error.message, "wall_ms"));
    config = f->config;
    config.concurrency = 1025;
    assert_int_equal(codeexec_executor_create(&executor, &config, &error), -CODEEXEC_EINVAL);
    config = f->config;
    config.struct_size = 0;
    assert_int_equal(codeexec_executor_create(&executor, &config, &error), -CODEEXEC_EINVAL);
    config = f->config;
    config.libexec_dir = "/nonexistent";
    assert_int_equal(codeexec_executor_create(&executor, &config, &error), -CODEEXEC_ENOHELPER);
    config = f->config;
    config.python = "/nonexistent/python3";
    assert_int_equal(codeexec_executor_create(&executor, &config, &error), -CODEEXEC_EPYTHON);
    assert_null(executor);
    assert_int_equal(count_open(), f->open_before);
}

static void executor_sends_its_settings(void **state)
{
    struct fixture *f = *state;
    static const char expected[] =
        "allowed_modules=numpy,pandas\0policy=strict\0warm=1\0once=0\0work_root=/tmp";
    char path[PATH_MAX];
    char text[256];
    f->config.allowed_modules = "numpy,pandas";
    f->config.preload = 1;
    f->config.policy = CODEEXEC_POLICY_STRICT;
    create(f);
    assert_int_equal(codeexec_executor_wait_ready(f->executor, -1, NULL), 0);
    snprintf(path, sizeof(path), "%s/settings", f->directory);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(fd, text, sizeof(text)), sizeof(expected));
    assert_memory_equal(text, expected, sizeof(expected));
    close(fd);
}

/* ---- host programs ---- */

static void executor_copes_with_ignored_children(void **state)
{
    struct fixture *f = *state;
    signal(SIGCHLD, SIG_IGN);
    create(f);
    codeexec_result *result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    result = run(f, "start kill-zygote");
    codeexec_result_free(result);
    result = run(f, "start out:x");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    destroy(f);
    signal(SIGCHLD, SIG_DFL);
}

static void executor_leaves_other_children_alone(void **state)
{
    struct fixture *f = *state;
    create(f);
    pid_t child = fork();
    if (child == 0)
        _exit(42);
    codeexec_result_free(run(f, "start out:x"));
    codeexec_result_free(run(f, "start kill-zygote"));
    codeexec_executor_destroy(f->executor);
    f->executor = NULL;
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 42);
}

static void executor_does_not_raise_sigpipe(void **state)
{
    struct fixture *f = *state;
    static char data[300000];
    signal(SIGPIPE, SIG_DFL);
    create(f);
    codeexec_request request = program("start close-stdin sleep:100 out:x");
    request.stdin_data = data;
    request.stdin_size = sizeof(data);
    codeexec_result *result = run_request(f, &request);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    sigset_t pending;
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
}

/** An executor of a thread's own. */
struct worker {
    const codeexec_config *config;
    pthread_t thread;
    int completed;
};

static void *run_in_thread(void *argument)
{
    struct worker *worker = argument;
    codeexec_executor *executor = NULL;
    if (codeexec_executor_create(&executor, worker->config, NULL) < 0)
        return NULL;
    for (int i = 0; i < 10; i++) {
        codeexec_request request = program("start out:x");
        codeexec_result *result = NULL;
        if (codeexec_run(executor, &request, &result, NULL) == 0)
            worker->completed += result->outcome == CODEEXEC_OUTCOME_COMPLETED;
        codeexec_result_free(result);
    }
    codeexec_executor_destroy(executor);
    return NULL;
}

static void executor_works_in_several_threads(void **state)
{
    struct fixture *f = *state;
    struct worker workers[3] = { { .config = &f->config },
                                 { .config = &f->config },
                                 { .config = &f->config } };
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&workers[i].thread, NULL, run_in_thread, &workers[i]), 0);
    for (int i = 0; i < 3; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].completed, 10);
    }
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(count_open(), f->open_before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(executor_runs_a_program),
        TEST(executor_passes_the_request_on),
        TEST(executor_tells_signals_apart),
        TEST(executor_knows_the_cpu_limits_sigkill),
        TEST(executor_stops_at_the_deadline),
        TEST(executor_limits_the_check_too),
        TEST(executor_hears_what_came_before_the_deadline),
        TEST(executor_hands_findings_on),
        TEST(executor_believes_nothing_after_the_start),
        TEST(executor_copes_with_ignored_children),
        TEST(executor_leaves_other_children_alone),
        TEST(executor_does_not_raise_sigpipe),
        TEST(executor_works_in_several_threads),
        TEST(executor_refuses_what_does_not_fit),
        TEST(executor_runs_many_at_once),
        TEST(executor_cancels),
        TEST(executor_leaves_other_results_queued),
        TEST(executor_descriptor_tells_of_work),
        TEST(executor_checks_requests),
        TEST(executor_checks_its_config),
        TEST(executor_sends_its_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
