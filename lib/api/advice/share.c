/* SPDX-License-Identifier: MIT */
/*
 * A step joins an attempt: its words into the plan, and what it is about beside
 * them.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "base/rows.h"

void attempt_clear(struct attempt *attempt)
{
    size_t i;

    for (i = 0; i < attempt->share_count; i++) {
        free(attempt->shares[i].server);
        free(attempt->shares[i].detail);
    }
    free(attempt->shares);
    adscp_plan_free(attempt->plan);
}

/* Two quotes inside of quotes are one. */
void put_word(struct export_text *out, const char *word)
{
    bool quoted = word[0] == '\0' || strpbrk(word, " \t#\"") != NULL;

    put_text(out, quoted ? " \"" : " ");
    for (; *word != '\0'; word++)
        export_put(out, *word == '"' ? "\"\"" : word, *word == '"' ? 2 : 1);
    put_text(out, quoted ? "\"" : "");
}

static bool has_step(const struct attempt *attempt, const char *step)
{
    int i, count = adscp_plan_step_count(attempt->plan);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_plan_step(attempt->plan, i), step) == 0)
            return true;
    return false;
}

int add_share(struct attempt *attempt, enum act act, const char *server,
              const char *detail)
{
    struct share *rows =
        rows_grow(attempt->shares, attempt->share_count, sizeof(*rows));
    struct share row = {act, strdup(server),
                        detail != NULL ? strdup(detail) : NULL};

    if (rows != NULL)
        attempt->shares = rows;
    if (rows == NULL || row.server == NULL ||
        (detail != NULL && row.detail == NULL)) {
        free(row.server);
        free(row.detail);
        return ADSCP_E_NOMEM;
    }
    rows[attempt->share_count++] = row;
    return ADSCP_OK;
}

int add_named(struct attempt *attempt, const struct export_text *step,
              enum act act, const char *name, const char *detail)
{
    int rc;

    if (step->failed)
        return ADSCP_E_NOMEM;
    if (has_step(attempt, step->bytes))
        return ADSCP_OK;
    rc = adscp_plan_add_step(attempt->plan, step->bytes);
    if (rc == ADSCP_OK)
        return add_share(attempt, act, name, detail);
    return rc == ADSCP_E_NOMEM ? rc : ADSCP_OK;
}

int add_step(struct attempt *attempt, const struct export_text *step,
             enum act act, const adscp_server *server, const char *detail)
{
    return add_named(attempt, step, act, adscp_server_name(server), detail);
}

bool joint_step(const struct servers *servers, const char *word,
                struct export_text *text)
{
    size_t i;

    for (i = 0; i < servers->count; i++)
        if (adscp_server_name(servers->rows[i]) == NULL)
            return false;
    put_text(text, "certificate");
    for (i = 0; i < servers->count; i++)
        put_word(text, adscp_server_name(servers->rows[i]));
    put_word(text, word);
    return servers->count > 0;
}

int add_joint(struct attempt *attempt, const struct servers *servers,
              const char *word, enum act act, const char *detail)
{
    struct export_text text = {.bytes = NULL};
    size_t i, before = attempt->share_count;
    int rc = ADSCP_OK;

    if (joint_step(servers, word, &text))
        rc = add_step(attempt, &text, act, servers->rows[0], detail);
    if (attempt->share_count > before)
        for (i = 1; i < servers->count && rc == ADSCP_OK; i++)
            rc = add_share(attempt, act, adscp_server_name(servers->rows[i]),
                           detail);
    export_free(&text);
    return rc;
}
