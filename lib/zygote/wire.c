/* SPDX-License-Identifier: MIT */
#include "zygote/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void ce_frame_init(ce_frame *frame, ce_frame_type type, size_t size)
{
    frame->version = CE_WIRE_VERSION;
    frame->type = (uint16_t)type;
    frame->size = (uint32_t)size;
}

size_t ce_frame_type_size(ce_frame_type type, int *has_tail)
{
    *has_tail = 0;
    switch (type) {
    case CE_FRAME_SETUP:
        *has_tail = 1;
        return sizeof(ce_setup);
    case CE_FRAME_HELLO:
        *has_tail = 1;
        return sizeof(ce_hello);
    case CE_FRAME_TIER:
        *has_tail = 1;
        return sizeof(ce_tier);
    case CE_FRAME_RUN:
        *has_tail = 1;
        return sizeof(ce_run);
    case CE_FRAME_REJECTED:
        *has_tail = 1;
        return sizeof(ce_rejected);
    case CE_FRAME_SPAWN:
        return sizeof(ce_spawn);
    case CE_FRAME_SPAWNED:
        return sizeof(ce_spawned);
    case CE_FRAME_GONE:
        return sizeof(ce_gone);
    case CE_FRAME_SETUP_FAILED:
    case CE_FRAME_SPAWN_FAILED:
    case CE_FRAME_FAILED:
        return sizeof(ce_failure);
    case CE_FRAME_EXITED:
        return sizeof(ce_exited);
    case CE_FRAME_LEAVE:
    case CE_FRAME_BEGUN:
    case CE_FRAME_STOP:
    case CE_FRAME_READY:
    case CE_FRAME_STARTED:
    case CE_FRAME_CHECKED:
        return sizeof(ce_frame);
    }
    return 0;
}

int ce_frame_send2(int channel, const ce_frame *frame, size_t head_size, const void *tail,
                   size_t tail_size, const int *fds, size_t fd_count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * CE_FRAME_MAX_FDS)];
    } control;
    struct iovec parts[2] = {
        { .iov_base = (void *)(uintptr_t)frame, .iov_len = head_size },
        { .iov_base = (void *)(uintptr_t)tail, .iov_len = tail_size },
    };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = tail_size > 0 ? 2 : 1 };
    ssize_t sent;

    if (fd_count > CE_FRAME_MAX_FDS || head_size + tail_size > CE_FRAME_MAX ||
        frame->size != head_size + tail_size)
        return -EINVAL;
    if (fd_count > 0) {
        memset(&control, 0, sizeof(control));
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * fd_count);
    }
    do
        sent = sendmsg(channel, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

int ce_frame_send(int channel, const ce_frame *frame, const int *fds, size_t fd_count)
{
    return ce_frame_send2(channel, frame, frame->size, NULL, 0, fds, fd_count);
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

/** Collect the descriptors of a message; those beyond CE_FRAME_MAX_FDS are closed. */
static size_t take_fds(struct msghdr *message, int *fds)
{
    size_t kept = 0;

    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
            if (kept < CE_FRAME_MAX_FDS)
                fds[kept++] = fd;
            else
                close(fd);
        }
    }
    return kept;
}

int ce_frame_receive(int channel, void *buffer, size_t size, int *fds, size_t *fd_count, int flags)
{
    union {
        struct cmsghdr align;
        /* Room for more than is allowed: what does not fit is dropped by the kernel, and the
           MSG_CTRUNC that tells so refuses the frame. */
        char bytes[CMSG_SPACE(sizeof(int) * (CE_FRAME_MAX_FDS + 4))];
    } control;
    struct iovec part = { .iov_base = buffer, .iov_len = size };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof(control.bytes) };
    ssize_t received;

    *fd_count = 0;
    do
        received = recvmsg(channel, &message, flags | MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0)
        return -errno;

    size_t count = take_fds(&message, fds);
    if (received == 0 && count == 0)
        return 0;

    const ce_frame *frame = buffer;
    int has_tail = 0;
    size_t expected = 0;
    if ((size_t)received >= sizeof(*frame) && frame->version == CE_WIRE_VERSION &&
        frame->size == (size_t)received)
        expected = ce_frame_type_size((ce_frame_type)frame->type, &has_tail);
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || expected == 0 ||
        (has_tail ? (size_t)received < expected : (size_t)received != expected)) {
        close_all(fds, count);
        return -EPROTO;
    }
    *fd_count = count;
    return (int)received;
}

int ce_finding_next(const ce_rejected *frame, size_t *offset, ce_finding *finding,
                    const char **rule, const char **message)
{
    const char *bytes = (const char *)(frame + 1);
    size_t size = frame->frame.size - sizeof(*frame);

    if (*offset == size)
        return 0;
    if (size - *offset < sizeof(*finding))
        return -EPROTO;
    memcpy(finding, bytes + *offset, sizeof(*finding));
    size_t text = (size_t)finding->rule_size + finding->message_size + finding->snippet_size;
    if (size - *offset - sizeof(*finding) < text)
        return -EPROTO;
    *rule = bytes + *offset + sizeof(*finding);
    *message = *rule + finding->rule_size;
    *offset += sizeof(*finding) + text;
    return 1;
}
