/* SPDX-License-Identifier: MIT */
/* Text of others, for whoever shows it to a person. */
#include <limits.h>
#include <string.h>

#include "adscp.h"
#include "base/visible.h"

int adscp_text_visible(const char *text, char *out, int size)
{
    size_t needed;

    if (text == NULL || size < 0 || (out == NULL && size > 0))
        return ADSCP_E_ARGUMENT;
    needed = visible_write(out, (size_t)size, text, strlen(text));
    return needed < INT_MAX ? (int)needed : ADSCP_E_ARGUMENT;
}
