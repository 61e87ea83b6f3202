/* SPDX-License-Identifier: MIT */
/** The one place an executor waits: descriptors, deadlines, and the safe end of both.
 *
 *  Handlers run from ce_loop_turn() only. A handler may close any source, disarm any timer and
 * retire any object: events of the same turn that were meant for them are dropped, and retired
 * objects are freed after the last handler of the turn.
 */
#ifndef CE_LOOP_H
#define CE_LOOP_H

#include <stddef.h>
#include <stdint.h>

typedef struct ce_loop ce_loop;

/** A descriptor of ours and who is called when it is ready. */
typedef struct ce_source {
    int fd;           /**< owned; -1 when closed */
    uint32_t watched; /**< epoll events asked for; 0: not in the epoll set */
    void (*ready)(void *owner, uint32_t events);
    void *owner;
} ce_source;

#define CE_TIMER_IDLE SIZE_MAX

/** A deadline. Room for it is reserved by ce_timer_init(), so that arming never fails. */
typedef struct ce_timer {
    uint64_t due_ns;
    size_t index; /**< in the heap, or CE_TIMER_IDLE */
    void (*fire)(void *owner);
    void *owner;
} ce_timer;

/** Embedded in objects that handlers may end. */
typedef struct ce_retired {
    struct ce_retired *next;
    void (*release)(void *owner);
    void *owner;
} ce_retired;

struct ce_loop {
    ce_source timer;  /**< timerfd */
    ce_source wakeup; /**< eventfd: readable while the caller has something to take */
    int epoll;
    int signaled;      /**< the eventfd's state */
    uint64_t armed_ns; /**< what the timerfd is set to; UINT64_MAX: to nothing */
    ce_timer **heap;   /**< nearest deadline first */
    size_t heap_size;
    size_t heap_room;     /**< what is allocated */
    size_t heap_reserved; /**< timers that exist */
    ce_retired *retired;
};

/** @return 0 or -errno; the loop can be given to ce_loop_clear() either way. */
int ce_loop_init(ce_loop *loop);
void ce_loop_clear(ce_loop *loop);

/** Wait for events at most timeout_ms (-1: without bound) and handle them.
 *  @return 0 or -errno. An interrupted wait is no error. */
int ce_loop_turn(ce_loop *loop, int timeout_ms);

/** Make the descriptor of the loop readable, or not, on behalf of the caller. */
void ce_loop_signal(ce_loop *loop, int on);

/** Set the timerfd if the nearest deadline is nearer than what it is set to. */
void ce_loop_arm(ce_loop *loop);

/** Call retired->release(retired->owner) when no handler can refer to the object any more. */
void ce_loop_retire(ce_loop *loop, ce_retired *retired, void (*release)(void *), void *owner);

/** Release what was retired. Only where no handler is running. */
void ce_loop_bury(ce_loop *loop);

/** A closed source. */
void ce_source_init(ce_source *source, void (*ready)(void *, uint32_t), void *owner);

/** Take a descriptor and watch it. On failure it is closed. @return 0 or -errno. */
int ce_source_open(ce_loop *loop, ce_source *source, int fd, uint32_t events);

/** Change what is watched; 0 takes it out of the set, so that not even a hang-up is reported.
 *  @return 0 or -errno. */
int ce_source_watch(ce_loop *loop, ce_source *source, uint32_t events);

/** Close it, if open. */
void ce_source_close(ce_loop *loop, ce_source *source);

/** @return 0 or -ENOMEM. */
int ce_timer_init(ce_loop *loop, ce_timer *timer, void (*fire)(void *), void *owner);

/** Disarm and give the reserved room back. Not for a timer that was never initialized. */
void ce_timer_clear(ce_loop *loop, ce_timer *timer);

/** Set, or move, its deadline: CLOCK_MONOTONIC. */
void ce_timer_arm(ce_loop *loop, ce_timer *timer, uint64_t due_ns);
void ce_timer_disarm(ce_loop *loop, ce_timer *timer);

#endif
