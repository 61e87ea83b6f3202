/* SPDX-License-Identifier: MIT */
/** codeexec-server: the HTTP service. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>

#include <codeexec/codeexec.h>

#include "listen.h"
#include "log.h"
#include "pid1.h"
#include "routes.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

/** More descriptors than this are never needed, and closing them all takes time in every child. */
#define MAX_DESCRIPTORS 65536
/** Beyond the longest run, for answers to be taken. */
#define DRAIN_SECONDS (CODEEXEC_MAX_WALL_MS / 1000 + 60)

typedef struct server {
    codeexec_config config;
    codeexec_executor *executor;
    listen_socket listener;
    struct event_base *base;
    struct event *signals[2];
    struct event *drain_deadline;
    routes *routes;
    bool stopping;
    bool broken_off; /**< runs were not waited for */
} server;

/* ---- the command line ---- */

static void print_help(void)
{
    size_t count;
    const codeexec_variable *variables = codeexec_config_variables(&count);
    printf("Usage: codeexec-server [--help | --version]\n\n"
           "Runs untrusted Python programs in confined, throw-away processes, over HTTP:\n"
           "POST /execute, GET /health, GET /ready. SIGTERM and SIGINT let accepted runs finish; a "
           "second\n"
           "one ends at once.\n\n"
           "Exit status: 0 stopped; 1 cannot start or go on; 2 bad usage or a bad setting.\n\n"
           "Environment variables:\n");
    for (size_t i = 0; i < count; i++)
        printf("  %s\n      %s:\n      %s (default: %s)\n", variables[i].name, variables[i].meaning,
               variables[i].accepted, variables[i].default_text);
}

/** @return -1 to go on, or the exit status */
static int parse_arguments(int argc, char **argv)
{
    bool help = false;
    bool version = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help = true;
        } else if (strcmp(argv[i], "--version") == 0) {
            version = true;
        } else {
            log_line("codeexec-server: unexpected argument '%s': settings are environment "
                     "variables, see --help",
                     argv[i]);
            return EXIT_USAGE;
        }
    }
    if (help)
        print_help();
    else if (version)
        printf("codeexec-server %s\n", codeexec_version());
    else
        return -1;
    return fflush(stdout) == 0 ? 0 : EXIT_FAILED;
}

/* ---- the process ---- */

/** Started with standard descriptors closed, sockets would take their numbers. */
static bool open_standard_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static void raise_descriptor_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= MAX_DESCRIPTORS)
        return;
    files.rlim_cur = files.rlim_max < MAX_DESCRIPTORS ? files.rlim_max : MAX_DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &files);
}

/* ---- signals ---- */

static void break_off(evutil_socket_t signal_number, short what, void *context)
{
    server *self = context;
    self->broken_off = routes_pending(self->routes) > 0;
    log_line("stopping at once, %zu runs cancelled", routes_pending(self->routes));
    event_base_loopbreak(self->base);
}

static void stop(evutil_socket_t signal_number, short what, void *context)
{
    static const struct timeval patience = { DRAIN_SECONDS, 0 };
    server *self = context;
    if (self->stopping) {
        break_off(signal_number, what, self);
        return;
    }
    self->stopping = true;
    log_line("stopping, %zu runs to finish", routes_pending(self->routes));
    evtimer_add(self->drain_deadline, &patience);
    routes_drain(self->routes);
}

static int watch_signals(server *self)
{
    static const int numbers[] = { SIGTERM, SIGINT };
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < 2; i++) {
        self->signals[i] = evsignal_new(self->base, numbers[i], stop, self);
        if (!self->signals[i] || event_add(self->signals[i], NULL) < 0)
            return -1;
    }
    self->drain_deadline = evtimer_new(self->base, break_off, self);
    return self->drain_deadline ? 0 : -1;
}

/* ---- start, serve, end ---- */

static void log_start(const server *self)
{
    uint32_t cpus;
    uint64_t memory;
    codeexec_machine_size(&cpus, &memory);
    log_line("codeexec-server %s listening on %s", codeexec_version(), self->listener.name);
    log_line("System resources: CPUs=%u, Memory=%.1f GiB", cpus, (double)memory / (1u << 30));
}

/** @return 0, or the exit status after one line about why */
static int start(server *self)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    char why[256];
    codeexec_config_init(&self->config);
    if (codeexec_config_load_env(&self->config, &error) < 0) {
        log_line("codeexec-server: %s", error.message);
        return error.code == CODEEXEC_EINVAL ? EXIT_USAGE : EXIT_FAILED;
    }
    if (listen_open(&self->listener, self->config.listen, why, sizeof(why)) < 0) {
        log_line("codeexec-server: %s", why);
        return EXIT_FAILED;
    }
    if (codeexec_executor_create(&self->executor, &self->config, &error) < 0) {
        log_line("codeexec-server: %s", error.message);
        return error.code == CODEEXEC_EINVAL ? EXIT_USAGE : EXIT_FAILED;
    }
    self->base = event_base_new();
    if (self->base) {
        int listener = self->listener.fd;
        self->listener.fd = -1;
        self->routes = routes_create(self->base, self->executor, &self->config, listener);
    }
    if (!self->routes || watch_signals(self) < 0) {
        log_line("codeexec-server: cannot start: %s", strerror(errno));
        return EXIT_FAILED;
    }
    return 0;
}

static int serve(server *self)
{
    log_start(self);
    if (event_base_dispatch(self->base) < 0) {
        log_line("codeexec-server: the event loop failed: %s", strerror(errno));
        return EXIT_FAILED;
    }
    if (self->broken_off)
        return EXIT_FAILED;
    int status = routes_exit_status(self->routes);
    if (status == 0)
        log_line("stopped");
    return status;
}

static void clean_up(server *self)
{
    routes_destroy(self->routes);
    codeexec_executor_destroy(self->executor);
    listen_close(&self->listener);
    for (size_t i = 0; i < 2; i++)
        if (self->signals[i])
            event_free(self->signals[i]);
    if (self->drain_deadline)
        event_free(self->drain_deadline);
    if (self->base)
        event_base_free(self->base);
    codeexec_config_clear(&self->config);
    libevent_global_shutdown();
}

int main(int argc, char **argv)
{
    server self = { .listener = { .fd = -1 } };
    if (!open_standard_descriptors())
        return EXIT_FAILED;
    int status = parse_arguments(argc, argv);
    if (status >= 0)
        return status;
    status = pid1_stay_behind();
    if (status >= 0)
        return status;
    raise_descriptor_limit();
    status = start(&self);
    if (status == 0)
        status = serve(&self);
    clean_up(&self);
    return status;
}
