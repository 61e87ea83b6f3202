/* SPDX-License-Identifier: MIT */
#include "json_write.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define SMALL_BLOCK 4096
#define LARGE_BLOCK (256 * 1024)

void json_write_begin(json_writer *self, struct evbuffer *out)
{
    *self = (json_writer){ .out = out };
}

static void commit(json_writer *self)
{
    if (self->used > 0) {
        self->space.iov_len = self->used;
        self->failed |= evbuffer_commit_space(self->out, &self->space, 1) != 0;
    }
    self->space = (struct evbuffer_iovec){ NULL, 0 };
    self->used = 0;
}

int json_write_end(json_writer *self)
{
    commit(self);
    return self->failed ? -1 : 0;
}

static void refill(json_writer *self)
{
    commit(self);
    /* Most answers are small; those that are not shall not be a thousand pieces. */
    size_t block = evbuffer_get_length(self->out) < SMALL_BLOCK ? SMALL_BLOCK : LARGE_BLOCK;
    if (evbuffer_reserve_space(self->out, (ev_ssize_t)block, &self->space, 1) < 1)
        self->failed = true;
}

static void put(json_writer *self, const void *data, size_t size)
{
    const char *from = data;
    while (size > 0 && !self->failed) {
        size_t room = self->space.iov_len - self->used;
        size_t piece = size < room ? size : room;
        if (piece == 0) {
            refill(self);
            continue;
        }
        memcpy((char *)self->space.iov_base + self->used, from, piece);
        self->used += piece;
        from += piece;
        size -= piece;
    }
}

void json_write_raw(json_writer *self, const char *text)
{
    put(self, text, strlen(text));
}

void json_write_format(json_writer *self, const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is, one line up
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(text))
        self->failed = true;
    else
        put(self, text, (size_t)length);
}

/** What a byte needs: nothing, a backslash before this letter, \u00XX ('u'), or a closer look. */
#define ABOVE_ASCII 1
static const unsigned char escapes[256] = {
    [0x00 ... 0x07] = 'u',
    ['\b'] = 'b',
    ['\t'] = 't',
    ['\n'] = 'n',
    [0x0b] = 'u',
    ['\f'] = 'f',
    ['\r'] = 'r',
    ['"'] = '"',
    ['\\'] = '\\',
    [0x0e ... 0x1f] = 'u',
    [0x80 ... 0xff] = ABOVE_ASCII,
};

static void put_escape(json_writer *self, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    char text[6] = { '\\', (char)escapes[byte], '0', '0', digits[byte >> 4], digits[byte & 15] };
    put(self, text, escapes[byte] == 'u' ? 6 : 2);
}

/** Bytes from the start that stand in JSON as they are. */
static size_t plain_run(const unsigned char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        bool cut;
        if (escapes[text[at]] == 0) {
            at++;
            continue;
        }
        int length = escapes[text[at]] == ABOVE_ASCII ? utf8_next(text + at, size - at, &cut) : -1;
        if (length < 0)
            break;
        at += (size_t)length;
    }
    return at;
}

void json_write_string(json_writer *self, const char *data, size_t size)
{
    const unsigned char *text = (const unsigned char *)data;
    put(self, "\"", 1);
    for (size_t at = 0; at < size && !self->failed;) {
        size_t run = plain_run(text + at, size - at);
        put(self, text + at, run);
        at += run;
        if (at == size)
            break;
        if (escapes[text[at]] == ABOVE_ASCII) {
            bool cut;
            put(self, "\xef\xbf\xbd", 3);
            at += (size_t)-utf8_next(text + at, size - at, &cut);
        } else {
            put_escape(self, text[at++]);
        }
    }
    put(self, "\"", 1);
}
