/* SPDX-License-Identifier: MIT */
/*
 * A recipient's targetAddress may name another one, who names a third, who
 * names the first again: then Autodiscover sends the client on and on.
 */
#include "judge/route/mailbox.h"

#include <string.h>

#include "facts/intern.h"
#include "facts/mail.h"

/* Whoever has the address; NULL: nobody who was read, or several. */
static const struct recipient *owner_of(const struct adscp_forest *forest,
                                        const struct directory *directory,
                                        const char *address)
{
    name_id id = forest_find_name(forest, address, strlen(address));
    uint32_t who = id < forest->asked_count ? directory->recipient_of[id] : 0;

    return who != 0 && who != RECIPIENT_SEVERAL
               ? &directory->recipients[who - 1]
               : NULL;
}

static bool is_on_way(const struct recipient *const *way, size_t count,
                      const struct recipient *recipient)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (way[i] == recipient)
            return true;
    return false;
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL &&
           text_equal_fold(a, strlen(a), b, strlen(b));
}

/* A contact has the address that it leads to for its own, too. In another mail
 * domain than that of the user, this is where the client leaves. */
static bool leaves(const struct recipient *row, const char *address,
                   const char *domain)
{
    return is_same(mail_target(row->target), address) &&
           !is_same(mail_domain(address), domain);
}

bool mailbox_goes_round(const struct adscp_forest *forest, name_id asked,
                        const struct adscp_mailbox *mailbox)
{
    enum { STEPS_MAX = 8 };
    const char *domain = mail_domain(forest->intern->names.rows[asked].text);
    const struct recipient *way[STEPS_MAX] = {mailbox->recipient};
    const char *next = mailbox->target;
    size_t count;

    for (count = 1; count < STEPS_MAX && next != NULL; count++) {
        const struct recipient *row =
            owner_of(forest, mailbox->directory, next);

        if (row == NULL || row->kind == RECIPIENT_MAILBOX ||
            row->kind == RECIPIENT_PLAIN || leaves(row, next, domain))
            return false;
        if (is_on_way(way, count, row))
            return true;
        way[count] = row;
        next = mail_target(row->target);
    }
    return false;
}
