/* SPDX-License-Identifier: MIT */
#include "http.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

void http_open(http_connection *self, int fd)
{
    *self = (http_connection){ .fd = fd };
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

void http_close(http_connection *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
    text_free(&self->received);
}

void http_shut_down_sending(http_connection *self)
{
    shutdown(self->fd, SHUT_WR);
}

void http_reset(http_connection *self)
{
    struct linger now = { 1, 0 };
    setsockopt(self->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    http_close(self);
}

bool http_send(http_connection *self, const void *data, size_t size)
{
    long long deadline = now_ms() + PATIENCE_MS;
    const char *rest = data;

    while (size > 0) {
        ssize_t put = send(self->fd, rest, size, MSG_NOSIGNAL);
        if (put >= 0) {
            rest += put;
            size -= (size_t)put;
            continue;
        }
        struct pollfd watched = { self->fd, POLLOUT, 0 };
        long long left = deadline - now_ms();
        if (errno != EAGAIN || left <= 0 || poll(&watched, 1, (int)left) != 1)
            return false;
    }
    return true;
}

bool http_send_text(http_connection *self, const char *data)
{
    return http_send(self, data, strlen(data));
}

bool http_send_request(http_connection *self, const char *method, const char *path,
                       const char *headers, const char *body)
{
    TEXT_SCOPED request = { 0 };

    text_format(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path,
                headers != NULL ? headers : "");
    if (body != NULL)
        text_format(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                    strlen(body));
    text_format(&request, "\r\n%s", body != NULL ? body : "");
    return http_send(self, request.data, request.size);
}

bool http_send_chunk(http_connection *self, const char *data, size_t size)
{
    TEXT_SCOPED chunk = { 0 };

    text_format(&chunk, "%zx\r\n", size);
    text_append(&chunk, data, size);
    text_append(&chunk, "\r\n", 2);
    return http_send(self, chunk.data, chunk.size);
}

/** @return bytes read, 0 when the peer has closed or reset, -1 when time ran out */
static ssize_t receive_some(http_connection *self, long long deadline)
{
    char chunk[65536];

    for (;;) {
        ssize_t got = recv(self->fd, chunk, sizeof(chunk), 0);
        if (got > 0)
            text_append(&self->received, chunk, (size_t)got);
        if (got >= 0)
            return got;
        if (errno != EAGAIN && errno != EINTR)
            return 0;
        struct pollfd watched = { self->fd, POLLIN, 0 };
        long long left = deadline - now_ms();
        if (left <= 0 || poll(&watched, 1, (int)left) == 0)
            return -1;
    }
}

bool http_drain(http_connection *self, int timeout_ms)
{
    long long deadline = now_ms() + timeout_ms;
    ssize_t got;

    while ((got = receive_some(self, deadline)) > 0)
        continue;
    return got == 0;
}

bool http_has_answer(const http_connection *self)
{
    struct pollfd watched = { self->fd, POLLIN, 0 };
    return poll(&watched, 1, 0) == 1;
}

const char *http_header(const http_response *response, const char *name, char *value, size_t size)
{
    const char *line = strstr(text_string(&response->head), "\r\n");
    size_t length = strlen(name);

    value[0] = '\0';
    for (; line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) != 0 || line[length] != ':')
            continue;
        line += length + 1;
        line += strspn(line, " \t");
        snprintf(value, size, "%.*s", (int)strcspn(line, "\r"), line);
        break;
    }
    return value;
}

void http_response_free(http_response *self)
{
    text_free(&self->head);
    text_free(&self->body);
}

typedef enum parse { PARSE_DONE, PARSE_MORE, PARSE_BAD } parse;

/** Take a chunked body that starts at `offset`; `end` is where it stops. */
static parse parse_chunks(const text *received, size_t offset, text *body, size_t *end)
{
    for (;;) {
        const char *line = received->data + offset;
        const char *line_end = memmem(line, received->size - offset, "\r\n", 2);
        char *digits_end;
        if (line_end == NULL)
            return PARSE_MORE;
        size_t size = strtoul(line, &digits_end, 16);
        if (digits_end == line)
            return PARSE_BAD;
        offset = (size_t)(line_end - received->data) + 2;
        if (received->size - offset < size + 2)
            return PARSE_MORE;
        text_append(body, received->data + offset, size);
        offset += size;
        if (memcmp(received->data + offset, "\r\n", 2) != 0)
            return PARSE_BAD;
        offset += 2;
        if (size == 0) {
            *end = offset;
            return PARSE_DONE;
        }
    }
}

static parse parse_body(const text *received, size_t offset, http_response *response, size_t *end)
{
    char value[64];

    text_append(&response->body, "", 0);
    *end = offset;
    if (response->status < 200 || response->status == 204)
        return PARSE_DONE;
    if (strcasecmp(http_header(response, "Transfer-Encoding", value, sizeof(value)), "chunked") ==
        0)
        return parse_chunks(received, offset, &response->body, end);
    http_header(response, "Content-Length", value, sizeof(value));
    char *digits_end;
    size_t size = strtoul(value, &digits_end, 10);
    if (digits_end == value || *digits_end != '\0')
        return PARSE_BAD;
    if (received->size - offset < size)
        return PARSE_MORE;
    text_append(&response->body, received->data + offset, size);
    *end = offset + size;
    return PARSE_DONE;
}

static parse parse_response(http_connection *self, http_response *response)
{
    const text *received = &self->received;
    size_t end = 0;

    if (received->size == 0)
        return PARSE_MORE;
    const char *blank = memmem(received->data, received->size, "\r\n\r\n", 4);
    if (blank == NULL)
        return received->size > 65536 ? PARSE_BAD : PARSE_MORE;
    http_response_free(response);
    size_t head = (size_t)(blank - received->data);
    text_append(&response->head, received->data, head);
    if (sscanf(response->head.data, "HTTP/1.%*1[01] %3d", &response->status) != 1)
        return PARSE_BAD;
    parse parsed = parse_body(received, head + 4, response, &end);
    if (parsed == PARSE_DONE)
        text_consume(&self->received, end);
    return parsed;
}

http_outcome http_receive(http_connection *self, http_response *response, int timeout_ms)
{
    long long deadline = now_ms() + timeout_ms;

    for (;;) {
        parse parsed = parse_response(self, response);
        if (parsed != PARSE_MORE)
            return parsed == PARSE_DONE ? HTTP_RESPONSE : HTTP_MALFORMED;
        ssize_t got = receive_some(self, deadline);
        if (got <= 0)
            return got == 0 ? HTTP_CLOSED : HTTP_TIMED_OUT;
    }
}
