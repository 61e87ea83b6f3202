/* SPDX-License-Identifier: MIT */
/** Policy files: read, validated, and turned into what the zygote is told.
 *
 *  Here and not in Python, so that a mistake in a file is found when settings are loaded, by every
 *  front end alike. The reader knows as much JSON as such a file can contain, so that the library
 *  needs no JSON library.
 */
#ifndef CE_POLICY_FILE_H
#define CE_POLICY_FILE_H

#include <stddef.h>

/** Bytes of a policy file at most. */
#define CE_POLICY_FILE_MAX ((size_t)64 * 1024)
/** Bytes of what becomes of it at most: it travels in one frame to the zygote. */
#define CE_POLICY_SETTINGS_MAX ((size_t)24 * 1024)

/** Read a file.
 *  @param settings receives malloc'ed "policy_rules=…\0policy_added=…\0"; NULL: only look
 *  @param size     receives its bytes
 *  @param why      receives one line about what is wrong, without the file's name
 *  @return 0, -CODEEXEC_EINVAL for a bad file, -CODEEXEC_ENOMEM */
int ce_policy_file_load(const char *path, char **settings, size_t *size, char *why,
                        size_t why_size);

/** The same for text in memory. */
int ce_policy_file_parse(const char *text, size_t text_size, char **settings, size_t *size,
                         char *why, size_t why_size);

#endif
