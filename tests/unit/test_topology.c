/* SPDX-License-Identifier: MIT */
/* What stands where: servers, who publishes a host, and what is odd there. */
#include "test.h"

#include "judge/directory/index.h"
#include "make_forest.h"

static void put_server(struct make *make, const char *name, const char *site,
                       const char *version, const char *roles)
{
    make_exchange(make, (struct exchange){.name = name,
                                          .site = site,
                                          .version = version,
                                          .roles = roles});
}

struct answer {
    struct adscp_forest *forest;
    struct forest_index *forest_index;
    const struct directory_index *page;
};

static struct answer indexed(struct make *make)
{
    struct answer answer = {.forest = make_done(make)};

    answer.forest_index = forest_index_new(answer.forest);
    CHECK_INT(forest_index_read(answer.forest_index, 0, &answer.page),
              ADSCP_OK);
    return answer;
}

static void done(struct answer *answer)
{
    forest_index_release(answer->forest_index);
    adscp_forest_free(answer->forest);
}

static int count_code(const struct answer *answer, enum finding_code code)
{
    const struct finding_list *findings =
        directory_index_findings(answer->page);
    int count = 0;
    size_t i;

    for (i = 0; i < findings->count; i++)
        count += findings->rows[i].code == code;
    return count;
}

static const struct front *front_of(const struct answer *answer,
                                    const char *host)
{
    return topology_front(&answer->page->topology, span_of(host), 443);
}

/* ------------------------------------------------------------------ lists --
 */

/* Every server is in its site's list and in no other, every virtual directory
 * in its server's. */
static void lists(void)
{
    const struct topology *topology;
    const struct directory *directory;
    struct answer answer;
    struct make make = {0};
    char name[16], site[16];
    uint32_t seen = 0, i, k;

    make_directory(&make, NULL);
    for (i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "EX%u", i);
        snprintf(site, sizeof(site), "S%u", i % 4);
        put_server(&make, name, i % 4 == 3 ? NULL : site, MAKE_2016, MAKE_BOTH);
        for (k = 0; k < i % 3; k++) {
            snprintf(site, sizeof(site), "v%u", k);
            make_service(&make, name, "ECP", site, "https://a/");
        }
    }
    make_service(&make, "GONE", "ECP", "v", "https://a/");
    answer = indexed(&make);
    topology = &answer.page->topology;
    directory = topology->directory;
    for (i = 0; i < answer.forest->name_count; i++)
        for (k = topology->server_start[i]; k < topology->server_start[i + 1];
             k++, seen++)
            CHECK_INT(directory->servers[topology->server_rows[k]].site_name,
                      i);
    CHECK_INT(seen, 9);
    for (i = 0, seen = 0; i < directory->server_count; i++)
        for (k = topology->service_start[i]; k < topology->service_start[i + 1];
             k++, seen++)
            CHECK_INT(directory->services[topology->service_rows[k]].server,
                      i + 1);
    CHECK_INT(seen, 12);
    done(&answer);
}

/* Of a server's SCPs with a URL the oldest counts. */
static void oldest_scp(void)
{
    const struct adscp_server *server;
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    put_server(&make, "EX1", "HQ", MAKE_2016, MAKE_BOTH);
    put_server(&make, "EX2", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp_at(&make, "CN=b,CN=Protocols,CN=EX1," SERVERS_DN, URL_GUID, NULL,
                "20120101000000.0Z", "new");
    make_scp_at(&make, "CN=a,CN=Protocols,CN=EX1," SERVERS_DN, URL_GUID, NULL,
                "20110101000000.0Z", "old");
    make_scp_at(&make, "CN=c,CN=Protocols,CN=EX1," SERVERS_DN, URL_GUID, NULL,
                "20100101000000.0Z", NULL);
    make_scp_at(&make, "CN=d,CN=Protocols,CN=EX1," SERVERS_DN, URL_GUID, NULL,
                NULL, "undated");
    answer = indexed(&make);
    server = &answer.page->directory->servers[0];
    CHECK_STR(topology_scp_url(&answer.page->topology, server),
              "https://old.contoso.com/autodiscover/autodiscover.xml");
    CHECK_STR(topology_scp_url(&answer.page->topology, server + 1), NULL);
    done(&answer);
}

/* ----------------------------------------------------------------- fronts --
 */

static void fronts(void)
{
    const struct front *front;
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    put_server(&make, "EX1", "HQ", MAKE_2016, MAKE_BOTH);
    put_server(&make, "EX2", "HQ", MAKE_2016, MAKE_BOTH);
    put_server(&make, "EX3", "HQ", MAKE_2019, MAKE_BOTH);
    make_scp(&make, "EX1", NULL, "2010", "mail");
    make_scp(&make, "EX2", NULL, "2011", "MAIL");
    make_scp(&make, "GONE", NULL, "2012", "lost");
    make_scp(&make, "EX3", NULL, "2013", "ex3");
    make_service(&make, "EX1", "AutoDiscover", "a", "https://MAIL.contoso.com");
    make_service(&make, "EX3", "WebServices", "e", "https://ews.contoso.com/x");
    make_service(&make, "EX3", "WebServices", "f", "https://ex1/x");
    make_service(&make, "GONE", "WebServices", "e", "https://gone.contoso.com");
    make_service(&make, "EX3", "OAB", "o", "https://oab.contoso.com/x");
    answer = indexed(&make);
    front = front_of(&answer, "Mail.Contoso.Com");
    CHECK(front != NULL && front_line(front) == VERSION_2016);
    CHECK(front != NULL && front->servers >= 2);
    CHECK_INT(front->scps, 2);
    front = front_of(&answer, "lost.contoso.com");
    CHECK(front != NULL && front->servers == 0 && front->first == NULL);
    CHECK(front != NULL && front_line(front) == VERSION_UNKNOWN);
    front = front_of(&answer, "ews.contoso.com");
    CHECK(front != NULL && front_line(front) == VERSION_2019 &&
          front->scps == 0);
    CHECK(front_of(&answer, "ex3.contoso.com") == NULL); /* own names */
    CHECK(front_of(&answer, "ex1") == NULL);
    CHECK(front_of(&answer, "gone.contoso.com") == NULL);
    front = front_of(&answer, "oab.contoso.com"); /* for no first request */
    CHECK(front != NULL && front->servers == 0 && front->publishers == 1);
    CHECK(front_of(&answer, "") == NULL);
    CHECK_INT(count_code(&answer, FINDING_SCP_HOST_SHARED), 1);
    done(&answer);
}

/* A host of many servers, and a third version among them. */
static void mixed_front(void)
{
    const struct front *front;
    struct answer answer;
    struct make make = {0};
    char name[16];
    int i;

    make_directory(&make, NULL);
    for (i = 0; i < 30; i++) {
        snprintf(name, sizeof(name), "EX%d", i);
        put_server(&make, name, "HQ", i == 17 ? MAKE_2013 : MAKE_2016,
                   MAKE_BOTH);
        make_scp(&make, name, NULL, "2010", "mail");
    }
    answer = indexed(&make);
    front = front_of(&answer, "mail.contoso.com");
    CHECK(front != NULL && front_line(front) == VERSION_UNKNOWN);
    CHECK_INT(front->scps, 30);
    CHECK_INT(count_code(&answer, FINDING_SCP_HOST_SHARED), 1);
    done(&answer);
}

/* -------------------------------------------------------------- findings -- */

static void inactive(void)
{
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    make_exchange(&make, (struct exchange){
                             .name = "EX1",
                             .version = MAKE_2016,
                             .roles = MAKE_BOTH,
                             .site = "HQ",
                             .states = "1:ServerWideOffline:Maintenance:0:1"});
    make_exchange(&make, (struct exchange){
                             .name = "EX2",
                             .version = MAKE_2016,
                             .roles = MAKE_BOTH,
                             .site = "HQ",
                             .states = "1:AutoDiscoverProxy:Functional:0:1"});
    make_scp(&make, "EX1", NULL, "2010", "ex1"); /* EX2 publishes nothing */
    answer = indexed(&make);
    CHECK_INT(count_code(&answer, FINDING_SERVER_INACTIVE), 1);
    done(&answer);
}

/* An inactive server whose name the SCP of another one has. */
static void inactive_by_name(void)
{
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    make_exchange(&make, (struct exchange){
                             .name = "EX1",
                             .version = MAKE_2016,
                             .roles = MAKE_BOTH,
                             .site = "HQ",
                             .states = "1:ServerWideOffline:Maintenance:0:1"});
    put_server(&make, "EX2", "HQ", MAKE_2016, MAKE_BOTH);
    make_scp(&make, "EX2", NULL, "2010", "EX1");
    answer = indexed(&make);
    CHECK_INT(count_code(&answer, FINDING_SERVER_INACTIVE), 1);
    done(&answer);
}

static void no_site(void)
{
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    put_server(&make, "EX16", NULL, MAKE_2016, MAKE_BOTH);
    put_server(&make, "EX10", NULL, MAKE_2010, MAKE_CAS);
    put_server(&make, "MBX10", NULL, MAKE_2010, "2");
    put_server(&make, "EDGE", NULL, MAKE_2016, "64");
    put_server(&make, "EX03", NULL, MAKE_2003, NULL);
    put_server(&make, "ODD", NULL, NULL, NULL);
    put_server(&make, "GOOD", "HQ", MAKE_2016, MAKE_BOTH);
    answer = indexed(&make);
    CHECK_INT(count_code(&answer, FINDING_SERVER_NO_SITE), 2);
    CHECK_INT(count_code(&answer, FINDING_SERVER_NO_FRONT_END), 0);
    done(&answer);
}

/* Without server objects, "no server's own name" would be a guess. */
static void servers_not_read(void)
{
    struct answer answer;
    struct make make = {0};

    make_directory(&make, NULL);
    make_scp(&make, "EX1", NULL, "2010", "mail");
    make_scp(&make, "EX2", NULL, "2011", "mail");
    answer = indexed(&make);
    CHECK_INT(count_code(&answer, FINDING_SCP_HOST_SHARED), 0);
    done(&answer);
}

static const struct test tests[] = {
    {"lists by site and by server", lists},
    {"the oldest SCP of a server", oldest_scp},
    {"hosts that are no server's own name", fronts},
    {"a host of several versions", mixed_front},
    {"inactive servers", inactive},
    {"an inactive server that another one names", inactive_by_name},
    {"servers without a site", no_site},
    {"no servers", servers_not_read},
};

TEST_MAIN(tests)
