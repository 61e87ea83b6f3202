/* SPDX-License-Identifier: MIT */
/* The order in which a guest locks itself up. It reads as the policy; the order matters where it
   says so. */
#include "sandbox/sandbox.h"
#include "sandbox/switches.h"

#ifdef CODEEXEC_TEST_SWITCHES
#include <stdio.h>
#include <string.h>

static char switched_off[32];

void ce_switch_off(const char *name)
{
    snprintf(switched_off, sizeof(switched_off), "%s", name);
}

int ce_switched_off(const char *name)
{
    return strcmp(switched_off, name) == 0;
}
#endif

#define NAMESPACES  CE_PROFILE_NAMESPACES
#define LOCKED_DOWN CE_PROFILE_LOCKED_DOWN
#define BOTH        (NAMESPACES | LOCKED_DOWN)

const ce_step ce_guest_steps[] = {
    { "session", ce_step_session, BOTH,
      "own session and process group: no terminal, no shared job" },
    { "parent_death", ce_step_parent_death, LOCKED_DOWN,
      "ends with the zygote, where no pid namespace sees to that" },
    { "cgroup_v1", ce_step_cgroup, BOTH,
      "its leaf, while the files that lead there can be opened" },
    { "cgroup_namespace", ce_step_cgroup_namespace, NAMESPACES,
      "its leaf is the root of all it can see; after it has entered that" },
    { "not_dumpable", ce_step_not_dumpable, NAMESPACES,
      "nobody of the same uid can trace it or read its memory; in the other profile, where "
      "Landlock sees to that, the zygote looks at what it holds open" },
    { "no_new_privs", ce_step_no_new_privs, BOTH,
      "set-id programs give nothing; Landlock and seccomp need it" },
    { "landlock", ce_step_landlock, BOTH,
      "files, TCP, signals; before the ruleset's descriptor is closed" },
    { "descriptors", ce_step_descriptors, BOTH,
      "nothing open but the control channel; early, so that no later step can leak one" },
    { "rlimits", ce_step_rlimits, BOTH,
      "while raising is still allowed: hard limits only go down" },
    { "securebits", ce_step_securebits, NAMESPACES,
      "before the bounding set, both need CAP_SETPCAP" },
    { "bounding_set", ce_step_bounding_set, NAMESPACES,
      "no capability can come back through an exec" },
    { "identity", ce_step_identity, NAMESPACES,
      "an id that owns nothing; drops most capabilities" },
    { "capabilities", ce_step_capabilities, BOTH, "all sets empty, then read back and checked" },
    { "own_signals", ce_step_own_signals, LOCKED_DOWN,
      "reaches no process but itself; before the filter that refuses further ones" },
    { "seccomp", ce_step_seccomp, BOTH, "last: the filter refuses what the steps above need" },
};

const size_t ce_guest_step_count = sizeof(ce_guest_steps) / sizeof(ce_guest_steps[0]);

const char *ce_profile_name(ce_profile profile)
{
    switch (profile) {
    case CE_PROFILE_NAMESPACES:
        return "namespaces";
    case CE_PROFILE_LOCKED_DOWN:
        return "locked-down";
    default:
        return "none";
    }
}

int ce_step_applies(const ce_step *step, const ce_confinement *confinement)
{
    if ((step->profiles & confinement->profile) == 0 || ce_switched_off(step->name))
        return 0;
    if (step->apply == ce_step_cgroup)
        return confinement->cgroup_count > 0;
    if (step->apply == ce_step_landlock)
        return confinement->landlock_abi > 0;
    if (step->apply == ce_step_identity)
        return confinement->change_ids;
    return 1;
}

int ce_confine_guest(ce_confinement *confinement, const char **stage)
{
    for (size_t i = 0; i < ce_guest_step_count; i++) {
        if (!ce_step_applies(&ce_guest_steps[i], confinement))
            continue;
        int status = ce_guest_steps[i].apply(confinement);
        if (status < 0) {
            *stage = ce_guest_steps[i].name;
            return status;
        }
    }
    return 0;
}
