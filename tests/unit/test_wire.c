/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zygote/wire.h"

static int pair[2];
static _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
static int fds[CE_FRAME_MAX_FDS];
static size_t fd_count;

static int setup(void **state)
{
    memset(buffer, 0, sizeof(buffer));
    fd_count = 77;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}

static int teardown(void **state)
{
    close(pair[0]);
    close(pair[1]);
    return 0;
}

static int receive(void)
{
    return ce_frame_receive(pair[1], buffer, sizeof(buffer), fds, &fd_count, MSG_DONTWAIT);
}

static void wire_moves_a_frame(void **state)
{
    ce_spawn spawn = { .guest_id = 42, .slot = 7 };
    ce_frame_init(&spawn.frame, CE_FRAME_SPAWN, sizeof(spawn));
    assert_int_equal(ce_frame_send(pair[0], &spawn.frame, NULL, 0), 0);
    assert_int_equal(receive(), sizeof(spawn));
    assert_int_equal(fd_count, 0);
    assert_memory_equal(buffer, &spawn, sizeof(spawn));
    assert_int_equal(receive(), -EAGAIN);
    close(pair[0]);
    assert_int_equal(receive(), 0);
    pair[0] = -1;
}

static void wire_moves_a_tail(void **state)
{
    static char tail[CE_FRAME_MAX];
    ce_setup setup_frame = { .settings_size = 5 };
    ce_frame_init(&setup_frame.frame, CE_FRAME_SETUP, sizeof(setup_frame) + 5);
    assert_int_equal(
        ce_frame_send2(pair[0], &setup_frame.frame, sizeof(setup_frame), "a=b\0", 5, NULL, 0), 0);
    assert_int_equal(receive(), sizeof(setup_frame) + 5);
    assert_memory_equal(buffer + sizeof(setup_frame), "a=b\0", 5);

    /* The largest there is, and one byte more. */
    size_t most = (size_t)CE_FRAME_MAX - sizeof(setup_frame);
    ce_frame_init(&setup_frame.frame, CE_FRAME_SETUP, (size_t)CE_FRAME_MAX);
    assert_int_equal(
        ce_frame_send2(pair[0], &setup_frame.frame, sizeof(setup_frame), tail, most, NULL, 0), 0);
    assert_int_equal(receive(), CE_FRAME_MAX);
    ce_frame_init(&setup_frame.frame, CE_FRAME_SETUP, (size_t)CE_FRAME_MAX + 1);
    assert_int_equal(
        ce_frame_send2(pair[0], &setup_frame.frame, sizeof(setup_frame), tail, most + 1, NULL, 0),
        -EINVAL);
    /* A size that does not add up is not sent. */
    ce_frame_init(&setup_frame.frame, CE_FRAME_SETUP, sizeof(setup_frame));
    assert_int_equal(
        ce_frame_send2(pair[0], &setup_frame.frame, sizeof(setup_frame), tail, 1, NULL, 0),
        -EINVAL);
}

static void wire_moves_descriptors(void **state)
{
    ce_frame frame;
    int pipe_ends[2];
    char byte = 0;
    assert_int_equal(pipe(pipe_ends), 0);
    ce_frame_init(&frame, CE_FRAME_READY, sizeof(frame));
    int sent[CE_FRAME_MAX_FDS + 1] = { pipe_ends[1] };
    for (size_t i = 1; i <= CE_FRAME_MAX_FDS; i++)
        sent[i] = pipe_ends[0];
    assert_int_equal(ce_frame_send(pair[0], &frame, sent, CE_FRAME_MAX_FDS), 0);
    assert_int_equal(receive(), sizeof(frame));
    assert_int_equal(fd_count, CE_FRAME_MAX_FDS);
    assert_int_equal(write(fds[0], "x", 1), 1);
    assert_int_equal(read(pipe_ends[0], &byte, 1), 1);
    for (size_t i = 0; i < fd_count; i++) {
        assert_int_equal(fcntl(fds[i], F_GETFD), FD_CLOEXEC);
        close(fds[i]);
    }
    assert_int_equal(ce_frame_send(pair[0], &frame, sent, CE_FRAME_MAX_FDS + 1), -EINVAL);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

/** Send bytes as they are, with `count` copies of a descriptor. */
static void send_raw(void *bytes, size_t size, int fd, size_t count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * 32)];
    } control;
    struct iovec part = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    memset(&control, 0, sizeof(control));
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        for (size_t i = 0; i < count; i++)
            memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof(int));
    }
    assert_int_equal(sendmsg(pair[0], &message, 0), size);
}

static void wire_refuses_malformed_frames(void **state)
{
    ce_frame frame;
    char large[CE_FRAME_MAX + 100] = { 0 };
    ce_frame_init(&frame, CE_FRAME_READY, sizeof(frame));
    send_raw(large, 3, -1, 0);
    assert_int_equal(receive(), -EPROTO);
    send_raw(large, 64, -1, 0);
    assert_int_equal(receive(), -EPROTO);

    ce_frame bad = frame;
    bad.version++;
    send_raw(&bad, sizeof(bad), -1, 0);
    assert_int_equal(receive(), -EPROTO);
    bad = frame;
    bad.type = 999;
    send_raw(&bad, sizeof(bad), -1, 0);
    assert_int_equal(receive(), -EPROTO);
    bad = frame;
    bad.size += 8; /* says more than there is */
    send_raw(&bad, sizeof(bad), -1, 0);
    assert_int_equal(receive(), -EPROTO);
    bad = frame;
    bad.type = CE_FRAME_RUN; /* too short for its type */
    send_raw(&bad, sizeof(bad), -1, 0);
    assert_int_equal(receive(), -EPROTO);
    ce_frame_init((ce_frame *)(void *)large, CE_FRAME_READY, 64); /* too long for its type */
    send_raw(large, 64, -1, 0);
    assert_int_equal(receive(), -EPROTO);
    ce_frame_init((ce_frame *)(void *)large, CE_FRAME_HELLO, sizeof(large)); /* over the maximum */
    send_raw(large, sizeof(large), -1, 0);
    assert_int_equal(receive(), -EPROTO);

    /* None of it broke the channel. */
    send_raw(&frame, sizeof(frame), -1, 0);
    assert_int_equal(receive(), sizeof(frame));
}

/** The lowest free descriptor, which shows whether any was left open. */
static int lowest_free(void)
{
    int fd = dup(pair[0]);
    close(fd);
    return fd;
}

static void wire_keeps_no_surplus_descriptors(void **state)
{
    ce_frame frame;
    int before = lowest_free();
    ce_frame_init(&frame, CE_FRAME_READY, sizeof(frame));
    send_raw(&frame, sizeof(frame), 0, 8); /* more than a frame may carry */
    assert_int_equal(receive(), sizeof(frame));
    assert_int_equal(fd_count, CE_FRAME_MAX_FDS);
    for (size_t i = 0; i < fd_count; i++)
        close(fds[i]);
    assert_int_equal(lowest_free(), before);

    send_raw(&frame, sizeof(frame), 0, 32); /* more than there is room for */
    assert_int_equal(receive(), -EPROTO);
    assert_int_equal(fd_count, 0);
    assert_int_equal(lowest_free(), before);

    char garbage[] = "garbage!";
    send_raw(garbage, 8, 0, 2);
    assert_int_equal(receive(), -EPROTO);
    assert_int_equal(fd_count, 0);
    assert_int_equal(lowest_free(), before);
}

static void wire_knows_every_type(void **state)
{
    static const ce_frame_type with_tail[] = { CE_FRAME_SETUP, CE_FRAME_TIER, CE_FRAME_RUN,
                                               CE_FRAME_HELLO, CE_FRAME_REJECTED };
    int known = 0;
    for (int type = 0; type < 100; type++) {
        int has_tail = 5;
        int expected = 0;
        size_t size = ce_frame_type_size((ce_frame_type)type, &has_tail);
        for (size_t i = 0; i < sizeof(with_tail) / sizeof(with_tail[0]); i++)
            expected |= with_tail[i] == (ce_frame_type)type;
        assert_int_equal(has_tail, expected);
        assert_true(size == 0 || size >= sizeof(ce_frame));
        known += size > 0;
    }
    assert_int_equal(known, 18);
}

/** Append bytes that are no string. */
static void put(char **at, const void *bytes, size_t size)
{
    memcpy(*at, bytes, size);
    *at += size;
}

/** Append a finding to the REJECTED frame in the buffer. */
static void add(const char *rule, const char *message)
{
    ce_rejected *frame = (ce_rejected *)(void *)buffer;
    ce_finding finding = { .line = 3,
                           .column = 4,
                           .rule_size = (uint16_t)strlen(rule),
                           .message_size = (uint16_t)strlen(message),
                           .snippet_size = 3 };
    char *at = buffer + frame->frame.size;
    put(&at, &finding, sizeof(finding));
    put(&at, rule, finding.rule_size);
    put(&at, message, finding.message_size);
    put(&at, "f()", 3);
    frame->frame.size = (uint32_t)(at - buffer);
    frame->count++;
}

static void wire_steps_through_findings(void **state)
{
    ce_rejected *frame = (ce_rejected *)(void *)buffer;
    ce_finding finding;
    const char *rule;
    const char *message;
    size_t offset = 0;
    ce_frame_init(&frame->frame, CE_FRAME_REJECTED, sizeof(*frame));
    assert_int_equal(ce_finding_next(frame, &offset, &finding, &rule, &message), 0);

    add("eval", "odd size");
    add("", "");
    add("exec", "x");
    assert_int_equal(ce_finding_next(frame, &offset, &finding, &rule, &message), 1);
    assert_int_equal(finding.line, 3);
    assert_int_equal(finding.rule_size, 4);
    assert_memory_equal(rule, "eval", 4);
    assert_memory_equal(message, "odd sizef()", 11);
    assert_int_equal(ce_finding_next(frame, &offset, &finding, &rule, &message), 1);
    assert_int_equal(finding.message_size, 0);
    assert_int_equal(ce_finding_next(frame, &offset, &finding, &rule, &message), 1);
    assert_memory_equal(message, "x", 1);
    assert_int_equal(ce_finding_next(frame, &offset, &finding, &rule, &message), 0);
}

static void wire_refuses_findings_that_do_not_add_up(void **state)
{
    ce_rejected *frame = (ce_rejected *)(void *)buffer;
    ce_finding finding;
    const char *rule;
    const char *message;
    ce_frame_init(&frame->frame, CE_FRAME_REJECTED, sizeof(*frame));
    add("eval", "message");
    const uint32_t whole = frame->frame.size;
    /* Cut anywhere: never a finding out of what is not there. In a block of exactly that size, so
       that a read past it is seen by the sanitizer. */
    for (uint32_t size = sizeof(*frame) + 1; size < whole; size++) {
        ce_rejected *cut = malloc(size);
        size_t offset = 0;
        memcpy(cut, frame, size);
        cut->frame.size = size;
        assert_int_equal(ce_finding_next(cut, &offset, &finding, &rule, &message), -EPROTO);
        free(cut);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wire_moves_a_frame),
        TEST(wire_moves_a_tail),
        TEST(wire_moves_descriptors),
        TEST(wire_refuses_malformed_frames),
        TEST(wire_keeps_no_surplus_descriptors),
        TEST(wire_knows_every_type),
        TEST(wire_steps_through_findings),
        TEST(wire_refuses_findings_that_do_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
