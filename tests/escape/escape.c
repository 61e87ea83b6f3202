/* SPDX-License-Identifier: MIT */
/** Runs the attack programs through a service that has its code policy off, judges what comes back
 *  and looks at the machine after each. README.md says how attacks are written. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"
#include "harness.h"
#include "http.h"
#include "proc.h"
#include "service.h"
#include "zygote/wire.h"

/** Each guest that is kept for later takes eight, each tier that was learned some more, and how
 * many there are depends on what has run. Over the whole suite even a small leak is more than this.
 */
#define DESCRIPTOR_SLACK 126

/** For an answer: above the time limit of every attack. */
#define ANSWER_MS 300000
/** To take away a full work directory, which on a slow disk takes minutes. */
#define EMPTYING_MS 240000

static attack attacks[ATTACKS_MAX];
static size_t attack_count;

static service shared;
static text isolation; /**< of the service's runs, as " layer layer " */
static const char *profile;
static bool clean; /**< the last attack left the service as it should be */
static char secret[40];
static char secret_path[512];
static char work_path[512];

/** What the service looks like with nobody in it. */
static struct {
    pid_t zygote;
    size_t processes;
    size_t descriptors;
    size_t mounts;
    size_t our_mounts;
    size_t ipc_objects;
} baseline;

static struct {
    size_t passed;
    long long began_ms;
} area;

/* ---- the service ---- */

/** The fork server: the service's child. 0 if there is none. */
static pid_t zygote_pid(void)
{
    static proc_family family;

    proc_family_read(shared.process.pid, &family);
    for (size_t i = 0; i < family.count; i++)
        if (family.members[i].parent == shared.process.pid && family.members[i].state != 'Z')
            return family.members[i].pid;
    return 0;
}

static size_t count_lines(const char *path)
{
    TEXT_SCOPED lines = { 0 };
    size_t count = 0;

    if (!text_read_file(&lines, path))
        return 0;
    for (size_t i = 0; i < lines.size; i++)
        count += lines.data[i] == '\n';
    return count;
}

static size_t ipc_objects(void)
{
    return count_lines("/proc/sysvipc/shm") + count_lines("/proc/sysvipc/sem") +
           count_lines("/proc/sysvipc/msg") + directory_entries("/dev/mqueue");
}

/** All processes below us: the service's own, and orphans that came to us as their reaper. */
static size_t processes_below_us(void)
{
    return proc_family_count(getpid());
}

static void take_isolation(void)
{
    JSON_SCOPED *answer = execute(&shared, "print(6*7)", "");
    json_object *layers = json_member(answer, "isolation", json_type_array);

    assert_json_text(answer, "stdout", "42\n");
    isolation.size = 0;
    text_format(&isolation, " ");
    for (size_t i = 0; i < json_object_array_length(layers); i++)
        text_format(&isolation, "%s ",
                    json_object_get_string(json_object_array_get_idx(layers, i)));
}

static bool is_on(const char *layer)
{
    TEXT_SCOPED word = { 0 };

    text_format(&word, " %s ", layer);
    return strstr(isolation.data, word.data) != NULL;
}

static void check_profile(void)
{
    const char *wanted = getenv("CODEEXEC_TEST_PROFILE");
    const char *without = getenv("CODEEXEC_TEST_ESCAPE_WITHOUT");

    profile = is_on("pid_namespace") ? "namespaces" : "locked-down";
    print_message("profile %s:%s\n", profile, isolation.data);
    if (wanted != NULL && strcmp(wanted, profile) != 0)
        fail_msg("CODEEXEC_TEST_PROFILE is %s, but the service runs as %s", wanted, profile);
    if (without != NULL && is_on(without))
        fail_msg("CODEEXEC_TEST_ESCAPE_WITHOUT is %s, but that layer is on", without);
}

/** Run until the service no longer grows: it makes some things only when they are first needed. */
static void warm_up(void)
{
    TEXT_SCOPED body = execute_body("print(6*7)", "");
    size_t most = 0;

    for (int round = 0, same = 0; round < 60 && same < 10; round++, same++) {
        http_connection pair[2];
        http_response answer = { 0 };
        for (int i = 0; i < 2; i++) {
            service_connect(&shared, &pair[i]);
            http_send_request(&pair[i], "POST", "/execute", NULL, body.data);
        }
        for (int i = 0; i < 2; i++) {
            if (http_receive(&pair[i], &answer, ANSWER_MS) != HTTP_RESPONSE || answer.status != 200)
                fail_msg("the service does not run anything: %.2000s", text_string(&answer.body));
            http_close(&pair[i]);
        }
        http_response_free(&answer);
        sleep_ms(20);
        size_t now = proc_descriptors(shared.process.pid);
        if (now > most) {
            most = now;
            same = 0;
        }
    }
}

/** Wait until no guest has been let go for longer than the service keeps one that it does not need:
 * a process that an attack has left must not pass for one of those. */
static void await_least(void)
{
    const long long deadline = now_ms() + 60000;
    long long since = now_ms();
    size_t count = 0;

    while (now_ms() - since < 11000 && now_ms() < deadline) {
        size_t now = processes_below_us();
        if (now != count)
            since = now_ms();
        count = now;
        sleep_ms(100);
    }
}

static void launch_service(void)
{
    const char *libexec = getenv("CODEEXEC_LIBEXEC");
    const bool tiers = getenv("CODEEXEC_TEST_ESCAPE_TIERS") != NULL;
    TEXT_SCOPED secret_setting = { 0 };
    TEXT_SCOPED libexec_setting = { 0 };

    text_format(&secret_setting, "DATABASE_PASSWORD=%s", secret);
    text_format(&libexec_setting, "CODEEXEC_LIBEXEC=%s", libexec != NULL ? libexec : "");
    /* Small limits, so that bombs burst soon and harmlessly. All tiers from the start: one that is
       learned would look like a process that an attack has left. */
    SERVICE_START(&shared, "CODEEXEC_POLICY=off", "CODEEXEC_CONCURRENCY=2", "MAX_MEMORY_MB=256",
                  "MAX_OUTPUT_SIZE=1048576", "CODEEXEC_MAX_TMP_MB=32",
                  tiers ? "BYPASS_SETUP=false" : "BYPASS_SETUP=true", "CODEEXEC_LEARN=false",
                  secret_setting.data, libexec != NULL ? libexec_setting.data : NULL);
    if (tiers)
        service_await_tiers(&shared);
}

static void start_service(void)
{
    launch_service();
    warm_up();
    take_isolation();
    await_least();
    baseline.zygote = zygote_pid();
    baseline.processes = processes_below_us();
    baseline.descriptors = proc_descriptors(shared.process.pid);
    baseline.mounts = proc_mounts(shared.process.pid);
    baseline.our_mounts = proc_mounts(getpid());
    baseline.ipc_objects = ipc_objects();
    clean = true;
}

/** End what a failed attack may have left, so that its failure stays one. */
static void restart_service(void)
{
    static proc_family family;

    service_discard(&shared);
    sleep_ms(500);
    proc_family_read(getpid(), &family);
    for (size_t i = 1; i < family.count; i++)
        kill(family.members[i].pid, SIGKILL);
    while (waitpid(-1, NULL, WNOHANG) > 0 || (sleep_ms(100), waitpid(-1, NULL, WNOHANG) > 0))
        continue;
    start_service();
}

static void draw_secret(void)
{
    unsigned char bytes[16] = { 0 };
    FILE *random = fopen("/dev/urandom", "re");

    if (random == NULL || fread(bytes, sizeof(bytes), 1, random) != 1)
        fail_msg("/dev/urandom: %s", strerror(errno));
    fclose(random);
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(secret + 2 * i, 3, "%02x", bytes[i]);
}

static int group_setup(void **state)
{
    (void)state;
    /* Whoever outlives the service comes to us and is counted. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    draw_secret();
    snprintf(secret_path, sizeof(secret_path), "%s", scratch_file("secret", secret));
    snprintf(work_path, sizeof(work_path), "%s/work", scratch_directory());
    /* Ordinary permissions let everybody in: what keeps guests out must be the sandbox. */
    if (chmod(scratch_directory(), 0755) != 0 || chmod(secret_path, 0644) != 0 ||
        mkdir(work_path, 0777) != 0 || chmod(work_path, 0777) != 0 || chdir(work_path) != 0)
        fail_msg("%s: %s", scratch_directory(), strerror(errno));
    write_file("keep", "kept", 4);
    start_service();
    check_profile();
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    if (chdir("/") != 0)
        return -1;
    service_discard(&shared);
    return 0;
}

/* ---- one attack ---- */

static void append_bytes_literal(text *into, const void *data, size_t size)
{
    text_format(into, "b'");
    for (size_t i = 0; i < size; i++)
        text_format(into, "\\x%02x", ((const unsigned char *)data)[i]);
    text_format(into, "'");
}

/** Whole frames without a tail, for those who would like to answer in our name. */
static void append_frames(text *into)
{
    static const struct {
        const char *name;
        ce_frame_type type;
    } frames[] = { { "SPAWN", CE_FRAME_SPAWN },     { "TIER", CE_FRAME_TIER },
                   { "LEAVE", CE_FRAME_LEAVE },     { "HELLO", CE_FRAME_HELLO },
                   { "SPAWNED", CE_FRAME_SPAWNED }, { "GONE", CE_FRAME_GONE },
                   { "BEGUN", CE_FRAME_BEGUN },     { "RUN", CE_FRAME_RUN },
                   { "STOP", CE_FRAME_STOP },       { "READY", CE_FRAME_READY },
                   { "STARTED", CE_FRAME_STARTED }, { "REJECTED", CE_FRAME_REJECTED },
                   { "CHECKED", CE_FRAME_CHECKED } };

    text_format(into, "CONTROL_MAGIC = {");
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        ce_frame frame;
        ce_frame_init(&frame, frames[i].type, sizeof(frame));
        text_format(into, "'%s': ", frames[i].name);
        append_bytes_literal(into, &frame, sizeof(frame));
        text_format(into, ", ");
    }
    /* The one that is listened to once a program runs: whole, so that it is believed. */
    ce_exited exited = { .status = 0 };
    ce_frame_init(&exited.frame, CE_FRAME_EXITED, sizeof(exited));
    text_format(into, "'EXITED': ");
    append_bytes_literal(into, &exited, sizeof(exited));
    text_format(into, "}");
}

/** The request: one line of facts, then the file. */
static text body_of(const attack *self, int role, const char *token)
{
    TEXT_SCOPED code = { 0 };
    TEXT_SCOPED source = attack_program(self);

    text_format(&code,
                "ROLE = %d; TOKEN = '%s'; SERVICE_PID = %d; ZYGOTE_PID = %d; PORT = %u; "
                "SECRET_FILE = '%s'; SERVICE_CWD = '%s'; ",
                role, token, (int)shared.process.pid, (int)baseline.zygote, (unsigned)shared.port,
                secret_path, work_path);
    append_frames(&code);
    text_format(&code, "\n");
    text_append(&code, source.data, source.size);
    return execute_body(code.data, self->members);
}

/** One of the streams, which may hold NULs: nothing must hide behind one. */
static text stream_of(json_object *answer, const char *name)
{
    json_object *stream = json_member(answer, name, json_type_string);
    text copy = { 0 };

    text_append(&copy, json_object_get_string(stream), (size_t)json_object_get_string_len(stream));
    return copy;
}

static bool stream_has(json_object *answer, const char *name, const char *needle)
{
    TEXT_SCOPED stream = stream_of(answer, name);

    return memmem(text_string(&stream), stream.size, needle, strlen(needle)) != NULL;
}

static bool last_line_is(json_object *answer, const char *line)
{
    TEXT_SCOPED stream = stream_of(answer, "stdout");
    const char *output = text_string(&stream);
    size_t length = strlen(line);
    size_t size = stream.size;

    while (size > 0 && output[size - 1] == '\n')
        size--;
    return size >= length && memcmp(output + size - length, line, length) == 0 &&
           (size == length || output[size - length - 1] == '\n');
}

static bool ended_as(json_object *answer, const char *expected, const char *last_line)
{
    const char *status = json_text(answer, "status");

    if (strcmp(expected, "contained") == 0)
        return strcmp(status, "completed") == 0 && json_integer(answer, "exit_code") == 0 &&
               last_line_is(answer, last_line);
    if (strcmp(expected, "timeout") == 0)
        return strcmp(status, "timeout") == 0;
    if (strcmp(expected, "exited") == 0)
        return strcmp(status, "completed") == 0;
    return strcmp(json_text(answer, "reason"), expected) == 0;
}

static void fail_showing(const attack *self, json_object *answer, const char *problem)
{
    TEXT_SCOPED log = service_log(&shared);
    json_object *usage = json_member(answer, "usage", json_type_object);
    json_object *message = NULL;

    /* Only where we are to blame ourselves. */
    json_object_object_get_ex(answer, "message", &message);
    /* What matters most comes last: of a long report the end is kept. */
    fail_msg("%s (%s):\nthe service's log: %.2000s\nstdout: %.3000s\nstderr: %.3000s\n"
             "%s: %s, %s, exit code %lld after %.3f s, %s%s%s",
             self->name, self->what, log.data, json_text(answer, "stdout"),
             json_text(answer, "stderr"), problem, json_text(answer, "status"),
             json_text(answer, "reason"), json_integer(answer, "exit_code"),
             json_number(answer, "execution_time"), json_object_to_json_string(usage),
             message != NULL ? ", message: " : "",
             message != NULL ? json_object_get_string(message) : "");
}

/** @return how it ended: a word of its `expect` */
static const char *judge(const attack *self, const http_response *response)
{
    if (response->status != 200)
        fail_msg("%s: answer %d: %.2000s", self->name, response->status,
                 text_string(&response->body));
    json_object *answer = json_parse(&response->body);

    if (memmem(response->body.data, response->body.size, secret, strlen(secret)) != NULL)
        fail_showing(self, answer, "it read the secret");
    if (stream_has(answer, "stdout", "ESCAPED") || stream_has(answer, "stderr", "ESCAPED"))
        fail_showing(self, answer, "it got out");
    for (size_t i = 0; i < self->expected.count; i++) {
        if (ended_as(answer, self->expected.words[i], self->benign ? "benign ok" : "contained")) {
            json_object_put(answer);
            return self->expected.words[i];
        }
    }
    fail_showing(self, answer, "it did not end as expected");
    return NULL;
}

/** Runs it, once or twice. @return how the last run ended */
static const char *attack_with(const attack *self, const char *token)
{
    http_connection connections[2] = { { .fd = -1 }, { .fd = -1 } };
    http_response responses[2] = { { 0 }, { 0 } };
    const int count = self->runs == RUNS_ONE ? 1 : 2;
    const char *end = NULL;

    for (int role = 0; role < count; role++) {
        TEXT_SCOPED body = body_of(self, role, token);
        service_connect(&shared, &connections[role]);
        if (!http_send_request(&connections[role], "POST", "/execute", NULL, body.data))
            fail_msg("%s: the service closed while the request was sent", self->name);
        if (self->runs != RUNS_AT_ONCE &&
            http_receive(&connections[role], &responses[role], ANSWER_MS) != HTTP_RESPONSE)
            fail_msg("%s: no answer", self->name);
    }
    for (int role = 0; role < count && self->runs == RUNS_AT_ONCE; role++)
        if (http_receive(&connections[role], &responses[role], ANSWER_MS) != HTTP_RESPONSE)
            fail_msg("%s: no answer to the run with ROLE %d", self->name, role);
    for (int role = 0; role < count; role++) {
        end = judge(self, &responses[role]);
        http_response_free(&responses[role]);
        http_close(&connections[role]);
    }
    return end;
}

/* ---- after each attack ---- */

/** Descriptors are closed a moment after the answer. */
static bool descriptors_are_few(void)
{
    const size_t most = baseline.descriptors + DESCRIPTOR_SLACK;

    AWAIT(proc_descriptors(shared.process.pid) <= most);
    return proc_descriptors(shared.process.pid) <= most;
}

static const char *searched_token;
static char found_trace[512];

static int look_at_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    if (strstr(path + where->base, searched_token) == NULL)
        return where->level > 4 ? FTW_SKIP_SIBLINGS : FTW_CONTINUE;
    snprintf(found_trace, sizeof(found_trace), "%s", path);
    return FTW_STOP;
}

static bool has_traces(const char *token)
{
    const char *const places[] = { "/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp", work_path };

    searched_token = token;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (nftw(places[i], look_at_entry, 16, FTW_PHYS | FTW_MOUNT | FTW_ACTIONRETVAL) == FTW_STOP)
            return true;
    return false;
}

static void check_no_traces(const attack *self, const char *token)
{
    /* Where no mount ends with a run, a full directory is emptied while others run. */
    const long long deadline = now_ms() + (strcmp(profile, "locked-down") == 0 ? EMPTYING_MS : 0);

    while (has_traces(token)) {
        if (now_ms() >= deadline)
            fail_msg("%s: left %s behind", self->name, found_trace);
        sleep_ms(100);
    }
    if (directory_entries(work_path) != 1 || access("keep", F_OK) != 0)
        fail_msg("%s: the service's directory %s has changed", self->name, work_path);
    /* The machine has one table of them for all: what another program uses for a while goes. */
    AWAIT(ipc_objects() <= baseline.ipc_objects);
    if (ipc_objects() > baseline.ipc_objects)
        fail_msg("%s: left an object of System V or a message queue behind", self->name);
}

static void check_service(const attack *self)
{
    int status;

    if (program_wait(&shared.process, 0, &status)) {
        TEXT_SCOPED log = service_log(&shared);
        fail_msg("%s: the service ended with %d: %.2000s", self->name, exit_code_of(status),
                 log.data);
    }
    assert_run(&shared, "print(6*7)", "", "completed", 0, "42\n");
    if (zygote_pid() != baseline.zygote)
        fail_msg("%s: the fork server was replaced", self->name);
    /* Taking away a full work directory may keep a process busy for a while. */
    if (!proc_family_at_most(getpid(), baseline.processes, EMPTYING_MS))
        fail_msg("%s: %zu processes instead of %zu are still there", self->name,
                 processes_below_us(), baseline.processes);
    if (!descriptors_are_few())
        fail_msg("%s: the service has %zu descriptors instead of %zu", self->name,
                 proc_descriptors(shared.process.pid), baseline.descriptors);
}

static bool is_contained_by_one_that_is_on(const attack *self)
{
    for (size_t i = 0; i < self->layers.count; i++) {
        char name[64];
        if (layer_of(self->layers.words[i], profile, name, sizeof(name)) &&
            (!is_layer(name) || is_on(name)))
            return true;
    }
    return false;
}

static bool names_layer(const attack *self, const char *layer)
{
    for (size_t i = 0; i < self->layers.count; i++) {
        char name[64];
        if (layer_of(self->layers.words[i], profile, name, sizeof(name)) &&
            strcmp(name, layer) == 0)
            return true;
    }
    return false;
}

static void skip_if_not_for_here(const attack *self)
{
    const char *without = getenv("CODEEXEC_TEST_ESCAPE_WITHOUT");

    if (self->problem != NULL)
        fail_msg("%s: %s", self->name, self->problem);
    if (self->profile != NULL && strcmp(self->profile, profile) != 0) {
        print_message("skipped: it is for the profile %s\n", self->profile);
        skip();
    }
    if (self->benign)
        return;
    if (without != NULL && !(names_layer(self, without) && is_contained_by_one_that_is_on(self))) {
        print_message("skipped: %s is not one of several layers that stop it\n", without);
        skip();
    }
    if (!is_contained_by_one_that_is_on(self) &&
        (names_layer(self, "cgroup_v1") || names_layer(self, "cgroup_v2"))) {
        print_message("skipped: held by a cgroup, and there is none here (threat-model.md)\n");
        skip();
    }
}

static void run_attack(void **state)
{
    const attack *self = *state;
    TEXT_SCOPED token = { 0 };
    long long began = now_ms();

    skip_if_not_for_here(self);
    clean = false;
    text_format(&token, "codeexec-esc-%08lx%08lx", random(), random());
    const char *end = attack_with(self, token.data);
    long long took = now_ms() - began;
    check_service(self);
    check_no_traces(self, token.data);
    if (!self->benign && !is_contained_by_one_that_is_on(self))
        fail_msg("%s: it is contained, but by none of the layers it names", self->name);
    clean = true;
    area.passed++;
    print_message("    %s after %lld ms: %s\n", self->benign ? "fine" : end, took, self->what);
}

static int attack_setup(void **state)
{
    (void)state;
    if (area.began_ms == 0)
        area.began_ms = now_ms();
    if (!clean)
        restart_service();
    return 0;
}

/** One line per area, after the last of its attacks. */
static int attack_teardown(void **state)
{
    const attack *self = *state;
    const attack *next = self + 1;
    size_t total = 0;

    for (size_t i = 0; i < attack_count; i++)
        total += strcmp(attacks[i].area, self->area) == 0;
    if (next < attacks + attack_count && strcmp(next->area, self->area) == 0)
        return 0;
    print_message("area %s: %zu of %zu as expected in %lld ms\n", self->area, area.passed, total,
                  now_ms() - area.began_ms);
    area.passed = 0;
    area.began_ms = 0;
    return 0;
}

/** What is left of a service that has ended, once its dead are buried: whoever loses its parent in
 *  the meantime is ours to reap. */
static size_t processes_outliving_the_service(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    return processes_below_us() - 1;
}

/** The last of the tests: after all of it the service is what it was. */
static void service_is_as_before(void **state)
{
    (void)state;
    /* Fewer is fine: a helper may have been busy when we counted first. */
    assert_true(proc_family_at_most(getpid(), baseline.processes, EMPTYING_MS));
    assert_true(descriptors_are_few());
    /* Others on this machine mount and unmount, too, and are done in a moment. */
    AWAIT(proc_mounts(shared.process.pid) == baseline.mounts &&
          proc_mounts(getpid()) == baseline.our_mounts);
    assert_int_equal(proc_mounts(shared.process.pid), baseline.mounts);
    assert_int_equal(proc_mounts(getpid()), baseline.our_mounts);
    clean = false;
    service_stop(&shared);
    AWAIT(processes_outliving_the_service() == 0);
    assert_int_equal(processes_outliving_the_service(), 0);
    launch_service();
    assert_run(&shared, "print(6*7)", "", "completed", 0, "42\n");
}

static int before_the_last(void **state)
{
    (void)state;
    if (!clean)
        restart_service();
    return 0;
}

/* ---- the command ---- */

static int list_attacks(void)
{
    for (size_t i = 0; i < attack_count; i++)
        printf("%-44s %s%s%s\n", attacks[i].name, attacks[i].what != NULL ? attacks[i].what : "",
               attacks[i].problem != NULL ? "  !! " : "",
               attacks[i].problem != NULL ? attacks[i].problem : "");
    return 0;
}

static int write_table(const char *path)
{
    FILE *file = fopen(path, "we");

    if (file == NULL) {
        perror(path);
        return 1;
    }
    attacks_write_table(file, attacks, attack_count);
    return fclose(file) == 0 ? 0 : 1;
}

/** Whether one of the patterns of the command line is for it; all are without one. */
static bool is_chosen(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (fnmatch(argv[i], name, 0) == 0)
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[ATTACKS_MAX + 1];
    size_t count = 0;

    attack_count = attacks_read(TEST_ESCAPE_DIR, attacks, ATTACKS_MAX);
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list_attacks();
    if (argc == 3 && strcmp(argv[1], "--table") == 0)
        return write_table(argv[2]);
    srandom((unsigned int)getpid() ^ (unsigned int)now_ms());
    for (size_t i = 0; i < attack_count; i++)
        if (is_chosen(attacks[i].name, argc, argv))
            tests[count++] = (struct CMUnitTest){ attacks[i].name, run_attack, attack_setup,
                                                  attack_teardown, &attacks[i] };
    if (is_chosen("service_is_as_before", argc, argv))
        tests[count++] =
            (struct CMUnitTest)cmocka_unit_test_setup(service_is_as_before, before_the_last);
    if (count == 0) {
        fprintf(stderr, "escape: no attack is called so\n");
        return 2;
    }
    return run_group(1, argv, "escape", tests, count, group_setup, group_teardown);
}
