/* SPDX-License-Identifier: MIT */
/*
 * The public finding: a code, a severity, whom it concerns, an object, a
 * sentence, and what varies in it.
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

const char *adscp_finding_about_name(int about)
{
    switch (about) {
    case ADSCP_FINDING_ABOUT_CLIENT:
        return "client";
    case ADSCP_FINDING_ABOUT_SITE:
        return "site";
    case ADSCP_FINDING_ABOUT_FOREST:
        return "forest";
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

int adscp_finding_about(const adscp_finding *finding)
{
    return finding != NULL ? finding_about(finding)
                           : ADSCP_FINDING_ABOUT_ABSENT;
}

/* The parameter of this index, or none. */
static enum finding_parameter parameter_at(const adscp_finding *finding,
                                           int index)
{
    enum finding_parameter names[FINDING_PARAMETERS_MAX];

    if (finding == NULL || index < 0 ||
        (size_t)index >= finding_parameters(finding, names))
        return FINDING_PARAMETER_NONE;
    return names[index];
}

int adscp_finding_parameter_count(const adscp_finding *finding)
{
    enum finding_parameter names[FINDING_PARAMETERS_MAX];

    return finding != NULL ? (int)finding_parameters(finding, names) : -1;
}

const char *adscp_finding_parameter_name(const adscp_finding *finding,
                                         int index)
{
    return finding_parameter_name(parameter_at(finding, index));
}

const char *adscp_finding_parameter_text(const adscp_finding *finding,
                                         int index)
{
    enum finding_parameter name = parameter_at(finding, index);

    if (name == FINDING_PARAMETER_NONE || finding_parameter_is_number(name))
        return NULL;
    return finding_value(finding, name).text;
}

int64_t adscp_finding_parameter_number(const adscp_finding *finding, int index)
{
    enum finding_parameter name = parameter_at(finding, index);

    return finding_parameter_is_number(name)
               ? finding_value(finding, name).number
               : -1;
}
