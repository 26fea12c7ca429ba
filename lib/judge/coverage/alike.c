/* SPDX-License-Identifier: MIT */
/*
 * Rows of cells that cannot differ. Where no other URL may come before the
 * first one, and somebody answers there, the rest of a client's list decides
 * nothing: thousands of groups of sites begin at the few URLs of the forest,
 * and each of these is followed once for each home.
 */
#include "judge/coverage/alike.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "judge/order/order.h"

static bool same_key(const struct alike_key *a, const struct alike_key *b)
{
    return a->url == b->url && a->scp == b->scp &&
           a->directory == b->directory && a->evidence == b->evidence &&
           a->complete == b->complete;
}

static uint32_t hash_key(const struct alike_key *key)
{
    uint32_t hash = hash_join((uint32_t)(uintptr_t)key->scp,
                              (uint32_t)((uintptr_t)key->url >> 4));

    return hash_join(hash, (uint32_t)key->evidence);
}

/* A client of one kind may ask no SCP at all: see generation.h. */
static bool is_any_outlook(const struct basis *basis)
{
    return basis->client < 0 && basis->settings == NULL;
}

int alike_key(const struct basis *basis, const struct adscp_coverage *coverage,
              const struct coverage_site *site, struct alike_key *key)
{
    const struct client client = client_make(
        coverage->forest_index->forest, site->name, site->id, coverage->domain);
    struct order_rivals rivals;
    struct order order;
    int rc;

    *key = (struct alike_key){.scp = NULL};
    if (site->name == NULL || !is_any_outlook(basis))
        return ADSCP_OK;
    rc = order_make(coverage->forest_index, coverage->profile, &client, &order);
    if (rc != ADSCP_OK)
        return rc;
    order_rivals(&order, 1, &rivals);
    if (rivals.count == 0)
        *key = (struct alike_key){.scp = order.first.scp,
                                  .url = order.first.url,
                                  .directory = order.first.directory,
                                  .evidence = order.evidence,
                                  .complete = order.complete};
    /* A URL of the list goes with it. */
    if (key->scp != NULL &&
        key->url != scp_binding(key->scp, key->scp->first_http))
        key->scp = NULL;
    order_clear(&order);
    return ADSCP_OK;
}

uint32_t alike_find(const struct alike *alike, const struct alike_key *key)
{
    uint32_t hash = hash_key(key), at;
    uint32_t found = hash_first(&alike->index, hash, &at);

    while (found != HASH_NONE && !same_key(&alike->rows[found].key, key))
        found = hash_next(&alike->index, hash, &at);
    return found != HASH_NONE ? alike->rows[found].group : ALIKE_NONE;
}

int alike_add(struct alike *alike, const struct alike_key *key, uint32_t group)
{
    struct alike_row *rows =
        rows_grow(alike->rows, alike->count, sizeof(*rows));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    alike->rows = rows;
    if (!hash_add(&alike->index, hash_key(key), (uint32_t)alike->count))
        return ADSCP_E_NOMEM;
    rows[alike->count++] = (struct alike_row){*key, group};
    return ADSCP_OK;
}

void alike_clear(struct alike *alike)
{
    free(alike->rows);
    hash_clear(&alike->index);
}
