/* SPDX-License-Identifier: MIT */
/* Runs every file of the given directories through a fuzz target, so that what was once found stays
 * found with any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_SIZE (1 << 20)

/** @return 0, or -1 if the file cannot be read */
static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *whole = malloc(INPUT_SIZE);
    int status = -1;
    if (file && whole) {
        size_t size = fread(whole, 1, INPUT_SIZE, file);
        /* In a block of its exact size, so that a sanitizer sees a read beyond its end. */
        uint8_t *exact = malloc(size ? size : 1);
        if (exact && !ferror(file)) {
            memcpy(exact, whole, size);
            LLVMFuzzerTestOneInput(exact, size);
            status = 0;
        }
        free(exact);
    }
    free(whole);
    if (file)
        fclose(file);
    return status;
}

/** @return the files replayed, or -1 */
static int replay_directory(const char *path)
{
    DIR *directory = opendir(path);
    int count = 0;
    if (!directory)
        return -1;
    for (struct dirent *entry; count >= 0 && (entry = readdir(directory));) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        count = replay_file(name) == 0 ? count + 1 : -1;
    }
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = replay_directory(argv[i]);
        /* A corpus that is not there would pass for one that finds nothing. */
        if (count <= 0) {
            fprintf(stderr, "%s: cannot be read, or is empty\n", argv[i]);
            return 1;
        }
        printf("%s: %d inputs\n", argv[i], count);
    }
    return argc > 1 ? 0 : 2;
}
