/* SPDX-License-Identifier: MIT */
/*
 * The last act on a forest: what belongs together is joined by DNs and names,
 * looked up once, and rows get their final places. Nothing is read and nothing
 * is judged here; what does not join stays 0, and whether that matters is for
 * the judge.
 */
#include "facts/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "base/table.h"
#include "base/text.h"
#include "facts/census.h"
#include "facts/dn.h"
#include "facts/intern.h"
#include "facts/url.h"

/* Servers of one group share the rest of their DNs, and so its hash. */
struct rest_hash {
    struct span rest;
    uint32_t hash;
};

struct join {
    const struct adscp_forest *forest;
    struct directory *directory;
    struct hash_index servers; /* by the first RDN and the rest of their DN */
    struct rest_hash last;
    struct table legacy;    /* servers, by legacyExchangeDN */
    struct table databases; /* by DN */
    uint8_t *claims;        /* per address asked for: the best so far */
    const struct deadline *deadline;
};

/* ------------------------------------------------------- servers by DN -- */

static bool is_dn(const char *dn, struct span first, struct span rest)
{
    size_t length = strlen(dn), cut = dn_first_length(dn, length);

    return text_equal_fold(dn, cut, first.text, first.length) &&
           text_equal_fold(dn + cut, length - cut, rest.text, rest.length);
}

/* 1 + index of the server whose DN is first + rest, or 0. */
static uint32_t find_server(const struct join *join, uint32_t hash,
                            struct span first, struct span rest)
{
    const struct adscp_server *servers = join->directory->servers;
    uint32_t at, index = hash_first(&join->servers, hash, &at);

    while (index != HASH_NONE && !is_dn(servers[index].dn, first, rest))
        index = hash_next(&join->servers, hash, &at);
    return index + 1; /* HASH_NONE + 1 is 0 */
}

static uint32_t hash_rest(struct span rest, struct rest_hash *last)
{
    if (last->rest.length != rest.length || last->rest.text == NULL ||
        (last->rest.text != rest.text &&
         memcmp(last->rest.text, rest.text, rest.length) != 0)) {
        last->rest = rest;
        last->hash = hash_fold(rest.text, rest.length);
    }
    return last->hash;
}

static uint32_t find_parts(struct join *join, struct span first,
                           struct span rest, uint32_t *hashp)
{
    *hashp = hash_join(hash_fold(first.text, first.length),
                       hash_rest(rest, &join->last));
    return find_server(join, *hashp, first, rest);
}

/* The server with this DN (NULL: none), and the hash that it has or would have.
 */
static uint32_t find_dn(struct join *join, const char *dn, uint32_t *hashp)
{
    size_t length = dn != NULL ? strlen(dn) : 0;
    size_t cut = dn != NULL ? dn_first_length(dn, length) : 0;

    if (dn == NULL)
        return 0;
    return find_parts(join, (struct span){dn, cut},
                      (struct span){dn + cut, length - cut}, hashp);
}

/* "CN=EX01,CN=Autodiscover,CN=Protocols,CN=EX01" + ",CN=Servers,...": the
 * server is the last RDN of the head, however deep the object lies. */
static uint32_t find_above(struct join *join, struct span head,
                           struct span tail)
{
    size_t last = dn_last_length(head.text, head.length);
    uint32_t hash;

    return find_parts(join, (struct span){head.text + head.length - last, last},
                      tail, &hash);
}

static uint32_t server_above(struct join *join, const char *dn)
{
    struct dn_parts parts = dn_split(dn, strlen(dn));

    return parts.under_servers ? find_above(join, parts.head, parts.tail) : 0;
}

/* --------------------------------------------------------------- tables -- */

/* Of several rows with one key the first counts. */
static void put(struct table *table, const char *key, uint32_t value)
{
    if (key != NULL)
        (void)table_value(table, key, table_hash(table, key), value);
}

/* 1 + index, or 0. */
static uint32_t find(const struct table *table, const char *key)
{
    const uint32_t *value =
        key != NULL ? table_get(table, key, strlen(key)) : NULL;

    return value != NULL ? *value : 0;
}

/* Of several servers with one DN or name the first counts. */
static int add_servers(struct join *join)
{
    const struct directory *directory = join->directory;
    int rc = ADSCP_OK;
    uint32_t hash = 0, i;

    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++) {
        const struct adscp_server *server = &directory->servers[i];

        if (find_dn(join, server->dn, &hash) == 0)
            (void)hash_add(&join->servers, hash, i); /* there is room */
        put(&join->legacy, server->is_copy ? NULL : server->legacy_dn, i + 1);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

static bool join_reserve(struct join *join)
{
    struct directory *directory = join->directory;
    size_t asked = join->forest->asked_count;

    directory->recipient_of =
        calloc(asked + 1, sizeof(*directory->recipient_of));
    join->claims = calloc(asked + 1, sizeof(*join->claims));
    return directory->recipient_of != NULL && join->claims != NULL &&
           hash_reserve(&join->servers, directory->server_count) &&
           table_init(&join->legacy, TABLE_ASCII, directory->server_count) ==
               ADSCP_OK &&
           table_init(&join->databases, TABLE_FOLD,
                      directory->database_count) == ADSCP_OK;
}

static int join_prepare(struct join *join)
{
    const struct directory *directory = join->directory;
    int rc = ADSCP_E_NOMEM;
    uint32_t i;

    if (join_reserve(join))
        rc = add_servers(join);
    for (i = 0; i < directory->database_count && rc == ADSCP_OK; i++) {
        put(&join->databases, directory->databases[i].dn, i + 1);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

static void join_clear(struct join *join)
{
    hash_clear(&join->servers);
    table_clear(&join->legacy);
    table_clear(&join->databases);
    free(join->claims);
}

/* ------------------------------------------------------------------- SCP -- */

/* Does the first http(s) URL lead to the server that the SCP lies under, and is
 * it word for word (in any case) what Exchange setup writes? */
static void look_at_host(struct adscp_scp *scp,
                         const struct adscp_server *server)
{
    const char *text = scp_binding(scp, scp->first_http);
    size_t length = strlen(text);
    struct url url;

    if (!url_split(text, length, &url))
        return;
    if (!server_has_name(server, url.host))
        return;
    scp->flags |= SCP_HOST_OWN;
    if (server_has_default_url(server, &url) && url_path_is_default(url.path) &&
        url.path.text + url.path.length == text + length)
        scp->flags |= SCP_DEFAULT_URL;
}

static void join_scp(struct join *join, struct adscp_scp *scp)
{
    const char *tail = join->forest->tails[scp->dn_tail];

    scp->server =
        find_above(join, (struct span){scp->dn_head, strlen(scp->dn_head)},
                   (struct span){tail, strlen(tail)});
    if (scp->server != 0 && (scp->flags & SCP_HTTP) != 0)
        look_at_host(scp, &join->directory->servers[scp->server - 1]);
}

static int join_scps(struct join *join)
{
    struct directory *directory = join->directory;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->scp_count && rc == ADSCP_OK; i++) {
        if ((directory->scps[i].flags & SCP_UNDER_SERVERS) != 0 &&
            !forest_is_joined(directory, directory->scps[i].server))
            join_scp(join, &directory->scps[i]);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

/* ----------------------------------------------------- databases, services --
 */

static int join_databases(struct join *join)
{
    int rc = ADSCP_OK;
    uint32_t hash;
    size_t i;

    for (i = 0; i < join->directory->database_count && rc == ADSCP_OK; i++) {
        struct database *row = &join->directory->databases[i];

        if (forest_is_joined(join->directory, row->server))
            continue;
        row->server = find_dn(join, row->owner, &hash);
        row->owner_is_told = row->server != 0;
        if (row->server == 0)
            row->server = server_above(join, row->dn);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

static int join_services(struct join *join)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < join->directory->service_count && rc == ADSCP_OK; i++) {
        struct virtual_directory *row = &join->directory->services[i];

        if (forest_is_joined(join->directory, row->server))
            continue;
        row->server = server_above(join, row->dn);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

/* --------------------------------------------------------------- census -- */

/* The mailboxes of a database; *astrayp: in none that a server owns. */
static int join_counted(struct join *join, const struct table_row *row,
                        int64_t *astrayp)
{
    struct directory *directory = join->directory;
    const char *dn = row->text;
    uint32_t number;

    /* Rows have a DN as it is shown. */
    if (!text_is_clean(row->text, row->length))
        dn = text_keep(&directory->census->arena, row->text, row->length, NULL);
    if (dn == NULL)
        return ADSCP_E_NOMEM;
    number = find(&join->databases, dn);
    if (number != 0)
        directory->databases[number - 1].mailboxes = row->value;
    if (number == 0 || directory->databases[number - 1].server == 0)
        *astrayp += row->value;
    return ADSCP_OK;
}

/* Behind the databases. */
static int join_census(struct join *join)
{
    const struct census *census = join->directory->census;
    struct finding_what what = {0};
    int rc = ADSCP_OK;
    uint32_t i;

    if (census == NULL)
        return ADSCP_OK;
    what.count = census->astray;
    for (i = 0; i < census->databases.count && rc == ADSCP_OK; i++)
        rc = join_counted(join, &census->databases.rows[i], &what.count);
    return rc == ADSCP_OK && what.count > 0
               ? finding_add(&join->directory->notes, FINDING_CENSUS_ASTRAY,
                             what)
               : rc;
}

/* ----------------------------------------------------------- recipients -- */

static bool is_same_dn(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

/* How good a claim to an address is. Who is not mail-enabled is no recipient,
 * but still tells more than nobody: administrators' second accounts repeat the
 * address of their owner in mail. */
enum claim { CLAIM_NONE, CLAIM_PLAIN, CLAIM_MAIL, CLAIM_PROXY };

static enum claim claim_of(const struct recipient *row, uint32_t nth)
{
    if (row->kind == RECIPIENT_PLAIN)
        return CLAIM_PLAIN;
    return nth < row->proxy_count ? CLAIM_PROXY : CLAIM_MAIL;
}

/* The best claim wins; several of one kind make the owner ambiguous, and of
 * those that are none the first by DN is told. The
 * recipient may have come before: the global catalog repeats what the domain
 * gave, and each of several filters finds whoever has addresses in both. */
static void claim(struct join *join, uint32_t asked, uint32_t index,
                  enum claim claim)
{
    const struct recipient *rows = join->directory->recipients;
    uint32_t *who = &join->directory->recipient_of[asked];

    if (claim > join->claims[asked] ||
        (claim == CLAIM_PLAIN && claim == join->claims[asked] &&
         text_compare_ascii(rows[index].dn, rows[*who - 1].dn) < 0)) {
        join->claims[asked] = (uint8_t)claim;
        *who = index + 1;
    } else if (claim == join->claims[asked] && claim != CLAIM_PLAIN &&
               *who != RECIPIENT_SEVERAL &&
               !is_same_dn(rows[*who - 1].dn, rows[index].dn)) {
        *who = RECIPIENT_SEVERAL;
    }
}

static void join_recipient(struct join *join, uint32_t index)
{
    struct recipient *row = &join->directory->recipients[index];
    uint32_t i;

    row->database = find(&join->databases, row->database_dn);
    row->server = find(&join->legacy, row->home_server);
    for (i = 0; i < row->asked_count; i++)
        claim(join, row->asked[i], index, claim_of(row, i));
}

static int join_recipients(struct join *join)
{
    int rc = ADSCP_OK;
    uint32_t i;

    for (i = 0; i < join->directory->recipient_count && rc == ADSCP_OK; i++) {
        join_recipient(join, i);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

/* -------------------------------------------------------------- subnets -- */

/* A subnet's site is spelt as the site's own object spells it. */
static int join_subnets(const struct join *join)
{
    const struct adscp_forest *forest = join->forest;
    struct directory *directory = join->directory;
    const char **names;
    size_t i;

    if (directory->subnet_count == 0 || directory->site_count == 0)
        return ADSCP_OK;
    names = calloc((size_t)forest->name_count + 1, sizeof(*names));
    if (names == NULL)
        return ADSCP_E_NOMEM;
    for (i = directory->site_count; i-- > 0;)
        if (directory->sites[i].id != NAME_NONE)
            names[directory->sites[i].id] = directory->sites[i].name;
    for (i = 0; i < directory->subnet_count; i++) {
        struct adscp_subnet *subnet = &directory->subnets[i];

        if (subnet->site_id == NAME_NONE || names[subnet->site_id] == NULL ||
            strcmp(names[subnet->site_id], subnet->site) == 0)
            continue;
        subnet->site = names[subnet->site_id];
        subnet->is_respelt = true;
    }
    free(names);
    return ADSCP_OK;
}

static int join_directory(const struct adscp_forest *forest,
                          struct directory *directory,
                          const struct deadline *deadline)
{
    struct join join = {
        .forest = forest, .directory = directory, .deadline = deadline};
    int rc = join_subnets(&join);

    if (rc == ADSCP_OK)
        rc = join_prepare(&join);
    if (rc == ADSCP_OK && directory->server_count > 0)
        rc = join_scps(&join);
    if (rc == ADSCP_OK)
        rc = join_databases(&join);
    if (rc == ADSCP_OK)
        rc = join_census(&join);
    if (rc == ADSCP_OK)
        rc = join_services(&join);
    if (rc == ADSCP_OK)
        rc = join_recipients(&join);
    join_clear(&join);
    return rc;
}

/* ---------------------------------------------------------- final places -- */

/* Give back spare rows. The SCPs may move, and the notes about them follow. */
static void trim_scps(struct directory *directory)
{
    uintptr_t before = (uintptr_t)directory->scps;
    size_t i;

    directory->scps = rows_trim(directory->scps, directory->scp_count,
                                sizeof(*directory->scps));
    for (i = 0; i < directory->notes.count; i++) {
        struct adscp_finding *note = &directory->notes.rows[i];

        if (note->scp != NULL)
            note->scp = directory->scps + ((uintptr_t)note->scp - before) /
                                              sizeof(*directory->scps);
    }
}

static void trim_directory(struct directory *directory)
{
    trim_scps(directory);
    directory->servers = rows_trim(directory->servers, directory->server_count,
                                   sizeof(*directory->servers));
    directory->sites = rows_trim(directory->sites, directory->site_count,
                                 sizeof(*directory->sites));
    directory->subnets = rows_trim(directory->subnets, directory->subnet_count,
                                   sizeof(*directory->subnets));
    directory->services =
        rows_trim(directory->services, directory->service_count,
                  sizeof(*directory->services));
    directory->databases =
        rows_trim(directory->databases, directory->database_count,
                  sizeof(*directory->databases));
}

static void trim_shared(struct adscp_forest *forest)
{
    struct intern *intern = forest->intern;

    forest->keywords = rows_trim(forest->keywords, forest->keyword_count,
                                 sizeof(*forest->keywords));
    forest->tails =
        rows_trim(forest->tails, forest->tail_count, sizeof(*forest->tails));
    forest->texts =
        rows_trim(forest->texts, forest->text_count, sizeof(*forest->texts));
    table_clear(&intern->keywords);
    table_clear(&intern->tails);
    table_clear(&intern->texts);
}

int forest_freeze(struct adscp_forest *forest, const struct deadline *deadline)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < forest->directory_count && rc == ADSCP_OK; i++)
        rc = join_directory(forest, forest->directories[i], deadline);
    if (rc != ADSCP_OK)
        return rc;
    for (i = 0; i < forest->directory_count; i++)
        trim_directory(forest->directories[i]);
    trim_shared(forest);
    for (i = 0; i < forest->directory_count && rc == ADSCP_OK; i++)
        rc = finding_list_sort(&forest->directories[i]->notes, 0, deadline);
    return rc;
}
