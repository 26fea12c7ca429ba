/* SPDX-License-Identifier: MIT */
/*
 * Which keys matter: those of Outlook's Autodiscover, and those of the stores
 * of certificates. Each may stand below Software\Policies, where policies
 * write, or beside it.
 */
#ifndef ADSCP_FACTS_POLICY_PLACE_H
#define ADSCP_FACTS_POLICY_PLACE_H

#include "base/text.h"
#include "facts/settings.h"

enum policy_place_kind {
    PLACE_NONE,
    PLACE_ABOVE,            /* of one of those below, which go with it */
    PLACE_OTHER_OFFICE,     /* the next two, of a version that is none */
    PLACE_AUTODISCOVER,     /* ...\Office\16.0\Outlook\AutoDiscover */
    PLACE_REDIRECT_SERVERS, /* ...\RedirectServers of that */
    PLACE_CERTIFICATE,      /* ...\<store>\Certificates\<hash> */
    PLACE_ROOT_UPDATE       /* ...\SystemCertificates\AuthRoot */
};

/* What a store does with its certificates. */
enum policy_store {
    POLICY_STORE_ROOT, /* trusted: Root and AuthRoot */
    POLICY_STORE_CA,   /* issuers that are known */
    POLICY_STORE_DISALLOWED,
    POLICY_STORE_COUNT
};

struct policy_place {
    enum policy_place_kind kind;
    enum setting_by by;
    enum office_version version; /* of Autodiscover's */
    enum policy_store store;     /* of a certificate */
};

struct policy_place policy_place_of(struct span key);

#endif
