/* SPDX-License-Identifier: MIT */
/* Lines, words and quoted texts of an export. */
#include <string.h>

#include "facts/policy/reg.h"

int reg_broken_at(const struct reg *reg, size_t line, const char *why)
{
    return detail_set(reg->source->detail, ADSCP_E_FORMAT, "%s:%zu: %s",
                      reg->source->name, line, why);
}

int reg_broken(const struct reg *reg, const char *why)
{
    return reg_broken_at(reg, reg->line, why);
}

bool reg_at_end(const struct reg *reg)
{
    return reg->at == reg->end;
}

bool reg_is_next(const struct reg *reg, char c)
{
    return !reg_at_end(reg) && *reg->at == c;
}

void reg_skip_blanks(struct reg *reg)
{
    while (reg_is_next(reg, ' ') || reg_is_next(reg, '\t'))
        reg->at++;
}

struct span reg_rest_of_line(const struct reg *reg)
{
    size_t length = (size_t)(reg->end - reg->at);
    const char *newline = length > 0 ? memchr(reg->at, '\n', length) : NULL;

    if (newline != NULL)
        length = (size_t)(newline - reg->at);
    if (length > 0 && reg->at[length - 1] == '\r')
        length--;
    return (struct span){reg->at, length};
}

void reg_next_line(struct reg *reg)
{
    reg->at += reg_rest_of_line(reg).length;
    if (reg_is_next(reg, '\r'))
        reg->at++;
    if (!reg_is_next(reg, '\n'))
        return;
    reg->at++;
    reg->line++;
}

bool reg_is_blank(struct span text)
{
    size_t i = 0;

    while (i < text.length && (text.text[i] == ' ' || text.text[i] == '\t'))
        i++;
    return i == text.length || text.text[i] == ';';
}

bool reg_at_line_end(const struct reg *reg)
{
    return reg_at_end(reg) || *reg->at == '\n' || *reg->at == ';' ||
           (*reg->at == '\r' &&
            (reg->at + 1 == reg->end || reg->at[1] == '\n'));
}

bool reg_take_word(struct reg *reg, const char *word)
{
    size_t length = strlen(word);

    if (!text_starts(reg->at, (size_t)(reg->end - reg->at), word))
        return false;
    reg->at += length;
    return true;
}

int reg_take_quoted(struct reg *reg, bool is_name, struct buffer *buffer)
{
    size_t line = reg->line;
    const char *from = ++reg->at;

    buffer->used = 0;
    for (; !reg_at_end(reg) && *reg->at != '"'; reg->at++) {
        if (*reg->at == '\n') {
            if (is_name)
                break;
            reg->line++;
        }
        if (*reg->at != '\\' || reg->at + 1 == reg->end ||
            (reg->at[1] != '\\' && reg->at[1] != '"'))
            continue;
        if (!buffer_add(buffer, from, (size_t)(reg->at - from)))
            return ADSCP_E_NOMEM;
        from = ++reg->at;
    }
    if (!reg_is_next(reg, '"'))
        return reg_broken_at(
            reg, line,
            "the closing quotation mark is missing: the file is "
            "cut or damaged");
    if (!buffer_add(buffer, from, (size_t)(reg->at - from)))
        return ADSCP_E_NOMEM;
    reg->at++;
    return ADSCP_OK;
}
