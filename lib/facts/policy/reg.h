/* SPDX-License-Identifier: MIT */
/* An export of regedit while it is read: between reg.c, reg_text.c and
 * reg_value.c. */
#ifndef ADSCP_FACTS_POLICY_REG_H
#define ADSCP_FACTS_POLICY_REG_H

#include "facts/policy/private.h"

struct reg {
    const struct policy_source *source;
    char *decoded; /* of UTF-16; or NULL */
    const char *at, *end;
    size_t line;
    bool is_ansi;   /* REGEDIT4: texts in hex are bytes, too */
    bool has_key;   /* values belong to `key` */
    bool is_passed; /* ... which was deleted, and so they are passed over */
    enum policy_hive hive;
    struct buffer key, name, data;
    policy_take *take;
    void *to;
};

/* ADSCP_E_FORMAT, with the line and the sentence. */
int reg_broken(const struct reg *reg, const char *why);
int reg_broken_at(const struct reg *reg, size_t line, const char *why);

bool reg_at_end(const struct reg *reg);
bool reg_is_next(const struct reg *reg, char c);
void reg_skip_blanks(struct reg *reg);
/* What is left of the line, without its end. */
struct span reg_rest_of_line(const struct reg *reg);
void reg_next_line(struct reg *reg);
/* Nothing but blanks, and perhaps a comment. */
bool reg_is_blank(struct span text);
/* The same of what is left of a line whose blanks were skipped; asked for every
 * byte of a long one. */
bool reg_at_line_end(const struct reg *reg);
/* A word, whatever the case of its letters. */
bool reg_take_word(struct reg *reg, const char *word);

/* Between two quotation marks; a text may go on over several lines, a name may
 * not. These three put what they read into a buffer; ADSCP_OK, ADSCP_E_FORMAT
 * or ADSCP_E_NOMEM. */
int reg_take_quoted(struct reg *reg, bool is_name, struct buffer *buffer);
/* Behind "dword:", and behind "hex", into `data`. */
int reg_take_number(struct reg *reg);
int reg_take_hex(struct reg *reg, uint32_t *typep);

#endif
