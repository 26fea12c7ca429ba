/* SPDX-License-Identifier: MIT */
#include "judge/assumed.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"

struct assumed *assumed_new(void)
{
    struct assumed *assumed = calloc(1, sizeof(*assumed));

    if (assumed == NULL)
        return NULL;
    assumed->shown = sightings_new();
    if (assumed->shown == NULL) {
        free(assumed);
        return NULL;
    }
    return assumed;
}

void assumed_free(struct assumed *assumed)
{
    if (assumed == NULL)
        return;
    certificate_list_free(&assumed->trusted);
    sightings_release(assumed->shown);
    free(assumed->moves);
    free(assumed);
}

/* The rows of a list are the certificates' own, and the array is copied. */
static int take_chain(struct adscp_sightings *shown, const void *bytes,
                      size_t length, struct adscp_sighting *row)
{
    struct certificate_list list = {0};
    int rc = certificates_read(shown->certificates, bytes, length, &list);

    if (rc == ADSCP_OK)
        row->chain =
            arena_alloc(&shown->arena, (list.count + 1) * sizeof(*row->chain));
    if (rc == ADSCP_OK && row->chain == NULL)
        rc = ADSCP_E_NOMEM;
    if (rc == ADSCP_OK && list.count > 0) {
        memcpy(row->chain, list.rows, list.count * sizeof(*row->chain));
        row->chain_count = list.count;
    }
    certificate_list_free(&list);
    return rc;
}

/* NULL: out of memory. */
static struct adscp_sighting *add_row(struct adscp_sightings *shown,
                                      const char *host, int port)
{
    struct adscp_sighting *row = sightings_add(shown, host, port);

    if (row != NULL)
        row->outcome = ADSCP_SIGHTING_OUTCOME_OK;
    return row;
}

int assumed_show(struct assumed *assumed, const char *host, int port,
                 const void *bytes, size_t length)
{
    struct adscp_sighting *row = add_row(assumed->shown, host, port);

    if (row == NULL)
        return ADSCP_E_NOMEM;
    return bytes != NULL ? take_chain(assumed->shown, bytes, length, row)
                         : ADSCP_OK;
}

/* ------------------------------------------------ by the caller's word -- */

/* The certificates move into the store of the list. */
static int copy_row(const struct adscp_sighting *from,
                    struct adscp_sightings *to)
{
    struct adscp_sighting *row = add_row(to, from->host, from->port);
    int rc = ADSCP_OK;

    if (row != NULL)
        row->chain =
            arena_alloc(&to->arena, from->chain_count * sizeof(*row->chain));
    if (row == NULL || row->chain == NULL)
        return ADSCP_E_NOMEM;
    while (row->chain_count < from->chain_count && rc == ADSCP_OK) {
        size_t length, i = row->chain_count++;
        const void *der = certificate_der(from->chain[i], &length);

        rc = certificates_add(to->certificates, der, length, &row->chain[i]);
    }
    return rc;
}

static int check_leaf(const struct adscp_sighting *row)
{
    const struct certificate_facts *leaf;

    if (row->chain_count == 0)
        return ADSCP_E_FORMAT;
    leaf = certificate_facts(row->chain[0]);
    if (leaf == NULL)
        return ADSCP_E_NOMEM;
    return leaf->problem == NULL ? ADSCP_OK : ADSCP_E_FORMAT;
}

static int fill_given(const struct adscp_sightings *before, const char *host,
                      int port, const void *bytes, size_t length,
                      struct adscp_sightings *given)
{
    struct adscp_sighting *row;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; before != NULL && i < before->count && rc == ADSCP_OK; i++)
        rc = copy_row(&before->rows[i], given);
    row = rc == ADSCP_OK ? add_row(given, host, port) : NULL;
    if (row == NULL)
        return ADSCP_E_NOMEM;
    rc = take_chain(given, bytes, length, row);
    if (rc == ADSCP_OK)
        rc = check_leaf(row);
    return rc == ADSCP_OK ? sightings_freeze(given) : rc;
}

int assumed_given(const struct adscp_sightings *before, const char *host,
                  int port, const void *bytes, size_t length,
                  struct adscp_sightings **out)
{
    struct adscp_sightings *given = sightings_new();
    int rc = given != NULL
                 ? fill_given(before, host, port, bytes, length, given)
                 : ADSCP_E_NOMEM;

    if (rc != ADSCP_OK) {
        sightings_release(given);
        return rc;
    }
    *out = given;
    return ADSCP_OK;
}

/* ---------------------------------------------------------- by a plan -- */

int assumed_trust(struct assumed *assumed, const void *bytes, size_t length)
{
    return certificates_read(assumed->shown->certificates, bytes, length,
                             &assumed->trusted);
}

static bool is_name(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

/* What came from elsewhere before goes along. */
int assumed_move(struct assumed *assumed, const char *from, const char *to,
                 int64_t count)
{
    struct arena *arena = &assumed->shown->arena;
    struct assumed_move move = {arena_copy(arena, from, strlen(from)),
                                arena_copy(arena, to, strlen(to)), count};
    struct assumed_move *rows =
        rows_grow(assumed->moves, assumed->move_count, sizeof(*rows));
    size_t i;

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    assumed->moves = rows;
    if (move.from == NULL || move.to == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < assumed->move_count; i++)
        if (is_name(rows[i].to, from))
            rows[i].to = move.to;
    for (i = 0; i < assumed->move_count; i++)
        if (is_name(rows[i].from, from) && !is_name(rows[i].from, rows[i].to))
            return ADSCP_OK; /* what was there has left it already */
    rows[assumed->move_count++] = move;
    return ADSCP_OK;
}

int assumed_freeze(struct assumed *assumed)
{
    return sightings_freeze(assumed->shown);
}
