/* SPDX-License-Identifier: MIT */
/*
 * All records in their order: which values stand in the end, which of them were
 * given twice, and what Outlook and Windows make of them. A value stands where
 * nothing after it deleted it, its key, or a key above; each deletion is kept
 * once by its path, so that a million of them cost no more than a million
 * values.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "base/table.h"
#include "facts/policy/tell.h"

#define NONE UINT32_MAX

/* A value, by its path; numbers are those of rows. */
struct state {
    uint32_t row;
    uint32_t earlier; /* one that said something else, or NONE */
    uint32_t deleted; /* the row that deleted this value alone, or NONE */
};

struct apply {
    const struct policy *policy;
    const struct deadline *deadline;
    struct policy_outcome *out;
    struct certificates *certificates;
    struct table values;  /* their states */
    struct table deleted; /* keys: the last row that did it */
    struct table emptied; /* likewise, of their values alone */
    struct state *states;
    size_t count;
    const char **files; /* their names, for the outcome to keep */
    struct policy_telling to;
};

static const struct policy_row *row_of(const struct apply *apply,
                                       uint32_t number)
{
    return &apply->policy->rows[number];
}

/* -------------------------------------------------------------- records -- */

/* The last row that deleted the key with this name, if that is after `row`. */
static uint32_t last_after(const struct table *table, const char *path,
                           size_t length, uint32_t row)
{
    const uint32_t *last = table_get(table, path, length);

    return last != NULL && *last > row ? *last : NONE;
}

/* The row that deleted a value together with its key; NONE: it is there. */
static uint32_t key_deleted(const struct apply *apply, uint32_t number)
{
    const struct policy_row *row = row_of(apply, number);
    uint32_t last =
        last_after(&apply->emptied, row->path, row->key_length, number);
    size_t length;

    if (apply->deleted.count == 0)
        return last;
    for (length = 1; length <= row->key_length && last == NONE; length++)
        if (length == row->key_length || row->path[length] == '\\')
            last = last_after(&apply->deleted, row->path, length, number);
    return last;
}

/* NONE: the value stands. */
static uint32_t deleted_by(const struct apply *apply, const struct state *state)
{
    return state->deleted != NONE ? state->deleted
                                  : key_deleted(apply, state->row);
}

static bool same_data(const struct policy_row *a, const struct policy_row *b)
{
    return a->type == b->type && a->data.length == b->data.length &&
           memcmp(a->data.text, b->data.text, a->data.length) == 0;
}

static int add_state(struct apply *apply, uint32_t number)
{
    struct state *states =
        rows_grow(apply->states, apply->count, sizeof(*states));

    if (states == NULL)
        return ADSCP_E_NOMEM;
    apply->states = states;
    states[apply->count++] = (struct state){number, NONE, NONE};
    return ADSCP_OK;
}

static int set(struct apply *apply, uint32_t number)
{
    const struct policy_row *row = row_of(apply, number);
    uint32_t *found = table_value(&apply->values, row->path,
                                  table_hash(&apply->values, row->path),
                                  (uint32_t)apply->count);
    struct state *state;

    if (found == NULL)
        return ADSCP_E_NOMEM;
    if (*found == apply->count)
        return add_state(apply, number);
    state = &apply->states[*found];
    if (row->deed == POLICY_SET_NEW && deleted_by(apply, state) == NONE)
        return ADSCP_OK;
    if (!same_data(row_of(apply, state->row), row))
        state->earlier = state->row;
    state->row = number;
    state->deleted = NONE;
    return ADSCP_OK;
}

static void delete_value(struct apply *apply, const struct policy_row *row,
                         uint32_t number)
{
    const uint32_t *found =
        table_get(&apply->values, row->path, strlen(row->path));

    if (found != NULL)
        apply->states[*found].deleted = number;
}

static int delete_key(struct table *table, const struct policy_row *row,
                      uint32_t number)
{
    uint32_t *last =
        table_value(table, row->path, table_hash(table, row->path), number);

    if (last == NULL)
        return ADSCP_E_NOMEM;
    *last = number;
    return ADSCP_OK;
}

static int take_row(struct apply *apply, uint32_t number)
{
    const struct policy_row *row = row_of(apply, number);

    switch (row->deed) {
    case POLICY_DELETE_VALUE:
        delete_value(apply, row, number);
        return ADSCP_OK;
    case POLICY_DELETE_VALUES:
        return delete_key(&apply->emptied, row, number);
    case POLICY_DELETE_KEY:
        return delete_key(&apply->deleted, row, number);
    default:
        return set(apply, number);
    }
}

/* ------------------------------------------------------------- settings -- */

static int use_setting(const struct apply *apply, const struct state *state,
                       enum client_setting setting)
{
    const struct policy_row *row = row_of(apply, state->row);
    struct setting_value *value =
        &apply->out->settings->values[row->place.version][setting];
    int rc = ADSCP_OK;

    if (state->earlier != NONE)
        rc = policy_tell_contradiction(&apply->to,
                                       row_of(apply, state->earlier), row);
    if (rc != ADSCP_OK)
        return rc;
    if (!policy_row_is_number(row))
        return policy_tell_row(&apply->to, FINDING_POLICY_TYPE_WRONG, row);
    if (row->place.by < value->by)
        return ADSCP_OK;
    value->by = row->place.by;
    value->number = policy_row_number(row);
    value->source = apply->files[row->file];
    return ADSCP_OK;
}

static const char *keep(const struct apply *apply, struct span text)
{
    return text_keep(&apply->out->settings->arena, text.text, text.length,
                     NULL);
}

/* A host, or a mail domain and the path of its file. */
static int use_host(const struct apply *apply, const struct policy_row *row,
                    bool has_path, struct setting_host **rowsp, size_t *countp)
{
    struct setting_host *rows = rows_grow(*rowsp, *countp, sizeof(*rows));
    struct setting_host host = {.version = row->place.version,
                                .by = row->place.by,
                                .host = keep(apply, policy_row_name(row)),
                                .source = apply->files[row->file]};

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    *rowsp = rows;
    if (has_path)
        host.path = keep(apply, row->data);
    if (host.host == NULL || (has_path && host.path == NULL))
        return ADSCP_E_NOMEM;
    rows[(*countp)++] = host;
    return ADSCP_OK;
}

struct oddities {
    struct policy_crowd stray;      /* values that Outlook does not know */
    struct policy_crowd misplaced;  /* in the computer's part */
    struct policy_crowd unreadable; /* certificates */
    struct policy_crowd guessed;    /* whose they are is not told */
    struct policy_crowd foreign;    /* of a version that no client has */
};

/* Of a user's key AutoDiscover. */
static int use_outlook(const struct apply *apply, const struct state *state,
                       struct oddities *oddities)
{
    const struct policy_row *row = row_of(apply, state->row);
    struct settings *settings = apply->out->settings;
    struct span name = policy_row_name(row);
    enum client_setting setting;

    if (setting_find(name, &setting))
        return use_setting(apply, state, setting);
    if (!policy_is_stray_name(name))
        return use_host(apply, row, true, &settings->local_xml,
                        &settings->local_xml_count);
    if (text_is(name.text, name.length, "ExcludeSrvLookup"))
        return policy_tell_row(&apply->to, FINDING_POLICY_SRV_MISNAMED, row);
    policy_crowd_join(&oddities->stray, row);
    return ADSCP_OK;
}

/* --------------------------------------------------------- certificates -- */

/* Is it what the store's own code would write, with a certificate in it? */
static int check_certificate(const struct certificate_list *list, size_t from,
                             bool *readablep)
{
    const struct certificate_facts *facts;

    *readablep =
        list->container == CONTAINER_ELEMENT && list->count == from + 1;
    if (!*readablep)
        return ADSCP_OK;
    facts = certificate_facts(list->rows[from]);
    *readablep = facts != NULL && facts->problem == NULL;
    return facts != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Only the computer's policies reach everybody who sits at it; a user's own
 * part has preferences alone, such as KB2006728's workaround. What is
 * disallowed anywhere is never trusted. */
static bool counts(const struct policy_row *row)
{
    return row->is_machine || row->place.by == SETTING_BY_PREFERENCE ||
           row->place.store == POLICY_STORE_DISALLOWED;
}

static int use_certificate(const struct apply *apply,
                           const struct policy_row *row,
                           struct oddities *oddities)
{
    struct certificate_list *list = &apply->out->stores[row->place.store];
    size_t before = list->count;
    bool is_readable = false;
    int rc = ADSCP_OK;

    if (!counts(row)) {
        policy_crowd_join(&oddities->misplaced, row);
        return ADSCP_OK;
    }
    if (row->type == POLICY_TYPE_BINARY)
        rc = certificates_read(apply->certificates, row->data.text,
                               row->data.length, list);
    if (rc == ADSCP_OK && row->type == POLICY_TYPE_BINARY)
        rc = check_certificate(list, before, &is_readable);
    if (rc != ADSCP_OK || is_readable)
        return rc;
    list->count = before;
    policy_crowd_join(&oddities->unreadable, row);
    return ADSCP_OK;
}

/* ---------------------------------------------------------------- whole -- */

static int use(const struct apply *apply, const struct state *state,
               struct oddities *oddities)
{
    const struct policy_row *row = row_of(apply, state->row);
    struct settings *settings = apply->out->settings;
    bool is_outlook = row->place.kind == PLACE_AUTODISCOVER ||
                      row->place.kind == PLACE_REDIRECT_SERVERS;

    if (row->place.kind == PLACE_OTHER_OFFICE) {
        policy_crowd_join(&oddities->foreign, row);
        return ADSCP_OK;
    }
    if (row->is_guessed)
        policy_crowd_join(&oddities->guessed, row);
    if (is_outlook && row->is_machine) {
        policy_crowd_join(&oddities->misplaced, row);
        return ADSCP_OK;
    }
    switch (row->place.kind) {
    case PLACE_AUTODISCOVER:
        return use_outlook(apply, state, oddities);
    case PLACE_REDIRECT_SERVERS:
        return use_host(apply, row, false, &settings->redirect_servers,
                        &settings->redirect_server_count);
    case PLACE_CERTIFICATE:
        return use_certificate(apply, row, oddities);
    default:
        apply->out->no_root_update =
            apply->out->no_root_update ||
            (row->is_machine && row->place.by == SETTING_BY_POLICY &&
             policy_row_is_number(row) && policy_row_number(row) != 0);
        return ADSCP_OK;
    }
}

/* What is not there any more is told where Outlook would have read it. */
static int use_or_miss(const struct apply *apply, const struct state *state,
                       struct oddities *oddities)
{
    const struct policy_row *row = row_of(apply, state->row);
    uint32_t deleted = deleted_by(apply, state);
    enum client_setting setting;

    if (deleted == NONE)
        return use(apply, state, oddities);
    return row->place.kind == PLACE_AUTODISCOVER && !row->is_machine &&
                   setting_find(policy_row_name(row), &setting)
               ? policy_tell_contradiction(&apply->to, row,
                                           row_of(apply, deleted))
               : ADSCP_OK;
}

static int use_all(const struct apply *apply)
{
    struct oddities oddities = {0};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < apply->count && rc == ADSCP_OK; i++) {
        rc = deadline_check_row(apply->deadline, i);
        if (rc == ADSCP_OK)
            rc = use_or_miss(apply, &apply->states[i], &oddities);
    }
    if (rc == ADSCP_OK)
        rc = policy_tell_crowd(&apply->to, FINDING_POLICY_VALUE_UNKNOWN,
                               &oddities.stray);
    if (rc == ADSCP_OK)
        rc = policy_tell_crowd(&apply->to, FINDING_POLICY_VERSION_UNKNOWN,
                               &oddities.foreign);
    if (rc == ADSCP_OK)
        rc = policy_tell_crowd(&apply->to, FINDING_POLICY_WRONG_HIVE,
                               &oddities.misplaced);
    if (rc == ADSCP_OK)
        rc = policy_tell_crowd(&apply->to, FINDING_POLICY_HIVE_ASSUMED,
                               &oddities.guessed);
    if (rc == ADSCP_OK)
        rc =
            policy_tell_crowd(&apply->to, FINDING_POLICY_CERTIFICATE_UNREADABLE,
                              &oddities.unreadable);
    return rc;
}

/* The outcome may outlive the files. */
static int keep_files(struct apply *apply)
{
    struct arena *arena = &apply->out->settings->arena;
    const struct policy *policy = apply->policy;
    size_t i;

    apply->files =
        arena_alloc(arena, (policy->file_count + 1) * sizeof(*apply->files));
    if (apply->files == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < policy->file_count; i++) {
        const char *name = policy->files[i].name;

        apply->files[i] = arena_copy(arena, name, strlen(name));
        if (apply->files[i] == NULL)
            return ADSCP_E_NOMEM;
    }
    return ADSCP_OK;
}

static int run(struct apply *apply)
{
    int rc = keep_files(apply);
    size_t i;

    for (i = 0; i < apply->policy->count && rc == ADSCP_OK; i++) {
        rc = deadline_check_row(apply->deadline, i);
        if (rc == ADSCP_OK)
            rc = take_row(apply, (uint32_t)i);
    }
    return rc == ADSCP_OK ? use_all(apply) : rc;
}

int policy_apply(const struct policy *policy, struct certificates *certificates,
                 const struct deadline *deadline,
                 struct policy_outcome *outcome)
{
    struct apply apply = {.policy = policy,
                          .deadline = deadline,
                          .out = outcome,
                          .certificates = certificates,
                          .values = {.sense = TABLE_FOLD},
                          .deleted = {.sense = TABLE_FOLD},
                          .emptied = {.sense = TABLE_FOLD}};
    int rc;

    *outcome = (struct policy_outcome){.settings = settings_new()};
    if (outcome->settings == NULL)
        return ADSCP_E_NOMEM;
    apply.to = (struct policy_telling){policy, outcome->settings};
    rc = run(&apply);
    table_clear(&apply.values);
    table_clear(&apply.deleted);
    table_clear(&apply.emptied);
    free(apply.states);
    if (rc != ADSCP_OK)
        policy_outcome_free(outcome);
    return rc;
}

void policy_outcome_free(struct policy_outcome *outcome)
{
    int i;

    settings_release(outcome->settings);
    for (i = 0; i < POLICY_STORE_COUNT; i++)
        certificate_list_free(&outcome->stores[i]);
    *outcome = (struct policy_outcome){0};
}
