/* SPDX-License-Identifier: MIT */
/*
 * A change as one JSON document. An answer is written while it is there, since
 * a step lives only until the next one.
 */
#include "whatif.h"

#include <stdlib.h>

#include "spool.h"

/* Takes over `value`. */
void whatif_json_value(struct whatif *whatif, FILE *out, json_t *value)
{
    json_write(&whatif->document, out, value);
}

void whatif_json_cell(struct whatif *whatif, FILE *out,
                      const adscp_prediction *answer)
{
    whatif_json_value(whatif, out, json_cell(&whatif->document, answer));
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

/* A step of a plan. */
struct step_of {
    const adscp_plan *plan;
    int step;
};

static json_t *cmdlet(struct document *document, const void *of, int index)
{
    const struct step_of *row = of;

    (void)document;
    return json_text(adscp_plan_cmdlet(row->plan, row->step, index));
}

static json_t *remark(struct document *document, const void *of, int index)
{
    const struct step_of *row = of;

    (void)document;
    return json_text(adscp_plan_remark(row->plan, row->step, index));
}

static json_t *step(struct whatif *whatif, int index)
{
    const struct whatif_step *row = &whatif->steps[index];
    const struct step_of of = {whatif->plan, index};
    struct document *document = &whatif->document;
    json_t *object = json_object();

    json_set(document, object, "step", json_integer(index + 1));
    json_set(document, object, "text",
             json_text(adscp_plan_step(of.plan, index)));
    json_set(document, object, "changes",
             json_text(adscp_plan_changes(of.plan, index)));
    json_set(document, object, "cmdlets",
             json_rows(document, adscp_plan_cmdlet_count(of.plan, index),
                       cmdlet, &of));
    json_set(document, object, "remarks",
             json_rows(document, adscp_plan_remark_count(of.plan, index),
                       remark, &of));
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

/* Below 0: it is not known, or there is none. */
static void write_number(FILE *out, long number)
{
    if (number < 0)
        fputs("null", out);
    else
        fprintf(out, "%ld", number);
}

void whatif_json_moves(struct whatif *whatif, FILE *out, const char *key,
                       const struct whatif_moves *moves)
{
    size_t i;

    begin_list(out, key);
    for (i = 0; i < moves->count; i++) {
        const struct whatif_move *row = &moves->rows[i];
        const struct whatif_home_move *home = &moves->homes[row->home];

        fputs(i > 0 ? ",\n    {" : "\n    {", out);
        if (home->step >= 0)
            fprintf(out, "\"step\":%d,", home->step);
        fputs("\"site\":", out);
        whatif_json_value(whatif, out, json_text(whatif->sites[row->site]));
        fprintf(out, ",\"home\":%d,\"to\":", home->home);
        write_number(out, home->to);
        fputs(",\"mailboxes\":", out);
        write_number(out, home->mailboxes);
        fprintf(out, ",\"before\":%s,\"after\":%s}", row->before, row->after);
    }
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

static void write_end(const struct whatif_end *end, FILE *out)
{
    const struct {
        const char *key;
        long number;
    } rows[] = {{"worse", (long)end->worse},
                {"better", (long)end->better},
                {"gone", (long)end->gone},
                {"mailboxes_worse", end->mailboxes_worse},
                {"mailboxes_better", end->mailboxes_better},
                {"mailboxes_before", end->before},
                {"mailboxes_after", end->after},
                {"mailboxes_lost", end->lost},
                {"mailboxes_deleted", end->deleted},
                {"mailboxes_added", end->added}};
    size_t i;

    fputs(",\n  \"end\": {", out);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fprintf(out, "%s\"%s\": ", i > 0 ? ", " : "", rows[i].key);
        write_number(out, rows[i].number);
    }
    fputc('}', out);
}

char *whatif_json(struct whatif *whatif)
{
    struct spool spool;
    FILE *out = spool_open(&spool);
    char *text;

    if (out == NULL)
        return NULL;
    whatif_json_head(whatif, out, "whatif");
    write_steps(whatif, out);
    whatif_json_moves(whatif, out, "moves", &whatif->moves);
    whatif_json_moves(whatif, out, "lasting", &whatif->lasting_moves);
    write_end(&whatif->end, out);
    fputs("\n}\n", out);
    text = spool_take(&spool, out);
    if (!whatif->document.failed)
        return text;
    free(text);
    return NULL;
}
