/* SPDX-License-Identifier: MIT */
/*
 * All redirects of one mailbox lead to the same servers, whichever server sends
 * them: it is enough to know that one of those that may be asked does.
 */
#include "judge/later.h"

/* Those that may answer at a URL, as in struct front. */
static uint32_t lines_of(const struct directory_index *page, const char *url)
{
    struct destination to = destination_of(page, url);

    if (to.owner != NULL)
        return UINT32_C(1) << to.owner->line;
    return to.front != NULL ? to.front->lines : 0;
}

static bool redirects(const struct directory_index *page, const char *url,
                      enum version_line mailbox)
{
    uint32_t lines = lines_of(page, url);
    enum version_line line;

    for (line = VERSION_UNKNOWN; line < VERSION_LINE_COUNT; line++)
        if ((lines >> line & 1) != 0 &&
            exchange_rule(line, mailbox)->action == ADSCP_HOP_ACTION_REDIRECT)
            return true;
    return false;
}

int later_redirects(const struct adscp_prediction *prediction, size_t most,
                    struct arena *arena, struct redirect **targetsp,
                    size_t *countp)
{
    const struct adscp_server *server = prediction->mailbox.server;
    const struct directory_index *page;
    const struct order_list *list;
    size_t i;

    *countp = 0;
    if (server == NULL || prediction->order.count == 0)
        return ADSCP_OK;
    list = order_list(&prediction->order);
    if (list == NULL)
        return ADSCP_E_NOMEM;
    page = predict_first_page(prediction);
    for (i = 0; i < list->count && i < most; i++)
        if (redirects(page, order_url(&list->rows[i]), server->line))
            return redirect_targets(page, server, arena, targetsp, countp);
    return ADSCP_OK;
}
