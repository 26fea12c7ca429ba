/* SPDX-License-Identifier: MIT */
/*
 * What a client does at each step, and what is known about it, as one would
 * tell an administrator.
 */
#include "judge/predict.h"
#include "judge/steps/mail_hosts.h"
#include "judge/steps/steps.h"

static const char *off_words(int method)
{
    switch (method) {
    case ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED:
        return "a local file comes first only where PreferLocalXML is on";
    case ADSCP_STEP_METHOD_LAST_KNOWN_GOOD:
        return "it does not go back to the URL that answered before";
    case ADSCP_STEP_METHOD_OFFICE365_FIRST:
    case ADSCP_STEP_METHOD_OFFICE365_FAILSAFE:
        return "it does not ask Office 365 by itself";
    case ADSCP_STEP_METHOD_SCP:
        return "it does not look up SCPs";
    default:
        return "it skips this step";
    }
}

static const char *scp_words(const struct adscp_prediction *prediction)
{
    if (prediction->order.count > 1)
        return "it asks the directory for SCPs, and tries their URLs one after "
               "the other";
    if (prediction->order.count == 1)
        return "it asks the directory for SCPs, and tries the one URL that "
               "they have";
    return prediction->order.complete
               ? "it asks the directory for SCPs, and none has a URL for it"
               : "it asks the directory for SCPs, not all of which could be "
                 "read";
}

static const char *srv_words(const struct adscp_prediction *prediction,
                             struct arena *arena)
{
    const struct sighted_service *service =
        predict_mail_hosts(prediction) != NULL
            ? predict_mail_hosts(prediction)->service
            : NULL;

    if (service == NULL)
        return "it asks DNS which host serves the mail domain; that was not "
               "looked up here";
    if (service->host != NULL)
        return "it asks DNS, which names this host for the mail domain";
    if (service->detail == NULL)
        return "it asks DNS, which names no host for the mail domain";
    return arena_format(arena, "it asks DNS, which gave no answer here: %s",
                        service->detail);
}

const char *step_local_file(const struct adscp_prediction *prediction)
{
    const struct outlook_client *asker = predict_asker(prediction);
    const struct setting_host *file =
        prediction->domain == NULL
            ? NULL
            : setting_local_xml(asker->settings,
                                generation_office(asker->client),
                                span_of(prediction->domain));

    return file != NULL ? file->path : NULL;
}

static const char *preferred_words(const struct adscp_prediction *prediction,
                                   struct arena *arena)
{
    const char *path = step_local_file(prediction);

    if (path == NULL)
        return "PreferLocalXML is on: a file comes before all else if the "
               "registry names one for the mail domain";
    return arena_format(arena,
                        "PreferLocalXML is on: the file %s comes before all "
                        "else",
                        path);
}

const char *step_why(const struct adscp_prediction *prediction,
                     const struct adscp_step *step, struct arena *arena)
{
    if (step->is.state == ADSCP_STEP_STATE_OFF)
        return off_words(step->method);
    switch (step->method) {
    case ADSCP_STEP_METHOD_RESTART:
        return "it resumes what it saved before a restart in the middle of its "
               "setup, if there is such a file";
    case ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED:
        return preferred_words(prediction, arena);
    case ADSCP_STEP_METHOD_LAST_KNOWN_GOOD:
        return "it asks the URL that answered before, if its profile holds one";
    case ADSCP_STEP_METHOD_OFFICE365_FIRST:
        return "it asks Office 365 if it believes that the mailbox is there, "
               "and may prompt for a password";
    case ADSCP_STEP_METHOD_SCP:
        return scp_words(prediction);
    case ADSCP_STEP_METHOD_HTTPS_ROOT:
        return "it asks the host that has the name of the mail domain, often "
               "the company's web site";
    case ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER:
        return "it asks the host \"autodiscover\" of the mail domain";
    case ADSCP_STEP_METHOD_LOCAL_XML:
        return step->is.state == ADSCP_STEP_STATE_ON
                   ? arena_format(arena, "it reads the file %s",
                                  step_local_file(prediction))
                   : "it reads a local file, if the registry names one for the "
                     "mail domain";
    case ADSCP_STEP_METHOD_HTTP_REDIRECT:
        return "it asks by plain http for a redirect to https; where that "
               "leads is not looked at";
    case ADSCP_STEP_METHOD_SRV:
        return srv_words(prediction, arena);
    default:
        return "it asks Office 365 where nothing else has answered";
    }
}
