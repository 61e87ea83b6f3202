/* SPDX-License-Identifier: MIT */
#include "cli.h"

/** What a verb's help says around its options. */
static const struct {
    const char *usage;
    const char *summary;
    const char *text;
} pages[CLI_VERB_COUNT] = {
    [CLI_VERB_RUN] = {
        "codeexec run [OPTION...] FILE|- [-- ARG...]",
        "run a Python program, confined",
        "Runs FILE, or the program on standard input for -, with the arguments behind --. Its\n"
        "output is passed on as it comes, and standard input is passed to it (unless FILE is -).\n"
        "\n"
        "Exit status: the program's own; 124 it ran out of time; 137 it ran out of memory;\n"
        "128+N it was ended by signal N; 126 the policy rejected it; 125 codeexec failed;\n"
        "2 bad usage.\n",
    },
    [CLI_VERB_CHECK] = {
        "codeexec check [OPTION...] FILE|DIRECTORY|-...",
        "check programs against the policy, run nothing",
        "Checks each FILE, standard input for -, and every *.py below each DIRECTORY (hidden ones,\n"
        "__pycache__ and virtual environments left out). Prints one line per finding,\n"
        "file:line:column: rule: message, in colour on a terminal unless NO_COLOR is set, and a\n"
        "summary on standard error. Nothing is run, but a program that is no Python is a finding.\n"
        "\n"
        "Exit status: 0 nothing found; 1 something found; 2 something could not be checked, or bad\n"
        "usage.\n",
    },
    [CLI_VERB_DOCTOR] = {
        "codeexec doctor [OPTION...]",
        "say what works here, and what would help",
        "Shows the interpreter and the isolation layers, then runs a small program.\n"
        "\n"
        "Exit status: 0 programs run; 1 they do not; 2 bad usage.\n",
    },
    [CLI_VERB_VERSION] = {
        "codeexec version [--json]", "print the version", "Prints the version.\n",
    },
    [CLI_VERB_HELP] = {
        "codeexec help [VERB]", "print help, about one verb if named", "",
    },
};

static void print_options(enum cli_verb verb)
{
    size_t count;
    const struct cli_option *table = cli_option_table(&count);
    printf("\nOptions:\n");
    for (size_t i = 0; i < count; i++) {
        if (!(table[i].verbs & (1u << verb)))
            continue;
        char left[48];
        snprintf(left, sizeof(left), "%s%s%s", table[i].name, table[i].value ? " " : "",
                 table[i].value ? table[i].value : "");
        printf("  %-20s %s", left, table[i].meaning);
        if (table[i].variable)
            printf(" [%s]", table[i].variable);
        putchar('\n');
    }
    printf("  %-20s %s\n", "-h, --help", "print this");
}

static void print_variables(void)
{
    size_t count;
    const codeexec_variable *variables = codeexec_config_variables(&count);
    printf("\nEnvironment variables, of codeexec-server too:\n");
    for (size_t i = 0; i < count; i++) {
        printf("  %s\n", variables[i].name);
        printf("      %s:\n", variables[i].meaning);
        printf("      %s (default: %s)\n", variables[i].accepted, variables[i].default_text);
    }
}

static void print_overview(void)
{
    printf("codeexec runs untrusted Python programs in confined, throw-away processes.\n\n");
    for (int verb = 0; verb < CLI_VERB_COUNT; verb++)
        printf("  %-44s %s\n", pages[verb].usage, pages[verb].summary);
    print_variables();
}

int cli_help(const struct cli_options *options)
{
    if (!options->about_one_verb) {
        print_overview();
        return 0;
    }
    printf("%s\n\n%s", pages[options->topic].usage, pages[options->topic].text);
    print_options(options->topic);
    return 0;
}
