/* SPDX-License-Identifier: MIT */
/* gather/ldif: bytes to lines, lines to records, records into the decoder. */
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gather/ldif/ldif.h"
#include "gather/ldif/text.h"

/* ---------------------------------------------------------------- records --
 */

#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"

#define SCP(name)                                                              \
    "dn: CN=" name ",CN=Configuration,DC=x\n"                                  \
    "objectClass: serviceConnectionPoint\n"                                    \
    "keywords: " URL_GUID "\n"                                                 \
    "serviceBindingInformation: https://" name ".x/\n"

struct run {
    struct adscp_forest *forest;
    struct directory *directory;
    struct decoder *decoder;
    struct detail detail;
    int rc;
};

static void run_begin(struct run *run)
{
    *run = (struct run){.forest = forest_new()};
    run->directory = forest_add_directory(run->forest, NULL);
    run->directory->complete = true;
    run->decoder = decoder_new(run->forest, run->directory);
}

static void run_end(struct run *run)
{
    decoder_free(run->decoder);
    forest_release(run->forest);
}

static void run_text(struct run *run, const char *text, size_t length)
{
    run_begin(run);
    run->rc = ldif_read_memory("m", text, length, run->directory, run->decoder,
                               &run->detail);
}

/* The sentence of the only note with this code; NULL: none, or several. */
static const char *only_note(const struct run *run, enum finding_code code)
{
    const struct finding_list *notes = &run->directory->notes;
    const char *sentence = NULL;
    size_t i;

    for (i = 0; i < notes->count; i++) {
        if (notes->rows[i].code != code)
            continue;
        if (sentence != NULL)
            return NULL;
        sentence = finding_sentence(&notes->rows[i]);
    }
    return sentence;
}

/* Read text, and expect so many SCPs and this sentence (NULL: no note with this
 * code). */
static void expect_scps(const char *text, size_t length, size_t scps,
                        enum finding_code code, const char *sentence)
{
    struct run run;

    run_text(&run, text, length);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK_STR(run.detail.text, "");
    CHECK_INT(run.directory->scp_count, scps);
    CHECK_STR(only_note(&run, code), sentence);
    run_end(&run);
}

#define SCPS(text, scps, code, sentence)                                       \
    expect_scps(text, sizeof(text) - 1, scps, FINDING_LDIF_##code, sentence)

static void test_records(void)
{
    SCPS(SCP("A"), 1, RECORD_BROKEN, NULL);
    SCPS("version: 1\n" SCP("A") "\n" SCP("B"), 2, RECORD_BROKEN, NULL);
    SCPS("# c\n d: e\n\n\nversion: 1\n\n" SCP("A") "# c\n f\n\n  \n" SCP("B"),
         2, RECORD_BROKEN, NULL);
    SCPS("DN: CN=A,CN=Configuration,DC=x\nchangetype: add\n"
         "OBJECTCLASS:: c2VydmljZUNvbm5lY3Rpb25Qb2ludA==\n"
         "KeyWords;range=0-*:" URL_GUID "\n",
         1, CHANGE_IGNORED, NULL);
    SCPS("dn:: Q049QSxDTj1Db25maWd1cmF0aW9uLERDPXg=\n"
         "control: 1.2.3 true\n"
         "objectClass: serviceCon\n nectionPoint\nkeywords: " URL_GUID "\n",
         1, RECORD_BROKEN, NULL);
}

static void test_broken(void)
{
    SCPS(SCP("A") "\n" SCP("B") "nonsense\n\n" SCP("C"), 2, RECORD_BROKEN,
         "m:10: a line without a colon; the record was left out");
    SCPS(SCP("A") "cn:: ?\n\n" SCP("C"), 1, RECORD_BROKEN,
         "m:5: the value is not proper base64; the record was left out");
    SCPS("dn:: ?\ncn: x\n\n" SCP("C"), 1, RECORD_BROKEN,
         "m:1: the value is not proper base64; the record was left out");
    SCPS(SCP("A") "a b: c\n", 0, RECORD_BROKEN,
         "m:5: the text before the colon is not an attribute name; the record "
         "was "
         "left out");
    SCPS(SCP("A") SCP("B"), 1, RECORD_BROKEN,
         "m:1: no blank line stands before the next \"dn:\"; the record was "
         "left "
         "out");
    SCPS(SCP("A") "\nobjectClass: top\nnonsense\n\n" SCP("B"), 2, RECORD_BROKEN,
         "m:6: a record that does not begin with \"dn:\"; the record was left "
         "out");
    SCPS("dn:< file:///etc/passwd\ncn: x\n\n" SCP("B"), 1, RECORD_BROKEN,
         "m:1: the DN is a URL; the record was left out");
}

static void test_not_followed(void)
{
    SCPS(SCP("A") "cn:< file:///etc/passwd\n", 1, URL_IGNORED,
         "m:5: the value is a URL; it was not opened");
    SCPS("include: file:///etc/passwd\n\n" SCP("A"), 1, URL_IGNORED,
         "m:1: the value is a URL; it was not opened");
    SCPS(SCP("A") "\ndn: CN=A\nchangetype: modify\nadd: cn\ncn: x\n-\n\n" SCP(
             "B"),
         2, CHANGE_IGNORED,
         "m:7: a change record (modify) is not part of an export; it was left "
         "out");
}

static void test_trailer(void)
{
    static const char text[] = SCP(
        "A") "\nref: ldap://a/\nref: ldap://b/\n\n# refldap://c/\n\n"
             "search: 2\nresult: 4 Size limit exceeded\n"
             "control: 1.2.840.113556.1.4.319 false MAUCAQAEAA==\n"
             "pagedresults: cookie=\nPress [size] Enter for the next page\n\n"
             "# numResponses: 2\n" SCP("B");
    struct run run;

    run_text(&run, text, sizeof(text) - 1);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK_INT(run.directory->scp_count, 2);
    CHECK(!run.directory->complete);
    CHECK_STR(only_note(&run, FINDING_RESULT_PARTIAL),
              "the server cut its answer short: 4 Size limit exceeded (m:12)");
    CHECK_STR(only_note(&run, FINDING_REFERENCES_IGNORED),
              "2 references to other servers were not followed (ldap://a/)");
    CHECK_INT(run.directory->notes.count, 2);
    run_end(&run);

#define PAGES                                                                  \
    "search: 2\npagedresults: cookie=AQ==\n\nsearch: 3\npagedresults: cookie="
    run_text(&run, PAGES "Ag==\n", sizeof(PAGES "Ag==\n") - 1);
    CHECK(!run.directory->complete);
    CHECK_STR(only_note(&run, FINDING_RESULT_PARTIAL),
              "the server cut its answer short: there are more pages (m:5)");
    run_end(&run);
    run_text(&run, PAGES "\n", sizeof(PAGES "\n") - 1);
    CHECK(run.directory->complete);
    CHECK_INT(run.directory->notes.count, 0);
    run_end(&run);

    run_text(&run, "search: 2\nresult: 0 Success\n", 28);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK(run.directory->complete);
    run_end(&run);
}

/* how: NULL where nothing shows that there was more. */
static void expect_cut(const char *text, size_t length, size_t scps,
                       const char *how)
{
    char sentence[256] = "";
    struct run run;
    const char *note;

    run_text(&run, text, length);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK_INT(run.directory->scp_count, scps);
    CHECK_INT(run.directory->complete, how == NULL);
    note = only_note(&run, FINDING_LDIF_TRUNCATED);
    CHECK_INT(note == NULL, how == NULL);
    if (note != NULL && how != NULL) {
        snprintf(sentence, sizeof(sentence), ": the file was cut: %s; ", how);
        CHECK(strstr(note, sentence) != NULL);
    }
    run_end(&run);
}

static void test_truncated(void)
{
    static const char line[] = "its last line has no line end";
    static const char base64[] = "its last value stops in the middle of base64";
    static const char result[] = "the lines with which ldapsearch ends "
                                 "(\"result:\") are missing";

#define CUT(text, scps, how) expect_cut(text, sizeof(text) - 1, scps, how)
    CUT(SCP("A") "cn: x", 1, line);
    CUT(SCP("A") "cn", 0, line);
    CUT(SCP("A") "\n# numEntr", 1, line);
    CUT(SCP("A") "\n ", 1, line);
    CUT(SCP("A") "cn: x\r", 1, line);
    CUT(SCP("A") "cn:: QQ", 0, line);
    CUT(SCP("A") "cn:: QQ\n", 0, base64);
    CUT(SCP("A") "cn:: QUJD\n Q\n", 0, base64);
    CUT(SCP("A") "cn:: QUJD\n Q\n\n\n", 0, base64);
    CUT(SCP("A") "\ndn:: QQ\n", 1, base64);
    CUT(SCP("A") "cn:: QUJD\n", 1, NULL);
    CUT(SCP("A"), 1, NULL);
    CUT("# extended LDIF\n" SCP("A"), 1, result);
    CUT("# extended LDIF\n" SCP("A") "\nresult: 0 Success\n", 1, NULL);
    CUT("# extended LDIF\n" SCP("A") "\n# extended LDIF\n\nresult: 0 Success\n",
        1, result);
    CUT("\xFF\xFE"
        "d\0n\0:\0\n\0\n\0\n",
        0, line);
}

/* What a record lacks within the file is that record's fault. */
static void test_stopped_within(void)
{
    static const char text[] = SCP("A") "cn:: QQ\n\n" SCP("B");
    struct run run;

    run_text(&run, text, sizeof(text) - 1);
    CHECK_INT(run.directory->scp_count, 1);
    CHECK(run.directory->complete);
    run_end(&run);
}

/* ------------------------------------------------- cut anywhere at all -- */

enum { WIDE_MAX = 4096 };

/* The same text in UTF-16 with its mark; high: the upper byte comes first. */
static size_t widen(const char *text, bool high, char wide[WIDE_MAX])
{
    size_t i, length = 0;

    memcpy(wide, high ? "\xFE\xFF" : "\xFF\xFE", 2);
    for (i = 0, length = 2; text[i] != '\0'; i++, length += 2) {
        wide[length + high] = text[i];
        wide[length + !high] = '\0';
    }
    return length;
}

/* A cut behind a line end shows nothing; any other one does. unit: bytes of a
 * character; mark: of the byte order mark. */
static void cut_everywhere(const char *bytes, size_t length, size_t unit,
                           size_t mark, const char *narrow)
{
    size_t cut, hidden = 0;

    for (cut = mark + unit; cut < length; cut++) {
        const size_t used = (cut - mark) / unit;
        const bool seen = (cut - mark) % unit != 0 || narrow[used - 1] != '\n';
        struct run run;

        run_text(&run, bytes, cut);
        if (run.rc == ADSCP_OK) {
            if (seen == run.directory->complete)
                printf("# cut at %zu\n", cut);
            CHECK_INT(run.directory->complete, !seen);
            hidden += !seen;
        }
        run_end(&run);
    }
    CHECK(hidden > 5);
}

static void test_cut_anywhere(void)
{
    static const char *const texts[] = {
        SCP("A") "cn:: QUJD\n\n" SCP("B") "\nsearch: 2\n",
        "version: 1\r\n\r\ndn: CN=A\r\nobjectClass: site\r\ncn: A\r\n\r\n"
        "dn: CN=B\r\nobjectClass: site\r\n",
    };
    char wide[WIDE_MAX];
    size_t i, high;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cut_everywhere(texts[i], strlen(texts[i]), 1, 0, texts[i]);
        for (high = 0; high < 2; high++)
            cut_everywhere(wide, widen(texts[i], high == 1, wide), 2, 2,
                           texts[i]);
    }
}

/* More broken records than anybody reads: the notes are bounded. */
static void test_many_broken(void)
{
    enum { COUNT = 5000 };
    static const char record[] = "dn: x\ny\n\n";
    char *text = malloc(COUNT * sizeof(record));
    size_t length = 0;
    struct run run;
    int i;

    for (i = 0; i < COUNT; i++, length += sizeof(record) - 1)
        memcpy(text + length, record, sizeof(record) - 1);
    run_text(&run, text, length);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK_INT(run.directory->notes.count, 1001);
    CHECK_STR(only_note(&run, FINDING_LDIF_NOTES_CUT),
              "m: 4000 further broken records, URLs or change records are not "
              "listed");
    run_end(&run);
    free(text);
}

static void expect_refused(const char *text, size_t length, const char *why)
{
    struct run run;

    run_text(&run, text, length);
    CHECK_INT(run.rc, ADSCP_E_FORMAT);
    CHECK_STR(run.detail.text, why);
    run_end(&run);
}

static void test_refused(void)
{
#define REFUSED(text, why) expect_refused(text, sizeof(text) - 1, why)
    REFUSED("", "m: the file is empty");
    REFUSED("\n \n", "m: the file is empty");
    REFUSED("\xEF\xBB\xBF", "m: the file is empty");
    REFUSED("# c\nversion: 2\n",
            "m:2: LDIF of version 2; only version 1 is known");
    REFUSED("# c\n\nname: x\n", "m:3: not an LDIF file: an export begins with "
                                "\"dn:\" or \"version:\"");
    REFUSED(" dn: x\n",
            "m:1: not an LDIF file: an export begins with \"dn:\" or "
            "\"version:\"");
    REFUSED("<?xml version=\"1.0\"?>",
            "m:1: not an LDIF file: it looks like XML or HTML");
    REFUSED("{\"dn\": 1}", "m:1: not an LDIF file: it looks like JSON");
    REFUSED("\x1F\x8B\x08\0\n",
            "m:1: not an LDIF file: it is compressed by gzip");
    REFUSED("d\0n\0:\0\n\0", "m:1: not an LDIF file: it is binary, or UTF-16 "
                             "without a byte order mark");
}

/* ------------------------------------------------------------------ files --
 */

static char folder[] = "/tmp/adscp-ldif-XXXXXX";

static void run_file(struct run *run, const char *path, int budget_ms)
{
    struct deadline deadline;

    run_begin(run);
    deadline_start(&deadline, budget_ms, NULL);
    run->rc = ldif_read_file(path, run->directory, run->decoder, NULL,
                             &deadline, &run->detail);
}

static void test_files(void)
{
    char path[64], expected[160];
    struct run run;

    run_file(&run, folder, 1000);
    CHECK_INT(run.rc, ADSCP_E_FORMAT);
    snprintf(expected, sizeof(expected),
             "%s: this is a directory, not an LDIF file", folder);
    CHECK_STR(run.detail.text, expected);
    run_end(&run);

    snprintf(path, sizeof(path), "%s/none", folder);
    run_file(&run, path, 1000);
    CHECK_INT(run.rc, ADSCP_E_FILE);
    snprintf(expected, sizeof(expected), "%s: No such file or directory", path);
    CHECK_STR(run.detail.text, expected);
    run_end(&run);

    run_file(&run, "/dev/zero", 5000);
    CHECK_INT(run.rc, ADSCP_E_FORMAT);
    run_end(&run);
}

static void *write_slowly(void *path)
{
    static const char text[] = "\xEF\xBB\xBF" SCP("A") "\n" SCP("B");
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t i;

    for (i = 0; i < sizeof(text) - 1; i++)
        if (write(fd, text + i, 1) != 1)
            break;
    close(fd);
    return NULL;
}

/* A record of 300 MiB, each of whose lines is good by itself, and one behind
 * it. */
static void *write_large(void *path)
{
    static const char head[] = "dn: CN=L,CN=Configuration,DC=x\n",
                      tail[] = "\n" SCP("B");
    const size_t size = (size_t)15 << 20;
    char *text = malloc(size);
    FILE *file = fopen(path, "w");
    int i;

    memset(text, 'x', size);
    memcpy(text, "cn: ", 4);
    text[size - 1] = '\n';
    fwrite(head, 1, sizeof(head) - 1, file);
    for (i = 0; i < 20; i++)
        fwrite(text, 1, size, file);
    fwrite(tail, 1, sizeof(tail) - 1, file);
    fclose(file);
    free(text);
    return NULL;
}

static void test_large_file(void)
{
    char path[64], expected[160];
    struct run run;
    pthread_t writer;

    snprintf(path, sizeof(path), "%s/large", folder);
    CHECK_INT(mkfifo(path, 0600), 0);
    CHECK_INT(pthread_create(&writer, NULL, write_large, path), 0);
    run_file(&run, path, 60000);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK_INT(run.directory->scp_count, 1);
    snprintf(expected, sizeof(expected),
             "%s:19: the record is larger than 256 MiB; the record was left "
             "out",
             path);
    CHECK_STR(only_note(&run, FINDING_LDIF_RECORD_BROKEN), expected);
    run_end(&run);
    pthread_join(writer, NULL);
    unlink(path);
}

static void test_fifo(void)
{
    char path[64];
    struct run run;
    pthread_t writer;

    snprintf(path, sizeof(path), "%s/fifo", folder);
    CHECK_INT(mkfifo(path, 0600), 0);
    run_file(&run, path, 100); /* nobody ever writes */
    CHECK_INT(run.rc, ADSCP_E_TIMEOUT);
    run_end(&run);

    CHECK_INT(pthread_create(&writer, NULL, write_slowly, path), 0);
    run_file(&run, path, 10000);
    CHECK_INT(run.rc, ADSCP_OK);
    CHECK_INT(run.directory->scp_count, 2);
    run_end(&run);
    pthread_join(writer, NULL);
    unlink(path);
}

static const struct test tests[] = {
    {"records", test_records},
    {"broken records cost themselves", test_broken},
    {"URLs, includes and changes are passed over", test_not_followed},
    {"ldapsearch's trailer", test_trailer},
    {"a file that was cut short", test_truncated},
    {"base64 that stops within the file", test_stopped_within},
    {"a file that was cut anywhere", test_cut_anywhere},
    {"many broken records", test_many_broken},
    {"what is no LDIF", test_refused},
    {"files that cannot be read", test_files},
    {"a FIFO, byte by byte", test_fifo},
    {"a FIFO with a record beyond the limit", test_large_file},
};

int main(void)
{
    int failed;

    if (mkdtemp(folder) == NULL)
        return 99;
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    rmdir(folder);
    return failed;
}
