/* SPDX-License-Identifier: MIT */
#include "cli.h"

/** Check one file. @return 0, CLI_EXIT_FINDINGS, or another exit status after a complaint */
static int check_file(codeexec_executor *executor, const char *file)
{
    struct cli_source source;
    int status = cli_read_source(file, &source);
    if (status != 0)
        return status;

    codeexec_request request = CODEEXEC_REQUEST_INIT;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_result *result = NULL;
    request.code = source.text;
    request.code_size = source.size;
    request.filename = source.filename;
    request.flags = CODEEXEC_REQUEST_CHECK_ONLY;
    if (codeexec_run(executor, &request, &result, &error) < 0) {
        cli_complain("%s: %s", source.name, error.message);
        status = CLI_EXIT_FAILED;
    } else if (result->outcome == CODEEXEC_OUTCOME_REJECTED) {
        cli_print_violations(stdout, source.name, result);
        status = CLI_EXIT_FINDINGS;
    } else if (result->outcome != CODEEXEC_OUTCOME_COMPLETED) {
        cli_complain("%s: not checked: %s", source.name,
                     result->detail ? result->detail : codeexec_reason_name(result->reason));
        status = CLI_EXIT_FAILED;
    }
    codeexec_result_free(result);
    cli_free_source(&source);
    return status;
}

int cli_check(const struct cli_options *options)
{
    codeexec_config config;
    codeexec_executor *executor = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    int status = cli_load_settings(options, &config);
    if (status == 0 && codeexec_executor_create(&executor, &config, &error) < 0) {
        cli_complain("%s", error.message);
        status = CLI_EXIT_FAILED;
    }
    /* Every file is checked; the worst status of all is what remains: they rise with gravity. */
    for (size_t i = 0; executor && i < options->file_count; i++) {
        int one = check_file(executor, options->files[i]);
        if (one > status)
            status = one;
    }
    codeexec_executor_destroy(executor);
    codeexec_config_clear(&config);
    return status;
}
