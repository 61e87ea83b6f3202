/* SPDX-License-Identifier: MIT */
/** Characters of text that may be anything. */
#ifndef SERVER_UTF8_H
#define SERVER_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/** Look at the first character of a non-empty text. A malformed one is as long as its well-formed
 *  beginning, at least one byte: Python's errors="replace" turns each such piece into one U+FFFD
 *  (Unicode 3.9, "maximal subparts").
 *  @param cut receives true if only the text's end makes it malformed
 *  @return its bytes, 1..4, negated if it is malformed */
int utf8_next(const unsigned char *text, size_t size, bool *cut);

/** The size without a character that the end of the text cuts in two. */
size_t utf8_without_cut_tail(const char *text, size_t size);

#endif
