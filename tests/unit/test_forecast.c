/* SPDX-License-Identifier: MIT */
/* How far a certificate that the directory publishes is to be believed. */
#include "test.h"

#include "judge/route/forecast.h"
#include "trust_bench.h"

struct forecast_row {
    const char *host;
    const char *server;
    int default_url, other_urls;
    int confidence, other_likely;
};

static void check_forecast(const struct made *made,
                           const struct forecast_row *rows, size_t count)
{
    struct bench bench = bench_new();
    const struct certificate_facts *facts =
        made != NULL ? certificate_facts(row_of(&bench, made)) : NULL;
    size_t i;

    for (i = 0; i < count; i++) {
        struct forecast_question question = {
            .facts = facts,
            .host = rows[i].host,
            .host_length = strlen(rows[i].host),
            .server = rows[i].server,
            .fqdn = HOST,
            .default_url = rows[i].default_url,
            .other_urls = rows[i].other_urls,
        };
        struct forecast forecast = forecast_make(&question);
        int failures = test_failures;

        CHECK_INT(forecast.confidence, rows[i].confidence);
        CHECK_INT(forecast.other_likely, rows[i].other_likely);
        if (test_failures > failures)
            printf("# row %d\n", (int)i);
    }
    bench_free(&bench);
}

#define LOW ADSCP_ALERT_CONFIDENCE_LOW
#define MEDIUM ADSCP_ALERT_CONFIDENCE_MEDIUM
#define HIGH ADSCP_ALERT_CONFIDENCE_HIGH
#define FORECASTS(made, ...)                                                   \
    do {                                                                       \
        static const struct forecast_row rows[] = {__VA_ARGS__};               \
        check_forecast(made, rows, sizeof(rows) / sizeof(rows[0]));            \
    } while (0)

static void test_forecast(void)
{
    struct made self = exchange_default();
    struct made root = make_authority("Root", NULL);
    struct made issued =
        MAKE(.cn = HOST, .san = "DNS:" HOST ",DNS:mail.example",
             .issuer = &root);
    struct made wide =
        MAKE(.cn = "EX10", .san = "DNS:EX10,DNS:" HOST ",DNS:mail.example");

    FORECASTS(&self, {HOST, "EX10", 1, 0, HIGH, 0},
              {HOST ".", "EX10", 1, 0, HIGH, 0},
              {"ex10", "EX10", 1, 0, HIGH, 0}, {HOST, "EX10", 1, 1, MEDIUM, 0},
              {HOST, "EX10", 0, 0, MEDIUM, 0},
              {"mail.example", "EX10", 0, 0, MEDIUM, 1},
              {"mail.example", NULL, 0, 0, 0, 1});
    FORECASTS(&issued, {HOST, "EX10", 1, 0, MEDIUM, 0},
              {"mail.example", "EX10", 0, 0, MEDIUM, 0},
              {"ex10", "EX10", 0, 0, LOW, 0},
              {"owa.example", "EX10", 0, 0, LOW, 0});
    FORECASTS(&wide, {HOST, "EX10", 1, 0, MEDIUM, 0});
    FORECASTS(NULL, {HOST, "EX10", 1, 0, 0, 0});
    made_free(&wide);
    made_free(&issued);
    made_free(&root);
    made_free(&self);
}

static const struct test tests[] = {
    {"confidence in a forecast", test_forecast},
};

TEST_MAIN(tests)
