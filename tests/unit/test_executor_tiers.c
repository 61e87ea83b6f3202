/* SPDX-License-Identifier: MIT */
/** The executor with zygotes that are forked from one another, which fail it; and with programs
 *  that say themselves how they ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor_fixture.h"
#include "executor_internal.h"
#include "util/clock.h"

static void preload(struct fixture *f, const char *modules)
{
    f->config.preload = 1;
    f->config.learn = 0;
    f->config.allowed_modules = modules;
    create(f);
}

/** Turn the loop until every tier that was asked for serves. */
static void await_warm(struct fixture *f)
{
    DISPATCH_UNTIL(f, f->executor->tiers.slots[0].client && !ce_tiers_warming(&f->executor->tiers));
}

/** Do not make a tier (again) before the test says so. */
static void put_off(struct fixture *f, int tier)
{
    f->executor->tiers.slots[tier].retry_ns = ce_now_ns() + 3600 * CE_NS_PER_SECOND;
}

static void make_now(struct fixture *f, int tier)
{
    f->executor->tiers.slots[tier].retry_ns = 0;
}

static void expect_output(struct fixture *f, const char *code, const char *output)
{
    codeexec_result *result = run(f, code);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, output);
    codeexec_result_free(result);
}

/* ---- tiers ---- */

static void executor_gives_a_run_the_tier_that_suits(void **state)
{
    struct fixture *f = *state;
    preload(f, "a,b,c");
    /* From the first moment something answers. */
    expect_output(f, "start out:x", "x\n");
    await_warm(f);
    assert_int_equal(file_size(f, "tiers"), 3);
    assert_int_equal(file_size(f, "starts"), 1);
    expect_output(f, "start show-tier", "\n");
    expect_output(f, "import a\nstart show-tier", "a \n");
    expect_output(f, "import b\nstart show-tier", "a b \n");
    expect_output(f, "import c\nimport a\nstart show-tier", "a b c \n");
    expect_output(f, "import d\nstart show-tier", "\n");
}

static void executor_learns_a_tier(void **state)
{
    struct fixture *f = *state;
    f->config.learn = 1;
    f->config.allowed_modules = "a,b";
    create(f);
    codeexec_result_free(run(f, "import b\nstart show-tier"));
    DISPATCH_UNTIL(f, f->executor->tiers.slots[1].client);
    expect_output(f, "import b\nstart show-tier", "b \n");
    expect_output(f, "start show-tier", "\n");
    assert_int_equal(file_size(f, "tiers"), 1);
    destroy(f);

    f->config.learn = 0;
    create(f);
    expect_output(f, "import b\nstart show-tier", "\n");
    dispatch_for(f, 300);
    expect_output(f, "import b\nstart show-tier", "\n");
    assert_int_equal(file_size(f, "tiers"), 1);
}

/** Whatever the first tier does wrong: runs go on in the bare one, and the next try works. */
static void executor_outlives_bad_tiers(void **state)
{
    struct fixture *f = *state;
    static const char *const modes[] = {
        "tier-dies-unbegun", "tier-dies-begun",   "tier-refuses",
        "tier-begins-empty", "tier-begins-twice", "tier-garbage",
        "tier-threads",      "tier-hello-twice",  "tier-spawned",
    };
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        long before = file_size(f, "tiers");
        char mode[64];
        snprintf(mode, sizeof(mode), "%s %ld", modes[i], before + 1);
        set_mode(f, mode);
        preload(f, "a");
        DISPATCH_UNTIL(f, f->executor->tiers.slots[1].failures > 0);
        put_off(f, 1); /* by five seconds it is already */
        if (f->executor->tiers.slots[1].client || f->executor->tiers.slots[1].next)
            fail_msg("%s: the tier lives", modes[i]);
        assert_int_equal(f->executor->tiers.slots[1].failures, 1);
        expect_output(f, "import a\nstart show-tier", "\n");
        assert_int_equal(file_size(f, "tiers"), before + 1);
        assert_true(ce_tiers_warming(&f->executor->tiers));
        make_now(f, 1);
        await_warm(f);
        expect_output(f, "import a\nstart show-tier", "a \n");
        /* Nothing but the one that serves, and its guests. */
        assert_int_equal(file_size(f, "tiers"), before + 2);
        destroy(f);
    }
    assert_int_equal(file_size(f, "starts"), sizeof(modes) / sizeof(modes[0]));
}

static void executor_tries_a_tier_again_after_a_while(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "tier-not-forked");
    preload(f, "a");
    uint64_t before = ce_now_ns();
    DISPATCH_UNTIL(f, f->executor->tiers.slots[1].failures > 0);
    const uint64_t again = f->executor->tiers.slots[1].retry_ns;
    assert_true(again >= before + 5 * CE_NS_PER_SECOND);
    assert_true(again <= ce_now_ns() + 5 * CE_NS_PER_SECOND);
    assert_int_equal(f->executor->tiers.slots[1].failures, 1);
    set_mode(f, "ok");
    /* Nobody wakes the loop for that but itself. */
    while (ce_tiers_warming(&f->executor->tiers))
        assert_int_equal(codeexec_dispatch(f->executor, -1, NULL), 0);
    assert_true(ce_now_ns() > again);
}

/** Guests of others are not a tier's to speak of. */
static void executor_believes_a_tier_about_its_own_guests(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "tier-gone 1");
    f->config.allowed_modules = "a";
    f->config.preload = 1;
    create(f);
    int input[2];
    codeexec_request request = program_with_input("start cat out:alive", input);
    submit(f, &request);
    await_warm(f); /* so it has said what it says */
    assert_int_equal(codeexec_executor_pending(f->executor), 1);
    end_input(input);
    codeexec_result *result = next(f);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, "alive\n");
    codeexec_result_free(result);
    expect_output(f, "import a\nstart show-tier", "a \n");
}

static void executor_outlives_a_tier_that_dies_with_guests(void **state)
{
    struct fixture *f = *state;
    f->config.concurrency = 3;
    preload(f, "a,b");
    await_warm(f);
    int input[2];
    codeexec_request bystander = program_with_input("start cat out:bystander", input);
    codeexec_request neighbour = program("import b\nstart sleep:60000");
    uint64_t bystander_ticket = submit(f, &bystander);
    uint64_t neighbour_ticket = submit(f, &neighbour);
    await_start(f, bystander_ticket);
    await_start(f, neighbour_ticket);
    codeexec_result *result = run(f, "import b\nstart out:x kill-zygote");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    assert_string_equal(result->detail, "the fork server died while the program ran");
    assert_string_equal(result->stdout_data, "x\n");
    codeexec_result_free(result);
    result = next(f);
    assert_int_equal(result->ticket, neighbour_ticket);
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    codeexec_result_free(result);
    end_input(input);
    result = next(f);
    assert_int_equal(result->ticket, bystander_ticket);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    codeexec_result_free(result);
    DISPATCH_UNTIL(f, !f->executor->tiers.slots[2].client);
    put_off(f, 2);
    expect_output(f, "import b\nstart show-tier", "\n");
    assert_int_equal(file_size(f, "starts"), 1);
    make_now(f, 2);
    await_warm(f);
    expect_output(f, "import b\nstart show-tier", "a b \n");
}

/** A tier that others were forked from takes them along. */
static void executor_outlives_a_tier_in_the_middle(void **state)
{
    struct fixture *f = *state;
    preload(f, "a,b,c");
    await_warm(f);
    codeexec_request neighbour = program("import c\nstart sleep:60000");
    uint64_t ticket = submit(f, &neighbour);
    await_start(f, ticket);
    codeexec_result_free(run(f, "import a\nstart kill-zygote"));
    codeexec_result *result = next(f);
    assert_int_equal(result->ticket, ticket);
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    codeexec_result_free(result);
    for (int i = 1; i <= 3; i++) {
        DISPATCH_UNTIL(f, !f->executor->tiers.slots[i].client);
        put_off(f, i);
    }
    expect_output(f, "import c\nstart show-tier", "\n");
    for (int i = 1; i <= 3; i++)
        make_now(f, i);
    await_warm(f);
    expect_output(f, "import c\nstart show-tier", "a b c \n");
}

static void executor_outlives_a_zygote_with_tiers(void **state)
{
    struct fixture *f = *state;
    preload(f, "a,b");
    await_warm(f);
    codeexec_request neighbour = program("import b\nstart sleep:60000");
    uint64_t ticket = submit(f, &neighbour);
    await_start(f, ticket);
    codeexec_result *result = run(f, "start out:x kill-root");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    codeexec_result_free(result);
    result = next(f);
    assert_int_equal(result->ticket, ticket);
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -SIGKILL);
    codeexec_result_free(result);
    expect_output(f, "import b\nstart out:again", "again\n");
    assert_int_equal(file_size(f, "starts"), 2);
    await_warm(f);
    expect_output(f, "import b\nstart show-tier", "a b \n");
    /* Two of each generation, and none of the first is left. */
    assert_int_equal(file_size(f, "tiers"), 4);
    DISPATCH_UNTIL(f, count_clients(f) <= 3);
    assert_int_equal(count_clients(f), 3);
}

static void executor_outlives_a_zygote_that_a_tier_kills(void **state)
{
    struct fixture *f = *state;
    set_mode(f, "tier-crashes-root");
    preload(f, "a");
    const uint64_t before = ce_now_ns();
    DISPATCH_UNTIL(f, file_size(f, "starts") >= 2 && f->executor->tiers.slots[1].failures > 0);
    /* It is not tried again at once, or nothing would ever run. */
    assert_int_equal(f->executor->tiers.slots[1].failures, 1);
    assert_true(f->executor->tiers.slots[1].retry_ns >= before + 5 * CE_NS_PER_SECOND);
    put_off(f, 1); /* this test may take longer than that */
    expect_output(f, "import a\nstart out:x", "x\n");
    dispatch_for(f, 1000);
    assert_in_range(file_size(f, "starts"), 2, 2);
    expect_output(f, "start out:x", "x\n");
}

/** All zygotes that are left are of one generation, and none is being made. */
static int is_one_generation(const struct fixture *f)
{
    for (const ce_client *client = f->executor->clients; client; client = client->next)
        if (client->generation != f->executor->tiers.generation || client->retired)
            return 0;
    return !f->executor->starting && !ce_tiers_warming(&f->executor->tiers);
}

static void executor_recycles_zygotes_with_tiers(void **state)
{
    struct fixture *f = *state;
    int input[2];
    f->config.zygote_runs = 8;
    preload(f, "a,b");
    await_warm(f);
    codeexec_request request = program_with_input("import b\nstart cat show-tier", input);
    uint64_t ticket = submit(f, &request);
    await_start(f, ticket);
    run_until_starts(f, "import a\nstart out:x", 4);
    end_input(input);
    codeexec_result *result = next(f);
    assert_int_equal(result->ticket, ticket);
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
    assert_string_equal(result->stdout_data, "a b \n");
    codeexec_result_free(result);
    f->executor->config.zygote_runs = 1000000;
    /* Three zygotes of one generation are left. */
    DISPATCH_UNTIL(f, is_one_generation(f));
    dispatch_for(f, 300);
    assert_true(is_one_generation(f));
    assert_int_equal(count_clients(f), 3);
}

static void executor_ends_while_tiers_are_made(void **state)
{
    struct fixture *f = *state;
    static const char *const modes[] = { "ok", "tier-silent 100", "stubborn" };
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        set_mode(f, modes[i]);
        for (int ms = 0; ms <= 120; ms += 40) {
            preload(f, "a,b,c,d,e,f,g,h");
            codeexec_request request = program("import c\nstart sleep:60000");
            submit(f, &request);
            dispatch_for(f, ms);
            uint64_t before = ce_now_ns();
            destroy(f);
            /* Each of nine zygotes may be given two seconds. */
            assert_in_range(ms_since(before), 0, 2 * PATIENCE_MS);
            if (i == 2)
                break; /* that takes its time */
        }
    }
}

/** The tier that waiting runs wait for dies, and no guest is parked anywhere. */
static void executor_does_not_wait_for_a_dead_tier(void **state)
{
    struct fixture *f = *state;
    preload(f, "a");
    await_warm(f);
    DISPATCH_UNTIL(f, is_settled(f));
    f->executor->tiers.slots[1].failures = 4; /* so that it is tried again in 80 s and not in 5 */
    codeexec_request bare = program("start sleep:300");
    codeexec_request killer = program("import a\nstart kill-zygote");
    codeexec_request waiting = program("import a\nstart show-tier");
    uint64_t before = ce_now_ns();
    for (int i = 0; i < 4; i++) /* all that are parked, and more */
        submit(f, &bare);
    submit(f, &killer);
    for (int i = 0; i < 6; i++)
        submit(f, &waiting);
    for (int i = 0; i < 11; i++)
        codeexec_result_free(next(f));
    assert_in_range(ms_since(before), 0, PATIENCE_MS);
    assert_null(f->executor->tiers.slots[1].client);
}

/** Have the bare tier want as many parked guests as there are slots, for good. */
static void want_all_slots(codeexec_executor *executor)
{
    executor->tiers.parked_least = executor->slots;
    executor->tiers.slots[0].parked = executor->slots;
    ce_pool_pump(executor);
}

/** Guests that are parked in other tiers have taken every slot. */
static void executor_makes_room_for_a_tier(void **state)
{
    struct fixture *f = *state;
    preload(f, "a,b,c,d,e,f,g,h");
    await_warm(f);
    codeexec_executor *executor = f->executor;
    ce_tier_slot *last = &executor->tiers.slots[8];
    for (int i = 0; i < 8; i++) {
        last->parked = 0;
        DISPATCH_UNTIL(f, last->client->spawning == 0);
        ce_pool_lower(executor, last->client, 0);
        executor->config.concurrency = 0; /* so that no slot is left for runs */
        want_all_slots(executor);
        DISPATCH_UNTIL(f, executor->in_state[CE_GUEST_PARKED] == executor->slots);
        assert_int_equal(last->client->parked, 0);
        executor->config.concurrency = 2;
        /* No guest goes by itself: without room this would never end. */
        codeexec_request request = program("import h\nstart show-tier");
        submit(f, &request);
        DISPATCH_UNTIL(f, codeexec_executor_pending(executor) == 0);
        codeexec_result *result = next(f);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
        assert_string_equal(result->stdout_data, "a b c d e f g h \n");
        codeexec_result_free(result);
    }
}

/** What is made for later leaves room for the runs there can be. */
static void executor_keeps_room_for_runs(void **state)
{
    struct fixture *f = *state;
    preload(f, "a,b,c,d,e,f,g,h");
    await_warm(f);
    const codeexec_executor *executor = f->executor;
    want_all_slots(f->executor);
    DISPATCH_UNTIL(f, executor->in_state[CE_GUEST_PARKED] >= executor->slots - 2);
    dispatch_for(f, 500);
    assert_int_equal(executor->in_state[CE_GUEST_PARKED], executor->slots - 2);
    assert_int_equal(executor->in_state[CE_GUEST_SPAWNING], 0);
}

static void executor_counts_a_wait_once(void **state)
{
    struct fixture *f = *state;
    preload(f, "a");
    await_warm(f);
    DISPATCH_UNTIL(f, is_settled(f)); /* one is parked: the second of two runs has to wait */
    codeexec_request request = program("import a\nstart sleep:50");
    for (int i = 0; i < 2; i++)
        submit(f, &request);
    for (int i = 0; i < 4; i++) /* however often it is looked at while it waits */
        ce_pool_pump(f->executor);
    for (int i = 0; i < 2; i++)
        codeexec_result_free(next(f));
    assert_int_equal(f->executor->tiers.slots[1].parked, 2);
}

static void executor_lets_go_of_guests_it_no_longer_needs(void **state)
{
    struct fixture *f = *state;
    preload(f, "a");
    await_warm(f);
    ce_tier_slot *tier = &f->executor->tiers.slots[1];
    tier->parked = 4;
    tier->missed_ns = ce_now_ns();
    ce_pool_pump(f->executor);
    DISPATCH_UNTIL(f, tier->client->parked == 4);

    /* Lowered in a moment, and again 10 s later. Nobody wakes the loop for that but itself. */
    const uint64_t missed = tier->missed_ns = ce_now_ns() - 9500 * CE_NS_PER_MS;
    ce_timer_disarm(&f->executor->loop, &f->executor->tiers.timer); /* armed for the time before */
    ce_pool_pump(f->executor);
    while (tier->parked == 4)
        assert_int_equal(codeexec_dispatch(f->executor, -1, NULL), 0);
    assert_true(ce_now_ns() - missed >= 10 * CE_NS_PER_SECOND);
    assert_true(tier->missed_ns > missed);
    assert_int_equal(tier->parked, 3);
    assert_int_equal(tier->client->parked, 3);

    tier->parked = 2;
    tier->missed_ns = ce_now_ns() - 10100 * CE_NS_PER_MS;
    ce_pool_pump(f->executor);
    assert_int_equal(tier->parked, 1);
    assert_int_equal(tier->client->parked, 1);
    DISPATCH_UNTIL(f, f->executor->in_state[CE_GUEST_ENDED] == 0);
    dispatch_for(f, 100);
    assert_int_equal(tier->client->parked, 1);
}

/* ---- programs that say how they ended ---- */

/** With a cgroup, or the test is skipped. */
static void create_with_cgroup(struct fixture *f)
{
    f->config.cgroup = "auto";
    create(f);
    const char *why = codeexec_executor_without_cgroup(f->executor);
    if (!why)
        return;
    print_message("skipped: no cgroup here: %s\n", why);
    destroy(f);
    const char *require = getenv("CODEEXEC_TEST_REQUIRE");
    if (require && *require == '1')
        fail_msg("CODEEXEC_TEST_REQUIRE");
    skip();
}

static void executor_answers_when_a_program_says_it_has_ended(void **state)
{
    struct fixture *f = *state;
    create_with_cgroup(f);
    static const int codes[] = { 0, 1, 2, 7, 120, 127, 128, 137, 254, 255 };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        char code[128];
        uint64_t before = ce_now_ns();
        snprintf(code, sizeof(code), "start burn:20 out:x err:y exited:%d sleep:60000", codes[i]);
        codeexec_result *result = run(f, code);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, codes[i]);
        assert_in_range(ms_since(before), 0, PATIENCE_MS); /* not the minute it sleeps */
        assert_string_equal(result->stdout_data, "x\n");
        assert_string_equal(result->stderr_data, "y\n");
        assert_int_equal(result->signal, 0);
        assert_null(result->detail);
        assert_true(result->cpu_seconds > 0 && result->cpu_seconds < 30);
        assert_true(result->wall_seconds >= 0 && result->wall_seconds < 30);
        assert_true(result->peak_memory_bytes > 0);
        codeexec_result_free(result);
    }
    /* A status that no process can have. */
    codeexec_result *result = run(f, "start exited:511 sleep:60000");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 255);
    codeexec_result_free(result);
    result = run(f, "start exited:-1 sleep:60000");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 255);
    codeexec_result_free(result);
}

static void executor_waits_for_init_without_a_cgroup(void **state)
{
    struct fixture *f = *state;
    create(f);
    codeexec_result *result = run(f, "start exited:7 sleep:100 out:more exit:3");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 3);
    assert_string_equal(result->stdout_data, "more\n");
    assert_true(result->peak_memory_bytes > 0);
    codeexec_result_free(result);
}

/** Open descriptors with as many guests as there ever are: how many are kept follows how often a
 * run had to wait, and each has its own. */
static int count_open_at_rest(struct fixture *f)
{
    ce_tier_slot *bare = &f->executor->tiers.slots[0];
    bare->parked = 4;
    bare->missed_ns = ce_now_ns();
    DISPATCH_UNTIL(f, is_settled(f) && bare->client->parked == 4);
    return count_open();
}

static void executor_takes_one_frame_of_a_program(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *code;
        int exit_code;
    } cases[] = {
        { "start exited:7 exited:8 sleep:60000", 7 },
        { "start exited-with-fds:7 sleep:60000", 7 },
        /* The first one is looked at, and no other. */
        { "start exited-short exited:7 sleep:100 exit:3", 3 },
        { "start exited-long:7 exited:7 sleep:100 exit:3", 3 },
        { "start exited-wrong-size:0 exited:7 sleep:100 exit:3", 3 },
        { "start exited-wrong-size:8 exited:7 sleep:100 exit:3", 3 },
        { "start exited-wrong-size:17 exited:7 sleep:100 exit:3", 3 },
        { "start exited-wrong-size:2147483647 exited:7 sleep:100 exit:3", 3 },
        { "start exited-wrong-version exited:7 sleep:100 exit:3", 3 },
        { "start garbage exited:7 sleep:100 exit:3", 3 },
        { "start forge exited:7 sleep:100 exit:3", 3 },
        { "start close-control sleep:100 exit:3", 3 },
    };
    create_with_cgroup(f);
    int descriptors = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        codeexec_result *result = run(f, cases[i].code);
        if (result->exit_code != cases[i].exit_code)
            print_error("%s\n", cases[i].code);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, cases[i].exit_code);
        codeexec_result_free(result);
    }
    /* Descriptors that came along are closed. */
    for (int i = 0; i < 20; i++) {
        if (i == 10)
            descriptors = count_open_at_rest(f);
        codeexec_result_free(run(f, "start exited-with-fds:7 sleep:60000"));
    }
    assert_in_range(count_open_at_rest(f), 1, descriptors);
}

static void executor_refuses_an_end_before_the_start(void **state)
{
    struct fixture *f = *state;
    create_with_cgroup(f);
    codeexec_result *result = run(f, "exited:0 sleep:60000");
    assert_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_INTERNAL, -1);
    assert_non_null(strstr(result->detail, "unexpected frame"));
    codeexec_result_free(result);
    expect_output(f, "start out:fine", "fine\n");
}

static void executor_hears_of_an_end_and_of_a_death(void **state)
{
    struct fixture *f = *state;
    create_with_cgroup(f);
    /* It is heard long before that signal, however late we are, and ended. */
    codeexec_result *result = run(f, "start exited:7 sleep:60000 raise:9");
    assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 7);
    codeexec_result_free(result);
    /* In one go: whichever is read first. */
    for (int i = 0; i < 30; i++) {
        result = run(f, "start out:x exited:7 exit:7");
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 7);
        assert_string_equal(result->stdout_data, "x\n");
        codeexec_result_free(result);
    }
    result = run(f, "start exited:7 kill-init");
    assert_true(result->exit_code == 7 || result->exit_code == -SIGKILL);
    codeexec_result_free(result);
    expect_output(f, "start out:fine", "fine\n");
}

static void executor_ends_what_says_it_has_ended_and_has_not(void **state)
{
    struct fixture *f = *state;
    create_with_cgroup(f);
    codeexec_request request = program("start exited:0 hold:60000 deaf sleep:60000");
    for (int i = 0; i < 10; i++)
        submit(f, &request);
    for (int i = 0; i < 10; i++) {
        codeexec_result *result = next(f);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 0);
        codeexec_result_free(result);
    }
    DISPATCH_UNTIL(f, f->executor->in_state[CE_GUEST_ENDED] == 0);
    assert_int_equal(f->executor->in_state[CE_GUEST_ENDED], 0);
}

static void executor_keeps_all_output_before_an_end(void **state)
{
    struct fixture *f = *state;
    create_with_cgroup(f);
    f->executor->config.output_bytes = 20000000;
    static const int sizes[] = { 1, 65535, 65536, 65537, 1000000, 10000000 };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char code[128];
        snprintf(code, sizeof(code), "start flood:%d flood-err:%d exited:1 sleep:60000", sizes[i],
                 sizes[i]);
        codeexec_result *result = run(f, code);
        assert_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED, 1);
        assert_int_equal(result->stdout_size, sizes[i]);
        assert_int_equal(result->stderr_size, sizes[i]);
        codeexec_result_free(result);
    }
}

static void executor_hears_nothing_once_it_stops_a_run(void **state)
{
    struct fixture *f = *state;
    static const char *const codes[] = { "start out:x spam-on-stop sleep:60000",
                                         "start out:x exited-on-stop sleep:60000" };
    create_with_cgroup(f);
    for (size_t i = 0; i < 2; i++) {
        codeexec_request request = program(codes[i]);
        request.wall_ms = 100;
        uint64_t ticket = submit(f, &request);
        await_start(f, ticket);
        int turns = 0;
        for (; codeexec_executor_pending(f->executor) > 0; turns++)
            assert_int_equal(codeexec_dispatch(f->executor, -1, NULL), 0);
        /* It waits for the guest, and does not turn round and round: thousands of times, then. */
        assert_in_range(turns, 1, 100);
        codeexec_result *result = next(f);
        assert_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME, -SIGKILL);
        codeexec_result_free(result);

        request.wall_ms = 4 * PATIENCE_MS;
        ticket = submit(f, &request);
        await_start(f, ticket);
        assert_int_equal(codeexec_cancel(f->executor, ticket), 0);
        result = next(f);
        assert_int_equal(result->outcome, CODEEXEC_OUTCOME_CANCELLED);
        codeexec_result_free(result);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(executor_gives_a_run_the_tier_that_suits),
        TEST(executor_learns_a_tier),
        TEST(executor_outlives_bad_tiers),
        TEST(executor_tries_a_tier_again_after_a_while),
        TEST(executor_believes_a_tier_about_its_own_guests),
        TEST(executor_outlives_a_tier_that_dies_with_guests),
        TEST(executor_outlives_a_tier_in_the_middle),
        TEST(executor_outlives_a_zygote_with_tiers),
        TEST(executor_outlives_a_zygote_that_a_tier_kills),
        TEST(executor_recycles_zygotes_with_tiers),
        TEST(executor_ends_while_tiers_are_made),
        TEST(executor_does_not_wait_for_a_dead_tier),
        TEST(executor_makes_room_for_a_tier),
        TEST(executor_keeps_room_for_runs),
        TEST(executor_counts_a_wait_once),
        TEST(executor_lets_go_of_guests_it_no_longer_needs),
        TEST(executor_answers_when_a_program_says_it_has_ended),
        TEST(executor_waits_for_init_without_a_cgroup),
        TEST(executor_takes_one_frame_of_a_program),
        TEST(executor_refuses_an_end_before_the_start),
        TEST(executor_hears_of_an_end_and_of_a_death),
        TEST(executor_ends_what_says_it_has_ended_and_has_not),
        TEST(executor_keeps_all_output_before_an_end),
        TEST(executor_hears_nothing_once_it_stops_a_run),
    };

    return cmocka_run_group_tests_name("executor_tiers", tests, NULL, NULL);
}
