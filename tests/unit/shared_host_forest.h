/* SPDX-License-Identifier: MIT */
/* Two servers that publish one name, and the verdict about it. */
#ifndef ADSCP_TESTS_SHARED_HOST_FOREST_H
#define ADSCP_TESTS_SHARED_HOST_FOREST_H

#include "judge/trust/trust.h"
#include "make_met.h"

#define MAIL_URL "https://" MET_MAIL "/Autodiscover/Autodiscover.xml"

enum {
    NO_ALERT = ADSCP_ALERT_OUTCOME_NO_ALERT,
    UNCERTAIN = ADSCP_ALERT_OUTCOME_UNCERTAIN,
    ALERT = ADSCP_ALERT_OUTCOME_ALERT,
    LOW = ADSCP_ALERT_CONFIDENCE_LOW,
    MEDIUM = ADSCP_ALERT_CONFIDENCE_MEDIUM,
    MANY = 200
};

/* --------------------------------------------------------------- forests -- */

static inline void begin(struct make *make, const struct met *met)
{
    *make = (struct make){0};
    make_ask(make, MET_ANN);
    make_directory(make, NULL);
    make_site(make, "HQ");
    met_authority(make, "Certification Authorities", &met->root);
}

static inline adscp_prediction *
predict_at(adscp_forest *forest, adscp_sightings *sightings, int64_t time)
{
    adscp_predictor *predictor = met_predictor(forest);
    adscp_prediction *answer = NULL;

    must(adscp_predictor_set_time(predictor, time) == ADSCP_OK);
    must(adscp_predictor_set_sightings(predictor, sightings) == ADSCP_OK);
    must(adscp_predictor_predict(predictor, &answer) == ADSCP_OK);
    adscp_predictor_free(predictor);
    return answer;
}

/* Ann's mailbox is on EX1; all is read. */
static inline adscp_forest *done(struct make *make)
{
    make_database(make, "DB1", "EX1");
    make_person(make, (struct person){.cn = "Ann",
                                      .proxies = "SMTP:" MET_ANN,
                                      .nickname = "ann",
                                      .database = "DB1",
                                      .details = "1"});
    return make_done(make);
}

/* EX1 and EX2 publish one name, in SCP and EWS, EX2 in a spelling of its own;
 * and these certificates. */
static inline adscp_prediction *
predict_spelt(const struct met *met, const char *url, const struct made *first,
              const struct made *second, adscp_sightings *sightings)
{
    struct make make;
    adscp_forest *forest;
    adscp_prediction *answer;

    begin(&make, met);
    met_server(&make, "EX1", MAKE_2010, "2010", MAIL_URL, first);
    met_server(&make, "EX2", MAKE_2010, "2011", url, second);
    make_service(&make, "EX1", "WebServices", "EWS",
                 "https://" MET_MAIL "/EWS/Exchange.asmx");
    make_service(&make, "EX2", "OAB", "OAB", "https://" MET_MAIL "/OAB");
    forest = done(&make);
    answer = predict_at(forest, sightings, Y2012);
    adscp_forest_free(forest);
    return answer;
}

static inline adscp_prediction *predict_two(const struct met *met,
                                            const struct made *first,
                                            const struct made *second,
                                            adscp_sightings *sightings)
{
    return predict_spelt(met, MAIL_URL, first, second, sightings);
}

static inline const adscp_hop *first_hop(const adscp_prediction *answer)
{
    return adscp_prediction_hop(answer, 0);
}

/* The hop's verdict; that of each service with its host is no other. */
static inline const adscp_alert *expect(const adscp_prediction *answer,
                                        int outcome, int64_t flags,
                                        int confidence)
{
    const adscp_hop *hop = first_hop(answer);
    const adscp_alert *alert = adscp_hop_alert(hop);
    int i;

    CHECK_INT(adscp_alert_outcome(alert), outcome);
    CHECK_INT(adscp_alert_flags(alert), flags);
    CHECK_INT(adscp_alert_confidence(alert), confidence);
    CHECK(adscp_hop_server(hop) == NULL);
    CHECK(adscp_prediction_service_count(answer) > 0);
    for (i = 0; i < adscp_prediction_service_count(answer); i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);
        const adscp_alert *other = adscp_service_alert(service);

        CHECK_STR(adscp_service_host(service), adscp_hop_host(hop));
        CHECK_INT(adscp_alert_outcome(other), outcome);
        CHECK_INT(adscp_alert_flags(other), flags);
        CHECK_INT(adscp_alert_flags_possible(other),
                  adscp_alert_flags_possible(alert));
        CHECK_INT(adscp_alert_confidence(other), confidence);
        CHECK_INT(adscp_alert_changes_on(other), adscp_alert_changes_on(alert));
        CHECK(adscp_service_certificate(service) == adscp_hop_certificate(hop));
    }
    return alert;
}

static inline const char *difference(const adscp_prediction *answer)
{
    const adscp_finding *finding =
        finding_of(answer, "servers-certificates-differ", 0);

    CHECK(count_findings(answer, "servers-certificates-differ") <= 1);
    return finding != NULL ? adscp_finding_text(finding) : "";
}

static inline void expect_words(const adscp_prediction *answer,
                                const char *words)
{
    const char *text = difference(answer);

    CHECK(strstr(text, words) != NULL);
    if (strstr(text, words) == NULL)
        printf("# not \"%s\" in: %s\n", words, text);
}

#endif
