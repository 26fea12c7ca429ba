/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_SITE_H
#define ADSCP_JUDGE_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/finding.h"
#include "facts/forest.h"
#include "judge/directory/index.h"

/* An IPv4 address in the first four bytes, or an IPv6 address. */
struct site_address {
    uint8_t bytes[16];
    uint8_t family; /* 4 or 6 */
};

/* Text to address: ::ffff:a.b.c.d counts as IPv4, a %zone is dropped. false: it
 * is no address. */
bool site_parse_address(const char *text, struct site_address *addressp);

/* The AD site of a client's computer. */
struct client_site {
    const char *name; /* NULL: unknown */
    name_id id;       /* NAME_NONE also where no object has that name */
    int source;       /* ADSCP_PREDICTION_SITE_SOURCE_* */
};

/* The site that was told ("": unknown), else the one that follows from the
 * address and the subnets of the forest's first directory, whose page this is,
 * else the one that its server named, else the only one of a live directory,
 * else none. Either may be NULL. Appends the findings client-*; *sitep borrows
 * from its arguments. ADSCP_OK, ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT with a
 * detail for a site that a directory does not have whose sites were all read.
 */
int site_judge(struct forest_index *forest_index,
               const struct directory_index *page, const char *site,
               const char *address, struct finding_list *findings,
               struct client_site *sitep, struct detail *detail);

#endif
