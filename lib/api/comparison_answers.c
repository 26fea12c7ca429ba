/* SPDX-License-Identifier: MIT */
/*
 * Two answers: is the second one better or worse for the user? Nothing here
 * asks for memory: what could not be made would look like a difference.
 */
#include "adscp.h"

#include <stdbool.h>
#include <string.h>

#include "judge/predict.h"
#include "judge/severity.h"

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : a == b || strcmp(a, b) == 0;
}

static bool same_hop(const adscp_hop *a, const adscp_hop *b)
{
    const struct span *host = &a->to->host, *other = &b->to->host;

    return a->action == b->action &&
           adscp_alert_outcome(adscp_hop_alert(a)) ==
               adscp_alert_outcome(adscp_hop_alert(b)) &&
           host->length == other->length &&
           (host->length == 0 ||
            memcmp(host->text, other->text, host->length) == 0);
}

static bool same_way(const adscp_prediction *a, const adscp_prediction *b)
{
    int i, count = adscp_prediction_hop_count(a);

    if (count != adscp_prediction_hop_count(b) ||
        !same_text(adscp_hop_url(adscp_prediction_hop(a, 0)),
                   adscp_hop_url(adscp_prediction_hop(b, 0))))
        return false;
    for (i = 0; i < count; i++)
        if (!same_hop(adscp_prediction_hop(a, i), adscp_prediction_hop(b, i)))
            return false;
    return true;
}

static struct severity severity_of(const adscp_prediction *answer)
{
    return (struct severity){
        .outcome = adscp_alert_outcome(adscp_prediction_alert(answer)),
        .refused = adscp_prediction_refusal(answer) != ADSCP_REFUSAL_NONE,
        .doubtful = adscp_prediction_doubtful(answer) == 1,
        .services = adscp_prediction_services_outcome(answer)};
}

int adscp_prediction_compare(const adscp_prediction *before,
                             const adscp_prediction *after)
{
    struct severity first, second;
    int worse;

    if (before == NULL || after == NULL)
        return ADSCP_COMPARISON_CHANGE_ABSENT;
    first = severity_of(before);
    second = severity_of(after);
    worse = severity_compare(&second, &first);
    /* What comes instead of a lost server was not judged. */
    if (worse < 0 && second.outcome < 0)
        return ADSCP_COMPARISON_CHANGE_WORSE;
    if (worse != 0)
        return worse > 0 ? ADSCP_COMPARISON_CHANGE_WORSE
                         : ADSCP_COMPARISON_CHANGE_BETTER;
    return first.services == second.services && same_way(before, after)
               ? ADSCP_COMPARISON_CHANGE_SAME
               : ADSCP_COMPARISON_CHANGE_OTHER;
}
