/* SPDX-License-Identifier: MIT */
/* The order in which a guest locks itself up. It reads as the policy; the order matters where it
   says so. */
#include "sandbox/sandbox.h"

const ce_step ce_guest_steps[] = {
    { "session", ce_step_session, "own session and process group: no terminal, no shared job" },
    { "descriptors", ce_step_descriptors,
      "nothing open but the control channel; early, so that no later step can leak one" },
    { "rlimits", ce_step_rlimits, "while raising is still allowed: hard limits only go down" },
    { "securebits", ce_step_securebits, "before the bounding set, both need CAP_SETPCAP" },
    { "bounding_set", ce_step_bounding_set, "no capability can come back through an exec" },
    { "identity", ce_step_identity, "an id that owns nothing; drops most capabilities" },
    { "capabilities", ce_step_capabilities, "all sets empty, then read back and checked" },
    { "no_new_privs", ce_step_no_new_privs, "set-id programs give nothing; seccomp needs it" },
    { "seccomp", ce_step_seccomp, "last: the filter refuses what the steps above need" },
};

const size_t ce_guest_step_count = sizeof(ce_guest_steps) / sizeof(ce_guest_steps[0]);

int ce_confine_guest(ce_confinement *confinement, const char **stage)
{
    for (size_t i = 0; i < ce_guest_step_count; i++) {
        int status = ce_guest_steps[i].apply(confinement);
        if (status < 0) {
            *stage = ce_guest_steps[i].name;
            return status;
        }
    }
    return 0;
}
