/* SPDX-License-Identifier: MIT */
/* The base, its leaves and what they count. What versions do differently is in v1.c and v2.c.
   Opening a control file costs five times what reading it does, so that those which are read for
   each run stay open, for as many slots as there are descriptors to spare. */
#include "cgroup/cgroup_internal.h"

#include <codeexec/error.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error_internal.h"
#include "util/checked.h"
#include "util/fd.h"

#define STAGE       "cgroup"
#define BASE_PREFIX "codeexec-"

/** Caches that a run leaves charged are let be up to here: below, freeing them costs more than it
 *  gives, and the kernel's own batches per CPU are of that size. */
#define SHED_BYTES (UINT64_C(1) << 20)

/** Likewise for a memory peak that cannot be reset. */
#define PEAK_SLACK_BYTES (UINT64_C(1) << 20)

/** Largest pids.max that the kernel takes as a number. */
#define PIDS_MAX_LIMIT (UINT32_C(4) << 20)

/* ---- control files ---- */

int ce_write_at(int directory, const char *path, const char *text)
{
    size_t length = strlen(text);
    CE_CLEANUP_FD fd = openat(directory, path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    ssize_t written = write(fd, text, length);
    if (written < 0)
        return -errno;
    return (size_t)written == length ? 0 : -EIO;
}

int ce_read_at(int directory, const char *path, char text[CE_CGROUP_TEXT_SIZE])
{
    CE_CLEANUP_FD fd = openat(directory, path, O_RDONLY | O_CLOEXEC);

    text[0] = '\0';
    if (fd < 0)
        return -errno;
    /* One read: the kernel makes such a file's text at once. */
    ssize_t size = read(fd, text, CE_CGROUP_TEXT_SIZE - 1);
    if (size < 0)
        return -errno;
    text[size] = '\0';
    return 0;
}

ce_leaf_path ce_leaf_name(uint32_t slot, const char *file)
{
    ce_leaf_path path;
    snprintf(path.text, sizeof(path.text), "slot-%u%s%s", slot, file[0] != '\0' ? "/" : "", file);
    return path;
}

int ce_leaf_write(int base, uint32_t slot, const char *file, const char *text)
{
    if (base < 0)
        return -ENOENT;
    return ce_write_at(base, ce_leaf_name(slot, file).text, text);
}

int ce_leaf_write_number(int base, uint32_t slot, const char *file, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    return ce_leaf_write(base, slot, file, text);
}

uint64_t ce_text_number(const char *text)
{
    return text[0] >= '0' && text[0] <= '9' ? strtoull(text, NULL, 10) : 0;
}

uint64_t ce_text_key(const char *text, const char *key)
{
    size_t length = strlen(key);

    for (const char *line = text; line != NULL && *line != '\0';) {
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return ce_text_number(line + length + 1);
        line = strchr(line, '\n');
        if (line != NULL)
            line++;
    }
    return 0;
}

/* ---- counters ---- */

static const enum ce_controller controller_of[CE_COUNTERS] = {
    [CE_COUNT_CPU] = CE_CPUACCT,        [CE_COUNT_MEMORY] = CE_MEMORY,
    [CE_COUNT_MEMORY_PEAK] = CE_MEMORY, [CE_COUNT_OOM] = CE_MEMORY,
    [CE_COUNT_PROCESSES] = CE_PIDS,     [CE_COUNT_PROCESSES_PEAK] = CE_PIDS,
    [CE_COUNT_REFUSALS] = CE_PIDS,
};

/** The counter's file, open; -1 if there is none. */
static int open_counter(ce_cgroup *cgroup, uint32_t slot, enum ce_counter which)
{
    int *fd = &cgroup->slots[slot].counters[which];
    int base = cgroup->fd[controller_of[which]];
    bool writes = which == CE_COUNT_MEMORY_PEAK && cgroup->peak_resets;

    if (*fd < 0 && base >= 0) {
        ce_leaf_path path = ce_leaf_name(slot, cgroup->ops->counters[which]);
        *fd = openat(base, path.text, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    }
    return *fd;
}

static void close_counters(ce_slot *slot)
{
    for (int i = 0; i < CE_COUNTERS; i++)
        ce_close(&slot->counters[i]);
}

/** Not for the peak: with version 2 a reset holds for readers of the descriptor that it was written
 *  to, and so that stays open until the run is cleared away. */
static void leave_counter(ce_cgroup *cgroup, uint32_t slot, enum ce_counter which)
{
    if (slot >= cgroup->kept && which != CE_COUNT_MEMORY_PEAK)
        ce_close(&cgroup->slots[slot].counters[which]);
}

/** Text of the counter's file; "" if it cannot be read. */
static void read_counter(ce_cgroup *cgroup, uint32_t slot, enum ce_counter which,
                         char text[CE_CGROUP_TEXT_SIZE])
{
    int fd = open_counter(cgroup, slot, which);
    ssize_t size = fd < 0 ? -1 : pread(fd, text, CE_CGROUP_TEXT_SIZE - 1, 0);

    text[size < 0 ? 0 : size] = '\0';
    leave_counter(cgroup, slot, which);
}

static uint64_t count(ce_cgroup *cgroup, uint32_t slot, enum ce_counter which)
{
    char text[CE_CGROUP_TEXT_SIZE];

    read_counter(cgroup, slot, which, text);
    switch (which) {
    case CE_COUNT_CPU:
        return cgroup->ops->cpu_us(text);
    case CE_COUNT_OOM:
        return ce_text_key(text, "oom_kill");
    case CE_COUNT_REFUSALS:
        return ce_text_key(text, "max");
    default:
        return ce_text_number(text);
    }
}

/** Count the peak of memory from here. */
static void reset_peak(ce_cgroup *cgroup, uint32_t slot)
{
    int fd = open_counter(cgroup, slot, CE_COUNT_MEMORY_PEAK);
    if (fd >= 0 && pwrite(fd, "0", 1, 0) < 0)
        ce_close(&cgroup->slots[slot].counters[CE_COUNT_MEMORY_PEAK]);
}

/** Slots that may keep their counters open: a quarter of the descriptors that this process may have
 *  is for that. */
static uint32_t slots_to_keep(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 0;
    rlim_t slots = limit.rlim_cur / 4 / CE_COUNTERS;
    return slots > UINT32_MAX ? UINT32_MAX : (uint32_t)slots;
}

/* ---- leaves ---- */

void ce_slot_reset(ce_slot *slot)
{
    slot->memory_bytes = UINT64_MAX; /* as a new directory has it: no limit */
    slot->residue = 0;
    slot->floors_known = false;
}

int ce_leaf_limit_processes(ce_cgroup *cgroup, uint32_t slot)
{
    int base = cgroup->fd[CE_PIDS];
    uint32_t processes = cgroup->options.processes;

    if (processes > PIDS_MAX_LIMIT)
        return ce_leaf_write(base, slot, "pids.max", "max");
    return ce_leaf_write_number(base, slot, "pids.max", processes);
}

void ce_cpu_quota(uint32_t cpu_millis, uint64_t *quota_us, uint64_t *period_us)
{
    /* The kernel takes quotas from a millisecond on. Shorter periods mean shorter stalls, so that
       the longest is for the smallest shares only. */
    *period_us = cpu_millis < 10 ? 1000000 : 100000;
    *quota_us = ce_multiply_saturated(cpu_millis, *period_us) / 1000;
}

int ce_leaf_remake(ce_cgroup *cgroup, int base, uint32_t slot)
{
    ce_leaf_path leaf = ce_leaf_name(slot, "");

    close_counters(&cgroup->slots[slot]);
    if (unlinkat(base, leaf.text, AT_REMOVEDIR) < 0 && errno != ENOENT)
        return -errno;
    return mkdirat(base, leaf.text, 0755) < 0 ? -errno : 0;
}

static int make_leaf(ce_cgroup *cgroup, uint32_t slot)
{
    ce_leaf_path leaf = ce_leaf_name(slot, "");

    ce_slot_reset(&cgroup->slots[slot]);
    cgroup->slots[slot].made = true;
    for (int i = 0; i < cgroup->base_count; i++)
        if (mkdirat(cgroup->bases[i].fd, leaf.text, 0755) < 0)
            return -errno;
    return cgroup->ops->limit(cgroup, slot);
}

static void remove_leaf(ce_cgroup *cgroup, uint32_t slot)
{
    ce_leaf_path leaf = ce_leaf_name(slot, "");

    close_counters(&cgroup->slots[slot]);
    ce_close(&cgroup->slots[slot].oom_fd);
    for (int i = 0; i < cgroup->base_count; i++)
        unlinkat(cgroup->bases[i].fd, leaf.text, AT_REMOVEDIR);
}

int ce_cgroup_ready(ce_cgroup *cgroup, uint32_t slot)
{
    if (slot >= cgroup->options.slots)
        return -EINVAL;
    if (cgroup->slots[slot].made)
        return 0;
    int status = make_leaf(cgroup, slot);
    if (status < 0) {
        remove_leaf(cgroup, slot);
        cgroup->slots[slot].made = false; /* nothing can live in it: it is gone */
    }
    return status;
}

/* ---- what dead executors left behind ---- */

/** The process id in the name of a base, or 0. */
static long base_owner(const char *name)
{
    char *end;
    size_t prefix = sizeof(BASE_PREFIX) - 1;

    if (strncmp(name, BASE_PREFIX, prefix) != 0 || name[prefix] < '1' || name[prefix] > '9')
        return 0;
    long owner = strtol(name + prefix, &end, 10);
    if (*end != '-' || strlen(end + 1) != 16 || strspn(end + 1, "0123456789abcdef") != 16)
        return 0;
    return owner;
}

/** Call remove(directory, name) for every name in there. */
static void for_each_name(int directory, void (*visit)(int directory, const char *name))
{
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);

    if (stream == NULL) {
        ce_close(&copy);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        if (entry->d_type == DT_DIR)
            visit(directory, entry->d_name);
    closedir(stream);
}

static void remove_stale_leaf(int directory, const char *name)
{
    if (strncmp(name, "slot-", 5) == 0)
        unlinkat(directory, name, AT_REMOVEDIR);
}

/** A dead owner's process id is not enough: the owner may live in another process id namespace. The
 *  lock that it holds on its base tells. What has processes in it the kernel does not remove. */
static void remove_stale_base(int directory, const char *name)
{
    long owner = base_owner(name);

    if (owner == 0 || kill((pid_t)owner, 0) == 0 || errno != ESRCH)
        return;
    CE_CLEANUP_FD base = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (base < 0 || flock(base, LOCK_EX | LOCK_NB) < 0)
        return;
    for_each_name(base, remove_stale_leaf);
    unlinkat(directory, name, AT_REMOVEDIR);
}

/* ---- open and close ---- */

static int make_base(ce_cgroup *cgroup, int directory, unsigned controllers)
{
    if (mkdirat(directory, cgroup->name, 0755) < 0)
        return -errno;
    CE_CLEANUP_FD fd = openat(directory, cgroup->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int status = -errno;
        unlinkat(directory, cgroup->name, AT_REMOVEDIR);
        return status;
    }
    for (int i = 0; i < CE_CONTROLLERS; i++)
        if ((controllers & CE_BIT(i)) != 0)
            cgroup->fd[i] = fd;
    cgroup->bases[cgroup->base_count].controllers = controllers;
    cgroup->bases[cgroup->base_count++].fd = ce_steal_fd(&fd);
    return 0;
}

static int make_bases(ce_cgroup *cgroup, const ce_cgroup_place *place)
{
    for (int i = 0; i < place->count; i++) {
        for_each_name(place->fds[i], remove_stale_base);
        int status = make_base(cgroup, place->fds[i], place->controllers[i]);
        /* Without cpu and cpuacct it goes too. */
        if (status < 0 && (place->controllers[i] & CE_NEEDED_BITS) != 0)
            return status;
    }
    return cgroup->ops->prepare(cgroup);
}

/** In a child: enter the leaf. Only what is safe after fork in a threaded process. */
static _Noreturn void join_and_report(const ce_cgroup *cgroup, const char *file, int out)
{
    int status = 0;

    for (int i = 0; i < cgroup->base_count && status == 0; i++)
        status = ce_write_at(cgroup->bases[i].fd, file, "0");
    _exit(write(out, &status, sizeof(status)) == (ssize_t)sizeof(status) ? 0 : 1);
}

/** Whether processes may enter leaf 0. Making directories is not enough for that: a delegated
 *  subtree takes no processes from outside of it. */
static int try_to_join(const ce_cgroup *cgroup)
{
    int ends[2];
    int status;
    ssize_t size;
    ce_leaf_path file = ce_leaf_name(0, cgroup->ops->join_file);

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    CE_CLEANUP_FD in = ends[0];
    pid_t child = fork();
    if (child == 0)
        join_and_report(cgroup, file.text, ends[1]);
    int fork_errno = errno;
    close(ends[1]);
    if (child < 0)
        return -fork_errno;
    do
        size = read(in, &status, sizeof(status));
    while (size < 0 && errno == EINTR);
    /* Fails with ECHILD in a host that ignores SIGCHLD: the pipe has told already. */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return size == (ssize_t)sizeof(status) ? status : -EIO;
}

/** Find out with the first leaf what leaves can do. */
static int make_first_leaf(ce_cgroup *cgroup, const char **step)
{
    *step = "make a leaf with limits";
    int status = make_leaf(cgroup, 0);
    if (status < 0)
        return status;
    cgroup->ops->probe(cgroup, 0);
    *step = "move a process to a leaf (without root the cgroup must lie in what was delegated, and "
            "so must we)";
    status = try_to_join(cgroup);
    /* Counters and peaks begin at nothing. */
    remove_leaf(cgroup, 0);
    if (status < 0)
        return status;
    *step = "make the leaves";
    return make_leaf(cgroup, 0); /* which the first guest gets: it need not wait for it */
}

static ce_cgroup *new_cgroup(const ce_cgroup_options *options, int version)
{
    unsigned long long random = 0;
    ce_cgroup *cgroup = calloc(1, sizeof(*cgroup));
    ce_slot *slots = calloc(options->slots, sizeof(*slots));

    if (cgroup == NULL || slots == NULL ||
        getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random)) {
        free(cgroup);
        free(slots);
        return NULL;
    }
    cgroup->ops = version == 2 ? &ce_cgroup_v2 : &ce_cgroup_v1;
    cgroup->options = *options;
    cgroup->options.where = NULL; /* the caller's */
    cgroup->slots = slots;
    ce_cgroup_place_init(&cgroup->place);
    cgroup->kept = slots_to_keep();
    snprintf(cgroup->name, sizeof(cgroup->name), BASE_PREFIX "%ld-%016llx", (long)getpid(), random);
    for (int i = 0; i < CE_CGROUP_MAX_BASES; i++)
        cgroup->bases[i].fd = -1;
    for (int i = 0; i < CE_CONTROLLERS; i++)
        cgroup->fd[i] = -1;
    for (uint32_t i = 0; i < options->slots; i++) {
        ce_slot_reset(&slots[i]);
        slots[i].oom_fd = -1;
        for (int j = 0; j < CE_COUNTERS; j++)
            slots[i].counters[j] = -1;
    }
    return cgroup;
}

static int make_at(ce_cgroup *cgroup, const ce_cgroup_place *place, codeexec_error *error)
{
    const char *step = "make a cgroup";
    int status = make_bases(cgroup, place);

    if (status == 0)
        status = make_first_leaf(cgroup, &step);
    return status == 0 ? 0
                       : ce_error_set(error, CODEEXEC_EISOLATION, -status, STAGE,
                                      "cgroup version %d: cannot %s: %s", place->version, step,
                                      strerror(-status));
}

int ce_cgroup_make(ce_cgroup *cgroup, codeexec_error *error)
{
    if (cgroup->base_count > 0)
        return 0;
    int status = make_at(cgroup, &cgroup->place, error);
    if (status == 0) {
        ce_cgroup_place_close(&cgroup->place);
        ce_cgroup_place_init(&cgroup->place); /* what was changed for it stays */
    }
    return status;
}

static int make_or_close(ce_cgroup **cgroup, codeexec_error *error)
{
    int status = ce_cgroup_make(*cgroup, error);

    if (status < 0) {
        ce_cgroup_close(*cgroup);
        *cgroup = NULL;
    }
    return status;
}

int ce_cgroup_locate(ce_cgroup **out, const ce_cgroup_options *options, codeexec_error *error)
{
    ce_cgroup_place place;
    ce_cgroup *cgroup = NULL;

    if (options->slots == 0 || options->memory_bytes == 0 || options->processes == 0)
        return ce_error_set(error, CODEEXEC_EINVAL, 0, STAGE, "cgroup: a limit is zero");
    ce_cgroup_place_init(&place);
    int status = ce_cgroup_find(&place, options->where, false, error);
    if (status < 0)
        return status;
    cgroup = new_cgroup(options, place.version);
    if (cgroup == NULL) {
        ce_cgroup_place_undo(&place);
        ce_cgroup_place_close(&place);
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, STAGE, "out of memory");
    }
    cgroup->place = place;
    /* What is started from now on would stay where we have moved to, should we have to move back:
       so it is made sure at once that we need not. */
    if (place.moved)
        status = make_or_close(&cgroup, error);
    if (status == 0)
        *out = cgroup;
    return status;
}

int ce_cgroup_open(ce_cgroup **out, const ce_cgroup_options *options, codeexec_error *error)
{
    ce_cgroup *cgroup = NULL;
    int status = ce_cgroup_locate(&cgroup, options, error);

    if (status == 0 && cgroup != NULL)
        status = make_or_close(&cgroup, error);
    if (status == 0)
        *out = cgroup;
    return status;
}

int ce_cgroup_try(const char *where, codeexec_error *error)
{
    const ce_cgroup_options options = { .slots = 1,
                                        .memory_bytes = UINT64_C(64) << 20,
                                        .processes = 16 };
    ce_cgroup_place place;
    ce_cgroup *cgroup = NULL;

    ce_cgroup_place_init(&place);
    int status = ce_cgroup_find(&place, where, true, error);
    if (status == 0 && !place.occupied) {
        cgroup = new_cgroup(&options, place.version);
        status = cgroup == NULL ? ce_error_set(error, CODEEXEC_ENOMEM, 0, STAGE, "out of memory")
                                : make_at(cgroup, &place, error);
        ce_cgroup_close(cgroup);
    }
    ce_cgroup_place_undo(&place);
    ce_cgroup_place_close(&place);
    return status;
}

/** Remove the base from inside. @return whether it is gone. */
static bool remove_base(const ce_cgroup *cgroup, int base)
{
    char path[sizeof(cgroup->name) + 3];
    snprintf(path, sizeof(path), "../%s", cgroup->name);
    return unlinkat(base, path, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

/** Remove all that has no processes any more. @return whether nothing is left. */
static bool remove_all(ce_cgroup *cgroup)
{
    bool gone = true;

    for (uint32_t slot = 0; slot < cgroup->options.slots; slot++)
        if (cgroup->slots[slot].made)
            remove_leaf(cgroup, slot);
    for (int i = 0; i < cgroup->base_count; i++)
        gone = remove_base(cgroup, cgroup->bases[i].fd) && gone;
    return gone;
}

void ce_cgroup_close(ce_cgroup *cgroup)
{
    /* Guests were killed a moment ago. The kernel tells of their end to nobody but their parent,
       which is not us: this is the one place that waits by looking again. What is left after a
       second the next executor removes. */
    const struct timespec moment = { .tv_nsec = 5000000 };

    if (cgroup == NULL)
        return;
    for (uint32_t slot = 0; slot < cgroup->options.slots; slot++)
        if (cgroup->slots[slot].made)
            ce_cgroup_kill(cgroup, slot);
    for (int tries = 0; !remove_all(cgroup) && tries < 200; tries++)
        nanosleep(&moment, NULL);
    ce_cgroup_place_undo(&cgroup->place);
    ce_cgroup_place_close(&cgroup->place);
    for (int i = 0; i < cgroup->base_count; i++)
        ce_close(&cgroup->bases[i].fd);
    free(cgroup->slots);
    free(cgroup);
}

/* ---- one run ---- */

int ce_cgroup_version(const ce_cgroup *cgroup)
{
    return cgroup->ops->version;
}

int ce_cgroup_bases(const ce_cgroup *cgroup, int fds[CE_CGROUP_MAX_BASES])
{
    for (int i = 0; i < cgroup->base_count; i++)
        fds[i] = cgroup->bases[i].fd;
    return cgroup->base_count;
}

static int change_memory(ce_cgroup *cgroup, uint32_t slot, uint64_t bytes)
{
    if (bytes == cgroup->slots[slot].memory_bytes)
        return 0;
    return cgroup->ops->set_memory(cgroup, slot, bytes);
}

/** A new leaf has a parked guest in it and nothing more: what its peaks are now no run was. */
static void note_floors(ce_cgroup *cgroup, uint32_t slot)
{
    ce_slot *state = &cgroup->slots[slot];

    if (state->floors_known)
        return;
    state->processes_floor = count(cgroup, slot, CE_COUNT_PROCESSES_PEAK);
    if (!cgroup->peak_resets)
        state->memory_floor = count(cgroup, slot, CE_COUNT_MEMORY_PEAK);
    state->floors_known = true;
}

int ce_cgroup_begin(ce_cgroup *cgroup, uint32_t slot, uint64_t memory_bytes)
{
    if (slot >= cgroup->options.slots || memory_bytes == 0)
        return -EINVAL;
    int status = change_memory(cgroup, slot, memory_bytes);
    if (status < 0)
        return status;
    note_floors(cgroup, slot);
    if (cgroup->peak_resets)
        reset_peak(cgroup, slot);
    /* The parked guest spent time on getting ready, which is not the run's. Other counters stand
       where recycle left them. */
    cgroup->slots[slot].cpu_us = count(cgroup, slot, CE_COUNT_CPU);
    return 0;
}

static uint64_t since(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

void ce_cgroup_read(ce_cgroup *cgroup, uint32_t slot, ce_cgroup_usage *usage)
{
    memset(usage, 0, sizeof(*usage));
    if (slot >= cgroup->options.slots)
        return;
    const ce_slot *state = &cgroup->slots[slot];
    usage->cpu_us = since(count(cgroup, slot, CE_COUNT_CPU), state->cpu_us);
    usage->memory_peak_bytes = count(cgroup, slot, CE_COUNT_MEMORY_PEAK);
    uint64_t processes = count(cgroup, slot, CE_COUNT_PROCESSES_PEAK);
    usage->processes_peak = processes > UINT32_MAX ? UINT32_MAX : (uint32_t)processes;
    usage->oom_kills = since(count(cgroup, slot, CE_COUNT_OOM), state->oom_kills);
    usage->refusals = since(count(cgroup, slot, CE_COUNT_REFUSALS), state->refusals);
}

void ce_cgroup_kill(ce_cgroup *cgroup, uint32_t slot)
{
    if (slot < cgroup->options.slots)
        cgroup->ops->kill(cgroup->bases[0].fd, ce_leaf_name(slot, "").text);
}

/** Free the caches that are charged to the leaf, so that the next run's peak is its own. */
static void shed(ce_cgroup *cgroup, uint32_t slot)
{
    ce_slot *state = &cgroup->slots[slot];
    uint64_t bytes = count(cgroup, slot, CE_COUNT_MEMORY);

    if (bytes > ce_add_saturated(state->residue, SHED_BYTES)) {
        ce_leaf_write_number(cgroup->fd[CE_MEMORY], slot, cgroup->ops->shed_file, bytes);
        bytes = count(cgroup, slot, CE_COUNT_MEMORY);
        state->residue = bytes;
    }
    /* What was freed a little later, by then: the next run's leftovers are to be seen above it. */
    if (bytes < state->residue)
        state->residue = bytes;
}

/** Whether the last run left a mark that only a new directory is without. */
static bool is_marked(ce_cgroup *cgroup, uint32_t slot)
{
    const ce_slot *state = &cgroup->slots[slot];

    if (!state->floors_known)
        return false; /* no run began */
    if (count(cgroup, slot, CE_COUNT_PROCESSES_PEAK) > state->processes_floor)
        return true;
    /* What could not be shed would be the next run's from the start. */
    if (cgroup->memory_renewable && state->residue > SHED_BYTES)
        return true;
    return !cgroup->peak_resets && count(cgroup, slot, CE_COUNT_MEMORY_PEAK) >
                                       ce_add_saturated(state->memory_floor, PEAK_SLACK_BYTES);
}

/** @return 0 or -errno */
static int renew(ce_cgroup *cgroup, uint32_t slot)
{
    int status = cgroup->ops->renew(cgroup, slot);

    if (status == 0)
        cgroup->slots[slot].floors_known = false;
    /* No process is charged to it, so that this is the end of one that is not over yet. Better a
       peak that is another run's than a slot that is lost; the next recycle tries again. */
    return status == -EBUSY ? 0 : status;
}

int ce_cgroup_recycle(ce_cgroup *cgroup, uint32_t slot)
{
    int status = 0;

    if (slot >= cgroup->options.slots)
        return -EINVAL;
    ce_slot *state = &cgroup->slots[slot];
    if (count(cgroup, slot, CE_COUNT_PROCESSES) > 0)
        return -EBUSY;
    shed(cgroup, slot);
    if (cgroup->pids_renewable && is_marked(cgroup, slot))
        status = renew(cgroup, slot);
    if (status < 0)
        return status;
    state->oom_kills = count(cgroup, slot, CE_COUNT_OOM);
    state->refusals = count(cgroup, slot, CE_COUNT_REFUSALS);
    if (slot >= cgroup->kept)
        close_counters(state);
    if (state->oom_fd >= 0) {
        uint64_t events;
        /* Nobody may have read it; the next run is not to blame. */
        while (read(state->oom_fd, &events, sizeof(events)) < 0 && errno == EINTR)
            ;
    }
    /* The next guest needs what it needs to get ready. More than that does no harm: until begin it
       runs none but our code. */
    if (state->memory_bytes < cgroup->options.memory_bytes)
        return change_memory(cgroup, slot, cgroup->options.memory_bytes);
    return 0;
}

int ce_cgroup_oom_fd(const ce_cgroup *cgroup, uint32_t slot)
{
    return slot < cgroup->options.slots ? cgroup->slots[slot].oom_fd : -1;
}
