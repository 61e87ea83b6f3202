/* SPDX-License-Identifier: MIT */
/** The one clock: CLOCK_MONOTONIC in nanoseconds. */
#ifndef CE_UTIL_CLOCK_H
#define CE_UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CE_NS_PER_MS     UINT64_C(1000000)
#define CE_NS_PER_SECOND UINT64_C(1000000000)

static inline uint64_t ce_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * CE_NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

#endif
