/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_DECODE_DECODE_H
#define ADSCP_FACTS_DECODE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/forest.h"

/* What an entry is. In an answer of the directory the search tells; in an
 * export the entry itself does, by its objectClass values. */
enum entry_kind {
    ENTRY_BY_CLASS,
    ENTRY_ROOT, /* the rootDSE */
    ENTRY_PING, /* the rootDSE again, asked for netlogon */
    ENTRY_SCP,
    ENTRY_EXCHANGE, /* servers, virtual directories, mailbox databases */
    ENTRY_SITE_OR_SUBNET,
    ENTRY_AUTHORITY,
    ENTRY_RECIPIENT, /* the filter names whom: see forest_ask() */
    ENTRY_CENSUS,    /* whoever has a mailbox, to be counted */
    ENTRY_DOMAIN     /* the naming contexts of the forest */
};
enum { ENTRY_KINDS = ENTRY_DOMAIN + 1 };

/* The searches that feed the decoder: filter and attributes (NULL at the end)
 * of one kind, as they go to the server. */
enum { DECODE_ATTRIBUTES_MAX = 65 };
const char *decode_filter(enum entry_kind kind);
void decode_attributes(enum entry_kind kind,
                       const char *names[DECODE_ATTRIBUTES_MAX]);

/* Turns entries, fed value by value, into rows of one directory. Text is handed
 * over by (pointer, length) and copied only where it becomes a fact. An odd
 * value is a flag or a finding; only a lack of memory stops it.
 *
 * `where` is for findings about entries that leave no row: "forest.ldif:12", or
 * NULL. */
struct decoder;
struct entries;
struct kept_entry;

struct decoder *decoder_new(struct adscp_forest *forest,
                            struct directory *directory);
/* Without decoder_finish() before it, the directory is left without rows. */
void decoder_free(struct decoder *decoder);

/* Begin, feed, end. The bytes of dn, where and all values stay valid until
 * decoder_end() returns: nothing is copied before it is known what the entry
 * is. An entry that does not end is forgotten when the next one begins.
 *
 * decoder_attribute() takes the whole description with options
 * ("keywords;range=0-1499", any case) and returns whether its values are
 * wanted; values of others need not be fed. Values of one attribute that comes
 * several times are put together in the order given, and options other than
 * range make no difference ("keywords;lang-de"). An empty value is none. What
 * exceeds 131072 values of an attribute is dropped, with a finding.
 *
 * decoder_value() and decoder_end() return ADSCP_OK or ADSCP_E_NOMEM. An entry
 * that is none of ours is passed over; where a search promised one of ours,
 * with a finding. In an export, a second record of one DN is refused with a
 * finding, unless it goes on with a range that the first one left open. */
int decoder_begin(struct decoder *decoder, enum entry_kind kind, const char *dn,
                  size_t length, const char *where);
bool decoder_attribute(struct decoder *decoder, const char *description,
                       size_t length);
int decoder_value(struct decoder *decoder, const char *value, size_t length);
/* An attribute of the entry came as a range that has more to come. */
bool decoder_has_open_range(const struct decoder *decoder);
int decoder_end(struct decoder *decoder);

/* Give up the entry that was begun, with a finding that tells why. ADSCP_OK or
 * ADSCP_E_NOMEM; decoder_end() need not follow. */
int decoder_refuse(struct decoder *decoder, const char *why);

/* A note about the reading itself, for directory->notes. Its parameters are
 * copied clean. ADSCP_OK or ADSCP_E_NOMEM. */
int decoder_note(struct decoder *decoder, enum finding_code code,
                 struct finding_what what);

/* An entry whose attribute came as a range is fetched to its end first, and fed
 * whole afterwards. So that it keeps its place in the directory's order, its
 * row is reserved now, and named before its decoder_begin(), once. Only for
 * ENTRY_SCP. */
int decoder_reserve(struct decoder *decoder, uint32_t *placep);
void decoder_use_place(struct decoder *decoder, uint32_t place);

/* "keywords;range=0-1499" -> 1500; 0 for "range=1500-*" and for no range at
 * all. *base_lengthp: the length of "keywords". */
uint32_t decode_range_next(const char *description, size_t length,
                           size_t *base_lengthp);

/* Attributes of a rootDSE, as the decoder met them. */
struct root_dse {
    const char *config_dn; /* NULL: none, or not clean; in the forest's arena */
    const char *server;
    const char *default_dn; /* defaultNamingContext, or NULL */
    bool is_global_catalog;
    bool is_no_catalog;   /* it says so; others than AD say neither */
    struct blob netlogon; /* NETLOGON_SAM_LOGON_RESPONSE_EX, not taken apart */
    int config_dn_count;  /* values; those equal to the first count once */
};
const struct root_dse *decoder_root(const struct decoder *decoder);

/* Feed what was kept of a directory, as a change left it: it is kept again
 * without a copy, and nobody else has it yet. Entries that are as they were in
 * the directory `before` of the forest `from` are not decoded again: their rows
 * are taken from there. Into a decoder that was fed nothing before. ADSCP_OK,
 * ADSCP_E_NOMEM, ADSCP_E_TIMEOUT or ADSCP_E_CANCELLED. */
int decoder_play(struct decoder *decoder, struct entries *entries,
                 const struct adscp_forest *from,
                 const struct directory *before,
                 const struct deadline *deadline);

/* Whose mailbox an entry is that was kept, as a census has it:
 * ADSCP_CENSUS_KIND_*, or -1 for none; and its homeMDB, text NULL: it has none.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int decode_kept_mailbox(const struct directory *directory,
                        const struct kept_entry *row, int *kindp,
                        struct span *databasep);

/* An export that reads back to this forest, whose entries were kept (see
 * facts/snapshot.h); malloc()ed. NULL: out of memory. */
char *decoder_snapshot(const struct adscp_forest *forest);

/* After the last entry. An export whose rootDSE does not tell its configuration
 * naming context learns it from its entries' DNs; entries that lie outside it
 * are dropped with a finding. Reserved places that were never used are closed.
 * An SCP with a range that misses its end is marked (SCP_RANGE_OPEN, a
 * finding), and the directory is not complete then. */
int decoder_finish(struct decoder *decoder);

/* GeneralizedTime (X.680; [MS-ADTS] writes "20100115103000.0Z") to seconds
 * since 1970. false for anything else: no seconds, no zone, a zone beyond 12
 * hours, more than nine digits of fraction, days that do not exist, leap
 * seconds, years before 1970, and 9999, which stands for "never". */
bool decode_time(const char *text, size_t length, int64_t *secondsp);

/* An integer in decimal digits, up to 18 of them. false for anything else, a
 * sign included: what is read here is never below zero. */
bool decode_number(const char *text, size_t length, int64_t *numberp);

/* The value of the first RDN of a DN in string form (RFC 4514), unescaped, with
 * a NUL behind it; it may hold others. false: no such, or capacity does not do;
 * that of length + 1 always does. */
bool decode_first_rdn(const char *dn, size_t length, char *out, size_t capacity,
                      size_t *out_lengthp);

/* The name of a subnet object to its prefix, by [MS-ADTS] 6.1.1.2.2.2.1: sets
 * state, and for a valid one family, prefix and address, with the bits behind
 * the prefix zero. Returns whether it is valid. */
bool decode_subnet(const char *name, size_t length,
                   struct adscp_subnet *subnet);

#endif
