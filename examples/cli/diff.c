/* SPDX-License-Identifier: MIT */
/*
 * The command `diff`: two exports of one forest; what changed in it, and which
 * answers that changed.
 */
#include "whatif.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "spool.h"

struct diff {
    struct whatif whatif;
    adscp_forest *forests[2];
    adscp_comparison *facts;
};

enum { FACTS_SHOWN = 40 };

/* ------------------------------------------------------------------ words --
 */

static int count_facts(const struct diff *diff, const char *change)
{
    int i, found = 0, count = adscp_comparison_fact_count(diff->facts);

    for (i = 0; i < count; i++)
        found +=
            strcmp(adscp_comparison_fact_change(diff->facts, i), change) == 0;
    return found;
}

static bool is_whole(const struct diff *diff)
{
    return adscp_forest_complete(diff->forests[0]) == 1 &&
           adscp_forest_complete(diff->forests[1]) == 1;
}

/* The worst of the changes is their first line. */
static void put_answers(FILE *out, const struct diff *diff)
{
    const struct whatif_step *step = &diff->whatif.steps[0];
    const char *limit = is_whole(diff) ? "" : ", as far as was read";

    if (step->worse > 0) {
        whatif_put_pairs(out, (size_t)step->worse, "worse off");
        fprintf(out, ", and %d better off", step->better);
    } else if (step->gone > 0) {
        whatif_put_pairs(out, (size_t)step->gone,
                         "gone with a mailbox server whose mailboxes were not "
                         "counted");
        fprintf(out, "; no other answer is worse, and %d better off",
                step->better);
    } else if (step->better > 0) {
        fprintf(out, "No answer is worse%s; ", limit);
        whatif_put_pairs(out, (size_t)step->better, "better off");
    } else {
        fprintf(out, "No answer is worse or better%s", limit);
    }
    if (step->worse + step->gone > 0)
        fprintf(out, ": %s", diff->whatif.lines[0].text);
}

/* Which of the two, and why. */
static void put_incomplete(FILE *out, const struct diff *diff)
{
    bool first = adscp_forest_complete(diff->forests[0]) == 1;

    if (is_whole(diff))
        return;
    if (!caveat_incomplete_coverage(
            out,
            "; incomplete: ", first ? diff->whatif.after : diff->whatif.start))
        fprintf(out, "; incomplete: the %s one", first ? "second" : "first");
    fputs("; what was not read does not count as gone", out);
}

static void put_facts(FILE *out, const struct diff *diff)
{
    int facts = adscp_comparison_fact_count(diff->facts);

    if (facts == 0)
        fputs("What was read is the same", out);
    else
        fprintf(out,
                "%d difference%s in what was read: %d added, %d removed, %d "
                "changed",
                facts, facts == 1 ? "" : "s", count_facts(diff, "added"),
                count_facts(diff, "removed"), count_facts(diff, "changed"));
    if ((adscp_forest_sightings(diff->forests[0]) == NULL) !=
        (adscp_forest_sightings(diff->forests[1]) == NULL))
        fputs("; only one of them holds what servers showed on port 443, so "
              "that does not count",
              out);
    put_incomplete(out, diff);
    steps_write_unasked(out, "; ",
                        adscp_coverage_class_prediction(diff->whatif.start, 0));
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* NULL: there is none, or no such cell. */
static const char *first_url(const adscp_prediction *answer)
{
    return adscp_candidate_url(adscp_prediction_candidate(answer, 0));
}

/* Cells whose clients go somewhere else first; -1: out of memory. */
static int count_first(const struct diff *diff)
{
    adscp_comparison *moves = NULL;
    int i, count = 0,
           rc = adscp_coverage_compare(diff->whatif.start, diff->whatif.after,
                                       &moves);

    for (i = 0; i < adscp_comparison_move_count(moves); i++)
        count += !same_text(first_url(adscp_comparison_move_before(moves, i)),
                            first_url(adscp_comparison_move_after(moves, i)));
    adscp_comparison_free(moves);
    return rc == ADSCP_OK ? count : -1;
}

/* Two controllers: do they give the same SCPs, and the same first server? */
static void print_controllers(FILE *out, const struct diff *diff)
{
    int first = count_first(diff);
    bool disagree = adscp_comparison_finding_count(diff->facts) > 0;

    fprintf(out, "%s and %s %s the same SCPs, and ",
            adscp_forest_domain_controller(diff->forests[0]),
            adscp_forest_domain_controller(diff->forests[1]),
            disagree ? "do not give" : "give");
    if (first == 0)
        fputs("the same first server to every client", out);
    else
        fprintf(out, "another first server for %d pair%s of site and mailbox",
                first, first == 1 ? "" : "s");
}

static bool is_controllers(const struct diff *diff)
{
    return diff->whatif.cli->word_count == 0 &&
           adscp_forest_domain_controller(diff->forests[0]) != NULL &&
           adscp_forest_domain_controller(diff->forests[1]) != NULL;
}

static void print_head(struct page *page, const struct diff *diff)
{
    int facts = adscp_comparison_fact_count(diff->facts);
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    if (is_controllers(diff)) {
        print_controllers(line.out, diff);
        line_end(page, &line, PAGE_BOLD);
        if (!line_begin(page, &line))
            return;
    }
    if (facts == 0 && diff->whatif.line_count == 0 && is_whole(diff))
        fputs("The two say the same, and so do the answers", line.out);
    else
        put_answers(line.out, diff);
    line_end(page, &line, PAGE_BOLD);
    if (!line_begin(page, &line))
        return;
    put_facts(line.out, diff);
    line_end(page, &line, PAGE_PLAIN);
}

static void print_fact(struct page *page, const struct diff *diff, int fact)
{
    const char *attribute = adscp_comparison_fact_attribute(diff->facts, fact);
    const char *before = adscp_comparison_fact_before(diff->facts, fact);
    const char *after = adscp_comparison_fact_after(diff->facts, fact);

    fprintf(page->out, "  %-8s %-11s ",
            adscp_comparison_fact_change(diff->facts, fact),
            adscp_comparison_fact_kind(diff->facts, fact));
    page_prose(page, 23, 23, adscp_comparison_fact_dn(diff->facts, fact));
    if (attribute == NULL)
        return;
    fprintf(page->out, "    %s: %s -> %s\n", attribute,
            before != NULL ? before : "(none)",
            after != NULL ? after : "(none)");
}

static bool print(struct page *page, const void *about)
{
    const struct diff *diff = about;
    int i, count = adscp_comparison_fact_count(diff->facts);

    print_head(page, diff);
    if (diff->whatif.cli->brief)
        return true;
    if (diff->whatif.line_count > 0) {
        page_heading(page, "Answers");
        whatif_print_lines(page, &diff->whatif, 1);
    }
    if (count > 0)
        page_heading(page, "What was read");
    for (i = 0; i < count && i < FACTS_SHOWN; i++)
        print_fact(page, diff, i);
    if (count > FACTS_SHOWN)
        fprintf(page->out, "  and %d more; --json has all of them\n",
                count - FACTS_SHOWN);
    return true;
}

/* ------------------------------------------------------------------- JSON --
 */

static json_t *fact_json(struct diff *diff, int fact)
{
    struct document *document = &diff->whatif.document;
    json_t *object = json_object();

    json_set(document, object, "kind",
             json_text(adscp_comparison_fact_kind(diff->facts, fact)));
    json_set(document, object, "change",
             json_text(adscp_comparison_fact_change(diff->facts, fact)));
    json_set(document, object, "dn",
             json_text(adscp_comparison_fact_dn(diff->facts, fact)));
    json_set(document, object, "attribute",
             json_text(adscp_comparison_fact_attribute(diff->facts, fact)));
    json_set(document, object, "before",
             json_text(adscp_comparison_fact_before(diff->facts, fact)));
    json_set(document, object, "after",
             json_text(adscp_comparison_fact_after(diff->facts, fact)));
    return object;
}

static bool has_finding(const adscp_coverage *coverage,
                        const adscp_finding *finding)
{
    int i, count = adscp_coverage_finding_count(coverage);

    for (i = 0; i < count; i++) {
        const adscp_finding *row = adscp_coverage_finding(coverage, i);

        if (same_text(adscp_finding_code(row), adscp_finding_code(finding)) &&
            same_text(adscp_finding_dn(row), adscp_finding_dn(finding)) &&
            same_text(adscp_finding_text(row), adscp_finding_text(finding)))
            return true;
    }
    return false;
}

/* The findings of one coverage that the other one does not have. */
static void write_findings(struct diff *diff, FILE *out, const char *key,
                           const adscp_coverage *of,
                           const adscp_coverage *other)
{
    int i, written = 0, count = adscp_coverage_finding_count(of);
    /* What is odd about the two together is new. */
    int more = of == diff->whatif.after
                   ? adscp_comparison_finding_count(diff->facts)
                   : 0;

    fprintf(out, ",\n  \"%s\": [", key);
    for (i = 0; i < more; i++) {
        fputs(written++ > 0 ? ",\n    " : "\n    ", out);
        if (!json_write_finding(out, 4,
                                adscp_comparison_finding(diff->facts, i)))
            diff->whatif.document.failed = true;
    }
    for (i = 0; i < count; i++) {
        const adscp_finding *row = adscp_coverage_finding(of, i);

        if (has_finding(other, row))
            continue;
        fputs(written++ > 0 ? ",\n    " : "\n    ", out);
        if (!json_write_finding(out, 4, row))
            diff->whatif.document.failed = true;
    }
    fputc(']', out);
}

static char *json(struct diff *diff)
{
    struct whatif *whatif = &diff->whatif;
    struct document *document = &whatif->document;
    struct spool spool;
    FILE *out = spool_open(&spool);
    char *text;
    int i;

    if (out == NULL)
        return NULL;
    whatif_json_head(whatif, out, "diff");
    fprintf(out, ",\n  \"complete\": %s,\n  \"facts\": [",
            is_whole(diff) ? "true" : "false");
    for (i = 0; i < adscp_comparison_fact_count(diff->facts); i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", out);
        whatif_json_value(whatif, out, fact_json(diff, i));
    }
    fputc(']', out);
    whatif_json_moves(whatif, out, "moves", &whatif->moves);
    write_findings(diff, out, "findings_added", whatif->after, whatif->start);
    write_findings(diff, out, "findings_gone", whatif->start, whatif->after);
    fputs("\n}\n", out);
    text = spool_take(&spool, out);
    if (!document->failed)
        return text;
    free(text);
    return NULL;
}

/* -------------------------------------------------------------------- run --
 */

/* What was seen counts where both looked. */
static bool cover(const struct cli *cli, const struct diff *diff, int which,
                  adscp_coverage **out)
{
    const adscp_forest *forest = diff->forests[which];
    bool seen = adscp_forest_sightings(diff->forests[0]) != NULL &&
                adscp_forest_sightings(diff->forests[1]) != NULL;

    adscp_predictor_set_sightings(cli->predictor,
                                  seen ? adscp_forest_sightings(forest) : NULL);
    if (adscp_predictor_set_forest(cli->predictor, forest) != ADSCP_OK) {
        cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
        return false;
    }
    return coverage_cover_whole(cli, out);
}

static bool compare(const struct cli *cli, struct diff *diff)
{
    int rc =
        adscp_forest_compare(diff->forests[0], diff->forests[1], &diff->facts);

    if (rc == ADSCP_E_ARGUMENT) {
        cli_name_failure(rc);
        cli_fail("these are two different forests: %s and %s",
                 adscp_forest_config_dn(diff->forests[0]),
                 adscp_forest_config_dn(diff->forests[1]));
        return false;
    }
    if (rc != ADSCP_OK ||
        adscp_predictor_set_profile(cli->predictor, cli->profile) != ADSCP_OK) {
        cli_fail("out of memory");
        return false;
    }
    return cover(cli, diff, 0, &diff->whatif.start) &&
           cover(cli, diff, 1, &diff->whatif.after);
}

static int tell(const struct cli *cli, struct diff *diff)
{
    int64_t start = cli_clock_ns();
    int status;

    diff->whatif.before = diff->whatif.start;
    if (!whatif_tell_change(&diff->whatif, cli->json ? 0 : 1))
        return cli_fail("out of memory");
    status =
        cli_print(cli, cli->json ? json(diff) : page_write(print, diff), start);
    if (status != CLI_DONE)
        return status;
    if (diff->whatif.steps[0].worse > 0 || diff->whatif.steps[0].gone > 0)
        return CLI_ALERT;
    return is_whole(diff) ? CLI_DONE : CLI_PARTIAL;
}

bool diff_ready(struct cli *cli)
{
    int live = cli->uri_count > 0 ? cli->uri_count : cli->uri != NULL;

    if (cli->word_count + live == 2)
        return true;
    cli_fail("say what to compare: OLD and NEW, two exports; or one export and "
             "a live directory; or --uri twice");
    return false;
}

/* The live directory of this number. */
static int read_live(const struct cli *cli, int number, adscp_forest **forestp)
{
    int rc = ADSCP_OK;

    if (cli->uri_count > 0)
        rc = adscp_reader_set_uri(cli->reader, cli->uris[number]);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_timeout_ms(cli->reader, cli_left_ms(cli));
    if (rc == ADSCP_OK)
        rc = cli_read(cli, forestp);
    return rc == ADSCP_OK ? CLI_DONE : cli_unread(cli, rc);
}

/* Files first: what is live is the newer one. */
static int read_both(const struct cli *cli, adscp_forest *forests[2])
{
    int i, status = CLI_DONE;

    for (i = 0; i < 2 && status == CLI_DONE; i++)
        if (i >= cli->word_count)
            status = read_live(cli, i - cli->word_count, &forests[i]);
        else
            status = cli_read_file(cli, cli->words[i], &forests[i]);
    return status;
}

int diff_run(const struct cli *cli, const adscp_forest *forest)
{
    struct report report = {.cli = cli, .time = cli->time};
    struct diff diff = {
        .whatif = {.cli = cli, .document = {.report = &report}}};
    int status;

    (void)forest;
    status = read_both(cli, diff.forests);
    if (status == CLI_DONE)
        status = compare(cli, &diff) ? tell(cli, &diff) : CLI_LOCAL;
    adscp_comparison_free(diff.facts);
    whatif_clear(&diff.whatif);
    adscp_forest_free(diff.forests[0]);
    adscp_forest_free(diff.forests[1]);
    return status;
}
