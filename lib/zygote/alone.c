/* SPDX-License-Identifier: MIT */
/* Guests of the locked-down profile: one process each, the zygote's own child. Where a pid
   namespace and a tmpfs would clean up by themselves, the zygote does: it reports their end,
   empties their directories, and ends those that write too much. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/workdir.h"
#include "util/clock.h"
#include "util/fd.h"
#include "zygote/zygote.h"

/** How often directories that have files are looked at. RLIMIT_FSIZE bounds each file at once; this
 * is for many files. */
#define QUOTA_INTERVAL_NS (100 * (long)CE_NS_PER_MS)
/** Names the zygote removes itself; a child does the rest while the zygote goes on. */
#define EMPTY_BUDGET 256
/** Above what a zygote opens, and below what makes a process's table of descriptors large. */
#define TOP_FD 1000

int ce_work_path(const ce_zygote *zygote, uint32_t slot, char *path)
{
    int length = snprintf(path, PATH_MAX, "%s/slot-%u-%u", zygote->work_base, slot,
                          zygote->guests[slot].work_number);
    return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int ce_enter_alone_profile(ce_zygote *zygote, const char *work_root, const char **stage)
{
    *stage = "work-directory";
    if (strlen(work_root) >= sizeof(zygote->work_root))
        return -ENAMETOOLONG;
    memcpy(zygote->work_root, work_root, strlen(work_root) + 1);
    ce_workdir_sweep(work_root);
    int status = ce_begin_alone(zygote, stage);
    if (status == 0)
        snprintf(zygote->cache, sizeof(zygote->cache), "%.*s/cache", PATH_MAX - 16,
                 zygote->work_base);
    return status;
}

/** Of a dead process's descriptors the kernel closes the highest first. The channel has to be above
 * the verdict pipes, or the library would hear of the guests' ends before it hears of ours, and
 * take them for guests that failed. */
static int raise_channel(ce_zygote *zygote)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -errno;
    int least = limit.rlim_cur > TOP_FD ? TOP_FD : (int)limit.rlim_cur - 1;
    int channel = fcntl(zygote->channel, F_DUPFD_CLOEXEC, least);
    if (channel < 0)
        return -errno;
    close(zygote->channel);
    zygote->channel = channel;
    return 0;
}

int ce_begin_alone(ce_zygote *zygote, const char **stage)
{
    /* Room for "/slot-N-N" behind it. */
    char path[PATH_MAX - 32];

    *stage = "work-directory";
    int status = ce_workdir_create(zygote->work_root, path, sizeof(path), &zygote->work_base_fd);
    if (status < 0)
        return status;
    memcpy(zygote->work_base, path, strlen(path) + 1);
    *stage = "channel";
    status = raise_channel(zygote);
    if (status < 0)
        return status;
    *stage = "inotify";
    zygote->writes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (zygote->writes < 0)
        return -errno;
    *stage = "timerfd";
    zygote->quota_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return zygote->quota_timer < 0 ? -errno : 0;
}

void ce_leave_alone_profile(ce_zygote *zygote)
{
    if (zygote->work_base_fd < 0)
        return;
    ce_workdir_empty(zygote->work_base_fd, UINT64_MAX);
    rmdir(zygote->work_base);
    ce_close(&zygote->work_base_fd);
}

/* ---- a guest's beginning ---- */

/** Make the slot's directory, and the ruleset that lets a guest write there and nowhere else. */
static int make_work(ce_spawning *spawning)
{
    const ce_zygote *zygote = spawning->zygote;
    ce_guest *guest = spawning->guest;
    char path[PATH_MAX];

    if (guest->work_fd > 0)
        return 0;
    int status = ce_work_path(zygote, spawning->slot, path);
    if (status < 0)
        return status;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return -errno;
    int ruleset = ce_landlock_ruleset(zygote->landlock_abi, zygote->entries, zygote->entry_count,
                                      zygote->cache, path);
    if (ruleset < 0)
        return ruleset;
    int work = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (work < 0) {
        status = -errno;
        close(ruleset);
        return status;
    }
    guest->work_fd = work;
    guest->ruleset = ruleset;
    return 0;
}

/** Have the first thing it makes in its directory show on zygote->writes. */
static int watch_writes(const ce_spawning *spawning)
{
    char path[PATH_MAX];
    int status = ce_work_path(spawning->zygote, spawning->slot, path);

    if (status < 0)
        return status;
    int watch = inotify_add_watch(spawning->zygote->writes, path, IN_CREATE | IN_ONESHOT);
    if (watch < 0)
        return -errno;
    spawning->guest->watch = watch;
    return 0;
}

static int fork_alone(ce_spawning *spawning, int leaf)
{
    ce_guest *guest = spawning->guest;
    pid_t pid = ce_fork_into(spawning->zygote, leaf);

    if (pid == 0)
        return 1;
    if (pid < 0)
        return -errno;
    guest->pid = pid;
    guest->pidfd = pidfd_open(pid, 0); /* ours to reap, so the number is still its own */
    if (guest->pidfd >= 0)
        return 0;
    int status = -errno;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, __WALL);
    return status;
}

int ce_spawn_alone(ce_spawning *spawning)
{
    ce_guest *guest = spawning->guest;
    CE_CLEANUP_FD leaf = -1;

    spawning->stage = "work-directory";
    int status = make_work(spawning);
    if (status == 0) {
        spawning->stage = "inotify";
        status = watch_writes(spawning);
    }
    if (status == 0) {
        spawning->stage = "cgroup";
        status = ce_open_leaf(spawning, &leaf);
    }
    if (status < 0)
        return status;
    spawning->stage = "descriptor";
    int verdict_fd = fcntl(spawning->verdict_fd, F_DUPFD_CLOEXEC, 3);
    if (verdict_fd < 0)
        return -errno;
    spawning->stage = "fork";
    status = fork_alone(spawning, leaf);
    if (status != 0) {
        close(verdict_fd);
        return status;
    }
    guest->verdict_fd = verdict_fd;
    guest->written = guest->emptying = 0;
    guest->over_quota = 0;
    return 0;
}

/* ---- what it writes ---- */

static void arm_quota_timer(const ce_zygote *zygote, int on)
{
    struct itimerspec interval = { 0 };

    if (on)
        interval.it_interval.tv_nsec = interval.it_value.tv_nsec = QUOTA_INTERVAL_NS;
    timerfd_settime(zygote->quota_timer, 0, &interval, NULL);
}

static void note_write(ce_zygote *zygote, const struct inotify_event *event)
{
    for (uint32_t i = 0; i < zygote->setup.slots; i++) {
        ce_guest *guest = &zygote->guests[i];
        if (guest->guest_id != 0 && guest->watch == event->wd && (event->mask & IN_CREATE) != 0)
            guest->written = 1;
    }
}

void ce_note_writes(ce_zygote *zygote)
{
    _Alignas(struct inotify_event) char buffer[8192];
    ssize_t size;

    while ((size = read(zygote->writes, buffer, sizeof(buffer))) > 0)
        for (ssize_t at = 0; at < size;) {
            const struct inotify_event *event = (const void *)(buffer + at);
            note_write(zygote, event);
            at += (ssize_t)(sizeof(*event) + event->len);
        }
    arm_quota_timer(zygote, 1);
}

/** Whether a guest holds more than its directory may: in it, or deleted and still open. */
static int is_over_quota(const ce_zygote *zygote, const ce_guest *guest)
{
    const uint64_t most = zygote->setup.tmp_bytes;
    char name[32];

    snprintf(name, sizeof(name), "%d/fd", (int)guest->pid);
    CE_CLEANUP_FD descriptors = openat(zygote->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const uint64_t deleted = descriptors < 0 ? 0 : ce_workdir_deleted(descriptors);
    if (deleted > most)
        return 1;
    /* What cannot be counted is too much. */
    return ce_workdir_exceeds(guest->work_fd, most - deleted, zygote->setup.tmp_inodes) != 0;
}

void ce_check_quotas(ce_zygote *zygote)
{
    uint64_t ticks;
    int watched = 0;

    if (read(zygote->quota_timer, &ticks, sizeof(ticks)) < 0 && errno == EAGAIN)
        return;
    for (uint32_t i = 0; i < zygote->setup.slots; i++) {
        ce_guest *guest = &zygote->guests[i];
        if (guest->guest_id == 0 || guest->emptying || !guest->written || guest->over_quota)
            continue;
        watched = 1;
        if (is_over_quota(zygote, guest)) {
            guest->over_quota = 1;
            kill(guest->pid, SIGKILL);
        }
    }
    if (!watched)
        arm_quota_timer(zygote, 0);
}

/* ---- its end ---- */

static void report_end(ce_guest *guest, int wait_status, const struct rusage *usage)
{
    ce_verdict verdict = ce_verdict_of(wait_status, usage, ce_now_ns());
    verdict.over_quota = guest->over_quota;

    /* The pipe has room for one. If nobody reads it any more, nobody waits for it either. */
    if (write(guest->verdict_fd, &verdict, sizeof(verdict)) < 0)
        guest->over_quota = 0;
    ce_close(&guest->verdict_fd);
}

/** Fork a child that empties the directory, however much is in it. @return 0 or -errno */
static int empty_in_child(const ce_zygote *zygote, ce_guest *guest)
{
    pid_t pid = fork();

    if (pid < 0)
        return -errno;
    if (pid == 0) {
        /* The library must see the zygote's end on the channel, not ours. */
        close(zygote->channel);
        close(zygote->work_base_fd); /* and whoever sweeps up after the zygote, that it is gone */
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        _exit(ce_workdir_empty(guest->work_fd, UINT64_MAX) < 0);
    }
    guest->pid = pid;
    guest->pidfd = pidfd_open(pid, 0);
    if (guest->pidfd < 0) {
        waitpid(pid, NULL, 0);
        return -errno;
    }
    guest->emptying = 1;
    return 0;
}

/** The next guest of the slot must find nothing: a directory that cannot be emptied is replaced. */
static void give_up_work(ce_guest *guest)
{
    ce_close(&guest->work_fd);
    ce_close(&guest->ruleset);
    guest->work_fd = 0;
    guest->work_number++;
}

int ce_end_alone(ce_zygote *zygote, ce_guest *guest)
{
    struct rusage usage = { 0 };
    int wait_status = 0;

    if (wait4(guest->pid, &wait_status, __WALL, &usage) < 0)
        return 0;
    ce_close(&guest->pidfd);
    if (guest->emptying) {
        guest->emptying = 0;
        if (wait_status != 0)
            give_up_work(guest);
        return 0;
    }
    report_end(guest, wait_status, &usage);
    int status = ce_workdir_empty(guest->work_fd, EMPTY_BUDGET);
    if (status == -EAGAIN && empty_in_child(zygote, guest) == 0)
        return 1;
    if (status < 0)
        give_up_work(guest);
    return 0;
}
