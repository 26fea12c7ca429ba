/* SPDX-License-Identifier: MIT */
/* gather/observe_hello with any bytes from a server: whatever comes is DONE,
 * FAILED or MORE, what is kept lies inside what came, and it makes no
 * difference in how many pieces it came. The first byte says how long pieces
 * are. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "gather/observe/hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void require_chain(const unsigned char *body, size_t length,
                          bool has_context)
{
    struct der chain[CHAIN_MAX];
    size_t i, count;

    if (!chain_read(body, length, has_context, chain, &count))
        require(count <= CHAIN_MAX);
    require(count <= CHAIN_MAX);
    for (i = 0; i < count; i++)
        require(chain[i].length > 0 && chain[i].bytes >= body &&
                chain[i].length <= length - (size_t)(chain[i].bytes - body));
}

static void require_sound(const struct flight *flight)
{
    require(flight->used <= FLIGHT_MAX && flight->used <= flight->room);
    require(flight->parsed <= flight->used);
    require(flight->chain_at + flight->chain_size <= flight->used);
    switch (flight->state) {
    case FLIGHT_DONE:
        require(flight->chain_size > 0);
        break;
    case FLIGHT_FAILED:
        require(flight->chain_size == 0 && flight->reason[0] != '\0');
        require(adscp_sighting_outcome_name(flight->outcome) != NULL &&
                flight->outcome != ADSCP_SIGHTING_OUTCOME_OK);
        break;
    default:
        require(flight->state == FLIGHT_MORE);
    }
    if (flight->chain_size > 0) {
        require(flight->version >= 0x0300 && flight->version <= 0x0303);
        require_chain(flight->bytes + flight->chain_at, flight->chain_size,
                      false);
    }
}

static void feed(struct flight *flight, const uint8_t *data, size_t size,
                 size_t piece)
{
    size_t part;

    for (; size > 0; data += part, size -= part) {
        part = size < piece ? size : piece;
        if (flight_feed(flight, data, part) != ADSCP_OK)
            exit(0); /* out of memory is not what is looked for */
        require_sound(flight);
    }
    flight_end(flight, "ended");
    require_sound(flight);
    require(flight->state != FLIGHT_MORE);
}

static void require_same(const struct flight *a, const struct flight *b)
{
    require(a->state == b->state && a->outcome == b->outcome);
    require(strcmp(a->reason, b->reason) == 0);
    require(a->version == b->version && a->is_asking == b->is_asking &&
            a->is_finished == b->is_finished);
    require(a->chain_size == b->chain_size && a->chain_at == b->chain_at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct flight whole = {.bytes = NULL}, parts = {.bytes = NULL};

    if (size == 0)
        return 0;
    require_chain(data + 1, size - 1, true);
    require_chain(data + 1, size - 1, false);
    feed(&whole, data + 1, size - 1, size);
    feed(&parts, data + 1, size - 1, data[0] > 0 ? data[0] : 1);
    require_same(&whole, &parts);
    flight_clear(&whole);
    flight_clear(&parts);
    return 0;
}
