/* SPDX-License-Identifier: MIT */
/*
 * One SCP entry to its row. There may be 50,000 of them, and neighbours are
 * much alike: so what the entry before had is compared before anything is
 * looked up, and text that is shared is kept once. Oddities become flags; the
 * judge says what they mean.
 */
#include "facts/decode/private.h"

#include <stdlib.h>
#include <string.h>

#include "facts/dn.h"
#include "facts/host.h"
#include "facts/intern.h"

static bool is_guid(enum keyword_kind kind)
{
    return kind == KEYWORD_URL_GUID || kind == KEYWORD_POINTER_GUID ||
           kind == KEYWORD_LOOKALIKE_GUID;
}

bool decode_has_guid(const struct entry *entry)
{
    const struct value_list *list = &entry->lists[FIELD_KEYWORDS];
    size_t i;

    for (i = 0; i < list->count; i++)
        if (is_guid(
                forest_keyword_kind(list->rows[i].text, list->rows[i].length)))
            return true;
    return false;
}

static uint32_t flags_of_marks(unsigned marks)
{
    return ((marks & TEXT_UNCLEAN) != 0 ? SCP_UNCLEAN : 0U) |
           ((marks & TEXT_INVISIBLE) != 0 ? SCP_INVISIBLE : 0U) |
           ((marks & TEXT_MIXED) != 0 ? SCP_MIXED : 0U);
}

/* -------------------------------------------------------------- keywords -- */

static uint32_t keyword_flags(const struct keyword *keyword)
{
    uint32_t flags = 0;

    flags |= flags_of_marks(keyword->marks);
    if (keyword->blank || keyword->prefix_case)
        flags |= SCP_KEYWORD_ODD;
    switch (keyword->kind) {
    case KEYWORD_URL_GUID:
        return flags | SCP_URL;
    case KEYWORD_POINTER_GUID:
        return flags | SCP_POINTER;
    case KEYWORD_LOOKALIKE_GUID:
        return flags | SCP_LOOKALIKE;
    case KEYWORD_SITE:
        if (!keyword->prefix_case)
            flags |= SCP_SITE_EXACT;
        if (keyword->name == NAME_NONE)
            flags |= SCP_KEYWORD_ODD;
        return flags | SCP_SITE;
    case KEYWORD_DOMAIN:
        return flags | SCP_DOMAIN;
    case KEYWORD_OTHER:
        break;
    }
    return flags | SCP_KEYWORD_ODD;
}

static bool reserve_indexes(struct decoder *decoder, size_t count)
{
    uint32_t *indexes;

    if (count <= decoder->index_capacity)
        return true;
    indexes = realloc(decoder->indexes, 2 * count * sizeof(*indexes));
    if (indexes == NULL)
        return false;
    decoder->indexes = indexes;
    decoder->index_capacity = 2 * count;
    return true;
}

/* The i-th keyword is most often the i-th one of the SCP before. */
static bool find_keyword(struct decoder *decoder, size_t i, struct span value,
                         uint32_t *indexp)
{
    if (i < decoder->last_keyword_count &&
        table_is(&decoder->forest->intern->keywords, decoder->last_keywords[i],
                 value.text, value.length)) {
        *indexp = decoder->last_keywords[i];
        return true;
    }
    return forest_keyword(decoder->forest, value.text, value.length, indexp);
}

static bool is_last_list(const struct decoder *decoder, size_t count)
{
    return count == decoder->last_keyword_count &&
           memcmp(decoder->indexes, decoder->last_keywords,
                  count * sizeof(*decoder->indexes)) == 0;
}

/* Keep the list of indexes; SCPs in a row with one list share it. */
static bool keep_indexes(struct decoder *decoder, size_t count)
{
    uint32_t *kept;

    if (count == 0 || is_last_list(decoder, count))
        return true;
    kept = intern_indexes(decoder->forest, count);
    if (kept == NULL)
        return false;
    memcpy(kept, decoder->indexes, count * sizeof(*kept));
    decoder->last_keywords = kept;
    decoder->last_keyword_count = count;
    return true;
}

static bool fill_keywords(struct decoder *decoder,
                          const struct value_list *list, struct adscp_scp *row)
{
    size_t i;

    if (!reserve_indexes(decoder, list->count))
        return false;
    for (i = 0; i < list->count; i++) {
        uint32_t *indexp = &decoder->indexes[i];

        if (!find_keyword(decoder, i, list->rows[i], indexp))
            return false;
        row->flags |= keyword_flags(&decoder->forest->keywords[*indexp]);
    }
    if ((row->flags & SCP_URL) != 0 && (row->flags & SCP_DOMAIN) != 0)
        row->flags |= SCP_KEYWORD_ODD;
    if (!keep_indexes(decoder, list->count))
        return false;
    row->keywords = list->count > 0 ? decoder->last_keywords : NULL;
    row->keyword_count = (uint32_t)list->count;
    return true;
}

/* -------------------------------------------------------------- bindings -- */

static bool is_odd(const struct url *url)
{
    return url->kind != URL_HTTPS || url->has_port || url->host_is_ip ||
           !url_path_is_default(url->path) || host_is_short(url->host) ||
           host_is_internal(url->host) || host_is_microsoft(url->host);
}

/* The scheme is Latin; the host need not be. */
static void look_at_marks(struct adscp_scp *row, struct span value,
                          const struct url *url)
{
    unsigned marks = text_marks(value.text, value.length);

    row->flags |= flags_of_marks(
        (marks & ~(unsigned)TEXT_MIXED) |
        (text_marks(url->host.text, url->host.length) & TEXT_MIXED));
}

/* Take note of the i-th kept value. */
static void look_at_binding(struct adscp_scp *row, struct span value,
                            const struct url *url, uint32_t i)
{
    if (is_odd(url))
        row->flags |= SCP_URL_ODD;
    if (!url->is_plain)
        look_at_marks(row, value, url);
    if (!url_is_http(url) || (row->flags & SCP_HTTP) != 0)
        return;
    row->flags |= SCP_HTTP;
    row->first_http = i;
    row->url_hash = hash_ascii(value.text, value.length);
}

/* Write a value's clean form, with its NUL, or only measure it (out NULL). A
 * URL is clean by definition. */
static size_t put_binding(struct span value, bool is_url, char *out,
                          size_t room)
{
    if (is_url || text_is_clean(value.text, value.length)) {
        if (out != NULL) {
            memcpy(out, value.text, value.length);
            out[value.length] = '\0';
        }
        return value.length + 1;
    }
    return text_escape(out, room, value.text, value.length) + 1;
}

/* Most SCPs have one value, which needs no offset. */
static bool fill_one_binding(struct decoder *decoder, struct span value,
                             struct adscp_scp *row)
{
    struct url url;
    bool is_url = url_split(value.text, value.length, &url);
    size_t size = put_binding(value, is_url, NULL, 0);
    char *out = arena_bytes(decoder->forest->arena, size);

    if (out == NULL)
        return false;
    put_binding(value, is_url, out, size);
    look_at_binding(row, value, &url, 0);
    row->bindings = out;
    row->binding_count = 1;
    return true;
}

/* Several values: their offsets, then their texts. */
static bool fill_bindings(struct decoder *decoder,
                          const struct value_list *list, struct adscp_scp *row)
{
    size_t size = 0, used = 0, table = list->count * sizeof(uint32_t), i;
    char *out;

    if (list->count == 0)
        return true;
    if (list->count == 1)
        return fill_one_binding(decoder, list->rows[0], row);
    for (i = 0; i < list->count; i++)
        size += put_binding(list->rows[i], false, NULL, 0);
    if (size > UINT32_MAX)
        return false;
    out = arena_bytes(decoder->forest->arena, table + size);
    if (out == NULL)
        return false;
    for (i = 0; i < list->count; i++) {
        uint32_t offset = (uint32_t)used;
        struct span value = list->rows[i];
        struct url url;

        url_split(value.text, value.length, &url);
        look_at_binding(row, value, &url, (uint32_t)i);
        memcpy(out + i * sizeof(offset), &offset, sizeof(offset));
        used += put_binding(value, false, out + table + used, size - used);
    }
    row->bindings = out + table;
    row->binding_count = (uint32_t)list->count;
    return true;
}

/* ------------------------------------------------------------ other values --
 */

static bool fill_class_name(struct decoder *decoder,
                            const struct value_list *list,
                            struct adscp_scp *row)
{
    const struct adscp_forest *forest = decoder->forest;
    const struct table *texts = &forest->intern->texts;
    struct span value;

    if (list->count == 0)
        return true;
    value = list->rows[0];
    if (decoder->last_class == 0 ||
        !table_is(texts, decoder->last_class - 1, value.text, value.length)) {
        if (!forest_text(decoder->forest, value.text, value.length,
                         &decoder->last_class))
            return false;
    }
    row->class_name = decoder->last_class;
    /* Clean bytes are kept as they are; other text is another text. */
    if (forest->texts[row->class_name] != texts->rows[row->class_name - 1].text)
        row->flags |= SCP_UNCLEAN;
    return true;
}

static void fill_created(const struct entry *entry, struct adscp_scp *row)
{
    const struct value_list *list = &entry->lists[FIELD_CREATED];

    if (list->count == 0) {
        if (entry->is_added)
            row->flags |= SCP_ADDED;
        return;
    }
    if (!decode_time(list->rows[0].text, list->rows[0].length, &row->created))
        row->flags |= SCP_CREATED_ODD;
}

/* "EX01\\0ACNF:6f9619ff-...": of two objects with one DN, the replication keeps
 * one under another name. */
static bool is_conflict(struct span dn, unsigned marks)
{
    static const char escaped[] = "\\0ACNF:", raw[] = "\nCNF:";

    /* Few DNs hold either: one byte is found faster than several, and a raw
     * line end makes a DN unclean. */
    return (memchr(dn.text, '\\', dn.length) != NULL &&
            memmem(dn.text, dn.length, escaped, sizeof(escaped) - 1) != NULL) ||
           ((marks & TEXT_UNCLEAN) != 0 &&
            memmem(dn.text, dn.length, raw, sizeof(raw) - 1) != NULL);
}

static bool fill_dn(struct decoder *decoder, struct span dn,
                    struct adscp_scp *row)
{
    struct dn_parts parts = dn_split(dn.text, dn.length);
    struct adscp_forest *forest = decoder->forest;
    const struct table *tails = &forest->intern->tails;
    unsigned marks = 0;

    if (decoder->last_tail == TABLE_NONE ||
        !table_is(tails, decoder->last_tail, parts.tail.text,
                  parts.tail.length)) {
        if (!forest_tail(forest, parts.tail.text, parts.tail.length,
                         &decoder->last_tail))
            return false;
    }
    row->dn_tail = decoder->last_tail;
    row->dn_head =
        text_keep(forest->arena, parts.head.text, parts.head.length, &marks);
    row->flags |= flags_of_marks(marks & ~(unsigned)TEXT_MIXED);
    if (forest->tails[row->dn_tail] != tails->rows[row->dn_tail].text)
        row->flags |= SCP_UNCLEAN;
    if (parts.under_servers)
        row->flags |= SCP_UNDER_SERVERS;
    if (is_conflict(parts.head, marks))
        row->flags |= SCP_CONFLICT;
    return row->dn_head != NULL;
}

static struct adscp_scp *place_of(struct decoder *decoder,
                                  const struct entry *entry)
{
    if (entry->has_place)
        return &decoder->directory->scps[entry->place];
    if (decoder->directory->scp_count >= UINT32_MAX - 1)
        return NULL;
    return forest_add_scp(decoder->forest, decoder->directory);
}

int decode_scp(struct decoder *decoder, const struct entry *entry)
{
    struct adscp_scp *row = place_of(decoder, entry);

    if (row == NULL || !fill_dn(decoder, entry->dn, row) ||
        !fill_keywords(decoder, &entry->lists[FIELD_KEYWORDS], row) ||
        !fill_bindings(decoder, &entry->lists[FIELD_BINDING], row) ||
        !fill_class_name(decoder, &entry->lists[FIELD_CLASS_NAME], row))
        return ADSCP_E_NOMEM;
    fill_created(entry, row);
    if ((row->flags & SCP_DOMAIN) != 0)
        decoder->forest->has_domains = true;
    return ADSCP_OK;
}
