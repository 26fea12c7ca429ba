/* SPDX-License-Identifier: MIT */
/*
 * authorities KIND N FOLDER: certificates for the benches of judge/trust, as
 * roots.pem, helpers.pem and sent.pem in that folder. Made anew each time, with
 * keys that nobody keeps.
 *
 *     plain      a root, an issuing authority, a server
 *     namesakes  N roots of one name with a key each, none of which is the
 * issuer mesh       N authorities, each certified by each other one, no root
 *     layers     N layers of two authorities, both certified by both above them
 *     many       N roots of names of their own, with one key
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST "ex10.corp.example"

static FILE *roots, *helpers, *sent;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "authorities: %s\n", what);
    exit(1);
}

static EVP_PKEY *new_key(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");

    require(key != NULL, "no key");
    return key;
}

static void set_name(X509_NAME *name, const char *text)
{
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                       (const unsigned char *)text, -1, -1,
                                       0) == 1,
            "no name");
}

static void extend(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, NULL, nid, value);

    require(extension != NULL && X509_add_ext(x509, extension, -1) == 1,
            "no extension");
    X509_EXTENSION_free(extension);
}

/* From 2020 to 2030. */
static void write_one(FILE *out, const char *subject, EVP_PKEY *key,
                      const char *issuer, EVP_PKEY *signer)
{
    static long serial;
    X509 *x509 = X509_new();

    require(x509 != NULL && X509_set_version(x509, X509_VERSION_3) == 1,
            "no memory");
    ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
    set_name(X509_get_subject_name(x509), subject);
    set_name(X509_get_issuer_name(x509), issuer);
    ASN1_TIME_set(X509_getm_notBefore(x509), 1577836800);
    ASN1_TIME_set(X509_getm_notAfter(x509), 1893456000);
    X509_set_pubkey(x509, key);
    if (out == sent)
        extend(x509, NID_subject_alt_name, "DNS:" HOST);
    else
        extend(x509, NID_basic_constraints, "critical,CA:TRUE");
    require(X509_sign(x509, signer, EVP_sha256()) > 0 &&
                PEM_write_X509(out, x509) == 1,
            "not signed");
    X509_free(x509);
}

static void write_plain(void)
{
    EVP_PKEY *root = EVP_RSA_gen(2048), *issuing = EVP_RSA_gen(2048);
    EVP_PKEY *key = EVP_RSA_gen(2048);

    write_one(roots, "Root", root, "Root", root);
    write_one(helpers, "Issuing", issuing, "Root", root);
    write_one(sent, "x", key, "Issuing", issuing);
    EVP_PKEY_free(root);
    EVP_PKEY_free(issuing);
    EVP_PKEY_free(key);
}

static void write_namesakes(long count)
{
    EVP_PKEY *lost = new_key();

    while (count-- > 0) {
        EVP_PKEY *key = new_key();

        write_one(roots, "Root", key, "Root", key);
        EVP_PKEY_free(key);
    }
    write_one(sent, "x", lost, "Root", lost);
    EVP_PKEY_free(lost);
}

/* The names of a certificate, by number. */
static void write_numbered(FILE *out, long subject, EVP_PKEY *key, long issuer,
                           EVP_PKEY *signer)
{
    char names[2][32];

    snprintf(names[0], sizeof(names[0]), "Authority %ld", subject);
    snprintf(names[1], sizeof(names[1]), "Authority %ld", issuer);
    write_one(out, names[0], key, names[1], signer);
}

static EVP_PKEY **new_keys(long count)
{
    EVP_PKEY **keys = calloc((size_t)count, sizeof(EVP_PKEY *));

    require(keys != NULL, "no memory");
    while (count-- > 0)
        keys[count] = new_key();
    return keys;
}

static void free_keys(EVP_PKEY **keys, long count)
{
    while (count-- > 0)
        EVP_PKEY_free(keys[count]);
    free(keys);
}

static void write_mesh(long count)
{
    EVP_PKEY **keys = new_keys(count);
    long i, j;

    for (i = 0; i < count; i++)
        for (j = 0; j < count; j++)
            if (i != j)
                write_numbered(helpers, i, keys[i], j, keys[j]);
    write_one(sent, "x", keys[0], "Authority 0", keys[0]);
    free_keys(keys, count);
}

static void write_layers(long count)
{
    EVP_PKEY **keys = new_keys(2 * count);
    long i, j;

    for (i = 0; i + 1 < count; i++)
        for (j = 0; j < 4; j++) {
            long below = 2 * i + j / 2, above = 2 * i + 2 + j % 2;

            write_numbered(helpers, below, keys[below], above, keys[above]);
        }
    write_one(sent, "x", keys[0], "Authority 0", keys[0]);
    free_keys(keys, 2 * count);
}

static void write_many(long count)
{
    EVP_PKEY *key = new_key();
    long i;

    for (i = 0; i < count; i++)
        write_numbered(roots, i, key, i, key);
    write_one(sent, "x", key, "Authority 0", key);
    EVP_PKEY_free(key);
}

static FILE *open_in(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    require(file != NULL, path);
    return file;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(long count);
    } kinds[] = {{"namesakes", write_namesakes},
                 {"mesh", write_mesh},
                 {"layers", write_layers},
                 {"many", write_many}};
    long count;
    size_t i;

    if (argc != 4)
        return fputs("usage: authorities KIND N FOLDER\n", stderr), 2;
    count = strtol(argv[2], NULL, 10);
    roots = open_in(argv[3], "roots.pem");
    helpers = open_in(argv[3], "helpers.pem");
    sent = open_in(argv[3], "sent.pem");
    if (strcmp(argv[1], "plain") == 0)
        write_plain();
    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(argv[1], kinds[i].name) == 0)
            kinds[i].write(count);
    fclose(roots);
    fclose(helpers);
    fclose(sent);
    return 0;
}
