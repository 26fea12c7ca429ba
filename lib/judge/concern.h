/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_CONCERN_H
#define ADSCP_JUDGE_CONCERN_H

#include <stdbool.h>

#include "judge/predict.h"

/* A finding about the forest or a site that concerns the very client of this
 * prediction: about its site, an SCP or a server on its way, or what keeps it
 * from finding any. */
bool concerns_client(const struct adscp_prediction *prediction,
                     const struct adscp_finding *finding);

#endif
