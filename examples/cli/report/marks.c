/* SPDX-License-Identifier: MIT */
/*
 * The signs for what a user meets. Every one has its own outline, so that they
 * differ on a grey print and for those who see colours otherwise.
 */
#include "report.h"

static const struct {
    const char *name;
    const char *words;
    const char *outline; /* in a square of 24 by 24 */
} rows[MARKS] = {
    [MARK_NOTHING] = {"nothing", "No server in the directory",
                      "<circle class=\"ring\" cx=\"12\" cy=\"12\" r=\"9\"/>"
                      "<path class=\"line\" d=\"M8 12h8\"/>"},
    [MARK_FINE] = {"fine", "No alert",
                   "<circle class=\"solid\" cx=\"12\" cy=\"12\" r=\"10\"/>"
                   "<path class=\"cut\" d=\"M7.5 12.5l3 3 6-6.5\"/>"},
    [MARK_DOUBT] = {"doubt", "No alert, but in doubt",
                    "<circle class=\"ring\" cx=\"12\" cy=\"12\" r=\"9\"/>"
                    "<path class=\"solid\" d=\"M12 2a10 10 0 0 1 0 20z\"/>"},
    [MARK_UNKNOWN] = {"unknown", "Unknown",
                      "<path class=\"solid\" d=\"M12 1l11 11-11 11L1 12z\"/>"
                      "<path class=\"cut\" d=\"M9.4 9.6a2.6 2.6 0 1 1 3.7 "
                      "2.4c-.8.4-1.1.9-1.1 2M12 16.8v.4\"/>"},
    [MARK_ALERT] = {"alert", "Security Alert",
                    "<path class=\"solid\" d=\"M12 1.5L23 21.5H1z\"/>"
                    "<path class=\"cut\" d=\"M12 9v6M12 18v.4\"/>"},
    [MARK_BROKEN] = {"broken", "An error or a redirect in a circle",
                     "<path class=\"solid\" d=\"M1 2.5h22L12 22.5z\"/>"
                     "<path class=\"cut\" d=\"M8.5 6l7 6M15.5 6l-7 6\"/>"},
    [MARK_FAILURE] = {"failure", "An error that cannot be bypassed",
                      "<path class=\"solid\" d=\"M7.4 1h9.2L23 7.4v9.2L16.6 "
                      "23H7.4L1 16.6V7.4z\"/>"
                      "<path class=\"cut\" d=\"M8 8l8 8M16 8l-8 8\"/>"},
    [MARK_DEAD] = {"dead", "No connection",
                   "<path class=\"solid\" d=\"M2 2h20v20H2z\"/>"
                   "<path class=\"cut\" d=\"M5.5 12h4M14.5 12h4M10.5 "
                   "15.5l3-7\"/>"},
};

enum mark mark_of_outcome(int outcome)
{
    switch (outcome) {
    case ADSCP_ALERT_OUTCOME_NO_ALERT:
        return MARK_FINE;
    case ADSCP_ALERT_OUTCOME_UNCERTAIN:
        return MARK_UNKNOWN;
    case ADSCP_ALERT_OUTCOME_ALERT:
        return MARK_ALERT;
    case ADSCP_ALERT_OUTCOME_HARD_FAILURE:
        return MARK_FAILURE;
    case ADSCP_ALERT_OUTCOME_CONNECT_FAILURE:
        return MARK_DEAD;
    default:
        return MARK_NOTHING;
    }
}

enum mark mark_of(const adscp_prediction *answer)
{
    enum mark mark = mark_of_outcome(coverage_outcome(answer));

    if (verdict_rank(answer) == RANK_BROKEN)
        return MARK_BROKEN;
    return mark == MARK_FINE && adscp_prediction_doubtful(answer) == 1
               ? MARK_DOUBT
               : mark;
}

const char *mark_name(enum mark mark)
{
    return rows[mark].name;
}

const char *mark_words(enum mark mark)
{
    return rows[mark].words;
}

void mark_say(FILE *out, enum mark mark)
{
    const char *words = rows[mark].words;
    bool is_title = mark == MARK_ALERT; /* of the dialog */

    fprintf(out, "%c%s", is_title ? words[0] : words[0] - 'A' + 'a', words + 1);
}

void mark_define(struct html *html)
{
    int i;

    html_put(html, "<svg class=\"store\" width=\"0\" height=\"0\" "
                   "aria-hidden=\"true\" focusable=\"false\"><defs>\n");
    for (i = 0; i < MARKS; i++)
        fprintf(html->out,
                "<symbol id=\"m-%s\" viewBox=\"0 0 24 24\">%s</symbol>\n",
                rows[i].name, rows[i].outline);
    html_put(html, "</defs></svg>\n");
}

void mark_draw(struct html *html, enum mark mark, bool is_named)
{
    fprintf(html->out, "<svg class=\"mark %s\" viewBox=\"0 0 24 24\" ",
            rows[mark].name);
    if (is_named)
        fprintf(html->out, "role=\"img\" aria-label=\"%s\">", rows[mark].words);
    else
        html_put(html, "aria-hidden=\"true\">");
    fprintf(html->out, "<use href=\"#m-%s\"/></svg>", rows[mark].name);
}

void mark_place(struct html *html, enum mark mark, int x, int y, int size)
{
    fprintf(html->out,
            "<use class=\"mark %s\" href=\"#m-%s\" x=\"%d\" y=\"%d\" "
            "width=\"%d\" height=\"%d\"/>",
            rows[mark].name, rows[mark].name, x, y, size, size);
}
