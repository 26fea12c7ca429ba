/* SPDX-License-Identifier: MIT */
/*
 * What is asked for, and what came: the searches (filter and attributes of each
 * kind of entry), and the kind of an entry by its classes. An export holds
 * every kind in any order, so that there the classes alone tell.
 */
#include "facts/decode/private.h"

#include <string.h>

#include "base/text.h"

/* -------------------------------------------------------------- searches -- */

/* The filter of [MS-OXDISCO] 2.2.1.2, by objectClass since objectCategory wants
 * AD's help, and with the look-alike's GUID. */
static const char filter_scp[] =
    "(&(objectClass=serviceConnectionPoint)"
    "(|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)"
    "(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)"
    "(keywords=D3614C7C-D214-4F1F-BD4C-00D91C67F93F)))";

/* Child objects of a server and arrays carry the server's class too. They are
 * told apart here: a filter that excludes a class which the schema lacks (as
 * before Exchange 2010) is undefined for every entry (RFC 4511 4.5.1.7). */
static const char filter_exchange[] = "(|(objectClass=msExchExchangeServer)"
                                      "(objectClass=msExchVirtualDirectory)"
                                      "(objectClass=msExchPrivateMDB))";

static const char filter_site[] = "(|(objectClass=site)(objectClass=subnet))";

static const char filter_authority[] = "(objectClass=certificationAuthority)";

static const char filter_any[] = "(objectClass=*)";

/* An LDAP ping about the server's own domain, [MS-ADTS] 6.3.3: V5, V5EX and the
 * next closest site. On a connection that is bound, nobody forges the answer.
 */
static const char filter_ping[] = "(&(NtVer=\\16\\00\\00\\00))";

/* Whoever has a mailbox here, or one in Microsoft 365: as decode_is_remote()
 * tells, since a global catalog may lack msExchRemoteRecipientType. */
static const char filter_census[] =
    "(|(homeMDB=*)(msExchRemoteRecipientType=*)"
    "(msExchRecipientTypeDetails=2147483648)"
    "(msExchRecipientTypeDetails=8589934592)"
    "(msExchRecipientTypeDetails=17179869184)"
    "(msExchRecipientTypeDetails=34359738368)"
    "(msExchRecipientTypeDetails=137438953472))";

static const char filter_domain[] = "(objectClass=crossRef)";

static const char *const filters[ENTRY_KINDS] = {
    [ENTRY_BY_CLASS] = filter_any,        [ENTRY_ROOT] = filter_any,
    [ENTRY_PING] = filter_ping,           [ENTRY_SCP] = filter_scp,
    [ENTRY_EXCHANGE] = filter_exchange,   [ENTRY_SITE_OR_SUBNET] = filter_site,
    [ENTRY_AUTHORITY] = filter_authority, [ENTRY_RECIPIENT] = filter_any,
    [ENTRY_CENSUS] = filter_census,       [ENTRY_DOMAIN] = filter_domain,
};

#define OF(kind) (1U << ENTRY_##kind)

/* The searches that ask for a field, a bit each. */
static const unsigned searches[FIELD_COUNT] = {
#define FIELD(field, name, of) of,
#include "facts/decode/fields.def"
};

const char *decode_filter(enum entry_kind kind)
{
    return filters[kind];
}

/* A client of LDAP that wants all user attributes asks for "*". */
void decode_attributes(enum entry_kind kind,
                       const char *names[DECODE_ATTRIBUTES_MAX])
{
    size_t count = 0, i;

    if (kind == ENTRY_BY_CLASS)
        names[count++] = "*";
    for (i = 0; i < FIELD_COUNT; i++)
        if ((searches[i] & 1U << kind) != 0)
            names[count++] = decode_field_name((enum field)i);
    names[count] = NULL;
}

/* What an export may hold anywhere; recipients are looked for where somebody
 * asks. */
static unsigned searches_of(const struct adscp_forest *forest,
                            enum entry_kind kind, bool is_root)
{
    if (kind != ENTRY_BY_CLASS)
        return 1U << kind;
    if (is_root)
        return OF(ROOT) | OF(PING);
    return OF(SCP) | OF(EXCHANGE) | OF(SITE_OR_SUBNET) | OF(AUTHORITY) |
           (forest->asked_count > 0 ? OF(RECIPIENT) : 0) |
           (forest->counted ? OF(CENSUS) : 0);
}

field_set decode_wanted(const struct decoder *decoder, enum entry_kind kind,
                        bool is_root)
{
    unsigned of = searches_of(decoder->forest, kind, is_root);
    field_set wanted = 0;
    size_t i;

    for (i = 0; i < FIELD_COUNT; i++)
        if ((searches[i] & of) != 0)
            wanted |= FIELD_BIT(i);
    if (kind == ENTRY_BY_CLASS)
        wanted |= FIELD_BIT(is_root ? FIELD_READING : FIELD_DELETED);
    return wanted;
}

/* ------------------------------------------------------- what an entry is --
 */

/* One of the three GUIDs makes an SCP ours. The rest of its keywords may come
 * in a later record, and with it the GUID. */
static bool is_our_scp(const struct entry *entry)
{
    return decode_has_guid(entry) ||
           decode_is_open(&entry->lists[FIELD_KEYWORDS]);
}

/* By its place alone: nothing else tells where keywords are missing. */
static bool is_bare_scp(const struct entry *entry)
{
    static const char parents[] = ",CN=Autodiscover,CN=Protocols,";
    size_t at;

    if (entry->lists[FIELD_KEYWORDS].count > 0)
        return false;
    for (at = 0; at < entry->dn.length; at++)
        if (entry->dn.text[at] == ',')
            return text_starts(entry->dn.text + at, entry->dn.length - at,
                               parents);
    return false;
}

static enum row_kind kind_of_scp(const struct entry *entry)
{
    if (is_our_scp(entry))
        return ROW_SCP;
    return is_bare_scp(entry) ? ROW_BARE : ROW_IGNORED;
}

static bool is_server(const struct entry *entry)
{
    return decode_has_class(entry, "msExchExchangeServer") &&
           !decode_has_class(entry, "msExchExchangeTransportServer") &&
           !decode_has_class(entry, "msExchClientAccessArray");
}

static enum row_kind kind_of_exchange(const struct entry *entry)
{
    if (is_server(entry))
        return ROW_SERVER;
    if (decode_has_class(entry, "msExchPrivateMDB"))
        return ROW_DATABASE;
    return decode_service(entry) != SERVICE_NONE ? ROW_SERVICE : ROW_IGNORED;
}

static enum row_kind kind_of_recipient(const struct decoder *decoder,
                                       const struct entry *entry)
{
    if (decoder->forest->asked_count == 0)
        return ROW_IGNORED;
    if (decode_is_asked(decoder, entry))
        return ROW_RECIPIENT; /* a group, a public folder, ... */
    return decode_is_person(entry) ? ROW_STRANGER : ROW_IGNORED;
}

static enum row_kind kind_by_class(const struct decoder *decoder,
                                   const struct entry *entry)
{
    enum row_kind kind;

    if (entry->dn.length == 0)
        return ROW_ROOT;
    if (entry->lists[FIELD_OBJECT_CLASS].count == 0)
        return decode_has_guid(entry) ? ROW_SCP
                                      : kind_of_recipient(decoder, entry);
    if (decode_has_class(entry, "serviceConnectionPoint"))
        return kind_of_scp(entry);
    kind = kind_of_exchange(entry);
    if (kind != ROW_IGNORED)
        return kind;
    if (decode_has_class(entry, "site"))
        return ROW_SITE;
    if (decode_has_class(entry, "subnet"))
        return ROW_SUBNET;
    if (decode_has_class(entry, "certificationAuthority"))
        return ROW_AUTHORITY;
    return kind_of_recipient(decoder, entry);
}

enum row_kind decode_kind(const struct decoder *decoder,
                          const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_ROOT:
    case ENTRY_PING:
        return ROW_ROOT;
    case ENTRY_SCP:
        return is_our_scp(entry) ? ROW_SCP : ROW_UNASKED;
    case ENTRY_EXCHANGE:
        return entry->lists[FIELD_OBJECT_CLASS].count == 0
                   ? ROW_SERVER
                   : kind_of_exchange(entry);
    case ENTRY_SITE_OR_SUBNET:
        if (decode_has_class(entry, "site"))
            return ROW_SITE;
        return decode_has_class(entry, "subnet") ? ROW_SUBNET : ROW_UNASKED;
    case ENTRY_AUTHORITY:
        return ROW_AUTHORITY;
    case ENTRY_RECIPIENT:
        return decode_is_asked(decoder, entry) ? ROW_RECIPIENT : ROW_UNASKED;
    case ENTRY_CENSUS:
        return ROW_COUNTED;
    case ENTRY_DOMAIN:
        return ROW_DOMAIN;
    case ENTRY_BY_CLASS:
        break;
    }
    return kind_by_class(decoder, entry);
}
