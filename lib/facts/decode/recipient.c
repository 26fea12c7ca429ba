/* SPDX-License-Identifier: MIT */
/*
 * Recipients: whom a mail address belongs to, and what Exchange says of him. A
 * domain may hold a hundred thousand; only those with an address that was asked
 * for leave a row.
 */
#include "facts/decode/private.h"

#include <string.h>

#include "facts/mail.h"

/* The number of an address among those asked for; NAME_NONE: it is none. */
static name_id find_asked(const struct decoder *decoder, struct span address)
{
    name_id id =
        forest_find_name(decoder->forest, address.text, address.length);

    return id < decoder->forest->asked_count ? id : NAME_NONE;
}

bool decode_is_asked(const struct decoder *decoder, const struct entry *entry)
{
    const struct value_list *proxies = &entry->lists[FIELD_PROXY_ADDRESSES];
    const struct value_list *mails = &entry->lists[FIELD_MAIL];
    struct span address;
    size_t i;

    for (i = 0; i < mails->count; i++)
        if (find_asked(decoder, mails->rows[i]) != NAME_NONE)
            return true;
    for (i = 0; i < proxies->count; i++)
        if (mail_proxy(proxies->rows[i], &address) &&
            find_asked(decoder, address) != NAME_NONE)
            return true;
    return false;
}

/* mail most often repeats the primary one of proxyAddresses. */
static size_t add_asked(const struct decoder *decoder, struct span address,
                        uint32_t *asked, size_t count)
{
    name_id id = find_asked(decoder, address);
    size_t i;

    if (id == NAME_NONE)
        return count;
    for (i = 0; i < count; i++)
        if (asked[i] == id)
            return count;
    asked[count] = id;
    return count + 1;
}

static int fill_asked(struct decoder *decoder, const struct entry *entry,
                      struct recipient *row)
{
    const struct value_list *proxies = &entry->lists[FIELD_PROXY_ADDRESSES];
    const struct value_list *mails = &entry->lists[FIELD_MAIL];
    size_t most = proxies->count + mails->count, count = 0, i;
    struct span address;
    uint32_t *asked;

    if (most > decoder->forest->asked_count)
        most = decoder->forest->asked_count;
    asked = arena_alloc(decoder->forest->arena, most * sizeof(*asked));
    if (asked == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < proxies->count; i++)
        if (mail_proxy(proxies->rows[i], &address))
            count = add_asked(decoder, address, asked, count);
    row->proxy_count = (uint32_t)count;
    for (i = 0; i < mails->count; i++)
        count = add_asked(decoder, mails->rows[i], asked, count);
    row->asked = asked;
    row->asked_count = (uint32_t)count;
    return ADSCP_OK;
}

/* msExchRecipientTypeDetails of mailboxes that live in Microsoft 365: user,
 * room, equipment, shared, team. */
static bool is_remote_type(const struct value_list *list)
{
    static const int64_t types[] = {INT64_C(1) << 31, INT64_C(1) << 33,
                                    INT64_C(1) << 34, INT64_C(1) << 35,
                                    INT64_C(1) << 37};
    int64_t type;
    size_t i;

    if (list->count == 0 ||
        !decode_number(list->rows[0].text, list->rows[0].length, &type))
        return false;
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (type == types[i])
            return true;
    return false;
}

bool decode_is_remote(const struct entry *entry)
{
    return entry->lists[FIELD_REMOTE_TYPE].count > 0 ||
           is_remote_type(&entry->lists[FIELD_TYPE_DETAILS]);
}

static enum recipient_kind kind_of(const struct entry *entry)
{
    const struct value_list *lists = entry->lists;

    if (lists[FIELD_HOME_MDB].count > 0 || lists[FIELD_HOME_SERVER].count > 0)
        return RECIPIENT_MAILBOX;
    if (lists[FIELD_NICKNAME].count == 0 && lists[FIELD_TARGET].count == 0)
        return RECIPIENT_PLAIN;
    if (decode_has_class(entry, "contact"))
        return RECIPIENT_CONTACT;
    return decode_is_remote(entry) ? RECIPIENT_REMOTE : RECIPIENT_MAIL_USER;
}

bool decode_is_person(const struct entry *entry)
{
    return decode_has_class(entry, "person") ||
           decode_has_class(entry, "user") ||
           decode_has_class(entry, "contact");
}

/* Groups and public folders have neither homes nor targets. */
static void note_person(struct people *people, const struct entry *entry)
{
    const struct value_list *lists = entry->lists;
    bool has_alias = lists[FIELD_NICKNAME].count > 0;
    bool has_home =
        lists[FIELD_HOME_MDB].count > 0 || lists[FIELD_HOME_SERVER].count > 0;
    bool has_target = lists[FIELD_TARGET].count > 0;

    people->count++;
    people->away += !has_home && (has_alias || has_target);
    people->has_alias |= has_alias;
    people->has_home |= has_home;
    people->has_target |= has_target;
    people->has_mail |= lists[FIELD_MAIL].count > 0;
    people->has_proxies |= lists[FIELD_PROXY_ADDRESSES].count > 0;
}

/* What a snapshot holds of people is an answer to a search for some. */
void decode_saw_person(struct decoder *decoder, const struct entry *entry)
{
    if (decoder->in_snapshot)
        return;
    decoder->directory->recipients_read = true;
    if (decode_is_person(entry))
        note_person(&decoder->directory->people, entry);
}

int decode_recipient(struct decoder *decoder, const struct entry *entry)
{
    const struct value_list *lists = entry->lists;
    struct recipient *row;
    struct names names;
    int rc = decode_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    if (entry->kind == ENTRY_BY_CLASS)
        decode_saw_person(decoder, entry);
    row = forest_add_recipient(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->kind = kind_of(entry);
    rc = fill_asked(decoder, entry, row);
    if (rc == ADSCP_OK)
        rc = decode_text(decoder, &lists[FIELD_HOME_MDB], &row->database_dn,
                         &names.marks);
    if (rc == ADSCP_OK)
        rc = decode_text(decoder, &lists[FIELD_HOME_SERVER], &row->home_server,
                         &names.marks);
    if (rc == ADSCP_OK)
        rc = decode_text(decoder, &lists[FIELD_TARGET], &row->target,
                         &names.marks);
    return rc == ADSCP_OK ? decode_note_marks(decoder, entry, names.marks) : rc;
}
