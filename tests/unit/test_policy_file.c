/* SPDX-License-Identifier: MIT */
/* A predictor's policy files. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "host_check_scene.h"
#include "policy_files.h"

static void write_file(char path[40], const void *bytes, size_t length)
{
    int fd;

    strcpy(path, "/tmp/adscp-unit-XXXXXX");
    fd = mkstemp(path);
    must(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
    close(fd);
}

static struct bytes store_of(const char *store, const struct made *made)
{
    struct bytes pol, element;
    char key[100];

    snprintf(key, sizeof(key), STORES_POLICY "%s\\Certificates\\11", store);
    element_of(&element, made->der, made->length);
    pol_begin(&pol);
    pol_add(&pol, key, "Blob", 3, element.at, element.length);
    bytes_free(&element);
    return pol;
}

/* A policy brings the certificate, and another one forbids it; what is no
 * policy changes nothing. */
static void test_policy_file(void)
{
    struct scene scene = scene_new();
    adscp_predictor *predictor = scene.predictor;
    struct bytes root = store_of("Root", &scene.met.ex10);
    struct bytes disallowed = store_of("Disallowed", &scene.met.ex10);
    char path[40];

    write_file(path, root.at, root.length);
    CHECK_INT(adscp_predictor_add_policy_file(predictor, NULL),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_policy_file(predictor, ""), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_policy_file(predictor, "/nowhere"),
              ADSCP_E_FILE);
    CHECK_STR(adscp_predictor_error_detail(predictor),
              "/nowhere: No such file or directory");
    CHECK_INT(adscp_predictor_add_policy(predictor, NULL, "", 0),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_policy(predictor, "a", NULL, 1),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_policy(predictor, "a", "", -1),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_policy(predictor, "a", root.at,
                                         (int64_t)root.length - 1),
              ADSCP_E_FORMAT);
    CHECK(strstr(adscp_predictor_error_detail(predictor), "a: offset ") ==
          adscp_predictor_error_detail(predictor));
    predict(&scene);
    expect_hop(&scene, 1, ALERT, 8);
    CHECK_INT(adscp_predictor_add_policy_file(predictor, path), ADSCP_OK);
    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    predict(&scene);
    expect_hop(&scene, 1, NO_ALERT, 0);
    CHECK_INT(adscp_predictor_add_policy(predictor, "b", disallowed.at,
                                         (int64_t)disallowed.length),
              ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 1, ALERT, 8);
    /* Both belong to the client, not to a forest. */
    CHECK_INT(adscp_predictor_set_forest(predictor, scene.forest), ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 1, ALERT, 8);
    CHECK_INT(adscp_predictor_cancel(predictor), ADSCP_OK);
    CHECK_INT(adscp_predictor_add_policy_file(predictor, path),
              ADSCP_E_CANCELLED);
    CHECK_INT(adscp_predictor_add_policy_file(predictor, path), ADSCP_OK);
    unlink(path);
    bytes_free(&root);
    bytes_free(&disallowed);
    scene_free(&scene);
}

static const struct test tests[] = {
    {"policy files", test_policy_file},
};

TEST_MAIN(tests)
