/* SPDX-License-Identifier: MIT */
/*
 * Both forests become lists of values; what is not the same in both is sorted
 * by object, and read side by side.
 */
#include "facts/difference.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "facts/sightings.h"
#include "facts/version.h"

/* One value of one object; the object itself has no attribute. */
struct fact {
    const char *kind;
    const char *dn;
    const char *attribute;
    const char *value;
};

struct facts {
    struct arena *arena;
    struct fact *rows;
    size_t count;
    bool failed;
};

/* -------------------------------------------------------------- collecting --
 */

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

/* --------------------------------------------------------------- comparing --
 */

static int compare_attributes(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

/* Mostly the very same: facts of one object, and of the same one before and
 * after. */
static int compare_dns(const char *a, const char *b)
{
    return strcmp(a, b) == 0 ? 0 : text_compare_ascii(a, b);
}

static int compare_facts(const void *a, const void *b)
{
    const struct fact *left = a, *right = b;
    int order = strcmp(left->kind, right->kind);

    if (order == 0)
        order = compare_dns(left->dn, right->dn);
    return order != 0 ? order
                      : compare_attributes(left->attribute, right->attribute);
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

/* What one side did not look at is not new, nor gone. */
struct scope {
    bool seen;   /* hosts, on their ports */
    bool people; /* recipients */
};

static int collect(const struct adscp_forest *forest, struct scope scope,
                   struct facts *facts)
{
    size_t i;

    if (scope.seen)
        add_sightings(facts, forest->sightings);

    for (i = 0; i < forest->directory_count; i++)
        add_directory(facts, forest->directories[i], scope.people);
    return facts->failed ? ADSCP_E_NOMEM : ADSCP_OK;
}

/* ------------------------------------------------------------ what agrees --
 *
 * Two readings of one forest mostly have the same facts in the same order.
 * Those need not be sorted.
 */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_fact(const struct fact *a, const struct fact *b)
{
    return same_text(a->dn, b->dn) && same_text(a->attribute, b->attribute) &&
           same_text(a->value, b->value) && strcmp(a->kind, b->kind) == 0;
}

/* The facts of a few objects come or go together. */
enum { APART_MAX = 32 };

/* How many facts further on one of them is the other's; 0: none near. */
static size_t find_apart(const struct facts *facts, size_t at,
                         const struct fact *fact)
{
    size_t i;

    for (i = 1; i <= APART_MAX && at + i < facts->count; i++)
        if (same_fact(&facts->rows[at + i], fact))
            return i;
    return 0;
}

/* The facts from *atp on, so many of them, are kept. */
static void keep(struct facts *facts, size_t *keptp, size_t *atp, size_t count)
{
    for (; count > 0 && *atp < facts->count; count--)
        facts->rows[(*keptp)++] = facts->rows[(*atp)++];
}

static void drop_same(struct facts *before, struct facts *after)
{
    size_t i = 0, k = 0, old = 0, new = 0, apart;

    while (i < before->count && k < after->count) {
        if (same_fact(&before->rows[i], &after->rows[k])) {
            i++;
            k++;
        } else if ((apart = find_apart(after, k, &before->rows[i])) > 0) {
            keep(after, &new, &k, apart);
        } else {
            apart = find_apart(before, i, &after->rows[k]);
            keep(before, &old, &i, apart > 0 ? apart : 1);
            keep(after, &new, &k, apart > 0 ? 0 : 1);
        }
    }
    keep(before, &old, &i, SIZE_MAX);
    keep(after, &new, &k, SIZE_MAX);
    before->count = old;
    after->count = new;
}

static void sort(struct facts *facts)
{
    if (facts->count > 0)
        qsort(facts->rows, facts->count, sizeof(*facts->rows), compare_facts);
}

/* ------------------------------------------------------------- differences --
 */

/* A certificate comes and goes by itself; another attribute changes. */
static bool is_whole(const struct fact *fact)
{
    return fact->attribute == NULL || strcmp(fact->kind, "certificate") == 0;
}

static int tell(struct fact_differences *differences, const struct fact *before,
                const struct fact *after)
{
    const struct fact *fact = before != NULL ? before : after;
    struct fact_difference *rows =
        rows_grow(differences->rows, differences->count, sizeof(*rows));
    enum fact_change change = FACT_CHANGED;

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    differences->rows = rows;
    if (before == NULL && is_whole(fact))
        change = FACT_ADDED;
    else if (after == NULL && is_whole(fact))
        change = FACT_REMOVED;
    rows[differences->count++] = (struct fact_difference){
        .kind = fact->kind,
        .change = change,
        .dn = fact->dn,
        .attribute = fact->attribute,
        .before = before != NULL ? before->value : NULL,
        .after = after != NULL ? after->value : NULL};
    return ADSCP_OK;
}

/* The attributes of an object that came or went are not told one by one. */
static size_t skip_object(const struct facts *facts, size_t at)
{
    const struct fact *first = &facts->rows[at];

    if (first->attribute != NULL)
        return at + 1;
    do
        at++;
    while (at < facts->count && facts->rows[at].attribute != NULL &&
           strcmp(facts->rows[at].kind, first->kind) == 0 &&
           compare_dns(facts->rows[at].dn, first->dn) == 0);
    return at;
}

static int compare(const struct facts *before, const struct facts *after,
                   bool lacks_before, bool lacks_after,
                   struct fact_differences *differences)
{
    size_t i = 0, k = 0;
    int rc = ADSCP_OK;

    while ((i < before->count || k < after->count) && rc == ADSCP_OK) {
        const struct fact *old = i < before->count ? &before->rows[i] : NULL;
        const struct fact *new = k < after->count ? &after->rows[k] : NULL;
        int order = old == NULL   ? 1
                    : new == NULL ? -1
                                  : compare_facts(old, new);

        if (order < 0) {
            rc = lacks_after ? ADSCP_OK : tell(differences, old, NULL);
            i = skip_object(before, i);
        } else if (order > 0) {
            rc = lacks_before ? ADSCP_OK : tell(differences, NULL, new);
            k = skip_object(after, k);
        } else {
            if (old->value != NULL && strcmp(old->value, new->value) != 0)
                rc = tell(differences, old, new);
            i++;
            k++;
        }
    }
    return rc;
}

static bool has_people(const struct adscp_forest *forest)
{
    size_t i;

    for (i = 0; i < forest->directory_count; i++)
        if (forest->directories[i]->recipients_read)
            return true;
    return false;
}

static bool is_incomplete(const struct adscp_forest *forest)
{
    size_t i;

    for (i = 0; i < forest->directory_count; i++)
        if (!forest->directories[i]->complete)
            return true;
    return false;
}

int difference_find(const struct adscp_forest *before,
                    const struct adscp_forest *after,
                    struct fact_differences *differences)
{
    struct facts old = {.arena = &differences->arena};
    struct facts new = {.arena = &differences->arena};
    struct scope scope = {.seen = before->sightings != NULL &&
                                  after->sightings != NULL,
                          .people = has_people(before) && has_people(after)};
    int rc = collect(before, scope, &old);

    if (rc == ADSCP_OK)
        rc = collect(after, scope, &new);
    if (rc == ADSCP_OK) {
        drop_same(&old, &new);
        sort(&old);
        sort(&new);
        rc = compare(&old, &new, is_incomplete(before), is_incomplete(after),
                     differences);
    }
    free(old.rows);
    free(new.rows);
    return rc;
}

void difference_clear(struct fact_differences *differences)
{
    arena_free(&differences->arena);
    free(differences->rows);
    *differences = (struct fact_differences){.rows = NULL};
}

bool difference_is_one_forest(const struct adscp_forest *before,
                              const struct adscp_forest *after)
{
    const char *a = before->directories[0]->config_dn;
    const char *b = after->directories[0]->config_dn;

    return a == NULL || b == NULL || text_compare_ascii(a, b) == 0;
}
