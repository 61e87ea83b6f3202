/* SPDX-License-Identifier: MIT */
/** Which preloaded interpreters there are, which one a program gets, and when another is made or
 * let go. Tier 0 is the bare one, the zygote that was started; the others are forked from it and
 * from one another.
 */
#ifndef CE_TIERS_H
#define CE_TIERS_H

#include <stddef.h>
#include <stdint.h>

#include "loop.h"
#include "scan.h"
#include "zygote/client.h"

/** The bare one and at most so many others. */
#define CE_MAX_TIERS 9

typedef struct ce_tier_slot {
    uint64_t modules;  /**< what it has beyond the bare one; 0: the slot is free (tier 0: always) */
    int keep;          /**< the operator asked for it: stays when it is idle */
    ce_client *client; /**< serves; NULL: none does */
    ce_client *next;   /**< is being made */
    uint64_t used_ns;  /**< when a program last got one of its guests, or it was asked for */
    unsigned failures; /**< in a row */
    uint64_t retry_ns; /**< not before */
    uint64_t ready_ns; /**< when client began to serve */
    uint32_t parked;   /**< how many guests should wait in it: follows demand */
    uint64_t missed_ns; /**< when that was last too few, or was last lowered */
} ce_tier_slot;

/** What tiers need of an executor. */
typedef struct ce_tiers {
    ce_tier_slot slots[CE_MAX_TIERS];
    ce_module_list modules;
    int learn;             /**< make tiers of what programs are seen to import */
    uint32_t parked_least; /**< of the bare tier */
    uint32_t generation;   /**< of zygotes: a tier of an older one is made anew */
    uint64_t memory_bytes; /**< what all of them may take together */
    ce_timer timer;        /**< armed for what is due later */
} ce_tiers;

/** @param preload make tiers of all the modules at start, one more of them in each
 *  @return 0 or -ENOMEM; give it to ce_tiers_clear() either way. */
int ce_tiers_init(ce_tiers *tiers, ce_loop *loop, const char *modules, int preload, int learn,
                  uint32_t parked_least, uint64_t memory_bytes);
void ce_tiers_clear(ce_tiers *tiers, ce_loop *loop);

/** The ready tier that suits a program best; the bare one if none does better. */
uint32_t ce_tiers_best(const ce_tiers *tiers, uint64_t modules);

/** A program that imports these has come: have a tier made for the next one, if that is wanted. */
void ce_tiers_note(ce_tiers *tiers, uint64_t modules, uint64_t now_ns);

/** A program waits for a guest of this tier, and none was parked. */
void ce_tiers_missed(ce_tiers *tiers, uint32_t tier, uint64_t now_ns);

/** Make what is due, one at a time; let go of what is idle. */
void ce_tiers_pump(ce_tiers *tiers, ce_loop *loop, uint64_t now_ns);

/** HELLO came from a zygote. @return the one it replaces, or NULL */
ce_client *ce_tiers_ready(ce_tiers *tiers, ce_client *client, uint64_t now_ns);

/** A tier's zygote has ended, or will get no more guests. */
void ce_tiers_ended(ce_tiers *tiers, const ce_client *client, int failed, uint64_t now_ns);

/** Whether some tier that was asked for by the operator is still on its way. */
int ce_tiers_warming(const ce_tiers *tiers);

/** How many can make guests, and how many there are to be. */
void ce_tiers_count(const ce_tiers *tiers, uint32_t *ready, uint32_t *wanted);

#endif
