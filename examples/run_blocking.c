/* SPDX-License-Identifier: MIT */
/* Run one Python program within limits and wait for it.
 *
 *   cc run_blocking.c $(pkg-config --cflags --libs codeexec) -o run_blocking
 *   ./run_blocking 'print(6 * 7)'
 */
#include <stdio.h>
#include <string.h>

#include <codeexec/codeexec.h>

int main(int argc, char **argv)
{
    const char *code = argc > 1 ? argv[1] : "print('Hello, World!')";
    codeexec_executor *executor = NULL;
    codeexec_result *result = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    int failed;

    /* The defaults, changed by EXECUTION_TIMEOUT, MAX_MEMORY_MB and the other variables. */
    codeexec_config config;
    codeexec_config_init(&config);
    failed = codeexec_config_load_env(&config, &error);

    if (!failed)
        failed = codeexec_executor_create(&executor, &config, &error);
    if (!failed) {
        codeexec_request request = CODEEXEC_REQUEST_INIT;
        request.code = code;
        request.code_size = strlen(code);
        request.wall_ms = 60000;
        request.memory_bytes = UINT64_C(256) << 20;
        request.output_bytes = 65536;
        failed = codeexec_run(executor, &request, &result, &error);
    }

    if (failed) {
        fprintf(stderr, "%s: %s\n", codeexec_strerror(failed), error.message);
    } else {
        printf("%s (%s), exit code %d, %.1f ms\n", codeexec_outcome_name(result->outcome),
               codeexec_reason_name(result->reason), result->exit_code,
               result->wall_seconds * 1000);
        printf("stdout: %s\nstderr: %s\n", result->stdout_data, result->stderr_data);
        for (size_t i = 0; i < result->violation_count; i++)
            printf("line %u: %s\n", result->violations[i].line, result->violations[i].message);
    }

    /* Both accept NULL. An executor serves many runs: make one and keep it. */
    codeexec_result_free(result);
    codeexec_executor_destroy(executor);
    codeexec_config_clear(&config);
    return failed ? 1 : 0;
}
