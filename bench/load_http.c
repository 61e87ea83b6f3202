/* SPDX-License-Identifier: MIT */
/** HTTP/1.1 over one connection per slot that stays open. Answers must have a Content-Length. */
#include "load.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_AT_ONCE ((size_t)256 << 10)
/** The exit code comes behind the output; what follows it is shorter. */
#define TAIL 4096

static load_buffer message; /**< the same for all */

static void make_message(const load_run *run)
{
    const load_options *options = &run->options;
    const load_buffer *body = &run->request;
    char *text = load_buffer_reserve(&message, body->used + strlen(options->path) + 256);
    int length =
        options->body_path
            ? sprintf(text,
                      "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                      "Content-Length: %zu\r\n\r\n",
                      options->path, options->host, body->used)
            : sprintf(text, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", options->path, options->host);
    if (body->used > 0)
        memcpy(text + length, body->data, body->used);
    message.used = (size_t)length + body->used;
}

static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *addresses;
    int error = getaddrinfo(host, port, &hints, &addresses);
    if (error != 0) {
        fprintf(stderr, "bench_load: %s: %s\n", host, gai_strerror(error));
        return -1;
    }
    int fd = socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    if (fd < 0 || connect(fd, addresses->ai_addr, addresses->ai_addrlen) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0) {
        perror("bench_load: connect");
        freeaddrinfo(addresses);
        return -1;
    }
    freeaddrinfo(addresses);
    return fd;
}

static int send_rest(load_slot *slot)
{
    while (slot->sent < message.used) {
        ssize_t put = send(slot->fds[0], message.data + slot->sent, message.used - slot->sent,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0)
            return errno == EAGAIN ? 0 : -1;
        slot->sent += (size_t)put;
    }
    return 0;
}

static void on_events(load_slot *slot, uint32_t events);

static int open_connection(load_slot *slot)
{
    if (message.used == 0)
        make_message(slot->run);
    slot->sent = message.used; /* nothing to send yet */
    slot->fds[0] = connect_to(slot->run->options.host, slot->run->options.port);
    /* Edge-triggered: room to send, if it is ever short, is told like an answer is. */
    return slot->fds[0] < 0 ? -1
                            : load_watch_fd(slot, &slot->watches[0], slot->fds[0],
                                            EPOLLIN | EPOLLOUT | EPOLLET, on_events);
}

static void finish(load_slot *slot, int ok, const char *why)
{
    slot->wanted = 0;
    slot->buffer.used = 0;
    slot->sent = message.used;
    load_done(slot, ok, why);
}

/** A connection that nobody uses may be closed: that is no failure. */
static void fail(load_slot *slot, const char *why)
{
    close(slot->fds[0]);
    if (open_connection(slot) < 0)
        exit(1);
    if (slot->busy)
        finish(slot, 0, why);
}

/** Learn from a complete head how long the answer is. @return -1: not HTTP as we speak it */
static int read_head(load_slot *slot)
{
    char *text = slot->buffer.data;
    char *end = memmem(text, slot->buffer.used, "\r\n\r\n", 4);
    if (!end)
        return 0;
    *end = '\0';
    const char *length = strcasestr(text, "\ncontent-length:");
    if (strncmp(text, "HTTP/1.1 ", 9) != 0 || !length)
        return -1;
    *end = '\r';
    slot->wanted = (size_t)(end + 4 - text) + strtoull(strchr(length, ':') + 1, NULL, 10);
    return 0;
}

/** Whether the program ended well, where it was one. */
static int is_success(const load_slot *slot)
{
    const load_buffer *answer = &slot->buffer;
    size_t tail = answer->used < TAIL ? answer->used : TAIL;
    if (strncmp(answer->data, "HTTP/1.1 200", 12) != 0 ||
        answer->used < slot->run->options.least_bytes)
        return 0;
    if (!slot->run->options.body_path)
        return 1;
    const char *code = memmem(answer->data + answer->used - tail, tail, "\"exit_code\":", 12);
    if (!code)
        return 0;
    code += 12 + (code[12] == ' ');
    return *code == '0';
}

static void take_answer(load_slot *slot)
{
    char why[300];
    int ok = is_success(slot);
    if (!ok)
        snprintf(why, sizeof(why), "%.*s", (int)slot->buffer.used, slot->buffer.data);
    finish(slot, ok, why);
}

static void on_events(load_slot *slot, uint32_t events)
{
    (void)events;
    if (send_rest(slot) < 0) {
        fail(slot, strerror(errno));
        return;
    }
    for (;;) {
        size_t missing = slot->wanted > slot->buffer.used ? slot->wanted - slot->buffer.used : 0;
        size_t room = missing > READ_AT_ONCE ? missing : READ_AT_ONCE;
        char *into = load_buffer_reserve(&slot->buffer, room + 1);
        ssize_t got = recv(slot->fds[0], into, room, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            fail(slot, got == 0 ? "the connection was closed" : strerror(errno));
            return;
        }
        slot->buffer.used += (size_t)got;
        slot->buffer.data[slot->buffer.used] = '\0';
        if (slot->wanted == 0 && read_head(slot) < 0) {
            fail(slot, "not an answer with a Content-Length");
            return;
        }
        if (slot->wanted > 0 && slot->buffer.used >= slot->wanted) {
            take_answer(slot);
            return;
        }
    }
}

static int begin(load_slot *slot)
{
    slot->sent = 0;
    return send_rest(slot) == 0 ? 0 : (perror("bench_load: send"), -1);
}

const load_transport load_http = { .open = open_connection, .begin = begin };
