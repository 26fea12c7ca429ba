/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_WAVE_H
#define ADSCP_JUDGE_WAVE_H

#include <stdatomic.h>
#include <stddef.h>

#include "judge/encounter.h"
#include "judge/services.h"

/* A URL of the second wave, and the certificate that the client meets there. */
struct adscp_service {
    const struct service *service;
    struct encounter met;
};

/* The second wave of one site and version, shared by all predictions that need
 * it; it never changes. */
struct wave {
    atomic_int holders;
    size_t count;
    const struct encounter *worst; /* that shows an alert; or NULL */
    struct adscp_service rows[];
};

/* The wave of this list, made when it is first asked for; one holder's worth is
 * the caller's. ADSCP_OK or ADSCP_E_NOMEM. */
int wave_read(struct witness *witness, const struct survey_page *page,
              const struct service_list *list, struct wave **wavep);
void wave_release(struct wave *wave); /* NULL is fine */

#endif
