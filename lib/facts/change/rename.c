/* SPDX-License-Identifier: MIT */
/*
 * An entry gets another name or another place, and all below it with it.
 */
#include "facts/change/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/dn.h"

static uint32_t depth_below(const struct tree_index *tree, uint32_t top,
                            uint32_t node)
{
    uint32_t depth = 0;

    for (; node != top; node = tree->nodes[node].parent)
        depth++;
    return depth;
}

/* The DN of an entry that many RDNs below the one that is renamed. */
static int move_row(struct applying *all, const struct node_row *at,
                    uint32_t depth, struct span new_dn)
{
    struct kept_entry *row = applying_row(all, at);
    size_t cut = 0;
    char *text;

    for (; depth > 0; depth--)
        cut += dn_first_length(row->dn.text + cut, row->dn.length - cut) + 1;
    text = arena_bytes(applying_arena(all, at->directory),
                       cut + new_dn.length + 1);
    if (text == NULL)
        return ADSCP_E_NOMEM;
    memcpy(text, row->dn.text, cut);
    memcpy(text + cut, new_dn.text, new_dn.length);
    text[cut + new_dn.length] = '\0';
    row->dn = (struct span){text, cut + new_dn.length};
    row->is_plain = dn_is_plain(row->dn.text, row->dn.length);
    row->is_idle = false;
    return ADSCP_OK;
}

/* All records at and below a node, which are taken out of the tree: their
 * numbers, and how many. */
struct moving {
    uint32_t *numbers;
    size_t count;
};

static int take_rows(struct applying *all, uint32_t top, uint32_t node,
                     struct span new_dn, struct moving *moving)
{
    uint32_t depth = depth_below(&all->tree, top, node);
    uint32_t number = tree_index_detach(&all->tree, node);
    int rc = ADSCP_OK;

    for (; number != NODE_NONE && rc == ADSCP_OK;
         number = all->tree.rows[number].next) {
        uint32_t *numbers =
            rows_grow(moving->numbers, moving->count, sizeof(*numbers));

        if (numbers == NULL)
            return ADSCP_E_NOMEM;
        moving->numbers = numbers;
        numbers[moving->count++] = number;
        rc = move_row(all, &all->tree.rows[number], depth, new_dn);
    }
    return rc;
}

static int put_rows(struct applying *all, const struct moving *moving)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < moving->count && rc == ADSCP_OK; i++) {
        const struct node_row at = all->tree.rows[moving->numbers[i]];
        uint32_t node;

        rc = tree_index_reach(&all->tree, applying_row(all, &at)->dn, &node);
        if (rc == ADSCP_OK &&
            !tree_index_attach(&all->tree, node, at.directory, at.index))
            rc = ADSCP_E_NOMEM;
        if (rc == ADSCP_OK)
            rc = deadline_check_row(all->deadline, i);
    }
    return rc;
}

static int move(struct applying *all, uint32_t top, struct span new_dn)
{
    struct moving moving = {.count = 0};
    int rc = ADSCP_OK;
    uint32_t node;

    for (node = top; node != NODE_NONE && rc == ADSCP_OK;
         node = tree_index_next(&all->tree, top, node))
        rc = take_rows(all, top, node, new_dn, &moving);
    if (rc == ADSCP_OK)
        rc = put_rows(all, &moving);
    free(moving.numbers);
    return rc;
}

/* The new place is free, or the entry's own in another spelling, and not below
 * the entry itself. */
static int check_target(struct applying *all, const struct change *change,
                        uint32_t node, struct span new_dn)
{
    uint32_t target;
    int rc = tree_index_find(&all->tree, new_dn, &target);

    if (rc == ADSCP_OK && target == node)
        return ADSCP_OK;
    rc = applying_place(all, change, new_dn, &target);
    for (; rc == ADSCP_OK && target != NODE_NONE;
         target = all->tree.nodes[target].parent)
        if (target == node)
            rc = applying_fail(all, change, new_dn,
                               "an entry cannot be moved below itself");
    return rc;
}

int applying_rename(struct applying *all, const struct change *change)
{
    struct span old, new_dn;
    struct node_row at;
    uint32_t node;
    int rc = applying_entry(all, change, &node);

    if (rc != ADSCP_OK)
        return rc;
    at = all->tree.rows[all->tree.nodes[node].row];
    old = applying_row(all, &at)->dn;
    rc = change_new_dn(&all->tree.arena, change, old, &new_dn);
    if (rc == ADSCP_OK)
        rc = check_target(all, change, node, new_dn);
    old.length = dn_first_length(old.text, old.length);
    if (rc == ADSCP_OK)
        rc = modify_name(applying_arena(all, at.directory), change, old,
                         applying_row(all, &at));
    if (rc == ADSCP_OK)
        rc = move(all, node, new_dn);
    if (rc == ADSCP_OK)
        applying_free_kind(applying_row(all, &at));
    return rc;
}
