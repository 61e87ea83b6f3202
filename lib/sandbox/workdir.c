/* SPDX-License-Identifier: MIT */
#include "sandbox/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/checked.h"
#include "util/fd.h"

#define NAME_PREFIX "codeexec-work-"
/** While it is made and not locked yet: a sweep does not know it by this name. */
#define NEW_PREFIX "codeexec-new-"
/** It is made within moments: an older one was left by a crash. */
#define NEW_SECONDS 60

/** Deeper nesting than this is no honest program's; it bounds the descriptors of a count. */
#define MAX_DEPTH 64

/** No path resolution beyond one name: no symlink is followed, no other kind of file opened. */
#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static int is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/** A stream of its own over a directory, from its start. */
static DIR *open_stream(int directory)
{
    int copy = openat(directory, ".", OPEN_DIRECTORY);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (stream == NULL)
        ce_close(&copy);
    return stream;
}

/* ---- making and sweeping ---- */

int ce_workdir_create(const char *root, char *path, size_t path_size, int *fd)
{
    unsigned char bytes[8];
    char suffix[2 * sizeof(bytes) + 1];
    char name[sizeof(NEW_PREFIX) + sizeof(suffix)];

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return -EIO;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(suffix + 2 * i, 3, "%02x", bytes[i]);
    int length = snprintf(path, path_size, "%s/" NAME_PREFIX "%s", root, suffix);
    if (length < 0 || (size_t)length >= path_size)
        return -ENAMETOOLONG;
    snprintf(name, sizeof(name), NEW_PREFIX "%s", suffix);

    CE_CLEANUP_FD parent = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0 || mkdirat(parent, name, 0700) < 0)
        return -errno;
    CE_CLEANUP_FD made = openat(parent, name, OPEN_DIRECTORY);
    int status = made >= 0 && flock(made, LOCK_EX | LOCK_NB) == 0 &&
                         renameat(parent, name, parent, strrchr(path, '/') + 1) == 0
                     ? 0
                     : -errno;
    if (status < 0) {
        unlinkat(parent, name, AT_REMOVEDIR);
        return status;
    }
    *fd = ce_steal_fd(&made);
    return 0;
}

/** Whether a name is one of ours, and its directory not being made just now. */
static int is_swept(int root, const char *name)
{
    struct stat status;

    if (strncmp(name, NAME_PREFIX, sizeof(NAME_PREFIX) - 1) == 0)
        return 1;
    return strncmp(name, NEW_PREFIX, sizeof(NEW_PREFIX) - 1) == 0 &&
           fstatat(root, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           status.st_mtime + NEW_SECONDS < time(NULL);
}

static void sweep_one(int root, const char *name)
{
    struct stat status;
    CE_CLEANUP_FD directory = openat(root, name, OPEN_DIRECTORY);

    if (directory < 0 || fstat(directory, &status) < 0 || status.st_uid != geteuid() ||
        flock(directory, LOCK_EX | LOCK_NB) < 0)
        return;
    if (ce_workdir_empty(directory, UINT64_MAX) == 0)
        unlinkat(root, name, AT_REMOVEDIR);
}

void ce_workdir_sweep(const char *root)
{
    CE_CLEANUP_FD parent = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = parent < 0 ? NULL : open_stream(parent);

    if (stream == NULL)
        return;
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (is_swept(parent, entry->d_name))
            sweep_one(parent, entry->d_name);
    closedir(stream);
}

/* ---- how much is in it ---- */

typedef struct tally {
    uint64_t bytes;
    uint64_t entries;
    uint64_t max_bytes;
    uint64_t max_entries;
    int hidden; /**< there is a directory that can be filled and not looked into */
} tally;

static int too_much(const tally *sum)
{
    return sum->hidden || sum->bytes > sum->max_bytes || sum->entries > sum->max_entries;
}

static int open_inner(int directory, const char *name, DIR **stream)
{
    CE_CLEANUP_FD fd = openat(directory, name, OPEN_DIRECTORY);

    *stream = fd < 0 ? NULL : fdopendir(fd);
    if (*stream == NULL)
        return -errno;
    ce_steal_fd(&fd);
    return 0;
}

/** Count one entry. @param inner receives a stream if it is a directory to go into, else NULL */
static int count_entry(tally *sum, int directory, const char *name, DIR **inner)
{
    struct stat entry;

    *inner = NULL;
    sum->entries++;
    /* The program goes on meanwhile: what has gone by now, or is something else, does not count. */
    if (fstatat(directory, name, &entry, AT_SYMLINK_NOFOLLOW) < 0)
        return 0;
    sum->bytes = ce_add_saturated(sum->bytes, (uint64_t)entry.st_blocks * 512);
    if (!S_ISDIR(entry.st_mode))
        return 0;
    int status = open_inner(directory, name, inner);
    if (status == -ENOENT || status == -ENOTDIR || status == -ELOOP)
        return 0;
    if (status != -EACCES)
        return status;
    /* Made with a mode that lets its owner put things into it, and nobody list them. */
    sum->hidden |= (entry.st_mode & (S_IWUSR | S_IXUSR)) == (S_IWUSR | S_IXUSR);
    return 0;
}

int ce_workdir_exceeds(int directory, uint64_t max_bytes, uint64_t max_entries)
{
    DIR *stack[MAX_DEPTH];
    DIR *inner;
    tally sum = { .max_bytes = max_bytes, .max_entries = max_entries };
    int depth = 0;
    int status = 0;

    stack[0] = open_stream(directory);
    if (stack[0] == NULL)
        return -errno;
    while (depth >= 0 && status == 0) {
        const struct dirent *entry = readdir(stack[depth]);
        if (entry == NULL) {
            closedir(stack[depth--]);
            continue;
        }
        if (is_dot(entry->d_name))
            continue;
        status = count_entry(&sum, dirfd(stack[depth]), entry->d_name, &inner);
        if (status == 0)
            status = too_much(&sum) || (inner != NULL && depth + 1 == MAX_DEPTH);
        if (inner != NULL && status == 0)
            stack[++depth] = inner;
        else if (inner != NULL)
            closedir(inner);
    }
    while (depth >= 0)
        closedir(stack[depth--]);
    return status;
}

uint64_t ce_workdir_deleted(int descriptors)
{
    uint64_t bytes = 0;
    DIR *stream = open_stream(descriptors);

    if (stream == NULL)
        return 0;
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        struct stat file;
        /* These are links to what is open; the program's own names play no part. */
        if (!is_dot(entry->d_name) && fstatat(descriptors, entry->d_name, &file, 0) == 0 &&
            S_ISREG(file.st_mode) && file.st_nlink == 0)
            bytes = ce_add_saturated(bytes, (uint64_t)file.st_blocks * 512);
    }
    closedir(stream);
    return bytes;
}

/* ---- emptying it ---- */

static void spend(uint64_t *budget)
{
    if (*budget > 0)
        (*budget)--;
}

/** Give an entry a name that is free, in the directory being emptied. */
static int lift_entry(int from, const char *entry, int to, uint64_t *counter)
{
    char name[48];
    int status;

    do {
        snprintf(name, sizeof(name), ".codeexec-lifted-%llu", (unsigned long long)(*counter)++);
        status = renameat2(from, entry, to, name, 1u /* RENAME_NOREPLACE */) < 0 ? -errno : 0;
    } while (status == -EEXIST);
    return status;
}

/** Move what is in a directory up into the one being emptied: so depth costs no stack and no
 * descriptors. @return 0 or -errno */
static int lift(int from, int to, uint64_t *counter, uint64_t *budget)
{
    DIR *stream = open_stream(from);
    int status = 0;

    if (stream == NULL)
        return -errno;
    for (const struct dirent *entry = readdir(stream); entry != NULL && status == 0;
         entry = readdir(stream)) {
        if (is_dot(entry->d_name))
            continue;
        if (*budget == 0) {
            status = -EAGAIN;
            break;
        }
        spend(budget);
        if (unlinkat(from, entry->d_name, 0) == 0)
            continue;
        status = lift_entry(from, entry->d_name, to, counter);
        /* A directory is only moved by who may write to it; this one is no symlink. */
        if (status == -EACCES && fchmodat(from, entry->d_name, 0700, 0) == 0)
            status = lift_entry(from, entry->d_name, to, counter);
    }
    closedir(stream);
    return status;
}

/** Remove one entry, or lift what a directory holds and then remove that. */
static int remove_entry(int directory, const char *name, uint64_t *counter, uint64_t *budget)
{
    if (unlinkat(directory, name, 0) == 0 || unlinkat(directory, name, AT_REMOVEDIR) == 0) {
        spend(budget);
        return 0;
    }
    CE_CLEANUP_FD inner = openat(directory, name, OPEN_DIRECTORY);
    if (inner < 0 && errno == EACCES) {
        /* Made with a mode that shuts out its owner. It is no symlink, and nobody changes it. */
        if (fchmodat(directory, name, 0700, 0) < 0)
            return -errno;
        inner = openat(directory, name, OPEN_DIRECTORY);
    }
    if (inner < 0)
        return -errno;
    if (fchmod(inner, 0700) < 0)
        return -errno;
    int status = lift(inner, directory, counter, budget);
    if (status == 0 && unlinkat(directory, name, AT_REMOVEDIR) < 0)
        status = -errno;
    return status;
}

int ce_workdir_empty(int directory, uint64_t budget)
{
    uint64_t counter = 0;
    int found = 1;
    int status = 0;

    while (found && status == 0) {
        DIR *stream = open_stream(directory);
        if (stream == NULL)
            return -errno;
        found = 0;
        for (const struct dirent *entry = readdir(stream); entry != NULL && status == 0;
             entry = readdir(stream)) {
            if (is_dot(entry->d_name))
                continue;
            found = 1;
            status =
                budget == 0 ? -EAGAIN : remove_entry(directory, entry->d_name, &counter, &budget);
        }
        closedir(stream);
    }
    return status;
}
