/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

/** Directories within directories: beyond it something is wrong. */
#define MAX_DEPTH 64

static int add_path(struct cli_files *files, const char *path)
{
    if (files->count == files->capacity) {
        size_t capacity = files->capacity ? files->capacity * 2 : 16;
        char **grown = realloc(files->paths, capacity * sizeof(*grown));
        if (!grown)
            return ENOMEM;
        files->paths = grown;
        files->capacity = capacity;
    }
    char *copy = strdup(path);
    if (!copy)
        return ENOMEM;
    files->paths[files->count++] = copy;
    return 0;
}

static int interesting(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "__pycache__") != 0;
}

static bool is_program(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".py") == 0;
}

static int add_directory(struct cli_files *files, const char *path, int depth);

/** An entry of a directory. @return 0 or an errno */
static int add_entry(struct cli_files *files, const char *path, int depth)
{
    struct stat about;
    if (lstat(path, &about) < 0)
        return errno == ENOENT ? 0 : errno; /* it has gone meanwhile */
    if (S_ISDIR(about.st_mode))
        return depth < MAX_DEPTH ? add_directory(files, path, depth + 1) : 0;
    if (S_ISLNK(about.st_mode) && (stat(path, &about) < 0 || !S_ISREG(about.st_mode)))
        return 0;
    return S_ISREG(about.st_mode) && is_program(path) ? add_path(files, path) : 0;
}

static bool is_environment(const char *path)
{
    char *marker;
    if (asprintf(&marker, "%s/pyvenv.cfg", path) < 0)
        return false;
    bool found = access(marker, F_OK) == 0;
    free(marker);
    return found;
}

static int add_directory(struct cli_files *files, const char *path, int depth)
{
    struct dirent **entries;
    size_t length = strlen(path);
    const char *slash = length > 0 && path[length - 1] == '/' ? "" : "/";
    if (depth > 0 && is_environment(path))
        return 0;
    int count = scandir(path, &entries, interesting, alphasort);
    if (count < 0)
        return errno;
    int failure = 0;
    for (int i = 0; i < count; i++) {
        char *child = NULL;
        if (failure == 0 && asprintf(&child, "%s%s%s", path, slash, entries[i]->d_name) < 0)
            failure = ENOMEM;
        else if (failure == 0)
            failure = add_entry(files, child, depth);
        if (failure != ENOMEM)
            free(child);
        free(entries[i]);
    }
    free(entries);
    return failure;
}

int cli_files_add(struct cli_files *files, const char *path)
{
    struct stat about;
    bool directory = strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    int failure = directory ? add_directory(files, path, 0) : add_path(files, path);
    if (failure == 0)
        return 0;
    cli_complain("%s: %s", path, strerror(failure));
    return CLI_EXIT_USAGE;
}

void cli_files_clear(struct cli_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    memset(files, 0, sizeof(*files));
}
