/* SPDX-License-Identifier: MIT */
/*
 * Two answers: is the second one better or worse for the user?
 */
#include "adscp.h"

#include <stdbool.h>
#include <string.h>

static int outcome_of(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer));
}

static int services_outcome(const adscp_prediction *answer)
{
    int worst = -1, i, count = adscp_prediction_service_count(answer);

    for (i = 0; i < count; i++) {
        int outcome = adscp_alert_outcome(
            adscp_service_alert(adscp_prediction_service(answer, i)));

        if (outcome > worst)
            worst = outcome;
    }
    return worst;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_hop(const adscp_hop *a, const adscp_hop *b)
{
    return adscp_hop_action(a) == adscp_hop_action(b) &&
           adscp_alert_outcome(adscp_hop_alert(a)) ==
               adscp_alert_outcome(adscp_hop_alert(b)) &&
           same_text(adscp_hop_host(a), adscp_hop_host(b));
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

static bool is_led(const adscp_prediction *answer)
{
    return adscp_prediction_hop_count(answer) > 0;
}

/* Who is led to no server meets no alert there. */
static int fear(int outcome)
{
    return outcome < 0 ? ADSCP_ALERT_OUTCOME_NO_ALERT : outcome;
}

static int compare_alerts(const adscp_prediction *before,
                          const adscp_prediction *after)
{
    int first = fear(outcome_of(before)), second = fear(outcome_of(after));

    if (first == second) {
        first = adscp_prediction_doubtful(before);
        second = adscp_prediction_doubtful(after);
    }
    if (first == second) {
        first = fear(services_outcome(before));
        second = fear(services_outcome(after));
    }
    return second - first;
}

int adscp_prediction_compare(const adscp_prediction *before,
                             const adscp_prediction *after)
{
    int worse;

    if (before == NULL || after == NULL)
        return ADSCP_COMPARISON_CHANGE_ABSENT;
    /* The URLs of the mail domain are next, and nobody judged those. */
    worse =
        is_led(before) && !is_led(after) ? 1 : compare_alerts(before, after);
    if (worse != 0)
        return worse > 0 ? ADSCP_COMPARISON_CHANGE_WORSE
                         : ADSCP_COMPARISON_CHANGE_BETTER;
    return outcome_of(before) == outcome_of(after) &&
                   services_outcome(before) == services_outcome(after) &&
                   same_way(before, after)
               ? ADSCP_COMPARISON_CHANGE_SAME
               : ADSCP_COMPARISON_CHANGE_OTHER;
}
