/* SPDX-License-Identifier: MIT */
/*
 * Entries of Exchange servers, sites and subnets to their rows. Names are taken
 * from DNs by their length, not as C strings, and are compared by the bytes
 * that they were made of; what is shown is clean.
 */
#include "facts/decode_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char tcp_prefix[] = "ncacn_ip_tcp:";

static const char *keep(struct decoder *decoder, struct span text,
                        bool *uncleanp)
{
    return text_keep(&decoder->forest->arena, text.text, text.length, uncleanp);
}

static int note_unclean(struct decoder *decoder, const struct entry *entry)
{
    return decode_note_entry(decoder, entry, FINDING_TEXT_ESCAPED, NULL, NULL);
}

/* The unescaped value of the first RDN, in the decoder's buffer. ADSCP_OK, with
 * name->text NULL where there is none. */
static int first_rdn(struct decoder *decoder, struct span dn, struct span *name)
{
    size_t length;

    name->text = NULL;
    name->length = 0;
    if (dn.length >= decoder->buffer_size) {
        size_t size = dn.length + 256;
        char *buffer = realloc(decoder->buffer, size);

        if (buffer == NULL)
            return ADSCP_E_NOMEM;
        decoder->buffer = buffer;
        decoder->buffer_size = size;
    }
    if (!decode_first_rdn(dn.text, dn.length, decoder->buffer,
                          decoder->buffer_size, &length))
        return ADSCP_OK;
    name->text = decoder->buffer;
    name->length = length;
    return ADSCP_OK;
}

/* The site that a DN-valued attribute names; many rows share it. */
static int fill_site(struct decoder *decoder, const struct value_list *list,
                     const char **sitep, name_id *idp)
{
    struct span name;
    uint32_t text;
    int rc;

    if (list->count == 0)
        return ADSCP_OK;
    rc = first_rdn(decoder, list->rows[0], &name);
    if (rc != ADSCP_OK || name.text == NULL)
        return rc;
    if (!forest_text(decoder->forest, name.text, name.length, &text) ||
        !forest_name(decoder->forest, name.text, name.length, idp))
        return ADSCP_E_NOMEM;
    *sitep = decoder->forest->texts[text];
    return ADSCP_OK;
}

/* What every row begins with. */
struct names {
    const char *dn;
    const char *name; /* of the first RDN, shown ... */
    struct span raw;  /* ... and as it came; text NULL: there is none */
    bool unclean;
};

/* An entry without a name is refused, with a finding. */
static int take_names(struct decoder *decoder, const struct entry *entry,
                      struct names *names)
{
    int rc;

    *names = (struct names){0};
    rc = first_rdn(decoder, entry->dn, &names->raw);
    if (rc != ADSCP_OK)
        return rc;
    if (names->raw.text == NULL)
        return decode_note_entry(decoder, entry, FINDING_ENTRY_REFUSED, NULL,
                                 "its DN has no name");
    names->dn = keep(decoder, entry->dn, &names->unclean);
    names->name = keep(decoder, names->raw, NULL);
    return names->dn != NULL && names->name != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* The first "ncacn_ip_tcp:<FQDN>" of networkAddress; other protocols are of no
 * use to an HTTP client. */
static struct span find_fqdn(const struct value_list *list)
{
    const size_t prefix = strlen(tcp_prefix);
    size_t i;

    for (i = 0; i < list->count; i++) {
        struct span value = list->rows[i];

        if (value.length > prefix &&
            text_starts(value.text, value.length, tcp_prefix))
            return (struct span){value.text + prefix, value.length - prefix};
    }
    return (struct span){NULL, 0};
}

int decode_server(struct decoder *decoder, const struct entry *entry)
{
    struct span fqdn = find_fqdn(&entry->lists[FIELD_NETWORK_ADDRESS]);
    struct adscp_server *row;
    struct names names;
    int rc = take_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_server(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->name = names.name;
    if (fqdn.text != NULL) {
        row->fqdn = keep(decoder, fqdn, &names.unclean);
        if (row->fqdn == NULL)
            return ADSCP_E_NOMEM;
    }
    rc = fill_site(decoder, &entry->lists[FIELD_SERVER_SITE], &row->site,
                   &row->site_name);
    if (rc == ADSCP_OK)
        rc = decode_version(decoder, entry, row);
    return rc == ADSCP_OK && names.unclean ? note_unclean(decoder, entry) : rc;
}

int decode_site(struct decoder *decoder, const struct entry *entry)
{
    struct adscp_site *row;
    struct names names;
    int rc = take_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_site(decoder->directory);
    if (row == NULL || !forest_name(decoder->forest, names.raw.text,
                                    names.raw.length, &row->id))
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->name = names.name;
    return names.unclean ? note_unclean(decoder, entry) : ADSCP_OK;
}

int decode_subnet_entry(struct decoder *decoder, const struct entry *entry)
{
    struct subnet *row;
    struct names names;
    int rc = take_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_subnet(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    decode_subnet(names.raw.text, names.raw.length, row);
    row->dn = names.dn;
    row->name = names.name;
    rc = fill_site(decoder, &entry->lists[FIELD_SITE_OBJECT], &row->site,
                   &row->site_id);
    return rc == ADSCP_OK && names.unclean ? note_unclean(decoder, entry) : rc;
}
