/* SPDX-License-Identifier: MIT */
/** What a guest writes: kept up to a maximum, or handed on in pieces; always counted, always
 * drained. */
#ifndef CE_CAPTURE_H
#define CE_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/executor.h>

/** What may wait of one stream for the caller before the program has to. */
#define CE_STREAM_WAITING ((size_t)256 * 1024)

struct ce_capture;

/** A piece of output that waits for the caller. */
typedef struct ce_piece {
    struct ce_piece *next;
    struct ce_capture *source; /**< whose it is; NULL once that has ended */
    uint64_t ticket;
    codeexec_stream stream;
    size_t size;
    size_t room; /**< bytes of data allocated */
    char data[];
} ce_piece;

/** All pieces of an executor, oldest first. */
typedef struct ce_outlet {
    ce_piece *first;
    ce_piece *last;
    ce_piece *taken; /**< the caller is looking at it */
} ce_outlet;

/** One stream of one run. Zeroed memory is an empty capture that keeps nothing. */
typedef struct ce_capture {
    char *data;
    size_t size;
    size_t capacity;   /**< bytes allocated, room for a final NUL included */
    uint64_t maximum;  /**< bytes kept at most */
    uint64_t total;    /**< bytes written by the program */
    uint64_t lost;     /**< bytes of a streamed run that found no memory */
    ce_outlet *outlet; /**< where pieces go; NULL: bytes are kept */
    size_t waiting;    /**< memory of ours in the outlet */
    void *owner;       /**< for who takes pieces */
    uint64_t ticket;
    codeexec_stream stream;
} ce_capture;

typedef enum ce_capture_status {
    CE_CAPTURE_OPEN,   /**< more may come */
    CE_CAPTURE_CLOSED, /**< end of file, or the pipe is broken: never read again */
    CE_CAPTURE_FULL    /**< the caller has to take pieces first */
} ce_capture_status;

/** Keep up to maximum bytes. */
void ce_capture_keep(ce_capture *capture, uint64_t maximum);

/** Hand everything to the outlet instead. */
void ce_capture_stream(ce_capture *capture, ce_outlet *outlet, void *owner, uint64_t ticket,
                       codeexec_stream stream);

/** Read what a non-blocking pipe has, at most budget bytes. */
ce_capture_status ce_capture_read(ce_capture *capture, int fd, size_t budget);

/** The last read of a run that has ended: everything that is in the pipe now, and no more, since
 * what the program left running may go on writing. Takes no notice of CE_STREAM_WAITING. */
void ce_capture_drain(ce_capture *capture, int fd);

/** Whether a full stream has been taken far enough to be read again. */
int ce_capture_has_room(const ce_capture *capture);

/** Hand over the kept bytes, NUL-terminated; NULL if there are none. The caller frees them. */
char *ce_capture_take(ce_capture *capture, size_t *size);

/** Free what is kept, and disown the pieces that still wait. */
void ce_capture_clear(ce_capture *capture);

/** Take the oldest piece out; it stays valid until the next take. NULL if there is none. */
ce_piece *ce_outlet_take(ce_outlet *outlet);

/** Free the piece that was taken last: its memory is only promised until the next call. */
void ce_outlet_release(ce_outlet *outlet);

void ce_outlet_clear(ce_outlet *outlet);

#endif
