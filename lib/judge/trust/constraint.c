/* SPDX-License-Identifier: MIT */
/*
 * What an authority allows those below it: their names, and the policies of the
 * path. OpenSSL compares; where it gives up because there is too much to
 * compare, that is told, and is no fault of the certificates.
 */
#include <openssl/x509v3.h>

#include "base/crypto.h"
#include "facts/certificate/private.h"
#include "judge/trust/private.h"

/* --------------------------------------------------------------- names -- */

static bool has_dns(const STACK_OF(GENERAL_SUBTREE) * trees)
{
    int i;

    for (i = 0; i < sk_GENERAL_SUBTREE_num(trees); i++)
        if (sk_GENERAL_SUBTREE_value(trees, i)->base->type == GEN_DNS)
            return true;
    return false;
}

/* "*.corp.example", where "ex10.corp.example" is meant. */
static bool stands_for(struct span name, struct span tree)
{
    struct span first = span_until(name, '.'), meant = span_until(tree, '.');
    struct span rest = span_from(name, first.length);
    struct span above = span_from(tree, meant.length);
    size_t prefix = first.length - 1;

    return first.length > 0 && first.text[prefix] == '*' && meant.length > 0 &&
           meant.length >= prefix &&
           text_equal_ascii(first.text, prefix, meant.text, prefix) &&
           text_equal_ascii(rest.text, rest.length, above.text, above.length);
}

static bool has_wildcard_for(const struct certificate_name *names, size_t count,
                             struct span tree)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (stands_for((struct span){names[i].bytes, names[i].length}, tree))
            return true;
    return false;
}

/* OpenSSL compares a wildcard like any other text. */
static bool has_excluded_wildcard(const struct certificate_facts *facts,
                                  const STACK_OF(GENERAL_SUBTREE) * trees)
{
    bool is_common = facts->dns_name_count == 0;
    const struct certificate_name *names =
        is_common ? facts->common_names : facts->dns_names;
    size_t count = is_common ? facts->common_name_count : facts->dns_name_count;
    int i;

    for (i = 0; i < sk_GENERAL_SUBTREE_num(trees); i++) {
        const GENERAL_NAME *base = sk_GENERAL_SUBTREE_value(trees, i)->base;
        const ASN1_IA5STRING *text = base->d.dNSName;

        if (base->type == GEN_DNS &&
            has_wildcard_for(
                names, count,
                (struct span){(const char *)ASN1_STRING_get0_data(text),
                              (size_t)ASN1_STRING_length(text)}))
            return true;
    }
    return false;
}

static int read_result(int error, int *resultp)
{
    if (error == X509_V_ERR_OUT_OF_MEM)
        return ADSCP_E_NOMEM;
    if (error == X509_V_ERR_UNSPECIFIED)
        *resultp = TRUST_NAMES_TOO_MANY;
    else if (error != X509_V_OK)
        *resultp = TRUST_NAMES_BROKEN;
    return ADSCP_OK;
}

/* Names that OpenSSL does not see: they stand in a certificate of their own,
 * which is NULL for lack of memory. */
static int check_made(X509 *made, NAME_CONSTRAINTS *rules, int *resultp)
{
    int rc = ADSCP_E_NOMEM;

    if (made != NULL)
        rc = read_result(NAME_CONSTRAINTS_check(made, rules), resultp);
    X509_free(made);
    return rc;
}

/* Where common names stand for the host, they are bound like DNS names; OpenSSL
 * looks at those without a wildcard and with a dot only. */
static int check_names(const struct trust_node *below, bool is_leaf,
                       NAME_CONSTRAINTS *rules, int *resultp)
{
    const struct certificate_facts *facts = below->facts;
    X509 *x509 = certificate_x509(below->certificate);
    int rc = read_result(NAME_CONSTRAINTS_check(x509, rules), resultp);

    if (rc == ADSCP_OK && *resultp == TRUST_NAMES_OK && is_leaf &&
        facts->dns_name_count == 0)
        rc = check_made(certificate_common_names_new(below->certificate), rules,
                        resultp);
    if (rc == ADSCP_OK && *resultp == TRUST_NAMES_OK &&
        (facts->flags & CERTIFICATE_OLD_ALT_NAME) != 0)
        rc = check_made(certificate_old_names_new(below->certificate), rules,
                        resultp);
    if (rc != ADSCP_OK || *resultp != TRUST_NAMES_OK)
        return rc;
    if (is_leaf && facts->dns_name_count == 0 &&
        facts->common_name_count == 0 && has_dns(rules->permittedSubtrees))
        *resultp = TRUST_NAMES_BROKEN;
    else if (is_leaf && has_excluded_wildcard(facts, rules->excludedSubtrees))
        *resultp = TRUST_NAMES_WILDCARD;
    return ADSCP_OK;
}

/* Rules that cannot be read were told with the certificate, and allow all. */
static int check_names_once(const struct trust_node *below, bool is_leaf,
                            const struct trust_node *issuer, int *resultp)
{
    struct crypto_errors errors;
    NAME_CONSTRAINTS *rules;
    int rc = ADSCP_OK;

    *resultp = TRUST_NAMES_OK;
    crypto_errors_begin(&errors);
    rules = X509_get_ext_d2i(certificate_x509(issuer->certificate),
                             NID_name_constraints, NULL, NULL);
    if (rules != NULL)
        rc = check_names(below, is_leaf, rules, resultp);
    if (rc == ADSCP_OK && (rules == NULL || *resultp != TRUST_NAMES_OK) &&
        crypto_no_memory(&errors))
        rc = ADSCP_E_NOMEM;
    if (rc == ADSCP_OK && rules == NULL)
        *resultp = TRUST_NAMES_UNREAD;
    NAME_CONSTRAINTS_free(rules);
    crypto_errors_end();
    return rc;
}

int trust_check_names(const struct trust_node *below, bool is_leaf,
                      const struct trust_node *issuer, int *resultp)
{
    int before = -1, tries, rc;

    for (tries = 0; tries < CRYPTO_TRIES; tries++) {
        rc = check_names_once(below, is_leaf, issuer, resultp);
        if (rc != ADSCP_OK || *resultp == TRUST_NAMES_OK || *resultp == before)
            return rc;
        before = *resultp;
        if (!crypto_has_memory())
            break;
    }
    return ADSCP_E_NOMEM;
}

/* ------------------------------------------------------------ policies -- */

static bool has_policies(const struct trust_path *path)
{
    size_t i;

    for (i = 0; i < path->count; i++)
        if ((path->nodes[i]->facts->flags & CERTIFICATE_POLICIES) != 0)
            return true;
    return false;
}

/* Their copies, which are the stack's. */
static bool push_all(const struct trust_path *path, bool copies,
                     STACK_OF(X509) * chain)
{
    size_t i;

    for (i = 0; i < path->count; i++) {
        X509 *x509 = certificate_x509(path->nodes[i]->certificate);

        if (copies)
            x509 = X509_dup(x509);
        if (x509 == NULL)
            return false;
        if (sk_X509_push(chain, x509) > 0)
            continue;
        if (copies)
            X509_free(x509);
        return false;
    }
    return true;
}

static void free_all(STACK_OF(X509) * chain, bool copies)
{
    if (copies)
        sk_X509_pop_free(chain, X509_free);
    else
        sk_X509_free(chain);
}

/* Any policy is fine to begin with: what the path's own rules demand counts. */
static int check_policies_once(const struct trust_path *path, bool copies,
                               int *statep)
{
    struct crypto_errors errors;
    STACK_OF(ASN1_OBJECT) *any = sk_ASN1_OBJECT_new_null();
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509_POLICY_TREE *tree = NULL;
    int rc = ADSCP_E_NOMEM, is_explicit = 0;

    crypto_errors_begin(&errors);
    if (any != NULL && chain != NULL && push_all(path, copies, chain) &&
        sk_ASN1_OBJECT_push(any, OBJ_nid2obj(NID_any_policy)) > 0) {
        *statep = X509_policy_check(&tree, &is_explicit, chain, any, 0);
        if (*statep > 0 || !crypto_no_memory(&errors))
            rc = ADSCP_OK;
    }
    X509_policy_tree_free(tree);
    sk_ASN1_OBJECT_free(any);
    free_all(chain, copies);
    crypto_errors_end();
    return rc;
}

/* What OpenSSL could not decode for lack of memory, it remembers as broken: so
 * the second try is with certificates that it has not seen. */
static int check_policies(const struct trust_path *path, int *statep)
{
    int before = 1, tries, rc;

    for (tries = 0; tries < CRYPTO_TRIES; tries++) {
        rc = check_policies_once(path, tries > 0, statep);
        if (rc != ADSCP_OK || *statep > 0 || *statep == before)
            return rc;
        before = *statep;
        if (!crypto_has_memory())
            break;
    }
    return ADSCP_E_NOMEM;
}

int trust_check_policies(const struct trust_path *path, struct verdict *verdict)
{
    int state = 1, rc;

    if (!has_policies(path))
        return ADSCP_OK;
    rc = check_policies(path, &state);
    if (rc == ADSCP_OK && state <= 0)
        trust_break(verdict, state == X509_PCY_TREE_INTERNAL
                                 ? RULE_POLICIES_TOO_MANY
                                 : RULE_POLICIES);
    return rc;
}
