/* SPDX-License-Identifier: MIT */
/*
 * What is told about the paths: where each certificate comes from, why another
 * path was not taken, and which forest knows an issuer that the client's own
 * does not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "judge/trust/private.h"

/* Bytes of a certificate's name in a sentence. */
enum { NAME_MAX = 200 };

/* Because the caller, the directory, a policy or the bundle says that it is a
 * root, or
 * because it was sent, or because the directory offers it. */
static struct alert_link link_of(const struct trust_question *question,
                                 const struct trust_node *node, bool is_anchor)
{
    static const struct {
        enum trust_role role;
        int source;
    } roots[] = {{TRUST_CALLER, ADSCP_ALERT_CHAIN_SOURCE_TRUSTED},
                 {TRUST_DIRECTORY, ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY},
                 {TRUST_POLICY, ADSCP_ALERT_CHAIN_SOURCE_POLICY},
                 {TRUST_BUNDLE, ADSCP_ALERT_CHAIN_SOURCE_BUNDLE},
                 {TRUST_HELPER, ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY},
                 {TRUST_POLICY_HELPER, ADSCP_ALERT_CHAIN_SOURCE_POLICY}};
    size_t i;

    for (i = 0; i < question->chain_count && i < TRUST_CHAIN_MAX; i++)
        if (!is_anchor &&
            certificate_same(question->chain[i], node->certificate))
            return (struct alert_link){question->chain[i],
                                       question->published
                                           ? ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY
                                           : ADSCP_ALERT_CHAIN_SOURCE_SENT};
    for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
        if ((node->roles & UINT32_C(1) << roots[i].role) != 0)
            return (struct alert_link){node->certificate, roots[i].source};
    return (struct alert_link){node->certificate,
                               ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY};
}

void trust_links(const struct trust_question *question,
                 const struct trust_path *path, struct alert_link *links)
{
    size_t i;

    for (i = 0; i < path->count; i++)
        links[i] = link_of(question, path->nodes[i],
                           path->end == END_ANCHOR && i + 1 == path->count);
}

/* --------------------------------------------------------------- words -- */

struct name {
    char text[NAME_MAX];
};

static struct name name_of(const char *text)
{
    struct name name;

    text_escape(name.text, sizeof(name.text), text, strlen(text));
    return name;
}

/* The worst comes first. */
static const char *fault_of(uint32_t flags)
{
    if ((flags & FLAG_INVALID_CERT) != 0)
        return "a certificate on it breaks a rule for authorities";
    if ((flags & FLAG_WRONG_USAGE) != 0)
        return "a certificate on it is for another use";
    if ((flags & FLAG_INVALID_CA) != 0)
        return "it leads to no root that the client trusts";
    if ((flags & FLAG_DATE_INVALID) != 0)
        return "a certificate on it is out of date";
    return "it is less certain";
}

/* The first that is not on the path that was taken. */
static const struct trust_node *find_parting(const struct verification *v)
{
    size_t i = 0;

    while (i + 1 < v->other.count && i < v->path.count &&
           v->other.nodes[i] == v->path.nodes[i])
        i++;
    return v->other.nodes[i];
}

static int tell_other(const struct verification *v, struct adscp_alert *alert)
{
    const struct certificate_facts *facts = find_parting(v)->facts;
    struct name subject = name_of(facts->subject);
    struct name issuer = name_of(facts->issuer);
    const char *fault = fault_of(v->other_flags);
    int length;

    if ((facts->flags & CERTIFICATE_SELF_ISSUED) != 0)
        length = asprintf(&alert->other_path,
                          "Windows takes the best path: the one to %s was not "
                          "taken, since %s",
                          subject.text, fault);
    else
        length = asprintf(&alert->other_path,
                          "Windows takes the best path: the one through %s, "
                          "issued by %s, was not taken, since %s",
                          subject.text, issuer.text, fault);
    if (length >= 0)
        return ADSCP_OK;
    alert->other_path = NULL;
    return ADSCP_E_NOMEM;
}

static int tell_forest(const struct verification *v, struct adscp_alert *alert)
{
    struct name subject = name_of(v->foreign->facts->subject);
    struct name forest = name_of(v->foreign->forest);

    alert->other_root = v->foreign->certificate;
    (void)certificate_hold_store(alert->other_root);
    if (asprintf(
            &alert->other_forest,
            "the issuer %s is published in the forest %s only: computers of "
            "the client's own forest do not trust it",
            subject.text, forest.text) >= 0)
        return ADSCP_OK;
    alert->other_forest = NULL;
    return ADSCP_E_NOMEM;
}

int trust_tell(const struct verification *verification,
               struct adscp_alert *alert)
{
    int rc = ADSCP_OK;

    if ((alert->notes & UINT64_C(1) << NOTE_OTHER_PATH) != 0)
        rc = tell_other(verification, alert);
    if (rc == ADSCP_OK && verification->foreign != NULL)
        rc = tell_forest(verification, alert);
    return rc;
}
