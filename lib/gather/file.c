/* SPDX-License-Identifier: MIT */
/*
 * Small files that the caller names, such as certificates. A pipe will do, what
 * never ends will not: there is a bound, and a directory or a device that gives
 * nothing is an error.
 */
#include "gather/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 * 1024 };

struct buffer {
    char *bytes;
    size_t length;
    size_t room;
};

static int grow(struct buffer *buffer, size_t most)
{
    size_t room = buffer->room > 0 ? 2 * buffer->room : (size_t)FIRST_ROOM;
    char *bytes;

    if (room > most + 1)
        room = most + 1; /* one more than is taken, to see that there is more */
    bytes = realloc(buffer->bytes, room);
    if (bytes == NULL)
        return ADSCP_E_NOMEM;
    buffer->bytes = bytes;
    buffer->room = room;
    return ADSCP_OK;
}

static int read_all(FILE *in, const char *path, size_t most,
                    struct detail *detail, struct buffer *buffer)
{
    size_t got = 1;

    while (got > 0) {
        if (buffer->length == buffer->room && grow(buffer, most) != ADSCP_OK)
            return ADSCP_E_NOMEM;
        got = fread(buffer->bytes + buffer->length, 1,
                    buffer->room - buffer->length, in);
        buffer->length += got;
        if (buffer->length > most)
            return detail_set(detail, ADSCP_E_FORMAT, "%s: more than %zu bytes",
                              path, most);
    }
    if (ferror(in) != 0)
        return detail_set(detail, ADSCP_E_FILE, "%s: %s", path,
                          strerrordesc_np(errno));
    return ADSCP_OK;
}

int file_read(const char *path, size_t most, struct detail *detail,
              void **bytesp, size_t *lengthp)
{
    FILE *in = fopen(path, "rbe");
    struct buffer buffer = {0};
    int rc;

    if (in == NULL)
        return detail_set(detail, ADSCP_E_FILE, "%s: %s", path,
                          strerrordesc_np(errno));
    rc = read_all(in, path, most, detail, &buffer);
    fclose(in);
    if (rc != ADSCP_OK) {
        free(buffer.bytes);
        return rc;
    }
    *bytesp = buffer.bytes;
    *lengthp = buffer.length;
    return ADSCP_OK;
}
