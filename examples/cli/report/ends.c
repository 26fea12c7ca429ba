/* SPDX-License-Identifier: MIT */
/*
 * When certificates end: those that clients meet, and those that vouch for
 * them, on a line of time and in a table.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum {
    BARS_MOST = 30,
    LEFT = 220,
    WIDTH = 760,
    RIGHT = 110,
    BAR = 26,
    HEAD = 26,
    DAY = 86400,
    SOON = 30 * DAY,
    YEAR = 365 * DAY,
    SPAN_MOST = 10 /* years */
};

struct end {
    const adscp_certificate *certificate;
    const char *hash;
    const char *host; /* that shows it; NULL: it vouches for others */
    int64_t on;
};

struct ends {
    struct report_page *page;
    struct end *rows;
    size_t count, room;
    int64_t from, to; /* the line of time */
};

/* --------------------------------------------------------------- collect -- */

static void add(struct ends *ends, const adscp_certificate *certificate,
                const char *host)
{
    struct end *rows;
    size_t room = ends->room > 0 ? 2 * ends->room : 64;
    const char *hash = adscp_certificate_sha256(certificate);

    if (certificate == NULL || ends->page->html.failed ||
        adscp_certificate_problem(certificate) != NULL ||
        adscp_certificate_not_after(certificate) < 0)
        return;
    if (ends->count == ends->room) {
        rows = reallocarray(ends->rows, room, sizeof(*rows));
        ends->rows = rows != NULL ? rows : ends->rows;
        ends->room = rows != NULL ? room : ends->room;
    }
    if (hash == NULL || ends->count == ends->room) {
        ends->page->html.failed = true;
        return;
    }
    ends->rows[ends->count++] = (struct end){
        certificate, hash, host, adscp_certificate_not_after(certificate)};
}

static void add_chain(struct ends *ends, const adscp_alert *alert)
{
    int i, count = adscp_alert_chain_count(alert);

    for (i = 1; i < count; i++)
        add(ends, adscp_alert_chain(alert, i), NULL);
}

static void add_shown(void *about, const struct shown_host *shown)
{
    add(about, shown->certificate, shown->host);
    add_chain(about, shown->alert);
}

/* One certificate together, the hosts that show it first. */
static int compare_same(const void *a, const void *b)
{
    const struct end *left = a, *right = b;
    int order = strcmp(left->hash, right->hash);

    if (order != 0)
        return order;
    if (left->host == NULL || right->host == NULL)
        return (left->host == NULL) - (right->host == NULL);
    return strcmp(left->host, right->host);
}

static int compare_ends(const void *a, const void *b)
{
    const struct end *left = a, *right = b;

    if (left->on != right->on)
        return left->on < right->on ? -1 : 1;
    return strcmp(left->hash, right->hash);
}

/* Each once, the first end first. */
static void sort(struct ends *ends)
{
    size_t i, kept = 0;

    if (ends->count == 0)
        return;
    qsort(ends->rows, ends->count, sizeof(*ends->rows), compare_same);
    for (i = 0; i < ends->count; i++)
        if (kept == 0 ||
            strcmp(ends->rows[kept - 1].hash, ends->rows[i].hash) != 0)
            ends->rows[kept++] = ends->rows[i];
    ends->count = kept;
    qsort(ends->rows, ends->count, sizeof(*ends->rows), compare_ends);
}

static void find_span(struct ends *ends)
{
    int64_t last = ends->page->time + YEAR;
    size_t i;

    for (i = 0; i < ends->count && i < BARS_MOST; i++)
        if (ends->rows[i].on > last)
            last = ends->rows[i].on;
    ends->from = ends->page->time;
    ends->to = last + (last - ends->from) / 20;
    if (ends->to - ends->from > (int64_t)SPAN_MOST * YEAR)
        ends->to = ends->from + (int64_t)SPAN_MOST * YEAR;
}

/* ----------------------------------------------------------------- words -- */

static const char *name_of(const struct end *end)
{
    const char *name = adscp_certificate_common_name(end->certificate);

    if (name == NULL || name[0] == '\0')
        name = adscp_certificate_subject(end->certificate);
    return name != NULL && name[0] != '\0' ? name : "(no name)";
}

/* How near it is; also by which shape it ends. */
static const char *nearness(const struct ends *ends, const struct end *end)
{
    if (end->on < ends->page->time)
        return "ended";
    return end->on < ends->page->time + SOON ? "soon" : "later";
}

/* --------------------------------------------------------------- drawing -- */

static int place(const struct ends *ends, int64_t on)
{
    int64_t width = WIDTH - LEFT - RIGHT;

    if (on <= ends->from)
        return LEFT;
    if (on >= ends->to)
        return WIDTH - RIGHT;
    return LEFT + (int)((on - ends->from) * width / (ends->to - ends->from));
}

/* A line for each turn of a year, or of fewer where they would be crowded. */
static void draw_years(const struct ends *ends, int height)
{
    FILE *out = ends->page->html.out;
    char day[CLI_TIME_SIZE], text[32];
    int64_t on;
    int year;

    fprintf(out,
            "<path class=\"today\" d=\"M%d %dV%d\"/><text class=\"small\" "
            "x=\"%d\" y=\"14\" text-anchor=\"middle\">%s</text>",
            LEFT, HEAD - 6, height, LEFT, seen_day(ends->from, day));
    year = (int)strtol(day, NULL, 10);
    while (year++ < 9999) {
        snprintf(text, sizeof(text), "%d-01-01", year);
        if (!cli_time_parse(text, &on) || on >= ends->to)
            break;
        if (place(ends, on) - LEFT < 66)
            continue;
        fprintf(out,
                "<path class=\"tick\" d=\"M%d %dV%d\"/><text class=\"small\" "
                "x=\"%d\" y=\"14\" text-anchor=\"middle\">%d</text>",
                place(ends, on), HEAD - 6, height, place(ends, on), year);
    }
}

/* Gone: a cross; soon: a triangle; later: a dot; beyond the line: its tip. */
static void draw_end(FILE *out, const char *near, int x, int y)
{
    if (x == WIDTH - RIGHT)
        fprintf(out, "<path class=\"end %s\" d=\"M%d %dl10 7-10 7z\"/>", near,
                x, y - 7);
    else if (near[0] == 'e')
        fprintf(out,
                "<path class=\"end ended\" d=\"M%d %dl10 10m0-10l-10 10\"/>",
                x - 5, y - 5);
    else if (near[0] == 's')
        fprintf(out, "<path class=\"end soon\" d=\"M%d %dl7 12h-14z\"/>", x,
                y - 7);
    else
        fprintf(out,
                "<circle class=\"end later\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x,
                y);
}

static void draw_bar(const struct ends *ends, size_t index)
{
    const struct end *end = &ends->rows[index];
    struct html *html = &ends->page->html;
    const char *near = nearness(ends, end);
    int y = HEAD + (int)index * BAR + BAR / 2, x = place(ends, end->on);
    char day[CLI_TIME_SIZE];

    fprintf(html->out, "<text class=\"%s\" x=\"0\" y=\"%d\">",
            end->host != NULL ? "strong" : "small", y + 5);
    html_fit(html, name_of(end), 26);
    fprintf(html->out, "</text><path class=\"bar %s\" d=\"M%d %dH%d\"/>", near,
            LEFT, y, x);
    draw_end(html->out, near, x, y);
    fprintf(html->out, "<text class=\"small\" x=\"%d\" y=\"%d\">%s</text>\n",
            x + 13, y + 5, seen_day(end->on, day));
}

static void draw(const struct ends *ends)
{
    FILE *out = ends->page->html.out;
    size_t i, count = ends->count < BARS_MOST ? ends->count : BARS_MOST;
    int height = HEAD + (int)count * BAR + 6;

    fprintf(
        out,
        "<svg class=\"ends\" viewBox=\"0 0 %d %d\" role=\"img\" "
        "aria-labelledby=\"ends-title\" aria-describedby=\"ends-desc\">"
        "<title id=\"ends-title\">When certificates end</title>"
        "<desc id=\"ends-desc\">A line for each of %zu certificates, from "
        "the day that is judged to its end, the first end on top. The table "
        "below says the same.</desc>\n",
        WIDTH, height, count);
    draw_years(ends, height);
    for (i = 0; i < count; i++)
        draw_bar(ends, i);
    fputs("</svg>\n", out);
}

/* ----------------------------------------------------------------- table -- */

static void write_row(const struct ends *ends, const struct end *end)
{
    struct html *html = &ends->page->html;
    const char *subject = adscp_certificate_subject(end->certificate);
    char day[CLI_TIME_SIZE];

    fprintf(html->out, "<tr class=\"%s\"><td>%s</td><td>", nearness(ends, end),
            seen_day(end->on, day));
    html_days(html->out, ends->page->time, end->on);
    html_put(html, "</td><th scope=\"row\">");
    html_name(html,
              subject != NULL && subject[0] != '\0' ? subject : "(no name)");
    html_put(html, "</th><td>");
    if (end->host != NULL)
        html_name(html, end->host);
    else
        html_put(html, "vouches for others");
    html_put(html, "</td></tr>\n");
}

static void write_table(const struct ends *ends)
{
    struct html *html = &ends->page->html;
    size_t i;

    html_put(html, "<details><summary>The same as a table</summary>"
                   "<div class=\"scroll\"><table><thead><tr>"
                   "<th scope=\"col\">End</th><th scope=\"col\">When</th>"
                   "<th scope=\"col\">Certificate</th><th scope=\"col\">Shown "
                   "by</th></tr></thead><tbody>\n");
    for (i = 0; i < ends->count && i < ROWS_MOST; i++)
        write_row(ends, &ends->rows[i]);
    html_put(html, "</tbody></table></div></details>\n");
    if (i < ends->count)
        fprintf(html->out, "<p class=\"quiet\">%zu more end later.</p>\n",
                ends->count - i);
}

void ends_write(struct report_page *page)
{
    struct ends ends = {.page = page};
    int i;

    for (i = 0; i < page->view->count; i++)
        shown_each(answer_at(page, i), add_shown, &ends);
    sort(&ends);
    find_span(&ends);
    html_put(&page->html, "<section aria-labelledby=\"ends\">\n"
                          "<h2 id=\"ends\">When certificates end</h2>\n");
    if (ends.count > 0) {
        draw(&ends);
        write_table(&ends);
    } else {
        html_put(&page->html, "<p>No certificate is known.</p>\n");
    }
    html_put(&page->html, "</section>\n");
    free(ends.rows);
}
