/* SPDX-License-Identifier: MIT */
/*
 * Keys, part by part, ignoring case as the registry does. A path that ends
 * early stands above what matters: whoever deletes it deletes that as well.
 */
#include "facts/policy/place.h"

/* The next part. false: there is none, or it is empty. */
static bool next_part(struct span *path, struct span *partp)
{
    *partp = span_until(*path, '\\');
    *path = span_from(*path, partp->length + (partp->length < path->length));
    return partp->length > 0;
}

static bool is_word(struct span part, const char *word)
{
    return text_is(part.text, part.length, word);
}

static struct policy_place nowhere(void)
{
    return (struct policy_place){.kind = PLACE_NONE};
}

/* Behind the version: "Outlook\AutoDiscover". */
static struct policy_place in_version(struct span path,
                                      struct policy_place place)
{
    static const char *const words[] = {"Outlook", "AutoDiscover"};
    struct span part;
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!next_part(&path, &part))
            return place;
        if (!is_word(part, words[i]))
            return nowhere();
    }
    place.kind = PLACE_AUTODISCOVER;
    if (!next_part(&path, &part))
        return place;
    place.kind = PLACE_REDIRECT_SERVERS;
    return is_word(part, "RedirectServers") && path.length == 0 ? place
                                                                : nowhere();
}

/* Behind "Office": "16.0\Outlook\AutoDiscover". */
static struct policy_place in_office(struct span path,
                                     struct policy_place place)
{
    struct span part;
    bool is_known;

    if (!next_part(&path, &part))
        return place;
    is_known = office_version_find(part, &place.version);
    place = in_version(path, place);
    if (is_known || place.kind == PLACE_NONE)
        return place;
    if (place.kind == PLACE_ABOVE)
        return nowhere();
    place.kind = PLACE_OTHER_OFFICE;
    return place;
}

static bool find_store(struct span name, enum policy_store *storep)
{
    static const struct {
        const char *name;
        enum policy_store store;
    } stores[] = {{"Root", POLICY_STORE_ROOT},
                  {"AuthRoot", POLICY_STORE_ROOT},
                  {"CA", POLICY_STORE_CA},
                  {"Disallowed", POLICY_STORE_DISALLOWED}};
    size_t i;

    for (i = 0; i < sizeof(stores) / sizeof(stores[0]); i++)
        if (is_word(name, stores[i].name)) {
            *storep = stores[i].store;
            return true;
        }
    return false;
}

/* Behind "SystemCertificates": "Root\Certificates\<hash>". */
static struct policy_place in_stores(struct span path,
                                     struct policy_place place)
{
    struct span part;
    bool has_update;

    if (!next_part(&path, &part))
        return place;
    if (!find_store(part, &place.store))
        return nowhere();
    has_update = is_word(part, "AuthRoot");
    if (!next_part(&path, &part)) {
        place.kind = has_update ? PLACE_ROOT_UPDATE : PLACE_ABOVE;
        return place;
    }
    if (!is_word(part, "Certificates"))
        return nowhere();
    if (!next_part(&path, &part))
        return place;
    place.kind = PLACE_CERTIFICATE;
    return path.length == 0 ? place : nowhere();
}

struct policy_place policy_place_of(struct span path)
{
    struct policy_place place = {.kind = PLACE_ABOVE,
                                 .by = SETTING_BY_PREFERENCE};
    struct span part;

    if (!next_part(&path, &part))
        return place;
    if (!is_word(part, "Software"))
        return nowhere();
    if (!next_part(&path, &part))
        return place;
    if (is_word(part, "Policies")) {
        place.by = SETTING_BY_POLICY;
        if (!next_part(&path, &part))
            return place;
    }
    if (!is_word(part, "Microsoft"))
        return nowhere();
    if (!next_part(&path, &part))
        return place;
    if (is_word(part, "Office"))
        return in_office(path, place);
    if (is_word(part, "SystemCertificates") ||
        (is_word(part, "EnterpriseCertificates") &&
         place.by == SETTING_BY_PREFERENCE))
        return in_stores(path, place);
    return nowhere();
}
