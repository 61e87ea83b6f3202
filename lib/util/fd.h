/* SPDX-License-Identifier: MIT */
/** Scope-bound descriptors and memory. They do not run across _exit, exec or longjmp. */
#ifndef CE_UTIL_FD_H
#define CE_UTIL_FD_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static inline void ce_close(int *fd)
{
    if (*fd >= 0) {
        int saved = errno;
        close(*fd);
        errno = saved;
        *fd = -1;
    }
}

/** Hand a descriptor over: returns it and leaves -1 behind. */
static inline int ce_steal_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* clang's analyzer does not follow the cleanup attribute: it calls what this frees a leak, and the
   places that it complains of say so. */
static inline void ce_free(void *pointer)
{
    void **slot = pointer;
    free(*slot);
    *slot = NULL;
}

#define CE_CLEANUP_FD   __attribute__((cleanup(ce_close))) int
#define CE_CLEANUP_FREE __attribute__((cleanup(ce_free)))

#endif
