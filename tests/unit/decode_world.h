/* SPDX-License-Identifier: MIT */
/* A decoder, and entries as text. */
#ifndef ADSCP_TESTS_DECODE_WORLD_H
#define ADSCP_TESTS_DECODE_WORLD_H

#include <stdlib.h>

#include "base/hash.h"
#include "facts/decode/decode.h"
#include "facts/dn.h"
#include "facts/finding.h"
#include "test.h"

#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define POINTER_GUID "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"
#define CONFIG "CN=Configuration,DC=contoso,DC=com"
#define SERVERS ",CN=Servers,CN=Group,CN=Services," CONFIG
#define SCP_DN "CN=EX1,CN=Autodiscover,CN=Protocols,CN=EX1" SERVERS

/* --------------------------------------------------------------- entries -- */

struct world {
    struct adscp_forest *forest;
    struct directory *directory;
    struct decoder *decoder;
};

static inline struct world begin(void)
{
    struct world world = {.forest = forest_new()};

    world.directory = forest_add_directory(world.forest, NULL);
    world.decoder = decoder_new(world.forest, world.directory);
    return world;
}

static inline void finish(struct world *world)
{
    CHECK_INT(decoder_finish(world->decoder), ADSCP_OK);
    decoder_free(world->decoder);
    CHECK_INT(forest_freeze(world->forest, NULL), ADSCP_OK);
}

/* Feed one entry: lines of "attribute: value", as in an export. */
static inline void feed(struct world *world, enum entry_kind kind,
                        const char *dn, const char *lines)
{
    struct decoder *decoder = world->decoder;

    CHECK_INT(decoder_begin(decoder, kind, dn, strlen(dn), "f:1"), ADSCP_OK);
    while (*lines != '\0') {
        size_t name = strcspn(lines, ":");
        const char *value = lines + name + 1;
        size_t length = strcspn(value, "\n");

        if (decoder_attribute(decoder, lines, name))
            CHECK_INT(decoder_value(decoder, value, length), ADSCP_OK);
        lines = value + length + (value[length] == '\n');
    }
    CHECK_INT(decoder_end(decoder), ADSCP_OK);
}

static inline int notes(const struct world *world, enum finding_code code)
{
    size_t i;
    int count = 0;

    for (i = 0; i < world->directory->notes.count; i++)
        count += world->directory->notes.rows[i].code == code;
    return count;
}

#endif
