/* SPDX-License-Identifier: MIT */
/* Directories that a guest filled as it liked: counted and emptied, without a step outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "child.h"
#include "sandbox/workdir.h"
#include "tree.h"

#define PREFIX       "codeexec-work-"
#define ALL          UINT64_MAX
#define NESTING      3000
#define FOREIGN_USER 12345

static char root[64];
/** The directory of a guest, below root, and open. */
static char work[96];
static int work_fd = -1;

static int make_root(void **state)
{
    (void)state;
    tree_make(root, sizeof(root));
    snprintf(work, sizeof(work), "%s/work", root);
    tree_check(mkdir(work, 0700) == 0, work);
    work_fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    tree_check(work_fd >= 0, work);
    return 0;
}

/** What is deeper than a path can be is taken away by what is tested; the rest by nftw. */
static int remove_root(void **state)
{
    (void)state;
    ce_workdir_empty(work_fd, ALL);
    close(work_fd);
    tree_remove(root);
    return 0;
}

static int count_names(const char *path)
{
    DIR *stream = opendir(path);
    int count = -2; /* "." and ".." */

    assert_non_null(stream);
    while (readdir(stream) != NULL)
        count++;
    closedir(stream);
    return count;
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void assert_text(const char *name, const char *expected)
{
    char path[PATH_MAX];
    char text[64] = "";

    tree_path(path, sizeof(path), root, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(read(fd, text, sizeof(text) - 1) >= 0);
    close(fd);
    assert_string_equal(text, expected);
}

static int exists(const char *name)
{
    char path[PATH_MAX];
    struct stat status;

    snprintf(path, sizeof(path), "%s/%s", root, name);
    return lstat(path, &status) == 0;
}

static void set_mode(const char *name, mode_t mode)
{
    assert_int_equal(fchmodat(work_fd, name, mode, 0), 0);
}

static void make_at(int directory, const char *name)
{
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

/** Directories "d" in one another, below an open one. @return a descriptor of the innermost */
static int nest(int directory, int levels)
{
    int at = fcntl(directory, F_DUPFD_CLOEXEC, 3);

    for (int i = 0; i < levels; i++) {
        assert_int_equal(mkdirat(at, "d", 0700), 0);
        int inner = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(inner >= 0);
        close(at);
        at = inner;
    }
    return at;
}

/* ---- making ---- */

static void workdir_create(void **state)
{
    char first[PATH_MAX];
    char second[PATH_MAX];
    struct stat by_path;
    struct stat by_fd;
    int fds[2] = { -1, -1 };

    (void)state;
    mode_t mask = umask(0);
    assert_int_equal(ce_workdir_create(root, first, sizeof(first), &fds[0]), 0);
    assert_int_equal(ce_workdir_create(root, second, sizeof(second), &fds[1]), 0);
    umask(mask);
    assert_string_not_equal(first, second);
    assert_memory_equal(first, root, strlen(root));
    assert_memory_equal(first + strlen(root), "/" PREFIX, sizeof("/" PREFIX) - 1);
    assert_int_equal(lstat(first, &by_path), 0);
    assert_int_equal(fstat(fds[0], &by_fd), 0);
    assert_true(S_ISDIR(by_path.st_mode) && by_path.st_ino == by_fd.st_ino);
    assert_int_equal(by_path.st_mode & 07777, 0700);
    assert_int_equal(by_path.st_uid, geteuid());
    assert_int_equal(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
    assert_int_equal(count_names(root), 3); /* nothing is left of the making */
    close(fds[0]);
    close(fds[1]);
}

static void workdir_create_locks(void **state)
{
    char path[PATH_MAX];
    int fd = -1;

    (void)state;
    assert_int_equal(ce_workdir_create(root, path, sizeof(path), &fd), 0);
    int other = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(other >= 0);
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    close(fd);
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
    close(other);
}

static void workdir_create_fails(void **state)
{
    char path[PATH_MAX];
    int fd = -1;
    int before = open_descriptors();

    (void)state;
    assert_int_equal(ce_workdir_create(root, path, strlen(root) + 20, &fd), -ENAMETOOLONG);
    assert_int_equal(ce_workdir_create("/nonexistent/codeexec", path, sizeof(path), &fd), -ENOENT);
    tree_write(root, "file", "");
    tree_path(path, sizeof(path), root, "file");
    char inner[PATH_MAX];
    assert_int_equal(ce_workdir_create(path, inner, sizeof(inner), &fd), -ENOTDIR);
    assert_int_equal(fd, -1);
    assert_int_equal(count_names(root), 2);
    assert_int_equal(open_descriptors(), before);
}

/* ---- sweeping ---- */

static void workdir_sweep(void **state)
{
    char locked[256];
    char left[256];
    int fds[2] = { -1, -1 };
    int before = open_descriptors();

    (void)state;
    assert_int_equal(ce_workdir_create(root, locked, sizeof(locked), &fds[0]), 0);
    assert_int_equal(ce_workdir_create(root, left, sizeof(left), &fds[1]), 0);
    tree_write(locked, "slot-0-0/file", "in use");
    tree_write(left, "slot-0-0/deep/file", "left over");
    tree_write(left, "slot-1-0/.hidden", "left over");
    close(nest(fds[1], 200));
    close(fds[1]); /* as when its process has died */

    ce_workdir_sweep(root);
    assert_int_equal(access(left, F_OK), -1);
    assert_int_equal(access(locked, F_OK), 0);
    assert_int_equal(count_names(locked), 1);
    assert_true(exists("work"));

    close(fds[0]);
    ce_workdir_sweep(root);
    assert_int_equal(count_names(root), 1);
    assert_int_equal(open_descriptors(), before);
}

/** The lock lasts as long as any process has the descriptor, and ends with the last, however. */
static void workdir_sweep_other_process(void **state)
{
    char path[PATH_MAX];
    int fd = -1;

    (void)state;
    assert_int_equal(ce_workdir_create(root, path, sizeof(path), &fd), 0);
    pid_t holder = fork();
    assert_true(holder >= 0);
    if (holder == 0)
        for (;;)
            pause();
    close(fd);
    ce_workdir_sweep(root);
    assert_int_equal(access(path, F_OK), 0);
    kill(holder, SIGKILL);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    ce_workdir_sweep(root);
    assert_int_equal(access(path, F_OK), -1);
}

static void workdir_sweep_only_its_own(void **state)
{
    (void)state;
    tree_write(root, "outside/file", "outside");
    tree_write(root, PREFIX "file", "a file");
    tree_link(root, PREFIX "link", "outside");
    tree_link(root, PREFIX "dangling", "nowhere");
    tree_write(root, "codeexec-work/file", "another name");
    tree_write(root, "codeexec-new-0123/file", "being made");
    tree_write(root, "other/" PREFIX "inner/file", "not at the top");
    tree_write(root, "x" PREFIX "0123/file", "another name");
    int before = count_names(root);

    ce_workdir_sweep(root);
    assert_int_equal(count_names(root), before);
    assert_text("outside/file", "outside");
    assert_text(PREFIX "file", "a file");
    assert_text(PREFIX "link/file", "outside");
    assert_true(exists(PREFIX "dangling"));
    assert_text("codeexec-work/file", "another name");
    assert_text("codeexec-new-0123/file", "being made");
    assert_text("other/" PREFIX "inner/file", "not at the top");
    assert_text("x" PREFIX "0123/file", "another name");
    ce_workdir_sweep("/nonexistent/codeexec");
}

static void workdir_sweep_foreign(void **state)
{
    char path[PATH_MAX];

    (void)state;
    if (geteuid() != 0)
        skip_because("only root can make what belongs to another user");
    tree_write(root, PREFIX "foreign/file", "foreign");
    tree_path(path, sizeof(path), root, PREFIX "foreign");
    assert_int_equal(chmod(path, 0777), 0);
    assert_int_equal(chown(path, FOREIGN_USER, FOREIGN_USER), 0);
    ce_workdir_sweep(root);
    assert_text(PREFIX "foreign/file", "foreign");
}

/** Something inside cannot be removed: the rest goes, and nothing else happens. */
static void workdir_sweep_is_quiet(void **state)
{
    char path[PATH_MAX];
    int fd = -1;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ce_workdir_create(root, path, sizeof(path), &fd), 0);
        make_at(fd, "file");
        close(fd);
    }
    assert_int_equal(chmod(root, 0500), 0);
    ce_workdir_sweep(root);
    assert_int_equal(chmod(root, 0700), 0);
    /* Without leave to remove names from root, an ordinary user leaves them, empty. */
    assert_int_equal(count_names(root), geteuid() == 0 ? 1 : 4);
    ce_workdir_sweep(root);
    assert_int_equal(count_names(root), 1);
}

/* ---- counting ---- */

static void write_blocks(int directory, const char *name, size_t size)
{
    char block[4096];
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    memset(block, 'x', sizeof(block));
    for (; size >= sizeof(block); size -= sizeof(block))
        assert_int_equal(write(fd, block, sizeof(block)), sizeof(block));
    /* On some file systems blocks are not allotted before that. */
    assert_int_equal(fsync(fd), 0);
    close(fd);
}

static void workdir_exceeds_bytes(void **state)
{
    (void)state;
    assert_int_equal(ce_workdir_exceeds(work_fd, 0, 0), 0); /* empty */
    write_blocks(work_fd, "file", 256 << 10);
    assert_int_equal(ce_workdir_exceeds(work_fd, 255 << 10, ALL), 1);
    assert_int_equal(ce_workdir_exceeds(work_fd, 320 << 10, ALL), 0);
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, ALL), 0);
    int inner = nest(work_fd, 5);
    write_blocks(inner, ".hidden", 256 << 10);
    close(inner);
    assert_int_equal(ce_workdir_exceeds(work_fd, 320 << 10, ALL), 1);
    assert_int_equal(ce_workdir_exceeds(work_fd, 640 << 10, ALL), 0);
}

static void workdir_exceeds_entries(void **state)
{
    char name[16];

    (void)state;
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "%s%d", i % 2 ? "." : "", i);
        make_at(work_fd, name);
    }
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 20), 0);
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 19), 1);
    close(nest(work_fd, 10));
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 30), 0);
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 29), 1);
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 0), 1);
}

static void workdir_exceeds_depth(void **state)
{
    int before = open_descriptors();

    (void)state;
    int inner = nest(work_fd, 63);
    make_at(inner, "file"); /* on the 64th level */
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, ALL), 0);
    close(nest(inner, 2));
    close(inner);
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, ALL), 1);
    assert_int_equal(ce_workdir_empty(work_fd, ALL), 0);
    close(nest(work_fd, 200));
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, ALL), 1);
    assert_int_equal(open_descriptors(), before);
}

static void workdir_exceeds_sparse(void **state)
{
    (void)state;
    make_at(work_fd, "sparse");
    int fd = openat(work_fd, "sparse", O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, INT64_C(1) << 36), 0);
    close(fd);
    assert_int_equal(ce_workdir_exceeds(work_fd, 64 << 10, ALL), 0);
}

static void workdir_exceeds_links(void **state)
{
    (void)state;
    tree_link(work, "self", "self");
    tree_link(work, "there", "back");
    tree_link(work, "back", "there");
    tree_link(work, "here", ".");
    tree_link(work, "up", "..");
    tree_link(work, "sub/up", "..");
    tree_link(work, "machine", "/");
    assert_int_equal(ce_workdir_exceeds(work_fd, 1 << 20, 8), 0);
    assert_int_equal(ce_workdir_exceeds(work_fd, 1 << 20, 7), 1);
}

/** What the guest itself can write to but the count cannot list would be room without limit. */
static void workdir_exceeds_hidden(void **state)
{
    (void)state;
    assert_int_equal(mkdirat(work_fd, "hidden", 0700), 0);
    write_blocks(work_fd, "hidden/file", 256 << 10);
    set_mode("hidden", 0300);
    assert_int_equal(ce_workdir_exceeds(work_fd, 64 << 10, ALL), 1);
    assert_int_equal(ce_workdir_empty(work_fd, ALL), 0);
    assert_int_equal(mkdirat(work_fd, "hidden", 0700), 0);
    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof(name), "hidden/%d", i);
        make_at(work_fd, name);
    }
    set_mode("hidden", 0300);
    assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 10), 1);
}

/** Nobody can put anything into these: a program that tries what a mode does goes on. */
static void workdir_exceeds_shut(void **state)
{
    (void)state;
    assert_int_equal(mkdirat(work_fd, "none", 0), 0);
    assert_int_equal(mkdirat(work_fd, "search", 0100), 0);
    assert_int_equal(mkdirat(work_fd, "write", 0200), 0);
    assert_int_equal(ce_workdir_exceeds(work_fd, 1 << 20, 10), 0);
}

/** No room for a descriptor is no answer, and not the answer "little". */
static int check_out_of_descriptors(void)
{
    int inner;
    int last = -1;

    EXPECT(mkdirat(work_fd, "a", 0700) == 0 && mkdirat(work_fd, "a/b", 0700) == 0);
    while ((inner = fcntl(work_fd, F_DUPFD_CLOEXEC, 3)) >= 0)
        last = inner;
    EXPECT(last > 0);
    EXPECT(ce_workdir_exceeds(work_fd, ALL, ALL) == -EMFILE);
    EXPECT(ce_workdir_empty(work_fd, ALL) == -EMFILE);
    close(last);
    EXPECT(ce_workdir_exceeds(work_fd, ALL, ALL) == -EMFILE);
    close(last - 1);
    close(last - 2);
    EXPECT(ce_workdir_exceeds(work_fd, ALL, ALL) == 0);
    EXPECT(ce_workdir_empty(work_fd, ALL) == 0);
    return 0;
}

static void workdir_out_of_descriptors(void **state)
{
    (void)state;
    assert_int_equal(in_child(check_out_of_descriptors), 0);
}

/** Make and remove files and directories until killed. */
static _Noreturn void churn(void)
{
    for (unsigned i = 0;; i++) {
        char name[32];
        snprintf(name, sizeof(name), "d%u", i % 50);
        mkdirat(work_fd, name, 0700);
        snprintf(name, sizeof(name), "d%u/file", i % 50);
        close(openat(work_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        snprintf(name, sizeof(name), "d%u/file", (i + 7) % 50);
        unlinkat(work_fd, name, 0);
        snprintf(name, sizeof(name), "d%u", (i + 7) % 50);
        unlinkat(work_fd, name, AT_REMOVEDIR);
        if (symlinkat("/", work_fd, name) == 0)
            unlinkat(work_fd, name, 0);
    }
}

static void workdir_exceeds_while_it_changes(void **state)
{
    int before = open_descriptors();

    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        churn();
    for (int i = 0; i < 500; i++) {
        assert_int_equal(ce_workdir_exceeds(work_fd, ALL, 200), 0);
        assert_true(ce_workdir_exceeds(work_fd, 1 << 20, 20) >= 0);
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(ce_workdir_empty(work_fd, ALL), 0);
    assert_int_equal(open_descriptors(), before);
}

/* ---- emptying ---- */

static void assert_emptied(void)
{
    int before = open_descriptors();

    assert_int_equal(ce_workdir_empty(work_fd, ALL), 0);
    assert_int_equal(count_names(work), 0);
    assert_int_equal(open_descriptors(), before);
}

static void workdir_empty_files(void **state)
{
    char name[NAME_MAX + 1];
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    (void)state;
    assert_emptied();
    assert_int_equal(ce_workdir_empty(work_fd, 0), 0); /* nothing to remove costs nothing */
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "%s%d", i % 3 ? "" : ".", i);
        make_at(work_fd, name);
    }
    memset(name, 'n', NAME_MAX);
    name[NAME_MAX] = '\0';
    assert_int_equal(mkdirat(work_fd, name, 0700), 0);
    int long_name = openat(work_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(mkdirat(long_name, name, 0700), 0);
    make_at(long_name, "inner");
    name[0] = 'm';
    make_at(work_fd, name);
    make_at(long_name, name);
    close(long_name);
    make_at(work_fd, "new\nline \\ \x01\xff");
    make_at(work_fd, "...");
    assert_int_equal(mkfifoat(work_fd, "fifo", 0), 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", work);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    set_mode("1", 0);
    assert_emptied();
}

static void workdir_empty_deep(void **state)
{
    (void)state;
    int inner = nest(work_fd, NESTING);
    make_at(inner, "file");
    assert_int_equal(mkdirat(inner, "e", 0700), 0);
    close(inner);
    make_at(work_fd, "file");
    assert_emptied();
}

/** Every level has files and several directories. */
static void workdir_empty_wide(void **state)
{
    int at = fcntl(work_fd, F_DUPFD_CLOEXEC, 3);

    (void)state;
    for (int i = 0; i < 40; i++) {
        make_at(at, "file");
        assert_int_equal(mkdirat(at, "side", 0700), 0);
        int side = openat(at, "side", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        make_at(side, "file");
        close(nest(side, 3));
        close(side);
        int inner = nest(at, 1);
        close(at);
        at = inner;
    }
    close(at);
    assert_emptied();
}

static void workdir_empty_modes(void **state)
{
    static const mode_t modes[] = { 0, 0100, 0200, 0300, 0400, 0500, 0600, 0700, 01000, 02000 };
    char name[64];

    (void)state;
    for (size_t outer = 0; outer < sizeof(modes) / sizeof(modes[0]); outer++) {
        snprintf(name, sizeof(name), "%zu", outer);
        assert_int_equal(mkdirat(work_fd, name, 0700), 0);
        for (size_t inner = 0; inner < sizeof(modes) / sizeof(modes[0]); inner++) {
            snprintf(name, sizeof(name), "%zu/%zu", outer, inner);
            assert_int_equal(mkdirat(work_fd, name, 0700), 0);
            snprintf(name, sizeof(name), "%zu/%zu/file", outer, inner);
            make_at(work_fd, name);
            snprintf(name, sizeof(name), "%zu/%zu/empty", outer, inner);
            assert_int_equal(mkdirat(work_fd, name, 0), 0);
            snprintf(name, sizeof(name), "%zu/%zu", outer, inner);
            set_mode(name, modes[inner]);
        }
        snprintf(name, sizeof(name), "%zu", outer);
        set_mode(name, modes[outer]);
    }
    assert_emptied();
}

/** One in another, all with mode 0. */
static void workdir_empty_shut_nest(void **state)
{
    enum { LEVELS = 40 };
    int fds[LEVELS];
    int at = work_fd;

    (void)state;
    for (int i = 0; i < LEVELS; i++) {
        assert_int_equal(mkdirat(at, "d", 0700), 0);
        fds[i] = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(fds[i] >= 0);
        at = fds[i];
        make_at(at, "file");
    }
    for (int i = LEVELS - 1; i >= 0; i--) {
        assert_int_equal(fchmod(fds[i], 0), 0);
        close(fds[i]);
    }
    assert_emptied();
}

/** The names that emptying itself gives, taken by whoever knows them. */
static void workdir_empty_collisions(void **state)
{
    char name[96];

    (void)state;
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), ".codeexec-lifted-%d", i);
        if (i % 2 == 0) {
            make_at(work_fd, name);
            continue;
        }
        assert_int_equal(mkdirat(work_fd, name, 0700), 0);
        snprintf(name, sizeof(name), ".codeexec-lifted-%d/.codeexec-lifted-%d", i, i - 1);
        assert_int_equal(mkdirat(work_fd, name, 0700), 0);
        snprintf(name, sizeof(name), ".codeexec-lifted-%d/.codeexec-lifted-%d/.codeexec-lifted-0",
                 i, i - 1);
        make_at(work_fd, name);
    }
    close(nest(work_fd, 30));
    assert_emptied();
}

/** Names at the end of the counter's run: free ones are found however many are taken. */
static void workdir_empty_many_collisions(void **state)
{
    char name[64];

    (void)state;
    for (int i = 0; i < 400; i++) {
        snprintf(name, sizeof(name), ".codeexec-lifted-%d", i);
        assert_int_equal(mkdirat(work_fd, name, 0700), 0);
    }
    int inner = nest(work_fd, 3);
    make_at(inner, "file");
    close(inner);
    int calls = 1;
    while (ce_workdir_empty(work_fd, 30) == -EAGAIN)
        assert_true(++calls < 100);
    assert_int_equal(count_names(work), 0);
}

static void workdir_empty_stays_inside(void **state)
{
    char outside[PATH_MAX];
    char path[PATH_MAX];
    struct stat status;

    (void)state;
    tree_write(root, "outside/file", "outside");
    tree_write(root, "outside/deep/file", "outside too");
    tree_path(outside, sizeof(outside), root, "outside");
    assert_int_equal(chmod(outside, 0755), 0);
    tree_link(work, "to-directory", outside);
    tree_link(work, "deep/to-directory", outside);
    tree_link(work, "deep/deeper/to-file", "../../../outside/file");
    tree_link(work, "deep/up", "..");
    tree_link(work, ".codeexec-lifted-0", outside);
    tree_link(work, "self", "self");
    tree_link(work, "nowhere", "nowhere/at/all");
    tree_path(path, sizeof(path), root, "outside/file");
    assert_int_equal(linkat(AT_FDCWD, path, work_fd, "hard", 0), 0);
    assert_int_equal(linkat(AT_FDCWD, path, work_fd, "deep/hard", 0), 0);
    /* Modes are mended on the way: not those of what a link shows. */
    set_mode("deep/deeper", 0);
    set_mode("deep", 0);
    assert_emptied();
    assert_text("outside/file", "outside");
    assert_text("outside/deep/file", "outside too");
    assert_int_equal(count_names(outside), 2);
    assert_int_equal(stat(outside, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0755);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_nlink, 1);
}

static void workdir_empty_budget(void **state)
{
    char name[16];

    (void)state;
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof(name), "%d", i);
        make_at(work_fd, name);
    }
    assert_int_equal(ce_workdir_empty(work_fd, 0), -EAGAIN);
    assert_int_equal(count_names(work), 500);
    assert_int_equal(ce_workdir_empty(work_fd, 100), -EAGAIN);
    assert_int_equal(count_names(work), 400);
    assert_int_equal(ce_workdir_empty(work_fd, 400), 0); /* exactly enough */
    assert_int_equal(count_names(work), 0);
}

static void workdir_empty_budget_is_spent_inside(void **state)
{
    char name[32];
    char inner[128];

    (void)state;
    assert_int_equal(mkdirat(work_fd, "inner", 0700), 0);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof(name), "inner/%d", i);
        make_at(work_fd, name);
    }
    snprintf(inner, sizeof(inner), "%s/inner", work);
    assert_int_equal(ce_workdir_empty(work_fd, 100), -EAGAIN);
    assert_int_equal(count_names(inner), 400);
    assert_int_equal(ce_workdir_empty(work_fd, ALL), 0);
    assert_int_equal(count_names(work), 0);
}

/** Every call brings it nearer, even the smallest; deep, with shut directories and links. */
static void workdir_empty_in_small_steps(void **state)
{
    int calls = 0;
    int status;

    (void)state;
    int inner = nest(work_fd, 300);
    make_at(inner, "file");
    close(nest(inner, 1));
    close(inner);
    tree_write(work, "shut/in/file", "");
    tree_link(work, "shut/in/link", root);
    set_mode("shut/in", 0);
    set_mode("shut", 0);
    do {
        status = ce_workdir_empty(work_fd, 1);
        calls++;
    } while (status == -EAGAIN && calls < 2000);
    assert_int_equal(status, 0);
    assert_int_equal(count_names(work), 0);
}

/** A guest's last thread may have left the directory that is emptied: gone is empty. */
static void workdir_empty_removed(void **state)
{
    (void)state;
    assert_int_equal(rmdir(work), 0);
    assert_true(ce_workdir_empty(work_fd, ALL) <= 0);
    assert_true(ce_workdir_exceeds(work_fd, 0, 0) <= 0);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(workdir_##name, make_root, remove_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TREE_TEST(create),
        TREE_TEST(create_locks),
        TREE_TEST(create_fails),
        TREE_TEST(sweep),
        TREE_TEST(sweep_other_process),
        TREE_TEST(sweep_only_its_own),
        TREE_TEST(sweep_foreign),
        TREE_TEST(sweep_is_quiet),
        TREE_TEST(exceeds_bytes),
        TREE_TEST(exceeds_entries),
        TREE_TEST(exceeds_depth),
        TREE_TEST(exceeds_sparse),
        TREE_TEST(exceeds_links),
        TREE_TEST(exceeds_hidden),
        TREE_TEST(exceeds_shut),
        TREE_TEST(exceeds_while_it_changes),
        TREE_TEST(out_of_descriptors),
        TREE_TEST(empty_files),
        TREE_TEST(empty_deep),
        TREE_TEST(empty_wide),
        TREE_TEST(empty_modes),
        TREE_TEST(empty_shut_nest),
        TREE_TEST(empty_collisions),
        TREE_TEST(empty_many_collisions),
        TREE_TEST(empty_stays_inside),
        TREE_TEST(empty_budget),
        TREE_TEST(empty_budget_is_spent_inside),
        TREE_TEST(empty_in_small_steps),
        TREE_TEST(empty_removed),
    };
    return cmocka_run_group_tests_name("workdir", tests, NULL, NULL);
}
