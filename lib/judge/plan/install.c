/* SPDX-License-Identifier: MIT */
/*
 * What Exchange setup writes for a new server: the server object with its
 * self-signed certificate, the SCP, and the virtual directories. It publishes
 * all of that before anybody has configured anything.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/certificate/self_signed.h"
#include "facts/decode/decode.h"
#include "facts/dn.h"
#include "facts/host.h"
#include "facts/product.h"
#include "judge/plan/private.h"

enum { COMPUTER_NAME_MAX = 15 };

struct install {
    const char *name, *fqdn, *site_dn, *site;
    const char *parent; /* the container of the servers */
    const char *legacy; /* of that, or NULL */
    struct version version;
    enum version_line line;
    int64_t at;
    struct blob certificate;
};

static const struct {
    const char *name, *class_name, *path;
    enum version_line from, until;
} services[] = {
    {"Autodiscover", "msExchAutoDiscoverVirtualDirectory",
     "Autodiscover/Autodiscover.xml", VERSION_2007_OLD, VERSION_NEWER},
    {"EWS", "msExchWebServicesVirtualDirectory", "EWS/Exchange.asmx",
     VERSION_2007_OLD, VERSION_NEWER},
    {"OAB", "msExchOABVirtualDirectory", "OAB", VERSION_2007_OLD,
     VERSION_NEWER},
    {"ecp", "msExchECPVirtualDirectory", "ecp", VERSION_2010, VERSION_NEWER},
    {"mapi", "msExchMapiVirtualDirectory", "mapi", VERSION_2013, VERSION_NEWER},
    {"Rpc", "msExchRpcHttpVirtualDirectory", NULL, VERSION_2013, VERSION_NEWER},
};

/* --------------------------------------------------------------- question --
 */

/* The digits of a text of this shape, in which a 0 stands for each of them; 0:
 * it has another one. */
static size_t take_digits(const char *text, const char *shape, char *digits)
{
    size_t used = 0, i;

    for (i = 0; shape[i] != '\0'; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';

        if (shape[i] == '0' ? !is_digit : text[i] != shape[i])
            return 0;
        if (is_digit)
            digits[used++] = text[i];
    }
    return text[i] == '\0' ? used : 0;
}

static int read_time(struct making *making, struct install *install)
{
    const char *text = making_option(making, "at");
    char packed[32] = "";
    size_t used;

    install->at = making->question->time;
    if (text == NULL)
        return ADSCP_OK;
    used = take_digits(text, "0000-00-00T00:00:00Z", packed);
    if (used == 0 && take_digits(text, "0000-00-00", packed) != 0) {
        memcpy(packed + 8, "000000", 6);
        used = 14;
    }
    memcpy(packed + used, ".0Z", 4);
    return used != 0 && decode_time(packed, used + 3, &install->at)
               ? ADSCP_OK
               : fail(making, "at=%s is no date such as 2026-12-05", text);
}

static int read_version(struct making *making, struct install *install)
{
    const char *text = making_option(making, "version");

    if (text == NULL || !version_by_name(text, &install->version))
        return fail(making,
                    "version=%s is no version of Exchange such as "
                    "\"Exchange 2019 CU15\"",
                    text != NULL ? text : "");
    install->line = version_line(&install->version);
    return ADSCP_OK;
}

static int read_site(struct making *making, struct install *install)
{
    const char *name = making_option(making, "site");
    const struct adscp_site *site;

    if (name == NULL || name[0] == '\0')
        return fail(making, "site=SITE is missing");
    site = making_site(making, name);
    if (site == NULL && making_knows_sites(making))
        return fail(making, "the forest has no site %s", name);
    install->site = site != NULL ? site->name : name;
    install->site_dn = site != NULL ? site->dn
                                    : format(making, "CN=%s,CN=Sites,%s",
                                             rdn_value(making, name),
                                             making->directory->config_dn);
    return ADSCP_OK;
}

/* Beside the servers that there are; from 2007 on all are in one container. */
static int find_parent(struct making *making, struct install *install)
{
    const struct directory *directory = making->directory;
    size_t i;

    for (i = 0; i < directory->server_count; i++) {
        const struct adscp_server *server = &directory->servers[i];
        size_t length = strlen(server->dn);
        size_t first = dn_first_length(server->dn, length);

        if (first == length || server->line == VERSION_LEGACY ||
            !text_starts(server->dn + first, length - first, ",CN=Servers,"))
            continue;
        install->parent = server->dn + first + 1;
        install->legacy = server->legacy_dn;
        return ADSCP_OK;
    }
    return fail(making, "the forest has no Exchange server beside which a new "
                        "one could stand");
}

static bool is_full_name(const char *text)
{
    return host_is_name(span_of(text)) && strchr(text, '.') != NULL &&
           !host_is_address(span_of(text));
}

/* A host is one server's. */
static int check_fqdn(struct making *making, const char *fqdn)
{
    const struct directory *directory = making->directory;
    size_t i;

    for (i = 0; i < directory->server_count; i++)
        if (directory->servers[i].fqdn != NULL &&
            host_is(span_of(directory->servers[i].fqdn), fqdn))
            return fail(making, "%s is the name of the server %s already", fqdn,
                        directory->servers[i].name);
    return ADSCP_OK;
}

static int read_fqdn(struct making *making, struct install *install)
{
    const char *config = making->directory->config_dn;
    char domain[256];

    install->fqdn = making_option(making, "fqdn");
    if (install->fqdn != NULL)
        return is_full_name(install->fqdn)
                   ? check_fqdn(making, install->fqdn)
                   : fail(making,
                          "fqdn=%s is not the full name of a host, such as "
                          "%s.corp.example",
                          install->fqdn, install->name);
    if (!dn_domain(config, strlen(config), domain, sizeof(domain)))
        return fail(making, "fqdn=NAME is missing, and no domain is known");
    install->fqdn = format(making, "%s.%s", install->name, domain);
    return ADSCP_OK;
}

static int take_certificate(struct making *making, struct install *install)
{
    const struct plan_question *question = making->question;
    const char *name, *sha1;
    struct made_certificate made = {NULL, 0};
    int rc;

    if (question->file != NULL) {
        install->certificate = making_certificate(
            making, question->file, question->file_length, &name, &sha1);
        return install->certificate.bytes != NULL
                   ? ADSCP_OK
                   : fail(making, "%s holds no certificate",
                          making_option(making, "certificate"));
    }
    rc = self_signed_make(install->name, install->fqdn, install->at, &made);
    if (rc == ADSCP_OK) {
        install->certificate.bytes = (const unsigned char *)arena_copy(
            &making->arena, (const char *)made.bytes, made.length);
        install->certificate.length = made.length;
        making->failed |= install->certificate.bytes == NULL;
    }
    free(made.bytes);
    if (rc == ADSCP_OK)
        making_invents(making);
    return rc;
}

static int check_name(struct making *making, const char *name)
{
    const struct directory *directory = making->directory;
    size_t i;

    /* What Windows takes for the name of a computer: NetBIOS has no more. */
    if (!host_is_name(span_of(name)) || strchr(name, '.') != NULL ||
        strlen(name) > COMPUTER_NAME_MAX)
        return fail(making,
                    "\"%s\" cannot be the name of a new server: it has up to "
                    "%d letters, digits and hyphens",
                    name, (int)COMPUTER_NAME_MAX);
    for (i = 0; i < directory->server_count; i++)
        if (text_equal_fold(directory->servers[i].name,
                            strlen(directory->servers[i].name), name,
                            strlen(name)))
            return fail(making, "there is a server %s already", name);
    return directory->config_dn != NULL
               ? ADSCP_OK
               : fail(making, "the forest's configuration naming context is "
                              "not known");
}

static int read_question(struct making *making, struct install *install)
{
    int rc;

    install->name = making_word(making, 0);
    rc = check_name(making, install->name);
    if (rc == ADSCP_OK)
        rc = read_site(making, install);
    if (rc == ADSCP_OK)
        rc = read_version(making, install);
    if (rc == ADSCP_OK)
        rc = read_time(making, install);
    if (rc == ADSCP_OK)
        rc = read_fqdn(making, install);
    if (rc == ADSCP_OK)
        rc = find_parent(making, install);
    return rc == ADSCP_OK ? take_certificate(making, install) : rc;
}

/* ---------------------------------------------------------------- records --
 */

static void put_created(struct making *making, const struct install *install)
{
    put_line(making, "whenCreated", time_text(making, install->at));
}

/* The same organisation and group, another name at the end. */
static void put_legacy(struct making *making, const struct install *install)
{
    const char *end =
        install->legacy != NULL ? strrchr(install->legacy, '=') : NULL;

    if (end != NULL)
        put_line(making, "legacyExchangeDN",
                 format(making, "%.*s=%s", (int)(end - install->legacy),
                        install->legacy, install->name));
}

static int roles_of(enum version_line line)
{
    if (line <= VERSION_2010)
        return 38;
    return line <= VERSION_2016 ? 16439 : 16423;
}

static void put_server(struct making *making, const struct install *install,
                       const char *dn)
{
    const struct version *version = &install->version;

    begin_entry(making, dn, "server");
    put_line(making, "objectClass", "msExchExchangeServer");
    put_line(making, "cn", install->name);
    put_line(making, "networkAddress",
             format(making, "ncacn_ip_tcp:%s", install->fqdn));
    put_line(making, "networkAddress",
             format(making, "netbios:%s", install->name));
    put_line(making, "msExchServerSite", install->site_dn);
    put_line(making, "versionNumber",
             format(making, "%lld", (long long)version_number(version)));
    put_line(making, "serialNumber",
             format(making, "Version %d.%d (Build %d.%d)", version->major,
                    version->minor, version->build + 30000, version->revision));
    put_line(making, "msExchCurrentServerRoles",
             format(making, "%d", roles_of(install->line)));
    put_legacy(making, install);
    export_line(&making->step->changes, "msExchServerInternalTLSCert",
                (const char *)install->certificate.bytes,
                install->certificate.length);
    put_created(making, install);
    end_record(making);
}

static void put_scp(struct making *making, const struct install *install,
                    const char *protocols)
{
    const char *parent = format(making, "CN=Autodiscover,%s", protocols);
    const char *dn =
        format(making, "CN=%s,%s", rdn_value(making, install->name), parent);

    put_container(making, parent);
    begin_entry(making, dn, "leaf");
    put_line(making, "objectClass", "connectionPoint");
    put_line(making, "objectClass", "serviceConnectionPoint");
    put_line(making, "cn", install->name);
    put_line(making, "keywords", "77378F46-2C66-4aa9-A6A6-3E7A48B19596");
    put_line(making, "keywords", format(making, "Site=%s", install->site));
    put_line(making, "serviceBindingInformation",
             format(making, "https://%s/Autodiscover/Autodiscover.xml",
                    install->fqdn));
    put_line(making, "serviceClassName", "ms-Exchange-AutoDiscover-Service");
    put_line(making, "serviceDNSName", install->name);
    put_created(making, install);
    end_record(making);
}

static void put_services(struct making *making, const struct install *install,
                         const char *protocols)
{
    const char *parent = format(making, "CN=HTTP,%s", protocols);
    size_t i;

    put_container(making, parent);
    for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (install->line < services[i].from ||
            install->line > services[i].until)
            continue;
        begin_entry(making,
                    format(making, "CN=%s (Default Web Site),%s",
                           services[i].name, parent),
                    "msExchVirtualDirectory");
        put_line(making, "objectClass", services[i].class_name);
        put_line(making, "msExchInternalHostName",
                 services[i].path != NULL
                     ? format(making, "https://%s/%s", install->fqdn,
                              services[i].path)
                     : install->fqdn);
        end_record(making);
    }
}

/* The first server of each product that is too old to stand beside it. */
static void remark_on_old(struct making *making, const struct install *install)
{
    const struct directory *directory = making->directory;
    const struct coexistence *beside =
        product_beside(version_product(install->line));
    bool told[VERSION_LINE_COUNT] = {false};
    size_t i;

    for (i = 0; beside != NULL && i < directory->server_count; i++) {
        const struct adscp_server *server = &directory->servers[i];
        enum version_line line = version_product(server->line);

        if (line == VERSION_UNKNOWN || line >= beside->oldest || told[line])
            continue;
        told[line] = true;
        add_remark(making,
                   "Exchange %s is not supported in one organisation with "
                   "Exchange %s, such as %s (%s)",
                   product_of(beside->line)->name, product_of(line)->name,
                   server->name, beside->source);
    }
}

int make_install(struct making *making)
{
    struct install install = {.name = NULL};
    const char *dn, *protocols;
    int rc = read_question(making, &install);

    if (rc != ADSCP_OK)
        return rc;
    dn = format(making, "CN=%s,%s", rdn_value(making, install.name),
                install.parent);
    put_server(making, &install, dn);
    protocols = format(making, "CN=Protocols,%s", dn);
    put_container(making, protocols);
    put_scp(making, &install, protocols);
    put_services(making, &install, protocols);
    add_cmdlet(
        making, "%s",
        setup_cmdlet(making, install.line, &install.version,
                     install.line <= VERSION_2010
                         ? "/Mode:Install /Roles:ClientAccess,HubTransport,"
                           "Mailbox"
                     : install.line == VERSION_2013
                         ? "/Mode:Install /Roles:ClientAccess,Mailbox"
                         : "/Mode:Install /Roles:Mailbox"));
    remark_on_old(making, &install);
    return ADSCP_OK;
}
