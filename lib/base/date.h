/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_DATE_H
#define ADSCP_BASE_DATE_H

#include <stdint.h>

/* A time since 1970 in UTC, by the Gregorian calendar. */
struct date {
    int64_t year;
    int month, day, hour, minute, second;
};

struct date date_of(int64_t seconds);

/* "2010-01-15", and "2010-01-15T08:30:00Z"; "" where the time is unknown. */
enum { DATE_MAX = 32 };
void date_write(int64_t seconds, char out[DATE_MAX]);
void date_write_time(int64_t seconds, char out[DATE_MAX]);

#endif
