/* SPDX-License-Identifier: MIT */
/*
 * What was seen behind shared hosts: a renewal that is half done, a server that
 * does not answer. Users notice that before any certificate ends.
 */
#include "check.h"

#include <string.h>

enum { FINDINGS_SAID = 3 };

static const char *const codes[] = {"front-certificate-differs",
                                    "servers-certificates-differ",
                                    "server-not-behind"};

static bool is_behind(const adscp_finding *finding)
{
    const char *code = adscp_finding_code(finding);
    size_t i;

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static int count_findings(const struct check *check)
{
    return check->sites != NULL
               ? adscp_coverage_finding_count(check->sites->view->coverage)
               : adscp_prediction_finding_count(check->answer);
}

static const adscp_finding *finding_at(const struct check *check, int index)
{
    return check->sites != NULL
               ? adscp_coverage_finding(check->sites->view->coverage, index)
               : adscp_prediction_finding(check->answer, index);
}

void check_say_start(FILE *out, const adscp_finding *finding, const char *mark)
{
    const char *text = adscp_finding_text(finding);
    const char *end = text != NULL ? strstr(text, mark) : NULL;

    if (text != NULL)
        fprintf(out, "%.*s, ",
                (int)(end != NULL ? end - text : (long)strlen(text)), text);
}

static int state_of(const struct check *check, const adscp_finding *finding)
{
    return adscp_finding_severity(finding) == ADSCP_FINDING_SEVERITY_ERROR
               ? check->cli->finding_state
               : CLI_CHECK_WARNING;
}

void check_behind(struct check *check)
{
    bool looked = adscp_prediction_front_count(check->answer) > 0;
    int i, found = 0, count = looked ? count_findings(check) : 0;

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = finding_at(check, i);

        if (!is_behind(finding))
            continue;
        if (found++ < FINDINGS_SAID)
            check_say_start(check->out, finding, " (");
        check_raise(check, state_of(check, finding));
    }
    if (found > FINDINGS_SAID)
        fprintf(check->out, "%d more behind shared hosts, ",
                found - FINDINGS_SAID);
}
