/* SPDX-License-Identifier: MIT */
/*
 * What was taken apart serves every store of the process that has the same
 * bytes, as long as one of them lives: two exports of one forest have the same
 * certificates, and OpenSSL takes a million instructions for each. They are
 * told apart by their SHA-256.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "facts/certificate/private.h"

enum { ROOM_FIRST = 64 }; /* a power of two */

/* LOCK_CERTIFICATES guards it. */
static struct {
    struct certificate_parsed **chains; /* by the row's key */
    size_t room, count;
} shared;

static struct certificate_parsed **chain_of(uint32_t key)
{
    return &shared.chains[key & (shared.room - 1)];
}

static void insert(struct certificate_parsed *parsed)
{
    struct certificate_parsed **chain = chain_of(parsed->key);

    parsed->next = *chain;
    *chain = parsed;
}

/* false: out of memory, and all is as it was. */
static bool grow(void)
{
    size_t room = shared.room > 0 ? 2 * shared.room : ROOM_FIRST, before, i;
    struct certificate_parsed **old = shared.chains, *parsed, *next;
    struct certificate_parsed **chains = calloc(room, sizeof(*chains));

    if (chains == NULL)
        return false;
    before = shared.room;
    shared.chains = chains;
    shared.room = room;
    for (i = 0; i < before; i++)
        for (parsed = old[i]; parsed != NULL; parsed = next) {
            next = parsed->next;
            insert(parsed);
        }
    free(old);
    return true;
}

static struct certificate_parsed *find(uint32_t key, const uint8_t *sha256)
{
    struct certificate_parsed *parsed = shared.room > 0 ? *chain_of(key) : NULL;

    while (parsed != NULL &&
           (parsed->key != key ||
            memcmp(parsed->sha256, sha256, sizeof(parsed->sha256)) != 0))
        parsed = parsed->next;
    if (parsed != NULL)
        parsed->holders++;
    return parsed;
}

static struct certificate_parsed *take(uint32_t key, const uint8_t *sha256)
{
    struct certificate_parsed *parsed;

    lock_take(LOCK_CERTIFICATES);
    parsed = find(key, sha256);
    lock_release(LOCK_CERTIFICATES);
    return parsed;
}

/* Somebody may have been faster. NULL: out of memory. */
static struct certificate_parsed *put(struct certificate_parsed *made)
{
    struct certificate_parsed *kept;

    made->holders = 1;
    lock_take(LOCK_CERTIFICATES);
    kept = find(made->key, made->sha256);
    if (kept == NULL && (shared.count < shared.room || grow())) {
        insert(made);
        shared.count++;
        kept = made;
    }
    lock_release(LOCK_CERTIFICATES);
    if (kept != made)
        certificate_parsed_free(made);
    return kept;
}

/* It is in its chain. The last one takes the table along. */
static void leave(struct certificate_parsed *parsed)
{
    struct certificate_parsed **at = chain_of(parsed->key);

    while (*at != parsed)
        at = &(*at)->next;
    *at = parsed->next;
    if (--shared.count > 0)
        return;
    free(shared.chains);
    shared.chains = NULL;
    shared.room = 0;
}

struct certificate_parsed *
certificate_parsed_hold(const struct adscp_certificate *row)
{
    struct certificate_parsed *parsed;
    uint8_t sha256[CERTIFICATE_SHA256_LENGTH];

    if (!certificate_digest(row, sha256))
        return NULL;
    parsed = take(row->key, sha256);
    if (parsed != NULL)
        return parsed;
    parsed = certificate_parse(row->der, row->length);
    if (parsed == NULL)
        return NULL;
    parsed->key = row->key;
    memcpy(parsed->sha256, sha256, sizeof(sha256));
    return put(parsed);
}

void certificate_parsed_release(struct certificate_parsed *parsed)
{
    bool is_last;

    if (parsed == NULL)
        return;
    lock_take(LOCK_CERTIFICATES);
    is_last = --parsed->holders == 0;
    if (is_last)
        leave(parsed);
    lock_release(LOCK_CERTIFICATES);
    if (is_last)
        certificate_parsed_free(parsed);
}
