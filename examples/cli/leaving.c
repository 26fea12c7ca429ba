/* SPDX-License-Identifier: MIT */
/*
 * Users whom an SCP pointer leads to another directory: those of a mail domain,
 * of which an answer for nobody in particular says nothing, and by one account
 * of Outlook everybody.
 */
#include "cli.h"

#include <string.h>
#include <strings.h>

struct leaving {
    const char *domain, *target; /* of the first pointer */
    int domains;
    bool differ; /* pointers lead to several targets */
};

static bool is_pointer(const adscp_scp *scp)
{
    static const char guid[] = "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68";
    int i;

    for (i = 0; i < adscp_scp_keyword_count(scp); i++)
        if (strcasecmp(adscp_scp_keyword(scp, i), guid) == 0)
            return true;
    return false;
}

static const char *target_of(const adscp_scp *scp)
{
    static const char scheme[] = "LDAP://";
    int i;

    for (i = 0; i < adscp_scp_binding_count(scp); i++)
        if (strncasecmp(adscp_scp_binding(scp, i), scheme, strlen(scheme)) == 0)
            return adscp_scp_binding(scp, i);
    return NULL;
}

static void add_domains(struct leaving *leaving, const adscp_scp *scp,
                        const char *target)
{
    static const char prefix[] = "Domain=";
    const size_t skip = strlen(prefix);
    int i;

    for (i = 0; i < adscp_scp_keyword_count(scp); i++) {
        const char *keyword = adscp_scp_keyword(scp, i);

        if (strncasecmp(keyword, prefix, skip) != 0 || keyword[skip] == '\0')
            continue;
        if (leaving->domains++ == 0) {
            leaving->domain = keyword + skip;
            leaving->target = target;
        }
        leaving->differ |= strcasecmp(target, leaving->target) != 0;
    }
}

static struct leaving find_leaving(const adscp_forest *forest)
{
    struct leaving leaving = {0};
    int i, count = adscp_forest_scp_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);
        const char *target = target_of(scp);

        if (target != NULL && is_pointer(scp))
            add_domains(&leaving, scp, target);
    }
    return leaving;
}

bool leaving_write(FILE *out, const char *joint, const adscp_prediction *answer)
{
    struct leaving leaving;

    if (adscp_prediction_domain(answer) != NULL || steps_skip_scps(answer))
        return false;
    leaving = find_leaving(adscp_prediction_forest(answer));
    if (leaving.domains == 0)
        return false;
    fprintf(out, "%susers of %s", joint, leaving.domain);
    if (leaving.domains > 1)
        fprintf(out, " and %d other mail domain%s", leaving.domains - 1,
                leaving.domains == 2 ? "" : "s");
    fprintf(out,
            leaving.differ ? " leave by SCP pointers, such as the one to %s"
                           : " leave by an SCP pointer to %s",
            leaving.target);
    fputs(", and what they meet is not shown here", out);
    return true;
}

bool leaving_write_all(FILE *out, const char *joint,
                       const adscp_prediction *answer)
{
    const adscp_finding *finding =
        adscp_prediction_find_finding(answer, "pointer-wildcard-beside-urls");
    const adscp_forest *forest = adscp_prediction_forest(answer);
    int i, count = adscp_forest_scp_count(forest);

    if (finding == NULL || adscp_prediction_hop_count(answer) <= 0 ||
        adscp_prediction_pointer_count(answer) > 0 || steps_skip_scps(answer) ||
        adscp_prediction_profile(answer) != ADSCP_PROFILE_OUTLOOK)
        return false;
    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);

        if (strcmp(adscp_scp_dn(scp), adscp_finding_dn(finding)) != 0)
            continue;
        fprintf(out,
                "%sbut by one account Outlook takes everybody to %s (an SCP "
                "pointer for all domains)",
                joint, target_of(scp) != NULL ? target_of(scp) : "nowhere");
        return true;
    }
    return false;
}
