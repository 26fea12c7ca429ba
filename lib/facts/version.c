/* SPDX-License-Identifier: MIT */
/*
 * Versions of Exchange as the directory stores them, and what they are called.
 * The directory shows the service pack or cumulative update that setup
 * installed, not the rollups and security updates on top, so no name here
 * claims one. Numbers are taken apart and never believed beyond their layout.
 */
#include "facts/version.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "facts/url.h"

enum {
    NUMBER_MAX = UINT16_MAX, /* of one part; as .NET's file versions */
    FIRST_LAID_OUT = 8, /* 2007: since then both attributes have a layout */
    SE_MINOR = 2,
    SE_BUILD = 2562 /* 15.2 below it is 2019 */
};

/* ------------------------------------------------------------ attributes -- */

/* Four bits 7, six bits major, six bits minor, a flag, fifteen bits build: the
 * layout that Microsoft documents for the element ServerVersion of
 * Autodiscover. */
enum {
    BUILD_MAX = 0x7FFF,
    LAYOUT_SHIFT = 28,
    LAYOUT = 7,
    MAJOR_SHIFT = 22,
    MINOR_SHIFT = 16,
    PART_MASK = 63
};

bool version_from_number(int64_t number, struct version *versionp)
{
    struct version version = VERSION_NONE;

    if (number < 1 || number >> LAYOUT_SHIFT > LAYOUT)
        return false;
    version.build = (int)(number & BUILD_MAX);
    if (number > BUILD_MAX) {
        version.major = (int)(number >> MAJOR_SHIFT & PART_MASK);
        version.minor = (int)(number >> MINOR_SHIFT & PART_MASK);
        if (number >> LAYOUT_SHIFT != LAYOUT || version.major < FIRST_LAID_OUT)
            return false;
    }
    *versionp = version;
    return true;
}

static bool take_word(struct span *rest, const char *word)
{
    size_t length = strlen(word);

    if (!text_starts(rest->text, rest->length, word))
        return false;
    *rest = (struct span){rest->text + length, rest->length - length};
    return true;
}

static bool take_number(struct span *rest, int *numberp)
{
    int number = 0;
    size_t i;

    for (i = 0; i < rest->length; i++) {
        char c = rest->text[i];

        if (c < '0' || c > '9')
            break;
        number = number * 10 + (c - '0');
        if (number > NUMBER_MAX)
            return false;
    }
    if (i == 0)
        return false;
    *rest = (struct span){rest->text + i, rest->length - i};
    *numberp = number;
    return true;
}

/* Exchange 2003 SP2 goes on with ": Service Pack 2)". */
bool version_from_serial(const char *text, size_t length,
                         struct version *versionp)
{
    /* Setup adds this to the build since 2007. */
    enum { OFFSET = 30000 };
    struct span rest = {text, length};
    struct version version = VERSION_NONE;

    if (!take_word(&rest, "Version ") || !take_number(&rest, &version.major) ||
        !take_word(&rest, ".") || !take_number(&rest, &version.minor) ||
        !take_word(&rest, " (Build ") || !take_number(&rest, &version.build) ||
        !take_word(&rest, ".") || !take_number(&rest, &version.revision))
        return false;
    if (version.major >= FIRST_LAID_OUT && version.build >= OFFSET)
        version.build -= OFFSET;
    *versionp = version;
    return true;
}

int version_compare(const struct version *a, const struct version *b)
{
    if (a->major != b->major)
        return a->major < b->major ? -1 : 1;
    if (a->minor != b->minor)
        return a->minor < b->minor ? -1 : 1;
    return (a->build > b->build) - (a->build < b->build);
}

/* A bare build can only be held against a bare build. */
bool version_agree(const struct version *number, const struct version *serial)
{
    if (version_line(number) == VERSION_LEGACY)
        return version_line(serial) == VERSION_LEGACY &&
               number->build == serial->build;
    return number->major >= 0 && version_compare(number, serial) == 0;
}

/* ----------------------------------------------------------------- lines -- */

static enum version_line line_of_15(const struct version *version)
{
    if (version->minor > SE_MINOR)
        return VERSION_NEWER;
    if (version->minor == SE_MINOR)
        return version->build >= SE_BUILD ? VERSION_SE : VERSION_2019;
    return version->minor == 1 ? VERSION_2016 : VERSION_2013;
}

/* Of 8 and 14, minor is the service pack. */
enum version_line version_line(const struct version *version)
{
    enum { SP2 = 2, SP_LAST = 3 };
    int major = version->major, minor = version->minor;

    if (major > 15)
        return VERSION_NEWER;
    if (major == 15)
        return line_of_15(version);
    if (major == 14 && minor <= SP_LAST)
        return VERSION_2010;
    if (major == 8 && minor <= SP_LAST)
        return minor < SP2 ? VERSION_2007_OLD : VERSION_2007;
    if (major < FIRST_LAID_OUT && major != 0 && version->build > 0)
        return VERSION_LEGACY;
    return VERSION_UNKNOWN;
}

enum version_line version_product(enum version_line line)
{
    return line == VERSION_2007_OLD ? VERSION_2007 : line;
}

/* ----------------------------------------------------------------- names -- */

/* Microsoft Learn, "Exchange Server build numbers and release dates": what
 * setup leaves in the directory, oldest first. */
static const struct release {
    uint8_t major;
    uint8_t minor;
    uint16_t build;
    uint16_t revision;
    const char *name;
} releases[] = {
    {8, 0, 685, 25, "RTM"},        {8, 1, 240, 6, "SP1"},
    {8, 2, 176, 2, "SP2"},         {8, 3, 83, 6, "SP3"},

    {14, 0, 639, 21, "RTM"},       {14, 1, 218, 15, "SP1"},
    {14, 2, 247, 5, "SP2"},        {14, 3, 123, 4, "SP3"},

    {15, 0, 516, 32, "RTM"},       {15, 0, 620, 29, "CU1"},
    {15, 0, 712, 24, "CU2"},       {15, 0, 775, 38, "CU3"},
    {15, 0, 847, 32, "SP1 (CU4)"}, {15, 0, 913, 22, "CU5"},
    {15, 0, 995, 29, "CU6"},       {15, 0, 1044, 25, "CU7"},
    {15, 0, 1076, 9, "CU8"},       {15, 0, 1104, 5, "CU9"},
    {15, 0, 1130, 7, "CU10"},      {15, 0, 1156, 6, "CU11"},
    {15, 0, 1178, 4, "CU12"},      {15, 0, 1210, 3, "CU13"},
    {15, 0, 1236, 3, "CU14"},      {15, 0, 1263, 5, "CU15"},
    {15, 0, 1293, 2, "CU16"},      {15, 0, 1320, 4, "CU17"},
    {15, 0, 1347, 2, "CU18"},      {15, 0, 1365, 1, "CU19"},
    {15, 0, 1367, 3, "CU20"},      {15, 0, 1395, 4, "CU21"},
    {15, 0, 1473, 3, "CU22"},      {15, 0, 1497, 2, "CU23"},

    {15, 1, 225, 16, "Preview"},   {15, 1, 225, 42, "RTM"},
    {15, 1, 396, 30, "CU1"},       {15, 1, 466, 34, "CU2"},
    {15, 1, 544, 27, "CU3"},       {15, 1, 669, 32, "CU4"},
    {15, 1, 845, 34, "CU5"},       {15, 1, 1034, 26, "CU6"},
    {15, 1, 1261, 35, "CU7"},      {15, 1, 1415, 2, "CU8"},
    {15, 1, 1466, 3, "CU9"},       {15, 1, 1531, 3, "CU10"},
    {15, 1, 1591, 10, "CU11"},     {15, 1, 1713, 5, "CU12"},
    {15, 1, 1779, 2, "CU13"},      {15, 1, 1847, 3, "CU14"},
    {15, 1, 1913, 5, "CU15"},      {15, 1, 1979, 3, "CU16"},
    {15, 1, 2044, 4, "CU17"},      {15, 1, 2106, 2, "CU18"},
    {15, 1, 2176, 2, "CU19"},      {15, 1, 2242, 4, "CU20"},
    {15, 1, 2308, 8, "CU21"},      {15, 1, 2375, 7, "CU22"},
    {15, 1, 2507, 6, "CU23"},

    {15, 2, 196, 0, "Preview"},    {15, 2, 221, 12, "RTM"},
    {15, 2, 330, 5, "CU1"},        {15, 2, 397, 3, "CU2"},
    {15, 2, 464, 5, "CU3"},        {15, 2, 529, 5, "CU4"},
    {15, 2, 595, 3, "CU5"},        {15, 2, 659, 4, "CU6"},
    {15, 2, 721, 2, "CU7"},        {15, 2, 792, 3, "CU8"},
    {15, 2, 858, 5, "CU9"},        {15, 2, 922, 7, "CU10"},
    {15, 2, 986, 5, "CU11"},       {15, 2, 1118, 7, "CU12"},
    {15, 2, 1258, 12, "CU13"},     {15, 2, 1544, 4, "CU14"},
    {15, 2, 1748, 10, "CU15"},

    {15, 2, 2562, 17, "RTM"},
};
enum { RELEASE_COUNT = sizeof(releases) / sizeof(releases[0]) };

/* The last release that is not newer. Of two with one build (2016: the preview
 * and the first release), the revision decides, or else it is the later one. */
static const struct release *find_release(const struct version *version)
{
    const struct release *found = NULL;
    size_t i;

    for (i = 0; i < RELEASE_COUNT; i++) {
        const struct release *row = &releases[i];

        if (row->major != version->major || row->minor != version->minor ||
            row->build > version->build)
            continue;
        if (found == NULL || found->build < row->build ||
            version->revision < 0 || version->revision >= row->revision)
            found = row;
    }
    return found;
}

static const char *product_name(enum version_line line)
{
    static const char *const names[VERSION_LINE_COUNT] = {
        [VERSION_2007_OLD] = "2007", [VERSION_2007] = "2007",
        [VERSION_2010] = "2010",     [VERSION_2013] = "2013",
        [VERSION_2016] = "2016",     [VERSION_2019] = "2019",
        [VERSION_SE] = "SE"};

    return names[line];
}

static bool is_newer(const struct version *version,
                     const struct release *release)
{
    return version->build > release->build ||
           version->revision > release->revision;
}

size_t version_name(const struct version *version, char *out, size_t capacity)
{
    enum version_line line = version_line(version);
    const char *product = product_name(line);
    const struct release *release;

    if (line == VERSION_LEGACY)
        return (size_t)snprintf(out, capacity, "Exchange 2003 or older");
    if (line == VERSION_NEWER)
        return (size_t)snprintf(out, capacity, "newer than Exchange SE");
    if (product == NULL)
        return (size_t)snprintf(out, capacity, "%s", "");
    release = find_release(version);
    if (release == NULL)
        return (size_t)snprintf(out, capacity, "Exchange %s before release",
                                product);
    return (size_t)snprintf(out, capacity, "Exchange %s %s%s", product,
                            release->name,
                            is_newer(version, release) ? " + update" : "");
}

/* ----------------------------------------------------------------- roles -- */

enum {
    ROLE_FRONT_END = 1, /* 2013 and later */
    ROLE_MAILBOX = 2,
    ROLE_CLIENT_ACCESS = 4, /* later than 2010: set on Mailbox servers too */
    ROLE_UNIFIED_MESSAGING = 16,
    ROLE_HUB_TRANSPORT = 32,
    ROLE_EDGE = 64,
    ROLE_PROVISIONED = 4096
};

/* From 2013 on, the values seen are 54 for Mailbox, 16385 for Client Access and
 * 16439 for both: bit 1 is the front end. 2003 and older have front ends of
 * their own, but no Autodiscover behind them. */
enum front_end version_front_end(enum version_line line, int64_t roles)
{
    int64_t bit = line >= VERSION_2013 ? ROLE_FRONT_END : ROLE_CLIENT_ACCESS;

    if (line == VERSION_LEGACY)
        return FRONT_END_NO;
    if (line == VERSION_UNKNOWN || roles < 0)
        return FRONT_END_UNKNOWN;
    return (roles & bit) != 0 ? FRONT_END_YES : FRONT_END_NO;
}

/* The roles that an administrator of that line knows. */
static const struct {
    enum version_line first;
    enum version_line last;
    int64_t bit;
    const char *name;
} role_names[] = {
    {VERSION_2007_OLD, VERSION_NEWER, ROLE_MAILBOX, "Mailbox"},
    {VERSION_2007_OLD, VERSION_2010, ROLE_CLIENT_ACCESS, "Client Access"},
    {VERSION_2013, VERSION_2013, ROLE_FRONT_END, "Client Access"},
    {VERSION_2007_OLD, VERSION_2010, ROLE_HUB_TRANSPORT, "Hub Transport"},
    {VERSION_2007_OLD, VERSION_2010, ROLE_UNIFIED_MESSAGING,
     "Unified Messaging"},
    {VERSION_2007_OLD, VERSION_NEWER, ROLE_EDGE, "Edge Transport"},
    {VERSION_2007_OLD, VERSION_NEWER, ROLE_PROVISIONED, "provisioned only"},
};
enum { ROLE_NAME_COUNT = sizeof(role_names) / sizeof(role_names[0]) };

/* Put text behind what stands there, as far as there is room. */
static size_t append(char *out, size_t capacity, size_t length,
                     const char *text)
{
    bool has_room = length < capacity;

    return length + (size_t)snprintf(has_room ? out + length : NULL,
                                     has_room ? capacity - length : 0, "%s%s",
                                     length > 0 ? ", " : "", text);
}

size_t version_roles(enum version_line line, int64_t roles, char *out,
                     size_t capacity)
{
    size_t length = 0, i;

    if (capacity > 0)
        out[0] = '\0';
    for (i = 0; i < ROLE_NAME_COUNT && roles >= 0; i++)
        if (line >= role_names[i].first && line <= role_names[i].last &&
            (roles & role_names[i].bit) != 0)
            length = append(out, capacity, length, role_names[i].name);
    return length;
}
