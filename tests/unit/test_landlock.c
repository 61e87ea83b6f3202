/* SPDX-License-Identifier: MIT */
/* Landlock as a guest gets it: what is granted can be used, and nothing else. The tree that is
   tried on belongs to whoever runs the tests, so no mode bits stand in the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "child.h"
#include "sandbox/sandbox.h"
#include "tree.h"

/** What the checks, which take no arguments, work on. */
static char root[64];
static int abi;
static int listener = -1;
static struct sockaddr_un abstract_name;
static struct sockaddr_in tcp_name;

#define PATH_SIZE 256

/** A path below root. Valid until the eighth call from here. */
static const char *below(const char *name)
{
    static char ring[8][PATH_SIZE];
    static unsigned next;
    char *path = ring[next++ % 8];

    snprintf(path, PATH_SIZE, "%s/%s", root, name);
    return path;
}

static int make_tree(void **state)
{
    (void)state;
    abi = ce_landlock_abi();
    tree_make(root, sizeof(root));
    tree_write(root, "granted/file", "text");
    tree_write(root, "granted/deep/inner", "inner");
    tree_program(root, "granted/program", "#!/bin/sh\nexit 0\n");
    tree_link(root, "granted/out", "../secret");
    tree_write(root, "single", "single");
    tree_write(root, "secret", "secret");
    tree_write(root, "unlisted/file", "unlisted");
    tree_write(root, "cache/data", "data");
    tree_link(root, "alias", "granted");
    tree_program(root, "work/program", "#!/bin/sh\nexit 0\n");
    tree_write(root, "work/there", "there before");
    return 0;
}

static int remove_tree(void **state)
{
    (void)state;
    tree_remove(root);
    return 0;
}

static void require_abi(int least, const char *what)
{
    char why[128];

    if (abi >= least)
        return;
    snprintf(why, sizeof(why), "%s needs version %d of Landlock, here is %d", what, least, abi);
    skip_because(why);
}

/** Confine the calling process as a guest of the locked-down profile. @return 0 or -errno */
static int confine(void)
{
    const char *granted = below("granted");
    const char *single = below("single");
    const char *missing = below("missing");
    const char *unlisted = below("unlisted");
    const ce_root_entry entries[] = {
        { CE_ROOT_BIND, missing, NULL },        { CE_ROOT_BIND, granted, NULL },
        { CE_ROOT_BIND, single, NULL },         { CE_ROOT_BIND, "/nonexistent/x", NULL },
        { CE_ROOT_DIR, unlisted, NULL },        { CE_ROOT_FILE, "/etc/passwd", "made" },
        { CE_ROOT_SYMLINK, "/etc/group", "x" },
    };
    int ruleset = ce_landlock_ruleset(abi, entries, sizeof(entries) / sizeof(entries[0]),
                                      below("cache"), below("work"));
    if (ruleset < 0)
        return ruleset;
    ce_confinement confinement = { .landlock_abi = abi, .landlock_ruleset = ruleset };
    int status = ce_step_no_new_privs(&confinement);
    if (status == 0)
        status = ce_step_landlock(&confinement);
    close(ruleset);
    return status;
}

static int readable(const char *path)
{
    char text[16];
    int fd = open(path, O_RDONLY);

    if (fd < 0)
        return 0;
    ssize_t size = read(fd, text, sizeof(text));
    close(fd);
    return size > 0;
}

static int writable(const char *path, int flags)
{
    int fd = open(path, O_WRONLY | flags, 0600);

    if (fd < 0)
        return 0;
    ssize_t size = write(fd, "x", 1);
    close(fd);
    return size == 1;
}

/** 0 if it ran, else the errno that execve left. */
static int execute(const char *path)
{
    char *const arguments[] = { (char *)path, NULL };
    pid_t child = fork();
    int status = -1;

    if (child == 0) {
        execv(path, arguments);
        _exit(errno);
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- the locked-down profile ---- */

static int check_reads(void)
{
    EXPECT(readable(below("secret")) && readable(below("unlisted/file")));
    EXPECT(confine() == 0);
    EXPECT(readable(below("granted/file")));
    EXPECT(readable(below("granted/deep/inner")));
    EXPECT(readable(below("single")));
    EXPECT(readable(below("cache/data")));
    EXPECT(readable(below("alias/file"))); /* by whatever name it is reached */
    DIR *stream = opendir(below("granted"));
    EXPECT(stream != NULL && readdir(stream) != NULL);
    closedir(stream);

    EXPECT_ERRNO(open(below("secret"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open(below("granted/out"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open(below("granted/../secret"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open(root, O_RDONLY | O_DIRECTORY), EACCES);
    EXPECT_ERRNO(open("/", O_RDONLY | O_DIRECTORY), EACCES);
    EXPECT_ERRNO(open("/proc/self/maps", O_RDONLY), EACCES);
    /* Entries of a root that is made are no paths of this one. */
    EXPECT_ERRNO(open(below("unlisted/file"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/etc/passwd", O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/etc/group", O_RDONLY), EACCES);
    return 0;
}

static int check_read_only(void)
{
    EXPECT(confine() == 0);
    const char *const files[] = { "granted/file", "granted/deep/inner", "single", "cache/data" };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        EXPECT_ERRNO(open(below(files[i]), O_WRONLY), EACCES);
        EXPECT_ERRNO(open(below(files[i]), O_RDWR), EACCES);
        EXPECT_ERRNO(open(below(files[i]), O_WRONLY | O_APPEND), EACCES);
        EXPECT_ERRNO(open(below(files[i]), O_WRONLY | O_TRUNC), EACCES);
        EXPECT_ERRNO(unlink(below(files[i])), EACCES);
    }
    EXPECT_ERRNO(open(below("granted/new"), O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT_ERRNO(mkdir(below("granted/new"), 0700), EACCES);
    EXPECT_ERRNO(symlink("x", below("granted/new")), EACCES);
    EXPECT_ERRNO(mkfifo(below("granted/new"), 0600), EACCES);
    EXPECT_ERRNO(rename(below("granted/file"), below("granted/new")), EACCES);
    EXPECT_ERRNO(link(below("granted/file"), below("granted/new")), EACCES);
    EXPECT_ERRNO(rmdir(below("granted/deep")), EACCES);
    EXPECT_ERRNO(open(below("new"), O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT_ERRNO(open("/tmp/codeexec-test-new", O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT_ERRNO(open("/dev/shm/codeexec-test-new", O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT_ERRNO(rmdir(below("work")), EACCES); /* it holds things; but never by a guest */
    return 0;
}

/** Cutting short by reading alone is what versions before 3 do not see: see filter.c. */
static int check_truncate(void)
{
    const char *const files[] = { "granted/file", "single", "secret" };

    EXPECT(confine() == 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        EXPECT_ERRNO(truncate(below(files[i]), 0), EACCES);
        EXPECT_ERRNO(open(below(files[i]), O_RDONLY | O_TRUNC), EACCES);
    }
    return 0;
}

static int check_work(void)
{
    struct stat status;

    EXPECT(confine() == 0);
    EXPECT(writable(below("work/there"), O_APPEND));
    EXPECT(writable(below("work/new"), O_CREAT | O_EXCL));
    EXPECT(readable(below("work/new")));
    EXPECT(rename(below("work/new"), below("work/renamed")) == 0);
    EXPECT(truncate(below("work/renamed"), 100) == 0);
    EXPECT(stat(below("work/renamed"), &status) == 0 && status.st_size == 100);
    EXPECT(writable(below("work/renamed"), O_TRUNC));
    EXPECT(stat(below("work/renamed"), &status) == 0 && status.st_size == 1);
    EXPECT(mkdir(below("work/sub"), 0700) == 0);
    EXPECT(writable(below("work/sub/file"), O_CREAT));
    EXPECT(symlink("../there", below("work/sub/link")) == 0);
    EXPECT(readable(below("work/sub/link")));
    EXPECT(symlink(below("secret"), below("work/sub/secret")) == 0);
    EXPECT_ERRNO(open(below("work/sub/secret"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open(below("work/sub/secret"), O_WRONLY), EACCES);
    EXPECT(mkfifo(below("work/fifo"), 0600) == 0);
    EXPECT(open(below("work/fifo"), O_RDWR | O_NONBLOCK) >= 0);
    EXPECT(link(below("work/there"), below("work/linked")) == 0);
    if (abi >= 2) {
        EXPECT(rename(below("work/sub/file"), below("work/moved")) == 0);
        EXPECT(link(below("work/there"), below("work/sub/linked")) == 0);
    }
    DIR *stream = opendir(below("work"));
    EXPECT(stream != NULL && readdir(stream) != NULL);
    closedir(stream);
    EXPECT(unlink(below("work/renamed")) == 0 && unlink(below("work/fifo")) == 0);
    EXPECT(unlink(below("work/sub/link")) == 0 && unlink(below("work/sub/secret")) == 0);
    return 0;
}

static int check_no_devices(void)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };

    EXPECT(confine() == 0);
    /* Number 0,0 is one that the kernel lets everybody make. */
    EXPECT_ERRNO(mknod(below("work/device"), S_IFCHR | 0600, makedev(0, 0)), EACCES);
    EXPECT_ERRNO(mknod(below("work/device"), S_IFCHR | 0600, makedev(1, 3)), EACCES);
    EXPECT_ERRNO(mknod(below("work/device"), S_IFBLK | 0600, makedev(8, 0)), EACCES);
    EXPECT_ERRNO(mknod(below("work/socket"), S_IFSOCK | 0600, 0), EACCES);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(fd >= 0);
    snprintf(name.sun_path, sizeof(name.sun_path), "%s", below("work/socket"));
    EXPECT_ERRNO(bind(fd, (const struct sockaddr *)&name, sizeof(name)), EACCES);
    return 0;
}

/** Neither out of the directory nor into it. The kernel says EXDEV where only the right to move
 * between directories is missing. */
static int refused(int result)
{
    return result < 0 && (errno == EACCES || errno == EXDEV);
}

static int check_links(void)
{
    const char *const inside[] = { "work/there", "work/program" };
    const char *const outside[] = { "granted/file", "single", "secret", "unlisted/file" };
    char target[32];

    EXPECT(confine() == 0);
    for (size_t i = 0; i < 2; i++) {
        EXPECT(refused(link(below(inside[i]), below("new"))));
        EXPECT(refused(link(below(inside[i]), below("granted/new"))));
        EXPECT(refused(link(below(inside[i]), below("cache/new"))));
        EXPECT(refused(rename(below(inside[i]), below("new"))));
        EXPECT(refused(rename(below(inside[i]), below("granted/new"))));
        EXPECT(refused(rename(below(inside[i]), below("granted/file"))));
    }
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        snprintf(target, sizeof(target), "work/in-%zu", i);
        EXPECT(refused(link(below(outside[i]), below(target))));
        EXPECT(refused(rename(below(outside[i]), below(target))));
        EXPECT(refused(renameat2(AT_FDCWD, below(outside[i]), AT_FDCWD, below("work/there"),
                                 RENAME_EXCHANGE)));
    }
    return 0;
}

static int check_execution(void)
{
    EXPECT(execute(below("granted/program")) == 0);
    EXPECT(execute(below("work/program")) == 0);
    EXPECT(confine() == 0);
    EXPECT(execute(below("granted/program")) == EACCES);
    EXPECT(execute(below("work/program")) == EACCES);
    EXPECT(execute("/bin/sh") == EACCES);
    EXPECT(writable(below("work/own"), O_CREAT) && readable(below("work/own")));
    return 0;
}

static int check_devices(void)
{
    char zero = 1;

    EXPECT(access("/dev/null", W_OK) == 0 && access("/dev/urandom", R_OK) == 0);
    EXPECT(confine() == 0);
    EXPECT(writable("/dev/null", 0));
    EXPECT(writable("/dev/null", O_TRUNC | O_CREAT)); /* as `open(os.devnull, "w")` does */
    int fd = open("/dev/zero", O_RDWR);
    EXPECT(fd >= 0 && read(fd, &zero, 1) == 1 && zero == 0);
    fd = open("/dev/full", O_WRONLY);
    EXPECT(fd >= 0);
    EXPECT_ERRNO(write(fd, "x", 1), ENOSPC);
    EXPECT_ERRNO(open("/dev/urandom", O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/dev", O_RDONLY | O_DIRECTORY), EACCES);
    return 0;
}

/** A directory that is not there is granted nothing, instead of failing or granting its parent. */
static int check_missing_work(void)
{
    int ruleset = ce_landlock_ruleset(abi, NULL, 0, below("none"), below("nothing/here"));
    ce_confinement confinement = { .landlock_abi = abi, .landlock_ruleset = ruleset };

    EXPECT(ruleset >= 0);
    EXPECT(ce_step_no_new_privs(&confinement) == 0 && ce_step_landlock(&confinement) == 0);
    EXPECT_ERRNO(open(below("granted/file"), O_RDONLY), EACCES);
    EXPECT_ERRNO(mkdir(below("nothing"), 0700), EACCES);
    EXPECT_ERRNO(open(below("work/new"), O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT(writable("/dev/null", 0));
    return 0;
}

static int check_not_made(void)
{
    EXPECT(ce_landlock_ruleset(0, NULL, 0, NULL, below("work")) < 0);
    ce_confinement confinement = { .landlock_abi = abi, .landlock_ruleset = 0 };
    EXPECT(ce_step_no_new_privs(&confinement) == 0);
    EXPECT(ce_step_landlock(&confinement) < 0); /* descriptor 0 is no ruleset */
    EXPECT(readable(below("secret")));
    return 0;
}

/** What an older kernel would be asked for. */
static int check_version(void)
{
    EXPECT(confine() == 0);
    EXPECT(readable(below("granted/file")) && readable(below("single")));
    EXPECT_ERRNO(open(below("secret"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open(below("single"), O_WRONLY), EACCES);
    EXPECT_ERRNO(open(below("granted/new"), O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT(writable(below("work/version"), O_CREAT | O_TRUNC));
    EXPECT(unlink(below("work/version")) == 0);
    EXPECT(refused(rename(below("work/there"), below("granted/new"))));
    EXPECT(refused(link(below("secret"), below("work/secret"))));
    EXPECT(writable("/dev/null", O_TRUNC));
    return 0;
}

/* ---- what forks and later rules do to it ---- */

static int check_inherited(void)
{
    int status = -1;

    EXPECT(confine() == 0);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        int good = readable(below("granted/file")) && !readable(below("secret")) &&
                   writable(below("work/child"), O_CREAT) && !writable(below("single"), 0);
        _exit(good ? 0 : 1);
    }
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    return 0;
}

/** The ruleset of the other profile grants /tmp and every listing: it takes nothing back. */
static int check_only_narrower(void)
{
    ce_confinement wider = { .landlock_abi = abi, .landlock_ruleset = -1 };

    EXPECT(confine() == 0);
    EXPECT(ce_step_landlock(&wider) == 0);
    EXPECT(readable(below("granted/file")));
    EXPECT_ERRNO(open(below("secret"), O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/etc/passwd", O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/tmp/codeexec-test-new", O_WRONLY | O_CREAT, 0600), EACCES);
    return 0;
}

/* ---- the namespaces profile ---- */

/** As in a guest's root that holds /etc and one program; here the rest is there as well. */
static int confine_in_namespaces(void)
{
    const ce_readable readable[] = {
        { open("/etc", O_PATH | O_CLOEXEC), 1 },
        { open("/bin/sh", O_PATH | O_CLOEXEC), 0 },
    };
    ce_confinement confinement = {
        .landlock_abi = abi, .landlock_ruleset = -1, .readable = readable, .readable_count = 2
    };
    int status = ce_step_no_new_privs(&confinement);
    if (status == 0)
        status = ce_step_landlock(&confinement);
    close(readable[0].fd);
    close(readable[1].fd);
    return status;
}

static int check_namespaces_reading(void)
{
    EXPECT(readable("/bin/cat") && readable("/proc/self/maps"));
    EXPECT(confine_in_namespaces() == 0);
    EXPECT(readable("/etc/passwd") && readable("/bin/sh"));
    EXPECT(readable(below("secret"))); /* it is below /tmp */
    EXPECT(open("/", O_RDONLY | O_DIRECTORY) >= 0);
    EXPECT(open("/usr", O_RDONLY | O_DIRECTORY) >= 0);
    EXPECT_ERRNO(open("/bin/cat", O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/proc/self/maps", O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/dev/urandom", O_RDONLY), EACCES);
    EXPECT_ERRNO(open("/etc/passwd", O_WRONLY), EACCES);
    EXPECT(execute("/bin/sh") == EACCES && execute(below("work/program")) == EACCES);
    return 0;
}

static int check_namespaces_writing(void)
{
    char other[] = "/var/tmp/codeexec-test-XXXXXX";
    char shared[64];

    /* A place that the mode bits let it write to. */
    int fd = mkstemp(other);
    EXPECT(fd >= 0);
    close(fd);
    EXPECT(unlink(other) == 0);
    snprintf(shared, sizeof(shared), "/dev/shm/codeexec-test-%d", getpid());
    EXPECT(confine_in_namespaces() == 0);
    EXPECT(writable(below("secret"), O_TRUNC));
    EXPECT(writable(below("new"), O_CREAT) && unlink(below("new")) == 0);
    EXPECT(mkfifo(below("fifo"), 0600) == 0 && symlink("x", below("link")) == 0);
    EXPECT(writable(shared, O_CREAT) && unlink(shared) == 0);
    EXPECT(writable("/dev/null", O_TRUNC));
    EXPECT_ERRNO(open(other, O_WRONLY | O_CREAT, 0600), EACCES);
    EXPECT_ERRNO(mkdir(other, 0700), EACCES);
    EXPECT(refused(rename(below("secret"), other)) && refused(link(below("single"), other)));
    EXPECT_ERRNO(mknod(below("device"), S_IFCHR | 0600, makedev(0, 0)), EACCES);
    return 0;
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static int check_descriptor(void)
{
    int before = open_descriptors();
    int ruleset = ce_landlock_ruleset(abi, NULL, 0, below("cache"), below("work"));

    EXPECT(ruleset > 2 && (fcntl(ruleset, F_GETFD) & FD_CLOEXEC) != 0);
    EXPECT(open_descriptors() == before + 1);
    close(ruleset);
    EXPECT(confine_in_namespaces() == 0);
    EXPECT(open_descriptors() == before);
    return 0;
}

/* ---- signals and sockets ---- */

static int check_signals(void)
{
    pid_t before = fork();

    if (before == 0)
        for (;;)
            pause();
    EXPECT(before > 0 && kill(getppid(), 0) == 0);
    EXPECT(confine() == 0);
    errno = 0;
    int refused_parent = kill(getppid(), 0) < 0 && errno == EPERM;
    errno = 0;
    int refused_before = kill(before, SIGKILL) < 0 && errno == EPERM;
    EXPECT(kill(getpid(), 0) == 0);
    pid_t inside = fork();
    EXPECT(inside >= 0);
    if (inside == 0)
        for (;;)
            pause();
    EXPECT(kill(inside, SIGKILL) == 0 && waitpid(inside, NULL, 0) == inside);
    EXPECT(refused_parent && refused_before);
    return 0;
}

/** The child made outside is left over: it ends with this process group. */
static int check_signals_and_clean_up(void)
{
    int status = -1;

    setpgid(0, 0);
    pid_t child = fork();
    if (child == 0)
        _exit(check_signals());
    EXPECT(waitpid(child, &status, 0) == child);
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    return status;
}

static int check_abstract_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t length = sizeof(abstract_name);

    EXPECT(fd >= 0 && connect(fd, (const struct sockaddr *)&abstract_name, length) == 0);
    close(fd);
    EXPECT(confine() == 0);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_ERRNO(connect(fd, (const struct sockaddr *)&abstract_name, length), EPERM);
    return 0;
}

static int check_tcp(void)
{
    const struct sockaddr_in any = { .sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    EXPECT(fd >= 0 && connect(fd, (const struct sockaddr *)&tcp_name, sizeof(tcp_name)) == 0);
    close(fd);
    EXPECT(confine() == 0);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd >= 0);
    EXPECT_ERRNO(connect(fd, (const struct sockaddr *)&tcp_name, sizeof(tcp_name)), EACCES);
    EXPECT_ERRNO(bind(fd, (const struct sockaddr *)&any, sizeof(any)), EACCES);
    return 0;
}

/* ---- as tests ---- */

#define CHILD_TEST(name, check, least_abi)                                                         \
    static void landlock_##name(void **state)                                                      \
    {                                                                                              \
        (void)state;                                                                               \
        require_abi(least_abi, "this");                                                            \
        assert_int_equal(in_child(check), 0);                                                      \
    }

CHILD_TEST(reads_what_is_granted, check_reads, 1)
CHILD_TEST(grants_are_read_only, check_read_only, 1)
CHILD_TEST(truncates_nothing, check_truncate, 3)
CHILD_TEST(writes_in_work, check_work, 1)
CHILD_TEST(makes_no_devices, check_no_devices, 1)
CHILD_TEST(links_stay_inside, check_links, 1)
CHILD_TEST(executes_nothing, check_execution, 1)
CHILD_TEST(devices, check_devices, 1)
CHILD_TEST(missing_paths, check_missing_work, 1)
CHILD_TEST(bad_ruleset, check_not_made, 1)
CHILD_TEST(descriptor, check_descriptor, 1)
CHILD_TEST(inherited_by_fork, check_inherited, 1)
CHILD_TEST(only_ever_narrower, check_only_narrower, 1)
CHILD_TEST(namespaces_reading, check_namespaces_reading, 1)
CHILD_TEST(namespaces_writing, check_namespaces_writing, 1)
CHILD_TEST(signals_nobody_outside, check_signals_and_clean_up, 6)

static void landlock_every_version(void **state)
{
    const int here = abi;

    (void)state;
    require_abi(1, "this");
    /* The last is one that this code does not know yet; the kernel knows all that it asks for. */
    for (abi = 1; abi <= here; abi++)
        if (in_child(check_version) != 0)
            fail_msg("as version %d", abi);
    abi = here >= 6 ? here + 100 : here;
    assert_int_equal(in_child(check_version), 0);
    abi = here;
}

static void landlock_abstract_sockets(void **state)
{
    (void)state;
    require_abi(6, "this");
    abstract_name.sun_family = AF_UNIX;
    snprintf(abstract_name.sun_path + 1, sizeof(abstract_name.sun_path) - 1, "%s", root);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (void *)&abstract_name, sizeof(abstract_name)), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(in_child(check_abstract_socket), 0);
    close(listener);
}

static void landlock_tcp(void **state)
{
    socklen_t length = sizeof(tcp_name);

    (void)state;
    require_abi(4, "this");
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    tcp_name =
        (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (listener < 0 || bind(listener, (void *)&tcp_name, sizeof(tcp_name)) < 0) {
        close(listener);
        skip_because("no TCP on the loopback interface here");
    }
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (void *)&tcp_name, &length), 0);
    assert_int_equal(in_child(check_tcp), 0);
    close(listener);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(landlock_##name, make_tree, remove_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TREE_TEST(reads_what_is_granted),
        TREE_TEST(grants_are_read_only),
        TREE_TEST(truncates_nothing),
        TREE_TEST(writes_in_work),
        TREE_TEST(makes_no_devices),
        TREE_TEST(links_stay_inside),
        TREE_TEST(executes_nothing),
        TREE_TEST(devices),
        TREE_TEST(missing_paths),
        TREE_TEST(bad_ruleset),
        TREE_TEST(descriptor),
        TREE_TEST(inherited_by_fork),
        TREE_TEST(only_ever_narrower),
        TREE_TEST(namespaces_reading),
        TREE_TEST(namespaces_writing),
        TREE_TEST(signals_nobody_outside),
        TREE_TEST(every_version),
        TREE_TEST(abstract_sockets),
        TREE_TEST(tcp),
    };
    return cmocka_run_group_tests_name("landlock", tests, NULL, NULL);
}
