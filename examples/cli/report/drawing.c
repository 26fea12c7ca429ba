/* SPDX-License-Identifier: MIT */
/*
 * The way of a client as a drawing: client, server, server, and below each
 * server the certificate that it shows. Boxes go from left to right, three in a
 * row.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum {
    IN_ROW = 3,
    BOX = 208,
    GAP = 46,
    EDGE = 22,
    WIDTH = IN_ROW * BOX + (IN_ROW - 1) * GAP + 2 * EDGE,
    BOX_HEIGHT = 74,
    CARD = 92,
    CARD_GAP = 16,
    ROW = BOX_HEIGHT + CARD_GAP + CARD + 34,
    TOP = 8,
    COLUMNS = 25, /* of a box's text */
    HOPS_MOST = 8,
    ISSUER_SIZE = 256
};

#define MORE ", \xe2\x80\xa6"

struct drawing {
    struct report_page *page;
    const adscp_prediction *answer;
    int row;
    int hops;    /* that are drawn */
    bool passed; /* the last box is the server behind a proxy */
};

static int box_x(int index)
{
    return EDGE + index % IN_ROW * (BOX + GAP);
}

static int box_y(int index)
{
    return TOP + index / IN_ROW * ROW;
}

static void write_line(struct drawing *drawing, const char *style, int x, int y,
                       const char *text, int columns)
{
    struct html *html = &drawing->page->html;

    fprintf(html->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", style, x, y);
    html_fit(html, text, columns);
    html_put(html, "</text>");
}

static void draw_box(struct drawing *drawing, int index, const char *style)
{
    fprintf(drawing->page->html.out,
            "<rect class=\"box %s\" x=\"%d\" y=\"%d\" width=\"%d\" "
            "height=\"%d\" rx=\"8\"/>",
            style, box_x(index), box_y(index), BOX, BOX_HEIGHT);
}

/* ---------------------------------------------------------------- client -- */

static const char *client_words(int profile)
{
    switch (profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return "Outlook";
    case ADSCP_PROFILE_EWS:
        return "EWS Managed API";
    case ADSCP_PROFILE_LEARN:
        return "Microsoft Learn sample";
    default:
        return "[MS-OXDISCO] client";
    }
}

/* "HQ, ...": the first of the sites. */
static void write_site(struct drawing *drawing)
{
    const adscp_coverage *coverage = drawing->page->coverage;
    int site = adscp_coverage_class_site(coverage, drawing->row, 0);
    struct line_text line;
    char *text;

    if (!html_begin(&drawing->page->html, &line))
        return;
    fputs(site_name(drawing->page, site), line.out);
    if (adscp_coverage_class_site_count(coverage, drawing->row) > 1)
        fputs(MORE, line.out);
    text = html_take(&drawing->page->html, &line);
    write_line(drawing, "small", EDGE + 46, TOP + 45, text, 21);
    free(text);
}

/* "mailbox on EX10", of the first of its homes. */
static void write_mailbox(struct drawing *drawing)
{
    const adscp_coverage *coverage = drawing->page->coverage;
    int home = adscp_coverage_class_home(coverage, drawing->row, 0);
    struct html *html = &drawing->page->html;
    struct line_text line;
    char *text;

    if (!html_begin(html, &line))
        return;
    if (adscp_coverage_home_kind(coverage, home) ==
        ADSCP_COVERAGE_HOME_KIND_NONE)
        fputs("mailbox not known", line.out);
    else
        fprintf(line.out, "mailbox %s %s",
                adscp_coverage_home_server(coverage, home) != NULL ? "on"
                                                                   : "in",
                home_name(drawing->page, home));
    if (adscp_coverage_class_home_count(coverage, drawing->row) > 1)
        fputs(MORE, line.out);
    text = html_take(html, &line);
    write_line(drawing, "small", EDGE + 46, TOP + 62, text, 21);
    free(text);
}

static void draw_client(struct drawing *drawing)
{
    int x = EDGE, y = TOP;

    draw_box(drawing, 0, "client");
    fprintf(drawing->page->html.out,
            "<path class=\"icon\" d=\"M%d %dh24v17h-24zM%d %dh12M%d %dv5\"/>",
            x + 12, y + 22, x + 18, y + 44, x + 24, y + 39);
    write_line(drawing, "strong", x + 46, y + 26,
               client_words(adscp_coverage_profile(drawing->page->coverage)),
               20);
    write_site(drawing);
    write_mailbox(drawing);
}

/* ---------------------------------------------------------------- arrows -- */

/* To the next box, beside it or at the beginning of the next row. */
static void draw_arrow(struct drawing *drawing, int to, const char *style)
{
    FILE *out = drawing->page->html.out;
    int y = box_y(to) + BOX_HEIGHT / 2;
    int from_y = box_y(to - 1) + BOX_HEIGHT / 2;

    if (to % IN_ROW != 0)
        fprintf(out, "<path class=\"way %s\" d=\"M%d %dH%d\"/>", style,
                box_x(to) - GAP + 3, y, box_x(to) - 9);
    else
        fprintf(out, "<path class=\"way %s\" d=\"M%d %dh12V%dH8V%dh5\"/>",
                style, box_x(to - 1) + BOX + 3, from_y, box_y(to) - 16, y);
    fprintf(out, "<path class=\"tip\" d=\"M%d %dl-10 -6v12z\"/>", box_x(to) - 1,
            y);
    if (to % IN_ROW != 0)
        fprintf(out, "<text class=\"step\" x=\"%d\" y=\"%d\">%d</text>",
                box_x(to) - GAP / 2, y - 9, to);
}

/* --------------------------------------------------------------- servers -- */

/* "by Corp Root CA": the first name of the issuer, cut where a comma ends it.
 */
static void write_issuer(struct drawing *drawing, int x, int y,
                         const adscp_certificate *certificate)
{
    const char *issuer = adscp_certificate_issuer(certificate);
    char text[ISSUER_SIZE] = "by ";
    size_t i;

    if (adscp_certificate_self_signed(certificate) == 1) {
        write_line(drawing, "small", x, y, "signed by itself", 21);
        return;
    }
    if (issuer == NULL)
        return;
    if (page_compare_start(issuer, "CN="))
        issuer += strlen("CN=");
    cli_copy(text + strlen(text), sizeof(text) - strlen(text), issuer);
    for (i = strlen("by "); text[i] != '\0'; i++)
        if (text[i] == ',' && text[i - 1] != '\\')
            break;
    text[i] = '\0';
    write_line(drawing, "small", x, y, text, 21);
}

/* Whose it is, beside the sign, and until when, below it. */
static void write_certificate(struct drawing *drawing, int x, int y,
                              const adscp_certificate *certificate, int source)
{
    const char *name = adscp_certificate_common_name(certificate);
    char text[CLI_TIME_SIZE + 32], day[CLI_TIME_SIZE];

    if (name == NULL)
        name = adscp_certificate_subject(certificate);
    if (name == NULL || name[0] == '\0')
        name = "(no name)";
    write_line(drawing, "strong", x + 43, y + 23, name, 19);
    write_issuer(drawing, x + 43, y + 41, certificate);
    snprintf(text, sizeof(text), "until %s, %s",
             seen_day(adscp_certificate_not_after(certificate), day),
             source == ADSCP_CERTIFICATE_SOURCE_DIRECTORY ? "forecast"
             : source == ADSCP_CERTIFICATE_SOURCE_ASSUMED ? "assumed"
                                                          : "seen");
    write_line(drawing, "small", x + 11, y + 62, text, 27);
}

static void write_unknown(struct drawing *drawing, int x, int y,
                          const adscp_certificate *certificate, enum mark mark)
{
    write_line(drawing, "small", x + 43, y + 29,
               certificate != NULL ? "cannot be read"
               : mark == MARK_DEAD ? "no answer"
                                   : "certificate unknown",
               21);
}

static void draw_card(struct drawing *drawing, int index, const adscp_hop *hop)
{
    FILE *out = drawing->page->html.out;
    int x = box_x(index), y = box_y(index) + BOX_HEIGHT + CARD_GAP;
    enum mark mark = mark_of_outcome(adscp_alert_outcome(adscp_hop_alert(hop)));
    const adscp_certificate *certificate = adscp_hop_certificate(hop);

    fprintf(out,
            "<path class=\"tie\" d=\"M%d %dv%d\"/><rect class=\"card %s\" "
            "x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>",
            x + BOX / 2, y - CARD_GAP, CARD_GAP, mark_name(mark), x, y, BOX,
            CARD);
    mark_place(&drawing->page->html, mark, x + 10, y + 13, 26);
    if (certificate != NULL && adscp_certificate_problem(certificate) == NULL)
        write_certificate(drawing, x, y, certificate,
                          adscp_hop_certificate_source(hop));
    else
        write_unknown(drawing, x, y, certificate, mark);
    write_line(drawing, "act", x + 11, y + 81, mark_words(mark), 27);
}

static bool is_dead(const adscp_hop *hop)
{
    return adscp_alert_outcome(adscp_hop_alert(hop)) ==
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

static bool is_unknown(const adscp_hop *hop)
{
    return !is_dead(hop) && adscp_hop_action(hop) == ADSCP_HOP_ACTION_UNKNOWN;
}

static const char *action_of(const adscp_hop *hop)
{
    if (is_dead(hop))
        return "cannot be reached";
    if (is_unknown(hop))
        return "what it does is unknown";
    return story_action(adscp_hop_action(hop));
}

static void draw_server(struct drawing *drawing, int index,
                        const adscp_hop *hop)
{
    const char *version = adscp_server_version(adscp_hop_server(hop));
    int x = box_x(index), y = box_y(index);

    draw_arrow(drawing, index, "");
    draw_box(drawing, index, "server");
    write_line(drawing, "strong", x + 14, y + 25, story_name(hop), COLUMNS - 1);
    write_line(drawing, "small", x + 14, y + 44,
               version != NULL                 ? version
               : adscp_hop_server(hop) == NULL ? "alias or several servers"
                                               : "of an unknown version",
               COLUMNS);
    write_line(drawing, "act", x + 14, y + 62, action_of(hop), COLUMNS);
    draw_card(drawing, index, hop);
}

/* The last server asks itself where it has the mailbox: only the other homes
 * stand behind it. One of many is none of these in particular. */
static const char *passed_name(const struct drawing *drawing, int homes)
{
    return homes == 1 ? home_name(drawing->page,
                                  adscp_coverage_class_home(
                                      drawing->page->coverage, drawing->row, 0))
                      : "The mailbox's server";
}

/* Behind a proxy the client meets no further certificate. */
static void draw_passed(struct drawing *drawing)
{
    int index = drawing->hops + 1;
    int homes =
        adscp_coverage_class_home_count(drawing->page->coverage, drawing->row);

    draw_arrow(drawing, index, "dashed");
    draw_box(drawing, index, "passed");
    write_line(drawing, "strong", box_x(index) + 14, box_y(index) + 25,
               passed_name(drawing, homes), COLUMNS - 1);
    write_line(drawing, "small", box_x(index) + 14, box_y(index) + 44,
               homes == 1 ? "has the mailbox and answers;" : "answers;",
               COLUMNS + 3);
    write_line(drawing, "small", box_x(index) + 14, box_y(index) + 61,
               "the client does not meet it", COLUMNS + 3);
}

/* ----------------------------------------------------------------- words -- */

/* The same for those who do not see it. */
static void describe_hop(FILE *out, const adscp_hop *hop, int index)
{
    const adscp_certificate *certificate = adscp_hop_certificate(hop);
    const char *subject = adscp_certificate_subject(certificate);
    char day[CLI_TIME_SIZE];

    fprintf(out, "%s %s", index == 0 ? "The client asks" : "Then it asks",
            story_name(hop));
    fprintf(out, is_unknown(hop) ? "; %s. " : ", which %s. ", action_of(hop));
    if (subject != NULL)
        fprintf(out, "Certificate: %s, until %s. ", subject,
                seen_day(adscp_certificate_not_after(certificate), day));
    fprintf(
        out, "%s. ",
        mark_words(mark_of_outcome(adscp_alert_outcome(adscp_hop_alert(hop)))));
}

static void describe(struct drawing *drawing, int number)
{
    struct html *html = &drawing->page->html;
    struct line_text line;
    int i;

    fprintf(html->out,
            "<title id=\"draw-%d-title\">The way of answer %d</title>"
            "<desc id=\"draw-%d-desc\">",
            number, number, number);
    if (html_begin(html, &line)) {
        for (i = 0; i < drawing->hops; i++)
            describe_hop(line.out, adscp_prediction_hop(drawing->answer, i), i);
        html_end_sentence(html, &line);
    }
    html_put(html, "</desc>\n");
}

/* ----------------------------------------------------------------- whole -- */

/* Is some mailbox on another server than the last one that the client meets? */
static bool is_passed(const struct drawing *drawing)
{
    const adscp_coverage *coverage = drawing->page->coverage;
    const adscp_hop *last =
        adscp_prediction_hop(drawing->answer, drawing->hops - 1);
    const char *own = adscp_server_dn(adscp_hop_server(last));
    int i, count = adscp_coverage_class_home_count(coverage, drawing->row);

    if (is_dead(last) || adscp_hop_action(last) != ADSCP_HOP_ACTION_PROXY)
        return false;
    for (i = 0; i < count; i++) {
        const char *dn = adscp_server_dn(adscp_coverage_home_server(
            coverage, adscp_coverage_class_home(coverage, drawing->row, i)));

        if (dn != NULL && (own == NULL || strcmp(dn, own) != 0))
            return true;
    }
    return false;
}

void drawing_write(struct report_page *page, int row)
{
    struct drawing drawing = {
        .page = page,
        .row = row,
        .answer = adscp_coverage_class_prediction(page->coverage, row)};
    struct html *html = &page->html;
    int i, boxes, number = answer_number(page, row);

    drawing.hops = adscp_prediction_hop_count(drawing.answer);
    if (drawing.hops <= 0)
        return;
    if (drawing.hops > HOPS_MOST)
        drawing.hops = HOPS_MOST;
    drawing.passed = is_passed(&drawing);
    boxes = drawing.hops + 1 + drawing.passed;
    fprintf(html->out,
            "<svg class=\"chain\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-labelledby=\"draw-%d-title\" "
            "aria-describedby=\"draw-%d-desc\">",
            WIDTH, box_y(boxes - 1) + ROW - 26, number, number);
    describe(&drawing, number);
    draw_client(&drawing);
    for (i = 0; i < drawing.hops; i++)
        draw_server(&drawing, i + 1, adscp_prediction_hop(drawing.answer, i));
    if (drawing.passed)
        draw_passed(&drawing);
    html_put(html, "</svg>\n");
}
