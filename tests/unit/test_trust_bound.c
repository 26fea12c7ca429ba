/* SPDX-License-Identifier: MIT */
/*
 * How many signatures are looked at, counted by the linker's --wrap: not many
 * more than TRUST_CHECKS_MAX for a verdict, whatever a directory holds; each of
 * them once, also for another host.
 */
#include "test.h"

#include "judge/trust/private.h"
#include "trust_bench.h"

enum { COUNT_MAX = TRUST_CHECKS_MAX + TRUST_CHECKS_MAX / 5 };

#define OTHER_HOST "mail.corp.example"

int __real_ASN1_item_verify_ex(const ASN1_ITEM *item,
                               const X509_ALGOR *algorithm,
                               const ASN1_BIT_STRING *signature,
                               const void *data, const ASN1_OCTET_STRING *id,
                               EVP_PKEY *key, OSSL_LIB_CTX *context,
                               const char *query);
int __wrap_ASN1_item_verify_ex(const ASN1_ITEM *item,
                               const X509_ALGOR *algorithm,
                               const ASN1_BIT_STRING *signature,
                               const void *data, const ASN1_OCTET_STRING *id,
                               EVP_PKEY *key, OSSL_LIB_CTX *context,
                               const char *query);

static long signatures;

int __wrap_ASN1_item_verify_ex(const ASN1_ITEM *item,
                               const X509_ALGOR *algorithm,
                               const ASN1_BIT_STRING *signature,
                               const void *data, const ASN1_OCTET_STRING *id,
                               EVP_PKEY *key, OSSL_LIB_CTX *context,
                               const char *query)
{
    signatures++;
    return __real_ASN1_item_verify_ex(item, algorithm, signature, data, id, key,
                                      context, query);
}

static void trust_and_free(struct bench *bench, enum trust_role role,
                           struct made made)
{
    trust_made(bench, role, &made);
    made_free(&made);
}

static struct made make_leaf(const struct made *issuer)
{
    return MAKE(.cn = "x", .san = "DNS:" HOST ",DNS:" OTHER_HOST,
                .issuer = issuer);
}

static long count_for(struct bench *bench, const struct made *leaf,
                      const char *host, int outcome)
{
    const struct adscp_alert *alert;

    signatures = 0;
    alert = judge_one(bench, leaf, host, Y2012);
    CHECK_STR(adscp_alert_outcome_name(alert->outcome),
              adscp_alert_outcome_name(outcome));
    CHECK_INT(has_note(alert, NOTE_BOUND), outcome == UNCERTAIN);
    if (outcome == UNCERTAIN) /* and nothing is called wrong */
        CHECK_INT(adscp_alert_flags_possible(alert), 0x0a);
    alert_release(alert);
    return signatures;
}

/* So many at the first host at least, and no more than the bound; none at the
 * next one. */
static void check_bound(struct bench *bench, const struct made *leaf,
                        long at_least)
{
    long count = count_for(bench, leaf, HOST, UNCERTAIN);

    printf("# %ld signatures\n", count);
    CHECK(count >= at_least && count <= COUNT_MAX);
    CHECK_INT(count_for(bench, leaf, OTHER_HOST, UNCERTAIN), 0);
}

/* Roots of one name, each with a key of its own: none of them is the issuer. */
static void test_namesakes(void)
{
    enum { COUNT = 1000 };
    struct bench bench = bench_new();
    struct made lost = make_authority("Root", NULL), leaf = make_leaf(&lost);
    int i;

    for (i = 0; i < COUNT; i++)
        trust_and_free(&bench, TRUST_DIRECTORY, make_authority("Root", NULL));
    check_bound(&bench, &leaf, TRUST_CHECKS_MAX);
    made_free(&leaf);
    made_free(&lost);
    bench_free(&bench);
}

/* Roots of one name and one key, whose own signatures are broken: each of them
 * is the issuer, none is an anchor. */
static void test_broken_roots(void)
{
    enum { COUNT = 800 };
    struct bench bench = bench_new();
    struct made lost = make_authority("Root", NULL), leaf = make_leaf(&lost);
    int i;

    for (i = 0; i < COUNT; i++)
        trust_and_free(&bench, TRUST_DIRECTORY,
                       MAKE(.cn = "Root", .key = lost.key, .forged = 1,
                            .constraints = "CA:TRUE"));
    check_bound(&bench, &leaf, TRUST_CHECKS_MAX);
    made_free(&leaf);
    made_free(&lost);
    bench_free(&bench);
}

/* Authorities, each certified by each other one, and no root. */
static void test_mesh(void)
{
    enum { PARTIES = 25 };
    struct bench bench = bench_new();
    struct made parties[PARTIES], leaf;
    char name[16];
    int i, j;

    for (i = 0; i < PARTIES; i++) {
        snprintf(name, sizeof(name), "Authority %d", i);
        parties[i] = make_authority(name, NULL);
    }
    for (i = 0; i < PARTIES; i++)
        for (j = 0; j < PARTIES; j++) {
            snprintf(name, sizeof(name), "Authority %d", i);
            if (i != j)
                trust_and_free(&bench, TRUST_HELPER,
                               MAKE(.cn = name, .key = parties[i].key,
                                    .issuer = &parties[j],
                                    .constraints = "CA:TRUE"));
        }
    leaf = make_leaf(&parties[0]);
    check_bound(&bench, &leaf, TRUST_CHECKS_MAX / 2);
    for (i = 0; i < PARTIES; i++)
        made_free(&parties[i]);
    made_free(&leaf);
    bench_free(&bench);
}

/* A layer of two authorities, both certified by both above them. */
static void add_layer(struct bench *bench, struct made above[2], int layer)
{
    struct made next[2];
    char name[16];
    int i, j;

    for (i = 0; i < 2; i++) {
        snprintf(name, sizeof(name), "%d-%d", layer, i);
        next[i] = make_authority(name, NULL);
        for (j = 0; j < 2; j++)
            trust_and_free(bench, TRUST_HELPER,
                           MAKE(.cn = name, .key = next[i].key,
                                .issuer = &above[j], .constraints = "CA:TRUE"));
    }
    for (i = 0; i < 2; i++) {
        made_free(&above[i]);
        above[i] = next[i];
    }
}

/* The root is further away than any path may be long. */
static void test_layers(void)
{
    enum { LAYERS = 40 };
    struct bench bench = bench_new();
    struct made above[2] = {make_authority("Root", NULL),
                            make_authority("Other Root", NULL)};
    struct made leaf;
    int layer;

    trust_made(&bench, TRUST_DIRECTORY, &above[0]);
    for (layer = 1; layer < LAYERS; layer++)
        add_layer(&bench, above, layer);
    leaf = make_leaf(&above[0]);
    check_bound(&bench, &leaf, 4 * TRUST_INTERMEDIATES_MAX);
    made_free(&leaf);
    made_free(&above[0]);
    made_free(&above[1]);
    bench_free(&bench);
}

/* Authorities in layers of two. Those of number 0 lead to each other only; one
 * way of many, along those of number 1, leads to the root. */
static void add_maze(struct bench *bench, struct made *leaf, struct made *root)
{
    enum { LAYERS = 7 };
    struct made layer[LAYERS][2];
    char name[16];
    int i, j;

    for (i = 0; i < LAYERS; i++)
        for (j = 0; j < 2; j++) {
            snprintf(name, sizeof(name), "%d-%d", i, j);
            layer[i][j] = make_authority(name, NULL);
        }
    for (i = 0; i + 1 < LAYERS; i++)
        for (j = 0; j < 4; j++) {
            snprintf(name, sizeof(name), "%d-%d", i, j / 2);
            trust_and_free(bench, TRUST_HELPER,
                           MAKE(.cn = name, .key = layer[i][j / 2].key,
                                .issuer = &layer[i + 1][j == 3],
                                .constraints = "CA:TRUE"));
        }
    snprintf(name, sizeof(name), "%d-1", LAYERS - 1);
    trust_and_free(bench, TRUST_HELPER,
                   MAKE(.cn = name, .key = layer[LAYERS - 1][1].key,
                        .issuer = root, .constraints = "CA:TRUE"));
    *leaf = make_leaf(&layer[0][1]);
    for (i = 0; i < LAYERS; i++) {
        made_free(&layer[i][0]);
        made_free(&layer[i][1]);
    }
}

/* The way is found however many others there are; and where its root is not
 * trusted, that is sure. */
static void test_maze(void)
{
    struct bench bench = bench_new();
    struct made nobody = make_authority("Nobody", NULL), leaf;
    struct made root = make_authority("Root", NULL);

    trust_made(&bench, TRUST_BUNDLE, &nobody);
    add_maze(&bench, &leaf, &root);
    CHECK(count_for(&bench, &leaf, HOST, ALERT) < TRUST_CHECKS_MAX);
    trust_made(&bench, TRUST_CALLER, &root);
    CHECK(count_for(&bench, &leaf, HOST, NO_ALERT) < TRUST_CHECKS_MAX);
    made_free(&leaf);
    made_free(&root);
    made_free(&nobody);
    bench_free(&bench);
}

/* An ordinary chain: two signatures and the root's own, and none for the next
 * host, nor for another server of the same authority but its own. */
static void test_once(void)
{
    struct bench bench = bench_new();
    struct chain c = chain_new();
    struct made leaf = make_leaf(&c.middle), other = make_leaf(&c.middle);

    trust_made(&bench, TRUST_DIRECTORY, &c.root);
    trust_made(&bench, TRUST_HELPER, &c.middle);
    CHECK_INT(count_for(&bench, &leaf, HOST, NO_ALERT), 3);
    CHECK_INT(count_for(&bench, &leaf, OTHER_HOST, NO_ALERT), 0);
    CHECK_INT(count_for(&bench, &leaf, "x.example", ALERT), 0);
    CHECK_INT(count_for(&bench, &other, HOST, NO_ALERT), 1);
    made_free(&leaf);
    made_free(&other);
    chain_free(&c);
    bench_free(&bench);
}

/* Whatever differs in the question makes another verdict. */
static void test_kept_apart(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default(), other = exchange_default();
    const struct adscp_certificate *rows[2] = {row_of(&bench, &leaf),
                                               row_of(&bench, &other)};
#define PLAIN .chain = rows, .chain_count = 1, .published = true
    const struct adscp_alert *alerts[] = {
        ASK(&bench, PLAIN),
        ASK(&bench, PLAIN, .confidence = ADSCP_ALERT_CONFIDENCE_LOW),
        ASK(&bench, PLAIN, .other_likely = true),
        ASK(&bench, PLAIN, .contradicted = true),
        ASK(&bench, PLAIN, .silent_beside = true),
        ASK(&bench, PLAIN, .no_connect = true),
        ASK(&bench, PLAIN, .no_connect = true, .no_tls = true),
        ASK(&bench, PLAIN, .from_scp = true),
        ASK(&bench, .chain = rows, .chain_count = 1),
        ASK(&bench, .chain = rows, .chain_count = 2, .published = true),
        ASK(&bench, .chain = rows + 1, .chain_count = 1, .published = true),
        judge_one(&bench, &leaf, NULL, Y2012),
        judge_one(&bench, &leaf, "", Y2012),
        judge_one(&bench, &leaf, "mail.corp.example", Y2012),
        judge_one(&bench, &leaf, HOST, Y2012 + 1),
        judge_one(&bench, &leaf, HOST, -1),
    };
    enum { COUNT = sizeof(alerts) / sizeof(alerts[0]) };
    size_t i, k;

    for (i = 0; i < COUNT; i++)
        for (k = 0; k < i; k++)
            CHECK(alerts[i] != alerts[k]);
    for (i = 0; i < COUNT; i++)
        alert_release(alerts[i]);
    made_free(&leaf);
    made_free(&other);
    bench_free(&bench);
}

static const struct test tests[] = {
    {"thousands of one name", test_namesakes},
    {"thousands of one name and key", test_broken_roots},
    {"authorities that certified each other", test_mesh},
    {"layers of two", test_layers},
    {"one way of many", test_maze},
    {"each signature once", test_once},
    {"a verdict for each question", test_kept_apart},
};

TEST_MAIN(tests)
