/* SPDX-License-Identifier: MIT */
/*
 * The model of trust of a domain's member, put together anew whenever one of
 * its sources changes: the enterprise's roots and intermediates out of the
 * directory of the client's own forest, what the caller adds, and public roots
 * from a list that the caller names.
 */
#include "judge/witness.h"

#include <stdlib.h>

#include "judge/wave.h"

static void forget_waves(struct witness *witness)
{
    size_t i;

    for (i = 0; i < witness->wave_count; i++)
        wave_release(witness->waves[i]);
    free(witness->waves);
    witness->waves = NULL;
    witness->wave_count = 0;
}

int witness_open(struct witness *witness)
{
    *witness = (struct witness){.time = -1};
    witness->trust = trust_new();
    witness->store = certificates_new();
    return witness->trust != NULL && witness->store != NULL ? ADSCP_OK
                                                            : ADSCP_E_NOMEM;
}

void witness_close(struct witness *witness)
{
    forget_waves(witness);
    trust_free(witness->trust);
    certificate_list_free(&witness->trusted);
    certificate_list_free(&witness->bundle);
    certificates_release(witness->store);
    sightings_release(witness->sightings);
    survey_release(witness->survey);
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

static int add_authority(const struct witness *witness,
                         const struct authority *authority, struct trust *trust)
{
    enum trust_role role = authority->is_root ? TRUST_DIRECTORY : TRUST_HELPER;
    struct certificate_list list = {0};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < authority->certificate_count && rc == ADSCP_OK; i++)
        rc = certificates_read(survey_certificates(witness->survey),
                               authority->certificates[i].bytes,
                               authority->certificates[i].length, &list);
    if (rc == ADSCP_OK)
        rc = add_list(trust, role, &list);
    certificate_list_free(&list);
    return rc;
}

/* The client trusts what its own forest distributes, wherever the servers are
 * that it meets. */
static int add_directory(const struct witness *witness, struct trust *trust)
{
    const struct directory *directory;
    int rc = ADSCP_OK;
    size_t i;

    if (witness->survey == NULL)
        return ADSCP_OK;
    directory = witness->survey->forest->directories[0];
    for (i = 0; i < directory->authority_count && rc == ADSCP_OK; i++)
        rc = add_authority(witness, &directory->authorities[i], trust);
    return rc;
}

/* A model that is only half there would judge wrongly: the one before stays
 * until the next is whole. */
static int build(struct witness *witness)
{
    struct trust *trust = trust_new();
    int rc;

    if (trust == NULL)
        return ADSCP_E_NOMEM;
    rc = add_list(trust, TRUST_CALLER, &witness->trusted);
    if (rc == ADSCP_OK)
        rc = add_list(trust, TRUST_BUNDLE, &witness->bundle);
    if (rc == ADSCP_OK)
        rc = add_directory(witness, trust);
    if (rc != ADSCP_OK) {
        trust_free(trust);
        return rc;
    }
    forget_waves(witness);
    trust_free(witness->trust);
    witness->trust = trust;
    return ADSCP_OK;
}

/* -------------------------------------------------------------- sources -- */

int witness_set_forest(struct witness *witness,
                       const struct adscp_forest *forest)
{
    struct survey *before = witness->survey, *survey = NULL;
    int rc;

    if (forest != NULL) {
        survey = survey_new(forest);
        if (survey == NULL)
            return ADSCP_E_NOMEM;
    }
    witness->survey = survey;
    rc = build(witness);
    if (rc == ADSCP_OK) {
        survey_release(before);
        return ADSCP_OK;
    }
    witness->survey = before;
    survey_release(survey);
    return rc;
}

void witness_set_sightings(struct witness *witness,
                           const struct adscp_sightings *sightings)
{
    struct adscp_sightings *held =
        sightings != NULL ? sightings_hold(sightings) : NULL;

    forget_waves(witness);
    sightings_release(witness->sightings);
    witness->sightings = held;
}

void witness_set_time(struct witness *witness, int64_t time)
{
    if (time == witness->time)
        return;
    forget_waves(witness);
    witness->time = time;
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
static int read_into(struct witness *witness, const void *bytes, size_t length,
                     struct certificate_list *list)
{
    size_t before = list->count;
    int rc = certificates_read(witness->store, bytes, length, list);

    if (rc == ADSCP_OK)
        rc = find_readable(list, before);
    if (rc != ADSCP_OK)
        list->count = before;
    return rc;
}

int witness_add_trusted(struct witness *witness, const void *bytes,
                        size_t length)
{
    size_t before = witness->trusted.count;
    int rc = read_into(witness, bytes, length, &witness->trusted);

    if (rc == ADSCP_OK)
        rc = build(witness);
    if (rc != ADSCP_OK)
        witness->trusted.count = before;
    return rc;
}

int witness_set_bundle(struct witness *witness, const void *bytes,
                       size_t length)
{
    struct certificate_list before = witness->bundle, list = {0};
    int rc =
        bytes != NULL ? read_into(witness, bytes, length, &list) : ADSCP_OK;

    if (rc == ADSCP_OK) {
        witness->bundle = list;
        rc = build(witness);
    }
    if (rc != ADSCP_OK) {
        witness->bundle = before;
        certificate_list_free(&list);
        return rc;
    }
    certificate_list_free(&before);
    return ADSCP_OK;
}
