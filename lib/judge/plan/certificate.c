/* SPDX-License-Identifier: MIT */
/*
 * Steps about certificates: what a server publishes, what a host shows, which
 * roots the forest distributes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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
    size_t count;
};

enum { HOSTS_MAX = 64, HTTPS_PORT = 443 };

static void add_host(struct making *making, struct hosts *hosts,
                     struct span host, int port)
{
    size_t i;

    if (host.length == 0 || hosts->count == HOSTS_MAX)
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

static bool find_hosts(struct making *making, const struct adscp_server *server,
                       struct hosts *hosts)
{
    const struct directory *directory = making->directory;
    uint32_t number = making_number(making, server);
    size_t i;

    hosts->names =
        arena_alloc(&making->arena, HOSTS_MAX * sizeof(*hosts->names));
    hosts->ports =
        arena_alloc(&making->arena, HOSTS_MAX * sizeof(*hosts->ports));
    hosts->count = 0;
    if (hosts->names == NULL || hosts->ports == NULL)
        return false;
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
    return true;
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

static void tell_trusted(struct making *making,
                         const struct adscp_server *server,
                         const struct hosts *hosts)
{
    const char *list = quoted(making, hosts->names[0]);
    const char *name = quoted(making, server->name);
    size_t i;

    for (i = 1; i < hosts->count; i++)
        list = format(making, "%s,%s", list, quoted(making, hosts->names[i]));
    add_cmdlet(making,
               "New-ExchangeCertificate -Server %s -GenerateRequest "
               "-DomainName %s -PrivateKeyExportable $true",
               name, list);
    add_cmdlet(making,
               "Import-ExchangeCertificate -Server %s -FileData "
               "([Byte[]](Get-Content -Path %s -Encoding Byte -ReadCount 0)) | "
               "Enable-ExchangeCertificate -Server %s -Services IIS,SMTP",
               name, quoted(making, format(making, "%s.cer", server->name)),
               name);
}

int make_certificate(struct making *making)
{
    const struct plan_question *question = making->question;
    const struct adscp_server *server =
        making_server(making, making_word(making, 0));
    const char *name = NULL, *sha1 = NULL;
    const struct kept_entry *entry;
    struct blob der = {NULL, 0};
    struct hosts hosts;
    int rc = ADSCP_OK;
    size_t i;

    if (server == NULL)
        return ADSCP_E_ARGUMENT;
    entry = making_entry(making, server->dn);
    if (entry == NULL || !find_hosts(making, server, &hosts))
        return ADSCP_E_NOMEM;
    if (plan_is_trusted(making_word(making, 1)))
        rc = assume_certificate(making, &hosts, &der);
    else
        der = making_certificate(making, question->file, question->file_length,
                                 &name, &sha1);
    if (rc == ADSCP_OK && der.bytes == NULL)
        rc = fail(making, "%s holds no certificate", making_word(making, 1));
    if (rc != ADSCP_OK)
        return rc;
    put_certificate(making, entry, der);
    for (i = 0; i < hosts.count; i++)
        making_show(making, hosts.names[i], hosts.ports[i], NULL, 0);
    if (sha1 == NULL)
        tell_trusted(making, server, &hosts);
    else
        add_cmdlet(making,
                   "Enable-ExchangeCertificate -Server %s -Thumbprint %s "
                   "-Services IIS,SMTP",
                   quoted(making, server->name), sha1);
    return ADSCP_OK;
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
    add_cmdlet(making, "# bind the certificate %s to %s, port %d", sha1, host,
               port);
    return ADSCP_OK;
}

/* ---------------------------------------------------------------- roots -- */

/* The certificate of the file, or the one that the server publishes. */
static struct blob find_root(struct making *making, const char **namep,
                             const char **sha1p)
{
    const struct plan_question *question = making->question;
    const struct adscp_server *server;

    if (question->file != NULL)
        return making_certificate(making, question->file, question->file_length,
                                  namep, sha1p);
    server = making_server(making, making_word(making, 0));
    if (server == NULL || server->certificate.bytes == NULL)
        return (struct blob){NULL, 0};
    return making_certificate(making, server->certificate.bytes,
                              server->certificate.length, namep, sha1p);
}

static bool is_published(const struct making *making, struct blob der)
{
    const struct directory *directory = making->directory;
    size_t i, k;

    for (i = 0; i < directory->authority_count; i++) {
        const struct authority *row = &directory->authorities[i];

        for (k = 0; k < row->certificate_count && row->is_root; k++)
            if (row->certificates[k].length == der.length &&
                memcmp(row->certificates[k].bytes, der.bytes, der.length) == 0)
                return true;
    }
    return false;
}

/* The containers above are in every forest, and nothing need be read of them.
 */
static void publish(struct making *making, const char *name, struct blob der)
{
    struct export_text *out = &making->step->changes;
    const char *dn =
        format(making,
               "CN=%s,CN=Certification Authorities,CN=Public Key Services,"
               "CN=Services,%s",
               rdn_value(making, name), making->directory->config_dn);
    bool is_there = making_has_entry(making, dn);

    if (is_there) {
        begin_record(making, (struct span){dn, strlen(dn)}, "modify");
        begin_part(making, "add", "cACertificate");
    } else {
        begin_entry(making, dn, "certificationAuthority");
        put_line(making, "cn", name);
        /* The class demands them; a zero byte is what certutil writes. */
        export_line(out, "authorityRevocationList", "", 1);
        export_line(out, "certificateRevocationList", "", 1);
    }
    export_line(out, "cACertificate", (const char *)der.bytes, der.length);
    if (is_there)
        end_part(making);
    end_record(making);
}

int make_publish_root(struct making *making)
{
    const char *name = NULL, *sha1 = NULL;
    struct blob der = find_root(making, &name, &sha1);

    if (der.bytes == NULL)
        return fail(making, "%s has no certificate that could be published",
                    making_word(making, 0));
    if (making->directory->config_dn == NULL)
        return fail(making, "the forest's configuration naming context is not "
                            "known");
    if (!is_published(making, der))
        publish(making, name, der);
    add_cmdlet(making, "certutil -dspublish -f %s RootCA",
               quoted(making, making->question->file != NULL
                                  ? making_word(making, 0)
                                  : format(making, "%s.cer", sha1)));
    return ADSCP_OK;
}
