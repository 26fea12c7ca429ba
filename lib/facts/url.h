/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_URL_H
#define ADSCP_FACTS_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum url_kind {
    URL_INVALID, /* not an absolute URI (RFC 3986 4.3) */
    URL_OTHER,   /* an absolute URI of another scheme */
    URL_HTTP,
    URL_HTTPS
};

/* An absolute URI, split. host is without brackets and, for http and https, not
 * empty. port is the URL's own, or the scheme's (443, 80), or -1. */
struct url {
    enum url_kind kind;
    struct span host;
    struct span path; /* from the first "/", without query and fragment */
    int port;
    bool has_port;     /* the URL names a port */
    bool has_userinfo; /* "user@" stands before the host */
    bool host_is_ip;   /* an IPv4 or IPv6 literal */
    bool is_plain;     /* printable ASCII, as far as a quick look tells */
};

/* Split text. Returns false, with kind URL_INVALID, for anything that is not an
 * absolute URI: no scheme; an http(s) URL without a host; a port that is not
 * 1..65535; a blank, a backslash, or anything that is not clean text (text.h).
 * Characters of path and query are not judged further: clients take more than
 * RFC 3986 allows. Reads nothing beyond length. */
bool url_split(const char *text, size_t length, struct url *url);

/* The same for a whole string that must name a host. NULL names none. */
bool url_split_host(const char *text, struct url *url);

bool url_is_http(const struct url *url); /* http or https */

/* The port that tells servers behind one host apart: whoever answers at 443
 * answers plain http at 80, too. */
int url_server_port(const struct url *url);

bool url_path_is_default(struct span path); /* /autodiscover/autodiscover.xml */

enum { LDAP_URL_TARGET_MAX = 272 };

/* The target of an SCP pointer, [MS-OXDISCO] 3.1.5.1: LDAP://host[:port]. */
struct ldap_url {
    struct span host;
    int port;      /* 389 where the URL names none */
    bool has_rest; /* something other than "/" follows: a DN or a query */
};

/* True for "LDAP://" (any case) with a valid host: a name of at most 253
 * letters, digits, "-", "_" and ".", or an IP literal. */
bool ldap_url_split(const char *text, size_t length, struct ldap_url *url);

/* "host:port" in lower case, without a trailing dot: what identifies a
 * directory. An IPv6 host stands in brackets. */
void ldap_url_target(const struct ldap_url *url,
                     char target[LDAP_URL_TARGET_MAX]);

#endif
