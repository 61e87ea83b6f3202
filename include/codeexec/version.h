/* SPDX-License-Identifier: MIT */
/** @file version.h
 *  Version of the library and how public symbols are marked.
 */
#ifndef CODEEXEC_VERSION_H
#define CODEEXEC_VERSION_H

#define CODEEXEC_VERSION_MAJOR  0
#define CODEEXEC_VERSION_MINOR  1
#define CODEEXEC_VERSION_PATCH  0
#define CODEEXEC_VERSION_STRING "0.1.0"

#if defined(__GNUC__)
#define CODEEXEC_API __attribute__((visibility("default")))
#else
#define CODEEXEC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the library that is loaded, e.g. "0.1.0" (the header's may differ).
 *  @return a static string. Thread-safe. Since 0.1. */
CODEEXEC_API const char *codeexec_version(void);

#ifdef __cplusplus
}
#endif
#endif
