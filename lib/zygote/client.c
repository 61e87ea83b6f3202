/* SPDX-License-Identifier: MIT */
#include "zygote/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error_internal.h"
#include "result.h"
#include "sandbox/filter.h"
#include "util/clock.h"
#include "util/fd.h"

/** Importing every preloaded module from a cold disk takes its time; more than this is a hang. */
#define START_LIMIT_NS (120 * CE_NS_PER_SECOND)
/** Closing the channel ends a zygote at once; this is for one that is stuck. */
#define LEAVE_LIMIT_NS (2 * CE_NS_PER_SECOND)
/** Frames handled per event, so that other descriptors get their turn. */
#define FRAMES_PER_EVENT 64
/** Bytes of the interpreter's last words that an error repeats. */
#define QUOTED_LOG_SIZE 320
/** Descriptors to hand down are moved above the numbers they are to have in the child. */
#define FIRST_FREE_FD 10

static void send_kill(const ce_client *client)
{
    if (client->process.fd >= 0)
        syscall(SYS_pidfd_send_signal, client->process.fd, SIGKILL, NULL, 0);
}

/* ---- what it says on stdout and stderr ---- */

static void append_log(ce_client *client, const char *text, size_t size)
{
    if (size > CE_CLIENT_LOG_SIZE) {
        text += size - CE_CLIENT_LOG_SIZE;
        size = CE_CLIENT_LOG_SIZE;
    }
    size_t kept = client->log_size;
    if (kept + size > CE_CLIENT_LOG_SIZE)
        kept = CE_CLIENT_LOG_SIZE - size;
    memmove(client->log_tail, client->log_tail + client->log_size - kept, kept);
    memcpy(client->log_tail + kept, text, size);
    client->log_size = kept + size;
}

static void log_ready(void *owner, uint32_t events)
{
    ce_client *client = owner;
    char chunk[CE_CLIENT_LOG_SIZE];
    ssize_t count = 0;
    for (int reads = 0; reads < 16; reads++) {
        count = read(client->log.fd, chunk, sizeof(chunk));
        if (count <= 0)
            break;
        append_log(client, chunk, (size_t)count);
    }
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
        ce_source_close(client->loop, &client->log);
}

/** The end of the log on one line, for an error's message. */
static void quote_log(const ce_client *client, char *out, size_t room)
{
    size_t size = client->log_size;
    while (size > 0 && strchr(" \t\r\n", client->log_tail[size - 1]))
        size--;
    size_t start = size > QUOTED_LOG_SIZE ? size - QUOTED_LOG_SIZE : 0;
    ce_utf8_copy(out, room, client->log_tail + start, size - start);
}

/* ---- the end ---- */

static void describe_end(ce_client *client, int status, int known)
{
    char how[64];
    char said[QUOTED_LOG_SIZE + 1];
    const char *when = client->ready_ns == 0 ? "before it was ready" : "while it served";

    if (!known)
        snprintf(how, sizeof(how), "ended");
    else if (WIFSIGNALED(status))
        snprintf(how, sizeof(how), "was killed by signal %d", WTERMSIG(status));
    else
        snprintf(how, sizeof(how), "ended with exit status %d", WEXITSTATUS(status));
    quote_log(client, said, sizeof(said));
    if (client->why.code == 0)
        ce_error_set(&client->why, CODEEXEC_EPYTHON, 0, "zygote", "the fork server %s %s%s%s", how,
                     when, *said ? "; python said: " : "", said);
}

/** The process has ended: reap it alone, never another child of the host. */
static void reap(ce_client *client)
{
    int status = 0;
    pid_t pid = -1;
    if (!client->parent)
        do
            pid = waitpid(client->pid, &status, 0);
        while (pid < 0 && errno == EINTR);
    /* ECHILD: the host ignores SIGCHLD, or waits for every child itself. */
    if (client->log.fd >= 0)
        log_ready(client, EPOLLIN);
    if (!client->asked_to_leave)
        describe_end(client, status, pid > 0);
    client->state = CE_CLIENT_ENDED;
    ce_source_close(client->loop, &client->channel);
    ce_source_close(client->loop, &client->process);
    ce_source_close(client->loop, &client->log);
    ce_timer_disarm(client->loop, &client->timer);
}

/** Its end will be noticed by its pidfd; one that never sent one has no other end than this. */
static void close_channel(ce_client *client)
{
    ce_source_close(client->loop, &client->channel);
    client->state = CE_CLIENT_LEAVING;
    ce_timer_arm(client->loop, &client->timer,
                 client->process.fd >= 0 ? ce_now_ns() + LEAVE_LIMIT_NS : 0);
}

/** Tell it that the library lives: what it shares with other zygotes is not its to remove. */
static void say_leave(const ce_client *client)
{
    ce_frame leave;
    ce_frame_init(&leave, CE_FRAME_LEAVE, sizeof(leave));
    if (client->channel.fd >= 0)
        ce_frame_send(client->channel.fd, &leave, NULL, 0);
}

void ce_client_leave(ce_client *client)
{
    client->asked_to_leave = 1;
    say_leave(client);
    if (client->channel.fd >= 0)
        close_channel(client);
}

void ce_client_kill(ce_client *client, int code, const char *reason)
{
    if (client->why.code == 0)
        ce_error_set(&client->why, code, 0, "zygote", "%s", reason);
    if (client->channel.fd >= 0)
        close_channel(client);
    send_kill(client);
}

int ce_client_is_dying(const ce_client *client)
{
    struct pollfd ends[2] = { { .fd = client->channel.fd },
                              { .fd = client->process.fd, .events = POLLIN } };
    if (client->state != CE_CLIENT_READY)
        return 1;
    /* A zygote's descriptors are closed before its children hear of its death, the channel first
       (alone.c). But a child that it had just forked may hold the channel a moment longer: its
       pidfd tells then. */
    return poll(ends, 2, 0) > 0 &&
           ((ends[0].revents & (POLLHUP | POLLERR)) != 0 || (ends[1].revents & POLLIN) != 0);
}

static void timer_fired(void *owner)
{
    ce_client *client = owner;
    if (client->state == CE_CLIENT_STARTING) {
        ce_client_kill(client, CODEEXEC_ETIMEDOUT, "the fork server was not ready in 120 s");
    } else if (client->process.fd >= 0) {
        send_kill(client);
    } else if (client->state == CE_CLIENT_LEAVING) {
        reap(client);
        client->events->ended(client->owner, client);
    }
}

/* ---- frames ---- */

static void hello(ce_client *client, const ce_hello *frame)
{
    if (client->state != CE_CLIENT_STARTING ||
        frame->layers_size != frame->frame.size - sizeof(*frame)) {
        ce_client_kill(client, CODEEXEC_EPROTOCOL, "the fork server sent a malformed HELLO");
        return;
    }
    if (frame->threads != 1) {
        client->permanent = 1;
        ce_client_kill(client, CODEEXEC_EPYTHON,
                       "the warmed interpreter has more than one thread, which no fork survives");
        return;
    }
    client->state = CE_CLIENT_READY;
    client->ready_ns = ce_now_ns();
    client->memory_bytes = frame->memory_bytes;
    ce_timer_disarm(client->loop, &client->timer);
    client->events->hello(client->owner, client, frame, (const char *)(frame + 1));
}

/** It says itself why it cannot serve. */
static void setup_failed(ce_client *client, ce_failure *failure)
{
    failure->stage[sizeof(failure->stage) - 1] = '\0';
    failure->message[sizeof(failure->message) - 1] = '\0';
    int known = failure->code > CODEEXEC_OK && failure->code <= CODEEXEC_ENOTFOUND;
    size_t length = strlen(failure->stage);
    int named = strncmp(failure->message, failure->stage, length) == 0;
    ce_error_set(&client->why, known ? failure->code : CODEEXEC_EPROTOCOL, failure->sys_errno,
                 "zygote", "%s%s%s", named ? "" : failure->stage, named ? "" : ": ",
                 failure->message);
    client->permanent = 1;
    close_channel(client);
}

static void spawned(ce_client *client, const ce_spawned *frame, int *fds, size_t *fd_count)
{
    if (*fd_count != 1) {
        ce_client_kill(client, CODEEXEC_EPROTOCOL, "the fork server sent a malformed SPAWNED");
        return;
    }
    *fd_count = 0;
    client->events->spawned(client->owner, client, frame->guest_id, fds[0]);
}

/** A tier says which process it is. */
static void begun(ce_client *client, int *fds, size_t *fd_count)
{
    if (*fd_count != 1 || !client->parent || client->process.fd >= 0) {
        ce_client_kill(client, CODEEXEC_EPROTOCOL, "the fork server sent a malformed BEGUN");
        return;
    }
    *fd_count = 0;
    if (ce_source_open(client->loop, &client->process, fds[0], EPOLLIN) < 0)
        ce_client_kill(client, CODEEXEC_ESYSTEM, "epoll_ctl failed");
}

static void handle_frame(ce_client *client, void *buffer, int *fds, size_t *fd_count)
{
    const ce_frame *frame = buffer;
    switch (frame->type) {
    case CE_FRAME_HELLO:
        hello(client, buffer);
        break;
    case CE_FRAME_SETUP_FAILED:
        setup_failed(client, buffer);
        break;
    case CE_FRAME_BEGUN:
        begun(client, fds, fd_count);
        break;
    case CE_FRAME_SPAWNED:
        spawned(client, buffer, fds, fd_count);
        break;
    case CE_FRAME_SPAWN_FAILED:
        client->events->spawn_failed(client->owner, client, buffer);
        break;
    case CE_FRAME_GONE:
        client->events->gone(client->owner, client, ((const ce_gone *)buffer)->guest_id);
        break;
    default:
        ce_client_kill(client, CODEEXEC_EPROTOCOL, "the fork server sent an unexpected frame");
    }
}

/** Receive and handle one frame. @return 0 if there may be another one, -errno or -EPIPE if not */
static int receive_one(ce_client *client)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int size =
        ce_frame_receive(client->channel.fd, buffer, sizeof(buffer), fds, &fd_count, MSG_DONTWAIT);
    if (size <= 0)
        return size == 0 ? -EPIPE : size;
    handle_frame(client, buffer, fds, &fd_count);
    for (size_t i = 0; i < fd_count; i++)
        close(fds[i]);
    return client->channel.fd < 0 ? -EAGAIN : 0;
}

static void receive_frames(ce_client *client, int limit)
{
    int status = 0;
    for (int i = 0; i < limit && status == 0; i++)
        status = receive_one(client);
    if (status == 0 || status == -EAGAIN)
        return;
    if (status == -EPROTO)
        ce_client_kill(client, CODEEXEC_EPROTOCOL, "the fork server sent a malformed frame");
    else
        close_channel(client); /* it has ended, or is about to: its pidfd will say so */
}

static void channel_ready(void *owner, uint32_t events)
{
    ce_client *client = owner;
    if ((events & EPOLLOUT) != 0 && client->blocked) {
        client->blocked = 0;
        if (ce_source_watch(client->loop, &client->channel, EPOLLIN) < 0)
            ce_client_kill(client, CODEEXEC_ESYSTEM, "epoll_ctl failed");
    }
    if ((events & ~(uint32_t)EPOLLOUT) != 0 && client->channel.fd >= 0)
        receive_frames(client, FRAMES_PER_EVENT);
}

static void process_ready(void *owner, uint32_t events)
{
    ce_client *client = owner;
    /* What it said before it ended comes first: descriptors of guests, the reason of its end. */
    if (client->channel.fd >= 0)
        receive_frames(client, INT32_MAX);
    reap(client);
    client->events->ended(client->owner, client);
}

int ce_client_spawn(ce_client *client, uint64_t guest_id, uint32_t slot, int control, int verdict)
{
    const int fds[2] = { control, verdict };
    ce_spawn frame = { .guest_id = guest_id, .slot = slot };
    ce_frame_init(&frame.frame, CE_FRAME_SPAWN, sizeof(frame));
    int status = ce_frame_send(client->channel.fd, &frame.frame, fds, 2);
    if (status == 0)
        client->spawned++;
    if (status == -EAGAIN &&
        ce_source_watch(client->loop, &client->channel, EPOLLIN | EPOLLOUT) == 0)
        client->blocked = 1;
    return status;
}

/* ---- the start ---- */

/** The child's ends, until it has them. */
typedef struct child_ends {
    int channel;
    int log;
} child_ends;

/** Move a descriptor out of the way of 0..3, which the child's are put on. */
static int move_up(int *fd)
{
    if (*fd >= FIRST_FREE_FD)
        return 0;
    int moved = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    if (moved < 0)
        return -errno;
    close(*fd);
    *fd = moved;
    return 0;
}

static int open_ends(ce_client *client, child_ends *ends)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    ends->channel = pair[1];
    int status = ce_source_open(client->loop, &client->channel, pair[0], EPOLLIN);
    if (status < 0)
        return status;
    if (pipe2(pair, O_CLOEXEC) < 0)
        return -errno;
    ends->log = pair[1];
    status = ce_source_open(client->loop, &client->log, pair[0], EPOLLIN);
    /* Only our ends: O_NONBLOCK belongs to each end's own open file. */
    if (status == 0 && (fcntl(client->channel.fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0 ||
                        fcntl(client->log.fd, F_SETFL, O_RDONLY | O_NONBLOCK) < 0))
        status = -errno;
    if (status == 0)
        status = move_up(&ends->channel);
    return status == 0 ? move_up(&ends->log) : status;
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    int status = posix_spawnattr_setsigmask(attributes, &none);
    if (status == 0)
        status = posix_spawnattr_setsigdefault(attributes, &all);
    /* A session of its own: Ctrl-C at the host's terminal is for the host to act on. */
    if (status == 0)
        status = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    return status;
}

static int set_actions(posix_spawn_file_actions_t *actions, const child_ends *ends)
{
    int status = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (status == 0)
        status = posix_spawn_file_actions_adddup2(actions, ends->log, 1);
    if (status == 0)
        status = posix_spawn_file_actions_adddup2(actions, ends->log, 2);
    if (status == 0)
        status = posix_spawn_file_actions_adddup2(actions, ends->channel, CE_ZYGOTE_CHANNEL_FD);
    return status;
}

/** posix_spawn(), since the host may have threads. @return 0 or a positive errno */
static int spawn_program(pid_t *pid, char *program, const ce_client_options *options,
                         const child_ends *ends)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    char *const arguments[] = { program, options->python, options->libexec, NULL };
    char *const environment[] = { NULL };

    int status = posix_spawnattr_init(&attributes);
    if (status != 0)
        return status;
    status = posix_spawn_file_actions_init(&actions);
    if (status == 0) {
        status = set_attributes(&attributes);
        if (status == 0)
            status = set_actions(&actions, ends);
        if (status == 0)
            status = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return status;
}

static int start_process(ce_client *client, const ce_client_options *options,
                         const child_ends *ends, codeexec_error *error)
{
    char program[4096];
    int length = snprintf(program, sizeof(program), "%s/codeexec-zygote", options->libexec);
    if (length < 0 || (size_t)length >= sizeof(program))
        return ce_error_set(error, CODEEXEC_ENOHELPER, ENAMETOOLONG, "zygote",
                            "the path of codeexec-zygote is too long");
    int failure = spawn_program(&client->pid, program, options, ends);
    if (failure != 0)
        return ce_error_set(error,
                            failure == ENOENT || failure == EACCES || failure == ENOEXEC
                                ? CODEEXEC_ENOHELPER
                                : CODEEXEC_ESYSTEM,
                            failure, "zygote", "%.300s: %s", program, strerror(failure));

    int pidfd = (int)syscall(SYS_pidfd_open, client->pid, 0);
    int status =
        pidfd < 0 ? -errno : ce_source_open(client->loop, &client->process, pidfd, EPOLLIN);
    if (status < 0) {
        /* Not reaped yet, so the number is still its own. */
        kill(client->pid, SIGKILL);
        waitpid(client->pid, NULL, 0);
        return ce_error_set(error, CODEEXEC_ESYSTEM, -status, "zygote", "pidfd_open: %s",
                            strerror(-status));
    }
    return 0;
}

static int send_setup(ce_client *client, const ce_client_options *options, codeexec_error *error)
{
    CE_CLEANUP_FD filter = -1;
    ce_client_setup setup = { .base_count = 0 };
    int fds[1 + CE_CGROUP_MAX_BASES];
    int status = options->prepare(client->owner, &setup, error);
    if (status == 0)
        status = ce_filter_export((ce_profile)setup.frame.profile, &filter, error);
    if (status < 0)
        return status;
    fds[0] = filter;
    for (int i = 0; i < setup.base_count; i++)
        fds[1 + i] = setup.bases[i];
    setup.frame.settings_size = (uint32_t)options->settings_size;
    ce_frame_init(&setup.frame.frame, CE_FRAME_SETUP, sizeof(setup.frame) + options->settings_size);
    status = ce_frame_send2(client->channel.fd, &setup.frame.frame, sizeof(setup.frame),
                            options->settings, options->settings_size, fds,
                            1 + (size_t)setup.base_count);
    /* One that has ended already is heard of through its pidfd, with its last words. */
    if (status < 0 && status != -EPIPE && status != -ECONNRESET)
        return ce_error_set(error, CODEEXEC_ESYSTEM, -status, "zygote", "sending SETUP: %s",
                            strerror(-status));
    return 0;
}

static int start(ce_client *client, const ce_client_options *options, codeexec_error *error)
{
    child_ends ends = { -1, -1 };
    int status = open_ends(client, &ends);
    if (status < 0)
        ce_error_set(error, CODEEXEC_ESYSTEM, -status, "zygote", "opening its channel: %s",
                     strerror(-status));
    status = status < 0 ? -CODEEXEC_ESYSTEM : start_process(client, options, &ends, error);
    ce_close(&ends.channel);
    ce_close(&ends.log);
    /* While the interpreter starts, the machine is probed and the seccomp program compiled here. */
    if (status == 0)
        status = send_setup(client, options, error);
    return status;
}

static ce_client *new_client(ce_loop *loop, const ce_client_events *events, void *owner)
{
    ce_client *client = calloc(1, sizeof(*client));
    if (!client || ce_timer_init(loop, &client->timer, timer_fired, client) < 0) {
        free(client);
        return NULL;
    }
    client->loop = loop;
    client->events = events;
    client->owner = owner;
    ce_source_init(&client->process, process_ready, client);
    ce_source_init(&client->channel, channel_ready, client);
    ce_source_init(&client->log, log_ready, client);
    return client;
}

/** Ask the parent to fork. @return 0 or -errno */
static int ask_to_fork(ce_client *client, const char *modules, size_t modules_size)
{
    int pair[2];
    ce_tier frame = { .modules_size = (uint32_t)modules_size };
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    CE_CLEANUP_FD theirs = pair[1];
    int status = ce_source_open(client->loop, &client->channel, pair[0], EPOLLIN);
    if (status == 0 && fcntl(client->channel.fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
        status = -errno;
    if (status < 0)
        return status;
    ce_frame_init(&frame.frame, CE_FRAME_TIER, sizeof(frame) + modules_size);
    return ce_frame_send2(client->parent->channel.fd, &frame.frame, sizeof(frame), modules,
                          modules_size, &theirs, 1);
}

int ce_client_fork(ce_client **out, ce_client *parent, const char *modules, size_t modules_size,
                   codeexec_error *error)
{
    ce_client *client = new_client(parent->loop, parent->events, parent->owner);
    if (!client)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "zygote", "no memory for its client");
    client->parent = parent;
    int status = ask_to_fork(client, modules, modules_size);
    if (status < 0) {
        ce_client_destroy(client);
        return ce_error_set(error, CODEEXEC_ESYSTEM, -status, "zygote", "asking for a tier: %s",
                            strerror(-status));
    }
    ce_timer_arm(client->loop, &client->timer, ce_now_ns() + START_LIMIT_NS);
    *out = client;
    return 0;
}

int ce_client_start(ce_client **out, ce_loop *loop, const ce_client_options *options,
                    const ce_client_events *events, void *owner, codeexec_error *error)
{
    ce_client *client = new_client(loop, events, owner);
    if (!client)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "zygote", "no memory for its client");
    int status = start(client, options, error);
    if (status < 0) {
        ce_client_stop(client, 0);
        ce_client_destroy(client);
        return status;
    }
    ce_timer_arm(loop, &client->timer, ce_now_ns() + START_LIMIT_NS);
    *out = client;
    return 0;
}

/** @return whether its process has ended within that time */
static int await_end(const ce_client *client, int timeout_ms)
{
    struct pollfd process = { .fd = client->process.fd, .events = POLLIN };
    uint64_t until = ce_now_ns() + (uint64_t)timeout_ms * CE_NS_PER_MS;
    int ready;
    do {
        uint64_t now = ce_now_ns();
        ready = poll(&process, 1, now < until ? (int)((until - now) / CE_NS_PER_MS) + 1 : 0);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

void ce_client_stop(ce_client *client, int timeout_ms)
{
    client->asked_to_leave = 1;
    say_leave(client);
    ce_source_close(client->loop, &client->channel);
    if (client->process.fd < 0)
        return;
    if (!await_end(client, timeout_ms)) {
        send_kill(client);
        /* Only one that is our child is waited for by reap(). What another one holds is to be free,
           too, when this returns. */
        if (client->parent)
            await_end(client, timeout_ms);
    }
    reap(client);
}

static void release_client(void *owner)
{
    ce_client *client = owner;
    free(client);
}

void ce_client_destroy(ce_client *client)
{
    ce_source_close(client->loop, &client->channel);
    ce_source_close(client->loop, &client->process);
    ce_source_close(client->loop, &client->log);
    ce_timer_clear(client->loop, &client->timer);
    ce_loop_retire(client->loop, &client->burial, release_client, client);
}
