/* SPDX-License-Identifier: MIT */
/* A model of trust, chains for it, and what is expected of a verdict: what the
 * tests of judge/trust share. */
#ifndef ADSCP_TESTS_TRUST_BENCH_H
#define ADSCP_TESTS_TRUST_BENCH_H

#include "judge/trust/trust.h"
#include "make_certificate.h"

#define HOST "ex10.corp.example"
#define MAX_CHAIN 80

static inline uint64_t bit(enum alert_note which)
{
    return UINT64_C(1) << which;
}

struct bench {
    struct certificates *store;
    struct trust *trust;
};

static inline struct bench bench_new(void)
{
    return (struct bench){certificates_new(), trust_new()};
}

static inline void bench_free(struct bench *bench)
{
    trust_free(bench->trust);
    certificates_release(bench->store);
}

static inline const struct adscp_certificate *row_of(struct bench *bench,
                                                     const struct made *made)
{
    const struct adscp_certificate *row = NULL;

    CHECK_INT(certificates_add(bench->store, made->der, made->length, &row),
              ADSCP_OK);
    return row;
}

static inline void trust_made(struct bench *bench, enum trust_role role,
                              const struct made *made)
{
    CHECK_INT(trust_add(bench->trust, role, row_of(bench, made)), ADSCP_OK);
}

static inline const struct adscp_alert *
judge_chain(struct bench *bench, const struct made *const *chain, size_t count,
            const char *host, int64_t time)
{
    const struct adscp_certificate *rows[MAX_CHAIN];
    struct trust_question question = {
        .chain = rows, .chain_count = count, .host = host, .time = time};
    const struct adscp_alert *alert = NULL;
    size_t i;

    if (host != NULL)
        question.host_length = strlen(host);
    for (i = 0; i < count; i++)
        rows[i] = row_of(bench, chain[i]);
    CHECK_INT(trust_judge(bench->trust, &question, &alert), ADSCP_OK);
    return alert;
}

static inline const struct adscp_alert *judge_one(struct bench *bench,
                                                  const struct made *leaf,
                                                  const char *host,
                                                  int64_t time)
{
    return judge_chain(bench, &leaf, 1, host, time);
}

#define EXPECT(alert, wanted_flags, wanted_outcome)                            \
    expect_alert(alert, wanted_flags, wanted_outcome, __LINE__)

static inline void expect_alert(const struct adscp_alert *alert, int64_t flags,
                                int outcome, int line)
{
    int failures = test_failures;

    CHECK_INT(adscp_alert_flags(alert), flags);
    CHECK_STR(adscp_alert_outcome_name(adscp_alert_outcome(alert)),
              adscp_alert_outcome_name(outcome));
    if (test_failures > failures)
        printf("# line %d\n", line);
    alert_release(alert);
}

static inline int has_note(const struct adscp_alert *alert,
                           enum alert_note which)
{
    return (alert->notes & bit(which)) != 0;
}

#define NO_ALERT ADSCP_ALERT_OUTCOME_NO_ALERT
#define ALERT ADSCP_ALERT_OUTCOME_ALERT
#define HARD ADSCP_ALERT_OUTCOME_HARD_FAILURE
#define UNCERTAIN ADSCP_ALERT_OUTCOME_UNCERTAIN

struct chain {
    struct made root, middle, leaf;
};

static inline struct chain chain_new(void)
{
    struct chain chain;

    chain.root = make_authority("Root", NULL);
    chain.middle = make_authority("Issuing", &chain.root);
    chain.leaf = MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &chain.middle,
                      .usage = "serverAuth");
    return chain;
}

static inline void chain_free(struct chain *chain)
{
    made_free(&chain->root);
    made_free(&chain->middle);
    made_free(&chain->leaf);
}

static inline const struct adscp_alert *judge_leaf(struct recipe recipe,
                                                   int64_t time)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made leaf;
    const struct adscp_alert *alert;

    recipe.issuer = &root;
    if (recipe.cn == NULL)
        recipe.cn = HOST;
    leaf = make_certificate(recipe);
    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_one(&bench, &leaf, HOST, time);
    made_free(&leaf);
    made_free(&root);
    bench_free(&bench);
    return alert;
}

#define JUDGE(...) judge_leaf((struct recipe){__VA_ARGS__}, Y2012)

static inline EVP_PKEY *rsa(unsigned int bits)
{
    return EVP_RSA_gen(bits);
}

static inline const struct adscp_alert *judge_under(struct recipe issuer)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made middle, leaf;
    const struct made *sent[2] = {&leaf, &middle};
    const struct adscp_alert *alert;

    issuer.cn = "Issuing";
    issuer.issuer = &root;
    middle = make_certificate(issuer);
    leaf = MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &middle);
    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    made_free(&leaf);
    made_free(&middle);
    made_free(&root);
    bench_free(&bench);
    return alert;
}

#define UNDER(...) judge_under((struct recipe){__VA_ARGS__})

static inline const struct adscp_alert *ask(struct bench *bench,
                                            struct trust_question question)
{
    const struct adscp_alert *alert = NULL;

    question.host = HOST;
    question.host_length = strlen(HOST);
    question.time = Y2012;
    CHECK_INT(trust_judge(bench->trust, &question, &alert), ADSCP_OK);
    return alert;
}

#define ASK(bench, ...) ask(bench, (struct trust_question){__VA_ARGS__})

static inline struct made exchange_default(void)
{
    return MAKE(.cn = "EX10", .san = "DNS:EX10,DNS:" HOST,
                .usage = "serverAuth", .constraints = "critical,CA:FALSE",
                .key_usage = "critical,digitalSignature,keyEncipherment",
                .until = Y2015 - 1);
}

#endif
