/* SPDX-License-Identifier: MIT */
/* Without a pid namespace the kernel would let a guest signal whatever has its uid: the service,
   and every other guest. A second, small filter, made in each guest for its own process id, lets it
   reach itself alone. Filters stack: what either refuses is refused. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

/** A call whose argument names a process. */
typedef struct process_call {
    uint32_t number;
    uint32_t argument;
    int zero_is_self; /**< 0 means the caller, or its process group, which holds nobody else */
    uint32_t refusal; /**< the errno */
} process_call;

static const process_call calls[] = {
    { SYS_kill, 0, 1, EPERM },
    { SYS_tgkill, 0, 0, EPERM },
    { SYS_rt_sigqueueinfo, 0, 0, EPERM },
    { SYS_rt_tgsigqueueinfo, 0, 0, EPERM },
    { SYS_setpgid, 0, 1, EPERM },
    { SYS_getpgid, 0, 1, EPERM },
    { SYS_getsid, 0, 1, EPERM },
    /* pthread_getattr_np asks it by thread id, and takes ENOSYS for "nobody knows". */
    { SYS_sched_getaffinity, 0, 1, ENOSYS },
    { SYS_sched_getparam, 0, 1, EPERM },
    { SYS_sched_getscheduler, 0, 1, EPERM },
    { SYS_sched_getattr, 0, 1, EPERM },
    { SYS_sched_rr_get_interval, 0, 1, EPERM },
    { SYS_getpriority, 1, 1, EPERM },
};

/** By thread id: libc has not used it since tgkill exists, and ids of threads are not known here.
 */
#define REFUSED_CALL SYS_tkill

#define CALL_COUNT (sizeof(calls) / sizeof(calls[0]))
/** Instructions per call, and around them. */
#define PER_CALL ((size_t)6)
#define AROUND   ((size_t)6)

/** Low half of an argument: the kernel takes a process id as an int. */
static uint32_t argument_offset(uint32_t argument)
{
    const uint32_t low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
    return (uint32_t)offsetof(struct seccomp_data, args) + argument * 8 + low;
}

/** The instructions for one call; the accumulator holds the call's number before and after. */
static void add_call(struct sock_filter *at, const process_call *call, uint32_t self)
{
    const struct sock_filter block[PER_CALL] = {
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->number, 0, PER_CALL - 1),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument_offset(call->argument)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, self, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->zero_is_self ? 0 : self, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | call->refusal),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    for (size_t i = 0; i < PER_CALL; i++)
        at[i] = block[i];
}

int ce_step_own_signals(ce_confinement *confinement)
{
    struct sock_filter filter[CALL_COUNT * PER_CALL + AROUND];
    size_t length = 0;

    (void)confinement;
    /* Calls through another table of numbers are refused by the main filter. */
    filter[length++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALL_COUNT; i++, length += PER_CALL)
        add_call(filter + length, &calls[i], (uint32_t)getpid());
    filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, REFUSED_CALL, 0, 1);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

    const struct sock_fprog program = { .len = (unsigned short)length, .filter = filter };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}
