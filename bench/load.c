/* SPDX-License-Identifier: MIT */
/** bench_load: ask for runs over HTTP, by starting a program, or from bench/limit.py over pipes,
 * and print what they took as JSON.
 *
 * A closed loop keeps so many requests in flight and so measures throughput. An open loop sends
 * them when they are due, whether or not earlier ones were answered, and counts latency from that
 * moment: a service that stalls is charged for everybody who had to wait.
 */
#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND  1000000000ULL
#define SHOWN_FAILURES 3
#define EVENTS_AT_ONCE 64
/** Nothing that is measured takes so long. */
#define PATIENCE_MS 60000

uint64_t load_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

char *load_buffer_reserve(load_buffer *buffer, size_t bytes)
{
    if (buffer->room - buffer->used < bytes) {
        size_t room =
            buffer->used + bytes > 2 * buffer->room ? buffer->used + bytes : 2 * buffer->room;
        char *data = realloc(buffer->data, room);
        if (!data) {
            perror("bench_load: memory");
            exit(1);
        }
        buffer->data = data;
        buffer->room = room;
    }
    return buffer->data + buffer->used;
}

int load_watch_fd(load_slot *slot, load_watch *watch, int fd, uint32_t events,
                  void (*ready)(load_slot *slot, uint32_t events))
{
    struct epoll_event event = { .events = events, .data.ptr = watch };
    *watch = (load_watch){ .ready = ready, .slot = slot };
    if (epoll_ctl(slot->run->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
        return 0;
    perror("bench_load: epoll_ctl");
    return -1;
}

/* ---- when requests are due ---- */

static void put_idle(load_run *run, load_slot *slot)
{
    run->idle[(run->idle_first + run->idle_count++) % (size_t)run->options.slots] = slot;
}

static void add_sample(load_run *run, uint64_t ns)
{
    if (run->sample_count == run->sample_room) {
        run->sample_room = run->sample_room ? 2 * run->sample_room : 4096;
        run->samples = realloc(run->samples, run->sample_room * sizeof(*run->samples));
        if (!run->samples) {
            perror("bench_load: memory");
            exit(1);
        }
    }
    run->samples[run->sample_count++] = ns;
}

void load_done(load_slot *slot, int ok, const char *why)
{
    load_run *run = slot->run;
    run->last_ns = load_now_ns();
    run->finished++;
    if (ok)
        add_sample(run, run->last_ns - slot->asked_ns);
    else if (run->failed++ < SHOWN_FAILURES)
        fprintf(stderr, "bench_load: a request failed: %s\n", why);
    slot->busy = 0;
    slot->ready_ns = run->last_ns + (uint64_t)(run->options.pause_us * 1000);
    put_idle(run, slot);
}

static void arm_timer(const load_run *run, uint64_t due_ns)
{
    struct itimerspec when = { .it_value = { .tv_sec = (time_t)(due_ns / NS_PER_SECOND),
                                             .tv_nsec = (long)(due_ns % NS_PER_SECOND) } };
    timerfd_settime(run->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

/** Whether another request is to be sent at some time. One always is: a machine that stands still
 * as it begins would leave nothing to divide by. */
static int wants_more(const load_run *run, uint64_t now_ns)
{
    return run->issued < run->target && (run->arrivals || run->issued == 0 || now_ns < run->end_ns);
}

/** Send what is due now, and have the timer wake us for what is due next. */
static int pump(load_run *run)
{
    uint64_t now_ns = load_now_ns();
    while (run->idle_count > 0 && wants_more(run, now_ns)) {
        load_slot *slot = run->idle[run->idle_first];
        uint64_t due_ns = run->arrivals ? run->arrivals[run->issued] : slot->ready_ns;
        if (due_ns > now_ns) {
            arm_timer(run, due_ns);
            return 0;
        }
        run->idle_first = (run->idle_first + 1) % (size_t)run->options.slots;
        run->idle_count--;
        run->issued++;
        slot->busy = 1;
        slot->asked_ns = run->arrivals ? due_ns : load_now_ns();
        if (run->options.transport->begin(slot) < 0)
            return -1;
        now_ns = load_now_ns();
    }
    return 0;
}

/** One turn of waiting. */
static int wait_for_events(load_run *run)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = epoll_wait(run->epoll_fd, events, EVENTS_AT_ONCE, PATIENCE_MS);
    if (count == 0) {
        fprintf(stderr, "bench_load: no answer for a minute; %llu of %llu are outstanding\n",
                (unsigned long long)(run->issued - run->finished), (unsigned long long)run->issued);
        return -1;
    }
    if (count < 0 && errno != EINTR) {
        perror("bench_load: epoll_wait");
        return -1;
    }
    for (int i = 0; i < count; i++) {
        load_watch *watch = events[i].data.ptr;
        uint64_t expirations;
        if (watch)
            watch->ready(watch->slot, events[i].events);
        else if (read(run->timer_fd, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
            return -1;
    }
    return 0;
}

static int run_phase(load_run *run, uint64_t target, double seconds)
{
    run->issued = run->finished = run->failed = 0;
    run->sample_count = 0;
    run->target = target;
    run->begin_ns = run->last_ns = load_now_ns();
    run->end_ns = seconds > 0 ? run->begin_ns + (uint64_t)(seconds * 1e9) : UINT64_MAX;
    for (uint64_t i = 0; run->arrivals && i < target; i++)
        run->arrivals[i] += run->begin_ns;
    for (;;) {
        if (pump(run) < 0)
            return -1;
        if (run->finished == run->issued && !wants_more(run, load_now_ns()))
            return 0;
        if (wait_for_events(run) < 0)
            return -1;
    }
}

/** Requests of many people who do not know of one another: the gaps are exponential. */
static uint64_t plan_arrivals(load_run *run)
{
    const load_options *options = &run->options;
    uint64_t count =
        options->requests ? options->requests : (uint64_t)(options->rate * options->seconds);
    double at_ns = 0;
    run->arrivals = calloc(count ? count : 1, sizeof(*run->arrivals));
    if (!run->arrivals)
        return 0;
    srand48(1);
    for (uint64_t i = 0; i < count; i++) {
        at_ns += -log(1 - drand48()) / options->rate * 1e9;
        run->arrivals[i] = (uint64_t)at_ns;
    }
    return count;
}

/* ---- what it took ---- */

static int compare_samples(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static double sample_us(const load_run *run, double share)
{
    if (run->sample_count == 0)
        return 0;
    return (double)run->samples[(size_t)(share * (double)(run->sample_count - 1) + 0.5)] / 1e3;
}

static double cpu_seconds(const struct rusage *usage)
{
    return (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
           ((double)usage->ru_utime.tv_usec + (double)usage->ru_stime.tv_usec) / 1e6;
}

static void print_result(load_run *run, const struct rusage *before)
{
    struct rusage own, children;
    double seconds = (double)(run->last_ns - run->begin_ns) / 1e9;
    if (run->options.transport->settle)
        run->options.transport->settle();
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    printf("{\"requests\": %llu, \"failed\": %llu, \"seconds\": %.6f, \"per_second\": %.3f, "
           "\"client_cpu_seconds\": %.6f, \"client_minor_faults\": %ld, "
           "\"children_cpu_seconds\": %.6f, "
           "\"children_minor_faults\": %ld",
           (unsigned long long)run->finished, (unsigned long long)run->failed, seconds,
           seconds > 0 ? (double)run->sample_count / seconds : 0, cpu_seconds(&own), own.ru_minflt,
           cpu_seconds(&children) - cpu_seconds(before), children.ru_minflt - before->ru_minflt);
    if (run->options.print_samples) {
        printf(", \"samples_us\": [");
        for (size_t i = 0; i < run->sample_count; i++)
            printf("%s%.1f", i ? ", " : "", (double)run->samples[i] / 1e3);
        printf("]");
    }
    qsort(run->samples, run->sample_count, sizeof(*run->samples), compare_samples);
    printf(", \"min_us\": %.1f, \"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, "
           "\"max_us\": %.1f}\n",
           sample_us(run, 0), sample_us(run, 0.5), sample_us(run, 0.9), sample_us(run, 0.99),
           sample_us(run, 1));
}

/* ---- the command line ---- */

static void print_usage(void)
{
    fputs("usage: bench_load --http HOST:PORT [--path PATH] [--body FILE] OPTION...\n"
          "       bench_load --pipes REQUEST:STATUS:OUTPUT[,...] --body FILE OPTION...\n"
          "       bench_load OPTION... -- COMMAND [ARGUMENT...]\n"
          "options: --in-flight N  --requests N | --seconds S  --warm-up N\n"
          "         --rate PER-SECOND (open loop)  --pause MICROSECONDS (closed loop)\n"
          "         --least-bytes N  --samples\n",
          stderr);
}

static int take_address(load_options *options, char *address)
{
    char *colon = strrchr(address, ':');
    if (!colon)
        return -1;
    *colon = '\0';
    options->host = address;
    options->port = colon + 1;
    options->transport = &load_http;
    return 0;
}

static int take_option(load_options *options, int letter)
{
    switch (letter) {
    case 'h':
        return take_address(options, optarg);
    case 'P':
        options->path = optarg;
        return 0;
    case 'b':
        options->body_path = optarg;
        return 0;
    case 'p':
        options->pipes = optarg;
        options->transport = &load_pipes;
        return 0;
    case 'n':
        options->requests = strtoull(optarg, NULL, 10);
        return 0;
    case 's':
        options->seconds = strtod(optarg, NULL);
        return 0;
    case 'w':
        options->warm_up = strtoull(optarg, NULL, 10);
        return 0;
    case 'r':
        options->rate = strtod(optarg, NULL);
        return 0;
    case 'u':
        options->pause_us = strtod(optarg, NULL);
        return 0;
    case 'l':
        options->least_bytes = strtoull(optarg, NULL, 10);
        return 0;
    case 'S':
        options->print_samples = 1;
        return 0;
    case 'c':
        options->slots = atoi(optarg);
        return 0;
    default:
        return -1;
    }
}

static int parse_arguments(load_options *options, int argc, char **argv)
{
    static const struct option names[] = {
        { "http", 1, NULL, 'h' },    { "path", 1, NULL, 'P' },        { "body", 1, NULL, 'b' },
        { "pipes", 1, NULL, 'p' },   { "in-flight", 1, NULL, 'c' },   { "requests", 1, NULL, 'n' },
        { "seconds", 1, NULL, 's' }, { "warm-up", 1, NULL, 'w' },     { "rate", 1, NULL, 'r' },
        { "pause", 1, NULL, 'u' },   { "least-bytes", 1, NULL, 'l' }, { "samples", 0, NULL, 'S' },
        { NULL, 0, NULL, 0 },
    };
    int letter;
    *options = (load_options){ .slots = 1, .path = "/execute" };
    while ((letter = getopt_long(argc, argv, "+", names, NULL)) != -1)
        if (take_option(options, letter) < 0)
            return -1;
    if (optind < argc) {
        options->command = argv + optind;
        options->transport = &load_spawn;
    }
    int bounded = options->requests > 0 || options->seconds > 0;
    return options->transport && bounded && options->slots > 0 && options->slots <= LOAD_MAX_SLOTS
               ? 0
               : -1;
}

static int read_body(load_run *run)
{
    FILE *file = run->options.body_path ? fopen(run->options.body_path, "re") : NULL;
    if (!run->options.body_path)
        return 0;
    if (!file) {
        perror(run->options.body_path);
        return -1;
    }
    size_t got;
    while ((got = fread(load_buffer_reserve(&run->request, 65536), 1, 65536, file)) > 0)
        run->request.used += got;
    fclose(file);
    return 0;
}

static int open_all(load_run *run)
{
    run->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    run->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    run->slots = calloc((size_t)run->options.slots, sizeof(*run->slots));
    struct epoll_event timer = { .events = EPOLLIN };
    if (!run->slots || epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, run->timer_fd, &timer) < 0) {
        perror("bench_load");
        return -1;
    }
    for (int i = 0; i < run->options.slots; i++) {
        load_slot *slot = &run->slots[i];
        *slot = (load_slot){ .run = run, .index = i, .fds = { -1, -1, -1 } };
        if (run->options.transport->open(slot) < 0)
            return -1;
        put_idle(run, slot);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static load_run run;
    struct rusage before;
    uint64_t target = UINT64_MAX;

    if (parse_arguments(&run.options, argc, argv) < 0) {
        print_usage();
        return 2;
    }
    if (read_body(&run) < 0 || open_all(&run) < 0)
        return 1;
    if (run.options.warm_up > 0 && run_phase(&run, run.options.warm_up, 0) < 0)
        return 1;
    if (run.options.rate > 0)
        target = plan_arrivals(&run);
    else if (run.options.requests > 0)
        target = run.options.requests;
    getrusage(RUSAGE_CHILDREN, &before);
    if (run_phase(&run, target, run.options.seconds) < 0)
        return 1;
    print_result(&run, &before);
    return 0;
}
