/* SPDX-License-Identifier: MIT */
/*
 * Setters copy what they are given, and a text that is refused changes nothing.
 */
#include "api/setter.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int setter_text(struct detail *detail, const char *text)
{
    detail_clear(detail);
    if (text != NULL && !text_is_clean(text, strlen(text)))
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "\"%s\" holds a control character, or bytes "
                          "that are not UTF-8",
                          text);
    return ADSCP_OK;
}

int setter_text_given(struct detail *detail, const char *text)
{
    int rc = setter_text(detail, text);

    return rc == ADSCP_OK && text == NULL
               ? detail_set(detail, ADSCP_E_ARGUMENT,
                            "a text is missing (NULL)")
               : rc;
}

int setter_port(struct detail *detail, int port)
{
    enum { PORT_MAX = 65535 };

    if (port >= 1 && port <= PORT_MAX)
        return ADSCP_OK;
    return detail_set(detail, ADSCP_E_ARGUMENT, "%d is not a port", port);
}

int setter_no_memory(struct detail *detail)
{
    return detail_set(detail, ADSCP_E_NOMEM, "%s",
                      adscp_error_text(ADSCP_E_NOMEM));
}

int setter_replace(struct detail *detail, char **slot, const char *text)
{
    char *copy = NULL;

    if (text != NULL) {
        copy = strdup(text);
        if (copy == NULL)
            return setter_no_memory(detail);
    }
    free(*slot);
    *slot = copy;
    return ADSCP_OK;
}

int setter_path(struct detail *detail, char **slot, const char *path)
{
    if (path != NULL && path[0] == '\0')
        return detail_set(detail, ADSCP_E_ARGUMENT, "a file name is empty");
    return setter_replace(detail, slot, path);
}
