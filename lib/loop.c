/* SPDX-License-Identifier: MIT */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/fd.h"

/** Events taken per turn. What does not fit comes with the next one: everything is level-triggered.
 */
#define EVENTS_PER_TURN 64

/* ---- timers: a binary heap ---- */

static void heap_put(ce_loop *loop, size_t index, ce_timer *timer)
{
    loop->heap[index] = timer;
    timer->index = index;
}

static void heap_sift_up(ce_loop *loop, ce_timer *timer)
{
    size_t index = timer->index;
    while (index > 0) {
        ce_timer *parent = loop->heap[(index - 1) / 2];
        if (parent->due_ns <= timer->due_ns)
            break;
        heap_put(loop, index, parent);
        index = (index - 1) / 2;
    }
    heap_put(loop, index, timer);
}

static void heap_sift_down(ce_loop *loop, ce_timer *timer)
{
    size_t index = timer->index;
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= loop->heap_size)
            break;
        if (child + 1 < loop->heap_size &&
            loop->heap[child + 1]->due_ns < loop->heap[child]->due_ns)
            child++;
        if (timer->due_ns <= loop->heap[child]->due_ns)
            break;
        heap_put(loop, index, loop->heap[child]);
        index = child;
    }
    heap_put(loop, index, timer);
}

int ce_timer_init(ce_loop *loop, ce_timer *timer, void (*fire)(void *), void *owner)
{
    if (loop->heap_reserved == loop->heap_room) {
        size_t room = loop->heap_room ? loop->heap_room * 2 : 16;
        ce_timer **heap = realloc(loop->heap, room * sizeof(ce_timer *));
        if (!heap)
            return -ENOMEM;
        loop->heap = heap;
        loop->heap_room = room;
    }
    loop->heap_reserved++;
    *timer = (ce_timer){ .index = CE_TIMER_IDLE, .fire = fire, .owner = owner };
    return 0;
}

void ce_timer_clear(ce_loop *loop, ce_timer *timer)
{
    ce_timer_disarm(loop, timer);
    loop->heap_reserved--;
}

void ce_timer_arm(ce_loop *loop, ce_timer *timer, uint64_t due_ns)
{
    ce_timer_disarm(loop, timer);
    timer->due_ns = due_ns;
    heap_put(loop, loop->heap_size++, timer);
    heap_sift_up(loop, timer);
}

void ce_timer_disarm(ce_loop *loop, ce_timer *timer)
{
    if (timer->index == CE_TIMER_IDLE)
        return;
    ce_timer *last = loop->heap[--loop->heap_size];
    if (last != timer) {
        heap_put(loop, timer->index, last);
        heap_sift_up(loop, last);
        heap_sift_down(loop, last);
    }
    timer->index = CE_TIMER_IDLE;
}

static void fire_due(ce_loop *loop)
{
    if (loop->heap_size == 0)
        return;
    uint64_t now = ce_now_ns();
    while (loop->heap_size > 0 && loop->heap[0]->due_ns <= now) {
        ce_timer *timer = loop->heap[0];
        ce_timer_disarm(loop, timer);
        timer->fire(timer->owner);
    }
}

/* A deadline that moves away leaves the timerfd as it is: it then fires once for nothing, which is
   rarer and cheaper than setting it anew at every step of every run. */
void ce_loop_arm(ce_loop *loop)
{
    if (loop->heap_size == 0 || loop->heap[0]->due_ns >= loop->armed_ns)
        return;
    uint64_t due = loop->heap[0]->due_ns;
    struct itimerspec spec = { .it_value = { .tv_sec = (time_t)(due / CE_NS_PER_SECOND),
                                             .tv_nsec = (long)(due % CE_NS_PER_SECOND) } };
    if (timerfd_settime(loop->timer.fd, TFD_TIMER_ABSTIME, &spec, NULL) == 0)
        loop->armed_ns = due;
}

/** Expired timers are fired at the end of every turn anyway; this only takes the event away. */
static void timer_ready(void *owner, uint32_t events)
{
    ce_loop *loop = owner;
    uint64_t expirations;
    if (read(loop->timer.fd, &expirations, sizeof(expirations)) > 0)
        loop->armed_ns = UINT64_MAX;
}

/* ---- sources ---- */

void ce_source_init(ce_source *source, void (*ready)(void *, uint32_t), void *owner)
{
    *source = (ce_source){ .fd = -1, .ready = ready, .owner = owner };
}

int ce_source_open(ce_loop *loop, ce_source *source, int fd, uint32_t events)
{
    source->fd = fd;
    source->watched = 0;
    int status = ce_source_watch(loop, source, events);
    if (status < 0)
        ce_close(&source->fd);
    return status;
}

int ce_source_watch(ce_loop *loop, ce_source *source, uint32_t events)
{
    if (source->watched == events)
        return 0;
    struct epoll_event event = { .events = events, .data.ptr = source };
    int operation = source->watched == 0 ? EPOLL_CTL_ADD
                    : events == 0        ? EPOLL_CTL_DEL
                                         : EPOLL_CTL_MOD;
    if (epoll_ctl(loop->epoll, operation, source->fd, &event) < 0)
        return -errno;
    source->watched = events;
    return 0;
}

void ce_source_close(ce_loop *loop, ce_source *source)
{
    if (source->fd < 0)
        return;
    /* By hand: were the host to fork, its child would hold the same open file, and closing alone
       would leave it in the set with a pointer to freed memory. */
    ce_source_watch(loop, source, 0);
    source->watched = 0;
    ce_close(&source->fd);
}

/* ---- the loop ---- */

/** The eventfd is there to be seen by whoever polls the loop's descriptor; nothing is to be done.
 */
static void wakeup_ready(void *owner, uint32_t events)
{
}

int ce_loop_init(ce_loop *loop)
{
    memset(loop, 0, sizeof(*loop));
    loop->armed_ns = UINT64_MAX;
    ce_source_init(&loop->timer, timer_ready, loop);
    ce_source_init(&loop->wakeup, wakeup_ready, loop);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0)
        return -errno;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd < 0)
        return -errno;
    int status = ce_source_open(loop, &loop->timer, fd, EPOLLIN);
    if (status < 0)
        return status;
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return -errno;
    return ce_source_open(loop, &loop->wakeup, fd, EPOLLIN);
}

void ce_loop_clear(ce_loop *loop)
{
    ce_loop_bury(loop);
    ce_source_close(loop, &loop->timer);
    ce_source_close(loop, &loop->wakeup);
    ce_close(&loop->epoll);
    free(loop->heap);
    loop->heap = NULL;
}

void ce_loop_signal(ce_loop *loop, int on)
{
    uint64_t count = 1;
    if (loop->signaled == on)
        return;
    ssize_t done = on ? write(loop->wakeup.fd, &count, sizeof(count))
                      : read(loop->wakeup.fd, &count, sizeof(count));
    if (done > 0)
        loop->signaled = on;
}

void ce_loop_retire(ce_loop *loop, ce_retired *retired, void (*release)(void *), void *owner)
{
    *retired = (ce_retired){ .next = loop->retired, .release = release, .owner = owner };
    loop->retired = retired;
}

void ce_loop_bury(ce_loop *loop)
{
    while (loop->retired) {
        ce_retired *retired = loop->retired;
        loop->retired = retired->next;
        retired->release(retired->owner);
    }
}

int ce_loop_turn(ce_loop *loop, int timeout_ms)
{
    struct epoll_event events[EVENTS_PER_TURN];
    int count = epoll_wait(loop->epoll, events, EVENTS_PER_TURN, timeout_ms);
    if (count < 0 && errno != EINTR)
        return -errno;
    for (int i = 0; i < count; i++) {
        ce_source *source = events[i].data.ptr;
        if (source->fd >= 0 && source->watched != 0)
            source->ready(source->owner, events[i].events);
    }
    fire_due(loop);
    ce_loop_bury(loop);
    return 0;
}
