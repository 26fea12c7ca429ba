/* SPDX-License-Identifier: MIT */
/*
 * All certificates that a path may go through, by subject and by key, out of
 * their bytes alone: among thousands of authorities, only those are taken apart
 * that a path comes to. Names that may be the same have one hash; whether they
 * are is asked when a path comes there.
 */
#include <stdlib.h>

#include "base/rows.h"
#include "judge/trust/private.h"

/* --------------------------------------------------------------- nodes -- */

static uint32_t hash_span(struct certificate_span span)
{
    return hash_bytes((const char *)span.bytes, span.length);
}

static struct trust_node *find_node(const struct trust_model *model,
                                    const struct adscp_certificate *certificate)
{
    uint32_t hash = certificate_key(certificate), at, i;

    for (i = hash_first(&model->by_hash, hash, &at); i != HASH_NONE;
         i = hash_next(&model->by_hash, hash, &at))
        if (certificate_same(model->nodes[i]->certificate, certificate))
            return model->nodes[i];
    return NULL;
}

static struct trust_node *first_namesake(const struct trust_model *model,
                                         uint32_t subject_hash)
{
    uint32_t at, i = hash_first(&model->by_name, subject_hash, &at);

    return i != HASH_NONE ? model->nodes[i] : NULL;
}

/* The first node that was identified with the same subject, or the same key.
 * NULL: out of memory. */
static const struct trust_node *first_with(const struct trust_model *model,
                                           struct hash_index *index,
                                           const struct trust_node *node,
                                           bool is_key)
{
    struct certificate_span span =
        is_key ? node->outline.key : node->outline.subject;
    uint32_t hash = hash_span(span), at, i;

    for (i = hash_first(index, hash, &at); i != HASH_NONE;
         i = hash_next(index, hash, &at)) {
        const struct certificate_outline *other = &model->nodes[i]->outline;

        if (certificate_span_equal(is_key ? other->key : other->subject, span))
            return model->nodes[i];
    }
    return hash_add(index, hash, node->number) ? node : NULL;
}

/* Behind the first of those that may have its name, or as that. */
static bool add_namesake(struct trust_model *model, struct trust_node *node,
                         uint32_t number)
{
    struct trust_node *first = first_namesake(model, node->subject_hash);

    if (first == NULL)
        return hash_add(&model->by_name, node->subject_hash, number);
    node->next_namesake = first->next_namesake;
    first->next_namesake = node;
    return true;
}

bool trust_node_identify(struct trust_model *model, struct trust_node *node)
{
    if (node->subject == NULL)
        node->subject = first_with(model, &model->subjects, node, false);
    if (node->subject != NULL && node->key == NULL)
        node->key = first_with(model, &model->keys, node, true);
    return node->key != NULL;
}

uint32_t trust_node_issuer_hash(struct trust_node *node)
{
    if (!node->has_issuer_hash)
        node->issuer_hash = certificate_name_hash(node->outline.issuer);
    node->has_issuer_hash = true;
    return node->issuer_hash;
}

static bool index_node(struct trust_model *model, struct trust_node *node)
{
    node->number = model->by_hash.count;
    model->nodes[node->number] = node;
    return add_namesake(model, node, node->number) &&
           hash_add(&model->by_hash, certificate_key(node->certificate),
                    node->number);
}

static struct trust_node *node_new(struct trust_model *model,
                                   const struct adscp_certificate *certificate)
{
    struct trust_node *node = arena_alloc(&model->arena, sizeof(*node));
    struct trust_node **nodes =
        rows_grow(model->nodes, model->by_hash.count, sizeof(*nodes));

    if (nodes != NULL)
        model->nodes = nodes;
    if (node == NULL || nodes == NULL)
        return NULL;
    node->certificate = certificate;
    (void)certificate_outline(certificate, &node->outline);
    node->subject_hash = certificate_name_hash(node->outline.subject);
    if (!index_node(model, node)) {
        model->broken = true;
        return NULL;
    }
    (void)certificate_hold_store(certificate);
    return node;
}

static struct trust_node *find_or_make(struct trust_model *model,
                                       const struct adscp_certificate *row)
{
    struct trust_node *node = find_node(model, row);

    return node != NULL ? node : node_new(model, row);
}

/* Bytes that came before are the row that they were. */
static int make_row(struct trust_row *row)
{
    return row->certificate != NULL
               ? ADSCP_OK
               : certificates_add_lasting(row->store, row->der.bytes,
                                          row->der.length, &row->certificate);
}

static int take_row(struct trust_model *model, struct trust_row *row)
{
    struct trust_node *node;
    int rc = make_row(row);

    if (rc != ADSCP_OK)
        return rc;
    node = find_or_make(model, row->certificate);
    if (node == NULL)
        return ADSCP_E_NOMEM;
    node->roles |= UINT32_C(1) << row->role;
    if (row->forest != NULL && node->forest == NULL)
        node->forest = row->forest;
    return ADSCP_OK;
}

/* A path comes to this name: nodes for the rows that may have it. */
static int meet(struct trust_model *model, uint32_t subject_hash)
{
    uint32_t at, first = hash_first(&model->rows_by_name, subject_hash, &at);
    uint32_t next = first + 1;
    int rc = ADSCP_OK;

    if (first == HASH_NONE || model->rows[first].is_met)
        return ADSCP_OK;
    while (next != 0 && rc == ADSCP_OK) {
        struct trust_row *row = &model->rows[next - 1];

        rc = take_row(model, row);
        next = row->next;
    }
    model->rows[first].is_met = true;
    if (rc != ADSCP_OK)
        model->broken = true;
    return rc;
}

int trust_model_namesakes(struct trust_model *model, uint32_t subject_hash,
                          struct trust_node **firstp)
{
    int rc = meet(model, subject_hash);

    *firstp = rc == ADSCP_OK ? first_namesake(model, subject_hash) : NULL;
    return rc;
}

struct trust_node *trust_model_node(struct trust_model *model,
                                    const struct adscp_certificate *certificate)
{
    struct trust_node *node = find_or_make(model, certificate);

    return node != NULL && meet(model, node->subject_hash) == ADSCP_OK ? node
                                                                       : NULL;
}

int trust_node_open(struct trust_node *node)
{
    if (node->facts == NULL)
        node->facts = certificate_facts(node->certificate);
    return node->facts != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* --------------------------------------------------------------- pairs -- */

static uint32_t hash_pair(const struct trust_node *below,
                          const struct trust_node *above)
{
    return hash_join(certificate_key(below->certificate),
                     certificate_key(above->certificate));
}

struct trust_pair *trust_model_pair(struct trust_model *model,
                                    const struct trust_node *below,
                                    const struct trust_node *above,
                                    enum pair_kind kind)
{
    uint32_t hash = hash_pair(below, above), at, i;
    uint32_t count = model->by_pair.count;
    struct trust_pair *pairs;

    for (i = hash_first(&model->by_pair, hash, &at); i != HASH_NONE;
         i = hash_next(&model->by_pair, hash, &at))
        if (model->pairs[i].below == below && model->pairs[i].above == above &&
            model->pairs[i].kind == (int)kind)
            return &model->pairs[i];
    pairs = rows_grow(model->pairs, count, sizeof(*pairs));
    if (pairs == NULL)
        return NULL;
    model->pairs = pairs;
    if (!hash_add(&model->by_pair, hash, count))
        return NULL;
    pairs[count] = (struct trust_pair){below, above, (int)kind, -1, 0};
    return &pairs[count];
}

/* --------------------------------------------------------------- whole -- */

static bool index_row(struct trust_model *model, uint32_t number)
{
    struct trust_row *row = &model->rows[number];
    struct certificate_span subject;
    uint32_t hash, at, first;

    (void)certificate_subject(row->der, &subject);
    hash = certificate_name_hash(subject);
    first = hash_first(&model->rows_by_name, hash, &at);
    row->next = 0;
    row->is_met = false;
    if (first == HASH_NONE)
        return hash_add(&model->rows_by_name, hash, number);
    row->next = model->rows[first].next;
    model->rows[first].next = number + 1;
    return true;
}

int trust_model_prepare(struct trust_model *model)
{
    bool ok;
    size_t i;

    if (model->broken)
        trust_model_forget(model);
    if (model->prepared)
        return ADSCP_OK;
    arena_init(&model->arena);
    model->prepared = true;
    ok = model->count < UINT32_MAX &&
         hash_reserve(&model->rows_by_name, model->count);
    for (i = 0; i < model->count && ok; i++)
        ok = index_row(model, (uint32_t)i);
    if (!ok)
        trust_model_forget(model);
    return ok ? ADSCP_OK : ADSCP_E_NOMEM;
}

void trust_model_forget(struct trust_model *model)
{
    uint32_t i;

    if (!model->prepared)
        return;
    for (i = 0; i < model->by_hash.count; i++)
        certificate_release_store(model->nodes[i]->certificate);
    free(model->nodes);
    free(model->pairs);
    model->nodes = NULL;
    model->pairs = NULL;
    hash_clear(&model->rows_by_name);
    hash_clear(&model->by_hash);
    hash_clear(&model->by_name);
    hash_clear(&model->subjects);
    hash_clear(&model->keys);
    hash_clear(&model->by_pair);
    arena_free(&model->arena);
    model->prepared = model->broken = false;
}
