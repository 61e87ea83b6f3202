/* SPDX-License-Identifier: MIT */
/** An HTTP/1.1 client over raw sockets that does nothing on its own: the tests decide what is sent
 *  when. */
#ifndef TEST_HTTP_H
#define TEST_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

typedef struct http_connection {
    int fd;
    text received; /**< read but not yet taken as a response */
} http_connection;

typedef struct http_response {
    int status;
    text head; /**< status line and headers, without the blank line */
    text body; /**< decoded */
} http_response;

typedef enum http_outcome {
    HTTP_RESPONSE,  /**< one response was taken */
    HTTP_CLOSED,    /**< the peer closed or reset before a whole response */
    HTTP_TIMED_OUT, /**< nothing whole came in time */
    HTTP_MALFORMED  /**< what came is no response */
} http_outcome;

/** Wrap a connected socket. */
void http_open(http_connection *self, int fd);
void http_close(http_connection *self);

/** Send bytes, waiting up to a minute for room. @return false if the peer is gone. */
bool http_send(http_connection *self, const void *data, size_t size);
bool http_send_text(http_connection *self, const char *data);
/** Send one request with a Content-Length body (NULL: none). `headers` end in CRLF each. */
bool http_send_request(http_connection *self, const char *method, const char *path,
                       const char *headers, const char *body);
/** Send one chunk of a chunked body; an empty one ends it. */
bool http_send_chunk(http_connection *self, const char *data, size_t size);
/** Say that nothing more will be sent. */
void http_shut_down_sending(http_connection *self);
/** Close with a reset, as a crashed client would. */
void http_reset(http_connection *self);

/** Take the next response; 1xx ones count. The response is freed and filled anew. */
http_outcome http_receive(http_connection *self, http_response *response, int timeout_ms);
/** Read whatever comes until the peer closes; false if it does not. */
bool http_drain(http_connection *self, int timeout_ms);
/** Whether something has come, or its end, that was not received yet. */
bool http_has_answer(const http_connection *self);

/** Copy a header's value, "" if there is none. */
const char *http_header(const http_response *response, const char *name, char *value, size_t size);
void http_response_free(http_response *self);

#define HTTP_RESPONSE_SCOPED   __attribute__((cleanup(http_response_free))) http_response
#define HTTP_CONNECTION_SCOPED __attribute__((cleanup(http_close))) http_connection

#endif
