/* SPDX-License-Identifier: MIT */
/* Which kind of file it is. */
#include "facts/policy/read.h"

#include "facts/policy/private.h"

int policy_read(const struct policy_source *source, policy_take *take, void *to)
{
    int rc = policy_is_pol(source->bytes, source->length)
                 ? policy_read_pol(source, take, to)
                 : policy_read_reg(source, take, to);

    return rc == ADSCP_OK ? ADSCP_OK
                          : detail_set(source->detail, rc, "%s: %s",
                                       source->name, adscp_error_text(rc));
}

const char *policy_place_word(const char *bytes, size_t length)
{
    return policy_is_pol(bytes, length) ? "offset" : "line";
}
