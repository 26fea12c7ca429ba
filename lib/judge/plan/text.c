/* SPDX-License-Identifier: MIT */
/*
 * Texts of a step: in the arena, as PowerShell reads them, as a DN or a time
 * needs them, and the reason why there is no step. Names out of a directory may
 * hold anything; none of it may become a command.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/rows.h"
#include "judge/plan/private.h"

__attribute__((format(printf, 2, 0))) static const char *
format_list(struct making *making, const char *words, va_list list)
{
    va_list again;
    char *text = NULL;
    int length;

    va_copy(again, list);
    length = vsnprintf(NULL, 0, words, again);
    va_end(again);
    if (length >= 0)
        text = arena_bytes(&making->arena, (size_t)length + 1);
    if (text == NULL) {
        making->failed = true;
        return "";
    }
    vsnprintf(text, (size_t)length + 1, words, list);
    return text;
}

const char *format(struct making *making, const char *words, ...)
{
    const char *text;
    va_list list;

    va_start(list, words);
    text = format_list(making, words, list);
    va_end(list);
    return text;
}

int fail(struct making *making, const char *words, ...)
{
    const char *text;
    va_list list;

    va_start(list, words);
    text = format_list(making, words, list);
    va_end(list);
    return making->failed
               ? ADSCP_E_NOMEM
               : detail_set(making->detail, ADSCP_E_ARGUMENT, "%s", text);
}

/* PowerShell takes four more characters for a single quote, U+2018 to U+201B
 * (E2 80 98 to 9B), and two of a kind for one. */
static size_t quote_length(const char *at)
{
    if (*at == '\'')
        return 1;
    return (unsigned char)at[0] == 0xE2 && (unsigned char)at[1] == 0x80 &&
                   (unsigned char)at[2] >= 0x98 && (unsigned char)at[2] <= 0x9B
               ? 3
               : 0;
}

const char *quoted(struct making *making, const char *text)
{
    char *out = arena_bytes(&making->arena, 2 * strlen(text) + 3);
    size_t used = 0;

    if (out == NULL) {
        making->failed = true;
        return "''";
    }
    out[used++] = '\'';
    while (*text != '\0') {
        size_t length = quote_length(text), i;

        for (i = 0; i < length; i++)
            out[used++] = text[i];
        if (length == 0)
            length = 1;
        memcpy(out + used, text, length);
        used += length;
        text += length;
    }
    out[used++] = '\'';
    out[used] = '\0';
    return out;
}

/* RFC 4514 2.4. */
const char *rdn_value(struct making *making, const char *text)
{
    size_t length = strlen(text), used = 0, i;
    char *out = arena_bytes(&making->arena, 2 * length + 1);

    if (out == NULL) {
        making->failed = true;
        return "";
    }
    for (i = 0; i < length; i++) {
        bool is_end = i == 0 || i + 1 == length;

        if (strchr(",+\"\\<>;=", text[i]) != NULL ||
            (text[i] == ' ' && is_end) || (text[i] == '#' && i == 0))
            out[used++] = '\\';
        out[used++] = text[i];
    }
    out[used] = '\0';
    return out;
}

static __attribute__((format(printf, 3, 0))) void
add_text(struct making *making, struct plan_texts *texts, const char *words,
         va_list list)
{
    const char *text = format_list(making, words, list);
    char **rows = rows_grow(texts->rows, texts->count, sizeof(*rows));

    if (rows != NULL) {
        texts->rows = rows;
        rows[texts->count] = strdup(text);
    }
    if (rows == NULL || rows[texts->count] == NULL)
        making->failed = true;
    else
        texts->count++;
}

void add_cmdlet(struct making *making, const char *words, ...)
{
    va_list list;

    va_start(list, words);
    add_text(making, &making->step->cmdlets, words, list);
    va_end(list);
}

void add_remark(struct making *making, const char *words, ...)
{
    va_list list;

    va_start(list, words);
    add_text(making, &making->step->remarks, words, list);
    va_end(list);
}

/* The first builds, of September 2021, whose Setup refuses the old switch. */
static bool asks_for_data(enum version_line line, const struct version *version)
{
    enum { CU22_OF_2016 = 2375, CU11_OF_2019 = 986 };

    return line >= VERSION_SE ||
           (line == VERSION_2019 && version->build >= CU11_OF_2019) ||
           (line == VERSION_2016 && version->build >= CU22_OF_2016);
}

const char *setup_cmdlet(struct making *making, enum version_line line,
                         const struct version *version, const char *words)
{
    bool is_old = line <= VERSION_2010 && line != VERSION_UNKNOWN;

    return format(making, "Setup.%s %s%s%s", is_old ? "com" : "exe", words,
                  line >= VERSION_2013 ? " /IAcceptExchangeServerLicenseTerms"
                                       : "",
                  asks_for_data(line, version) ? "_DiagnosticDataOFF" : "");
}

const char *time_text(struct making *making, int64_t seconds)
{
    struct date date = date_of(seconds);

    return format(making, "%04d%02d%02d%02d%02d%02d.0Z", (int)date.year,
                  date.month, date.day, date.hour, date.minute, date.second);
}
