/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_READER_READER_H
#define ADSCP_GATHER_READER_READER_H

#include <stdbool.h>

#include "adscp.h"
#include "base/deadline.h"
#include "base/error.h"
#include "facts/forest.h"
#include "gather/ldap/session.h"
#include "gather/resolve/resolve.h"
#include "gather/trace.h"

/* An export, and the pointer target that it answers for (NULL: the first
 * directory). */
struct reader_file {
    char *target;
    char *path;
};

/* LDIF change records, in a file, or in memory under a name. */
struct reader_change {
    char *name;
    char *bytes; /* NULL: the name is a file's */
    size_t length;
};

/* What a public reader was told; owned by it. */
struct reader_plan {
    struct reader_file *files;
    int file_count;
    struct adscp_forest *base;     /* read this one's entries again; or NULL */
    struct reader_change *changes; /* laid over what was read, in this order */
    int change_count;
    char *uri;
    char *domain;  /* find a domain controller of this one, */
    bool discover; /* ... or find the domain as well */
    bool starttls;
    char *ca_file;
    char *certificate_file;
    char *key_file;
    bool bind_chosen; /* else: GSSAPI, or EXTERNAL on ldapi */
    enum session_bind bind;
    char *mechanism;
    char *bind_dn;
    char *password;
    struct resolve_config resolve;
    char **allowed; /* hosts that pointers may lead to */
    int allowed_count;
    char **forests; /* domains that pointers may lead to */
    int forest_count;
    char **mails; /* addresses whose recipients are looked up */
    int mail_count;
    int timeout_ms;
    struct adscp_sightings *sightings; /* for the forest to keep; or NULL */
    bool keep;                         /* the entries, for a snapshot */
    bool census;                       /* count mailboxes */
    struct stopwatch *watch;           /* ADSCP_READER_PHASE_*; may be NULL */
    struct trace *trace; /* the account of what was tried; may be NULL */
};

/* ADSCP_OK if text is an ldap://, ldaps:// or ldapi:// URI that we can use. */
int reader_check_uri(const char *uri);

/* Read the first directory and, breadth first, those that its pointers name and
 * the caller allowed: each once, within one budget. */
int reader_run(const struct reader_plan *plan, const struct deadline *deadline,
               struct detail *detail, struct adscp_forest **forestp);

#endif
