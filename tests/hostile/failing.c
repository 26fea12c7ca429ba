/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: allocation number FAIL_AT (from 0) of the process fails, and
 * where FAIL_REST is set all behind it as well, whoever asks. How many there
 * were stands in the file FAIL_COUNT at the end; a crash names where it was, on
 * standard error.
 */
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum { FRAMES = 24 };

static atomic_long asked;
static atomic_bool counting;
static long fail_at = -1;
static bool rest, tell;

static void trace(const char *what)
{
    void *frames[FRAMES];
    ssize_t ignored = write(STDERR_FILENO, what, __builtin_strlen(what));

    (void)ignored;
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
}

static bool fails(void)
{
    long number;
    bool it;

    if (!atomic_load(&counting))
        return false;
    number = atomic_fetch_add(&asked, 1);
    it = fail_at >= 0 && (number == fail_at || (rest && number > fail_at));
    if (it && tell && number == fail_at) {
        atomic_store(&counting, false);
        trace("fails:\n");
        atomic_store(&counting, true);
    }
    return it;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

static void crashed(int number)
{
    atomic_store(&counting, false);
    trace("crash:\n");
    signal(number, SIG_DFL);
    raise(number);
}

static void __attribute__((constructor)) begin(void)
{
    const char *at = getenv("FAIL_AT");
    void *frame;

    (void)backtrace(&frame, 1); /* it loads a library at its first call */
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
    if (at != NULL)
        fail_at = strtol(at, NULL, 10);
    rest = getenv("FAIL_REST") != NULL;
    tell = getenv("FAIL_TELL") != NULL;
    atomic_store(&counting, true);
}

static void __attribute__((destructor)) end(void)
{
    const char *name = getenv("FAIL_COUNT");
    int fd = name != NULL ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

    atomic_store(&counting, false);
    if (fd < 0)
        return;
    dprintf(fd, "%ld\n", atomic_load(&asked));
    close(fd);
}
