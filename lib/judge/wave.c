/* SPDX-License-Identifier: MIT */
/*
 * The certificates of the second wave. Many mailboxes share a site, and so the
 * services that they are handed: each list is judged once for a witness.
 */
#include "judge/wave.h"

#include <stdlib.h>
#include <string.h>

void wave_release(struct wave *wave)
{
    size_t i;

    if (wave == NULL ||
        atomic_fetch_sub_explicit(&wave->holders, 1, memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < wave->count; i++)
        encounter_clear(&wave->rows[i].met);
    free(wave);
}

/* A server may hand out the name of another one, which then answers. */
static int meet(const struct witness *witness, const struct survey_page *page,
                struct adscp_service *row)
{
    const char *host = row->service->host;
    const struct adscp_server *owner = survey_server(page, host, strlen(host));
    const struct visit visit = {
        .url = row->service->url,
        .page = page,
        .server = owner != NULL ? owner : row->service->server,
    };

    return encounter_make(witness, &visit, &row->met);
}

static void find_worst(struct wave *wave)
{
    size_t i;

    for (i = 0; i < wave->count; i++) {
        const struct encounter *met = &wave->rows[i].met;

        if (met->alert->outcome >= ADSCP_OUTCOME_ALERT &&
            (wave->worst == NULL || encounter_is_worse(met, wave->worst)))
            wave->worst = met;
    }
}

static int make(const struct witness *witness, const struct survey_page *page,
                const struct service_list *list, struct wave **wavep)
{
    struct wave *wave =
        calloc(1, sizeof(*wave) + list->count * sizeof(*wave->rows));
    int rc = ADSCP_OK;
    size_t i;

    if (wave == NULL)
        return ADSCP_E_NOMEM;
    atomic_init(&wave->holders, 1);
    for (i = 0; i < list->count && rc == ADSCP_OK; i++) {
        wave->rows[i].service = &list->rows[i];
        rc = meet(witness, page, &wave->rows[i]);
        wave->count++;
    }
    if (rc != ADSCP_OK) {
        wave_release(wave);
        return rc;
    }
    find_worst(wave);
    *wavep = wave;
    return ADSCP_OK;
}

/* Room for this list's wave. */
static int reserve(struct witness *witness, size_t number)
{
    size_t count = witness->wave_count, room = count > 0 ? count : 16;
    struct wave **waves;

    if (number < count)
        return ADSCP_OK;
    while (room <= number)
        room *= 2;
    waves = realloc(witness->waves, room * sizeof(*waves));
    if (waves == NULL)
        return ADSCP_E_NOMEM;
    memset(waves + count, 0, (room - count) * sizeof(*waves));
    witness->waves = waves;
    witness->wave_count = room;
    return ADSCP_OK;
}

int wave_read(struct witness *witness, const struct survey_page *page,
              const struct service_list *list, struct wave **wavep)
{
    int rc = reserve(witness, list->number);

    if (rc == ADSCP_OK && witness->waves[list->number] == NULL)
        rc = make(witness, page, list, &witness->waves[list->number]);
    if (rc != ADSCP_OK)
        return rc;
    *wavep = witness->waves[list->number];
    atomic_fetch_add_explicit(&(*wavep)->holders, 1, memory_order_relaxed);
    return ADSCP_OK;
}
