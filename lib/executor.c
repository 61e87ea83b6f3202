/* SPDX-License-Identifier: MIT */
/* The public calls, the queue of runs that wait, and the queue of results. */
#include <codeexec/executor.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error_internal.h"
#include "executor_internal.h"
#include "machine.h"
#include "policy_file.h"
#include "python.h"
#include "util/clock.h"

/** Guests parked ahead of the runs that will want them. */
#define PARKED_GUESTS 2u
/** Slots beyond that for guests parked in other tiers. */
#define TIER_SLOTS 12u

/* ---- settings ---- */

static int bad_setting(codeexec_error *error, const char *message)
{
    return ce_error_set(error, CODEEXEC_EINVAL, 0, "config", "%s", message);
}

static bool within(uint64_t value, uint64_t least, uint64_t most)
{
    return value >= least && value <= most;
}

/** The loader checks what it reads; a program may have set the fields itself. */
static int check_config(const codeexec_config *config, codeexec_error *error)
{
    const uint64_t mib = UINT64_C(1) << 20;
    const struct {
        bool good;
        const char *message;
    } checks[] = {
        { within(config->wall_ms, 1, CODEEXEC_MAX_WALL_MS), "wall_ms must be 1..600000" },
        { within(config->memory_bytes, CODEEXEC_MIN_MEMORY_BYTES, CODEEXEC_MAX_MEMORY_BYTES),
          "memory_bytes must be 16..8192 MiB" },
        { within(config->output_bytes, 1, 1024 * mib), "output_bytes must be 1..1073741824" },
        { (config->isolation & ~(CODEEXEC_ISOLATION_NAMESPACES | CODEEXEC_ISOLATION_LANDLOCK |
                                 CODEEXEC_ISOLATION_CGROUPS)) == 0,
          "isolation must be of enum codeexec_isolation" },
        { within(config->profile, CODEEXEC_PROFILE_AUTO, CODEEXEC_PROFILE_LOCKED_DOWN),
          "profile must be one of enum codeexec_profile" },
        { !config->cgroup || config->cgroup[0] == '/' || strcmp(config->cgroup, "auto") == 0 ||
              strcmp(config->cgroup, "off") == 0,
          "cgroup must be auto, off or an absolute path" },
        { config->work_dir && config->work_dir[0] == '/', "work_dir must be an absolute path" },
        { config->cpu_millis == 0 || within(config->cpu_millis, 10, 1024000),
          "cpu_millis must be 0 or 10..1024000" },
        { within(config->policy, CODEEXEC_POLICY_DEFAULT, CODEEXEC_POLICY_FILE),
          "policy must be one of enum codeexec_policy" },
        { config->policy != CODEEXEC_POLICY_FILE || config->policy_file,
          "policy_file must name a file" },
        { config->concurrency <= CE_MAX_CONCURRENCY, "concurrency must be 0..1024" },
        { config->queue_length <= 1000000, "queue_length must be 0..1000000" },
        { within(config->processes, 1, 4096), "processes must be 1..4096" },
        { within(config->open_files, 16, 65536), "open_files must be 16..65536" },
        { within(config->tmp_bytes, mib, 8192 * mib), "tmp_bytes must be 1..8192 MiB" },
        { within(config->zygote_runs, 1, 1000000000), "zygote_runs must be 1..1000000000" },
    };
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        if (!checks[i].good)
            return bad_setting(error, checks[i].message);
    return 0;
}

/** Whoever was compiled against another version gets this version's defaults for what it lacks. */
static int copy_config(codeexec_config *out, const codeexec_config *config, codeexec_error *error)
{
    codeexec_config_init(out);
    if (!config)
        return 0;
    size_t known = ce_struct_copy_size(config, config->struct_size, sizeof(*out),
                                       offsetof(codeexec_config, memory_bytes));
    if (known == 0)
        return bad_setting(error, "the config was not initialized with codeexec_config_init()");
    memcpy(out, config, known);
    return check_config(out, error);
}

/** Append what the policy file says to the settings. */
static int add_policy_file(codeexec_executor *executor, codeexec_error *error)
{
    const char *path = executor->config.policy_file;
    char *policy = NULL;
    size_t size = 0;
    char why[360];
    int status = ce_policy_file_load(path, &policy, &size, why, sizeof(why));
    if (status == -CODEEXEC_EINVAL)
        return ce_error_set(error, CODEEXEC_EINVAL, 0, "config", "%.120s: %s", path, why);
    char *joined = status == 0 ? realloc(executor->settings, executor->settings_size + size) : NULL;
    if (joined) {
        memcpy(joined + executor->settings_size, policy, size);
        executor->settings = joined;
        executor->settings_size += size;
    }
    free(policy);
    return joined ? 0 : ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory");
}

/** The settings of SETUP: "key=value" pairs, each NUL-terminated. */
static int make_settings(codeexec_executor *executor, codeexec_error *error)
{
    static const char *const policies[] = { "default", "strict", "off", "custom" };
    const codeexec_config *config = &executor->config;
    /* A process that makes one run and exits would not see anything warmed; nor is a zygote of one
       run worth getting in shape for being copied. */
    int warm = config->preload || config->learn;
    int once = config->zygote_runs == 1;
    int size = asprintf(&executor->settings,
                        "allowed_modules=%s%cpolicy=%s%cwarm=%d%conce=%d%cwork_root=%s%c",
                        config->allowed_modules ? config->allowed_modules : "", 0,
                        policies[config->policy], 0, warm, 0, once, 0, config->work_dir, 0);
    if (size < 0) {
        executor->settings = NULL;
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory for settings");
    }
    executor->settings_size = (size_t)size;
    int status = config->policy == CODEEXEC_POLICY_FILE ? add_policy_file(executor, error) : 0;
    if (status < 0)
        return status;
    if (executor->settings_size > (size_t)CE_FRAME_MAX - sizeof(ce_setup))
        return bad_setting(error, "allowed_modules, work_dir and policy_file are too long");
    executor->work_dir = strdup(config->work_dir);
    if (config->cgroup)
        executor->cgroup_where = strdup(config->cgroup);
    if (!executor->work_dir || (config->cgroup && !executor->cgroup_where))
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory for settings");
    return 0;
}

/* ---- create, destroy ---- */

static int set_up(codeexec_executor *executor, const codeexec_config *config, codeexec_error *error)
{
    int status = copy_config(&executor->config, config, error);
    if (status < 0)
        return status;
    status = ce_find_libexec(&executor->config, &executor->libexec, error);
    if (status == 0)
        status = ce_find_python(&executor->config, &executor->python, error);
    if (status < 0)
        return status;

    codeexec_machine_size(&executor->cpus, NULL);
    if (executor->config.concurrency == 0)
        executor->config.concurrency = ce_default_concurrency();
    const uint32_t parked =
        executor->config.concurrency < PARKED_GUESTS ? executor->config.concurrency : PARKED_GUESTS;
    const int tiered = executor->config.preload || executor->config.learn;
    /* Beside those that run and those that are parked, some have ended and not been reaped yet. */
    executor->slots = executor->config.concurrency + 2 * parked + (tiered ? TIER_SLOTS : 0);
    if (ce_tiers_init(&executor->tiers, &executor->loop, executor->config.allowed_modules,
                      executor->config.preload, executor->config.learn, parked,
                      executor->config.tier_bytes) < 0)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory for its tiers");
    status = make_settings(executor, error);
    /* What they point to is the caller's. */
    executor->config.allowed_modules = executor->config.listen = executor->config.python =
        executor->config.libexec_dir = executor->config.cgroup = executor->config.work_dir =
            executor->config.policy_file = NULL;
    executor->config.owned = NULL;
    return status == 0 ? ce_pool_start(executor, error) : status;
}

int codeexec_executor_create(codeexec_executor **out, const codeexec_config *config,
                             codeexec_error *error)
{
    if (!out)
        return ce_error_set(error, CODEEXEC_EINVAL, 0, "executor", "out is NULL");
    codeexec_executor *executor = calloc(1, sizeof(*executor));
    if (!executor)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory");
    int status = ce_loop_init(&executor->loop);
    if (status < 0)
        status =
            ce_error_set(error, status == -ENOMEM ? CODEEXEC_ENOMEM : CODEEXEC_ESYSTEM, -status,
                         "executor", "opening its descriptors: %s", strerror(-status));
    else
        status = set_up(executor, config, error);
    if (status < 0) {
        codeexec_executor_destroy(executor);
        return status;
    }
    ce_loop_arm(&executor->loop);
    *out = executor;
    return 0;
}

static void free_results(codeexec_executor *executor)
{
    codeexec_result *result;
    while ((result = codeexec_next_result(executor)))
        codeexec_result_free(result);
}

void codeexec_executor_destroy(codeexec_executor *executor)
{
    if (!executor)
        return;
    ce_pool_stop(executor);
    for (ce_job *job = executor->queue_first, *next; job; job = next) {
        next = job->next;
        ce_executor_drop(job);
    }
    free_results(executor);
    ce_outlet_clear(&executor->outlet);
    ce_tiers_clear(&executor->tiers, &executor->loop);
    ce_loop_clear(&executor->loop);
    while (executor->known_layers) {
        ce_layers_list *entry = executor->known_layers;
        executor->known_layers = entry->next;
        ce_layers_release(entry->layers);
        free(entry);
    }
    free(executor->python);
    free(executor->libexec);
    free(executor->settings);
    free(executor->work_dir);
    free(executor->cgroup_where);
    free(executor);
}

/* ---- the queue ---- */

static void enqueue(codeexec_executor *executor, ce_job *job)
{
    job->previous = executor->queue_last;
    job->next = NULL;
    if (executor->queue_last)
        executor->queue_last->next = job;
    else
        executor->queue_first = job;
    executor->queue_last = job;
    executor->waiting++;
}

void ce_executor_requeue(codeexec_executor *executor, ce_job *job)
{
    job->previous = NULL;
    job->next = executor->queue_first;
    if (executor->queue_first)
        executor->queue_first->previous = job;
    else
        executor->queue_last = job;
    executor->queue_first = job;
    executor->waiting++;
}

void ce_executor_unqueue(codeexec_executor *executor, ce_job *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        executor->queue_first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        executor->queue_last = job->previous;
    executor->waiting--;
}

void ce_executor_drop(ce_job *job)
{
    ce_request_clear(&job->request);
    if (job->result)
        codeexec_result_free(&job->result->result);
    free(job);
}

/* ---- ends ---- */

void ce_executor_finish(codeexec_executor *executor, ce_job *job)
{
    ce_result *result = job->result;
    job->result = NULL;
    ce_executor_drop(job);
    executor->pending--;
    if (executor->ends_last)
        executor->ends_last->next = result;
    else
        executor->ends_first = result;
    executor->ends_last = result;
}

void ce_executor_fail(codeexec_executor *executor, ce_job *job, const char *detail)
{
    ce_result_set_detail(job->result, "%s", detail);
    job->result->never_ran = executor->failure.code != 0;
    ce_executor_finish(executor, job);
}

/** Take a result out of the queue: the first one, or (ticket not 0) that run's. */
static ce_result *take_end(codeexec_executor *executor, uint64_t ticket)
{
    ce_result *previous = NULL;
    ce_result *result = executor->ends_first;
    while (result && ticket != 0 && result->result.ticket != ticket) {
        previous = result;
        result = result->next;
    }
    if (!result)
        return NULL;
    if (previous)
        previous->next = result->next;
    else
        executor->ends_first = result->next;
    if (executor->ends_last == result)
        executor->ends_last = previous;
    result->next = NULL;
    return result;
}

/* ---- turning the loop ---- */

/** Before control goes back to the caller: its poll must wake it for what can be taken, and for the
 * nearest deadline. */
static void hand_back(codeexec_executor *executor)
{
    ce_loop_signal(&executor->loop, executor->ends_first || executor->outlet.first);
    ce_loop_arm(&executor->loop);
}

static int turn(codeexec_executor *executor, int timeout_ms, codeexec_error *error)
{
    ce_loop_arm(&executor->loop);
    int status = ce_loop_turn(&executor->loop, timeout_ms);
    ce_pool_pump(executor);
    if (status < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, -status, "executor", "epoll_wait: %s",
                            strerror(-status));
    return 0;
}

int codeexec_executor_fd(const codeexec_executor *executor)
{
    return executor->loop.epoll;
}

int codeexec_dispatch(codeexec_executor *executor, int timeout_ms, codeexec_error *error)
{
    int status = turn(executor, timeout_ms, error);
    hand_back(executor);
    return status;
}

codeexec_result *codeexec_next_result(codeexec_executor *executor)
{
    ce_result *result = take_end(executor, 0);
    hand_back(executor);
    return result ? &result->result : NULL;
}

int codeexec_next_output(codeexec_executor *executor, codeexec_output *output)
{
    ce_piece *piece = ce_outlet_take(&executor->outlet);
    if (piece) {
        *output = (codeexec_output){ .ticket = piece->ticket,
                                     .stream = piece->stream,
                                     .data = piece->data,
                                     .size = piece->size };
        if (piece->source)
            ce_supervisor_resume(piece->source->owner);
    }
    hand_back(executor);
    return piece != NULL;
}

/** Milliseconds until then, rounded up; -1 if there is no such moment. */
static int time_left_ms(uint64_t until_ns)
{
    if (until_ns == UINT64_MAX)
        return -1;
    uint64_t now = ce_now_ns();
    return now < until_ns ? (int)((until_ns - now + CE_NS_PER_MS - 1) / CE_NS_PER_MS) : 0;
}

static bool is_ready(const codeexec_executor *executor)
{
    const ce_client *bare = executor->tiers.slots[0].client;
    return bare && bare->state == CE_CLIENT_READY;
}

int codeexec_executor_wait_ready(codeexec_executor *executor, int timeout_ms, codeexec_error *error)
{
    const uint64_t until =
        timeout_ms < 0 ? UINT64_MAX : ce_now_ns() + (uint64_t)timeout_ms * CE_NS_PER_MS;
    int status = 0;
    /* What waits to be taken must not keep the loop turning while this waits. */
    ce_loop_signal(&executor->loop, 0);
    while (status == 0 && !is_ready(executor) && executor->failure.code == 0) {
        int left = time_left_ms(until);
        status = turn(executor, left, error);
        if (status == 0 && left == 0 && !is_ready(executor) && executor->failure.code == 0)
            status = ce_error_set(error, CODEEXEC_ETIMEDOUT, 0, "executor",
                                  "the fork server is not ready yet");
    }
    hand_back(executor);
    if (status == 0 && executor->failure.code != 0) {
        if (error)
            *error = executor->failure;
        status = -executor->failure.code;
    }
    return status;
}

/* ---- runs ---- */

static int admit(const codeexec_executor *executor, codeexec_error *error)
{
    if (executor->failure.code != 0) {
        if (error)
            *error = executor->failure;
        return -executor->failure.code;
    }
    if (executor->shut_down)
        return ce_error_set(error, CODEEXEC_ESHUTDOWN, 0, "executor",
                            "the executor accepts no more runs");
    if (executor->pending >= (size_t)executor->config.concurrency + executor->config.queue_length)
        return ce_error_set(error, CODEEXEC_EQUEUE, 0, "executor", "%zu runs are waiting already",
                            executor->waiting);
    return 0;
}

static int make_job(ce_job **out, const codeexec_executor *executor,
                    const codeexec_request *request, codeexec_error *error)
{
    ce_job *job = calloc(1, sizeof(*job));
    if (!job)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory for the run");
    job->request.stdin_fd = -1;
    int status = ce_request_copy(&job->request, request, &executor->config, executor->cpus, error);
    if (status == 0) {
        job->result = ce_result_create(job->request.execution_id);
        if (!job->result)
            status = ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor",
                                  "no memory for the result");
    }
    if (status < 0) {
        ce_executor_drop(job);
        return status;
    }
    *out = job;
    return 0;
}

int codeexec_submit(codeexec_executor *executor, const codeexec_request *request, uint64_t *ticket,
                    codeexec_error *error)
{
    ce_job *job = NULL;
    int status = admit(executor, error);
    if (status == 0)
        status = make_job(&job, executor, request, error);
    if (!job)
        return status;
    job->ticket = ++executor->last_ticket;
    job->result->result.ticket = job->ticket;
    job->modules =
        ce_scan_imports(&executor->tiers.modules, job->request.program, job->request.code_size);
    ce_tiers_note(&executor->tiers, job->modules, ce_now_ns());
    executor->pending++;
    enqueue(executor, job);
    if (ticket)
        *ticket = job->ticket;
    /* A parked guest gets it now, not with the next dispatch. */
    ce_pool_pump(executor);
    hand_back(executor);
    return 0;
}

static int refuse_streaming(const codeexec_request *request, codeexec_error *error)
{
    /* Nobody could take its output while this waits for its end. */
    if (request && request->struct_size > offsetof(codeexec_request, flags) &&
        (request->flags & CODEEXEC_REQUEST_STREAM) != 0)
        return ce_error_set(error, CODEEXEC_EINVAL, 0, "request",
                            "streaming needs codeexec_submit()");
    return 0;
}

int codeexec_run(codeexec_executor *executor, const codeexec_request *request,
                 codeexec_result **out, codeexec_error *error)
{
    uint64_t ticket = 0;
    ce_result *result;
    int status = refuse_streaming(request, error);
    if (status == 0)
        status = codeexec_submit(executor, request, &ticket, error);
    if (status < 0)
        return status;
    while (!(result = take_end(executor, ticket)) && status == 0) {
        ce_loop_signal(&executor->loop, 0);
        status = turn(executor, -1, error);
    }
    if (!result)
        codeexec_cancel(executor, ticket);
    else if (result->never_ran) {
        if (error)
            *error = executor->failure;
        status = -executor->failure.code;
        codeexec_result_free(&result->result);
    } else {
        status = 0;
        *out = &result->result;
    }
    hand_back(executor);
    return status;
}

static ce_job *find_waiting(const codeexec_executor *executor, uint64_t ticket)
{
    ce_job *job = executor->queue_first;
    while (job && job->ticket != ticket)
        job = job->next;
    return job;
}

static ce_supervisor *find_running(const codeexec_executor *executor, uint64_t ticket)
{
    for (uint32_t i = 0; i < executor->slots; i++) {
        ce_supervisor *guest = executor->guests[i];
        if (guest && guest->job && guest->job->ticket == ticket)
            return guest;
    }
    return NULL;
}

int codeexec_cancel(codeexec_executor *executor, uint64_t ticket)
{
    ce_job *job = find_waiting(executor, ticket);
    ce_supervisor *guest = job ? NULL : find_running(executor, ticket);
    if (job) {
        ce_executor_unqueue(executor, job);
        job->result->result.outcome = CODEEXEC_OUTCOME_CANCELLED;
        job->result->result.reason = CODEEXEC_REASON_EXITED;
        ce_executor_finish(executor, job);
    } else if (guest) {
        ce_supervisor_cancel(guest);
    }
    hand_back(executor);
    return job || guest ? 0 : -CODEEXEC_ENOTFOUND;
}

/* ---- state ---- */

void codeexec_executor_shutdown(codeexec_executor *executor)
{
    executor->shut_down = 1;
}

int codeexec_executor_load(const codeexec_executor *executor, codeexec_load *load)
{
    if (!load || load->struct_size != sizeof(*load))
        return -CODEEXEC_EINVAL;
    *load = (codeexec_load){ .struct_size = sizeof(*load),
                             .running = (uint32_t)(executor->pending - executor->waiting),
                             .concurrency = executor->config.concurrency,
                             .waiting = executor->waiting,
                             .parked = executor->in_state[CE_GUEST_PARKED],
                             .warm = is_ready(executor) && !ce_tiers_warming(&executor->tiers) };
    ce_tiers_count(&executor->tiers, &load->tiers_ready, &load->tiers_wanted);
    return 0;
}

size_t codeexec_executor_pending(const codeexec_executor *executor)
{
    return executor->pending;
}

const char *codeexec_executor_without_cgroup(const codeexec_executor *executor)
{
    return executor->without_cgroup.code != 0 ? executor->without_cgroup.message : NULL;
}

const char *codeexec_executor_python(const codeexec_executor *executor)
{
    return executor->python;
}

const char *const *codeexec_executor_isolation(const codeexec_executor *executor, size_t *count)
{
    /* Between two zygotes: those of the last one. */
    const ce_layers *last = executor->known_layers ? executor->known_layers->layers : NULL;
    const ce_client *bare = executor->tiers.slots[0].client;
    const ce_layers *layers = bare ? bare->layers : last;
    if (count)
        *count = layers ? layers->count : 0;
    return layers ? layers->names : NULL;
}
