/* SPDX-License-Identifier: MIT */
/*
 * What steps take for granted besides the directory, and the end of a step.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "judge/assumed.h"
#include "judge/plan/private.h"

char *making_copy(struct making *making, const char *text)
{
    char *copy = strdup(text);

    making->failed |= copy == NULL;
    return copy;
}

void making_invents(struct making *making)
{
    static const char warning[] =
        "# The certificate below was made up for the simulation, in the place "
        "of one\n# that does not exist yet. Do not write it into a "
        "directory.\n";

    export_put(&making->step->changes, warning, strlen(warning));
}

void making_show(struct making *making, const char *host, int port,
                 const void *bytes, size_t length)
{
    struct plan_step *step = making->step;
    struct plan_shown *rows =
        rows_grow(step->shown, step->shown_count, sizeof(*rows));
    struct plan_shown row = {.port = port, .length = length};

    if (rows == NULL) {
        making->failed = true;
        return;
    }
    step->shown = rows;
    row.host = making_copy(making, host);
    if (bytes != NULL) {
        row.bytes = malloc(length + 1);
        making->failed |= row.bytes == NULL;
        if (row.bytes != NULL)
            memcpy(row.bytes, bytes, length);
    }
    rows[step->shown_count++] = row;
}

/* The newest statement about a host stands, and is said first. */
static int say_shown(const struct plan_step *step, struct assumed *assumed)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < step->shown_count && rc == ADSCP_OK; i++)
        rc = assumed_show(assumed, step->shown[i].host, step->shown[i].port,
                          step->shown[i].bytes, step->shown[i].length);
    return rc;
}

void making_moves(struct making *making, const char *from, const char *to)
{
    struct plan_step *step = making->step;
    struct plan_move *rows =
        rows_grow(step->moves, step->move_count, sizeof(*rows));

    if (rows == NULL) {
        making->failed = true;
        return;
    }
    step->moves = rows;
    rows[step->move_count++] =
        (struct plan_move){making_copy(making, from), making_copy(making, to)};
}

static int say_moves(const struct plan_step *step, struct assumed *assumed)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < step->move_count && rc == ADSCP_OK; i++)
        rc = assumed_move(assumed, step->moves[i].from, step->moves[i].to);
    return rc;
}

int plan_assume(const struct plan_step *steps, size_t count,
                struct assumed **assumedp)
{
    struct assumed *assumed = assumed_new();
    int rc = assumed != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
    size_t i;

    for (i = count; i > 0 && rc == ADSCP_OK; i--)
        rc = say_shown(&steps[i - 1], assumed);
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        if (steps[i].trusted.bytes != NULL)
            rc = assumed_trust(assumed, steps[i].trusted.bytes,
                               steps[i].trusted.length);
        if (rc == ADSCP_OK)
            rc = say_moves(&steps[i], assumed);
    }
    if (rc == ADSCP_OK)
        rc = assumed_freeze(assumed);
    if (rc != ADSCP_OK) {
        assumed_free(assumed);
        return rc;
    }
    *assumedp = assumed;
    return ADSCP_OK;
}

static void free_texts(struct plan_texts *texts)
{
    size_t i;

    for (i = 0; i < texts->count; i++)
        free(texts->rows[i]);
    free(texts->rows);
}

void plan_step_free(struct plan_step *step)
{
    size_t i;

    for (i = 0; i < step->shown_count; i++) {
        free(step->shown[i].host);
        free(step->shown[i].bytes);
    }
    free(step->shown);
    free((void *)(uintptr_t)step->trusted.bytes);
    for (i = 0; i < step->move_count; i++) {
        free(step->moves[i].from);
        free(step->moves[i].to);
    }
    free(step->moves);
    free(step->database);
    free_texts(&step->cmdlets);
    free_texts(&step->remarks);
    free(step->text);
    free(step->file);
    free(step->certificate);
    free(step->certificate_name);
    export_free(&step->changes);
    *step = (struct plan_step){.text = NULL};
}
