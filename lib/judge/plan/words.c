/* SPDX-License-Identifier: MIT */
/*
 * A step in words. Which verbs there are, and how many words each takes, is one
 * table; whether the names mean something, the forest tells later.
 */
#include "judge/plan/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Behind its name it has these, and no other words. */
static const char installs[] = "install";
static const char *const options[] = {"site", "version", "fqdn", "at",
                                      "certificate"};
enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

static const struct {
    const char *verb;
    size_t least, most;
    const char *usage;
} verbs[] = {
    {installs, 3, 6,
     "install NAME site=SITE version=\"Exchange 2019 CU15\" [fqdn=NAME] "
     "[at=2026-12-05] [certificate=FILE]"},
    {"database", 3, 3, "database NAME on SERVER"},
    {"remove-database", 1, 1, "remove-database NAME"},
    {"uninstall", 1, 1, "uninstall NAME"},
    {"scp-url", 2, 2, "scp-url NAME URL|none"},
    {"scp-sites", 2, PLAN_WORDS_MAX, "scp-sites NAME SITE...|none"},
    {"service-url", 3, 3, "service-url NAME ews|oab|ecp|mapi|rpc|um URL"},
    {"certificate", 2, PLAN_WORDS_MAX,
     "certificate NAME... FILE|trusted|SERVER"},
    {"shows", 2, 2, "shows HOST[:PORT] FILE"},
    {"move-mailboxes", 2, 2, "move-mailboxes FROM TO"},
    {"publish-root", 1, 1, "publish-root FILE|NAME"},
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

/* One word, unquoted in place; at its end. A quote begins and ends anywhere, so
 * that site="Head Quarters" is one word; two inside of quotes are one of the
 * word. false: a quote is open. */
static bool take_word(char **atp, char **outp)
{
    char *at = *atp, *out = *outp;
    bool is_quoted = false;

    for (; *at != '\0' && (is_quoted || *at != ' '); at++) {
        if (*at != '"')
            *out++ = *at;
        else if (is_quoted && at[1] == '"')
            *out++ = *at++;
        else
            is_quoted = !is_quoted;
    }
    if (*at == ' ')
        at++;
    *out++ = '\0';
    *atp = at;
    *outp = out;
    return !is_quoted;
}

static int split(struct plan_words *words, struct detail *detail)
{
    char *at = words->bytes, *out = words->bytes;

    for (;;) {
        while (*at == ' ')
            at++;
        if (*at == '\0')
            return ADSCP_OK;
        if (words->count == PLAN_WORDS_MAX)
            return detail_set(detail, ADSCP_E_ARGUMENT,
                              "the step has more than %d words",
                              (int)PLAN_WORDS_MAX);
        words->words[words->count++] = out;
        if (!take_word(&at, &out))
            return detail_set(detail, ADSCP_E_ARGUMENT,
                              "a double quote is missing");
    }
}

static bool is_option(const char *word, const char *name)
{
    size_t length = strlen(name);

    return strncmp(word, name, length) == 0 && word[length] == '=';
}

/* Which of the options a word gives; OPTIONS: none. */
static size_t option_of(const char *word)
{
    size_t i = 0;

    while (i < OPTIONS && !is_option(word, options[i]))
        i++;
    return i;
}

static int check_options(const struct plan_words *words, const char *usage,
                         struct detail *detail)
{
    bool given[OPTIONS] = {false};
    size_t i, option;

    for (i = 2; i < words->count; i++) {
        option = option_of(words->words[i]);
        if (option == OPTIONS)
            return detail_set(detail, ADSCP_E_ARGUMENT,
                              "\"%.60s\" is not understood; the step is: %s",
                              words->words[i], usage);
        if (given[option])
            return detail_set(detail, ADSCP_E_ARGUMENT,
                              "%s= is given twice; the step is: %s",
                              options[option], usage);
        given[option] = true;
    }
    return ADSCP_OK;
}

static int check(const struct plan_words *words, struct detail *detail)
{
    const char *verb = words->count > 0 ? words->words[0] : NULL;
    size_t i;

    if (verb == NULL)
        return detail_set(detail, ADSCP_E_ARGUMENT, "the step has no words");
    for (i = 0; i < VERBS && strcmp(verbs[i].verb, verb) != 0; i++)
        ;
    if (i == VERBS)
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "\"%.60s\" is no step: there are install, uninstall, "
                          "database, remove-database, scp-url, scp-sites, "
                          "service-url, certificate, "
                          "shows, move-mailboxes and publish-root",
                          verb);
    if (words->count - 1 < verbs[i].least || words->count - 1 > verbs[i].most)
        return detail_set(detail, ADSCP_E_ARGUMENT, "the step is: %s",
                          verbs[i].usage);
    return strcmp(verb, installs) == 0
               ? check_options(words, verbs[i].usage, detail)
               : ADSCP_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t plan_text_length(const char *text)
{
    bool is_quoted = false;
    size_t length = 0;

    for (; text[length] != '\0'; length++) {
        bool begins = length == 0 || is_blank(text[length - 1]);

        if (text[length] == '#' && begins && !is_quoted)
            break;
        is_quoted ^= text[length] == '"';
    }
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    return length;
}

int plan_split(const char *text, struct plan_words *words,
               struct detail *detail)
{
    size_t length = plan_text_length(text), i;
    int rc;

    *words = (struct plan_words){.count = 0};
    if (length > PLAN_STEP_MAX)
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "the step is longer than %d bytes",
                          (int)PLAN_STEP_MAX);
    if (!text_is_clean(text, length) && memchr(text, '\t', length) == NULL)
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "the step is not clean UTF-8 text");
    words->bytes = malloc(length + 2);
    words->words = calloc(PLAN_WORDS_MAX, sizeof(*words->words));
    if (words->bytes == NULL || words->words == NULL)
        return ADSCP_E_NOMEM;
    memcpy(words->bytes, text, length);
    words->bytes[length] = '\0';
    for (i = 0; i < length; i++)
        if (words->bytes[i] == '\t')
            words->bytes[i] = ' ';
    rc = split(words, detail);
    return rc == ADSCP_OK ? check(words, detail) : rc;
}

void plan_words_free(struct plan_words *words)
{
    free(words->bytes);
    free(words->words);
    *words = (struct plan_words){.count = 0};
}

/* ------------------------------------------------------------- looking up --
 */

const char *making_word(const struct making *making, size_t index)
{
    return making->question->words->words[index + 1];
}

size_t making_word_count(const struct making *making)
{
    return making->question->words->count - 1;
}

static const char *option(const struct plan_words *words, const char *name)
{
    size_t i;

    for (i = 2; i < words->count; i++)
        if (is_option(words->words[i], name))
            return words->words[i] + strlen(name) + 1;
    return NULL;
}

const char *making_option(const struct making *making, const char *name)
{
    return option(making->question->words, name);
}

bool plan_is_trusted(const char *word)
{
    return strcmp(word, "trusted") == 0;
}

bool plan_has_server(const struct adscp_forest *forest, const char *name)
{
    const struct directory *directory = forest->directories[0];
    size_t i;

    for (i = 0; i < directory->server_count; i++)
        if (text_equal_fold(directory->servers[i].name,
                            strlen(directory->servers[i].name), name,
                            strlen(name)))
            return true;
    return false;
}

const char *plan_file(const struct adscp_forest *forest,
                      const struct plan_words *words)
{
    const char *verb = words->words[0], *last = words->words[words->count - 1];

    if (strcmp(verb, "certificate") == 0 && plan_is_trusted(last))
        return NULL;
    if (strcmp(verb, "certificate") == 0)
        return plan_has_server(forest, last) ? NULL : last;
    if (strcmp(verb, "publish-root") == 0)
        return plan_has_server(forest, last) || plan_is_foreign(forest, last)
                   ? NULL
                   : last;
    if (strcmp(verb, "shows") == 0)
        return last;
    return strcmp(verb, installs) == 0 ? option(words, "certificate") : NULL;
}
