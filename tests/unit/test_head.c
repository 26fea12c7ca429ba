/* SPDX-License-Identifier: MIT */
/*
 * The head of an order, its list, and the finding profile-disagree, against a
 * model: the rules of Outlook and of the EWS Managed API, written down a second
 * time in the plainest way, over thousands of small random forests with
 * pointers, ties, duplicates, missing dates, nulled and invalid URLs. Whatever
 * fails names its round, which gives the same forest again.
 */
#include "head_model.h"

static const char *const clients[] = {
    NULL,      "HQ",  "hq",  "Branch", "Z\xC3\x9CRICH",
    "Nowhere", " HQ", "Lab", "S1040"};

static const char *const mails[] = {NULL, "a@contoso.com", "a@Fabrikam.example",
                                    "a@other.example"};

/* ----------------------------------------------------------- comparison -- */

static const struct adscp_scp *scp_of(const struct adscp_forest *forest,
                                      unsigned int row)
{
    return &forest->directories[model.directory]->scps[model.rows[row].entry];
}

static void check_list(const struct order *order)
{
    const struct order_list *list = order_list(order);
    unsigned int i;

    CHECK(list != NULL && order_list(order) == list);
    CHECK_INT(list->count, model.count);
    for (i = 0; i < model.count && i < list->count; i++) {
        CHECK_STR(order_url(&list->rows[i]), model.rows[i].url);
        CHECK(list->rows[i].scp == scp_of(order->forest_index->forest, i));
        CHECK_INT(list->rows[i].directory, model.directory);
        CHECK_INT(list->rows[i].group, model.rows[i].group);
    }
}

static void check_order(struct forest_index *forest_index, int profile,
                        const struct client *client)
{
    struct order order;

    must(order_make(forest_index, profile, client, &order) == ADSCP_OK);
    CHECK_INT(order.count, model.count);
    CHECK_INT(order.evidence, model.evidence);
    CHECK_STR(order.rival_url, model.rival);
    CHECK_STR(order.first.url, model.count > 0 ? model.rows[0].url : NULL);
    if (model.count > 0) {
        CHECK(order.first.scp == scp_of(forest_index->forest, 0));
        CHECK_INT(order.first.directory, model.directory);
        check_list(&order);
    } else {
        CHECK(order.first.scp == NULL);
    }
    order_clear(&order);
}

static name_id name_of(const struct adscp_forest *forest, const char *text)
{
    return text != NULL ? forest_find_name(forest, text, strlen(text))
                        : NAME_NONE;
}

static void check_disagree(const struct adscp_forest *forest, const char *mail,
                           const char *site, bool disagree)
{
    int profile;

    for (profile = ADSCP_PROFILE_OUTLOOK; profile <= ADSCP_PROFILE_EWS;
         profile++) {
        adscp_prediction *prediction =
            ask(forest,
                (struct asks){.site = site, .mail = mail, .profile = profile});

        CHECK_INT(count_findings(prediction, "profile-disagree"), disagree);
        adscp_prediction_free(prediction);
    }
}

static void check_client(struct forest_index *forest_index, const char *mail,
                         const char *site)
{
    const char *domain = mail != NULL ? mail_domain(mail) : NULL;
    const struct asker asker = {site, domain};
    const struct client client = {
        .site = site,
        .site_id = name_of(forest_index->forest, site),
        .domain = domain,
        .domain_id = name_of(forest_index->forest, domain)};
    const char *first[2];
    int profile;

    for (profile = ADSCP_PROFILE_OUTLOOK; profile <= ADSCP_PROFILE_EWS;
         profile++) {
        run_model(profile, &asker);
        check_order(forest_index, profile, &client);
        first[profile] = model.count > 0 ? model.rows[0].url : NULL;
    }
    check_disagree(forest_index->forest, mail, site,
                   (first[0] == NULL) != (first[1] == NULL) ||
                       (first[0] != NULL && !same_ascii(first[0], first[1])));
}

static void check_round(unsigned int round, unsigned int most,
                        unsigned int pointers)
{
    struct adscp_forest *forest;
    struct forest_index *forest_index;
    unsigned int i, k;
    int before = test_failures;

    state = UINT64_C(0x9E3779B97F4A7C15) * (round + 1);
    forest = invent(most, pointers);
    forest_index = forest_index_new(forest);
    must(forest_index != NULL);
    for (i = 0; i < COUNT(clients); i++)
        for (k = 0; k < COUNT(mails); k++)
            if (pick(4) == 0 && test_failures == before)
                check_client(forest_index, mails[k], clients[i]);
    if (test_failures != before)
        printf("# in round %u\n", round);
    forest_index_release(forest_index);
    adscp_forest_free(forest);
}

static void test_flat(void)
{
    unsigned int round;

    for (round = 0; round < ROUNDS; round++)
        check_round(round, 2 + round % 9, 3);
}

static void test_pointers(void)
{
    unsigned int round;

    for (round = 0; round < ROUNDS; round++)
        check_round(ROUNDS + round, 1 + round % 5, 60);
}

/* More than the client that does not page sees. */
static void test_many(void)
{
    unsigned int round;

    for (round = 0; round < 12; round++)
        check_round(2 * ROUNDS + round, ENTRIES, round % 3 == 0 ? 1 : 0);
}

static const struct test tests[] = {
    {"forests with few pointers", test_flat},
    {"forests with many pointers", test_pointers},
    {"forests beyond one page", test_many},
};

TEST_MAIN(tests)
