/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_complain(const char *format, ...)
{
    va_list arguments;
    fputs("codeexec: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/** As https://no-color.org has it. */
static bool wants_colour(FILE *to)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(fileno(to)) && (!no_color || !*no_color) &&
           (!terminal || strcmp(terminal, "dumb") != 0);
}

void cli_print_violations(FILE *to, const char *name, const codeexec_violation *violations,
                          size_t count, size_t dropped)
{
    bool colour = wants_colour(to);
    const char *bold = colour ? "\033[1m" : "";
    const char *red = colour ? "\033[1;31m" : "";
    const char *plain = colour ? "\033[0m" : "";
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s%s:%u:%u:%s %s%s:%s %s\n", bold, name, violations[i].line,
                violations[i].column, plain, red, violations[i].rule, plain, violations[i].message);
    if (dropped > 0)
        fprintf(to, "%s: and %zu more\n", name, dropped);
}

/** Started with standard descriptors closed, the next ones opened would take their numbers and the
 *  program's output would end up in them. */
static bool open_standard_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

/** What stdio could not write (a full disk) must not look like success. */
static int flush_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    cli_complain("cannot write to standard output");
    return CLI_EXIT_FAILED;
}

int main(int argc, char **argv)
{
    static int (*const verbs[CLI_VERB_COUNT])(const struct cli_options *) = {
        [CLI_VERB_RUN] = cli_run,       [CLI_VERB_CHECK] = cli_check,
        [CLI_VERB_DOCTOR] = cli_doctor, [CLI_VERB_VERSION] = cli_version,
        [CLI_VERB_HELP] = cli_help,
    };
    struct cli_options options;
    char message[256];

    if (!open_standard_descriptors())
        return CLI_EXIT_FAILED;
    if (cli_parse(argc, argv, &options, message, sizeof(message)) < 0) {
        cli_complain("%s", message);
        return CLI_EXIT_USAGE;
    }
    return flush_output(verbs[options.verb](&options));
}
