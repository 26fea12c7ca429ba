/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LOCATE_REALM_H
#define ADSCP_GATHER_LOCATE_REALM_H

#include "base/deadline.h"
#include "gather/resolve/resolve.h"

/* Kerberos realms that this machine knows, as DNS domains: those of Active
 * Directory are its domains in capitals ([MS-KILE] 3.1.5.6). */
enum realm_source {
    REALM_OF_KEYTAB, /* of machine accounts (NAME$) in the default keytab */
    REALM_DEFAULT,   /* of krb5.conf, or by DNS where that says so */
    REALM_OF_TICKETS /* of whom the default ticket cache belongs to */
};

enum { REALM_DOMAINS_MAX = 4 };

struct realm_domains {
    char names[REALM_DOMAINS_MAX][RESOLVE_NAME_MAX];
    int count;
};

/* Several only from a keytab: the one with the newest key first. None where
 * nothing is configured or may be read. ADSCP_OK, ADSCP_E_TIMEOUT,
 * ADSCP_E_CANCELLED, ADSCP_E_NOMEM. */
int realm_domains(enum realm_source source, const struct deadline *deadline,
                  struct realm_domains *out);

#endif
