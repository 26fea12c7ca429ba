/* SPDX-License-Identifier: MIT */
/*
 * The row of a verdict, and the words that go with it: Outlook's dialog, line
 * by line, and the notes. Texts are for output; nothing ever compares them.
 */
#include "judge/alert.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(NOTE_COUNT <= 64, "notes are bits");

struct adscp_alert *alert_new(const struct alert_link *chain, size_t count)
{
    struct adscp_alert *alert =
        calloc(1, sizeof(*alert) + count * sizeof(*chain));
    size_t i;

    if (alert == NULL)
        return NULL;
    atomic_init(&alert->holders, 1);
    alert->changes_on = -1;
    alert->chain_count = count;
    for (i = 0; i < count; i++) {
        alert->chain[i] = chain[i];
        (void)certificate_hold_store(chain[i].certificate);
    }
    for (i = 0; i < count; i++)
        if (!certificate_prepare(chain[i].certificate)) {
            alert_release(alert);
            return NULL;
        }
    return alert;
}

/* Constant to its readers; the count of holders alone changes. */
static struct adscp_alert *counted(const struct adscp_alert *alert)
{
    return (struct adscp_alert *)(uintptr_t)alert;
}

/* false: out of memory. */
static bool copy_text(char **to, const char *text)
{
    if (text != NULL)
        *to = strdup(text);
    return text == NULL || *to != NULL;
}

struct adscp_alert *alert_with_change(const struct adscp_alert *alert,
                                      int64_t changes_on)
{
    struct adscp_alert *copy = alert_new(alert->chain, alert->chain_count);

    if (copy == NULL)
        return NULL;
    copy->outcome = alert->outcome;
    copy->flags = alert->flags;
    copy->flags_possible = alert->flags_possible;
    copy->reasons = alert->reasons;
    copy->notes = alert->notes;
    memcpy(copy->lines, alert->lines, sizeof(copy->lines));
    copy->confidence = alert->confidence;
    copy->changes_on = changes_on;
    copy->other_root = alert->other_root;
    if (copy->other_root != NULL)
        (void)certificate_hold_store(copy->other_root);
    if (copy_text(&copy->other_path, alert->other_path) &&
        copy_text(&copy->other_forest, alert->other_forest))
        return copy;
    alert_release(copy);
    return NULL;
}

const struct adscp_alert *alert_hold(const struct adscp_alert *alert)
{
    if (alert != NULL)
        atomic_fetch_add(&counted(alert)->holders, 1);
    return alert;
}

void alert_release(const struct adscp_alert *alert)
{
    size_t i;

    if (alert == NULL || atomic_fetch_sub(&counted(alert)->holders, 1) != 1)
        return;
    for (i = 0; i < alert->chain_count; i++)
        certificate_release_store(alert->chain[i].certificate);
    free(alert->other_path);
    free(alert->other_forest);
    if (alert->other_root != NULL)
        certificate_release_store(alert->other_root);
    free(counted(alert));
}

/* --------------------------------------------------------------- outcome -- */

/* A dialog asks only where the user may pass over every error; any other error
 * ends the request without one. */
static int outcome_of(uint32_t flags)
{
    if (flags == 0)
        return ADSCP_ALERT_OUTCOME_NO_ALERT;
    return (flags & ~FLAGS_ASKED) == 0 ? ADSCP_ALERT_OUTCOME_ALERT
                                       : ADSCP_ALERT_OUTCOME_HARD_FAILURE;
}

/* More flags never make it better: where the least and the most agree, so does
 * everything between. */
int alert_outcome(uint32_t flags, uint32_t flags_possible)
{
    int least = outcome_of(flags & ~flags_possible);
    int most = outcome_of(flags | flags_possible);

    return least == most ? least : ADSCP_ALERT_OUTCOME_UNCERTAIN;
}

static int count_bits(uint32_t flags)
{
    int count = 0;

    for (; flags != 0; flags &= flags - 1)
        count++;
    return count;
}

/* More errors are worse; of as many, any order will do that is always the same.
 */
static int compare_flags(uint32_t a, uint32_t b)
{
    int first = count_bits(a), second = count_bits(b);

    if (first != second)
        return second - first;
    return (b > a) - (b < a);
}

int alert_compare(const struct adscp_alert *a, const struct adscp_alert *b)
{
    int order;

    if (a->outcome != b->outcome)
        return b->outcome - a->outcome;
    order = compare_flags(a->flags & ~a->flags_possible,
                          b->flags & ~b->flags_possible);
    return order != 0 ? order
                      : compare_flags(a->flags_possible, b->flags_possible);
}

int64_t alert_sooner(int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

struct adscp_alert *alert_without_name(const struct adscp_alert *alert)
{
    struct adscp_alert *copy = alert_with_change(alert, alert->changes_on);

    if (copy == NULL)
        return NULL;
    copy->flags &= ~FLAG_CN_INVALID;
    copy->flags_possible &= ~FLAG_CN_INVALID;
    copy->reasons &= ~(UINT32_C(1) << ADSCP_ALERT_REASON_NAME_MISMATCH);
    copy->lines[LINE_NAME] = ADSCP_ALERT_LINE_GOOD;
    copy->notes |= UINT64_C(1) << NOTE_REDIRECT_SERVERS;
    if (copy->outcome != ADSCP_ALERT_OUTCOME_CONNECT_FAILURE)
        copy->outcome = alert_outcome(copy->flags, copy->flags_possible);
    return copy;
}

/* ----------------------------------------------------------------- words -- */

const char *alert_line_text(enum alert_line line, int state)
{
    static const struct {
        const char *good, *bad;
    } texts[LINE_COUNT] = {
        [LINE_ISSUER] =
            {"The security certificate is from a trusted certifying authority.",
             "The security certificate was issued by a company you have not "
             "chosen to trust. View the certificate to determine whether you "
             "want to trust the certifying authority."},
        [LINE_DATE] =
            {"The security certificate date is valid.",
             "The security certificate has expired or is not yet valid."},
        [LINE_NAME] = {"The security certificate has a valid name.",
                       "The name on the security certificate is invalid or "
                       "does not match the name of the site."},
    };

    if (state == ADSCP_ALERT_LINE_GOOD)
        return texts[line].good;
    return state == ADSCP_ALERT_LINE_BAD ? texts[line].bad : NULL;
}

/* Some name what the alert is about. */
const char *alert_note_text(const struct adscp_alert *alert,
                            enum alert_note note)
{
    static const char *const texts[NOTE_COUNT] = {
#define NOTE(name, sentence) [NOTE_##name] = sentence,
#include "judge/alert_note.def"
#undef NOTE
    };

    if (note == NOTE_OTHER_PATH && alert->other_path != NULL)
        return alert->other_path;
    if (note == NOTE_OTHER_FOREST && alert->other_forest != NULL)
        return alert->other_forest;
    return texts[note];
}

const char *alert_outcome_name(int outcome)
{
    switch (outcome) {
    case ADSCP_ALERT_OUTCOME_NO_ALERT:
        return "no-alert";
    case ADSCP_ALERT_OUTCOME_UNCERTAIN:
        return "uncertain";
    case ADSCP_ALERT_OUTCOME_ALERT:
        return "alert";
    case ADSCP_ALERT_OUTCOME_HARD_FAILURE:
        return "hard-failure";
    case ADSCP_ALERT_OUTCOME_CONNECT_FAILURE:
        return "connect-failure";
    default:
        return NULL;
    }
}
