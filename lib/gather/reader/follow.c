/* SPDX-License-Identifier: MIT */
/*
 * Whom a targetAddress names is only known once its owner was read, and then
 * the record of the other one has gone by. So exports are read again, for them
 * as well: whether the client is sent round in a circle, they tell. A live
 * directory is not asked twice.
 */
#include "gather/reader/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/mail.h"
#include "gather/file.h"

enum { ROUNDS_MAX = 4, FOLLOWED_MAX = 1000 };

static bool can_read_again(const struct reader_plan *plan)
{
    int i;

    if (plan->uri != NULL || plan->domain != NULL || plan->discover ||
        plan->base != NULL || plan->mail_count == 0)
        return false;
    for (i = 0; i < plan->file_count; i++)
        if (!file_is_regular(plan->files[i].path))
            return false;
    return true;
}

/* No export holds who lives in Microsoft 365. */
static bool is_remote(const char *address)
{
    static const char cloud[] = ".onmicrosoft.com";
    size_t length = strlen(address), tail = strlen(cloud);

    return length > tail &&
           text_equal_ascii(address + length - tail, tail, cloud, tail);
}

static bool is_followed(const struct run *run, const char *address)
{
    size_t i;

    for (i = 0; i < run->followed_count; i++)
        if (strcmp(run->followed[i], address) == 0)
            return true;
    return forest_find_name(run->forest, address, strlen(address)) <
           run->forest->asked_count;
}

static int add_target(struct run *run, const struct recipient *recipient)
{
    const char *target = mail_target(recipient->target);
    char **rows;

    if (target == NULL || recipient->kind == RECIPIENT_MAILBOX ||
        recipient->kind == RECIPIENT_REMOTE || is_remote(target) ||
        run->followed_count >= FOLLOWED_MAX || is_followed(run, target))
        return ADSCP_OK;
    rows = rows_grow(run->followed, run->followed_count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    run->followed = rows;
    rows[run->followed_count] = strdup(target);
    if (rows[run->followed_count] == NULL)
        return ADSCP_E_NOMEM;
    run->followed_count++;
    return ADSCP_OK;
}

static int add_targets(struct run *run)
{
    size_t i, k;
    int rc = ADSCP_OK;

    for (i = 0; i < run->forest->directory_count && rc == ADSCP_OK; i++) {
        const struct directory *directory = run->forest->directories[i];

        for (k = 0; k < directory->recipient_count && rc == ADSCP_OK; k++)
            rc = add_target(run, &directory->recipients[k]);
    }
    return rc;
}

/* A snapshot holds those who were asked for when it was made, and for others
 * cannot say that there are none. */
static bool knows_less(const struct adscp_forest *forest,
                       const struct adscp_forest *before)
{
    size_t i;

    if (forest->directory_count != before->directory_count)
        return true;
    for (i = 0; i < before->directory_count; i++)
        if (before->directories[i]->recipients_read &&
            !forest->directories[i]->recipients_read)
            return true;
    return false;
}

/* *againp: the forest is another one, with more recipients. What fails costs
 * nothing but them. */
static int read_again(struct run *run, reader_read_all *read, const void *what,
                      bool *againp)
{
    struct adscp_forest *before = run->forest;
    int rc;

    run->forest = NULL;
    rc = read(run, what);
    *againp = rc == ADSCP_OK && !knows_less(run->forest, before);
    if (*againp || reader_ends(rc)) {
        forest_release(before);
        return rc;
    }
    forest_release(run->forest);
    run->forest = before;
    detail_clear(run->detail);
    return ADSCP_OK;
}

int reader_follow_recipients(struct run *run, reader_read_all *read,
                             const void *what)
{
    bool again = can_read_again(run->plan);
    int rc = ADSCP_OK, round;

    for (round = 0; round < ROUNDS_MAX && again && rc == ADSCP_OK; round++) {
        size_t count = run->followed_count;

        rc = add_targets(run);
        again = rc == ADSCP_OK && run->followed_count > count;
        if (again)
            rc = read_again(run, read, what, &again);
    }
    return rc;
}

void reader_forget_followed(struct run *run)
{
    size_t i;

    for (i = 0; i < run->followed_count; i++)
        free(run->followed[i]);
    free(run->followed);
}
