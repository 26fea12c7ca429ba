/* SPDX-License-Identifier: MIT */
/*
 * Certificates that have only names, as a subjectAltName: so OpenSSL compares
 * with nameConstraints what it does not look for itself.
 */
#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include "facts/certificate/private.h"
#include "facts/host.h"

static bool add_names(X509 *x509, const ASN1_OCTET_STRING *value)
{
    X509_EXTENSION *extension = X509_EXTENSION_create_by_NID(
        NULL, NID_subject_alt_name, 0, (ASN1_OCTET_STRING *)(uintptr_t)value);
    bool ok = extension != NULL && X509_add_ext(x509, extension, -1) == 1;

    X509_EXTENSION_free(extension);
    return ok;
}

/* One that has these names and nothing else. NULL: out of memory. */
static X509 *named_new(const ASN1_OCTET_STRING *value, bool may_be_broken)
{
    X509 *made = X509_new_ex(crypto_context(), NULL);
    bool ok = made != NULL && value != NULL && add_names(made, value);

    if (ok)
        (void)X509_check_purpose(made, -1, 0); /* reads them */
    if (ok && ((X509_get_extension_flags(made) & EXFLAG_INVALID) == 0 ||
               may_be_broken))
        return made;
    X509_free(made);
    return NULL;
}

X509 *certificate_old_names_new(const struct adscp_certificate *certificate)
{
    return named_new(certificate_old_names(certificate_x509(certificate)),
                     (certificate_facts(certificate)->flags &
                      CERTIFICATE_BAD_ALT_NAME) != 0);
}

static bool push_name(GENERAL_NAMES *names, int kind, int string_kind,
                      const void *bytes, size_t length)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *string = ASN1_STRING_type_new(string_kind);

    if (name == NULL || string == NULL ||
        ASN1_STRING_set(string, bytes, (int)length) != 1) {
        ASN1_STRING_free(string);
        GENERAL_NAME_free(name);
        return false;
    }
    GENERAL_NAME_set0_value(name, kind, string);
    if (sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

/* Labels with a wildcard or without: what a host may be compared with. */
static bool is_host_like(struct span name)
{
    size_t i;

    for (i = 0; i < name.length; i++)
        if (!host_is_letter(name.text[i]) && name.text[i] != '.' &&
            name.text[i] != '*')
            return false;
    return name.length > 0 && name.text[name.length - 1] != '.';
}

static bool push_common_name(GENERAL_NAMES *names, struct span name)
{
    unsigned char address[16];

    if (host_address(name, AF_INET, address) &&
        !push_name(names, GEN_IPADD, V_ASN1_OCTET_STRING, address, 4))
        return false;
    if (host_address(name, AF_INET6, address) &&
        !push_name(names, GEN_IPADD, V_ASN1_OCTET_STRING, address, 16))
        return false;
    return !is_host_like(name) ||
           push_name(names, GEN_DNS, V_ASN1_IA5STRING, name.text, name.length);
}

X509 *certificate_common_names_new(const struct adscp_certificate *certificate)
{
    const struct certificate_facts *facts = certificate_facts(certificate);
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509 *made = NULL;
    bool ok = names != NULL && value != NULL;
    size_t i;

    for (i = 0; i < facts->common_name_count && ok; i++)
        ok = push_common_name(names,
                              (struct span){facts->common_names[i].bytes,
                                            facts->common_names[i].length});
    if (ok)
        value->length = i2d_GENERAL_NAMES(names, &value->data);
    if (ok && value->length > 0)
        made = named_new(value, false);
    ASN1_OCTET_STRING_free(value);
    GENERAL_NAMES_free(names);
    return made;
}
