/* SPDX-License-Identifier: MIT */
/*
 * The public finding: a code, a severity, an object, and a sentence.
 */
#include "adscp.h"

#include "facts/finding.h"

const char *adscp_finding_severity_name(int severity)
{
    switch (severity) {
    case ADSCP_FINDING_SEVERITY_INFO:
        return "info";
    case ADSCP_FINDING_SEVERITY_WARNING:
        return "warning";
    case ADSCP_FINDING_SEVERITY_ERROR:
        return "error";
    default:
        return NULL;
    }
}

const char *adscp_finding_code(const adscp_finding *finding)
{
    return finding != NULL ? finding_code_name(finding->code) : NULL;
}

int adscp_finding_severity(const adscp_finding *finding)
{
    return finding != NULL ? finding_severity(finding) : -1;
}

const char *adscp_finding_dn(const adscp_finding *finding)
{
    return finding != NULL ? finding_dn(finding) : NULL;
}

const char *adscp_finding_text(const adscp_finding *finding)
{
    return finding != NULL ? finding_sentence(finding) : NULL;
}
