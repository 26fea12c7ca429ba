/* SPDX-License-Identifier: MIT */
/* From a mail address to a mailbox server, and what is odd about it. */
#include "mailbox_forest.h"

/* ----------------------------------------------------------------- kinds -- */

static void check_person(struct person person, const char *kind,
                         const char *target, int line)
{
    struct make make;
    struct answer answer;
    int failures = test_failures;

    begin(&make);
    person.cn = "Ann";
    if (person.proxies == NULL && person.mail == NULL)
        person.proxies = "SMTP:" MAIL;
    make_person(&make, person);
    make_neighbour(&make);
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, kind);
    CHECK_STR(adscp_mailbox_target(answer.mailbox), target);
    CHECK_STR(adscp_mailbox_dn(answer.mailbox),
              "CN=Ann,CN=Users,DC=corp,DC=example");
    if (test_failures != failures)
        printf("# the person of line %d\n", line);
    done(&answer);
}

#define CHECK_PERSON(kind, target, ...)                                        \
    check_person((struct person){__VA_ARGS__}, kind, target, __LINE__)

static void kinds(void)
{
    CHECK_PERSON("mailbox", NULL, .database = "DB1");
    CHECK_PERSON("mailbox", NULL, .home_server = LEGACY "EX01");
    CHECK_PERSON("mailbox", NULL, .database = "DB1",
                 .target = "SMTP:ann@b.example", .details = "2147483648");
    CHECK_PERSON("mail-user", NULL, .nickname = "ann");
    CHECK_PERSON("mail-user", "ann@b.example", .target = "SMTP:ann@b.example");
    CHECK_PERSON("contact", "ann@b.example", .classes = "top|person|contact",
                 .nickname = "ann", .target = "smtp:ann@b.example");
    CHECK_PERSON("contact", NULL, .classes = "top|person|CONTACT",
                 .nickname = "ann");
    CHECK_PERSON("remote", NULL, .nickname = "ann", .remote = "1");
    CHECK_PERSON("not-found", NULL, .classes = NULL);
    CHECK_PERSON("not-found", NULL, .classes = "top|contact");
}

static void remote_types(void)
{
    static const char *const remote[] = {"2147483648", "8589934592",
                                         "17179869184", "34359738368",
                                         "137438953472"};
    static const char *const local[] = {
        "1",          "2",  "128",         "64", "-2147483648",
        "2147483649", "x1", "68719476736", "",   "99999999999999999999"};
    size_t i;

    for (i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
        CHECK_PERSON("remote", NULL, .nickname = "ann", .details = remote[i]);
    for (i = 0; i < sizeof(local) / sizeof(local[0]); i++)
        CHECK_PERSON("mail-user", NULL, .nickname = "ann", .details = local[i]);
}

/* targetAddress: an SMTP address is one, all else leads nowhere. */
static void targets(void)
{
    static const char *const bad[] = {"ann@b.example",
                                      "X400:c=de;a= ;p=x;s=ann;",
                                      "SMTP:",
                                      "SMTP:@",
                                      "SMTP:ann",
                                      "SMTP:@b.example",
                                      "SMTP:ann@",
                                      "SMTP:a@b@c",
                                      "SMTP:ann@b c",
                                      "SMTP:ann@b\x01.example",
                                      "SMTP:ann@b\xFF",
                                      "SMTP: ann@b.example",
                                      "NOTES:ann@b",
                                      "smtp",
                                      "SMTP:ann@b/x?y=",
                                      "SMTP:ann@b\\c",
                                      "SMTP:ann@b.ex#ample"};
    size_t i;

    CHECK_PERSON("mail-user", "Ann@B.example", .target = "sMtP:Ann@B.example");
    CHECK_PERSON("mail-user", "ann@\xC3\xA4.example",
                 .target = "SMTP:ann@\xC3\xA4.example");
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_PERSON("mail-user", NULL, .nickname = "ann", .target = bad[i]);
}

/* ------------------------------------------------------------- addresses -- */

static void addresses(void)
{
    CHECK_PERSON("mail-user", NULL, .nickname = "ann", .mail = MAIL);
    CHECK_PERSON("mail-user", NULL, .nickname = "ann",
                 .mail = "ANN@Contoso.Com");
    CHECK_PERSON("mail-user", NULL, .nickname = "ann",
                 .proxies = "SMTP:a@contoso.com|smtp:" MAIL);
    CHECK_PERSON("mail-user", NULL, .nickname = "ann",
                 .proxies = "Smtp:ANN@CONTOSO.COM|smtp:" MAIL, .mail = MAIL);
}

/* What is no address of his. */
static void strangers(void)
{
    static const char *const proxies[] = {"X500:" MAIL,
                                          "sip:" MAIL,
                                          MAIL,
                                          " smtp:" MAIL,
                                          "smtp:" MAIL ".",
                                          "smtp: " MAIL,
                                          "smtp:" MAIL "\n",
                                          "SMTP:bann@contoso.com"};
    struct answer answer;
    struct make make;
    size_t i;

    begin(&make);
    for (i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
        make_person(&make, (struct person){.cn = "Bob",
                                           .nickname = "bob",
                                           .proxies = proxies[i],
                                           .mail = MAIL "m"});
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "not-found");
    CHECK_STR(adscp_mailbox_dn(answer.mailbox), NULL);
    CHECK_FOUND(answer, "mailbox-not-found", 1);
    CHECK_INT((int64_t)answer.forest->directories[0]->recipient_count, 0);
    done(&answer);
}

/* Letters beyond ASCII compare as the directory compares them. */
static void beyond_ascii(void)
{
    static const char lower[] = "\xC3\xA4nne@b\xC3\xBC.example"; /* ä, ü */
    struct make make = {0};
    struct answer answer;

    make_ask(&make, lower);
    make_directory(&make, NULL);
    make_person(&make, (struct person){
                           .cn = "Anne",
                           .nickname = "anne",
                           .proxies = "SMTP:\xC3\x84nne@B\xC3\x9C.example"});
    make_neighbour(&make);
    answer = asked(&make, "\xC3\x84NNE@B\xC3\x9C.EXAMPLE");
    CHECK_KIND(answer, "mail-user");
    done(&answer);
}

static void two_addresses(void)
{
    struct make make = {0};
    struct answer answer;
    adscp_prediction *other;

    make_ask(&make, MAIL);
    make_ask(&make, "a@contoso.com");
    make_ask(&make, "ANN@contoso.com");
    make_directory(&make, NULL);
    make_person(&make,
                (struct person){.cn = "Ann",
                                .nickname = "ann",
                                .proxies = "smtp:A@contoso.com|SMTP:" MAIL,
                                .mail = MAIL});
    make_neighbour(&make);
    answer = asked(&make, MAIL);
    other = ask(answer.forest, (struct asks){.mail = "A@CONTOSO.COM"});
    CHECK_INT(answer.forest->asked_count, 2);
    CHECK_KIND(answer, "mail-user");
    CHECK_STR(adscp_mailbox_dn(answer.mailbox),
              adscp_mailbox_dn(adscp_prediction_mailbox(other)));
    CHECK_INT((int64_t)answer.forest->directories[0]->recipient_count, 1);
    adscp_prediction_free(other);
    done(&answer);
}

/* Who has the address, of two that claim it in either order. */
static void check_claim(struct person owner, struct person other,
                        const char *kind)
{
    int i;

    owner.cn = "Owner";
    other.cn = "Other";
    for (i = 0; i < 2; i++) {
        struct answer answer;
        struct make make;

        begin(&make);
        make_person(&make, i == 0 ? owner : other);
        make_person(&make, i == 0 ? other : owner);
        make_neighbour(&make);
        answer = asked(&make, MAIL);
        CHECK_KIND(answer, kind);
        CHECK_STR(adscp_mailbox_dn(answer.mailbox),
                  "CN=Owner,CN=Users,DC=corp,DC=example");
        CHECK_FOUND(answer, "mailbox-ambiguous", 0);
        done(&answer);
    }
}

static void claims(void)
{
    const struct person by_proxy = {.database = "DB1", .proxies = "smtp:" MAIL};
    const struct person by_mail = {.nickname = "a", .mail = MAIL};
    const struct person plain = {.mail = MAIL};
    const struct person plain_by_proxy = {.proxies = "SMTP:" MAIL};

    check_claim(by_proxy, by_mail, "mailbox");
    check_claim(by_proxy, plain, "mailbox");
    check_claim(by_proxy, plain_by_proxy, "mailbox");
    check_claim(by_mail, plain, "mail-user");
    check_claim(by_mail, plain_by_proxy, "mail-user");
}

/* One claim is above two that are equal, and they above a worse one. */
static void better_twins(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make_person(&make, (struct person){.cn = "A", .mail = MAIL});
    make_person(&make,
                (struct person){.cn = "B", .nickname = "b", .mail = MAIL});
    make_person(&make,
                (struct person){.cn = "C", .nickname = "c", .mail = MAIL});
    make_person(
        &make,
        (struct person){.cn = "D", .nickname = "d", .proxies = "smtp:" MAIL});
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_mailbox_dn(answer.mailbox),
              "CN=D,CN=Users,DC=corp,DC=example");
    done(&answer);
}

/* A catalog repeats what the domain has given, and so does a second filter: the
 * first entry of one DN counts. */
static void found_twice(void)
{
    struct answer answer;
    struct make make;
    int i;

    begin(&make);
    make_exchange(&make, (struct exchange){.name = "EX01"});
    make_database(&make, "DB1", "EX01");
    for (i = 0; i < 2; i++) {
        make_begin(&make, ENTRY_RECIPIENT,
                   i == 0 ? "CN=Ann,DC=corp,DC=example"
                          : "cn=ANN,dc=corp,dc=example");
        make_values(&make, "objectClass", "user");
        make_values(&make, "mail", MAIL);
        if (i == 0)
            make_reference(&make, "homeMDB", "DB1", DATABASES_DN);
        make_end(&make);
    }
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "mailbox");
    CHECK_STR(adscp_server_name(adscp_mailbox_server(answer.mailbox)), "EX01");
    done(&answer);
}

static void not_read(void)
{
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    make_person(&make, (struct person){.cn = "Ann", .mail = MAIL});
    answer = asked(&make, MAIL); /* nobody asked the reader */
    CHECK_KIND(answer, "not-read");
    CHECK_FOUND(answer, "mailbox-not-read", 1);
    done(&answer);
    begin(&make); /* no user in the export */
    make_site(&make, "HQ");
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "not-read");
    done(&answer);
    begin(&make);
    make_person(&make, (struct person){.cn = "Bob", .mail = "b@contoso.com"});
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "not-found");
    CHECK_FOUND(answer, "mailbox-not-found", 1);
    done(&answer);
    begin(&make); /* no question about a mailbox */
    answer = asked(&make, NULL);
    CHECK(answer.mailbox == NULL);
    done(&answer);
}

static void not_enabled(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make_person(&make, (struct person){.cn = "Ann", .mail = MAIL});
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "not-found");
    CHECK_FOUND(answer, "mailbox-not-enabled", 1);
    CHECK_FOUND(answer, "mailbox-not-found", 0);
    done(&answer);
}

static void no_target(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make_person(&make, (struct person){.cn = "Ann",
                                       .nickname = "ann",
                                       .mail = MAIL,
                                       .target = "X400:c=de;"});
    answer = asked(&make, MAIL);
    CHECK_FOUND(answer, "mailbox-no-target", 1);
    done(&answer);
}

static const struct test tests[] = {
    {"kinds of recipients", kinds},
    {"types of remote mailboxes", remote_types},
    {"targets", targets},
    {"addresses", addresses},
    {"what is no address of his", strangers},
    {"letters beyond ASCII", beyond_ascii},
    {"two addresses of one recipient", two_addresses},
    {"two recipients of one address", ambiguous},
    {"the better claim to an address", claims},
    {"a claim above two equal ones", better_twins},
    {"one recipient that came twice", found_twice},
    {"nobody looked", not_read},
    {"no mail-enabled recipient", not_enabled},
    {"no target", no_target},
};

TEST_MAIN(tests)
