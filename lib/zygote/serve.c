/* SPDX-License-Identifier: MIT */
/* The zygote's loop: guests are asked for, and end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <codeexec/error.h>

#include "util/fd.h"
#include "zygote/zygote.h"

/* Epoll keys: slots count from 0, these are above every slot. */
#define KEY_CHANNEL UINT64_C(0x100000000)
#define KEY_HELPER  UINT64_C(0x100000001)
#define KEY_WRITES  UINT64_C(0x100000002)
#define KEY_QUOTAS  UINT64_C(0x100000003)

int ce_send_failure(int channel, ce_frame_type type, uint64_t id, int code, int sys_errno,
                    const char *stage, const char *message)
{
    ce_failure failure;

    memset(&failure, 0, sizeof(failure));
    ce_frame_init(&failure.frame, type, sizeof(failure));
    failure.guest_id = id;
    failure.code = code;
    failure.sys_errno = sys_errno;
    snprintf(failure.stage, sizeof(failure.stage), "%s", stage);
    snprintf(failure.message, sizeof(failure.message), "%s", message);
    return ce_frame_send(channel, &failure.frame, NULL, 0);
}

void ce_zygote_fail(ce_zygote *zygote, int code, int sys_errno, const char *stage,
                    const char *message)
{
    ce_send_failure(zygote->channel, CE_FRAME_SETUP_FAILED, 0, code, sys_errno, stage, message);
}

static int announce(ce_zygote *zygote, const ce_guest *guest)
{
    ce_spawned spawned = { .guest_id = guest->guest_id };

    ce_frame_init(&spawned.frame, CE_FRAME_SPAWNED, sizeof(spawned));
    return ce_frame_send(zygote->channel, &spawned.frame, &guest->pidfd, 1);
}

/** Have the loop see the end of what guest->pidfd stands for. */
static int watch_end(const ce_zygote *zygote, const ce_guest *guest)
{
    struct epoll_event event = { .events = EPOLLIN,
                                 .data.u64 = (uint64_t)(guest - zygote->guests) };
    return epoll_ctl(zygote->epoll, EPOLL_CTL_ADD, guest->pidfd, &event) < 0 ? -errno : 0;
}

/** @return 1 in the guest, 0 in the zygote (also when this one spawn failed), -errno if the zygote
 * cannot go on. */
static int handle_spawn(ce_zygote *zygote, const ce_spawn *request, int control_fd, int verdict_fd,
                        ce_guest_start *start)
{
    ce_guest *guest = &zygote->guests[request->slot];
    ce_spawning self = { .zygote = zygote,
                         .guest = guest,
                         .slot = request->slot,
                         .control_fd = control_fd,
                         .verdict_fd = verdict_fd };
    const uint64_t guest_id = request->guest_id;
    const uint32_t slot = request->slot;

    guest->pidfd = -1;
    ce_open_tasks(zygote, slot);
    int status = zygote->setup.profile == CE_PROFILE_NAMESPACES ? ce_spawn_with_init(&self)
                                                                : ce_spawn_alone(&self);
    if (status == CE_SERVE_GUEST) {
        *start = (ce_guest_start){
            .zygote = zygote, .guest_id = guest_id, .slot = slot, .control_fd = control_fd
        };
        return 1;
    }
    if (status < 0)
        return ce_send_failure(zygote->channel, CE_FRAME_SPAWN_FAILED, guest_id, CODEEXEC_ESYSTEM,
                               -status, self.stage, strerror(-status));

    guest->guest_id = guest_id;
    status = watch_end(zygote, guest);
    return status < 0 ? status : announce(zygote, guest);
}

/** Whether the frame asks for a guest in a free slot. */
static int is_spawn(const ce_zygote *zygote, const ce_spawn *request, size_t fd_count)
{
    return request->frame.type == CE_FRAME_SPAWN && fd_count == 2 &&
           request->slot < zygote->setup.slots && request->guest_id != 0 &&
           zygote->guests[request->slot].guest_id == 0;
}

static int is_tier(const ce_tier *request, size_t fd_count)
{
    const char *modules = (const char *)(request + 1);
    return request->frame.type == CE_FRAME_TIER && fd_count == 1 &&
           request->frame.size - sizeof(*request) == request->modules_size &&
           (request->modules_size == 0 || modules[request->modules_size - 1] == '\0');
}

/** Its channel is about to close, and not because the library has died. */
static int take_leave(ce_zygote *zygote)
{
    zygote->dismissed = 1;
    return 0;
}

static int handle_frame(ce_zygote *zygote, ce_guest_start *start)
{
    char *const buffer = zygote->inbox;
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int size = ce_frame_receive(zygote->channel, buffer, CE_FRAME_MAX, fds, &fd_count, 0);

    if (size <= 0)
        return size == 0 ? -EPIPE : size;
    int status = -EPROTO;
    if (is_spawn(zygote, (const ce_spawn *)(const void *)buffer, fd_count))
        status =
            handle_spawn(zygote, (const ce_spawn *)(const void *)buffer, fds[0], fds[1], start);
    else if (((const ce_frame *)(const void *)buffer)->type == CE_FRAME_LEAVE)
        status = take_leave(zygote);
    else if (is_tier((const ce_tier *)(const void *)buffer, fd_count))
        status = ce_fork_tier(zygote, (const ce_tier *)(const void *)buffer, fds[0]);
    if (status <= 0)
        for (size_t i = 0; i < fd_count; i++)
            close(fds[i]);
    return status;
}

/* ---- ends ---- */

/** The slot is free. */
static int report_gone(ce_zygote *zygote, ce_guest *guest)
{
    ce_gone gone = { .guest_id = guest->guest_id };

    guest->guest_id = 0;
    ce_frame_init(&gone.frame, CE_FRAME_GONE, sizeof(gone));
    return ce_frame_send(zygote->channel, &gone.frame, NULL, 0);
}

/** An init has ended, and with it everything in its namespace; or a guest that has none, or the
 * child that empties its directory. */
static int handle_end(ce_zygote *zygote, ce_guest *guest)
{
    int more = 0;

    /* By hand: the library holds a descriptor of the same pidfd, which would keep it in the set. */
    epoll_ctl(zygote->epoll, EPOLL_CTL_DEL, guest->pidfd, NULL);
    if (zygote->setup.profile == CE_PROFILE_LOCKED_DOWN)
        more = ce_end_alone(zygote, guest);
    else if (waitpid(guest->pid, NULL, __WALL) < 0 && errno != ECHILD)
        return -errno;
    if (more > 0)
        return watch_end(zygote, guest);
    ce_close(&guest->pidfd);
    return report_gone(zygote, guest);
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
            kill(zygote->guests[i].pid, SIGKILL);
    for (uint32_t i = 0; i < zygote->setup.slots; i++)
        if (zygote->guests[i].guest_id != 0)
            waitpid(zygote->guests[i].pid, NULL, __WALL);
    ce_end_tiers(zygote); /* which end with us: they have to clear up first */
    ce_leave_alone_profile(zygote);
    if (!zygote->is_tier && !zygote->dismissed)
        ce_remove_leaves(zygote);
}

static int add_source(const ce_zygote *zygote, int fd, uint64_t key)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = key };
    return epoll_ctl(zygote->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int watch(ce_zygote *zygote)
{
    zygote->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (zygote->epoll < 0)
        return -errno;
    zygote->init_ready = eventfd(0, EFD_CLOEXEC);
    if (zygote->init_ready < 0)
        return -errno;
    int status = add_source(zygote, zygote->channel, KEY_CHANNEL);
    if (status == 0 && zygote->helper_pid > 0) {
        zygote->helper_pidfd = pidfd_open(zygote->helper_pid, 0);
        status = zygote->helper_pidfd < 0 ? -errno
                                          : add_source(zygote, zygote->helper_pidfd, KEY_HELPER);
    }
    if (status == 0 && zygote->writes >= 0)
        status = add_source(zygote, zygote->writes, KEY_WRITES);
    if (status == 0 && zygote->quota_timer >= 0)
        status = add_source(zygote, zygote->quota_timer, KEY_QUOTAS);
    return status;
}

static int handle_event(ce_zygote *zygote, uint64_t key, ce_guest_start *start)
{
    switch (key) {
    case KEY_CHANNEL:
        return handle_frame(zygote, start);
    case KEY_HELPER:
        handle_helper_end(zygote);
        return 0;
    case KEY_WRITES:
        ce_note_writes(zygote);
        return 0;
    case KEY_QUOTAS:
        ce_check_quotas(zygote);
        return 0;
    default:
        if (key >= CE_KEY_TIER) {
            ce_reap_tier(zygote, (uint32_t)(key - CE_KEY_TIER));
            return 0;
        }
        return handle_end(zygote, &zygote->guests[key]);
    }
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
        status = handle_event(zygote, event.data.u64, start);
    }
    if (status > 0)
        return status;
    end_all(zygote);
    return status == -EPIPE || status == -ECONNRESET ? 0 : status;
}
