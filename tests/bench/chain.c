/* SPDX-License-Identifier: MIT */
/*
 * chain ROOTS HELPERS SENT PASSES [openssl]: what a verdict costs. Each pass
 * reads the files anew, takes the first for roots and the second for
 * intermediates of the directory, and judges what the third holds as the chain
 * of ex10.corp.example: nothing is known from the pass before. The difference
 * of two counts of passes is what they cost, start-up taken off. An empty name
 * is no file. With "openssl", OpenSSL alone verifies one path, for comparison.
 *
 * Signatures are counted by the linker's --wrap.
 */
#include <malloc.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "judge/trust/trust.h"

#define HOST "ex10.corp.example"
#define DAY INT64_C(1750000000)

struct bytes {
    char *data;
    size_t length;
};

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

static void require(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "chain: %s\n", what);
    exit(1);
}

static struct bytes load(const char *name)
{
    struct bytes bytes = {NULL, 0};
    FILE *file;
    long size;

    if (name[0] == '\0')
        return bytes;
    file = fopen(name, "rb");
    require(file != NULL && fseek(file, 0, SEEK_END) == 0, name);
    size = ftell(file);
    rewind(file);
    bytes.data = malloc((size_t)size + 1);
    require(bytes.data != NULL, "no memory");
    bytes.length = fread(bytes.data, 1, (size_t)size, file);
    fclose(file);
    return bytes;
}

static struct certificate_list read_list(struct certificates *store,
                                         const struct bytes *bytes)
{
    struct certificate_list list = {0};

    if (bytes->data != NULL)
        require(certificates_read(store, bytes->data, bytes->length, &list) ==
                    ADSCP_OK,
                "not read");
    return list;
}

static void add(struct trust *trust, enum trust_role role,
                struct certificates *store, const struct bytes *bytes)
{
    struct certificate_list list = read_list(store, bytes);
    size_t i;

    for (i = 0; i < list.count; i++)
        require(trust_add(trust, role, list.rows[i]) == ADSCP_OK, "not added");
    certificate_list_free(&list);
}

static void pass(const struct bytes *files)
{
    struct certificates *store = certificates_new();
    struct trust *trust = trust_new();
    struct certificate_list sent;
    struct trust_question question = {
        .host = HOST, .host_length = strlen(HOST), .time = DAY};
    const struct adscp_alert *alert = NULL;

    add(trust, TRUST_DIRECTORY, store, &files[0]);
    add(trust, TRUST_HELPER, store, &files[1]);
    sent = read_list(store, &files[2]);
    question.chain = sent.rows;
    question.chain_count = sent.count;
    require(trust_judge(trust, &question, &alert) == ADSCP_OK, "not judged");
    printf("outcome %s\nchain %d\nresident %jd\nsignatures %ld\n",
           adscp_alert_outcome_name(adscp_alert_outcome(alert)),
           adscp_alert_chain_count(alert), (intmax_t)bench_resident(),
           signatures);
    signatures = 0;
    alert_release(alert);
    certificate_list_free(&sent);
    trust_free(trust);
    certificates_release(store);
}

static STACK_OF(X509) * read_all(const struct bytes *bytes)
{
    STACK_OF(X509) *all = sk_X509_new_null();
    BIO *bio = BIO_new_mem_buf(bytes->data, (int)bytes->length);
    X509 *one;

    while ((one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
        sk_X509_push(all, one);
    BIO_free(bio);
    return all;
}

static void pass_openssl(const struct bytes *files)
{
    STACK_OF(X509) * all[3];
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    int i;

    for (i = 0; i < 3; i++)
        all[i] = read_all(&files[i]);
    for (i = 0; i < sk_X509_num(all[0]); i++)
        X509_STORE_add_cert(store, sk_X509_value(all[0], i));
    require(X509_STORE_CTX_init(context, store, sk_X509_value(all[2], 0),
                                all[1]) == 1,
            "no memory");
    X509_STORE_CTX_set_time(context, 0, DAY);
    require(X509_verify_cert(context) == 1, "not verified");
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    for (i = 0; i < 3; i++)
        sk_X509_pop_free(all[i], X509_free);
}

int main(int argc, char **argv)
{
    bool alone = argc == 6 && strcmp(argv[5], "openssl") == 0;
    struct bytes files[3];
    long passes;
    int i;

    if (argc != 5 && !alone)
        return fputs("usage: chain ROOTS HELPERS SENT PASSES [openssl]\n",
                     stderr),
               2;
    for (i = 0; i < 3; i++)
        files[i] = load(argv[1 + i]);
    for (passes = strtol(argv[4], NULL, 10); passes > 0; passes--)
        (alone ? pass_openssl : pass)(files);
    for (i = 0; i < 3; i++)
        free(files[i].data);
    return 0;
}
