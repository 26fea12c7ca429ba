/* SPDX-License-Identifier: MIT */
/*
 * Puts the answer together, as far as everybody wants it: the client's site,
 * the first URL and what happens there. What most callers do not ask for, the
 * list of candidates and the findings, is made later; whatever may have to look
 * at a directory for the first time is done here, on the predictor's thread.
 */
#include "judge/predict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/mail.h"
#include "judge/steps/steps.h"

/* ------------------------------------------------------------- question -- */

static size_t size_of(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static const char *keep(char **spacep, const char *text)
{
    size_t size = size_of(text);
    char *copy = *spacep;

    if (size == 0)
        return NULL;
    *spacep += size;
    return memcpy(copy, text, size);
}

/* The next place for a struct outlook_part. */
static struct outlook_part *align(char *space)
{
    size_t to = _Alignof(struct outlook_part);
    void *place = space + (to - (uintptr_t)space % to) % to;

    return place;
}

/* An empty prediction, with the question's texts in the same piece of memory:
 * there may be ten thousand. NULL: out of memory. */
static struct adscp_prediction *new_prediction(const struct question *question,
                                               bool has_outlook)
{
    struct adscp_prediction *prediction;
    struct question *mine;
    char *space;

    prediction =
        calloc(1, sizeof(*prediction) + size_of(question->site) +
                      size_of(question->address) + size_of(question->mail) +
                      size_of(question->domain) +
                      (has_outlook ? 2 * sizeof(struct outlook_part) : 0));
    if (prediction == NULL)
        return NULL;
    arena_init(&prediction->arena);
    mine = &prediction->question;
    space = prediction->texts;
    *mine = *question;
    mine->site = keep(&space, question->site);
    mine->address = keep(&space, question->address);
    mine->mail = keep(&space, question->mail);
    mine->domain = keep(&space, question->domain);
    if (has_outlook)
        prediction->outlook = align(space);
    prediction->domain =
        mine->mail != NULL ? strchr(mine->mail, '@') + 1 : mine->domain;
    return prediction;
}

static struct client client_of(const struct adscp_prediction *prediction)
{
    return client_make(prediction->forest_index->forest, prediction->site.name,
                       prediction->site.id, prediction->domain);
}

/* --------------------------------------------------------------- answer -- */

/* The domain for which the client goes on: another one, where a server answers
 * and sends it to another address. NULL: nobody knows which. */
static const char *last_domain(const struct adscp_prediction *prediction)
{
    const struct route *route = &prediction->way.route;
    const struct adscp_hop *last =
        route->count > 0 ? &route->hops[route->count - 1] : NULL;

    if (last != NULL && last->action == ADSCP_HOP_ACTION_REDIRECT_ADDRESS &&
        !host_check_failed(&last->met))
        return prediction->mailbox.target != NULL
                   ? strchr(prediction->mailbox.target, '@') + 1
                   : NULL;
    return prediction->domain;
}

static char *derive(const struct adscp_prediction *prediction,
                    const char *before)
{
    char *text = NULL;

    if (asprintf(&text, "https://%s%s/autodiscover/autodiscover.xml", before,
                 last_domain(prediction)) < 0)
        return NULL;
    return text;
}

static char *derive_first(const void *of)
{
    return derive(of, "");
}

static char *derive_second(const void *of)
{
    return derive(of, "autodiscover.");
}

static bool makes_url(const struct adscp_prediction *prediction, int which)
{
    static const int methods[PREDICT_FALLBACK_URLS] = {
        ADSCP_STEP_METHOD_HTTPS_ROOT, ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER};

    return last_domain(prediction) != NULL &&
           !generation_is_off(predict_asker(prediction), methods[which]);
}

/* The URLs that every client makes of the domain itself once the SCPs failed.
 */
int predict_then_count(const struct adscp_prediction *prediction)
{
    return makes_url(prediction, 0) + makes_url(prediction, 1);
}

const char *predict_then(const struct adscp_prediction *prediction, int index)
{
    int which = index + !makes_url(prediction, 0);
    /* Constant to its readers; the slots change once each, and atomically. */
    text_slot *slot = (text_slot *)(uintptr_t)&prediction->fallback_urls[which];

    return text_slot_get(slot, which == 0 ? derive_first : derive_second,
                         prediction);
}

bool predict_asks_domain(const struct adscp_prediction *prediction)
{
    return prediction->domain != NULL && prediction->order.complete &&
           (way_leads_on(&prediction->way) ||
            generation_is_parallel(predict_asker(prediction)->client));
}

/* A pointer that was not read leads to servers, and mailboxes, that nobody
 * knows: then the mailbox was not looked for where it would be. */
static bool knows_who_answers(const struct adscp_prediction *prediction)
{
    return prediction->order.first.scp != NULL || prediction->order.complete ||
           !prediction->forest_index->forest->directories[0]->complete;
}

static void find_mailbox(struct adscp_prediction *prediction)
{
    const struct adscp_forest *forest = prediction->forest_index->forest;
    const struct directory *directory =
        predict_first_page(prediction)->directory;
    const struct question *question = &prediction->question;

    if (predict_mailbox(prediction) == NULL || !knows_who_answers(prediction))
        return;
    if (question->home.directory != NULL)
        mailbox_of_home(forest, directory, &question->home,
                        &prediction->mailbox);
    else
        mailbox_judge(forest, directory, question->recipient,
                      &prediction->mailbox);
}

/* Where the client connects once it has an answer. */
static int follow_answer(struct basis *basis,
                         struct adscp_prediction *prediction)
{
    const struct adscp_mailbox *mailbox = &prediction->mailbox;
    const struct service_list *list;
    const struct directory_index *page;
    int rc;

    if (mailbox->server == NULL)
        return ADSCP_OK;
    rc = forest_index_services(prediction->forest_index, mailbox->directory,
                               mailbox->server, &page, &list);
    if (rc != ADSCP_OK || list == NULL)
        return rc;
    return service_checks_read(basis, page, list, &prediction->service_checks);
}

/* The hosts of the mail domain, where a client may come there; any Outlook only
 * where something was seen of them. A list of SCPs that is not whole does not
 * tell that none leads anywhere. */
static int find_mail_hosts(struct basis *basis,
                           const struct adscp_prediction *prediction)
{
    if (prediction->outlook == NULL || prediction->domain == NULL ||
        !prediction->order.complete)
        return ADSCP_OK;
    return mail_hosts_read(basis, predict_first_page(prediction),
                           prediction->domain,
                           &prediction->outlook->mail_hosts);
}

/* The question of this prediction, as the way and its doubt put it. */
static struct way_question
question_of(const struct adscp_prediction *prediction)
{
    return (struct way_question){
        .order = &prediction->order,
        .mailbox = predict_mailbox(prediction),
        .service_checks = prediction->service_checks,
        .asker = *predict_asker(prediction),
        .mail_hosts = predict_mail_hosts(prediction),
    };
}

/* Whose mailbox it is, what the first server does for it, and which
 * certificates the client meets. */
static int follow(struct basis *basis, struct adscp_prediction *prediction)
{
    const struct order_first *first = &prediction->order.first;
    struct way_question question;
    int rc;

    find_mailbox(prediction);
    rc = follow_answer(basis, prediction);
    if (rc == ADSCP_OK)
        rc = find_mail_hosts(basis, prediction);
    if (rc != ADSCP_OK)
        return rc;
    question = question_of(prediction);
    rc = way_follow(basis, &question, first, &prediction->arena,
                    &prediction->way);
    if (rc == ADSCP_OK && way_has_scp(&question, first))
        rc = doubt_make(basis, &question, &prediction->way, &prediction->arena,
                        &prediction->doubt);
    return rc;
}

/* Any verdict of the answer may be the one that is the worst tomorrow. Where
 * there is no answer, nothing of it changes. */
int64_t predict_changes_on(const struct adscp_prediction *prediction)
{
    const struct service_checks *service_checks = prediction->service_checks;
    const struct route *route = &prediction->way.route;
    const struct way_question question = question_of(prediction);
    int64_t first = way_beside_changes_on(&question, &prediction->way);
    size_t k;
    int i;

    for (i = 0; i < route->count; i++)
        first = alert_sooner(first, route->hops[i].met.alert->changes_on);
    for (k = 0; route->count > 0 && service_checks != NULL &&
                k < service_checks->count;
         k++)
        first =
            alert_sooner(first, service_checks->rows[k].met.alert->changes_on);
    return first;
}

const char *predict_assumes(const struct adscp_prediction *prediction,
                            enum site_known site)
{
    const struct assumption assumption = {
        .profile = prediction->question.profile,
        .site = site,
        .steps = predict_asker(prediction)->client >= 0,
        .policies = prediction->outlook != NULL &&
                    prediction->outlook->settings != NULL,
    };

    return order_assumes(&assumption);
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
    rc = order_make(prediction->forest_index,
                    profile == ADSCP_PROFILE_OUTLOOK ? ADSCP_PROFILE_EWS
                                                     : ADSCP_PROFILE_OUTLOOK,
                    client, &other);
    if (rc != ADSCP_OK)
        return rc;
    prediction->other_url = other.first.url;
    order_clear(&other);
    return ADSCP_OK;
}

/* Who asks no SCP has nothing of how sure their order is. */
static void forget_order(struct adscp_prediction *prediction)
{
    if (!generation_is_off(predict_asker(prediction), ADSCP_STEP_METHOD_SCP))
        return;
    prediction->order.evidence = -1;
    prediction->order.rival_url = NULL;
}

static int fill(struct basis *basis, struct adscp_prediction *prediction,
                struct detail *detail)
{
    const struct directory_index *page;
    struct client client;
    int rc;

    rc = forest_index_read(prediction->forest_index, 0, &page);
    if (rc != ADSCP_OK)
        return rc;
    rc = site_judge(prediction->forest_index, page, prediction->question.site,
                    prediction->question.address, &prediction->about_site,
                    &prediction->site, detail);
    if (rc != ADSCP_OK)
        return rc;
    client = client_of(prediction);
    rc = order_make(prediction->forest_index, prediction->question.profile,
                    &client, &prediction->order);
    if (rc == ADSCP_OK)
        forget_order(prediction);
    if (rc == ADSCP_OK)
        rc = deadline_look(basis->deadline);
    if (rc == ADSCP_OK)
        rc = follow(basis, prediction);
    if (rc == ADSCP_OK)
        rc = compare(prediction, &client);
    return rc == ADSCP_OK ? deadline_look(basis->deadline) : rc;
}

/* The other profiles are no Outlook, but see the mail domain's hosts as well.
 */
static bool needs_outlook(const struct basis *basis, int profile)
{
    return (profile == ADSCP_PROFILE_OUTLOOK && basis->client >= 0) ||
           basis->settings != NULL || basis->sightings != NULL ||
           basis->assumed != NULL || basis->given != NULL;
}

static void take_asker(struct basis *basis, struct adscp_prediction *prediction)
{
    struct outlook_part *outlook = prediction->outlook;

    if (outlook != NULL) {
        outlook->asker.client = -1;
        if (basis->settings != NULL)
            outlook->settings = settings_hold(basis->settings);
        if (prediction->question.profile == ADSCP_PROFILE_OUTLOOK)
            outlook->asker =
                (struct outlook_client){basis->client, outlook->settings};
    }
    basis->asker = *predict_asker(prediction);
}

static void outlook_clear(struct outlook_part *outlook)
{
    if (outlook == NULL)
        return;
    steps_free(atomic_load_explicit(&outlook->steps, memory_order_relaxed));
    settings_release(outlook->settings);
}

int predict_make(struct basis *basis, const struct question *question,
                 struct detail *detail, struct adscp_prediction **predictionp)
{
    struct adscp_prediction *prediction =
        new_prediction(question, needs_outlook(basis, question->profile));
    int rc;

    if (prediction == NULL)
        return ADSCP_E_NOMEM;
    prediction->forest_index = forest_index_hold(basis->forest_index);
    if (basis->sightings != NULL)
        prediction->sightings = sightings_hold(basis->sightings);
    if (basis->assumed != NULL)
        prediction->assumed = sightings_hold(basis->assumed->shown);
    if (basis->given != NULL)
        prediction->given = sightings_hold(basis->given);
    prediction->way.alert_hop = -1;
    basis_set_time(basis, question->time);
    take_asker(basis, prediction);
    rc = fill(basis, prediction, detail);
    if (rc == ADSCP_OK && basis->sightings != NULL)
        rc = behind_read(basis, &prediction->behind);
    if (rc != ADSCP_OK) {
        predict_free(prediction);
        return rc;
    }
    *predictionp = prediction;
    return ADSCP_OK;
}

/* What follow() made. */
static void forget_way(struct adscp_prediction *prediction)
{
    doubt_free(prediction->doubt);
    way_clear(&prediction->way);
    service_checks_release(prediction->service_checks);
    if (prediction->outlook != NULL) {
        mail_hosts_release(prediction->outlook->mail_hosts);
        prediction->outlook->mail_hosts = NULL;
    }
    arena_free(&prediction->arena);
    prediction->doubt = NULL;
    prediction->service_checks = NULL;
    prediction->mailbox = (struct adscp_mailbox){0};
}

int predict_again(struct basis *basis, struct adscp_prediction *prediction,
                  const struct mailbox_home *home)
{
    forget_way(prediction);
    prediction->question.home =
        home != NULL ? *home : (struct mailbox_home){NULL, NULL};
    return follow(basis, prediction);
}

void predict_free(struct adscp_prediction *prediction)
{
    int i;

    if (prediction == NULL)
        return;
    for (i = 0; i < PREDICT_FALLBACK_URLS; i++)
        text_slot_free(&prediction->fallback_urls[i]);
    order_clear(&prediction->order);
    prediction_findings_free(
        atomic_load_explicit(&prediction->findings, memory_order_relaxed));
    finding_list_free(&prediction->about_site);
    forget_way(prediction);
    outlook_clear(prediction->outlook);
    sightings_release(prediction->sightings);
    sightings_release(prediction->assumed);
    sightings_release(prediction->given);
    behind_release(prediction->behind);
    forest_index_release(prediction->forest_index);
    free(prediction);
}
