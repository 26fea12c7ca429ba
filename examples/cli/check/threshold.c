/* SPDX-License-Identifier: MIT */
/*
 * When a change is near enough to warn of it: so many days, or a share of the
 * lifetime of the certificate whose end it is. Days may be written as the
 * guidelines of the monitoring plug-ins write such a range ("30:"). Whoever
 * sets one only means the other to follow: in the same unit, and not to come
 * first.
 */
#include "../cli.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 6 };

bool threshold_parse(const char *text, struct threshold *threshold)
{
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits;
    int value;

    if (digits == 0 || digits > DIGITS_MAX)
        return false;
    value = (int)strtol(text, NULL, 10);
    if (strcmp(rest, "%") == 0 ? value > 100
                               : *rest != '\0' && strcmp(rest, ":") != 0)
        return false;
    *threshold = (struct threshold){.value = value, .share = *rest == '%'};
    return true;
}

bool threshold_passed(const struct threshold *threshold,
                      const struct change *change)
{
    if (threshold->share)
        return change->percent >= 0 && change->percent < threshold->value;
    return change->days < threshold->value;
}

/* The default days stand a month and a week before the end; a quarter as well
 * where they are shares. */
static void follow_share(struct threshold *warning, bool warning_given,
                         struct threshold *critical)
{
    enum { PARTS = 4, WHOLE = 100 };

    if (warning_given)
        *critical = (struct threshold){warning->value / PARTS, true};
    else
        *warning = (struct threshold){
            critical->value < WHOLE / PARTS ? critical->value * PARTS : WHOLE,
            true};
}

bool threshold_settle(struct threshold *warning, bool warning_given,
                      struct threshold *critical, bool critical_given)
{
    if (warning_given && critical_given)
        return warning->share != critical->share ||
               warning->value >= critical->value;
    if (warning->share != critical->share)
        follow_share(warning, warning_given, critical);
    else if (warning->value >= critical->value)
        return true;
    else if (warning_given)
        *critical = *warning;
    else
        *warning = *critical;
    return true;
}
