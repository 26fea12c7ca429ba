/* SPDX-License-Identifier: MIT */
/*
 * The realms that Kerberos knows on this machine. The only room that uses
 * libkrb5, which reads krb5.conf, a keytab and a ticket cache wherever those
 * are, and may ask DNS for as long as it likes (dns_lookup_realm); so it does
 * that on a thread that can be left behind. Of keys and tickets nothing but the
 * owner's name is looked at: to use them is Cyrus SASL's business.
 */
#include "gather/locate/realm.h"

#include <errno.h>
#include <krb5.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"
#include "base/worker.h"
#include "facts/host.h"

enum { KEYS_MAX = 10000 };

struct question {
    enum realm_source source;
    struct realm_domains found;
    uint32_t newest[REALM_DOMAINS_MAX]; /* key of each, in seconds since 1970 */
    int rc;
};

/* Where this realm stands, or behind the last one. */
static int find_realm(const struct question *question, const krb5_data *realm)
{
    int i;

    for (i = 0; i < question->found.count; i++)
        if (text_is(realm->data, realm->length, question->found.names[i]))
            break;
    return i;
}

static void keep_realm(struct question *question, const krb5_data *realm,
                       uint32_t time)
{
    int at = find_realm(question, realm);
    size_t i;

    if (at == REALM_DOMAINS_MAX ||
        !host_is_name((struct span){realm->data, realm->length}))
        return;
    if (at == question->found.count) {
        question->found.count++;
        question->newest[at] = 0;
        for (i = 0; i < realm->length; i++)
            question->found.names[at][i] = text_lower_ascii(realm->data[i]);
    }
    if (time > question->newest[at])
        question->newest[at] = time;
}

/* A machine that moved to another domain may still have its old key; of keys
 * without a time the first one counts. */
static void put_newest_first(struct question *question)
{
    char name[RESOLVE_NAME_MAX];
    int i, best = 0;

    for (i = 1; i < question->found.count; i++)
        if (question->newest[i] > question->newest[best])
            best = i;
    if (best == 0)
        return;
    memcpy(name, question->found.names[best], sizeof(name));
    memmove(question->found.names[1], question->found.names[0],
            (size_t)best * sizeof(name));
    memcpy(question->found.names[0], name, sizeof(name));
}

/* Machine accounts are named NAME$ ([MS-SAMR] 3.1.1.6), without an instance. */
static bool is_machine(krb5_context context, krb5_const_principal principal)
{
    const krb5_data *name;

    (void)context;
    if (krb5_princ_size(context, principal) != 1)
        return false;
    name = krb5_princ_component(context, principal, 0);
    return name->length > 1 && name->data[name->length - 1] == '$';
}

static krb5_error_code read_keys(krb5_context context, krb5_keytab keytab,
                                 struct question *question)
{
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;
    krb5_error_code failed = krb5_kt_start_seq_get(context, keytab, &cursor);
    int i;

    if (failed != 0)
        return failed;
    for (i = 0; i < KEYS_MAX && failed == 0; i++) {
        failed = krb5_kt_next_entry(context, keytab, &entry, &cursor);
        if (failed != 0)
            break;
        if (is_machine(context, entry.principal))
            keep_realm(question, krb5_princ_realm(context, entry.principal),
                       (uint32_t)entry.timestamp);
        failed = krb5_free_keytab_entry_contents(context, &entry);
    }
    krb5_kt_end_seq_get(context, keytab, &cursor);
    put_newest_first(question);
    return failed;
}

static krb5_error_code ask_keytab(krb5_context context,
                                  struct question *question)
{
    krb5_keytab keytab = NULL;
    krb5_error_code failed = krb5_kt_default(context, &keytab);

    if (failed != 0)
        return failed;
    failed = read_keys(context, keytab, question);
    krb5_kt_close(context, keytab);
    return failed;
}

static krb5_error_code ask_default(krb5_context context,
                                   struct question *question)
{
    krb5_data data = {.data = NULL};
    krb5_error_code failed = krb5_get_default_realm(context, &data.data);

    if (failed != 0)
        return failed;
    data.length = (unsigned)strlen(data.data);
    keep_realm(question, &data, 0);
    krb5_free_default_realm(context, data.data);
    return 0;
}

static krb5_error_code ask_tickets(krb5_context context,
                                   struct question *question)
{
    krb5_ccache cache = NULL;
    krb5_principal owner = NULL;
    krb5_error_code failed = krb5_cc_default(context, &cache);

    if (failed != 0)
        return failed;
    failed = krb5_cc_get_principal(context, cache, &owner);
    if (failed == 0)
        keep_realm(question, krb5_princ_realm(context, owner), 0);
    krb5_free_principal(context, owner);
    krb5_cc_close(context, cache);
    return failed;
}

static void ask(void *state)
{
    static krb5_error_code (*const askers[])(krb5_context,
                                             struct question *) = {
        [REALM_OF_KEYTAB] = ask_keytab,
        [REALM_DEFAULT] = ask_default,
        [REALM_OF_TICKETS] = ask_tickets,
    };
    struct question *question = state;
    krb5_context context = NULL;
    krb5_error_code failed = krb5_init_context(&context);

    if (failed == 0)
        failed = askers[question->source](context, question);
    /* Nothing configured, or nothing that we may read: then there is none. */
    question->rc = failed == ENOMEM ? ADSCP_E_NOMEM : ADSCP_OK;
    if (context != NULL)
        krb5_free_context(context);
}

int realm_domains(enum realm_source source, const struct deadline *deadline,
                  struct realm_domains *out)
{
    struct question *question = calloc(1, sizeof(*question));
    int rc;

    out->count = 0;
    if (question == NULL)
        return ADSCP_E_NOMEM;
    question->source = source;
    rc = worker_run(deadline, ask, free, question);
    if (rc != ADSCP_OK)
        return rc;
    rc = question->rc;
    *out = question->found;
    free(question);
    return rc;
}
