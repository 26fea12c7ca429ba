/* SPDX-License-Identifier: MIT */
/*
 * The reason for a hop, as one would give it to an administrator, and what a
 * user would notice on the way. It explains what route.c decided, and decides
 * nothing.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"
#include "judge/route/redirect.h"
#include "judge/route/route.h"

/* ------------------------------------------------------------------ why -- */

static const char *version_of(const struct adscp_server *server)
{
    return server->version_name != NULL ? server->version_name
                                        : "an unknown version of Exchange";
}

/* " answers", in a list of servers. */
static const char *does(const struct exchange_rule *rule)
{
    switch (rule->action) {
    case ADSCP_HOP_ACTION_ANSWER:
        return " answers";
    case ADSCP_HOP_ACTION_PROXY:
        return " passes the request on";
    case ADSCP_HOP_ACTION_REDIRECT:
        return " redirects the client";
    case ADSCP_HOP_ACTION_ERROR:
        return " answers with an error";
    default:
        return rule->is_a_risk ? " cannot be relied on to serve it"
                               : " does something that no source documents";
    }
}

/* "EX10 (Exchange 2010 SP3), EX13 (Exchange 2013 CU23)": one server of each
 * version behind the front; and what it does for that mailbox, if any. */
static char *list_servers(const struct front *front,
                          const struct adscp_server *mailbox)
{
    char *text = strdup("");
    enum version_line line;

    for (line = VERSION_UNKNOWN; line < VERSION_LINE_COUNT; line++) {
        const struct adscp_server *server = front_server(front, line);
        char *longer = NULL;

        if (server == NULL || text == NULL)
            continue;
        if (asprintf(&longer, "%s%s%s (%s)%s", text,
                     text[0] != '\0' ? ", " : "", server->name,
                     version_of(server),
                     mailbox != NULL ? does(exchange_rule(line, mailbox->line))
                                     : "") < 0)
            longer = NULL;
        free(text);
        text = longer;
    }
    return text;
}

char *hop_list_servers(const struct adscp_hop *hop)
{
    return list_servers(hop->front, hop->mailbox->server);
}

static char *several_subject(const struct front *front)
{
    char *servers = list_servers(front, NULL), *text = NULL;

    if (servers != NULL &&
        asprintf(&text,
                 "the host is not a server's own name; behind it are servers "
                 "of several versions, like %s",
                 servers) < 0)
        text = NULL;
    free(servers);
    return text;
}

static bool is_online(enum hop_ground ground)
{
    return ground == GROUND_ONLINE || ground == GROUND_ONLINE_HOME ||
           ground == GROUND_ONLINE_STRANGER;
}

static bool is_mixed(enum hop_ground ground)
{
    return ground == GROUND_MIXED_SERVERS || ground == GROUND_NEWER_SERVERS;
}

/* "EX07 runs Exchange 2007 SP3", or who else may answer. */
static char *subject(const struct adscp_hop *hop)
{
    const struct front *front = hop->front;
    enum version_line line = front != NULL ? front_line(front) : 0;
    char *text = NULL;
    int length;

    if (hop->server != NULL)
        length = asprintf(&text, "%s runs %s", hop->server->name,
                          version_of(hop->server));
    else if (line != VERSION_UNKNOWN)
        length = asprintf(&text,
                          "the host is not a server's own name; behind it are "
                          "servers like %s, which runs %s",
                          front_server(front, line)->name,
                          version_of(front_server(front, line)));
    else if (is_mixed(hop->ground))
        length = asprintf(&text, "the host is not a server's own name; behind "
                                 "it are servers of several versions");
    else if (front != NULL && (front->lines & (front->lines - 1)) != 0)
        return several_subject(front);
    else if (is_online(hop->ground))
        length = asprintf(&text, "the host belongs to Microsoft 365");
    else
        length =
            asprintf(&text, "the host is not an Exchange server's own name");
    return length >= 0 ? text : NULL;
}

static bool is_one_of_several(const struct adscp_hop *hop)
{
    return hop->server == NULL && hop->front != NULL &&
           front_line(hop->front) != hop->line;
}

static char *rule_words(const struct adscp_hop *hop)
{
    const struct adscp_server *server = hop->mailbox->server;
    const char *whoever = "";
    char *text = NULL;

    if (is_one_of_several(hop))
        whoever = hop->action == ADSCP_HOP_ACTION_UNKNOWN
                      ? "what any of them does is unknown, since "
                      : "whichever of them is asked, ";
    if (asprintf(&text, "the mailbox is on %s, %s: %s%s", server->name,
                 version_of(server), whoever, hop->rule->why) < 0)
        return NULL;
    return text;
}

static char *mixed_words(const struct adscp_hop *hop)
{
    const struct adscp_server *server = hop->mailbox->server;
    const char *then =
        hop->ground == GROUND_NEWER_SERVERS
            ? "; Microsoft's guidance is to move the name to the newer servers "
              "first, so that one of those gets the request"
        : hop->action == ADSCP_HOP_ACTION_PROXY
            ? "; either way the client is not sent elsewhere"
            : ", and which of them gets the request is unknown";
    char *servers = list_servers(hop->front, server), *text = NULL;

    if (servers != NULL &&
        asprintf(&text, "the mailbox is on %s, %s: %s%s", server->name,
                 version_of(server), servers, then) < 0)
        text = NULL;
    free(servers);
    return text;
}

static char *target_words(const struct adscp_hop *hop)
{
    char *text = NULL;

    if (asprintf(&text,
                 "the recipient has no mailbox here, and Exchange answers "
                 "\"redirectAddr\" with %s: the client starts over with that "
                 "address",
                 hop->mailbox->target) < 0)
        return NULL;
    return text;
}

static const char *ground_words(const struct adscp_hop *hop)
{
    switch (hop->ground) {
    case GROUND_NO_MAIL:
        return "without a mail address, what it does is unknown";
    case GROUND_NO_MAILBOX:
        return "the mailbox could not be determined, so what it does is "
               "unknown";
    case GROUND_AMBIGUOUS:
        return "several recipients have the address: Exchange refuses the "
               "request with an error";
    case GROUND_NOT_EXPORTED:
        return "what decides it was probably not exported, so what it does is "
               "unknown";
    case GROUND_FOREIGN:
        return "the recipient was found in another forest, and whether this "
               "organisation knows the address is unknown";
    case GROUND_NOT_ENABLED:
        return "the owner of the address is not mail-enabled here: Exchange "
               "finds no recipient and answers with an error";
    case GROUND_ONLINE:
        return "Exchange Online answers there, and whether it knows the "
               "address is unknown";
    case GROUND_ONLINE_HOME:
        return "Exchange Online answers there, and holds the mailbox";
    case GROUND_ONLINE_STRANGER:
        return "Exchange Online answers there, but the mailbox is on a server "
               "of this organisation: it answers with an error";
    case GROUND_NO_SERVER:
        return "which server holds the mailbox is unknown, so what it does is "
               "unknown";
    case GROUND_NO_FRONT_END:
        return hop->server != NULL
                   ? "it has no client front end, so it is unknown whether "
                     "there is an answer"
                   : "no server behind it has a client front end, so it is "
                     "unknown whether there is an answer";
    case GROUND_UNKNOWN_SERVER:
        return "a load balancer, an alias or a server that is gone: who "
               "answers is unknown";
    case GROUND_NO_TARGET:
        return "the recipient has no mailbox here, and no SMTP address says "
               "where it is: Exchange answers with an error";
    case GROUND_RULE:
    case GROUND_MIXED_SERVERS:
    case GROUND_NEWER_SERVERS:
    case GROUND_TARGET:
        break;
    }
    return "";
}

/* From the mail domain. */
static bool is_derived(const struct adscp_hop *hop)
{
    return hop_is_start(hop) && hop->via != ADSCP_HOP_VIA_SCP;
}

static char *predicate(const struct adscp_hop *hop)
{
    if (hop->ground == GROUND_UNKNOWN_SERVER && is_derived(hop))
        return strdup("who answers is unknown: often a web site, which knows "
                      "nothing of Autodiscover, and then Outlook goes on");
    if (hop->ground == GROUND_RULE)
        return rule_words(hop);
    if (hop->ground == GROUND_TARGET)
        return target_words(hop);
    if (is_mixed(hop->ground))
        return mixed_words(hop);
    return strdup(ground_words(hop));
}

/* Where a redirect leads is not documented. */
static const char *arrival(const struct adscp_hop *hop)
{
    return hop->via == ADSCP_HOP_VIA_REDIRECT
               ? "no source names the target of the redirect, which is assumed "
                 "to be an Exchange 2010 Client Access server of the mailbox's "
                 "site; "
               : "";
}

static char *make_why(const void *of)
{
    const struct adscp_hop *hop = of;
    char *first = subject(hop), *second = predicate(hop), *text = NULL;

    if (first != NULL && second != NULL &&
        asprintf(&text, "%s%s; %s", arrival(hop), first, second) < 0)
        text = NULL;
    free(first);
    free(second);
    return text;
}

const char *hop_dn(const struct adscp_hop *hop)
{
    if (hop->server != NULL)
        return hop->server->dn;
    return hop->scp != NULL ? scp_dn(hop->scp) : NULL;
}

const char *hop_why(const struct adscp_hop *hop)
{
    /* Constant to its readers; the slot alone changes, once and atomically. */
    return text_slot_get((text_slot *)(uintptr_t)&hop->why, make_why, hop);
}

/* ------------------------------------------------------------- findings -- */

/* Who answers; of several versions that do the same, one that does. */
static const struct adscp_server *find_first(const struct adscp_hop *hop)
{
    enum version_line line;

    if (hop->server != NULL || hop->front == NULL)
        return hop->server;
    line = front_line(hop->front);
    if (line == VERSION_UNKNOWN && hop->ground == GROUND_RULE)
        line = hop->line;
    return line != VERSION_UNKNOWN ? front_server(hop->front, line) : NULL;
}

const char *hop_action_name(int action)
{
    switch (action) {
    case ADSCP_HOP_ACTION_UNKNOWN:
        return "unknown";
    case ADSCP_HOP_ACTION_ANSWER:
        return "answer";
    case ADSCP_HOP_ACTION_PROXY:
        return "proxy";
    case ADSCP_HOP_ACTION_REDIRECT:
        return "redirect";
    case ADSCP_HOP_ACTION_REDIRECT_ADDRESS:
        return "redirect-address";
    case ADSCP_HOP_ACTION_ERROR:
        return "error";
    default:
        return NULL;
    }
}

/* What a user may notice of an older first server. */
static const char *older_words(const struct adscp_hop *hop)
{
    if (hop->action == ADSCP_HOP_ACTION_REDIRECT)
        return ", and sends the client on, so that Outlook meets a second "
               "certificate (KB2006728)";
    if (hop->action == ADSCP_HOP_ACTION_PROXY)
        return "; it passes the request on, and its certificate is the one "
               "that Outlook meets";
    return "; it may not be able to serve the mailbox at all";
}

/* The first server against the mailbox. */
static int find_versions(const struct directory_index *page,
                         const struct adscp_hop *hop,
                         struct finding_list *findings)
{
    const struct adscp_server *first = find_first(hop);
    const struct adscp_server *mailbox =
        hop->mailbox != NULL ? hop->mailbox->server : NULL;
    int rc = ADSCP_OK;

    if (first == NULL || mailbox == NULL)
        return ADSCP_OK;
    if (first->line == VERSION_UNKNOWN && first != mailbox)
        return topology_report_version(page->directory, first, findings);
    if (!is_one_of_several(hop) &&
        exchange_is_older(first->line, mailbox->line))
        rc = finding_add(
            findings, FINDING_SCP_FIRST_OLDER_VERSION,
            (struct finding_what){.dn = first->dn,
                                  .version = version_of(first),
                                  .mailbox_version = version_of(mailbox),
                                  .action = hop_action_name(hop->action),
                                  .words = older_words(hop)});
    if (rc == ADSCP_OK && hop->ground == GROUND_RULE && hop->rule->is_a_risk)
        rc = finding_add(
            findings, FINDING_HOP_UNSUPPORTED,
            (struct finding_what){.dn = first->dn,
                                  .version = version_of(first),
                                  .mailbox_version = version_of(mailbox)});
    return rc;
}

static int find_site(const struct adscp_hop *hop, const char *client_site,
                     struct finding_list *findings)
{
    const struct adscp_server *mailbox = hop->mailbox->server;

    if (client_site == NULL || mailbox->site == NULL ||
        text_equal_fold(client_site, strlen(client_site), mailbox->site,
                        strlen(mailbox->site)))
        return ADSCP_OK;
    return finding_add(findings, FINDING_REDIRECT_OTHER_SITE,
                       (struct finding_what){.dn = mailbox->dn,
                                             .client_site = client_site,
                                             .site = mailbox->site});
}

static int find_redirect(const struct directory_index *page,
                         const struct route *route, int index,
                         const char *client_site, struct finding_list *findings)
{
    const struct adscp_hop *hop = &route->hops[index];
    const struct adscp_server *mailbox = hop->mailbox->server;
    int rc;

    if (index + 1 == route->count && route->loops)
        return finding_add(
            findings, FINDING_REDIRECT_LOOP,
            (struct finding_what){.dn = mailbox->dn, .url = hop->url});
    if (index + 1 == route->count)
        return finding_add(
            findings, FINDING_REDIRECT_NO_TARGET,
            (struct finding_what){.dn = mailbox->dn, .site = mailbox->site});
    rc = find_site(hop, client_site, findings);
    return rc == ADSCP_OK ? redirect_find(page, mailbox, findings) : rc;
}

/* About the certificate of a hop, and of those that might be met instead. */
static int find_met(const struct adscp_hop *hop, int64_t time,
                    struct finding_list *findings)
{
    const char *host = hop_host(hop), *dn = hop_dn(hop);
    int rc, i;

    if ((host == NULL && hop_has_host(hop)) || (dn == NULL && hop->scp != NULL))
        return ADSCP_E_NOMEM;
    rc = host_check_report(&hop->met, host != NULL ? host : hop->url, dn, time,
                           findings);
    for (i = 0; i < hop->alternative_count && rc == ADSCP_OK; i++)
        rc = find_met(&hop->alternatives[i], time, findings);
    return rc;
}

static bool is_unresolved(const struct adscp_hop *hop)
{
    return hop->met.sighting != NULL &&
           hop->met.sighting->outcome == ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND;
}

/* Where the client is when it comes to this URL of an SCP. */
static const char *turn_words(const struct route *route, int index)
{
    bool is_last = index == route->count - 1 ||
                   route->hops[index + 1].via != ADSCP_HOP_VIA_SCP;

    if (!is_last || route->has_more)
        return index == 0 ? "and this client still tries it first"
                          : "and this client still tries it before others";
    return index == 0 ? "and this client has no other SCP to try before it "
                        "goes on to the mail domain"
                      : "the last SCP that this client tries before it goes on "
                        "to the mail domain";
}

/* Servers at which the client waits in vain. That a name does not resolve is
 * told of the host; its server may be well. */
static int find_silent(const struct route *route, int index,
                       struct finding_list *findings)
{
    const struct adscp_hop *hop = &route->hops[index];
    const char *host = hop_host(hop);

    if (hop->via != ADSCP_HOP_VIA_SCP || !host_check_failed(&hop->met) ||
        !hop_has_host(hop) || is_unresolved(hop))
        return ADSCP_OK;
    if (host == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(
        findings, FINDING_SCP_HOST_SILENT,
        (struct finding_what){
            .scp = hop->scp, .host = host, .words = turn_words(route, index)});
}

int route_find(const struct directory_index *page, const struct route *route,
               const char *client_site, int64_t time,
               struct finding_list *findings)
{
    int rc, i;

    if (route->count == 0)
        return ADSCP_OK;
    rc = find_versions(page, &route->hops[route_last_start(route)], findings);
    for (i = 0; i < route->count && rc == ADSCP_OK; i++) {
        const struct adscp_hop *hop = &route->hops[i];

        if (hop->action == ADSCP_HOP_ACTION_REDIRECT &&
            !host_check_failed(&hop->met))
            rc = find_redirect(page, route, i, client_site, findings);
        if (rc == ADSCP_OK)
            rc = find_silent(route, i, findings);
        if (rc == ADSCP_OK)
            rc = find_met(hop, time, findings);
    }
    return rc;
}
