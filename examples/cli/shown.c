/* SPDX-License-Identifier: MIT */
/*
 * What a client sees on its whole way: at the hops, at the services, and where
 * it asks beside those.
 */
#include "cli.h"

/* Outlook 2013 asks them while the SCPs' servers answer. */
static void take_beside(const adscp_prediction *answer,
                        void (*take)(void *about,
                                     const struct shown_host *shown),
                        void *about)
{
    const adscp_hop *first = adscp_prediction_hop(answer, 0);
    int i, count = adscp_prediction_step_count(answer);

    if (adscp_prediction_client(answer) != ADSCP_CLIENT_OUTLOOK_2013 ||
        adscp_hop_via(first) != ADSCP_HOP_VIA_SCP)
        return;
    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);
        int method = adscp_step_method(step);

        if ((method == ADSCP_STEP_METHOD_HTTPS_ROOT ||
             method == ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER) &&
            adscp_step_state(step) == ADSCP_STEP_STATE_ON)
            take(about, &(struct shown_host){
                            adscp_step_host(step), adscp_step_alert(step),
                            adscp_step_certificate(step),
                            adscp_step_certificate_source(step)});
    }
}

void shown_each(const adscp_prediction *answer,
                void (*take)(void *about, const struct shown_host *shown),
                void *about)
{
    int i;

    for (i = 0; i < adscp_prediction_hop_count(answer); i++) {
        const adscp_hop *hop = adscp_prediction_hop(answer, i);

        take(about,
             &(struct shown_host){adscp_hop_host(hop), adscp_hop_alert(hop),
                                  adscp_hop_certificate(hop),
                                  adscp_hop_certificate_source(hop)});
    }
    for (i = 0; i < adscp_prediction_service_count(answer); i++) {
        const adscp_service *row = adscp_prediction_service(answer, i);

        take(about, &(struct shown_host){
                        adscp_service_host(row), adscp_service_alert(row),
                        adscp_service_certificate(row),
                        adscp_service_certificate_source(row)});
    }
    take_beside(answer, take, about);
}
