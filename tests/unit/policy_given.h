/* SPDX-License-Identifier: MIT */
/* A client's policy files, and what they come to: what the tests of
 * facts/policy share. */
#ifndef ADSCP_TESTS_POLICY_GIVEN_H
#define ADSCP_TESTS_POLICY_GIVEN_H

#include <stdbool.h>

#include "facts/policy/policy.h"
#include "policy_files.h"
#include "test.h"

struct given {
    struct policy *policy;
    struct certificates *store;
    struct policy_outcome outcome;
    struct detail detail;
};

static inline void given_begin(struct given *given)
{
    *given =
        (struct given){.policy = policy_new(), .store = certificates_new()};
}

static inline void given_end(struct given *given)
{
    policy_outcome_free(&given->outcome);
    policy_free(given->policy);
    certificates_release(given->store);
}

static inline int add_bytes(struct given *given, const char *name,
                            const char *bytes, size_t length)
{
    struct policy_source source = {.name = name,
                                   .path = name,
                                   .bytes = bytes,
                                   .length = length,
                                   .detail = &given->detail};

    detail_clear(&given->detail);
    return policy_add(given->policy, &source);
}

static inline void add_reg(struct given *given, const char *name,
                           const char *text)
{
    CHECK_INT(add_bytes(given, name, text, strlen(text)), ADSCP_OK);
    CHECK_STR(given->detail.text, "");
}

static inline void add_pol(struct given *given, const char *name,
                           struct bytes *pol)
{
    CHECK_INT(add_bytes(given, name, pol->at, pol->length), ADSCP_OK);
    CHECK_STR(given->detail.text, "");
    bytes_free(pol);
}

static inline void apply(struct given *given)
{
    policy_outcome_free(&given->outcome);
    CHECK_INT(policy_apply(given->policy, given->store, NULL, &given->outcome),
              ADSCP_OK);
}

static inline void expect_value(const struct given *given,
                                enum office_version version,
                                enum client_setting setting, enum setting_by by,
                                uint32_t number, const char *source)
{
    const struct setting_value *value =
        &given->outcome.settings->values[version][setting];

    CHECK_INT(value->by, by);
    CHECK_INT(value->number, number);
    CHECK_STR(value->source, source);
}

#define SCP SETTING_EXCLUDE_SCP_LOOKUP
#define UNSET SETTING_UNSET, 0, NULL

/* All findings, "code code ", but that a file does not tell its hive: most of
 * these tests have such files. */
static inline void expect_findings(const struct given *given,
                                   const char *expected)
{
    const struct finding_list *list = &given->outcome.settings->findings;
    char codes[500] = "";
    size_t i;

    for (i = 0; i < list->count; i++) {
        const char *code = finding_code_name(list->rows[i].code);

        if (getenv("ADSCP_TELL_FINDINGS") != NULL)
            printf("# found %s\n", code);
        if (list->rows[i].code == FINDING_POLICY_HIVE_ASSUMED)
            continue;
        strncat(codes, code, sizeof(codes) - strlen(codes) - 1);
        strncat(codes, " ", sizeof(codes) - strlen(codes) - 1);
    }
    CHECK_STR(codes, expected);
}

static inline void expect_sentence(const struct given *given, size_t index,
                                   const char *expected)
{
    const struct finding_list *list = &given->outcome.settings->findings;

    CHECK(index < list->count);
    if (index < list->count)
        CHECK_STR(finding_sentence(&list->rows[index]), expected);
}

static inline struct bytes small_pol(void)
{
    struct bytes pol;

    pol_begin(&pol);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeScpLookup", 1);
    return pol;
}

#endif
