/* SPDX-License-Identifier: MIT */
/*
 * The extensions of one certificate. Where Windows and OpenSSL name the same
 * thing, OpenSSL decodes it; two of Windows' own it does not know: application
 * policies, which Windows reads in place of the extended key usage, and the
 * subjectAltName of X.509's first years, which it reads like the present one.
 *
 * What cannot be decoded is told as that, and as nothing else: no usage is
 * wrong because nobody could read it.
 */
#include <arpa/inet.h>
#include <limits.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "facts/certificate/private.h"

/* ------------------------------------------------------- by their number -- */

struct oid {
    const char *bytes;
    size_t length;
};

static const struct oid old_alt_name = {"\x55\x1d\x07", 3}; /* 2.5.29.7 */
static const struct oid application_policies = {
    "\x2b\x06\x01\x04\x01\x82\x37\x15\x0a", 10 - 1}; /* 1.3.6.1.4.1.311.21.10
                                                      */

static bool is_oid(const X509_EXTENSION *extension, const struct oid *oid)
{
    const ASN1_OBJECT *object =
        X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)extension);

    return OBJ_length(object) == oid->length &&
           memcmp(OBJ_get0_data(object), oid->bytes, oid->length) == 0;
}

/* The value of the only one of that number; NULL: there is none. */
static const ASN1_OCTET_STRING *find_one(struct certificate_parsed *parsed,
                                         const struct oid *oid)
{
    const ASN1_OCTET_STRING *found = NULL;
    int count = X509_get_ext_count(parsed->x509), i;

    for (i = 0; i < count; i++) {
        X509_EXTENSION *extension = X509_get_ext(parsed->x509, i);

        if (!is_oid(extension, oid))
            continue;
        if (found != NULL)
            parsed->facts.flags |= CERTIFICATE_INVALID;
        found = X509_EXTENSION_get_data(extension);
    }
    return found;
}

/* Critical, and known neither to OpenSSL nor to Windows. */
static bool has_unknown_critical(X509 *x509)
{
    int count = X509_get_ext_count(x509), i;

    for (i = 0; i < count; i++) {
        X509_EXTENSION *extension = X509_get_ext(x509, i);

        if (X509_EXTENSION_get_critical(extension) != 0 &&
            X509_supported_extension(extension) == 0 &&
            !is_oid(extension, &application_policies) &&
            !is_oid(extension, &old_alt_name))
            return true;
    }
    return false;
}

/* Bytes behind a value are none of it, and OpenSSL does not look for them. What
 * is no value at all, its decoders tell. */
static bool has_tail(const ASN1_OCTET_STRING *value)
{
    const unsigned char *at = ASN1_STRING_get0_data(value);
    const unsigned char *end = at + ASN1_STRING_length(value);
    long length = 0;
    int tag, class;
    int got = ASN1_get_object(&at, &length, &tag, &class, end - at);

    return (got & 0x80) == 0 && (got & 1) == 0 && at + length != end;
}

static bool has_tail_at(const X509 *x509, int nid)
{
    int at = X509_get_ext_by_NID(x509, nid, -1);

    return at >= 0 && has_tail(X509_EXTENSION_get_data(X509_get_ext(x509, at)));
}

/* As X509_get_ext_d2i(), and nothing where bytes follow. */
static void *read_one(const X509 *x509, int nid, int *statep)
{
    void *value = NULL;

    if (!has_tail_at(x509, nid))
        value = X509_get_ext_d2i(x509, nid, statep, NULL);
    else if (statep != NULL)
        *statep = 0;
    return value;
}

/* ------------------------------------------------------ alternative names --
 */

static bool keep_address(struct certificate_parsed *parsed,
                         const ASN1_STRING *value, const char **textp)
{
    const unsigned char *bytes = ASN1_STRING_get0_data(value);
    char text[INET6_ADDRSTRLEN] = "";
    int length = ASN1_STRING_length(value);

    if (length == 4)
        inet_ntop(AF_INET, bytes, text, sizeof(text));
    else if (length == 16)
        inet_ntop(AF_INET6, bytes, text, sizeof(text));
    else
        snprintf(text, sizeof(text), "an address of %d bytes", length);
    *textp = arena_copy(&parsed->arena, text, strlen(text));
    return *textp != NULL;
}

static bool keep_alt_name(struct certificate_parsed *parsed,
                          const GENERAL_NAME *entry,
                          struct certificate_name *names)
{
    struct certificate_facts *facts = &parsed->facts;

    if (entry->type == GEN_DNS)
        return certificate_keep_name(
            parsed, ASN1_STRING_get0_data(entry->d.dNSName),
            (size_t)ASN1_STRING_length(entry->d.dNSName),
            &names[facts->dns_name_count++]);
    if (entry->type == GEN_IPADD)
        return keep_address(parsed, entry->d.iPAddress,
                            &facts->ip_addresses[facts->ip_address_count++]);
    return true;
}

/* The lists of both numbers, one behind the other. */
static bool keep_alt_names(struct certificate_parsed *parsed,
                           GENERAL_NAMES *const *lists, int list_count)
{
    struct certificate_facts *facts = &parsed->facts;
    struct certificate_name *names;
    int count = 0, i, j;

    for (i = 0; i < list_count; i++)
        count += lists[i] != NULL ? sk_GENERAL_NAME_num(lists[i]) : 0;
    if (count > CERTIFICATE_NAMES_MAX) {
        facts->problem = "it has too many names";
        return true;
    }
    if (count <= 0)
        return true;
    names = arena_alloc(&parsed->arena, (size_t)count * sizeof(*names));
    facts->ip_addresses = arena_alloc(
        &parsed->arena, (size_t)count * sizeof(*facts->ip_addresses));
    if (names == NULL || facts->ip_addresses == NULL)
        return false;
    facts->dns_names = names;
    for (i = 0; i < list_count; i++)
        for (j = 0; j < sk_GENERAL_NAME_num(lists[i]); j++)
            if (!keep_alt_name(parsed, sk_GENERAL_NAME_value(lists[i], j),
                               names))
                return false;
    return true;
}

/* From one value: NULL where it holds something else. */
static GENERAL_NAMES *decode_names(const ASN1_OCTET_STRING *value)
{
    const unsigned char *at = ASN1_STRING_get0_data(value);
    const unsigned char *end = at + ASN1_STRING_length(value);
    GENERAL_NAMES *names =
        d2i_GENERAL_NAMES(NULL, &at, ASN1_STRING_length(value));

    if (names == NULL || at == end)
        return names;
    GENERAL_NAMES_free(names);
    return NULL;
}

bool certificate_parse_alt_names(struct certificate_parsed *parsed)
{
    const ASN1_OCTET_STRING *old = find_one(parsed, &old_alt_name);
    int state = -1;
    GENERAL_NAMES *lists[2] = {
        read_one(parsed->x509, NID_subject_alt_name, &state),
        old != NULL ? decode_names(old) : NULL};
    bool ok;

    if (state != -1 || old != NULL)
        parsed->facts.flags |= CERTIFICATE_HAS_ALT_NAME;
    if ((state != -1 && lists[0] == NULL) || (old != NULL && lists[1] == NULL))
        parsed->facts.flags |= CERTIFICATE_INVALID | CERTIFICATE_BAD_ALT_NAME;
    if (old != NULL)
        parsed->facts.flags |= CERTIFICATE_OLD_ALT_NAME;
    ok = keep_alt_names(parsed, lists, 2);
    GENERAL_NAMES_free(lists[0]);
    GENERAL_NAMES_free(lists[1]);
    return ok;
}

const ASN1_OCTET_STRING *certificate_old_names(const X509 *x509)
{
    int count = X509_get_ext_count(x509), i;

    for (i = 0; i < count; i++)
        if (is_oid(X509_get_ext(x509, i), &old_alt_name))
            return X509_EXTENSION_get_data(X509_get_ext(x509, i));
    return NULL;
}

/* ----------------------------------------------------------------- usage -- */

static bool has(X509 *x509, int nid)
{
    return X509_get_ext_by_NID(x509, nid, -1) >= 0;
}

/* Its value, decoded and thrown away. */
static bool is_readable(X509 *x509, int nid)
{
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(nid);
    void *value = read_one(x509, nid, NULL);

    if (value == NULL)
        return false;
    ASN1_item_free(value, ASN1_ITEM_ptr(method->it));
    return true;
}

/* Application policies count instead of the extended key usage, and hold OIDs
 * of the same kind. anyPolicy among them allows nothing. */
static int application_flags(struct certificate_parsed *parsed,
                             const ASN1_OCTET_STRING *value)
{
    const unsigned char *at = ASN1_STRING_get0_data(value);
    const unsigned char *end = at + ASN1_STRING_length(value);
    CERTIFICATEPOLICIES *list =
        d2i_CERTIFICATEPOLICIES(NULL, &at, ASN1_STRING_length(value));
    int flags = CERTIFICATE_HAS_USAGE, i;

    if (list == NULL || at != end) {
        sk_POLICYINFO_pop_free(list, POLICYINFO_free);
        parsed->facts.flags |= CERTIFICATE_INVALID;
        return 0;
    }
    for (i = 0; i < sk_POLICYINFO_num(list); i++) {
        int nid = OBJ_obj2nid(sk_POLICYINFO_value(list, i)->policyid);

        if (nid == NID_server_auth)
            flags |= CERTIFICATE_USAGE_SERVER;
        if (nid == NID_anyExtendedKeyUsage)
            flags |= CERTIFICATE_USAGE_ANY;
    }
    sk_POLICYINFO_pop_free(list, POLICYINFO_free);
    return flags;
}

/* RFC 5280 4.2.1.12, and the two purposes that stood for a server before it:
 * Microsoft's and Netscape's server gated cryptography. Decoded here, since
 * OpenSSL forgets it where another extension is broken. */
static int extended_flags(struct certificate_parsed *parsed)
{
    EXTENDED_KEY_USAGE *list = read_one(parsed->x509, NID_ext_key_usage, NULL);
    int flags = CERTIFICATE_HAS_USAGE, i;

    if (list == NULL) {
        parsed->doubts += has(parsed->x509, NID_ext_key_usage);
        return 0;
    }
    for (i = 0; i < sk_ASN1_OBJECT_num(list); i++) {
        int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(list, i));

        if (nid == NID_server_auth || nid == NID_ms_sgc || nid == NID_ns_sgc)
            flags |= CERTIFICATE_USAGE_SERVER;
        if (nid == NID_client_auth)
            flags |= CERTIFICATE_USAGE_CLIENT;
        if (nid == NID_anyExtendedKeyUsage)
            flags |= CERTIFICATE_USAGE_ANY;
    }
    EXTENDED_KEY_USAGE_free(list);
    return flags;
}

static int usage_flags(struct certificate_parsed *parsed)
{
    const ASN1_OCTET_STRING *policies = find_one(parsed, &application_policies);

    return policies != NULL ? application_flags(parsed, policies)
                            : extended_flags(parsed);
}

/* The bits as OpenSSL numbers them, which forgets them in the same way. false:
 * there is none, or it cannot be read. */
static bool read_key_usage(struct certificate_parsed *parsed, uint32_t *bitsp)
{
    ASN1_BIT_STRING *value = read_one(parsed->x509, NID_key_usage, NULL);
    int length;

    *bitsp = 0;
    if (value == NULL) {
        parsed->doubts += has(parsed->x509, NID_key_usage);
        return false;
    }
    length = ASN1_STRING_length(value);
    if (length > 0)
        *bitsp = ASN1_STRING_get0_data(value)[0];
    if (length > 1)
        *bitsp |= (uint32_t)ASN1_STRING_get0_data(value)[1] << 8;
    ASN1_BIT_STRING_free(value);
    return true;
}

static int key_usage_flags(struct certificate_parsed *parsed)
{
    const uint32_t tls =
        KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
    uint32_t usage;
    int flags = CERTIFICATE_HAS_KEY_USAGE;

    if (!read_key_usage(parsed, &usage))
        return 0;
    if ((usage & tls) == 0)
        flags |= CERTIFICATE_KEY_NOT_TLS;
    if ((usage & KU_KEY_CERT_SIGN) != 0)
        flags |= CERTIFICATE_CERT_SIGN;
    return flags;
}

/* ----------------------------------------------------------- authorities -- */

/* Where they cannot be read, they forbid nothing. */
static int constraint_flags(struct certificate_parsed *parsed, bool invalid)
{
    X509 *x509 = parsed->x509;
    long length;

    parsed->facts.path_length = -1;
    if (!has(x509, NID_basic_constraints))
        return 0;
    if (invalid && !is_readable(x509, NID_basic_constraints))
        return CERTIFICATE_HAS_CONSTRAINTS | CERTIFICATE_CA;
    if ((X509_get_extension_flags(x509) & EXFLAG_CA) == 0)
        return CERTIFICATE_HAS_CONSTRAINTS;
    length = X509_get_pathlen(x509);
    if (length >= 0 && length < INT_MAX)
        parsed->facts.path_length = (int)length;
    return CERTIFICATE_HAS_CONSTRAINTS | CERTIFICATE_CA;
}

/* RFC 5280 4.2.1.4, 5, 11 and 14. OpenSSL looks at them only where it checks
 * policies. */
static int policy_flags(X509 *x509)
{
    static const int nids[] = {NID_certificate_policies, NID_policy_mappings,
                               NID_policy_constraints, NID_inhibit_any_policy};
    int flags = 0;
    size_t i;

    for (i = 0; i < sizeof(nids) / sizeof(nids[0]); i++) {
        if (!has(x509, nids[i]))
            continue;
        flags |= CERTIFICATE_POLICIES;
        if (!is_readable(x509, nids[i]))
            flags |= CERTIFICATE_INVALID;
    }
    return flags;
}

/* What ldap:// names in the own forest is known without it: CN=AIA. */
static bool is_on_the_web(const GENERAL_NAME *place)
{
    const ASN1_IA5STRING *uri = place->d.uniformResourceIdentifier;
    const char *text;
    size_t length;

    if (place->type != GEN_URI)
        return false;
    text = (const char *)ASN1_STRING_get0_data(uri);
    length = (size_t)ASN1_STRING_length(uri);
    return text_starts(text, length, "http://") ||
           text_starts(text, length, "https://");
}

/* authorityInfoAccess, RFC 5280 4.2.2.1. */
static int access_flags(struct certificate_parsed *parsed)
{
    X509 *x509 = parsed->x509;
    AUTHORITY_INFO_ACCESS *access =
        X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
    int flags = 0, i;

    if (access == NULL && has(x509, NID_info_access))
        parsed->doubts++;
    if (has(x509, NID_crl_distribution_points))
        flags |= CERTIFICATE_REVOCABLE;
    for (i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        int method = OBJ_obj2nid(one->method);

        if (method == NID_ad_ca_issuers && is_on_the_web(one->location))
            flags |= CERTIFICATE_ISSUER_URI;
        if (method == NID_ad_OCSP)
            flags |= CERTIFICATE_REVOCABLE;
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return flags;
}

/* Self-issued is a matter of names, self-signed one of the key: only the second
 * can be an anchor. false: out of memory. */
static bool parse_issuer(struct certificate_parsed *parsed)
{
    X509 *x509 = parsed->x509;
    int order =
        X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509));

    if (order == -2)
        return false;
    if (order == 0)
        parsed->facts.flags |= CERTIFICATE_SELF_ISSUED;
    return true;
}

/* Those that OpenSSL reads, and may call broken. */
static const int read_nids[] = {NID_basic_constraints,
                                NID_key_usage,
                                NID_ext_key_usage,
                                NID_subject_key_identifier,
                                NID_authority_key_identifier,
                                NID_subject_alt_name,
                                NID_name_constraints,
                                NID_crl_distribution_points};

/* OpenSSL calls a keyUsage without a bit broken; it can be read, and allows
 * nothing. */
static bool is_only_empty(struct certificate_parsed *parsed)
{
    X509 *x509 = parsed->x509;
    uint32_t usage;
    size_t i;

    if (!read_key_usage(parsed, &usage) || usage != 0)
        return false;
    for (i = 0; i < sizeof(read_nids) / sizeof(read_nids[0]); i++)
        if (has(x509, read_nids[i]) && !is_readable(x509, read_nids[i]))
            return false;
    return true;
}

static bool has_any_tail(const X509 *x509)
{
    size_t i;

    for (i = 0; i < sizeof(read_nids) / sizeof(read_nids[0]); i++)
        if (has_tail_at(x509, read_nids[i]))
            return true;
    return false;
}

bool certificate_parse_extensions(struct certificate_parsed *parsed)
{
    X509 *x509 = parsed->x509;
    uint32_t known;
    bool invalid;

    (void)X509_check_purpose(x509, -1, 0); /* makes OpenSSL read them */
    known = X509_get_extension_flags(x509);
    if ((known & EXFLAG_INVALID) != 0)
        parsed->doubts++;
    invalid = ((known & EXFLAG_INVALID) != 0 && !is_only_empty(parsed)) ||
              has_any_tail(x509);
    parsed->facts.flags |= usage_flags(parsed) | key_usage_flags(parsed) |
                           constraint_flags(parsed, invalid) |
                           policy_flags(x509) | access_flags(parsed);
    if (invalid)
        parsed->facts.flags |= CERTIFICATE_INVALID;
    if ((known & EXFLAG_V1) != 0)
        parsed->facts.flags |= CERTIFICATE_VERSION_1;
    if ((known & EXFLAG_PROXY) != 0)
        parsed->facts.flags |= CERTIFICATE_PROXY;
    if (has(x509, NID_name_constraints))
        parsed->facts.flags |= CERTIFICATE_NAME_RULES;
    if (has_unknown_critical(x509))
        parsed->facts.flags |= CERTIFICATE_CRITICAL;
    return parse_issuer(parsed);
}
