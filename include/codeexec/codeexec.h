/* SPDX-License-Identifier: MIT */
/** @file codeexec.h
 *  libcodeexec: run untrusted Python, confined, from a warm fork server. Includes everything.
 *
 *  The shortest use: codeexec_executor_create(), codeexec_run(), codeexec_result_free(),
 *  codeexec_executor_destroy(). See README.md for a complete program.
 */
#ifndef CODEEXEC_CODEEXEC_H
#define CODEEXEC_CODEEXEC_H

#include <codeexec/config.h>
#include <codeexec/error.h>
#include <codeexec/executor.h>
#include <codeexec/limits.h>
#include <codeexec/policy.h>
#include <codeexec/probe.h>
#include <codeexec/request.h>
#include <codeexec/result.h>
#include <codeexec/version.h>

#endif
