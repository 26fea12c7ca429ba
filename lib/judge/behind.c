/* SPDX-License-Identifier: MIT */
/*
 * Who stands behind a shared host follows from who publishes it; what was seen
 * there, from the sightings. Made once for a basis and shared by its
 * predictions. A host of which a plan says what it shows, or a server that
 * drops its sightings, counts as not seen.
 */
#include "judge/behind.h"

#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "base/table.h"
#include "facts/host.h"

const char *behind_name(const struct adscp_server *server)
{
    return server->fqdn != NULL ? server->fqdn : server->name;
}

void behind_release(struct behind *behind)
{
    if (behind == NULL || atomic_fetch_sub(&behind->holders, 1) > 1)
        return;
    arena_free(&behind->arena);
    free(behind);
}

static bool has_host(const struct adscp_sightings *sightings, struct span name,
                     int port)
{
    return sightings != NULL &&
           sightings_find(sightings, name.text, name.length, port) != NULL;
}

/* Somebody says what it shows, whatever was seen. */
static bool is_assumed(const struct basis *basis, const char *host, int port)
{
    const struct span name = host_without_dot(span_of(host));

    return has_host(basis->given, name, port) ||
           (basis->assumed != NULL &&
            has_host(basis->assumed->shown, name, port));
}

/* -------------------------------------------------------------- compare -- */

/* The rows of one look. */
struct rows {
    const struct adscp_sighting *at;
    size_t count;
};

static struct rows rows_of_host(const struct basis *basis, const char *host,
                                int port)
{
    const struct adscp_sightings *sightings = basis->sightings;
    const struct span name = host_without_dot(span_of(host));
    const struct sighted_host *seen =
        is_assumed(basis, host, port)
            ? NULL
            : sightings_find(sightings, name.text, name.length, port);

    return seen != NULL
               ? (struct rows){sightings->rows + seen->first, seen->count}
               : (struct rows){NULL, 0};
}

static struct rows rows_behind(const struct basis *basis,
                               const struct adscp_front *front,
                               const char *host)
{
    const struct adscp_sightings *sightings = basis->sightings;
    const struct sighted_behind *seen =
        is_assumed(basis, host, front->port)
            ? NULL
            : sightings_find_behind(sightings, front->host, host, front->port);

    return seen != NULL ? (struct rows){sightings->behind_rows + seen->first,
                                        seen->count}
                        : (struct rows){NULL, 0};
}

static bool shows(struct rows rows, const struct adscp_certificate *certificate)
{
    size_t i;

    for (i = 0; i < rows.count; i++)
        if (rows.at[i].chain_count > 0 &&
            certificate_same(rows.at[i].chain[0], certificate))
            return true;
    return false;
}

/* The first row with a certificate, else the first row. */
static const struct adscp_sighting *first_shown(struct rows rows)
{
    size_t i;

    for (i = 0; i < rows.count; i++)
        if (rows.at[i].chain_count > 0)
            return &rows.at[i];
    return rows.count > 0 ? &rows.at[0] : NULL;
}

/* Of several addresses, the one that does not show what the front shows. */
static void compare(struct rows front, struct rows rows,
                    struct adscp_backend *row)
{
    size_t i;

    row->sighting = first_shown(rows);
    row->same = -1;
    if (behind_shown(first_shown(front)) == NULL ||
        behind_shown(row->sighting) == NULL)
        return;
    row->same = 1;
    for (i = 0; i < rows.count && row->same == 1; i++)
        if (rows.at[i].chain_count > 0 && !shows(front, rows.at[i].chain[0])) {
            row->sighting = &rows.at[i];
            row->same = 0;
        }
}

/* ----------------------------------------------------------------- make -- */

/* In whichever directory was read. */
static const struct front *find_front(const struct forest_index *forest_index,
                                      const char *host, int port)
{
    const struct front *front = NULL;
    size_t i;

    for (i = 0; i < forest_index->forest->directory_count && front == NULL; i++)
        if (forest_index->pages[i] != NULL)
            front = topology_front(&forest_index->pages[i]->topology,
                                   span_of(host), port);
    return front;
}

static int fill(const struct basis *basis, const struct front *publishers,
                struct arena *arena, struct adscp_front *front)
{
    struct rows seen = rows_of_host(basis, front->host, front->port);
    const struct adscp_certificate *shown;
    size_t i;

    front->sighting = first_shown(seen);
    shown = behind_shown(front->sighting);
    for (i = 0; i < seen.count; i++)
        if (seen.at[i].chain_count > 0 &&
            !certificate_same(shown, seen.at[i].chain[0]))
            front->several = true;
    front->rows =
        arena_alloc(arena, publishers->publishers * sizeof(*front->rows));
    if (front->rows == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < publishers->publishers; i++) {
        struct adscp_backend *row = &front->rows[front->count++];

        row->server = front_publisher(publishers, i);
        row->host = behind_name(row->server);
        row->own = behind_shown(
            first_shown(rows_of_host(basis, row->host, front->port)));
        compare(seen, rows_behind(basis, front, row->host), row);
        front->different += row->same == 0;
        front->same += row->same == 1;
    }
    return ADSCP_OK;
}

/* Was this front there before? An edited snapshot may scatter its servers. */
static int know(struct behind *behind, struct table *known,
                const struct sighted_behind *row, bool *newp)
{
    uint32_t count = known->count, number;
    char *key = arena_format(&behind->arena, "%d %s", row->port, row->front);

    if (key == NULL)
        return ADSCP_E_NOMEM;
    number = table_keep(known, &behind->arena, key, strlen(key));
    *newp = number == count;
    return number != TABLE_NONE ? ADSCP_OK : ADSCP_E_NOMEM;
}

static size_t count_pages(const struct forest_index *forest_index)
{
    size_t count = 0, i;

    for (i = 0; i < forest_index->forest->directory_count; i++)
        count += forest_index->pages[i] != NULL;
    return count;
}

static int add_front(const struct basis *basis, struct behind *behind,
                     const struct sighted_behind *row)
{
    const struct front *front =
        find_front(basis->forest_index, row->front, row->port);
    struct adscp_front *made = &behind->fronts[behind->count];

    if (front == NULL)
        return ADSCP_OK;
    behind->count++;
    made->host = row->front;
    made->port = row->port;
    return fill(basis, front, &behind->arena, made);
}

static int make(const struct basis *basis, struct behind *behind)
{
    const struct adscp_sightings *sightings = basis->sightings;
    struct table known = {.sense = TABLE_ASCII};
    int rc = ADSCP_OK;
    size_t i;

    behind->fronts = arena_alloc(&behind->arena, sightings->behind_count *
                                                     sizeof(*behind->fronts));
    if (behind->fronts == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < sightings->behind_count && rc == ADSCP_OK; i++) {
        const struct sighted_behind *row = &sightings->behind[i];
        bool is_new = false;

        /* Those of one front stand together, and share its text. */
        if (i == 0 || row->front != row[-1].front || row->port != row[-1].port)
            rc = know(behind, &known, row, &is_new);
        if (rc == ADSCP_OK && is_new)
            rc = add_front(basis, behind, row);
        if (rc == ADSCP_OK)
            rc = deadline_look(basis->deadline);
    }
    table_clear(&known);
    return rc;
}

int behind_read(struct basis *basis, struct behind **behindp)
{
    size_t pages = count_pages(basis->forest_index);
    struct behind *behind = basis->behind;
    int rc;

    *behindp = NULL;
    if (basis->sightings == NULL || basis->sightings->behind_count == 0)
        return ADSCP_OK;
    if (behind == NULL || behind->pages != pages) {
        behind = calloc(1, sizeof(*behind));
        if (behind == NULL)
            return ADSCP_E_NOMEM;
        arena_init(&behind->arena);
        atomic_init(&behind->holders, 1);
        behind->pages = pages;
        rc = make(basis, behind);
        if (rc != ADSCP_OK) {
            behind_release(behind);
            return rc;
        }
        behind_release(basis->behind);
        basis->behind = behind;
    }
    atomic_fetch_add(&behind->holders, 1);
    *behindp = behind;
    return ADSCP_OK;
}
