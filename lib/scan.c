/* SPDX-License-Identifier: MIT */
/* Not a parser: it looks at how lines begin, and at what follows a semicolon or a colon. A line of
   a long string that looks like an import counts as one, an import by a built name does not. */
#include "scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/** Imports stand at the top; what a megabyte did not show is not worth the time. */
#define MAX_SCANNED ((size_t)1 << 20)

/** The part of the source that is still to be looked at. */
typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

int ce_module_list_init(ce_module_list *list, const char *text)
{
    *list = (ce_module_list){ .text = strdup(text ? text : "") };
    if (!list->text)
        return -ENOMEM;
    for (const char *at = list->text; *at && list->count < CE_MAX_MODULES;) {
        size_t length = strcspn(at, ",");
        if (length > 0) {
            list->names[list->count] = at;
            list->lengths[list->count++] = length;
        }
        at += length + (at[length] == ',');
    }
    return 0;
}

void ce_module_list_clear(ce_module_list *list)
{
    free(list->text);
    *list = (ce_module_list){ .count = 0 };
}

static int is_name(unsigned char c)
{
    return c == '_' || c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/** To the next of these characters. */
static void skip_to(cursor *source, const char *characters)
{
    while (source->at < source->end && (*source->at == '\0' || !strchr(characters, *source->at)))
        source->at++;
}

/** Step over it if it is what comes next. */
static int take(cursor *source, char character)
{
    if (source->at == source->end || *source->at != character)
        return 0;
    source->at++;
    return 1;
}

static void skip_blanks(cursor *source)
{
    while (source->at < source->end && (*source->at == ' ' || *source->at == '\t'))
        source->at++;
}

/** The name here, which may be empty. */
static size_t take_name(cursor *source, const char **name)
{
    *name = source->at;
    while (source->at < source->end && is_name((unsigned char)*source->at))
        source->at++;
    return (size_t)(source->at - *name);
}

static uint64_t bit_of(const ce_module_list *list, const char *name, size_t length)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->lengths[i] == length && memcmp(list->names[i], name, length) == 0)
            return UINT64_C(1) << i;
    return 0;
}

/** a.b.c as d, e: the first name of each. */
static uint64_t scan_names(const ce_module_list *list, cursor *source, int many)
{
    uint64_t found = 0;
    do {
        const char *name;
        skip_blanks(source);
        size_t length = take_name(source, &name);
        found |= bit_of(list, name, length);
        skip_to(source, ",;\n\r#");
    } while (many && take(source, ','));
    return found;
}

/** What may be a statement begins here. */
static uint64_t scan_statement(const ce_module_list *list, cursor *source)
{
    const char *word;
    skip_blanks(source);
    size_t length = take_name(source, &word);
    if (length == 6 && memcmp(word, "import", 6) == 0)
        return scan_names(list, source, 1);
    if (length == 4 && memcmp(word, "from", 4) == 0)
        return scan_names(list, source, 0);
    return 0;
}

uint64_t ce_scan_imports(const ce_module_list *list, const char *code, size_t size)
{
    cursor source = { .at = code, .end = code + (size < MAX_SCANNED ? size : MAX_SCANNED) };
    uint64_t found = 0;

    if (list->count == 0)
        return 0;
    while (source.at < source.end) {
        found |= scan_statement(list, &source);
        /* To the next place where a statement can begin. */
        skip_to(&source, "\n\r;:");
        source.at += source.at < source.end;
    }
    return found;
}
