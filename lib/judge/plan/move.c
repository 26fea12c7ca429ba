/* SPDX-License-Identifier: MIT */
/*
 * Mailboxes go to another database. Of those that were not read nothing can be
 * written, though the cmdlets move them, too.
 */
#include <string.h>

#include "base/text.h"
#include "judge/plan/private.h"

static bool has_name(const struct database *database, const char *name)
{
    return text_equal_fold(database->name, strlen(database->name), name,
                           strlen(name));
}

/* The databases that a word names: one by its name, or all of a server. */
struct homes {
    uint32_t server; /* 0: none */
    const char *name;
    const struct homes *but; /* without these; or NULL */
};

static bool is_among(const struct homes *homes, const struct database *database)
{
    if (homes->but != NULL && is_among(homes->but, database))
        return false;
    return homes->server != 0 ? database->server == homes->server
                              : has_name(database, homes->name);
}

/* The first of them. */
static bool find_first(const struct making *making, const struct homes *homes,
                       const struct database **firstp)
{
    const struct directory *directory = making->directory;
    size_t i;

    for (i = 0; i < directory->database_count; i++) {
        *firstp = &directory->databases[i];
        if (is_among(homes, *firstp))
            return true;
    }
    return false;
}

static int find_homes(struct making *making, const char *name,
                      struct homes *homes, const struct database **firstp)
{
    const struct adscp_server *server;

    *homes = (struct homes){.name = name};
    if (find_first(making, homes, firstp))
        return ADSCP_OK;
    server = making_server(making, name);
    if (server == NULL)
        return ADSCP_E_ARGUMENT;
    homes->server = making_number(making, server);
    return find_first(making, homes, firstp)
               ? ADSCP_OK
               : fail(making, "%s has no mailbox database", name);
}

static bool lives_in(const struct making *making, const struct homes *homes,
                     const struct kept_entry *entry)
{
    const struct directory *directory = making->directory;
    uint32_t i;
    size_t k;

    for (i = 0; i < entry->value_count; i++) {
        const struct entry_value *value = &entry->values[i];

        if (!text_is(value->name, value->name_length, "homeMDB"))
            continue;
        for (k = 0; k < directory->database_count; k++)
            if (is_among(homes, &directory->databases[k]) &&
                text_equal_fold(value->bytes, value->length,
                                directory->databases[k].dn,
                                strlen(directory->databases[k].dn)))
                return true;
    }
    return false;
}

static void move_mailbox(struct making *making, const struct kept_entry *entry,
                         const struct database *target)
{
    const struct directory *directory = making->directory;
    const char *legacy = target->server != 0
                             ? directory->servers[target->server - 1].legacy_dn
                             : NULL;

    begin_record(making, entry->dn, "modify");
    begin_part(making, "replace", "homeMDB");
    put_line(making, "homeMDB", target->dn);
    end_part(making);
    if (legacy != NULL) {
        begin_part(making, "replace", "msExchHomeServerName");
        put_line(making, "msExchHomeServerName", legacy);
        end_part(making);
    }
    end_record(making);
}

/* Exchange 2007 moves to itself by a cmdlet of its own; later versions fetch,
 * from 2007, too. */
static void tell_cmdlets(struct making *making, const struct database *from,
                         const struct database *target)
{
    const struct adscp_server *servers = making->directory->servers;
    enum version_line line =
        from->server != 0 ? servers[from->server - 1].line : VERSION_UNKNOWN;
    bool is_2007 =
        target->server != 0 && making_is_2007(&servers[target->server - 1]);
    /* Mailboxes of Exchange's own services, which Get-Mailbox tells of only if
     * it is asked for them. */
    const struct {
        const char *kind;
        bool exists;
    } kinds[] = {{"", true},
                 {" -Arbitration", line >= VERSION_2010},
                 {" -PublicFolder", line >= VERSION_2013},
                 {" -AuditLog", line >= VERSION_2016}};
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].exists)
            add_cmdlet(making,
                       "Get-Mailbox -Database %s%s -ResultSize Unlimited | %s "
                       "-TargetDatabase %s",
                       database_identity(making, from), kinds[i].kind,
                       is_2007 ? "Move-Mailbox" : "New-MoveRequest",
                       database_identity(making, target));
}

/* Nobody knows who lives where; but whoever does in these databases, goes. */
static void tell_moves(struct making *making, const struct homes *from,
                       const struct database *target)
{
    const struct directory *directory = making->directory;
    size_t i;

    for (i = 0; i < directory->database_count; i++) {
        const struct database *row = &directory->databases[i];

        if (!is_among(from, row))
            continue;
        making_moves(making, row->dn, target->dn);
        tell_cmdlets(making, row, target);
    }
}

int make_move(struct making *making)
{
    const struct directory *directory = making->directory;
    const struct entries *entries = directory->entries;
    const struct database *first, *target;
    struct homes from, to;
    size_t i;
    int rc = find_homes(making, making_word(making, 0), &from, &first);

    if (rc == ADSCP_OK)
        rc = find_homes(making, making_word(making, 1), &to, &target);
    if (rc != ADSCP_OK)
        return rc;
    /* What is there already stays. */
    from.but = &to;
    if (!find_first(making, &from, &first))
        return fail(making, "the mailboxes of %s are on %s already",
                    making_word(making, 0), making_word(making, 1));
    for (i = 0; i < entries->count; i++)
        if (entries->rows[i].dn.text != NULL &&
            lives_in(making, &from, &entries->rows[i]))
            move_mailbox(making, &entries->rows[i], target);
    tell_moves(making, &from, target);
    return ADSCP_OK;
}
