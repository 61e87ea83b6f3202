/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <string.h>

int cli_version(const struct cli_options *options)
{
    const char *library = codeexec_version();
    if (options->json)
        printf("{\"codeexec\":\"%s\",\"library\":\"%s\"}\n", CODEEXEC_VERSION_STRING, library);
    else if (strcmp(library, CODEEXEC_VERSION_STRING) == 0)
        printf("codeexec %s\n", CODEEXEC_VERSION_STRING);
    else
        printf("codeexec %s (libcodeexec %s)\n", CODEEXEC_VERSION_STRING, library);
    return 0;
}
