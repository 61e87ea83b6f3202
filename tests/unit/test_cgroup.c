/* SPDX-License-Identifier: MIT */
/* Reading what /proc tells is tested with texts of real machines. The rest needs control groups
   that can be written: it runs against whichever version this machine has. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cgroup/cgroup_internal.h"
#include "tree.h"
#include "util/clock.h"

#define MB (UINT64_C(1) << 20)

/* ---- what /proc tells ---- */

static void read_layout(ce_cgroup_layout *layout, const char *proc_cgroup, const char *mountinfo)
{
    FILE *first = fmemopen((void *)(uintptr_t)proc_cgroup, strlen(proc_cgroup), "r");
    FILE *second = fmemopen((void *)(uintptr_t)mountinfo, strlen(mountinfo), "r");
    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal(ce_cgroup_layout_read(layout, first, second), 0);
    fclose(first);
    fclose(second);
}

static const ce_cgroup_hierarchy *with(const ce_cgroup_layout *layout, enum ce_controller which)
{
    for (int i = 0; i < layout->legacy_count; i++)
        if (layout->legacy[i].controllers & CE_BIT(which))
            return &layout->legacy[i];
    fail_msg("controller %d is nowhere", (int)which);
    return NULL;
}

static ce_cgroup_layout layout;

static void cgroup_layout_of_systemd(void **state)
{
    read_layout(&layout, "0::/system.slice/codeexec.service\n",
                "24 30 0:22 / /proc rw,nosuid shared:13 - proc proc rw\n"
                "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 "
                "cgroup2 rw,nsdelegate,memory_recursiveprot\n");
    assert_int_equal(layout.legacy_count, 0);
    assert_string_equal(layout.unified.point, "/sys/fs/cgroup");
    assert_string_equal(layout.unified.own, "/sys/fs/cgroup/system.slice/codeexec.service");
}

static void cgroup_layout_of_systemd_hybrid(void **state)
{
    read_layout(
        &layout,
        "12:pids:/user.slice/user-1000.slice/session-2.scope\n"
        "5:cpu,cpuacct:/user.slice\n4:memory:/user.slice/user-1000.slice/session-2.scope\n"
        "1:name=systemd:/user.slice/user-1000.slice/session-2.scope\n"
        "0::/user.slice/user-1000.slice/session-2.scope\n",
        "25 17 0:21 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n"
        "26 25 0:22 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw\n"
        "27 25 0:23 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd\n"
        "30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct\n"
        "31 25 0:27 / /sys/fs/cgroup/memory rw shared:16 - cgroup cgroup rw,memory\n"
        "32 25 0:28 / /sys/fs/cgroup/pids rw shared:17 - cgroup cgroup rw,pids\n"
        "33 25 0:29 / /sys/fs/cgroup/net_cls,net_prio rw - cgroup cgroup rw,net_cls,net_prio\n");
    assert_int_equal(layout.legacy_count, 3);
    assert_string_equal(with(&layout, CE_MEMORY)->own,
                        "/sys/fs/cgroup/memory/user.slice/user-1000.slice/session-2.scope");
    assert_string_equal(with(&layout, CE_CPU)->own, "/sys/fs/cgroup/cpu,cpuacct/user.slice");
    assert_ptr_equal(with(&layout, CE_CPU), with(&layout, CE_CPUACCT));
    assert_string_equal(layout.unified.point, "/sys/fs/cgroup/unified");
}

static void cgroup_layout_of_a_docker_v1(void **state)
{
    read_layout(&layout,
                "4:pids:/docker/c0ffee\n3:memory:/docker/c0ffee\n2:cpu,cpuacct:/docker/c0ffee\n"
                "0::/system.slice/containerd.service\n",
                "614 613 0:28 /docker/c0ffee /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime "
                "master:13 - cgroup cgroup rw,memory\n"
                "615 613 0:29 /docker/c0ffee /sys/fs/cgroup/pids ro master:14 - cgroup cgroup "
                "rw,pids\n"
                "616 613 0:30 /docker/c0ffee /sys/fs/cgroup/cpu,cpuacct ro master:15 - cgroup "
                "cgroup rw,cpu,cpuacct\n");
    assert_string_equal(with(&layout, CE_MEMORY)->own, "/sys/fs/cgroup/memory");
    assert_string_equal(with(&layout, CE_PIDS)->own, "/sys/fs/cgroup/pids");
    assert_string_equal(layout.unified.point, "");
}

static void cgroup_layout_of_a_docker_v2(void **state)
{
    static const char mount[] = "1036 1035 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - "
                                "cgroup2 cgroup rw,nsdelegate\n";
    /* --cgroupns=private, the default there. */
    read_layout(&layout, "0::/\n", mount);
    assert_string_equal(layout.unified.own, "/sys/fs/cgroup");
    /* Moved aside by an executor of this process. */
    read_layout(&layout, "0::/codeexec-host\n", mount);
    assert_string_equal(layout.unified.own, "/sys/fs/cgroup/codeexec-host");
    /* Outside of the namespace's root: entered with nsenter. */
    read_layout(&layout, "0::/../../user.slice\n", mount);
    assert_string_equal(layout.unified.own, "");
    assert_string_equal(layout.unified.point, "/sys/fs/cgroup");
    /* --cgroupns=host: the mount shows a part of the host's tree. */
    read_layout(&layout, "0::/system.slice/docker-ab.scope\n",
                "1036 1035 0:26 /system.slice/docker-ab.scope /sys/fs/cgroup ro - cgroup2 cgroup "
                "rw\n");
    assert_string_equal(layout.unified.own, "/sys/fs/cgroup");
    /* A sibling whose name begins alike is not ours. */
    read_layout(&layout, "0::/system.slice/docker-abc.scope\n",
                "1036 1035 0:26 /system.slice/docker-ab /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
    assert_string_equal(layout.unified.own, "");
}

static void cgroup_layout_of_kubernetes(void **state)
{
    read_layout(&layout,
                "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/"
                "cri-containerd-ab.scope\n",
                "7 6 0:26 /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/"
                "cri-containerd-ab.scope /sys/fs/cgroup ro,relatime - cgroup2 cgroup rw\n");
    assert_string_equal(layout.unified.own, "/sys/fs/cgroup");
    read_layout(&layout, "9:memory:/kubepods/besteffort/pod1/ab\n",
                "7 6 0:26 /kubepods/besteffort/pod1 /sys/fs/cgroup/memory rw - cgroup cgroup "
                "rw,memory\n");
    assert_string_equal(with(&layout, CE_MEMORY)->own, "/sys/fs/cgroup/memory/ab");
}

static void cgroup_layout_of_a_sandbox_of_v1_and_an_empty_v2(void **state)
{
    read_layout(&layout,
                "9:name=systemd:/\n8:pids:/\n7:blkio:/\n4:memory:/sessions/889e\n3:cpuset:/\n"
                "2:cpuacct:/\n1:cpu:/\n0::/\n",
                "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
                "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
                "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n"
                "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
                "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
                "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n");
    assert_int_equal(layout.legacy_count, 4);
    assert_string_equal(with(&layout, CE_MEMORY)->own, "/sys/fs/cgroup/memory/sessions/889e");
    assert_string_equal(with(&layout, CE_CPU)->own, "/sys/fs/cgroup/cpu");
    assert_string_equal(layout.unified.own, "/sys/fs/cgroup/unified");
}

static void cgroup_layout_takes_the_mount_that_shows_us(void **state)
{
    read_layout(&layout, "0::/box\n",
                "1 0 0:26 /other /mnt/a\\040b rw - cgroup2 none rw\n"
                "2 0 0:26 / /mnt/c\\134d rw optional:1 more - cgroup2 none rw\n"
                "3 0 0:26 / /mnt/e rw - cgroup2 none rw\n");
    assert_string_equal(layout.unified.own, "/mnt/c\\d/box");
    assert_string_equal(layout.unified.point, "/mnt/c\\d");
    read_layout(&layout, "0::/box\n", "1 0 0:26 /other /mnt/a\\040b rw - cgroup2 none rw\n");
    assert_string_equal(layout.unified.point, "/mnt/a b");
}

static void cgroup_layout_passes_nonsense_over(void **state)
{
    char *line = malloc(20000);
    read_layout(&layout, "\n:\n::\n0:\n0::\n0::relative\n7:memory\nx", "\n-\n - \n1 2 3 4 5 6 -\n");
    assert_int_equal(layout.legacy_count, 0);
    assert_string_equal(layout.unified.point, "");
    /* A path as long as the kernel would never make it. */
    memset(line, 'a', 20000);
    memcpy(line, "0::/", 4);
    line[19999] = '\0';
    read_layout(&layout, line, "1 0 0:26 / /sys/fs/cgroup rw - cgroup2 none rw\n");
    assert_string_equal(layout.unified.own, "");
    memcpy(line, "1 0 0:26 / /", 12);
    static const char rest[] = " rw - cgroup2 none rw\n";
    memcpy(line + 19970, rest, sizeof(rest));
    read_layout(&layout, "0::/\n", line);
    assert_string_equal(layout.unified.point, "");
    free(line);
    assert_int_equal(ce_controllers_in("cpuset memory,pids\n"), CE_NEEDED_BITS);
    assert_int_equal(ce_controllers_in("memoryx cpu"), CE_BIT(CE_CPU));
    assert_int_equal(ce_controllers_in(""), 0);
}

static void cgroup_cpu_quota(void **state)
{
    uint64_t quota;
    uint64_t period;
    ce_cpu_quota(500, &quota, &period);
    assert_true(quota == 50000 && period == 100000);
    ce_cpu_quota(1, &quota, &period);
    assert_true(quota == 1000 && period == 1000000);
    ce_cpu_quota(UINT32_MAX, &quota, &period);
    assert_true(quota == UINT64_C(429496729500) && period == 100000);
}

/* ---- real ones ---- */

static void skip_because(const char *why)
{
    const char *require = getenv("CODEEXEC_TEST_REQUIRE");
    if (require != NULL && strcmp(require, "1") == 0)
        fail_msg("cannot be skipped: %s", why);
    print_message("skipped: %s\n", why);
    skip();
}

/** A group with two leaves. NULL where there can be none (the test is skipped). */
static ce_cgroup *open_group(uint64_t memory_bytes, uint32_t processes)
{
    ce_cgroup *cgroup = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    ce_cgroup_options options = { .where = getenv("CODEEXEC_TEST_CGROUP"),
                                  .slots = 2,
                                  .memory_bytes = memory_bytes,
                                  .processes = processes };
    if (ce_cgroup_open(&cgroup, &options, &error) < 0) {
        assert_int_equal(error.code, CODEEXEC_EISOLATION);
        skip_because(error.message);
    }
    return cgroup;
}

/** As a guest does it. */
static void join(const ce_cgroup *cgroup, uint32_t slot)
{
    int fds[CE_CGROUP_MAX_BASES];
    char path[64];
    int count = ce_cgroup_bases(cgroup, fds);

    snprintf(path, sizeof(path), "slot-%u/%s", slot,
             ce_cgroup_version(cgroup) == 1 ? "tasks" : "cgroup.procs");
    for (int i = 0; i < count; i++)
        if (ce_write_at(fds[i], path, "0") < 0)
            _exit(200);
}

typedef struct test_guest {
    pid_t pid;
    int go; /**< closing it starts the work */
} test_guest;

typedef int work(uint64_t amount);

/** A process that waits in the leaf, as a parked guest does. */
static test_guest park(ce_cgroup *cgroup, uint32_t slot, work *run, uint64_t amount)
{
    int start[2];
    int ready[2];
    char byte;

    assert_int_equal(ce_cgroup_ready(cgroup, slot), 0);
    assert_int_equal(pipe2(start, O_CLOEXEC), 0);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(start[1]);
        close(ready[0]);
        join(cgroup, slot);
        if (write(ready[1], "", 1) != 1 || read(start[0], &byte, 1) != 0)
            _exit(201);
        _exit(run(amount));
    }
    close(start[0]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return (test_guest){ pid, start[1] };
}

/** Let it work; its wait status. */
static int finish(test_guest guest)
{
    int status;
    close(guest.go);
    assert_int_equal(waitpid(guest.pid, &status, 0), guest.pid);
    return status;
}

static int run_in(ce_cgroup *cgroup, uint32_t slot, work *run, uint64_t amount,
                  ce_cgroup_usage *usage)
{
    test_guest guest = park(cgroup, slot, run, amount);
    assert_int_equal(ce_cgroup_begin(cgroup, slot, 64 * MB), 0);
    int status = finish(guest);
    ce_cgroup_read(cgroup, slot, usage);
    assert_int_equal(ce_cgroup_recycle(cgroup, slot), 0);
    return status;
}

static int do_nothing(uint64_t amount)
{
    return (int)amount;
}

static int touch_memory(uint64_t bytes)
{
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    for (uint64_t i = 0; i < bytes; i += 4096)
        ((volatile char *)memory)[i] = 1;
    return 0;
}

static uint64_t cpu_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * CE_NS_PER_SECOND + (uint64_t)used.tv_nsec;
}

static int burn_cpu(uint64_t milliseconds)
{
    /* Being forked took time as well, which is not the run's. */
    uint64_t start = cpu_ns();
    while (cpu_ns() - start < milliseconds * CE_NS_PER_MS)
        ;
    return 0;
}

/** Children that live at once; how many there came to be. */
static int fork_many(uint64_t count)
{
    pid_t children[64];
    int made = 0;
    for (uint64_t i = 0; i < count && i < 64; i++) {
        pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        if (child > 0)
            children[made++] = child;
    }
    for (int i = 0; i < made; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    return made;
}

static int wait_forever(uint64_t amount)
{
    while (pause() < 0)
        ;
    return 0;
}

/** Leaves the file's pages charged, which the kernel may drop where they are only a cache. */
static int write_file(uint64_t bytes)
{
    static const char block[1 << 16];
    char path[] = "/var/tmp/codeexec-test-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    for (uint64_t i = 0; i < bytes; i += sizeof(block))
        if (write(fd, block, sizeof(block)) != (ssize_t)sizeof(block))
            return 2;
    if (fsync(fd) < 0)
        return 3;
    printf("%s", path);
    return 0;
}

static int count_open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/** Directories of this process that exist in the place. */
static int count_bases(const char *directory)
{
    char command[PATH_MAX + 64];
    char number[16] = "";
    snprintf(command, sizeof(command),
             "find %s -maxdepth 6 -type d -name 'codeexec-%ld-*' 2>/dev/null | wc -l", directory,
             (long)getpid());
    FILE *pipe = popen(command, "r"); // NOLINT(cert-env33-c): a test's own directory
    assert_non_null(pipe);
    assert_non_null(fgets(number, sizeof(number), pipe));
    pclose(pipe);
    return atoi(number);
}

static void cgroup_leaves_nothing_behind(void **state)
{
    int before = count_open_descriptors();
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    int fds[CE_CGROUP_MAX_BASES];
    int count = ce_cgroup_bases(cgroup, fds);
    assert_in_range(count, 1, CE_CGROUP_MAX_BASES);
    assert_in_range(ce_cgroup_version(cgroup), 1, 2);
    assert_int_equal(count_bases("/sys/fs/cgroup"), count);
    ce_cgroup_close(cgroup);
    assert_int_equal(count_bases("/sys/fs/cgroup"), 0);
    assert_int_equal(count_open_descriptors(), before);
    ce_cgroup_close(NULL);
}

static void cgroup_close_ends_what_lives(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    test_guest guest = park(cgroup, 0, wait_forever, 0);
    if (ce_cgroup_version(cgroup) == 1)
        kill(guest.pid, SIGKILL);
    ce_cgroup_close(cgroup);
    assert_int_equal(count_bases("/sys/fs/cgroup"), 0);
    int status = finish(guest);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void cgroup_counts_memory(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    ce_cgroup_usage usage;
    assert_int_equal(run_in(cgroup, 0, touch_memory, 32 * MB, &usage), 0);
    if (usage.memory_peak_bytes == 0) {
        ce_cgroup_close(cgroup);
        skip_because("this kernel does not tell peaks of memory");
    }
    assert_in_range(usage.memory_peak_bytes, 32 * MB, 36 * MB);
    assert_int_equal(usage.oom_kills, 0);
    /* The next run's is its own. */
    assert_int_equal(run_in(cgroup, 0, touch_memory, 16 * MB, &usage), 0);
    assert_in_range(usage.memory_peak_bytes, 16 * MB, 18 * MB);
    assert_int_equal(run_in(cgroup, 0, do_nothing, 0, &usage), 0);
    assert_in_range(usage.memory_peak_bytes, 1, 2 * MB);
    ce_cgroup_close(cgroup);
}

static void cgroup_counts_while_it_runs(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    ce_cgroup_usage usage;
    test_guest guest = park(cgroup, 1, wait_forever, 0);
    assert_int_equal(ce_cgroup_begin(cgroup, 1, 64 * MB), 0);
    ce_cgroup_read(cgroup, 1, &usage);
    assert_in_range(usage.cpu_us, 0, 100000);
    assert_int_equal(ce_cgroup_recycle(cgroup, 1), -EBUSY);
    kill(guest.pid, SIGKILL);
    finish(guest);
    assert_int_equal(ce_cgroup_recycle(cgroup, 1), 0);
    ce_cgroup_close(cgroup);
}

static void cgroup_counts_cpu(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    ce_cgroup_usage usage;
    assert_int_equal(run_in(cgroup, 0, burn_cpu, 500, &usage), 0);
    assert_in_range(usage.cpu_us, 480000, 10000000);
    /* The second run's own, with much room for a machine that is busy, or that takes the time in
       which it was itself kept from running for the program's: then another one is less unlucky. */
    for (int i = 0; i < 5 && (i == 0 || usage.cpu_us > 400000); i++)
        assert_int_equal(run_in(cgroup, 0, burn_cpu, 10, &usage), 0);
    assert_in_range(usage.cpu_us, 8000, 400000);
    ce_cgroup_close(cgroup);
}

static void cgroup_limits_cpu(void **state)
{
    ce_cgroup *cgroup = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    ce_cgroup_usage usage;
    ce_cgroup_options options = { .where = getenv("CODEEXEC_TEST_CGROUP"),
                                  .slots = 1,
                                  .memory_bytes = 64 * MB,
                                  .processes = 16,
                                  .cpu_millis = 200 };
    if (ce_cgroup_open(&cgroup, &options, &error) < 0)
        skip_because(error.message);
    if (cgroup->fd[CE_CPU] < 0) {
        ce_cgroup_close(cgroup);
        skip_because("there is no cpu controller here");
    }
    /* 100 ms of a fifth of a CPU: five periods, the last of them cut short. A virtual machine that
       was kept from running may count that as CPU time, and such a run is over sooner: so it has
       more than one try. Without the limit each of them takes a third of this. */
    uint64_t taken = 0;
    for (int i = 0; i < 5 && taken <= 300 * CE_NS_PER_MS; i++) {
        const uint64_t start = ce_now_ns();
        assert_int_equal(run_in(cgroup, 0, burn_cpu, 100, &usage), 0);
        taken = ce_now_ns() - start;
    }
    assert_true(taken > 300 * CE_NS_PER_MS);
    ce_cgroup_close(cgroup);
}

static void cgroup_memory_runs_out(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    ce_cgroup_usage usage;
    struct pollfd poller = { .fd = ce_cgroup_oom_fd(cgroup, 0), .events = POLLIN };
    int status = run_in(cgroup, 1, touch_memory, 128 * MB, &usage);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    /* Version 2 counts the process that was chosen, and then it again as one of the group. */
    assert_in_range(usage.oom_kills, 1, 2);
    assert_int_equal(usage.refusals, 0);
    /* The run's own limit, below that of the leaf. */
    test_guest guest = park(cgroup, 0, touch_memory, 48 * MB);
    assert_int_equal(ce_cgroup_begin(cgroup, 0, 16 * MB), 0);
    status = finish(guest);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ce_cgroup_read(cgroup, 0, &usage);
    assert_in_range(usage.oom_kills, 1, 2);
    if (ce_cgroup_version(cgroup) == 1) {
        assert_true(poller.fd >= 0);
        assert_int_equal(poll(&poller, 1, 0), 1);
    } else {
        assert_int_equal(poller.fd, -1);
    }
    assert_int_equal(ce_cgroup_recycle(cgroup, 0), 0);
    if (poller.fd >= 0)
        assert_int_equal(poll(&poller, 1, 0), 0);
    /* Raised again, and the count begins anew. */
    assert_int_equal(run_in(cgroup, 0, touch_memory, 48 * MB, &usage), 0);
    assert_int_equal(usage.oom_kills, 0);
    ce_cgroup_close(cgroup);
}

static int fork_and_touch(uint64_t bytes)
{
    pid_t child = fork();
    if (child == 0)
        wait_forever(0);
    touch_memory(bytes);
    return 0;
}

static void cgroup_out_of_memory_ends_all_of_it(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 16);
    ce_cgroup_usage usage;
    if (ce_cgroup_version(cgroup) == 1) {
        ce_cgroup_close(cgroup); /* it ends one process, and its caller the rest */
        return;
    }
    test_guest guest = park(cgroup, 0, fork_and_touch, 128 * MB);
    assert_int_equal(ce_cgroup_begin(cgroup, 0, 64 * MB), 0);
    int status = finish(guest);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ce_cgroup_read(cgroup, 0, &usage);
    assert_in_range(usage.oom_kills, 2, 3);
    ce_cgroup_close(cgroup);
    assert_int_equal(count_bases("/sys/fs/cgroup"), 0);
}

static void cgroup_counts_processes(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    ce_cgroup_usage usage;
    int status = run_in(cgroup, 0, fork_many, 5, &usage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    assert_int_equal(usage.refusals, 0);
    bool tells = usage.processes_peak != 0;
    if (tells)
        assert_int_equal(usage.processes_peak, 6);
    /* The limit holds, is counted, and the counts are a run's own. */
    status = run_in(cgroup, 0, fork_many, 15, &usage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
    assert_int_equal(usage.refusals, 6);
    if (tells)
        assert_int_equal(usage.processes_peak, 10);
    assert_int_equal(run_in(cgroup, 0, do_nothing, 0, &usage), 0);
    assert_int_equal(usage.refusals, 0);
    if (tells)
        assert_int_equal(usage.processes_peak, 1);
    status = run_in(cgroup, 0, fork_many, 15, &usage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
    ce_cgroup_close(cgroup);
}

static uint64_t charged(const ce_cgroup *cgroup)
{
    char text[CE_CGROUP_TEXT_SIZE];
    ce_leaf_path path = ce_leaf_name(0, cgroup->ops->counters[CE_COUNT_MEMORY]);
    assert_int_equal(ce_read_at(cgroup->fd[CE_MEMORY], path.text, text), 0);
    return ce_text_number(text);
}

static void cgroup_sheds_caches(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    ce_cgroup_usage usage;
    uint64_t bytes;
    char name[64] = "";
    int output[2];
    /* The child says which file it made, through its stdout. */
    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    int saved = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(output[1], STDOUT_FILENO);
    test_guest guest = park(cgroup, 0, write_file, 24 * MB);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(output[1]);
    assert_int_equal(ce_cgroup_begin(cgroup, 0, 64 * MB), 0);
    int status = finish(guest);
    bool named = read(output[0], name, sizeof(name) - 1) > 0;
    close(output[0]);
    bytes = charged(cgroup);
    bool cached = bytes > 20 * MB;
    assert_int_equal(ce_cgroup_recycle(cgroup, 0), 0);
    bytes = charged(cgroup);
    int run_status = run_in(cgroup, 0, do_nothing, 0, &usage);
    if (named)
        unlink(name);
    bool renewable = cgroup->memory_renewable;
    ce_cgroup_close(cgroup);
    struct statfs place;
    bool on_tmpfs = statfs("/var/tmp", &place) == 0 && place.f_type == TMPFS_MAGIC;
    if (status != 0 || !cached)
        skip_because("no file whose pages are charged can be written to /var/tmp");
    if (on_tmpfs && !renewable)
        skip_because("/var/tmp is a tmpfs, whose pages stay");
    assert_in_range(bytes, 0, 2 * MB);
    assert_int_equal(run_status, 0);
    assert_in_range(usage.memory_peak_bytes, 0, 4 * MB);
}

/** The same results where descriptors are short, and none of them kept between runs. */
static void cgroup_without_descriptors_to_spare(void **state)
{
    struct rlimit before;
    ce_cgroup_usage usage;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    /* Enough for one slot to keep its own, and for opening. */
    const struct rlimit few = { 8 * CE_COUNTERS - 1, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(cgroup->kept, 1);
    for (uint32_t slot = 0; slot < 2; slot++) {
        assert_int_equal(ce_cgroup_ready(cgroup, slot), 0); /* version 1: with an eventfd */
        for (uint64_t i = 1; i <= 2; i++) {
            int open_before = count_open_descriptors();
            int status = run_in(cgroup, slot, fork_many, 3 * i, &usage);
            assert_true(WIFEXITED(status) && (uint64_t)WEXITSTATUS(status) == 3 * i);
            if (usage.processes_peak != 0)
                assert_int_equal(usage.processes_peak, 3 * i + 1);
            assert_int_equal(run_in(cgroup, slot, touch_memory, 16 * MB, &usage), 0);
            if (usage.memory_peak_bytes != 0)
                assert_in_range(usage.memory_peak_bytes, 16 * MB, 24 * MB);
            if (slot == 1)
                assert_int_equal(count_open_descriptors(), open_before);
        }
    }
    ce_cgroup_close(cgroup);
}

static void cgroup_reads_counters(void **state)
{
    static const char events[] = "oom_kill_disable 0\nunder_oom 1\noom_kill 3\n";
    assert_true(ce_text_key(events, "oom_kill") == 3);
    assert_true(ce_text_key(events, "under_oom") == 1);
    assert_true(ce_text_key(events, "oom") == 0);
    assert_true(ce_text_key("", "max") == 0);
    assert_true(ce_text_key("max ", "max") == 0);
    assert_true(ce_text_key("max 5", "max") == 5);
    assert_true(ce_text_number("42\n") == 42);
    assert_true(ce_text_number("max\n") == 0);
    assert_true(ce_text_number("-1\n") == 0);
}

static void cgroup_kills_at_once(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    test_guest guest = park(cgroup, 0, wait_forever, 0);
    if (ce_cgroup_version(cgroup) == 1)
        kill(guest.pid, SIGKILL); /* nothing does it in one step there */
    ce_cgroup_kill(cgroup, 0);
    int status = finish(guest);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(ce_cgroup_recycle(cgroup, 0), 0);
    ce_cgroup_close(cgroup);
}

static void cgroup_two_at_once(void **state)
{
    ce_cgroup *first = open_group(64 * MB, 10);
    ce_cgroup *second = open_group(64 * MB, 10);
    ce_cgroup_usage usage;
    assert_int_equal(run_in(first, 0, do_nothing, 0, &usage), 0);
    ce_cgroup_close(first);
    assert_int_equal(run_in(second, 0, do_nothing, 0, &usage), 0);
    ce_cgroup_close(second);
    assert_int_equal(count_bases("/sys/fs/cgroup"), 0);
}

static int has_leaf(const ce_cgroup *cgroup, uint32_t slot)
{
    struct stat status;
    int found = 0;
    for (int i = 0; i < cgroup->base_count; i++)
        found += fstatat(cgroup->bases[i].fd, ce_leaf_name(slot, "").text, &status, 0) == 0;
    return found;
}

static void cgroup_makes_leaves_when_they_are_wanted(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    assert_int_equal(has_leaf(cgroup, 0), cgroup->base_count);
    assert_int_equal(has_leaf(cgroup, 1), 0);
    for (int times = 0; times < 2; times++)
        assert_int_equal(ce_cgroup_ready(cgroup, 1), 0);
    assert_int_equal(has_leaf(cgroup, 1), cgroup->base_count);
    assert_int_equal(ce_cgroup_ready(cgroup, 2), -EINVAL);
    ce_cgroup_close(cgroup);
}

static void cgroup_is_located_before_it_is_made(void **state)
{
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    const ce_cgroup_options options = { .where = getenv("CODEEXEC_TEST_CGROUP"),
                                        .slots = 1,
                                        .memory_bytes = 64 * MB,
                                        .processes = 10 };
    ce_cgroup_close(cgroup); /* so there can be one */
    assert_int_equal(ce_cgroup_locate(&cgroup, &options, NULL), 0);
    ce_cgroup_close(cgroup);
    assert_int_equal(ce_cgroup_locate(&cgroup, &options, NULL), 0);
    for (int times = 0; times < 2; times++)
        assert_int_equal(ce_cgroup_make(cgroup, NULL), 0);
    assert_int_equal(has_leaf(cgroup, 0), cgroup->base_count);
    ce_cgroup_close(cgroup);
}

static void cgroup_removes_what_the_dead_left(void **state)
{
    int told[2];
    char name[64] = "";
    struct stat status;
    /* A process that opens one and dies without closing it. */
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        ce_cgroup *cgroup = NULL;
        ce_cgroup_options options = { .where = getenv("CODEEXEC_TEST_CGROUP"),
                                      .slots = 2,
                                      .memory_bytes = 64 * MB,
                                      .processes = 4 };
        if (ce_cgroup_open(&cgroup, &options, NULL) == 0 &&
            write(told[1], cgroup->name, sizeof(cgroup->name)) < 0)
            _exit(1);
        _exit(0);
    }
    close(told[1]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    bool made = read(told[0], name, sizeof(name)) > 0;
    close(told[0]);
    ce_cgroup *cgroup = open_group(64 * MB, 10);
    assert_true(made);
    char path[80];
    snprintf(path, sizeof(path), "../%s", name);
    for (int i = 0; i < cgroup->base_count; i++)
        assert_int_equal(fstatat(cgroup->bases[i].fd, path, &status, 0), -1);
    ce_cgroup_close(cgroup);
}

/** The text of a file of /proc, for comparison. */
static void read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, text, size - 1);
    close(fd);
    text[length > 0 ? length : 0] = '\0';
}

static void cgroup_try_leaves_no_trace(void **state)
{
    char before[2048];
    char after[2048];
    codeexec_error error = CODEEXEC_ERROR_INIT;
    read_text("/proc/self/cgroup", before, sizeof(before));
    pid_t pid = fork();
    if (pid == 0) {
        int result = ce_cgroup_try(getenv("CODEEXEC_TEST_CGROUP"), &error);
        if (result < 0)
            fprintf(stderr, "%s\n", error.message);
        int bases = count_bases("/sys/fs/cgroup");
        read_text("/proc/self/cgroup", after, sizeof(after));
        _exit(strcmp(before, after) != 0 || bases != 0 ? 99 : -result);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_not_equal(WEXITSTATUS(status), 99);
    read_text("/proc/self/cgroup", after, sizeof(after));
    assert_string_equal(before, after);
    /* And it told the truth. */
    ce_cgroup *cgroup = NULL;
    ce_cgroup_options options = {
        .where = getenv("CODEEXEC_TEST_CGROUP"), .slots = 1, .memory_bytes = 64 * MB, .processes = 4
    };
    assert_int_equal(ce_cgroup_open(&cgroup, &options, &error), -WEXITSTATUS(status));
    ce_cgroup_close(cgroup);
}

static void assert_no_place(const char *where, int code, const char *text)
{
    ce_cgroup *cgroup = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    ce_cgroup_options options = {
        .where = where, .slots = 1, .memory_bytes = 64 * MB, .processes = 4
    };
    assert_int_equal(ce_cgroup_open(&cgroup, &options, &error), -code);
    assert_null(cgroup);
    if (strstr(error.message, text) == NULL)
        fail_msg("'%s' does not say '%s'", error.message, text);
    assert_int_equal(ce_cgroup_try(where, NULL), -code);
}

static void cgroup_says_what_is_wrong_with_the_place(void **state)
{
    assert_no_place("relative", CODEEXEC_EINVAL, "absolute");
    assert_no_place("", CODEEXEC_EINVAL, "absolute");
    assert_no_place("/sys/fs/cgroup/../cgroup", CODEEXEC_EINVAL, "absolute");
    assert_no_place("/no/such/place", CODEEXEC_EISOLATION, "No such file");
}

static void cgroup_refuses_limits_of_nothing(void **state)
{
    ce_cgroup *cgroup = NULL;
    ce_cgroup_options options = { .slots = 0, .memory_bytes = MB, .processes = 1 };
    assert_int_equal(ce_cgroup_open(&cgroup, &options, NULL), -CODEEXEC_EINVAL);
    options = (ce_cgroup_options){ .slots = 1, .memory_bytes = 0, .processes = 1 };
    assert_int_equal(ce_cgroup_open(&cgroup, &options, NULL), -CODEEXEC_EINVAL);
    options = (ce_cgroup_options){ .slots = 1, .memory_bytes = MB, .processes = 0 };
    assert_int_equal(ce_cgroup_open(&cgroup, &options, NULL), -CODEEXEC_EINVAL);
    cgroup = open_group(64 * MB, UINT32_MAX);
    assert_int_equal(ce_cgroup_begin(cgroup, 0, 0), -EINVAL);
    assert_int_equal(ce_cgroup_begin(cgroup, 7, MB), -EINVAL);
    assert_int_equal(ce_cgroup_recycle(cgroup, 7), -EINVAL);
    assert_int_equal(ce_cgroup_oom_fd(cgroup, 7), -1);
    /* More than there is, and more than there can be. */
    assert_int_equal(ce_cgroup_begin(cgroup, 0, UINT64_MAX), 0);
    assert_int_equal(ce_cgroup_begin(cgroup, 0, 64 * MB), 0);
    ce_cgroup_close(cgroup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cgroup_layout_of_systemd),
        cmocka_unit_test(cgroup_layout_of_systemd_hybrid),
        cmocka_unit_test(cgroup_layout_of_a_docker_v1),
        cmocka_unit_test(cgroup_layout_of_a_docker_v2),
        cmocka_unit_test(cgroup_layout_of_kubernetes),
        cmocka_unit_test(cgroup_layout_of_a_sandbox_of_v1_and_an_empty_v2),
        cmocka_unit_test(cgroup_layout_takes_the_mount_that_shows_us),
        cmocka_unit_test(cgroup_layout_passes_nonsense_over),
        cmocka_unit_test(cgroup_cpu_quota),
        cmocka_unit_test(cgroup_reads_counters),
        /* First, while nothing has moved this process. */
        cmocka_unit_test(cgroup_try_leaves_no_trace),
        cmocka_unit_test(cgroup_leaves_nothing_behind),
        cmocka_unit_test(cgroup_close_ends_what_lives),
        cmocka_unit_test(cgroup_counts_memory),
        cmocka_unit_test(cgroup_counts_while_it_runs),
        cmocka_unit_test(cgroup_counts_cpu),
        cmocka_unit_test(cgroup_limits_cpu),
        cmocka_unit_test(cgroup_memory_runs_out),
        cmocka_unit_test(cgroup_out_of_memory_ends_all_of_it),
        cmocka_unit_test(cgroup_counts_processes),
        cmocka_unit_test(cgroup_sheds_caches),
        cmocka_unit_test(cgroup_without_descriptors_to_spare),
        cmocka_unit_test(cgroup_kills_at_once),
        cmocka_unit_test(cgroup_two_at_once),
        cmocka_unit_test(cgroup_makes_leaves_when_they_are_wanted),
        cmocka_unit_test(cgroup_is_located_before_it_is_made),
        cmocka_unit_test(cgroup_removes_what_the_dead_left),
        cmocka_unit_test(cgroup_says_what_is_wrong_with_the_place),
        cmocka_unit_test(cgroup_refuses_limits_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
