/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_WRONG_SITE_H
#define ADSCP_JUDGE_WRONG_SITE_H

#include "base/error.h"
#include "facts/forest.h"

/* Say that the directory has no such site, and which ones it has: the nearest
 * spelling first, and not more than fit. ADSCP_E_ARGUMENT. */
int wrong_site(const struct directory *directory, const char *given,
               struct detail *detail);

#endif
