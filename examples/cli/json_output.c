/* SPDX-License-Identifier: MIT */
/*
 * A JSON document on its way out, key by key, and its long lists row by row.
 */
#include "json.h"

#include <stdlib.h>
#include <string.h>

bool json_begin(struct json_output *output, const struct report *report)
{
    *output = (struct json_output){.document = {.report = report}};
    output->out = open_memstream(&output->text, &output->size);
    return output->out != NULL;
}

/* Takes over `value`. As a part of the whole it stands further in; strings have
 * no line ends. */
static void put_value(struct json_output *output, json_t *value, int indent)
{
    char *text = value != NULL
                     ? json_dumps(value, JSON_ENCODE_ANY | JSON_INDENT(2))
                     : NULL;
    const char *line = text, *end;

    if (text == NULL)
        output->document.failed = true;
    for (; line != NULL; line = end != NULL ? end + 1 : NULL) {
        end = strchr(line, '\n');
        if (end != NULL)
            fprintf(output->out, "%.*s\n%*s", (int)(end - line), line, indent,
                    "");
        else
            fputs(line, output->out);
    }
    free(text);
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
                   json_t *(*row_at)(struct document *document, int index))
{
    int i;

    if (count < 0)
        output->document.failed = true;
    put_key(output, key);
    for (i = 0; i < count && !output->document.failed; i++) {
        fputs(i > 0 ? ",\n    " : "[\n    ", output->out);
        put_value(output, row_at(&output->document, i), 4);
    }
    fputs(count > 0 ? "\n  ]" : "[]", output->out);
}

char *json_end(struct json_output *output)
{
    char *text;

    fputs("\n}\n", output->out);
    text = cli_take(output->out, &output->text);
    if (!output->document.failed)
        return text;
    free(text);
    return NULL;
}
