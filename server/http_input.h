/* SPDX-License-Identifier: MIT */
/** Is the head of a request there as a whole?
 *
 *  The parser of libevhtp 1.2.18 looks one byte beyond its input when that ends within the path,
 *  and takes what it finds there for a part of it. So it is only ever given whole heads.
 */
#ifndef SERVER_HTTP_INPUT_H
#define SERVER_HTTP_INPUT_H

#include <stddef.h>

#include <event2/buffer.h>

typedef enum http_input {
    HTTP_INPUT_PARTIAL, /**< wait for more */
    HTTP_INPUT_READY,   /**< a whole head, or what will never be one: the parser's turn */
    HTTP_INPUT_TOO_LONG /**< no end within the limit */
} http_input;

/** Look at the start of a connection's input. Line ends before a request are dropped.
 *  @param scanned how much was looked at before; 0 for each new request, else left alone */
http_input http_input_check(struct evbuffer *input, size_t *scanned, size_t limit);

#endif
