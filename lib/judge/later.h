/* SPDX-License-Identifier: MIT */
/*
 * Where the client may come once the first server does not answer.
 */
#ifndef ADSCP_JUDGE_LATER_H
#define ADSCP_JUDGE_LATER_H

#include "judge/predict.h"
#include "judge/route/redirect.h"

/* The targets of the redirects of the first `most` candidates; in the arena.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int later_redirects(const struct adscp_prediction *prediction, size_t most,
                    struct arena *arena, struct redirect **targetsp,
                    size_t *countp);

#endif
