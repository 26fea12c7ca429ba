/* SPDX-License-Identifier: MIT */
/*
 * Out of memory, everywhere: a whole offline run (two exports, a pointer, every
 * profile, every getter) is repeated while allocation 1, 2, 3 ... fails, until
 * none is left to fail. Each time the run ends with ADSCP_E_NOMEM or with the
 * complete answer, and nothing stays allocated.
 */
#include "test.h"

#include <stdbool.h>
#include <stdlib.h>

#include "adscp.h"
#include "canned_tls.h"
#include "export.h"
#include "failing.h"
#include "judge/trust/trust.h"
#include "make_met.h"
#include "policy_files.h"
#include "touch.h"

/* ----------------------------------------------------------------- a run */

#define MAIL "ann@fabrikam.example"

static char path[40], other[40];

/* What a run without a failure gives. */
static uint64_t whole_forest, whole_prediction[4];

static void expect_nomem(int rc, const char *what)
{
    if (rc != ADSCP_E_NOMEM)
        printf("# %s gives %s\n", what, adscp_error_name(rc));
    CHECK_INT(rc, ADSCP_E_NOMEM);
}

static int read_exports(adscp_reader *reader, adscp_forest **forestp)
{
    adscp_forest *untouched = *forestp;
    int rc = adscp_reader_add_ldif_file(reader, path);

    if (rc == ADSCP_OK)
        rc = adscp_reader_add_mail(reader, MAIL);
    if (rc == ADSCP_OK)
        rc = adscp_reader_add_mail(reader, "bob@fabrikam.example");
    if (rc == ADSCP_OK)
        rc = adscp_reader_add_ldif_file_at(reader, "LDAP://res.example", other);
    if (rc == ADSCP_OK)
        rc = adscp_reader_allow_pointer(reader, "res.example");
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_keep_entries(reader, 1);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_census(reader, 1);
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, forestp);
    if (rc != ADSCP_OK) {
        CHECK(*forestp == untouched);
        CHECK(adscp_reader_error_detail(reader) != NULL);
    }
    return rc;
}

static int pose(adscp_predictor *predictor, const adscp_forest *forest,
                int profile, adscp_prediction **predictionp)
{
    int rc = adscp_predictor_set_forest(predictor, forest);

    if (rc == ADSCP_OK)
        rc = adscp_predictor_set_mail(predictor, MAIL);
    if (rc == ADSCP_OK && profile % 2 == 0)
        rc = adscp_predictor_set_site(predictor, "Site-1");
    if (rc == ADSCP_OK && profile % 2 == 1)
        rc = adscp_predictor_set_address(predictor, "10.1.2.3");
    if (rc == ADSCP_OK)
        rc = adscp_predictor_set_profile(predictor, profile);
    if (rc == ADSCP_OK)
        rc = adscp_predictor_set_time(predictor, 1327017600);
    if (rc == ADSCP_OK)
        rc = adscp_predictor_predict(predictor, predictionp);
    if (rc != ADSCP_OK)
        CHECK(adscp_predictor_error_detail(predictor) != NULL);
    return rc;
}

/* A text that could not be made is NULL, and is made when there is memory
 * again: touched twice, the second time in peace. */
static uint64_t settled_prediction(const adscp_prediction *prediction)
{
    (void)touch_prediction(prediction);
    until_failure = -1;
    return touch_prediction(prediction);
}

/* A list that could not be made is told from an empty one, and is made when
 * there is memory again. */
static void expect_lists(const adscp_prediction *prediction)
{
    int rows = adscp_prediction_candidate_count(prediction), found;

    CHECK(rows > 0);
    CHECK(adscp_prediction_candidate(prediction, 0) != NULL || reached);
    found = adscp_prediction_finding_count(prediction);
    CHECK(found > 0 || (found == -1 && reached));
    if (found > 0 || once)
        CHECK(adscp_prediction_finding(prediction, 0) != NULL);
    else
        CHECK(adscp_prediction_finding(prediction, 0) == NULL);
}

static void run_predictor(const adscp_forest *forest, int profile,
                          uint64_t *sump)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    int rc = ADSCP_E_NOMEM;

    if (predictor != NULL)
        rc = pose(predictor, forest, profile, &prediction);
    if (rc == ADSCP_OK) {
        expect_lists(prediction);
        *sump = settled_prediction(prediction);
    } else {
        expect_nomem(rc, "a prediction");
    }
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
}

/* One run that judges by one profile. */
static void run_all(int profile, uint64_t *forest_sump, uint64_t *sump)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    int rc = ADSCP_E_NOMEM;

    if (reader != NULL)
        rc = read_exports(reader, &forest);
    if (rc == ADSCP_OK) {
        (void)touch_forest(forest);
        run_predictor(forest, profile, sump);
        until_failure = -1;
        *forest_sump = touch_forest(forest);
    } else {
        expect_nomem(rc, "a reading");
    }
    adscp_forest_free(forest);
    adscp_reader_free(reader);
}

/* Fail allocation n, and those behind it unless it is the only one. */
static void fail_at(long n, int profile)
{
    uint64_t forest = whole_forest, prediction = whole_prediction[profile];
    long before = alive;

    until_failure = n;
    reached = false;
    run_all(profile, &forest, &prediction);
    until_failure = -1;
    CHECK(reached);
    CHECK(forest == whole_forest);
    CHECK(prediction == whole_prediction[profile]);
    CHECK_INT(alive, before);
}

static long last_allocation;

/* The run goes through all that a prediction has. */
static void check_reach(const adscp_prediction *prediction)
{
    const adscp_hop *second = adscp_prediction_hop(prediction, 1);
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(prediction);

    CHECK_INT(adscp_mailbox_kind(mailbox), ADSCP_MAILBOX_KIND_MAILBOX);
    CHECK_STR(adscp_server_name(adscp_mailbox_server(mailbox)), "RES2");
    CHECK_INT(adscp_hop_alternative_count(second), 1);
    CHECK_INT(adscp_prediction_service_count(prediction), 2);
    CHECK(adscp_prediction_finding_count(prediction) > 10);
}

/* How many allocations a run makes: the counter that is left tells. */
static void count_allocations(int profile)
{
    const long plenty = 1000000000;
    uint64_t sum;
    adscp_reader *reader;
    adscp_forest *forest = NULL;
    adscp_predictor *predictor;
    adscp_prediction *prediction = NULL;

    until_failure = plenty;
    reader = adscp_reader_new();
    CHECK_INT(read_exports(reader, &forest), ADSCP_OK);
    whole_forest = touch_forest(forest);
    predictor = adscp_predictor_new();
    CHECK_INT(pose(predictor, forest, profile, &prediction), ADSCP_OK);
    if (profile == ADSCP_PROFILE_OUTLOOK)
        check_reach(prediction);
    sum = touch_prediction(prediction);
    last_allocation = plenty - until_failure;
    until_failure = -1;
    CHECK(sum == touch_prediction(prediction));
    whole_prediction[profile] = sum;
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    adscp_reader_free(reader);
}

static void fail_each(void)
{
    int profile, failures = test_failures;
    long n;

    for (profile = 0; profile < 4; profile++) {
        count_allocations(profile);
        CHECK(last_allocation > 50);
        for (n = 0; n < last_allocation && test_failures == failures; n++)
            fail_at(n, profile);
        if (test_failures != failures)
            printf("# allocation %ld of %ld in profile %s\n", n,
                   last_allocation, adscp_profile_name(profile));
        else
            printf("# %ld allocations\n", last_allocation);
    }
}

static void test_one_fails(void)
{
    once = true;
    fail_each();
}

static void test_all_fail_from_there(void)
{
    once = false;
    fail_each();
}

/* --------------------------------------------------------------- a change --
 */

/* Every kind of record, on a server that the export has. */
static const char changes[] =
    "dn: CN=Site-9,CN=Sites," EXPORT_CONFIG "\nchangetype: add\n"
    "objectClass: site\n\n"
    "dn: cn=\\45X1," EXPORT_ORG "\nchangetype: modrdn\n"
    "newrdn: CN=EX\\2C1\ndeleteoldrdn: 1\n\n"
    "dn: CN=parts,CN=Autodiscover,CN=Protocols,CN=EX\\,1," EXPORT_ORG
    "\nchangetype: modify\nadd: keywords\nkeywords: Site=Site-9\n-\n"
    "delete: keywords\nkeywords: Site=Nowhere\n-\n"
    "replace: whenCreated\nwhenCreated: 20110101000000.0Z\n\n"
    "dn: CN=broken,CN=Subnets,CN=Sites," EXPORT_CONFIG "\nchangetype: delete\n";

static int change(const adscp_forest *forest, adscp_forest **changedp)
{
    adscp_reader *reader = adscp_reader_new();
    int rc = ADSCP_E_NOMEM;

    if (reader == NULL)
        return rc;
    rc = adscp_reader_set_forest(reader, forest);
    if (rc == ADSCP_OK)
        rc = adscp_reader_add_changes(reader, "changes", changes,
                                      sizeof(changes) - 1);
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, changedp);
    if (rc != ADSCP_OK)
        CHECK(*changedp == NULL);
    if (rc != ADSCP_OK && rc != ADSCP_E_NOMEM)
        printf("# %s\n", adscp_reader_error_detail(reader));
    adscp_reader_free(reader);
    return rc;
}

static void fail_changes(const adscp_forest *forest)
{
    int failures = test_failures;
    adscp_forest *changed = NULL;
    uint64_t whole;
    long n;

    CHECK_INT(change(forest, &changed), ADSCP_OK);
    whole = touch_forest(changed);
    CHECK(whole != touch_forest(forest));
    adscp_forest_free(changed);
    for (n = 0, reached = true; reached && test_failures == failures; n++) {
        int rc;

        changed = NULL;
        until_failure = n;
        reached = false;
        rc = change(forest, &changed);
        until_failure = -1;
        if (rc == ADSCP_OK)
            CHECK(touch_forest(changed) == whole);
        else
            expect_nomem(rc, "a change");
        adscp_forest_free(changed);
    }
    printf("# %ld allocations of a change\n", n);
    CHECK(n > 50);
}

static void test_changes(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    CHECK_INT(read_exports(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    once = true;
    fail_changes(forest);
    once = false;
    fail_changes(forest);
    adscp_forest_free(forest);
}

/* ---------------------------------------------------------------- a look -- */

/* Certificates, an alert that leads to a full handshake, a port where nobody
 * is, a name that DNS has no server for, one that is none. */
static int look(const struct canned servers[3], adscp_sightings **sightingsp)
{
    adscp_observer *observer = adscp_observer_new();
    int rc = ADSCP_E_NOMEM;

    if (observer == NULL)
        return rc;
    rc = adscp_observer_add_host(observer, "127.0.0.1", servers[0].port);
    if (rc == ADSCP_OK)
        rc = adscp_observer_add_host(observer, "127.0.0.1", servers[1].port);
    if (rc == ADSCP_OK)
        rc = adscp_observer_add_host(observer, "127.0.0.1", servers[2].port);
    if (rc == ADSCP_OK)
        rc = adscp_observer_set_dns_server(observer, "127.0.0.1");
    if (rc == ADSCP_OK)
        rc = adscp_observer_add_resolve(observer, "a.example:443:127.0.0.1:9");
    if (rc == ADSCP_OK)
        rc = adscp_observer_add_host(observer, "a.example", 443);
    if (rc == ADSCP_OK)
        rc = adscp_observer_add_host(observer, "\xc3\xa4.example", 443);
    if (rc == ADSCP_OK)
        rc = adscp_observer_look(observer, sightingsp);
    if (rc != ADSCP_OK)
        CHECK(*sightingsp == NULL);
    adscp_observer_free(observer);
    return rc;
}

static void check_sightings(const adscp_sightings *sightings)
{
    static const int outcomes[] = {
        ADSCP_SIGHTING_OUTCOME_OK, ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION,
        ADSCP_SIGHTING_OUTCOME_REFUSED, ADSCP_SIGHTING_OUTCOME_REFUSED,
        ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND};
    const adscp_sighting *row;
    int i;

    CHECK_INT(adscp_sightings_count(sightings), 5);
    for (i = 0; i < 5; i++) {
        row = adscp_sightings_sighting(sightings, i);
        CHECK_INT(adscp_sighting_outcome(row), outcomes[i]);
        CHECK((adscp_sighting_detail(row) == NULL) == (i == 0));
        CHECK_INT(adscp_sighting_certificate_count(row), i == 0 ? 2 : 0);
    }
}

static void fail_looks(const struct canned servers[3])
{
    int failures = test_failures;
    long n, before = alive;

    for (n = 0, reached = true; reached && test_failures == failures; n++) {
        adscp_sightings *sightings = NULL;
        int rc;

        until_failure = n;
        reached = false;
        rc = look(servers, &sightings);
        until_failure = -1;
        if (rc == ADSCP_OK)
            check_sightings(sightings);
        else
            expect_nomem(rc, "a look");
        adscp_sightings_free(sightings);
        CHECK_INT(alive, before);
        if (test_failures != failures)
            printf("# allocation %ld of a look\n", n);
    }
    printf("# %ld allocations of a look\n", n);
    CHECK(n > 20);
}

static void test_looks(void)
{
    struct canned servers[3];

    canned_start(&servers[0], canned_flight, sizeof(canned_flight));
    canned_start(&servers[1], canned_alert, sizeof(canned_alert));
    canned_start(&servers[2], NULL, 0);
    canned_stop(&servers[2]);
    once = true;
    fail_looks(servers);
    once = false;
    fail_looks(servers);
    canned_stop(&servers[0]);
    canned_stop(&servers[1]);
}

static int set_something(adscp_reader *reader, int index)
{
    switch (index) {
    case 0:
        return adscp_reader_set_simple_bind(reader, "CN=x", "p");
    case 1:
        return adscp_reader_set_uri(reader, "ldap://x");
    case 2:
        return adscp_reader_set_uri(reader, "ldaps://x");
    case 3:
        return adscp_reader_set_ca_file(reader, "x");
    case 4:
        return adscp_reader_set_sasl_mechanism(reader, "GSSAPI");
    case 5:
        return adscp_reader_set_dns_server(reader, "127.0.0.1");
    case 6:
        return adscp_reader_add_resolve(reader, "a:1:127.0.0.1");
    case 7:
        return adscp_reader_allow_pointer(reader, "x");
    case 8:
        return adscp_reader_allow_forest(reader, "x.example");
    case 9:
        return adscp_reader_add_mail(reader, MAIL);
    case 10:
        return adscp_reader_add_ldif_file_at(reader, "LDAP://x", "x.ldif");
    default:
        return adscp_reader_set_domain(reader, "x.example");
    }
}

/* Each allocation of each setter; every failure leaves the same sentence. */
static void test_settings(void)
{
    const char *sentence = adscp_error_text(ADSCP_E_NOMEM);
    int i, rc;
    long n;

    once = false;
    for (i = 0; i <= 11; i++) {
        adscp_reader *reader = adscp_reader_new();
        long before = alive;

        for (n = 0, rc = ADSCP_E_NOMEM; rc == ADSCP_E_NOMEM && n < 10; n++) {
            CHECK(n == 0 || alive <= before + 1); /* a list may have grown */
            until_failure = n;
            rc = set_something(reader, i);
            until_failure = -1;
            CHECK_STR(adscp_reader_error_detail(reader),
                      rc == ADSCP_OK ? "" : sentence);
        }
        CHECK_INT(rc, ADSCP_OK);
        CHECK(n > 1);
        adscp_reader_free(reader);
    }
    until_failure = 0;
    CHECK(adscp_reader_new() == NULL);
    CHECK(adscp_observer_new() == NULL);
    CHECK(adscp_predictor_new() == NULL);
    until_failure = -1;
}

/* ------------------------------------------------------------ certificates */

static struct made root, leaf;

/* A friendly name, as a serialized element has it, and the certificate. */
static size_t write_element(unsigned char *out)
{
    static const unsigned char name[] = {11, 0, 0, 0, 1,   0, 0,   0,
                                         4,  0, 0, 0, 'E', 0, 'X', 0};
    unsigned char head[12] = {32, 0, 0, 0, 1};

    head[8] = (unsigned char)leaf.length;
    head[9] = (unsigned char)(leaf.length >> 8);
    memcpy(out, name, sizeof(name));
    memcpy(out + sizeof(name), head, sizeof(head));
    memcpy(out + sizeof(name) + sizeof(head), leaf.der, leaf.length);
    return sizeof(name) + sizeof(head) + leaf.length;
}

static int judge(struct certificates *store, struct trust *trust,
                 const struct adscp_alert **alertp)
{
    unsigned char element[4096];
    struct certificate_list list = {0};
    struct trust_question question = {
        .host = "a.example", .host_length = 9, .time = Y2012};
    int rc = certificates_read(store, root.der, root.length, &list);

    if (rc == ADSCP_OK)
        rc = certificates_read(store, element, write_element(element), &list);
    if (rc == ADSCP_OK)
        rc = trust_add(trust, TRUST_DIRECTORY, list.rows[0]);
    if (rc == ADSCP_OK) {
        question.chain = &list.rows[1];
        question.chain_count = 1;
        rc = trust_judge(trust, &question, alertp);
    }
    certificate_list_free(&list);
    return rc;
}

static void run_verdict(uint64_t *sump)
{
    struct certificates *store = certificates_new();
    struct trust *trust = trust_new();
    const struct adscp_alert *alert = NULL;
    int rc = ADSCP_E_NOMEM;

    if (store != NULL && trust != NULL)
        rc = judge(store, trust, &alert);
    if (rc == ADSCP_OK) {
        (void)touch_alert(0, alert);
        until_failure = -1;
        *sump = touch_alert(0, alert);
    } else {
        CHECK(alert == NULL);
        expect_nomem(rc, "a verdict");
    }
    alert_release(alert);
    trust_free(trust);
    certificates_release(store);
}

/* Until an allocation that is to fail is not reached any more. */
static void fail_each_of_verdict(uint64_t whole)
{
    long n, before = alive;

    reached = true;
    for (n = 0; reached && test_failures == 0; n++) {
        uint64_t sum = whole;

        until_failure = n;
        reached = false;
        run_verdict(&sum);
        until_failure = -1;
        CHECK(sum == whole);
        CHECK_INT(alive, before);
    }
    CHECK(n > 20);
    printf("# %ld allocations\n", n - 1);
}

static void test_verdict(void)
{
    uint64_t whole = 0;

    root = make_authority("Root", NULL);
    leaf = MAKE(.cn = "a.example", .san = "DNS:a.example,IP:10.0.0.1",
                .issuer = &root);
    run_verdict(&whole);
    CHECK(whole != 0);
    once = true;
    fail_each_of_verdict(whole);
    once = false;
    fail_each_of_verdict(whole);
    made_free(&leaf);
    made_free(&root);
}

/* --------------------------------------------------- certificates and hops --
 */

static void write_bytes(char file[40], const void *bytes, size_t length)
{
    int fd;

    strcpy(file, "/tmp/adscp-unit-XXXXXX");
    fd = mkstemp(file);
    must(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
    close(fd);
}

static void write_certificate(char file[40], const struct made *made)
{
    write_bytes(file, made->der, made->length);
}

/* A client with everything that it can have. */
struct world {
    struct met met;
    adscp_forest *forest;
    struct adscp_sightings *sightings;
    char trusted[40], roots[40], policy[40];
    uint64_t whole;
};

/* Something of everything that a policy file can hold. */
static void write_policy(char file[40], const struct made *trusted,
                         const struct made *disallowed)
{
    struct bytes pol, element;

    pol_begin(&pol);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeHttpRedirect", 1);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeHttpRedirect", 0);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeSrvLookup", 1);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeSomething", 1);
    pol_add_text(&pol, AUTODISCOVER_POLICY, "ExcludeSrvRecord", "1");
    pol_add_text(&pol, AUTODISCOVER_POLICY, "corp.example", "C:\\a.xml");
    pol_add_text(&pol, AUTODISCOVER_POLICY "\\RedirectServers", "a.example",
                 "");
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**DeleteKeys", "a;b");
    pol_add_text(&pol, AUTODISCOVER, "**delvals.", " ");
    element_of(&element, trusted->der, trusted->length);
    pol_add(&pol, STORES_POLICY "Root\\Certificates\\1", "Blob", 3, element.at,
            element.length);
    bytes_free(&element);
    element_of(&element, disallowed->der, disallowed->length);
    pol_add(&pol, STORES_POLICY "Disallowed\\Certificates\\2", "Blob", 3,
            element.at, element.length);
    pol_add(&pol, STORES_POLICY "CA\\Certificates\\3", "Blob", 3, "no", 2);
    bytes_free(&element);
    write_bytes(file, pol.at, pol.length);
    bytes_free(&pol);
}

static void world_new(struct world *world)
{
    struct adscp_sighting *row;

    *world = (struct world){.met = met_new(), .sightings = sightings_new()};
    world->forest = met_forest_since(&world->met, "2010"); /* in doubt */
    write_certificate(world->trusted, &world->met.ex10);
    write_certificate(world->roots, &world->met.root);
    write_policy(world->policy, &world->met.root, &world->met.mail);
    met_seen(world->sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &world->met.ex07);
    row = met_seen(world->sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
                   &world->met.mail);
    row->version = 0x0301;
    met_seen(world->sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_CLOSED, NULL);
    must(sightings_freeze(world->sightings) == ADSCP_OK);
}

static void world_free(struct world *world)
{
    unlink(world->trusted);
    unlink(world->roots);
    unlink(world->policy);
    sightings_release(world->sightings);
    adscp_forest_free(world->forest);
    met_free(&world->met);
}

static int step(const struct world *world, int number,
                adscp_predictor *predictor, adscp_prediction **predictionp,
                adscp_coverage **coveragep, adscp_alerts **verdictsp)
{
    switch (number) {
    case 0:
        return adscp_predictor_set_site(predictor, "HQ");
    case 1:
        return adscp_predictor_set_mail(predictor, MET_ANN);
    case 2:
        return adscp_predictor_set_time(predictor, Y2012);
    case 3:
        return adscp_predictor_set_roots_file(predictor, world->trusted);
    case 4:
        return adscp_predictor_set_forest(predictor, world->forest);
    case 5:
        return adscp_predictor_set_sightings(predictor, world->sightings);
    case 6:
        return adscp_predictor_add_trust_file(predictor, world->trusted);
    case 7:
        return adscp_predictor_set_roots_file(predictor, world->roots);
    case 8:
        return adscp_predictor_add_policy_file(predictor, world->policy);
    case 9:
        return adscp_predictor_set_client(predictor, ADSCP_CLIENT_OUTLOOK_2013);
    case 10:
        return adscp_predictor_set_mail_domain(predictor, "x.example");
    case 11: /* at a host of the answer */
        return adscp_predictor_add_assumed_file(predictor, MET_MAIL, 443,
                                                world->trusted);
    case 12: /* and where nobody comes */
        return adscp_predictor_add_assumed_file(predictor, "x.example", 443,
                                                world->roots);
    case 13:
        return adscp_predictor_predict(predictor, predictionp);
    case 14:
        return adscp_predictor_cover(predictor, coveragep);
    default:
        return adscp_predictor_judge_sightings(predictor, verdictsp);
    }
}

enum { STEPS = 16 };

/* A step that failed is done again, with memory: it must have left all as it
 * was. */
static uint64_t run_steps(const struct world *world)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    adscp_coverage *coverage = NULL;
    adscp_alerts *verdicts = NULL;
    uint64_t sum = 0;
    int i, rc;

    if (predictor == NULL) {
        until_failure = -1;
        predictor = adscp_predictor_new();
    }
    for (i = 0; i < STEPS; i++) {
        rc = step(world, i, predictor, &prediction, &coverage, &verdicts);
        if (rc == ADSCP_OK)
            continue;
        expect_nomem(rc, "a step");
        CHECK(adscp_predictor_error_detail(predictor)[0] != '\0');
        until_failure = -1;
        CHECK_INT(step(world, i, predictor, &prediction, &coverage, &verdicts),
                  ADSCP_OK);
    }
    if (adscp_coverage_finding_count(coverage) < 0)
        CHECK(reached);
    CHECK(adscp_prediction_doubt_hop_count(prediction) > 0);
    sum = settled_prediction(prediction);
    sum += touch_coverage(coverage);
    for (i = 0; i < adscp_alerts_count(verdicts); i++)
        sum = touch_alert(sum, adscp_alerts_alert(verdicts, i));
    adscp_coverage_free(coverage);
    adscp_alerts_free(verdicts);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    return sum;
}

static void fail_each_of_world(const struct world *world)
{
    int failures = test_failures;
    long n, before = alive;

    reached = true;
    for (n = 0; reached && test_failures == failures; n++) {
        until_failure = n;
        reached = false;
        CHECK(run_steps(world) == world->whole);
        until_failure = -1;
        CHECK_INT(alive, before);
        if (test_failures != failures)
            printf("# allocation %ld\n", n);
    }
    CHECK(n > 100);
    printf("# %ld allocations\n", n - 1);
}

static void test_world(void)
{
    struct world world;

    world_new(&world);
    world.whole = run_steps(&world);
    once = true;
    fail_each_of_world(&world);
    once = false;
    fail_each_of_world(&world);
    world_free(&world);
}

static const struct test tests[] = {
    {"one allocation fails", test_one_fails},
    {"an allocation and all behind it fail", test_all_fail_from_there},
    {"memory fails in a change", test_changes},
    {"an allocation of a look fails, and all behind it", test_looks},
    {"a setting that cannot be kept", test_settings},
    {"a verdict about a certificate", test_verdict},
    {"a prediction with certificates, and what was seen", test_world},
};

int main(void)
{
    int failed;

    export_write(path, 12, export_frame);
    export_write(other, 0, export_other);
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    unlink(path);
    unlink(other);
    return failed;
}
