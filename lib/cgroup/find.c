/* SPDX-License-Identifier: MIT */
/* Where the base goes: what the kernel says is mounted and where this process stands in it, then
   which of the directories that come into question will do. */
#include "cgroup/cgroup_internal.h"

#include <codeexec/error.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "error_internal.h"
#include "util/fd.h"

#define STAGE "cgroup"

/** What to do about it, for the end of a message. */
#define HINT                                                                                       \
    "to have limits by cgroup, start this with systemd's Delegate=yes, or as root, or in a "       \
    "container with a cgroup namespace of its own and its cgroup writable"

static const char *const controller_names[CE_CONTROLLERS] = {
    [CE_MEMORY] = "memory",
    [CE_PIDS] = "pids",
    [CE_CPU] = "cpu",
    [CE_CPUACCT] = "cpuacct",
};

int ce_reason_set(ce_reason *reason, int sys_errno, const char *format, ...)
{
    va_list arguments;

    reason->sys_errno = sys_errno;
    va_start(arguments, format);
    vsnprintf(reason->text, sizeof(reason->text), format, arguments);
    va_end(arguments);
    return -1;
}

/* ---- what /proc tells ---- */

/** Paths of /proc/self/cgroup, as the hierarchies' own. */
typedef struct membership {
    char *unified;
    char *legacy[CE_CONTROLLERS];
} membership;

static void membership_clear(membership *paths)
{
    ce_free(&paths->unified);
    for (int i = 0; i < CE_CONTROLLERS; i++)
        ce_free(&paths->legacy[i]);
}

unsigned ce_controllers_in(const char *list)
{
    unsigned found = 0;

    while (*list != '\0') {
        size_t length = strcspn(list, ", \n");
        for (int i = 0; i < CE_CONTROLLERS; i++)
            if (strlen(controller_names[i]) == length &&
                strncmp(list, controller_names[i], length) == 0)
                found |= CE_BIT(i);
        list += length;
        list += strspn(list, ", \n");
    }
    return found;
}

/** A copy in place of what was there. */
static int keep(char **slot, const char *path)
{
    free(*slot);
    *slot = strdup(path);
    return *slot == NULL ? -ENOMEM : 0;
}

/** "4:memory:/docker/…", and "0::/…" for version 2. Version 1 hierarchies may have a name instead
 * of controllers, as systemd's. */
static int read_membership(membership *paths, char *line)
{
    char *list = strchr(line, ':');
    char *path = list != NULL ? strchr(list + 1, ':') : NULL;

    if (path == NULL || path[1] != '/')
        return 0;
    *path++ = '\0';
    list++;
    if (*list == '\0')
        return keep(&paths->unified, path);
    unsigned controllers = ce_controllers_in(list);
    for (int i = 0; i < CE_CONTROLLERS; i++)
        if ((controllers & CE_BIT(i)) != 0 && keep(&paths->legacy[i], path) < 0)
            return -ENOMEM;
    return 0;
}

/** Space, tab, newline and backslash are written in octal there. */
static void unescape(char *text)
{
    char *out = text;

    for (const char *in = text; *in != '\0'; out++) {
        if (in[0] == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] >= '0' && in[2] <= '7' &&
            in[3] >= '0' && in[3] <= '7') {
            *out = (char)((in[1] - '0') * 64 + (in[2] - '0') * 8 + (in[3] - '0'));
            in += 4;
        } else {
            *out = *in++;
        }
    }
    *out = '\0';
}

static bool has_parent_step(const char *path)
{
    for (const char *step = path; (step = strstr(step, "..")) != NULL; step += 2)
        if ((step == path || step[-1] == '/') && (step[2] == '\0' || step[2] == '/'))
            return true;
    return false;
}

/** Where a cgroup is to be seen in a mount that shows the tree from root on. "" if it is not in
 *  there: the mount of another container, or a place outside of our cgroup namespace ("/../x"). */
static void locate(const char *cgroup, const char *root, const char *point, char *path)
{
    size_t above = strcmp(root, "/") == 0 ? 0 : strlen(root);

    path[0] = '\0';
    if (cgroup == NULL || has_parent_step(cgroup) || has_parent_step(root) ||
        strncmp(cgroup, root, above) != 0 || (cgroup[above] != '\0' && cgroup[above] != '/'))
        return;
    const char *below = strcmp(cgroup + above, "/") == 0 ? "" : cgroup + above;
    if (snprintf(path, PATH_MAX, "%s%s", point, below) >= PATH_MAX)
        path[0] = '\0';
}

/** Note a mount. Of two of the same hierarchy the one is kept in which we see ourselves. */
static void add_mount(ce_cgroup_layout *layout, const membership *paths, unsigned controllers,
                      const char *root, const char *point)
{
    ce_cgroup_hierarchy *hierarchy = &layout->unified;
    const char *cgroup = paths->unified;

    if (strlen(point) >= PATH_MAX)
        return;
    if (controllers != 0) {
        int i = 0;
        while (i < layout->legacy_count && layout->legacy[i].controllers != controllers)
            i++;
        if (i == CE_CGROUP_MAX_BASES)
            return;
        if (i == layout->legacy_count)
            layout->legacy_count++;
        hierarchy = &layout->legacy[i];
        cgroup = paths->legacy[__builtin_ctz(controllers)];
    }
    if (hierarchy->own[0] != '\0')
        return;
    hierarchy->controllers = controllers;
    snprintf(hierarchy->point, sizeof(hierarchy->point), "%s", point);
    locate(cgroup, root, point, hierarchy->own);
}

/** "31 23 0:28 /root /point options optional… - type source superoptions" */
static void read_mount(ce_cgroup_layout *layout, const membership *paths, char *line)
{
    char *rest = NULL;
    char *root = NULL;
    char *point = NULL;
    const char *type = NULL;
    const char *last = NULL;
    bool dash = false;
    int index = 0;

    for (char *field = strtok_r(line, " \n", &rest); field != NULL;
         field = strtok_r(NULL, " \n", &rest), index++) {
        last = field;
        if (index == 3)
            root = field;
        else if (index == 4)
            point = field;
        else if (dash && type == NULL)
            type = field;
        else if (index > 5 && strcmp(field, "-") == 0)
            dash = true;
    }
    if (type == NULL || point == NULL)
        return;
    unescape(root);
    unescape(point);
    if (strcmp(type, "cgroup2") == 0)
        add_mount(layout, paths, 0, root, point);
    else if (strcmp(type, "cgroup") == 0 && ce_controllers_in(last) != 0)
        add_mount(layout, paths, ce_controllers_in(last), root, point);
}

int ce_cgroup_layout_read(ce_cgroup_layout *layout, FILE *proc_cgroup, FILE *mountinfo)
{
    CE_CLEANUP_FREE char *line = NULL;
    __attribute__((cleanup(membership_clear))) membership paths = { 0 };
    size_t size = 0;

    memset(layout, 0, sizeof(*layout));
    while (getline(&line, &size, proc_cgroup) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (read_membership(&paths, line) < 0)
            return -ENOMEM; // NOLINT(clang-analyzer-unix.Malloc): cleaned up by scope
    }
    while (getline(&line, &size, mountinfo) > 0)
        read_mount(layout, &paths, line);
    return 0; // NOLINT(clang-analyzer-unix.Malloc): cleaned up by scope
}

static int read_proc(ce_cgroup_layout *layout, codeexec_error *error)
{
    FILE *proc_cgroup = fopen("/proc/self/cgroup", "re");
    FILE *mountinfo = fopen("/proc/self/mountinfo", "re");
    int status = -ENOENT;

    if (proc_cgroup != NULL && mountinfo != NULL)
        status = ce_cgroup_layout_read(layout, proc_cgroup, mountinfo);
    if (proc_cgroup != NULL)
        fclose(proc_cgroup);
    if (mountinfo != NULL)
        fclose(mountinfo);
    if (status == -ENOMEM)
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, STAGE, "out of memory");
    if (status < 0)
        return ce_error_set(error, CODEEXEC_EISOLATION, -status, STAGE,
                            "/proc does not tell about cgroups: %s", strerror(-status));
    return 0;
}

/* ---- the place ---- */

void ce_cgroup_place_init(ce_cgroup_place *place)
{
    memset(place, 0, sizeof(*place));
    for (int i = 0; i < CE_CGROUP_MAX_BASES; i++)
        place->fds[i] = -1;
}

void ce_cgroup_place_close(ce_cgroup_place *place)
{
    for (int i = 0; i < CE_CGROUP_MAX_BASES; i++)
        ce_close(&place->fds[i]);
    place->count = 0;
}

/** Version 1 is what a machine uses that has these controllers there: a controller is never in both
 *  versions. */
static bool uses_v1(const ce_cgroup_layout *layout)
{
    unsigned controllers = 0;
    for (int i = 0; i < layout->legacy_count; i++)
        controllers |= layout->legacy[i].controllers;
    return (controllers & CE_NEEDED_BITS) == CE_NEEDED_BITS;
}

/** Add a hierarchy's directory: below is a path from its mount on, or NULL for our own cgroup. */
static int add_legacy(ce_cgroup_place *place, const ce_cgroup_hierarchy *hierarchy,
                      const char *below, ce_reason *reason)
{
    char path[PATH_MAX];
    const char *directory = hierarchy->own;

    if (below != NULL) {
        if (snprintf(path, sizeof(path), "%s%s", hierarchy->point, below) >= (int)sizeof(path))
            return ce_reason_set(reason, ENAMETOOLONG, "the path is too long");
        directory = path;
    }
    if (directory[0] == '\0')
        return ce_reason_set(reason, 0, "our own cgroup is not to be seen in %.160s",
                             hierarchy->point);
    return ce_v1_place_add(place, directory, hierarchy->controllers, reason);
}

/** Memory and pids must be had, cpu and cpuacct may be missing. */
static int find_v1(ce_cgroup_place *place, const ce_cgroup_layout *layout, const char *below,
                   codeexec_error *error)
{
    ce_reason reason;

    for (int i = 0; i < layout->legacy_count; i++) {
        const ce_cgroup_hierarchy *hierarchy = &layout->legacy[i];
        if (add_legacy(place, hierarchy, below, &reason) == 0 ||
            (hierarchy->controllers & CE_NEEDED_BITS) == 0)
            continue;
        ce_cgroup_place_close(place);
        return ce_error_set(error, CODEEXEC_EISOLATION, reason.sys_errno, STAGE, "%s; %s",
                            reason.text, HINT);
    }
    return 0;
}

/** Our own cgroup, or the one above if a base of this process is there already. */
static void own_place(const ce_cgroup_layout *layout, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s", layout->unified.own);
    char *name = strrchr(path, '/');
    if (name != NULL && strcmp(name + 1, CE_CGROUP_HOST_NAME) == 0 &&
        strlen(path) > strlen(layout->unified.point) + sizeof(CE_CGROUP_HOST_NAME) - 1)
        *name = '\0';
}

/** Our own cgroup, so that the limits that others set for us hold for guests too; else the root of
 *  what is mounted, which an administrator may use. */
static int find_v2(ce_cgroup_place *place, const ce_cgroup_layout *layout, bool trial,
                   codeexec_error *error)
{
    char own[PATH_MAX];
    ce_reason first = { 0, "it is not to be seen in the mounted hierarchy" };
    ce_reason second = { 0, "" };

    own_place(layout, own);
    if (own[0] != '\0' && ce_v2_place_prepare(place, own, trial, &first) == 0)
        return 0;
    if (strcmp(own, layout->unified.point) == 0)
        return ce_error_set(error, CODEEXEC_EISOLATION, first.sys_errno, STAGE,
                            "our cgroup %.100s: %.150s; %s", own, first.text, HINT);
    if (ce_v2_place_prepare(place, layout->unified.point, trial, &second) == 0)
        return 0;
    return ce_error_set(error, CODEEXEC_EISOLATION, first.sys_errno, STAGE,
                        "our cgroup %.100s: %.90s; %.60s: %.60s; %s", own, first.text,
                        layout->unified.point, second.text, HINT);
}

static int find_anywhere(ce_cgroup_place *place, const ce_cgroup_layout *layout, bool trial,
                         codeexec_error *error)
{
    if (uses_v1(layout))
        return find_v1(place, layout, NULL, error);
    if (layout->unified.point[0] != '\0')
        return find_v2(place, layout, trial, error);
    return ce_error_set(error, CODEEXEC_EISOLATION, 0, STAGE,
                        "no cgroup hierarchy with memory and pids is mounted; mount one (mount -t "
                        "cgroup2 none /sys/fs/cgroup), or in a container make the host's visible");
}

/** If path lies in the hierarchy's mount: what follows, "" or "/…". */
static const char *path_below(const ce_cgroup_hierarchy *hierarchy, const char *path)
{
    size_t length = strlen(hierarchy->point);
    if (length == 0 || strncmp(path, hierarchy->point, length) != 0 ||
        (path[length] != '\0' && path[length] != '/'))
        return NULL;
    return path + length;
}

/** The named place: a directory of version 2; or with version 1 a path that is taken below each
 *  hierarchy, whether it begins with the mount of one of them or not. */
static int find_named(ce_cgroup_place *place, const ce_cgroup_layout *layout, const char *where,
                      bool trial, codeexec_error *error)
{
    struct statfs status;
    ce_reason reason;
    /* /sys/fs/cgroup/cpu is a link where cpu and cpuacct are one. */
    CE_CLEANUP_FREE char *resolved = realpath(where, NULL);
    const char *path = resolved != NULL ? resolved : where;
    bool is_v2 = statfs(path, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;

    if (!is_v2 && uses_v1(layout)) {
        const char *below = NULL;
        for (int i = 0; i < layout->legacy_count && below == NULL; i++)
            below = path_below(&layout->legacy[i], path);
        return find_v1(place, layout, below != NULL ? below : where, error);
    }
    if (ce_v2_place_prepare(place, path, trial, &reason) == 0)
        return 0;
    return ce_error_set(error, CODEEXEC_EISOLATION, reason.sys_errno, STAGE,
                        "cgroup %.200s: %.200s", where, reason.text);
}

int ce_cgroup_find(ce_cgroup_place *place, const char *where, bool trial, codeexec_error *error)
{
    bool anywhere = where == NULL || strcmp(where, "auto") == 0;

    if (!anywhere && (where[0] != '/' || has_parent_step(where) || strlen(where) >= PATH_MAX))
        return ce_error_set(error, CODEEXEC_EINVAL, 0, STAGE,
                            "cgroup: expected auto or an absolute path without .., not %.200s",
                            where);
    CE_CLEANUP_FREE ce_cgroup_layout *layout = calloc(1, sizeof(*layout));
    if (layout == NULL)
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, STAGE, "out of memory");
    int status = read_proc(layout, error);
    if (status == 0)
        status = anywhere ? find_anywhere(place, layout, trial, error)
                          : find_named(place, layout, where, trial, error);
    return status; // NOLINT(clang-analyzer-unix.Malloc): see ce_free()
}
