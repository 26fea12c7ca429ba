/* SPDX-License-Identifier: MIT */
/*
 * Entries that left a row, kept as they came: for snapshots. An answer to a
 * search holds what was asked for; an export tells kinds of entries apart by
 * their classes alone, so a class that only the search knew is written down.
 */
#include "facts/decode/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "facts/snapshot.h"

enum { NAME_SIZE = 96 };

/* "keywords;range=0-1499": where the rest is missing, a reader shall know. */
static const char *description(enum field field, const struct value_list *list,
                               char name[NAME_SIZE])
{
    if (!decode_is_open(list))
        return decode_field_name(field);
    snprintf(name, NAME_SIZE, "%s;range=%" PRIu32 "-%zu",
             decode_field_name(field), list->start,
             list->start + list->count - 1);
    return name;
}

static void put_class(const struct entry *entry, enum row_kind kind,
                      struct export_text *out)
{
    static const char *const classes[] = {
        [ROW_SCP] = "serviceConnectionPoint",
        [ROW_SERVER] = "msExchExchangeServer",
        [ROW_AUTHORITY] = "certificationAuthority",
    };

    if (entry->lists[FIELD_OBJECT_CLASS].count == 0 &&
        kind < sizeof(classes) / sizeof(classes[0]) && classes[kind] != NULL)
        export_format(out, decode_field_name(FIELD_OBJECT_CLASS), "%s",
                      classes[kind]);
}

static void put_values(const struct entry *entry, enum field field,
                       struct export_text *out)
{
    const struct value_list *list = &entry->lists[field];
    char buffer[NAME_SIZE];
    const char *name = description(field, list, buffer);
    size_t i;

    for (i = 0; i < list->count; i++)
        export_line(out, name, list->rows[i].text, list->rows[i].length);
}

static void put_entry(const struct entry *entry, enum row_kind kind,
                      struct export_text *out)
{
    size_t i;

    export_line(out, "dn", entry->dn.text, entry->dn.length);
    put_class(entry, kind, out);
    put_values(entry, FIELD_OBJECT_CLASS, out);
    for (i = 0; i < FIELD_COUNT; i++)
        if (i != FIELD_OBJECT_CLASS)
            put_values(entry, (enum field)i, out);
    export_put(out, "\n", 1);
}

/* The global catalog repeats what the domain gave; in an export, a second
 * record of one DN would be refused. */
static int keep_person(struct decoder *decoder, const struct entry *entry,
                       struct export_text *out)
{
    struct table *people = &decoder->kept_people;
    uint32_t before = people->count;
    uint32_t number =
        table_keep(people, &decoder->aside, entry->dn.text, entry->dn.length);

    if (number == TABLE_NONE)
        return ADSCP_E_NOMEM;
    if (number == before)
        put_entry(entry, ROW_RECIPIENT, out);
    return ADSCP_OK;
}

int decode_keep(struct decoder *decoder, const struct entry *entry,
                enum row_kind kind)
{
    const struct directory *directory = decoder->directory;
    struct snapshot *snapshot = directory->snapshot;
    size_t start;

    if (snapshot == NULL)
        return ADSCP_OK;
    if (kind == ROW_SCP) {
        start = snapshot->scp_records.used;
        put_entry(entry, kind, &snapshot->scp_records);
        return snapshot_place(snapshot,
                              entry->has_place
                                  ? entry->place
                                  : (uint32_t)(directory->scp_count - 1),
                              start)
                   ? ADSCP_OK
                   : ADSCP_E_NOMEM;
    }
    if (kind != ROW_RECIPIENT)
        put_entry(entry, kind, &snapshot->records);
    else if (keep_person(decoder, entry, &snapshot->records) != ADSCP_OK)
        return ADSCP_E_NOMEM;
    return snapshot->records.failed ? ADSCP_E_NOMEM : ADSCP_OK;
}
