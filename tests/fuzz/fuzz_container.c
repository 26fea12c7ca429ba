/* SPDX-License-Identifier: MIT */
/* facts/certificate with any bytes: what it reads out of them is clean,
 * complete or a problem, and the same when it is read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/touch.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void require_clean(const char *text)
{
    require(text == NULL || text_is_clean(text, strlen(text)));
}

static void try_row(const struct adscp_certificate *row)
{
    const struct certificate_facts *facts = certificate_facts(row);
    size_t i;

    require(facts != NULL);
    require((facts->problem == NULL) == (facts->subject != NULL));
    require_clean(facts->subject);
    require_clean(facts->issuer);
    require_clean(facts->common_name.text);
    require_clean(facts->serial);
    require_clean(facts->key);
    require_clean(facts->signature);
    require_clean(certificate_friendly_name(row));
    require(facts->dns_name_count <= CERTIFICATE_NAMES_MAX);
    for (i = 0; i < facts->dns_name_count; i++) {
        require_clean(facts->dns_names[i].text);
        require(facts->dns_names[i].bytes[facts->dns_names[i].length] == '\0');
    }
    for (i = 0; i < facts->ip_address_count; i++)
        require_clean(facts->ip_addresses[i]);
    require(touch_certificate(0, row) == touch_certificate(0, row));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct certificates *store = certificates_new();
    struct certificate_list list = {0}, again = {0};
    size_t i;

    require(certificates_read(store, data, size, &list) == ADSCP_OK);
    require(list.count > 0 || list.problem != NULL);
    require(list.count <= CERTIFICATE_LIST_MAX);
    for (i = 0; i < list.count; i++)
        try_row(list.rows[i]);
    require(certificates_read(store, data, size, &again) == ADSCP_OK);
    require(again.count == list.count && again.problem == list.problem);
    require(again.count == 0 || memcmp(again.rows, list.rows,
                                       list.count * sizeof(*list.rows)) == 0);
    certificate_list_free(&list);
    certificate_list_free(&again);
    certificates_release(store);
    return 0;
}
