/* SPDX-License-Identifier: MIT */
/*
 * What a server publishes as its certificate, taken out of its container when
 * somebody first asks.
 */
#include "facts/server.h"

#include "facts/certificate/certificate.h"

/* The first of what the attribute holds; where that is none, its bytes as one
 * that cannot be read. It holds its store. NULL: out of memory. */
static const struct adscp_certificate *read_certificate(const struct blob *blob)
{
    struct certificates *store = certificates_new();
    struct certificate_list list = {0};
    const struct adscp_certificate *row = NULL;

    if (store == NULL)
        return NULL;
    if (certificates_read(store, blob->bytes, blob->length, &list) ==
        ADSCP_OK) {
        if (list.count > 0)
            row = list.rows[0];
        else if (certificates_add(store, blob->bytes, blob->length, &row) !=
                 ADSCP_OK)
            row = NULL;
    }
    if (row != NULL)
        certificate_hold_store(row);
    certificate_list_free(&list);
    certificates_release(store);
    return row;
}

const struct adscp_certificate *
server_certificate(const struct adscp_server *server)
{
    /* Constant to its readers; the slot alone changes, once and atomically. */
    certificate_slot *slot = (certificate_slot *)(uintptr_t)&server->published;
    const struct adscp_certificate *row, *mine;

    if (server->certificate.bytes == NULL)
        return NULL;
    row = atomic_load_explicit(slot, memory_order_acquire);
    if (row != NULL)
        return row;
    mine = read_certificate(&server->certificate);
    if (mine == NULL || atomic_compare_exchange_strong(slot, &row, mine))
        return mine;
    certificate_release_store(mine);
    return row;
}

void server_free(struct adscp_server *server)
{
    const struct adscp_certificate *row = atomic_load(&server->published);

    if (row != NULL)
        certificate_release_store(row);
}
