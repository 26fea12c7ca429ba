/* SPDX-License-Identifier: MIT */
/*
 * Attributes with more values than the server gives at once ([MS-ADTS]
 * 3.1.1.3.1.3.3): "keywords;range=0-1499", and the rest for the asking. The
 * messages that hold the parts are kept until the last one is there, since the
 * decoder wants an entry whole. A server that does not come to an end is left
 * alone; the decoder marks what has no end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gather/ldap/private.h"

enum { ROUNDS_MAX = 200, OPEN_MAX = 8, NAME_MAX_ASKED = 64 };

/* An attribute that has more to come, and what to ask for next. */
struct open_range {
    char ask[NAME_MAX_ASKED + sizeof(";range=4294967295-*")];
    size_t name_length; /* of "keywords" in "keywords;range=1500-*" */
    uint32_t next;
};

struct open_list {
    struct open_range rows[OPEN_MAX];
    size_t count;
};

/* ---------------------------------------------------------------- lists -- */

static void row_free(struct range_entry *row)
{
    size_t i;

    for (i = 0; i < row->part_count; i++)
        free(row->parts[i].bytes);
    free(row->parts);
}

void range_list_free(struct range_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        row_free(&list->rows[i]);
    free(list->rows);
    *list = (struct range_list){0};
}

static int row_add(struct range_entry *row, struct span message)
{
    struct range_part *parts, *part;

    parts = realloc(row->parts, (row->part_count + 1) * sizeof(*parts));
    if (parts == NULL)
        return ADSCP_E_NOMEM;
    row->parts = parts;
    part = &parts[row->part_count];
    part->bytes = malloc(message.length);
    if (part->bytes == NULL)
        return ADSCP_E_NOMEM;
    memcpy(part->bytes, message.text, message.length);
    part->length = message.length;
    row->part_count++;
    return ADSCP_OK;
}

int range_list_add(struct range_list *list, struct span message,
                   struct decoder *decoder)
{
    struct range_entry row = {0}, *rows;
    int rc;

    rows = realloc(list->rows, (list->count + 1) * sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    list->rows = rows;
    rc = decoder_reserve(decoder, &row.place);
    if (rc == ADSCP_OK)
        rc = row_add(&row, message);
    if (rc == ADSCP_OK)
        list->rows[list->count++] = row;
    else
        row_free(&row);
    return rc;
}

static bool part_open(const struct range_part *part, struct entry *entry)
{
    return entry_open((struct span){part->bytes, part->length}, entry);
}

/* ---------------------------------------------------------- open ranges -- */

/* Whoever asks writes C strings: a name with a NUL in it would be asked for by
 * another name. */
static void open_add(struct open_list *list, struct span type)
{
    struct open_range *range = &list->rows[list->count];
    size_t length;
    uint32_t next = decode_range_next(type.text, type.length, &length);

    if (next == 0 || list->count == OPEN_MAX || length > NAME_MAX_ASKED ||
        memchr(type.text, '\0', length) != NULL)
        return;
    snprintf(range->ask, sizeof(range->ask), "%.*s;range=%u-*", (int)length,
             type.text, next);
    range->name_length = length;
    range->next = next;
    list->count++;
}

static void open_from(const struct range_part *part, struct open_list *list)
{
    struct entry entry;

    list->count = 0;
    if (!part_open(part, &entry))
        return;
    while (entry_next(&entry))
        open_add(list, entry.type);
}

static const struct open_range *open_find(const struct open_list *list,
                                          const struct open_range *like)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (text_equal_ascii(list->rows[i].ask, list->rows[i].name_length,
                             like->ask, like->name_length))
            return &list->rows[i];
    return NULL;
}

/* Nothing but what was asked for, and further on: else there would be no end.
 */
static bool is_progress(const struct open_list *before,
                        const struct open_list *after)
{
    const struct open_range *asked;
    size_t i;

    for (i = 0; i < after->count; i++) {
        asked = open_find(before, &after->rows[i]);
        if (asked == NULL || after->rows[i].next <= asked->next)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------- fetching -- */

/* Whose rest is fetched, and how. */
struct fetch {
    struct session *session;
    const struct deadline *deadline;
    struct detail *detail;
    struct session_search search;
    struct range_entry *row;
    int id;     /* of the request on its way */
    bool found; /* its part has come */
};

/* The entry that was asked for; of several the first one. */
static int take_part(void *to, int id, struct span message)
{
    struct fetch *fetch = to;
    struct entry entry;

    if (id != fetch->id || fetch->found || !entry_open(message, &entry) ||
        !entry_is_inside(&entry, &fetch->search))
        return ADSCP_OK;
    fetch->found = true;
    return row_add(fetch->row, message);
}

/* One answer up to its end. */
static int fetch_answer(struct fetch *fetch)
{
    LDAPMessage *message = NULL;
    int rc, type = 0;

    do {
        rc = session_receive(fetch->session, fetch->deadline, fetch->detail,
                             &message);
        if (rc != ADSCP_OK)
            break;
        type = ldap_msgtype(message);
        ldap_msgfree(message);
    } while (type != LDAP_RES_SEARCH_RESULT);
    guard_forget(&fetch->session->guard, fetch->id);
    return rc;
}

static int fetch_part(struct fetch *fetch, const struct open_list *open)
{
    const char *asked[OPEN_MAX + 1] = {NULL};
    size_t i;
    int rc;

    fetch->found = false;
    for (i = 0; i < open->count; i++)
        asked[i] = open->rows[i].ask;
    rc = session_send_search(fetch->session, &fetch->search, asked, NULL,
                             fetch->deadline, fetch->detail, &fetch->id);
    if (rc == SESSION_BUSY)
        return detail_set(fetch->detail, ADSCP_E_PROTOCOL,
                          "%s answered before it was asked",
                          fetch->session->name);
    return rc == ADSCP_OK ? fetch_answer(fetch) : rc;
}

/* All parts of one entry. What the server does not give stays open. */
static int fetch_row(struct fetch *fetch, struct range_entry *row)
{
    struct open_list open, after;
    int round, rc;

    fetch->row = row;
    open_from(&row->parts[0], &open);
    for (round = 0; round < ROUNDS_MAX && open.count > 0; round++) {
        rc = fetch_part(fetch, &open);
        if (rc != ADSCP_OK)
            return rc;
        if (!fetch->found)
            break;
        open_from(&row->parts[row->part_count - 1], &after);
        if (!is_progress(&open, &after))
            break;
        open = after;
    }
    return ADSCP_OK;
}

/* -------------------------------------------------------------- feeding -- */

static int feed_part(const struct range_part *part, struct decoder *decoder)
{
    struct entry entry;
    bool open = false;
    int rc;

    if (!part_open(part, &entry))
        return decoder_refuse(decoder, "a part of it is malformed");
    rc = entry_feed(&entry, decoder, &open);
    if (rc == ADSCP_OK && entry.malformed)
        rc = decoder_refuse(decoder, "a part of it is malformed");
    return rc;
}

static int feed_row(const struct range_entry *row, const char *dn,
                    struct decoder *decoder)
{
    size_t i;
    int rc;

    decoder_use_place(decoder, row->place);
    rc = decoder_begin(decoder, ENTRY_SCP, dn, strlen(dn), NULL);
    for (i = 0; i < row->part_count && rc == ADSCP_OK; i++)
        rc = feed_part(&row->parts[i], decoder);
    return rc == ADSCP_OK ? decoder_end(decoder) : rc;
}

static char *row_dn(const struct range_entry *row)
{
    struct entry entry;

    if (!part_open(&row->parts[0], &entry))
        return NULL;
    return strndup(entry.dn.text, entry.dn.length);
}

/* true: no more can be had, which is no reason to give up what is there. */
static bool is_spent(struct fetch *fetch, int rc)
{
    if (rc != ADSCP_E_LIMIT || !fetch->session->guard.spent)
        return false;
    detail_clear(fetch->detail);
    return true;
}

static int finish_row(struct fetch *fetch, struct range_entry *row,
                      struct decoder *decoder)
{
    char *dn = row_dn(row);
    int rc = dn != NULL ? ADSCP_OK : ADSCP_E_NOMEM;

    fetch->search.base = dn;
    if (rc == ADSCP_OK && !fetch->session->broken)
        rc = fetch_row(fetch, row);
    if (rc == ADSCP_OK || is_spent(fetch, rc))
        rc = feed_row(row, dn, decoder);
    free(dn);
    return rc;
}

int range_list_fetch(struct range_list *list, struct session *session,
                     struct decoder *decoder, const struct deadline *deadline,
                     struct detail *detail)
{
    struct fetch fetch = {
        .session = session,
        .deadline = deadline,
        .detail = detail,
        .search = {.scope = SESSION_BASE, .filter = "(objectClass=*)"},
    };
    int rc = ADSCP_OK;
    size_t i;

    guard_tap(&session->guard, take_part, &fetch);
    for (i = 0; i < list->count && rc == ADSCP_OK; i++)
        rc = finish_row(&fetch, &list->rows[i], decoder);
    guard_tap(&session->guard, NULL, NULL);
    return rc;
}
