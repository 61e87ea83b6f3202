/* SPDX-License-Identifier: MIT */
/** What json-c lets pass and a service must not: checked before json-c sees a byte.
 *
 *  json-c builds an object of some hundred bytes for every `{}`, takes NaN, control characters in
 *  strings and overlong UTF-8 for JSON, turns half a surrogate pair into U+FFFD without a word, and
 *  cuts a member's name at its first NUL. This looks at the tokens only: how they nest is json-c's
 *  to judge.
 */
#ifndef SERVER_JSON_CHECK_H
#define SERVER_JSON_CHECK_H

#include <stddef.h>

/** Most values and names of a document. */
#define JSON_CHECK_MAX_TOKENS 20000

typedef struct json_fault {
    const char *what; /**< static text, for a person */
    size_t offset;    /**< the byte it is about */
} json_fault;

/** @return 0, or -1 with *fault */
int json_check(const char *text, size_t size, json_fault *fault);

#endif
