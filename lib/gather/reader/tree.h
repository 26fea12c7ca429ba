/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_READER_TREE_H
#define ADSCP_GATHER_READER_TREE_H

#include <stdbool.h>

#include "base/deadline.h"
#include "base/error.h"
#include "facts/decode/decode.h"
#include "gather/ldap/session.h"

/* What reading one directory over one session takes; all of it borrowed. */
struct tree {
    struct session *session;
    struct directory *directory;
    struct decoder *decoder;
    char *const *mails; /* addresses whose recipients are wanted */
    int mail_count;
    bool wants_site; /* ask which site the client is in */
    const struct deadline *deadline;
    struct detail *detail;
};

/* The rootDSE: sets the directory's config_dn and server. */
int tree_read_root(const struct tree *tree);

/* Everything of the configuration naming context, and the recipients of the
 * server's own domain, side by side. */
int tree_read(const struct tree *tree);

/* Which domains the forest has; and the mailboxes below this DN, which may be
 * "" on a global catalog. *wholep: the search was answered to its end. */
int tree_read_domains(const struct tree *tree, bool *wholep);
int tree_count_mailboxes(const struct tree *tree, const char *base,
                         bool *wholep);

/* The recipients alone, from a global catalog: all domains of the forest. */
int tree_read_catalog(const struct tree *tree);

#endif
