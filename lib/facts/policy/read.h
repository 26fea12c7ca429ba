/* SPDX-License-Identifier: MIT */
/*
 * Files that set values of a client's registry: Registry.pol of a Group Policy
 * ([MS-GPREG] 2.2.1), and what regedit exports. Bytes in, records out, one for
 * each thing that the file does. Nothing here knows what a key means.
 *
 * Effort and memory are bounded by the file's length, whatever its bytes are.
 */
#ifndef ADSCP_FACTS_POLICY_READ_H
#define ADSCP_FACTS_POLICY_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/text.h"

/* Whose part of the registry. A Registry.pol does not say: its folder does. */
enum policy_hive {
    POLICY_HIVE_OTHER, /* neither of the next two */
    POLICY_HIVE_MACHINE,
    POLICY_HIVE_USER,
    POLICY_HIVE_UNTOLD
};

enum policy_deed {
    POLICY_SET,
    POLICY_SET_NEW, /* where there is no such value yet */
    POLICY_DELETE_VALUE,
    POLICY_DELETE_VALUES, /* all that the key has */
    POLICY_DELETE_KEY     /* and everything below it */
};

/* Types of values, by their numbers in winnt.h. */
enum {
    POLICY_TYPE_TEXT = 1,
    POLICY_TYPE_EXPANDED = 2, /* a text with %variables% */
    POLICY_TYPE_BINARY = 3,
    POLICY_TYPE_NUMBER = 4 /* of 32 bits */
};

enum {
    POLICY_NAME_MAX = 1024
}; /* bytes of a key or a name; longer ones are
      passed over: none of them matters here */

struct policy_record {
    enum policy_deed deed;
    enum policy_hive hive;
    struct span key; /* below the hive */
    struct span name;
    uint32_t type;
    struct span data; /* of both kinds of text in UTF-8, without the NUL */
    size_t place;     /* the offset of its record, or its line */
};

struct policy_source {
    const char *name; /* of the file, as the caller has it, for errors */
    const char *path; /* whose folder tells the hive */
    const char *bytes;
    size_t length;
    const struct deadline *deadline; /* NULL: none */
    struct detail *detail;
};

/* A record lasts for the call only. Anything but ADSCP_OK ends the reading. */
typedef int policy_take(void *to, const struct policy_record *record);

/* ADSCP_OK; ADSCP_E_FORMAT, which names the file and the place in it;
 * ADSCP_E_NOMEM; what the deadline or `take` says. */
int policy_read(const struct policy_source *source, policy_take *take,
                void *to);

/* "line 12" or "offset 120", as the kind of file has it. */
const char *policy_place_word(const char *bytes, size_t length);

#endif
