/* SPDX-License-Identifier: MIT */
/*
 * Dates for sentences. They are computed, since the C library looks at TZ even
 * where nobody asks for local time.
 */
#include "judge/date.h"

#include <inttypes.h>
#include <stdio.h>

/* Days since 1970 in the Gregorian calendar. Years begin in March here, so that
 * the leap day is a year's last; 400 years have 146097 days. */
void date_write(int64_t seconds, char out[DATE_MAX])
{
    int64_t days = seconds / 86400 + 719468; /* since 0000-03-01 */
    int64_t era = days / 146097, day = days % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t month;

    out[0] = '\0';
    if (seconds < 0)
        return;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = month < 10 ? month + 3 : month - 9;
    snprintf(out, DATE_MAX, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
             400 * era + year + (month <= 2), month, day + 1);
}
