/* SPDX-License-Identifier: MIT */
/** JSON text, written straight into an evbuffer: ten megabytes of output take some ten
 *  milliseconds, and no tree of objects is built for them. */
#ifndef SERVER_JSON_WRITE_H
#define SERVER_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include <event2/buffer.h>

typedef struct json_writer {
    struct evbuffer *out;
    struct evbuffer_iovec space; /**< reserved at the end of `out`, not committed yet */
    size_t used;                 /**< of it */
    bool failed;                 /**< memory was short: what is in `out` is worthless */
} json_writer;

/** Start writing at the end of a buffer, which nobody else may touch until the end. */
void json_write_begin(json_writer *self, struct evbuffer *out);
/** @return 0, or -1 if memory was short */
int json_write_end(json_writer *self);

/** Text as it is: punctuation, names, literals. */
void json_write_raw(json_writer *self, const char *text);
/** printf for numbers: at most 63 characters. */
void json_write_format(json_writer *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/** A quoted string of bytes that may be anything: invalid UTF-8 becomes U+FFFD. */
void json_write_string(json_writer *self, const char *data, size_t size);

#endif
