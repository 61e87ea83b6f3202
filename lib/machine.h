/* SPDX-License-Identifier: MIT */
/** What the machine grants us, for defaults. */
#ifndef CE_MACHINE_H
#define CE_MACHINE_H

#include <stdint.h>

/** How many runs at once when nobody said: two per CPU, since programs also wait, but no more
 *  than memory has room for. At least 2, at most CE_MAX_CONCURRENCY. */
uint32_t ce_default_concurrency(void);

/** Largest concurrency a setting may ask for. */
#define CE_MAX_CONCURRENCY UINT32_C(1024)

/* ---- parts, with the roots of /proc and /sys/fs/cgroup given, so that tests can make them up ----
 */

/** CPUs a cgroup quota grants, rounded up, over the own cgroup and its ancestors; UINT32_MAX if
 *  nothing limits them. */
uint32_t ce_cgroup_cpus(const char *proc_cgroup, const char *cgroup_root);

/** Bytes a cgroup's memory limit grants, likewise; UINT64_MAX if nothing limits them. */
uint64_t ce_cgroup_memory(const char *proc_cgroup, const char *cgroup_root);

#endif
