/* SPDX-License-Identifier: MIT */
/** The service: what is answered to which request, and the way from there to the executor and back.
 */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include <event2/event.h>

#include <codeexec/config.h>
#include <codeexec/executor.h>

typedef struct routes routes;

/** Serve from now on.
 *  @param executor borrowed; its results are taken here
 *  @param config   borrowed
 *  @param listener listening socket; taken, whatever the outcome
 *  @return NULL if memory or descriptors are short */
routes *routes_create(struct event_base *base, codeexec_executor *executor,
                      const codeexec_config *config, int listener);
/** Close all connections. NULL is fine. */
void routes_destroy(routes *self);

/** Take no new runs, finish those accepted, then leave the loop. */
void routes_drain(routes *self);

/** Runs accepted and not answered yet. */
size_t routes_pending(const routes *self);
/** Why the loop was left: 0, or 1 if the service cannot go on. */
int routes_exit_status(const routes *self);

#endif
