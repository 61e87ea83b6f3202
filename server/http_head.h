/* SPDX-License-Identifier: MIT */
/** Status line and headers of an answer. */
#ifndef SERVER_HTTP_HEAD_H
#define SERVER_HTTP_HEAD_H

#include <stddef.h>

#include <event2/buffer.h>

typedef struct http_head {
    int status;
    size_t length;          /**< of the JSON body that follows */
    const char *connection; /**< value of "Connection", or NULL */
    const char *header;     /**< one more header, or NULL */
    const char *value;
} http_head;

/** @return 0, or -1 if memory was short */
int http_head_write(struct evbuffer *to, const http_head *head);

#endif
