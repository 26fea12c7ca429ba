/* SPDX-License-Identifier: MIT */
/*
 * A server goes, and everything below it.
 */
#include "base/table.h"
#include "base/text.h"
#include "facts/dn.h"
#include "judge/plan/private.h"

static size_t depth_of(struct span dn)
{
    size_t depth = 0, at = 0;

    for (; at < dn.length; depth++)
        at += dn_first_length(dn.text + at, dn.length - at) + 1;
    return depth;
}

static bool is_part_of(struct span dn, struct span top)
{
    return dn.text != NULL &&
           (dn_is_below(dn.text, dn.length, top.text, top.length) ||
            text_equal_fold(dn.text, dn.length, top.text, top.length));
}

/* What lies deeper no change can name. */
enum { DEPTH_MAX = 500 };

static size_t deepest(const struct entries *entries, struct span top)
{
    size_t most = 0, i;

    for (i = 0; i < entries->count; i++) {
        const struct span dn = entries->rows[i].dn;
        size_t depth = is_part_of(dn, top) ? depth_of(dn) : 0;

        if (depth > most && depth <= DEPTH_MAX)
            most = depth;
    }
    return most;
}

/* The entries of one depth, each DN once. */
static int delete_depth(struct making *making, struct span top, size_t depth,
                        struct table *done)
{
    const struct entries *entries = making->directory->entries;
    size_t i;

    for (i = 0; i < entries->count; i++) {
        const struct span dn = entries->rows[i].dn;
        uint32_t before = done->count;

        if (!is_part_of(dn, top) || depth_of(dn) != depth)
            continue;
        if (table_keep(done, &making->arena, dn.text, dn.length) == TABLE_NONE)
            return ADSCP_E_NOMEM;
        if (done->count == before)
            continue;
        begin_record(making, dn, "delete");
        end_record(making);
    }
    return ADSCP_OK;
}

/* Leaves first, since a directory deletes nothing that has entries below it. */
int making_delete(struct making *making, struct span top)
{
    struct table done = {.sense = TABLE_FOLD};
    size_t last = depth_of(top), depth;
    int rc = ADSCP_OK;

    for (depth = deepest(making->directory->entries, top);
         depth >= last && depth > 0 && rc == ADSCP_OK; depth--)
        rc = delete_depth(making, top, depth, &done);
    table_clear(&done);
    return rc;
}

/* Setup goes no further while somebody's mailbox is there. */
static int remark_on_databases(struct making *making,
                               const struct adscp_server *server)
{
    const struct directory *directory = making->directory;
    const struct database *first = NULL;
    const bool *left = making_left(making);
    size_t count = 0, i;

    for (i = 0; left != NULL && i < directory->database_count; i++) {
        if (directory->databases[i].server != making_number(making, server) ||
            !left[i])
            continue;
        if (count++ == 0)
            first = &directory->databases[i];
    }
    if (count == 1)
        add_remark(
            making,
            "Setup refuses this while mailboxes are left in the database "
            "\"%s\" of %s: move them first",
            first->name, server->name);
    else if (count > 1)
        add_remark(
            making,
            "Setup refuses this while mailboxes are left in databases of "
            "%s, such as \"%s\" (%zu in all): move them first",
            server->name, first->name, count);
    return left != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

int make_uninstall(struct making *making)
{
    const struct adscp_server *server =
        making_server(making, making_word(making, 0));
    const struct kept_entry *entry;
    int rc;

    if (server == NULL)
        return ADSCP_E_ARGUMENT;
    entry = making_entry(making, server->dn);
    if (entry == NULL)
        return ADSCP_E_NOMEM;
    rc = making_delete(making, entry->dn);
    add_cmdlet(making, "%s",
               setup_cmdlet(making, server->line, &server->version,
                            "/Mode:Uninstall"));
    return rc == ADSCP_OK ? remark_on_databases(making, server) : rc;
}
