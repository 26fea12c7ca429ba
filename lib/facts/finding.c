/* SPDX-License-Identifier: MIT */
/*
 * Findings: a row says which oddity, where, and with which words; the sentence
 * is put together when somebody reads it. What a code means stands in
 * finding.def and nowhere else. This room judges nothing.
 */
#include "facts/finding.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/forest.h"

struct meaning {
    const char *code;
    int severity;
    const char *sentence;
};

static const struct meaning meanings[FINDING_CODE_COUNT] = {
#define FINDING(name, code, severity, sentence)                                \
    [FINDING_##name] = {code, ADSCP_FINDING_SEVERITY_##severity, sentence},
#include "facts/finding.def"
#undef FINDING
};

struct adscp_finding *finding_add(struct finding_list *list,
                                  enum finding_code code)
{
    struct adscp_finding *row;

    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        struct adscp_finding *rows;

        if (capacity > SIZE_MAX / sizeof(*rows))
            return NULL;
        rows = realloc(list->rows, capacity * sizeof(*rows));
        if (rows == NULL)
            return NULL;
        list->rows = rows;
        list->capacity = capacity;
    }
    row = &list->rows[list->count++];
    *row = (struct adscp_finding){.code = code};
    return row;
}

void finding_list_free(struct finding_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        text_slot_free(&list->rows[i].sentence);
    free(list->rows);
    *list = (struct finding_list){0};
}

const char *finding_code_name(enum finding_code code)
{
    return meanings[code].code;
}

bool finding_code_find(const char *name, size_t length,
                       enum finding_code *codep)
{
    size_t i;

    for (i = 0; i < FINDING_CODE_COUNT; i++) {
        if (!text_is(name, length, meanings[i].code))
            continue;
        *codep = (enum finding_code)i;
        return true;
    }
    return false;
}

int finding_severity(const struct adscp_finding *finding)
{
    return meanings[finding->code].severity + finding->raised;
}

/* The text that a placeholder "{x}" stands for; NULL: it is none. */
static const char *placeholder(const char *at,
                               const struct adscp_finding *finding,
                               const char *number)
{
    const char *text = NULL;

    if (at[0] != '{' || at[1] == '\0' || at[2] != '}')
        return NULL;
    if (at[1] == 'n')
        return number;
    if (at[1] == 'a')
        text = finding->a;
    else if (at[1] == 'b')
        text = finding->b;
    else if (at[1] == 'c')
        text = finding->c;
    else
        return NULL;
    return text != NULL ? text : "";
}

/* Write the sentence to out, or nothing where out is NULL. Returns its length.
 */
static size_t expand(const struct adscp_finding *finding, char *out)
{
    const char *at = meanings[finding->code].sentence;
    char number[24];
    size_t used = 0;

    snprintf(number, sizeof(number), "%" PRId64, finding->n);
    while (*at != '\0') {
        const char *text = placeholder(at, finding, number);
        size_t length = text != NULL ? strlen(text) : 1;

        if (out != NULL)
            memcpy(out + used, text != NULL ? text : at, length);
        used += length;
        at += text != NULL ? strlen("{x}") : 1;
    }
    if (out != NULL)
        out[used] = '\0';
    return used;
}

static char *make_sentence(const void *of)
{
    const struct adscp_finding *finding = of;
    char *sentence = malloc(expand(finding, NULL) + 1);

    if (sentence != NULL)
        expand(finding, sentence);
    return sentence;
}

const char *finding_sentence(const struct adscp_finding *finding)
{
    /* Constant to its readers; the slot alone changes, once and atomically. */
    text_slot *slot = (text_slot *)(uintptr_t)&finding->sentence;

    return text_slot_get(slot, make_sentence, finding);
}

const char *finding_dn(const struct adscp_finding *finding)
{
    if (finding->dn != NULL)
        return finding->dn;
    return finding->scp != NULL ? scp_dn(finding->scp) : NULL;
}
