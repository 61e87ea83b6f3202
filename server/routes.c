/* SPDX-License-Identifier: MIT */
#include "routes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <event2/buffer.h>

#include "codec.h"
#include "http_evhtp.h"
#include "log.h"

/** A run whose client waits for it. */
typedef struct run {
    uint64_t ticket;
    http_exchange *exchange;
    struct run *next; /**< in its bucket */
} run;

/** Tickets are consecutive and there is one run to a connection: buckets stay short. */
#define RUN_BUCKETS     1024
#define MAX_CONNECTIONS 4096

struct routes {
    struct event_base *base;
    codeexec_executor *executor;
    const codeexec_config *config;
    http_server *http;
    struct event *executor_event;
    run *runs[RUN_BUCKETS];
    size_t pending;
    bool ready;
    bool draining;
    int exit_status;
};

/* ---- answers ---- */

static void send_detail(http_exchange *exchange, int status, const char *text, const char *header,
                        const char *value)
{
    if (codec_write_detail(http_exchange_answer(exchange), text) < 0)
        status = 500;
    http_exchange_send(exchange, status, header, value);
}

static void send_result(http_exchange *exchange, const codeexec_result *result)
{
    struct evbuffer *answer = http_exchange_answer(exchange);
    int status = codec_write_result(answer, result);
    if (status > 0) {
        http_exchange_send(exchange, status, NULL, NULL);
        return;
    }
    evbuffer_drain(answer, evbuffer_get_length(answer));
    send_detail(exchange, 500, "Internal Server Error", NULL, NULL);
}

/* ---- runs that are waited for ---- */

static run **find_run(routes *self, uint64_t ticket)
{
    run **link = &self->runs[ticket % RUN_BUCKETS];
    while (*link && (*link)->ticket != ticket)
        link = &(*link)->next;
    return link;
}

/** Takes the memory of `one`. */
static void remember_run(routes *self, run *one, uint64_t ticket, http_exchange *exchange)
{
    run **bucket = &self->runs[ticket % RUN_BUCKETS];
    *one = (run){ ticket, exchange, *bucket };
    *bucket = one;
    self->pending++;
    http_exchange_set_context(exchange, one);
}

/** @return its exchange; NULL if nobody waits for it (any more) */
static http_exchange *forget_run(routes *self, uint64_t ticket)
{
    run **link = find_run(self, ticket);
    run *one = *link;
    if (!one)
        return NULL;
    http_exchange *exchange = one->exchange;
    *link = one->next;
    self->pending--;
    free(one);
    return exchange;
}

static void client_gone(http_exchange *exchange, void *context)
{
    routes *self = context;
    const run *one = http_exchange_context(exchange);
    uint64_t ticket = one->ticket;
    forget_run(self, ticket);
    /* Its result still comes, and finds nobody. */
    codeexec_cancel(self->executor, ticket);
}

/* ---- the executor ---- */

/** The service cannot go on: answer what can be answered, then leave. */
static void give_up(routes *self, const char *why)
{
    if (self->exit_status != 0)
        return;
    log_line("cannot run programs: %s", why);
    self->exit_status = 1;
    routes_drain(self);
}

static void log_ready(const routes *self)
{
    static const char *const policies[] = { "default", "strict", "off" };
    const codeexec_config *config = self->config;
    bool from_file = config->policy == CODEEXEC_POLICY_FILE;
    char layers[512] = "";
    char runs[16] = "by the machine";
    size_t count = 0;
    size_t used = 0;
    const char *const *names = codeexec_executor_isolation(self->executor, &count);
    for (size_t i = 0; i < count && used < sizeof(layers); i++)
        used += (size_t)snprintf(layers + used, sizeof(layers) - used, "%s%s", i > 0 ? " " : "",
                                 names[i]);
    if (self->config->concurrency > 0)
        snprintf(runs, sizeof(runs), "%u", self->config->concurrency);
    log_line("ready: python %s, isolation: %s, policy %s, runs at once: %s, queue %u",
             codeexec_executor_python(self->executor), layers,
             from_file ? config->policy_file : policies[config->policy], runs,
             config->queue_length);
    const char *why = codeexec_executor_without_cgroup(self->executor);
    if (why)
        log_line("no cgroup: limits hold for each process of a run, not for the run: %s", why);
}

static void check_ready(routes *self)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    if (self->ready || self->exit_status != 0)
        return;
    int status = codeexec_executor_wait_ready(self->executor, 0, &error);
    if (status == 0) {
        self->ready = true;
        log_ready(self);
    } else if (status != -CODEEXEC_ETIMEDOUT) {
        give_up(self, error.message);
    }
}

static void answer_results(routes *self)
{
    codeexec_result *result;
    while ((result = codeexec_next_result(self->executor))) {
        http_exchange *exchange = forget_run(self, result->ticket);
        if (exchange)
            send_result(exchange, result);
        codeexec_result_free(result);
    }
}

static void dispatch(evutil_socket_t fd, short what, void *context)
{
    routes *self = context;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    if (codeexec_dispatch(self->executor, 0, &error) < 0)
        give_up(self, error.message);
    check_ready(self);
    answer_results(self);
}

/* ---- routes ---- */

/** Unlike /health: 503 while it drains, or while what was asked for at start is not warm yet. The
 * figures are for whoever decides on replicas. */
static void readiness(routes *self, http_exchange *exchange)
{
    codeexec_load load = { .struct_size = sizeof(load) };
    codeexec_executor_load(self->executor, &load);
    bool ready = self->ready && !self->draining && load.warm;
    evbuffer_add_printf(http_exchange_answer(exchange),
                        "{\"ready\": %s, \"running\": %u, \"waiting\": %zu, \"concurrency\": %u, "
                        "\"parked\": %u, \"tiers_ready\": %u, \"tiers_wanted\": %u}",
                        ready ? "true" : "false", load.running, load.waiting, load.concurrency,
                        load.parked, load.tiers_ready, load.tiers_wanted);
    http_exchange_send(exchange, ready ? 200 : 503, NULL, NULL);
}

static void health(routes *self, http_exchange *exchange)
{
    static const char healthy[] = "{\"status\": \"healthy\"}";
    evbuffer_add(http_exchange_answer(exchange), healthy, strlen(healthy));
    http_exchange_send(exchange, 200, NULL, NULL);
}

static void refuse_run(routes *self, http_exchange *exchange, const codeexec_error *error)
{
    switch (error->code) {
    case CODEEXEC_EQUEUE:
        send_detail(exchange, 503, "Queue is full, try again later", "Retry-After", "1");
        break;
    case CODEEXEC_ESHUTDOWN:
        send_detail(exchange, 503, "Shutting down", NULL, NULL);
        break;
    case CODEEXEC_ENOMEM:
        send_detail(exchange, 503, "Out of memory, try again later", "Retry-After", "1");
        break;
    case CODEEXEC_EINVAL:
    case CODEEXEC_ESYSTEM:
        log_line("cannot accept a run: %s", error->message);
        send_detail(exchange, 500, "Internal Server Error", NULL, NULL);
        break;
    default:
        send_detail(exchange, 503, "The service cannot run programs", NULL, NULL);
        give_up(self, error->message);
    }
}

static void submit(routes *self, http_exchange *exchange, const codeexec_request *request)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    uint64_t ticket = 0;
    run *one = malloc(sizeof(*one));
    if (!one) {
        error.code = CODEEXEC_ENOMEM;
        refuse_run(self, exchange, &error);
    } else if (codeexec_submit(self->executor, request, &ticket, &error) < 0) {
        free(one);
        refuse_run(self, exchange, &error);
    } else {
        remember_run(self, one, ticket, exchange);
    }
}

static void execute(routes *self, http_exchange *exchange)
{
    struct evbuffer *body = http_exchange_body(exchange);
    size_t size = body ? evbuffer_get_length(body) : 0;
    const char *text = size > 0 ? (const char *)evbuffer_pullup(body, -1) : NULL;
    codec_request request;
    codec_status status = CODEC_NO_MEMORY;
    if (self->draining) {
        send_detail(exchange, 503, "Shutting down", NULL, NULL);
        return;
    }
    if (text || size == 0)
        status = codec_read_request(text, size, &request, http_exchange_answer(exchange));
    if (status == CODEC_OK) {
        submit(self, exchange, &request.request);
        codec_request_clear(&request);
    } else if (status == CODEC_INVALID) {
        http_exchange_send(exchange, CODEC_INVALID, NULL, NULL);
    } else {
        send_detail(exchange, 503, "Out of memory, try again later", "Retry-After", "1");
    }
}

static const struct route {
    const char *path;
    const char *allowed; /**< as the header "Allow" has it */
    unsigned methods;    /**< bit per http_method */
    void (*answer)(routes *self, http_exchange *exchange);
} table[] = {
    { "/execute", "POST", 1u << HTTP_POST, execute },
    { "/health", "GET, HEAD", 1u << HTTP_GET | 1u << HTTP_HEAD, health },
    { "/ready", "GET, HEAD", 1u << HTTP_GET | 1u << HTTP_HEAD, readiness },
};

static void handle(http_exchange *exchange, void *context)
{
    const char *path = http_exchange_path(exchange);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(path, table[i].path) != 0)
            continue;
        if (table[i].methods & (1u << http_exchange_method(exchange)))
            table[i].answer(context, exchange);
        else
            send_detail(exchange, 405, "Method Not Allowed", "Allow", table[i].allowed);
        return;
    }
    send_detail(exchange, 404, "Not Found", NULL, NULL);
}

/* ---- start and end ---- */

/** Half of the descriptors for connections, half for what runs need. */
static size_t connection_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur / 2 > MAX_CONNECTIONS)
        return MAX_CONNECTIONS;
    return files.rlim_cur < 2 ? 1 : (size_t)files.rlim_cur / 2;
}

/** A quarter of the memory for what is being transferred, but never less than two bodies. */
static uint64_t transfer_limit(const codeexec_config *config)
{
    uint64_t memory;
    codeexec_machine_size(NULL, &memory);
    return memory / 4 > 2 * config->body_bytes ? memory / 4 : 2 * config->body_bytes;
}

static void drained(void *context)
{
    routes *self = context;
    event_base_loopexit(self->base, NULL);
}

routes *routes_create(struct event_base *base, codeexec_executor *executor,
                      const codeexec_config *config, int listener)
{
    routes *self = calloc(1, sizeof(*self));
    if (!self)
        return NULL;
    self->base = base;
    self->executor = executor;
    self->config = config;
    self->executor_event =
        event_new(base, codeexec_executor_fd(executor), EV_READ | EV_PERSIST, dispatch, self);
    self->http = http_server_create(base, listener,
                                    &(http_options){ .body_bytes = config->body_bytes,
                                                     .held_bytes = transfer_limit(config),
                                                     .connections = connection_limit(),
                                                     .handle = handle,
                                                     .gone = client_gone,
                                                     .drained = drained,
                                                     .context = self });
    if (!self->http || !self->executor_event || event_add(self->executor_event, NULL) < 0) {
        routes_destroy(self);
        return NULL;
    }
    return self;
}

void routes_destroy(routes *self)
{
    if (!self)
        return;
    http_server_destroy(self->http);
    if (self->executor_event)
        event_free(self->executor_event);
    for (size_t i = 0; i < RUN_BUCKETS; i++)
        while (self->runs[i])
            forget_run(self, self->runs[i]->ticket);
    free(self);
}

void routes_drain(routes *self)
{
    if (self->draining)
        return;
    self->draining = true;
    codeexec_executor_shutdown(self->executor);
    http_server_drain(self->http);
}

size_t routes_pending(const routes *self)
{
    return self->pending;
}

int routes_exit_status(const routes *self)
{
    return self->exit_status;
}
