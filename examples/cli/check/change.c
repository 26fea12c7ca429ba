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
static void note_change(void *about, const struct shown_host *shown)
{
    struct check *check = about;
    int64_t on = adscp_alert_changes_on(shown->alert), now = check->cli->time;
    struct change change = {.host = shown->host}, *worst = &check->change;
    int state;

    if (on < 0)
        return;
    change.days = on > now ? (on - now) / DAY : 0;
    change.percent = percent_left(shown->alert, on, now);
    state = state_of(check, &change);
    if (worst->days < 0 || state > state_of(check, worst) ||
        (state == state_of(check, worst) && change.days < worst->days))
        *worst = change;
}

/* Any certificate of the answer may be the one that expires. */
void check_find_change(struct check *check, const adscp_prediction *answer)
{
    shown_each(answer, note_change, check);
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
