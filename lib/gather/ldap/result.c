/* SPDX-License-Identifier: MIT */
/*
 * The ends of pages and of searches: cookies (RFC 2696) and result codes (RFC
 * 4511 A.1). What a server cuts short gives an answer that says so, what it
 * denies altogether an error; cookies without end are a breach of the protocol.
 */
#include <string.h>

#include "base/text.h"
#include "gather/ldap/search.h"

enum { COOKIE_MAX = 64 * 1024, EMPTY_PAGES_MAX = 8 };

static const char *task_name(const struct task *task)
{
    static const char *const names[] = {
        [ENTRY_BY_CLASS] = "the search",
        [ENTRY_ROOT] = "the search for the rootDSE",
        [ENTRY_PING] = "the search for the client's site",
        [ENTRY_SCP] = "the search for SCPs",
        [ENTRY_EXCHANGE] = "the search for Exchange servers",
        [ENTRY_AUTHORITY] = "the search for enterprise CAs",
        [ENTRY_RECIPIENT] = "the search for the mailbox",
        [ENTRY_SITE_OR_SUBNET] = "the search for sites",
        [ENTRY_CENSUS] = "the search for mailboxes",
        [ENTRY_DOMAIN] = "the search for domains",
    };

    return names[task->search->kind];
}

static int reading_error(struct reading *reading, const struct task *task,
                         int code, const char *what, const char *more)
{
    return detail_set(reading->detail, code, "%s: %s: %s%s",
                      reading->session->name, task_name(task), what, more);
}

/* The server does not keep to the protocol: no word more. */
int reading_breach(struct reading *reading, const struct task *task,
                   const char *what)
{
    reading->session->broken = true;
    return reading_error(reading, task, ADSCP_E_PROTOCOL, what, "");
}

/* Numbers that an answer does not depend on; they have their own mark. */
static bool is_census(const struct task *task)
{
    return task->search->kind == ENTRY_CENSUS ||
           task->search->kind == ENTRY_DOMAIN;
}

/* The search is not complete; the note tells why. */
int task_partial(struct reading *reading, struct task *task,
                 enum finding_code code, const char *why)
{
    struct detail text;

    task->search->partial = true;
    if (!is_census(task))
        reading->directory->complete = false;
    detail_clear(&text);
    detail_set(&text, 0, "%s: %s", task_name(task), why);
    return decoder_note(reading->decoder, code,
                        (struct finding_what){.reason = text.text});
}

/* ... and it ends here. */
int task_cut(struct reading *reading, struct task *task, enum finding_code code,
             const char *why)
{
    task->done = true;
    return task_partial(reading, task, code, why);
}

bool task_is_paged(const struct task *task)
{
    return task->search->scope != SESSION_BASE;
}

/* ---------------------------------------------------------------- pages -- */

static void cookie_free(struct berval *cookie)
{
    ber_memfree(cookie->bv_val);
    *cookie = (struct berval){0};
}

void task_clear(struct task *task)
{
    cookie_free(&task->cookie);
}

/* The cookie that came, or an empty one. false: there is no usable control.
 * libldap aborts or crashes on one without a value or with an empty value. */
static bool read_cookie(LDAP *ld, LDAPControl **controls,
                        struct berval *cookiep)
{
    LDAPControl *control =
        ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
    ber_int_t estimate;

    if (control == NULL || control->ldctl_value.bv_val == NULL ||
        control->ldctl_value.bv_len == 0)
        return false;
    return ldap_parse_pageresponse_control(ld, control, &estimate, cookiep) ==
           LDAP_SUCCESS;
}

/* libldap leaves out what it has no memory for, and does not say so: a second
 * look tells that from a control that is not there. */
static bool find_cookie(LDAP *ld, LDAPMessage *message, LDAPControl **controls,
                        struct berval *cookiep)
{
    LDAPControl **again = NULL;
    int result;
    bool found = read_cookie(ld, controls, cookiep);

    if (found)
        return true;
    cookie_free(cookiep);
    found = ldap_parse_result(ld, message, &result, NULL, NULL, NULL, &again,
                              0) == LDAP_SUCCESS &&
            read_cookie(ld, again, cookiep);
    ldap_controls_free(again);
    return found;
}

/* Samba gives one cookie for all pages, and a filter that matches rarely makes
 * empty pages; but both together, or many of these, have no end. */
static const char *cookie_fault(struct task *task, const struct berval *cookie)
{
    if (cookie->bv_len > COOKIE_MAX)
        return "a paging cookie of more than 64 KiB";
    if (task->on_page > 0) {
        task->empty_pages = 0;
        return NULL;
    }
    task->empty_pages++;
    if (ber_bvcmp(cookie, &task->cookie) == 0)
        return "an empty page, and the same paging cookie again";
    return task->empty_pages > EMPTY_PAGES_MAX ? "endless empty pages" : NULL;
}

int task_moved(struct reading *reading, struct task *task)
{
    return task_partial(reading, task, FINDING_RESULT_PARTIAL,
                        "its entries changed while they were read");
}

static int next_page(struct reading *reading, struct task *task,
                     LDAPMessage *message, LDAPControl **controls)
{
    struct berval cookie = {0};
    const char *fault;

    if (task_is_paged(task) &&
        !find_cookie(reading->session->ld, message, controls, &cookie)) {
        cookie_free(&cookie);
        return task_cut(reading, task, FINDING_RESULT_PARTIAL,
                        "it came without a proper paging control, so there "
                        "may be more");
    }
    if (cookie.bv_len == 0) {
        cookie_free(&cookie);
        task->done = true;
        return task->position < task->skip ? task_moved(reading, task)
                                           : ADSCP_OK;
    }
    fault = cookie_fault(task, &cookie);
    cookie_free(&task->cookie);
    task->cookie = cookie;
    if (fault != NULL)
        return reading_breach(reading, task, fault);
    task->due = true;
    return ADSCP_OK;
}

/* -------------------------------------------------------------- results -- */

/* Active Directory answers an anonymous search with operationsError: "In order
 * to perform this operation a successful bind must be completed". */
static bool is_denial(const struct reading *reading, int result)
{
    return result == LDAP_INSUFFICIENT_ACCESS ||
           (result == LDAP_OPERATIONS_ERROR && reading->session->anonymous);
}

/* Without its SCPs or its rootDSE a directory is of no use. */
static int task_denied(struct reading *reading, struct task *task,
                       const char *said)
{
    if (task->search->kind != ENTRY_SCP && task->search->kind != ENTRY_ROOT)
        return task_cut(reading, task, FINDING_RESULT_DENIED, said);
    return reading_error(reading, task, ADSCP_E_ACCESS,
                         reading->session->anonymous
                             ? "the server requires a bind before it answers: "
                             : "the user has no right to read this: ",
                         said);
}

/* The server does not know its own cookie any more; slapd says protocolError.
 */
static bool is_lost(const struct reading *reading, const struct task *task)
{
    int result = task->search->result;

    return reading->count > 1 && !task->alone && task->cookie.bv_len > 0 &&
           (result == LDAP_PROTOCOL_ERROR ||
            result == LDAP_UNWILLING_TO_PERFORM);
}

static int task_restart(struct task *task)
{
    cookie_free(&task->cookie);
    task->alone = true;
    task->due = true;
    task->skip = task->position;
    task->position = 0;
    task->search->references = 0;
    return ADSCP_OK;
}

/* What an answer without it is still worth having for. */
static bool is_extra(const struct task *task)
{
    return task->search->kind == ENTRY_AUTHORITY ||
           task->search->kind == ENTRY_RECIPIENT || is_census(task);
}

/* A result code other than success. */
static int task_failed(struct reading *reading, struct task *task,
                       const char *said)
{
    int result = task->search->result;

    if (is_lost(reading, task))
        return task_restart(task);
    /* A server that knows no netlogon may say so in any way it likes. */
    if (task->search->kind == ENTRY_PING) {
        task->done = true;
        return ADSCP_OK;
    }
    if (is_denial(reading, result))
        return task_denied(reading, task, said);
    switch (result) {
    case LDAP_NO_SUCH_OBJECT:
        task->done = true;
        return ADSCP_OK;
    case LDAP_TIMELIMIT_EXCEEDED:
    case LDAP_SIZELIMIT_EXCEEDED:
    case LDAP_ADMINLIMIT_EXCEEDED:
        return task_cut(reading, task, FINDING_RESULT_PARTIAL, said);
    case LDAP_REFERRAL:
        task->search->references++;
        return task_cut(reading, task, FINDING_RESULT_PARTIAL, said);
    case LDAP_STRONG_AUTH_REQUIRED:
        return reading_error(reading, task, ADSCP_E_SECURITY,
                             "the server insists on signing or TLS: ", said);
    case LDAP_CONFIDENTIALITY_REQUIRED:
        return reading_error(reading, task, ADSCP_E_SECURITY,
                             "the server insists on TLS: ", said);
    default:
        if (is_extra(task))
            return task_cut(reading, task, FINDING_RESULT_PARTIAL, said);
        return reading_error(reading, task, ADSCP_E_DIRECTORY, "", said);
    }
}

void reading_keep_host(struct reading *reading, const char *url)
{
    struct ldap_url parts;
    size_t length = strlen(url);

    if (reading->referred[0] != '\0')
        return;
    if (ldap_url_split(url, length, &parts))
        text_escape(reading->referred, sizeof(reading->referred),
                    parts.host.text, parts.host.length);
    else
        text_escape(reading->referred, sizeof(reading->referred), url, length);
}

/* The end of a page or of the search. */
int reading_take_result(struct reading *reading, struct task *task,
                        LDAPMessage *message)
{
    LDAPControl **controls = NULL;
    char *text = NULL, **urls = NULL;
    struct detail said;
    int result = 0, rc;

    guard_forget(&reading->session->guard, task->id);
    if (ldap_parse_result(reading->session->ld, message, &result, NULL, &text,
                          &urls, &controls, 0) != LDAP_SUCCESS) {
        rc = reading_breach(reading, task, "its result cannot be decoded");
        goto out;
    }
    task->search->result = result;
    if (urls != NULL && urls[0] != NULL)
        reading_keep_host(reading, urls[0]);
    detail_clear(&said);
    detail_set(&said, 0, "%s (%d%s%s)", ldap_err2string(result), result,
               text != NULL && text[0] != '\0' ? ", " : "",
               text != NULL ? text : "");
    if (result != LDAP_SUCCESS)
        rc = task_failed(reading, task, said.text);
    else
        rc = next_page(reading, task, message, controls);
out:
    ldap_controls_free(controls);
    ldap_memvfree((void **)urls);
    ldap_memfree(text);
    ldap_msgfree(message);
    return rc;
}
