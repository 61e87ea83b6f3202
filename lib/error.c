/* SPDX-License-Identifier: MIT */
#include "error_internal.h"

#include <stdarg.h>
#include <stdio.h>

const char *codeexec_version(void)
{
    return CODEEXEC_VERSION_STRING;
}

const char *codeexec_strerror(int code)
{
    static const char *const texts[] = {
        [CODEEXEC_OK] = "success",
        [CODEEXEC_EINVAL] = "invalid argument or setting",
        [CODEEXEC_ENOMEM] = "out of memory",
        [CODEEXEC_ESYSTEM] = "a system call failed",
        [CODEEXEC_EQUEUE] = "the queue is full",
        [CODEEXEC_ESHUTDOWN] = "the executor is shutting down",
        [CODEEXEC_ENOHELPER] = "codeexec-zygote was not found",
        [CODEEXEC_EPYTHON] = "no fitting Python interpreter",
        [CODEEXEC_EISOLATION] = "a required isolation layer is not available",
        [CODEEXEC_EPROTOCOL] = "the fork server broke the protocol",
        [CODEEXEC_ETIMEDOUT] = "timed out",
        [CODEEXEC_ENOTFOUND] = "no such run",
    };
    /* Widened before negating: -INT_MIN does not fit an int. */
    long long index = code < 0 ? -(long long)code : code;
    if (index >= (long long)(sizeof(texts) / sizeof(texts[0])))
        return "unknown error";
    return texts[index];
}

/** A message is one line, whatever a file name or a value in it contains. */
static void flatten(char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte == 0x7f)
            *text = ' ';
    }
}

int ce_error_set(codeexec_error *error, int code, int sys_errno, const char *stage,
                 const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->message, sizeof(error->message), format, arguments);
        va_end(arguments);
        flatten(error->message);
        error->code = code;
        error->sys_errno = sys_errno;
        error->stage = stage;
    }
    return -code;
}
