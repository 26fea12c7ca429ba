/* SPDX-License-Identifier: MIT */
/*
 * Dates for sentences. They are computed, since the C library looks at TZ even
 * where nobody asks for local time.
 */
#include "base/date.h"

#include "base/text.h"

/* Years begin in March here, so that the leap day is a year's last; 400 years
 * have 146097 days. */
struct date date_of(int64_t seconds)
{
    int64_t days = seconds / 86400 + 719468; /* since 0000-03-01 */
    int64_t era = days / 146097, day = days % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t rest = seconds % 86400, month;

    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = month < 10 ? month + 3 : month - 9;
    return (struct date){.year = 400 * era + year + (month <= 2),
                         .month = (int)month,
                         .day = (int)day + 1,
                         .hour = (int)(rest / 3600),
                         .minute = (int)(rest / 60 % 60),
                         .second = (int)(rest % 60)};
}

/* With zeros in front of what is below `least`. */
static char *put_padded(char *out, int64_t number, int64_t least)
{
    for (; number < least && least > 1; least /= 10)
        *out++ = '0';
    return text_put_number(out, (uint64_t)number);
}

static char *put(char *out, char joint, int number)
{
    *out++ = joint;
    return put_padded(out, number, 10);
}

static char *put_day(char *out, const struct date *date)
{
    return put(put(put_padded(out, date->year, 1000), '-', date->month), '-',
               date->day);
}

void date_write(int64_t seconds, char out[DATE_MAX])
{
    struct date date = date_of(seconds);

    out[0] = '\0';
    if (seconds >= 0)
        put_day(out, &date);
}

void date_write_time(int64_t seconds, char out[DATE_MAX])
{
    struct date date = date_of(seconds);
    char *at;

    out[0] = '\0';
    if (seconds < 0)
        return;
    at = put(put_day(out, &date), 'T', date.hour);
    at = put(put(at, ':', date.minute), ':', date.second);
    *at++ = 'Z';
    *at = '\0';
}
