/* SPDX-License-Identifier: MIT */
/*
 * A new mailbox database. Setup makes one as well, under a name that nobody
 * knows before; a plan that moves mailboxes to a new server names its own.
 */
#include <string.h>

#include "base/text.h"
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

static bool is_2007(const struct adscp_server *server)
{
    return server->line < VERSION_2010;
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

    if (is_2007(database->server))
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
    if (!is_2007(database->server))
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

    if (is_2007(database->server))
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
    put_database(making, &database);
    if (!is_2007(database.server))
        put_copy(making, &database);
    put_cmdlets(making, &database);
    return ADSCP_OK;
}
