/* SPDX-License-Identifier: MIT */
/*
 * What the caller says about a name decides before anything else does.
 */
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "gather/resolve/private.h"

/* The spans of "host:port:address[:port]". */
static bool pin_parse(const char *pin, struct span *hostp, int *portp,
                      struct span *addressp, int *other_portp)
{
    if (!address_take_host(&pin, hostp) || !address_take_port(&pin, portp) ||
        *pin != ':')
        return false;
    pin++;
    if (!address_take_host(&pin, addressp) || !host_is_address(*addressp))
        return false;
    *other_portp = *portp;
    if (*pin != '\0' && (!address_take_port(&pin, other_portp) || *pin != '\0'))
        return false;
    *hostp = host_without_dot(*hostp);
    return hostp->length > 0;
}

static void pin_clear(struct resolve_pin *pin)
{
    free(pin->host);
    free(pin->address);
}

int resolve_config_add(struct resolve_config *config, const char *pin)
{
    struct resolve_pin made = {.host = NULL};
    struct resolve_pin *pins = NULL;
    struct span host, address;
    int rc = ADSCP_E_NOMEM;

    if (!pin_parse(pin, &host, &made.port, &address, &made.other_port))
        return ADSCP_E_ARGUMENT;
    made.host = strndup(host.text, host.length);
    made.address = strndup(address.text, address.length);
    if (made.host == NULL || made.address == NULL)
        goto out;
    pins = reallocarray(config->pins, (size_t)config->pin_count + 1,
                        sizeof(*pins));
    if (pins == NULL)
        goto out;
    pins[config->pin_count++] = made;
    config->pins = pins;
    made = (struct resolve_pin){.host = NULL};
    rc = ADSCP_OK;
out:
    pin_clear(&made);
    return rc;
}

void resolve_config_clear(struct resolve_config *config)
{
    int i;

    for (i = 0; i < config->pin_count; i++)
        pin_clear(&config->pins[i]);
    free(config->pins);
    free(config->dns_server);
    *config = (struct resolve_config){.pins = NULL};
}

int pins_find(const struct resolve_config *config, struct span host, int port,
              struct resolve_address *addresses)
{
    int i, count = 0;

    for (i = 0; i < config->pin_count && count < RESOLVE_ADDRESSES_MAX; i++) {
        const struct resolve_pin *pin = &config->pins[i];

        if (pin->port == port && host_is(host, pin->host) &&
            address_parse(span_of(pin->address), pin->other_port,
                          &addresses[count]))
            count++;
    }
    return count;
}

bool resolve_is_pinned(const struct resolve_config *config, const char *host,
                       int port)
{
    struct resolve_address ignored[RESOLVE_ADDRESSES_MAX];

    return pins_find(config, span_of(host), port, ignored) > 0;
}
