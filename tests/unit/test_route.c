/* SPDX-License-Identifier: MIT */
/* The way of a request: who answers, what he does, where a redirect leads. */
#include "route_forest.h"

/* --------------------------------------------------------- who answers -- */

/* The first URL leads to `host`; EX07 (2007) is its server or not. */
static struct answer answerer(const char *url)
{
    struct make make;

    begin(&make, "EX07");
    put_server(&make, "EX07", "HQ", MAKE_2007, MAKE_CAS);
    make_scp(&make, "EX07", "Site=HQ", "2008", url);
    return asked(&make, MAIL);
}

static void own_names(void)
{
    static const char *const urls[] = {"https://ex07.contoso.com/x",
                                       "https://EX07.Contoso.Com/x",
                                       "https://ex07/x",
                                       "https://Ex07:8443/x",
                                       "http://ex07/x",
                                       "https://user@ex07/x"};
    size_t i;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct answer answer = answerer(urls[i]);

        CHECK_HOP(answer.first, "EX07", "answer", "documented");
        CHECK_STR(adscp_server_version(adscp_hop_server(answer.first)),
                  "Exchange 2007 SP3");
        CHECK_STR(adscp_hop_url(answer.first), urls[i]);
        CHECK_STR(adscp_hop_dn(answer.first), "CN=EX07," SERVERS_DN);
        CHECK_INT(adscp_hop_via(answer.first), ADSCP_HOP_VIA_SCP);
        CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
        done(&answer);
    }
}

/* Nobody's own name: whoever publishes it stands behind it. */
static void front_of_one(void)
{
    struct answer answer = answerer("https://mail.contoso.com/x");

    CHECK_HOP(answer.first, NULL, "answer", "inferred");
    CHECK(adscp_hop_server(answer.first) == NULL);
    CHECK(strncmp(adscp_hop_dn(answer.first), "CN=EX07,CN=Autodiscover", 23) ==
          0);
    CHECK(strstr(adscp_hop_why(answer.first), "EX07") != NULL);
    done(&answer);
}

/* Two servers behind one name. */
static struct answer shared(const char *first, const char *second,
                            const char *mail_owner)
{
    struct make make;

    begin(&make, mail_owner);
    put_server(&make, "EXA", "HQ", first, MAKE_BOTH);
    put_server(&make, "EXB", "HQ", second, MAKE_BOTH);
    make_scp(&make, "EXA", "Site=HQ", "2010", "mail");
    make_scp(&make, "EXB", "Site=HQ", "2011", "MAIL");
    return asked(&make, MAIL);
}

static void fronts(void)
{
    struct answer answer = shared(MAKE_2016, MAKE_2016, "EXA");

    CHECK_HOP(answer.first, NULL, "proxy", "inferred");
    CHECK_FOUND(answer, "scp-host-shared", 1);
    done(&answer);
    answer = shared(MAKE_2016, MAKE_2019, "EXA"); /* both do the same */
    CHECK_HOP(answer.first, NULL, "proxy", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "EXB (Exchange 2019") != NULL);
    CHECK_FOUND(answer, "scp-host-shared", 1);
    CHECK_FOUND(answer, "scp-first-older-version", 0);
    done(&answer);
    answer = shared(MAKE_2016, NULL, "EXA");
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    done(&answer);
    answer = shared(NULL, MAKE_2016, "EXA");
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    done(&answer);
    answer = shared(MAKE_2007_OLD, MAKE_2007, "EXA"); /* two rows of a matrix */
    CHECK_HOP(answer.first, NULL, "answer", "inferred");
    done(&answer);
    answer = shared(MAKE_2010, MAKE_2016, "EXA");
    CHECK_HOP(answer.first, NULL, "proxy", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first),
                 "EXA (Exchange 2010 SP3) answers, EXB (Exchange 2016 CU23) "
                 "passes the request on; either way") != NULL);
    done(&answer);
    answer = shared(MAKE_2010, MAKE_2016, "EXB");
    CHECK_HOP(answer.first, NULL, "proxy", "inferred"); /* the newer one */
    CHECK(strstr(adscp_hop_why(answer.first), "guidance") != NULL);
    done(&answer);
    answer = shared(MAKE_2007, MAKE_2010, "EXB");
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "which of them") != NULL);
    done(&answer);
    answer = shared(MAKE_2010, MAKE_2007, "EXC"); /* none is new enough */
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    done(&answer);
}

/* A virtual directory's InternalUrl tells who stands behind a name, too: those
 * of Autodiscover and EWS, no others. */
static void front_by_service(void)
{
    static const struct {
        const char *kind;
        const char *action;
    } rows[] = {{"AutoDiscover", "proxy"},
                {"WebServices", "proxy"},
                {"OAB", "unknown"},
                {"Mapi", "unknown"}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer answer;
        struct make make;

        begin(&make, "EX16");
        put_server(&make, "EX16", "HQ", MAKE_2016, MAKE_BOTH);
        make_service(&make, "EX16", rows[i].kind, "x (Default Web Site)",
                     "https://MAIL.contoso.com/x");
        make_scp(&make, "GONE", "Site=HQ", "2010", "mail");
        answer = asked(&make, MAIL);
        CHECK_HOP(answer.first, NULL, rows[i].action, "inferred");
        done(&answer);
    }
}

/* Two servers with one short name, or one FQDN: neither is the one. */
static void name_of_two(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "EXA");
    make_exchange(&make, (struct exchange){.name = "EXA",
                                           .fqdn = "ex.contoso.com",
                                           .version = MAKE_2016,
                                           .roles = MAKE_BOTH});
    make_exchange(&make, (struct exchange){.name = "EXB",
                                           .fqdn = "EX.contoso.com",
                                           .version = MAKE_2019,
                                           .roles = MAKE_BOTH});
    make_scp(&make, "GONE", "Site=HQ", "2010", "ex");
    answer = asked(&make, MAIL);
    CHECK(adscp_hop_server(answer.first) == NULL);
    CHECK_STR(adscp_hop_action_name(adscp_hop_action(answer.first)), "unknown");
    done(&answer);
}

static void nobody_known(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "EX16");
    put_server(&make, "EX16", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "GONE", "Site=HQ", "2010", "lb");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "load balancer") != NULL);
    done(&answer);
}

/* --------------------------------------------------------------- actions -- */

static void no_front_end(void)
{
    static const struct {
        const char *version;
        const char *roles;
        const char *action;
    } rows[] = {
        {MAKE_2013, "54", "unknown"},    {MAKE_2013, "16385", "proxy"},
        {MAKE_2013, MAKE_BOTH, "proxy"}, {MAKE_2016, "64", "unknown"},
        {MAKE_2016, NULL, "proxy"},      {MAKE_2010, "2", "unknown"},
        {MAKE_2010, "54", "answer"},     {MAKE_2003, NULL, "unknown"},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool missing = strcmp(rows[i].action, "unknown") == 0;
        struct answer answer;
        struct make make;

        begin(&make, "EXM");
        put_server(&make, "EX", "HQ", rows[i].version, rows[i].roles);
        put_server(&make, "EXM", "HQ",
                   strcmp(rows[i].action, "answer") == 0 ? MAKE_2010
                                                         : MAKE_2013,
                   MAKE_BOTH);
        make_scp(&make, "EX", "Site=HQ", "2010", "ex");
        answer = asked(&make, MAIL);
        CHECK_STR(adscp_hop_action_name(adscp_hop_action(answer.first)),
                  rows[i].action);
        CHECK_FOUND(answer, "server-no-front-end", missing);
        done(&answer);
    }
}

/* A mailbox on 2003: every server says no. */
static void too_old(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "EX03");
    put_server(&make, "EX03", NULL, MAKE_2003, NULL);
    put_server(&make, "EX10", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "EX10", "Site=HQ", "2010", "ex10");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, "EX10", "error", "documented");
    CHECK_FOUND(answer, "hop-unsupported", 1);
    done(&answer);
}

/* What a user notices of two versions. */
static void check_versions(const char *first, const char *mailbox, int older,
                           int unsupported, int unknown, int unexported)
{
    struct answer answer;
    struct make make;

    begin(&make, "EXM");
    put_server(&make, "EX", "HQ", first, MAKE_BOTH);
    put_server(&make, "EXM", "HQ", mailbox, MAKE_BOTH);
    make_scp(&make, "EX", "Site=HQ", "2010", "ex");
    answer = asked(&make, MAIL);
    CHECK_FOUND(answer, "scp-first-older-version", older);
    CHECK_FOUND(answer, "hop-unsupported", unsupported);
    CHECK_FOUND(answer, "server-version-unknown", unknown);
    /* and that no server has a certificate */
    CHECK_FOUND(answer, "attribute-not-exported", unexported + 1);
    done(&answer);
}

static void versions(void)
{
    check_versions(MAKE_2016, MAKE_2016, 0, 0, 0, 0);
    check_versions(MAKE_2016, MAKE_2019, 1, 0, 0, 0);
    check_versions(MAKE_2019, MAKE_2016, 0, 0, 0, 0);
    check_versions(MAKE_2013, MAKE_SE, 1, 1, 0, 0);
    check_versions(MAKE_SE, MAKE_2013, 0, 1, 0, 0);
    check_versions(NULL, MAKE_2016, 0, 0, 1, 0);
    check_versions(MAKE_2016, NULL, 0, 0, 1, 0);
    check_versions(NULL, NULL, 0, 0, 0, 1); /* no server has one */
    check_versions(MAKE_2016, MAKE_NEWER, 1, 0, 0, 0);
}

/* The sentence of a pair of versions; NULL: nothing is said. */
static void check_older(const char *first, const char *mailbox,
                        const char *said)
{
    struct answer answer;
    struct make make = {0};
    const adscp_finding *finding;

    begin(&make, "EXM");
    put_server(&make, "EX", "HQ", first, MAKE_BOTH);
    put_server(&make, "EXM", "HQ", mailbox, MAKE_BOTH);
    make_scp(&make, "EX", "Site=HQ", "2010", "ex");
    answer = asked(&make, MAIL);
    finding = finding_of(answer.prediction, "scp-first-older-version", 0);
    CHECK(finding != NULL);
    CHECK(strstr(adscp_finding_text(finding), said) != NULL);
    CHECK((strstr(adscp_finding_text(finding), "KB2006728") != NULL) ==
          (strcmp(first, MAKE_2007) == 0 && strcmp(mailbox, MAKE_2010) == 0));
    done(&answer);
}

/* What is said of Exchange 2007 is true of Exchange 2007. */
static void older_first(void)
{
    check_older(MAKE_2007, MAKE_2010, "meets a second certificate");
    check_older(MAKE_2013, MAKE_2019, "passes the request on");
    check_older(MAKE_2010, MAKE_2016, "may not be able to serve");
}

static void check_recipient(struct person person, const char *server,
                            const char *action, const char *evidence,
                            const char *then)
{
    struct answer answer;
    struct make make = {0};

    make_ask(&make, MAIL);
    make_directory(&make, NULL);
    put_server(&make, "EX16", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "EX16", "Site=HQ", "2016", server != NULL ? "ex16" : "lb");
    person.cn = "Ann";
    person.mail = MAIL;
    person.nickname = "ann";
    make_person(&make, person);
    make_person(&make, (struct person){.cn = "Bob", .database = "DB1"});
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, server, action, evidence);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_STR(adscp_prediction_fallback_url(answer.prediction, 0), then);
    CHECK_INT(adscp_prediction_service_count(answer.prediction), 0);
    done(&answer);
}

#define OWN_THEN "https://contoso.com/autodiscover/autodiscover.xml"

#define CLOUD_THEN                                                             \
    "https://c.mail.onmicrosoft.com/autodiscover/autodiscover.xml"

static void other_recipients(void)
{
    struct person cloud = {.target = "SMTP:ann@c.mail.onmicrosoft.com"};
    struct person remote = cloud, contact = cloud, none = {0};

    remote.remote = "1";
    contact.classes = "top|contact";
    check_recipient(cloud, "EX16", "redirect-address", "documented",
                    CLOUD_THEN);
    check_recipient(remote, "EX16", "redirect-address", "documented",
                    CLOUD_THEN);
    check_recipient(contact, "EX16", "redirect-address", "documented",
                    CLOUD_THEN);
    check_recipient(cloud, NULL, "redirect-address", "inferred", CLOUD_THEN);
    check_recipient(none, "EX16", "error", "inferred", OWN_THEN);
    check_recipient((struct person){.target = "NOTES:ann"}, "EX16", "error",
                    "inferred", OWN_THEN);
}

/* Questions without an answer are unknown, each for a reason of its own. */
static void no_answers(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "GONE"); /* the mailbox's server is unknown */
    put_server(&make, "EX16", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "EX16", "Site=HQ", "2016", "ex16");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, "EX16", "unknown", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "which server") != NULL);
    done(&answer);
    begin(&make, "EX16"); /* nobody said for whom */
    put_server(&make, "EX16", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "EX16", "Site=HQ", "2016", "ex16");
    answer = asked(&make, NULL);
    CHECK_HOP(answer.first, "EX16", "unknown", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "mail address") != NULL);
    done(&answer);
    begin(&make, "EX16"); /* not asked of the reader */
    put_server(&make, "EX16", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "EX16", "Site=HQ", "2016", "ex16");
    answer = asked(&make, "bob@contoso.com");
    CHECK_HOP(answer.first, "EX16", "unknown", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "could not be determined") !=
          NULL);
    done(&answer);
}

/* Rows are the forest's own, behind a pointer too, and live as long as the
 * answer that names them. */
static void rows(void)
{
    struct answer answer;
    struct make make;
    const adscp_candidate *row;

    begin(&make, "EX10");
    put_server(&make, "EX10", "HQ", MAKE_2010, MAKE_CAS);
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://res.example");
    make_directory(&make, "res.example:389");
    put_server(&make, "EX10", "Annex", MAKE_2013, MAKE_BOTH);
    make_scp(&make, "EX10", "Site=HQ", "2013", "ex10");
    make_scp(&make, "EX11", "Site=HQ", "2014", "EX10");
    answer = asked(&make, MAIL);
    adscp_forest_free(answer.forest);
    answer.forest = NULL;
    row = adscp_hop_candidate(answer.first);
    CHECK(row == adscp_prediction_candidate(answer.prediction, 0));
    CHECK(adscp_candidate_server(row) == adscp_hop_server(answer.first));
    CHECK(adscp_mailbox_server(adscp_prediction_mailbox(answer.prediction)) ==
          adscp_forest_server(adscp_prediction_forest(answer.prediction), 0));
    CHECK_STR(adscp_server_name(adscp_hop_server(answer.first)), "EX10");
    CHECK_STR(adscp_server_site(adscp_hop_server(answer.first)), "Annex");
    CHECK_STR(adscp_server_roles(adscp_hop_server(answer.first)),
              "Mailbox, Client Access");
    CHECK_INT(adscp_server_front_end(adscp_hop_server(answer.first)), 1);
    CHECK_STR(adscp_scp_binding(adscp_candidate_scp(row), 0),
              adscp_candidate_url(row));
    CHECK_INT(adscp_candidate_duplicate_count(row), 1);
    CHECK_STR(adscp_scp_binding(adscp_candidate_duplicate(row, 0), 0),
              "https://EX10.contoso.com/autodiscover/autodiscover.xml");
    done(&answer);
}

/* The servers of a pointer's target know no mailbox of the user's own forest.
 */
static void foreign_forest(void)
{
    struct answer answer;
    struct make make;

    begin(&make, "EX10");
    put_server(&make, "EX10", "HQ", MAKE_2010, MAKE_CAS);
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://res.example");
    make_directory(&make, "res.example:389");
    put_server(&make, "EX07", "HQ", MAKE_2007, MAKE_CAS);
    make_scp(&make, "EX07", "Site=HQ", "2007", "ex07");
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_server_name(adscp_mailbox_server(
                  adscp_prediction_mailbox(answer.prediction))),
              "EX10");
    CHECK_HOP(answer.first, "EX07", "unknown", "inferred");
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    done(&answer);
    make = (struct make){0}; /* nor his address elsewhere */
    make_ask(&make, MAIL);
    make_directory(&make, NULL);
    make_person(&make, (struct person){.cn = "Ann",
                                       .mail = MAIL,
                                       .target = "SMTP:ann@c.example"});
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://res.example");
    make_directory(&make, "res.example:389");
    put_server(&make, "EX07", "HQ", MAKE_2007, MAKE_CAS);
    make_scp(&make, "EX07", "Site=HQ", "2007", "ex07");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.first, "EX07", "unknown", "inferred");
    CHECK_STR(adscp_prediction_fallback_url(answer.prediction, 0),
              "https://contoso.com/autodiscover/autodiscover.xml");
    done(&answer);
}

static const struct test tests[] = {
    {"a server's own names", own_names},
    {"a name in front of one server", front_of_one},
    {"a name in front of several", fronts},
    {"a name that a virtual directory tells", front_by_service},
    {"a name that two servers have", name_of_two},
    {"a name that nobody tells", nobody_known},
    {"servers without a client front end", no_front_end},
    {"a mailbox on 2003", too_old},
    {"findings about versions", versions},
    {"an older first server", older_first},
    {"recipients without a mailbox", other_recipients},
    {"questions without an answer", no_answers},
    {"servers and SCPs are rows", rows},
    {"a mailbox of another forest", foreign_forest},
};

TEST_MAIN(tests)
