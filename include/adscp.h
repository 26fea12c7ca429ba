/* SPDX-License-Identifier: MIT */
/*
 * adscp - which Exchange server does an Outlook client reach first, and will
 * its user see a Security Alert?
 *
 * Exchange publishes its Autodiscover service in Active Directory as
 * serviceConnectionPoint (SCP) objects. A domain-joined client reads them,
 * sorts them, and goes to the first; that server answers, passes the request
 * on, or sends the client to another one. adscp reads the same objects, sorts
 * them by the same rules, and says what happens at every hop, which certificate
 * the client is shown there, what its user sees, and why.
 *
 * There are three kinds of questions. A reader takes a directory (live, or an
 * LDIF export) and gives a forest: facts, no judgement. An observer takes hosts
 * and gives sightings: the certificates that the servers show, again without
 * judgement. A predictor takes a client (its site, its user's mail address, its
 * kind, the roots that it trusts), a forest and, optionally, sightings, and
 * gives a prediction: the candidates in order, the mailbox, the hops with their
 * certificates and alerts, and findings; or a coverage: all predictions, for
 * every AD site and every place where a mailbox may be.
 *
 *     adscp_reader *reader = adscp_reader_new();
 *     adscp_forest *forest = NULL;
 *     adscp_reader_add_ldif_file(reader, "forest.ldif");
 *     if (adscp_reader_read(reader, &forest) != ADSCP_OK)
 *         puts(adscp_reader_error_detail(reader));
 *
 * A client meets a server when it connects to it and is shown its certificate;
 * each server that it meets is a hop. A shared host is a host name that is no
 * server's own name, such as that of a load balancer; the servers that publish
 * it in an SCP or a virtual directory are behind it. To look at a host is to
 * start a TLS handshake with it, in order to see its certificate.
 *
 * THE RULES, which hold for every call
 *
 * Types. The interface is made of int, int64_t, const char *, void and opaque
 * pointers; constants are enumerators, passed and returned as int. Truth values
 * are 0 and 1; in an argument, any value but 0 is true.
 *
 * Failure. A call that can fail returns ADSCP_OK (0) or a negative ADSCP_E_*
 * code. adscp_reader_error_detail(), adscp_observer_error_detail() and
 * adscp_predictor_error_detail() give the most specific cause of the last
 * failure on that handle, as a sentence; never NULL. Constructors return NULL
 * only if memory or file descriptors run out. An out-parameter is written only
 * on success. Text arguments must be valid UTF-8; file names may be any bytes
 * that the system accepts. A NULL handle gives ADSCP_E_ARGUMENT, never a crash.
 *
 * Absence. Getters return NULL, or -1, if a value is absent, an index is out of
 * range, or the handle is NULL; every family of constants has a member
 * ..._ABSENT for that -1.
 *
 * Memory. To keep answers small, some of what they contain (the rows of
 * candidates and findings, sentences, DNs of SCPs, the contents of
 * certificates) is built on first use. adscp_prediction_prepare(),
 * adscp_coverage_prepare(), adscp_forest_prepare() and
 * adscp_sightings_prepare() build all of it at once, or fail with
 * ADSCP_E_NOMEM. After one of them has succeeded, no getter of that answer, or
 * of a row obtained from it, can fail: NULL and -1 always mean absence. Without
 * that call, they may also mean lack of memory.
 *
 * Ownership. Setters copy what they are given. Getters return borrowed
 * pointers: a string or a row lives until the object that it came from is freed
 * (the forest, sightings, alerts, prediction, coverage ...). A prediction keeps
 * its forest, its sightings and whatever else it refers to alive, so that they
 * may be freed in any order: the servers and SCPs that it returns are the
 * forest's own rows, and live at least as long as the prediction. Error details
 * live until the next call on that handle. Every adscp_*_free() accepts NULL.
 * Passwords are wiped when they are replaced and when the reader is freed.
 *
 * Threads. Readers, observers and predictors belong to one thread at a time;
 * different ones may be used in different threads. adscp_reader_cancel(),
 * adscp_observer_cancel() and adscp_predictor_cancel() may be called from any
 * thread and from a signal handler; adscp_observer_total_count() and
 * adscp_observer_done_count() from any thread, so that a program can show its
 * progress. Forests, sightings, alerts and predictions never change, even when
 * the handle that made them is used again or freed: any number of threads may
 * read them. Free a handle only when no other thread uses it.
 *
 * Time. Points in time are seconds since 1970-01-01T00:00:00Z; the name of a
 * duration gives its unit. One time budget covers a whole adscp_reader_read():
 * name lookups, connections, TLS, Kerberos and all pages; another covers a
 * whole adscp_observer_look(). What cannot be interrupted (a Kerberos library
 * that waits for a silent KDC, libldap's first use) runs on a thread of its
 * own, which is abandoned when the budget ends; it ends by itself later and
 * touches nothing that belongs to the caller.
 *
 * Process. The library writes to no stream, starts no process, changes no
 * environment variable and no signal, and raises no SIGPIPE. It sets every
 * option of libldap on its own handle, so that ldap.conf, .ldaprc and LDAP*
 * variables have no effect. Kerberos (krb5.conf, KRB5CCNAME, KRB5_KTNAME,
 * KRB5_CLIENT_KTNAME), the places where Cyrus SASL looks for its plug-ins
 * (SASL_PATH), the resolver's files, and OpenSSL's default trust
 * (SSL_CERT_FILE), where no CA file is named, are the administrator's choice
 * and are honoured. Set "rdns = false" and "dns_canonicalize_hostname = false"
 * in krb5.conf: adscp itself never uses reverse DNS, but the Kerberos library
 * may.
 *
 * Safety. A password is sent only under TLS or over ldapi. Without TLS, a SASL
 * bind must establish signing and sealing; under TLS it uses channel binding
 * instead. No referral is ever followed. An SCP pointer leads to another server
 * only if the caller allowed that server, or its forest, by name. An observer
 * sends nothing but TLS handshakes to the servers that it looks at.
 *
 * Remote text is hostile. Text from a directory or a server reaches the caller
 * as valid UTF-8 without control characters; any other byte is written as \xHH,
 * and a finding says so. Comparisons use the original bytes. Invisible
 * characters are kept; adscp_text_visible() shows them.
 *
 * Incomplete answers. A broken record is left out, with a finding. A directory
 * that cannot be read at all is an error, and then there is no answer. A
 * reading that was cut short (by a server's size limit, an export whose last
 * line has no line end, a pointer that was not allowed or did not answer) gives
 * an answer that says so: adscp_forest_complete(), adscp_sightings_complete(),
 * adscp_prediction_complete().
 *
 * Versions. The version number in the shared library's name (its soname) is 0
 * for every release 0.x, and 1 from release 1.0 on; an addition never changes
 * it. Constants are appended, never renumbered. A new setting is a new setter,
 * so the presence of its symbol is the feature test.
 *
 * Sources. [MS-OXDISCO] and [MS-ADTS] are Microsoft's open specifications;
 * KB numbers are Microsoft Knowledge Base articles; RFC numbers are the IETF's.
 */
#ifndef ADSCP_H
#define ADSCP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

typedef struct adscp_reader adscp_reader;         /* how to read */
typedef struct adscp_forest adscp_forest;         /* what was read */
typedef struct adscp_observer adscp_observer;     /* where to look */
typedef struct adscp_sightings adscp_sightings;   /* what was seen */
typedef struct adscp_predictor adscp_predictor;   /* who asks */
typedef struct adscp_prediction adscp_prediction; /* the answer */
typedef struct adscp_plan adscp_plan;             /* steps of a change */
typedef struct adscp_coverage adscp_coverage;     /* all answers together */
typedef struct adscp_comparison adscp_comparison; /* of two answers */
typedef struct adscp_advice adscp_advice; /* what helps against alerts */
typedef struct adscp_alerts adscp_alerts; /* verdicts on sightings */

typedef struct adscp_scp adscp_scp;             /* row: a published SCP */
typedef struct adscp_server adscp_server;       /* row: an Exchange server */
typedef struct adscp_site adscp_site;           /* row: an AD site */
typedef struct adscp_subnet adscp_subnet;       /* row: a subnet of a site */
typedef struct adscp_sighting adscp_sighting;   /* row: one address looked at */
typedef struct adscp_candidate adscp_candidate; /* row: a URL to be tried */
typedef struct adscp_mailbox adscp_mailbox;     /* row: the user's mailbox */
typedef struct adscp_hop adscp_hop;             /* row: a server on the way */
typedef struct adscp_service adscp_service;     /* row: a URL handed out */
typedef struct adscp_front adscp_front;         /* row: a shared host */
typedef struct adscp_backend adscp_backend;     /* row: a server behind it */
typedef struct adscp_step adscp_step;           /* row: a client's method */
typedef struct adscp_finding adscp_finding;     /* row: something odd */
typedef struct adscp_certificate adscp_certificate; /* row: a certificate */
typedef struct adscp_alert adscp_alert; /* row: the verdict on a certificate */

/* ------------------------------------------------------------- errors -- */

/* Grouped by who can act. A code keeps its number and meaning for ever. */
enum {
    ADSCP_OK = 0,

    /* the caller or the local machine */
    ADSCP_E_ARGUMENT = -1,  /* invalid argument */
    ADSCP_E_NOMEM = -2,     /* out of memory or descriptors */
    ADSCP_E_FILE = -3,      /* a local file cannot be read */
    ADSCP_E_FORMAT = -4,    /* a local file is not of the expected format */
    ADSCP_E_CANCELLED = -5, /* adscp_..._cancel() was called */
    ADSCP_E_CRYPTO = -6,    /* OpenSSL lacks what certificates need */
    ADSCP_E_CHANGE = -7,    /* a change is broken, or does not fit what was
                               read */

    /* the network */
    ADSCP_E_RESOLVE = -10, /* the host name has no address, or no DNS answer */
    ADSCP_E_CONNECT = -11, /* no connection, or it was lost */
    ADSCP_E_TIMEOUT = -12, /* the budget ended first */

    /* the directory and its operator */
    ADSCP_E_TLS = -20,      /* TLS failed: certificate, name or protocol */
    ADSCP_E_SECURITY = -21, /* the required protection is missing */
    ADSCP_E_AUTH = -22,     /* the bind was refused: password, ticket, SPN */
    ADSCP_E_ACCESS = -23,   /* bound, but not permitted to read */
    ADSCP_E_PROTOCOL = -24, /* the server violated the LDAP protocol */
    ADSCP_E_LIMIT = -25,    /* the server sent more than the limits allow */
    ADSCP_E_DIRECTORY = -26 /* the server answered with another LDAP error, or
                               is no directory with a configuration naming
                               context */
};

/* The constant's spelling ("ADSCP_E_TLS"), or NULL where there is none. */
const char *adscp_error_name(int code);
/* A sentence in English about the code. Never NULL. */
const char *adscp_error_text(int code);

/* "0.2.0": the release of the library at run time. */
const char *adscp_version(void);

/* A text of this library as a person should see it: every invisible character
 * (default-ignorable, format, filler, noncharacter; not a joiner between
 * letters that need it) is written as its number, such as \u{200B}, since a
 * name that contains one may look like another name. Writes at most `size`
 * bytes to `out`, including the NUL, without splitting a character, and returns
 * the length of the whole result without the NUL; with `size` 0 it only
 * measures. For programs that print names: getters return the text unchanged.
 * ADSCP_E_ARGUMENT: `text` is NULL. */
int adscp_text_visible(const char *text, char *out, int size);

/* ------------------------------------------------------------- reader -- */

/* A new reader with nothing to read and a budget of 30 seconds. */
adscp_reader *adscp_reader_new(void);
void adscp_reader_free(adscp_reader *reader);

/* Read this LDIF export (RFC 2849, as ldapsearch and ldifde write it; UTF-8, or
 * UTF-16 with a byte order mark). May be called several times: the files make
 * one forest, in the order given. URLs inside a file are never opened. The
 * file is opened by adscp_reader_read(). Excludes adscp_reader_set_uri(). */
int adscp_reader_add_ldif_file(adscp_reader *reader, const char *path);

/* The export to read where an SCP pointer leads to the LDAP URL `target`
 * ("LDAP://host" or "LDAP://host:port"; compared ignoring case and a trailing
 * slash). Several files for one target make one forest. */
int adscp_reader_add_ldif_file_at(adscp_reader *reader, const char *target,
                                  const char *path);

/* Read this live directory: ldap://host[:port], ldaps://host[:port] or
 * ldapi://path (percent-encoded socket path). NULL clears. */
int adscp_reader_set_uri(adscp_reader *reader, const char *uri);

/* Read a domain controller of this Active Directory domain ("corp.example"),
 * found by DNS (SRV records) and LDAP pings as a domain client finds one; if
 * one fails, the next is tried. Excludes a URI and an export. NULL clears. */
int adscp_reader_set_domain(adscp_reader *reader, const char *domain);

/* 1: if no domain, no URI and no export is given, find the domain, too. A
 * client looks for SCPs in the forest of its computer, so these are tried in
 * turn until one is an Active Directory domain: the realm of this machine's
 * account (NAME$) in the default keytab, the default Kerberos realm, that of
 * the ticket cache, this machine's own DNS domain; last, and with the finding
 * "domain-from-mail", the domain of the first adscp_reader_add_mail(). Mail
 * domains other than the one that was read are looked up by DNS and an LDAP
 * ping, nothing more, for the finding "mail-domain-other-forest". Default 0. */
int adscp_reader_set_discover(adscp_reader *reader, int wanted);

/* 1: upgrade an ldap:// connection by StartTLS (RFC 4511 4.14) before anything
 * else, and fail where that is not possible. Default 0. */
int adscp_reader_set_starttls(adscp_reader *reader, int required);

/* PEM file with the CA certificates that may vouch for the directory's own TLS
 * certificate. NULL (default): OpenSSL's default place. */
int adscp_reader_set_ca_file(adscp_reader *reader, const char *path);

/* PEM files with the client's certificate (and chain) and its private key, for
 * the mechanism EXTERNAL. NULL clears. */
int adscp_reader_set_certificate_file(adscp_reader *reader, const char *path);
int adscp_reader_set_key_file(adscp_reader *reader, const char *path);

/* How to bind: the last call of these three counts. Without any of them: SASL
 * GSSAPI, and EXTERNAL on ldapi://. The mechanism is "GSSAPI", "GSS-SPNEGO" or
 * "EXTERNAL". A simple bind requires TLS or ldapi and a password that is not
 * empty. Active Directory lets an anonymous client read the rootDSE only. */
int adscp_reader_set_sasl_mechanism(adscp_reader *reader,
                                    const char *mechanism);
int adscp_reader_set_simple_bind(adscp_reader *reader, const char *dn,
                                 const char *password);
int adscp_reader_set_anonymous_bind(adscp_reader *reader);

/* Ask this DNS server, "address" or "address:port" ("[v6]:port"), instead of
 * the machine's own. NULL clears. */
int adscp_reader_set_dns_server(adscp_reader *reader, const char *address);

/* Use an address without asking DNS, as curl does: "host:port:address" or
 * "host:port:address:otherport"; an IPv6 address stands in brackets. */
int adscp_reader_add_resolve(adscp_reader *reader, const char *pin);

/* An SCP pointer may lead to this host ("res.example"), and the reader may use
 * its credentials there. A pointer to a host that is not named here is not
 * contacted at all. The connection is protected as the first one is: where that
 * used TLS, the pointer's server must grant StartTLS. */
int adscp_reader_allow_pointer(adscp_reader *reader, const char *host);

/* An SCP pointer may lead to this forest ("partner.example"): where it names
 * the forest and no other port than 389, a domain controller is found as by
 * adscp_reader_set_domain() and bound to under its own name. If DNS names none,
 * the host of that name is contacted, provided that
 * adscp_reader_allow_pointer() allowed it. */
int adscp_reader_allow_forest(adscp_reader *reader, const char *domain);

/* Look up the owner of this mail address and the mailbox: in the server's own
 * domain, or in an export, and, if it is not found there, in the global
 * catalog. That is the server itself or, where the server was found by DNS and
 * is not a global catalog, one that DNS names, which is bound to in the same
 * way. May be called several times, for predictions about several people. */
int adscp_reader_add_mail(adscp_reader *reader, const char *address);

/* Lay changes over what is read, as if somebody had made them in the directory:
 * LDIF change records (RFC 2849: add, modify, delete, modrdn), in a file or in
 * memory, where `name` stands for the file in errors. May be called several
 * times; all are applied in the order given. Nothing is sent to a server.
 *
 * Records name entries by their DNs, compared as Active Directory does. They do
 * what they say and nothing else: a DN that points to an entry which is renamed
 * or deleted stays as it is, and an added entry is as old as its whenCreated
 * says; without one it counts as the newest, with the finding
 * "scp-created-missing". Added entries come after those that were read, entries
 * that are modified or renamed keep their places. A parent that was not read is
 * assumed to exist.
 *
 * A record that is broken or does not fit (an entry that is not among those
 * read, one that exists already, a value that is not there to be deleted, an
 * entry with others below it) fails adscp_reader_read() with ADSCP_E_CHANGE;
 * the detail names file and line. URLs in a record are never opened: they are
 * refused, and so are controls. All entries of an export are kept in memory
 * while it is read with changes.
 *
 * clear forgets all changes, so that the same reader may try others. */
int adscp_reader_add_changes_file(adscp_reader *reader, const char *path);
int adscp_reader_add_changes(adscp_reader *reader, const char *name,
                             const char *bytes, int64_t length);
int adscp_reader_clear_changes(adscp_reader *reader);

/* Read the entries that this forest kept, instead of a directory: the result
 * differs from it by the changes only. No server is contacted, except one that
 * an added pointer leads to and that the caller allows. The forest must have
 * been read with adscp_reader_set_keep_entries(), with changes, or in this way,
 * and the result keeps its entries, too, sharing what did not change. Mail
 * addresses that were looked up for that forest stay; others that are added are
 * looked up in the entries of exports. The reader holds the forest until
 * another one is set. Excludes a URI, a domain and an export. NULL clears. */
int adscp_reader_set_forest(adscp_reader *reader, const adscp_forest *forest);

/* 1: keep the entries themselves, for adscp_forest_snapshot() and
 * adscp_reader_set_forest(); this takes additional memory, about twice the size
 * of the entries. Default 0. */
int adscp_reader_set_keep_entries(adscp_reader *reader, int wanted);

/* Attach what an observer saw to the forests that are read from now on, for
 * adscp_forest_sightings() and their snapshots; with adscp_reader_set_forest(),
 * also to a forest that was read before. Held until replaced; NULL (default):
 * keep what a snapshot, or that forest, contains. */
int adscp_reader_set_sightings(adscp_reader *reader,
                               const adscp_sightings *sightings);

/* 1: count mailboxes, for adscp_forest_census() and
 * adscp_coverage_home_mailboxes(): by one search for homeMDB in every domain of
 * the forest, on a global catalog where there are several. Where none answers,
 * the server's own domain is counted and, where it was found by DNS, a
 * controller of each other domain is found and bound to in the same way. What
 * cannot be read makes the census incomplete, and has no other effect. No
 * user's name is kept. In an export, the users in it are counted; one who is in
 * two of its files counts twice. Default 0. */
int adscp_reader_set_census(adscp_reader *reader, int wanted);

/* The budget of one adscp_reader_read(), at least 1. Default 30000. */
int adscp_reader_set_timeout_ms(adscp_reader *reader, int milliseconds);

/* Read everything. *out is written only when ADSCP_OK is returned; free it with
 * adscp_forest_free(). May be called again. */
int adscp_reader_read(adscp_reader *reader, adscp_forest **out);

/* End a running adscp_reader_read() with ADSCP_E_CANCELLED, or the next one if
 * none runs; only that one call is affected. */
int adscp_reader_cancel(adscp_reader *reader);

/* How the last adscp_reader_read() looked for domain and domain controller,
 * step by step, in sentences for people; also after a failure. They live until
 * the next adscp_reader_read(). */
int adscp_reader_trace_count(const adscp_reader *reader);
const char *adscp_reader_trace(const adscp_reader *reader, int index);

/* The phases of adscp_reader_read(), for all directories together. */
enum {
    ADSCP_READER_PHASE_ABSENT = -1,
    /* domain and domain controller, by DNS and pings */
    ADSCP_READER_PHASE_FIND = 0,
    ADSCP_READER_PHASE_CONNECT = 1, /* addresses, TCP, TLS */
    ADSCP_READER_PHASE_BIND = 2,
    ADSCP_READER_PHASE_ROOTDSE = 3, /* and the client's site */
    /* everything else that a live directory is asked */
    ADSCP_READER_PHASE_SEARCH = 4,
    ADSCP_READER_PHASE_EXPORT = 5, /* reading files */
    ADSCP_READER_PHASE_JOIN = 6    /* linking what was read */
};
const char *adscp_reader_phase_name(int phase); /* "find", "connect", ... */

/* Wall time that the last adscp_reader_read() spent in a phase, in nanoseconds,
 * also where it failed; -1 for an unknown phase. */
int64_t adscp_reader_phase_ns(const adscp_reader *reader, int phase);

/* What went wrong last, as a sentence; "" if nothing did. Never NULL. */
const char *adscp_reader_error_detail(const adscp_reader *reader);

/* ------------------------------------------------------------- forest -- */

enum {
    ADSCP_FOREST_SOURCE_ABSENT = -1,
    ADSCP_FOREST_SOURCE_LDIF = 0,
    ADSCP_FOREST_SOURCE_LDAP = 1
};
const char *adscp_forest_source_name(int source); /* "ldif", "ldap" */

/* A prediction, or anything else that refers to the forest, keeps it alive.
 * NULL is accepted. */
void adscp_forest_free(adscp_forest *forest);

/* Build what getters of the forest and its rows would otherwise build on first
 * use: DNs of SCPs, certificates of servers, the snapshot. Returns ADSCP_OK, or
 * ADSCP_E_NOMEM; then call it again, or do without. Any number of threads may
 * call it. */
int adscp_forest_prepare(const adscp_forest *forest);

/* Rows of the directory that was read, in the order in which it returned them.
 * Those of directories that SCP pointers lead to are available through
 * predictions only, by adscp_candidate_scp() and adscp_hop_server(). */

/* ADSCP_FOREST_SOURCE_* */
int adscp_forest_source(const adscp_forest *forest);
/* All files and servers that were read, in that order: a file by the name that
 * was given, a server as a URI, such as "ldap://dc1.corp.example:389". */
int adscp_forest_input_count(const adscp_forest *forest);
const char *adscp_forest_input(const adscp_forest *forest, int index);
/* The own name of the server that answered (rootDSE dnsHostName). */
const char *adscp_forest_domain_controller(const adscp_forest *forest);
/* The domain that was given or found, now or when a snapshot was taken; NULL
 * where a URI or another export was given. */
const char *adscp_forest_domain(const adscp_forest *forest);
/* The AD site to which the server assigns this machine; "" if it assigns it to
 * none, NULL if it did not say. */
const char *adscp_forest_client_site(const adscp_forest *forest);
/* The address of this machine from which the server was found. */
const char *adscp_forest_client_address(const adscp_forest *forest);
/* The configuration naming context. */
const char *adscp_forest_config_dn(const adscp_forest *forest);
/* 0 where a limit cut the reading short, or an SCP pointer that was allowed led
 * to a directory that could not be read completely. */
int adscp_forest_complete(const adscp_forest *forest);

/* Everything that was read, including the directories that SCP pointers lead
 * to, as one LDIF export (RFC 2849). Read by adscp_reader_add_ldif_file(), it
 * gives the same predictions for the same mail addresses. What it contains
 * besides entries, such as the client's site and what could not be read, is in
 * values of an attribute adscpReading of the rootDSE. Lives as long as the
 * forest. NULL without adscp_reader_set_keep_entries(). Made by
 * adscp_forest_prepare(). */
const char *adscp_forest_snapshot(const adscp_forest *forest);

/* What servers showed, from the snapshot that was read or from
 * adscp_reader_set_sightings(); to be passed to
 * adscp_predictor_set_sightings(). Lives as long as the forest. NULL: there are
 * none. */
const adscp_sightings *adscp_forest_sightings(const adscp_forest *forest);

/* Two readings of one forest: which objects came and went, and what of the
 * others changed, by DN. The order of entries does not count, and what an
 * incomplete reading lacks does not count as gone. ADSCP_E_ARGUMENT: NULL, or
 * two different forests (their configuration naming contexts differ). The
 * forests must outlive the comparison. */
int adscp_forest_compare(const adscp_forest *before, const adscp_forest *after,
                         adscp_comparison **out);

/* The published SCPs, each a row that lives as long as the forest. */
int adscp_forest_scp_count(const adscp_forest *forest);
const adscp_scp *adscp_forest_scp(const adscp_forest *forest, int index);
/* Made by adscp_forest_prepare(). */
const char *adscp_scp_dn(const adscp_scp *scp);
/* Seconds, from whenCreated; -1 where that is missing or unreadable. */
int64_t adscp_scp_created(const adscp_scp *scp);
/* serviceClassName */
const char *adscp_scp_class_name(const adscp_scp *scp);
/* The values of keywords and serviceBindingInformation, as the server gave
 * them; LDAP promises no order (RFC 4511 4.1.7). */
int adscp_scp_keyword_count(const adscp_scp *scp);
const char *adscp_scp_keyword(const adscp_scp *scp, int index);
int adscp_scp_binding_count(const adscp_scp *scp);
const char *adscp_scp_binding(const adscp_scp *scp, int index);

/* The census: how many mailboxes the forest has, of each kind, if
 * adscp_reader_set_census() asked for it or the snapshot contains it.
 * MAILBOXES: those of people. SHARED: shared ones, including those of rooms,
 * equipment, teams and groups. ARCHIVE: archives, of users who have a mailbox
 * already. ARBITRATION: those that Exchange uses for arbitration. SYSTEM:
 * others of Exchange itself, for discovery and public folders. REMOTE: those in
 * Microsoft 365. Only what the account may see is counted, and no directory
 * says at which site a user works. */
enum {
    ADSCP_CENSUS_KIND_ABSENT = -1,
    ADSCP_CENSUS_KIND_MAILBOXES = 0,
    ADSCP_CENSUS_KIND_SHARED = 1,
    ADSCP_CENSUS_KIND_ARCHIVE = 2,
    ADSCP_CENSUS_KIND_ARBITRATION = 3,
    ADSCP_CENSUS_KIND_SYSTEM = 4,
    ADSCP_CENSUS_KIND_REMOTE = 5
};
const char *adscp_census_kind_name(int kind); /* "mailboxes", "shared", ... */
/* -1: they were not counted. */
int64_t adscp_forest_census(const adscp_forest *forest, int kind);
/* 0: a domain or a part of one could not be counted, and a finding says why;
 * -1: nothing was counted. */
int adscp_forest_census_complete(const adscp_forest *forest);

/* The Exchange servers, likewise. */
int adscp_forest_server_count(const adscp_forest *forest);
const adscp_server *adscp_forest_server(const adscp_forest *forest, int index);
const char *adscp_server_dn(const adscp_server *server);
const char *adscp_server_name(const adscp_server *server); /* "EX07" */
const char *adscp_server_fqdn(const adscp_server *server); /* networkAddress */
/* Name of its AD site (msExchServerSite). */
const char *adscp_server_site(const adscp_server *server);
/* "Exchange 2007 SP3", from versionNumber and serialNumber: the service pack or
 * cumulative update that AD records; updates beyond it do not show. NULL:
 * unknown. */
const char *adscp_server_version(const adscp_server *server);
/* "14.2.247.5", as far as the two attributes say. */
const char *adscp_server_build(const adscp_server *server);
/* "Mailbox, Client Access", from msExchCurrentServerRoles, in the words of that
 * version. NULL: none is known. */
const char *adscp_server_roles(const adscp_server *server);
/* 1: it takes the requests of clients; 0: it does not; -1: unknown. From 2013
 * on the role "Mailbox" alone has no such front end. */
int adscp_server_front_end(const adscp_server *server);
/* Name of its database availability group. */
const char *adscp_server_dag(const adscp_server *server);
/* The component (msExchComponentStates) that is out of service and on which
 * Autodiscover depends: "ServerWideOffline" or "AutoDiscoverProxy". No
 * attribute says whether its web server answers. */
const char *adscp_server_inactive(const adscp_server *server);
/* When setup created its object (whenCreated), in seconds since 1970. -1:
 * unknown. */
int64_t adscp_server_created(const adscp_server *server);
/* msExchProvisioningFlags, bit by bit; Microsoft documents none of them. A
 * server with bit 8 is left out where Exchange itself looks for Autodiscover
 * servers (CSS-Exchange, issue 540). -1: unknown. */
int64_t adscp_server_provisioning_flags(const adscp_server *server);
/* The certificate that it publishes (msExchServerInternalTLSCert): for mail
 * transport, and most often the one on port 443, too. NULL: none. One that
 * cannot be read has an adscp_certificate_problem(). Made by
 * adscp_forest_prepare(). */
const adscp_certificate *adscp_server_certificate(const adscp_server *server);

/* The AD sites, likewise. */
int adscp_forest_site_count(const adscp_forest *forest);
const adscp_site *adscp_forest_site(const adscp_forest *forest, int index);
const char *adscp_site_dn(const adscp_site *site);
const char *adscp_site_name(const adscp_site *site);

/* The subnets, likewise. */
int adscp_forest_subnet_count(const adscp_forest *forest);
const adscp_subnet *adscp_forest_subnet(const adscp_forest *forest, int index);
const char *adscp_subnet_dn(const adscp_subnet *subnet);
const char *adscp_subnet_name(const adscp_subnet *subnet); /* "10.1.0.0/16" */
/* Name of its AD site (siteObject), spelt as adscp_site_name() spells it where
 * that site was read. NULL: it belongs to none. */
const char *adscp_subnet_site(const adscp_subnet *subnet);
/* 0: it contains no client, since its name is not a prefix, or it is a
 * replication conflict or a deleted object. */
int adscp_subnet_valid(const adscp_subnet *subnet);

/* ----------------------------------------------------------- observer -- */

/* Looks at the certificates that servers show. It speaks TLS and nothing else:
 * no HTTP, no credential, no client certificate. */
adscp_observer *adscp_observer_new(void);
void adscp_observer_free(adscp_observer *observer);

/* Look at every address of this host, a name or an IP address (IPv6 without
 * brackets); port is 1 to 65535. The same host and port twice count once. */
int adscp_observer_add_host(adscp_observer *observer, const char *host,
                            int port);

/* 1: from the next adscp_observer_add_prediction() on, look behind shared hosts
 * as well: at every server that publishes such a host, under the server's own
 * name, asking for the shared host and for that name; and several times at the
 * shared host itself, since a load balancer may choose another server each
 * time. See adscp_prediction_front(). 0 (default): do not. */
int adscp_observer_set_behind(adscp_observer *observer, int behind);

/* As for a reader. */
int adscp_observer_set_dns_server(adscp_observer *observer,
                                  const char *address);
int adscp_observer_add_resolve(adscp_observer *observer, const char *pin);

/* The budget of one adscp_observer_look(), at least 1. Default 30000. Each
 * address gets at most 10000 of it, so that one that stays silent is reported
 * as such. */
int adscp_observer_set_timeout_ms(adscp_observer *observer, int milliseconds);

/* Look at every host of a prediction: its hops and their alternatives, its
 * services, the first candidates (the client goes on to the next one if there
 * is no answer), the hosts to which these redirect it, and whatever else may
 * come first. If no SCP leads to a server, or if the client asks both at once
 * (Outlook 2013), also look at the hosts of the mail domain: those of the steps
 * HTTPS_ROOT and HTTPS_AUTODISCOVER, and the one that DNS names for SRV. That
 * no SCP's host answers is known only after a look; then the next prediction
 * includes these hosts. */
int adscp_observer_add_prediction(adscp_observer *observer,
                                  const adscp_prediction *prediction);

/* Look at all of them, many at once. That a host does not answer is part of the
 * answer, not an error. *out is written only when ADSCP_OK is returned; free it
 * with adscp_sightings_free(). May be called again. */
int adscp_observer_look(adscp_observer *observer, adscp_sightings **out);

/* As adscp_reader_cancel(). */
int adscp_observer_cancel(adscp_observer *observer);

/* The progress of the running look, or of the last one: how many addresses
 * there are (a name that is still being looked up counts as one), and how many
 * of them are done. */
int adscp_observer_total_count(const adscp_observer *observer);
int adscp_observer_done_count(const adscp_observer *observer);

/* What went wrong last, as a sentence; "" if nothing did. Never NULL. */
const char *adscp_observer_error_detail(const adscp_observer *observer);

/* ---------------------------------------------------------- sightings -- */

/* What became of one address. */
enum {
    ADSCP_SIGHTING_OUTCOME_ABSENT = -1,
    ADSCP_SIGHTING_OUTCOME_OK = 0,          /* certificates were seen */
    ADSCP_SIGHTING_OUTCOME_REFUSED = 1,     /* nothing listens there */
    ADSCP_SIGHTING_OUTCOME_UNREACHABLE = 2, /* from here; others may reach it */
    ADSCP_SIGHTING_OUTCOME_TIMEOUT = 3, /* no answer in time, or half of one */
    ADSCP_SIGHTING_OUTCOME_CLOSED = 4,  /* closed before its certificate */
    ADSCP_SIGHTING_OUTCOME_NOT_TLS = 5, /* what it speaks is not TLS */
    /* it accepts none of the offered ciphers */
    ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER = 6,
    /* it accepts none of the offered TLS versions */
    ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION = 7,
    ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND = 8, /* the name has no address */
    ADSCP_SIGHTING_OUTCOME_LIMIT = 9 /* it sent more than the limits allow */
};
const char *adscp_sighting_outcome_name(int outcome); /* "ok", "refused", ... */

/* How the certificates were seen. PLAINTEXT: as the server sends them in clear
 * up to TLS 1.2, whatever ciphers it supports; it is then not known whether it
 * holds their key. HANDSHAKE: by OpenSSL. */
enum {
    ADSCP_SIGHTING_METHOD_ABSENT = -1,
    ADSCP_SIGHTING_METHOD_PLAINTEXT = 0,
    ADSCP_SIGHTING_METHOD_HANDSHAKE = 1
};
const char *
adscp_sighting_method_name(int method); /* "plaintext", "handshake" */

/* Whether the server asks its client for a certificate. DEMANDED: without one
 * it ended the handshake; Outlook has none to send. */
enum {
    ADSCP_SIGHTING_REQUEST_ABSENT = -1,
    ADSCP_SIGHTING_REQUEST_NONE = 0,
    ADSCP_SIGHTING_REQUEST_ASKED = 1,
    ADSCP_SIGHTING_REQUEST_DEMANDED = 2
};
const char *adscp_sighting_request_name(int request); /* "none", ... */

/* As adscp_forest_free(). */
void adscp_sightings_free(adscp_sightings *sightings);

/* Build what getters of its certificates would otherwise build on first use:
 * their contents. As adscp_forest_prepare(). */
int adscp_sightings_prepare(const adscp_sightings *sightings);

/* 0: the budget ended before every address had its time, DNS gave no answer for
 * a name, or a name has more addresses than are looked at. An address that was
 * not looked at has a row, too (ADSCP_SIGHTING_OUTCOME_TIMEOUT), which does not
 * affect any verdict. */
int adscp_sightings_complete(const adscp_sightings *sightings);

/* One row for each address of each host, in the order in which hosts were
 * added; several if one address shows different certificates or, with
 * adscp_observer_set_behind(), if the outcome changes from one look to the
 * next. A host without any address has one row that says so. What the servers
 * behind a shared host show for it is not here; see adscp_backend_sighting().
 */
int adscp_sightings_count(const adscp_sightings *sightings);
const adscp_sighting *adscp_sightings_sighting(const adscp_sightings *sightings,
                                               int index);
const char *adscp_sighting_host(const adscp_sighting *sighting);
int adscp_sighting_port(const adscp_sighting *sighting);
/* The address, and the port there (another one only by
 * adscp_observer_add_resolve()); NULL and -1 where the host has none. */
const char *adscp_sighting_address(const adscp_sighting *sighting);
int adscp_sighting_address_port(const adscp_sighting *sighting);
/* ADSCP_SIGHTING_OUTCOME_* */
int adscp_sighting_outcome(const adscp_sighting *sighting);
/* A sentence: what went wrong, or is worth knowing. NULL: nothing. */
const char *adscp_sighting_detail(const adscp_sighting *sighting);
/* ADSCP_SIGHTING_METHOD_*; -1 where no certificate was seen. */
int adscp_sighting_method(const adscp_sighting *sighting);
/* 1: the server has proven that it holds the key of its certificate. */
int adscp_sighting_proven(const adscp_sighting *sighting);
/* "TLS 1.2": the version that the server chose. NULL: not seen. */
const char *adscp_sighting_version(const adscp_sighting *sighting);
/* ADSCP_SIGHTING_REQUEST_*; -1: not known. */
int adscp_sighting_request(const adscp_sighting *sighting);
/* What the server sent, in its order: its own certificate comes first. */
int adscp_sighting_certificate_count(const adscp_sighting *sighting);
const adscp_certificate *
adscp_sighting_certificate(const adscp_sighting *sighting, int index);

/* ---------------------------------------------------------- predictor -- */

/* The kind of client whose rules put the candidates in order.
 * OUTLOOK: Outlook for Windows on a domain-joined computer, by KB2006728 and
 *   the Exchange Team Blog: rows of the client's own site, oldest first.
 * EWS: the EWS Managed API, exactly as its published source does it.
 * LEARN: the sample of Microsoft Learn ("How to find Autodiscover endpoints by
 *   using SCP lookup in Exchange").
 * OXDISCO: the letter of [MS-OXDISCO] 3.1.5.1: a set, in the server's order. */
enum {
    ADSCP_PROFILE_ABSENT = -1,
    ADSCP_PROFILE_OUTLOOK = 0,
    ADSCP_PROFILE_EWS = 1,
    ADSCP_PROFILE_LEARN = 2,
    ADSCP_PROFILE_OXDISCO = 3
};
const char *adscp_profile_name(int profile); /* "outlook", "ews", ... */

/* Which Outlook it is. 2016 stands for 2019 and the LTSC releases, too; 365 for
 * Microsoft 365 Apps. */
enum {
    ADSCP_CLIENT_ABSENT = -1,
    ADSCP_CLIENT_OUTLOOK_2007 = 0,
    ADSCP_CLIENT_OUTLOOK_2010 = 1,
    ADSCP_CLIENT_OUTLOOK_2013 = 2,
    ADSCP_CLIENT_OUTLOOK_2016 = 3,
    ADSCP_CLIENT_OUTLOOK_365 = 4
};
const char *adscp_client_name(int client); /* "outlook-2007", ... */

/* A new predictor without a forest; the setters name the other defaults. */
adscp_predictor *adscp_predictor_new(void);
void adscp_predictor_free(adscp_predictor *predictor);

/* The facts to judge; held until replaced. NULL clears. */
int adscp_predictor_set_forest(adscp_predictor *predictor,
                               const adscp_forest *forest);

/* The AD site of the client's computer. NULL (default): derived from the
 * address, else from adscp_forest_client_site(), else, in a live directory,
 * from the fact that there is only one site. "": unknown, and not derived from
 * anything. */
int adscp_predictor_set_site(adscp_predictor *predictor, const char *site);

/* The client's IPv4 or IPv6 address, from which its site follows by the
 * forest's subnets (longest prefix) where no site was set; where one was,
 * findings say whether the address contradicts it. NULL clears. */
int adscp_predictor_set_address(adscp_predictor *predictor,
                                const char *address);

/* The user's mail address: exactly one "@", and text on both sides. NULL
 * clears. */
int adscp_predictor_set_mail(adscp_predictor *predictor, const char *mail);

/* The mail domain, such as "contoso.com", if no address is set: that of the
 * user, in a prediction; that of every user, in a coverage, so that the clients
 * follow its pointers, and go to its hosts if no SCP leads to a server. NULL
 * clears. */
int adscp_predictor_set_mail_domain(adscp_predictor *predictor,
                                    const char *domain);

/* ADSCP_PROFILE_*; default ADSCP_PROFILE_OUTLOOK. */
int adscp_predictor_set_profile(adscp_predictor *predictor, int profile);

/* ADSCP_CLIENT_*: the answer then has the steps of this Outlook, before the
 * SCPs and after them, and its first hop is the one to which the first step
 * leads that is on and can answer. -1 (default): any Outlook, whose SCPs are
 * asked first, and no steps. Only the profile OUTLOOK has steps. */
int adscp_predictor_set_client(adscp_predictor *predictor, int client);

/* The time as of which the answer is judged. The library never reads a clock
 * for this; -1 (default): unknown, and rules that need a date are not applied.
 */
int adscp_predictor_set_time(adscp_predictor *predictor, int64_t seconds);

/* Judge the state after all steps so far: the forest, and what the steps assume
 * in addition ("shows", "trusted", where mailboxes are). Assumptions take
 * precedence over sightings. The predictor does not hold the plan: call this
 * again after the next step. NULL: assume nothing; the forest stays. */
int adscp_predictor_set_plan(adscp_predictor *predictor,
                             const adscp_plan *plan);

/* What an observer saw; held until replaced. Certificates that were seen take
 * precedence over those that the directory publishes. NULL clears. */
int adscp_predictor_set_sightings(adscp_predictor *predictor,
                                  const adscp_sightings *sightings);

/* Certificates that the client has in its Trusted Root store: a file with DER,
 * PEM, PKCS#7 or a serialized store. May be called several times. Those that
 * the client's forest distributes (Certification Authorities, AIA) need not be
 * named. */
int adscp_predictor_add_trust_file(adscp_predictor *predictor,
                                   const char *path);
/* What the client's policies and registry set: a Registry.pol of a Group Policy
 * ([MS-GPREG]), or what regedit exports (version 5.00 or REGEDIT4, UTF-16 or
 * bytes). Outlook's values are read from a user's part (HKEY_CURRENT_USER; of a
 * Registry.pol, unless it lies in a folder "Machine"), for Office 12.0, 14.0,
 * 15.0 and 16.0; a policy counts before a preference. Certificates in the
 * computer's stores count as the client's: those of Root as trusted, those of
 * CA as known issuers, and those of Disallowed as never trusted. Add files in
 * the order in which they take effect: where two disagree, the later one
 * counts, and a finding says so. Findings also name what has no effect.
 * ADSCP_E_FORMAT: not such a file, or one that is cut short; the detail names
 * the offset in a Registry.pol, or the line, and nothing in the file counts.
 * The budget of adscp_predictor_set_timeout_ms() applies. */
int adscp_predictor_add_policy_file(adscp_predictor *predictor,
                                    const char *path);
/* The same for bytes in memory, which are copied; `name` stands for the path,
 * including its folders. */
int adscp_predictor_add_policy(adscp_predictor *predictor, const char *name,
                               const char *bytes, int64_t length);

/* A file of public roots that stands for those of the Windows root programme.
 * Without it, the verdict on a certificate from a public CA is uncertain. NULL
 * clears. */
int adscp_predictor_set_roots_file(adscp_predictor *predictor,
                                   const char *path);

/* Assume what a port of a host will show: a file with its certificates (DER,
 * PEM or PKCS#7), the server's own first. This takes precedence over what was
 * seen there and over what the directory publishes, but not over a plan's step
 * about the same host. host is a name or an IP address (IPv6 without brackets);
 * port is 1 to 65535. May be called several times, once for each host and port
 * (ADSCP_E_ARGUMENT for a second time). ADSCP_E_FORMAT: the file does not begin
 * with a certificate that can be read. */
int adscp_predictor_add_assumed_file(adscp_predictor *predictor,
                                     const char *host, int port,
                                     const char *path);

/* The budget of one adscp_predictor_predict(), adscp_predictor_cover(),
 * adscp_predictor_judge_sightings() or adscp_predictor_add_policy_file(): a
 * call that takes longer fails with ADSCP_E_TIMEOUT and gives no answer. 0
 * (default): none. adscp_prediction_prepare() has no budget. */
int adscp_predictor_set_timeout_ms(adscp_predictor *predictor,
                                   int milliseconds);

/* End the running call with ADSCP_E_CANCELLED, or the next one if none runs;
 * only that one call is affected. */
int adscp_predictor_cancel(adscp_predictor *predictor);

/* Answer. Reads nothing but its forest and its sightings. Free the answer with
 * adscp_prediction_free(). ADSCP_E_ARGUMENT: no forest was set; or all site
 * objects of the forest were read, and the site is not one of them; the detail
 * lists them, the nearest spelling first. If no site object was read, or the
 * reading was cut short, the site is taken as given, and a finding says so. */
int adscp_predictor_predict(adscp_predictor *predictor, adscp_prediction **out);

/* Answer for everybody at once: each AD site, by each place where a mailbox may
 * be; see the coverage below. The profile, the client, the mail domain, the
 * time, sightings and trust apply as in adscp_predictor_predict(); site,
 * address and mail address are ignored. Free it with adscp_coverage_free(). The
 * budget bounds the whole. ADSCP_E_ARGUMENT: no forest was set. */
int adscp_predictor_cover(adscp_predictor *predictor, adscp_coverage **out);

/* What helps against the alerts of a coverage that this predictor made, with
 * the settings that it still has, of a forest whose entries were kept; see the
 * advice below. `row` is the index of the class to help, or -1 for all of them.
 * Free it with adscp_advice_free(). The budget bounds the whole: where it ends
 * early, the advice is not complete. Afterwards the predictor has the
 * coverage's forest and assumes nothing; what a plan assumed besides the forest
 * does not count. ADSCP_E_ARGUMENT: the entries were not kept, or there is no
 * such class. */
int adscp_predictor_advise(adscp_predictor *predictor,
                           const adscp_coverage *coverage, int row,
                           adscp_advice **out);

/* The verdict of this client on every row of the sightings, whatever leads to
 * it, in their order. No forest is needed. Free it with adscp_alerts_free(). */
int adscp_predictor_judge_sightings(adscp_predictor *predictor,
                                    adscp_alerts **out);
void adscp_alerts_free(adscp_alerts *alerts);
int adscp_alerts_count(const adscp_alerts *alerts);
const adscp_alert *adscp_alerts_alert(const adscp_alerts *alerts, int index);

/* What went wrong last, as a sentence; "" if nothing did. Never NULL. */
const char *adscp_predictor_error_detail(const adscp_predictor *predictor);

/* --------------------------------------------------------- prediction -- */

enum {
    ADSCP_PREDICTION_SITE_SOURCE_ABSENT = -1,
    ADSCP_PREDICTION_SITE_SOURCE_NONE = 0,  /* unknown */
    ADSCP_PREDICTION_SITE_SOURCE_GIVEN = 1, /* by adscp_predictor_set_site() */
    /* from the address and the subnets */
    ADSCP_PREDICTION_SITE_SOURCE_ADDRESS = 2,
    /* by the server's answer, or there is only this one */
    ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY = 3
};
const char *
adscp_prediction_site_source_name(int source); /* "none", "given", ... */

/* How well a statement is founded. DOCUMENTED: by Microsoft. OBSERVED: by
 * practitioners. INFERRED: follows from the others; no source states it.
 * CONTESTED: sources disagree; the rival reading is named. */
enum {
    ADSCP_EVIDENCE_ABSENT = -1,
    ADSCP_EVIDENCE_DOCUMENTED = 0,
    ADSCP_EVIDENCE_OBSERVED = 1,
    ADSCP_EVIDENCE_INFERRED = 2,
    ADSCP_EVIDENCE_CONTESTED = 3
};
const char *adscp_evidence_name(int evidence); /* "documented", ... */

/* Free it with all its rows; it no longer keeps its forest and sightings alive.
 */
void adscp_prediction_free(adscp_prediction *prediction);

/* Build what getters of the prediction and its rows would otherwise build on
 * first use: candidates and findings, sentences, DNs, certificates. As
 * adscp_forest_prepare(), which it does not replace: of the forest's own rows
 * it prepares only the SCPs that it names. */
int adscp_prediction_prepare(const adscp_prediction *prediction);

/* The question, as it was understood: the forest, the site (NULL: unknown) and
 * how it is known (ADSCP_PREDICTION_SITE_SOURCE_*), the address, the mail
 * address and the part of it behind the "@", ADSCP_PROFILE_*, and the time as
 * of which the answer was judged. */
const adscp_forest *adscp_prediction_forest(const adscp_prediction *prediction);
const char *adscp_prediction_site(const adscp_prediction *prediction);
int adscp_prediction_site_source(const adscp_prediction *prediction);
const char *adscp_prediction_address(const adscp_prediction *prediction);
const char *adscp_prediction_mail(const adscp_prediction *prediction);
const char *adscp_prediction_domain(const adscp_prediction *prediction);
int adscp_prediction_profile(const adscp_prediction *prediction);
/* ADSCP_CLIENT_*; -1: any Outlook, or no Outlook. */
int adscp_prediction_client(const adscp_prediction *prediction);
int64_t adscp_prediction_time(const adscp_prediction *prediction);
/* A sentence: the behaviour of the client that the answer assumes. */
const char *adscp_prediction_assumes(const adscp_prediction *prediction);
/* 0 where the reading was cut short, or a pointer that this client would follow
 * was not read. */
int adscp_prediction_complete(const adscp_prediction *prediction);
/* Was every host looked at that the client meets, or may meet by a doubt? 1:
 * yes; 0: the sightings that were set lack one of them; -1: no sightings were
 * set. Hosts that the answer does not lead to do not count here, but do in
 * adscp_sightings_complete(). */
int adscp_prediction_looked(const adscp_prediction *prediction);

/* The SCP pointers that this client would follow, in its order. */
int adscp_prediction_pointer_count(const adscp_prediction *prediction);
const char *adscp_prediction_pointer_dn(const adscp_prediction *prediction,
                                        int index);
const char *adscp_prediction_pointer_target(const adscp_prediction *prediction,
                                            int index);

/* The URLs that the client would try, first to last; one row for each distinct
 * URL. Made by adscp_prediction_prepare(). */
int adscp_prediction_candidate_count(const adscp_prediction *prediction);
const adscp_candidate *
adscp_prediction_candidate(const adscp_prediction *prediction, int index);

/* How well the choice of the first candidate is founded, as ADSCP_EVIDENCE_*;
 * -1 if there is none. */
int adscp_prediction_evidence(const adscp_prediction *prediction);
/* Where the choice is contested: the other reading ("newest-first") and the URL
 * that it puts first (perhaps the same one). Else NULL. */
const char *adscp_prediction_rival_reading(const adscp_prediction *prediction);
const char *adscp_prediction_rival_url(const adscp_prediction *prediction);

/* Another URL may come first because SCPs were created in the same second
 * ("tie"), because its date could not be read ("age-unknown"), or by that
 * other reading ("newest-first"). Or servers that share one host would do
 * different things for the mailbox ("shared-name"; the URL is the same, and the
 * first hop names the server). The whole path is then judged as well. Of
 * several, this is the one that ends worst. NULL and -1: there is none. */
const char *adscp_prediction_doubt_reading(const adscp_prediction *prediction);
const char *adscp_prediction_doubt_url(const adscp_prediction *prediction);
/* ADSCP_ALERT_OUTCOME_*: what the user sees then. */
int adscp_prediction_doubt_outcome(const adscp_prediction *prediction);
/* ADSCP_REFUSAL_*: why he then gets no answer; -1: there is no doubt. */
int adscp_prediction_doubt_refusal(const adscp_prediction *prediction);
/* 1: that is worse than the answer itself, in the order of
 * ADSCP_COMPARISON_CHANGE_*; or it may be, since more than 16 URLs may come
 * first and only 16 are judged. */
int adscp_prediction_doubtful(const adscp_prediction *prediction);
/* The hops on that path, and the alert that decides, as adscp_prediction_hop()
 * and adscp_prediction_alert() give them for the main one. No hop, and NULL: it
 * was not judged. */
int adscp_prediction_doubt_hop_count(const adscp_prediction *prediction);
const adscp_hop *adscp_prediction_doubt_hop(const adscp_prediction *prediction,
                                            int index);
const adscp_alert *
adscp_prediction_doubt_alert(const adscp_prediction *prediction);
int adscp_prediction_doubt_alert_hop(const adscp_prediction *prediction);

/* ADSCP_REFUSAL_*; -1 for NULL. */
int adscp_prediction_refusal(const adscp_prediction *prediction);

/* The URLs that the client derives from the mail domain once the SCPs failed;
 * from the domain of adscp_mailbox_target() where a server sends it there.
 * Those of steps that the client's settings switch off are not among them. */
int adscp_prediction_fallback_url_count(const adscp_prediction *prediction);
const char *adscp_prediction_fallback_url(const adscp_prediction *prediction,
                                          int index);

/* Whose mail address it is; NULL if none was given. */
const adscp_mailbox *
adscp_prediction_mailbox(const adscp_prediction *prediction);

/* The servers that the client meets, one after the other. */
int adscp_prediction_hop_count(const adscp_prediction *prediction);
const adscp_hop *adscp_prediction_hop(const adscp_prediction *prediction,
                                      int index);

/* All steps of the client, in its order; none without
 * adscp_predictor_set_client(). Made by adscp_prediction_prepare(). */
int adscp_prediction_step_count(const adscp_prediction *prediction);
const adscp_step *adscp_prediction_step(const adscp_prediction *prediction,
                                        int index);

/* The URLs to which the client connects once Autodiscover has answered. */
int adscp_prediction_service_count(const adscp_prediction *prediction);
const adscp_service *
adscp_prediction_service(const adscp_prediction *prediction, int index);
/* The worst ADSCP_ALERT_OUTCOME_* of them; -1: there are none. */
int adscp_prediction_services_outcome(const adscp_prediction *prediction);

/* The alert that decides whether the user sees a Security Alert: that of the
 * worst hop that the client reaches, whose index is
 * adscp_prediction_alert_hop(). A candidate that does not answer does not count
 * if another one, or the mail domain, is asked after it. If no hop alerts, it
 * is the alert of the worst service that does, or of a step that runs beside
 * the SCPs (Outlook 2013), and the index is -1. NULL: there is no hop. */
const adscp_alert *adscp_prediction_alert(const adscp_prediction *prediction);
int adscp_prediction_alert_hop(const adscp_prediction *prediction);
/* Shared hosts that adscp_observer_set_behind() looked behind, in the order of
 * the looks: hosts that are no server's own name, and the servers that publish
 * them in an SCP or a virtual directory. That such a server stands behind the
 * host is inferred. What a plan changes counts as not seen. */
int adscp_prediction_front_count(const adscp_prediction *prediction);
const adscp_front *adscp_prediction_front(const adscp_prediction *prediction,
                                          int index);

/* The first second at which the outcome of a hop, of a service, or of a host
 * that Outlook 2013 asks beside the SCPs, changes because a certificate becomes
 * valid or expires; -1: none, or not known. */
int64_t adscp_prediction_changes_on(const adscp_prediction *prediction);

/* What else an administrator should know; made by adscp_prediction_prepare().
 */
int adscp_prediction_finding_count(const adscp_prediction *prediction);
const adscp_finding *
adscp_prediction_finding(const adscp_prediction *prediction, int index);
/* The first one with this code; NULL: there is none. */
const adscp_finding *
adscp_prediction_find_finding(const adscp_prediction *prediction,
                              const char *code);

/* How the second answer differs from the first: ADSCP_COMPARISON_CHANGE_*, by
 * the order explained there. */
int adscp_prediction_compare(const adscp_prediction *before,
                             const adscp_prediction *after);

/* --------------------------------------------------------------- plan -- */

/* Steps of a change that an administrator plans. Each one gives its LDIF change
 * records, the lines that do the same in the Exchange Management Shell, and the
 * forest after it, for a predictor or for the next step. adscp itself changes
 * nothing. A new plan has no forest and no steps. */
adscp_plan *adscp_plan_new(void);
void adscp_plan_free(adscp_plan *plan);

/* The forest to start from, read with adscp_reader_set_keep_entries(); held by
 * the plan. To be set before the first step. NULL clears. */
int adscp_plan_set_forest(adscp_plan *plan, const adscp_forest *forest);

/* The day on which "install" installs a server if the step has no at=: an SCP
 * is as old as its server's setup. Set it to the time of the prediction.
 * Default 0. */
int adscp_plan_set_time(adscp_plan *plan, int64_t seconds);

/* Add a step. Put words that contain blanks in double quotes, in which two
 * double quotes stand for one; a # at the beginning of a word starts a comment;
 * servers are named as by adscp_server_name():
 *
 *     install NAME site=SITE version="Exchange 2019 CU15" [fqdn=NAME]
 *             [at=2026-12-05] [certificate=FILE]
 *     uninstall NAME
 *     database NAME on SERVER   an empty one
 *     remove-database NAME
 *     scp-url NAME URL|none
 *     scp-sites NAME SITE...|none
 *     service-url NAME ews|oab|ecp|mapi|rpc|um URL
 *     certificate NAME... FILE|trusted|SERVER   what servers publish
 *     shows HOST[:PORT] FILE    what port 443 there shows
 *     move-mailboxes FROM TO    servers or databases
 *     publish-root FILE|NAME    a file, or what the server publishes; or a
 *                               root of another forest, by name or SHA-1
 *
 * "install" writes what setup writes: the server with a self-signed certificate
 * for its short and its full name (or with that of the file), an SCP for its
 * site, virtual directories. "uninstall" deletes every entry at and below the
 * server that was read, leaf first. "database" is what a newly installed server
 * needs before mailboxes can move to it; "remove-database" deletes one, with
 * its copies. "certificate" replaces what the servers publish, by one
 * certificate for all of them; certificates that were seen at their hosts no
 * longer count, but a host that did not answer still does not. "trusted" stands
 * for one that covers every host of these servers and every name that they have
 * a certificate for, from a root that all clients have: the change records hold
 * one that was made up, and say so. SERVER: what that one publishes.
 * "move-mailboxes" moves the users that were read; whoever else has a mailbox
 * in these databases gets the answers of TO, too. A step that changes nothing
 * in the directory is a step, with empty changes. ADSCP_E_ARGUMENT: not a step,
 * or a name that the forest does not have; the detail says which. ADSCP_E_FILE:
 * the file cannot be read. ADSCP_E_CHANGE: the change does not fit what was
 * read. On failure the plan is unchanged. */
int adscp_plan_add_step(adscp_plan *plan, const char *step);

/* Add the steps of a file, one per line: UTF-8, or UTF-16 with a byte order
 * mark. An error names the line, and the steps before it stay. A file without
 * any step is ADSCP_E_ARGUMENT. */
int adscp_plan_add_file(adscp_plan *plan, const char *path);

/* The same step by step, for a caller that looks at the forest after each of
 * them: "open" reads the file, in place of one that is still open; "next" adds
 * its next step. After the last one nothing is added: ADSCP_OK, and the number
 * of steps stays the same. After an error no file is open. */
int adscp_plan_open_file(adscp_plan *plan, const char *path);
int adscp_plan_add_next(adscp_plan *plan);

/* Add a step that is a file of LDIF change records. Its text is "changes PATH",
 * and its changes are what the file holds, as far as that is text. */
int adscp_plan_add_changes_file(adscp_plan *plan, const char *path);

/* The forest after all steps so far, before the next one is added. Free it with
 * adscp_forest_free(). */
int adscp_plan_forest(adscp_plan *plan, adscp_forest **out);

/* The steps as they were given, and what they result in. The texts live until
 * the plan is freed. */
int adscp_plan_step_count(const adscp_plan *plan);
const char *adscp_plan_step(const adscp_plan *plan, int step);
/* The file that it was made from: a certificate, or change records. NULL: none.
 */
const char *adscp_plan_step_file(const adscp_plan *plan, int step);
/* LDIF change records, "" for none. */
const char *adscp_plan_changes(const adscp_plan *plan, int step);
/* Lines for the Exchange Management Shell, or another tool of Windows; names
 * stand in single quotes, whatever they hold. */
int adscp_plan_cmdlet_count(const adscp_plan *plan, int step);
const char *adscp_plan_cmdlet(const adscp_plan *plan, int step, int index);
/* The certificate that the cmdlets read from a file, as PEM, and the name of
 * that file, which is to be written: what "publish-root" publishes of a server.
 * NULL: none. */
const char *adscp_plan_certificate(const adscp_plan *plan, int step);
const char *adscp_plan_certificate_name(const adscp_plan *plan, int step);
/* What stands in the way of a step, in sentences: a version that is not
 * supported beside a server that is there, databases on a server that is to go,
 * a certificate that is still to be issued, what no change record can bring
 * about. The step is simulated all the same. */
int adscp_plan_remark_count(const adscp_plan *plan, int step);
const char *adscp_plan_remark(const adscp_plan *plan, int step, int index);

/* As adscp_reader_error_detail(). */
const char *adscp_plan_error_detail(const adscp_plan *plan);

/* ----------------------------------------------------------- coverage -- */

/* The predictions for the whole organisation. Each cell is an AD site (the last
 * one stands for an unknown site) with a home, the place where the mailbox is:
 * each server that owns a database, by name; REMOTE, Microsoft 365, if a census
 * found mailboxes there; and last NONE, for a client whose mail address is not
 * known. Cells with the same outcome, doubt, evidence, first URL, hops (host,
 * server, version, action, outcome) and worst outcome of the services are one
 * class, whose prediction is that of its first cell, site by site and home by
 * home. The prediction for a single client in a cell says the same. The domain
 * of the mail address is assumed to be one that no pointer names; a finding
 * lists the domains that pointers lead elsewhere.
 *
 * Where no site object was read, the sites are those that SCPs name. A coverage
 * never changes; it holds its forest; the predictions that it returns are
 * borrowed. */
enum {
    ADSCP_COVERAGE_HOME_KIND_ABSENT = -1,
    ADSCP_COVERAGE_HOME_KIND_NONE = 0,
    ADSCP_COVERAGE_HOME_KIND_MAILBOX = 1,
    ADSCP_COVERAGE_HOME_KIND_REMOTE = 2
};
const char *
adscp_coverage_home_kind_name(int kind); /* "none", "mailbox", ... */

/* Free it with all its predictions. */
void adscp_coverage_free(adscp_coverage *coverage);

/* Build the findings of the coverage, their sentences and DNs. As
 * adscp_forest_prepare(). Its predictions are prepared one by one, by
 * adscp_prediction_prepare(): there may be many. */
int adscp_coverage_prepare(const adscp_coverage *coverage);

/* The forest that was judged. */
const adscp_forest *adscp_coverage_forest(const adscp_coverage *coverage);
/* The profile and the time that were set, and a sentence: what is assumed about
 * that kind of client. */
int adscp_coverage_profile(const adscp_coverage *coverage);
int64_t adscp_coverage_time(const adscp_coverage *coverage);
const char *adscp_coverage_assumes(const adscp_coverage *coverage);
/* 0: some prediction is incomplete; a finding says why. */
int adscp_coverage_complete(const adscp_coverage *coverage);
/* As adscp_prediction_looked(), for whoever is covered. */
int adscp_coverage_looked(const adscp_coverage *coverage);

/* The names of the sites. NULL: the client's site is unknown. */
int adscp_coverage_site_count(const adscp_coverage *coverage);
const char *adscp_coverage_site(const adscp_coverage *coverage, int site);

/* The places where a mailbox may be; ADSCP_COVERAGE_HOME_KIND_*. */
int adscp_coverage_home_count(const adscp_coverage *coverage);
int adscp_coverage_home_kind(const adscp_coverage *coverage, int home);
/* NULL for NONE and REMOTE. */
const adscp_server *adscp_coverage_home_server(const adscp_coverage *coverage,
                                               int home);
/* The server to which a plan has moved all its mailboxes, so that they answer
 * as those of that one; NULL: none. */
const adscp_server *adscp_coverage_home_moved_to(const adscp_coverage *coverage,
                                                 int home);
/* The number of people's mailboxes there, from the census (for REMOTE, of
 * mailboxes of any kind); -1: they were not counted. */
int adscp_coverage_home_mailboxes(const adscp_coverage *coverage, int home);

/* Sites with the same group number are alike: they have the same class for
 * every home. */
int adscp_coverage_site_group(const adscp_coverage *coverage, int site);
/* The class of a cell: its index. */
int adscp_coverage_cell(const adscp_coverage *coverage, int site, int home);
int adscp_coverage_class_count(const adscp_coverage *coverage);
const adscp_prediction *
adscp_coverage_class_prediction(const adscp_coverage *coverage, int row);
/* The sites and homes of its cells, as indexes, each once and in their order.
 * Not all pairs of them need be cells of the class. */
int adscp_coverage_class_site_count(const adscp_coverage *coverage, int row);
int adscp_coverage_class_site(const adscp_coverage *coverage, int row,
                              int index);
int adscp_coverage_class_home_count(const adscp_coverage *coverage, int row);
int adscp_coverage_class_home(const adscp_coverage *coverage, int row,
                              int index);
/* Mailboxes of its homes together, each home once; -1: they were not counted.
 * No directory says at which site their owners work. */
int adscp_coverage_class_mailboxes(const adscp_coverage *coverage, int row);

/* What is odd in the whole organisation, each thing once; made by
 * adscp_coverage_prepare(). */
int adscp_coverage_finding_count(const adscp_coverage *coverage);
const adscp_finding *adscp_coverage_finding(const adscp_coverage *coverage,
                                            int index);

/* Two coverages, cell by cell. Sites are the same by their names, homes by the
 * DNs of their servers. Where changes made the second forest of the first one
 * (adscp_plan, adscp_reader_set_forest()), mailboxes are followed to where they
 * are then: see adscp_comparison_home_after(). Both coverages must outlive the
 * comparison. ADSCP_OK, ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT for NULL. */
int adscp_coverage_compare(const adscp_coverage *before,
                           const adscp_coverage *after, adscp_comparison **out);

/* --------------------------------------------------------- comparison -- */

/* How an answer changes. WORSE and BETTER: the outcome is worse or better; if
 * it is the same, the doubt; then what the services show. No answer
 * (ADSCP_REFUSAL_*: an error, a redirect in a circle) is worse than an alert,
 * which a user can click away. To find no server is worse than UNCERTAIN, since
 * the URLs of the mail domain, which come next, were not judged, but not as bad
 * as an alert. What is WORSE one way is BETTER the other way, but for one
 * thing: to lose the only server is WORSE even where it alerts, since nobody
 * knows what comes instead. A home that is gone is WORSE if mailboxes were
 * counted there that are nowhere afterwards. OTHER: neither, but the first URL,
 * or the host, action or outcome of a hop differs; or only one of the two
 * answers exists. */
enum {
    ADSCP_COMPARISON_CHANGE_ABSENT = -1,
    ADSCP_COMPARISON_CHANGE_SAME = 0,
    ADSCP_COMPARISON_CHANGE_OTHER = 1,
    ADSCP_COMPARISON_CHANGE_BETTER = 2,
    ADSCP_COMPARISON_CHANGE_WORSE = 3
};
const char *adscp_comparison_change_name(int change); /* "same", ... */

/* Free it; the coverages stay. */
void adscp_comparison_free(adscp_comparison *comparison);

/* The sites and homes of both: those of the first one, in its order, then those
 * that only the second one has. As of a coverage. */
int adscp_comparison_site_count(const adscp_comparison *comparison);
const char *adscp_comparison_site(const adscp_comparison *comparison, int site);
int adscp_comparison_home_count(const adscp_comparison *comparison);
int adscp_comparison_home_kind(const adscp_comparison *comparison, int home);
const adscp_server *
adscp_comparison_home_server(const adscp_comparison *comparison, int home);
int adscp_comparison_home_mailboxes(const adscp_comparison *comparison,
                                    int home);
/* The home in the first coverage, and where these mailboxes are in the second
 * one, as indexes there; -1: nowhere. Mailboxes that were followed are a home
 * for each of the places where they are now: those who stay, or else the first
 * of those who went, have the number of their home, the others come last. Their
 * numbers together are those of the first coverage. */
int adscp_comparison_home_before(const adscp_comparison *comparison, int home);
int adscp_comparison_home_after(const adscp_comparison *comparison, int home);
/* Mailboxes that a change removed with their users' entries or properties, and
 * new ones; -1: they were not counted, or not followed. */
int adscp_comparison_deleted_mailboxes(const adscp_comparison *comparison);
int adscp_comparison_added_mailboxes(const adscp_comparison *comparison);

/* How many cells changed in this way (SAME: not at all). */
int adscp_comparison_count(const adscp_comparison *comparison, int change);

/* The cells that changed, site by site and home by home: the indexes of site
 * and home, how the answer changed, and both answers. NULL: that coverage has
 * no such cell. */
int adscp_comparison_move_count(const adscp_comparison *comparison);
int adscp_comparison_move_site(const adscp_comparison *comparison, int move);
int adscp_comparison_move_home(const adscp_comparison *comparison, int move);
int adscp_comparison_move_change(const adscp_comparison *comparison, int move);
const adscp_prediction *
adscp_comparison_move_before(const adscp_comparison *comparison, int move);
const adscp_prediction *
adscp_comparison_move_after(const adscp_comparison *comparison, int move);

/* Findings about the two together: that two live domain controllers do not
 * return the same SCPs. */
int adscp_comparison_finding_count(const adscp_comparison *comparison);
const adscp_finding *
adscp_comparison_finding(const adscp_comparison *comparison, int index);

/* What differs between two forests. The kind: "scp", "server" (its virtual
 * directories, too), "site", "subnet", "certificate", "database", "root" or
 * "recipient"; the change: "added", "removed" or "changed". The attribute is
 * NULL where the object as a whole came or went; of certificates the values are
 * SHA-1 hashes. Several values stand in one text, sorted, with " | " between.
 */
int adscp_comparison_fact_count(const adscp_comparison *comparison);
const char *adscp_comparison_fact_kind(const adscp_comparison *comparison,
                                       int fact);
const char *adscp_comparison_fact_change(const adscp_comparison *comparison,
                                         int fact);
const char *adscp_comparison_fact_dn(const adscp_comparison *comparison,
                                     int fact);
const char *adscp_comparison_fact_attribute(const adscp_comparison *comparison,
                                            int fact);
const char *adscp_comparison_fact_before(const adscp_comparison *comparison,
                                         int fact);
const char *adscp_comparison_fact_after(const adscp_comparison *comparison,
                                        int fact);

/* ------------------------------------------------------------- advice -- */

/* Remedies for the answers of a coverage that show an alert or a failure, may
 * show one, are uncertain, or come from a server that does not serve the
 * mailbox (ADSCP_REFUSAL_*). Each was tried by simulation, as one plan: it
 * clears at least one class (all its cells then show no alert, and no doubt)
 * and makes no cell worse. If, with the first host mended, the next one on the
 * client's path alerts, further steps mend that one; the kind is that of the
 * first step. No certificate is proposed for a host that does not answer.
 *
 * What was unknown about another host may stay so: the alert is cleared as far
 * as anything is known. Where nothing brings the clients to a server for their
 * mailboxes, a remedy may clear no more than the alert.
 *
 * What helps against alerts comes before what helps against doubts. Then the
 * smallest change comes first: few settings are less than many (one certificate
 * for two servers is two), then few steps; few answers that were fine change;
 * of equal ones, one that clears everything comes before one that does not, and
 * an attribute is less than a certificate. */
enum {
    ADSCP_ADVICE_KIND_ABSENT = -1,
    /* on a server, or on all that share a name: a new one from a CA that all
     * clients trust, or that of another server */
    ADSCP_ADVICE_KIND_CERTIFICATE = 0,
    /* the forest distributes a server's self-signed certificate as a root,
     * KB2006728's workaround, for all; or a root of another forest */
    ADSCP_ADVICE_KIND_PUBLISH_ROOT = 1,
    ADSCP_ADVICE_KIND_SCP_URL = 2,   /* an SCP names another URL */
    ADSCP_ADVICE_KIND_SCP_NULL = 3,  /* an SCP names none */
    ADSCP_ADVICE_KIND_SCP_SITES = 4, /* SCPs serve other sites */
    /* virtual directories name another host */
    ADSCP_ADVICE_KIND_SERVICE_URL = 5,
    /* one certificate for a shared host and all servers behind it, where
     * adscp_observer_set_behind() let looks at them show several */
    ADSCP_ADVICE_KIND_BEHIND = 6
};
const char *adscp_advice_kind_name(int kind); /* "certificate", ... */

/* Free it; the coverage need not outlive it. */
void adscp_advice_free(adscp_advice *advice);

/* 0: the budget ended early, or there was more to try than one call tries. */
int adscp_advice_complete(const adscp_advice *advice);

/* The classes of the coverage that need help, as indexes: what matters most
 * first. */
int adscp_advice_problem_count(const adscp_advice *advice);
int adscp_advice_problem(const adscp_advice *advice, int index);
/* Was every remedy of this kind tried for this class of the coverage? 0: the
 * advice is not complete; -1: the class needs no help, or there is none. */
int adscp_advice_tried(const adscp_advice *advice, int row, int kind);

/* The remedies; ADSCP_ADVICE_KIND_*, and a sentence without its full stop. */
int adscp_advice_remedy_count(const adscp_advice *advice);
int adscp_advice_remedy_kind(const adscp_advice *advice, int remedy);
const char *adscp_advice_remedy_text(const adscp_advice *advice, int remedy);
/* Its steps, as adscp_plan_add_step() takes them. */
int adscp_advice_remedy_step_count(const adscp_advice *advice, int remedy);
const char *adscp_advice_remedy_step(const adscp_advice *advice, int remedy,
                                     int index);
/* The classes that it was tried for, and all those that it clears. */
int adscp_advice_remedy_for_count(const adscp_advice *advice, int remedy);
int adscp_advice_remedy_for(const adscp_advice *advice, int remedy, int index);
int adscp_advice_remedy_clears_count(const adscp_advice *advice, int remedy);
int adscp_advice_remedy_clears(const adscp_advice *advice, int remedy,
                               int index);
/* Of those that it clears: where a host that was unknown stays so, or where the
 * server may still not serve the mailbox, since nothing helps against that. */
int adscp_advice_remedy_unknown_count(const adscp_advice *advice, int remedy);
int adscp_advice_remedy_unknown(const adscp_advice *advice, int remedy,
                                int index);
/* How many other cells change, none of them for the worse. */
int adscp_advice_remedy_others(const adscp_advice *advice, int remedy);
/* Mailboxes of the classes that it clears, each home once; -1: they were not
 * counted. */
int adscp_advice_remedy_mailboxes(const adscp_advice *advice, int remedy);
/* The first remedy that clears this class of the coverage; -1: none does. */
int adscp_advice_best(const adscp_advice *advice, int row);

/* What to carry out: the remedies that together clear all that can be cleared
 * of what alerts, may alert or is not served (of what is unknown, where that is
 * all), by the smallest change. Where one remedy is enough, it is that one;
 * several were tried as one plan. As indexes of remedies, in their order, and
 * the classes that they clear; none where there is no remedy. */
int adscp_advice_chosen_count(const adscp_advice *advice);
int adscp_advice_chosen(const adscp_advice *advice, int index);
int adscp_advice_chosen_clears_count(const adscp_advice *advice);
int adscp_advice_chosen_clears(const adscp_advice *advice, int index);
/* A plan with the steps of all of them, each once; otherwise as
 * adscp_advice_remedy_plan(). */
int adscp_advice_plan(const adscp_advice *advice, adscp_plan **out);

/* A plan with the steps of a remedy, on the forest of the coverage: for its
 * change records and cmdlets, and to predict what it does. Free it with
 * adscp_plan_free(). */
int adscp_advice_remedy_plan(const adscp_advice *advice, int remedy,
                             adscp_plan **out);

/* ---------------------------------------------------------- candidate -- */

enum {
    ADSCP_CANDIDATE_GROUP_ABSENT = -1,
    /* a keyword Site= names the client's site */
    ADSCP_CANDIDATE_GROUP_IN_SITE = 1,
    ADSCP_CANDIDATE_GROUP_UNSCOPED = 2, /* no keyword Site= at all */
    ADSCP_CANDIDATE_GROUP_ELSEWHERE = 3 /* other sites only */
};
const char *adscp_candidate_group_name(int group); /* "in-site", ... */

/* Its place in the order, from 1. */
int adscp_candidate_rank(const adscp_candidate *candidate);
const char *adscp_candidate_url(const adscp_candidate *candidate);
/* The URL's host, without brackets; NULL where the URL has none. */
const char *adscp_candidate_host(const adscp_candidate *candidate);
/* The URL's port, 443 or 80 where it names none; -1 where that is unknown. */
int adscp_candidate_port(const adscp_candidate *candidate);
/* ADSCP_CANDIDATE_GROUP_*, or -1 in the profile OXDISCO, which has none. */
int adscp_candidate_group(const adscp_candidate *candidate);
/* 1: Outlook probably never tries this row, which serves other sites, since by
 * one account it keeps one list only, that of its own site (observed). No
 * prediction counts on it. */
int adscp_candidate_undocumented(const adscp_candidate *candidate);
/* 1: the order against another row of its group is not defined and may change.
 */
int adscp_candidate_tie(const adscp_candidate *candidate);
/* The sites that the SCPs with this URL name, each once. */
int adscp_candidate_site_count(const adscp_candidate *candidate);
const char *adscp_candidate_site(const adscp_candidate *candidate, int index);
/* The SCP that publishes the URL; of several, the one that decides the rank. */
const adscp_scp *adscp_candidate_scp(const adscp_candidate *candidate);
/* The further SCPs that publish the same URL. */
int adscp_candidate_duplicate_count(const adscp_candidate *candidate);
const adscp_scp *adscp_candidate_duplicate(const adscp_candidate *candidate,
                                           int index);
/* The server above adscp_candidate_scp(), which advertises the URL; NULL: the
 * SCP lies below no server that was read. */
const adscp_server *adscp_candidate_server(const adscp_candidate *candidate);
/* A sentence: the reason for its rank. */
const char *adscp_candidate_why(const adscp_candidate *candidate);
/* Build what the getters of this row build on first use, including the DNs of
 * its SCPs. adscp_prediction_prepare() does that for all rows, of which there
 * may be many. */
int adscp_candidate_prepare(const adscp_candidate *candidate);

/* ------------------------------------------------------------ mailbox -- */

/* What the owner of the mail address is to this Exchange organisation. */
enum {
    ADSCP_MAILBOX_KIND_ABSENT = -1,
    /* not looked up: no address was added to the reader; or an export has no
     * attribute on anybody that would tell it, and a finding names that */
    ADSCP_MAILBOX_KIND_NOT_READ = 0,
    /* no recipient has it, or it may not be read */
    ADSCP_MAILBOX_KIND_NOT_FOUND = 1,
    ADSCP_MAILBOX_KIND_AMBIGUOUS = 2, /* several have it */
    ADSCP_MAILBOX_KIND_MAILBOX = 3,
    ADSCP_MAILBOX_KIND_MAIL_USER = 4, /* a user whose mailbox is elsewhere */
    ADSCP_MAILBOX_KIND_CONTACT = 5,
    ADSCP_MAILBOX_KIND_REMOTE = 6 /* a mailbox in Microsoft 365 */
};
const char *adscp_mailbox_kind_name(int kind); /* "not-read", "mailbox", ... */

int adscp_mailbox_kind(const adscp_mailbox *mailbox); /* ADSCP_MAILBOX_KIND_* */
/* The recipient object. */
const char *adscp_mailbox_dn(const adscp_mailbox *mailbox);
/* Name of the database (homeMDB). */
const char *adscp_mailbox_database(const adscp_mailbox *mailbox);
/* The server that has the database now; NULL: no mailbox, or unknown. */
const adscp_server *adscp_mailbox_server(const adscp_mailbox *mailbox);
/* targetAddress without its "SMTP:", of a recipient without a mailbox here. */
const char *adscp_mailbox_target(const adscp_mailbox *mailbox);

/* ---------------------------------------------------------------- hop -- */

/* How the client came to this server. */
enum {
    ADSCP_HOP_VIA_ABSENT = -1,
    ADSCP_HOP_VIA_SCP = 0,
    ADSCP_HOP_VIA_REDIRECT = 1, /* the server before sent it here (302) */
    ADSCP_HOP_VIA_REDIRECT_ADDRESS = 2, /* it starts over: another address */
    /* No SCP answered, or there is none: ADSCP_STEP_METHOD_* of that name. */
    ADSCP_HOP_VIA_HTTPS_ROOT = 3,
    ADSCP_HOP_VIA_HTTPS_AUTODISCOVER = 4,
    ADSCP_HOP_VIA_SRV = 5
};
const char *adscp_hop_via_name(int via); /* "scp", "redirect", ... */

/* What the server does with the request. With a proxy the client meets no
 * further certificate, with a redirect it does. UNKNOWN: not determined. */
enum {
    ADSCP_HOP_ACTION_ABSENT = -1,
    ADSCP_HOP_ACTION_UNKNOWN = 0,
    ADSCP_HOP_ACTION_ANSWER = 1,
    ADSCP_HOP_ACTION_PROXY = 2,
    ADSCP_HOP_ACTION_REDIRECT = 3,         /* HTTP 302 to another server */
    ADSCP_HOP_ACTION_REDIRECT_ADDRESS = 4, /* "redirectAddr": start over */
    ADSCP_HOP_ACTION_ERROR = 5
};
const char *adscp_hop_action_name(int action); /* "unknown", "answer", ... */

/* Why the user gets no answer although a server is reached. ERROR: the last
 * server answers with an error. CIRCLE: it sends the client back to where it
 * has been. UNSUPPORTED: no source says that it can serve the mailbox at all,
 * since the two versions do not go together (finding "hop-unsupported"). */
enum {
    ADSCP_REFUSAL_ABSENT = -1,
    ADSCP_REFUSAL_NONE = 0,
    ADSCP_REFUSAL_UNSUPPORTED = 1,
    ADSCP_REFUSAL_ERROR = 2,
    ADSCP_REFUSAL_CIRCLE = 3
};
const char *adscp_refusal_name(int refusal); /* "none", "unsupported", ... */

/* The URL that the client asks, its host without brackets (NULL: it has none),
 * and how it came there: ADSCP_HOP_VIA_*. */
const char *adscp_hop_url(const adscp_hop *hop);
const char *adscp_hop_host(const adscp_hop *hop);
int adscp_hop_via(const adscp_hop *hop);
/* The candidate that the client tried here, with the reason for its rank; NULL:
 * a redirect led here, or the mail domain. */
const adscp_candidate *adscp_hop_candidate(const adscp_hop *hop);
/* The server whose own name is in the URL; NULL: unknown, as for a shared host.
 */
const adscp_server *adscp_hop_server(const adscp_hop *hop);
/* ADSCP_HOP_ACTION_* */
int adscp_hop_action(const adscp_hop *hop);
/* How well the action is founded; ADSCP_EVIDENCE_*. */
int adscp_hop_evidence(const adscp_hop *hop);
/* The object that this is based on: the server, or the SCP if that is unknown.
 */
const char *adscp_hop_dn(const adscp_hop *hop);
/* A sentence: why the client comes here, and why the server acts so. */
const char *adscp_hop_why(const adscp_hop *hop);
/* The certificate that the client is shown there, and how it is known:
 * ADSCP_CERTIFICATE_SOURCE_*. NULL and -1: it is not known. For a shared host,
 * the certificates that the servers behind it publish are all judged, and the
 * worst decides; a hop and a service with the same host have the same verdict.
 */
const adscp_certificate *adscp_hop_certificate(const adscp_hop *hop);
int adscp_hop_certificate_source(const adscp_hop *hop);
/* The row of the sightings that decided: of several addresses, the worst; NULL:
 * the host was not looked at. */
const adscp_sighting *adscp_hop_sighting(const adscp_hop *hop);
/* What the client makes of it. */
const adscp_alert *adscp_hop_alert(const adscp_hop *hop);
/* Other servers to which the redirect may lead just as well; the hop is the one
 * with the worst certificate. */
int adscp_hop_alternative_count(const adscp_hop *hop);
const adscp_hop *adscp_hop_alternative(const adscp_hop *hop, int index);

/* -------------------------------------------------------------- front -- */

/* A shared host: one that is no server's own name. */
const char *adscp_front_host(const adscp_front *front);
int adscp_front_port(const adscp_front *front);
/* What was seen at the host itself: the first row with a certificate, else the
 * first row. NULL: it was not looked at. */
const adscp_sighting *adscp_front_sighting(const adscp_front *front);
/* 1: it shows different certificates, by address or from one look to the next.
 */
int adscp_front_several(const adscp_front *front);

/* The servers that publish it, by name. */
int adscp_front_backend_count(const adscp_front *front);
const adscp_backend *adscp_front_backend(const adscp_front *front, int index);

/* ------------------------------------------------------------ backend -- */

/* A server behind a shared host. */
const adscp_server *adscp_backend_server(const adscp_backend *backend);
/* The name at which it was looked at: the server's full one, if it is known. */
const char *adscp_backend_host(const adscp_backend *backend);
/* What it shows to a client that asks for the shared host: of several
 * addresses, the first one whose certificate is not the host's, else as for a
 * front. NULL: it was not looked at. */
const adscp_sighting *adscp_backend_sighting(const adscp_backend *backend);
/* What it shows to a client that asks for its own name; NULL: no certificate
 * was seen. */
const adscp_certificate *
adscp_backend_own_certificate(const adscp_backend *backend);
/* 1: every certificate that it shows for the shared host is shown at that host,
 * too, byte for byte; 0: one is not; -1: one of the two was not seen. */
int adscp_backend_same(const adscp_backend *backend);

/* --------------------------------------------------------------- step -- */

/* The ways in which Outlook looks for its settings. */
enum {
    ADSCP_STEP_METHOD_ABSENT = -1,
    ADSCP_STEP_METHOD_RESTART = 0, /* what it wrote down before a restart */
    ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED = 1, /* a file, before all else */
    ADSCP_STEP_METHOD_LAST_KNOWN_GOOD = 2, /* the URL that answered before */
    ADSCP_STEP_METHOD_OFFICE365_FIRST = 3,
    ADSCP_STEP_METHOD_SCP = 4,
    ADSCP_STEP_METHOD_HTTPS_ROOT = 5,         /* https://corp.example/... */
    ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER = 6, /* https://autodiscover.corp... */
    ADSCP_STEP_METHOD_LOCAL_XML = 7,          /* a file, where one is named */
    ADSCP_STEP_METHOD_HTTP_REDIRECT = 8,      /* http://autodiscover.corp... */
    ADSCP_STEP_METHOD_SRV = 9,                /* _autodiscover._tcp in DNS */
    ADSCP_STEP_METHOD_OFFICE365_FAILSAFE = 10
};
const char *adscp_step_method_name(int method); /* "restart", ... */

/* UNKNOWN: it is not switched off, and whether it leads anywhere depends on
 * something that no directory records. */
enum {
    ADSCP_STEP_STATE_ABSENT = -1,
    ADSCP_STEP_STATE_OFF = 0,
    ADSCP_STEP_STATE_ON = 1,
    ADSCP_STEP_STATE_UNKNOWN = 2
};
const char *adscp_step_state_name(int state); /* "off", "on", "unknown" */

/* Whether the user sees a dialog if the certificate there is wrong. NONE: there
 * is no certificate. */
enum {
    ADSCP_STEP_ERRORS_ABSENT = -1,
    ADSCP_STEP_ERRORS_NONE = 0,
    ADSCP_STEP_ERRORS_SHOWN = 1,
    ADSCP_STEP_ERRORS_SILENT = 2,
    ADSCP_STEP_ERRORS_CONTESTED = 3 /* Microsoft's own texts disagree */
};
const char *adscp_step_errors_name(int errors); /* "none", "shown", ... */

/* ADSCP_STEP_METHOD_*, ADSCP_STEP_STATE_* */
int adscp_step_method(const adscp_step *step);
int adscp_step_state(const adscp_step *step);
/* The registry value that decides the state ("ExcludeScpLookup"), and the file
 * that sets it. NULL: none does. */
const char *adscp_step_by(const adscp_step *step);
const char *adscp_step_by_source(const adscp_step *step);
/* The URL that it asks; for SCP, that of the first candidate. NULL: none, or it
 * is not known. */
const char *adscp_step_url(const adscp_step *step);
const char *adscp_step_host(const adscp_step *step);
/* How well it is founded that the client has this step at this place;
 * ADSCP_EVIDENCE_*. */
int adscp_step_evidence(const adscp_step *step);
/* ADSCP_STEP_ERRORS_* */
int adscp_step_errors(const adscp_step *step);
/* A sentence: what the client does here, and what is known about it. */
const char *adscp_step_why(const adscp_step *step);
/* As for a hop. */
const adscp_certificate *adscp_step_certificate(const adscp_step *step);
int adscp_step_certificate_source(const adscp_step *step);
const adscp_sighting *adscp_step_sighting(const adscp_step *step);
/* NULL: it shows no certificate, or its host is not known. */
const adscp_alert *adscp_step_alert(const adscp_step *step);

/* ------------------------------------------------------------ service -- */

/* A URL that Autodiscover's answer may give to the client, which then connects
 * there. All servers of the mailbox's site and version that accept client
 * requests are listed, since it is not documented which of them is chosen. RPC
 * is Outlook Anywhere. */
enum {
    ADSCP_SERVICE_KIND_ABSENT = -1,
    ADSCP_SERVICE_KIND_ECP = 1,
    ADSCP_SERVICE_KIND_EWS = 2,
    ADSCP_SERVICE_KIND_MAPI = 3,
    ADSCP_SERVICE_KIND_OAB = 4,
    ADSCP_SERVICE_KIND_RPC = 5,
    ADSCP_SERVICE_KIND_UM = 6
};
const char *adscp_service_kind_name(int kind); /* "ecp", "ews", ... */

/* ADSCP_SERVICE_KIND_*, the URL, and its host without brackets. */
int adscp_service_kind(const adscp_service *service);
const char *adscp_service_url(const adscp_service *service);
const char *adscp_service_host(const adscp_service *service);
/* The server whose URL it is; NULL where several share it. */
const adscp_server *adscp_service_server(const adscp_service *service);
/* The virtual directory object (of the first such server). */
const char *adscp_service_dn(const adscp_service *service);
/* As for a hop. */
const adscp_certificate *
adscp_service_certificate(const adscp_service *service);
int adscp_service_certificate_source(const adscp_service *service);
const adscp_sighting *adscp_service_sighting(const adscp_service *service);
const adscp_alert *adscp_service_alert(const adscp_service *service);

/* -------------------------------------------------------- certificate -- */

/* How it is known which certificate a client is shown. OBSERVED: from sightings
 * that the predictor was given. DIRECTORY: the server publishes it for mail
 * transport, and most often it is the one on port 443, too: a forecast, with
 * adscp_alert_confidence(). ASSUMED: from a plan, or from
 * adscp_predictor_add_assumed_file(). */
enum {
    ADSCP_CERTIFICATE_SOURCE_ABSENT = -1,
    ADSCP_CERTIFICATE_SOURCE_OBSERVED = 0,
    ADSCP_CERTIFICATE_SOURCE_DIRECTORY = 1,
    ADSCP_CERTIFICATE_SOURCE_ASSUMED = 2
};
const char *adscp_certificate_source_name(int source); /* "observed", ... */

/* The contents of a certificate, without a verdict. If it cannot be read, this
 * says why, and all other values but the two hashes are absent. */
const char *adscp_certificate_problem(const adscp_certificate *certificate);
/* RFC 4514, in UTF-8. */
const char *adscp_certificate_subject(const adscp_certificate *certificate);
const char *adscp_certificate_issuer(const adscp_certificate *certificate);
/* The first common name of the subject. */
const char *adscp_certificate_common_name(const adscp_certificate *certificate);
/* The subject alternative names of two kinds, in their order. */
int adscp_certificate_dns_name_count(const adscp_certificate *certificate);
const char *adscp_certificate_dns_name(const adscp_certificate *certificate,
                                       int index);
int adscp_certificate_ip_address_count(const adscp_certificate *certificate);
const char *adscp_certificate_ip_address(const adscp_certificate *certificate,
                                         int index);
/* Upper-case hex, "-" before a negative number. */
const char *adscp_certificate_serial(const adscp_certificate *certificate);
/* The first and the last second of its validity; 0 stands for all times before
 * 1970, -1 for one that cannot be read. */
int64_t adscp_certificate_not_before(const adscp_certificate *certificate);
int64_t adscp_certificate_not_after(const adscp_certificate *certificate);
/* Of the whole, in upper-case hex; SHA-1 is Windows' "thumbprint". */
const char *adscp_certificate_sha1(const adscp_certificate *certificate);
const char *adscp_certificate_sha256(const adscp_certificate *certificate);
/* "RSA 2048", "EC P-256", "Ed25519" */
const char *adscp_certificate_key(const adscp_certificate *certificate);
/* "sha256WithRSAEncryption" */
const char *adscp_certificate_signature(const adscp_certificate *certificate);
/* 1: its own key verifies its signature; equal names alone are not enough. */
int adscp_certificate_self_signed(const adscp_certificate *certificate);
/* What Windows calls it ("Microsoft Exchange"), where the directory says so. */
const char *
adscp_certificate_friendly_name(const adscp_certificate *certificate);

/* -------------------------------------------------------------- alert -- */

/* What happens when the user's client opens the URL, best to worst. UNCERTAIN:
 * it depends on something that is not known; the notes say what. ALERT:
 * Outlook's Security Alert, with Yes and No. HARD_FAILURE: an error that cannot
 * be bypassed. CONNECT_FAILURE: no connection. */
enum {
    ADSCP_ALERT_OUTCOME_ABSENT = -1,
    ADSCP_ALERT_OUTCOME_NO_ALERT = 0,
    ADSCP_ALERT_OUTCOME_UNCERTAIN = 1,
    ADSCP_ALERT_OUTCOME_ALERT = 2,
    ADSCP_ALERT_OUTCOME_HARD_FAILURE = 3,
    ADSCP_ALERT_OUTCOME_CONNECT_FAILURE = 4
};
const char *adscp_alert_outcome_name(int outcome); /* "no-alert", ... */

enum {
    ADSCP_ALERT_REASON_ABSENT = -1,
    ADSCP_ALERT_REASON_UNTRUSTED_ISSUER = 0,
    ADSCP_ALERT_REASON_EXPIRED = 1,
    ADSCP_ALERT_REASON_NOT_YET_VALID = 2,
    ADSCP_ALERT_REASON_NAME_MISMATCH = 3,
    ADSCP_ALERT_REASON_WRONG_USAGE = 4, /* not for a TLS server */
    ADSCP_ALERT_REASON_WEAK_KEY = 5,    /* RSA below 1023 bits */
    ADSCP_ALERT_REASON_INVALID = 6      /* signature, constraints, encoding */
};
const char *adscp_alert_reason_name(int reason); /* "untrusted-issuer", ... */

/* A line of the dialog, which always shows all three. */
enum {
    ADSCP_ALERT_LINE_ABSENT = -1,
    ADSCP_ALERT_LINE_UNKNOWN = 0,
    ADSCP_ALERT_LINE_GOOD = 1,
    ADSCP_ALERT_LINE_BAD = 2
};
const char *adscp_alert_line_name(int line); /* "unknown", "good", "bad" */

/* How reliable the forecast from a published certificate is. */
enum {
    ADSCP_ALERT_CONFIDENCE_ABSENT = -1,
    ADSCP_ALERT_CONFIDENCE_LOW = 1,
    ADSCP_ALERT_CONFIDENCE_MEDIUM = 2,
    ADSCP_ALERT_CONFIDENCE_HIGH = 3
};
const char *adscp_alert_confidence_name(int confidence); /* "low", ... */

/* Where a certificate of the chain comes from. */
enum {
    ADSCP_ALERT_CHAIN_SOURCE_ABSENT = -1,
    ADSCP_ALERT_CHAIN_SOURCE_SENT = 0, /* by the server */
    /* Active Directory distributes it */
    ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY = 1,
    /* the caller says that the client trusts it */
    ADSCP_ALERT_CHAIN_SOURCE_TRUSTED = 2,
    ADSCP_ALERT_CHAIN_SOURCE_BUNDLE = 3, /* a public root */
    /* a policy file puts it into a store of the client */
    ADSCP_ALERT_CHAIN_SOURCE_POLICY = 4
};
const char *adscp_alert_chain_source_name(int source); /* "sent", ... */

/* ADSCP_ALERT_OUTCOME_* */
int adscp_alert_outcome(const adscp_alert *alert);
/* The sum of the bits of KB923575: 0x02 invalid, 0x08 issuer, 0x10 name, 0x20
 * date, 0x40 usage, 0x80000000 TLS failed. Those in flags_possible depend on
 * something that is not known. Revocation (0x01, 0x04) is never predicted. */
int64_t adscp_alert_flags(const adscp_alert *alert);
int64_t adscp_alert_flags_possible(const adscp_alert *alert);
/* ADSCP_ALERT_REASON_*, in the order of their numbers. */
int adscp_alert_reason_count(const adscp_alert *alert);
int adscp_alert_reason(const adscp_alert *alert, int index);
/* ADSCP_ALERT_LINE_*, and the words that the dialog shows there; NULL: unknown.
 */
int adscp_alert_issuer_line(const adscp_alert *alert);
int adscp_alert_date_line(const adscp_alert *alert);
int adscp_alert_name_line(const adscp_alert *alert);
const char *adscp_alert_issuer_text(const adscp_alert *alert);
const char *adscp_alert_date_text(const adscp_alert *alert);
const char *adscp_alert_name_text(const adscp_alert *alert);
/* ADSCP_ALERT_CONFIDENCE_*; -1 where the certificate was seen, or there is
 * none. */
int adscp_alert_confidence(const adscp_alert *alert);
/* The first second at which the outcome changes because a certificate of the
 * chain becomes valid or expires; -1: none, or not known. */
int64_t adscp_alert_changes_on(const adscp_alert *alert);
/* Sentences: what could change the verdict, or what it assumes. */
int adscp_alert_note_count(const adscp_alert *alert);
const char *adscp_alert_note(const adscp_alert *alert, int index);
/* The chain that the client would build, the server's certificate first. */
int adscp_alert_chain_count(const adscp_alert *alert);
const adscp_certificate *adscp_alert_chain(const adscp_alert *alert, int index);
int adscp_alert_chain_source(const adscp_alert *alert, int index);

/* ------------------------------------------------------------ finding -- */

enum {
    ADSCP_FINDING_SEVERITY_ABSENT = -1,
    ADSCP_FINDING_SEVERITY_INFO = 0,    /* worth knowing */
    ADSCP_FINDING_SEVERITY_WARNING = 1, /* likely to surprise */
    ADSCP_FINDING_SEVERITY_ERROR = 2    /* breaks a client */
};
const char *adscp_finding_severity_name(int severity); /* "info", ... */

/* Whom it concerns. */
enum {
    ADSCP_FINDING_ABOUT_ABSENT = -1,
    ADSCP_FINDING_ABOUT_CLIENT = 0, /* the client that was asked for: who it is,
                                       its mailbox, what it meets on its way */
    ADSCP_FINDING_ABOUT_SITE = 1,   /* the clients of one or more AD sites */
    ADSCP_FINDING_ABOUT_FOREST = 2  /* the whole, and the reading of it */
};
const char *adscp_finding_about_name(int about); /* "client", ... */

/* A short word that never changes its meaning, such as "scp-no-url". */
const char *adscp_finding_code(const adscp_finding *finding);
/* ADSCP_FINDING_SEVERITY_* */
int adscp_finding_severity(const adscp_finding *finding);
int adscp_finding_about(const adscp_finding *finding);
/* The object that it is about, or NULL. */
const char *adscp_finding_dn(const adscp_finding *finding);
/* A sentence: what was found and what a user would notice. */
const char *adscp_finding_text(const adscp_finding *finding);
/* As adscp_candidate_prepare(). */
int adscp_finding_prepare(const adscp_finding *finding);

/* What varies in findings of one code: texts such as "host", "server", "site",
 * "url", and numbers such as "count", "days". The names depend on the code
 * alone. Two findings, of one answer or of two, are the same if their code, DN
 * and parameters are; the sentence may be improved in a later release. */
int adscp_finding_parameter_count(const adscp_finding *finding);
const char *adscp_finding_parameter_name(const adscp_finding *finding,
                                         int index);
/* NULL: a number, or not known. */
const char *adscp_finding_parameter_text(const adscp_finding *finding,
                                         int index);
/* -1: a text. */
int64_t adscp_finding_parameter_number(const adscp_finding *finding, int index);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
