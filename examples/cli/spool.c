/* SPDX-License-Identifier: MIT */
#include "spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_MAX = 1 << 20, STREAM_SIZE = 1 << 16 };

static bool put_out(struct spool *spool, const char *text, size_t length)
{
    if (fwrite(text, 1, length, stdout) == length)
        return true;
    spool->error = errno;
    return false;
}

static bool flush(struct spool *spool)
{
    size_t used = spool->used;

    spool->used = 0;
    return put_out(spool, spool->held, used);
}

static ssize_t take(void *cookie, const char *text, size_t length)
{
    struct spool *spool = cookie;

    if (spool->error != 0)
        return 0;
    if (spool->used + length > HELD_MAX && !flush(spool))
        return 0;
    if (length > HELD_MAX)
        return put_out(spool, text, length) ? (ssize_t)length : 0;
    memcpy(spool->held + spool->used, text, length);
    spool->used += length;
    return (ssize_t)length;
}

FILE *spool_open(struct spool *spool)
{
    cookie_io_functions_t calls = {.write = take};
    FILE *out;

    *spool = (struct spool){.held = malloc(HELD_MAX + 1)};
    if (spool->held == NULL)
        return NULL;
    out = fopencookie(spool, "w", calls);
    if (out == NULL) {
        free(spool->held);
        return NULL;
    }
    setvbuf(out, NULL, _IOFBF, STREAM_SIZE);
    return out;
}

char *spool_take(struct spool *spool, FILE *out)
{
    bool ok = ferror(out) == 0;

    ok = fclose(out) == 0 && ok;
    if (ok) {
        spool->held[spool->used] = '\0';
        return spool->held;
    }
    free(spool->held);
    errno = spool->error;
    return NULL;
}
