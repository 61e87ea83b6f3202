/* SPDX-License-Identifier: MIT */
#include "tiers.h"

#include <errno.h>
#include <string.h>

#include "executor_internal.h"
#include "util/clock.h"

/** A learned tier that no program has used for so long is let go. */
#define IDLE_NS (600 * CE_NS_PER_SECOND)
/** It keeps its place at least so long, even if another one is wanted more. */
#define SETTLED_NS (30 * CE_NS_PER_SECOND)
/** Most guests that wait in one tier beyond what waiting programs need. */
#define MOST_PARKED 4
/** After so long without a miss one guest less is kept waiting. */
#define LOWER_NS (10 * CE_NS_PER_SECOND)
/** A tier that could not be made is tried again after so long, twice as long each time. */
#define RETRY_NS      (5 * CE_NS_PER_SECOND)
#define MOST_FAILURES 6

static unsigned count_bits(uint64_t bits)
{
    return (unsigned)__builtin_popcountll(bits);
}

static uint64_t all_modules(const ce_module_list *list)
{
    return list->count >= 64 ? UINT64_MAX : (UINT64_C(1) << list->count) - 1;
}

/** One more module in each: the smallest one that covers a program is at most a few too large. */
static void ask_for_all(ce_tiers *tiers)
{
    const size_t count = tiers->modules.count;
    const size_t made = count < CE_MAX_TIERS - 1 ? count : CE_MAX_TIERS - 1;

    for (size_t i = 0; i < made; i++) {
        /* With more modules than tiers the last one has all that is left. */
        uint64_t modules = i + 1 < made ? (UINT64_C(2) << i) - 1 : all_modules(&tiers->modules);
        tiers->slots[1 + i] = (ce_tier_slot){ .modules = modules, .keep = 1, .parked = 1 };
    }
}

static void due(void *owner)
{
    (void)owner; /* the loop turns, and the pump comes after it */
}

int ce_tiers_init(ce_tiers *tiers, ce_loop *loop, const char *modules, int preload, int learn,
                  uint32_t parked_least, uint64_t memory_bytes)
{
    tiers->learn = learn;
    tiers->parked_least = parked_least;
    tiers->memory_bytes = memory_bytes;
    tiers->slots[0].parked = parked_least;
    if (ce_timer_init(loop, &tiers->timer, due, NULL) < 0)
        return -ENOMEM;
    if (ce_module_list_init(&tiers->modules, modules) < 0)
        return -ENOMEM;
    if (preload)
        ask_for_all(tiers);
    return 0;
}

void ce_tiers_clear(ce_tiers *tiers, ce_loop *loop)
{
    if (tiers->timer.fire)
        ce_timer_clear(loop, &tiers->timer);
    ce_module_list_clear(&tiers->modules);
}

static int serves(const ce_tier_slot *slot)
{
    return slot->client && slot->client->state == CE_CLIENT_READY;
}

uint32_t ce_tiers_best(const ce_tiers *tiers, uint64_t modules)
{
    uint32_t best = 0;
    unsigned best_covered = 0;

    for (uint32_t i = 1; modules != 0 && i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &tiers->slots[i];
        unsigned covered = count_bits(slot->modules & modules);
        /* Of two that have as much of what it needs, the one with less else is forked faster. */
        if (serves(slot) && covered > 0 &&
            (covered > best_covered ||
             (covered == best_covered &&
              count_bits(slot->modules) < count_bits(tiers->slots[best].modules)))) {
            best = i;
            best_covered = covered;
        }
    }
    return best;
}

/* ---- learning ---- */

static uint64_t memory_of(const ce_client *client)
{
    return client ? client->memory_bytes : 0;
}

static uint64_t memory_taken(const ce_tiers *tiers)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++)
        bytes += memory_of(tiers->slots[i].client) + memory_of(tiers->slots[i].next);
    return bytes;
}

/** The learned tier that was used longest ago, if it may go yet. */
static ce_tier_slot *longest_unused(ce_tiers *tiers, uint64_t now_ns)
{
    ce_tier_slot *oldest = NULL;
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++) {
        ce_tier_slot *slot = &tiers->slots[i];
        if (slot->modules != 0 && !slot->keep && !slot->next &&
            now_ns - slot->used_ns > SETTLED_NS && (!oldest || slot->used_ns < oldest->used_ns))
            oldest = slot;
    }
    return oldest;
}

static ce_tier_slot *place_for_another(ce_tiers *tiers, uint64_t now_ns)
{
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++) {
        ce_tier_slot *slot = &tiers->slots[i];
        if (slot->modules == 0 && !slot->client && !slot->next)
            return slot;
    }
    return longest_unused(tiers, now_ns);
}

static void let_go(ce_tier_slot *slot)
{
    ce_client *client = slot->client;
    *slot = (ce_tier_slot){ .modules = 0 };
    if (client)
        ce_pool_retire(client->owner, client);
}

void ce_tiers_note(ce_tiers *tiers, uint64_t modules, uint64_t now_ns)
{
    if (modules == 0)
        return;
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++)
        if (tiers->slots[i].modules == modules) {
            tiers->slots[i].used_ns = now_ns;
            return;
        }
    if (!tiers->learn)
        return;
    /* With the memory used up, what was used longest ago gives way. */
    ce_tier_slot *slot = memory_taken(tiers) > tiers->memory_bytes
                             ? longest_unused(tiers, now_ns)
                             : place_for_another(tiers, now_ns);
    if (!slot)
        return;
    if (slot->modules != 0)
        let_go(slot);
    *slot = (ce_tier_slot){ .modules = modules, .used_ns = now_ns, .parked = 1 };
}

void ce_tiers_missed(ce_tiers *tiers, uint32_t tier, uint64_t now_ns)
{
    ce_tier_slot *slot = &tiers->slots[tier];
    if (slot->parked < MOST_PARKED && tiers->parked_least > 1)
        slot->parked++;
    slot->missed_ns = now_ns;
}

/* ---- making and letting go ---- */

/** The ready tier of this generation that has most of what another one is to have, and no more. */
static ce_client *best_parent(const ce_tiers *tiers, uint64_t modules)
{
    ce_client *best = tiers->slots[0].client;
    unsigned most = 0;
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &tiers->slots[i];
        unsigned bits = count_bits(slot->modules);
        if (serves(slot) && slot->client->generation == tiers->generation &&
            (slot->modules & ~modules) == 0 && slot->modules != modules && bits > most) {
            best = slot->client;
            most = bits;
        }
    }
    return best;
}

static int is_wanted(const ce_tiers *tiers, const ce_tier_slot *slot, uint64_t now_ns)
{
    if (slot->modules == 0 || slot->next || slot->failures >= MOST_FAILURES ||
        now_ns < slot->retry_ns)
        return 0;
    /* Many may have been asked for before the first of them told how large it is. */
    if (!slot->client)
        return slot->keep || memory_taken(tiers) <= tiers->memory_bytes;
    return slot->client->generation != tiers->generation;
}

/** The next one to make: the smallest, which may serve as the parent of a larger one. */
static uint32_t next_wanted(const ce_tiers *tiers, uint64_t now_ns)
{
    uint32_t wanted = 0;
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &tiers->slots[i];
        if (slot->next)
            return 0; /* one at a time: programs are waiting for the processors */
        if (is_wanted(tiers, slot, now_ns) &&
            (wanted == 0 || count_bits(slot->modules) < count_bits(tiers->slots[wanted].modules)))
            wanted = i;
    }
    return wanted;
}

static void failed_to_make(ce_tier_slot *slot, uint64_t now_ns)
{
    slot->retry_ns = now_ns + (RETRY_NS << slot->failures);
    slot->failures++;
}

/** Only what the parent does not have. */
static size_t name_modules(const ce_tiers *tiers, uint64_t modules, char *out, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < tiers->modules.count; i++) {
        size_t length = tiers->modules.lengths[i];
        if ((modules >> i & 1) == 0 || used + length + 1 > room)
            continue;
        memcpy(out + used, tiers->modules.names[i], length);
        out[used + length] = '\0';
        used += length + 1;
    }
    return used;
}

static void make(ce_tiers *tiers, uint32_t tier, uint64_t now_ns)
{
    char modules[CE_FRAME_MAX - sizeof(ce_tier)];
    ce_tier_slot *slot = &tiers->slots[tier];
    ce_client *parent = best_parent(tiers, slot->modules);
    uint64_t there = tiers->slots[parent->tier].modules;
    size_t size = name_modules(tiers, slot->modules & ~there, modules, sizeof(modules));
    ce_client *client;

    if (ce_client_fork(&client, parent, modules, size, NULL) < 0) {
        failed_to_make(slot, now_ns);
        return;
    }
    client->tier = tier;
    client->generation = tiers->generation;
    parent->guests++; /* it must not leave before what was forked from it */
    slot->next = client;
    ce_pool_adopt(client->owner, client);
}

static uint32_t least_parked(const ce_tiers *tiers, uint32_t tier)
{
    return tier == 0 ? tiers->parked_least : 1;
}

/** Whether nobody wants it any more. One that is being made is waited for. */
static int is_idle(const ce_tier_slot *slot, uint64_t now_ns)
{
    return slot->modules != 0 && !slot->keep && !slot->next && now_ns - slot->used_ns > IDLE_NS;
}

/** When something is due next that no event will bring. */
static uint64_t next_due(const ce_tiers *tiers, uint64_t now_ns)
{
    uint64_t next = UINT64_MAX;
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &tiers->slots[i];
        if (slot->parked > least_parked(tiers, i) && slot->missed_ns + LOWER_NS < next)
            next = slot->missed_ns + LOWER_NS + 1;
        if (i == 0 || slot->modules == 0 || slot->next)
            continue;
        if (slot->failures < MOST_FAILURES && slot->retry_ns > now_ns && slot->retry_ns < next)
            next = slot->retry_ns;
        if (!slot->keep && slot->used_ns + IDLE_NS < next)
            next = slot->used_ns + IDLE_NS;
    }
    return next;
}

void ce_tiers_pump(ce_tiers *tiers, ce_loop *loop, uint64_t now_ns)
{
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++) {
        ce_tier_slot *slot = &tiers->slots[i];
        if (slot->parked > least_parked(tiers, i) && now_ns - slot->missed_ns > LOWER_NS) {
            slot->parked--;
            slot->missed_ns = now_ns;
            if (slot->client)
                ce_pool_lower(slot->client->owner, slot->client, slot->parked);
        }
        if (i > 0 && is_idle(slot, now_ns))
            let_go(slot);
    }
    uint32_t wanted = serves(&tiers->slots[0]) ? next_wanted(tiers, now_ns) : 0;
    if (wanted > 0)
        make(tiers, wanted, now_ns);
    uint64_t next = next_due(tiers, now_ns);
    if (next == UINT64_MAX)
        ce_timer_disarm(loop, &tiers->timer);
    else if (tiers->timer.index == CE_TIMER_IDLE || tiers->timer.due_ns > next)
        ce_timer_arm(loop, &tiers->timer, next);
}

/* ---- what becomes of them ---- */

/** What could not be made of the last interpreter is worth a try with another one. */
static void forgive(ce_tiers *tiers)
{
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++) {
        tiers->slots[i].failures = 0;
        tiers->slots[i].retry_ns = 0;
    }
}

ce_client *ce_tiers_ready(ce_tiers *tiers, ce_client *client, uint64_t now_ns)
{
    ce_tier_slot *slot = &tiers->slots[client->tier];
    ce_client *before = slot->client;

    if (client->tier == 0) {
        client->generation = ++tiers->generation;
        /* Not in place of one that has died: what was made of it may have been what killed it. */
        if (before)
            forgive(tiers);
    } else if (slot->next != client)
        return client; /* nobody wants it any more */
    slot->client = client;
    slot->next = NULL;
    slot->failures = 0;
    slot->ready_ns = now_ns;
    return before;
}

void ce_tiers_ended(ce_tiers *tiers, const ce_client *client, int failed, uint64_t now_ns)
{
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++) {
        ce_tier_slot *slot = &tiers->slots[i];
        /* One that has served for a while did not die of what it is: it is made again at once. */
        const int proven = slot->client == client && now_ns - slot->ready_ns > SETTLED_NS;
        const int was_its = slot->client == client || slot->next == client;
        if (slot->client == client)
            slot->client = NULL;
        if (slot->next == client)
            slot->next = NULL;
        if (was_its && failed && !proven && i > 0)
            failed_to_make(slot, now_ns);
    }
}

void ce_tiers_count(const ce_tiers *tiers, uint32_t *ready, uint32_t *wanted)
{
    *ready = *wanted = 0;
    for (uint32_t i = 0; i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &tiers->slots[i];
        *ready += (uint32_t)serves(slot);
        *wanted += serves(slot) || i == 0 || (slot->modules != 0 && slot->failures < MOST_FAILURES);
    }
}

int ce_tiers_warming(const ce_tiers *tiers)
{
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++) {
        const ce_tier_slot *slot = &tiers->slots[i];
        if (slot->keep && !serves(slot) && slot->failures < MOST_FAILURES)
            return 1;
    }
    return 0;
}
