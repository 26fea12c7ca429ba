/* SPDX-License-Identifier: MIT */
/* The second wave: which URLs a mailbox's clients are handed. */
#include "test.h"

#include "make_forest.h"

#define MAIL "ann@contoso.com"

struct answer {
    struct adscp_forest *forest;
    adscp_prediction *prediction;
};

static struct answer asked(struct make *make)
{
    struct answer answer = {.forest = make_done(make)};

    answer.prediction = ask(answer.forest, (struct asks){.mail = MAIL});
    return answer;
}

static void done(struct answer *answer)
{
    adscp_prediction_free(answer->prediction);
    adscp_forest_free(answer->forest);
}

/* Ann's mailbox is on EXM. */
static void begin(struct make *make, const char *site, const char *version)
{
    *make = (struct make){0};
    make_ask(make, MAIL);
    make_directory(make, NULL);
    make_database(make, "DB1", "EXM");
    make_person(make,
                (struct person){.cn = "Ann", .mail = MAIL, .database = "DB1"});
    make_exchange(make, (struct exchange){.name = "EXM",
                                          .site = site,
                                          .version = version,
                                          .roles = MAKE_BOTH});
}

static void put_server(struct make *make, const char *name, const char *site,
                       const char *version, const char *roles)
{
    make_exchange(make, (struct exchange){.name = name,
                                          .site = site,
                                          .version = version,
                                          .roles = roles});
}

static const char *server_of(const struct answer *answer, int index)
{
    return adscp_server_name(adscp_service_server(
        adscp_prediction_service(answer->prediction, index)));
}

/* The rows as "kind url server\n", server "-" where there is none. */
static const char *rows_of(const struct answer *answer, char out[4096])
{
    int count = adscp_prediction_service_count(answer->prediction), i;
    size_t used = 0;

    out[0] = '\0';
    for (i = 0; i < count && used < 4096; i++) {
        const adscp_service *row =
            adscp_prediction_service(answer->prediction, i);
        const char *server = adscp_server_name(adscp_service_server(row));

        used += (size_t)snprintf(
            out + used, 4096 - used, "%s %s %s\n",
            adscp_service_kind_name(adscp_service_kind(row)),
            adscp_service_url(row), server != NULL ? server : "-");
    }
    return out;
}

#define CHECK_ROWS(answer, rows)                                               \
    do {                                                                       \
        char out_[4096];                                                       \
        CHECK_STR(rows_of(&(answer), out_), (rows));                           \
    } while (0)

/* Every kind, sorted; Autodiscover and what no Outlook uses are none. */
static void kinds(void)
{
    static const struct {
        const char *kind;
        const char *url;
    } rows[] = {
        {"WebServices", "https://a/EWS/Exchange.asmx"},
        {"UM", "https://a/um"},
        {"RpcHttp", "https://a/rpc/own.dll"},
        {"OAB", "http://a/OAB"},
        {"Mapi", "https://a/mapi"},
        {"ECP", "https://a/ecp"},
        {"AutoDiscover", "https://a/autodiscover"},
        {"OWA", "https://a/owa"},
        {"Mobile", "https://a/sync"},
        {"PowerShell", "https://a/powershell"},
    };
    struct answer answer;
    struct make make;
    size_t i;

    begin(&make, "HQ", MAKE_2016);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        make_service(&make, "EXM", rows[i].kind, rows[i].kind, rows[i].url);
    answer = asked(&make);
    CHECK_ROWS(answer, "ecp https://a/ecp EXM\n"
                       "ews https://a/EWS/Exchange.asmx EXM\n"
                       "mapi https://a/mapi EXM\n"
                       "oab http://a/OAB EXM\n"
                       "rpc https://a/rpc/own.dll EXM\n"
                       "um https://a/um EXM\n");
    CHECK_STR(
        adscp_service_host(adscp_prediction_service(answer.prediction, 0)),
        "a");
    CHECK_STR(adscp_service_dn(adscp_prediction_service(answer.prediction, 0)),
              "CN=ECP,CN=HTTP,CN=Protocols,CN=EXM," SERVERS_DN);
    CHECK(adscp_prediction_service(answer.prediction, 6) == NULL);
    CHECK(adscp_prediction_service(answer.prediction, -1) == NULL);
    CHECK_INT(count_findings(answer.prediction, "services-not-read"), 0);
    done(&answer);
}

/* One URL, whoever has it and however he spells it, is one row. */
static void shared(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "HQ", MAKE_2016);
    put_server(&make, "EXA", "HQ", MAKE_2016, MAKE_BOTH);
    make_service(&make, "EXM", "WebServices", "EWS", "https://Mail/ews");
    make_service(&make, "EXA", "WebServices", "EWS", "https://mail/EWS");
    make_service(&make, "EXA", "OAB", "OAB", "https://mail/EWS");
    make_service(&make, "EXM", "ECP", "ecp", "https://one/ecp");
    make_service(&make, "EXM", "ECP", "ecp 2", "https://one/ecp");
    make_service(&make, "EXA", "ECP", "ecp", "https://two/ecp");
    answer = asked(&make);
    CHECK_INT(adscp_prediction_service_count(answer.prediction), 4);
    CHECK_STR(server_of(&answer, 0),
              "EXM"); /* twice of one server is still his */
    CHECK_STR(server_of(&answer, 1), "EXA");
    CHECK_INT(
        adscp_service_kind(adscp_prediction_service(answer.prediction, 2)),
        ADSCP_SERVICE_KIND_EWS);
    CHECK_STR(server_of(&answer, 2), NULL);
    CHECK_STR(server_of(&answer, 3), "EXA");
    done(&answer);
}

/* Three servers, one URL: the server that comes back in the end is not the
 * only one. */
static void shared_by_three(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "HQ", MAKE_2016);
    put_server(&make, "EXA", "HQ", MAKE_2016, MAKE_BOTH);
    make_service(&make, "EXM", "ECP", "b", "https://mail/ecp");
    make_service(&make, "EXA", "ECP", "a", "https://mail/ecp");
    make_service(&make, "EXM", "ECP", "c", "https://mail/ecp");
    answer = asked(&make);
    CHECK_ROWS(answer, "ecp https://mail/ecp -\n");
    done(&answer);
}

/* Outlook Anywhere has a bare host. */
static void bare_host(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "HQ", MAKE_2010);
    make_service(&make, "EXM", "RpcHttp", "1", "mail.contoso.com");
    make_service(&make, "EXM", "RpcHttp", "2", "mail.contoso.com:444");
    make_service(&make, "EXM", "RpcHttp", "3", "MAIL.contoso.com");
    make_service(&make, "EXM", "RpcHttp", "4", "two words");
    make_service(&make, "EXM", "ECP", "5", "mail.contoso.com"); /* no URL */
    answer = asked(&make);
    CHECK_ROWS(answer,
               "rpc https://mail.contoso.com/rpc/rpcproxy.dll EXM\n"
               "rpc https://mail.contoso.com:444/rpc/rpcproxy.dll EXM\n");
    done(&answer);
}

static void invalid(void)
{
    static const char *const urls[] = {"ftp://a/x",
                                       "a",
                                       "https://",
                                       "https:///x",
                                       "//a/x",
                                       "urn:a",
                                       "https://a b/x",
                                       "https://a:70000/x",
                                       "https://[::",
                                       "javascript:alert(1)",
                                       "https://a\x01/x",
                                       "https://\xFF/x",
                                       ""};
    struct answer answer;
    struct make make;
    char name[16];
    size_t i;

    begin(&make, "HQ", MAKE_2016);
    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        snprintf(name, sizeof(name), "v%zu", i);
        make_service(&make, "EXM", "WebServices", name, urls[i]);
    }
    make_service(&make, "EXM", "WebServices", "null", NULL);
    answer = asked(&make);
    CHECK_ROWS(answer, "");
    CHECK_INT(count_findings(answer.prediction, "services-not-read"), 0);
    done(&answer);
}

/* The second web site of a server is not for clients; nor is a container that
 * looks like a virtual directory. */
static void back_end(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "HQ", MAKE_2013);
    make_service(&make, "EXM", "WebServices", "EWS (Exchange Back End)",
                 "https://back/x");
    make_service(&make, "EXM", "ECP", "ecp (exchange back end)",
                 "https://back/x");
    make_service(&make, "EXM", "Mapi|container", "mapi", "https://back/x");
    make_service(&make, "EXM", "OAB", "OAB (Exchange Back End) 2",
                 "https://front/x");
    answer = asked(&make);
    CHECK_ROWS(answer, "oab https://front/x EXM\n");
    done(&answer);
}

/* Whose URLs: front ends of the mailbox's site and version. */
static void who(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "HQ", MAKE_2013);
    put_server(&make, "FAR", "Lab", MAKE_2013, MAKE_BOTH);
    put_server(&make, "NEW", "HQ", MAKE_2016, MAKE_BOTH);
    put_server(&make, "MBX", "HQ", MAKE_2013, "54");
    put_server(&make, "CAS", "hq", MAKE_2013, "16385");
    put_server(&make, "ODD", "HQ", MAKE_2013, NULL);
    put_server(&make, "OUT", NULL, MAKE_2013, MAKE_BOTH);
    make_service(&make, "EXM", "ECP", "e", "https://exm/");
    make_service(&make, "FAR", "ECP", "e", "https://far/");
    make_service(&make, "NEW", "ECP", "e", "https://new/");
    make_service(&make, "MBX", "ECP", "e", "https://mbx/");
    make_service(&make, "CAS", "ECP", "e", "https://cas/");
    make_service(&make, "ODD", "ECP", "e", "https://odd/");
    make_service(&make, "OUT", "ECP", "e", "https://out/");
    make_service(&make, "GONE", "ECP", "e", "https://gone/");
    answer = asked(&make);
    CHECK_ROWS(answer, "ecp https://cas/ CAS\n"
                       "ecp https://exm/ EXM\n"
                       "ecp https://odd/ ODD\n"); /* roles unknown: perhaps */
    done(&answer);
}

/* Service packs of 2007 are one version here. */
static void two_of_2007(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "HQ", MAKE_2007);
    put_server(&make, "OLD", "HQ", MAKE_2007_OLD, MAKE_CAS);
    make_service(&make, "EXM", "ECP", "e", "https://exm/");
    make_service(&make, "OLD", "ECP", "e", "https://old/");
    answer = asked(&make);
    CHECK_INT(adscp_prediction_service_count(answer.prediction), 2);
    done(&answer);
}

static void check_none(const char *site, const char *version)
{
    struct answer answer;
    struct make make;

    begin(&make, site, version);
    make_service(&make, "EXM", "ECP", "e", "https://exm/");
    answer = asked(&make);
    CHECK_ROWS(answer, "");
    done(&answer);
}

static void none(void)
{
    struct answer answer;
    struct make make;

    check_none(NULL, MAKE_2016); /* no site */
    check_none("HQ", NULL);      /* no version */
    check_none("HQ", MAKE_2003);
    begin(&make, "HQ", MAKE_2016); /* no virtual directory */
    answer = asked(&make);
    CHECK_ROWS(answer, "");
    CHECK_INT(count_findings(answer.prediction, "services-not-read"), 1);
    CHECK(adscp_prediction_service(answer.prediction, 0) == NULL);
    done(&answer);
    CHECK_INT(adscp_prediction_service_count(NULL), -1);
}

/* Lists are made once; two predictors' questions of one forest share none, and
 * both are right. */
static void asked_again(void)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *first = NULL, *second = NULL;
    struct adscp_forest *forest;
    struct make make;

    begin(&make, "HQ", MAKE_2016);
    make_service(&make, "EXM", "ECP", "e", "https://exm/");
    forest = make_done(&make);
    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, MAIL), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &first), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &second), ADSCP_OK);
    CHECK(adscp_prediction_service(first, 0) ==
          adscp_prediction_service(second, 0));
    adscp_prediction_free(first);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    CHECK_STR(adscp_service_url(adscp_prediction_service(second, 0)),
              "https://exm/");
    adscp_prediction_free(second);
}

static void getters_of_nothing(void)
{
    CHECK_INT(adscp_service_kind(NULL), -1);
    CHECK_STR(adscp_service_url(NULL), NULL);
    CHECK_STR(adscp_service_host(NULL), NULL);
    CHECK(adscp_service_server(NULL) == NULL);
    CHECK_STR(adscp_service_dn(NULL), NULL);
    CHECK_STR(adscp_service_kind_name(0), NULL);
    CHECK_STR(adscp_service_kind_name(7), NULL);
}

static const struct test tests[] = {
    {"kinds of services", kinds},
    {"a URL of several servers", shared},
    {"a URL of one server, another and the first", shared_by_three},
    {"a bare host", bare_host},
    {"what is no URL", invalid},
    {"back ends", back_end},
    {"whose services count", who},
    {"two service packs of 2007", two_of_2007},
    {"no services", none},
    {"asked again", asked_again},
    {"getters of nothing", getters_of_nothing},
};

TEST_MAIN(tests)
