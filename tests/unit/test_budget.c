/* SPDX-License-Identifier: MIT */
/*
 * How long reading and judging work without looking at their budget: between
 * two looks at the clock lies a small share of the call, or a twentieth of
 * reading the export, whatever it holds. Counted in the thread's processor
 * time, so that a busy machine changes nothing.
 */
#include "export.h"
#include "test.h"

#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "adscp.h"

enum { ROWS = 40000, SITES = 200 };

/* What the clock saw since watch_start(). */
static struct watch {
    bool is_on;
    int64_t start_ns;
    int64_t last_ns;
    int64_t longest_ns;
} watch;

static int64_t thread_ns(void)
{
    struct timespec now;

    syscall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void watch_look(void)
{
    int64_t now = thread_ns();

    if (now - watch.last_ns > watch.longest_ns)
        watch.longest_ns = now - watch.last_ns;
    watch.last_ns = now;
}

static void watch_start(void)
{
    int64_t now = thread_ns();

    watch = (struct watch){true, now, now, 0};
}

static struct watch watch_end(void)
{
    watch_look();
    watch.is_on = false;
    return watch;
}

static int64_t whole_ns(struct watch call)
{
    return call.last_ns - call.start_ns;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    if (watch.is_on)
        watch_look();
    return (int)syscall(SYS_clock_gettime, clock, now);
}

/* ------------------------------------------------------------- exports -- */

static void put_sites(FILE *file)
{
    int i;

    for (i = 0; i < SITES; i++)
        fprintf(file,
                "dn: CN=S%d,CN=Sites," EXPORT_CONFIG "\nobjectClass: site\n\n",
                i);
}

static void put_scp(FILE *file, int row, const char *url, int site)
{
    fprintf(file,
            "dn: CN=EX%d,CN=Autodiscover,CN=Protocols,CN=EX%d," EXPORT_ORG "\n"
            "objectClass: serviceConnectionPoint\n"
            "keywords: " EXPORT_URL_GUID "\nkeywords: Site=S%d\n"
            "serviceBindingInformation: %s\n"
            "whenCreated: 20240101000000.0Z\n\n",
            row, row, site, url);
}

/* An SCP with a host of its own for each row. */
static void put_many_scps(FILE *file)
{
    char url[64];
    int i;

    for (i = 0; i < ROWS; i++) {
        snprintf(url, sizeof(url), "https://mail%d.corp.example/", i);
        put_scp(file, i, url, i % SITES);
    }
}

/* All of one site, one age and one host. */
static void put_equal_scps(FILE *file)
{
    int i;

    for (i = 0; i < ROWS; i++)
        put_scp(file, i, "https://mail.corp.example/", 0);
}

static void put_server(FILE *file, int row, int site)
{
    char url[64];

    fprintf(file,
            "dn: CN=EX%d," EXPORT_ORG "\n"
            "objectClass: msExchExchangeServer\n"
            "msExchCurrentServerRoles: 54\n"
            "serialNumber: Version 15.1 (Build 32507.6)\n"
            "msExchServerSite: CN=S%d,CN=Sites," EXPORT_CONFIG "\n"
            "networkAddress: ncacn_ip_tcp:ex%d.corp.example\n\n",
            row, site, row);
    snprintf(url, sizeof(url), "https://ex%d.corp.example/", row);
    put_scp(file, row, url, site);
}

static void put_servers(FILE *file)
{
    int i;

    for (i = 0; i < ROWS; i++)
        put_server(file, i, i % SITES);
}

/* Sites with a server of their own each, which has mailboxes. */
static void put_homes(FILE *file)
{
    enum { HOMES = 3000 };
    int i;

    for (i = SITES; i < HOMES; i++)
        fprintf(file,
                "dn: CN=S%d,CN=Sites," EXPORT_CONFIG "\nobjectClass: site\n\n",
                i);
    for (i = 0; i < HOMES; i++) {
        put_server(file, i, i);
        fprintf(file,
                "dn: CN=DB%d,CN=Databases," EXPORT_ORG "\n"
                "objectClass: msExchPrivateMDB\n"
                "msExchOwningServer: CN=EX%d," EXPORT_ORG "\n\n",
                i, i);
    }
}

static void put_services(FILE *file)
{
    int i;

    fprintf(file, "dn: CN=EX1," EXPORT_ORG "\n"
                  "objectClass: msExchExchangeServer\n"
                  "msExchCurrentServerRoles: 54\n\n");
    for (i = 0; i < ROWS; i++)
        fprintf(file,
                "dn: CN=EWS %d,CN=HTTP,CN=Protocols,CN=EX1," EXPORT_ORG "\n"
                "objectClass: msExchWebServicesVirtualDirectory\n"
                "msExchInternalHostName: https://web%d.corp.example/EWS\n\n",
                i, i);
    put_scp(file, 1, "https://mail.corp.example/", 0);
}

static void put_pointers(FILE *file)
{
    int i;

    for (i = 0; i < ROWS; i++)
        fprintf(file,
                "dn: CN=P%d,CN=Microsoft Exchange "
                "Autodiscover,CN=Services," EXPORT_CONFIG "\n"
                "objectClass: serviceConnectionPoint\n"
                "keywords: " EXPORT_POINTER_GUID "\n"
                "keywords: Domain=d%d.example\n"
                "serviceBindingInformation: LDAP://dc%d.example\n"
                "whenCreated: 20240101000000.0Z\n\n",
                i, i, i);
}

static void put_subnets(FILE *file)
{
    int i;

    for (i = 0; i < ROWS; i++)
        fprintf(file,
                "dn: CN=10.%d.%d.0/24,CN=Subnets,CN=Sites," EXPORT_CONFIG "\n"
                "objectClass: subnet\n"
                "siteObject: CN=S%d,CN=Sites," EXPORT_CONFIG "\n\n",
                i / 256, i % 256, i % SITES);
    put_scp(file, 1, "https://mail.corp.example/", 0);
}

/* --------------------------------------------------------------- tests -- */

static adscp_forest *read_forest(void (*put)(FILE *file), struct watch *callp)
{
    char path[] = "/tmp/adscp-budget-XXXXXX";
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    FILE *file = fdopen(mkstemp(path), "w");

    fputs("dn:\nconfigurationNamingContext: " EXPORT_CONFIG "\n\n", file);
    put_sites(file);
    put(file);
    fclose(file);
    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(adscp_reader_set_timeout_ms(reader, 600000), ADSCP_OK);
    watch_start();
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    *callp = watch_end();
    adscp_reader_free(reader);
    unlink(path);
    return forest;
}

static adscp_predictor *predictor_of(const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();

    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, "S3"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, "a@d7.example"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_timeout_ms(predictor, 600000), ADSCP_OK);
    return predictor;
}

static struct watch watch_predict(const adscp_forest *forest)
{
    adscp_predictor *predictor = predictor_of(forest);
    adscp_prediction *prediction = NULL;
    struct watch call;

    watch_start();
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    call = watch_end();
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    return call;
}

static struct watch watch_cover(const adscp_forest *forest)
{
    adscp_predictor *predictor = predictor_of(forest);
    adscp_coverage *coverage = NULL;
    struct watch call;

    watch_start();
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_OK);
    call = watch_end();
    adscp_coverage_free(coverage);
    adscp_predictor_free(predictor);
    return call;
}

static void tell(const char *what, struct watch call)
{
    printf("# %s: %" PRId64 " of %" PRId64 " microseconds at a stretch\n", what,
           call.longest_ns / 1000, whole_ns(call) / 1000);
}

static bool is_short(struct watch reading, struct watch judging)
{
    return judging.longest_ns <= whole_ns(judging) / 10 ||
           judging.longest_ns <= whole_ns(reading) / 20;
}

static bool are_short(const adscp_forest *forest, struct watch reading)
{
    struct watch predicting = watch_predict(forest);
    struct watch covering = watch_cover(forest);

    tell("reading", reading);
    tell("predicting", predicting);
    tell("covering", covering);
    return reading.longest_ns <= whole_ns(reading) / 6 &&
           is_short(reading, predicting) && is_short(reading, covering);
}

/* A neighbour that takes the cache away makes a stretch longer: one of several
 * tries without one is enough. */
static void check_stretches(void (*put)(FILE *file))
{
    bool good = false;
    int i;

    for (i = 0; i < 5 && !good; i++) {
        struct watch reading = {0};
        adscp_forest *forest = read_forest(put, &reading);

        CHECK(forest != NULL);
        if (forest == NULL)
            return;
        good = are_short(forest, reading);
        adscp_forest_free(forest);
    }
    CHECK(good);
}

#define STRETCHES(kind)                                                        \
    static void test_##kind(void)                                              \
    {                                                                          \
        check_stretches(put_##kind);                                           \
    }
STRETCHES(many_scps)
STRETCHES(equal_scps)
STRETCHES(servers)
STRETCHES(homes)
STRETCHES(services)
STRETCHES(pointers)
STRETCHES(subnets)

static const struct test tests[] = {
    {"many SCPs", test_many_scps},
    {"equal SCPs", test_equal_scps},
    {"servers", test_servers},
    {"homes of mailboxes", test_homes},
    {"virtual directories", test_services},
    {"pointers", test_pointers},
    {"subnets", test_subnets},
};

TEST_MAIN(tests)
