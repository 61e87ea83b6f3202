/* SPDX-License-Identifier: MIT */
/** @file limits.h
 *  The bounds of every request, and the defaults of every setting.
 */
#ifndef CODEEXEC_LIMITS_H
#define CODEEXEC_LIMITS_H

#include <stdint.h>

/** Longest wall time a run may ask for: 600 s, in milliseconds. */
#define CODEEXEC_MAX_WALL_MS UINT32_C(600000)
/** Smallest and largest memory limit a run may ask for: 16 MiB and 8192 MiB, in bytes. */
#define CODEEXEC_MIN_MEMORY_BYTES (UINT64_C(16) << 20)
#define CODEEXEC_MAX_MEMORY_BYTES (UINT64_C(8192) << 20)
/** Longest execution id, in bytes; it matches [A-Za-z0-9._-]{1,128}. */
#define CODEEXEC_MAX_ID_LENGTH 128
/** Largest program, in bytes. */
#define CODEEXEC_MAX_CODE_SIZE (UINT64_C(64) << 20)
/** Most arguments after the script name, and their bytes in all (terminating NULs included). */
#define CODEEXEC_MAX_ARGS      1024
#define CODEEXEC_MAX_ARGS_SIZE (UINT64_C(128) << 10)
/** Longest file name a program may be given, in bytes (one path component). */
#define CODEEXEC_MAX_FILENAME_LENGTH 255

#define CODEEXEC_DEFAULT_WALL_MS      UINT32_C(300000)
#define CODEEXEC_DEFAULT_MEMORY_BYTES (UINT64_C(4096) << 20)
#define CODEEXEC_DEFAULT_OUTPUT_BYTES UINT64_C(10485760)
#define CODEEXEC_DEFAULT_MODULES      "numpy,pandas,matplotlib,scipy,sklearn"
#define CODEEXEC_DEFAULT_LISTEN       "127.0.0.1:8000"
#define CODEEXEC_DEFAULT_WORK_DIR     "/tmp"
#define CODEEXEC_DEFAULT_QUEUE        UINT32_C(1024)
#define CODEEXEC_DEFAULT_BODY_BYTES   (UINT64_C(16) << 20)
#define CODEEXEC_DEFAULT_PROCESSES    UINT32_C(64)
#define CODEEXEC_DEFAULT_OPEN_FILES   UINT32_C(256)
#define CODEEXEC_DEFAULT_TMP_BYTES    (UINT64_C(256) << 20)
#define CODEEXEC_DEFAULT_TIER_BYTES   (UINT64_C(1024) << 20)
#define CODEEXEC_DEFAULT_ZYGOTE_RUNS  UINT32_C(10000)

#endif
