/* SPDX-License-Identifier: MIT */
/*
 * Changes: a forest after them is the one that a changed export would give, to
 * the byte of its snapshot; what does not fit is refused with file and line.
 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "base/arena.h"
#include "facts/dn.h"

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define SERVERS                                                                \
    "CN=Servers,CN=Group,CN=Administrative Groups,CN=Org,"                     \
    "CN=Microsoft Exchange,CN=Services," CONFIG
#define GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"

#define ROOT "dn:\nconfigurationNamingContext: " CONFIG "\n\n"
#define SITE(name) "dn: CN=" name ",CN=Sites," CONFIG "\nobjectClass: site\n\n"
#define SERVER(name)                                                           \
    "dn: CN=" name "," SERVERS "\nobjectClass: msExchExchangeServer\n"         \
    "networkAddress: ncacn_ip_tcp:" name ".corp.example\n\n"
#define SCP_DN(name)                                                           \
    "CN=" name ",CN=Autodiscover,CN=Protocols,CN=" name "," SERVERS
#define SCP(name, more)                                                        \
    "dn: " SCP_DN(name) "\nobjectClass: serviceConnectionPoint\n"              \
                        "keywords: " GUID "\n" more "\n"
#define URL(host) "serviceBindingInformation: https://" host "/a\n"

/* The snapshot of what the reader reads, malloc()ed, or its error. */
static char *snapshot_of(adscp_reader *reader, adscp_forest **forestp)
{
    adscp_forest *forest = NULL;
    const char *text;
    char *copy;

    if (adscp_reader_read(reader, &forest) != ADSCP_OK)
        return strdup(adscp_reader_error_detail(reader));
    text = adscp_forest_snapshot(forest);
    copy = strdup(text != NULL ? text : "none");
    if (forestp != NULL)
        *forestp = forest;
    else
        adscp_forest_free(forest);
    return copy;
}

static void write_file(char path[32], const char *text)
{
    int fd;

    strcpy(path, "/tmp/adscp-change-XXXXXX");
    fd = mkstemp(path);
    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static adscp_reader *reader_of(const char *export, char path[32])
{
    adscp_reader *reader = adscp_reader_new();

    write_file(path, export);
    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(adscp_reader_set_keep_entries(reader, 1), ADSCP_OK);
    return reader;
}

static int add(adscp_reader *reader, const char *changes)
{
    return adscp_reader_add_changes(reader, "c.ldif", changes,
                                    (int64_t)strlen(changes));
}

static char *changed(const char *export, const char *changes)
{
    char path[32], *text;
    adscp_reader *reader = reader_of(export, path);

    if (changes != NULL)
        CHECK_INT(add(reader, changes), ADSCP_OK);
    text = snapshot_of(reader, NULL);
    adscp_reader_free(reader);
    unlink(path);
    return text;
}

/* The same by the entries that the unchanged forest kept. */
static char *changed_later(const char *export, const char *changes)
{
    char path[32], *text;
    adscp_reader *reader = reader_of(export, path);
    adscp_forest *forest = NULL;

    free(snapshot_of(reader, &forest));
    adscp_reader_free(reader);
    reader = adscp_reader_new();
    CHECK_INT(adscp_reader_set_forest(reader, forest), ADSCP_OK);
    adscp_forest_free(forest);
    CHECK_INT(add(reader, changes), ADSCP_OK);
    text = snapshot_of(reader, NULL);
    adscp_reader_free(reader);
    unlink(path);
    return text;
}

static void expect(const char *export, const char *changes,
                   const char *expected)
{
    char *now = changed(export, changes),
         *later = changed_later(export, changes);
    char *wanted = changed(expected, NULL);

    CHECK_STR(now, wanted);
    CHECK_STR(later, wanted);
    free(now);
    free(later);
    free(wanted);
}

static void expect_error(const char *export, const char *changes,
                         const char *words)
{
    char *text = changed(export, changes);

    CHECK_STR(text, words);
    free(text);
}

#define BASE                                                                   \
    ROOT SITE("HQ") SERVER("EX1") SERVER("EX2")                                \
        SCP("EX1", "keywords: Site=HQ\n" URL(                                  \
                       "one") "whenCreated: 20100101000000.0Z\n")              \
            SCP("EX2", URL("two"))

static void test_modify(void)
{
#define MODIFIED(one)                                                          \
    ROOT SITE("HQ") SERVER("EX1") SERVER("EX2") SCP("EX1", one)                \
        SCP("EX2", URL("two"))
    expect(BASE,
           "version: 1\n\n# a comment\n"
           "dn: " SCP_DN(
               "EX1") "\nchangetype: modify\n"
                      "replace: serviceBindingInformation\n"
                      "serviceBindingInformation: https://new/a\n-\n"
                      "add: keywords\nkeywords: Site=A\nkeywords: Site=B\n-\n"
                      "delete: keywords\nkeywords: site=hq\n-\n"
                      "delete: whenCreated\n-\n",
           MODIFIED("keywords: Site=A\nkeywords: Site=B\n" URL("new")));
    /* ... an attribute that nobody decodes, and one that is not there. */
    expect(
        BASE,
        "dn: " SCP_DN("EX2") "\nchangetype: modify\n"
                             "add: description\ndescription: x\n-\n"
                             "replace: seeAlso\n-\n\n"
                             "dn: " SCP_DN(
                                 "EX2") "\nchangetype: modify\n"
                                        "delete: description\ndescription: X\n",
        BASE);
    expect(BASE, "", BASE);
    expect(BASE, "dn: " SCP_DN("EX2") "\nchangetype: modify\n", BASE);
}

static void test_add_and_delete(void)
{
    expect(BASE,
           "dn: CN=Branch,CN=Sites," CONFIG "\nchangetype: add\n"
           "objectClass: site\n",
           BASE SITE("Branch"));
    expect(BASE,
           "dn: CN=EX3," SERVERS "\r\nchangetype: ADD\r\n"
           "objectClass: msExchExchangeServer\r\n"
           "networkAddress:: bmNhY25faXBfdGNwOkVYMy5jb3JwLmV4YW1\r\n wbGU=\r\n",
           BASE SERVER("EX3"));
    expect(BASE,
           "dn: " SCP_DN("EX1") "\nchangetype: delete\n\n"
                                "dn: CN=EX1," SERVERS "\nchangetype: delete\n",
           ROOT SITE("HQ") SERVER("EX2") SCP("EX2", URL("two")));
    /* Gone and there again: at the end. */
    expect(BASE,
           "dn: CN=HQ,CN=Sites," CONFIG "\nchangetype: delete\n\n"
           "dn: CN=Branch,CN=Sites," CONFIG "\nchangetype: add\n"
           "objectClass: site\n\n"
           "dn: CN=HQ,CN=Sites," CONFIG "\nchangetype: add\n"
           "objectClass: site\n\n",
           ROOT SERVER("EX1") SERVER("EX2")
               SCP("EX1", "keywords: Site=HQ\n" URL(
                              "one") "whenCreated: 20100101000000.0Z\n")
                   SCP("EX2", URL("two")) SITE("Branch") SITE("HQ"));
}

static void test_rename(void)
{
    expect(BASE,
           "dn: CN=EX1," SERVERS "\nchangetype: modrdn\n"
           "newrdn: CN=NEW\ndeleteoldrdn: 1\n",
           ROOT SITE(
               "HQ") "dn: CN=NEW," SERVERS
                     "\nobjectClass: msExchExchangeServer\n"
                     "networkAddress: ncacn_ip_tcp:EX1.corp.example\n\n" SERVER(
                         "EX2") "dn: "
                                "CN=EX1,CN=Autodiscover,CN=Protocols,CN="
                                "NEW," SERVERS
                                "\nobjectClass: serviceConnectionPoint\n"
                                "keywords: " GUID "\nkeywords: Site=HQ\n" URL(
                                    "one") "whenCreated: "
                                           "20100101000000.0Z\n\n" SCP(
                                               "EX2", URL("tw"
                                                          "o")));
    /* By another spelling; into another container; in another case only. */
    expect(BASE,
           "dn: cn = hq , CN=Sites," CONFIG "\nchangetype: moddn\n"
           "newrdn: CN=H\\2CQ\ndeleteoldrdn: 0\n"
           "newsuperior: CN=Old,CN=Sites," CONFIG "\n\n"
           "dn: CN=h\\,q,CN=old,CN=sites," CONFIG "\nchangetype: modrdn\n"
           "newrdn: CN=h\\2cq\ndeleteoldrdn: 1\n",
           ROOT SITE("h\\2cq,CN=Old") SERVER("EX1") SERVER("EX2")
               SCP("EX1", "keywords: Site=HQ\n" URL(
                              "one") "whenCreated: 20100101000000.0Z\n")
                   SCP("EX2", URL("two")));
}

/* Values in two records of one DN are those of one entry. */
static void test_ranges(void)
{
#define PARTS(first, second)                                                   \
    ROOT "dn: " SCP_DN("EX1") "\nobjectClass: serviceConnectionPoint\n" URL(   \
        "one") first "\n" second
    expect(PARTS("keywords;range=0-0: " GUID "\n",
                 "dn: " SCP_DN("EX1") "\nkeywords;range=1-*: Site=A\n\n"),
           "dn: " SCP_DN("EX1") "\nchangetype: modify\n"
                                "delete: keywords\nkeywords: Site=A\n-\n"
                                "add: keywords\nkeywords: Site=B\n-\n",
           PARTS("keywords: " GUID "\nkeywords: Site=B\n", ""));
}

static void test_errors(void)
{
#define AT(line, words) "c.ldif:" line ": " words
#define ERROR(changes, words) expect_error(BASE, changes, words)
#define UNKNOWN "there is no such entry among those that were read: "
    ERROR("dn: CN=no,CN=Sites," CONFIG "\nchangetype: delete\n",
          AT("1", UNKNOWN "CN=no,CN=Sites," CONFIG));
    ERROR("version: 1\n\ndn: CN=Sites," CONFIG "\nchangetype: modify\n"
          "add: cn\ncn: x\n",
          AT("3", UNKNOWN "CN=Sites," CONFIG));
    ERROR("dn: cn=hq,cn=sites," CONFIG "\nchangetype: add\nobjectClass: site\n",
          AT("1", "there is such an entry already: cn=hq,cn=sites," CONFIG));
    ERROR("dn: CN=EX1," SERVERS "\nchangetype: delete\n",
          AT("1", "there are entries below it, which must be deleted first: "
                  "CN=EX1," SERVERS));
    ERROR(
        "dn: " SCP_DN("EX2") "\nchangetype: delete\n\n"
                             "dn: CN=x," SCP_DN(
                                 "EX2") "\nchangetype: add\nobjectClass: top\n",
        AT("4", "the entry above it is no longer there: CN=x," SCP_DN("EX2")));
    ERROR("dn: CN=HQ,CN=Sites," CONFIG "\nchangetype: modrdn\nnewrdn: CN=x\n"
          "deleteoldrdn: 1\nnewsuperior: CN=y,CN=HQ,CN=Sites," CONFIG "\n",
          AT("1", "an entry cannot be moved below itself: CN=x,CN=y,CN=HQ,"
                  "CN=Sites," CONFIG));
    ERROR("dn:\nchangetype: modify\nadd: x\nx: y\n",
          AT("1", "the rootDSE cannot be changed: "));
    ERROR("dn: nonsense\nchangetype: delete\n",
          AT("1", "this is not a distinguished name: nonsense"));
    ERROR("dn: ,CN=x\nchangetype: delete\n",
          AT("1", "this is not a distinguished name: ,CN=x"));

#define HQ "dn: CN=HQ,CN=Sites," CONFIG "\nchangetype: "
#define IN_HQ "objectClass (CN=HQ,CN=Sites," CONFIG ")"
    ERROR(
        HQ "modify\ndelete: objectClass\nobjectClass: top\n",
        AT("3",
           "the entry does not have the value that is to be deleted: " IN_HQ));
    ERROR(
        HQ "modify\nadd: objectClass\nobjectClass: SITE\n",
        AT("3", "the entry already has the value that is to be added: " IN_HQ));
    ERROR(HQ "modify\nreplace: cn\n-\ndelete: objectClass\n-\n"
             "delete: objectClass\n-\n",
          AT("7", "the entry does not have the attribute that is to be "
                  "deleted: " IN_HQ));

    ERROR(HQ "modify\nadd: cn\nsn: x\n",
          AT("4", "this is another attribute than the one that is changed, or "
                  "a \"-\" is missing above"));
    ERROR(HQ "modify\nadd: cn\n-\n",
          AT("3", "no value follows that could be added"));
    ERROR(HQ "modify\nincrement: x\nx: 1\n",
          AT("3", "\"add:\", \"delete:\" or \"replace:\" is expected here"));
    ERROR(HQ "delete\ncn: x\n",
          AT("3", "nothing follows \"changetype: delete\""));
    ERROR(HQ "modrdn\nnewrdn: CN=x\n", AT("3", "\"deleteoldrdn:\" is expected "
                                               "here"));
    ERROR(HQ "modrdn\nnewrdn: CN=x\ndeleteoldrdn: yes\n",
          AT("4", "deleteoldrdn is 0 or 1"));
    ERROR(HQ "shrink\n",
          AT("2", "changetype is add, modify, delete or modrdn"));
    ERROR("dn: CN=x," CONFIG "\nobjectClass: top\n",
          AT("2", "\"changetype:\" is expected here: add, modify, delete or "
                  "modrdn"));
    ERROR("dn: CN=x," CONFIG "\ncontrol: 1.2.840.113556.1.4.805 true\n"
          "changetype: delete\n",
          AT("2", "controls are not supported"));
    ERROR("dn: CN=x," CONFIG "\nchangetype: add\njpegPhoto:< file:///etc/passwd"
          "\n",
          AT("3", "another file or URL is named, and none is ever opened"));
    ERROR("version: 1\ninclude: file:///etc/passwd\n",
          AT("2", "another file or URL is named, and none is ever opened"));
    ERROR("version: 2\n", AT("1", "\"version:\" stands first in a file, and is "
                                  "1"));
    ERROR("\x1f\x8b\x08 gzip\n", AT("1", "not LDIF change records: it is "
                                         "compressed by gzip"));
    ERROR(HQ "add\nobjectClass:: ?\n",
          AT("3", "the value is not proper base64"));
    ERROR("objectClass: site\n",
          AT("1", "not LDIF change records: an export begins with \"dn:\" "
                  "or \"version:\""));
}

/* Nothing is done unless everything is, and the reader may be used again. */
static void test_again(void)
{
    char path[32], changes[32], *text, *base = changed(BASE, NULL);
    adscp_reader *reader = reader_of(BASE, path);
    adscp_forest *forest = NULL;

    write_file(changes, "dn: CN=no," CONFIG "\nchangetype: delete\n");
    CHECK_INT(adscp_reader_add_changes_file(reader, changes), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_CHANGE);
    CHECK(forest == NULL);
    CHECK(strstr(adscp_reader_error_detail(reader), changes) != NULL);
    unlink(changes);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_FILE);
    CHECK_INT(adscp_reader_clear_changes(reader), ADSCP_OK);
    text = snapshot_of(reader, &forest);
    CHECK_STR(text, base);
    CHECK_INT(adscp_reader_set_forest(reader, forest), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_reader_set_forest(reader, NULL), ADSCP_OK);
    adscp_forest_free(forest);
    adscp_reader_set_keep_entries(reader, 0);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    CHECK_INT(adscp_reader_set_forest(reader, forest), ADSCP_E_ARGUMENT);
    adscp_forest_free(forest);
    adscp_reader_free(reader);
    unlink(path);
    free(text);
    free(base);
}

static void expect_rdn(const char *rdn, const char *expected)
{
    struct span out = {NULL, 0};
    struct arena arena;
    int rc;

    arena_init(&arena);
    rc = dn_comparable_rdn(&arena, (struct span){rdn, strlen(rdn)}, &out);
    CHECK_INT(rc, expected != NULL ? ADSCP_OK : ADSCP_E_ARGUMENT);
    if (rc == ADSCP_OK && expected != NULL) {
        CHECK_INT(out.length, strlen(expected));
        CHECK(memcmp(out.text, expected, out.length) == 0);
    }
    arena_free(&arena);
}

static void test_rdns(void)
{
    expect_rdn("CN=a", "CN=a");
    expect_rdn(" CN = a b ", "CN=a b");
    expect_rdn("CN=a\\2cb", "CN=a\\,b");
    expect_rdn("CN=a\\,b", "CN=a\\,b");
    expect_rdn("CN=\\ a\\ ", "CN=\\ a\\ ");
    expect_rdn("CN=\\20a \\20", "CN=\\ a \\ ");
    expect_rdn("CN=\\61\\\\", "CN=a\\\\");
    expect_rdn("CN=\\0ACNF:1", "CN=\nCNF:1");
    expect_rdn("CN=a\\#b", "CN=a#b");
    expect_rdn("CN=", NULL);
    expect_rdn("=a", NULL);
    expect_rdn("CN", NULL);
    expect_rdn("", NULL);
    expect_rdn("CN=a\\", NULL);
}

int main(void)
{
    static const struct test tests[] = {
        {"a modification is that of the export", test_modify},
        {"entries come and go", test_add_and_delete},
        {"a subtree is renamed", test_rename},
        {"a range in two records", test_ranges},
        {"what does not fit is refused by file and line", test_errors},
        {"nothing is done but everything", test_again},
        {"RDNs are compared as Active Directory does", test_rdns},
    };

    return test_main(tests, sizeof(tests) / sizeof(tests[0]));
}
