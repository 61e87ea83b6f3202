/* SPDX-License-Identifier: MIT */
/* Resource limits: the ones every guest has, and the ones a request lowers. */
#include <errno.h>
#include <sys/resource.h>

#include "sandbox/sandbox.h"
#include "util/checked.h"

static int set_limit(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit current;

    if (getrlimit(resource, &current) < 0)
        return -errno;
    /* A lower hard limit that is already there stays: ours never raise one. */
    struct rlimit limit = { .rlim_cur = soft < current.rlim_max ? soft : current.rlim_max,
                            .rlim_max = hard < current.rlim_max ? hard : current.rlim_max };
    return setrlimit(resource, &limit) < 0 ? -errno : 0;
}

int ce_step_rlimits(ce_confinement *confinement)
{
    const struct {
        int resource;
        uint64_t value;
    } limits[] = {
        { RLIMIT_CORE, 0 },
        { RLIMIT_FSIZE, confinement->file_bytes },
        { RLIMIT_NOFILE, confinement->open_files },
        { RLIMIT_NPROC, confinement->processes },
        { RLIMIT_STACK, confinement->stack_bytes },
        { RLIMIT_MEMLOCK, 0 },
        { RLIMIT_MSGQUEUE, 0 },
        { RLIMIT_NICE, 0 },
        { RLIMIT_RTPRIO, 0 },
        { RLIMIT_SIGPENDING, 1024 },
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        int status = set_limit(limits[i].resource, limits[i].value, limits[i].value);
        if (status < 0)
            return status;
    }
    return 0;
}

/* RLIMIT_DATA counts what a program really asks for; RLIMIT_AS is only the outer bound that shared
   mappings hit, since libraries reserve far more address space than they touch. */
#define SPACE_SLACK (UINT64_C(1) << 30)

int ce_limit_run(uint64_t memory_bytes, uint64_t data_baseline, uint64_t space_baseline,
                 uint32_t cpu_seconds)
{
    uint64_t data = ce_add_saturated(data_baseline, memory_bytes);
    uint64_t space = ce_add_saturated(ce_add_saturated(space_baseline, memory_bytes), SPACE_SLACK);
    int status = set_limit(RLIMIT_DATA, data, data);

    if (status == 0)
        status = set_limit(RLIMIT_AS, space, space);
    /* SIGXCPU at the soft limit names the reason; the hard one a second later cannot be ignored. */
    if (status == 0)
        status = set_limit(RLIMIT_CPU, cpu_seconds, (uint64_t)cpu_seconds + 1);
    return status;
}
