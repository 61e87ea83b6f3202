/* SPDX-License-Identifier: MIT */
/** Which tiers there are, driven with zygotes that are but the other end of a channel, and with a
 *  clock of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "executor_internal.h"
#include "tiers.h"
#include "util/clock.h"
#include "util/fd.h"

#define SECOND    CE_NS_PER_SECOND
#define MIB       (UINT64_C(1) << 20)
#define MOST_ENDS 64

enum { A = 1, B = 2, C = 4, D = 8, E = 16 };

/** Just so much of an executor as tiers need. */
struct fixture {
    codeexec_executor executor;
    ce_tiers *tiers;
    uint64_t now;
    /* the zygotes' ends of their channels */
    struct {
        const ce_client *client;
        int fd;
    } ends[MOST_ENDS];
    size_t end_count;
};

static int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    assert_int_equal(ce_loop_init(&f->executor.loop), 0);
    f->tiers = &f->executor.tiers;
    f->now = 1000 * SECOND;
    *state = f;
    return 0;
}

static int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    ce_tiers_clear(f->tiers, &f->executor.loop);
    while (f->executor.clients) {
        ce_client *client = f->executor.clients;
        f->executor.clients = client->next;
        ce_client_destroy(client);
    }
    ce_loop_clear(&f->executor.loop);
    for (size_t i = 0; i < f->end_count; i++)
        close(f->ends[i].fd);
    free(f);
    return 0;
}

static void init(struct fixture *f, const char *modules, int preload, int learn)
{
    assert_int_equal(
        ce_tiers_init(f->tiers, &f->executor.loop, modules, preload, learn, 2, 1000 * MIB), 0);
}

static void keep_end(struct fixture *f, const ce_client *client, int fd)
{
    assert_true(f->end_count < MOST_ENDS);
    f->ends[f->end_count].client = client;
    f->ends[f->end_count++].fd = fd;
}

static int end_of(const struct fixture *f, const ce_client *client)
{
    for (size_t i = 0; i < f->end_count; i++)
        if (f->ends[i].client == client)
            return f->ends[i].fd;
    fail_msg("no such client");
    return -1;
}

/** HELLO comes from it. @return the one that it replaces */
static ce_client *say_hello(struct fixture *f, ce_client *client, uint64_t memory_bytes)
{
    client->state = CE_CLIENT_READY;
    client->memory_bytes = memory_bytes;
    ce_client *before = ce_tiers_ready(f->tiers, client, f->now);
    if (before)
        ce_pool_retire(&f->executor, before);
    return before;
}

/** A bare zygote starts, and is ready. */
static ce_client *start_bare(struct fixture *f)
{
    int pair[2];
    ce_client *client = calloc(1, sizeof(*client));
    assert_non_null(client);
    client->loop = &f->executor.loop;
    client->owner = &f->executor;
    ce_source_init(&client->process, NULL, client);
    ce_source_init(&client->channel, NULL, client);
    ce_source_init(&client->log, NULL, client);
    assert_int_equal(ce_timer_init(client->loop, &client->timer, NULL, client), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair),
                     0);
    assert_int_equal(ce_source_open(client->loop, &client->channel, pair[0], EPOLLIN), 0);
    keep_end(f, client, pair[1]);
    ce_pool_adopt(&f->executor, client);
    say_hello(f, client, 10 * MIB);
    return client;
}

static void pump(struct fixture *f)
{
    ce_tiers_pump(f->tiers, &f->executor.loop, f->now);
}

/** What was asked of a zygote, as "a b " or "" for nothing. */
static const char *asked(struct fixture *f, const ce_client *parent)
{
    static _Alignas(uint64_t) char buffer[CE_FRAME_MAX + 1];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;
    int size =
        ce_frame_receive(end_of(f, parent), buffer, sizeof(buffer), fds, &fd_count, MSG_DONTWAIT);
    if (size <= 0)
        return "";
    ce_tier *frame = (ce_tier *)(void *)buffer;
    assert_int_equal(frame->frame.type, CE_FRAME_TIER);
    assert_int_equal(fd_count, 1);
    assert_int_equal(frame->modules_size, frame->frame.size - sizeof(*frame));
    char *names = (char *)(frame + 1);
    for (uint32_t i = 0; i < frame->modules_size; i++)
        if (names[i] == '\0')
            names[i] = ' ';
    names[frame->modules_size] = '\0';
    /* The new one's end, found by its client. */
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++)
        if (f->tiers->slots[i].next)
            keep_end(f, f->tiers->slots[i].next, fds[0]);
    return names;
}

/** The slot of a tier of exactly these modules. */
static uint32_t slot_of(const struct fixture *f, uint64_t modules)
{
    for (uint32_t i = 1; i < CE_MAX_TIERS; i++)
        if (f->tiers->slots[i].modules == modules)
            return i;
    return 0;
}

/** Have the next tier made, which must be of these modules, by that parent. */
static ce_client *make_next(struct fixture *f, const ce_client *parent, const char *names,
                            uint64_t modules)
{
    pump(f);
    assert_string_equal(asked(f, parent), names);
    ce_client *client = f->tiers->slots[slot_of(f, modules)].next;
    assert_non_null(client);
    assert_ptr_equal(client->parent, parent);
    say_hello(f, client, 10 * MIB);
    return client;
}

/** A program imports these, and their tier is on its way. */
static ce_client *begin_learning(struct fixture *f, const ce_client *bare, uint64_t modules)
{
    ce_tiers_note(f->tiers, modules, f->now);
    pump(f);
    asked(f, bare);
    return f->tiers->slots[slot_of(f, modules)].next;
}

static void end_client(struct fixture *f, ce_client *client, int failed)
{
    client->state = CE_CLIENT_ENDED;
    ce_tiers_ended(f->tiers, client, failed, f->now);
}

/* ---- choosing ---- */

/** Tiers that are ready, for nothing but to be chosen. */
static void put_tiers(struct fixture *f, const uint64_t *modules, size_t count)
{
    static ce_client ready = { .state = CE_CLIENT_READY };
    f->tiers->slots[0].client = &ready;
    for (size_t i = 0; i < count; i++)
        f->tiers->slots[1 + i] = (ce_tier_slot){ .modules = modules[i], .client = &ready };
}

static void tiers_choose_the_smallest_that_covers(void **state)
{
    struct fixture *f = *state;
    static const uint64_t chain[] = { A, A | B, A | B | C, A | B | C | D, A | B | C | D | E };
    init(f, "a,b,c,d,e", 0, 1);
    put_tiers(f, chain, 5);
    assert_int_equal(ce_tiers_best(f->tiers, 0), 0);
    assert_int_equal(ce_tiers_best(f->tiers, A), 1);
    assert_int_equal(ce_tiers_best(f->tiers, B), 2);
    assert_int_equal(ce_tiers_best(f->tiers, A | B), 2);
    assert_int_equal(ce_tiers_best(f->tiers, C), 3);
    assert_int_equal(ce_tiers_best(f->tiers, A | E), 5);
    assert_int_equal(ce_tiers_best(f->tiers, A | B | C | D | E), 5);
    /* What no list names. */
    assert_int_equal(ce_tiers_best(f->tiers, UINT64_C(1) << 40), 0);
    assert_int_equal(ce_tiers_best(f->tiers, A | UINT64_C(1) << 40), 1);
}

static void tiers_choose_what_has_most_of_it(void **state)
{
    struct fixture *f = *state;
    static const uint64_t some[] = { A, B | C, A | B | D | E, A | D };
    init(f, "a,b,c,d,e", 0, 1);
    put_tiers(f, some, 4);
    assert_int_equal(ce_tiers_best(f->tiers, A | B), 3); /* both, though with two more */
    assert_int_equal(ce_tiers_best(f->tiers, B), 2);
    assert_int_equal(ce_tiers_best(f->tiers, A | C), 1); /* one of two: what has least else */
    assert_int_equal(ce_tiers_best(f->tiers, A | B | C), 2);
    assert_int_equal(ce_tiers_best(f->tiers, D), 4);
    assert_int_equal(ce_tiers_best(f->tiers, E), 3);
}

static void tiers_choose_what_is_ready(void **state)
{
    struct fixture *f = *state;
    static const uint64_t some[] = { A, A | B };
    ce_client other = { .state = CE_CLIENT_STARTING };
    init(f, "a,b", 0, 1);
    put_tiers(f, some, 2);
    f->tiers->slots[1].client = NULL;
    f->tiers->slots[1].next = &other;
    assert_int_equal(ce_tiers_best(f->tiers, A), 2);
    f->tiers->slots[2].client = &other;
    for (int i = CE_CLIENT_STARTING; i <= CE_CLIENT_ENDED; i++) {
        other.state = (ce_client_state)i;
        assert_int_equal(ce_tiers_best(f->tiers, A), i == CE_CLIENT_READY ? 2 : 0);
    }
}

/* ---- made at start ---- */

static void tiers_are_made_one_from_the_other(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c", 1, 0);
    pump(f); /* nothing to fork from yet */
    assert_true(ce_tiers_warming(f->tiers));
    ce_client *bare = start_bare(f);
    pump(f);
    assert_string_equal(asked(f, bare), "a ");
    pump(f); /* one at a time */
    assert_string_equal(asked(f, bare), "");
    ce_client *first = f->tiers->slots[1].next;
    assert_int_equal(bare->guests, 1); /* held */
    assert_null(say_hello(f, first, MIB));
    ce_client *second = make_next(f, first, "b ", A | B);
    assert_true(ce_tiers_warming(f->tiers));
    make_next(f, second, "c ", A | B | C);
    assert_false(ce_tiers_warming(f->tiers));
    pump(f);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(asked(f, f->ends[i].client), "");
    /* They stay. */
    f->now += 100000 * SECOND;
    pump(f);
    assert_int_equal(ce_tiers_best(f->tiers, A | B), 2);
    assert_int_equal(f->tiers->timer.index, CE_TIMER_IDLE);
}

static void tiers_hold_more_modules_than_there_are_tiers(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c,d,e,f,g,h,i,j,k", 1, 0);
    const ce_client *parent = start_bare(f);
    static const char *const names[] = { "a ", "b ", "c ", "d ", "e ", "f ", "g ", "h i j k " };
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t modules = i < 7 ? (UINT64_C(2) << i) - 1 : (1u << 11) - 1;
        parent = make_next(f, parent, names[i], modules);
    }
    assert_false(ce_tiers_warming(f->tiers));
}

static void tiers_of_no_modules_are_none(void **state)
{
    struct fixture *f = *state;
    init(f, "", 1, 1);
    const ce_client *bare = start_bare(f);
    pump(f);
    assert_string_equal(asked(f, bare), "");
    assert_false(ce_tiers_warming(f->tiers));
}

/* ---- learned ---- */

static void tiers_are_learned(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c", 0, 1);
    const ce_client *bare = start_bare(f);
    ce_tiers_note(f->tiers, 0, f->now);
    pump(f);
    assert_string_equal(asked(f, bare), "");
    ce_tiers_note(f->tiers, A | C, f->now);
    ce_tiers_note(f->tiers, A | C, f->now); /* once */
    ce_client *tier = make_next(f, bare, "a c ", A | C);
    assert_int_equal(ce_tiers_best(f->tiers, A | C), slot_of(f, A | C));
    assert_false(ce_tiers_warming(f->tiers)); /* nobody waits for those */
    ce_tiers_note(f->tiers, A | C, f->now);
    pump(f);
    assert_string_equal(asked(f, bare), "");
    /* A larger one is made from it, another one is not. */
    ce_tiers_note(f->tiers, A | B | C, f->now);
    make_next(f, tier, "b ", A | B | C);
    ce_tiers_note(f->tiers, B, f->now);
    make_next(f, bare, "b ", B);
}

static void tiers_are_not_learned_unless_wanted(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b", 0, 0);
    const ce_client *bare = start_bare(f);
    ce_tiers_note(f->tiers, A, f->now);
    pump(f);
    assert_string_equal(asked(f, bare), "");
    assert_int_equal(slot_of(f, A), 0);
}

static void tiers_have_their_memory_bounded(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c", 0, 1);
    const ce_client *bare = start_bare(f);
    ce_tiers_note(f->tiers, A, f->now);
    ce_tiers_note(f->tiers, B, f->now); /* asked for before anything is known of the first */
    pump(f);
    asked(f, bare);
    say_hello(f, f->tiers->slots[slot_of(f, A)].next, 991 * MIB);
    pump(f);
    assert_string_equal(asked(f, bare), "");
    ce_tiers_note(f->tiers, C, f->now);
    assert_int_equal(slot_of(f, C), 0);
    /* Those that the operator asked for are made all the same. */
    f->tiers->slots[slot_of(f, B)].keep = 1;
    pump(f);
    assert_string_equal(asked(f, bare), "b ");
}

/** The memory is used up, but by what nobody has wanted for a while. */
static void tiers_give_way_where_memory_is_short(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c", 0, 1);
    const ce_client *bare = start_bare(f);
    ce_client *large = begin_learning(f, bare, A);
    say_hello(f, large, 995 * MIB);
    f->now += 31 * SECOND;
    ce_tiers_note(f->tiers, C, f->now);
    assert_int_equal(slot_of(f, A), 0);
    assert_true(large->retired);
    make_next(f, bare, "c ", C);
}

static void fill_with_learned(struct fixture *f, ce_client *bare, uint64_t gap)
{
    for (int i = 0; i < 8; i++) {
        ce_tiers_note(f->tiers, UINT64_C(1) << i, f->now);
        pump(f);
        asked(f, bare);
        say_hello(f, f->tiers->slots[slot_of(f, UINT64_C(1) << i)].next, MIB);
        f->now += gap;
    }
}

static void tiers_give_way_to_what_is_wanted_more(void **state)
{
    struct fixture *f = *state;
    const uint64_t other = UINT64_C(1) << 8;
    init(f, "a,b,c,d,e,f,g,h,i", 0, 1);
    ce_client *bare = start_bare(f);
    fill_with_learned(f, bare, SECOND);
    ce_client *oldest = f->tiers->slots[slot_of(f, B)].client;
    ce_tiers_note(f->tiers, other, f->now);
    assert_int_equal(slot_of(f, other), 0); /* all of them are new */

    f->now += 31 * SECOND;
    ce_tiers_note(f->tiers, A, f->now); /* the first one is used */
    ce_tiers_note(f->tiers, other, f->now);
    assert_int_not_equal(slot_of(f, other), 0);
    assert_int_equal(slot_of(f, B), 0); /* the second one had to go */
    assert_int_not_equal(slot_of(f, A), 0);
    assert_true(oldest->retired);
    assert_int_equal(oldest->state, CE_CLIENT_LEAVING);
    pump(f);
    assert_string_equal(asked(f, bare), "i ");
}

static void tiers_of_the_operator_do_not_give_way(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c,d,e,f,g,h", 1, 1);
    const ce_client *parent = start_bare(f);
    for (int i = 0; i < 8; i++) {
        const char name[] = { (char)('a' + i), ' ', '\0' };
        parent = make_next(f, parent, name, (UINT64_C(2) << i) - 1);
    }
    f->now += 100000 * SECOND;
    ce_tiers_note(f->tiers, B, f->now);
    assert_int_equal(slot_of(f, B), 0);
}

static void tiers_that_nobody_uses_go(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b", 0, 1);
    const ce_client *bare = start_bare(f);
    ce_tiers_note(f->tiers, A, f->now);
    ce_client *tier = make_next(f, bare, "a ", A);
    pump(f);
    assert_true(f->tiers->timer.due_ns == f->now + 600 * SECOND);
    f->now += 599 * SECOND;
    ce_tiers_note(f->tiers, A, f->now);
    f->now += 599 * SECOND;
    pump(f);
    assert_false(tier->retired);
    f->now += 2 * SECOND;
    pump(f);
    assert_true(tier->retired);
    assert_int_equal(slot_of(f, A), 0);
    assert_int_equal(ce_tiers_best(f->tiers, A), 0);
    assert_int_equal(f->tiers->timer.index, CE_TIMER_IDLE);
}

/** What is due must be in the future, or the loop would turn and turn. */
static void tiers_wait_for_what_can_be_done(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b", 0, 1);
    start_bare(f);
    ce_tiers_note(f->tiers, A, f->now);
    pump(f);
    f->now += 700 * SECOND;
    pump(f); /* it is being made still */
    assert_true(f->tiers->timer.index == CE_TIMER_IDLE || f->tiers->timer.due_ns > f->now);
    /* One that is remade because its generation has passed. */
    say_hello(f, f->tiers->slots[slot_of(f, A)].next, MIB);
    ce_tiers_note(f->tiers, A, f->now);
    start_bare(f);
    pump(f);
    assert_non_null(f->tiers->slots[slot_of(f, A)].next);
    f->now += 700 * SECOND;
    ce_timer_disarm(&f->executor.loop, &f->tiers->timer);
    pump(f);
    assert_non_null(f->tiers->slots[slot_of(f, A)].next);
    assert_true(f->tiers->timer.index == CE_TIMER_IDLE || f->tiers->timer.due_ns > f->now);
}

/* ---- failing ---- */

static void tiers_are_tried_again(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    const ce_client *bare = start_bare(f);
    for (unsigned i = 0; i < 6; i++) {
        pump(f);
        assert_string_equal(asked(f, bare), "a ");
        end_client(f, f->tiers->slots[1].next, 1);
        assert_null(f->tiers->slots[1].next);
        uint64_t again = f->now + (5 * SECOND << i);
        pump(f);
        if (i < 5) {
            assert_true(f->tiers->timer.due_ns <= again); /* it may fire once for nothing */
            assert_true(ce_tiers_warming(f->tiers));
        }
        f->now = again - 1;
        pump(f);
        assert_string_equal(asked(f, bare), "");
        f->now = again;
    }
    /* And then no more. */
    f->now += 100000 * SECOND;
    pump(f);
    assert_string_equal(asked(f, bare), "");
    assert_false(ce_tiers_warming(f->tiers));
}

static void tiers_that_fail_once_start_anew(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    const ce_client *bare = start_bare(f);
    pump(f);
    asked(f, bare);
    end_client(f, f->tiers->slots[1].next, 1);
    f->now += 5 * SECOND;
    ce_client *tier = make_next(f, bare, "a ", A);
    /* One that served and died is made again, as if nothing had been. */
    end_client(f, tier, 1);
    assert_int_equal(ce_tiers_best(f->tiers, A), 0);
    f->now += 5 * SECOND;
    make_next(f, bare, "a ", A);
    assert_int_equal(ce_tiers_best(f->tiers, A), 1);
}

/** Programs go on importing it, and it cannot be made. */
static void fail_for_good(struct fixture *f, const ce_client *bare)
{
    for (unsigned i = 0; i < 6; i++) {
        ce_tiers_note(f->tiers, A, f->now);
        pump(f);
        assert_string_equal(asked(f, bare), "a ");
        end_client(f, f->tiers->slots[1].next, 1);
        f->now += 5 * SECOND << i;
    }
}

static void tiers_that_failed_for_good_give_their_place(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 0, 1);
    const ce_client *bare = start_bare(f);
    fail_for_good(f, bare);
    f->now += 601 * SECOND;
    pump(f);
    assert_int_equal(slot_of(f, A), 0);
    ce_tiers_note(f->tiers, A, f->now);
    make_next(f, bare, "a ", A);
}

/** What killed it was not what it consists of. */
static void tiers_that_have_served_are_made_at_once(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    const ce_client *bare = start_bare(f);
    ce_client *tier = make_next(f, bare, "a ", A);
    f->now += 31 * SECOND;
    end_client(f, tier, 1);
    make_next(f, bare, "a ", A);
}

static void tiers_that_failed_for_good_get_a_chance_with_the_next_zygote(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    ce_client *bare = start_bare(f);
    fail_for_good(f, bare);
    pump(f);
    assert_string_equal(asked(f, bare), "");
    bare = start_bare(f);
    make_next(f, bare, "a ", A);
}

/** A parent that takes no more frames now. */
static void tiers_wait_for_a_full_channel(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    const ce_client *bare = start_bare(f);
    while (send(bare->channel.fd, "x", 1, MSG_DONTWAIT) == 1)
        continue;
    pump(f);
    assert_null(f->tiers->slots[1].next);
    assert_int_equal(bare->guests, 0);
    char byte;
    while (recv(end_of(f, bare), &byte, 1, MSG_DONTWAIT) == 1)
        continue;
    pump(f);
    assert_string_equal(asked(f, bare), "");
    f->now += 5 * SECOND;
    make_next(f, bare, "a ", A);
}

static void tiers_need_a_bare_zygote(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b", 1, 0);
    ce_client *bare = start_bare(f);
    const ce_client *first = make_next(f, bare, "a ", A);
    end_client(f, bare, 1);
    pump(f);
    assert_string_equal(asked(f, first), "");
    assert_null(f->tiers->slots[0].client);
    assert_int_equal(f->tiers->slots[0].failures, 0); /* the pool's to count */
}

/* ---- generations ---- */

static void tiers_are_replaced_with_their_zygote(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b", 1, 0);
    ce_client *old_bare = start_bare(f);
    ce_client *old_first = make_next(f, old_bare, "a ", A);
    ce_client *old_second = make_next(f, old_first, "b ", A | B);
    ce_client *bare = start_bare(f);
    assert_true(old_bare->retired);
    assert_int_equal(bare->generation, old_bare->generation + 1);
    /* What was forked from it keeps it. */
    assert_int_equal(old_bare->guests, 1);
    assert_int_equal(old_bare->state, CE_CLIENT_READY);

    /* The old ones serve until the new ones do; none is made from an old one. */
    assert_ptr_equal(f->tiers->slots[1].client, old_first);
    pump(f);
    assert_string_equal(asked(f, old_bare), "");
    assert_string_equal(asked(f, old_first), "");
    assert_string_equal(asked(f, bare), "a ");
    assert_int_equal(ce_tiers_best(f->tiers, A), 1);
    ce_client *first = f->tiers->slots[1].next;
    assert_ptr_equal(say_hello(f, first, MIB), old_first);
    assert_true(old_first->retired);
    assert_int_equal(old_first->state, CE_CLIENT_READY); /* held by the second one */
    make_next(f, first, "b ", A | B);
    assert_true(old_second->retired);
    assert_int_equal(old_second->state, CE_CLIENT_LEAVING);
    pump(f);
    assert_string_equal(asked(f, bare), "");
}

static void tiers_that_come_too_late_are_made_again(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    const ce_client *old_bare = start_bare(f);
    pump(f);
    asked(f, old_bare);
    ce_client *late = f->tiers->slots[1].next;
    const ce_client *bare = start_bare(f);
    pump(f);
    assert_string_equal(asked(f, bare), ""); /* one at a time */
    assert_null(say_hello(f, late, MIB));
    assert_int_equal(ce_tiers_best(f->tiers, A), 1);
    make_next(f, bare, "a ", A);
    assert_true(late->retired);
}

static void tiers_that_nobody_wants_any_more_leave(void **state)
{
    struct fixture *f = *state;
    init(f, "a,b,c", 0, 1);
    const ce_client *bare = start_bare(f);
    ce_client *client = begin_learning(f, bare, A);
    f->tiers->slots[1] = (ce_tier_slot){ .modules = B, .used_ns = f->now };
    assert_ptr_equal(say_hello(f, client, MIB), client);
    assert_true(client->retired);
    assert_int_equal(client->state, CE_CLIENT_LEAVING);
    assert_null(f->tiers->slots[1].client);
}

/* ---- parked guests ---- */

static void tiers_park_as_many_as_are_missed(void **state)
{
    struct fixture *f = *state;
    init(f, "a", 1, 0);
    make_next(f, start_bare(f), "a ", A);
    ce_tier_slot *tier = &f->tiers->slots[1];
    ce_tier_slot *bare = &f->tiers->slots[0];
    assert_int_equal(tier->parked, 1);
    assert_int_equal(bare->parked, 2);
    for (uint32_t i = 0; i < 10; i++)
        ce_tiers_missed(f->tiers, 1, f->now);
    ce_tiers_missed(f->tiers, 0, f->now);
    assert_int_equal(tier->parked, 4);
    assert_int_equal(bare->parked, 3);
    /* And one less each time that nobody missed one for ten seconds. */
    f->now += 10 * SECOND;
    pump(f);
    assert_int_equal(tier->parked, 4);
    f->now += 1;
    pump(f);
    pump(f);
    assert_int_equal(tier->parked, 3);
    assert_int_equal(bare->parked, 2);
    ce_tiers_missed(f->tiers, 1, f->now);
    assert_int_equal(tier->parked, 4);
    for (int i = 0; i < 10; i++) {
        f->now += 11 * SECOND;
        pump(f);
    }
    assert_int_equal(tier->parked, 1);
    assert_int_equal(bare->parked, 2);
}

static void tiers_park_one_where_one_run_is_all(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ce_tiers_init(f->tiers, &f->executor.loop, "a", 1, 0, 1, 1000 * MIB), 0);
    make_next(f, start_bare(f), "a ", A);
    ce_tiers_missed(f->tiers, 1, f->now);
    ce_tiers_missed(f->tiers, 0, f->now);
    assert_int_equal(f->tiers->slots[1].parked, 1);
    assert_int_equal(f->tiers->slots[0].parked, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tiers_choose_the_smallest_that_covers),
        TEST(tiers_choose_what_has_most_of_it),
        TEST(tiers_choose_what_is_ready),
        TEST(tiers_are_made_one_from_the_other),
        TEST(tiers_hold_more_modules_than_there_are_tiers),
        TEST(tiers_of_no_modules_are_none),
        TEST(tiers_are_learned),
        TEST(tiers_are_not_learned_unless_wanted),
        TEST(tiers_have_their_memory_bounded),
        TEST(tiers_give_way_where_memory_is_short),
        TEST(tiers_give_way_to_what_is_wanted_more),
        TEST(tiers_of_the_operator_do_not_give_way),
        TEST(tiers_that_nobody_uses_go),
        TEST(tiers_wait_for_what_can_be_done),
        TEST(tiers_are_tried_again),
        TEST(tiers_that_fail_once_start_anew),
        TEST(tiers_that_failed_for_good_give_their_place),
        TEST(tiers_that_have_served_are_made_at_once),
        TEST(tiers_that_failed_for_good_get_a_chance_with_the_next_zygote),
        TEST(tiers_wait_for_a_full_channel),
        TEST(tiers_need_a_bare_zygote),
        TEST(tiers_are_replaced_with_their_zygote),
        TEST(tiers_that_come_too_late_are_made_again),
        TEST(tiers_that_nobody_wants_any_more_leave),
        TEST(tiers_park_as_many_as_are_missed),
        TEST(tiers_park_one_where_one_run_is_all),
    };
    return cmocka_run_group_tests_name("tiers", tests, NULL, NULL);
}
