/* SPDX-License-Identifier: MIT */
/*
 * What rows of a forest share: texts that thousands of entries have are kept
 * once and known by a number, and short lists of such numbers come from one
 * piece of memory. It knows what a keyword is, since that is settled once for
 * all entries that carry it. Texts that last stay where they are: their arena
 * is NULL.
 */
#include "facts/intern.h"

#include <string.h>

#include "base/rows.h"

/* [MS-OXDISCO] 3.1.5.1; the third one is what Exchange setup writes for a
 * trusted host beside the pointers. */
#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define POINTER_GUID "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"
#define LOOKALIKE_GUID "D3614C7C-D214-4F1F-BD4C-00D91C67F93F"

enum { INDEXES_CHUNK = 1024 };

uint32_t *intern_indexes(struct adscp_forest *forest, size_t count)
{
    struct intern *intern = forest->intern;
    uint32_t *list;

    if (count > intern->indexes_left) {
        size_t chunk = count > INDEXES_CHUNK / 4 ? count : INDEXES_CHUNK;

        if (chunk > SIZE_MAX / sizeof(*list))
            return NULL;
        list = arena_alloc(forest->arena, chunk * sizeof(*list));
        if (list == NULL || chunk == count)
            return list;
        intern->indexes = list;
        intern->indexes_left = chunk;
    }
    list = intern->indexes;
    intern->indexes += count;
    intern->indexes_left -= count;
    return list;
}

/* ----------------------------------------------------------- shared text -- */

/* Put bytes into a table. *addedp: the number is new, and *textp, a clean copy,
 * wants a row. false: out of memory. */
static bool put_text(struct adscp_forest *forest, struct table *table,
                     struct arena *arena, const char *bytes, size_t length,
                     uint32_t *indexp, const char **textp, unsigned *marksp)
{
    uint32_t count = table->count;
    uint32_t index = table_keep(table, arena, bytes, length);

    if (index == TABLE_NONE)
        return false;
    *indexp = index;
    *textp = NULL;
    if (index < count)
        return true;
    *textp = table->rows[index].text;
    *marksp = text_marks(bytes, length);
    if ((*marksp & TEXT_UNCLEAN) == 0)
        return true;
    *textp = text_keep(forest->arena, bytes, length, NULL);
    return *textp != NULL;
}

/* The same for an array of texts, where a number is an index behind `first`. */
static bool put_in_rows(struct adscp_forest *forest, struct table *table,
                        struct arena *arena, const char ***rowsp,
                        size_t *countp, uint32_t first, const char *bytes,
                        size_t length, uint32_t *indexp)
{
    const char **rows = rows_grow(*rowsp, *countp, sizeof(*rows)), *text;
    unsigned marks;

    if (rows == NULL)
        return false;
    *rowsp = rows;
    if (!put_text(forest, table, arena, bytes, length, indexp, &text, &marks))
        return false;
    *indexp += first;
    if (text != NULL)
        rows[(*countp)++] = text;
    return true;
}

static bool put_tail(struct adscp_forest *forest, struct arena *arena,
                     const char *bytes, size_t length, uint32_t *indexp)
{
    return put_in_rows(forest, &forest->intern->tails, arena, &forest->tails,
                       &forest->tail_count, 0, bytes, length, indexp);
}

bool forest_tail(struct adscp_forest *forest, const char *bytes, size_t length,
                 uint32_t *indexp)
{
    return put_tail(forest, forest->arena, bytes, length, indexp);
}

bool intern_lasting_tail(struct adscp_forest *forest, const char *text,
                         uint32_t *indexp)
{
    return put_tail(forest, NULL, text, strlen(text), indexp);
}

static bool put_shared(struct adscp_forest *forest, struct arena *arena,
                       const char *bytes, size_t length, uint32_t *indexp)
{
    return put_in_rows(forest, &forest->intern->texts, arena, &forest->texts,
                       &forest->text_count, 1, bytes, length, indexp);
}

bool forest_text(struct adscp_forest *forest, const char *bytes, size_t length,
                 uint32_t *indexp)
{
    return put_shared(forest, forest->arena, bytes, length, indexp);
}

bool intern_lasting_text(struct adscp_forest *forest, const char *text,
                         uint32_t *indexp)
{
    return put_shared(forest, NULL, text, strlen(text), indexp);
}

static bool put_name(struct adscp_forest *forest, struct arena *arena,
                     const char *bytes, size_t length, name_id *idp)
{
    uint32_t index = table_keep(&forest->intern->names, arena, bytes, length);

    if (index == TABLE_NONE)
        return false;
    *idp = index;
    forest->name_count = forest->intern->names.count;
    return true;
}

bool forest_name(struct adscp_forest *forest, const char *bytes, size_t length,
                 name_id *idp)
{
    return put_name(forest, forest->arena, bytes, length, idp);
}

bool intern_lasting_name(struct adscp_forest *forest, struct span name,
                         name_id *idp)
{
    return put_name(forest, NULL, name.text, name.length, idp);
}

/* -------------------------------------------------------------- keywords -- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

enum { GUID_LENGTH = sizeof(URL_GUID) - 1 };

/* Mostly spelt as Exchange spells them; GUIDs have no case, though. */
static bool is_guid(const char *bytes, size_t length, const char *guid)
{
    return length == GUID_LENGTH &&
           (memcmp(bytes, guid, GUID_LENGTH) == 0 ||
            text_equal_ascii(bytes, length, guid, GUID_LENGTH));
}

enum keyword_kind forest_keyword_kind(const char *bytes, size_t length)
{
    if (is_guid(bytes, length, URL_GUID))
        return KEYWORD_URL_GUID;
    if (is_guid(bytes, length, POINTER_GUID))
        return KEYWORD_POINTER_GUID;
    if (is_guid(bytes, length, LOOKALIKE_GUID))
        return KEYWORD_LOOKALIKE_GUID;
    if (text_starts(bytes, length, "Site="))
        return KEYWORD_SITE;
    return text_starts(bytes, length, "Domain=") ? KEYWORD_DOMAIN
                                                 : KEYWORD_OTHER;
}

static const char *prefix_of(enum keyword_kind kind)
{
    if (kind == KEYWORD_SITE)
        return "Site=";
    return kind == KEYWORD_DOMAIN ? "Domain=" : "";
}

/* What is to be known of a keyword, from its bytes; keyword->text is set. */
static bool fill_keyword(struct adscp_forest *forest, struct arena *arena,
                         struct keyword *keyword, const char *bytes,
                         size_t length)
{
    enum keyword_kind kind = forest_keyword_kind(bytes, length);
    const char *prefix = prefix_of(kind);
    size_t from = strlen(prefix);

    keyword->kind = kind;
    keyword->name = NAME_NONE;
    keyword->blank =
        length > 0 && (is_blank(bytes[0]) || is_blank(bytes[length - 1]) ||
                       (from < length && is_blank(bytes[from])));
    if (from == 0)
        return true;
    /* The prefix is clean, so it is as long in the clean copy. */
    keyword->value = keyword->text + from;
    keyword->prefix_case = memcmp(bytes, prefix, from) != 0;
    /* The prefix is Latin; the name behind it need not be. */
    if ((text_marks(bytes + from, length - from) & TEXT_MIXED) == 0)
        keyword->marks &= (uint8_t)~TEXT_MIXED;
    return from == length ||
           put_name(forest, arena, bytes + from, length - from, &keyword->name);
}

static bool put_keyword(struct adscp_forest *forest, struct arena *arena,
                        const char *bytes, size_t length, uint32_t *indexp)
{
    struct keyword *rows, keyword = {0};
    unsigned marks = 0;

    rows = rows_grow(forest->keywords, forest->keyword_count, sizeof(*rows));
    if (rows == NULL)
        return false;
    forest->keywords = rows;
    if (!put_text(forest, &forest->intern->keywords, arena, bytes, length,
                  indexp, &keyword.text, &marks))
        return false;
    if (keyword.text == NULL)
        return true;
    keyword.marks = (uint8_t)marks;
    if (!fill_keyword(forest, arena, &keyword, bytes, length))
        return false;
    rows[forest->keyword_count++] = keyword;
    return true;
}

bool forest_keyword(struct adscp_forest *forest, const char *bytes,
                    size_t length, uint32_t *indexp)
{
    return put_keyword(forest, forest->arena, bytes, length, indexp);
}

bool intern_lasting_keyword(struct adscp_forest *forest, const char *text,
                            uint32_t *indexp)
{
    return put_keyword(forest, NULL, text, strlen(text), indexp);
}
