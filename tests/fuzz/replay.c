/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz harness once over every file of a corpus directory and reports
 * each file in TAP. Says nothing about a verdict: a harness that finds
 * something ends the program, by a sanitizer or by abort(), and the plan then
 * shows what is missing.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The whole file in memory of exactly its size, so that a sanitizer sees a read
 * beyond its end. NULL: errno tells. */
static uint8_t *read_all(FILE *file, size_t *sizep)
{
    uint8_t *data = NULL;
    long size;

    if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
        fseek(file, 0, SEEK_SET) != 0)
        return NULL;
    data = malloc(size > 0 ? (size_t)size : 1);
    if (data != NULL && fread(data, 1, (size_t)size, file) != (size_t)size) {
        free(data);
        return NULL;
    }
    *sizep = (size_t)size;
    return data;
}

static int replay(const char *directory, const char *name)
{
    char path[4096];
    FILE *file = NULL;
    uint8_t *data = NULL;
    size_t size = 0;
    int ok = 0;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    file = fopen(path, "rb");
    if (file != NULL)
        data = read_all(file, &size);
    if (data != NULL) {
        LLVMFuzzerTestOneInput(data, size);
        ok = 1;
    } else {
        printf("# %s: %s\n", path, strerror(errno));
    }
    free(data);
    if (file != NULL)
        fclose(file);
    return ok;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    int i, count, failed = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    count = scandir(argv[1], &entries, is_visible, alphasort);
    if (count <= 0) {
        printf("Bail out! no corpus in %s\n", argv[1]);
        return 1;
    }
    printf("1..%d\n", count);
    for (i = 0; i < count; i++) {
        int ok;

        fflush(stdout);
        ok = replay(argv[1], entries[i]->d_name);
        printf("%sok %d - %s\n", ok ? "" : "not ", i + 1, entries[i]->d_name);
        failed += !ok;
        free(entries[i]);
    }
    free(entries);
    return failed == 0 ? 0 : 1;
}
