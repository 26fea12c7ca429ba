/* SPDX-License-Identifier: MIT */
/*
 * The default Kerberos realm. The only room that uses libkrb5, which reads
 * krb5.conf and may ask DNS for as long as it likes (dns_lookup_realm); so it
 * does that on a thread that can be left behind. Tickets are none of its
 * business: those are Cyrus SASL's.
 */
#include "gather/locate/realm.h"

#include <errno.h>
#include <krb5.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"
#include "base/worker.h"

struct question {
    char domain[RESOLVE_NAME_MAX];
    int rc;
};

static void keep_realm(struct question *question, const char *realm)
{
    size_t length = strlen(realm), i;

    if (!resolve_is_host_name(realm, length))
        return;
    for (i = 0; i <= length; i++)
        question->domain[i] = text_lower_ascii(realm[i]);
}

static void ask(void *state)
{
    struct question *question = state;
    krb5_context context = NULL;
    char *realm = NULL;
    krb5_error_code failed = krb5_init_context(&context);

    if (failed == 0)
        failed = krb5_get_default_realm(context, &realm);
    if (failed == 0)
        keep_realm(question, realm);
    /* No realm, or no readable configuration: then there is none. */
    question->rc = failed == ENOMEM ? ADSCP_E_NOMEM : ADSCP_OK;
    if (realm != NULL)
        krb5_free_default_realm(context, realm);
    if (context != NULL)
        krb5_free_context(context);
}

int realm_domain(const struct deadline *deadline, char out[RESOLVE_NAME_MAX])
{
    struct question *question = calloc(1, sizeof(*question));
    int rc;

    if (question == NULL)
        return ADSCP_E_NOMEM;
    rc = worker_run(deadline, ask, free, question);
    if (rc != ADSCP_OK)
        return rc;
    rc = question->rc;
    memcpy(out, question->domain, sizeof(question->domain));
    free(question);
    return rc;
}
