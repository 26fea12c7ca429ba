/* SPDX-License-Identifier: MIT */
/*
 * From a host to the certificate that counts there. Of several addresses the
 * worst decides, since a client takes any of them; that this machine cannot
 * reach an address says nothing about the client. The certificate that Exchange
 * publishes for mail transport is the one on port 443 more often than not, and
 * how far that is to be believed is forecast.h's business.
 */
#include "judge/route/host_check.h"

#include <string.h>

#include "base/text.h"
#include "facts/finding.h"
#include "facts/host.h"
#include "facts/url.h"
#include "judge/directory/published.h"
#include "judge/route/forecast.h"
#include "judge/route/shared_check.h"

enum { TLS_1_2 = 0x0303 };

/* ------------------------------------------------------------- observed -- */

/* An address that nobody could look at, or did. */
static bool says_nothing(const struct adscp_sighting *sighting)
{
    return sighting->outcome == ADSCP_SIGHTING_OUTCOME_UNREACHABLE ||
           sighting->outcome == ADSCP_SIGHTING_OUTCOME_LIMIT ||
           sighting->untried;
}

static bool is_tls_failure(const struct adscp_sighting *sighting)
{
    return sighting->outcome == ADSCP_SIGHTING_OUTCOME_NOT_TLS ||
           sighting->outcome == ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER ||
           sighting->outcome == ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION ||
           sighting->request == ADSCP_SIGHTING_REQUEST_DEMANDED;
}

static int judge_sighting(const struct basis *basis,
                          const struct adscp_sighting *sighting, bool from_scp,
                          const struct adscp_alert **alertp)
{
    bool seen = sighting->outcome == ADSCP_SIGHTING_OUTCOME_OK;
    struct trust_question question = {
        .chain = seen ? sighting->chain : NULL,
        .chain_count = seen ? sighting->chain_count : 0,
        .host = sighting->host,
        .host_length = strlen(sighting->host),
        .time = basis->time,
        .from_scp = from_scp,
        .no_connect =
            !says_nothing(sighting) &&
            (!seen || sighting->request == ADSCP_SIGHTING_REQUEST_DEMANDED),
        .no_tls = is_tls_failure(sighting),
        .nothing = NOTE_NOT_SEEN,
    };

    return trust_judge(basis->trust, &question, alertp);
}

int host_check_judge(const struct basis *basis,
                     const struct adscp_sighting *sighting,
                     const struct adscp_alert **alertp)
{
    return judge_sighting(basis, sighting, false, alertp);
}

static int compare_address(const struct adscp_sighting *a,
                           const struct adscp_sighting *b)
{
    return a->address != NULL && b->address != NULL
               ? strcmp(a->address, b->address)
               : 0;
}

/* What answered counts before what did not, and then the worst; of equal ones
 * the first address, since name servers give them in any order. */
static bool counts_before(const struct adscp_sighting *a,
                          const struct adscp_alert *a_alert,
                          const struct adscp_sighting *b,
                          const struct adscp_alert *b_alert)
{
    int order;

    bool a_seen = a->outcome == ADSCP_SIGHTING_OUTCOME_OK;
    bool b_seen = b->outcome == ADSCP_SIGHTING_OUTCOME_OK;

    if (a_seen != b_seen)
        return a_seen;
    if (!a_seen && says_nothing(a) != says_nothing(b))
        return says_nothing(a);
    order = alert_compare(a_alert, b_alert);
    return order != 0 ? order < 0 : compare_address(a, b) < 0;
}

/* Does this address show another certificate than the first that shows one? */
static bool differs(const struct adscp_sighting *sighting,
                    const struct adscp_certificate **firstp)
{
    if (sighting->chain_count == 0)
        return false;
    if (*firstp == NULL)
        *firstp = sighting->chain[0];
    return !certificate_same(*firstp, sighting->chain[0]);
}

/* Where a host has its rows, if it has any. */
struct looked {
    const struct adscp_sightings *sightings;
    const struct sighted_host *host;
};

/* Leaves no alert where no address was looked at. */
static int look(const struct basis *basis, const struct looked *looked,
                bool from_scp, struct host_check *host_check)
{
    const struct adscp_sighting *rows =
        looked->sightings->rows + looked->host->first;
    const struct adscp_certificate *shown = NULL;
    size_t i;

    for (i = 0; i < looked->host->count; i++) {
        const struct adscp_alert *alert = NULL;
        int rc;

        if (rows[i].untried) {
            host_check->untried = &rows[i];
            continue;
        }
        rc = judge_sighting(basis, &rows[i], from_scp, &alert);
        if (rc != ADSCP_OK)
            return rc;
        if (differs(&rows[i], &shown))
            host_check->several = true;
        if (host_check->sighting != NULL &&
            !counts_before(&rows[i], alert, host_check->sighting,
                           host_check->alert)) {
            alert_release(alert);
            continue;
        }
        alert_release(host_check->alert);
        host_check->alert = alert;
        host_check->sighting = &rows[i];
    }
    return ADSCP_OK;
}

/* ------------------------------------------------------------- forecast -- */

/* What the directory tells about a host: what the server publishes whose own
 * name it is, or what those publish who share it; neither, where nobody is
 * known. */
struct known {
    const struct published *published;
    const struct shared_host *shared;
};

static int find_known(const struct basis *basis, const struct visit *visit,
                      struct known *known)
{
    const struct destination *to = visit->destination;

    if (host_is_microsoft(to->host)) /* none of ours stands there */
        return ADSCP_OK;
    if (to->owner == NULL)
        return forest_index_shared_host(basis->forest_index, visit->page,
                                        to->front, &known->shared);
    return forest_index_published(basis->forest_index, visit->page, to->owner,
                                  &known->published);
}

/* The host is the own name of a server that publishes a certificate. */
static int ask_forecast(const struct visit *visit, const struct known *known,
                        struct trust_question *question)
{
    const struct published *published = known->published;
    const struct destination *to = visit->destination;
    struct forecast_question ask = {
        .host = to->host.text,
        .host_length = to->host.length,
        .facts = certificate_facts(published->certificate),
        .server = to->owner->name,
        .fqdn = to->owner->fqdn,
        .default_url = published->has_default_url,
        .other_urls = published->has_other_urls,
    };
    struct forecast outlook;

    if (ask.facts == NULL)
        return ADSCP_E_NOMEM;
    outlook = forecast_make(&ask);
    question->chain = &published->certificate;
    question->chain_count = 1;
    question->published = true;
    question->confidence = outlook.confidence;
    question->other_likely = outlook.other_likely;
    question->contradicted = published->is_contradicted;
    return ADSCP_OK;
}

static enum alert_note why_nothing(const struct host_check *host_check)
{
    if (host_check->plain)
        return NOTE_NOT_SEEN;
    return host_check->is_unreadable ? NOTE_UNREADABLE : NOTE_NO_CERTIFICATE;
}

static int forecast_one(const struct basis *basis, const struct visit *visit,
                        const struct known *known,
                        struct host_check *host_check)
{
    struct trust_question question = {
        .host = visit->destination->host.text,
        .host_length = visit->destination->host.length,
        .time = basis->time,
        .from_scp = visit->from_scp,
        .nothing = why_nothing(host_check),
    };
    int rc = host_check->published != NULL && known->published != NULL
                 ? ask_forecast(visit, known, &question)
                 : ADSCP_OK;

    return rc == ADSCP_OK
               ? trust_judge(basis->trust, &question, &host_check->alert)
               : rc;
}

static int forecast(struct basis *basis, const struct visit *visit,
                    const struct known *known, struct host_check *host_check)
{
    if (known->shared == NULL)
        return forecast_one(basis, visit, known, host_check);
    host_check->differs = known->shared->differs;
    return shared_check_read(basis, known->shared, visit->destination->host,
                             visit->from_scp, &host_check->alert,
                             &host_check->published);
}

/* ---------------------------------------------------------------- whole -- */

static bool find_in(const struct adscp_sightings *sightings,
                    const struct destination *to, struct looked *looked)
{
    looked->sightings = sightings;
    looked->host = sightings != NULL ? sightings_find(sightings, to->host.text,
                                                      to->host.length, to->port)
                                     : NULL;
    return looked->host != NULL;
}

static bool find_planned(const struct basis *basis,
                         const struct destination *to, struct looked *looked)
{
    return basis->assumed != NULL && find_in(basis->assumed->shown, to, looked);
}

static bool has_chain(const struct looked *looked)
{
    return looked->sightings->rows[looked->host->first].chain_count > 0;
}

/* What a plan says of a host comes later than what the caller says, and both
 * count before what was seen of it, whose certificates a plan may also call
 * outdated. */
static bool find_host(const struct basis *basis, const struct destination *to,
                      struct looked *looked, bool *assumedp)
{
    bool is_planned = find_planned(basis, to, looked);

    *assumedp =
        (is_planned && has_chain(looked)) || find_in(basis->given, to, looked);
    if (*assumedp)
        return true;
    return find_in(basis->sightings, to, looked) &&
           (!is_planned ||
            sightings_none_answered(looked->sightings, looked->host));
}

/* Of what several publish, the one that was seen, if any. */
static void compare_seen(const struct shared_host *shared,
                         struct host_check *host_check)
{
    const struct adscp_sighting *seen = host_check->sighting;
    size_t i;

    if (seen == NULL || seen->chain_count == 0 || shared->count == 0)
        return;
    host_check->published = shared->rows[0].certificate;
    for (i = 1; i < shared->count; i++)
        if (certificate_same(shared->rows[i].certificate, seen->chain[0]))
            host_check->published = shared->rows[i].certificate;
}

/* The certificate that counts, if any. */
static void settle(struct host_check *host_check)
{
    const struct adscp_sighting *seen = host_check->sighting;

    host_check->source = -1;
    if (seen != NULL && seen->chain_count > 0) {
        host_check->certificate = seen->chain[0];
        host_check->source = host_check->is_assumed
                                 ? ADSCP_CERTIFICATE_SOURCE_ASSUMED
                                 : ADSCP_CERTIFICATE_SOURCE_OBSERVED;
    } else if (seen == NULL && host_check->published != NULL) {
        host_check->certificate = host_check->published;
        host_check->source = ADSCP_CERTIFICATE_SOURCE_DIRECTORY;
    }
    if (host_check->is_assumed)
        host_check->sighting = NULL; /* nobody looked */
}

static void take_published(const struct known *known,
                           struct host_check *host_check)
{
    if (known->shared != NULL) {
        host_check->is_unreadable = known->shared->has_unreadable;
        compare_seen(known->shared, host_check);
    } else if (known->published != NULL) {
        host_check->published = known->published->certificate;
        host_check->is_unreadable = known->published->is_unreadable;
    }
}

/* Outlook takes a host that its RedirectServers name for the right one,
 * whatever name its certificate has (KB2783881): for Autodiscover alone, and
 * that error alone. */
static int forgive(const struct basis *basis, const struct visit *visit,
                   struct host_check *host_check)
{
    const struct outlook_client *asker = &basis->asker;
    const struct adscp_alert *alert = host_check->alert;
    struct adscp_alert *forgiven;

    if (!visit->is_autodiscover || asker->client < 0 ||
        alert->chain_count == 0 ||
        ((alert->flags | alert->flags_possible) & FLAG_CN_INVALID) == 0 ||
        setting_redirect_server(asker->settings,
                                generation_office(asker->client),
                                visit->destination->host) == NULL)
        return ADSCP_OK;
    forgiven = alert_without_name(alert);
    if (forgiven == NULL)
        return ADSCP_E_NOMEM;
    alert_release(alert);
    host_check->alert = forgiven;
    return ADSCP_OK;
}

int host_check_make(struct basis *basis, const struct visit *visit,
                    struct host_check *host_check)
{
    struct looked looked = {NULL, NULL};
    struct known known = {0};
    bool found = false;
    int rc = ADSCP_OK;

    *host_check = (struct host_check){.source = -1};
    host_check->plain = visit->destination->kind == URL_HTTP;
    if (!host_check->plain) {
        found = find_host(basis, visit->destination, &looked,
                          &host_check->is_assumed);
        rc = find_known(basis, visit, &known);
    }
    if (rc == ADSCP_OK && found)
        rc = look(basis, &looked, visit->from_scp, host_check);
    if (rc != ADSCP_OK)
        return rc;
    take_published(&known, host_check);
    if (host_check->alert == NULL)
        rc = forecast(basis, visit, &known, host_check);
    if (rc == ADSCP_OK)
        rc = forgive(basis, visit, host_check);
    if (rc == ADSCP_OK)
        settle(host_check);
    return rc;
}

void host_check_clear(struct host_check *host_check)
{
    alert_release(host_check->alert);
    *host_check = (struct host_check){.source = -1};
}

bool host_check_failed(const struct host_check *host_check)
{
    return host_check->alert != NULL &&
           host_check->alert->outcome == ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

bool host_check_is_worse(const struct host_check *a, const struct host_check *b)
{
    return a->alert->outcome > b->alert->outcome;
}

/* ------------------------------------------------------------- findings -- */

enum { SOON_SECONDS = 30 * 86400 };

/* Told once for each host. */
struct teller {
    const char *host;
    const char *dn;
    struct finding_list *findings;
    int rc;
};

static void tell_more(struct teller *teller, enum finding_code code,
                      struct finding_what what)
{
    what.dn = teller->dn;
    what.host = teller->host;
    if (teller->rc == ADSCP_OK)
        teller->rc = finding_add(teller->findings, code, what);
}

static void tell(struct teller *teller, enum finding_code code)
{
    tell_more(teller, code, (struct finding_what){0});
}

static const char *detail_of(const struct adscp_sighting *sighting)
{
    return sighting->detail != NULL ? sighting->detail : "";
}

static void find_seen(struct teller *teller,
                      const struct host_check *host_check)
{
    const struct adscp_sighting *seen = host_check->sighting;

    if (host_check->several)
        tell(teller, FINDING_CERT_SEVERAL);
    if (seen->outcome == ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND)
        tell(teller, FINDING_SCP_HOST_UNRESOLVED);
    else if (seen->outcome != ADSCP_SIGHTING_OUTCOME_OK)
        tell_more(teller, FINDING_HOST_NO_ANSWER,
                  (struct finding_what){.reason = detail_of(seen)});
    if (seen->request == ADSCP_SIGHTING_REQUEST_DEMANDED)
        tell(teller, FINDING_CERT_DEMANDED);
    if (seen->version != 0 && seen->version < TLS_1_2)
        tell_more(teller, FINDING_TLS_OLD,
                  (struct finding_what){
                      .protocol = sighting_version_name(seen->version)});
    if (host_check->source == ADSCP_CERTIFICATE_SOURCE_OBSERVED &&
        host_check->published != NULL &&
        !certificate_same(host_check->certificate, host_check->published))
        tell(teller, FINDING_CERT_DIFFERS);
}

/* A change that is due within a month. */
static void find_change(struct teller *teller,
                        const struct host_check *host_check, int64_t time)
{
    int64_t on = host_check->alert->changes_on;

    if (time >= 0 && on >= time && on - time <= SOON_SECONDS)
        tell_more(teller, FINDING_CERT_CHANGES_SOON,
                  (struct finding_what){.days = (on - time) / 86400});
}

int host_check_report(const struct host_check *host_check, const char *host,
                      const char *dn, int64_t time,
                      struct finding_list *findings)
{
    struct teller teller = {host, dn, findings, ADSCP_OK};

    if (host_check->plain)
        tell(&teller, FINDING_HOP_PLAIN_HTTP);
    if (host_check->is_unreadable)
        tell(&teller, FINDING_CERT_UNREADABLE);
    if (host_check->sighting != NULL)
        find_seen(&teller, host_check);
    else if (host_check->untried != NULL)
        tell_more(
            &teller, FINDING_HOST_NOT_SEEN,
            (struct finding_what){.reason = detail_of(host_check->untried)});
    if (host_check->differs != NULL)
        tell_more(&teller, FINDING_SERVERS_CERTIFICATES_DIFFER,
                  (struct finding_what){.certificates = host_check->differs});
    find_change(&teller, host_check, time);
    return teller.rc == ADSCP_OK
               ? certificate_report(host_check, host, dn, findings)
               : teller.rc;
}
