/* SPDX-License-Identifier: MIT */
/*
 * Passwords: from a file or from the terminal, never from the command line,
 * where every user of the machine could read them. Bytes are read with read(2),
 * so that no copy stays in a buffer of stdio; the caller wipes the one that is
 * left.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

/* Read to the first newline, the end, or the end of the buffer. Returns the
 * number of bytes, or -1. */
static ssize_t read_line(int fd, char secret[CLI_SECRET_SIZE])
{
    size_t length = 0;
    ssize_t got;

    do {
        got = read(fd, secret + length, CLI_SECRET_SIZE - length);
        if (got < 0)
            return -1;
        length += (size_t)got;
    } while (got > 0 && memchr(secret, '\n', length) == NULL &&
             length < CLI_SECRET_SIZE);
    return (ssize_t)length;
}

/* Make a string of what was read: one line, not cut short, no NUL inside. */
static bool cut_line(char secret[CLI_SECRET_SIZE], ssize_t got)
{
    size_t length = (size_t)got;
    char *end;

    if (got < 0)
        return false;
    end = memchr(secret, '\n', length);
    if (end != NULL)
        length = (size_t)(end - secret);
    if (length == CLI_SECRET_SIZE || memchr(secret, '\0', length) != NULL)
        return false;
    explicit_bzero(secret + length, CLI_SECRET_SIZE - length);
    return true;
}

static void warn_if_readable(int fd, const char *path)
{
    struct stat status;

    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        (status.st_mode & (S_IRGRP | S_IROTH)) != 0)
        cli_fail("warning: others can read the password file %s", path);
}

bool cli_secret_file(const char *path, char secret[CLI_SECRET_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read_line(fd, secret) : -1;
    bool ok = cut_line(secret, got);

    if (got < 0)
        cli_fail("the password file %s cannot be read: %s", path,
                 strerror(errno));
    else if (!ok)
        cli_fail("the first line of %s is not a password: it is empty, too "
                 "long, or holds a NUL byte",
                 path);
    else
        warn_if_readable(fd, path);
    if (fd >= 0)
        close(fd);
    return ok;
}

static void catch (int number)
{
    caught = number;
}

/* The signals that would end us while the terminal does not echo. They are held
 * back, but for the wait: there they end the wait, and us after it. */
static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { DEADLY_COUNT = sizeof(deadly) / sizeof(deadly[0]) };

struct guard {
    struct sigaction actions[DEADLY_COUNT];
    sigset_t mask;
};

static void guard_begin(struct guard *before)
{
    struct sigaction action = {.sa_handler = catch};
    sigset_t held;
    int i;

    sigemptyset(&held);
    for (i = 0; i < DEADLY_COUNT; i++)
        sigaddset(&held, deadly[i]);
    sigprocmask(SIG_BLOCK, &held, &before->mask);
    for (i = 0; i < DEADLY_COUNT; i++)
        sigaction(deadly[i], &action, &before->actions[i]);
}

static void guard_end(const struct guard *before)
{
    int i;

    sigprocmask(SIG_SETMASK, &before->mask, NULL);
    for (i = 0; i < DEADLY_COUNT; i++)
        sigaction(deadly[i], &before->actions[i], NULL);
}

/* The terminal gives a line at a time. The flush when the echo goes drops what
 * was typed ahead, so the question comes after it. */
static ssize_t ask_silently(int fd, const sigset_t *mask,
                            char secret[CLI_SECRET_SIZE])
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    struct termios usual, silent;
    ssize_t got = -1;

    if (tcgetattr(fd, &usual) != 0)
        return -1;
    silent = usual;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(fd, TCSAFLUSH, &silent) == 0 &&
        dprintf(fd, "Password: ") > 0 && ppoll(&wait, 1, NULL, mask) == 1)
        got = read(fd, secret, CLI_SECRET_SIZE);
    tcsetattr(fd, TCSAFLUSH, &usual);
    if (dprintf(fd, "\n") < 0)
        return -1;
    return got;
}

bool cli_secret_prompt(char secret[CLI_SECRET_SIZE])
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct guard before;
    bool ok = false;

    if (fd >= 0) {
        guard_begin(&before);
        ok = cut_line(secret, ask_silently(fd, &before.mask, secret));
        guard_end(&before);
        close(fd);
    }
    if (caught != 0) /* now that the terminal echoes again */
        raise(caught);
    if (!ok)
        cli_fail(
            "no password could be read from the terminal: use -y FILE where "
            "there is none");
    return ok;
}
