/* SPDX-License-Identifier: MIT */
/* What the filter of each profile says to each call, with the numbers of every architecture that it
   is made for. Its program is run by the test, so nothing here is done to anybody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bpf.h"
#include "sandbox/filter.h"

#define NAMESPACES  CE_PROFILE_NAMESPACES
#define LOCKED_DOWN CE_PROFILE_LOCKED_DOWN
#define BOTH        (NAMESPACES | LOCKED_DOWN)

#define ALLOW   SECCOMP_RET_ALLOW
#define REFUSE  (SECCOMP_RET_ERRNO | EPERM)
#define MISSING (SECCOMP_RET_ERRNO | ENOSYS)

/** The kernel's limit (BPF_MAXINSNS). */
#define MAX_INSTRUCTIONS 4096
/** Longer than any table of calls. */
#define NUMBERS 1024

typedef struct architecture {
    const char *name;
    uint32_t scmp;
    uint32_t audit;
} architecture;

static const architecture architectures[] = {
    { "x86_64", SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64 },
    { "aarch64", SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64 },
};

#define ARCHITECTURES (sizeof(architectures) / sizeof(architectures[0]))

/** The program of one profile on one architecture. */
typedef struct compiled {
    const architecture *on;
    ce_profile profile;
    struct sock_filter *program;
    size_t length;
} compiled;

static compiled filters[2 * ARCHITECTURES];
#define FILTERS (sizeof(filters) / sizeof(filters[0]))

static const char *profile_name(const compiled *filter)
{
    return filter->profile == LOCKED_DOWN ? "locked-down" : "namespaces";
}

static int read_program(int memfd, compiled *filter)
{
    struct stat status;

    if (fstat(memfd, &status) < 0 || status.st_size % (off_t)sizeof(struct sock_filter) != 0)
        return -1;
    filter->length = (size_t)status.st_size / sizeof(struct sock_filter);
    filter->program = malloc((size_t)status.st_size);
    if (filter->program == NULL)
        return -1;
    return pread(memfd, filter->program, (size_t)status.st_size, 0) == status.st_size ? 0 : -1;
}

static int compile(compiled *filter, const architecture *on, ce_profile profile)
{
    int memfd = -1;
    codeexec_error error = CODEEXEC_ERROR_INIT;

    filter->on = on;
    filter->profile = profile;
    if (ce_filter_export_for(profile, on->scmp, &memfd, &error) < 0) {
        print_error("%s: %s\n", on->name, error.message);
        return -1;
    }
    int result = read_program(memfd, filter);
    close(memfd);
    return result;
}

static int compile_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILTERS; i++)
        if (compile(&filters[i], &architectures[i / 2], i % 2 ? LOCKED_DOWN : NAMESPACES) < 0)
            return -1;
    return 0;
}

static int release_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILTERS; i++)
        free(filters[i].program);
    return 0;
}

static uint32_t decide(const compiled *filter, int number, const uint64_t arguments[6])
{
    struct seccomp_data data = { .nr = number, .arch = filter->on->audit };

    if (arguments != NULL)
        memcpy(data.args, arguments, sizeof(data.args));
    return bpf_run(filter->program, filter->length, &data);
}

static int number_of(const compiled *filter, const char *name)
{
    return seccomp_syscall_resolve_name_arch(filter->on->scmp, name);
}

/** Fail unless the filter says that; a call that the architecture lacks is no failure.
 *  @return whether it has it */
static int assert_decision(const compiled *filter, const char *name, const uint64_t arguments[6],
                           uint32_t expected)
{
    const uint64_t none[6] = { 0 };
    int number = number_of(filter, name);

    if (number < 0)
        return 0;
    if (arguments == NULL)
        arguments = none;
    uint32_t said = decide(filter, number, arguments);
    if (said != expected)
        fail_msg("%s, %s: %s(%#llx, %#llx, %#llx, %#llx): %#x instead of %#x", filter->on->name,
                 profile_name(filter), name, (unsigned long long)arguments[0],
                 (unsigned long long)arguments[1], (unsigned long long)arguments[2],
                 (unsigned long long)arguments[3], said, expected);
    return 1;
}

/* ---- the policy, said once more ---- */

/** Whatever the arguments are. */
static const char *const always[] = {
    /* what is open */
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2",
    "pwritev2", "lseek", "close", "close_range", "dup", "dup2", "dup3", "pipe", "pipe2", "sendfile",
    "splice", "tee", "copy_file_range", "fsync", "fdatasync", "ftruncate", "fadvise64", "readahead",
    "flock", "sync_file_range",
    /* files by name */
    "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "mkdir", "mkdirat", "rmdir",
    "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "creat", "getcwd", "chdir", "fchdir", "umask", "getxattr", "lgetxattr",
    "fgetxattr", "listxattr", "llistxattr", "flistxattr",
    /* memory */
    "brk", "munmap", "mremap", "mincore", "msync", "membarrier",
    /* waiting, time */
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "nanosleep", "pause", "restart_syscall",
    "gettimeofday", "time", "times", "getitimer", "setitimer", "alarm", "timer_settime",
    "timer_gettime", "timer_getoverrun", "timer_delete",
    /* itself */
    "exit", "exit_group", "wait4", "waitid", "futex", "futex_waitv", "set_robust_list",
    "set_tid_address", "rseq", "arch_prctl", "gettid", "getpid", "getppid", "getpgid", "getpgrp",
    "setpgid", "getsid", "setsid", "sched_yield", "sched_getaffinity", "sched_getparam",
    "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
    "sched_rr_get_interval", "sched_getattr", "getpriority", "getcpu", "getuid", "geteuid",
    "getgid", "getegid", "getresuid", "getresgid", "getgroups", "capget", "uname", "sysinfo",
    "getrlimit", "setrlimit", "getrusage", "getrandom",
    /* signals */
    "kill", "tkill", "tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "rt_sigreturn", "sigaltstack",
    /* socket pairs */
    "shutdown", "getsockname", "getpeername", "getsockopt", NULL
};

/** The same where a root of its own holds them in; refused elsewhere. */
static const char *const always_in_namespaces[] = {
    "clock_gettime", "clock_getres", "clock_nanosleep", "timer_create", "fallocate", "open",
    "openat",        "openat2",      "truncate",        "chmod",        "fchmod",    "fchmodat",
    "fchmodat2",     "chown",        "lchown",          "fchown",       "fchownat",  "utime",
    "utimes",        "utimensat",    "futimesat",       "fork",         "vfork",     NULL
};

/** Said to be missing, so that programs fall back on something else. */
static const char *const missing[] = { "clone3",         "memfd_create",
                                       "memfd_secret",   "io_uring_setup",
                                       "io_uring_enter", "io_uring_register",
                                       "pidfd_open",     NULL };

/** Decided by an argument: the tables below. */
/** The same in the locked-down profile alone. */
static const char *const by_argument_locked_down[] = {
    "open",      "openat", "clock_gettime", "clock_getres", "clock_nanosleep", "timer_create",
    "fallocate", NULL
};

static const char *const by_argument[] = { "madvise",    "get_robust_list", "sendto",
                                           "sendmsg",    "sendmmsg",        "recvfrom",
                                           "recvmsg",    "recvmmsg",        "setsockopt",
                                           "clone",      "mprotect",        "mmap",
                                           "socketpair", "prlimit64",       "sched_setaffinity",
                                           "mknodat",    "mknod",           "prctl",
                                           "ioctl",      "setpriority",     "fcntl",
                                           NULL };

static int is_listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, name) == 0)
            return 1;
    return 0;
}

/** What the tables above say to a call by its name; by_argument_here: the filter looks further. */
static uint32_t expected_decision(const compiled *filter, const char *name, int *by_argument_here)
{
    int locked_down = filter->profile == LOCKED_DOWN;

    *by_argument_here =
        is_listed(name, by_argument) || (locked_down && is_listed(name, by_argument_locked_down));
    if (is_listed(name, always) || (!locked_down && is_listed(name, always_in_namespaces)))
        return ALLOW;
    if (is_listed(name, missing) || (locked_down && strcmp(name, "openat2") == 0))
        return MISSING;
    return REFUSE;
}

/** Every number that there is or will be, with no bit and with every bit of its arguments set. */
static void filter_every_number(void **state)
{
    const uint64_t none[6] = { 0 };
    const uint64_t all[6] = {
        UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX
    };

    (void)state;
    for (size_t i = 0; i < FILTERS; i++) {
        for (int number = 0; number < NUMBERS; number++) {
            char *name = seccomp_syscall_resolve_num_arch(filters[i].on->scmp, number);
            int further = 0;
            uint32_t expected =
                name == NULL ? REFUSE : expected_decision(&filters[i], name, &further);
            uint32_t said = decide(&filters[i], number, none);
            uint32_t said_all = decide(&filters[i], number, all);
            if (!further && (said != expected || said_all != expected))
                fail_msg("%s, %s: %s (%d): %#x and %#x instead of %#x", filters[i].on->name,
                         profile_name(&filters[i]), name == NULL ? "unknown" : name, number, said,
                         said_all, expected);
            free(name);
        }
        /* Whatever may be thought of as a number. */
        const int odd[] = { NUMBERS, 4096, 65536, 0x20000000, INT32_MAX, -1, -2, INT32_MIN };
        for (size_t j = 0; j < sizeof(odd) / sizeof(odd[0]); j++)
            assert_int_not_equal(decide(&filters[i], odd[j], none), ALLOW);
    }
}

/** The lists above name calls that exist: a misspelt one would test nothing. */
static void filter_names_exist(void **state)
{
    const char *const *const lists[] = { always, always_in_namespaces, missing, by_argument };

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (const char *const *name = lists[i]; *name != NULL; name++)
            if (seccomp_syscall_resolve_name(*name) == __NR_SCMP_ERROR &&
                strcmp(*name, "fchmodat2") != 0) /* Linux 6.6, newer than some libseccomp */
                fail_msg("%s is no system call", *name);
}

/* ---- decided by an argument ---- */

typedef struct expectation {
    unsigned profiles;
    uint32_t decision;
    const char *name;
    uint64_t arguments[6];
} expectation;

#define HIGH (UINT64_C(1) << 32)
#define ANY  UINT64_C(0x7f1234567000)

#define THREAD                                                                                     \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |            \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static const expectation processes[] = {
    { BOTH, ALLOW, "clone", { THREAD, ANY } },
    { NAMESPACES, ALLOW, "clone", { 17 /* SIGCHLD: fork */ } },
    { NAMESPACES, ALLOW, "clone", { CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | 17 } },
    { NAMESPACES, ALLOW, "clone", { CLONE_VM | CLONE_VFORK | 17, ANY } },
    { LOCKED_DOWN, REFUSE, "clone", { 0 } },
    { LOCKED_DOWN, REFUSE, "clone", { 17 } },
    { LOCKED_DOWN, REFUSE, "clone", { CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | 17 } },
    { LOCKED_DOWN, REFUSE, "clone", { CLONE_VM | CLONE_VFORK | 17, ANY } },
    { LOCKED_DOWN, REFUSE, "clone", { CLONE_VM | CLONE_SIGHAND, ANY } },
    { BOTH, REFUSE, "clone", { CLONE_NEWNS | 17 } },
    { BOTH, REFUSE, "clone", { CLONE_NEWCGROUP | 17 } },
    { BOTH, REFUSE, "clone", { CLONE_NEWUTS | 17 } },
    { BOTH, REFUSE, "clone", { CLONE_NEWIPC | 17 } },
    { BOTH, REFUSE, "clone", { CLONE_NEWUSER | 17 } },
    { BOTH, REFUSE, "clone", { CLONE_NEWPID | 17 } },
    { BOTH, REFUSE, "clone", { CLONE_NEWNET | 17 } },
    { BOTH, REFUSE, "clone", { THREAD | CLONE_NEWUSER } },
    { BOTH, REFUSE, "clone", { THREAD | CLONE_NEWNET } },
    { BOTH, REFUSE, "clone", { HIGH | THREAD | CLONE_NEWNS } },
    { BOTH, REFUSE, "clone", { UINT64_MAX } },
    { LOCKED_DOWN, REFUSE, "fork", { 0 } },
    { LOCKED_DOWN, REFUSE, "vfork", { 0 } },
    { BOTH, ALLOW, "prlimit64", { 0, RLIMIT_NOFILE, ANY, ANY } },
    { BOTH, REFUSE, "prlimit64", { 1, RLIMIT_NOFILE, 0, ANY } },
    { BOTH, REFUSE, "prlimit64", { 1234, RLIMIT_CPU, ANY, ANY } },
    { BOTH, REFUSE, "prlimit64", { HIGH, RLIMIT_CPU, ANY, ANY } },
    { BOTH, ALLOW, "sched_setaffinity", { 0, 128, ANY } },
    { BOTH, REFUSE, "sched_setaffinity", { 1, 128, ANY } },
    { BOTH, ALLOW, "setpriority", { PRIO_PROCESS, 0, 5 } },
    { BOTH, REFUSE, "setpriority", { PRIO_PROCESS, 1, 5 } },
    { BOTH, REFUSE, "setpriority", { PRIO_PGRP, 0, 5 } },
    { BOTH, REFUSE, "setpriority", { PRIO_USER, 0, 5 } },
    { BOTH, REFUSE, "setpriority", { HIGH | PRIO_PROCESS, 0, 5 } },
    /* Whom signals reach is decided elsewhere: by the pid namespace, or by own_signals.c. */
    { BOTH, ALLOW, "kill", { 1234, 9 } },
    { BOTH, ALLOW, "tgkill", { 1234, 1234, 9 } },
};

#define W PROT_WRITE
#define R PROT_READ
#define X PROT_EXEC
#define A MAP_ANONYMOUS

static const expectation memory[] = {
    { BOTH, ALLOW, "mmap", { 0, 4096, R | W, MAP_PRIVATE | A, UINT64_MAX } },
    { BOTH, ALLOW, "mmap", { 0, 4096, R | W, MAP_SHARED | A, UINT64_MAX } },
    { BOTH, ALLOW, "mmap", { 0, 4096, PROT_NONE, MAP_PRIVATE | A, UINT64_MAX } },
    { BOTH, ALLOW, "mmap", { 0, 4096, R, MAP_PRIVATE, 3 } },
    { BOTH, ALLOW, "mmap", { 0, 4096, R | W, MAP_SHARED, 3 } },
    { BOTH, ALLOW, "mmap", { 0, 4096, R | X, MAP_PRIVATE, 3 } },
    { BOTH, ALLOW, "mmap", { 0, 4096, R | X, MAP_PRIVATE | MAP_FIXED | MAP_DENYWRITE, 3 } },
    { BOTH, REFUSE, "mmap", { 0, 4096, R | W | X, MAP_PRIVATE, 3 } },
    { BOTH, REFUSE, "mmap", { 0, 4096, R | W | X, MAP_SHARED, 3 } },
    { BOTH, REFUSE, "mmap", { 0, 4096, W | X, MAP_PRIVATE, 3 } },
    { BOTH, REFUSE, "mmap", { 0, 4096, X, MAP_PRIVATE | A, UINT64_MAX } },
    { BOTH, REFUSE, "mmap", { 0, 4096, R | X, MAP_PRIVATE | A, UINT64_MAX } },
    { BOTH, REFUSE, "mmap", { 0, 4096, R | X, MAP_SHARED | A, UINT64_MAX } },
    { BOTH, REFUSE, "mmap", { 0, 4096, R | X, HIGH | MAP_PRIVATE | A, UINT64_MAX } },
    { BOTH, REFUSE, "mmap", { 0, 4096, R | W | X, MAP_PRIVATE | A, UINT64_MAX } },
    { BOTH, REFUSE, "mmap", { 0, 4096, HIGH | R | W | X, MAP_PRIVATE, 3 } },
    { BOTH, REFUSE, "mmap", { 0, 4096, UINT64_MAX, UINT64_MAX, 3 } },
    { BOTH, ALLOW, "mprotect", { ANY, 4096, R } },
    { BOTH, ALLOW, "mprotect", { ANY, 4096, R | W } },
    { BOTH, ALLOW, "mprotect", { ANY, 4096, PROT_NONE } },
    { BOTH, REFUSE, "mprotect", { ANY, 4096, X } },
    { BOTH, REFUSE, "mprotect", { ANY, 4096, R | X } },
    { BOTH, REFUSE, "mprotect", { ANY, 4096, R | W | X } },
    { BOTH, REFUSE, "mprotect", { ANY, 4096, HIGH | X } },
    { BOTH, REFUSE, "mprotect", { ANY, 4096, UINT64_MAX } },
    { BOTH, REFUSE, "pkey_mprotect", { ANY, 4096, R, 0 } },
    { BOTH, REFUSE, "remap_file_pages", { ANY, 4096 } },
    { BOTH, REFUSE, "shmat", { 1, 0, 0 } },
};

#define MAKE    (O_WRONLY | O_CREAT)
#define AT_CWD  ((uint64_t)(int64_t)AT_FDCWD)
#define AT_CWD4 ((uint64_t)(uint32_t)AT_FDCWD)

static const expectation files[] = {
    { BOTH, ALLOW, "open", { ANY, O_RDONLY } },
    { BOTH, ALLOW, "open", { ANY, O_RDONLY | O_CLOEXEC } },
    { BOTH, ALLOW, "open", { ANY, O_RDWR | O_CREAT | O_EXCL, 0600 } },
    { BOTH, ALLOW, "open", { ANY, MAKE | O_TRUNC, 0600 } },
    { BOTH, ALLOW, "open", { ANY, O_RDWR | O_TRUNC } },
    { BOTH, ALLOW, "open", { ANY, O_PATH } },
    { NAMESPACES, ALLOW, "open", { ANY, O_RDONLY | O_TRUNC } },
    { LOCKED_DOWN, REFUSE, "open", { ANY, O_RDONLY | O_TRUNC } },
    { LOCKED_DOWN, REFUSE, "open", { ANY, O_RDONLY | O_TRUNC | O_CREAT, 0600 } },
    { LOCKED_DOWN, REFUSE, "open", { ANY, O_ACCMODE | O_TRUNC } },
    { BOTH, ALLOW, "openat", { AT_CWD, ANY, O_RDONLY | O_CLOEXEC } },
    { BOTH, ALLOW, "openat", { AT_CWD4, ANY, O_RDONLY | O_DIRECTORY } },
    { BOTH, ALLOW, "openat", { AT_CWD, ANY, MAKE, 0600 } },
    { BOTH, ALLOW, "openat", { AT_CWD, ANY, MAKE | O_TRUNC | O_CLOEXEC, 0600 } },
    { BOTH, ALLOW, "openat", { AT_CWD, ANY, O_RDWR | O_CREAT | O_TRUNC, 0600 } },
    { BOTH, ALLOW, "openat", { AT_CWD, ANY, O_WRONLY | O_APPEND | O_CREAT, 0600 } },
    { BOTH, ALLOW, "openat", { AT_CWD, ANY, O_RDWR | O_TMPFILE, 0600 } },
    { BOTH, ALLOW, "openat", { 5, ANY, O_RDONLY | O_NOFOLLOW } },
    { NAMESPACES, ALLOW, "openat", { AT_CWD, ANY, O_RDONLY | O_TRUNC } },
    { LOCKED_DOWN, REFUSE, "openat", { AT_CWD, ANY, O_RDONLY | O_TRUNC } },
    { LOCKED_DOWN, REFUSE, "openat", { AT_CWD, ANY, O_RDONLY | O_TRUNC | O_CLOEXEC } },
    { LOCKED_DOWN, REFUSE, "openat", { AT_CWD, ANY, O_RDONLY | O_TRUNC | O_CREAT, 0600 } },
    { LOCKED_DOWN, REFUSE, "openat", { AT_CWD, ANY, O_ACCMODE | O_TRUNC } },
    { LOCKED_DOWN, REFUSE, "openat", { AT_CWD, ANY, HIGH | O_RDONLY | O_TRUNC } },
    { LOCKED_DOWN, REFUSE, "openat", { AT_CWD, ANY, UINT64_MAX } },
    { NAMESPACES, ALLOW, "openat2", { AT_CWD, ANY, ANY, 24 } },
    { LOCKED_DOWN, MISSING, "openat2", { AT_CWD, ANY, ANY, 24 } },
    { BOTH, ALLOW, "creat", { ANY, 0600 } },
    { BOTH, ALLOW, "ftruncate", { 3, 0 } },
    { NAMESPACES, ALLOW, "truncate", { ANY, 0 } },
    { LOCKED_DOWN, REFUSE, "truncate", { ANY, 0 } },
    { LOCKED_DOWN, REFUSE, "chmod", { ANY, 0777 } },
    { LOCKED_DOWN, REFUSE, "fchmod", { 3, 0777 } },
    { LOCKED_DOWN, REFUSE, "fchmodat", { AT_CWD, ANY, 0777 } },
    { LOCKED_DOWN, REFUSE, "chown", { ANY, 0, 0 } },
    { LOCKED_DOWN, REFUSE, "fchown", { 3, 0, 0 } },
    { LOCKED_DOWN, REFUSE, "fchownat", { AT_CWD, ANY, 0, 0 } },
    { LOCKED_DOWN, REFUSE, "utimensat", { AT_CWD, ANY, 0, 0 } },
    { BOTH, ALLOW, "mknodat", { AT_CWD, ANY, S_IFIFO | 0600, 0 } },
    { BOTH, REFUSE, "mknodat", { AT_CWD, ANY, S_IFCHR | 0600, 0 } },
    { BOTH, REFUSE, "mknodat", { AT_CWD, ANY, S_IFBLK | 0600, 0 } },
    { BOTH, REFUSE, "mknodat", { AT_CWD, ANY, S_IFSOCK | 0600, 0 } },
    { BOTH, REFUSE, "mknodat", { AT_CWD, ANY, 0600, 0 } },
    { BOTH, ALLOW, "mknod", { ANY, S_IFIFO | 0600, 0 } },
    { BOTH, REFUSE, "mknod", { ANY, S_IFCHR | 0600, 259 } },
    { BOTH, REFUSE, "mknod", { ANY, S_IFBLK | 0600, 259 } },
};

/** Commands that a header may not have. */
#define F_SETOWN_EX_ 15
#define F_NOTIFY_    1026
#define F_SETLEASE_  1024
#define F_RW_HINT_   1036
#define TIOCSTI_     0x5412
#define TIOCLINUX_   0x541c
#define FICLONE_     0x40049409
#define FS_SETFLAGS_ 0x40086602

static const expectation commands[] = {
    { BOTH, ALLOW, "fcntl", { 3, F_DUPFD, 10 } },
    { BOTH, ALLOW, "fcntl", { 3, F_DUPFD_CLOEXEC, 10 } },
    { BOTH, ALLOW, "fcntl", { 3, F_GETFD } },
    { BOTH, ALLOW, "fcntl", { 3, F_SETFD, FD_CLOEXEC } },
    { BOTH, ALLOW, "fcntl", { 3, F_GETFL } },
    { BOTH, ALLOW, "fcntl", { 3, F_SETFL, O_NONBLOCK } },
    { BOTH, ALLOW, "fcntl", { 3, F_GETLK, ANY } },
    { BOTH, ALLOW, "fcntl", { 3, F_SETLK, ANY } },
    { BOTH, ALLOW, "fcntl", { 3, F_SETLKW, ANY } },
    { BOTH, ALLOW, "fcntl", { 3, F_OFD_SETLK, ANY } },
    { BOTH, ALLOW, "fcntl", { 3, F_GETPIPE_SZ } },
    { BOTH, ALLOW, "fcntl", { 3, F_SETPIPE_SZ, 65536 } },
    { BOTH, ALLOW, "fcntl", { 3, F_GET_SEALS } },
    { BOTH, REFUSE, "fcntl", { 3, F_SETOWN, 1 } },
    { BOTH, REFUSE, "fcntl", { 3, F_GETOWN } },
    { BOTH, REFUSE, "fcntl", { 3, F_SETOWN_EX_, ANY } },
    { BOTH, REFUSE, "fcntl", { 3, F_SETSIG, 9 } },
    { BOTH, REFUSE, "fcntl", { 3, F_SETLEASE_, F_RDLCK } },
    { BOTH, REFUSE, "fcntl", { 3, F_NOTIFY_, 1 } },
    { BOTH, REFUSE, "fcntl", { 3, F_RW_HINT_, ANY } },
    { BOTH, REFUSE, "fcntl", { 3, HIGH | F_GETFD } },
    { BOTH, REFUSE, "fcntl", { 3, UINT64_MAX } },
    { BOTH, ALLOW, "ioctl", { 1, TCGETS, ANY } },
    { BOTH, ALLOW, "ioctl", { 1, TIOCGWINSZ, ANY } },
    { BOTH, ALLOW, "ioctl", { 1, FIONREAD, ANY } },
    { BOTH, ALLOW, "ioctl", { 1, FIONBIO, ANY } },
    { BOTH, ALLOW, "ioctl", { 1, FIOCLEX } },
    { BOTH, ALLOW, "ioctl", { 1, FIONCLEX } },
    { BOTH, REFUSE, "ioctl", { 0, TIOCSTI_, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, HIGH | TIOCSTI_, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, HIGH | TCGETS, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, TIOCLINUX_, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, TCSETS, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, TIOCSCTTY, 1 } },
    { BOTH, REFUSE, "ioctl", { 0, TIOCNOTTY } },
    { BOTH, REFUSE, "ioctl", { 0, FIOASYNC, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, FIOSETOWN, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, SIOCSPGRP, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, SIOCGIFCONF, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, FICLONE_, 3 } },
    { BOTH, REFUSE, "ioctl", { 0, FS_SETFLAGS_, ANY } },
    { BOTH, REFUSE, "ioctl", { 0, 0 } },
    { BOTH, ALLOW, "prctl", { PR_SET_NAME, ANY } },
    { BOTH, ALLOW, "prctl", { PR_GET_NAME, ANY } },
    { BOTH, ALLOW, "prctl", { PR_GET_PDEATHSIG, ANY } },
    { BOTH, ALLOW, "prctl", { PR_GET_DUMPABLE } },
    { BOTH, ALLOW, "prctl", { PR_GET_NO_NEW_PRIVS } },
    { BOTH, ALLOW, "prctl", { PR_SET_NO_NEW_PRIVS, 1 } },
    { BOTH, ALLOW, "prctl", { PR_GET_SECCOMP } },
    { BOTH, ALLOW, "prctl", { PR_CAPBSET_READ, 21 } },
    { NAMESPACES, ALLOW, "prctl", { PR_SET_PDEATHSIG, 9 } },
    { LOCKED_DOWN, REFUSE, "prctl", { PR_SET_PDEATHSIG, 0 } },
    { BOTH, REFUSE, "prctl", { PR_SET_DUMPABLE, 1 } },
    { BOTH, REFUSE, "prctl", { PR_SET_SECCOMP, 2, ANY } },
    { BOTH, REFUSE, "prctl", { PR_SET_PTRACER, UINT64_MAX } },
    { BOTH, REFUSE, "prctl", { PR_SET_CHILD_SUBREAPER, 1 } },
    { BOTH, REFUSE, "prctl", { PR_SET_MM, 1, ANY } },
    { BOTH, REFUSE, "prctl", { PR_SET_KEEPCAPS, 1 } },
    { BOTH, REFUSE, "prctl", { PR_SET_SECUREBITS, 0 } },
    { BOTH, REFUSE, "prctl", { PR_CAPBSET_DROP, 0 } },
    { BOTH, REFUSE, "prctl", { PR_CAP_AMBIENT, 2 } },
    { BOTH, REFUSE, "prctl", { PR_SET_TIMERSLACK, 1 } },
    { BOTH, REFUSE, "prctl", { PR_SET_SPECULATION_CTRL, 0 } },
    { BOTH, REFUSE, "prctl", { PR_SET_SYSCALL_USER_DISPATCH, 1 } },
    { BOTH, REFUSE, "prctl", { PR_SET_TSC, 1 } },
    { BOTH, REFUSE, "prctl", { HIGH | PR_SET_NAME, ANY } },
};

static const expectation sockets[] = {
    { BOTH, ALLOW, "socketpair", { AF_UNIX, SOCK_STREAM, 0, ANY } },
    { BOTH, ALLOW, "socketpair", { AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ANY } },
    { BOTH, ALLOW, "socketpair", { AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { AF_UNIX, SOCK_DGRAM, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { AF_UNIX, SOCK_RAW, 0, ANY } },
    { BOTH, ALLOW, "sendto", { 3, ANY, 1, 0, 0, 0 } },
    { BOTH, ALLOW, "sendto", { 3, ANY, 1, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0 } },
    { BOTH, REFUSE, "sendto", { 3, ANY, 1, 0, ANY, 10 } },
    { BOTH, REFUSE, "sendto", { 3, ANY, 1, MSG_OOB, 0, 0 } },
    { BOTH, ALLOW, "sendmsg", { 3, ANY, MSG_NOSIGNAL } },
    { BOTH, REFUSE, "sendmsg", { 3, ANY, MSG_OOB } },
    { BOTH, REFUSE, "sendmmsg", { 3, ANY, 1, MSG_OOB } },
    { BOTH, ALLOW, "recvfrom", { 3, ANY, 1, MSG_PEEK, 0, 0 } },
    { BOTH, REFUSE, "recvfrom", { 3, ANY, 1, MSG_OOB, 0, 0 } },
    { BOTH, REFUSE, "recvmsg", { 3, ANY, MSG_OOB } },
    { BOTH, REFUSE, "recvmmsg", { 3, ANY, 1, MSG_OOB } },
    { BOTH, ALLOW, "setsockopt", { 3, SOL_SOCKET, SO_RCVTIMEO, ANY } },
    { BOTH, REFUSE, "setsockopt", { 3, SOL_SOCKET, SO_PASSCRED, ANY } },
    { BOTH, REFUSE, "setsockopt", { 3, SOL_SOCKET, SO_SNDBUF, ANY } },
    { BOTH, REFUSE, "setsockopt", { 3, SOL_SOCKET, SO_ATTACH_FILTER, ANY } },
    { BOTH, REFUSE, "setsockopt", { 3, 6 /* IPPROTO_TCP */, SO_RCVTIMEO, ANY } },
    { BOTH, ALLOW, "madvise", { ANY, 4096, MADV_DONTNEED } },
    { BOTH, ALLOW, "madvise", { ANY, 4096, MADV_HUGEPAGE } },
    { BOTH, REFUSE, "madvise", { ANY, 4096, MADV_MERGEABLE } },
    { BOTH, REFUSE, "madvise", { ANY, 4096, MADV_HWPOISON } },
    { BOTH, ALLOW, "get_robust_list", { 0, ANY, ANY } },
    { BOTH, REFUSE, "get_robust_list", { 1, ANY, ANY } },
    { BOTH, ALLOW, "clock_gettime", { CLOCK_MONOTONIC, ANY } },
    { BOTH, ALLOW, "clock_gettime", { CLOCK_TAI, ANY } },
    { LOCKED_DOWN, REFUSE, "clock_gettime", { (uint64_t)-2, ANY } },
    { LOCKED_DOWN, REFUSE, "timer_create", { UINT32_MAX - 5, ANY, ANY } },
    { LOCKED_DOWN, REFUSE, "clock_nanosleep", { (uint64_t)-6, 0, ANY } },
    { NAMESPACES, ALLOW, "fallocate", { 3, 1, 0, 4096 } },
    { LOCKED_DOWN, ALLOW, "fallocate", { 3, 0, 0, 4096 } },
    { LOCKED_DOWN, REFUSE, "fallocate", { 3, 1, 0, 4096 } },
    { BOTH, REFUSE, "socketpair", { AF_INET, SOCK_STREAM, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { AF_INET6, SOCK_STREAM, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { AF_NETLINK, SOCK_RAW, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { 30 /* AF_TIPC */, SOCK_STREAM, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { 0, SOCK_STREAM, 0, ANY } },
    { BOTH, REFUSE, "socketpair", { HIGH | AF_UNIX, SOCK_STREAM, 0, ANY } },
    { BOTH, REFUSE, "socket", { AF_UNIX, SOCK_STREAM } },
    { BOTH, REFUSE, "socket", { AF_INET, SOCK_STREAM } },
    { BOTH, REFUSE, "socket", { 40 /* AF_VSOCK */, SOCK_STREAM } },
    { BOTH, REFUSE, "socket", { 38 /* AF_ALG */, SOCK_SEQPACKET } },
    { BOTH, REFUSE, "connect", { 3, ANY, 16 } },
    { BOTH, REFUSE, "bind", { 3, ANY, 16 } },
    { BOTH, REFUSE, "listen", { 3, 1 } },
    { BOTH, REFUSE, "accept", { 3, 0, 0 } },
    { BOTH, REFUSE, "accept4", { 3, 0, 0, 0 } },
};

static void assert_table(const expectation *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int tried = 0;
        for (size_t j = 0; j < FILTERS; j++)
            if ((table[i].profiles & filters[j].profile) != 0)
                tried += assert_decision(&filters[j], table[i].name, table[i].arguments,
                                         table[i].decision);
        if (tried == 0)
            fail_msg("no architecture has %s", table[i].name);
    }
}

#define TABLE_TEST(name)                                                                           \
    static void filter_##name(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        assert_table(name, sizeof(name) / sizeof((name)[0]));                                      \
    }

TABLE_TEST(processes)
TABLE_TEST(memory)
TABLE_TEST(files)
TABLE_TEST(commands)
TABLE_TEST(sockets)

/* ---- what must never be allowed ---- */

/** Whatever the list says one day: a way out, or into others, whichever the arguments are. */
static const char *const dangerous[] = {
    /* programs */
    "execve", "execveat", "uselib", "personality",
    /* other processes */
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
    "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "migrate_pages", "move_pages",
    /* namespaces, mounts, roots */
    "unshare", "setns", "clone3", "mount", "umount", "umount2", "pivot_root", "chroot", "open_tree",
    "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "name_to_handle_at",
    "open_by_handle_at", "swapon", "swapoff", "quotactl", "quotactl_fd", "fanotify_init",
    "fanotify_mark",
    /* who it is */
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid",
    "setfsgid", "capset",
    /* the kernel */
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "init_module", "finit_module", "delete_module", "create_module",
    "query_module", "get_kernel_syms", "kexec_load", "kexec_file_load", "reboot", "syslog", "acct",
    "seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "sysfs",
    "_sysctl", "nfsservctl", "lookup_dcookie", "vserver", "afs_syscall", "tuxcall", "security",
    "vhangup", "memfd_secret", "memfd_create", "modify_ldt", "iopl", "ioperm", "set_thread_area",
    "get_thread_area",
    /* keys */
    "add_key", "request_key", "keyctl",
    /* the machine's clock and name */
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname",
    /* the network */
    "socket", "connect", "bind", "listen", "accept", "accept4",
    /* what all processes share */
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semctl", "semtimedop", "msgget",
    "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive",
    "mq_notify", "mq_getsetattr",
    /* memory and scheduling beyond its own */
    "mlock", "mlock2", "mlockall", "munlock", "mbind", "set_mempolicy", "get_mempolicy",
    "set_mempolicy_home_node", "pkey_mprotect", "pkey_alloc", "pkey_free", "remap_file_pages",
    "sched_setscheduler", "sched_setparam", "sched_setattr", "ioprio_set", "ioprio_get",
    /* attributes, watching, whole file systems */
    "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    "inotify_init", "inotify_init1", "inotify_add_watch", "sync", "syncfs", "vmsplice", "io_setup",
    "io_submit", "io_destroy", "io_getevents", "io_cancel", "ustat", "getpmsg", "putpmsg", NULL
};

static void filter_dangerous(void **state)
{
    static const uint64_t patterns[] = { 0, 1, 2, 0x7fffffff, HIGH, ANY, UINT64_MAX };
    int tried = 0;

    (void)state;
    for (size_t i = 0; i < FILTERS; i++)
        for (const char *const *name = dangerous; *name != NULL; name++) {
            int number = number_of(&filters[i], *name);
            if (number < 0)
                continue;
            tried++;
            for (size_t j = 0; j < sizeof(patterns) / sizeof(patterns[0]); j++) {
                const uint64_t arguments[6] = { patterns[j], patterns[j], patterns[j],
                                                patterns[j], patterns[j], patterns[j] };
                uint32_t said = decide(&filters[i], number, arguments);
                if (said != REFUSE && said != MISSING)
                    fail_msg("%s, %s: %s: %#x", filters[i].on->name, profile_name(&filters[i]),
                             *name, said);
            }
        }
    assert_true(tried > 500); /* 150 or so, four times */
}

/** What is only sometimes allowed, with arguments made up: never in the wrong way. */
static void filter_random_arguments(void **state)
{
    uint64_t seed = 88172645463325252u;

    (void)state;
    for (size_t i = 0; i < FILTERS; i++) {
        const compiled *filter = &filters[i];
        for (int round = 0; round < 20000; round++) {
            uint64_t arguments[6];
            for (size_t j = 0; j < 6; j++) {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                arguments[j] = round % 2 ? seed : seed & 0x7f02ffff;
            }
            const uint64_t protection = arguments[2];
            int locked_down = filter->profile == LOCKED_DOWN;
            uint32_t said = decide(filter, number_of(filter, "mmap"), arguments);
            int plain = (protection & X) == 0;
            int from_file = (protection & W) == 0 && (arguments[3] & A) == 0;
            assert_int_equal(said, plain || from_file ? ALLOW : REFUSE);
            said = decide(filter, number_of(filter, "mprotect"), arguments);
            assert_int_equal(said, plain ? ALLOW : REFUSE);
            said = decide(filter, number_of(filter, "clone"), arguments);
            int same_namespaces = (arguments[0] & 0x7e020000) == 0;
            int thread = (arguments[0] & CLONE_THREAD) != 0;
            assert_int_equal(said, same_namespaces && (thread || !locked_down) ? ALLOW : REFUSE);
            said = decide(filter, number_of(filter, "openat"), arguments);
            uint64_t mode = arguments[2] & O_ACCMODE;
            int writes = mode == O_WRONLY || mode == O_RDWR;
            int cuts = (arguments[2] & O_TRUNC) != 0;
            assert_int_equal(said, !locked_down || !cuts || writes ? ALLOW : REFUSE);
            said = decide(filter, number_of(filter, "mknodat"), arguments);
            assert_int_equal(said, (arguments[2] & S_IFMT) == S_IFIFO ? ALLOW : REFUSE);
        }
    }
}

/* ---- the program itself ---- */

/** Every answer is ALLOW or an errno that is one: ERRNO|0 would look like success. */
static void filter_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILTERS; i++) {
        int answers = 0;
        for (size_t j = 0; j < filters[i].length; j++) {
            const struct sock_filter *at = &filters[i].program[j];
            if (BPF_CLASS(at->code) != BPF_RET)
                continue;
            answers++;
            assert_int_equal(at->code, BPF_RET | BPF_K);
            assert_true(at->k == ALLOW || at->k == REFUSE || at->k == MISSING);
        }
        assert_true(answers >= 3);
    }
}

static void filter_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILTERS; i++) {
        print_message("%s, %s: %zu instructions\n", filters[i].on->name, profile_name(&filters[i]),
                      filters[i].length);
        assert_in_range(filters[i].length, 100, MAX_INSTRUCTIONS - 1);
    }
}

/** Through another table of numbers, the same number is another call. */
static void filter_wrong_architecture(void **state)
{
    static const uint32_t others[] = { AUDIT_ARCH_I386,  AUDIT_ARCH_ARM,     AUDIT_ARCH_S390X,
                                       AUDIT_ARCH_PPC64, AUDIT_ARCH_RISCV64, 0,
                                       UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < FILTERS; i++) {
        struct seccomp_data data = { .nr = 0 };
        for (data.nr = 0; data.nr < NUMBERS; data.nr++) {
            for (size_t j = 0; j < sizeof(others) / sizeof(others[0]); j++) {
                data.arch = others[j];
                assert_int_equal(bpf_run(filters[i].program, filters[i].length, &data), MISSING);
            }
            const architecture *other = &architectures[filters[i].on == &architectures[0]];
            data.arch = other->audit;
            assert_int_equal(bpf_run(filters[i].program, filters[i].length, &data), MISSING);
        }
    }
}

static void filter_x32(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILTERS; i++)
        for (int number = 0; number < NUMBERS; number++) {
            uint32_t said = decide(&filters[i], number | 0x40000000, NULL);
            /* Elsewhere it is no number at all. */
            uint32_t expected = filters[i].on->scmp == SCMP_ARCH_X86_64 ? MISSING : REFUSE;
            assert_int_equal(said, expected);
        }
}

/** What the executor asks for is the program that was looked at here. */
static void filter_native(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILTERS; i++) {
        compiled native = { 0 };
        int memfd = -1;
        if (filters[i].on->scmp != seccomp_arch_native())
            continue;
        assert_int_equal(ce_filter_export(filters[i].profile, &memfd, NULL), 0);
        assert_int_equal(read_program(memfd, &native), 0);
        assert_int_equal(native.length, filters[i].length);
        assert_memory_equal(native.program, filters[i].program,
                            native.length * sizeof(struct sock_filter));
        free(native.program);
        /* Nobody changes it behind the guests' backs. */
        assert_int_equal(fcntl(memfd, F_GET_SEALS),
                         F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
        assert_int_equal(pwrite(memfd, "x", 1, 0), -1);
        assert_int_equal(ftruncate(memfd, 0), -1);
        assert_int_equal(fcntl(memfd, F_GETFD), FD_CLOEXEC);
        close(memfd);
    }
}

static void filter_unknown_architecture(void **state)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    int memfd = -1;

    (void)state;
    assert_int_equal(ce_filter_export_for(NAMESPACES, 12345, &memfd, &error), -CODEEXEC_ESYSTEM);
    assert_int_equal(error.code, CODEEXEC_ESYSTEM);
    assert_string_equal(error.stage, "seccomp");
    assert_int_equal(memfd, -1);
    assert_int_equal(ce_filter_export_for(NAMESPACES, SCMP_ARCH_S390X, &memfd, NULL),
                     -CODEEXEC_ESYSTEM);
}

/** The interpreter would notice what the kernel would not load. */
static void filter_interpreter(void **state)
{
    const struct sock_filter no_answer[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0) };
    const struct sock_filter beside[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64),
                                          BPF_STMT(BPF_RET | BPF_K, ALLOW) };
    const struct sock_filter jump[] = { BPF_JUMP(BPF_JMP | BPF_JA, 7, 0, 0),
                                        BPF_STMT(BPF_RET | BPF_K, ALLOW) };
    const struct sock_filter odd[] = { BPF_STMT(BPF_RET | BPF_A, 0) };
    const struct seccomp_data data = { .nr = 1 };

    (void)state;
    assert_int_equal(bpf_run(no_answer, 1, &data), BPF_BROKEN);
    assert_int_equal(bpf_run(beside, 2, &data), BPF_BROKEN);
    assert_int_equal(bpf_run(jump, 2, &data), BPF_BROKEN);
    assert_int_equal(bpf_run(odd, 1, &data), BPF_BROKEN);
    assert_int_equal(bpf_run(odd, 0, &data), BPF_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_interpreter),
        cmocka_unit_test(filter_names_exist),
        cmocka_unit_test(filter_every_number),
        cmocka_unit_test(filter_processes),
        cmocka_unit_test(filter_memory),
        cmocka_unit_test(filter_files),
        cmocka_unit_test(filter_commands),
        cmocka_unit_test(filter_sockets),
        cmocka_unit_test(filter_dangerous),
        cmocka_unit_test(filter_random_arguments),
        cmocka_unit_test(filter_answers),
        cmocka_unit_test(filter_size),
        cmocka_unit_test(filter_wrong_architecture),
        cmocka_unit_test(filter_x32),
        cmocka_unit_test(filter_native),
        cmocka_unit_test(filter_unknown_architecture),
    };
    return cmocka_run_group_tests_name("filter", tests, compile_all, release_all);
}
