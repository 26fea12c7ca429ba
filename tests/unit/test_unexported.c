/* SPDX-License-Identifier: MIT */
/* What nobody of an export has is not known to be absent. */
#include "mailbox_forest.h"

#define UNEXPORTED "attribute-not-exported"

static void add(struct make *make, const char *cn, struct person person)
{
    person.cn = cn;
    make_person(make, person);
}

/* The action of the first hop is judged, so that there is one. */
static struct answer asked_here(struct make *make)
{
    make_scp(make, "EX01", "Site=HQ", "2015", "ex01");
    return asked(make, MAIL);
}

static int action_of(const struct answer *answer)
{
    return adscp_hop_action(adscp_prediction_hop(answer->prediction, 0));
}

static void check_unexported(struct answer answer, const char *kind)
{
    CHECK_KIND(answer, kind);
    CHECK_FOUND(answer, UNEXPORTED, 1);
    CHECK_FOUND(answer, "mailbox-no-target", 0);
    CHECK_FOUND(answer, "mailbox-not-found", 0);
    CHECK_FOUND(answer, "mailbox-not-enabled", 0);
    CHECK_INT(action_of(&answer), ADSCP_HOP_ACTION_UNKNOWN);
    done(&answer);
}

/* A mail user has a targetAddress: who has none may well have a mailbox. */
static void homes(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    add(&make, "Ann", (struct person){.nickname = "ann", .mail = MAIL});
    check_unexported(asked_here(&make), "not-read");
    begin(&make); /* without aliases either */
    add(&make, "Ann", (struct person){.proxies = "SMTP:" MAIL});
    check_unexported(asked_here(&make), "not-read");
    begin(&make); /* somebody has a home: this one is broken */
    add(&make, "Ann", (struct person){.nickname = "ann", .mail = MAIL});
    add(&make, "Bob", (struct person){.home_server = LEGACY "EX01"});
    answer = asked_here(&make);
    CHECK_KIND(answer, "mail-user");
    CHECK_FOUND(answer, UNEXPORTED, 0);
    CHECK_FOUND(answer, "mailbox-no-target", 1);
    CHECK_INT(action_of(&answer), ADSCP_HOP_ACTION_ERROR);
    done(&answer);
}

static void targets(void)
{
    const char *contact = "top|person|contact";
    struct answer answer;
    struct make make;

    begin(&make);
    add(&make, "Ann",
        (struct person){.classes = contact, .nickname = "a", .mail = MAIL});
    add(&make, "Bob", (struct person){.nickname = "bob", .remote = "1"});
    add(&make, "Eve", (struct person){.database = "DB1"});
    check_unexported(asked_here(&make), "contact");
    begin(&make); /* one alone may be broken */
    add(&make, "Ann",
        (struct person){.classes = contact, .nickname = "a", .mail = MAIL});
    add(&make, "Eve", (struct person){.database = "DB1"});
    answer = asked_here(&make);
    CHECK_FOUND(answer, UNEXPORTED, 0);
    CHECK_FOUND(answer, "mailbox-no-target", 1);
    done(&answer);
    begin(&make); /* not SMTP, and so there */
    add(&make, "Ann",
        (struct person){.nickname = "a", .mail = MAIL, .target = "X400:c=de;"});
    add(&make, "Bob", (struct person){.nickname = "bob", .remote = "1"});
    answer = asked_here(&make);
    CHECK_FOUND(answer, UNEXPORTED, 0);
    CHECK_INT(action_of(&answer), ADSCP_HOP_ACTION_ERROR);
    done(&answer);
}

static void addresses(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    add(&make, "Ann", (struct person){.nickname = "a", .database = "DB1"});
    check_unexported(asked_here(&make), "not-read");
    begin(&make); /* the address may be among proxyAddresses */
    add(&make, "Bob", (struct person){.mail = "b@c.d", .database = "DB1"});
    check_unexported(asked_here(&make), "not-read");
    begin(&make);
    add(&make, "Bob",
        (struct person){.proxies = "SMTP:b@c.d", .database = "DB1"});
    answer = asked_here(&make);
    CHECK_KIND(answer, "not-found");
    CHECK_FOUND(answer, UNEXPORTED, 0);
    done(&answer);
}

/* --------------------------------------------------- servers and SCPs -- */

static void add_server(struct make *make, const char *name, const char *roles)
{
    make_exchange(make, (struct exchange){.name = name,
                                          .site = "HQ",
                                          .version = "1942061172",
                                          .roles = roles});
}

static void check_count(struct make *make, int count)
{
    struct answer answer = asked(make, NULL);

    CHECK_FOUND(answer, UNEXPORTED, count);
    done(&answer);
}

/* One server may lack what several cannot all lack: certificates of both are
 * missing, and then their roles as well. */
static void servers(void)
{
    struct make make;

    begin(&make);
    add_server(&make, "EX01", "16439");
    check_count(&make, 0);
    begin(&make);
    add_server(&make, "EX01", "16439");
    add_server(&make, "EX02", NULL);
    check_count(&make, 1);
    begin(&make);
    add_server(&make, "EX01", NULL);
    add_server(&make, "EX02", NULL);
    check_count(&make, 2);
}

static void authorities(void)
{
    struct make make;

    begin(&make);
    make_begin(&make, ENTRY_BY_CLASS,
               "CN=Root,CN=Certification Authorities,CN=Public Key Services,"
               "CN=Services," CONFIG_DN);
    make_values(&make, "objectClass", "top|certificationAuthority");
    make_end(&make);
    check_count(&make, 1);
    begin(&make);
    check_count(&make, 0);
}

/* Nulled, or not exported: of a single SCP, the former is told. */
static void urls(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make_scp(&make, "EX01", "Site=HQ", "2015", NULL);
    answer = asked(&make, NULL);
    CHECK_FOUND(answer, UNEXPORTED, 0);
    CHECK_FOUND(answer, "scp-no-url", 1);
    done(&answer);
    begin(&make);
    make_scp(&make, "EX01", "Site=HQ", "2015", NULL);
    make_scp(&make, "EX02", "Site=HQ", "2016", NULL);
    answer = asked(&make, NULL);
    CHECK_FOUND(answer, UNEXPORTED, 1);
    CHECK_FOUND(answer, "scp-no-url", 0);
    done(&answer);
    begin(&make);
    make_scp(&make, "EX01", "Site=HQ", "2015", NULL);
    make_scp(&make, "EX02", "Site=HQ", "2016", "ex02");
    answer = asked(&make, NULL);
    CHECK_FOUND(answer, UNEXPORTED, 0);
    CHECK_FOUND(answer, "scp-no-url", 1);
    done(&answer);
}

/* A search gives what there is. */
static void live(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make.directory->source = ADSCP_FOREST_SOURCE_LDAP;
    add(&make, "Ann", (struct person){.nickname = "ann", .mail = MAIL});
    answer = asked_here(&make);
    CHECK_KIND(answer, "mail-user");
    CHECK_FOUND(answer, UNEXPORTED, 0);
    done(&answer);
}

static const struct test tests[] = {
    {"nobody has a home", homes},
    {"nobody has a target", targets},
    {"nobody has an address", addresses},
    {"servers without certificates and roles", servers},
    {"authorities without certificates", authorities},
    {"SCPs without URLs", urls},
    {"a live directory", live},
};

TEST_MAIN(tests)
