/* SPDX-License-Identifier: MIT */
#include "http_head.h"

#include <time.h>

/** Now, as "Date" has it. The text lives until the next call. */
static const char *http_date(void)
{
    static char text[40];
    static time_t made;
    time_t seconds = time(NULL);
    struct tm parts;
    if (seconds != made && gmtime_r(&seconds, &parts) &&
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0)
        made = seconds;
    return text;
}

/** libevhtp knows some of these only as "UNKNOWN". */
static const char *reason_phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        { 200, "OK" },
        { 400, "Bad Request" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 408, "Request Timeout" },
        { 413, "Content Too Large" },
        { 417, "Expectation Failed" },
        { 422, "Unprocessable Content" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

int http_head_write(struct evbuffer *to, const http_head *head)
{
    int status =
        evbuffer_add_printf(to,
                            "HTTP/1.1 %d %s\r\nDate: %s\r\n"
                            "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                            head->status, reason_phrase(head->status), http_date(), head->length);
    if (status >= 0 && head->connection)
        status = evbuffer_add_printf(to, "Connection: %s\r\n", head->connection);
    if (status >= 0 && head->header)
        status = evbuffer_add_printf(to, "%s: %s\r\n", head->header, head->value);
    return status >= 0 && evbuffer_add(to, "\r\n", 2) == 0 ? 0 : -1;
}
