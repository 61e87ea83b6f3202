/* SPDX-License-Identifier: MIT */
/** A codeexec-server under test, and the short way to run a program through it. */
#ifndef TEST_SERVICE_H
#define TEST_SERVICE_H

#include <stdint.h>

#include <json-c/json.h>

#include "harness.h"
#include "http.h"

typedef struct service {
    program process;
    int log; /**< memory file that collects its stderr */
    uint16_t port;
    char socket_path[108]; /**< set when it listens on a UNIX socket */
} service;

/** Start it on a free port (or where CODEEXEC_LISTEN in the environment says) and wait until
 *  /health answers. `environment` is NULL-terminated, or NULL. The words of CODEEXEC_TEST_LAUNCHER,
 *  separated by spaces, go before its command: another user, a container. The launcher must end in
 *  an exec of the rest, so that the service has the process id we know. */
void service_start(service *self, const char *const *environment);
/** The same with the settings written out. */
#define SERVICE_START(self, ...) service_start(self, (const char *const[]){ __VA_ARGS__, NULL })
/** Wait until the tiers that it makes at its start have what they are to have loaded: their
 *  processes are there long before. */
void service_await_tiers(const service *self);
/** SIGTERM; the test fails unless it exits with 0. */
void service_stop(service *self);
/** For the setup of a test that shares a service: start it anew if the last test has killed it, so
 *  that one crash is one failure. The crash's log is printed. */
void service_revive(service *self, const char *const *environment);
/** SIGKILL; for teardowns. Fine on one that was stopped or never started. */
void service_discard(service *self);
/** Everything it has logged so far. */
text service_log(const service *self);
/** Wait until it has logged this. */
void service_await_log(const service *self, const char *needle);
/** A figure of /ready: "running" counts the runs that have a guest, "waiting" those that have none
 *  yet. */
long long service_load(const service *self, const char *figure);

int service_try_connect(const service *self);
void service_connect(const service *self, http_connection *connection);

/** One request on a connection of its own; fails the test unless a response comes. */
void service_request(const service *self, const char *method, const char *path, const char *headers,
                     const char *body, http_response *response);

/** The JSON body for a program; `members` is "" or further members, as `"timeout": 2`. */
text execute_body(const char *code, const char *members);

/** Run a program: fails the test unless the answer is 200 and an object. The caller puts it. */
json_object *execute(const service *self, const char *code, const char *members);
/** Run it and fail the test, showing the answer, unless status, exit code and stdout are these. */
void assert_run(const service *self, const char *code, const char *members, const char *status,
                int exit_code, const char *output);

json_object *json_parse(const text *body);
/** Members of an object; the test fails if there is none of that type. */
const char *json_text(json_object *object, const char *key);
long long json_integer(json_object *object, const char *key);
double json_number(json_object *object, const char *key);
bool json_flag(json_object *object, const char *key);
json_object *json_member(json_object *object, const char *key, json_type type);
/** Fails the test, showing the whole answer, unless the member is this text / this number. */
void assert_json_text(json_object *object, const char *key, const char *expected);
void assert_json_integer(json_object *object, const char *key, long long expected);

/** A program that shows in the count of processes, and does not end by itself. */
extern const char crowded_program[];
/** Its children. */
#define CROWDED_CHILDREN 20
/** How far that count moves by itself: with the guests that are kept parked, two processes each. */
#define PARKED_PROCESSES 8
/** What one guest more takes, as one may just be on its way when something is measured: itself and
 *  its init; of the service's descriptors two for each of three pipes, its channel and a pidfd. */
#define GUEST_PROCESSES   2
#define GUEST_DESCRIPTORS 8
/** Wait until that program runs, given the count without it. */
void service_await_crowd(const service *self, size_t idle);

void json_put(json_object **object);
#define JSON_SCOPED __attribute__((cleanup(json_put))) json_object

#endif
