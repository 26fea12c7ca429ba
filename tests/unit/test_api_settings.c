/* SPDX-License-Identifier: MIT */
/* What a reader, an observer and a predictor may be told, and who owns what. */
#include "api_ask.h"

/* -------------------------------------------------------------- settings */

/* Each refusal leaves a sentence, and each success clears it. */
#define REFUSED(handle, ...)                                                   \
    do {                                                                       \
        CHECK_INT(__VA_ARGS__, ADSCP_E_ARGUMENT);                              \
        CHECK(adscp_##handle##_error_detail(handle)[0] != '\0');               \
    } while (0)

#define TAKEN(handle, ...)                                                     \
    do {                                                                       \
        CHECK_INT(__VA_ARGS__, ADSCP_OK);                                      \
        CHECK_STR(adscp_##handle##_error_detail(handle), "");                  \
    } while (0)

static void test_reader_files(void)
{
    adscp_reader *reader = adscp_reader_new();

    CHECK_STR(adscp_reader_error_detail(reader), "");
    REFUSED(reader, adscp_reader_add_ldif_file(reader, NULL));
    REFUSED(reader, adscp_reader_add_ldif_file(reader, ""));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, NULL, path));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "LDAP://a", NULL));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "res", path));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "LDAP://", path));
    REFUSED(reader,
            adscp_reader_add_ldif_file_at(reader, "LDAP://a/CN=b", path));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "LDAP://\xff", path));
    TAKEN(reader, adscp_reader_add_ldif_file_at(reader, "ldap://A:389/", path));
    TAKEN(reader, adscp_reader_add_ldif_file(reader, path));
    REFUSED(reader, adscp_reader_set_uri(reader, "ldap://a"));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp.example"));
    TAKEN(reader, adscp_reader_set_uri(reader, NULL));
    TAKEN(reader, adscp_reader_set_domain(reader, NULL));
    TAKEN(reader, adscp_reader_set_ca_file(reader, path));
    TAKEN(reader, adscp_reader_set_ca_file(reader, NULL));
    REFUSED(reader, adscp_reader_set_ca_file(reader, ""));
    TAKEN(reader, adscp_reader_set_certificate_file(reader, path));
    TAKEN(reader, adscp_reader_set_certificate_file(reader, NULL));
    TAKEN(reader, adscp_reader_set_key_file(reader, path));
    TAKEN(reader, adscp_reader_set_key_file(reader, NULL));
    adscp_reader_free(reader);
}

/* A domain is a DNS name; it is one of three things to read. */
static void test_reader_domain(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    REFUSED(reader, adscp_reader_set_domain(reader, ""));
    REFUSED(reader, adscp_reader_set_domain(reader, "."));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp example"));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp..example"));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp\xff"));
    REFUSED(reader, adscp_reader_allow_forest(reader, NULL));
    REFUSED(reader, adscp_reader_allow_forest(reader, "a)(cn=*"));
    TAKEN(reader, adscp_reader_allow_forest(reader, "partner.example."));
    TAKEN(reader, adscp_reader_set_domain(reader, "corp.example."));
    REFUSED(reader, adscp_reader_set_uri(reader, "ldap://a"));
    REFUSED(reader, adscp_reader_add_ldif_file(reader, path));
    TAKEN(reader, adscp_reader_set_domain(reader, NULL));
    TAKEN(reader, adscp_reader_set_discover(reader, 1));
    TAKEN(reader, adscp_reader_set_discover(reader, 0));
    REFUSED(reader, adscp_reader_read(reader, &forest));
    CHECK_INT(adscp_reader_trace_count(reader), 0);
    CHECK_STR(adscp_reader_trace(reader, 0), NULL);
    CHECK_INT(adscp_reader_trace_count(NULL), -1);
    adscp_reader_free(reader);
}

/* An address of a DNS server where nobody listens: the search fails at once,
 * and its account outlives it. */
static void test_reader_trace(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    TAKEN(reader, adscp_reader_set_dns_server(reader, "127.0.0.1:1"));
    TAKEN(reader, adscp_reader_set_domain(reader, "corp.example"));
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_RESOLVE);
    CHECK(adscp_reader_trace_count(reader) >= 2);
    CHECK(strstr(adscp_reader_trace(reader, 0), "corp.example") != NULL);
    EDGES(adscp_reader_trace, adscp_reader_trace_count, reader);
    TAKEN(reader, adscp_reader_set_domain(reader, NULL));
    REFUSED(reader, adscp_reader_read(reader, &forest));
    CHECK_INT(adscp_reader_trace_count(reader), 0);
    adscp_reader_free(reader);
}

static void test_reader_live(void)
{
    adscp_reader *reader = adscp_reader_new();

    REFUSED(reader, adscp_reader_set_uri(reader, "a"));
    REFUSED(reader, adscp_reader_set_uri(reader, "http://a"));
    REFUSED(reader, adscp_reader_set_uri(reader, "ldap://a:0"));
    TAKEN(reader, adscp_reader_set_uri(reader, "ldaps://a:636"));
    REFUSED(reader, adscp_reader_add_ldif_file(reader, path));
    TAKEN(reader, adscp_reader_set_starttls(reader, 1));
    TAKEN(reader, adscp_reader_set_starttls(reader, 0));
    REFUSED(reader, adscp_reader_set_sasl_mechanism(reader, NULL));
    REFUSED(reader, adscp_reader_set_sasl_mechanism(reader, "PLAIN"));
    TAKEN(reader, adscp_reader_set_sasl_mechanism(reader, "gssapi"));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, "CN=a", ""));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, "CN=a", NULL));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, NULL, "b"));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, "", "b"));
    TAKEN(reader, adscp_reader_set_simple_bind(reader, "CN=a", "b"));
    TAKEN(reader, adscp_reader_set_anonymous_bind(reader));
    REFUSED(reader, adscp_reader_set_timeout_ms(reader, 0));
    REFUSED(reader, adscp_reader_set_timeout_ms(reader, INT_MIN));
    TAKEN(reader, adscp_reader_set_timeout_ms(reader, INT_MAX));
    adscp_reader_free(reader);
}

static void test_reader_names(void)
{
    adscp_reader *reader = adscp_reader_new();

    REFUSED(reader, adscp_reader_set_dns_server(reader, "dns"));
    REFUSED(reader, adscp_reader_set_dns_server(reader, "127.0.0.1:0"));
    TAKEN(reader, adscp_reader_set_dns_server(reader, "[::1]:53"));
    TAKEN(reader, adscp_reader_set_dns_server(reader, NULL));
    REFUSED(reader, adscp_reader_add_resolve(reader, NULL));
    REFUSED(reader, adscp_reader_add_resolve(reader, "a"));
    REFUSED(reader, adscp_reader_add_resolve(reader, "a:1:b"));
    TAKEN(reader, adscp_reader_add_resolve(reader, "a:1:[::1]:2"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, NULL));
    REFUSED(reader, adscp_reader_allow_pointer(reader, ""));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "a\xc0\xaf"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "."));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "a:389"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "LDAP://a"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "a b"));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "a"));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "a_b.example."));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "192.0.2.1"));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "2001:db8::1"));
    adscp_reader_free(reader);
}

static void test_nothing_to_read(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    REFUSED(reader, adscp_reader_read(reader, &forest));
    REFUSED(reader, adscp_reader_read(reader, NULL));
    TAKEN(reader, adscp_reader_set_starttls(reader, 1));
    TAKEN(reader, adscp_reader_set_uri(reader, "ldaps://127.0.0.1"));
    REFUSED(reader, adscp_reader_read(reader, &forest));
    CHECK(forest == NULL);
    adscp_reader_free(reader);
}

static void test_predictor(void)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    REFUSED(predictor, adscp_predictor_predict(predictor, &prediction));
    REFUSED(predictor, adscp_predictor_predict(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_site(predictor, "\xed\xa0\x80"));
    TAKEN(predictor, adscp_predictor_set_site(predictor, "Z\xc3\xbcrich"));
    TAKEN(predictor, adscp_predictor_set_site(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_address(predictor, "10.1.2"));
    REFUSED(predictor, adscp_predictor_set_address(predictor, ""));
    TAKEN(predictor, adscp_predictor_set_address(predictor, "2001:db8::1"));
    TAKEN(predictor, adscp_predictor_set_address(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "ann"));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "@corp.example"));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "ann@"));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "a@b@c"));
    TAKEN(predictor, adscp_predictor_set_mail(predictor, "ann@corp.example"));
    TAKEN(predictor, adscp_predictor_set_mail(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_mail_domain(predictor, ""));
    REFUSED(predictor, adscp_predictor_set_mail_domain(predictor, "a@b"));
    REFUSED(predictor, adscp_predictor_set_mail_domain(predictor, "b c"));
    TAKEN(predictor, adscp_predictor_set_mail_domain(predictor, "b.example"));
    TAKEN(predictor, adscp_predictor_set_mail_domain(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_profile(predictor, -1));
    REFUSED(predictor, adscp_predictor_set_profile(predictor, 4));
    REFUSED(predictor, adscp_predictor_set_profile(predictor, INT_MAX));
    TAKEN(predictor, adscp_predictor_set_profile(predictor, 3));
    REFUSED(predictor, adscp_predictor_set_client(predictor, -2));
    REFUSED(predictor, adscp_predictor_set_client(predictor, 5));
    TAKEN(predictor, adscp_predictor_set_client(predictor, 4));
    TAKEN(predictor, adscp_predictor_set_client(predictor, -1));
    TAKEN(predictor, adscp_predictor_set_time(predictor, -1));
    TAKEN(predictor, adscp_predictor_set_time(predictor, INT64_MAX));
    REFUSED(predictor, adscp_predictor_set_timeout_ms(predictor, -1));
    TAKEN(predictor, adscp_predictor_set_timeout_ms(predictor, 0));
    TAKEN(predictor, adscp_predictor_set_timeout_ms(predictor, INT_MAX));
    TAKEN(predictor, adscp_predictor_set_forest(predictor, NULL));
    CHECK(prediction == NULL);
    adscp_predictor_free(predictor);
}

/* A cancel ends one call, the next one if none runs, and leaves no answer. */
static void test_predictor_cancel(void)
{
    adscp_forest *forest = read_export();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    adscp_alerts *alerts = NULL;

    TAKEN(predictor, adscp_predictor_set_forest(predictor, forest));
    TAKEN(predictor, adscp_predictor_set_site(predictor, "Site-1"));
    CHECK_INT(adscp_predictor_cancel(predictor), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction),
              ADSCP_E_CANCELLED);
    CHECK_STR(adscp_predictor_error_detail(predictor),
              adscp_error_text(ADSCP_E_CANCELLED));
    CHECK(prediction == NULL);
    CHECK_INT(adscp_predictor_cancel(predictor), ADSCP_OK);
    CHECK_INT(adscp_predictor_judge_sightings(predictor, &alerts),
              ADSCP_E_CANCELLED);
    CHECK(alerts == NULL);
    TAKEN(predictor, adscp_predictor_predict(predictor, &prediction));
    CHECK(prediction != NULL);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
}

static void test_no_place(void)
{
    adscp_reader *reader = adscp_reader_new();

    REFUSED(reader, adscp_reader_read(reader, NULL));
    adscp_reader_free(reader);
}

static adscp_forest *read_kept(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    TAKEN(reader, adscp_reader_add_ldif_file(reader, path));
    TAKEN(reader, adscp_reader_set_keep_entries(reader, 1));
    TAKEN(reader, adscp_reader_read(reader, &forest));
    adscp_reader_free(reader);
    return forest;
}

/* The steps of this text, as a file. */
static int add_text(adscp_plan *plan, const char *text, size_t length)
{
    char name[] = "/tmp/adscp-plan-XXXXXX";
    int fd = mkstemp(name), rc;

    CHECK(fd >= 0 && write(fd, text, length) == (ssize_t)length);
    close(fd);
    rc = adscp_plan_add_file(plan, name);
    unlink(name);
    return rc;
}

static void test_plan_without_forest(void)
{
    adscp_plan *plan = adscp_plan_new();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_forest *forest = NULL, *lost = read_export();

    REFUSED(plan, adscp_plan_add_step(plan, "uninstall EX1"));
    REFUSED(plan, adscp_plan_add_file(plan, path));
    REFUSED(plan, adscp_plan_add_changes_file(plan, path));
    REFUSED(plan, adscp_plan_forest(plan, &forest));
    REFUSED(plan, adscp_plan_set_forest(plan, lost));
    REFUSED(plan, adscp_plan_set_time(plan, -2));
    REFUSED(predictor, adscp_predictor_set_plan(predictor, plan));
    CHECK(forest == NULL);
    CHECK_INT(adscp_plan_step_count(plan), 0);
    adscp_forest_free(lost);
    adscp_predictor_free(predictor);
    adscp_plan_free(plan);
}

static void test_plan(void)
{
    static const char windows[] = "# a site's URLs\r\n"
                                  "scp-sites EX0 Site-1\r\n";
    static const char nul[] = "scp-sites EX0 Site-1\0\n";
    adscp_plan *plan = adscp_plan_new();
    adscp_forest *forest = read_kept();

    TAKEN(plan, adscp_plan_set_forest(plan, forest));
    REFUSED(plan, adscp_plan_add_step(plan, NULL));
    REFUSED(plan, adscp_plan_add_file(plan, NULL));
    REFUSED(plan, adscp_plan_add_file(plan, ""));
    REFUSED(plan, adscp_plan_add_changes_file(plan, NULL));
    REFUSED(plan, adscp_plan_add_changes_file(plan, ""));
    REFUSED(plan, adscp_plan_forest(plan, NULL));
    REFUSED(plan, add_text(plan, nul, sizeof(nul) - 1));
    CHECK_INT(adscp_plan_step_count(plan), 0);
    TAKEN(plan, add_text(plan, windows, sizeof(windows) - 1));
    CHECK_STR(adscp_plan_step(plan, 0), "scp-sites EX0 Site-1");
    REFUSED(plan, adscp_plan_set_forest(plan, forest));
    CHECK(adscp_plan_step(plan, 1) == NULL &&
          adscp_plan_step(plan, -1) == NULL);
    CHECK(adscp_plan_cmdlet(plan, 0, -1) == NULL);
    CHECK(adscp_plan_cmdlet(plan, 1, 0) == NULL);
    adscp_forest_free(forest);
    adscp_plan_free(plan);
}

static void test_visible(void)
{
    char out[16] = "";

    CHECK_INT(adscp_text_visible(NULL, out, sizeof(out)), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_text_visible("a", NULL, 1), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_text_visible("a", out, -1), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_text_visible("a\u200Bb", NULL, 0), 10);
    CHECK_INT(adscp_text_visible("a\u200Bb", out, sizeof(out)), 10);
    CHECK_STR(out, "a\\u{200B}b");
}

/* ------------------------------------------------------------- ownership */

static void test_setters_copy(void)
{
    adscp_forest *forest = read_export();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    char site[] = "Site-1", mail[] = "ann@corp.example";

    TAKEN(predictor, adscp_predictor_set_forest(predictor, forest));
    TAKEN(predictor, adscp_predictor_set_site(predictor, site));
    TAKEN(predictor, adscp_predictor_set_mail(predictor, mail));
    memset(site, 'x', sizeof(site) - 1);
    memset(mail, 'x', sizeof(mail) - 1);
    adscp_forest_free(forest);
    TAKEN(predictor, adscp_predictor_predict(predictor, &prediction));
    TAKEN(predictor, adscp_predictor_set_site(predictor, "elsewhere"));
    adscp_predictor_free(predictor);
    CHECK_STR(adscp_prediction_site(prediction), "Site-1");
    CHECK_INT(adscp_prediction_site_source(prediction),
              ADSCP_PREDICTION_SITE_SOURCE_GIVEN);
    CHECK_STR(adscp_prediction_mail(prediction), "ann@corp.example");
    CHECK_STR(adscp_prediction_domain(prediction), "corp.example");
    CHECK(adscp_forest_scp_count(adscp_prediction_forest(prediction)) > 0);
    CHECK(touch_prediction(prediction) == touch_prediction(prediction));
    adscp_prediction_free(prediction);
}

/* Two readings and two predictions of the same are the same. */
static void test_same_again(void)
{
    adscp_forest *a = read_export(), *b = read_export();
    adscp_prediction *of_a = ask(a, "ann@corp.example");
    adscp_prediction *of_b = ask(b, "ann@corp.example");

    CHECK(touch_forest(a) == touch_forest(b));
    CHECK(touch_prediction(of_a) == touch_prediction(of_b));
    CHECK(adscp_prediction_forest(of_a) == a);
    adscp_forest_free(a);
    adscp_prediction_free(of_b);
    adscp_prediction_free(of_a);
    adscp_forest_free(b);
}

static void test_null_look(void)
{
    CHECK_INT(adscp_prediction_looked(NULL), -1);
    CHECK_INT(adscp_coverage_looked(NULL), -1);
}

static void test_null_front(void)
{
    CHECK(adscp_front_host(NULL) == NULL);
    CHECK_INT(adscp_front_port(NULL), -1);
    CHECK(adscp_front_sighting(NULL) == NULL);
    CHECK_INT(adscp_front_several(NULL), -1);
    CHECK_INT(adscp_front_backend_count(NULL), -1);
    CHECK(adscp_front_backend(NULL, 0) == NULL);
    CHECK(adscp_backend_server(NULL) == NULL);
    CHECK(adscp_backend_host(NULL) == NULL);
    CHECK(adscp_backend_sighting(NULL) == NULL);
    CHECK(adscp_backend_own_certificate(NULL) == NULL);
    CHECK_INT(adscp_backend_same(NULL), -1);
}

static const struct test tests[] = {
    {"a reader's files", test_reader_files},
    {"a reader's server and bind", test_reader_live},
    {"a reader's domain", test_reader_domain},
    {"a reader's account of a search", test_reader_trace},
    {"a reader's names", test_reader_names},
    {"nothing to read", test_nothing_to_read},
    {"a predictor's question", test_predictor},
    {"a cancelled prediction", test_predictor_cancel},
    {"no place for a forest", test_no_place},
    {"a plan without a forest", test_plan_without_forest},
    {"a plan's files and steps", test_plan},
    {"invisible characters", test_visible},
    {"setters copy, answers hold", test_setters_copy},
    {"the same again", test_same_again},
    {"no look", test_null_look},
    {"no front", test_null_front},
};

int main(void)
{
    int failed;

    export_write(path, 12, export_frame);
    export_write(other, 0, export_other);
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    unlink(path);
    unlink(other);
    return failed;
}
