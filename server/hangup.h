/* SPDX-License-Identifier: MIT */
/** Clients that go away while nothing is read from them.
 *
 *  While a request is being worked on, its connection is not read, so neither end-of-file nor a
 *  reset shows. libevent's EV_CLOSED does not help: a reset arrives as EPOLLERR, which libevent
 *  hands to readers and writers only, and with none of them it would spin. So these connections are
 *  watched by an epoll set of their own, for nothing but their end; the loop watches that set.
 *
 *  A client that shuts down only its sending side looks the same and counts as gone.
 */
#ifndef SERVER_HANGUP_H
#define SERVER_HANGUP_H

#include <event2/event.h>

typedef struct hangup_watch hangup_watch;

/** @param gone called with what hangup_add() was given; nothing is watched for it any more
 *  @return NULL if memory or descriptors are short */
hangup_watch *hangup_create(struct event_base *base, void (*gone)(void *subject));
void hangup_destroy(hangup_watch *self);

/** Watch a socket. @return 0 or -errno */
int hangup_add(hangup_watch *self, int fd, void *subject);
/** Stop watching it: to be called before it is closed or read again. */
void hangup_remove(hangup_watch *self, int fd);

#endif
