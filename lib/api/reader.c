/* SPDX-License-Identifier: MIT */
/*
 * The public reader: a bag of settings, a budget, and the sentence about the
 * last failure. Setters check and copy; gather/reader does the work.
 */
#include "adscp.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "api/reader.h"
#include "api/setter.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/text.h"
#include "facts/host.h"
#include "facts/mail.h"
#include "facts/sightings.h"
#include "facts/url.h"
#include "gather/reader/reader.h"

enum { TIMEOUT_DEFAULT_MS = 30000 };

adscp_reader *adscp_reader_new(void)
{
    adscp_reader *reader = calloc(1, sizeof(*reader));

    if (reader == NULL)
        return NULL;
    if (cancel_open(&reader->cancel) != ADSCP_OK) {
        free(reader);
        return NULL;
    }
    reader->plan.timeout_ms = TIMEOUT_DEFAULT_MS;
    reader->plan.trace = &reader->trace;
    reader->plan.watch = &reader->watch;
    stopwatch_reset(&reader->watch);
    return reader;
}

static void free_files(struct reader_plan *plan)
{
    int i;

    for (i = 0; i < plan->file_count; i++) {
        free(plan->files[i].target);
        free(plan->files[i].path);
    }
    free(plan->files);
}

static void free_texts(char **texts, int count)
{
    int i;

    for (i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

void adscp_reader_free(adscp_reader *reader)
{
    struct reader_plan *plan;

    if (reader == NULL)
        return;
    plan = &reader->plan;
    free_files(plan);
    reader_free_changes(plan);
    forest_release(plan->base);
    sightings_release(plan->sightings);
    free_texts(plan->allowed, plan->allowed_count);
    free_texts(plan->forests, plan->forest_count);
    free_texts(plan->mails, plan->mail_count);
    trace_clear(&reader->trace);
    resolve_config_clear(&plan->resolve);
    free(plan->uri);
    free(plan->domain);
    free(plan->ca_file);
    free(plan->certificate_file);
    free(plan->key_file);
    free(plan->mechanism);
    free(plan->bind_dn);
    reader_free_secret(plan->password);
    cancel_close(&reader->cancel);
    free(reader);
}

/* ---------------------------------------------------------------- setters --
 */

static int add_file(adscp_reader *reader, const char *target, const char *path)
{
    struct reader_plan *plan = &reader->plan;
    struct reader_file *files, file = {0};
    int rc;

    if (path == NULL)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "a file name is missing (NULL)");
    files =
        realloc(plan->files, ((size_t)plan->file_count + 1) * sizeof(*files));
    if (files == NULL)
        return setter_no_memory(&reader->detail);
    plan->files = files;
    rc = setter_replace(&reader->detail, &file.target, target);
    if (rc == ADSCP_OK)
        rc = setter_path(&reader->detail, &file.path, path);
    if (rc != ADSCP_OK) {
        free(file.target);
        return rc;
    }
    files[plan->file_count++] = file;
    return ADSCP_OK;
}

int adscp_reader_add_ldif_file(adscp_reader *reader, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (reader->plan.uri != NULL || reader->plan.domain != NULL)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "an export and a live directory exclude each other");
    return add_file(reader, NULL, path);
}

int adscp_reader_add_ldif_file_at(adscp_reader *reader, const char *target,
                                  const char *path)
{
    char key[LDAP_URL_TARGET_MAX];
    struct ldap_url url;
    int rc = setter_begin_with(SETTER_DETAIL(reader), target);

    if (rc != ADSCP_OK)
        return rc;
    if (!ldap_url_split(target, strlen(target), &url) || url.has_rest)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not LDAP://host[:port]", target);
    ldap_url_target(&url, key);
    return add_file(reader, key, path);
}

static bool has_first_file(const struct reader_plan *plan)
{
    int i;

    for (i = 0; i < plan->file_count; i++)
        if (plan->files[i].target == NULL)
            return true;
    return false;
}

int adscp_reader_set_uri(adscp_reader *reader, const char *uri)
{
    int rc = setter_begin(SETTER_DETAIL(reader), uri);

    if (rc != ADSCP_OK)
        return rc;
    if (uri != NULL && has_first_file(&reader->plan))
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "an export and a live directory exclude each other");
    if (uri != NULL && reader->plan.domain != NULL)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "a URI and a domain exclude each other");
    if (uri != NULL) {
        rc = reader_check_uri(uri);
        if (rc == ADSCP_E_NOMEM)
            return setter_no_memory(&reader->detail);
        if (rc != ADSCP_OK)
            return detail_set(&reader->detail, rc,
                              "\"%s\" is not ldap://host[:port], "
                              "ldaps://host[:port] or ldapi://path",
                              uri);
    }
    return setter_replace(&reader->detail, &reader->plan.uri, uri);
}

static int check_domain(adscp_reader *reader, const char *domain,
                        struct span *namep)
{
    *namep = host_without_dot(span_of(domain));
    return host_is_name(*namep)
               ? ADSCP_OK
               : detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                            "\"%s\" is not the DNS name of a domain", domain);
}

int adscp_reader_set_domain(adscp_reader *reader, const char *domain)
{
    char *copy = NULL;
    struct span name = {NULL, 0};
    int rc = setter_begin(SETTER_DETAIL(reader), domain);

    if (rc != ADSCP_OK)
        return rc;
    if (domain != NULL &&
        (reader->plan.uri != NULL || has_first_file(&reader->plan)))
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "a domain and a URI or an export exclude each "
                          "other");
    if (domain != NULL) {
        rc = check_domain(reader, domain, &name);
        if (rc != ADSCP_OK)
            return rc;
        copy = strndup(name.text, name.length);
        if (copy == NULL)
            return setter_no_memory(&reader->detail);
    }
    free(reader->plan.domain);
    reader->plan.domain = copy;
    return ADSCP_OK;
}

int adscp_reader_set_discover(adscp_reader *reader, int wanted)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc == ADSCP_OK)
        reader->plan.discover = wanted != 0;
    return rc;
}

/* Append a copy. */
static int add_text(adscp_reader *reader, char ***textsp, int *countp,
                    struct span text)
{
    char **texts = realloc(*textsp, ((size_t)*countp + 1) * sizeof(*texts));

    if (texts == NULL)
        return setter_no_memory(&reader->detail);
    *textsp = texts;
    texts[*countp] = strndup(text.text, text.length);
    if (texts[*countp] == NULL)
        return setter_no_memory(&reader->detail);
    ++*countp;
    return ADSCP_OK;
}

int adscp_reader_allow_pointer(adscp_reader *reader, const char *host)
{
    struct span name;
    int rc = setter_begin_with(SETTER_DETAIL(reader), host);

    if (rc != ADSCP_OK)
        return rc;
    name = host_without_dot(span_of(host));
    if (!host_is_name(name) && !host_is_address(name))
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not a host name or address", host);
    return add_text(reader, &reader->plan.allowed, &reader->plan.allowed_count,
                    name);
}

int adscp_reader_allow_forest(adscp_reader *reader, const char *domain)
{
    struct span name = {NULL, 0};
    int rc = setter_begin_with(SETTER_DETAIL(reader), domain);

    if (rc == ADSCP_OK)
        rc = check_domain(reader, domain, &name);
    return rc != ADSCP_OK ? rc
                          : add_text(reader, &reader->plan.forests,
                                     &reader->plan.forest_count, name);
}

int adscp_reader_add_mail(adscp_reader *reader, const char *address)
{
    int rc = setter_begin_with(SETTER_DETAIL(reader), address);

    if (rc != ADSCP_OK)
        return rc;
    if (mail_domain(address) == NULL)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not a mail address: one \"@\", text on "
                          "both sides, no blank",
                          address);
    return add_text(reader, &reader->plan.mails, &reader->plan.mail_count,
                    span_of(address));
}

int adscp_reader_set_timeout_ms(adscp_reader *reader, int milliseconds)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (milliseconds < 1)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "the time limit must be at least one millisecond");
    reader->plan.timeout_ms = milliseconds;
    return ADSCP_OK;
}

int adscp_reader_set_keep_entries(adscp_reader *reader, int wanted)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc == ADSCP_OK)
        reader->plan.keep = wanted != 0;
    return rc;
}

int adscp_reader_set_sightings(adscp_reader *reader,
                               const adscp_sightings *sightings)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    sightings_release(reader->plan.sightings);
    reader->plan.sightings =
        sightings != NULL ? sightings_hold(sightings) : NULL;
    return ADSCP_OK;
}

int adscp_reader_set_census(adscp_reader *reader, int wanted)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc == ADSCP_OK)
        reader->plan.census = wanted != 0;
    return rc;
}

/* ---------------------------------------------------------------- reading --
 */

static int check_plan(adscp_reader *reader)
{
    const struct reader_plan *plan = &reader->plan;

    bool found = plan->domain != NULL || plan->discover;

    if (plan->base != NULL &&
        (plan->uri != NULL || found || has_first_file(plan)))
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "a forest that was read before excludes a directory "
                          "and an export");
    if (plan->base != NULL)
        return ADSCP_OK;
    if (plan->uri == NULL && !has_first_file(plan) && !found)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "nothing to read: neither a URI nor a domain nor an "
                          "export");
    if (plan->starttls && plan->uri != NULL &&
        !text_starts(plan->uri, strlen(plan->uri), "ldap://"))
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "StartTLS requires an ldap:// URI, not %s",
                          plan->uri);
    return ADSCP_OK;
}

int adscp_reader_read(adscp_reader *reader, adscp_forest **out)
{
    struct deadline deadline;
    int rc;

    if (reader == NULL)
        return ADSCP_E_ARGUMENT;
    detail_clear(&reader->detail);
    if (out == NULL)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "the pointer for the forest is missing (NULL)");
    trace_clear(&reader->trace);
    stopwatch_reset(&reader->watch);
    deadline_start(&deadline, reader->plan.timeout_ms, &reader->cancel);
    rc = check_plan(reader);
    if (rc == ADSCP_OK)
        rc = deadline_check(&deadline);
    if (rc == ADSCP_OK)
        rc = reader_run(&reader->plan, &deadline, &reader->detail, out);
    /* A cancel that came too late for this call must not end the next one. */
    cancel_reset(&reader->cancel);
    if (rc != ADSCP_OK)
        detail_set(&reader->detail, rc, "%s", adscp_error_text(rc));
    return rc;
}

int adscp_reader_cancel(adscp_reader *reader)
{
    if (reader == NULL)
        return ADSCP_E_ARGUMENT;
    cancel_raise(&reader->cancel);
    return ADSCP_OK;
}

int adscp_reader_trace_count(const adscp_reader *reader)
{
    return reader != NULL ? reader->trace.count : -1;
}

const char *adscp_reader_trace(const adscp_reader *reader, int index)
{
    if (reader == NULL || index < 0 || index >= reader->trace.count)
        return NULL;
    return reader->trace.lines[index];
}

const char *adscp_reader_phase_name(int phase)
{
    static const char *const names[] = {
        [ADSCP_READER_PHASE_FIND] = "find",
        [ADSCP_READER_PHASE_CONNECT] = "connect",
        [ADSCP_READER_PHASE_BIND] = "bind",
        [ADSCP_READER_PHASE_ROOTDSE] = "rootdse",
        [ADSCP_READER_PHASE_SEARCH] = "search",
        [ADSCP_READER_PHASE_EXPORT] = "export",
        [ADSCP_READER_PHASE_JOIN] = "join",
    };

    return phase >= 0 && (size_t)phase < sizeof(names) / sizeof(names[0])
               ? names[phase]
               : NULL;
}

int64_t adscp_reader_phase_ns(const adscp_reader *reader, int phase)
{
    return reader != NULL && adscp_reader_phase_name(phase) != NULL
               ? reader->watch.ns[phase]
               : -1;
}

const char *adscp_reader_error_detail(const adscp_reader *reader)
{
    return reader != NULL ? reader->detail.text : "";
}
