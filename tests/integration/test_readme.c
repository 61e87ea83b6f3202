/* SPDX-License-Identifier: MIT */
/** The README's examples, replayed as they stand there.
 *
 *  A fenced block behind the line `<!-- test: sh -->` is run by sh -e in an empty directory, where
 *  `codeexec` is on PATH and `build` and `examples` are the real ones. `<!-- test: curl -->` does
 *  the same with a service behind port 8000 (the port is replaced). `<!-- test: c -->` is compiled,
 *  linked with the library and run. A fenced block behind `<!-- output -->` that follows must equal
 *  what is printed; there `<uuid>` and `<float>` stand for any such value. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "service.h"

#define EXAMPLES_MAX 64

typedef enum kind { KIND_SHELL, KIND_CURL, KIND_C, KIND_COUNT } kind;

static const char *const marks[KIND_COUNT] = { "<!-- test: sh -->", "<!-- test: curl -->",
                                               "<!-- test: c -->" };

typedef struct example {
    char name[64];
    kind kind;
    bool has_output;
    text script;
    text output;
} example;

static example examples[EXAMPLES_MAX];
static struct CMUnitTest tests[EXAMPLES_MAX];

/* ---- extraction ---- */

/** Cut the next line off the text. */
static char *next_line(char **rest)
{
    char *line = *rest;

    if (*line == '\0')
        return NULL;
    char *end = strchr(line, '\n');
    *rest = end != NULL ? end + 1 : line + strlen(line);
    if (end != NULL)
        *end = '\0';
    return line;
}

static void refuse(int line_number, const char *why)
{
    print_error("README.md:%d: %s\n", line_number, why);
    exit(1);
}

/** Read the fenced block that begins in one of the next lines (blank ones may come first). */
static void read_block(char **rest, int line_number, text *block)
{
    char *line;

    while ((line = next_line(rest)) != NULL && line[strspn(line, " \t")] == '\0')
        continue;
    if (line == NULL || strncmp(line, "```", 3) != 0)
        refuse(line_number, "no fenced block behind the mark");
    while ((line = next_line(rest)) != NULL && strncmp(line, "```", 3) != 0)
        text_format(block, "%s\n", line);
}

/** What kind of example the line announces; KIND_COUNT if none. */
static kind find_mark(const char *line, int line_number)
{
    for (int i = 0; i < KIND_COUNT; i++) {
        if (strstr(line, marks[i]) != NULL)
            return (kind)i;
    }
    if (strstr(line, "<!-- test:") != NULL)
        refuse(line_number, "unknown mark");
    return KIND_COUNT;
}

static size_t extract(char *readme)
{
    const char *start = readme;
    char *rest = readme;
    size_t count = 0;
    int number = 0;
    char *line;

    while ((line = next_line(&rest)) != NULL && count < EXAMPLES_MAX) {
        number++;
        kind marked = find_mark(line, number);
        if (marked != KIND_COUNT) {
            example *found = &examples[count++];
            found->kind = marked;
            snprintf(found->name, sizeof(found->name), "README.md:%d", number);
            read_block(&rest, number, &found->script);
        } else if (strstr(line, "<!-- output -->") != NULL && count > 0) {
            examples[count - 1].has_output = true;
            read_block(&rest, number, &examples[count - 1].output);
        }
        /* Blocks were cut into lines as well. */
        number = 0;
        for (const char *c = start; c < rest; c++)
            number += *c == '\0' || *c == '\n';
    }
    return count;
}

/* ---- comparison ---- */

static bool skip_uuid(const char **at)
{
    for (size_t i = 0; i < 36; i++) {
        char c = (*at)[i];
        if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' : !isxdigit((unsigned char)c))
            return false;
    }
    *at += 36;
    return true;
}

static bool skip_float(const char **at)
{
    char *end;
    strtod(*at, &end);
    bool moved = end != *at;
    *at = end;
    return moved;
}

static bool matches(const char *expected, const char *actual)
{
    while (*expected != '\0') {
        if (strncmp(expected, "<uuid>", 6) == 0) {
            expected += 6;
            if (!skip_uuid(&actual))
                return false;
        } else if (strncmp(expected, "<float>", 7) == 0) {
            expected += 7;
            if (!skip_float(&actual))
                return false;
        } else if (*expected++ != *actual++) {
            return false;
        }
    }
    return *actual == '\0';
}

/** A block has no way to say whether its last line ends. */
static void trim_end(text *self)
{
    while (self->size > 0 && isspace((unsigned char)self->data[self->size - 1]))
        self->data[--self->size] = '\0';
}

/* ---- replay ---- */

/** An empty directory with `build` and `examples` in it, as if in the source tree. */
static const char *make_directory(const char *name)
{
    static char directory[512];
    char link[600];

    snprintf(directory, sizeof(directory), "%s/%s", scratch_directory(), name);
    mkdir(directory, 0755);
    snprintf(link, sizeof(link), "%s/build", directory);
    assert_int_equal(symlink(TEST_BINARY_DIR, link), 0);
    snprintf(link, sizeof(link), "%s/examples", directory);
    assert_int_equal(symlink(TEST_SOURCE_DIR "/examples", link), 0);
    return directory;
}

/** The block becomes a file, and the script what builds and runs it. */
static void make_program(example *self, const char *directory)
{
    char path[600];

    snprintf(path, sizeof(path), "%s/example.c", directory);
    write_file(path, self->script.data, self->script.size);
    text_free(&self->script);
    text_format(&self->script,
                "%s %s -Wall -Wextra -Werror -I%s/include example.c -o example -L%s/lib -lcodeexec "
                "-Wl,-rpath,%s/lib && ./example",
                TEST_C_COMPILER, TEST_C_FLAGS, TEST_SOURCE_DIR, TEST_BINARY_DIR, TEST_BINARY_DIR);
}

static void replay(void **state)
{
    example *self = *state;
    service own = { .log = -1 };
    const char *directory = make_directory(self->name);
    char port[16];

    if (strstr(self->script.data, "jq") != NULL && access("/usr/bin/jq", X_OK) != 0)
        skip_test("no jq here");
    if (strstr(self->script.data, "curl") != NULL && access("/usr/bin/curl", X_OK) != 0)
        skip_test("no curl here");
    if (self->kind == KIND_C)
        make_program(self, directory);
    if (self->kind == KIND_CURL) {
        service_start(&own, NULL);
        snprintf(port, sizeof(port), ":%u", own.port);
        text_replace(&self->script, ":8000", port);
    }
    const char *arguments[] = { "/bin/sh", "-e", "-c", self->script.data, NULL };
    const char *environment[] = {
        "PATH=" TEST_BINARY_DIR "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        NULL
    };
    COMMAND_RESULT_SCOPED result = command_run(&(command){ .arguments = arguments,
                                                           .environment = environment,
                                                           .directory = directory,
                                                           .timeout_ms = 120000 });
    if (self->kind == KIND_CURL)
        service_stop(&own);
    assert_exit_code(&result, 0);
    if (self->has_output) {
        trim_end(&self->output);
        trim_end(&result.output);
        if (!matches(text_string(&self->output), text_string(&result.output)))
            fail_msg("%s says:\n%s\nbut it prints:\n%s\n%s", self->name, text_string(&self->output),
                     text_string(&result.output), text_string(&result.errors));
    }
}

static void there_are_examples(void **state)
{
    (void)state;
    fail_msg("README.md has no block marked <!-- test: sh --> or <!-- test: curl -->");
}

int main(int argc, char **argv)
{
    TEXT_SCOPED readme = { 0 };
    size_t count = 0;

    if (text_read_file(&readme, TEST_SOURCE_DIR "/README.md") && readme.size > 0)
        count = extract(readme.data);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){ examples[i].name, replay, NULL, NULL, &examples[i] };
    if (count == 0) {
        tests[0] = (struct CMUnitTest)cmocka_unit_test(there_are_examples);
        count = 1;
    }
    int failed = run_group(argc, argv, "readme", tests, count, NULL, NULL);
    for (size_t i = 0; i < EXAMPLES_MAX; i++) {
        text_free(&examples[i].script);
        text_free(&examples[i].output);
    }
    return failed;
}
