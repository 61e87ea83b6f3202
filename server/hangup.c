/* SPDX-License-Identifier: MIT */
#include "hangup.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct hangup_watch {
    int epoll;
    struct event *event;
    void (*gone)(void *subject);
};

/** One at a time: what is done for one may end the watch of another that was reported with it. What
 *  is left keeps the set readable. */
static void report(evutil_socket_t fd, short what, void *context)
{
    hangup_watch *self = context;
    struct epoll_event found;
    if (epoll_wait(self->epoll, &found, 1, 0) == 1)
        self->gone(found.data.ptr);
}

hangup_watch *hangup_create(struct event_base *base, void (*gone)(void *subject))
{
    hangup_watch *self = calloc(1, sizeof(*self));
    if (!self)
        return NULL;
    self->gone = gone;
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (self->epoll >= 0)
        self->event = event_new(base, self->epoll, EV_READ | EV_PERSIST, report, self);
    if (!self->event || event_add(self->event, NULL) < 0) {
        hangup_destroy(self);
        return NULL;
    }
    return self;
}

void hangup_destroy(hangup_watch *self)
{
    if (!self)
        return;
    if (self->event)
        event_free(self->event);
    if (self->epoll >= 0)
        close(self->epoll);
    free(self);
}

int hangup_add(hangup_watch *self, int fd, void *subject)
{
    /* EPOLLERR and EPOLLHUP come unasked. */
    struct epoll_event wanted = { .events = EPOLLRDHUP, .data.ptr = subject };
    return epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &wanted) == 0 ? 0 : -errno;
}

void hangup_remove(hangup_watch *self, int fd)
{
    epoll_ctl(self->epoll, EPOLL_CTL_DEL, fd, NULL);
}
