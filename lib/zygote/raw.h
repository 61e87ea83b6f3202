/* SPDX-License-Identifier: MIT */
/** System calls that touch nothing but registers: no errno, no libc state. For a process that
 * shares its memory with another one that is running (see init in serve.c). Each returns the
 * kernel's value: a result, or -errno.
 */
#ifndef CE_ZYGOTE_RAW_H
#define CE_ZYGOTE_RAW_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

static inline long ce_raw_syscall4(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
#else
#error "codeexec supports x86-64 and aarch64"
#endif
}

static inline long ce_raw_write(int fd, const void *data, size_t size)
{
    return ce_raw_syscall4(SYS_write, fd, (long)data, (long)size, 0);
}

static inline long ce_raw_close_range(unsigned int first, unsigned int last)
{
    return ce_raw_syscall4(SYS_close_range, (long)first, (long)last, 0, 0);
}

static inline long ce_raw_wait4(int pid, int *status, int options, struct rusage *usage)
{
    return ce_raw_syscall4(SYS_wait4, pid, (long)status, options, (long)usage);
}

static inline long ce_raw_clock_monotonic(struct timespec *now)
{
    return ce_raw_syscall4(SYS_clock_gettime, CLOCK_MONOTONIC, (long)now, 0, 0);
}

static inline _Noreturn void ce_raw_exit(int code)
{
    for (;;)
        ce_raw_syscall4(SYS_exit_group, code, 0, 0, 0);
}

#endif
