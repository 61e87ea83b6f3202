/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <codeexec/config.h>

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Room that one run is counted with when the default concurrency is chosen. */
#define TYPICAL_RUN_BYTES (UINT64_C(128) << 20)

/** Where a controller of version 1 is mounted below the cgroup root, and what it is called. */
struct controller {
    const char *name;
    const char *mounts[3]; /**< NULL-terminated */
};

static const struct controller cpu_controller = { "cpu", { "cpu", "cpu,cpuacct", NULL } };
static const struct controller memory_controller = { "memory", { "memory", NULL } };

/** Reads one limit from the cgroup directory and lowers *least to it. */
typedef void limit_reader(const char *directory, uint64_t *least);

/** First line of a small file, without its newline. */
static bool read_line(const char *directory, const char *name, char *line, size_t size)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof(path))
        return false;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool got = fgets(line, (int)size, file) != NULL;
    fclose(file);
    if (got)
        line[strcspn(line, "\n")] = '\0';
    return got;
}

/** A positive number at the start of text; false for "max", "-1" and the like. */
static bool read_number(const char *text, char **end, uint64_t *number)
{
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *number = strtoull(text, end, 10);
    return errno == 0 && *number > 0;
}

static void lower_to_quota(uint64_t quota, uint64_t period, uint64_t *least)
{
    uint64_t cpus = quota / period + (quota % period != 0);
    if (cpus < *least)
        *least = cpus;
}

static void read_cpu_v2(const char *directory, uint64_t *least)
{
    char line[64];
    char *end;
    uint64_t quota;
    uint64_t period;
    if (read_line(directory, "cpu.max", line, sizeof(line)) && read_number(line, &end, &quota) &&
        *end == ' ' && read_number(end + 1, &end, &period))
        lower_to_quota(quota, period, least);
}

static void read_cpu_v1(const char *directory, uint64_t *least)
{
    char line[64];
    char *end;
    uint64_t quota;
    uint64_t period;
    if (read_line(directory, "cpu.cfs_quota_us", line, sizeof(line)) &&
        read_number(line, &end, &quota) &&
        read_line(directory, "cpu.cfs_period_us", line, sizeof(line)) &&
        read_number(line, &end, &period))
        lower_to_quota(quota, period, least);
}

static void read_memory_v2(const char *directory, uint64_t *least)
{
    char line[64];
    char *end;
    uint64_t bytes;
    if (read_line(directory, "memory.max", line, sizeof(line)) && read_number(line, &end, &bytes) &&
        bytes < *least)
        *least = bytes;
}

static void read_memory_v1(const char *directory, uint64_t *least)
{
    char line[64];
    char *end;
    uint64_t bytes;
    if (read_line(directory, "memory.limit_in_bytes", line, sizeof(line)) &&
        read_number(line, &end, &bytes) && bytes < *least)
        *least = bytes;
}

/** Read the limit of mount/path and of every directory above it up to mount. A limit anywhere on
 *  the way holds. In a container the path may be the host's and lead nowhere here, or be "/": the
 *  mount itself, read last, is then the container's own cgroup. */
static void read_upwards(limit_reader *read, const char *mount, const char *path, uint64_t *least)
{
    char directory[4096];
    size_t mount_length = strlen(mount);
    /* "/../x" is outside the visible tree. */
    int length =
        snprintf(directory, sizeof(directory), "%s%s", mount, strstr(path, "..") ? "" : path);
    if (length < 0 || (size_t)length >= sizeof(directory))
        return;
    for (;;) {
        read(directory, least);
        char *slash = strrchr(directory + mount_length, '/');
        if (!slash)
            return;
        *slash = '\0';
    }
}

/** Whether a comma-separated list holds the name. */
static bool has_controller(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (;;) {
        size_t item = strcspn(list, ",");
        if (item == length && strncmp(list, name, length) == 0)
            return true;
        if (!list[item])
            return false;
        list += item + 1;
    }
}

/** The least limit over both hierarchies. Lines of /proc/self/cgroup are id:controllers:path, with
 *  no controllers for version 2. */
static uint64_t cgroup_limit(const char *proc_cgroup, const char *cgroup_root,
                             const struct controller *controller, limit_reader *read_v1,
                             limit_reader *read_v2)
{
    uint64_t least = UINT64_MAX;
    char line[4096];
    char mount[4096];
    FILE *file = fopen(proc_cgroup, "re");
    if (!file)
        return least;
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        controllers++;
        if (!*controllers) {
            read_upwards(read_v2, cgroup_root, path, &least);
            if (snprintf(mount, sizeof(mount), "%s/unified", cgroup_root) < (int)sizeof(mount))
                read_upwards(read_v2, mount, path, &least);
        } else if (has_controller(controllers, controller->name)) {
            for (const char *const *name = controller->mounts; *name; name++) {
                if (snprintf(mount, sizeof(mount), "%s/%s", cgroup_root, *name) <
                    (int)sizeof(mount))
                    read_upwards(read_v1, mount, path, &least);
            }
        }
    }
    fclose(file);
    return least;
}

uint32_t ce_cgroup_cpus(const char *proc_cgroup, const char *cgroup_root)
{
    uint64_t cpus =
        cgroup_limit(proc_cgroup, cgroup_root, &cpu_controller, read_cpu_v1, read_cpu_v2);
    return cpus > UINT32_MAX ? UINT32_MAX : (uint32_t)cpus;
}

uint64_t ce_cgroup_memory(const char *proc_cgroup, const char *cgroup_root)
{
    return cgroup_limit(proc_cgroup, cgroup_root, &memory_controller, read_memory_v1,
                        read_memory_v2);
}

/** CPUs in the affinity mask. The mask grows until the kernel's fits. */
static uint32_t affinity_cpus(void)
{
    for (int cpus = 1024; cpus <= 1024 * 1024; cpus *= 4) {
        cpu_set_t *set = CPU_ALLOC((size_t)cpus);
        if (!set)
            break;
        size_t size = CPU_ALLOC_SIZE((size_t)cpus);
        CPU_ZERO_S(size, set);
        int failed = sched_getaffinity(0, size, set);
        int count = CPU_COUNT_S(size, set);
        CPU_FREE(set);
        if (!failed && count > 0)
            return (uint32_t)count;
        if (failed && errno != EINVAL)
            break;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (uint32_t)online : 1;
}

static uint64_t physical_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page_size = sysconf(_SC_PAGESIZE);
    return pages > 0 && page_size > 0 ? (uint64_t)pages * (uint64_t)page_size : 0;
}

void codeexec_machine_size(uint32_t *cpus, uint64_t *memory_bytes)
{
    if (cpus) {
        uint32_t allowed = affinity_cpus();
        uint32_t quota = ce_cgroup_cpus("/proc/self/cgroup", "/sys/fs/cgroup");
        *cpus = quota < allowed ? quota : allowed;
    }
    if (memory_bytes) {
        uint64_t physical = physical_memory();
        uint64_t limit = ce_cgroup_memory("/proc/self/cgroup", "/sys/fs/cgroup");
        *memory_bytes = limit < physical ? limit : physical;
    }
}

uint32_t ce_default_concurrency(void)
{
    uint32_t cpus;
    uint64_t memory;
    codeexec_machine_size(&cpus, &memory);
    uint64_t runs = 2 * (uint64_t)cpus;
    if (runs > memory / TYPICAL_RUN_BYTES)
        runs = memory / TYPICAL_RUN_BYTES;
    if (runs > CE_MAX_CONCURRENCY)
        runs = CE_MAX_CONCURRENCY;
    return runs < 2 ? 2 : (uint32_t)runs;
}
