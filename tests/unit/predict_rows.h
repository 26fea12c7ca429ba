/* SPDX-License-Identifier: MIT */
/* What the tests of a prediction share. */
#ifndef ADSCP_TESTS_PREDICT_ROWS_H
#define ADSCP_TESTS_PREDICT_ROWS_H

#include "make_forest.h"
#include "test.h"

#define MAIL "anna@contoso.com"
#define DAY INT64_C(86400)

static inline void check_finding(int line, const adscp_prediction *prediction,
                                 const char *code, int count, const char *dn,
                                 const char *words)
{
    const adscp_finding *finding = finding_of(prediction, code, 0);
    const char *found_dn = adscp_finding_dn(finding);
    const char *text = adscp_finding_text(finding);

    test_report_int(count_findings(prediction, code), count, __FILE__, line,
                    code);
    if (dn != NULL &&
        (found_dn == NULL || strncmp(found_dn, dn, strlen(dn)) != 0))
        test_report_str(found_dn, dn, __FILE__, line, code);
    if (words != NULL && (text == NULL || strstr(text, words) == NULL))
        test_report_str(text, words, __FILE__, line, code);
}

#define CHECK_FINDING(...) check_finding(__LINE__, __VA_ARGS__)

/* ------------------------------------------------------------ interface -- */

static inline void names(void)
{
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_OUTLOOK), "outlook");
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_EWS), "ews");
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_LEARN), "learn");
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_OXDISCO), "oxdisco");
    CHECK_STR(adscp_profile_name(4), NULL);
    CHECK_STR(adscp_profile_name(-1), NULL);
    CHECK_STR(
        adscp_prediction_site_source_name(ADSCP_PREDICTION_SITE_SOURCE_NONE),
        "none");
    CHECK_STR(
        adscp_prediction_site_source_name(ADSCP_PREDICTION_SITE_SOURCE_GIVEN),
        "given");
    CHECK_STR(
        adscp_prediction_site_source_name(ADSCP_PREDICTION_SITE_SOURCE_ADDRESS),
        "address");
    CHECK_STR(adscp_prediction_site_source_name(
                  ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY),
              "directory");
    CHECK_STR(adscp_prediction_site_source_name(4), NULL);
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_DOCUMENTED), "documented");
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_OBSERVED), "observed");
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_INFERRED), "inferred");
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_CONTESTED), "contested");
    CHECK_STR(adscp_evidence_name(-1), NULL);
    CHECK_STR(adscp_candidate_group_name(ADSCP_CANDIDATE_GROUP_IN_SITE),
              "in-site");
    CHECK_STR(adscp_candidate_group_name(ADSCP_CANDIDATE_GROUP_UNSCOPED),
              "unscoped");
    CHECK_STR(adscp_candidate_group_name(ADSCP_CANDIDATE_GROUP_ELSEWHERE),
              "elsewhere");
    CHECK_STR(adscp_candidate_group_name(0), NULL);
    CHECK_STR(adscp_hop_via_name(ADSCP_HOP_VIA_SCP), "scp");
    CHECK_STR(adscp_hop_via_name(6), NULL);
    CHECK_STR(adscp_hop_action_name(ADSCP_HOP_ACTION_UNKNOWN), "unknown");
    CHECK_STR(adscp_hop_action_name(-1), NULL);
    CHECK_STR(adscp_finding_severity_name(ADSCP_FINDING_SEVERITY_INFO), "info");
    CHECK_STR(adscp_finding_severity_name(ADSCP_FINDING_SEVERITY_WARNING),
              "warning");
    CHECK_STR(adscp_finding_severity_name(ADSCP_FINDING_SEVERITY_ERROR),
              "error");
    CHECK_STR(adscp_finding_severity_name(3), NULL);
}

#endif
