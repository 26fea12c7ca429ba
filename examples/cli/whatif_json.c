/* SPDX-License-Identifier: MIT */
/*
 * A change as one JSON document. Moves are written while their answers are
 * there, since a step lives only until the next one.
 */
#include "whatif.h"

#include <stdlib.h>

static json_t *cell(struct whatif *whatif, const adscp_prediction *answer)
{
    return json_cell(&whatif->document, answer);
}

/* Takes over `value`. */
void whatif_json_value(struct whatif *whatif, FILE *out, json_t *value)
{
    json_write(&whatif->document, out, value);
}

void whatif_json_move(struct whatif *whatif, FILE *out, int step,
                      const struct whatif_cell *at,
                      const adscp_prediction *before,
                      const adscp_prediction *after)
{
    struct document *document = &whatif->document;
    json_t *object = json_object();

    if (step >= 0)
        json_set(document, object, "step", json_integer(step));
    json_set(document, object, "site", json_text(whatif->sites[at->site]));
    json_set(document, object, "home", json_integer(at->home));
    json_set(document, object, "before", cell(whatif, before));
    json_set(document, object, "after", cell(whatif, after));
    fputs(ftell(out) > 0 ? ",\n    " : "\n    ", out);
    whatif_json_value(whatif, out, object);
}

static json_t *home(struct whatif *whatif, const struct whatif_home *row)
{
    struct document *document = &whatif->document;
    json_t *object = json_object();

    json_set(document, object, "server", json_text(row->name));
    json_set(document, object, "version", json_text(row->version));
    json_set(document, object, "site", json_text(row->site));
    json_set(document, object, "kind",
             json_text(adscp_coverage_home_kind_name(row->kind)));
    json_set(document, object, "mailboxes", json_number(row->mailboxes));
    return object;
}

static json_t *step(struct whatif *whatif, int index)
{
    const struct whatif_step *row = &whatif->steps[index];
    int i, count = adscp_plan_cmdlet_count(whatif->plan, index);
    int remark_count = adscp_plan_remark_count(whatif->plan, index);
    struct document *document = &whatif->document;
    json_t *object = json_object(), *cmdlets = json_array();
    json_t *remarks = json_array();

    for (i = 0; i < count; i++)
        json_append(document, cmdlets,
                    json_text(adscp_plan_cmdlet(whatif->plan, index, i)));
    for (i = 0; i < remark_count; i++)
        json_append(document, remarks,
                    json_text(adscp_plan_remark(whatif->plan, index, i)));
    json_set(document, object, "step", json_integer(index + 1));
    json_set(document, object, "text",
             json_text(adscp_plan_step(whatif->plan, index)));
    json_set(document, object, "changes",
             json_text(adscp_plan_changes(whatif->plan, index)));
    json_set(document, object, "cmdlets", cmdlets);
    json_set(document, object, "remarks", remarks);
    json_set(document, object, "worse", json_integer(row->worse));
    json_set(document, object, "better", json_integer(row->better));
    json_set(document, object, "mailboxes_worse",
             row->mailboxes_worse >= 0 ? json_integer(row->mailboxes_worse)
                                       : json_null());
    return object;
}

static void begin_list(FILE *out, const char *key)
{
    fprintf(out, ",\n  \"%s\": [", key);
}

static void write_names(struct whatif *whatif, FILE *out)
{
    int i;

    begin_list(out, "sites");
    for (i = 0; i < whatif->site_count; i++) {
        fputs(i > 0 ? ", " : "", out);
        whatif_json_value(whatif, out, json_text(whatif->sites[i]));
    }
    fputc(']', out);
    begin_list(out, "homes");
    for (i = 0; i < whatif->home_count; i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", out);
        whatif_json_value(whatif, out, home(whatif, &whatif->homes[i]));
    }
    fputc(']', out);
}

static void write_steps(struct whatif *whatif, FILE *out)
{
    int i;

    begin_list(out, "steps");
    for (i = 0; i < whatif->step_count; i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", out);
        whatif_json_value(whatif, out, step(whatif, i));
    }
    fputc(']', out);
}

void whatif_json_moves(FILE *out, const char *key, FILE *from, char **textp)
{
    begin_list(out, key);
    fflush(from);
    fputs(*textp, out);
    fputc(']', out);
}

void whatif_json_head(struct whatif *whatif, FILE *out, const char *command)
{
    struct document *document = &whatif->document;

    fprintf(out,
            "{\n  \"schema\": \"adscp/1\",\n  \"command\": \"%s\","
            "\n  \"client\": ",
            command);
    whatif_json_value(whatif, out, json_cover_client(document, whatif->start));
    fputs(",\n  \"forest\": ", out);
    whatif_json_value(
        whatif, out,
        json_forest(document, adscp_coverage_class_prediction(whatif->start, 0),
                    adscp_coverage_complete(whatif->start) == 1));
    write_names(whatif, out);
}

char *whatif_json(struct whatif *whatif)
{
    struct document *document = &whatif->document;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    whatif_json_head(whatif, out, "whatif");
    write_steps(whatif, out);
    whatif_json_moves(out, "moves", whatif->moves, &whatif->moves_text);
    whatif_json_moves(out, "lasting", whatif->lasting_out,
                      &whatif->lasting_text);
    fputs("\n}\n", out);
    text = cli_take(out, &text);
    if (!document->failed)
        return text;
    free(text);
    return NULL;
}
