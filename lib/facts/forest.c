/* SPDX-License-Identifier: MIT */
/*
 * The facts' home: rows of directories, and what rows share. It knows what a
 * keyword is, since that is settled once for all entries that carry it; where
 * entries come from and what they are worth is the business of others.
 */
#include "facts/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/census.h"
#include "facts/entries.h"
#include "facts/host.h"
#include "facts/intern.h"
#include "facts/server.h"
#include "facts/sightings.h"
#include "facts/snapshot.h"

/* ------------------------------------------------------------------ life -- */

struct adscp_forest *forest_new(void)
{
    struct adscp_forest *forest = calloc(1, sizeof(*forest));

    if (forest == NULL)
        return NULL;
    atomic_init(&forest->holders, 1);
    forest->memory = shared_arena_new();
    forest->intern = calloc(1, sizeof(*forest->intern));
    forest->texts = rows_grow(NULL, 0, sizeof(*forest->texts));
    if (forest->memory == NULL || forest->intern == NULL ||
        forest->texts == NULL) {
        forest_release(forest);
        return NULL;
    }
    forest->arena = &forest->memory->arena;
    forest->intern->names.sense = TABLE_FOLD;
    forest->texts[0] = NULL;
    forest->text_count = 1;
    return forest;
}

struct adscp_forest *forest_hold(const struct adscp_forest *forest)
{
    /* Constant to its readers; the count of holders alone changes. */
    struct adscp_forest *held = (struct adscp_forest *)(uintptr_t)forest;

    atomic_fetch_add(&held->holders, 1);
    return held;
}

static void directory_free(struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->scp_count; i++)
        text_slot_free(&directory->scps[i].dn);
    for (i = 0; i < directory->server_count; i++)
        server_free(&directory->servers[i]);
    finding_list_free(&directory->notes);
    entries_release(directory->entries);
    snapshot_free(directory->snapshot);
    census_free(directory->census);
    free(directory->scps);
    free(directory->servers);
    free(directory->sites);
    free(directory->subnets);
    free(directory->services);
    free(directory->databases);
    free(directory->authorities);
    free(directory->recipients);
    free(directory->recipient_of);
    free(directory);
}

static void intern_free(struct intern *intern)
{
    if (intern == NULL)
        return;
    table_clear(&intern->keywords);
    table_clear(&intern->tails);
    table_clear(&intern->texts);
    table_clear(&intern->names);
    free(intern);
}

void forest_release(struct adscp_forest *forest)
{
    size_t i;

    if (forest == NULL || atomic_fetch_sub(&forest->holders, 1) > 1)
        return;
    for (i = 0; i < forest->directory_count; i++)
        directory_free(forest->directories[i]);
    free(forest->directories);
    free(forest->inputs);
    text_slot_free(&forest->snapshot);
    sightings_release(forest->sightings);
    free(forest->keywords);
    free(forest->tails);
    free(forest->texts);
    intern_free(forest->intern);
    shared_arena_release(forest->memory);
    free(forest);
}

/* ------------------------------------------------------------------ rows -- */

struct directory *forest_add_directory(struct adscp_forest *forest,
                                       const char *target)
{
    struct directory *directory = NULL, **rows;

    rows =
        rows_grow(forest->directories, forest->directory_count, sizeof(*rows));
    if (rows == NULL)
        return NULL;
    forest->directories = rows;
    directory = calloc(1, sizeof(*directory));
    if (directory == NULL)
        return NULL;
    directory->complete = true;
    if (target != NULL) {
        directory->target = arena_copy(forest->arena, target, strlen(target));
        if (directory->target == NULL) {
            free(directory);
            return NULL;
        }
    }
    rows[forest->directory_count++] = directory;
    return directory;
}

bool forest_add_input(struct adscp_forest *forest, const char *name)
{
    const char **rows =
        rows_grow(forest->inputs, forest->input_count, sizeof(*rows));

    if (rows == NULL)
        return false;
    forest->inputs = rows;
    rows[forest->input_count] =
        text_keep(forest->arena, name, strlen(name), NULL);
    return rows[forest->input_count++] != NULL;
}

void forest_forget_reading(struct directory *directory)
{
    finding_list_free(&directory->notes);
    directory->complete = true;
    directory->recipients_read = false;
    directory->people = (struct people){0};
    directory->config_dn = NULL;
    directory->server = NULL;
    census_free(directory->census);
    directory->census = NULL;
}

bool directory_is_exported(const struct directory *directory)
{
    return directory->source == ADSCP_FOREST_SOURCE_LDIF &&
           !directory->first_hand;
}

bool directory_lacks_roots(const struct directory *directory)
{
    size_t i;

    if (!directory_is_exported(directory))
        return false;
    for (i = 0; i < directory->authority_count; i++)
        if (directory->authorities[i].certificate_count > 0)
            return false;
    return directory->authority_count > 0;
}

const struct directory *forest_find_directory(const struct adscp_forest *forest,
                                              const char *target)
{
    size_t i;

    for (i = 0; i < forest->directory_count; i++) {
        const struct directory *directory = forest->directories[i];

        if (directory->target != NULL &&
            text_is(target, strlen(target), directory->target))
            return directory;
    }
    return NULL;
}

struct adscp_scp *forest_add_scp(struct adscp_forest *forest,
                                 struct directory *directory)
{
    struct adscp_scp *rows, *row;

    rows = rows_grow(directory->scps, directory->scp_count, sizeof(*rows));
    if (rows == NULL)
        return NULL;
    directory->scps = rows;
    row = &rows[directory->scp_count++];
    *row = (struct adscp_scp){.created = TIME_UNKNOWN, .forest = forest};
    return row;
}

/* Every other kind of row is appended in one way. */
#define DEFINE_ADD(name, type, rows_of, count_of, ...)                         \
    type *name(struct directory *directory)                                    \
    {                                                                          \
        type *rows =                                                           \
            rows_grow(directory->rows_of, directory->count_of, sizeof(*rows)); \
                                                                               \
        if (rows == NULL)                                                      \
            return NULL;                                                       \
        directory->rows_of = rows;                                             \
        rows += directory->count_of++;                                         \
        *rows = (type)__VA_ARGS__;                                             \
        return rows;                                                           \
    }

DEFINE_ADD(forest_add_server, struct adscp_server, servers, server_count,
           {.site_name = NAME_NONE,
            .version = VERSION_NONE,
            .roles = -1,
            .provisioning = -1,
            .created = TIME_UNKNOWN})
DEFINE_ADD(forest_add_site, struct adscp_site, sites, site_count,
           {.id = NAME_NONE})
DEFINE_ADD(forest_add_subnet, struct adscp_subnet, subnets, subnet_count,
           {.site_id = NAME_NONE})
DEFINE_ADD(forest_add_service, struct virtual_directory, services,
           service_count, {.service = SERVICE_NONE})
DEFINE_ADD(forest_add_database, struct database, databases, database_count,
           {.server = 0})
DEFINE_ADD(forest_add_authority, struct authority, authorities, authority_count,
           {.is_root = false})
DEFINE_ADD(forest_add_recipient, struct recipient, recipients, recipient_count,
           {.kind = RECIPIENT_PLAIN})
#undef DEFINE_ADD

/* -------------------------------------------------------------- asking for --
 */

bool forest_ask(struct adscp_forest *forest, const char *address)
{
    name_id id;

    if (!forest_name(forest, address, strlen(address), &id))
        return false;
    forest->asked_count = forest->name_count;
    return true;
}

bool forest_add_foreign_domain(struct adscp_forest *forest, struct span name,
                               struct span root)
{
    struct foreign_domain *row;

    if (forest->foreign_domain_count == FOREIGN_DOMAINS_MAX)
        return true;
    row = &forest->foreign_domains[forest->foreign_domain_count];
    row->name = text_keep(forest->arena, name.text, name.length, NULL);
    row->forest = text_keep(forest->arena, root.text, root.length, NULL);
    if (row->name == NULL || row->forest == NULL)
        return false;
    forest->foreign_domain_count++;
    return true;
}

const char *forest_of_foreign_domain(const struct adscp_forest *forest,
                                     const char *name)
{
    size_t i;

    for (i = 0; i < forest->foreign_domain_count; i++)
        if (text_is(name, strlen(name), forest->foreign_domains[i].name))
            return forest->foreign_domains[i].forest;
    return NULL;
}

name_id forest_find_name(const struct adscp_forest *forest, const char *bytes,
                         size_t length)
{
    return table_find(&forest->intern->names, bytes, length);
}

/* --------------------------------------------------------- reading a row -- */

bool server_has_name(const struct adscp_server *server, struct span host)
{
    return host_is(host, server->name) || host_is(host, server->fqdn);
}

bool server_has_default_url(const struct adscp_server *server,
                            const struct url *url)
{
    return url->kind == URL_HTTPS && !url->has_port && !url->has_userinfo &&
           host_is(url->host, server->fqdn);
}

/* A bare host, with or without a port, as it would stand in a URL. */
static bool bare_host(const char *text, struct span *hostp, int *portp)
{
    enum { BEFORE = sizeof("https://") - 1, HOST_MAX = 262 };
    char whole[BEFORE + HOST_MAX + 2];
    struct url url;

    if (strlen(text) > HOST_MAX)
        return false;
    stpcpy(stpcpy(stpcpy(whole, "https://"), text), "/");
    if (!url_split_host(whole, &url))
        return false;
    *portp = url.port;
    *hostp =
        (struct span){text + (url.host.text - whole) - BEFORE, url.host.length};
    return true;
}

bool virtual_directory_host(const struct virtual_directory *service,
                            struct span *hostp, int *portp)
{
    struct url url;

    if (service->url == NULL)
        return false;
    if (service->service == SERVICE_RPC && strchr(service->url, '/') == NULL)
        return bare_host(service->url, hostp, portp);
    if (!url_split_host(service->url, &url) || !url_is_http(&url))
        return false;
    *hostp = url.host;
    *portp = url_server_port(&url);
    return true;
}
