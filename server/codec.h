/* SPDX-License-Identifier: MIT */
/** JSON to a request, and a result to JSON, as the HTTP interface has them. */
#ifndef SERVER_CODEC_H
#define SERVER_CODEC_H

#include <stddef.h>

#include <event2/buffer.h>
#include <json-c/json.h>

#include <codeexec/request.h>
#include <codeexec/result.h>

/** A request that was read. Its strings live in the document. */
typedef struct codec_request {
    codeexec_request request;
    struct json_object *document;
} codec_request;

typedef enum codec_status {
    CODEC_OK = 0,
    CODEC_INVALID = 422, /**< an answer that says what is wrong was written */
    CODEC_NO_MEMORY = 503
} codec_status;

/** Read the body of POST /execute.
 *  @param body    need not be NUL-terminated; may be NULL if size is 0
 *  @param out     to be cleared with codec_request_clear() after CODEC_OK, else untouched
 *  @param answer  receives the 422 document after CODEC_INVALID; else untouched */
codec_status codec_read_request(const char *body, size_t size, codec_request *out,
                                struct evbuffer *answer);
void codec_request_clear(codec_request *self);

/** Write the answer to a run: its result, or for a rejected one the violations.
 *  @return the HTTP status that goes with it, or -1 if memory was short */
int codec_write_result(struct evbuffer *answer, const codeexec_result *result);

/** Write {"detail": TEXT}. @return 0, or -1 if memory was short */
int codec_write_detail(struct evbuffer *answer, const char *text);

#endif
