/* SPDX-License-Identifier: MIT */
/** The load generator: one thread, one epoll set, and as many slots as requests may be in flight.
 * How a request travels is a transport's business; when one is due, and what it took, is load.c's.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LOAD_MAX_SLOTS 1024

typedef struct load_run load_run;
typedef struct load_slot load_slot;

/** What epoll hands back: which slot, and what to do with it. */
typedef struct load_watch {
    void (*ready)(load_slot *slot, uint32_t events);
    load_slot *slot;
} load_watch;

typedef struct load_buffer {
    char *data;
    size_t used, room;
} load_buffer;

/** One request at a time, over what stays open between requests. */
struct load_slot {
    load_run *run;
    int index;
    int busy;
    uint64_t asked_ns; /**< when the request was due: its latency counts from here */
    uint64_t ready_ns; /**< idle slots: not used before */
    load_watch watches[2];
    int fds[3];
    pid_t pid;
    size_t sent;     /**< of the request */
    size_t received; /**< of the answer */
    size_t wanted;   /**< HTTP: bytes of the whole answer, 0 while unknown */
    int ended;       /**< spawn: which of output and process have ended */
    load_buffer buffer;
};

typedef struct load_transport {
    /** Before the clock starts. @return 0, or -1 after a message */
    int (*open)(load_slot *slot);
    /** Send one request; load_done() follows from an event. @return 0, or -1 after a message */
    int (*begin)(load_slot *slot);
    /** After the last answer, before costs are read; may be NULL. */
    void (*settle)(void);
} load_transport;

typedef struct load_options {
    const load_transport *transport;
    const char *host, *port, *path;
    const char *body_path; /**< HTTP: what is posted; pipes: the program */
    const char *pipes;     /**< "REQUEST:STATUS:OUTPUT", descriptors, separated by commas */
    char **command;        /**< spawn */
    int slots;             /**< in flight at most */
    uint64_t requests;     /**< stop after so many; 0: by time */
    uint64_t warm_up;      /**< requests before those that count */
    double seconds;        /**< stop starting after so long; 0: by number */
    double rate;           /**< open loop: so many per second; 0: closed loop */
    double pause_us;       /**< closed loop: between an answer and the next request */
    size_t least_bytes;    /**< shorter answers are failures */
    int print_samples;
} load_options;

struct load_run {
    load_options options;
    int epoll_fd, timer_fd;
    load_slot *slots;
    load_buffer request;
    load_slot *idle[LOAD_MAX_SLOTS]; /**< a ring, the one that is ready first in front */
    size_t idle_first, idle_count;
    uint64_t *arrivals; /**< open loop: when each request is due */
    uint64_t issued, finished, failed, target;
    uint64_t begin_ns, end_ns, last_ns;
    uint64_t *samples;
    size_t sample_count, sample_room;
};

extern const load_transport load_http, load_spawn, load_pipes;

/** The answer is there; ok: it is what was wanted. `why` is shown for the first few that are not.
 */
void load_done(load_slot *slot, int ok, const char *why);

/** Have watch->ready called when fd has events. @return 0, or -1 with a message */
int load_watch_fd(load_slot *slot, load_watch *watch, int fd, uint32_t events,
                  void (*ready)(load_slot *slot, uint32_t events));

/** Room for so many bytes beyond what is used; ends the program if there is none. */
char *load_buffer_reserve(load_buffer *buffer, size_t bytes);

uint64_t load_now_ns(void);

#endif
