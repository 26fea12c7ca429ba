/* SPDX-License-Identifier: MIT */
/*
 * A forest as a list of values, as people read them.
 */
#include "facts/difference_facts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/rows.h"
#include "facts/certificate/certificate.h"
#include "facts/sightings.h"
#include "facts/version.h"

static void add(struct facts *facts, const char *kind, const char *dn,
                const char *attribute, const char *value)
{
    struct fact *rows;

    if (facts->failed || (attribute != NULL && value == NULL))
        return;
    rows = rows_grow(facts->rows, facts->count, sizeof(*rows));
    if (rows == NULL || dn == NULL) {
        facts->failed = true;
        return;
    }
    facts->rows = rows;
    rows[facts->count++] = (struct fact){kind, dn, attribute, value};
}

static const char *time_text(struct facts *facts, int64_t seconds)
{
    char time[DATE_MAX];
    const char *text;

    date_write_time(seconds, time);
    if (time[0] == '\0')
        return NULL;
    text = arena_copy(facts->arena, time, strlen(time));
    facts->failed |= text == NULL;
    return text;
}

/* Of all certificates in these bytes, as Windows shows them. */
static const char *thumbprints(struct facts *facts, struct blob blob)
{
    struct certificates *store = certificates_new();
    struct certificate_list list = {0};
    const char *text = NULL;
    size_t i;

    if (blob.bytes != NULL &&
        (store == NULL || certificates_read(store, blob.bytes, blob.length,
                                            &list) == ADSCP_E_NOMEM))
        facts->failed = true;
    for (i = 0; i < list.count && !facts->failed; i++) {
        const char *one = certificate_sha1(list.rows[i]);

        text = one == NULL ? NULL
                           : arena_format(facts->arena, "%s%s%s",
                                          text != NULL ? text : "",
                                          text != NULL ? " " : "", one);
        facts->failed |= text == NULL;
    }
    certificate_list_free(&list);
    certificates_release(store);
    return text;
}

static const char *joined(struct facts *facts, const char *text,
                          const char *more)
{
    const char *made =
        arena_format(facts->arena, "%s%s%s", text != NULL ? text : "",
                     text != NULL ? " | " : "", more);

    facts->failed |= made == NULL;
    return made;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Several values of one attribute have no order. */
static const char *join_sorted(struct facts *facts, const char **texts,
                               size_t count)
{
    const char *text = NULL;
    size_t i;

    if (count > 0)
        qsort(texts, count, sizeof(*texts), compare_texts);
    for (i = 0; i < count && !facts->failed; i++)
        text = joined(facts, text, texts[i]);
    return text;
}

static void add_scp(struct facts *facts, const struct adscp_scp *scp)
{
    const char *dn = scp_dn(scp);
    size_t count = scp->keyword_count > scp->binding_count ? scp->keyword_count
                                                           : scp->binding_count;
    const char **texts = calloc(count + 1, sizeof(*texts));
    size_t i;

    if (texts == NULL || dn == NULL) {
        facts->failed = true;
        free(texts);
        return;
    }
    add(facts, "scp", dn, NULL, NULL);
    for (i = 0; i < scp->binding_count; i++)
        texts[i] = scp_binding(scp, i);
    add(facts, "scp", dn, "serviceBindingInformation",
        join_sorted(facts, texts, scp->binding_count));
    for (i = 0; i < scp->keyword_count; i++)
        texts[i] = scp_keyword(scp, i)->text;
    add(facts, "scp", dn, "keywords",
        join_sorted(facts, texts, scp->keyword_count));
    add(facts, "scp", dn, "whenCreated", time_text(facts, scp->created));
    free(texts);
}

/* The bits of it, and what they mean. */
static const char *roles_text(struct facts *facts,
                              const struct adscp_server *server)
{
    char words[VERSION_ROLES_MAX];
    const char *text;

    if (server->roles < 0)
        return NULL;
    version_roles(server->line, server->roles, words, sizeof(words));
    text = arena_format(facts->arena,
                        words[0] != '\0' ? "%" PRId64 " (%s)" : "%" PRId64 "%s",
                        server->roles, words);
    facts->failed |= text == NULL;
    return text;
}

static void add_server(struct facts *facts, const struct adscp_server *server)
{
    const char *dn = server->dn;

    add(facts, "server", dn, NULL, NULL);
    add(facts, "server", dn, "networkAddress", server->fqdn);
    add(facts, "server", dn, "msExchServerSite", server->site);
    add(facts, "server", dn, "serialNumber", server->build);
    add(facts, "server", dn, "msExchCurrentServerRoles",
        roles_text(facts, server));
    add(facts, "server", dn, "msExchMDBAvailabilityGroupLink", server->dag);
    add(facts, "server", dn, "msExchComponentStates", server->inactive);
    add(facts, "certificate", dn, "msExchServerInternalTLSCert",
        thumbprints(facts, server->certificate));
}

static void add_authority(struct facts *facts, const struct authority *row)
{
    const char *text = NULL;
    size_t i;

    add(facts, "root", row->dn, NULL, NULL);
    for (i = 0; i < row->certificate_count && !facts->failed; i++) {
        const char *one = thumbprints(facts, row->certificates[i]);

        if (one != NULL)
            text = joined(facts, text, one);
    }
    add(facts, "root", row->dn, "cACertificate", text);
}

static void add_recipient(struct facts *facts, const struct recipient *row)
{
    static const char *const kinds[] = {[RECIPIENT_PLAIN] = "not mail-enabled",
                                        [RECIPIENT_MAILBOX] = "mailbox",
                                        [RECIPIENT_MAIL_USER] = "mail user",
                                        [RECIPIENT_CONTACT] = "contact",
                                        [RECIPIENT_REMOTE] = "remote mailbox"};

    add(facts, "recipient", row->dn, NULL, NULL);
    add(facts, "recipient", row->dn, "msExchRecipientTypeDetails",
        kinds[row->kind]);
    add(facts, "recipient", row->dn, "msExchHomeServerName", row->home_server);
    add(facts, "recipient", row->dn, "homeMDB", row->database_dn);
    add(facts, "recipient", row->dn, "targetAddress", row->target);
}

static void add_directory(struct facts *facts, const struct directory *from,
                          bool people)
{
    size_t i;

    for (i = 0; i < from->scp_count; i++)
        add_scp(facts, &from->scps[i]);
    for (i = 0; i < from->server_count; i++)
        add_server(facts, &from->servers[i]);
    for (i = 0; i < from->service_count; i++) {
        add(facts, "server", from->services[i].dn, NULL, NULL);
        add(facts, "server", from->services[i].dn, "msExchInternalHostName",
            from->services[i].url);
    }
    for (i = 0; i < from->site_count; i++)
        add(facts, "site", from->sites[i].dn, NULL, NULL);
    for (i = 0; i < from->subnet_count; i++) {
        add(facts, "subnet", from->subnets[i].dn, NULL, NULL);
        add(facts, "subnet", from->subnets[i].dn, "siteObject",
            from->subnets[i].site);
    }
    for (i = 0; i < from->database_count; i++) {
        add(facts, "database", from->databases[i].dn, NULL, NULL);
        add(facts, "database", from->databases[i].dn, "msExchOwningServer",
            from->databases[i].owner);
    }
    for (i = 0; i < from->authority_count; i++)
        add_authority(facts, &from->authorities[i]);
    for (i = 0; people && i < from->recipient_count; i++)
        add_recipient(facts, &from->recipients[i]);
}

/* What a host showed on its port, whichever address showed it. */
static void add_seen(struct facts *facts,
                     const struct adscp_sightings *sightings,
                     const struct sighted_host *host)
{
    const char **texts = calloc(host->count + 1, sizeof(*texts));
    const char *name =
        arena_format(facts->arena, "%s:%d", host->name, host->port);
    size_t i, k, count = 0;

    if (texts == NULL || name == NULL) {
        facts->failed = true;
        goto out;
    }
    for (i = 0; i < host->count && !facts->failed; i++) {
        const struct adscp_sighting *row = &sightings->rows[host->first + i];
        const char *sha1 = row->chain_count > 0
                               ? certificate_sha1(row->chain[0])
                               : "no certificate";

        facts->failed |= sha1 == NULL;
        for (k = 0; sha1 != NULL && k < count && strcmp(texts[k], sha1) != 0;
             k++)
            ;
        if (k == count)
            texts[count++] = sha1;
    }
    if (!facts->failed) {
        add(facts, "certificate", name, NULL, NULL);
        add(facts, "certificate", name, "shown",
            join_sorted(facts, texts, count));
    }
out:
    free(texts);
}

/* Those that a hostile snapshot names twice count once. */
static void add_sightings(struct facts *facts,
                          const struct adscp_sightings *sightings)
{
    size_t i;

    for (i = 0; i < sightings->host_count && !facts->failed; i++) {
        const struct sighted_host *host = &sightings->hosts[i];

        if (sightings_find(sightings, host->name, strlen(host->name),
                           host->port) == host)
            add_seen(facts, sightings, host);
    }
}

int difference_collect(const struct adscp_forest *forest, struct scope scope,
                       struct facts *facts)
{
    size_t i;

    if (scope.seen)
        add_sightings(facts, forest->sightings);

    for (i = 0; i < forest->directory_count; i++)
        add_directory(facts, forest->directories[i], scope.people);
    return facts->failed ? ADSCP_E_NOMEM : ADSCP_OK;
}
