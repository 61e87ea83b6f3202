/* SPDX-License-Identifier: MIT */
#include "http_input.h"

#include <stdbool.h>
#include <string.h>

/** @return the first byte that is no line end, dropping those before it; 0 if there is none */
static char first_byte(struct evbuffer *input)
{
    char byte;
    while (evbuffer_copyout(input, &byte, 1) == 1) {
        if (byte != '\r' && byte != '\n')
            return byte;
        evbuffer_drain(input, 1);
    }
    return 0;
}

static bool contains(struct evbuffer *input, size_t from, const char *what)
{
    struct evbuffer_ptr start;
    if (evbuffer_ptr_set(input, &start, from, EVBUFFER_PTR_SET) < 0)
        return false;
    return evbuffer_search(input, what, strlen(what), &start).pos >= 0;
}

http_input http_input_check(struct evbuffer *input, size_t *scanned, size_t limit)
{
    char first = first_byte(input);
    size_t size = evbuffer_get_length(input);
    /* An end may lie across the place where the last look stopped. */
    size_t from = *scanned > 3 ? *scanned - 3 : 0;
    if (first == 0)
        return HTTP_INPUT_PARTIAL;
    /* No method begins like that: TLS, most often. */
    if (first < 'A' || first > 'Z')
        return HTTP_INPUT_READY;
    /* The second form is none that the parser accepts, and nothing to wait for. */
    if (contains(input, from, "\n\r\n") || contains(input, from, "\n\n"))
        return HTTP_INPUT_READY;
    *scanned = size;
    return size > limit ? HTTP_INPUT_TOO_LONG : HTTP_INPUT_PARTIAL;
}
