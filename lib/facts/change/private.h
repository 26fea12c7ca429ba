/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_CHANGE_PRIVATE_H
#define ADSCP_FACTS_CHANGE_PRIVATE_H

#include "base/hash.h"
#include "facts/change/change.h"

/* What the parts of the room share: tree.c finds entries by their DNs, modify.c
 * makes the values of one, applying.c asks what every change asks, rename.c
 * moves, apply.c does one change after the other. */

#define NODE_NONE UINT32_MAX

enum { NODE_DEPTH_MAX = 500 }; /* RDNs of a DN */

/* An object of the directory, or what must be above one. */
struct node {
    struct span rdn; /* comparable */
    uint32_t parent; /* NODE_NONE: the root */
    uint32_t first_child;
    uint32_t next_sibling;
    uint32_t row; /* of node_row, the first of its records; NODE_NONE: none */
    uint32_t last_row;
    uint32_t live;      /* records at and below it */
    uint32_t directory; /* of the first of those that there ever were */
    bool gone; /* it was deleted or renamed, and so is known not to be there */
};

/* Where a record is. An export may hold several of one DN. */
struct node_row {
    uint32_t directory;
    uint32_t next;     /* of the same DN, or NODE_NONE */
    uint32_t capacity; /* of its values, if a change made room for them */
    size_t index;
};

struct tree_index {
    struct arena arena;
    struct node *nodes; /* [0] is the root */
    uint32_t node_count;
    struct hash_index by_name;
    struct node_row *rows;
    uint32_t row_count;
    struct span last_parent; /* neighbours share it most often */
    uint32_t last_parent_node;
};

int tree_index_init(struct tree_index *tree);
void tree_index_free(struct tree_index *tree);

/* The node of a DN, NODE_NONE where there is none; or the same node made, with
 * all above it. ADSCP_OK, ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT for what is no
 * DN, or one with too many RDNs. */
int tree_index_find(struct tree_index *tree, struct span dn, uint32_t *nodep);
int tree_index_reach(struct tree_index *tree, struct span dn, uint32_t *nodep);

/* Put a record at its node, behind others of its DN. false: out of memory. */
bool tree_index_attach(struct tree_index *tree, uint32_t node,
                       uint32_t directory, size_t index);
/* Take all records away from a node, and give the first one (NODE_NONE: none).
 */
uint32_t tree_index_detach(struct tree_index *tree, uint32_t node);

/* The next node of a subtree, parents first; NODE_NONE at its end. */
uint32_t tree_index_next(const struct tree_index *tree, uint32_t top,
                         uint32_t node);

/* The DNs that changes are about. Where they are few, most entries are of no
 * interest to any change, and need not stand in the tree. */
enum { MENTIONS_MAX = 64 };

struct mentions {
    struct arena arena;
    struct span dns[MENTIONS_MAX]; /* comparable */
    size_t count;
    bool is_all; /* they are many: every entry is of interest */
};

/* ADSCP_OK or ADSCP_E_NOMEM. */
int mentions_find(struct mentions *mentions, const struct change_list *list);
/* Does an entry stand at, above or below one of them? May say yes without need.
 */
bool mentions_touch(const struct mentions *mentions,
                    const struct kept_entry *row);

/* Where an entry is going to be: "CN=new,CN=above". ADSCP_OK or ADSCP_E_NOMEM.
 */
int change_new_dn(struct arena *arena, const struct change *change,
                  struct span old, struct span *newp);

/* The values of an entry after one modification; *capacityp is as of struct
 * node_row. ADSCP_OK, ADSCP_E_NOMEM or
 * ADSCP_E_CHANGE, or what the deadline says. */
int modify_values(struct arena *arena, const struct change *change,
                  struct kept_entry *row, uint32_t *capacityp,
                  const struct deadline *deadline, struct detail *detail);
/* The same after its first RDN became another one. */
int modify_name(struct arena *arena, const struct change *change,
                struct span old_rdn, struct kept_entry *row);

/* "keywords" of "keywords;range=0-1499". */
bool is_of_attribute(const struct entry_value *value, struct span attribute);

/* What lasts while changes are applied, one after the other. */
struct applying {
    struct tree_index tree;
    struct mentions mentions;
    struct entries **after;
    size_t directory_count;
    const struct deadline *deadline;
    struct detail *detail;
};

/* ADSCP_E_CHANGE, with file, line and DN in the detail. */
int applying_fail(const struct applying *all, const struct change *change,
                  struct span dn, const char *what);

/* The node of an entry that must be there; the node where one is going to be,
 * which must not be there yet. */
int applying_entry(struct applying *all, const struct change *change,
                   uint32_t *nodep);
int applying_place(struct applying *all, const struct change *change,
                   struct span dn, uint32_t *nodep);

struct kept_entry *applying_row(const struct applying *all,
                                const struct node_row *at);
struct arena *applying_arena(const struct applying *all, uint32_t directory);

/* A search gave this row for what it was; from now on its values tell, where
 * they hold enough for that. */
void applying_free_kind(struct kept_entry *row);

int applying_rename(struct applying *all, const struct change *change);

#endif
