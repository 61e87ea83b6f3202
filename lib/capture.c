/* SPDX-License-Identifier: MIT */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/** First allocation of a stream that is kept. */
#define FIRST_CAPACITY 4096u
/** Bytes that are handed on, or read past the maximum, go through a buffer of this size: the
 * largest piece there is. */
#define SCRATCH_SIZE 32768u
/** Least room of a piece. */
#define PIECE_MIN_ROOM 1024u
/** What a pipe holds when it is made. A program that writes more than that gets a wider one, so
 * that it and the reader take fewer turns. */
#define PIPE_SIZE      65536u
#define WIDE_PIPE_SIZE 1048576
/** From this size on a buffer asks for huge pages: to fill it costs a fault for each page. */
#define HUGE_CAPACITY ((size_t)4 * 1024 * 1024)
#define PAGE_MASK     ((uintptr_t)4095)

/** What a piece counts for while it waits: the memory it takes. */
static size_t piece_weight(const ce_piece *piece)
{
    return sizeof(*piece) + piece->room;
}

void ce_capture_keep(ce_capture *capture, uint64_t maximum)
{
    memset(capture, 0, sizeof(*capture));
    capture->maximum = maximum;
}

void ce_capture_stream(ce_capture *capture, ce_outlet *outlet, void *owner, uint64_t ticket,
                       codeexec_stream stream)
{
    memset(capture, 0, sizeof(*capture));
    capture->outlet = outlet;
    capture->owner = owner;
    capture->ticket = ticket;
    capture->stream = stream;
}

static ssize_t read_some(int fd, void *buffer, size_t size)
{
    ssize_t count;
    do
        count = read(fd, buffer, size);
    while (count < 0 && errno == EINTR);
    return count;
}

/* ---- keeping ---- */

/** How many bytes can be kept now, after growing the buffer if that is possible. */
static size_t kept_room(ce_capture *capture)
{
    if (capture->size >= capture->maximum)
        return 0;
    if (capture->capacity < capture->size + 2) {
        /* One byte more than what is kept: takers expect a NUL behind it. */
        uint64_t wanted = capture->capacity ? (uint64_t)capture->capacity * 2 : FIRST_CAPACITY;
        if (wanted > capture->maximum + 1)
            wanted = capture->maximum + 1;
        char *grown = wanted <= SIZE_MAX ? realloc(capture->data, (size_t)wanted) : NULL;
        if (!grown) {
            /* Out of memory is a smaller maximum: the rest is counted and thrown away. */
            capture->maximum = capture->size;
            return 0;
        }
        capture->data = grown;
        capture->capacity = (size_t)wanted;
        if (capture->capacity >= HUGE_CAPACITY) {
            const uintptr_t start = ((uintptr_t)grown + PAGE_MASK) & ~PAGE_MASK;
            const uintptr_t end = ((uintptr_t)grown + capture->capacity) & ~PAGE_MASK;
            madvise((void *)start, end - start, MADV_HUGEPAGE); /* or small ones it is */
        }
    }
    return capture->capacity - 1 - capture->size;
}

/** @return as read(); *asked says whether less than what was asked for came */
static ssize_t keep_some(ce_capture *capture, int fd, size_t limit, size_t *asked)
{
    char scratch[SCRATCH_SIZE];
    size_t room = kept_room(capture);
    char *target = room > 0 ? capture->data + capture->size : scratch;
    if (room == 0)
        room = sizeof(scratch);
    *asked = room < limit ? room : limit;
    ssize_t count = read_some(fd, target, *asked);
    if (count > 0 && target != scratch)
        capture->size += (size_t)count;
    return count;
}

/* ---- streaming ---- */

/** Where size more bytes of this stream go: the last piece if it is ours and has room, so that a
 * program that writes byte by byte does not cost a piece for each; else a new one at the end. */
static ce_piece *piece_for(ce_capture *capture, size_t size)
{
    ce_outlet *outlet = capture->outlet;
    if (outlet->last && outlet->last->source == capture &&
        outlet->last->room - outlet->last->size >= size)
        return outlet->last;

    size_t room = size > PIECE_MIN_ROOM ? size : PIECE_MIN_ROOM;
    ce_piece *piece = malloc(sizeof(*piece) + room);
    if (!piece)
        return NULL;
    *piece = (ce_piece){
        .source = capture, .ticket = capture->ticket, .stream = capture->stream, .room = room
    };
    if (outlet->last)
        outlet->last->next = piece;
    else
        outlet->first = piece;
    outlet->last = piece;
    capture->waiting += piece_weight(piece);
    return piece;
}

static ssize_t stream_some(ce_capture *capture, int fd, size_t limit, size_t *asked)
{
    char scratch[SCRATCH_SIZE];
    *asked = sizeof(scratch) < limit ? sizeof(scratch) : limit;
    ssize_t count = read_some(fd, scratch, *asked);
    if (count <= 0)
        return count;
    ce_piece *piece = piece_for(capture, (size_t)count);
    if (piece) {
        memcpy(piece->data + piece->size, scratch, (size_t)count);
        piece->size += (size_t)count;
    } else {
        capture->lost += (uint64_t)count;
    }
    return count;
}

int ce_capture_has_room(const ce_capture *capture)
{
    return !capture->outlet || capture->waiting < CE_STREAM_WAITING;
}

/* ---- both ---- */

static ce_capture_status read_up_to(ce_capture *capture, int fd, size_t budget, int bounded)
{
    while (budget > 0) {
        size_t asked;
        if (bounded && !ce_capture_has_room(capture))
            return CE_CAPTURE_FULL;
        ssize_t count = capture->outlet ? stream_some(capture, fd, budget, &asked)
                                        : keep_some(capture, fd, budget, &asked);
        if (count < 0)
            return errno == EAGAIN ? CE_CAPTURE_OPEN : CE_CAPTURE_CLOSED;
        if (count == 0)
            return CE_CAPTURE_CLOSED;
        if (!capture->outlet && capture->total < PIPE_SIZE &&
            capture->total + (uint64_t)count >= PIPE_SIZE)
            fcntl(fd, F_SETPIPE_SZ, WIDE_PIPE_SIZE); /* within what a user may have; or it stays */
        capture->total += (uint64_t)count;
        budget -= (size_t)count;
        if ((size_t)count < asked)
            return CE_CAPTURE_OPEN; /* the pipe is empty; no second call to hear it say so */
    }
    return CE_CAPTURE_OPEN;
}

ce_capture_status ce_capture_read(ce_capture *capture, int fd, size_t budget)
{
    return read_up_to(capture, fd, budget, 1);
}

void ce_capture_drain(ce_capture *capture, int fd)
{
    int left = 0;
    if (ioctl(fd, FIONREAD, &left) < 0)
        return;
    while (left > 0) {
        uint64_t before = capture->total;
        ce_capture_status status = read_up_to(capture, fd, (size_t)left, 0);
        if (status == CE_CAPTURE_CLOSED || capture->total == before)
            return;
        left -= (int)(capture->total - before);
    }
}

char *ce_capture_take(ce_capture *capture, size_t *size)
{
    char *data = capture->data;
    *size = capture->size;
    if (data)
        data[capture->size] = '\0';
    if (data && capture->capacity > 2 * (capture->size + 1)) {
        char *smaller = realloc(data, capture->size + 1);
        data = smaller ? smaller : data;
    }
    capture->data = NULL;
    capture->size = capture->capacity = 0;
    return data;
}

void ce_capture_clear(ce_capture *capture)
{
    free(capture->data);
    capture->data = NULL;
    capture->size = capture->capacity = 0;
    if (!capture->outlet)
        return;
    for (ce_piece *piece = capture->outlet->first; piece; piece = piece->next)
        if (piece->source == capture)
            piece->source = NULL;
    capture->outlet = NULL;
}

/* ---- the outlet ---- */

ce_piece *ce_outlet_take(ce_outlet *outlet)
{
    ce_outlet_release(outlet);
    ce_piece *piece = outlet->first;
    if (!piece)
        return NULL;
    outlet->first = piece->next;
    if (!outlet->first)
        outlet->last = NULL;
    if (piece->source)
        piece->source->waiting -= piece_weight(piece);
    outlet->taken = piece;
    return piece;
}

void ce_outlet_release(ce_outlet *outlet)
{
    free(outlet->taken);
    outlet->taken = NULL;
}

void ce_outlet_clear(ce_outlet *outlet)
{
    while (ce_outlet_take(outlet))
        ;
    ce_outlet_release(outlet);
}
