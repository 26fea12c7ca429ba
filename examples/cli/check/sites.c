/* SPDX-License-Identifier: MIT */
/*
 * What anybody meets, at any site and wherever the mailbox is: the worst answer
 * in words, and how many sites have one as bad.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------- all answers -- */

/* What the judge of one client makes of a class. */
struct verdict {
    int state;
    bool raised;
};

static const adscp_prediction *answer_of(const struct check *check, int row)
{
    return adscp_coverage_class_prediction(check->sites->view->coverage, row);
}

static int outcome_of(const struct check *check, int row)
{
    return coverage_outcome(answer_of(check, row));
}

/* As for one client, with the words for it. */
static struct verdict judge_class(const struct check *whole, int row, FILE *out)
{
    struct check one = {.cli = whole->cli,
                        .answer = answer_of(whole, row),
                        .complete = whole->complete,
                        .out = out};

    check_answer(&one);
    return (struct verdict){one.state, one.raised};
}

static bool is_worse(struct verdict a, struct verdict b)
{
    return check_is_worse(a.state, b.state) ||
           (a.state == b.state && a.raised && !b.raised);
}

/* The first of the worst is told: classes come in the order of what the user
 * sees. */
static void judge_classes(struct check *check, struct verdict *verdicts,
                          FILE *scrap)
{
    const struct coverage_view *view = check->sites->view;
    int i, worst = view->classes[0];

    for (i = 0; i < view->count; i++) {
        int row = view->classes[i];

        rewind(scrap);
        verdicts[row] = judge_class(check, row, scrap);
        if (is_worse(verdicts[row], verdicts[worst]))
            worst = row;
    }
    if (verdicts[worst].raised)
        check_raise(check, verdicts[worst].state);
    check->sites->row = worst;
    check->answer = answer_of(check, worst);
    for (i = 0, check->outcome = -1; i < view->count; i++)
        if (outcome_of(check, view->classes[i]) > check->outcome)
            check->outcome = outcome_of(check, view->classes[i]);
}

static void find_cell(struct check_sites *sites)
{
    const struct coverage_view *view = sites->view;

    sites->site = adscp_coverage_class_site(view->coverage, sites->row, 0);
    while (!coverage_is_cell(view, sites->site, sites->home, sites->row))
        sites->home++;
}

/* --------------------------------------------------------------- counts -- */

static bool alerts(const struct check *check, int row)
{
    return outcome_of(check, row) >= ADSCP_ALERT_OUTCOME_ALERT;
}

/* The unknown site, which is the last, is none. */
static void mark_sites(const struct check *check, int row, bool *affected,
                       bool *alerting, bool is_affected)
{
    const adscp_coverage *coverage = check->sites->view->coverage;
    int i, count = adscp_coverage_class_site_count(coverage, row);

    for (i = 0; i < count; i++) {
        int site = adscp_coverage_class_site(coverage, row, i);

        affected[site] |= is_affected;
        alerting[site] |= alerts(check, row);
    }
}

static bool count_sites(struct check *check, const struct verdict *verdicts)
{
    struct check_sites *sites = check->sites;
    const adscp_coverage *coverage = sites->view->coverage;
    int i, count = adscp_coverage_site_count(coverage);
    bool *marks = calloc(2 * (size_t)count, sizeof(*marks));

    if (marks == NULL)
        return false;
    for (i = 0; i < adscp_coverage_class_count(coverage); i++)
        mark_sites(check, i, marks, marks + count,
                   verdicts[i].state == verdicts[sites->row].state);
    sites->count = count - 1;
    for (i = 0; i < sites->count; i++) {
        sites->affected += marks[i];
        sites->alerting += marks[count + i];
    }
    free(marks);
    return true;
}

/* Does an alert meet the mailboxes of this home at some site? */
static bool home_alerts(const struct check *check, int home)
{
    const adscp_coverage *coverage = check->sites->view->coverage;
    int i;

    for (i = 0; i < adscp_coverage_site_count(coverage); i++)
        if (alerts(check, adscp_coverage_cell(coverage, i, home)))
            return true;
    return false;
}

static void count_mailboxes(struct check *check)
{
    struct check_sites *sites = check->sites;
    const adscp_coverage *coverage = sites->view->coverage;
    int i, count = adscp_coverage_home_count(coverage);

    sites->mailboxes = coverage_is_counted(sites->view) ? 0 : -1;
    for (i = 0; i < count && sites->mailboxes >= 0; i++) {
        int found = adscp_coverage_home_mailboxes(coverage, i);

        if (found > 0 && home_alerts(check, i))
            sites->mailboxes += found;
    }
}

static int count_lonely(const adscp_coverage *coverage)
{
    int i, found = 0, count = adscp_coverage_finding_count(coverage);

    for (i = 0; i < count; i++) {
        const char *code =
            adscp_finding_code(adscp_coverage_finding(coverage, i));

        if (strcmp(code, "scp-none") == 0)
            return adscp_coverage_site_count(coverage) - 1;
        found += strcmp(code, "site-without-scp") == 0;
    }
    return found;
}

/* ---------------------------------------------------------------- words -- */

/* "at Branch for mailboxes on EX10 (ex10.corp.example): Outlook meets ..." */
static bool say_worst(struct check *check)
{
    const struct check_sites *sites = check->sites;
    const char *host = verdict_host(check->answer);

    if (!coverage_write_where(check->out, sites->view, &sites->row, 1, "any"))
        return false;
    if (host != NULL)
        fprintf(check->out, " (%s)", host);
    fputs(": ", check->out);
    judge_class(check, sites->row, check->out);
    if (sites->affected > 1)
        fprintf(check->out, "%d of %d sites are affected, ", sites->affected,
                sites->count);
    return true;
}

static bool say_fine(struct check *check)
{
    const struct coverage_view *view = check->sites->view;
    const char *limit = "";
    bool asked = false;
    int i;

    for (i = 0; i < view->count; i++)
        if (verdict_is_partial(answer_of(check, view->classes[i])))
            limit = " as far as is known";
    fprintf(check->out, "no alert%s at any site, wherever the mailbox is, ",
            limit);
    if (view->count > 0 &&
        steps_write_sooner(check->out, "", answer_of(check, view->classes[0])))
        fputs(", ", check->out);
    for (i = 0; i < view->count && !asked; i++)
        asked = steps_write_unasked(check->out, "",
                                    answer_of(check, view->classes[i]));
    fputs(asked ? ", " : "", check->out);
    return true;
}

/* What comes where nothing is wrong yet; else of interest is only how soon. */
static void judge_changes(struct check *check)
{
    const struct coverage_view *view = check->sites->view;
    int i;

    for (i = 0; i < view->count; i++)
        if (!alerts(check, view->classes[i]))
            check_find_change(check, answer_of(check, view->classes[i]));
    check_say_change(check);
    for (i = 0; i < view->count && check->change.days < 0; i++)
        check_find_change(check, answer_of(check, view->classes[i]));
}

/* Mailboxes that no answer is about: nobody knows their server. */
static void judge_astray(struct check *check)
{
    const adscp_coverage *coverage = check->sites->view->coverage;
    int i;

    for (i = 0; i < adscp_coverage_finding_count(coverage); i++) {
        const adscp_finding *finding = adscp_coverage_finding(coverage, i);

        if (strcmp(adscp_finding_code(finding), "census-astray") != 0)
            continue;
        check_say_start(check->out, finding, "; ");
        check_raise(check, CLI_CHECK_WARNING);
    }
}

static void judge_rest(struct check *check)
{
    const struct coverage_view *view = check->sites->view;

    check_leaving(check, answer_of(check, 0));
    check->lonely = count_lonely(view->coverage);
    check_say_lonely(check, NULL);
    judge_astray(check);
    if (check->complete)
        return;
    check_begin_cut(check);
    if (!caveat_incomplete_coverage(
            check->out, "the answer was cut short: ", view->coverage))
        fputs("not all mailboxes could be counted", check->out);
    fputs(", ", check->out);
}

static bool judge_all(struct check *check, struct verdict *verdicts)
{
    char *text = NULL;
    FILE *scrap = cli_stream(&text);

    if (scrap == NULL)
        return false;
    judge_classes(check, verdicts, scrap);
    text = cli_take(scrap, &text);
    free(text);
    if (text == NULL || !count_sites(check, verdicts))
        return false;
    find_cell(check->sites);
    count_mailboxes(check);
    return !check->raised ? say_fine(check) : say_worst(check);
}

static void judge(struct check *check)
{
    const adscp_coverage *coverage = check->sites->view->coverage;
    struct verdict *verdicts =
        calloc((size_t)adscp_coverage_class_count(coverage), sizeof(*verdicts));

    check->failed = verdicts == NULL || !judge_all(check, verdicts);
    free(verdicts);
    if (check->failed)
        return;
    check_behind(check);
    judge_changes(check);
    check_since(check, check->sites->view->sightings);
    judge_rest(check);
}

int check_sites_tell(const struct coverage_view *view)
{
    struct check_sites sites = {.view = view};
    struct check check = {.cli = view->cli,
                          .sites = &sites,
                          .complete =
                              adscp_coverage_complete(view->coverage) == 1 &&
                              coverage_census_complete(view) &&
                              adscp_coverage_looked(view->coverage) != 0};

    return check_tell(&check, judge);
}
