/* SPDX-License-Identifier: MIT */
/*
 * An OpenSSL without an algorithm that certificates need: an error that says
 * so, and no verdict. The linker's --wrap takes RSA keys away.
 */
#include "test.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "export.h"

EVP_KEYMGMT *__real_EVP_KEYMGMT_fetch(OSSL_LIB_CTX *context, const char *name,
                                      const char *properties);
EVP_KEYMGMT *__wrap_EVP_KEYMGMT_fetch(OSSL_LIB_CTX *context, const char *name,
                                      const char *properties);

static const char *absent;

EVP_KEYMGMT *__wrap_EVP_KEYMGMT_fetch(OSSL_LIB_CTX *context, const char *name,
                                      const char *properties)
{
    if (absent != NULL && strcmp(name, absent) == 0)
        return NULL;
    return __real_EVP_KEYMGMT_fetch(context, name, properties);
}

static adscp_forest *read_forest(void)
{
    char path[40];
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    export_write(path, 1, export_frame);
    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    unlink(path);
    adscp_reader_free(reader);
    return forest;
}

static void test_missing(void)
{
    adscp_forest *forest = read_forest();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *sightings = NULL;

    absent = "RSA";
    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_E_CRYPTO);
    CHECK(strstr(adscp_predictor_error_detail(predictor), "no RSA") != NULL);
    CHECK_INT(adscp_predictor_add_trust_file(predictor, "/dev/null"),
              ADSCP_E_CRYPTO);
    CHECK_INT(adscp_observer_look(observer, &sightings), ADSCP_E_CRYPTO);
    CHECK(strstr(adscp_observer_error_detail(observer), "no RSA") != NULL);
    CHECK(sightings == NULL);
    absent = "ED448"; /* which few certificates need */
    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_observer_look(observer, &sightings), ADSCP_OK);
    adscp_sightings_free(sightings);
    adscp_observer_free(observer);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"an algorithm that certificates need is missing", test_missing},
};

TEST_MAIN(tests)
