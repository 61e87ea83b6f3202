/* SPDX-License-Identifier: MIT */
/* Which profile is taken: here as it is, and where namespaces or Landlock are made impossible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <codeexec/probe.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>

#include "child.h"
#include "sandbox/profile.h"

static const char *const namespace_calls[] = { "unshare", "setns", NULL };
static const char *const landlock_calls[] = { "landlock_create_ruleset", "landlock_add_rule",
                                              "landlock_restrict_self", NULL };
static const char *const filter_calls[] = { "seccomp", NULL };

static const int namespace_flags[] = { CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,   CLONE_NEWNET,
                                       CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP };

static int add_calls(scmp_filter_ctx filter, uint32_t action, const char *const *names)
{
    int status = 0;

    for (; *names != NULL && status == 0; names++)
        status = seccomp_rule_add(filter, action, seccomp_syscall_resolve_name(*names), 0);
    return status;
}

static int add_clone_flags(scmp_filter_ctx filter, uint32_t action)
{
    int status = 0;

    for (size_t i = 0; i < sizeof(namespace_flags) / sizeof(namespace_flags[0]); i++) {
        const scmp_datum_t flag = (scmp_datum_t)namespace_flags[i];
        const struct scmp_arg_cmp set = SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag);
        if (status == 0)
            status = seccomp_rule_add_array(filter, action, SCMP_SYS(clone), 1, &set);
    }
    return status < 0 ? status
                      : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

/** As a container does it: from here on these calls, and namespaces by clone, are refused. */
static int refuse(uint32_t action, const char *const *first, const char *const *second)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    if (filter == NULL)
        return -ENOMEM;
    int status = add_calls(filter, action, first);
    if (status == 0 && first == namespace_calls)
        status = add_clone_flags(filter, action);
    if (status == 0 && second != NULL)
        status = add_calls(filter, action, second);
    if (status == 0)
        status = seccomp_load(filter);
    seccomp_release(filter);
    return status;
}

#define EPERM_ACTION SCMP_ACT_ERRNO(EPERM)

/** A wish, and what nothing fitting may leave behind. */
static int choose(ce_profile_wish wish, ce_profile *profile, codeexec_error *error)
{
    *profile = CE_PROFILE_NONE;
    *error = (codeexec_error)CODEEXEC_ERROR_INIT;
    return ce_profile_choose(wish, profile, error);
}

static int profile_works(ce_profile_wish wish)
{
    ce_profile profile;
    codeexec_error error;
    return choose(wish, &profile, &error) == 0;
}

/* ---- here ---- */

static void profile_each_wish(void **state)
{
    static const struct {
        ce_profile_wish wish;
        ce_profile gives;
    } wishes[] = { { CE_WISH_NAMESPACES, CE_PROFILE_NAMESPACES },
                   { CE_WISH_LOCKED_DOWN, CE_PROFILE_LOCKED_DOWN } };
    ce_profile best = CE_PROFILE_NONE;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ce_profile profile;
        codeexec_error error;
        int status = choose(wishes[i].wish, &profile, &error);
        if (status == 0) {
            assert_int_equal(profile, wishes[i].gives);
            assert_int_equal(error.code, 0);
            best = best == CE_PROFILE_NONE ? profile : best;
            continue;
        }
        assert_int_equal(status, -CODEEXEC_EISOLATION);
        assert_int_equal(error.code, CODEEXEC_EISOLATION);
        assert_string_equal(error.stage, "isolation");
        assert_non_null(strstr(error.message, "not asked for")); /* the other one */
        assert_int_equal(profile, CE_PROFILE_NONE);
    }
    ce_profile profile = CE_PROFILE_NONE;
    assert_int_equal(ce_profile_choose(CE_WISH_BEST, &profile, NULL),
                     best == CE_PROFILE_NONE ? -CODEEXEC_EISOLATION : 0);
    assert_int_equal(profile, best);
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/** Trying is done by others: the caller is as free as before, and nothing of it is left. */
static void profile_leaves_nothing(void **state)
{
    int before = open_descriptors();

    (void)state;
    for (int wish = CE_WISH_BEST; wish <= CE_WISH_LOCKED_DOWN; wish++)
        profile_works((ce_profile_wish)wish);
    assert_int_equal(open_descriptors(), before);
    assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
    assert_int_equal(access("/etc/passwd", R_OK), 0);
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/** A host may have its own ways with children. */
static int check_ignored_children(void)
{
    signal(SIGCHLD, SIG_IGN);
    EXPECT(profile_works(CE_WISH_BEST));
    return 0;
}

static void profile_host_ignores_children(void **state)
{
    (void)state;
    if (!profile_works(CE_WISH_BEST))
        skip_because("no profile works here");
    assert_int_equal(in_child(check_ignored_children), 0);
}

/* ---- no namespaces ---- */

static int check_no_namespaces(void)
{
    ce_profile profile;
    codeexec_error error;

    EXPECT(refuse(EPERM_ACTION, namespace_calls, NULL) == 0);
    EXPECT(choose(CE_WISH_BEST, &profile, &error) == 0);
    EXPECT(profile == CE_PROFILE_LOCKED_DOWN && error.code == 0);
    EXPECT(choose(CE_WISH_LOCKED_DOWN, &profile, &error) == 0);
    EXPECT(profile == CE_PROFILE_LOCKED_DOWN);

    EXPECT(choose(CE_WISH_NAMESPACES, &profile, &error) == -CODEEXEC_EISOLATION);
    EXPECT(profile == CE_PROFILE_NONE && error.code == CODEEXEC_EISOLATION);
    EXPECT(error.sys_errno == EPERM && strcmp(error.stage, "isolation") == 0);
    EXPECT(strstr(error.message, "namespaces: unshare") != NULL);
    EXPECT(strstr(error.message, "Operation not permitted") != NULL);
    EXPECT(strstr(error.message, "Landlock: not asked for") != NULL);
    return 0;
}

static void profile_without_namespaces(void **state)
{
    (void)state;
    if (!profile_works(CE_WISH_LOCKED_DOWN))
        skip_because("the locked-down profile does not work here: no Landlock");
    assert_int_equal(in_child(check_no_namespaces), 0);
}

/* ---- no Landlock ---- */

static int check_no_landlock(void)
{
    ce_profile profile;
    codeexec_error error;

    EXPECT(refuse(EPERM_ACTION, landlock_calls, NULL) == 0);
    EXPECT(choose(CE_WISH_BEST, &profile, &error) == 0 && profile == CE_PROFILE_NAMESPACES);
    EXPECT(choose(CE_WISH_NAMESPACES, &profile, &error) == 0 && profile == CE_PROFILE_NAMESPACES);
    EXPECT(choose(CE_WISH_LOCKED_DOWN, &profile, &error) == -CODEEXEC_EISOLATION);
    EXPECT(profile == CE_PROFILE_NONE);
    EXPECT(strstr(error.message, "namespaces: not asked for") != NULL);
    EXPECT(strstr(error.message, "Landlock: version: ") != NULL);
    return 0;
}

/** The namespaces profile does without it. A seccomp filter needs no_new_privs from an ordinary
 * user, which user namespaces do not mind. */
static void profile_without_landlock(void **state)
{
    (void)state;
    if (!profile_works(CE_WISH_NAMESPACES))
        skip_because("namespaces cannot be made here");
    assert_int_equal(in_child(check_no_landlock), 0);
}

/** The version can be asked for, a ruleset cannot be put on: no version number is believed. */
static int check_half_landlock(void)
{
    static const char *const restricting[] = { "landlock_restrict_self", NULL };
    ce_profile profile;
    codeexec_error error;

    EXPECT(refuse(EPERM_ACTION, restricting, NULL) == 0);
    EXPECT(choose(CE_WISH_LOCKED_DOWN, &profile, &error) == -CODEEXEC_EISOLATION);
    EXPECT(strstr(error.message, "Landlock: restrict: Operation not permitted") != NULL);
    return 0;
}

/** A filter that only says it worked, as some emulators do. */
static int check_false_landlock(void)
{
    static const char *const restricting[] = { "landlock_restrict_self", NULL };
    ce_profile profile;
    codeexec_error error;

    EXPECT(refuse(SCMP_ACT_ERRNO(0), restricting, NULL) == 0);
    EXPECT(choose(CE_WISH_LOCKED_DOWN, &profile, &error) == -CODEEXEC_EISOLATION);
    EXPECT(strstr(error.message, "Landlock: enforce: ") != NULL);
    return 0;
}

static void profile_landlock_is_tried(void **state)
{
    (void)state;
    if (!profile_works(CE_WISH_LOCKED_DOWN))
        skip_because("the locked-down profile does not work here: no Landlock");
    assert_int_equal(in_child(check_half_landlock), 0);
    assert_int_equal(in_child(check_false_landlock), 0);
}

/* ---- neither ---- */

static int check_neither(void)
{
    ce_profile profile;
    codeexec_error error;

    EXPECT(refuse(EPERM_ACTION, namespace_calls, landlock_calls) == 0);
    for (int wish = CE_WISH_BEST; wish <= CE_WISH_LOCKED_DOWN; wish++) {
        EXPECT(choose((ce_profile_wish)wish, &profile, &error) == -CODEEXEC_EISOLATION);
        EXPECT(profile == CE_PROFILE_NONE && error.code == CODEEXEC_EISOLATION);
        EXPECT(strcmp(error.stage, "isolation") == 0);
        EXPECT(ce_profile_choose((ce_profile_wish)wish, &profile, NULL) == -CODEEXEC_EISOLATION);
    }
    EXPECT(choose(CE_WISH_BEST, &profile, &error) == -CODEEXEC_EISOLATION);
    EXPECT(error.sys_errno == EPERM);
    EXPECT(strstr(error.message, "namespaces: unshare") != NULL);
    EXPECT(strstr(error.message, "Landlock: version: ") != NULL);
    EXPECT(strstr(error.message, "codeexec doctor") != NULL); /* all of it has room */
    return 0;
}

static void profile_neither(void **state)
{
    (void)state;
    assert_int_equal(in_child(check_neither), 0);
}

/** A filter that kills instead: the throw-away child is all that it kills. */
static int check_killed(void)
{
    ce_profile profile;
    codeexec_error error;

    EXPECT(refuse(SCMP_ACT_KILL_PROCESS, namespace_calls, landlock_calls) == 0);
    EXPECT(choose(CE_WISH_BEST, &profile, &error) == -CODEEXEC_EISOLATION);
    EXPECT(profile == CE_PROFILE_NONE);
    EXPECT(strstr(error.message, "namespaces: the probing process was killed") != NULL);
    EXPECT(strstr(error.message, "Landlock: the probing process was killed") != NULL);
    return 0;
}

static void profile_killed(void **state)
{
    (void)state;
    assert_int_equal(in_child(check_killed), 0);
}

/* ---- what doctor says of such places ---- */

static int layer_works(const codeexec_layer *layers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(layers[i].name, name) == 0)
            return layers[i].works;
    return -1;
}

static int check_layers(void)
{
    codeexec_layer *layers = NULL;
    size_t count = 0;

    EXPECT(refuse(EPERM_ACTION, namespace_calls, landlock_calls) == 0);
    EXPECT(codeexec_probe(&layers, &count, NULL) == 0);
    EXPECT(layer_works(layers, count, "namespaces") == 0);
    EXPECT(layer_works(layers, count, "pid_namespace") == 0);
    EXPECT(layer_works(layers, count, "user_namespace") == 0);
    EXPECT(layer_works(layers, count, "new_root") == 0);
    EXPECT(layer_works(layers, count, "landlock") == 0);
    EXPECT(layer_works(layers, count, "no_new_privs") == 1);
    EXPECT(layer_works(layers, count, "seccomp") == 1);
    EXPECT(layer_works(layers, count, "own_signals") == 1);
    EXPECT(layer_works(layers, count, "rlimits") == 1);
    for (size_t i = 0; i < count; i++) {
        EXPECT(layers[i].works == (layers[i].why[0] == '\0'));
        EXPECT(layers[i].works == (layers[i].hint == NULL));
        EXPECT(layers[i].purpose != NULL && layers[i].purpose[0] != '\0');
    }
    free(layers);
    return 0;
}

static void profile_layers(void **state)
{
    (void)state;
    assert_int_equal(in_child(check_layers), 0);
}

/** Neither profile is worth anything where filters cannot be added: doctor says it. */
static int check_no_filters(void)
{
    codeexec_layer *layers = NULL;
    size_t count = 0;

    EXPECT(refuse(EPERM_ACTION, filter_calls, NULL) == 0);
    EXPECT(codeexec_probe(&layers, &count, NULL) == 0);
    EXPECT(layer_works(layers, count, "own_signals") == 0);
    EXPECT(layer_works(layers, count, "seccomp") == 0);
    EXPECT(layer_works(layers, count, "no_new_privs") == 1);
    free(layers);
    return 0;
}

static void profile_no_filters(void **state)
{
    (void)state;
    assert_int_equal(in_child(check_no_filters), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profile_each_wish),
        cmocka_unit_test(profile_leaves_nothing),
        cmocka_unit_test(profile_host_ignores_children),
        cmocka_unit_test(profile_without_namespaces),
        cmocka_unit_test(profile_without_landlock),
        cmocka_unit_test(profile_landlock_is_tried),
        cmocka_unit_test(profile_neither),
        cmocka_unit_test(profile_killed),
        cmocka_unit_test(profile_layers),
        cmocka_unit_test(profile_no_filters),
    };
    return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
