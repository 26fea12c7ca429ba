/* SPDX-License-Identifier: MIT */
/*
 * What regedit exports: a first line that names the format, keys in brackets,
 * and their values. Version 5.00 is UTF-16LE, or UTF-8 where an editor saved
 * it; REGEDIT4 has the bytes of some code page, of which the ASCII ones are
 * all that matters here.
 */
#include <stdlib.h>
#include <string.h>

#include "facts/policy/reg.h"

/* ---------------------------------------------------------------- keys -- */

static struct span first_part(struct span *path)
{
    struct span part = span_until(*path, '\\');

    *path = span_from(*path, part.length + (part.length < path->length));
    return part;
}

/* A user's own part has the name of his SID. */
static enum policy_hive hive_of_sid(struct span sid)
{
    bool is_person = text_starts(sid.text, sid.length, "S-1-5-21-") ||
                     text_starts(sid.text, sid.length, "S-1-12-1-");

    return is_person && !text_ends(sid.text, sid.length, "_Classes")
               ? POLICY_HIVE_USER
               : POLICY_HIVE_OTHER;
}

/* *pathp becomes what stands below the hive. false: there is no such one. */
static bool find_hive(struct span *pathp, enum policy_hive *hivep)
{
    static const struct {
        const char *name, *brief;
        enum policy_hive hive;
    } hives[] = {
        {"HKEY_LOCAL_MACHINE", "HKLM", POLICY_HIVE_MACHINE},
        {"HKEY_CURRENT_USER", "HKCU", POLICY_HIVE_USER},
        {"HKEY_USERS", "HKU", POLICY_HIVE_OTHER},
        {"HKEY_CLASSES_ROOT", "HKCR", POLICY_HIVE_OTHER},
        {"HKEY_CURRENT_CONFIG", "HKCC", POLICY_HIVE_OTHER},
        {"HKEY_PERFORMANCE_DATA", "HKPD", POLICY_HIVE_OTHER},
        {"HKEY_DYN_DATA", "HKDD", POLICY_HIVE_OTHER},
    };
    struct span name = first_part(pathp);
    size_t i;

    for (i = 0; i < sizeof(hives) / sizeof(hives[0]); i++)
        if (text_is(name.text, name.length, hives[i].name) ||
            text_is(name.text, name.length, hives[i].brief)) {
            *hivep = hives[i].hive;
            if (text_is(hives[i].brief, strlen(hives[i].brief), "HKU"))
                *hivep = hive_of_sid(first_part(pathp));
            return true;
        }
    return false;
}

/* A key's name may hold brackets: the last one before the end of the line, or
 * before a comment, ends it. */
static bool find_bracket(struct span line, size_t *lengthp)
{
    size_t i;

    for (i = 0; i < line.length; i++)
        if (line.text[i] == ']' && reg_is_blank(span_from(line, i + 1))) {
            *lengthp = i;
            return true;
        }
    return false;
}

static bool is_short(const struct buffer *buffer)
{
    return buffer->used <= POLICY_NAME_MAX;
}

static int give(struct reg *reg, struct policy_record record)
{
    record.hive = reg->hive;
    record.key = policy_span(&reg->key);
    if (reg->is_passed || reg->hive == POLICY_HIVE_OTHER ||
        !is_short(&reg->key))
        return ADSCP_OK;
    return reg->take(reg->to, &record);
}

/* [HKEY_...\...], or [-HKEY_...\...]. */
static int take_key(struct reg *reg)
{
    struct span line = reg_rest_of_line(reg), key;
    bool deletes;
    size_t length;

    if (!find_bracket(line, &length))
        return reg_broken(reg,
                          "the key's closing bracket is missing: the file is "
                          "cut or damaged");
    deletes = length > 1 && line.text[1] == '-';
    key = (struct span){line.text + 1 + deletes, length - 1 - deletes};
    if (!find_hive(&key, &reg->hive))
        return reg_broken(reg,
                          "a key that begins with none of HKEY_LOCAL_MACHINE, "
                          "HKEY_CURRENT_USER, HKEY_USERS and their like");
    reg->has_key = true;
    reg->is_passed = false;
    reg->key.used = 0;
    if (!buffer_add(&reg->key, key.text, key.length))
        return ADSCP_E_NOMEM;
    reg->at += line.length;
    if (deletes) {
        int rc = give(reg, (struct policy_record){.deed = POLICY_DELETE_KEY,
                                                  .place = reg->line});

        reg->is_passed = true;
        return rc;
    }
    return ADSCP_OK;
}

/* -------------------------------------------------------------- values -- */

static int take_data(struct reg *reg, struct policy_record *record)
{
    reg->data.used = 0;
    if (reg_is_next(reg, '"')) {
        record->type = POLICY_TYPE_TEXT;
        return reg_take_quoted(reg, false, &reg->data);
    }
    if (reg_take_word(reg, "dword:")) {
        record->type = POLICY_TYPE_NUMBER;
        return reg_take_number(reg);
    }
    if (reg_take_word(reg, "hex"))
        return reg_take_hex(reg, &record->type);
    if (!reg_is_next(reg, '-'))
        return reg_broken(reg,
                          "none of a quoted text, dword:, hex: and - behind "
                          "the equals sign");
    reg->at++;
    record->deed = POLICY_DELETE_VALUE;
    return ADSCP_OK;
}

/* "name"=data, or @=data. */
static int take_value(struct reg *reg)
{
    struct policy_record record = {.deed = POLICY_SET, .place = reg->line};
    int rc = ADSCP_OK;

    reg->name.used = 0;
    if (reg_is_next(reg, '"'))
        rc = reg_take_quoted(reg, true, &reg->name);
    else if (reg_is_next(reg, '@'))
        reg->at++;
    else
        return reg_broken(reg, "this is neither a key in brackets nor a value");
    if (rc != ADSCP_OK)
        return rc;
    reg_skip_blanks(reg);
    if (!reg_is_next(reg, '='))
        return reg_broken(reg,
                          "the equals sign behind a value's name is missing");
    reg->at++;
    reg_skip_blanks(reg);
    rc = take_data(reg, &record);
    if (rc != ADSCP_OK)
        return rc;
    if (!reg_is_blank(reg_rest_of_line(reg)))
        return reg_broken(reg, "something stands behind the value");
    if (!reg->has_key)
        return reg_broken(reg, "a value before the first key");
    record.name = policy_span(&reg->name);
    record.data = policy_span(&reg->data);
    return is_short(&reg->name) ? give(reg, record) : ADSCP_OK;
}

/* --------------------------------------------------------------- whole -- */

static int take_line(struct reg *reg)
{
    int rc = ADSCP_OK;

    reg_skip_blanks(reg);
    if (reg_is_next(reg, '['))
        rc = take_key(reg);
    else if (!reg_is_blank(reg_rest_of_line(reg)))
        rc = take_value(reg);
    if (rc == ADSCP_OK)
        reg_next_line(reg);
    return rc;
}

static int take_head(struct reg *reg)
{
    struct span line = reg_rest_of_line(reg);
    static const char version_5[] = "Windows Registry Editor Version 5.00";
    static const char version_4[] = "REGEDIT4";

    while (line.length > 0 && (line.text[line.length - 1] == ' ' ||
                               line.text[line.length - 1] == '\t'))
        line.length--;
    reg->is_ansi = text_is(line.text, line.length, version_4);
    if (!reg->is_ansi && !text_is(line.text, line.length, version_5))
        return reg_broken(reg,
                          "this is neither a Registry.pol nor a .reg export: "
                          "the first line of that is \"Windows Registry "
                          "Editor Version 5.00\" or \"REGEDIT4\"");
    reg_next_line(reg);
    return ADSCP_OK;
}

static int decode_utf16(struct reg *reg, struct span bytes, bool is_big)
{
    size_t taken;

    reg->decoded = malloc(bytes.length / 2 * 3 + 4);
    if (reg->decoded == NULL)
        return ADSCP_E_NOMEM;
    reg->at = reg->decoded;
    reg->end =
        reg->decoded + text_from_utf16(reg->decoded, bytes.text, bytes.length,
                                       is_big, true, &taken);
    return ADSCP_OK;
}

/* Regedit writes the mark; an export that lost it begins with a letter and a
 * zero byte. */
static int decode(struct reg *reg)
{
    const char *bytes = reg->source->bytes;
    struct span rest = {bytes, reg->source->length};

    if (text_starts(rest.text, rest.length, "\xFF\xFE"))
        return decode_utf16(reg, span_from(rest, 2), false);
    if (text_starts(rest.text, rest.length, "\xFE\xFF"))
        return decode_utf16(reg, span_from(rest, 2), true);
    if (rest.length >= 2 && bytes[0] != '\0' && bytes[1] == '\0')
        return decode_utf16(reg, rest, false);
    if (text_starts(rest.text, rest.length, "\xEF\xBB\xBF"))
        rest = span_from(rest, 3);
    reg->at = rest.text;
    reg->end = rest.text + rest.length;
    return ADSCP_OK;
}

static size_t count_lines(const char *from, const char *to)
{
    size_t count = 0;

    while (from < to) {
        from = memchr(from, '\n', (size_t)(to - from));
        if (from == NULL)
            break;
        from++;
        count++;
    }
    return count;
}

/* Neither keys nor names nor texts have one. */
static int check_nul(const struct reg *reg)
{
    size_t length = (size_t)(reg->end - reg->at);
    const char *nul = length > 0 ? memchr(reg->at, '\0', length) : NULL;

    return nul == NULL
               ? ADSCP_OK
               : reg_broken_at(reg, reg->line + count_lines(reg->at, nul),
                               "a NUL character");
}

static int read_lines(struct reg *reg)
{
    int rc = take_head(reg);
    size_t row;

    if (rc == ADSCP_OK)
        rc = check_nul(reg);
    for (row = 0; rc == ADSCP_OK && !reg_at_end(reg); row++) {
        rc = deadline_check_row(reg->source->deadline, row);
        if (rc == ADSCP_OK)
            rc = take_line(reg);
    }
    if (rc == ADSCP_OK && reg->decoded != NULL && reg->source->length % 2 != 0)
        rc = reg_broken(reg, "the file ends within a character: it is cut");
    return rc;
}

int policy_read_reg(const struct policy_source *source, policy_take *take,
                    void *to)
{
    struct reg reg = {.source = source, .line = 1, .take = take, .to = to};
    int rc = source->length > 0
                 ? decode(&reg)
                 : detail_set(source->detail, ADSCP_E_FORMAT,
                              "%s: the file is empty", source->name);

    if (rc == ADSCP_OK)
        rc = read_lines(&reg);
    free(reg.decoded);
    buffer_free(&reg.key);
    buffer_free(&reg.name);
    buffer_free(&reg.data);
    return rc;
}
