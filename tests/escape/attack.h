/* SPDX-License-Identifier: MIT */
/** The attack programs and what their headers say. README.md has the format. */
#ifndef TEST_ATTACK_H
#define TEST_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "text.h"

#define ATTACKS_MAX 1024
#define LAYERS_MAX  16

typedef enum attack_runs { RUNS_ONE, RUNS_AT_ONCE, RUNS_IN_TURN } attack_runs;

/** A comma-separated header, taken apart. */
typedef struct word_list {
    char *text; /**< what the words are parts of */
    char *words[LAYERS_MAX];
    size_t count;
} word_list;

typedef struct attack {
    char *name; /**< area/name */
    char *area;
    char *code; /**< the whole file */
    char *what;
    const char *members; /**< further members of the request */
    char *profile;       /**< NULL: any */
    word_list layers;
    word_list expected;
    attack_runs runs;
    bool benign;
    char *problem; /**< what is wrong with the header; NULL: nothing */
} attack;

/** Read every <area>/<name>.py below the directory, sorted by name. They live as long as the
 *  program does. A header that is no good is noted in the attack. @return how many */
size_t attacks_read(const char *directory, attack *attacks, size_t capacity);

bool word_list_has(const word_list *self, const char *word);
/** Is it the name of an isolation layer (and not "supervision", "runner" or "kernel")? */
bool is_layer(const char *name);
/** Take a word of `layers` apart: "seccomp@locked-down". @return false if it does not count in that
 *  profile */
bool layer_of(const char *word, const char *profile, char *name, size_t size);
/** The program with its #repeat lines written out. */
text attack_program(const attack *self);

/** Attack by layer, a Markdown table per area. */
void attacks_write_table(FILE *file, const attack *attacks, size_t count);

#endif
