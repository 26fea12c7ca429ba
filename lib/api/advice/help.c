/* SPDX-License-Identifier: MIT */
/*
 * How much help an answer needs, and whether a change is one. What nobody knows
 * of a host is no reason to deny a cure of another one.
 */
#include <string.h>

#include "api/advice/private.h"
#include "facts/host.h"

static int outcome_of(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer));
}

bool advice_is_fine(const adscp_prediction *answer)
{
    return outcome_of(answer) == ADSCP_ALERT_OUTCOME_NO_ALERT &&
           adscp_prediction_doubtful(answer) != 1 && !advice_is_refused(answer);
}

static int rank_of_refusal(const adscp_prediction *answer)
{
    if (!advice_is_refused(answer))
        return RANK_NONE;
    return adscp_prediction_refusal(answer) == ADSCP_REFUSAL_UNSUPPORTED
               ? RANK_DOUBT
               : RANK_ALERT;
}

/* What certificates bring about. */
static int rank_of_alert(const adscp_prediction *answer)
{
    int outcome = outcome_of(answer);

    if (outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        return RANK_ALERT;
    if (adscp_prediction_doubtful(answer) == 1)
        return RANK_DOUBT;
    if (advice_front(answer) != NULL)
        return RANK_DIFFERS;
    return outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN ? RANK_UNCERTAIN
                                                    : RANK_NONE;
}

int advice_rank(const adscp_prediction *answer)
{
    int alert = rank_of_alert(answer), refusal = rank_of_refusal(answer);

    return alert > refusal ? alert : refusal;
}

/* --------------------------------------------------------------- unknown -- */

/* Hosts that an answer judges: hops, services, steps, one after the other. */
struct judged {
    const char *host;
    const adscp_alert *alert;
};

static int count_of_kind(const adscp_prediction *answer, int kind)
{
    int count = kind == 0   ? adscp_prediction_hop_count(answer)
                : kind == 1 ? adscp_prediction_service_count(answer)
                            : adscp_prediction_step_count(answer);

    return count > 0 ? count : 0;
}

static struct judged judged_at(const adscp_prediction *answer, int kind,
                               int index)
{
    if (kind == 0) {
        const adscp_hop *hop = adscp_prediction_hop(answer, index);

        return (struct judged){adscp_hop_host(hop), adscp_hop_alert(hop)};
    }
    if (kind == 1) {
        const adscp_service *row = adscp_prediction_service(answer, index);

        return (struct judged){adscp_service_host(row),
                               adscp_service_alert(row)};
    }
    return (struct judged){
        adscp_step_host(adscp_prediction_step(answer, index)),
        adscp_step_alert(adscp_prediction_step(answer, index))};
}

static bool is_unknown(const struct judged *row)
{
    return adscp_alert_outcome(row->alert) == ADSCP_ALERT_OUTCOME_UNCERTAIN;
}

static bool is_unknown_host(const adscp_prediction *answer, const char *host)
{
    int kind, i;

    for (kind = 0; kind < 3; kind++)
        for (i = 0; i < count_of_kind(answer, kind); i++) {
            struct judged row = judged_at(answer, kind, i);

            if (is_unknown(&row) && row.host != NULL &&
                host_is(span_of(row.host), host))
                return true;
        }
    return false;
}

/* Nothing is unknown that was known before, or was not met. */
static bool hides_nothing(const adscp_prediction *before,
                          const adscp_prediction *after)
{
    int kind, i;

    for (kind = 0; kind < 3; kind++)
        for (i = 0; i < count_of_kind(after, kind); i++) {
            struct judged row = judged_at(after, kind, i);

            if (is_unknown(&row) &&
                (row.host == NULL || !is_unknown_host(before, row.host)))
                return false;
        }
    return true;
}

/* No alert any more as far as is known, though perhaps no answer either. */
static bool is_mended(const adscp_prediction *before,
                      const adscp_prediction *after)
{
    return advice_rank(before) > RANK_DIFFERS &&
           outcome_of(after) <= ADSCP_ALERT_OUTCOME_UNCERTAIN &&
           adscp_prediction_doubtful(after) != 1 &&
           (!advice_is_refused(after) ||
            rank_of_alert(after) < rank_of_alert(before)) &&
           hides_nothing(before, after);
}

enum help advice_help(const adscp_prediction *before,
                      const adscp_prediction *after)
{
    if (advice_rank(before) == RANK_DIFFERS)
        return outcome_of(after) <= outcome_of(before) &&
                       advice_rank(after) < RANK_DIFFERS
                   ? HELP_WHOLE
                   : HELP_NONE;
    if (advice_is_fine(after))
        return HELP_WHOLE;
    if (!is_mended(before, after))
        return HELP_NONE;
    return advice_is_refused(after) ? HELP_REFUSED : HELP_AS_KNOWN;
}

/* ---------------------------------------------------------------- fronts -- */

const adscp_certificate *backend_shown(const adscp_backend *backend)
{
    const adscp_certificate *shown =
        adscp_sighting_certificate(adscp_backend_sighting(backend), 0);

    return shown != NULL ? shown : adscp_backend_own_certificate(backend);
}

/* What the host shows, or its servers for it, is not one certificate. */
static bool differs(const adscp_front *front)
{
    const adscp_certificate *first = NULL;
    int i, count = adscp_front_backend_count(front);

    for (i = 0; i < count; i++) {
        const adscp_backend *row = adscp_front_backend(front, i);
        const adscp_certificate *shown =
            adscp_sighting_certificate(adscp_backend_sighting(row), 0);

        if (adscp_backend_same(row) == 0 ||
            (first != NULL && shown != NULL && !same_certificate(first, shown)))
            return true;
        if (first == NULL)
            first = shown;
    }
    return false;
}

static bool is_met(const adscp_prediction *answer, const char *host)
{
    int kind, i;

    for (kind = 0; host != NULL && kind < 2; kind++)
        for (i = 0; i < count_of_kind(answer, kind); i++) {
            struct judged row = judged_at(answer, kind, i);

            if (row.host != NULL && host_is(span_of(row.host), host))
                return true;
        }
    return false;
}

const adscp_front *advice_front(const adscp_prediction *answer)
{
    int i, count = adscp_prediction_front_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_front *front = adscp_prediction_front(answer, i);

        if (is_met(answer, adscp_front_host(front)) && differs(front))
            return front;
    }
    return NULL;
}
