/* SPDX-License-Identifier: MIT */
/*
 * One certificate taken apart with OpenSSL. Its traps: a lack of memory looks
 * like a broken certificate, mostly with the reason (base/crypto.h) and
 * sometimes without one, so that what cannot be read is tried twice; and a
 * decoder that fails may have decoded a part.
 */
#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "facts/certificate/private.h"

/* A copy in the arena of what OpenSSL gave. */
static const char *keep(struct certificate_parsed *parsed, const char *bytes,
                        size_t length)
{
    return text_keep(&parsed->arena, bytes, length, NULL);
}

/* --------------------------------------------------------------- names -- */

/* RFC 4514 in UTF-8. OpenSSL has refused a name that breaks its own encoding
 * when it decoded the whole. */
static const char *name_text(struct certificate_parsed *parsed,
                             const X509_NAME *name)
{
    const unsigned long flags =
        XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    const char *text = NULL;
    char *bytes = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    long length;

    if (bio == NULL)
        return NULL;
    if (X509_NAME_print_ex(bio, name, 0, flags) < 0)
        parsed->facts.problem = "a name in it cannot be read";
    length = BIO_get_mem_data(bio, &bytes);
    text = keep(parsed, length > 0 ? bytes : "", (size_t)length);
    BIO_free(bio);
    return text;
}

bool certificate_keep_name(struct certificate_parsed *parsed, const void *bytes,
                           size_t length, struct certificate_name *namep)
{
    const char *copy =
        arena_copy(&parsed->arena, length > 0 ? bytes : "", length);
    const char *text = copy;

    if (copy != NULL && !text_is_clean(copy, length))
        text = keep(parsed, copy, length);
    *namep = (struct certificate_name){copy, length, text};
    return copy != NULL && text != NULL;
}

/* As UTF-8, or where that fails as it stands. */
static bool keep_common_name(struct certificate_parsed *parsed,
                             const ASN1_STRING *value,
                             struct certificate_name *namep)
{
    unsigned char *utf8 = NULL;
    int length = ASN1_STRING_to_UTF8(&utf8, value);
    bool ok;

    if (length < 0 || utf8 == NULL) {
        parsed->doubts++;
        return certificate_keep_name(parsed, ASN1_STRING_get0_data(value),
                                     (size_t)ASN1_STRING_length(value), namep);
    }
    ok = certificate_keep_name(parsed, utf8, (size_t)length, namep);
    OPENSSL_free(utf8);
    return ok;
}

/* All common names, in the order of the encoding. */
static bool parse_common_names(struct certificate_parsed *parsed,
                               const X509_NAME *subject)
{
    struct certificate_facts *facts = &parsed->facts;
    struct certificate_name *names;
    size_t count = 0;
    int at = -1;

    while ((at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0)
        count++;
    if (count == 0)
        return true;
    names = arena_alloc(&parsed->arena, count * sizeof(*names));
    if (names == NULL)
        return false;
    while ((at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0)
        if (!keep_common_name(
                parsed,
                X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)),
                &names[facts->common_name_count++]))
            return false;
    facts->common_names = names;
    facts->common_name = names[0];
    return true;
}

/* --------------------------------------------------------------- dates -- */

/* Days since 1970 in the Gregorian calendar; years begin in March, so that the
 * leap day is the last of one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = month <= 2 ? year + 399 : year + 400; /* never below 0 */
    int64_t era = shifted / 400, of_era = shifted % 400;
    int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

    return (era - 1) * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
           of_year - 719468;
}

/* UTCTime and GeneralizedTime, RFC 5280 4.1.2.5: with seconds, in UTC. */
static int64_t time_of(const ASN1_TIME *time)
{
    const int length = ASN1_STRING_type(time) == V_ASN1_UTCTIME
                           ? sizeof("YYMMDDhhmmssZ") - 1
                           : sizeof("YYYYMMDDhhmmssZ") - 1;
    struct tm tm;

    if (ASN1_STRING_length(time) != length || ASN1_TIME_to_tm(time, &tm) != 1)
        return CERTIFICATE_TIME_UNKNOWN;
    return days_of(tm.tm_year + INT64_C(1900), tm.tm_mon + 1, tm.tm_mday) *
               86400 +
           INT64_C(3600) * tm.tm_hour + INT64_C(60) * tm.tm_min + tm.tm_sec;
}

/* --------------------------------------------------- key and signature -- */

static const char *keep_plain(struct certificate_parsed *parsed,
                              const char *text)
{
    return keep(parsed, text, strlen(text));
}

static const char *algorithm_text(struct certificate_parsed *parsed,
                                  const ASN1_OBJECT *object, int nid)
{
    char oid[128];

    if (nid != NID_undef)
        return keep_plain(parsed, OBJ_nid2ln(nid));
    if (OBJ_obj2txt(oid, sizeof(oid), object, 1) <= 0)
        return keep_plain(parsed, "unknown");
    return keep_plain(parsed, oid);
}

/* A curve that is spelt out instead of named has no name, or is marked. */
static void parse_curve(struct certificate_parsed *parsed, const EVP_PKEY *key,
                        char *out, size_t capacity)
{
    char group[64];
    const char *nist;
    int spelt = 0;

    if (EVP_PKEY_get_int_param(
            key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelt) != 1)
        parsed->doubts++;
    if (spelt != 0)
        parsed->facts.flags |= CERTIFICATE_KEY_EXPLICIT;
    if (EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1) {
        parsed->facts.flags |= CERTIFICATE_KEY_EXPLICIT;
        snprintf(out, capacity, "EC, parameters of its own");
        return;
    }
    nist = EC_curve_nid2nist(OBJ_sn2nid(group));
    snprintf(out, capacity, "EC %s", nist != NULL ? nist : group);
}

/* The certificate itself was decoded where no key is read. */
static EVP_PKEY *read_key(const struct certificate_parsed *parsed,
                          const ASN1_OBJECT *algorithm)
{
    unsigned char *info = NULL;
    int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed->x509), &info);
    EVP_PKEY *key = NULL;

    if (length > 0)
        key = crypto_public_key(info, (size_t)length,
                                OBJ_obj2nid(algorithm) == NID_rsaEncryption);
    OPENSSL_free(info);
    return key;
}

/* "RSA 2048", "EC P-256", "Ed25519". */
static bool parse_key(struct certificate_parsed *parsed)
{
    struct certificate_facts *facts = &parsed->facts;
    ASN1_OBJECT *algorithm = NULL;
    EVP_PKEY *key;
    char text[96];
    int kind;

    X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL,
                           X509_get_X509_PUBKEY(parsed->x509));
    key = parsed->public_key = read_key(parsed, algorithm);
    if (key == NULL) {
        facts->flags |= CERTIFICATE_KEY_UNREADABLE;
        facts->key = algorithm_text(parsed, algorithm, OBJ_obj2nid(algorithm));
        return facts->key != NULL;
    }
    kind = EVP_PKEY_get_base_id(key);
    facts->key_bits = EVP_PKEY_get_bits(key);
    if (facts->key_bits <= 0)
        parsed->doubts++;
    if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS)
        facts->flags |= CERTIFICATE_RSA;
    if (kind == EVP_PKEY_EC)
        parse_curve(parsed, key, text, sizeof(text));
    else if (kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448)
        snprintf(text, sizeof(text), "%s",
                 kind == EVP_PKEY_ED25519 ? "Ed25519" : "Ed448");
    else
        snprintf(text, sizeof(text), "%s %d",
                 facts->flags & CERTIFICATE_RSA ? "RSA" : OBJ_nid2sn(kind),
                 facts->key_bits);
    facts->key = keep_plain(parsed, text);
    return facts->key != NULL;
}

static bool parse_signature(struct certificate_parsed *parsed)
{
    const X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *object = NULL;
    int digest = NID_undef;

    X509_get0_signature(NULL, &algorithm, parsed->x509);
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    parsed->facts.signature =
        algorithm_text(parsed, object, OBJ_obj2nid(object));
    if (X509_get_signature_info(parsed->x509, &digest, NULL, NULL, NULL) != 1)
        parsed->doubts++;
    if (digest == NID_sha1)
        parsed->facts.flags |= CERTIFICATE_SHA1;
    if (digest == NID_md5 || digest == NID_md4 || digest == NID_md2)
        parsed->facts.flags |= CERTIFICATE_MD5;
    return parsed->facts.signature != NULL;
}

/* As it is usually written: two digits a byte, "-" before a negative one. */
static bool parse_serial(struct certificate_parsed *parsed)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(parsed->x509);
    size_t length = (size_t)ASN1_STRING_length(serial);
    char *text = arena_bytes(&parsed->arena, 2 * length + 4);

    if (text == NULL)
        return false;
    parsed->facts.serial = text;
    if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
        *text++ = '-';
    if (length == 0)
        memcpy(text, "00", 3);
    else
        certificate_hex(text, ASN1_STRING_get0_data(serial), length);
    return true;
}

/* --------------------------------------------------------------- whole -- */

/* false: out of memory. */
static bool parse_fields(struct certificate_parsed *parsed)
{
    struct certificate_facts *facts = &parsed->facts;
    X509 *x509 = parsed->x509;

    facts->subject = name_text(parsed, X509_get_subject_name(x509));
    facts->issuer = name_text(parsed, X509_get_issuer_name(x509));
    facts->not_before = time_of(X509_get0_notBefore(x509));
    facts->not_after = time_of(X509_get0_notAfter(x509));
    if (facts->subject == NULL || facts->issuer == NULL ||
        !parse_common_names(parsed, X509_get_subject_name(x509)) ||
        !certificate_parse_alt_names(parsed) || !parse_serial(parsed) ||
        !parse_key(parsed) || !parse_signature(parsed))
        return false;
    if (facts->problem == NULL && !certificate_parse_extensions(parsed))
        return false;
    return !crypto_no_memory(&parsed->errors);
}

static const char *check(const X509 *x509, const uint8_t *end,
                         const uint8_t *at)
{
    if (x509 == NULL)
        return "not a certificate";
    if (at != end)
        return "bytes follow the certificate";
    if (X509_get_ext_count(x509) > CERTIFICATE_EXTENSIONS_MAX)
        return "it has too many extensions";
    return NULL;
}

/* What cannot be read says nothing but why. */
static void forget(struct certificate_parsed *parsed, const char *problem)
{
    X509_free(parsed->x509);
    parsed->x509 = NULL;
    EVP_PKEY_free(parsed->public_key);
    parsed->public_key = NULL;
    arena_free(&parsed->arena);
    parsed->facts = (struct certificate_facts){
        .problem = problem,
        .not_before = CERTIFICATE_TIME_UNKNOWN,
        .not_after = CERTIFICATE_TIME_UNKNOWN,
    };
}

/* As OpenSSL has it, in a context of our own. false: out of memory. */
static bool decode(struct certificate_parsed *parsed, const unsigned char **atp,
                   size_t length)
{
    parsed->x509 = X509_new_ex(crypto_structures(), NULL);
    if (parsed->x509 == NULL)
        return false;
    if (d2i_X509(&parsed->x509, atp, (long)length) != NULL)
        return true;
    parsed->x509 = NULL; /* it is freed */
    return !crypto_no_memory(&parsed->errors);
}

/* false: out of memory. */
static bool parse_bytes(struct certificate_parsed *parsed, const uint8_t *der,
                        size_t length)
{
    const unsigned char *at = der;
    const char *problem;

    if (length > CERTIFICATE_MAX) {
        forget(parsed, "it is too large");
        return true;
    }
    if (!decode(parsed, &at, length))
        return false;
    problem = check(parsed->x509, der + length, at);
    if (problem == NULL && !parse_fields(parsed))
        return false;
    if (problem == NULL)
        problem = parsed->facts.problem;
    if (problem != NULL)
        forget(parsed, problem);
    return true;
}

static struct certificate_parsed *parse_once(const uint8_t *der, size_t length)
{
    struct certificate_parsed *parsed = calloc(1, sizeof(*parsed));
    bool ok;

    if (parsed == NULL)
        return NULL;
    arena_init(&parsed->arena);
    crypto_errors_begin(&parsed->errors);
    ok = parse_bytes(parsed, der, length);
    crypto_errors_end();
    if (ok)
        return parsed;
    certificate_parsed_free(parsed);
    return NULL;
}

/* Everything in it could be read, and nothing that is wanted is missing. */
static bool is_whole(const struct certificate_parsed *parsed)
{
    const int lacks = CERTIFICATE_INVALID | CERTIFICATE_BAD_ALT_NAME |
                      CERTIFICATE_KEY_UNREADABLE | CERTIFICATE_KEY_EXPLICIT;
    int flags = parsed->facts.flags;

    return parsed->facts.problem == NULL && parsed->doubts == 0 &&
           (flags & lacks) == 0;
}

static bool is_same(const struct certificate_parsed *a,
                    const struct certificate_parsed *b)
{
    return a->facts.problem == b->facts.problem &&
           a->facts.flags == b->facts.flags &&
           a->facts.key_bits == b->facts.key_bits && a->doubts == b->doubts;
}

struct certificate_parsed *certificate_parse(const uint8_t *der, size_t length)
{
    struct certificate_parsed *parsed = parse_once(der, length), *before;
    int tries;

    for (tries = 1; parsed != NULL && !is_whole(parsed); tries++) {
        bool agree;

        before = parsed;
        parsed = tries < CRYPTO_TRIES && crypto_has_memory()
                     ? parse_once(der, length)
                     : NULL;
        agree = parsed != NULL && is_same(parsed, before);
        certificate_parsed_free(before);
        if (agree)
            break;
    }
    return parsed;
}

void certificate_parsed_free(struct certificate_parsed *parsed)
{
    if (parsed == NULL)
        return;
    free(atomic_load_explicit(&parsed->whole, memory_order_relaxed));
    X509_free(parsed->x509);
    EVP_PKEY_free(parsed->public_key);
    arena_free(&parsed->arena);
    free(parsed);
}
