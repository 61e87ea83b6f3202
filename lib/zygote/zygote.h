/* SPDX-License-Identifier: MIT */
/** Inside the zygote: what the extension's parts share. One process, one thread, no user code. */
#ifndef CE_ZYGOTE_ZYGOTE_H
#define CE_ZYGOTE_ZYGOTE_H

#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "sandbox/sandbox.h"
#include "zygote/wire.h"

/** Sent to a guest by the kernel when STOP arrives on its control channel. The last real-time
 * signal is the one programs are least likely to use. */
#define CE_STOP_SIGNAL SIGRTMAX

/** A guest the zygote has made and not yet seen the end of. */
typedef struct ce_guest {
    uint64_t guest_id; /**< 0: the slot is free */
    pid_t pid;         /**< of its init, or its own where it has none */
    int pidfd;
    char *stack;   /**< of its init; kept for the slot's next guest */
    int has_tasks; /**< the files by which its leaves of cgroup version 1 are entered are open */

    /* locked-down profile; the first three are kept for the slot's next guest */
    int work_fd;          /**< its directory; 0: not made yet */
    int ruleset;          /**< Landlock's, for that directory */
    uint32_t work_number; /**< of the directory: it is replaced if it cannot be emptied */
    int watch;            /**< inotify's number for it */
    int verdict_fd;
    int written;         /**< something was made in its directory */
    uint32_t over_quota; /**< 1: killed for what it had written */
    int emptying;        /**< it has ended; pid is the child that empties its directory */
} ce_guest;

/** What a parent tells of a program that has ended. Only computes: init, which may not even call
 * libc, uses it too. */
static inline ce_verdict ce_verdict_of(int wait_status, const struct rusage *usage,
                                       uint64_t ended_ns)
{
    return (ce_verdict){
        .magic = CE_VERDICT_MAGIC,
        .wait_status = wait_status,
        .cpu_us = (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000u +
                  (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec),
        .peak_rss_bytes = (uint64_t)usage->ru_maxrss * 1024u,
        .ended_ns = ended_ns,
    };
}

/** Most zygotes that one zygote forks and has not seen the end of. */
#define CE_MAX_CHILD_TIERS 16

/** A zygote forked from this one. */
typedef struct ce_child_tier {
    pid_t pid; /**< 0: none */
    int pidfd;
} ce_child_tier;

typedef struct ce_zygote {
    ce_setup setup;
    char *settings; /**< setup's "key=value\0…" */
    void *filter;   /**< seccomp program */
    size_t filter_size;
    int channel;
    char *inbox; /**< the frame at hand; not on the stack, which guests are copies of */
    ce_child_tier tiers[CE_MAX_CHILD_TIERS];
    int dismissed; /**< the library lives on without it */
    int is_tier;   /**< forked from another zygote */
    char *modules; /**< a tier's: what to import, NUL-terminated names */
    size_t modules_size;
    int proc;           /**< /proc, from before the root was changed */
    int proc_self;      /**< the zygote's own /proc directory, from before the root was changed */
    int own_pidfd;      /**< for inits and guests to see that the zygote is alive */
    int user_namespace; /**< 1: one id is mapped and guests cannot change theirs */
    int has_cache;      /**< CE_CACHE_DIR is mounted */
    uid_t first_uid;    /**< of slot 0, where ids can be changed */
    int uid_per_slot;   /**< 0: all slots have first_uid */
    uint64_t data_baseline;  /**< bytes of writable private memory the zygote has */
    uint64_t space_baseline; /**< bytes of address space */
    int cgroup_bases[CE_MAX_CGROUP_BASES];
    int cgroup_count;
    int tasks_base; /**< where those files begin, cgroup_count of them per slot; -1: none are kept
                     */
    int landlock_abi;
    ce_readable *readable; /**< with namespaces: what guests may read, for Landlock */
    size_t readable_count;
    int *tid_address;  /**< where libc keeps the thread's id, and its list of robust locks: */
    void *robust_list; /**< a fork that is not libc's has to set them again */
    size_t robust_list_size;
    ce_guest *guests; /**< setup.slots of them */
    int epoll;
    int init_ready;   /**< eventfd: an init has forked its guest, or failed */
    pid_t helper_pid; /**< a trusted child that warms caches, or 0 */
    int helper_pidfd;

    /* locked-down profile */
    char work_root[PATH_MAX];
    char work_base[PATH_MAX]; /**< below it: holds the guests' directories, "slot-N-N" */
    char cache[PATH_MAX];     /**< what was made for all guests, also for those of tiers */
    int work_base_fd;
    const ce_root_entry *entries; /**< what guests may read */
    size_t entry_count;
    int writes;      /**< inotify: the first file in a guest's directory */
    int quota_timer; /**< armed while a guest with files in its directory lives */
} ce_zygote;

/** One spawn in progress. */
typedef struct ce_spawning {
    ce_zygote *zygote;
    ce_guest *guest;
    uint32_t slot;
    int control_fd;
    int verdict_fd;
    const char *stage; /**< of a failure; static */
} ce_spawning;

/** What a guest needs to know from the moment it exists until its program starts. */
typedef struct ce_guest_start {
    const ce_zygote *zygote;
    uint64_t guest_id;
    uint32_t slot;
    int control_fd;
} ce_guest_start;

/** Receive SETUP. @return 0 or -errno. */
int ce_zygote_receive_setup(ce_zygote *zygote);

/** Send HELLO with the names of the layers guests get. @return 0 or -errno. */
int ce_zygote_hello(ce_zygote *zygote, uint32_t python_version);

/** Send a failure with this id. @return 0 or -errno */
int ce_send_failure(int channel, ce_frame_type type, uint64_t id, int code, int sys_errno,
                    const char *stage, const char *message);

/** Open what belongs to this process alone. @return 0 or -errno */
int ce_zygote_open_self(ce_zygote *zygote);

/** Tell the library why the zygote cannot serve. */
void ce_zygote_fail(ce_zygote *zygote, int code, int sys_errno, const char *stage,
                    const char *message);

/** Number of threads of this process, or -errno. Works after the root was changed. */
int ce_zygote_threads(const ce_zygote *zygote);

enum { CE_SERVE_GUEST = 1, CE_SERVE_TIER = 2 };

/** Serve SPAWN requests until the channel closes.
 *  @param start filled in a guest
 *  @return CE_SERVE_GUEST in a new guest, unconfined still, on the stack of the caller;
 * CE_SERVE_TIER in a zygote forked from this one; 0 in the zygote when the library has gone and no
 * guest is left; -errno. */
int ce_zygote_serve(ce_zygote *zygote, ce_guest_start *start);

/* ---- tier.c ---- */

/** Fork a zygote. @return CE_SERVE_TIER in it, 0 here (also if that failed: the library is told),
 * -errno if this one cannot go on. */
int ce_fork_tier(ce_zygote *zygote, const ce_tier *request, int channel);

/** A zygote forked from this one has ended. */
void ce_reap_tier(ce_zygote *zygote, uint32_t index);

/** Wait a moment for the zygotes forked from this one to end, then end them. */
void ce_end_tiers(ce_zygote *zygote);

/** Epoll key of a tier. */
#define CE_KEY_TIER UINT64_C(0x200000000)

/* ---- fork.c ---- */

/** Fork into a leaf of cgroup version 2, or just fork if leaf is -1. As fork(), also from an init.
 */
pid_t ce_fork_into(const ce_zygote *zygote, int leaf);

/** Open the slot's leaf of cgroup version 2, if there is one. @return 0 (*leaf may be -1), -errno
 */
int ce_open_leaf(const ce_spawning *spawning, int *leaf);

/** Choose the descriptors at which the files are kept open by which leaves of cgroup version 1 are
 * entered: one range, so that a guest can close all of them at once. */
void ce_choose_tasks(ce_zygote *zygote);

/** The first one of a slot; of the number of slots: the one behind all of them. */
int ce_first_task(const ce_zygote *zygote, uint32_t slot);

/** Open those of a slot. Where that fails the guest does it, and fails if it cannot either. */
void ce_open_tasks(ce_zygote *zygote, uint32_t slot);

/** Close those of all slots. */
void ce_close_tasks(ce_zygote *zygote);

/** Remove the cgroups, which the library cannot do any more when it has gone. */
void ce_remove_leaves(const ce_zygote *zygote);

/* ---- heap.c ---- */

/** Fill the holes in this process's heap, so that what guests allocate lies together. Before
 * serving; again when more was imported. */
void ce_fill_holes(void);

/** From now on CPython's small objects go to huge pages, until the other function is called: then
 * what is left of those is used up, and there is an empty arena for guests. */
void ce_begin_huge_arenas(void);
void ce_end_huge_arenas(void);

/** Put what is dense in the heap and this process's own into huge pages: a fork copies one entry
 * for each in place of 512. */
void ce_collapse_heap(const ce_zygote *zygote);

/* ---- init.c ---- */

/** Enter the namespaces profile: zygote->entries become the root. @return 0 or -errno */
int ce_enter_namespaces_profile(ce_zygote *zygote, const char **stage);

/** Make a guest with an init of its own. Returns twice, like fork: 0 in the zygote (or -errno with
 * spawning->stage), 1 in the guest. */
int ce_spawn_with_init(ce_spawning *spawning);

/* ---- alone.c: guests of the locked-down profile, which have no init ---- */

/** Make the base of their directories, and what watches them. @return 0 or -errno */
int ce_enter_alone_profile(ce_zygote *zygote, const char *work_root, const char **stage);

/** For a tier: a base and what watches, of its own: no two zygotes empty the same directory, and
 * whoever comes next can tell which ones are nobody's. @return 0 or -errno */
int ce_begin_alone(ce_zygote *zygote, const char **stage);

/** Remove it. */
void ce_leave_alone_profile(ce_zygote *zygote);

/** As ce_spawn_with_init(). */
int ce_spawn_alone(ce_spawning *spawning);

/** What guest->pidfd stands for has ended: report it and empty its directory.
 *  @return 0 if nothing of the guest is left; 1 if guest->pidfd now stands for the child that does
 *  the rest. */
int ce_end_alone(ce_zygote *zygote, ce_guest *guest);

/** zygote->writes is readable. */
void ce_note_writes(ce_zygote *zygote);

/** zygote->quota_timer has fired. */
void ce_check_quotas(ce_zygote *zygote);

/** The path of a slot's directory, in a buffer of PATH_MAX bytes. @return 0 or -ENAMETOOLONG */
int ce_work_path(const ce_zygote *zygote, uint32_t slot, char *path);

/* ---- guest.c ---- */

/** How a guest will be confined. */
ce_confinement ce_guest_confinement(const ce_guest_start *start);

/** Confine the calling guest.
 *  @return 0 with start->control_fd where it is now; does not return if it fails: the library has
 *  been told then. */
int ce_guest_confine(ce_guest_start *start);

/** Say READY and wait for RUN.
 *  @param program receives the memfd, taken; -1: the program stands behind the frame
 *  @return the frame, valid from now on; does not return if no request ever comes. */
const ce_run *ce_guest_park(const ce_guest_start *start, int *program);

#endif
