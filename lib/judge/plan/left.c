/* SPDX-License-Identifier: MIT */
/*
 * Which databases still hold mailboxes: Exchange removes none that does, nor
 * the server of one. Those of its own services, and archives, count like
 * anybody's.
 */
#include <string.h>

#include "base/text.h"
#include "facts/census.h"
#include "judge/plan/private.h"

static bool is_name(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

/* Did the steps before this one leave it empty? */
static bool is_emptied(const struct making *making, const char *dn)
{
    const struct plan_question *question = making->question;
    bool is_empty = false;
    size_t i, k;

    for (i = 0; i < question->step_count; i++) {
        const struct plan_step *step = &question->steps[i];

        if (step->database != NULL && is_name(step->database, dn))
            is_empty = true;
        for (k = 0; k < step->move_count; k++) {
            if (is_name(step->moves[k].from, dn))
                is_empty = true;
            else if (is_name(step->moves[k].to, dn))
                is_empty = false;
        }
    }
    return is_empty;
}

/* As far as numbers tell; where nobody counted, somebody may be there. */
static bool may_hold(const struct making *making,
                     const struct database *database)
{
    return !is_emptied(making, database->dn) &&
           (making->directory->census == NULL || database->mailboxes > 0);
}

static bool is_home(const struct entry_value *value)
{
    return text_is(value->name, value->name_length, "homeMDB") ||
           text_is(value->name, value->name_length,
                   "msExchArchiveDatabaseLink");
}

/* Users that were read are where their entries say. */
static void mark_entry(const struct table *databases,
                       const struct kept_entry *entry, bool *left)
{
    uint32_t i;

    for (i = 0; entry->dn.text != NULL && i < entry->value_count; i++) {
        const struct entry_value *value = &entry->values[i];
        const uint32_t *number =
            is_home(value) ? table_get(databases, value->bytes, value->length)
                           : NULL;

        if (number != NULL)
            left[*number] = true;
    }
}

bool *making_left(struct making *making)
{
    const struct directory *directory = making->directory;
    size_t count = directory->database_count, i;
    bool *left = arena_alloc(&making->arena, (count + 1) * sizeof(*left));
    struct table databases;

    if (left == NULL || table_init(&databases, TABLE_FOLD, count) != ADSCP_OK)
        return NULL;
    for (i = 0; i < count && left != NULL; i++) {
        const char *dn = directory->databases[i].dn;

        left[i] = may_hold(making, &directory->databases[i]);
        if (table_value(&databases, dn, table_hash(&databases, dn),
                        (uint32_t)i) == NULL)
            left = NULL;
    }
    for (i = 0; i < directory->entries->count && left != NULL; i++)
        mark_entry(&databases, &directory->entries->rows[i], left);
    table_clear(&databases);
    return left;
}
