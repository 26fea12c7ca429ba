/* SPDX-License-Identifier: MIT */
/*
 * Rows of entries that a change left alone, taken from the forest before it: a
 * step on a large forest is about few entries. What is taken is what decoding
 * would have made, down to the numbers of names and keywords, which are given
 * in the order of the entries. Rows about which there is more than a row to be
 * told, a finding or a text that is not clean, are decoded again.
 */
#include "facts/decode/private.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- numbers --
 */

static bool take_name(struct decoder *decoder, name_id id, name_id *idp)
{
    struct take *take = &decoder->take;
    const struct table_row *row;

    *idp = NAME_NONE;
    if (id == NAME_NONE)
        return true;
    if (take->names[id] == 0) {
        row = &take->from->intern->names.rows[id];
        if (!intern_lasting_name(decoder->forest,
                                 (struct span){row->text, row->length}, idp))
            return false;
        take->names[id] = *idp + 1;
    }
    *idp = take->names[id] - 1;
    return true;
}

/* Of a text with a number: how it is shared, and the texts there. */
typedef bool sharing(struct adscp_forest *forest, const char *text,
                     uint32_t *indexp);

static bool take_number(struct decoder *decoder, uint32_t *numbers,
                        uint32_t number, const char *text, sharing *share,
                        uint32_t *indexp)
{
    if (numbers[number] == 0) {
        if (!share(decoder->forest, text, indexp))
            return false;
        numbers[number] = *indexp + 1;
    }
    *indexp = numbers[number] - 1;
    return true;
}

static bool take_keyword(struct decoder *decoder, uint32_t number,
                         uint32_t *indexp)
{
    struct take *take = &decoder->take;

    return take_number(decoder, take->keywords, number,
                       take->from->keywords[number].text,
                       intern_lasting_keyword, indexp);
}

/* Lists without a new number stay where they are. */
static bool copy_list(struct decoder *decoder, const uint32_t *list,
                      size_t count)
{
    uint32_t *copy = NULL, number;
    size_t i;

    for (i = 0; i < count; i++) {
        if (!take_keyword(decoder, list[i], &number))
            return false;
        if (number != list[i] && copy == NULL) {
            copy = intern_indexes(decoder->forest, count);
            if (copy == NULL)
                return false;
            memcpy(copy, list, i * sizeof(*copy));
        }
        if (copy != NULL)
            copy[i] = number;
    }
    decoder->take.last_list = list;
    decoder->take.last_copy = copy != NULL ? copy : list;
    return true;
}

/* SCPs in a row share their list. */
static bool take_list(struct decoder *decoder, const struct adscp_scp *from,
                      struct adscp_scp *row)
{
    if (from->keyword_count == 0)
        return true;
    if (decoder->take.last_list != from->keywords &&
        !copy_list(decoder, from->keywords, from->keyword_count))
        return false;
    row->keywords = decoder->take.last_copy;
    row->keyword_count = from->keyword_count;
    return true;
}

/* ------------------------------------------------------------------- rows --
 */

static bool take_scp(struct decoder *decoder, const struct adscp_scp *from)
{
    struct take *take = &decoder->take;
    struct adscp_scp *row = forest_add_scp(decoder->forest, decoder->directory);

    if (row == NULL ||
        !take_number(decoder, take->tails, from->dn_tail,
                     take->from->tails[from->dn_tail], intern_lasting_tail,
                     &row->dn_tail) ||
        !take_list(decoder, from, row))
        return false;
    if (from->class_name != 0 &&
        !take_number(decoder, take->texts, from->class_name,
                     take->from->texts[from->class_name], intern_lasting_text,
                     &row->class_name))
        return false;
    row->dn_head = from->dn_head;
    row->bindings = from->bindings;
    row->binding_count = from->binding_count;
    row->created = from->created;
    row->first_http = from->first_http;
    row->url_hash = from->url_hash;
    row->server = from->server;
    row->flags = from->flags;
    if ((row->flags & SCP_DOMAIN) != 0)
        decoder->forest->has_domains = true;
    return true;
}

/* But for what is made late: that is the other forest's. */
static bool take_server(struct decoder *decoder,
                        const struct adscp_server *from)
{
    struct adscp_server *row = forest_add_server(decoder->directory);

    if (row == NULL)
        return false;
    memcpy(row, from, offsetof(struct adscp_server, published));
    return take_name(decoder, from->site_name, &row->site_name);
}

static bool take_site(struct decoder *decoder, const struct adscp_site *from)
{
    struct adscp_site *row = forest_add_site(decoder->directory);

    if (row == NULL)
        return false;
    *row = *from;
    return take_name(decoder, from->id, &row->id);
}

static bool take_subnet(struct decoder *decoder,
                        const struct adscp_subnet *from)
{
    struct adscp_subnet *row = forest_add_subnet(decoder->directory);

    if (row == NULL)
        return false;
    *row = *from;
    return take_name(decoder, from->site_id, &row->site_id);
}

static bool take_service(struct decoder *decoder,
                         const struct virtual_directory *from)
{
    struct virtual_directory *row = forest_add_service(decoder->directory);

    if (row == NULL)
        return false;
    *row = *from;
    return true;
}

static bool take_database(struct decoder *decoder, const struct database *from)
{
    struct database *row = forest_add_database(decoder->directory);

    if (row == NULL)
        return false;
    *row = *from;
    row->mailboxes = 0; /* counted again */
    return true;
}

static bool take_authority(struct decoder *decoder,
                           const struct authority *from)
{
    struct authority *row = forest_add_authority(decoder->directory);

    if (row == NULL)
        return false;
    *row = *from;
    return true;
}

/* The bytes of a keyword or a class that is not clean were not kept, nor how a
 * subnet spells a site that its own object spells otherwise. */
static bool is_whole(const struct directory *before, enum row_kind kind,
                     size_t index)
{
    if (kind == ROW_SCP)
        return (before->scps[index].flags & SCP_UNCLEAN) == 0;
    return kind != ROW_SUBNET || !before->subnets[index].is_respelt;
}

static bool take_row(struct decoder *decoder, enum row_kind kind, size_t index)
{
    const struct directory *before = decoder->take.before;

    switch (kind) {
    case ROW_SCP:
        return take_scp(decoder, &before->scps[index]);
    case ROW_SERVER:
        return take_server(decoder, &before->servers[index]);
    case ROW_SITE:
        return take_site(decoder, &before->sites[index]);
    case ROW_SUBNET:
        return take_subnet(decoder, &before->subnets[index]);
    case ROW_SERVICE:
        return take_service(decoder, &before->services[index]);
    case ROW_DATABASE:
        return take_database(decoder, &before->databases[index]);
    default:
        return take_authority(decoder, &before->authorities[index]);
    }
}

/* ---------------------------------------------------------------- entries --
 */

static bool is_taken_kind(unsigned kind)
{
    return kind >= ROW_SCP && kind < ROW_RECIPIENT;
}

/* Do the entries tell where every row came from? None may lie outside, or have
 * come in parts. */
static bool are_counted(const struct directory *before)
{
    const struct entries *entries = before->entries;
    size_t counts[ROW_RECIPIENT] = {0}, i;
    unsigned kind;

    for (i = 0; i < entries->count; i++)
        if (is_taken_kind(entries->rows[i].left))
            counts[entries->rows[i].left]++;
    for (kind = ROW_SCP; kind < ROW_RECIPIENT; kind++)
        if (counts[kind] != decode_count_rows(before, (enum row_kind)kind))
            return false;
    return true;
}

int take_begin(struct decoder *decoder, const struct adscp_forest *from,
               const struct directory *before)
{
    struct take *take = &decoder->take;
    uint32_t *numbers;

    if (before->entries == NULL || before->entries->is_repeating ||
        !are_counted(before))
        return ADSCP_OK;
    numbers = calloc(from->keyword_count + from->tail_count + from->text_count +
                         from->name_count,
                     sizeof(*numbers));
    if (numbers == NULL)
        return ADSCP_E_NOMEM;
    shared_arena_set_base(decoder->forest->memory, from->memory);
    *take = (struct take){.from = from, .before = before};
    take->keywords = numbers;
    take->tails = take->keywords + from->keyword_count;
    take->texts = take->tails + from->tail_count;
    take->names = take->texts + from->text_count;
    return ADSCP_OK;
}

static bool is_same(const struct kept_entry *a, const struct kept_entry *b)
{
    return a->dn.text == b->dn.text && a->dn.length == b->dn.length &&
           a->values == b->values && a->value_count == b->value_count &&
           a->kind == b->kind && a->where == b->where;
}

int take_entry(struct decoder *decoder, const struct kept_entry *row,
               size_t index, bool *takenp)
{
    struct take *take = &decoder->take;
    const struct kept_entry *was;
    enum row_kind kind;
    size_t at;

    if (take->before == NULL || index >= take->before->entries->count)
        return ADSCP_OK;
    was = &take->before->entries->rows[index];
    if (!is_taken_kind(was->left))
        return ADSCP_OK;
    kind = (enum row_kind)was->left;
    at = take->next[kind]++;
    if (was->is_noted || !is_same(row, was) ||
        !is_whole(take->before, kind, at))
        return ADSCP_OK;
    *takenp = true;
    take->server_count += kind == ROW_SERVER;
    return take_row(decoder, kind, at) ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* What joining found with servers that are no longer the same. */
static void forget_servers(struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->scp_count; i++) {
        directory->scps[i].server = 0;
        directory->scps[i].flags &= ~(uint32_t)(SCP_HOST_OWN | SCP_DEFAULT_URL);
    }
    for (i = 0; i < directory->service_count; i++)
        directory->services[i].server = 0;
    for (i = 0; i < directory->database_count; i++) {
        directory->databases[i].server = 0;
        directory->databases[i].owner_is_told = false;
    }
}

void take_finish(struct decoder *decoder)
{
    const struct take *take = &decoder->take;
    struct directory *directory = decoder->directory;

    if (take->before == NULL)
        return;
    directory->servers_taken =
        take->server_count == take->before->server_count &&
        directory->server_count == take->server_count;
    if (!directory->servers_taken)
        forget_servers(directory);
}

void take_free(struct take *take)
{
    free(take->keywords);
}
