/* SPDX-License-Identifier: MIT */
/*
 * Paths: which is taken where there are several, and that no order of
 * certificates matters. Graphs of authorities drawn at random are
 * judged by a model written here, which tries every path.
 */
#include "test.h"

#include "trust_bench.h"

/* -------------------------------------------------------- two and more -- */

/* A host under an issuing authority that an old and a new root certified. */
struct renewed {
    struct made old_root, new_root, by_old, by_new, leaf;
};

static struct renewed renewed_new(void)
{
    struct renewed r;

    r.old_root = make_authority("Old Root", NULL);
    r.new_root = make_authority("New Root", NULL);
    r.by_old = make_authority("Issuing", &r.old_root);
    r.by_new = MAKE(.cn = "Issuing", .issuer = &r.new_root, .key = r.by_old.key,
                    .constraints = "critical,CA:TRUE");
    r.leaf = MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &r.by_old);
    return r;
}

static void renewed_free(struct renewed *r)
{
    made_free(&r->old_root);
    made_free(&r->new_root);
    made_free(&r->by_old);
    made_free(&r->by_new);
    made_free(&r->leaf);
}

static void test_renewed(void)
{
    struct renewed r = renewed_new();
    const struct made *orders[][4] = {
        {&r.leaf, &r.by_old, &r.by_new, &r.old_root},
        {&r.leaf, &r.by_new, &r.by_old, &r.old_root},
        {&r.leaf, &r.old_root, &r.by_new, &r.by_old},
    };
    size_t i;

    for (i = 0; i < 3; i++) {
        struct bench bench = bench_new();
        const struct adscp_alert *alert;

        trust_made(&bench, TRUST_DIRECTORY, &r.new_root);
        alert = judge_chain(&bench, orders[i], 4, HOST, Y2012);
        CHECK_INT(adscp_alert_chain_count(alert), 3);
        CHECK_STR(adscp_certificate_issuer(adscp_alert_chain(alert, 1)),
                  "CN=New Root");
        CHECK(has_note(alert, NOTE_OTHER_PATH));
        CHECK_STR(alert_note_text(alert, NOTE_OTHER_PATH),
                  "Windows takes the best path: the one through CN=Issuing, "
                  "issued by CN=Old Root, was not taken, since it leads to no "
                  "root that the client trusts");
        EXPECT(alert, 0, NO_ALERT);
        bench_free(&bench);
    }
    renewed_free(&r);
}

/* One path has a fault of each kind, the other none. */
static void test_better_path(void)
{
    static const struct recipe faults[] = {
        {.constraints = "CA:TRUE", .until = Y2012 - 1},
        {.constraints = "CA:TRUE", .names = "permitted;DNS:other.example"},
        {.constraints = "CA:TRUE", .usage = "clientAuth"},
        {.constraints = "CA:FALSE"},
        {.constraints = "CA:TRUE", .key_usage = "digitalSignature"},
        {.usage = NULL},
    };
    struct renewed r = renewed_new();
    size_t i;

    for (i = 0; i < 2 * sizeof(faults) / sizeof(faults[0]); i++) {
        struct bench bench = bench_new();
        struct recipe recipe = faults[i / 2];
        struct made bad;
        const struct made *sent[3] = {&r.leaf};

        recipe.cn = "Issuing";
        recipe.issuer = &r.new_root;
        recipe.key = r.by_old.key;
        bad = make_certificate(recipe);
        sent[1 + i % 2] = &bad;
        sent[2 - i % 2] = &r.by_new;
        trust_made(&bench, TRUST_BUNDLE, &r.new_root);
        EXPECT(judge_chain(&bench, sent, 3, HOST, Y2012), 0, NO_ALERT);
        made_free(&bad);
        bench_free(&bench);
    }
    renewed_free(&r);
}

/* Name and key make an issuer; another one of the name is none, in any place,
 * and without the right one the path ends. */
static void test_other_key(void)
{
    struct bench bench = bench_new();
    struct renewed r = renewed_new();
    struct made impostor = make_authority("Issuing", &r.new_root);
    const struct made *sent[] = {&r.leaf, &impostor, &r.by_new};
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_BUNDLE, &r.new_root);
    EXPECT(judge_chain(&bench, sent, 3, HOST, Y2012), 0, NO_ALERT);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    CHECK(has_note(alert, NOTE_OTHER_KEY));
    CHECK_INT(adscp_alert_chain_count(alert), 1);
    EXPECT(alert, 8, ALERT);
    made_free(&impostor);
    renewed_free(&r);
    bench_free(&bench);
}

/* Key identifiers, of the issuer in the leaf and of the issuer itself. */
#define ISSUER_ID(id) .oid = "2.5.29.35", .value = "DER:30068004" id
#define OWN_ID(id) .oid = "subjectKeyIdentifier", .value = id

/* One that does not fit excludes nobody; hundreds of one name do not hide the
 * one whose identifier fits. */
static void test_key_ids(void)
{
    enum { COUNT = 600 };
    struct bench bench = bench_new();
    struct made root =
        MAKE(.cn = "Root", .constraints = "CA:TRUE", OWN_ID("01020304"));
    struct made fits = MAKE(.cn = HOST, .issuer = &root, ISSUER_ID("01020304"));
    struct made differs =
        MAKE(.cn = HOST, .issuer = &root, ISSUER_ID("05060708"));
    int i;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    EXPECT(judge_one(&bench, &fits, HOST, Y2012), 0, NO_ALERT);
    EXPECT(judge_one(&bench, &differs, HOST, Y2012), 0, NO_ALERT);
    for (i = 0; i < COUNT; i++) {
        struct made other =
            MAKE(.cn = "Root", .constraints = "CA:TRUE", OWN_ID("0a0b0c0d"));

        trust_made(&bench, TRUST_DIRECTORY, &other);
        made_free(&other);
    }
    EXPECT(judge_one(&bench, &fits, HOST, Y2012), 0, NO_ALERT);
    made_free(&fits);
    made_free(&differs);
    made_free(&root);
    bench_free(&bench);
}

/* A root whose own signature is broken is none, trusted or not. */
static void test_broken_root(void)
{
    static const enum trust_role roles[] = {TRUST_HELPER, TRUST_CALLER,
                                            TRUST_DIRECTORY, TRUST_BUNDLE};
    struct made root =
        MAKE(.cn = "Root", .constraints = "CA:TRUE", .forged = 1);
    struct made leaf = MAKE(.cn = HOST, .issuer = &root);
    const struct made *sent[] = {&leaf, &root};
    size_t i;

    for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        struct bench bench = bench_new();

        EXPECT(judge_chain(&bench, sent, 2, HOST, Y2012), 0x0a, HARD);
        trust_made(&bench, roles[i], &root);
        EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x0a, HARD);
        bench_free(&bench);
    }
    made_free(&leaf);
    made_free(&root);
}

/* Two authorities that certified each other, with a root and without. */
static void test_cycle(void)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made a = make_authority("A", NULL), b = make_authority("B", NULL);
    struct made a_by_b =
        MAKE(.cn = "A", .issuer = &b, .key = a.key, .constraints = "CA:TRUE");
    struct made b_by_a =
        MAKE(.cn = "B", .issuer = &a, .key = b.key, .constraints = "CA:TRUE");
    struct made b_by_root = MAKE(.cn = "B", .issuer = &root, .key = b.key,
                                 .constraints = "CA:TRUE");
    struct made leaf = MAKE(.cn = HOST, .issuer = &a);
    const struct made *sent[] = {&leaf, &a_by_b, &b_by_a, &b_by_root};

    trust_made(&bench, TRUST_BUNDLE, &root);
    EXPECT(judge_chain(&bench, sent, 3, HOST, Y2012), 8, ALERT);
    EXPECT(judge_chain(&bench, sent, 4, HOST, Y2012), 0, NO_ALERT);
    made_free(&root);
    made_free(&a);
    made_free(&b);
    made_free(&a_by_b);
    made_free(&b_by_a);
    made_free(&b_by_root);
    made_free(&leaf);
    bench_free(&bench);
}

/* -------------------------------------------------------- random graphs -- */

/* Authorities, each with one key, and certificates of one for another. What is
 * wrong with a certificate is drawn as well. */
enum { GRAPHS = 2000 / SAMPLE, ORDERS = 20, PARTIES = 6, EDGES_MAX = 14 };

struct edge {
    int subject, issuer;
    uint32_t fault; /* the flag that it sets on every path */
    int trusted;    /* self-signed, and a root */
    struct made made;
};

struct graph {
    struct made keys[PARTIES]; /* of which the keys alone are used */
    struct edge edges[EDGES_MAX];
    int count;
    int leaf_issuer;
    struct made leaf;
};

static uint32_t drawn = 1;

static int draw(int below)
{
    drawn ^= drawn << 13;
    drawn ^= drawn >> 17;
    drawn ^= drawn << 5;
    return (int)(drawn % (uint32_t)below);
}

static void make_edge(struct graph *graph, struct edge *edge)
{
    static const struct recipe faults[] = {
        {.constraints = "CA:TRUE"},
        {.constraints = "CA:TRUE", .until = Y2012 - 1},
        {.constraints = "CA:TRUE", .usage = "clientAuth"},
        {.constraints = "CA:FALSE"},
    };
    static const uint32_t flags[] = {0, 0x20, 0x40, 0x02};
    int fault = draw(3) > 0 ? 0 : draw(4);
    struct recipe recipe = faults[fault];
    char name[2] = {(char)('A' + edge->subject), '\0'};

    recipe.cn = name;
    recipe.key = graph->keys[edge->subject].key;
    recipe.issuer = &graph->keys[edge->issuer];
    edge->fault = flags[fault];
    edge->made = make_certificate(recipe);
}

static void draw_graph(struct graph *graph)
{
    int i;

    graph->count = 3 + draw(EDGES_MAX - 2);
    for (i = 0; i < graph->count; i++) {
        struct edge *edge = &graph->edges[i];

        edge->subject = draw(PARTIES);
        edge->issuer = draw(3) == 0 ? edge->subject : draw(PARTIES);
        edge->trusted = edge->subject == edge->issuer && draw(2) == 0;
        make_edge(graph, edge);
    }
    graph->leaf_issuer = draw(PARTIES);
    graph->leaf = MAKE(.cn = HOST, .issuer = &graph->keys[graph->leaf_issuer]);
}

static int outcome_of(uint32_t flags)
{
    return alert_outcome(flags, 0);
}

static void take_best(uint32_t flags, int *bestp)
{
    if (outcome_of(flags) < *bestp)
        *bestp = outcome_of(flags);
}

/* Every path without an authority twice, to its end; the best outcome. Whether
 * it ends as well where it would go round in a circle, `loops` says. */
static void try_paths(const struct graph *graph, int issuer, uint32_t used,
                      uint32_t flags, bool loops, int *bestp)
{
    bool known = false;
    int i;

    used |= UINT32_C(1) << issuer;
    for (i = 0; i < graph->count; i++) {
        const struct edge *edge = &graph->edges[i];
        uint32_t sum = flags | edge->fault;

        if (edge->subject != issuer)
            continue;
        known = true;
        if (edge->subject == edge->issuer)
            take_best(edge->trusted ? sum : sum | 0x08, bestp);
        else if ((used & UINT32_C(1) << edge->issuer) == 0)
            try_paths(graph, edge->issuer, used, sum, loops, bestp);
        else if (loops)
            take_best(sum | 0x08, bestp);
    }
    if (!known)
        take_best(flags | 0x08, bestp);
}

static const struct adscp_alert *judge_graph(struct certificates *store,
                                             const struct graph *graph,
                                             const struct made *nobody)
{
    struct bench bench = {store, trust_new()};
    const struct made *sent[1 + EDGES_MAX] = {&graph->leaf};
    size_t count = 1, i;
    const struct adscp_alert *alert;
    int order[EDGES_MAX] = {0}, k;

    for (k = 0; k < graph->count; k++) {
        int at = draw(k + 1);

        order[k] = order[at];
        order[at] = k;
    }
    trust_made(&bench, TRUST_BUNDLE, nobody);
    for (i = 0; i < (size_t)graph->count; i++) {
        const struct edge *edge = &graph->edges[order[i]];

        if (edge->trusted)
            trust_made(&bench, TRUST_BUNDLE, &edge->made);
        else if (draw(2) == 0)
            sent[count++] = &edge->made;
        else
            trust_made(&bench, TRUST_HELPER, &edge->made);
    }
    alert = judge_chain(&bench, sent, count, HOST, Y2012);
    trust_free(bench.trust);
    return alert;
}

static int same_chain(const struct adscp_alert *a, const struct adscp_alert *b)
{
    size_t i;

    if (a->chain_count != b->chain_count)
        return 0;
    for (i = 0; i < a->chain_count; i++)
        if (!certificate_same(a->chain[i].certificate, b->chain[i].certificate))
            return 0;
    return 1;
}

/* The parts that are sent differ as well, which may put another one of several
 * equal paths first: flags and outcome stay. */
static void check_graph(const struct graph *graph, const struct made *nobody)
{
    struct certificates *store = certificates_new();
    const struct adscp_alert *first = judge_graph(store, graph, nobody);
    int best = ADSCP_ALERT_OUTCOME_CONNECT_FAILURE, k;

    try_paths(graph, graph->leaf_issuer, 0, 0, false, &best);
    if (best == ADSCP_ALERT_OUTCOME_CONNECT_FAILURE)
        try_paths(graph, graph->leaf_issuer, 0, 0, true, &best);
    CHECK_INT(first->outcome, best);
    for (k = 1; k < ORDERS; k++) {
        const struct adscp_alert *again = judge_graph(store, graph, nobody);

        CHECK_INT(again->outcome, first->outcome);
        CHECK_INT(again->flags, first->flags);
        alert_release(again);
    }
    alert_release(first);
    certificates_release(store);
}

static void graph_clear(struct graph *graph)
{
    int i;

    for (i = 0; i < graph->count; i++)
        made_free(&graph->edges[i].made);
    made_free(&graph->leaf);
}

static void test_graphs(void)
{
    struct graph graph = {0};
    struct made nobody = make_authority("Nobody", NULL);
    int i, failures = test_failures;

    for (i = 0; i < PARTIES; i++) {
        char name[2] = {(char)('A' + i), '\0'};

        graph.keys[i] = make_authority(name, NULL);
    }
    for (i = 0; i < GRAPHS && test_failures == failures; i++) {
        draw_graph(&graph);
        check_graph(&graph, &nobody);
        graph_clear(&graph);
    }
    for (i = 0; i < PARTIES; i++)
        made_free(&graph.keys[i]);
    made_free(&nobody);
}

/* The same certificates in the same parts: the very same path, in any order. */
static void test_order(void)
{
    struct renewed r = renewed_new();
    struct made third = MAKE(.cn = "Issuing", .issuer = &r.new_root,
                             .key = r.by_old.key, .constraints = "CA:TRUE");
    const struct made *sent[] = {&r.leaf, &r.by_old, &r.by_new, &third};
    const struct adscp_alert *first = NULL;
    int k;

    for (k = 0; k < ORDERS; k++) {
        struct bench bench = bench_new();
        const struct adscp_alert *alert;
        int at = 1 + draw(3), other = 1 + draw(3);
        const struct made *swap = sent[at];

        sent[at] = sent[other];
        sent[other] = swap;
        trust_made(&bench, TRUST_BUNDLE, &r.new_root);
        alert = judge_chain(&bench, sent, 4, HOST, Y2012);
        if (first == NULL)
            first = alert_hold(alert);
        CHECK(same_chain(first, alert));
        alert_release(alert);
        bench_free(&bench);
    }
    alert_release(first);
    made_free(&third);
    renewed_free(&r);
}

static const struct test tests[] = {
    {"an authority under two roots", test_renewed},
    {"one path has a fault", test_better_path},
    {"another key under the issuer's name", test_other_key},
    {"identifiers of keys", test_key_ids},
    {"a root that is broken", test_broken_root},
    {"authorities that certified each other", test_cycle},
    {"graphs drawn at random", test_graphs},
    {"no order matters", test_order},
};

TEST_MAIN(tests)
