/* SPDX-License-Identifier: MIT */
/*
 * The facts. A forest is what one adscp_reader_read() found: the directory that
 * was asked, and those behind its SCP pointers. It is filled by one thread
 * (decode.h and the reader), frozen, and never changes again.
 *
 * Rows are small, since there may be 50,000 of them: text lies in the arena,
 * what many rows share is interned, and the full DN is joined when first asked
 * for.
 */
#ifndef ADSCP_FACTS_FOREST_H
#define ADSCP_FACTS_FOREST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "base/deadline.h"
#include "base/shared_arena.h"
#include "base/text.h"
#include "facts/finding.h"
#include "facts/url.h"
#include "facts/version.h"

#define TIME_UNKNOWN INT64_MIN

/* Index into the forest's names: values that are equal in the sense of
 * text_equal_fold() share one. */
typedef uint32_t name_id;
#define NAME_NONE UINT32_MAX

/* A value of the attribute keywords; equal bytes share one row. */
enum keyword_kind {
    KEYWORD_URL_GUID,       /* 77378F46-2C66-4aa9-A6A6-3E7A48B19596 */
    KEYWORD_POINTER_GUID,   /* 67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68 */
    KEYWORD_LOOKALIKE_GUID, /* D3614C7C-D214-4F1F-BD4C-00D91C67F93F */
    KEYWORD_SITE,           /* Site=, in any case */
    KEYWORD_DOMAIN,         /* Domain=, in any case */
    KEYWORD_OTHER
};

struct keyword {
    const char *text;  /* clean */
    const char *value; /* of Site= or Domain=, clean, maybe empty; else NULL */
    name_id name;      /* of the value's bytes; NAME_NONE: none, or empty */
    enum keyword_kind kind;
    bool blank;       /* a blank at an end of the whole or behind "=" */
    bool prefix_case; /* the prefix is not spelt "Site=" or "Domain=" */
    uint8_t marks;    /* TEXT_* */
};

/* Facts about one SCP that many judgements need, found once while it is
 * decoded. "First" is the first http(s) value of serviceBindingInformation. */
enum {
    SCP_URL = 1 << 0,         /* carries the URL GUID */
    SCP_POINTER = 1 << 1,     /* carries the pointer GUID */
    SCP_LOOKALIKE = 1 << 2,   /* carries the look-alike GUID */
    SCP_SITE = 1 << 3,        /* a keyword starts with Site=, in any case */
    SCP_SITE_EXACT = 1 << 4,  /* one starts with "Site=" to the letter */
    SCP_DOMAIN = 1 << 5,      /* a keyword starts with Domain=, in any case */
    SCP_HTTP = 1 << 6,        /* there is a first http(s) value */
    SCP_URL_ODD = 1 << 7,     /* a value that a finding may be about: another
                                 scheme, invalid, http, path, port, short or
                                 internal host, IP address, Microsoft's */
    SCP_KEYWORD_ODD = 1 << 8, /* likewise among the keywords; whether a site
                                 exists is not looked at */
    SCP_CREATED_ODD = 1 << 9, /* whenCreated is there, but unreadable */
    SCP_UNCLEAN = 1 << 10,    /* some text had to be escaped */
    SCP_RANGE_OPEN = 1 << 11, /* a range of values misses its end */
    SCP_HOST_OWN = 1 << 12, /* the first value's host is the name or FQDN of the
                               server above it (set when frozen) */
    SCP_DEFAULT_URL = 1 << 13,   /* ... and the whole is what setup writes:
                                    https, FQDN, /Autodiscover/Autodiscover.xml */
    SCP_UNDER_SERVERS = 1 << 14, /* its DN passes through CN=Servers */
    SCP_CONFLICT = 1 << 15,  /* it lies at or below a replication conflict */
    SCP_INVISIBLE = 1 << 16, /* some text holds what nobody sees ... */
    SCP_MIXED = 1 << 17,     /* ... or a name mixes scripts */
    SCP_ADDED = 1 << 18      /* a change adds it and tells no date: it is newer
                                than all that were read */
};

struct adscp_scp {
    const char *dn_head;      /* the DN up to the tail that it shares */
    const char *bindings;     /* binding_count clean strings: scp_binding() */
    const uint32_t *keywords; /* indexes into forest->keywords */
    text_slot dn;
    int64_t created;  /* seconds or TIME_UNKNOWN */
    uint32_t dn_tail; /* index into forest->tails */
    uint32_t keyword_count;
    uint32_t binding_count;
    uint32_t first_http; /* index of the first http(s) value */
    uint32_t url_hash;   /* hash_ascii() of that value */
    uint32_t class_name; /* index into forest->texts; 0: none */
    uint32_t server;     /* 1 + index into directory->servers; 0: none */
    uint32_t flags;      /* SCP_* */
    const struct adscp_forest *forest;
};

/* Bytes that are no text. */
struct blob {
    const unsigned char *bytes; /* NULL: none */
    size_t length;
};

/* Empty until somebody asks. */
typedef const struct adscp_certificate *_Atomic certificate_slot;

struct adscp_server {
    const char *dn;
    const char *name; /* value of the first RDN */
    const char *fqdn; /* networkAddress ncacn_ip_tcp:, or NULL */
    const char *site; /* first RDN value of msExchServerSite, or NULL */
    name_id site_name;
    struct version version;
    enum version_line line;
    const char *version_name; /* "Exchange 2007 SP3"; NULL: unknown */
    const char *build;        /* "14.2.247.5"; NULL: unknown */
    int64_t roles;            /* msExchCurrentServerRoles; -1: not read */
    const char *role_names;   /* "Mailbox, Client Access"; NULL: unknown */
    enum front_end front_end; /* does it take the requests of clients? */
    const char *dag;          /* the database availability group's name */
    const char *legacy_dn;    /* legacyExchangeDN, or NULL */
    const char *inactive;     /* the component that is, or NULL */
    int64_t created;          /* whenCreated: seconds or TIME_UNKNOWN */
    int64_t provisioning;     /* msExchProvisioningFlags; -1: unknown */
    struct blob certificate;  /* msExchServerInternalTLSCert */
    bool is_conflict;         /* a replication conflict copy (CNF:) ... */
    bool is_copy; /* ... of a server whose own object is there, too */
    certificate_slot published; /* server.h */
};

/* A web service of a server: an msExch...VirtualDirectory object. */
enum service_kind {
    SERVICE_NONE, /* of no interest to Outlook */
    SERVICE_AUTODISCOVER,
    SERVICE_ECP,
    SERVICE_EWS,
    SERVICE_MAPI,
    SERVICE_OAB,
    SERVICE_RPC, /* Outlook Anywhere */
    SERVICE_UM
};

struct virtual_directory {
    const char *dn;
    const char *url; /* InternalUrl; a bare host for SERVICE_RPC; or NULL */
    enum service_kind service;
    uint32_t server; /* 1 + index of the server it lies under; 0: none */
};

/* A mailbox database (msExchPrivateMDB). */
struct database {
    const char *dn;
    const char *name;
    const char *owner;  /* msExchOwningServer: a DN, or NULL */
    uint32_t server;    /* 1 + index of the owner; 0: none was found */
    bool owner_is_told; /* false: the server is the one above the DN */
    uint32_t mailboxes; /* of people, where they were counted */
};

/* What a recipient is, as Exchange itself tells them apart. */
enum recipient_kind {
    RECIPIENT_PLAIN, /* not mail-enabled */
    RECIPIENT_MAILBOX,
    RECIPIENT_MAIL_USER,
    RECIPIENT_CONTACT,
    RECIPIENT_REMOTE
};

struct recipient {
    const char *dn;
    enum recipient_kind kind;
    const char *database_dn; /* homeMDB, or NULL */
    const char *home_server; /* msExchHomeServerName, or NULL */
    const char *target;      /* targetAddress, or NULL */
    const uint32_t *asked;   /* the addresses asked for that it has */
    uint32_t proxy_count;    /* the first of them, in proxyAddresses ... */
    uint32_t asked_count;    /* ... and the rest, in mail alone */
    uint32_t database;       /* 1 + index; 0: none was found */
    uint32_t server;         /* 1 + index of home_server's server; 0: none */
};

/* In directory->recipient_of: several recipients have the address. */
#define RECIPIENT_SEVERAL UINT32_MAX

/* What people of an export have at all: an attribute that none of them has was
 * most likely not exported. */
struct people {
    uint32_t count;
    uint32_t away; /* mail-enabled without a home here: they have a target */
    bool has_proxies;
    bool has_mail;
    bool has_alias;
    bool has_home; /* homeMDB or msExchHomeServerName */
    bool has_target;
};

/* A CA that the enterprise publishes, [MS-WCCE] 2.2.2.11. */
struct authority {
    const char *dn;
    const char *name;
    bool is_root; /* in Certification Authorities; else in AIA */
    const struct blob *certificates; /* values of cACertificate */
    size_t certificate_count;
};

struct adscp_site {
    const char *dn;
    const char *name;
    name_id id;
};

/* A subnet object, [MS-ADTS] 6.1.1.2.2.2.1. */
enum subnet_state {
    SUBNET_VALID,
    SUBNET_INVALID, /* the name is not a valid prefix */
    SUBNET_CONFLICT /* a replication conflict or a deleted object: LF in the RDN
                     */
};

struct adscp_subnet {
    const char *dn;
    const char *name; /* "10.1.0.0/16" */
    const char *site; /* first RDN value of siteObject, or NULL; frozen: as the
                         site's object spells it, where there is one */
    name_id site_id;
    enum subnet_state state;
    uint8_t address[16]; /* IPv4 in the first four bytes */
    uint8_t family;      /* 4 or 6 */
    uint8_t prefix;
    bool is_respelt; /* site is not what siteObject spells */
};

/* One directory: the first of a forest, or the target of a pointer. */
struct directory {
    const char *target;    /* "host:port" (ldap_url_target); NULL for an export
                              that is the first directory */
    const char *config_dn; /* NULL where nothing told it */
    const char *server;    /* dnsHostName, or NULL */
    int source;            /* ADSCP_SOURCE_* */
    int problem;           /* ADSCP_OK, or why it could not be read */
    const char *problem_text; /* clean sentence, or NULL */
    bool first_hand; /* read live by a client of this forest, then or now */
    bool allowed;    /* false: the caller did not allow it; nothing read */
    bool complete;   /* false: something cut the reading short */
    struct adscp_scp *scps; /* in directory order */
    size_t scp_count;
    struct adscp_server *servers;
    size_t server_count;
    struct adscp_site *sites;
    size_t site_count;
    struct adscp_subnet *subnets;
    size_t subnet_count;
    struct virtual_directory *services;
    size_t service_count;
    struct database *databases;
    size_t database_count;
    struct authority *authorities;
    size_t authority_count;
    struct recipient *recipients; /* those with an address asked for */
    size_t recipient_count;
    uint32_t *recipient_of; /* per address asked for: 1 + index of its owner,
                               0: nobody has it, or RECIPIENT_SEVERAL; set when
                               frozen */
    bool recipients_read;   /* users were looked at at all */
    struct people people;   /* of an export */
    bool servers_taken; /* all from the forest before a change: rows that know
                           their server already do */
    struct finding_list notes; /* what reading it noticed */
    struct entries *entries;   /* as they came; NULL: not kept */
    struct snapshot *snapshot; /* being written; NULL: it is not */
    struct census *census;     /* NULL: mailboxes were not counted */
};

/* Does a row with this server have it from the forest before? */
static inline bool forest_is_joined(const struct directory *directory,
                                    uint32_t server)
{
    return server != 0 && directory->servers_taken;
}

/* A mail domain that is one of Active Directory, but of another forest than the
 * first directory. */
struct foreign_domain {
    const char *name;
    const char *forest; /* the other one's root domain */
};

enum { FOREIGN_DOMAINS_MAX = 8 };

struct adscp_forest {
    struct shared_arena *memory;    /* that rows point into, ... */
    struct arena *arena;            /* ... and where more is put */
    struct directory **directories; /* [0] is the one that was asked */
    size_t directory_count;
    const char **inputs; /* the files and servers that were read, clean */
    size_t input_count;
    struct keyword *keywords;
    size_t keyword_count;
    const char **tails; /* ends of DNs, each with its leading comma */
    size_t tail_count;
    const char **texts; /* [0] is NULL */
    size_t text_count;
    uint32_t name_count;
    /* What was found on the way to the first directory; NULL: nothing. */
    const char *domain;
    bool domain_by_mail; /* nothing on this machine named it */
    struct foreign_domain foreign_domains[FOREIGN_DOMAINS_MAX];
    size_t foreign_domain_count;
    const char *client_site;    /* by the server's answer; "": in none */
    const char *client_address; /* this machine's, on the way to it */
    uint32_t
        asked_count;  /* names below this are the mail addresses asked for */
    bool has_domains; /* some SCP may be for a mail domain */
    bool kept;        /* entries are, for a snapshot and for changes */
    bool counted;     /* mailboxes are, as a census */
    /* What a snapshot keeps of a look; NULL: nobody looked. */
    struct adscp_sightings *sightings;
    text_slot snapshot;
    struct intern *intern; /* the tables behind the above */
    atomic_int holders;
};

struct adscp_forest *forest_new(void); /* one holder; no directory */
struct adscp_forest *forest_hold(const struct adscp_forest *forest);
void forest_release(struct adscp_forest *forest); /* NULL is fine */

/* Append an empty directory, complete until something says otherwise. target
 * may be NULL and is copied. */
struct directory *forest_add_directory(struct adscp_forest *forest,
                                       const char *target);

/* Something was read: a file's name, a server's URI. What is kept is clean.
 * false: out of memory. */
bool forest_add_input(struct adscp_forest *forest, const char *name);

/* Whoever made the export chose its attributes. A live read asks for all of
 * them, also when a snapshot of it is read. */
bool directory_is_exported(const struct directory *directory);
/* An export has authorities, whose class always has a certificate, but none of
 * those. */
bool directory_lacks_roots(const struct directory *directory);

/* What a reading that broke off has noticed is forgotten, before another server
 * is read into the same directory. */
void forest_forget_reading(struct directory *directory);

/* The directory that a pointer's target names, or NULL. */
const struct directory *forest_find_directory(const struct adscp_forest *forest,
                                              const char *target);

/* Append a row (zeroed; an SCP has TIME_UNKNOWN and its forest). NULL: out of
 * memory. Pointers to rows are good until the next append. */
struct adscp_scp *forest_add_scp(struct adscp_forest *forest,
                                 struct directory *directory);
struct adscp_server *forest_add_server(struct directory *directory);
struct adscp_site *forest_add_site(struct directory *directory);
struct adscp_subnet *forest_add_subnet(struct directory *directory);
struct virtual_directory *forest_add_service(struct directory *directory);
struct database *forest_add_database(struct directory *directory);
struct authority *forest_add_authority(struct directory *directory);
struct recipient *forest_add_recipient(struct directory *directory);

/* Ask for the recipient with this mail address; before anything is read. false:
 * out of memory. */
bool forest_ask(struct adscp_forest *forest, const char *address);

/* What is kept is clean; beyond the limit nothing is. false: out of memory. */
bool forest_add_foreign_domain(struct adscp_forest *forest, struct span name,
                               struct span root);
/* The forest of such a domain, or NULL. */
const char *forest_of_foreign_domain(const struct adscp_forest *forest,
                                     const char *name);

/* Intern: equal bytes (keyword, tail, text) or equal folded bytes (name) give
 * the same index. What is kept is clean. false: out of memory. */
bool forest_keyword(struct adscp_forest *forest, const char *bytes,
                    size_t length, uint32_t *indexp);
bool forest_tail(struct adscp_forest *forest, const char *bytes, size_t length,
                 uint32_t *indexp);
bool forest_text(struct adscp_forest *forest, const char *bytes, size_t length,
                 uint32_t *indexp);
bool forest_name(struct adscp_forest *forest, const char *bytes, size_t length,
                 name_id *idp);

/* What a keyword is, by its bytes. */
enum keyword_kind forest_keyword_kind(const char *bytes, size_t length);

/* The name of a value that may or may not occur; NAME_NONE if it does not. */
name_id forest_find_name(const struct adscp_forest *forest, const char *bytes,
                         size_t length);

/* Last act of the reader: joins every SCP with the server above it, sets
 * SCP_HOST_OWN and SCP_DEFAULT_URL, joins databases, virtual directories and
 * recipients with their servers, gives back spare memory. Rows may move; the
 * notes follow them. ADSCP_OK or ADSCP_E_NOMEM. A call on a forest that failed
 * with the latter leaves it fit for forest_release() only. */
int forest_freeze(struct adscp_forest *forest, const struct deadline *deadline);

const char *scp_dn(const struct adscp_scp *scp); /* NULL: out of memory */
/* Two rows of one forest with the same DN, byte for byte. */
bool scp_same_dn(const struct adscp_scp *a, const struct adscp_scp *b);
/* By DN, ignoring case first: an order that no export can change. */
int scp_compare_dn(const struct adscp_scp *a, const struct adscp_scp *b);
const char *scp_binding(const struct adscp_scp *scp, size_t index);
const struct keyword *scp_keyword(const struct adscp_scp *scp, size_t index);
/* True if a keyword of this kind has this name. */
bool scp_has(const struct adscp_scp *scp, enum keyword_kind kind, name_id name);

/* The first value of a pointer that begins with LDAP://; NULL: none does. */
const char *scp_pointer_value(const struct adscp_scp *scp);

/* Is this host the server's own name, short or full? */
bool server_has_name(const struct adscp_server *server, struct span host);

/* The host and url_server_port() of a virtual directory's InternalUrl, where
 * that is an http(s) URL; Outlook Anywhere publishes a bare host. */
bool virtual_directory_host(const struct virtual_directory *service,
                            struct span *hostp, int *portp);

/* Is this, but for its path, what Exchange setup writes: https, the FQDN and
 * nothing odd? */
bool server_has_default_url(const struct adscp_server *server,
                            const struct url *url);

#endif
