/* SPDX-License-Identifier: MIT */
/*
 * A file that is written at once: whoever looks at it finds all of it or what
 * was there before, never a part. It is written under another name first.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or errno. */
static int write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t wrote = write(fd, text, left);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return errno;
        text += wrote;
        left -= (size_t)wrote;
    }
    return 0;
}

/* On the disk, before a name leads to it; some file systems have no such call.
 */
static int settle(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
}

/* Whoever opens a pipe that nobody reads waits for ever, unless he says that he
 * does not want to. */
static int open_through(const char *path)
{
    int fd = open(
        path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
        0666);

    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

/* Into what cannot be replaced: a device, a pipe, or what a link names that is
 * not there yet. */
static int write_through(const char *path, const char *text)
{
    int fd = open_through(path), error;

    if (fd < 0)
        return errno;
    error = write_all(fd, text);
    if (close(fd) != 0 && error == 0)
        error = errno;
    return error;
}

/* The mode that a new file gets here. */
static mode_t new_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* Under which it is written first, in the same directory. NULL: out of memory.
 */
static char *first_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = NULL;

    if (asprintf(&name, "%.*s.adscp-XXXXXX",
                 slash != NULL ? (int)(slash + 1 - path) : 0, path) < 0)
        return NULL;
    return name;
}

/* Only root may, and only for root it makes a difference. */
static void give_to(int fd, const struct stat *old)
{
    int done = fchown(fd, old->st_uid, old->st_gid);

    (void)done;
}

/* `old` is what it replaces, and passes on owner and mode, or NULL. */
static int replace(const char *path, const struct stat *old, const char *text)
{
    char *name = first_name(path);
    int fd, error;

    if (name == NULL)
        return ENOMEM;
    fd = mkstemp(name);
    if (fd < 0) {
        error = errno;
        free(name);
        return error;
    }
    error = write_all(fd, text);
    if (old != NULL)
        give_to(fd, old);
    if (error == 0 &&
        fchmod(fd, old != NULL ? old->st_mode & 07777 : new_mode()) != 0)
        error = errno;
    if (error == 0)
        error = settle(fd);
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && rename(name, path) != 0)
        error = errno;
    if (error != 0)
        unlink(name);
    free(name);
    return error;
}

/* A link stays one. */
static int write_file(const char *path, const char *text)
{
    struct stat about;
    bool there = stat(path, &about) == 0;
    char *place;
    int error;

    if (!there && lstat(path, &about) != 0)
        return replace(path, NULL, text);
    if (!there || !S_ISREG(about.st_mode))
        return write_through(path, text);
    place = realpath(path, NULL);
    if (place == NULL) /* an open file without a name, such as /dev/fd/3 */
        return write_through(path, text);
    error = replace(place, &about, text);
    free(place);
    return error;
}

/* ----------------------------------------------------------- in a hurry -- */

static struct {
    char *path, *name; /* NULL: not prepared */
    mode_t mode;
} late;

/* A link stays one, as in write_file(). */
void file_prepare_late(const char *to)
{
    struct stat about;
    const char *slash;

    late.path = realpath(to, NULL);
    if (late.path == NULL)
        late.path = strdup(to);
    late.mode = stat(to, &about) == 0 ? about.st_mode & 07777 : new_mode();
    slash = late.path != NULL ? strrchr(late.path, '/') : NULL;
    if (late.path == NULL ||
        asprintf(&late.name, "%.*s.adscp-%ld",
                 slash != NULL ? (int)(slash + 1 - late.path) : 0, late.path,
                 (long)getpid()) < 0)
        late.name = NULL;
}

static void replace_late(const char *text)
{
    int fd;

    unlink(late.name); /* of a process that had our number */
    fd = open(late.name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (write_all(fd, text) != 0 || fchmod(fd, late.mode) != 0 ||
        settle(fd) != 0 || rename(late.name, late.path) != 0)
        unlink(late.name);
    close(fd);
}

void file_write_late(const char *text)
{
    struct stat about;
    int fd;

    if (late.name == NULL)
        return;
    if (stat(late.path, &about) != 0 || S_ISREG(about.st_mode)) {
        replace_late(text);
        return;
    }
    fd = open(late.path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return;
    write_all(fd, text);
    close(fd);
}

/* ----------------------------------------------------------------- which -- */

/* Such as /dev/stdout: what else goes there shall not be lost. */
bool file_is_output(const char *path)
{
    struct stat named, standard;

    return strcmp(path, "-") == 0 ||
           (stat(path, &named) == 0 && fstat(STDOUT_FILENO, &standard) == 0 &&
            named.st_dev == standard.st_dev && named.st_ino == standard.st_ino);
}

/* By any path or link, or under a name in another case where the file system
 * has them alike. */
static bool is_same_file(const char *path, const struct stat *about)
{
    struct stat other;

    return stat(path, &other) == 0 && other.st_dev == about->st_dev &&
           other.st_ino == about->st_ino;
}

bool file_is_same(const char *path, const char *other)
{
    struct stat about;

    return stat(other, &about) == 0 && S_ISREG(about.st_mode) &&
           is_same_file(path, &about);
}

/* A device or pipe is not lost by being written. */
bool file_ready(const struct cli *cli, const char *to)
{
    struct stat about;
    bool there = strcmp(to, "-") == 0 ? fstat(STDOUT_FILENO, &about) == 0
                                      : stat(to, &about) == 0;
    int i;

    if (!there || !S_ISREG(about.st_mode))
        return true;
    for (i = 0; i < cli->input_count; i++) {
        if (!is_same_file(cli->inputs[i], &about))
            continue;
        cli_fail("\"%s %s\" would overwrite %s, which it reads: name another "
                 "file",
                 command_of(cli->command)->name, to, cli->inputs[i]);
        return false;
    }
    return true;
}

int file_deliver(const char *to, const char *text)
{
    int error;

    if (file_is_output(to))
        return cli_deliver(text);
    error = write_file(to, text);
    if (error == ENXIO)
        return cli_fail("%s cannot be written: no program reads this pipe", to);
    if (error != 0)
        return cli_fail("%s cannot be written: %s", to, strerror(error));
    return CLI_DONE;
}
