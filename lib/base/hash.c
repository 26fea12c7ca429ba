/* SPDX-License-Identifier: MIT */
/*
 * Hashing, and the one hash table. Directories and exports are hostile: whoever
 * knows how texts are hashed writes thousands that fall into one slot. So the
 * hash is SipHash-1-3 (Aumasson and Bernstein) under a key that no text can
 * know. Two hashes, or numbers that a forest has at most millions of, are
 * joined by a strongly universal function instead (Thorup, "High Speed Hashing
 * for Integers and Strings", pair-multiply-shift), whose numbers nobody knows
 * either. The table is open addressing with linear probing; nothing is ever
 * taken out.
 */
#include "base/hash.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>

#include "base/text.h"

/* ------------------------------------------------------------------ key -- */

static uint64_t key[2];
static uint64_t join_key[3];
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void draw_join_key(void);

/* Where the kernel's source cannot be asked, or has nothing yet, there are the
 * sixteen random bytes that every process is started with. */
static void draw_key(void)
{
    const void *started_with = (const void *)(uintptr_t)getauxval(AT_RANDOM);

    if (getrandom(key, sizeof(key), GRND_NONBLOCK) != (ssize_t)sizeof(key) &&
        started_with != NULL)
        memcpy(key, started_with, sizeof(key));
    draw_join_key();
}

/* -------------------------------------------------------------- SipHash -- */

struct sip {
    uint64_t a, b, c, d;
};

static inline uint64_t rotate(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void sip_round(struct sip *sip)
{
    sip->a += sip->b;
    sip->c += sip->d;
    sip->b = rotate(sip->b, 13) ^ sip->a;
    sip->d = rotate(sip->d, 16) ^ sip->c;
    sip->a = rotate(sip->a, 32) + sip->d;
    sip->c += sip->b;
    sip->d = rotate(sip->d, 21) ^ sip->a;
    sip->b = rotate(sip->b, 17) ^ sip->c;
    sip->c = rotate(sip->c, 32);
}

static inline void sip_add(struct sip *sip, uint64_t word)
{
    sip->d ^= word;
    sip_round(sip);
    sip->a ^= word;
}

static inline struct sip sip_start(void)
{
    return (struct sip){
        key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
        key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
}

static inline struct sip sip_begin(void)
{
    pthread_once(&key_once, draw_key);
    return sip_start();
}

/* The last word holds the length of it all in its uppermost byte. */
static inline uint64_t sip_end_long(struct sip *sip, uint64_t rest,
                                    size_t length)
{
    sip_add(sip, rest | (uint64_t)length << 56);
    sip->c ^= 0xff;
    sip_round(sip);
    sip_round(sip);
    sip_round(sip);
    return sip->a ^ sip->b ^ sip->c ^ sip->d;
}

static inline uint32_t sip_end(struct sip *sip, uint64_t rest, size_t length)
{
    return (uint32_t)sip_end_long(sip, rest, length);
}

/* The kernel gives no more than sixteen bytes away for sure. */
static void draw_join_key(void)
{
    uint64_t i;

    for (i = 0; i < sizeof(join_key) / sizeof(join_key[0]); i++) {
        struct sip sip = sip_start();

        join_key[i] = sip_end_long(&sip, i, 0);
    }
}

/* ----------------------------------------------------------------- text -- */

enum { STEP = sizeof(uint64_t) };

static inline uint64_t load(const char *text)
{
    uint64_t word;

    memcpy(&word, text, sizeof(word));
    return le64toh(word);
}

/* The bytes behind the last whole word; a longer text is read from its end. */
static inline uint64_t load_rest(const char *text, size_t length)
{
    size_t count = length % STEP, i;
    uint64_t word = 0;

    if (count == 0)
        return 0;
    if (length > STEP)
        return load(text + length - STEP) >> 8 * (STEP - count);
    for (i = 0; i < count; i++)
        word |= (uint64_t)(uint8_t)text[i] << 8 * i;
    return word;
}

/* *seenp: the bits that any byte had set. */
static inline uint32_t hash_words(const char *text, size_t length, bool lower,
                                  uint64_t *seenp)
{
    struct sip sip = sip_begin();
    uint64_t word, seen = 0;
    size_t i;

    for (i = 0; i + STEP <= length; i += STEP) {
        word = load(text + i);
        seen |= word;
        sip_add(&sip, lower ? text_word_lower(word) : word);
    }
    word = load_rest(text, length);
    *seenp = seen | word;
    return sip_end(&sip, lower ? text_word_lower(word) : word, length);
}

uint32_t hash_bytes(const char *text, size_t length)
{
    uint64_t seen;

    return hash_words(text, length, false, &seen);
}

uint32_t hash_ascii(const char *text, size_t length)
{
    uint64_t seen;

    return hash_words(text, length, true, &seen);
}

/* Two characters at a time, every bit of them. */
static uint32_t hash_points(const char *text, size_t length)
{
    struct sip sip = sip_begin();
    size_t i = 0, count = 0;
    uint64_t word = 0;

    while (i < length) {
        word = word << 32 | text_next_folded(text, length, &i);
        if (++count % 2 == 0) {
            sip_add(&sip, word);
            word = 0;
        }
    }
    return sip_end(&sip, word, count);
}

/* What is ASCII folds to ASCII, and nothing else does. */
uint32_t hash_fold(const char *text, size_t length)
{
    uint64_t seen;
    uint32_t hash = hash_words(text, length, true, &seen);

    return (seen & TEXT_HIGH_BITS) == 0 ? hash : hash_points(text, length);
}

uint32_t hash_join(uint32_t a, uint32_t b)
{
    pthread_once(&key_once, draw_key);
    return (uint32_t)(((join_key[0] + b) * (join_key[1] + a) + join_key[2]) >>
                      32);
}

/* ---------------------------------------------------------------- table -- */

enum { FIRST_SLOTS = 16 };

/* There is a free slot. */
static void place(struct hash_slot *slots, uint32_t mask, struct hash_slot slot)
{
    uint32_t at = slot.hash & mask;

    while (slots[at].number != 0)
        at = (at + 1) & mask;
    slots[at] = slot;
}

/* With half of the slots free, a search that finds nothing looks at two or
 * three of them, and at eight or nine were a quarter free. */
bool hash_reserve(struct hash_index *index, size_t count)
{
    uint64_t had = index->slots != NULL ? (uint64_t)index->mask + 1 : 0, i;
    uint64_t wanted = had > 0 ? had : (uint64_t)FIRST_SLOTS;
    struct hash_slot *slots;

    if (count > UINT32_MAX / 4)
        return false;
    while (wanted / 2 < count)
        wanted *= 2;
    if (wanted == had)
        return true;
    slots = calloc(wanted, sizeof(*slots));
    if (slots == NULL)
        return false;
    for (i = 0; i < had; i++)
        if (index->slots[i].number != 0)
            place(slots, (uint32_t)(wanted - 1), index->slots[i]);
    free(index->slots);
    index->slots = slots;
    index->mask = (uint32_t)(wanted - 1);
    return true;
}

bool hash_add(struct hash_index *index, uint32_t hash, uint32_t number)
{
    if (!hash_reserve(index, (size_t)index->count + 1))
        return false;
    place(index->slots, index->mask, (struct hash_slot){hash, number + 1});
    index->count++;
    return true;
}

void hash_clear(struct hash_index *index)
{
    free(index->slots);
    *index = (struct hash_index){0};
}
