/* SPDX-License-Identifier: MIT */
/** Checks that run in a child of their own, for what a process cannot take back. cmocka's own
 *  assertions would leave the child by longjmp, so a check uses these. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/** Run a check in a child. @return 0 if all is well, else its wait status */
static inline int in_child(int (*check)(void))
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0)
        _exit(check() == 0 ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/** Inside a check: stop at the first expectation that does not hold, and say which. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            dprintf(2, "%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno);           \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

#define EXPECT_ERRNO(call, expected)                                                               \
    do {                                                                                           \
        errno = 0;                                                                                 \
        EXPECT((call) < 0 && errno == (expected));                                                 \
    } while (0)

/** Leave out the running test, which cannot run here. With CODEEXEC_TEST_REQUIRE=1 it fails. */
static inline void skip_because(const char *why)
{
    const char *require = getenv("CODEEXEC_TEST_REQUIRE");

    if (require != NULL && strcmp(require, "1") == 0)
        fail_msg("cannot be skipped: %s", why);
    print_message("skipped: %s\n", why);
    skip();
}

#endif
