/* SPDX-License-Identifier: MIT */
/* What libevhtp 1.2.18 does is taken as it is, and these of its traits are worked around:
 *
 *  - An answer given from within a request callback, with another request already in the
 *    input, ends the connection or leaves that request lying. So every request is paused and
 *    noted, handled from the loop after libevhtp has returned, and resumed once its answer
 *    stands in the output.
 *  - A paused connection is not read, which hides a client that leaves: see hangup.h.
 *  - Its own limit on bodies cuts the connection without an answer, and counts over all
 *    requests of a connection. Bodies are counted here, and kept here: what libevhtp keeps of a
 *    form ("application/x-www-form-urlencoded", curl's default) it also splits into pairs.
 *  - On a malformed request it just closes, and a client that has stopped sending loses what
 *    is still to be sent to it. In both cases the socket is taken from it: see linger.h.
 *  - Transfer codings other than "chunked" and repeated lengths pass its parser as no body at
 *    all, which is how requests are smuggled past proxies. They are refused here.
 *  - Its parser misreads a path that comes in two pieces: see http_input.h. What came behind a
 *    request is kept from it until that is answered and the next head is whole.
 *  - It says "422 UNKNOWN", and leaves out or falsifies the length of some answers. Answers
 *    are written by http_head.c and passed through it as bytes.
 */
#include "http_evhtp.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <evhtp/evhtp.h>

#include "codec.h"
#include "hangup.h"
#include "http_head.h"
#include "http_input.h"
#include "linger.h"
#include "log.h"

/** Bytes moved by one system call: libevent's 16 KiB make 640 turns of ten megabytes. What was
 *  read and not parsed yet stays in memory while a connection waits, so reads are smaller. */
#define READ_PIECE  ((size_t)64 * 1024)
#define WRITE_PIECE ((size_t)256 * 1024)
/** How often slow clients are looked for. */
#define SWEEP_SECONDS 1
/** For so long no connection is taken after one could not be. */
#define ACCEPT_PAUSE_SECONDS 1

typedef enum exchange_state {
    RECEIVING, /**< idle, or a request is on its way */
    QUEUED,    /**< a whole or a bad request waits for the loop */
    WAITING    /**< the handler has it */
} exchange_state;

/** A connection, and the one request on it. */
struct http_exchange {
    http_server *server;
    evhtp_connection_t *connection;
    http_exchange *previous; /**< all of them */
    http_exchange *next;
    http_exchange *queue_next; /**< those QUEUED */
    struct evbuffer *body;
    struct evbuffer *behind;  /**< input that came behind the request */
    bufferevent_data_cb read; /**< libevhtp's callback */
    void *context;
    size_t scanned; /**< input that was searched for the end of the head */
    size_t header_bytes;
    uint64_t held; /**< of server->held */
    time_t since;  /**< when what is awaited began, or last moved */
    exchange_state state;
    int refusal; /**< QUEUED: the status of an answer of our own, or 0 */
    const char *refusal_text;
    bool headers_done;
    bool begun;    /**< the sweep has seen that a request began */
    bool watched;  /**< by server->hangups */
    bool end_seen; /**< the client has shut down its sending side */
    bool ending;   /**< it is being closed for a reason that needs no answer */
};

struct http_server {
    struct event_base *base;
    http_options options;
    evhtp_t *evhtp;
    hangup_watch *hangups;
    linger_set *lingering;
    struct event *queue_event;
    struct event *sweep_event;
    struct event *accept_event;
    http_exchange *first;
    http_exchange *queue_first;
    http_exchange *queue_last;
    http_exchange *current; /**< the handler is looking at this one just now */
    size_t connections;     /**< lingering ones not counted */
    uint64_t held;
    bool draining;
    bool accept_failed; /**< a pause after that is under way */
};

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* ---- how much is open ---- */

/** Have the listener accept as long as there is room. */
static void adjust_listener(http_server *self)
{
    size_t open = self->connections + linger_count(self->lingering);
    if (!self->evhtp->server)
        return;
    if (open < self->options.connections && !self->accept_failed)
        evconnlistener_enable(self->evhtp->server);
    else
        evconnlistener_disable(self->evhtp->server);
}

/** Bytes of answers that its client has not taken yet. */
static size_t unsent(const http_exchange *self)
{
    struct bufferevent *bev = self->connection->bev;
    return bev ? evbuffer_get_length(bufferevent_get_output(bev)) : 0;
}

static void check_drained(http_server *self)
{
    if (!self->draining || linger_count(self->lingering) > 0)
        return;
    for (const http_exchange *one = self->first; one; one = one->next)
        if (one->state != RECEIVING || unsent(one) > 0)
            return;
    self->options.drained(self->options.context);
}

static void linger_ended(void *context)
{
    adjust_listener(context);
    check_drained(context);
}

static void hold(http_exchange *self, uint64_t bytes)
{
    self->server->held += bytes - self->held;
    self->held = bytes;
}

/** Would so much more be too much? Answers that linger are counted here: they are few. */
static bool is_too_much(const http_server *self, uint64_t more)
{
    uint64_t held = self->held + linger_unsent(self->lingering);
    return held > self->options.held_bytes || more > self->options.held_bytes - held;
}

/* ---- the queue between libevhtp and the loop ---- */

static void enqueue(http_exchange *self)
{
    http_server *server = self->server;
    self->state = QUEUED;
    self->queue_next = NULL;
    if (server->queue_last)
        server->queue_last->queue_next = self;
    else
        server->queue_first = self;
    server->queue_last = self;
    event_active(server->queue_event, EV_TIMEOUT, 0);
}

static void unqueue(http_exchange *self)
{
    http_server *server = self->server;
    http_exchange *previous = NULL;
    for (http_exchange *one = server->queue_first; one != self; one = one->queue_next)
        previous = one;
    if (previous)
        previous->queue_next = self->queue_next;
    else
        server->queue_first = self->queue_next;
    if (server->queue_last == self)
        server->queue_last = previous;
}

/** From within a hook: stop parsing and answer from the loop. */
static evhtp_res refuse(http_exchange *self, int status, const char *text)
{
    self->refusal = status;
    self->refusal_text = text;
    enqueue(self);
    return EVHTP_RES_PAUSE;
}

/* ---- ends ---- */

/** Hand the socket over for its last bytes. libevhtp may then free the rest. */
static void give_to_linger(http_exchange *self)
{
    struct bufferevent *bev = self->connection->bev;
    self->ending = true;
    /* Not evhtp_connection_take_ownership(): it would unset the hook that we may be in. */
    evhtp_connection_set_bev(self->connection, NULL);
    linger_take(self->server->lingering, bev, self->end_seen);
}

/** Answer what is no whole request, and hand the socket over. */
static void give_last_word(http_exchange *self, int status, const char *text)
{
    struct evbuffer *output = bufferevent_get_output(self->connection->bev);
    struct evbuffer *body = evbuffer_new();
    if (body && codec_write_detail(body, text) == 0) {
        const http_head head = { .status = status,
                                 .length = evbuffer_get_length(body),
                                 .connection = "close" };
        if (http_head_write(output, &head) == 0)
            evbuffer_add_buffer(output, body);
    }
    if (body)
        evbuffer_free(body);
    give_to_linger(self);
}

static void stop_watching(http_exchange *self)
{
    if (self->watched)
        hangup_remove(self->server->hangups, self->connection->sock);
    self->watched = false;
}

/** Our part of a connection's end. */
static void forget(http_exchange *self)
{
    http_server *server = self->server;
    if (self->state == QUEUED)
        unqueue(self);
    if (server->current == self)
        server->current = NULL;
    stop_watching(self);
    hold(self, 0);
    if (self->previous)
        self->previous->next = self->next;
    else
        server->first = self->next;
    if (self->next)
        self->next->previous = self->previous;
    server->connections--;
    if (self->state == WAITING)
        server->options.gone(self, server->options.context);
    if (self->body)
        evbuffer_free(self->body);
    evbuffer_free(self->behind);
    free(self);
    adjust_listener(server);
    check_drained(server);
}

/** Close the connection. Not from within libevhtp. */
static void drop(http_exchange *self)
{
    self->ending = true;
    evhtp_connection_free(self->connection);
}

static void client_gone(void *subject)
{
    drop(subject);
}

/* ---- answers ---- */

/** Can the connection carry another request? */
static bool stays_open(const http_exchange *self)
{
    const evhtp_connection_t *connection = self->connection;
    const evhtp_request_t *request = connection->request;
    const evhtp_header_t *last = TAILQ_LAST(request->headers_in, evhtp_kvs);
    /* The parser stops after the first trailer, which it gives no value. Who knows what follows. */
    bool trailer = last && !last->val;
    return (request->flags & EVHTP_REQ_FLAG_KEEPALIVE) && !trailer && self->refusal == 0 &&
           !self->server->draining && !self->end_seen &&
           !(connection->flags & EVHTP_CONN_FLAG_FREE_CONN);
}

/** Be ready for the next request. */
static void start_over(http_exchange *self)
{
    self->state = RECEIVING;
    self->header_bytes = self->scanned = 0;
    self->headers_done = self->begun = false;
    self->since = now();
}

/** Put the answer into the output. @return false if memory was short */
static bool write_answer(http_exchange *self, const http_head *head)
{
    evhtp_request_t *request = self->connection->request;
    struct evbuffer *output = bufferevent_get_output(self->connection->bev);
    if (http_head_write(output, head) < 0)
        return false;
    if (request->method != htp_method_HEAD && evbuffer_add_buffer(output, request->buffer_out) < 0)
        return false;
    evhtp_send_reply_end(request);
    return true;
}

void http_exchange_send(http_exchange *self, int status, const char *header, const char *value)
{
    evhtp_connection_t *connection = self->connection;
    evhtp_request_t *request = connection->request;
    bool open = stays_open(self);
    const char *keep_alive = request->proto == EVHTP_PROTO_10 ? "keep-alive" : NULL;
    const http_head head = { .status = status,
                             .length = evbuffer_get_length(request->buffer_out),
                             .connection = open ? keep_alive : "close",
                             .header = header,
                             .value = value };
    open &= write_answer(self, &head);
    stop_watching(self);
    start_over(self);
    if (open) {
        hold(self, unsent(self));
        evbuffer_add_buffer(self->behind, bufferevent_get_input(connection->bev));
        evhtp_request_resume(request);
    } else {
        give_to_linger(self);
        evhtp_connection_free(connection);
    }
}

/* ---- the queue, from the loop ---- */

/** A whole request. The handler may answer it at once, and that may be the connection's end. */
static void handle(http_exchange *self)
{
    http_server *server = self->server;
    self->state = WAITING;
    server->current = self;
    server->options.handle(self, server->options.context);
    if (server->current != self)
        return;
    server->current = NULL;
    if (self->body)
        evbuffer_free(self->body);
    self->body = NULL;
    if (self->state != WAITING)
        return;
    hold(self, 0);
    /* If it cannot be watched, its run ends when it ends. */
    self->watched = hangup_add(server->hangups, self->connection->sock, self) == 0;
}

static void work_queue(evutil_socket_t fd, short what, void *context)
{
    http_server *server = context;
    while (server->queue_first) {
        http_exchange *one = server->queue_first;
        unqueue(one);
        if (one->refusal == 0) {
            handle(one);
        } else {
            codec_write_detail(http_exchange_answer(one), one->refusal_text);
            http_exchange_send(one, one->refusal, one->refusal == 503 ? "Retry-After" : NULL, "1");
        }
    }
}

/* ---- what libevhtp tells ---- */

static const char headers_too_large[] = "Request headers are too large";

/** Names with anything but these in them are read differently by different programs. */
static bool is_token(const char *text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (const char *at = text; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr(others, *at))
            return false;
    return *text != '\0';
}

static evhtp_res on_header(evhtp_request_t *request, evhtp_header_t *header, void *context)
{
    http_exchange *self = context;
    /* What it costs to keep one, beside its text. */
    self->header_bytes += header->klen + header->vlen + 32;
    if (self->header_bytes > HTTP_MAX_HEADERS)
        return refuse(self, 431, headers_too_large);
    if (!is_token(header->key))
        return refuse(self, 400, "Bad header name");
    return EVHTP_RES_OK;
}

/** How long is the body? There must be one answer to that, for whoever reads the request.
 *  @return 0, or the status to refuse it with */
static int check_framing(const evhtp_request_t *request)
{
    size_t lengths = 0;
    size_t codings = 0;
    const char *coding = "";
    const evhtp_header_t *header;
    TAILQ_FOREACH(header, request->headers_in, next)
    {
        if (strcasecmp(header->key, "Content-Length") == 0)
            lengths++;
        if (strcasecmp(header->key, "Transfer-Encoding") == 0) {
            codings++;
            coding = header->val;
        }
    }
    /* The only spellings the parser knows. */
    if (codings > 0 && strcmp(coding, "chunked") != 0 && strcmp(coding, "Chunked") != 0)
        return 501;
    return lengths + codings > 1 || (codings > 0 && request->proto == EVHTP_PROTO_10) ? 400 : 0;
}

static const char too_large[] = "Request body is too large";
static const char too_busy[] = "Too much is being transferred, try again later";

static void on_request(evhtp_request_t *request, void *context)
{
    evhtp_request_pause(request);
    enqueue(context);
}

static evhtp_res on_headers(evhtp_request_t *request, evhtp_headers_t *headers, void *context)
{
    http_exchange *self = context;
    uint64_t length = evhtp_request_content_len(request);
    const char *expected = evhtp_header_find(headers, "Expect");
    self->headers_done = true;
    self->since = now();
    /* HTTP/0.9, or a request line that the parser gave up on. */
    if (!request->uri || !request->uri->path)
        return refuse(self, 400, "Bad Request");
    if (htparser_get_major(self->connection->parser) != 1)
        return refuse(self, 505, "HTTP version not supported");
    int fault = check_framing(request);
    if (fault != 0)
        return refuse(self, fault,
                      fault == 501 ? "Transfer coding not supported" : "Ambiguous body length");
    if (length > self->server->options.body_bytes)
        return refuse(self, 413, too_large);
    if (is_too_much(self->server, length))
        return refuse(self, 503, too_busy);
    if (expected && strcasecmp(expected, "100-continue") != 0)
        return refuse(self, 417, "Expectation failed");
    request->cb = on_request;
    request->cbarg = self;
    return EVHTP_RES_OK;
}

static evhtp_res on_read(evhtp_request_t *request, struct evbuffer *piece, void *context)
{
    http_exchange *self = context;
    size_t size = evbuffer_get_length(piece);
    if (!self->body)
        self->body = evbuffer_new();
    if (!self->body || is_too_much(self->server, size)) {
        evbuffer_drain(piece, size);
        return refuse(self, 503, too_busy);
    }
    if (size > self->server->options.body_bytes - evbuffer_get_length(self->body)) {
        evbuffer_drain(piece, size);
        return refuse(self, 413, too_large);
    }
    evbuffer_add_buffer(self->body, piece);
    hold(self, evbuffer_get_length(self->body));
    self->since = now();
    return EVHTP_RES_OK;
}

/** The callback of the socket, in front of libevhtp's. */
static void on_input(struct bufferevent *bev, void *context)
{
    evhtp_connection_t *connection = context;
    http_exchange *self = connection->hooks->on_connection_fini_arg;
    struct evbuffer *input = bufferevent_get_input(bev);
    /* The last answer is still on its way, or a request waits for its own. */
    if (self->state != RECEIVING ||
        (connection->request && (connection->request->flags & EVHTP_REQ_FLAG_FINISHED)))
        return;
    evbuffer_prepend_buffer(input, self->behind);
    http_input found = self->headers_done
                           ? HTTP_INPUT_READY
                           : http_input_check(input, &self->scanned, HTTP_MAX_HEADERS);
    if (found == HTTP_INPUT_READY) {
        self->read(bev, connection);
    } else if (found == HTTP_INPUT_TOO_LONG) {
        give_last_word(self, 431, headers_too_large);
        drop(self);
    }
}

/** An answer is sent and libevhtp about to be ready for the next request. */
static evhtp_res on_request_end(evhtp_request_t *request, void *context)
{
    http_exchange *self = context;
    if (self->connection->bev && evbuffer_get_length(self->behind) > 0)
        bufferevent_trigger(self->connection->bev, EV_READ,
                            BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
    return EVHTP_RES_OK;
}

/** Before libevhtp acts on an end, an error or a timeout. */
static void on_event(evhtp_connection_t *connection, short events, void *context)
{
    http_exchange *self = context;
    /* With EAGAIN left over from another call libevhtp would not believe the end. */
    errno = 0;
    self->ending = true;
    if (events & BEV_EVENT_TIMEOUT)
        linger_give_up(connection->sock);
    if (events != (BEV_EVENT_READING | BEV_EVENT_EOF))
        return;
    /* A client that has said all it will say may still be waiting for its answer. */
    self->end_seen = true;
    if (self->state == RECEIVING && unsent(self) > 0)
        give_to_linger(self);
}

static evhtp_res on_connection_end(evhtp_connection_t *connection, void *context)
{
    http_exchange *self = context;
    if (!self->ending && htparser_get_error(connection->parser) != htparse_error_none)
        give_last_word(self, 400, "Bad Request");
    /* The request ends after its connection. */
    evhtp_connection_unset_hook(connection, evhtp_hook_on_request_fini);
    forget(self);
    return EVHTP_RES_OK;
}

/* ---- taking connections ---- */

static evhtp_res before_accept(evhtp_connection_t *connection, void *context)
{
    /* libevhtp's listener does not ask for it, and the library starts programs. */
    fcntl(connection->sock, F_SETFD, FD_CLOEXEC);
    return EVHTP_RES_OK;
}

static int set_hooks(http_exchange *self)
{
    const struct {
        evhtp_hook_type type;
        evhtp_hook hook;
    } hooks[] = {
        { evhtp_hook_on_header, (evhtp_hook)on_header },
        { evhtp_hook_on_headers, (evhtp_hook)on_headers },
        { evhtp_hook_on_read, (evhtp_hook)on_read },
        /* The one that returns nothing; libevhtp calls it as what it is. */
        { evhtp_hook_on_event, (evhtp_hook)(void (*)(void))on_event },
        { evhtp_hook_on_request_fini, (evhtp_hook)on_request_end },
        { evhtp_hook_on_connection_fini, (evhtp_hook)on_connection_end },
    };
    for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
        if (evhtp_connection_set_hook(self->connection, hooks[i].type, hooks[i].hook, self) != 0)
            return -1;
    return 0;
}

static void set_up_socket(http_exchange *self)
{
    struct bufferevent *bev = self->connection->bev;
    bufferevent_data_cb write;
    bufferevent_event_cb event;
    void *argument;
    bufferevent_getcb(bev, &self->read, &write, &event, &argument);
    bufferevent_setcb(bev, on_input, write, event, argument);
    bufferevent_set_max_single_read(bev, READ_PIECE);
    bufferevent_set_max_single_write(bev, WRITE_PIECE);
}

static evhtp_res after_accept(evhtp_connection_t *connection, void *context)
{
    http_server *server = context;
    http_exchange *self = calloc(1, sizeof(*self));
    struct evbuffer *behind = evbuffer_new();
    if (!self || !behind) {
        free(self);
        if (behind)
            evbuffer_free(behind);
        return EVHTP_RES_ERROR;
    }
    *self = (http_exchange){
        .server = server, .connection = connection, .behind = behind, .next = server->first
    };
    if (server->first)
        server->first->previous = self;
    server->first = self;
    server->connections++;
    start_over(self);
    set_up_socket(self);
    adjust_listener(server);
    if (set_hooks(self) == 0)
        return EVHTP_RES_OK;
    forget(self);
    evhtp_unset_all_hooks(&connection->hooks);
    return EVHTP_RES_ERROR;
}

/** Out of descriptors, most likely. The connection stays in the queue, so without a pause this
 *  would spin. */
static void accept_failed(struct evconnlistener *listener, void *context)
{
    static const struct timeval pause = { ACCEPT_PAUSE_SECONDS, 0 };
    http_server *self = ((evhtp_t *)context)->arg;
    log_line("cannot accept a connection: %s", strerror(errno));
    self->accept_failed = event_add(self->accept_event, &pause) == 0;
    adjust_listener(self);
}

static void accept_again(evutil_socket_t fd, short what, void *context)
{
    http_server *self = context;
    self->accept_failed = false;
    adjust_listener(self);
}

/* ---- slow clients ---- */

/** @return how long what it waits for may take; progress starts that anew */
static int patience(http_exchange *self)
{
    bool begun = evbuffer_get_length(bufferevent_get_input(self->connection->bev)) > 0;
    if (self->headers_done)
        return HTTP_BODY_SECONDS;
    if (begun && !self->begun) {
        self->begun = true;
        self->since = now();
    }
    return begun ? HTTP_HEADERS_SECONDS : HTTP_IDLE_SECONDS;
}

static void sweep_one(http_exchange *self)
{
    if (self->state != RECEIVING)
        return;
    if (unsent(self) > 0) {
        /* The bufferevent's own timeout looks after that. */
        self->since = now();
        hold(self, unsent(self));
    } else if (now() - self->since >= patience(self)) {
        if (self->begun || self->headers_done)
            give_last_word(self, 408, "The request took too long to arrive");
        drop(self);
    }
}

static void sweep(evutil_socket_t fd, short what, void *context)
{
    http_server *server = context;
    http_exchange *next;
    for (http_exchange *one = server->first; one; one = next) {
        next = one->next;
        sweep_one(one);
    }
    check_drained(server);
}

/* ---- the server ---- */

static int start_evhtp(http_server *self, int listener)
{
    static const struct timeval write_patience = { HTTP_WRITE_SECONDS, 0 };
    self->evhtp = evhtp_new(self->base, self);
    if (!self->evhtp)
        return -1;
    evhtp_set_timeouts(self->evhtp, NULL, &write_patience);
    evhtp_set_pre_accept_cb(self->evhtp, before_accept, self);
    evhtp_set_post_accept_cb(self->evhtp, after_accept, self);
    if (evhtp_accept_socket(self->evhtp, listener, 0) != 0)
        return -1;
    evconnlistener_set_error_cb(self->evhtp->server, accept_failed);
    return 0;
}

static int start_events(http_server *self)
{
    static const struct timeval interval = { SWEEP_SECONDS, 0 };
    self->queue_event = event_new(self->base, -1, 0, work_queue, self);
    self->accept_event = evtimer_new(self->base, accept_again, self);
    self->sweep_event = event_new(self->base, -1, EV_PERSIST, sweep, self);
    self->hangups = hangup_create(self->base, client_gone);
    self->lingering = linger_create(self->base, linger_ended, self);
    if (!self->queue_event || !self->accept_event || !self->sweep_event || !self->hangups ||
        !self->lingering)
        return -1;
    return event_add(self->sweep_event, &interval);
}

http_server *http_server_create(struct event_base *base, int listener, const http_options *options)
{
    http_server *self = calloc(1, sizeof(*self));
    if (self) {
        self->base = base;
        self->options = *options;
    }
    if (!self || start_events(self) != 0 || start_evhtp(self, listener) != 0) {
        close(listener);
        http_server_destroy(self);
        return NULL;
    }
    return self;
}

void http_server_destroy(http_server *self)
{
    if (!self)
        return;
    self->draining = false;
    while (self->first) {
        if (self->first->state == WAITING)
            self->first->state = RECEIVING;
        drop(self->first);
    }
    if (self->evhtp) {
        evhtp_unbind_socket(self->evhtp);
        evhtp_free(self->evhtp);
    }
    linger_destroy(self->lingering);
    hangup_destroy(self->hangups);
    if (self->queue_event)
        event_free(self->queue_event);
    if (self->accept_event)
        event_free(self->accept_event);
    if (self->sweep_event)
        event_free(self->sweep_event);
    free(self);
}

void http_server_drain(http_server *self)
{
    self->draining = true;
    evhtp_unbind_socket(self->evhtp);
    check_drained(self);
}

/* ---- what a handler sees ---- */

http_method http_exchange_method(const http_exchange *self)
{
    switch (self->connection->request->method) {
    case htp_method_GET:
        return HTTP_GET;
    case htp_method_HEAD:
        return HTTP_HEAD;
    case htp_method_POST:
        return HTTP_POST;
    default:
        return HTTP_OTHER;
    }
}

const char *http_exchange_path(const http_exchange *self)
{
    return self->connection->request->uri->path->full;
}

struct evbuffer *http_exchange_body(const http_exchange *self)
{
    return self->body;
}

struct evbuffer *http_exchange_answer(const http_exchange *self)
{
    return self->connection->request->buffer_out;
}

void http_exchange_set_context(http_exchange *self, void *context)
{
    self->context = context;
}

void *http_exchange_context(const http_exchange *self)
{
    return self->context;
}
