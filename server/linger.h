/* SPDX-License-Identifier: MIT */
/** Connections whose last answer is on its way.
 *
 *  Closing a socket with unread bytes in it makes the kernel send a reset, and a client that is
 *  still sending may then lose the answer it was given (413 above all). So the answer is flushed,
 *  our sending side shut down, and what still comes is read and dropped until the client closes
 *  too, for a short while.
 */
#ifndef SERVER_LINGER_H
#define SERVER_LINGER_H

#include <stdbool.h>
#include <stddef.h>

#include <event2/bufferevent.h>

/** Without progress for so long, the rest of an answer is given up. */
#define LINGER_WRITE_SECONDS 60
/** So long the client is waited for once everything was sent. */
#define LINGER_CLOSE_SECONDS 2
/** So much more of its input is read: enough for a body that is somewhat too large. */
#define LINGER_MAX_INPUT ((size_t)32 * 1024 * 1024)

typedef struct linger_set linger_set;

/** @param ended called after each connection's end
 *  @return NULL if memory is short */
linger_set *linger_create(struct event_base *base, void (*ended)(void *context), void *context);
/** Closes what is left, without calling `ended`. */
void linger_destroy(linger_set *self);

/** Take a connection over. Its output is what is still to be sent.
 *  @param end_seen the client has shut down its sending side already */
void linger_take(linger_set *self, struct bufferevent *bev, bool end_seen);

/** Have the socket's close() drop what the peer does not take, and say so with a reset. Else the
 *  kernel would keep megabytes for a peer that stopped reading. */
void linger_give_up(int fd);

size_t linger_count(const linger_set *self);
/** Bytes that wait to be sent. */
size_t linger_unsent(const linger_set *self);

#endif
