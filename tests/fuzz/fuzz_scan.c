/* SPDX-License-Identifier: MIT */
/* What anybody can send: any bytes, as a program whose imports are looked for. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Whether the bytes hold a name at all: what is found must be there. */
static int holds(const uint8_t *data, size_t size, const char *name, size_t length)
{
    return memmem(data, size, name, length) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ce_module_list list;

    if (ce_module_list_init(&list, "numpy,pandas,matplotlib,scipy,sklearn,a") < 0)
        return 0;
    uint64_t found = ce_scan_imports(&list, (const char *)data, size);
    if (found >> list.count != 0)
        abort();
    for (size_t i = 0; i < list.count; i++)
        if ((found >> i & 1) != 0 && !holds(data, size, list.names[i], list.lengths[i]))
            abort();
    /* The same bytes as a list of names. */
    ce_module_list_clear(&list);
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (ce_module_list_init(&list, text) == 0) {
        ce_scan_imports(&list, (const char *)data, size);
        ce_module_list_clear(&list);
    }
    free(text);
    return 0;
}
