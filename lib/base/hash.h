/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_HASH_H
#define ADSCP_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Hashes of text under a key that is drawn once for each process, so that
 * nobody can write texts that collide: of the bytes as they are, of ASCII
 * letters in either case, and of what text_equal_fold() takes for the same. */
uint32_t hash_bytes(const char *text, size_t length);
uint32_t hash_ascii(const char *text, size_t length);
uint32_t hash_fold(const char *text, size_t length);
/* One hash of two. */
uint32_t hash_join(uint32_t a, uint32_t b);

/* Numbers by hash: the one hash table. What a number stands for, and so whether
 * it is the one that was looked for, is the caller's business. */
struct hash_slot {
    uint32_t hash;
    uint32_t number; /* plus 1; 0: free */
};

struct hash_index {
    struct hash_slot *slots; /* NULL: holds nothing */
    uint32_t count;
    uint32_t mask;
};

#define HASH_NONE UINT32_MAX

/* Room for so many numbers at least, half of the slots being free. false: out
 * of memory, and the index is as it was. */
bool hash_reserve(struct hash_index *index, size_t count);
/* Add a number below HASH_NONE. false: out of memory. */
bool hash_add(struct hash_index *index, uint32_t hash, uint32_t number);
void hash_clear(struct hash_index *index);

/* The next number with this hash, from slot *atp on. HASH_NONE: there is none.
 */
static inline uint32_t hash_next(const struct hash_index *index, uint32_t hash,
                                 uint32_t *atp)
{
    for (;;) {
        const struct hash_slot *slot = &index->slots[*atp & index->mask];

        ++*atp;
        if (slot->number == 0 || slot->hash == hash)
            return slot->number - 1;
    }
}

/* The first one. */
static inline uint32_t hash_first(const struct hash_index *index, uint32_t hash,
                                  uint32_t *atp)
{
    *atp = hash;
    return index->count > 0 ? hash_next(index, hash, atp) : HASH_NONE;
}

#endif
