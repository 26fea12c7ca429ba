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
#include "judge/trust/private.h"

/* Verdicts that are kept; then all are dropped. */
enum { CACHE_MAX = 8192 };

/* Days on which the chain is built anew, to see whether the outcome changes. */
enum { REBUILDS_MAX = 4 };

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

static void cache_clear(struct trust *trust)
{
    uint32_t i;

    for (i = 0; i < trust->index.count; i++)
        cached_free(trust->cached[i]);
    hash_clear(&trust->index);
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
        !text_equal_ascii(a->host, a->host_length, b->host, b->host_length))
        return false;
    for (i = 0; i < a->chain_count; i++)
        if (!certificate_same(a->chain[i], b->chain[i]))
            return false;
    return true;
}

static uint32_t hash_of(const struct trust_question *question)
{
    uint32_t host = hash_ascii(question->host, question->host_length);

    if (question->chain_count == 0)
        return host;
    return hash_join(
        host, hash_bytes((const char *)certificate_hash(question->chain[0]),
                         CERTIFICATE_HASH));
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

int trust_add(struct trust *trust, enum trust_role role,
              const struct adscp_certificate *certificate)
{
    struct trust_model *model = &trust->model;
    const struct certificate_facts *facts = certificate_facts(certificate);
    size_t n = model->count;
    struct trust_row *rows = model->rows;

    if (facts == NULL)
        return ADSCP_E_NOMEM;
    if (role == TRUST_BUNDLE)
        model->has_bundle = true;
    if (facts->problem != NULL)
        return ADSCP_OK;
    if ((n & (n - 1)) == 0) { /* grows at powers of two */
        rows = realloc(rows, (n > 0 ? 2 * n : 1) * sizeof(*rows));
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        model->rows = rows;
    }
    rows[n] = (struct trust_row){certificate, role};
    (void)certificate_hold_store(certificate);
    model->count++;
    trust_model_forget(model);
    cache_clear(trust);
    return ADSCP_OK;
}

void trust_clear(struct trust *trust)
{
    struct trust_model *model = &trust->model;
    size_t i;

    cache_clear(trust);
    trust_model_forget(model);
    for (i = 0; i < model->count; i++)
        certificate_release_store(model->rows[i].certificate);
    free(model->rows);
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

static void note(struct verification *v, enum alert_note which)
{
    v->notes |= UINT32_C(1) << which;
}

static void judge_name(const struct trust_question *question,
                       const struct certificate_facts *facts,
                       struct verification *v)
{
    enum trust_name match;

    if (question->host == NULL || question->host_length == 0) {
        v->possible |= FLAG_CN_INVALID;
        note(v, NOTE_NO_HOST);
        return;
    }
    match =
        trust_match(facts, question->host, question->host_length, &v->notes);
    if (match == TRUST_NAME_MAYBE)
        v->possible |= FLAG_CN_INVALID;
    if (match != TRUST_NAME_NO)
        return;
    v->flags |= FLAG_CN_INVALID;
    v->reasons |= UINT32_C(1) << ADSCP_ALERT_REASON_NAME_MISMATCH;
}

/* Nothing that a verdict could rest on. */
static void judge_nothing(struct verification *v, enum alert_note why)
{
    v->possible = FLAGS_ASKED;
    note(v, why);
}

/* Another certificate may be on port 443, with other faults than this one. */
static void doubt(const struct trust_question *question, struct verification *v)
{
    if (question->other_likely || question->contradicted)
        v->possible |= v->flags | FLAGS_ASKED;
    if (question->silent_beside)
        v->possible |= FLAGS_ASKED;
    if (question->other_likely)
        note(v, NOTE_OTHER);
    if (question->contradicted)
        note(v, NOTE_CONTRADICTED);
    if (question->silent_beside)
        note(v, NOTE_SILENT);
}

/* At this time. ADSCP_OK or ADSCP_E_NOMEM. */
static int judge_at(struct trust *trust, const struct trust_question *question,
                    int64_t time, struct verification *v)
{
    const struct certificate_facts *facts;
    int rc;

    *v = (struct verification){0};
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
        rc = trust_verify(&trust->model, question, time, v);
    if (rc != ADSCP_OK)
        return rc;
    judge_name(question, facts, v);
    doubt(question, v);
    return ADSCP_OK;
}

/* The first second at which a certificate of this date is over. */
static int64_t end_of(int64_t not_after)
{
    if (not_after == CERTIFICATE_TIME_UNKNOWN || not_after >= NEVER)
        return CERTIFICATE_TIME_UNKNOWN;
    return not_after + 1;
}

/* The next second at which the validity of a link begins or is over; -1: there
 * is none. */
static int64_t next_date(const struct verification *v, int64_t time)
{
    int64_t next = -1;
    size_t i;

    for (i = 0; i < v->count; i++) {
        const struct certificate_facts *facts =
            certificate_facts(v->links[i].certificate);
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
    uint32_t flags = v->flags & ~FLAG_DATE_INVALID;
    size_t i;

    for (i = 0; i < v->count; i++) {
        const struct certificate_facts *facts =
            certificate_facts(v->links[i].certificate);

        if (facts->not_before == CERTIFICATE_TIME_UNKNOWN ||
            facts->not_after == CERTIFICATE_TIME_UNKNOWN ||
            time < facts->not_before || time > facts->not_after)
            flags |= FLAG_DATE_INVALID;
    }
    return alert_outcome(flags, v->possible);
}

/* The first date of the chain at which its outcome is another; -1: none. */
static int64_t next_change(const struct verification *v, int64_t time,
                           int outcome)
{
    do
        time = next_date(v, time);
    while (time >= 0 && outcome_then(v, time) == outcome);
    return time;
}

/* A chain that ends may have another one beside it: it is built anew on the
 * day, and counts if it is no better. */
static int find_change(struct trust *trust,
                       const struct trust_question *question,
                       const struct verification *now, int64_t *changesp)
{
    int outcome = alert_outcome(now->flags, now->possible);
    struct verification then = *now;
    int64_t time = question->time;
    int tries, rc;

    *changesp = -1;
    for (tries = 0; time >= 0 && tries < REBUILDS_MAX; tries++) {
        time = next_change(&then, time, outcome);
        if (time < 0)
            break;
        rc = judge_at(trust, question, time, &then);
        if (rc != ADSCP_OK)
            return rc;
        if (alert_outcome(then.flags, then.possible) != outcome) {
            *changesp = time;
            break;
        }
    }
    return ADSCP_OK;
}

/* ------------------------------------------------------------- verdict -- */

static int line_of(const struct verification *v, uint32_t flag)
{
    if ((v->possible & flag) != 0)
        return ADSCP_ALERT_LINE_UNKNOWN;
    return (v->flags & flag) != 0 ? ADSCP_ALERT_LINE_BAD
                                  : ADSCP_ALERT_LINE_GOOD;
}

/* Its facts were asked for before. */
static bool is_self_signed(const struct adscp_certificate *certificate)
{
    return (certificate_facts(certificate)->flags & CERTIFICATE_SELF_SIGNED) !=
           0;
}

static uint32_t notes_of(const struct trust_question *question,
                         const struct verification *v)
{
    uint32_t notes = v->notes;

    if (question->no_connect)
        notes |= UINT32_C(1) << NOTE_NO_CONNECTION;
    if (question->no_connect && question->chain_count == 0)
        notes &= ~(UINT32_C(1) << question->nothing);
    if (question->published && question->chain_count > 0)
        notes |= UINT32_C(1) << NOTE_FORECAST;
    if (question->chain_count > TRUST_CHAIN_MAX)
        notes |= UINT32_C(1) << NOTE_CHAIN_CUT;
    if (question->from_scp && v->flags == FLAG_INVALID_CA && v->possible == 0 &&
        is_self_signed(question->chain[0]))
        notes |= UINT32_C(1) << NOTE_SELF_SIGNED_SCP;
    return notes;
}

static struct adscp_alert *alert_of(const struct trust_question *question,
                                    const struct verification *v)
{
    struct adscp_alert *alert = alert_new(v->links, v->count);

    if (alert == NULL)
        return NULL;
    alert->outcome = alert_outcome(v->flags, v->possible);
    alert->flags = v->flags;
    alert->flags_possible = v->possible;
    alert->reasons = v->reasons;
    alert->notes = notes_of(question, v);
    alert->lines[LINE_ISSUER] = line_of(v, FLAG_INVALID_CA);
    alert->lines[LINE_DATE] = line_of(v, FLAG_DATE_INVALID);
    alert->lines[LINE_NAME] = line_of(v, FLAG_CN_INVALID);
    alert->confidence = question->confidence;
    if (question->no_connect) {
        alert->outcome = ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
        alert->flags |= question->no_tls ? FLAG_CHANNEL : 0;
    }
    return alert;
}

static int judge(struct trust *trust, const struct trust_question *question,
                 struct adscp_alert **alertp)
{
    struct verification v;
    struct trust_question cut = *question;
    struct adscp_alert *alert;
    int64_t changes = -1;
    int rc;

    if (cut.chain_count > TRUST_CHAIN_MAX)
        cut.chain_count = TRUST_CHAIN_MAX;
    rc = judge_at(trust, &cut, question->time, &v);
    if (rc == ADSCP_OK && !question->no_connect)
        rc = find_change(trust, &cut, &v, &changes);
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
