/* SPDX-License-Identifier: MIT */
/* A threaded host: each thread has an executor of its own, which is all the locking there is.
 *
 *   cc -pthread threaded_host.c $(pkg-config --cflags --libs codeexec) -o threaded_host
 *   ./threaded_host
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <codeexec/codeexec.h>

#define THREADS         3
#define RUNS_PER_THREAD 5

typedef struct worker {
    pthread_t thread;
    int number;
    int good; /* runs that printed what they should */
    codeexec_error error;
} worker;

/** One program, and whether it printed its number times two. */
static int run_one(worker *self, codeexec_executor *executor, int number)
{
    char code[64];
    char expected[32];
    codeexec_result *result;
    codeexec_request request = CODEEXEC_REQUEST_INIT;

    snprintf(code, sizeof(code), "print(%d * 2)", number);
    snprintf(expected, sizeof(expected), "%d\n", number * 2);
    request.code = code;
    request.code_size = strlen(code);
    request.wall_ms = 60000;
    if (codeexec_run(executor, &request, &result, &self->error) < 0)
        return 0;
    int good =
        result->outcome == CODEEXEC_OUTCOME_COMPLETED && strcmp(result->stdout_data, expected) == 0;
    codeexec_result_free(result);
    return good;
}

static void *work(void *context)
{
    worker *self = context;
    codeexec_executor *executor;

    /* Nothing here is shared with other threads. A host whose threads come and go keeps executors
     * in a pool instead: one may be used by any thread, by one at a time. */
    if (codeexec_executor_create(&executor, NULL, &self->error) < 0)
        return NULL;
    for (int i = 0; i < RUNS_PER_THREAD; i++)
        self->good += run_one(self, executor, self->number * 100 + i);
    codeexec_executor_destroy(executor);
    return NULL;
}

int main(void)
{
    worker workers[THREADS];
    int started = 0;
    int good = 0;

    memset(workers, 0, sizeof(workers));
    for (; started < THREADS; started++) {
        workers[started].number = started + 1;
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0)
            break;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        good += workers[i].good;
        if (workers[i].error.code)
            fprintf(stderr, "thread %d: %s\n", i + 1, workers[i].error.message);
    }
    printf("%d of %d runs good, in %d threads\n", good, THREADS * RUNS_PER_THREAD, started);
    return good == THREADS * RUNS_PER_THREAD ? 0 : 1;
}
