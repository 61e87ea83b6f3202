/* SPDX-License-Identifier: MIT */
/** Checked arithmetic: every limit that is computed goes through here. */
#ifndef CE_UTIL_CHECKED_H
#define CE_UTIL_CHECKED_H

#include <stdint.h>

/** a + b, or UINT64_MAX if that does not fit: a limit that overflows becomes "no limit the kernel
 *  could express", never a small number. */
static inline uint64_t ce_add_saturated(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static inline uint64_t ce_multiply_saturated(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

#endif
