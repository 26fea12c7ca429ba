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
#include "facts/product.h"

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

/* Of 2007, what line_of tells apart by the service pack is one product. */
static const struct release {
    enum version_line product;
    struct version version;
    const char *name;
} releases[] = {
#define RELEASE(product, major, minor, build, revision, name, day)             \
    {VERSION_##product, {major, minor, build, revision}, name},
#include "facts/exchange.def"
};
enum { RELEASE_COUNT = sizeof(releases) / sizeof(releases[0]) };

/* The last release that is not newer. Of two with one build (2016: the preview
 * and the first release), the revision decides, or else it is the later one. */
static const struct release *find_release(enum version_line product,
                                          const struct version *version)
{
    const struct release *found = NULL;
    size_t i;

    for (i = 0; i < RELEASE_COUNT; i++) {
        const struct release *row = &releases[i];

        if (row->product != product || row->version.minor != version->minor ||
            row->version.build > version->build)
            continue;
        if (found == NULL || found->version.build < row->version.build ||
            version->revision < 0 || version->revision >= row->version.revision)
            found = row;
    }
    return found;
}

/* The last release of a product that is known here. */
static bool is_last(const struct release *release)
{
    return release + 1 == releases + RELEASE_COUNT ||
           release[1].product != release->product;
}

static const char *product_name(enum version_line line)
{
    const struct product *product = product_of(version_product(line));

    return product != NULL ? product->name : NULL;
}

/* What is known has no such build: setup of a later update left it. */
static size_t name_unknown(const struct version *version,
                           const struct release *last, const char *product,
                           char *out, size_t capacity)
{
    char revision[16] = "";

    if (version->revision >= 0)
        snprintf(revision, sizeof(revision), ".%d", version->revision);
    return (size_t)snprintf(
        out, capacity, "Exchange %s, newer than %s (build %d.%d.%d%s)", product,
        last->name, version->major, version->minor, version->build, revision);
}

static size_t name_known(const struct version *version, const char *product,
                         const struct release *release, char *out,
                         size_t capacity)
{
    bool is_newer = version->build > release->version.build ||
                    version->revision > release->version.revision;

    return (size_t)snprintf(out, capacity, "Exchange %s %s%s", product,
                            release->name, is_newer ? " + update" : "");
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
    release = find_release(version_product(line), version);
    if (release == NULL)
        return (size_t)snprintf(out, capacity, "Exchange %s before release",
                                product);
    return is_last(release) && version->build > release->version.build
               ? name_unknown(version, release, product, out, capacity)
               : name_known(version, product, release, out, capacity);
}

bool version_by_name(const char *name, struct version *versionp)
{
    char text[VERSION_NAME_MAX];
    size_t i;

    for (i = 0; i < RELEASE_COUNT; i++) {
        version_name(&releases[i].version, text, sizeof(text));
        if (!text_is(name, strlen(name), text))
            continue;
        *versionp = releases[i].version;
        return true;
    }
    return false;
}

int64_t version_number(const struct version *version)
{
    enum { FLAG = 0x8000 };

    return (int64_t)LAYOUT << LAYOUT_SHIFT |
           (int64_t)version->major << MAJOR_SHIFT |
           (int64_t)version->minor << MINOR_SHIFT | FLAG | version->build;
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
