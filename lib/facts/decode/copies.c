/* SPDX-License-Identifier: MIT */
/*
 * Of two objects with one DN that were made on two domain controllers,
 * replication keeps one under another name ("EX1", LF, "CNF:" and a GUID). Such
 * a copy of a server object carries the names of a server that has an object of
 * its own, and stands for nobody.
 */
#include "facts/decode/private.h"

#include <string.h>

#include "base/table.h"

/* "EX1" of the shown name "EX1\x0ACNF:6f9619ff-...". */
static size_t length_before_mark(const char *name)
{
    const char *mark = strstr(name, "\\x0ACNF:");

    return mark != NULL ? (size_t)(mark - name) : strlen(name);
}

static bool has_name(const struct table *names, const char *name, size_t length)
{
    return table_get(names, name, length) != NULL;
}

static bool has_twin(const struct table *names,
                     const struct adscp_server *server)
{
    return (server->fqdn != NULL &&
            has_name(names, server->fqdn, strlen(server->fqdn))) ||
           has_name(names, server->name, length_before_mark(server->name));
}

static void put(struct table *names, const char *name)
{
    if (name != NULL)
        (void)table_value(names, name, table_hash(names, name), 0);
}

static bool has_conflict(const struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->server_count; i++)
        if (directory->servers[i].is_conflict)
            return true;
    return false;
}

int decode_copies(struct directory *directory)
{
    struct table names;
    size_t i;

    if (!has_conflict(directory))
        return ADSCP_OK;
    if (table_init(&names, TABLE_ASCII, 2 * directory->server_count) !=
        ADSCP_OK)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->server_count; i++) {
        if (directory->servers[i].is_conflict)
            continue;
        put(&names, directory->servers[i].name);
        put(&names, directory->servers[i].fqdn);
    }
    for (i = 0; i < directory->server_count; i++)
        directory->servers[i].is_copy =
            directory->servers[i].is_conflict &&
            has_twin(&names, &directory->servers[i]);
    table_clear(&names);
    return ADSCP_OK;
}
