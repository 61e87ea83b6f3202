/* SPDX-License-Identifier: MIT */
/** Real programs with known outcomes, through the service, four in flight. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "http.h"
#include "service.h"

#define IN_FLIGHT 4

/** Where the corpora are; NULL if nowhere. */
static const char *corpora_directory(void)
{
    static char beside[4096];
    const char *named = getenv("CODEEXEC_TEST_CORPORA");

    if (named != NULL && *named != '\0')
        return named;
    snprintf(beside, sizeof(beside), "%s/../shared/corpora", TEST_SOURCE_DIR);
    return access(beside, R_OK) == 0 ? beside : NULL;
}

/** One JSON object a line. */
static json_object *load(const char *name)
{
    const char *directory = corpora_directory();
    json_object *all = json_object_new_array();
    TEXT_SCOPED content = { 0 };
    char path[5000];
    char *line;
    char *rest;

    if (directory == NULL)
        skip_test("no corpora here: set CODEEXEC_TEST_CORPORA to their directory");
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (!text_read_file(&content, path))
        skip_test("%s cannot be read", path);
    for (line = strtok_r(content.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        json_object *entry = json_tokener_parse(line);
        assert_non_null(entry);
        json_object_array_add(all, entry);
    }
    assert_true(json_object_array_length(all) > 0);
    return all;
}

/** The connections and what each is waiting for. */
typedef struct flight {
    http_connection connection;
    json_object *entry; /**< borrowed; NULL: idle */
} flight;

static void take_off(flight *self, json_object *entry)
{
    TEXT_SCOPED body = execute_body(json_text(entry, "code"), "\"timeout\": 120");

    self->entry = entry;
    assert_true(http_send_request(&self->connection, "POST", "/execute", NULL, body.data));
}

/** @return 1 if the answer is not what the corpus says */
static int land(flight *self)
{
    HTTP_RESPONSE_SCOPED response = { 0 };
    json_object *expected = NULL;
    const char *id = json_text(self->entry, "id");
    long long exit_code = json_integer(self->entry, "expect_exit");

    assert_int_equal(http_receive(&self->connection, &response, 200000), HTTP_RESPONSE);
    if (response.status != 200) {
        print_error("%s: answer %d %.1000s\n", id, response.status, response.body.data);
        return 1;
    }
    JSON_SCOPED *answer = json_parse(&response.body);
    bool same = json_integer(answer, "exit_code") == exit_code &&
                strcmp(json_text(answer, "status"), "completed") == 0;
    if (json_object_object_get_ex(self->entry, "expect_stdout", &expected) &&
        json_object_is_type(expected, json_type_string))
        same = same && strcmp(json_text(answer, "stdout"), json_object_get_string(expected)) == 0;
    if (!same)
        print_error("%s: %.2000s\n", id, response.body.data);
    self->entry = NULL;
    return !same;
}

/** Run every `step`th program. */
static void run_corpus(const service *own, json_object *all, size_t step)
{
    flight flights[IN_FLIGHT];
    struct pollfd watched[IN_FLIGHT];
    size_t next = 0;
    size_t busy = 0;
    size_t done = 0;
    int failures = 0;

    for (size_t i = 0; i < IN_FLIGHT; i++) {
        flights[i].entry = NULL;
        service_connect(own, &flights[i].connection);
    }
    while (next < json_object_array_length(all) || busy > 0) {
        for (size_t i = 0; i < IN_FLIGHT && next < json_object_array_length(all); i++) {
            if (flights[i].entry == NULL) {
                take_off(&flights[i], json_object_array_get_idx(all, next));
                next += step;
                busy++;
            }
        }
        for (size_t i = 0; i < IN_FLIGHT; i++)
            watched[i] = (struct pollfd){ flights[i].entry != NULL ? flights[i].connection.fd : -1,
                                          POLLIN, 0 };
        assert_true(poll(watched, IN_FLIGHT, 200000) > 0);
        for (size_t i = 0; i < IN_FLIGHT; i++) {
            if (watched[i].revents != 0) {
                failures += land(&flights[i]);
                flights[i].entry = NULL;
                busy--;
                done++;
            }
        }
    }
    for (size_t i = 0; i < IN_FLIGHT; i++)
        http_close(&flights[i].connection);
    print_message("%zu programs, %d failures\n", done, failures);
    assert_int_equal(failures, 0);
}

static void run_whole_corpus(const char *name)
{
    service own;
    JSON_SCOPED *all = load(name);

    SERVICE_START(&own, "BYPASS_SETUP=false");
    run_corpus(&own, all, 1);
    service_stop(&own);
}

static void humaneval(void **state)
{
    (void)state;
    run_whole_corpus("humaneval.jsonl");
}

static void ds1000(void **state)
{
    (void)state;
    run_whole_corpus("ds1000_a.jsonl");
}

static void samples_with_the_default_settings(void **state)
{
    service own;
    JSON_SCOPED *plain = load("humaneval.jsonl");
    JSON_SCOPED *scientific = load("ds1000_a.jsonl");

    (void)state;
    service_start(&own, NULL);
    run_corpus(&own, plain, 17);
    run_corpus(&own, scientific, 43);
    service_stop(&own);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(humaneval),
        cmocka_unit_test(ds1000),
        cmocka_unit_test(samples_with_the_default_settings),
    };
    return RUN_GROUP("corpora", tests, NULL, NULL);
}
