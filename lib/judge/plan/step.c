/* SPDX-License-Identifier: MIT */
/*
 * One function for each verb: what an administrator's cmdlet writes into the
 * directory, as Microsoft documents it or as it was observed.
 */
#include "judge/plan/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/decode/decode.h"
#include "facts/dn.h"

static const char nothing[] = "none";

static bool is_none(const char *word)
{
    return strcmp(word, nothing) == 0;
}

static int check_url(struct making *making, const char *url)
{
    struct url parts;

    if (url[0] == '\0')
        return fail(making, "the URL is empty (\"none\" takes it away)");
    return url_split(url, strlen(url), &parts) && url_is_http(&parts)
               ? ADSCP_OK
               : fail(making, "%s is not an http or https URL", url);
}

/* Set-ClientAccessServer until 2013. */
static const char *set_client_access(const struct adscp_server *server)
{
    return server->line >= VERSION_2016 ? "Set-ClientAccessService"
                                        : "Set-ClientAccessServer";
}

/* ------------------------------------------------------------------ SCPs -- */

/* For each SCP of a server that publishes a URL. */
static int each_scp(struct making *making, const struct adscp_server *server,
                    int (*change)(struct making *making,
                                  const struct adscp_scp *scp,
                                  const struct kept_entry *entry))
{
    const struct directory *directory = making->directory;
    int rc = ADSCP_OK;
    bool found = false;
    size_t i;

    for (i = 0; i < directory->scp_count && rc == ADSCP_OK; i++) {
        const struct adscp_scp *scp = &directory->scps[i];
        const struct kept_entry *entry = NULL;
        const char *dn;

        if (scp->server != making_number(making, server) ||
            (scp->flags & SCP_URL) == 0)
            continue;
        dn = scp_dn(scp);
        entry = dn != NULL ? making_entry(making, dn) : NULL;
        found = true;
        rc = entry != NULL ? change(making, scp, entry) : ADSCP_E_NOMEM;
    }
    if (rc == ADSCP_OK && !found)
        rc = fail(making, "%s has no Autodiscover SCP", server->name);
    return rc;
}

static int change_url(struct making *making, const struct adscp_scp *scp,
                      const struct kept_entry *entry)
{
    const char *url = making_word(making, 1);
    bool is_same = is_none(url) ? scp->binding_count == 0
                                : scp->binding_count == 1 &&
                                      strcmp(scp_binding(scp, 0), url) == 0;

    if (is_same)
        return ADSCP_OK;
    begin_record(making, entry->dn, "modify");
    begin_part(making, "replace", "serviceBindingInformation");
    if (!is_none(url))
        put_line(making, "serviceBindingInformation", url);
    end_part(making);
    end_record(making);
    return ADSCP_OK;
}

static int make_scp_url(struct making *making)
{
    const struct adscp_server *server =
        making_server(making, making_word(making, 0));
    const char *url = making_word(making, 1);
    int rc = server != NULL ? ADSCP_OK : ADSCP_E_ARGUMENT;

    if (rc == ADSCP_OK && !is_none(url))
        rc = check_url(making, url);
    if (rc == ADSCP_OK)
        rc = each_scp(making, server, change_url);
    if (rc == ADSCP_OK)
        add_cmdlet(making, "%s -Identity %s -AutoDiscoverServiceInternalUri %s",
                   set_client_access(server), quoted(making, server->name),
                   is_none(url) ? "$null" : quoted(making, url));
    return rc;
}

static bool is_site_keyword(const struct entry_value *value)
{
    static const char prefix[] = "Site=";
    static const char attribute[] = "keywords";

    return text_starts(value->name, value->name_length, attribute) &&
           text_starts(value->bytes, value->length, prefix);
}

static bool is_keyword(const struct entry_value *value)
{
    return text_starts(value->name, value->name_length, "keywords");
}

/* Are the sites those that there are, in their order? */
static bool has_sites(const struct making *making,
                      const struct kept_entry *entry)
{
    size_t next =
        is_none(making_word(making, 1)) ? making_word_count(making) : 1;
    uint32_t i;

    for (i = 0; i < entry->value_count; i++) {
        const struct entry_value *value = &entry->values[i];
        const size_t skip = strlen("Site=");

        if (!is_site_keyword(value))
            continue;
        if (next == making_word_count(making) ||
            !text_is(value->bytes + skip, value->length - skip,
                     making_word(making, next)))
            return false;
        next++;
    }
    return next == making_word_count(making);
}

static int change_sites(struct making *making, const struct adscp_scp *scp,
                        const struct kept_entry *entry)
{
    size_t k;
    uint32_t i;

    (void)scp;
    if (has_sites(making, entry))
        return ADSCP_OK;
    begin_record(making, entry->dn, "modify");
    begin_part(making, "replace", "keywords");
    for (i = 0; i < entry->value_count; i++)
        if (is_keyword(&entry->values[i]) &&
            !is_site_keyword(&entry->values[i]))
            export_line(&making->step->changes, "keywords",
                        entry->values[i].bytes, entry->values[i].length);
    for (k = 1; k < making_word_count(making); k++)
        if (!is_none(making_word(making, 1)))
            put_line(making, "keywords",
                     format(making, "Site=%s", making_word(making, k)));
    end_part(making);
    end_record(making);
    return ADSCP_OK;
}

static int check_sites(struct making *making)
{
    size_t i, k, count = making_word_count(making);

    if (is_none(making_word(making, 1)))
        return count == 2 ? ADSCP_OK
                          : fail(making, "no site may follow \"none\"");
    for (i = 1; i < count; i++) {
        const char *name = making_word(making, i);

        if (making_site(making, name) == NULL && making_knows_sites(making))
            return fail(making, "the forest has no site %s", name);
        for (k = 1; k < i; k++)
            if (text_equal_fold(name, strlen(name), making_word(making, k),
                                strlen(making_word(making, k))))
                return fail(making, "the site %s is named twice", name);
    }
    return ADSCP_OK;
}

static int make_scp_sites(struct making *making)
{
    const struct adscp_server *server =
        making_server(making, making_word(making, 0));
    const char *list = NULL;
    size_t i;
    int rc;

    if (server == NULL)
        return ADSCP_E_ARGUMENT;
    rc = check_sites(making);
    if (rc == ADSCP_OK)
        rc = each_scp(making, server, change_sites);
    for (i = 1; i < making_word_count(making) && rc == ADSCP_OK; i++)
        list = format(making, "%s%s%s", list != NULL ? list : "",
                      list != NULL ? "," : "",
                      quoted(making, making_word(making, i)));
    if (rc == ADSCP_OK)
        add_cmdlet(making, "%s -Identity %s -AutoDiscoverSiteScope %s",
                   set_client_access(server), quoted(making, server->name),
                   is_none(making_word(making, 1)) ? "$null" : list);
    return rc;
}

/* -------------------------------------------------------------- services -- */

static const struct {
    const char *word;
    enum service_kind kind;
    const char *cmdlet;
} services[] = {
    {"ews", SERVICE_EWS, "Set-WebServicesVirtualDirectory"},
    {"oab", SERVICE_OAB, "Set-OabVirtualDirectory"},
    {"ecp", SERVICE_ECP, "Set-EcpVirtualDirectory"},
    {"mapi", SERVICE_MAPI, "Set-MapiVirtualDirectory"},
    {"rpc", SERVICE_RPC, "Set-OutlookAnywhere"},
    {"um", SERVICE_UM, "Set-UMVirtualDirectory"},
};
enum { SERVICES = sizeof(services) / sizeof(services[0]) };

/* "EX01\EWS (Default Web Site)" */
static const char *identity(struct making *making,
                            const struct adscp_server *server, const char *dn)
{
    size_t length = strlen(dn), used;
    char *name = arena_bytes(&making->arena, length + 1);

    if (name == NULL ||
        !decode_first_rdn(dn, length, name, length + 1, &used)) {
        making->failed = true;
        return "";
    }
    return quoted(making, format(making, "%s\\%s", server->name, name));
}

static int change_service(struct making *making,
                          const struct adscp_server *server,
                          const struct virtual_directory *service, size_t which)
{
    const char *url = making_word(making, 2);
    const struct kept_entry *entry = making_entry(making, service->dn);

    if (entry == NULL)
        return ADSCP_E_NOMEM;
    if (service->url == NULL || strcmp(service->url, url) != 0) {
        begin_record(making, entry->dn, "modify");
        begin_part(making, "replace", "msExchInternalHostName");
        put_line(making, "msExchInternalHostName", url);
        end_part(making);
        end_record(making);
    }
    add_cmdlet(making, "%s -Identity %s %s %s%s", services[which].cmdlet,
               identity(making, server, service->dn),
               services[which].kind == SERVICE_RPC ? "-InternalHostname"
                                                   : "-InternalUrl",
               quoted(making, url),
               services[which].kind == SERVICE_RPC
                   ? " -InternalClientsRequireSsl $true"
                   : "");
    return ADSCP_OK;
}

static int make_service_url(struct making *making)
{
    const struct directory *directory = making->directory;
    const struct adscp_server *server =
        making_server(making, making_word(making, 0));
    size_t which, i;
    int rc = ADSCP_OK;
    bool found = false;

    if (server == NULL)
        return ADSCP_E_ARGUMENT;
    for (which = 0; which < SERVICES; which++)
        if (strcmp(services[which].word, making_word(making, 1)) == 0)
            break;
    if (which == SERVICES)
        return fail(making,
                    "%s is no service: there are ews, oab, ecp, mapi, "
                    "rpc and um",
                    making_word(making, 1));
    if (services[which].kind != SERVICE_RPC)
        rc = check_url(making, making_word(making, 2));
    for (i = 0; i < directory->service_count && rc == ADSCP_OK; i++) {
        if (directory->services[i].server != making_number(making, server) ||
            directory->services[i].service != services[which].kind)
            continue;
        found = true;
        rc = change_service(making, server, &directory->services[i], which);
    }
    return rc != ADSCP_OK || found
               ? rc
               : fail(making, "%s has no virtual directory for %s",
                      server->name, making_word(making, 1));
}

/* -------------------------------------------------------------------- all --
 */

static const struct {
    const char *verb;
    int (*make)(struct making *making);
} makers[] = {
    {"install", make_install},
    {"uninstall", make_uninstall},
    {"database", make_database},
    {"scp-url", make_scp_url},
    {"scp-sites", make_scp_sites},
    {"service-url", make_service_url},
    {"certificate", make_certificate},
    {"move-mailboxes", make_move},
    {"publish-root", make_publish_root},
    {"shows", make_shows},
    {"remove-database", make_remove_database},
};

int plan_make(const struct plan_question *question, struct plan_step *step,
              struct detail *detail)
{
    struct making making = {.question = question,
                            .directory = question->forest->directories[0],
                            .step = step,
                            .detail = detail};
    int rc = ADSCP_E_ARGUMENT;
    size_t i;

    arena_init(&making.arena);
    for (i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
        if (strcmp(makers[i].verb, question->words->words[0]) == 0)
            rc = makers[i].make(&making);
    if (making.failed || step->changes.failed)
        rc = ADSCP_E_NOMEM;
    arena_free(&making.arena);
    return rc;
}
