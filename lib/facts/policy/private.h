/* SPDX-License-Identifier: MIT */
/* Between the files of facts/policy that read bytes. */
#ifndef ADSCP_FACTS_POLICY_PRIVATE_H
#define ADSCP_FACTS_POLICY_PRIVATE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "facts/policy/read.h"

/* Append UTF-16LE up to its NUL or its end, as UTF-8. false: out of memory. */
bool policy_add_utf16(struct buffer *buffer, const char *bytes, size_t length);

static inline struct span policy_span(const struct buffer *buffer)
{
    return (struct span){buffer->bytes != NULL ? buffer->bytes : "",
                         buffer->used};
}

static inline bool policy_is_text(uint32_t type)
{
    return type == POLICY_TYPE_TEXT || type == POLICY_TYPE_EXPANDED;
}

/* For policy_read(). */
bool policy_is_pol(const char *bytes, size_t length);
int policy_read_pol(const struct policy_source *source, policy_take *take,
                    void *to);
int policy_read_reg(const struct policy_source *source, policy_take *take,
                    void *to);

#endif
