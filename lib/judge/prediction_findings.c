/* SPDX-License-Identifier: MIT */
/*
 * The findings of a prediction, made when somebody first asks for them. What
 * depends on the facts alone comes from the index, of which nothing is copied
 * but what concerns this client; what depends on the question is found here.
 * They are told in one order always:
 * what concerns the whole, what happened on the way, then directory by
 * directory its SCPs, sites and subnets, and what reading noticed.
 */
#include "judge/predict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"
#include "judge/concern.h"
#include "judge/directory/lifecycle.h"
#include "judge/directory/new_servers.h"
#include "judge/finding_parts.h"
#include "judge/steps/steps.h"
#include "judge/unmet.h"

struct prediction_findings {
    const struct adscp_prediction *prediction;
    struct arena arena;
    struct finding_list whole;     /* about the question and the answer */
    struct finding_list scattered; /* about SCPs, but for this question only */
    struct finding_list met;    /* of the index, as they concern the client */
    size_t met_used;            /* ... of which so many have their place */
    struct finding_parts parts; /* all of them, and those of the index */
};

/* ------------------------------------------------------------ the whole -- */

/* Whose forest was read is the first thing to know about an answer. */
static int find_forest(struct prediction_findings *findings)
{
    const struct adscp_forest *forest =
        findings->prediction->forest_index->forest;
    const char *domain = findings->prediction->domain;
    const char *other =
        domain != NULL ? forest_of_foreign_domain(forest, domain) : NULL;
    int rc = ADSCP_OK;

    if (forest->domain_by_mail && forest->domain != NULL)
        rc = finding_add(&findings->whole, FINDING_DOMAIN_FROM_MAIL,
                         (struct finding_what){.domain = forest->domain});
    if (rc == ADSCP_OK && other != NULL)
        rc = finding_add(
            &findings->whole, FINDING_MAIL_DOMAIN_OTHER_FOREST,
            (struct finding_what){.domain = domain, .forest = other});
    return rc;
}

static bool same_url(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return text_equal_ascii(a, strlen(a), b, strlen(b));
}

static int tell_disagree(struct prediction_findings *findings,
                         const char *outlook, const char *ews)
{
    if (same_url(outlook, ews))
        return ADSCP_OK;
    return finding_add(
        &findings->whole, FINDING_PROFILE_DISAGREE,
        (struct finding_what){.outlook_url = outlook, .ews_url = ews});
}

/* The two clients that matter most are compared, whichever of them asks. */
static int find_disagree(struct prediction_findings *findings)
{
    const char *mine = findings->prediction->order.first.url;
    const char *other = findings->prediction->other_url;

    switch (findings->prediction->question.profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return tell_disagree(findings, mine, other);
    case ADSCP_PROFILE_EWS:
        return tell_disagree(findings, other, mine);
    default:
        return ADSCP_OK;
    }
}

/* ---------------------------------------------------- for this question -- */

/* The domain lies below one of the pointer's, which does not count as equal
 * ([MS-OXDISCO] knows no parent domains). */
static const struct keyword *find_parent(const struct adscp_scp *scp,
                                         const char *domain)
{
    size_t length = strlen(domain), i;

    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);
        size_t n;

        if (keyword->kind != KEYWORD_DOMAIN || keyword->value == NULL)
            continue;
        n = strlen(keyword->value);
        if (n > 0 && n < length && domain[length - n - 1] == '.' &&
            text_equal_fold(domain + length - n, n, keyword->value, n))
            return keyword;
    }
    return NULL;
}

static int find_pointer(struct prediction_findings *findings,
                        const struct adscp_scp *scp)
{
    const struct client *client = &findings->prediction->order.client;
    const struct keyword *parent;
    int rc = ADSCP_OK;

    if ((scp->flags & SCP_DOMAIN) == 0 ||
        (client->domain_id != NAME_NONE &&
         scp_has(scp, KEYWORD_DOMAIN, client->domain_id)))
        return ADSCP_OK;
    parent = find_parent(scp, client->domain);
    if (parent != NULL)
        rc =
            finding_add(&findings->scattered, FINDING_POINTER_SUBDOMAIN,
                        (struct finding_what){.scp = scp,
                                              .domain = client->domain,
                                              .pointer_domain = parent->value});
    if (rc == ADSCP_OK)
        rc = finding_add(&findings->scattered, FINDING_POINTER_OTHER_DOMAINS,
                         (struct finding_what){.scp = scp});
    return rc;
}

static int find_pointers(struct prediction_findings *findings,
                         const struct directory_index *page)
{
    int rc = ADSCP_OK;
    size_t i;

    if (findings->prediction->domain == NULL)
        return ADSCP_OK;
    for (i = 0; i < page->pointer_count && rc == ADSCP_OK; i++)
        rc = find_pointer(findings, &page->directory->scps[page->pointers[i]]);
    return rc;
}

/* ------------------------------------------------------------- together -- */

/* The shared findings of a directory that concern this client, in the order of
 * append_shared(). */
static int meet(struct prediction_findings *findings, size_t directory)
{
    const struct adscp_prediction *prediction = findings->prediction;
    const struct directory_index *page =
        prediction->forest_index->pages[directory];
    const struct finding_list *lists[] = {directory_index_findings(page),
                                          &page->directory->notes};
    size_t list, i;

    if (lists[0] == NULL)
        return ADSCP_E_NOMEM;
    for (list = 0; list < sizeof(lists) / sizeof(lists[0]); list++) {
        for (i = 0; i < lists[list]->count; i++) {
            const struct adscp_finding *row = &lists[list]->rows[i];

            if (!concerns_client(prediction, row))
                continue;
            if (finding_add_row(&findings->met, row) != ADSCP_OK)
                return ADSCP_E_NOMEM;
            findings->met.rows[findings->met.count - 1].about =
                ADSCP_FINDING_ABOUT_CLIENT;
        }
    }
    return ADSCP_OK;
}

/* The rows of scattered move while it grows: only its counts are good until the
 * last directory is done. */
static int scatter(struct prediction_findings *findings, size_t *ends)
{
    const struct adscp_prediction *prediction = findings->prediction;
    const struct forest_index *forest_index = prediction->forest_index;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < forest_index->forest->directory_count && rc == ADSCP_OK;
         i++) {
        if (prediction->order.states[i] != 0)
            rc = find_pointers(findings, forest_index->pages[i]);
        if (rc == ADSCP_OK && prediction->order.states[i] != 0)
            rc = new_servers_report(forest_index->pages[i],
                                    prediction->question.time, &findings->arena,
                                    &findings->scattered);
        if (rc == ADSCP_OK && prediction->order.states[i] != 0)
            rc = lifecycle_report(forest_index->pages[i],
                                  prediction->question.time, &findings->arena,
                                  &findings->scattered);
        if (rc == ADSCP_OK)
            rc = finding_list_sort(&findings->scattered,
                                   i > 0 ? ends[i - 1] : 0, NULL);
        if (rc == ADSCP_OK && prediction->order.states[i] != 0)
            rc = meet(findings, i);
        ends[i] = findings->scattered.count;
    }
    for (i = 0; i < findings->scattered.count; i++)
        if (concerns_client(prediction, &findings->scattered.rows[i]))
            findings->scattered.rows[i].about = ADSCP_FINDING_ABOUT_CLIENT;
    return rc;
}

/* What concerns this client stands in the place of what does not say so. */
static void append_shared(struct prediction_findings *findings,
                          const struct finding_list *list)
{
    size_t start = 0, i;

    for (i = 0; i < list->count; i++) {
        if (!concerns_client(findings->prediction, &list->rows[i]))
            continue;
        finding_parts_append(&findings->parts, &list->rows[start], i - start);
        finding_parts_append(&findings->parts,
                             &findings->met.rows[findings->met_used++], 1);
        start = i + 1;
    }
    if (list->count > start)
        finding_parts_append(&findings->parts, list->rows + start,
                             list->count - start);
}

static void append_directory(struct prediction_findings *findings,
                             size_t directory, const size_t *ends)
{
    const struct directory_index *page =
        findings->prediction->forest_index->pages[directory];
    size_t start = directory > 0 ? ends[directory - 1] : 0;

    append_shared(findings, directory_index_findings(page)); /* as meet() */
    if (ends[directory] > start)
        finding_parts_append(&findings->parts, &findings->scattered.rows[start],
                             ends[directory] - start);
    append_shared(findings, &page->directory->notes);
}

static int append_order(struct prediction_findings *findings)
{
    const struct order *order = &findings->prediction->order;
    const struct order_list *list = NULL;

    if (order->count > 0) {
        list = order_list(order);
        if (list == NULL)
            return ADSCP_E_NOMEM;
    }
    finding_parts_append_list(&findings->parts, &order->findings);
    if (list != NULL)
        finding_parts_append_list(&findings->parts, &list->findings);
    return ADSCP_OK;
}

static int tell_conflict(struct prediction_findings *findings,
                         const struct adscp_scp *scp, uint32_t rank,
                         uint32_t count)
{
    return finding_add(
        &findings->whole, FINDING_SCP_CONFLICT_COPY,
        (struct finding_what){.scp = scp, .rank = rank, .count = count});
}

/* Conflict copies among the candidates, and where this client has them. */
static int find_conflicts(struct prediction_findings *findings)
{
    const struct order *order = &findings->prediction->order;
    const struct order_list *list;
    int rc = ADSCP_OK;
    uint32_t i, k;

    if (order->count == 0)
        return ADSCP_OK;
    list = order_list(order);
    if (list == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < list->count; i++) {
        const struct adscp_candidate *row = &list->rows[i];

        if ((row->scp->flags & SCP_CONFLICT) != 0)
            rc = tell_conflict(findings, row->scp, i + 1, list->count);
        for (k = 0; k < row->duplicate_count && rc == ADSCP_OK; k++) {
            const struct adscp_scp *scp =
                list->duplicates[row->duplicate_first + k];

            if ((scp->flags & SCP_CONFLICT) != 0)
                rc = tell_conflict(findings, scp, i + 1, list->count);
        }
        if (rc != ADSCP_OK)
            break;
    }
    return rc;
}

/* The mailbox, and what happens to its owner on the way. */
static int find_followed(const struct adscp_prediction *prediction,
                         struct finding_list *findings)
{
    const struct adscp_mailbox *mailbox = predict_mailbox(prediction);
    int rc = ADSCP_OK;

    if (mailbox != NULL)
        rc = mailbox_find(mailbox, predict_first_page(prediction)->directory,
                          prediction->question.mail, findings);
    if (rc == ADSCP_OK)
        rc = route_find(predict_first_page(prediction), &prediction->way.route,
                        prediction->site.name, prediction->question.time,
                        findings);
    if (rc == ADSCP_OK && prediction->service_checks != NULL)
        rc = service_checks_report(prediction->service_checks,
                                   &prediction->way.route, findings);
    if (rc == ADSCP_OK && prediction->mailbox.server != NULL &&
        prediction->mailbox.directory->service_count == 0)
        rc = finding_add(findings, FINDING_SERVICES_NOT_READ,
                         (struct finding_what){0});
    return rc;
}

static int find_none(const struct adscp_prediction *prediction,
                     struct finding_list *findings)
{
    const struct directory_index *page = prediction->forest_index->pages[0];

    if (!page->directory->complete || page->url_count > 0 ||
        page->usable_pointer_count > 0 || prediction->order.count > 0 ||
        !prediction->order.complete)
        return ADSCP_OK;
    return finding_add(
        findings, FINDING_SCP_NONE,
        (struct finding_what){
            .words = page->entry_count > 0
                         ? " (the SCPs that there are have no URL, as may be "
                           "intended after a migration)"
                         : ""});
}

/* Shared hosts that were looked behind; those that the client meets concern it.
 */
static int find_behind(const struct adscp_prediction *prediction,
                       struct arena *arena, struct finding_list *findings)
{
    const struct behind *behind = prediction->behind;
    int8_t about;
    int rc = ADSCP_OK;
    size_t i, k;

    for (i = 0; behind != NULL && i < behind->count && rc == ADSCP_OK; i++) {
        const struct adscp_front *front = &behind->fronts[i];

        k = findings->count;
        rc = behind_report(front, arena, findings);
        if (k == findings->count)
            continue;
        about = predict_meets(prediction, front->host)
                    ? ADSCP_FINDING_ABOUT_CLIENT
                    : ADSCP_FINDING_ABOUT_FOREST;
        for (; k < findings->count; k++)
            findings->rows[k].about = about;
    }
    return rc;
}

int predict_report(const struct adscp_prediction *prediction,
                   struct arena *arena, struct finding_list *findings)
{
    int rc = find_followed(prediction, findings);

    if (rc == ADSCP_OK)
        rc = mailbox_find_left(prediction->forest_index->forest,
                               predict_first_page(prediction)->directory,
                               prediction->question.mail, arena, findings);
    if (rc == ADSCP_OK)
        rc = route_report_fork(&prediction->way.route, arena, findings);
    if (rc == ADSCP_OK && prediction->doubt != NULL)
        rc = doubt_report(prediction->doubt, arena, findings);
    if (rc == ADSCP_OK)
        rc = find_behind(prediction, arena, findings);
    if (rc == ADSCP_OK)
        rc = steps_report(prediction, arena, findings);
    return rc == ADSCP_OK ? find_none(prediction, findings) : rc;
}

static int find_whole(struct prediction_findings *findings)
{
    int rc = find_forest(findings);

    if (rc == ADSCP_OK)
        rc = predict_report(findings->prediction, &findings->arena,
                            &findings->whole);
    if (rc == ADSCP_OK)
        rc = unmet_report(findings->prediction, &findings->arena,
                          &findings->whole);
    if (rc == ADSCP_OK)
        rc = find_conflicts(findings);
    return rc == ADSCP_OK ? find_disagree(findings) : rc;
}

static int fill(struct prediction_findings *findings)
{
    const struct adscp_prediction *prediction = findings->prediction;
    size_t directories = prediction->forest_index->forest->directory_count, i;
    size_t *ends = calloc(directories, sizeof(*ends));
    int rc = ends != NULL ? find_whole(findings) : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK)
        rc = scatter(findings, ends);
    /* Each of those that were met stands between two parts of a list. */
    if (rc == ADSCP_OK)
        rc = finding_parts_reserve(
            &findings->parts, 3 * directories + 4 + 2 * findings->met.count);
    if (rc != ADSCP_OK)
        goto out;
    finding_parts_append_list(&findings->parts, &prediction->about_site);
    finding_parts_append_list(&findings->parts, &findings->whole);
    rc = append_order(findings);
    for (i = 0; i < directories && rc == ADSCP_OK; i++)
        if (prediction->order.states[i] != 0)
            append_directory(findings, i, ends);
out:
    free(ends);
    return rc;
}

void prediction_findings_free(struct prediction_findings *findings)
{
    if (findings == NULL)
        return;
    finding_list_free(&findings->whole);
    finding_list_free(&findings->scattered);
    finding_list_free(&findings->met);
    finding_parts_clear(&findings->parts);
    arena_free(&findings->arena);
    free(findings);
}

static struct prediction_findings *
make_findings(const struct adscp_prediction *prediction)
{
    struct prediction_findings *findings = calloc(1, sizeof(*findings));

    if (findings == NULL)
        return NULL;
    arena_init(&findings->arena);
    findings->prediction = prediction;
    if (fill(findings) == ADSCP_OK)
        return findings;
    prediction_findings_free(findings);
    return NULL;
}

/* As text_slot_get(): whoever comes second drops what it made. */
static const struct prediction_findings *
findings_of(const struct adscp_prediction *prediction)
{
    /* Constant to its readers; this slot alone changes, once and atomically. */
    _Atomic(struct prediction_findings *) *slot =
        (_Atomic(struct prediction_findings *) *)(uintptr_t)&prediction
            ->findings;
    struct prediction_findings *findings =
        atomic_load_explicit(slot, memory_order_acquire);
    struct prediction_findings *mine;

    if (findings != NULL)
        return findings;
    mine = make_findings(prediction);
    if (mine == NULL || atomic_compare_exchange_strong(slot, &findings, mine))
        return mine;
    prediction_findings_free(mine);
    return findings;
}

bool predict_count_findings(const struct adscp_prediction *prediction,
                            size_t *countp)
{
    const struct prediction_findings *findings = findings_of(prediction);

    if (findings == NULL)
        return false;
    *countp = finding_parts_total(&findings->parts);
    return true;
}

const struct adscp_finding *
predict_finding(const struct adscp_prediction *prediction, size_t index)
{
    const struct prediction_findings *findings = findings_of(prediction);

    return findings != NULL ? finding_parts_at(&findings->parts, index) : NULL;
}
