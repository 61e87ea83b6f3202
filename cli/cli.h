/* SPDX-License-Identifier: MIT */
/** What the verbs of the command line share. Only public headers of the library are used. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <codeexec/codeexec.h>

#include "args.h"

/** Exit statuses of our own; any other is the program's. As env(1), timeout(1) and shells have
 * them. */
enum cli_exit {
    CLI_EXIT_FINDINGS = 1, /**< check: the policy found something; doctor: a run does not work */
    CLI_EXIT_USAGE = 2,    /**< check: also, something could not be checked */
    CLI_EXIT_TIMEOUT = 124,
    CLI_EXIT_FAILED = 125, /**< codeexec itself failed */
    CLI_EXIT_REJECTED = 126,
    CLI_EXIT_SIGNAL = 128, /**< plus the signal's number */
    CLI_EXIT_MEMORY = 137
};

/* One verb, one file. Each returns the exit status. */
int cli_run(const struct cli_options *options);
int cli_check(const struct cli_options *options);
int cli_doctor(const struct cli_options *options);
int cli_version(const struct cli_options *options);
int cli_help(const struct cli_options *options);

/** Print "codeexec: …" and a newline to stderr. */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Settings of one run: environment, then options. The executor is for one run at a time.
 *  @param config initialized here; codeexec_config_clear() it, also on failure
 *  @return 0, or the exit status after a complaint */
int cli_load_settings(const struct cli_options *options, codeexec_config *config);

/** A program text, malloc'ed. */
struct cli_source {
    char *text;
    size_t size;
    const char *name;     /**< as given, "<stdin>" for -: for messages */
    const char *filename; /**< what the program sees: one path component */
};

/** Read FILE, or standard input for "-".
 *  @return 0, or the exit status after a complaint */
int cli_read_source(const char *file, struct cli_source *source);
void cli_free_source(struct cli_source *source);

/** Print each finding as file:line:column: rule: message, in colour if that is wanted there. */
void cli_print_violations(FILE *to, const char *name, const codeexec_violation *violations,
                          size_t count, size_t dropped);

/** Print what a rule is for. @return the exit status, after a complaint if there is no such rule */
int cli_explain(const char *rule);

#endif
