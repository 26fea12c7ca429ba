/* SPDX-License-Identifier: MIT */
/*
 * The values of one entry, changed. They are compared to the byte, and as text
 * ignoring case, as the attributes that are read here are compared by Active
 * Directory.
 */
#include "facts/change/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"

bool is_of_attribute(const struct entry_value *value, struct span attribute)
{
    const char *end = memchr(value->name, ';', value->name_length);
    size_t length =
        end != NULL ? (size_t)(end - value->name) : value->name_length;

    return text_equal_ascii(value->name, length, attribute.text,
                            attribute.length);
}

static bool is_same(const struct entry_value *a, const struct entry_value *b)
{
    if (a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0)
        return true;
    return text_equal_fold(a->bytes, a->length, b->bytes, b->length) &&
           text_is_clean(a->bytes, a->length) &&
           text_is_clean(b->bytes, b->length);
}

/* The values as they are being made; there is room for all that come. */
struct work {
    struct arena *arena;
    const struct change *change;
    const struct deadline *deadline;
    struct detail *detail;
    struct entry_value *rows;
    uint32_t count;
};

static bool find(const struct work *work, struct span attribute,
                 const struct entry_value *value, uint32_t *atp)
{
    uint32_t i;

    for (i = 0; i < work->count; i++) {
        if (!is_of_attribute(&work->rows[i], attribute) ||
            (value != NULL && !is_same(&work->rows[i], value)))
            continue;
        *atp = i;
        return true;
    }
    return false;
}

static void drop(struct work *work, uint32_t at)
{
    work->count--;
    memmove(work->rows + at, work->rows + at + 1,
            (work->count - at) * sizeof(*work->rows));
}

static uint32_t drop_all(struct work *work, struct span attribute)
{
    uint32_t kept = 0, i, dropped;

    for (i = 0; i < work->count; i++)
        if (!is_of_attribute(&work->rows[i], attribute))
            work->rows[kept++] = work->rows[i];
    dropped = work->count - kept;
    work->count = kept;
    return dropped;
}

/* Values of one attribute stand together, as far as that can be. */
static bool insert(struct work *work, struct span attribute,
                   const struct entry_value *value)
{
    uint32_t at = work->count;
    struct entry_value copy = *value;

    copy.name = arena_copy(work->arena, value->name, value->name_length);
    copy.bytes = arena_copy(work->arena, value->bytes, value->length);
    if (copy.name == NULL || copy.bytes == NULL)
        return false;

    while (at > 0 && !is_of_attribute(&work->rows[at - 1], attribute))
        at--;
    if (at == 0)
        at = work->count;
    memmove(work->rows + at + 1, work->rows + at,
            (work->count - at) * sizeof(*work->rows));
    work->rows[at] = copy;
    work->count++;
    return true;
}

/* ----------------------------------------------------------------- parts -- */

static int fail(const struct work *work, const struct change_part *part,
                const char *what)
{
    const struct change *change = work->change;

    return detail_set(
        work->detail, ADSCP_E_CHANGE, "%s:%zu: %s: %.*s (%.*s)", change->file,
        part->line, what,
        (int)(part->attribute.length < 64 ? part->attribute.length : 64),
        part->attribute.text,
        (int)(change->dn.length < 200 ? change->dn.length : 200),
        change->dn.text);
}

static int add(struct work *work, const struct change_part *part)
{
    int rc = ADSCP_OK;
    uint32_t i, at;

    for (i = 0; i < part->value_count && rc == ADSCP_OK; i++) {
        if (find(work, part->attribute, &part->values[i], &at))
            return fail(work, part,
                        "the entry already has the value that is to be added");
        if (!insert(work, part->attribute, &part->values[i]))
            return ADSCP_E_NOMEM;
        rc = deadline_look(work->deadline);
    }
    return rc;
}

static int delete (struct work *work, const struct change_part *part)
{
    int rc = ADSCP_OK;
    uint32_t i, at;

    if (part->value_count == 0 && drop_all(work, part->attribute) == 0)
        return fail(work, part,
                    "the entry does not have the attribute that is to be "
                    "deleted");
    for (i = 0; i < part->value_count && rc == ADSCP_OK; i++) {
        if (!find(work, part->attribute, &part->values[i], &at))
            return fail(work, part,
                        "the entry does not have the value that is to be "
                        "deleted");
        drop(work, at);
        rc = deadline_look(work->deadline);
    }
    return rc;
}

static bool is_last_range(const struct entry_value *value)
{
    return value->name_length > 2 &&
           memcmp(value->name + value->name_length - 2, "-*", 2) == 0;
}

/* Ranges that came to their end ("keywords;range=1500-*") are an attribute like
 * any other, and stay one when the last value goes. */
static void join_ranges(struct work *work, struct span attribute)
{
    bool ended = false;
    uint32_t i;

    for (i = 0; i < work->count && !ended; i++)
        ended = is_of_attribute(&work->rows[i], attribute) &&
                is_last_range(&work->rows[i]);
    for (i = 0; i < work->count && ended; i++)
        if (is_of_attribute(&work->rows[i], attribute))
            work->rows[i].name_length = (uint32_t)attribute.length;
}

static int modify(struct work *work, const struct change_part *part)
{
    join_ranges(work, part->attribute);
    if (part->operation == CHANGE_DELETE_VALUES)
        return delete (work, part);
    if (part->operation == CHANGE_REPLACE_VALUES)
        drop_all(work, part->attribute);
    return add(work, part);
}

/* Room for more values. What an earlier change of this list made is used again;
 * from the second time on it is made larger than need be, so that many changes
 * of one entry take no more memory than a few times its values. */
static bool begin(struct arena *arena, const struct kept_entry *row,
                  size_t more, uint32_t *capacityp, struct work *work)
{
    size_t count = row->value_count + more;

    work->count = row->value_count;
    if (count <= *capacityp) {
        work->rows = (struct entry_value *)(uintptr_t)row->values;
        return true;
    }
    if (*capacityp > 0)
        count += count / 2;
    if (count > UINT32_MAX)
        return false;
    work->rows = arena_alloc(arena, count * sizeof(*work->rows));
    if (work->rows == NULL)
        return false;
    if (row->value_count > 0)
        memcpy(work->rows, row->values, row->value_count * sizeof(*work->rows));
    *capacityp = (uint32_t)count;
    return true;
}

int modify_values(struct arena *arena, const struct change *change,
                  struct kept_entry *row, uint32_t *capacityp,
                  const struct deadline *deadline, struct detail *detail)
{
    struct work work = {.arena = arena,
                        .change = change,
                        .deadline = deadline,
                        .detail = detail};
    size_t more = 0, i;
    int rc = ADSCP_OK;

    for (i = 0; i < change->part_count; i++)
        more += change->parts[i].value_count;
    if (!begin(arena, row, more, capacityp, &work))
        return ADSCP_E_NOMEM;
    for (i = 0; i < change->part_count && rc == ADSCP_OK; i++)
        rc = modify(&work, &change->parts[i]);
    row->values = work.rows;
    row->value_count = work.count;
    return rc;
}

/* ------------------------------------------------------------------ RDNs -- */

/* The type and the value of an RDN, unescaped. ADSCP_OK or ADSCP_E_NOMEM. */
static int split_rdn(struct arena *arena, struct span rdn,
                     struct entry_value *value)
{
    struct span name;
    const char *equals;
    char *bytes;
    size_t i, used = 0;
    int rc = dn_comparable_rdn(arena, rdn, &name);

    if (rc != ADSCP_OK)
        return rc;
    equals = memchr(name.text, '=', name.length);
    bytes = arena_bytes(arena, name.length);
    if (bytes == NULL)
        return ADSCP_E_NOMEM;
    for (i = (size_t)(equals + 1 - name.text); i < name.length; i++) {
        if (name.text[i] == '\\' && i + 1 < name.length)
            i++;
        bytes[used++] = name.text[i];
    }
    *value = (struct entry_value){.name = name.text,
                                  .bytes = bytes,
                                  .name_length = (uint32_t)(equals - name.text),
                                  .length = (uint32_t)used};
    return ADSCP_OK;
}

int modify_name(struct arena *arena, const struct change *change,
                struct span old_rdn, struct kept_entry *row)
{
    struct entry_value before, after;
    struct work work = {.arena = arena, .change = change};
    struct span type;
    uint32_t at, capacity = 0;
    int rc = split_rdn(arena, old_rdn, &before);

    if (rc == ADSCP_OK)
        rc = split_rdn(arena, change->new_rdn, &after);
    if (rc != ADSCP_OK)
        return rc;
    if (!begin(arena, row, 1, &capacity, &work))
        return ADSCP_E_NOMEM;
    type = (struct span){before.name, before.name_length};
    if (change->deletes_old_rdn && find(&work, type, &before, &at))
        drop(&work, at);
    type = (struct span){after.name, after.name_length};
    if (!find(&work, type, &after, &at) && !insert(&work, type, &after))
        return ADSCP_E_NOMEM;
    row->values = work.rows;
    row->value_count = work.count;
    return ADSCP_OK;
}
