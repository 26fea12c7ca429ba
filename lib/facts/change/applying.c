/* SPDX-License-Identifier: MIT */
/*
 * What every change asks: the entry that it names, or the place where one is
 * going to be.
 */
#include "facts/change/private.h"

#include <string.h>

#include "facts/decode/decode.h"

int applying_fail(const struct applying *all, const struct change *change,
                  struct span dn, const char *what)
{
    return detail_set(all->detail, ADSCP_E_CHANGE, "%s:%zu: %s: %.*s",
                      change->file, change->line, what,
                      (int)(dn.length < 300 ? dn.length : 300), dn.text);
}

/* What the tree could not do with a DN. */
static int fail_dn(const struct applying *all, const struct change *change,
                   struct span dn, int rc)
{
    return rc == ADSCP_E_ARGUMENT
               ? applying_fail(all, change, dn,
                               "this is not a distinguished name")
               : rc;
}

/* The records of an entry that must be there. */
int applying_entry(struct applying *all, const struct change *change,
                   uint32_t *nodep)
{
    int rc = tree_index_find(&all->tree, change->dn, nodep);

    if (rc != ADSCP_OK)
        return fail_dn(all, change, change->dn, rc);
    if (*nodep == 0)
        return applying_fail(all, change, change->dn,
                             "the rootDSE cannot be changed");
    if (*nodep == NODE_NONE || all->tree.nodes[*nodep].row == NODE_NONE)
        return applying_fail(
            all, change, change->dn,
            "there is no such entry among those that were read");
    return ADSCP_OK;
}

/* The node of an entry that must not be there yet, and of whose parents none
 * was deleted. Parents that were not read may well be there. */
int applying_place(struct applying *all, const struct change *change,
                   struct span dn, uint32_t *nodep)
{
    const struct node *nodes;
    uint32_t node;
    int rc = tree_index_reach(&all->tree, dn, nodep);

    if (rc != ADSCP_OK)
        return fail_dn(all, change, dn, rc);
    nodes = all->tree.nodes;
    if (nodes[*nodep].row != NODE_NONE)
        return applying_fail(all, change, dn, "there is such an entry already");
    for (node = nodes[*nodep].parent; node != NODE_NONE;
         node = nodes[node].parent) {
        if (nodes[node].row != NODE_NONE)
            break;
        if (nodes[node].gone)
            return applying_fail(all, change, dn,
                                 "the entry above it is no longer there");
    }
    return ADSCP_OK;
}

struct kept_entry *applying_row(const struct applying *all,
                                const struct node_row *at)
{
    return &all->after[at->directory]->rows[at->index];
}

struct arena *applying_arena(const struct applying *all, uint32_t directory)
{
    return &all->after[directory]->texts->arena;
}

/* A search gave it for what it was. What it is now, its values tell, where they
 * hold enough for that. */
void applying_free_kind(struct kept_entry *row)
{
    static const struct span class_name = {"objectClass", 11};
    bool is_told = row->kind == ENTRY_SCP;
    uint32_t i;

    row->is_idle = false;
    for (i = 0; i < row->value_count && !is_told; i++)
        is_told = is_of_attribute(&row->values[i], class_name);
    if (is_told)
        row->kind = ENTRY_BY_CLASS;
}
