/* SPDX-License-Identifier: MIT */
/*
 * Counting. The databases are told apart by the bytes of homeMDB, since an
 * export may have users before databases; a bound on how many keeps somebody's
 * odd values from filling the memory.
 */
#include "facts/census.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"

enum { DATABASES_MAX = 16384, DN_MAX = 1024, DOMAINS_MAX = 1024 };

const char *census_kind_name(int kind)
{
    static const char *const names[CENSUS_KINDS] = {
        [ADSCP_CENSUS_KIND_MAILBOXES] = "mailboxes",
        [ADSCP_CENSUS_KIND_SHARED] = "shared",
        [ADSCP_CENSUS_KIND_ARCHIVE] = "archive",
        [ADSCP_CENSUS_KIND_ARBITRATION] = "arbitration",
        [ADSCP_CENSUS_KIND_SYSTEM] = "system",
        [ADSCP_CENSUS_KIND_REMOTE] = "remote",
    };

    return kind >= 0 && kind < CENSUS_KINDS ? names[kind] : NULL;
}

struct census *census_new(void)
{
    struct census *census = calloc(1, sizeof(*census));

    if (census == NULL)
        return NULL;
    arena_init(&census->arena);
    census->databases.sense = TABLE_FOLD;
    census->complete = true;
    return census;
}

void census_free(struct census *census)
{
    if (census == NULL)
        return;
    table_clear(&census->databases);
    free(census->domains);
    arena_free(&census->arena);
    free(census);
}

void census_restart(struct census *census)
{
    uint32_t i;

    for (i = 0; i < census->databases.count; i++)
        census->databases.rows[i].value = 0;
    for (i = 0; i < CENSUS_KINDS; i++)
        census->counts[i] = 0;
    census->astray = 0;
    census->complete = true;
}

/* Where a database is among the recent ones. Names differ in their first
 * characters; whom that does not suit, pays for the table. */
static uint32_t *recent_of(struct census *census, struct span database)
{
    uint64_t head = 0;

    if (database.length >= 3 + sizeof(head)) /* behind "CN=" */
        memcpy(&head, database.text + 3, sizeof(head));
    head = (head ^ database.length) * UINT64_C(0x9e3779b97f4a7c15);
    return &census->recent[head >> 56];
}

static bool is_exactly(const struct table_row *row, struct span text)
{
    return row->length == text.length &&
           memcmp(row->text, text.text, text.length) == 0;
}

/* The number of the database; TABLE_NONE: one too many, or out of memory. */
static uint32_t find(struct census *census, struct span database)
{
    const struct table *known = &census->databases;
    uint32_t *recent = recent_of(census, database), number;

    if (*recent > 0 && is_exactly(&known->rows[*recent - 1], database))
        return *recent - 1;
    if (database.length > DN_MAX)
        return TABLE_NONE;
    number = known->count < DATABASES_MAX
                 ? table_keep(&census->databases, &census->arena, database.text,
                              database.length)
                 : table_find(known, database.text, database.length);
    if (number != TABLE_NONE)
        *recent = number + 1;
    return number;
}

bool census_add(struct census *census, struct span database, int64_t count)
{
    uint32_t number, *value;
    bool may_keep = database.length > 0 && database.length <= DN_MAX &&
                    census->databases.count < DATABASES_MAX;

    number = database.length > 0 ? find(census, database) : TABLE_NONE;
    if (number == TABLE_NONE) {
        census->astray += count;
        return !may_keep;
    }
    value = &census->databases.rows[number].value;
    *value = count < (int64_t)(UINT32_MAX - *value) ? *value + (uint32_t)count
                                                    : UINT32_MAX;
    return true;
}

bool census_add_domain(struct census *census, struct span dn, struct span name)
{
    struct census_domain *rows, *row;

    if (census->domain_count == DOMAINS_MAX) {
        census->complete = false;
        return true;
    }
    rows = rows_grow(census->domains, census->domain_count, sizeof(*rows));
    if (rows == NULL)
        return false;
    census->domains = rows;
    row = &rows[census->domain_count];
    *row = (struct census_domain){NULL, NULL};
    row->dn = text_keep(&census->arena, dn.text, dn.length, NULL);
    if (name.length > 0)
        row->name = text_keep(&census->arena, name.text, name.length, NULL);
    if (row->dn == NULL || (name.length > 0 && row->name == NULL))
        return false;
    census->domain_count++;
    return true;
}

struct census *census_copy(const struct census *census)
{
    struct census *copy = census_new();
    uint32_t i;
    bool ok = copy != NULL;

    for (i = 0; i < census->databases.count && ok; i++) {
        const struct table_row *row = &census->databases.rows[i];

        ok =
            census_add(copy, (struct span){row->text, row->length}, row->value);
    }
    if (!ok) {
        census_free(copy);
        return NULL;
    }
    memcpy(copy->counts, census->counts, sizeof(copy->counts));
    copy->astray = census->astray;
    copy->complete = census->complete;
    copy->is_told = census->is_told;
    return copy;
}

int64_t census_total(const struct census *census)
{
    int64_t sum = 0;
    int i;

    for (i = 0; i < CENSUS_KINDS; i++)
        if (i != ADSCP_CENSUS_KIND_ARCHIVE)
            sum += census->counts[i];
    return sum;
}
