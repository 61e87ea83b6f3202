/* SPDX-License-Identifier: MIT */
#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_TYPE (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

static int fail(listen_socket *self, const char *where, const char *reason, char *why,
                size_t why_size)
{
    snprintf(why, why_size, "cannot listen on %s: %s", where, reason);
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
    return -1;
}

/* ---- UNIX sockets ---- */

/** A socket file whose owner is gone stands in the way of bind(); one that somebody answers at must
 *  not be touched, nor anything that is no socket. @return 0 or an errno */
static int remove_stale(const struct sockaddr_un *address)
{
    struct stat file;
    if (lstat(address->sun_path, &file) < 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISSOCK(file.st_mode))
        return EEXIST;
    int probe = socket(AF_UNIX, SOCKET_TYPE, 0);
    if (probe < 0)
        return errno;
    int status =
        connect(probe, (const struct sockaddr *)address, sizeof(*address)) == 0 ? 0 : errno;
    close(probe);
    if (status != ECONNREFUSED)
        return EADDRINUSE;
    return unlink(address->sun_path) == 0 ? 0 : errno;
}

static int open_unix(listen_socket *self, const char *where, char *why, size_t why_size)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat file;
    const char *path = where + strlen("unix:");
    if (strlen(path) >= sizeof(address.sun_path))
        return fail(self, where, strerror(ENAMETOOLONG), why, why_size);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int status = remove_stale(&address);
    if (status != 0)
        return fail(self, where, strerror(status), why, why_size);
    self->fd = socket(AF_UNIX, SOCKET_TYPE, 0);
    if (self->fd < 0)
        return fail(self, where, strerror(errno), why, why_size);
    /* Owner and group; chmod() afterwards would leave a moment in which others can connect. */
    mode_t before = umask(0117);
    status = bind(self->fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : errno;
    umask(before);
    if (status != 0)
        return fail(self, where, strerror(status), why, why_size);
    status = lstat(path, &file) == 0 && listen(self->fd, SOMAXCONN) == 0 ? 0 : errno;
    if (status != 0) {
        unlink(path);
        return fail(self, where, strerror(status), why, why_size);
    }
    memcpy(self->path, address.sun_path, sizeof(self->path));
    self->device = file.st_dev;
    self->inode = file.st_ino;
    snprintf(self->name, sizeof(self->name), "%s", where);
    return 0;
}

/* ---- TCP ---- */

/** "HOST:PORT" or "[V6]:PORT" in two. @return 0 or -1 */
static int split(const char *where, char *host, size_t host_size, const char **port)
{
    const char *colon = strrchr(where, ':');
    if (!colon)
        return -1;
    size_t length = (size_t)(colon - where);
    if (length >= 2 && where[0] == '[' && colon[-1] == ']') {
        where++;
        length -= 2;
    }
    if (length == 0 || length >= host_size)
        return -1;
    memcpy(host, where, length);
    host[length] = '\0';
    *port = colon + 1;
    return 0;
}

/** @return 0 or an errno, with self->fd open or not */
static int open_address(listen_socket *self, const struct addrinfo *address)
{
    static const int on = 1;
    static const int off = 0;
    self->fd = socket(address->ai_family, SOCKET_TYPE, 0);
    if (self->fd < 0)
        return errno;
    /* Accepted sockets inherit the last two: answers are not held back to fill a segment, and a
     * peer that vanished without a word is found in the end. */
    if (setsockopt(self->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        setsockopt(self->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0 ||
        setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
        return errno;
    /* [::] means both families, whatever the system's default. */
    if (address->ai_family == AF_INET6 &&
        setsockopt(self->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0)
        return errno;
    if (bind(self->fd, address->ai_addr, address->ai_addrlen) < 0 ||
        listen(self->fd, SOMAXCONN) < 0)
        return errno;
    return 0;
}

static void name_address(listen_socket *self)
{
    struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
    socklen_t length = sizeof(address);
    char host[64];
    char port[8];
    if (getsockname(self->fd, (struct sockaddr *)&address, &length) < 0 ||
        getnameinfo((struct sockaddr *)&address, length, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    snprintf(self->name, sizeof(self->name),
             address.ss_family == AF_INET6 ? "http://[%s]:%s" : "http://%s:%s", host, port);
}

static int open_tcp(listen_socket *self, const char *where, char *why, size_t why_size)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    char host[256];
    const char *port;
    if (split(where, host, sizeof(host), &port) < 0)
        return fail(self, where, "expected ADDRESS:PORT, [V6]:PORT or unix:PATH", why, why_size);
    int status = getaddrinfo(host, port, &hints, &found);
    if (status != 0)
        return fail(self, where, gai_strerror(status), why, why_size);
    for (struct addrinfo *one = found; one; one = one->ai_next) {
        status = open_address(self, one);
        if (status == 0)
            break;
        if (self->fd >= 0)
            close(self->fd);
        self->fd = -1;
    }
    freeaddrinfo(found);
    if (status != 0)
        return fail(self, where, strerror(status), why, why_size);
    name_address(self);
    return 0;
}

int listen_open(listen_socket *self, const char *where, char *why, size_t why_size)
{
    *self = (listen_socket){ .fd = -1 };
    if (strncmp(where, "unix:", strlen("unix:")) == 0)
        return open_unix(self, where, why, why_size);
    return open_tcp(self, where, why, why_size);
}

void listen_close(listen_socket *self)
{
    struct stat file;
    if (self->path[0] != '\0' && lstat(self->path, &file) == 0 && file.st_dev == self->device &&
        file.st_ino == self->inode)
        unlink(self->path);
    self->path[0] = '\0';
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}
