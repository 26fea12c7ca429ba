/* SPDX-License-Identifier: MIT */
/*
 * What anybody meets, as metrics in the text format 0.0.4 of Prometheus. A
 * label keeps its value from run to run, and stands once: where two sites or
 * two servers have one name, the worse counts.
 */
#include "check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define UP                                                                     \
    "# HELP adscp_up Whether the directory was read and judged.\n"             \
    "# TYPE adscp_up gauge\n"                                                  \
    "adscp_up "

const char check_metrics_down[] = UP "0\n";

/* One line; of equal labels the first one of the order counts. */
struct sample {
    const char *first, *second; /* values of labels */
    int64_t value;              /* by which they are compared */
    int64_t number;             /* that is said; negative: there is none */
};

struct metrics {
    const struct check *check;
    FILE *out;
    struct sample *samples;
    size_t count, capacity;
    bool failed; /* out of memory */
};

/* ----------------------------------------------------------------- text -- */

static void write_head(struct metrics *metrics, const char *name,
                       const char *help)
{
    fprintf(metrics->out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void write_single(struct metrics *metrics, const char *name,
                         const char *help, int64_t value)
{
    write_head(metrics, name, help);
    fprintf(metrics->out, "%s %" PRId64 "\n", name, value);
}

/* The value of a label, in quotes; what is invisible is shown. */
static void write_label(struct metrics *metrics, const char *name,
                        const char *value)
{
    char *shown = cli_visible(strdup(value)), *p;

    metrics->failed |= shown == NULL;
    fprintf(metrics->out, "%s=\"", name);
    for (p = shown; p != NULL && *p != '\0'; p++)
        if (*p == '\n')
            fputs("\\n", metrics->out);
        else
            fprintf(metrics->out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    fputc('"', metrics->out);
    free(shown);
}

/* -------------------------------------------------------------- samples -- */

static void add_number(struct metrics *metrics, const char *first,
                       const char *second, int64_t value, int64_t number)
{
    if (metrics->count == metrics->capacity) {
        size_t capacity = metrics->capacity > 0 ? 2 * metrics->capacity : 64;
        struct sample *samples =
            reallocarray(metrics->samples, capacity, sizeof(*samples));

        metrics->failed |= samples == NULL;
        if (samples == NULL)
            return;
        metrics->samples = samples;
        metrics->capacity = capacity;
    }
    metrics->samples[metrics->count++] =
        (struct sample){first, second, value, number};
}

static void add(struct metrics *metrics, const char *first, const char *second,
                int64_t value)
{
    add_number(metrics, first, second, value, value);
}

static int compare_labels(const struct sample *a, const struct sample *b)
{
    int order = strcmp(a->first, b->first);

    return order != 0 ? order : strcmp(a->second, b->second);
}

/* The greatest value first. */
static int compare_worst(const void *a, const void *b)
{
    const struct sample *left = a, *right = b;
    int order = compare_labels(left, right);

    return order != 0
               ? order
               : (left->value < right->value) - (left->value > right->value);
}

/* The smallest value first. */
static int compare_soonest(const void *a, const void *b)
{
    int order = compare_labels(a, b);

    return order != 0 ? order : compare_worst(b, a);
}

/* Every label once; then they are forgotten. `names` are those of labels. */
static void write_samples(struct metrics *metrics, const char *name,
                          const char *const names[2],
                          int (*compare)(const void *a, const void *b))
{
    size_t i;

    if (metrics->count > 0)
        qsort(metrics->samples, metrics->count, sizeof(*metrics->samples),
              compare);
    for (i = 0; i < metrics->count; i++) {
        const struct sample *sample = &metrics->samples[i];

        if (i > 0 && compare_labels(sample - 1, sample) == 0)
            continue;
        fprintf(metrics->out, "%s{", name);
        write_label(metrics, names[0], sample->first);
        if (names[1] != NULL) {
            fputc(',', metrics->out);
            write_label(metrics, names[1], sample->second);
        }
        if (sample->number >= 0)
            fprintf(metrics->out, "} %" PRId64 "\n", sample->number);
        else
            fputs("} NaN\n", metrics->out);
    }
    metrics->count = 0;
}

/* ------------------------------------------------------------- outcomes -- */

static const adscp_coverage *coverage_of(const struct metrics *metrics)
{
    return metrics->check->sites->view->coverage;
}

static enum verdict_rank rank_of(const struct metrics *metrics, int row)
{
    return verdict_rank(
        adscp_coverage_class_prediction(coverage_of(metrics), row));
}

/* What is said for each; the first numbers have been there from the beginning.
 */
static const struct {
    int number; /* negative: there is none */
    const char *name;
} outcomes[RANKS] = {
    [RANK_FINE] = {0, "no-alert"},        [RANK_UNKNOWN] = {1, "uncertain"},
    [RANK_NOTHING] = {-1, "no-server"},   [RANK_ALERT] = {2, "alert"},
    [RANK_BROKEN] = {5, "error"},         [RANK_FAILURE] = {3, "hard-failure"},
    [RANK_DEAD] = {4, "connect-failure"},
};

/* A label, and the cells that have it: of a class, those of its sites or of its
 * homes. */
struct places {
    const char *metric, *label, *help;
    int (*count)(const adscp_coverage *coverage, int row);
    int (*place)(const adscp_coverage *coverage, int row, int index);
    const char *(*name)(const adscp_coverage *coverage, int place);
};

static const char *site_name(const adscp_coverage *coverage, int site)
{
    const char *name = adscp_coverage_site(coverage, site);

    return name != NULL ? name : "";
}

static void write_places(struct metrics *metrics, const struct places *places)
{
    const adscp_coverage *coverage = coverage_of(metrics);
    int row, i;

    write_head(metrics, places->metric, places->help);
    for (row = 0; row < adscp_coverage_class_count(coverage); row++)
        for (i = 0; i < places->count(coverage, row); i++)
            add_number(metrics,
                       places->name(coverage, places->place(coverage, row, i)),
                       "", rank_of(metrics, row),
                       outcomes[rank_of(metrics, row)].number);
    write_samples(metrics, places->metric,
                  (const char *const[2]){places->label}, compare_worst);
}

static const struct places places[] = {
    {"adscp_site_outcome", "site",
     "The worst that users at an AD site see, from best to worst: 0 no-alert, "
     "1 "
     "uncertain, NaN no server in the directory, 2 alert, 5 an error or a "
     "redirect in a circle, "
     "3 hard-failure, 4 connect-failure; the site \"\" is the unknown one.",
     adscp_coverage_class_site_count, adscp_coverage_class_site, site_name},
    {"adscp_home_outcome", "home",
     "The worst that users see, by the server of the mailbox, \"remote\", or "
     "\"none\" for a user without a mailbox; values as of "
     "adscp_site_outcome.",
     adscp_coverage_class_home_count, adscp_coverage_class_home,
     coverage_home_name},
};

/* By the worst over all sites of each home. False: out of memory. */
static bool sum_mailboxes(const struct metrics *metrics, int64_t *sums)
{
    const adscp_coverage *coverage = coverage_of(metrics);
    int row, i, homes = adscp_coverage_home_count(coverage);
    enum verdict_rank *worst = calloc((size_t)homes, sizeof(*worst));

    if (worst == NULL)
        return false;
    for (row = 0; row < adscp_coverage_class_count(coverage); row++)
        for (i = 0; i < adscp_coverage_class_home_count(coverage, row); i++) {
            int home = adscp_coverage_class_home(coverage, row, i);

            if (rank_of(metrics, row) > worst[home])
                worst[home] = rank_of(metrics, row);
        }
    for (i = 0; i < homes; i++)
        if (adscp_coverage_home_mailboxes(coverage, i) > 0)
            sums[worst[i]] += adscp_coverage_home_mailboxes(coverage, i);
    free(worst);
    return true;
}

static void write_mailboxes(struct metrics *metrics)
{
    static const char name[] = "adscp_mailboxes";
    int64_t sums[RANKS] = {0};
    int i;

    if (!coverage_is_counted(metrics->check->sites->view))
        return;
    metrics->failed |= !sum_mailboxes(metrics, sums);
    write_head(metrics, name,
               "Mailboxes by the worst that their users see at any site.");
    for (i = 0; i < RANKS; i++)
        add(metrics, outcomes[i].name, "", sums[i]);
    write_samples(metrics, name, (const char *const[2]){"outcome"},
                  compare_worst);
}

/* --------------------------------------------------------- certificates -- */

static void add_certificate(void *about, const struct shown_host *shown)
{
    int64_t end = adscp_certificate_not_after(shown->certificate);

    if (shown->host != NULL && shown->certificate != NULL && end >= 0)
        add(about, shown->host, adscp_certificate_source_name(shown->source),
            end);
}

static void write_certificates(struct metrics *metrics)
{
    static const char name[] = "adscp_certificate_not_after_timestamp_seconds";
    const adscp_coverage *coverage = coverage_of(metrics);
    int row;

    write_head(
        metrics, name,
        "When the certificate that users meet at a host ends; source "
        "\"observed\" on port 443, \"directory\" as its server publishes "
        "it, \"assumed\" as --assume says.");
    for (row = 0; row < adscp_coverage_class_count(coverage); row++)
        shown_each(adscp_coverage_class_prediction(coverage, row),
                   add_certificate, metrics);
    write_samples(metrics, name, (const char *const[2]){"host", "source"},
                  compare_soonest);
}

/* ------------------------------------------------------------- the rest -- */

/* Every reason is there, so that a rule can name it before it ever holds. */
static void write_incomplete(struct metrics *metrics)
{
    static const char name[] = "adscp_incomplete";
    const struct coverage_view *view = metrics->check->sites->view;
    bool unread = adscp_coverage_complete(view->coverage) != 1;
    const char *code;
    size_t i;

    write_head(metrics, name,
               "Why adscp_complete is 0: the code of a finding, or unread, "
               "unseen (a server could not be looked at), uncounted "
               "(mailboxes).");
    for (i = 0; (code = caveat_part(i)) != NULL; i++) {
        bool holds = caveat_has_part(view->coverage, i);

        add(metrics, code, "", holds);
        unread &= !holds;
    }
    add(metrics, "unread", "", unread);
    add(metrics, "unseen", "", adscp_sightings_complete(view->sightings) == 0);
    add(metrics, "uncounted", "", !coverage_census_complete(view));
    write_samples(metrics, name, (const char *const[2]){"reason"},
                  compare_worst);
}

static void write_findings(struct metrics *metrics)
{
    static const char name[] = "adscp_findings";
    const adscp_coverage *coverage = coverage_of(metrics);
    int i, severity;

    write_head(metrics, name, "Findings about the whole forest.");
    for (severity = 0; adscp_finding_severity_name(severity) != NULL;
         severity++) {
        int64_t count = 0;

        for (i = 0; i < adscp_coverage_finding_count(coverage); i++)
            count += adscp_finding_severity(
                         adscp_coverage_finding(coverage, i)) == severity;
        add(metrics, adscp_finding_severity_name(severity), "", count);
    }
    write_samples(metrics, name, (const char *const[2]){"severity"},
                  compare_worst);
}

static void write_duration(struct metrics *metrics)
{
    static const char name[] = "adscp_read_duration_seconds";
    int64_t sum = 0;
    int phase;

    for (phase = 0; adscp_reader_phase_name(phase) != NULL; phase++) {
        int64_t ns = adscp_reader_phase_ns(metrics->check->cli->reader, phase);

        sum += ns > 0 ? ns : 0;
    }
    write_head(metrics, name, "How long the directory was read.");
    fprintf(metrics->out, "%s %" PRId64 ".%06" PRId64 "\n", name,
            sum / 1000000000, sum / 1000 % 1000000);
}

static void write_all(struct metrics *metrics)
{
    size_t i;

    fputs(UP "1\n", metrics->out);
    write_single(metrics, "adscp_complete",
                 "Whether everything was read, counted and looked at; 0: the "
                 "rest may be worse than what is here.",
                 metrics->check->complete);
    write_incomplete(metrics);
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        write_places(metrics, &places[i]);
    write_single(metrics, "adscp_sites_without_scp",
                 "AD sites that no SCP names.", metrics->check->lonely);
    write_certificates(metrics);
    write_findings(metrics);
    write_mailboxes(metrics);
    write_duration(metrics);
}

char *check_metrics(const struct check *check)
{
    struct metrics metrics = {.check = check};
    char *text = NULL;

    metrics.out = cli_stream(&text);
    if (metrics.out == NULL)
        return NULL;
    write_all(&metrics);
    free(metrics.samples);
    text = cli_take(metrics.out, &text);
    if (!metrics.failed)
        return text;
    free(text);
    return NULL;
}
