/* SPDX-License-Identifier: MIT */
/** What stays behind: nothing, after many runs, and after the worst ends. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness.h"
#include "http.h"
#include "proc.h"
#include "service.h"

/** Everything that must not grow. */
typedef struct footprint {
    size_t processes;
    size_t descriptors;        /**< of the service */
    size_t zygote_descriptors; /**< of its direct children */
    size_t mounts;             /**< that the service sees */
    size_t zygote_mounts;      /**< that its direct children see */
    size_t zombies;
    size_t temporary; /**< in the directory it was given as TMPDIR */
    size_t tmp;       /**< in /tmp, as far as they may be its own */
    size_t shm;
} footprint;

static footprint measure(pid_t pid, const char *temporary)
{
    static proc_family family;
    footprint now = { .processes = proc_family_settled(pid, 5000),
                      .descriptors = proc_descriptors(pid),
                      .mounts = proc_mounts(pid),
                      .zombies = proc_zombies(pid),
                      .temporary = directory_entries(temporary),
                      .tmp = directory_foreign_entries("/tmp"),
                      .shm = directory_foreign_entries("/dev/shm") };

    proc_family_read(pid, &family);
    for (size_t i = 0; i < family.count; i++) {
        if (family.members[i].parent == pid) {
            now.zygote_descriptors += proc_descriptors(family.members[i].pid);
            now.zygote_mounts += proc_mounts(family.members[i].pid);
        }
    }
    return now;
}

static void print_footprint(const char *when, const footprint *now)
{
    print_message("%s: processes %zu, descriptors %zu + %zu, mounts %zu + %zu, zombies %zu, "
                  "files %zu %zu %zu\n",
                  when, now->processes, now->descriptors, now->zygote_descriptors, now->mounts,
                  now->zygote_mounts, now->zombies, now->temporary, now->tmp, now->shm);
}

/** What one guest more takes of its zygote's descriptors: those of its end. How many guests are
 * parked follows demand. */
#define GUEST_ZYGOTE_DESCRIPTORS 4

static bool is_no_more(const footprint *now, const footprint *before)
{
    return now->processes <= before->processes + GUEST_PROCESSES &&
           now->descriptors <= before->descriptors + GUEST_DESCRIPTORS &&
           now->zygote_descriptors <= before->zygote_descriptors + GUEST_ZYGOTE_DESCRIPTORS &&
           now->mounts <= before->mounts && now->zygote_mounts <= before->zygote_mounts &&
           now->zombies <= before->zombies && now->temporary <= before->temporary &&
           now->tmp <= before->tmp && now->shm <= before->shm;
}

/** Measure until it is no more than before: reaping and closing take their moment, and guests that
 *  were parked while there was much to do are let go one by one, ten seconds apart. */
static void expect_no_more(pid_t pid, const char *temporary, const footprint *before)
{
    long long deadline = now_ms() + 2LL * PATIENCE_MS;
    footprint after;

    do {
        after = measure(pid, temporary);
        if (is_no_more(&after, before))
            return;
    } while (now_ms() < deadline);
    print_footprint("before", before);
    print_footprint("after", &after);
    fail_msg("something stayed behind");
}

/** Programs of every kind of ending, and some that leave things lying about. */
static const struct {
    const char *code;
    const char *members;
} programs[] = {
    { "print('hi')", "" },
    { "open('/tmp/left', 'w').write('x' * 10000)", "" },
    { "open('/dev/shm/left', 'w').write('x' * 10000)", "" },
    { "import sys; sys.exit(3)", "" },
    { "1/0", "" },
    { "import os; os.kill(os.getpid(), 9)", "" },
    { "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
      "" },
    { "x = (", "" },
    { "import tensorflow", "" },
    { "fds = [open('/dev/null') for _ in range(50)]", "" },
    { "import time; time.sleep(60)", "\"timeout\": 0.05" },
    { "print('x' * 100000)", "" },
};

static void a_thousand_runs_leave_nothing(void **state)
{
    enum { runs = 1000, warm_up = 240, kinds = sizeof(programs) / sizeof(programs[0]) };
    service own;
    char temporary[512];
    char setting[600];
    http_connection connection;

    (void)state;
    snprintf(temporary, sizeof(temporary), "%s/tmp", scratch_directory());
    mkdir(temporary, 0755);
    snprintf(setting, sizeof(setting), "TMPDIR=%s", temporary);
    SERVICE_START(&own, setting, "CODEEXEC_CONCURRENCY=2", "CODEEXEC_LEARN=false");
    service_connect(&own, &connection);
    footprint before = { 0 };
    for (int i = 0; i < runs + warm_up; i++) {
        HTTP_RESPONSE_SCOPED response = { 0 };
        /* What is made once, for each slot, and kept is no leak. */
        if (i == warm_up)
            before = measure(own.process.pid, temporary);
        TEXT_SCOPED body = execute_body(programs[i % kinds].code, programs[i % kinds].members);
        assert_true(http_send_request(&connection, "POST", "/execute", NULL, body.data));
        assert_int_equal(http_receive(&connection, &response, PATIENCE_MS), HTTP_RESPONSE);
        if (response.status != 200 || strstr(response.body.data, "\"internal\"") != NULL)
            fail_msg("run %d: %d %s", i, response.status, response.body.data);
    }
    expect_no_more(own.process.pid, temporary, &before);
    http_close(&connection);
    service_stop(&own);
    assert_int_equal(directory_entries(temporary), 0);
}

static void zygotes_are_replaced_without_a_trace(void **state)
{
    service own;

    (void)state;
    SERVICE_START(&own, "CODEEXEC_ZYGOTE_RUNS=5", "CODEEXEC_CONCURRENCY=2", "CODEEXEC_LEARN=false");
    for (int i = 0; i < 40; i++)
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
    footprint before = measure(own.process.pid, scratch_directory());
    for (int i = 0; i < 50; i++)
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
    expect_no_more(own.process.pid, scratch_directory(), &before);
    service_stop(&own);
}

/** Kill every direct child of the service: its zygotes, which take their guests along. @return how
 *  many there were */
static size_t kill_zygotes(pid_t pid)
{
    static proc_family family;
    pid_t zygotes[8];
    size_t count = 0;

    proc_family_read(pid, &family);
    for (size_t i = 0; i < family.count && count < 8; i++)
        if (family.members[i].parent == pid)
            zygotes[count++] = family.members[i].pid;
    proc_kill_families(zygotes, count);
    return count;
}

/** Start a run that shows in the process count, and wait until it does. */
static void start_crowded_run(const service *own, http_connection *connection, size_t idle)
{
    TEXT_SCOPED body = execute_body(crowded_program, "\"timeout\": 600");

    service_connect(own, connection);
    assert_true(http_send_request(connection, "POST", "/execute", NULL, body.data));
    service_await_crowd(own, idle);
}

static void a_killed_zygote_is_survived(void **state)
{
    service own;

    (void)state;
    SERVICE_START(&own, "CODEEXEC_CONCURRENCY=1", "CODEEXEC_LEARN=false");
    for (int i = 0; i < 40; i++)
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
    footprint before = measure(own.process.pid, scratch_directory());
    for (int i = 0; i < 3; i++) {
        HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
        HTTP_RESPONSE_SCOPED response = { 0 };
        start_crowded_run(&own, &connection, before.processes);
        assert_true(kill_zygotes(own.process.pid) > 0);
        /* That run ends, with a clear answer and long before its time. */
        assert_int_equal(http_receive(&connection, &response, PATIENCE_MS), HTTP_RESPONSE);
        assert_int_equal(response.status, 200);
        JSON_SCOPED *answer = json_parse(&response.body);
        assert_json_text(answer, "status", "error");
        assert_json_text(answer, "reason", "internal");
        /* The next ones work. */
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
    }
    expect_no_more(own.process.pid, scratch_directory(), &before);
    service_stop(&own);
}

static void a_killed_service_leaves_no_process(void **state)
{
    static proc_family family;
    service own;
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    int status = 0;

    (void)state;
    service_start(&own, NULL);
    assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
    start_crowded_run(&own, &connection, proc_family_settled(own.process.pid, 5000));
    proc_family_read(own.process.pid, &family);
    assert_true(family.count > 6);
    kill(own.process.pid, SIGKILL);
    assert_true(program_wait(&own.process, PATIENCE_MS, &status));
    AWAIT(proc_family_alive(&family) == 0);
    assert_int_equal(proc_family_alive(&family), 0);
    service_discard(&own);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_runs_leave_nothing),
        cmocka_unit_test(zygotes_are_replaced_without_a_trace),
        cmocka_unit_test(a_killed_zygote_is_survived),
        cmocka_unit_test(a_killed_service_leaves_no_process),
    };
    return RUN_GROUP("soak", tests, NULL, NULL);
}
