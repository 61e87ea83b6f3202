/* SPDX-License-Identifier: MIT */
/** bench/limit.py, one process of it per slot, over pipes that were inherited: a request is its
 * length and the program; the program's output comes on one pipe, its wait status behind it on
 * another.
 */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define READ_AT_ONCE ((size_t)64 << 10)

static void drain_output(load_slot *slot)
{
    static char waste[READ_AT_ONCE];
    ssize_t got;
    while ((got = read(slot->fds[2], waste, sizeof(waste))) > 0)
        slot->received += (size_t)got;
}

static void on_output(load_slot *slot, uint32_t events)
{
    (void)events;
    drain_output(slot);
}

static void on_status(load_slot *slot, uint32_t events)
{
    int32_t status;
    char why[64];
    (void)events;
    if (read(slot->fds[1], &status, sizeof(status)) != (ssize_t)sizeof(status)) {
        fputs("bench_load: the limit program has ended\n", stderr);
        exit(1);
    }
    drain_output(slot); /* all of it is in the pipe: the program has ended */
    snprintf(why, sizeof(why), "wait status %#x, %zu bytes", (unsigned)status, slot->received);
    load_done(slot, status == 0 && slot->received >= slot->run->options.least_bytes, why);
}

static int open_pipes(load_slot *slot)
{
    const char *at = slot->run->options.pipes;
    for (int i = 0; at && i < slot->index; i++) {
        at = strchr(at, ',');
        at = at ? at + 1 : NULL;
    }
    if (!at || sscanf(at, "%d:%d:%d", &slot->fds[0], &slot->fds[1], &slot->fds[2]) != 3) {
        fputs("bench_load: --pipes names too few for --in-flight\n", stderr);
        return -1;
    }
    fcntl(slot->fds[2], F_SETFL, O_NONBLOCK);
    return load_watch_fd(slot, &slot->watches[0], slot->fds[1], EPOLLIN, on_status) < 0 ||
                   load_watch_fd(slot, &slot->watches[1], slot->fds[2], EPOLLIN, on_output) < 0
               ? -1
               : 0;
}

static int begin(load_slot *slot)
{
    const load_buffer *program = &slot->run->request;
    uint32_t size = (uint32_t)program->used;
    slot->received = 0;
    /* Blocking: it waits for nothing else, and reads at once. */
    if (write(slot->fds[0], &size, sizeof(size)) == (ssize_t)sizeof(size) &&
        write(slot->fds[0], program->data, program->used) == (ssize_t)program->used)
        return 0;
    perror("bench_load: write");
    return -1;
}

const load_transport load_pipes = { .open = open_pipes, .begin = begin };
