/* SPDX-License-Identifier: MIT */
/*
 * What a step is about: servers by their names, and the entries themselves,
 * whose DNs a change record must spell as the directory does.
 */
#include "judge/plan/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/certificate/certificate.h"

const struct adscp_server *making_server(struct making *making,
                                         const char *name)
{
    const struct directory *directory = making->directory;
    const struct adscp_server *found = NULL;
    size_t i;

    for (i = 0; i < directory->server_count; i++) {
        const struct adscp_server *server = &directory->servers[i];

        if (!text_equal_fold(server->name, strlen(server->name), name,
                             strlen(name)))
            continue;
        if (found != NULL) {
            fail(making, "there are two servers with the name %s", name);
            return NULL;
        }
        found = server;
    }
    if (found == NULL)
        fail(making,
             "there is no server with the name %s: \"adscp servers\" "
             "lists them",
             name);
    return found;
}

bool making_is_2007(const struct adscp_server *server)
{
    return version_product(server->line) == version_product(VERSION_2007);
}

int making_database(struct making *making, const char *name,
                    const struct database **databasep)
{
    const struct directory *directory = making->directory;
    size_t i;

    *databasep = NULL;
    for (i = 0; i < directory->database_count; i++) {
        const struct database *row = &directory->databases[i];

        if (!text_equal_fold(row->name, strlen(row->name), name, strlen(name)))
            continue;
        if (*databasep != NULL)
            return fail(making, "there are two databases with the name %s",
                        name);
        *databasep = row;
    }
    return *databasep != NULL
               ? ADSCP_OK
               : fail(making, "there is no mailbox database with the name %s",
                      name);
}

uint32_t making_number(const struct making *making,
                       const struct adscp_server *server)
{
    return (uint32_t)(server - making->directory->servers) + 1;
}

const struct adscp_site *making_site(const struct making *making,
                                     const char *name)
{
    const struct directory *directory = making->directory;
    size_t i;

    for (i = 0; i < directory->site_count; i++) {
        const char *shown = directory->sites[i].name;

        if (shown != NULL &&
            text_equal_fold(shown, strlen(shown), name, strlen(name)))
            return &directory->sites[i];
    }
    return NULL;
}

bool making_knows_sites(const struct making *making)
{
    return making->directory->site_count > 0 && making->directory->complete;
}

/* Is this how the entry's DN is shown? */
static bool is_shown(const struct kept_entry *row, const char *dn,
                     size_t length)
{
    char *shown;
    size_t needed;
    bool same;

    if (row->dn.text == NULL)
        return false;
    if (row->dn.length == length && memcmp(row->dn.text, dn, length) == 0)
        return true;
    if (row->is_plain || row->dn.length > length ||
        text_is_clean(row->dn.text, row->dn.length))
        return false;
    shown = malloc(length + 1);
    if (shown == NULL)
        return false;
    needed = text_escape(shown, length + 1, row->dn.text, row->dn.length);
    same = needed == length && memcmp(shown, dn, length) == 0;
    free(shown);
    return same;
}

const struct kept_entry *making_entry(const struct making *making,
                                      const char *dn)
{
    const struct entries *entries = making->directory->entries;
    size_t length = strlen(dn), i;

    for (i = 0; i < entries->count; i++)
        if (is_shown(&entries->rows[i], dn, length))
            return &entries->rows[i];
    return NULL;
}

bool making_has_entry(const struct making *making, const char *dn)
{
    const struct entries *entries = making->directory->entries;
    size_t i;

    for (i = 0; i < entries->count; i++)
        if (entries->rows[i].dn.text != NULL &&
            text_equal_fold(entries->rows[i].dn.text,
                            entries->rows[i].dn.length, dn, strlen(dn)))
            return true;
    return false;
}

/* A copy of everything that is wanted of a row. */
static struct blob copy_certificate(struct making *making,
                                    const struct adscp_certificate *row,
                                    const char **common_namep,
                                    const char **sha1p)
{
    const struct certificate_facts *facts = certificate_facts(row);
    const char *sha1 = certificate_sha1(row);
    struct blob der = {NULL, 0};
    const void *bytes = certificate_der(row, &der.length);
    char *copy;

    if (facts == NULL || sha1 == NULL) {
        making->failed = true;
        return der;
    }
    if (facts->problem != NULL || bytes == NULL)
        return der;
    copy = arena_copy(&making->arena, bytes, der.length);
    making->failed |= copy == NULL;
    der.bytes = (const unsigned char *)copy;
    *sha1p = format(making, "%s", sha1);
    *common_namep = facts->common_name.text != NULL
                        ? format(making, "%s", facts->common_name.text)
                        : *sha1p;
    return der;
}

struct blob making_certificate(struct making *making, const void *bytes,
                               size_t length, const char **common_namep,
                               const char **sha1p)
{
    struct certificates *store = certificates_new();
    struct certificate_list list = {0};
    struct blob der = {NULL, 0};

    if (store == NULL ||
        certificates_read(store, bytes, length, &list) == ADSCP_E_NOMEM)
        making->failed = true;
    else if (list.count > 0)
        der = copy_certificate(making, list.rows[0], common_namep, sha1p);
    certificate_list_free(&list);
    certificates_release(store);
    return der;
}
