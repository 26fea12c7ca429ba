/* SPDX-License-Identifier: MIT */
/*
 * What to try next, where the sentence about a failure does not say. A code has
 * several causes, and advice for another one leads astray, so a row tells by
 * which words of the library its own is known; the first one that fits counts.
 */
#include "cli.h"

#include <string.h>

enum when { ALWAYS, IN_CLEAR, UNDER_TLS };

struct advice {
    int code;
    enum when when;
    const char *cause; /* NULL: any */
    const char *words;
};

#define TICKETS "\"klist\" shows the Kerberos tickets, \"kinit\" gets one"
#define PROTECT "-Z (StartTLS) or an ldaps:// URI protects the connection"
#define SEAL                                                                   \
    "an ldap:// URI without StartTLS works: Kerberos signs and seals there"
#define CA "--ca FILE names the CA that vouches for the directory's certificate"
#define EXPORT                                                                 \
    "\"ldapsearch -LLL\" or \"ldifde -f\" writes an export; README.md has "    \
    "both "                                                                    \
    "commands"
#define PORT "ldap:// uses port 389, ldaps:// port 636"

static const struct advice all[] = {
    {ADSCP_E_FORMAT, ALWAYS, "compressed by gzip",
     "\"zcat FILE | adscp ... -l -\" reads it"},
    {ADSCP_E_FORMAT, ALWAYS, "compressed by bzip2",
     "\"bzcat FILE | adscp ... -l -\" reads it"},
    {ADSCP_E_FORMAT, ALWAYS, "compressed by xz",
     "\"xzcat FILE | adscp ... -l -\" reads it"},
    {ADSCP_E_FORMAT, ALWAYS, "a ZIP archive",
     "\"unzip -p FILE | adscp ... -l -\" reads it"},
    {ADSCP_E_FORMAT, ALWAYS, "UTF-16 without a byte order mark",
     "\"ldifde -u\" writes a file that can be read"},
    {ADSCP_E_FORMAT, ALWAYS, "not an LDIF file", EXPORT},
    {ADSCP_E_FORMAT, ALWAYS, "the file is empty", EXPORT},
    {ADSCP_E_RESOLVE, ALWAYS, "no domain to look for",
     "-d names the domain, -H a server, -l an export"},
    {ADSCP_E_RESOLVE, ALWAYS, "no domain was found",
     "-d names the domain, -H a server, -l an export; --dns asks another DNS "
     "server"},
    {ADSCP_E_RESOLVE, ALWAYS, "DNS names no",
     "--dns asks another DNS server, -H names a domain controller"},
    {ADSCP_E_RESOLVE, ALWAYS, "host ",
     "--dns asks another DNS server, --resolve pins an address"},
    {ADSCP_E_RESOLVE, ALWAYS, NULL,
     "--dns asks another DNS server, -H names a domain controller"},
    {ADSCP_E_CONNECT, ALWAYS, "no domain was found",
     "-d names the domain, if it is to be another one"},
    {ADSCP_E_CONNECT, ALWAYS, "closed the connection", PORT},
    {ADSCP_E_CONNECT, ALWAYS, NULL,
     "-H names another server or port, -d finds a domain controller"},
    {ADSCP_E_TIMEOUT, ALWAYS, NULL, "--timeout SECONDS gives more time"},
    {ADSCP_E_TLS, ALWAYS, "does not prove the name",
     "give the server's own name to -H, as its certificate has it, or let -d "
     "find it"},
    {ADSCP_E_TLS, ALWAYS, "issuer certificate", CA},
    {ADSCP_E_TLS, ALWAYS, "self-signed certificate", CA},
    {ADSCP_E_TLS, ALWAYS, "unable to verify the first certificate", CA},
    {ADSCP_E_TLS, ALWAYS, "certificate has expired",
     "renew that certificate; until then, Kerberos on an ldap:// URI works "
     "without TLS, and signs and seals"},
    {ADSCP_E_TLS, ALWAYS, "wrong version number", PORT},
    {ADSCP_E_PROTOCOL, ALWAYS, "not an LDAP message", PORT},
    {ADSCP_E_SECURITY, ALWAYS, "under TLS the server does not take", SEAL},
    {ADSCP_E_SECURITY, ALWAYS, "does not offer this way to bind",
     "-Y chooses another mechanism"},
    {ADSCP_E_SECURITY, IN_CLEAR, "insists on", PROTECT},
    {ADSCP_E_SECURITY, IN_CLEAR, "in clear: use TLS", PROTECT},
    {ADSCP_E_SECURITY, IN_CLEAR, "signing and sealing", PROTECT},
    {ADSCP_E_AUTH, UNDER_TLS, "channel binding was refused", SEAL},
    {ADSCP_E_AUTH, ALWAYS, "does not know the service under this host name",
     "-d finds a domain controller, and asks for it by its own name"},
    {ADSCP_E_AUTH, ALWAYS, "clocks of this machine",
     "\"timedatectl\" shows this machine's clock; let NTP set it"},
    {ADSCP_E_AUTH, ALWAYS, "(KDC) could be reached",
     "the realm's KDC must be reachable on port 88; krb5.conf or DNS names it"},
    {ADSCP_E_AUTH, ALWAYS, "Kerberos ticket", TICKETS},
    {ADSCP_E_AUTH, ALWAYS, "wrong user name or password",
     "-D takes a DN or user@domain; the first line of the -y file is the whole "
     "password"},
    {ADSCP_E_AUTH, ALWAYS, "name or password was not accepted",
     "-D takes a DN or user@domain; the first line of the -y file is the whole "
     "password"},
    {ADSCP_E_ACCESS, ALWAYS, "requires a bind",
     "Active Directory lets an anonymous client read the rootDSE only: leave "
     "-x out to log in by Kerberos, or add -D"},
    {ADSCP_E_ACCESS, ALWAYS, "has no right to read",
     "log in as a user who may read the configuration, which every user of the "
     "domain may by default"},
};

static bool fits(const struct advice *advice, const struct cli *cli, int code,
                 const char *detail)
{
    if (advice->code != code ||
        (advice->cause != NULL && strstr(detail, advice->cause) == NULL))
        return false;
    return advice->when == ALWAYS || (advice->when == UNDER_TLS) == cli->tls;
}

const char *cli_hint(const struct cli *cli, int code, const char *detail)
{
    size_t i;

    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (fits(&all[i], cli, code, detail))
            return all[i].words;
    return NULL;
}
