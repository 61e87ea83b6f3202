/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char codeexec_path[] = TEST_CODEEXEC;
const char codeexec_server_path[] = TEST_CODEEXEC_SERVER;

long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_ms(int milliseconds)
{
    struct timespec rest = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
        continue;
}

void skip_test(const char *format, ...)
{
    const char *require = getenv("CODEEXEC_TEST_REQUIRE");
    char reason[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    if (require != NULL && strcmp(require, "1") == 0)
        fail_msg("cannot run here: %s", reason);
    print_message("skipped: %s\n", reason);
    skip();
}

/* ---- programs ---- */

const char *test_python(void)
{
    const char *chosen = getenv("CODEEXEC_TEST_PYTHON");
    return chosen != NULL && *chosen != '\0' ? chosen : "/usr/bin/python3";
}

int exit_code_of(int status)
{
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/** Later settings replace earlier ones of the same name, as getenv() would not. */
static void environment_set(char **list, size_t *count, const char *setting)
{
    size_t name = strcspn(setting, "=") + 1;

    for (size_t i = 0; i < *count; i++) {
        if (strncmp(list[i], setting, name) == 0) {
            free(list[i]);
            list[i] = strdup(setting);
            return;
        }
    }
    if (*count == 63)
        abort();
    list[(*count)++] = strdup(setting);
    list[*count] = NULL;
}

static void environment_build(char **list, const char *const *additions)
{
    /* Sanitizers and coverage are steered from outside; nothing else of ours may leak in. */
    static const char *const passed[] = { "HOME",         "TMPDIR",       "ASAN_OPTIONS",
                                          "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS" };
    char setting[4096];
    size_t count = 0;

    list[0] = NULL;
    environment_set(list, &count, "PATH=/usr/local/bin:/usr/bin:/bin");
    environment_set(list, &count, "LANG=C.UTF-8");
    snprintf(setting, sizeof(setting), "CODEEXEC_PYTHON=%s", test_python());
    environment_set(list, &count, setting);
    for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
        if (getenv(passed[i]) != NULL) {
            snprintf(setting, sizeof(setting), "%s=%s", passed[i], getenv(passed[i]));
            environment_set(list, &count, setting);
        }
    }
    for (; additions != NULL && *additions != NULL; additions++)
        environment_set(list, &count, *additions);
}

static void make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail_msg("pipe2: %s", strerror(errno));
}

/** In the child: give it this descriptor under that number, and not close-on-exec. */
static void place(int from, int to)
{
    if (from == to)
        fcntl(from, F_SETFD, 0);
    else if (dup2(from, to) < 0)
        _exit(127);
}

/** Name the step that failed, for the test that started us, and end. */
static void child_failed(const char *step)
{
    fprintf(stderr, "%s: %s\n", step, strerror(errno));
    _exit(127);
}

/** In the child: hide /tmp behind a fresh one with main.py in it, without privileges if need be. */
static void enter_private_tmp(const text *contents)
{
    char uid_map[64];
    char gid_map[64];

    if (unshare(CLONE_NEWNS) != 0) {
        snprintf(uid_map, sizeof(uid_map), "%u %u 1", geteuid(), geteuid());
        snprintf(gid_map, sizeof(gid_map), "%u %u 1", getegid(), getegid());
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            child_failed("unshare");
        write_file("/proc/self/uid_map", uid_map, strlen(uid_map));
        write_file("/proc/self/setgroups", "deny", strlen("deny"));
        write_file("/proc/self/gid_map", gid_map, strlen(gid_map));
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0)
        child_failed("mount /tmp");
    write_file("/tmp/main.py", text_string(contents), contents->size);
    if (chdir("/tmp") != 0)
        child_failed("/tmp");
}

static void run_child(const program_options *options, char **environment, pid_t parent,
                      const int streams[3])
{
    /* Ignored in us where the tests were started in the background, and so by what we start. */
    static const int by_default[] = { SIGPIPE, SIGINT, SIGQUIT, SIGTERM, SIGHUP };
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof(by_default) / sizeof(by_default[0]); i++)
        signal(by_default[i], SIG_DFL);
    place(streams[0], 0);
    place(streams[1], 1);
    place(streams[2], 2);
    if (options->input_closed)
        close(0);
    if (options->directory != NULL && chdir(options->directory) != 0)
        child_failed(options->directory);
    if (options->private_main != NULL)
        enter_private_tmp(options->private_main);
    execvpe(options->arguments[0], (char *const *)options->arguments, environment);
    child_failed(options->arguments[0]);
}

program program_start(const program_options *options)
{
    program started = { -1, -1, -1, -1 };
    char *environment[64];
    int in[2] = { -1, -1 };
    int out[2];
    int err[2] = { -1, -1 };
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    pid_t self = getpid();

    environment_build(environment, options->environment);
    if (options->input_pipe)
        make_pipe(in);
    make_pipe(out);
    if (options->errors_fd <= 0)
        make_pipe(err);
    int input = options->input_pipe ? in[0] : options->input_fd > 0 ? options->input_fd : null;
    const int streams[3] = { input, out[1], options->errors_fd > 0 ? options->errors_fd : err[1] };

    started.pid = fork();
    if (started.pid < 0)
        fail_msg("fork: %s", strerror(errno));
    if (started.pid == 0)
        run_child(options, environment, self, streams);
    started.input = in[1];
    started.output = out[0];
    started.errors = err[0];
    close(null);
    close(out[1]);
    if (in[0] >= 0)
        close(in[0]);
    if (err[1] >= 0)
        close(err[1]);
    for (size_t i = 0; environment[i] != NULL; i++)
        free(environment[i]);
    return started;
}

bool program_wait(program *self, int timeout_ms, int *status)
{
    int handle = (int)syscall(SYS_pidfd_open, self->pid, 0);
    struct pollfd watched = { handle, POLLIN, 0 };

    if (handle < 0)
        fail_msg("pidfd_open: %s", strerror(errno));
    int ready = poll(&watched, 1, timeout_ms);
    close(handle);
    if (ready != 1)
        return false;
    if (waitpid(self->pid, status, 0) != self->pid)
        fail_msg("waitpid: %s", strerror(errno));
    self->pid = -1;
    return true;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void program_discard(program *self)
{
    if (self->pid > 0) {
        kill(self->pid, SIGKILL);
        waitpid(self->pid, NULL, 0);
        self->pid = -1;
    }
    close_end(&self->input);
    close_end(&self->output);
    close_end(&self->errors);
}

/** One read into the text, waiting at most so long. @return bytes, 0 at the end, -1 if nothing
 *  came. */
static ssize_t read_some(int fd, text *into, long long deadline)
{
    char chunk[65536];
    struct pollfd watched = { fd, POLLIN, 0 };
    long long left = deadline - now_ms();

    if (poll(&watched, 1, left > 0 ? (int)left : 0) != 1)
        return -1;
    ssize_t got = read(fd, chunk, sizeof(chunk));
    if (got > 0)
        text_append(into, chunk, (size_t)got);
    return got > 0 ? got : 0;
}

bool program_read_until(int fd, text *into, const char *needle, int timeout_ms)
{
    long long deadline = now_ms() + timeout_ms;

    while (memmem(text_string(into), into->size, needle, strlen(needle)) == NULL) {
        if (read_some(fd, into, deadline) <= 0)
            return false;
    }
    return true;
}

/* ---- one command ---- */

/** Feed stdin and drain both streams until both have ended. @return false when time ran out. */
static bool exchange(program *running, const command *what, command_result *result,
                     long long deadline)
{
    size_t written = 0;

    if (running->input >= 0)
        fcntl(running->input, F_SETFL, O_NONBLOCK);
    while (running->output >= 0 || running->errors >= 0) {
        struct pollfd watched[3] = { { running->output, POLLIN, 0 },
                                     { running->errors, POLLIN, 0 },
                                     { running->input, POLLOUT, 0 } };
        long long left = deadline - now_ms();
        if (left <= 0 || poll(watched, 3, (int)left) <= 0)
            return false;
        if (watched[0].revents != 0 && read_some(running->output, &result->output, deadline) <= 0)
            close_end(&running->output);
        if (watched[1].revents != 0 && read_some(running->errors, &result->errors, deadline) <= 0)
            close_end(&running->errors);
        if (watched[2].revents != 0) {
            ssize_t put = write(running->input, (const char *)what->input + written,
                                what->input_size - written);
            written += put > 0 ? (size_t)put : 0;
            if (written == what->input_size || (put < 0 && errno != EAGAIN))
                close_end(&running->input);
        }
    }
    return true;
}

command_result command_run(const command *what)
{
    command_result result = { 0 };
    long long deadline = now_ms() + (what->timeout_ms > 0 ? what->timeout_ms : 2 * PATIENCE_MS);
    int status = 0;
    program_options options = { .arguments = what->arguments,
                                .environment = what->environment,
                                .directory = what->directory,
                                .input_pipe = what->input != NULL,
                                .input_closed = what->input_closed,
                                .private_main = what->private_main };
    program running = program_start(&options);

    bool ended = exchange(&running, what, &result, deadline);
    long long left = deadline - now_ms();
    ended = ended && program_wait(&running, left > 0 ? (int)left : 0, &status);
    result.timed_out = !ended;
    result.exit_code = ended ? exit_code_of(status) : -SIGKILL;
    program_discard(&running);
    /* So that string functions may be used on both. */
    text_append(&result.output, "", 0);
    text_append(&result.errors, "", 0);
    return result;
}

void command_result_free(command_result *self)
{
    text_free(&self->output);
    text_free(&self->errors);
}

void assert_exit_code(const command_result *result, int exit_code)
{
    if (result->timed_out || result->exit_code != exit_code)
        fail_msg("exit code %d%s, not %d\nstdout: %.2000s\nstderr: %.2000s", result->exit_code,
                 result->timed_out ? " (stopped by the test's time limit)" : "", exit_code,
                 text_string(&result->output), text_string(&result->errors));
}

void assert_contains(const text *haystack, const char *needle)
{
    if (memmem(text_string(haystack), haystack->size, needle, strlen(needle)) == NULL)
        fail_msg("\"%s\" is not in: %.4000s", needle, text_string(haystack));
}

command_result codeexec(const char *first, ...)
{
    const char *arguments[32] = { codeexec_path, first };
    size_t count = 2;
    va_list rest;

    va_start(rest, first);
    while (count < 31 && (arguments[count] = va_arg(rest, const char *)) != NULL)
        count++;
    va_end(rest);
    return command_run(&(command){ .arguments = arguments });
}

/* ---- scratch files ---- */

static char scratch[256];

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_scratch(void)
{
    if (scratch[0] != '\0')
        nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    scratch[0] = '\0';
}

const char *scratch_directory(void)
{
    if (scratch[0] == '\0') {
        const char *base = getenv("TMPDIR");
        snprintf(scratch, sizeof(scratch), "%s/integration-XXXXXX", base != NULL ? base : "/tmp");
        if (mkdtemp(scratch) == NULL) {
            scratch[0] = '\0';
            fail_msg("mkdtemp: %s", strerror(errno));
        }
    }
    return scratch;
}

const char *scratch_file(const char *name, const char *contents)
{
    static char paths[4][512];
    static size_t next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", scratch_directory(), name);
    write_file(path, contents, strlen(contents));
    return path;
}

int run_group(int argc, char **argv, const char *name, const struct CMUnitTest *tests, size_t count,
              CMFixtureFunction setup, CMFixtureFunction teardown)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    int failed = _cmocka_run_group_tests(name, tests, count, setup, teardown);
    remove_scratch();
    return failed;
}
