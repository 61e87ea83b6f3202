/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_append(text *self, const void *data, size_t size)
{
    if (self->capacity - self->size < size + 1 || self->data == NULL) {
        size_t capacity = (self->size + size) * 2 + 64;
        self->data = realloc(self->data, capacity);
        if (self->data == NULL)
            abort();
        self->capacity = capacity;
    }
    if (size > 0)
        memcpy(self->data + self->size, data, size);
    self->size += size;
    self->data[self->size] = '\0';
}

void text_format(text *self, const char *format, ...)
{
    char *formatted = NULL;
    va_list arguments;

    va_start(arguments, format);
    int length = vasprintf(&formatted, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    text_append(self, formatted, (size_t)length);
    free(formatted);
}

void text_consume(text *self, size_t size)
{
    if (size == 0)
        return;
    memmove(self->data, self->data + size, self->size - size);
    self->size -= size;
    self->data[self->size] = '\0';
}

void text_replace(text *self, const char *from, const char *to)
{
    text replaced = { 0 };
    const char *rest = text_string(self);
    const char *end = rest + self->size;
    const char *found;

    while ((found = memmem(rest, (size_t)(end - rest), from, strlen(from))) != NULL) {
        text_append(&replaced, rest, (size_t)(found - rest));
        text_append(&replaced, to, strlen(to));
        rest = found + strlen(from);
    }
    text_append(&replaced, rest, (size_t)(end - rest));
    text_free(self);
    *self = replaced;
}

void text_free(text *self)
{
    free(self->data);
    *self = (text){ 0 };
}

const char *text_string(const text *self)
{
    return self->data != NULL ? self->data : "";
}

bool text_read_file(text *self, const char *path)
{
    char chunk[16384];
    size_t got;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return false;
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
        text_append(self, chunk, got);
    bool whole = !ferror(file);
    fclose(file);
    return whole;
}

void write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        abort();
    }
}
