/* SPDX-License-Identifier: MIT */
/*
 * When what the user sees changes: the end of a certificate is of interest
 * before it comes.
 */
#include "check.h"

enum { DAY = 24 * 60 * 60 };

/* The lifetime that is left of the certificate that ends then, in percent. */
static int percent_left(const adscp_alert *alert, int64_t on, int64_t now)
{
    int i;

    for (i = 0; i < adscp_alert_chain_count(alert); i++) {
        const adscp_certificate *row = adscp_alert_chain(alert, i);
        int64_t begin = adscp_certificate_not_before(row);

        if (adscp_certificate_not_after(row) + 1 == on && begin >= 0 &&
            begin < on && now < on)
            return now <= begin ? 100 : (int)((on - now) * 100 / (on - begin));
    }
    return -1;
}

static int state_of(const struct check *check, const struct change *change)
{
    if (threshold_passed(&check->cli->critical, change))
        return CLI_CHECK_CRITICAL;
    return threshold_passed(&check->cli->warning, change) ? CLI_CHECK_WARNING
                                                          : CLI_CHECK_OK;
}

/* The most urgent change counts: by state, then by day. */
static void note_change(struct check *check, const adscp_alert *alert,
                        const char *host)
{
    int64_t on = adscp_alert_changes_on(alert), now = check->cli->time;
    struct change change = {.host = host}, *worst = &check->change;
    int state;

    if (on < 0)
        return;
    change.days = on > now ? (on - now) / DAY : 0;
    change.percent = percent_left(alert, on, now);
    state = state_of(check, &change);
    if (worst->days < 0 || state > state_of(check, worst) ||
        (state == state_of(check, worst) && change.days < worst->days))
        *worst = change;
}

/* Outlook 2013 asks them while the SCPs' servers answer. */
static void find_beside(struct check *check, const adscp_prediction *answer)
{
    const adscp_hop *first = adscp_prediction_hop(answer, 0);
    int i, count = adscp_prediction_step_count(answer);

    if (adscp_prediction_client(answer) != ADSCP_CLIENT_OUTLOOK_2013 ||
        adscp_hop_via(first) != ADSCP_HOP_VIA_SCP)
        return;
    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);
        int method = adscp_step_method(step);

        if ((method == ADSCP_STEP_METHOD_HTTPS_ROOT ||
             method == ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER) &&
            adscp_step_state(step) == ADSCP_STEP_STATE_ON)
            note_change(check, adscp_step_alert(step), adscp_step_host(step));
    }
}

/* Any certificate of the answer may be the one that expires. */
void check_find_change(struct check *check, const adscp_prediction *answer)
{
    int i;

    for (i = 0; i < adscp_prediction_hop_count(answer); i++) {
        const adscp_hop *hop = adscp_prediction_hop(answer, i);

        note_change(check, adscp_hop_alert(hop), adscp_hop_host(hop));
    }
    for (i = 0; i < adscp_prediction_service_count(answer); i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        note_change(check, adscp_service_alert(service),
                    adscp_service_host(service));
    }
    find_beside(check, answer);
}

/* An alert of today is told already; what comes is of interest before it. */
void check_say_change(struct check *check)
{
    const struct change *change = &check->change;

    if (change->days < 0)
        return;
    fprintf(check->out, "changes in %lld day%s%s%s, ", (long long)change->days,
            change->days == 1 ? "" : "s", change->host != NULL ? " at " : "",
            change->host != NULL ? change->host : "");
    if (state_of(check, change) != CLI_CHECK_OK)
        check_raise(check, state_of(check, change));
}
