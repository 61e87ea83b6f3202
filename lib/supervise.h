/* SPDX-License-Identifier: MIT */
/** One guest from its spawn to its end, as the library sees it: a small state machine fed by the
 * guest's control channel, its verdict pipe, its output and one deadline.
 */
#ifndef CE_SUPERVISE_H
#define CE_SUPERVISE_H

#include <stdint.h>

#include <codeexec/error.h>

#include "capture.h"
#include "loop.h"
#include "relay.h"
#include "zygote/client.h"

struct ce_job;

typedef enum ce_guest_state {
    CE_GUEST_SPAWNING, /**< SPAWN sent, READY has not come */
    CE_GUEST_PARKED,   /**< confined, waits for a program */
    CE_GUEST_CHECKING, /**< RUN sent: lowers its limits, checks the policy */
    CE_GUEST_RUNNING,  /**< STARTED: nothing but the verdict is believed from here on */
    CE_GUEST_STOPPING, /**< STOP sent: a moment to flush */
    CE_GUEST_KILLED,   /**< SIGKILL sent: the verdict pipe is about to close */
    CE_GUEST_ENDED,    /**< has no program; only its slot is still taken */
    CE_GUEST_STATES    /**< how many there are */
} ce_guest_state;

/** Who ended a run. */
typedef enum ce_end_cause {
    CE_END_ITSELF,   /**< or something outside */
    CE_END_DEADLINE, /**< we did, at its wall limit */
    CE_END_CANCEL,   /**< we did, as the caller asked */
    CE_END_MEMORY,   /**< the kernel did, or we did, since it was out of memory */
    CE_END_FAULT     /**< we did, since we could not go on with it */
} ce_end_cause;

/** Supervises one guest. */
typedef struct ce_supervisor {
    codeexec_executor *executor;
    ce_client *client; /**< of the zygote the guest was forked from */
    uint64_t guest_id;
    uint32_t slot;
    ce_guest_state state;
    struct ce_job *job;
    ce_source control;
    ce_source verdict;
    ce_source oom;       /**< out of memory, where the kernel does not end the whole run itself */
    ce_source output[2]; /**< stdout, stderr: read ends */
    int output_child[2]; /**< write ends, until the guest has them */
    ce_capture captures[2];
    ce_relay stdin_relay;
    int stdin_sink; /**< write end for a relay that starts with the program */
    int pidfd;      /**< of the guest's init; -1 until SPAWNED and after the end */
    int kill_wanted;
    int gone; /**< the zygote has reaped it */
    int released;
    int grace_renewed;
    ce_end_cause cause;
    uint64_t run_sent_ns;
    uint64_t started_ns; /**< 0: STARTED never came */
    uint64_t deadline_ns;
    ce_timer timer;
    ce_retired burial;
} ce_supervisor;

/** Ask the zygote for a guest. On failure nothing is left of it.
 *  @return 0; -errno, with -EAGAIN for a full channel, which is no failure. */
int ce_supervisor_create(ce_supervisor **out, codeexec_executor *executor, ce_client *client,
                         uint64_t guest_id, uint32_t slot);

/** Hand a program to a parked guest. The job is the guest's from here on, unless this fails, which
 * says nothing about the guest but that there were no descriptors or memory.
 *  @return 0 (also if the guest turned out to be dead: the job is queued again then) or -errno. */
int ce_supervisor_run(ce_supervisor *guest, struct ce_job *job);

/** End its run: the result will be CANCELLED. */
void ce_supervisor_cancel(ce_supervisor *guest);

/** End a guest that has no program. */
void ce_supervisor_discard(ce_supervisor *guest);

/** SPAWNED came. Takes the pidfd. */
void ce_supervisor_spawned(ce_supervisor *guest, int pidfd);

/** SPAWN_FAILED came: there never was such a guest. */
void ce_supervisor_spawn_failed(ce_supervisor *guest, const ce_failure *failure);

/** GONE came. */
void ce_supervisor_gone(ce_supervisor *guest);

/** Its zygote has ended, and takes it along. */
void ce_supervisor_orphaned(ce_supervisor *guest);

/** Pieces of its output were taken: go on reading where that was put off. */
void ce_supervisor_resume(ce_supervisor *guest);

/** For the executor's end: kill it. */
void ce_supervisor_kill(ce_supervisor *guest);

/** Close everything and free it, now or at the end of the loop's turn. */
void ce_supervisor_destroy(ce_supervisor *guest);

#endif
