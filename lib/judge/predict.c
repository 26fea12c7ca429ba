/* SPDX-License-Identifier: MIT */
/*
 * Puts the answer together. What depends on the facts alone comes from the
 * survey and is not copied; what depends on the question is found here.
 * Findings are told in one order always: what concerns the whole, what happened
 * on the way, then directory by directory its SCPs, sites and subnets, and what
 * reading noticed.
 */
#include "judge/predict.h"

#include <stdlib.h>
#include <string.h>

#include "judge/fresh.h"
#include "judge/say.h"

const char *predict_mail_domain(const char *mail)
{
    const char *at = strchr(mail, '@');

    if (at == NULL || at == mail || at[1] == '\0' || strchr(at + 1, '@'))
        return NULL;
    if (strchr(mail, ' ') != NULL || !text_is_clean(mail, strlen(mail)))
        return NULL;
    return at + 1;
}

/* ------------------------------------------------------------- question -- */

static int keep(struct arena *arena, const char **textp)
{
    if (*textp == NULL)
        return ADSCP_OK;
    *textp = arena_copy(arena, *textp, strlen(*textp));
    return *textp != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int keep_question(struct adscp_prediction *prediction,
                         const struct question *question)
{
    struct question *mine = &prediction->question;

    *mine = *question;
    if (keep(&prediction->arena, &mine->site) != ADSCP_OK ||
        keep(&prediction->arena, &mine->address) != ADSCP_OK ||
        keep(&prediction->arena, &mine->mail) != ADSCP_OK)
        return ADSCP_E_NOMEM;
    if (mine->mail != NULL)
        prediction->domain = predict_mail_domain(mine->mail);
    return ADSCP_OK;
}

static struct client client_of(const struct adscp_prediction *prediction)
{
    const struct adscp_forest *forest = prediction->survey->forest;
    const char *domain = prediction->domain;

    return (struct client){
        .site = prediction->site.name,
        .site_id = prediction->site.id,
        .domain = domain,
        .domain_id = domain != NULL
                         ? forest_find_name(forest, domain, strlen(domain))
                         : NAME_NONE,
    };
}

/* ------------------------------------------------------------ the whole -- */

static int find_none(struct adscp_prediction *prediction)
{
    const struct survey_page *page = prediction->survey->pages[0];

    if (page->url_count > 0 || page->usable_pointer_count > 0 ||
        prediction->order.count > 0 || !prediction->order.complete)
        return ADSCP_OK;
    return say(&prediction->whole, FINDING_SCP_NONE, (struct say){0});
}

static const char *first_url(const struct order *order)
{
    return order->count > 0 ? order_url(&order->rows[0]) : NULL;
}

static bool same_url(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return text_equal_ascii(a, strlen(a), b, strlen(b));
}

static int tell_disagree(struct adscp_prediction *prediction,
                         const char *outlook, const char *ews)
{
    static const char none[] = "no SCP at all";

    if (same_url(outlook, ews))
        return ADSCP_OK;
    return say(&prediction->whole, FINDING_PROFILE_DISAGREE,
               (struct say){.a = outlook != NULL ? outlook : none,
                            .b = ews != NULL ? ews : none});
}

/* The two clients that matter most are compared, whichever of them asks. URLs
 * of both lie in the forest, so the other order need not live on. */
static int find_disagree(struct adscp_prediction *prediction)
{
    bool is_outlook = prediction->question.profile == ADSCP_PROFILE_OUTLOOK;
    struct client client = client_of(prediction);
    const char *mine = first_url(&prediction->order), *others;
    struct order other;
    int rc;

    if (!is_outlook && prediction->question.profile != ADSCP_PROFILE_EWS)
        return ADSCP_OK;
    rc = order_make(prediction->survey,
                    is_outlook ? ADSCP_PROFILE_EWS : ADSCP_PROFILE_OUTLOOK,
                    &client, &other);
    if (rc != ADSCP_OK)
        return rc;
    others = first_url(&other);
    order_clear(&other);
    return is_outlook ? tell_disagree(prediction, mine, others)
                      : tell_disagree(prediction, others, mine);
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

static int find_pointer(struct adscp_prediction *prediction,
                        const struct adscp_scp *scp)
{
    const struct client *client = &prediction->order.client;
    const struct keyword *parent;
    int rc = ADSCP_OK;

    if ((scp->flags & SCP_DOMAIN) == 0 ||
        (client->domain_id != NAME_NONE &&
         scp_has(scp, KEYWORD_DOMAIN, client->domain_id)))
        return ADSCP_OK;
    parent = find_parent(scp, client->domain);
    if (parent != NULL)
        rc = say(
            &prediction->scattered, FINDING_POINTER_SUBDOMAIN,
            (struct say){.scp = scp, .a = client->domain, .b = parent->value});
    if (rc == ADSCP_OK)
        rc = say(&prediction->scattered, FINDING_POINTER_OTHER_DOMAINS,
                 (struct say){.scp = scp});
    return rc;
}

static int find_pointers(struct adscp_prediction *prediction,
                         const struct survey_page *page)
{
    int rc = ADSCP_OK;
    size_t i;

    if (prediction->domain == NULL)
        return ADSCP_OK;
    for (i = 0; i < page->pointer_count && rc == ADSCP_OK; i++)
        rc =
            find_pointer(prediction, &page->directory->scps[page->pointers[i]]);
    return rc;
}

/* ------------------------------------------------------------- findings -- */

static void append_findings(struct adscp_prediction *prediction,
                            const struct adscp_finding *rows, size_t count)
{
    struct predict_findings more = {
        .rows = rows,
        .count = count,
        .first = predict_finding_count(prediction),
    };

    if (count > 0)
        prediction->findings[prediction->findings_count++] = more;
}

size_t predict_finding_count(const struct adscp_prediction *prediction)
{
    size_t count = prediction->findings_count;

    return count == 0 ? 0
                      : prediction->findings[count - 1].first +
                            prediction->findings[count - 1].count;
}

/* The rows of scattered move while it grows: only its counts are good until the
 * last directory is done. */
static int scatter(struct adscp_prediction *prediction, size_t *ends)
{
    const struct survey *survey = prediction->survey;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < survey->forest->directory_count && rc == ADSCP_OK; i++) {
        if (prediction->order.used[i])
            rc = find_pointers(prediction, survey->pages[i]);
        if (rc == ADSCP_OK && prediction->order.used[i])
            rc = fresh_find(survey->pages[i], prediction->question.time,
                            &prediction->arena, &prediction->scattered);
        ends[i] = prediction->scattered.count;
    }
    return rc;
}

static void append_directory(struct adscp_prediction *prediction,
                             size_t directory, const size_t *ends)
{
    const struct survey_page *page = prediction->survey->pages[directory];
    const struct finding_list *notes = &page->directory->notes;
    size_t start = directory > 0 ? ends[directory - 1] : 0;

    append_findings(prediction, page->findings.rows, page->findings.count);
    if (ends[directory] > start)
        append_findings(prediction, &prediction->scattered.rows[start],
                        ends[directory] - start);
    append_findings(prediction, notes->rows, notes->count);
}

static int gather_findings(struct adscp_prediction *prediction)
{
    size_t directories = prediction->survey->forest->directory_count, i;
    size_t *ends = calloc(directories, sizeof(*ends));
    int rc = ADSCP_E_NOMEM;

    prediction->findings =
        calloc(3 * directories + 2, sizeof(*prediction->findings));
    if (ends == NULL || prediction->findings == NULL)
        goto out;
    rc = scatter(prediction, ends);
    if (rc != ADSCP_OK)
        goto out;
    append_findings(prediction, prediction->whole.rows,
                    prediction->whole.count);
    append_findings(prediction, prediction->order.findings.rows,
                    prediction->order.findings.count);
    for (i = 0; i < directories; i++)
        if (prediction->order.used[i])
            append_directory(prediction, i, ends);
out:
    free(ends);
    return rc;
}

const struct adscp_finding *
predict_finding(const struct adscp_prediction *prediction, size_t index)
{
    size_t low = 0, high = prediction->findings_count;

    if (index >= predict_finding_count(prediction))
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (prediction->findings[middle].first <= index)
            low = middle;
        else
            high = middle;
    }
    return &prediction->findings[low]
                .rows[index - prediction->findings[low].first];
}

/* --------------------------------------------------------------- answer -- */

static const char *join(struct arena *arena, const char *before,
                        const char *domain)
{
    static const char path[] = "/autodiscover/autodiscover.xml";
    size_t first = strlen(before), second = strlen(domain);
    char *text = arena_bytes(arena, first + second + sizeof(path));

    if (text == NULL)
        return NULL;
    memcpy(text, before, first);
    memcpy(text + first, domain, second);
    memcpy(text + first + second, path, sizeof(path));
    return text;
}

/* The domain for which the client goes on: another one, where a server sent it
 * to another address. */
static const char *last_domain(const struct adscp_prediction *prediction)
{
    const struct route *route = &prediction->route;
    const struct adscp_hop *last =
        route->count > 0 ? &route->hops[route->count - 1] : NULL;

    if (last != NULL && last->action == ADSCP_ACTION_REDIRECT_ADDRESS)
        return strchr(prediction->mailbox.target, '@') + 1;
    return prediction->domain;
}

/* The URLs that every client makes of the domain itself once the SCPs failed.
 */
static int derive(struct adscp_prediction *prediction)
{
    static const char *const before[PREDICT_THEN_MAX] = {
        "https://", "https://autodiscover."};
    const char *domain = last_domain(prediction);
    int i;

    if (domain == NULL)
        return ADSCP_OK;
    for (i = 0; i < PREDICT_THEN_MAX; i++) {
        prediction->then[i] = join(&prediction->arena, before[i], domain);
        if (prediction->then[i] == NULL)
            return ADSCP_E_NOMEM;
    }
    prediction->then_count = PREDICT_THEN_MAX;
    return ADSCP_OK;
}

/* The directory whose servers are asked: that of the first candidate. */
static const struct survey_page *first_page(const struct adscp_prediction *p)
{
    return p->survey
        ->pages[p->order.count > 0 ? p->order.rows[0].directory : 0];
}

static const struct adscp_mailbox *
mailbox_of(const struct adscp_prediction *prediction)
{
    return prediction->domain != NULL ? &prediction->mailbox : NULL;
}

/* Whose mailbox it is, what the first server does for it, and where the client
 * connects afterwards. */
static int follow(struct adscp_prediction *prediction)
{
    const struct adscp_candidate *row = prediction->order.rows;
    const struct adscp_forest *forest = prediction->survey->forest;
    const struct survey_page *page = first_page(prediction);
    int rc = ADSCP_OK;

    if (prediction->domain != NULL)
        mailbox_judge(forest, page->directory, prediction->question.mail,
                      &prediction->mailbox);
    if (prediction->order.count > 0)
        rc = route_make(page, row->scp, order_url(row), mailbox_of(prediction),
                        &prediction->arena, &prediction->route);
    if (rc != ADSCP_OK || prediction->mailbox.server == NULL)
        return rc;
    return survey_services(prediction->survey, prediction->mailbox.directory,
                           prediction->mailbox.server, &prediction->services);
}

static int find_followed(struct adscp_prediction *prediction)
{
    struct finding_list *findings = &prediction->whole;
    const struct adscp_mailbox *mailbox = mailbox_of(prediction);
    int rc = ADSCP_OK;

    if (mailbox != NULL)
        rc = mailbox_find(mailbox, prediction->question.mail, findings);
    if (rc == ADSCP_OK)
        rc = route_find(&prediction->route, prediction->site.name, findings);
    if (rc == ADSCP_OK && prediction->mailbox.server != NULL &&
        prediction->mailbox.directory->service_count == 0)
        rc = say(findings, FINDING_SERVICES_NOT_READ, (struct say){0});
    return rc;
}

static int fill(struct adscp_prediction *prediction,
                const struct question *question)
{
    struct client client;
    int rc;

    rc = keep_question(prediction, question);
    if (rc != ADSCP_OK)
        return rc;
    rc = site_judge(prediction->survey->forest, prediction->question.site,
                    prediction->question.address, &prediction->whole,
                    &prediction->site);
    if (rc != ADSCP_OK)
        return rc;
    client = client_of(prediction);
    rc = order_make(prediction->survey, question->profile, &client,
                    &prediction->order);
    if (rc != ADSCP_OK)
        return rc;
    rc = follow(prediction);
    if (rc != ADSCP_OK)
        return rc;
    rc = find_followed(prediction);
    if (rc != ADSCP_OK)
        return rc;
    rc = derive(prediction);
    if (rc != ADSCP_OK)
        return rc;
    rc = find_none(prediction);
    if (rc != ADSCP_OK)
        return rc;
    rc = find_disagree(prediction);
    return rc == ADSCP_OK ? gather_findings(prediction) : rc;
}

int predict_make(struct survey *survey, const struct question *question,
                 struct adscp_prediction **predictionp)
{
    struct adscp_prediction *prediction = calloc(1, sizeof(*prediction));
    int rc;

    if (prediction == NULL)
        return ADSCP_E_NOMEM;
    arena_init(&prediction->arena);
    prediction->survey = survey_hold(survey);
    rc = fill(prediction, question);
    if (rc != ADSCP_OK) {
        predict_free(prediction);
        return rc;
    }
    *predictionp = prediction;
    return ADSCP_OK;
}

void predict_free(struct adscp_prediction *prediction)
{
    if (prediction == NULL)
        return;
    order_clear(&prediction->order);
    route_clear(&prediction->route);
    finding_list_free(&prediction->whole);
    finding_list_free(&prediction->scattered);
    free(prediction->findings);
    arena_free(&prediction->arena);
    survey_release(prediction->survey);
    free(prediction);
}
