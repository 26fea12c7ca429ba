/* SPDX-License-Identifier: MIT */
/*
 * What the files of the decoder share: decode.c feeds, kind.c tells what an
 * entry is, and row_kind.c what becomes of it; scp.c, exchange.c, recipient.c
 * and row.c make rows, census.c counts mailboxes, version.c makes one version
 * of two attributes; tape.c keeps what is fed, play.c feeds it again, and
 * take.c spares that for what a change left alone; seen.c knows which DNs came
 * before, partial.c holds entries that come in parts, keep.c and snapshot.c
 * write and read snapshots, finish.c ends, and syntax.c reads single values.
 */
#ifndef ADSCP_FACTS_DECODE_PRIVATE_H
#define ADSCP_FACTS_DECODE_PRIVATE_H

#include <assert.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/table.h"
#include "base/text.h"
#include "facts/decode/decode.h"
#include "facts/entries.h"
#include "facts/intern.h"

/* A set of fields: a bit for each. */
typedef uint64_t field_set;
#define FIELD_BIT(field) (UINT64_C(1) << (field))

enum field {
#define FIELD(field, name, of) FIELD_##field,
#include "facts/decode/fields.def"
    FIELD_COUNT
};
static_assert((int)FIELD_COUNT < (int)DECODE_ATTRIBUTES_MAX,
              "a field_set holds every field");

/* "keywords;range=0-1499", [MS-ADTS] 3.1.1.3.1.3.3. */
struct description {
    size_t base_length; /* of "keywords" */
    bool ranged;
    uint32_t start;
    uint32_t next; /* one behind the last; 0: the end was reached */
};
struct description decode_description(const char *text, size_t length);

/* The values of one attribute. */
struct value_list {
    struct span *rows;
    size_t count;
    size_t capacity;
    uint32_t start; /* of its first range */
    uint32_t last;  /* start of its last range */
    uint32_t next;  /* where its next range should begin; 0: all came */
    bool ranged;
    bool gap; /* values in between, or the rest, are missing */
};

struct entry {
    enum entry_kind kind;
    struct span dn;
    uint32_t dn_hash; /* hash_ascii(); set for records of an export */
    const char *where;
    bool dropped;   /* nothing more is to be done about it */
    bool is_added;  /* by a change */
    bool has_place; /* its row stands already, at `place` */
    uint32_t place;
    field_set filled; /* the lists that may hold something */
    bool has_open_range;
    struct value_list lists[FIELD_COUNT];
};

/* What becomes of an entry. */
enum row_kind {
    ROW_UNASKED,  /* not what the search promised */
    ROW_IGNORED,  /* of no interest */
    ROW_STRANGER, /* a person for whom nobody asked */
    ROW_BARE,     /* an SCP of Autodiscover without keywords */
    ROW_COUNTED,
    ROW_DOMAIN,
    ROW_ROOT,
    ROW_ASIDE, /* an SCP that waits for the rest of a range */
    ROW_SCP,   /* from here on, rows of the directory */
    ROW_SERVER,
    ROW_SITE,
    ROW_SUBNET,
    ROW_SERVICE,
    ROW_DATABASE,
    ROW_AUTHORITY,
    ROW_RECIPIENT
};

/* One DN of an export that was met: which array it is in, and where. */
struct seen {
    uint32_t kind; /* ROW_ASIDE, or what follows it */
    size_t index;
};

struct seen_table {
    struct seen *rows;
    struct hash_index index; /* of the rows, by the hash of the DN */
};

/* No name of an attribute that is read here is longer than this less one. */
enum { NAME_LENGTHS = 32 };

/* What is fed, kept as it comes. */
struct tape {
    struct entries *entries;    /* NULL: nothing is kept */
    struct entry_value *values; /* of the entry being fed */
    size_t count;
    size_t capacity;
    struct kept_entry *row; /* of the entry being fed; NULL: it is not kept */
    size_t note_count;      /* before it came */
    struct span name; /* of the attribute being fed; text NULL: unwanted */
    struct tape_place *places; /* of rows that were reserved, in their order */
    size_t place_count;
};

struct tape_place {
    uint32_t place;
    size_t index;
};

/* The forest before a change, whose rows are taken where nothing changed. */
struct take {
    const struct adscp_forest *from;
    const struct directory *before; /* NULL: nothing is taken */
    /* By the number there: 1 + the number here, 0: none yet. */
    uint32_t *keywords, *tails, *texts, *names;
    size_t next[ROW_RECIPIENT]; /* the row of the next entry, of each kind */
    size_t server_count;        /* so many were taken */
    const uint32_t *last_list, *last_copy; /* of keywords, there and here */
};

struct decoder {
    struct adscp_forest *forest;
    struct directory *directory;
    struct root_dse root;
    struct entry entry; /* the one being fed */
    field_set wanted;
    field_set wanted_by[ENTRY_KINDS][2]; /* of an entry, of a rootDSE */
    field_set by_length[NAME_LENGTHS];   /* the fields with a name so long */
    enum field field;                    /* FIELD_COUNT: none */
    bool place_given;
    uint32_t place;
    bool finished;
    bool is_unique; /* no DN comes twice: it is known already */

    /* SCPs whose range is open, kept whole until it ends or everything does. */
    struct entry *pending;
    size_t pending_count;
    size_t bare_scps;     /* that an export has without keywords */
    size_t deleted_count; /* objects of an export, which were left out */
    struct arena aside;   /* the text of pending entries */

    /* Of a snapshot: who was looked for when it was taken, by the numbers of
     * the addresses asked for now. NULL: it is none. */
    bool *looked_for;
    bool in_snapshot;    /* the entries that come are a snapshot's */
    bool snapshot_begun; /* by its head, which says what was read */
    /* The certificates that it kept of a look, by number; NULL: no such one. */
    const struct adscp_certificate **shown;
    size_t shown_count;
    size_t broken_looks; /* lines about sightings that were left out */

    struct table kept_people; /* by DN, for a snapshot */

    struct tape tape;
    struct take take;

    struct seen_table seen;
    struct finding_list doubts; /* about rows that may yet be dropped */

    /* Neighbours are alike: what the last entry had is compared first. */
    const uint32_t *last_keywords;
    size_t last_keyword_count;
    uint32_t last_tail;  /* TABLE_NONE: none yet */
    uint32_t last_class; /* index into forest->texts */

    uint32_t *indexes; /* of the entry's keywords */
    size_t index_capacity;
    char *buffer; /* for an unescaped RDN */
    size_t buffer_size;
};

/* value.c: the LDAP names of the fields; the values of an entry. */
extern const struct span decode_fields[FIELD_COUNT];
const char *decode_field_name(enum field field);

/* A value was cut off or its range has not ended. */
bool decode_is_open(const struct value_list *list);

/* By its DN, or by isDeleted, which an export need not hold. */
bool decode_is_deleted(const struct entry *entry);

bool decode_has_class(const struct entry *entry, const char *name);

/* Append a value. */
int decode_add_value(struct value_list *list, const char *value, size_t length);

/* A note about an entry, whose place is a line of a file, or else its DN. */
int decode_note_entry(struct decoder *decoder, const struct entry *entry,
                      enum finding_code code, struct finding_what what);

/* scp.c: does a keyword make the entry ours; its row. */
bool decode_has_guid(const struct entry *entry);
int decode_scp(struct decoder *decoder, const struct entry *entry);

/* kind.c: the attributes that such an entry is made of; what an entry
 * is. */
field_set decode_wanted(const struct decoder *decoder, enum entry_kind kind,
                        bool is_root);
enum row_kind decode_kind(const struct decoder *decoder,
                          const struct entry *entry);

/* row_kind.c: what becomes of an entry of that kind; how many rows there are of
 * it, 0 where the directory keeps none; the DN of one, which is no SCP's. */
int decode_make_row(struct decoder *decoder, const struct entry *entry,
                    enum row_kind kind);
size_t decode_row_count(const struct decoder *decoder, enum row_kind kind);
size_t decode_count_rows(const struct directory *directory, enum row_kind kind);
const char *decode_row_dn(const struct decoder *decoder, enum row_kind kind,
                          size_t index);

/* row.c: what rows begin with, and small rows. */
struct names {
    const char *dn;
    const char *name; /* of the first RDN, shown ... */
    struct span raw;  /* ... and as it came; text NULL: there is none */
    unsigned marks;   /* TEXT_*, of any text of the entry */
};

/* An entry without a name is refused, with a finding. */
int decode_names(struct decoder *decoder, const struct entry *entry,
                 struct names *names);
/* The findings about these TEXT_*. */
int decode_note_marks(struct decoder *decoder, const struct entry *entry,
                      unsigned marks);
/* The name in the first RDN of the first value, a DN; many rows share it. *idp
 * (may be NULL) is its name_id. */
int decode_named(struct decoder *decoder, const struct value_list *list,
                 const char **namep, name_id *idp);
/* The first value as a clean text; *marksp as in text_keep(). */
int decode_text(struct decoder *decoder, const struct value_list *list,
                const char **textp, unsigned *marksp);
int decode_site(struct decoder *decoder, const struct entry *entry);
int decode_subnet_entry(struct decoder *decoder, const struct entry *entry);
int decode_authority(struct decoder *decoder, const struct entry *entry);

/* exchange.c */
int decode_server(struct decoder *decoder, const struct entry *entry);
enum service_kind decode_service(const struct entry *entry);
int decode_service_entry(struct decoder *decoder, const struct entry *entry);
int decode_database(struct decoder *decoder, const struct entry *entry);

/* census.c: count the mailbox, if it is one; an entry of an export, where that
 * is wanted. A domain of the forest. The end of an export. */
int decode_count(struct decoder *decoder, const struct entry *entry);
int decode_count_record(struct decoder *decoder, const struct entry *entry,
                        bool *countedp);
int decode_domain(struct decoder *decoder, const struct entry *entry);
int decode_census_finish(struct decoder *decoder);

/* recipient.c: does the mailbox live in Microsoft 365, by its type. */
bool decode_is_remote(const struct entry *entry);

/* recipient.c: has the entry an address that was asked for; its row. */
bool decode_is_asked(const struct decoder *decoder, const struct entry *entry);
int decode_recipient(struct decoder *decoder, const struct entry *entry);

/* version.c: the version of a server whose DN is set, and its name. */
int decode_version(struct decoder *decoder, const struct entry *entry,
                   struct adscp_server *row);

/* partial.c: entries in several parts. */
int decode_put_aside(struct decoder *decoder, const struct entry *entry);
/* true: the entry went on where a pending one had stopped. */
int decode_continue(struct decoder *decoder, const struct entry *entry,
                    size_t index, bool *continuedp);
int decode_pending_finish(struct decoder *decoder);

/* keep.c: an entry that left a row, the newest one of its kind unless it
 * has a place. Nothing happens unless entries are kept. */
int decode_keep(struct decoder *decoder, const struct entry *entry,
                enum row_kind kind);

/* tape.c: keep what is fed. Where nothing is kept the first two are not called,
 * since every attribute would pay for it, and the others do nothing. */
bool tape_attribute(struct decoder *decoder, struct span name, bool wanted);
bool tape_value(struct decoder *decoder, const char *value, size_t length);
void tape_begin(struct decoder *decoder);
bool tape_end(struct decoder *decoder, const char *refused);
/* This entry, which was kept (NULL: it is not to be marked), is fed again. */
void tape_play(struct decoder *decoder, struct kept_entry *row);
/* What the entry that ended last was to the decoder; the row that it left. */
void tape_mark_idle(struct decoder *decoder);
void tape_mark_row(struct decoder *decoder, enum row_kind kind);
void tape_mark_repeating(struct decoder *decoder);
bool tape_reserve(struct decoder *decoder, uint32_t place);
bool tape_note(struct decoder *decoder, const struct adscp_finding *note);
void tape_seal(struct decoder *decoder);
void tape_free(struct tape *tape);

/* take.c: rows of entries that a change left alone. From then on every entry of
 * the directory as it was before is to be passed by, in its order. ADSCP_OK,
 * also where nothing can be taken, or ADSCP_E_NOMEM. */
int take_begin(struct decoder *decoder, const struct adscp_forest *from,
               const struct directory *before);
/* The index-th entry now; *takenp: it left what it leaves, and need not be fed.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int take_entry(struct decoder *decoder, const struct kept_entry *row,
               size_t index, bool *takenp);
void take_finish(struct decoder *decoder); /* behind the last entry */
void take_free(struct take *take);

/* A row to be filled later. */
int decode_reserve(struct decoder *decoder, uint32_t *placep);

/* snapshot.c: the values of adscpReading in a rootDSE; what they mean for
 * the whole directory. */
int decode_told(struct decoder *decoder, const struct value_list *list);
void decode_told_finish(struct decoder *decoder);

/* looked.c: the part up to the next separator, which is taken off the rest. */
struct span decode_take(struct span *rest, char separator);
/* What a snapshot keeps of a look at servers. ADSCP_OK or ADSCP_E_NOMEM. */
int decode_looked(struct decoder *decoder, struct span rest);
int decode_shown(struct decoder *decoder, struct span rest);
int decode_sighted(struct decoder *decoder, struct span rest);
int decode_looked_finish(struct decoder *decoder);

/* An export holds an entry of somebody, whoever that is. */
void decode_saw_person(struct decoder *decoder, const struct entry *entry);
bool decode_is_person(const struct entry *entry);

/* copies.c: which servers are copies of others; when all rows are there.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int decode_copies(struct directory *directory);

/* root.c: what a rootDSE tells. */
int decode_root(struct decoder *decoder, const struct entry *entry);

/* seen.c: the entry's DN, or NULL where it did not come before; remember
 * it. */
const struct seen *decode_seen_find(const struct decoder *decoder,
                                    const struct entry *entry);
int decode_seen_add(struct decoder *decoder, const struct entry *entry,
                    enum row_kind kind, size_t index);

#endif
