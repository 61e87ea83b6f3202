/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY 65536u

/** Read fd to its end, at most CODEEXEC_MAX_CODE_SIZE bytes. @return 0 or an errno */
static int read_all(int fd, struct cli_source *source)
{
    size_t capacity = 0;
    for (;;) {
        if (source->size == capacity) {
            capacity = capacity ? capacity * 2 : FIRST_CAPACITY;
            char *grown = realloc(source->text, capacity);
            if (!grown)
                return ENOMEM;
            source->text = grown;
        }
        ssize_t got = read(fd, source->text + source->size, capacity - source->size);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EINTR)
            return errno;
        source->size += got > 0 ? (size_t)got : 0;
        if (source->size > CODEEXEC_MAX_CODE_SIZE)
            return EFBIG;
    }
}

int cli_read_source(const char *file, struct cli_source *source)
{
    bool from_stdin = strcmp(file, "-") == 0;
    const char *slash = strrchr(file, '/');
    *source = (struct cli_source){ .name = from_stdin ? "<stdin>" : file,
                                   .filename = from_stdin ? "main.py"
                                               : slash    ? slash + 1
                                                          : file };
    int fd = from_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    int failure = fd < 0 ? errno : read_all(fd, source);
    if (fd > STDIN_FILENO)
        close(fd);
    if (failure == 0)
        return 0;
    cli_free_source(source);
    if (failure == EFBIG)
        cli_complain("%s: larger than %llu bytes", source->name,
                     (unsigned long long)CODEEXEC_MAX_CODE_SIZE);
    else
        cli_complain("%s: %s", source->name, strerror(failure));
    return failure == ENOMEM ? CLI_EXIT_FAILED : CLI_EXIT_USAGE;
}

void cli_free_source(struct cli_source *source)
{
    free(source->text);
    source->text = NULL;
    source->size = 0;
}
