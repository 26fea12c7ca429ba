/* SPDX-License-Identifier: MIT */
/* The way of a request: who answers, what he does, where a redirect leads. */
#include "test.h"

#include "facts/sightings.h"
#include "make_forest.h"

#define MAIL "ann@contoso.com"
#define PATH "/Autodiscover/Autodiscover.xml"

struct answer {
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_hop *first;
    const adscp_hop *second;
};

static struct answer asked(struct make *make, const char *mail)
{
    struct answer answer = {.forest = make_done(make)};

    answer.prediction =
        ask(answer.forest, (struct asks){.mail = mail, .site = "HQ"});
    answer.first = adscp_prediction_hop(answer.prediction, 0);
    answer.second = adscp_prediction_hop(answer.prediction, 1);
    return answer;
}

static void done(struct answer *answer)
{
    adscp_prediction_free(answer->prediction);
    adscp_forest_free(answer->forest);
}

/* Ann's mailbox is in DB1, on the server `owner`. */
static void begin(struct make *make, const char *owner)
{
    *make = (struct make){0};
    make_ask(make, MAIL);
    make_directory(make, NULL);
    make_database(make, "DB1", owner);
    make_person(make,
                (struct person){.cn = "Ann", .mail = MAIL, .database = "DB1"});
}

static void put_server(struct make *make, const char *name, const char *site,
                       const char *version, const char *roles)
{
    make_exchange(make, (struct exchange){.name = name,
                                          .site = site,
                                          .version = version,
                                          .roles = roles});
}

static void check_hop(const adscp_hop *hop, const char *server,
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
    CHECK_HOP(answer.first, NULL, "unknown", "inferred");
    CHECK(strstr(adscp_hop_why(answer.first), "which of them") != NULL);
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
                           int unsupported, int unknown)
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
    done(&answer);
}

static void versions(void)
{
    check_versions(MAKE_2016, MAKE_2016, 0, 0, 0);
    check_versions(MAKE_2016, MAKE_2019, 1, 0, 0);
    check_versions(MAKE_2019, MAKE_2016, 0, 0, 0);
    check_versions(MAKE_2013, MAKE_SE, 1, 1, 0);
    check_versions(MAKE_SE, MAKE_2013, 0, 1, 0);
    check_versions(NULL, MAKE_2016, 0, 0, 1);
    check_versions(MAKE_2016, NULL, 0, 0, 1);
    check_versions(NULL, NULL, 0, 0, 2);
    check_versions(MAKE_2016, MAKE_NEWER, 1, 0, 0);
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
    CHECK(strstr(adscp_hop_why(answer.first), "could not be determined") != NULL);
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

/* -------------------------------------------------------------- redirect -- */

/* KB2006728: EX07 is first; the mailbox is on MBX10, in the site `site`. */
static void begin_redirect(struct make *make, const char *site)
{
    begin(make, "MBX10");
    put_server(make, "EX07", "HQ", MAKE_2007, MAKE_CAS);
    make_scp(make, "EX07", "Site=HQ", "2008", "ex07");
    put_server(make, "MBX10", site, MAKE_2010, "2");
}

static void redirect(void)
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

/* Who is no target: a server of another site, version or role. */
static void no_redirect_target(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "FAR10", "Lab", MAKE_2010, MAKE_CAS);
    put_server(&make, "EX13", "HQ", MAKE_2013, MAKE_BOTH);
    put_server(&make, "ODD10", "HQ", MAKE_2010, NULL);
    put_server(&make, "NONE10", NULL, MAKE_2010, MAKE_CAS);
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_HOP(answer.first, "EX07", "redirect", "documented");
    CHECK_FOUND(answer, "redirect-no-target", 1);
    CHECK_STR(adscp_finding_dn(
                  finding_of(answer.prediction, "redirect-no-target", 0)),
              "CN=MBX10," SERVERS_DN);
    done(&answer);
    begin_redirect(&make, NULL); /* a mailbox server without site */
    put_server(&make, "NONE10", NULL, MAKE_2010, MAKE_CAS);
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_FOUND(answer, "redirect-no-target", 1);
    done(&answer);
}

/* Where the host comes from: the SCP, the virtual directories of Autodiscover
 * and EWS, the FQDN. */
static void check_source(const char *scp, const char *autodiscover,
                         const char *ews, const char *url, const char *server,
                         int unsure)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "EX10", "HQ", MAKE_2010, MAKE_CAS);
    if (scp != NULL)
        make_scp(&make, "EX10", "Site=Lab", "2010", scp);
    make_service(&make, "EX10", "OAB", "OAB", "https://no.contoso.com/");
    make_service(&make, "EX10", "AutoDiscover", "Autodiscover", autodiscover);
    make_service(&make, "EX10", "WebServices", "EWS", ews);
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_hop_url(answer.second), url);
    CHECK_HOP(answer.second, server, "answer",
              unsure ? "inferred" : "documented");
    CHECK_FOUND(answer, "redirect-host-unsure", unsure);
    done(&answer);
}

static void sources(void)
{
    static const char *const a = "https://a.contoso.com/x",
                             *const b = "https://b.contoso.com/y",
                             *const c = "https://c.contoso.com/z";

    /* Whether another name leads to the same server is an inference. */
    check_source(a, b, c, a, "EX10", 1);
    check_source(NULL, b, c, "https://b.contoso.com" PATH, "EX10", 1);
    check_source(NULL, NULL, c, "https://c.contoso.com" PATH, "EX10", 1);
    check_source(NULL, NULL, NULL, "https://EX10.contoso.com" PATH, "EX10", 0);
    check_source("ftp://x.contoso.com", "urn:x", "nonsense",
                 "https://EX10.contoso.com" PATH, "EX10", 0);
    check_source("https://EX10/x", NULL, NULL, "https://EX10/x", "EX10", 0);
    check_source("http://ex10.contoso.com/x", NULL, NULL,
                 "http://ex10.contoso.com/x", "EX10", 0);
}

static void several_targets(void)
{
    const adscp_hop *other;
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS3", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS2", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=HQ", "2012", "cas1");
    make_scp(&make, "CAS2", "Site=HQ", "2011", "cas2");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, "CAS1", "answer", "documented");
    CHECK_INT(adscp_hop_alternative_count(answer.second), 2);
    other = adscp_hop_alternative(answer.second, 0);
    CHECK_HOP(other, "CAS2", "answer", "documented");
    CHECK_INT(adscp_hop_via(other), ADSCP_HOP_VIA_REDIRECT);
    CHECK(adscp_hop_candidate(other) == NULL);
    CHECK(adscp_hop_candidate(answer.second) == NULL);
    CHECK_INT(adscp_candidate_rank(adscp_hop_candidate(answer.first)), 1);
    CHECK_HOP(adscp_hop_alternative(answer.second, 1), "CAS3", "answer",
              "documented");
    CHECK(adscp_hop_alternative(answer.second, 2) == NULL);
    CHECK(adscp_hop_alternative(answer.second, -1) == NULL);
    done(&answer);
}

/* All front ends publish one name: one hop, nobody's. */
static void shared_target(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS2", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=HQ", "2012", "mail");
    make_scp(&make, "CAS2", "Site=HQ", "2011", "MAIL");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, NULL, "answer", "inferred");
    CHECK(adscp_hop_server(answer.second) == NULL);
    CHECK_INT(adscp_hop_alternative_count(answer.second), 0);
    CHECK_FOUND(answer, "redirect-host-unsure", 2);
    done(&answer);
}

/* The name that a front end publishes may be another server's own. */
static void target_of_another_name(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "EX13", "HQ", MAKE_2013, MAKE_BOTH);
    make_scp(&make, "CAS1", "Site=Lab", "2012", "ex13");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, "EX13", "proxy", "observed");
    CHECK_FOUND(answer, "redirect-host-unsure", 1);
    done(&answer);
}

/* Back to where the client has been, and on for ever if it could. */
static void loop(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=Lab", "2012",
             "https://EX07.contoso.com/autodiscover/AUTODISCOVER.xml");
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_FOUND(answer, "redirect-loop", 1);
    done(&answer);
    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=Lab", "2012", "https://ex07/other");
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 2);
    CHECK_HOP(answer.second, "EX07", "redirect", "documented");
    CHECK_FOUND(answer, "redirect-loop", 1);
    done(&answer);
    begin_redirect(&make, "HQ"); /* one of two leads on */
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS2", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=Lab", "2012", "ex07");
    make_scp(&make, "CAS2", "Site=Lab", "2012", "ex10");
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_hop_host(answer.second), "ex10.contoso.com");
    CHECK_INT(adscp_hop_alternative_count(answer.second), 0);
    CHECK_FOUND(answer, "redirect-loop", 0);
    done(&answer);
}

static void other_site(void)
{
    const adscp_finding *finding;
    struct answer answer;
    struct make make;

    begin_redirect(&make, "Lab");
    put_server(&make, "CAS1", "Lab", MAKE_2010, MAKE_CAS);
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, "CAS1", "answer", "documented");
    finding = finding_of(answer.prediction, "redirect-other-site", 0);
    CHECK(finding != NULL && strstr(adscp_finding_text(finding), "Lab"));
    done(&answer);
}

/* What becomes of EX07 by one row of sightings. */
static int outcome_of_row(const struct adscp_forest *forest, int outcome,
                          bool untried)
{
    struct adscp_sightings *sightings = sightings_new();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    struct adscp_sighting *row;

    row = sightings_add(sightings, "ex07.contoso.com", 443);
    row->outcome = outcome;
    row->untried = untried;
    CHECK_INT(sightings_freeze(sightings), ADSCP_OK);
    adscp_predictor_set_forest(predictor, forest);
    adscp_predictor_set_site(predictor, "HQ");
    adscp_predictor_set_sightings(predictor, sightings);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    outcome = adscp_alert_outcome(
        adscp_hop_alert(adscp_prediction_hop(prediction, 0)));
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    adscp_sightings_free(sightings);
    return outcome;
}

/* Who had no turn before the budget ended did not fail. */
static void untried(void)
{
    struct adscp_forest *forest;
    struct make make;

    begin_redirect(&make, "HQ");
    forest = make_done(&make);
    CHECK_INT(outcome_of_row(forest, ADSCP_SIGHTING_OUTCOME_TIMEOUT, false),
              ADSCP_ALERT_OUTCOME_CONNECT_FAILURE);
    CHECK_INT(outcome_of_row(forest, ADSCP_SIGHTING_OUTCOME_TIMEOUT, true),
              ADSCP_ALERT_OUTCOME_UNCERTAIN);
    adscp_forest_free(forest);
}

static void getters_of_nothing(void)
{
    CHECK_STR(adscp_hop_url(NULL), NULL);
    CHECK_STR(adscp_hop_host(NULL), NULL);
    CHECK_INT(adscp_hop_via(NULL), -1);
    CHECK(adscp_hop_server(NULL) == NULL);
    CHECK_INT(adscp_hop_action(NULL), -1);
    CHECK_INT(adscp_hop_evidence(NULL), -1);
    CHECK_STR(adscp_hop_dn(NULL), NULL);
    CHECK_STR(adscp_hop_why(NULL), NULL);
    CHECK_INT(adscp_hop_alternative_count(NULL), -1);
    CHECK(adscp_hop_alternative(NULL, 0) == NULL);
    CHECK_STR(adscp_hop_via_name(ADSCP_HOP_VIA_REDIRECT), "redirect");
    CHECK_STR(adscp_hop_via_name(ADSCP_HOP_VIA_REDIRECT_ADDRESS),
              "redirect-address");
    CHECK_STR(adscp_hop_action_name(6), NULL);
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
    {"a redirect", redirect},
    {"a redirect to nobody", no_redirect_target},
    {"where the redirect's host comes from", sources},
    {"a redirect to one of several", several_targets},
    {"a redirect to a name of several", shared_target},
    {"a redirect to another server's name", target_of_another_name},
    {"a redirect that comes back", loop},
    {"a redirect into another site", other_site},
    {"a server that nobody looked at", untried},
    {"getters of nothing", getters_of_nothing},
};

TEST_MAIN(tests)
