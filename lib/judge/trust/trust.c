/* SPDX-License-Identifier: MIT */
/*
 * Verdicts, made once and kept. The model is what a domain member's stores hold
 * as far as it is known; what is not known makes a verdict uncertain instead of
 * wrong.
 */
#include "judge/trust/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/host.h"
#include "judge/trust/private.h"

/* Verdicts that are kept; then all are dropped. */
enum { CACHE_MAX = 8192 };

/* 99991231235959Z, the date of a certificate that has no end (RFC 5280,
 * 4.1.2.5). */
#define NEVER INT64_C(253402300799)

struct cached {
    const struct adscp_alert *alert;
    struct trust_question question; /* the host lies behind the rows */
    const struct adscp_certificate *rows[];
};

struct trust {
    struct trust_model model;
    struct cached **cached;
    struct hash_index index; /* of them */
};

struct trust *trust_new(void)
{
    return calloc(1, sizeof(struct trust));
}

/* --------------------------------------------------------------- cache -- */

static void cached_free(struct cached *entry)
{
    size_t i;

    for (i = 0; i < entry->question.chain_count; i++)
        certificate_release_store(entry->rows[i]);
    alert_release(entry->alert);
    free(entry);
}

/* What was sent goes with the verdicts on it. */
static void cache_clear(struct trust *trust)
{
    uint32_t i;

    trust_model_forget(&trust->model);
    for (i = 0; i < trust->index.count; i++)
        cached_free(trust->cached[i]);
    hash_clear(&trust->index);
}

static struct span host_of(const struct trust_question *question)
{
    return (struct span){question->host, question->host_length};
}

/* Equal certificates are one, whatever store they lie in. */
static bool same_question(const struct trust_question *a,
                          const struct trust_question *b)
{
    size_t i;

    if (a->chain_count != b->chain_count || a->time != b->time ||
        a->published != b->published || a->no_connect != b->no_connect ||
        a->no_tls != b->no_tls || a->from_scp != b->from_scp ||
        a->other_likely != b->other_likely || a->confidence != b->confidence ||
        a->contradicted != b->contradicted ||
        a->silent_beside != b->silent_beside || a->nothing != b->nothing ||
        (a->host == NULL) != (b->host == NULL) ||
        !host_equal(host_of(a), host_of(b)))
        return false;
    for (i = 0; i < a->chain_count; i++)
        if (!certificate_same(a->chain[i], b->chain[i]))
            return false;
    return true;
}

static uint32_t hash_of(const struct trust_question *question)
{
    uint32_t host = host_hash(host_of(question));

    if (question->chain_count == 0)
        return host;
    return hash_join(host, certificate_key(question->chain[0]));
}

static const struct adscp_alert *
cache_find(const struct trust *trust, const struct trust_question *question)
{
    uint32_t hash = hash_of(question), at, i;

    for (i = hash_first(&trust->index, hash, &at); i != HASH_NONE;
         i = hash_next(&trust->index, hash, &at))
        if (same_question(&trust->cached[i]->question, question))
            return trust->cached[i]->alert;
    return NULL;
}

static int cache_put(struct trust *trust, const struct trust_question *question,
                     const struct adscp_alert *alert)
{
    size_t count = question->chain_count, i;
    size_t rows = count * sizeof(question->chain[0]);
    struct cached *entry, **cached;
    char *host;

    if (trust->index.count >= CACHE_MAX)
        cache_clear(trust);
    cached = rows_grow(trust->cached, trust->index.count, sizeof(*cached));
    if (cached == NULL)
        return ADSCP_E_NOMEM;
    trust->cached = cached;
    entry = malloc(sizeof(*entry) + rows + question->host_length + 1);
    if (entry == NULL ||
        !hash_add(&trust->index, hash_of(question), trust->index.count)) {
        free(entry);
        return ADSCP_E_NOMEM;
    }
    cached[trust->index.count - 1] = entry;
    entry->question = *question;
    entry->question.chain = entry->rows;
    for (i = 0; i < count; i++) {
        entry->rows[i] = question->chain[i];
        (void)certificate_hold_store(entry->rows[i]);
    }
    host = (char *)entry->rows + rows;
    if (question->host != NULL) {
        memcpy(host, question->host, question->host_length);
        entry->question.host = host;
    }
    entry->alert = alert_hold(alert);
    return ADSCP_OK;
}

/* --------------------------------------------------------------- model -- */

static int add_row(struct trust *trust, const struct trust_row *row)
{
    struct trust_model *model = &trust->model;
    struct trust_row *rows =
        rows_grow(model->rows, model->count, sizeof(*rows));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    model->rows = rows;
    rows[model->count] = *row;
    model->count++;
    cache_clear(trust);
    return ADSCP_OK;
}

static int add_certificate(struct trust *trust, enum trust_role role,
                           const struct adscp_certificate *certificate,
                           const char *forest)
{
    struct trust_row row = {
        .certificate = certificate, .role = role, .forest = forest};
    int rc;

    row.der.bytes = certificate_der(certificate, &row.der.length);
    row.store = certificate_hold_store(certificate);
    rc = add_row(trust, &row);
    if (rc != ADSCP_OK)
        certificates_release(row.store);
    return rc;
}

int trust_add(struct trust *trust, enum trust_role role,
              const struct adscp_certificate *certificate)
{
    if (role == TRUST_BUNDLE)
        trust->model.has_bundle = true;
    return add_certificate(trust, role, certificate, NULL);
}

/* Mostly that of the row before. NULL: out of memory. */
static const char *keep_forest(struct trust_model *model, const char *forest)
{
    const char *known =
        model->count > 0 ? model->rows[model->count - 1].forest : NULL;

    model->has_foreign = true;
    return known != NULL && strcmp(known, forest) == 0
               ? known
               : arena_copy(&model->names, forest, strlen(forest));
}

int trust_add_foreign(struct trust *trust, enum trust_role role,
                      const struct adscp_certificate *certificate,
                      const char *forest)
{
    const char *kept = keep_forest(&trust->model, forest);

    return kept != NULL ? add_certificate(trust, role, certificate, kept)
                        : ADSCP_E_NOMEM;
}

int trust_add_bytes(struct trust *trust, enum trust_role role,
                    struct certificates *store, struct certificate_span der,
                    const char *forest)
{
    struct trust_row row = {.der = der, .role = role};
    int rc;

    if (forest != NULL) {
        row.forest = keep_forest(&trust->model, forest);
        if (row.forest == NULL)
            return ADSCP_E_NOMEM;
    }
    row.store = certificates_hold(store);
    rc = add_row(trust, &row);
    if (rc != ADSCP_OK)
        certificates_release(row.store);
    return rc;
}

void trust_set_lacks_roots(struct trust *trust)
{
    trust->model.lacks_roots = true;
}

void trust_set_no_root_update(struct trust *trust)
{
    trust->model.no_root_update = true;
}

void trust_clear(struct trust *trust)
{
    struct trust_model *model = &trust->model;
    size_t i;

    cache_clear(trust);
    for (i = 0; i < model->count; i++)
        certificates_release(model->rows[i].store);
    free(model->rows);
    arena_free(&model->names);
    *model = (struct trust_model){0};
}

void trust_free(struct trust *trust)
{
    if (trust == NULL)
        return;
    trust_clear(trust);
    free(trust->cached);
    free(trust);
}

/* ------------------------------------------------------------- judging -- */

/* Nothing that a verdict could rest on. */
static void judge_nothing(struct verification *v, enum alert_note why)
{
    *v = (struct verification){.verdict = {.possible = FLAGS_ASKED},
                               .begins = -1};
    trust_note(&v->verdict, why);
}

/* Another certificate may be on port 443, with other faults than this one. */
static void doubt(const struct trust_question *question,
                  struct verdict *verdict)
{
    if (question->other_likely || question->contradicted)
        verdict->possible |= verdict->flags | FLAGS_ASKED;
    if (question->silent_beside)
        verdict->possible |= FLAGS_ASKED;
    if (question->other_likely)
        trust_note(verdict, NOTE_OTHER);
    if (question->contradicted)
        trust_note(verdict, NOTE_CONTRADICTED);
    if (question->silent_beside)
        trust_note(verdict, NOTE_SILENT);
}

/* At this time. ADSCP_OK or ADSCP_E_NOMEM. */
static int judge_at(struct trust *trust, const struct trust_question *question,
                    int64_t time, struct verification *v)
{
    const struct certificate_facts *facts;
    int rc;

    if (question->chain_count == 0) {
        judge_nothing(v, question->nothing);
        return ADSCP_OK;
    }
    facts = certificate_facts(question->chain[0]);
    if (facts == NULL)
        return ADSCP_E_NOMEM;
    if (facts->problem != NULL) {
        judge_nothing(v, NOTE_UNREADABLE);
        return ADSCP_OK;
    }
    rc = trust_model_prepare(&trust->model);
    if (rc == ADSCP_OK)
        rc = trust_search(&trust->model, question, time, v);
    if (rc == ADSCP_OK)
        doubt(question, &v->verdict);
    return rc;
}

/* The first second at which a certificate of this date is over. */
static int64_t end_of(int64_t not_after)
{
    if (not_after == CERTIFICATE_TIME_UNKNOWN || not_after >= NEVER)
        return CERTIFICATE_TIME_UNKNOWN;
    return not_after + 1;
}

/* The next second at which the validity of a link begins or is over, or that of
 * somebody who might make a better path begins; -1: there is none. */
static int64_t next_date(const struct verification *v, int64_t time)
{
    int64_t next =
        v->verdict.flags != v->sure && v->begins > time ? v->begins : -1;
    size_t i;

    for (i = 0; i < v->path.count; i++) {
        const struct certificate_facts *facts = v->path.nodes[i]->facts;
        int64_t dates[2] = {facts->not_before, end_of(facts->not_after)};
        int j;

        for (j = 0; j < 2; j++)
            if (dates[j] > time && (next < 0 || dates[j] < next))
                next = dates[j];
    }
    return next;
}

/* The outcome at another time, if the chain stays what it is. */
static int outcome_then(const struct verification *v, int64_t time)
{
    uint32_t flags = v->verdict.flags & ~FLAG_DATE_INVALID;
    size_t i;

    for (i = 0; i < v->path.count; i++) {
        const struct certificate_facts *facts = v->path.nodes[i]->facts;

        if (facts->not_before == CERTIFICATE_TIME_UNKNOWN ||
            facts->not_after == CERTIFICATE_TIME_UNKNOWN ||
            time < facts->not_before || time > facts->not_after)
            flags |= FLAG_DATE_INVALID;
    }
    return alert_outcome(flags, v->verdict.possible);
}

/* The first date at which the outcome may be another; -1: none. */
static int64_t next_change(const struct verification *v, int64_t time,
                           int outcome)
{
    do
        time = next_date(v, time);
    while (time >= 0 && time != v->begins && outcome_then(v, time) == outcome);
    return time;
}

/* A path that ends may have another one beside it: all is judged anew on the
 * day. */
static int find_change(struct trust *trust,
                       const struct trust_question *question,
                       struct verification *now, int64_t *changesp)
{
    int outcome = alert_outcome(now->verdict.flags, now->verdict.possible);
    struct verification then = *now;
    int64_t time = question->time;
    int tries, rc;

    *changesp = -1;
    for (tries = 0; time >= 0; tries++) {
        time = next_change(&then, time, outcome);
        if (time < 0)
            break;
        if (tries >= TRUST_REBUILDS_MAX) {
            trust_note(&now->verdict, NOTE_LATER);
            break;
        }
        rc = judge_at(trust, question, time, &then);
        if (rc != ADSCP_OK)
            return rc;
        if (alert_outcome(then.verdict.flags, then.verdict.possible) !=
            outcome) {
            *changesp = time;
            break;
        }
    }
    return ADSCP_OK;
}

/* ------------------------------------------------------------- verdict -- */

/* Its facts were asked for before. */
static bool is_self_signed(const struct adscp_certificate *certificate)
{
    return (certificate_facts(certificate)->flags & CERTIFICATE_SELF_SIGNED) !=
           0;
}

static uint64_t notes_of(const struct trust_question *question,
                         const struct verdict *verdict)
{
    uint64_t notes = verdict->notes;

    if (question->no_connect)
        notes |= UINT64_C(1) << NOTE_NO_CONNECTION;
    if (question->no_connect && question->chain_count == 0)
        notes &= ~(UINT64_C(1) << question->nothing);
    if (question->published && question->chain_count > 0)
        notes |= UINT64_C(1) << NOTE_FORECAST;
    if (question->chain_count > TRUST_CHAIN_MAX)
        notes |= UINT64_C(1) << NOTE_CHAIN_CUT;
    if (question->from_scp && verdict->flags == FLAG_INVALID_CA &&
        verdict->possible == 0 && is_self_signed(question->chain[0]))
        notes |= UINT64_C(1) << NOTE_SELF_SIGNED_SCP;
    return notes;
}

static struct adscp_alert *alert_of(const struct trust_question *question,
                                    const struct verification *v)
{
    const struct verdict *verdict = &v->verdict;
    struct alert_link links[TRUST_LINKS_MAX];
    struct adscp_alert *alert;

    trust_links(question, &v->path, links);
    alert = alert_new(links, v->path.count);
    if (alert == NULL)
        return NULL;
    alert->outcome = alert_outcome(verdict->flags, verdict->possible);
    alert->flags = verdict->flags;
    alert->flags_possible = verdict->possible;
    alert->reasons = verdict->reasons;
    alert->notes = notes_of(question, verdict);
    alert->lines[LINE_ISSUER] = trust_line(verdict, FLAG_INVALID_CA);
    alert->lines[LINE_DATE] = trust_line(verdict, FLAG_DATE_INVALID);
    alert->lines[LINE_NAME] = trust_line(verdict, FLAG_CN_INVALID);
    alert->confidence = question->confidence;
    if (question->no_connect) {
        alert->outcome = ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
        alert->flags |= question->no_tls ? FLAG_CHANNEL : 0;
    }
    if (trust_tell(v, alert) == ADSCP_OK)
        return alert;
    alert_release(alert);
    return NULL;
}

static int judge(struct trust *trust, const struct trust_question *question,
                 struct adscp_alert **alertp)
{
    struct verification v;
    struct adscp_alert *alert;
    int64_t changes = -1;
    int rc;

    rc = judge_at(trust, question, question->time, &v);
    if (rc == ADSCP_OK && !question->no_connect)
        rc = find_change(trust, question, &v, &changes);
    if (rc != ADSCP_OK)
        return rc;
    alert = alert_of(question, &v);
    if (alert == NULL)
        return ADSCP_E_NOMEM;
    alert->changes_on = changes;
    *alertp = alert;
    return ADSCP_OK;
}

int trust_judge(struct trust *trust, const struct trust_question *question,
                const struct adscp_alert **alertp)
{
    const struct adscp_alert *known = cache_find(trust, question);
    struct adscp_alert *made = NULL;
    int rc;

    if (known != NULL) {
        *alertp = alert_hold(known);
        return ADSCP_OK;
    }
    rc = judge(trust, question, &made);
    if (rc == ADSCP_OK)
        rc = cache_put(trust, question, made);
    if (rc != ADSCP_OK) {
        alert_release(made);
        return rc;
    }
    *alertp = made;
    return ADSCP_OK;
}
