/* SPDX-License-Identifier: MIT */
/* Descriptors of a guest. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

static int close_from_to(unsigned int first, unsigned int last)
{
    if (first > last)
        return 0;
    return syscall(SYS_close_range, first, last, 0) < 0 ? -errno : 0;
}

int ce_step_descriptors(ce_confinement *confinement)
{
    /* As high as the limit allows, so that the program's own descriptors start at 3 as they would
       outside. */
    int top = (int)confinement->open_files - 1;
    int status;

    if (confinement->control_fd != top) {
        if (dup3(confinement->control_fd, top, O_CLOEXEC) < 0)
            return -errno;
        confinement->control_fd = top;
    }
    status = close_from_to(3, (unsigned int)top - 1);
    if (status == 0)
        status = close_from_to((unsigned int)top + 1, ~0U);
    if (status < 0)
        return status;

    /* Until the program's own pipes arrive, 0, 1 and 2 lead nowhere. */
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0)
        return -errno;
    for (int fd = 0; fd <= 2; fd++)
        if (dup2(null_fd, fd) < 0)
            return -errno;
    if (null_fd > 2)
        close(null_fd);
    return 0;
}
