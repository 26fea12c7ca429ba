/* SPDX-License-Identifier: MIT */
/*
 * What the files of the JSON document share. Lack of memory shows once, at the
 * end: jansson's setters take NULL for a value and fail, and every failure is
 * noted in `failed`.
 */
#ifndef ADSCP_CLI_JSON_H
#define ADSCP_CLI_JSON_H

#include "json_row.h"
#include "spool.h"

#include <jansson.h>

struct document {
    const struct report *report;
    bool failed;
};

/* A document on its way out, key by key, and its long lists row by row: of
 * 50,000 rows no more than one is in memory as JSON. */
struct json_output {
    struct document document;
    FILE *out;
    struct spool spool;
    int keys;
};

/* false: out of memory. */
bool json_begin(struct json_output *output, const struct report *report);
/* Takes over `value`. */
void json_put(struct json_output *output, const char *key, json_t *value);
/* Each row is made, written and forgotten; a negative count is a failure, and
 * so is a row that says so. */
void json_put_rows(struct json_output *output, const char *key, int count,
                   bool (*write_row)(const struct report *report, int index,
                                     FILE *out));
/* The text, malloc()ed; NULL: out of memory. */
char *json_end(struct json_output *output);
/* A whole document with a line end; takes it over. NULL: out of memory. */
char *json_whole(json_t *document, size_t flags);

/* null where the value is absent: NULL, negative. */
json_t *json_text(const char *value);
/* On one line; takes over `value`. */
void json_write(struct document *document, FILE *out, json_t *value);
/* What was read, as a list. NULL: out of memory. */
json_t *json_sources(const adscp_forest *facts);
json_t *json_moment(int64_t seconds);
json_t *json_number(int value);
/* A value that is never absent: NULL means that the library had no memory to
 * make it. */
json_t *json_sure_text(struct document *document, const char *value);

/* Both take over `value`. */
void json_set(struct document *document, json_t *object, const char *key,
              json_t *value);
void json_append(struct document *document, json_t *array, json_t *value);
/* A list of what `row` makes, which takes `of` as well. */
json_t *json_rows(struct document *document, int count,
                  json_t *(*row)(struct document *document, const void *of,
                                 int index),
                  const void *of);

json_t *json_forest(struct document *document, const adscp_prediction *answer,
                    bool complete);
/* json_cell.c: of one answer among many; json_cell() gives null for none. */
/* "outlook-2013"; null: any. */
json_t *json_client_kind(const adscp_prediction *answer);
json_t *json_cover_client(struct document *document,
                          const adscp_coverage *coverage);
json_t *json_first(struct document *document, const adscp_prediction *answer);
json_t *json_hops(struct document *document, const adscp_prediction *answer);
json_t *json_cell(struct document *document, const adscp_prediction *answer);

/* Written where `out` stands; `indent` is that of the line. false: out of
 * memory. */
bool json_write_finding(FILE *out, int indent, const adscp_finding *finding);

/* json_seen.c: a certificate and what the client makes of it; `time` is the
 * day that is judged. */
json_t *json_certificate(struct document *document,
                         const adscp_certificate *certificate, int source,
                         const adscp_sighting *sighting,
                         const adscp_alert *alert, int64_t time);
json_t *json_alert(struct document *document, const adscp_alert *alert);
/* [] for NULL. */
json_t *json_reasons(struct document *document, const adscp_alert *alert);
/* json_steps.c: [] without --client. */
json_t *json_steps(struct document *document);
/* One row per address looked at; [] where nobody looked. */
json_t *json_observations(struct document *document);
/* behind.c: one row per shared host that was looked behind; [] for none. */
json_t *json_behind(struct document *document);
/* The one that decides, for the whole. */
json_t *json_whole_alert(struct document *document);

#endif
