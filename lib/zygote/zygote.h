/* SPDX-License-Identifier: MIT */
/** Inside the zygote: what the extension's parts share. One process, one thread, no user code. */
#ifndef CE_ZYGOTE_ZYGOTE_H
#define CE_ZYGOTE_ZYGOTE_H

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/sandbox.h"
#include "zygote/wire.h"

/** Sent to a guest by the kernel when STOP arrives on its control channel. The last real-time
 * signal is the one programs are least likely to use. */
#define CE_STOP_SIGNAL SIGRTMAX

/** A guest the zygote has made and not yet seen the end of. */
typedef struct ce_guest {
    uint64_t guest_id; /**< 0: the slot is free */
    pid_t init_pid;
    int init_pidfd;
    char *stack; /**< of its init; kept for the slot's next guest */
} ce_guest;

typedef struct ce_zygote {
    ce_setup setup;
    char *settings; /**< setup's "key=value\0…" */
    void *filter;   /**< seccomp program */
    size_t filter_size;
    int channel;
    int proc_self;      /**< the zygote's own /proc directory, from before the root was changed */
    int own_pidfd;      /**< for inits to see that the zygote is alive */
    int user_namespace; /**< 1: one id is mapped and guests cannot change theirs */
    int has_cache;      /**< CE_CACHE_DIR is mounted */
    uid_t first_uid;    /**< of slot 0, where ids can be changed */
    int uid_per_slot;   /**< 0: all slots have first_uid */
    uint64_t data_baseline;  /**< bytes of writable private memory the zygote has */
    uint64_t space_baseline; /**< bytes of address space */
    ce_guest *guests;        /**< setup.slots of them */
    int epoll;
    int init_ready;   /**< eventfd: an init has forked its guest, or failed */
    pid_t helper_pid; /**< a trusted child that warms caches, or 0 */
    int helper_pidfd;
} ce_zygote;

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

/** Tell the library why the zygote cannot serve. */
void ce_zygote_fail(ce_zygote *zygote, int code, int sys_errno, const char *stage,
                    const char *message);

/** Number of threads of this process, or -errno. Works after the root was changed. */
int ce_zygote_threads(const ce_zygote *zygote);

/** Serve SPAWN requests until the channel closes.
 *  @param start filled in a guest
 *  @return 1 in a new guest, unconfined still, on the stack of the caller; 0 in the zygote when the
 * library has gone and no guest is left; -errno. */
int ce_zygote_serve(ce_zygote *zygote, ce_guest_start *start);

/** Confine the calling guest, say READY, and wait for RUN.
 *  @param run receives the frame; @param program receives the memfd, taken
 *  @return 0; does not return if confinement fails or no request ever comes. */
int ce_guest_park(const ce_guest_start *start, ce_run *run, int *program, int *control_fd);

#endif
