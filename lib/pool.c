/* SPDX-License-Identifier: MIT */
/* Zygotes and guests that are ready before they are needed: how many, when to make them, when to
   stop trying. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error_internal.h"
#include "executor_internal.h"
#include "sandbox/profile.h"
#include "sandbox/workdir.h"
#include "util/clock.h"

/** A zygote that cannot start is tried this often before it is given up. */
#define START_ATTEMPTS 3
/** From then on no guest or zygote is expected to work, and whoever waits for one is told. */
#define HOPELESS_FAILURES 6
/** Guests that fail in a row before spawning is slowed down. */
#define PATIENT_FAILURES 3
/** A zygote that served this long was no failed start; failures this far apart are none in a row.
 */
#define STEADY_NS (10 * CE_NS_PER_SECOND)
/** How often a slot whose cgroup is not empty yet is looked at. */
#define MEND_INTERVAL_NS (50 * CE_NS_PER_MS)
/** A run that was just started gets this much time before a guest is made for a later one. */
#define REFILL_DELAY_NS (CE_NS_PER_MS * 3 / 2)
/** After a zygote was killed, its children can hold on to its directory until they have ended too.
 * When that is nothing tells: it is swept again after so long, and then twice as long each time. */
#define SWEEP_AGAIN_NS CE_NS_PER_SECOND
#define MOST_SWEEPS    6
/** How long the ends of killed guests are waited for when the executor is destroyed. */
#define STOP_LIMIT_MS 2000

/** 0, 100 ms, 400 ms, 1.6 s, then 5 s. */
static uint64_t back_off_ns(unsigned failures)
{
    static const uint32_t ms[] = { 0, 100, 400, 1600, 5000 };
    const unsigned last = sizeof(ms) / sizeof(ms[0]) - 1;
    return ms[failures < last ? failures : last] * CE_NS_PER_MS;
}

static void fail_waiting(codeexec_executor *executor, const char *detail)
{
    while (executor->queue_first) {
        ce_job *job = executor->queue_first;
        ce_executor_unqueue(executor, job);
        ce_executor_fail(executor, job, detail);
    }
}

/* ---- guests ---- */

static uint32_t busy_guests(const codeexec_executor *executor)
{
    return executor->in_state[CE_GUEST_CHECKING] + executor->in_state[CE_GUEST_RUNNING] +
           executor->in_state[CE_GUEST_STOPPING] + executor->in_state[CE_GUEST_KILLED];
}

/** Make one of the waiting runs pay for a guest that failed: it is tried twice. */
static void charge_waiting(codeexec_executor *executor, uint64_t guest_id, const char *detail)
{
    ce_job *job = executor->queue_first;
    if (!job || ce_guest_number(guest_id) <= job->last_counted)
        return;
    if (job->deaths > 0) {
        ce_executor_unqueue(executor, job);
        ce_executor_fail(executor, job, detail);
        return;
    }
    job->deaths++;
    job->last_counted = executor->guests_made;
}

void ce_pool_guest_failed(codeexec_executor *executor, const ce_supervisor *guest, int job_waits,
                          const codeexec_error *why)
{
    uint64_t now = ce_now_ns();
    if (now - executor->guest_failed_ns > STEADY_NS)
        executor->guest_failures = 0;
    executor->guest_failed_ns = now;
    executor->guest_failures++;
    /* A timer even without a delay: a guest that could not even be asked for brings no event. */
    uint64_t delay = executor->guest_failures < PATIENT_FAILURES
                         ? 0
                         : back_off_ns(executor->guest_failures - PATIENT_FAILURES + 1);
    ce_timer_arm(&executor->loop, &executor->spawn_timer, now + delay);

    /* Isolation that failed for one guest fails for the next one too. */
    if (why->code == CODEEXEC_EISOLATION || executor->guest_failures >= HOPELESS_FAILURES)
        fail_waiting(executor, why->message);
    else if (job_waits)
        charge_waiting(executor, guest->guest_id, why->message);
}

void ce_pool_guest_worked(codeexec_executor *executor)
{
    executor->guest_failures = 0;
}

/** Fires to have the loop turn: ce_pool_pump() comes after every turn. */
static void put_off_is_over(void *owner)
{
}

static void mend_later(codeexec_executor *executor)
{
    if (executor->mend_timer.index == CE_TIMER_IDLE)
        ce_timer_arm(&executor->loop, &executor->mend_timer, ce_now_ns() + MEND_INTERVAL_NS);
}

/** Try again the leaves that something still lived in: where a zygote was killed, its guests'
 * processes take a moment to end. While there are such slots the loop comes back by itself. */
static void mend_slots(void *owner)
{
    codeexec_executor *executor = owner;
    int broken = 0;
    for (uint32_t slot = 0; slot < executor->slots; slot++)
        if (executor->broken_slots[slot]) {
            executor->broken_slots[slot] = (char)(ce_cgroup_recycle(executor->cgroup, slot) < 0);
            broken |= executor->broken_slots[slot];
        }
    if (broken)
        mend_later(executor);
}

static uint32_t free_slot(codeexec_executor *executor)
{
    for (uint32_t i = 0; i < executor->slots; i++) {
        uint32_t slot = (executor->next_slot + i) % executor->slots;
        if (!executor->guests[slot] && !executor->broken_slots[slot]) {
            executor->next_slot = (slot + 1) % executor->slots;
            return slot;
        }
    }
    return executor->slots;
}

/** @return whether another one may be tried now */
static int spawn_guest(codeexec_executor *executor, ce_client *client)
{
    uint32_t slot = free_slot(executor);
    if (slot == executor->slots)
        return 0;
    ce_supervisor *guest = NULL;
    uint64_t guest_id = ce_guest_id(executor->guests_made + 1, slot);
    int status = executor->cgroup ? ce_cgroup_ready(executor->cgroup, slot) : 0;
    if (status == 0)
        status = ce_supervisor_create(&guest, executor, client, guest_id, slot);
    /* A full channel will drain; a closed one is a zygote whose end is about to be noticed. */
    if ((status == -EAGAIN && client->blocked) || status == -EPIPE || status == -ECONNRESET)
        return 0;
    executor->guests_made++;
    executor->spawned++;
    if (status < 0) {
        codeexec_error why = CODEEXEC_ERROR_INIT;
        const ce_supervisor nobody = { .guest_id = guest_id };
        ce_error_set(&why, CODEEXEC_ESYSTEM, -status, "guest", "making a guest: %s",
                     strerror(-status));
        ce_pool_guest_failed(executor, &nobody, 1, &why);
        return 0;
    }
    executor->guests[slot] = guest;
    client->guests++;
    return 1;
}

/** How many runs there is room for beside those that run. */
static uint32_t room_left(const codeexec_executor *executor)
{
    const uint32_t busy = busy_guests(executor);
    return executor->config.concurrency > busy ? executor->config.concurrency - busy : 0;
}

/** Runs that wait for each tier, of those that there is room for. */
static void count_demand(codeexec_executor *executor, uint32_t demand[CE_MAX_TIERS])
{
    uint32_t room = room_left(executor);
    memset(demand, 0, CE_MAX_TIERS * sizeof(demand[0]));
    for (ce_job *job = executor->queue_first; job && room > 0; job = job->next, room--)
        demand[ce_tiers_best(&executor->tiers, job->modules)]++;
}

/** How many guests of a tier should be on their way or parked now. */
static uint32_t wanted_guests(const codeexec_executor *executor, const ce_tier_slot *slot,
                              uint32_t demand)
{
    /* Runs that wait come first: a guest that is parked for later would only delay them. */
    if (demand > slot->client->parked || executor->shut_down)
        return demand;
    return demand + slot->parked;
}

static uint32_t count_free_slots(const codeexec_executor *executor)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < executor->slots; i++)
        count += !executor->guests[i] && !executor->broken_slots[i];
    return count;
}

/** Every slot is taken, and a run waits for a tier that has no guest: let go of one that is parked
 * where nobody waits for it. One after the other: its slot is free when it has gone. */
static void make_room(codeexec_executor *executor, const uint32_t demand[CE_MAX_TIERS])
{
    const ce_supervisor *leaving = executor->guests[ce_guest_slot(executor->leaving_id)];
    if (leaving && leaving->guest_id == executor->leaving_id)
        return;
    for (uint32_t i = 0; i < executor->slots; i++) {
        ce_supervisor *guest = executor->guests[i];
        if (guest && guest->state == CE_GUEST_PARKED &&
            guest->client->parked > demand[guest->client->tier]) {
            executor->leaving_id = guest->guest_id;
            ce_supervisor_discard(guest);
            return;
        }
    }
}

/** Make what a tier should have. @return whether there were slots for all of it */
static int spawn_tier(codeexec_executor *executor, const ce_tier_slot *slot, uint32_t demand)
{
    ce_client *client = slot->client;
    if (!client || client->state != CE_CLIENT_READY || client->blocked)
        return 1;
    uint32_t wanted = wanted_guests(executor, slot, demand);
    /* While guests keep failing, one at a time is enough to find out. */
    if (executor->guest_failures >= PATIENT_FAILURES && wanted > 1)
        wanted = 1;
    while (client->spawning + client->parked < wanted) {
        /* What is made for later leaves a slot for each run that there is room for. */
        if (count_free_slots(executor) <= (demand > 0 ? 0 : room_left(executor)))
            return 0;
        if (!spawn_guest(executor, client))
            return 1;
    }
    return 1;
}

/** No guest of the tier is parked or on its way: the next run would wait for one. */
static int is_empty(const ce_tier_slot *slot)
{
    return slot->client && slot->client->parked + slot->client->spawning == 0;
}

/** A parked guest of a zygote; all of them are alike. */
static ce_supervisor *parked_guest(const codeexec_executor *executor, const ce_client *client)
{
    for (uint32_t i = 0; client && client->parked > 0 && i < executor->slots; i++) {
        ce_supervisor *guest = executor->guests[i];
        if (guest && guest->client == client && guest->state == CE_GUEST_PARKED)
            return guest;
    }
    return NULL;
}

void ce_pool_lower(codeexec_executor *executor, const ce_client *client, uint32_t parked)
{
    while (client->parked > parked)
        ce_supervisor_discard(parked_guest(executor, client));
}

static void spawn_guests(codeexec_executor *executor)
{
    uint32_t demand[CE_MAX_TIERS];
    if (executor->spawn_timer.index != CE_TIMER_IDLE)
        return;
    count_demand(executor, demand);
    /* What runs wait for comes before what is made for later. */
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++)
        if (demand[i] > 0 && !spawn_tier(executor, &executor->tiers.slots[i], demand[i]))
            make_room(executor, demand);
    if (executor->queue_first)
        return;
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &executor->tiers.slots[i];
        if (executor->refill_timer.index == CE_TIMER_IDLE || is_empty(slot))
            spawn_tier(executor, slot, 0);
    }
}

static void start_job(codeexec_executor *executor, ce_supervisor *guest, ce_job *job)
{
    ce_executor_unqueue(executor, job);
    int status = ce_supervisor_run(guest, job);
    /* Its place is filled a moment later: making a guest takes the processors that it runs on. */
    if (executor->refill_timer.index == CE_TIMER_IDLE)
        ce_timer_arm(&executor->loop, &executor->refill_timer, ce_now_ns() + REFILL_DELAY_NS);
    if (status < 0) {
        char detail[128];
        snprintf(detail, sizeof(detail), "the run could not be started: %s", strerror(-status));
        ce_executor_fail(executor, job, detail);
    }
}

/** In the order in which they came, but none waits for a guest that another one waits for. */
static void start_waiting(codeexec_executor *executor)
{
    const uint64_t now = ce_now_ns();
    for (ce_job *job = executor->queue_first, *next;
         job && executor->in_state[CE_GUEST_PARKED] > 0 && room_left(executor) > 0; job = next) {
        next = job->next;
        /* Asked each time: the tier that it waited for may have ended. */
        const uint32_t tier = ce_tiers_best(&executor->tiers, job->modules);
        const ce_client *client = executor->tiers.slots[tier].client;
        /* The guests of a zygote that is about to end would take the run along. */
        if (client && client->state != CE_CLIENT_READY)
            continue;
        ce_supervisor *guest = parked_guest(executor, client);
        if (guest)
            start_job(executor, guest, job);
        else if (!job->missed) {
            job->missed = 1;
            ce_tiers_missed(&executor->tiers, tier, now);
        }
    }
}

/** A zygote has one guest, or one zygote that was forked from it, less. */
static void drop_hold(ce_client *client)
{
    client->guests--;
    if (client->guests == 0 && client->retired)
        ce_client_leave(client);
}

/** Give the slot free, unless its cgroup is not: then it is tried again in a while. */
static void recycle_leaf(codeexec_executor *executor, const ce_supervisor *guest)
{
    executor->guests[guest->slot] = NULL;
    if (!executor->cgroup || ce_cgroup_recycle(executor->cgroup, guest->slot) == 0)
        return;
    executor->broken_slots[guest->slot] = 1;
    mend_later(executor);
}

void ce_pool_release(codeexec_executor *executor, ce_supervisor *guest)
{
    ce_client *client = guest->client;
    recycle_leaf(executor, guest);
    ce_supervisor_destroy(guest);
    drop_hold(client);
}

/* ---- what a zygote says ---- */

static ce_supervisor *find_guest(const codeexec_executor *executor, const ce_client *client,
                                 uint64_t guest_id)
{
    uint32_t slot = ce_guest_slot(guest_id);
    ce_supervisor *guest = slot < executor->slots ? executor->guests[slot] : NULL;
    return guest && guest->guest_id == guest_id && guest->client == client ? guest : NULL;
}

void ce_pool_retire(codeexec_executor *executor, ce_client *client)
{
    client->retired = 1;
    client->guests++; /* so that it does not leave in the middle of this */
    for (uint32_t i = 0; i < executor->slots; i++) {
        ce_supervisor *guest = executor->guests[i];
        if (guest && guest->client == client &&
            (guest->state == CE_GUEST_SPAWNING || guest->state == CE_GUEST_PARKED))
            ce_supervisor_discard(guest);
    }
    drop_hold(client);
}

void ce_pool_adopt(codeexec_executor *executor, ce_client *client)
{
    client->next = executor->clients;
    executor->clients = client;
}

/** One copy of each set of names, kept as long as the executor. @return NULL with *status set */
static ce_layers *keep_layers(codeexec_executor *executor, const ce_hello *hello, const char *names,
                              int *status)
{
    ce_layers *layers;
    *status = ce_layers_create(&layers, names, hello->layers_size, hello->layers_count);
    if (*status < 0)
        return NULL;
    for (ce_layers_list *entry = executor->known_layers; entry; entry = entry->next)
        if (ce_layers_equal(entry->layers, layers)) {
            ce_layers_release(layers);
            return entry->layers;
        }
    ce_layers_list *entry = malloc(sizeof(*entry));
    if (!entry) {
        ce_layers_release(layers);
        *status = -ENOMEM;
        return NULL;
    }
    *entry = (ce_layers_list){ .next = executor->known_layers, .layers = layers };
    executor->known_layers = entry;
    return layers;
}

static void on_hello(void *owner, ce_client *client, const ce_hello *hello, const char *names)
{
    codeexec_executor *executor = owner;
    int status;
    client->layers = keep_layers(executor, hello, names, &status);
    if (!client->layers) {
        ce_client_kill(client, status == -ENOMEM ? CODEEXEC_ENOMEM : CODEEXEC_EPROTOCOL,
                       status == -ENOMEM ? "no memory for HELLO"
                                         : "the fork server sent a malformed HELLO");
        return;
    }
    if (executor->starting == client) {
        executor->starting = NULL;
        executor->ever_ready = 1;
        executor->spawned = 0;
    }
    ce_client *before = ce_tiers_ready(&executor->tiers, client, ce_now_ns());
    if (before)
        ce_pool_retire(executor, before);
}

static void on_spawned(void *owner, ce_client *client, uint64_t guest_id, int pidfd)
{
    ce_supervisor *guest = find_guest(owner, client, guest_id);
    if (guest && guest->pidfd < 0) {
        ce_supervisor_spawned(guest, pidfd);
        return;
    }
    close(pidfd);
    ce_client_kill(client, CODEEXEC_EPROTOCOL, "the fork server made a guest nobody asked for");
}

static void on_spawn_failed(void *owner, ce_client *client, const ce_failure *failure)
{
    ce_supervisor *guest = find_guest(owner, client, failure->guest_id);
    if (guest)
        ce_supervisor_spawn_failed(guest, failure);
}

static void on_gone(void *owner, ce_client *client, uint64_t guest_id)
{
    ce_supervisor *guest = find_guest(owner, client, guest_id);
    if (guest)
        ce_supervisor_gone(guest);
}

static void start_failed(codeexec_executor *executor, const codeexec_error *why, int permanent)
{
    executor->start_failures++;
    ce_timer_arm(&executor->loop, &executor->restart_timer,
                 ce_now_ns() + back_off_ns(executor->start_failures - 1));
    if (!executor->ever_ready && (permanent || executor->start_failures >= START_ATTEMPTS))
        executor->failure = *why;
    if (executor->failure.code != 0 ||
        (executor->start_failures >= HOPELESS_FAILURES && !executor->tiers.slots[0].client))
        fail_waiting(executor, why->message);
}

static void forget_zygote(codeexec_executor *executor, ce_client *client)
{
    ce_client **link = &executor->clients;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
    ce_client_destroy(client);
}

/** Destroy the zygotes that have ended and have no guest left. */
static void sweep_zygotes(codeexec_executor *executor)
{
    for (ce_client *client = executor->clients, *next; client; client = next) {
        next = client->next;
        if (client->state == CE_CLIENT_ENDED && client->guests == 0)
            forget_zygote(executor, client);
    }
}

/** A zygote that was killed could not remove its guests' directories. */
static void sweep_work(const codeexec_executor *executor)
{
    if (executor->profile == CE_PROFILE_LOCKED_DOWN)
        ce_workdir_sweep(executor->work_dir);
}

static void sweep_again(void *owner)
{
    codeexec_executor *executor = owner;
    sweep_work(executor);
    if (executor->sweeps < MOST_SWEEPS)
        ce_timer_arm(&executor->loop, &executor->sweep_timer,
                     ce_now_ns() + (SWEEP_AGAIN_NS << executor->sweeps++));
}

static void on_ended(void *owner, ce_client *client)
{
    codeexec_executor *executor = owner;
    const int expected = client->asked_to_leave || client->retired;
    if (executor->starting == client)
        executor->starting = NULL;
    ce_tiers_ended(&executor->tiers, client, !expected, ce_now_ns());
    for (uint32_t i = 0; i < executor->slots; i++)
        if (executor->guests[i] && executor->guests[i]->client == client)
            ce_supervisor_orphaned(executor->guests[i]);
    if (!expected && executor->profile == CE_PROFILE_LOCKED_DOWN) {
        /* At once, and when whatever it had just forked has noticed its end. */
        executor->sweeps = 0;
        sweep_again(executor);
    }
    if (client->parent)
        drop_hold(client->parent);
    if (client->parent || expected)
        return;
    /* One that served for a while starts the count anew: its successor is started at once. */
    if (client->ready_ns != 0 && ce_now_ns() - client->ready_ns > STEADY_NS)
        executor->start_failures = 0;
    start_failed(executor, &client->why, client->permanent);
}

static const ce_client_events client_events = {
    .hello = on_hello,
    .spawned = on_spawned,
    .spawn_failed = on_spawn_failed,
    .gone = on_gone,
    .ended = on_ended,
};

/* ---- zygotes ---- */

static ce_profile_wish profile_wish(const codeexec_config *config)
{
    if (config->profile == CODEEXEC_PROFILE_LOCKED_DOWN)
        return CE_WISH_LOCKED_DOWN;
    if (config->profile == CODEEXEC_PROFILE_NAMESPACES ||
        (config->isolation & CODEEXEC_ISOLATION_NAMESPACES) != 0)
        return CE_WISH_NAMESPACES;
    return CE_WISH_BEST;
}

static int choose_profile(codeexec_executor *executor, codeexec_error *error)
{
    const codeexec_config *config = &executor->config;
    int status = ce_profile_choose(profile_wish(config), &executor->profile, error);
    if (status < 0)
        return status;
    if (executor->profile != CE_PROFILE_NAMESPACES &&
        (config->isolation & CODEEXEC_ISOLATION_NAMESPACES) != 0)
        return ce_error_set(error, CODEEXEC_EISOLATION, 0, "isolation",
                            "CODEEXEC_ISOLATION requires namespaces, and CODEEXEC_PROFILE does "
                            "without");
    if ((config->isolation & CODEEXEC_ISOLATION_LANDLOCK) != 0 && ce_landlock_abi() == 0)
        return ce_error_set(error, CODEEXEC_EISOLATION, 0, "isolation",
                            "CODEEXEC_ISOLATION requires Landlock, and the kernel has none (run "
                            "`codeexec doctor`)");
    return 0;
}

static int cgroup_required(const codeexec_executor *executor)
{
    return (executor->config.isolation & CODEEXEC_ISOLATION_CGROUPS) != 0;
}

/** Without a cgroup the limits of each process still hold; so a place that was not named is no
 * condition, unless the operator says that it is. @return 0 if it can be done without */
static int do_without_cgroup(codeexec_executor *executor, int status, const codeexec_error *why,
                             codeexec_error *error)
{
    const char *where = executor->cgroup_where;
    ce_cgroup_close(executor->cgroup);
    executor->cgroup = NULL;
    if (status == -CODEEXEC_EISOLATION && !cgroup_required(executor) &&
        !executor->config.cpu_millis && (!where || strcmp(where, "auto") == 0)) {
        executor->without_cgroup = *why;
        return 0;
    }
    if (error)
        *error = *why;
    return status;
}

static int locate_cgroup(codeexec_executor *executor, codeexec_error *error)
{
    const codeexec_config *config = &executor->config;
    const char *where = executor->cgroup_where;
    const ce_cgroup_options options = {
        .where = where,
        .slots = executor->slots,
        .memory_bytes = config->memory_bytes,
        .processes = config->processes,
        .cpu_millis = config->cpu_millis,
    };
    if (where && strcmp(where, "off") == 0)
        return cgroup_required(executor)
                   ? ce_error_set(error, CODEEXEC_EISOLATION, 0, "cgroup",
                                  "CODEEXEC_ISOLATION requires cgroups, and CODEEXEC_CGROUP is off")
                   : 0;
    codeexec_error why = CODEEXEC_ERROR_INIT;
    int status = ce_cgroup_locate(&executor->cgroup, &options, &why);
    return status == 0 ? 0 : do_without_cgroup(executor, status, &why, error);
}

static int make_cgroup(codeexec_executor *executor, codeexec_error *error)
{
    codeexec_error why = CODEEXEC_ERROR_INIT;
    int status = executor->cgroup ? ce_cgroup_make(executor->cgroup, &why) : 0;
    return status == 0 ? 0 : do_without_cgroup(executor, status, &why, error);
}

/** What SETUP says. The machine is looked at once: a zygote that is started later must not be
 * confined in another way than the one before. */
static int prepare_setup(void *owner, ce_client_setup *setup, codeexec_error *error)
{
    codeexec_executor *executor = owner;
    const codeexec_config *config = &executor->config;
    if (executor->profile == CE_PROFILE_NONE) {
        int status = choose_profile(executor, error);
        if (status < 0)
            return status;
    }
    int status = make_cgroup(executor, error);
    if (status < 0)
        return status;
    setup->frame = (ce_setup){ .tmp_bytes = config->tmp_bytes,
                               .tmp_inodes = 16384,
                               .file_bytes = config->tmp_bytes,
                               .processes = config->processes,
                               .open_files = config->open_files,
                               .stack_bytes = 8u << 20,
                               .slots = executor->slots,
                               .profile = executor->profile };
    if (executor->cgroup) {
        setup->frame.cgroup_version = (uint32_t)ce_cgroup_version(executor->cgroup);
        setup->base_count = ce_cgroup_bases(executor->cgroup, setup->bases);
    }
    return 0;
}

static int start_zygote(codeexec_executor *executor, codeexec_error *error)
{
    const ce_client_options options = {
        .python = executor->python,
        .libexec = executor->libexec,
        .settings = executor->settings,
        .settings_size = executor->settings_size,
        .prepare = prepare_setup,
    };
    ce_client *client;
    int status =
        ce_client_start(&client, &executor->loop, &options, &client_events, executor, error);
    if (status < 0)
        return status;
    ce_pool_adopt(executor, client);
    executor->starting = client;
    return 0;
}

/** See that there is a zygote, and a fresh one when the current one has served its time: the old
 * one goes on until the new one is ready, or to the end if no more runs are to come. */
static void keep_zygote(codeexec_executor *executor)
{
    const ce_client *current = executor->tiers.slots[0].client;
    if (executor->starting || executor->failure.code != 0 ||
        executor->restart_timer.index != CE_TIMER_IDLE ||
        (current && (executor->shut_down || executor->spawned < executor->config.zygote_runs)) ||
        (executor->shut_down && executor->pending == 0))
        return;
    codeexec_error why = CODEEXEC_ERROR_INIT;
    if (start_zygote(executor, &why) < 0)
        start_failed(executor, &why, 0);
}

void ce_pool_pump(codeexec_executor *executor)
{
    sweep_zygotes(executor);
    start_waiting(executor);
    keep_zygote(executor);
    spawn_guests(executor);
    ce_tiers_pump(&executor->tiers, &executor->loop, ce_now_ns());
    ce_loop_bury(&executor->loop);
}

int ce_pool_start(codeexec_executor *executor, codeexec_error *error)
{
    executor->guests = calloc(executor->slots, sizeof(ce_supervisor *));
    executor->broken_slots = calloc(executor->slots, 1);
    if (!executor->guests || !executor->broken_slots ||
        ce_timer_init(&executor->loop, &executor->spawn_timer, put_off_is_over, NULL) < 0 ||
        ce_timer_init(&executor->loop, &executor->restart_timer, put_off_is_over, NULL) < 0 ||
        ce_timer_init(&executor->loop, &executor->refill_timer, put_off_is_over, NULL) < 0 ||
        ce_timer_init(&executor->loop, &executor->mend_timer, mend_slots, executor) < 0 ||
        ce_timer_init(&executor->loop, &executor->sweep_timer, sweep_again, executor) < 0)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "executor", "no memory for its guests");
    /* Before there is a zygote: with version 2 this process may have to move out of the group that
       the leaves are made in, and whatever it started would stay behind and stop that. Making them
       can wait until the interpreter is on its way. */
    int status = locate_cgroup(executor, error);
    return status < 0 ? status : start_zygote(executor, error);
}

/* ---- the end ---- */

/** Wait for the kernel to tear down what was killed: then the verdict pipe has no writer left. */
static void await_guest_end(const ce_supervisor *guest, uint64_t until_ns)
{
    struct pollfd verdict = { .fd = guest->verdict.fd };
    uint64_t now = ce_now_ns();
    while (verdict.fd >= 0 && now < until_ns) {
        int ready = poll(&verdict, 1, (int)((until_ns - now) / CE_NS_PER_MS) + 1);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return;
        now = ce_now_ns();
    }
}

void ce_pool_stop(codeexec_executor *executor)
{
    for (uint32_t i = 0; executor->guests && i < executor->slots; i++)
        if (executor->guests[i])
            ce_supervisor_kill(executor->guests[i]);
    for (ce_client *client = executor->clients; client; client = client->next)
        ce_client_leave(client);
    for (ce_client *client = executor->clients; client; client = client->next)
        ce_client_stop(client, STOP_LIMIT_MS);
    uint64_t until = ce_now_ns() + STOP_LIMIT_MS * CE_NS_PER_MS;
    for (uint32_t i = 0; executor->guests && i < executor->slots; i++)
        if (executor->guests[i]) {
            ce_supervisor *guest = executor->guests[i];
            await_guest_end(guest, until);
            executor->guests[i] = NULL;
            if (guest->job)
                ce_executor_drop(guest->job);
            ce_supervisor_destroy(guest);
        }
    while (executor->clients)
        forget_zygote(executor, executor->clients);
    ce_cgroup_close(executor->cgroup);
    executor->cgroup = NULL;
    sweep_work(executor);
    free(executor->guests);
    free(executor->broken_slots);
    executor->guests = NULL;
    executor->broken_slots = NULL;
}
