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
#include <unistd.h>

#include "error_internal.h"
#include "util/fd.h"

/** Names that do not exist on an architecture are skipped: the list serves all of them. */
typedef struct allow_group {
    const char *why;
    const char *const *names;
} allow_group;

#define NAMES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const allow_group allowed[] = {
    { "reading and writing what is open",
      NAMES("read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev",
            "preadv2", "pwritev2", "lseek", "_llseek", "close", "close_range", "dup", "dup2",
            "dup3", "pipe", "pipe2", "fcntl", "fcntl64", "sendfile", "sendfile64", "splice", "tee",
            "copy_file_range", "fsync", "fdatasync", "ftruncate", "ftruncate64", "truncate",
            "truncate64", "fallocate", "fadvise64", "fadvise64_64", "readahead", "flock",
            "sync_file_range") },
    { "files: the mount namespace decides which there are",
      NAMES("open", "openat", "openat2", "creat", "stat", "lstat", "fstat", "stat64", "lstat64",
            "fstat64", "newfstatat", "fstatat64", "statx", "statfs", "fstatfs", "statfs64",
            "fstatfs64", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents",
            "getdents64", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat",
            "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat",
            "fchmodat2", "chown", "lchown", "fchown", "fchownat", "chown32", "fchown32", "lchown32",
            "utime", "utimes", "utimensat", "futimesat", "getcwd", "chdir", "fchdir", "umask",
            "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr") },
    { "memory; executable memory is checked below",
      NAMES("brk", "munmap", "mremap", "madvise", "mincore", "msync", "membarrier") },
    { "waiting",
      NAMES("poll", "ppoll", "select", "_newselect", "pselect6", "epoll_create", "epoll_create1",
            "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
            "signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime",
            "nanosleep", "clock_nanosleep", "pause", "restart_syscall") },
    { "time", NAMES("clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getitimer",
                    "setitimer", "alarm", "timer_create", "timer_settime", "timer_gettime",
                    "timer_getoverrun", "timer_delete") },
    { "threads and processes of its own; the flags of clone are checked below",
      NAMES("fork", "vfork", "exit", "exit_group", "wait4", "waitid", "waitpid", "futex",
            "futex_waitv", "set_robust_list", "get_robust_list", "set_tid_address", "rseq",
            "arch_prctl", "gettid", "getpid", "getppid", "getpgid", "getpgrp", "setpgid", "getsid",
            "setsid", "sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
            "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval",
            "sched_getattr", "getpriority", "getcpu") },
    { "signals: the pid namespace decides who can be reached",
      NAMES("kill", "tkill", "tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigpending",
            "rt_sigsuspend", "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
            "rt_sigreturn", "sigreturn", "sigaltstack") },
    { "asking who and where it is",
      NAMES("getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
            "getuid32", "geteuid32", "getgid32", "getegid32", "getresuid32", "getresgid32",
            "getgroups32", "capget", "uname", "sysinfo", "getrlimit", "ugetrlimit", "setrlimit",
            "getrusage", "getrandom") },
    { "talking over socket pairs, which connect it only to itself: asyncio, multiprocessing",
      NAMES("sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown",
            "getsockname", "getpeername", "getsockopt", "setsockopt") },
};

/** Calls that programs probe for and do without: ENOSYS sends them to their fallback. clone3 is
 * here because its flags are behind a pointer that a filter cannot follow. memfd_create is here
 * because its pages count against no limit of the process. */
static const char *const missing[] = { "clone3",         "memfd_create",
                                       "memfd_secret",   "io_uring_setup",
                                       "io_uring_enter", "io_uring_register",
                                       "pidfd_open",     NULL };

/** One call that is allowed when one argument fits. */
typedef struct argument_rule {
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

static const argument_rule checked[] = {
    { "clone", 0, SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0, "no namespaces of its own" },
    { "mprotect", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, "written memory never becomes code" },
    { "mmap", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, "plain memory" },
    { "mmap2", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, "plain memory" },
    { "socketpair", 0, SCMP_CMP_EQ, AF_UNIX, 0, "no other family has pairs worth having" },
    { "prlimit64", 0, SCMP_CMP_EQ, 0, 0, "its own limits" },
    { "sched_setaffinity", 0, SCMP_CMP_EQ, 0, 0, "its own thread" },
    { "mknodat", 2, SCMP_CMP_MASKED_EQ, S_IFMT, S_IFIFO, "named pipes, no devices" },
    { "mknod", 1, SCMP_CMP_MASKED_EQ, S_IFMT, S_IFIFO, "named pipes, no devices" },
    { "prctl", 0, SCMP_CMP_EQ, PR_SET_NAME, 0, "thread names" },
    { "prctl", 0, SCMP_CMP_EQ, PR_GET_NAME, 0, "thread names" },
    { "prctl", 0, SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0, "a child that ends with its parent" },
    { "prctl", 0, SCMP_CMP_EQ, PR_GET_PDEATHSIG, 0, "a child that ends with its parent" },
    { "prctl", 0, SCMP_CMP_EQ, PR_GET_DUMPABLE, 0, "asking" },
    { "prctl", 0, SCMP_CMP_EQ, PR_GET_NO_NEW_PRIVS, 0, "asking" },
    { "prctl", 0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0, "on already" },
    { "prctl", 0, SCMP_CMP_EQ, PR_GET_SECCOMP, 0, "asking" },
    { "prctl", 0, SCMP_CMP_EQ, PR_CAPBSET_READ, 0, "asking" },
    { "ioctl", 1, SCMP_CMP_EQ, TCGETS, 0, "isatty" },
    { "ioctl", 1, SCMP_CMP_EQ, TIOCGWINSZ, 0, "terminal size; TIOCSTI and TIOCLINUX stay shut" },
    { "ioctl", 1, SCMP_CMP_EQ, FIONREAD, 0, "bytes waiting" },
    { "ioctl", 1, SCMP_CMP_EQ, FIONBIO, 0, "non-blocking mode" },
    { "ioctl", 1, SCMP_CMP_EQ, FIOCLEX, 0, "close on exec" },
    { "ioctl", 1, SCMP_CMP_EQ, FIONCLEX, 0, "close on exec" },
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

/** nice() on itself; PRIO_USER would reach every process of the uid. */
static int add_priority_rule(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp arguments[] = {
        SCMP_A0(SCMP_CMP_EQ, PRIO_PROCESS, 0),
        SCMP_A1(SCMP_CMP_EQ, 0, 0),
    };
    return add_rule(filter, SCMP_ACT_ALLOW, "setpriority", arguments, 2);
}

static int add_rules(scmp_filter_ctx filter)
{
    int status;

    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        for (const char *const *name = allowed[i].names; *name != NULL; name++) {
            status = add_rule(filter, SCMP_ACT_ALLOW, *name, NULL, 0);
            if (status < 0)
                return status;
        }
    }
    for (const char *const *name = missing; *name != NULL; name++) {
        status = add_rule(filter, SCMP_ACT_ERRNO(ENOSYS), *name, NULL, 0);
        if (status < 0)
            return status;
    }
    for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
        const argument_rule *rule = &checked[i];
        struct scmp_arg_cmp argument = { rule->argument, rule->compare, rule->value, rule->datum };
        status = add_rule(filter, SCMP_ACT_ALLOW, rule->name, &argument, 1);
        if (status < 0)
            return status;
    }
    status = add_mapping_rules(filter);
    return status < 0 ? status : add_priority_rule(filter);
}

static int build_filter(scmp_filter_ctx filter, int fd)
{
    /* Calls of another architecture (32-bit, x32) get an errno as well, not the default kill. */
    int status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));

    /* A binary tree instead of a chain: the cost per call no longer grows with the list. */
    if (status == 0)
        status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (status == 0)
        status = add_rules(filter);
    if (status == 0)
        status = seccomp_export_bpf(filter, fd);
    return status;
}

int ce_filter_export(int *memfd, codeexec_error *error)
{
    CE_CLEANUP_FD fd = memfd_create("codeexec-seccomp", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, errno, "memfd", "memfd_create: %s",
                            strerror(errno));
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "seccomp", "out of memory");
    int status = build_filter(filter, fd);
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
