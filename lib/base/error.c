/* SPDX-License-Identifier: MIT */
/*
 * Error codes in words, and the one sentence that a failing call leaves behind.
 * The table is the only place that spells a code out; a test walks it against
 * the header.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct error_row {
    int code;
    const char *name;
    const char *text;
};

static const struct error_row errors[] = {
    {ADSCP_OK, "ADSCP_OK", "no error"},
    {ADSCP_E_ARGUMENT, "ADSCP_E_ARGUMENT", "invalid argument"},
    {ADSCP_E_NOMEM, "ADSCP_E_NOMEM", "out of memory or descriptors"},
    {ADSCP_E_FILE, "ADSCP_E_FILE", "a local file cannot be read"},
    {ADSCP_E_FORMAT, "ADSCP_E_FORMAT", "a local file has the wrong format"},
    {ADSCP_E_CANCELLED, "ADSCP_E_CANCELLED", "the call was cancelled"},
    {ADSCP_E_CRYPTO, "ADSCP_E_CRYPTO",
     "OpenSSL lacks an algorithm that certificates need"},
    {ADSCP_E_CHANGE, "ADSCP_E_CHANGE",
     "a change is broken, or does not fit what was read"},
    {ADSCP_E_RESOLVE, "ADSCP_E_RESOLVE", "the host name has no address"},
    {ADSCP_E_CONNECT, "ADSCP_E_CONNECT",
     "no connection to the server, or it was lost"},
    {ADSCP_E_TIMEOUT, "ADSCP_E_TIMEOUT", "the time limit was reached"},
    {ADSCP_E_TLS, "ADSCP_E_TLS", "TLS with the server failed"},
    {ADSCP_E_SECURITY, "ADSCP_E_SECURITY",
     "the required protection is missing"},
    {ADSCP_E_AUTH, "ADSCP_E_AUTH", "the server refused the bind"},
    {ADSCP_E_ACCESS, "ADSCP_E_ACCESS", "the server denied access"},
    {ADSCP_E_PROTOCOL, "ADSCP_E_PROTOCOL",
     "the server violated the LDAP protocol"},
    {ADSCP_E_LIMIT, "ADSCP_E_LIMIT", "the server sent too much"},
    {ADSCP_E_DIRECTORY, "ADSCP_E_DIRECTORY",
     "the directory gave no usable answer"},
};

static const struct error_row *error_find(int code)
{
    size_t i;

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (errors[i].code == code)
            return &errors[i];
    return NULL;
}

const char *adscp_error_name(int code)
{
    const struct error_row *row = error_find(code);

    return row != NULL ? row->name : NULL;
}

const char *adscp_error_text(int code)
{
    const struct error_row *row = error_find(code);

    return row != NULL ? row->text : "not an error code of this library";
}

const char *adscp_version(void)
{
    return ADSCP_VERSION;
}

void detail_clear(struct detail *detail)
{
    detail->text[0] = '\0';
}

int detail_set(struct detail *detail, int code, const char *format, ...)
{
    char raw[sizeof(detail->text)];
    va_list arguments;
    int length;

    if (detail->text[0] != '\0')
        return code;
    va_start(arguments, format);
    length = vsnprintf(raw, sizeof(raw), format, arguments);
    va_end(arguments);
    if (length <= 0) {
        text_escape(detail->text, sizeof(detail->text), adscp_error_text(code),
                    strlen(adscp_error_text(code)));
        return code;
    }
    text_escape(detail->text, sizeof(detail->text), raw, strlen(raw));
    return code;
}
