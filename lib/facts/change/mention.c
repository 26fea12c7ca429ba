/* SPDX-License-Identifier: MIT */
/*
 * Which entries a list of changes may be about, told by their DNs: a step on a
 * large forest looks at few of them.
 */
#include "facts/change/private.h"

#include <string.h>

#include "base/text.h"
#include "facts/dn.h"

int change_new_dn(struct arena *arena, const struct change *change,
                  struct span old, struct span *newp)
{
    size_t first = dn_first_length(old.text, old.length);
    struct span above = change->new_superior;
    char *text;

    if (above.text == NULL && first < old.length)
        above = (struct span){old.text + first + 1, old.length - first - 1};
    text = arena_bytes(arena, change->new_rdn.length + above.length + 2);
    if (text == NULL)
        return ADSCP_E_NOMEM;
    *newp = (struct span){text, change->new_rdn.length};
    memcpy(text, change->new_rdn.text, change->new_rdn.length);
    if (above.length > 0) {
        text[newp->length++] = ',';
        memcpy(text + newp->length, above.text, above.length);
        newp->length += above.length;
    }
    text[newp->length] = '\0';
    return ADSCP_OK;
}

/* The whole DN, RDN by RDN; ADSCP_E_ARGUMENT for what is none. */
static int make_comparable(struct arena *arena, struct span dn,
                           struct span *outp)
{
    char *text = arena_bytes(arena, dn.length + 1);
    size_t used = 0, at = 0;
    int rc = text != NULL ? ADSCP_OK : ADSCP_E_NOMEM;

    while (at < dn.length && rc == ADSCP_OK) {
        size_t length = dn_first_length(dn.text + at, dn.length - at);
        struct span rdn = {dn.text + at, length};

        rc = dn_comparable_rdn(arena, rdn, &rdn);
        if (rc != ADSCP_OK)
            break;
        if (used > 0)
            text[used++] = ',';
        memcpy(text + used, rdn.text, rdn.length);
        used += rdn.length;
        at += length + 1;
    }
    *outp = (struct span){text, used};
    return rc;
}

/* What is no DN is refused later, where it can be told why. */
static int mention(struct mentions *mentions, struct span dn)
{
    int rc;

    if (mentions->is_all || mentions->count == MENTIONS_MAX) {
        mentions->is_all = true;
        return ADSCP_OK;
    }
    rc = make_comparable(&mentions->arena, dn, &mentions->dns[mentions->count]);
    if (rc == ADSCP_OK)
        mentions->count++;
    return rc == ADSCP_E_ARGUMENT ? ADSCP_OK : rc;
}

int mentions_find(struct mentions *mentions, const struct change_list *list)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < list->count && rc == ADSCP_OK && !mentions->is_all; i++) {
        const struct change *change = &list->rows[i];
        struct span target;

        rc = mention(mentions, change->dn);
        if (rc != ADSCP_OK || change->type != CHANGE_RENAME)
            continue;
        rc = change_new_dn(&mentions->arena, change, change->dn, &target);
        if (rc == ADSCP_OK)
            rc = mention(mentions, target);
    }
    return rc;
}

static bool is_at_or_below(struct span dn, struct span above)
{
    size_t at;

    if (dn.length < above.length)
        return false;
    at = dn.length - above.length;
    return (at == 0 || dn.text[at - 1] == ',') &&
           text_equal_ascii(dn.text + at, above.length, above.text,
                            above.length);
}

bool mentions_touch(const struct mentions *mentions,
                    const struct kept_entry *row)
{
    size_t i;

    if (mentions->is_all || !row->is_plain)
        return true;
    for (i = 0; i < mentions->count; i++)
        if (is_at_or_below(row->dn, mentions->dns[i]) ||
            is_at_or_below(mentions->dns[i], row->dn))
            return true;
    return false;
}
