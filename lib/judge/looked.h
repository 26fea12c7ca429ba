/* SPDX-License-Identifier: MIT */
/*
 * Was everything looked at on which an answer rests? A look has more hosts than
 * an answer leads to: what is missing elsewhere takes nothing from it.
 */
#ifndef ADSCP_JUDGE_LOOKED_H
#define ADSCP_JUDGE_LOOKED_H

#include "judge/predict.h"

/* 1; 0: not at a host that the client comes to, or may; -1: nobody looked. */
int looked_at(const struct adscp_prediction *prediction);

#endif
