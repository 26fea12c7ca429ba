/* SPDX-License-Identifier: MIT */
/*
 * From a URL that a client tries back to its row, which many callers never want
 * to know: the rows are made then.
 */
#include "judge/order/order.h"

#include <string.h>

/* An SCP that repeats another one's URL stands with that. */
const struct adscp_candidate *order_row(const struct order *order,
                                        const struct adscp_scp *scp,
                                        const char *url)
{
    const struct order_list *list = order->count > 0 ? order_list(order) : NULL;
    uint32_t count = list != NULL ? list->count : 0, i;
    size_t length = strlen(url);

    for (i = 0; i < count; i++)
        if (list->rows[i].scp == scp)
            return &list->rows[i];
    for (i = 0; i < count; i++) {
        const char *text = order_url(&list->rows[i]);

        if (text_equal_ascii(text, strlen(text), url, length))
            return &list->rows[i];
    }
    return NULL;
}

uint32_t order_rank(const struct adscp_candidate *row)
{
    return (uint32_t)(row - row->list->rows) + 1;
}
