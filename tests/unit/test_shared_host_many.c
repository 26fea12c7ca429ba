/* SPDX-License-Identifier: MIT */
/* A name that very many publish, and answers that stay as they are. */
#include "shared_host_forest.h"

/* The linker has trust_judge() pass here: how often was it asked? */
static int judged;

int __real_trust_judge(struct trust *trust,
                       const struct trust_question *question,
                       const struct adscp_alert **alertp);
int __wrap_trust_judge(struct trust *trust,
                       const struct trust_question *question,
                       const struct adscp_alert **alertp);

int __wrap_trust_judge(struct trust *trust,
                       const struct trust_question *question,
                       const struct adscp_alert **alertp)
{
    judged++;
    return __real_trust_judge(trust, question, alertp);
}

/* ----------------------------------------------------------------- bounds --
 */

/* Each certificate counts once, whatever the number of servers, services and
 * predictions. */
static void test_many(void)
{
    struct met met = met_new();
    struct made certificates[MANY];
    struct make make;
    adscp_forest *forest;
    adscp_predictor *predictor;
    adscp_prediction *answers[3] = {NULL};
    char name[16], url[64];
    int i;

    begin(&make, &met);
    for (i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "EX%d", i);
        certificates[i] =
            MAKE(.cn = name, .san = "DNS:" MET_MAIL, .issuer = &met.root);
        met_server(&make, name, MAKE_2010, "2010", MAIL_URL, &certificates[i]);
        snprintf(url, sizeof(url), "https://" MET_MAIL "/%d", i);
        make_service(&make, name, "WebServices", "EWS", url);
    }
    forest = done(&make);
    predictor = met_predictor(forest);
    judged = 0;
    for (i = 0; i < 3; i++)
        must(adscp_predictor_predict(predictor, &answers[i]) == ADSCP_OK);
    /* Once each, and the worst again for the SCP's URL and for the others. */
    CHECK_INT(judged, MANY + 2);
    CHECK_INT(adscp_prediction_service_count(answers[0]), MANY);
    expect(answers[0], NO_ALERT, 0, LOW);
    expect_words(answers[2], "EX0: CN=EX0, valid until ");
    expect_words(answers[2], "; and 197 more certificates)");
    for (i = 0; i < 3; i++)
        adscp_prediction_free(answers[i]);
    for (i = 0; i < MANY; i++)
        made_free(&certificates[i]);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    met_free(&met);
}

/* ------------------------------------------------------------------ rows -- */

static size_t put_u32(unsigned char *out, size_t value)
{
    int i;

    for (i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (8 * i));
    return 4;
}

/* A serialized element with the friendly name "IIS". */
static struct made make_element(const struct made *made)
{
    static const unsigned char name[] = {'I', 0, 'I', 0, 'S', 0, 0, 0};
    struct made element = {.der = malloc(64 + made->length)};
    unsigned char *at = element.der;

    must(at != NULL);
    at += put_u32(at, 11);
    at += put_u32(at, 1);
    at += put_u32(at, sizeof(name));
    memcpy(at, name, sizeof(name));
    at += sizeof(name);
    at += put_u32(at, 32);
    at += put_u32(at, 1);
    at += put_u32(at, made->length);
    memcpy(at, made->der, made->length);
    element.length = (size_t)(at - element.der) + made->length;
    return element;
}

/* What another server calls the same certificate changes no answer given. */
static void test_answer_stays(void)
{
    struct met met = met_new();
    struct made named = make_element(&met.mail);
    struct make make;
    adscp_forest *forest;
    adscp_predictor *predictor;
    adscp_prediction *first = NULL, *second = NULL;

    begin(&make, &met);
    make_site(&make, "Branch");
    met_server(&make, "EX1", MAKE_2010, "2010", "https://a.contoso.com/x",
               &met.mail);
    met_server(&make, "EX2", MAKE_2010, "2011", NULL, &named);
    make_scp(&make, "EX2", "Site=Branch", "2011", "https://b.contoso.com/x");
    forest = done(&make);
    predictor = met_predictor(forest);
    must(adscp_predictor_predict(predictor, &first) == ADSCP_OK);
    CHECK_STR(adscp_certificate_friendly_name(
                  adscp_hop_certificate(first_hop(first))),
              NULL);
    must(adscp_predictor_set_site(predictor, "Branch") == ADSCP_OK);
    must(adscp_predictor_predict(predictor, &second) == ADSCP_OK);
    CHECK_STR(adscp_certificate_friendly_name(
                  adscp_hop_certificate(first_hop(second))),
              "IIS");
    CHECK_STR(adscp_certificate_friendly_name(
                  adscp_hop_certificate(first_hop(first))),
              NULL);
    adscp_prediction_free(first);
    adscp_prediction_free(second);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    free(named.der);
    met_free(&met);
}

/* The same certificate by another name is the same certificate. */
static void test_same_by_two_names(void)
{
    struct met met = met_new();
    struct made named = make_element(&met.mail);
    adscp_prediction *answer = predict_two(&met, &met.mail, &named, NULL);

    expect(answer, NO_ALERT, 0, MEDIUM);
    CHECK_STR(difference(answer), "");
    adscp_prediction_free(answer);
    free(named.der);
    met_free(&met);
}

static const struct test tests[] = {
    {"many servers, each with its certificate", test_many},
    {"an answer that was given stays", test_answer_stays},
    {"one certificate by two names", test_same_by_two_names},
};

TEST_MAIN(tests)
