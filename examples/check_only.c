/* SPDX-License-Identifier: MIT */
/* Check programs against the policy and run nothing, as an editor or a submission form would.
 *
 *   cc check_only.c $(pkg-config --cflags --libs codeexec) -o check_only
 *   ./check_only program.py
 *
 * Exit code 0 nothing found, 1 something found, 2 it could not be checked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <codeexec/codeexec.h>

#define MAX_PROGRAM (1u << 20)

static const char sample[] = "import os\n"
                             "print('listing')\n"
                             "os.system('ls')\n";

/** The whole file; NULL if it cannot be read. */
static char *read_program(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *code = malloc(MAX_PROGRAM);

    if (file && code)
        *size = fread(code, 1, MAX_PROGRAM, file);
    if (!file || !code || ferror(file)) {
        free(code);
        code = NULL;
    }
    if (file)
        fclose(file);
    return code;
}

static int print_report(const char *name, const codeexec_report *report)
{
    if (!report->checked) {
        fprintf(stderr, "%s: %s\n", name, report->detail);
        return 2;
    }
    for (size_t i = 0; i < report->violation_count; i++) {
        const codeexec_violation *found = &report->violations[i];
        printf("%s:%u:%u: %s: %s\n", name, found->line, found->column, found->rule, found->message);
    }
    return report->violation_count > 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "sample.py";
    const char *code = sample;
    size_t size = sizeof(sample) - 1;
    char *read = NULL;
    codeexec_executor *executor = NULL;
    codeexec_report *report = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_config config;
    int status = 2;

    if (argc > 1) {
        code = read = read_program(name, &size);
        if (!read) {
            perror(name);
            return 2;
        }
    }
    codeexec_config_init(&config);
    config.policy = CODEEXEC_POLICY_STRICT;
    if (codeexec_executor_create(&executor, &config, &error) < 0 ||
        codeexec_sanitize(executor, code, size, &report, &error) < 0)
        fprintf(stderr, "%s\n", error.message);
    else
        status = print_report(name, report);

    codeexec_report_free(report);
    codeexec_executor_destroy(executor);
    codeexec_config_clear(&config);
    free(read);
    return status;
}
