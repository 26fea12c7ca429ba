/* SPDX-License-Identifier: MIT */
/* gather/resolve against a DNS server of our own on loopback: what is asked,
 * what an answer becomes, and what a server costs that does not answer. */
#include "dns_server.h"

/* ------------------------------------------------------------ questions -- */

struct answer {
    int rc;
    int64_t took_ms;
    int count;
    struct resolve_address addresses[RESOLVE_ADDRESSES_MAX];
    struct detail detail;
};

static struct answer ask(const struct resolve_config *config, const char *host,
                         int budget_ms, const struct cancel *cancel)
{
    struct answer answer = {.count = -1};
    struct deadline deadline;
    int64_t start = now_ms();

    deadline_start(&deadline, budget_ms, cancel);
    answer.rc = resolve_host(config, host, 389, &deadline, &answer.detail,
                             answer.addresses, &answer.count);
    answer.took_ms = now_ms() - start;
    return answer;
}

static struct answer ask_dns(struct dns *dns, const char *host, int budget_ms)
{
    struct resolve_config config = {.dns_server = dns->address};
    struct answer answer;

    dns_start(dns);
    answer = ask(&config, host, budget_ms, NULL);
    dns_end(dns);
    return answer;
}

/* "127.0.0.1 389" */
static const char *show(const struct resolve_address *address)
{
    static char text[80];
    const struct sockaddr_storage *from = &address->storage;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    bool is_v4 = from->ss_family == AF_INET;

    inet_ntop(from->ss_family,
              is_v4 ? (const void *)&v4->sin_addr : &v6->sin6_addr, text,
              sizeof(text));
    snprintf(text + strlen(text), 8, " %d",
             ntohs(is_v4 ? v4->sin_port : v6->sin6_port));
    return text;
}

static bool says(const struct answer *answer, const char *words)
{
    return strstr(answer->detail.text, words) != NULL;
}

/* -------------------------------------------------------------- no DNS -- */

static void test_pins_accepted(void)
{
    static const struct {
        const char *pin, *host, *address;
        int port, other_port;
    } rows[] = {
        {"dc.example:389:127.0.0.1", "dc.example", "127.0.0.1", 389, 389},
        {"dc.example.:389:127.0.0.1:1389", "dc.example", "127.0.0.1", 389,
         1389},
        {"dc:65535:[::1]", "dc", "::1", 65535, 65535},
        {"[2001:db8::1]:636:[::1]:1", "2001:db8::1", "::1", 636, 1},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct resolve_config config = {.pins = NULL};

        CHECK_INT(resolve_config_add(&config, rows[i].pin), ADSCP_OK);
        CHECK_INT(config.pin_count, 1);
        if (config.pin_count == 1) {
            CHECK_STR(config.pins[0].host, rows[i].host);
            CHECK_STR(config.pins[0].address, rows[i].address);
            CHECK_INT(config.pins[0].port, rows[i].port);
            CHECK_INT(config.pins[0].other_port, rows[i].other_port);
        }
        resolve_config_clear(&config);
        CHECK_INT(config.pin_count, 0);
    }
}

static void test_pins_refused(void)
{
    static const char *const pins[] = {
        "",
        "dc",
        "dc:389",
        "dc:389:",
        "dc:389:dc2",
        ":389:127.0.0.1",
        ".:389:127.0.0.1",
        "dc:0:127.0.0.1",
        "dc:65536:127.0.0.1",
        "dc:99999999999999999999:127.0.0.1",
        "dc:-1:127.0.0.1",
        "dc: 389:127.0.0.1",
        "dc:389:127.0.0.1:",
        "dc:389:127.0.0.1:0",
        "dc:389:127.0.0.1:1:2",
        "dc:389:::1",
        "dc:389:[::1",
        "dc:389:[::1]x",
        "dc:389:127.1",
        "[dc:389:127.0.0.1",
    };
    struct resolve_config config = {.pins = NULL};
    size_t i;

    for (i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
        if (resolve_config_add(&config, pins[i]) != ADSCP_E_ARGUMENT)
            CHECK_STR(pins[i], "refused");
    CHECK_INT(config.pin_count, 0);
    resolve_config_clear(&config);
}

static void test_server_syntax(void)
{
    static const char *const good[] = {"127.0.0.1", "127.0.0.1:5353", "::1",
                                       "[::1]", "[::1]:53"};
    static const char *const bad[] = {"",           "localhost",  "[::1",
                                      "127.0.0.1:", "1.2.3.4:0",  "[::1]:x",
                                      "::1]:53",    "1.2.3.4:5:", ":53"};
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (resolve_check_server(good[i]) != ADSCP_OK)
            CHECK_STR(good[i], "accepted");
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (resolve_check_server(bad[i]) != ADSCP_E_ARGUMENT)
            CHECK_STR(bad[i], "refused");
}

static void test_pins_used(void)
{
    struct dns dns = {.behaviour = DNS_FAILS, .code = NXDOMAIN};
    struct resolve_config config = {.pins = NULL};
    struct answer answer;

    resolve_config_add(&config, "dc.example:389:127.0.0.9:1389");
    resolve_config_add(&config, "DC.example:389:[::1]");
    resolve_config_add(&config, "dc.example:636:127.0.0.7");
    answer = ask(&config, "Dc.Example.", 1000, NULL);
    CHECK_INT(answer.rc, ADSCP_OK);
    CHECK_INT(answer.count, 2);
    CHECK_STR(show(&answer.addresses[0]), "127.0.0.9 1389");
    CHECK_STR(show(&answer.addresses[1]), "::1 389");

    dns_start(&dns);
    config.dns_server = strdup(dns.address);
    answer = ask(&config, "other.example", 1000, NULL);
    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    dns_end(&dns);
    resolve_config_clear(&config);
}

static void test_literals(void)
{
    struct dns dns = {.behaviour = DNS_SILENT};
    struct answer answer = ask_dns(&dns, "192.0.2.7", 1000);

    CHECK_INT(answer.rc, ADSCP_OK);
    CHECK_STR(show(&answer.addresses[0]), "192.0.2.7 389");
    answer = ask_dns(&dns, "2001:db8::7", 1000);
    CHECK_INT(answer.rc, ADSCP_OK);
    CHECK_INT(answer.count, 1);
    CHECK_STR(show(&answer.addresses[0]), "2001:db8::7 389");
    CHECK_INT(dns.questions, 0);
}

/* Another name of the hosts file than localhost, which is never asked anyway.
 */
static bool find_host(char name[100])
{
    FILE *file = fopen("/etc/hosts", "r");
    char line[500];
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
        found = line[0] != '#' && sscanf(line, "%*s %99s", name) == 1 &&
                strcmp(name, "localhost") != 0;
    if (file != NULL)
        fclose(file);
    return found;
}

static void test_hosts_file(void)
{
    struct dns dns = {.behaviour = DNS_SILENT};
    struct answer answer = ask_dns(&dns, "localhost", 1000);
    char name[100];

    CHECK_INT(answer.rc, ADSCP_OK);
    CHECK(answer.count >= 1);
    CHECK(strcmp(show(&answer.addresses[0]), "127.0.0.1 389") == 0 ||
          strcmp(show(&answer.addresses[0]), "::1 389") == 0);
    if (find_host(name)) {
        answer = ask_dns(&dns, name, 1000);
        CHECK_INT(answer.rc, ADSCP_OK);
    }
    CHECK_INT(dns.questions, 0);
}

static void test_not_a_name(void)
{
    struct dns dns = {.behaviour = DNS_FAILS, .code = NXDOMAIN};
    struct answer answer = ask_dns(&dns, "a..example", 1000);
    char longest[300];

    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    CHECK(says(&answer, "not a host name"));
    memset(longest, 'a', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    answer = ask_dns(&dns, longest, 1000);
    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    answer = ask_dns(&dns, "", 1000);
    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    answer = ask_dns(&dns, ".", 1000);
    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    CHECK_INT(dns.questions, 0);
}

/* ------------------------------------------------------------- answers -- */

static void test_addresses(void)
{
    struct dns dns = {.behaviour = DNS_ADDRESSES, .count = 3};
    struct answer answer = ask_dns(&dns, "dc.example.test", 2000);
    int i, v4 = 0;

    CHECK_INT(answer.rc, ADSCP_OK);
    CHECK_INT(answer.count, 5);
    CHECK_INT(dns.questions, 2);
    CHECK_STR(dns.asked, "dc.example.test");
    /* The families in turn, as long as both have some. */
    for (i = 0; i < answer.count; i++) {
        int family = answer.addresses[i].storage.ss_family;

        v4 += family == AF_INET;
        if (i > 0 && i < 4)
            CHECK(family != answer.addresses[i - 1].storage.ss_family);
        CHECK(strstr(show(&answer.addresses[i]), " 389") != NULL);
    }
    CHECK_INT(v4, 3);
}

static void test_many_addresses(void)
{
    struct dns dns = {.behaviour = DNS_ADDRESSES, .count = 20};
    struct answer answer = ask_dns(&dns, "dc.example.test", 2000);

    CHECK_INT(answer.rc, ADSCP_OK);
    CHECK_INT(answer.count, RESOLVE_ADDRESSES_MAX);
}

static void test_no_such_name(void)
{
    struct dns dns = {.behaviour = DNS_FAILS, .code = NXDOMAIN};
    struct answer answer = ask_dns(&dns, "gone.example.test", 2000);

    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    CHECK_INT(answer.count, -1);
    CHECK(says(&answer, "gone.example.test"));
    CHECK(says(&answer, "no such name"));
    CHECK(answer.took_ms < 1000);
}

static void test_no_address(void)
{
    struct dns dns = {.behaviour = DNS_NO_DATA};
    struct answer answer = ask_dns(&dns, "mx.example.test", 2000);

    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    CHECK(says(&answer, "mx.example.test"));
    CHECK(says(&answer, "without IPv4 or IPv6 address"));
}

static void test_server_failure(void)
{
    struct dns dns = {.behaviour = DNS_FAILS, .code = SERVFAIL};
    struct answer answer = ask_dns(&dns, "dc.example.test", 2000);

    CHECK_INT(answer.rc, ADSCP_E_RESOLVE);
    CHECK(says(&answer, "no usable DNS answer"));
    CHECK(!says(&answer, "no such name"));
}

/* Neither the environment nor a search list changes what is asked about a name
 * with a dot; a host alias changes nothing at all. */
static void test_environment(void)
{
    struct dns dns = {.behaviour = DNS_FAILS, .code = NXDOMAIN};
    char aliases[] = "/tmp/adscp-aliases-XXXXXX";
    int fd = mkstemp(aliases);

    CHECK(write(fd, "dc evil.example\n", 16) == 16);
    close(fd);
    setenv("LOCALDOMAIN", "evil.example", 1);
    setenv("RES_OPTIONS", "ndots:9 retrans:1 retry:1", 1);
    setenv("HOSTALIASES", aliases, 1);
    ask_dns(&dns, "dc.example.test", 2000);
    CHECK_INT(dns.questions, 2);
    CHECK_STR(dns.asked, "dc.example.test");
    setenv("LOCALDOMAIN", "corp.example", 1);
    ask_dns(&dns, "dc", 2000);
    /* dc.corp.example and then dc, both families each */
    CHECK_INT(dns.questions, 2 + 4);
    CHECK_STR(dns.asked, "dc");
    unsetenv("LOCALDOMAIN");
    unsetenv("RES_OPTIONS");
    unsetenv("HOSTALIASES");
    unlink(aliases);
}

/* ------------------------------------------------------ hostile servers -- */

static void test_silence(void)
{
    struct dns dns = {.behaviour = DNS_SILENT};
    struct answer answer = ask_dns(&dns, "dc.example.test", 400);

    CHECK_INT(answer.rc, ADSCP_E_TIMEOUT);
    CHECK(says(&answer, "dc.example.test"));
    CHECK(answer.took_ms >= 400 && answer.took_ms <= 440);
    CHECK(dns.questions >= 2);
}

static void test_flood(void)
{
    struct dns dns = {.behaviour = DNS_FLOODS};
    struct answer answer = ask_dns(&dns, "dc.example.test", 400);

    CHECK_INT(answer.rc, ADSCP_E_TIMEOUT);
    CHECK(answer.took_ms >= 400 && answer.took_ms <= 600);
}

/* SIGPIPE stands at its default in this program. */
static void test_reset_tcp(void)
{
    struct dns dns = {.behaviour = DNS_TRUNCATES};
    struct answer answer = ask_dns(&dns, "dc.example.test", 600);

    CHECK(answer.rc == ADSCP_E_RESOLVE || answer.rc == ADSCP_E_TIMEOUT);
    CHECK(dns.resets >= 1);
}

static void *cancel_soon(void *user)
{
    nap(100);
    cancel_raise(user);
    return NULL;
}

static void test_cancel(void)
{
    struct dns dns = {.behaviour = DNS_SILENT};
    struct resolve_config config = {.dns_server = dns.address};
    struct answer answer;
    struct cancel cancel;
    pthread_t thread;

    dns_start(&dns);
    CHECK_INT(cancel_open(&cancel), ADSCP_OK);
    pthread_create(&thread, NULL, cancel_soon, &cancel);
    answer = ask(&config, "dc.example.test", 5000, &cancel);
    CHECK_INT(answer.rc, ADSCP_E_CANCELLED);
    CHECK(answer.took_ms >= 100 && answer.took_ms < 500);
    pthread_join(thread, NULL);
    cancel_close(&cancel);
    dns_end(&dns);
}

static void test_no_descriptors(void)
{
    struct dns dns = {.behaviour = DNS_SILENT};
    struct resolve_config config = {.dns_server = dns.address};
    struct rlimit saved, none;
    struct answer answer;
    int lowest;

    dns_start(&dns);
    lowest = dup(0);
    close(lowest);
    getrlimit(RLIMIT_NOFILE, &saved);
    none = saved;
    none.rlim_cur = (rlim_t)lowest;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
    answer = ask(&config, "dc.example.test", 1000, NULL);
    setrlimit(RLIMIT_NOFILE, &saved);
    CHECK_INT(answer.rc, ADSCP_E_NOMEM);
    dns_end(&dns);
}

static const struct test tests[] = {
    {"pins that are accepted", test_pins_accepted},
    {"pins that are refused", test_pins_refused},
    {"syntax of a DNS server", test_server_syntax},
    {"a pin decides for its host and port", test_pins_used},
    {"literals are themselves", test_literals},
    {"the hosts file comes before DNS", test_hosts_file},
    {"what is no name is not asked", test_not_a_name},
    {"addresses in turn", test_addresses},
    {"too many addresses", test_many_addresses},
    {"no such name", test_no_such_name},
    {"no address", test_no_address},
    {"server failure", test_server_failure},
    {"the environment decides nothing", test_environment},
    {"silent server", test_silence},
    {"flooding server", test_flood},
    {"server that resets TCP", test_reset_tcp},
    {"cancel", test_cancel},
    {"no descriptors", test_no_descriptors},
};

TEST_MAIN(tests)
