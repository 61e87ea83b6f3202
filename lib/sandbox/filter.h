/* SPDX-License-Identifier: MIT */
/** The seccomp allow-list, compiled once per executor and loaded by every guest. */
#ifndef CE_SANDBOX_FILTER_H
#define CE_SANDBOX_FILTER_H

#include <codeexec/error.h>

#include <stdint.h>

#include "sandbox/sandbox.h"

/** Compile a profile's allow-list for this machine's architecture.
 *  @param memfd receives a sealed memfd holding an array of struct sock_filter; taken by the caller
 *  @return 0, -CODEEXEC_ENOMEM or -CODEEXEC_ESYSTEM. */
int ce_filter_export(ce_profile profile, int *memfd, codeexec_error *error);

/** The same for another architecture, so that its filter can be looked at without its machine.
 *  @param architecture of SCMP_ARCH_*; one of the other byte order is -CODEEXEC_ESYSTEM */
int ce_filter_export_for(ce_profile profile, uint32_t architecture, int *memfd,
                         codeexec_error *error);

#endif
