/* SPDX-License-Identifier: MIT */
/* Version 2: one hierarchy for all. A group that runs out of memory ends as a whole, and it can be
   killed in one step. Linux 6.12 and later reset the peak of memory; before, a leaf whose peak was
   raised is made anew. */
#include "cgroup/cgroup_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/fd.h"

/* ---- the place ---- */

/** "controllers memory, pids": what an error says is missing. */
static const char *missing_names(unsigned bits)
{
    bits = CE_NEEDED_BITS & ~bits;
    if (bits == CE_NEEDED_BITS)
        return "controllers memory and pids";
    return bits == CE_BIT(CE_MEMORY) ? "controller memory" : "controller pids";
}

/** Whether the directory holds processes besides this one and, in a trial, its parent.
 *  @return how many of the permitted, or -1 with the first other one in *other (0: it is in another
 *          process id namespace). */
static int count_residents(int directory, bool trial, long *other)
{
    char text[CE_CGROUP_TEXT_SIZE];
    int count = 0;
    int status = ce_read_at(directory, "cgroup.procs", text);

    *other = status;
    if (status < 0)
        return -1;
    for (char *line = text; *line != '\0'; count++) {
        *other = strtol(line, &line, 10);
        if (*other != getpid() && !(trial && *other == getppid()))
            return -1;
        line += strspn(line, "\n");
    }
    return count;
}

/** Would moving out and handing controllers down be allowed? Tried by this process alone, which
 *  returns at once: the parent must not notice. */
static int try_to_move(int directory, ce_reason *reason)
{
    char name[64];
    char procs[96];

    snprintf(name, sizeof(name), "codeexec-try-%ld", (long)getpid());
    snprintf(procs, sizeof(procs), "%s/cgroup.procs", name);
    if (mkdirat(directory, name, 0755) < 0)
        return ce_reason_set(reason, errno, "no cgroup can be made in it: %s", strerror(errno));
    int status = ce_write_at(directory, procs, "0");
    if (status == 0)
        status = ce_write_at(directory, "cgroup.procs", "0");
    unlinkat(directory, name, AT_REMOVEDIR);
    if (status == 0 && faccessat(directory, "cgroup.subtree_control", W_OK, AT_EACCESS) < 0)
        status = -errno;
    if (status < 0)
        return ce_reason_set(reason, -status, "it is not delegated to us: %s", strerror(-status));
    return 0;
}

static int move_out(ce_cgroup_place *place, int directory, ce_reason *reason)
{
    if (mkdirat(directory, CE_CGROUP_HOST_NAME, 0755) < 0 && errno != EEXIST)
        return ce_reason_set(reason, errno, "no cgroup can be made in it: %s", strerror(errno));
    /* 0 is the process that writes, with all its threads. */
    int status = ce_write_at(directory, CE_CGROUP_HOST_NAME "/cgroup.procs", "0");
    if (status < 0)
        return ce_reason_set(reason, -status, "we cannot move to " CE_CGROUP_HOST_NAME ": %s",
                             strerror(-status));
    place->moved = true;
    return 0;
}

/** A group other than the root may hand controllers down only if it holds no processes. */
static int vacate(ce_cgroup_place *place, int directory, bool trial, ce_reason *reason)
{
    long other;
    int residents;

    if (faccessat(directory, "cgroup.type", F_OK, 0) < 0)
        return 0; /* only the root has no type */
    residents = count_residents(directory, trial, &other);
    if (residents < 0 && other < 0)
        return ce_reason_set(reason, (int)-other, "its processes cannot be listed: %s",
                             strerror((int)-other));
    if (residents < 0 && other == 0)
        return ce_reason_set(reason, EBUSY, "it also holds a process of another container");
    if (residents < 0)
        return ce_reason_set(reason, EBUSY, "it also holds process %ld", other);
    if (residents == 0)
        return 0;
    if (!trial)
        return move_out(place, directory, reason);
    place->occupied = true;
    return try_to_move(directory, reason);
}

static int enable(int directory, unsigned bits)
{
    int status = 0;
    if (bits & CE_NEEDED_BITS)
        status = ce_write_at(directory, "cgroup.subtree_control", "+memory +pids");
    /* Not a must, and there may be reasons against it (real-time processes): on its own. */
    if (status == 0 && (bits & CE_BIT(CE_CPU)))
        ce_write_at(directory, "cgroup.subtree_control", "+cpu");
    return status;
}

static unsigned controllers_of(int directory, const char *file)
{
    char text[CE_CGROUP_TEXT_SIZE];
    return ce_read_at(directory, file, text) < 0 ? 0 : ce_controllers_in(text);
}

/** Hand the controllers down to what is below the directory. */
static int hand_down(ce_cgroup_place *place, int directory, bool trial, ce_reason *reason)
{
    unsigned available = controllers_of(directory, "cgroup.controllers");
    unsigned before = controllers_of(directory, "cgroup.subtree_control");

    if ((available & CE_NEEDED_BITS) != CE_NEEDED_BITS)
        return ce_reason_set(reason, 0, "the %s are not enabled for it", missing_names(available));
    if ((before & CE_NEEDED_BITS) != CE_NEEDED_BITS) {
        if (vacate(place, directory, trial, reason) < 0)
            return -1;
        if (place->occupied)
            return 0;
    }
    int status = enable(directory, available & ~before);
    unsigned after = controllers_of(directory, "cgroup.subtree_control");
    place->enabled = after & ~before;
    place->controllers[0] = after;
    if (status < 0)
        return ce_reason_set(reason, -status, "controllers cannot be enabled in it: %s",
                             strerror(-status));
    return 0;
}

/** A base needs a directory that hands memory and pids down. That may not hold processes: if ours
 * is the only one it is moved aside, into codeexec-host. Processes of others are nothing to be
 * moved.*/
int ce_v2_place_prepare(ce_cgroup_place *place, const char *path, bool trial, ce_reason *reason)
{
    struct statfs status;
    CE_CLEANUP_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return ce_reason_set(reason, errno, "%s", strerror(errno));
    if (fstatfs(fd, &status) < 0 || status.f_type != CGROUP2_SUPER_MAGIC)
        return ce_reason_set(reason, 0, "it is no cgroup of version 2");
    if (faccessat(fd, ".", W_OK, AT_EACCESS) < 0)
        return ce_reason_set(reason, errno, "it cannot be written: %s", strerror(errno));
    place->version = 2;
    place->count = 1;
    place->fds[0] = ce_steal_fd(&fd);
    if (hand_down(place, place->fds[0], trial, reason) == 0)
        return 0;
    ce_cgroup_place_undo(place);
    ce_cgroup_place_close(place);
    return -1;
}

void ce_cgroup_place_undo(ce_cgroup_place *place)
{
    int directory = place->fds[0];

    if (place->enabled & CE_BIT(CE_CPU))
        ce_write_at(directory, "cgroup.subtree_control", "-cpu");
    if (place->enabled & CE_BIT(CE_PIDS))
        ce_write_at(directory, "cgroup.subtree_control", "-pids");
    if (place->enabled & CE_BIT(CE_MEMORY))
        ce_write_at(directory, "cgroup.subtree_control", "-memory");
    if (place->moved && ce_write_at(directory, "cgroup.procs", "0") == 0)
        unlinkat(directory, CE_CGROUP_HOST_NAME, AT_REMOVEDIR);
    place->enabled = 0;
    place->moved = false;
}

/* ---- leaves ---- */

static int prepare(ce_cgroup *cgroup)
{
    cgroup->pids_renewable = true;
    cgroup->memory_renewable = true;
    cgroup->fd[CE_CPUACCT] = cgroup->bases[0].fd; /* CPU time is counted without a controller */
    return enable(cgroup->bases[0].fd, cgroup->bases[0].controllers);
}

/** Linux 6.12 made memory.peak writable. Tried and not asked the version for. */
static void probe(ce_cgroup *cgroup, uint32_t slot)
{
    ce_leaf_path path = ce_leaf_name(slot, "memory.peak");
    CE_CLEANUP_FD fd = openat(cgroup->bases[0].fd, path.text, O_RDWR | O_CLOEXEC);

    cgroup->peak_resets = fd >= 0 && write(fd, "0", 1) == 1;
}

static int set_memory(ce_cgroup *cgroup, uint32_t slot, uint64_t bytes)
{
    int status = ce_leaf_write_number(cgroup->bases[0].fd, slot, "memory.max", bytes);
    if (status == 0)
        cgroup->slots[slot].memory_bytes = bytes;
    return status;
}

static int limit_cpu(ce_cgroup *cgroup, uint32_t slot)
{
    char text[64];
    uint64_t quota;
    uint64_t period;

    if (cgroup->options.cpu_millis == 0 || cgroup->fd[CE_CPU] < 0)
        return 0;
    ce_cpu_quota(cgroup->options.cpu_millis, &quota, &period);
    snprintf(text, sizeof(text), "%llu %llu", (unsigned long long)quota,
             (unsigned long long)period);
    int status = ce_leaf_write(cgroup->fd[CE_CPU], slot, "cpu.max", text);
    return status == -ENOENT ? 0 : status;
}

static int limit(ce_cgroup *cgroup, uint32_t slot)
{
    int base = cgroup->bases[0].fd;

    /* No swap: a limit on memory that swap stretches is none, and swapping is others' time. Both
       files are newer than version 2 itself (4.19 and the swap accounting that can be off). */
    int status = ce_leaf_write(base, slot, "memory.swap.max", "0");
    if (status == 0 || status == -ENOENT)
        status = ce_leaf_write(base, slot, "memory.oom.group", "1");
    if (status == 0 || status == -ENOENT)
        status = set_memory(cgroup, slot, cgroup->options.memory_bytes);
    if (status == 0)
        status = ce_leaf_limit_processes(cgroup, slot);
    if (status == 0)
        status = limit_cpu(cgroup, slot);
    return status;
}

static uint64_t cpu_us(const char *text)
{
    return ce_text_key(text, "usage_usec");
}

static int renew(ce_cgroup *cgroup, uint32_t slot)
{
    int status = ce_leaf_remake(cgroup, cgroup->bases[0].fd, slot);
    if (status < 0)
        return status;
    ce_slot_reset(&cgroup->slots[slot]);
    return limit(cgroup, slot);
}

static void kill_leaf(int base, const char *leaf)
{
    char path[96];
    snprintf(path, sizeof(path), "%s/cgroup.kill", leaf); /* Linux 5.14 */
    ce_write_at(base, path, "1");
}

const ce_cgroup_ops ce_cgroup_v2 = {
    .version = 2,
    .join_file = "cgroup.procs",
    .shed_file = "memory.reclaim",
    .counters = {
        [CE_COUNT_CPU] = "cpu.stat",
        [CE_COUNT_MEMORY] = "memory.current",
        [CE_COUNT_MEMORY_PEAK] = "memory.peak", /* Linux 5.19 */
        [CE_COUNT_OOM] = "memory.events",
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
