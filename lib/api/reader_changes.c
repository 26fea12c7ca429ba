/* SPDX-License-Identifier: MIT */
/*
 * What a reader lays over what it reads: change records; and the forest whose
 * kept entries it reads again.
 */
#include "adscp.h"

#include <stdlib.h>
#include <string.h>

#include "api/reader.h"
#include "api/setter.h"
#include "gather/reader/reader.h"

void reader_free_changes(struct reader_plan *plan)
{
    int i;

    for (i = 0; i < plan->change_count; i++) {
        free(plan->changes[i].name);
        free(plan->changes[i].bytes);
    }
    free(plan->changes);
}

/* A copy that is at least one byte long. */
static char *copy_bytes(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy != NULL && length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

static int add_change(adscp_reader *reader, const char *name, const char *bytes,
                      size_t length)
{
    struct reader_plan *plan = &reader->plan;
    struct reader_change *changes, change = {.length = length};

    changes = realloc(plan->changes,
                      ((size_t)plan->change_count + 1) * sizeof(*changes));
    if (changes == NULL)
        return setter_no_memory(&reader->detail);
    plan->changes = changes;
    change.name = strdup(name);
    if (bytes != NULL)
        change.bytes = copy_bytes(bytes, length);
    if (change.name == NULL || (bytes != NULL && change.bytes == NULL)) {
        free(change.name);
        free(change.bytes);
        return setter_no_memory(&reader->detail);
    }
    changes[plan->change_count++] = change;
    return ADSCP_OK;
}

int adscp_reader_add_changes_file(adscp_reader *reader, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (path == NULL || path[0] == '\0')
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "the name of a file with changes is missing");
    return add_change(reader, path, NULL, 0);
}

int adscp_reader_add_changes(adscp_reader *reader, const char *name,
                             const char *bytes, int64_t length)
{
    int rc = setter_begin_with(SETTER_DETAIL(reader), name);

    if (rc != ADSCP_OK)
        return rc;
    if (bytes == NULL || length < 0)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "the bytes of the changes are missing (NULL)");
    return add_change(reader, name, bytes, (size_t)length);
}

int adscp_reader_clear_changes(adscp_reader *reader)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    reader_free_changes(&reader->plan);
    reader->plan.changes = NULL;
    reader->plan.change_count = 0;
    return ADSCP_OK;
}

int adscp_reader_set_forest(adscp_reader *reader, const adscp_forest *forest)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (forest != NULL && !forest->kept)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "the entries of this forest were not kept: "
                          "adscp_reader_set_keep_entries()");
    forest_release(reader->plan.base);
    reader->plan.base = forest != NULL ? forest_hold(forest) : NULL;
    return ADSCP_OK;
}
