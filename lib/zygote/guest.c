/* SPDX-License-Identifier: MIT */
/* A guest between its fork and its program: confined, parked, handed its request. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <codeexec/error.h>

#include "util/checked.h"
#include "zygote/zygote.h"

static _Noreturn void fail(int control_fd, uint64_t guest_id, const char *stage, int sys_errno)
{
    ce_failure failure;

    memset(&failure, 0, sizeof(failure));
    ce_frame_init(&failure.frame, CE_FRAME_FAILED, sizeof(failure));
    failure.guest_id = guest_id;
    failure.code = CODEEXEC_EISOLATION;
    failure.sys_errno = sys_errno;
    snprintf(failure.stage, sizeof(failure.stage), "%s", stage);
    snprintf(failure.message, sizeof(failure.message), "%s", strerror(sys_errno));
    ce_frame_send(control_fd, &failure.frame, NULL, 0);
    _exit(1);
}

/** RLIMIT_NPROC above the cgroup's limit, so that the cgroup refuses first: it says that it did. */
#define NPROC_SLACK 8

ce_confinement ce_guest_confinement(const ce_guest_start *start)
{
    const ce_zygote *zygote = start->zygote;
    const ce_setup *setup = &zygote->setup;
    const int namespaces = setup->profile == CE_PROFILE_NAMESPACES;
    uid_t id = zygote->first_uid + (zygote->uid_per_slot ? start->slot : 0);
    /* A uid that all guests share has to hold the processes of all of them. */
    uint64_t processes = setup->processes;

    if (!namespaces || !zygote->uid_per_slot)
        processes = ce_multiply_saturated(processes + 2, setup->slots);
    else if (setup->cgroup_version != 0)
        processes += NPROC_SLACK;
    return (ce_confinement){
        .profile = (ce_profile)setup->profile,
        .control_fd = start->control_fd,
        .parent_fd = zygote->own_pidfd,
        .slot = start->slot,
        .cgroup_bases = zygote->cgroup_bases,
        .cgroup_tasks =
            zygote->guests[start->slot].has_tasks ? ce_first_task(zygote, start->slot) : -1,
        .cgroup_tasks_first = zygote->tasks_base,
        .cgroup_tasks_last = ce_first_task(zygote, setup->slots) - 1,
        .cgroup_count = setup->cgroup_version == 1 ? zygote->cgroup_count : 0,
        .landlock_abi = zygote->landlock_abi,
        .landlock_ruleset = namespaces ? -1 : zygote->guests[start->slot].ruleset,
        .readable = zygote->readable,
        .readable_count = zygote->readable_count,
        .change_ids = namespaces && !zygote->user_namespace,
        .uid = id,
        .gid = id,
        .file_bytes = setup->file_bytes,
        .processes = processes > UINT32_MAX ? UINT32_MAX : (uint32_t)processes,
        .open_files = setup->open_files,
        .stack_bytes = setup->stack_bytes,
        .filter = zygote->filter,
        .filter_size = zygote->filter_size,
    };
}

/** Put the program's pipes on 0, 1 and 2. */
static int take_stdio(const int *fds)
{
    for (int target = 0; target <= 2; target++) {
        if (dup2(fds[target], target) < 0)
            return -errno;
        close(fds[target]);
    }
    return 0;
}

/** Say which signal a frame on the control channel is to raise, once arm_stop() has been called.
 * Before confinement: the filter refuses to choose whom a descriptor signals. */
static int prepare_stop(int control_fd)
{
    if (fcntl(control_fd, F_SETSIG, CE_STOP_SIGNAL) < 0 ||
        fcntl(control_fd, F_SETOWN, getpid()) < 0)
        return -errno;
    return 0;
}

/** From now on a frame on the control channel raises CE_STOP_SIGNAL. */
static int arm_stop(int control_fd)
{
    return fcntl(control_fd, F_SETFL, O_ASYNC | O_NONBLOCK) < 0 ? -errno : 0;
}

int ce_guest_confine(ce_guest_start *start)
{
    const ce_zygote *zygote = start->zygote;
    const char *stage = "stop-signal";
    ce_confinement confinement = ce_guest_confinement(start);

    int status = prepare_stop(start->control_fd);
    if (status == 0 && confinement.profile == CE_PROFILE_LOCKED_DOWN) {
        stage = "work-directory";
        status = fchdir(zygote->guests[start->slot].work_fd) < 0 ? -errno : 0;
        /* The zygote is not: for it to see what this guest holds open of deleted files. */
        if (status == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
            status = -errno;
    }
    if (status == 0)
        status = ce_confine_guest(&confinement, &stage);
    start->control_fd = confinement.control_fd;
    if (status < 0)
        fail(start->control_fd, start->guest_id, stage, -status);
    return 0;
}

/** Whether it is complete: with its program behind it, or in a memfd. */
static int is_run(const ce_run *run, size_t fd_count)
{
    const size_t tail = run->frame.size - sizeof(*run);
    const uint64_t size =
        ce_add_saturated(run->code_size, (uint64_t)run->filename_size + run->args_size);

    return run->frame.type == CE_FRAME_RUN &&
           ((fd_count == CE_RUN_FDS && tail == size) ||
            (fd_count == CE_RUN_FDS + 1 && tail == 0 && size <= SIZE_MAX / 2));
}

const ce_run *ce_guest_park(const ce_guest_start *start, int *program)
{
    /* Not on the stack: of this a guest has only those pages that a frame fills. */
    static _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    const ce_zygote *zygote = start->zygote;
    const int control = start->control_fd;
    ce_frame ready;

    ce_frame_init(&ready, CE_FRAME_READY, sizeof(ready));
    if (ce_frame_send(control, &ready, NULL, 0) < 0)
        _exit(0); /* nobody waits for this guest any more */

    int size = ce_frame_receive(control, buffer, sizeof(buffer), fds, &fd_count, 0);
    const ce_run *request = (const ce_run *)(const void *)buffer;
    if (size <= 0 || !is_run(request, fd_count))
        _exit(0);
    int status = ce_limit_run(request->memory_bytes, zygote->data_baseline, zygote->space_baseline,
                              request->cpu_seconds);
    if (status < 0)
        fail(control, start->guest_id, "run-limits", -status);
    status = take_stdio(fds);
    if (status == 0)
        status = arm_stop(control);
    if (status < 0)
        fail(control, start->guest_id, "descriptors", -status);
    *program = fd_count > CE_RUN_FDS ? fds[CE_RUN_FDS] : -1;
    return request;
}
