/* SPDX-License-Identifier: MIT */
/** What holds a whole run: memory, however it is taken and by however many processes; what a run is
 *  said to have used; what is left behind when things end badly; what happens when what was
 * required is not there. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "http.h"
#include "proc.h"
#include "service.h"

#define CROWD 200

static service shared;

static const char *const settings[] = { "CODEEXEC_POLICY=off", "CODEEXEC_MAX_TMP_MB=512", NULL };

static int group_setup(void **state)
{
    (void)state;
    service_start(&shared, settings);
    return 0;
}

static int test_setup(void **state)
{
    (void)state;
    service_revive(&shared, settings);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    service_stop(&shared);
    return 0;
}

/** Whether runs of this service are confined by a layer whose name begins like this. */
static bool has_layer(const service *self, const char *prefix)
{
    JSON_SCOPED *answer = execute(self, "pass", "");
    json_object *layers = json_member(answer, "isolation", json_type_array);

    for (size_t i = 0; i < json_object_array_length(layers); i++)
        if (strncmp(json_object_get_string(json_object_array_get_idx(layers, i)), prefix,
                    strlen(prefix)) == 0)
            return true;
    return false;
}

static void need_cgroup(void)
{
    if (!has_layer(&shared, "cgroup_v"))
        skip_test("runs are not held by a cgroup here");
}

static void need_processes(void)
{
    if (!has_layer(&shared, "pid_namespace"))
        skip_test("runs cannot fork in the locked-down profile");
}

/** It is stopped by its limit: killed for it, or told by an exception that it was refused. */
static void expect_held(const char *code, const char *members)
{
    JSON_SCOPED *answer = execute(&shared, code, members);
    const char *output = json_text(answer, "stdout");

    if (strstr(output, "ESCAPED") != NULL ||
        (strcmp(json_text(answer, "reason"), "memory") != 0 && strstr(output, "refused") == NULL))
        fail_msg("not held: %s", json_object_to_json_string(answer));
    assert_run(&shared, "print(6 * 7)", "", "completed", 0, "42\n");
}

/* ---- memory ---- */

static void numpy_cannot_go_past_the_limit(void **state)
{
    (void)state;
    expect_held("import numpy as np\n"
                "try:\n"
                "    kept = [np.ones(8 << 20) for _ in range(16)]\n"
                "    print('ESCAPED', len(kept))\n"
                "except MemoryError: print('refused')\n",
                "\"max_memory_mb\": 256");
}

static void children_share_one_limit(void **state)
{
    (void)state;
    need_cgroup();
    need_processes();
    expect_held("import os, time\n"
                "for _ in range(6):\n"
                "    if os.fork() == 0:\n"
                "        kept = bytearray(64 << 20)\n"
                "        time.sleep(60)\n" /* none may be gone before the last one is there */
                "        os._exit(0)\n"
                "for _ in range(6):\n"
                "    if os.wait()[1] != 0: print('killed'); os._exit(9)\n"
                "print('ESCAPED')\n",
                "\"max_memory_mb\": 200");
}

static void a_tmpfs_is_memory(void **state)
{
    (void)state;
    need_cgroup();
    need_processes(); /* the locked-down profile has no tmpfs of its own */
    expect_held("for where in ('/tmp', '/dev/shm'):\n"
                "    try:\n"
                "        with open(where + '/big', 'wb') as f:\n"
                "            for _ in range(200): f.write(bytes(1 << 20))\n"
                "        print('ESCAPED', where)\n"
                "    except OSError as e: print('refused', e)\n",
                "\"max_memory_mb\": 128");
}

static void shared_mappings_are_memory(void **state)
{
    (void)state;
    need_cgroup();
    expect_held("import mmap\n"
                "try:\n"
                "    m = mmap.mmap(-1, 300 << 20)\n"
                "    for i in range(0, 300 << 20, 4096): m[i] = 1\n"
                "    print('ESCAPED')\n"
                "except (MemoryError, OSError) as e: print('refused', e)\n",
                "\"max_memory_mb\": 128");
}

static void memory_files_are_memory(void **state)
{
    (void)state;
    expect_held("import os\n"
                "try:\n"
                "    f = os.memfd_create('x')\n"
                "    for _ in range(300): os.write(f, bytes(1 << 20))\n"
                "    print('ESCAPED')\n"
                "except OSError as e: print('refused', e)\n",
                "\"max_memory_mb\": 128");
}

static void the_peak_is_what_was_used(void **state)
{
    (void)state;
    need_cgroup();
    /* Twice: the leaf that served the first run must not remember it. */
    const int sizes[] = { 300, 100, 200 };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char code[128];
        snprintf(code, sizeof(code),
                 "b = bytearray(%d << 20)\nfor i in range(0, len(b), 4096): b[i] = 1", sizes[i]);
        JSON_SCOPED *answer = execute(&shared, code, "\"max_memory_mb\": 1024");
        assert_json_integer(answer, "exit_code", 0);
        json_object *usage = json_member(answer, "usage", json_type_object);
        double peak = (double)json_integer(usage, "peak_memory_bytes") / (1 << 20);
        if (peak < 0.9 * sizes[i] || peak > 1.1 * sizes[i])
            fail_msg("%d MiB taken, %.1f MiB reported", sizes[i], peak);
    }
}

static void usage_counts_children(void **state)
{
    (void)state;
    need_cgroup();
    need_processes();
    JSON_SCOPED *answer = execute(&shared,
                                  "import os, time\n"
                                  "all_there, told = os.pipe()\n"
                                  "for _ in range(4):\n"
                                  "    if os.fork() == 0:\n"
                                  "        os.close(told)\n"
                                  "        os.read(all_there, 1)\n"
                                  "        end = time.process_time() + 0.2\n"
                                  "        while time.process_time() < end: pass\n"
                                  "        os._exit(0)\n"
                                  "os.close(told)\n"
                                  "for _ in range(4): os.wait()\n",
                                  "");
    json_object *usage = json_member(answer, "usage", json_type_object);
    if (json_number(usage, "cpu_seconds") < 0.7 || json_integer(usage, "processes_peak") != 5)
        fail_msg("%s", json_object_to_json_string(answer));
}

/* ---- reasons ---- */

static void a_refused_fork_is_named(void **state)
{
    (void)state;
    need_cgroup();
    need_processes();
    JSON_SCOPED *answer = execute(&shared,
                                  "import os, time\n"
                                  "for _ in range(1000):\n"
                                  "    if os.fork() == 0: time.sleep(60); os._exit(0)\n",
                                  "");
    assert_json_text(answer, "status", "completed");
    assert_json_integer(answer, "exit_code", 1);
    assert_json_text(answer, "reason", "processes");
}

static void a_program_that_copes_with_a_refusal_has_just_ended(void **state)
{
    (void)state;
    need_processes();
    JSON_SCOPED *answer = execute(&shared,
                                  "import os, time\n"
                                  "try:\n"
                                  "    for _ in range(1000):\n"
                                  "        if os.fork() == 0: time.sleep(60); os._exit(0)\n"
                                  "except OSError: pass\n",
                                  "");
    assert_json_text(answer, "reason", "exited");
    assert_json_integer(answer, "exit_code", 0);
}

/* ---- many at once ---- */

static const char *const hostile[] = {
    "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n",
    "a = []\nwhile True: a.append(bytearray(1 << 20))\n",
    "while True: print('x' * 100000)\n",
    "import os, signal\nfor s in (1, 2, 15): os.kill(-1, s)\nos.kill(os.getppid(), 9)\n",
    "import threading\nwhile True: threading.Thread(target=input).start()\n",
    "i = 0\nwhile True:\n    open('f%d' % i, 'w').write('x' * 10000); i += 1\n",
    "import ctypes\nctypes.string_at(0)\n",
    "import os\nos.setsid()\nif os.fork() == 0:\n    while True: pass\n",
};

static void open_crowd(http_connection *crowd)
{
    for (int i = 0; i < CROWD; i++) {
        char code[256];
        const char *source = hostile[(size_t)(i / 2) % (sizeof(hostile) / sizeof(hostile[0]))];
        if (i % 2 == 0) {
            snprintf(code, sizeof(code), "import json\nprint(json.dumps([%d, sum(range(1000))]))",
                     i);
            source = code;
        }
        /* The honest ones share the processors with those: they get all the time they need. */
        TEXT_SCOPED body =
            execute_body(source, i % 2 == 0 ? "\"timeout\": 200, \"max_memory_mb\": 64"
                                            : "\"timeout\": 2, \"max_memory_mb\": 64");
        service_connect(&shared, &crowd[i]);
        assert_true(http_send_request(&crowd[i], "POST", "/execute", NULL, body.data));
    }
}

static void a_crowd_half_of_it_hostile(void **state)
{
    static http_connection crowd[CROWD];
    /* The machine's: other tests mount something, too, and take it away again. */
    size_t mounts = proc_mounts(shared.process.pid);
    int wrong = 0;

    (void)state;
    open_crowd(crowd);
    for (int i = 0; i < CROWD; i++) {
        HTTP_RESPONSE_SCOPED response = { 0 };
        char expected[64];
        assert_int_equal(http_receive(&crowd[i], &response, 240000), HTTP_RESPONSE);
        assert_int_equal(response.status, 200);
        http_close(&crowd[i]);
        snprintf(expected, sizeof(expected), "\"stdout\": \"[%d, 499500]\\n\"", i);
        if (i % 2 == 0 && strstr(response.body.data, expected) == NULL) {
            print_error("%d: %.400s\n", i, response.body.data);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    /* The server, the zygote, at most four parked guests with their inits, and the helper. */
    assert_true(proc_family_at_most(shared.process.pid, 11, PATIENCE_MS));
    /* A parked guest that is let go is one for a moment. */
    AWAIT(proc_zombies(shared.process.pid) == 0);
    assert_int_equal(proc_zombies(shared.process.pid), 0);
    AWAIT(proc_mounts(shared.process.pid) <= mounts);
    assert_true(proc_mounts(shared.process.pid) <= mounts);
    assert_run(&shared, "print(6 * 7)", "", "completed", 0, "42\n");
}

/* ---- nothing is left ---- */

/** Directories whose names begin as ours do, at most so many levels below this one. */
static size_t count_ours(const char *path, const char *beginning, int depth)
{
    size_t count = 0;
    DIR *directory = opendir(path);

    if (directory == NULL)
        return 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        char inner[4352];
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        count += strncmp(entry->d_name, beginning, strlen(beginning)) == 0 &&
                 strcmp(entry->d_name, "codeexec-host") != 0;
        snprintf(inner, sizeof(inner), "%.4000s/%s", path, entry->d_name);
        if (depth > 0)
            count += count_ours(inner, beginning, depth - 1);
    }
    closedir(directory);
    return count;
}

static void await_count(const char *path, const char *beginning, size_t count)
{
    AWAIT(count_ours(path, beginning, 4) <= count);
    assert_true(count_ours(path, beginning, 4) <= count);
}

static void a_killed_service_leaves_nothing(void **state)
{
    const char *const profiles[] = { "CODEEXEC_PROFILE=auto", "CODEEXEC_PROFILE=locked-down" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        service victim;
        char work[256];
        char setting[300];
        char groups[64];
        snprintf(work, sizeof(work), "%s", scratch_directory());
        snprintf(setting, sizeof(setting), "CODEEXEC_WORK_DIR=%s", work);
        SERVICE_START(&victim, profiles[i], setting);
        /* Not those of other services, which come and go. */
        snprintf(groups, sizeof(groups), "codeexec-%ld-", (long)victim.process.pid);
        assert_run(&victim, "open('left', 'w').write('x')", "", "completed", 0, "");
        proc_family family;
        proc_family_read(victim.process.pid, &family);
        service_discard(&victim); /* SIGKILL */
        AWAIT(proc_family_alive(&family) == 0);
        assert_int_equal(proc_family_alive(&family), 0);
        await_count("/sys/fs/cgroup", groups, 0);
        await_count(work, "codeexec-", 0);
    }
}

static void a_killed_fork_server_s_directories_are_swept(void **state)
{
    service self;
    char setting[300];
    proc_family family;

    (void)state;
    snprintf(setting, sizeof(setting), "CODEEXEC_WORK_DIR=%s", scratch_directory());
    SERVICE_START(&self, "CODEEXEC_PROFILE=locked-down", setting);
    assert_run(&self, "open('left', 'w').write('x')", "", "completed", 0, "");
    assert_int_equal(count_ours(scratch_directory(), "codeexec-", 0), 1);
    proc_family_read(self.process.pid, &family);
    /* With its guests: a run that was handed to one of them just now would end with it. */
    for (size_t i = 1; i < family.count; i++)
        if (family.members[i].parent == self.process.pid)
            proc_kill_families(&family.members[i].pid, 1);
    assert_run(&self, "print(open('left').read())", "", "completed", 1, "");
    await_count(scratch_directory(), "codeexec-", 1);
    service_stop(&self);
    assert_int_equal(count_ours(scratch_directory(), "codeexec-", 0), 0);
}

static void what_a_run_wrote_is_gone(void **state)
{
    service self;
    char setting[300];

    (void)state;
    snprintf(setting, sizeof(setting), "CODEEXEC_WORK_DIR=%s", scratch_directory());
    SERVICE_START(&self, "CODEEXEC_PROFILE=locked-down", setting, "CODEEXEC_CONCURRENCY=1");
    for (int i = 0; i < 8; i++)
        assert_run(&self,
                   "import os\n"
                   "print(os.listdir('.'))\n"
                   "os.makedirs('/'.join('d' * 30))\n"
                   "os.mkdir('shut', 0)\n"
                   "os.symlink('/etc/passwd', 'link')\n"
                   "for i in range(400): open('f%d' % i, 'w').write('x')\n",
                   "", "completed", 0, "['main.py']\n");
    service_stop(&self);
}

static void many_files_are_too_much(void **state)
{
    service self;

    (void)state;
    SERVICE_START(&self, "CODEEXEC_PROFILE=locked-down", "CODEEXEC_MAX_TMP_MB=8");
    JSON_SCOPED *answer =
        execute(&self,
                "import time\n"
                "for i in range(64): open('f%d' % i, 'wb').write(bytes(1 << 20))\n"
                "time.sleep(600)\n",
                "\"timeout\": 100");
    assert_json_text(answer, "status", "error");
    assert_json_text(answer, "reason", "file_size");
    assert_run(&self, "import os; print(os.listdir('.'))", "", "completed", 0, "['main.py']\n");
    service_stop(&self);
}

/* ---- what is required ---- */

static void expect_refusal(const char *one, const char *two, const char *why)
{
    const char *const arguments[] = { codeexec_path, "run", "-", NULL };
    const char *const environment[] = { one, two, NULL };
    const command what = { .arguments = arguments, .environment = environment };
    COMMAND_RESULT_SCOPED result = command_run(&what);

    assert_exit_code(&result, 125);
    assert_contains(&result.errors, why);
}

static void below_what_is_required_nothing_runs(void **state)
{
    (void)state;
    expect_refusal("CODEEXEC_ISOLATION=require-cgroups", "CODEEXEC_CGROUP=off",
                   "requires cgroups, and CODEEXEC_CGROUP is off");
    expect_refusal("CODEEXEC_ISOLATION=require-namespaces", "CODEEXEC_PROFILE=locked-down",
                   "requires namespaces");
    expect_refusal("CODEEXEC_CGROUP=/nonexistent/cgroup", "LANG=C", "/nonexistent/cgroup");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numpy_cannot_go_past_the_limit, test_setup),
        cmocka_unit_test_setup(children_share_one_limit, test_setup),
        cmocka_unit_test_setup(a_tmpfs_is_memory, test_setup),
        cmocka_unit_test_setup(shared_mappings_are_memory, test_setup),
        cmocka_unit_test_setup(memory_files_are_memory, test_setup),
        cmocka_unit_test_setup(the_peak_is_what_was_used, test_setup),
        cmocka_unit_test_setup(usage_counts_children, test_setup),
        cmocka_unit_test_setup(a_refused_fork_is_named, test_setup),
        cmocka_unit_test_setup(a_program_that_copes_with_a_refusal_has_just_ended, test_setup),
        cmocka_unit_test_setup(a_crowd_half_of_it_hostile, test_setup),
        cmocka_unit_test(a_killed_service_leaves_nothing),
        cmocka_unit_test(a_killed_fork_server_s_directories_are_swept),
        cmocka_unit_test(what_a_run_wrote_is_gone),
        cmocka_unit_test(many_files_are_too_much),
        cmocka_unit_test(below_what_is_required_nothing_runs),
    };
    return RUN_GROUP("limits", tests, group_setup, group_teardown);
}
