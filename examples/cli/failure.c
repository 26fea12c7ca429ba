/* SPDX-License-Identifier: MIT */
/*
 * Words about failure: on standard error as they come, or kept for the one line
 * of `check` or of JSON.
 */
#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What cli_fail() keeps. */
static struct {
    bool wanted;
    int code; /* ADSCP_E_*; ADSCP_OK: none is behind it */
    const char *hint;
    const adscp_reader *reader; /* that knows what was tried; or NULL */
    char text[512];
} kept;

void cli_copy(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

int cli_fail(const char *format, ...)
{
    char *text = NULL;
    va_list list;
    int length;

    va_start(list, format);
    length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0) {
        fputs("adscp: out of memory\n", stderr);
        return CLI_LOCAL;
    }
    text = kept.wanted ? cli_clean(text) : cli_visible(cli_clean(text));
    if (text == NULL)
        fputs("adscp: out of memory\n", stderr);
    else if (!kept.wanted)
        fprintf(stderr, "adscp: %s\n", text);
    else if (kept.text[0] == '\0')
        cli_copy(kept.text, sizeof(kept.text), text);
    free(text);
    return CLI_LOCAL;
}

void cli_name_failure(int code)
{
    if (kept.text[0] == '\0')
        kept.code = code;
}

void cli_explain_failure(const adscp_reader *reader)
{
    kept.reader = reader;
}

void cli_fail_hinted(const struct cli *cli, int code, const char *detail)
{
    const char *words = detail[0] != '\0' ? detail : adscp_error_text(code);
    const char *hint = cli_hint(cli, code, words);
    bool is_first = kept.text[0] == '\0';

    cli_fail("%s", words);
    if (hint != NULL && kept.wanted && is_first)
        kept.hint = hint;
    else if (hint != NULL)
        cli_fail("hint: %s", hint);
}

bool cli_keeps_failure(void)
{
    return kept.wanted;
}

char *cli_json_failure(int status)
{
    return json_failure(kept.code != ADSCP_OK ? adscp_error_name(kept.code)
                                              : NULL,
                        kept.text, kept.hint, kept.reader, status);
}

int cli_interrupted(void)
{
    cli_name_failure(ADSCP_E_CANCELLED);
    cli_fail("interrupted");
    return CLI_INTERRUPTED;
}

void cli_keep_failure(void)
{
    kept.wanted = true;
}

const char *cli_kept_failure(void)
{
    return kept.text;
}

const char *cli_kept_hint(void)
{
    return kept.hint;
}

/* What was kept of a failure: the line of check, or JSON on standard error. */
int cli_tell_failure(const struct cli *cli, int status)
{
    char *line;

    if (cli->check_first)
        return cli_check_unknown(cli, cli_kept_failure());
    line = cli_json_failure(status);
    fputs(line != NULL ? line : "adscp: out of memory\n", stderr);
    free(line);
    return status;
}
