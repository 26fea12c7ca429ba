/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_ROUTE_MAILBOX_H
#define ADSCP_JUDGE_ROUTE_MAILBOX_H

#include "facts/finding.h"
#include "facts/forest.h"

/* Whose the mail address is, and where his mailbox lives. Everything but the
 * kind is NULL where it is unknown. */
/* What an export lacks, so that the kind or the target is unknown. */
enum mailbox_missing {
    MISSING_NOTHING,
    MISSING_HOME,
    MISSING_TARGET,
    MISSING_ADDRESS,
    MISSING_PROXIES
};

struct adscp_mailbox {
    int kind;         /* ADSCP_MAILBOX_* */
    uint8_t missing;  /* MISSING_* */
    bool is_circle;   /* following targets leads back to where one was */
    bool is_anybodys; /* of a home: the recipient and the target are unsaid */
    const struct directory *directory;
    const struct recipient *recipient;
    const struct database *database;
    const struct adscp_server *server;
    const char *target; /* the SMTP address where the mailbox is */
};

/* Where anybody's mailbox may be, seen from the directory that has the user:
 * on a server or, without one, in Microsoft 365. No directory: nowhere. */
struct mailbox_home {
    const struct directory *directory;
    const struct adscp_server *server;
};

/* Look for the address in this directory, and then in the forest's first one.
 * It goes by its name in the forest. */
void mailbox_judge(const struct adscp_forest *forest,
                   const struct directory *directory, name_id asked,
                   struct adscp_mailbox *mailbox);

/* Does some targetAddress on the way from this one lead back to a recipient
 * that was met before? Who was not read ends the way. */
bool mailbox_goes_round(const struct adscp_forest *forest, name_id asked,
                        const struct adscp_mailbox *mailbox);

/* The mailbox of somebody who lives there, whoever it is; it has no recipient.
 * Another directory than these two, nobody looks into. */
void mailbox_of_home(const struct adscp_forest *forest,
                     const struct directory *directory,
                     const struct mailbox_home *home,
                     struct adscp_mailbox *mailbox);

/* Append what is odd about it, the findings mailbox-*; their texts lie in the
 * forest or are `mail` (NULL: that of a home). Another directory than the one
 * that the client asks sends him nowhere. ADSCP_OK or ADSCP_E_NOMEM. */
int mailbox_find(const struct adscp_mailbox *mailbox,
                 const struct directory *asked, const char *mail,
                 struct finding_list *findings);

/* Append that the mailbox stays behind where a pointer leads its owner to the
 * directory that is asked: everybody of its domains goes there, also those who
 * have not moved yet. The forest's name goes into the arena. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int mailbox_find_left(const struct adscp_forest *forest,
                      const struct directory *asked, const char *mail,
                      struct arena *arena, struct finding_list *findings);

#endif
