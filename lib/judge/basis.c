/* SPDX-License-Identifier: MIT */
/*
 * The model of trust of a domain's member, put together anew whenever one of
 * its sources changes: the enterprise's roots and intermediates out of the
 * directory of the client's own forest, what the caller adds, and public roots
 * from a list that the caller names.
 */
#include "judge/basis.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "judge/behind.h"
#include "judge/route/service_checks.h"
#include "judge/route/shared_check.h"
#include "judge/steps/mail_hosts.h"

/* Bytes of a DNS name. */
enum { NAME_MAX = 256 };

static void forget_service_checks(struct basis *basis)
{
    size_t i;

    for (i = 0; i < basis->service_checks_count; i++)
        service_checks_release(basis->service_checks[i]);
    free(basis->service_checks);
    basis->service_checks = NULL;
    basis->service_checks_count = 0;
}

/* What was judged on other grounds. */
static void forget_checks(struct basis *basis)
{
    forget_service_checks(basis);
    shared_checks_forget(basis);
    behind_release(basis->behind);
    basis->behind = NULL;
    mail_hosts_forget(basis);
}

int basis_open(struct basis *basis)
{
    *basis = (struct basis){.client = -1, .asker.client = -1, .time = -1};
    basis->trust = trust_new();
    basis->store = certificates_new();
    return basis->trust != NULL && basis->store != NULL ? ADSCP_OK
                                                        : ADSCP_E_NOMEM;
}

static void free_stores(struct certificate_list stores[POLICY_STORE_COUNT])
{
    int i;

    for (i = 0; i < POLICY_STORE_COUNT; i++)
        certificate_list_free(&stores[i]);
}

void basis_close(struct basis *basis)
{
    forget_checks(basis);
    trust_free(basis->trust);
    certificate_list_free(&basis->trusted);
    certificate_list_free(&basis->bundle);
    free_stores(basis->stores);
    certificates_release(basis->store);
    sightings_release(basis->sightings);
    sightings_release(basis->given);
    assumed_free(basis->assumed);
    settings_release(basis->settings);
    forest_index_release(basis->forest_index);
}

/* ---------------------------------------------------------------- trust -- */

static int add_list(struct trust *trust, enum trust_role role,
                    const struct certificate_list *list)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < list->count && rc == ADSCP_OK; i++)
        rc = trust_add(trust, role, list->rows[i]);
    return rc;
}

static int add_policy(const struct basis *basis, struct trust *trust)
{
    static const enum trust_role roles[POLICY_STORE_COUNT] = {
        [POLICY_STORE_ROOT] = TRUST_POLICY,
        [POLICY_STORE_CA] = TRUST_POLICY_HELPER,
        [POLICY_STORE_DISALLOWED] = TRUST_DISALLOWED};
    int rc = ADSCP_OK, i;

    for (i = 0; i < POLICY_STORE_COUNT && rc == ADSCP_OK; i++)
        rc = add_list(trust, roles[i], &basis->stores[i]);
    if (basis->no_root_update)
        trust_set_no_root_update(trust);
    return rc;
}

/* Certificates in any other form than one in DER. */
static int add_container(const struct basis *basis, const struct blob *value,
                         enum trust_role role, const char *forest,
                         struct trust *trust)
{
    struct certificate_list list = {0};
    int rc = certificates_read(forest_index_certificates(basis->forest_index),
                               value->bytes, value->length, &list);
    size_t i;

    if (rc == ADSCP_OK && forest == NULL)
        rc = add_list(trust, role, &list);
    for (i = 0; i < list.count && rc == ADSCP_OK && forest != NULL; i++)
        rc = trust_add_foreign(trust, role, list.rows[i], forest);
    certificate_list_free(&list);
    return rc;
}

/* What an authority object holds, in the role that its container gives it: of
 * the client's own forest, or (forest, its DNS name) of another one. */
static int add_authority(const struct basis *basis,
                         const struct authority *authority, const char *forest,
                         struct trust *trust)
{
    static const enum trust_role roles[2][2] = {
        {TRUST_HELPER, TRUST_DIRECTORY},
        {TRUST_FOREIGN_HELPER, TRUST_FOREIGN_ROOT}};
    enum trust_role role = roles[forest != NULL][authority->is_root];
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < authority->certificate_count && rc == ADSCP_OK; i++) {
        const struct blob *value = &authority->certificates[i];
        struct certificate_span der = {value->bytes, value->length}, subject;

        if (certificate_subject(der, &subject))
            rc = trust_add_bytes(trust, role,
                                 forest_index_certificates(basis->forest_index),
                                 der, forest);
        else
            rc = add_container(basis, value, role, forest, trust);
    }
    return rc;
}

static int add_authorities(const struct basis *basis,
                           const struct directory *directory,
                           const char *forest, struct trust *trust)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->authority_count && rc == ADSCP_OK; i++)
        rc = add_authority(basis, &directory->authorities[i], forest, trust);
    return rc;
}

/* Another forest's name. false: nobody knows it, or it is the own one. */
static bool name_foreign(const struct adscp_forest *forest,
                         const struct directory *directory, char *out,
                         size_t size)
{
    const char *own = forest->directories[0]->config_dn;
    const char *dn = directory->config_dn;

    return dn != NULL && own != NULL && text_compare_ascii(dn, own) != 0 &&
           dn_domain(dn, strlen(dn), out, size);
}

/* The client trusts what its own forest distributes, wherever the servers are
 * that it meets. What another forest distributes only tells whose an issuer is
 * that the client does not know; one whose name nobody knows tells nothing. */
static int add_directories(const struct basis *basis, struct trust *trust)
{
    const struct adscp_forest *forest;
    int rc;
    size_t i;

    if (basis->forest_index == NULL)
        return ADSCP_OK;
    forest = basis->forest_index->forest;
    if (directory_lacks_roots(forest->directories[0]))
        trust_set_lacks_roots(trust);
    rc = add_authorities(basis, forest->directories[0], NULL, trust);
    for (i = 1; i < forest->directory_count && rc == ADSCP_OK; i++) {
        const struct directory *directory = forest->directories[i];
        char name[NAME_MAX];

        if (name_foreign(forest, directory, name, sizeof(name)))
            rc = add_authorities(basis, directory, name, trust);
    }
    return rc;
}

/* A model that is only half there would judge wrongly: the one before stays
 * until the next is whole. */
static int build(struct basis *basis)
{
    struct trust *trust = trust_new();
    int rc;

    if (trust == NULL)
        return ADSCP_E_NOMEM;
    rc = add_list(trust, TRUST_CALLER, &basis->trusted);
    if (rc == ADSCP_OK && basis->assumed != NULL)
        rc = add_list(trust, TRUST_CALLER, &basis->assumed->trusted);
    if (rc == ADSCP_OK)
        rc = add_list(trust, TRUST_BUNDLE, &basis->bundle);
    if (rc == ADSCP_OK)
        rc = add_policy(basis, trust);
    if (rc == ADSCP_OK)
        rc = add_directories(basis, trust);
    if (rc != ADSCP_OK) {
        trust_free(trust);
        return rc;
    }
    forget_checks(basis);
    trust_free(basis->trust);
    basis->trust = trust;
    return ADSCP_OK;
}

/* -------------------------------------------------------------- sources -- */

static int set_index(struct basis *basis, struct forest_index *forest_index)
{
    struct forest_index *before = basis->forest_index;
    int rc;

    basis->forest_index = forest_index;
    rc = build(basis);
    if (rc == ADSCP_OK) {
        forest_index_release(before);
        return ADSCP_OK;
    }
    basis->forest_index = before;
    forest_index_release(forest_index);
    return rc;
}

int basis_set_forest(struct basis *basis, const struct adscp_forest *forest)
{
    struct forest_index *forest_index = NULL;

    if (forest != NULL) {
        forest_index = forest_index_new(forest);
        if (forest_index == NULL)
            return ADSCP_E_NOMEM;
    }
    return set_index(basis, forest_index);
}

int basis_set_changed(struct basis *basis, const struct adscp_forest *forest)
{
    struct forest_index *forest_index = forest_index_new(forest);

    if (forest_index == NULL)
        return ADSCP_E_NOMEM;
    if (basis->forest_index != NULL)
        certificates_inherit(forest_index_certificates(forest_index),
                             forest_index_certificates(basis->forest_index));
    return set_index(basis, forest_index);
}

void basis_set_sightings(struct basis *basis,
                         const struct adscp_sightings *sightings)
{
    struct adscp_sightings *held =
        sightings != NULL ? sightings_hold(sightings) : NULL;

    forget_checks(basis);
    sightings_release(basis->sightings);
    basis->sightings = held;
}

/* Of verdicts only those on Autodiscover's hosts depend on them: see
 * host_check.c. */
void basis_set_settings(struct basis *basis, const struct settings *settings)
{
    struct settings *held = settings != NULL ? settings_hold(settings) : NULL;

    mail_hosts_forget(basis);
    settings_release(basis->settings);
    basis->settings = held;
    basis->asker = (struct outlook_client){.client = -1};
}

void basis_set_client(struct basis *basis, int client)
{
    mail_hosts_forget(basis);
    basis->client = client;
}

int basis_set_assumed(struct basis *basis, struct assumed *assumed)
{
    struct assumed *before = basis->assumed;
    int rc;

    basis->assumed = assumed;
    rc = build(basis);
    if (rc != ADSCP_OK) {
        basis->assumed = before;
        return rc;
    }
    assumed_free(before);
    return ADSCP_OK;
}

int basis_give(struct basis *basis, const char *host, int port,
               const void *bytes, size_t length)
{
    struct adscp_sightings *given = NULL;
    int rc;

    if (basis->given != NULL &&
        sightings_find(basis->given, host, strlen(host), port) != NULL)
        return ADSCP_E_ARGUMENT;
    rc = assumed_given(basis->given, host, port, bytes, length, &given);
    if (rc != ADSCP_OK)
        return rc;
    forget_checks(basis);
    sightings_release(basis->given);
    basis->given = given;
    return ADSCP_OK;
}

void basis_set_time(struct basis *basis, int64_t time)
{
    if (time == basis->time)
        return;
    forget_checks(basis);
    basis->time = time;
}

void basis_set_deadline(struct basis *basis, const struct deadline *deadline)
{
    basis->deadline = deadline;
    if (basis->forest_index != NULL)
        basis->forest_index->deadline = deadline;
}

/* Bytes that only look like certificates are none: nobody shall believe that
 * they are trusted now. */
static int find_readable(const struct certificate_list *list, size_t from)
{
    size_t i;

    for (i = from; i < list->count; i++) {
        const struct certificate_facts *facts =
            certificate_facts(list->rows[i]);

        if (facts == NULL)
            return ADSCP_E_NOMEM;
        if (facts->problem == NULL)
            return ADSCP_OK;
    }
    return ADSCP_E_FORMAT;
}

/* Append what these bytes hold, or leave the list as it is. */
static int read_into(struct basis *basis, const void *bytes, size_t length,
                     struct certificate_list *list)
{
    size_t before = list->count;
    int rc = certificates_read(basis->store, bytes, length, list);

    if (rc == ADSCP_OK)
        rc = find_readable(list, before);
    if (rc != ADSCP_OK)
        list->count = before;
    return rc;
}

int basis_add_trusted(struct basis *basis, const void *bytes, size_t length)
{
    size_t before = basis->trusted.count;
    int rc = read_into(basis, bytes, length, &basis->trusted);

    if (rc == ADSCP_OK)
        rc = build(basis);
    if (rc != ADSCP_OK)
        basis->trusted.count = before;
    return rc;
}

int basis_set_bundle(struct basis *basis, const void *bytes, size_t length)
{
    struct certificate_list before = basis->bundle, list = {0};
    int rc = bytes != NULL ? read_into(basis, bytes, length, &list) : ADSCP_OK;

    if (rc == ADSCP_OK) {
        basis->bundle = list;
        rc = build(basis);
    }
    if (rc != ADSCP_OK) {
        basis->bundle = before;
        certificate_list_free(&list);
        return rc;
    }
    certificate_list_free(&before);
    return ADSCP_OK;
}

int basis_set_policy(struct basis *basis, struct policy_outcome *outcome)
{
    struct certificate_list before[POLICY_STORE_COUNT];
    bool no_update = basis->no_root_update;
    int rc;

    memcpy(before, basis->stores, sizeof(before));
    memcpy(basis->stores, outcome->stores, sizeof(before));
    basis->no_root_update = outcome->no_root_update;
    rc = build(basis);
    if (rc != ADSCP_OK) {
        memcpy(basis->stores, before, sizeof(before));
        basis->no_root_update = no_update;
        return rc;
    }
    free_stores(before);
    memset(outcome->stores, 0, sizeof(outcome->stores));
    basis_set_settings(basis, outcome->settings);
    return ADSCP_OK;
}
