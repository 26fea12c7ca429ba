/* SPDX-License-Identifier: MIT */
/*
 * facts/certificate: every field, every container, and certificates whose only
 * purpose is to break a reader.
 */
#include "test.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "make_certificate.h"

static const struct adscp_certificate *
add_bytes(struct certificates *store, const void *bytes, size_t length)
{
    const struct adscp_certificate *row = NULL;

    CHECK_INT(certificates_add(store, bytes, length, &row), ADSCP_OK);
    CHECK(row != NULL);
    return row;
}

static const struct adscp_certificate *add(struct certificates *store,
                                           const struct made *made)
{
    return add_bytes(store, made->der, made->length);
}

/* --------------------------------------------------------------- store -- */

static void test_store(void)
{
    struct certificates *store = certificates_new(), *newer, *newest;
    const struct adscp_certificate *rows[100], *again;
    unsigned char bytes[4] = {0};
    int i;

    CHECK_INT(certificates_count(store), 0);
    for (i = 0; i < 100; i++) {
        bytes[0] = (unsigned char)i;
        rows[i] = add_bytes(store, bytes, sizeof(bytes));
    }
    CHECK_INT(certificates_count(store), 100);
    for (i = 0; i < 100; i++) {
        bytes[0] = (unsigned char)i;
        CHECK(add_bytes(store, bytes, sizeof(bytes)) == rows[i]);
    }
    CHECK_INT(certificates_count(store), 100);
    again = rows[0];
    CHECK_INT(certificates_add(NULL, bytes, 4, &again), ADSCP_E_ARGUMENT);
    CHECK_INT(certificates_add(store, NULL, 4, &again), ADSCP_E_ARGUMENT);
    CHECK_INT(certificates_add(store, bytes, 4, NULL), ADSCP_E_ARGUMENT);
    CHECK(again == rows[0]);
    certificates_release(certificates_hold(store));
    CHECK_STR(adscp_certificate_problem(rows[5]), "not a certificate");
    newer = certificates_new();
    newest = certificates_new();
    certificates_inherit(newer, store);
    certificates_inherit(newest, newer);
    certificates_release(newer);
    certificates_release(store);
    /* What lies in the first one is found, and lives as long as the last. */
    CHECK(add_bytes(newest, bytes, sizeof(bytes)) == rows[99]);
    CHECK_INT(certificates_count(newest), 0);
    bytes[1] = 1;
    CHECK(add_bytes(newest, bytes, sizeof(bytes)) != rows[99]);
    CHECK_INT(certificates_count(newest), 1);
    certificates_release(newest);
    certificates_release(NULL);
}

/* More than the table of shared ones has room for at first. */
enum { SHARED = 200 };

/* What one store took apart serves the other, which may live longer. */
static void test_shared(void)
{
    struct certificates *store = certificates_new(),
                        *other = certificates_new();
    const struct certificate_facts *facts[SHARED];
    unsigned char bytes[4] = {0};
    int i;

    for (i = 0; i < SHARED; i++) {
        bytes[0] = (unsigned char)i;
        facts[i] = certificate_facts(add_bytes(store, bytes, sizeof(bytes)));
        CHECK(facts[i] != NULL && (i == 0 || facts[i] != facts[i - 1]));
    }
    for (i = 0; i < SHARED; i += 2) {
        bytes[0] = (unsigned char)i;
        CHECK(certificate_facts(add_bytes(other, bytes, sizeof(bytes))) ==
              facts[i]);
    }
    CHECK(certificate_facts(add_bytes(other, bytes, 3)) != facts[SHARED - 2]);
    certificates_release(store);
    CHECK_STR(facts[0]->problem, "not a certificate");
    CHECK_STR(facts[SHARED - 2]->problem, "not a certificate");
    certificates_release(other);
}

/* -------------------------------------------------------------- fields -- */

static void test_fields(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "EX10",
                            .san = "DNS:EX10,DNS:ex10.corp.example,"
                                   "IP:10.0.0.1,IP:fd00::1,email:a@b.example",
                            .usage = "serverAuth", .until = Y2015 - 1);
    const struct adscp_certificate *row = add(store, &made);

    ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.x509), 0);
    CHECK_STR(adscp_certificate_problem(row), NULL);
    CHECK_STR(adscp_certificate_subject(row), "CN=EX10");
    CHECK_STR(adscp_certificate_issuer(row), "CN=EX10");
    CHECK_STR(adscp_certificate_common_name(row), "EX10");
    CHECK_INT(adscp_certificate_dns_name_count(row), 2);
    CHECK_STR(adscp_certificate_dns_name(row, 0), "EX10");
    CHECK_STR(adscp_certificate_dns_name(row, 1), "ex10.corp.example");
    CHECK_STR(adscp_certificate_dns_name(row, 2), NULL);
    CHECK_STR(adscp_certificate_dns_name(row, -1), NULL);
    CHECK_INT(adscp_certificate_ip_address_count(row), 2);
    CHECK_STR(adscp_certificate_ip_address(row, 0), "10.0.0.1");
    CHECK_STR(adscp_certificate_ip_address(row, 1), "fd00::1");
    CHECK_STR(adscp_certificate_ip_address(row, 2), NULL);
    CHECK_INT(adscp_certificate_not_before(row), Y2010);
    CHECK_INT(adscp_certificate_not_after(row), Y2015 - 1);
    CHECK_STR(adscp_certificate_key(row), "EC P-256");
    CHECK_STR(adscp_certificate_signature(row), "ecdsa-with-SHA256");
    CHECK_INT(adscp_certificate_self_signed(row), 1);
    CHECK_STR(adscp_certificate_friendly_name(row), NULL);
    CHECK_INT(strlen(adscp_certificate_serial(row)), 4);
    made_free(&made);
    certificates_release(store);
}

/* The same digests as OpenSSL's, of the same bytes. */
static void test_hashes(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a");
    const struct adscp_certificate *row = add(store, &made);
    unsigned char hash[EVP_MAX_MD_SIZE];
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    unsigned int length = 0, i;

    X509_digest(made.x509, EVP_sha1(), hash, &length);
    for (i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02X", hash[i]);
    CHECK_STR(adscp_certificate_sha1(row), hex);
    X509_digest(made.x509, EVP_sha256(), hash, &length);
    for (i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02X", hash[i]);
    CHECK_STR(adscp_certificate_sha256(row), hex);
    made_free(&made);
    certificates_release(store);
}

static void expect_key(EVP_PKEY *key, const EVP_MD *digest, const char *name,
                       const char *signature)
{
    struct certificates *store = certificates_new();
    struct made made;
    const struct adscp_certificate *row;

    CHECK(key != NULL);
    made = MAKE(.cn = "a", .key = key, .digest = digest);
    row = add(store, &made);
    CHECK_STR(adscp_certificate_key(row), name);
    CHECK_STR(adscp_certificate_signature(row), signature);
    CHECK_INT(adscp_certificate_self_signed(row), 1);
    EVP_PKEY_free(key);
    made_free(&made);
    certificates_release(store);
}

static void test_keys(void)
{
    expect_key(EVP_RSA_gen(1024), EVP_sha1(), "RSA 1024",
               "sha1WithRSAEncryption");
    expect_key(EVP_RSA_gen(2048), EVP_sha256(), "RSA 2048",
               "sha256WithRSAEncryption");
    expect_key(EVP_RSA_gen(512), EVP_md5(), "RSA 512", "md5WithRSAEncryption");
    expect_key(EVP_EC_gen("P-384"), EVP_sha384(), "EC P-384",
               "ecdsa-with-SHA384");
    expect_key(EVP_EC_gen("brainpoolP256r1"), EVP_sha256(),
               "EC brainpoolP256r1", "ecdsa-with-SHA256");
}

static void test_ed25519(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a");
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    unsigned char *der = NULL;
    const struct adscp_certificate *row;
    int length;

    X509_set_pubkey(made.x509, key);
    CHECK(X509_sign(made.x509, key, NULL) > 0);
    length = i2d_X509(made.x509, &der);
    row = add_bytes(store, der, (size_t)length);
    CHECK_STR(adscp_certificate_key(row), "Ed25519");
    CHECK_STR(adscp_certificate_signature(row), "ED25519");
    CHECK_INT(adscp_certificate_self_signed(row), 1);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    made_free(&made);
    certificates_release(store);
}

/* By hand: OpenSSL refuses to write what RFC 5280 does not allow. */
static void set_not_after(X509 *x509, const char *text)
{
    bool four = strspn(text, "0123456789") > 12; /* digits of the year */
    ASN1_TIME *time =
        ASN1_STRING_type_new(four ? V_ASN1_GENERALIZEDTIME : V_ASN1_UTCTIME);

    CHECK_INT(ASN1_STRING_set(time, text, -1), 1);
    CHECK_INT(X509_set1_notAfter(x509, time), 1);
    ASN1_TIME_free(time);
}

static int64_t not_after_of(const char *text)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a");
    unsigned char *der = NULL;
    int64_t time;
    int length;

    set_not_after(made.x509, text);
    X509_sign(made.x509, made.key, EVP_sha256());
    length = i2d_X509(made.x509, &der);
    time = adscp_certificate_not_after(add_bytes(store, der, (size_t)length));
    OPENSSL_free(der);
    made_free(&made);
    certificates_release(store);
    return time;
}

static void test_times(void)
{
    CHECK_INT(not_after_of("700101000000Z"), 0);
    CHECK_INT(not_after_of("000229000000Z"), 951782400);
    CHECK_INT(not_after_of("491231235959Z"), INT64_C(2524607999));
    CHECK_INT(not_after_of("20500101000000Z"), INT64_C(2524608000));
    CHECK_INT(not_after_of("99991231235959Z"), INT64_C(253402300799));
    CHECK_INT(not_after_of("21000301000000Z"), INT64_C(4107542400));
    CHECK_INT(not_after_of("500101000000Z"), 0); /* 1950: no earlier than 0 */
    CHECK_INT(not_after_of("00000101000000Z"), 0);
}

/* Forms that RFC 5280 does not allow. */
static void test_odd_times(void)
{
    CHECK_INT(not_after_of("1501010000Z"), -1);
    CHECK_INT(not_after_of("150101000000+0100"), -1);
    CHECK_INT(not_after_of("20150101000000.5Z"), -1);
}

/* Each hundredth day of a thousand years, against the C library. */
static void test_calendar(void)
{
    int64_t day;

    for (day = 0; day < 4000; day += 37) {
        char text[32];
        time_t time = (time_t)(day * 100 * DAY);
        struct tm tm;

        if (time > INT64_C(253402300799))
            break;
        gmtime_r(&time, &tm);
        snprintf(text, sizeof(text), "%04d%02d%02d000000Z", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday);
        CHECK_INT(not_after_of(text), day * 100 * DAY);
    }
}

static void test_serial(void)
{
    static const struct {
        int64_t number;
        const char *text;
    } rows[] = {{0, "00"},
                {1, "01"},
                {128, "80"},
                {-1, "-01"},
                {INT64_C(0x123456789ABCDEF), "0123456789ABCDEF"}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct certificates *store = certificates_new();
        struct made made = MAKE(.cn = "a");
        unsigned char *der = NULL;
        int length;

        ASN1_INTEGER_set_int64(X509_get_serialNumber(made.x509),
                               rows[i].number);
        X509_sign(made.x509, made.key, EVP_sha256());
        length = i2d_X509(made.x509, &der);
        CHECK_STR(
            adscp_certificate_serial(add_bytes(store, der, (size_t)length)),
            rows[i].text);
        OPENSSL_free(der);
        made_free(&made);
        certificates_release(store);
    }
}

/* --------------------------------------------------------------- names -- */

static void test_names(void)
{
    static const struct {
        const char *cn, *subject, *common;
    } rows[] = {
        {"a, b+c", "CN=a\\, b\\+c", "a, b+c"},
        {"W\xc3\xbcrst", "CN=W\xc3\xbcrst", "W\xc3\xbcrst"},
        {"a\nb", "CN=a\\0Ab", "a\\x0Ab"},
        {"a\xe2\x80\xae"
         "b",
         "CN=a\\xE2\\x80\\xAEb", "a\\xE2\\x80\\xAEb"},
        {"", "CN=", ""},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct certificates *store = certificates_new();
        struct made made = MAKE(.cn = rows[i].cn);
        const struct adscp_certificate *row = add(store, &made);

        if (rows[i].cn[0] != '\0') {
            CHECK_STR(adscp_certificate_subject(row), rows[i].subject);
            CHECK_STR(adscp_certificate_common_name(row), rows[i].common);
        }
        made_free(&made);
        certificates_release(store);
    }
}

static void test_first_common_name(void)
{
    struct certificates *store = certificates_new();
    struct made two = MAKE(.cn = "first", .cn2 = "second");
    struct made none = MAKE(.san = "DNS:a");
    const struct adscp_certificate *row = add(store, &two);

    CHECK_STR(adscp_certificate_common_name(row), "first");
    CHECK_STR(adscp_certificate_subject(row), "CN=second,CN=first");
    row = add(store, &none);
    CHECK_STR(adscp_certificate_common_name(row), NULL);
    CHECK_STR(adscp_certificate_subject(row), "");
    made_free(&none);
    made_free(&two);
    certificates_release(store);
}

/* A name that claims UTF-8 and is none; a NUL in it; one of another kind. */
static void test_odd_encodings(void)
{
    static const struct {
        int type, length;
        const char *bytes, *subject, *common;
    } rows[] = {
        {V_ASN1_UTF8STRING, 4, "a\xff\xfez", NULL, NULL},
        {V_ASN1_UTF8STRING, 3, "a\0b", "CN=a\\00b", "a\\x00b"},
        {V_ASN1_BMPSTRING, 4, "\0a\0b", "CN=ab", "ab"},
        {V_ASN1_T61STRING, 2, "a\xe9", "CN=a\xc3\xa9", "a\xc3\xa9"},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct certificates *store = certificates_new();
        struct made made = MAKE(.san = "DNS:a");
        ASN1_STRING *value = ASN1_STRING_type_new(rows[i].type);
        X509_NAME_ENTRY *entry = NULL;
        unsigned char *der = NULL;
        const struct adscp_certificate *row;
        int length;

        ASN1_STRING_set(value, rows[i].bytes, rows[i].length);
        entry = X509_NAME_ENTRY_create_by_NID(
            NULL, NID_commonName, rows[i].type, ASN1_STRING_get0_data(value),
            rows[i].length);
        X509_NAME_add_entry(X509_get_subject_name(made.x509), entry, -1, 0);
        X509_sign(made.x509, made.key, EVP_sha256());
        length = i2d_X509(made.x509, &der);
        row = add_bytes(store, der, (size_t)length);
        CHECK_STR(adscp_certificate_problem(row),
                  rows[i].subject != NULL ? NULL : "not a certificate");
        CHECK_STR(adscp_certificate_subject(row), rows[i].subject);
        CHECK_STR(adscp_certificate_common_name(row), rows[i].common);
        OPENSSL_free(der);
        X509_NAME_ENTRY_free(entry);
        ASN1_STRING_free(value);
        made_free(&made);
        certificates_release(store);
    }
}

/* dNSName "a<NUL>b", and an iPAddress of three bytes. */
static void test_odd_alt_names(void)
{
    static const unsigned char san[] = {0x30, 10,   0x82, 3, 'a', 0,
                                        'b',  0x87, 3,    1, 2,   3};
    struct certificates *store = certificates_new();
    struct made made = MAKE(.san_der = san, .san_der_length = sizeof(san));
    const struct adscp_certificate *row = add(store, &made);
    const struct certificate_facts *facts = certificate_facts(row);

    CHECK_STR(facts->problem, NULL);
    CHECK_INT(facts->dns_name_count, 1);
    CHECK_INT(facts->dns_names[0].length, 3);
    CHECK(memcmp(facts->dns_names[0].bytes, "a\0b", 3) == 0);
    CHECK_STR(adscp_certificate_dns_name(row, 0), "a\\x00b");
    CHECK_STR(adscp_certificate_ip_address(row, 0), "an address of 3 bytes");
    made_free(&made);
    certificates_release(store);
}

/* --------------------------------------------------------------- flags -- */

static int flags_of(struct recipe recipe)
{
    struct certificates *store = certificates_new();
    struct made made;
    int flags;

    recipe.cn = "a";
    made = make_certificate(recipe);
    flags = certificate_facts(add(store, &made))->flags;
    made_free(&made);
    certificates_release(store);
    return flags & ~(CERTIFICATE_SELF_ISSUED | CERTIFICATE_SELF_SIGNED);
}

#define FLAGS(...) flags_of((struct recipe){__VA_ARGS__})

static void test_flags(void)
{
    struct made root = make_authority("a", NULL);

    CHECK_INT(FLAGS(.usage = "serverAuth"),
              CERTIFICATE_HAS_USAGE | CERTIFICATE_USAGE_SERVER);
    CHECK_INT(FLAGS(.usage = "clientAuth"),
              CERTIFICATE_HAS_USAGE | CERTIFICATE_USAGE_CLIENT);
    CHECK_INT(FLAGS(.usage = "anyExtendedKeyUsage"),
              CERTIFICATE_HAS_USAGE | CERTIFICATE_USAGE_ANY);
    CHECK_INT(FLAGS(.san = "DNS:a"), CERTIFICATE_HAS_ALT_NAME);
    CHECK_INT(FLAGS(.san = "IP:1.2.3.4"), CERTIFICATE_HAS_ALT_NAME);
    CHECK_INT(FLAGS(.key_usage = "cRLSign"),
              CERTIFICATE_HAS_KEY_USAGE | CERTIFICATE_KEY_NOT_TLS);
    CHECK_INT(FLAGS(.key_usage = "digitalSignature"),
              CERTIFICATE_HAS_KEY_USAGE);
    CHECK_INT(FLAGS(.key_usage = "digitalSignature,keyCertSign"),
              CERTIFICATE_HAS_KEY_USAGE | CERTIFICATE_CERT_SIGN);
    CHECK_INT(FLAGS(.names = "permitted;DNS:a"), CERTIFICATE_NAME_RULES);
    CHECK_INT(FLAGS(.constraints = "CA:TRUE"),
              CERTIFICATE_CA | CERTIFICATE_HAS_CONSTRAINTS);
    CHECK_INT(FLAGS(.constraints = "CA:FALSE"), CERTIFICATE_HAS_CONSTRAINTS);
    CHECK_INT(FLAGS(.access = "caIssuers;URI:http://a/b"),
              CERTIFICATE_ISSUER_URI);
    CHECK_INT(FLAGS(.access = "caIssuers;URI:HTTPS://a/b"),
              CERTIFICATE_ISSUER_URI);
    CHECK_INT(FLAGS(.access = "caIssuers;URI:ldap:///CN=a"), 0);
    CHECK_INT(FLAGS(.access = "caIssuers;URI:http"), 0);
    CHECK_INT(FLAGS(.access = "OCSP;URI:http://a/b"), CERTIFICATE_REVOCABLE);
    CHECK_INT(FLAGS(.crl = "URI:http://a/b"), CERTIFICATE_REVOCABLE);
    CHECK_INT(FLAGS(.digest = EVP_sha1()), CERTIFICATE_SHA1);
    CHECK_INT(FLAGS(.digest = EVP_md5()), CERTIFICATE_MD5 | CERTIFICATE_RSA);
    CHECK_INT(FLAGS(.san_der = (const unsigned char *)"\x30\x05\x82",
                    .san_der_length = 3),
              CERTIFICATE_HAS_ALT_NAME | CERTIFICATE_INVALID |
                  CERTIFICATE_BAD_ALT_NAME);
    made_free(&root);
}

static void test_self_signed(void)
{
    struct certificates *store = certificates_new();
    struct made other = make_authority("a", NULL);
    struct made made = MAKE(.cn = "a", .issuer = &other);
    struct made forged = MAKE(.cn = "a", .forged = 1);
    struct made issued = MAKE(.cn = "b", .issuer = &other);

    CHECK_INT(adscp_certificate_self_signed(add(store, &other)), 1);
    CHECK_INT(adscp_certificate_self_signed(add(store, &made)), 0);
    CHECK_INT(adscp_certificate_self_signed(add(store, &forged)), 0);
    CHECK_INT(adscp_certificate_self_signed(add(store, &issued)), 0);
    CHECK((certificate_facts(add(store, &made))->flags &
           CERTIFICATE_SELF_ISSUED) != 0);
    CHECK((certificate_facts(add(store, &issued))->flags &
           CERTIFICATE_SELF_ISSUED) == 0);
    made_free(&issued);
    made_free(&forged);
    made_free(&made);
    made_free(&other);
    certificates_release(store);
}

/* ---------------------------------------------------------- containers -- */

static struct certificate_list read_all(struct certificates *store,
                                        const void *bytes, size_t length)
{
    struct certificate_list list = {0};

    CHECK_INT(certificates_read(store, bytes, length, &list), ADSCP_OK);
    return list;
}

static void test_der(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a");
    struct certificate_list list = read_all(store, made.der, made.length);

    CHECK_INT(list.container, CONTAINER_DER);
    CHECK_INT(list.count, 1);
    CHECK(list.rows[0] == add(store, &made));
    CHECK_STR(list.problem, NULL);
    CHECK_INT(certificates_read(NULL, made.der, 1, &list), ADSCP_E_ARGUMENT);
    CHECK_INT(certificates_read(store, NULL, 1, &list), ADSCP_E_ARGUMENT);
    CHECK_INT(certificates_read(store, made.der, 1, NULL), ADSCP_E_ARGUMENT);
    certificate_list_free(&list);
    made_free(&made);
    certificates_release(store);
}

static void test_pem(void)
{
    struct certificates *store = certificates_new();
    struct made a = MAKE(.cn = "a"), b = MAKE(.cn = "b");
    BIO *bio = BIO_new(BIO_s_mem());
    struct certificate_list list;
    char *bytes = NULL;
    long length;

    BIO_puts(bio, "Certificate:\n  Data: words before it\n");
    PEM_write_bio_X509(bio, a.x509);
    BIO_puts(bio, "words between\n");
    PEM_write_bio_PrivateKey(bio, a.key, NULL, NULL, 0, NULL, NULL);
    PEM_write_bio_X509_AUX(bio, b.x509);
    BIO_puts(bio, "-----BEGIN CERTIFICATE-----\n!!!\n"
                  "-----END CERTIFICATE-----\n");
    PEM_write_bio_X509(bio, b.x509);
    length = BIO_get_mem_data(bio, &bytes);
    list = read_all(store, bytes, (size_t)length);
    CHECK_INT(list.container, CONTAINER_PEM);
    CHECK_INT(list.count, 3);
    CHECK(list.rows[0] == add(store, &a));
    CHECK(list.rows[1] == add(store, &b) && list.rows[2] == list.rows[1]);
    CHECK_STR(list.problem, "a PEM block that cannot be read");
    certificate_list_free(&list);
    BIO_free(bio);
    made_free(&a);
    made_free(&b);
    certificates_release(store);
}

static PKCS7 *pkcs7_of(const struct made *made, int count)
{
    PKCS7 *pkcs7 = PKCS7_new();
    int i;

    PKCS7_set_type(pkcs7, NID_pkcs7_signed);
    PKCS7_content_new(pkcs7, NID_pkcs7_data);
    for (i = 0; i < count; i++)
        PKCS7_add_certificate(pkcs7, made[i].x509);
    return pkcs7;
}

static void test_pkcs7(void)
{
    struct certificates *store = certificates_new();
    struct made made[2] = {MAKE(.cn = "a"), MAKE(.cn = "b")};
    PKCS7 *pkcs7 = pkcs7_of(made, 2), *empty = pkcs7_of(made, 0);
    unsigned char *der = NULL;
    int length = i2d_PKCS7(pkcs7, &der);
    struct certificate_list list = read_all(store, der, (size_t)length);
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long size;

    CHECK_INT(list.container, CONTAINER_PKCS7);
    CHECK_INT(list.count, 2);
    CHECK(list.rows[0] == add(store, &made[0]));
    CHECK(list.rows[1] == add(store, &made[1]));
    certificate_list_free(&list);
    PEM_write_bio_PKCS7(bio, pkcs7);
    size = BIO_get_mem_data(bio, &text);
    list = read_all(store, text, (size_t)size);
    CHECK_INT(list.container, CONTAINER_PEM);
    CHECK_INT(list.count, 2);
    certificate_list_free(&list);
    OPENSSL_free(der);
    der = NULL;
    length = i2d_PKCS7(empty, &der);
    list = read_all(store, der, (size_t)length);
    CHECK_INT(list.count, 0);
    CHECK_STR(list.problem, "PKCS#7 data without certificates");
    list = read_all(store, der, (size_t)length - 1);
    CHECK_STR(list.problem, "PKCS#7 data that cannot be read");
    OPENSSL_free(der);
    BIO_free(bio);
    PKCS7_free(pkcs7);
    PKCS7_free(empty);
    made_free(&made[0]);
    made_free(&made[1]);
    certificates_release(store);
}

/* ------------------------------------------------- serialized elements -- */

struct bytes {
    unsigned char data[8192];
    size_t length;
};

static void put(struct bytes *bytes, const void *data, size_t length)
{
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void put_u32(struct bytes *bytes, size_t value)
{
    unsigned char word[4] = {(unsigned char)value, (unsigned char)(value >> 8),
                             (unsigned char)(value >> 16),
                             (unsigned char)(value >> 24)};

    put(bytes, word, 4);
}

static void put_property(struct bytes *bytes, size_t id, const void *value,
                         size_t length)
{
    put_u32(bytes, id);
    put_u32(bytes, 1);
    put_u32(bytes, length);
    put(bytes, value, length);
}

/* As Exchange writes it: the thumbprint, "Microsoft Exchange", the certificate.
 */
static void put_element(struct bytes *bytes, const struct made *made)
{
    static const char words[] = "Microsoft Exchange";
    unsigned char name[2 * sizeof(words)] = {0};
    unsigned char lie[20] = {0};
    size_t i;

    for (i = 0; i < sizeof(words); i++)
        name[2 * i] = (unsigned char)words[i];
    put_property(bytes, 3, lie, sizeof(lie));
    put_property(bytes, 11, name, sizeof(name));
    put_property(bytes, 999, "unknown", 7);
    put_property(bytes, 32, made->der, made->length);
}

static void test_element(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "EX10");
    struct bytes bytes = {.length = 0};
    struct certificate_list list;
    size_t whole, i;

    put_element(&bytes, &made);
    list = read_all(store, bytes.data, bytes.length);
    CHECK_INT(list.container, CONTAINER_ELEMENT);
    CHECK_INT(list.count, 1);
    CHECK_STR(list.problem, NULL);
    CHECK(certificate_same(list.rows[0], add(store, &made)));
    CHECK_STR(adscp_certificate_friendly_name(list.rows[0]),
              "Microsoft Exchange");
    CHECK_STR(adscp_certificate_friendly_name(add(store, &made)), NULL);
    CHECK(strcmp(adscp_certificate_sha1(list.rows[0]),
                 "0000000000000000000000000000000000000000") != 0);
    certificate_list_free(&list);
    whole = bytes.length;
    for (i = 12; i < whole; i++) { /* cut anywhere: no certificate */
        list = read_all(store, bytes.data, i);
        CHECK_INT(list.count, 0);
        CHECK_STR(list.problem, "a serialized element without a certificate");
        certificate_list_free(&list);
    }
    bytes.data[4 + 12 + 20] = 2; /* the second Reserved */
    list = read_all(store, bytes.data, whole);
    CHECK_INT(list.count, 0);
    certificate_list_free(&list);
    made_free(&made);
    certificates_release(store);
}

/* The bytes inside must fill their length. */
static void test_element_inside(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a");
    struct bytes bytes = {.length = 0}, inside = {.length = 0};
    struct certificate_list list;

    put(&inside, made.der, made.length);
    put(&inside, "x", 1);
    put_property(&bytes, 32, inside.data, inside.length);
    list = read_all(store, bytes.data, bytes.length);
    CHECK_INT(list.count, 1);
    CHECK_STR(adscp_certificate_problem(list.rows[0]),
              "bytes follow the certificate");
    CHECK_STR(adscp_certificate_subject(list.rows[0]), NULL);
    CHECK_INT(adscp_certificate_dns_name_count(list.rows[0]), -1);
    CHECK_INT(adscp_certificate_self_signed(list.rows[0]), -1);
    CHECK_INT(adscp_certificate_not_after(list.rows[0]), -1);
    CHECK(adscp_certificate_sha256(list.rows[0]) != NULL);
    certificate_list_free(&list);
    made_free(&made);
    certificates_release(store);
}

/* A row that was given away stays what it is, whatever another place calls the
 * same certificate. */
static void test_two_names(void)
{
    static const unsigned char named[] = {'a', 0}, other[] = {'b', 0};
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "EX10");
    const struct adscp_certificate *raw = add(store, &made);
    struct certificate_list lists[3];
    int i;

    for (i = 0; i < 3; i++) {
        struct bytes bytes = {.length = 0};

        put_property(&bytes, 11, i == 1 ? other : named, sizeof(named));
        put_property(&bytes, 32, made.der, made.length);
        lists[i] = read_all(store, bytes.data, bytes.length);
    }
    CHECK_STR(adscp_certificate_friendly_name(raw), NULL);
    CHECK_STR(adscp_certificate_friendly_name(lists[0].rows[0]), "a");
    CHECK_STR(adscp_certificate_friendly_name(lists[1].rows[0]), "b");
    CHECK(lists[2].rows[0] == lists[0].rows[0]);
    CHECK(add(store, &made) == raw);
    CHECK(certificate_same(raw, lists[1].rows[0]));
    CHECK_INT(certificates_count(store), 3);
    for (i = 0; i < 3; i++)
        certificate_list_free(&lists[i]);
    made_free(&made);
    certificates_release(store);
}

/* Beyond the 16 bits, and half of that. */
static void test_friendly_names(void)
{
    static const unsigned char pair[] = {'a', 0, 0x3D, 0xD8, 0x0A, 0xDE, 0, 0};
    static const unsigned char half[] = {'a', 0, 0x3D, 0xD8, 'b', 0, 'c'};
    struct certificates *store = certificates_new();
    struct made a = MAKE(.cn = "a"), b = MAKE(.cn = "b");
    struct bytes bytes = {.length = 0};
    struct certificate_list list;

    put_property(&bytes, 11, pair, sizeof(pair));
    put_property(&bytes, 32, a.der, a.length);
    list = read_all(store, bytes.data, bytes.length);
    CHECK_STR(adscp_certificate_friendly_name(list.rows[0]),
              "a\xf0\x9f\x98\x8a");
    certificate_list_free(&list);
    bytes.length = 0;
    put_property(&bytes, 11, half, sizeof(half));
    put_property(&bytes, 32, b.der, b.length);
    list = read_all(store, bytes.data, bytes.length);
    CHECK_STR(adscp_certificate_friendly_name(list.rows[0]),
              "a\\xED\\xA0\\xBDb");
    certificate_list_free(&list);
    made_free(&a);
    made_free(&b);
    certificates_release(store);
}

static void test_serialized_store(void)
{
    static const unsigned char zero[12] = {0};
    struct certificates *store = certificates_new();
    struct made a = MAKE(.cn = "a"), b = MAKE(.cn = "b");
    struct bytes bytes = {.length = 0};
    struct certificate_list list;

    put_u32(&bytes, 0);
    put(&bytes, "CERT", 4);
    put_element(&bytes, &a);
    put_element(&bytes, &b);
    list = read_all(store, bytes.data, bytes.length);
    CHECK_INT(list.container, CONTAINER_STORE);
    CHECK_INT(list.count, 2);
    CHECK(list.problem != NULL); /* its end is missing */
    certificate_list_free(&list);
    put(&bytes, zero, sizeof(zero));
    list = read_all(store, bytes.data, bytes.length);
    CHECK_INT(list.count, 2);
    CHECK_STR(list.problem, NULL);
    certificate_list_free(&list);
    made_free(&a);
    made_free(&b);
    certificates_release(store);
}

static void test_no_container(void)
{
    static const unsigned char pkcs12[] = {0x30, 3, 2, 1, 3};
    static const char *const rows[] = {"",
                                       "0",
                                       "00",
                                       "\x30\x80",
                                       "hello",
                                       "-----BEGIN ",
                                       "-----BEGIN X-----\n",
                                       "\x30\x03\x02\x01\x01",
                                       "\x30\x82\xff\xff"};
    struct certificates *store = certificates_new();
    struct certificate_list list = read_all(store, pkcs12, sizeof(pkcs12));
    size_t i;

    CHECK_INT(list.container, CONTAINER_PKCS12);
    CHECK_INT(list.count, 0);
    CHECK(list.problem != NULL);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        list = read_all(store, rows[i], strlen(rows[i]));
        CHECK_INT(list.count, 0);
        CHECK(list.problem != NULL);
    }
    list = read_all(store, NULL, 0);
    CHECK_INT(list.container, CONTAINER_NONE);
    CHECK(list.problem != NULL);
    certificates_release(store);
}

/* ------------------------------------------------------------- hostile -- */

/* Any truncation and any flipped bit is a row, and most say what is wrong. */
static void test_damaged(void)
{
    struct certificates *store = certificates_new();
    struct made made =
        MAKE(.cn = "a", .san = "DNS:a,IP:1.2.3.4", .usage = "serverAuth",
             .access = "caIssuers;URI:http://a/b");
    size_t i;

    for (i = 0; i < made.length; i++) {
        const struct adscp_certificate *row = add_bytes(store, made.der, i);

        CHECK_STR(adscp_certificate_problem(row), "not a certificate");
    }
    for (i = 0; i < made.length * 8; i++) {
        const struct adscp_certificate *row;
        const struct certificate_facts *facts;

        made.der[i / 8] ^= (unsigned char)(1 << i % 8);
        row = add(store, &made);
        facts = certificate_facts(row);
        CHECK(facts != NULL);
        CHECK((facts->problem == NULL) == (facts->subject != NULL));
        CHECK(facts->problem != NULL ||
              (facts->flags & CERTIFICATE_SELF_SIGNED) == 0);
        made.der[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    made_free(&made);
    certificates_release(store);
}

/* count names of n bytes each, in one subjectAltName. */
static struct made many_names(int count, int n)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    unsigned char *der = NULL;
    struct made made;
    int i, length;

    for (i = 0; i < count; i++) {
        GENERAL_NAME *name = GENERAL_NAME_new();
        ASN1_IA5STRING *text = ASN1_IA5STRING_new();
        char buffer[64];

        snprintf(buffer, sizeof(buffer), "%0*d", n, i);
        ASN1_STRING_set(text, buffer, n);
        GENERAL_NAME_set0_value(name, GEN_DNS, text);
        sk_GENERAL_NAME_push(names, name);
    }
    length = i2d_GENERAL_NAMES(names, &der);
    made = MAKE(.cn = "a", .san_der = der, .san_der_length = length);
    OPENSSL_free(der);
    GENERAL_NAMES_free(names);
    return made;
}

static void test_many_names(void)
{
    struct certificates *store = certificates_new();
    struct made many = many_names(10000, 20);
    struct made more = many_names(CERTIFICATE_NAMES_MAX + 1, 5);
    struct made large = many_names(10000, 40);
    const struct adscp_certificate *row = add(store, &many);

    CHECK_INT(adscp_certificate_dns_name_count(row), 10000);
    CHECK_STR(adscp_certificate_dns_name(row, 9999), "00000000000000009999");
    row = add(store, &more);
    CHECK_STR(adscp_certificate_problem(row), "it has too many names");
    CHECK_STR(adscp_certificate_subject(row), NULL);
    row = add(store, &large);
    CHECK_STR(adscp_certificate_problem(row), "it is too large");
    CHECK(adscp_certificate_sha256(row) != NULL);
    CHECK_STR(adscp_certificate_sha1(row), NULL);
    made_free(&many);
    made_free(&more);
    made_free(&large);
    certificates_release(store);
}

static void test_many_extensions(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a");
    ASN1_OBJECT *object = OBJ_txt2obj("1.2.3.4", 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    unsigned char *der = NULL;
    int i, length;

    for (i = 0; i <= CERTIFICATE_EXTENSIONS_MAX; i++) {
        X509_EXTENSION *extension =
            X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);

        X509_add_ext(made.x509, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(made.x509, made.key, EVP_sha256());
    length = i2d_X509(made.x509, &der);
    CHECK_STR(adscp_certificate_problem(add_bytes(store, der, (size_t)length)),
              "it has too many extensions");
    OPENSSL_free(der);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
    made_free(&made);
    certificates_release(store);
}

/* A curve that the key describes itself, CVE-2022-0778's neighbourhood. */
static void test_explicit_curve(void)
{
    struct certificates *store = certificates_new();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct made made;
    const struct adscp_certificate *row;

    CHECK(EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit") == 1);
    made = MAKE(.cn = "a", .key = key);
    row = add(store, &made);
    CHECK_STR(adscp_certificate_problem(row), NULL);
    CHECK(text_starts(adscp_certificate_key(row),
                      strlen(adscp_certificate_key(row)), "EC"));
    EVP_PKEY_free(key);
    made_free(&made);
    certificates_release(store);
}

/* The host program's queue of errors is as it was. */
static void test_error_queue(void)
{
    struct certificates *store = certificates_new();
    struct certificate_list list = {0};

    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, ERR_R_PASSED_INVALID_ARGUMENT);
    (void)adscp_certificate_problem(add_bytes(store, "0\1a", 3));
    CHECK_INT(
        certificates_read(store, "-----BEGIN CERTIFICATE-----\n!", 29, &list),
        ADSCP_OK);
    CHECK_INT(ERR_GET_REASON(ERR_get_error()), ERR_R_PASSED_INVALID_ARGUMENT);
    CHECK_INT(ERR_get_error(), 0);
    (void)adscp_certificate_problem(add_bytes(store, "0\1b", 3));
    CHECK_INT(ERR_get_error(), 0);
    certificate_list_free(&list);
    certificates_release(store);
}

static const struct test tests[] = {
    {"the store", test_store},
    {"two stores", test_shared},
    {"every field", test_fields},
    {"fingerprints", test_hashes},
    {"kinds of keys", test_keys},
    {"Ed25519", test_ed25519},
    {"times", test_times},
    {"times in other forms", test_odd_times},
    {"the calendar", test_calendar},
    {"serial numbers", test_serial},
    {"names in words", test_names},
    {"the first common name", test_first_common_name},
    {"names in odd encodings", test_odd_encodings},
    {"odd alternative names", test_odd_alt_names},
    {"flags", test_flags},
    {"self-signed by its key", test_self_signed},
    {"DER", test_der},
    {"PEM", test_pem},
    {"PKCS#7", test_pkcs7},
    {"a serialized element", test_element},
    {"what an element holds", test_element_inside},
    {"friendly names", test_friendly_names},
    {"one certificate by two names", test_two_names},
    {"a serialized store", test_serialized_store},
    {"no container", test_no_container},
    {"damaged certificates", test_damaged},
    {"many names", test_many_names},
    {"many extensions", test_many_extensions},
    {"a curve of its own", test_explicit_curve},
    {"the queue of errors", test_error_queue},
};

TEST_MAIN(tests)
