/* SPDX-License-Identifier: MIT */
/*
 * What the profiles share: the way from directory to directory along SCP
 * pointers, and the making of rows, one for each distinct URL. A directory that
 * was not read is not guessed at: the way ends there, and the answer says that
 * it is not complete.
 */
#include "judge/order/walk.h"

#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"
#include "facts/url.h"

/* ------------------------------------------------------------------ way -- */

static int enter(struct walk *walk, uint32_t directory,
                 const struct directory_index **pagep)
{
    struct order *order = walk->order;
    struct forest_index *forest_index = order->forest_index;

    order->states[directory] = WALK_OPEN;
    walk->directory = directory;
    walk->searches++;
    if (!forest_index->forest->directories[directory]->complete)
        order->complete = false;
    return forest_index_read(forest_index, directory, pagep);
}

int walk_start(struct walk *walk, const struct directory_index **pagep)
{
    return enter(walk, 0, pagep);
}

static int tell(struct walk *walk, enum finding_code code,
                struct order_pointer pointer, const char *why)
{
    return finding_add(&walk->order->findings, code,
                       (struct finding_what){.scp = pointer.scp,
                                             .target = pointer.value,
                                             .reason = why});
}

int walk_tell_empty(struct walk *walk)
{
    if (walk->last.scp == NULL)
        return ADSCP_OK;
    return tell(walk, FINDING_POINTER_TARGET_EMPTY, walk->last, NULL);
}

/* The index of the directory that the value names; INDEX_NONE: it was not
 * read. false: the value names no directory. */
static bool find_directory(const struct adscp_forest *forest, const char *value,
                           uint32_t *directoryp)
{
    char target[LDAP_URL_TARGET_MAX];
    const struct directory *found;
    struct ldap_url url;
    uint32_t i = 0;

    if (!ldap_url_split(value, strlen(value), &url))
        return false;
    ldap_url_target(&url, target);
    found = forest_find_directory(forest, target);
    if (found == NULL) {
        *directoryp = INDEX_NONE;
        return true;
    }
    while (forest->directories[i] != found)
        i++;
    *directoryp = i;
    return true;
}

/* A directory that lies on the way already makes the way a circle. One that was
 * left again ([MS-OXDISCO] comes back from pointers) gives nothing new. */
static int check_circle(struct walk *walk, struct order_pointer pointer,
                        uint32_t directory, bool *stopsp)
{
    uint8_t state =
        directory == INDEX_NONE ? WALK_NEW : walk->order->states[directory];

    *stopsp = state != WALK_NEW && !walk->rules.searches_again;
    if (state != WALK_OPEN || walk->loop_told)
        return ADSCP_OK;
    walk->loop_told = walk->rules.searches_again;
    return tell(walk, FINDING_POINTER_LOOP, pointer, NULL);
}

/* false, with a finding: the facts of this directory are not known. */
static int check_known(struct walk *walk, struct order_pointer pointer,
                       uint32_t directory, bool *knownp)
{
    const struct directory *found =
        directory == INDEX_NONE
            ? NULL
            : walk->order->forest_index->forest->directories[directory];

    *knownp = found != NULL && found->allowed && found->problem == ADSCP_OK;
    if (*knownp)
        return ADSCP_OK;
    walk->order->complete = false;
    if (found == NULL || !found->allowed)
        return tell(walk, FINDING_POINTER_NOT_ALLOWED, pointer, NULL);
    return tell(walk, FINDING_POINTER_UNREACHABLE, pointer,
                found->problem_text != NULL ? found->problem_text
                                            : adscp_error_text(found->problem));
}

/* One object may have been read twice, where a forest has two names. */
static bool is_same_object(const struct adscp_scp *a, const struct adscp_scp *b)
{
    return a == b || scp_same_dn(a, b);
}

static int keep_pointer(struct order *order, struct order_pointer pointer)
{
    struct order_pointer *pointers;
    size_t i;

    for (i = 0; i < order->pointer_count; i++)
        if (is_same_object(order->pointers[i].scp, pointer.scp))
            return ADSCP_OK;
    pointers = realloc(order->pointers, (i + 1) * sizeof(*pointers));
    if (pointers == NULL)
        return ADSCP_E_NOMEM;
    pointers[i] = pointer;
    order->pointers = pointers;
    order->pointer_count = i + 1;
    return ADSCP_OK;
}

int walk_follow(struct walk *walk, struct order_pointer pointer,
                const struct directory_index **pagep)
{
    uint32_t directory;
    bool stops, known;
    int rc;

    *pagep = NULL;
    if (!find_directory(walk->order->forest_index->forest, pointer.value,
                        &directory))
        return tell(walk, FINDING_POINTER_UNREACHABLE, pointer,
                    "it names no host that could be asked");
    rc = check_circle(walk, pointer, directory, &stops);
    if (rc != ADSCP_OK || stops)
        return rc;
    if (walk->searches == walk->rules.searches_max)
        return walk->loop_told
                   ? ADSCP_OK
                   : tell(walk, FINDING_POINTER_TOO_DEEP, pointer, NULL);
    rc = check_known(walk, pointer, directory, &known);
    if (rc != ADSCP_OK || !known)
        return rc;
    rc = keep_pointer(walk->order, pointer);
    if (rc != ADSCP_OK)
        return rc;
    walk->last = pointer;
    return enter(walk, directory, pagep);
}

int walk_run(struct walk *walk,
             int (*search)(struct walk *walk,
                           const struct directory_index *page,
                           struct order_pointer *nextp))
{
    const struct directory_index *page = NULL;
    int rc = walk_start(walk, &page);

    while (rc == ADSCP_OK && page != NULL) {
        struct order_pointer next = {0};

        rc = search(walk, page, &next);
        if (rc != ADSCP_OK || next.scp == NULL)
            break;
        rc = walk_follow(walk, next, &page);
    }
    return rc;
}

bool walk_serves_domain(const struct walk *walk, const struct adscp_scp *scp)
{
    const struct client *client = &walk->order->client;

    return client->domain_id != NAME_NONE && (scp->flags & SCP_DOMAIN) != 0 &&
           scp_has(scp, KEYWORD_DOMAIN, client->domain_id);
}

bool walk_serves_site(const struct walk *walk, const struct adscp_scp *scp)
{
    const struct client *client = &walk->order->client;

    return client->site_id != NAME_NONE && (scp->flags & SCP_SITE) != 0 &&
           scp_has(scp, KEYWORD_SITE, client->site_id);
}

bool walk_pass_pointers(const struct walk *walk,
                        const struct directory_index *page,
                        struct order_pointer *nextp,
                        struct order_pointer *fallbackp)
{
    size_t i;

    for (i = 0; i < page->pointer_count; i++) {
        const struct adscp_scp *scp = &page->directory->scps[page->pointers[i]];
        struct order_pointer pointer = {.scp = scp};

        if (page->pointers[i] >= page->window)
            break;
        if (scp->binding_count == 0)
            return false;
        pointer.value = scp_binding(scp, 0);
        if (walk_serves_domain(walk, scp)) {
            *nextp = pointer;
            break;
        }
        if (scp->keyword_count == 1 && fallbackp->scp == NULL)
            *fallbackp = pointer;
    }
    return true;
}

/* ----------------------------------------------------------------- rows -- */

void walk_lead(struct walk *walk, const struct adscp_scp *scp, const char *url,
               uint32_t count)
{
    walk->order->count = count;
    walk->order->first = (struct order_first){scp, url, walk->directory};
}

static void free_rows(struct order_list *list)
{
    size_t count = list->has_texts ? (size_t)list->count * ORDER_TEXTS : 0;
    size_t i;

    for (i = 0; i < count; i++)
        text_slot_free(&list->texts[i]);
    free(list->texts);
    free(list->rows);
    list->texts = NULL;
    list->rows = NULL;
    list->count = 0;
}

/* calloc() takes fresh pages for the texts, which most callers never touch. */
int walk_reserve(struct walk *walk, size_t count)
{
    struct order_list *list = walk->list;

    free_rows(list);
    list->rows = malloc((count + 1) * sizeof(*list->rows));
    list->texts = calloc(count + 1, ORDER_TEXTS * sizeof(*list->texts));
    return list->rows != NULL && list->texts != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

const char *order_text(const struct adscp_candidate *row, enum order_text text,
                       char *(*make)(const void *row))
{
    const struct order_list *list = row->list;
    size_t index = (size_t)(row - list->rows);
    /* Constant to its readers; this mark and the slots change atomically. */
    atomic_bool *has_texts = (atomic_bool *)(uintptr_t)&list->has_texts;

    if (!atomic_load_explicit(has_texts, memory_order_relaxed))
        atomic_store_explicit(has_texts, true, memory_order_relaxed);
    return text_slot_get(&list->texts[index * ORDER_TEXTS + text], make, row);
}

static int grow_duplicates(struct walk *walk)
{
    size_t capacity =
        walk->duplicate_capacity > 0 ? 2 * walk->duplicate_capacity : 64;
    const struct adscp_scp **scps;
    uint32_t *rows;

    rows = realloc(walk->duplicate_rows, capacity * sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    walk->duplicate_rows = rows;
    scps = realloc(walk->duplicate_scps, capacity * sizeof(*scps));
    if (scps == NULL)
        return ADSCP_E_NOMEM;
    walk->duplicate_scps = scps;
    walk->duplicate_capacity = capacity;
    return ADSCP_OK;
}

static int append_duplicate(struct walk *walk, uint32_t row,
                            const struct adscp_scp *scp)
{
    struct adscp_candidate *first = &walk->list->rows[row];

    if (first->directory != walk->directory && is_same_object(first->scp, scp))
        return ADSCP_OK;
    if (walk->duplicate_count == walk->duplicate_capacity &&
        grow_duplicates(walk) != ADSCP_OK)
        return ADSCP_E_NOMEM;
    walk->duplicate_rows[walk->duplicate_count] = row;
    walk->duplicate_scps[walk->duplicate_count++] = scp;
    first->duplicate_count++;
    return ADSCP_OK;
}

int walk_append(struct walk *walk, const struct adscp_scp *scp, const char *url,
                uint8_t group, uint32_t *placep)
{
    struct order_list *list = walk->list;

    list->group_scps[group]++;
    if (*placep != INDEX_NONE)
        return append_duplicate(walk, *placep, scp);
    *placep = list->count++;
    list->rows[*placep] = (struct adscp_candidate){
        .scp = scp,
        .url = url,
        .list = list,
        .directory = walk->directory,
        .group = group,
    };
    if (list->group_count[group]++ == 0)
        list->group_first[group] = *placep;
    return ADSCP_OK;
}

/* The older first, then by DN. */
static int compare_scps(const void *a, const void *b)
{
    const struct adscp_scp *first = *(const struct adscp_scp *const *)a;
    const struct adscp_scp *second = *(const struct adscp_scp *const *)b;

    return url_row_stands_before(second, first) -
           url_row_stands_before(first, second);
}

/* The pairs, gathered by row. */
static int gather_duplicates(struct walk *walk)
{
    struct order_list *list = walk->list;
    uint32_t next = 0, i;

    if (walk->duplicate_count == 0)
        return ADSCP_OK;
    list->duplicates =
        malloc(walk->duplicate_count * sizeof(*list->duplicates));
    if (list->duplicates == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < list->count; i++) {
        list->rows[i].duplicate_first = next;
        next += list->rows[i].duplicate_count;
        list->rows[i].duplicate_count = 0;
    }
    for (i = 0; i < walk->duplicate_count; i++) {
        struct adscp_candidate *row = &list->rows[walk->duplicate_rows[i]];

        list->duplicates[row->duplicate_first + row->duplicate_count++] =
            walk->duplicate_scps[i];
    }
    for (i = 0; i < list->count; i++)
        qsort(list->duplicates + list->rows[i].duplicate_first,
              list->rows[i].duplicate_count, sizeof(*list->duplicates),
              compare_scps);
    return ADSCP_OK;
}

struct order_list *order_list_new(const struct order *order)
{
    struct order_list *list = calloc(1, sizeof(*list));

    if (list != NULL)
        list->order = order;
    return list;
}

void order_list_free(struct order_list *list)
{
    if (list == NULL)
        return;
    free_rows(list);
    free(list->duplicates);
    finding_list_free(&list->findings);
    arena_free(&list->arena);
    free(list);
}

int walk_end(struct walk *walk, int rc)
{
    if (rc == ADSCP_OK && walk->list != NULL)
        rc = gather_duplicates(walk);
    free(walk->duplicate_rows);
    free(walk->duplicate_scps);
    return rc;
}
