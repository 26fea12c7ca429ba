/* SPDX-License-Identifier: MIT */
/*
 * Where the names and the key of a certificate stand in its bytes, RFC 5280
 * 4.1, without decoding any of them: enough to find who may have issued what
 * among thousands, of which few are ever taken apart.
 */
#include <string.h>

#include "base/hash.h"
#include "facts/certificate/certificate.h"

enum {
    TAG_OCTETS = 0x04,
    TAG_OID = 0x06,
    TAG_SEQUENCE = 0x30,
    TAG_SET = 0x31,
    TAG_VERSION = 0xa0, /* of a TBSCertificate, and its extensions */
    TAG_EXTENSIONS = 0xa3,
    TAG_KEY_ID = 0x80 /* of an AuthorityKeyIdentifier */
};

struct reader {
    const uint8_t *at, *end;
};

struct element {
    uint8_t tag;
    struct certificate_span whole, content;
};

static bool read_length(struct reader *in, size_t *lengthp)
{
    size_t bytes, length = 0;

    if (in->at == in->end)
        return false;
    bytes = *in->at++;
    if (bytes < 0x80) {
        *lengthp = bytes;
        return true;
    }
    bytes &= 0x7f;
    if (bytes == 0 || bytes > 4 || (size_t)(in->end - in->at) < bytes)
        return false;
    while (bytes-- > 0)
        length = length << 8 | *in->at++;
    *lengthp = length;
    return true;
}

static bool read_element(struct reader *in, struct element *out)
{
    const uint8_t *start = in->at;
    size_t length;

    if (in->at == in->end || (*in->at & 0x1f) == 0x1f)
        return false;
    out->tag = *in->at++;
    if (!read_length(in, &length) || (size_t)(in->end - in->at) < length)
        return false;
    out->content = (struct certificate_span){in->at, length};
    in->at += length;
    out->whole = (struct certificate_span){start, (size_t)(in->at - start)};
    return true;
}

static struct reader inside(const struct element *element)
{
    return (struct reader){element->content.bytes,
                           element->content.bytes + element->content.length};
}

/* The next one, if it has that tag. */
static bool read_tag(struct reader *in, uint8_t tag, struct element *out)
{
    return read_element(in, out) && out->tag == tag;
}

static bool is_oid(const struct element *oid, uint8_t last)
{
    return oid->content.length == 3 && oid->content.bytes[0] == 0x55 &&
           oid->content.bytes[1] == 0x1d && oid->content.bytes[2] == last;
}

/* What cannot be read is passed over: key identifiers only put candidates in an
 * order. */
static void read_extension(const struct element *extension,
                           struct certificate_outline *outline)
{
    struct reader in = inside(extension), value;
    struct element oid, element;

    if (!read_tag(&in, TAG_OID, &oid))
        return;
    do /* "critical" stands in between */
        if (!read_element(&in, &element))
            return;
    while (element.tag != TAG_OCTETS);
    value = inside(&element);
    if (is_oid(&oid, 14) && read_tag(&value, TAG_OCTETS, &element))
        outline->subject_key_id = element.content;
    if (!is_oid(&oid, 35) || !read_tag(&value, TAG_SEQUENCE, &element))
        return;
    value = inside(&element);
    if (read_tag(&value, TAG_KEY_ID, &element))
        outline->authority_key_id = element.content;
}

static void read_extensions(struct reader in,
                            struct certificate_outline *outline)
{
    struct element element;

    do
        if (!read_element(&in, &element))
            return;
    while (element.tag != TAG_EXTENSIONS);
    in = inside(&element);
    if (!read_tag(&in, TAG_SEQUENCE, &element))
        return;
    in = inside(&element);
    while (read_tag(&in, TAG_SEQUENCE, &element))
        read_extension(&element, outline);
}

/* Up to its subject; *inp stands behind that. */
static bool read_names(struct certificate_span der, struct reader *inp,
                       struct certificate_outline *outline)
{
    struct reader in = {der.bytes, der.bytes + der.length};
    struct element element;

    if (!read_tag(&in, TAG_SEQUENCE, &element) || in.at != in.end)
        return false;
    in = inside(&element);
    if (!read_tag(&in, TAG_SEQUENCE, &element)) /* TBSCertificate */
        return false;
    in = inside(&element);
    if (!read_element(&in, &element))
        return false;
    if (element.tag == TAG_VERSION && !read_element(&in, &element))
        return false;
    if (!read_element(&in, &element)) /* the algorithm, behind the serial */
        return false;
    if (!read_tag(&in, TAG_SEQUENCE, &element))
        return false;
    outline->issuer = element.whole;
    if (!read_tag(&in, TAG_SEQUENCE, &element) /* validity */ ||
        !read_tag(&in, TAG_SEQUENCE, &element))
        return false;
    outline->subject = element.whole;
    *inp = in;
    return true;
}

bool certificate_subject(struct certificate_span der,
                         struct certificate_span *subjectp)
{
    struct certificate_outline outline;
    struct reader in;
    bool ok = read_names(der, &in, &outline);

    *subjectp = ok ? outline.subject : (struct certificate_span){NULL, 0};
    return ok;
}

bool certificate_outline(const struct adscp_certificate *certificate,
                         struct certificate_outline *outline)
{
    struct certificate_span der;
    struct element element;
    struct reader in;

    *outline = (struct certificate_outline){0};
    der.bytes = certificate_der(certificate, &der.length);
    if (!read_names(der, &in, outline) ||
        !read_tag(&in, TAG_SEQUENCE, &element))
        return false;
    outline->key = element.whole;
    read_extensions(in, outline);
    return true;
}

static bool is_word(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

static uint32_t hash_words(struct certificate_span span, uint32_t hash)
{
    char word[64];
    size_t length = 0, i;

    for (i = 0; i < span.length; i++) {
        if (is_word(span.bytes[i]))
            word[length++] = (char)span.bytes[i];
        if (length == sizeof(word) || (length > 0 && i + 1 == span.length)) {
            hash = hash_join(hash, hash_ascii(word, length));
            length = 0;
        }
    }
    return hash;
}

/* Of the letters and digits of its values, whatever type of string holds them,
 * whatever case and blanks they are written with. */
uint32_t certificate_name_hash(struct certificate_span name)
{
    struct reader in = {name.bytes, name.bytes + name.length};
    struct element element;
    uint32_t hash = 0;

    if (name.length == 0)
        return hash;
    while (in.at != in.end && read_element(&in, &element)) {
        if (element.tag == TAG_SEQUENCE || element.tag == TAG_SET)
            in.at = element.content.bytes; /* what is inside comes next */
        else if (element.tag != TAG_OID)
            hash = hash_words(element.content, hash);
    }
    return hash;
}

bool certificate_span_equal(struct certificate_span a,
                            struct certificate_span b)
{
    return a.length == b.length &&
           (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}
