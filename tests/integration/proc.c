/* SPDX-License-Identifier: MIT */
#include "proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "harness.h"

static bool read_process(pid_t pid, proc_id *id)
{
    char path[64];
    char line[1024];
    bool good = false;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(line, sizeof(line), file) != NULL) {
        /* The name may hold spaces and parentheses: fields count from its last ')'. */
        char *rest = strrchr(line, ')');
        int parent;
        good = rest != NULL &&
               sscanf(rest + 1,
                      " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
                      "%*d %*d %llu",
                      &id->state, &parent, &id->start_time) == 3;
        if (good) {
            id->pid = pid;
            id->parent = (pid_t)parent;
        }
    }
    fclose(file);
    return good;
}

static size_t read_all(proc_id *all, size_t capacity)
{
    size_t count = 0;
    DIR *directory = opendir("/proc");
    struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL && count < capacity) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (*end == '\0' && pid > 0 && read_process((pid_t)pid, &all[count]))
            count++;
    }
    if (directory != NULL)
        closedir(directory);
    return count;
}

void proc_family_read(pid_t root, proc_family *family)
{
    static proc_id all[32768];
    size_t total = read_all(all, sizeof(all) / sizeof(all[0]));

    family->count = 0;
    for (size_t i = 0; i < total; i++) {
        if (all[i].pid == root)
            family->members[family->count++] = all[i];
    }
    /* Breadth first: each member found makes its own children findable. */
    for (size_t seen = 0; seen < family->count; seen++) {
        for (size_t i = 0; i < total && family->count < PROC_FAMILY_MAX; i++) {
            if (all[i].parent == family->members[seen].pid)
                family->members[family->count++] = all[i];
        }
    }
}

size_t proc_family_count(pid_t root)
{
    static proc_family family;
    proc_family_read(root, &family);
    return family.count;
}

size_t proc_family_alive(const proc_family *family)
{
    size_t alive = 0;

    for (size_t i = 0; i < family->count; i++) {
        proc_id now;
        if (read_process(family->members[i].pid, &now) && now.state != 'Z' &&
            now.start_time == family->members[i].start_time)
            alive++;
    }
    return alive;
}

void proc_kill_families(const pid_t *roots, size_t count)
{
    proc_family *families = calloc(count, sizeof(*families));

    assert_non_null(families);
    for (size_t i = 0; i < count; i++)
        kill(roots[i], SIGSTOP);
    for (size_t i = 0; i < count; i++)
        proc_family_read(roots[i], &families[i]);
    for (size_t i = 0; i < count; i++)
        kill(roots[i], SIGKILL);
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        AWAIT(proc_family_alive(&families[i]) == 0);
        left += proc_family_alive(&families[i]);
    }
    free(families);
    assert_int_equal(left, 0);
}

size_t proc_zombies(pid_t root)
{
    static proc_family family;
    size_t zombies = 0;

    proc_family_read(root, &family);
    for (size_t i = 0; i < family.count; i++)
        zombies += family.members[i].state == 'Z';
    return zombies;
}

size_t proc_family_settled(pid_t root, int timeout_ms)
{
    long long deadline = now_ms() + timeout_ms;
    long long since = now_ms();
    size_t count = proc_family_count(root);

    while (now_ms() < deadline && now_ms() - since < 500) {
        sleep_ms(50);
        size_t again = proc_family_count(root);
        if (again != count) {
            count = again;
            since = now_ms();
        }
    }
    return count;
}

bool proc_family_at_most(pid_t root, size_t count, int timeout_ms)
{
    long long deadline = now_ms() + timeout_ms;

    while (proc_family_count(root) > count) {
        if (now_ms() > deadline)
            return false;
        sleep_ms(20);
    }
    return true;
}

bool proc_family_at_least(pid_t root, size_t count, int timeout_ms)
{
    long long deadline = now_ms() + timeout_ms;

    while (proc_family_count(root) < count) {
        if (now_ms() > deadline)
            return false;
        sleep_ms(20);
    }
    return true;
}

size_t directory_entries(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (directory != NULL)
        closedir(directory);
    return count;
}

/** Whether it names codeexec and is not the directory for work of a service that lives: that one is
 * locked. */
static bool is_left_behind(int directory, const char *name)
{
    if (strstr(name, "codeexec") == NULL)
        return false;
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return !held;
}

size_t directory_foreign_entries(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        bool foreign = status.st_uid != 0 && status.st_uid != geteuid();
        count += foreign || is_left_behind(dirfd(directory), entry->d_name);
    }
    if (directory != NULL)
        closedir(directory);
    return count;
}

size_t proc_descriptors(pid_t pid)
{
    char path[64];
    size_t count = 0;
    struct dirent *entry;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *directory = opendir(path);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char link[128];
        struct statfs where;
        snprintf(link, sizeof(link), "%s/%.32s", path, entry->d_name);
        if (entry->d_name[0] != '.' &&
            (statfs(link, &where) != 0 ||
             (where.f_type != CGROUP_SUPER_MAGIC && where.f_type != CGROUP2_SUPER_MAGIC)))
            count++;
    }
    if (directory != NULL)
        closedir(directory);
    return count;
}

size_t proc_mounts(pid_t pid)
{
    char path[64];
    TEXT_SCOPED mounts = { 0 };
    size_t lines = 0;

    snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)pid);
    if (!text_read_file(&mounts, path))
        return 0;
    for (size_t i = 0; i < mounts.size; i++)
        lines += mounts.data[i] == '\n';
    return lines;
}
