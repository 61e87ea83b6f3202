/* SPDX-License-Identifier: MIT */
#include "json_check.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

typedef struct scanner {
    const unsigned char *text;
    size_t size;
    size_t at;
    size_t tokens;
    json_fault *fault;
} scanner;

static bool refuse(scanner *self, const char *what)
{
    *self->fault = (json_fault){ what, self->at };
    return false;
}

/** The byte at the current place, 0 at the end (a NUL in the text is refused wherever it stands).
 */
static unsigned char peek(const scanner *self)
{
    return self->at < self->size ? self->text[self->at] : 0;
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(scanner *self)
{
    for (; self->at < self->size; self->at++) {
        unsigned char c = self->text[self->at];
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return;
    }
}

/** Four hexadecimal digits at an offset. @return their value or -1 */
static int hex4(const scanner *self, size_t at)
{
    int value = 0;
    if (at > self->size || self->size - at < 4)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        unsigned char c = self->text[i];
        unsigned char letter = c | 0x20;
        if (is_digit(c))
            value = value * 16 + (c - '0');
        else if (letter >= 'a' && letter <= 'f')
            value = value * 16 + (letter - 'a' + 10);
        else
            return -1;
    }
    return value;
}

/** At the backslash of an escape. */
static bool scan_escape(scanner *self, bool *nul)
{
    unsigned char kind = self->at + 1 < self->size ? self->text[self->at + 1] : 0;
    if (kind != 'u') {
        if (kind == 0 || !strchr("\"\\/bfnrt", kind))
            return refuse(self, "invalid escape");
        self->at += 2;
        return true;
    }
    int unit = hex4(self, self->at + 2);
    if (unit < 0)
        return refuse(self, "invalid \\u escape");
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return refuse(self, "lone surrogate");
    *nul |= unit == 0;
    if (unit < 0xd800 || unit > 0xdfff) {
        self->at += 6;
        return true;
    }
    bool followed = self->size - self->at >= 12 && memcmp(self->text + self->at + 6, "\\u", 2) == 0;
    int low = followed ? hex4(self, self->at + 8) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return refuse(self, "lone surrogate");
    self->at += 12;
    return true;
}

/** At the opening quote. */
static bool scan_string(scanner *self)
{
    bool nul = false;
    self->at++;
    while (self->at < self->size && self->text[self->at] != '"') {
        unsigned char c = self->text[self->at];
        bool cut;
        if (c < 0x20)
            return refuse(self, "control character in a string");
        if (c == '\\') {
            if (!scan_escape(self, &nul))
                return false;
        } else if (c < 0x80) {
            self->at++;
        } else {
            int length = utf8_next(self->text + self->at, self->size - self->at, &cut);
            if (length < 0)
                return refuse(self, "invalid UTF-8");
            self->at += (size_t)length;
        }
    }
    if (self->at >= self->size)
        return refuse(self, "unterminated string");
    self->at++;
    skip_space(self);
    return !nul || peek(self) != ':' || refuse(self, "NUL in a member's name");
}

static bool scan_digits(scanner *self)
{
    if (!is_digit(peek(self)))
        return refuse(self, "invalid number");
    while (is_digit(peek(self)))
        self->at++;
    return true;
}

/** As RFC 8259 has it: no leading zeros, no bare point, no sign but a minus. */
static bool scan_number(scanner *self)
{
    if (peek(self) == '-')
        self->at++;
    size_t first = self->at;
    bool zero = peek(self) == '0';
    if (!scan_digits(self))
        return false;
    if (zero && self->at - first > 1)
        return refuse(self, "leading zero");
    if (peek(self) == '.') {
        self->at++;
        if (!scan_digits(self))
            return false;
    }
    if ((peek(self) | 0x20) == 'e') {
        self->at++;
        if (peek(self) == '+' || peek(self) == '-')
            self->at++;
        return scan_digits(self);
    }
    return true;
}

static bool scan_word(scanner *self)
{
    static const char *const words[] = { "true", "false", "null" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i]);
        if (self->size - self->at >= length &&
            memcmp(self->text + self->at, words[i], length) == 0) {
            self->at += length;
            return true;
        }
    }
    return refuse(self, "unexpected character");
}

static bool scan_token(scanner *self)
{
    unsigned char c = peek(self);
    if (c == ',' || c == ':' || c == ']' || c == '}') {
        self->at++;
        return true;
    }
    if (++self->tokens > JSON_CHECK_MAX_TOKENS)
        return refuse(self, "too many values");
    if (c == '{' || c == '[') {
        self->at++;
        return true;
    }
    if (c == '"')
        return scan_string(self);
    return c == '-' || is_digit(c) ? scan_number(self) : scan_word(self);
}

int json_check(const char *text, size_t size, json_fault *fault)
{
    scanner self = { .text = (const unsigned char *)text, .size = size, .fault = fault };
    for (skip_space(&self); self.at < self.size; skip_space(&self))
        if (!scan_token(&self))
            return -1;
    return 0;
}
