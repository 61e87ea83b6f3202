/* SPDX-License-Identifier: MIT */
/* The file system a guest sees: a read-only root made of a few binds, and fresh tmpfs per guest. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "util/fd.h"

/* Where the new root is put together; any directory that exists does, since it is only seen by this
   mount namespace and unmounted with the old root. */
#define STAGING "/tmp"

static int tree_of(const char *path)
{
    /* Detached copies are taken before anything is mounted, so sources below STAGING work too. */
    return open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

static int seal_tree(int tree, int is_device)
{
    struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID };

    /* nodev would make the few device files we mean to show useless; they are single files. */
    attributes.attr_set |= is_device ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_NODEV;
    if (mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof(attributes)) < 0)
        return -errno;
    return 0;
}

/** Make the directories above path, which is relative to the current directory. */
static int make_parents(const char *path)
{
    char partial[PATH_MAX];
    size_t length = strlen(path);

    if (length >= sizeof(partial))
        return -ENAMETOOLONG;
    memcpy(partial, path, length + 1);
    for (char *slash = strchr(partial, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(partial, 0755) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return 0;
}

static int make_file(const char *path, const char *content)
{
    CE_CLEANUP_FD fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return -errno;
    size_t length = content != NULL ? strlen(content) : 0;
    if (length > 0 && write(fd, content, length) != (ssize_t)length)
        return -EIO;
    return 0;
}

static int attach_tree(int tree, const char *path)
{
    struct stat status;

    if (fstatat(tree, "", &status, AT_EMPTY_PATH) < 0)
        return -errno;
    if (S_ISDIR(status.st_mode)) {
        if (mkdir(path, 0755) < 0 && errno != EEXIST)
            return -errno;
    } else {
        int made = make_file(path, NULL);
        if (made < 0)
            return made;
    }
    int sealed = seal_tree(tree, S_ISCHR(status.st_mode));
    if (sealed < 0)
        return sealed;
    return move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

static int make_entry(const ce_root_entry *entry, int tree)
{
    const char *path = entry->path + 1; /* relative to the staging directory we are in */
    int status = make_parents(path);

    if (status < 0)
        return status;
    switch (entry->kind) {
    case CE_ROOT_BIND:
        return tree < 0 ? 0 : attach_tree(tree, path);
    case CE_ROOT_SYMLINK:
        return symlink(entry->content, path) < 0 && errno != EEXIST ? -errno : 0;
    case CE_ROOT_FILE:
        return make_file(path, entry->content);
    case CE_ROOT_DIR:
        return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
    }
    return -EINVAL;
}

static int build_root(const ce_root_entry *entries, size_t count, int *trees, const char **stage)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind != CE_ROOT_BIND)
            continue;
        *stage = "open-tree";
        trees[i] = tree_of(entries[i].path);
        if (trees[i] < 0 && errno != ENOENT && errno != ENOTDIR)
            return -errno;
    }
    *stage = "mount-root";
    if (mount("tmpfs", STAGING, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "mode=0755,size=4m,nr_inodes=4096") < 0)
        return -errno;
    if (chdir(STAGING) < 0)
        return -errno;
    for (size_t i = 0; i < count; i++) {
        *stage = "populate-root";
        int status = make_entry(&entries[i], trees[i]);
        if (status < 0)
            return status;
    }
    return 0;
}

static int swap_root(const char **stage)
{
    struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

    *stage = "pivot-root";
    if (syscall(SYS_pivot_root, ".", ".") < 0)
        return -errno;
    /* Both roots are now on the same spot, the old one on top: take it off. */
    *stage = "detach-old-root";
    if (umount2(".", MNT_DETACH) < 0)
        return -errno;
    if (chdir("/") < 0)
        return -errno;
    *stage = "root-read-only";
    return mount_setattr(AT_FDCWD, "/", 0, &read_only, sizeof(read_only)) < 0 ? -errno : 0;
}

int ce_enter_root(const ce_root_entry *entries, size_t count, const char **stage)
{
    CE_CLEANUP_FREE int *trees = calloc(count > 0 ? count : 1, sizeof(*trees));

    *stage = "memory";
    if (trees == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        trees[i] = -1;
    int status = build_root(entries, count, trees, stage);
    if (status == 0)
        status = swap_root(stage);
    for (size_t i = 0; i < count; i++)
        ce_close(&trees[i]);
    return status; // NOLINT(clang-analyzer-unix.Malloc): see ce_free()
}

int ce_mount_scratch(uint64_t bytes, uint64_t inodes, const char **stage)
{
    /* noexec also refuses executable mappings: native code cannot be dropped and loaded. */
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    char options[96];

    snprintf(options, sizeof(options), "mode=1777,size=%llu,nr_inodes=%llu",
             (unsigned long long)bytes, (unsigned long long)inodes);
    *stage = "mount-tmp";
    if (mount("tmpfs", "/tmp", "tmpfs", flags, options) < 0)
        return -errno;
    *stage = "mount-shm";
    if (mount("tmpfs", "/dev/shm", "tmpfs", flags, options) < 0)
        return -errno;
    return chdir("/tmp") < 0 ? -errno : 0;
}

int ce_mount_cache(const char **stage)
{
    *stage = "mount-cache";
    if (mount("tmpfs", CE_CACHE_DIR, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "mode=0755,size=8m,nr_inodes=256") < 0)
        return -errno;
    return 0;
}

int ce_seal_cache(const char **stage)
{
    struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

    *stage = "cache-read-only";
    if (mount_setattr(AT_FDCWD, CE_CACHE_DIR, 0, &read_only, sizeof(read_only)) < 0)
        return -errno;
    return 0;
}
