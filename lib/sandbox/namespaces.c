/* SPDX-License-Identifier: MIT */
/* The namespaces that all guests of a zygote share as empty ground: what a guest gets for itself is
   cloned on top of them. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "sandbox/switches.h"
#include "util/fd.h"

/* One network namespace serves all guests: making one per run costs a millisecond, and tearing them
   down is a global bottleneck. It has no interface that is up, and seccomp refuses socket(). */
#define SHARED_NAMESPACES (CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/** The id shown inside a user namespace that can map only one: "nobody". */
#define MAPPED_ID 65534

static int write_file(const char *path, const char *text)
{
    CE_CLEANUP_FD fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t length = strlen(text);
    ssize_t written = write(fd, text, length);
    if (written < 0)
        return -errno;
    return (size_t)written == length ? 0 : -EIO;
}

static int map_single_id(uid_t uid, gid_t gid, const char **stage)
{
    char line[64];
    int status;

    /* Without "deny" an unprivileged process may not write a gid map; the file is younger than some
       kernels' user namespaces, so its absence is no failure of its own. */
    *stage = "setgroups-deny";
    status = write_file("/proc/self/setgroups", "deny");
    if (status < 0 && status != -ENOENT)
        return status;
    *stage = "uid-map";
    snprintf(line, sizeof(line), "%d %u 1\n", MAPPED_ID, (unsigned int)uid);
    status = write_file("/proc/self/uid_map", line);
    if (status < 0)
        return status;
    *stage = "gid-map";
    snprintf(line, sizeof(line), "%d %u 1\n", MAPPED_ID, (unsigned int)gid);
    return write_file("/proc/self/gid_map", line);
}

static int shared_namespaces(void)
{
    int flags = SHARED_NAMESPACES;

    if (ce_switched_off("net_namespace"))
        flags &= ~CLONE_NEWNET;
    return flags;
}

int ce_enter_namespaces(int *user_namespace, const char **stage)
{
    const int flags = shared_namespaces();
    uid_t uid = geteuid();
    gid_t gid = getegid();

    *user_namespace = 0;
    *stage = "unshare";
    if (unshare(flags) < 0) {
        if (errno != EPERM)
            return -errno;
        /* One call for all: the kernel makes the user namespace first, and the others belong to it.
         */
        *stage = "unshare-user";
        if (unshare(CLONE_NEWUSER | flags) < 0)
            return -errno;
        *user_namespace = 1;
        int status = map_single_id(uid, gid, stage);
        if (status < 0)
            return status;
    }
    /* Nothing mounted from here on may show outside, and nothing from outside here. */
    *stage = "mount-private";
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -errno;
    *stage = "hostname";
    /* Only looks: podman's default filter lets namespaces be made and refuses this. */
    return sethostname("sandbox", 7) < 0 && errno != EPERM ? -errno : 0;
}
