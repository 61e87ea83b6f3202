/* SPDX-License-Identifier: MIT */
/* Forking a guest, into its cgroup where that can be done at birth. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/fd.h"
#include "zygote/zygote.h"

int ce_open_leaf(const ce_spawning *spawning, int *leaf)
{
    const ce_zygote *zygote = spawning->zygote;
    char name[32];

    *leaf = -1;
    if (zygote->setup.cgroup_version != 2)
        return 0;
    snprintf(name, sizeof(name), "slot-%u", spawning->slot);
    *leaf = openat(zygote->cgroup_bases[0], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *leaf < 0 ? -errno : 0;
}

/** With more slots than are usual each guest opens its own. */
#define MOST_TASKS 256
/** Above all other descriptors of a zygote: some of its own, and five per guest at most. */
#define TASKS_BASE(slots) (64 + 6 * (int)(slots))

void ce_choose_tasks(ce_zygote *zygote)
{
    const uint32_t slots = zygote->setup.slots;
    const uint64_t count = (uint64_t)slots * (uint64_t)zygote->cgroup_count;
    struct rlimit limit;

    zygote->tasks_base = -1;
    if (zygote->setup.cgroup_version == 1 && count <= MOST_TASKS &&
        getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        limit.rlim_cur >= (uint64_t)TASKS_BASE(slots) + count)
        zygote->tasks_base = TASKS_BASE(slots);
}

int ce_first_task(const ce_zygote *zygote, uint32_t slot)
{
    return zygote->tasks_base + (int)slot * zygote->cgroup_count;
}

void ce_open_tasks(ce_zygote *zygote, uint32_t slot)
{
    const int first = ce_first_task(zygote, slot);
    char name[40];
    int opened = 0;

    if (zygote->tasks_base < 0 || zygote->guests[slot].has_tasks)
        return;
    snprintf(name, sizeof(name), "slot-%u/tasks", slot);
    for (; opened < zygote->cgroup_count; opened++) {
        CE_CLEANUP_FD fd =
            openat(zygote->cgroup_bases[opened], name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        /* Not over one that is taken, whoever has it. */
        if (fd < 0 || fcntl(first + opened, F_GETFD) >= 0 ||
            dup3(fd, first + opened, O_CLOEXEC) < 0)
            break;
    }
    if (opened == zygote->cgroup_count)
        zygote->guests[slot].has_tasks = 1;
    else
        while (opened > 0)
            close(first + --opened);
}

void ce_close_tasks(ce_zygote *zygote)
{
    for (uint32_t slot = 0; slot < zygote->setup.slots; slot++) {
        for (int i = 0; zygote->guests[slot].has_tasks && i < zygote->cgroup_count; i++)
            close(ce_first_task(zygote, slot) + i);
        zygote->guests[slot].has_tasks = 0;
    }
}

/** The slow way: the child moves itself before it does anything else. */
static pid_t fork_and_move(int leaf)
{
    pid_t pid = fork();

    if (pid == 0) {
        CE_CLEANUP_FD processes = openat(leaf, "cgroup.procs", O_WRONLY | O_CLOEXEC);
        if (processes < 0 || write(processes, "0", 1) != 1)
            _exit(1); /* it ends before it is ready, which the library takes for a failure */
    }
    return pid;
}

pid_t ce_fork_into(const ce_zygote *zygote, int leaf)
{
    if (leaf < 0)
        return fork();

    /* Moving a process into a leaf takes a lock of the whole machine, being born there does not;
       but libc's fork cannot ask for it. What libc does beside the system call is for threads, of
       which there is one, and these two registrations. */
    struct clone_args arguments = {
        .flags = CLONE_INTO_CGROUP | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
        .child_tid = (uint64_t)(uintptr_t)zygote->tid_address,
        .exit_signal = SIGCHLD,
        .cgroup = (uint64_t)leaf,
    };
    long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
    if (pid == 0)
        syscall(SYS_set_robust_list, zygote->robust_list, zygote->robust_list_size);
    if (pid < 0 && (errno == ENOSYS || errno == EPERM))
        return fork_and_move(leaf); /* a container's filter that does not know clone3 */
    return (pid_t)pid;
}

/** Remove a directory that is known by its descriptor alone. */
static void remove_base(const ce_zygote *zygote, int base)
{
    char link[32];
    char path[PATH_MAX];

    snprintf(link, sizeof(link), "fd/%d", base);
    ssize_t length = readlinkat(zygote->proc_self, link, path, sizeof(path) - 1);
    CE_CLEANUP_FD parent = openat(base, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (length <= 0 || parent < 0)
        return;
    path[length] = '\0';
    const char *name = strrchr(path, '/');
    if (name != NULL)
        unlinkat(parent, name + 1, AT_REMOVEDIR);
}

void ce_remove_leaves(const ce_zygote *zygote)
{
    char name[32];

    for (int i = 0; i < zygote->cgroup_count; i++) {
        for (uint32_t slot = 0; slot < zygote->setup.slots; slot++) {
            snprintf(name, sizeof(name), "slot-%u", slot);
            unlinkat(zygote->cgroup_bases[i], name, AT_REMOVEDIR);
        }
        remove_base(zygote, zygote->cgroup_bases[i]);
    }
}
