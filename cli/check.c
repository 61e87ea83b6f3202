/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <codeexec/policy.h>

#include "files.h"
#include "report.h"

/** A check of many files. */
struct check {
    codeexec_executor *executor;
    struct cli_report *report; /**< NULL: findings are printed as they come */
    struct cli_totals totals;
};

static void show(struct check *check, const char *file, const codeexec_report *found)
{
    check->totals.files++;
    check->totals.with += found->violation_count > 0;
    check->totals.findings += found->violation_count + found->violations_dropped;
    if (check->report)
        cli_report_add(check->report, file, found);
    else
        cli_print_violations(stdout, file, found->violations, found->violation_count,
                             found->violations_dropped);
}

static void check_file(struct check *check, const char *file)
{
    struct cli_source source;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_report *found = NULL;
    if (cli_read_source(file, &source) != 0) {
        check->totals.failed++;
        return;
    }
    if (codeexec_sanitize(check->executor, source.text, source.size, &found, &error) < 0) {
        cli_complain("%s: %s", source.name, error.message);
        check->totals.failed++;
    } else if (!found->checked) {
        cli_complain("%s: not checked: %s", source.name, found->detail);
        check->totals.failed++;
    } else {
        show(check, source.name, found);
    }
    codeexec_report_free(found);
    cli_free_source(&source);
}

/** On stderr: stdout is for findings, and for programs that read them. */
static void summarize(const struct cli_totals *totals)
{
    const char *files = totals->files == 1 ? "file" : "files";
    if (totals->findings == 0)
        fprintf(stderr, "no findings in %zu %s", totals->files, files);
    else
        fprintf(stderr, "%zu finding%s in %zu of %zu %s", totals->findings,
                totals->findings == 1 ? "" : "s", totals->with, totals->files, files);
    if (totals->failed > 0)
        fprintf(stderr, ", %zu not checked", totals->failed);
    fputc('\n', stderr);
}

static int finish(struct check *check)
{
    const struct cli_totals *totals = &check->totals;
    if (!check->report) {
        fflush(stdout);
        summarize(totals);
    } else if (cli_report_finish(check->report, totals) < 0) {
        cli_complain("out of memory");
        return CLI_EXIT_USAGE;
    }
    if (totals->failed > 0)
        return CLI_EXIT_USAGE;
    return totals->findings > 0 ? CLI_EXIT_FINDINGS : 0;
}

static int check_files(const struct cli_options *options, const codeexec_config *config,
                       const struct cli_files *files)
{
    struct check check = { 0 };
    codeexec_error error = CODEEXEC_ERROR_INIT;
    /* Without a file there is nothing to start a fork server for. */
    if (files->count > 0 && codeexec_executor_create(&check.executor, config, &error) < 0) {
        cli_complain("%s", error.message);
        return CLI_EXIT_USAGE;
    }
    if (options->format != CLI_FORMAT_TEXT)
        check.report = cli_report_create(options->format);
    for (size_t i = 0; i < files->count; i++)
        check_file(&check, files->paths[i]);
    int status = finish(&check);
    codeexec_executor_destroy(check.executor);
    return status;
}

int cli_check(const struct cli_options *options)
{
    codeexec_config config;
    struct cli_files files = { 0 };
    if (options->explain)
        return cli_explain(options->explain);
    int status = cli_load_settings(options, &config);
    if (status != 0)
        status = CLI_EXIT_USAGE; /* a linter has three: clean, findings, could not look */
    int missed = 0;
    for (size_t i = 0; status == 0 && i < options->file_count; i++) {
        if (cli_files_add(&files, options->files[i]) != 0)
            missed = CLI_EXIT_USAGE;
    }
    if (status == 0)
        status = check_files(options, &config, &files);
    cli_files_clear(&files);
    codeexec_config_clear(&config);
    return missed > status ? missed : status;
}
