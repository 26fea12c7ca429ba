/* SPDX-License-Identifier: MIT */
/*
 * What was seen, as values of adscpReading (snapshot.h): each certificate once,
 * and then the rows, which name them by number.
 */
#include "facts/sightings_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/table.h"

struct writing {
    struct export_text *out;
    const char *name;   /* of the attribute */
    struct table known; /* certificates, by their place in memory */
    struct arena arena;
};

static void put_certificate(struct writing *writing,
                            const struct adscp_certificate *certificate)
{
    size_t length;
    const char *der = certificate_der(certificate, &length);
    char *text = malloc(BASE64_SIZE(length));

    if (text == NULL) {
        writing->out->failed = true;
        return;
    }
    base64_encode(text, der, length);
    export_format(writing->out, writing->name, "shown %s", text);
    free(text);
}

/* "0,1": the numbers of its certificates, which are written where they are new.
 * NULL: out of memory. */
static const char *put_chain(struct writing *writing,
                             const struct adscp_sighting *row)
{
    const char *text = "";
    size_t i;

    for (i = 0; i < row->chain_count && text != NULL; i++) {
        uint32_t count = writing->known.count;
        uint32_t number =
            table_keep(&writing->known, &writing->arena,
                       (const char *)&row->chain[i], sizeof(row->chain[i]));

        if (number == TABLE_NONE)
            return NULL;
        if (number == count)
            put_certificate(writing, row->chain[i]);
        text = arena_format(&writing->arena, "%s%s%u", text, i > 0 ? "," : "",
                            number);
    }
    return text;
}

static void put_row(struct writing *writing, const char *front,
                    const struct adscp_sighting *row)
{
    const char *chain = put_chain(writing, row);

    if (chain == NULL) {
        writing->out->failed = true;
        return;
    }
    export_format(writing->out, writing->name,
                  "seen %s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%u\t%s\t%s",
                  row->host, row->port, front != NULL ? front : "",
                  row->address != NULL ? row->address : "", row->address_port,
                  row->outcome, row->untried, row->method, row->proven,
                  row->request, row->version, chain,
                  row->detail != NULL ? row->detail : "");
}

void sightings_put(const struct adscp_sightings *sightings, const char *name,
                   struct export_text *out)
{
    struct writing writing = {.out = out, .name = name};
    size_t i, k;

    arena_init(&writing.arena);
    export_format(out, name, "looked %s",
                  sightings->complete  ? "whole"
                  : sightings->damaged ? "rest"
                                       : "part");
    for (i = 0; i < sightings->count && !out->failed; i++)
        put_row(&writing, NULL, &sightings->rows[i]);
    for (i = 0; i < sightings->behind_count; i++) {
        const struct sighted_behind *behind = &sightings->behind[i];

        for (k = 0; k < behind->count && !out->failed; k++)
            put_row(&writing, behind->front,
                    &sightings->behind_rows[behind->first + k]);
    }
    table_clear(&writing.known);
    arena_free(&writing.arena);
}
