/* SPDX-License-Identifier: MIT */
/*
 * canned N: an LDAP server on loopback that costs next to nothing, so that a
 * benchmark against it measures the client alone. It prints its port, then
 * answers one connection after another until it is killed.
 *
 * N serviceConnectionPoint entries lie ready in the BER that Active Directory
 * writes (four length bytes for whatever is constructed); for each page only
 * their message ids are patched. It honours paging sizes and cookies and the
 * list of attributes, takes every bind, knows a rootDSE, and finds nothing for
 * any other search. It is no directory: filters and bases are not evaluated.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONFIG_DN "CN=Configuration,DC=corp,DC=example,DC=test"
#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define PAGED_RESULTS "1.2.840.113556.1.4.319"

enum { /* tags of RFC 4511 */
       TAG_INTEGER = 0x02,
       TAG_OCTETS = 0x04,
       TAG_ENUMERATED = 0x0a,
       TAG_SEQUENCE = 0x30,
       TAG_SET = 0x31,
       TAG_BIND = 0x60,
       TAG_BIND_DONE = 0x61,
       TAG_UNBIND = 0x42,
       TAG_SEARCH = 0x63,
       TAG_ENTRY = 0x64,
       TAG_SEARCH_DONE = 0x65,
       TAG_ABANDON = 0x50,
       TAG_EXTENDED_DONE = 0x78,
       TAG_CONTROLS = 0xa0
};

enum { SUCCESS = 0, PROTOCOL_ERROR = 2 };

static void die(const char *what)
{
    fprintf(stderr, "canned: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* --------------------------------------------------------------- writing */

struct bytes {
    unsigned char *data;
    size_t length, capacity;
};

static void put(struct bytes *out, const void *data, size_t length)
{
    if (out->capacity - out->length < length) {
        out->capacity = (out->capacity + length) * 2;
        out->data = realloc(out->data, out->capacity);
        if (out->data == NULL)
            die("memory");
    }
    memcpy(out->data + out->length, data, length);
    out->length += length;
}

static void put_byte(struct bytes *out, unsigned int value)
{
    unsigned char byte = (unsigned char)value;

    put(out, &byte, 1);
}

/* Begin something constructed; its length is known when it is closed. */
static size_t put_open(struct bytes *out, unsigned int tag)
{
    put_byte(out, tag);
    put(out, "\x84\0\0\0", 5);
    return out->length;
}

static void put_close(struct bytes *out, size_t begin)
{
    uint32_t length = htonl((uint32_t)(out->length - begin));

    memcpy(out->data + begin - 4, &length, 4);
}

static void put_octets(struct bytes *out, const void *data, size_t length)
{
    put_byte(out, TAG_OCTETS);
    if (length >= 128)
        put_byte(out, 0x81);
    put_byte(out, (unsigned int)length);
    put(out, data, length);
}

static void put_text(struct bytes *out, const char *text)
{
    put_octets(out, text, strlen(text));
}

static void put_small(struct bytes *out, unsigned int tag, unsigned int value)
{
    put_byte(out, tag);
    put_byte(out, 1);
    put_byte(out, value);
}

/* Octets of a message id in the shortest form. */
static int id_width(uint32_t id)
{
    return id < 0x80 ? 1 : id < 0x8000 ? 2 : id < 0x800000 ? 3 : 4;
}

static void patch_id(unsigned char *at, uint32_t id, int width)
{
    while (width-- > 0) {
        at[width] = (unsigned char)id;
        id >>= 8;
    }
}

/* The id stands at the same distance from each message's begin. */
enum { ID_OFFSET = 8 };

static size_t put_message(struct bytes *out, uint32_t id)
{
    size_t begin = put_open(out, TAG_SEQUENCE);
    int width = id_width(id);

    put_byte(out, TAG_INTEGER);
    put_byte(out, (unsigned int)width);
    put(out, "\0\0\0", (size_t)width);
    patch_id(out->data + out->length - width, id, width);
    return begin;
}

static void put_attribute(struct bytes *out, const char *name, const char *a,
                          const char *b)
{
    size_t attribute = put_open(out, TAG_SEQUENCE), set;

    put_text(out, name);
    set = put_open(out, TAG_SET);
    put_text(out, a);
    if (b != NULL)
        put_text(out, b);
    put_close(out, set);
    put_close(out, attribute);
}

/* --------------------------------------------------------------- reading */

struct span {
    const unsigned char *at, *end;
};

/* Take one element off the front; false where there is no whole one. */
static bool take(struct span *in, unsigned int *tagp, struct span *valuep)
{
    const unsigned char *at = in->at;
    size_t length, octets;

    if (in->end - at < 2)
        return false;
    *tagp = *at++;
    length = *at++;
    if (length >= 0x80) {
        octets = length & 0x7f;
        if (octets > 4 || (size_t)(in->end - at) < octets)
            return false;
        for (length = 0; octets > 0; octets--)
            length = length << 8 | *at++;
    }
    if ((size_t)(in->end - at) < length)
        return false;
    valuep->at = at;
    valuep->end = in->at = at + length;
    return true;
}

static uint32_t number(struct span value)
{
    uint32_t n = 0;

    while (value.at < value.end)
        n = n << 8 | *value.at++;
    return n;
}

static bool contains(struct span text, const char *word)
{
    return memmem(text.at, (size_t)(text.end - text.at), word, strlen(word)) !=
           NULL;
}

static bool equals(struct span text, const char *word)
{
    return (size_t)(text.end - text.at) == strlen(word) &&
           strncasecmp((const char *)text.at, word, strlen(word)) == 0;
}

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
        put_entry(&answer->bytes, i, wanted);
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
                         uint32_t id, struct answer *answer)
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
        return send_page(fd, &search, answer);
    return send_done(fd, &search, 0);
}

/* One request; false ends the connection. */
static bool serve_request(int fd, struct span message, struct answer *answer)
{
    struct span id, body;
    unsigned int tag;

    if (!take(&message, &tag, &id) || !take(&message, &tag, &body))
        return false;
    switch (tag) {
    case TAG_BIND:
        return send_simple(fd, number(id), TAG_BIND_DONE, SUCCESS);
    case TAG_SEARCH:
        return serve_search(fd, body, message, number(id), answer);
    case TAG_ABANDON:
        return true;
    case TAG_UNBIND:
        return false;
    default:
        return send_simple(fd, number(id), TAG_EXTENDED_DONE, PROTOCOL_ERROR);
    }
}

static void serve_connection(int fd, struct answer *answer)
{
    unsigned char buffer[65536];
    struct span in = {buffer, buffer}, message;
    unsigned int tag;
    ssize_t got;

    for (;;) {
        while (take(&in, &tag, &message))
            if (!serve_request(fd, message, answer))
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

int main(int argc, char **argv)
{
    struct answer answer = {0};
    int listener, fd, on = 1;

    if (argc != 2 || strtoul(argv[1], NULL, 10) == 0)
        return fputs("usage: canned N\n", stderr), 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    answer.count = (uint32_t)strtoul(argv[1], NULL, 10);
    answer.begins = calloc((size_t)answer.count + 1, sizeof(*answer.begins));
    if (answer.begins == NULL)
        die("memory");
    listener = listen_on_loopback();
    for (;;) {
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            die("accept");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        serve_connection(fd, &answer);
        close(fd);
    }
}
