/* SPDX-License-Identifier: MIT */
/*
 * One entry (RFC 4511 4.5.2) from its message into the decoder, element
 * by element, without a copy: what is handed over lies in the message. Anything
 * but octet strings in a set is malformed, and so is what stands behind the
 * last element; such an entry is for the caller to refuse. liber could walk
 * there too, but needs half as many instructions again as all the rest of a
 * reading.
 */
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "gather/ldap/private.h"

enum {
    TAG_INTEGER = 0x02,
    TAG_OCTETS = 0x04,
    TAG_SEQUENCE = 0x30,
    TAG_SET = 0x31,
    TAG_ENTRY = 0x64
};

/* A length in more than one octet; 0 octets where that is no definite length of
 * at most four, which hold any that the guard lets pass (RFC 4511 5.1). Active
 * Directory writes four always. */
static size_t read_long_length(const unsigned char *at, size_t room,
                               size_t *lengthp)
{
    size_t length = 0, octets = at[1] & 0x7f, i;

    if (octets < 1 || octets > 4 || octets + 2 > room)
        return 0;
    for (i = 0; i < octets; i++)
        length = length << 8 | at[2 + i];
    *lengthp = length;
    return octets;
}

/* Take the next element off, which must have this tag. */
static inline bool take_element(struct span *rest, unsigned char tag,
                                struct span *contentp)
{
    const unsigned char *at = (const unsigned char *)rest->text;
    size_t length, head = 2;

    if (rest->length < 2 || at[0] != tag)
        return false;
    length = at[1];
    if (length >= 0x80) {
        size_t octets = read_long_length(at, rest->length, &length);

        if (octets == 0)
            return false;
        head += octets;
    }
    if (length > rest->length - head)
        return false;
    *contentp = (struct span){rest->text + head, length};
    rest->text += head + length;
    rest->length -= head + length;
    return true;
}

/* What a later RFC may add behind the list of attributes, or the server behind
 * the operation, is passed over. */
bool entry_open(struct span message, struct entry *entry)
{
    struct span content, id, operation;

    *entry = (struct entry){0};
    return take_element(&message, TAG_SEQUENCE, &content) &&
           take_element(&content, TAG_INTEGER, &id) &&
           take_element(&content, TAG_ENTRY, &operation) &&
           take_element(&operation, TAG_OCTETS, &entry->dn) &&
           take_element(&operation, TAG_SEQUENCE, &entry->rest);
}

/* PartialAttribute ::= SEQUENCE { type, vals SET OF value } and nothing else.
 */
bool entry_next(struct entry *entry)
{
    struct span attribute;

    if (entry->rest.length == 0)
        return false;
    entry->malformed = !take_element(&entry->rest, TAG_SEQUENCE, &attribute) ||
                       !take_element(&attribute, TAG_OCTETS, &entry->type) ||
                       !take_element(&attribute, TAG_SET, &entry->values) ||
                       attribute.length > 0;
    return !entry->malformed;
}

static int feed_values(struct entry *entry, struct decoder *decoder)
{
    struct span rest = entry->values, value;
    int rc = ADSCP_OK;

    while (rest.length > 0 && rc == ADSCP_OK) {
        if (!take_element(&rest, TAG_OCTETS, &value)) {
            entry->malformed = true;
            break;
        }
        rc = decoder_value(decoder, value.text, value.length);
    }
    return rc;
}

int entry_feed(struct entry *entry, struct decoder *decoder, bool *openp)
{
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && !entry->malformed && entry_next(entry)) {
        if (!decoder_attribute(decoder, entry->type.text, entry->type.length))
            continue;
        rc = feed_values(entry, decoder);
    }
    if (decoder_has_open_range(decoder))
        *openp = true;
    return rc;
}

bool entry_is_inside(const struct entry *entry,
                     const struct session_search *search)
{
    size_t length = strlen(search->base);

    if (text_equal_ascii(entry->dn.text, entry->dn.length, search->base,
                         length))
        return search->scope != SESSION_ONE;
    if (search->scope == SESSION_BASE)
        return false;
    return length == 0 ||
           dn_is_below(entry->dn.text, entry->dn.length, search->base, length);
}
