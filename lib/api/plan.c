/* SPDX-License-Identifier: MIT */
/*
 * The public plan: steps, each made for the forest that the steps before it
 * leave, and the forest after the last of them.
 */
#include "adscp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/count.h"
#include "api/plan.h"
#include "api/predictor.h"
#include "api/setter.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "gather/file.h"
#include "gather/reader/reader.h"
#include "judge/plan/plan.h"

enum { TIMEOUT_DEFAULT_MS = 30000, CHANGES_FILE_MAX = 256 << 20 };

adscp_plan *adscp_plan_new(void)
{
    return calloc(1, sizeof(adscp_plan));
}

void plan_close_file(adscp_plan *plan)
{
    free(plan->source.path);
    free(plan->source.text);
    plan->source = (struct plan_source){.text = NULL};
}

void adscp_plan_free(adscp_plan *plan)
{
    int i;

    if (plan == NULL)
        return;
    for (i = 0; i < plan->count; i++)
        plan_step_free(&plan->steps[i]);
    free(plan->steps);
    plan_close_file(plan);
    forest_release(plan->forest);
    free(plan);
}

int plan_begin(adscp_plan *plan)
{
    if (plan == NULL)
        return ADSCP_E_ARGUMENT;
    detail_clear(&plan->detail);
    return ADSCP_OK;
}

int plan_end(adscp_plan *plan, int rc)
{
    if (rc != ADSCP_OK)
        detail_set(&plan->detail, rc, "%s", adscp_error_text(rc));
    return rc;
}

int adscp_plan_set_forest(adscp_plan *plan, const adscp_forest *forest)
{
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    if (plan->count > 0)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          "the plan has steps already");
    if (forest != NULL && !forest->kept)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          "the entries of this forest were not kept: "
                          "adscp_reader_set_keep_entries()");
    forest_release(plan->forest);
    plan->forest = forest != NULL ? forest_hold(forest) : NULL;
    return ADSCP_OK;
}

int adscp_plan_set_time(adscp_plan *plan, int64_t seconds)
{
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    if (seconds < 0)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          "the time lies before 1970");
    plan->time = seconds;
    return ADSCP_OK;
}

/* The forest that these change records leave. */
static int apply(adscp_plan *plan, struct reader_change *change,
                 struct adscp_forest **afterp)
{
    struct reader_plan reader = {
        .base = plan->forest, .changes = change, .change_count = 1};
    struct deadline deadline;

    deadline_start(&deadline, TIMEOUT_DEFAULT_MS, NULL);
    if (change->length == 0) {
        *afterp = forest_hold(plan->forest);
        return ADSCP_OK;
    }
    return reader_run(&reader, &deadline, &plan->detail, afterp);
}

static int add(adscp_plan *plan, struct plan_step *step,
               struct reader_change *change)
{
    struct adscp_forest *after = NULL;
    struct plan_step *steps =
        rows_grow(plan->steps, (size_t)plan->count, sizeof(*steps));
    int rc;

    if (steps == NULL)
        return ADSCP_E_NOMEM;
    plan->steps = steps;
    rc = apply(plan, change, &after);
    if (rc != ADSCP_OK)
        return rc;
    forest_release(plan->forest);
    plan->forest = after;
    steps[plan->count++] = *step;
    *step = (struct plan_step){.text = NULL};
    return ADSCP_OK;
}

static int add_made(adscp_plan *plan, struct plan_step *step)
{
    char name[] = "step";
    struct reader_change change = {.name = name,
                                   .bytes = step->changes.bytes,
                                   .length = step->changes.used};

    return add(plan, step, &change);
}

static int make(adscp_plan *plan, const struct plan_words *words,
                struct plan_step *step)
{
    struct plan_question question = {.forest = plan->forest,
                                     .words = words,
                                     .steps = plan->steps,
                                     .step_count = (size_t)plan->count,
                                     .time = plan->time};
    const char *path = plan_file(plan->forest, words);
    void *bytes = NULL;
    int rc = ADSCP_OK;

    if (path != NULL)
        rc = file_read(path, CERTIFICATE_FILE_MAX, &plan->detail, &bytes,
                       &question.file_length);
    question.file = bytes;
    if (rc == ADSCP_OK && path != NULL) {
        step->file = strdup(path);
        rc = step->file != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
    }
    if (rc == ADSCP_OK)
        rc = plan_make(&question, step, &plan->detail);
    free(bytes);
    return rc;
}

int adscp_plan_add_step(adscp_plan *plan, const char *step)
{
    struct plan_words words = {.count = 0};
    struct plan_step made = {.text = NULL};
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    if (step == NULL || plan->forest == NULL)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          step == NULL ? "the step is missing (NULL)"
                                       : "the plan has no forest");
    rc = plan_split(step, &words, &plan->detail);
    if (rc == ADSCP_OK)
        rc = make(plan, &words, &made);
    if (rc == ADSCP_OK) {
        made.text = strndup(step, plan_text_length(step));
        rc = made.text != NULL ? add_made(plan, &made) : ADSCP_E_NOMEM;
    }
    plan_step_free(&made);
    plan_words_free(&words);
    return plan_end(plan, rc);
}

static bool is_text(const char *bytes, size_t length)
{
    const char *end = bytes + length;

    while (bytes < end) {
        const char *line = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t size = (size_t)((line != NULL ? line : end) - bytes);

        if (size > 0 && bytes[size - 1] == '\r')
            size--;
        if (!text_is_clean(bytes, size))
            return false;
        if (line == NULL)
            break;
        bytes = line + 1;
    }
    return true;
}

/* Bytes that are text, for those who want to see them. */
static bool take_text(const void *bytes, size_t length,
                      struct export_text *changes)
{
    if (is_text(bytes, length))
        export_put(changes, bytes, length);
    return !changes->failed;
}

/* The step of a file of change records, which are read where they lie. */
static int make_from_file(adscp_plan *plan, const char *path,
                          struct plan_step *made, struct reader_change *change)
{
    void *bytes = NULL;
    int rc = file_read(path, CHANGES_FILE_MAX, &plan->detail, &bytes,
                       &change->length);

    if (rc != ADSCP_OK)
        return rc;
    change->bytes = bytes;
    change->name = strdup(path);
    made->file = strdup(path);
    if (change->name == NULL || made->file == NULL ||
        asprintf(&made->text, "changes %s", path) < 0) {
        made->text = NULL;
        return ADSCP_E_NOMEM;
    }
    return take_text(bytes, change->length, &made->changes) ? ADSCP_OK
                                                            : ADSCP_E_NOMEM;
}

int adscp_plan_add_changes_file(adscp_plan *plan, const char *path)
{
    struct reader_change change = {.name = NULL};
    struct plan_step made = {.text = NULL};
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    if (path == NULL || path[0] == '\0' || plan->forest == NULL)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          plan->forest == NULL
                              ? "the plan has no forest"
                              : "the name of a file with changes is missing");
    rc = make_from_file(plan, path, &made, &change);
    if (rc == ADSCP_OK)
        rc = add(plan, &made, &change);
    free(change.name);
    free(change.bytes);
    plan_step_free(&made);
    return plan_end(plan, rc);
}

int adscp_plan_forest(adscp_plan *plan, adscp_forest **out)
{
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    if (out == NULL || plan->forest == NULL)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          out == NULL ? "there is no place for the forest"
                                      : "the plan has no forest");
    *out = forest_hold(plan->forest);
    return ADSCP_OK;
}

/* What the predictor has after a failure is what it had before. */
int adscp_predictor_set_plan(adscp_predictor *predictor, const adscp_plan *plan)
{
    struct assumed *assumed = NULL;
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (plan != NULL && plan->forest == NULL)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "the plan has no forest");
    rc = certificates_begin(&predictor->detail);
    if (rc == ADSCP_OK && plan != NULL)
        rc = plan_assume(plan->steps, (size_t)plan->count, &assumed);
    if (rc == ADSCP_OK && plan != NULL)
        rc = basis_set_changed(&predictor->basis, plan->forest);
    if (rc == ADSCP_OK)
        rc = basis_set_assumed(&predictor->basis, assumed);
    if (rc != ADSCP_OK)
        assumed_free(assumed);
    return rc == ADSCP_E_NOMEM ? setter_no_memory(&predictor->detail) : rc;
}

int adscp_plan_step_count(const adscp_plan *plan)
{
    return plan != NULL ? plan->count : -1;
}

static const struct plan_step *step_at(const adscp_plan *plan, int step)
{
    return plan != NULL && in_range(step, (size_t)plan->count)
               ? &plan->steps[step]
               : NULL;
}

const char *adscp_plan_step(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? row->text : NULL;
}

const char *adscp_plan_step_file(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? row->file : NULL;
}

const char *adscp_plan_certificate(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? row->certificate : NULL;
}

const char *adscp_plan_certificate_name(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? row->certificate_name : NULL;
}

const char *adscp_plan_changes(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    if (row == NULL)
        return NULL;
    return row->changes.bytes != NULL ? row->changes.bytes : "";
}

static const char *text_at(const struct plan_texts *texts, int index)
{
    return in_range(index, texts->count) ? texts->rows[index] : NULL;
}

int adscp_plan_cmdlet_count(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? count_of(row->cmdlets.count) : -1;
}

const char *adscp_plan_cmdlet(const adscp_plan *plan, int step, int index)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? text_at(&row->cmdlets, index) : NULL;
}

int adscp_plan_remark_count(const adscp_plan *plan, int step)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? count_of(row->remarks.count) : -1;
}

const char *adscp_plan_remark(const adscp_plan *plan, int step, int index)
{
    const struct plan_step *row = step_at(plan, step);

    return row != NULL ? text_at(&row->remarks, index) : NULL;
}

const char *adscp_plan_error_detail(const adscp_plan *plan)
{
    return plan != NULL ? plan->detail.text : "";
}
