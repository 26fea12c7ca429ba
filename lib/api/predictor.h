/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_PREDICTOR_H
#define ADSCP_API_PREDICTOR_H

#include "adscp.h"
#include "base/deadline.h"
#include "base/error.h"
#include "judge/basis.h"

/* What predictor.c and plan.c share: how a predictor looks inside. */
struct adscp_predictor {
    struct basis basis;
    char *site;
    char *address;
    char *mail;
    int profile;
    int64_t time;
    int timeout_ms; /* 0: none */
    struct cancel cancel;
    struct detail detail;
};

#endif
