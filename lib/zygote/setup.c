/* SPDX-License-Identifier: MIT */
/* What a zygote does once: take its settings, look at itself, say HELLO. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/switches.h"
#include "util/fd.h"
#include "zygote/zygote.h"

/** First uid for guests: far above what accounts, containers' maps and systemd hand out. Each
 * zygote takes a block of its own: RLIMIT_NPROC counts a uid over the whole machine, and guests of
 * two services, or of two commands, must not use up one another's processes. */
#define GUEST_UID_BASE   UINT32_C(0x70000000)
#define GUEST_UID_BLOCK  UINT32_C(4096)
#define GUEST_UID_BLOCKS UINT32_C(65536)
/** Where that range is not mapped: "nobody". */
#define GUEST_UID_FALLBACK 65534

/** Largest seccomp program: the kernel takes 4096 instructions of 8 bytes. */
#define FILTER_MAX (4096u * 8u)

static int read_filter(ce_zygote *zygote, int memfd)
{
    struct stat status;

    if (fstat(memfd, &status) < 0)
        return -errno;
    if (status.st_size <= 0 || status.st_size > (off_t)FILTER_MAX)
        return -EPROTO;
    zygote->filter_size = (size_t)status.st_size;
    zygote->filter = malloc(zygote->filter_size);
    if (zygote->filter == NULL)
        return -ENOMEM;
    ssize_t size = pread(memfd, zygote->filter, zygote->filter_size, 0);
    if (size < 0)
        return -errno;
    return (size_t)size == zygote->filter_size ? 0 : -EPROTO;
}

static int take_setup(ce_zygote *zygote, const ce_setup *setup, const char *settings)
{
    /* The last byte must end the last setting, or the Python side would read past it. */
    if (setup->frame.size - sizeof(*setup) != setup->settings_size || setup->slots == 0 ||
        (setup->profile != CE_PROFILE_NAMESPACES && setup->profile != CE_PROFILE_LOCKED_DOWN) ||
        (setup->settings_size > 0 && settings[setup->settings_size - 1] != '\0'))
        return -EPROTO;
    zygote->setup = *setup;
    zygote->settings = malloc(setup->settings_size + 1u);
    zygote->guests = calloc(setup->slots, sizeof(*zygote->guests));
    zygote->inbox = malloc(CE_FRAME_MAX);
    if (zygote->settings == NULL || zygote->guests == NULL || zygote->inbox == NULL)
        return -ENOMEM;
    memcpy(zygote->settings, settings, setup->settings_size);
    zygote->settings[setup->settings_size] = '\0';
    return 0;
}

/** How many ids the current user namespace maps from first on; 0 if first is not mapped. */
static uint64_t mapped_ids(const ce_zygote *zygote, const char *map, uint64_t first)
{
    CE_CLEANUP_FD fd = openat(zygote->proc_self, map, O_RDONLY | O_CLOEXEC);
    FILE *file = fd >= 0 ? fdopen(fd, "re") : NULL; /* takes the descriptor */
    unsigned long long inside;
    unsigned long long outside;
    unsigned long long count;
    uint64_t found = 0;

    if (file == NULL)
        return 0;
    ce_steal_fd(&fd);
    while (fscanf(file, "%llu %llu %llu", &inside, &outside, &count) == 3)
        if (first >= inside && first - inside < count)
            found = count - (first - inside);
    fclose(file);
    return found;
}

static void choose_uids(ce_zygote *zygote)
{
    const uint32_t slots = zygote->setup.slots;
    const uint32_t block = (uint32_t)getpid() % GUEST_UID_BLOCKS;
    const uint32_t first = GUEST_UID_BASE + block * GUEST_UID_BLOCK;

    zygote->uid_per_slot = slots <= GUEST_UID_BLOCK &&
                           mapped_ids(zygote, "uid_map", first) >= slots &&
                           mapped_ids(zygote, "gid_map", first) >= slots;
    zygote->first_uid = zygote->uid_per_slot ? first : GUEST_UID_FALLBACK;
}

/** The descriptors behind the seccomp program: where guests find their leaves. */
static int take_cgroups(ce_zygote *zygote, int *fds, size_t fd_count)
{
    const uint32_t version = zygote->setup.cgroup_version;

    if (version > 2 || (version == 2 && fd_count != 1) || (version == 0) != (fd_count == 0) ||
        fd_count > CE_MAX_CGROUP_BASES)
        return -EPROTO;
    for (size_t i = 0; i < fd_count; i++)
        zygote->cgroup_bases[i] = ce_steal_fd(&fds[i]);
    zygote->cgroup_count = (int)fd_count;
    if (version != 2)
        return 0;
    /* For forks that are not libc's. */
    if (prctl(PR_GET_TID_ADDRESS, &zygote->tid_address, 0, 0, 0) < 0 ||
        syscall(SYS_get_robust_list, 0, &zygote->robust_list, &zygote->robust_list_size) < 0)
        return -errno;
    return 0;
}

int ce_zygote_open_self(ce_zygote *zygote)
{
    zygote->proc_self = openat(zygote->proc, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (zygote->proc_self < 0)
        return -errno;
    zygote->own_pidfd = pidfd_open(getpid(), 0);
    return zygote->own_pidfd < 0 ? -errno : 0;
}

static int open_own_descriptors(ce_zygote *zygote)
{
    zygote->channel = CE_ZYGOTE_CHANNEL_FD;
    zygote->epoll = zygote->init_ready = zygote->helper_pidfd = -1;
    zygote->work_base_fd = zygote->writes = zygote->quota_timer = -1;
    if (fcntl(zygote->channel, F_SETFD, FD_CLOEXEC) < 0)
        return -errno;
    zygote->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return zygote->proc < 0 ? -errno : ce_zygote_open_self(zygote);
}

int ce_zygote_receive_setup(ce_zygote *zygote)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int status = open_own_descriptors(zygote);

    if (status < 0)
        return status;
    int size = ce_frame_receive(zygote->channel, buffer, sizeof(buffer), fds, &fd_count, 0);
    if (size <= 0)
        return size == 0 ? -EPIPE : size;
    const ce_setup *setup = (const ce_setup *)(const void *)buffer;
    status = setup->frame.type == CE_FRAME_SETUP && fd_count >= 1 ? 0 : -EPROTO;
    if (status == 0)
        status = take_setup(zygote, setup, (const char *)(setup + 1));
    if (status == 0)
        status = read_filter(zygote, fds[0]);
    if (status == 0)
        status = take_cgroups(zygote, fds + 1, fd_count - 1);
    for (size_t i = 0; i < fd_count; i++)
        ce_close(&fds[i]);
    if (status == 0) {
        choose_uids(zygote);
        ce_choose_tasks(zygote);
        zygote->landlock_abi = ce_landlock_abi();
    }
    return status;
}

int ce_zygote_threads(const ce_zygote *zygote)
{
    int count = 0;
    int fd = openat(zygote->proc_self, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *tasks = fd >= 0 ? fdopendir(fd) : NULL;

    if (tasks == NULL) {
        ce_close(&fd);
        return -errno;
    }
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks))
        if (entry->d_name[0] != '.')
            count++;
    closedir(tasks);
    return count;
}

/** Sizes the guests start with, so that limits count from there. */
static int measure_baselines(ce_zygote *zygote)
{
    char text[256];
    unsigned long long space;
    unsigned long long data;
    CE_CLEANUP_FD fd = openat(zygote->proc_self, "statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    ssize_t size = read(fd, text, sizeof(text) - 1);
    if (size < 0)
        return -errno;
    text[size] = '\0';
    /* size resident shared text lib data dirty, in pages */
    if (sscanf(text, "%llu %*u %*u %*u %*u %llu", &space, &data) != 2)
        return -EPROTO;
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    zygote->space_baseline = space * page;
    zygote->data_baseline = data * page;
    return 0;
}

/** Its proportional share: what is shared with others counts in part. 0 if the kernel does not
 * tell. */
static uint64_t proportional_share(const ce_zygote *zygote)
{
    char text[512];
    unsigned long long kilobytes;
    CE_CLEANUP_FD fd = openat(zygote->proc_self, "smaps_rollup", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (size <= 0)
        return 0;
    text[size] = '\0';
    const char *share = strstr(text, "\nPss:");
    return share != NULL && sscanf(share, "\nPss: %llu", &kilobytes) == 1 ? kilobytes * 1024 : 0;
}

typedef struct layer_names {
    char text[1024];
    size_t size;
    uint32_t count;
} layer_names;

static void add_layer(layer_names *names, const char *name)
{
    const size_t size = strlen(name) + 1;
    if (size > sizeof(names->text) - names->size)
        return; /* cannot be: the names are a few hundred bytes, all of them ours */
    memcpy(names->text + names->size, name, size);
    names->size += size;
    names->count++;
}

/** What guests are confined by beside the steps they take themselves. */
static void add_surroundings(const ce_zygote *zygote, layer_names *names)
{
    static const char *const namespaces[] = {
        "mount_namespace", "pid_namespace", "net_namespace", "ipc_namespace",
        "uts_namespace",   "new_root",      "tmpfs"
    };

    if (zygote->setup.profile == CE_PROFILE_LOCKED_DOWN)
        add_layer(names, "work_directory");
    if (zygote->user_namespace)
        add_layer(names, "user_namespace");
    if (zygote->setup.profile == CE_PROFILE_NAMESPACES)
        for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
            if (!ce_switched_off(namespaces[i]))
                add_layer(names, namespaces[i]);
    if (zygote->setup.cgroup_version == 2)
        add_layer(names, "cgroup_v2");
}

/** Every guest takes every step that applies or never says READY, so the zygote can attest for all
 * of them. */
static void add_steps(const ce_zygote *zygote, layer_names *names)
{
    const ce_guest_start any = { .zygote = zygote };
    const ce_confinement confinement = ce_guest_confinement(&any);

    for (size_t i = 0; i < ce_guest_step_count; i++)
        if (ce_step_applies(&ce_guest_steps[i], &confinement))
            add_layer(names, ce_guest_steps[i].name);
}

int ce_zygote_hello(ce_zygote *zygote, uint32_t python_version)
{
    ce_hello hello = { .python_version = python_version };
    layer_names names = { .size = 0 };
    int status = measure_baselines(zygote);
    int threads = ce_zygote_threads(zygote);

    if (status < 0 || threads < 0)
        return status < 0 ? status : threads;
    hello.threads = (uint32_t)threads;
    hello.memory_bytes = proportional_share(zygote);
    add_surroundings(zygote, &names);
    add_steps(zygote, &names);
    hello.layers_count = names.count;
    hello.layers_size = (uint32_t)names.size;
    ce_frame_init(&hello.frame, CE_FRAME_HELLO, sizeof(hello) + names.size);
    return ce_frame_send2(zygote->channel, &hello.frame, sizeof(hello), names.text, names.size,
                          NULL, 0);
}
