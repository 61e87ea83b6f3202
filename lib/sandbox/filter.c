/* SPDX-License-Identifier: MIT */
/* The system calls a guest may make. Everything not in these tables is refused with EPERM, so a
   call that the kernel gains tomorrow is shut from the start. Denied calls always carry an errno: a
   denied fork must not look like a fork that returned 0. */
#include "sandbox/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error_internal.h"
#include "util/fd.h"

#define NAMESPACES  CE_PROFILE_NAMESPACES
#define LOCKED_DOWN CE_PROFILE_LOCKED_DOWN
#define BOTH        (NAMESPACES | LOCKED_DOWN)

/** Names that do not exist on an architecture are skipped: the list serves all of them. */
typedef struct allow_group {
    unsigned profiles; /**< of enum ce_profile */
    const char *why;
    const char *const *names;
} allow_group;

#define NAMES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const allow_group allowed[] = {
    { BOTH, "reading and writing what is open",
      NAMES("read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev",
            "preadv2", "pwritev2", "lseek", "_llseek", "close", "close_range", "dup", "dup2",
            "dup3", "pipe", "pipe2", "sendfile", "sendfile64", "splice", "tee", "copy_file_range",
            "fsync", "fdatasync", "ftruncate", "ftruncate64", "fadvise64", "fadvise64_64",
            "readahead", "flock", "sync_file_range") },
    { BOTH, "files: the mount namespace or Landlock decides which there are",
      NAMES("stat", "lstat", "fstat", "stat64", "lstat64", "fstat64", "newfstatat", "fstatat64",
            "statx", "statfs", "fstatfs", "statfs64", "fstatfs64", "access", "faccessat",
            "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "mkdir", "mkdirat",
            "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat",
            "symlink", "symlinkat", "creat", "getcwd", "chdir", "fchdir", "umask", "getxattr",
            "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr") },
    { NAMESPACES, "opening with any flags",
      NAMES("open", "openat", "openat2", "truncate", "truncate64") },
    { NAMESPACES,
      "owner, mode and times of files, which Landlock does not guard: without a root of "
      "its own, a guest could change those of everything its uid owns",
      NAMES("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat",
            "chown32", "fchown32", "lchown32", "utime", "utimes", "utimensat", "futimesat") },
    { BOTH, "memory; executable memory is checked below",
      NAMES("brk", "munmap", "mremap", "mincore", "msync", "membarrier") },
    { BOTH, "waiting",
      NAMES("poll", "ppoll", "select", "_newselect", "pselect6", "epoll_create", "epoll_create1",
            "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
            "signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime",
            "nanosleep", "pause", "restart_syscall") },
    { BOTH, "time; which clocks is checked below",
      NAMES("gettimeofday", "time", "times", "getitimer", "setitimer", "alarm", "timer_settime",
            "timer_gettime", "timer_getoverrun", "timer_delete") },
    { NAMESPACES, "clocks, also of processes: of those that it can see",
      NAMES("clock_gettime", "clock_getres", "clock_nanosleep", "timer_create") },
    { NAMESPACES, "reserving space: a tmpfs of its own bounds it", NAMES("fallocate") },
    { NAMESPACES, "processes of its own", NAMES("fork", "vfork") },
    { BOTH, "threads and processes of its own; the flags of clone are checked below",
      NAMES("exit", "exit_group", "wait4", "waitid", "waitpid", "futex", "futex_waitv",
            "set_robust_list", "set_tid_address", "rseq", "arch_prctl", "gettid", "getpid",
            "getppid", "getpgid", "getpgrp", "setpgid", "getsid", "setsid", "sched_yield",
            "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max",
            "sched_get_priority_min", "sched_rr_get_interval", "sched_getattr", "getpriority",
            "getcpu") },
    { BOTH,
      "signals: the pid namespace, or the filter of own_signals.c, decides who can be reached",
      NAMES("kill", "tkill", "tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigpending",
            "rt_sigsuspend", "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
            "rt_sigreturn", "sigreturn", "sigaltstack") },
    { BOTH, "asking who and where it is",
      NAMES("getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
            "getuid32", "geteuid32", "getgid32", "getegid32", "getresuid32", "getresgid32",
            "getgroups32", "capget", "uname", "sysinfo", "getrlimit", "ugetrlimit", "setrlimit",
            "getrusage", "getrandom") },
    { BOTH,
      "talking over socket pairs, which connect it only to itself: asyncio, multiprocessing; "
      "what they carry is checked below",
      NAMES("shutdown", "getsockname", "getpeername", "getsockopt") },
};

/** Calls that programs probe for and do without: ENOSYS sends them to their fallback. clone3 is
 * here because its flags are behind a pointer that a filter cannot follow. memfd_create is here
 * because its pages count against no limit of the process. */
static const char *const missing[] = { "clone3",         "memfd_create",
                                       "memfd_secret",   "io_uring_setup",
                                       "io_uring_enter", "io_uring_register",
                                       "pidfd_open",     NULL };

/** The same where Landlock alone guards files: the flags of openat2 are behind a pointer. */
static const char *const missing_locked_down[] = { "openat2", NULL };

/** One call that is allowed when one argument fits. */
typedef struct argument_rule {
    unsigned profiles;
    const char *name;
    unsigned int argument;
    enum scmp_compare compare;
    uint64_t value;
    uint64_t datum; /**< for SCMP_CMP_MASKED_EQ: value is the mask */
    const char *why;
} argument_rule;

#define NEW_NAMESPACES                                                                             \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET)

/** The kernel cuts a file short that is opened for reading alone, and Landlock before its version 3
 * does not see that. */
#define WHY_TRUNCATE "cutting short only what may be written"
/** A clock's number can be made from a process id; those are above these. */
#define WHY_CLOCK  "clocks of the machine, of itself, and of no other process"
#define WHY_URGENT "urgent data between processes: no use here, and holes more than once"

static const argument_rule checked[] = {
    { NAMESPACES, "clone", 0, SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0, "no namespaces of its own" },
    { LOCKED_DOWN, "clone", 0, SCMP_CMP_MASKED_EQ, NEW_NAMESPACES | CLONE_THREAD, CLONE_THREAD,
      "threads only: nothing could hold together what it forks" },
    { BOTH, "mprotect", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, "written memory never becomes code" },
    { BOTH, "mmap", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, "plain memory" },
    { BOTH, "mmap2", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, "plain memory" },
    { BOTH, "prlimit64", 0, SCMP_CMP_EQ, 0, 0, "its own limits" },
    { BOTH, "sched_setaffinity", 0, SCMP_CMP_EQ, 0, 0, "its own thread" },
    { BOTH, "mknodat", 2, SCMP_CMP_MASKED_EQ, S_IFMT, S_IFIFO, "named pipes, no devices" },
    { BOTH, "mknod", 1, SCMP_CMP_MASKED_EQ, S_IFMT, S_IFIFO, "named pipes, no devices" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_SET_NAME, 0, "thread names" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_GET_NAME, 0, "thread names" },
    { NAMESPACES, "prctl", 0, SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0,
      "a child that ends with its parent" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_GET_PDEATHSIG, 0, "a child that ends with its parent" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_GET_DUMPABLE, 0, "asking" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_GET_NO_NEW_PRIVS, 0, "asking" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0, "on already" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_GET_SECCOMP, 0, "asking" },
    { BOTH, "prctl", 0, SCMP_CMP_EQ, PR_CAPBSET_READ, 0, "asking" },
    { BOTH, "ioctl", 1, SCMP_CMP_EQ, TCGETS, 0, "isatty" },
    { BOTH, "ioctl", 1, SCMP_CMP_EQ, TIOCGWINSZ, 0,
      "terminal size; TIOCSTI and TIOCLINUX stay shut" },
    { BOTH, "ioctl", 1, SCMP_CMP_EQ, FIONREAD, 0, "bytes waiting" },
    { BOTH, "ioctl", 1, SCMP_CMP_EQ, FIONBIO, 0, "non-blocking mode" },
    { BOTH, "ioctl", 1, SCMP_CMP_EQ, FIOCLEX, 0, "close on exec" },
    { BOTH, "ioctl", 1, SCMP_CMP_EQ, FIONCLEX, 0, "close on exec" },
    { LOCKED_DOWN, "open", 1, SCMP_CMP_MASKED_EQ, O_TRUNC, 0, "not cutting short" },
    { LOCKED_DOWN, "open", 1, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY, WHY_TRUNCATE },
    { LOCKED_DOWN, "open", 1, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR, WHY_TRUNCATE },
    { LOCKED_DOWN, "openat", 2, SCMP_CMP_MASKED_EQ, O_TRUNC, 0, "not cutting short" },
    { LOCKED_DOWN, "openat", 2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY, WHY_TRUNCATE },
    { LOCKED_DOWN, "openat", 2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR, WHY_TRUNCATE },
    { LOCKED_DOWN, "clock_gettime", 0, SCMP_CMP_LE, CLOCK_TAI, 0, WHY_CLOCK },
    { LOCKED_DOWN, "clock_getres", 0, SCMP_CMP_LE, CLOCK_TAI, 0, WHY_CLOCK },
    { LOCKED_DOWN, "clock_nanosleep", 0, SCMP_CMP_LE, CLOCK_TAI, 0, WHY_CLOCK },
    { LOCKED_DOWN, "timer_create", 0, SCMP_CMP_LE, CLOCK_TAI, 0, WHY_CLOCK },
    { LOCKED_DOWN, "fallocate", 1, SCMP_CMP_EQ, 0, 0,
      "space that shows in the size, which RLIMIT_FSIZE bounds" },
    { BOTH, "get_robust_list", 0, SCMP_CMP_EQ, 0, 0, "its own" },
    { BOTH, "sendmsg", 2, SCMP_CMP_MASKED_EQ, MSG_OOB, 0, WHY_URGENT },
    { BOTH, "sendmmsg", 3, SCMP_CMP_MASKED_EQ, MSG_OOB, 0, WHY_URGENT },
    { BOTH, "recvfrom", 3, SCMP_CMP_MASKED_EQ, MSG_OOB, 0, WHY_URGENT },
    { BOTH, "recvmsg", 2, SCMP_CMP_MASKED_EQ, MSG_OOB, 0, WHY_URGENT },
    { BOTH, "recvmmsg", 3, SCMP_CMP_MASKED_EQ, MSG_OOB, 0, WHY_URGENT },
};

/** The values that one argument of a call may have, by which the call does different things. */
typedef struct value_list {
    const char *name;
    const int *values; /**< of the argument; the last one is END */
    const char *why;
    uint64_t other_value;
    unsigned int argument;
    int other; /**< number of another argument that must have other_value; END: none */
} value_list;

#define END (-1)
#define VALUES(...)                                                                                \
    (const int[])                                                                                  \
    {                                                                                              \
        __VA_ARGS__, END                                                                           \
    }

static const value_list lists[] = {
    { .name = "fcntl",
      .argument = 1,
      .values = VALUES(F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK,
                       F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_GETPIPE_SZ,
                       F_SETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS),
      .other = END,
      .why = "no choosing whom a descriptor signals (F_SETOWN, F_SETSIG), no leases, no "
             "notification" },
    { .name = "madvise",
      .argument = 2,
      .values =
          VALUES(MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE,
                 MADV_REMOVE, MADV_DONTFORK, MADV_DOFORK, MADV_HUGEPAGE, MADV_NOHUGEPAGE,
                 MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK),
      .other = END,
      .why = "no merging of equal pages, which tells who has them; no poisoning" },
    { .name = "socketpair",
      .argument = 1,
      .values = VALUES(SOCK_STREAM, SOCK_STREAM | SOCK_CLOEXEC, SOCK_STREAM | SOCK_NONBLOCK,
                       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, SOCK_SEQPACKET,
                       SOCK_SEQPACKET | SOCK_CLOEXEC, SOCK_SEQPACKET | SOCK_NONBLOCK,
                       SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK),
      .other = 0,
      .other_value = AF_UNIX,
      .why = "connected for good: a datagram could be sent to any name" },
    { .name = "setsockopt",
      .argument = 2,
      .values =
          VALUES(SO_REUSEADDR, SO_KEEPALIVE, SO_LINGER, SO_RCVTIMEO, SO_SNDTIMEO, SO_RCVLOWAT),
      .other = 1,
      .other_value = SOL_SOCKET,
      .why = "no filters, which are programs for the kernel; no credentials; no larger buffers" },
};

static int add_rule(scmp_filter_ctx filter, uint32_t action, const char *name,
                    const struct scmp_arg_cmp *arguments, unsigned int count)
{
    int number = seccomp_syscall_resolve_name(name);

    if (number == __NR_SCMP_ERROR)
        return 0; /* unknown to this libseccomp: stays refused */
    /* add_rule, not add_rule_exact: a name the architecture lacks is left out. */
    return seccomp_rule_add_array(filter, action, number, count, arguments);
}

/** Executable mappings come from files that are mounted read-only, never from plain memory, and are
 * never writable. */
static int add_mapping_rules(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp arguments[] = {
        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC),
        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0),
    };
    int status = add_rule(filter, SCMP_ACT_ALLOW, "mmap", arguments, 2);

    if (status == 0)
        status = add_rule(filter, SCMP_ACT_ALLOW, "mmap2", arguments, 2);
    return status;
}

/** Nothing is sent to a name, and nothing urgent. */
static int add_sending_rule(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp arguments[] = {
        SCMP_A3(SCMP_CMP_MASKED_EQ, MSG_OOB, 0),
        SCMP_A4(SCMP_CMP_EQ, 0, 0),
    };
    return add_rule(filter, SCMP_ACT_ALLOW, "sendto", arguments, 2);
}

/** nice() on itself; PRIO_USER would reach every process of the uid. */
static int add_priority_rule(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp arguments[] = {
        SCMP_A0(SCMP_CMP_EQ, PRIO_PROCESS, 0),
        SCMP_A1(SCMP_CMP_EQ, 0, 0),
    };
    return add_rule(filter, SCMP_ACT_ALLOW, "setpriority", arguments, 2);
}

static int add_list(scmp_filter_ctx filter, const value_list *list, const char *name)
{
    int status = 0;

    for (const int *value = list->values; *value != END && status == 0; value++) {
        const struct scmp_arg_cmp arguments[] = {
            SCMP_CMP(list->argument, SCMP_CMP_EQ, (scmp_datum_t)*value, 0),
            SCMP_CMP(list->other == END ? 0 : (unsigned)list->other, SCMP_CMP_EQ, list->other_value,
                     0),
        };
        status = add_rule(filter, SCMP_ACT_ALLOW, name, arguments, list->other == END ? 1 : 2);
    }
    return status;
}

static int add_lists(scmp_filter_ctx filter)
{
    int status = 0;

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && status == 0; i++)
        status = add_list(filter, &lists[i], lists[i].name);
    /* The first list serves both names of that call. */
    return status < 0 ? status : add_list(filter, &lists[0], "fcntl64");
}

static int add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names)
{
    int status = 0;

    for (; *names != NULL && status == 0; names++)
        status = add_rule(filter, action, *names, NULL, 0);
    return status;
}

static int add_checked(scmp_filter_ctx filter, ce_profile profile)
{
    int status = 0;

    for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]) && status == 0; i++) {
        const argument_rule *rule = &checked[i];
        struct scmp_arg_cmp argument = { rule->argument, rule->compare, rule->value, rule->datum };
        if ((rule->profiles & profile) != 0)
            status = add_rule(filter, SCMP_ACT_ALLOW, rule->name, &argument, 1);
    }
    return status;
}

static int add_rules(scmp_filter_ctx filter, ce_profile profile)
{
    int status = 0;

    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && status == 0; i++)
        if ((allowed[i].profiles & profile) != 0)
            status = add_names(filter, SCMP_ACT_ALLOW, allowed[i].names);
    if (status == 0)
        status = add_names(filter, SCMP_ACT_ERRNO(ENOSYS), missing);
    if (status == 0 && profile == CE_PROFILE_LOCKED_DOWN)
        status = add_names(filter, SCMP_ACT_ERRNO(ENOSYS), missing_locked_down);
    if (status == 0)
        status = add_checked(filter, profile);
    if (status == 0)
        status = add_lists(filter);
    if (status == 0)
        status = add_mapping_rules(filter);
    if (status == 0)
        status = add_sending_rule(filter);
    return status < 0 ? status : add_priority_rule(filter);
}

/** Rules are added by the numbers of this machine; libseccomp translates them by name. */
static int set_architecture(scmp_filter_ctx filter, uint32_t architecture)
{
    uint32_t native = seccomp_arch_native();

    if (architecture == native)
        return 0;
    int status = seccomp_arch_add(filter, architecture);
    return status < 0 ? status : seccomp_arch_remove(filter, native);
}

static int build_filter(scmp_filter_ctx filter, ce_profile profile, uint32_t architecture, int fd)
{
    int status = set_architecture(filter, architecture);

    /* Calls of another architecture (32-bit, x32) get an errno as well, not the default kill. */
    if (status == 0)
        status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
    /* A binary tree instead of a chain: the cost per call no longer grows with the list. */
    if (status == 0)
        status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (status == 0)
        status = add_rules(filter, profile);
    if (status == 0)
        status = seccomp_export_bpf(filter, fd);
    return status;
}

int ce_filter_export_for(ce_profile profile, uint32_t architecture, int *memfd,
                         codeexec_error *error)
{
    CE_CLEANUP_FD fd = memfd_create("codeexec-seccomp", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, errno, "memfd", "memfd_create: %s",
                            strerror(errno));
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "seccomp", "out of memory");
    int status = build_filter(filter, profile, architecture, fd);
    seccomp_release(filter);
    if (status < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, -status, "seccomp",
                            "building the system call filter: %s", strerror(-status));
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, errno, "memfd", "sealing: %s",
                            strerror(errno));
    *memfd = ce_steal_fd(&fd);
    return 0;
}

int ce_filter_export(ce_profile profile, int *memfd, codeexec_error *error)
{
    return ce_filter_export_for(profile, seccomp_arch_native(), memfd, error);
}
