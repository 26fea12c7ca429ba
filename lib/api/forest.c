/* SPDX-License-Identifier: MIT */
/*
 * The public forest: getters over facts/forest. They check bounds and lend; a
 * NULL handle gives the value of absence.
 */
#include "adscp.h"

#include "api/count.h"
#include "facts/census.h"
#include "facts/decode/decode.h"
#include "facts/server.h"

static const struct directory *first(const adscp_forest *forest)
{
    return forest != NULL && forest->directory_count > 0
               ? forest->directories[0]
               : NULL;
}

const char *adscp_forest_source_name(int source)
{
    switch (source) {
    case ADSCP_FOREST_SOURCE_LDIF:
        return "ldif";
    case ADSCP_FOREST_SOURCE_LDAP:
        return "ldap";
    default:
        return NULL;
    }
}

void adscp_forest_free(adscp_forest *forest)
{
    forest_release(forest);
}

int adscp_forest_source(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? directory->source : -1;
}

int adscp_forest_input_count(const adscp_forest *forest)
{
    return forest != NULL ? count_of(forest->input_count) : -1;
}

const char *adscp_forest_input(const adscp_forest *forest, int index)
{
    return forest != NULL && in_range(index, forest->input_count)
               ? forest->inputs[index]
               : NULL;
}

const char *adscp_forest_domain(const adscp_forest *forest)
{
    return forest != NULL ? forest->domain : NULL;
}

const char *adscp_forest_client_site(const adscp_forest *forest)
{
    return forest != NULL ? forest->client_site : NULL;
}

const char *adscp_forest_client_address(const adscp_forest *forest)
{
    return forest != NULL ? forest->client_address : NULL;
}

const char *adscp_forest_domain_controller(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? directory->server : NULL;
}

const char *adscp_forest_config_dn(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? directory->config_dn : NULL;
}

const char *adscp_census_kind_name(int kind)
{
    return census_kind_name(kind);
}

static const struct census *census_of(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? directory->census : NULL;
}

int64_t adscp_forest_census(const adscp_forest *forest, int kind)
{
    const struct census *census = census_of(forest);

    return census != NULL && in_range(kind, CENSUS_KINDS) ? census->counts[kind]
                                                          : -1;
}

int adscp_forest_census_complete(const adscp_forest *forest)
{
    const struct census *census = census_of(forest);

    return census != NULL ? census->complete : -1;
}

static char *make_snapshot(const void *of)
{
    return decoder_snapshot(of);
}

const adscp_sightings *adscp_forest_sightings(const adscp_forest *forest)
{
    return forest != NULL ? forest->sightings : NULL;
}

const char *adscp_forest_snapshot(const adscp_forest *forest)
{
    /* Made when it is first asked for: the one part of a forest that changes.
     */
    adscp_forest *whole = (adscp_forest *)(uintptr_t)forest;

    if (forest == NULL || !forest->kept)
        return NULL;
    return text_slot_get(&whole->snapshot, make_snapshot, forest);
}

int adscp_forest_complete(const adscp_forest *forest)
{
    size_t i;

    if (first(forest) == NULL)
        return -1;
    for (i = 0; i < forest->directory_count; i++)
        if (!forest->directories[i]->complete)
            return 0;
    return 1;
}

int adscp_forest_scp_count(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? count_of(directory->scp_count) : -1;
}

const adscp_scp *adscp_forest_scp(const adscp_forest *forest, int index)
{
    const struct directory *directory = first(forest);

    if (directory == NULL || !in_range(index, directory->scp_count))
        return NULL;
    return &directory->scps[index];
}

const char *adscp_scp_dn(const adscp_scp *scp)
{
    return scp != NULL ? scp_dn(scp) : NULL;
}

int64_t adscp_scp_created(const adscp_scp *scp)
{
    return scp != NULL && scp->created != TIME_UNKNOWN ? scp->created : -1;
}

const char *adscp_scp_class_name(const adscp_scp *scp)
{
    return scp != NULL ? scp->forest->texts[scp->class_name] : NULL;
}

int adscp_scp_keyword_count(const adscp_scp *scp)
{
    return scp != NULL ? count_of(scp->keyword_count) : -1;
}

const char *adscp_scp_keyword(const adscp_scp *scp, int index)
{
    if (scp == NULL || !in_range(index, scp->keyword_count))
        return NULL;
    return scp_keyword(scp, (size_t)index)->text;
}

int adscp_scp_binding_count(const adscp_scp *scp)
{
    return scp != NULL ? count_of(scp->binding_count) : -1;
}

const char *adscp_scp_binding(const adscp_scp *scp, int index)
{
    if (scp == NULL || !in_range(index, scp->binding_count))
        return NULL;
    return scp_binding(scp, (size_t)index);
}

int adscp_forest_server_count(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? count_of(directory->server_count) : -1;
}

const adscp_server *adscp_forest_server(const adscp_forest *forest, int index)
{
    const struct directory *directory = first(forest);

    if (directory == NULL || !in_range(index, directory->server_count))
        return NULL;
    return &directory->servers[index];
}

const char *adscp_server_dn(const adscp_server *server)
{
    return server != NULL ? server->dn : NULL;
}

const char *adscp_server_name(const adscp_server *server)
{
    return server != NULL ? server->name : NULL;
}

const char *adscp_server_fqdn(const adscp_server *server)
{
    return server != NULL ? server->fqdn : NULL;
}

const char *adscp_server_site(const adscp_server *server)
{
    return server != NULL ? server->site : NULL;
}

const char *adscp_server_version(const adscp_server *server)
{
    return server != NULL ? server->version_name : NULL;
}

const char *adscp_server_build(const adscp_server *server)
{
    return server != NULL ? server->build : NULL;
}

const char *adscp_server_roles(const adscp_server *server)
{
    return server != NULL ? server->role_names : NULL;
}

int adscp_server_front_end(const adscp_server *server)
{
    if (server == NULL || server->front_end == FRONT_END_UNKNOWN)
        return -1;
    return server->front_end == FRONT_END_YES;
}

const char *adscp_server_dag(const adscp_server *server)
{
    return server != NULL ? server->dag : NULL;
}

const char *adscp_server_inactive(const adscp_server *server)
{
    return server != NULL ? server->inactive : NULL;
}

int64_t adscp_server_created(const adscp_server *server)
{
    return server != NULL && server->created != TIME_UNKNOWN ? server->created
                                                             : -1;
}

int64_t adscp_server_provisioning_flags(const adscp_server *server)
{
    return server != NULL ? server->provisioning : -1;
}

const adscp_certificate *adscp_server_certificate(const adscp_server *server)
{
    return server != NULL ? server_certificate(server) : NULL;
}

int adscp_forest_site_count(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? count_of(directory->site_count) : -1;
}

const adscp_site *adscp_forest_site(const adscp_forest *forest, int index)
{
    const struct directory *directory = first(forest);

    if (directory == NULL || !in_range(index, directory->site_count))
        return NULL;
    return &directory->sites[index];
}

const char *adscp_site_dn(const adscp_site *site)
{
    return site != NULL ? site->dn : NULL;
}

const char *adscp_site_name(const adscp_site *site)
{
    return site != NULL ? site->name : NULL;
}

int adscp_forest_subnet_count(const adscp_forest *forest)
{
    const struct directory *directory = first(forest);

    return directory != NULL ? count_of(directory->subnet_count) : -1;
}

const adscp_subnet *adscp_forest_subnet(const adscp_forest *forest, int index)
{
    const struct directory *directory = first(forest);

    if (directory == NULL || !in_range(index, directory->subnet_count))
        return NULL;
    return &directory->subnets[index];
}

const char *adscp_subnet_dn(const adscp_subnet *subnet)
{
    return subnet != NULL ? subnet->dn : NULL;
}

const char *adscp_subnet_name(const adscp_subnet *subnet)
{
    return subnet != NULL ? subnet->name : NULL;
}

const char *adscp_subnet_site(const adscp_subnet *subnet)
{
    return subnet != NULL ? subnet->site : NULL;
}

int adscp_subnet_valid(const adscp_subnet *subnet)
{
    return subnet != NULL ? subnet->state == SUBNET_VALID : -1;
}
