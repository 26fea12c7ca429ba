/* SPDX-License-Identifier: MIT */
/*
 * Two coverages of a change, with the numbers and the words of the whole.
 */
#include "whatif.h"

#include <stdlib.h>
#include <string.h>

void whatif_compared_free(struct compared *compared)
{
    adscp_comparison_free(compared->comparison);
    free(compared->sites);
    free(compared->homes);
    free(compared->to);
    free(compared->kept);
    free(compared->words);
}

/* The homes of a comparison, by the numbers of the whole: first those of the
 * beginning, in its order. */
static void number_homes(struct whatif *whatif, const adscp_coverage *before,
                         const adscp_coverage *after,
                         const struct compared *compared)
{
    const adscp_comparison *comparison = compared->comparison;
    int i, count = adscp_comparison_home_count(comparison);

    whatif->next_home = 0;
    for (i = 0; i < count; i++) {
        int from = adscp_comparison_home_before(comparison, i);
        int to = adscp_comparison_home_after(comparison, i);

        compared->homes[i] = whatif_home(whatif, from >= 0 ? before : after,
                                         from >= 0 ? from : to);
    }
    whatif->is_named = true;
    whatif->lived_in = count;
    for (i = 0; i < adscp_coverage_home_count(before); i++)
        whatif->lived_in -= adscp_coverage_home_moved_to(before, i) != NULL;
    whatif->next_home = 0;
    for (i = 0; i < count; i++) {
        int to = adscp_comparison_home_after(comparison, i);

        compared->to[i] = to >= 0 ? whatif_home(whatif, after, to) : -1;
    }
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
    compared->to = calloc((size_t)homes + 1, sizeof(int));
    compared->kept = calloc((size_t)homes + 1, sizeof(*compared->kept));
    if (compared->sites == NULL || compared->homes == NULL ||
        compared->to == NULL || compared->kept == NULL)
        return false;
    /* What was not read is not gone. */
    compared->loses = adscp_coverage_complete(after) == 1 ||
                      adscp_coverage_complete(before) != 1;
    for (i = 0; i < sites; i++)
        compared->sites[i] = whatif_site(
            whatif, adscp_comparison_site(compared->comparison, i), i);
    number_homes(whatif, before, after, compared);
    return !whatif->failed;
}

/* Where the words of an answer are, or would be, in a table that is never full.
 */
static struct word *place_of(const struct compared *compared,
                             const adscp_prediction *answer,
                             const adscp_prediction *other)
{
    size_t at = ((uintptr_t)answer >> 4) + 31 * ((uintptr_t)other >> 4);

    for (at &= compared->word_room - 1; compared->words[at].text != NULL;
         at = (at + 1) & (compared->word_room - 1))
        if (compared->words[at].answer == answer &&
            compared->words[at].other == other)
            break;
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
            *place_of(compared, old.words[i].answer, old.words[i].other) =
                old.words[i];
    free(old.words);
    return true;
}

static char *describe(struct whatif *whatif, const struct compared *compared,
                      const adscp_prediction *answer,
                      const adscp_prediction *other)
{
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    if (answer != NULL && other == answer)
        whatif_json_cell(whatif, out, answer);
    else if (other != NULL)
        whatif_difference(out, other, answer);
    else if (compared->users)
        verdict_users(out, answer);
    else
        verdict_short(out, answer);
    return cli_take(out, &text);
}

static const char *words_of(struct whatif *whatif, struct compared *compared,
                            const adscp_prediction *answer,
                            const adscp_prediction *other)
{
    struct word *word;

    if (!make_room(compared)) {
        whatif->failed = true;
        return "";
    }
    word = place_of(compared, answer, other);
    if (word->text == NULL) {
        *word = (struct word){
            answer, other,
            whatif_keep(whatif, describe(whatif, compared, answer, other))};
        compared->word_count++;
    }
    return word->text;
}

/* Nobody knows whether somebody lives in this home, and it is gone. */
bool whatif_is_gone(const struct compared *compared, int move)
{
    const adscp_comparison *comparison = compared->comparison;
    int home = adscp_comparison_move_home(comparison, move);

    return compared->loses && compared->to[home] < 0 &&
           adscp_comparison_move_before(comparison, move) != NULL &&
           adscp_comparison_home_mailboxes(comparison, home) < 0 &&
           adscp_comparison_home_server(comparison, home) != NULL;
}

struct whatif_cell whatif_cell_of(struct whatif *whatif,
                                  struct compared *compared, int move)
{
    const adscp_comparison *comparison = compared->comparison;
    const adscp_prediction *before =
        adscp_comparison_move_before(comparison, move);
    const adscp_prediction *after =
        adscp_comparison_move_after(comparison, move);
    int home = adscp_comparison_move_home(comparison, move);
    struct whatif_cell cell = {
        .gone = whatif_is_gone(compared, move),
        .site = compared->sites[adscp_comparison_move_site(comparison, move)],
        .home = compared->homes[home],
        .to = compared->to[home],
        .mailboxes = adscp_comparison_home_mailboxes(comparison, home),
        .change = adscp_comparison_move_change(comparison, move),
        .bad = after != NULL ? (int)verdict_rank(after) : RANKS,
        .before = words_of(whatif, compared, before, NULL),
        .after = words_of(whatif, compared, after, NULL),
    };

    if (!compared->users && before != NULL && after != NULL &&
        strcmp(cell.before, cell.after) == 0)
        cell.after = words_of(whatif, compared, after, before);
    return cell;
}

static const char *json_of(struct whatif *whatif, struct compared *compared,
                           const adscp_prediction *answer)
{
    return answer != NULL ? words_of(whatif, compared, answer, answer) : "null";
}

/* They are as many as all others together: no room is made to double. */
static struct whatif_move *add_move(struct whatif_moves *moves)
{
    size_t room = moves->room + moves->room / 8 + 1024;
    struct whatif_move *rows;

    if (moves->count == moves->room) {
        rows = realloc(moves->rows, room * sizeof(*rows));
        if (rows == NULL)
            return NULL;
        moves->rows = rows;
        moves->room = room;
    }
    return &moves->rows[moves->count++];
}

static bool keep_home(struct whatif *whatif, struct whatif_moves *moves,
                      uint32_t *kept, const struct whatif_home_move *home)
{
    struct whatif_home_move *rows;

    if (*kept != 0)
        return true;
    rows = whatif_grow(whatif, moves->homes, moves->home_count, sizeof(*rows));
    if (rows == NULL)
        return false;
    moves->homes = rows;
    rows[moves->home_count++] = *home;
    *kept = (uint32_t)moves->home_count;
    return true;
}

bool whatif_keep_move(struct whatif *whatif, struct whatif_moves *moves,
                      struct compared *compared, int move, int step,
                      const struct whatif_cell *cell)
{
    const adscp_comparison *comparison = compared->comparison;
    uint32_t *kept =
        &compared->kept[adscp_comparison_move_home(comparison, move)];
    const struct whatif_home_move home = {step, cell->home, cell->to,
                                          cell->mailboxes};
    struct whatif_move *row;

    if (!keep_home(whatif, moves, kept, &home))
        return false;
    row = add_move(moves);
    if (row == NULL)
        return false;
    *row = (struct whatif_move){
        .site = cell->site,
        .home = *kept - 1,
        .before = json_of(whatif, compared,
                          adscp_comparison_move_before(comparison, move)),
        .after = json_of(whatif, compared,
                         adscp_comparison_move_after(comparison, move))};
    return true;
}

void whatif_moves_free(struct whatif_moves *moves)
{
    free(moves->rows);
    free(moves->homes);
}
