/* SPDX-License-Identifier: MIT */
/* What policy.c keeps of the files, and apply.c makes an outcome of. */
#ifndef ADSCP_FACTS_POLICY_LOG_H
#define ADSCP_FACTS_POLICY_LOG_H

#include "base/arena.h"
#include "facts/policy/policy.h"

struct policy_file {
    const char *name;  /* clean */
    const char *place; /* "line" or "offset" */
};

/* A record that matters. Paths begin with the hive, M or U; that of a value is
 * its key's with two backslashes and its name behind, which no key has. */
struct policy_row {
    enum policy_deed deed;
    struct policy_place place;
    bool is_machine;
    bool is_guessed; /* whose it is: neither file nor folder tells */
    uint32_t file;
    size_t where; /* in the file */
    const char *path;
    uint32_t key_length; /* of that */
    uint32_t type;
    struct span data;
};

struct policy {
    struct arena arena;
    struct policy_file *files;
    size_t file_count;
    struct policy_row *rows;
    size_t count;
};

enum { POLICY_SEPARATOR = 2 }; /* backslashes before a value's name */

/* Its value's name; "" for a key alone. */
static inline struct span policy_row_name(const struct policy_row *row)
{
    const char *end = row->path + row->key_length;

    return span_of(*end != '\0' ? end + POLICY_SEPARATOR : end);
}

/* A REG_DWORD, as Outlook reads it, and its number. */
static inline bool policy_row_is_number(const struct policy_row *row)
{
    return row->type == POLICY_TYPE_NUMBER &&
           row->data.length == sizeof(uint32_t);
}

static inline uint32_t policy_row_number(const struct policy_row *row)
{
    const uint8_t *bytes = (const uint8_t *)row->data.text;

    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* A value that nobody reads, though its name would make one believe so. */
bool policy_is_stray_name(struct span name);

#endif
