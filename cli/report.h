/* SPDX-License-Identifier: MIT */
/** What check found, as JSON and as SARIF 2.1.0 (editors and continuous integration read that). */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <codeexec/policy.h>

#include "args.h"

/** Totals of a check. */
struct cli_totals {
    size_t files;    /**< that were checked */
    size_t with;     /**< of them, with findings */
    size_t findings; /**< in all, those not shown included */
    size_t failed;   /**< files that could not be checked */
};

struct cli_report;

/** NULL when memory is short. */
struct cli_report *cli_report_create(enum cli_format format);
void cli_report_add(struct cli_report *report, const char *file, const codeexec_report *found);
/** Print the document on stdout and free the report. @return 0, or -1 if memory was short */
int cli_report_finish(struct cli_report *report, const struct cli_totals *totals);

#endif
