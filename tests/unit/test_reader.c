/* SPDX-License-Identifier: MIT */
/* The public reader without a network: settings, exports, pointers to exports.
 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/reader/reader.h"

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define POINTER_GUID "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"

static const char root_dse[] = "dn:\n"
                               "configurationNamingContext: " CONFIG "\n"
                               "dnsHostName: dc1.corp.example\n\n";

static const char scp[] =
    "dn: CN=EX1,CN=Autodiscover,CN=Protocols,CN=EX1,CN=Servers,CN=Org,"
    "CN=Microsoft Exchange,CN=Services," CONFIG "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: " URL_GUID "\n"
    "keywords: Site=HQ\n"
    "serviceBindingInformation: "
    "https://ex1.corp.example/Autodiscover/Autodiscover.xml\n"
    "whenCreated: 20100115103000.0Z\n\n";

static const char pointer[] =
    "dn: CN=res,CN=Microsoft Exchange Autodiscover,CN=Services," CONFIG "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: " POINTER_GUID "\n"
    "keywords: Domain=fabrikam.com\n"
    "serviceBindingInformation: LDAP://Res.Example/\n\n";

/* A file with these texts; the caller unlinks it. */
static void write_file(char path[32], const char *a, const char *b)
{
    FILE *file;
    int fd;

    strcpy(path, "/tmp/adscp-reader-XXXXXX");
    fd = mkstemp(path);
    CHECK(fd >= 0);
    file = fdopen(fd, "w");
    fputs(a, file);
    fputs(b, file);
    CHECK_INT(fclose(file), 0);
}

static void test_uris(void)
{
    static const char *const good[] = {
        "ldap://dc1.corp.example", "LDAPS://dc1.corp.example:636/",
        "ldap://127.0.0.1:1389", "ldap://[::1]:389",
        "ldapi://%2Frun%2Fslapd%2Fldapi"};
    static const char *const bad[] = {"",
                                      "dc1",
                                      "http://dc1/",
                                      "ldap://",
                                      "ldaps://",
                                      "ldap://a b",
                                      "ldap://dc1:0",
                                      "ldap://dc1:70000",
                                      "ldap://u@dc1",
                                      "ldapi://",
                                      "ldapi://relative",
                                      "ldapi://%2Fa%00b",
                                      "ldapi://%2",
                                      "cldap://dc1"};
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK_INT(reader_check_uri(good[i]), ADSCP_OK);
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_INT(reader_check_uri(bad[i]), ADSCP_E_ARGUMENT);
}

static void test_settings(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    CHECK_STR(adscp_reader_error_detail(reader), "");
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_reader_error_detail(reader), "nothing to read"));
    CHECK_INT(adscp_reader_set_uri(reader, "ldap://a b"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_set_uri(reader, "ldap://127.0.0.1"), ADSCP_OK);
    CHECK_INT(adscp_reader_add_ldif_file(reader, "x"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_set_uri(reader, NULL), ADSCP_OK);
    CHECK_INT(adscp_reader_add_ldif_file(reader, "/nonexistent/x"), ADSCP_OK);
    CHECK_INT(adscp_reader_set_uri(reader, "ldap://127.0.0.1"),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_FILE);
    CHECK(strstr(adscp_reader_error_detail(reader), "/nonexistent/x"));
    CHECK(forest == NULL);
    CHECK_INT(adscp_reader_set_sasl_mechanism(reader, "gssapi"), ADSCP_OK);
    CHECK_INT(adscp_reader_set_sasl_mechanism(reader, "PLAIN"),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_set_simple_bind(reader, "cn=x", ""),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_set_timeout_ms(reader, 0), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_add_ldif_file_at(reader, "http://x", "y"),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_set_uri(reader, "ldap://a\xFF"), ADSCP_E_ARGUMENT);
    adscp_reader_free(reader);
}

static void test_several_files(void)
{
    char first[32], second[32];
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    write_file(first, root_dse, scp);
    write_file(second, pointer, "");
    adscp_reader_add_ldif_file(reader, first);
    adscp_reader_add_ldif_file(reader, second);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    CHECK_STR(adscp_reader_error_detail(reader), "");
    adscp_reader_free(reader);
    CHECK_INT(adscp_forest_source(forest), ADSCP_FOREST_SOURCE_LDIF);
    CHECK_INT(adscp_forest_scp_count(forest), 2);
    CHECK_INT(adscp_forest_input_count(forest), 2);
    CHECK_STR(adscp_forest_input(forest, 0), first);
    CHECK_STR(adscp_forest_input(forest, 1), second);
    CHECK(adscp_forest_input(forest, 2) == NULL);
    CHECK_STR(adscp_forest_config_dn(forest), CONFIG);
    CHECK_STR(adscp_forest_domain_controller(forest), "dc1.corp.example");
    CHECK_INT(adscp_forest_complete(forest), 1);
    CHECK_INT(adscp_scp_created(adscp_forest_scp(forest, 0)), 1263551400);
    CHECK_STR(adscp_scp_binding(adscp_forest_scp(forest, 1), 0),
              "LDAP://Res.Example/");
    adscp_forest_free(forest);
    unlink(first);
    unlink(second);
}

static void test_snapshot(void)
{
    char path[32], again[32];
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL, *kept = NULL;
    const char *text;

    write_file(path, root_dse, scp);
    adscp_reader_add_ldif_file(reader, path);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    CHECK(adscp_forest_snapshot(forest) == NULL);
    CHECK_INT(adscp_reader_set_keep_entries(reader, 1), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &kept), ADSCP_OK);
    adscp_reader_free(reader);
    text = adscp_forest_snapshot(kept);
    CHECK(text != NULL);
    if (text == NULL)
        goto out;
    CHECK(adscp_forest_snapshot(kept) == text);
    adscp_forest_free(forest);
    forest = NULL;
    write_file(again, text, "");
    reader = adscp_reader_new();
    adscp_reader_add_ldif_file(reader, again);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    CHECK_INT(adscp_forest_scp_count(forest), 1);
    CHECK_STR(adscp_scp_dn(adscp_forest_scp(forest, 0)),
              adscp_scp_dn(adscp_forest_scp(kept, 0)));
    CHECK_STR(adscp_forest_domain_controller(forest), "dc1.corp.example");
    unlink(again);
out:
    adscp_forest_free(forest);
    adscp_forest_free(kept);
    unlink(path);
}

static adscp_prediction *predict(const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    adscp_predictor_set_forest(predictor, forest);
    adscp_predictor_set_site(predictor, "HQ");
    adscp_predictor_set_mail(predictor, "ann@fabrikam.com");
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    adscp_predictor_free(predictor);
    return prediction;
}

/* The same export stands for the pointer's target, named in another spelling.
 */
static void test_pointer_to_export(void)
{
    char local[32], remote[32];
    adscp_reader *reader = adscp_reader_new();
    adscp_prediction *prediction;
    adscp_forest *forest = NULL;

    write_file(local, root_dse, pointer);
    write_file(remote, root_dse, scp);
    adscp_reader_add_ldif_file(reader, local);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    prediction = predict(forest);
    adscp_forest_free(forest);
    CHECK_INT(adscp_prediction_candidate_count(prediction), 0);
    CHECK_INT(adscp_prediction_complete(prediction), 0);
    adscp_prediction_free(prediction);

    CHECK_INT(
        adscp_reader_add_ldif_file_at(reader, "ldap://RES.example", remote),
        ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    prediction = predict(forest);
    adscp_forest_free(forest);
    CHECK_INT(adscp_prediction_candidate_count(prediction), 1);
    CHECK_INT(adscp_prediction_complete(prediction), 1);
    CHECK_STR(adscp_prediction_pointer_target(prediction, 0),
              "LDAP://Res.Example/");
    adscp_prediction_free(prediction);
    adscp_reader_free(reader);
    unlink(local);
    unlink(remote);
}

static void test_cancel(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    char path[32];

    write_file(path, root_dse, scp);
    adscp_reader_add_ldif_file(reader, path);
    CHECK_INT(adscp_reader_cancel(reader), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_CANCELLED);
    CHECK(adscp_reader_error_detail(reader)[0] != '\0');
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_forest_free(forest);
    adscp_reader_free(reader);
    unlink(path);
}

static const struct test tests[] = {
    {"URIs", test_uris},
    {"settings", test_settings},
    {"several files are one forest", test_several_files},
    {"a snapshot is an export", test_snapshot},
    {"a pointer leads to an export", test_pointer_to_export},
    {"cancel ends one reading", test_cancel},
};
TEST_MAIN(tests)
