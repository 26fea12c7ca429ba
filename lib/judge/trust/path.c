/* SPDX-License-Identifier: MIT */
/*
 * All paths from a server's certificate to a root, of which Windows takes the
 * best. A short walk first, which is all that an ordinary chain needs. Where it
 * finds no good path and does not come to an end, a thorough one: everybody who
 * can be reached is looked at, and then only those paths are walked that lead
 * to an anchor and can still be better than the best one so far.
 *
 * The order of steps depends on the certificates alone, and so does the answer.
 */
#include "judge/trust/search.h"

/* Of the first walk. */
enum { SHORT_STEPS = 64, SHORT_REACHED = 32 };

static bool has(const struct trust_node *node, int flag)
{
    return (node->facts->flags & flag) != 0;
}

/* ---------------------------------------------------------------- rank -- */

static int count_bits(uint32_t bits)
{
    int count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Below zero: the first one is better for the user. Its best case counts, then
 * its worst, then the fewest errors. */
static int compare(const struct verdict *a, const struct verdict *b)
{
    int order = alert_outcome(a->flags & ~a->possible, 0) -
                alert_outcome(b->flags & ~b->possible, 0);

    if (order == 0)
        order = alert_outcome(a->flags | a->possible, 0) -
                alert_outcome(b->flags | b->possible, 0);
    if (order == 0)
        order = count_bits(a->flags) - count_bits(b->flags);
    if (order == 0 && a->flags != b->flags)
        order = a->flags < b->flags ? -1 : 1;
    if (order == 0)
        order = count_bits(a->possible) - count_bits(b->possible);
    return order;
}

/* Nothing is wrong but what is wrong with the server's own. */
static bool is_good(const struct search *search, const struct verdict *verdict)
{
    return verdict->flags == search->base.flags &&
           verdict->possible == search->base.possible;
}

static bool has_good(const struct search *search)
{
    return search->has_best && is_good(search, &search->best);
}

static void take_other(struct search *search, const struct verdict *verdict,
                       const struct trust_path *path)
{
    if (search->has_other)
        return;
    search->has_other = true;
    search->other = *verdict;
    search->other_path = *path;
}

static void take(struct search *search, const struct verdict *verdict)
{
    int order = search->has_best ? compare(verdict, &search->best) : -1;

    if (order > 0)
        take_other(search, verdict, &search->path);
    if (order >= 0)
        return;
    if (search->has_best)
        take_other(search, &search->best, &search->best_path);
    search->has_best = true;
    search->best = *verdict;
    search->best_path = search->path;
}

/* ---------------------------------------------------------------- walk -- */

static bool is_anchor(const struct trust_node *node)
{
    return (node->roles & TRUST_ANCHORS) != 0 &&
           has(node, CERTIFICATE_SELF_SIGNED);
}

static int finish(struct search *search, enum path_end end,
                  const struct verdict *verdict)
{
    struct verdict whole = *verdict;
    int rc;

    if (search->paths++ >= TRUST_PATHS_MAX) {
        search->cut = search->stop = true;
        return ADSCP_OK;
    }
    search->path.end = end;
    rc = trust_judge_end(search->model, &search->path, &whole);
    if (rc != ADSCP_OK)
        return rc;
    take(search, &whole);
    search->stop = has_good(search) && (search->thorough || search->has_other);
    return ADSCP_OK;
}

/* More certificates never make a path better. */
static bool gives_up(const struct search *search, const struct verdict *verdict)
{
    return search->has_best && (search->thorough || search->has_other) &&
           compare(verdict, &search->best) >= 0;
}

/* An authority may have several certificates, of which a path needs one. */
static bool is_on_path(const struct search *search,
                       const struct trust_node *node)
{
    size_t i;

    for (i = 0; i < search->path.count; i++)
        if (search->path.nodes[i]->subject == node->subject &&
            search->path.nodes[i]->key == node->key)
            return true;
    return false;
}

static bool is_too_far(struct search *search, const struct trust_node *issuer)
{
    size_t beyond =
        search->thorough && issuer->distance > 0 ? (size_t)issuer->distance : 0;

    if (search->path.count + 1 + (search->anchored ? beyond : 0) <=
        TRUST_LINKS_MAX)
        return false;
    search->bound = true;
    return true;
}

static int walk(struct search *search, struct trust_node *node, bool unsure,
                const struct verdict *below);

static bool is_readable(const struct search *search,
                        const struct trust_node *node)
{
    return search_has_open(search, node) && node->facts->problem == NULL;
}

/* *wentp: there is somebody to go on to, whether a path came of it or not. */
static int walk_edge(struct search *search, const struct trust_edge *edge,
                     const struct verdict *verdict, bool *wentp)
{
    int rc = search_open(search, edge->issuer);

    bool is_open = search_has_open(search, edge->issuer);

    if (rc != ADSCP_OK || is_on_path(search, edge->issuer) ||
        (is_open && edge->issuer->facts->problem != NULL))
        return rc;
    *wentp = true;
    if (!is_open)
        return ADSCP_OK;
    if (search->anchored && edge->issuer->distance < 0)
        return ADSCP_OK;
    if (is_too_far(search, edge->issuer))
        return ADSCP_OK;
    return walk(search, edge->issuer, edge->unsure, verdict);
}

static int walk_on(struct search *search, struct trust_node *node,
                   const struct verdict *verdict)
{
    int rc = search_issuers(search, node);
    bool went = node->incomplete;
    size_t i;

    for (i = 0; i < node->issuer_count && rc == ADSCP_OK && !search->stop; i++)
        rc = walk_edge(search, &node->issuers[i], verdict, &went);
    if (rc != ADSCP_OK || search->stop || went || search->anchored ||
        (node->issuer_count > 0 && !search->loops))
        return rc;
    return finish(search, END_OPEN, verdict);
}

static int walk_from(struct search *search, struct trust_node *node,
                     const struct verdict *verdict)
{
    if (!has(node, CERTIFICATE_SELF_SIGNED))
        return walk_on(search, node, verdict);
    if (is_anchor(node))
        return search->thorough && !search->anchored
                   ? ADSCP_OK /* that was walked already */
                   : finish(search, END_ANCHOR, verdict);
    return search->anchored ? ADSCP_OK : finish(search, END_ROOT, verdict);
}

static int walk(struct search *search, struct trust_node *node, bool unsure,
                const struct verdict *below)
{
    struct verdict verdict = *below;
    int rc = ADSCP_OK;

    if (search->steps++ >= search->steps_max) {
        search->cut = search->stop = true;
        return ADSCP_OK;
    }
    search->path.nodes[search->path.count++] = node;
    if (unsure)
        trust_break(&verdict, RULE_UNVERIFIED);
    if (search->path.count > 1)
        rc = trust_judge_issuer(search->model, &search->path, search->time,
                                &verdict);
    if (rc == ADSCP_OK && !gives_up(search, &verdict))
        rc = walk_from(search, node, &verdict);
    search->path.count--;
    return rc;
}

static int walk_all(struct search *search, struct trust_node *leaf)
{
    search->steps = search->paths = 0;
    search->cut = search->stop = false;
    return walk(search, leaf, false, &search->base);
}

/* ------------------------------------------------------------ thorough -- */

struct reached {
    struct trust_node **nodes;
    size_t count;
};

static int reach(struct search *search, struct reached *reached,
                 struct trust_node *node)
{
    size_t i;
    int rc = search_open(search, node);

    if (rc != ADSCP_OK || !is_readable(search, node) ||
        has(node, CERTIFICATE_SELF_SIGNED))
        return rc;
    rc = search_issuers(search, node);
    for (i = 0; i < node->issuer_count && rc == ADSCP_OK; i++) {
        struct trust_node *issuer = node->issuers[i].issuer;

        if (issuer->listed == search->number)
            continue;
        if (reached->count == TRUST_REACHED_MAX) {
            search->bound = true;
            break;
        }
        issuer->listed = search->number;
        issuer->distance = -1;
        reached->nodes[reached->count++] = issuer;
    }
    return rc;
}

/* How far each is from an anchor at least. Those that were not listed can reach
 * none, as far as is known. */
static void measure(const struct search *search, const struct reached *reached)
{
    bool changed = true;
    int round;
    size_t i, j;

    for (round = 0; round < TRUST_LINKS_MAX && changed; round++) {
        changed = false;
        for (i = 0; i < reached->count; i++) {
            struct trust_node *node = reached->nodes[i];
            int distance = node->distance;

            if (!is_readable(search, node))
                continue;
            if (is_anchor(node))
                distance = 0;
            for (j = 0;
                 node->expanded == search->number && j < node->issuer_count;
                 j++) {
                const struct trust_node *issuer = node->issuers[j].issuer;

                if (issuer->listed == search->number && issuer->distance >= 0 &&
                    (distance < 0 || issuer->distance + 1 < distance))
                    distance = issuer->distance + 1;
            }
            changed = changed || distance != node->distance;
            node->distance = distance;
        }
    }
}

static int reach_all(struct search *search, struct trust_node *leaf)
{
    struct reached reached = {0};
    int rc = ADSCP_OK;
    size_t i;

    reached.nodes =
        arena_alloc(&search->arena, TRUST_REACHED_MAX * sizeof(*reached.nodes));
    if (reached.nodes == NULL)
        return ADSCP_E_NOMEM;
    leaf->listed = search->number;
    leaf->distance = -1;
    reached.nodes[reached.count++] = leaf;
    for (i = 0; i < reached.count && rc == ADSCP_OK; i++)
        rc = reach(search, &reached, reached.nodes[i]);
    if (rc == ADSCP_OK)
        measure(search, &reached);
    return rc;
}

/* A path that ends at no anchor breaks one rule at least: with no other error,
 * it cannot be better. */
static bool is_least(const struct search *search)
{
    return search->has_best &&
           (search->best.flags & ~search->base.flags) == FLAG_INVALID_CA;
}

static int search_thoroughly(struct search *search, struct trust_node *leaf)
{
    int rc;

    search->number = ++search->model->searches;
    search->reached = 0;
    search->reached_max = TRUST_REACHED_MAX;
    search->steps_max = TRUST_STEPS_MAX;
    search->bound = false;
    search->thorough = true;
    rc = reach_all(search, leaf);
    search->anchored = true;
    if (rc == ADSCP_OK)
        rc = walk_all(search, leaf);
    search->bound = search->bound || search->cut;
    search->anchored = false;
    if (rc == ADSCP_OK && !has_good(search))
        rc = walk_all(search, leaf);
    search->bound = search->bound || (search->cut && !is_least(search));
    if (rc == ADSCP_OK && !search->has_best) {
        search->loops = true;
        rc = walk_all(search, leaf);
    }
    return rc;
}

/* --------------------------------------------------------- other forest -- */

/* Does another forest distribute the root that is missing? What it has is used
 * from the path's end on. */
static int find_foreign(struct search *search, const struct trust_path *path,
                        const struct trust_node **foreignp)
{
    struct reached reached = {0};
    int rc = ADSCP_OK;
    size_t i;

    search->number = ++search->model->searches;
    search->reached = 0;
    search->reached_max = TRUST_REACHED_MAX;
    search->roles = TRUST_KNOWN | TRUST_FOREIGN;
    reached.nodes =
        arena_alloc(&search->arena, TRUST_REACHED_MAX * sizeof(*reached.nodes));
    if (reached.nodes == NULL)
        return ADSCP_E_NOMEM;
    reached.nodes[reached.count++] = path->nodes[path->count - 1];
    for (i = 0; i < reached.count && rc == ADSCP_OK; i++) {
        struct trust_node *node = reached.nodes[i];

        rc = reach(search, &reached, node);
        if (rc == ADSCP_OK && is_readable(search, node) &&
            (node->roles & UINT32_C(1) << TRUST_FOREIGN_ROOT) != 0 &&
            has(node, CERTIFICATE_SELF_SIGNED)) {
            *foreignp = node;
            break;
        }
    }
    return rc;
}

/* ---------------------------------------------------------------- whole -- */

static int mark_sent(struct search *search,
                     const struct trust_question *question,
                     struct trust_node **leafp)
{
    size_t i = question->chain_count;

    if (i > TRUST_CHAIN_MAX)
        i = TRUST_CHAIN_MAX;
    while (i-- > 0) {
        struct trust_node *node =
            trust_model_node(search->model, question->chain[i]);

        if (node == NULL || !trust_node_identify(search->model, node))
            return ADSCP_E_NOMEM;
        node->sent = search->question_number;
        node->sent_row = question->chain[i];
        *leafp = node;
    }
    return *leafp != NULL ? search_open(search, *leafp) : ADSCP_E_ARGUMENT;
}

/* What a bound leaves open is no error for sure. */
static void judge_bound(struct search *search, struct verification *out)
{
    struct verdict *verdict = &out->verdict;

    if (!search->bound || has_good(search))
        return;
    verdict->possible |= verdict->flags & ~search->base.flags;
    verdict->possible |=
        (FLAG_INVALID_CERT | FLAG_INVALID_CA) & ~search->base.flags;
    trust_note(verdict, NOTE_BOUND);
}

static void judge_foreign(const struct trust_node *foreign,
                          struct verification *out)
{
    out->foreign = foreign;
    if (foreign == NULL)
        return;
    trust_settle_issuer(&out->verdict);
    trust_note(&out->verdict, NOTE_OTHER_FOREST);
}

static void answer(struct search *search, struct trust_node *leaf,
                   const struct trust_question *question,
                   struct verification *out)
{
    out->sure = search->base.flags;
    out->verdict = search->has_best ? search->best : search->base;
    out->path = search->best_path;
    if (!search->has_best)
        out->path = (struct trust_path){{leaf}, 1, END_OPEN};
    if (!search->has_best || question->chain_count > TRUST_CHAIN_MAX)
        search->bound = true;
    out->begins = search->begins;
    if (search->has_other) {
        out->other = search->other_path;
        out->other_flags = search->other.flags & ~search->base.flags;
        trust_note(&out->verdict, NOTE_OTHER_PATH);
    }
    if (search->impostor && out->path.end == END_OPEN)
        trust_note(&out->verdict, NOTE_OTHER_KEY);
    judge_bound(search, out);
}

static int run(struct search *search, const struct trust_question *question,
               struct verification *out)
{
    const struct trust_node *foreign = NULL;
    struct trust_node *leaf = NULL;
    int rc = mark_sent(search, question, &leaf);

    if (rc != ADSCP_OK)
        return rc;
    trust_judge_leaf(leaf, question, search->time, &search->base);
    rc = walk_all(search, leaf);
    if (rc == ADSCP_OK && !has_good(search) &&
        (search->cut || search->bound || !search->has_best))
        rc = search_thoroughly(search, leaf);
    if (rc != ADSCP_OK)
        return rc;
    answer(search, leaf, question, out);
    if (out->path.end == END_ANCHOR || !search->model->has_foreign ||
        (out->verdict.notes & UINT64_C(1) << NOTE_BOUND) != 0)
        return ADSCP_OK;
    rc = find_foreign(search, &out->path, &foreign);
    judge_foreign(foreign, out);
    return rc;
}

int trust_search(struct trust_model *model,
                 const struct trust_question *question, int64_t time,
                 struct verification *verification)
{
    struct search search = {.model = model,
                            .time = time,
                            .roles = TRUST_KNOWN,
                            .reached_max = SHORT_REACHED,
                            .steps_max = SHORT_STEPS,
                            .begins = -1};
    int rc;

    *verification = (struct verification){.begins = -1};
    search.number = search.question_number = ++model->searches;
    arena_init(&search.arena);
    rc = run(&search, question, verification);
    arena_free(&search.arena);
    return rc;
}
