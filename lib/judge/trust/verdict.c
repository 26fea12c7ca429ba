/* SPDX-License-Identifier: MIT */
/*
 * What it means that a rule is broken.
 */
#include "judge/trust/private.h"

static const struct rule {
    uint32_t flag, possible;
    int reason, note; /* -1: none */
} rules[RULE_COUNT] = {
#define RULE(name, flag, possible, reason, note, what, source)                 \
    [RULE_##name] = {flag, possible, reason, note},
#include "judge/trust/rule.def"
#undef RULE
};

/* A flag that is sure stays sure, but where a rule doubts it on purpose: it has
 * both. */
void trust_break(struct verdict *verdict, enum trust_rule rule)
{
    const struct rule *row = &rules[rule];
    uint32_t sure = verdict->flags & ~verdict->possible;

    sure = (sure | row->flag) & ~(row->flag & row->possible);
    verdict->flags |= row->flag;
    verdict->possible = (verdict->possible | row->possible) & ~sure;
    if (row->reason >= 0)
        verdict->reasons |= UINT32_C(1) << row->reason;
    if (row->note >= 0)
        verdict->notes |= UINT64_C(1) << row->note;
}

void trust_settle_issuer(struct verdict *verdict)
{
    verdict->possible &= ~FLAG_INVALID_CA;
    verdict->notes &=
        ~(UINT64_C(1) << NOTE_PUBLIC_ROOTS | UINT64_C(1) << NOTE_ROOTS_UNREAD |
          UINT64_C(1) << NOTE_MISSING_ISSUER);
}

int trust_line(const struct verdict *verdict, uint32_t flag)
{
    if ((verdict->possible & flag) != 0)
        return ADSCP_ALERT_LINE_UNKNOWN;
    return (verdict->flags & flag) != 0 ? ADSCP_ALERT_LINE_BAD
                                        : ADSCP_ALERT_LINE_GOOD;
}
