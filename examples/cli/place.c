/* SPDX-License-Identifier: MIT */
/*
 * Where a server is: HOST or HOST:PORT, as people write it on a command line.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { PORT_HTTPS = 443, PORT_MAX = 65535 };

/* -1: no port. */
static int port_of(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    long port = strtol(text, NULL, 10);

    return digits > 0 && digits <= 5 && text[digits] == '\0' && port >= 1 &&
                   port <= PORT_MAX
               ? (int)port
               : -1;
}

/* Where the port of "HOST:PORT" or "[IPV6]:PORT" begins, and where the host
 * does; a bare IPv6 address holds colons and no port. */
static const char *split(const char *text, const char **hostp, size_t *lengthp)
{
    const char *colon = strrchr(text, ':');
    const char *bracket = strchr(text, ']');

    *hostp = text;
    if (text[0] == '[' && bracket != NULL) {
        *hostp = text + 1;
        *lengthp = (size_t)(bracket - text - 1);
        return bracket[1] == ':' ? bracket + 2 : bracket + 1;
    }
    if (colon == NULL || strchr(text, ':') != colon) {
        *lengthp = strlen(text);
        return text + *lengthp;
    }
    *lengthp = (size_t)(colon - text);
    return colon + 1;
}

bool place_is_host(const char *who, const char *text)
{
    const char *slashes = strstr(text, "://");
    const char *host = slashes != NULL ? slashes + strlen("://") : text;

    if (slashes != NULL || strchr(text, '/') != NULL)
        cli_fail("%s takes a host, not a URL: \"%.*s\"", who,
                 (int)strcspn(host, "/?#"), host);
    else if (strchr(text, '*') != NULL)
        cli_fail("\"%s\" stands for many hosts: name one host", text);
    else
        return true;
    return false;
}

char *place_host(const char *text, int *portp)
{
    size_t length = 0;
    const char *start, *port = split(text, &start, &length);
    char *host;

    *portp = *port != '\0' ? port_of(port) : PORT_HTTPS;
    if (*portp < 0) {
        cli_fail("\"%s\" has no port from 1 to 65535", text);
        return NULL;
    }
    host = strndup(start, length);
    if (host == NULL)
        cli_fail("out of memory");
    return host;
}
