/* SPDX-License-Identifier: MIT */
/*
 * A forest as an export that reads back to the same forest: the entries as they
 * came, and, in the rootDSE of each directory, what was found out besides. That
 * goes into values of one attribute of our own, adscpReading, which no server
 * has:
 *
 *     directory N [HOST:PORT]  the N-th directory begins here; the first one is
 *                              the one that was asked, the others stand behind
 *                              the SCP pointers that name HOST:PORT
 *     source ldap              it was read live, by a client of this forest
 *     cut                      something cut the reading short
 *     problem CODE TEXT        it could not be read (ADSCP_E_*)
 *     mail ADDRESS             everybody was asked for this address
 *     census whole|part        mailboxes were counted, all of them or not
 *     mailboxes KIND N         of a kind (ADSCP_CENSUS_KIND_*)
 *     mailboxes-in N DN        of people, in this database
 *     mailboxes-astray N       ... and in none that is known
 *     domain NAME              of the client, as it was found
 *     site NAME                of the client, by the directory's word
 *     in-no-site               the same, where it said so
 *     address IP               of the client
 *     looked whole|part        servers were looked at, all of them or not
 *     shown BASE64             a certificate, numbered from 0
 *     seen HOST<TAB>...        a row of that look, which names certificates by
 *                              number: sightings_text.h
 *     note CODE<TAB>N<TAB>DN<TAB>A<TAB>B
 *                              a finding about the reading
 *     end                      nothing was cut off; what somebody appends is an
 *                              export of the first directory
 */
#ifndef ADSCP_FACTS_SNAPSHOT_H
#define ADSCP_FACTS_SNAPSHOT_H

#include <stdint.h>

#include "facts/export.h"

struct adscp_forest;

/* The name of that attribute. */
extern const char snapshot_attribute[];

/* The entries of one directory, as records of an export. */
struct snapshot {
    struct export_text records;
    struct export_text scp_records;
    struct snapshot_row *scps; /* by their places in the directory's order */
    size_t scp_count;
};

/* Where the record of an SCP stands in scp_records; length 0: nowhere. */
struct snapshot_row {
    size_t start;
    size_t length;
};

struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *snapshot); /* NULL is fine */

/* What was appended to scp_records since `start` is the SCP at this place.
 * false: out of memory. */
bool snapshot_place(struct snapshot *snapshot, uint32_t place, size_t start);

/* The whole forest, with the records of the same directories of the other one;
 * malloc()ed. NULL: out of memory. */
char *snapshot_text(const struct adscp_forest *forest,
                    const struct adscp_forest *records);

#endif
