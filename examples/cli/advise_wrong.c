/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with the answers that advice is for, what stays so, and why
 * nothing helps.
 */
#include "advise.h"

/* Nobody answers there. */
bool advise_is_silent(const adscp_prediction *answer)
{
    return coverage_outcome(answer) == ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

/* The first problem of that kind that nothing helps against; NULL: none. */
static const adscp_prediction *find_silent(const struct advise *advise)
{
    int i, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);
        const adscp_prediction *answer =
            adscp_coverage_class_prediction(advise->view->coverage, row);

        if (advise_is_silent(answer) &&
            adscp_advice_best(advise->advice, row) < 0)
            return answer;
    }
    return NULL;
}

static bool is_unserved(const struct advise *advise, int row)
{
    return caveat_unserved(
        adscp_coverage_class_prediction(advise->view->coverage, row));
}

/* Does any of it leave something open: of unserved answers, or of others? */
static bool leaves_open(const struct advise *advise, bool unserved)
{
    const adscp_advice *advice = advise->advice;
    int i, k, count = adscp_advice_chosen_count(advice);

    for (i = 0; i < count; i++) {
        int remedy = adscp_advice_chosen(advice, i);

        for (k = 0; k < adscp_advice_remedy_unknown_count(advice, remedy); k++)
            if (is_unserved(advise, adscp_advice_remedy_unknown(advice, remedy,
                                                                k)) == unserved)
                return true;
    }
    return false;
}

/* What is wrong with the problems: some of them, or all, have no server. */
struct wrong {
    bool alert, unserved;
};

static struct wrong find_wrong(const struct advise *advise)
{
    struct wrong wrong = {false, false};
    int i, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);
        const adscp_prediction *answer =
            adscp_coverage_class_prediction(advise->view->coverage, row);

        wrong.unserved = wrong.unserved || caveat_unserved(answer);
        wrong.alert = wrong.alert ||
                      coverage_outcome(answer) >= ADSCP_ALERT_OUTCOME_ALERT ||
                      adscp_prediction_doubtful(answer) == 1;
    }
    return wrong;
}

/* " that alert, may alert or may get no answer" */
void advise_put_wrong(FILE *out, const struct advise *advise, int count)
{
    const struct wrong wrong = find_wrong(advise);
    const char *s = count == 1 ? "s" : "";

    if (!wrong.unserved)
        fprintf(out, " that alert%s or may alert", s);
    else if (!wrong.alert)
        fputs(" that may get no answer", out);
    else
        fprintf(out, " that alert%s, may alert or may get no answer", s);
}

bool advise_leaves_unserved(const struct advise *advise)
{
    return leaves_open(advise, true);
}

void advise_put_open(FILE *out, const struct advise *advise)
{
    if (leaves_open(advise, false))
        fputs(", as far as anything is known", out);
    if (advise_leaves_unserved(advise))
        fputs("; but the server may still not serve the mailbox", out);
}

void advise_put_nothing(FILE *out, const struct advise *advise)
{
    const adscp_prediction *silent = find_silent(advise);

    if (silent != NULL)
        fprintf(out,
                "%s cannot be reached and must answer first: no certificate, "
                "SCP or root helps before that",
                verdict_name(silent));
    else if (adscp_advice_complete(advise->advice) != 1)
        fputs("No remedy was found in the time there was", out);
    else if (!find_wrong(advise).alert)
        fputs("Nothing that was tried helps: no change of SCPs leads users to "
              "a server for their mailboxes without making another answer "
              "worse",
              out);
    else
        fputs("Nothing that was tried helps: no change of certificates, SCPs, "
              "virtual directories or roots clears an alert without making "
              "another answer worse",
              out);
}
