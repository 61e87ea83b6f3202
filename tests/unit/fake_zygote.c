/* SPDX-License-Identifier: MIT */
/** A stand-in for codeexec-zygote that behaves, or misbehaves, as a test tells it: it speaks the
 * frames, but its "guests" interpret a few words instead of Python, unconfined.
 *
 *  The file "mode" beside it says how the zygote behaves; it is read again at each SPAWN. Each
 * start appends a byte to the file "starts". What a guest does is in its program: words separated
 * by spaces. Words before "start" happen before STARTED.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <codeexec/error.h>

#include "util/clock.h"
#include "zygote/wire.h"

#define MAX_SLOTS 4096

/** An init that has not been reaped. */
struct guest {
    uint64_t id;
    pid_t init;
    int pidfd;
};

#define MAX_TIERS 64

static const char *directory;
static struct guest guests[MAX_SLOTS];
static unsigned spawns;
static pid_t root_pid;
static pid_t zygote_pid;
static int channel = CE_ZYGOTE_CHANNEL_FD;
static int cgroup_bases[CE_FRAME_MAX_FDS]; /**< hold the slots' leaves */
static size_t cgroup_count;
static int tier_pidfds[MAX_TIERS]; /**< of zygotes forked from this one, 0: free */
static char tier_modules[256];     /**< what this one has, "a b " */

static _Noreturn void die(const char *what)
{
    perror(what);
    _exit(99);
}

static void send_plain(int to, ce_frame_type type)
{
    ce_frame frame;
    ce_frame_init(&frame, type, sizeof(frame));
    ce_frame_send(to, &frame, NULL, 0);
}

static void send_failure(int to, ce_frame_type type, uint64_t id, int code, const char *stage,
                         const char *message)
{
    ce_failure failure = { .guest_id = id, .code = code, .sys_errno = EPERM };
    ce_frame_init(&failure.frame, type, sizeof(failure));
    snprintf(failure.stage, sizeof(failure.stage), "%s", stage);
    snprintf(failure.message, sizeof(failure.message), "%s", message);
    ce_frame_send(to, &failure.frame, NULL, 0);
}

/** A message that is no frame. */
static void send_garbage(int to)
{
    send(to, "garbage, and more of it", 23, MSG_NOSIGNAL);
}

/* ---- mode ---- */

static char mode[64];
static int mode_number;

static void read_mode(void)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/mode", directory);
    FILE *file = fopen(path, "re");
    mode_number = INT_MAX;
    if (!file || !fgets(mode, sizeof(mode), file))
        snprintf(mode, sizeof(mode), "ok");
    char *space = strchr(mode, ' ');
    if (space) {
        *space = '\0';
        mode_number = (int)strtol(space + 1, NULL, 10);
    }
    if (file)
        fclose(file);
}

static int mode_is(const char *name)
{
    return strcmp(mode, name) == 0;
}

/** Append a byte to a file. @return its size before */
static int count_up(const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || fstat(fd, &status) < 0 || write(fd, "x", 1) != 1)
        die(path);
    close(fd);
    return (int)status.st_size;
}

/* ---- a guest ---- */

/** What a guest has been asked to do. */
struct program {
    int control;
    ce_run run;
    char *text; /**< source, file name, arguments */
    int exit_on_stop;
    int spam_on_stop;
    int exited_on_stop;
    int deaf;
};

/** Say how the program ended, in the way that is asked for. */
static void say_exited(int control, int status, size_t surplus, int with_fds)
{
    static struct {
        ce_exited exited;
        char more[64];
    } frame;
    const int fds[3] = { 0, 1, 2 };
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); /* as the runner does */
    ce_frame_init(&frame.exited.frame, CE_FRAME_EXITED, sizeof(frame.exited) + surplus);
    frame.exited.status = (uint32_t)status;
    ce_frame_send(control, &frame.exited.frame, fds, with_fds ? 3 : 0);
}

/** The same with a header that lies about its size, or is of another version. */
static void say_exited_wrongly(int control, uint32_t size, uint16_t version)
{
    ce_exited frame = { .status = 7 };
    ce_frame_init(&frame.frame, CE_FRAME_EXITED, sizeof(frame));
    frame.frame.size = size;
    frame.frame.version = version;
    send(control, &frame, sizeof(frame), MSG_NOSIGNAL);
}

static void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(98);
}

/** Sleep, answering STOP as the runner would. */
static void nap(const struct program *program, int ms)
{
    struct pollfd control = { .fd = program->deaf ? -1 : program->control, .events = POLLIN };
    uint64_t until = ce_now_ns() + (uint64_t)ms * CE_NS_PER_MS;
    for (uint64_t now = ce_now_ns(); now < until; now = ce_now_ns()) {
        if (poll(&control, 1, (int)((until - now) / CE_NS_PER_MS) + 1) <= 0)
            continue;
        _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
        int fds[CE_FRAME_MAX_FDS];
        size_t fd_count;
        if (ce_frame_receive(program->control, buffer, sizeof(buffer), fds, &fd_count,
                             MSG_DONTWAIT) <= 0)
            control.fd = -1;
        else if (((ce_frame *)(void *)buffer)->type == CE_FRAME_STOP) {
            say(1, "flushed\n");
            if (program->exited_on_stop)
                say_exited(program->control, 9, 0, 0);
            if (program->spam_on_stop || program->exited_on_stop) {
                for (int i = 0; program->spam_on_stop && i < 20; i++)
                    send_garbage(program->control);
                control.fd = -1;
                continue;
            }
            if (program->exit_on_stop)
                _exit(5);
            kill(getpid(), SIGKILL);
        }
    }
}

static void flood(int fd, long size)
{
    char block[8192];
    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (char)('a' + i % 26);
    while (size > 0) {
        ssize_t count = write(fd, block, size < (long)sizeof(block) ? (size_t)size : sizeof(block));
        if (count < 0)
            _exit(97);
        size -= count;
    }
}

/** Wait for a byte of stdin. */
static void take_byte(void)
{
    char byte;
    if (read(0, &byte, 1) != 1)
        _exit(96);
}

static void copy_stdin(void)
{
    char block[4096];
    ssize_t count;
    while ((count = read(0, block, sizeof(block))) > 0)
        if (write(1, block, (size_t)count) != count)
            _exit(96);
}

/** Keep what this process has open for so long, whatever becomes of the guest, but no longer than
 * the zygote lives: nobody waits for it then. */
static _Noreturn void hold(int ms)
{
    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    struct pollfd root = { .fd = (int)syscall(SYS_pidfd_open, root_pid, 0), .events = POLLIN };
    if (root.fd >= 0)
        poll(&root, 1, ms);
    _exit(0);
}

/** A child that keeps stdout open after the program has ended. */
static void hold_stdout(int ms)
{
    if (fork() != 0)
        return;
    setsid();
    hold(ms);
}

static void show_request(const struct program *program)
{
    char line[256];
    const ce_run *run = &program->run;
    const char *name = program->text + run->code_size;
    const char *argument = name + run->filename_size;
    snprintf(line, sizeof(line), "%.*s memory=%llu cpu=%u flags=%u", (int)run->filename_size, name,
             (unsigned long long)run->memory_bytes, run->cpu_seconds, run->flags);
    say(1, line);
    for (uint32_t i = 0; i < run->arg_count; i++, argument += strlen(argument) + 1) {
        say(1, " ");
        say(1, argument);
    }
    say(1, "\n");
}

/** Append bytes that are no string. */
static void put(char **at, const void *bytes, size_t size)
{
    memcpy(*at, bytes, size);
    *at += size;
}

static void reject(const struct program *program, int count, int broken)
{
    static _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    ce_rejected *frame = (ce_rejected *)(void *)buffer;
    char *at = (char *)(frame + 1);
    memset(frame, 0, sizeof(*frame));
    for (int i = 0; i < count; i++) {
        /* The second one's message is no UTF-8. */
        const char *message = i == 1 ? "bad\xff\x80"
                                       "byte"
                                     : "no processes here";
        ce_finding finding = { .line = (uint32_t)i + 1,
                               .column = 7,
                               .rule_size = 7,
                               .message_size = (uint16_t)strlen(message) };
        put(&at, &finding, sizeof(finding));
        put(&at, "process", 7);
        put(&at, message, finding.message_size);
    }
    frame->count = (uint32_t)count + (broken ? 1 : 0);
    frame->dropped = 3;
    ce_frame_init(&frame->frame, CE_FRAME_REJECTED, (size_t)(at - buffer));
    ce_frame_send(program->control, &frame->frame, NULL, 0);
    nap(program, 100);
    _exit(0);
}

/** Do one thing. Words that take a number have it after a colon. */
static void perform(struct program *program, const char *word)
{
    const char *colon = strchr(word, ':');
    const int number = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
    const size_t length = colon ? (size_t)(colon - word) : strlen(word);
#define IS(name) (length == strlen(name) && strncmp(word, name, length) == 0)
    if (IS("start")) {
        if ((program->run.flags & CE_RUN_CHECK_ONLY) != 0) {
            send_plain(program->control, CE_FRAME_CHECKED);
            _exit(0);
        }
        send_plain(program->control, CE_FRAME_STARTED);
    } else if (IS("out")) {
        dprintf(1, "%s\n", colon + 1); /* in one write */
    } else if (IS("err")) {
        dprintf(2, "%s\n", colon + 1);
    } else if (IS("exit")) {
        _exit(number);
    } else if (IS("raise")) {
        signal(number, SIG_DFL);
        raise(number);
        pause();
    } else if (IS("sleep")) {
        nap(program, number);
    } else if (IS("deaf")) {
        program->deaf = 1;
    } else if (IS("exit-on-stop")) {
        program->exit_on_stop = 1;
    } else if (IS("spam-on-stop")) {
        program->spam_on_stop = 1;
    } else if (IS("exited-on-stop")) {
        program->exited_on_stop = 1;
    } else if (IS("exited")) {
        say_exited(program->control, number, 0, 0);
    } else if (IS("exited-with-fds")) {
        say_exited(program->control, number, 0, 1);
    } else if (IS("exited-long")) {
        say_exited(program->control, number, 24, 0);
    } else if (IS("exited-short")) {
        send_plain(program->control, CE_FRAME_EXITED);
    } else if (IS("exited-wrong-size")) {
        say_exited_wrongly(program->control, (uint32_t)number, CE_WIRE_VERSION);
    } else if (IS("exited-wrong-version")) {
        say_exited_wrongly(program->control, sizeof(ce_exited), CE_WIRE_VERSION + 1);
    } else if (IS("burn")) { /* CPU time, in ms */
        for (uint64_t until = ce_now_ns() + (uint64_t)number * CE_NS_PER_MS; ce_now_ns() < until;)
            ;
    } else if (IS("show-tier")) {
        say(1, tier_modules);
        say(1, "\n");
    } else if (IS("flood")) {
        flood(1, number);
    } else if (IS("flood-err")) {
        flood(2, number);
    } else if (IS("cat")) {
        copy_stdin();
    } else if (IS("take")) {
        take_byte();
    } else if (IS("close-stdin")) {
        close(0);
    } else if (IS("close-output")) {
        close(1);
        close(2);
    } else if (IS("hold")) {
        hold_stdout(number);
    } else if (IS("show")) {
        show_request(program);
    } else if (IS("ignore")) {
        signal(number, SIG_IGN);
    } else if (IS("spin")) {
        const struct rlimit limit = { (rlim_t)number, (rlim_t)number + 1 };
        setrlimit(RLIMIT_CPU, &limit);
        for (volatile long i = 0;; i++)
            ;
    } else if (IS("forge")) {
        send_plain(program->control, CE_FRAME_CHECKED);
        send_plain(program->control, CE_FRAME_REJECTED);
        send_plain(program->control, CE_FRAME_STARTED);
        send_garbage(program->control);
    } else if (IS("garbage")) {
        send_garbage(program->control);
    } else if (IS("close-control")) {
        close(program->control);
        program->control = -1;
    } else if (IS("kill-init")) {
        kill(getppid(), SIGKILL);
        pause();
    } else if (IS("kill-zygote")) {
        kill(zygote_pid, SIGKILL);
        pause();
    } else if (IS("kill-root")) {
        kill(root_pid, SIGKILL);
        pause();
    } else if (IS("reject")) {
        reject(program, number, 0);
    } else if (IS("reject-broken")) {
        reject(program, number, 1);
    } else if (IS("die-first")) { /* the first number times this word is met at all */
        if (count_up("deaths") < number)
            _exit(1);
    } else if (IS("fail")) {
        send_failure(program->control, CE_FRAME_FAILED, 0, number, "rlimits", "went wrong");
        _exit(1);
    } else {
        say(2, "no such word: ");
        say(2, word);
        _exit(95);
    }
#undef IS
}

/** A guest lives in its slot's leaf. */
static void enter_leaf(uint32_t slot)
{
    char path[64];
    snprintf(path, sizeof(path), "slot-%u/cgroup.procs", slot);
    for (size_t i = 0; i < cgroup_count; i++) {
        int fd = openat(cgroup_bases[i], path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "0", 1) != 1)
            die(path);
        close(fd);
    }
}

static _Noreturn void run_guest(int control, uint64_t id)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    struct program program = { .control = control };

    if (mode_is("die-unready") && (int)spawns <= mode_number)
        _exit(7);
    if (mode_is("guest-fails") && (int)spawns <= mode_number) {
        send_failure(control, CE_FRAME_FAILED, id, CODEEXEC_EISOLATION, "seccomp", "not here");
        _exit(1);
    }
    enter_leaf((uint32_t)(id & 0xffff));
    send_plain(control, CE_FRAME_READY);
    if (mode_is("die-parked") && (int)spawns <= mode_number)
        _exit(7);
    int size = ce_frame_receive(control, buffer, sizeof(buffer), fds, &fd_count, 0);
    memcpy(&program.run, buffer, sizeof(program.run));
    if (size <= 0 || program.run.frame.type != CE_FRAME_RUN || fd_count < CE_RUN_FDS)
        _exit(0);
    for (int i = 0; i < CE_RUN_FDS; i++) {
        dup2(fds[i], i);
        close(fds[i]);
    }
    size_t total = program.run.code_size + program.run.filename_size + program.run.args_size;
    program.text = calloc(1, total + 1);
    if (!program.text)
        _exit(94);
    if (fd_count == CE_RUN_FDS)
        memcpy(program.text, buffer + sizeof(program.run), total);
    else if (pread(fds[CE_RUN_FDS], program.text, total, 0) != (ssize_t)total)
        _exit(94);
    char *code = strndup(program.text, program.run.code_size);
    char *rest = NULL;
    for (char *word = strtok_r(code, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
        if (strcmp(word, "import") != 0)
            perform(&program, word);
        else /* for the scan to see */
            strtok_r(NULL, " \n", &rest);
    }
    _exit(0);
}

/* ---- init ---- */

/** fork(), which is over when the child has let go of the channel and would end with this process:
 * a test that kills this one sees at once that it is dead, and nothing of it goes on. */
static pid_t fork_off(void)
{
    int ends[2];
    char nothing;
    if (pipe2(ends, O_CLOEXEC) < 0)
        die("pipe2");
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (getppid() != parent)
            _exit(1);
        close(channel);
        close(ends[0]);
        close(ends[1]);
        return 0;
    }
    close(ends[1]);
    while (pid > 0 && read(ends[0], &nothing, 1) < 0 && errno == EINTR)
        ;
    close(ends[0]);
    return pid;
}

/** Leave a process behind that keeps the verdict pipe open, as one that the kernel cannot end
 * would. */
static void hold_verdict(int control)
{
    if (fork() != 0)
        return;
    close(control);
    hold(600000);
}

static _Noreturn void run_init(int control, int verdict_fd, uint64_t id)
{
    int status;
    struct rusage usage;

    if (mode_is("hold-verdict") || mode_is("no-gone"))
        hold_verdict(control);
    pid_t guest = fork();
    if (guest == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        close(verdict_fd);
        run_guest(control, id);
    }
    close(control);
    if (wait4(guest, &status, 0, &usage) != guest)
        die("wait4");
    ce_verdict verdict = {
        .magic = CE_VERDICT_MAGIC,
        .wait_status = status,
        .cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
                  (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
        .peak_rss_bytes = (uint64_t)usage.ru_maxrss * 1024u,
        .ended_ns = ce_now_ns(),
    };
    if (write(verdict_fd, &verdict, sizeof(verdict)) != (ssize_t)sizeof(verdict))
        die("verdict");
    _exit(0);
}

/* ---- the zygote ---- */

static void announce(struct guest *guest)
{
    ce_spawned spawned = { .guest_id = guest->id };
    ce_frame_init(&spawned.frame, CE_FRAME_SPAWNED, sizeof(spawned));
    ce_frame_send(channel, &spawned.frame, &guest->pidfd, 1);
}

static void spawn_guest(const ce_spawn *request, const int *fds)
{
    struct guest *guest = &guests[request->slot];
    spawns++;
    read_mode();
    if (request->slot >= MAX_SLOTS || guest->id != 0)
        die("slot in use");
    if (mode_is("spawn-fails") && (int)spawns <= mode_number) {
        send_failure(channel, CE_FRAME_SPAWN_FAILED, request->guest_id, CODEEXEC_ESYSTEM, "clone",
                     "no more of them");
        return;
    }
    if (mode_is("crash-on-spawn") && (int)spawns <= mode_number)
        raise(SIGKILL);
    pid_t pid = fork_off();
    if (pid == 0)
        run_init(fds[0], fds[1], request->guest_id);
    if (pid < 0)
        die("fork");
    *guest = (struct guest){ .id = request->guest_id,
                             .init = pid,
                             .pidfd = (int)syscall(SYS_pidfd_open, pid, 0) };
    fcntl(guest->pidfd, F_SETFD, FD_CLOEXEC);
    announce(guest);
}

/** End what is left of a guest, as the end of its pid namespace would. */
static void empty_leaf(uint32_t slot)
{
    char path[64];
    snprintf(path, sizeof(path), "slot-%u/cgroup.procs", slot);
    for (int tries = 0; cgroup_count > 0 && tries < 2000; tries++) {
        while (waitpid(-1, NULL, WNOHANG) > 0) /* orphans too: the dead count in a leaf */
            ;
        char text[32] = { 0 };
        int fd = openat(cgroup_bases[0], path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
            tries = 2000;
        else
            kill((pid_t)strtol(text, NULL, 10), SIGKILL);
        close(fd);
        usleep(1000);
    }
    while (cgroup_count > 0 && waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

static void reap_guest(struct guest *guest)
{
    ce_gone gone = { .guest_id = guest->id };
    waitpid(guest->init, NULL, 0);
    empty_leaf((uint32_t)(guest - guests));
    close(guest->pidfd);
    guest->id = 0;
    if (mode_is("no-gone"))
        return;
    ce_frame_init(&gone.frame, CE_FRAME_GONE, sizeof(gone));
    ce_frame_send(channel, &gone.frame, NULL, 0);
}

static _Noreturn void leave(void)
{
    read_mode();
    while (mode_is("stubborn"))
        pause();
    for (int i = 0; i < MAX_SLOTS; i++)
        if (guests[i].id != 0) {
            kill(guests[i].init, SIGKILL);
            waitpid(guests[i].init, NULL, 0);
        }
    _exit(0);
}

static void say_hello(uint32_t threads);

/** Whether a tier is to misbehave so: the first of them, as many as the mode says. */
static int tier_mode_is(const char *name, int tiers)
{
    return mode_is(name) && tiers < mode_number;
}

static void become_tier(const ce_tier *request, int own_channel)
{
    const char *name = (const char *)(request + 1);
    const char *end = name + request->modules_size;
    int tiers = count_up("tiers");
    int pidfd;

    zygote_pid = getpid();
    channel = own_channel;
    for (int i = 0; i < MAX_SLOTS; i++)
        if (guests[i].id != 0)
            close(guests[i].pidfd);
    memset(guests, 0, sizeof(guests));
    memset(tier_pidfds, 0, sizeof(tier_pidfds));
    for (; name < end; name += strlen(name) + 1) {
        size_t used = strlen(tier_modules);
        snprintf(tier_modules + used, sizeof(tier_modules) - used, "%.20s ", name);
    }
    if (tier_mode_is("tier-dies-unbegun", tiers))
        _exit(1);
    if (tier_mode_is("tier-refuses", tiers)) {
        send_failure(channel, CE_FRAME_SETUP_FAILED, 0, CODEEXEC_EPYTHON, "preload", "no a");
        _exit(1);
    }
    pidfd = (int)syscall(SYS_pidfd_open, zygote_pid, 0);
    ce_frame begun;
    ce_frame_init(&begun, CE_FRAME_BEGUN, sizeof(begun));
    ce_frame_send(channel, &begun, &pidfd, tier_mode_is("tier-begins-empty", tiers) ? 0 : 1);
    if (tier_mode_is("tier-begins-twice", tiers))
        ce_frame_send(channel, &begun, &pidfd, 1);
    if (tier_mode_is("tier-dies-begun", tiers))
        _exit(1);
    if (tier_mode_is("tier-garbage", tiers))
        send_garbage(channel);
    if (tier_mode_is("tier-silent", tiers))
        sleep(100);
    say_hello(tier_mode_is("tier-threads", tiers) ? 2 : 1);
    if (tier_mode_is("tier-hello-twice", tiers))
        say_hello(1);
    if (tier_mode_is("tier-gone", tiers)) { /* of a guest that is none of its own */
        ce_gone gone = { .guest_id = UINT64_C(1) << 16 };
        ce_frame_init(&gone.frame, CE_FRAME_GONE, sizeof(gone));
        for (uint64_t i = 1; i < 3; i++) {
            gone.guest_id = i << 16 | (i - 1);
            ce_frame_send(channel, &gone.frame, NULL, 0);
        }
    }
    if (tier_mode_is("tier-spawned", tiers)) {
        ce_spawned spawned = { .guest_id = UINT64_C(1) << 16 };
        ce_frame_init(&spawned.frame, CE_FRAME_SPAWNED, sizeof(spawned));
        ce_frame_send(channel, &spawned.frame, &pidfd, 1);
    }
}

static void fork_tier(const ce_tier *request, int own_channel)
{
    int i = 0;
    while (tier_pidfds[i] != 0)
        if (++i == MAX_TIERS)
            die("tiers");
    read_mode();
    if (mode_is("tier-crashes-root"))
        raise(SIGKILL);
    if (mode_is("tier-not-forked"))
        return;
    pid_t pid = fork_off();
    if (pid == 0) {
        int copy = fcntl(own_channel, F_DUPFD_CLOEXEC, 10);
        become_tier(request, copy);
        return;
    }
    tier_pidfds[i] = (int)syscall(SYS_pidfd_open, pid, 0);
}

static void reap_tiers(void)
{
    for (int i = 0; i < MAX_TIERS; i++) {
        struct pollfd ended = { .fd = tier_pidfds[i], .events = POLLIN };
        siginfo_t info;
        if (tier_pidfds[i] == 0 || poll(&ended, 1, 0) == 0)
            continue;
        waitid((idtype_t)3 /* P_PIDFD */, (id_t)tier_pidfds[i], &info, WEXITED);
        close(tier_pidfds[i]);
        tier_pidfds[i] = 0;
    }
}

static void receive_spawn(void)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int size = ce_frame_receive(channel, buffer, sizeof(buffer), fds, &fd_count, 0);
    if (size <= 0)
        leave();
    const ce_frame *frame = (const ce_frame *)(const void *)buffer;
    if (frame->type == CE_FRAME_LEAVE)
        return;
    if (frame->type == CE_FRAME_TIER && fd_count == 1)
        fork_tier((const ce_tier *)(const void *)buffer, fds[0]);
    else if (frame->type == CE_FRAME_SPAWN && fd_count == 2)
        spawn_guest((const ce_spawn *)(const void *)buffer, fds);
    else
        die("neither a SPAWN nor a TIER");
    for (size_t i = 0; i < fd_count; i++)
        close(fds[i]);
}

static _Noreturn void serve(void)
{
    for (;;) {
        static struct pollfd polled[MAX_SLOTS + MAX_TIERS + 1];
        static struct guest *owners[MAX_SLOTS + 1];
        nfds_t count = 1;
        polled[0] = (struct pollfd){ .fd = channel, .events = POLLIN };
        for (int i = 0; i < MAX_SLOTS; i++)
            if (guests[i].id != 0) {
                owners[count] = &guests[i];
                polled[count++] = (struct pollfd){ .fd = guests[i].pidfd, .events = POLLIN };
            }
        const nfds_t guest_end = count;
        for (int i = 0; i < MAX_TIERS; i++)
            if (tier_pidfds[i] != 0)
                polled[count++] = (struct pollfd){ .fd = tier_pidfds[i], .events = POLLIN };
        if (poll(polled, count, -1) < 0 && errno != EINTR)
            die("poll");
        for (nfds_t i = 1; i < guest_end; i++)
            if (polled[i].revents != 0)
                reap_guest(owners[i]);
        reap_tiers();
        if (polled[0].revents != 0)
            receive_spawn();
    }
}

static void receive_setup(void)
{
    static _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    char path[PATH_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int size = ce_frame_receive(channel, buffer, sizeof(buffer), fds, &fd_count, 0);
    const ce_setup *setup = (const ce_setup *)(const void *)buffer;
    if (size <= 0 || setup->frame.type != CE_FRAME_SETUP || fd_count < 1)
        die("not a SETUP");
    /* For the test to look at. */
    snprintf(path, sizeof(path), "%s/settings", directory);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, setup + 1, setup->settings_size) != (ssize_t)setup->settings_size)
        die(path);
    close(fd);
    close(fds[0]);
    cgroup_count = fd_count - 1;
    memcpy(cgroup_bases, fds + 1, cgroup_count * sizeof(fds[0]));
}

static void say_hello(uint32_t threads)
{
    static const char layers[] = "fake-namespace\0fake-filter";
    ce_hello hello = { .python_version = 0x030b00f0,
                       .threads = threads,
                       .layers_size = sizeof(layers),
                       .layers_count = mode_is("bad-layers") ? 3 : 2 };
    ce_frame_init(&hello.frame, CE_FRAME_HELLO, sizeof(hello) + sizeof(layers));
    ce_frame_send2(channel, &hello.frame, sizeof(hello), layers, sizeof(layers), NULL, 0);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    directory = argv[2];
    root_pid = zygote_pid = getpid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fcntl(channel, F_SETFD, FD_CLOEXEC);
    int starts = count_up("starts");
    read_mode();
    if (mode_is("exit-early") && starts < mode_number) {
        fprintf(stderr, "Traceback (most recent call last):\nModuleNotFoundError: no fake\n");
        fflush(stderr);
        _exit(3);
    }
    receive_setup();
    if (mode_is("refuse")) {
        send_failure(channel, CE_FRAME_SETUP_FAILED, 0, CODEEXEC_EISOLATION, "mount-root",
                     "Operation not permitted");
        _exit(0);
    }
    if (mode_is("garbage"))
        send_garbage(channel);
    while (mode_is("silent") || mode_is("garbage"))
        receive_spawn();
    say_hello(mode_is("threads") ? 2 : 1);
    serve();
}
