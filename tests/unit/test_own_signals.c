/* SPDX-License-Identifier: MIT */
/* The small filter that lets a guest without a pid namespace reach itself alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#include "child.h"
#include "sandbox/sandbox.h"

/* ---- the calls that name a process ---- */

static long try_kill(long pid)
{
    return syscall(SYS_kill, pid, 0);
}

/** With the thread id of the process's first thread, which is its own number. */
static long try_tgkill(long pid)
{
    return syscall(SYS_tgkill, pid, pid, 0);
}

static long try_rt_sigqueueinfo(long pid)
{
    siginfo_t info = { .si_signo = SIGURG, .si_code = SI_QUEUE };
    return syscall(SYS_rt_sigqueueinfo, pid, SIGURG, &info);
}

static long try_rt_tgsigqueueinfo(long pid)
{
    siginfo_t info = { .si_signo = SIGURG, .si_code = SI_QUEUE };
    return syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGURG, &info);
}

static long try_setpgid(long pid)
{
    return syscall(SYS_setpgid, pid, 0);
}

static long try_getpgid(long pid)
{
    return syscall(SYS_getpgid, pid);
}

static long try_getsid(long pid)
{
    return syscall(SYS_getsid, pid);
}

static long try_getaffinity(long pid)
{
    unsigned long mask[128];
    return syscall(SYS_sched_getaffinity, pid, sizeof(mask), mask);
}

static long try_getparam(long pid)
{
    struct sched_param parameter;
    return syscall(SYS_sched_getparam, pid, &parameter);
}

static long try_getscheduler(long pid)
{
    return syscall(SYS_sched_getscheduler, pid);
}

static long try_getattr(long pid)
{
    unsigned char attributes[64];
    return syscall(SYS_sched_getattr, pid, attributes, sizeof(attributes), 0);
}

static long try_rr_interval(long pid)
{
    struct timespec interval;
    return syscall(SYS_sched_rr_get_interval, pid, &interval);
}

static long try_getpriority(long pid)
{
    return syscall(SYS_getpriority, PRIO_PROCESS, pid);
}

typedef struct process_call {
    const char *name;
    long (*attempt)(long pid);
    int zero_is_self;
    int refusal; /**< the errno */
} process_call;

static const process_call calls[] = {
    { "kill", try_kill, 1, EPERM },
    { "tgkill", try_tgkill, 0, EPERM },
    { "rt_sigqueueinfo", try_rt_sigqueueinfo, 0, EPERM },
    { "rt_tgsigqueueinfo", try_rt_tgsigqueueinfo, 0, EPERM },
    { "setpgid", try_setpgid, 1, EPERM },
    { "getpgid", try_getpgid, 1, EPERM },
    { "getsid", try_getsid, 1, EPERM },
    { "sched_getaffinity", try_getaffinity, 1, ENOSYS },
    { "sched_getparam", try_getparam, 1, EPERM },
    { "sched_getscheduler", try_getscheduler, 1, EPERM },
    { "sched_getattr", try_getattr, 1, EPERM },
    { "sched_rr_get_interval", try_rr_interval, 1, EPERM },
    { "getpriority", try_getpriority, 1, EPERM },
};

#define CALL_COUNT (sizeof(calls) / sizeof(calls[0]))

static int load(void)
{
    ce_confinement confinement = { 0 };
    int status = ce_step_no_new_privs(&confinement);
    return status < 0 ? status : ce_step_own_signals(&confinement);
}

/** A process that waits to be killed. */
static pid_t bystander(void)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

/** Inside a check: the call gets through; what the kernel then says is its own affair. */
#define EXPECT_THROUGH(call, pid)                                                                  \
    do {                                                                                           \
        errno = 0;                                                                                 \
        if ((call)->attempt(pid) < 0 && errno == EPERM) {                                          \
            dprintf(2, "%s:%d: %s to %s refused\n", __FILE__, __LINE__, (call)->name, #pid);       \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

/** Inside a check: -1 with EPERM. Never 0, which would look like having worked. */
#define EXPECT_REFUSED(call, pid)                                                                  \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long result = (call)->attempt(pid);                                                        \
        if (result != -1 || errno != (call)->refusal) {                                            \
            dprintf(2, "%s:%d: %s to %s: %ld (errno %d)\n", __FILE__, __LINE__, (call)->name,      \
                    #pid, result, errno);                                                          \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

/** Without the filter they all get through, so that what is refused below is its doing. */
static int check_without(void)
{
    const long self = getpid();
    const long parent = getppid();

    for (size_t i = 0; i < CALL_COUNT; i++) {
        EXPECT_THROUGH(&calls[i], parent);
        EXPECT(calls[i].attempt(self) >= 0);
    }
    return 0;
}

static int check_itself(void)
{
    const long self = getpid();

    EXPECT(load() == 0);
    for (size_t i = 0; i < CALL_COUNT; i++) {
        EXPECT(calls[i].attempt(self) >= 0);
        if (calls[i].zero_is_self)
            EXPECT(calls[i].attempt(0) >= 0);
        else
            EXPECT_REFUSED(&calls[i], 0);
    }
    return 0;
}

static int check_others_while(pid_t child)
{
    const long self = getpid();
    const long high_half = 1L << 32;
    const long others[] = { getppid(),
                            child,
                            1,
                            -1,
                            -self,
                            -(long)getppid(),
                            INT32_MAX,
                            high_half | child,
                            high_half | getppid() };

    EXPECT(load() == 0);
    for (size_t i = 0; i < CALL_COUNT; i++)
        for (size_t j = 0; j < sizeof(others) / sizeof(others[0]); j++)
            EXPECT_REFUSED(&calls[i], others[j]);
    /* The kernel takes a process id as an int: what is above it says nothing. */
    for (size_t i = 0; i < CALL_COUNT; i++)
        EXPECT(calls[i].attempt(high_half | self) >= 0);
    return 0;
}

/** Load the filter and look at others in a grandchild: its parent can then clean up. */
static int check_others(void)
{
    pid_t child = bystander();
    int status = -1;

    EXPECT(child > 0);
    pid_t grandchild = fork();
    EXPECT(grandchild >= 0);
    if (grandchild == 0)
        _exit(check_others_while(child));
    EXPECT(waitpid(grandchild, &status, 0) == grandchild);
    int alive = waitpid(child, NULL, WNOHANG) == 0;
    kill(child, SIGKILL);
    EXPECT(alive && status == 0);
    return 0;
}

/** Its own child as well: the profile makes none, so the filter need not know them. */
static int check_own_child(void)
{
    EXPECT(load() == 0);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        sleep(1);
        _exit(0);
    }
    for (size_t i = 0; i < CALL_COUNT; i++)
        EXPECT_REFUSED(&calls[i], child);
    EXPECT(waitpid(child, NULL, 0) == child);
    return 0;
}

/** What a guest that forks after all could do: reach the one that it was made for, nobody else. */
static int check_inherited(void)
{
    const long guest = getpid();
    const long parent = getppid();
    int status = -1;

    EXPECT(load() == 0);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        for (size_t i = 0; i < CALL_COUNT; i++) {
            EXPECT_REFUSED(&calls[i], parent);
            EXPECT_REFUSED(&calls[i], getpid());
            EXPECT_THROUGH(&calls[i], guest);
        }
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    return 0;
}

static int check_tkill(void)
{
    EXPECT(syscall(SYS_tkill, getpid(), 0) == 0);
    EXPECT(load() == 0);
    EXPECT_ERRNO(syscall(SYS_tkill, getpid(), 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_tkill, getppid(), 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_tkill, 0, 0), EPERM);
    EXPECT_ERRNO(syscall(SYS_tkill, -1, 0), EPERM);
    return 0;
}

static int check_other_calls(void)
{
    int ends[2];
    int status = -1;

    EXPECT(load() == 0);
    EXPECT(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
    EXPECT(syscall(SYS_getpid) == getpid() && syscall(SYS_getppid) == getppid());
    EXPECT(getpgrp() > 0);
    EXPECT(sched_get_priority_max(SCHED_OTHER) == 0 && sched_yield() == 0);
    EXPECT_ERRNO(syscall(SYS_close, getppid() + 100000), EBADF);
    EXPECT_ERRNO(syscall(SYS_wait4, getppid(), NULL, 0, NULL), ECHILD);
    EXPECT_ERRNO(syscall(5000), ENOSYS); /* the main filter's business */
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0)
        _exit(3);
    EXPECT(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3);
    return 0;
}

/* ---- signals within the process ---- */

/** Each thread counts those that it handled. */
static _Thread_local volatile sig_atomic_t signals;

static void note_signal(int number)
{
    (void)number;
    signals++;
}

static int handle(int number)
{
    const struct sigaction action = { .sa_handler = note_signal };

    signals = 0;
    return sigaction(number, &action, NULL);
}

static int check_to_itself(void)
{
    const union sigval value = { .sival_int = 7 };

    EXPECT(load() == 0);
    EXPECT(handle(SIGUSR1) == 0);
    EXPECT(raise(SIGUSR1) == 0 && signals == 1);
    EXPECT(kill(getpid(), SIGUSR1) == 0 && signals == 2);
    EXPECT(pthread_kill(pthread_self(), SIGUSR1) == 0 && signals == 3);
    EXPECT(sigqueue(getpid(), SIGUSR1, value) == 0 && signals == 4);
    EXPECT_ERRNO(kill(getppid(), SIGUSR1), EPERM);
    EXPECT_ERRNO(sigqueue(getppid(), SIGUSR1, value), EPERM);
    EXPECT_ERRNO(killpg(getpgrp(), SIGUSR1), EPERM); /* this child leads none */
    EXPECT(signals == 4);
    return 0;
}

/** As a guest, which leads a session of its own: 0 is a group that holds nobody else. */
static int check_own_group(void)
{
    EXPECT(setsid() == getpid());
    EXPECT(load() == 0);
    EXPECT(handle(SIGUSR1) == 0);
    EXPECT(kill(0, SIGUSR1) == 0 && signals == 1);
    EXPECT_ERRNO(kill(-getpid(), SIGUSR1), EPERM);
    return 0;
}

static int check_ends_itself(void)
{
    EXPECT(load() == 0);
    abort();
}

static int ready_fd;

static void *wait_for_signal(void *unused)
{
    (void)unused;
    if (write(ready_fd, "r", 1) != 1)
        return NULL;
    while (signals == 0)
        sched_yield();
    return &ready_fd;
}

static void *wait_forever(void *unused)
{
    (void)unused;
    for (;;)
        pause();
    return NULL;
}

static int check_threads(void)
{
    pthread_t thread;
    void *result = NULL;
    int ends[2];
    char byte;

    EXPECT(pipe(ends) == 0 && handle(SIGUSR2) == 0);
    ready_fd = ends[1];
    EXPECT(pthread_create(&thread, NULL, wait_for_signal, NULL) == 0);
    EXPECT(read(ends[0], &byte, 1) == 1);
    EXPECT(load() == 0);
    EXPECT(pthread_kill(thread, SIGUSR2) == 0);
    EXPECT(pthread_join(thread, &result) == 0);
    EXPECT(result == &ready_fd && signals == 0); /* handled by that thread, not by this one */
    return 0;
}

static void *signal_the_first(void *first)
{
    int status = pthread_kill(*(pthread_t *)first, SIGUSR2);
    return status == 0 && raise(SIGUSR2) == 0 && signals == 1 ? first : NULL;
}

static int check_later_threads(void)
{
    pthread_t first = pthread_self();
    pthread_t thread;
    void *result = NULL;

    EXPECT(load() == 0 && handle(SIGUSR2) == 0);
    EXPECT(pthread_create(&thread, NULL, signal_the_first, &first) == 0);
    EXPECT(pthread_join(thread, &result) == 0 && result == &first);
    while (signals == 0)
        sched_yield();
    EXPECT(pthread_create(&thread, NULL, wait_forever, NULL) == 0);
    EXPECT(pthread_cancel(thread) == 0); /* libc does it by tgkill */
    EXPECT(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    return 0;
}

static void *ask_attributes(void *result)
{
    pthread_attr_t attributes;
    cpu_set_t set;

    *(int *)result = pthread_getattr_np(pthread_self(), &attributes);
    if (*(int *)result == 0)
        pthread_attr_destroy(&attributes);
    if (*(int *)result == 0)
        *(int *)result = sched_getaffinity(0, sizeof(set), &set) < 0 ? errno : 0;
    return NULL;
}

/** Runtimes ask where the stack of a thread lies, and libc then asks where it may run. */
static int check_thread_attributes(void)
{
    pthread_t thread;
    int result = -1;

    EXPECT(load() == 0);
    EXPECT(pthread_create(&thread, NULL, ask_attributes, &result) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    errno = result;
    EXPECT(result == 0);
    return 0;
}

/* ---- loading it ---- */

static int check_loads_once_per_process(void)
{
    int status = -1;

    /* Each guest of one zygote has a filter of its own number: none is left over from a fork. */
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0)
            _exit(load() == 0 && kill(getpid(), 0) == 0 && kill(getppid(), 0) < 0 ? 0 : 1);
        EXPECT(waitpid(child, &status, 0) == child && status == 0);
    }
    return 0;
}

static int check_needs_no_new_privs(void)
{
    ce_confinement confinement = { 0 };
    int expected = geteuid() == 0 ? 0 : -EACCES;

    EXPECT(ce_step_own_signals(&confinement) == expected);
    return 0;
}

#define CHILD_TEST(name, check)                                                                    \
    static void own_signals_##name(void **state)                                                   \
    {                                                                                              \
        (void)state;                                                                               \
        assert_int_equal(in_child(check), 0);                                                      \
    }

CHILD_TEST(nothing_refused_without, check_without)
CHILD_TEST(reach_itself, check_itself)
CHILD_TEST(reach_nobody_else, check_others)
CHILD_TEST(reach_no_own_child, check_own_child)
CHILD_TEST(inherited, check_inherited)
CHILD_TEST(tkill_refused, check_tkill)
CHILD_TEST(other_calls_untouched, check_other_calls)
CHILD_TEST(delivered_to_itself, check_to_itself)
CHILD_TEST(own_group, check_own_group)
CHILD_TEST(threads, check_threads)
CHILD_TEST(later_threads, check_later_threads)
CHILD_TEST(thread_attributes, check_thread_attributes)
CHILD_TEST(one_per_process, check_loads_once_per_process)
CHILD_TEST(no_new_privs, check_needs_no_new_privs)

static void own_signals_abort(void **state)
{
    (void)state;
    int status = in_child(check_ends_itself);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_signals_nothing_refused_without),
        cmocka_unit_test(own_signals_reach_itself),
        cmocka_unit_test(own_signals_reach_nobody_else),
        cmocka_unit_test(own_signals_reach_no_own_child),
        cmocka_unit_test(own_signals_inherited),
        cmocka_unit_test(own_signals_tkill_refused),
        cmocka_unit_test(own_signals_other_calls_untouched),
        cmocka_unit_test(own_signals_delivered_to_itself),
        cmocka_unit_test(own_signals_own_group),
        cmocka_unit_test(own_signals_threads),
        cmocka_unit_test(own_signals_later_threads),
        cmocka_unit_test(own_signals_thread_attributes),
        cmocka_unit_test(own_signals_one_per_process),
        cmocka_unit_test(own_signals_no_new_privs),
        cmocka_unit_test(own_signals_abort),
    };
    return cmocka_run_group_tests_name("own_signals", tests, NULL, NULL);
}
