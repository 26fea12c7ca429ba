/* SPDX-License-Identifier: MIT */
/*
 * The rootDSE: the first one that tells something is believed.
 */
#include <string.h>

#include "base/text.h"
#include "facts/decode/private.h"

static int decode_root_config(struct decoder *decoder, struct span value)
{
    struct root_dse *root = &decoder->root;
    const char *known = root->config_dn;

    if (known != NULL && text_is(value.text, value.length, known))
        return ADSCP_OK;
    root->config_dn_count++;
    if (known != NULL || value.length == 0 ||
        !text_is_clean(value.text, value.length))
        return ADSCP_OK;
    root->config_dn =
        arena_copy(decoder->forest->arena, value.text, value.length);
    return root->config_dn != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* The first rootDSE that tells it is believed. */
static int keep_first(struct decoder *decoder, const struct value_list *list,
                      const char **textp)
{
    if (list->count == 0 || *textp != NULL)
        return ADSCP_OK;
    *textp = text_keep(decoder->forest->arena, list->rows[0].text,
                       list->rows[0].length, NULL);
    return *textp != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int keep_netlogon(struct decoder *decoder, const struct value_list *list)
{
    struct blob *blob = &decoder->root.netlogon;
    const char *bytes;

    if (list->count == 0 || blob->bytes != NULL)
        return ADSCP_OK;
    bytes = arena_copy(decoder->forest->arena, list->rows[0].text,
                       list->rows[0].length);
    if (bytes == NULL)
        return ADSCP_E_NOMEM;
    *blob = (struct blob){(const unsigned char *)bytes, list->rows[0].length};
    return ADSCP_OK;
}

int decode_root(struct decoder *decoder, const struct entry *entry)
{
    const struct value_list *configs = &entry->lists[FIELD_CONFIG_DN];
    const struct value_list *ready = &entry->lists[FIELD_GC_READY];
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < configs->count && rc == ADSCP_OK; i++)
        rc = decode_root_config(decoder, configs->rows[i]);
    if (rc == ADSCP_OK)
        rc = keep_first(decoder, &entry->lists[FIELD_DNS_HOST_NAME],
                        &decoder->root.server);
    if (rc == ADSCP_OK)
        rc = keep_first(decoder, &entry->lists[FIELD_DEFAULT_DN],
                        &decoder->root.default_dn);
    if (rc == ADSCP_OK)
        rc = keep_netlogon(decoder, &entry->lists[FIELD_NETLOGON]);
    if (rc == ADSCP_OK)
        rc = decode_told(decoder, &entry->lists[FIELD_READING]);
    if (ready->count > 0) {
        bool is_ready =
            text_is(ready->rows[0].text, ready->rows[0].length, "TRUE");

        decoder->root.is_global_catalog = is_ready;
        decoder->root.is_no_catalog = !is_ready;
    }
    return rc;
}
