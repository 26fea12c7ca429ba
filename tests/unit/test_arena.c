/* SPDX-License-Identifier: MIT */
/* base/arena: alignment, large pieces, copies. */
#include "test.h"

#include <stdalign.h>

#include "base/arena.h"

static void test_alignment(void)
{
    struct arena arena;
    int i;

    arena_init(&arena);
    for (i = 0; i < 2000; i++) {
        char *row, *text;

        text = arena_bytes(&arena, (size_t)(i % 23));
        row = arena_alloc(&arena, (size_t)(i % 301));
        CHECK(text != NULL && row != NULL);
        CHECK((uintptr_t)row % alignof(max_align_t) == 0);
        memset(row, 0x5A, (size_t)(i % 301));
    }
    arena_free(&arena);
}

static void test_zeroed(void)
{
    struct arena arena;
    const char *row;
    size_t i;

    arena_init(&arena);
    memset(arena_bytes(&arena, 100), 0xFF, 100);
    row = arena_alloc(&arena, 3000);
    for (i = 0; i < 3000; i++)
        if (row[i] != 0)
            break;
    CHECK_INT(i, 3000);
    arena_free(&arena);
}

static void test_large(void)
{
    struct arena arena;
    char *small, *large, *next;

    arena_init(&arena);
    small = arena_copy(&arena, "abc", 3);
    large = arena_bytes(&arena, 10u << 20);
    next = arena_copy(&arena, "", 0);
    CHECK(large != NULL);
    memset(large, 1, 10u << 20);
    CHECK_STR(small, "abc");
    CHECK(next == small + 4); /* the large one took nothing of the block */
    CHECK(arena_bytes(&arena, SIZE_MAX) == NULL);
    CHECK(arena_alloc(&arena, SIZE_MAX) == NULL);
    CHECK(arena_copy(&arena, "", SIZE_MAX) == NULL);
    arena_free(&arena);
    arena_free(&arena);
}

static const struct test tests[] = {
    {"alignment", test_alignment},
    {"rows are zero", test_zeroed},
    {"large pieces", test_large},
};
TEST_MAIN(tests)
