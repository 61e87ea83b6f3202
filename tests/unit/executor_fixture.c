/* SPDX-License-Identifier: MIT */
#include "executor_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/** A test that hangs is ended after so long. */
#define TEST_LIMIT_S 240

int count_open(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    assert_non_null(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

/** Processes started from a directory's codeexec-zygote. */
int count_processes(const char *directory)
{
    DIR *proc = opendir("/proc");
    int count = 0;
    assert_non_null(proc);
    for (struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
        char path[300];
        char line[256] = { 0 };
        snprintf(path, sizeof(path), "/proc/%.200s/cmdline", entry->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        ssize_t size = read(fd, line, sizeof(line) - 1);
        close(fd);
        count += size > 0 && strncmp(line, directory, strlen(directory)) == 0;
    }
    closedir(proc);
    return count;
}

void set_mode(const struct fixture *f, const char *mode)
{
    char path[PATH_MAX];
    char fresh[PATH_MAX];
    snprintf(path, sizeof(path), "%s/mode", f->directory);
    snprintf(fresh, sizeof(fresh), "%s/mode.new", f->directory);
    FILE *file = fopen(fresh, "we");
    assert_non_null(file);
    fputs(mode, file);
    fclose(file);
    /* In one step: the fake may be reading it. */
    assert_int_equal(rename(fresh, path), 0);
}

int fixture_setup(void **state)
{
    char link[PATH_MAX];
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    snprintf(f->directory, sizeof(f->directory), "/tmp/codeexec-test-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(link, sizeof(link), "%s/codeexec-zygote", f->directory);
    assert_int_equal(symlink(FAKE_ZYGOTE, link), 0);
    set_mode(f, "ok");
    codeexec_config_init(&f->config);
    f->config.cgroup = "off"; /* its own are tested in test_cgroup.c */
    f->config.libexec_dir = f->directory;
    f->config.python = FAKE_ZYGOTE;
    f->config.concurrency = 2;
    f->config.wall_ms = 4 * PATIENCE_MS; /* what hangs is to be found out by its test */
    f->open_before = count_open();
    *state = f;
    alarm(TEST_LIMIT_S);
    return 0;
}

void create(struct fixture *f)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    int status = codeexec_executor_create(&f->executor, &f->config, &error);
    if (status < 0)
        print_error("create: %s\n", error.message);
    assert_int_equal(status, 0);
}

/** Destroy the executor; nothing of it may be left: no descriptor, no child, no process. */
void destroy(struct fixture *f)
{
    codeexec_executor_destroy(f->executor);
    f->executor = NULL;
    assert_int_equal(count_open(), f->open_before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    /* Orphans of the fake, which has no pid namespace to end them with. */
    const uint64_t since = ce_now_ns();
    while (count_processes(f->directory) > 0 && ms_since(since) < PATIENCE_MS)
        usleep(10000);
    assert_int_equal(count_processes(f->directory), 0);
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    static const char *const files[] = { "codeexec-zygote", "mode",   "starts",
                                         "settings",        "deaths", "tiers" };
    char path[PATH_MAX];
    if (f->executor)
        destroy(f);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", f->directory, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(f->directory), 0);
    free(f);
    alarm(0);
    return 0;
}

long file_size(const struct fixture *f, const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    snprintf(path, sizeof(path), "%s/%s", f->directory, name);
    return stat(path, &status) < 0 ? 0 : (long)status.st_size;
}

codeexec_request program(const char *code)
{
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    request.code = code;
    request.code_size = strlen(code);
    return request;
}

codeexec_request program_with_input(const char *code, int input[2])
{
    codeexec_request request = program(code);
    assert_int_equal(pipe2(input, O_CLOEXEC), 0);
    request.stdin_fd = input[0];
    return request;
}

void end_input(const int input[2])
{
    close(input[0]);
    close(input[1]);
}

codeexec_result *run_request(struct fixture *f, const codeexec_request *request)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_result *result = NULL;
    int status = codeexec_run(f->executor, request, &result, &error);
    if (status < 0)
        print_error("run: %s\n", error.message);
    assert_int_equal(status, 0);
    assert_non_null(result);
    return result;
}

codeexec_result *run(struct fixture *f, const char *code)
{
    codeexec_request request = program(code);
    return run_request(f, &request);
}

void run_until_starts(struct fixture *f, const char *code, long starts)
{
    const uint64_t since = ce_now_ns();
    while (file_size(f, "starts") < starts && ms_since(since) < PATIENCE_MS) {
        codeexec_result *result = run(f, code);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
        codeexec_result_free(result);
    }
    assert_true(file_size(f, "starts") >= starts);
}

uint64_t submit(struct fixture *f, const codeexec_request *request)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    uint64_t ticket = 0;
    int status = codeexec_submit(f->executor, request, &ticket, &error);
    if (status < 0)
        print_error("submit: %s\n", error.message);
    assert_int_equal(status, 0);
    assert_int_not_equal(ticket, 0);
    return ticket;
}

codeexec_result *next(struct fixture *f)
{
    codeexec_result *result;
    while (!(result = codeexec_next_result(f->executor)))
        assert_int_equal(codeexec_dispatch(f->executor, -1, NULL), 0);
    return result;
}

void dispatch_for(struct fixture *f, int ms)
{
    uint64_t until = ce_now_ns() + (uint64_t)ms * CE_NS_PER_MS;
    for (uint64_t now = ce_now_ns(); now < until; now = ce_now_ns())
        assert_int_equal(
            codeexec_dispatch(f->executor, (int)((until - now) / CE_NS_PER_MS) + 1, NULL), 0);
}

int is_settled(const struct fixture *f)
{
    const codeexec_executor *executor = f->executor;
    uint32_t wanted = 0;
    for (int i = 0; i < CE_MAX_TIERS; i++)
        if (executor->tiers.slots[i].client)
            wanted += executor->tiers.slots[i].parked;
    return executor->tiers.slots[0].client && executor->in_state[CE_GUEST_PARKED] == wanted &&
           executor->in_state[CE_GUEST_SPAWNING] == 0 && executor->in_state[CE_GUEST_ENDED] == 0;
}

size_t count_clients(const struct fixture *f)
{
    size_t count = 0;
    for (const ce_client *client = f->executor->clients; client; client = client->next)
        count++;
    return count;
}

ce_supervisor *guest_of(const struct fixture *f, uint64_t ticket)
{
    for (uint32_t i = 0; i < f->executor->slots; i++) {
        ce_supervisor *guest = f->executor->guests[i];
        if (guest && guest->job && guest->job->ticket == ticket)
            return guest;
    }
    return NULL;
}

/** Without turning the loop, until the guest has said something, or has ended. */
static void await_word(const ce_supervisor *guest, int control, int verdict)
{
    struct pollfd polled[2] = { { .fd = control, .events = POLLIN },
                                { .fd = verdict, .events = POLLIN } };
    if (poll(polled, 2, PATIENCE_MS) <= 0)
        fail_msg("a guest says nothing in state %d", (int)guest->state);
}

/** Whoever turns the loop next finds there what the guest has to say, and that comes before what is
 * due. */
static void give_time(const ce_supervisor *guest)
{
    if (guest->state == CE_GUEST_CHECKING)
        await_word(guest, guest->control.fd, guest->verdict.fd);
    else if (guest->state == CE_GUEST_STOPPING)
        await_word(guest, -1, guest->verdict.fd);
}

void await_start(struct fixture *f, uint64_t ticket)
{
    const uint64_t since = ce_now_ns();
    const ce_supervisor *guest;
    while (!(guest = guest_of(f, ticket)) || guest->started_ns == 0) {
        if (ms_since(since) > PATIENCE_MS)
            fail_msg("run %d does not start", (int)ticket);
        if (guest)
            give_time(guest);
        assert_int_equal(codeexec_dispatch(f->executor, 20, NULL), 0);
    }
}

codeexec_result *next_unhurried(struct fixture *f)
{
    codeexec_result *result;
    while (!(result = codeexec_next_result(f->executor))) {
        for (uint32_t i = 0; i < f->executor->slots; i++)
            if (f->executor->guests[i])
                give_time(f->executor->guests[i]);
        assert_int_equal(codeexec_dispatch(f->executor, -1, NULL), 0);
    }
    return result;
}

uint64_t ms_since(uint64_t moment_ns)
{
    return (ce_now_ns() - moment_ns) / CE_NS_PER_MS;
}

void assert_end(const codeexec_result *result, codeexec_outcome outcome, codeexec_reason reason,
                int exit_code)
{
    if (result->outcome != outcome || result->reason != reason || result->exit_code != exit_code)
        print_error("%s/%s exit %d: %s\n", codeexec_outcome_name(result->outcome),
                    codeexec_reason_name(result->reason), result->exit_code,
                    result->detail ? result->detail : "");
    assert_int_equal(result->outcome, outcome);
    assert_int_equal(result->reason, reason);
    assert_int_equal(result->exit_code, exit_code);
}
