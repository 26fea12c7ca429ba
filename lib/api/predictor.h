/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_PREDICTOR_H
#define ADSCP_API_PREDICTOR_H

#include "adscp.h"
#include "base/deadline.h"
#include "base/error.h"
#include "facts/policy/policy.h"
#include "judge/basis.h"

/* How a predictor looks inside. */
struct adscp_predictor {
    struct basis basis;
    struct policy *policy; /* NULL: no file was added */
    char *site;
    char *address;
    char *mail;
    bool is_known; /* `recipient` is: thousands of questions have one user */
    name_id recipient; /* the mail address in the forest */
    char *domain;      /* of the mail of those who are not named */
    int profile;
    int64_t time;
    int timeout_ms; /* 0: none */
    struct cancel cancel;
    struct detail detail;
};

/* The budget of one call, for the basis while it runs; ADSCP_OK or what it
 * says. And its end: every failure leaves a sentence. */
int predictor_start(adscp_predictor *predictor, struct deadline *deadline);
int predictor_finish(adscp_predictor *predictor, int rc);
/* A small file, to be freed; a pipe has the budget to end, if there is one. */
int predictor_read_file(adscp_predictor *predictor, const char *path,
                        size_t most, void **bytesp, size_t *lengthp);

#endif
