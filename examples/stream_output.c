/* SPDX-License-Identifier: MIT */
/* Pass a program's output to the terminal as it comes, and end with the program's exit code.
 *
 *   cc stream_output.c $(pkg-config --cflags --libs codeexec) -o stream_output
 *   ./stream_output 'import time
 *   for i in range(3): print(i); time.sleep(1)'
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <codeexec/codeexec.h>

static const char countdown[] = "import sys, time\n"
                                "for i in (3, 2, 1):\n"
                                "    print(i, flush=True)\n"
                                "    time.sleep(0.2)\n"
                                "print('lift-off', file=sys.stderr)\n";

static void write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written < 0)
            return; /* nobody reads it any more */
        data += written;
        size -= (size_t)written;
    }
}

static void pass_output(codeexec_executor *executor)
{
    codeexec_output output;

    /* The bytes are valid until the next call on the executor. */
    while (codeexec_next_output(executor, &output))
        write_all(output.stream == CODEEXEC_STDERR ? STDERR_FILENO : STDOUT_FILENO, output.data,
                  output.size);
}

int main(int argc, char **argv)
{
    const char *code = argc > 1 ? argv[1] : countdown;
    codeexec_executor *executor = NULL;
    codeexec_result *result = NULL;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    uint64_t ticket;

    request.code = code;
    request.code_size = strlen(code);
    request.wall_ms = 60000;
    request.flags = CODEEXEC_REQUEST_STREAM;
    int failed = codeexec_executor_create(&executor, NULL, &error);
    if (!failed)
        failed = codeexec_submit(executor, &request, &ticket, &error);

    /* One run, so the first result is its. All of its output comes before that. */
    while (!failed && !result) {
        failed = codeexec_dispatch(executor, -1, &error);
        pass_output(executor);
        result = codeexec_next_result(executor);
    }

    int status = 125;
    if (failed)
        fprintf(stderr, "%s\n", error.message);
    else if (result->outcome == CODEEXEC_OUTCOME_COMPLETED)
        status = result->exit_code;
    else
        fprintf(stderr, "%s: %s\n", codeexec_outcome_name(result->outcome),
                codeexec_reason_name(result->reason));
    codeexec_result_free(result);
    codeexec_executor_destroy(executor);
    return status;
}
