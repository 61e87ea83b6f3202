/* SPDX-License-Identifier: MIT */
#include "args.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** CPU time that may be asked for: an hour per CPU of a large machine would not be more. */
#define MAX_CPU_SECONDS 86400u

#define FORMAT  "--format"
#define EXPLAIN "--explain"

#define ON(verb) (1u << CLI_VERB_##verb)

static const char *const verb_names[CLI_VERB_COUNT] = {
    [CLI_VERB_RUN] = "run",         [CLI_VERB_CHECK] = "check", [CLI_VERB_DOCTOR] = "doctor",
    [CLI_VERB_VERSION] = "version", [CLI_VERB_HELP] = "help",
};

static const struct cli_option option_table[] = {
    { "--json", NULL, NULL, ON(RUN) | ON(CHECK) | ON(DOCTOR) | ON(VERSION),
      "print a JSON document instead (run: that of the HTTP service)" },
    { FORMAT, "FORMAT", NULL, ON(CHECK), "how to print: text, json or sarif" },
    { EXPLAIN, "RULE", NULL, ON(CHECK), "say what a rule is for and how to do without" },
    { "--timeout", "SECONDS", "EXECUTION_TIMEOUT", ON(RUN), "wall time the program may take" },
    { "--memory", "MB", "MAX_MEMORY_MB", ON(RUN), "memory it may use, in MiB" },
    { "--cpu", "SECONDS", NULL, ON(RUN), "CPU time a process of it may take" },
    { "--python", "PATH", "CODEEXEC_PYTHON", ON(RUN) | ON(CHECK) | ON(DOCTOR),
      "interpreter to use" },
    { "--policy", "POLICY", "CODEEXEC_POLICY", ON(RUN) | ON(CHECK),
      "what is checked before it runs: default, strict, off, or a policy file" },
    { "--isolation", "LEVEL", "CODEEXEC_ISOLATION", ON(RUN) | ON(CHECK) | ON(DOCTOR),
      "the least isolation that will do: auto, or a list of require-namespaces, require-landlock, "
      "require-cgroups" },
};

#define OPTION_COUNT (sizeof(option_table) / sizeof(option_table[0]))

const char *cli_verb_name(enum cli_verb verb)
{
    return verb_names[verb];
}

const struct cli_option *cli_option_table(size_t *count)
{
    *count = OPTION_COUNT;
    return option_table;
}

/** What parsing needs at hand. */
struct parser {
    int argc;
    char **argv;
    int next; /**< index of the argument to look at */
    struct cli_options *options;
    char *message;
    size_t message_size;
};

static int bad_usage(struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int bad_usage(struct parser *parser, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(parser->message, parser->message_size, format, arguments);
    va_end(arguments);
    return -1;
}

static bool find_verb(const char *name, enum cli_verb *verb)
{
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (int i = 0; i < CLI_VERB_COUNT; i++) {
        if (strcmp(name, verb_names[i]) == 0) {
            *verb = (enum cli_verb)i;
            return true;
        }
    }
    return false;
}

/** Decimal seconds to milliseconds, rounded up; 0 if text is none, or out of range. */
static uint32_t parse_cpu_ms(const char *text)
{
    uint64_t ms = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && ms <= MAX_CPU_SECONDS; at++)
        ms = ms * 10 + (uint64_t)(*at - '0');
    if (at == text)
        return 0;
    ms *= 1000;
    if (*at == '.' && at[1]) {
        unsigned weight = 100;
        bool more = false;
        for (at++; *at >= '0' && *at <= '9'; at++, weight /= 10) {
            ms += (uint64_t)(*at - '0') * weight;
            more |= weight == 0 && *at != '0';
        }
        ms += more;
    }
    return *at || ms > MAX_CPU_SECONDS * UINT64_C(1000) ? 0 : (uint32_t)ms;
}

static int store_format(struct parser *parser, const char *value)
{
    static const char *const names[] = { "text", "json", "sarif" };
    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            parser->options->format = (enum cli_format)i;
            return 0;
        }
    }
    return bad_usage(parser, FORMAT "='%.100s': expected text, json or sarif", value);
}

/** Take in an option and its value. Given twice, the last one counts. */
static int store_option(struct parser *parser, const struct cli_option *option, const char *value)
{
    struct cli_options *options = parser->options;
    if (option->variable) {
        size_t i = 0;
        while (i < options->override_count && options->overrides[i].option != option)
            i++;
        if (i == CLI_MAX_OVERRIDES)
            return bad_usage(parser, "too many options");
        options->overrides[i] = (struct cli_override){ option, value };
        if (i == options->override_count)
            options->override_count++;
        return 0;
    }
    if (!option->value) {
        options->json = true;
        options->format = CLI_FORMAT_JSON;
        return 0;
    }
    if (strcmp(option->name, FORMAT) == 0)
        return store_format(parser, value);
    if (strcmp(option->name, EXPLAIN) == 0) {
        options->explain = value;
        return 0;
    }
    options->cpu_ms = parse_cpu_ms(value);
    if (options->cpu_ms == 0)
        return bad_usage(parser, "%s='%.100s': expected a number of seconds above 0, at most %u",
                         option->name, value, MAX_CPU_SECONDS);
    return 0;
}

/** The option at parser->next, as `--name value` or `--name=value`. */
static int parse_option(struct parser *parser)
{
    const char *text = parser->argv[parser->next++];
    const char *verb = verb_names[parser->options->verb];
    size_t length = strcspn(text, "=");
    const struct cli_option *option = NULL;
    for (size_t i = 0; i < OPTION_COUNT && !option; i++) {
        if (strlen(option_table[i].name) == length &&
            strncmp(option_table[i].name, text, length) == 0)
            option = &option_table[i];
    }
    if (!option || !(option->verbs & (1u << parser->options->verb)))
        return bad_usage(parser, "%s: unknown option %.100s; see codeexec %s --help", verb, text,
                         verb);
    if (!option->value) {
        if (text[length])
            return bad_usage(parser, "%s: %s takes no value", verb, option->name);
        return store_option(parser, option, NULL);
    }
    if (text[length])
        return store_option(parser, option, text + length + 1);
    if (parser->next == parser->argc)
        return bad_usage(parser, "%s: %s needs a value: %s", verb, option->name, option->value);
    return store_option(parser, option, parser->argv[parser->next++]);
}

/** What may stand where, once everything has been read. */
static int check_operands(struct parser *parser)
{
    struct cli_options *options = parser->options;
    const char *verb = verb_names[options->verb];
    bool takes_files = options->verb == CLI_VERB_RUN || options->verb == CLI_VERB_CHECK;
    if (options->explain && options->file_count > 0)
        return bad_usage(parser, "check: " EXPLAIN " takes no FILE");
    if (takes_files && options->file_count == 0 && !options->explain)
        return bad_usage(parser, "%s: no FILE given; see codeexec %s --help", verb, verb);
    if (options->verb == CLI_VERB_RUN && options->file_count > 1)
        return bad_usage(parser,
                         "run: unexpected argument '%.100s'; put the program's own "
                         "arguments behind --",
                         options->files[1]);
    if (!takes_files && options->file_count > 0)
        return bad_usage(parser, "%s: unexpected argument '%.100s'", verb, options->files[0]);
    return 0;
}

/** Everything behind the verb. */
static int parse_rest(struct parser *parser)
{
    struct cli_options *options = parser->options;
    options->files = parser->argv + parser->next;
    while (parser->next < parser->argc) {
        char *text = parser->argv[parser->next];
        if (strcmp(text, "--") == 0) {
            parser->next++;
            break;
        }
        if (strcmp(text, "-h") == 0 || strcmp(text, "--help") == 0) {
            options->topic = options->verb;
            options->about_one_verb = true;
            options->verb = CLI_VERB_HELP;
            options->file_count = 0;
            return 0;
        }
        if (text[0] == '-' && text[1]) {
            if (parse_option(parser) < 0)
                return -1;
        } else {
            /* Never ahead of parser->next: nothing that is still to be read is overwritten. */
            options->files[options->file_count++] = text;
            parser->next++;
        }
    }
    if (options->verb == CLI_VERB_RUN) {
        options->args = parser->argv + parser->next;
        options->arg_count = (size_t)(parser->argc - parser->next);
    } else {
        while (parser->next < parser->argc)
            options->files[options->file_count++] = parser->argv[parser->next++];
    }
    return check_operands(parser);
}

/** `codeexec help [VERB]` */
static int parse_help(struct parser *parser)
{
    struct cli_options *options = parser->options;
    if (parser->next < parser->argc) {
        const char *name = parser->argv[parser->next++];
        if (!find_verb(name, &options->topic))
            return bad_usage(parser, "unknown verb '%.100s'; see codeexec --help", name);
        options->about_one_verb = options->topic != CLI_VERB_HELP;
    }
    if (parser->next < parser->argc)
        return bad_usage(parser, "help: unexpected argument '%.100s'", parser->argv[parser->next]);
    return 0;
}

int cli_parse(int argc, char **argv, struct cli_options *options, char *message, size_t size)
{
    struct parser parser = { argc, argv, 2, options, message, size };
    memset(options, 0, sizeof(*options));
    if (argc < 2)
        return bad_usage(&parser, "no verb given: run, check, doctor, version or help; see "
                                  "codeexec --help");
    if (!find_verb(argv[1], &options->verb))
        return bad_usage(&parser, "unknown verb '%.100s'; see codeexec --help", argv[1]);
    return options->verb == CLI_VERB_HELP ? parse_help(&parser) : parse_rest(&parser);
}
