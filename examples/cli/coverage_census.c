/* SPDX-License-Identifier: MIT */
/*
 * The census beside a coverage: how many mailboxes there are, in words.
 */
#include "coverage.h"

#include <stdlib.h>

bool coverage_is_counted(const struct coverage_view *view)
{
    return adscp_forest_census_complete(
               adscp_coverage_forest(view->coverage)) >= 0;
}

bool coverage_census_complete(const struct coverage_view *view)
{
    return adscp_forest_census_complete(
               adscp_coverage_forest(view->coverage)) != 0;
}

/* "412 user mailboxes, 3 shared, ..." */
static void write_census(FILE *out, const adscp_forest *forest)
{
    static const char *const words[] = {
        [ADSCP_CENSUS_KIND_SHARED] = "shared",
        [ADSCP_CENSUS_KIND_ARCHIVE] = "archives",
        [ADSCP_CENSUS_KIND_ARBITRATION] = "for arbitration",
        [ADSCP_CENSUS_KIND_SYSTEM] = "of Exchange itself",
        [ADSCP_CENSUS_KIND_REMOTE] = "in Microsoft 365",
    };
    size_t kind;

    for (kind = 0; kind < sizeof(words) / sizeof(words[0]); kind++) {
        long long count = (long long)adscp_forest_census(forest, (int)kind);

        if (kind == ADSCP_CENSUS_KIND_MAILBOXES)
            fprintf(out, "%lld user mailbox%s", count, count == 1 ? "" : "es");
        else if (count > 0)
            fprintf(out, ", %lld %s", count, words[kind]);
    }
    fputs(adscp_forest_census_complete(forest) == 1
              ? ". "
              : "; not all could be counted. ",
          out);
}

void coverage_print_census(struct page *page, const struct coverage_view *view)
{
    char *text = NULL;
    FILE *out = coverage_is_counted(view) ? cli_stream(&text) : NULL;

    if (!coverage_is_counted(view))
        return;
    if (out != NULL) {
        write_census(out, adscp_coverage_forest(view->coverage));
        fputs("A row counts every mailbox on its servers: no directory says at "
              "which site a user works",
              out);
        text = cli_take(out, &text);
    }
    page_heading(page, "Census");
    fputs("  ", page->out);
    page_prose(page, 2, 2, page_text(page, text));
    free(text);
}
