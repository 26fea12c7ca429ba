/* SPDX-License-Identifier: MIT */
/*
 * Times on the command line and in JSON: RFC 3339, read strictly, written in
 * UTC.
 */
#include "cli.h"

#include <string.h>
#include <time.h>

/* Exactly `count` digits, or -1. */
static int digits(const char **textp, int count)
{
    int value = 0;

    for (; count > 0; count--, (*textp)++) {
        if (**textp < '0' || **textp > '9')
            return -1;
        value = value * 10 + (**textp - '0');
    }
    return value;
}

static bool literal(const char **textp, char wanted)
{
    char c = **textp;

    if (c >= 'a' && c <= 'z') /* RFC 3339 5.6: "t" and "z" will do */
        c = (char)(c - 'a' + 'A');
    if (c != wanted)
        return false;
    (*textp)++;
    return true;
}

static bool read_date(const char **textp, struct tm *tm)
{
    tm->tm_year = digits(textp, 4) - 1900;
    if (!literal(textp, '-'))
        return false;
    tm->tm_mon = digits(textp, 2) - 1;
    if (!literal(textp, '-'))
        return false;
    tm->tm_mday = digits(textp, 2);
    return tm->tm_year >= 70 && tm->tm_mon >= 0 && tm->tm_mon < 12 &&
           tm->tm_mday >= 1;
}

static bool read_clock(const char **textp, struct tm *tm)
{
    tm->tm_hour = digits(textp, 2);
    if (!literal(textp, ':'))
        return false;
    tm->tm_min = digits(textp, 2);
    if (!literal(textp, ':'))
        return false;
    tm->tm_sec = digits(textp, 2);
    if (literal(textp, '.')) { /* fractions are read and dropped */
        if (digits(textp, 1) < 0)
            return false;
        while (digits(textp, 1) >= 0)
            continue;
    }
    return tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 &&
           tm->tm_min < 60 && tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

/* "Z", "+hh:mm" or "-hh:mm". */
static bool read_offset(const char **textp, int64_t *secondsp)
{
    int sign = **textp == '-' ? -1 : 1;
    int hours, minutes;

    *secondsp = 0;
    if (literal(textp, 'Z'))
        return true;
    if (!literal(textp, '+') && !literal(textp, '-'))
        return false;
    hours = digits(textp, 2);
    if (!literal(textp, ':'))
        return false;
    minutes = digits(textp, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *secondsp = sign * (int64_t)(hours * 3600 + minutes * 60);
    return true;
}

/* timegm() makes 1 March of 30 February, and 00:00:00 of a leap second. The
 * former is no date; the latter is right, at the end of a UTC day. */
static bool to_seconds(const struct tm *tm, int64_t offset, int64_t *secondsp)
{
    struct tm day = {
        .tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday};
    struct tm whole = *tm;
    int64_t seconds;

    timegm(&day);
    if (day.tm_mday != tm->tm_mday)
        return false;
    seconds = (int64_t)timegm(&whole) - offset;
    if (seconds < 0 || (tm->tm_sec == 60 && seconds % 86400 != 0))
        return false;
    *secondsp = seconds;
    return true;
}

bool cli_time_parse(const char *text, int64_t *secondsp)
{
    struct tm tm = {0};
    int64_t offset = 0;

    if (!read_date(&text, &tm))
        return false;
    if (*text != '\0' && !(literal(&text, 'T') && read_clock(&text, &tm) &&
                           read_offset(&text, &offset) && *text == '\0'))
        return false;
    return to_seconds(&tm, offset, secondsp);
}

/* "07" and what stands behind it. */
static char *put_two(char *text, int number, char behind)
{
    text[0] = (char)('0' + number / 10);
    text[1] = (char)('0' + number % 10);
    text[2] = behind;
    return text + 3;
}

/* By hand, since long lists have one in each row. */
const char *cli_time_format(int64_t seconds, char text[CLI_TIME_SIZE])
{
    time_t when = (time_t)seconds;
    struct tm tm;
    char *at;

    if (seconds < 0 || gmtime_r(&when, &tm) == NULL || tm.tm_year > 9999 - 1900)
        return NULL;
    at = put_two(text, (tm.tm_year + 1900) / 100, '\0') - 1;
    at = put_two(at, (tm.tm_year + 1900) % 100, '-');
    at = put_two(at, tm.tm_mon + 1, '-');
    at = put_two(at, tm.tm_mday, 'T');
    at = put_two(at, tm.tm_hour, ':');
    at = put_two(at, tm.tm_min, ':');
    at = put_two(at, tm.tm_sec, 'Z');
    *at = '\0';
    return text;
}
