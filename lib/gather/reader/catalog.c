/* SPDX-License-Identifier: MIT */
/*
 * Recipients of other domains, from a global catalog: beside the domain
 * controller that was read, or on another server that DNS names.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "facts/decode/decode.h"
#include "facts/dn.h"
#include "gather/reader/private.h"

/* The server as a URI; of a local socket, its path as it is. */
int reader_note_input(struct run *run, const struct place *place)
{
    static const char *const schemes[] = {[SESSION_LDAP] = "ldap",
                                          [SESSION_LDAPS] = "ldaps",
                                          [SESSION_LDAPI] = "ldapi"};
    const char *scheme = schemes[place->scheme];
    bool is_ipv6 = place->host != NULL && strchr(place->host, ':') != NULL;
    char *name = place->scheme == SESSION_LDAPI
                     ? arena_format(run->forest->arena, "%s://%s", scheme,
                                    place->path != NULL ? place->path : "")
                     : arena_format(run->forest->arena, "%s://%s%s%s:%d",
                                    scheme, is_ipv6 ? "[" : "", place->host,
                                    is_ipv6 ? "]" : "", place->port);

    return name != NULL && forest_add_input(run->forest, name) ? ADSCP_OK
                                                               : ADSCP_E_NOMEM;
}

enum { CATALOG_PORT = 3268, CATALOG_TLS_PORT = 3269 };

/* The port of the global catalog beside a domain controller's own ([MS-ADTS]
 * 3.1.1.3.1.10); 0: there is none that one could know. */
static int catalog_port(const struct place *place)
{
    if (place->scheme == SESSION_LDAP && place->port == LDAP_PORT)
        return CATALOG_PORT;
    return place->scheme == SESSION_LDAPS && place->port == LDAPS_PORT
               ? CATALOG_TLS_PORT
               : 0;
}

/* It was the catalog that was asked in the first place. */
static bool is_catalog(const struct place *place)
{
    return place->scheme == SESSION_LDAPS ? place->port == CATALOG_TLS_PORT
                                          : place->port == CATALOG_PORT;
}

/* Is there an address that no recipient of the controller's own domain has in
 * proxyAddresses? Who merely repeats it in mail may not be its owner. Several
 * may have one, and one may have come in the answers to several filters. */
static int misses_recipient(const struct run *run,
                            const struct directory *directory, bool *missesp)
{
    size_t missing = run->forest->asked_count, i, k;
    bool *found = calloc(missing + 1, sizeof(*found));

    if (found == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->recipient_count; i++) {
        const struct recipient *row = &directory->recipients[i];

        for (k = 0; row->kind != RECIPIENT_PLAIN && k < row->proxy_count; k++) {
            missing -= !found[row->asked[k]];
            found[row->asked[k]] = true;
        }
    }
    free(found);
    *missesp = missing > 0;
    return ADSCP_OK;
}

static int read_from(struct run *run, const struct place *place, bool starttls,
                     struct tree *tree, reader_catalog_read *read)
{
    struct session_config config = place_settings(run->plan, place, starttls);
    struct session *before = tree->session;
    int rc =
        session_open(&config, tree->deadline, tree->detail, &tree->session);

    if (rc == ADSCP_OK) {
        stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_SEARCH);
        rc = read(tree);
        session_close(tree->session);
    }
    if (rc == ADSCP_OK)
        rc = reader_note_input(run, place);
    tree->session = before;
    return rc;
}

/* The client's site where that is known: a catalog of it is nearer. */
static int locate_catalog(struct run *run, const struct tree *tree,
                          struct located *located)
{
    const char *config_dn = tree->directory->config_dn;
    const char *site = run->forest->client_site;
    struct locate_config config;
    char root[RESOLVE_NAME_MAX];

    if (!dn_domain(config_dn, strlen(config_dn), root, sizeof(root)))
        return detail_set(tree->detail, ADSCP_E_RESOLVE,
                          "%s is in no domain, so none can be found",
                          config_dn);
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_FIND);
    trace_add(run->plan->trace,
              "%s is not a global catalog: looking for one of %s",
              tree->directory->server != NULL ? tree->directory->server
                                              : "the server",
              root);
    config = reader_locate_config(run, root);
    config.catalog = true;
    if (tree->wants_site && site != NULL && site[0] != '\0')
        config.site = site;
    return locate(&config, tree->deadline, tree->detail, run->plan->trace,
                  located);
}

static int find_catalog(struct run *run, bool starttls, struct tree *tree,
                        reader_catalog_read *read)
{
    const struct deadline *whole = tree->deadline;
    struct located *located = calloc(1, sizeof(*located));
    int i, rc;

    if (located == NULL)
        return ADSCP_E_NOMEM;
    rc = locate_catalog(run, tree, located);
    for (i = 0; i < located->count; i++) {
        struct deadline part = reader_share(whole, i + 1 == located->count);
        const struct place place = reader_place_of(&located->controllers[i]);

        detail_clear(tree->detail);
        tree->deadline = &part;
        rc = read_from(run, &place, starttls, tree, read);
        reader_trace_read(run, &located->controllers[i], rc, tree->detail);
        if (!reader_tries_next(rc, whole))
            break;
    }
    tree->deadline = whole;
    free(located);
    return rc;
}

int reader_ask_catalog(struct run *run, const struct place *place,
                       bool starttls, struct tree *tree,
                       reader_catalog_read *read)
{
    struct place beside = *place;

    if (decoder_root(tree->decoder)->is_no_catalog)
        return place->found
                   ? find_catalog(run, starttls, tree, read)
                   : detail_set(
                         tree->detail, ADSCP_E_CONNECT,
                         "%s is not a global catalog, and no other server "
                         "was named",
                         place->host != NULL ? place->host : "this server");
    if (is_catalog(place))
        return read(tree);
    beside.port = catalog_port(place);
    return beside.port != 0
               ? read_from(run, &beside, starttls, tree, read)
               : detail_set(tree->detail, ADSCP_E_CONNECT,
                            "the port of its global catalog is not known");
}

int reader_complete_catalog(struct run *run, const struct place *place,
                            bool starttls, const struct tree *tree)
{
    const struct root_dse *root = decoder_root(tree->decoder);
    struct tree people = *tree;
    struct deadline share;
    struct detail detail;
    bool misses = false;
    int rc;

    if (!root->is_no_catalog &&
        (!root->is_global_catalog || catalog_port(place) == 0))
        return ADSCP_OK;
    rc = misses_recipient(run, tree->directory, &misses);
    if (rc != ADSCP_OK || !misses)
        return rc;
    detail_clear(&detail);
    share = deadline_share(tree->deadline, INT_MAX);
    people.deadline = &share;
    people.detail = &detail;
    rc = reader_ask_catalog(run, place, starttls, &people, tree_read_catalog);
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    return decoder_note(tree->decoder, FINDING_CATALOG_NOT_READ,
                        (struct finding_what){.reason = detail.text});
}
