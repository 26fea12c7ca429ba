/* SPDX-License-Identifier: MIT */
/*
 * Steps that stand in a file, one a line: all at once, or one by one for
 * whoever looks at what each of them does.
 */
#include <stdlib.h>
#include <string.h>

#include "api/plan.h"
#include "base/text.h"
#include "gather/file.h"

enum { PLAN_FILE_MAX = 4 << 20 };

/* ------------------------------------------------------------------ text -- */

/* Windows' editors begin a file by a byte order mark, and one of them writes
 * UTF-16. *takenp: bytes, of which UTF-16 may leave one. NULL: out of memory.
 */
static char *decode(const char *bytes, size_t length, size_t *lengthp,
                    size_t *takenp)
{
    bool is_little = text_starts(bytes, length, "\xFF\xFE");
    bool is_big = text_starts(bytes, length, "\xFE\xFF");
    size_t skip = text_starts(bytes, length, "\xEF\xBB\xBF") ? 3 : 0;
    char *text = malloc(length / 2 * 3 + 4);

    if (text == NULL)
        return NULL;
    if (is_little || is_big) {
        *lengthp =
            text_from_utf16(text, bytes + 2, length - 2, is_big, true, takenp);
        *takenp += 2;
    } else {
        *takenp = length;
        *lengthp = length - skip;
        memcpy(text, bytes + skip, *lengthp);
    }
    text[*lengthp] = '\0';
    return text;
}

/* A NUL byte would hide what follows it; half a character at the end, that the
 * file was cut. */
static int check_text(adscp_plan *plan, const char *path, const char *text,
                      size_t length, bool is_cut, size_t end)
{
    size_t line = 1, i;

    if (memchr(text, '\0', length) != NULL)
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          "%s: a plan is text, and this file holds a NUL byte",
                          path);
    if (!is_cut)
        return ADSCP_OK;
    for (i = 0; i < length; i++)
        line += text[i] == '\n';
    return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                      "%s:%zu: the file ends within a character of UTF-16, of "
                      "which it has one byte, at offset %zu",
                      path, line, end);
}

static int read_text(adscp_plan *plan, const char *path, char **textp)
{
    void *bytes = NULL;
    size_t size = 0, length = 0, taken = 0;
    int rc = file_read(path, PLAN_FILE_MAX, &plan->detail, &bytes, &size);

    if (rc != ADSCP_OK)
        return rc;
    *textp = decode(bytes, size, &length, &taken);
    free(bytes);
    if (*textp == NULL)
        return ADSCP_E_NOMEM;
    rc = check_text(plan, path, *textp, length, taken < size, taken);
    if (rc != ADSCP_OK) {
        free(*textp);
        *textp = NULL;
    }
    return rc;
}

/* ----------------------------------------------------------------- lines -- */

static bool is_step(const char *line)
{
    return *line != '\0' && *line != '#';
}

/* The next line that is a step, without the blanks before it; NULL: there is
 * none. */
static char *take_line(struct plan_source *source)
{
    while (source->next != NULL) {
        char *line = source->next;
        size_t length = strcspn(line, "\n");

        source->next = line[length] != '\0' ? line + length + 1 : NULL;
        source->line++;
        line[length] = '\0';
        if (length > 0 && line[length - 1] == '\r')
            line[length - 1] = '\0';
        line += strspn(line, " \t");
        if (is_step(line))
            return line;
    }
    return NULL;
}

static bool has_steps(const char *text)
{
    text += strspn(text, " \t\r\n");
    while (*text == '#') {
        text += strcspn(text, "\n");
        text += strspn(text, " \t\r\n");
    }
    return *text != '\0';
}

/* ----------------------------------------------------------------- calls -- */

static int open_file(adscp_plan *plan, const char *path)
{
    struct plan_source *source = &plan->source;
    int rc;

    plan_close_file(plan);
    if (path == NULL || path[0] == '\0')
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          "the name of the plan's file is missing");
    rc = read_text(plan, path, &source->text);
    if (rc != ADSCP_OK)
        return rc;
    if (!has_steps(source->text))
        return detail_set(&plan->detail, ADSCP_E_ARGUMENT,
                          "%s: the plan has no steps", path);
    source->path = strdup(path);
    source->next = source->text;
    return source->path != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

int adscp_plan_open_file(adscp_plan *plan, const char *path)
{
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    rc = open_file(plan, path);
    if (rc != ADSCP_OK)
        plan_close_file(plan);
    return plan_end(plan, rc);
}

int adscp_plan_add_next(adscp_plan *plan)
{
    struct detail detail;
    const char *line;
    int rc = plan_begin(plan);

    if (rc != ADSCP_OK)
        return rc;
    line = take_line(&plan->source);
    if (line == NULL) {
        plan_close_file(plan);
        return ADSCP_OK;
    }
    rc = adscp_plan_add_step(plan, line);
    if (rc == ADSCP_OK)
        return ADSCP_OK;
    detail = plan->detail;
    detail_clear(&plan->detail);
    detail_set(&plan->detail, rc, "%s:%d: %s", plan->source.path,
               plan->source.line, detail.text);
    plan_close_file(plan);
    return rc;
}

int adscp_plan_add_file(adscp_plan *plan, const char *path)
{
    int rc = adscp_plan_open_file(plan, path);

    while (rc == ADSCP_OK && plan->source.text != NULL)
        rc = adscp_plan_add_next(plan);
    return rc;
}
