/* SPDX-License-Identifier: MIT */
/*
 * Writing what was read. Facts are made anew from the entries when a snapshot
 * is read; only what entries cannot tell is put into words here.
 */
#include "facts/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/census.h"
#include "facts/forest.h"
#include "facts/intern.h"
#include "facts/sightings_text.h"

const char snapshot_attribute[] = "adscpReading";

/* --------------------------------------------------------------- keeping -- */

struct snapshot *snapshot_new(void)
{
    return calloc(1, sizeof(struct snapshot));
}

void snapshot_free(struct snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    export_free(&snapshot->records);
    export_free(&snapshot->scp_records);
    free(snapshot->scps);
    free(snapshot);
}

/* Places come in order, but for a few that are filled late. */
static bool reach(struct snapshot *snapshot, uint32_t place)
{
    struct snapshot_row *rows;

    while (snapshot->scp_count <= place) {
        rows = rows_grow(snapshot->scps, snapshot->scp_count, sizeof(*rows));
        if (rows == NULL)
            return false;
        snapshot->scps = rows;
        rows[snapshot->scp_count++] = (struct snapshot_row){0};
    }
    return true;
}

bool snapshot_place(struct snapshot *snapshot, uint32_t place, size_t start)
{
    if (snapshot->scp_records.failed || !reach(snapshot, place))
        return false;
    snapshot->scps[place] =
        (struct snapshot_row){start, snapshot->scp_records.used - start};
    return true;
}

/* --------------------------------------------------------------- writing -- */

#define SAY(text, ...) export_format(text, snapshot_attribute, __VA_ARGS__)

/* Notes that no entry gives again when it is read: those about entries that
 * left nothing behind, and about the reading itself. */
static bool is_carried(const struct adscp_finding *note)
{
    switch (note->code) {
    case FINDING_ENTRY_OUTSIDE:
        return note->dn == NULL; /* never seen by the decoder */
    case FINDING_ENTRY_REFUSED:
    case FINDING_ENTRY_UNASKED:
    case FINDING_ENTRY_DUPLICATE:
    case FINDING_ENTRIES_DELETED:
    case FINDING_RESULT_PARTIAL:
    case FINDING_RESULT_DENIED:
    case FINDING_CENSUS_INCOMPLETE:
    case FINDING_CATALOG_NOT_READ:
    case FINDING_REFERENCES_IGNORED:
    case FINDING_MESSAGES_IGNORED:
    case FINDING_CLIENT_SITE_UNSIGNED:
    case FINDING_CLIENT_SITE_FORGED:
    case FINDING_LDIF_RECORD_BROKEN:
    case FINDING_LDIF_URL_IGNORED:
    case FINDING_LDIF_CHANGE_IGNORED:
    case FINDING_LDIF_TRUNCATED:
    case FINDING_SNAPSHOT_CUT:
    case FINDING_SNAPSHOT_LOOK_DAMAGED:
    case FINDING_LDIF_NOTES_CUT:
        return true;
    default:
        return false;
    }
}

static const char *or_none(const char *text)
{
    return text != NULL ? text : "";
}

/* Its number, DN and texts, as they stand in the sentence. */
static void put_note(const struct adscp_finding *note, struct export_text *out)
{
    enum finding_parameter names[FINDING_PARAMETERS_MAX];
    const char *texts[FINDING_PARAMETERS_MAX + 2] = {NULL};
    size_t count = finding_parameters(note, names), text = 0, i;
    int64_t number = 0;

    for (i = 0; i < count; i++) {
        union finding_value value = finding_value(note, names[i]);

        if (finding_parameter_is_number(names[i]))
            number = value.number;
        else
            texts[text++] = value.text;
    }
    SAY(out, "note %s\t%" PRId64 "\t%s\t%s\t%s", finding_code_name(note->code),
        number, or_none(note->dn), or_none(texts[0]), or_none(texts[1]));
}

static void put_notes(const struct directory *directory,
                      struct export_text *out)
{
    size_t i;

    for (i = 0; i < directory->notes.count; i++) {
        const struct adscp_finding *note = &directory->notes.rows[i];

        if (is_carried(note))
            put_note(note, out);
    }
}

/* For whom everybody was asked; others are not known to be missing. */
static void put_mails(const struct adscp_forest *forest,
                      const struct directory *directory,
                      struct export_text *out)
{
    uint32_t i;

    for (i = 0; directory->recipients_read && i < forest->asked_count; i++)
        SAY(out, "mail %s", forest->intern->names.rows[i].text);
}

/* What people of an export have at all: which of them are not in the snapshot
 * does not matter. */
static void put_people(const struct directory *directory,
                       struct export_text *out)
{
    const struct people *people = &directory->people;

    if (people->count > 0)
        SAY(out, "people %" PRIu32 " %" PRIu32 "%s%s%s%s%s", people->count,
            people->away, people->has_proxies ? " proxies" : "",
            people->has_mail ? " mail" : "", people->has_alias ? " alias" : "",
            people->has_home ? " home" : "",
            people->has_target ? " target" : "");
}

/* Numbers alone; the users are not in the snapshot. */
static void put_census(const struct directory *directory,
                       struct export_text *out)
{
    const struct census *census = directory->census;
    size_t i;

    if (census == NULL)
        return;
    SAY(out, "census %s", census->complete ? "whole" : "part");
    for (i = 0; i < CENSUS_KINDS; i++)
        SAY(out, "mailboxes %s %" PRId64, census_kind_name((int)i),
            census->counts[i]);
    SAY(out, "mailboxes-astray %" PRId64, census->astray);
    for (i = 0; i < census->databases.count; i++) {
        const struct table_row *row = &census->databases.rows[i];

        if (row->value > 0)
            SAY(out, "mailboxes-in %" PRIu32 " %s", row->value, row->text);
    }
}

static void put_client(const struct adscp_forest *forest,
                       struct export_text *out)
{
    size_t i;

    if (forest->domain != NULL)
        SAY(out, "domain %s", forest->domain);
    if (forest->domain_by_mail)
        SAY(out, "domain-by-mail");
    for (i = 0; i < forest->foreign_domain_count; i++)
        SAY(out, "foreign-domain %s %s", forest->foreign_domains[i].name,
            forest->foreign_domains[i].forest);
    if (forest->client_site != NULL && forest->client_site[0] != '\0')
        SAY(out, "site %s", forest->client_site);
    else if (forest->client_site != NULL)
        SAY(out, "in-no-site");
    if (forest->client_address != NULL)
        SAY(out, "address %s", forest->client_address);
}

static void put_text(struct export_text *out, const char *name,
                     const char *text)
{
    if (text != NULL)
        export_line(out, name, text, strlen(text));
}

static void put_root(const struct adscp_forest *forest, size_t index,
                     struct export_text *out)
{
    const struct directory *directory = forest->directories[index];
    bool has_target = directory->target != NULL;

    export_line(out, "dn", "", 0);
    /* First, so that a file that is cut behind any line but "dn:" shows it. */
    SAY(out, "directory %zu%s%s", index + 1, has_target ? " " : "",
        has_target ? directory->target : "");
    if (directory->first_hand)
        SAY(out, "source ldap");
    if (!directory->complete)
        SAY(out, "cut");
    if (directory->problem != ADSCP_OK)
        SAY(out, "problem %d %s", directory->problem,
            or_none(directory->problem_text));
    if (index == 0)
        put_client(forest, out);
    if (index == 0 && forest->sightings != NULL)
        sightings_put(forest->sightings, snapshot_attribute, out);
    put_mails(forest, directory, out);
    put_people(directory, out);
    put_census(directory, out);
    put_notes(directory, out);
    put_text(out, "configurationNamingContext", directory->config_dn);
    put_text(out, "dnsHostName", directory->server);
    export_put(out, "\n", 1);
}

static void put_end(struct export_text *out)
{
    export_line(out, "dn", "", 0);
    SAY(out, "end");
    export_put(out, "\n", 1);
}

static void put_records(const struct snapshot *snapshot,
                        struct export_text *out)
{
    size_t i;

    for (i = 0; i < snapshot->scp_count; i++)
        if (snapshot->scps[i].length > 0)
            export_put(out,
                       snapshot->scp_records.bytes + snapshot->scps[i].start,
                       snapshot->scps[i].length);
    if (snapshot->records.used > 0)
        export_put(out, snapshot->records.bytes, snapshot->records.used);
}

char *snapshot_text(const struct adscp_forest *forest,
                    const struct adscp_forest *records)
{
    struct export_text out = {.bytes = NULL};
    size_t i;

    export_line(&out, "version", "1", 1);
    export_put(&out, "\n", 1);
    for (i = 0; i < forest->directory_count; i++) {
        put_root(forest, i, &out);
        if (records->directories[i]->snapshot != NULL)
            put_records(records->directories[i]->snapshot, &out);
    }
    put_end(&out);
    if (out.failed) {
        export_free(&out);
        return NULL;
    }
    return out.bytes;
}
