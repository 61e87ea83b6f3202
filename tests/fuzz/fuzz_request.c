/* SPDX-License-Identifier: MIT */
/* What a client could send as the body of POST /execute; and, since both are arbitrary bytes, what
 * a program could write to its output. Neither may break the JSON that is answered. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "json_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What was written must be one JSON object that has this member. */
static void require_member(struct evbuffer *answer, const char *name)
{
    size_t size = evbuffer_get_length(answer);
    const char *text = (const char *)evbuffer_pullup(answer, -1);
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *document = json_tokener_parse_ex(tokener, text, (int)size);
    json_fault fault;
    if (json_check(text, size, &fault) < 0 || json_tokener_get_parse_end(tokener) != size ||
        !json_object_object_get_ex(document, name, NULL))
        abort();
    json_object_put(document);
    json_tokener_free(tokener);
}

static void require_valid(const codeexec_request *request)
{
    uint64_t memory = request->memory_bytes;
    if (!request->code || request->wall_ms > CODEEXEC_MAX_WALL_MS ||
        (memory != 0 && (memory < CODEEXEC_MIN_MEMORY_BYTES || memory > CODEEXEC_MAX_MEMORY_BYTES)))
        abort();
    if (request->execution_id &&
        !codeexec_execution_id_valid(request->execution_id, strlen(request->execution_id)))
        abort();
    /* Every byte must be there to be copied. */
    uint64_t sum = 0;
    for (size_t i = 0; i < request->code_size; i++)
        sum += (unsigned char)request->code[i];
    if (sum > 255 * (uint64_t)request->code_size)
        abort();
}

static void read_as_request(const char *body, size_t size)
{
    struct evbuffer *answer = evbuffer_new();
    codec_request request;
    codec_status status = codec_read_request(body, size, &request, answer);
    if (status == CODEC_OK) {
        require_valid(&request.request);
        codec_request_clear(&request);
    } else if (status == CODEC_INVALID) {
        require_member(answer, "detail");
    }
    evbuffer_free(answer);
}

static void write_as_output(const char *output, size_t size)
{
    struct evbuffer *answer = evbuffer_new();
    const codeexec_result result = {
        .struct_size = sizeof(result),
        .execution_id = "id",
        .stdout_data = output,
        .stdout_size = size,
        .stdout_total = size,
        .stderr_data = output,
        .stderr_size = size,
        .stderr_total = (uint64_t)size + 1,
        .stderr_truncated = 1,
    };
    if (codec_write_result(answer, &result) == 200)
        require_member(answer, "stderr");
    evbuffer_free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as_request((const char *)data, size);
    write_as_output((const char *)data, size);
    return 0;
}
