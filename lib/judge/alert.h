/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a certificate at a client: a row that trust.h makes and
 * others read. It never changes, is counted, and holds the certificates it
 * names.
 */
#ifndef ADSCP_JUDGE_ALERT_H
#define ADSCP_JUDGE_ALERT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/certificate/certificate.h"

/* The bits of KB923575, which are those of WinHTTP. Revocation (0x01, 0x04) is
 * never predicted. */
#define FLAG_INVALID_CERT UINT32_C(0x00000002)
#define FLAG_INVALID_CA UINT32_C(0x00000008)
#define FLAG_CN_INVALID UINT32_C(0x00000010)
#define FLAG_DATE_INVALID UINT32_C(0x00000020)
#define FLAG_WRONG_USAGE UINT32_C(0x00000040)
#define FLAG_CHANNEL UINT32_C(0x80000000)
/* A user can pass over these three and no other (KB3211279). */
#define FLAGS_ASKED (FLAG_INVALID_CA | FLAG_CN_INVALID | FLAG_DATE_INVALID)

/* The lines of the dialog, in its order. */
enum alert_line { LINE_ISSUER, LINE_DATE, LINE_NAME, LINE_COUNT };

/* What could change a verdict, or what it takes for granted. */
enum alert_note {
#define NOTE(name, sentence) NOTE_##name,
#include "judge/alert_note.def"
#undef NOTE
    NOTE_COUNT
};

struct alert_link {
    const struct adscp_certificate *certificate;
    int source; /* ADSCP_ALERT_CHAIN_SOURCE_* */
};

struct adscp_alert {
    atomic_int holders;
    int outcome;             /* ADSCP_ALERT_OUTCOME_* */
    uint32_t flags;          /* FLAG_* */
    uint32_t flags_possible; /* those that may be set or not */
    uint32_t reasons;        /* 1 << ADSCP_ALERT_REASON_* */
    uint64_t notes;          /* 1 << NOTE_* */
    int lines[LINE_COUNT];   /* ADSCP_ALERT_LINE_* */
    int confidence;          /* ADSCP_ALERT_CONFIDENCE_*; 0: does not apply */
    int64_t changes_on;      /* seconds; -1: it stays */
    char *other_path;        /* the words of NOTE_OTHER_PATH, or NULL */
    char *other_forest;      /* ... of NOTE_OTHER_FOREST */
    /* The root that it is about; its store is held. NULL: none. */
    const struct adscp_certificate *other_root;
    size_t chain_count;
    struct alert_link chain[]; /* the server's own certificate first */
};

/* A row with room for that chain, one holder; NULL: out of memory. */
struct adscp_alert *alert_new(const struct alert_link *chain, size_t count);
/* The same verdict, but for the day on which it changes; likewise. */
struct adscp_alert *alert_with_change(const struct adscp_alert *alert,
                                      int64_t changes_on);
/* The same without the error of the name, for who does not mind that; likewise.
 */
struct adscp_alert *alert_without_name(const struct adscp_alert *alert);
const struct adscp_alert *alert_hold(const struct adscp_alert *alert);
void alert_release(const struct adscp_alert *alert); /* NULL is fine */

/* The outcome of flags that are certain, and of those that may be added. */
int alert_outcome(uint32_t flags, uint32_t flags_possible);

/* Below zero where the first is worse for a user, above zero where the second
 * is: by outcome, then by how much is wrong. */
int alert_compare(const struct adscp_alert *a, const struct adscp_alert *b);

/* The earlier of two such days; negative: there is none. */
int64_t alert_sooner(int64_t a, int64_t b);

/* What the dialog's line says; NULL where that is unknown. */
const char *alert_line_text(enum alert_line line, int state);

const char *alert_note_text(const struct adscp_alert *alert,
                            enum alert_note note);

/* "no-alert", ...; NULL: none of them. */
const char *alert_outcome_name(int outcome);

#endif
