/* SPDX-License-Identifier: MIT */
/* Who the guest is and what it may do: ids, capabilities, securebits, no_new_privs. */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

int ce_step_securebits(ce_confinement *confinement)
{
    (void)confinement;
    /* uid 0 means nothing, capabilities are never kept over a change of ids and never become
       ambient, and none of that can be undone. SECBIT_NO_SETUID_FIXUP stays off: the kernel then
       drops capabilities by itself when the ids change. */
    const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
                               SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                               SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    return prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0 ? -errno : 0;
}

int ce_empty_bounding_set(void)
{
    /* The kernel may know more capabilities than the header did; it answers EINVAL past the last.
     */
    for (unsigned long capability = 0; capability < 64; capability++) {
        int there = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (there > 0)
            there = prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        if (there < 0) {
            if (errno == EINVAL && capability > 0)
                break;
            return -errno;
        }
    }
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ? -errno : 0;
}

int ce_step_bounding_set(ce_confinement *confinement)
{
    (void)confinement;
    return ce_empty_bounding_set();
}

int ce_step_identity(ce_confinement *confinement)
{
    /* Raw system calls: glibc's wrappers signal every thread of the process, and there is one. */
    if (syscall(SYS_setgroups, (size_t)0, NULL) < 0)
        return -errno;
    if (syscall(SYS_setresgid, confinement->gid, confinement->gid, confinement->gid) < 0)
        return -errno;
    if (syscall(SYS_setresuid, confinement->uid, confinement->uid, confinement->uid) < 0)
        return -errno;
    return 0;
}

int ce_step_capabilities(ce_confinement *confinement)
{
    (void)confinement;
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };
    struct __user_cap_data_struct sets[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

    if (syscall(SYS_capset, &header, sets) < 0)
        return -errno;
    if (syscall(SYS_capget, &header, sets) < 0)
        return -errno;
    for (int i = 0; i < 2; i++)
        if ((sets[i].effective | sets[i].permitted | sets[i].inheritable) != 0)
            return -EPERM;
    return 0;
}

int ce_step_no_new_privs(ce_confinement *confinement)
{
    (void)confinement;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}
