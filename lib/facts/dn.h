/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_DN_H
#define ADSCP_FACTS_DN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

/* A DN in string form (RFC 4514), cut in two. Many SCPs share the tail, which
 * begins with its comma: everything from ",CN=Servers," on or, where that does
 * not occur, everything behind the first RDN. */
struct dn_parts {
    struct span head;
    struct span tail;
    bool under_servers;
};

struct dn_parts dn_split(const char *dn, size_t length);

/* Bytes of the first RDN, up to its comma, and of the last one. */
size_t dn_first_length(const char *dn, size_t length);
size_t dn_last_length(const char *dn, size_t length);

/* An RDN in the form that text_equal_fold() compares: without blanks around its
 * "=" and at its ends, and with one way to escape. It is the RDN itself where
 * nothing has to change, or else a copy. ADSCP_OK, ADSCP_E_NOMEM, or
 * ADSCP_E_ARGUMENT for what is no RDN. */
int dn_comparable_rdn(struct arena *arena, struct span rdn,
                      struct span *comparablep);

/* Is every RDN comparable as it stands, and in ASCII? May deny it without need.
 */
bool dn_is_plain(const char *dn, size_t length);

/* True if the DN is below the other one: ends with a comma and with it. */
bool dn_is_below(const char *dn, size_t length, const char *above,
                 size_t above_length);

/* The DNS name of the domain in which the DN lies, by its last RDNs:
 * "CN=Configuration,DC=corp,DC=example" -> "corp.example" (RFC 2247). false:
 * it has none, or `size` is too small for it. */
bool dn_domain(const char *dn, size_t length, char *out, size_t size);

/* By its DN, which a deletion changes: some RDN ends with a line feed, "DEL:"
 * and a GUID, or the object lies in the naming context's "Deleted Objects". */
bool dn_is_deleted(const char *dn, size_t length);
/* The object, or one above it, lost a replication conflict: some RDN ends with
 * a line feed, "CNF:" and a GUID. */
bool dn_is_conflict(const char *dn, size_t length);

/* The name, as it is shown, of an object that lost a replication conflict, or
 * was deleted. */
bool dn_name_is_mangled(const char *name);

#endif
