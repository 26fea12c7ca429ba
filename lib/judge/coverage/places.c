/* SPDX-License-Identifier: MIT */
#include "judge/coverage/places.h"

#include <string.h>

#include "facts/census.h"

bool places_are_told(const struct directory *directory)
{
    return directory->census != NULL &&
           (directory->census->is_told ||
            directory->source == ADSCP_FOREST_SOURCE_LDAP);
}

/* By the DN as databases have it: as it is shown. */
static int keep_told(struct places *places, const struct table_row *row)
{
    const char *dn = text_keep(&places->arena, row->text, row->length, NULL);
    uint32_t *value = dn != NULL ? table_value(&places->told, dn,
                                               table_hash(&places->told, dn), 0)
                                 : NULL;

    if (value == NULL)
        return ADSCP_E_NOMEM;
    *value += row->value;
    return ADSCP_OK;
}

static int open_told(struct places *places, const struct census *census)
{
    int rc = table_init(&places->told, TABLE_FOLD, census->databases.count);
    uint32_t i;

    for (i = 0; i < census->databases.count && rc == ADSCP_OK; i++)
        if (census->databases.rows[i].value > 0)
            rc = keep_told(places, &census->databases.rows[i]);
    return rc;
}

int places_open(struct places *places, const struct directory *directory)
{
    *places = (struct places){.directory = directory};
    arena_init(&places->arena);
    return places_are_told(directory) ? open_told(places, directory->census)
                                      : ADSCP_OK;
}

int places_index(struct places *places)
{
    const struct directory *directory = places->directory;
    size_t i, count = directory->database_count;
    int rc = ADSCP_OK;

    if (places->databases.count > 0 || count == 0)
        return ADSCP_OK;
    rc = table_init(&places->databases, TABLE_FOLD, count);
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        const char *dn = directory->databases[i].dn;

        if (table_value(&places->databases, dn,
                        table_hash(&places->databases, dn),
                        (uint32_t)i + 1) == NULL)
            rc = ADSCP_E_NOMEM;
    }
    return rc;
}

void places_close(struct places *places)
{
    table_clear(&places->databases);
    table_clear(&places->told);
    arena_free(&places->arena);
}

const struct database *places_find(const struct places *places, const char *dn)
{
    const uint32_t *number = table_get(&places->databases, dn, strlen(dn));

    return number != NULL ? &places->directory->databases[*number - 1] : NULL;
}

const struct database *places_next(const struct places *places, const char *dn,
                                   size_t *nextp)
{
    const struct directory *directory = places->directory;
    const struct database *database;

    if (*nextp == directory->database_count)
        return NULL;
    database = &directory->databases[*nextp];
    if (database->dn != dn && strcmp(database->dn, dn) != 0)
        return NULL;
    ++*nextp;
    return database;
}

int64_t places_told(const struct places *places, const char *dn)
{
    const uint32_t *count = table_get(&places->told, dn, strlen(dn));

    return count != NULL ? *count : 0;
}
