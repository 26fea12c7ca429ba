/* SPDX-License-Identifier: MIT */
/*
 * Which server do a database, a virtual directory and a mailbox belong to? DNs
 * and names are looked up once, when the forest is frozen. What does not join
 * stays 0; whether that matters is for the judge.
 */
#include "facts/join.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/text.h"
#include "facts/dn.h"

struct join {
    struct directory *directory;
    struct table servers;   /* by DN */
    struct table legacy;    /* by legacyExchangeDN */
    struct table databases; /* by DN */
    uint8_t *claims;        /* per address asked for: the best so far */
    const struct deadline *deadline;
};

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

static int join_prepare(struct join *join, size_t asked_count)
{
    struct directory *directory = join->directory;
    int rc = ADSCP_OK;
    uint32_t i;

    directory->recipient_of = calloc(asked_count + 1, sizeof(uint32_t));
    join->claims = calloc(asked_count + 1, sizeof(*join->claims));
    if (directory->recipient_of == NULL || join->claims == NULL)
        return ADSCP_E_NOMEM;

    if (table_init(&join->servers, TABLE_FOLD, directory->server_count) !=
            ADSCP_OK ||
        table_init(&join->legacy, TABLE_ASCII, directory->server_count) !=
            ADSCP_OK ||
        table_init(&join->databases, TABLE_FOLD, directory->database_count) !=
            ADSCP_OK)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++) {
        put(&join->servers, directory->servers[i].dn, i + 1);
        put(&join->legacy, directory->servers[i].legacy_dn, i + 1);
        rc = deadline_check_row(join->deadline, i);
    }
    for (i = 0; i < directory->database_count && rc == ADSCP_OK; i++) {
        put(&join->databases, directory->databases[i].dn, i + 1);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

static void join_clear(struct join *join)
{
    table_clear(&join->servers);
    table_clear(&join->legacy);
    table_clear(&join->databases);
    free(join->claims);
}

/* The server that a DN lies under: the RDN before ",CN=Servers,", however deep
 * the object is. */
static uint32_t server_above(const struct join *join, const char *dn)
{
    struct dn_parts parts = dn_split(dn, strlen(dn));
    size_t last;

    if (!parts.under_servers)
        return 0;
    last = dn_last_length(parts.head.text, parts.head.length);
    return find(&join->servers, dn + parts.head.length - last);
}

static int join_databases(const struct join *join)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < join->directory->database_count && rc == ADSCP_OK; i++) {
        struct database *row = &join->directory->databases[i];

        row->server = find(&join->servers, row->owner);
        row->owner_is_told = row->server != 0;
        if (row->server == 0)
            row->server = server_above(join, row->dn);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

static int join_services(const struct join *join)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < join->directory->service_count && rc == ADSCP_OK; i++) {
        join->directory->services[i].server =
            server_above(join, join->directory->services[i].dn);
        rc = deadline_check_row(join->deadline, i);
    }
    return rc;
}

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

/* The best claim wins; several of one kind make the owner ambiguous. The
 * recipient may have come before: the global catalog repeats what the domain
 * gave, and each of several filters finds whoever has addresses in both. */
static void claim(struct join *join, uint32_t asked, uint32_t index,
                  enum claim claim)
{
    const struct recipient *rows = join->directory->recipients;
    uint32_t *who = &join->directory->recipient_of[asked];

    if (claim > join->claims[asked]) {
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

/* A subnet's site is spelt as the site's own object spells it. */
static int join_subnets(const struct adscp_forest *forest,
                        struct directory *directory)
{
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

        if (subnet->site_id != NAME_NONE && names[subnet->site_id] != NULL)
            subnet->site = names[subnet->site_id];
    }
    free(names);
    return ADSCP_OK;
}

int join_directory(const struct adscp_forest *forest,
                   struct directory *directory, const struct deadline *deadline)
{
    struct join join = {.directory = directory, .deadline = deadline};
    uint32_t i;
    int rc;

    rc = join_subnets(forest, directory);
    if (rc == ADSCP_OK)
        rc = join_prepare(&join, forest->asked_count);
    if (rc == ADSCP_OK)
        rc = join_databases(&join);
    if (rc == ADSCP_OK)
        rc = join_services(&join);
    for (i = 0; i < directory->recipient_count && rc == ADSCP_OK; i++) {
        join_recipient(&join, i);
        rc = deadline_check_row(deadline, i);
    }
    join_clear(&join);
    return rc;
}
