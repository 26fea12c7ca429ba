/* SPDX-License-Identifier: MIT */
/*
 * Words that several rooms of this wing need. Dates are computed here, since
 * the C library looks at TZ even where nobody asks for local time.
 */
#include "judge/add_finding.h"

#include <inttypes.h>
#include <stdio.h>

#include "facts/forest.h"

int add_finding(struct finding_list *list, enum finding_code code,
                struct finding_about what)
{
    struct adscp_finding *finding = finding_add(list, code);

    if (finding == NULL)
        return ADSCP_E_NOMEM;
    finding->scp = what.scp;
    finding->dn = what.dn;
    finding->a = what.a;
    finding->b = what.b;
    finding->c = what.c;
    finding->n = what.n;
    finding->raised = what.raised;
    return ADSCP_OK;
}

const char *finding_and_more(struct arena *arena, int64_t count)
{
    char text[48];
    int length;

    if (count <= 1)
        return "";
    length = snprintf(text, sizeof(text), " (and %" PRId64 " more)", count - 1);
    return arena_copy(arena, text, (size_t)length);
}

/* Days since 1970 in the Gregorian calendar. Years begin in March here, so that
 * the leap day is a year's last; 400 years have 146097 days. */
void finding_date(int64_t seconds, char out[FINDING_DATE_MAX])
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
    snprintf(out, FINDING_DATE_MAX, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
             400 * era + year + (month <= 2), month, day + 1);
}
