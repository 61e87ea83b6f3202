/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "error_internal.h"
#include "util/checked.h"
#include "util/fd.h"

#define DEFAULT_FILENAME "main.py"
#define MAX_OUTPUT_BYTES (UINT64_C(1) << 30)
#define KNOWN_FLAGS      (CODEEXEC_REQUEST_STREAM | CODEEXEC_REQUEST_CHECK_ONLY)

int codeexec_execution_id_valid(const char *id, size_t length)
{
    if (!id || length == 0 || length > CODEEXEC_MAX_ID_LENGTH)
        return 0;
    for (size_t i = 0; i < length; i++) {
        char c = id[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '_' || c == '-'))
            return 0;
    }
    return 1;
}

size_t ce_struct_copy_size(const void *object, size_t struct_size, size_t known, size_t minimum)
{
    const unsigned char *bytes = object;
    if (struct_size < minimum || struct_size > known + 4096)
        return 0;
    for (size_t i = known; i < struct_size; i++)
        if (bytes[i] != 0)
            return 0;
    return struct_size < known ? struct_size : known;
}

/* ---- checks ---- */

static int invalid(codeexec_error *error, const char *message)
{
    return ce_error_set(error, CODEEXEC_EINVAL, 0, "request", "%s", message);
}

static int check_numbers(const codeexec_request *request, codeexec_error *error)
{
    if (request->wall_ms > CODEEXEC_MAX_WALL_MS)
        return invalid(error, "wall_ms must be 1..600000, or 0 for the default");
    if (request->memory_bytes != 0 && (request->memory_bytes < CODEEXEC_MIN_MEMORY_BYTES ||
                                       request->memory_bytes > CODEEXEC_MAX_MEMORY_BYTES))
        return invalid(error, "memory_bytes must be 16..8192 MiB, or 0 for the default");
    if (request->output_bytes > MAX_OUTPUT_BYTES)
        return invalid(error, "output_bytes must be 1..1073741824, or 0 for the default");
    if ((request->flags & ~(unsigned)KNOWN_FLAGS) != 0)
        return invalid(error, "unknown flags");
    return 0;
}

static int check_texts(const codeexec_request *request, codeexec_error *error)
{
    const char *name = request->filename;
    if ((!request->code && request->code_size > 0) || request->code_size > CODEEXEC_MAX_CODE_SIZE)
        return invalid(error, "code must be given, of at most 67108864 bytes");
    if (request->execution_id &&
        !codeexec_execution_id_valid(request->execution_id,
                                     strnlen(request->execution_id, CODEEXEC_MAX_ID_LENGTH + 1)))
        return invalid(error, "execution_id must be 1 to 128 of [A-Za-z0-9._-]");
    if (name &&
        (!*name || strnlen(name, CODEEXEC_MAX_FILENAME_LENGTH + 1) > CODEEXEC_MAX_FILENAME_LENGTH ||
         strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0))
        return invalid(error, "filename must be one path component of at most 255 bytes");
    return 0;
}

static int check_stdin(const codeexec_request *request, codeexec_error *error)
{
    if (!request->stdin_data && request->stdin_size > 0)
        return invalid(error, "stdin_size without stdin_data");
    if (request->stdin_data && request->stdin_fd >= 0)
        return invalid(error, "stdin_data and stdin_fd exclude one another");
    return 0;
}

/** @param size receives the bytes of all arguments, terminating NULs included */
static int check_args(const codeexec_request *request, uint32_t *size, codeexec_error *error)
{
    uint64_t total = 0;
    if (request->arg_count > CODEEXEC_MAX_ARGS || (request->arg_count > 0 && !request->args))
        return invalid(error, "args must be at most 1024 strings");
    for (size_t i = 0; i < request->arg_count; i++) {
        if (!request->args[i])
            return invalid(error, "an argument is NULL");
        total += strnlen(request->args[i], CODEEXEC_MAX_ARGS_SIZE) + 1;
        if (total > CODEEXEC_MAX_ARGS_SIZE)
            return invalid(error, "args must be at most 131072 bytes in all");
    }
    *size = (uint32_t)total;
    return 0;
}

/* ---- copying ---- */

/** A random UUID, version 4. */
static int make_execution_id(char *id, size_t size, codeexec_error *error)
{
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return ce_error_set(error, CODEEXEC_ESYSTEM, errno, "request", "getrandom: %s",
                            strerror(errno));
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    size_t at = 0;
    for (size_t i = 0; i < sizeof(bytes); i++)
        at += (size_t)snprintf(id + at, size - at, "%s%02x",
                               i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
    return 0;
}

/** Source, file name and arguments into one block. */
static int copy_program(ce_request *copy, const codeexec_request *request, codeexec_error *error)
{
    const char *filename = request->filename ? request->filename : DEFAULT_FILENAME;
    copy->code_size = request->code_size;
    copy->filename_size = (uint32_t)strlen(filename);
    copy->arg_count = (uint32_t)request->arg_count;
    copy->program_size = request->code_size + copy->filename_size + copy->args_size;
    copy->program = malloc(copy->program_size);
    if (!copy->program)
        return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "request", "no memory for the program");

    char *at = copy->program;
    if (request->code_size > 0)
        memcpy(at, request->code, request->code_size);
    at += request->code_size;
    memcpy(at, filename, copy->filename_size);
    at += copy->filename_size;
    for (size_t i = 0; i < request->arg_count; i++) {
        size_t size = strlen(request->args[i]) + 1;
        memcpy(at, request->args[i], size);
        at += size;
    }
    return 0;
}

static int copy_stdin(ce_request *copy, const codeexec_request *request, codeexec_error *error)
{
    if (request->stdin_size > 0) {
        copy->stdin_data = malloc(request->stdin_size);
        if (!copy->stdin_data)
            return ce_error_set(error, CODEEXEC_ENOMEM, ENOMEM, "request", "no memory for stdin");
        memcpy(copy->stdin_data, request->stdin_data, request->stdin_size);
        copy->stdin_size = request->stdin_size;
    }
    if (request->stdin_fd >= 0) {
        /* A number of our own: two runs may name the same descriptor, which epoll takes once. */
        copy->stdin_fd = fcntl(request->stdin_fd, F_DUPFD_CLOEXEC, 3);
        if (copy->stdin_fd < 0)
            return ce_error_set(error, errno == EBADF ? CODEEXEC_EINVAL : CODEEXEC_ESYSTEM, errno,
                                "request", "stdin_fd %d: %s", request->stdin_fd, strerror(errno));
    }
    return 0;
}

static void copy_limits(ce_request *copy, const codeexec_request *request,
                        const codeexec_config *config, uint32_t cpus)
{
    copy->wall_ms = request->wall_ms ? request->wall_ms : config->wall_ms;
    copy->memory_bytes = request->memory_bytes ? request->memory_bytes : config->memory_bytes;
    copy->output_bytes = request->output_bytes ? request->output_bytes : config->output_bytes;
    copy->flags = request->flags;
    uint64_t cpu_ms = request->cpu_ms;
    uint64_t seconds = cpu_ms / 1000 + (cpu_ms % 1000 != 0);
    if (cpu_ms == 0)
        seconds = ce_add_saturated(
            ce_multiply_saturated(((uint64_t)copy->wall_ms + 999) / 1000, cpus), 1);
    copy->cpu_seconds = seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static int fill_copy(ce_request *copy, const codeexec_request *request, codeexec_error *error)
{
    int status = 0;
    if (request->execution_id)
        memcpy(copy->execution_id, request->execution_id, strlen(request->execution_id) + 1);
    else
        status = make_execution_id(copy->execution_id, sizeof(copy->execution_id), error);
    if (status == 0)
        status = copy_program(copy, request, error);
    if (status == 0)
        status = copy_stdin(copy, request, error);
    return status;
}

int ce_request_copy(ce_request *out, const codeexec_request *request, const codeexec_config *config,
                    uint32_t cpus, codeexec_error *error)
{
    codeexec_request full = CODEEXEC_REQUEST_INIT;
    ce_request copy = { .stdin_fd = -1 };
    size_t known = request ? ce_struct_copy_size(request, request->struct_size, sizeof(full),
                                                 offsetof(codeexec_request, execution_id))
                           : 0;
    if (known == 0)
        return invalid(error, "the request was not initialized with CODEEXEC_REQUEST_INIT");
    memcpy(&full, request, known);

    int status = check_numbers(&full, error);
    if (status == 0)
        status = check_texts(&full, error);
    if (status == 0)
        status = check_stdin(&full, error);
    if (status == 0)
        status = check_args(&full, &copy.args_size, error);
    if (status < 0)
        return status;
    copy_limits(&copy, &full, config, cpus);
    status = fill_copy(&copy, &full, error);
    if (status < 0) {
        ce_request_clear(&copy);
        return status;
    }
    *out = copy;
    return 0;
}

void ce_request_clear(ce_request *request)
{
    free(request->program);
    request->program = NULL;
    request->program_size = 0;
    free(request->stdin_data);
    request->stdin_data = NULL;
    request->stdin_size = 0;
    ce_close(&request->stdin_fd);
}

/* ---- handing over ---- */

int ce_request_memfd(const ce_request *request)
{
    CE_CLEANUP_FD fd = memfd_create("codeexec-program", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    for (size_t done = 0; done < request->program_size;) {
        ssize_t count = write(fd, request->program + done, request->program_size - done);
        if (count < 0 && errno != EINTR)
            return -errno;
        if (count > 0)
            done += (size_t)count;
    }
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return -errno;
    return ce_steal_fd(&fd);
}
