/* SPDX-License-Identifier: MIT */
/** An executor, as its parts share it: executor.c (the public calls, the queue), pool.c (zygotes
 * and parked guests), supervise.c (one guest).
 */
#ifndef CE_EXECUTOR_INTERNAL_H
#define CE_EXECUTOR_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/executor.h>

#include "capture.h"
#include "cgroup/cgroup.h"
#include "loop.h"
#include "request.h"
#include "result.h"
#include "sandbox/sandbox.h"
#include "supervise.h"
#include "tiers.h"
#include "zygote/client.h"

/** A run that was accepted and has not ended. */
typedef struct ce_job {
    struct ce_job *previous; /**< in the queue */
    struct ce_job *next;
    uint64_t ticket;
    ce_request request;
    ce_result *result;
    uint64_t modules;      /**< what it seems to import, as bits of tiers.modules */
    int missed;            /**< it had to wait for one: counted once */
    unsigned deaths;       /**< guests that failed it before its program started */
    uint64_t last_counted; /**< guests up to this number do not count again */
} ce_job;

/** The layers of one kind of zygote. There is more than one only if the machine changed under us.
 */
typedef struct ce_layers_list {
    struct ce_layers_list *next;
    ce_layers *layers;
} ce_layers_list;

struct codeexec_executor {
    ce_loop loop;
    codeexec_config config; /**< numbers only: its strings are the ones below */
    char *python;
    char *libexec;
    char *settings; /**< for SETUP */
    size_t settings_size;
    char *work_dir;
    char *cgroup_where; /**< NULL, "auto", "off" or a path */
    uint32_t cpus;

    /* how programs are confined: found out while the first zygote starts */
    ce_profile profile;
    ce_cgroup *cgroup;             /**< NULL: there is none */
    codeexec_error without_cgroup; /**< why not; code 0: there is one, or none was wanted */

    /* runs */
    ce_job *queue_first; /**< waiting for a guest */
    ce_job *queue_last;
    size_t waiting;
    size_t pending; /**< accepted and not ended */
    uint64_t last_ticket;
    int shut_down;
    ce_result *ends_first; /**< not taken yet */
    ce_result *ends_last;
    ce_outlet outlet;

    /* guests: one per slot at most */
    ce_supervisor **guests;
    char *broken_slots; /**< 1: its cgroup could not be made fit for another guest yet */
    uint32_t slots;
    uint32_t next_slot;
    uint64_t guests_made;
    uint64_t leaving_id; /**< of the parked guest that was last let go for its slot */
    uint32_t in_state[CE_GUEST_STATES];
    unsigned guest_failures; /**< in a row */
    uint64_t guest_failed_ns;
    ce_timer mend_timer;   /**< armed while there are broken slots */
    ce_timer refill_timer; /**< armed while making guests for later is put off */
    ce_timer spawn_timer;  /**< armed while spawning is put off */

    /* zygotes */
    ce_tiers tiers;      /**< new guests come from their clients */
    ce_client *clients;  /**< all that have not been destroyed */
    ce_client *starting; /**< a bare one; at most one */
    uint64_t spawned;    /**< guests of this generation of zygotes */
    int ever_ready;
    unsigned start_failures;      /**< in a row */
    ce_timer restart_timer;       /**< armed while the next start is put off */
    ce_timer sweep_timer;         /**< armed for a while when a zygote was killed */
    unsigned sweeps;              /**< how often it was armed since then */
    ce_layers_list *known_layers; /**< the last first. All of them stay, since callers were given
                                       pointers to them */
    codeexec_error failure;       /**< why nothing can run any more; code 0: it can */
};

/* A guest's id is its number, which is never reused, and its slot, by which it is found. */

static inline uint64_t ce_guest_id(uint64_t number, uint32_t slot)
{
    return number << 16 | slot;
}

static inline uint64_t ce_guest_number(uint64_t guest_id)
{
    return guest_id >> 16;
}

static inline uint32_t ce_guest_slot(uint64_t guest_id)
{
    return (uint32_t)(guest_id & 0xffff);
}

/* ---- executor.c ---- */

/** The job has ended, job->result is filled in: queue the result, free the job. */
void ce_executor_finish(codeexec_executor *executor, ce_job *job);

/** Put a job (back) at the queue's front. */
void ce_executor_requeue(codeexec_executor *executor, ce_job *job);

/** Take a job out of the queue. */
void ce_executor_unqueue(codeexec_executor *executor, ce_job *job);

/** End a waiting or unqueued job with INTERNAL and this detail. */
void ce_executor_fail(codeexec_executor *executor, ce_job *job, const char *detail);

/** Free a job whose result nobody will take. */
void ce_executor_drop(ce_job *job);

/* ---- pool.c ---- */

/** Start the first zygote. @return as codeexec_executor_create() */
int ce_pool_start(codeexec_executor *executor, codeexec_error *error);

/** Hand waiting jobs to parked guests, make new guests and zygotes as needed. Not from handlers. */
void ce_pool_pump(codeexec_executor *executor);

/** A guest failed before it had a program.
 *  @param job_waits whether it was being made because runs wait: then it counts for one of them */
void ce_pool_guest_failed(codeexec_executor *executor, const ce_supervisor *guest, int job_waits,
                          const codeexec_error *why);

/** A guest did what it is for. */
void ce_pool_guest_worked(codeexec_executor *executor);

/** The guest's slot is free, and the supervisor about to be destroyed. */
void ce_pool_release(codeexec_executor *executor, ce_supervisor *guest);

/** Stop giving a zygote guests; it leaves when its last one has ended. */
void ce_pool_retire(codeexec_executor *executor, ce_client *client);

/** Keep no more guests of a zygote waiting than so many. */
void ce_pool_lower(codeexec_executor *executor, const ce_client *client, uint32_t parked);

/** Keep a zygote that was forked from another one among the executor's. */
void ce_pool_adopt(codeexec_executor *executor, ce_client *client);

/** Stop every guest and zygote and wait for them. */
void ce_pool_stop(codeexec_executor *executor);

#endif
