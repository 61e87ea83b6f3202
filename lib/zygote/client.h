/* SPDX-License-Identifier: MIT */
/** The library's side of one codeexec-zygote process: start it, speak with it, see it end.
 */
#ifndef CE_ZYGOTE_CLIENT_H
#define CE_ZYGOTE_CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <codeexec/error.h>

#include "cgroup/cgroup.h"
#include "loop.h"
#include "zygote/wire.h"

/** Bytes kept of what the zygote's interpreter last wrote to stdout or stderr. */
#define CE_CLIENT_LOG_SIZE 4096

typedef enum ce_client_state {
    CE_CLIENT_STARTING, /**< HELLO has not come yet */
    CE_CLIENT_READY,
    CE_CLIENT_LEAVING, /**< the channel is closed, the process has yet to end */
    CE_CLIENT_ENDED    /**< reaped; stays until its last guest has been given up */
} ce_client_state;

typedef struct ce_client ce_client;

/** What the executor is told. Called from ce_loop_turn() only. */
typedef struct ce_client_events {
    /** @param layers hello->layers_size bytes */
    void (*hello)(void *owner, ce_client *client, const ce_hello *hello, const char *layers);
    /** @param pidfd of the guest's init; taken */
    void (*spawned)(void *owner, ce_client *client, uint64_t guest_id, int pidfd);
    void (*spawn_failed)(void *owner, ce_client *client, const ce_failure *failure);
    void (*gone)(void *owner, ce_client *client, uint64_t guest_id);
    /** The process is no more; client->why says why if nobody asked it to leave. */
    void (*ended)(void *owner, ce_client *client);
} ce_client_events;

struct ce_client {
    ce_loop *loop;
    const ce_client_events *events;
    void *owner;
    ce_client *next; /**< the executor's */
    ce_client_state state;
    int retired;              /**< the executor's: takes no more guests */
    uint32_t guests;          /**< the executor's: how many there are */
    struct ce_layers *layers; /**< the executor's: what HELLO named; borrowed */
    uint64_t spawned;         /**< SPAWN frames sent */
    uint64_t ready_ns;        /**< when HELLO came */
    int blocked;              /**< the channel is full: no SPAWN can be sent now */
    int asked_to_leave;       /**< its end is no failure */
    int permanent;            /**< it said itself why it cannot start: another try would not help */
    ce_client *parent;   /**< the zygote it was forked from, which reaps it; NULL: we started it */
    uint32_t tier;       /**< the executor's: which tier it serves */
    uint32_t generation; /**< the executor's */
    uint32_t spawning;   /**< the executor's: guests on their way, */
    uint32_t parked;     /**< and waiting */
    uint64_t memory_bytes; /**< as HELLO told */
    pid_t pid;             /**< of one that we started */
    ce_source process;     /**< pidfd */
    ce_source channel;
    ce_source log;
    ce_timer timer; /**< of the start, then of the end */
    ce_retired burial;
    codeexec_error why; /**< code 0 while nothing is wrong */
    char log_tail[CE_CLIENT_LOG_SIZE];
    size_t log_size;
};

/** What a zygote is told in SETUP beside its settings. */
typedef struct ce_client_setup {
    ce_setup frame; /**< all but its header and settings_size */
    int bases[CE_CGROUP_MAX_BASES];
    int base_count;
} ce_client_setup;

/** What to start. All borrowed. */
typedef struct ce_client_options {
    char *python; /**< not changed; posix_spawn() asks for it without const */
    char *libexec;
    const char *settings;
    size_t settings_size;
    /** Fill in what SETUP says. Called when the interpreter has been started and is loading, so
     *  what takes time is better done here than before. @return 0 or a negative error code. */
    int (*prepare)(void *owner, ce_client_setup *setup, codeexec_error *error);
} ce_client_options;

/** Start a zygote and send it SETUP.
 *  @return 0, -CODEEXEC_ENOHELPER, -CODEEXEC_ENOMEM, -CODEEXEC_ESYSTEM, or what prepare returned.
 */
int ce_client_start(ce_client **out, ce_loop *loop, const ce_client_options *options,
                    const ce_client_events *events, void *owner, codeexec_error *error);

/** Have a zygote fork another one, which imports these modules too. Its HELLO and its end come as
 *  those of any zygote.
 *  @param modules NUL-terminated names, one after the other
 *  @return 0, -CODEEXEC_ENOMEM, -CODEEXEC_ESYSTEM. */
int ce_client_fork(ce_client **out, ce_client *parent, const char *modules, size_t modules_size,
                   codeexec_error *error);

/** Ask for a guest. @return 0 or -errno; after -EAGAIN client->blocked is set until it is worth
 *  another try. Both descriptors are borrowed. */
int ce_client_spawn(ce_client *client, uint64_t guest_id, uint32_t slot, int control, int verdict);

/** Whether the zygote is dead or dying, as far as the kernel knows by now. */
int ce_client_is_dying(const ce_client *client);

/** Close the channel, at which the zygote ends its guests and itself. */
void ce_client_leave(ce_client *client);

/** It does not behave: kill it, for the reason given. */
void ce_client_kill(ce_client *client, int code, const char *reason);

/** Wait at most timeout_ms for the process to end by itself, then kill it; reap it. For the
 * executor's end, where no loop turns any more. No event is delivered. */
void ce_client_stop(ce_client *client, int timeout_ms);

/** Close everything and free it, now or at the end of the loop's turn. */
void ce_client_destroy(ce_client *client);

#endif
