/* SPDX-License-Identifier: MIT */
/*
 * Doubts that concern no certificate: a first server that does not serve the
 * mailbox, and servers behind one name that would not do the same.
 */
#include "route_forest.h"

#define CLOUD "https://autodiscover.outlook.com" PATH
#define NAME "https://front.contoso.com" PATH

static void check_doubt(const struct answer *answer, const char *reading,
                        const char *server, int refusal, int line)
{
    const adscp_prediction *prediction = answer->prediction;
    const adscp_hop *hop = adscp_prediction_doubt_hop(prediction, 0);
    int failures = test_failures;

    CHECK_STR(adscp_prediction_doubt_reading(prediction), reading);
    CHECK_STR(adscp_server_name(adscp_hop_server(hop)), server);
    CHECK_INT(adscp_prediction_doubt_refusal(prediction), refusal);
    CHECK_INT(adscp_prediction_doubtful(prediction),
              refusal > ADSCP_REFUSAL_NONE);
    CHECK_INT(count_findings(prediction, "first-uncertain"),
              refusal > ADSCP_REFUSAL_NONE);
    if (test_failures != failures)
        printf("# the doubt of line %d\n", line);
}

#define CHECK_DOUBT(answer, ...) check_doubt(&(answer), __VA_ARGS__, __LINE__)

/* ----------------------------------------------------------------- ties -- */

static struct answer ask_pair(bool swapped)
{
    struct make make;

    begin(&make, "OLD");
    put_server(&make, "OLD", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "NEW", "HQ", MAKE_2019, MAKE_BOTH);
    make_scp(&make, swapped ? "NEW" : "OLD", "Site=HQ", "2015",
             swapped ? "new" : "old");
    make_scp(&make, swapped ? "OLD" : "NEW", "Site=HQ", "2015",
             swapped ? "old" : "new");
    return asked(&make, MAIL);
}

/* Whichever the directory gives first, the other one belongs to the answer. */
static void unsupported(void)
{
    struct answer answer = ask_pair(false);

    CHECK_INT(adscp_prediction_refusal(answer.prediction), ADSCP_REFUSAL_NONE);
    CHECK_DOUBT(answer, "tie", "NEW", ADSCP_REFUSAL_UNSUPPORTED);
    done(&answer);

    answer = ask_pair(true);
    CHECK_INT(adscp_prediction_refusal(answer.prediction),
              ADSCP_REFUSAL_UNSUPPORTED);
    CHECK_DOUBT(answer, "tie", "OLD", ADSCP_REFUSAL_NONE);
    CHECK_FOUND(answer, "hop-unsupported", 1);
    done(&answer);
}

static void cloud(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "NEW");
    put_server(&make, "NEW", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "NEW", "Site=HQ", "2015", "new");
    make_scp(&make, "AWAY", "Site=HQ", "2015", CLOUD);
    answer = asked(&make, MAIL);
    CHECK_DOUBT(answer, "tie", NULL, ADSCP_REFUSAL_ERROR);
    CHECK_STR(adscp_prediction_doubt_url(answer.prediction), CLOUD);
    done(&answer);
}

/* --------------------------------------------------------- shared names -- */

static void begin_shared(struct make *make, const char *home, const char *old,
                         const char *new)
{
    begin(make, home);
    put_server(make, "OLD", "HQ", old, MAKE_CAS);
    put_server(make, "NEW", "HQ", new,
               strcmp(new, MAKE_2010) == 0 ? MAKE_CAS : MAKE_BOTH);
    make_scp(make, "OLD", "Site=HQ", "2010", NAME);
    make_scp(make, "NEW", "Site=HQ", "2012", NAME);
}

static void too_old(void)
{
    struct answer answer;
    struct make make;

    begin_shared(&make, "NEW", MAKE_2010, MAKE_2013);
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, NULL, "proxy", "inferred");
    CHECK_DOUBT(answer, "shared-name", "OLD", ADSCP_REFUSAL_UNSUPPORTED);
    CHECK_FOUND(answer, "servers-actions-differ", 1);
    CHECK_STR(adscp_prediction_doubt_url(answer.prediction), NAME);
    done(&answer);
}

/* The redirect of KB2006728 leads back to the name. */
static void circle(void)
{
    struct answer answer;
    struct make make;

    begin_shared(&make, "NEW", MAKE_2007, MAKE_2010);
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    CHECK_DOUBT(answer, "shared-name", "OLD", ADSCP_REFUSAL_CIRCLE);
    CHECK_FOUND(answer, "servers-actions-differ", 1);
    done(&answer);
}

/* It leads to another server, which serves the mailbox: no harm is known. */
static void redirect_on(void)
{
    struct answer answer;
    struct make make;

    begin_shared(&make, "OTHER", MAKE_2007, MAKE_2010);
    put_server(&make, "OTHER", "Lab", MAKE_2010, MAKE_CAS);
    make_scp(&make, "OTHER", "Site=Lab", "2012", "other");
    answer = asked(&make, MAIL);
    CHECK_DOUBT(answer, "shared-name", "OLD", ADSCP_REFUSAL_NONE);
    CHECK_INT(adscp_prediction_doubt_hop_count(answer.prediction), 2);
    CHECK_FOUND(answer, "servers-actions-differ", 1);
    done(&answer);
}

/* To answer and to pass the request on come to the same. */
static void alike(void)
{
    struct answer answer;
    struct make make;

    begin_shared(&make, "OLD", MAKE_2010, MAKE_2013);
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, NULL, "proxy", "inferred");
    CHECK_DOUBT(answer, NULL, NULL, ADSCP_REFUSAL_ABSENT);
    CHECK_FOUND(answer, "servers-actions-differ", 0);
    done(&answer);
}

/* A tie with a shared name counts what each of its servers does. */
static void tie_with_shared(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "NEW");
    put_server(&make, "NEW", "HQ", MAKE_2013, MAKE_BOTH);
    put_server(&make, "OLD", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "MID", "HQ", MAKE_2013, MAKE_BOTH);
    make_scp(&make, "NEW", "Site=HQ", "2015", "new");
    make_scp(&make, "OLD", "Site=HQ", "2015", NAME);
    make_scp(&make, "MID", "Site=HQ", "2015", NAME);
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, "NEW", "proxy", "documented");
    CHECK_DOUBT(answer, "tie", "OLD", ADSCP_REFUSAL_UNSUPPORTED);
    CHECK_FOUND(answer, "servers-actions-differ", 0);
    done(&answer);
}

/* ---------------------------------------------------------------- users -- */

static void ambiguous(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "NEW");
    make_person(&make,
                (struct person){.cn = "Anna", .mail = MAIL, .database = "DB1"});
    put_server(&make, "NEW", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "NEW", "Site=HQ", "2015", "new");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, "NEW", "error", "inferred");
    CHECK_INT(adscp_prediction_refusal(answer.prediction), ADSCP_REFUSAL_ERROR);
    CHECK_FOUND(answer, "mailbox-ambiguous", 1);
    done(&answer);
}

static void names(void)
{
    CHECK_STR(adscp_refusal_name(ADSCP_REFUSAL_NONE), "none");
    CHECK_STR(adscp_refusal_name(ADSCP_REFUSAL_UNSUPPORTED), "unsupported");
    CHECK_STR(adscp_refusal_name(ADSCP_REFUSAL_ERROR), "error");
    CHECK_STR(adscp_refusal_name(ADSCP_REFUSAL_CIRCLE), "circle");
    CHECK_STR(adscp_refusal_name(ADSCP_REFUSAL_ABSENT), NULL);
    CHECK_STR(adscp_refusal_name(ADSCP_REFUSAL_CIRCLE + 1), NULL);
    CHECK_INT(adscp_prediction_refusal(NULL), ADSCP_REFUSAL_ABSENT);
    CHECK_INT(adscp_prediction_doubt_refusal(NULL), ADSCP_REFUSAL_ABSENT);
}

static const struct test tests[] = {
    {"a first server that may not serve the mailbox", unsupported},
    {"a first server that has no such mailbox", cloud},
    {"a server behind the name is too old", too_old},
    {"a redirect back to the name", circle},
    {"a redirect to a server that serves", redirect_on},
    {"servers that come to the same", alike},
    {"a tie with a shared name", tie_with_shared},
    {"several recipients with one address", ambiguous},
    {"reasons have names", names},
};

TEST_MAIN(tests)
