/* SPDX-License-Identifier: MIT */
/** The command line, parsed apart from main() so that tests can call it. Prints nothing. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cli_verb {
    CLI_VERB_RUN,
    CLI_VERB_CHECK,
    CLI_VERB_DOCTOR,
    CLI_VERB_VERSION,
    CLI_VERB_HELP,
    CLI_VERB_COUNT
};

/** An option of a verb. Those with a variable stand for that environment variable, and take the
 *  same values. */
struct cli_option {
    const char *name;     /**< "--timeout" */
    const char *value;    /**< "SECONDS"; NULL if it takes none */
    const char *variable; /**< "EXECUTION_TIMEOUT", or NULL */
    unsigned verbs;       /**< bit per cli_verb */
    const char *meaning;  /**< one line, for help */
};

/** Options that stand for variables, at most one of each. */
#define CLI_MAX_OVERRIDES 8

/** How check prints what it found. */
enum cli_format { CLI_FORMAT_TEXT, CLI_FORMAT_JSON, CLI_FORMAT_SARIF };

struct cli_override {
    const struct cli_option *option;
    const char *value; /**< points into argv */
};

/** All strings point into argv. */
struct cli_options {
    enum cli_verb verb;
    bool json;
    enum cli_format format; /**< check */
    const char *explain;    /**< check: the rule to explain, or NULL */
    uint32_t cpu_ms;        /**< 0: not given */
    struct cli_override overrides[CLI_MAX_OVERRIDES];
    size_t override_count;
    char **files; /**< run: one; check: at least one */
    size_t file_count;
    char **args; /**< run: behind "--" */
    size_t arg_count;
    bool about_one_verb; /**< help: about `topic` only */
    enum cli_verb topic;
};

/** Parse. argv is permuted: files come to stand together.
 *  @param message receives one line without newline when this fails
 *  @return 0, or -1 for bad usage */
int cli_parse(int argc, char **argv, struct cli_options *options, char *message, size_t size);

/** "run", "check", … */
const char *cli_verb_name(enum cli_verb verb);

/** Every option. @param count receives their number */
const struct cli_option *cli_option_table(size_t *count);

#endif
