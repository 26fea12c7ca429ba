/* SPDX-License-Identifier: MIT */
/*
 * judge/trust with any chain. The input is a list of certificates, each behind
 * the byte of its part and two bytes of its length: 's' was sent, 'c' the
 * caller trusts, 'd' and 'b' are roots of the directory and of a bundle, 'h'
 * helps; 'n' is the host's name instead, and 't' the day in hundreds since
 * 1970.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/touch.h"
#include "judge/trust/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SENT_MAX = 40 };

struct state {
    struct certificates *store;
    struct trust *trust;
    const struct adscp_certificate *sent[SENT_MAX];
    struct trust_question question;
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static int role_of(uint8_t part)
{
    switch (part) {
    case 'c':
        return TRUST_CALLER;
    case 'd':
        return TRUST_DIRECTORY;
    case 'b':
        return TRUST_BUNDLE;
    case 'h':
        return TRUST_HELPER;
    default:
        return -1;
    }
}

static void take(struct state *state, uint8_t part, const uint8_t *bytes,
                 size_t length)
{
    const struct adscp_certificate *row = NULL;

    if (part == 'n') {
        state->question.host = (const char *)bytes;
        state->question.host_length = length;
        return;
    }
    if (part == 't') {
        state->question.time =
            length > 0 ? bytes[0] * INT64_C(100) * 86400 : -1;
        return;
    }
    require(certificates_add(state->store, bytes, length, &row) == ADSCP_OK);
    if (role_of(part) >= 0)
        require(trust_add(state->trust, (enum trust_role)role_of(part), row) ==
                ADSCP_OK);
    else if (state->question.chain_count < SENT_MAX)
        state->sent[state->question.chain_count++] = row;
}

/* What each flag says, a line, a reason and the outcome say as well. */
static void check(const struct adscp_alert *alert)
{
    require(alert->outcome ==
            alert_outcome(alert->flags, alert->flags_possible));
    require((alert->flags == 0) == (alert->reasons == 0));
    require((alert->outcome == ADSCP_ALERT_OUTCOME_NO_ALERT) ==
            ((alert->flags | alert->flags_possible) == 0));
    require(alert->chain_count <= 12);
    require(alert->changes_on == -1 || alert->changes_on > 0);
    require((alert->lines[LINE_NAME] == ADSCP_ALERT_LINE_BAD) ==
            ((alert->flags & ~alert->flags_possible & FLAG_CN_INVALID) != 0));
    require((alert->lines[LINE_DATE] == ADSCP_ALERT_LINE_BAD) ==
            ((alert->flags & ~alert->flags_possible & FLAG_DATE_INVALID) != 0));
}

/* A verdict is the same when it is made anew. */
static void judge(struct state *state)
{
    const struct adscp_alert *first = NULL, *again = NULL;

    state->question.chain = state->sent;
    require(trust_judge(state->trust, &state->question, &first) == ADSCP_OK);
    check(first);
    require(trust_judge(state->trust, &state->question, &again) == ADSCP_OK);
    require(first == again);
    require(touch_alert(0, first) == touch_alert(0, again));
    alert_release(first);
    alert_release(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state state = {.store = certificates_new(), .trust = trust_new()};
    size_t at = 0;

    state.question.time = INT64_C(1325376000);
    while (size - at >= 3) {
        size_t length = (size_t)data[at + 1] << 8 | data[at + 2];

        if (length > size - at - 3)
            length = size - at - 3;
        take(&state, data[at], data + at + 3, length);
        at += 3 + length;
    }
    judge(&state);
    trust_free(state.trust);
    certificates_release(state.store);
    return 0;
}
