/* SPDX-License-Identifier: MIT */
/** What a program reads from stdin: bytes of the request, or of a descriptor the caller lent us,
 * written to a pipe as fast as the program reads.
 */
#ifndef CE_RELAY_H
#define CE_RELAY_H

#include <stddef.h>

#include "loop.h"

typedef struct ce_relay {
    ce_loop *loop;
    ce_source sink;   /**< the pipe's write end, non-blocking */
    ce_source source; /**< the caller's descriptor, a duplicate; never made non-blocking, since
                         other processes share it */
    int always_ready; /**< source is a file, which epoll refuses and which never blocks */
    const char *data; /**< what is to be written next: of the request, or of buffer */
    size_t size;
    char *buffer; /**< for bytes of source */
} ce_relay;

/** Idle: closes nothing, relays nothing. */
void ce_relay_init(ce_relay *relay, ce_loop *loop);

/** Feed borrowed bytes, which must stay until ce_relay_close(). Takes the pipe's write end.
 *  @return 0 or -errno. */
int ce_relay_feed(ce_relay *relay, int sink, const char *data, size_t size);

/** Relay a descriptor until its end of file. Takes both. @return 0 or -errno. */
int ce_relay_connect(ce_relay *relay, int sink, int source);

/** Stop, which the program sees as end of file. */
void ce_relay_close(ce_relay *relay);

#endif
