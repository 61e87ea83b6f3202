/* SPDX-License-Identifier: MIT */
/* Zygotes forked from zygotes: what the one has imported is shared by the other, which imports
 * more. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <codeexec/error.h>

#include "util/fd.h"
#include "zygote/zygote.h"

/** How long tiers may take to end by themselves when the library has gone: as it was with this
 * zygote, their channels have closed. One that is killed leaves its directories behind, so this is
 * far more than they need on a busy machine. */
#define END_LIMIT_MS 10000

/* ---- in the new zygote ---- */

/** Let go of the other's guests: they are not ours to see end. */
static void forget_guests(ce_zygote *zygote)
{
    ce_close_tasks(zygote);
    for (uint32_t i = 0; i < zygote->setup.slots; i++) {
        ce_guest *guest = &zygote->guests[i];
        if (guest->guest_id != 0) {
            close(guest->pidfd);
            if (zygote->setup.profile == CE_PROFILE_LOCKED_DOWN && !guest->emptying)
                close(guest->verdict_fd);
        }
        if (guest->work_fd > 0) {
            close(guest->work_fd);
            close(guest->ruleset);
        }
        *guest = (ce_guest){ .guest_id = 0 }; /* its stack was not inherited */
    }
}

static void forget_others(ce_zygote *zygote)
{
    forget_guests(zygote);
    for (size_t i = 0; i < CE_MAX_CHILD_TIERS; i++)
        if (zygote->tiers[i].pid > 0)
            close(zygote->tiers[i].pidfd);
    memset(zygote->tiers, 0, sizeof(zygote->tiers));
    ce_close(&zygote->epoll);
    ce_close(&zygote->init_ready);
    ce_close(&zygote->helper_pidfd);
    ce_close(&zygote->work_base_fd);
    ce_close(&zygote->writes);
    ce_close(&zygote->quota_timer);
    ce_close(&zygote->proc_self);
    ce_close(&zygote->own_pidfd);
    zygote->helper_pid = 0;
}

static int become_tier(ce_zygote *zygote, const ce_tier *request)
{
    struct pollfd parent = { .fd = zygote->own_pidfd, .events = POLLIN };
    const char *stage;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -errno;
    if (poll(&parent, 1, 0) != 0)
        return -ESRCH;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    forget_others(zygote);
    zygote->is_tier = 1;
    zygote->modules_size = request->modules_size;
    zygote->modules = malloc(request->modules_size + 1u);
    if (zygote->modules == NULL)
        return -ENOMEM;
    memcpy(zygote->modules, request + 1, request->modules_size);
    int status = ce_zygote_open_self(zygote);
    /* It mounts a /tmp for itself while it imports. */
    if (status == 0 && zygote->setup.profile == CE_PROFILE_NAMESPACES && unshare(CLONE_NEWNS) < 0)
        status = -errno;
    if (status == 0 && zygote->setup.profile == CE_PROFILE_LOCKED_DOWN)
        status = ce_begin_alone(zygote, &stage);
    if (status < 0)
        return status;
    ce_frame begun;
    ce_frame_init(&begun, CE_FRAME_BEGUN, sizeof(begun));
    return ce_frame_send(zygote->channel, &begun, &zygote->own_pidfd, 1);
}

/* ---- in the one it is forked from ---- */

int ce_fork_tier(ce_zygote *zygote, const ce_tier *request, int channel)
{
    ce_child_tier *tier = zygote->tiers;
    const ce_child_tier *end = tier + CE_MAX_CHILD_TIERS;

    while (tier < end && tier->pid > 0)
        tier++;
    pid_t pid = tier < end ? fork() : -1;
    if (pid == 0) {
        close(zygote->channel);
        zygote->channel = channel;
        int status = become_tier(zygote, request);
        if (status == 0)
            return CE_SERVE_TIER;
        ce_send_failure(zygote->channel, CE_FRAME_SETUP_FAILED, 0, CODEEXEC_ESYSTEM, -status,
                        "tier", strerror(-status));
        _exit(1);
    }
    if (pid < 0)
        return 0; /* its channel closes with this frame, which tells the library */

    struct epoll_event event = { .events = EPOLLIN,
                                 .data.u64 = CE_KEY_TIER + (uint64_t)(tier - zygote->tiers) };
    tier->pid = pid;
    tier->pidfd = pidfd_open(pid, 0);
    if (tier->pidfd < 0 || epoll_ctl(zygote->epoll, EPOLL_CTL_ADD, tier->pidfd, &event) < 0)
        return -errno;
    return 0;
}

void ce_reap_tier(ce_zygote *zygote, uint32_t index)
{
    ce_child_tier *tier = &zygote->tiers[index];

    epoll_ctl(zygote->epoll, EPOLL_CTL_DEL, tier->pidfd, NULL);
    waitpid(tier->pid, NULL, 0);
    close(tier->pidfd);
    *tier = (ce_child_tier){ .pid = 0 };
}

void ce_end_tiers(ce_zygote *zygote)
{
    for (uint32_t i = 0; i < CE_MAX_CHILD_TIERS; i++) {
        struct pollfd end = { .fd = zygote->tiers[i].pidfd, .events = POLLIN };
        if (zygote->tiers[i].pid <= 0)
            continue;
        if (poll(&end, 1, END_LIMIT_MS) == 0)
            kill(zygote->tiers[i].pid, SIGKILL);
        ce_reap_tier(zygote, i);
    }
}
