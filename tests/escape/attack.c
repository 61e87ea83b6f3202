/* SPDX-License-Identifier: MIT */
#include "attack.h"

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/** In the order of the table's columns; what is no layer comes last. */
static const char *const layer_names[] = {
    "user_namespace", "mount_namespace",  "pid_namespace", "net_namespace", "ipc_namespace",
    "uts_namespace",  "cgroup_namespace", "new_root",      "tmpfs",         "work_directory",
    "session",        "parent_death",     "cgroup_v1",     "cgroup_v2",     "not_dumpable",
    "no_new_privs",   "landlock",         "descriptors",   "rlimits",       "securebits",
    "bounding_set",   "identity",         "capabilities",  "own_signals",   "seccomp",
    "supervision",    "runner",           "kernel",
};
#define NAME_COUNT  (sizeof(layer_names) / sizeof(layer_names[0]))
#define LAYER_COUNT (NAME_COUNT - 3)

static const char *const ends[] = { "contained", "timeout", "memory",  "signaled", "processes",
                                    "file_size", "output",  "syscall", "exited" };

static bool is_one_of(const char *word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, names[i]) == 0)
            return true;
    return false;
}

bool is_layer(const char *name)
{
    return is_one_of(name, layer_names, LAYER_COUNT);
}

bool word_list_has(const word_list *self, const char *word)
{
    return is_one_of(word, (const char *const *)self->words, self->count);
}

bool layer_of(const char *word, const char *profile, char *name, size_t size)
{
    const char *at = strchr(word, '@');

    snprintf(name, size, "%.*s", (int)strcspn(word, "@"), word);
    return at == NULL || strcmp(at + 1, profile) == 0;
}

static bool is_profile(const char *word)
{
    return strcmp(word, "namespaces") == 0 || strcmp(word, "locked-down") == 0;
}

static void complain(attack *self, const char *what, const char *value)
{
    TEXT_SCOPED problem = { 0 };

    text_format(&problem, "%s: %s", what, value);
    if (self->problem == NULL)
        self->problem = strdup(problem.data);
}

static void split(attack *self, word_list *list, const char *value, const char *const *names,
                  size_t name_count)
{
    char *rest = NULL;

    list->count = 0;
    list->text = strdup(value);
    for (char *word = strtok_r(list->text, ", ", &rest); word != NULL;
         word = strtok_r(NULL, ", ", &rest)) {
        char name[64];
        const char *at = strchr(word, '@');
        layer_of(word, "", name, sizeof(name));
        if (!is_one_of(name, names, name_count) || (at != NULL && !is_profile(at + 1)))
            complain(self, "unknown word in the header", word);
        else if (list->count < LAYERS_MAX)
            list->words[list->count++] = word;
    }
}

static void take_runs(attack *self, const char *value)
{
    if (strcmp(value, "2 at once") == 0)
        self->runs = RUNS_AT_ONCE;
    else if (strcmp(value, "2 in turn") == 0)
        self->runs = RUNS_IN_TURN;
    else if (strcmp(value, "1") != 0)
        complain(self, "runs", value);
}

static void take_header(attack *self, const char *key, const char *value)
{
    if (strcmp(key, "what") == 0)
        self->what = strdup(value);
    else if (strcmp(key, "layers") == 0)
        split(self, &self->layers, value, layer_names, NAME_COUNT);
    else if (strcmp(key, "expect") == 0)
        split(self, &self->expected, value, ends, sizeof(ends) / sizeof(ends[0]));
    else if (strcmp(key, "runs") == 0)
        take_runs(self, value);
    else if (strcmp(key, "request") == 0)
        self->members = strdup(value);
    else if (strcmp(key, "profile") == 0)
        self->profile = strdup(value);
    else
        complain(self, "unknown header", key);
}

/** One "# key: value" line; other comments are left alone. */
static void take_line(attack *self, char *line)
{
    char *key = line + 1 + strspn(line + 1, " ");
    char *colon = strchr(key, ':');
    char *end = line + strlen(line);

    if (colon == NULL || memchr(key, ' ', (size_t)(colon - key)) != NULL)
        return;
    while (end > line && isspace((unsigned char)end[-1]))
        *--end = '\0';
    *colon = '\0';
    take_header(self, key, colon + 1 + strspn(colon + 1, " "));
}

static void parse(attack *self)
{
    char *copy = strdup(self->code);
    char *rest = NULL;

    self->members = "\"timeout\": 60";
    split(self, &self->expected, "contained", ends, sizeof(ends) / sizeof(ends[0]));
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL && *line == '#';
         line = strtok_r(NULL, "\n", &rest))
        take_line(self, line);
    free(copy);
    if (self->what == NULL)
        complain(self, "no header", "what");
    if (self->layers.count == 0 && !self->benign)
        complain(self, "no header", "layers");
    if (self->expected.count == 0)
        complain(self, "empty header", "expect");
    if (self->profile != NULL && !is_profile(self->profile))
        complain(self, "no such profile", self->profile);
}

text attack_program(const attack *self)
{
    static const char marker[] = "#repeat ";
    text program = { 0 };

    for (const char *line = self->code; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        char *what;
        if (strncmp(line, marker, sizeof(marker) - 1) == 0) {
            long times = strtol(line + sizeof(marker) - 1, &what, 10);
            size_t length = (size_t)(line + size - ++what);
            TEXT_SCOPED piece = { 0 };
            text_append(&piece, what, length);
            text_replace(&piece, "\\n", "\n");
            while (times-- > 0)
                text_append(&program, piece.data, piece.size);
        } else {
            text_append(&program, line, size);
            text_append(&program, "\n", 1);
        }
        line += size + (line[size] == '\n');
    }
    text_append(&program, "", 0);
    return program;
}

static int compare(const void *left, const void *right)
{
    return strcmp(((const attack *)left)->name, ((const attack *)right)->name);
}

static size_t read_area(const char *directory, const char *area, attack *attacks, size_t capacity)
{
    TEXT_SCOPED path = { 0 };
    size_t count = 0;
    struct dirent *entry;

    text_format(&path, "%s/%s", directory, area);
    DIR *files = opendir(path.data);
    while (files != NULL && (entry = readdir(files)) != NULL && count < capacity) {
        char *ending = strrchr(entry->d_name, '.');
        TEXT_SCOPED file = { 0 };
        text code = { 0 };
        if (entry->d_name[0] == '.' || ending == NULL || strcmp(ending, ".py") != 0)
            continue;
        text_format(&file, "%s/%s", path.data, entry->d_name);
        if (!text_read_file(&code, file.data))
            continue;
        text_append(&code, "", 0);
        *ending = '\0';
        TEXT_SCOPED name = { 0 };
        text_format(&name, "%s/%s", area, entry->d_name);
        attacks[count] = (attack){ .name = strdup(name.data),
                                   .area = strdup(area),
                                   .code = code.data,
                                   .benign = strcmp(area, "benign") == 0 };
        parse(&attacks[count++]);
    }
    if (files != NULL)
        closedir(files);
    return count;
}

size_t attacks_read(const char *directory, attack *attacks, size_t capacity)
{
    DIR *areas = opendir(directory);
    size_t count = 0;
    struct dirent *entry;

    while (areas != NULL && (entry = readdir(areas)) != NULL)
        if (entry->d_name[0] != '.' && entry->d_type == DT_DIR)
            count += read_area(directory, entry->d_name, attacks + count, capacity - count);
    if (areas != NULL)
        closedir(areas);
    qsort(attacks, count, sizeof(*attacks), compare);
    return count;
}

/* ---- the table ---- */

/** "" if the attack does not name the layer, else x, or for which profile. */
static const char *mark(const attack *self, const char *layer)
{
    for (size_t i = 0; i < self->layers.count; i++) {
        char name[64];
        const char *at = strchr(self->layers.words[i], '@');
        layer_of(self->layers.words[i], "", name, sizeof(name));
        if (strcmp(name, layer) == 0)
            return at == NULL ? "x" : at + 1;
    }
    return "";
}

/** A table has a column only for what some attack of its area names. */
static bool area_names(const attack *first, size_t count, const char *layer)
{
    for (size_t i = 0; i < count; i++)
        if (*mark(&first[i], layer) != '\0')
            return true;
    return false;
}

static void write_area(FILE *file, const attack *first, size_t count)
{
    fprintf(file, "\n## %s (%zu)\n\n| attack |", first->area, count);
    for (size_t k = 0; k < NAME_COUNT; k++)
        if (area_names(first, count, layer_names[k]))
            fprintf(file, " %s |", layer_names[k]);
    fprintf(file, "\n| --- |");
    for (size_t k = 0; k < NAME_COUNT; k++)
        if (area_names(first, count, layer_names[k]))
            fprintf(file, " :-: |");
    fprintf(file, "\n");
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "| `%s` %s |", strchr(first[i].name, '/') + 1,
                first[i].what != NULL ? first[i].what : "");
        for (size_t k = 0; k < NAME_COUNT; k++)
            if (area_names(first, count, layer_names[k]))
                fprintf(file, " %s |", mark(&first[i], layer_names[k]));
        fprintf(file, "\n");
    }
}

void attacks_write_table(FILE *file, const attack *attacks, size_t count)
{
    size_t benign = 0;

    for (size_t i = 0; i < count; i++)
        benign += attacks[i].benign;
    fprintf(file,
            "# Attacks and the layers that stop them\n\n"
            "%zu attacks. Each x is a layer that stops the attack alone, whatever happened to the "
            "others; where it\ndoes so in one profile only, that one is named. Written by "
            "`tests/escape/escape --table` from the headers of the attacks.\n",
            count - benign);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && strcmp(attacks[end].area, attacks[i].area) == 0)
            end++;
        if (!attacks[i].benign)
            write_area(file, attacks + i, end - i);
        i = end;
    }
}
