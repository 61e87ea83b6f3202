/* SPDX-License-Identifier: MIT */
/* Many programs in flight in a libevent loop: submit them all, sleep until the executor has work,
 * take results as they end.
 *
 *   cc event_loop.c $(pkg-config --cflags --libs codeexec libevent) -o event_loop
 *   ./event_loop 100
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include <codeexec/codeexec.h>

typedef struct host {
    struct event_base *base;
    codeexec_executor *executor;
    unsigned completed;
    unsigned other;
} host;

static void take_result(host *self, codeexec_result *result)
{
    if (result->outcome == CODEEXEC_OUTCOME_COMPLETED && result->exit_code == 0)
        self->completed++;
    else
        self->other++;
    codeexec_result_free(result);
}

/* The executor's descriptor is readable: something has to be done for one of the runs. */
static void on_ready(evutil_socket_t fd, short what, void *context)
{
    host *self = context;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_result *result;

    (void)fd;
    (void)what;
    if (codeexec_dispatch(self->executor, 0, &error) < 0)
        fprintf(stderr, "%s\n", error.message);
    while ((result = codeexec_next_result(self->executor)) != NULL)
        take_result(self, result);
    if (codeexec_executor_pending(self->executor) == 0)
        event_base_loopbreak(self->base);
}

static int submit(host *self, unsigned number)
{
    char code[128];
    uint64_t ticket;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = CODEEXEC_REQUEST_INIT;

    snprintf(code, sizeof(code), "print(sum(range(%u)))", number);
    request.code = code; /* copied before the call returns */
    request.code_size = strlen(code);
    request.wall_ms = 60000;
    request.memory_bytes = UINT64_C(256) << 20;
    int failed = codeexec_submit(self->executor, &request, &ticket, &error);
    if (failed)
        fprintf(stderr, "%s\n", error.message);
    return failed;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 50;
    host self = { event_base_new(), NULL, 0, 0 };
    codeexec_error error = CODEEXEC_ERROR_INIT;
    struct event *ready = NULL;

    if (!self.base || codeexec_executor_create(&self.executor, NULL, &error) < 0) {
        fprintf(stderr, "cannot start: %s\n", error.message);
        return 1;
    }
    /* The same descriptor for the executor's life; libevent only watches it. */
    ready = event_new(self.base, codeexec_executor_fd(self.executor), EV_READ | EV_PERSIST,
                      on_ready, &self);
    event_add(ready, NULL);

    /* What cannot run at once waits in the executor's queue. */
    unsigned accepted = 0;
    while (accepted < count && submit(&self, accepted) == 0)
        accepted++;
    if (accepted > 0)
        event_base_dispatch(self.base);
    printf("%u completed, %u not\n", self.completed, self.other);

    event_free(ready);
    codeexec_executor_destroy(self.executor);
    event_base_free(self.base);
    return self.completed == count ? 0 : 1;
}
