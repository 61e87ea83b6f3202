/* SPDX-License-Identifier: MIT */
#include "pid1.h"

#include "log.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/** Reap whatever has ended. Orphans of a helper that died become children of process 1, and nobody
 *  else would. @return whether the service was among them */
static bool reap(pid_t service, int *status)
{
    bool ended = false;
    for (;;) {
        int one;
        pid_t pid = waitpid(-1, &one, WNOHANG);
        if (pid <= 0)
            return ended;
        if (pid == service) {
            *status = one;
            ended = true;
        }
    }
}

static int stay(pid_t service, const sigset_t *all)
{
    for (;;) {
        siginfo_t info;
        int status;
        int number = sigwaitinfo(all, &info);
        if (number < 0 && errno != EINTR)
            return 1;
        /* Signals of one kind are merged while they wait, so look whenever one comes. */
        if (reap(service, &status))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (number > 0 && number != SIGCHLD)
            kill(service, number);
    }
}

int pid1_stay_behind(void)
{
    sigset_t all;
    sigset_t before;
    if (getpid() != 1)
        return -1;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t service = fork();
    if (service < 0) {
        log_line("codeexec-server: fork: %s", strerror(errno));
        return 1;
    }
    if (service > 0)
        return stay(service, &all);
    /* A terminal's Ctrl-C goes to its whole process group. It must not arrive twice: a second one
     * would break off what is running. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return -1;
}
