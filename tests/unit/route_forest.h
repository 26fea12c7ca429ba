/* SPDX-License-Identifier: MIT */
/* Forests for the tests of the way that a request takes. */
#ifndef ADSCP_TESTS_ROUTE_FOREST_H
#define ADSCP_TESTS_ROUTE_FOREST_H

#include "facts/sightings.h"
#include "make_forest.h"
#include "test.h"

#define MAIL "ann@contoso.com"
#define PATH "/Autodiscover/Autodiscover.xml"

struct answer {
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_hop *first;
    const adscp_hop *second;
};

static inline struct answer asked(struct make *make, const char *mail)
{
    struct answer answer = {.forest = make_done(make)};

    answer.prediction =
        ask(answer.forest, (struct asks){.mail = mail, .site = "HQ"});
    answer.first = adscp_prediction_hop(answer.prediction, 0);
    answer.second = adscp_prediction_hop(answer.prediction, 1);
    return answer;
}

static inline void done(struct answer *answer)
{
    adscp_prediction_free(answer->prediction);
    adscp_forest_free(answer->forest);
}

/* Ann's mailbox is in DB1, on the server `owner`. */
static inline void begin(struct make *make, const char *owner)
{
    *make = (struct make){0};
    make_ask(make, MAIL);
    make_directory(make, NULL);
    make_database(make, "DB1", owner);
    make_person(make,
                (struct person){.cn = "Ann", .mail = MAIL, .database = "DB1"});
}

static inline void put_server(struct make *make, const char *name,
                              const char *site, const char *version,
                              const char *roles)
{
    make_exchange(make, (struct exchange){.name = name,
                                          .site = site,
                                          .version = version,
                                          .roles = roles});
}

static inline void check_hop(const adscp_hop *hop, const char *server,
                             const char *action, const char *evidence, int line)
{
    int failures = test_failures;

    CHECK(hop != NULL);
    CHECK_STR(adscp_server_name(adscp_hop_server(hop)), server);
    CHECK_STR(adscp_hop_action_name(adscp_hop_action(hop)), action);
    CHECK_STR(adscp_evidence_name(adscp_hop_evidence(hop)), evidence);
    CHECK(adscp_hop_why(hop) != NULL && adscp_hop_why(hop)[0] != '\0');
    if (test_failures != failures)
        printf("# the hop of line %d: %s\n", line, adscp_hop_why(hop));
}

#define CHECK_HOP(hop, ...) check_hop((hop), __VA_ARGS__, __LINE__)

#define CHECK_FOUND(answer, code, count)                                       \
    CHECK_INT(count_findings((answer).prediction, (code)), (count))

/* -------------------------------------------------------------- redirect -- */

/* KB2006728: EX07 is first; the mailbox is on MBX10, in the site `site`. */
static inline void begin_redirect(struct make *make, const char *site)
{
    begin(make, "MBX10");
    put_server(make, "EX07", "HQ", MAKE_2007, MAKE_CAS);
    make_scp(make, "EX07", "Site=HQ", "2008", "ex07");
    put_server(make, "MBX10", site, MAKE_2010, "2");
}

static inline void redirect(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "hq");
    put_server(&make, "EX10", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "EX10", "Site=HQ", "2010", "https://ex10.contoso.com" PATH);
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 2);
    CHECK_HOP(answer.first, "EX07", "redirect", "documented");
    CHECK_HOP(answer.second, "EX10", "answer", "documented");
    CHECK_INT(adscp_hop_via(answer.second), ADSCP_HOP_VIA_REDIRECT);
    CHECK_STR(adscp_hop_url(answer.second), "https://ex10.contoso.com" PATH);
    CHECK_STR(adscp_hop_host(answer.second), "ex10.contoso.com");
    CHECK_INT(adscp_hop_alternative_count(answer.second), 0);
    CHECK_FOUND(answer, "scp-first-older-version", 1);
    CHECK_FOUND(answer, "redirect-no-target", 0);
    CHECK_FOUND(answer, "redirect-host-unsure", 0);
    CHECK_FOUND(answer, "redirect-other-site", 0);
    CHECK_FOUND(answer, "hop-unsupported", 0);
    done(&answer);
}

#endif
