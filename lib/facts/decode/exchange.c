/* SPDX-License-Identifier: MIT */
/*
 * Entries of Exchange servers, their virtual directories and their databases to
 * rows. A value that cannot be read leaves its member unknown, and costs
 * nothing but itself. Which server a row belongs to is found when the forest is
 * frozen (join.c).
 */
#include "facts/decode/private.h"

#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "facts/host.h"

/* --------------------------------------------------------------- servers -- */

/* The first "ncacn_ip_tcp:<FQDN>" of networkAddress; other protocols are of no
 * use to an HTTP client. */
static struct span find_fqdn(const struct value_list *list)
{
    static const char tcp[] = "ncacn_ip_tcp:";
    const size_t prefix = sizeof(tcp) - 1;
    size_t i;

    for (i = 0; i < list->count; i++) {
        struct span value = list->rows[i];

        if (value.length > prefix && text_starts(value.text, value.length, tcp))
            return host_without_dot(span_from(value, prefix));
    }
    return (struct span){NULL, 0};
}

static int fill_fqdn(struct decoder *decoder, const struct entry *entry,
                     struct adscp_server *row, unsigned *marksp)
{
    struct span fqdn = find_fqdn(&entry->lists[FIELD_NETWORK_ADDRESS]);

    if (fqdn.text == NULL)
        return ADSCP_OK;
    row->fqdn =
        text_keep(decoder->forest->arena, fqdn.text, fqdn.length, marksp);
    return row->fqdn != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* After the version, on which the meaning of the roles depends. */
static int fill_roles(struct decoder *decoder, const struct entry *entry,
                      struct adscp_server *row)
{
    const struct value_list *list = &entry->lists[FIELD_ROLES];
    char names[VERSION_ROLES_MAX];
    size_t length;
    uint32_t text;

    if (list->count > 0)
        decode_number(list->rows[0].text, list->rows[0].length, &row->roles);
    row->front_end = version_front_end(row->line, row->roles);
    length = version_roles(row->line, row->roles, names, sizeof(names));
    if (length == 0)
        return ADSCP_OK;
    if (!forest_text(decoder->forest, names, length, &text))
        return ADSCP_E_NOMEM;
    row->role_names = decoder->forest->texts[text];
    return ADSCP_OK;
}

/* The next part of "1:ServerWideOffline:Maintenance:0:635...". */
static struct span next_part(struct span *rest)
{
    struct span part = span_until(*rest, ':');

    *rest = span_from(*rest, part.length + (part.length < rest->length));
    return part;
}

/* The component that this value takes out of service, of those on which
 * Autodiscover depends; else NULL. */
static const char *inactive_of(struct span value)
{
    static const char *const components[] = {"ServerWideOffline",
                                             "AutoDiscoverProxy"};
    struct span component, state;
    size_t i;

    next_part(&value);
    component = next_part(&value);
    next_part(&value);
    state = next_part(&value);
    if (!text_is(state.text, state.length, "0"))
        return NULL;
    for (i = 0; i < sizeof(components) / sizeof(components[0]); i++)
        if (text_is(component.text, component.length, components[i]))
            return components[i];
    return NULL;
}

/* Where requesters disagree, a component is inactive; the whole server tells
 * more than one component. */
static void fill_inactive(const struct value_list *list,
                          struct adscp_server *row)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        const char *component = inactive_of(list->rows[i]);

        if (component != NULL && (row->inactive == NULL || component[0] == 'S'))
            row->inactive = component;
    }
}

/* What is no number, or a negative one, stays unknown. */
static void fill_provisioning(const struct value_list *list,
                              struct adscp_server *row)
{
    int64_t flags;

    if (list->count > 0 &&
        decode_number(list->rows[0].text, list->rows[0].length, &flags))
        row->provisioning = flags;
}

static int fill_certificate(struct decoder *decoder,
                            const struct value_list *list,
                            struct adscp_server *row)
{
    const char *bytes;

    if (list->count == 0)
        return ADSCP_OK;
    bytes = arena_copy(decoder->forest->arena, list->rows[0].text,
                       list->rows[0].length);
    if (bytes == NULL)
        return ADSCP_E_NOMEM;
    row->certificate.bytes = (const unsigned char *)bytes;
    row->certificate.length = list->rows[0].length;
    return ADSCP_OK;
}

static int fill_server(struct decoder *decoder, const struct entry *entry,
                       struct adscp_server *row, unsigned *marksp)
{
    const struct value_list *lists = entry->lists;
    int rc = fill_fqdn(decoder, entry, row, marksp);

    if (rc == ADSCP_OK)
        rc = decode_named(decoder, &lists[FIELD_SERVER_SITE], &row->site,
                          &row->site_name);
    if (rc == ADSCP_OK)
        rc = decode_version(decoder, entry, row);
    if (rc == ADSCP_OK)
        rc = fill_roles(decoder, entry, row);
    if (rc == ADSCP_OK)
        rc = decode_named(decoder, &lists[FIELD_DAG], &row->dag, NULL);
    if (rc == ADSCP_OK)
        rc = decode_text(decoder, &lists[FIELD_LEGACY_DN], &row->legacy_dn,
                         marksp);
    if (rc == ADSCP_OK)
        rc = fill_certificate(decoder, &lists[FIELD_INTERNAL_CERTIFICATE], row);
    fill_inactive(&lists[FIELD_COMPONENT_STATES], row);
    if (lists[FIELD_CREATED].count > 0)
        decode_time(lists[FIELD_CREATED].rows[0].text,
                    lists[FIELD_CREATED].rows[0].length, &row->created);
    fill_provisioning(&lists[FIELD_PROVISIONING_FLAGS], row);
    return rc;
}

int decode_server(struct decoder *decoder, const struct entry *entry)
{
    struct adscp_server *row;
    struct names names;
    int rc = decode_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_server(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->name = names.name;
    row->is_conflict = dn_is_conflict(entry->dn.text, entry->dn.length);
    rc = fill_server(decoder, entry, row, &names.marks);
    return rc == ADSCP_OK ? decode_note_marks(decoder, entry, names.marks) : rc;
}

/* --------------------------------------------------- virtual directories -- */

static const struct {
    const char *class_name;
    enum service_kind service;
} services[] = {
    {"msExchAutoDiscoverVirtualDirectory", SERVICE_AUTODISCOVER},
    {"msExchECPVirtualDirectory", SERVICE_ECP},
    {"msExchWebServicesVirtualDirectory", SERVICE_EWS},
    {"msExchMapiVirtualDirectory", SERVICE_MAPI},
    {"msExchOABVirtualDirectory", SERVICE_OAB},
    {"msExchRpcHttpVirtualDirectory", SERVICE_RPC},
    {"msExchUMVirtualDirectory", SERVICE_UM},
};

/* From 2013 on a second web site of the server, "(Exchange Back End)", has the
 * same objects again; no client ever meets it. */
static bool is_back_end(struct span dn)
{
    static const char mark[] = "(Exchange Back End)";

    return text_ends(dn.text, dn_first_length(dn.text, dn.length), mark);
}

enum service_kind decode_service(const struct entry *entry)
{
    size_t i;

    if (decode_has_class(entry, "container") || is_back_end(entry->dn))
        return SERVICE_NONE;
    for (i = 0; i < sizeof(services) / sizeof(services[0]); i++)
        if (decode_has_class(entry, services[i].class_name))
            return services[i].service;
    return SERVICE_NONE;
}

int decode_service_entry(struct decoder *decoder, const struct entry *entry)
{
    struct virtual_directory *row;
    struct names names;
    int rc = decode_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_service(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->service = decode_service(entry);
    rc = decode_text(decoder, &entry->lists[FIELD_INTERNAL_URL], &row->url,
                     &names.marks);
    return rc == ADSCP_OK ? decode_note_marks(decoder, entry, names.marks) : rc;
}

/* ------------------------------------------------------------- databases -- */

int decode_database(struct decoder *decoder, const struct entry *entry)
{
    struct database *row;
    struct names names;
    int rc = decode_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_database(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->name = names.name;
    rc = decode_text(decoder, &entry->lists[FIELD_OWNER], &row->owner,
                     &names.marks);
    return rc == ADSCP_OK ? decode_note_marks(decoder, entry, names.marks) : rc;
}
