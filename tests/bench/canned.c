/* SPDX-License-Identifier: MIT */
/*
 * canned N [USERS]: an LDAP server on loopback that costs next to nothing, so
 * that a benchmark against it measures the client alone. It prints its port,
 * then answers one connection after another until it is killed.
 *
 * N serviceConnectionPoint entries lie ready in the BER that Active Directory
 * writes (four length bytes for whatever is constructed); for each page only
 * their message ids are patched. It honours paging sizes and cookies and the
 * list of attributes, takes every bind, knows a rootDSE, and finds nothing for
 * any other search, but for homeMDB: so many users, of whom a page lies ready
 * and is given again and again. It is no directory: filters and bases are not
 * evaluated.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ber.h"

#define CONFIG_DN "CN=Configuration,DC=corp,DC=example,DC=test"
#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define PAGED_RESULTS "1.2.840.113556.1.4.319"

enum { SUCCESS = 0, PROTOCOL_ERROR = 2 };

/* --------------------------------------------------------------- writing */

static void put_small(struct bytes *out, unsigned int tag, unsigned int value)
{
    put_byte(out, tag);
    put_byte(out, 1);
    put_byte(out, value);
}

/* The id stands at the same distance from each message's begin. */
enum { ID_OFFSET = 8 };

/* --------------------------------------------------------------- entries */

static const char *const names[] = {
    "objectClass",      "whenCreated",    "keywords",
    "serviceClassName", "serviceDNSName", "serviceBindingInformation"};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* The whole answer for one width of message ids and one list of attributes. */
struct answer {
    struct bytes bytes;
    uint32_t *begins; /* count + 1 */
    uint32_t count;
    int id_width;
    unsigned int wanted; /* a bit for each of names */
    void (*put)(struct bytes *out, uint32_t index, unsigned int wanted);
};

/* Distinct seconds in no order, from 2010 on, so that a sort has work to do. */
static void created_text(uint32_t index, char text[20])
{
    time_t seconds =
        1262304000 + (time_t)((uint64_t)index * 7919 % 1000003) * 300;
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, 20, "%Y%m%d%H%M%S.0Z", &parts);
}

static void put_entry(struct bytes *out, uint32_t index, unsigned int wanted)
{
    char dn[300], site[40], host[64], url[128], created[20];
    const char *values[NAMES] = {
        "serviceConnectionPoint",           created, URL_GUID,
        "ms-Exchange-AutoDiscover-Service", host,    url};
    size_t entry = put_open(out, TAG_ENTRY), attributes;
    unsigned int i;

    snprintf(dn, sizeof(dn),
             "CN=EX%05u,CN=Autodiscover,CN=Protocols,CN=EX%05u,CN=Servers,"
             "CN=Exchange Administrative Group (FYDIBOHF23SPDLT),"
             "CN=Administrative Groups,CN=Corporation,CN=Microsoft Exchange,"
             "CN=Services," CONFIG_DN,
             index, index);
    snprintf(site, sizeof(site), "Site=Site-%05u", index / 4);
    snprintf(host, sizeof(host), "EX%05u", index);
    snprintf(url, sizeof(url),
             "https://ex%05u.corp.example.test/autodiscover/autodiscover.xml",
             index);
    created_text(index, created);
    put_text(out, dn);
    attributes = put_open(out, TAG_SEQUENCE);
    for (i = 0; i < NAMES; i++)
        if (wanted & 1u << i)
            put_attribute(out, names[i], values[i], i == 2 ? site : NULL);
    put_close(out, attributes);
    put_close(out, entry);
}

enum { USERS_READY = 1000, DATABASES = 50 };

static void put_user(struct bytes *out, uint32_t index, unsigned int wanted)
{
    size_t entry = put_open(out, TAG_ENTRY), attributes;
    char text[300];

    (void)wanted;
    snprintf(text, sizeof(text),
             "CN=Family %04u\\, Given,OU=Users,OU=Branch %02u,OU=Corporation,"
             "DC=corp,DC=example,DC=test",
             index, index % 20);
    put_text(out, text);
    attributes = put_open(out, TAG_SEQUENCE);
    snprintf(text, sizeof(text),
             "CN=DB%02u,CN=Databases,CN=Exchange Administrative Group "
             "(FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Corporation,"
             "CN=Microsoft Exchange,CN=Services," CONFIG_DN,
             index % DATABASES);
    put_attribute(out, "homeMDB", text, NULL);
    put_attribute(out, "msExchRecipientTypeDetails", "1", NULL);
    put_close(out, attributes);
    put_close(out, entry);
}

static void answer_make(struct answer *answer, uint32_t id, unsigned int wanted)
{
    uint32_t i;
    size_t message;

    if (answer->id_width == id_width(id) && answer->wanted == wanted)
        return;
    answer->bytes.length = 0;
    for (i = 0; i < answer->count; i++) {
        answer->begins[i] = (uint32_t)answer->bytes.length;
        message = put_message(&answer->bytes, id);
        answer->put(&answer->bytes, i, wanted);
        put_close(&answer->bytes, message);
    }
    answer->begins[i] = (uint32_t)answer->bytes.length;
    answer->id_width = id_width(id);
    answer->wanted = wanted;
}

/* -------------------------------------------------------------- requests */

struct search {
    struct span base, filter, attributes;
    uint32_t id, page, cookie; /* page: 0 without paging control */
    bool paged;
};

static bool send_all(int fd, const unsigned char *data, size_t length)
{
    ssize_t sent;

    while (length > 0) {
        sent = send(fd, data, length, MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        data += sent;
        length -= (size_t)sent;
    }
    return true;
}

static void put_result(struct bytes *out, unsigned int tag, unsigned int code)
{
    size_t result = put_open(out, tag);

    put_small(out, TAG_ENUMERATED, code);
    put_text(out, "");
    put_text(out, "");
    put_close(out, result);
}

/* RFC 2696: the cookie is the index of the next entry; empty at the end. */
static void put_cookie(struct bytes *out, uint32_t next)
{
    struct bytes value = {0};
    size_t controls = put_open(out, TAG_CONTROLS), control, sequence;

    sequence = put_open(&value, TAG_SEQUENCE);
    put_small(&value, TAG_INTEGER, 0);
    put_octets(&value, &next, next > 0 ? sizeof(next) : 0);
    put_close(&value, sequence);
    control = put_open(out, TAG_SEQUENCE);
    put_text(out, PAGED_RESULTS);
    put_octets(out, value.data, value.length);
    put_close(out, control);
    put_close(out, controls);
    free(value.data);
}

static bool send_done(int fd, const struct search *search, uint32_t next)
{
    struct bytes out = {0};
    size_t message = put_message(&out, search->id);
    bool sent;

    put_result(&out, TAG_SEARCH_DONE, SUCCESS);
    if (search->paged)
        put_cookie(&out, next);
    put_close(&out, message);
    sent = send_all(fd, out.data, out.length);
    free(out.data);
    return sent;
}

static bool send_simple(int fd, uint32_t id, unsigned int tag,
                        unsigned int code)
{
    struct bytes out = {0};
    size_t message = put_message(&out, id);
    bool sent;

    put_result(&out, tag, code);
    put_close(&out, message);
    sent = send_all(fd, out.data, out.length);
    free(out.data);
    return sent;
}

static bool send_root(int fd, const struct search *search)
{
    struct bytes out = {0};
    size_t message = put_message(&out, search->id);
    size_t entry = put_open(&out, TAG_ENTRY), attributes;
    bool sent;

    put_text(&out, "");
    attributes = put_open(&out, TAG_SEQUENCE);
    put_attribute(&out, "configurationNamingContext", CONFIG_DN, NULL);
    put_attribute(&out, "defaultNamingContext", "DC=corp,DC=example,DC=test",
                  NULL);
    put_attribute(&out, "dnsHostName", "dc1.corp.example.test", NULL);
    put_attribute(&out, "supportedLDAPVersion", "3", NULL);
    put_attribute(&out, "supportedControl", PAGED_RESULTS, NULL);
    put_close(&out, attributes);
    put_close(&out, entry);
    put_close(&out, message);
    sent = send_all(fd, out.data, out.length) && send_done(fd, search, 0);
    free(out.data);
    return sent;
}

static unsigned int wanted_of(struct span attributes)
{
    unsigned int wanted = 0, tag, i;
    struct span name;

    while (take(&attributes, &tag, &name))
        for (i = 0; i < NAMES; i++)
            if (equals(name, names[i]))
                wanted |= 1u << i;
    return wanted;
}

static bool send_page(int fd, const struct search *search,
                      struct answer *answer)
{
    uint32_t first = search->cookie, last = answer->count, i;
    const uint32_t *begins = answer->begins;

    answer_make(answer, search->id, wanted_of(search->attributes));
    if (first > last)
        first = last;
    if (search->page > 0 && last - first > search->page)
        last = first + search->page;
    for (i = first; i < last; i++)
        patch_id(answer->bytes.data + begins[i] + ID_OFFSET, search->id,
                 answer->id_width);
    return send_all(fd, answer->bytes.data + begins[first],
                    begins[last] - begins[first]) &&
           send_done(fd, search, last < answer->count ? last : 0);
}

static bool send_users(int fd, const struct search *search,
                       struct answer *users, uint32_t total)
{
    uint32_t first = search->cookie < total ? search->cookie : total;
    uint32_t count = total - first, i;

    answer_make(users, search->id, 0);
    if (search->page > 0 && count > search->page)
        count = search->page;
    if (count > users->count)
        count = users->count;
    for (i = 0; i < count; i++)
        patch_id(users->bytes.data + users->begins[i] + ID_OFFSET, search->id,
                 users->id_width);
    return send_all(fd, users->bytes.data, users->begins[count]) &&
           send_done(fd, search, first + count < total ? first + count : 0);
}

struct world {
    struct answer scps, users;
    uint32_t user_count;
};

static void parse_control(struct span control, struct search *search)
{
    struct span oid, value, sequence, size, cookie;
    unsigned int tag;

    if (!take(&control, &tag, &oid) || !equals(oid, PAGED_RESULTS))
        return;
    do { /* passes over criticality */
        if (!take(&control, &tag, &value))
            return;
    } while (tag != TAG_OCTETS);
    if (!take(&value, &tag, &sequence) || !take(&sequence, &tag, &size) ||
        !take(&sequence, &tag, &cookie))
        return;
    search->paged = true;
    search->page = number(size);
    if (cookie.end - cookie.at == sizeof(search->cookie))
        memcpy(&search->cookie, cookie.at, sizeof(search->cookie));
}

static bool serve_search(int fd, struct span body, struct span controls,
                         uint32_t id, struct world *world)
{
    struct search search = {.id = id};
    struct span skipped, list, control;
    unsigned int tag, scope, i;

    if (!take(&body, &tag, &search.base) || !take(&body, &tag, &skipped))
        return false;
    scope = number(skipped);
    for (i = 0; i < 4; i++) /* derefAliases, sizeLimit, timeLimit, typesOnly */
        if (!take(&body, &tag, &skipped))
            return false;
    if (!take(&body, &tag, &search.filter) ||
        !take(&body, &tag, &search.attributes))
        return false;
    if (take(&controls, &tag, &list))
        while (take(&list, &tag, &control))
            parse_control(control, &search);
    if (scope == 0 && equals(search.base, ""))
        return send_root(fd, &search);
    if (contains(search.filter, "serviceConnectionPoint"))
        return send_page(fd, &search, &world->scps);
    if (contains(search.filter, "homeMDB"))
        return send_users(fd, &search, &world->users, world->user_count);
    return send_done(fd, &search, 0);
}

/* One request; false ends the connection. */
static bool serve_request(int fd, struct span message, struct world *world)
{
    struct span id, body;
    unsigned int tag;

    if (!take(&message, &tag, &id) || !take(&message, &tag, &body))
        return false;
    switch (tag) {
    case TAG_BIND:
        return send_simple(fd, number(id), TAG_BIND_DONE, SUCCESS);
    case TAG_SEARCH:
        return serve_search(fd, body, message, number(id), world);
    case TAG_ABANDON:
        return true;
    case TAG_UNBIND:
        return false;
    default:
        return send_simple(fd, number(id), TAG_EXTENDED_DONE, PROTOCOL_ERROR);
    }
}

static void serve_connection(int fd, struct world *world)
{
    unsigned char buffer[65536];
    struct span in = {buffer, buffer}, message;
    unsigned int tag;
    ssize_t got;

    for (;;) {
        while (take(&in, &tag, &message))
            if (!serve_request(fd, message, world))
                return;
        memmove(buffer, in.at, (size_t)(in.end - in.at));
        in.end = buffer + (in.end - in.at);
        in.at = buffer;
        got = recv(fd, buffer + (in.end - in.at),
                   sizeof(buffer) - (size_t)(in.end - in.at), 0);
        if (got <= 0)
            return;
        in.end += got;
    }
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 ||
        listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("listen");
    printf("%u\n", (unsigned int)ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void answer_init(struct answer *answer, uint32_t count,
                        void (*put_one)(struct bytes *out, uint32_t index,
                                        unsigned int wanted))
{
    answer->count = count;
    answer->put = put_one;
    answer->begins = calloc((size_t)count + 1, sizeof(*answer->begins));
    if (answer->begins == NULL)
        die("memory");
}

int main(int argc, char **argv)
{
    struct world world = {.user_count = 0};
    int listener, fd, on = 1;

    if ((argc != 2 && argc != 3) || strtoul(argv[1], NULL, 10) == 0)
        return fputs("usage: canned N [USERS]\n", stderr), 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    answer_init(&world.scps, (uint32_t)strtoul(argv[1], NULL, 10), put_entry);
    answer_init(&world.users, USERS_READY, put_user);
    if (argc == 3)
        world.user_count = (uint32_t)strtoul(argv[2], NULL, 10);
    listener = listen_on_loopback();
    for (;;) {
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            die("accept");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        serve_connection(fd, &world);
        close(fd);
    }
}
