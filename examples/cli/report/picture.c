/* SPDX-License-Identifier: MIT */
/*
 * The picture of the whole: sites down, homes of mailboxes across, in each cell
 * the sign of what the user meets. It is a table, so that whoever hears the
 * page walks through it by row and column.
 */
#include "report.h"

#include <stdlib.h>

struct picture {
    struct report_page *page;
    struct matrix matrix;
    struct axis sites, homes;
};

static int shown(const struct axis *axis, int most)
{
    return axis->count < most ? axis->count : most;
}

/* --------------------------------------------------------------- columns -- */

static void write_more(struct html *html, const char *before, int count,
                       const char *behind)
{
    fprintf(html->out, "%sand ", before);
    html_number(html->out, count);
    fprintf(html->out, " more%s", behind);
}

/* -1: somebody did not count. */
static int64_t count_mailboxes(const struct picture *picture,
                               const struct bundle *bundle)
{
    int64_t sum = 0;
    int i;

    for (i = 0; i < bundle->count; i++) {
        int count = adscp_coverage_home_mailboxes(
            picture->page->coverage, picture->homes.order[bundle->first + i]);

        if (count < 0)
            return -1;
        sum += count;
    }
    return sum;
}

static void write_home(const struct picture *picture,
                       const struct bundle *bundle)
{
    struct html *html = &picture->page->html;
    int home = picture->homes.order[bundle->first];
    const adscp_server *server =
        adscp_coverage_home_server(picture->page->coverage, home);
    int64_t mailboxes = count_mailboxes(picture, bundle);

    html_put(html, "<th scope=\"col\">");
    html_name(html, home_name(picture->page, home));
    if (bundle->count > 1)
        write_more(html, " <span>", bundle->count - 1, "</span>");
    else if (adscp_server_version(server) != NULL) {
        html_put(html, " <span>");
        html_text(html, adscp_server_version(server));
        html_put(html, "</span>");
    }
    if (mailboxes >= 0) {
        html_put(html, " <span>");
        html_number(html->out, mailboxes);
        html_put(html,
                 mailboxes == 1 ? " mailbox</span>" : " mailboxes</span>");
    }
    html_put(html, "</th>\n");
}

static void write_head(const struct picture *picture)
{
    struct html *html = &picture->page->html;
    int i;

    html_put(html, "<thead><tr><th scope=\"col\">AD site</th>\n");
    for (i = 0; i < shown(&picture->homes, COLUMNS_MOST); i++)
        write_home(picture, &picture->homes.bundles[i]);
    html_put(html, "</tr></thead>\n");
}

/* ------------------------------------------------------------------ rows -- */

static void write_names(struct html *html, const struct picture *picture,
                        const struct bundle *bundle)
{
    int i;

    fprintf(html->out, "<details><summary>");
    html_name(html,
              site_name(picture->page, picture->sites.order[bundle->first]));
    write_more(html, " ", bundle->count - 1, "</summary><ul>");
    for (i = 1; i < bundle->count; i++) {
        html_put(html, "<li>");
        html_name(html, site_name(picture->page,
                                  picture->sites.order[bundle->first + i]));
        html_put(html, "</li>");
    }
    html_put(html, "</ul></details>");
}

/* Where the answers are too many to be told apart, the cell leads to those that
 * end alike. */
static void write_cell(const struct picture *picture, int site, int home)
{
    struct html *html = &picture->page->html;
    enum mark mark = matrix_mark(&picture->matrix, site, home);
    int row = picture->matrix.cells[site * picture->matrix.homes + home];

    if (picture->matrix.fold)
        fprintf(html->out, "<td class=\"%s\"><a href=\"#verdict-%s\">",
                mark_name(mark), mark_name(mark));
    else
        fprintf(html->out, "<td class=\"%s\"><a href=\"#answer-%d\">",
                mark_name(mark), answer_number(picture->page, row));
    mark_draw(html, mark, true);
    if (!picture->matrix.fold)
        fprintf(html->out,
                "<span class=\"number\"><span class=\"only-heard\">"
                ", answer </span>%d</span>",
                answer_number(picture->page, row));
    html_put(html, "</a></td>");
}

static void write_row(const struct picture *picture,
                      const struct bundle *bundle)
{
    struct html *html = &picture->page->html;
    int site = picture->sites.order[bundle->first], i;

    html_put(html, "<tr><th scope=\"row\">");
    if (bundle->count > 1)
        write_names(html, picture, bundle);
    else
        html_name(html, site_name(picture->page, site));
    html_put(html, "</th>");
    for (i = 0; i < shown(&picture->homes, COLUMNS_MOST); i++) {
        const struct bundle *column = &picture->homes.bundles[i];

        write_cell(picture, site, picture->homes.order[column->first]);
    }
    html_put(html, "</tr>\n");
}

/* ---------------------------------------------------------------- around -- */

static void write_legend(const struct picture *picture)
{
    struct html *html = &picture->page->html;
    int counts[MARKS] = {0};
    int site, home, i;

    for (site = 0; site < picture->matrix.sites; site++)
        for (home = 0; home < picture->matrix.homes; home++)
            counts[matrix_mark(&picture->matrix, site, home)]++;
    html_put(html,
             "<ul class=\"legend\" aria-label=\"What the signs mean\">\n");
    for (i = MARKS - 1; i >= 0; i--) {
        if (counts[i] == 0)
            continue;
        html_put(html, "<li>");
        mark_draw(html, (enum mark)i, false);
        fprintf(html->out, " %s <span class=\"quiet\">",
                mark_words((enum mark)i));
        html_count(html->out, counts[i], "cell");
        html_put(html, "</span></li>\n");
    }
    html_put(html, "</ul>\n");
}

static int count_behind(const struct axis *axis, int most)
{
    int i, lines = 0;

    for (i = most; i < axis->count; i++)
        lines += axis->bundles[i].count;
    return lines;
}

static void write_left_out(const struct picture *picture)
{
    struct html *html = &picture->page->html;
    int sites = count_behind(&picture->sites, GROUPS_MOST);
    int homes = count_behind(&picture->homes, COLUMNS_MOST);

    if (sites + homes == 0)
        return;
    html_put(html, "<p class=\"quiet\">Not drawn here: ");
    if (sites > 0)
        html_count(html->out, sites, "more site");
    fputs(sites > 0 && homes > 0 ? " and " : "", html->out);
    if (homes > 0)
        html_count(html->out, homes, "more server");
    html_put(html, ". <code>adscp coverage --csv</code> has them.</p>\n");
}

/* Servers that stand in one column. */
static void write_columns(const struct picture *picture)
{
    struct html *html = &picture->page->html;
    int i, k;

    if (picture->homes.count == picture->matrix.homes)
        return;
    html_put(html, "<details class=\"columns\"><summary>The servers of each "
                   "column</summary><ul>\n");
    for (i = 0; i < shown(&picture->homes, COLUMNS_MOST); i++) {
        const struct bundle *bundle = &picture->homes.bundles[i];

        html_put(html, "<li>");
        for (k = 0; k < bundle->count; k++) {
            html_put(html, k > 0 ? ", " : "");
            html_name(html, home_name(picture->page,
                                      picture->homes.order[bundle->first + k]));
        }
        html_put(html, "</li>\n");
    }
    html_put(html, "</ul></details>\n");
}

static void write_table(const struct picture *picture)
{
    struct html *html = &picture->page->html;
    int i;

    html_put(html,
             "<div class=\"scroll\" role=\"group\" tabindex=\"0\" "
             "aria-labelledby=\"matrix-title\">\n<table class=\"matrix\">\n"
             "<caption id=\"matrix-title\">What the user sees, by AD site and "
             "by the server that has the mailbox</caption>\n");
    write_head(picture);
    html_put(html, "<tbody>\n");
    for (i = 0; i < shown(&picture->sites, GROUPS_MOST); i++)
        write_row(picture, &picture->sites.bundles[i]);
    html_put(html, "</tbody></table></div>\n");
}

void picture_write(struct report_page *page)
{
    struct picture picture = {.page = page};
    struct html *html = &page->html;

    html_put(html, "<section aria-labelledby=\"coverage\">\n"
                   "<h2 id=\"coverage\">Who sees what</h2>\n");
    if (matrix_make(page, &picture.matrix) &&
        axis_of_sites(&picture.matrix, &picture.sites) &&
        axis_of_homes(&picture.matrix, &picture.homes)) {
        fprintf(html->out,
                "<p>Sites with the same answers stand in one row, the worst "
                "first. A cell leads to %s.</p>\n",
                picture.matrix.fold ? "the answers of its kind"
                                    : "its answer, drawn below");
        write_legend(&picture);
        write_table(&picture);
        write_columns(&picture);
        write_left_out(&picture);
    } else {
        html->failed = true;
    }
    html_put(html, "</section>\n");
    axis_clear(&picture.homes);
    axis_clear(&picture.sites);
    matrix_clear(&picture.matrix);
}
