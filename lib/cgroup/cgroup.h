/* SPDX-License-Identifier: MIT */
/** Control groups: one leaf per guest slot, holding what a run may use of memory, processes and
 *  CPU, and counting what it used. Version 2 and version 1 behind one interface.
 *
 *  The library makes a directory of its own (the base; with version 1 one in each hierarchy) with a
 *  leaf "slot-N" per slot, and hands descriptors of the base to the zygote, whose guests enter
 * their leaf before they are confined. Everything here runs in the library, in the executor's
 * thread.
 */
#ifndef CE_CGROUP_CGROUP_H
#define CE_CGROUP_CGROUP_H

#include <stdint.h>

#include <codeexec/error.h>

/** Most hierarchies a base spans: memory, pids, cpu, cpuacct of version 1. */
#define CE_CGROUP_MAX_BASES 4

typedef struct ce_cgroup ce_cgroup;

typedef struct ce_cgroup_options {
    const char *where; /**< NULL or "auto": find a place; else an absolute path, without "..", in
                            which the base is made. Version 2: a cgroup that holds no process,
                            or ours alone. Version 1: a path below the mount of each hierarchy;
                            with the mount of one of them before it the same is meant */
    uint32_t slots;    /**< leaves */
    uint64_t memory_bytes; /**< of a leaf until ce_cgroup_begin() says otherwise */
    uint32_t processes;    /**< processes and threads of a leaf */
    uint32_t cpu_millis;   /**< thousandths of a CPU a leaf may use; 0: as many as there are */
} ce_cgroup_options;

/** What a slot's run used since ce_cgroup_begin(). */
typedef struct ce_cgroup_usage {
    uint64_t cpu_us;            /**< of all its processes */
    uint64_t memory_peak_bytes; /**< 0 where the kernel does not tell */
    uint32_t processes_peak;    /**< processes and threads at once, a guest's init included; 0
                                        where the kernel does not tell */
    uint64_t oom_kills;         /**< processes ended because memory ran out; version 2 may
                                        count the first of them twice */
    uint64_t refusals;          /**< forks and threads refused for the limit on processes */
} ce_cgroup_usage;

/** Find a place, make the base and the first of its leaves, and remove what dead processes of ours
 *  left behind beside it. Forks once, to try that processes can enter a leaf. With version 2
 *  this may move the process, if it is the only one in its cgroup, into a new one "codeexec-host"
 *  below, where it stays: a cgroup that holds processes cannot hand controllers down.
 *  @return 0; -CODEEXEC_EINVAL if where is no such path or a limit is zero;
 *          -CODEEXEC_EISOLATION with a message of why there can be none here and what would help;
 *          -CODEEXEC_ENOMEM. */
int ce_cgroup_open(ce_cgroup **out, const ce_cgroup_options *options, codeexec_error *error);

/** The first half of it: find a place, which is all that has to happen before this process starts
 *  others. ce_cgroup_close() also for what is only located. @return as ce_cgroup_open(). */
int ce_cgroup_locate(ce_cgroup **out, const ce_cgroup_options *options, codeexec_error *error);

/** The second half: make the base and a leaf in it, and try that processes can enter it. Nothing is
 *  to be done the second time. @return as ce_cgroup_open(). */
int ce_cgroup_make(ce_cgroup *cgroup, codeexec_error *error);

/** See that the slot has its leaf: those that are never used are never made. Before a guest is
 * asked for. @return 0 or -errno. */
int ce_cgroup_ready(ce_cgroup *cgroup, uint32_t slot);

/** Whether ce_cgroup_open() would succeed. For a throw-away child of the process that asks: the
 *  parent counts as oneself. Leaves nothing behind. @return as ce_cgroup_open(). */
int ce_cgroup_try(const char *where, codeexec_error *error);

/** 1 or 2. */
int ce_cgroup_version(const ce_cgroup *cgroup);

/** Descriptors of the base's directories, borrowed. @return how many: 1 with version 2. */
int ce_cgroup_bases(const ce_cgroup *cgroup, int fds[CE_CGROUP_MAX_BASES]);

/** The slot's parked guest gets a program: set its memory limit, start counting.
 *  @return 0 or -errno. */
int ce_cgroup_begin(ce_cgroup *cgroup, uint32_t slot, uint64_t memory_bytes);

/** Read what was used. Works while processes of the run still live. Fields that cannot be read are
 * 0. */
void ce_cgroup_read(ce_cgroup *cgroup, uint32_t slot, ce_cgroup_usage *usage);

/** SIGKILL for everything in the leaf, where the kernel can do that in one step. */
void ce_cgroup_kill(ce_cgroup *cgroup, uint32_t slot);

/** The run's processes are gone: make the leaf as good as new. May replace the leaf's directories:
 * no descriptor of a leaf is worth keeping over this. Off a request's path: the cheap case is 7
 * reads.
 *  @return 0; -errno if the leaf cannot be used again (something lives in it still). */
int ce_cgroup_recycle(ce_cgroup *cgroup, uint32_t slot);

/** A descriptor that polls readable when the leaf runs out of memory, for kernels that then end one
 *  process instead of all; -1 where there is no need. Borrowed. Reading it is the caller's. */
int ce_cgroup_oom_fd(const ce_cgroup *cgroup, uint32_t slot);

/** Remove leaves and base, after the zygotes were ended. Waits up to a second for what is dying in
 *  them; what stays after that a later ce_cgroup_open() removes. NULL is fine. */
void ce_cgroup_close(ce_cgroup *cgroup);

#endif
