/* SPDX-License-Identifier: MIT */
/*
 * Steps about certificates: what servers publish, what a host shows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "facts/certificate/self_signed.h"
#include "facts/dn.h"
#include "facts/host.h"
#include "facts/url.h"
#include "judge/plan/private.h"

/* ------------------------------------------------------ one of a server -- */

/* Every host that leads to a server: its names, and what its SCPs and virtual
 * directories publish. */
struct hosts {
    const char **names;
    int *ports;
    size_t count, room;
};

/* HOSTS_MAX: of each server. */
enum { HOSTS_MAX = 64, HTTPS_PORT = 443 };

static void add_host(struct making *making, struct hosts *hosts,
                     struct span host, int port)
{
    size_t i;

    if (host.length == 0 || hosts->count == hosts->room)
        return;
    for (i = 0; i < hosts->count; i++)
        if (hosts->ports[i] == port && host_is(host, hosts->names[i]))
            return;
    hosts->names[hosts->count] =
        format(making, "%.*s", (int)host.length, host.text);
    hosts->ports[hosts->count++] = port;
}

static void add_url(struct making *making, struct hosts *hosts,
                    const char *text)
{
    struct url url;

    if (text == NULL)
        return;
    if (url_split_host(text, &url))
        add_host(making, hosts, url.host, url.port > 0 ? url.port : HTTPS_PORT);
    else if (host_is_name(span_of(text))) /* Outlook Anywhere's */
        add_host(making, hosts, span_of(text), HTTPS_PORT);
}

static void add_server_hosts(struct making *making,
                             const struct adscp_server *server,
                             struct hosts *hosts)
{
    const struct directory *directory = making->directory;
    uint32_t number = making_number(making, server);
    size_t i;

    if (server->fqdn != NULL)
        add_host(making, hosts, span_of(server->fqdn), HTTPS_PORT);
    add_host(making, hosts, span_of(server->name), HTTPS_PORT);
    for (i = 0; i < directory->scp_count; i++)
        if (directory->scps[i].server == number &&
            (directory->scps[i].flags & SCP_HTTP) != 0)
            add_url(making, hosts,
                    scp_binding(&directory->scps[i],
                                directory->scps[i].first_http));
    for (i = 0; i < directory->service_count; i++)
        if (directory->services[i].server == number)
            add_url(making, hosts, directory->services[i].url);
}

/* The servers that one certificate is for, and the hosts that lead to them. */
struct holders {
    const struct adscp_server **rows;
    size_t count;
    struct hosts hosts;
};

static bool has_holder(const struct holders *holders,
                       const struct adscp_server *server)
{
    size_t i;

    for (i = 0; i < holders->count; i++)
        if (holders->rows[i] == server)
            return true;
    return false;
}

/* All words but the last one name them. */
static int find_holders(struct making *making, struct holders *holders)
{
    size_t i, count = making_word_count(making) - 1;
    struct hosts *hosts = &holders->hosts;

    holders->rows = arena_alloc(&making->arena, count * sizeof(void *));
    hosts->room = HOSTS_MAX * count;
    hosts->names =
        arena_alloc(&making->arena, hosts->room * sizeof(*hosts->names));
    hosts->ports =
        arena_alloc(&making->arena, hosts->room * sizeof(*hosts->ports));
    if (holders->rows == NULL || hosts->names == NULL || hosts->ports == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < count; i++) {
        const struct adscp_server *server =
            making_server(making, making_word(making, i));

        if (server == NULL)
            return ADSCP_E_ARGUMENT;
        if (has_holder(holders, server))
            return fail(making, "the server %s is named twice", server->name);
        holders->rows[holders->count++] = server;
        add_server_hosts(making, server, hosts);
    }
    return ADSCP_OK;
}

/* "*.corp.example", too; what is no name of a host was never of use. */
static void add_name(struct making *making, struct hosts *names,
                     const char *text)
{
    const char *host = strncmp(text, "*.", 2) == 0 ? text + 2 : text;

    if (host_is_name(span_of(host)))
        add_host(making, names, span_of(text), HTTPS_PORT);
}

/* What a certificate covers today, its successor covers as well. */
static int keep_names(struct making *making, const struct adscp_server *server,
                      struct hosts *names)
{
    const struct certificate_facts *facts;
    struct certificates *store;
    struct certificate_list list = {0};
    size_t i;
    int rc;

    if (server->certificate.bytes == NULL)
        return ADSCP_OK;
    store = certificates_new();
    if (store == NULL)
        return ADSCP_E_NOMEM;
    rc = certificates_read(store, server->certificate.bytes,
                           server->certificate.length, &list);
    facts = list.count > 0 ? certificate_facts(list.rows[0]) : NULL;
    for (i = 0; facts != NULL && i < facts->dns_name_count; i++)
        add_name(making, names, facts->dns_names[i].text);
    if (list.count > 0 && facts == NULL)
        rc = ADSCP_E_NOMEM;
    certificate_list_free(&list);
    certificates_release(store);
    return rc == ADSCP_E_NOMEM ? rc : ADSCP_OK;
}

/* One that does not exist yet, and its root. */
static int assume_certificate(struct making *making, const struct hosts *hosts,
                              struct blob *derp)
{
    struct made_certificate made = {NULL, 0}, root = {NULL, 0};
    int64_t from = making->question->time > 0 ? making->question->time : 0;
    int rc = issued_make(hosts->names, hosts->count, from, &made, &root);

    if (rc == ADSCP_OK) {
        derp->bytes = (const unsigned char *)arena_copy(
            &making->arena, (const char *)made.bytes, made.length);
        derp->length = made.length;
        rc = derp->bytes != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
    }
    free(made.bytes);
    making->step->trusted = (struct blob){root.bytes, root.length};
    return rc;
}

static void put_certificate(struct making *making,
                            const struct kept_entry *entry, struct blob der)
{
    begin_record(making, entry->dn, "modify");
    begin_part(making, "replace", "msExchServerInternalTLSCert");
    export_line(&making->step->changes, "msExchServerInternalTLSCert",
                (const char *)der.bytes, der.length);
    end_part(making);
    end_record(making);
}

/* Exchange 2007's cmdlets know neither -Server nor -FileData: they work where
 * they are typed, on files. */
static const char *on_server(struct making *making,
                             const struct adscp_server *server)
{
    if (!making_is_2007(server))
        return format(making, " -Server %s", quoted(making, server->name));
    add_cmdlet(making, "# On %s itself:", quoted(making, server->name));
    return "";
}

/* "-Path 'EX07.cer'", or the bytes of that file. */
static const char *from_file(struct making *making,
                             const struct adscp_server *server,
                             const char *file)
{
    return making_is_2007(server)
               ? format(making, "-Path %s", file)
               : format(making,
                        "-FileData ([Byte[]](Get-Content -Path %s -Encoding "
                        "Byte -ReadCount 0))",
                        file);
}

/* The request, and what comes back from the CA. */
static void tell_request(struct making *making, const struct holders *holders,
                         const struct hosts *names)
{
    const struct adscp_server *first = holders->rows[0];
    const char *list = quoted(making, names->names[0]);
    const char *on = on_server(making, first);
    const char *file = quoted(making, format(making, "%s.cer", first->name));
    const char *request = quoted(making, format(making, "%s.req", first->name));
    size_t i;

    for (i = 1; i < names->count; i++)
        list = format(making, "%s,%s", list, quoted(making, names->names[i]));
    add_cmdlet(making,
               "New-ExchangeCertificate%s -GenerateRequest "
               "-DomainName %s -PrivateKeyExportable $true%s",
               on, list,
               making_is_2007(first) ? format(making, " -Path %s", request)
                                     : "");
    add_cmdlet(making,
               "# %s is the certificate that the CA issues to this "
               "request",
               file);
    add_cmdlet(making, "$certificate = Import-ExchangeCertificate%s %s", on,
               from_file(making, first, file));
    add_cmdlet(making,
               "Enable-ExchangeCertificate%s -Thumbprint "
               "$certificate.Thumbprint -Services IIS,SMTP",
               on);
}

/* With its key, into a file where one of the two is Exchange 2007. */
static void tell_export(struct making *making, const struct adscp_server *from,
                        const char *thumbprint, const char *file)
{
    const char *on = on_server(making, from);

    if (making_is_2007(from))
        add_cmdlet(making,
                   "Export-ExchangeCertificate -Thumbprint %s "
                   "-BinaryEncoded:$true -Path %s -Password $password",
                   thumbprint, file);
    else
        add_cmdlet(making,
                   "$exported = Export-ExchangeCertificate%s -Thumbprint %s "
                   "-BinaryEncoded:$true -Password $password%s",
                   on, thumbprint,
                   file != NULL ? format(making,
                                         "; Set-Content -Path %s -Value "
                                         "$exported.FileData -Encoding Byte",
                                         file)
                                : "");
}

static void tell_import(struct making *making, const struct adscp_server *to,
                        const char *file)
{
    const char *on = on_server(making, to);

    add_cmdlet(making,
               "Import-ExchangeCertificate%s %s -Password $password "
               "-PrivateKeyExportable $true | Enable-ExchangeCertificate%s "
               "-Services IIS,SMTP",
               on,
               file != NULL ? from_file(making, to, file)
                            : "-FileData $exported.FileData",
               on);
}

/* From one server to others, with its key. */
static void tell_copies(struct making *making, const struct adscp_server *from,
                        const char *thumbprint,
                        const struct adscp_server *const *to, size_t count)
{
    bool needs_file = making_is_2007(from);
    const char *file = NULL;
    size_t i;

    if (count == 0)
        return;
    for (i = 0; i < count; i++)
        needs_file = needs_file || making_is_2007(to[i]);
    if (needs_file)
        file = quoted(making, format(making, "%s.pfx", from->name));
    add_cmdlet(making, "$password = Read-Host -AsSecureString");
    tell_export(making, from, thumbprint, file);
    for (i = 0; i < count; i++)
        tell_import(making, to[i], file);
}

static void tell_enable(struct making *making, const struct holders *holders,
                        const char *sha1)
{
    size_t i;

    for (i = 0; i < holders->count; i++)
        add_cmdlet(making,
                   "Enable-ExchangeCertificate%s -Thumbprint %s "
                   "-Services IIS,SMTP",
                   on_server(making, holders->rows[i]), sha1);
}

/* The certificate of the last word, and how the administrator gets it there. */
static int find_certificate(struct making *making, struct holders *holders,
                            struct blob *derp)
{
    const struct plan_question *question = making->question;
    const char *word = making_word(making, holders->count);
    const char *name = NULL, *sha1 = NULL;
    const struct adscp_server *owner;

    if (question->file != NULL) {
        *derp = making_certificate(making, question->file,
                                   question->file_length, &name, &sha1);
        if (derp->bytes == NULL)
            return fail(making, "%s holds no certificate", word);
        tell_enable(making, holders, sha1);
        return ADSCP_OK;
    }
    owner = making_server(making, word);
    if (owner == NULL)
        return ADSCP_E_ARGUMENT;
    if (owner->certificate.bytes != NULL)
        *derp = making_certificate(making, owner->certificate.bytes,
                                   owner->certificate.length, &name, &sha1);
    if (derp->bytes == NULL)
        return fail(making, "%s publishes no certificate", owner->name);
    tell_copies(making, owner, sha1, holders->rows, holders->count);
    return ADSCP_OK;
}

static int make_trusted(struct making *making, struct holders *holders,
                        struct blob *derp)
{
    struct hosts names = holders->hosts;
    size_t i;
    int rc = ADSCP_OK;

    for (i = 0; i < holders->count && rc == ADSCP_OK; i++)
        rc = keep_names(making, holders->rows[i], &names);
    if (rc == ADSCP_OK)
        rc = assume_certificate(making, &names, derp);
    if (rc != ADSCP_OK)
        return rc;
    making_invents(making);
    add_remark(making, "the change records hold a certificate that was made "
                       "up: the real one is still to come from a CA");
    tell_request(making, holders, &names);
    tell_copies(making, holders->rows[0], "$certificate.Thumbprint",
                holders->rows + 1, holders->count - 1);
    return ADSCP_OK;
}

int make_certificate(struct making *making)
{
    struct holders holders = {.count = 0};
    struct blob der = {NULL, 0};
    size_t i;
    int rc = find_holders(making, &holders);

    if (rc == ADSCP_OK)
        rc = plan_is_trusted(making_word(making, holders.count))
                 ? make_trusted(making, &holders, &der)
                 : find_certificate(making, &holders, &der);
    for (i = 0; i < holders.count && rc == ADSCP_OK; i++) {
        const struct kept_entry *entry =
            making_entry(making, holders.rows[i]->dn);

        if (entry == NULL)
            return ADSCP_E_NOMEM;
        put_certificate(making, entry, der);
    }
    for (i = 0; i < holders.hosts.count && rc == ADSCP_OK; i++)
        making_show(making, holders.hosts.names[i], holders.hosts.ports[i],
                    NULL, 0);
    return rc;
}

/* ------------------------------------------------------------ of a host -- */

/* "host", "host:port", "[2001:db8::1]:444". */
static bool split_place(struct making *making, const char *text,
                        const char **hostp, int *portp)
{
    struct url url;

    if (!url_split_host(format(making, "https://%s/", text), &url) ||
        url.has_userinfo || strpbrk(text, "/?#") != NULL)
        return false;
    *hostp = format(making, "%.*s", (int)url.host.length, url.host.text);
    *portp = url.port;
    return true;
}

int make_shows(struct making *making)
{
    const struct plan_question *question = making->question;
    const char *name = NULL, *sha1 = NULL, *host;
    struct blob der;
    int port;

    if (!split_place(making, making_word(making, 0), &host, &port))
        return fail(making, "%s is not HOST or HOST:PORT",
                    making_word(making, 0));
    der = making_certificate(making, question->file, question->file_length,
                             &name, &sha1);
    if (der.bytes == NULL)
        return fail(making, "%s holds no certificate", making_word(making, 1));
    making_show(making, host, port, question->file, question->file_length);
    add_remark(making, "what a host shows is not in the directory: the change "
                       "records do not hold it");
    add_cmdlet(making, "# bind the certificate %s to %s, port %d", sha1, host,
               port);
    return ADSCP_OK;
}
