/* SPDX-License-Identifier: MIT */
/* gather/netlogon with any bytes, as a value and as messages: texts end, are
 * clean, and an answer is written only where there is one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gather/locate/netlogon.h"

enum { ID = 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require_name(const char name[NETLOGON_NAME_MAX])
{
    if (memchr(name, '\0', NETLOGON_NAME_MAX) == NULL ||
        !text_is_clean(name, strlen(name)))
        abort();
}

static void require_outcome(enum netlogon_outcome outcome,
                            const struct netlogon *answer)
{
    static const struct netlogon untouched;

    if (outcome != NETLOGON_ANSWER) {
        if (memcmp(answer, &untouched, sizeof(untouched)) != 0)
            abort();
        return;
    }
    require_name(answer->forest);
    require_name(answer->domain);
    require_name(answer->host);
    require_name(answer->site);
    require_name(answer->client_site);
    require_name(answer->next_site);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct netlogon answer;

    memset(&answer, 0, sizeof(answer));
    require_outcome(netlogon_decode(data, size, &answer), &answer);
    memset(&answer, 0, sizeof(answer));
    require_outcome(netlogon_reply(data, size, ID, &answer), &answer);
    return 0;
}
