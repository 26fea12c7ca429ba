/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LOCATE_REALM_H
#define ADSCP_GATHER_LOCATE_REALM_H

#include "base/deadline.h"
#include "gather/resolve/resolve.h"

/* The default Kerberos realm of this machine as a DNS domain (Active
 * Directory's realms are their domains in capitals, [MS-KILE] 3.1.5.6); ""
 * where none is configured. ADSCP_OK, ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED,
 * ADSCP_E_NOMEM. */
int realm_domain(const struct deadline *deadline, char out[RESOLVE_NAME_MAX]);

#endif
