/* SPDX-License-Identifier: MIT */
/* Loading the seccomp program that filter.c wrote. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

int ce_step_seccomp(ce_confinement *confinement)
{
    size_t length = confinement->filter_size / sizeof(struct sock_filter);

    if (confinement->filter == NULL || length == 0 || length > BPF_MAXINSNS ||
        confinement->filter_size % sizeof(struct sock_filter) != 0)
        return -EINVAL;
    struct sock_fprog program = { .len = (unsigned short)length,
                                  .filter = (struct sock_filter *)(uintptr_t)confinement->filter };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}
