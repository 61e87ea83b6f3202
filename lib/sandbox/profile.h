/* SPDX-License-Identifier: MIT */
/** Which way of confining programs this machine allows, found by trying. */
#ifndef CE_SANDBOX_PROFILE_H
#define CE_SANDBOX_PROFILE_H

#include <codeexec/error.h>

#include "sandbox/sandbox.h"

typedef enum ce_profile_wish {
    CE_WISH_BEST,       /**< namespaces if they work, else the locked-down profile */
    CE_WISH_NAMESPACES, /**< that one or none */
    CE_WISH_LOCKED_DOWN /**< that one or none */
} ce_profile_wish;

/** Try the profiles in throw-away children, the better one first.
 *  @return 0; -CODEEXEC_EISOLATION with why none works; -CODEEXEC_ESYSTEM. */
int ce_profile_choose(ce_profile_wish wish, ce_profile *profile, codeexec_error *error);

#endif
