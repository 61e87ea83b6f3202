/* SPDX-License-Identifier: MIT */
/** Which of a few modules a program seems to import: a hint at which preloaded interpreter suits
 * it. A wrong answer costs time, never correctness. */
#ifndef CE_SCAN_H
#define CE_SCAN_H

#include <stddef.h>
#include <stdint.h>

/** Most modules that are told apart. */
#define CE_MAX_MODULES 64

typedef struct ce_module_list {
    const char *names[CE_MAX_MODULES]; /**< top-level names; point into text */
    size_t lengths[CE_MAX_MODULES];
    size_t count;
    char *text;
} ce_module_list;

/** Take a comma-separated list apart; names beyond CE_MAX_MODULES are left out.
 *  @return 0 or -ENOMEM. Give it to ce_module_list_clear(). */
int ce_module_list_init(ce_module_list *list, const char *text);
void ce_module_list_clear(ce_module_list *list);

/** @return a bit for each module of the list that an import statement of the source names. */
uint64_t ce_scan_imports(const ce_module_list *list, const char *code, size_t size);

#endif
