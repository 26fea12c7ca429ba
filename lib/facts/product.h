/* SPDX-License-Identifier: MIT */
/* The products of Exchange over time, as exchange.def has them. */
#ifndef ADSCP_FACTS_PRODUCT_H
#define ADSCP_FACTS_PRODUCT_H

#include <stddef.h>

#include "facts/version.h"

/* Days are "2025-10-14". */
struct product {
    enum version_line line;
    const char *name;     /* "2010" */
    const char *end;      /* the last day of its support; NULL: none is known */
    const char *note;     /* what is to be said of that; or NULL */
    const char *note_end; /* the last day on which it holds; NULL: always */
    const char *source;
};

/* Of a version_product(); NULL: nothing is known of it. */
const struct product *product_of(enum version_line product);

/* With what a product is supported in one organisation: servers of `oldest` and
 * of what followed that. NULL: nothing is known. */
struct coexistence {
    enum version_line line, oldest;
    const char *source;
};

const struct coexistence *product_beside(enum version_line product);

/* What cannot be installed beside servers of some lines. */
struct upgrade {
    const char *name;
    const char *since; /* the day from which on that is known */
    enum version_line first, last;
    const char *source;
};

const struct upgrade *product_upgrades(size_t *countp);

/* The day by which all of this was known. */
const char *product_known(void);

#endif
