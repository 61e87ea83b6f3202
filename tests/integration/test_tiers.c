/* SPDX-License-Identifier: MIT */
/** Interpreters with modules loaded, forked from one another: when there are any, what a program
 *  sees of that, what happens when they are killed. And answers that come before a program's
 *  process has ended. */
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "http.h"
#include "proc.h"
#include "service.h"

#define MOST_ZYGOTES 64
/** Tiers of the five modules, and the bare one. */
#define ALL_TIERS 6
/** To import everything, on a busy machine, and once more where that failed at first. */
#define WARM_MS 240000

/** The ways to confine that tiers must work with. */
static const char *const ways[][2] = {
    { "CODEEXEC_PROFILE=auto", "CODEEXEC_CGROUP=auto" },
    { "CODEEXEC_PROFILE=locked-down", "CODEEXEC_CGROUP=auto" },
    { "CODEEXEC_PROFILE=auto", "CODEEXEC_CGROUP=off" },
    { "CODEEXEC_PROFILE=locked-down", "CODEEXEC_CGROUP=off" },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* ---- zygotes, as seen from outside ---- */

/** A line of /proc/PID/status, as a number; -1 if there is none. */
static long status_number(pid_t pid, const char *key)
{
    char path[64];
    TEXT_SCOPED status = { 0 };

    snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
    if (!text_read_file(&status, path))
        return -1;
    const char *line = strstr(status.data, key);
    return line != NULL ? strtol(line + strlen(key), NULL, 10) : -1;
}

/** Inits carry a name of their own, and everything in a guest a filter more than we have. */
static bool is_zygote(pid_t pid, pid_t service_pid)
{
    char path[64];
    TEXT_SCOPED name = { 0 };

    snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
    if (pid == service_pid || !text_read_file(&name, path) ||
        strcmp(name.data, "codeexec-init\n") == 0)
        return false;
    return status_number(pid, "\nSeccomp_filters:") ==
               status_number(service_pid, "\nSeccomp_filters:") &&
           status_number(pid, "\nVmRSS:") > 0;
}

/** The zygotes of a service, that which it started first. */
static size_t zygotes_of(const service *own, pid_t pids[MOST_ZYGOTES])
{
    static proc_family family;
    size_t count = 0;

    proc_family_read(own->process.pid, &family);
    for (int root = 1; root >= 0; root--)
        for (size_t i = 0; i < family.count && count < MOST_ZYGOTES; i++) {
            const proc_id *member = &family.members[i];
            if ((member->parent == own->process.pid) == root && member->state != 'Z' &&
                is_zygote(member->pid, own->process.pid))
                pids[count++] = member->pid;
        }
    return count;
}

/** Wait until there have been exactly so many for a moment: a guest on its way looks like one until
 *  it is confined. */
static void await_zygote_pids(const service *own, size_t count, pid_t pids[MOST_ZYGOTES])
{
    const long long deadline = now_ms() + WARM_MS;
    size_t now = 0;

    for (int same = 0; same < 5; sleep_ms(100)) {
        now = zygotes_of(own, pids);
        same = now == count ? same + 1 : 0;
        if (now_ms() > deadline) {
            TEXT_SCOPED log = service_log(own);
            fail_msg("%zu zygotes instead of %zu; log: %.3000s", now, count, log.data);
        }
    }
}

static void await_zygotes(const service *own, size_t count)
{
    pid_t pids[MOST_ZYGOTES];
    await_zygote_pids(own, count, pids);
}

/** Kill them all, or all but the one that the others were forked from. With their guests: a run
 * that was handed to one of those just now would end with it. */
static void kill_zygotes(const service *own, bool root_too)
{
    pid_t pids[MOST_ZYGOTES];
    size_t count = zygotes_of(own, pids);

    assert_true(count > 0);
    if (root_too)
        proc_kill_families(pids, count);
    else
        proc_kill_families(pids + 1, count - 1);
}

static void kill_root_zygote(const service *own)
{
    pid_t pids[MOST_ZYGOTES];

    assert_true(zygotes_of(own, pids) > 0);
    proc_kill_families(pids, 1);
}

/* ---- programs ---- */

#define SHOW_LOADED(module) "import sys\nprint('" module "' in sys.modules)\nimport " module "\n"

static const char is_pandas_loaded[] = SHOW_LOADED("pandas");
static const char is_numpy_loaded[] = SHOW_LOADED("numpy");

/** Threads of a long run: more than a library starts by itself. */
#define LONG_RUN_THREADS 41

static bool has_long_run(const service *own)
{
    static proc_family family;

    proc_family_read(own->process.pid, &family);
    for (size_t i = 0; i < family.count; i++)
        if (status_number(family.members[i].pid, "\nThreads:") >= LONG_RUN_THREADS)
            return true;
    return false;
}

/** Start a run that stays, and wait until its program has done this: what is seen of it from
 * outside, however it is confined, are its threads. */
static void start_long_run(const service *own, http_connection *connection, const char *code)
{
    TEXT_SCOPED whole = { 0 };

    text_format(&whole,
                "%s\nimport threading, time\n"
                "for _ in range(%d):\n"
                "    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
                "time.sleep(600)\n",
                code, LONG_RUN_THREADS - 1);
    TEXT_SCOPED body = execute_body(whole.data, "\"timeout\": 600");
    service_connect(own, connection);
    assert_true(http_send_request(connection, "POST", "/execute", NULL, body.data));
    AWAIT(has_long_run(own));
    assert_true(has_long_run(own));
}

/** It ends with a clear answer, long before its time. */
static void expect_internal_error(http_connection *connection)
{
    HTTP_RESPONSE_SCOPED response = { 0 };

    assert_int_equal(http_receive(connection, &response, PATIENCE_MS), HTTP_RESPONSE);
    assert_int_equal(response.status, 200);
    JSON_SCOPED *answer = json_parse(&response.body);
    assert_json_text(answer, "status", "error");
    assert_json_text(answer, "reason", "internal");
    /* Its death may be seen a moment before that of what it was forked from. */
    assert_true(strstr(response.body.data, "fork server died") != NULL ||
                strstr(response.body.data, "killed from outside") != NULL);
}

/** With its tier just killed a program runs all the same, in another one. Or already in the next
 *  one: that is made at once if the last one had served for half a minute, as on a slow machine. */
static void expect_run_anywhere(const service *own, const char *code)
{
    JSON_SCOPED *answer = execute(own, code, "");
    const char *output = json_text(answer, "stdout");

    assert_json_text(answer, "status", "completed");
    assert_json_integer(answer, "exit_code", 0);
    if (strcmp(output, "False\n") != 0)
        assert_json_text(answer, "stdout", "True\n");
}

/** Wait until a program finds its module loaded: there may be a zygote that imports it still. */
static void await_loaded(const service *own, const char *code)
{
    const long long deadline = now_ms() + WARM_MS;

    for (;;) {
        JSON_SCOPED *answer = execute(own, code, "");
        assert_json_text(answer, "status", "completed");
        if (strcmp(json_text(answer, "stdout"), "True\n") == 0)
            return;
        if (now_ms() > deadline)
            fail_msg("it is still not loaded");
        sleep_ms(100);
    }
}

/* ---- which there are ---- */

static void tiers_are_learned(void **state)
{
    service own;

    (void)state;
    service_start(&own, NULL);
    await_zygotes(&own, 1);
    assert_run(&own, is_pandas_loaded, "", "completed", 0, "False\n");
    await_zygotes(&own, 2);
    await_loaded(&own, is_pandas_loaded);
    for (int i = 0; i < 3; i++)
        assert_run(&own, is_pandas_loaded, "", "completed", 0, "True\n");
    /* Others are as before, and get one of their own. */
    assert_run(&own, "import sys; print('pandas' in sys.modules)", "", "completed", 0, "False\n");
    await_zygotes(&own, 2);
    service_stop(&own);
}

static void tiers_are_not_learned_if_unwanted(void **state)
{
    service own;

    (void)state;
    SERVICE_START(&own, "CODEEXEC_LEARN=false");
    for (int i = 0; i < 3; i++) {
        assert_run(&own, is_numpy_loaded, "", "completed", 0, "False\n");
        /* One that was learned would stay: a slow machine only hides it till the end. */
        sleep_ms(700);
        await_zygotes(&own, 1);
    }
    service_stop(&own);
}

static void tiers_are_made_at_start(void **state)
{
    service own;
    HTTP_RESPONSE_SCOPED before = { 0 };
    HTTP_RESPONSE_SCOPED after = { 0 };

    (void)state;
    SERVICE_START(&own, "BYPASS_SETUP=false", "CODEEXEC_LEARN=false");
    /* It answers from the first moment. */
    assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
    service_request(&own, "GET", "/health", "", NULL, &before);
    assert_run(&own, "import numpy; print(numpy.arange(3).sum())", "", "completed", 0, "3\n");
    service_await_tiers(&own);
    service_request(&own, "GET", "/health", "", NULL, &after);
    assert_int_equal(after.status, 200);
    assert_string_equal(before.body.data, after.body.data);
    /* The smallest that has it all. */
    static const struct {
        const char *code;
        const char *output;
    } cases[] = {
        { "", "0\n" },
        { "import numpy", "1\n" },
        { "import pandas", "2\n" },
        { "import numpy, pandas", "2\n" },
        { "import numpy as np\nimport matplotlib.pyplot as plt", "3\n" },
        { "from scipy import stats", "4\n" },
        { "from sklearn.linear_model import LinearRegression", "5\n" },
        { "if 0:\n  import sklearn", "5\n" },
        { "import json", "0\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEXT_SCOPED code = { 0 };
        text_format(&code,
                    "import sys\nprint(sum(m in sys.modules for m in 'numpy pandas matplotlib "
                    "scipy sklearn'.split()))\n%s\n",
                    cases[i].code);
        print_message("%s\n", cases[i].code);
        assert_run(&own, code.data, "", "completed", 0, cases[i].output);
    }
    /* One thread each: no other survives a fork. */
    pid_t pids[MOST_ZYGOTES];
    await_zygote_pids(&own, ALL_TIERS, pids);
    for (size_t i = 0; i < ALL_TIERS; i++)
        assert_int_equal(status_number(pids[i], "\nThreads:"), 1);
    service_stop(&own);
}

static void tiers_work_however_programs_are_confined(void **state)
{
    (void)state;
    for (size_t i = 0; i < WAYS; i++) {
        service own;
        print_message("%s %s\n", ways[i][0], ways[i][1]);
        SERVICE_START(&own, ways[i][0], ways[i][1], "CODEEXEC_CONCURRENCY=2");
        assert_run(&own, is_numpy_loaded, "", "completed", 0, "False\n");
        await_zygotes(&own, 2);
        await_loaded(&own, is_numpy_loaded);
        for (int j = 0; j < 6; j++) {
            assert_run(&own, is_numpy_loaded, "", "completed", 0, "True\n");
            /* Where it may write, and what it finds there: what was given to nobody else. */
            assert_run(&own,
                       "import numpy, os, tempfile\n"
                       "directory = tempfile.gettempdir()\n"
                       "print([n for n in os.listdir(directory) if n != 'main.py'])\n"
                       "open(directory + '/left', 'w').write('x' * 100000)\n"
                       "numpy.save(directory + '/a.npy', numpy.arange(10))\n"
                       "print(numpy.load(directory + '/a.npy').sum())\n",
                       "", "completed", 0, "[]\n45\n");
        }
        kill_zygotes(&own, false);
        assert_run(&own, "import numpy; print(1)", "", "completed", 0, "1\n");
        await_zygotes(&own, 2);
        await_loaded(&own, is_numpy_loaded);
        service_stop(&own);
    }
}

/* ---- killed ---- */

static void a_killed_tier_is_survived(void **state)
{
    service own;

    (void)state;
    service_start(&own, NULL);
    assert_run(&own, is_numpy_loaded, "", "completed", 0, "False\n");
    await_zygotes(&own, 2);
    await_loaded(&own, is_numpy_loaded);
    for (int i = 0; i < 2; i++) {
        HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
        HTTP_CONNECTION_SCOPED bystander = { .fd = -1 };
        HTTP_RESPONSE_SCOPED response = { 0 };
        TEXT_SCOPED body = execute_body("import time; time.sleep(6); print('there')", "");
        service_connect(&own, &bystander);
        assert_true(http_send_request(&bystander, "POST", "/execute", NULL, body.data));
        start_long_run(&own, &connection, "import numpy");
        kill_zygotes(&own, false);
        expect_internal_error(&connection);
        /* The next ones work, if slower; one in another tier has not noticed. */
        expect_run_anywhere(&own, is_numpy_loaded);
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
        assert_int_equal(http_receive(&bystander, &response, PATIENCE_MS), HTTP_RESPONSE);
        assert_non_null(strstr(response.body.data, "there"));
        await_zygotes(&own, 2);
        await_loaded(&own, is_numpy_loaded);
    }
    /* While nobody uses it. */
    kill_zygotes(&own, false);
    expect_run_anywhere(&own, is_numpy_loaded);
    await_zygotes(&own, 2);
    await_loaded(&own, is_numpy_loaded);
    service_stop(&own);
}

static void a_killed_zygote_takes_its_tiers_along(void **state)
{
    static proc_family family;
    service own;

    (void)state;
    SERVICE_START(&own, "BYPASS_SETUP=false", "ALLOWED_MODULES=numpy,pandas",
                  "CODEEXEC_LEARN=false");
    service_await_tiers(&own);
    for (int i = 0; i < 2; i++) {
        HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
        start_long_run(&own, &connection, "import pandas");
        proc_family_read(own.process.pid, &family);
        assert_true(family.count > 4);
        if (i == 0)
            kill_root_zygote(&own);
        else
            kill_zygotes(&own, true);
        expect_internal_error(&connection);
        assert_run(&own, "print('hi')", "", "completed", 0, "hi\n");
        assert_run(&own, "import pandas; print(1)", "", "completed", 0, "1\n");
        /* Nothing of before but the service itself. */
        AWAIT(proc_family_alive(&family) == 1);
        assert_int_equal(proc_family_alive(&family), 1);
        await_zygotes(&own, 3);
        await_loaded(&own, is_pandas_loaded);
    }
    service_stop(&own);
}

static void a_service_with_tiers_drains(void **state)
{
    service own;
    http_connection connections[2];
    static const char *const codes[] = { "import pandas, time; time.sleep(3); print('done')",
                                         "import time; time.sleep(3); print('done')" };
    static proc_family family;
    int status = 0;

    (void)state;
    SERVICE_START(&own, "CODEEXEC_CONCURRENCY=2");
    assert_run(&own, is_pandas_loaded, "", "completed", 0, "False\n");
    await_zygotes(&own, 2);
    for (int i = 0; i < 2; i++) {
        TEXT_SCOPED body = execute_body(codes[i], "");
        service_connect(&own, &connections[i]);
        assert_true(http_send_request(&connections[i], "POST", "/execute", NULL, body.data));
    }
    /* Stopped while they run; on a machine that stands still just now they may have ended. */
    AWAIT(service_load(&own, "running") == 2 || http_has_answer(&connections[0]) ||
          http_has_answer(&connections[1]));
    proc_family_read(own.process.pid, &family);
    kill(own.process.pid, SIGTERM);
    for (int i = 0; i < 2; i++) {
        HTTP_RESPONSE_SCOPED response = { 0 };
        assert_int_equal(http_receive(&connections[i], &response, PATIENCE_MS), HTTP_RESPONSE);
        assert_int_equal(response.status, 200);
        assert_non_null(strstr(response.body.data, "done"));
    }
    for (int i = 0; i < 2; i++)
        http_close(&connections[i]);
    assert_true(program_wait(&own.process, PATIENCE_MS, &status));
    assert_int_equal(exit_code_of(status), 0);
    AWAIT(proc_family_alive(&family) == 0);
    assert_int_equal(proc_family_alive(&family), 0);
    service_discard(&own);
}

/** A service that is stopped, or killed, while it makes its tiers. */
static void tiers_that_are_being_made_go_too(void **state)
{
    static proc_family family;

    (void)state;
    for (int i = 0; i < 6; i++) {
        service own;
        SERVICE_START(&own, "BYPASS_SETUP=false");
        sleep_ms(300 * i);
        proc_family_read(own.process.pid, &family);
        if (i % 2 == 0)
            service_stop(&own);
        else
            service_discard(&own);
        AWAIT(proc_family_alive(&family) == 0);
        assert_int_equal(proc_family_alive(&family), 0);
    }
}

/* ---- what stays behind ---- */

static char cgroup_name[64];
static size_t cgroup_directories;

static int count_cgroup(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)where;
    cgroup_directories += type == FTW_D && strstr(path, cgroup_name) != NULL;
    return 0;
}

typedef struct footprint {
    size_t processes;
    size_t zygotes;
    size_t descriptors;
    size_t zygote_descriptors;
    size_t zygote_mounts;
    size_t zombies;
    size_t cgroups;
    size_t work; /**< entries of the directory for work, and of those in it */
} footprint;

static size_t count_work(const char *directory)
{
    TEXT_SCOPED command_line = { 0 };
    text_format(&command_line, "find %s -mindepth 1 | wc -l", directory);
    COMMAND_RESULT_SCOPED result = command_run(&(command){
        .arguments = (const char *const[]){ "/bin/sh", "-c", command_line.data, NULL } });
    return (size_t)strtoul(result.output.data, NULL, 10);
}

static footprint measure(const service *own, const char *work, size_t way)
{
    pid_t pids[MOST_ZYGOTES];
    footprint now = { .processes = proc_family_settled(own->process.pid, 10000) };

    now.zygotes = zygotes_of(own, pids);
    now.descriptors = proc_descriptors(own->process.pid);
    for (size_t i = 0; i < now.zygotes; i++) {
        now.zygote_descriptors += proc_descriptors(pids[i]);
        /* Where they have none of their own they see those of the machine. */
        if (way == 0)
            now.zygote_mounts += proc_mounts(pids[i]);
    }
    now.zombies = proc_zombies(own->process.pid);
    snprintf(cgroup_name, sizeof(cgroup_name), "/codeexec-%ld-", (long)own->process.pid);
    cgroup_directories = 0;
    nftw("/sys/fs/cgroup", count_cgroup, 16, FTW_PHYS);
    now.cgroups = cgroup_directories;
    now.work = count_work(work);
    return now;
}

static void print_footprint(const char *when, const footprint *now)
{
    print_message("%s: processes %zu, zygotes %zu, descriptors %zu + %zu, mounts %zu, zombies %zu, "
                  "cgroups %zu, work %zu\n",
                  when, now->processes, now->zygotes, now->descriptors, now->zygote_descriptors,
                  now->zygote_mounts, now->zombies, now->cgroups, now->work);
}

/** Slots of a service of two at once, and what is kept for one that has been used: in each zygote
 * two descriptors of its directory where it needs one. */
#define SLOTS           18
#define ZYGOTE_SLOT_FDS 2
#define ZYGOTE_OWN_FDS  32

static bool is_no_more(const footprint *now, const footprint *before)
{
    return now->processes <= before->processes + GUEST_PROCESSES &&
           now->zygotes <= before->zygotes &&
           now->descriptors <= before->descriptors + GUEST_DESCRIPTORS &&
           now->zygote_descriptors <=
               before->zygotes * (ZYGOTE_OWN_FDS + SLOTS * ZYGOTE_SLOT_FDS) &&
           now->zygote_mounts <= before->zygote_mounts && now->zombies <= before->zombies &&
           now->cgroups <= before->cgroups &&
           now->work <= before->zygotes * (SLOTS + 1) + 3; /* empty directories */
}

static const struct {
    const char *code;
    const char *members;
} mixed[] = {
    { "print('hi')", "" },
    { "import numpy; print(numpy.arange(10))", "" },
    { "import pandas; print(pandas.Series([1, 2]).mean())", "" },
    { "import numpy, sys; sys.exit(3)", "" },
    { "import pandas; 1/0", "" },
    { "import numpy, os; os.kill(os.getpid(), 9)", "" },
    { "import numpy, os; os._exit(5)", "" },
    { "import numpy, tempfile\nopen(tempfile.gettempdir() + '/left', 'w').write('x' * 10000)", "" },
    { "import numpy, time; time.sleep(60)", "\"timeout\": 0.05" },
    { "import pandas, threading, time\n"
      "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
      "" },
    { "import numpy; print('x' * 100000)", "" },
    { "x = (", "" },
};

static void runs_in_tiers_leave_nothing(void **state)
{
    enum { kinds = sizeof(mixed) / sizeof(mixed[0]) };
    const int runs = 500;

    (void)state;
    for (size_t way = 0; way < 2; way++) {
        service own;
        http_connection connection;
        char work[512];
        char setting[600];
        print_message("%s %s\n", ways[way][0], ways[way][1]);
        snprintf(work, sizeof(work), "%s/work-%zu", scratch_directory(), way);
        mkdir(work, 0755);
        snprintf(setting, sizeof(setting), "CODEEXEC_WORK_DIR=%s", work);
        SERVICE_START(&own, ways[way][0], ways[way][1], setting, "CODEEXEC_CONCURRENCY=2",
                      "BYPASS_SETUP=false", "ALLOWED_MODULES=numpy,pandas", "CODEEXEC_POLICY=off",
                      "CODEEXEC_LEARN=false");
        service_await_tiers(&own);
        service_connect(&own, &connection);
        footprint before = { 0 };
        for (int i = 0; i < runs + 10 * kinds; i++) {
            HTTP_RESPONSE_SCOPED response = { 0 };
            if (i == 10 * kinds)
                before = measure(&own, work, way);
            TEXT_SCOPED body = execute_body(mixed[i % kinds].code, mixed[i % kinds].members);
            assert_true(http_send_request(&connection, "POST", "/execute", NULL, body.data));
            assert_int_equal(http_receive(&connection, &response, PATIENCE_MS), HTTP_RESPONSE);
            if (response.status != 200 || strstr(response.body.data, "\"internal\"") != NULL)
                fail_msg("run %d: %d %s", i, response.status, response.body.data);
        }
        footprint after = measure(&own, work, way);
        /* Targets of parked guests fall again, one by one and ten seconds apart, and what was grown
           for them stays. */
        const long long deadline = now_ms() + 2LL * PATIENCE_MS;
        while (!is_no_more(&after, &before) && now_ms() < deadline)
            after = measure(&own, work, way);
        print_footprint("before", &before);
        print_footprint("after", &after);
        assert_true(is_no_more(&after, &before));
        http_close(&connection);
        service_stop(&own);
        assert_int_equal(directory_entries(work), 0);
    }
}

/** Zygotes that are replaced, each with its tiers. */
static void zygotes_with_tiers_are_replaced_without_a_trace(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        service own;
        char work[512];
        char setting[600];
        snprintf(work, sizeof(work), "%s/recycled-%zu", scratch_directory(), way);
        mkdir(work, 0755);
        snprintf(setting, sizeof(setting), "CODEEXEC_WORK_DIR=%s", work);
        SERVICE_START(&own, ways[way][0], ways[way][1], setting, "CODEEXEC_CONCURRENCY=2",
                      "CODEEXEC_ZYGOTE_RUNS=20", "BYPASS_SETUP=false", "ALLOWED_MODULES=numpy",
                      "CODEEXEC_LEARN=false");
        service_await_tiers(&own);
        for (int i = 0; i < 150; i++)
            assert_run(&own, "import numpy; print(numpy.ones(3).sum())", "", "completed", 0,
                       "3.0\n");
        /* Two, or four while the next ones take over. */
        await_zygotes(&own, 2);
        AWAIT(directory_entries(work) <= 2);
        size_t left = directory_entries(work);
        if (left > 2) /* the directories of the zygotes that serve now, where they need some */
            fail_msg("%zu entries are left in the directory for work", left);
        service_stop(&own);
        assert_int_equal(directory_entries(work), 0);
    }
}

/** In the locked-down profile each tier has directories of its own, which go with it. */
static void tiers_that_have_gone_leave_no_directories(void **state)
{
    service own;
    char work[512];
    char setting[600];

    (void)state;
    snprintf(work, sizeof(work), "%s/gone", scratch_directory());
    mkdir(work, 0755);
    snprintf(setting, sizeof(setting), "CODEEXEC_WORK_DIR=%s", work);
    SERVICE_START(&own, "CODEEXEC_PROFILE=locked-down", setting, "CODEEXEC_CONCURRENCY=2",
                  "BYPASS_SETUP=false", "ALLOWED_MODULES=numpy", "CODEEXEC_LEARN=false");
    size_t before = 0;
    for (int i = 0; i < 3; i++) {
        await_zygotes(&own, 2);
        await_loaded(&own, is_numpy_loaded);
        for (int j = 0; j < 20; j++)
            assert_run(&own,
                       "import numpy, tempfile\n"
                       "open(tempfile.gettempdir() + '/left', 'w').write('secret' * 10000)",
                       "", "completed", 0, "");
        sleep_ms(500);
        if (i == 0)
            before = count_work(work);
        /* More slots of the bare zygote may have been used. */
        AWAIT(count_work(work) <= before + SLOTS);
        size_t now = count_work(work);
        if (now > before + SLOTS)
            fail_msg("%zu files and directories where there were %zu", now, before);
        HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
        start_long_run(&own, &connection, "import numpy");
        kill_zygotes(&own, false);
        expect_internal_error(&connection);
    }
    service_stop(&own);
    assert_int_equal(directory_entries(work), 0);
}

/* ---- what a program sees ---- */

static service warm;

static const char *const warm_settings[] = { "BYPASS_SETUP=false", "CODEEXEC_POLICY=off",
                                             "CODEEXEC_LEARN=false", "CODEEXEC_CONCURRENCY=4",
                                             NULL };

static int warm_setup(void **state)
{
    (void)state;
    if (warm.process.pid > 0 && warm.log > 0) {
        service_revive(&warm, warm_settings);
        return 0;
    }
    service_start(&warm, warm_settings);
    service_await_tiers(&warm);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    if (warm.process.pid > 0 && warm.log > 0)
        service_stop(&warm);
    return 0;
}

static void runs_share_no_state_through_a_tier(void **state)
{
    static const char code[] =
        "import builtins, gc, os, random, sys, tempfile, threading\n"
        "import numpy, pandas\n"
        "seen = [hasattr(numpy, 'mark'), hasattr(builtins, 'mark'), 'mark' in sys.modules,\n"
        "        'MARK' in os.environ, os.path.exists(tempfile.gettempdir() + '/mark'),\n"
        "        pandas.options.display.max_rows != 60, sys.getrecursionlimit() != 1000,\n"
        "        numpy.geterr()['divide'] != 'warn', threading.active_count() != 1,\n"
        "        'mark' in sys.path, os.umask(0o77) == 0o77, 'mark' in os.__dict__,\n"
        "        numpy.ones(3).sum() != 3]\n"
        "print(any(seen), seen if any(seen) else '')\n"
        "numpy.mark = builtins.mark = os.mark = sys.modules['mark'] = 1\n"
        "os.environ['MARK'] = '1'\n"
        "open(tempfile.gettempdir() + '/mark', 'w').close()\n"
        "pandas.options.display.max_rows = 7\n"
        "sys.setrecursionlimit(5000)\n"
        "numpy.seterr(divide='ignore')\n"
        "sys.path.append('mark')\n"
        "numpy.ones = None\n"
        "os.getpid = None\n"
        "import ctypes\n"
        "ctypes.memset(id(10 ** 6), 0, 16)\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n";

    (void)state;
    for (int i = 0; i < 15; i++)
        assert_run(&warm, code, "", "completed", 0, "False \n");
}

/** Numbers that no two runs may draw alike. */
static void guests_of_a_tier_draw_numbers_of_their_own(void **state)
{
    static const char code[] =
        "import random, secrets, tempfile, uuid, os\n"
        "import numpy, scipy.stats, sklearn.utils\n"
        "print(random.random(), random.getrandbits(64), numpy.random.rand(), "
        "numpy.random.randint(2**62),\n"
        "      numpy.random.RandomState().rand(), numpy.random.default_rng().random(),\n"
        "      numpy.random.SeedSequence().entropy, secrets.token_hex(8), uuid.uuid4(), "
        "uuid.uuid1(),\n"
        "      os.urandom(8).hex(), next(tempfile._get_candidate_names()),\n"
        "      scipy.stats.norm.rvs(), sklearn.utils.check_random_state(None).rand(),\n"
        "      random.Random().random(), random.SystemRandom().random(), sep='\\n')\n";
    enum { runs = 25, numbers = 16 };
    static char drawn[runs][numbers][64];

    (void)state;
    for (int i = 0; i < runs; i++) {
        JSON_SCOPED *answer = execute(&warm, code, "");
        const char *line = json_text(answer, "stdout");
        assert_json_text(answer, "stderr", "");
        for (int j = 0; j < numbers; j++) {
            size_t length = strcspn(line, "\n");
            assert_true(length > 3 && line[length] == '\n');
            snprintf(drawn[i][j], sizeof(drawn[i][j]), "%.*s", (int)length, line);
            line += length + 1;
            for (int k = 0; k < i; k++)
                if (strcmp(drawn[k][j], drawn[i][j]) == 0)
                    fail_msg("runs %d and %d drew the same as number %d: %s", k, i, j, drawn[i][j]);
        }
    }
    /* A seed is a seed. */
    assert_run(&warm,
               "import random, numpy\nrandom.seed(1); numpy.random.seed(1)\n"
               "print(random.random(), numpy.random.rand())",
               "", "completed", 0, "0.13436424411240122 0.417022004702574\n");
}

static void matplotlib_is_quiet_in_a_tier(void **state)
{
    static const char code[] = "import sys\n"
                               "print('matplotlib.pyplot' in sys.modules)\n"
                               "import matplotlib.pyplot as plt, tempfile, os, time\n"
                               "began = time.process_time()\n"
                               "plt.plot([1, 2, 3]); plt.title('t')\n"
                               "path = tempfile.gettempdir() + '/a.png'\n"
                               "plt.savefig(path)\n"
                               "print(os.path.getsize(path) > 1000, plt.get_backend().lower(), "
                               "time.process_time() - began < 15)\n";

    (void)state;
    for (size_t way = 0; way < 2; way++) {
        service own;
        print_message("%s\n", ways[way][0]);
        SERVICE_START(&own, ways[way][0], "BYPASS_SETUP=false", "ALLOWED_MODULES=numpy,matplotlib");
        service_await_tiers(&own);
        for (int i = 0; i < 3; i++) {
            JSON_SCOPED *answer = execute(&own, code, "");
            assert_json_text(answer, "stderr", "");
            assert_json_text(answer, "stdout", "True\nTrue agg True\n");
        }
        service_stop(&own);
    }
}

static void a_tier_has_one_thread(void **state)
{
    (void)state;
    assert_run(&warm,
               "import numpy, pandas, scipy.stats, sklearn, matplotlib.pyplot, threading\n"
               "print(threading.active_count(), threading.current_thread() is "
               "threading.main_thread())\n"
               /* BLAS may have some as soon as it needs them. */
               "a = numpy.random.rand(300, 300)\n"
               "print(bool(numpy.allclose(a @ numpy.linalg.inv(a), numpy.eye(300), atol=1e-3)))\n",
               "", "completed", 0, "1 True\nTrue\n");
}

/** What was preloaded shows in sys.modules, and nowhere that a program's names are looked up. */
static void what_is_preloaded_is_not_in_the_way(void **state)
{
    static const char code[] =
        "import sys\n"
        "print(sorted(globals()))\n"
        "print([n for n in ('numpy', 'pandas', 'np', 'json', 'os', 're') if n in "
        "dir(__builtins__)])\n"
        "try:\n    numpy\nexcept NameError as e:\n    print(e)\n"
        "import types\n"
        /* No package has another one's module among its own names that it did not import itself. */
        "print([n for n in ('numpy', 'pandas', 'scipy') if hasattr(types, n) or hasattr(sys, n)])\n"
        "if 0:\n    import sklearn\n"
        "print('sklearn' in sys.modules)\n";

    (void)state;
    assert_run(&warm, code, "", "completed", 0,
               "['__annotations__', '__builtins__', '__cached__', '__doc__', '__file__', "
               "'__loader__', '__name__', '__package__', '__spec__', 'sys']\n"
               "[]\nname 'numpy' is not defined\n[]\nTrue\n");
    /* What may not be imported may not be imported, loaded or not. */
    assert_run(&warm, "import _codeexec", "", "completed", 1, "");
    assert_run(&warm,
               "import numpy, gc, sys\n"
               "print([n for n in sys.modules if 'codeexec' in n])",
               "", "completed", 0, "[]\n");
}

/* ---- answers before the end ---- */

static void every_exit_code_is_told(void **state)
{
    (void)state;
    for (int code = 0; code < 256; code++) {
        char source[96];
        snprintf(source, sizeof(source), "import sys\nprint(%d)\nsys.exit(%d)", code, code);
        JSON_SCOPED *answer = execute(&warm, source, "");
        char output[16];
        snprintf(output, sizeof(output), "%d\n", code);
        assert_json_text(answer, "status", "completed");
        assert_json_text(answer, "stdout", output);
        assert_json_integer(answer, "exit_code", code);
    }
    static const struct {
        const char *code;
        int exit_code;
    } cases[] = {
        { "import os; os._exit(7)", 7 },
        { "import os, sys; sys.stdout.write('x'); sys.stdout.flush(); os._exit(255)", 255 },
        { "import os; os.kill(os.getpid(), 15)", -15 },
        { "import sys; sys.exit('text')", 1 },
        { "1/0", 1 },
        { "raise KeyboardInterrupt", -2 },
        { "import sys; sys.exit(-1)", 255 },
        { "import sys; sys.exit(256)", 0 },
        { "import atexit, os; atexit.register(os._exit, 9)", 9 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        JSON_SCOPED *answer = execute(&warm, cases[i].code, "");
        assert_json_integer(answer, "exit_code", cases[i].exit_code);
    }
}

static void output_is_whole_however_late_it_comes(void **state)
{
    static const int sizes[] = { 1, 4096, 65536, 65537, 1000000, 10485760 };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int how = 0; how < 3; how++) {
            static const char *const ends[] = {
                "o(); e()", "import atexit; atexit.register(e); atexit.register(o)",
                ("import threading, time\n"
                 "threading.Thread(target=lambda: (time.sleep(.05), o(), e())).start()")
            };
            char code[512];
            snprintf(code, sizeof(code),
                     "import sys\nn = %d\n"
                     "def o(): sys.stdout.write('o' * n)\n"
                     "def e(): sys.stderr.write('e' * n)\n%s\n",
                     sizes[i], ends[how]);
            JSON_SCOPED *answer = execute(&warm, code, "");
            assert_json_text(answer, "status", "completed");
            assert_int_equal(strlen(json_text(answer, "stdout")), sizes[i]);
            assert_int_equal(strlen(json_text(answer, "stderr")), sizes[i]);
        }
}

static void ends_are_waited_for(void **state)
{
    (void)state;
    assert_run(&warm,
               "import atexit, threading, time\n"
               "class A:\n    def __del__(self): print('del')\n"
               "a = A()\n"
               "atexit.register(lambda: (time.sleep(.1), print('atexit')))\n"
               "threading.Thread(target=lambda: (time.sleep(.3), print('thread'))).start()\n"
               "print('end')\n",
               "", "completed", 0, "end\nthread\natexit\ndel\n");
}

/** What a program forked ends with it; what it forked and is waited for is not taken for it. */
static void children_are_no_programs(void **state)
{
    (void)state;
    assert_run(&warm,
               "import os\n"
               "pid = os.fork()\n"
               "if pid:\n    print('child', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
               "else:\n    print('in it', flush=True)\n",
               "", "completed", 0, "in it\nchild 0\n");
    assert_run(&warm,
               "import os, sys\n"
               "pid = os.fork()\n"
               "if pid:\n    print('child', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
               "    sys.exit(4)\n"
               "sys.exit(3)\n",
               "", "completed", 4, "child 3\n");
    size_t idle = proc_family_settled(warm.process.pid, 10000);
    long long began = now_ms();
    for (int i = 0; i < 8; i++) {
        assert_run(&warm,
                   "import os, time\n"
                   "for i in range(5):\n"
                   "    if os.fork() == 0:\n"
                   "        os.setsid()\n"
                   "        time.sleep(600)\n"
                   "print('left')\n",
                   "", "completed", 0, "left\n");
    }
    assert_true(now_ms() - began < 2LL * PATIENCE_MS);
    /* Of forty. */
    assert_true(proc_family_at_most(warm.process.pid, idle + PARKED_PROCESSES, PATIENCE_MS));
}

static double used(json_object *answer, const char *key)
{
    json_object *number = NULL;

    assert_true(
        json_object_object_get_ex(json_member(answer, "usage", json_type_object), key, &number));
    return json_object_get_double(number);
}

/** The CPU time of a program, which must be within these bounds. A machine that stands still may
 *  charge that to whom it stopped, but not to each of ten. */
static void expect_cpu_seconds(const char *code, double least, double most, double least_wall)
{
    double cpu = 0;

    for (int i = 0; i < 10; i++) {
        JSON_SCOPED *answer = execute(&warm, code, "");
        cpu = used(answer, "cpu_seconds");
        assert_true(json_number(answer, "execution_time") >= least_wall);
        if (cpu < least)
            break;
        if (cpu <= most)
            return;
    }
    fail_msg("%f s of CPU time, not %f to %f, for: %s", cpu, least, most, code);
}

static void usage_is_told(void **state)
{
    (void)state;
    expect_cpu_seconds("import time\nuntil = time.process_time() + 0.5\n"
                       "while time.process_time() < until: pass\n",
                       0.45, 1.5, 0.45);
    expect_cpu_seconds("import os, time\npids = []\nfor i in range(2):\n"
                       "    pid = os.fork()\n"
                       "    if pid == 0:\n"
                       "        until = time.process_time() + 0.3\n"
                       "        while time.process_time() < until: pass\n"
                       "        os._exit(0)\n"
                       "    pids.append(pid)\n"
                       "for pid in pids: os.waitpid(pid, 0)\n",
                       0.55, 2, 0);
    /* Not what its guest needed to get ready, and not nothing. */
    expect_cpu_seconds("pass", 0.00005, 0.1, 0);

    JSON_SCOPED *large = execute(&warm, "a = b'x' * (200 << 20)\n", "");
    double peak = used(large, "peak_memory_bytes");
    if (peak < 190e6 || peak > 450e6)
        fail_msg("a peak of %.0f bytes for 200 MiB", peak);

    JSON_SCOPED *small = execute(&warm, "pass", "");
    assert_true(used(small, "peak_memory_bytes") > 0);
    assert_true(used(small, "peak_memory_bytes") < 100e6);
}

#define WARM(name) cmocka_unit_test_setup(name, warm_setup)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers_are_learned),
        cmocka_unit_test(tiers_are_not_learned_if_unwanted),
        cmocka_unit_test(tiers_are_made_at_start),
        cmocka_unit_test(tiers_work_however_programs_are_confined),
        cmocka_unit_test(a_killed_tier_is_survived),
        cmocka_unit_test(a_killed_zygote_takes_its_tiers_along),
        cmocka_unit_test(a_service_with_tiers_drains),
        cmocka_unit_test(tiers_that_are_being_made_go_too),
        cmocka_unit_test(runs_in_tiers_leave_nothing),
        cmocka_unit_test(zygotes_with_tiers_are_replaced_without_a_trace),
        cmocka_unit_test(tiers_that_have_gone_leave_no_directories),
        cmocka_unit_test(matplotlib_is_quiet_in_a_tier),
        WARM(runs_share_no_state_through_a_tier),
        WARM(guests_of_a_tier_draw_numbers_of_their_own),
        WARM(a_tier_has_one_thread),
        WARM(what_is_preloaded_is_not_in_the_way),
        WARM(every_exit_code_is_told),
        WARM(output_is_whole_however_late_it_comes),
        WARM(ends_are_waited_for),
        WARM(children_are_no_programs),
        WARM(usage_is_told),
    };
    return RUN_GROUP("tiers", tests, NULL, group_teardown);
}
