/* SPDX-License-Identifier: MIT */
/*
 * The public predictor: the question, and what it is judged by. Setters check
 * and copy; judge/predict answers. What predictions share is kept in the
 * basis between calls.
 */
#include "adscp.h"

#include <stdlib.h>
#include <string.h>

#include "api/count.h"
#include "api/predictor.h"
#include "api/setter.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/text.h"
#include "facts/host.h"
#include "facts/mail.h"
#include "gather/file.h"
#include "judge/coverage/coverage.h"
#include "judge/predict.h"
#include "judge/sightings_alerts.h"

const char *adscp_profile_name(int profile)
{
    switch (profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return "outlook";
    case ADSCP_PROFILE_EWS:
        return "ews";
    case ADSCP_PROFILE_LEARN:
        return "learn";
    case ADSCP_PROFILE_OXDISCO:
        return "oxdisco";
    default:
        return NULL;
    }
}

adscp_predictor *adscp_predictor_new(void)
{
    adscp_predictor *predictor = calloc(1, sizeof(*predictor));

    if (predictor == NULL)
        return NULL;
    predictor->profile = ADSCP_PROFILE_OUTLOOK;
    predictor->time = -1;
    cancel_init(&predictor->cancel);
    if (basis_open(&predictor->basis) != ADSCP_OK) {
        adscp_predictor_free(predictor);
        return NULL;
    }
    return predictor;
}

void adscp_predictor_free(adscp_predictor *predictor)
{
    if (predictor == NULL)
        return;
    basis_close(&predictor->basis);
    policy_free(predictor->policy);
    free(predictor->site);
    free(predictor->address);
    free(predictor->mail);
    free(predictor->domain);
    free(predictor);
}

int adscp_predictor_set_forest(adscp_predictor *predictor,
                               const adscp_forest *forest)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    predictor->is_known = false;
    rc = certificates_begin(&predictor->detail);
    if (rc == ADSCP_OK)
        rc = basis_set_forest(&predictor->basis, forest);
    return rc == ADSCP_E_NOMEM ? setter_no_memory(&predictor->detail) : rc;
}

int adscp_predictor_set_sightings(adscp_predictor *predictor,
                                  const adscp_sightings *sightings)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc == ADSCP_OK)
        basis_set_sightings(&predictor->basis, sightings);
    return rc;
}

int predictor_read_file(adscp_predictor *predictor, const char *path,
                        size_t most, void **bytesp, size_t *lengthp)
{
    int rc = certificates_begin(&predictor->detail);

    if (rc != ADSCP_OK)
        return rc;
    return predictor->timeout_ms > 0
               ? file_read_within(path, most, predictor->timeout_ms,
                                  &predictor->detail, bytesp, lengthp)
               : file_read(path, most, &predictor->detail, bytesp, lengthp);
}

/* The certificates of a file, by the basis's `take`. */
static int take_file(adscp_predictor *predictor, const char *path,
                     int (*take)(struct basis *basis, const void *bytes,
                                 size_t length))
{
    struct detail *detail = &predictor->detail;
    size_t length = 0;
    void *bytes = NULL;
    int rc = predictor_read_file(predictor, path, CERTIFICATE_FILE_MAX, &bytes,
                                 &length);

    if (rc == ADSCP_OK)
        rc = take(&predictor->basis, bytes, length);
    free(bytes);
    if (rc == ADSCP_E_NOMEM)
        return setter_no_memory(&predictor->detail);
    if (rc == ADSCP_E_FORMAT)
        return detail_set(detail, rc, "%s holds no certificate", path);
    return rc;
}

int adscp_predictor_add_trust_file(adscp_predictor *predictor, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (path == NULL || path[0] == '\0')
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "a file name is missing");
    return take_file(predictor, path, basis_add_trusted);
}

int adscp_predictor_set_roots_file(adscp_predictor *predictor, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (path != NULL && path[0] == '\0')
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "a file name is empty");
    if (path != NULL)
        return take_file(predictor, path, basis_set_bundle);
    rc = basis_set_bundle(&predictor->basis, NULL, 0);
    return rc == ADSCP_OK ? ADSCP_OK : setter_no_memory(&predictor->detail);
}

/* ADSCP_E_ARGUMENT, with a detail, for what is no place. */
static int check_place(struct detail *detail, const char *host, int port)
{
    struct span name = host_without_dot(span_of(host));

    if (!host_is_name(name) && !host_is_address(name))
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "\"%.300s\" is not a host name", host);
    return setter_port(detail, port);
}

static int give_file(adscp_predictor *predictor, const char *host, int port,
                     const char *path)
{
    struct detail *detail = &predictor->detail;
    size_t length = 0;
    void *bytes = NULL;
    int rc = predictor_read_file(predictor, path, CERTIFICATE_FILE_MAX, &bytes,
                                 &length);

    if (rc == ADSCP_OK)
        rc = basis_give(&predictor->basis, host, port, bytes, length);
    free(bytes);
    switch (rc) {
    case ADSCP_E_NOMEM:
        return setter_no_memory(detail);
    case ADSCP_E_ARGUMENT:
        return detail_set(detail, rc,
                          "what port %d of %s shows was given before", port,
                          host);
    case ADSCP_E_FORMAT:
        return detail_set(detail, rc,
                          "%s does not begin with a certificate that can be "
                          "read: the server's own comes first",
                          path);
    default:
        return rc;
    }
}

int adscp_predictor_add_assumed_file(adscp_predictor *predictor,
                                     const char *host, int port,
                                     const char *path)
{
    int rc = setter_begin_with(SETTER_DETAIL(predictor), host);

    if (rc == ADSCP_OK)
        rc = check_place(&predictor->detail, host, port);
    if (rc != ADSCP_OK)
        return rc;
    if (path == NULL || path[0] == '\0')
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "a file name is missing");
    return give_file(predictor, host, port, path);
}

int adscp_predictor_set_site(adscp_predictor *predictor, const char *site)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), site);

    if (rc != ADSCP_OK)
        return rc;
    return setter_replace(&predictor->detail, &predictor->site, site);
}

int adscp_predictor_set_address(adscp_predictor *predictor, const char *address)
{
    struct site_address parsed;
    int rc = setter_begin(SETTER_DETAIL(predictor), address);

    if (rc != ADSCP_OK)
        return rc;
    if (address != NULL && !site_parse_address(address, &parsed))
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is neither an IPv4 nor an IPv6 address",
                          address);
    return setter_replace(&predictor->detail, &predictor->address, address);
}

int adscp_predictor_set_mail(adscp_predictor *predictor, const char *mail)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), mail);

    if (rc != ADSCP_OK)
        return rc;
    if (mail != NULL && mail_domain(mail) == NULL)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not a mail address: one \"@\", text on "
                          "both sides, no blank",
                          mail);
    predictor->is_known = false;
    return setter_replace(&predictor->detail, &predictor->mail, mail);
}

int adscp_predictor_set_mail_domain(adscp_predictor *predictor,
                                    const char *domain)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), domain);

    if (rc != ADSCP_OK)
        return rc;
    if (domain != NULL && (domain[0] == '\0' || strpbrk(domain, " @") != NULL))
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not a mail domain: what stands behind the "
                          "\"@\" of an address, no blank",
                          domain);
    return setter_replace(&predictor->detail, &predictor->domain, domain);
}

int adscp_predictor_set_profile(adscp_predictor *predictor, int profile)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (adscp_profile_name(profile) == NULL)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "%d is not an ADSCP_PROFILE_*", profile);
    predictor->profile = profile;
    return ADSCP_OK;
}

int adscp_predictor_set_client(adscp_predictor *predictor, int client)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (client != ADSCP_CLIENT_ABSENT && adscp_client_name(client) == NULL)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "%d is not an ADSCP_CLIENT_*", client);
    basis_set_client(&predictor->basis, client);
    return ADSCP_OK;
}

int adscp_predictor_set_time(adscp_predictor *predictor, int64_t seconds)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (seconds < -1)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "the time is before 1970");
    predictor->time = seconds;
    return ADSCP_OK;
}

int adscp_predictor_set_timeout_ms(adscp_predictor *predictor, int milliseconds)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (milliseconds < 0)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "the time limit is negative; 0 means none");
    predictor->timeout_ms = milliseconds;
    return ADSCP_OK;
}

int adscp_predictor_cancel(adscp_predictor *predictor)
{
    if (predictor == NULL)
        return ADSCP_E_ARGUMENT;
    cancel_raise(&predictor->cancel);
    return ADSCP_OK;
}

/* What each call that gives an answer asks first. */
static int begin(adscp_predictor *predictor, const void *out, const char *what)
{
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc == ADSCP_OK && out == NULL)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "the pointer for the %s is missing (NULL)", what);
    return rc;
}

static int begin_with_forest(adscp_predictor *predictor, const void *out,
                             const char *what)
{
    int rc = begin(predictor, out, what);

    if (rc == ADSCP_OK && predictor->basis.forest_index == NULL)
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "no forest was set");
    return rc;
}

int predictor_start(adscp_predictor *predictor, struct deadline *deadline)
{
    deadline_start(deadline, predictor->timeout_ms, &predictor->cancel);
    if (predictor->timeout_ms == 0)
        deadline->end_ns = INT64_MAX;
    basis_set_deadline(&predictor->basis, deadline);
    return deadline_check(deadline);
}

/* A cancel that came too late for this call must not end the next one. */
int predictor_finish(adscp_predictor *predictor, int rc)
{
    basis_set_deadline(&predictor->basis, NULL);
    cancel_reset(&predictor->cancel);
    return rc == ADSCP_OK
               ? ADSCP_OK
               : detail_set(&predictor->detail, rc, "%s", adscp_error_text(rc));
}

static name_id recipient_of(adscp_predictor *predictor)
{
    const char *mail = predictor->mail;

    if (!predictor->is_known && mail != NULL)
        predictor->recipient = forest_find_name(
            predictor->basis.forest_index->forest, mail, strlen(mail));
    predictor->is_known = true;
    return predictor->recipient;
}

int adscp_predictor_predict(adscp_predictor *predictor, adscp_prediction **out)
{
    struct deadline deadline;
    struct question question;
    int rc = begin_with_forest(predictor, out, "prediction");

    if (rc != ADSCP_OK)
        return rc;
    question = (struct question){
        .site = predictor->site,
        .address = predictor->address,
        .mail = predictor->mail,
        .recipient = recipient_of(predictor),
        .domain = predictor->domain,
        .profile = predictor->profile,
        .time = predictor->time,
    };
    rc = predictor_start(predictor, &deadline);
    if (rc == ADSCP_OK)
        rc =
            predict_make(&predictor->basis, &question, &predictor->detail, out);
    return predictor_finish(predictor, rc);
}

int adscp_predictor_cover(adscp_predictor *predictor, adscp_coverage **out)
{
    struct deadline deadline;
    struct question question;
    int rc = begin_with_forest(predictor, out, "coverage");

    if (rc != ADSCP_OK)
        return rc;
    question = (struct question){
        .domain = predictor->domain,
        .profile = predictor->profile,
        .time = predictor->time,
    };
    rc = predictor_start(predictor, &deadline);
    if (rc == ADSCP_OK)
        rc = coverage_make(&predictor->basis, &question, out);
    return predictor_finish(predictor, rc);
}

int adscp_predictor_judge_sightings(adscp_predictor *predictor,
                                    adscp_alerts **out)
{
    struct deadline deadline;
    int rc = begin(predictor, out, "alerts");

    if (rc != ADSCP_OK)
        return rc;
    basis_set_time(&predictor->basis, predictor->time);
    rc = predictor_start(predictor, &deadline);
    if (rc == ADSCP_OK)
        rc = sightings_alerts_make(&predictor->basis, out);
    return predictor_finish(predictor, rc);
}

void adscp_alerts_free(adscp_alerts *alerts)
{
    sightings_alerts_free(alerts);
}

int adscp_alerts_count(const adscp_alerts *alerts)
{
    if (alerts == NULL)
        return -1;
    return count_of(alerts->count);
}

const adscp_alert *adscp_alerts_alert(const adscp_alerts *alerts, int index)
{
    return alerts != NULL && in_range(index, alerts->count)
               ? alerts->alerts[index]
               : NULL;
}

const char *adscp_predictor_error_detail(const adscp_predictor *predictor)
{
    return predictor != NULL ? predictor->detail.text : "";
}
