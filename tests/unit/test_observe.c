/* SPDX-License-Identifier: MIT */
/* The hello that goes out, the store of what was seen, and the public observer
 * against canned bytes. What servers do is the business of tests/tls. */
#include "test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "adscp.h"
#include "canned_tls.h"
#include "facts/sightings.h"
#include "gather/observe/hello.h"

/* ------------------------------------------------------------- the hello -- */

static size_t number(const unsigned char *bytes, int width)
{
    size_t value = 0;

    while (width-- > 0)
        value = value << 8 | *bytes++;
    return value;
}

/* Walks the message by its own lengths: they must end together. */
static void check_hello(const char *name, bool wants_name)
{
    unsigned char out[HELLO_MAX], random[HELLO_RANDOM];
    size_t i, length, at = 5 + 4 + 2 + HELLO_RANDOM, end;
    bool has_name = false, has_versions = false;

    memset(random, 0xab, sizeof(random));
    length = hello_write(out, random, name);
    CHECK(length <= HELLO_MAX);
    CHECK_INT(out[0], 22);
    CHECK_INT(number(out + 1, 2), 0x0301);
    CHECK_INT(number(out + 3, 2), length - 5);
    CHECK_INT(out[5], 1);
    CHECK_INT(number(out + 6, 3), length - 9);
    CHECK_INT(number(out + 9, 2), 0x0303);
    CHECK(memcmp(out + 11, random, sizeof(random)) == 0);
    CHECK(length - 5 < 256 || length - 5 >= 512);
    CHECK_INT(out[at++], 0);
    i = number(out + at, 2);
    CHECK(i / 2 <= 64 && i % 2 == 0);
    CHECK_INT(number(out + at + 2, 2), 0x002f);
    at += 2 + i;
    CHECK_INT(number(out + at, 2), 0x0100);
    at += 2;
    end = at + 2 + number(out + at, 2);
    CHECK_INT(end, length);
    for (at += 2; at + 4 <= end; at += 4 + number(out + at + 2, 2)) {
        has_versions = has_versions || number(out + at, 2) == 43;
        if (number(out + at, 2) != 0)
            continue;
        has_name = true;
        CHECK_INT(number(out + at + 2, 2), strlen(name) + 5);
        CHECK(memcmp(out + at + 9, name, strlen(name)) == 0);
    }
    CHECK_INT(at, end);
    CHECK_INT(has_name, wants_name);
    CHECK(!has_versions);
}

static void test_hello(void)
{
    char name[254];
    size_t length;

    check_hello(NULL, false);
    check_hello("ex1", true);
    for (length = 1; length < sizeof(name); length++) {
        memset(name, 'a', length);
        name[length] = '\0';
        check_hello(name, true);
    }
}

static void test_alerts(void)
{
    CHECK_STR(alert_name(40), "handshake_failure");
    CHECK_STR(alert_name(112), "unrecognized_name");
    CHECK_STR(alert_name(255), "unknown");
    CHECK_INT(tls_alert_outcome(40), ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER);
    CHECK_INT(tls_alert_outcome(70), ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION);
    CHECK_INT(tls_alert_outcome(80), ADSCP_SIGHTING_OUTCOME_CLOSED);
}

/* RFC 8446 4.4.2: a context in front, extensions behind each certificate. */
static void test_chain_of_tls13(void)
{
    static const unsigned char body[] = {0, 0, 0, 14, 0,   0, 1, 'a', 0,
                                         0, 0, 0, 1,  'b', 0, 2, 'x', 'y'};
    struct der chain[CHAIN_MAX];
    size_t count, length;

    CHECK(chain_read(body, sizeof(body), true, chain, &count));
    CHECK_INT(count, 2);
    CHECK(chain[1].bytes == body + 13 && chain[1].length == 1);
    for (length = 0; length < sizeof(body); length++)
        CHECK(!chain_read(body, length, true, chain, &count));
    CHECK(!chain_read(body, sizeof(body), false, chain, &count));
}

/* ------------------------------------------------------------- sightings -- */

static void test_find(void)
{
    struct adscp_sightings *sightings = sightings_new(), *held;
    const struct sighted_host *host;
    char name[32];
    int i;

    for (i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "Host%d.example", i / 2);
        CHECK(sightings_add(sightings, name, 443) != NULL);
    }
    CHECK(sightings_add(sightings, "host7.example", 8443) != NULL);
    CHECK_INT(sightings_freeze(sightings), ADSCP_OK);
    for (i = 0; i < 500; i++) {
        snprintf(name, sizeof(name), "hOST%d.example.", i);
        host = sightings_find(sightings, name, strlen(name), 443);
        CHECK(host != NULL && host->first == (size_t)i * 2 && host->count == 2);
    }
    host = sightings_find(sightings, "host7.example", 13, 8443);
    CHECK(host != NULL && host->first == 1000 && host->count == 1);
    CHECK(sightings_find(sightings, "host7.example", 13, 444) == NULL);
    CHECK(sightings_find(sightings, "host7.exampl", 12, 443) == NULL);
    CHECK(sightings_find(sightings, "", 0, 443) == NULL);
    held = sightings_hold(sightings);
    sightings_release(sightings);
    CHECK_STR(held->rows[2].host, "Host1.example");
    sightings_release(held);
}

static void test_find_nothing(void)
{
    struct adscp_sightings *sightings = sightings_new();

    CHECK_INT(sightings_freeze(sightings), ADSCP_OK);
    CHECK(sightings_find(sightings, "a", 1, 443) == NULL);
    sightings_release(sightings);
    sightings_release(NULL);
    CHECK_STR(sighting_version_name(0x0300), "SSL 3.0");
    CHECK_STR(sighting_version_name(0x0304), "TLS 1.3");
    CHECK(sighting_version_name(0) == NULL);
    CHECK(sighting_version_name(0x0305) == NULL);
}

/* -------------------------------------------------------------- observer -- */

static void test_settings(void)
{
    adscp_observer *observer = adscp_observer_new();
    char name[300];

    memset(name, 'a', sizeof(name));
    name[254] = '\0';
    CHECK_INT(adscp_observer_add_host(observer, NULL, 443), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, "", 443), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, ".", 443), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, name, 443), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, "a\nb", 443), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, "\xff", 443), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, "a", 0), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_host(observer, "a", 65536), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_observer_error_detail(observer), "65536") != NULL);
    CHECK_INT(adscp_observer_set_timeout_ms(observer, 0), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_set_dns_server(observer, "x"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_set_dns_server(observer, "[::1]:53"), ADSCP_OK);
    CHECK_INT(adscp_observer_set_dns_server(observer, NULL), ADSCP_OK);
    CHECK_INT(adscp_observer_add_resolve(observer, "a:1"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_resolve(observer, NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_resolve(observer, "a:1:::1"),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_resolve(observer, "a:1:[::1]"), ADSCP_OK);
    CHECK_STR(adscp_observer_error_detail(observer), "");
    adscp_observer_free(observer);
    adscp_observer_free(NULL);
}

static void test_names(void)
{
    static const char *const outcomes[] = {"ok",
                                           "refused",
                                           "unreachable",
                                           "timeout",
                                           "closed",
                                           "not-tls",
                                           "no-common-cipher",
                                           "protocol-version",
                                           "name-not-found",
                                           "limit"};
    int i;

    for (i = 0; i < 10; i++)
        CHECK_STR(adscp_sighting_outcome_name(i), outcomes[i]);
    CHECK(adscp_sighting_outcome_name(-1) == NULL &&
          adscp_sighting_outcome_name(10) == NULL);
    CHECK_STR(adscp_sighting_method_name(ADSCP_SIGHTING_METHOD_HANDSHAKE),
              "handshake");
    CHECK(adscp_sighting_method_name(2) == NULL &&
          adscp_sighting_method_name(-1) == NULL);
    CHECK_STR(adscp_sighting_request_name(ADSCP_SIGHTING_REQUEST_DEMANDED),
              "demanded");
    CHECK(adscp_sighting_request_name(3) == NULL);
}

/* The same question twice, with an answer that outlives its observer. */
static void test_look(void)
{
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *first = NULL, *second = NULL;
    const adscp_sighting *row;
    struct canned canned;

    canned_start(&canned, canned_flight, sizeof(canned_flight));
    adscp_observer_add_host(observer, "127.0.0.1", canned.port);
    CHECK_INT(adscp_observer_look(observer, &first), ADSCP_OK);
    adscp_observer_add_host(observer, "::ffff:127.0.0.1", canned.port);
    CHECK_INT(adscp_observer_look(observer, &second), ADSCP_OK);
    CHECK_INT(adscp_observer_total_count(observer), 2);
    CHECK_INT(adscp_observer_done_count(observer), 2);
    adscp_observer_free(observer);
    CHECK_INT(adscp_sightings_count(first), 1);
    CHECK_INT(adscp_sightings_count(second), 2);
    row = adscp_sightings_sighting(second, 1);
    CHECK_STR(adscp_sighting_address(row), "::ffff:127.0.0.1");
    CHECK_INT(adscp_sighting_outcome(row), ADSCP_SIGHTING_OUTCOME_OK);
    CHECK_INT(adscp_sighting_certificate_count(row), 2);
    CHECK(adscp_sighting_certificate(row, 0) != NULL);
    /* each distinct certificate once */
    CHECK(adscp_sighting_certificate(row, 0) ==
          adscp_sighting_certificate(adscp_sightings_sighting(second, 0), 0));
    CHECK(adscp_sighting_certificate(row, 2) == NULL);
    CHECK(adscp_sighting_certificate(row, -1) == NULL);
    CHECK(adscp_sightings_sighting(second, 2) == NULL);
    canned_stop(&canned);
    adscp_sightings_free(first);
    adscp_sightings_free(second);
}

/* Names beyond ASCII are no host names for DNS, which is not asked about them.
 * U+023A is two bytes long and in lower case three, U+0130 two and one. A case
 * that ASCII does not have makes no host another one's double. */
static void test_folded_names(void)
{
    static const char *const names[] = {"\u023Aa", "\u023Ab", "\u2C65a",
                                        "\u0130a", "\u0130b", "\u023AA"};
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *sightings = NULL;
    char name[254], other[254];
    int i;

    for (i = 0; i < 6; i++)
        CHECK_INT(adscp_observer_add_host(observer, names[i], 443), ADSCP_OK);
    for (i = 0; i < 252; i += 2)
        memcpy(name + i, "\u023A", 2);
    memcpy(name + 252, "a", 2);
    memcpy(other, name, sizeof(name));
    other[252] = 'b'; /* beyond 253 bytes in lower case, and none is cut off */
    CHECK_INT(adscp_observer_add_host(observer, name, 443), ADSCP_OK);
    CHECK_INT(adscp_observer_add_host(observer, other, 443), ADSCP_OK);
    CHECK_INT(adscp_observer_look(observer, &sightings), ADSCP_OK);
    CHECK_INT(adscp_sightings_count(sightings), 7);
    CHECK_STR(adscp_sighting_host(adscp_sightings_sighting(sightings, 1)),
              names[1]);
    CHECK_STR(adscp_sighting_host(adscp_sightings_sighting(sightings, 6)),
              other);
    adscp_sightings_free(sightings);
    adscp_observer_free(observer);
}

static void *cancel(void *observer)
{
    const struct timespec pause = {.tv_nsec = 1000000};

    while (adscp_observer_total_count(observer) < 3)
        nanosleep(&pause, NULL);
    adscp_observer_cancel(observer);
    return NULL;
}

/* Progress is read, and the look ended, by another thread; and the next look is
 * not. */
static void test_cancel(void)
{
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *sightings = NULL;
    struct canned silent, canned;
    pthread_t thread;

    canned_start(&silent, NULL, 0);
    canned_start(&canned, canned_flight, sizeof(canned_flight));
    adscp_observer_add_host(observer, "127.0.0.1", silent.port);
    adscp_observer_add_host(observer, "127.0.0.1", canned.port);
    adscp_observer_add_host(observer, "::ffff:127.0.0.1", canned.port);
    pthread_create(&thread, NULL, cancel, observer);
    CHECK_INT(adscp_observer_look(observer, &sightings), ADSCP_E_CANCELLED);
    CHECK(sightings == NULL);
    CHECK(adscp_observer_error_detail(observer)[0] != '\0');
    pthread_join(thread, NULL);
    adscp_observer_set_timeout_ms(observer, 200);
    CHECK_INT(adscp_observer_look(observer, &sightings), ADSCP_OK);
    CHECK_INT(adscp_sightings_complete(sightings), 0);
    CHECK_INT(adscp_sighting_outcome(adscp_sightings_sighting(sightings, 0)),
              ADSCP_SIGHTING_OUTCOME_TIMEOUT);
    CHECK_INT(adscp_sighting_outcome(adscp_sightings_sighting(sightings, 1)),
              ADSCP_SIGHTING_OUTCOME_OK);
    adscp_sightings_free(sightings);
    adscp_observer_free(observer);
    canned_stop(&silent);
    canned_stop(&canned);
}

static const struct test tests[] = {
    {"the hello is well-formed, for names of any length", test_hello},
    {"alerts have names and outcomes", test_alerts},
    {"a chain in TLS 1.3's form", test_chain_of_tls13},
    {"rows are found by host and port", test_find},
    {"nothing is found in nothing", test_find_nothing},
    {"settings are checked", test_settings},
    {"constants have names", test_names},
    {"a look, and another one", test_look},
    {"hosts whose lower case has another length", test_folded_names},
    {"progress and cancelling", test_cancel},
};

TEST_MAIN(tests)
