/* SPDX-License-Identifier: MIT */
/*
 * A coverage as one JSON document, written row by row: there may be 50,000
 * classes, and half a million cells.
 */
#include "coverage.h"
#include "json.h"

#include <stdlib.h>

struct writer {
    const struct coverage_view *view;
    struct document document;
    FILE *out;
};

/* Takes over `value`. */
static void write_value(struct writer *writer, json_t *value)
{
    json_write(&writer->document, writer->out, value);
}

static void write_key(struct writer *writer, const char *key)
{
    fprintf(writer->out, ",\n  \"%s\": ", key);
}

/* ------------------------------------------------------- sites and homes -- */

static void write_sites(struct writer *writer)
{
    const adscp_coverage *coverage = writer->view->coverage;
    int i, written = 0, count = adscp_coverage_site_count(coverage);

    for (i = 0; i < count; i++) {
        if (!coverage_shows(writer->view, i))
            continue;
        fputs(written++ > 0 ? ", " : "", writer->out);
        write_value(writer, json_text(adscp_coverage_site(coverage, i)));
    }
}

static json_t *home(struct writer *writer, int index)
{
    const adscp_coverage *coverage = writer->view->coverage;
    const adscp_server *server = adscp_coverage_home_server(coverage, index);
    struct document *document = &writer->document;
    json_t *object = json_object();

    json_set(document, object, "server", json_text(adscp_server_name(server)));
    json_set(document, object, "version",
             json_text(adscp_server_version(server)));
    json_set(document, object, "site", json_text(adscp_server_site(server)));
    json_set(document, object, "kind",
             json_text(adscp_coverage_home_kind_name(
                 adscp_coverage_home_kind(coverage, index))));
    json_set(document, object, "mailboxes",
             json_number(adscp_coverage_home_mailboxes(coverage, index)));
    return object;
}

/* --------------------------------------------------------------- classes -- */

static json_t *class_sites(struct writer *writer, int row)
{
    const struct coverage_view *view = writer->view;
    int i, count = adscp_coverage_class_site_count(view->coverage, row);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        int site = adscp_coverage_class_site(view->coverage, row, i);

        if (coverage_shows(view, site))
            json_append(&writer->document, array,
                        json_text(adscp_coverage_site(view->coverage, site)));
    }
    return array;
}

static json_t *class_homes(struct writer *writer, int row)
{
    const struct coverage_view *view = writer->view;
    int i, count = adscp_coverage_class_home_count(view->coverage, row);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        int home = adscp_coverage_class_home(view->coverage, row, i);

        if (view->site < 0 || coverage_is_cell(view, view->site, home, row))
            json_append(&writer->document, array, json_integer(home));
    }
    return array;
}

static json_t *class(struct writer *writer, int row)
{
    const adscp_coverage *coverage = writer->view->coverage;
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(coverage, row);
    const adscp_alert *alert = adscp_prediction_alert(answer);
    int at = adscp_prediction_alert_hop(answer);
    struct document *document = &writer->document;
    json_t *object = json_object();

    json_set(document, object, "outcome",
             json_text(adscp_alert_outcome_name(coverage_outcome(answer))));
    json_set(document, object, "doubtful",
             json_boolean(adscp_prediction_doubtful(answer) == 1));
    json_set(document, object, "flags",
             alert != NULL ? json_integer(adscp_alert_flags(alert))
                           : json_null());
    json_set(document, object, "reasons", json_reasons(document, alert));
    json_set(document, object, "hop", json_number(at >= 0 ? at + 1 : -1));
    json_set(document, object, "first", json_first(document, answer));
    json_set(document, object, "evidence",
             json_text(adscp_evidence_name(adscp_prediction_evidence(answer))));
    json_set(document, object, "hops", json_hops(document, answer));
    json_set(document, object, "services_outcome",
             json_text(adscp_alert_outcome_name(
                 adscp_prediction_services_outcome(answer))));
    json_set(document, object, "changes_on",
             json_moment(adscp_prediction_changes_on(answer)));
    json_set(document, object, "sites", class_sites(writer, row));
    json_set(document, object, "homes", class_homes(writer, row));
    json_set(document, object, "mailboxes",
             json_number(adscp_coverage_class_mailboxes(coverage, row)));
    return object;
}

/* In the order of their first cells, so that cells find them by number. */
static void write_classes(struct writer *writer)
{
    const struct coverage_view *view = writer->view;
    int *order = calloc((size_t)view->count + 1, sizeof(*order)), i;

    if (order == NULL) {
        writer->document.failed = true;
        return;
    }
    for (i = 0; i < view->count; i++)
        order[view->numbers[view->classes[i]]] = view->classes[i];
    for (i = 0; i < view->count; i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", writer->out);
        write_value(writer, class(writer, order[i]));
    }
    free(order);
}

/* null: a class that is not shown. */
static void write_row(struct writer *writer, int site)
{
    const struct coverage_view *view = writer->view;
    int i, count = adscp_coverage_home_count(view->coverage);

    for (i = 0; i < count; i++) {
        int number =
            view->numbers[adscp_coverage_cell(view->coverage, site, i)];

        fputs(i > 0 ? "," : "", writer->out);
        if (number >= 0)
            fprintf(writer->out, "%d", number);
        else
            fputs("null", writer->out);
    }
}

static void write_cells(struct writer *writer)
{
    const struct coverage_view *view = writer->view;
    int i, written = 0, count = adscp_coverage_site_count(view->coverage);

    for (i = 0; i < count; i++) {
        if (!coverage_shows(view, i))
            continue;
        fputs(written++ > 0 ? ",\n    [" : "\n    [", writer->out);
        write_row(writer, i);
        fputc(']', writer->out);
    }
}

/* ---------------------------------------------------------------- census -- */

static json_t *census(struct writer *writer)
{
    const adscp_forest *forest = adscp_coverage_forest(writer->view->coverage);
    struct document *document = &writer->document;
    json_t *object = json_object();
    const char *name;
    int kind;

    for (kind = 0; (name = adscp_census_kind_name(kind)) != NULL; kind++)
        json_set(document, object, name,
                 json_integer(adscp_forest_census(forest, kind)));
    json_set(document, object, "complete",
             json_boolean(adscp_forest_census_complete(forest) == 1));
    return object;
}

/* ----------------------------------------------------------------- whole -- */

static void write_head(struct writer *writer, const char *command)
{
    const adscp_coverage *coverage = writer->view->coverage;
    struct document *document = &writer->document;

    fprintf(writer->out, "{\n  \"schema\": \"adscp/1\",\n  \"command\": \"%s\"",
            command);
    write_key(writer, "client");
    write_value(writer, json_cover_client(document, coverage));
    write_key(writer, "forest");
    write_value(writer,
                json_forest(document,
                            adscp_coverage_class_prediction(coverage, 0),
                            adscp_coverage_complete(coverage) == 1));
}

static void write_lists(struct writer *writer)
{
    const adscp_coverage *coverage = writer->view->coverage;
    int i;

    write_key(writer, "sites");
    fputc('[', writer->out);
    write_sites(writer);
    fputc(']', writer->out);
    write_key(writer, "homes");
    fputc('[', writer->out);
    for (i = 0; i < adscp_coverage_home_count(coverage); i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", writer->out);
        write_value(writer, home(writer, i));
    }
    fputc(']', writer->out);
    if (coverage_is_counted(writer->view)) {
        write_key(writer, "census");
        write_value(writer, census(writer));
    }
    write_key(writer, "classes");
    fputc('[', writer->out);
    write_classes(writer);
    fputc(']', writer->out);
    write_key(writer, "cells");
    fputc('[', writer->out);
    write_cells(writer);
    fputc(']', writer->out);
    write_key(writer, "findings");
    fputc('[', writer->out);
    for (i = 0; i < adscp_coverage_finding_count(coverage); i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", writer->out);
        if (!json_write_finding(writer->out, 4,
                                adscp_coverage_finding(coverage, i)))
            writer->document.failed = true;
    }
    fputc(']', writer->out);
}

char *coverage_json_with(const struct coverage_view *view, const char *command,
                         void (*more)(struct document *document, FILE *out,
                                      const void *about),
                         const void *about)
{
    struct report report = {.cli = view->cli, .time = view->cli->time};
    struct writer writer = {.view = view, .document = {.report = &report}};
    char *text = NULL;

    writer.out = cli_stream(&text);
    if (writer.out == NULL)
        return NULL;
    write_head(&writer, command);
    write_lists(&writer);
    if (more != NULL)
        more(&writer.document, writer.out, about);
    fputs("\n}\n", writer.out);
    text = cli_take(writer.out, &text);
    if (!writer.document.failed)
        return text;
    free(text);
    return NULL;
}

char *coverage_json(const struct coverage_view *view)
{
    return coverage_json_with(view, "coverage", NULL, NULL);
}
