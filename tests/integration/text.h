/* SPDX-License-Identifier: MIT */
/** Growing bytes, always NUL-terminated beyond their size. Allocation failure aborts: these are
 *  tests. */
#ifndef TEST_TEXT_H
#define TEST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text {
    char *data; /**< NULL until something was appended */
    size_t size;
    size_t capacity;
} text;

void text_append(text *self, const void *data, size_t size);
void text_format(text *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Drop bytes from the front. */
void text_consume(text *self, size_t size);
/** Replace every occurrence of one string by another. */
void text_replace(text *self, const char *from, const char *to);
void text_free(text *self);

/** The data, or "" if there is none. */
const char *text_string(const text *self);

/** Whole file; false if it cannot be read. */
bool text_read_file(text *self, const char *path);
/** Create or overwrite; fails the test if that cannot be done. */
void write_file(const char *path, const void *data, size_t size);

#define TEXT_SCOPED __attribute__((cleanup(text_free))) text

#endif
