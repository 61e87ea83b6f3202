/* SPDX-License-Identifier: MIT */
/** Doing without one layer, to show that the others hold. Exists only in a copy of the extension
 * that is built for the tests, with CODEEXEC_TEST_SWITCHES; in what is installed no layer can be
 * switched off. */
#ifndef CE_SANDBOX_SWITCHES_H
#define CE_SANDBOX_SWITCHES_H

#ifdef CODEEXEC_TEST_SWITCHES

/** Do without the layer of this name from now on. One at a time. */
void ce_switch_off(const char *name);
int ce_switched_off(const char *name);

#else

static inline int ce_switched_off(const char *name)
{
    (void)name;
    return 0;
}

#endif
#endif
