/* SPDX-License-Identifier: MIT */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

/** Bytes read ahead of what the program has taken, beside what the pipe holds. */
#define BUFFER_SIZE ((size_t)64 * 1024)

/** write() to a pipe without the SIGPIPE that would end the host when the program does not read:
 * there is no MSG_NOSIGNAL for pipes, and a library does not touch handlers. The signal is raised
 * in this thread, so blocking and taking it here is enough. */
static ssize_t write_quietly(int fd, const char *data, size_t size)
{
    const struct timespec at_once = { 0, 0 };
    sigset_t broken_pipe;
    sigset_t before;
    sigset_t pending;

    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE) == 1;
    if (pthread_sigmask(SIG_BLOCK, &broken_pipe, &before) != 0) {
        errno = EINVAL;
        return -1;
    }
    ssize_t count;
    do
        count = write(fd, data, size);
    while (count < 0 && errno == EINTR);
    int failure = errno;
    if (count < 0 && failure == EPIPE && !was_pending)
        while (sigtimedwait(&broken_pipe, NULL, &at_once) < 0 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = failure;
    return count;
}

/** Write what there is. @return 1 if all of it went, 0 if the pipe is full, -1 if nobody reads it.
 */
static int flush(ce_relay *relay)
{
    while (relay->size > 0) {
        ssize_t count = write_quietly(relay->sink.fd, relay->data, relay->size);
        if (count < 0)
            return errno == EAGAIN ? 0 : -1;
        relay->data += count;
        relay->size -= (size_t)count;
    }
    return 1;
}

/** Read once. Only called when the source is known to be ready, since it may block.
 *  @return 1 if bytes came, 0 if there are none now, -1 at the end */
static int refill(ce_relay *relay)
{
    ssize_t count = read(relay->source.fd, relay->buffer, BUFFER_SIZE);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (count <= 0)
        return -1;
    relay->data = relay->buffer;
    relay->size = (size_t)count;
    return 1;
}

/** Watch the one side that has to move next, so that neither makes the loop turn for nothing. */
static void await(ce_relay *relay, int sink_is_next)
{
    int status = ce_source_watch(relay->loop, &relay->sink, sink_is_next ? EPOLLOUT : 0);
    if (status == 0 && relay->source.fd >= 0 && !relay->always_ready)
        status = ce_source_watch(relay->loop, &relay->source, sink_is_next ? 0 : EPOLLIN);
    if (status < 0)
        ce_relay_close(relay);
}

static void sink_ready(void *owner, uint32_t events)
{
    ce_relay *relay = owner;
    int flushed = flush(relay);
    if (flushed > 0 && relay->always_ready) {
        /* One buffer per turn, so that a large file does not keep the loop from other runs. */
        int filled = refill(relay);
        flushed = filled < 0 ? -1 : filled == 0 ? 0 : flush(relay);
        flushed = flushed > 0 ? 0 : flushed;
    }
    if (flushed < 0 || (flushed > 0 && relay->source.fd < 0))
        ce_relay_close(relay);
    else
        await(relay, flushed == 0);
}

static void source_ready(void *owner, uint32_t events)
{
    ce_relay *relay = owner;
    int filled = refill(relay);
    int flushed = filled > 0 ? flush(relay) : filled;
    if (filled < 0 || flushed < 0)
        ce_relay_close(relay);
    else
        await(relay, filled > 0 && flushed == 0);
}

void ce_relay_init(ce_relay *relay, ce_loop *loop)
{
    *relay = (ce_relay){ .loop = loop };
    ce_source_init(&relay->sink, sink_ready, relay);
    ce_source_init(&relay->source, source_ready, relay);
}

/** Take the write end without watching it yet. */
static int take_sink(ce_relay *relay, int sink)
{
    relay->sink.fd = sink;
    return fcntl(sink, F_SETFL, O_NONBLOCK | O_WRONLY) < 0 ? -errno : 0;
}

int ce_relay_feed(ce_relay *relay, int sink, const char *data, size_t size)
{
    int status = take_sink(relay, sink);
    if (status < 0) {
        ce_relay_close(relay);
        return status;
    }
    relay->data = data;
    relay->size = size;
    sink_ready(relay, EPOLLOUT);
    return 0;
}

int ce_relay_connect(ce_relay *relay, int sink, int source)
{
    relay->source.fd = source;
    int status = take_sink(relay, sink);
    relay->buffer = malloc(BUFFER_SIZE);
    if (!relay->buffer)
        status = -ENOMEM;
    if (status == 0)
        status = ce_source_watch(relay->loop, &relay->source, EPOLLIN);
    if (status == -EPERM) {
        relay->always_ready = 1;
        status = ce_source_watch(relay->loop, &relay->sink, EPOLLOUT);
    }
    if (status < 0)
        ce_relay_close(relay);
    return status;
}

void ce_relay_close(ce_relay *relay)
{
    ce_source_close(relay->loop, &relay->sink);
    ce_source_close(relay->loop, &relay->source);
    free(relay->buffer);
    relay->buffer = NULL;
    relay->data = NULL;
    relay->size = 0;
}
