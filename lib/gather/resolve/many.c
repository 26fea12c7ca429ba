/* SPDX-License-Identifier: MIT */
/*
 * Many names at once, on the channels of dns.c: questions go out, answers
 * are taken when they are there, and who asks does the waiting. What decides is
 * what decides for one name.
 */
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "gather/resolve/private.h"

/* One question, which becomes its answer. */
struct question {
    struct resolve_answer answer; /* first: what free() gets */
    struct question *next;
    struct resolver *resolver;
    struct lookup *channel;
    int port;
    char host[HOST_NAME_MAX_LENGTH + 1];
};

/* Names without a dot go through the search list, others do not: that is a
 * property of a channel. */
enum { AS_IT_STANDS, SEARCHED, CHANNELS };

struct resolver {
    const struct resolve_config *config;
    struct lookup channels[CHANNELS]; /* channel NULL: not needed yet */
    struct question *first, **last;   /* answered */
};

int resolver_new(const struct resolve_config *config,
                 struct resolver **resolverp)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));

    if (resolver == NULL)
        return ADSCP_E_NOMEM;
    resolver->config = config;
    resolver->last = &resolver->first;
    *resolverp = resolver;
    return ADSCP_OK;
}

void resolver_free(struct resolver *resolver)
{
    struct resolve_answer *answer;
    int i;

    if (resolver == NULL)
        return;
    /* Questions that are still open are answered by this. */
    for (i = 0; i < CHANNELS; i++)
        if (resolver->channels[i].channel != NULL)
            ares_destroy(resolver->channels[i].channel);
    while ((answer = resolver_take(resolver)) != NULL)
        free(answer);
    free(resolver);
}

struct resolve_answer *resolver_take(struct resolver *resolver)
{
    struct question *question = resolver->first;

    if (question == NULL)
        return NULL;
    resolver->first = question->next;
    if (resolver->first == NULL)
        resolver->last = &resolver->first;
    return &question->answer;
}

static void answered(struct question *question)
{
    *question->resolver->last = question;
    question->resolver->last = &question->next;
}

static int node_count(const struct ares_addrinfo_node *node)
{
    int count = 0;

    for (; node != NULL; node = node->ai_next)
        count++;
    return count;
}

/* Does DNS know? A name that is none can be no host's either. */
static bool is_answer(int status)
{
    return status == ARES_SUCCESS || status == ARES_ENOTFOUND ||
           status == ARES_ENODATA || status == ARES_EBADNAME;
}

static void dns_answered(void *user, int status, int timeouts,
                         struct ares_addrinfo *info)
{
    struct question *question = user;
    struct resolve_answer *answer = &question->answer;
    struct lookup *lookup = question->channel;

    (void)timeouts;
    lookup->status = status;
    if (status == ARES_SUCCESS) {
        answer->count =
            nodes_interleave(info->nodes, question->port, answer->addresses);
        answer->has_more = node_count(info->nodes) > answer->count;
        answer->rc = ADSCP_OK;
    } else {
        answer->rc = dns_explain(lookup, question->host, &answer->detail);
    }
    if (status == ARES_ETIMEOUT)
        answer->rc = ADSCP_E_TIMEOUT;
    answer->unanswered = !is_answer(status);
    ares_freeaddrinfo(info);
    answered(question);
}

static void ask_dns(struct resolver *resolver, struct question *question)
{
    const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC,
                                              .ai_socktype = SOCK_STREAM};
    bool search = strchr(question->host, '.') == NULL;
    struct lookup *lookup =
        &resolver->channels[search ? SEARCHED : AS_IT_STANDS];

    if (lookup->channel == NULL) {
        lookup->status = dns_open(lookup, resolver->config->dns_server, search);
        if (lookup->status != ARES_SUCCESS) {
            question->answer.rc =
                dns_explain(lookup, question->host, &question->answer.detail);
            question->answer.unanswered = true;
            ares_destroy(lookup->channel); /* NULL is fine */
            lookup->channel = NULL;
            answered(question);
            return;
        }
    }
    question->channel = lookup;
    lookup->no_descriptors = false;
    ares_getaddrinfo(lookup->channel, question->host, NULL, &hints,
                     dns_answered, question);
}

int resolver_ask(struct resolver *resolver, const char *host, int port,
                 size_t id)
{
    struct span name = host_without_dot(span_of(host));
    struct question *question = calloc(1, sizeof(*question));
    struct resolve_answer *answer;

    if (question == NULL)
        return ADSCP_E_NOMEM;
    question->resolver = resolver;
    question->port = port;
    answer = &question->answer;
    answer->id = id;
    answer->count = pins_find(resolver->config, name, port, answer->addresses);
    if (answer->count == 0 && address_parse(name, port, &answer->addresses[0]))
        answer->count = 1;
    if (answer->count > 0) {
        answered(question);
    } else if (name.length == 0 || name.length > HOST_NAME_MAX_LENGTH) {
        answer->rc = detail_set(&answer->detail, ADSCP_E_RESOLVE,
                                "\"%.300s\" is not a host name", host);
        answered(question);
    } else {
        memcpy(question->host, name.text, name.length);
        ask_dns(resolver, question);
    }
    return ADSCP_OK;
}

int resolver_watch(struct resolver *resolver,
                   struct pollfd fds[RESOLVER_FDS_MAX], int *at_most_msp)
{
    int i, left, count = 0;

    *at_most_msp = -1;
    for (i = 0; i < CHANNELS; i++) {
        const struct lookup *lookup = &resolver->channels[i];

        if (lookup->channel == NULL)
            continue;
        count += dns_watch(lookup, fds + count);
        left = dns_timeout_ms(lookup->channel);
        if (left >= 0 && (*at_most_msp < 0 || left < *at_most_msp))
            *at_most_msp = left;
    }
    return count;
}

void resolver_step(struct resolver *resolver, const struct pollfd *fds,
                   int count)
{
    struct pollfd mine[DNS_SOCKETS_MAX];
    int i, j, k, used;

    for (i = 0; i < CHANNELS; i++) {
        struct lookup *lookup = &resolver->channels[i];

        if (lookup->channel == NULL)
            continue;
        used = dns_watch(lookup, mine);
        for (j = 0; j < used; j++)
            for (k = 0; k < count; k++)
                if (fds[k].fd == mine[j].fd)
                    mine[j].revents = fds[k].revents;
        dns_process(lookup, mine, used);
    }
}
