/* SPDX-License-Identifier: MIT */
/*
 * Mail addresses, as far as a client looks at them: it cuts off the domain.
 * Quoted local parts (RFC 5321 4.1.2) are none, as Outlook has it.
 */
#include "facts/mail.h"

#include "facts/host.h"

const char *mail_domain(const char *address)
{
    const char *at = strchr(address, '@');

    if (at == NULL || at == address || at[1] == '\0' || strchr(at + 1, '@'))
        return NULL;
    if (strchr(address, ' ') != NULL ||
        !text_is_clean(address, strlen(address)))
        return NULL;
    return at + 1;
}

bool mail_proxy(struct span value, struct span *addressp)
{
    static const char prefix[] = "smtp:";

    if (!text_starts(value.text, value.length, prefix))
        return false;
    *addressp = span_from(value, sizeof(prefix) - 1);
    return true;
}

/* Letters beyond ASCII stand for themselves. */
static bool is_domain(const char *text)
{
    while (*text != '\0' && ((unsigned char)*text >= 0x80 || *text == '.' ||
                             host_is_letter(*text)))
        text++;
    return *text == '\0';
}

const char *mail_target(const char *target)
{
    struct span address;
    const char *domain;

    /* A backslash stands where a byte was escaped. */
    if (target == NULL || !mail_proxy(span_of(target), &address) ||
        strchr(address.text, '\\') != NULL)
        return NULL;
    domain = mail_domain(address.text);
    return domain != NULL && is_domain(domain) ? address.text : NULL;
}
