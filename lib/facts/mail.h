/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_MAIL_H
#define ADSCP_FACTS_MAIL_H

#include <stdbool.h>

#include "base/text.h"

/* The domain of a mail address, which points into it. NULL: the text is no
 * address. One has one "@" with text on both sides, no blank, and is clean. */
const char *mail_domain(const char *address);

/* The address behind "SMTP:" (the primary one) or "smtp:", as proxyAddresses
 * has it. false: another kind of address, such as X500: or SIP:. */
bool mail_proxy(struct span value, struct span *addressp);

/* The address of targetAddress, "SMTP:ann@contoso.mail.onmicrosoft.com", where
 * a client can make a URL of its domain; NULL for anything else. */
const char *mail_target(const char *target);

#endif
