/* SPDX-License-Identifier: MIT */
/*
 * Puts the answer together, as far as everybody wants it: the client's site,
 * the first URL and what happens there. What most callers do not ask for, the
 * list of candidates and the findings, is made later; whatever may have to look
 * at a directory for the first time is done here, on the predictor's thread.
 */
#include "judge/predict.h"

#include <stdlib.h>
#include <string.h>

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

const struct survey_page *
predict_first_page(const struct adscp_prediction *prediction)
{
    return prediction->survey->pages[prediction->order.first.directory];
}

const struct adscp_mailbox *
predict_mailbox(const struct adscp_prediction *prediction)
{
    return prediction->domain != NULL ? &prediction->mailbox : NULL;
}

/* A pointer that was not read leads to servers, and mailboxes, that nobody
 * knows: then the mailbox was not looked for where it would be. */
static bool knows_who_answers(const struct adscp_prediction *prediction)
{
    return prediction->order.first.scp != NULL || prediction->order.complete ||
           !prediction->survey->forest->directories[0]->complete;
}

/* Whose mailbox it is, what the first server does for it, and where the client
 * connects afterwards. */
static int follow(struct adscp_prediction *prediction)
{
    const struct order_first *first = &prediction->order.first;
    const struct adscp_forest *forest = prediction->survey->forest;
    const struct survey_page *page = predict_first_page(prediction);
    int rc = ADSCP_OK;

    if (prediction->domain != NULL && knows_who_answers(prediction))
        mailbox_judge(forest, page->directory, prediction->question.mail,
                      &prediction->mailbox);
    if (first->scp != NULL)
        rc = route_make(page, first->scp, first->url,
                        predict_mailbox(prediction), &prediction->arena,
                        &prediction->route);
    if (rc != ADSCP_OK || prediction->mailbox.server == NULL)
        return rc;
    return survey_services(prediction->survey, prediction->mailbox.directory,
                           prediction->mailbox.server, &prediction->services);
}

/* What the other of the two clients that matter most tries first. Its URL lies
 * in the forest, so that order need not live on. */
static int compare(struct adscp_prediction *prediction,
                   const struct client *client)
{
    int profile = prediction->question.profile, rc;
    struct order other;

    if (profile != ADSCP_PROFILE_OUTLOOK && profile != ADSCP_PROFILE_EWS)
        return ADSCP_OK;
    rc = order_make(prediction->survey,
                    profile == ADSCP_PROFILE_OUTLOOK ? ADSCP_PROFILE_EWS
                                                     : ADSCP_PROFILE_OUTLOOK,
                    client, &other);
    if (rc != ADSCP_OK)
        return rc;
    prediction->other_url = other.first.url;
    order_clear(&other);
    return ADSCP_OK;
}

static int fill(struct adscp_prediction *prediction,
                const struct question *question)
{
    const struct survey_page *page;
    struct client client;
    int rc;

    rc = keep_question(prediction, question);
    if (rc != ADSCP_OK)
        return rc;
    rc = survey_read(prediction->survey, 0, &page);
    if (rc != ADSCP_OK)
        return rc;
    rc = site_judge(prediction->survey->forest, page, prediction->question.site,
                    prediction->question.address, &prediction->about_site,
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
    rc = derive(prediction);
    return rc == ADSCP_OK ? compare(prediction, &client) : rc;
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
    predict_told_free(
        atomic_load_explicit(&prediction->told, memory_order_relaxed));
    finding_list_free(&prediction->about_site);
    route_clear(&prediction->route);
    arena_free(&prediction->arena);
    survey_release(prediction->survey);
    free(prediction);
}
