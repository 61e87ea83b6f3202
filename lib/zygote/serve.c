/* SPDX-License-Identifier: MIT */
/* The zygote's loop, and how a guest and its init come into being. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <codeexec/error.h>

#include "util/clock.h"
#include "util/fd.h"
#include "zygote/raw.h"
#include "zygote/zygote.h"

/** Stack of an init: it mounts, forks, then waits. With a guard page below. */
#define INIT_STACK_SIZE ((size_t)64 * 1024)

/* Epoll keys: slots count from 0, these are above every slot. */
#define KEY_CHANNEL UINT64_C(0x100000000)
#define KEY_HELPER  UINT64_C(0x100000001)

/** One spawn in progress. Lives in the zygote's memory, which init shares. */
typedef struct spawn {
    ce_zygote *zygote;
    ce_guest *guest;
    int control_fd;
    int verdict_fd;
    sigset_t signals;    /**< the mask to restore in the guest */
    jmp_buf guest_entry; /**< where the guest leaves init's stack for its own copy of ours */
    volatile int status; /**< set by init: 0 or -errno */
    const char *volatile stage;
} spawn;

/* ---- init: pid 1 of a guest's namespace ---- */

/** Wait for the program's process and report its end. Shares memory, and with it errno, with a
 * zygote that is running again: nothing but raw system calls from here on. */
static _Noreturn void init_wait(pid_t program, int verdict_fd)
{
    ce_verdict verdict = { .magic = CE_VERDICT_MAGIC };
    struct rusage usage = { 0 };
    struct timespec now = { 0 };
    int status = 0;
    long pid;

    do
        pid = ce_raw_wait4(-1, &status, __WALL, &usage);
    while (pid != program && (pid >= 0 || pid == -EINTR));

    if (pid == program && ce_raw_clock_monotonic(&now) == 0) {
        verdict.wait_status = status;
        verdict.cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
                         (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
        verdict.peak_rss_bytes = (uint64_t)usage.ru_maxrss * 1024u;
        verdict.ended_ns = (uint64_t)now.tv_sec * CE_NS_PER_SECOND + (uint64_t)now.tv_nsec;
        ce_raw_write(verdict_fd, &verdict, sizeof(verdict));
    }
    ce_raw_exit(0);
}

static int zygote_is_dead(const ce_zygote *zygote)
{
    struct pollfd death = { .fd = zygote->own_pidfd, .events = POLLIN };
    return poll(&death, 1, 0) != 0;
}

/** Runs on its own stack in the zygote's memory, while the zygote waits. Until the eventfd is
 * written it may use libc as the zygote's thread would; after that only raw system calls. */
static int init_main(void *argument)
{
    spawn *const self = argument;
    const ce_zygote *const zygote = self->zygote;
    const char *stage = "init";

    /* Survive nobody: the zygote's death, also one between the clone and this call, ends us. */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (zygote_is_dead(zygote))
        ce_raw_exit(1);
    prctl(PR_SET_NAME, "codeexec-init", 0, 0, 0);

    int status = ce_mount_scratch(zygote->setup.tmp_bytes, zygote->setup.tmp_inodes, &stage);
    if (status == 0 && zygote->has_cache)
        status = ce_seal_cache(&stage);
    pid_t program = -1;
    if (status == 0) {
        /* libc's fork, so that locks and thread ids are right in the guest. */
        program = fork();
        if (program == 0)
            longjmp(self->guest_entry, 1);
        if (program < 0) {
            status = -errno;
            stage = "fork";
        }
    }
    self->stage = stage;
    self->status = status;

    int verdict_fd = self->verdict_fd;
    int ready_fd = zygote->init_ready;
    const uint64_t one = 1;
    ce_raw_write(ready_fd, &one, sizeof(one));
    if (status < 0)
        ce_raw_exit(1);
    if (verdict_fd > 0)
        ce_raw_close_range(0, (unsigned int)verdict_fd - 1);
    ce_raw_close_range((unsigned int)verdict_fd + 1, ~0U);
    init_wait(program, verdict_fd);
}

/* ---- spawning ---- */

static char *init_stack(ce_guest *guest)
{
    if (guest->stack == NULL) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *stack = mmap(NULL, INIT_STACK_SIZE + page, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (stack == MAP_FAILED)
            return NULL;
        if (mprotect(stack, page, PROT_NONE) < 0) {
            munmap(stack, INIT_STACK_SIZE + page);
            return NULL;
        }
        guest->stack = stack + page;
    }
    return guest->stack;
}

/** Wait until init has forked its guest or failed; its death is noticed too. */
static int await_init(const ce_zygote *zygote, const ce_guest *guest)
{
    struct pollfd events[2] = {
        { .fd = zygote->init_ready, .events = POLLIN },
        { .fd = guest->init_pidfd, .events = POLLIN },
    };
    uint64_t count;

    while (poll(events, 2, -1) < 0)
        if (errno != EINTR)
            return -errno;
    if ((events[0].revents & POLLIN) == 0)
        return -ECHILD;
    return read(zygote->init_ready, &count, sizeof(count)) < 0 ? -errno : 0;
}

/** Start init and wait until it has forked the guest. */
static int start_init(spawn *self)
{
    ce_guest *guest = self->guest;
    pid_t pid =
        clone(init_main, guest->stack + INIT_STACK_SIZE,
              CLONE_VM | CLONE_PIDFD | CE_GUEST_NAMESPACES | SIGCHLD, self, &guest->init_pidfd);

    if (pid < 0)
        return -errno;
    guest->init_pid = pid;
    int status = await_init(self->zygote, guest);
    if (status == 0)
        status = self->status;
    if (status < 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, __WALL);
        ce_close(&guest->init_pidfd);
    }
    return status;
}

/** Clone init into fresh namespaces. Returns twice, like fork: 0 in the zygote with the guest
 * running (or -errno), 1 in the guest. */
static int clone_guest(spawn *self)
{
    sigset_t all;

    self->stage = "stack";
    self->status = -ENOMEM;
    if (init_stack(self->guest) == NULL)
        return -ENOMEM;
    self->stage = "clone";
    self->status = -ECHILD;

    /* A handler that ran in init would run in the zygote's memory. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &self->signals);
    int returns = setjmp(self->guest_entry);
    int status = returns != 0 ? 1 : start_init(self);
    sigprocmask(SIG_SETMASK, &self->signals, NULL);
    return status;
}

static int send_failure(int channel, ce_frame_type type, uint64_t guest_id, int code, int sys_errno,
                        const char *stage, const char *message)
{
    ce_failure failure;

    memset(&failure, 0, sizeof(failure));
    ce_frame_init(&failure.frame, type, sizeof(failure));
    failure.guest_id = guest_id;
    failure.code = code;
    failure.sys_errno = sys_errno;
    snprintf(failure.stage, sizeof(failure.stage), "%s", stage);
    snprintf(failure.message, sizeof(failure.message), "%s", message);
    return ce_frame_send(channel, &failure.frame, NULL, 0);
}

void ce_zygote_fail(ce_zygote *zygote, int code, int sys_errno, const char *stage,
                    const char *message)
{
    send_failure(zygote->channel, CE_FRAME_SETUP_FAILED, 0, code, sys_errno, stage, message);
}

static int announce(ce_zygote *zygote, const ce_guest *guest)
{
    ce_spawned spawned = { .guest_id = guest->guest_id };

    ce_frame_init(&spawned.frame, CE_FRAME_SPAWNED, sizeof(spawned));
    return ce_frame_send(zygote->channel, &spawned.frame, &guest->init_pidfd, 1);
}

/** @return 1 in the guest, 0 in the zygote (also when this one spawn failed), -errno if the zygote
 * cannot go on. */
static int handle_spawn(ce_zygote *zygote, const ce_spawn *request, int control_fd, int verdict_fd,
                        ce_guest_start *start)
{
    ce_guest *guest = &zygote->guests[request->slot];
    spawn self = {
        .zygote = zygote, .guest = guest, .control_fd = control_fd, .verdict_fd = verdict_fd
    };
    const uint64_t guest_id = request->guest_id;
    const uint32_t slot = request->slot;

    guest->init_pidfd = -1;
    int status = clone_guest(&self);
    if (status == 1) {
        *start = (ce_guest_start){
            .zygote = zygote, .guest_id = guest_id, .slot = slot, .control_fd = control_fd
        };
        return 1;
    }
    if (status < 0)
        return send_failure(zygote->channel, CE_FRAME_SPAWN_FAILED, guest_id, CODEEXEC_ESYSTEM,
                            -status, self.stage, strerror(-status));

    guest->guest_id = guest_id;
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = slot };
    if (epoll_ctl(zygote->epoll, EPOLL_CTL_ADD, guest->init_pidfd, &event) < 0)
        return -errno;
    return announce(zygote, guest);
}

static int handle_frame(ce_zygote *zygote, ce_guest_start *start)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int size = ce_frame_receive(zygote->channel, buffer, fds, &fd_count, 0);

    if (size <= 0)
        return size == 0 ? -EPIPE : size;
    const ce_spawn *request = (const ce_spawn *)(const void *)buffer;
    int status = -EPROTO;
    if (request->frame.type == CE_FRAME_SPAWN && fd_count == 2 &&
        request->slot < zygote->setup.slots && request->guest_id != 0 &&
        zygote->guests[request->slot].guest_id == 0)
        status = handle_spawn(zygote, request, fds[0], fds[1], start);
    if (status != 1)
        for (size_t i = 0; i < fd_count; i++)
            close(fds[i]);
    return status;
}

/* ---- ends ---- */

/** An init has ended, and with it everything in its namespace: the slot is free. */
static int handle_end(ce_zygote *zygote, ce_guest *guest)
{
    ce_gone gone = { .guest_id = guest->guest_id };

    if (waitpid(guest->init_pid, NULL, __WALL) < 0 && errno != ECHILD)
        return -errno;
    /* By hand: the library holds a descriptor of the same pidfd, which would keep it in the set. */
    epoll_ctl(zygote->epoll, EPOLL_CTL_DEL, guest->init_pidfd, NULL);
    ce_close(&guest->init_pidfd);
    guest->guest_id = 0;
    ce_frame_init(&gone.frame, CE_FRAME_GONE, sizeof(gone));
    return ce_frame_send(zygote->channel, &gone.frame, NULL, 0);
}

static void handle_helper_end(ce_zygote *zygote)
{
    waitpid(zygote->helper_pid, NULL, 0);
    zygote->helper_pid = 0;
    ce_close(&zygote->helper_pidfd);
}

/** The library has gone: so does everything it asked for. */
static void end_all(ce_zygote *zygote)
{
    if (zygote->helper_pid > 0) {
        kill(zygote->helper_pid, SIGKILL);
        handle_helper_end(zygote);
    }
    for (uint32_t i = 0; i < zygote->setup.slots; i++)
        if (zygote->guests[i].guest_id != 0)
            kill(zygote->guests[i].init_pid, SIGKILL);
    for (uint32_t i = 0; i < zygote->setup.slots; i++)
        if (zygote->guests[i].guest_id != 0)
            waitpid(zygote->guests[i].init_pid, NULL, __WALL);
}

static int watch(ce_zygote *zygote)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = KEY_CHANNEL };

    zygote->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (zygote->epoll < 0)
        return -errno;
    zygote->init_ready = eventfd(0, EFD_CLOEXEC);
    if (zygote->init_ready < 0)
        return -errno;
    if (epoll_ctl(zygote->epoll, EPOLL_CTL_ADD, zygote->channel, &event) < 0)
        return -errno;
    if (zygote->helper_pid > 0) {
        zygote->helper_pidfd = pidfd_open(zygote->helper_pid, 0);
        event.data.u64 = KEY_HELPER;
        if (zygote->helper_pidfd < 0 ||
            epoll_ctl(zygote->epoll, EPOLL_CTL_ADD, zygote->helper_pidfd, &event) < 0)
            return -errno;
    }
    return 0;
}

int ce_zygote_serve(ce_zygote *zygote, ce_guest_start *start)
{
    int status = watch(zygote);

    while (status == 0) {
        struct epoll_event event;
        int count = epoll_wait(zygote->epoll, &event, 1, -1);
        if (count < 0 && errno != EINTR)
            status = -errno;
        if (count <= 0)
            continue;
        if (event.data.u64 == KEY_CHANNEL)
            status = handle_frame(zygote, start);
        else if (event.data.u64 == KEY_HELPER)
            handle_helper_end(zygote);
        else
            status = handle_end(zygote, &zygote->guests[event.data.u64]);
    }
    if (status == 1)
        return 1;
    end_all(zygote);
    return status == -EPIPE || status == -ECONNRESET ? 0 : status;
}
