/* SPDX-License-Identifier: MIT */
/* How a guest of the namespaces profile comes into being: through an init of its own, pid 1 of its
   namespace, which shares the zygote's memory. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/switches.h"
#include "util/clock.h"
#include "util/fd.h"
#include "zygote/raw.h"
#include "zygote/zygote.h"

/** Stack of an init: it mounts, forks, then waits. With a guard page below. */
#define INIT_STACK_SIZE ((size_t)64 * 1024)

/** What init and the zygote tell one another. Lives in the memory that they share. */
typedef struct init_start {
    ce_spawning *spawning;
    int cgroup_fd;       /**< of the guest's leaf, or -1 */
    jmp_buf guest_entry; /**< where the guest leaves init's stack for its own copy of ours */
    volatile int status; /**< set by init: 0 or -errno */
    const char *volatile stage;
} init_start;

/* ---- once per zygote ---- */

/** Keep a descriptor of everything that guests may read: a rule needs one, and opening them anew
 * for each guest would cost it a hundred system calls. */
static int open_readable(ce_zygote *zygote)
{
    zygote->readable = calloc(zygote->entry_count + 1, sizeof(*zygote->readable));
    if (zygote->readable == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < zygote->entry_count; i++) {
        const ce_root_entry *entry = &zygote->entries[i];
        struct stat status;
        if (entry->kind != CE_ROOT_BIND && entry->kind != CE_ROOT_FILE)
            continue;
        int fd = open(entry->path, O_PATH | O_CLOEXEC);
        if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
            continue; /* a bind whose source was missing */
        if (fd < 0 || fstat(fd, &status) < 0)
            return -errno;
        zygote->readable[zygote->readable_count++] =
            (ce_readable){ .fd = fd, .is_directory = S_ISDIR(status.st_mode) };
    }
    return 0;
}

int ce_enter_namespaces_profile(ce_zygote *zygote, const char **stage)
{
    int status = ce_enter_namespaces(&zygote->user_namespace, stage);

    /* One id is mapped: guests share it, and with it the count of processes that RLIMIT_NPROC is
       about. Where a cgroup limits each of them the count is to leave room for all; where none does
       they have to share out what one may have. */
    if (zygote->user_namespace && zygote->setup.cgroup_version != 0)
        zygote->uid_per_slot = 0;
    if (status == 0 && !ce_switched_off("new_root"))
        status = ce_enter_root(zygote->entries, zygote->entry_count, stage);
    if (status == 0) {
        *stage = "readable";
        status = open_readable(zygote);
    }
    /* Guests inherit it empty: forty things less for each of them to do. What the zygote itself may
       do is not changed by it. */
    if (status == 0 && !ce_switched_off("bounding_set")) {
        *stage = "bounding_set";
        status = ce_empty_bounding_set();
    }
    return status;
}

/* ---- init: pid 1 of a guest's namespace ---- */

/** Wait for the program's process and report its end. Shares memory, and with it errno, with a
 * zygote that is running again: nothing but raw system calls from here on. */
static _Noreturn void init_wait(pid_t program, int verdict_fd)
{
    struct rusage usage = { 0 };
    struct timespec now = { 0 };
    int status = 0;
    long pid;

    do
        pid = ce_raw_wait4(-1, &status, __WALL, &usage);
    while (pid != program && (pid >= 0 || pid == -EINTR));

    if (pid == program && ce_raw_clock_monotonic(&now) == 0) {
        const ce_verdict verdict = ce_verdict_of(
            status, &usage, (uint64_t)now.tv_sec * CE_NS_PER_SECOND + (uint64_t)now.tv_nsec);
        ce_raw_write(verdict_fd, &verdict, sizeof(verdict));
    }
    ce_raw_exit(0);
}

static int zygote_is_dead(const ce_zygote *zygote)
{
    struct pollfd death = { .fd = zygote->own_pidfd, .events = POLLIN };
    return poll(&death, 1, 0) != 0;
}

/** Runs on its own stack in the zygote's memory, while the zygote waits. Until the eventfd is
 * written it may use libc as the zygote's thread would; after that only raw system calls. */
static int init_main(void *argument)
{
    init_start *const self = argument;
    const ce_zygote *const zygote = self->spawning->zygote;
    const char *stage = "init";

    /* Survive nobody: the zygote's death, also one between the clone and this call, ends us. */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (zygote_is_dead(zygote))
        ce_raw_exit(1);
    prctl(PR_SET_NAME, "codeexec-init", 0, 0, 0);

    int status = ce_mount_scratch(zygote->setup.tmp_bytes, zygote->setup.tmp_inodes, &stage);
    if (status == 0 && zygote->has_cache)
        status = ce_seal_cache(&stage);
    pid_t program = -1;
    if (status == 0) {
        program = ce_fork_into(zygote, self->cgroup_fd);
        if (program == 0)
            longjmp(self->guest_entry, 1);
        if (program < 0) {
            status = -errno;
            stage = "fork";
        }
    }
    self->stage = stage;
    self->status = status;

    int verdict_fd = self->spawning->verdict_fd;
    int ready_fd = zygote->init_ready;
    const uint64_t one = 1;
    ce_raw_write(ready_fd, &one, sizeof(one));
    if (status < 0)
        ce_raw_exit(1);
    if (verdict_fd > 0)
        ce_raw_close_range(0, (unsigned int)verdict_fd - 1);
    ce_raw_close_range((unsigned int)verdict_fd + 1, ~0U);
    init_wait(program, verdict_fd);
}

/* ---- spawning ---- */

static char *init_stack(ce_guest *guest)
{
    if (guest->stack == NULL) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *stack = mmap(NULL, INIT_STACK_SIZE + page, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (stack == MAP_FAILED)
            return NULL;
        /* Guests are copies of this process, and have no use for the stacks of others' inits. */
        if (mprotect(stack, page, PROT_NONE) < 0 ||
            madvise(stack, INIT_STACK_SIZE + page, MADV_DONTFORK) < 0) {
            munmap(stack, INIT_STACK_SIZE + page);
            return NULL;
        }
        guest->stack = stack + page;
    }
    return guest->stack;
}

/** Wait until init has forked its guest or failed; its death is noticed too. */
static int await_init(const ce_zygote *zygote, const ce_guest *guest)
{
    struct pollfd events[2] = {
        { .fd = zygote->init_ready, .events = POLLIN },
        { .fd = guest->pidfd, .events = POLLIN },
    };
    uint64_t count;

    while (poll(events, 2, -1) < 0)
        if (errno != EINTR)
            return -errno;
    if ((events[0].revents & POLLIN) == 0)
        return -ECHILD;
    return read(zygote->init_ready, &count, sizeof(count)) < 0 ? -errno : 0;
}

/** Start init and wait until it has forked the guest. */
static int start_init(init_start *self)
{
    ce_guest *guest = self->spawning->guest;
    pid_t pid = clone(init_main, guest->stack + INIT_STACK_SIZE,
                      CLONE_VM | CLONE_PIDFD | CE_GUEST_NAMESPACES | SIGCHLD, self, &guest->pidfd);

    if (pid < 0)
        return -errno;
    guest->pid = pid;
    int status = await_init(self->spawning->zygote, guest);
    if (status == 0)
        status = self->status;
    if (status < 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, __WALL);
        ce_close(&guest->pidfd);
    }
    return status;
}

int ce_spawn_with_init(ce_spawning *spawning)
{
    init_start self = {
        .spawning = spawning, .cgroup_fd = -1, .status = -ECHILD, .stage = "clone"
    };
    sigset_t before;
    sigset_t all;

    spawning->stage = "stack";
    if (init_stack(spawning->guest) == NULL)
        return -ENOMEM;
    spawning->stage = "cgroup";
    int status = ce_open_leaf(spawning, &self.cgroup_fd);
    if (status < 0)
        return status;

    /* A handler that ran in init would run in the zygote's memory. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    /* The guest of this init begins on its stack. */
    madvise(spawning->guest->stack, INIT_STACK_SIZE, MADV_DOFORK);
    if (setjmp(self.guest_entry) != 0)
        status = CE_SERVE_GUEST;
    else {
        status = start_init(&self);
        madvise(spawning->guest->stack, INIT_STACK_SIZE, MADV_DONTFORK);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    ce_close(&self.cgroup_fd);
    spawning->stage = self.stage;
    return status;
}
