/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "signals.h"

/** A pipe that polls writable takes so much without blocking (POSIX: PIPE_BUF). */
#define PIPE_CHUNK 4096u
/** How often deadlines are looked at while our own reader keeps us waiting. Output that nobody
 * takes keeps the executor's descriptor readable, so it cannot be waited for then. */
#define STALLED_TICK_MS 50

/** One run and the way of its output. */
struct run {
    codeexec_executor *executor;
    uint64_t ticket;
    int signal_fd;

    /* A piece of output that is still to be written; size 0: none. */
    int fd;
    const char *data;
    size_t size;
    char *kept; /**< our copy, once the piece has to outlive the library's */

    bool discard;     /**< the run is being cancelled: wait for no reader any more */
    bool slow_reader; /**< a reader has kept us waiting */
    bool in_line;     /**< stderr's last line has no end yet */
    int write_errno;  /**< why output could not be written, or 0 */
    bool interrupted; /**< a second signal came: leave at once */
};

static void cancel_run(struct run *run)
{
    run->discard = true;
    codeexec_cancel(run->executor, run->ticket); /* it may have ended by itself: fine */
}

/** Write as much of the piece as can be written without blocking.
 *  @return 1 if all is written, 0 if the reader keeps us waiting, -1 with errno */
static int write_piece(struct run *run)
{
    struct stat status;
    bool never_blocks = fstat(run->fd, &status) == 0 && S_ISREG(status.st_mode);
    while (run->size > 0) {
        struct pollfd ready = { .fd = run->fd, .events = POLLOUT };
        if (!never_blocks && poll(&ready, 1, 0) <= 0)
            return 0;
        size_t chunk = never_blocks || run->size < PIPE_CHUNK ? run->size : PIPE_CHUNK;
        ssize_t written = write(run->fd, run->data, chunk);
        if (written < 0 && (errno == EINTR || errno == EAGAIN))
            return 0;
        if (written < 0)
            return -1;
        if (run->fd == STDERR_FILENO && written > 0)
            run->in_line = run->data[written - 1] != '\n';
        run->data += written;
        run->size -= (size_t)written;
        /* A terminal that was stopped (Ctrl-S) polls writable and blocks all the same: a short
         * write means that a signal got us out of there. */
        if ((size_t)written < chunk)
            return 0;
    }
    return 1;
}

static void drop_piece(struct run *run)
{
    free(run->kept);
    run->kept = NULL;
    run->size = 0;
}

/** Keep what is left of a piece: the library's copy goes with the next call. */
static int keep_piece(struct run *run)
{
    if (run->kept)
        return 0;
    run->kept = malloc(run->size);
    if (!run->kept)
        return -1;
    memcpy(run->kept, run->data, run->size);
    run->data = run->kept;
    return 0;
}

/** Pass output on until there is none, or its reader keeps us waiting. */
static void pass_output(struct run *run)
{
    codeexec_output output;
    for (;;) {
        if (run->size == 0) {
            drop_piece(run);
            if (!codeexec_next_output(run->executor, &output))
                return;
            run->fd = output.stream == CODEEXEC_STDERR ? STDERR_FILENO : STDOUT_FILENO;
            run->data = output.data;
            run->size = output.size;
        }
        int written = run->discard && run->slow_reader ? 0 : write_piece(run);
        run->slow_reader |= written == 0;
        if (written == 0 && !run->discard) {
            if (keep_piece(run) == 0)
                return;
            written = -1; /* with malloc()'s errno */
        }
        if (written < 0 && run->write_errno == 0) {
            run->write_errno = errno;
            cancel_run(run);
        }
        /* What cannot be written and is not waited for is lost. */
        run->size = 0;
    }
}

/** Wait for the executor, a signal, or the reader of the piece that is left. */
static void wait_for_events(struct run *run)
{
    bool stalled = run->size > 0;
    struct pollfd set[] = {
        { .fd = run->signal_fd, .events = POLLIN },
        { .fd = stalled ? run->fd : codeexec_executor_fd(run->executor),
          .events = stalled ? POLLOUT : POLLIN },
    };
    poll(set, 2, stalled ? STALLED_TICK_MS : -1);
    if (cli_signals_drain()) {
        run->interrupted = run->discard;
        cancel_run(run);
    }
}

/** Drive the run to its end.
 *  @return the result; NULL after a complaint, or when a second signal came */
static codeexec_result *drive(struct run *run)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_result *result = NULL;
    for (;;) {
        pass_output(run);
        if (run->size == 0)
            result = codeexec_next_result(run->executor);
        if (result)
            break;
        wait_for_events(run);
        if (run->interrupted)
            break;
        if (codeexec_dispatch(run->executor, 0, &error) < 0) {
            cli_complain("%s", error.message);
            break;
        }
    }
    drop_piece(run);
    return result;
}

/** Say on stderr why the program did not end by itself. */
static void explain(const codeexec_result *result, const codeexec_config *config)
{
    switch (result->reason) {
    case CODEEXEC_REASON_EXITED:
        break;
    case CODEEXEC_REASON_SIGNALED:
        cli_complain("ended by signal %d (%s)", result->signal, strsignal(result->signal));
        break;
    case CODEEXEC_REASON_WALL_TIME:
        cli_complain("timed out after %g s", config->wall_ms / 1000.0);
        break;
    case CODEEXEC_REASON_CPU_TIME:
        cli_complain("timed out: its CPU time was used up");
        break;
    case CODEEXEC_REASON_MEMORY:
        cli_complain("out of memory: the limit is %llu MiB",
                     (unsigned long long)(config->memory_bytes >> 20));
        break;
    case CODEEXEC_REASON_INTERNAL:
        cli_complain("%s", result->detail ? result->detail : "internal error");
        break;
    default:
        cli_complain("stopped: %s%s%s", codeexec_reason_name(result->reason),
                     result->detail ? ": " : "", result->detail ? result->detail : "");
    }
}

static int exit_status(const codeexec_result *result)
{
    if (result->outcome == CODEEXEC_OUTCOME_REJECTED)
        return CLI_EXIT_REJECTED;
    if (result->outcome == CODEEXEC_OUTCOME_TIMEOUT)
        return CLI_EXIT_TIMEOUT;
    if (result->outcome == CODEEXEC_OUTCOME_ERROR) {
        if (result->reason == CODEEXEC_REASON_INTERNAL)
            return CLI_EXIT_FAILED;
        if (result->reason == CODEEXEC_REASON_MEMORY)
            return CLI_EXIT_MEMORY;
    }
    if (result->signal > 0)
        return CLI_EXIT_SIGNAL + result->signal;
    return result->exit_code >= 0 ? result->exit_code : CLI_EXIT_FAILED;
}

/** Print what is to be said at the end of a run that nobody interrupted. */
static int report(const struct cli_options *options, const codeexec_config *config,
                  const struct run *run, const struct cli_source *source,
                  const codeexec_result *result)
{
    if (options->json) {
        struct json_object *document = cli_json_result(result);
        if (!document) {
            cli_complain("the output is too large for one JSON document");
            return CLI_EXIT_FAILED;
        }
        if (cli_json_print(document) < 0)
            return CLI_EXIT_FAILED; /* main() says so */
        if (result->reason == CODEEXEC_REASON_INTERNAL)
            explain(result, config);
        return exit_status(result);
    }
    if (result->outcome == CODEEXEC_OUTCOME_REJECTED) {
        cli_print_violations(stderr, source->name, result->violations, result->violation_count,
                             result->violations_dropped);
    } else if (result->outcome != CODEEXEC_OUTCOME_COMPLETED) {
        if (run->in_line)
            fputc('\n', stderr);
        explain(result, config);
    }
    return exit_status(result);
}

/** The exit status of a driven run. */
static int finish(const struct cli_options *options, const codeexec_config *config,
                  const struct run *run, const struct cli_source *source,
                  const codeexec_result *result)
{
    if (run->write_errno == EPIPE)
        return CLI_EXIT_SIGNAL + SIGPIPE; /* as any member of a pipeline that lost its reader */
    if (run->write_errno != 0) {
        cli_complain("cannot pass output on: %s", strerror(run->write_errno));
        return CLI_EXIT_FAILED;
    }
    if (cli_signals_first() && run->discard)
        return CLI_EXIT_SIGNAL + cli_signals_first();
    return result ? report(options, config, run, source, result) : CLI_EXIT_FAILED;
}

static int run_source(const struct cli_options *options, const codeexec_config *config,
                      const struct cli_source *source, bool pass_stdin)
{
    struct run run = { .signal_fd = cli_signals_catch() };
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    request.code = source->text;
    request.code_size = source->size;
    request.filename = source->filename;
    request.args = (const char *const *)options->args;
    request.arg_count = options->arg_count;
    request.cpu_ms = options->cpu_ms;
    request.stdin_fd = pass_stdin ? STDIN_FILENO : -1;
    request.flags = options->json ? 0 : CODEEXEC_REQUEST_STREAM;
    if (run.signal_fd < 0) {
        cli_complain("pipe2: %s", strerror(errno));
        return CLI_EXIT_FAILED;
    }
    int result = codeexec_executor_create(&run.executor, config, &error);
    if (result == 0)
        result = codeexec_submit(run.executor, &request, &run.ticket, &error);
    if (result < 0) {
        cli_complain("%s", error.message);
        codeexec_executor_destroy(run.executor);
        return result == -CODEEXEC_EINVAL ? CLI_EXIT_USAGE : CLI_EXIT_FAILED;
    }
    /* No other run will come: no guest has to be made for one. */
    codeexec_executor_shutdown(run.executor);
    codeexec_result *ended = drive(&run);
    int status = finish(options, config, &run, source, ended);
    codeexec_result_free(ended);
    codeexec_executor_destroy(run.executor);
    return status;
}

int cli_run(const struct cli_options *options)
{
    codeexec_config config;
    struct cli_source source = { 0 };
    int status = cli_load_settings(options, &config);
    config.zygote_runs = 1; /* and so it is not got in shape for many */
    if (status == 0)
        status = cli_read_source(options->files[0], &source);
    if (status == 0)
        status = run_source(options, &config, &source, strcmp(options->files[0], "-") != 0);
    cli_free_source(&source);
    codeexec_config_clear(&config);
    return status;
}
