/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int pipe_ends[2] = { -1, -1 };
static volatile sig_atomic_t first_signal;

static void note_signal(int number)
{
    int saved = errno;
    if (!first_signal)
        first_signal = number;
    /* A full pipe is fine: it is readable already. */
    ssize_t ignored = write(pipe_ends[1], "", 1);
    (void)ignored;
    errno = saved;
}

int cli_signals_catch(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    /* Without SA_RESTART: a write that waits for a slow reader has to come back. A pipe and not a
     * signalfd for the same reason: a blocked signal would not interrupt it. */
    struct sigaction action = { .sa_handler = note_signal };
    sigemptyset(&action.sa_mask);
    if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct sigaction old;
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    return pipe_ends[0];
}

int cli_signals_first(void)
{
    return first_signal;
}

int cli_signals_drain(void)
{
    char bytes[64];
    int came = 0;
    while (read(pipe_ends[0], bytes, sizeof(bytes)) > 0)
        came = 1;
    return came;
}
