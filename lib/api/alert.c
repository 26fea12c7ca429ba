/* SPDX-License-Identifier: MIT */
/*
 * The public alert: a verdict, its reasons, the dialog's lines, and the chain
 * that it rests on.
 */
#include "judge/alert.h"

#include <stdbool.h>

#include "api/count.h"

/* ----------------------------------------------------------------- names -- */

static const char *name_of(const char *const *names, int count, int value)
{
    return value >= 0 && value < count ? names[value] : NULL;
}

#define NAME_OF(names, value)                                                  \
    name_of(names, (int)(sizeof(names) / sizeof((names)[0])), value)

const char *adscp_alert_outcome_name(int outcome)
{
    return alert_outcome_name(outcome);
}

const char *adscp_alert_reason_name(int reason)
{
    static const char *const names[] = {
        [ADSCP_ALERT_REASON_UNTRUSTED_ISSUER] = "untrusted-issuer",
        [ADSCP_ALERT_REASON_EXPIRED] = "expired",
        [ADSCP_ALERT_REASON_NOT_YET_VALID] = "not-yet-valid",
        [ADSCP_ALERT_REASON_NAME_MISMATCH] = "name-mismatch",
        [ADSCP_ALERT_REASON_WRONG_USAGE] = "wrong-usage",
        [ADSCP_ALERT_REASON_WEAK_KEY] = "weak-key",
        [ADSCP_ALERT_REASON_INVALID] = "invalid",
    };

    return NAME_OF(names, reason);
}

const char *adscp_alert_line_name(int line)
{
    static const char *const names[] = {
        [ADSCP_ALERT_LINE_UNKNOWN] = "unknown",
        [ADSCP_ALERT_LINE_GOOD] = "good",
        [ADSCP_ALERT_LINE_BAD] = "bad",
    };

    return NAME_OF(names, line);
}

const char *adscp_alert_confidence_name(int confidence)
{
    static const char *const names[] = {
        [ADSCP_ALERT_CONFIDENCE_LOW] = "low",
        [ADSCP_ALERT_CONFIDENCE_MEDIUM] = "medium",
        [ADSCP_ALERT_CONFIDENCE_HIGH] = "high",
    };

    return NAME_OF(names, confidence);
}

const char *adscp_alert_chain_source_name(int source)
{
    static const char *const names[] = {
        [ADSCP_ALERT_CHAIN_SOURCE_SENT] = "sent",
        [ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY] = "directory",
        [ADSCP_ALERT_CHAIN_SOURCE_TRUSTED] = "trusted",
        [ADSCP_ALERT_CHAIN_SOURCE_BUNDLE] = "bundle",
        [ADSCP_ALERT_CHAIN_SOURCE_POLICY] = "policy",
    };

    return NAME_OF(names, source);
}

/* --------------------------------------------------------------- verdict -- */

int adscp_alert_outcome(const adscp_alert *alert)
{
    return alert != NULL ? alert->outcome : -1;
}

int64_t adscp_alert_flags(const adscp_alert *alert)
{
    return alert != NULL ? (int64_t)alert->flags : -1;
}

int64_t adscp_alert_flags_possible(const adscp_alert *alert)
{
    return alert != NULL ? (int64_t)alert->flags_possible : -1;
}

static int count_bits(uint64_t bits)
{
    int count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* The number of the bit that has `index` others below it; -1: there is none. */
static int nth_bit(uint64_t bits, int index)
{
    int bit;

    for (bit = 0; index >= 0 && bit < 64; bit++)
        if ((bits >> bit & 1) != 0 && index-- == 0)
            return bit;
    return -1;
}

int adscp_alert_reason_count(const adscp_alert *alert)
{
    return alert != NULL ? count_bits(alert->reasons) : -1;
}

int adscp_alert_reason(const adscp_alert *alert, int index)
{
    return alert != NULL ? nth_bit(alert->reasons, index) : -1;
}

int adscp_alert_note_count(const adscp_alert *alert)
{
    return alert != NULL ? count_bits(alert->notes) : -1;
}

const char *adscp_alert_note(const adscp_alert *alert, int index)
{
    int bit = alert != NULL ? nth_bit(alert->notes, index) : -1;

    return bit >= 0 ? alert_note_text(alert, (enum alert_note)bit) : NULL;
}

int adscp_alert_confidence(const adscp_alert *alert)
{
    return alert != NULL && alert->confidence != 0 ? alert->confidence : -1;
}

int64_t adscp_alert_changes_on(const adscp_alert *alert)
{
    return alert != NULL ? alert->changes_on : -1;
}

/* ----------------------------------------------------------------- lines -- */

static int line_of(const adscp_alert *alert, enum alert_line line)
{
    return alert != NULL ? alert->lines[line] : -1;
}

static const char *text_of(const adscp_alert *alert, enum alert_line line)
{
    return alert != NULL ? alert_line_text(line, alert->lines[line]) : NULL;
}

int adscp_alert_issuer_line(const adscp_alert *alert)
{
    return line_of(alert, LINE_ISSUER);
}

int adscp_alert_date_line(const adscp_alert *alert)
{
    return line_of(alert, LINE_DATE);
}

int adscp_alert_name_line(const adscp_alert *alert)
{
    return line_of(alert, LINE_NAME);
}

const char *adscp_alert_issuer_text(const adscp_alert *alert)
{
    return text_of(alert, LINE_ISSUER);
}

const char *adscp_alert_date_text(const adscp_alert *alert)
{
    return text_of(alert, LINE_DATE);
}

const char *adscp_alert_name_text(const adscp_alert *alert)
{
    return text_of(alert, LINE_NAME);
}

/* ----------------------------------------------------------------- chain -- */

int adscp_alert_chain_count(const adscp_alert *alert)
{
    return alert != NULL ? (int)alert->chain_count : -1;
}

static const struct alert_link *link_of(const adscp_alert *alert, int index)
{
    if (alert == NULL || !in_range(index, alert->chain_count))
        return NULL;
    return &alert->chain[index];
}

const adscp_certificate *adscp_alert_chain(const adscp_alert *alert, int index)
{
    const struct alert_link *link = link_of(alert, index);

    return link != NULL ? link->certificate : NULL;
}

int adscp_alert_chain_source(const adscp_alert *alert, int index)
{
    const struct alert_link *link = link_of(alert, index);

    return link != NULL ? link->source : -1;
}
