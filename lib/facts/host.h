/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_HOST_H
#define ADSCP_FACTS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "base/text.h"

/* RFC 1035 2.3.4, as text and without the last dot */
enum { HOST_NAME_MAX_LENGTH = 253, HOST_LABEL_MAX = 63 };

/* A dot at the end belongs to DNS: it says that nothing is to be appended, and
 * changes nothing about who is meant. Certificates, Kerberos and tables know
 * the name without it. */
struct span host_without_dot(struct span host);

/* Letters, digits, "-" and "_" in labels of at most 63, none of which begins
 * with "-", and no dot at the end: what DNS, Kerberos and a certificate can be
 * asked about. */
bool host_is_name(struct span host);
bool host_is_letter(char c); /* of such a name */

/* An IP address without brackets. Its bytes in network order, as inet_pton()
 * writes them for this family. */
bool host_address(struct span text, int family, void *bytes);
bool host_is_address(struct span host); /* of either family */
/* Its one usual spelling (RFC 5952 for IPv6). */
enum { HOST_ADDRESS_TEXT_MAX = 46 };
bool host_address_text(struct span host, char out[HOST_ADDRESS_TEXT_MAX]);

/* Do two names mean one host? Neither the case of ASCII letters nor a dot at
 * the end tells them apart. host_is() knows NULL, which is nobody's name. */
bool host_equal(struct span a, struct span b);
bool host_is(struct span host, const char *name);
uint32_t host_hash(struct span host);
/* The value of this host in a table of TABLE_ASCII, whose names have no dot at
 * the end. NULL: it is not there. */
const uint32_t *host_get(const struct table *hosts, struct span host);

/* An address of a network that is nobody else's: 10/8, 172.16/12, 192.168/16
 * (RFC 1918), fc00::/7, shared ones (RFC 6598), link-local, this machine's. */
bool host_is_private(struct span address);

/* Is it the domain itself, or a name below it? */
bool host_is_in(struct span host, const char *domain);

/* What is odd about a host for Autodiscover. */
bool host_is_short(struct span host); /* one label; no IP literal */
/* Under a suffix that public CAs do not certify, such as .local. */
bool host_is_internal(struct span host);
/* One of Microsoft 365, such as autodiscover-s.outlook.com. */
bool host_is_microsoft(struct span host);

#endif
