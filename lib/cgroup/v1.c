/* SPDX-License-Identifier: MIT */
/* Version 1: a hierarchy, and so a directory of ours, per controller. Kernels up to 5.x and
   machines that were told to keep it. Peaks of memory can be reset; of a group that runs out of
   memory only one process is killed, so that the library has to end the rest: hence the eventfd. */
#include "cgroup/cgroup_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/fd.h"

int ce_v1_place_add(ce_cgroup_place *place, const char *path, unsigned controllers,
                    ce_reason *reason)
{
    struct statfs status;
    CE_CLEANUP_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return ce_reason_set(reason, errno, "%.160s: %s", path, strerror(errno));
    if (fstatfs(fd, &status) < 0 || status.f_type != CGROUP_SUPER_MAGIC)
        return ce_reason_set(reason, 0, "%.160s is no cgroup of version 1", path);
    /* Asked for by name and not found out by making the base, so that the message can say which of
       the hierarchies it is. */
    if (faccessat(fd, ".", W_OK, AT_EACCESS) < 0)
        return ce_reason_set(reason, errno, "%.160s cannot be written: %s", path, strerror(errno));
    place->version = 1;
    place->controllers[place->count] = controllers;
    place->fds[place->count++] = ce_steal_fd(&fd);
    return 0;
}

static int prepare(ce_cgroup *cgroup)
{
    cgroup->peak_resets = true;
    /* The memory leaf cannot be made anew: the eventfd hangs on it. Nor can that of pids, where
       somebody mounted both as one hierarchy. */
    cgroup->pids_renewable = cgroup->fd[CE_PIDS] != cgroup->fd[CE_MEMORY];
    return 0;
}

static void probe(ce_cgroup *cgroup, uint32_t slot)
{
    (void)cgroup;
    (void)slot;
}

/** Memory, and memory with swap: the second may never be below the first, so that the order of the
 *  writes depends on the direction. Without swap accounting there is only the first. */
static int set_memory(ce_cgroup *cgroup, uint32_t slot, uint64_t bytes)
{
    static const char memory[] = "memory.limit_in_bytes";
    static const char with_swap[] = "memory.memsw.limit_in_bytes";
    int base = cgroup->fd[CE_MEMORY];
    uint64_t before = cgroup->slots[slot].memory_bytes;
    bool raise = bytes > before;
    const char *first = raise ? with_swap : memory;
    const char *second = raise ? memory : with_swap;

    int status = ce_leaf_write_number(base, slot, first, bytes);
    if (status < 0 && !(raise && status == -ENOENT))
        return status;
    status = ce_leaf_write_number(base, slot, second, bytes);
    if (status < 0 && (raise || status != -ENOENT)) {
        ce_leaf_write_number(base, slot, first, before); /* both or none */
        return status;
    }
    cgroup->slots[slot].memory_bytes = bytes;
    return 0;
}

static int limit_cpu(ce_cgroup *cgroup, uint32_t slot)
{
    uint64_t quota;
    uint64_t period;
    int base = cgroup->fd[CE_CPU];

    if (cgroup->options.cpu_millis == 0 || base < 0)
        return 0;
    ce_cpu_quota(cgroup->options.cpu_millis, &quota, &period);
    int status = ce_leaf_write_number(base, slot, "cpu.cfs_period_us", period);
    if (status == 0)
        status = ce_leaf_write_number(base, slot, "cpu.cfs_quota_us", quota);
    /* EINVAL: a group above has less than that, and so does the leaf. ENOENT: a kernel without. */
    return status == -EINVAL || status == -ENOENT ? 0 : status;
}

/** Without the eventfd a program whose process is killed shows it by its death, and in the count of
 *  oom_kill: nothing depends on it but that the rest of a program ends at once. */
static void arm_oom(ce_cgroup *cgroup, uint32_t slot)
{
    char text[32];
    ce_leaf_path control = ce_leaf_name(slot, "memory.oom_control");
    CE_CLEANUP_FD event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CE_CLEANUP_FD file = openat(cgroup->fd[CE_MEMORY], control.text, O_RDONLY | O_CLOEXEC);

    if (event < 0 || file < 0)
        return;
    snprintf(text, sizeof(text), "%d %d", event, file);
    if (ce_leaf_write(cgroup->fd[CE_MEMORY], slot, "cgroup.event_control", text) == 0)
        cgroup->slots[slot].oom_fd = ce_steal_fd(&event);
}

static int limit(ce_cgroup *cgroup, uint32_t slot)
{
    int status = set_memory(cgroup, slot, cgroup->options.memory_bytes);

    if (status == 0)
        status = ce_leaf_limit_processes(cgroup, slot);
    if (status == 0)
        status = limit_cpu(cgroup, slot);
    if (status < 0)
        return status;
    /* Where swap is not accounted this keeps a guest from pushing its pages out there. */
    ce_leaf_write(cgroup->fd[CE_MEMORY], slot, "memory.swappiness", "0");
    arm_oom(cgroup, slot);
    return 0;
}

static uint64_t cpu_us(const char *text)
{
    return ce_text_number(text) / 1000; /* of nanoseconds */
}

/** Only the peak of processes needs it. Whoever shares the hierarchy of pids, a cpu controller say,
 *  starts afresh too. */
static int renew(ce_cgroup *cgroup, uint32_t slot)
{
    int base = cgroup->fd[CE_PIDS];

    int status = ce_leaf_remake(cgroup, base, slot);
    if (status == 0)
        status = ce_leaf_limit_processes(cgroup, slot);
    if (status == 0 && base == cgroup->fd[CE_CPU])
        status = limit_cpu(cgroup, slot);
    return status;
}

static void kill_leaf(int base, const char *leaf)
{
    /* Not in one step: signalling process ids that are read from a file could hit another. */
    (void)base;
    (void)leaf;
}

const ce_cgroup_ops ce_cgroup_v1 = {
    .version = 1,
    .join_file = "tasks", /* not cgroup.procs: that takes a lock of the whole machine */
    .shed_file = "memory.force_empty",
    .counters = {
        [CE_COUNT_CPU] = "cpuacct.usage",
        [CE_COUNT_MEMORY] = "memory.usage_in_bytes",
        [CE_COUNT_MEMORY_PEAK] = "memory.max_usage_in_bytes",
        [CE_COUNT_OOM] = "memory.oom_control",
        [CE_COUNT_PROCESSES] = "pids.current",
        [CE_COUNT_PROCESSES_PEAK] = "pids.peak",
        [CE_COUNT_REFUSALS] = "pids.events",
    },
    .cpu_us = cpu_us,
    .prepare = prepare,
    .probe = probe,
    .limit = limit,
    .set_memory = set_memory,
    .renew = renew,
    .kill = kill_leaf,
};
