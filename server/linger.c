/* SPDX-License-Identifier: MIT */
#include "linger.h"

#include <stdlib.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>

typedef struct lingerer {
    linger_set *set;
    struct bufferevent *bev;
    struct event *deadline;
    struct lingerer *previous;
    struct lingerer *next;
    size_t dropped;
    bool end_seen;
} lingerer;

struct linger_set {
    struct event_base *base;
    void (*ended)(void *context);
    void *context;
    lingerer *first;
    size_t count;
};

static void release(lingerer *self)
{
    linger_set *set = self->set;
    if (self->previous)
        self->previous->next = self->next;
    else
        set->first = self->next;
    if (self->next)
        self->next->previous = self->previous;
    set->count--;
    if (self->deadline)
        event_free(self->deadline);
    bufferevent_free(self->bev);
    free(self);
}

static void finish(lingerer *self)
{
    linger_set *set = self->set;
    release(self);
    set->ended(set->context);
}

static size_t drop_input(lingerer *self)
{
    struct evbuffer *input = bufferevent_get_input(self->bev);
    size_t size = evbuffer_get_length(input);
    evbuffer_drain(input, size);
    return self->dropped += size;
}

static void on_input(struct bufferevent *bev, void *context)
{
    lingerer *self = context;
    if (drop_input(self) > LINGER_MAX_INPUT)
        finish(self);
}

static void late(evutil_socket_t fd, short what, void *context)
{
    finish(context);
}

/** Everything is sent. */
static void say_goodbye(struct bufferevent *bev, void *context)
{
    static const struct timeval patience = { LINGER_CLOSE_SECONDS, 0 };
    lingerer *self = context;
    if (evbuffer_get_length(bufferevent_get_output(bev)) > 0 || self->deadline)
        return;
    self->deadline = evtimer_new(self->set->base, late, self);
    if (self->end_seen || !self->deadline || evtimer_add(self->deadline, &patience) < 0 ||
        shutdown(bufferevent_getfd(bev), SHUT_WR) < 0)
        finish(self);
}

void linger_give_up(int fd)
{
    static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static void notice(struct bufferevent *bev, short what, void *context)
{
    lingerer *self = context;
    if (what & BEV_EVENT_TIMEOUT)
        linger_give_up(bufferevent_getfd(bev));
    /* A client that has said all it will say may still be reading. */
    if (what == (BEV_EVENT_READING | BEV_EVENT_EOF) && !self->deadline)
        self->end_seen = true;
    else
        finish(self);
}

linger_set *linger_create(struct event_base *base, void (*ended)(void *context), void *context)
{
    linger_set *self = calloc(1, sizeof(*self));
    if (self)
        *self = (linger_set){ .base = base, .ended = ended, .context = context };
    return self;
}

void linger_destroy(linger_set *self)
{
    if (!self)
        return;
    lingerer *next;
    for (lingerer *one = self->first; one; one = next) {
        next = one->next;
        release(one);
    }
    free(self);
}

void linger_take(linger_set *self, struct bufferevent *bev, bool end_seen)
{
    static const struct timeval patience = { LINGER_WRITE_SECONDS, 0 };
    lingerer *one = calloc(1, sizeof(*one));
    if (!one) {
        bufferevent_free(bev);
        self->ended(self->context);
        return;
    }
    *one = (lingerer){ .set = self, .bev = bev, .next = self->first, .end_seen = end_seen };
    if (self->first)
        self->first->previous = one;
    self->first = one;
    self->count++;
    bufferevent_setcb(bev, on_input, say_goodbye, notice, one);
    bufferevent_set_timeouts(bev, NULL, &patience);
    drop_input(one);
    /* Also when nothing is left to send: the callback then comes from the loop, as always. */
    bufferevent_enable(bev, end_seen ? EV_WRITE : EV_READ | EV_WRITE);
    bufferevent_trigger(bev, EV_WRITE, BEV_TRIG_DEFER_CALLBACKS);
}

size_t linger_count(const linger_set *self)
{
    return self->count;
}

size_t linger_unsent(const linger_set *self)
{
    size_t unsent = 0;
    for (const lingerer *one = self->first; one; one = one->next)
        unsent += evbuffer_get_length(bufferevent_get_output(one->bev));
    return unsent;
}
