/* SPDX-License-Identifier: MIT */
/** A request, checked and copied: what a run needs until its program has started. */
#ifndef CE_REQUEST_H
#define CE_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/config.h>
#include <codeexec/error.h>
#include <codeexec/request.h>

typedef struct ce_request {
    char *program; /**< source, file name, arguments, as struct ce_run lays them out */
    size_t program_size;
    uint64_t code_size;
    uint32_t filename_size;
    uint32_t arg_count;
    uint32_t args_size;
    uint32_t wall_ms;
    uint32_t cpu_seconds;
    uint64_t memory_bytes;
    uint64_t output_bytes;
    char *stdin_data;
    size_t stdin_size;
    int stdin_fd; /**< a duplicate of the caller's, or -1 */
    unsigned flags;
    char execution_id[CODEEXEC_MAX_ID_LENGTH + 1];
} ce_request;

/** Check a request against its bounds and copy it, with defaults filled in.
 *  @param config the executor's
 *  @param cpus   of the machine, for the default CPU time
 *  @param out    to be given to ce_request_clear(); untouched on failure
 *  @return 0, -CODEEXEC_EINVAL, -CODEEXEC_ENOMEM, -CODEEXEC_ESYSTEM. */
int ce_request_copy(ce_request *out, const codeexec_request *request, const codeexec_config *config,
                    uint32_t cpus, codeexec_error *error);

void ce_request_clear(ce_request *request);

/** The program in a sealed memfd: what the guest reads cannot change under it.
 *  @return a descriptor, or -errno. */
int ce_request_memfd(const ce_request *request);

/** Whether every byte of a struct's tail that this version does not know is zero, and its size is
 *  sane. @return the bytes to copy, or 0. */
size_t ce_struct_copy_size(const void *object, size_t struct_size, size_t known, size_t minimum);

#endif
