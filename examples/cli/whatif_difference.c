/* SPDX-License-Identifier: MIT */
/*
 * Two answers whose words are the same: in what they differ all the same, which
 * may be the URL, the way, or what happens on it.
 */
#include "whatif.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *named(const char *text)
{
    return text != NULL ? text : "none";
}

static bool same_hosts(const adscp_prediction *a, const adscp_prediction *b)
{
    int i, count = adscp_prediction_hop_count(a);

    if (count != adscp_prediction_hop_count(b))
        return false;
    for (i = 0; i < count; i++)
        if (!same_text(adscp_hop_host(adscp_prediction_hop(a, i)),
                       adscp_hop_host(adscp_prediction_hop(b, i))))
            return false;
    return true;
}

static void put_hosts(FILE *out, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_hop_count(answer);

    for (i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? ", then " : "",
                named(adscp_hop_host(adscp_prediction_hop(answer, i))));
}

/* What the first hop does that acts in another way. False: each does as before.
 */
static bool put_hop(FILE *out, const adscp_prediction *before,
                    const adscp_prediction *after)
{
    int i, count = adscp_prediction_hop_count(after);

    for (i = 0; i < count; i++) {
        const adscp_hop *old = adscp_prediction_hop(before, i);
        const adscp_hop *new = adscp_prediction_hop(after, i);
        int was = adscp_alert_outcome(adscp_hop_alert(old));
        int is = adscp_alert_outcome(adscp_hop_alert(new));

        if (adscp_hop_action(old) != adscp_hop_action(new)) {
            fprintf(out, "but %s: %s instead of %s", named(adscp_hop_host(new)),
                    story_action(adscp_hop_action(new)),
                    story_action(adscp_hop_action(old)));
            return true;
        }
        if (was != is) {
            fprintf(out, "but at %s: %s instead of %s",
                    named(adscp_hop_host(new)), seen_outcome(is),
                    seen_outcome(was));
            return true;
        }
    }
    return false;
}

void whatif_difference(FILE *out, const adscp_prediction *before,
                       const adscp_prediction *after)
{
    const char *old = adscp_hop_url(adscp_prediction_hop(before, 0));
    const char *new = adscp_hop_url(adscp_prediction_hop(after, 0));

    fputs("the same, ", out);
    if (!same_text(old, new)) {
        fprintf(out, "by %s instead of %s", named(new), named(old));
    } else if (!same_hosts(before, after)) {
        fputs("by way of ", out);
        put_hosts(out, after);
        fputs(" instead of ", out);
        put_hosts(out, before);
    } else if (!put_hop(out, before, after)) {
        fprintf(out, "but for the services: %s instead of %s",
                seen_outcome(adscp_prediction_services_outcome(after)),
                seen_outcome(adscp_prediction_services_outcome(before)));
    }
}
