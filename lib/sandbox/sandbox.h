/* SPDX-License-Identifier: MIT */
/** The isolation layers, one function (and one file) each. Every function here acts on the calling
 *  process, allocates nothing that outlives it, prints nothing, and either turns its layer on in
 * full or fails: none is best-effort. They are safe in a child forked from a threaded process.
 *
 *  A failing layer returns -errno and, where it has more than one step, says which by *stage, a
 * static string.
 */
#ifndef CE_SANDBOX_SANDBOX_H
#define CE_SANDBOX_SANDBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** Which of the two ways to confine a machine allows. The numbers are bits of ce_step.profiles. */
typedef enum ce_profile {
    CE_PROFILE_NONE = 0,
    CE_PROFILE_NAMESPACES = 1, /**< namespaces of its own and a new root; Landlock where there is */
    CE_PROFILE_LOCKED_DOWN = 2 /**< no namespaces, no privileges: Landlock, and no new processes */
} ce_profile;

/** "namespaces", "locked-down", "none". Static. */
const char *ce_profile_name(ce_profile profile);

/** Most cgroup hierarchies a guest enters: memory, pids, cpu, cpuacct of version 1. */
#define CE_MAX_CGROUP_BASES 4

/** A file or directory that guests may read. */
typedef struct ce_readable {
    int fd; /**< O_PATH */
    int is_directory;
} ce_readable;

/** What a guest is confined with: made by the zygote, constant for its guests but for the ids. */
typedef struct ce_confinement {
    ce_profile profile;
    int control_fd; /**< the one descriptor beside 0, 1, 2 that stays; moved by the layer */
    int parent_fd;  /**< pidfd of the process that must outlive this one; locked-down profile */
    uint32_t slot;
    const int *cgroup_bases; /**< directories of cgroup version 1 with a leaf "slot-N" each */
    int cgroup_tasks; /**< first descriptor of the files that the slot's leaves are entered by, one
                           for each base; -1: they are not open */
    int cgroup_tasks_first; /**< of those of all slots, which are closed once it has entered */
    int cgroup_tasks_last;
    int cgroup_count;     /**< 0: the guest was born in its leaf (version 2), or there are none */
    int landlock_abi;     /**< 0: the kernel has no Landlock */
    int landlock_ruleset; /**< made beforehand; -1: the layer makes one of its own: */
    const ce_readable *readable; /**< what is read-only in the guest's root */
    size_t readable_count;
    int change_ids; /**< 1: become uid/gid; 0: the user namespace maps one id only */
    uid_t uid;
    gid_t gid;
    uint64_t file_bytes;  /**< RLIMIT_FSIZE */
    uint32_t processes;   /**< RLIMIT_NPROC */
    uint32_t open_files;  /**< RLIMIT_NOFILE */
    uint32_t stack_bytes; /**< RLIMIT_STACK */
    const void *filter;   /**< seccomp program: an array of struct sock_filter */
    size_t filter_size;   /**< its bytes */
} ce_confinement;

/** One row of the ordered table of steps. */
typedef struct ce_step {
    const char *name;
    int (*apply)(ce_confinement *confinement);
    unsigned profiles; /**< of enum ce_profile: where it is taken */
    const char *why;
} ce_step;

/** The steps a guest takes between its fork and the first byte of the user's, in this order. */
extern const ce_step ce_guest_steps[];
extern const size_t ce_guest_step_count;

/** Whether a guest confined like this takes the step: then it takes it in full, or never runs. */
int ce_step_applies(const ce_step *step, const ce_confinement *confinement);

/** Take all that apply. @return 0, or -errno with *stage naming the step. */
int ce_confine_guest(ce_confinement *confinement, const char **stage);

/* ---- namespaces.c ---- */

/** Make fresh mount, net, ipc and uts namespaces, inside a fresh user namespace unless the
 *  process has CAP_SYS_ADMIN. Only loopback exists in the net namespace, and it is down.
 *  @param user_namespace receives 1 if one was made: then a single id is mapped. */
int ce_enter_namespaces(int *user_namespace, const char **stage);

/** The namespaces that every guest gets for itself, as clone flags. */
#define CE_GUEST_NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS)

/* ---- mounts.c ---- */

typedef enum ce_root_kind {
    CE_ROOT_BIND,    /**< a file, directory or device, read-only, under the same path */
    CE_ROOT_SYMLINK, /**< content is what it points to */
    CE_ROOT_FILE,    /**< a small file with this content */
    CE_ROOT_DIR      /**< an empty directory */
} ce_root_kind;

/** One thing a guest can see. Strings are borrowed. */
typedef struct ce_root_entry {
    ce_root_kind kind;
    const char *path;    /**< absolute */
    const char *content; /**< for symlinks and files */
} ce_root_entry;

/** Make a new root of exactly these entries on a read-only tmpfs and move into it; the old root is
 *  unmounted. Parents of entries must come before them or be directories made on the way. A bind
 * whose source is missing is left out. Needs its own mount namespace. */
int ce_enter_root(const ce_root_entry *entries, size_t count, const char **stage);

/** Mount the fresh, limited tmpfs of one guest on /tmp and /dev/shm and go to /tmp. */
int ce_mount_scratch(uint64_t bytes, uint64_t inodes, const char **stage);

/** Where data made once per zygote lies: writable for the zygote's helper, read-only for guests. */
#define CE_CACHE_DIR "/var/cache/codeexec"

/** Mount a small tmpfs on CE_CACHE_DIR. */
int ce_mount_cache(const char **stage);

/** Make the calling mount namespace's view of CE_CACHE_DIR read-only. */
int ce_seal_cache(const char **stage);

/* ---- landlock.c ---- */

/** The version of Landlock that this kernel enforces; 0: none. */
int ce_landlock_abi(void);

/** A ruleset for the locked-down profile: the binds of these entries readable, work and nothing
 * else writable.
 *  @param read_only one more directory to read; NULL: none
 *  @return a descriptor, or -errno. */
int ce_landlock_ruleset(int abi, const ce_root_entry *entries, size_t count, const char *read_only,
                        const char *work);

/* ---- caps.c ---- */

/** Drop what there still is of the bounding set, and all ambient capabilities. @return 0 or -errno
 */
int ce_empty_bounding_set(void);

/* ---- the steps themselves ---- */

int ce_step_session(ce_confinement *confinement);
int ce_step_parent_death(ce_confinement *confinement);
int ce_step_not_dumpable(ce_confinement *confinement);
int ce_step_cgroup(ce_confinement *confinement);
int ce_step_cgroup_namespace(ce_confinement *confinement);
int ce_step_landlock(ce_confinement *confinement);
int ce_step_own_signals(ce_confinement *confinement);
int ce_step_descriptors(ce_confinement *confinement);
int ce_step_rlimits(ce_confinement *confinement);
int ce_step_securebits(ce_confinement *confinement);
int ce_step_bounding_set(ce_confinement *confinement);
int ce_step_identity(ce_confinement *confinement);
int ce_step_capabilities(ce_confinement *confinement);
int ce_step_no_new_privs(ce_confinement *confinement);
int ce_step_seccomp(ce_confinement *confinement);

/** Lower the limits that the request names. memory_bytes is what the program may use beyond what
 * the process has already; the baselines are the zygote's own data and address-space sizes. */
int ce_limit_run(uint64_t memory_bytes, uint64_t data_baseline, uint64_t space_baseline,
                 uint32_t cpu_seconds);

#endif
