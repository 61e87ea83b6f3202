/* SPDX-License-Identifier: MIT */
/* Landlock: files by hierarchy, TCP, signals and abstract sockets, without any privilege. In the
   namespaces profile it stands behind the new root; in the locked-down one it takes its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "util/fd.h"

/* From linux/landlock.h, which on many machines is older than the kernel. */
#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH      1

#define FS_WRITE_FILE  (UINT64_C(1) << 1)
#define FS_READ_FILE   (UINT64_C(1) << 2)
#define FS_READ_DIR    (UINT64_C(1) << 3)
#define FS_REMOVE_DIR  (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR    (UINT64_C(1) << 7)
#define FS_MAKE_REG    (UINT64_C(1) << 8)
#define FS_MAKE_FIFO   (UINT64_C(1) << 10)
#define FS_MAKE_SYM    (UINT64_C(1) << 12)
#define FS_REFER       (UINT64_C(1) << 13)
#define FS_TRUNCATE    (UINT64_C(1) << 14)

#define NET_BIND_TCP    (UINT64_C(1) << 0)
#define NET_CONNECT_TCP (UINT64_C(1) << 1)

#define SCOPE_ABSTRACT_UNIX_SOCKET (UINT64_C(1) << 0)
#define SCOPE_SIGNAL               (UINT64_C(1) << 1)

/** As the kernel takes it; what it does not know must be zero. */
typedef struct ruleset_attributes {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
} ruleset_attributes;

typedef struct path_rule {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed)) path_rule;

/** Every file right of each version: all of them are handled, so what is not granted is denied. */
static uint64_t known_rights(int abi)
{
    static const uint64_t by_abi[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
    const int last = (int)(sizeof(by_abi) / sizeof(by_abi[0])) - 1;
    return by_abi[abi < last ? abi : last];
}

#define READING (FS_READ_FILE | FS_READ_DIR)
/** No execution, no devices, no sockets in the file system. */
#define WORKING                                                                                    \
    (READING | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG |        \
     FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER | FS_TRUNCATE)
/** What a rule for something that is no directory may name. */
#define FOR_FILES (FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE)

/** Devices that programs write to. */
static const char *const sinks[] = { "/dev/null", "/dev/zero", "/dev/full" };

int ce_landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

static int create_ruleset(int abi)
{
    ruleset_attributes attributes = { .handled_access_fs = known_rights(abi) };

    if (abi >= 4)
        attributes.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
    if (abi >= 6)
        attributes.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
    long ruleset = syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0u);
    return ruleset < 0 ? -errno : (int)ruleset;
}

static int add_rule(int ruleset, int abi, int fd, int is_directory, uint64_t rights)
{
    if (!is_directory)
        rights &= FOR_FILES;
    path_rule rule = { .allowed_access = rights & known_rights(abi), .parent_fd = fd };
    long added = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0u);
    return added < 0 ? -errno : 0;
}

/** Grant rights below a path. What does not exist can be granted nothing, which is no failure. */
static int grant(int ruleset, int abi, const char *path, uint64_t rights)
{
    struct stat status;
    CE_CLEANUP_FD fd = open(path, O_PATH | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : -errno;
    if (fstat(fd, &status) < 0)
        return -errno;
    return add_rule(ruleset, abi, fd, S_ISDIR(status.st_mode), rights);
}

static int grant_sinks(int ruleset, int abi)
{
    int status = 0;

    for (size_t i = 0; i < sizeof(sinks) / sizeof(sinks[0]) && status == 0; i++)
        status = grant(ruleset, abi, sinks[i], FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE);
    return status;
}

int ce_landlock_ruleset(int abi, const ce_root_entry *entries, size_t count, const char *read_only,
                        const char *work)
{
    CE_CLEANUP_FD ruleset = create_ruleset(abi);
    int status = ruleset < 0 ? ruleset : grant_sinks(ruleset, abi);

    for (size_t i = 0; i < count && status == 0; i++)
        if (entries[i].kind == CE_ROOT_BIND)
            status = grant(ruleset, abi, entries[i].path, READING);
    if (status == 0 && read_only != NULL)
        status = grant(ruleset, abi, read_only, READING);
    if (status == 0)
        status = grant(ruleset, abi, work, WORKING);
    return status < 0 ? status : ce_steal_fd(&ruleset);
}

/** For a guest with a root of its own: list directories, read what is in that root, write to its
 * two tmpfs. The root's contents are named one by one, so that this holds without the root too. */
static int namespaces_ruleset(const ce_confinement *confinement)
{
    const int abi = confinement->landlock_abi;
    CE_CLEANUP_FD ruleset = create_ruleset(abi);
    int status = ruleset < 0 ? ruleset : grant_sinks(ruleset, abi);

    if (status == 0)
        status = grant(ruleset, abi, "/", FS_READ_DIR);
    for (size_t i = 0; i < confinement->readable_count && status == 0; i++)
        status = add_rule(ruleset, abi, confinement->readable[i].fd,
                          confinement->readable[i].is_directory, READING);
    if (status == 0)
        status = grant(ruleset, abi, "/tmp", WORKING);
    if (status == 0)
        status = grant(ruleset, abi, "/dev/shm", WORKING);
    return status < 0 ? status : ce_steal_fd(&ruleset);
}

int ce_step_landlock(ce_confinement *confinement)
{
    CE_CLEANUP_FD own = -1;
    int ruleset = confinement->landlock_ruleset;

    if (ruleset < 0) {
        own = namespaces_ruleset(confinement);
        if (own < 0)
            return own;
        ruleset = own;
    }
    return syscall(SYS_landlock_restrict_self, ruleset, 0u) < 0 ? -errno : 0;
}
