/* SPDX-License-Identifier: MIT */
/*
 * Between the files of judge/trust: the model, the search for paths in it, and
 * the rules that a path is judged by.
 */
#ifndef ADSCP_JUDGE_TRUST_PRIVATE_H
#define ADSCP_JUDGE_TRUST_PRIVATE_H

#include "base/arena.h"
#include "base/hash.h"
#include "judge/trust/trust.h"

/* Bounds of the search for one verdict; adscp(7) names them. Whoever reaches
 * one is told, and the verdict is uncertain unless a good path was found. */
enum {
    TRUST_INTERMEDIATES_MAX = 10, /* between the server's own and the root */
    TRUST_LINKS_MAX = TRUST_INTERMEDIATES_MAX + 2,
    TRUST_CHECKS_MAX = 512,  /* signatures that are looked at, roots' own ones
                                included; one that does not verify counts
                                twice */
    TRUST_REACHED_MAX = 512, /* certificates whose issuers are looked for */
    TRUST_PATHS_MAX = 4096,  /* paths that are judged to their end */
    TRUST_STEPS_MAX = 65536, /* steps from a certificate to an issuer */
    TRUST_REBUILDS_MAX = 16  /* days on which all is judged anew, to see whether
                                the outcome changes; reached, it is told, and
                                today's verdict stands */
};

/* What is said about a certificate or a path, so far. */
struct verdict {
    uint32_t flags;
    uint32_t possible;
    uint32_t reasons;
    uint64_t notes;
};

/* --------------------------------------------------------------- model -- */

struct trust_edge;

/* A certificate that a path may go through. Who it is (subject, key) is told by
 * the first node that is the same: then pointers are equal. */
struct trust_node {
    const struct adscp_certificate *certificate; /* its store is held */
    const struct certificate_facts *facts;       /* NULL: not asked for yet;
                                                    see `opened` */
    struct certificate_outline outline;
    struct trust_node *next_namesake; /* whose name may be the same */
    const struct trust_node *subject; /* the first with this subject */
    const struct trust_node *key;     /* the first with this key; both: see
                                         trust_node_identify() */
    uint32_t number;                  /* in the model */
    uint32_t subject_hash; /* equal to another's where the names may be */
    uint32_t issuer_hash;  /* likewise; see trust_node_issuer_hash() */
    bool has_issuer_hash;
    uint32_t roles;     /* 1 << TRUST_* */
    const char *forest; /* whose it is, where it is another's */

    /* In the question of that number. */
    uint32_t sent;
    const struct adscp_certificate *sent_row;
    uint32_t opened; /* then its facts are there */

    /* In the search of that number. */
    uint32_t expanded; /* then these are known */
    struct trust_edge *issuers;
    size_t issuer_count;
    bool incomplete; /* ... but for a bound */
    uint32_t listed; /* then this is known */
    int distance;    /* to an anchor at least; -1: none can be reached */
};

struct trust_edge {
    struct trust_node *issuer;
    bool unsure; /* nobody could verify the signature */
};

/* What is known about two certificates, whoever asks. */
enum pair_kind { PAIR_SIGNATURE, PAIR_NAMES, PAIR_NAMES_OF_ISSUER };

struct trust_pair {
    const struct trust_node *below, *above;
    int kind;
    int result;
    uint32_t counted; /* in the question of that number */
};

struct trust_row {
    const struct adscp_certificate *certificate; /* NULL: bytes so far */
    struct certificates *store; /* held; where its row is or will be */
    struct certificate_span der;
    enum trust_role role;
    const char *forest; /* or NULL */

    /* In the model that is prepared. */
    uint32_t next; /* 1 + the next row whose subject may be the same; or 0 */
    bool is_met;   /* it and those behind it have nodes */
};

struct trust_model {
    struct trust_row *rows;
    size_t count;
    bool has_bundle, has_foreign, no_root_update, lacks_roots;
    struct arena names; /* of forests */

    /* Made when first needed, out of the rows and of what was sent. */
    bool prepared;
    bool broken; /* memory ran short, and half of a node may be there: it is
                    made anew before the next question */
    struct hash_index rows_by_name; /* the first of those ... */
    struct arena arena;             /* of the nodes */
    struct trust_node **nodes;
    struct hash_index by_hash;  /* of the certificate */
    struct hash_index by_name;  /* the first of those that may have one name */
    struct hash_index subjects; /* the first with each */
    struct hash_index keys;     /* ... */
    struct trust_pair *pairs;
    struct hash_index by_pair;
    uint32_t searches;
};

/* ADSCP_OK or ADSCP_E_NOMEM. */
int trust_model_prepare(struct trust_model *model);
void trust_model_forget(struct trust_model *model); /* what was prepared */

/* The node of a certificate, made where it is new. NULL: out of memory. */
struct trust_node *
trust_model_node(struct trust_model *model,
                 const struct adscp_certificate *certificate);
/* Before its subject and key are compared with another node's: few nodes of
 * thousands come to that. false: out of memory. */
bool trust_node_identify(struct trust_model *model, struct trust_node *node);
uint32_t trust_node_issuer_hash(struct trust_node *node);
/* Those whose subject may be the name with that hash; NULL: there is none.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int trust_model_namesakes(struct trust_model *model, uint32_t subject_hash,
                          struct trust_node **firstp);
/* `result` is -1 in a new one. It stays where it is until the next one is asked
 * for. NULL: out of memory. */
struct trust_pair *trust_model_pair(struct trust_model *model,
                                    const struct trust_node *below,
                                    const struct trust_node *above,
                                    enum pair_kind kind);

/* ADSCP_OK or ADSCP_E_NOMEM; then its facts are there. */
int trust_node_open(struct trust_node *node);

/* --------------------------------------------------------------- paths -- */

/* How a path ends. */
enum path_end {
    END_ANCHOR, /* at a root that the client trusts */
    END_ROOT,   /* at one that it does not */
    END_OPEN    /* nobody is known who issued the last one */
};

struct trust_path {
    struct trust_node *nodes[TRUST_LINKS_MAX]; /* the server's own first */
    size_t count;
    enum path_end end;
};

/* What is found about a chain at one point in time. */
struct verification {
    struct verdict verdict;
    uint32_t sure; /* flags that hold whatever the path */
    struct trust_path path;
    /* One that was not taken, and what is wrong with it. */
    struct trust_path other;
    uint32_t other_flags;
    const struct trust_node *foreign; /* a root of another forest, or NULL */
    int64_t begins; /* when one of those that were reached begins to be valid;
                       -1: none later */
};

/* Everything. The chain's first certificate can be read. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int trust_search(struct trust_model *model,
                 const struct trust_question *question, int64_t time,
                 struct verification *verification);

/* --------------------------------------------------------------- rules -- */

enum trust_rule {
#define RULE(name, flag, possible, reason, note, what, source) RULE_##name,
#include "judge/trust/rule.def"
#undef RULE
    RULE_COUNT
};

void trust_break(struct verdict *verdict, enum trust_rule rule);
void trust_note(struct verdict *verdict, enum alert_note note);
/* The issuer is known after all, and is not trusted. */
void trust_settle_issuer(struct verdict *verdict);
/* ADSCP_ALERT_LINE_*, of the line with this flag. */
int trust_line(const struct verdict *verdict, uint32_t flag);

/* Of the server's own certificate, and of the name in the question. */
void trust_judge_leaf(const struct trust_node *leaf,
                      const struct trust_question *question, int64_t time,
                      struct verdict *verdict);
/* Of the path's last one, as the issuer of what stands before it. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int trust_judge_issuer(struct trust_model *model, const struct trust_path *path,
                       int64_t time, struct verdict *verdict);
/* Of the whole path, and how it ends. ADSCP_OK or ADSCP_E_NOMEM. */
int trust_judge_end(const struct trust_model *model,
                    const struct trust_path *path, struct verdict *verdict);

/* Do the issuer's nameConstraints allow the names below? */
enum trust_names {
    TRUST_NAMES_OK,
    TRUST_NAMES_BROKEN,
    TRUST_NAMES_TOO_MANY,
    TRUST_NAMES_WILDCARD, /* one stands for an excluded name */
    TRUST_NAMES_UNREAD
};
int trust_check_names(const struct trust_node *below, bool is_leaf,
                      const struct trust_node *issuer, int *resultp);
/* Do the policies of a path fit? Breaks a rule where they do not. */
int trust_check_policies(const struct trust_path *path,
                         struct verdict *verdict);

/* --------------------------------------------------------------- words -- */

/* Where each certificate of the path comes from. */
void trust_links(const struct trust_question *question,
                 const struct trust_path *path, struct alert_link *links);
/* The sentences of an alert that name certificates. ADSCP_OK or ADSCP_E_NOMEM.
 */
int trust_tell(const struct verification *verification,
               struct adscp_alert *alert);

#endif
