/* SPDX-License-Identifier: MIT */
/*
 * Numbers and bytes of an export. A hex value may go on over many lines, and
 * its type may make a text of it.
 */
#include <string.h>

#include "facts/policy/reg.h"

static int hex_digit(char c)
{
    c = text_lower_ascii(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Where the file ends within its last line, fewer digits may be left of a
 * number than there were. */
int reg_take_number(struct reg *reg)
{
    enum { DIGITS = 8 };
    uint32_t number = 0;
    int digits = 0, digit, i;
    char bytes[4];

    reg_skip_blanks(reg);
    while (!reg_at_end(reg) && (digit = hex_digit(*reg->at)) >= 0) {
        if (++digits > DIGITS)
            return reg_broken(reg, "a dword of more than eight digits");
        number = number << 4 | (uint32_t)digit;
        reg->at++;
    }
    if (digits < DIGITS && reg_at_end(reg))
        return reg_broken(reg, "the file ends within a dword: it is cut");
    if (digits == 0)
        return reg_broken(reg, "a dword without digits");
    for (i = 0; i < 4; i++)
        bytes[i] = (char)(number >> 8 * i & 0xFF);
    return buffer_add(&reg->data, bytes, sizeof(bytes)) ? ADSCP_OK
                                                        : ADSCP_E_NOMEM;
}

static int take_byte(struct reg *reg)
{
    int value = hex_digit(*reg->at), second;
    char byte;

    if (value < 0)
        return reg_broken(reg,
                          "a character that is no hex digit in a hex value");
    reg->at++;
    second = reg_at_end(reg) ? -1 : hex_digit(*reg->at);
    if (second >= 0) {
        value = value << 4 | second;
        reg->at++;
    }
    byte = (char)value;
    return buffer_add(&reg->data, &byte, 1) ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* A backslash ends a line that goes on. */
static int take_continuation(struct reg *reg)
{
    reg->at++;
    if (!reg_is_blank(reg_rest_of_line(reg)))
        return reg_broken(reg, "a backslash within a hex value");
    reg_next_line(reg);
    if (reg_at_end(reg))
        return reg_broken(reg, "the file ends within a hex value: it is cut");
    return ADSCP_OK;
}

static int take_bytes(struct reg *reg)
{
    int rc = ADSCP_OK;

    for (reg_skip_blanks(reg); rc == ADSCP_OK; reg_skip_blanks(reg)) {
        if (reg_at_end(reg))
            return reg_broken(reg,
                              "the file ends within a hex value: it is cut");
        if (reg_at_line_end(reg))
            return ADSCP_OK;
        if (*reg->at == '\\') {
            rc = take_continuation(reg);
            continue;
        }
        rc = take_byte(reg);
        reg_skip_blanks(reg);
        if (rc == ADSCP_OK && reg_is_next(reg, ','))
            reg->at++;
        else if (rc == ADSCP_OK && !reg_at_line_end(reg))
            rc = reg_broken(reg, "a comma is missing in a hex value");
    }
    return rc;
}

/* "(2):" or ":". */
static int take_hex_type(struct reg *reg, uint32_t *typep)
{
    uint32_t type = 0;
    int digit;

    *typep = POLICY_TYPE_BINARY;
    if (reg_is_next(reg, '(')) {
        reg->at++;
        while (!reg_at_end(reg) && (digit = hex_digit(*reg->at)) >= 0) {
            if (type > UINT32_MAX >> 4)
                break;
            type = type << 4 | (uint32_t)digit;
            reg->at++;
        }
        if (!reg_is_next(reg, ')'))
            return reg_broken(reg, "the type of a hex value cannot be read");
        reg->at++;
        *typep = type;
    }
    if (!reg_is_next(reg, ':'))
        return reg_broken(reg, "the colon of a hex value is missing");
    reg->at++;
    return ADSCP_OK;
}

/* The bytes of a text become the text. */
static int decode_text(struct reg *reg)
{
    struct buffer text = {0};
    struct span bytes = policy_span(&reg->data);

    if (reg->is_ansi) {
        const char *nul =
            bytes.length > 0 ? memchr(bytes.text, '\0', bytes.length) : NULL;

        if (nul != NULL)
            reg->data.used = (size_t)(nul - bytes.text);
        return ADSCP_OK;
    }
    if (!policy_add_utf16(&text, bytes.text, bytes.length))
        return ADSCP_E_NOMEM;
    buffer_free(&reg->data);
    reg->data = text;
    return ADSCP_OK;
}

int reg_take_hex(struct reg *reg, uint32_t *typep)
{
    int rc = take_hex_type(reg, typep);

    if (rc == ADSCP_OK)
        rc = take_bytes(reg);
    return rc == ADSCP_OK && policy_is_text(*typep) ? decode_text(reg) : rc;
}
