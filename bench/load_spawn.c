/* SPDX-License-Identifier: MIT */
/** A program started per request. It has answered when its output and itself have ended. */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_AT_ONCE ((size_t)64 << 10)

extern char **environ;

enum { OUTPUT_ENDED = 1, PROCESS_ENDED = 2 };

/** A child that is just being started may still hold a copy, and then closing alone keeps it in the
 * epoll set. */
static void forget(load_slot *slot, int fd)
{
    epoll_ctl(slot->run->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
}

static void end_if_both(load_slot *slot, int which)
{
    char why[64];
    int status;
    slot->ended |= which;
    if (slot->ended != (OUTPUT_ENDED | PROCESS_ENDED))
        return;
    while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
        ;
    snprintf(why, sizeof(why), "wait status %#x, %zu bytes", (unsigned)status, slot->received);
    load_done(slot, status == 0 && slot->received >= slot->run->options.least_bytes, why);
}

static void on_output(load_slot *slot, uint32_t events)
{
    static char waste[READ_AT_ONCE];
    (void)events;
    ssize_t got = read(slot->fds[0], waste, sizeof(waste));
    if (got > 0) {
        slot->received += (size_t)got;
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    forget(slot, slot->fds[0]);
    end_if_both(slot, OUTPUT_ENDED);
}

static void on_exit_of_process(load_slot *slot, uint32_t events)
{
    (void)events;
    forget(slot, slot->fds[1]);
    end_if_both(slot, PROCESS_ENDED);
}

/** What the program leaves behind comes to us, so that its cost is counted. */
static int adopt_orphans(load_slot *slot)
{
    return slot->index > 0 ? 0 : prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void reap_orphans(void)
{
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        ;
}

static int start(load_slot *slot, int output)
{
    char **command = slot->run->options.command;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(&slot->pid, command[0], &actions, NULL, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        fprintf(stderr, "bench_load: %s: %s\n", command[0], strerror(error));
    return error == 0 ? 0 : -1;
}

static int begin(load_slot *slot)
{
    int output[2];
    slot->ended = 0;
    slot->received = 0;
    if (pipe2(output, O_CLOEXEC) < 0 || start(slot, output[1]) < 0)
        return -1;
    close(output[1]);
    slot->fds[0] = output[0];
    slot->fds[1] = (int)syscall(SYS_pidfd_open, slot->pid, 0);
    if (slot->fds[1] < 0) {
        perror("bench_load: pidfd_open");
        return -1;
    }
    return load_watch_fd(slot, &slot->watches[0], slot->fds[0], EPOLLIN, on_output) < 0 ||
                   load_watch_fd(slot, &slot->watches[1], slot->fds[1], EPOLLIN,
                                 on_exit_of_process) < 0
               ? -1
               : 0;
}

const load_transport load_spawn = { .open = adopt_orphans, .begin = begin, .settle = reap_orphans };
