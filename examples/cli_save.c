/* SPDX-License-Identifier: MIT */
/*
 * A snapshot of what was read, into a file. Whoever looks at the file finds all
 * of it or what was there before, never a part: it is written under another
 * name first.
 */
#include "cli.h"

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

/* Into what cannot be replaced: a device, a pipe. */
static int write_through(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), error;

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

static int replace(const char *path, mode_t mode, const char *text)
{
    char *name = NULL;
    int fd, error;

    if (asprintf(&name, "%s.XXXXXX", path) < 0)
        return ENOMEM;
    fd = mkstemp(name);
    if (fd < 0) {
        error = errno;
        free(name);
        return error;
    }
    error = write_all(fd, text);
    if (error == 0 && fchmod(fd, mode) != 0)
        error = errno;
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && rename(name, path) != 0)
        error = errno;
    if (error != 0)
        unlink(name);
    free(name);
    return error;
}

static int write_file(const char *path, const char *text)
{
    char *place = realpath(path, NULL); /* a link stays one */
    struct stat about;
    int error;

    if (place == NULL || stat(place, &about) != 0)
        error = replace(path, new_mode(), text);
    else if (S_ISREG(about.st_mode))
        error = replace(place, about.st_mode & 07777, text);
    else
        error = write_through(place, text);
    free(place);
    return error;
}

int cli_save(const struct cli *cli, const adscp_forest *forest)
{
    const char *text = adscp_forest_snapshot(forest);
    int error;

    if (text == NULL)
        return cli_fail("out of memory");
    if (strcmp(cli->save_to, "-") == 0) {
        if (cli_deliver(text) != CLI_DONE)
            return CLI_LOCAL;
    } else {
        error = write_file(cli->save_to, text);
        if (error != 0)
            return cli_fail("%s cannot be written: %s", cli->save_to,
                            strerror(error));
    }
    return adscp_forest_complete(forest) ? CLI_DONE : CLI_PARTIAL;
}
