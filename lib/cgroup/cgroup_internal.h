/* SPDX-License-Identifier: MIT */
/** What the parts of lib/cgroup share. Layers, each knowing only those below it:
 *  cgroup.c (leaves and their counters) · find.c (where the base goes) · v1.c, v2.c (what differs).
 */
#ifndef CE_CGROUP_CGROUP_INTERNAL_H
#define CE_CGROUP_CGROUP_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "cgroup/cgroup.h"

/** Controllers that matter here. Memory and pids are what a leaf is for; the others are welcome. */
enum ce_controller { CE_MEMORY, CE_PIDS, CE_CPU, CE_CPUACCT, CE_CONTROLLERS };

#define CE_BIT(controller)  (1u << (controller))
#define CE_NEEDED_BITS      (CE_BIT(CE_MEMORY) | CE_BIT(CE_PIDS))
#define CE_CPU_BITS         (CE_BIT(CE_CPU) | CE_BIT(CE_CPUACCT))
#define CE_CGROUP_TEXT_SIZE 1024 /**< of any control file that is read here, and to spare */

/** The directory that this process moves to with version 2, so that the one it was in may hand
 *  controllers to the base beside it. */
#define CE_CGROUP_HOST_NAME "codeexec-host"

/* ---- find.c: where ---- */

/** A hierarchy, as /proc/self/mountinfo and /proc/self/cgroup tell of it. */
typedef struct ce_cgroup_hierarchy {
    unsigned controllers; /**< those of version 1, as bits; 0 with version 2 */
    char point[PATH_MAX]; /**< where it is mounted; "" if it is not */
    char own[PATH_MAX];   /**< this process's cgroup in it; "" if that cannot be seen there */
} ce_cgroup_hierarchy;

typedef struct ce_cgroup_layout {
    ce_cgroup_hierarchy unified;
    ce_cgroup_hierarchy legacy[CE_CGROUP_MAX_BASES];
    int legacy_count;
} ce_cgroup_layout;

/** Read both files' text. Lines that make no sense are passed over. @return 0 or -ENOMEM. */
int ce_cgroup_layout_read(ce_cgroup_layout *layout, FILE *proc_cgroup, FILE *mountinfo);

/** Bits of the names in a list, which commas, spaces or a newline separate. */
unsigned ce_controllers_in(const char *list);

/** The directories that bases are made in. */
typedef struct ce_cgroup_place {
    int version;
    int count;
    int fds[CE_CGROUP_MAX_BASES];
    unsigned controllers[CE_CGROUP_MAX_BASES];
    /* Version 2, for ce_cgroup_place_undo(). */
    unsigned enabled; /**< controllers that were switched on in its cgroup.subtree_control */
    bool moved;       /**< this process was moved out of it */
    bool occupied;    /**< trial only: the parent is in it, so that nothing below can be tried */
} ce_cgroup_place;

/** Why a directory will not do. */
typedef struct ce_reason {
    int sys_errno;
    char text[256];
} ce_reason;

/** @return -1, for callers to return. */
int ce_reason_set(ce_reason *reason, int sys_errno, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** @param trial see ce_cgroup_try(). @return as ce_cgroup_open(). The place is closed on failure.
 */
int ce_cgroup_find(ce_cgroup_place *place, const char *where, bool trial, codeexec_error *error);

void ce_cgroup_place_init(ce_cgroup_place *place);
void ce_cgroup_place_close(ce_cgroup_place *place);

/** Give back what was changed outside the base. Before ce_cgroup_place_close(). */
void ce_cgroup_place_undo(ce_cgroup_place *place);

/** Open a directory and add it. @return 0 or -1 with the reason. */
int ce_v1_place_add(ce_cgroup_place *place, const char *path, unsigned controllers,
                    ce_reason *reason);

/** Make a version 2 directory ready to hold a base: see the comment in v2.c. @return likewise. */
int ce_v2_place_prepare(ce_cgroup_place *place, const char *path, bool trial, ce_reason *reason);

/* ---- cgroup.c: leaves ---- */

/** Control files of a leaf that are read for each run. */
enum ce_counter {
    CE_COUNT_CPU,
    CE_COUNT_MEMORY,
    CE_COUNT_MEMORY_PEAK,
    CE_COUNT_OOM,
    CE_COUNT_PROCESSES,
    CE_COUNT_PROCESSES_PEAK,
    CE_COUNT_REFUSALS,
    CE_COUNTERS
};

typedef struct ce_slot {
    uint64_t memory_bytes; /**< limit in force */
    /* Counters as they stood when the run began (cpu) or the last one was cleared away. */
    uint64_t cpu_us;
    uint64_t oom_kills;
    uint64_t refusals;
    /* Peaks that cannot be reset: what a parked guest alone brings a new leaf to. */
    uint64_t memory_floor;
    uint64_t processes_floor;
    uint64_t residue; /**< what stays charged though nobody lives here: not worth another attempt */
    bool floors_known;
    bool made;                 /**< its directories are there */
    int counters[CE_COUNTERS]; /**< open files, or -1 */
    int oom_fd;                /**< version 1: an eventfd, or -1 */
} ce_slot;

typedef struct ce_cgroup_base {
    int fd; /**< holds a lock, which says that its owner lives */
    unsigned controllers;
} ce_cgroup_base;

typedef struct ce_cgroup_ops ce_cgroup_ops;

struct ce_cgroup {
    const ce_cgroup_ops *ops;
    char name[64]; /**< of the base, the same in each hierarchy */
    int base_count;
    ce_cgroup_base bases[CE_CGROUP_MAX_BASES];
    int fd[CE_CONTROLLERS]; /**< borrowed from bases: where the controller's files are, or -1 */
    bool peak_resets;       /**< the kernel can reset a leaf's memory peak */
    bool pids_renewable;    /**< the directory that counts processes can be made anew */
    bool memory_renewable;  /**< and the one that counts memory */
    ce_cgroup_options options;
    ce_cgroup_place place; /**< until the base is made */
    uint32_t kept;         /**< slots below this one keep their counters open */
    ce_slot *slots;
};

/** What differs between the versions. */
struct ce_cgroup_ops {
    int version;
    const char *join_file; /**< a process enters a leaf by writing 0 here */
    const char *shed_file; /**< writing a number of bytes here frees caches */
    const char *counters[CE_COUNTERS];
    uint64_t (*cpu_us)(const char *text); /**< what that counter says */
    /** The base is there: let it hold leaves. @return 0 or -errno */
    int (*prepare)(ce_cgroup *cgroup);
    /** The first leaf is there: find out what it can do. */
    void (*probe)(ce_cgroup *cgroup, uint32_t slot);
    /** The leaf's directories are there, new: set limits. @return 0 or -errno */
    int (*limit)(ce_cgroup *cgroup, uint32_t slot);
    /** @return 0 or -errno */
    int (*set_memory)(ce_cgroup *cgroup, uint32_t slot, uint64_t bytes);
    /** Replace what cannot be reset by a new directory. @return 0 or -errno */
    int (*renew)(ce_cgroup *cgroup, uint32_t slot);
    void (*kill)(int base, const char *leaf);
};

extern const ce_cgroup_ops ce_cgroup_v1;
extern const ce_cgroup_ops ce_cgroup_v2;

/** @return 0 or -errno */
int ce_write_at(int directory, const char *path, const char *text);
/** Read a whole control file; text is always terminated. @return 0 or -errno */
int ce_read_at(int directory, const char *path, char text[CE_CGROUP_TEXT_SIZE]);

/** The same for a file of a leaf. A directory of -1 is -ENOENT. */
int ce_leaf_write(int base, uint32_t slot, const char *file, const char *text);
int ce_leaf_write_number(int base, uint32_t slot, const char *file, uint64_t number);

/** The number that a text begins with, or that follows the key at the beginning of a line of it. 0
 * if there is none. */
uint64_t ce_text_number(const char *text);
uint64_t ce_text_key(const char *text, const char *key);

/** A new directory in place of the leaf's, or of none. @return 0 or -errno */
int ce_leaf_remake(ce_cgroup *cgroup, int base, uint32_t slot);

/** Path of a leaf's file below a base; of the leaf itself with file "". */
typedef struct ce_leaf_path {
    char text[80];
} ce_leaf_path;
ce_leaf_path ce_leaf_name(uint32_t slot, const char *file);

/** Set pids.max, which both versions spell alike. @return 0 or -errno */
int ce_leaf_limit_processes(ce_cgroup *cgroup, uint32_t slot);

/** Period and quota, in microseconds, that cpu_millis come to. */
void ce_cpu_quota(uint32_t cpu_millis, uint64_t *quota_us, uint64_t *period_us);

/** Forget what was known about the leaf: its directory is new. */
void ce_slot_reset(ce_slot *slot);

#endif
