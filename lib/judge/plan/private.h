/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_PLAN_PRIVATE_H
#define ADSCP_JUDGE_PLAN_PRIVATE_H

#include "base/arena.h"
#include "facts/entries.h"
#include "judge/plan/plan.h"

/* What the parts share: words.c takes a step apart, step.c has a function for
 * each verb, the longer ones in files of their own, assume.c what a step takes
 * for granted, write.c writes records, text.c cmdlets and other texts, entry.c
 * looks things up, foreign.c in other forests. */

struct making {
    const struct plan_question *question;
    const struct directory *directory; /* the first one: the forest's own */
    struct plan_step *step;
    struct arena arena; /* for what lasts until the step is made */
    struct detail *detail;
    bool failed; /* there was no memory for some text */
};

/* Words of the step, without its verb. */
const char *making_word(const struct making *making, size_t index);
size_t making_word_count(const struct making *making);
/* The value of "name=value"; NULL: not there. */
const char *making_option(const struct making *making, const char *name);

/* ----------------------------------------------------------------- entry -- */

/* The server that the first word names; NULL, with the reason. */
const struct adscp_server *making_server(struct making *making,
                                         const char *name);
/* 1 + its index, as other rows name it. */
uint32_t making_number(const struct making *making,
                       const struct adscp_server *server);
/* 2007, of which the shell knows other words. */
bool making_is_2007(const struct adscp_server *server);
/* NULL: none of those that were read. */
const struct adscp_site *making_site(const struct making *making,
                                     const char *name);
/* What is not among the sites is no site. */
bool making_knows_sites(const struct making *making);
/* The entry behind a DN as it is shown. */
const struct kept_entry *making_entry(const struct making *making,
                                      const char *dn);
bool making_has_entry(const struct making *making, const char *dn);
/* The DER of the first certificate in these bytes; NULL: there is none. */
struct blob making_certificate(struct making *making, const void *bytes,
                               size_t length, const char **common_namep,
                               const char **sha1p);

/* The database with this name; ADSCP_E_ARGUMENT, with the reason: none, or
 * several. */
int making_database(struct making *making, const char *name,
                    const struct database **databasep);
/* For each database: may mailboxes be left in it? In the arena; NULL: out of
 * memory. */
bool *making_left(struct making *making);

/* ----------------------------------------------------------------- write -- */

/* "dn: ...", "changetype: ..."; end_record() writes the blank line. */
void begin_record(struct making *making, struct span dn, const char *type);
void end_record(struct making *making);
void put_line(struct making *making, const char *name, const char *value);
/* "operation: attribute"; end_part() writes "-". */
void begin_part(struct making *making, const char *operation,
                const char *attribute);
void end_part(struct making *making);

/* A record that adds an entry, up to its classes; a container. */
void begin_entry(struct making *making, const char *dn, const char *class_name);
void put_container(struct making *making, const char *dn);

/* A database as the shell names it, in quotes. */
const char *database_identity(struct making *making,
                              const struct database *database);
/* With Setup's switch for its licence, which it wants from 2013 on, and from
 * the end of 2021 on in one of two new shapes. */
const char *setup_cmdlet(struct making *making, enum version_line line,
                         const struct version *version, const char *words);

/* May it be the name of an object? The rangeUpper of cn, [MS-ADA1] 2.110, is in
 * units of UTF-16. */
enum { CN_MAX = 64 };
bool is_cn(const char *name);

/* Delete an entry, and before it all that was read below it. */
int making_delete(struct making *making, struct span top);

/* A text in the arena, as printf() makes it. Never NULL; "" is a failure that
 * is remembered. */
const char *format(struct making *making, const char *words, ...)
    __attribute__((format(printf, 2, 3)));
/* In single quotes, as PowerShell reads it; in an RDN. */
const char *quoted(struct making *making, const char *text);
const char *rdn_value(struct making *making, const char *text);
void add_cmdlet(struct making *making, const char *words, ...)
    __attribute__((format(printf, 2, 3)));

/* What the administrator should know before the step, in a sentence without its
 * full stop. */
void add_remark(struct making *making, const char *words, ...)
    __attribute__((format(printf, 2, 3)));

int fail(struct making *making, const char *words, ...)
    __attribute__((format(printf, 2, 3)));

/* GeneralizedTime. */
const char *time_text(struct making *making, int64_t seconds);

/* The records of this step hold a certificate that was made up, and say so. */
void making_invents(struct making *making);

/* A copy; NULL where there is no memory, which is remembered. */
char *making_copy(struct making *making, const char *text);
/* The host shows these bytes; NULL: what was seen of it holds no more. */
void making_show(struct making *making, const char *host, int port,
                 const void *bytes, size_t length);

/* All mailboxes of a database go to another one, by their DNs. */
void making_moves(struct making *making, const char *from, const char *to);

/* "trusted", in the place of a file. */
bool plan_is_trusted(const char *word);

/* Has the forest itself a server of this name? */
bool plan_has_server(const struct adscp_forest *forest, const char *name);

/* -------------------------------------------------------------- foreign -- */

/* What another forest that was read publishes under this name: as a root, or of
 * a server; or what has this SHA-1. */
bool plan_is_foreign(const struct adscp_forest *forest, const char *word);
struct foreign {
    struct blob der;         /* NULL: none, with the reason */
    const char *forest;      /* its DNS name */
    const char *name, *sha1; /* of the certificate */
};
struct foreign making_foreign(struct making *making, const char *word);

int make_certificate(struct making *making);
int make_publish_root(struct making *making);
int make_shows(struct making *making);
int make_install(struct making *making);
int make_database(struct making *making);
int make_move(struct making *making);
int make_remove_database(struct making *making);
int make_uninstall(struct making *making);

#endif
