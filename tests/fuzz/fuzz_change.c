/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a plan and as a file of change records. Lines are steps, up to
 * one that is "=", and change records follow. Whatever they are, an error is
 * told in clean words; what fits gives a forest that judges like any other, and
 * the same one whether the entries were read before or along with the changes.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../unit/touch.h"
#include "judge.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 12, STEP_SIZE = 300 };

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define SERVERS "CN=Servers,CN=Org,CN=Services," CONFIG

static const char export[] =
    "dn:\nconfigurationNamingContext: " CONFIG "\n"
    "defaultNamingContext: DC=corp,DC=example\n\n"
    "dn: CN=HQ,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=10.1.0.0/16,CN=Subnets,CN=Sites," CONFIG "\nobjectClass: subnet\n"
    "siteObject: CN=HQ,CN=Sites," CONFIG "\n\n"
    "dn: CN=A," SERVERS "\nobjectClass: msExchExchangeServer\n"
    "versionNumber: 1942061522\nmsExchCurrentServerRoles: 54\n"
    "networkAddress: ncacn_ip_tcp:a.corp.example\n\n"
    "dn: CN=A,CN=Autodiscover,CN=Protocols,CN=A," SERVERS "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596\nkeywords: Site=HQ\n"
    "serviceBindingInformation: https://a.corp.example/autodiscover.xml\n"
    "whenCreated: 20120101000000.0Z\n\n"
    "dn: CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=A," SERVERS "\n"
    "objectClass: msExchWebServicesVirtualDirectory\n"
    "msExchInternalHostName: https://a.corp.example/EWS\n\n"
    "dn: CN=One,CN=Databases,CN=Services," CONFIG "\n"
    "objectClass: msExchPrivateMDB\nmsExchOwningServer: CN=A," SERVERS "\n\n"
    "dn: CN=Ann,DC=corp,DC=example\nobjectClass: user\nmailNickname: ann\n"
    "proxyAddresses: SMTP:" JUDGE_MAIL "\n"
    "homeMDB: CN=One,CN=Databases,CN=Services," CONFIG "\n";

static adscp_reader *new_reader(void)
{
    adscp_reader *reader = adscp_reader_new();

    judge_require(reader != NULL);
    judge_require(adscp_reader_set_keep_entries(reader, 1) == ADSCP_OK);
    judge_require(adscp_reader_add_mail(reader, JUDGE_MAIL) == ADSCP_OK);
    return reader;
}

static adscp_forest *read_forest(adscp_reader *reader, const void *changes,
                                 size_t size)
{
    adscp_forest *forest = NULL;
    const char *detail;
    int rc;

    judge_require(adscp_reader_add_changes(reader, "fuzz", changes,
                                           (int64_t)size) == ADSCP_OK);
    rc = adscp_reader_read(reader, &forest);
    detail = adscp_reader_error_detail(reader);
    judge_clean(detail);
    judge_require((rc == ADSCP_OK) == (forest != NULL));
    judge_require(rc == ADSCP_OK || rc == ADSCP_E_CHANGE);
    judge_require((rc == ADSCP_OK) == (detail[0] == '\0'));
    judge_require(rc == ADSCP_OK || strncmp(detail, "fuzz", 4) == 0);
    return forest;
}

static adscp_forest *read_export(const void *changes, size_t size)
{
    adscp_reader *reader = new_reader();
    adscp_forest *forest;
    struct memory_file file;

    memory_file_open(&file, export, strlen(export));
    judge_require(adscp_reader_add_ldif_file(reader, file.path) == ADSCP_OK);
    forest = read_forest(reader, changes, size);
    memory_file_close(&file);
    adscp_reader_free(reader);
    return forest;
}

static adscp_forest *change(const adscp_forest *base, const void *changes,
                            size_t size)
{
    adscp_reader *reader = new_reader();
    adscp_forest *forest;

    judge_require(adscp_reader_set_forest(reader, base) == ADSCP_OK);
    forest = read_forest(reader, changes, size);
    adscp_reader_free(reader);
    return forest;
}

static void same_forest(const adscp_forest *one, const adscp_forest *other)
{
    judge_require((one == NULL) == (other == NULL));
    if (one == NULL)
        return;
    judge_require(adscp_forest_prepare(one) == ADSCP_OK);
    judge_require(adscp_forest_prepare(other) == ADSCP_OK);
    judge_require(
        strcmp(adscp_forest_snapshot(one), adscp_forest_snapshot(other)) == 0);
}

/* What differs is told; two forests may be taken for different ones. */
static int count_facts(const adscp_forest *before, const adscp_forest *after)
{
    adscp_comparison *comparison = NULL;
    int rc = adscp_forest_compare(before, after, &comparison);
    int count = adscp_comparison_fact_count(comparison), i;

    judge_require((rc == ADSCP_OK) == (comparison != NULL));
    judge_require(rc == ADSCP_OK || rc == ADSCP_E_ARGUMENT);
    for (i = 0; i < count; i++) {
        judge_require(adscp_comparison_fact_kind(comparison, i) != NULL);
        judge_require(adscp_comparison_fact_change(comparison, i) != NULL);
        judge_clean(adscp_comparison_fact_dn(comparison, i));
        judge_clean(adscp_comparison_fact_attribute(comparison, i));
        judge_clean(adscp_comparison_fact_before(comparison, i));
        judge_clean(adscp_comparison_fact_after(comparison, i));
    }
    adscp_comparison_free(comparison);
    return count;
}

/* Sites may come and go: nobody asks from one of them. */
static void judge_wherever(const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    judge_require(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    judge_require(adscp_predictor_set_mail(predictor, JUDGE_MAIL) == ADSCP_OK);
    judge_require(adscp_predictor_set_time(predictor, 1263600000) == ADSCP_OK);
    judge_require(adscp_predictor_predict(predictor, &prediction) == ADSCP_OK);
    judge_prediction(prediction);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
}

static void try_changes(const adscp_forest *base, const void *changes,
                        size_t size)
{
    adscp_forest *forest = change(base, changes, size);
    adscp_forest *along = read_export(changes, size);

    same_forest(forest, along);
    if (forest != NULL) {
        judge_wherever(forest);
        (void)touch_forest(forest);
        (void)count_facts(base, forest);
        judge_require(count_facts(forest, along) == 0);
    }
    adscp_forest_free(forest);
    adscp_forest_free(along);
}

/* ------------------------------------------------------------------ plans */

/* Another file than this harness's own may be anything, a terminal too; and the
 * key of a certificate takes its time. */
static bool is_fair(const char *step)
{
    return strncmp(step, "shows", 5) != 0 &&
           strncmp(step, "publish-root", 12) != 0 &&
           strncmp(step, "certificate", 11) != 0 &&
           strstr(step, "certificate=") == NULL;
}

static void check_step(const adscp_plan *plan, int step,
                       const adscp_forest *before, const adscp_forest *after)
{
    const char *changes = adscp_plan_changes(plan, step);
    adscp_forest *again;
    int i;

    judge_require(changes != NULL);
    again = change(before, changes, strlen(changes));
    judge_require(again != NULL);
    same_forest(after, again);
    judge_wherever(after);
    (void)count_facts(before, after);
    judge_require(adscp_plan_cmdlet_count(plan, step) > 0);
    for (i = 0; i < adscp_plan_cmdlet_count(plan, step); i++)
        judge_clean(adscp_plan_cmdlet(plan, step, i));
    adscp_forest_free(again);
}

static void try_step(adscp_plan *plan, const char *text)
{
    adscp_forest *before = NULL, *after = NULL;
    int count = adscp_plan_step_count(plan), rc;

    judge_require(adscp_plan_forest(plan, &before) == ADSCP_OK);
    rc = adscp_plan_add_step(plan, text);
    judge_clean(adscp_plan_error_detail(plan));
    judge_require(rc == ADSCP_OK || adscp_plan_error_detail(plan)[0] != '\0');
    judge_require(rc == ADSCP_OK || rc == ADSCP_E_ARGUMENT ||
                  rc == ADSCP_E_CHANGE);
    judge_require(adscp_plan_step_count(plan) == count + (rc == ADSCP_OK));
    judge_require(adscp_plan_forest(plan, &after) == ADSCP_OK);
    if (rc == ADSCP_OK)
        check_step(plan, count, before, after);
    else
        judge_require(before == after);
    adscp_forest_free(before);
    adscp_forest_free(after);
}

/* What follows the steps. */
static size_t try_plan(const adscp_forest *base, const uint8_t *data,
                       size_t size)
{
    adscp_plan *plan = adscp_plan_new();
    size_t at = 0, count = 0;

    judge_require(adscp_plan_set_forest(plan, base) == ADSCP_OK);
    while (at < size) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - data) - at : size - at;
        char step[STEP_SIZE];

        snprintf(step, sizeof(step), "%.*s", (int)length,
                 (const char *)data + at);
        at += length < size - at ? length + 1 : length;
        if (strcmp(step, "=") == 0)
            break;
        if (is_fair(step) && ++count <= STEPS_MAX)
            try_step(plan, step);
    }
    adscp_plan_free(plan);
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static adscp_forest *base;
    size_t at;

    if (base == NULL)
        base = read_export("", 0);
    at = try_plan(base, data, size);
    try_changes(base, data + at, size - at);
    return 0;
}
