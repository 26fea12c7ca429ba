/* SPDX-License-Identifier: MIT */
/*
 * Dates for sentences. They are computed, since the C library looks at TZ even
 * where nobody asks for local time.
 */
#include "judge/date.h"

#include "base/text.h"

/* With zeros in front of what is below `least`. */
static char *put_padded(char *out, int64_t number, int64_t least)
{
    for (; number < least && least > 1; least /= 10)
        *out++ = '0';
    return text_put_number(out, (uint64_t)number);
}

/* Days since 1970 in the Gregorian calendar. Years begin in March here, so that
 * the leap day is a year's last; 400 years have 146097 days. */
void date_write(int64_t seconds, char out[DATE_MAX])
{
    int64_t days = seconds / 86400 + 719468; /* since 0000-03-01 */
    int64_t era = days / 146097, day = days % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t month;
    char *at;

    out[0] = '\0';
    if (seconds < 0)
        return;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = month < 10 ? month + 3 : month - 9;
    at = put_padded(out, 400 * era + year + (month <= 2), 1000);
    *at++ = '-';
    at = put_padded(at, month, 10);
    *at++ = '-';
    put_padded(at, day + 1, 10);
}
