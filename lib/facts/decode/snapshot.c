/* SPDX-License-Identifier: MIT */
/*
 * What a snapshot says about the reading that it was taken of (snapshot.h). A
 * line that is not understood, as of a later release, says nothing.
 */
#include "facts/decode/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/census.h"

/* A clean copy of the rest of a line, which the first one of its kind fills. */
static int keep_text(struct decoder *decoder, struct span rest,
                     const char **textp)
{
    if (*textp != NULL)
        return ADSCP_OK;
    *textp = text_keep(decoder->forest->arena, rest.text, rest.length, NULL);
    return *textp != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static bool is_first(const struct decoder *decoder)
{
    return decoder->directory == decoder->forest->directories[0];
}

/* ------------------------------------------------------------ single lines --
 */

static int tell_directory(struct decoder *decoder, struct span rest)
{
    decoder->shown_count = 0; /* numbers are those of one snapshot */
    decoder->snapshot_begun = true;
    decode_take(&rest, ' ');
    return rest.length > 0
               ? keep_text(decoder, rest, &decoder->directory->target)
               : ADSCP_OK;
}

static int tell_source(struct decoder *decoder, struct span rest)
{
    if (text_is(rest.text, rest.length, "ldap"))
        decoder->directory->first_hand = true;
    return ADSCP_OK;
}

static int tell_cut(struct decoder *decoder, struct span rest)
{
    (void)rest;
    decoder->directory->complete = false;
    return ADSCP_OK;
}

static int tell_problem(struct decoder *decoder, struct span rest)
{
    struct span number = decode_take(&rest, ' ');
    int64_t code;

    decoder->directory->complete = false;
    decoder->directory->problem = ADSCP_E_DIRECTORY;
    if (number.length > 1 && number.text[0] == '-' &&
        decode_number(number.text + 1, number.length - 1, &code) &&
        code < 1000 && adscp_error_name((int)-code) != NULL)
        decoder->directory->problem = (int)-code;
    return keep_text(decoder, rest, &decoder->directory->problem_text);
}

static int tell_mail(struct decoder *decoder, struct span rest)
{
    name_id id = forest_find_name(decoder->forest, rest.text, rest.length);

    if (id < decoder->forest->asked_count)
        decoder->looked_for[id] = true;
    return ADSCP_OK;
}

/* The census of the directory, which is now the snapshot's. */
static struct census *told_census(struct decoder *decoder)
{
    struct directory *directory = decoder->directory;

    if (directory->census == NULL)
        directory->census = census_new();
    if (directory->census != NULL && !directory->census->is_told) {
        census_restart(directory->census);
        directory->census->is_told = true;
    }
    return directory->census;
}

static int tell_census(struct decoder *decoder, struct span rest)
{
    struct census *census = told_census(decoder);

    if (census == NULL)
        return ADSCP_E_NOMEM;
    if (!text_is(rest.text, rest.length, "whole"))
        census->complete = false;
    return ADSCP_OK;
}

/* More than there are people. */
enum { MAILBOXES_MAX = INT32_MAX };

/* Never more than fits: a snapshot may have been edited. */
static int64_t take_count(struct span *rest)
{
    struct span number = decode_take(rest, ' ');
    int64_t count;

    return decode_number(number.text, number.length, &count) &&
                   count <= MAILBOXES_MAX
               ? count
               : 0;
}

static int tell_mailboxes(struct decoder *decoder, struct span rest)
{
    struct census *census = told_census(decoder);
    struct span kind = decode_take(&rest, ' ');
    int i;

    if (census == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < CENSUS_KINDS; i++)
        if (text_is(kind.text, kind.length, census_kind_name(i)))
            census->counts[i] = take_count(&rest);
    return ADSCP_OK;
}

static int tell_mailboxes_in(struct decoder *decoder, struct span rest)
{
    struct census *census = told_census(decoder);
    int64_t count = take_count(&rest);

    return census != NULL && census_add(census, rest, count) ? ADSCP_OK
                                                             : ADSCP_E_NOMEM;
}

static int tell_mailboxes_astray(struct decoder *decoder, struct span rest)
{
    return tell_mailboxes_in(
        decoder, (struct span){rest.text, decode_take(&rest, ' ').length});
}

static int tell_domain(struct decoder *decoder, struct span rest)
{
    return is_first(decoder)
               ? keep_text(decoder, rest, &decoder->forest->domain)
               : ADSCP_OK;
}

static int tell_domain_by_mail(struct decoder *decoder, struct span rest)
{
    (void)rest;
    if (is_first(decoder))
        decoder->forest->domain_by_mail = true;
    return ADSCP_OK;
}

static int tell_foreign_domain(struct decoder *decoder, struct span rest)
{
    struct span name = decode_take(&rest, ' ');

    if (!is_first(decoder) || name.length == 0 || rest.length == 0 ||
        forest_add_foreign_domain(decoder->forest, name, rest))
        return ADSCP_OK;
    return ADSCP_E_NOMEM;
}

static int tell_site(struct decoder *decoder, struct span rest)
{
    return is_first(decoder)
               ? keep_text(decoder, rest, &decoder->forest->client_site)
               : ADSCP_OK;
}

static int tell_address(struct decoder *decoder, struct span rest)
{
    return is_first(decoder)
               ? keep_text(decoder, rest, &decoder->forest->client_address)
               : ADSCP_OK;
}

static int tell_looked(struct decoder *decoder, struct span rest)
{
    return is_first(decoder) ? decode_looked(decoder, rest) : ADSCP_OK;
}

static int tell_shown(struct decoder *decoder, struct span rest)
{
    return is_first(decoder) ? decode_shown(decoder, rest) : ADSCP_OK;
}

static int tell_sighted(struct decoder *decoder, struct span rest)
{
    return is_first(decoder) ? decode_sighted(decoder, rest) : ADSCP_OK;
}

static int tell_end(struct decoder *decoder, struct span rest)
{
    (void)rest;
    if (!decoder->snapshot_begun) /* its head was broken, or cut off */
        decoder->directory->complete = false;
    decoder->snapshot_begun = false;
    decoder->in_snapshot = false;
    return ADSCP_OK;
}

static int keep_part(struct decoder *decoder, struct span part,
                     const char **textp)
{
    return part.length > 0 ? keep_text(decoder, part, textp) : ADSCP_OK;
}

/* A note has one number and two texts at most. */
enum { NOTE_TEXTS = 2 };

/* Texts and number as they stand in the sentence. */
static int tell_parameters(struct decoder *decoder, struct adscp_finding *note,
                           struct span number,
                           const struct span texts[NOTE_TEXTS])
{
    enum finding_parameter names[FINDING_PARAMETERS_MAX];
    size_t count = finding_parameters(note, names), text = 0, i;

    for (i = 0; i < count; i++) {
        union finding_value value = {0};

        if (finding_parameter_is_number(names[i])) {
            if (!decode_number(number.text, number.length, &value.number))
                value.number = 0;
        } else if (text == NOTE_TEXTS) {
            continue;
        } else if (keep_part(decoder, texts[text++], &value.text) != ADSCP_OK) {
            return ADSCP_E_NOMEM;
        } else if (value.text == NULL) {
            continue;
        }
        finding_set(note, names[i], value);
    }
    return ADSCP_OK;
}

static int tell_note(struct decoder *decoder, struct span rest)
{
    struct span name = decode_take(&rest, '\t'),
                number = decode_take(&rest, '\t');
    struct finding_list *notes = &decoder->directory->notes;
    struct span texts[NOTE_TEXTS];
    struct finding_what what = {0};
    enum finding_code code;
    int rc;

    if (!finding_code_find(name.text, name.length, &code))
        return ADSCP_OK;
    rc = keep_part(decoder, decode_take(&rest, '\t'), &what.dn);
    if (rc == ADSCP_OK)
        rc = finding_add(notes, code, what);
    if (rc != ADSCP_OK)
        return rc;
    texts[0] = decode_take(&rest, '\t');
    texts[1] = rest;
    return tell_parameters(decoder, &notes->rows[notes->count - 1], number,
                           texts);
}

/* What people of the export had at all, whoever is in the snapshot. */
static int tell_people(struct decoder *decoder, struct span rest)
{
    struct people *people = &decoder->directory->people;
    struct span word;

    people->count = (uint32_t)take_count(&rest);
    people->away = (uint32_t)take_count(&rest);
    for (word = decode_take(&rest, ' '); word.length > 0;
         word = decode_take(&rest, ' ')) {
        people->has_proxies |= text_is(word.text, word.length, "proxies");
        people->has_mail |= text_is(word.text, word.length, "mail");
        people->has_alias |= text_is(word.text, word.length, "alias");
        people->has_home |= text_is(word.text, word.length, "home");
        people->has_target |= text_is(word.text, word.length, "target");
    }
    return ADSCP_OK;
}

/* ---------------------------------------------------------------- all lines --
 */

struct word {
    const char *word;
    int (*tell)(struct decoder *decoder, struct span rest);
};

static const struct word words[] = {
    {"directory", tell_directory},
    {"source", tell_source},
    {"cut", tell_cut},
    {"problem", tell_problem},
    {"mail", tell_mail},
    {"people", tell_people},
    {"census", tell_census},
    {"mailboxes", tell_mailboxes},
    {"mailboxes-in", tell_mailboxes_in},
    {"mailboxes-astray", tell_mailboxes_astray},
    {"domain", tell_domain},
    {"domain-by-mail", tell_domain_by_mail},
    {"foreign-domain", tell_foreign_domain},
    {"site", tell_site},
    {"in-no-site", tell_site},
    {"address", tell_address},
    {"looked", tell_looked},
    {"shown", tell_shown},
    {"seen", tell_sighted},
    {"note", tell_note},
    {"end", tell_end},
};

static int tell(struct decoder *decoder, struct span line)
{
    struct span word = decode_take(&line, ' ');
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (text_is(word.text, word.length, words[i].word))
            return words[i].tell(decoder, line);
    return ADSCP_OK;
}

int decode_told(struct decoder *decoder, const struct value_list *list)
{
    int rc = ADSCP_OK;
    size_t i;

    if (list->count > 0 && decoder->looked_for == NULL) {
        decoder->looked_for = calloc((size_t)decoder->forest->asked_count + 1,
                                     sizeof(*decoder->looked_for));
        if (decoder->looked_for == NULL)
            return ADSCP_E_NOMEM;
    }
    decoder->in_snapshot |= list->count > 0;
    for (i = 0; i < list->count && rc == ADSCP_OK; i++)
        rc = tell(decoder, list->rows[i]);
    return rc;
}

/* An export with people in it has all of them, so that who is not there does
 * not exist. A snapshot has those that were looked for when it was taken. */
void decode_told_finish(struct decoder *decoder)
{
    uint32_t asked = decoder->forest->asked_count, i;

    if (decoder->looked_for == NULL)
        return;
    for (i = 0; i < asked && decoder->looked_for[i]; i++)
        ;
    if (asked > 0 && i == asked)
        decoder->directory->recipients_read = true;
}
