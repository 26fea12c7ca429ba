/* SPDX-License-Identifier: MIT */
/*
 * Who stands behind a shared name is inferred from who publishes it. Each of
 * their certificates is judged once; the worst decides, since the client takes
 * any server. What is kept lasts as long as the grounds of the basis.
 */
#include "judge/route/shared_check.h"

#include <stdlib.h>
#include <string.h>

#include "judge/route/forecast.h"
#include "judge/trust/trust.h"

/* One host being judged. */
struct judging {
    struct basis *basis;
    const struct shared_host *shared;
    struct span host;
    struct shared_check *check;
};

/* -------------------------------------------------------------- keeping -- */

void shared_checks_forget(struct basis *basis)
{
    size_t i;

    for (i = 0; i < basis->shared_checks_count; i++) {
        alert_release(basis->shared_checks[i].alerts[0]);
        alert_release(basis->shared_checks[i].alerts[1]);
    }
    free(basis->shared_checks);
    basis->shared_checks = NULL;
    basis->shared_checks_count = 0;
}

/* Room for the checks of this host. */
static int reserve(struct basis *basis, size_t number)
{
    size_t count = basis->shared_checks_count, room = count > 0 ? count : 16;
    struct shared_check *rows;

    if (number < count)
        return ADSCP_OK;
    while (room <= number)
        room *= 2;
    rows = realloc(basis->shared_checks, room * sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    memset(rows + count, 0, (room - count) * sizeof(*rows));
    basis->shared_checks = rows;
    basis->shared_checks_count = room;
    return ADSCP_OK;
}

/* -------------------------------------------------------------- judging -- */

static bool covers(const struct judging *judging,
                   const struct shared_certificate *row)
{
    uint64_t notes = 0;

    return trust_match(certificate_facts(row->certificate), judging->host.text,
                       judging->host.length, &notes) != TRUST_NAME_NO;
}

static bool all_agree(const struct shared_host *shared)
{
    return shared->count + (shared->silent > 0) <= 1;
}

/* `beside`: among the doubts counts who publishes no certificate. */
static int judge_row(const struct judging *judging,
                     const struct shared_certificate *row, bool from_scp,
                     bool beside, const struct adscp_alert **alertp)
{
    const struct forecast_question ask = {
        .facts = certificate_facts(row->certificate),
        .host = judging->host.text,
        .host_length = judging->host.length,
        .server = row->publisher->name,
        .fqdn = row->publisher->fqdn,
        .several = !all_agree(judging->shared),
        .covered_beside = judging->check->is_covered,
    };
    struct forecast outlook = forecast_make(&ask);
    const struct trust_question question = {
        .chain = &row->certificate,
        .chain_count = 1,
        .host = judging->host.text,
        .host_length = judging->host.length,
        .time = judging->basis->time,
        .published = true,
        .from_scp = from_scp,
        .confidence = outlook.confidence,
        .other_likely = outlook.other_likely,
        .silent_beside = beside,
    };

    return trust_judge(judging->basis->trust, &question, alertp);
}

/* Of equal verdicts, the one that changes first; else that of the publisher
 * whose name comes first. */
static bool counts_before(const struct adscp_alert *a,
                          const struct adscp_alert *b)
{
    int order = b != NULL ? alert_compare(a, b) : -1;

    if (order != 0)
        return order < 0;
    return a->changes_on >= 0 &&
           (b->changes_on < 0 || a->changes_on < b->changes_on);
}

/* Every certificate once. */
static int find_worst(const struct judging *judging)
{
    const struct shared_host *shared = judging->shared;
    const struct adscp_alert *worst = NULL;
    struct shared_check *check = judging->check;
    int rc = ADSCP_OK;
    size_t i;

    check->changes_on = -1;
    for (i = 0; i < shared->count; i++)
        check->is_covered |= covers(judging, &shared->rows[i]);
    for (i = 0; i < shared->count && rc == ADSCP_OK; i++) {
        const struct adscp_alert *alert = NULL;

        rc = judge_row(judging, &shared->rows[i], false, false, &alert);
        if (rc != ADSCP_OK)
            break;
        check->changes_on = alert_sooner(check->changes_on, alert->changes_on);
        if (counts_before(alert, worst)) {
            const struct adscp_alert *before = worst;

            worst = alert;
            alert = before;
            check->worst = &shared->rows[i];
            check->outcome = worst->outcome;
        }
        alert_release(alert);
    }
    check->is_judged = rc == ADSCP_OK;
    alert_release(worst);
    return rc;
}

/* Nobody publishes anything that can be read. */
static int judge_nothing(const struct judging *judging, bool from_scp,
                         const struct adscp_alert **alertp)
{
    const struct trust_question question = {
        .host = judging->host.text,
        .host_length = judging->host.length,
        .time = judging->basis->time,
        .from_scp = from_scp,
        .nothing = judging->shared->has_unreadable ? NOTE_UNREADABLE
                                                   : NOTE_NO_CERTIFICATE,
    };

    return trust_judge(judging->basis->trust, &question, alertp);
}

/* What the servers without a certificate show is unknown; and while nothing is
 * wrong yet, any certificate may be the first to change that. */
static int judge_worst(const struct judging *judging, bool from_scp,
                       const struct adscp_alert **alertp)
{
    const struct shared_check *check = judging->check;
    bool beside = judging->shared->silent > 0 &&
                  check->outcome < ADSCP_ALERT_OUTCOME_UNCERTAIN;
    const struct adscp_alert *alert = NULL, *whole;
    int rc = judge_row(judging, check->worst, from_scp, beside, &alert);

    if (rc != ADSCP_OK)
        return rc;
    if (alert->outcome > ADSCP_ALERT_OUTCOME_UNCERTAIN ||
        alert->changes_on == check->changes_on) {
        *alertp = alert;
        return ADSCP_OK;
    }
    whole = alert_with_change(alert, check->changes_on);
    alert_release(alert);
    if (whole == NULL)
        return ADSCP_E_NOMEM;
    *alertp = whole;
    return ADSCP_OK;
}

static int judge(const struct judging *judging, bool from_scp)
{
    struct shared_check *check = judging->check;
    int rc = check->is_judged ? ADSCP_OK : find_worst(judging);

    if (rc != ADSCP_OK || check->alerts[from_scp] != NULL)
        return rc;
    return check->worst != NULL
               ? judge_worst(judging, from_scp, &check->alerts[from_scp])
               : judge_nothing(judging, from_scp, &check->alerts[from_scp]);
}

int shared_check_read(struct basis *basis, const struct shared_host *shared,
                      struct span host, bool from_scp,
                      const struct adscp_alert **alertp,
                      const struct adscp_certificate **certificatep)
{
    struct judging judging = {basis, shared, host, NULL};
    int rc = reserve(basis, shared->number);

    if (rc != ADSCP_OK)
        return rc;
    judging.check = &basis->shared_checks[shared->number];
    rc = judge(&judging, from_scp);
    if (rc != ADSCP_OK)
        return rc;
    *alertp = alert_hold(judging.check->alerts[from_scp]);
    *certificatep =
        judging.check->worst != NULL ? judging.check->worst->certificate : NULL;
    return ADSCP_OK;
}
