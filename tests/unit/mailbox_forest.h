/* SPDX-License-Identifier: MIT */
/* Forests for the tests of whose mailbox it is. */
#ifndef ADSCP_TESTS_MAILBOX_FOREST_H
#define ADSCP_TESTS_MAILBOX_FOREST_H

#include "make_forest.h"
#include "test.h"

#define MAIL "ann@contoso.com"
#define LEGACY "/o=Org/ou=AG/cn=Configuration/cn=Servers/cn="

/* One question about MAIL to the forest that was made; both are freed by
 * done(). */
struct answer {
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_mailbox *mailbox;
};

static inline struct answer asked(struct make *make, const char *mail)
{
    struct answer answer = {.forest = make_done(make)};

    answer.prediction = ask(answer.forest, (struct asks){.mail = mail});
    answer.mailbox = adscp_prediction_mailbox(answer.prediction);
    return answer;
}

static inline void done(struct answer *answer)
{
    adscp_prediction_free(answer->prediction);
    adscp_forest_free(answer->forest);
}

static inline void begin(struct make *make)
{
    *make = (struct make){0};
    make_ask(make, MAIL);
    make_directory(make, NULL);
}

/* Somebody else, who has a mailbox: an export without any is thought to lack
 * what tells of them. */
static inline void make_neighbour(struct make *make)
{
    make_person(make, (struct person){.cn = "Bob",
                                      .database = "DB1",
                                      .proxies = "SMTP:b@contoso.com"});
}

#define CHECK_KIND(answer, kind)                                               \
    CHECK_STR(adscp_mailbox_kind_name(adscp_mailbox_kind((answer).mailbox)),   \
              (kind))

#define CHECK_FOUND(answer, code, count)                                       \
    CHECK_INT(count_findings((answer).prediction, (code)), (count))

/* ------------------------------------------------------------- addresses -- */

static inline void ambiguous(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make_person(&make,
                (struct person){.cn = "Ann", .database = "DB1", .mail = MAIL});
    make_person(
        &make, (struct person){.cn = "Ann 2", .database = "DB1", .mail = MAIL});
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "ambiguous");
    CHECK_STR(adscp_mailbox_dn(answer.mailbox), NULL);
    CHECK(adscp_mailbox_server(answer.mailbox) == NULL);
    CHECK_FOUND(answer, "mailbox-ambiguous", 1);
    done(&answer);
}

#endif
