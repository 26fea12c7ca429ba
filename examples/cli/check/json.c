/* SPDX-License-Identifier: MIT */
/*
 * The line of `check` as JSON.
 */
#include "../json.h"
#include "check.h"

static const char *const states[] = {[CLI_CHECK_OK] = "ok",
                                     [CLI_CHECK_WARNING] = "warning",
                                     [CLI_CHECK_CRITICAL] = "critical",
                                     [CLI_CHECK_UNKNOWN] = "unknown"};

static json_t *json_change(struct document *document,
                           const struct change *change)
{
    json_t *object;

    if (change->days < 0)
        return json_null();
    object = json_object();
    json_set(document, object, "days", json_integer(change->days));
    json_set(document, object, "percent", json_number(change->percent));
    json_set(document, object, "host", json_text(change->host));
    return object;
}

/* The cell that is told, in the words that metrics have for it. */
static json_t *json_worst(struct document *document, const struct check *check)
{
    const struct check_sites *sites = check->sites;
    const adscp_coverage *coverage = sites->view->coverage;
    json_t *object = json_object();

    json_set(document, object, "site",
             json_text(adscp_coverage_site(coverage, sites->site)));
    json_set(document, object, "home",
             json_text(coverage_home_name(coverage, sites->home)));
    json_set(document, object, "host", json_text(verdict_host(check->answer)));
    json_set(document, object, "sites_alerting", json_integer(sites->alerting));
    json_set(document, object, "mailboxes_alerting",
             json_number(sites->mailboxes));
    return object;
}

char *check_json(const struct check *check, const char *words)
{
    const struct report report = {.cli = check->cli, .answer = check->answer};
    struct document document = {.report = &report};
    json_t *object = json_object();

    json_set(&document, object, "schema", json_string("adscp/1"));
    json_set(&document, object, "command", json_string("check"));
    json_set(&document, object, "state", json_string(states[check->state]));
    json_set(&document, object, "exit", json_integer(check->state));
    json_set(&document, object, "text", json_string(words));
    json_set(&document, object, "alert", json_whole_alert(&document));
    json_set(&document, object, "change",
             json_change(&document, &check->change));
    if (check->sites != NULL)
        json_set(&document, object, "worst", json_worst(&document, check));
    if (!document.failed || object == NULL)
        return json_whole(object, JSON_COMPACT);
    json_decref(object);
    return NULL;
}
