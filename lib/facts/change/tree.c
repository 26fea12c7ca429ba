/* SPDX-License-Identifier: MIT */
/*
 * The entries of a forest as a tree, in which a DN is looked up RDN by RDN, the
 * last one first. What no search asked for, such as most containers, is known
 * by the DNs of what lies below it.
 */
#include "facts/change/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "base/text.h"
#include "facts/dn.h"

int tree_index_init(struct tree_index *tree)
{
    *tree = (struct tree_index){.last_parent_node = NODE_NONE};
    arena_init(&tree->arena);
    tree->nodes = rows_grow(NULL, 0, sizeof(*tree->nodes));
    if (tree->nodes == NULL)
        return ADSCP_E_NOMEM;
    tree->nodes[tree->node_count++] = (struct node){.parent = NODE_NONE,
                                                    .first_child = NODE_NONE,
                                                    .next_sibling = NODE_NONE,
                                                    .row = NODE_NONE};
    return ADSCP_OK;
}

void tree_index_free(struct tree_index *tree)
{
    arena_free(&tree->arena);
    free(tree->nodes);
    free(tree->rows);
    hash_clear(&tree->by_name);
}

static uint32_t hash_of(uint32_t parent, struct span rdn)
{
    return hash_join(parent, hash_fold(rdn.text, rdn.length));
}

static uint32_t find_child(const struct tree_index *tree, uint32_t parent,
                           struct span rdn, uint32_t hash)
{
    uint32_t at, number = hash_first(&tree->by_name, hash, &at);

    while (number != HASH_NONE &&
           (tree->nodes[number].parent != parent ||
            !text_equal_fold(tree->nodes[number].rdn.text,
                             tree->nodes[number].rdn.length, rdn.text,
                             rdn.length)))
        number = hash_next(&tree->by_name, hash, &at);
    return number;
}

static uint32_t add_child(struct tree_index *tree, uint32_t parent,
                          struct span rdn, uint32_t hash)
{
    struct node *nodes =
        rows_grow(tree->nodes, tree->node_count, sizeof(*nodes));
    uint32_t number = tree->node_count;

    if (nodes == NULL)
        return NODE_NONE;
    tree->nodes = nodes;
    if (!hash_add(&tree->by_name, hash, number))
        return NODE_NONE;
    nodes[number] = (struct node){.rdn = rdn,
                                  .parent = parent,
                                  .first_child = NODE_NONE,
                                  .next_sibling = nodes[parent].first_child,
                                  .row = NODE_NONE};
    nodes[parent].first_child = number;
    tree->node_count++;
    return number;
}

/* One RDN further down. */
static int step(struct tree_index *tree, uint32_t *nodep, struct span rdn,
                bool makes)
{
    uint32_t hash, child;
    struct span name;
    int rc = dn_comparable_rdn(&tree->arena, rdn, &name);

    if (rc != ADSCP_OK)
        return rc;
    hash = hash_of(*nodep, name);
    child = find_child(tree, *nodep, name, hash);
    if (child == NODE_NONE && makes) {
        child = add_child(tree, *nodep, name, hash);
        if (child == NODE_NONE)
            return ADSCP_E_NOMEM;
    }
    *nodep = child;
    return ADSCP_OK;
}

static int walk(struct tree_index *tree, struct span dn, bool makes,
                uint32_t *nodep)
{
    size_t depth = 0;
    int rc = ADSCP_OK;

    *nodep = 0;
    while (dn.length > 0 && rc == ADSCP_OK && *nodep != NODE_NONE) {
        size_t last = dn_last_length(dn.text, dn.length);
        struct span rdn = {dn.text + dn.length - last, last};

        if (++depth > NODE_DEPTH_MAX)
            return ADSCP_E_ARGUMENT;
        rc = step(tree, nodep, rdn, makes);
        if (rc == ADSCP_OK && last + 1 == dn.length)
            rc = ADSCP_E_ARGUMENT; /* it begins with a comma */
        dn.length -= last < dn.length ? last + 1 : last;
    }
    return rc;
}

static int reach_parent(struct tree_index *tree, struct span parent,
                        uint32_t *nodep)
{
    int rc = ADSCP_OK;

    *nodep = tree->last_parent_node;
    if (*nodep != NODE_NONE && tree->last_parent.length == parent.length &&
        memcmp(tree->last_parent.text, parent.text, parent.length) == 0)
        return ADSCP_OK;
    rc = walk(tree, parent, true, nodep);
    tree->last_parent = parent;
    tree->last_parent_node = rc == ADSCP_OK ? *nodep : NODE_NONE;
    return rc;
}

int tree_index_find(struct tree_index *tree, struct span dn, uint32_t *nodep)
{
    return walk(tree, dn, false, nodep);
}

int tree_index_reach(struct tree_index *tree, struct span dn, uint32_t *nodep)
{
    size_t first = dn_first_length(dn.text, dn.length);
    struct span parent = {dn.text + dn.length, 0};
    int rc;

    if (first + 1 == dn.length)
        return ADSCP_E_ARGUMENT;
    if (first < dn.length)
        parent = (struct span){dn.text + first + 1, dn.length - first - 1};
    rc = reach_parent(tree, parent, nodep);
    return rc == ADSCP_OK
               ? step(tree, nodep, (struct span){dn.text, first}, true)
               : rc;
}

static void count(struct tree_index *tree, uint32_t node, uint32_t directory)
{
    for (; node != NODE_NONE; node = tree->nodes[node].parent)
        if (tree->nodes[node].live++ == 0)
            tree->nodes[node].directory = directory;
}

static void discount(struct tree_index *tree, uint32_t node)
{
    for (; node != NODE_NONE; node = tree->nodes[node].parent)
        tree->nodes[node].live--;
}

bool tree_index_attach(struct tree_index *tree, uint32_t node,
                       uint32_t directory, size_t index)
{
    struct node_row *rows =
        rows_grow(tree->rows, tree->row_count, sizeof(*rows));
    struct node *at = &tree->nodes[node];
    uint32_t number = tree->row_count;

    if (rows == NULL)
        return false;
    tree->rows = rows;
    if (at->row == NODE_NONE)
        at->row = number;
    else
        rows[at->last_row].next = number;
    at->last_row = number;
    at->gone = false;
    rows[number] = (struct node_row){
        .directory = directory, .next = NODE_NONE, .index = index};
    tree->row_count++;
    count(tree, node, directory);
    return true;
}

uint32_t tree_index_detach(struct tree_index *tree, uint32_t node)
{
    uint32_t first = tree->nodes[node].row, number;

    for (number = first; number != NODE_NONE; number = tree->rows[number].next)
        discount(tree, node);
    tree->nodes[node].row = NODE_NONE;
    tree->nodes[node].gone = true;
    return first;
}

uint32_t tree_index_next(const struct tree_index *tree, uint32_t top,
                         uint32_t node)
{
    const struct node *nodes = tree->nodes;

    if (nodes[node].first_child != NODE_NONE)
        return nodes[node].first_child;
    while (node != top && nodes[node].next_sibling == NODE_NONE)
        node = nodes[node].parent;
    return node != top ? nodes[node].next_sibling : NODE_NONE;
}
