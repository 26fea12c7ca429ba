/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL's queue of errors belongs to the whole thread: what the caller's own
 * calls left there decides nothing, and stays. A chain with everything that
 * takes OpenSSL to judge: names, policies, constraints, a second path.
 */
#include "test.h"

#include <openssl/err.h>

#include "trust_bench.h"

enum { LINKS = 3, AUTHORITIES = 2 };

struct scene {
    struct made root, other_root, middle, other_middle, leaf;
};

static struct scene scene_new(EVP_PKEY *key, EVP_PKEY *shared)
{
    struct scene scene;

    scene.root = MAKE(.cn = "Root", .constraints = "critical,CA:TRUE",
                      .key_usage = "critical,keyCertSign", .key = key);
    scene.other_root = make_authority("Other Root", NULL);
    scene.middle = MAKE(.cn = "Issuing", .issuer = &scene.root,
                        .constraints = "critical,CA:TRUE", .key = shared,
                        .names = "permitted;DNS:corp.example",
                        .oid = "2.5.29.32", .value = "DER:3007300506032a0304");
    scene.other_middle =
        MAKE(.cn = "Issuing", .issuer = &scene.other_root, .key = shared,
             .constraints = "critical,CA:TRUE", .until = Y2012 - 1);
    scene.leaf = MAKE(.cn = "x", .san = "DNS:" HOST ",IP:10.0.0.1",
                      .issuer = &scene.middle, .usage = "serverAuth",
                      .key_usage = "digitalSignature", .oid = "2.5.29.32",
                      .value = "DER:3007300506032a0304");
    return scene;
}

static void scene_free(struct scene *scene)
{
    made_free(&scene->root);
    made_free(&scene->other_root);
    made_free(&scene->middle);
    made_free(&scene->other_middle);
    made_free(&scene->leaf);
}

/* ADSCP_OK and the verdict, or the first failure. */
static int judge(const struct scene *scene, const struct adscp_alert **alertp)
{
    const struct made *anchors[AUTHORITIES] = {&scene->root,
                                               &scene->other_root};
    const struct made *sent[LINKS] = {&scene->leaf, &scene->other_middle,
                                      &scene->middle};
    const struct adscp_certificate *rows[LINKS], *row;
    struct trust_question question = {.chain = rows,
                                      .chain_count = LINKS,
                                      .host = HOST,
                                      .host_length = strlen(HOST),
                                      .time = Y2012};
    struct bench bench = bench_new();
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; rc == ADSCP_OK && i < AUTHORITIES; i++) {
        rc = certificates_add(bench.store, anchors[i]->der, anchors[i]->length,
                              &row);
        if (rc == ADSCP_OK)
            rc = trust_add(bench.trust, TRUST_DIRECTORY, row);
    }
    for (i = 0; rc == ADSCP_OK && i < LINKS; i++)
        rc = certificates_add(bench.store, sent[i]->der, sent[i]->length,
                              &rows[i]);
    if (rc == ADSCP_OK)
        rc = trust_judge(bench.trust, &question, alertp);
    bench_free(&bench);
    return rc;
}

static void judged_well(const struct scene *scene)
{
    const struct adscp_alert *alert = NULL;

    CHECK_INT(judge(scene, &alert), ADSCP_OK);
    EXPECT(alert, 0, NO_ALERT);
}

/* What the caller's own calls of OpenSSL left behind is none of ours. */
static void test_old_errors(void)
{
    EVP_PKEY *key = rsa(2048), *shared = EVP_EC_gen("P-256");
    struct scene scene = scene_new(key, shared);
    int i;

    for (i = 0; i < 3; i++) {
        ERR_raise(ERR_LIB_X509, ERR_R_MALLOC_FAILURE);
        judged_well(&scene);
    }
    CHECK(ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE);
    ERR_clear_error();
    scene_free(&scene);
    EVP_PKEY_free(key);
    EVP_PKEY_free(shared);
}

static const struct test tests[] = {
    {"errors of the caller's own", test_old_errors},
};

TEST_MAIN(tests)
