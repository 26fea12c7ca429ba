/* SPDX-License-Identifier: MIT */
/*
 * What helps, as simulation shows: what "advise" names, which is the smallest
 * change that clears what can be cleared, with the cmdlets. It is sought for a
 * moment only.
 */
#include "report.h"

#include <stdlib.h>

enum { TIME_MOST_MS = 500, REMEDIES_MOST = 8 };

/* The answers that a remedy clears and no earlier one did. */
struct cleared {
    int count, place; /* the worst of them */
};

static struct cleared mark_cleared(const struct report_page *page,
                                   const adscp_advice *advice, int remedy,
                                   bool *helped)
{
    int i, count = adscp_advice_remedy_clears_count(advice, remedy);
    struct cleared cleared = {0, page->view->count};

    for (i = 0; i < count; i++) {
        int place = page->places[adscp_advice_remedy_clears(advice, remedy, i)];

        if (helped[place] || mark_of(answer_at(page, place)) == MARK_UNKNOWN)
            continue;
        helped[place] = true;
        cleared.count++;
        if (place < cleared.place)
            cleared.place = place;
    }
    return cleared;
}

static void write_cmdlets(struct html *html, const adscp_advice *advice,
                          int remedy)
{
    adscp_plan *plan = NULL;
    int i, k;

    if (adscp_advice_remedy_plan(advice, remedy, &plan) != ADSCP_OK) {
        html->failed = true;
        return;
    }
    html_put(html, "<details><summary>The cmdlets</summary>\n");
    for (i = 0; i < adscp_plan_step_count(plan); i++)
        for (k = 0; k < adscp_plan_cmdlet_count(plan, i); k++) {
            html_put(html, "<p><code>");
            html_text(html, adscp_plan_cmdlet(plan, i, k));
            html_put(html, "</code></p>\n");
        }
    html_put(html, "</details>");
    adscp_plan_free(plan);
}

static bool clears_too(const adscp_advice *advice, int remedy, int other)
{
    int i, k, count = adscp_advice_remedy_clears_count(advice, remedy);
    int most = adscp_advice_remedy_clears_count(advice, other);

    for (i = 0; i < count; i++) {
        for (k = 0; k < most; k++)
            if (adscp_advice_remedy_clears(advice, remedy, i) ==
                adscp_advice_remedy_clears(advice, other, k))
                break;
        if (k == most)
            return false;
    }
    return true;
}

/* The first one of another kind that does the same; -1: none. */
static int find_other(const adscp_advice *advice, int remedy)
{
    int i, count = adscp_advice_remedy_count(advice);

    for (i = 0; i < count; i++)
        if (adscp_advice_remedy_kind(advice, i) !=
                adscp_advice_remedy_kind(advice, remedy) &&
            clears_too(advice, remedy, i))
            return i;
    return -1;
}

static void write_other(struct html *html, const adscp_advice *advice,
                        int remedy)
{
    int other = find_other(advice, remedy);

    if (other < 0)
        return;
    html_put(html, "<p>Or: ");
    html_text(html, adscp_advice_remedy_text(advice, other));
    html_put(html, ".</p>\n");
    write_cmdlets(html, advice, other);
}

static void write_remedy(struct report_page *page, const adscp_advice *advice,
                         int remedy, const struct cleared *cleared)
{
    struct html *html = &page->html;

    html_put(html, "<li>");
    mark_draw(html, mark_of(answer_at(page, cleared->place)), true);
    html_put(html, " <div>");
    html_text(html, adscp_advice_remedy_text(advice, remedy));
    html_put(html, ". ");
    remedies_name_answers(html, cleared->place, cleared->count);
    write_cmdlets(html, advice, remedy);
    write_other(html, advice, remedy);
    html_put(html, "</div></li>\n");
}

/* NULL: none was found in time. */
static adscp_advice *seek(struct report_page *page)
{
    const struct cli *cli = page->view->cli;
    int64_t left = cli_left_ms(cli);
    adscp_advice *advice = NULL;
    int rc = adscp_predictor_set_timeout_ms(
        cli->predictor, left < TIME_MOST_MS ? (int)left : TIME_MOST_MS);

    if (rc == ADSCP_OK)
        rc =
            adscp_predictor_advise(cli->predictor, page->coverage, -1, &advice);
    if (rc == ADSCP_E_NOMEM)
        page->html.failed = true;
    return advice;
}

void advice_write(struct report_page *page, bool *helped)
{
    adscp_advice *advice = seek(page);
    int i, told = 0, count = adscp_advice_chosen_count(advice);

    for (i = 0; i < count && told < REMEDIES_MOST; i++) {
        int remedy = adscp_advice_chosen(advice, i);
        struct cleared cleared = mark_cleared(page, advice, remedy, helped);

        if (cleared.count == 0)
            continue;
        write_remedy(page, advice, remedy, &cleared);
        told++;
    }
    adscp_advice_free(advice);
}
