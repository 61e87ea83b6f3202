/* SPDX-License-Identifier: MIT */
/** The JSON document of a run, as the HTTP service answers it. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include <codeexec/result.h>

/** A JSON string of bytes that may be anything: what is no UTF-8 becomes U+FFFD, as Python's
 *  errors="replace" does it. NULL when memory is short. */
struct json_object *cli_json_string(const char *data, size_t size);

/** The document of a finished run, or of a rejected one. NULL when memory is short. */
struct json_object *cli_json_result(const codeexec_result *result);

/** Add the fields of one finding. Sets *ok to false when memory is short. */
void cli_json_add_violation(struct json_object *to, const codeexec_violation *violation, bool *ok);

/** Add a value and take it over. NULL means that it could not be made: then *ok becomes false. */
void cli_json_add(struct json_object *to, const char *key, struct json_object *value, bool *ok);
/** The same for a text, and for the end of an array. */
void cli_json_add_text(struct json_object *to, const char *key, const char *text, bool *ok);
void cli_json_append(struct json_object *to, struct json_object *value, bool *ok);

/** Print it on stdout as one line and drop the reference. @return 0, or -1 if it cannot be said */
int cli_json_print(struct json_object *document);

#endif
