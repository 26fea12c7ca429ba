/* SPDX-License-Identifier: MIT */
/*
 * What every row begins with, and the rows of sites, subnets and CAs. Names are
 * taken from DNs by their length, not as C strings, and are compared by the
 * bytes that they were made of; what is shown is clean.
 */
#include "facts/decode/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"

static const char *keep(struct decoder *decoder, struct span text,
                        unsigned *marksp)
{
    return text_keep(decoder->forest->arena, text.text, text.length, marksp);
}

int decode_note_marks(struct decoder *decoder, const struct entry *entry,
                      unsigned marks)
{
    static const struct {
        unsigned mark;
        enum finding_code code;
    } known[] = {{TEXT_UNCLEAN, FINDING_TEXT_ESCAPED},
                 {TEXT_INVISIBLE, FINDING_TEXT_INVISIBLE},
                 {TEXT_MIXED, FINDING_TEXT_MIXED_SCRIPT}};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]) && rc == ADSCP_OK; i++)
        if ((marks & known[i].mark) != 0)
            rc = decode_note_entry(decoder, entry, known[i].code,
                                   (struct finding_what){0});
    return rc;
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

int decode_named(struct decoder *decoder, const struct value_list *list,
                 const char **namep, name_id *idp)
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
        (idp != NULL &&
         !forest_name(decoder->forest, name.text, name.length, idp)))
        return ADSCP_E_NOMEM;
    *namep = decoder->forest->texts[text];
    return ADSCP_OK;
}

int decode_text(struct decoder *decoder, const struct value_list *list,
                const char **textp, unsigned *marksp)
{
    if (list->count == 0)
        return ADSCP_OK;
    *textp = keep(decoder, list->rows[0], marksp);
    return *textp != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

int decode_names(struct decoder *decoder, const struct entry *entry,
                 struct names *names)
{
    unsigned name_marks = 0;
    int rc;

    *names = (struct names){0};
    rc = first_rdn(decoder, entry->dn, &names->raw);
    if (rc != ADSCP_OK)
        return rc;
    if (names->raw.text == NULL)
        return decode_note_entry(
            decoder, entry, FINDING_ENTRY_REFUSED,
            (struct finding_what){.reason = "its DN has no name"});
    names->dn = keep(decoder, entry->dn, &names->marks);
    names->name = keep(decoder, names->raw, &name_marks);
    /* A DN may well name things in several scripts; a name should not. What is
     * escaped in the DN need not be clean in the name: it was so on purpose. */
    names->marks = (names->marks & ~(unsigned)TEXT_MIXED) |
                   (name_marks & ~(unsigned)TEXT_UNCLEAN);
    return names->dn != NULL && names->name != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

int decode_site(struct decoder *decoder, const struct entry *entry)
{
    struct adscp_site *row;
    struct names names;
    int rc = decode_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_site(decoder->directory);
    if (row == NULL || !forest_name(decoder->forest, names.raw.text,
                                    names.raw.length, &row->id))
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->name = names.name;
    return decode_note_marks(decoder, entry, names.marks);
}

int decode_subnet_entry(struct decoder *decoder, const struct entry *entry)
{
    struct adscp_subnet *row;
    struct names names;
    int rc = decode_names(decoder, entry, &names);

    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_subnet(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    decode_subnet(names.raw.text, names.raw.length, row);
    row->dn = names.dn;
    row->name = names.name;
    rc = decode_named(decoder, &entry->lists[FIELD_SITE_OBJECT], &row->site,
                      &row->site_id);
    return rc == ADSCP_OK ? decode_note_marks(decoder, entry, names.marks) : rc;
}

/* --------------------------------------------------------- certificates -- */

static bool lies_in(struct span dn, const char *container)
{
    size_t cut = dn_first_length(dn.text, dn.length),
           length = strlen(container);

    return dn.length - cut > length &&
           text_starts(dn.text + cut, dn.length - cut, container);
}

static int fill_certificates(struct decoder *decoder,
                             const struct value_list *list,
                             struct authority *row)
{
    struct arena *arena = decoder->forest->arena;
    struct blob *blobs = arena_alloc(arena, list->count * sizeof(*blobs));
    size_t i;

    if (blobs == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < list->count; i++) {
        const char *bytes =
            arena_copy(arena, list->rows[i].text, list->rows[i].length);

        if (bytes == NULL)
            return ADSCP_E_NOMEM;
        blobs[i].bytes = (const unsigned char *)bytes;
        blobs[i].length = list->rows[i].length;
    }
    row->certificates = blobs;
    row->certificate_count = list->count;
    return ADSCP_OK;
}

/* [MS-WCCE] 2.2.2.11: Certification Authorities holds the roots that every
 * member trusts, AIA the intermediates. NTAuthCertificates, of the same class,
 * vouches for logons, and never for a web server. */
int decode_authority(struct decoder *decoder, const struct entry *entry)
{
    static const char roots[] = ",CN=Certification Authorities,CN=Public Key "
                                "Services,CN=Services,";
    static const char aia[] = ",CN=AIA,CN=Public Key Services,CN=Services,";
    bool is_root = lies_in(entry->dn, roots);
    struct authority *row;
    struct names names;
    int rc;

    if (!is_root && !lies_in(entry->dn, aia))
        return ADSCP_OK;
    rc = decode_names(decoder, entry, &names);
    if (rc != ADSCP_OK || names.raw.text == NULL)
        return rc;
    row = forest_add_authority(decoder->directory);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    row->dn = names.dn;
    row->name = names.name;
    row->is_root = is_root;
    rc = fill_certificates(decoder, &entry->lists[FIELD_CA_CERTIFICATE], row);
    return rc == ADSCP_OK ? decode_note_marks(decoder, entry, names.marks) : rc;
}
