/* SPDX-License-Identifier: MIT */
/*
 * A mailbox database comes, or goes. Setup makes one as well, under a name that
 * nobody knows before; a plan that moves mailboxes to a new server names its
 * own.
 */
#include <string.h>

#include "base/text.h"
#include "facts/decode/decode.h"
#include "facts/dn.h"
#include "judge/plan/private.h"

enum { ROLE_MAILBOX = 1 << 1 };

struct new_database {
    const char *name;
    const struct adscp_server *server;
    const char *parent;
    const char *dn;
};

/* From Exchange 2010 on, a name is the organisation's. */
static int check_name(struct making *making, const char *name)
{
    const struct directory *directory = making->directory;
    size_t i;

    if (name[0] == '\0')
        return fail(making, "the name of the database is missing");
    if (!is_cn(name))
        return fail(making,
                    "the name of the database has more than %d characters, and "
                    "Active Directory takes no more in a name",
                    (int)CN_MAX);
    for (i = 0; i < directory->database_count; i++)
        if (text_equal_fold(directory->databases[i].name,
                            strlen(directory->databases[i].name), name,
                            strlen(name)))
            return fail(making, "there is a database %s already", name);
    return ADSCP_OK;
}

static int check_server(struct making *making,
                        const struct adscp_server *server)
{
    if (server->line == VERSION_LEGACY)
        return fail(making, "%s is older than Exchange 2007", server->name);
    if (server->roles >= 0 && (server->roles & ROLE_MAILBOX) == 0)
        return fail(making, "%s does not have the Mailbox role", server->name);
    return ADSCP_OK;
}

/* Beside the container of the servers; those of Exchange 2007 have theirs in a
 * storage group of the server. Setup makes these containers, which a live read
 * does not show. */
static int find_parent(struct making *making, struct new_database *database)
{
    const char *dn = database->server->dn;
    size_t length = strlen(dn);
    size_t first = dn_first_length(dn, length);
    static const char servers[] = ",CN=Servers,";

    if (making_is_2007(database->server))
        database->parent = format(making,
                                  "CN=First Storage Group,"
                                  "CN=InformationStore,%s",
                                  dn);
    else if (text_starts(dn + first, length - first, servers))
        database->parent =
            format(making, "CN=Databases,%s", dn + first + strlen(servers));
    else
        return fail(making, "%s does not stand in a container of servers",
                    database->server->name);
    return ADSCP_OK;
}

static void put_database(struct making *making,
                         const struct new_database *database)
{
    const char *server = database->server->dn;

    begin_entry(making, database->dn, "msExchMDB");
    put_line(making, "objectClass", "msExchPrivateMDB");
    put_line(making, "cn", database->name);
    put_line(making, "msExchOwningServer", server);
    if (!making_is_2007(database->server))
        put_line(making, "msExchMasterServerOrAvailabilityGroup", server);
    put_line(making, "whenCreated", time_text(making, making->question->time));
    end_record(making);
}

/* From Exchange 2010 on, every server with the database has one. */
static void put_copy(struct making *making, const struct new_database *database)
{
    const struct adscp_server *server = database->server;

    begin_entry(making,
                format(making, "CN=%s,%s", rdn_value(making, server->name),
                       database->dn),
                "msExchMDBCopy");
    put_line(making, "cn", server->name);
    put_line(making, "msExchHostServerLink", server->dn);
    end_record(making);
}

static void put_cmdlets(struct making *making,
                        const struct new_database *database)
{
    const char *server = database->server->name;

    if (making_is_2007(database->server))
        add_cmdlet(
            making, "New-MailboxDatabase -Name %s -StorageGroup %s",
            quoted(making, database->name),
            quoted(making, format(making, "%s\\First Storage Group", server)));
    else
        add_cmdlet(making, "New-MailboxDatabase -Name %s -Server %s",
                   quoted(making, database->name), quoted(making, server));
    add_cmdlet(making, "Mount-Database -Identity %s",
               quoted(making, database->name));
}

/* Exchange 2007 tells databases apart by their servers and storage groups. */
const char *database_identity(struct making *making,
                              const struct database *database)
{
    const struct adscp_server *server =
        database->server != 0
            ? &making->directory->servers[database->server - 1]
            : NULL;
    size_t length = strlen(database->dn), used;
    size_t first = dn_first_length(database->dn, length) + 1;
    char *group;

    if (server == NULL || !making_is_2007(server) || first >= length)
        return quoted(making, database->name);
    group = arena_bytes(&making->arena, length - first + 1);
    if (group == NULL || !decode_first_rdn(database->dn + first, length - first,
                                           group, length - first + 1, &used)) {
        making->failed |= group == NULL;
        return quoted(making, database->name);
    }
    return quoted(making, format(making, "%s\\%s\\%s", server->name, group,
                                 database->name));
}

int make_remove_database(struct making *making)
{
    const char *name = making_word(making, 0);
    const struct database *found = NULL;
    const struct kept_entry *entry;
    bool *left;
    int rc;

    rc = making_database(making, name, &found);
    if (rc != ADSCP_OK)
        return rc;
    entry = making_entry(making, found->dn);
    left = making_left(making);
    if (entry == NULL || left == NULL)
        return ADSCP_E_NOMEM;
    rc = making_delete(making, entry->dn);
    add_cmdlet(making, "Remove-MailboxDatabase -Identity %s",
               database_identity(making, found));
    if (left[found - making->directory->databases])
        add_remark(making,
                   "Exchange refuses this while mailboxes are left in the "
                   "database \"%s\": move them first",
                   found->name);
    return rc;
}

int make_database(struct making *making)
{
    struct new_database database = {.name = making_word(making, 0)};
    int rc;

    if (strcmp(making_word(making, 1), "on") != 0)
        return fail(making, "the step is: database NAME on SERVER");
    database.server = making_server(making, making_word(making, 2));
    if (database.server == NULL)
        return ADSCP_E_ARGUMENT;
    rc = check_name(making, database.name);
    if (rc == ADSCP_OK)
        rc = check_server(making, database.server);
    if (rc == ADSCP_OK)
        rc = find_parent(making, &database);
    if (rc != ADSCP_OK)
        return rc;
    database.dn = format(making, "CN=%s,%s", rdn_value(making, database.name),
                         database.parent);
    making->step->database = making_copy(making, database.dn);
    put_database(making, &database);
    if (!making_is_2007(database.server))
        put_copy(making, &database);
    put_cmdlets(making, &database);
    return ADSCP_OK;
}
