/* SPDX-License-Identifier: MIT */
/* Each isolation layer alone, in a child of its own: turned on, and shown to bite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "sandbox/filter.h"
#include "sandbox/sandbox.h"

static int load_filter(void)
{
    int memfd = -1;
    struct stat status;

    if (ce_filter_export(CE_PROFILE_NAMESPACES, &memfd, NULL) < 0 || fstat(memfd, &status) < 0)
        return -1;
    void *program = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, memfd, 0);
    close(memfd);
    if (program == MAP_FAILED)
        return -1;
    ce_confinement confinement = { .filter = program, .filter_size = (size_t)status.st_size };
    return ce_step_no_new_privs(&confinement) < 0 ? -1 : ce_step_seccomp(&confinement);
}

static int check_denied_calls(void)
{
    EXPECT(load_filter() == 0);
    char *const none[] = { NULL };
    EXPECT_ERRNO(execve("/bin/true", none, none), EPERM);
    EXPECT_ERRNO(socket(AF_INET, SOCK_STREAM, 0), EPERM);
    EXPECT_ERRNO(socket(AF_UNIX, SOCK_STREAM, 0), EPERM);
    EXPECT_ERRNO(socket(AF_NETLINK, SOCK_RAW, 0), EPERM);
    EXPECT_ERRNO(unshare(CLONE_NEWUSER), EPERM);
    EXPECT_ERRNO(syscall(SYS_setns, 0, 0), EPERM);
    EXPECT_ERRNO(ptrace(PTRACE_TRACEME, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_mount, "a", "/", "tmpfs", 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_bpf, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_keyctl, 0, 0, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_userfaultfd, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_perf_event_open, 0, 0, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_open_tree, -1, "/", 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_shmget, 0, 4096, 0600), EPERM);
    EXPECT_ERRNO(syscall(SYS_mq_open, "/q", O_CREAT, 0600, 0), EPERM);
    EXPECT_ERRNO(syscall(999), EPERM);
    return 0;
}

static int check_missing_calls(void)
{
    EXPECT(load_filter() == 0);
    EXPECT_ERRNO(syscall(SYS_clone3, 0, 0), ENOSYS);
    EXPECT_ERRNO(syscall(SYS_io_uring_setup, 1, 0), ENOSYS);
    EXPECT_ERRNO(syscall(SYS_memfd_create, "m", 0), ENOSYS);
    return 0;
}

static int check_argument_rules(void)
{
    const int read_write = PROT_READ | PROT_WRITE;
    struct rlimit limit;
    int pair[2];

    EXPECT(load_filter() == 0);
    EXPECT_ERRNO(syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0), EPERM);
    EXPECT_ERRNO(ioctl(0, TIOCSTI, "x"), EPERM);
    EXPECT_ERRNO(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_prlimit64, getppid(), RLIMIT_CORE, 0, &limit), EPERM);
    EXPECT_ERRNO(setpriority(PRIO_USER, 0, 10), EPERM);
    EXPECT_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, pair), EPERM);
    EXPECT_ERRNO(mknod("/tmp/codeexec-test-device", S_IFCHR | 0600, 0), EPERM);
    char *page = mmap(NULL, 4096, read_write, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(page != MAP_FAILED);
    EXPECT_ERRNO(mprotect(page, 4096, PROT_READ | PROT_EXEC), EPERM);
    EXPECT(mmap(NULL, 4096, read_write | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
           MAP_FAILED);
    EXPECT(mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    return 0;
}

/** What programs do all the time must go on working, or a filter that refuses everything would
 * pass. */
static int check_allowed_calls(void)
{
    int ends[2];
    int status = -1;
    struct rlimit limit;

    EXPECT(load_filter() == 0);
    EXPECT(pipe(ends) == 0);
    EXPECT(write(ends[1], "x", 1) == 1);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    EXPECT(getrlimit(RLIMIT_CORE, &limit) == 0);
    EXPECT(setpriority(PRIO_PROCESS, 0, 5) == 0);
    EXPECT(prctl(PR_SET_NAME, "renamed", 0, 0, 0) == 0);
    EXPECT(open("/dev/null", O_RDONLY) >= 0);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0)
        _exit(7);
    EXPECT(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7);
    return 0;
}

static int check_filter_refused(void)
{
    ce_confinement confinement = { .filter = NULL, .filter_size = 0 };

    EXPECT(ce_step_no_new_privs(&confinement) == 0);
    EXPECT(ce_step_seccomp(&confinement) == -EINVAL);
    confinement.filter = "odd";
    confinement.filter_size = 3;
    EXPECT(ce_step_seccomp(&confinement) == -EINVAL);
    return 0;
}

static int check_rlimits(void)
{
    struct rlimit limit;
    ce_confinement confinement = {
        .file_bytes = 1 << 20, .processes = 5, .open_files = 32, .stack_bytes = 4 << 20
    };

    EXPECT(ce_step_rlimits(&confinement) == 0);
    EXPECT(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0);
    EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max == 32);
    EXPECT(getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_max == 1 << 20);
    EXPECT(ce_limit_run(UINT64_C(64) << 20, UINT64_C(64) << 20, UINT64_C(8) << 30, 9) == 0);
    EXPECT(getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur == 9 && limit.rlim_max == 10);
    EXPECT(getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_max == UINT64_C(128) << 20);
    EXPECT(mmap(NULL, 256 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
           MAP_FAILED);
    /* A second, higher request does not raise what the first one lowered. */
    EXPECT(ce_limit_run(UINT64_C(512) << 20, UINT64_C(64) << 20, UINT64_C(8) << 30, 99) == 0);
    EXPECT(getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_max == UINT64_C(128) << 20);
    EXPECT(getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_max == 10);
    return 0;
}

static int check_limits_saturate(void)
{
    struct rlimit limit;

    EXPECT(ce_limit_run(UINT64_MAX, UINT64_MAX, UINT64_MAX, 5) == 0);
    EXPECT(getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur > UINT64_C(1) << 40);
    return 0;
}

static int check_privileges(void)
{
    ce_confinement confinement = { .change_ids = geteuid() == 0, .uid = 12345, .gid = 12345 };
    int user_namespace = 0;
    const char *stage = "";

    EXPECT(ce_enter_namespaces(&user_namespace, &stage) == 0);
    EXPECT(ce_step_securebits(&confinement) == 0);
    EXPECT(ce_step_bounding_set(&confinement) == 0);
    EXPECT(!confinement.change_ids || ce_step_identity(&confinement) == 0);
    EXPECT(ce_step_capabilities(&confinement) == 0);
    EXPECT(ce_step_no_new_privs(&confinement) == 0);
    EXPECT(prctl(PR_CAPBSET_READ, 21 /* CAP_SYS_ADMIN */, 0, 0, 0) == 0);
    EXPECT((prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) & SECBIT_NOROOT_LOCKED) != 0);
    EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    EXPECT_ERRNO(setresuid(0, 0, 0), user_namespace ? EINVAL : EPERM);
    EXPECT_ERRNO(sethostname("x", 1), EPERM);
    if (confinement.change_ids)
        EXPECT(getuid() == 12345 && getgid() == 12345);
    return 0;
}

static int check_descriptors(void)
{
    ce_confinement confinement = { .open_files = 64 };
    int pair[2];

    EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    EXPECT(dup2(pair[0], 200) == 200);
    confinement.control_fd = pair[0];
    EXPECT(ce_step_descriptors(&confinement) == 0);
    EXPECT(confinement.control_fd == 63);
    for (int fd = 3; fd < 256; fd++)
        if (fd != 63)
            EXPECT_ERRNO(fcntl(fd, F_GETFD), EBADF);
    EXPECT(fcntl(63, F_GETFD) == FD_CLOEXEC);
    return 0;
}

static int check_new_root(void)
{
    const ce_root_entry entries[] = {
        { CE_ROOT_DIR, "/tmp", NULL },           { CE_ROOT_DIR, "/dev/shm", NULL },
        { CE_ROOT_DIR, CE_CACHE_DIR, NULL },     { CE_ROOT_BIND, "/dev/null", NULL },
        { CE_ROOT_BIND, "/etc/hostname", NULL }, { CE_ROOT_BIND, "/nonexistent/thing", NULL },
        { CE_ROOT_FILE, "/etc/made", "text\n" }, { CE_ROOT_SYMLINK, "/etc/link", "made" },
    };
    int user_namespace;
    const char *stage = "";
    char text[8] = "";

    EXPECT(ce_enter_namespaces(&user_namespace, &stage) == 0);
    EXPECT(ce_enter_root(entries, sizeof(entries) / sizeof(entries[0]), &stage) == 0);
    EXPECT(ce_mount_scratch(1 << 20, 64, &stage) == 0);
    EXPECT(access("/etc/passwd", F_OK) < 0 && access("/usr", F_OK) < 0);
    int fd = open("/etc/link", O_RDONLY);
    EXPECT(fd >= 0 && read(fd, text, sizeof(text)) == 5 && memcmp(text, "text\n", 5) == 0);
    EXPECT_ERRNO(open("/etc/made", O_WRONLY), EROFS);
    EXPECT_ERRNO(open("/new", O_WRONLY | O_CREAT, 0600), EROFS);
    fd = open("/dev/null", O_WRONLY);
    EXPECT(fd >= 0 && write(fd, "x", 1) == 1);
    fd = open("/tmp/file", O_RDWR | O_CREAT, 0700);
    EXPECT(fd >= 0);
    EXPECT(ftruncate(fd, 4096) == 0);
    EXPECT(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED);
    char *block = calloc(1, 2 << 20);
    EXPECT(write(fd, block, 2 << 20) < (2 << 20)); /* larger than the tmpfs */
    free(block);
    EXPECT(ce_mount_cache(&stage) == 0);
    EXPECT(close(open(CE_CACHE_DIR "/file", O_WRONLY | O_CREAT, 0600)) == 0);
    EXPECT(ce_seal_cache(&stage) == 0);
    EXPECT_ERRNO(open(CE_CACHE_DIR "/other", O_WRONLY | O_CREAT, 0600), EROFS);
    return 0;
}

#define CHILD_TEST(name)                                                                           \
    static void sandbox_##name(void **state)                                                       \
    {                                                                                              \
        (void)state;                                                                               \
        assert_int_equal(in_child(check_##name), 0);                                               \
    }

CHILD_TEST(denied_calls)
CHILD_TEST(missing_calls)
CHILD_TEST(argument_rules)
CHILD_TEST(allowed_calls)
CHILD_TEST(filter_refused)
CHILD_TEST(rlimits)
CHILD_TEST(limits_saturate)
CHILD_TEST(privileges)
CHILD_TEST(descriptors)
CHILD_TEST(new_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sandbox_denied_calls),    cmocka_unit_test(sandbox_missing_calls),
        cmocka_unit_test(sandbox_argument_rules),  cmocka_unit_test(sandbox_allowed_calls),
        cmocka_unit_test(sandbox_filter_refused),  cmocka_unit_test(sandbox_rlimits),
        cmocka_unit_test(sandbox_limits_saturate), cmocka_unit_test(sandbox_privileges),
        cmocka_unit_test(sandbox_descriptors),     cmocka_unit_test(sandbox_new_root),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
