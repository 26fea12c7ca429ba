/* SPDX-License-Identifier: MIT */
/*
 * One change after the other. Before anything is done, the entries of all
 * directories are put into one tree; what is made shares every entry that no
 * change is about with what was there before.
 */
#include "facts/change/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/decode/decode.h"
#include "facts/dn.h"

void change_list_free(struct change_list *list)
{
    arena_free(&list->arena);
    free(list->rows);
    *list = (struct change_list){.rows = NULL};
}

bool change_list_add(struct change_list *list, const struct change *change)
{
    struct change *rows = rows_grow(list->rows, list->count, sizeof(*rows));

    if (rows == NULL)
        return false;
    list->rows = rows;
    rows[list->count++] = *change;
    return true;
}

/* ------------------------------------------------------------ preparation --
 */

static int index_directory(struct applying *all, uint32_t directory)
{
    const struct entries *entries = all->after[directory];
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < entries->count && rc == ADSCP_OK; i++) {
        const struct kept_entry *row = &entries->rows[i];
        uint32_t node;

        rc = deadline_check_row(all->deadline, i);
        if (row->dn.length == 0 || row->refused != NULL || rc != ADSCP_OK ||
            !mentions_touch(&all->mentions, row))
            continue;
        rc = tree_index_reach(&all->tree, row->dn, &node);
        if (rc == ADSCP_OK &&
            !tree_index_attach(&all->tree, node, directory, i))
            rc = ADSCP_E_NOMEM;
        if (rc == ADSCP_E_ARGUMENT)
            rc = ADSCP_OK; /* no change can name it */
    }
    return rc;
}

/* Which of several directories an entry is added to, the entries around it
 * tell; so all of them are wanted. */
static int prepare(struct applying *all, const struct change_list *list,
                   struct entries *const *before)
{
    int rc = tree_index_init(&all->tree);
    size_t i;

    all->mentions.is_all = all->directory_count > 1;
    if (rc == ADSCP_OK)
        rc = mentions_find(&all->mentions, list);

    for (i = 0; i < all->directory_count && rc == ADSCP_OK; i++) {
        if (before[i] == NULL)
            continue;
        all->after[i] = entries_copy(before[i]);
        rc = all->after[i] != NULL ? index_directory(all, (uint32_t)i)
                                   : ADSCP_E_NOMEM;
    }
    return rc;
}

/* ------------------------------------------------------------------- add -- */

/* The directory of the nearest entry around, or the first one that there is. */
static uint32_t directory_for(const struct applying *all, uint32_t node)
{
    const struct node *nodes = all->tree.nodes;
    uint32_t directory = 0;

    while (node != NODE_NONE && nodes[node].live == 0)
        node = nodes[node].parent;
    if (node != NODE_NONE)
        return nodes[node].directory;
    while (directory + 1 < all->directory_count &&
           all->after[directory] == NULL)
        directory++;
    return directory;
}

static int put_new(struct entries *entries, size_t index,
                   const struct change *change)
{
    struct kept_entry row = {.dn = change->dn,
                             .values = change->values,
                             .value_count = change->value_count,
                             .kind = ENTRY_BY_CLASS,
                             .is_added = true};

    row.where = arena_format(&entries->texts->arena, "%s:%zu", change->file,
                             change->line);
    return row.where != NULL && entries_put(entries, index, &row)
               ? ADSCP_OK
               : ADSCP_E_NOMEM;
}

static int add(struct applying *all, const struct change *change)
{
    uint32_t node, directory;
    size_t index;
    int rc = applying_place(all, change, change->dn, &node);

    if (rc != ADSCP_OK)
        return rc;
    directory = directory_for(all, node);
    if (!entries_reserve(all->after[directory], &index))
        return ADSCP_E_NOMEM;
    rc = put_new(all->after[directory], index, change);
    if (rc == ADSCP_OK &&
        !tree_index_attach(&all->tree, node, directory, index))
        rc = ADSCP_E_NOMEM;
    return rc;
}

/* ---------------------------------------------------------------- delete -- */

static void take_away(struct applying *all, uint32_t node)
{
    uint32_t number = tree_index_detach(&all->tree, node);

    for (; number != NODE_NONE; number = all->tree.rows[number].next)
        *applying_row(all, &all->tree.rows[number]) =
            (struct kept_entry){.dn.text = NULL};
}

static uint32_t own_rows(const struct tree_index *tree, uint32_t node)
{
    uint32_t number = tree->nodes[node].row, own = 0;

    for (; number != NODE_NONE; number = tree->rows[number].next)
        own++;
    return own;
}

static int delete (struct applying *all, const struct change *change)
{
    uint32_t node;
    int rc = applying_entry(all, change, &node);

    if (rc != ADSCP_OK)
        return rc;
    if (all->tree.nodes[node].live > own_rows(&all->tree, node))
        return applying_fail(
            all, change, change->dn,
            "there are entries below it, which must be deleted "
            "first");
    take_away(all, node);
    return ADSCP_OK;
}

/* ---------------------------------------------------------------- modify -- */

static bool has_range(const struct kept_entry *row)
{
    uint32_t i;

    for (i = 0; i < row->value_count; i++)
        if (memchr(row->values[i].name, '=', row->values[i].name_length) !=
            NULL)
            return true;
    return false;
}

static int append(struct arena *arena, struct kept_entry *to,
                  const struct kept_entry *from)
{
    size_t count = (size_t)to->value_count + from->value_count;
    struct entry_value *values = arena_alloc(arena, count * sizeof(*values));

    if (values == NULL || count > UINT32_MAX)
        return ADSCP_E_NOMEM;
    memcpy(values, to->values, to->value_count * sizeof(*values));
    memcpy(values + to->value_count, from->values,
           from->value_count * sizeof(*values));
    to->values = values;
    to->value_count = (uint32_t)count;
    return ADSCP_OK;
}

/* An export may spread the values of an attribute over several records; the
 * first one gets them all. Other records of its DN count for nothing. */
static int gather_ranges(const struct applying *all, struct node_row *at)
{
    struct kept_entry *row = applying_row(all, at);
    uint32_t number = at->next;
    int rc = ADSCP_OK;

    while (number != NODE_NONE && rc == ADSCP_OK) {
        const struct node_row *more = &all->tree.rows[number];
        struct kept_entry *part = applying_row(all, more);

        if (part->dn.text != NULL && has_range(part)) {
            rc = append(applying_arena(all, at->directory), row, part);
            at->capacity = 0;
            *part = (struct kept_entry){.dn.text = NULL};
        }
        number = more->next;
    }
    return rc;
}

static int modify(struct applying *all, const struct change *change)
{
    struct node_row *at;
    struct kept_entry *row;
    uint32_t node;
    int rc = applying_entry(all, change, &node);

    if (rc != ADSCP_OK)
        return rc;
    at = &all->tree.rows[all->tree.nodes[node].row];
    row = applying_row(all, at);
    rc = gather_ranges(all, at);
    if (rc == ADSCP_OK)
        rc = modify_values(applying_arena(all, at->directory), change, row,
                           &at->capacity, all->deadline, all->detail);
    if (rc == ADSCP_OK)
        applying_free_kind(row);
    return rc;
}

/* -------------------------------------------------------------------- all --
 */

static int apply_one(struct applying *all, const struct change *change)
{
    switch (change->type) {
    case CHANGE_ADD:
        return add(all, change);
    case CHANGE_DELETE:
        return delete (all, change);
    case CHANGE_MODIFY:
        return modify(all, change);
    case CHANGE_RENAME:
        break;
    }
    return applying_rename(all, change);
}

static int apply_all(struct applying *all, const struct change_list *list)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < list->count && rc == ADSCP_OK; i++) {
        rc = deadline_look(all->deadline);
        if (rc == ADSCP_OK)
            rc = apply_one(all, &list->rows[i]);
    }
    return rc;
}

int change_apply(const struct change_list *list, struct entries *const *before,
                 struct entries **after, size_t directory_count,
                 const struct deadline *deadline, struct detail *detail)
{
    struct applying all = {.after = after,
                           .directory_count = directory_count,
                           .deadline = deadline,
                           .detail = detail};
    size_t i;
    int rc;

    for (i = 0; i < directory_count; i++)
        after[i] = NULL;
    rc = prepare(&all, list, before);
    if (rc == ADSCP_OK)
        rc = apply_all(&all, list);
    for (i = 0; i < directory_count; i++) {
        if (rc == ADSCP_OK && after[i] != NULL)
            entries_seal(after[i], after[i]->complete);
        if (rc != ADSCP_OK) {
            entries_release(after[i]);
            after[i] = NULL;
        }
    }
    tree_index_free(&all.tree);
    arena_free(&all.mentions.arena);
    return rc;
}
