/* SPDX-License-Identifier: MIT */
/** What /proc says about a service and everything it started. */
#ifndef TEST_PROC_H
#define TEST_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROC_FAMILY_MAX 4096

/** A process that cannot be mistaken for a later one with the same number. */
typedef struct proc_id {
    pid_t pid;
    pid_t parent;
    unsigned long long start_time;
    char state;
} proc_id;

typedef struct proc_family {
    proc_id members[PROC_FAMILY_MAX]; /**< the root comes first; zombies are included */
    size_t count;
} proc_family;

/** The process and all its descendants. An empty family if the root is gone. */
void proc_family_read(pid_t root, proc_family *family);
size_t proc_family_count(pid_t root);
/** How many of them still run (a zombie does not). */
size_t proc_family_alive(const proc_family *family);
/** The family's size once it has stayed the same for half a second (at most timeout_ms). */
size_t proc_family_settled(pid_t root, int timeout_ms);
/** Wait until the family has at most / at least that many members. */
bool proc_family_at_most(pid_t root, size_t count, int timeout_ms);
bool proc_family_at_least(pid_t root, size_t count, int timeout_ms);
/** SIGKILL some processes, and wait until nothing of them and their descendants is left. While they
 *  are being killed they make no more. */
void proc_kill_families(const pid_t *roots, size_t count);
/** Children in state Z. */
size_t proc_zombies(pid_t root);

/** Descriptors, apart from those by which cgroups are read: each slot for a run has some, opened
 * when it is first used, and how many slots are used depends on how fast the machine is. */
size_t proc_descriptors(pid_t pid);
size_t proc_mounts(pid_t pid);
/** Entries of a directory, "." and ".." apart. */
size_t directory_entries(const char *path);
/** Entries of a shared directory that a run may have left there: those that name codeexec, or
 *  belong to a user that is neither root nor us. Other programs' files do not disturb, nor what
 *  services that run beside this one hold. */
size_t directory_foreign_entries(const char *path);

#endif
