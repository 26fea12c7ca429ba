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

/* A file on its way: what is to take its place lies beside it. */
struct pending {
    char *place; /* NULL: what cannot be replaced is written at the end */
    char *name;
};

/* Gives the place up, too, unless it has been taken. */
static void drop(struct pending *pending)
{
    if (pending->name != NULL)
        unlink(pending->name);
    free(pending->name);
    free(pending->place);
    *pending = (struct pending){NULL, NULL};
}

/* `old` is what it replaces, and passes on owner and mode, or NULL. 0, or
 * errno. */
static int fill(int fd, const struct stat *old, const char *text)
{
    int error = write_all(fd, text);

    if (old != NULL)
        give_to(fd, old);
    if (error == 0 &&
        fchmod(fd, old != NULL ? old->st_mode & 07777 : new_mode()) != 0)
        error = errno;
    return error == 0 ? settle(fd) : error;
}

static int begin_replacing(const struct stat *old, const char *text,
                           struct pending *pending)
{
    int fd, error;

    pending->name = first_name(pending->place);
    if (pending->name == NULL)
        return ENOMEM;
    fd = mkstemp(pending->name);
    if (fd < 0) {
        error = errno;
        free(pending->name);
        pending->name = NULL;
        return error;
    }
    error = fill(fd, old, text);
    if (close(fd) != 0 && error == 0)
        error = errno;
    return error;
}

/* A link stays one. */
static int begin_file(const char *path, const char *text,
                      struct pending *pending)
{
    struct stat about;
    bool there = stat(path, &about) == 0;
    bool is_new = !there && lstat(path, &about) != 0;

    if (there && S_ISDIR(about.st_mode))
        return EISDIR;
    if (is_new)
        pending->place = strdup(path);
    else if (there && S_ISREG(about.st_mode))
        pending->place = realpath(path, NULL);
    if (is_new && pending->place == NULL)
        return ENOMEM;
    if (pending->place == NULL) /* no file, or an open one without a name, such
                                   as /dev/fd/3 */
        return 0;
    return begin_replacing(is_new ? NULL : &about, text, pending);
}

static int finish_file(const char *path, const char *text,
                       struct pending *pending)
{
    if (pending->place == NULL)
        return write_through(path, text);
    if (rename(pending->name, pending->place) != 0)
        return errno;
    free(pending->name);
    pending->name = NULL;
    return 0;
}

/* All of them or none, as far as the file system goes along. *failedp: the one
 * that could not be written. */
static int write_files(const struct file_text *files, size_t count,
                       size_t *failedp)
{
    struct pending *pending = calloc(count + 1, sizeof(*pending));
    int error = pending != NULL ? 0 : ENOMEM;
    size_t i;

    *failedp = 0;
    for (i = 0; i < count && error == 0; i++) {
        *failedp = i;
        error = begin_file(files[i].path, files[i].text, &pending[i]);
    }
    for (i = 0; i < count && error == 0; i++) {
        *failedp = i;
        error = finish_file(files[i].path, files[i].text, &pending[i]);
    }
    for (i = 0; i < count && pending != NULL; i++)
        drop(&pending[i]);
    free(pending);
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

int file_deliver_all(const struct file_text *files, size_t count)
{
    size_t failed;
    int error = write_files(files, count, &failed);

    if (error == ENXIO)
        return cli_fail("%s cannot be written: no program reads this pipe",
                        files[failed].path);
    if (error != 0)
        return cli_fail("%s cannot be written: %s", files[failed].path,
                        strerror(error));
    return CLI_DONE;
}

int file_deliver(const char *to, const char *text)
{
    const struct file_text file = {to, text};

    return file_is_output(to) ? cli_deliver(text) : file_deliver_all(&file, 1);
}
