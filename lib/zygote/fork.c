/* SPDX-License-Identifier: MIT */
/* Forking a guest, into its cgroup where that can be done at birth. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
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

void ce_open_tasks(ce_zygote *zygote, uint32_t slot)
{
    char name[40];

    if (zygote->setup.cgroup_version != 1)
        return;
    snprintf(name, sizeof(name), "slot-%u/tasks", slot);
    for (int i = 0; i < zygote->cgroup_count; i++) {
        int *fd = &zygote->guests[slot].tasks[i];
        if (*fd == 0)
            *fd = openat(zygote->cgroup_bases[i], name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
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
