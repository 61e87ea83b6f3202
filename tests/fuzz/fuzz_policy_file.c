/* SPDX-License-Identifier: MIT */
/** Policy files: whatever the bytes, a verdict with a message; what is taken can be told on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[400] = "";
    char *settings = NULL;
    size_t settings_size = 0;
    int status =
        ce_policy_file_parse((const char *)data, size, &settings, &settings_size, why, sizeof(why));
    if (status < 0 && (why[0] == '\0' || strchr(why, '\n')))
        abort();
    if (status == 0 &&
        (settings_size < 2 || settings[settings_size - 1] != '\0' ||
         strlen(settings) + strlen(settings + strlen(settings) + 1) + 2 != settings_size))
        abort();
    free(settings);
    return 0;
}
