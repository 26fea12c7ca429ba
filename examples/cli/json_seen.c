/* SPDX-License-Identifier: MIT */
/*
 * Certificates in the JSON document: what was seen or is published, and what
 * the client makes of it.
 */
#include "json.h"

enum { DAY_SECONDS = 86400 };

/* Getters of a certificate's list of strings. */
typedef int (*count_getter)(const adscp_certificate *certificate);
typedef const char *(*text_getter)(const adscp_certificate *certificate,
                                   int index);

static json_t *names(struct document *document,
                     const adscp_certificate *certificate, count_getter count,
                     text_getter get)
{
    json_t *array = json_array();
    int i, n = count(certificate);

    for (i = 0; i < n; i++)
        json_append(document, array,
                    json_sure_text(document, get(certificate, i)));
    return array;
}

/* The chain as the client builds it, without the server's own certificate. */
static json_t *chain(struct document *document, const adscp_alert *alert)
{
    int i, count = adscp_alert_chain_count(alert);
    json_t *array = json_array();

    for (i = 1; i < count; i++) {
        json_t *object = json_object();

        json_set(
            document, object, "subject",
            json_text(adscp_certificate_subject(adscp_alert_chain(alert, i))));
        json_set(document, object, "source",
                 json_text(adscp_alert_chain_source_name(
                     adscp_alert_chain_source(alert, i))));
        json_append(document, array, object);
    }
    return array;
}

/* Whole days until it expires, rounded down; below zero: since then. */
static json_t *days_left(const adscp_certificate *certificate, int64_t time)
{
    int64_t end = adscp_certificate_not_after(certificate);
    int64_t left = end - time;

    if (end < 0 || time < 0)
        return json_null();
    return json_integer(left / DAY_SECONDS -
                        (left < 0 && left % DAY_SECONDS != 0));
}

static void set_dates(struct document *document, json_t *object,
                      const adscp_certificate *certificate, int64_t time)
{
    json_set(document, object, "not_before",
             json_moment(adscp_certificate_not_before(certificate)));
    json_set(document, object, "not_after",
             json_moment(adscp_certificate_not_after(certificate)));
    json_set(document, object, "days_left", days_left(certificate, time));
}

static void set_names(struct document *document, json_t *object,
                      const adscp_certificate *certificate)
{
    json_set(document, object, "subject",
             json_text(adscp_certificate_subject(certificate)));
    json_set(document, object, "issuer",
             json_text(adscp_certificate_issuer(certificate)));
    json_set(document, object, "dns_names",
             names(document, certificate, adscp_certificate_dns_name_count,
                   adscp_certificate_dns_name));
    json_set(document, object, "ip_addresses",
             names(document, certificate, adscp_certificate_ip_address_count,
                   adscp_certificate_ip_address));
}

json_t *json_certificate(struct document *document,
                         const adscp_certificate *certificate, int source,
                         const adscp_sighting *sighting,
                         const adscp_alert *alert, int64_t time)
{
    json_t *object = NULL;

    if (certificate == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "source",
             json_text(adscp_certificate_source_name(source)));
    json_set(
        document, object, "method",
        json_text(adscp_sighting_method_name(adscp_sighting_method(sighting))));
    set_names(document, object, certificate);
    json_set(document, object, "serial",
             json_text(adscp_certificate_serial(certificate)));
    set_dates(document, object, certificate, time);
    json_set(document, object, "sha1",
             json_text(adscp_certificate_sha1(certificate)));
    json_set(document, object, "sha256",
             json_sure_text(document, adscp_certificate_sha256(certificate)));
    json_set(document, object, "key",
             json_text(adscp_certificate_key(certificate)));
    json_set(document, object, "signature",
             json_text(adscp_certificate_signature(certificate)));
    json_set(document, object, "self_signed",
             json_boolean(adscp_certificate_self_signed(certificate) == 1));
    json_set(document, object, "problem",
             json_text(adscp_certificate_problem(certificate)));
    json_set(document, object, "chain", chain(document, alert));
    return object;
}

json_t *json_reasons(struct document *document, const adscp_alert *alert)
{
    int i, count = adscp_alert_reason_count(alert);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(
            document, array,
            json_text(adscp_alert_reason_name(adscp_alert_reason(alert, i))));
    return array;
}

static json_t *notes(struct document *document, const adscp_alert *alert)
{
    int i, count = adscp_alert_note_count(alert);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(document, array, json_text(adscp_alert_note(alert, i)));
    return array;
}

static json_t *lines(struct document *document, const adscp_alert *alert)
{
    json_t *object = json_object();

    json_set(document, object, "issuer",
             json_text(adscp_alert_line_name(adscp_alert_issuer_line(alert))));
    json_set(document, object, "date",
             json_text(adscp_alert_line_name(adscp_alert_date_line(alert))));
    json_set(document, object, "name",
             json_text(adscp_alert_line_name(adscp_alert_name_line(alert))));
    return object;
}

json_t *json_alert(struct document *document, const adscp_alert *alert)
{
    json_t *object = NULL;

    if (alert == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "outcome",
             json_text(adscp_alert_outcome_name(adscp_alert_outcome(alert))));
    json_set(document, object, "flags", json_integer(adscp_alert_flags(alert)));
    json_set(document, object, "flags_possible",
             json_integer(adscp_alert_flags_possible(alert)));
    json_set(document, object, "reasons", json_reasons(document, alert));
    json_set(
        document, object, "confidence",
        json_text(adscp_alert_confidence_name(adscp_alert_confidence(alert))));
    json_set(document, object, "lines", lines(document, alert));
    json_set(document, object, "changes_on",
             json_moment(adscp_alert_changes_on(alert)));
    json_set(document, object, "notes", notes(document, alert));
    return object;
}

static json_t *observation(struct document *document,
                           const adscp_sighting *sighting,
                           const adscp_alert *alert)
{
    json_t *object = json_object();

    json_set(document, object, "host",
             json_text(adscp_sighting_host(sighting)));
    json_set(document, object, "port",
             json_number(adscp_sighting_port(sighting)));
    json_set(document, object, "address",
             json_text(adscp_sighting_address(sighting)));
    json_set(document, object, "outcome",
             json_text(adscp_sighting_outcome_name(
                 adscp_sighting_outcome(sighting))));
    json_set(document, object, "detail",
             json_text(adscp_sighting_detail(sighting)));
    json_set(document, object, "tls",
             json_text(adscp_sighting_version(sighting)));
    json_set(document, object, "certificate",
             json_certificate(document, adscp_sighting_certificate(sighting, 0),
                              ADSCP_CERTIFICATE_SOURCE_OBSERVED, sighting,
                              alert, document->report->time));
    json_set(document, object, "alert", json_alert(document, alert));
    return object;
}

json_t *json_observations(struct document *document)
{
    const struct report *report = document->report;
    int i, count = adscp_sightings_count(report->sightings);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(document, array,
                    observation(document,
                                adscp_sightings_sighting(report->sightings, i),
                                adscp_alerts_alert(report->verdicts, i)));
    return array;
}

json_t *json_whole_alert(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    const adscp_alert *alert = adscp_prediction_alert(answer);
    int hop = adscp_prediction_alert_hop(answer);
    json_t *object = NULL;

    if (alert == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "outcome",
             json_text(adscp_alert_outcome_name(adscp_alert_outcome(alert))));
    json_set(document, object, "hop", json_number(hop >= 0 ? hop + 1 : -1));
    json_set(document, object, "reasons", json_reasons(document, alert));
    json_set(document, object, "doubtful",
             json_boolean(adscp_prediction_doubtful(answer) != 0));
    json_set(document, object, "changes_on",
             json_moment(adscp_prediction_changes_on(answer)));
    return object;
}
