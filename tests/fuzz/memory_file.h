/* SPDX-License-Identifier: MIT */
/*
 * Bytes as a file that the public interface can be given by name.
 */
#ifndef ADSCP_TESTS_FUZZ_MEMORY_FILE_H
#define ADSCP_TESTS_FUZZ_MEMORY_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct memory_file {
    int fd;
    char path[40];
};

static inline void memory_file_open(struct memory_file *file, const void *bytes,
                                    size_t size)
{
    const char *rest = bytes;

    file->fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (file->fd < 0)
        abort();
    snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
    while (size > 0) {
        ssize_t written = write(file->fd, rest, size);

        if (written <= 0)
            abort();
        rest += written;
        size -= (size_t)written;
    }
}

static inline void memory_file_close(struct memory_file *file)
{
    close(file->fd);
}

#endif
