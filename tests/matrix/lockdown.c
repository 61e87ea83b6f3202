/* SPDX-License-Identifier: MIT */
/** lockdown [--uid N] [--] PROGRAM [ARGUMENT...]
 *
 *  Becomes PROGRAM as it would find itself in a container from which everything was taken: no
 *  capabilities and none to be had, no_new_privs, and a filter that refuses what Docker's default
 *  profile refuses. What a container also changes in the file system is left as it is.
 *
 *  Exit codes as env(1) has them: 125 when this program failed, 126 and 127 when PROGRAM cannot be
 *  executed.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/** Refused with EPERM. Names that this libseccomp or this machine does not know are passed over. */
static const char *const refused[] = {
    /* namespaces and mounts, old interface and new */
    "unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig",
    "fsmount", "fspick", "open_tree", "move_mount", "mount_setattr", "open_by_handle_at",
    "name_to_handle_at",
    /* other processes */
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise",
    /* keyrings, of which there is one per user and not per container */
    "add_key", "request_key", "keyctl",
    /* whole subsystems */
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "fanotify_init", "lookup_dcookie", "quotactl", "quotactl_fd",
    /* the machine */
    "acct", "reboot", "swapon", "swapoff", "syslog", "vhangup", "sethostname", "setdomainname",
    "settimeofday", "stime", "clock_settime", "clock_settime64", "clock_adjtime", "clock_adjtime64",
    "init_module", "finit_module", "delete_module", "create_module", "query_module",
    "get_kernel_syms", "kexec_load", "kexec_file_load", "iopl", "ioperm", "vm86", "vm86old",
    "nfsservctl", "sysfs", "_sysctl", "uselib", "ustat",
    /* where memory lies */
    "mbind", "move_pages", "migrate_pages", "set_mempolicy", "get_mempolicy"
};

static const unsigned long namespace_flags[] = { CLONE_NEWUSER,  CLONE_NEWNS,  CLONE_NEWPID,
                                                 CLONE_NEWNET,   CLONE_NEWIPC, CLONE_NEWUTS,
                                                 CLONE_NEWCGROUP };

static void failed(const char *what, int number)
{
    fprintf(stderr, "lockdown: %s: %s\n", what, strerror(number));
    exit(125);
}

/** One rule of the filter; libseccomp's answer is a negative errno. */
static void refuse(scmp_filter_ctx filter, int number, int call, unsigned count,
                   const struct scmp_arg_cmp *arguments)
{
    int result =
        seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((unsigned)number), call, count, arguments);
    if (result < 0)
        failed("seccomp_rule_add", -result);
}

static scmp_filter_ctx build_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL)
        failed("seccomp_init", ENOMEM);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        int call = seccomp_syscall_resolve_name(refused[i]);
        if (call >= 0)
            refuse(filter, EPERM, call, 0, NULL);
    }
    for (size_t i = 0; i < sizeof(namespace_flags) / sizeof(namespace_flags[0]); i++) {
        unsigned long flag = namespace_flags[i];
        refuse(filter, EPERM, SCMP_SYS(clone), 1,
               (struct scmp_arg_cmp[]){ SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag) });
    }
    /* Its flags are behind a pointer, out of a filter's sight: libc then falls back to clone. */
    int clone3 = seccomp_syscall_resolve_name("clone3");
    if (clone3 >= 0)
        refuse(filter, ENOSYS, clone3, 0, NULL);
    refuse(filter, EPERM, SCMP_SYS(socket), 1,
           (struct scmp_arg_cmp[]){ SCMP_A0(SCMP_CMP_EQ, AF_VSOCK, 0) });
    /* Another call table (32-bit, x32) is answered, not killed. */
    int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
    if (result < 0)
        failed("seccomp_attr_set", -result);
    return filter;
}

/** While there are capabilities: an exec by uid 0 would otherwise bring all of them back. */
static void empty_bounding_set(void)
{
    for (unsigned long capability = 0;
         prctl(PR_CAPBSET_READ, capability, 0UL, 0UL, 0UL) >= 0 && capability < 64; capability++) {
        /* Who may not drop them has none to lose: no_new_privs keeps it so. */
        if (prctl(PR_CAPBSET_DROP, capability, 0UL, 0UL, 0UL) != 0 && geteuid() == 0)
            failed("PR_CAPBSET_DROP", errno);
    }
    prctl(PR_CAP_AMBIENT, (unsigned long)PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
}

static void become(uid_t uid)
{
    gid_t gid = (gid_t)uid;

    if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0)
        failed("setresgid", errno);
    if (setresuid(uid, uid, uid) != 0)
        failed("setresuid", errno);
}

static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { 0 };

    if (syscall(SYS_capset, &header, none) != 0)
        failed("capset", errno);
}

int main(int argc, char **argv)
{
    char **program = argv + 1;
    const char *uid = NULL;

    if (argc > 2 && strcmp(argv[1], "--uid") == 0) {
        uid = argv[2];
        program = argv + 3;
    }
    if (*program != NULL && strcmp(*program, "--") == 0)
        program++;
    char *end = NULL;
    unsigned long number = uid != NULL ? strtoul(uid, &end, 10) : 0;
    if (*program == NULL || (uid != NULL && (end == uid || *end != '\0' || number > INT32_MAX))) {
        fprintf(stderr, "usage: lockdown [--uid N] [--] PROGRAM [ARGUMENT...]\n");
        return 125;
    }

    scmp_filter_ctx filter = build_filter();
    empty_bounding_set();
    if (uid != NULL)
        become((uid_t)number);
    drop_capabilities();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
        failed("PR_SET_NO_NEW_PRIVS", errno);
    int result = seccomp_load(filter);
    if (result < 0)
        failed("seccomp_load", -result);
    seccomp_release(filter);

    execvp(*program, program);
    int code = errno == ENOENT ? 127 : 126;
    fprintf(stderr, "lockdown: %s: %s\n", *program, strerror(errno));
    return code;
}
