/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a policy file, after one that sets something: an error is told
 * in clean words and names the file, and leaves what there was; whatever is
 * read is clean, the same when it is read again, and fit to judge by.
 */
#include <stdint.h>
#include <string.h>

#include "facts/policy/policy.h"
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KEY                                                                    \
    "[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\"         \
    "AutoDiscover]\n"

static const char first[] = "REGEDIT4\n" KEY "\"ExcludeScpLookup\"=dword:1\n"
                            "\"corp.example\"=\"C:\\\\a.xml\"\n";

static void check_hosts(const struct setting_host *rows, size_t count,
                        bool has_path)
{
    size_t i;

    for (i = 0; i < count; i++) {
        judge_require(rows[i].host != NULL && rows[i].source != NULL);
        judge_require((rows[i].path != NULL) == has_path);
        judge_require(rows[i].by != SETTING_UNSET);
        judge_clean(rows[i].host);
        judge_clean(rows[i].path);
        judge_clean(rows[i].source);
    }
}

static void check_settings(const struct settings *settings)
{
    int version, setting;
    size_t i;

    for (version = 0; version < OFFICE_COUNT; version++)
        for (setting = 0; setting < SETTING_COUNT; setting++) {
            const struct setting_value *value =
                &settings->values[version][setting];

            judge_require((value->source != NULL) ==
                          (value->by != SETTING_UNSET));
            judge_clean(value->source);
        }
    check_hosts(settings->redirect_servers, settings->redirect_server_count,
                false);
    check_hosts(settings->local_xml, settings->local_xml_count, true);
    for (i = 0; i < settings->findings.count; i++) {
        const char *text = finding_sentence(&settings->findings.rows[i]);

        judge_require(text != NULL);
        judge_clean(text);
    }
}

static void check_certificates(const struct policy_outcome *outcome)
{
    int store;
    size_t i;

    for (store = 0; store < POLICY_STORE_COUNT; store++)
        for (i = 0; i < outcome->stores[store].count; i++)
            judge_require(
                certificate_facts(outcome->stores[store].rows[i])->problem ==
                NULL);
}

/* The number of values that count. */
static size_t apply(const struct policy *policy)
{
    struct certificates *store = certificates_new();
    struct policy_outcome outcome;
    size_t count = 0;
    int i, j;

    judge_require(policy_apply(policy, store, NULL, &outcome) == ADSCP_OK);
    check_settings(outcome.settings);
    check_certificates(&outcome);
    for (i = 0; i < OFFICE_COUNT; i++)
        for (j = 0; j < SETTING_COUNT; j++)
            count += outcome.settings->values[i][j].by != SETTING_UNSET;
    count += outcome.settings->redirect_server_count;
    count += outcome.settings->local_xml_count;
    for (i = 0; i < POLICY_STORE_COUNT; i++)
        count += outcome.stores[i].count;
    policy_outcome_free(&outcome);
    certificates_release(store);
    return count;
}

static int add(struct policy *policy, const void *bytes, size_t size)
{
    struct detail detail = {{0}};
    struct policy_source source = {"fuzz", "User/fuzz", bytes,
                                   size,   NULL,        &detail};
    int rc = policy_add(policy, &source);

    judge_clean(detail.text);
    judge_require(rc == ADSCP_OK || rc == ADSCP_E_FORMAT);
    judge_require((rc == ADSCP_OK) == (detail.text[0] == '\0'));
    judge_require(rc == ADSCP_OK ||
                  strncmp(detail.text, source.name, strlen(source.name)) == 0);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct policy *policy = policy_new();
    size_t before, after;

    judge_require(policy != NULL);
    judge_require(add(policy, first, strlen(first)) == ADSCP_OK);
    before = apply(policy);
    judge_require(before == 2);
    if (add(policy, data, size) == ADSCP_OK) {
        after = apply(policy);
        judge_require(add(policy, data, size) == ADSCP_OK);
        judge_require(apply(policy) == after);
    } else
        judge_require(apply(policy) == before);
    policy_free(policy);
    return 0;
}
