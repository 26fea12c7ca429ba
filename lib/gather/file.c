/* SPDX-License-Identifier: MIT */
/*
 * Small files that the caller names, such as certificates. A pipe will do, what
 * never ends will not: there is a bound, for what a pipe gives as well as for
 * the time that it takes, and a directory or a device that gives nothing is an
 * error.
 */
#include "gather/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/deadline.h"

enum { FIRST_ROOM = 16 * 1024, WAIT_MS = 30000 };

/* What is read. */
struct source {
    const char *path;
    int fd;
    bool is_pipe;
    struct deadline deadline;
    struct detail *detail;
};

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

static int failed(const struct source *source, int error)
{
    return detail_set(source->detail, ADSCP_E_FILE, "%s: %s", source->path,
                      strerrordesc_np(error));
}

/* Without O_NONBLOCK a FIFO would hold us until a writer comes. */
static int open_source(struct source *source)
{
    struct stat about;

    source->fd =
        open(source->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (source->fd < 0 || fstat(source->fd, &about) != 0)
        return failed(source, errno);
    source->is_pipe = S_ISFIFO(about.st_mode);
    if (!source->is_pipe &&
        fcntl(source->fd, F_SETFL, fcntl(source->fd, F_GETFL) & ~O_NONBLOCK) !=
            0)
        return failed(source, errno);
    return ADSCP_OK;
}

/* *gotp is 0 at the end. */
static int read_some(const struct source *source, char *bytes, size_t room,
                     size_t *gotp)
{
    ssize_t got;

    do {
        if (source->is_pipe &&
            deadline_wait(&source->deadline, source->fd, POLLIN) != ADSCP_OK)
            return detail_set(source->detail, ADSCP_E_FILE,
                              "%s: the pipe does not end in time",
                              source->path);
        got = read(source->fd, bytes, room);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    *gotp = got > 0 ? (size_t)got : 0;
    return got >= 0 ? ADSCP_OK : failed(source, errno);
}

static int read_all(const struct source *source, size_t most,
                    struct buffer *buffer)
{
    size_t got = 1;
    int rc = ADSCP_OK;

    while (got > 0) {
        if (buffer->length == buffer->room && grow(buffer, most) != ADSCP_OK)
            return ADSCP_E_NOMEM;
        rc = read_some(source, buffer->bytes + buffer->length,
                       buffer->room - buffer->length, &got);
        if (rc != ADSCP_OK)
            return rc;
        buffer->length += got;
        if (buffer->length > most)
            return detail_set(source->detail, ADSCP_E_FORMAT,
                              "%s: more than %zu bytes", source->path, most);
    }
    return ADSCP_OK;
}

int file_read_within(const char *path, size_t most, int wait_ms,
                     struct detail *detail, void **bytesp, size_t *lengthp)
{
    struct source source = {.path = path, .detail = detail};
    struct buffer buffer = {0};
    int rc;

    deadline_start(&source.deadline, wait_ms, NULL);
    rc = open_source(&source);
    if (rc == ADSCP_OK)
        rc = read_all(&source, most, &buffer);
    if (source.fd >= 0)
        close(source.fd);
    if (rc != ADSCP_OK) {
        free(buffer.bytes);
        return rc;
    }
    *bytesp = buffer.bytes;
    *lengthp = buffer.length;
    return ADSCP_OK;
}

int file_read(const char *path, size_t most, struct detail *detail,
              void **bytesp, size_t *lengthp)
{
    return file_read_within(path, most, WAIT_MS, detail, bytesp, lengthp);
}

bool file_is_regular(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}
