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

struct trust_node *trust_model_namesakes(const struct trust_model *model,
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
    struct trust_node *first = trust_model_namesakes(model, node->subject_hash);

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
        trust_model_forget(model); /* half of the node may be there */
        return NULL;
    }
    (void)certificate_hold_store(certificate);
    return node;
}

struct trust_node *trust_model_node(struct trust_model *model,
                                    const struct adscp_certificate *certificate)
{
    struct trust_node *node = find_node(model, certificate);

    return node != NULL ? node : node_new(model, certificate);
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

static int take_row(struct trust_model *model, const struct trust_row *row)
{
    struct trust_node *node = trust_model_node(model, row->certificate);

    if (node == NULL)
        return ADSCP_E_NOMEM;
    node->roles |= UINT32_C(1) << row->role;
    if (row->forest != NULL && node->forest == NULL)
        node->forest = row->forest;
    return ADSCP_OK;
}

int trust_model_prepare(struct trust_model *model)
{
    int rc = ADSCP_OK;
    size_t i;

    if (model->prepared)
        return ADSCP_OK;
    arena_init(&model->arena);
    model->prepared = true;
    if (!hash_reserve(&model->by_hash, model->count) ||
        !hash_reserve(&model->by_name, model->count))
        rc = ADSCP_E_NOMEM;
    for (i = 0; i < model->count && rc == ADSCP_OK; i++)
        rc = take_row(model, &model->rows[i]);
    if (rc != ADSCP_OK)
        trust_model_forget(model);
    return rc;
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
    hash_clear(&model->by_hash);
    hash_clear(&model->by_name);
    hash_clear(&model->subjects);
    hash_clear(&model->keys);
    hash_clear(&model->by_pair);
    arena_free(&model->arena);
    model->prepared = false;
}
