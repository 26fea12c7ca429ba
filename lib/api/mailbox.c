/* SPDX-License-Identifier: MIT */
/*
 * The public mailbox: whose the mail address is.
 */
#include "adscp.h"

#include "judge/route/mailbox.h"

const char *adscp_mailbox_kind_name(int kind)
{
    switch (kind) {
    case ADSCP_MAILBOX_KIND_NOT_READ:
        return "not-read";
    case ADSCP_MAILBOX_KIND_NOT_FOUND:
        return "not-found";
    case ADSCP_MAILBOX_KIND_AMBIGUOUS:
        return "ambiguous";
    case ADSCP_MAILBOX_KIND_MAILBOX:
        return "mailbox";
    case ADSCP_MAILBOX_KIND_MAIL_USER:
        return "mail-user";
    case ADSCP_MAILBOX_KIND_CONTACT:
        return "contact";
    case ADSCP_MAILBOX_KIND_REMOTE:
        return "remote";
    default:
        return NULL;
    }
}

int adscp_mailbox_kind(const adscp_mailbox *mailbox)
{
    return mailbox != NULL ? mailbox->kind : -1;
}

const char *adscp_mailbox_dn(const adscp_mailbox *mailbox)
{
    return mailbox != NULL && mailbox->recipient != NULL
               ? mailbox->recipient->dn
               : NULL;
}

const char *adscp_mailbox_database(const adscp_mailbox *mailbox)
{
    return mailbox != NULL && mailbox->database != NULL
               ? mailbox->database->name
               : NULL;
}

const adscp_server *adscp_mailbox_server(const adscp_mailbox *mailbox)
{
    return mailbox != NULL ? mailbox->server : NULL;
}

const char *adscp_mailbox_target(const adscp_mailbox *mailbox)
{
    return mailbox != NULL ? mailbox->target : NULL;
}
