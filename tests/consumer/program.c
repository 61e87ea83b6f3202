/* SPDX-License-Identifier: MIT */
/* What a user writes: compiled as C and as C++ against an installation, shared and static. Prints
 * the version of the library it runs with, and what a program printed. */
#include <stdio.h>
#include <string.h>

#include <codeexec/codeexec.h>

int main(void)
{
    static const char code[] = "print(6 * 7)";
    codeexec_executor *executor = NULL;
    codeexec_result *result = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    codeexec_config config;
    int failed;

    request.code = code;
    request.code_size = sizeof(code) - 1;
    request.wall_ms = 60000;
    request.memory_bytes = UINT64_C(256) << 20;
    codeexec_config_init(&config);
    failed = codeexec_config_load_env(&config, &error);
    if (!failed)
        failed = codeexec_executor_create(&executor, &config, &error);
    if (!failed)
        failed = codeexec_run(executor, &request, &result, &error);
    if (failed)
        fprintf(stderr, "%s: %s\n", codeexec_strerror(failed), error.message);
    else
        printf("%s %s %s", codeexec_version(), codeexec_outcome_name(result->outcome),
               result->stdout_data);
    failed = failed || strcmp(result->stdout_data, "42\n") != 0;
    codeexec_result_free(result);
    codeexec_executor_destroy(executor);
    codeexec_config_clear(&config);
    return failed;
}
