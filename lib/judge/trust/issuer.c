/* SPDX-License-Identifier: MIT */
/*
 * Who issued a certificate: whoever has the name of its issuer and the key that
 * verifies it. Key identifiers and the like only say whom to ask first. One key
 * verifies a signature, so that once it is found, those with another one are
 * not asked at all.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/trust/search.h"

/* One more name or signature that has to be looked into. */
static bool may_check(struct search *search)
{
    if (search->checks < TRUST_CHECKS_MAX) {
        search->checks++;
        return true;
    }
    search->bound = true;
    return false;
}

/* What does not verify is asked for twice, see facts/certificate/signature.c.
 */
static void count_again(struct search *search)
{
    search->checks++;
}

bool search_has_open(const struct search *search, const struct trust_node *node)
{
    return node->opened == search->question_number;
}

/* Its own signature counts like any other. */
int search_open(struct search *search, struct trust_node *node)
{
    int rc;

    if (search_has_open(search, node) ||
        (node->subject_hash == trust_node_issuer_hash(node) &&
         !may_check(search)))
        return ADSCP_OK;
    rc = trust_node_open(node);
    if (rc != ADSCP_OK)
        return rc;
    node->opened = search->question_number;
    if ((node->facts->flags &
         (CERTIFICATE_SELF_ISSUED | CERTIFICATE_SELF_SIGNED)) ==
        CERTIFICATE_SELF_ISSUED)
        count_again(search);
    if (node->facts->not_before > search->time &&
        (search->begins < 0 || node->facts->not_before < search->begins))
        search->begins = node->facts->not_before;
    return ADSCP_OK;
}

struct candidate {
    struct trust_node *node;
    int order; /* the lower the earlier */
};

static bool may_use(const struct search *search, const struct trust_node *node)
{
    return (node->roles & search->roles) != 0 ||
           node->sent == search->question_number;
}

static bool fits_key_id(const struct trust_node *below,
                        const struct trust_node *node)
{
    return below->outline.authority_key_id.length > 0 &&
           certificate_span_equal(below->outline.authority_key_id,
                                  node->outline.subject_key_id);
}

/* First those whose key identifier fits, then those that may end the path, then
 * what was sent. */
static int order_of(const struct search *search, const struct trust_node *below,
                    const struct trust_node *node)
{
    return (fits_key_id(below, node) ? 0 : 4) +
           ((node->roles & TRUST_ANCHORS) != 0 ? 0 : 2) +
           (node->sent == search->question_number ? 0 : 1);
}

/* The last word have their bytes: the order in which they came has none. */
static int compare(const void *a_void, const void *b_void)
{
    const struct candidate *a = a_void, *b = b_void;

    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return certificate_compare(a->node->certificate, b->node->certificate);
}

static size_t count_namesakes(const struct trust_node *node)
{
    size_t count = 0;

    for (; node != NULL; node = node->next_namesake)
        count++;
    return count;
}

/* Whose name may be that of the issuer, in order. NULL: out of memory. */
static struct candidate *
list_candidates(struct search *search, struct trust_node *below, size_t *countp)
{
    struct trust_node *node;
    struct candidate *list;
    size_t count = 0;

    *countp = 0;
    if (trust_model_namesakes(search->model, trust_node_issuer_hash(below),
                              &node) != ADSCP_OK)
        return NULL;
    list = arena_alloc(&search->arena,
                       (count_namesakes(node) + 1) * sizeof(*list));
    if (list == NULL)
        return NULL;
    for (; node != NULL; node = node->next_namesake) {
        if (node == below || node->outline.key.length == 0 ||
            !may_use(search, node))
            continue;
        if (!trust_node_identify(search->model, node))
            return NULL;
        list[count++] = (struct candidate){node, order_of(search, below, node)};
    }
    qsort(list, count, sizeof(*list), compare);
    *countp = count;
    return list;
}

/* ... to know who issued it. */
static bool may_check_for(struct search *search, struct trust_node *below)
{
    bool may = may_check(search);

    below->incomplete = below->incomplete || !may;
    return may;
}

/* Names of one spelling are equal; others are compared once decoded. */
static int compare_names(struct search *search, struct trust_node *below,
                         struct trust_node *node, bool *equalp)
{
    *equalp =
        certificate_span_equal(below->outline.issuer, node->outline.subject);
    if (*equalp || !may_check_for(search, below))
        return ADSCP_OK;
    if (!certificate_open(node->certificate))
        return ADSCP_E_NOMEM;
    switch (certificate_issuer_named(below->certificate, node->certificate)) {
    case NAMES_EQUAL:
        *equalp = true;
        return ADSCP_OK;
    case NAMES_NO_MEMORY:
        return ADSCP_E_NOMEM;
    default:
        return ADSCP_OK;
    }
}

static int verify(const struct trust_node *below, const struct trust_node *node,
                  struct trust_pair *pair)
{
    if (!certificate_open(node->certificate))
        return ADSCP_E_NOMEM;
    pair->result =
        (int)certificate_verify(below->certificate, node->certificate);
    if (pair->result != SIGNATURE_NO_MEMORY)
        return ADSCP_OK;
    pair->result = -1;
    return ADSCP_E_NOMEM;
}

/* Each pair of a certificate and a key is verified once, whoever asks; it
 * counts once for each answer, which else would depend on earlier ones. */
static int check_signature(struct search *search, struct trust_node *below,
                           struct trust_node *node, int *resultp)
{
    struct trust_pair *pair =
        trust_model_pair(search->model, below, node->key, PAIR_SIGNATURE);
    bool is_new;
    int rc = ADSCP_OK;

    if (pair == NULL)
        return ADSCP_E_NOMEM;
    *resultp = SIGNATURE_NO;
    is_new = pair->counted != search->question_number;
    if (is_new && !may_check_for(search, below))
        return ADSCP_OK;
    pair->counted = search->question_number;
    if (pair->result < 0)
        rc = verify(below, node, pair);
    if (is_new && pair->result != SIGNATURE_YES)
        count_again(search);
    *resultp = pair->result;
    return rc;
}

static void add_edge(struct trust_node *below, struct trust_node *issuer,
                     bool unsure)
{
    below->issuers[below->issuer_count++] = (struct trust_edge){issuer, unsure};
}

/* With that key verified, nobody counts whose signature nobody could check. */
static void keep_sure(struct trust_node *below)
{
    size_t count = 0, i;

    for (i = 0; i < below->issuer_count; i++)
        if (!below->issuers[i].unsure)
            below->issuers[count++] = below->issuers[i];
    below->issuer_count = count;
}

static int try_candidates(struct search *search, struct trust_node *below,
                          const struct candidate *list, size_t count)
{
    const struct trust_node *key = NULL;
    size_t i;

    for (i = 0; i < count; i++) {
        struct trust_node *node = list[i].node;
        int result = SIGNATURE_NO, rc;
        bool equal;

        if (key != NULL && node->key != key)
            continue;
        rc = compare_names(search, below, node, &equal);
        if (rc == ADSCP_OK && equal && key == NULL)
            rc = check_signature(search, below, node, &result);
        if (rc != ADSCP_OK)
            return rc;
        if (result == SIGNATURE_YES)
            key = node->key;
        if (equal && (key != NULL || result == SIGNATURE_UNKNOWN))
            add_edge(below, node, key == NULL);
        else if (equal)
            search->impostor = true;
    }
    if (key != NULL)
        keep_sure(below);
    return ADSCP_OK;
}

int search_issuers(struct search *search, struct trust_node *below)
{
    struct candidate *list;
    size_t count;

    if (below->expanded == search->number)
        return ADSCP_OK;
    below->expanded = search->number;
    below->issuers = NULL;
    below->issuer_count = 0;
    below->incomplete = false;
    if (search->reached >= search->reached_max) {
        search->bound = below->incomplete = true;
        return ADSCP_OK;
    }
    search->reached++;
    list = list_candidates(search, below, &count);
    if (list == NULL)
        return ADSCP_E_NOMEM;
    if (count == 0 || below->outline.key.length == 0)
        return ADSCP_OK;
    below->issuers =
        arena_alloc(&search->arena, count * sizeof(*below->issuers));
    if (below->issuers == NULL)
        return ADSCP_E_NOMEM;
    return try_candidates(search, below, list, count);
}
