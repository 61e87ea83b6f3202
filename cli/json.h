/* SPDX-License-Identifier: MIT */
/** The JSON document of a run, as the HTTP service answers it. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stddef.h>

#include <json-c/json.h>

#include <codeexec/result.h>

/** A JSON string of bytes that may be anything: what is no UTF-8 becomes U+FFFD, as Python's
 *  errors="replace" does it. NULL when memory is short. */
struct json_object *cli_json_string(const char *data, size_t size);

/** The document of a finished run, or of a rejected one. NULL when memory is short. */
struct json_object *cli_json_result(const codeexec_result *result);

/** Print it on stdout as one line and drop the reference. @return 0, or -1 if it cannot be said */
int cli_json_print(struct json_object *document);

#endif
