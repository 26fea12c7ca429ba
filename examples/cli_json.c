/* SPDX-License-Identifier: MIT */
/*
 * The report as one JSON document, for programs: every key is always there, in
 * the same order; absent values are null and empty lists []. Keys that this
 * version has nothing for are null as well. README.md describes them.
 *
 * Lack of memory shows once, at the end: jansson's setters take NULL for a
 * value and fail, and every failure is noted in `failed`.
 */
#include "cli.h"

#include <jansson.h>
#include <stdlib.h>

struct document {
    const struct report *report;
    bool failed;
};

static json_t *text(const char *value)
{
    return value != NULL ? json_string(value) : json_null();
}

/* A value that is never absent: NULL means that the library had no memory to
 * make it. */
static json_t *sure_text(struct document *document, const char *value)
{
    if (value == NULL)
        document->failed = true;
    return text(value);
}

static json_t *moment(int64_t seconds)
{
    char buffer[CLI_TIME_SIZE];

    return text(cli_time_format(seconds, buffer));
}

static json_t *number(int value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

/* Both take over `value`. */
static void set(struct document *document, json_t *object, const char *key,
                json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        document->failed = true;
}

static void append(struct document *document, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        document->failed = true;
}

static json_t *client(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    json_t *object = json_object();

    set(document, object, "site", text(adscp_prediction_site(answer)));
    set(document, object, "site_source",
        text(adscp_site_source_name(adscp_prediction_site_source(answer))));
    set(document, object, "address", text(adscp_prediction_address(answer)));
    set(document, object, "mail", text(adscp_prediction_mail(answer)));
    set(document, object, "domain", text(adscp_prediction_domain(answer)));
    set(document, object, "profile",
        text(adscp_profile_name(adscp_prediction_profile(answer))));
    set(document, object, "time", moment(adscp_prediction_time(answer)));
    set(document, object, "assumes", text(adscp_prediction_assumes(answer)));
    return object;
}

static json_t *pointers(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_pointer_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        json_t *object = json_object();

        set(document, object, "dn",
            sure_text(document, adscp_prediction_pointer_dn(answer, i)));
        set(document, object, "target",
            text(adscp_prediction_pointer_target(answer, i)));
        append(document, array, object);
    }
    return array;
}

static json_t *forest(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    const adscp_forest *facts = adscp_prediction_forest(answer);
    json_t *object = json_object();

    set(document, object, "config_dn", text(adscp_forest_config_dn(facts)));
    set(document, object, "source",
        text(adscp_source_name(adscp_forest_source(facts))));
    set(document, object, "server",
        text(adscp_forest_domain_controller(facts)));
    set(document, object, "pointers_followed", pointers(document));
    set(document, object, "complete",
        json_boolean(adscp_prediction_complete(answer)));
    return object;
}

/* Getters of a row's list of strings. */
typedef int (*count_getter)(const adscp_candidate *row);
typedef const char *(*text_getter)(const adscp_candidate *row, int index);

static json_t *texts(struct document *document, const adscp_candidate *row,
                     count_getter count, text_getter get)
{
    json_t *array = json_array();
    int i, n = count(row);

    for (i = 0; i < n; i++)
        append(document, array, sure_text(document, get(row, i)));
    return array;
}

static json_t *candidate(struct document *document, const adscp_candidate *row,
                         int rank)
{
    json_t *object = json_object();

    set(document, object, "rank", json_integer(rank));
    set(document, object, "url", text(adscp_candidate_url(row)));
    set(document, object, "host", text(adscp_candidate_host(row)));
    set(document, object, "port", number(adscp_candidate_port(row)));
    set(document, object, "group",
        text(adscp_group_name(adscp_candidate_group(row))));
    set(document, object, "tail", json_boolean(adscp_candidate_tail(row)));
    set(document, object, "tie", json_boolean(adscp_candidate_tie(row)));
    set(document, object, "sites",
        texts(document, row, adscp_candidate_site_count, adscp_candidate_site));
    set(document, object, "created", moment(adscp_candidate_created(row)));
    set(document, object, "dn", sure_text(document, adscp_candidate_dn(row)));
    set(document, object, "also",
        texts(document, row, adscp_candidate_also_count, adscp_candidate_also));
    set(document, object, "server", text(adscp_candidate_server(row)));
    set(document, object, "version", text(adscp_candidate_version(row)));
    set(document, object, "why", sure_text(document, adscp_candidate_why(row)));
    return object;
}

static json_t *candidates(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_candidate_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        append(
            document, array,
            candidate(document, adscp_prediction_candidate(answer, i), i + 1));
    return array;
}

static json_t *rival(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    const char *reading = adscp_prediction_rival_reading(answer);
    json_t *object = NULL;

    if (reading == NULL)
        return json_null();
    object = json_object();
    set(document, object, "reading", text(reading));
    set(document, object, "url", text(adscp_prediction_rival_url(answer)));
    return object;
}

static json_t *choice(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    json_t *object = NULL;

    if (adscp_prediction_candidate_count(answer) == 0)
        return json_null();
    object = json_object();
    set(document, object, "evidence",
        text(adscp_evidence_name(adscp_prediction_evidence(answer))));
    set(document, object, "rival", rival(document));
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
    set(document, object, "kind",
        text(adscp_mailbox_kind_name(adscp_mailbox_kind(row))));
    set(document, object, "dn", text(adscp_mailbox_dn(row)));
    set(document, object, "database", text(adscp_mailbox_database(row)));
    set(document, object, "server", text(adscp_mailbox_server(row)));
    set(document, object, "version", text(adscp_mailbox_version(row)));
    set(document, object, "site", text(adscp_mailbox_site(row)));
    set(document, object, "target", text(adscp_mailbox_target(row)));
    return object;
}

static json_t *alternatives(struct document *document, const adscp_hop *row)
{
    int i, count = adscp_hop_alternative_count(row);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        const adscp_hop *other = adscp_hop_alternative(row, i);
        json_t *object = json_object();

        set(document, object, "url", text(adscp_hop_url(other)));
        set(document, object, "host", text(adscp_hop_host(other)));
        set(document, object, "server", text(adscp_hop_server(other)));
        append(document, array, object);
    }
    return array;
}

static json_t *hop(struct document *document, const adscp_hop *row, int index)
{
    json_t *object = json_object();

    set(document, object, "hop", json_integer(index));
    set(document, object, "via", text(adscp_via_name(adscp_hop_via(row))));
    set(document, object, "url", text(adscp_hop_url(row)));
    set(document, object, "host", text(adscp_hop_host(row)));
    set(document, object, "server", text(adscp_hop_server(row)));
    set(document, object, "version", text(adscp_hop_version(row)));
    set(document, object, "action",
        text(adscp_action_name(adscp_hop_action(row))));
    set(document, object, "evidence",
        text(adscp_evidence_name(adscp_hop_evidence(row))));
    set(document, object, "certificate", json_null());
    set(document, object, "alert", json_null());
    set(document, object, "alternatives", alternatives(document, row));
    set(document, object, "dn", text(adscp_hop_dn(row)));
    set(document, object, "why", sure_text(document, adscp_hop_why(row)));
    return object;
}

static json_t *hops(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_hop_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        append(document, array,
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

        set(document, object, "wave", json_integer(2));
        set(document, object, "service",
            text(adscp_service_kind_name(adscp_service_kind(row))));
        set(document, object, "url", text(adscp_service_url(row)));
        set(document, object, "host", text(adscp_service_host(row)));
        set(document, object, "server", text(adscp_service_server(row)));
        set(document, object, "dn", text(adscp_service_dn(row)));
        set(document, object, "certificate", json_null());
        set(document, object, "alert", json_null());
        append(document, array, object);
    }
    return array;
}

static json_t *then(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_then_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        append(document, array,
               sure_text(document, adscp_prediction_then(answer, i)));
    return array;
}

static json_t *finding(struct document *document, const adscp_finding *row)
{
    json_t *object = json_object();

    set(document, object, "code", text(adscp_finding_code(row)));
    set(document, object, "severity",
        text(adscp_severity_name(adscp_finding_severity(row))));
    set(document, object, "dn", text(adscp_finding_dn(row)));
    set(document, object, "text", sure_text(document, adscp_finding_text(row)));
    return object;
}

static json_t *findings(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;
    int i, count = adscp_prediction_finding_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        append(document, array,
               finding(document, adscp_prediction_finding(answer, i)));
    return array;
}

/* Takes over `root`. */
static char *write_out(const struct document *document, json_t *root)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool ok = out != NULL && !document->failed &&
              json_dumpf(root, out, JSON_INDENT(2)) == 0 &&
              fputc('\n', out) != EOF;

    json_decref(root);
    if (out != NULL)
        text = cli_take(out, &text);
    if (ok)
        return text;
    free(text);
    return NULL;
}

char *cli_json(const struct report *report)
{
    struct document document = {.report = report};
    bool predict = report->cli->command == CLI_PREDICT;
    json_t *root = json_object();

    set(&document, root, "schema", text("adscp/1"));
    set(&document, root, "command", text(predict ? "predict" : "list"));
    set(&document, root, "client", client(&document));
    set(&document, root, "forest", forest(&document));
    set(&document, root, "candidates", candidates(&document));
    set(&document, root, "choice", choice(&document));
    if (predict) {
        set(&document, root, "mailbox", mailbox(&document));
        set(&document, root, "hops", hops(&document));
        set(&document, root, "services", services(&document));
        set(&document, root, "observations", json_null());
        set(&document, root, "alert", json_null());
    }
    set(&document, root, "then", then(&document));
    set(&document, root, "findings", findings(&document));
    return write_out(&document, root);
}
