/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/** What the variable behind an option accepts. */
static const char *accepted_values(const char *variable)
{
    size_t count;
    const codeexec_variable *variables = codeexec_config_variables(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(variables[i].name, variable) == 0)
            return variables[i].accepted;
    }
    return "another value";
}

/** An option is its variable, set for this process: so both accept the same, by one parser. */
static int apply_override(const struct cli_override *override, codeexec_config *config)
{
    const struct cli_option *option = override->option;
    if (!*override->value) {
        cli_complain("%s='': expected %s", option->name, accepted_values(option->variable));
        return CLI_EXIT_USAGE;
    }
    if (setenv(option->variable, override->value, 1) != 0) {
        cli_complain("%s: %s", option->name, strerror(errno));
        return CLI_EXIT_FAILED;
    }
    codeexec_error error = CODEEXEC_ERROR_INIT;
    int result = codeexec_config_load_env(config, &error);
    if (result == 0)
        return 0;
    /* Everything else has loaded before, so the message is about this one: VARIABLE='value': … */
    size_t length = strlen(option->variable);
    bool named = strncmp(error.message, option->variable, length) == 0;
    cli_complain("%s%s", named ? option->name : "", error.message + (named ? length : 0));
    return result == -CODEEXEC_EINVAL ? CLI_EXIT_USAGE : CLI_EXIT_FAILED;
}

int cli_load_settings(const struct cli_options *options, codeexec_config *config)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_config_init(config);
    if (codeexec_config_load_env(config, &error) < 0) {
        cli_complain("%s", error.message);
        return CLI_EXIT_FAILED;
    }
    for (size_t i = 0; i < options->override_count; i++) {
        int status = apply_override(&options->overrides[i], config);
        if (status != 0)
            return status;
    }
    /* One program, once: further guests, and interpreters warmed for later, would be made for
       nothing. */
    config->preload = 0;
    config->learn = 0;
    config->concurrency = 1;
    config->queue_length = 1;
    return 0;
}
