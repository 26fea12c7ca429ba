/* SPDX-License-Identifier: MIT */
/*
 * The version of a server, from the two attributes that tell it. Where they
 * agree, serialNumber says more; where they do not, versionNumber is believed
 * and a finding says so. A value that cannot be read tells nothing, and costs
 * nothing but itself.
 */
#include "facts/decode/private.h"

#include <stdio.h>
#include <string.h>

#include "facts/version.h"

static bool read_number(const struct value_list *list, struct version *versionp)
{
    int64_t number;

    return list->count > 0 &&
           decode_number(list->rows[0].text, list->rows[0].length, &number) &&
           version_from_number(number, versionp);
}

/* The schema lets serialNumber have several values, in no order: the one that
 * agrees with versionNumber, or else the first that can be read. */
static bool read_serial(const struct value_list *list,
                        const struct version *number, struct version *versionp)
{
    bool found = false;
    size_t i;

    for (i = 0; i < list->count; i++) {
        struct version version;

        if (!version_from_serial(list->rows[i].text, list->rows[i].length,
                                 &version))
            continue;
        if (!found)
            *versionp = version;
        found = true;
        if (version_agree(number, &version)) {
            *versionp = version;
            break;
        }
    }
    return found;
}

enum { TOLD_MAX = VERSION_NAME_MAX + 64 };

/* "Exchange 2010 SP3 (14.3.123)": what tells any two versions apart. */
static void tell(const struct version *version, char out[TOLD_MAX])
{
    char name[VERSION_NAME_MAX];
    bool named = version_name(version, name, sizeof(name)) > 0;

    if (!named)
        snprintf(name, sizeof(name), "an unknown version");
    if (version->major < 0)
        snprintf(out, TOLD_MAX, "%s (build %d)", name, version->build);
    else
        snprintf(out, TOLD_MAX, "%s (%d.%d.%d)", name, version->major,
                 version->minor, version->build);
}

/* Told when everything was read: the server may lie outside, and servers come
 * before or after sites, as the source likes. */
static int doubt(struct decoder *decoder, const struct adscp_server *row,
                 const struct version *number, const struct version *serial)
{
    struct arena *arena = decoder->forest->arena;
    struct finding_what what = {.dn = row->dn};
    char told[TOLD_MAX];

    tell(number, told);
    what.version = arena_copy(arena, told, strlen(told));
    tell(serial, told);
    what.serial_version = arena_copy(arena, told, strlen(told));
    if (what.version == NULL || what.serial_version == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(&decoder->doubts, FINDING_SERVER_VERSION_DISAGREE, what);
}

/* "14.2.247.5", as far as it is known; returns the length. */
static size_t write_build(const struct version *version, char out[TOLD_MAX])
{
    int length = 0;

    if (version->major >= 0)
        length =
            snprintf(out, TOLD_MAX, "%d.%d.", version->major, version->minor);
    length +=
        snprintf(out + length, TOLD_MAX - (size_t)length, "%d", version->build);
    if (version->revision >= 0)
        length += snprintf(out + length, TOLD_MAX - (size_t)length, ".%d",
                           version->revision);
    return (size_t)length;
}

/* Many servers share a version, and so its texts. */
static int fill_names(struct decoder *decoder, struct adscp_server *row)
{
    struct adscp_forest *forest = decoder->forest;
    char name[VERSION_NAME_MAX], build[TOLD_MAX];
    size_t length = version_name(&row->version, name, sizeof(name));
    uint32_t text;

    if (row->version.build >= 0) {
        if (!forest_text(forest, build, write_build(&row->version, build),
                         &text))
            return ADSCP_E_NOMEM;
        row->build = forest->texts[text];
    }
    if (length == 0)
        return ADSCP_OK;
    if (!forest_text(forest, name, length, &text))
        return ADSCP_E_NOMEM;
    row->version_name = forest->texts[text];
    return ADSCP_OK;
}

int decode_version(struct decoder *decoder, const struct entry *entry,
                   struct adscp_server *row)
{
    struct version number = VERSION_NONE, serial = VERSION_NONE;
    bool has_number = read_number(&entry->lists[FIELD_VERSION_NUMBER], &number);
    bool has_serial =
        read_serial(&entry->lists[FIELD_SERIAL_NUMBER], &number, &serial);
    bool agree = version_agree(&number, &serial);
    int rc = ADSCP_OK;

    row->version = agree || !has_number ? serial : number;
    row->line = version_line(&row->version);
    if (has_number && has_serial && !agree)
        rc = doubt(decoder, row, &number, &serial);
    return rc == ADSCP_OK ? fill_names(decoder, row) : rc;
}
