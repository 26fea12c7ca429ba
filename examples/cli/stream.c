/* SPDX-License-Identifier: MIT */
/*
 * A stream into memory that tells where there was none: open_memstream() of
 * glibc drops what it has no room for, and ferror() knows nothing of it.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { STREAM_BUFFER = 4096, STREAM_FIRST = 8192 };

struct stream {
    char **textp;
    char *text;
    size_t used, room;
    char buffer[STREAM_BUFFER]; /* of stdio */
};

static bool reserve(struct stream *stream, size_t more)
{
    size_t room = stream->room > 0 ? stream->room : STREAM_FIRST;
    char *text;

    while (room - stream->used <= more) /* and a NUL */
        room *= 2;
    if (room == stream->room)
        return true;
    text = realloc(stream->text, room);
    if (text == NULL)
        return false;
    stream->text = text;
    stream->room = room;
    return true;
}

/* 0 is an error to stdio. */
static ssize_t write_stream(void *cookie, const char *bytes, size_t length)
{
    struct stream *stream = cookie;

    if (!reserve(stream, length))
        return 0;
    memcpy(stream->text + stream->used, bytes, length);
    stream->used += length;
    return (ssize_t)length;
}

/* For ftell(), and for rewind(): what was written is forgotten. */
static int seek_stream(void *cookie, off64_t *offset, int from)
{
    struct stream *stream = cookie;

    if (*offset != 0 || from == SEEK_END)
        return -1;
    if (from == SEEK_SET)
        stream->used = 0;
    *offset = (off64_t)stream->used;
    return 0;
}

static int close_stream(void *cookie)
{
    struct stream *stream = cookie;
    bool ok = reserve(stream, 0);

    if (ok)
        stream->text[stream->used] = '\0';
    *stream->textp = stream->text;
    free(stream);
    return ok ? 0 : -1;
}

FILE *cli_stream(char **textp)
{
    const cookie_io_functions_t functions = {
        .write = write_stream, .seek = seek_stream, .close = close_stream};
    struct stream *stream = malloc(sizeof(*stream));
    FILE *out;

    *textp = NULL;
    if (stream == NULL)
        return NULL;
    stream->textp = textp;
    stream->text = NULL;
    stream->used = stream->room = 0;
    out = fopencookie(stream, "w", functions);
    if (out == NULL)
        free(stream);
    else
        setvbuf(out, stream->buffer, _IOFBF, sizeof(stream->buffer));
    return out;
}
