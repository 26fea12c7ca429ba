/* SPDX-License-Identifier: MIT */
/*
 * An order in its profile: the head at once, the list when somebody asks.
 */
#include "judge/order/order.h"

#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"
#include "facts/url.h"
#include "judge/order/walk.h"

struct profile {
    struct walk_rules rules;
    int (*run)(struct walk *walk);
    /* NULL: run() makes the list as well. */
    int (*rank)(struct walk *walk, const struct directory_index *page);
};

/* [MS-OXDISCO] names no limit and no memory; a memory is added, or a circle of
 * pointers would never end. So it is with the Learn sample. */
static const struct profile profiles[] = {
    [ADSCP_PROFILE_OUTLOOK] = {{10, false}, order_outlook, order_outlook_rank},
    [ADSCP_PROFILE_EWS] = {{10, true}, order_ews, order_ews_rank},
    [ADSCP_PROFILE_LEARN] = {{SIZE_MAX, false}, order_learn, NULL},
    [ADSCP_PROFILE_OXDISCO] = {{SIZE_MAX, false}, order_oxdisco, NULL},
};

static struct order_list *list_make(const struct order *order)
{
    const struct forest_index *forest_index = order->forest_index;
    struct walk walk = {.order = (struct order *)(uintptr_t)order,
                        .directory = order->first.directory,
                        .list = order_list_new(order)};
    int rc = ADSCP_E_NOMEM;

    if (walk.list != NULL)
        rc = profiles[order->profile].rank(&walk,
                                           forest_index->pages[walk.directory]);
    if (walk_end(&walk, rc) == ADSCP_OK)
        return walk.list;
    order_list_free(walk.list);
    return NULL;
}

/* As text_slot_get(): whoever comes second drops what he made. */
const struct order_list *order_list(const struct order *order)
{
    /* Constant to its readers; the list alone changes, once and atomically. */
    _Atomic(struct order_list *) *slot =
        (_Atomic(struct order_list *) *)(uintptr_t)&order->list;
    struct order_list *list = atomic_load_explicit(slot, memory_order_acquire);
    struct order_list *mine;

    if (list != NULL)
        return list;
    mine = list_make(order);
    if (mine == NULL || atomic_compare_exchange_strong(slot, &list, mine))
        return mine;
    order_list_free(mine);
    return list;
}

/* The head of a list that is there already. */
static void take_list(struct order *order, struct order_list *list)
{
    atomic_init(&order->list, list);
    order->count = list->count;
    if (list->count > 0)
        order->first =
            (struct order_first){.scp = list->rows[0].scp,
                                 .url = order_url(&list->rows[0]),
                                 .directory = list->rows[0].directory};
}

struct client client_make(const struct adscp_forest *forest, const char *site,
                          name_id site_id, const char *domain)
{
    return (struct client){
        .site = site,
        .site_id = site_id,
        .domain = domain,
        .domain_id = domain != NULL && forest->has_domains
                         ? forest_find_name(forest, domain, strlen(domain))
                         : NAME_NONE,
    };
}

int order_make(struct forest_index *forest_index, int profile,
               const struct client *client, struct order *order)
{
    struct walk walk = {.order = order, .rules = profiles[profile].rules};
    bool makes_list = profiles[profile].rank == NULL;
    int rc = ADSCP_E_NOMEM;

    *order = (struct order){.forest_index = forest_index,
                            .profile = profile,
                            .client = *client,
                            .evidence = -1,
                            .complete = true};
    order->states = order->few_states;
    if (forest_index->forest->directory_count > ORDER_FEW)
        order->states = calloc(forest_index->forest->directory_count,
                               sizeof(*order->states));
    if (makes_list)
        walk.list = order_list_new(order);
    if (order->states != NULL && makes_list == (walk.list != NULL))
        rc = profiles[profile].run(&walk);
    rc = walk_end(&walk, rc);
    if (rc == ADSCP_OK) {
        if (makes_list)
            take_list(order, walk.list);
        return ADSCP_OK;
    }
    order_list_free(walk.list);
    order_clear(order);
    *order = (struct order){.evidence = -1};
    return rc;
}

void order_clear(struct order *order)
{
    order_list_free(atomic_load_explicit(&order->list, memory_order_relaxed));
    if (order->states != order->few_states)
        free(order->states);
    free(order->pointers);
    finding_list_free(&order->findings);
}
