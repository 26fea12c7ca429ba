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

#include "base/deadline.h"
#include "base/hash.h"
#include "base/sort.h"
#include "facts/forest.h"

struct meaning {
    const char *code;
    int severity;
    int about;
    const char *sentence;
};

static const struct meaning meanings[FINDING_CODE_COUNT] = {
#define FINDING(name, code, severity, about, sentence)                         \
    [FINDING_##name] = {code, ADSCP_FINDING_SEVERITY_##severity,               \
                        ADSCP_FINDING_ABOUT_##about, sentence},
#include "facts/finding.def"
#undef FINDING
};

/* ------------------------------------------------------------ parameters -- */

/* Where a parameter stands in struct finding_what; texts come first. */
struct parameter {
    const char *name;
    size_t length;
    size_t offset;
};

static const struct parameter parameters[FINDING_PARAMETER_COUNT] = {
#define X(name)                                                                \
    [FINDING_PARAMETER_##name] = {#name, sizeof(#name) - 1,                    \
                                  offsetof(struct finding_what, name)},
    FINDING_TEXTS(X) FINDING_NUMBERS(X)
#undef X
};

bool finding_parameter_is_number(enum finding_parameter name)
{
    switch (name) {
#define X(name) case FINDING_PARAMETER_##name:
        FINDING_NUMBERS(X)
#undef X
        return true;
    default:
        return false;
    }
}

const char *finding_parameter_name(enum finding_parameter name)
{
    return parameters[name].name;
}

static enum finding_parameter find_parameter(struct span name)
{
    size_t i;

    for (i = 1; i < FINDING_PARAMETER_COUNT; i++)
        if (name.length == parameters[i].length &&
            name.text[0] == parameters[i].name[0] &&
            memcmp(name.text, parameters[i].name, name.length) == 0)
            return (enum finding_parameter)i;
    return FINDING_PARAMETER_NONE;
}

void finding_set(struct adscp_finding *finding, enum finding_parameter name,
                 union finding_value value)
{
    size_t i;

    for (i = 0; i < FINDING_PARAMETERS_MAX; i++) {
        if (finding->names[i] != FINDING_PARAMETER_NONE)
            continue;
        finding->names[i] = (uint8_t)name;
        finding->values[i] = value;
        return;
    }
}

union finding_value finding_value(const struct adscp_finding *finding,
                                  enum finding_parameter name)
{
    size_t i;

    for (i = 0; i < FINDING_PARAMETERS_MAX; i++)
        if (finding->names[i] == name)
            return finding->values[i];
    return (union finding_value){0};
}

static union finding_value told_value(const struct finding_what *what,
                                      enum finding_parameter name)
{
    const char *at = (const char *)what + parameters[name].offset;
    union finding_value value = {0};

    if (finding_parameter_is_number(name))
        memcpy(&value.number, at, sizeof(value.number));
    else
        memcpy(&value.text, at, sizeof(value.text));
    return value;
}

/* Keep what was told. */
static void take(struct adscp_finding *finding, const struct finding_what *what)
{
    int i;

    for (i = 1; i < FINDING_PARAMETER_COUNT; i++) {
        enum finding_parameter name = (enum finding_parameter)i;
        union finding_value value = told_value(what, name);

        if (finding_parameter_is_number(name) ? value.number != 0
                                              : value.text != NULL)
            finding_set(finding, name, value);
    }
}

/* -------------------------------------------------------------- identity -- */

static uint32_t hash_text(const char *text)
{
    return text != NULL ? hash_bytes(text, strlen(text)) : 0;
}

static bool same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

/* The parameters lie in one order in all findings of a code. */
uint32_t finding_hash(const struct adscp_finding *finding)
{
    uint32_t hash = hash_join(finding->code, hash_text(finding->dn));
    size_t i;

    for (i = 0; i < FINDING_PARAMETERS_MAX; i++) {
        enum finding_parameter name = finding->names[i];

        if (name == FINDING_PARAMETER_NONE)
            break;
        hash = hash_join(hash, finding_parameter_is_number(name)
                                   ? (uint32_t)finding->values[i].number
                                   : hash_text(finding->values[i].text));
    }
    return hash;
}

static bool same_value(const struct adscp_finding *a,
                       const struct adscp_finding *b, size_t i)
{
    if (a->names[i] != b->names[i])
        return false;
    if (a->names[i] == FINDING_PARAMETER_NONE)
        return true;
    return finding_parameter_is_number(a->names[i])
               ? a->values[i].number == b->values[i].number
               : same_text(a->values[i].text, b->values[i].text);
}

bool finding_same(const struct adscp_finding *a, const struct adscp_finding *b)
{
    size_t i;

    if (a->code != b->code || a->scp != b->scp || a->raised != b->raised ||
        !same_text(a->dn, b->dn) || !same_text(a->words, b->words))
        return false;
    for (i = 0; i < FINDING_PARAMETERS_MAX; i++)
        if (!same_value(a, b, i))
            return false;
    return true;
}

/* ------------------------------------------------------------------ list -- */

int finding_add_row(struct finding_list *list,
                    const struct adscp_finding *finding)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        struct adscp_finding *rows;

        if (capacity > SIZE_MAX / sizeof(*rows))
            return ADSCP_E_NOMEM;
        rows = realloc(list->rows, capacity * sizeof(*rows));
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        list->rows = rows;
        list->capacity = capacity;
    }
    /* Somebody may be making the other one's sentence. */
    memcpy(&list->rows[list->count], finding,
           offsetof(struct adscp_finding, sentence));
    atomic_init(&list->rows[list->count++].sentence, NULL);
    return ADSCP_OK;
}

int finding_add(struct finding_list *list, enum finding_code code,
                struct finding_what what)
{
    struct adscp_finding finding = {.code = (uint16_t)code,
                                    .raised = what.raised,
                                    .about = ADSCP_FINDING_ABOUT_ABSENT,
                                    .words = what.words,
                                    .dn = what.dn,
                                    .scp = what.scp};

    take(&finding, &what);
    return finding_add_row(list, &finding);
}

/* The DN of its object in two pieces; false: it is about none. */
static bool split_dn(const struct adscp_finding *finding, const char *pieces[2])
{
    const struct adscp_scp *scp = finding->scp;

    pieces[0] = scp != NULL && finding->dn == NULL ? scp->dn_head : finding->dn;
    pieces[1] = scp != NULL && finding->dn == NULL
                    ? scp->forest->tails[scp->dn_tail]
                    : "";
    return pieces[0] != NULL;
}

/* By object, and then by code. */
static int compare(const struct adscp_finding *a, const struct adscp_finding *b)
{
    const char *first[2], *second[2];
    bool has_first = split_dn(a, first), has_second = split_dn(b, second);
    int order;

    if (!has_first || !has_second)
        return has_first - has_second;
    order = text_compare_joined(first, second);
    return order != 0 ? order : (a->code > b->code) - (a->code < b->code);
}

static int compare_rows(const void *a, const void *b)
{
    return compare(a, b);
}

static bool is_sorted(const struct adscp_finding *rows, size_t count)
{
    size_t i;

    for (i = 1; i < count; i++)
        if (compare(&rows[i - 1], &rows[i]) > 0)
            return false;
    return true;
}

int finding_list_sort(struct finding_list *list, size_t first,
                      const struct deadline *deadline)
{
    struct adscp_finding *rows, *sorted = NULL;
    size_t count = list->count - first, i;
    const void **places = NULL;
    int rc = ADSCP_E_NOMEM;

    if (count == 0) /* there may be no rows to point at */
        return ADSCP_OK;
    rows = list->rows + first;
    if (is_sorted(rows, count))
        return ADSCP_OK;
    places = malloc(2 * count * sizeof(*places));
    sorted = malloc(count * sizeof(*sorted));
    if (places == NULL || sorted == NULL)
        goto out;
    for (i = 0; i < count; i++)
        places[i] = &rows[i];
    rc = sort_pointers(places, places + count, count, compare_rows, deadline);
    if (rc != ADSCP_OK)
        goto out;
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        memcpy(&sorted[i], places[i], sizeof(*sorted));
        rc = deadline_check_row(deadline, i);
    }
    if (rc == ADSCP_OK)
        memcpy(rows, sorted, count * sizeof(*rows));
out:
    free(places);
    free(sorted);
    return rc;
}

void finding_list_free(struct finding_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        text_slot_free(&list->rows[i].sentence);
    free(list->rows);
    *list = (struct finding_list){0};
}

/* ------------------------------------------------------------------ code -- */

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

/* An SCP that names sites is of interest there. */
int finding_about(const struct adscp_finding *finding)
{
    int about = meanings[finding->code].about;

    if (finding->about != ADSCP_FINDING_ABOUT_ABSENT)
        return finding->about;
    if (about == ADSCP_FINDING_ABOUT_FOREST && finding->scp != NULL &&
        (finding->scp->flags & SCP_SITE) != 0)
        return ADSCP_FINDING_ABOUT_SITE;
    return about;
}

const char *finding_dn(const struct adscp_finding *finding)
{
    if (finding->dn != NULL)
        return finding->dn;
    return finding->scp != NULL ? scp_dn(finding->scp) : NULL;
}

/* -------------------------------------------------------------- sentence -- */

/* A piece of a sentence in braces; finding.def tells the kinds. */
struct placeholder {
    enum { PLAIN, MORE, WORDS, UNSAID } kind;
    enum finding_parameter name;
    struct span fallback;
    size_t length; /* with the braces */
};

static bool read_placeholder(const char *at, struct placeholder *placeholder)
{
    const char *end = at[0] == '{' ? strchr(at, '}') : NULL, *bar;
    struct span name;

    if (end == NULL)
        return false;
    *placeholder = (struct placeholder){.length = (size_t)(end - at) + 1};
    name = (struct span){at + 1, (size_t)(end - at) - 1};
    if (text_is(name.text, name.length, "more")) {
        placeholder->kind = MORE;
        placeholder->name = FINDING_PARAMETER_count;
        return true;
    }
    if (name.text[0] == '-') {
        placeholder->kind = UNSAID;
        name = (struct span){name.text + 1, name.length - 1};
    }
    bar = memchr(name.text, '|', name.length);
    if (bar != NULL) {
        placeholder->fallback = (struct span){bar + 1, (size_t)(end - bar) - 1};
        name.length = (size_t)(bar - name.text);
    }
    if (text_is(name.text, name.length, "words")) {
        placeholder->kind = WORDS;
        return true;
    }
    placeholder->name = find_parameter(name);
    return true;
}

size_t finding_parameters(const struct adscp_finding *finding,
                          enum finding_parameter names[FINDING_PARAMETERS_MAX])
{
    const char *at = meanings[finding->code].sentence;
    struct placeholder placeholder;
    size_t count = 0, i;

    for (; (at = strchr(at, '{')) != NULL; at++) {
        if (!read_placeholder(at, &placeholder) || placeholder.kind == WORDS)
            continue;
        for (i = 0; i < count && names[i] != placeholder.name; i++)
            ;
        if (i == count && count < FINDING_PARAMETERS_MAX)
            names[count++] = placeholder.name;
    }
    return count;
}

enum { NUMBER_MAX = 48 };

static size_t write_more(char out[NUMBER_MAX], int64_t count)
{
    out[0] = '\0';
    return count > 0 ? (size_t)snprintf(out, NUMBER_MAX,
                                        " (and %" PRId64 " more)", count)
                     : 0;
}

const char *finding_and_more(struct arena *arena, int64_t count)
{
    char text[NUMBER_MAX];

    return arena_copy(arena, text, write_more(text, count));
}

/* What stands for the placeholder; a number is written to `number`. */
static struct span fill(const struct adscp_finding *finding,
                        const struct placeholder *placeholder,
                        char number[NUMBER_MAX])
{
    union finding_value value = finding_value(finding, placeholder->name);
    const char *text = value.text;

    number[0] = '\0';
    if (placeholder->kind == UNSAID)
        return (struct span){"", 0};
    if (placeholder->kind == WORDS) {
        text = finding->words;
    } else if (placeholder->kind == MORE) {
        write_more(number, value.number - 1);
        text = number;
    } else if (finding_parameter_is_number(placeholder->name)) {
        snprintf(number, NUMBER_MAX, "%" PRId64, value.number);
        text = number;
    }
    return text != NULL ? (struct span){text, strlen(text)}
                        : placeholder->fallback;
}

/* Write the sentence to out, or nothing where out is NULL. Returns its length.
 */
static size_t expand(const struct adscp_finding *finding, char *out)
{
    const char *at = meanings[finding->code].sentence;
    char number[NUMBER_MAX];
    size_t used = 0;

    while (*at != '\0') {
        struct placeholder placeholder = {.length = 1};
        struct span piece = {at, 1};

        if (read_placeholder(at, &placeholder))
            piece = fill(finding, &placeholder, number);
        else /* up to the next one */
            placeholder.length = piece.length += strcspn(at + 1, "{");
        if (out != NULL && piece.length > 0)
            memcpy(out + used, piece.text, piece.length);
        used += piece.length;
        at += placeholder.length;
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
