/* SPDX-License-Identifier: MIT */
/*
 * Mailboxes that are counted: of a user nothing stays but that there is one.
 * What kind of mailbox it is, Exchange writes into msExchRecipientTypeDetails;
 * where that is missing, as in the days of Exchange 2003, it is a user's.
 */
#include "facts/decode/private.h"

#include <stdlib.h>
#include <string.h>

#include "facts/census.h"
#include "facts/dn.h"

#define TYPE(bit) (INT64_C(1) << (bit))

/* msExchRecipientTypeDetails, a bit for each type. Shared: rooms, equipment,
 * team and group mailboxes, too, since nobody has one of them as his own.
 * System: the system attendant's, those of databases, discovery, public
 * folders, monitoring, audit logs, scheduling and supervision. */
enum {
    ARBITRATION_BIT = 23,
};
#define TYPES_SHARED                                                           \
    (TYPE(2) | TYPE(4) | TYPE(5) | TYPE(37) | TYPE(40) | TYPE(41))
#define TYPES_SYSTEM                                                           \
    (TYPE(13) | TYPE(14) | TYPE(29) | TYPE(36) | TYPE(39) | TYPE(42) |         \
     TYPE(44) | TYPE(46) | TYPE(47))
/* Groups and public folders, which may have a homeMDB, but no mailbox. */
#define TYPES_NONE                                                             \
    (TYPE(8) | TYPE(9) | TYPE(10) | TYPE(11) | TYPE(12) | TYPE(18) |           \
     TYPE(19) | TYPE(20))

static int64_t type_of(const struct entry *entry)
{
    const struct value_list *list = &entry->lists[FIELD_TYPE_DETAILS];
    int64_t type;

    return list->count > 0 && decode_number(list->rows[0].text,
                                            list->rows[0].length, &type)
               ? type
               : 0;
}

/* One of the RDNs above the first one is this, and the rest begins so: a comma,
 * "CN=", and more. Most DNs have other letters there, which is seen at once. */
static bool lies_below(struct span dn, const char *rdns)
{
    const char *at = dn.text, *end = dn.text + dn.length;

    while ((at = memchr(at, ',', (size_t)(end - at))) != NULL) {
        if (end - at > 4 &&
            text_lower_ascii(at[4]) == text_lower_ascii(rdns[4]) &&
            text_starts(at, (size_t)(end - at), rdns))
            return true;
        at++;
    }
    return false;
}

/* The configuration holds objects of Exchange's own services with a homeMDB. */
static bool is_in_configuration(const struct directory *directory,
                                struct span dn)
{
    const char *config = directory->config_dn;

    return config != NULL
               ? dn_is_below(dn.text, dn.length, config, strlen(config))
               : lies_below(dn, ",CN=Configuration,DC=");
}

/* ADSCP_CENSUS_KIND_*, or -1: it is no mailbox of this organisation. */
static int kind_of(const struct entry *entry, int64_t type)
{
    if (entry->lists[FIELD_HOME_MDB].count == 0)
        return decode_is_remote(entry) && !decode_has_class(entry, "contact")
                   ? ADSCP_CENSUS_KIND_REMOTE
                   : -1;
    if ((type & TYPES_NONE) != 0)
        return -1;
    if ((type & TYPE(ARBITRATION_BIT)) != 0)
        return ADSCP_CENSUS_KIND_ARBITRATION;
    if ((type & TYPES_SYSTEM) != 0 ||
        lies_below(entry->dn, ",CN=Microsoft Exchange System Objects,"))
        return ADSCP_CENSUS_KIND_SYSTEM;
    return (type & TYPES_SHARED) != 0 ? ADSCP_CENSUS_KIND_SHARED
                                      : ADSCP_CENSUS_KIND_MAILBOXES;
}

int decode_count(struct decoder *decoder, const struct entry *entry)
{
    struct census *census = decoder->directory->census;
    const struct value_list *lists = entry->lists;
    int kind = kind_of(entry, type_of(entry));

    if (kind < 0 || is_in_configuration(decoder->directory, entry->dn))
        return ADSCP_OK;
    census->counts[kind]++;
    if (lists[FIELD_ARCHIVE_GUID].count > 0 ||
        lists[FIELD_ARCHIVE_DATABASE].count > 0)
        census->counts[ADSCP_CENSUS_KIND_ARCHIVE]++;
    if (kind != ADSCP_CENSUS_KIND_MAILBOXES)
        return ADSCP_OK;
    return census_add(census, lists[FIELD_HOME_MDB].rows[0], 1) ? ADSCP_OK
                                                                : ADSCP_E_NOMEM;
}

int decode_count_record(struct decoder *decoder, const struct entry *entry,
                        bool *countedp)
{
    const struct census *census = decoder->directory->census;
    int64_t before;
    int rc;

    if (census == NULL || census->is_told || decoder->in_snapshot)
        return ADSCP_OK;
    before = census_total(census);
    rc = decode_count(decoder, entry);
    *countedp = census_total(census) > before;
    return rc;
}

/* The fields that kind_of() and decode_is_deleted() look at. */
static const enum field counted[] = {FIELD_OBJECT_CLASS, FIELD_HOME_MDB,
                                     FIELD_TYPE_DETAILS, FIELD_REMOTE_TYPE,
                                     FIELD_DELETED};
enum { COUNTED = sizeof(counted) / sizeof(counted[0]) };

static int take_counted(const struct kept_entry *row, struct entry *entry)
{
    int rc = ADSCP_OK;
    uint32_t i;
    size_t k;

    for (i = 0; i < row->value_count && rc == ADSCP_OK; i++) {
        const struct entry_value *value = &row->values[i];
        const struct span name = {value->name, value->name_length};

        for (k = 0; k < COUNTED && rc == ADSCP_OK; k++) {
            const struct span field = decode_fields[counted[k]];

            if (value->length > 0 && text_equal_ascii(name.text, name.length,
                                                      field.text, field.length))
                rc = decode_add_value(&entry->lists[counted[k]], value->bytes,
                                      value->length);
        }
    }
    return rc;
}

int decode_kept_mailbox(const struct directory *directory,
                        const struct kept_entry *row, int *kindp,
                        struct span *databasep)
{
    struct entry entry = {.dn = row->dn};
    const struct value_list *homes = &entry.lists[FIELD_HOME_MDB];
    int rc = ADSCP_OK;
    size_t k;

    *kindp = -1;
    *databasep = (struct span){NULL, 0};
    if (row->dn.text == NULL || row->refused != NULL)
        return ADSCP_OK;
    rc = take_counted(row, &entry);
    if (rc == ADSCP_OK && !decode_is_deleted(&entry) &&
        !is_in_configuration(directory, row->dn))
        *kindp = kind_of(&entry, type_of(&entry));
    if (rc == ADSCP_OK && homes->count > 0)
        *databasep = homes->rows[0];
    for (k = 0; k < COUNTED; k++)
        free(entry.lists[counted[k]].rows);
    return rc;
}

/* FLAG_CR_NTDS_DOMAIN, [MS-ADTS] 2.2.10: the naming context is a domain. */
enum { CROSS_REFERENCE_DOMAIN = 2 };

int decode_domain(struct decoder *decoder, const struct entry *entry)
{
    const struct value_list *flags = &entry->lists[FIELD_SYSTEM_FLAGS];
    const struct value_list *names = &entry->lists[FIELD_DNS_ROOT];
    const struct value_list *contexts = &entry->lists[FIELD_NC_NAME];
    const struct span none = {"", 0};
    int64_t bits;

    if (flags->count == 0 || contexts->count == 0 ||
        !decode_number(flags->rows[0].text, flags->rows[0].length, &bits) ||
        (bits & CROSS_REFERENCE_DOMAIN) == 0)
        return ADSCP_OK;
    return census_add_domain(decoder->directory->census, contexts->rows[0],
                             names->count > 0 ? names->rows[0] : none)
               ? ADSCP_OK
               : ADSCP_E_NOMEM;
}

int decode_census_finish(struct decoder *decoder)
{
    struct census *census = decoder->directory->census;

    if (census == NULL ||
        decoder->directory->source != ADSCP_FOREST_SOURCE_LDIF ||
        census->is_told || census_total(census) > 0)
        return ADSCP_OK;
    census->complete = false;
    return decoder_note(decoder, FINDING_CENSUS_INCOMPLETE,
                        (struct finding_what){
                            .reason = "the export has no user with a mailbox"});
}
