/* SPDX-License-Identifier: MIT */
/* A forest from a file, and a question about it. */
#ifndef ADSCP_TESTS_API_ASK_H
#define ADSCP_TESTS_API_ASK_H

#include <limits.h>

#include "adscp.h"
#include "export.h"
#include "test.h"
#include "touch.h"

static char path[40], other[40];

static inline adscp_forest *read_export(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(
        adscp_reader_add_ldif_file_at(reader, "LDAP://Res.example/", other),
        ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    CHECK_STR(adscp_reader_error_detail(reader), "");
    adscp_reader_free(reader);
    return forest;
}

static inline adscp_prediction *ask(const adscp_forest *forest,
                                    const char *mail)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, "Site-1"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, mail), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    adscp_predictor_free(predictor);
    return prediction;
}

/* --------------------------------------------------------------- indexes */

/* There are rows, each of them is there, and nothing lies beside them. */
#define EDGES(row, count, owner)                                               \
    do {                                                                       \
        int edge = count(owner);                                               \
        CHECK(edge > 0);                                                       \
        CHECK(row(owner, 0) != NULL);                                          \
        CHECK(row(owner, edge - 1) != NULL);                                   \
        CHECK(row(owner, edge) == NULL);                                       \
        CHECK(row(owner, -1) == NULL);                                         \
        CHECK(row(owner, INT_MAX) == NULL);                                    \
        CHECK(row(owner, INT_MIN) == NULL);                                    \
    } while (0)

#endif
