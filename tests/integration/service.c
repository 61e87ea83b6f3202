/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

#define ANSWER_MS 120000
/** To import everything, on a busy machine. */
#define TIERS_MS 240000

text service_log(const service *self)
{
    text log = { 0 };
    char chunk[16384];
    ssize_t got;

    while ((got = pread(self->log, chunk, sizeof(chunk), (off_t)log.size)) > 0)
        text_append(&log, chunk, (size_t)got);
    text_append(&log, "", 0);
    return log;
}

/** Find where it listens in what it logged. */
static bool find_address(service *self)
{
    TEXT_SCOPED log = service_log(self);
    char *line = strstr(log.data, "listening on ");
    unsigned port = 0;

    if (line == NULL || strchr(line, '\n') == NULL)
        return false;
    if (self->socket_path[0] != '\0')
        return true;
    /* http://ADDRESS:PORT, where an IPv6 address has colons too. */
    *strchr(line, '\n') = '\0';
    if (strstr(line, "http://") == NULL || sscanf(strrchr(line, ':'), ":%5u", &port) != 1)
        fail_msg("no port in: %s", log.data);
    self->port = (uint16_t)port;
    return true;
}

static bool health_answers(const service *self)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    HTTP_RESPONSE_SCOPED response = { 0 };
    int fd = service_try_connect(self);

    if (fd < 0)
        return false;
    http_open(&connection, fd);
    return http_send_request(&connection, "GET", "/health", NULL, NULL) &&
           http_receive(&connection, &response, PATIENCE_MS) == HTTP_RESPONSE &&
           response.status == 200;
}

static void await_ready(service *self)
{
    long long deadline = now_ms() + 2LL * PATIENCE_MS;
    int status;

    while (!find_address(self) || !health_answers(self)) {
        if (program_wait(&self->process, 20, &status)) {
            TEXT_SCOPED log = service_log(self);
            fail_msg("the service ended at once with %d: %s", exit_code_of(status), log.data);
        }
        if (now_ms() > deadline) {
            TEXT_SCOPED log = service_log(self);
            service_discard(self);
            fail_msg("the service did not become healthy: %s", log.data);
        }
    }
}

/** The server's command behind the words of CODEEXEC_TEST_LAUNCHER, which `words` keeps. */
static void server_command(const char **arguments, size_t capacity, text *words)
{
    const char *launcher = getenv("CODEEXEC_TEST_LAUNCHER");
    size_t count = 0;
    char *rest = NULL;

    text_format(words, "%s", launcher != NULL ? launcher : "");
    for (char *word = strtok_r(words->data, " ", &rest); word != NULL && count < capacity - 2;
         word = strtok_r(NULL, " ", &rest))
        arguments[count++] = word;
    arguments[count++] = codeexec_server_path;
    arguments[count] = NULL;
}

void service_start(service *self, const char *const *environment)
{
    const char *settings[32] = { "CODEEXEC_LISTEN=127.0.0.1:0" };
    const char *arguments[32];
    TEXT_SCOPED words = { 0 };
    size_t count = 1;

    server_command(arguments, sizeof(arguments) / sizeof(arguments[0]), &words);

    *self = (service){ .process = { -1, -1, -1, -1 }, .log = memfd_create("log", MFD_CLOEXEC) };
    for (; environment != NULL && *environment != NULL && count < 31; environment++) {
        settings[count++] = *environment;
        if (strncmp(*environment, "CODEEXEC_LISTEN=unix:", 21) == 0)
            snprintf(self->socket_path, sizeof(self->socket_path), "%s", *environment + 21);
    }
    self->process = program_start(&(program_options){
        .arguments = arguments, .environment = settings, .errors_fd = self->log });
    await_ready(self);
}

void service_await_tiers(const service *self)
{
    const long long deadline = now_ms() + TIERS_MS;
    http_response answer = { 0 };

    for (;;) {
        http_response_free(&answer);
        service_request(self, "GET", "/ready", NULL, NULL, &answer);
        if (answer.status == 200)
            break;
        if (now_ms() > deadline) {
            TEXT_SCOPED log = service_log(self);
            fail_msg("the tiers are not made: %.500s; log: %.2000s", text_string(&answer.body),
                     log.data);
        }
        sleep_ms(100);
    }
    http_response_free(&answer);
}

void service_await_log(const service *self, const char *needle)
{
    const long long deadline = now_ms() + PATIENCE_MS;

    for (;;) {
        TEXT_SCOPED log = service_log(self);
        if (strstr(log.data, needle) != NULL)
            return;
        if (now_ms() > deadline)
            fail_msg("\"%s\" is not in the log: %.3000s", needle, log.data);
        sleep_ms(20);
    }
}

long long service_load(const service *self, const char *figure)
{
    HTTP_RESPONSE_SCOPED response = { 0 };

    service_request(self, "GET", "/ready", NULL, NULL, &response);
    JSON_SCOPED *load = json_parse(&response.body);
    return json_integer(load, figure);
}

void service_discard(service *self)
{
    if (self->log <= 0)
        return;
    program_discard(&self->process);
    close(self->log);
    self->log = -1;
}

void service_stop(service *self)
{
    int status = 0;

    kill(self->process.pid, SIGTERM);
    if (!program_wait(&self->process, PATIENCE_MS, &status)) {
        service_discard(self);
        fail_msg("the service still runs a minute after SIGTERM");
    }
    TEXT_SCOPED log = service_log(self);
    service_discard(self);
    if (exit_code_of(status) != 0)
        fail_msg("the service ended with %d: %s", exit_code_of(status), log.data);
}

void service_revive(service *self, const char *const *environment)
{
    int status = 0;

    if (self->process.pid > 0 && !program_wait(&self->process, 0, &status))
        return;
    TEXT_SCOPED log = service_log(self);
    print_error("the service had ended with %d: %s\n", exit_code_of(status), log.data);
    service_discard(self);
    service_start(self, environment);
}

int service_try_connect(const service *self)
{
    struct sockaddr_in inet = { .sin_family = AF_INET,
                                .sin_port = htons(self->port),
                                .sin_addr = { htonl(INADDR_LOOPBACK) } };
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    bool local = self->socket_path[0] != '\0';
    int fd = socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed;

    if (local) {
        memcpy(path.sun_path, self->socket_path, sizeof(path.sun_path));
        failed = connect(fd, (struct sockaddr *)&path, sizeof(path));
    } else {
        failed = connect(fd, (struct sockaddr *)&inet, sizeof(inet));
    }
    if (failed) {
        close(fd);
        return -1;
    }
    return fd;
}

void service_connect(const service *self, http_connection *connection)
{
    int fd = service_try_connect(self);

    if (fd < 0)
        fail_msg("cannot connect to the service: %s", strerror(errno));
    http_open(connection, fd);
}

void service_request(const service *self, const char *method, const char *path, const char *headers,
                     const char *body, http_response *response)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };

    service_connect(self, &connection);
    if (!http_send_request(&connection, method, path, headers, body))
        fail_msg("%s %s: the service closed while the request was sent", method, path);
    http_outcome outcome = http_receive(&connection, response, ANSWER_MS);
    if (outcome != HTTP_RESPONSE) {
        TEXT_SCOPED log = service_log(self);
        fail_msg("%s %s: no answer (%d); log: %.3000s", method, path, outcome, log.data);
    }
}

text execute_body(const char *code, const char *members)
{
    text body = { 0 };
    json_object *quoted = json_object_new_string(code);

    text_format(&body, "{\"code\": %s, \"language\": \"python\"%s%s}",
                json_object_to_json_string(quoted), *members != '\0' ? ", " : "", members);
    json_object_put(quoted);
    return body;
}

json_object *execute(const service *self, const char *code, const char *members)
{
    TEXT_SCOPED body = execute_body(code, members);
    HTTP_RESPONSE_SCOPED response = { 0 };

    service_request(self, "POST", "/execute", NULL, body.data, &response);
    if (response.status != 200)
        fail_msg("answer %d: %.2000s\nto: %.2000s", response.status, response.body.data, code);
    return json_parse(&response.body);
}

static void show(json_object *answer, const char *what)
{
    print_error("%s in: %.4000s\n", what,
                json_object_to_json_string_ext(answer, JSON_C_TO_STRING_PLAIN));
}

void assert_run(const service *self, const char *code, const char *members, const char *status,
                int exit_code, const char *output)
{
    JSON_SCOPED *answer = execute(self, code, members);

    assert_json_text(answer, "status", status);
    assert_json_integer(answer, "exit_code", exit_code);
    assert_json_text(answer, "stdout", output);
}

const char crowded_program[] =
    "import multiprocessing as m, time\n"
    "if __name__ == '__main__':\n"
    "    c = m.get_context('fork')\n"
    "    p = [c.Process(target=time.sleep, args=(600,)) for _ in range(20)]\n"
    "    [x.start() for x in p]\n"
    "    time.sleep(600)\n";

void service_await_crowd(const service *self, size_t idle)
{
    /* Some parked guests may have gone meanwhile; those that may have come are fewer than these. */
    if (!proc_family_at_least(self->process.pid, idle + CROWDED_CHILDREN - PARKED_PROCESSES,
                              PATIENCE_MS))
        fail_msg("%zu processes, %zu before", proc_family_count(self->process.pid), idle);
}

json_object *json_parse(const text *body)
{
    json_tokener *tokener = json_tokener_new();

    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    json_object *parsed = json_tokener_parse_ex(tokener, text_string(body), (int)body->size + 1);
    json_tokener_free(tokener);
    if (parsed == NULL || !json_object_is_type(parsed, json_type_object))
        fail_msg("no JSON object: %.2000s", text_string(body));
    return parsed;
}

json_object *json_member(json_object *object, const char *key, json_type type)
{
    json_object *member = NULL;

    if (!json_object_object_get_ex(object, key, &member) || !json_object_is_type(member, type)) {
        show(object, key);
        fail_msg("\"%s\" is missing or no %s", key, json_type_to_name(type));
    }
    return member;
}

const char *json_text(json_object *object, const char *key)
{
    return json_object_get_string(json_member(object, key, json_type_string));
}

long long json_integer(json_object *object, const char *key)
{
    return json_object_get_int64(json_member(object, key, json_type_int));
}

double json_number(json_object *object, const char *key)
{
    return json_object_get_double(json_member(object, key, json_type_double));
}

bool json_flag(json_object *object, const char *key)
{
    return json_object_get_boolean(json_member(object, key, json_type_boolean));
}

void assert_json_text(json_object *object, const char *key, const char *expected)
{
    if (strcmp(json_text(object, key), expected) != 0) {
        show(object, key);
        fail_msg("\"%s\" is not \"%.1000s\"", key, expected);
    }
}

void assert_json_integer(json_object *object, const char *key, long long expected)
{
    if (json_integer(object, key) != expected) {
        show(object, key);
        fail_msg("\"%s\" is not %lld", key, expected);
    }
}

void json_put(json_object **object)
{
    json_object_put(*object);
}
