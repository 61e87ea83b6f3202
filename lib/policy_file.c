/* SPDX-License-Identifier: MIT */
#include "policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <codeexec/error.h>
#include <codeexec/policy.h>

#include "result.h"
#include "util/fd.h"

/** Bytes of a string in a file at most; messages are for one line. */
#define STRING_MAX 512u
/** Rules there can be. */
#define RULES_MAX 32u

/** The keys of a file, and of an entry of "add". */
#define FILE_KEYS  "extends, enable, disable and add"
#define ENTRY_KEYS "name and message"

struct reader {
    const char *start;
    const char *at;
    const char *end;
    bool on[RULES_MAX]; /**< by the index of codeexec_policy_rules() */
    char added[CE_POLICY_SETTINGS_MAX];
    size_t added_size;
    unsigned seen; /**< bit per key of the file */
    char *why;
    size_t why_size;
};

struct string {
    char text[STRING_MAX + 1];
    size_t size;
};

static int bad(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int bad(struct reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->why, reader->why_size, format, arguments);
    va_end(arguments);
    return -CODEEXEC_EINVAL;
}

/** A mistake in the JSON itself, with its place. */
static int bad_syntax(struct reader *reader, const char *expected)
{
    unsigned line = 1;
    unsigned column = 1;
    for (const char *at = reader->start; at < reader->at; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    return bad(reader, "line %u, column %u: expected %s", line, column, expected);
}

/* ---- JSON ---- */

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
        reader->at++;
}

/** The next character that counts, or 0 at the end. */
static char peek(struct reader *reader)
{
    skip_space(reader);
    if (reader->at == reader->end)
        return '\0';
    return *reader->at;
}

static bool take(struct reader *reader, char wanted)
{
    if (peek(reader) != wanted || reader->at == reader->end)
        return false;
    reader->at++;
    return true;
}

static bool read_hex(struct reader *reader, uint32_t *value)
{
    *value = 0;
    if (reader->end - reader->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdefABCDEF";
        const char *digit = *reader->at ? strchr(digits, *reader->at) : NULL;
        if (!digit)
            return false;
        uint32_t index = (uint32_t)(digit - digits);
        *value = *value << 4 | (index < 16 ? index : index - 6);
        reader->at++;
    }
    return true;
}

static size_t encode_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(leads[length] | code);
    return length;
}

/** What stands behind a backslash. @return its bytes in out, 0 if it is malformed */
static size_t read_escape(struct reader *reader, char *out)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (reader->at == reader->end)
        return 0;
    char letter = *reader->at++;
    const char *name = letter ? strchr(names, letter) : NULL;
    if (name) {
        *out = meanings[name - names];
        return 1;
    }
    uint32_t code;
    uint32_t low;
    if (letter != 'u' || !read_hex(reader, &code))
        return 0;
    if (code >= 0xd800 && code < 0xdc00) {
        if (reader->end - reader->at < 2 || reader->at[0] != '\\' || reader->at[1] != 'u')
            return 0;
        reader->at += 2;
        if (!read_hex(reader, &low) || low < 0xdc00 || low > 0xdfff)
            return 0;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    return encode_utf8(code, out);
}

/** A string of one line of valid UTF-8. @param what is named in messages */
static int read_string(struct reader *reader, struct string *string, const char *what)
{
    char checked[STRING_MAX + 1];
    if (!take(reader, '"'))
        return bad_syntax(reader, what);
    string->size = 0;
    while (reader->at < reader->end && *reader->at != '"') {
        char bytes[4];
        size_t count = 1;
        bytes[0] = *reader->at++;
        if (bytes[0] == '\\')
            count = read_escape(reader, bytes);
        if (count == 0)
            return bad_syntax(reader, "one of the escapes that JSON has");
        if (string->size + count > STRING_MAX)
            return bad_syntax(reader, "a string of at most 512 bytes");
        memcpy(string->text + string->size, bytes, count);
        string->size += count;
    }
    if (!take(reader, '"'))
        return bad_syntax(reader, "the end of the string");
    string->text[string->size] = '\0';
    /* The copy differs if anything had to be mended; what does not fit has been, too. */
    size_t copied = ce_utf8_copy(checked, sizeof(checked), string->text, string->size);
    if (copied != string->size || memcmp(checked, string->text, copied) != 0)
        return bad_syntax(reader, "UTF-8 text on one line");
    return 0;
}

/** Behind an element: whether there is another one. @return 1, 0, or -CODEEXEC_EINVAL */
static int another(struct reader *reader, char close)
{
    if (take(reader, ','))
        return 1;
    if (take(reader, close))
        return 0;
    return bad_syntax(reader, close == ']' ? "a comma or ]" : "a comma or }");
}

/* ---- what a file says ---- */

static void set_all(struct reader *reader, bool defaults, bool strict)
{
    size_t count;
    const codeexec_rule *rules = codeexec_policy_rules(&count);
    for (size_t i = 0; i < count && i < RULES_MAX; i++)
        reader->on[i] = (rules[i].set == CODEEXEC_RULE_DEFAULT && defaults) ||
                        (rules[i].set == CODEEXEC_RULE_STRICT && strict);
}

static int read_extends(struct reader *reader)
{
    struct string name;
    int status = peek(reader) == '"'
                     ? read_string(reader, &name, "a string")
                     : bad(reader, "extends: expected \"default\", \"strict\" or \"off\"");
    if (status < 0)
        return status;
    bool strict = strcmp(name.text, "strict") == 0;
    if (!strict && strcmp(name.text, "default") != 0 && strcmp(name.text, "off") != 0)
        return bad(reader, "extends: unknown policy \"%.60s\": expected default, strict or off",
                   name.text);
    set_all(reader, strcmp(name.text, "off") != 0, strict);
    return 0;
}

static int switch_rule(struct reader *reader, const char *key, const char *id, bool on)
{
    char known[320] = "";
    size_t used = 0;
    size_t count;
    const codeexec_rule *rules = codeexec_policy_rules(&count);
    for (size_t i = 0; i < count && i < RULES_MAX; i++) {
        if (rules[i].set > CODEEXEC_RULE_STRICT)
            continue;
        if (strcmp(rules[i].id, id) == 0) {
            reader->on[i] = on;
            return 0;
        }
        if (used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
                                     used > 0 ? ", " : "", rules[i].id);
    }
    return bad(reader, "%s: unknown rule \"%.60s\": expected some of %s", key, id, known);
}

/** An array of rule ids. */
static int read_switches(struct reader *reader, const char *key, bool on)
{
    if (!take(reader, '['))
        return bad(reader, "%s: expected an array of rules", key);
    if (take(reader, ']'))
        return 0;
    int more;
    do {
        struct string id;
        if (peek(reader) != '"')
            return bad(reader, "%s: expected an array of rules, each a string", key);
        int status = read_string(reader, &id, "a string");
        if (status == 0)
            status = switch_rule(reader, key, id.text, on);
        if (status < 0)
            return status;
        more = another(reader, ']');
    } while (more > 0);
    return more;
}

/** Identifiers separated by dots. Letters beyond ASCII are taken on trust: a name that is none in
 *  Python is never found either. */
static bool is_dotted_name(const char *text)
{
    bool inside = false;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        bool letter =
            *at == '_' || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at >= 0x80;
        bool digit = *at >= '0' && *at <= '9';
        if (!letter && !(digit && inside) && !(*at == '.' && inside))
            return false;
        inside = *at != '.';
    }
    return inside;
}

static int store_entry(struct reader *reader, unsigned index, const struct string *name,
                       const struct string *message)
{
    if (!is_dotted_name(name->text))
        return bad(reader, "add[%u].name: \"%.60s\" is no name: expected one like os.getcwd", index,
                   name->text);
    if (message->size == 0)
        return bad(reader, "add[%u].message: expected a message for who wrote the program", index);
    size_t room = sizeof(reader->added) - reader->added_size;
    if (name->size + message->size + 3 > room)
        return bad(reader, "add: expected less than %zu bytes of names and messages in all",
                   sizeof(reader->added));
    reader->added_size += (size_t)snprintf(reader->added + reader->added_size, room, "%s\t%s\n",
                                           name->text, message->text);
    return 0;
}

static int read_entry(struct reader *reader, unsigned index)
{
    struct string values[2] = { { .size = 0 }, { .size = 0 } };
    static const char *const keys[2] = { "name", "message" };
    bool seen[2] = { false, false };
    if (!take(reader, '{'))
        return bad(reader, "add[%u]: expected an object with " ENTRY_KEYS, index);
    int more = peek(reader) == '}' ? another(reader, '}') : 1;
    while (more > 0) {
        struct string key;
        int status = read_string(reader, &key, "a key in double quotes");
        if (status < 0)
            return status;
        size_t which = strcmp(key.text, keys[0]) == 0 ? 0 : 1;
        if (strcmp(key.text, keys[which]) != 0)
            return bad(reader, "add[%u]: unknown key \"%.60s\": expected " ENTRY_KEYS, index,
                       key.text);
        if (seen[which])
            return bad(reader, "add[%u]: \"%s\" stands there twice", index, keys[which]);
        seen[which] = true;
        if (!take(reader, ':'))
            return bad_syntax(reader, "a colon");
        if (peek(reader) != '"')
            return bad(reader, "add[%u].%s: expected a string", index, keys[which]);
        status = read_string(reader, &values[which], "a string");
        if (status < 0)
            return status;
        more = another(reader, '}');
    }
    if (more < 0)
        return more;
    for (size_t i = 0; i < 2; i++)
        if (!seen[i])
            return bad(reader, "add[%u]: \"%s\" is missing", index, keys[i]);
    return store_entry(reader, index, &values[0], &values[1]);
}

static int read_added(struct reader *reader)
{
    if (!take(reader, '['))
        return bad(reader, "add: expected an array of objects with " ENTRY_KEYS);
    if (take(reader, ']'))
        return 0;
    int more;
    unsigned index = 0;
    do {
        int status = read_entry(reader, index++);
        if (status < 0)
            return status;
        more = another(reader, ']');
    } while (more > 0);
    return more;
}

/** A key and its value. */
static int read_member(struct reader *reader)
{
    static const char *const keys[] = { "extends", "enable", "disable", "add" };
    struct string key;
    unsigned which = 0;
    int status = read_string(reader, &key, "a key in double quotes");
    if (status < 0)
        return status;
    while (which < 4 && strcmp(key.text, keys[which]) != 0)
        which++;
    if (which == 4)
        return bad(reader, "unknown key \"%.60s\": expected some of " FILE_KEYS, key.text);
    if (reader->seen & 1u << which)
        return bad(reader, "\"%s\" stands there twice", keys[which]);
    /* It would undo what stands before it. */
    if (which == 0 && reader->seen & 6u)
        return bad(reader, "extends: expected before enable and disable");
    reader->seen |= 1u << which;
    if (!take(reader, ':'))
        return bad_syntax(reader, "a colon");
    switch (which) {
    case 0:
        return read_extends(reader);
    case 1:
        return read_switches(reader, keys[which], true);
    case 2:
        return read_switches(reader, keys[which], false);
    default:
        return read_added(reader);
    }
}

static int read_file(struct reader *reader)
{
    if (reader->end - reader->at >= 3 && memcmp(reader->at, "\xef\xbb\xbf", 3) == 0)
        reader->at += 3;
    if (!take(reader, '{'))
        return bad_syntax(reader, "an object with some of " FILE_KEYS);
    int more = peek(reader) == '}' ? another(reader, '}') : 1;
    while (more > 0) {
        int status = read_member(reader);
        if (status < 0)
            return status;
        more = another(reader, '}');
    }
    if (more < 0)
        return more;
    skip_space(reader);
    return reader->at == reader->end ? 0 : bad_syntax(reader, "the end of the file");
}

/* ---- what the zygote is told ---- */

static int write_settings(const struct reader *reader, char **settings, size_t *size)
{
    static const char rules_key[] = "policy_rules=";
    static const char added_key[] = "policy_added=";
    size_t count;
    const codeexec_rule *rules = codeexec_policy_rules(&count);
    size_t room = sizeof(rules_key) + sizeof(added_key) + reader->added_size;
    for (size_t i = 0; i < count; i++)
        room += strlen(rules[i].id) + 1;
    char *text = malloc(room);
    if (!text)
        return -CODEEXEC_ENOMEM;
    size_t used = (size_t)snprintf(text, room, "%s", rules_key);
    for (size_t i = 0; i < count && i < RULES_MAX; i++)
        if (reader->on[i])
            used += (size_t)snprintf(text + used, room - used, "%s,", rules[i].id);
    used++; /* the NUL ends the first setting */
    used += (size_t)snprintf(text + used, room - used, "%s%.*s", added_key, (int)reader->added_size,
                             reader->added);
    *settings = text;
    *size = used + 1;
    return 0;
}

int ce_policy_file_parse(const char *text, size_t text_size, char **settings, size_t *size,
                         char *why, size_t why_size)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return -CODEEXEC_ENOMEM;
    reader->start = reader->at = text;
    reader->end = text + text_size;
    reader->why = why;
    reader->why_size = why_size;
    set_all(reader, true, false);
    int status = read_file(reader);
    if (status == 0 && settings)
        status = write_settings(reader, settings, size);
    free(reader);
    return status;
}

/** @return bytes read, or -errno */
static ssize_t read_whole(const char *path, char *text, size_t room)
{
    struct stat about;
    size_t used = 0;
    CE_CLEANUP_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &about) < 0)
        return -errno;
    if (S_ISDIR(about.st_mode))
        return -EISDIR;
    while (used < room) {
        ssize_t got = read(fd, text + used, room - used);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return -errno;
        used += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)used;
}

int ce_policy_file_load(const char *path, char **settings, size_t *size, char *why, size_t why_size)
{
    char *text = malloc(CE_POLICY_FILE_MAX + 1);
    if (!text)
        return -CODEEXEC_ENOMEM;
    int status = -CODEEXEC_EINVAL;
    ssize_t got = read_whole(path, text, CE_POLICY_FILE_MAX + 1);
    if (got < 0)
        snprintf(why, why_size, "the policy file cannot be read: %s", strerror((int)-got));
    else if ((size_t)got > CE_POLICY_FILE_MAX)
        snprintf(why, why_size, "expected a policy file of at most %zu bytes", CE_POLICY_FILE_MAX);
    else
        status = ce_policy_file_parse(text, (size_t)got, settings, size, why, why_size);
    free(text);
    return status;
}
