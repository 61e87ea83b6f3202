/* SPDX-License-Identifier: MIT */
/** Finding the programs that check was asked about. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stddef.h>

/** Paths in the order in which they are to be checked; "-" is standard input. */
struct cli_files {
    char **paths; /**< malloc'ed, each too */
    size_t count;
    size_t capacity;
};

/** Add a path as it is; for a directory, every *.py below it, by name. Left out are hidden files
 * and directories, __pycache__, virtual environments, and what symbolic links to directories lead
 * to.
 *  @return 0, or the exit status after a complaint */
int cli_files_add(struct cli_files *files, const char *path);

void cli_files_clear(struct cli_files *files);

#endif
