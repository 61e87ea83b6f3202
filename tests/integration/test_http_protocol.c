/* SPDX-License-Identifier: MIT */
/** HTTP/1.1 as clients really speak it: connections that live long, die early, dawdle or lie. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "http.h"
#include "proc.h"
#include "service.h"

#define BODY_CAP "65536"

static service shared;

/* In a build with the address sanitizer freed memory would count as kept, up to 256 MB. */
static const char *const settings[] = { "CODEEXEC_MAX_BODY=" BODY_CAP,
                                        "ASAN_OPTIONS=quarantine_size_mb=8", NULL };

static int group_setup(void **state)
{
    (void)state;
    service_start(&shared, settings);
    return 0;
}

static int test_setup(void **state)
{
    (void)state;
    service_revive(&shared, settings);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    service_stop(&shared);
    return 0;
}

/** The next response on the connection must be a finished run with this stdout. */
static void expect_output(http_connection *connection, const char *output)
{
    HTTP_RESPONSE_SCOPED response = { 0 };
    http_outcome outcome = http_receive(connection, &response, PATIENCE_MS);

    if (outcome != HTTP_RESPONSE || response.status != 200)
        fail_msg("outcome %d, answer %d: %.1000s", outcome, response.status,
                 text_string(&response.body));
    JSON_SCOPED *answer = json_parse(&response.body);
    assert_json_text(answer, "stdout", output);
}

static void expect_status(http_connection *connection, int status)
{
    HTTP_RESPONSE_SCOPED response = { 0 };
    http_outcome outcome = http_receive(connection, &response, PATIENCE_MS);

    if (outcome != HTTP_RESPONSE || response.status != status)
        fail_msg("outcome %d, answer %d, not %d: %.1000s", outcome, response.status, status,
                 text_string(&response.body));
}

/** Whatever a test did to the service, this must still work. */
static void expect_service_works(const service *self)
{
    assert_run(self, "print('still here')", "", "completed", 0, "still here\n");
}

static bool send_run(http_connection *connection, const char *code, const char *members)
{
    TEXT_SCOPED body = execute_body(code, members);
    return http_send_request(connection, "POST", "/execute", NULL, body.data);
}

static void many_requests_on_one_connection(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };

    (void)state;
    service_connect(&shared, &connection);
    for (int i = 0; i < 200; i++) {
        if (i % 10 == 0) {
            char code[32];
            char output[32];
            snprintf(code, sizeof(code), "print(%d)", i);
            snprintf(output, sizeof(output), "%d\n", i);
            assert_true(send_run(&connection, code, ""));
            expect_output(&connection, output);
        } else if (i % 10 == 5) {
            /* An error keeps the connection too. */
            assert_true(http_send_request(&connection, "POST", "/execute", NULL, "{}"));
            expect_status(&connection, 422);
        } else {
            assert_true(http_send_request(&connection, "GET", "/health", NULL, NULL));
            expect_status(&connection, 200);
        }
    }
}

static void pipelined_answers_keep_their_order(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED slow = execute_body("import time; time.sleep(0.4); print('slow')", "");
    TEXT_SCOPED fast = execute_body("print('fast')", "");
    TEXT_SCOPED all = { 0 };

    (void)state;
    service_connect(&shared, &connection);
    for (int i = 0; i < 3; i++) {
        text_format(&all, "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s",
                    slow.size, slow.data);
        text_format(&all, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n");
        text_format(&all, "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s",
                    fast.size, fast.data);
        text_format(&all, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assert_true(http_send(&connection, all.data, all.size));
    for (int i = 0; i < 3; i++) {
        expect_output(&connection, "slow\n");
        expect_status(&connection, 404);
        expect_output(&connection, "fast\n");
        expect_status(&connection, 200);
    }
}

static void connection_close_is_honoured(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };

    (void)state;
    service_connect(&shared, &connection);
    assert_true(http_send_request(&connection, "GET", "/health", "Connection: close\r\n", NULL));
    expect_status(&connection, 200);
    assert_true(http_drain(&connection, PATIENCE_MS));
    assert_int_equal(connection.received.size, 0);
}

static void http_1_0_is_answered_and_closed(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };

    (void)state;
    service_connect(&shared, &connection);
    assert_true(http_send_text(&connection, "GET /health HTTP/1.0\r\n\r\n"));
    assert_true(http_drain(&connection, PATIENCE_MS));
    assert_contains(&connection.received, " 200 ");
    assert_contains(&connection.received, "healthy");
}

/* ---- clients that go away ---- */

static void early_close_cancels(void (*leave)(http_connection *))
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    size_t idle = proc_family_settled(shared.process.pid, 10000);

    service_connect(&shared, &connection);
    assert_true(send_run(&connection, crowded_program, "\"timeout\": 600"));
    service_await_crowd(&shared, idle);
    leave(&connection);
    if (!proc_family_at_most(shared.process.pid, idle + PARKED_PROCESSES, PATIENCE_MS))
        fail_msg("%zu processes a minute after the client left, %zu before it came",
                 proc_family_count(shared.process.pid), idle);
    expect_service_works(&shared);
}

static void closing_cancels_the_run(void **state)
{
    (void)state;
    early_close_cancels(http_close);
}

static void resetting_cancels_the_run(void **state)
{
    (void)state;
    early_close_cancels(http_reset);
}

static void closing_cancels_waiting_runs(void **state)
{
    service own;
    http_connection connections[5];

    (void)state;
    SERVICE_START(&own, "CODEEXEC_CONCURRENCY=1");
    for (size_t i = 0; i < 5; i++) {
        service_connect(&own, &connections[i]);
        assert_true(send_run(&connections[i], "import time; time.sleep(600)", "\"timeout\": 600"));
    }
    AWAIT(service_load(&own, "running") == 1 && service_load(&own, "waiting") == 4);
    assert_int_equal(service_load(&own, "waiting"), 4);
    for (size_t i = 0; i < 5; i++)
        http_close(&connections[i]);
    /* With one place to run, this answer shows that none of the five holds it. */
    expect_service_works(&own);
    service_stop(&own);
}

static void half_closed_client_gets_an_answer_or_an_end(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    size_t idle = proc_family_settled(shared.process.pid, 10000);

    (void)state;
    service_connect(&shared, &connection);
    assert_true(send_run(&connection, "import time; time.sleep(0.5); print(1)", ""));
    http_shut_down_sending(&connection);
    HTTP_RESPONSE_SCOPED response = { 0 };
    http_outcome outcome = http_receive(&connection, &response, PATIENCE_MS);
    assert_true(outcome == HTTP_CLOSED || outcome == HTTP_RESPONSE);
    if (outcome == HTTP_RESPONSE)
        assert_int_equal(response.status, 200);
    assert_true(http_drain(&connection, PATIENCE_MS));
    AWAIT(service_load(&shared, "running") == 0);
    assert_int_equal(service_load(&shared, "running"), 0);
    assert_true(proc_family_at_most(shared.process.pid, idle + PARKED_PROCESSES, PATIENCE_MS));
    expect_service_works(&shared);
}

static void client_that_leaves_in_mid_request(void **state)
{
    static const char *const beginnings[] = {
        "POST",
        "POST /execute HTTP/1.1\r\nContent-Le",
        "POST /execute HTTP/1.1\r\nContent-Length: 100\r\n\r\n{\"code\": \"pri",
        "POST /execute HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
    };
    size_t descriptors = proc_descriptors(shared.process.pid);

    (void)state;
    for (size_t i = 0; i < 20 * sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        http_connection connection;
        service_connect(&shared, &connection);
        assert_true(http_send_text(&connection, beginnings[i % 4]));
        sleep_ms(10);
        http_close(&connection);
    }
    expect_service_works(&shared);
    /* Guests open some of their own; a connection that stays is one of eighty. */
    AWAIT(proc_descriptors(shared.process.pid) <= descriptors + 40);
    assert_true(proc_descriptors(shared.process.pid) <= descriptors + 40);
}

static void client_that_leaves_in_mid_answer(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        http_connection connection;
        struct pollfd watched;
        service_connect(&shared, &connection);
        assert_true(send_run(&connection, "print('x' * 5000000)", ""));
        watched = (struct pollfd){ connection.fd, POLLIN, 0 };
        assert_int_equal(poll(&watched, 1, PATIENCE_MS), 1);
        http_reset(&connection);
    }
    expect_service_works(&shared);
}

/* ---- clients that dawdle ---- */

static void slow_reader_of_ten_megabytes(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    HTTP_RESPONSE_SCOPED response = { 0 };
    int small = 65536;

    (void)state;
    service_connect(&shared, &connection);
    setsockopt(connection.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_true(send_run(&connection, "print('y' * 10000000, end='')", ""));
    struct pollfd watched = { connection.fd, POLLIN, 0 };
    assert_int_equal(poll(&watched, 1, PATIENCE_MS), 1);
    /* The answer waits in the service; others must not. */
    for (int i = 0; i < 5; i++) {
        expect_service_works(&shared);
        sleep_ms(100);
    }
    assert_int_equal(http_receive(&connection, &response, 120000), HTTP_RESPONSE);
    assert_int_equal(response.status, 200);
    JSON_SCOPED *answer = json_parse(&response.body);
    assert_int_equal(strlen(json_text(answer, "stdout")), 10000000);
    /* And the connection lives on. */
    assert_true(http_send_request(&connection, "GET", "/health", NULL, NULL));
    expect_status(&connection, 200);
}

static void request_in_single_bytes(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED body = execute_body("print('drip')", "");
    TEXT_SCOPED request = { 0 };
    int at_once = 1;

    (void)state;
    service_connect(&shared, &connection);
    setsockopt(connection.fd, 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, &at_once, sizeof(at_once));
    text_format(&request, "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s",
                body.size, body.data);
    for (size_t i = 0; i < request.size; i++) {
        assert_true(http_send(&connection, request.data + i, 1));
        sleep_ms(1);
    }
    expect_output(&connection, "drip\n");
}

static void expect_100_continue(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED body = execute_body("print('continued')", "");
    TEXT_SCOPED head = { 0 };

    (void)state;
    service_connect(&shared, &connection);
    text_format(&head,
                "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n"
                "Expect: 100-continue\r\n\r\n",
                body.size);
    for (int i = 0; i < 2; i++) {
        assert_true(http_send(&connection, head.data, head.size));
        expect_status(&connection, 100);
        assert_true(http_send(&connection, body.data, body.size));
        expect_output(&connection, "continued\n");
    }
}

static void expect_100_continue_without_waiting(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED body = execute_body("print('eager')", "");
    HTTP_RESPONSE_SCOPED response = { 0 };

    (void)state;
    service_connect(&shared, &connection);
    assert_true(
        http_send_request(&connection, "POST", "/execute", "Expect: 100-continue\r\n", body.data));
    /* An interim answer may come or, the body being there already, may be left out. */
    do {
        assert_int_equal(http_receive(&connection, &response, PATIENCE_MS), HTTP_RESPONSE);
    } while (response.status == 100);
    assert_int_equal(response.status, 200);
    assert_contains(&response.body, "eager\\n");
}

static void expect_100_continue_over_the_cap(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };

    (void)state;
    service_connect(&shared, &connection);
    assert_true(http_send_text(&connection,
                               "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n"
                               "Expect: 100-continue\r\n\r\n"));
    expect_status(&connection, 413);
}

/* ---- chunked bodies and the cap ---- */

static const char chunked_head[] =
    "POST /execute HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

static void chunked_body(void **state)
{
    static const size_t sizes[] = { 1, 2, 7, 16, 1000 };
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED body = execute_body("print('chunk by chunk')  # a comment to make it longer", "");

    (void)state;
    service_connect(&shared, &connection);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_true(http_send_text(&connection, chunked_head));
        for (size_t done = 0; done < body.size; done += sizes[i]) {
            size_t left = body.size - done;
            assert_true(
                http_send_chunk(&connection, body.data + done, left < sizes[i] ? left : sizes[i]));
        }
        assert_true(http_send_chunk(&connection, "", 0));
        expect_output(&connection, "chunk by chunk\n");
    }
}

static void content_length_over_the_cap(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };

    (void)state;
    service_connect(&shared, &connection);
    /* Only the head: the answer must not wait for what will never be kept. */
    assert_true(http_send_text(&connection, "POST /execute HTTP/1.1\r\nHost: x\r\n"
                                            "Content-Length: 1000000000000\r\n\r\n"));
    expect_status(&connection, 413);
    expect_service_works(&shared);
}

static void whole_body_over_the_cap(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED code = { 0 };

    (void)state;
    text_format(&code, "print(1)  # %080000d", 0);
    service_connect(&shared, &connection);
    assert_true(send_run(&connection, code.data, ""));
    expect_status(&connection, 413);
    expect_service_works(&shared);
}

static void chunked_body_over_the_cap(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    char block[4096];

    (void)state;
    memset(block, ' ', sizeof(block));
    service_connect(&shared, &connection);
    assert_true(http_send_text(&connection, chunked_head));
    /* No end of the body is sent: the cap must be seen on the way. */
    for (int i = 0; i < 17; i++)
        assert_true(http_send_chunk(&connection, block, sizeof(block)));
    expect_status(&connection, 413);
    expect_service_works(&shared);
}

/** The most memory the service has had so far, in KiB. */
static long peak_memory(void)
{
    TEXT_SCOPED status = { 0 };
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)shared.process.pid);
    assert_true(text_read_file(&status, path));
    const char *peak = strstr(status.data, "VmHWM:");
    assert_non_null(peak);
    return strtol(peak + strlen("VmHWM:"), NULL, 10);
}

static void endless_chunked_body_is_not_kept(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    static char block[65536];
    size_t sent = 0;
    long before = peak_memory();

    (void)state;
    memset(block, ' ', sizeof(block));
    service_connect(&shared, &connection);
    assert_true(http_send_text(&connection, chunked_head));
    while (sent < (size_t)256 << 20 && http_send_chunk(&connection, block, sizeof(block)))
        sent += sizeof(block);
    expect_service_works(&shared);
    /* Not even a quarter of what was sent. */
    assert_true(peak_memory() < before + 64L * 1024);
}

/* ---- nonsense ---- */

/** The service answers with an error of the client's or hangs up, and lives on. */
static void expect_refused(const char *data, size_t size)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    HTTP_RESPONSE_SCOPED response = { 0 };

    service_connect(&shared, &connection);
    (void)http_send(&connection, data, size);
    http_shut_down_sending(&connection);
    http_outcome outcome = http_receive(&connection, &response, PATIENCE_MS);
    if (outcome == HTTP_TIMED_OUT ||
        (outcome == HTTP_RESPONSE && (response.status < 400 || response.status >= 600)))
        fail_msg("outcome %d, answer %d to: %.200s", outcome, response.status, data);
}

static void garbage(void **state)
{
    static const char *const requests[] = {
        "\x16\x03\x01\x02\x01\x01",
        "hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET /health\r\n\r\n\r\n\r\n",
        "GET /health HTTP/9.9.9\r\n\r\n",
        "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n{}",
        "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
        "POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
        "POST /execute HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        "POST /execute HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
        expect_refused(requests[i], strlen(requests[i]));
    expect_refused("\0\0\0\0\r\n\r\n", 8);
    expect_service_works(&shared);
}

static void endless_headers(void **state)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    TEXT_SCOPED block = { 0 };
    size_t sent = 0;
    long before = peak_memory();

    (void)state;
    for (int i = 0; i < 1000; i++)
        text_format(&block, "X-Padding-%d: %0100d\r\n", i, i);
    service_connect(&shared, &connection);
    assert_true(http_send_text(&connection, "GET /health HTTP/1.1\r\nHost: x\r\n"));
    while (sent < (size_t)256 << 20 && http_send(&connection, block.data, block.size))
        sent += block.size;
    expect_service_works(&shared);
    assert_true(peak_memory() < before + 64L * 1024);
}

static void too_many_headers(void **state)
{
    TEXT_SCOPED head = { 0 };

    (void)state;
    text_format(&head, "GET /health HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 10000; i++)
        text_format(&head, "X-Padding-%d: %0100d\r\n", i, i);
    text_format(&head, "\r\n");
    expect_refused(head.data, head.size);
    expect_service_works(&shared);
}

/* ---- many at once ---- */

static void sixty_four_in_flight(void **state)
{
    enum { clients = 64 };
    http_connection connections[clients];

    (void)state;
    for (int i = 0; i < clients; i++) {
        char code[64];
        service_connect(&shared, &connections[i]);
        snprintf(code, sizeof(code), "print(%d * %d)", i, i);
        assert_true(send_run(&connections[i], code, ""));
    }
    for (int i = 0; i < clients; i++) {
        char output[32];
        snprintf(output, sizeof(output), "%d\n", i * i);
        expect_output(&connections[i], output);
        http_close(&connections[i]);
    }
}

static void idle_connections_do_not_block(void **state)
{
    enum { clients = 200 };
    http_connection connections[clients];

    (void)state;
    for (int i = 0; i < clients; i++)
        service_connect(&shared, &connections[i]);
    expect_service_works(&shared);
    for (int i = 0; i < clients; i++)
        http_close(&connections[i]);
}

/* ---- starting and stopping ---- */

static void sigterm_drains(void **state)
{
    service own;
    HTTP_CONNECTION_SCOPED running = { .fd = -1 };
    HTTP_CONNECTION_SCOPED idle = { .fd = -1 };
    HTTP_RESPONSE_SCOPED refused = { 0 };
    int status = 0;

    (void)state;
    SERVICE_START(&own, "CODEEXEC_CONCURRENCY=2");
    service_connect(&own, &running);
    service_connect(&own, &idle);
    assert_true(http_send_request(&idle, "GET", "/health", NULL, NULL));
    expect_status(&idle, 200);
    assert_true(send_run(&running, "import time; time.sleep(3); print('drained')", ""));
    /* Stopped while it runs; on a machine that stands still just now it may have ended. */
    AWAIT(service_load(&own, "running") == 1 || http_has_answer(&running));
    kill(own.process.pid, SIGTERM);
    service_await_log(&own, "stopping, ");

    /* A new run is refused, on an old connection (503 or its end) and on a new one. */
    if (send_run(&idle, "print(1)", "")) {
        http_outcome outcome = http_receive(&idle, &refused, PATIENCE_MS);
        assert_true(outcome == HTTP_CLOSED || outcome == HTTP_RESPONSE);
        if (outcome == HTTP_RESPONSE)
            assert_int_equal(refused.status, 503);
    }
    int fd = service_try_connect(&own);
    if (fd >= 0) {
        HTTP_CONNECTION_SCOPED late = { .fd = -1 };
        http_open(&late, fd);
        if (send_run(&late, "print(1)", "") &&
            http_receive(&late, &refused, PATIENCE_MS) == HTTP_RESPONSE)
            assert_int_equal(refused.status, 503);
    }
    /* The one that was running is answered in full. */
    expect_output(&running, "drained\n");
    assert_true(program_wait(&own.process, PATIENCE_MS, &status));
    assert_int_equal(exit_code_of(status), 0);
    service_discard(&own);
}

static void sigint_stops_too(void **state)
{
    service own;
    int status = 0;

    (void)state;
    service_start(&own, NULL);
    kill(own.process.pid, SIGINT);
    assert_true(program_wait(&own.process, PATIENCE_MS, &status));
    assert_int_equal(exit_code_of(status), 0);
    service_discard(&own);
}

static void stopping_leaves_no_process(void **state)
{
    service own;
    proc_family family;

    (void)state;
    service_start(&own, NULL);
    expect_service_works(&own);
    proc_family_read(own.process.pid, &family);
    assert_true(family.count > 1);
    service_stop(&own);
    AWAIT(proc_family_alive(&family) == 0);
    assert_int_equal(proc_family_alive(&family), 0);
}

static void port_in_use(void **state)
{
    char setting[64];
    const char *arguments[] = { codeexec_server_path, NULL };
    const char *environment[] = { setting, NULL };

    (void)state;
    snprintf(setting, sizeof(setting), "CODEEXEC_LISTEN=127.0.0.1:%u", shared.port);
    COMMAND_RESULT_SCOPED second =
        command_run(&(command){ .arguments = arguments, .environment = environment });
    assert_false(second.timed_out);
    assert_true(second.exit_code > 0);
    assert_contains(&second.errors, setting + strlen("CODEEXEC_LISTEN="));
    assert_contains(&second.errors, strerror(EADDRINUSE));
    expect_service_works(&shared);
}

static void unix_socket(void **state)
{
    service own;
    char setting[256];

    (void)state;
    snprintf(setting, sizeof(setting), "CODEEXEC_LISTEN=unix:%s/socket", scratch_directory());
    SERVICE_START(&own, setting);
    expect_service_works(&own);
    service_stop(&own);
    assert_int_equal(access(setting + strlen("CODEEXEC_LISTEN=unix:"), F_OK), -1);
}

static void ipv6(void **state)
{
    service own = { .process = { -1, -1, -1, -1 } };
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    if (fd < 0)
        skip_test("no IPv6 here: %s", strerror(errno));
    close(fd);
    if (access("/proc/net/if_inet6", F_OK) != 0)
        skip_test("no IPv6 address here");
    /* Both families at one port: the harness comes over IPv4. */
    SERVICE_START(&own, "CODEEXEC_LISTEN=[::]:0");
    expect_service_works(&own);
    service_stop(&own);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(many_requests_on_one_connection, test_setup),
        cmocka_unit_test_setup(pipelined_answers_keep_their_order, test_setup),
        cmocka_unit_test_setup(connection_close_is_honoured, test_setup),
        cmocka_unit_test_setup(http_1_0_is_answered_and_closed, test_setup),
        cmocka_unit_test_setup(closing_cancels_the_run, test_setup),
        cmocka_unit_test_setup(resetting_cancels_the_run, test_setup),
        cmocka_unit_test_setup(closing_cancels_waiting_runs, test_setup),
        cmocka_unit_test_setup(half_closed_client_gets_an_answer_or_an_end, test_setup),
        cmocka_unit_test_setup(client_that_leaves_in_mid_request, test_setup),
        cmocka_unit_test_setup(client_that_leaves_in_mid_answer, test_setup),
        cmocka_unit_test_setup(slow_reader_of_ten_megabytes, test_setup),
        cmocka_unit_test_setup(request_in_single_bytes, test_setup),
        cmocka_unit_test_setup(expect_100_continue, test_setup),
        cmocka_unit_test_setup(expect_100_continue_without_waiting, test_setup),
        cmocka_unit_test_setup(expect_100_continue_over_the_cap, test_setup),
        cmocka_unit_test_setup(chunked_body, test_setup),
        cmocka_unit_test_setup(content_length_over_the_cap, test_setup),
        cmocka_unit_test_setup(whole_body_over_the_cap, test_setup),
        cmocka_unit_test_setup(chunked_body_over_the_cap, test_setup),
        cmocka_unit_test_setup(endless_chunked_body_is_not_kept, test_setup),
        cmocka_unit_test_setup(garbage, test_setup),
        cmocka_unit_test_setup(endless_headers, test_setup),
        cmocka_unit_test_setup(too_many_headers, test_setup),
        cmocka_unit_test_setup(sixty_four_in_flight, test_setup),
        cmocka_unit_test_setup(idle_connections_do_not_block, test_setup),
        cmocka_unit_test_setup(sigterm_drains, test_setup),
        cmocka_unit_test_setup(sigint_stops_too, test_setup),
        cmocka_unit_test_setup(stopping_leaves_no_process, test_setup),
        cmocka_unit_test_setup(port_in_use, test_setup),
        cmocka_unit_test_setup(unix_socket, test_setup),
        cmocka_unit_test_setup(ipv6, test_setup),
    };
    return RUN_GROUP("http_protocol", tests, group_setup, group_teardown);
}
