/* SPDX-License-Identifier: MIT */
/*
 * From entries to facts: which entries are asked for, how their values are
 * collected, and what an entry is. Values are borrowed until the entry ends, so
 * that attributes may come in any order and nothing is copied in vain. Nothing
 * here does I/O or refuses an entry silently that a search had promised.
 */
#include "facts/decode.h"

#include <stdlib.h>
#include <string.h>

#include "facts/decode_private.h"
#include "facts/intern.h"

/* A bound on what one hostile attribute can make us hold. */
enum { VALUES_MAX = 131072 };

/* -------------------------------------------------------------- searches -- */

/* The filter of [MS-OXDISCO] 2.2.1.2, by objectClass since objectCategory wants
 * AD's help, and with the look-alike's GUID. */
static const char filter_scp[] =
    "(&(objectClass=serviceConnectionPoint)"
    "(|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)"
    "(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)"
    "(keywords=D3614C7C-D214-4F1F-BD4C-00D91C67F93F)))";
/* Child objects of a server and arrays carry the server's class too. They are
 * told apart here: a filter that excludes a class which the schema lacks (as
 * before Exchange 2010) is undefined for every entry (RFC 4511 4.5.1.7). */
static const char filter_server[] = "(objectClass=msExchExchangeServer)";
static const char filter_site[] = "(|(objectClass=site)(objectClass=subnet))";
static const char filter_any[] = "(objectClass=*)";

const char *decode_filter(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_SCP:
        return filter_scp;
    case ENTRY_SERVER:
        return filter_server;
    case ENTRY_SITE_OR_SUBNET:
        return filter_site;
    case ENTRY_ROOT:
    case ENTRY_BY_CLASS:
        break;
    }
    return filter_any;
}

struct attribute {
    const char *name;
    size_t length;
};

#define ATTRIBUTE(name)                                                        \
    {                                                                          \
        name, sizeof(name) - 1                                                 \
    }
static const struct attribute attributes[FIELD_COUNT] = {
    [FIELD_KEYWORDS] = ATTRIBUTE("keywords"),
    [FIELD_BINDING] = ATTRIBUTE("serviceBindingInformation"),
    [FIELD_CREATED] = ATTRIBUTE("whenCreated"),
    [FIELD_CLASS_NAME] = ATTRIBUTE("serviceClassName"),
    [FIELD_NETWORK_ADDRESS] = ATTRIBUTE("networkAddress"),
    [FIELD_SERVER_SITE] = ATTRIBUTE("msExchServerSite"),
    [FIELD_VERSION_NUMBER] = ATTRIBUTE("versionNumber"),
    [FIELD_SERIAL_NUMBER] = ATTRIBUTE("serialNumber"),
    [FIELD_OBJECT_CLASS] = ATTRIBUTE("objectClass"),
    [FIELD_SITE_OBJECT] = ATTRIBUTE("siteObject"),
    [FIELD_CONFIG_DN] = ATTRIBUTE("configurationNamingContext"),
    [FIELD_DNS_HOST_NAME] = ATTRIBUTE("dnsHostName"),
};
#undef ATTRIBUTE

const char *decode_field_name(enum field field)
{
    return attributes[field].name;
}

const char *const *decode_attributes(enum entry_kind kind)
{
    static const char *const scp[] = {"keywords", "serviceBindingInformation",
                                      "whenCreated", "serviceClassName", NULL};
    static const char *const server[] = {"objectClass",      "networkAddress",
                                         "msExchServerSite", "versionNumber",
                                         "serialNumber",     NULL};
    static const char *const site[] = {"objectClass", "siteObject", NULL};
    static const char *const root[] = {"configurationNamingContext",
                                       "dnsHostName", NULL};
    static const char *const all[] = {"*", NULL};

    switch (kind) {
    case ENTRY_SCP:
        return scp;
    case ENTRY_SERVER:
        return server;
    case ENTRY_SITE_OR_SUBNET:
        return site;
    case ENTRY_ROOT:
        return root;
    case ENTRY_BY_CLASS:
        break;
    }
    return all;
}

/* The attributes that such an entry is made of, as bits of enum field. */
static unsigned wanted_of(enum entry_kind kind, bool is_root)
{
    const unsigned scp = 1U << FIELD_KEYWORDS | 1U << FIELD_BINDING |
                         1U << FIELD_CREATED | 1U << FIELD_CLASS_NAME;
    const unsigned server =
        1U << FIELD_OBJECT_CLASS | 1U << FIELD_NETWORK_ADDRESS |
        1U << FIELD_SERVER_SITE | 1U << FIELD_VERSION_NUMBER |
        1U << FIELD_SERIAL_NUMBER;
    const unsigned site = 1U << FIELD_OBJECT_CLASS | 1U << FIELD_SITE_OBJECT;
    const unsigned root = 1U << FIELD_CONFIG_DN | 1U << FIELD_DNS_HOST_NAME;

    switch (kind) {
    case ENTRY_SCP:
        return scp;
    case ENTRY_SERVER:
        return server;
    case ENTRY_SITE_OR_SUBNET:
        return site;
    case ENTRY_ROOT:
        return root;
    case ENTRY_BY_CLASS:
        break;
    }
    return is_root ? root : scp | server | site;
}

/* ------------------------------------------------------------------ life -- */

struct decoder *decoder_new(struct adscp_forest *forest,
                            struct directory *directory)
{
    struct decoder *decoder = calloc(1, sizeof(*decoder));

    if (decoder == NULL)
        return NULL;
    decoder->forest = forest;
    decoder->directory = directory;
    decoder->field = FIELD_COUNT;
    decoder->last_tail = INTERN_NONE;
    arena_init(&decoder->aside);
    return decoder;
}

static void entry_free(struct entry *entry)
{
    size_t i;

    for (i = 0; i < FIELD_COUNT; i++)
        free(entry->lists[i].rows);
}

/* A reading that broke off leaves no rows: some might be half made. */
static void drop_rows(struct directory *directory)
{
    directory->scp_count = directory->server_count = 0;
    directory->site_count = directory->subnet_count = 0;
}

void decoder_free(struct decoder *decoder)
{
    size_t i;

    if (decoder == NULL)
        return;
    if (!decoder->finished)
        drop_rows(decoder->directory);
    entry_free(&decoder->entry);
    for (i = 0; i < decoder->pending_count; i++)
        entry_free(&decoder->pending[i]);
    free(decoder->pending);
    free(decoder->seen.rows);
    free(decoder->seen.slots);
    finding_list_free(&decoder->doubts);
    free(decoder->indexes);
    free(decoder->buffer);
    arena_free(&decoder->aside);
    free(decoder);
}

const struct root_dse *decoder_root(const struct decoder *decoder)
{
    return &decoder->root;
}

/* ----------------------------------------------------------------- notes -- */

/* A clean copy in the forest; NULL stays NULL. */
static bool keep(struct decoder *decoder, const char *text, const char **keptp)
{
    *keptp = NULL;
    if (text != NULL)
        *keptp = text_keep(&decoder->forest->arena, text, strlen(text), NULL);
    return text == NULL || *keptp != NULL;
}

int decoder_note(struct decoder *decoder, enum finding_code code, int64_t n,
                 const char *a, const char *b)
{
    const char *kept_a, *kept_b;
    struct adscp_finding *note;

    if (!keep(decoder, a, &kept_a) || !keep(decoder, b, &kept_b))
        return ADSCP_E_NOMEM;
    note = finding_add(&decoder->directory->notes, code);
    if (note == NULL)
        return ADSCP_E_NOMEM;
    note->n = n;
    note->a = kept_a;
    note->b = kept_b;
    return ADSCP_OK;
}

int decode_note_entry(struct decoder *decoder, const struct entry *entry,
                      enum finding_code code, const char *a, const char *b)
{
    const char *dn, *kept_a, *kept_b;
    struct adscp_finding *note;

    dn = text_keep(&decoder->forest->arena, entry->dn.text, entry->dn.length,
                   NULL);
    if (dn == NULL || !keep(decoder, a != NULL ? a : entry->where, &kept_a) ||
        !keep(decoder, b, &kept_b))
        return ADSCP_E_NOMEM;
    note = finding_add(&decoder->directory->notes, code);
    if (note == NULL)
        return ADSCP_E_NOMEM;
    note->dn = dn[0] != '\0' ? dn : NULL;
    note->a = kept_a;
    if (kept_a == NULL)
        note->a = dn[0] != '\0' ? dn : "unnamed";
    note->b = kept_b;
    return ADSCP_OK;
}

int decoder_refuse(struct decoder *decoder, const char *why)
{
    if (decoder->entry.dropped)
        return ADSCP_OK; /* one reason is enough */
    decoder->entry.dropped = true;
    decoder->wanted = 0;
    return decode_note_entry(decoder, &decoder->entry, FINDING_ENTRY_REFUSED,
                             NULL, why);
}

/* --------------------------------------------------------------- feeding -- */

static void entry_clear(struct entry *entry)
{
    size_t i;

    for (i = 0; i < FIELD_COUNT; i++) {
        struct value_list *list = &entry->lists[i];

        list->count = 0;
        list->start = list->last = list->next = 0;
        list->ranged = list->gap = false;
    }
    entry->dropped = false;
}

int decoder_begin(struct decoder *decoder, enum entry_kind kind, const char *dn,
                  size_t length, const char *where)
{
    struct entry *entry = &decoder->entry;

    entry_clear(entry);
    entry->kind = kind;
    entry->dn = (struct span){dn, length};
    entry->where = where;
    entry->has_place = decoder->place_given;
    entry->place = decoder->place;
    decoder->place_given = false;
    decoder->field = FIELD_COUNT;
    decoder->wanted = wanted_of(kind, length == 0);
    if (length > 0 && memchr(dn, '\0', length) != NULL)
        return decoder_refuse(decoder, "its DN holds a NUL byte");
    return ADSCP_OK;
}

/* A server spells an attribute as its schema does. */
static bool is_attribute(const struct attribute *attribute, const char *name,
                         size_t length)
{
    return attribute->length == length &&
           (memcmp(name, attribute->name, length) == 0 ||
            text_equal_ascii(name, length, attribute->name, length));
}

static enum field find_field(const struct decoder *decoder, const char *name,
                             size_t length)
{
    unsigned wanted = decoder->wanted, i;

    for (i = 0; wanted != 0; i++, wanted >>= 1)
        if ((wanted & 1) != 0 && is_attribute(&attributes[i], name, length))
            return (enum field)i;
    return FIELD_COUNT;
}

/* The next part of a ranged attribute ([MS-ADTS] 3.1.1.3.1.3.3). An export
 * writes the description before every value of a part. */
static void note_range(struct value_list *list,
                       const struct description *description)
{
    if (list->ranged && description->start == list->last &&
        description->next == list->next)
        return;
    if (!list->ranged)
        list->start = description->start;
    else if (description->start != list->next)
        list->gap = true;
    list->ranged = true;
    list->last = description->start;
    list->next = description->next;
}

bool decoder_attribute(struct decoder *decoder, const char *description,
                       size_t length)
{
    struct description parsed;

    /* Options are rare, and no name holds their ";". */
    decoder->field = find_field(decoder, description, length);
    if (decoder->field != FIELD_COUNT)
        return true;
    parsed = decode_description(description, length);
    if (parsed.base_length == length)
        return false;
    decoder->field = find_field(decoder, description, parsed.base_length);
    if (decoder->field == FIELD_COUNT)
        return false;
    if (parsed.ranged)
        note_range(&decoder->entry.lists[decoder->field], &parsed);
    return true;
}

int decode_add_value(struct value_list *list, const char *value, size_t length)
{
    struct span *rows;

    if (list->count >= VALUES_MAX) {
        list->gap = true;
        return ADSCP_OK;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 4;

        rows = realloc(list->rows, capacity * sizeof(*rows));
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = (struct span){value, length};
    return ADSCP_OK;
}

/* No syntax used here has an empty value (RFC 4517 3.3.6): one in an export is
 * none. */
int decoder_value(struct decoder *decoder, const char *value, size_t length)
{
    if (decoder->field == FIELD_COUNT || decoder->entry.dropped || length == 0)
        return ADSCP_OK;
    return decode_add_value(&decoder->entry.lists[decoder->field], value,
                            length);
}

bool decode_is_open(const struct value_list *list)
{
    return list->gap || list->start != 0 || list->next != 0;
}

/* ---------------------------------------------------------------- places -- */

int decoder_reserve(struct decoder *decoder, uint32_t *placep)
{
    size_t place = decoder->directory->scp_count;

    if (place >= UINT32_MAX ||
        forest_add_scp(decoder->forest, decoder->directory) == NULL)
        return ADSCP_E_NOMEM;
    *placep = (uint32_t)place;
    return ADSCP_OK;
}

void decoder_use_place(struct decoder *decoder, uint32_t place)
{
    decoder->place_given = true;
    decoder->place = place;
}

/* ------------------------------------------------------- what an entry is --
 */

enum row_kind {
    ROW_UNASKED, /* not what the search promised */
    ROW_IGNORED, /* of no interest */
    ROW_ROOT,
    ROW_SCP,
    ROW_SERVER,
    ROW_SITE,
    ROW_SUBNET
};

static bool has_class(const struct entry *entry, const char *name)
{
    const struct value_list *list = &entry->lists[FIELD_OBJECT_CLASS];
    size_t i;

    for (i = 0; i < list->count; i++)
        if (text_is(list->rows[i].text, list->rows[i].length, name))
            return true;
    return false;
}

/* One of the three GUIDs makes an SCP ours. The rest of its keywords may come
 * in a later record, and with it the GUID. */
static bool is_our_scp(const struct entry *entry)
{
    return decode_has_guid(entry) ||
           decode_is_open(&entry->lists[FIELD_KEYWORDS]);
}

static bool is_server(const struct entry *entry)
{
    return has_class(entry, "msExchExchangeServer") &&
           !has_class(entry, "msExchExchangeTransportServer") &&
           !has_class(entry, "msExchClientAccessArray");
}

static enum row_kind kind_by_class(const struct entry *entry)
{
    if (entry->dn.length == 0)
        return ROW_ROOT;
    if (entry->lists[FIELD_OBJECT_CLASS].count == 0)
        return decode_has_guid(entry) ? ROW_SCP : ROW_IGNORED;
    if (has_class(entry, "serviceConnectionPoint"))
        return is_our_scp(entry) ? ROW_SCP : ROW_IGNORED;
    if (is_server(entry))
        return ROW_SERVER;
    if (has_class(entry, "site"))
        return ROW_SITE;
    return has_class(entry, "subnet") ? ROW_SUBNET : ROW_IGNORED;
}

static enum row_kind kind_of(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_ROOT:
        return ROW_ROOT;
    case ENTRY_SCP:
        return is_our_scp(entry) ? ROW_SCP : ROW_UNASKED;
    case ENTRY_SERVER:
        return entry->lists[FIELD_OBJECT_CLASS].count == 0 || is_server(entry)
                   ? ROW_SERVER
                   : ROW_IGNORED;
    case ENTRY_SITE_OR_SUBNET:
        if (has_class(entry, "site"))
            return ROW_SITE;
        return has_class(entry, "subnet") ? ROW_SUBNET : ROW_UNASKED;
    case ENTRY_BY_CLASS:
        break;
    }
    return kind_by_class(entry);
}

/* ------------------------------------------------------------ the rootDSE --
 */

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
        arena_copy(&decoder->forest->arena, value.text, value.length);
    return root->config_dn != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int decode_root(struct decoder *decoder, const struct entry *entry)
{
    const struct value_list *configs = &entry->lists[FIELD_CONFIG_DN];
    const struct value_list *names = &entry->lists[FIELD_DNS_HOST_NAME];
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < configs->count && rc == ADSCP_OK; i++)
        rc = decode_root_config(decoder, configs->rows[i]);
    if (rc != ADSCP_OK || names->count == 0 || decoder->root.server != NULL)
        return rc;
    decoder->root.server =
        text_keep(&decoder->forest->arena, names->rows[0].text,
                  names->rows[0].length, NULL);
    return decoder->root.server != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* ------------------------------------------------------------ an entry ends */

static bool has_open_range(const struct entry *entry)
{
    return decode_is_open(&entry->lists[FIELD_KEYWORDS]) ||
           decode_is_open(&entry->lists[FIELD_BINDING]);
}

static int make_row(struct decoder *decoder, const struct entry *entry,
                    enum row_kind kind)
{
    switch (kind) {
    case ROW_SCP:
        return has_open_range(entry) ? decode_put_aside(decoder, entry)
                                     : decode_scp(decoder, entry);
    case ROW_SERVER:
        return decode_server(decoder, entry);
    case ROW_SITE:
        return decode_site(decoder, entry);
    case ROW_SUBNET:
        return decode_subnet_entry(decoder, entry);
    case ROW_ROOT:
        return decode_root(decoder, entry);
    case ROW_UNASKED:
        return decode_note_entry(decoder, entry, FINDING_ENTRY_UNASKED, NULL,
                                 NULL);
    case ROW_IGNORED:
        break;
    }
    return ADSCP_OK;
}

/* Where the row of this kind is going to stand, for decode_seen. */
static size_t next_index(const struct decoder *decoder, enum seen_kind kind)
{
    const struct directory *directory = decoder->directory;

    switch (kind) {
    case SEEN_PENDING:
        return decoder->pending_count;
    case SEEN_SCP:
        return directory->scp_count;
    case SEEN_SERVER:
        return directory->server_count;
    case SEEN_SITE:
        return directory->site_count;
    case SEEN_SUBNET:
        break;
    }
    return directory->subnet_count;
}

static enum seen_kind seen_kind_of(const struct entry *entry,
                                   enum row_kind kind)
{
    switch (kind) {
    case ROW_SERVER:
        return SEEN_SERVER;
    case ROW_SITE:
        return SEEN_SITE;
    case ROW_SUBNET:
        return SEEN_SUBNET;
    default:
        return has_open_range(entry) ? SEEN_PENDING : SEEN_SCP;
    }
}

static int make_first_row(struct decoder *decoder, const struct entry *entry,
                          enum row_kind kind)
{
    enum seen_kind seen_kind = seen_kind_of(entry, kind);
    size_t index = next_index(decoder, seen_kind);
    int rc = make_row(decoder, entry, kind);

    /* A row that was refused left nothing behind. */
    if (rc != ADSCP_OK || next_index(decoder, seen_kind) == index)
        return rc;
    return decode_seen_add(decoder, entry, seen_kind, index);
}

/* A record of an export. Its DN may have come before, in this file or another.
 */
static int end_record(struct decoder *decoder, struct entry *entry)
{
    enum row_kind kind = kind_of(entry);
    const struct seen *seen;
    bool continued = false;
    int rc;

    if (kind == ROW_ROOT)
        return decode_root(decoder, entry);
    if (kind == ROW_IGNORED && decoder->pending_count == 0)
        return ADSCP_OK;
    entry->dn_hash = text_hash_ascii(entry->dn.text, entry->dn.length);
    seen = decode_seen_find(decoder, entry);
    if (seen != NULL && seen->kind == SEEN_PENDING) {
        rc = decode_continue(decoder, entry, seen->index, &continued);
        if (rc != ADSCP_OK || continued)
            return rc;
    }
    if (kind == ROW_IGNORED)
        return ADSCP_OK;
    if (seen != NULL)
        return decode_note_entry(decoder, entry, FINDING_ENTRY_DUPLICATE, NULL,
                                 NULL);
    return make_first_row(decoder, entry, kind);
}

int decoder_end(struct decoder *decoder)
{
    struct entry *entry = &decoder->entry;

    decoder->field = FIELD_COUNT;
    if (entry->dropped)
        return ADSCP_OK;
    if (entry->kind == ENTRY_BY_CLASS)
        return end_record(decoder, entry);
    return make_row(decoder, entry, kind_of(entry));
}
