/* SPDX-License-Identifier: MIT */
/*
 * A JSON document on its way out, key by key, and its long lists row by row.
 */
#include "json.h"

#include <stdlib.h>

bool json_begin(struct json_output *output, const struct report *report)
{
    *output = (struct json_output){.document = {.report = report}};
    output->out = spool_open(&output->spool);
    return output->out != NULL;
}

/* Where a value stands further in than it would by itself. */
struct place {
    FILE *out;
    int indent;
};

/* Strings have no line ends. */
static int put_part(const char *text, size_t size, void *data)
{
    const struct place *place = data;
    size_t i;

    for (i = 0; i < size; i++) {
        putc(text[i], place->out);
        if (text[i] == '\n')
            fprintf(place->out, "%*s", place->indent, "");
    }
    return ferror(place->out) != 0 ? -1 : 0;
}

/* Nothing is written by json_dumps(), which loses a key where it lacks memory,
 * and goes on. */
char *json_whole(json_t *document, size_t flags)
{
    char *text = NULL;
    FILE *out = document != NULL ? cli_stream(&text) : NULL;
    bool ok = out != NULL && json_dumpf(document, out, flags) == 0 &&
              putc('\n', out) != EOF;

    json_decref(document);
    if (out != NULL)
        text = cli_take(out, &text);
    if (ok)
        return text;
    free(text);
    return NULL;
}

/* Takes over `value`. */
static void put_value(struct json_output *output, json_t *value, int indent)
{
    struct place place = {output->out, indent};

    if (value == NULL ||
        json_dump_callback(value, put_part, &place,
                           JSON_ENCODE_ANY | JSON_INDENT(2)) != 0)
        output->document.failed = true;
    json_decref(value);
}

static void put_key(struct json_output *output, const char *key)
{
    fprintf(output->out, "%s\n  \"%s\": ", output->keys++ > 0 ? "," : "{", key);
}

void json_put(struct json_output *output, const char *key, json_t *value)
{
    put_key(output, key);
    put_value(output, value, 2);
}

void json_put_rows(struct json_output *output, const char *key, int count,
                   bool (*write_row)(const struct report *report, int index,
                                     FILE *out))
{
    int i;

    if (count < 0)
        output->document.failed = true;
    put_key(output, key);
    for (i = 0; i < count && !output->document.failed; i++) {
        fputs(i > 0 ? ",\n    " : "[\n    ", output->out);
        output->document.failed =
            !write_row(output->document.report, i, output->out);
    }
    fputs(count > 0 ? "\n  ]" : "[]", output->out);
}

char *json_end(struct json_output *output)
{
    char *text;

    fputs("\n}\n", output->out);
    text = spool_take(&output->spool, output->out);
    if (!output->document.failed)
        return text;
    free(text);
    return NULL;
}

void json_write(struct document *document, FILE *out, json_t *value)
{
    if (value == NULL ||
        json_dumpf(value, out, JSON_ENCODE_ANY | JSON_COMPACT) != 0)
        document->failed = true;
    json_decref(value);
}
