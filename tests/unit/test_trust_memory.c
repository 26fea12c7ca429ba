/* SPDX-License-Identifier: MIT */
/*
 * Each allocation of OpenSSL fails in turn, alone and with all behind it: a
 * verdict is the same or there is none, and the next one, with memory, is the
 * same again. A sample of them; with ADSCP_TEST_ALL=1 in the environment every
 * one. (Those of its start are in test_crypto_memory.c.)
 */
#include "test.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "failing_openssl.h"
#include "touch.h"
#include "trust_bench.h"

/* ---------------------------------------------------------------- scenes -- */

enum { SENT = -1, PARTS = 8 };

/* Who is sent, who is trusted, and how; and bytes that are read for more. */
struct scene {
    const char *name;
    struct made made[PARTS];
    int roles[PARTS];
    size_t count;
    unsigned char *file;
    size_t file_length;
    const char *host;
};

static void put(struct scene *scene, int role, struct made made)
{
    scene->roles[scene->count] = role;
    scene->made[scene->count++] = made;
}

static void scene_free(struct scene *scene)
{
    size_t i;

    for (i = 0; i < scene->count; i++)
        made_free(&scene->made[i]);
    free(scene->file);
}

static EVP_PKEY *pss(void)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA_PSS, NULL);
    EVP_PKEY *key = NULL;

    CHECK(EVP_PKEY_keygen_init(context) == 1 &&
          EVP_PKEY_CTX_set_rsa_keygen_bits(context, 1024) == 1 &&
          EVP_PKEY_keygen(context, &key) == 1);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* A good chain whose root has that key. */
static void fill_chain(struct scene *scene, EVP_PKEY *key)
{
    put(scene, TRUST_DIRECTORY,
        MAKE(.cn = "Root", .constraints = "critical,CA:TRUE",
             .key_usage = "critical,keyCertSign", .key = key));
    put(scene, SENT,
        MAKE(.cn = "x", .san = "DNS:" HOST ",IP:10.0.0.1",
             .issuer = &scene->made[0], .usage = "serverAuth",
             .key_usage = "digitalSignature",
             .access = "caIssuers;URI:http://pki.example/a.crt"));
    EVP_PKEY_free(key);
}

static void fill_rsa(struct scene *scene)
{
    fill_chain(scene, rsa(2048));
}

static void fill_pss(struct scene *scene)
{
    fill_chain(scene, pss());
}

static void fill_p384(struct scene *scene)
{
    fill_chain(scene, EVP_EC_gen("P-384"));
}

static void fill_ed25519(struct scene *scene)
{
    fill_chain(scene, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
}

/* Names, policies, and a second path that is over. */
static void fill_rules(struct scene *scene)
{
    static const char policy[] = "DER:3007300506032a0304";
    EVP_PKEY *shared = EVP_EC_gen("P-256");

    put(scene, TRUST_DIRECTORY, make_authority("Root", NULL));
    put(scene, TRUST_DIRECTORY, make_authority("Other Root", NULL));
    put(scene, TRUST_HELPER,
        MAKE(.cn = "Issuing", .issuer = &scene->made[0], .key = shared,
             .constraints = "critical,CA:TRUE",
             .names = "permitted;DNS:corp.example", .oid = "2.5.29.32",
             .value = policy));
    put(scene, TRUST_HELPER,
        MAKE(.cn = "Issuing", .issuer = &scene->made[1], .key = shared,
             .constraints = "critical,CA:TRUE", .until = Y2012 - 1));
    put(scene, SENT,
        MAKE(.cn = "x", .san = "DNS:" HOST, .issuer = &scene->made[2],
             .usage = "serverAuth", .oid = "2.5.29.32", .value = policy,
             .oid2 = "2.5.29.7", /* the same host, by the old number */
             .value2 = "DER:30138211657831302e636f72702e6578616d706c65"));
    EVP_PKEY_free(shared);
}

/* Names and policies that do not fit. */
static void fill_broken_rules(struct scene *scene)
{
    put(scene, TRUST_DIRECTORY,
        MAKE(.cn = "Root", .constraints = "critical,CA:TRUE"));
    put(scene, TRUST_HELPER,
        MAKE(.cn = "Issuing", .issuer = &scene->made[0],
             .constraints = "critical,CA:TRUE",
             .names = "excluded;DNS:corp.example",
             .oid = "2.5.29.36", /* explicit policy, at once */
             .value = "DER:3003800100", .oid2 = "2.5.29.32",
             .value2 = "DER:3007300506032a0304")); /* or OpenSSL leaks */
    put(scene, SENT,
        MAKE(.cn = "x", .san = "DNS:" HOST, .issuer = &scene->made[1]));
}

/* Namesakes of the issuer with another key of each kind, and nobody else. */
static void fill_impostors(struct scene *scene)
{
    EVP_PKEY *keys[] = {EVP_EC_gen("P-256"), rsa(1024), rsa(1024),
                        EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
    size_t i;

    for (i = 0; i < 4; i++)
        put(scene, TRUST_DIRECTORY,
            MAKE(.cn = "Root", .constraints = "critical,CA:TRUE",
                 .key = keys[i]));
    for (i = 0; i < 2; i++) { /* by one of each kind, which is nowhere */
        EVP_PKEY *key = i == 0 ? rsa(1024) : EVP_EC_gen("P-256");
        struct made lost =
            MAKE(.cn = "Root", .key = key, .constraints = "critical,CA:TRUE");

        put(scene, SENT,
            MAKE(.cn = HOST, .issuer = &lost,
                 .constraints = i == 0 ? "CA:FALSE" : "CA:TRUE"));
        made_free(&lost);
        EVP_PKEY_free(key);
    }
    for (i = 0; i < 4; i++)
        EVP_PKEY_free(keys[i]);
}

/* Each with something that cannot be read, or that says so. */
static void fill_odd(struct scene *scene)
{
    static const unsigned char broken[] = {0x30, 0x04, 0x82, 0x05, 'a', 'b'};

    put(scene, TRUST_DIRECTORY, make_authority("Root", NULL));
    put(scene, SENT,
        MAKE(.cn = HOST, .cn2 = "\xc3\xa4.example", .issuer = &scene->made[0],
             .san_der = broken, .san_der_length = sizeof(broken),
             .oid = "2.5.29.37", .value = "DER:0500"));
    put(scene, SENT, MAKE(.cn = "Alone", .forged = 1));
    put(scene, SENT, MAKE(.cn = "First", .first = 1, .digest = EVP_sha512()));
}

/* Written in another type of string: equal, once decoded. */
static void fill_names(struct scene *scene)
{
    X509_NAME *name = X509_NAME_new();

    put(scene, TRUST_DIRECTORY, make_authority("Root CA", NULL));
    put(scene, SENT, MAKE(.cn = HOST, .issuer = &scene->made[0]));
    X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_BMPSTRING,
                               (const unsigned char *)"\0R\0o\0o\0t\0 \0C\0A",
                               14, -1, 0);
    X509_set_issuer_name(scene->made[1].x509, name);
    X509_sign(scene->made[1].x509, scene->made[0].key, EVP_sha256());
    OPENSSL_free(scene->made[1].der);
    scene->made[1].der = NULL;
    scene->made[1].length =
        (size_t)i2d_X509(scene->made[1].x509, &scene->made[1].der);
    X509_NAME_free(name);
}

static void keep_file(struct scene *scene, BIO *bio)
{
    char *bytes;
    long length = BIO_get_mem_data(bio, &bytes);

    scene->file = malloc((size_t)length);
    memcpy(scene->file, bytes, (size_t)length);
    scene->file_length = (size_t)length;
    BIO_free(bio);
}

/* The root is in a file of many, behind text and what is broken. */
static void fill_pem(struct scene *scene)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct made root = make_authority("Root", NULL);
    struct made other = make_authority("Other", NULL);

    BIO_puts(bio, "# roots\n");
    PEM_write_bio_X509(bio, other.x509);
    BIO_puts(bio,
             "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
    PEM_write_bio_X509(bio, root.x509);
    keep_file(scene, bio);
    put(scene, SENT, MAKE(.cn = HOST, .issuer = &root));
    made_free(&root);
    made_free(&other);
}

static void fill_pkcs7(struct scene *scene)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct made root = make_authority("Root", NULL);
    PKCS7 *pkcs7 = PKCS7_new();

    CHECK(PKCS7_set_type(pkcs7, NID_pkcs7_signed) == 1 &&
          PKCS7_content_new(pkcs7, NID_pkcs7_data) == 1 &&
          PKCS7_add_certificate(pkcs7, root.x509) == 1 &&
          i2d_PKCS7_bio(bio, pkcs7) == 1);
    PKCS7_free(pkcs7);
    keep_file(scene, bio);
    put(scene, SENT, MAKE(.cn = HOST, .issuer = &root));
    made_free(&root);
}

static const struct kind {
    const char *name;
    void (*fill)(struct scene *scene);
} kinds[] = {
    {"RSA", fill_rsa},
    {"RSA-PSS", fill_pss},
    {"P-384", fill_p384},
    {"Ed25519", fill_ed25519},
    {"rules", fill_rules},
    {"broken rules", fill_broken_rules},
    {"impostors", fill_impostors},
    {"odd certificates", fill_odd},
    {"names", fill_names},
    {"a PEM file", fill_pem},
    {"a PKCS#7 file", fill_pkcs7},
};

/* --------------------------------------------------------------- verdicts --
 */

static int add(struct bench *bench, const struct scene *scene,
               const struct adscp_certificate **rows, size_t *countp)
{
    struct certificate_list list = {0};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < scene->count && rc == ADSCP_OK; i++) {
        const struct adscp_certificate *row = NULL;

        rc = certificates_add(bench->store, scene->made[i].der,
                              scene->made[i].length, &row);
        if (rc == ADSCP_OK && scene->roles[i] == SENT)
            rows[(*countp)++] = row;
        else if (rc == ADSCP_OK)
            rc = trust_add(bench->trust, (enum trust_role)scene->roles[i], row);
    }
    if (rc == ADSCP_OK && scene->file != NULL)
        rc = certificates_read(bench->store, scene->file, scene->file_length,
                               &list);
    for (i = 0; i < list.count && rc == ADSCP_OK; i++)
        rc = trust_add(bench->trust, TRUST_CALLER, list.rows[i]);
    certificate_list_free(&list);
    return rc;
}

/* Of each that is sent, alone and with the others behind it. */
static int judge(const struct scene *scene, uint64_t *sump)
{
    const struct adscp_certificate *rows[PARTS];
    struct bench bench = bench_new();
    size_t count = 0, i;
    int rc = add(&bench, scene, rows, &count);

    *sump = 0;
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        const struct adscp_alert *alert = NULL;
        struct trust_question question = {.chain = rows + i,
                                          .chain_count = count - i,
                                          .host = HOST,
                                          .host_length = strlen(HOST),
                                          .time = Y2012};

        rc = trust_judge(bench.trust, &question, &alert);
        if (rc == ADSCP_OK) {
            long rest = until_failure;

            until_failure = -1; /* what a getter makes is made again */
            *sump = touch_alert(*sump, alert);
            until_failure = rest;
        }
        alert_release(alert);
    }
    bench_free(&bench);
    return rc;
}

/* false: an answer that is none. */
static bool fail_one(const struct scene *scene, long number, uint64_t whole)
{
    uint64_t sum;
    int rc;

    until_failure = number;
    rc = judge(scene, &sum);
    until_failure = -1;
    if (rc != ADSCP_E_NOMEM && (rc != ADSCP_OK || sum != whole)) {
        printf("# %s: allocation %ld%s: %s, another verdict\n", scene->name,
               number, once ? "" : " and all behind it", adscp_error_name(rc));
        return false;
    }
    if (number % 8 != 0 || (judge(scene, &sum) == ADSCP_OK && sum == whole))
        return true;
    printf("# %s: another verdict after allocation %ld%s\n", scene->name,
           number, once ? "" : " and all behind it");
    return false;
}

static void fail_each(const struct scene *scene)
{
    static long turn; /* so that samples differ */
    uint64_t whole;
    long step = step_of(197), n, count, failed = 0;

    CHECK_INT(judge(scene, &whole), ADSCP_OK);
    asked = 0;
    CHECK_INT(judge(scene, &whole), ADSCP_OK);
    count = asked;
    CHECK(count > 20);
    for (n = turn++ * 8 % step; n < count && failed < 20; n += step) {
        once = true;
        failed += !fail_one(scene, n, whole);
        once = false;
        failed += !fail_one(scene, n, whole);
    }
    printf("# %s: %ld allocations\n", scene->name, count);
    CHECK_INT(failed, 0);
}

static void test_verdicts(void)
{
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct scene scene = {.name = kinds[i].name};

        kinds[i].fill(&scene);
        fail_each(&scene);
        scene_free(&scene);
    }
}

/* --------------------------------------------------------------- policies --
 */

/* Within one call of it, the allocation that fails; -1: none. */
static long in_policies = -1;

int __real_X509_policy_check(X509_POLICY_TREE **treep, int *is_explicitp,
                             STACK_OF(X509) * chain,
                             STACK_OF(ASN1_OBJECT) * allowed,
                             unsigned int flags);
int __wrap_X509_policy_check(X509_POLICY_TREE **treep, int *is_explicitp,
                             STACK_OF(X509) * chain,
                             STACK_OF(ASN1_OBJECT) * allowed,
                             unsigned int flags);

int __wrap_X509_policy_check(X509_POLICY_TREE **treep, int *is_explicitp,
                             STACK_OF(X509) * chain,
                             STACK_OF(ASN1_OBJECT) * allowed,
                             unsigned int flags)
{
    int state;

    until_failure = in_policies;
    in_policies = -1;
    state =
        __real_X509_policy_check(treep, is_explicitp, chain, allowed, flags);
    in_policies = until_failure; /* where it was not reached */
    until_failure = -1;
    return state;
}

/* Each one of them: the sample finds them too seldom. Beneath an error that the
 * caller left behind, OpenSSL's reasons are not all seen. */
static void fail_policies(const struct scene *scene, bool beneath)
{
    uint64_t whole, sum;
    long n;
    int rc;

    CHECK_INT(judge(scene, &whole), ADSCP_OK);
    for (n = 0, in_policies = -1; in_policies < 0 && n < 1000; n++) {
        if (beneath)
            ERR_raise(ERR_LIB_X509, ERR_R_OPERATION_FAIL);
        in_policies = n;
        rc = judge(scene, &sum);
        CHECK(rc == ADSCP_E_NOMEM || (rc == ADSCP_OK && sum == whole));
        ERR_clear_error();
    }
    CHECK(n > 20 && n < 1000);
    printf("# %ld allocations\n", n);
    in_policies = -1;
}

static void test_policies(void)
{
    struct scene scene = {.name = "policies"};

    fill_rules(&scene);
    once = true;
    fail_policies(&scene, false);
    fail_policies(&scene, true);
    once = false;
    scene_free(&scene);
}

static const struct test tests[] = {
    {"verdicts, without memory for OpenSSL", test_verdicts},
    {"policies, without memory for OpenSSL", test_policies},
};

int main(void)
{
    if (CRYPTO_set_mem_functions(allocate, reallocate, release) != 1)
        return puts("Bail out! OpenSSL was used before"), 1;
    return test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
}
