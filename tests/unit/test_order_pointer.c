/* SPDX-License-Identifier: MIT */
/* The order where pointers lead to other directories. */
#include "order_rows.h"

/* ------------------------------------------------------------ pointers -- */

/* A pointer without a value stops two clients, for users of every domain; a
 * matching pointer before it saves them. */
static void pointer_no_binding(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=fabrikam.com", "LDAP://res.example");
    make_pointer(&make, "Q", "Domain=other.example", NULL);
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "a", "-", "-", "a, r");
    CHECK_ALL(forest, "HQ", "bob@fabrikam.com", "r", "r", "r", "a, r");
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-no-binding", 1);
    adscp_forest_free(forest);
}

/* The way through a domain's pointer has no return. */
static void pointer_one_way(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://empty.example");
    make_directory(&make, "empty.example:389");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "-", "-", "-", "a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-target-empty", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-target-empty", 1);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "pointer-target-empty", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", "x@other.example",
                "pointer-target-empty", 0);
    adscp_forest_free(forest);
}

/* The first pointer for the domain wins, and keywords beside the GUID keep a
 * pointer from serving all domains. */
static void pointer_choice(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_pointer(&make, "O", "Something=else", "LDAP://one.example");
    make_pointer(&make, "P", NULL, "LDAP://two.example");
    make_pointer(&make, "Q", "Domain=fabrikam.com", "LDAP://one.example");
    make_pointer(&make, "R", "Domain=Fabrikam.com", "LDAP://two.example");
    make_pointer(&make, "S", NULL, "LDAP://one.example");
    make_directory(&make, "one.example:389");
    make_scp(&make, "A", "Site=HQ", "2015", "one");
    make_directory(&make, "two.example:389");
    make_scp(&make, "B", "Site=HQ", "2015", "two");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "two", "two", "two", "one, two");
    CHECK_ALL(forest, "HQ", "b@fabrikam.com", "one", "one", "one", "one, two");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-domain-duplicate", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-wildcard-several", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "keyword-unknown", 1);
    /* two ways to one place are no circle */
    CHECK_FOUND(forest, OXDISCO, "HQ", MAIL, "pointer-loop", 0);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-other-domains", 2);
    CHECK_FOUND(forest, OUTLOOK, "HQ", "b@mail.fabrikam.com",
                "pointer-subdomain", 2);
    CHECK_FOUND(forest, OUTLOOK, "HQ", NULL, "pointer-other-domains", 0);
    adscp_forest_free(forest);
}

/* A pointer for all domains waits until no URL was found. */
static void pointer_fallback(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_pointer(&make, "P", NULL, "LDAP://res.example");
    make_scp(&make, "A", "Site=Branch", "2015", "a");
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2015", "r");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "a", "a", "a", "a, r");
    /* EWS has no URL without a site, and so it follows; then it has none again
     */
    CHECK_ORDER(forest, EWS, NULL, MAIL, "-");
    {
        adscp_prediction *prediction =
            ask(forest, (struct asks){.profile = EWS, .mail = MAIL});

        CHECK_INT(adscp_prediction_pointer_count(prediction), 1);
        adscp_prediction_free(prediction);
        prediction = ask(forest, (struct asks){.profile = LEARN, .mail = MAIL});
        CHECK_INT(adscp_prediction_pointer_count(prediction), 0);
        adscp_prediction_free(prediction);
    }
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-wildcard-beside-urls", 1);
    adscp_forest_free(forest);
}

static void pointer_unread(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=one.example", "LDAP://down.example");
    make_pointer(&make, "Q", "Domain=two.example", "LDAP://secret.example");
    make_pointer(&make, "R", "Domain=three.example", "LDAP://unknown.example");
    make_pointer(&make, "S", "Domain=four.example", "LDAP://no host");
    make_unread(&make, "down.example:389", true);
    make_unread(&make, "secret.example:389", false);
    forest = make_done(&make);
    prediction = order_of(forest, OUTLOOK, "HQ", "x@one.example", order);
    CHECK_STR(order, "-");
    CHECK_INT(count_findings(prediction, "pointer-unreachable"), 1);
    CHECK(strstr(adscp_finding_text(
                     finding_of(prediction, "pointer-unreachable", 0)),
                 "connection refused") != NULL);
    CHECK_INT(adscp_prediction_complete(prediction), 0);
    CHECK_INT(adscp_prediction_pointer_count(prediction), 0);
    adscp_prediction_free(prediction);
    CHECK_FOUND(forest, EWS, "HQ", "x@two.example", "pointer-not-allowed", 1);
    CHECK_FOUND(forest, LEARN, "HQ", "x@three.example", "pointer-not-allowed",
                1);
    CHECK_ALL(forest, "HQ", "x@four.example", "-", "-", "-", "a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", "x@four.example", "pointer-unreachable",
                1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-bad-uri", 1);
    prediction = order_of(forest, OUTLOOK, "HQ", MAIL, order);
    CHECK_STR(order, "a");
    CHECK_INT(adscp_prediction_complete(prediction), 1);
    adscp_prediction_free(prediction);
    prediction = order_of(forest, OXDISCO, "HQ", MAIL, order);
    CHECK_STR(order, "a");
    CHECK_INT(adscp_prediction_complete(prediction), 0);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* Directories d0 to d(count - 1), each but the last with a pointer to the next.
 */
static struct adscp_forest *make_chain(int count)
{
    struct make make = {0};
    char target[64], url[64];
    int i;

    for (i = 0; i < count; i++) {
        snprintf(target, sizeof(target), "d%d.example:389", i);
        snprintf(url, sizeof(url), "LDAP://d%d.example", i + 1);
        make_directory(&make, target);
        if (i + 1 < count)
            make_pointer(&make, "P", "Domain=contoso.com", url);
        else
            make_scp(&make, "A", "Site=HQ", "2015", "a");
    }
    return make_done(&make);
}

/* Ten searches: the first directory and nine pointers. */
static void pointer_depth(void)
{
    struct adscp_forest *forest = make_chain(10);

    CHECK_ALL(forest, "HQ", MAIL, "a", "a", "a", "a");
    adscp_forest_free(forest);
    forest = make_chain(11);
    CHECK_ALL(forest, "HQ", MAIL, "-", "-", "a", "a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-too-deep", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-too-deep", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-loop", 0);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "pointer-too-deep", 0);
    adscp_forest_free(forest);
}

/* An object with both GUIDs is a URL and a pointer; never one for all domains.
 */
static void mixed_guid(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp_at(&make, "CN=M," SERVERS_DN, URL_GUID,
                POINTER_GUID "|Site=HQ|Domain=contoso.com", "20150101000000.0Z",
                "LDAP://res.example|" URL_OF("a"));
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    forest = make_done(&make);
    CHECK_ORDER(forest, OUTLOOK, "HQ", MAIL, "r");
    CHECK_ORDER(forest, OUTLOOK, "HQ", "x@other.example", "a");
    CHECK_ORDER(forest, EWS, "HQ", "x@other.example", "res");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-mixed-guid", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-url-scheme", 0);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "keyword-domain-on-url", 0);
    adscp_forest_free(forest);
}

/* The kind of an entry is told by its value in [MS-OXDISCO]. */
static void oxdisco_by_value(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "L", "Site=HQ", "2015", "LDAP://res.example");
    make_pointer(&make, "P", "Domain=contoso.com", URL_OF("p"));
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    forest = make_done(&make);
    CHECK_ORDER(forest, OXDISCO, "HQ", MAIL, "p, r");
    adscp_forest_free(forest);
}

/* A matching pointer's URLs stand in its place, others' behind everything. */
static void oxdisco_places(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_pointer(&make, "P", "Domain=other.example", "LDAP://one.example");
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "Q", "Domain=contoso.com", "LDAP://two.example");
    make_scp(&make, "B", "Site=HQ", "2015", "b");
    make_directory(&make, "one.example:389");
    make_scp(&make, "C", "Site=HQ", "2015", "c");
    make_scp(&make, "A", "Site=HQ", "2015", "a"); /* the same object again */
    make_scp(&make, "E", "Site=HQ", "2015", "a");
    make_directory(&make, "two.example:389");
    make_scp(&make, "D", "Site=HQ", "2015", "d");
    forest = make_done(&make);
    prediction = order_of(forest, OXDISCO, "HQ", MAIL, order);
    CHECK_STR(order, "a, d, b, c");
    CHECK_INT(adscp_prediction_evidence(prediction), ADSCP_EVIDENCE_INFERRED);
    CHECK_INT(adscp_candidate_group(adscp_prediction_candidate(prediction, 0)),
              -1);
    CHECK_INT(adscp_candidate_duplicate_count(
                  adscp_prediction_candidate(prediction, 0)),
              1);
    CHECK_INT(adscp_prediction_pointer_count(prediction), 2);
    CHECK(strncmp(adscp_prediction_pointer_dn(prediction, 0), "CN=Q,", 5) == 0);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"pointer without a value", pointer_no_binding},
    {"pointer to nothing", pointer_one_way},
    {"several pointers", pointer_choice},
    {"pointer for all domains beside URLs", pointer_fallback},
    {"pointers that were not read", pointer_unread},
    {"ten directories, and eleven", pointer_depth},
    {"both GUIDs on one object", mixed_guid},
    {"oxdisco: the value tells the kind", oxdisco_by_value},
    {"oxdisco: places of pointers", oxdisco_places},
};

TEST_MAIN(tests)
