/* SPDX-License-Identifier: MIT */
/*
 * What a snapshot keeps of a look at servers (facts/sightings_text.c writes
 * it). A line that does not make sense is left out and counted: somebody may
 * have edited it, or a copy may have damaged it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/rows.h"
#include "facts/decode/private.h"
#include "facts/host.h"
#include "facts/sightings.h"

enum { PORT_MAX = 65535, CHAIN_MAX = 64, VERSION_MAX = 0x0304 };

struct span decode_take(struct span *rest, char separator)
{
    const char *end =
        rest->length > 0 ? memchr(rest->text, separator, rest->length) : NULL;
    struct span part = *rest;

    if (end == NULL) {
        rest->text += rest->length;
        rest->length = 0;
        return part;
    }
    part.length = (size_t)(end - part.text);
    rest->text += part.length + 1;
    rest->length -= part.length + 1;
    return part;
}

static struct adscp_sightings *sightings_of(struct decoder *decoder)
{
    struct adscp_forest *forest = decoder->forest;

    if (forest->sightings == NULL)
        forest->sightings = sightings_new();
    return forest->sightings;
}

int decode_looked(struct decoder *decoder, struct span rest)
{
    struct adscp_sightings *sightings = sightings_of(decoder);

    if (sightings == NULL)
        return ADSCP_E_NOMEM;
    if (!text_is(rest.text, rest.length, "whole"))
        sightings->complete = false;
    if (text_is(rest.text, rest.length, "rest"))
        sightings->damaged = true;
    else if (!text_is(rest.text, rest.length, "whole") &&
             !text_is(rest.text, rest.length, "part"))
        decoder->broken_looks++;
    return ADSCP_OK;
}

/* A certificate, by which number rows name it: the next one, whatever it is. */
int decode_shown(struct decoder *decoder, struct span rest)
{
    struct adscp_sightings *sightings = sightings_of(decoder);
    const struct adscp_certificate **shown =
        rows_grow(decoder->shown, decoder->shown_count, sizeof(*shown));
    char *text = malloc(rest.length + 1);
    size_t length;
    int rc = ADSCP_OK;

    if (shown != NULL)
        decoder->shown = shown;
    if (sightings == NULL || shown == NULL || text == NULL) {
        free(text);
        return ADSCP_E_NOMEM;
    }
    memcpy(text, rest.text, rest.length);
    shown[decoder->shown_count] = NULL;
    if (rest.length < BASE64_MAX && base64_decode(text, rest.length, &length) &&
        length > 0 && length <= CERTIFICATE_MAX)
        rc = certificates_add(sightings->certificates, text, length,
                              &shown[decoder->shown_count]);
    else
        decoder->broken_looks++;
    decoder->shown_count++;
    free(text);
    return rc;
}

/* ------------------------------------------------------------------ rows -- */

struct fields {
    struct span rest;
    bool good;
};

static struct span next(struct fields *fields, char separator)
{
    return decode_take(&fields->rest, separator);
}

/* A number from -1 to `most`. */
static int number(struct fields *fields, int most)
{
    struct span text = next(fields, '\t');
    int64_t value = -1;

    if (text_is(text.text, text.length, "-1"))
        return -1;
    if (!decode_number(text.text, text.length, &value) || value > most)
        fields->good = false;
    return (int)value;
}

/* "" is NULL. */
static const char *text(struct decoder *decoder, struct span part, int *rcp)
{
    const char *kept;

    if (part.length == 0 || *rcp != ADSCP_OK)
        return NULL;
    kept = text_keep(&decoder->forest->sightings->arena, part.text, part.length,
                     NULL);
    if (kept == NULL)
        *rcp = ADSCP_E_NOMEM;
    return kept;
}

static int read_chain(const struct decoder *decoder, struct fields *fields,
                      struct adscp_sighting *row)
{
    struct span numbers = next(fields, '\t');
    const struct adscp_certificate *chain[CHAIN_MAX];
    size_t count = 0;

    while (numbers.length > 0) {
        struct span one = decode_take(&numbers, ',');
        int64_t index;

        if (count == CHAIN_MAX ||
            !decode_number(one.text, one.length, &index) ||
            (uint64_t)index >= decoder->shown_count ||
            decoder->shown[index] == NULL) {
            fields->good = false;
            return ADSCP_OK;
        }
        chain[count++] = decoder->shown[index];
    }
    if (count == 0)
        return ADSCP_OK;
    row->chain = arena_alloc(&decoder->forest->sightings->arena,
                             count * sizeof(*row->chain));
    if (row->chain == NULL)
        return ADSCP_E_NOMEM;
    memcpy(row->chain, chain, count * sizeof(*row->chain));
    row->chain_count = count;
    return ADSCP_OK;
}

/* What makes a row one that a look could have left. */
static bool makes_sense(const struct adscp_sighting *row)
{
    bool seen = row->outcome == ADSCP_SIGHTING_OUTCOME_OK;

    return row->port >= 1 && row->outcome >= 0 &&
           seen == (row->chain_count > 0) && seen == (row->method >= 0) &&
           (row->version == 0 || row->version >= 0x0300);
}

static int read_row(struct decoder *decoder, struct fields *fields,
                    struct adscp_sighting *row)
{
    int rc = ADSCP_OK;
    struct span address = next(fields, '\t');

    if (address.length > 0 && !host_is_address(address))
        fields->good = false;
    row->address = text(decoder, address, &rc);
    row->address_port = number(fields, PORT_MAX);
    row->outcome = number(fields, ADSCP_SIGHTING_OUTCOME_LIMIT);
    row->untried = number(fields, 1) == 1;
    row->method = number(fields, ADSCP_SIGHTING_METHOD_HANDSHAKE);
    row->proven = number(fields, 1) == 1;
    row->request = number(fields, ADSCP_SIGHTING_REQUEST_DEMANDED);
    row->version = (uint16_t)number(fields, VERSION_MAX);
    if (rc == ADSCP_OK)
        rc = read_chain(decoder, fields, row);
    row->detail = text(decoder, fields->rest, &rc);
    return rc;
}

static bool is_host(const char *name)
{
    size_t length = name != NULL ? strlen(name) : 0;

    return length > 0 && length <= HOST_NAME_MAX_LENGTH;
}

int decode_sighted(struct decoder *decoder, struct span rest)
{
    struct adscp_sightings *sightings = sightings_of(decoder);
    struct fields fields = {rest, true};
    struct adscp_sighting row = {.method = -1, .request = -1}, *added;
    const char *host, *front;
    int rc = ADSCP_OK;

    if (sightings == NULL)
        return ADSCP_E_NOMEM;
    host = text(decoder, next(&fields, '\t'), &rc);
    row.port = number(&fields, PORT_MAX);
    front = text(decoder, next(&fields, '\t'), &rc);
    if (rc == ADSCP_OK)
        rc = read_row(decoder, &fields, &row);
    if (rc != ADSCP_OK)
        return rc;
    if (!fields.good || !is_host(host) || (front != NULL && !is_host(front)) ||
        !makes_sense(&row)) {
        decoder->broken_looks++;
        return ADSCP_OK;
    }
    added = front == NULL
                ? sightings_add(sightings, host, row.port)
                : sightings_add_behind(sightings, front, host, row.port);
    if (added == NULL)
        return ADSCP_E_NOMEM;
    row.host = added->host;
    *added = row;
    return ADSCP_OK;
}

static int note_broken(struct decoder *decoder)
{
    if (decoder->broken_looks == 0)
        return ADSCP_OK;
    decoder->forest->sightings->complete = false;
    decoder->forest->sightings->damaged = true;
    return decoder_note(
        decoder, FINDING_SNAPSHOT_LOOK_DAMAGED,
        (struct finding_what){.count = (int64_t)decoder->broken_looks});
}

int decode_looked_finish(struct decoder *decoder)
{
    int rc;

    if (decoder->forest->sightings == NULL)
        return ADSCP_OK;
    rc = note_broken(decoder);
    return rc == ADSCP_OK ? sightings_freeze(decoder->forest->sightings) : rc;
}
