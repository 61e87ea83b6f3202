/* SPDX-License-Identifier: MIT */
/** The service's contract: fields, defaults, ranges, errors. */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "http.h"
#include "service.h"

static service shared;

static int group_setup(void **state)
{
    (void)state;
    service_start(&shared, NULL);
    return 0;
}

static int test_setup(void **state)
{
    (void)state;
    service_revive(&shared, NULL);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    service_stop(&shared);
    return 0;
}

static void assert_json_content(const http_response *response)
{
    char value[128];

    http_header(response, "Content-Type", value, sizeof(value));
    if (strncmp(value, "application/json", strlen("application/json")) != 0)
        fail_msg("Content-Type is \"%s\" in: %s", value, response->head.data);
}

/** Any error answer: that status, JSON, with a `detail`. The caller puts the object. */
static json_object *expect_error(const http_response *response, int status)
{
    if (response->status != status)
        fail_msg("answer %d, not %d: %.2000s", response->status, status, response->body.data);
    assert_json_content(response);
    json_object *answer = json_parse(&response->body);
    json_object *detail = NULL;
    if (!json_object_object_get_ex(answer, "detail", &detail) || detail == NULL)
        fail_msg("no detail in: %s", response->body.data);
    return answer;
}

static void expect_only_error(const http_response *response, int status)
{
    json_object_put(expect_error(response, status));
}

/* ---- the examples of the description ---- */

static bool is_uuid4(const char *id)
{
    static const char form[] = "xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx";

    if (strlen(id) != strlen(form))
        return false;
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool fits = form[i] == 'x' ? isdigit((unsigned char)id[i]) || (id[i] >= 'a' && id[i] <= 'f')
                    : form[i] == 'V' ? id[i] != '\0' && strchr("89ab", id[i]) != NULL
                                     : id[i] == form[i];
        if (!fits)
            return false;
    }
    return true;
}

static void hello(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "print(\"Hello, World!\")", "");

    assert_json_text(answer, "status", "completed");
    assert_json_text(answer, "stdout", "Hello, World!\n");
    assert_json_text(answer, "stderr", "");
    assert_json_integer(answer, "exit_code", 0);
    assert_true(json_number(answer, "execution_time") > 0.0);
    assert_true(json_number(answer, "execution_time") < 60.0);
    assert_json_text(answer, "reason", "exited");
    if (!is_uuid4(json_text(answer, "execution_id")))
        fail_msg("no UUID v4: %s", json_text(answer, "execution_id"));
}

static void execution_ids_differ(void **state)
{
    (void)state;
    JSON_SCOPED *first = execute(&shared, "pass", "");
    JSON_SCOPED *second = execute(&shared, "pass", "");

    assert_string_not_equal(json_text(first, "execution_id"), json_text(second, "execution_id"));
}

static void six_fields_come_first_and_in_order(void **state)
{
    static const char *const fields[] = { "execution_id", "status",         "stdout",
                                          "stderr",       "execution_time", "exit_code" };
    (void)state;
    HTTP_RESPONSE_SCOPED response = { 0 };
    TEXT_SCOPED body = execute_body("print(1)", "");
    service_request(&shared, "POST", "/execute", NULL, body.data, &response);
    assert_int_equal(response.status, 200);
    assert_json_content(&response);

    JSON_SCOPED *answer = json_parse(&response.body);
    size_t index = 0;
    /* json-c keeps the order of the text. */
    json_object_object_foreach(answer, key, value)
    {
        (void)value;
        if (index < sizeof(fields) / sizeof(fields[0]) && strcmp(key, fields[index]) != 0)
            fail_msg("field %zu is %s, not %s: %s", index, key, fields[index], response.body.data);
        index++;
    }
    assert_true(index >= sizeof(fields) / sizeof(fields[0]));
}

static void pandas_mean(void **state)
{
    (void)state;
    assert_run(
        &shared, "import pandas as pd; df = pd.DataFrame({\"A\": [1, 2, 3]}); print(df.mean())",
        "\"timeout\": 60, \"max_memory_mb\": 2048", "completed", 0, "A    2.0\ndtype: float64\n");
}

static void missing_module(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "import tensorflow; print(\"Hi\")", "");

    assert_json_text(answer, "status", "completed");
    assert_json_integer(answer, "exit_code", 1);
    assert_json_text(answer, "stdout", "");
    assert_json_text(answer, "stderr",
                     "ImportError: No module named 'tensorflow'\n"
                     "Ensure required modules are installed and in ALLOWED_MODULES.\n");
}

static void missing_module_can_be_caught(void **state)
{
    (void)state;
    assert_run(
        &shared,
        "try:\n    import tensorflow\nexcept ImportError as e:\n    print('caught', e.name)\n", "",
        "completed", 0, "caught tensorflow\n");
}

static void unsafe_code(void **state)
{
    (void)state;
    HTTP_RESPONSE_SCOPED response = { 0 };
    TEXT_SCOPED body = execute_body("import os\nif True:\n    os.system(\"ls\")", "");
    service_request(&shared, "POST", "/execute", NULL, body.data, &response);
    JSON_SCOPED *answer = expect_error(&response, 400);

    assert_json_text(answer, "detail", "Unsafe code detected");
    json_object *violations = json_member(answer, "violations", json_type_array);
    assert_int_equal(json_object_array_length(violations), 1);
    json_object *violation = json_object_array_get_idx(violations, 0);
    assert_json_integer(violation, "line", 3);
    assert_json_integer(violation, "column", 5);
    assert_true(strlen(json_text(violation, "rule")) > 0);
    assert_true(strlen(json_text(violation, "message")) > 0);
}

static void unsafe_code_under_aliases(void **state)
{
    static const char *const programs[] = {
        "import os; os.system('ls')",
        "import os as o; o.popen('ls')",
        "from os import system\nsystem('ls')",
        "from os import execv as e\ne('/bin/sh', ['sh'])",
        "import os; os.spawnl(0, '/bin/ls', 'ls')",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['ls'])",
        "import subprocess as s; s.run(['ls'])",
        "from subprocess import run",
        "import pty; pty.spawn('sh')",
        "import ctypes",
        "from ctypes import CDLL as C",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        HTTP_RESPONSE_SCOPED response = { 0 };
        TEXT_SCOPED body = execute_body(programs[i], "");
        service_request(&shared, "POST", "/execute", NULL, body.data, &response);
        if (response.status != 400)
            fail_msg("%d for %s: %s", response.status, programs[i], response.body.data);
        JSON_SCOPED *answer = expect_error(&response, 400);
        assert_json_text(answer, "detail", "Unsafe code detected");
    }
}

static void health(void **state)
{
    (void)state;
    HTTP_RESPONSE_SCOPED response = { 0 };
    service_request(&shared, "GET", "/health", NULL, NULL, &response);
    assert_int_equal(response.status, 200);
    assert_json_content(&response);
    JSON_SCOPED *answer = json_parse(&response.body);
    assert_json_text(answer, "status", "healthy");
    assert_int_equal(json_object_object_length(answer), 1);
}

static void start_logs_the_machine(void **state)
{
    (void)state;
    TEXT_SCOPED log = service_log(&shared);
    const char *line = strstr(log.data, "CPUs=");
    assert_non_null(line);
    assert_true(strtol(line + strlen("CPUs="), NULL, 10) >= 1);
    line = strstr(line, "Memory=");
    assert_non_null(line);
    assert_true(isdigit((unsigned char)line[strlen("Memory=")]));
}

/* ---- errors ---- */

/** 422 with one entry for that field (NULL: the body as a whole). */
static void expect_invalid(const char *body, const char *field)
{
    HTTP_RESPONSE_SCOPED response = { 0 };
    service_request(&shared, "POST", "/execute", NULL, body, &response);
    if (response.status != 422)
        fail_msg("answer %d to %s: %s", response.status, body, response.body.data);
    JSON_SCOPED *answer = expect_error(&response, 422);

    json_object *detail = json_member(answer, "detail", json_type_array);
    assert_true(json_object_array_length(detail) >= 1);
    json_object *entry = json_object_array_get_idx(detail, 0);
    assert_true(strlen(json_text(entry, "type")) > 0);
    assert_true(strlen(json_text(entry, "msg")) > 0);
    json_object *location = json_member(entry, "loc", json_type_array);
    size_t expected = field != NULL ? 2 : 1;
    if (json_object_array_length(location) != expected)
        fail_msg("loc of another length to %s: %s", body, response.body.data);
    assert_string_equal(json_object_get_string(json_object_array_get_idx(location, 0)), "body");
    if (field != NULL)
        assert_string_equal(json_object_get_string(json_object_array_get_idx(location, 1)), field);
}

static void invalid_bodies(void **state)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "\"text\"",
        "null",
        "17",
        "{\"code\": \"pass\",}",
        "nope",
        "{} {}",
        "{'code': 'pass', 'language': 'python'}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        expect_invalid(bodies[i], NULL);
}

static void deeply_nested_body(void **state)
{
    (void)state;
    TEXT_SCOPED body = { 0 };
    for (size_t i = 0; i < 100000; i++)
        text_append(&body, "[", 1);
    expect_invalid(body.data, NULL);
}

static void invalid_fields(void **state)
{
    static const struct {
        const char *body;
        const char *field;
    } cases[] = {
        { "{\"language\": \"python\"}", "code" },
        { "{\"code\": \"pass\"}", "language" },
        { "{\"code\": 5, \"language\": \"python\"}", "code" },
        { "{\"code\": null, \"language\": \"python\"}", "code" },
        { "{\"code\": [\"pass\"], \"language\": \"python\"}", "code" },
        { "{\"code\": \"pass\", \"language\": \"ruby\"}", "language" },
        { "{\"code\": \"pass\", \"language\": \"Python\"}", "language" },
        { "{\"code\": \"pass\", \"language\": \"python\\u0000\"}", "language" },
        { "{\"code\": \"pass\", \"language\": 3}", "language" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_invalid(cases[i].body, cases[i].field);
}

static void every_invalid_field_is_named(void **state)
{
    (void)state;
    HTTP_RESPONSE_SCOPED response = { 0 };
    service_request(&shared, "POST", "/execute", NULL, "{}", &response);
    JSON_SCOPED *answer = expect_error(&response, 422);
    json_object *detail = json_member(answer, "detail", json_type_array);
    assert_int_equal(json_object_array_length(detail), 2);
}

static void invalid_options(void **state)
{
    static const struct {
        const char *member;
        const char *field;
    } cases[] = {
        { "\"timeout\": 0", "timeout" },
        { "\"timeout\": -1", "timeout" },
        { "\"timeout\": 600.5", "timeout" },
        { "\"timeout\": 601", "timeout" },
        { "\"timeout\": 1e300", "timeout" },
        { "\"timeout\": 99999999999999999999", "timeout" },
        { "\"timeout\": \"5\"", "timeout" },
        { "\"timeout\": true", "timeout" },
        { "\"timeout\": [5]", "timeout" },
        { "\"max_memory_mb\": 15", "max_memory_mb" },
        { "\"max_memory_mb\": 8193", "max_memory_mb" },
        { "\"max_memory_mb\": -64", "max_memory_mb" },
        { "\"max_memory_mb\": 64.5", "max_memory_mb" },
        { "\"max_memory_mb\": \"64\"", "max_memory_mb" },
        { "\"max_memory_mb\": 18446744073709551680", "max_memory_mb" },
        { "\"max_memory_mb\": 17592186044480", "max_memory_mb" },
        { "\"execution_id\": \"\"", "execution_id" },
        { "\"execution_id\": \"a b\"", "execution_id" },
        { "\"execution_id\": \"a/b\"", "execution_id" },
        { "\"execution_id\": \"a\\n\"", "execution_id" },
        { "\"execution_id\": \"a\\u0000b\"", "execution_id" },
        { "\"execution_id\": \"\\u00e9\"", "execution_id" },
        { "\"execution_id\": 5", "execution_id" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEXT_SCOPED body = execute_body("pass", cases[i].member);
        expect_invalid(body.data, cases[i].field);
    }
}

static void execution_id_is_echoed(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "pass", "\"execution_id\": \"Run-1_a.b\"");
    assert_json_text(answer, "execution_id", "Run-1_a.b");
}

static void execution_id_length(void **state)
{
    char id[130];
    char member[160];

    (void)state;
    memset(id, 'x', sizeof(id));
    id[128] = '\0';
    snprintf(member, sizeof(member), "\"execution_id\": \"%s\"", id);
    JSON_SCOPED *answer = execute(&shared, "pass", member);
    assert_json_text(answer, "execution_id", id);

    snprintf(member, sizeof(member), "\"execution_id\": \"%sx\"", id);
    TEXT_SCOPED body = execute_body("pass", member);
    expect_invalid(body.data, "execution_id");
}

static void limits_at_their_bounds_are_accepted(void **state)
{
    (void)state;
    assert_run(&shared, "print(1)", "\"timeout\": 600, \"max_memory_mb\": 8192", "completed", 0,
               "1\n");
    JSON_SCOPED *answer = execute(&shared, "print(1)", "\"timeout\": 600.0, \"max_memory_mb\": 16");
    /* Sixteen MiB are accepted; whether a program gets far with them is another matter. */
    assert_true(strcmp(json_text(answer, "status"), "timeout") != 0);
}

static void unknown_fields_are_ignored(void **state)
{
    (void)state;
    assert_run(&shared, "print(1)", "\"colour\": \"red\", \"nested\": {\"timeout\": -1}",
               "completed", 0, "1\n");
}

static void unknown_path(void **state)
{
    static const char *const paths[] = { "/", "/nope", "/execute/x", "/healthy", "/execut" };
    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        HTTP_RESPONSE_SCOPED got = { 0 };
        HTTP_RESPONSE_SCOPED posted = { 0 };
        service_request(&shared, "GET", paths[i], NULL, NULL, &got);
        expect_only_error(&got, 404);
        service_request(&shared, "POST", paths[i], NULL, "{}", &posted);
        expect_only_error(&posted, 404);
    }
}

static void wrong_method(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *body;
        const char *allowed;
    } cases[] = {
        { "GET", "/execute", NULL, "POST" },    { "PUT", "/execute", "{}", "POST" },
        { "DELETE", "/execute", NULL, "POST" }, { "POST", "/health", "{}", "GET" },
        { "DELETE", "/health", NULL, "GET" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        HTTP_RESPONSE_SCOPED response = { 0 };
        char allow[128];
        service_request(&shared, cases[i].method, cases[i].path, NULL, cases[i].body, &response);
        expect_only_error(&response, 405);
        http_header(&response, "Allow", allow, sizeof(allow));
        if (strstr(allow, cases[i].allowed) == NULL)
            fail_msg("%s %s: Allow is \"%s\"", cases[i].method, cases[i].path, allow);
    }
}

static void query_string_does_not_change_the_path(void **state)
{
    (void)state;
    HTTP_RESPONSE_SCOPED response = { 0 };
    service_request(&shared, "GET", "/health?verbose=1", NULL, NULL, &response);
    assert_int_equal(response.status, 200);
}

static void body_over_the_cap(void **state)
{
    service own;
    HTTP_RESPONSE_SCOPED at_cap = { 0 };
    HTTP_RESPONSE_SCOPED over_cap = { 0 };
    TEXT_SCOPED body = execute_body("print(1)", "");

    (void)state;
    SERVICE_START(&own, "CODEEXEC_MAX_BODY=1024");
    while (body.size < 1024)
        text_append(&body, " ", 1);
    service_request(&own, "POST", "/execute", NULL, body.data, &at_cap);
    assert_int_equal(at_cap.status, 200);
    text_append(&body, " ", 1);
    service_request(&own, "POST", "/execute", NULL, body.data, &over_cap);
    expect_only_error(&over_cap, 413);
    service_stop(&own);
}

static void full_queue(void **state)
{
    enum { clients = 6 };
    service own;
    http_connection connections[clients];
    TEXT_SCOPED endless = execute_body("import time; time.sleep(600)", "\"timeout\": 600");
    TEXT_SCOPED body = execute_body("print(1)", "");
    HTTP_RESPONSE_SCOPED waited = { 0 };

    (void)state;
    SERVICE_START(&own, "CODEEXEC_CONCURRENCY=1", "CODEEXEC_QUEUE=1");
    assert_run(&own, "print(1)", "", "completed", 0, "1\n");
    for (size_t i = 0; i < clients; i++) {
        service_connect(&own, &connections[i]);
        assert_true(http_send_request(&connections[i], "POST", "/execute", NULL,
                                      i == 0 ? endless.data : body.data));
        /* One runs, one waits, before the others come. */
        if (i == 0)
            AWAIT(service_load(&own, "running") == 1);
        else if (i == 1)
            AWAIT(service_load(&own, "waiting") == 1);
    }
    for (size_t i = 2; i < clients; i++) {
        HTTP_RESPONSE_SCOPED response = { 0 };
        char value[64];
        assert_int_equal(http_receive(&connections[i], &response, PATIENCE_MS), HTTP_RESPONSE);
        http_close(&connections[i]);
        expect_only_error(&response, 503);
        assert_true(strtol(http_header(&response, "Retry-After", value, sizeof(value)), NULL, 10) >=
                    1);
    }
    /* The one that waits is run when the first one has gone. */
    http_close(&connections[0]);
    assert_int_equal(http_receive(&connections[1], &waited, PATIENCE_MS), HTTP_RESPONSE);
    assert_int_equal(waited.status, 200);
    http_close(&connections[1]);
    assert_run(&own, "print(2)", "", "completed", 0, "2\n");
    service_stop(&own);
}

/* ---- what a program does ---- */

static void syntax_error_is_a_run(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "print('never')\nx = (\n", "");

    assert_json_text(answer, "status", "completed");
    assert_json_integer(answer, "exit_code", 1);
    assert_json_text(answer, "stdout", "");
    const char *message = json_text(answer, "stderr");
    assert_non_null(strstr(message, "SyntaxError: '(' was never closed"));
    assert_non_null(strstr(message, "main.py\", line 2"));
}

static void code_with_nul_is_a_run(void **state)
{
    (void)state;
    TEXT_SCOPED body = { 0 };
    HTTP_RESPONSE_SCOPED response = { 0 };
    text_format(&body, "{\"code\": \"print(1)\\u0000\", \"language\": \"python\"}");
    service_request(&shared, "POST", "/execute", NULL, body.data, &response);
    assert_int_equal(response.status, 200);
    JSON_SCOPED *answer = json_parse(&response.body);
    /* Some versions of Python stop reading there, others say that they cannot. */
    assert_json_text(answer, "status", "completed");
    assert_true(json_integer(answer, "exit_code") == 1 ||
                strcmp(json_text(answer, "stdout"), "1\n") == 0);
}

static void invalid_utf8_is_replaced(void **state)
{
    (void)state;
    assert_run(&shared, "import sys; sys.stdout.buffer.write(b'a\\xff\\xfeb\\xc3')", "",
               "completed", 0,
               "a\xef\xbf\xbd\xef\xbf\xbd"
               "b\xef\xbf\xbd");
}

static void unicode_passes(void **state)
{
    (void)state;
    assert_run(&shared, "print('\xc3\xa9\xf0\x9f\x98\x80 \\u20ac')", "", "completed", 0,
               "\xc3\xa9\xf0\x9f\x98\x80 \xe2\x82\xac\n");
}

static void nul_is_kept(void **state)
{
    (void)state;
    HTTP_RESPONSE_SCOPED response = { 0 };
    TEXT_SCOPED body = execute_body("print('a\\x00b\\x1b\\x7f')", "");
    service_request(&shared, "POST", "/execute", NULL, body.data, &response);
    assert_contains(&response.body, "a\\u0000b");
    JSON_SCOPED *answer = json_parse(&response.body);
    json_object *output = json_member(answer, "stdout", json_type_string);
    assert_int_equal(json_object_get_string_len(output), 6);
    assert_memory_equal(json_object_get_string(output), "a\0b\x1b\x7f\n", 6);
}

static void streams_are_apart(void **state)
{
    (void)state;
    JSON_SCOPED *answer =
        execute(&shared, "import sys; print('o'); print('e', file=sys.stderr); sys.exit(9)", "");
    assert_json_text(answer, "stdout", "o\n");
    assert_json_text(answer, "stderr", "e\n");
    assert_json_integer(answer, "exit_code", 9);
    assert_json_text(answer, "status", "completed");
}

static void stdin_is_empty(void **state)
{
    (void)state;
    assert_run(&shared, "import sys; print(repr(sys.stdin.read()))", "", "completed", 0, "''\n");
}

static void fractional_timeout(void **state)
{
    (void)state;
    JSON_SCOPED *answer = execute(&shared, "import time; time.sleep(600)", "\"timeout\": 0.5");

    assert_json_text(answer, "status", "timeout");
    assert_json_text(answer, "reason", "wall_time");
    assert_true(json_number(answer, "execution_time") >= 0.4);
    assert_true(json_number(answer, "execution_time") < 60.0);
}

/* ---- settings ---- */

static void settings_are_defaults_of_a_run(void **state)
{
    service own;

    (void)state;
    SERVICE_START(&own, "EXECUTION_TIMEOUT=1", "MAX_OUTPUT_SIZE=100", "MAX_MEMORY_MB=128",
                  "ALLOWED_MODULES=numpy");
    JSON_SCOPED *late = execute(&own, "import time; time.sleep(600)", "");
    assert_json_text(late, "status", "timeout");
    /* The others have the time they need on a busy machine. */
    JSON_SCOPED *loud = execute(&own, "print('x' * 1000)", "\"timeout\": 60");
    assert_int_equal(strlen(json_text(loud, "stdout")), 100);
    assert_true(json_flag(loud, "stdout_truncated"));
    JSON_SCOPED *large = execute(&own, "print(len(bytearray(1 << 30)))", "\"timeout\": 60");
    assert_json_text(large, "stdout", "");
    JSON_SCOPED *refused =
        execute(&own, "import numpy\nprint(1)\nimport pandas", "\"timeout\": 60");
    assert_json_text(refused, "stdout", "1\n");
    assert_json_text(refused, "stderr",
                     "ImportError: No module named 'pandas'\n"
                     "Ensure required modules are installed and in ALLOWED_MODULES.\n");
    service_stop(&own);
}

static void bad_settings_stop_the_start(void **state)
{
    static const struct {
        const char *setting;
        const char *name;
        const char *value;
    } cases[] = {
        { "EXECUTION_TIMEOUT=soon", "EXECUTION_TIMEOUT", "soon" },
        { "EXECUTION_TIMEOUT=601", "EXECUTION_TIMEOUT", "601" },
        { "MAX_MEMORY_MB=12x", "MAX_MEMORY_MB", "12x" },
        { "MAX_OUTPUT_SIZE=-1", "MAX_OUTPUT_SIZE", "-1" },
        { "ALLOWED_MODULES=numpy,../x", "ALLOWED_MODULES", "../x" },
        { "BYPASS_SETUP=perhaps", "BYPASS_SETUP", "perhaps" },
        { "CODEEXEC_LISTEN=127.0.0.1", "CODEEXEC_LISTEN", "127.0.0.1" },
        { "CODEEXEC_ISOLATION=none", "CODEEXEC_ISOLATION", "none" },
        { "CODEEXEC_CONCURRENCY=0x10", "CODEEXEC_CONCURRENCY", "0x10" },
        { "CODEEXEC_QUEUE=99999999999999999999", "CODEEXEC_QUEUE", "99999999999999999999" },
        { "CODEEXEC_MAX_BODY=1", "CODEEXEC_MAX_BODY", "1" },
        { "CODEEXEC_PYTHON=/nonexistent/python", "CODEEXEC_PYTHON", "/nonexistent/python" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *arguments[] = { codeexec_server_path, NULL };
        const char *environment[] = { "CODEEXEC_LISTEN=127.0.0.1:0", cases[i].setting, NULL };
        COMMAND_RESULT_SCOPED result =
            command_run(&(command){ .arguments = arguments, .environment = environment });
        if (result.timed_out || result.exit_code <= 0)
            fail_msg("%s: exit code %d%s, stderr: %s", cases[i].setting, result.exit_code,
                     result.timed_out ? " (kept running)" : "", result.errors.data);
        assert_contains(&result.errors, cases[i].name);
        assert_contains(&result.errors, cases[i].value);
    }
}

static void readiness_has_figures(void **state)
{
    long long deadline = now_ms() + PATIENCE_MS;
    http_response response = { 0 };

    (void)state;
    do {
        http_response_free(&response);
        service_request(&shared, "GET", "/ready", NULL, NULL, &response);
    } while (response.status == 503 && now_ms() < deadline);
    assert_int_equal(response.status, 200);
    JSON_SCOPED *figures = json_parse(&response.body);
    assert_true(json_flag(figures, "ready"));
    assert_json_integer(figures, "waiting", 0);
    assert_true(json_integer(figures, "concurrency") >= 1);
    assert_true(json_integer(figures, "tiers_ready") >= 1);
    http_response_free(&response);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(readiness_has_figures, test_setup),
        cmocka_unit_test_setup(hello, test_setup),
        cmocka_unit_test_setup(execution_ids_differ, test_setup),
        cmocka_unit_test_setup(six_fields_come_first_and_in_order, test_setup),
        cmocka_unit_test_setup(pandas_mean, test_setup),
        cmocka_unit_test_setup(missing_module, test_setup),
        cmocka_unit_test_setup(missing_module_can_be_caught, test_setup),
        cmocka_unit_test_setup(unsafe_code, test_setup),
        cmocka_unit_test_setup(unsafe_code_under_aliases, test_setup),
        cmocka_unit_test_setup(health, test_setup),
        cmocka_unit_test_setup(start_logs_the_machine, test_setup),
        cmocka_unit_test_setup(invalid_bodies, test_setup),
        cmocka_unit_test_setup(deeply_nested_body, test_setup),
        cmocka_unit_test_setup(invalid_fields, test_setup),
        cmocka_unit_test_setup(every_invalid_field_is_named, test_setup),
        cmocka_unit_test_setup(invalid_options, test_setup),
        cmocka_unit_test_setup(execution_id_is_echoed, test_setup),
        cmocka_unit_test_setup(execution_id_length, test_setup),
        cmocka_unit_test_setup(limits_at_their_bounds_are_accepted, test_setup),
        cmocka_unit_test_setup(unknown_fields_are_ignored, test_setup),
        cmocka_unit_test_setup(unknown_path, test_setup),
        cmocka_unit_test_setup(wrong_method, test_setup),
        cmocka_unit_test_setup(query_string_does_not_change_the_path, test_setup),
        cmocka_unit_test_setup(body_over_the_cap, test_setup),
        cmocka_unit_test_setup(full_queue, test_setup),
        cmocka_unit_test_setup(syntax_error_is_a_run, test_setup),
        cmocka_unit_test_setup(code_with_nul_is_a_run, test_setup),
        cmocka_unit_test_setup(invalid_utf8_is_replaced, test_setup),
        cmocka_unit_test_setup(unicode_passes, test_setup),
        cmocka_unit_test_setup(nul_is_kept, test_setup),
        cmocka_unit_test_setup(streams_are_apart, test_setup),
        cmocka_unit_test_setup(stdin_is_empty, test_setup),
        cmocka_unit_test_setup(fractional_timeout, test_setup),
        cmocka_unit_test_setup(settings_are_defaults_of_a_run, test_setup),
        cmocka_unit_test_setup(bad_settings_stop_the_start, test_setup),
    };
    return RUN_GROUP("http_contract", tests, group_setup, group_teardown);
}
