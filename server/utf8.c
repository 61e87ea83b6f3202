/* SPDX-License-Identifier: MIT */
#include "utf8.h"

int utf8_next(const unsigned char *text, size_t size, bool *cut)
{
    unsigned char lead = text[0];
    *cut = false;
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return -1;
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    /* Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte. */
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (int i = 1; i < length; i++) {
        *cut = (size_t)i == size;
        if (*cut || text[i] < low || text[i] > high)
            return -i;
        low = 0x80;
        high = 0xbf;
    }
    return length;
}

size_t utf8_without_cut_tail(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    /* A cut character has three bytes at most. */
    for (size_t back = 1; back <= 3 && back <= size; back++) {
        bool cut;
        if (bytes[size - back] >= 0xc0) {
            utf8_next(bytes + size - back, back, &cut);
            return cut ? size - back : size;
        }
    }
    return size;
}
