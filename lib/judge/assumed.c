/* SPDX-License-Identifier: MIT */
#include "judge/assumed.h"

#include <stdlib.h>
#include <string.h>

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
    atomic_init(&assumed->holders, 1);
    assumed->databases.sense = TABLE_FOLD;
    return assumed;
}

struct assumed *assumed_hold(struct assumed *assumed)
{
    if (assumed != NULL)
        atomic_fetch_add(&assumed->holders, 1);
    return assumed;
}

void assumed_free(struct assumed *assumed)
{
    if (assumed == NULL || atomic_fetch_sub(&assumed->holders, 1) > 1)
        return;
    certificate_list_free(&assumed->trusted);
    sightings_release(assumed->shown);
    table_clear(&assumed->databases);
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

/* The number of a database, in which its mailboxes are at first. */
static uint32_t database(struct assumed *assumed, const char *dn)
{
    struct table *table = &assumed->databases;
    uint32_t count = table->count;
    uint32_t number = table_keep(table, &assumed->shown->arena, dn, strlen(dn));

    if (number != TABLE_NONE && number == count)
        table->rows[number].value = number;
    return number;
}

/* What came from elsewhere before goes along; what has left stays away. */
int assumed_move(struct assumed *assumed, const char *from, const char *to)
{
    struct table *table = &assumed->databases;
    uint32_t source = database(assumed, from), target = database(assumed, to);
    uint32_t i;

    if (source == TABLE_NONE || target == TABLE_NONE)
        return ADSCP_E_NOMEM;
    for (i = 0; i < table->count; i++)
        if (table->rows[i].value == source)
            table->rows[i].value = target;
    return ADSCP_OK;
}

const char *assumed_place(const struct assumed *assumed, const char *dn)
{
    const struct table *table = assumed != NULL ? &assumed->databases : NULL;
    uint32_t number = TABLE_NONE;

    if (table != NULL && table->count > 0)
        number = table_find(table, dn, strlen(dn));
    return number != TABLE_NONE && table->rows[number].value != number
               ? table->rows[table->rows[number].value].text
               : dn;
}

int assumed_freeze(struct assumed *assumed)
{
    return sightings_freeze(assumed->shown);
}
