/* SPDX-License-Identifier: MIT */
/*
 * Whom an answer is about, and what helps there in general; whether it helps in
 * this forest, only advice tells.
 */
#include "subject.h"

#include <string.h>

static struct subject subject_of_step(const adscp_step *step)
{
    return (struct subject){adscp_step_host(step),
                            adscp_step_host(step),
                            adscp_step_url(step),
                            adscp_step_certificate(step),
                            adscp_step_certificate_source(step),
                            adscp_step_sighting(step),
                            adscp_step_alert(step),
                            true};
}

struct subject subject_find(const adscp_prediction *answer)
{
    const adscp_alert *alert = adscp_prediction_alert(answer);
    const adscp_hop *hop =
        adscp_prediction_hop(answer, adscp_prediction_alert_hop(answer));
    const adscp_step *step;
    int i;

    if (hop != NULL)
        return (struct subject){story_name(hop),
                                adscp_hop_host(hop),
                                adscp_hop_url(hop),
                                adscp_hop_certificate(hop),
                                adscp_hop_certificate_source(hop),
                                adscp_hop_sighting(hop),
                                alert,
                                false};
    for (i = 0; i < adscp_prediction_service_count(answer); i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        if (adscp_service_alert(service) == alert)
            return (struct subject){adscp_service_host(service),
                                    adscp_service_host(service),
                                    adscp_service_url(service),
                                    adscp_service_certificate(service),
                                    adscp_service_certificate_source(service),
                                    adscp_service_sighting(service),
                                    alert,
                                    false};
    }
    step = steps_find(answer, alert);
    if (step != NULL)
        return subject_of_step(step);
    return (struct subject){.name = "a host that is not known"};
}

static bool is_below(const char *dn, const char *top)
{
    size_t length = dn != NULL ? strlen(dn) : 0;
    size_t end = top != NULL ? strlen(top) : 0;

    return end > 0 && length > end && dn[length - end - 1] == ',' &&
           page_compare(dn + length - end, top) == 0;
}

static bool publishes(const adscp_server *server,
                      const adscp_candidate *candidate)
{
    const char *top = adscp_server_dn(server);
    int i;

    if (is_below(adscp_scp_dn(adscp_candidate_scp(candidate)), top))
        return true;
    for (i = 0; i < adscp_candidate_duplicate_count(candidate); i++)
        if (is_below(adscp_scp_dn(adscp_candidate_duplicate(candidate, i)),
                     top))
            return true;
    return false;
}

const char *subject_bare_server(const adscp_prediction *answer)
{
    const adscp_forest *forest = adscp_prediction_forest(answer);
    const adscp_hop *hop =
        adscp_prediction_hop(answer, adscp_prediction_alert_hop(answer));
    const adscp_candidate *candidate = adscp_hop_candidate(hop);
    int i, count = adscp_forest_server_count(forest);

    if (candidate == NULL || adscp_hop_server(hop) != NULL ||
        adscp_hop_certificate_source(hop) != ADSCP_CERTIFICATE_SOURCE_DIRECTORY)
        return NULL;
    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_forest_server(forest, i);

        if (adscp_server_certificate(server) == NULL &&
            publishes(server, candidate))
            return adscp_server_name(server);
    }
    return NULL;
}

/* Only the notes tell it from an issuer that is merely unknown. */
bool subject_is_disallowed(const adscp_alert *alert)
{
    int i, count = adscp_alert_note_count(alert);

    for (i = 0; i < count; i++)
        if (strstr(adscp_alert_note(alert, i), "(Disallowed)") != NULL)
            return true;
    return false;
}

static void write_issuer(FILE *out, const struct subject *subject)
{
    if (subject_is_disallowed(subject->alert)) {
        fprintf(out,
                "Take the certificate of %s, or that of the CA above it, off "
                "the clients' Disallowed list, or give %s one that does not "
                "depend on it. ",
                subject->host, subject->host);
        return;
    }
    if (adscp_certificate_self_signed(subject->certificate) == 1)
        fprintf(out,
                "Publish the certificate of %s in the client's forest "
                "(certutil -dspublish -f FILE RootCA)",
                subject->host);
    else
        fprintf(out,
                "Publish the root above the certificate of %s in the "
                "client's forest (certutil -dspublish -f FILE RootCA)",
                subject->host);
    fprintf(out,
            ", or give %s a certificate from a CA that every client trusts. ",
            subject->host);
}

static void write_reason(FILE *out, const struct subject *subject, int reason)
{
    char day[CLI_TIME_SIZE];

    switch (reason) {
    case ADSCP_ALERT_REASON_UNTRUSTED_ISSUER:
        write_issuer(out, subject);
        break;
    case ADSCP_ALERT_REASON_EXPIRED:
        fprintf(out, "Renew the certificate of %s, or of the CA above it. ",
                subject->host);
        break;
    case ADSCP_ALERT_REASON_NOT_YET_VALID:
        fprintf(
            out,
            "The certificate of %s begins on %s: use another one until "
            "then. ",
            subject->host,
            seen_day(adscp_certificate_not_before(subject->certificate), day));
        break;
    case ADSCP_ALERT_REASON_NAME_MISMATCH:
        fprintf(out,
                "Give %s a certificate with this name, or let the URL carry "
                "a name that the certificate has. ",
                subject->host);
        break;
    case ADSCP_ALERT_REASON_WRONG_USAGE:
        fprintf(out, "Give %s a certificate for server authentication. ",
                subject->host);
        break;
    case ADSCP_ALERT_REASON_WEAK_KEY:
        fprintf(out,
                "Give %s a certificate with an RSA key of at least 2048 "
                "bits. ",
                subject->host);
        break;
    default:
        fprintf(out, "Give %s another certificate: Windows rejects this one. ",
                subject->host);
    }
}

static void write_silent(FILE *out, const struct subject *subject)
{
    fprintf(out,
            "Bring %s back on port 443, or let no SCP lead to it "
            "(Set-ClientAccessServer -AutoDiscoverServiceInternalUri $null). ",
            subject->host);
}

static bool write_help(FILE *out, const struct subject *subject)
{
    int i, count = adscp_alert_reason_count(subject->alert);

    if (subject->host == NULL)
        return false;
    if (adscp_alert_outcome(subject->alert) ==
        ADSCP_ALERT_OUTCOME_CONNECT_FAILURE) {
        write_silent(out, subject);
        return true;
    }
    for (i = 0; i < count; i++)
        write_reason(out, subject, adscp_alert_reason(subject->alert, i));
    return count > 0;
}

/* Hosts that are asked at the same time may be as bad, each by itself. */
static bool write_beside(FILE *out, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_step_count(answer);
    bool any = false;

    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);
        const struct subject subject = subject_of_step(step);
        int method = adscp_step_method(step);

        if ((method == ADSCP_STEP_METHOD_HTTPS_ROOT ||
             method == ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER) &&
            adscp_step_state(step) == ADSCP_STEP_STATE_ON &&
            adscp_alert_outcome(subject.alert) >= ADSCP_ALERT_OUTCOME_ALERT &&
            adscp_alert_outcome(subject.alert) !=
                ADSCP_ALERT_OUTCOME_CONNECT_FAILURE)
            any |= write_help(out, &subject);
    }
    return any;
}

bool subject_write_help(FILE *out, const adscp_prediction *answer)
{
    const struct subject subject = subject_find(answer);

    return subject.beside ? write_beside(out, answer)
                          : write_help(out, &subject);
}
