/* SPDX-License-Identifier: MIT */
#include "judge/severity.h"

#include "adscp.h"

/* Who finds no server in the directory goes on to the URLs of the mail domain,
 * which nobody judged: that is worse than not to know what one server shows,
 * and not as bad as an alert that is known to come. An alert can be clicked
 * away; an error for an answer cannot. */
enum { RANK_UNSERVED = 2, RANK_REFUSED = 4 };

static int rank_of(const struct severity *severity)
{
    static const int ranks[] = {
        [ADSCP_ALERT_OUTCOME_NO_ALERT] = 0,
        [ADSCP_ALERT_OUTCOME_UNCERTAIN] = 1,
        [ADSCP_ALERT_OUTCOME_ALERT] = 3,
        [ADSCP_ALERT_OUTCOME_HARD_FAILURE] = 5,
        [ADSCP_ALERT_OUTCOME_CONNECT_FAILURE] = 6,
    };

    int rank =
        severity->outcome >= 0 ? ranks[severity->outcome] : RANK_UNSERVED;

    return severity->refused && rank < RANK_REFUSED ? RANK_REFUSED : rank;
}

/* No services can show no alert. */
static int services_rank(int outcome)
{
    return outcome >= 0 ? outcome : ADSCP_ALERT_OUTCOME_NO_ALERT;
}

int severity_compare(const struct severity *a, const struct severity *b)
{
    int order = rank_of(a) - rank_of(b);

    if (order == 0) /* refused, with an alert or without */
        order = a->outcome - b->outcome;
    if (order == 0)
        order = a->refused - b->refused;
    if (order == 0)
        order = a->doubtful - b->doubtful;
    return order != 0 ? order
                      : services_rank(a->services) - services_rank(b->services);
}
