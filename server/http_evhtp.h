/* SPDX-License-Identifier: MIT */
/** HTTP/1.1 over libevhtp, which only http_evhtp.c sees.
 *
 *  A whole request becomes an exchange and is handed to `handle`, always from the loop and never
 *  from within libevhtp. It is answered once with http_exchange_send(), then or later; until then
 *  the next request of its connection waits. Requests that are no proper HTTP, too large or too
 *  slow are answered here.
 */
#ifndef SERVER_HTTP_EVHTP_H
#define SERVER_HTTP_EVHTP_H

#include <stddef.h>
#include <stdint.h>

#include <event2/buffer.h>
#include <event2/event.h>

/** Request line and headers of one request, bytes. */
#define HTTP_MAX_HEADERS ((size_t)64 * 1024)
/** From the first byte of a request to the end of its headers. */
#define HTTP_HEADERS_SECONDS 30
/** Without a byte of the body that is awaited. */
#define HTTP_BODY_SECONDS 60
/** Between two requests. */
#define HTTP_IDLE_SECONDS 75
/** Without a byte of the answer being taken. */
#define HTTP_WRITE_SECONDS 60

typedef struct http_server http_server;
typedef struct http_exchange http_exchange;

typedef enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER } http_method;

typedef struct http_options {
    uint64_t body_bytes; /**< largest request body */
    uint64_t held_bytes; /**< of all bodies being received and answers not sent yet; beyond: 503 */
    size_t connections;  /**< at once; further ones wait in the listening socket's queue */
    /** A request is there. */
    void (*handle)(http_exchange *exchange, void *context);
    /** The client of an unanswered exchange is gone, and with this call the exchange. */
    void (*gone)(http_exchange *exchange, void *context);
    /** After http_server_drain(): everything is answered. May come more than once. */
    void (*drained)(void *context);
    void *context;
} http_options;

/** @param listener listening and non-blocking; taken, whatever the outcome
 *  @return NULL if memory or descriptors are short */
http_server *http_server_create(struct event_base *base, int listener, const http_options *options);
/** Close everything, without calling anybody. NULL is fine. */
void http_server_destroy(http_server *self);
/** Take no more connections, close each after its next answer, and say when nothing is open. */
void http_server_drain(http_server *self);

http_method http_exchange_method(const http_exchange *self);
/** The path without the query, as it was sent. */
const char *http_exchange_path(const http_exchange *self);
/** The body, freed when `handle` returns. NULL if there is none. */
struct evbuffer *http_exchange_body(const http_exchange *self);
/** Where the body of the answer is to be written. */
struct evbuffer *http_exchange_answer(const http_exchange *self);
/** Something of the handler's own. */
void http_exchange_set_context(http_exchange *self, void *context);
void *http_exchange_context(const http_exchange *self);

/** Answer with what was written to http_exchange_answer(). The exchange is over.
 *  @param header NULL, or the name of one more header and its value */
void http_exchange_send(http_exchange *self, int status, const char *header, const char *value);

#endif
