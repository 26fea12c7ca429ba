/* SPDX-License-Identifier: MIT */
/*
 * Objects of long lists, written as they are made: 50,000 of them as values in
 * memory cost more than all else of the answer.
 */
#ifndef ADSCP_CLI_JSON_ROW_H
#define ADSCP_CLI_JSON_ROW_H

#include "cli.h"

struct json_row {
    FILE *out;
    int indent; /* of its first line */
    int keys;
    int items;   /* of the list that is being written */
    bool failed; /* out of memory */
};

/* The object begins where `out` stands. */
void row_begin(struct json_row *row, FILE *out, int indent);
bool row_end(struct json_row *row); /* false: out of memory */

/* null where the value is absent: NULL, negative. */
void row_text(struct json_row *row, const char *key, const char *value);
void row_number(struct json_row *row, const char *key, int64_t value);
void row_truth(struct json_row *row, const char *key, bool value);
void row_moment(struct json_row *row, const char *key, int64_t seconds);
/* NULL is lack of memory. */
void row_sure_text(struct json_row *row, const char *key, const char *value);

/* A number that is not negative, which printf() takes longer to write. */
void row_put_number(FILE *out, int64_t value);

/* A list of texts: NULL among them is lack of memory. */
void row_list(struct json_row *row, const char *key);
void row_item(struct json_row *row, const char *value);
void row_list_end(struct json_row *row);
/* An object in it, to be ended before the row goes on. */
void row_object(struct json_row *row, const char *key, struct json_row *inner);

#endif
