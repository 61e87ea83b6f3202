/* SPDX-License-Identifier: MIT */
/* A guest among the other processes: its session, its parent, its control groups, who may look into
   it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "util/fd.h"

int ce_step_session(ce_confinement *confinement)
{
    (void)confinement;
    return setsid() < 0 ? -errno : 0;
}

int ce_step_parent_death(ce_confinement *confinement)
{
    struct pollfd parent = { .fd = confinement->parent_fd, .events = POLLIN };

    /* The filter refuses to take it back. A parent that died before this call sends nothing. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -errno;
    return poll(&parent, 1, 0) == 0 ? 0 : -ESRCH;
}

int ce_step_not_dumpable(ce_confinement *confinement)
{
    (void)confinement;
    /* No core, and /proc files that belong to root: another process of the same uid can neither
       trace this one nor read its memory. */
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

/** Enter the leaf by writing to `tasks`: for a single thread that moves itself the kernel takes no
 * global lock, as it would for `cgroup.procs`. */
static int enter_leaf(int base, uint32_t slot, int opened)
{
    char name[40];

    if (opened >= 0 && write(opened, "0", 1) == 1)
        return 0;
    /* Not opened beforehand, or the leaf has been made anew since. */
    snprintf(name, sizeof(name), "slot-%u/tasks", slot);
    CE_CLEANUP_FD tasks = openat(base, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (tasks < 0)
        return -errno;
    return write(tasks, "0", 1) == 1 ? 0 : -errno;
}

int ce_step_cgroup(ce_confinement *confinement)
{
    const int tasks = confinement->cgroup_tasks;

    for (int i = 0; i < confinement->cgroup_count; i++) {
        int status = enter_leaf(confinement->cgroup_bases[i], confinement->slot,
                                tasks >= 0 ? tasks + i : -1);
        if (status < 0)
            return status;
    }
    /* They lead into the leaves of others, too: not to be left to a later layer alone. */
    if (confinement->cgroup_tasks_first >= 0 &&
        syscall(SYS_close_range, confinement->cgroup_tasks_first, confinement->cgroup_tasks_last,
                0) < 0)
        return -errno;
    return 0;
}

int ce_step_cgroup_namespace(ce_confinement *confinement)
{
    (void)confinement;
    /* Once it is in its leaf: that is then the root of all control groups it could ever see. */
    return unshare(CLONE_NEWCGROUP) < 0 ? -errno : 0;
}
