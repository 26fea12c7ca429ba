/* SPDX-License-Identifier: MIT */
/*
 * Reading one SCP. Its texts are shared with others, and joined when somebody
 * asks.
 */
#include <stdlib.h>
#include <string.h>

#include "facts/forest.h"

static char *make_dn(const void *of)
{
    const struct adscp_scp *scp = of;
    const char *tail = scp->forest->tails[scp->dn_tail];
    size_t head_length = strlen(scp->dn_head), tail_length = strlen(tail);
    char *dn = malloc(head_length + tail_length + 1);

    if (dn != NULL) {
        memcpy(dn, scp->dn_head, head_length);
        memcpy(dn + head_length, tail, tail_length + 1);
    }
    return dn;
}

const char *scp_dn(const struct adscp_scp *scp)
{
    /* Constant to its readers; the slot alone changes, once and atomically. */
    text_slot *slot = (text_slot *)(uintptr_t)&scp->dn;

    return text_slot_get(slot, make_dn, scp);
}

/* Equal DNs are cut at the same place, so that nothing need be joined. */
bool scp_same_dn(const struct adscp_scp *a, const struct adscp_scp *b)
{
    return strcmp(a->dn_head, b->dn_head) == 0 &&
           strcmp(a->forest->tails[a->dn_tail], b->forest->tails[b->dn_tail]) ==
               0;
}

int scp_compare_dn(const struct adscp_scp *a, const struct adscp_scp *b)
{
    const char *const first[] = {a->dn_head, a->forest->tails[a->dn_tail]};
    const char *const second[] = {b->dn_head, b->forest->tails[b->dn_tail]};

    return text_compare_joined(first, second);
}

const char *scp_binding(const struct adscp_scp *scp, size_t index)
{
    uint32_t offset = 0;

    /* Offsets stand before the texts where there are several. */
    if (scp->binding_count > 1)
        memcpy(&offset,
               scp->bindings - (scp->binding_count - index) * sizeof(offset),
               sizeof(offset));
    return scp->bindings + offset;
}

const struct keyword *scp_keyword(const struct adscp_scp *scp, size_t index)
{
    return &scp->forest->keywords[scp->keywords[index]];
}

bool scp_has(const struct adscp_scp *scp, enum keyword_kind kind, name_id name)
{
    size_t i;

    if (name == NAME_NONE)
        return false;
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (keyword->name == name && keyword->kind == kind)
            return true;
    }
    return false;
}

const char *scp_pointer_value(const struct adscp_scp *scp)
{
    size_t i;

    for (i = 0; i < scp->binding_count; i++) {
        const char *value = scp_binding(scp, i);

        if (text_starts(value, strlen(value), "LDAP://"))
            return value;
    }
    return NULL;
}
