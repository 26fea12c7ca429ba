/* SPDX-License-Identifier: MIT */
/*
 * Two coverages of a change, with the numbers and the words of the whole.
 */
#include "whatif.h"

#include <stdlib.h>

void whatif_compared_free(struct compared *compared)
{
    adscp_comparison_free(compared->comparison);
    free(compared->sites);
    free(compared->homes);
    free(compared->words);
}

bool whatif_compare(struct whatif *whatif, const adscp_coverage *before,
                    const adscp_coverage *after, struct compared *compared)
{
    int sites, homes, i;

    if (adscp_coverage_compare(before, after, &compared->comparison) !=
        ADSCP_OK)
        return false;
    sites = adscp_comparison_site_count(compared->comparison);
    homes = adscp_comparison_home_count(compared->comparison);
    compared->sites = calloc((size_t)sites + 1, sizeof(int));
    compared->homes = calloc((size_t)homes + 1, sizeof(int));
    if (compared->sites == NULL || compared->homes == NULL)
        return false;
    for (i = 0; i < sites; i++)
        compared->sites[i] = whatif_site(
            whatif, adscp_comparison_site(compared->comparison, i), i);
    for (i = 0; i < homes; i++)
        compared->homes[i] = whatif_home(whatif, compared->comparison, i);
    return !whatif->failed;
}

/* Where the words of an answer are, or would be, in a table that is never full.
 */
static struct word *place_of(const struct compared *compared,
                             const adscp_prediction *answer)
{
    size_t at = ((uintptr_t)answer >> 4) & (compared->word_room - 1);

    while (compared->words[at].text != NULL &&
           compared->words[at].answer != answer)
        at = (at + 1) & (compared->word_room - 1);
    return &compared->words[at];
}

static bool make_room(struct compared *compared)
{
    struct compared old = *compared;
    size_t i;

    if (2 * (old.word_count + 1) < old.word_room)
        return true;
    compared->word_room = old.word_room > 0 ? 2 * old.word_room : 64;
    compared->words = calloc(compared->word_room, sizeof(*compared->words));
    if (compared->words == NULL) {
        compared->words = old.words;
        compared->word_room = old.word_room;
        return false;
    }
    for (i = 0; i < old.word_room; i++)
        if (old.words[i].text != NULL)
            *place_of(compared, old.words[i].answer) = old.words[i];
    free(old.words);
    return true;
}

static char *describe(const struct compared *compared,
                      const adscp_prediction *answer)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    if (compared->users)
        verdict_users(out, answer);
    else
        verdict_short(out, answer);
    return cli_take(out, &text);
}

static const char *words_of(struct whatif *whatif, struct compared *compared,
                            const adscp_prediction *answer)
{
    struct word *word;

    if (!make_room(compared)) {
        whatif->failed = true;
        return "";
    }
    word = place_of(compared, answer);
    if (word->text == NULL) {
        *word = (struct word){answer,
                              whatif_keep(whatif, describe(compared, answer))};
        compared->word_count++;
    }
    return word->text;
}

struct whatif_cell whatif_cell_of(struct whatif *whatif,
                                  struct compared *compared, int move)
{
    const adscp_comparison *comparison = compared->comparison;

    return (struct whatif_cell){
        .site = compared->sites[adscp_comparison_move_site(comparison, move)],
        .home = compared->homes[adscp_comparison_move_home(comparison, move)],
        .change = adscp_comparison_move_change(comparison, move),
        .before = words_of(whatif, compared,
                           adscp_comparison_move_before(comparison, move)),
        .after = words_of(whatif, compared,
                          adscp_comparison_move_after(comparison, move)),
    };
}
