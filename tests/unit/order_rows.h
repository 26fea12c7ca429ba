/* SPDX-License-Identifier: MIT */
/* Orders written as text, and compared: what the tests of the order share. */
#ifndef ADSCP_TESTS_ORDER_ROWS_H
#define ADSCP_TESTS_ORDER_ROWS_H

#include "make_forest.h"
#include "test.h"

enum { ORDER_MAX = 512 };

enum {
    OUTLOOK = ADSCP_PROFILE_OUTLOOK,
    EWS = ADSCP_PROFILE_EWS,
    LEARN = ADSCP_PROFILE_LEARN,
    OXDISCO = ADSCP_PROFILE_OXDISCO
};

static inline void write_label(const adscp_candidate *candidate, char *out,
                               size_t capacity)
{
    const char *host = adscp_candidate_url(candidate);
    const char *start = strstr(host, "//");

    host = start != NULL ? start + 2 : host;
    snprintf(out, capacity, "%.*s", (int)strcspn(host, "."), host);
}

static inline void write_order(const adscp_prediction *prediction,
                               char out[ORDER_MAX])
{
    int count = adscp_prediction_candidate_count(prediction), i, tail = 0;

    snprintf(out, ORDER_MAX, "%s", count == 0 ? "-" : "");
    for (i = 0; i < count; i++) {
        const adscp_candidate *row = adscp_prediction_candidate(prediction, i);
        size_t used = strlen(out);
        char label[64];

        write_label(row, label, sizeof(label));
        snprintf(out + used, ORDER_MAX - used, "%s%s",
                 adscp_candidate_undocumented(row) && !tail ? " | "
                 : i > 0                                    ? ", "
                                                            : "",
                 label);
        tail = adscp_candidate_undocumented(row);
    }
}

static inline adscp_prediction *order_of(const adscp_forest *forest,
                                         int profile, const char *site,
                                         const char *mail, char out[ORDER_MAX])
{
    adscp_prediction *prediction = ask(
        forest, (struct asks){.profile = profile, .site = site, .mail = mail});

    write_order(prediction, out);
    return prediction;
}

static inline void check_order(int line, const adscp_forest *forest,
                               int profile, const char *site, const char *mail,
                               const char *expected)
{
    char order[ORDER_MAX];

    adscp_prediction_free(order_of(forest, profile, site, mail, order));
    test_report_str(order, expected, __FILE__, line,
                    adscp_profile_name(profile));
}

static inline void check_found(int line, const adscp_forest *forest,
                               int profile, const char *site, const char *mail,
                               const char *code, int count)
{
    adscp_prediction *prediction = ask(
        forest, (struct asks){.profile = profile, .site = site, .mail = mail});

    test_report_int(count_findings(prediction, code), count, __FILE__, line,
                    code);
    adscp_prediction_free(prediction);
}

#define CHECK_ORDER(...) check_order(__LINE__, __VA_ARGS__)
#define CHECK_FOUND(...) check_found(__LINE__, __VA_ARGS__)
#define MAIL "anna@contoso.com"

/* The four profiles, as a line of the table of worked examples. */
static inline void check_all(int line, const adscp_forest *forest,
                             const char *site, const char *mail,
                             const char *outlook, const char *ews,
                             const char *learn, const char *oxdisco)
{
    check_order(line, forest, OUTLOOK, site, mail, outlook);
    check_order(line, forest, EWS, site, mail, ews);
    check_order(line, forest, LEARN, site, mail, learn);
    check_order(line, forest, OXDISCO, site, mail, oxdisco);
}

#define CHECK_ALL(...) check_all(__LINE__, __VA_ARGS__)

static inline void check_choice(const adscp_forest *forest, const char *site,
                                const char *mail, int evidence,
                                const char *rival)
{
    adscp_prediction *prediction =
        ask(forest, (struct asks){.site = site, .mail = mail});

    CHECK_INT(adscp_prediction_evidence(prediction), evidence);
    CHECK_STR(adscp_prediction_rival_url(prediction), rival);
    CHECK_STR(adscp_prediction_rival_reading(prediction),
              rival != NULL ? "newest-first" : NULL);
    adscp_prediction_free(prediction);
}

#define URL_OF(host)                                                           \
    "https://" host ".contoso.com/autodiscover/autodiscover.xml"

#endif
