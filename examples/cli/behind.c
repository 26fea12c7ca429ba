/* SPDX-License-Identifier: MIT */
/*
 * Shared hosts and the servers behind them, as they were looked at: in words,
 * and for the JSON document.
 */
#include "json.h"

#include <stdlib.h>

/* A story, in which a long list would drown. */
enum { FRONTS_SHOWN = 6, SERVERS_SHOWN = 12 };

/* ---------------------------------------------------------------- words -- */

/* "another certificate: CN=mail, valid until 2027-01-01, thumbprint 0A..." */
static void print_certificate(struct page *page, const char *before,
                              const adscp_sighting *sighting)
{
    const adscp_certificate *row = adscp_sighting_certificate(sighting, 0);
    const char *subject = adscp_certificate_subject(row);
    const char *sha1 = page_text(page, adscp_certificate_sha1(row));
    char day[CLI_TIME_SIZE], *text = NULL;
    int column = page_label_columns(page);

    if (asprintf(&text, "%s%s, valid until %s, thumbprint %s", before,
                 subject != NULL && subject[0] != '\0' ? subject
                                                       : "(no subject)",
                 seen_day(adscp_certificate_not_after(row), day), sha1) < 0) {
        page->failed = true;
        return;
    }
    page_prose(page, column, column, text);
    free(text);
}

static void print_missing(struct page *page, const adscp_sighting *sighting)
{
    const char *detail = adscp_sighting_detail(sighting);
    int column = page_label_columns(page);

    page_style(page, PAGE_YELLOW);
    page_prose(page, column, column,
               sighting == NULL ? "was not looked at"
               : detail != NULL ? detail
                                : "shows no certificate");
    page_style(page, PAGE_PLAIN);
}

static void print_front(struct page *page, const adscp_front *front)
{
    const adscp_sighting *sighting = adscp_front_sighting(front);

    page_begin_label(page, "In front");
    if (adscp_sighting_certificate_count(sighting) > 0)
        print_certificate(page,
                          adscp_front_several(front) == 1
                              ? "several certificates in turn, one of them "
                              : "",
                          sighting);
    else
        print_missing(page, sighting);
}

static void print_server(struct page *page, const adscp_backend *backend)
{
    const adscp_sighting *sighting = adscp_backend_sighting(backend);
    const char *name = adscp_server_name(adscp_backend_server(backend));

    page_begin_label(page, name != NULL ? name : adscp_backend_host(backend));
    if (adscp_backend_same(backend) == 1) {
        page_put(page, PAGE_GREEN, "the same certificate");
        fputc('\n', page->out);
    } else if (adscp_sighting_certificate_count(sighting) > 0) {
        print_certificate(
            page,
            adscp_backend_same(backend) == 0 ? "another certificate: " : "",
            sighting);
    } else {
        print_missing(page, sighting);
    }
}

/* What is not the same comes first where not all are shown. */
static void print_servers(struct page *page, const adscp_front *front)
{
    int i, pass, shown = 0, count = adscp_front_backend_count(front);

    for (pass = 0; pass < 2; pass++)
        for (i = 0; i < count && shown < SERVERS_SHOWN; i++) {
            const adscp_backend *backend = adscp_front_backend(front, i);
            bool same = adscp_backend_same(backend) == 1;

            if (count > SERVERS_SHOWN ? same != (pass == 1) : pass == 1)
                continue;
            print_server(page, backend);
            shown++;
        }
    if (shown < count)
        fprintf(page->out, "  and %d more; --json has all of them\n",
                count - shown);
}

void behind_print(struct page *page, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_front_count(answer);

    for (i = 0; i < count && i < FRONTS_SHOWN; i++) {
        const adscp_front *front = adscp_prediction_front(answer, i);
        char *title = NULL;

        if (asprintf(&title, "Behind %s", adscp_front_host(front)) < 0) {
            page->failed = true;
            return;
        }
        page_heading(page, title);
        free(title);
        print_front(page, front);
        print_servers(page, front);
    }
    if (i < count)
        fprintf(page->out, "\n%d more shared hosts; --json has all of them\n",
                count - i);
}

/* ----------------------------------------------------------------- JSON -- */

static json_t *shown(struct document *document,
                     const adscp_certificate *certificate,
                     const adscp_sighting *sighting)
{
    return json_certificate(document, certificate,
                            ADSCP_CERTIFICATE_SOURCE_OBSERVED, sighting, NULL,
                            document->report->time);
}

static json_t *server(struct document *document, const void *front, int index)
{
    const adscp_backend *backend = adscp_front_backend(front, index);
    const adscp_sighting *sighting = adscp_backend_sighting(backend);
    int same = adscp_backend_same(backend);
    json_t *object = json_object();

    json_set(document, object, "server",
             json_text(adscp_server_name(adscp_backend_server(backend))));
    json_set(document, object, "host", json_text(adscp_backend_host(backend)));
    json_set(
        document, object, "certificate",
        shown(document, adscp_sighting_certificate(sighting, 0), sighting));
    json_set(document, object, "outcome",
             json_text(adscp_sighting_outcome_name(
                 adscp_sighting_outcome(sighting))));
    json_set(document, object, "same",
             same >= 0 ? json_boolean(same == 1) : json_null());
    json_set(document, object, "detail",
             json_text(adscp_sighting_detail(sighting)));
    json_set(document, object, "own_certificate",
             shown(document, adscp_backend_own_certificate(backend), NULL));
    return object;
}

static json_t *front_at(struct document *document, const void *answer,
                        int index)
{
    const adscp_front *front = adscp_prediction_front(answer, index);
    const adscp_sighting *sighting = adscp_front_sighting(front);
    json_t *object = json_object();

    json_set(document, object, "host", json_text(adscp_front_host(front)));
    json_set(document, object, "port", json_number(adscp_front_port(front)));
    json_set(
        document, object, "front",
        shown(document, adscp_sighting_certificate(sighting, 0), sighting));
    json_set(document, object, "several",
             json_boolean(adscp_front_several(front) == 1));
    json_set(
        document, object, "servers",
        json_rows(document, adscp_front_backend_count(front), server, front));
    return object;
}

json_t *json_behind(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;

    return json_rows(document, adscp_prediction_front_count(answer), front_at,
                     answer);
}
