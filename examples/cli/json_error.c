/* SPDX-License-Identifier: MIT */
/*
 * Errors as JSON, for programs that watch.
 */
#include "json.h"

#include <stdlib.h>
#include <string.h>

/* Only what the caller wrote may be no UTF-8: then its odd bytes are "?". */
static json_t *json_words(const char *text)
{
    json_t *value = json_string(text);
    char *copy = value == NULL ? strdup(text) : NULL, *p;

    for (p = copy; p != NULL && *p != '\0'; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    if (copy != NULL)
        value = json_string(copy);
    free(copy);
    return value;
}

static json_t *json_tried(struct document *document, const adscp_reader *reader)
{
    json_t *list = json_array();
    int i, count = reader != NULL ? adscp_reader_trace_count(reader) : 0;

    for (i = 0; i < count; i++)
        json_append(document, list, json_text(adscp_reader_trace(reader, i)));
    return list;
}

char *json_failure(const char *name, const char *text, const char *hint,
                   const adscp_reader *reader, int status)
{
    struct document document = {0};
    json_t *object = json_object(), *error = json_object();

    json_set(&document, error, "name", json_text(name));
    json_set(&document, error, "text", json_words(text));
    json_set(&document, error, "hint", json_text(hint));
    json_set(&document, error, "tried", json_tried(&document, reader));
    json_set(&document, object, "schema", json_string("adscp/1"));
    json_set(&document, object, "error", error);
    json_set(&document, object, "exit", json_integer(status));
    if (!document.failed || object == NULL)
        return json_whole(object, JSON_COMPACT);
    json_decref(object);
    return NULL;
}
