/* SPDX-License-Identifier: MIT */
#include "python.h"

#include "error_internal.h"
#include "util/fd.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/** Searched behind PATH, which a service manager may have left nearly empty. */
#define USUAL_DIRECTORIES "/usr/local/bin:/usr/bin:/bin"

/** What a file is, as far as running it goes. */
enum program_kind { PROGRAM_NONE, PROGRAM_SCRIPT, PROGRAM_BINARY };

/** Where an interpreter's packages are: below one prefix, or two for a venv that sees its base. */
struct installation {
    char prefixes[2][PATH_MAX];
    size_t prefix_count;
    char version[NAME_MAX + 1]; /**< name of the version's directory, "python3.11" */
};

/** Package directories below a prefix: before + version (if versioned) + after. The last three are
 *  Debian's. */
static const struct {
    const char *before;
    bool versioned;
    const char *after;
} layouts[] = {
    { "/lib/", true, "/site-packages" },         { "/lib64/", true, "/site-packages" },
    { "/local/lib/", true, "/dist-packages" },   { "/lib/", true, "/dist-packages" },
    { "/lib/python3/dist-packages", false, "" },
};

static enum program_kind program_kind(const char *path)
{
    struct stat status;
    char magic[4] = { 0 };
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || access(path, X_OK) != 0)
        return PROGRAM_NONE;
    CE_CLEANUP_FD fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return PROGRAM_BINARY; /* may be executed though not read: no script could be */
    if (read(fd, magic, sizeof(magic)) != (ssize_t)sizeof(magic))
        return PROGRAM_SCRIPT;
    return memcmp(magic, "\177ELF", sizeof(magic)) == 0 ? PROGRAM_BINARY : PROGRAM_SCRIPT;
}

/* ---- what is installed beside an interpreter ---- */

/** snprintf() into a path buffer; false if it does not fit. */
static bool path_print(char path[PATH_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool path_print(char path[PATH_MAX], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, PATH_MAX, format, arguments);
    va_end(arguments);
    return length >= 0 && length < PATH_MAX;
}

/** Cut the last `levels` components off; false if there are not so many. */
static bool cut_components(char *path, int levels)
{
    while (levels-- > 0) {
        char *slash = strrchr(path, '/');
        if (!slash)
            return false;
        *slash = '\0';
    }
    return true;
}

/** Look up `key = value` in a pyvenv.cfg. */
static bool read_venv_key(FILE *file, const char *key, char *value, size_t size)
{
    char line[PATH_MAX + 64];
    rewind(file);
    while (fgets(line, sizeof(line), file)) {
        char *equals = strchr(line, '=');
        if (!equals)
            continue;
        size_t length = strcspn(line, " \t=");
        if (length != strlen(key) || strncmp(line, key, length) != 0)
            continue;
        equals += 1 + strspn(equals + 1, " \t");
        equals[strcspn(equals, "\r\n")] = '\0';
        size_t used = strlen(equals);
        if (used < size)
            memcpy(value, equals, used + 1);
        return used < size;
    }
    return false;
}

/** If path is a venv's interpreter, fill in the venv's prefixes. */
static bool find_venv(const char *path, struct installation *found)
{
    char config_path[PATH_MAX];
    char text[PATH_MAX];
    if (!path_print(found->prefixes[0], "%s", path) || !cut_components(found->prefixes[0], 2) ||
        !path_print(config_path, "%s/pyvenv.cfg", found->prefixes[0]))
        return false;
    FILE *file = fopen(config_path, "re");
    if (!file)
        return false;
    found->prefix_count = 1;
    if (read_venv_key(file, "include-system-site-packages", text, sizeof(text)) &&
        strcasecmp(text, "true") == 0 && read_venv_key(file, "home", text, sizeof(text)) &&
        cut_components(text, 1) && path_print(found->prefixes[1], "%s", text))
        found->prefix_count = 2;
    fclose(file);
    return true;
}

/** The name of the version's directory: from the real file name, python3.11, or where that is plain
 *  python3 (a copy) the one that the prefix has. Empty if neither tells. */
static void find_version(const char *real_path, struct installation *found)
{
    const char *name = strrchr(real_path, '/') + 1;
    char lib[PATH_MAX];
    found->version[0] = '\0';
    if (strncmp(name, "python3.", 8) == 0) {
        snprintf(found->version, sizeof(found->version), "%s", name);
        return;
    }
    if (!path_print(lib, "%s/lib", found->prefixes[0]))
        return;
    DIR *listing = opendir(lib);
    if (!listing)
        return;
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (strncmp(entry->d_name, "python3.", 8) == 0) {
            snprintf(found->version, sizeof(found->version), "%s", entry->d_name);
            break;
        }
    }
    closedir(listing);
}

/** Where the packages of the interpreter at path are. */
static bool find_installation(const char *path, struct installation *found)
{
    char real_path[PATH_MAX];
    if (!realpath(path, real_path))
        return false;
    if (!find_venv(path, found)) {
        if (!path_print(found->prefixes[0], "%s", real_path) ||
            !cut_components(found->prefixes[0], 2))
            return false;
        found->prefix_count = 1;
    }
    find_version(real_path, found);
    return true;
}

/** Whether a directory of packages holds the module: a package, a file, or an extension such as
 *  name.cpython-311-x86_64-linux-gnu.so. */
static bool holds_module(const char *directory, const char *name, size_t size)
{
    char path[PATH_MAX];
    struct stat status;
    if (path_print(path, "%s/%.*s", directory, (int)size, name) && stat(path, &status) == 0 &&
        S_ISDIR(status.st_mode))
        return true;
    if (path_print(path, "%s/%.*s.py", directory, (int)size, name) && stat(path, &status) == 0)
        return true;

    DIR *listing = opendir(directory);
    bool found = false;
    if (!listing)
        return false;
    for (struct dirent *entry; !found && (entry = readdir(listing));) {
        size_t length = strlen(entry->d_name);
        found = length > size + 3 && strncmp(entry->d_name, name, size) == 0 &&
                entry->d_name[size] == '.' && strcmp(entry->d_name + length - 3, ".so") == 0;
    }
    closedir(listing);
    return found;
}

static bool installation_has(const struct installation *found, const char *name, size_t size)
{
    for (size_t i = 0; i < found->prefix_count; i++) {
        for (size_t k = 0; k < sizeof(layouts) / sizeof(layouts[0]); k++) {
            char directory[PATH_MAX];
            if (path_print(directory, "%s%s%s%s", found->prefixes[i], layouts[k].before,
                           layouts[k].versioned ? found->version : "", layouts[k].after) &&
                holds_module(directory, name, size))
                return true;
        }
    }
    return false;
}

/** Whether every module of the comma-separated list is installed beside the interpreter. */
static bool has_modules(const char *path, const char *modules)
{
    struct installation found;
    if (!find_installation(path, &found))
        return false;
    for (const char *at = modules; *at;) {
        size_t size = strcspn(at, ",");
        if (size > 0 && !installation_has(&found, at, size))
            return false;
        at += size + (at[size] == ',');
    }
    return true;
}

/* ---- the interpreter ---- */

/** What a search for a program found: the first binary that fits, and what was passed over. */
struct search {
    const char *name;
    const char *modules;     /**< that must be installed beside it; "" for none */
    char fitting[PATH_MAX];  /**< empty: none */
    char fallback[PATH_MAX]; /**< the first binary without all modules; empty: none */
    char script[PATH_MAX];   /**< the first script; empty: none */
};

static void consider(struct search *search, const char *path)
{
    enum program_kind kind = program_kind(path);
    if (kind == PROGRAM_SCRIPT && !*search->script)
        path_print(search->script, "%s", path);
    if (kind != PROGRAM_BINARY)
        return;
    if (has_modules(path, search->modules))
        path_print(search->fitting, "%s", path);
    else if (!*search->fallback)
        path_print(search->fallback, "%s", path);
}

/** Consider search->name in each directory of a colon-separated list until something fits. Relative
 *  entries are skipped: what they mean depends on where a service happens to be started. */
static void search_directories(struct search *search, const char *list)
{
    while (list && *list && !*search->fitting) {
        size_t size = strcspn(list, ":");
        char path[PATH_MAX];
        if (*list == '/' && path_print(path, "%.*s/%s", (int)size, list, search->name))
            consider(search, path);
        list += size + (list[size] == ':');
    }
}

static int take_path(const char *found, char **path, codeexec_error *error)
{
    char *copy = strdup(found);
    if (!copy)
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, "python", "out of memory");
    *path = copy;
    return 0;
}

static int refuse_script(const char *value, const char *script, codeexec_error *error)
{
    return ce_error_set(error, CODEEXEC_EPYTHON, 0, "python",
                        "CODEEXEC_PYTHON='%.120s': %.160s is a script, not an interpreter; name "
                        "the real one (its sys.executable)",
                        value, script);
}

/** The interpreter that was asked for by path, made absolute but not resolved. */
static int named_path(const char *value, char **path, codeexec_error *error)
{
    char absolute[PATH_MAX];
    char cwd[PATH_MAX];
    bool fits = *value == '/'
                    ? path_print(absolute, "%s", value)
                    : getcwd(cwd, sizeof(cwd)) && path_print(absolute, "%s/%s", cwd, value);
    enum program_kind kind = fits ? program_kind(absolute) : PROGRAM_NONE;
    if (kind == PROGRAM_BINARY)
        return take_path(absolute, path, error);
    if (kind == PROGRAM_SCRIPT)
        return refuse_script(value, absolute, error);
    return ce_error_set(error, CODEEXEC_EPYTHON, fits ? ENOENT : ENAMETOOLONG, "python",
                        "CODEEXEC_PYTHON='%.200s': no such executable file", value);
}

/** The interpreter that was asked for by a bare name. */
static int named_program(const char *value, char **path, codeexec_error *error)
{
    struct search search = { .name = value, .modules = "" };
    search_directories(&search, getenv("PATH"));
    if (*search.fitting)
        return take_path(search.fitting, path, error);
    if (*search.script)
        return refuse_script(value, search.script, error);
    return ce_error_set(error, CODEEXEC_EPYTHON, ENOENT, "python",
                        "CODEEXEC_PYTHON='%.200s': not found in PATH", value);
}

int ce_find_python(const codeexec_config *config, char **path, codeexec_error *error)
{
    if (config->python && *config->python)
        return strchr(config->python, '/') ? named_path(config->python, path, error)
                                           : named_program(config->python, path, error);

    struct search search = { .name = "python3",
                             .modules = config->allowed_modules ? config->allowed_modules : "" };
    search_directories(&search, getenv("PATH"));
    search_directories(&search, USUAL_DIRECTORIES);
    if (*search.fitting)
        return take_path(search.fitting, path, error);
    if (*search.fallback)
        return take_path(search.fallback, path, error);
    return ce_error_set(error, CODEEXEC_EPYTHON, ENOENT, "python",
                        "no python3 found: install one (apt-get install python3) or set "
                        "CODEEXEC_PYTHON");
}

/* ---- the helper ---- */

static bool has_helper(const char *dir)
{
    char helper[PATH_MAX];
    return path_print(helper, "%s/codeexec-zygote", dir) && program_kind(helper) != PROGRAM_NONE;
}

/** Try ../libexec/codeexec, and ../../libexec/codeexec (lib/x86_64-linux-gnu), of the directory
 * that a file of ours is in. */
static bool beside(const char *file, char dir[PATH_MAX])
{
    char base[PATH_MAX];
    if (!realpath(file, base))
        return false;
    for (int level = 0; level < 2; level++) {
        /* First the file's name and its directory go, then the multiarch directory. */
        if (!cut_components(base, level == 0 ? 2 : 1))
            return false;
        if (path_print(dir, "%s/libexec/codeexec", base) && has_helper(dir))
            return true;
    }
    return false;
}

static int take_dir(const char *found, char **dir, codeexec_error *error)
{
    char *copy = realpath(found, NULL);
    if (!copy)
        return ce_error_set(error, errno == ENOMEM ? CODEEXEC_ENOMEM : CODEEXEC_ENOHELPER, errno,
                            "libexec", "%.400s: %s", found, strerror(errno));
    *dir = copy;
    return 0;
}

int ce_find_libexec(const codeexec_config *config, char **dir, codeexec_error *error)
{
    if (config->libexec_dir && *config->libexec_dir) {
        if (has_helper(config->libexec_dir))
            return take_dir(config->libexec_dir, dir, error);
        return ce_error_set(error, CODEEXEC_ENOHELPER, ENOENT, "libexec",
                            "CODEEXEC_LIBEXEC='%.300s': no executable codeexec-zygote in it",
                            config->libexec_dir);
    }

    /* dladdr() names the shared object this is in; for a static library the program, by argv[0]. A
     * relative name is not believed: it may lead to anything from here. /proc/self/exe is sure. */
    Dl_info info = { 0 };
    bool named = dladdr(&layouts, &info) && info.dli_fname && *info.dli_fname == '/';
    const char *object = named ? info.dli_fname : "/proc/self/exe";
    char found[PATH_MAX];
    if (beside(object, found) || beside("/proc/self/exe", found))
        return take_dir(found, dir, error);
    if (has_helper(CODEEXEC_INSTALLED_LIBEXEC))
        return take_dir(CODEEXEC_INSTALLED_LIBEXEC, dir, error);
    return ce_error_set(
        error, CODEEXEC_ENOHELPER, ENOENT, "libexec",
        "codeexec-zygote not found: looked in ../libexec/codeexec beside %.160s and "
        "beside the program, and in %.160s; set CODEEXEC_LIBEXEC",
        object, CODEEXEC_INSTALLED_LIBEXEC);
}
