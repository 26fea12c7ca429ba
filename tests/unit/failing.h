/* SPDX-License-Identifier: MIT */
/*
 * Allocations that fail, one or all from one on.
 *
 * The library's own calls come here by the linker's --wrap (of malloc, calloc,
 * realloc, reallocarray, free, strdup, strndup, asprintf and the latter's
 * fortified form); those that other libraries make for themselves do not. The
 * arena of this program allocates each piece by itself, so that each can fail.
 */
#ifndef ADSCP_TESTS_FAILING_H
#define ADSCP_TESTS_FAILING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/arena.h"
#include "test.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
void __wrap_free(void *memory);
int __wrap_asprintf(char **textp, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **textp, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static long until_failure = -1; /* that still succeed; -1: all of them */
static bool once;               /* the failure is the only one */
static bool reached;            /* it came to that */
static long alive;
static size_t bytes_asked; /* bytes, of malloc() */

static bool fails(void)
{
    if (until_failure < 0)
        return false;
    if (until_failure > 0) {
        until_failure--;
        return false;
    }
    reached = true;
    if (once)
        until_failure = -1;
    return true;
}

static void *born(void *memory)
{
    alive += memory != NULL;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    bytes_asked += size;
    return fails() ? NULL : born(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : born(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    void *moved;

    if (fails())
        return NULL;
    moved = __real_realloc(memory, size);
    alive += moved != NULL && memory == NULL;
    return moved;
}

void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
    void *moved;

    if (fails())
        return NULL;
    moved = __real_reallocarray(memory, count, size);
    alive += moved != NULL && memory == NULL;
    return moved;
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : born(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t length)
{
    return fails() ? NULL : born(__real_strndup(text, length));
}

static int print(char **textp, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* What *textp is after a failure, nobody may rely upon. */
static int print(char **textp, const char *format, va_list arguments)
{
    int length;

    if (fails()) {
        *textp = (char *)-1;
        return -1;
    }
    length = vasprintf(textp, format, arguments);
    alive += length >= 0;
    return length;
}

int __wrap_asprintf(char **textp, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = print(textp, format, arguments);
    va_end(arguments);
    return length;
}

int __wrap___asprintf_chk(char **textp, int flag, const char *format, ...)
{
    va_list arguments;
    int length;

    (void)flag;
    va_start(arguments, format);
    length = print(textp, format, arguments);
    va_end(arguments);
    return length;
}

void __wrap_free(void *memory)
{
    alive -= memory != NULL;
    __real_free(memory);
}

/* --------------------------------------------------- arena, piece by piece */

/* Instead of base/arena.c, which the linker then leaves in its archive. */
struct arena_block {
    struct arena_block *next;
    max_align_t bytes[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_free(struct arena *arena)
{
    struct arena_block *block, *next;

    for (block = arena->blocks; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    arena_init(arena);
}

char *arena_bytes(struct arena *arena, size_t size)
{
    struct arena_block *block = malloc(sizeof(*block) + size);

    if (block == NULL)
        return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    return (char *)block->bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    char *bytes = arena_bytes(arena, size);

    return bytes != NULL ? memset(bytes, 0, size) : NULL;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_bytes(arena, length + 1);

    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

#endif
