/* SPDX-License-Identifier: MIT */
/*
 * Requests of a session and their answers: sent, waited for within the budget,
 * and accounted for. What went wrong is told by whoever knows it best: the
 * guard, the budget, or libldap.
 */
#include <ldap.h>

#include "adscp.h"
#include "gather/ldap/private.h"

/* libldap says only that the connection is gone; the guard knows why. What the
 * guard did not end, a lack of memory did. */
static int session_failure(struct session *session, struct detail *detail)
{
    const struct guard *guard = &session->guard;
    int error = LDAP_SERVER_DOWN;

    session->broken = true;
    if (guard->failure != ADSCP_OK)
        return detail_set(detail, guard->failure, "%s: during %s: %s",
                          session->name, session->doing, guard->why.text);
    ldap_get_option(session->ld, LDAP_OPT_RESULT_CODE, &error);
    if (error == LDAP_SERVER_DOWN || error == LDAP_NO_MEMORY)
        return ADSCP_E_NOMEM;
    return detail_set(detail, ADSCP_E_PROTOCOL, "%s: during %s: %s",
                      session->name, session->doing, ldap_err2string(error));
}

int session_sent(struct session *session, int result, int id,
                 struct detail *detail)
{
    if (result == LDAP_BUSY)
        return SESSION_BUSY;
    if (result == LDAP_SERVER_DOWN || result == LDAP_NO_MEMORY)
        return session_failure(session, detail);
    if (result != LDAP_SUCCESS)
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "libldap cannot make a request for %s: %s",
                          session->doing, ldap_err2string(result));
    if (!guard_expect(&session->guard, id))
        return ADSCP_E_ARGUMENT;
    session->sent++;
    return ADSCP_OK;
}

/* The end of all sending: what is half done cannot be taken up again. */
static int session_stop(struct session *session, int rc, struct detail *detail)
{
    session->broken = true;
    if (rc != ADSCP_E_TIMEOUT)
        return rc;
    return detail_set(detail, rc, "%s: no answer to %s in time", session->name,
                      session->doing);
}

static int session_wait(struct session *session,
                        const struct deadline *deadline)
{
    short events = transport_events(session->transport);

    if (session->guard.blocked)
        events |= POLLOUT;
    return deadline_wait(deadline, transport_fd(session->transport), events);
}

/* Between two looks at libldap. Bytes may lie in a layer already, which poll(2)
 * cannot tell. Against a server that never pauses, the budget is looked at now
 * and then. */
static int session_pause(struct session *session, bool idle,
                         const struct deadline *deadline)
{
    if (!idle)
        return ++session->received % MESSAGES_PER_CHECK != 0
                   ? ADSCP_OK
                   : deadline_check(deadline);
    if (ber_sockbuf_ctrl(session->sockbuf, LBER_SB_OPT_DATA_READY, NULL) == 1)
        return deadline_check(deadline);
    return session_wait(session, deadline);
}

int session_receive(struct session *session, const struct deadline *deadline,
                    struct detail *detail, LDAPMessage **messagep)
{
    struct timeval at_once = {0, 0};
    LDAPMessage *message = NULL;
    int got, rc;

    do {
        got = ldap_result(session->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &at_once,
                          &message);
        if (got < 0)
            return session_failure(session, detail);
        rc = session_pause(session, got == 0, deadline);
    } while (rc == ADSCP_OK && got == 0);
    if (rc != ADSCP_OK) {
        ldap_msgfree(message);
        return session_stop(session, rc, detail);
    }
    *messagep = message;
    return ADSCP_OK;
}

int session_call(struct session *session, int result, int id, int type,
                 const struct deadline *deadline, struct detail *detail,
                 LDAPMessage **messagep)
{
    LDAPMessage *message = NULL;
    int rc = session_sent(session, result, id, detail);

    if (rc == ADSCP_OK)
        rc = session_receive(session, deadline, detail, &message);
    else if (rc == SESSION_BUSY)
        rc = detail_set(detail, ADSCP_E_PROTOCOL,
                        "%s answered before it was asked", session->name);
    if (rc != ADSCP_OK)
        return rc;
    guard_forget(&session->guard, id);
    if (ldap_msgtype(message) != type) {
        ldap_msgfree(message);
        session->broken = true;
        return detail_set(detail, ADSCP_E_PROTOCOL,
                          "%s gave an invalid answer to %s", session->name,
                          session->doing);
    }
    *messagep = message;
    return ADSCP_OK;
}

int session_send_search(struct session *session,
                        const struct session_search *search,
                        const char *const *attributes, LDAPControl *control,
                        const struct deadline *deadline, struct detail *detail,
                        int *idp)
{
    static const int scopes[] = {
        [SESSION_BASE] = LDAP_SCOPE_BASE,
        [SESSION_ONE] = LDAP_SCOPE_ONELEVEL,
        [SESSION_SUBTREE] = LDAP_SCOPE_SUBTREE,
    };
    LDAPControl *controls[] = {control, NULL};
    /* The server need not work on when nobody waits any more. Samba counts from
     * the last full second of its clock, so with one second less it might give
     * up at once. */
    struct timeval limit = {deadline_left_ms(deadline) / 1000 + 2, 0};
    int result, id = 0, rc;

    if (session->broken)
        return detail_set(detail, ADSCP_E_CONNECT,
                          "the session with %s is over", session->name);
    session->doing = "a search";
    result = ldap_search_ext(session->ld, search->base, scopes[search->scope],
                             search->filter, session_list(attributes), 0,
                             controls, NULL, &limit, 0, &id);
    rc = session_sent(session, result, id, detail);
    if (rc == ADSCP_OK)
        *idp = id;
    return rc;
}

int session_round_trips(const struct session *session)
{
    return session->sent;
}
