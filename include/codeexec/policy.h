/* SPDX-License-Identifier: MIT */
/** @file policy.h
 *  The policy: what is refused before a program runs, and checking without running.
 *
 *  It is a linter, not a boundary: it tells honest mistakes from the lazy attacks, with a line, a
 *  column and a rule. What contains a program is the sandbox. See docs/policy.md.
 */
#ifndef CODEEXEC_POLICY_H
#define CODEEXEC_POLICY_H

#include <stddef.h>

#include <codeexec/error.h>
#include <codeexec/executor.h>
#include <codeexec/result.h>
#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where a rule is on. */
typedef enum codeexec_rule_set {
    CODEEXEC_RULE_DEFAULT = 0, /**< with CODEEXEC_POLICY=default and strict */
    CODEEXEC_RULE_STRICT = 1,  /**< with strict only */
    CODEEXEC_RULE_FILE = 2,    /**< for the names that a policy file adds */
    CODEEXEC_RULE_CHECK = 3    /**< found when a program is only checked; never rejects a run */
} codeexec_rule_set;

/** One rule, for `--explain`, editors and manuals. All strings are static. Since 0.1. */
typedef struct codeexec_rule {
    const char *id; /**< as in codeexec_violation.rule */
    codeexec_rule_set set;
    const char *summary; /**< one line, without a full stop */
    const char *why;     /**< a paragraph */
    const char *bad;     /**< a program with a finding of this rule */
    const char *good;    /**< how to do it instead; no finding of any rule */
} codeexec_rule;

/** Every rule there is, in the order of the documentation.
 *  @param count receives their number
 *  @return a static array. Thread-safe. Since 0.1. */
CODEEXEC_API const codeexec_rule *codeexec_policy_rules(size_t *count);

/** What a check found. Owned by the caller; free with codeexec_report_free(). All pointers live as
 *  long as the report. Immutable, so any thread may read it. Since 0.1. */
typedef struct codeexec_report {
    size_t struct_size;
    const codeexec_violation *violations; /**< violation_count of them, in order of place */
    size_t violation_count;               /**< 0: nothing was found */
    size_t violations_dropped;            /**< further ones that were found but not kept */
    int checked;        /**< 1; 0 if the check itself was ended, by a limit or a fault: then
                             violations is empty and says nothing */
    const char *detail; /**< why it was ended: one line; NULL if checked */
} codeexec_report;

/** Check one program against the executor's policy, and run nothing of it. The check itself is
 *  done in a confined guest, under the executor's default limits. What is no Python at all is one
 *  finding of the rule "syntax-error".
 *  @param code      the program; need not be NUL-terminated, may contain NUL; copied
 *  @param code_size its bytes, at most CODEEXEC_MAX_CODE_SIZE
 *  @param out       receives the report; untouched on failure
 *  @param error     may be NULL
 *  @return 0 whatever was found; else as codeexec_run(). Thread rule: that of the executor.
 *          Since 0.1. */
CODEEXEC_API int codeexec_sanitize(codeexec_executor *executor, const char *code, size_t code_size,
                                   codeexec_report **out, codeexec_error *error);

/** Free a report. NULL is fine. Any thread. Since 0.1. */
CODEEXEC_API void codeexec_report_free(codeexec_report *report);

#ifdef __cplusplus
}
#endif
#endif
