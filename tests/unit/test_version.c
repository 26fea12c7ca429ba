/* SPDX-License-Identifier: MIT */
/* Versions of Exchange: how they are stored, what they are called. */
#include "exchange_releases.h"
#include "facts/product.h"

enum { UNKNOWN = -1 };

/* Every text is copied to a block of its own size, so that a sanitizer sees a
 * byte read too much. */
static bool read_serial(const char *text, size_t length,
                        struct version *versionp)
{
    char *copy = malloc(length > 0 ? length : 1);
    bool ok;

    memcpy(copy, text, length);
    ok = version_from_serial(copy, length, versionp);
    free(copy);
    return ok;
}

static void check_version(int line, const struct version *version, int major,
                          int minor, int build, int revision)
{
    test_report_int(version->major, major, __FILE__, line, "major");
    test_report_int(version->minor, minor, __FILE__, line, "minor");
    test_report_int(version->build, build, __FILE__, line, "build");
    test_report_int(version->revision, revision, __FILE__, line, "revision");
}

#define CHECK_VERSION(version, ...)                                            \
    check_version(__LINE__, &(version), __VA_ARGS__)

/* --------------------------------------------------------- the whole table --
 */

enum { RELEASES = sizeof(releases) / sizeof(releases[0]) };

/* versionNumber cannot tell this one from the release of the same build. */
static bool is_hidden(size_t i)
{
    return strcmp(releases[i].name, "Exchange 2016 Preview") == 0;
}

static void every_release(void)
{
    size_t i;

    CHECK_INT(RELEASES, 75);
    for (i = 0; i < RELEASES; i++) {
        struct version number = VERSION_NONE, serial = VERSION_NONE;

        CHECK(version_from_number(releases[i].number, &number));
        CHECK(read_serial(releases[i].serial, strlen(releases[i].serial),
                          &serial));
        CHECK(version_agree(&number, &serial));
        CHECK_INT(version_line(&number), version_line(&serial));
        CHECK_INT(number.revision, UNKNOWN);
        check_name(__LINE__, &serial, releases[i].name);
        check_name(__LINE__, &number,
                   is_hidden(i) ? "Exchange 2016 RTM" : releases[i].name);
    }
}

/* Does the next release belong to the same product? */
static bool has_next(size_t i)
{
    const char *name = releases[i].name, *product = strchr(name, ' ') + 1;
    size_t length = (size_t)(strchr(product, ' ') - name);

    return i + 1 < RELEASES && strncmp(name, releases[i + 1].name, length) == 0;
}

/* A build behind a release is that release with something on top, up to the
 * next. */
static void between(void)
{
    size_t i;

    for (i = 0; i < RELEASES; i++) {
        char expected[VERSION_NAME_MAX + 16];
        struct version version = VERSION_NONE;

        if (is_hidden(i) || !has_next(i))
            continue;
        CHECK(version_from_number(releases[i].number + 1, &version));
        snprintf(expected, sizeof(expected), "%s + update", releases[i].name);
        check_name(__LINE__, &version, expected);
    }
}

static void check_day(const char *text)
{
    int year, month, day;

    CHECK_INT(strlen(text), 10);
    CHECK_INT(sscanf(text, "%4d-%2d-%2d", &year, &month, &day), 3);
    CHECK(year > 2000 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
}

/* Every product with a name of its own has its end, or none. */
static void products(void)
{
    static const char *const known[VERSION_LINE_COUNT] = {
        [VERSION_LEGACY] = "2014-04-08", [VERSION_2007] = "2017-04-11",
        [VERSION_2010] = "2020-10-13",   [VERSION_2013] = "2023-04-11",
        [VERSION_2016] = "2025-10-14",   [VERSION_2019] = "2025-10-14"};
    const struct upgrade *upgrades;
    size_t count, i;
    int line;

    for (line = VERSION_LEGACY; line < VERSION_NEWER; line++) {
        const struct product *product =
            product_of(version_product((enum version_line)line));

        CHECK(product != NULL);
        if (product == NULL)
            return;
        CHECK_STR(product->end,
                  known[version_product((enum version_line)line)]);
        CHECK(product->source[0] != '\0');
        if (product->end != NULL)
            check_day(product->end);
    }
    CHECK(product_of(VERSION_UNKNOWN) == NULL);
    CHECK(product_of(VERSION_NEWER) == NULL);
    check_day(product_known());
    upgrades = product_upgrades(&count);
    CHECK(count > 0);
    for (i = 0; i < count; i++) {
        check_day(upgrades[i].since);
        CHECK(upgrades[i].first <= upgrades[i].last);
    }
}

/* The table itself: a packager adds lines, and the order must hold. */
static void in_order(void)
{
    static const struct {
        const char *product, *day;
        struct version version;
    } rows[] = {
#define RELEASE(product, major, minor, build, revision, name, day)             \
    {#product, day, {major, minor, build, revision}},
#include "facts/exchange.def"
    };
    size_t i;

    CHECK_INT(sizeof(rows) / sizeof(rows[0]), RELEASES);
    for (i = 1; i < RELEASES; i++) {
        bool same = strcmp(rows[i - 1].product, rows[i].product) == 0;

        check_day(rows[i].day);
        CHECK(!same || strcmp(rows[i - 1].day, rows[i].day) < 0);
        CHECK(version_compare(&rows[i - 1].version, &rows[i].version) <= 0);
    }
}

/* ------------------------------------------------------------ versionNumber --
 */

static void numbers(void)
{
    static const struct {
        int64_t number;
        int major, minor, build;
        enum version_line line;
    } rows[] = {
        {0x720082AD, 8, 0, 685, VERSION_2007_OLD},
        {0x720280B0, 8, 2, 176, VERSION_2007},
        {0x72038053, 8, 3, 83, VERSION_2007},
        {0x7380827F, 14, 0, 639, VERSION_2010},
        {0x738180DA, 14, 1, 218, VERSION_2010},
        {0x738280F7, 14, 2, 247, VERSION_2010},
        {0x7383807B, 14, 3, 123, VERSION_2010},
        {0x73C08204, 15, 0, 516, VERSION_2013},
        {0x73C085D9, 15, 0, 1497, VERSION_2013},
        {0x73C180E1, 15, 1, 225, VERSION_2016},
        {0x73C189CB, 15, 1, 2507, VERSION_2016},
        {0x73C280DD, 15, 2, 221, VERSION_2019},
        {0x73C286D4, 15, 2, 1748, VERSION_2019},
        {0x73C28A01, 15, 2, 2561, VERSION_2019},
        {0x73C28A02, 15, 2, 2562, VERSION_SE},
        /* the first values of each line, and the last ones before */
        {1912602624, 8, 0, 0, VERSION_2007_OLD},
        {1912733695, 8, 1, 0x7FFF, VERSION_2007_OLD},
        {1912733696, 8, 2, 0, VERSION_2007},
        {1937768447, 13, 63, 0x7FFF, VERSION_UNKNOWN},
        {1937768448, 14, 0, 0, VERSION_2010},
        {1941962751, 14, 63, 0x7FFF, VERSION_UNKNOWN},
        {1941962752, 15, 0, 0, VERSION_2013},
        {1942028287, 15, 0, 0x7FFF, VERSION_2013},
        {1942028288, 15, 1, 0, VERSION_2016},
        {1942093824, 15, 2, 0, VERSION_2019},
        {0x73C30000, 15, 3, 0, VERSION_NEWER},
        {1946157055, 15, 63, 0x7FFF, VERSION_NEWER},
        {1946157056, 16, 0, 0, VERSION_NEWER},
        {0x7FFFFFFF, 63, 63, 0x7FFF, VERSION_NEWER},
        {0x72048000, 8, 4, 0, VERSION_UNKNOWN},
        {0x73848000, 14, 4, 0, VERSION_UNKNOWN},
        {0x72408000, 9, 0, 0, VERSION_UNKNOWN},
        /* 2003 and older */
        {6944, UNKNOWN, UNKNOWN, 6944, VERSION_LEGACY},
        {1, UNKNOWN, UNKNOWN, 1, VERSION_LEGACY},
        {0x7FFF, UNKNOWN, UNKNOWN, 0x7FFF, VERSION_LEGACY},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct version version = {0};

        CHECK(version_from_number(rows[i].number, &version));
        CHECK_VERSION(version, rows[i].major, rows[i].minor, rows[i].build,
                      UNKNOWN);
        CHECK_INT(version_line(&version), rows[i].line);
    }
}

static void bad_numbers(void)
{
    static const int64_t rows[] = {
        0,          -1,          INT64_MIN,   INT64_MAX,
        INT32_MIN,  0x8000,      0x10000,     0x6FFFFFFF,
        0x70000000, 0x71FFFFFF,  0x80000000,  0x82038053,
        0xFFFFFFFF, -1912602624, 0x172038053, 0x2038053};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct version version = {1, 2, 3, 4};
        bool ok = version_from_number(rows[i], &version);

        CHECK(!ok);
        if (ok)
            printf("# taken for a version: %" PRId64 "\n", rows[i]);
        CHECK_VERSION(version, 1, 2, 3, 4);
    }
}

/* ------------------------------------------------------------- serialNumber --
 */

static void serials(void)
{
    static const struct {
        const char *text;
        int major, minor, build, revision;
        enum version_line line;
    } rows[] = {
        {"Version 6.5 (Build 6944.4)", 6, 5, 6944, 4, VERSION_LEGACY},
        {"Version 6.5 (Build 7638.2: Service Pack 2)", 6, 5, 7638, 2,
         VERSION_LEGACY},
        {"Version 6.5 (Build 30001.4)", 6, 5, 30001, 4, VERSION_LEGACY},
        {"Version 7.9 (Build 1.0)", 7, 9, 1, 0, VERSION_LEGACY},
        {"Version 0.0 (Build 0.0)", 0, 0, 0, 0, VERSION_UNKNOWN},
        {"Version 0.1 (Build 5.0)", 0, 1, 5, 0, VERSION_UNKNOWN},
        {"Version 8.0 (Build 30000.0)", 8, 0, 0, 0, VERSION_2007_OLD},
        {"Version 8.0 (Build 29999.0)", 8, 0, 29999, 0, VERSION_2007_OLD},
        {"Version 14.3 (Build 30123.4)", 14, 3, 123, 4, VERSION_2010},
        {"Version 14.3 (Build 123.4)", 14, 3, 123, 4, VERSION_2010},
        {"version 14.3 (BUILD 30123.4) and more", 14, 3, 123, 4, VERSION_2010},
        {"Version 15.0 (Build 30516.32)", 15, 0, 516, 32, VERSION_2013},
        {"Version 15.1 (Build 32375.7)", 15, 1, 2375, 7, VERSION_2016},
        {"Version 15.2 (Build 32561.0)", 15, 2, 2561, 0, VERSION_2019},
        {"Version 15.2 (Build 32562.17)", 15, 2, 2562, 17, VERSION_SE},
        {"Version 15.3 (Build 30001.0)", 15, 3, 1, 0, VERSION_NEWER},
        {"Version 65535.65535 (Build 65535.65535)", 65535, 65535, 35535, 65535,
         VERSION_NEWER},
        {"Version 000014.3 (Build 00030123.4)", 14, 3, 123, 4, VERSION_2010},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct version version = {0};

        CHECK(read_serial(rows[i].text, strlen(rows[i].text), &version));
        CHECK_VERSION(version, rows[i].major, rows[i].minor, rows[i].build,
                      rows[i].revision);
        CHECK_INT(version_line(&version), rows[i].line);
    }
}

static void check_bad_serial(const char *text, size_t length)
{
    struct version version = {1, 2, 3, 4};
    bool ok = read_serial(text, length, &version);

    CHECK(!ok);
    if (ok)
        printf("# taken for a version: %.*s\n", (int)length, text);
    CHECK_VERSION(version, 1, 2, 3, 4);
}

static void bad_serials(void)
{
    static const char *const rows[] = {
        "Version",
        "14.3 (Build 30123.4)",
        " Version 14.3 (Build 30123.4)",
        "Version  14.3 (Build 30123.4)",
        "Version 14 (Build 30123.4)",
        "Version 14.3.1 (Build 30123.4)",
        "Version 14.3 Build 30123.4",
        "Version 14.3 (Build 30123)",
        "Version 14.3 (Build 30123.)",
        "Version 14.3 (Build .4)",
        "Version .3 (Build 30123.4)",
        "Version 14. (Build 30123.4)",
        "Version -14.3 (Build 30123.4)",
        "Version +14.3 (Build 30123.4)",
        "Version 14.3 (Build -30123.4)",
        "Version 14.3 (Build 0x7530.4)",
        "Version 65536.3 (Build 30123.4)",
        "Version 14.65536 (Build 30123.4)",
        "Version 14.3 (Build 65536.4)",
        "Version 14.3 (Build 30123.65536)",
        "Version 4294967310.3 (Build 30123.4)",
        "Version 99999999999999999999999999.3 (Build 30123.4)",
        "Version 14.3 (Build 30123.99999999999999999999999999)",
        "Version \xD9\xA1.3 (Build 30123.4)",
    };
    static const char whole[] = "Version 14.3 (Build 30123.4)";
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_bad_serial(rows[i], strlen(rows[i]));
    for (i = 0; i < sizeof(whole) - 3; i++) /* up to the last "." */
        check_bad_serial(whole, i);
    check_bad_serial("Version 14.3\0(Build 30123.4)", sizeof(whole) - 1);
}

/* --------------------------------------------------------------- both of them
 */

static bool agree(int64_t number, const char *serial)
{
    struct version a = VERSION_NONE, b = VERSION_NONE;

    CHECK(version_from_number(number, &a));
    CHECK(version_from_serial(serial, strlen(serial), &b));
    return version_agree(&a, &b);
}

static void agreement(void)
{
    struct version none = VERSION_NONE;

    CHECK(agree(0x7383807B, "Version 14.3 (Build 30123.4)"));
    CHECK(agree(0x7383807B, "Version 14.3 (Build 30123.9)"));
    CHECK(!agree(0x7383807B, "Version 14.3 (Build 30124.4)"));
    CHECK(!agree(0x7383807B, "Version 14.2 (Build 30123.4)"));
    CHECK(!agree(0x7383807B, "Version 15.3 (Build 30123.4)"));
    CHECK(agree(6944, "Version 6.5 (Build 6944.4)"));
    CHECK(!agree(6945, "Version 6.5 (Build 6944.4)"));
    CHECK(!agree(123, "Version 14.3 (Build 30123.4)"));
    CHECK(!agree(0x7383807B, "Version 6.5 (Build 123.4)"));
    CHECK(!version_agree(&none, &none));
    CHECK_INT(version_line(&none), VERSION_UNKNOWN);
}

static void comparison(void)
{
    /* oldest first */
    static const struct version rows[] = {
        VERSION_NONE,     {-1, -1, 6944, -1}, {6, 5, 6944, 4},
        {8, 0, 685, 25},  {8, 3, 83, 6},      {14, 0, 639, 21},
        {14, 3, 123, 4},  {15, 0, 1497, 2},   {15, 1, 225, 42},
        {15, 1, 2507, 6}, {15, 2, 1748, 10},  {15, 2, 2562, -1},
    };
    enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
    struct version revised = {15, 2, 2562, 17};
    int i, j;

    for (i = 0; i < COUNT; i++)
        for (j = 0; j < COUNT; j++)
            CHECK_INT(version_compare(&rows[i], &rows[j]), (i > j) - (i < j));
    CHECK_INT(version_compare(&rows[COUNT - 1], &revised), 0);
}

/* -------------------------------------------------------------------- names --
 */

/* Whatever the directory holds, a name fits. */
static void any_number(void)
{
    int64_t number;

    for (number = 1; number <= INT32_MAX; number += 4093) {
        char name[VERSION_NAME_MAX];
        struct version version;

        if (version_from_number(number, &version) &&
            version_name(&version, name, sizeof(name)) >= sizeof(name))
            CHECK_STR(name, "a name that fits");
    }
}

static const struct test tests[] = {
    {"every release has its name", every_release},
    {"a later build is a release with an update", between},
    {"the table is in order", in_order},
    {"every product, and its end", products},
    {"versionNumber", numbers},
    {"other numbers are no version", bad_numbers},
    {"serialNumber", serials},
    {"other texts are no version", bad_serials},
    {"versionNumber and serialNumber agree", agreement},
    {"older and newer", comparison},
    {"any number has a name that fits", any_number},
};

TEST_MAIN(tests)
