/* SPDX-License-Identifier: MIT */
/*
 * Hosts of which the caller assumed what they show, though no answer meets
 * them: most often their names are misspelt.
 */
#ifndef ADSCP_JUDGE_UNMET_H
#define ADSCP_JUDGE_UNMET_H

#include <stdbool.h>

#include "judge/predict.h"

/* Does the client come to this host and port on its way, or may it? */
bool unmet_is_met(const struct adscp_prediction *prediction,
                  const struct sighted_host *host);

/* Is it one that Outlook makes of the mail domain? */
bool unmet_is_mail_host(const struct adscp_prediction *prediction,
                        const struct sighted_host *host);

/* Append that nobody comes there. Texts go into the arena. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int unmet_tell(const struct sighted_host *host, struct arena *arena,
               struct finding_list *findings);

/* The same of all that was assumed, for one answer. */
int unmet_report(const struct adscp_prediction *prediction, struct arena *arena,
                 struct finding_list *findings);

#endif
