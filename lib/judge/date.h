/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_DATE_H
#define ADSCP_JUDGE_DATE_H

#include <stdint.h>

/* "2010-01-15", in UTC; "" where the time is unknown. */
enum { DATE_MAX = 32 };
void date_write(int64_t seconds, char out[DATE_MAX]);

#endif
