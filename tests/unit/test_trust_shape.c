/* SPDX-License-Identifier: MIT */
/*
 * Shapes of paths as the public suites have them (NIST PKITS 4.6 to 4.16): path
 * length, key usage, policies and their mapping, constraints on names of each
 * kind. Every row is a path from its root down to the server's own certificate.
 */
#include "test.h"

#include "trust_bench.h"

enum { LINKS = 5 };

struct shape {
    const char *what;
    uint32_t flags;
    struct recipe links[LINKS]; /* what is not said is as in a good path */
};

#define CA(...)                                                                \
    {                                                                          \
        .constraints = "critical,CA:TRUE", __VA_ARGS__                         \
    }
#define LEAF(...)                                                              \
    {                                                                          \
        .san = "DNS:" HOST, __VA_ARGS__                                        \
    }
#define ROOT CA(.cn = "Root")

/* The names of those that have none: by their place. */
static void name_links(struct shape *shape, size_t count)
{
    static const char *const names[LINKS] = {"Root", "One", "Two", "Three",
                                             "Four"};
    size_t i;

    for (i = 0; i < count; i++)
        if (shape->links[i].cn == NULL)
            shape->links[i].cn = i + 1 < count ? names[i] : HOST;
}

static size_t count_links(const struct shape *shape)
{
    size_t count = 1;

    while (count < LINKS &&
           (shape->links[count].constraints != NULL ||
            shape->links[count].san != NULL || shape->links[count].cn != NULL))
        count++;
    return count;
}

static const struct adscp_alert *judge_shape_for(struct shape shape,
                                                 const char *host)
{
    struct bench bench = bench_new();
    struct made made[LINKS];
    const struct made *sent[LINKS];
    size_t count = count_links(&shape), i;
    const struct adscp_alert *alert;

    name_links(&shape, count);
    for (i = 0; i < count; i++) {
        if (i > 0)
            shape.links[i].issuer = &made[i - 1];
        made[i] = make_certificate(shape.links[i]);
        sent[count - 1 - i] = &made[i];
    }
    trust_made(&bench, TRUST_DIRECTORY, &made[0]);
    alert = judge_chain(&bench, sent, count, host, Y2012);
    for (i = 0; i < count; i++)
        made_free(&made[i]);
    bench_free(&bench);
    return alert;
}

static int outcome_of(uint32_t flags)
{
    if (flags == 0)
        return NO_ALERT;
    return (flags & ~0x38U) == 0 ? ALERT : HARD;
}

static void run_shapes(const struct shape *shapes, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        int failures = test_failures;

        EXPECT(judge_shape_for(shapes[i], HOST), shapes[i].flags,
               outcome_of(shapes[i].flags));
        if (test_failures > failures)
            printf("# %s\n", shapes[i].what);
    }
}

#define RUN(shapes) run_shapes((shapes), sizeof(shapes) / sizeof((shapes)[0]))

/* ----------------------------------------- 4.6 and 4.7: who may issue what */

static void test_authorities(void)
{
    static const struct shape shapes[] = {
        {"a good path", 0, {ROOT, CA(), CA(), CA(), LEAF()}},
        {"no basicConstraints", 2, {ROOT, {.cn = "One"}, LEAF()}},
        {"no authority",
         2,
         {ROOT, {.constraints = "critical,CA:FALSE"}, LEAF()}},
        {"no authority, not critical",
         2,
         {ROOT, {.constraints = "CA:FALSE"}, LEAF()}},
        {"an authority, not critical",
         0,
         {ROOT, {.constraints = "CA:TRUE"}, LEAF()}},
        {"length 0, and none below",
         0,
         {ROOT, {.constraints = "critical,CA:TRUE,pathlen:0"}, LEAF()}},
        {"length 0, and one below",
         2,
         {ROOT, {.constraints = "critical,CA:TRUE,pathlen:0"}, CA(), LEAF()}},
        {"length 0, and the same name below, which does not count",
         0,
         {ROOT,
          {.cn = "One", .constraints = "critical,CA:TRUE,pathlen:0"},
          CA(.cn = "One"),
          LEAF()}},
        {"length 1, the same name, and one below that",
         0,
         {ROOT,
          {.cn = "One", .constraints = "critical,CA:TRUE,pathlen:1"},
          CA(.cn = "One"),
          CA(),
          LEAF()}},
        {"length 0 further down",
         2,
         {ROOT,
          {.constraints = "critical,CA:TRUE,pathlen:6"},
          {.constraints = "critical,CA:TRUE,pathlen:0"},
          CA(),
          LEAF()}},
        {"a length below that allows more than the one above",
         2,
         {ROOT,
          {.constraints = "critical,CA:TRUE,pathlen:1"},
          {.constraints = "critical,CA:TRUE,pathlen:6"},
          CA(),
          LEAF()}},
        {"the server's own is an authority below length 0",
         0,
         {ROOT,
          {.constraints = "critical,CA:TRUE,pathlen:0"},
          LEAF(.constraints = "critical,CA:TRUE,pathlen:6")}},
        {"may not sign certificates, critical",
         0x40,
         {ROOT, CA(.key_usage = "critical,cRLSign"), LEAF()}},
        {"may not sign certificates",
         0x40,
         {ROOT, CA(.key_usage = "cRLSign"), LEAF()}},
        {"may not, and is none",
         2,
         {ROOT,
          {.constraints = "CA:FALSE", .key_usage = "digitalSignature"},
          LEAF()}},
        {"the root may not",
         0x40,
         {CA(.cn = "Root", .key_usage = "cRLSign"), LEAF()}},
        {"a critical extension that nobody knows",
         2,
         {ROOT, CA(.oid = "1.2.3.4", .value = "critical,DER:0500"), LEAF()}},
        {"... in the root",
         2,
         {CA(.cn = "Root", .oid = "1.2.3.4", .value = "critical,DER:0500"),
          LEAF()}},
        {"one that is not critical",
         0,
         {ROOT, CA(.oid = "1.2.3.4", .value = "DER:0500"), LEAF()}},
        {"a proxy certificate, RFC 3820",
         2,
         {ROOT, LEAF(.oid = "1.3.6.1.5.5.7.1.14", /* inherits all */
                     .value = "critical,DER:300c300a06082b06010505071501")}},
    };

    RUN(shapes);
}

/* ------------------------------------------------- 4.8 to 4.12: policies */

#define POLICY(oids) .oid = "certificatePolicies", .value = oids
#define EXPLICIT(count)                                                        \
    .oid2 = "policyConstraints",                                               \
    .value2 = "critical,requireExplicitPolicy:" count
#define MAPPING(pair) .oid3 = "policyMappings", .value3 = pair
/* 1.2.3.1, 1.2.3.2, both, and any. */
#define ONE "DER:3007300506032a0301"
#define TWO "DER:3007300506032a0302"
#define BOTH "DER:300e300506032a0301300506032a0302"
#define ANY "DER:300830060604551d2000"
#define ONE_IS_TWO "1.2.3.1:1.2.3.2"
#define ANY_IS_TWO "2.5.29.32.0:1.2.3.2"

static void test_policies(void)
{
    static const struct shape shapes[] = {
        {"one policy all along", 0, {ROOT, CA(POLICY(ONE)), LEAF(POLICY(ONE))}},
        {"different ones, and nobody asks",
         0,
         {ROOT, CA(POLICY(ONE)), LEAF(POLICY(TWO))}},
        {"one is asked for, and is there",
         0,
         {ROOT, CA(POLICY(ONE), EXPLICIT("0")), LEAF(POLICY(ONE))}},
        {"... and is another",
         2,
         {ROOT, CA(POLICY(ONE), EXPLICIT("0")), LEAF(POLICY(TWO))}},
        {"... and is none", 2, {ROOT, CA(POLICY(ONE), EXPLICIT("0")), LEAF()}},
        {"... and is any",
         0,
         {ROOT, CA(POLICY(ONE), EXPLICIT("0")), LEAF(POLICY(ANY))}},
        {"... and any above",
         0,
         {ROOT, CA(POLICY(ANY), EXPLICIT("0")), LEAF(POLICY(ONE))}},
        {"one of two",
         0,
         {ROOT, CA(POLICY(BOTH), EXPLICIT("0")), LEAF(POLICY(TWO))}},
        {"asked for further down than the path goes",
         0,
         {ROOT, CA(POLICY(ONE), EXPLICIT("10")), LEAF(POLICY(TWO))}},
        {"asked for below the next one",
         2,
         {ROOT, CA(POLICY(ONE), EXPLICIT("1")), CA(POLICY(ONE)), LEAF()}},
        {"one policy is called another below",
         0,
         {ROOT, CA(POLICY(ONE), EXPLICIT("0"), MAPPING(ONE_IS_TWO)),
          LEAF(POLICY(TWO))}},
        {"... and is not called so",
         2,
         {ROOT, CA(POLICY(ONE), EXPLICIT("0"), MAPPING(ONE_IS_TWO)),
          LEAF(POLICY(ONE))}},
        {"another name, where none may be given",
         2,
         {ROOT,
          CA(POLICY(ONE), .oid2 = "policyConstraints",
             .value2 = "critical,requireExplicitPolicy:0,"
                       "inhibitPolicyMapping:0"),
          CA(POLICY(ONE), MAPPING(ONE_IS_TWO)), LEAF(POLICY(TWO))}},
        {"... and nobody asks for one",
         0,
         {ROOT,
          CA(POLICY(ONE), .oid2 = "policyConstraints",
             .value2 = "critical,inhibitPolicyMapping:0"),
          CA(POLICY(ONE), MAPPING(ONE_IS_TWO)), LEAF(POLICY(TWO))}},
        {"any policy called another",
         2,
         {ROOT, CA(POLICY(ONE), EXPLICIT("0"), MAPPING(ANY_IS_TWO)),
          LEAF(POLICY(TWO))}},
        {"any policy, where it may not stand",
         2,
         {ROOT,
          CA(POLICY(ONE), EXPLICIT("0"), .oid3 = "inhibitAnyPolicy",
             .value3 = "critical,0"),
          LEAF(POLICY(ANY))}},
        {"... yet",
         0,
         {ROOT,
          CA(POLICY(ONE), EXPLICIT("0"), .oid3 = "inhibitAnyPolicy",
             .value3 = "critical,1"),
          LEAF(POLICY(ANY))}},
        {"... further down",
         2,
         {ROOT,
          CA(POLICY(ONE), EXPLICIT("0"), .oid3 = "inhibitAnyPolicy",
             .value3 = "critical,1"),
          CA(POLICY(ONE)), LEAF(POLICY(ANY))}},
        {"the same policy twice",
         2,
         {ROOT, CA(POLICY(ONE)),
          LEAF(.oid = "certificatePolicies",
               .value = "DER:300e300506032a0304300506032a0304")}},
    };

    RUN(shapes);
}

/* --------------------------------------------------------- 4.13: names */

/* Subtrees with the name CN=HOST: permitted, and excluded. */
#define TREE "223020a41e301c311a301806035504030c1165"
#define TREE_END "7831302e636f72702e6578616d706c65"
#define DIRECTORY(tag)                                                         \
    .oid = "nameConstraints", .value = "critical,DER:3024" tag TREE TREE_END

static void test_names(void)
{
    static const struct shape shapes[] = {
        {"host within",
         0,
         {ROOT, CA(.names = "critical,permitted;DNS:corp.example"), LEAF()}},
        {"host outside",
         2,
         {ROOT, CA(.names = "critical,permitted;DNS:fabrikam.example"),
          LEAF()}},
        {"host that only ends alike",
         2,
         {ROOT, CA(.names = "permitted;DNS:orp.example"), LEAF()}},
        {"host itself", 0, {ROOT, CA(.names = "permitted;DNS:" HOST), LEAF()}},
        {"host excluded",
         2,
         {ROOT, CA(.names = "excluded;DNS:corp.example"), LEAF()}},
        {"host permitted, and excluded further down",
         2,
         {ROOT, CA(.names = "permitted;DNS:example"),
          CA(.names = "excluded;DNS:corp.example"), LEAF()}},
        {"permitted by one authority, not by the other",
         2,
         {ROOT, CA(.names = "permitted;DNS:corp.example"),
          CA(.names = "permitted;DNS:fabrikam.example"), LEAF()}},
        {"by the root",
         2,
         {CA(.cn = "Root", .names = "permitted;DNS:fabrikam.example"), LEAF()}},
        {"one of two hosts outside",
         2,
         {ROOT,
          CA(.names = "permitted;DNS:corp.example"),
          {.san = "DNS:" HOST ",DNS:www.fabrikam.example"}}},
        {"a common name within",
         0,
         {ROOT, CA(.names = "permitted;DNS:corp.example"), {.cn = HOST}}},
        {"a common name outside",
         2,
         {ROOT, CA(.names = "permitted;DNS:fabrikam.example"), {.cn = HOST}}},
        {"an address within",
         0,
         {ROOT,
          CA(.names = "permitted;IP:10.0.0.0/255.0.0.0"),
          {.san = "DNS:" HOST ",IP:10.1.2.3"}}},
        {"an address outside",
         2,
         {ROOT,
          CA(.names = "permitted;IP:10.0.0.0/255.0.0.0"),
          {.san = "DNS:" HOST ",IP:192.0.2.1"}}},
        {"an address excluded",
         2,
         {ROOT,
          CA(.names = "excluded;IP:192.0.2.0/255.255.255.0"),
          {.san = "DNS:" HOST ",IP:192.0.2.1"}}},
        {"an address of the other family, where some are permitted",
         2,
         {ROOT,
          CA(.names = "permitted;IP:10.0.0.0/255.0.0.0"),
          {.san = "DNS:" HOST ",IP:fd00::1"}}},
        {"a mail address within",
         0,
         {ROOT,
          CA(.names = "permitted;email:corp.example"),
          {.san = "DNS:" HOST ",email:ann@corp.example"}}},
        {"a mail address outside",
         2,
         {ROOT,
          CA(.names = "permitted;email:corp.example"),
          {.san = "DNS:" HOST ",email:ann@fabrikam.example"}}},
        {"a mail address excluded",
         2,
         {ROOT,
          CA(.names = "excluded;email:.corp.example"),
          {.san = "DNS:" HOST ",email:ann@mail.corp.example"}}},
        {"a URI within",
         0,
         {ROOT,
          CA(.names = "permitted;URI:.corp.example"),
          {.san = "DNS:" HOST ",URI:https://a.corp.example/x"}}},
        {"a URI outside",
         2,
         {ROOT,
          CA(.names = "permitted;URI:.corp.example"),
          {.san = "DNS:" HOST ",URI:https://a.fabrikam.example/x"}}},
        {"a URI excluded",
         2,
         {ROOT,
          CA(.names = "excluded;URI:a.corp.example"),
          {.san = "DNS:" HOST ",URI:https://a.corp.example/x"}}},
        {"constraints on a kind that is not there",
         0,
         {ROOT, CA(.names = "permitted;email:fabrikam.example"), LEAF()}},
        {"a subject within", 0, {ROOT, CA(DIRECTORY("a0")), LEAF()}},
        {"a subject outside", 2, {ROOT, CA(DIRECTORY("a0")), LEAF(.cn = "x")}},
        {"a subject excluded", 2, {ROOT, CA(DIRECTORY("a1")), LEAF()}},
        {"... and not that one",
         0,
         {ROOT, CA(DIRECTORY("a1")), LEAF(.cn = "x")}},
        {"an authority below outside",
         2,
         {ROOT, CA(DIRECTORY("a0")), CA(.cn = "x"), LEAF()}},
        {"one with the issuer's own name, which does not count",
         0,
         {ROOT, CA(.cn = "One", DIRECTORY("a0")), CA(.cn = "One"), LEAF()}},
        /* Names under the old number, 2.5.29.7. */
        {"an old name within",
         0,
         {ROOT,
          CA(.names = "permitted;DNS:corp.example"),
          {.cn = "x",
           .oid = "2.5.29.7",
           .value = "DER:30138211657831302e636f72702e6578616d706c65"}}},
        {"an old name outside",
         2,
         {ROOT,
          CA(.names = "permitted;DNS:fabrikam.example"),
          {.cn = "x",
           .oid = "2.5.29.7",
           .value = "DER:30138211657831302e636f72702e6578616d706c65"}}},
        {"an old name excluded",
         2,
         {ROOT,
          CA(.names = "excluded;DNS:" HOST),
          {.cn = "x",
           .oid = "2.5.29.7",
           .value = "DER:30138211657831302e636f72702e6578616d706c65"}}},
        {"an old address outside",
         2,
         {ROOT,
          CA(.names = "permitted;IP:10.0.0.0/255.0.0.0"),
          {.cn = HOST, .oid = "2.5.29.7", .value = "DER:30068704c0000201"}}},
        {"an old mail address outside",
         2,
         {ROOT,
          CA(.names = "permitted;email:corp.example"),
          {.cn = HOST,
           .oid = "2.5.29.7",
           .value = "DER:300d810b6140622e6578616d706c65"}}},
    };

    RUN(shapes);
}

/* The host may be a common name, where no DNS name is there: then that is bound
 * by what is said about names of its kind. */
static void test_common_names(void)
{
    static const struct {
        const char *host, *rules, *cn, *cn2, *san;
        uint32_t flags;
    } rows[] = {
        {HOST, "permitted;DNS:corp.example", "*.corp.example", NULL, NULL, 0},
        {HOST, "permitted;DNS:b.example", "*.corp.example", NULL, NULL, 2},
        {HOST, "permitted;DNS:b.example", "ex*.corp.example", NULL, NULL, 2},
        {HOST, "permitted;DNS:b.example", "A name", "*.corp.example", NULL, 2},
        {HOST, "permitted;DNS:corp.example", "A name", HOST, NULL, 0},
        {HOST, "permitted;DNS:b.example", "*.corp.example", NULL, "IP:10.0.0.1",
         2},
        {HOST, "permitted;DNS:b.example", HOST, NULL, "IP:10.0.0.1", 2},
        {HOST, "excluded;DNS:corp.example", "*.corp.example", NULL, NULL, 2},
        {HOST, "excluded;DNS:b.example", "*.corp.example", NULL, NULL, 0},
        {"ex10", "excluded;DNS:ex10", "EX10", NULL, NULL, 2},
        {"ex10", "excluded;DNS:ex11", "EX10", NULL, NULL, 0},
        {"ex10", "permitted;DNS:ex10", "EX10", NULL, NULL, 0},
        {"ex10", "permitted;DNS:corp.example", "EX10", NULL, NULL, 2},
        {"10.0.0.1", "permitted;IP:10.0.0.0/255.0.0.0", "10.0.0.1", NULL, NULL,
         0},
        {"10.0.0.1", "permitted;IP:11.0.0.0/255.0.0.0", "10.0.0.1", NULL, NULL,
         2},
        {"10.0.0.1", "excluded;IP:10.0.0.0/255.0.0.0", "10.0.0.1", NULL, NULL,
         2},
        {"fd00::1", "excluded;IP:fd00::/ff00::", "fd00::1", NULL, NULL, 2},
        {"fd00::1", "permitted;IP:fd00::/ff00::", "fd00::1", NULL, NULL, 0},
        {"10.0.0.1", "permitted;DNS:b.example", "A name", NULL, "IP:10.0.0.1",
         0},
        {"ex11", "excluded;DNS:ex10", "ex10", NULL, "DNS:ex11", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int failures = test_failures;
        struct shape shape = {
            .links = {
                ROOT,
                CA(.names = rows[i].rules),
                {.cn = rows[i].cn, .cn2 = rows[i].cn2, .san = rows[i].san}}};

        EXPECT(judge_shape_for(shape, rows[i].host), rows[i].flags,
               outcome_of(rows[i].flags));
        if (test_failures > failures)
            printf("# %s, %s\n", rows[i].rules, rows[i].cn);
    }
}

static const struct test tests[] = {
    {"who may issue what", test_authorities},
    {"policies", test_policies},
    {"names", test_names},
    {"common names", test_common_names},
};

TEST_MAIN(tests)
