/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_VERSION_H
#define ADSCP_FACTS_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What Autodiscover tells apart, oldest first. */
enum version_line {
    VERSION_UNKNOWN,  /* not told, or no version that Exchange ever had */
    VERSION_LEGACY,   /* 2003 or older: no Autodiscover service */
    VERSION_2007_OLD, /* before SP2: not known to redirect to 2010 */
    VERSION_2007,
    VERSION_2010,
    VERSION_2013,
    VERSION_2016,
    VERSION_2019,
    VERSION_SE,
    VERSION_NEWER, /* than this table */
    VERSION_LINE_COUNT
};

/* What the directory tells; -1: unknown. Rollups and security updates do not
 * show there. */
struct version {
    int major;
    int minor;
    int build;
    int revision;
};

/* An initializer. */
#define VERSION_NONE                                                           \
    {                                                                          \
        -1, -1, -1, -1                                                         \
    }

/* The attribute versionNumber. It has no revision; 2003 and older store the
 * bare build. false: it is no version. */
bool version_from_number(int64_t number, struct version *versionp);

/* The attribute serialNumber: "Version 14.3 (Build 30123.4)", and text may
 * follow. false: it is no version. */
bool version_from_serial(const char *text, size_t length,
                         struct version *versionp);

/* Do the two attributes tell of one version? Then that of serialNumber says
 * more, its revision; where they disagree, versionNumber is to be believed. */
bool version_agree(const struct version *number, const struct version *serial);

/* Below, at or above zero, by major, minor and build; unknown is lowest. */
int version_compare(const struct version *a, const struct version *b);

enum version_line version_line(const struct version *version);

/* The product of a line: 2007 before and from SP2 on are one. */
enum version_line version_product(enum version_line line);

/* "Exchange 2016 CU23", "Exchange 2016 CU22 + update" for a build between two
 * that are known, "Exchange SE, newer than RTM (build 15.2.3100.7)" for one
 * above the last of its product, "" where the line is unknown. Returns the
 * length that the whole needs; VERSION_NAME_MAX bytes always do. */
enum { VERSION_NAME_MAX = 64 };
size_t version_name(const struct version *version, char *out, size_t capacity);

/* The version with such a name, "Exchange 2019 CU15", ignoring case; false:
 * there is none. */
bool version_by_name(const char *name, struct version *versionp);
/* The value of versionNumber; the opposite of version_from_number(). */
int64_t version_number(const struct version *version);

/* Does a server with these roles take the requests of clients? roles is
 * msExchCurrentServerRoles, -1: not read. From 2013 on, bit 4, "Client Access",
 * is set on servers that do not. */
enum front_end { FRONT_END_UNKNOWN, FRONT_END_NO, FRONT_END_YES };
enum front_end version_front_end(enum version_line line, int64_t roles);

/* "Mailbox, Client Access", in the words of that line; "" for none that it
 * knows. Returns the length that the whole needs; VERSION_ROLES_MAX bytes
 * always do. */
enum { VERSION_ROLES_MAX = 96 };
size_t version_roles(enum version_line line, int64_t roles, char *out,
                     size_t capacity);

#endif
