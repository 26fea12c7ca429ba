/* SPDX-License-Identifier: MIT */
/*
 * Advice as one JSON document: that of the coverage, and the remedies.
 */
#include "advise.h"

static json_t *numbers(struct document *document, const adscp_advice *advice,
                       int remedy, int count,
                       int (*get)(const adscp_advice *advice, int remedy,
                                  int index))
{
    json_t *array = json_array();
    int i;

    for (i = 0; i < count; i++)
        json_append(document, array, json_integer(get(advice, remedy, i)));
    return array;
}

static json_t *steps(struct document *document, const adscp_advice *advice,
                     int remedy)
{
    int i, count = adscp_advice_remedy_step_count(advice, remedy);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(document, array,
                    json_text(adscp_advice_remedy_step(advice, remedy, i)));
    return array;
}

static json_t *cmdlets(struct document *document, const adscp_plan *plan)
{
    int i, k, count = adscp_plan_step_count(plan);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        for (k = 0; k < adscp_plan_cmdlet_count(plan, i); k++)
            json_append(document, array,
                        json_text(adscp_plan_cmdlet(plan, i, k)));
    return array;
}

static json_t *remedy(struct document *document, const struct advise *advise,
                      int index)
{
    const adscp_advice *advice = advise->advice;
    json_t *object = json_object();

    json_set(document, object, "for",
             numbers(document, advice, index,
                     adscp_advice_remedy_for_count(advice, index),
                     adscp_advice_remedy_for));
    json_set(document, object, "kind",
             json_text(adscp_advice_kind_name(
                 adscp_advice_remedy_kind(advice, index))));
    json_set(document, object, "text",
             json_text(adscp_advice_remedy_text(advice, index)));
    json_set(document, object, "steps", steps(document, advice, index));
    json_set(document, object, "cmdlets",
             cmdlets(document, advise->plans[index]));
    json_set(document, object, "clears",
             numbers(document, advice, index,
                     adscp_advice_remedy_clears_count(advice, index),
                     adscp_advice_remedy_clears));
    json_set(document, object, "unknown",
             numbers(document, advice, index,
                     adscp_advice_remedy_unknown_count(advice, index),
                     adscp_advice_remedy_unknown));
    json_set(document, object, "worse", json_array());
    json_set(document, object, "others",
             json_integer(adscp_advice_remedy_others(advice, index)));
    json_set(document, object, "mailboxes",
             json_number(adscp_advice_remedy_mailboxes(advice, index)));
    return object;
}

static json_t *list(struct document *document, const adscp_advice *advice,
                    int count,
                    int (*get)(const adscp_advice *advice, int index))
{
    json_t *array = json_array();
    int i;

    for (i = 0; i < count; i++)
        json_append(document, array, json_integer(get(advice, i)));
    return array;
}

static bool is_cleared(const adscp_advice *advice, int row)
{
    int i, count = adscp_advice_chosen_clears_count(advice);

    for (i = 0; i < count; i++)
        if (adscp_advice_chosen_clears(advice, i) == row)
            return true;
    return false;
}

/* The problems that are left. */
static json_t *stays(struct document *document, const adscp_advice *advice)
{
    int i, count = adscp_advice_problem_count(advice);
    json_t *array = json_array();

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advice, i);

        if (!is_cleared(advice, row))
            json_append(document, array, json_integer(row));
    }
    return array;
}

static json_t *plan_steps(struct document *document, const adscp_plan *plan)
{
    int i, count = adscp_plan_step_count(plan);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(document, array, json_text(adscp_plan_step(plan, i)));
    return array;
}

/* What --ldif-to and --cmdlets-to write. */
static json_t *chosen(struct document *document, const struct advise *advise)
{
    const adscp_advice *advice = advise->advice;
    json_t *object;

    if (advise->plan == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "remedies",
             list(document, advice, adscp_advice_chosen_count(advice),
                  adscp_advice_chosen));
    json_set(document, object, "steps", plan_steps(document, advise->plan));
    json_set(document, object, "cmdlets", cmdlets(document, advise->plan));
    json_set(document, object, "clears",
             list(document, advice, adscp_advice_chosen_clears_count(advice),
                  adscp_advice_chosen_clears));
    json_set(document, object, "stays", stays(document, advice));
    return object;
}

/* What could not be tried, by kinds. */
static json_t *untried(struct document *document, const adscp_advice *advice)
{
    int kind, i, count = adscp_advice_problem_count(advice);
    json_t *array = json_array();

    for (kind = 0; adscp_advice_kind_name(kind) != NULL; kind++) {
        json_t *rows = json_array(), *object;

        for (i = 0; i < count; i++) {
            int row = adscp_advice_problem(advice, i);

            if (adscp_advice_tried(advice, row, kind) == 0)
                json_append(document, rows, json_integer(row));
        }
        if (json_array_size(rows) == 0) {
            json_decref(rows);
            continue;
        }
        object = json_object();
        json_set(document, object, "kind",
                 json_text(adscp_advice_kind_name(kind)));
        json_set(document, object, "classes", rows);
        json_append(document, array, object);
    }
    return array;
}

static void write_more(struct document *document, FILE *out, const void *about)
{
    const struct advise *advise = about;
    int i, count = adscp_advice_remedy_count(advise->advice);

    fputs(",\n  \"problems\": ", out);
    json_write(document, out,
               list(document, advise->advice,
                    adscp_advice_problem_count(advise->advice),
                    adscp_advice_problem));
    fprintf(out, ",\n  \"all_tried\": %s",
            adscp_advice_complete(advise->advice) == 1 ? "true" : "false");
    fputs(",\n  \"untried\": ", out);
    json_write(document, out, untried(document, advise->advice));
    fputs(",\n  \"chosen\": ", out);
    json_write(document, out, chosen(document, advise));
    fputs(",\n  \"remedies\": [", out);
    for (i = 0; i < count; i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", out);
        json_write(document, out, remedy(document, advise, i));
    }
    fputc(']', out);
}

char *advise_json(struct advise *advise)
{
    return coverage_json_with(advise->view, "advise", write_more, advise);
}
