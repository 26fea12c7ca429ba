/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with a certificate on a path, by the table of rule.def. More
 * certificates on a path never make it better, so that a path can be given up
 * as soon as it is no better than another one.
 */
#include "judge/trust/private.h"

enum { RSA_BITS_MIN = 1023 /* KB2661254 */, RSA_BITS_PUBLIC = 2048 };

void trust_note(struct verdict *verdict, enum alert_note note)
{
    verdict->notes |= UINT64_C(1) << note;
}

static bool has(const struct trust_node *node, int flag)
{
    return (node->facts->flags & flag) != 0;
}

static bool is_role(const struct trust_node *node, enum trust_role role)
{
    return (node->roles & UINT32_C(1) << role) != 0;
}

/* --------------------------------------------------- every certificate -- */

/* A validity holds through its last second, RFC 5280 4.1.2.5. */
static void judge_dates(const struct certificate_facts *facts, int64_t time,
                        struct verdict *verdict)
{
    if (time < 0) {
        trust_break(verdict, RULE_NO_TIME);
        return;
    }
    if (facts->not_after == CERTIFICATE_TIME_UNKNOWN || time > facts->not_after)
        trust_break(verdict, RULE_EXPIRED);
    if (facts->not_before == CERTIFICATE_TIME_UNKNOWN ||
        time < facts->not_before)
        trust_break(verdict, RULE_NOT_YET_VALID);
}

/* The digest counts where the signature does, which that of a root does not. */
static void judge_digest(const struct trust_node *node, struct verdict *verdict)
{
    if (has(node, CERTIFICATE_SELF_SIGNED))
        return;
    if (has(node, CERTIFICATE_SHA1))
        trust_note(verdict, NOTE_SHA1);
    if (has(node, CERTIFICATE_MD5))
        trust_note(verdict, NOTE_MD5);
}

static bool is_weak(const struct trust_node *node)
{
    return has(node, CERTIFICATE_RSA) && node->facts->key_bits < RSA_BITS_MIN;
}

/* Of one that is self-signed, the key is judged where the path ends. */
static void judge_key(const struct trust_node *node, struct verdict *verdict)
{
    if (has(node, CERTIFICATE_KEY_UNREADABLE))
        trust_break(verdict, RULE_KEY_UNREADABLE);
    if (has(node, CERTIFICATE_KEY_EXPLICIT))
        trust_break(verdict, RULE_KEY_EXPLICIT);
    if (is_weak(node) && !has(node, CERTIFICATE_SELF_SIGNED))
        trust_break(verdict, RULE_WEAK_KEY);
}

static void judge_usage(const struct trust_node *node, struct verdict *verdict)
{
    if (has(node, CERTIFICATE_HAS_USAGE) &&
        !has(node, CERTIFICATE_USAGE_SERVER | CERTIFICATE_USAGE_ANY))
        trust_break(verdict, RULE_USAGE);
}

static void judge_each(const struct trust_node *node, int64_t time,
                       struct verdict *verdict)
{
    judge_dates(node->facts, time, verdict);
    judge_key(node, verdict);
    judge_digest(node, verdict);
    if (has(node, CERTIFICATE_INVALID))
        trust_break(verdict, RULE_UNREADABLE);
    if (has(node, CERTIFICATE_CRITICAL))
        trust_break(verdict, RULE_CRITICAL);
    if (has(node, CERTIFICATE_PROXY))
        trust_break(verdict, RULE_PROXY);
    if (is_role(node, TRUST_DISALLOWED))
        trust_break(verdict, RULE_DISALLOWED);
}

/* ---------------------------------------------------------------- leaf -- */

static void judge_name(const struct trust_node *leaf,
                       const struct trust_question *question,
                       struct verdict *verdict)
{
    if (has(leaf, CERTIFICATE_BAD_ALT_NAME)) {
        trust_break(verdict, RULE_NAMES_UNREADABLE);
        return;
    }
    if (question->host == NULL || question->host_length == 0) {
        trust_break(verdict, RULE_NO_HOST);
        return;
    }
    switch (trust_match(leaf->facts, question->host, question->host_length,
                        &verdict->notes)) {
    case TRUST_NAME_NO:
        trust_break(verdict, RULE_NAME);
        break;
    case TRUST_NAME_MAYBE:
        trust_break(verdict, RULE_NAME_UNSURE);
        break;
    case TRUST_NAME_YES:
        break;
    }
}

void trust_judge_leaf(const struct trust_node *leaf,
                      const struct trust_question *question, int64_t time,
                      struct verdict *verdict)
{
    judge_each(leaf, time, verdict);
    judge_usage(leaf, verdict);
    judge_name(leaf, question, verdict);
    if (has(leaf, CERTIFICATE_CERT_SIGN) &&
        has(leaf, CERTIFICATE_HAS_CONSTRAINTS) && !has(leaf, CERTIFICATE_CA))
        trust_break(verdict, RULE_LEAF_CERT_SIGN);
    if (has(leaf, CERTIFICATE_KEY_NOT_TLS))
        trust_note(verdict, NOTE_KEY_USAGE);
    if (has(leaf, CERTIFICATE_REVOCABLE))
        trust_note(verdict, NOTE_REVOCATION);
}

/* -------------------------------------------------------------- issuer -- */

/* Whoever is no authority breaks that rule, and no other one about what an
 * authority may do. Roots of old have no extensions. */
static bool judge_authority(const struct trust_node *node,
                            struct verdict *verdict)
{
    if (has(node, CERTIFICATE_CA))
        return true;
    if (has(node, CERTIFICATE_HAS_CONSTRAINTS))
        trust_break(verdict, RULE_NO_AUTHORITY);
    else if (!has(node, CERTIFICATE_VERSION_1))
        trust_break(verdict, RULE_NO_CONSTRAINTS);
    else if (!has(node, CERTIFICATE_SELF_SIGNED))
        trust_break(verdict, RULE_VERSION_1);
    return false;
}

/* Those between it and the server's own; whoever has its issuer's name only
 * carries on with it. */
static void judge_path_length(const struct trust_path *path,
                              struct verdict *verdict)
{
    const struct trust_node *top = path->nodes[path->count - 1];
    int below = 0;
    size_t i;

    for (i = 1; i + 1 < path->count; i++)
        below += !has(path->nodes[i], CERTIFICATE_SELF_ISSUED);
    if (top->facts->path_length >= 0 && below > top->facts->path_length)
        trust_break(verdict, RULE_PATH_LENGTH);
}

static int judge_names_of(struct trust_model *model,
                          const struct trust_path *path, size_t index,
                          struct verdict *verdict)
{
    const struct trust_node *top = path->nodes[path->count - 1];
    const struct trust_node *below = path->nodes[index];
    struct trust_pair *pair;
    int rc = ADSCP_OK;

    pair = trust_model_pair(model, below, top,
                            index == 0 ? PAIR_NAMES : PAIR_NAMES_OF_ISSUER);
    if (pair == NULL)
        return ADSCP_E_NOMEM;
    if (pair->result < 0)
        rc = trust_check_names(below, index == 0, top, &pair->result);
    if (rc != ADSCP_OK) {
        pair->result = -1;
        return rc;
    }
    if (pair->result == TRUST_NAMES_BROKEN)
        trust_break(verdict, RULE_NAME_CONSTRAINTS);
    if (pair->result == TRUST_NAMES_TOO_MANY)
        trust_break(verdict, RULE_NAMES_TOO_MANY);
    if (pair->result == TRUST_NAMES_WILDCARD)
        trust_break(verdict, RULE_NAMES_WILDCARD);
    return ADSCP_OK;
}

static int judge_names(struct trust_model *model, const struct trust_path *path,
                       struct verdict *verdict)
{
    const struct trust_node *top = path->nodes[path->count - 1];
    int rc = ADSCP_OK;
    size_t i;

    if (!has(top, CERTIFICATE_NAME_RULES))
        return ADSCP_OK;
    for (i = 0; i + 1 < path->count && rc == ADSCP_OK; i++)
        if (i == 0 || !has(path->nodes[i], CERTIFICATE_SELF_ISSUED))
            rc = judge_names_of(model, path, i, verdict);
    return rc;
}

int trust_judge_issuer(struct trust_model *model, const struct trust_path *path,
                       int64_t time, struct verdict *verdict)
{
    const struct trust_node *top = path->nodes[path->count - 1];

    judge_each(top, time, verdict);
    if (judge_authority(top, verdict)) {
        judge_usage(top, verdict);
        if (has(top, CERTIFICATE_HAS_KEY_USAGE) &&
            !has(top, CERTIFICATE_CERT_SIGN))
            trust_break(verdict, RULE_NO_CERT_SIGN);
    }
    judge_path_length(path, verdict);
    return judge_names(model, path, verdict);
}

/* ----------------------------------------------------------------- end -- */

static void judge_anchor(const struct trust_model *model,
                         const struct trust_path *path, struct verdict *verdict)
{
    const struct trust_node *root = path->nodes[path->count - 1];
    size_t i;

    if (is_weak(root))
        trust_break(verdict, RULE_WEAK_KEY);
    if (is_role(root, TRUST_CALLER)) {
        trust_note(verdict, NOTE_TRUSTED);
        return;
    }
    if (is_role(root, TRUST_DIRECTORY))
        return;
    if (is_role(root, TRUST_POLICY)) {
        trust_note(verdict, NOTE_POLICY);
        return;
    }
    trust_note(verdict, NOTE_BUNDLE);
    if (model->no_root_update)
        trust_note(verdict, NOTE_NO_ROOT_UPDATE);
    for (i = 0; i < path->count; i++)
        if (has(path->nodes[i], CERTIFICATE_RSA) &&
            path->nodes[i]->facts->key_bits < RSA_BITS_PUBLIC)
            trust_note(verdict, NOTE_SHORT_KEY);
}

/* No root that is known: is that sure? A certificate that names itself as its
 * issuer has none to be found. Where public roots are given, only an
 * intermediate that the server forgot to send leaves hope: Windows fetches it.
 * What stands above an intermediate would be a root, or leads to one of a set
 * that is known. */
static void judge_doubt(const struct trust_model *model,
                        const struct trust_path *path, struct verdict *verdict)
{
    const struct trust_node *top = path->nodes[path->count - 1];

    if (has(path->nodes[0], CERTIFICATE_SELF_ISSUED))
        return;
    if (!has(top, CERTIFICATE_SELF_ISSUED) && has(top, CERTIFICATE_ISSUER_URI))
        trust_break(verdict, path->count == 1 ? RULE_ISSUER_FETCHED
                                              : RULE_NO_ISSUER_SENT);
    if (model->lacks_roots)
        trust_break(verdict, RULE_ROOTS_UNREAD);
    else if (!model->has_bundle)
        trust_break(verdict, RULE_PUBLIC_ROOTS);
}

int trust_judge_end(const struct trust_model *model,
                    const struct trust_path *path, struct verdict *verdict)
{
    const struct trust_node *top = path->nodes[path->count - 1];
    size_t i;

    if (path->end == END_ANCHOR) {
        judge_anchor(model, path, verdict);
        return trust_check_policies(path, verdict);
    }
    trust_break(verdict, RULE_UNTRUSTED);
    for (i = 0; i < path->count; i++)
        if (is_role(path->nodes[i], TRUST_CALLER) ||
            is_role(path->nodes[i], TRUST_POLICY))
            trust_note(verdict, NOTE_TRUSTED_NOT_ROOT);
    if (has(top, CERTIFICATE_SELF_SIGNED) && is_weak(top))
        trust_break(verdict, RULE_WEAK_ROOT_KEY);
    if (has(top, CERTIFICATE_SELF_ISSUED) &&
        !has(top, CERTIFICATE_SELF_SIGNED | CERTIFICATE_KEY_UNREADABLE))
        trust_break(verdict, RULE_ROOT_SIGNATURE);
    else
        judge_doubt(model, path, verdict);
    return trust_check_policies(path, verdict);
}
