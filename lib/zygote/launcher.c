/* SPDX-License-Identifier: MIT */
/** codeexec-zygote PYTHON LIBEXEC-DIR
 *
 *  Turns whatever state the host process left behind into a clean one, then becomes the interpreter
 * that runs zygote.py. It exists because a threaded host may do next to nothing between fork and
 * exec, and because the interpreter must start with the environment guests are to see.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zygote/wire.h"

/** The whole environment of a guest; nothing of the host's gets through. */
static const char *const environment[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin",
    /* Guests have /tmp, once there is one of their own. In that of the machine anybody could put a
       .local/lib/python3.x/site-packages, whose .pth files an interpreter runs as it starts: here
       with the privileges of the host. -s would do as well, but shows in sys.flags. */
    "HOME=/nonexistent",
    "USER=sandbox",
    "LOGNAME=sandbox",
    "LANG=C.UTF-8",
    /* Threads do not survive a fork, so numeric libraries must not start any while preloading. */
    "OPENBLAS_NUM_THREADS=1",
    "OMP_NUM_THREADS=1",
    "MKL_NUM_THREADS=1",
    "NUMEXPR_NUM_THREADS=1",
    "MPLBACKEND=Agg",
    "MPLCONFIGDIR=/tmp/.config/matplotlib",
    /* Looked up by the zygote, once: by each guest it would be a dozen pages more. Not for programs
       to see: _codeexec_zygote.py takes it out again. */
    "LD_BIND_NOW=1",
    NULL,
};

static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* fails for SIGKILL, SIGSTOP and those libc keeps: as it should */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int main(int argc, char **argv)
{
    char script[4096];
    const struct rlimit no_core = { 0, 0 };

    if (argc != 3) {
        fprintf(stderr, "codeexec-zygote: started by libcodeexec, not by hand\n");
        return 2;
    }
    if (fcntl(CE_ZYGOTE_CHANNEL_FD, F_GETFD) < 0) {
        fprintf(stderr, "codeexec-zygote: no channel on descriptor %d\n", CE_ZYGOTE_CHANNEL_FD);
        return 2;
    }
    int length = snprintf(script, sizeof(script), "%s/guest/zygote.py", argv[2]);
    if (length < 0 || (size_t)length >= sizeof(script)) {
        fprintf(stderr, "codeexec-zygote: the helper directory's name is too long\n");
        return 2;
    }

    reset_signals();
    umask(022);
    setrlimit(RLIMIT_CORE, &no_core);
    if (syscall(SYS_close_range, CE_ZYGOTE_CHANNEL_FD + 1, ~0U, 0) < 0) {
        fprintf(stderr, "codeexec-zygote: close_range: %s\n", strerror(errno));
        return 1;
    }
    if (chdir("/") < 0) {
        fprintf(stderr, "codeexec-zygote: chdir /: %s\n", strerror(errno));
        return 1;
    }
    /* argv[0] is the path as it was chosen: a venv's interpreter finds its packages by it. */
    char *const arguments[] = { argv[1], script, argv[2], NULL };
    execve(argv[1], arguments, (char *const *)(uintptr_t)environment);
    fprintf(stderr, "codeexec-zygote: %s: %s\n", argv[1], strerror(errno));
    return 1;
}
