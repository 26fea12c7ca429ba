/* SPDX-License-Identifier: MIT */
/* judge/trust: certificates that a policy disallows. */
#include "test.h"

#include "trust_bench.h"

/* Whoever else trusts it, and wherever it stands in the chain. */
static void test_disallowed(void)
{
    struct chain c = chain_new();
    const struct made *sent[] = {&c.leaf, &c.middle};
    const struct made *one[] = {&c.leaf, &c.middle, &c.root};
    size_t i;

    for (i = 0; i < 3; i++) {
        struct bench bench = bench_new();
        const struct adscp_alert *alert;

        trust_made(&bench, TRUST_CALLER, &c.root);
        trust_made(&bench, TRUST_DIRECTORY, &c.root);
        trust_made(&bench, TRUST_POLICY, &c.root);
        alert = judge_chain(&bench, sent, 2, HOST, Y2012);
        EXPECT(alert, 0, NO_ALERT);
        trust_made(&bench, TRUST_DISALLOWED, one[i]);
        alert = judge_chain(&bench, sent, 2, HOST, Y2012);
        CHECK(has_note(alert, NOTE_DISALLOWED));
        EXPECT(alert, 8, ALERT);
        bench_free(&bench);
    }
    chain_free(&c);
}

/* Windows takes another path where one is disallowed. */
static void test_disallowed_beside(void)
{
    struct made root = make_authority("Root", NULL);
    struct made other = make_authority("Other root", NULL);
    struct made middle = make_certificate((struct recipe){
        .cn = "Middle", .constraints = "critical,CA:TRUE", .issuer = &root});
    struct made cross =
        make_certificate((struct recipe){.cn = "Middle",
                                         .constraints = "critical,CA:TRUE",
                                         .issuer = &other,
                                         .key = middle.key});
    struct made leaf = make_certificate(
        (struct recipe){.cn = HOST, .san = "DNS:" HOST, .issuer = &middle});
    const struct made *sent[] = {&leaf, &middle, &cross};
    struct bench bench = bench_new();
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    trust_made(&bench, TRUST_DIRECTORY, &other);
    trust_made(&bench, TRUST_DISALLOWED, &root);
    alert = judge_chain(&bench, sent, 3, HOST, Y2012);
    EXPECT(alert, 0, NO_ALERT);
    trust_made(&bench, TRUST_DISALLOWED, &cross);
    alert = judge_chain(&bench, sent, 3, HOST, Y2012);
    EXPECT(alert, 8, ALERT);
    bench_free(&bench);
    made_free(&root);
    made_free(&other);
    made_free(&middle);
    made_free(&cross);
    made_free(&leaf);
}

static const struct test tests[] = {
    {"a certificate that is disallowed", test_disallowed},
    {"a path beside a disallowed one", test_disallowed_beside},
};

TEST_MAIN(tests)
