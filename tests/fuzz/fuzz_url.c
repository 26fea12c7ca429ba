/* SPDX-License-Identifier: MIT */
/* facts/url with any bytes: what it gives lies inside what it was given, and
 * keeps the promises of url.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/host.h"
#include "facts/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void require_inside(struct span span, const char *text, size_t size)
{
    require(span.length == 0 ||
            (span.text >= text && span.length <= size &&
             (size_t)(span.text - text) <= size - span.length));
}

static void try_url(const char *text, size_t size)
{
    struct url url;

    require(url_split(text, size, &url) == (url.kind != URL_INVALID));
    require_inside(url.host, text, size);
    require_inside(url.path, text, size);
    require(url.port == -1 || (url.port > 0 && url.port <= 65535));
    require(!url.has_port || url.port > 0);
    if (url.kind == URL_HTTP || url.kind == URL_HTTPS)
        require(url.host.length > 0 && url.port > 0);
    if (url.kind != URL_INVALID)
        require(text_is_clean(text, size) && memchr(text, ' ', size) == NULL);
    require(!host_is_short(url.host) || !host_is_internal(url.host));
    (void)url_path_is_default(url.path);
}

/* A target names the directory that its own URL names. */
static void try_pointer(const char *text, size_t size)
{
    char target[LDAP_URL_TARGET_MAX], again[LDAP_URL_TARGET_MAX];
    char whole[LDAP_URL_TARGET_MAX + 8] = "ldap://";
    struct ldap_url url;

    if (!ldap_url_split(text, size, &url))
        return;
    require_inside(url.host, text, size);
    require(url.host.length > 0 && url.port > 0 && url.port <= 65535);
    ldap_url_target(&url, target);
    require(text_is_clean(target, strlen(target)));
    strcat(whole, target);
    require(ldap_url_split(whole, strlen(whole), &url) && !url.has_rest);
    ldap_url_target(&url, again);
    require(strcmp(target, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_url((const char *)data, size);
    try_pointer((const char *)data, size);
    return 0;
}
