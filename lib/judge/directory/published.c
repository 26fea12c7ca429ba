/* SPDX-License-Identifier: MIT */
/*
 * Certificates of servers, read when somebody first asks. A name may have
 * thousands of servers behind it: each of their certificates is looked at once,
 * and equal ones become one row.
 */
#include "judge/directory/published.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "judge/trust/trust.h"

int published_prepare(struct arena *arena, struct directory_index *page)
{
    page->published = arena_alloc(arena, (page->directory->server_count + 1) *
                                             sizeof(*page->published));
    page->shared_hosts =
        arena_alloc(arena, ((size_t)page->topology.front_count + 1) *
                               sizeof(struct shared_host *));
    return page->published != NULL && page->shared_hosts != NULL
               ? ADSCP_OK
               : ADSCP_E_NOMEM;
}

/* ----------------------------------------------------------- one server -- */

/* Its bytes may be those of no certificate, and only looking at them tells. */
static int check_readable(struct published *published)
{
    const struct certificate_facts *facts =
        certificate_facts(published->certificate);

    if (facts == NULL)
        return ADSCP_E_NOMEM;
    published->is_unreadable = facts->problem != NULL;
    return ADSCP_OK;
}

static bool carries(const struct published *published, struct span host)
{
    const struct certificate_facts *facts =
        certificate_facts(published->certificate);
    uint64_t notes = 0;

    return trust_match(facts, host.text, host.length, &notes) != TRUST_NAME_NO;
}

/* An administrator who gave the web services a host of their own gave IIS a
 * certificate for it, too. */
static void compare_services(const struct topology *topology,
                             const struct adscp_server *server,
                             struct published *published)
{
    const struct directory *directory = topology->directory;
    size_t index = (size_t)(server - directory->servers);
    bool has_own = false;
    uint32_t i;

    for (i = topology->service_start[index];
         i < topology->service_start[index + 1]; i++) {
        const struct virtual_directory *service =
            &directory->services[topology->service_rows[i]];
        struct span host;
        int port;

        if (service->service == SERVICE_NONE ||
            !virtual_directory_host(service, &host, &port))
            continue;
        if (!server_has_name(server, host))
            published->has_other_urls = true;
        if (server_has_name(server, host) || carries(published, host))
            has_own = true;
    }
    published->is_contradicted = published->has_other_urls && !has_own;
}

/* By the server's SCP, and not by the URL that leads there: one host, one
 * forecast. */
static bool has_default_url(const struct topology *topology,
                            const struct adscp_server *server)
{
    struct url url;

    return url_split_host(topology_scp_url(topology, server), &url) &&
           server_has_default_url(server, &url);
}

/* What the attribute holds, whatever form it has; the first one counts. */
static int read_published(struct forest_index *forest_index,
                          const struct topology *topology,
                          const struct adscp_server *server,
                          struct published *published)
{
    struct certificate_list list = {0};
    int rc =
        certificates_read(forest_index->certificates, server->certificate.bytes,
                          server->certificate.length, &list);

    published->is_unreadable = list.count == 0;
    if (rc == ADSCP_OK && list.count > 0) {
        published->certificate = list.rows[0];
        rc = check_readable(published);
    }
    if (rc == ADSCP_OK && !published->is_unreadable) {
        published->has_default_url = has_default_url(topology, server);
        compare_services(topology, server, published);
    }
    published->is_known = rc == ADSCP_OK;
    certificate_list_free(&list);
    return rc;
}

int forest_index_published(struct forest_index *forest_index,
                           const struct directory_index *page,
                           const struct adscp_server *server,
                           const struct published **publishedp)
{
    struct published *published =
        &page->published[server - page->directory->servers];
    int rc = ADSCP_OK;

    if (!published->is_known && server->certificate.bytes != NULL)
        rc = read_published(forest_index, &page->topology, server, published);
    *publishedp = published;
    return rc;
}

/* -------------------------------------------------------------- several -- */

/* A shared host in the making. */
struct gathering {
    struct forest_index *forest_index;
    const struct directory_index *page;
    const struct front *front;
    struct shared_host *shared;
};

static const struct adscp_server *publisher(const struct gathering *gathering,
                                            size_t index)
{
    return front_publisher(gathering->front, index);
}

static int add_publisher(struct gathering *gathering, size_t index)
{
    struct shared_host *shared = gathering->shared;
    const struct published *published;
    int rc = forest_index_published(gathering->forest_index, gathering->page,
                                    publisher(gathering, index), &published);

    if (rc != ADSCP_OK)
        return rc;
    if (published->certificate == NULL || published->is_unreadable) {
        shared->silent++;
        shared->has_unreadable |= published->is_unreadable;
    } else {
        shared->rows[shared->count++] = (struct shared_certificate){
            .certificate = published->certificate,
            .publisher = publisher(gathering, index),
            .order = index};
    }
    return ADSCP_OK;
}

static int by_certificate(const void *a, const void *b)
{
    const struct shared_certificate *first = a, *second = b;
    int order = certificate_compare(first->certificate, second->certificate);

    if (order != 0)
        return order;
    return (first->order > second->order) - (first->order < second->order);
}

static int by_order(const void *a, const void *b)
{
    const struct shared_certificate *first = a, *second = b;

    return (first->order > second->order) - (first->order < second->order);
}

/* Each certificate once, with its first publisher. */
static void join_same(struct shared_host *shared)
{
    size_t count = 0, i;

    qsort(shared->rows, shared->count, sizeof(*shared->rows), by_certificate);
    for (i = 0; i < shared->count; i++) {
        const struct shared_certificate *last =
            count > 0 ? &shared->rows[count - 1] : NULL;

        if (last == NULL ||
            !certificate_same(last->certificate, shared->rows[i].certificate))
            shared->rows[count++] = shared->rows[i];
    }
    shared->count = count;
    qsort(shared->rows, shared->count, sizeof(*shared->rows), by_order);
}

/* ---------------------------------------------------------------- words -- */

enum { NAMES_TOLD = 3, CERTIFICATES_TOLD = 3 };

/* A text in the making; NULL: out of memory. */
struct words {
    struct arena *arena;
    const char *text;
};

static void add_words(struct words *words, const char *before, const char *word)
{
    char *text = NULL;

    if (words->text != NULL)
        text = arena_bytes(words->arena, strlen(words->text) + strlen(before) +
                                             strlen(word) + 1);
    if (text != NULL)
        stpcpy(stpcpy(stpcpy(text, words->text), before), word);
    words->text = text;
}

static bool publishes(const struct gathering *gathering, size_t index,
                      const struct adscp_certificate *certificate)
{
    const struct published *published =
        &gathering->page->published[publisher(gathering, index) -
                                    gathering->page->directory->servers];
    const struct adscp_certificate *own =
        published->is_unreadable ? NULL : published->certificate;

    if (own == NULL || certificate == NULL)
        return own == certificate;
    return certificate_same(own, certificate);
}

/* "EX01, EX02 and others": who publishes this one; NULL: none. */
static void add_names(struct words *words, const struct gathering *gathering,
                      size_t from, const struct adscp_certificate *certificate)
{
    size_t told = 0, i;

    for (i = from; i < gathering->front->publishers; i++) {
        if (!publishes(gathering, i, certificate))
            continue;
        if (told == NAMES_TOLD) {
            add_words(words, "", " and others");
            return;
        }
        add_words(words, told++ > 0 ? ", " : "", publisher(gathering, i)->name);
    }
}

/* The same subject and end: only the thumbprint tells them apart. */
static bool looks_same(const struct adscp_certificate *a,
                       const struct adscp_certificate *b)
{
    const struct certificate_facts *first = certificate_facts(a);
    const struct certificate_facts *second = certificate_facts(b);

    return strcmp(first->subject, second->subject) == 0 &&
           first->not_after / 86400 == second->not_after / 86400;
}

static void add_certificate(struct words *words,
                            const struct shared_host *shared, size_t row)
{
    const struct adscp_certificate *certificate = shared->rows[row].certificate;
    const struct certificate_facts *facts = certificate_facts(certificate);
    char date[DATE_MAX];
    const char *sha1;
    size_t i;

    date_write(facts->not_after, date);
    add_words(words, ": ", facts->subject);
    add_words(words, ", valid until ", date);
    for (i = 0; i < shared->count && i < CERTIFICATES_TOLD; i++)
        if (i != row && looks_same(certificate, shared->rows[i].certificate))
            break;
    if (i == shared->count || i == CERTIFICATES_TOLD)
        return;
    sha1 = certificate_sha1(certificate);
    if (sha1 == NULL)
        words->text = NULL;
    else
        add_words(words, ", thumbprint ", sha1);
}

static void add_rest(struct words *words, size_t count)
{
    char number[64];

    if (count <= CERTIFICATES_TOLD)
        return;
    snprintf(number, sizeof(number), "; and %zu more certificate%s",
             count - CERTIFICATES_TOLD,
             count - CERTIFICATES_TOLD == 1 ? "" : "s");
    add_words(words, "", number);
}

/* "EX01: CN=mail, valid until 2027-01-01; EX02: none that can be read". */
static int tell_difference(const struct gathering *gathering)
{
    struct shared_host *shared = gathering->shared;
    struct words words = {&gathering->forest_index->arena, ""};
    size_t i;

    for (i = 0; i < shared->count && i < CERTIFICATES_TOLD; i++) {
        if (i > 0)
            add_words(&words, "", "; ");
        add_names(&words, gathering, shared->rows[i].order,
                  shared->rows[i].certificate);
        add_certificate(&words, shared, i);
    }
    add_rest(&words, shared->count);
    if (shared->silent > 0) {
        add_words(&words, "", "; ");
        add_names(&words, gathering, 0, NULL);
        add_words(&words, ": ",
                  shared->has_unreadable ? "none that can be read" : "none");
    }
    shared->differs = words.text;
    return words.text != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* ---------------------------------------------------------------- whole -- */

static int make_shared(struct forest_index *forest_index,
                       const struct directory_index *page,
                       const struct front *front, struct shared_host **sharedp)
{
    struct gathering gathering = {forest_index, page, front, NULL};
    struct shared_host *shared =
        arena_alloc(&forest_index->arena, sizeof(*shared));
    int rc = ADSCP_OK;
    size_t i;

    if (shared == NULL)
        return ADSCP_E_NOMEM;
    shared->rows = arena_alloc(&forest_index->arena,
                               (front->publishers + 1) * sizeof(*shared->rows));
    if (shared->rows == NULL)
        return ADSCP_E_NOMEM;
    gathering.shared = shared;
    for (i = 0; i < front->publishers && rc == ADSCP_OK; i++)
        rc = add_publisher(&gathering, i);
    join_same(shared);
    if (rc == ADSCP_OK && shared->count > 0 &&
        shared->count + (shared->silent > 0) > 1)
        rc = tell_difference(&gathering);
    if (rc == ADSCP_OK)
        *sharedp = shared;
    return rc;
}

int forest_index_shared_host(struct forest_index *forest_index,
                             const struct directory_index *page,
                             const struct front *front,
                             const struct shared_host **sharedp)
{
    struct shared_host *shared = NULL, **slot;
    int rc;

    *sharedp = NULL;
    if (front == NULL || front->publishers == 0)
        return ADSCP_OK;
    slot = &page->shared_hosts[front - page->topology.front_rows];
    if (*slot == NULL) {
        rc = make_shared(forest_index, page, front, &shared);
        if (rc != ADSCP_OK)
            return rc;
        shared->number = forest_index->shared_hosts++;
        *slot = shared;
    }
    *sharedp = *slot;
    return ADSCP_OK;
}
