/* SPDX-License-Identifier: MIT */
/*
 * The report as one JSON document, for programs: every key is always there, in
 * the same order; absent values are null and empty lists []. Keys that this
 * version has nothing for are null as well. README.md describes them.
 */
#include "json.h"

#include <stdlib.h>

json_t *json_text(const char *value)
{
    return value != NULL ? json_string(value) : json_null();
}

json_t *json_sure_text(struct document *document, const char *value)
{
    if (value == NULL)
        document->failed = true;
    return json_text(value);
}

json_t *json_moment(int64_t seconds)
{
    char buffer[CLI_TIME_SIZE];

    return json_text(cli_time_format(seconds, buffer));
}

json_t *json_number(int value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

void json_set(struct document *document, json_t *object, const char *key,
              json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        document->failed = true;
}

void json_append(struct document *document, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        document->failed = true;
}

json_t *json_rows(struct document *document, int count,
                  json_t *(*row)(struct document *document, const void *of,
                                 int index),
                  const void *of)
{
    json_t *array = json_array();
    int i;

    for (i = 0; i < count; i++)
        json_append(document, array, row(document, of, i));
    return array;
}

static json_t *client(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    json_t *object = json_object();

    json_set(document, object, "site",
             json_text(adscp_prediction_site(answer)));
    json_set(document, object, "site_source",
             json_text(adscp_prediction_site_source_name(
                 adscp_prediction_site_source(answer))));
    json_set(document, object, "address",
             json_text(adscp_prediction_address(answer)));
    json_set(document, object, "mail",
             json_text(adscp_prediction_mail(answer)));
    json_set(document, object, "domain",
             json_text(adscp_prediction_domain(answer)));
    json_set(document, object, "profile",
             json_text(adscp_profile_name(adscp_prediction_profile(answer))));
    json_set(document, object, "kind", json_client_kind(answer));
    json_set(document, object, "time",
             json_moment(adscp_prediction_time(answer)));
    json_set(document, object, "assumes",
             json_text(adscp_prediction_assumes(answer)));
    return object;
}

static json_t *pointers(struct document *document,
                        const adscp_prediction *answer)
{
    int i, count = adscp_prediction_pointer_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        json_t *object = json_object();

        json_set(
            document, object, "dn",
            json_sure_text(document, adscp_prediction_pointer_dn(answer, i)));
        json_set(document, object, "target",
                 json_text(adscp_prediction_pointer_target(answer, i)));
        json_append(document, array, object);
    }
    return array;
}

json_t *json_sources(const adscp_forest *facts)
{
    struct document document = {0};
    int i, count = adscp_forest_input_count(facts);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(&document, array, json_text(adscp_forest_input(facts, i)));
    if (!document.failed)
        return array;
    json_decref(array);
    return NULL;
}

json_t *json_forest(struct document *document, const adscp_prediction *answer,
                    bool complete)
{
    const adscp_forest *facts = adscp_prediction_forest(answer);
    json_t *object = json_object();

    json_set(document, object, "config_dn",
             json_text(adscp_forest_config_dn(facts)));
    json_set(document, object, "source",
             json_text(adscp_forest_source_name(adscp_forest_source(facts))));
    json_set(document, object, "sources", json_sources(facts));
    json_set(document, object, "server",
             json_text(adscp_forest_domain_controller(facts)));
    json_set(document, object, "pointers_followed", pointers(document, answer));
    json_set(document, object, "complete", json_boolean(complete));
    return object;
}

static json_t *forest(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;

    return json_forest(document, answer,
                       adscp_prediction_complete(answer) == 1);
}

static void set_server(struct document *document, json_t *object,
                       const adscp_server *server)
{
    json_set(document, object, "server", json_text(adscp_server_name(server)));
    json_set(document, object, "version",
             json_text(adscp_server_version(server)));
}

static void write_sites(struct json_row *row, const adscp_candidate *candidate)
{
    int i, count = adscp_candidate_site_count(candidate);

    row_list(row, "sites");
    for (i = 0; i < count; i++)
        row_item(row, adscp_candidate_site(candidate, i));
    row_list_end(row);
}

static void write_duplicates(struct json_row *row,
                             const adscp_candidate *candidate)
{
    int i, count = adscp_candidate_duplicate_count(candidate);

    row_list(row, "also");
    for (i = 0; i < count; i++)
        row_item(row, adscp_scp_dn(adscp_candidate_duplicate(candidate, i)));
    row_list_end(row);
}

static bool write_candidate(const struct report *report, int index, FILE *out)
{
    const adscp_candidate *candidate =
        adscp_prediction_candidate(report->answer, index);
    const adscp_scp *scp = adscp_candidate_scp(candidate);
    const adscp_server *server = adscp_candidate_server(candidate);
    struct json_row row;

    row_begin(&row, out, 4);
    row.failed = adscp_candidate_prepare(candidate) != ADSCP_OK;
    row_number(&row, "rank", index + 1);
    row_text(&row, "url", adscp_candidate_url(candidate));
    row_text(&row, "host", adscp_candidate_host(candidate));
    row_number(&row, "port", adscp_candidate_port(candidate));
    row_text(&row, "group",
             adscp_candidate_group_name(adscp_candidate_group(candidate)));
    row_truth(&row, "tail", adscp_candidate_undocumented(candidate) == 1);
    row_truth(&row, "tie", adscp_candidate_tie(candidate) == 1);
    write_sites(&row, candidate);
    row_moment(&row, "created", adscp_scp_created(scp));
    row_sure_text(&row, "dn", adscp_scp_dn(scp));
    write_duplicates(&row, candidate);
    row_text(&row, "server", adscp_server_name(server));
    row_text(&row, "version", adscp_server_version(server));
    row_sure_text(&row, "why", adscp_candidate_why(candidate));
    return row_end(&row);
}

/* A URL that comes first by another reading; null: there is none. */
static json_t *reading(struct document *document, const char *name,
                       const char *url)
{
    json_t *object = NULL;

    if (name == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "reading", json_text(name));
    json_set(document, object, "url", json_text(url));
    return object;
}

static json_t *rival(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;

    return reading(document, adscp_prediction_rival_reading(answer),
                   adscp_prediction_rival_url(answer));
}

static json_t *doubt(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int outcome = adscp_prediction_doubt_outcome(answer);
    json_t *object = reading(document, adscp_prediction_doubt_reading(answer),
                             adscp_prediction_doubt_url(answer));

    if (outcome >= 0)
        json_set(document, object, "outcome",
                 json_text(adscp_alert_outcome_name(outcome)));
    if (outcome >= 0)
        json_set(document, object, "refusal",
                 json_text(adscp_refusal_name(
                     adscp_prediction_doubt_refusal(answer))));
    return object;
}

static json_t *choice(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    json_t *object = NULL;

    if (adscp_prediction_candidate_count(answer) == 0 ||
        adscp_prediction_evidence(answer) < 0) /* it asks no SCP */
        return json_null();
    object = json_object();
    json_set(document, object, "evidence",
             json_text(adscp_evidence_name(adscp_prediction_evidence(answer))));
    json_set(document, object, "rival", rival(document));
    json_set(document, object, "doubt", doubt(document));
    return object;
}

static json_t *mailbox(struct document *document)
{
    const adscp_mailbox *row =
        adscp_prediction_mailbox(document->report->answer);
    json_t *object = NULL;

    if (row == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "kind",
             json_text(adscp_mailbox_kind_name(adscp_mailbox_kind(row))));
    json_set(document, object, "dn", json_text(adscp_mailbox_dn(row)));
    json_set(document, object, "database",
             json_text(adscp_mailbox_database(row)));
    set_server(document, object, adscp_mailbox_server(row));
    json_set(document, object, "site",
             json_text(adscp_server_site(adscp_mailbox_server(row))));
    json_set(document, object, "target", json_text(adscp_mailbox_target(row)));
    return object;
}

static json_t *alternatives(struct document *document, const adscp_hop *row)
{
    int i, count = adscp_hop_alternative_count(row);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        const adscp_hop *other = adscp_hop_alternative(row, i);
        json_t *object = json_object();

        json_set(document, object, "url", json_text(adscp_hop_url(other)));
        json_set(document, object, "host", json_text(adscp_hop_host(other)));
        json_set(document, object, "server",
                 json_text(adscp_server_name(adscp_hop_server(other))));
        json_append(document, array, object);
    }
    return array;
}

static json_t *hop(struct document *document, const adscp_hop *row, int index)
{
    const adscp_candidate *candidate = adscp_hop_candidate(row);
    json_t *object = json_object();

    if (candidate == NULL && adscp_hop_via(row) == ADSCP_HOP_VIA_SCP)
        document->failed = true;
    json_set(document, object, "hop", json_integer(index));
    json_set(document, object, "via",
             json_text(adscp_hop_via_name(adscp_hop_via(row))));
    json_set(document, object, "candidate",
             json_number(adscp_candidate_rank(candidate)));
    json_set(document, object, "url", json_text(adscp_hop_url(row)));
    json_set(document, object, "host", json_text(adscp_hop_host(row)));
    set_server(document, object, adscp_hop_server(row));
    json_set(document, object, "action",
             json_text(adscp_hop_action_name(adscp_hop_action(row))));
    json_set(document, object, "evidence",
             json_text(adscp_evidence_name(adscp_hop_evidence(row))));
    json_set(document, object, "certificate",
             json_certificate(document, adscp_hop_certificate(row),
                              adscp_hop_certificate_source(row),
                              adscp_hop_sighting(row), adscp_hop_alert(row),
                              document->report->time));
    json_set(document, object, "alert",
             json_alert(document, adscp_hop_alert(row)));
    json_set(document, object, "alternatives", alternatives(document, row));
    json_set(document, object, "dn", json_text(adscp_hop_dn(row)));
    json_set(document, object, "why",
             json_sure_text(document, adscp_hop_why(row)));
    return object;
}

static json_t *hops(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_hop_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(document, array,
                    hop(document, adscp_prediction_hop(answer, i), i + 1));
    return array;
}

static json_t *services(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_service_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        const adscp_service *row = adscp_prediction_service(answer, i);
        json_t *object = json_object();

        json_set(document, object, "wave", json_integer(2));
        json_set(document, object, "service",
                 json_text(adscp_service_kind_name(adscp_service_kind(row))));
        json_set(document, object, "url", json_text(adscp_service_url(row)));
        json_set(document, object, "host", json_text(adscp_service_host(row)));
        json_set(document, object, "server",
                 json_text(adscp_server_name(adscp_service_server(row))));
        json_set(document, object, "dn", json_text(adscp_service_dn(row)));
        json_set(document, object, "certificate",
                 json_certificate(document, adscp_service_certificate(row),
                                  adscp_service_certificate_source(row),
                                  adscp_service_sighting(row),
                                  adscp_service_alert(row),
                                  document->report->time));
        json_set(document, object, "alert",
                 json_alert(document, adscp_service_alert(row)));
        json_append(document, array, object);
    }
    return array;
}

static json_t *then(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_fallback_url_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(
            document, array,
            json_sure_text(document, adscp_prediction_fallback_url(answer, i)));
    return array;
}

static void write_parameters(struct json_row *row, const adscp_finding *finding)
{
    int i, count = adscp_finding_parameter_count(finding);
    struct json_row inner;

    row_object(row, "parameters", &inner);
    for (i = 0; i < count; i++) {
        int64_t number = adscp_finding_parameter_number(finding, i);
        const char *name = adscp_finding_parameter_name(finding, i);

        if (number >= 0)
            row_number(&inner, name, number);
        else
            row_text(&inner, name, adscp_finding_parameter_text(finding, i));
    }
    row_end(&inner);
}

bool json_write_finding(FILE *out, int indent, const adscp_finding *finding)
{
    struct json_row row;

    row_begin(&row, out, indent);
    row.failed = adscp_finding_prepare(finding) != ADSCP_OK;
    row_text(&row, "code", adscp_finding_code(finding));
    row_text(&row, "severity",
             adscp_finding_severity_name(adscp_finding_severity(finding)));
    row_text(&row, "about",
             adscp_finding_about_name(adscp_finding_about(finding)));
    row_text(&row, "dn", adscp_finding_dn(finding));
    write_parameters(&row, finding);
    row_sure_text(&row, "text", adscp_finding_text(finding));
    return row_end(&row);
}

static bool write_finding(const struct report *report, int index, FILE *out)
{
    return json_write_finding(out, 4,
                              adscp_prediction_finding(report->answer, index));
}

/* Nobody asks: what is judged is what a client of this forest makes of it. */
static json_t *nobody(struct document *document)
{
    static const char *const absent[] = {"site",   "address", "mail",
                                         "domain", "profile", "kind"};
    json_t *object = json_object();
    size_t i;

    for (i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        json_set(document, object, absent[i], json_null());
    json_set(document, object, "site_source",
             json_text(adscp_prediction_site_source_name(
                 ADSCP_PREDICTION_SITE_SOURCE_NONE)));
    json_set(document, object, "time", json_moment(document->report->time));
    json_set(document, object, "assumes", json_text(cli_observe_assumes()));
    return object;
}

char *cli_json_observe(const struct report *report)
{
    struct json_output output;
    struct document *document = &output.document;

    if (!json_begin(&output, report))
        return NULL;
    json_put(&output, "schema", json_text("adscp/1"));
    json_put(&output, "command", json_text("observe"));
    json_put(&output, "client", nobody(document));
    json_put(&output, "observations", json_observations(document));
    return json_end(&output);
}

static void put_story(struct json_output *output)
{
    struct document *document = &output->document;

    json_put(output, "mailbox", mailbox(document));
    json_put(output, "hops", hops(document));
    json_put(output, "services", services(document));
    json_put(output, "observations", json_observations(document));
    json_put(output, "behind", json_behind(document));
    json_put(output, "alert", json_whole_alert(document));
    json_put(output, "steps", json_steps(document));
}

char *cli_json(const struct report *report)
{
    bool predict = report->cli->command == CLI_PREDICT;
    struct json_output output;
    struct document *document = &output.document;

    if (!json_begin(&output, report))
        return NULL;
    json_put(&output, "schema", json_text("adscp/1"));
    json_put(&output, "command", json_text(predict ? "predict" : "list"));
    json_put(&output, "client", client(document));
    json_put(&output, "forest", forest(document));
    json_put_rows(&output, "candidates",
                  adscp_prediction_candidate_count(report->answer),
                  write_candidate);
    json_put(&output, "choice", choice(document));
    if (predict)
        put_story(&output);
    json_put(&output, "then", then(document));
    json_put_rows(&output, "findings",
                  adscp_prediction_finding_count(report->answer),
                  write_finding);
    return json_end(&output);
}
