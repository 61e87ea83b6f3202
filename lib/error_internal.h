/* SPDX-License-Identifier: MIT */
/** How the library fills in a caller's codeexec_error. */
#ifndef CE_ERROR_INTERNAL_H
#define CE_ERROR_INTERNAL_H

#include <codeexec/error.h>

/** Describe a failure.
 *  @param error     may be NULL: then nothing is written
 *  @param code      one of enum codeexec_errno, positive
 *  @param sys_errno the errno behind it, or 0. Its text is not appended: say it with %m or
 *                   strerror() where it helps
 *  @param stage     static string, or NULL
 *  @param format    one line; cut at CODEEXEC_ERROR_MESSAGE_SIZE, newlines become spaces
 *  @return -code, so that `return ce_error_set(…)` fails the call */
int ce_error_set(codeexec_error *error, int code, int sys_errno, const char *stage,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
