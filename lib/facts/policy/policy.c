/* SPDX-License-Identifier: MIT */
/*
 * The records that matter, file by file. They are kept rather than what they
 * come to, so that a file that turns out to be broken leaves nothing behind.
 */
#include "facts/policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/host.h"
#include "facts/policy/log.h"

struct policy *policy_new(void)
{
    struct policy *policy = calloc(1, sizeof(*policy));

    if (policy != NULL)
        arena_init(&policy->arena);
    return policy;
}

void policy_free(struct policy *policy)
{
    if (policy == NULL)
        return;
    free(policy->files);
    free(policy->rows);
    arena_free(&policy->arena);
    free(policy);
}

size_t policy_mark(const struct policy *policy)
{
    return policy->count;
}

/* A file without rows does no harm. */
void policy_return(struct policy *policy, size_t mark)
{
    policy->count = mark;
}

/* ------------------------------------------------------------ relevance -- */

bool policy_is_stray_name(struct span name)
{
    enum client_setting setting;

    return text_starts(name.text, name.length, "Exclude") &&
           !setting_find(name, &setting);
}

static bool is_name(struct span name, const char *word)
{
    return text_is(name.text, name.length, word);
}

/* A mail domain has the path of an XML file. */
static bool matters_to_outlook(const struct policy_record *record)
{
    enum client_setting setting;

    if (setting_find(record->name, &setting) ||
        policy_is_stray_name(record->name))
        return true;
    return host_is_name(record->name) && (record->deed == POLICY_DELETE_VALUE ||
                                          record->type == POLICY_TYPE_TEXT ||
                                          record->type == POLICY_TYPE_EXPANDED);
}

static bool matters(const struct policy_record *record,
                    const struct policy_place *place)
{
    if (record->deed == POLICY_DELETE_KEY)
        return place->kind != PLACE_NONE;
    if (place->kind == PLACE_NONE || place->kind == PLACE_ABOVE)
        return false;
    if (record->deed == POLICY_DELETE_VALUES)
        return true;
    switch (place->kind) {
    case PLACE_OTHER_OFFICE:
    case PLACE_AUTODISCOVER:
        return matters_to_outlook(record);
    case PLACE_REDIRECT_SERVERS:
        return host_is_name(host_without_dot(record->name)) ||
               host_is_address(record->name);
    case PLACE_CERTIFICATE:
        return is_name(record->name, "Blob");
    default:
        return is_name(record->name, "DisableRootAutoUpdate");
    }
}

/* ------------------------------------------------------------------ log -- */

struct reading {
    struct policy *policy;
    enum policy_hive hive; /* where the file's records do not tell */
};

/* Whose value it is in a file that does not tell: Outlook's are users', stores
 * the computer's. */
static bool is_machine(enum policy_hive hive, const struct policy_place *place)
{
    if (hive == POLICY_HIVE_UNTOLD)
        return place->kind == PLACE_CERTIFICATE ||
               place->kind == PLACE_ROOT_UPDATE;
    return hive == POLICY_HIVE_MACHINE;
}

/* "U\Software\...\AutoDiscover\\ExcludeScpLookup"; a key that is deleted goes
 * without the name. NULL: out of memory. */
static const char *make_path(struct arena *arena,
                             const struct policy_record *record,
                             bool is_machine, uint32_t *key_lengthp)
{
    struct span key = record->key, name = record->name;
    bool has_name = record->deed != POLICY_DELETE_KEY &&
                    record->deed != POLICY_DELETE_VALUES;
    char *path, *at;

    if (key.length > 0 && key.text[key.length - 1] == '\\')
        key.length--;
    path = at =
        arena_bytes(arena, 2 + key.length + POLICY_SEPARATOR + name.length + 1);
    if (path == NULL)
        return NULL;
    *at++ = is_machine ? 'M' : 'U';
    if (key.length > 0) {
        *at++ = '\\';
        memcpy(at, key.text, key.length);
        at += key.length;
    }
    *key_lengthp = (uint32_t)(at - path);
    if (has_name) {
        memset(at, '\\', POLICY_SEPARATOR);
        at += POLICY_SEPARATOR;
        memcpy(at, name.text, name.length);
        at += name.length;
    }
    *at = '\0';
    return path;
}

static int keep(struct policy *policy, const struct policy_record *record,
                const struct policy_place *place, bool machine, bool guessed)
{
    struct policy_row *rows =
        rows_grow(policy->rows, policy->count, sizeof(*rows));
    struct policy_row row = {.deed = record->deed,
                             .place = *place,
                             .is_machine = machine,
                             .is_guessed = guessed,
                             .file = (uint32_t)policy->file_count - 1,
                             .where = record->place,
                             .type = record->type};

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    policy->rows = rows;
    row.path = make_path(&policy->arena, record, machine, &row.key_length);
    row.data.length = record->data.length;
    row.data.text = arena_copy(
        &policy->arena, record->data.text != NULL ? record->data.text : "",
        record->data.length);
    if (row.path == NULL || row.data.text == NULL ||
        policy->count >= UINT32_MAX / 2)
        return ADSCP_E_NOMEM;
    rows[policy->count++] = row;
    return ADSCP_OK;
}

/* A key above others is above those of both, where the file does not tell. */
static int take(void *to, const struct policy_record *record)
{
    const struct reading *reading = to;
    struct policy_place place = policy_place_of(record->key);
    enum policy_hive hive =
        record->hive == POLICY_HIVE_UNTOLD ? reading->hive : record->hive;
    bool machine = is_machine(hive, &place);
    bool guessed = hive == POLICY_HIVE_UNTOLD;
    int rc;

    if (!matters(record, &place))
        return ADSCP_OK;
    rc = keep(reading->policy, record, &place, machine, guessed);
    if (rc == ADSCP_OK && record->deed == POLICY_DELETE_KEY && guessed)
        rc = keep(reading->policy, record, &place, !machine, guessed);
    return rc;
}

/* ---------------------------------------------------------------- files -- */

/* "...\Machine\Registry.pol" and "...\User\Registry.pol", as SYSVOL has them.
 */
static enum policy_hive hive_of_folder(const char *name)
{
    struct span path = span_of(name);
    size_t end = path.length, begin;

    while (end > 0 && path.text[end - 1] != '/' && path.text[end - 1] != '\\')
        end--;
    if (end == 0)
        return POLICY_HIVE_UNTOLD;
    begin = --end;
    while (begin > 0 && path.text[begin - 1] != '/' &&
           path.text[begin - 1] != '\\')
        begin--;
    if (text_is(path.text + begin, end - begin, "Machine"))
        return POLICY_HIVE_MACHINE;
    return text_is(path.text + begin, end - begin, "User") ? POLICY_HIVE_USER
                                                           : POLICY_HIVE_UNTOLD;
}

static int add_file(struct policy *policy, const struct policy_source *source)
{
    struct policy_file *files =
        rows_grow(policy->files, policy->file_count, sizeof(*files));
    struct policy_file *file;

    if (files == NULL)
        return ADSCP_E_NOMEM;
    policy->files = files;
    file = &files[policy->file_count];
    file->name =
        text_keep(&policy->arena, source->name, strlen(source->name), NULL);
    file->place = policy_place_word(source->bytes, source->length);
    if (file->name == NULL || policy->file_count >= UINT32_MAX - 1)
        return ADSCP_E_NOMEM;
    policy->file_count++;
    return ADSCP_OK;
}

int policy_add(struct policy *policy, const struct policy_source *source)
{
    struct reading reading = {policy, hive_of_folder(source->path)};
    size_t mark = policy_mark(policy);
    int rc = add_file(policy, source);

    if (rc == ADSCP_OK)
        rc = policy_read(source, take, &reading);
    if (rc != ADSCP_OK)
        policy_return(policy, mark);
    return rc;
}
