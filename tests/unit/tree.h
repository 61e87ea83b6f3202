/* SPDX-License-Identifier: MIT */
/** Small trees of files for tests, below a temporary directory. A test that cannot make them ends.
 */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline void tree_check(int good, const char *what)
{
    if (!good) {
        perror(what);
        abort();
    }
}

/** A new empty directory. */
static inline void tree_make(char *root, size_t size)
{
    snprintf(root, size, "/tmp/codeexec-test-XXXXXX");
    tree_check(mkdtemp(root) != NULL, root);
}

static inline int tree_remove_one(const char *path, const struct stat *status, int type,
                                  struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline void tree_remove(const char *root)
{
    tree_check(nftw(root, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, root);
}

/** Make root/name with every directory on the way to it; path receives its full name. */
static inline void tree_path(char *path, size_t size, const char *root, const char *name)
{
    snprintf(path, size, "%s/%s", root, name);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0755);
    }
}

static inline void tree_write(const char *root, const char *name, const char *text)
{
    char path[4096];
    tree_path(path, sizeof(path), root, name);
    FILE *file = fopen(path, "w");
    tree_check(file != NULL, path);
    fputs(text, file);
    tree_check(fclose(file) == 0, path);
}

/** An executable file. Four bytes make it an ELF file for whoever looks at its beginning only. */
static inline void tree_program(const char *root, const char *name, const char *text)
{
    char path[4096];
    tree_write(root, name, text);
    tree_path(path, sizeof(path), root, name);
    tree_check(chmod(path, 0755) == 0, path);
}

static inline void tree_link(const char *root, const char *name, const char *target)
{
    char path[4096];
    tree_path(path, sizeof(path), root, name);
    tree_check(symlink(target, path) == 0, path);
}

#endif
