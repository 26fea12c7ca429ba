/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as an LDIF export: through the line reader, the records and the
 * decoder into a frozen forest, whose text must then be clean, and into
 * predictions for a mail address.
 */
#include <stdlib.h>
#include <string.h>

#include "gather/ldif/ldif.h"
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): NDEBUG must not make the harness blind. */
static void must(bool condition)
{
    if (!condition)
        abort();
}

static void must_be_clean(const char *text)
{
    must(text == NULL || text_is_clean(text, strlen(text)));
}

static void look_at_scp(const struct adscp_scp *scp)
{
    size_t i;

    must_be_clean(scp_dn(scp));
    for (i = 0; i < scp->binding_count; i++)
        must_be_clean(scp_binding(scp, i));
    for (i = 0; i < scp->keyword_count; i++)
        must_be_clean(scp_keyword(scp, i)->text);
}

static void look_at(const struct directory *directory)
{
    size_t i;

    must_be_clean(directory->config_dn);
    must_be_clean(directory->server);
    for (i = 0; i < directory->scp_count; i++)
        look_at_scp(&directory->scps[i]);
    for (i = 0; i < directory->server_count; i++)
        must_be_clean(directory->servers[i].dn);
    for (i = 0; i < directory->site_count; i++)
        must_be_clean(directory->sites[i].name);
    for (i = 0; i < directory->notes.count; i++)
        must_be_clean(finding_sentence(&directory->notes.rows[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct adscp_forest *forest = forest_new();
    struct directory *directory = NULL;
    struct decoder *decoder = NULL;
    struct detail detail;
    int rc;

    detail_clear(&detail);
    must(forest != NULL && forest_ask(forest, JUDGE_MAIL));
    directory = forest_add_directory(forest, NULL);
    must(directory != NULL);
    directory->allowed = directory->complete = true;
    decoder = decoder_new(forest, directory);
    must(decoder != NULL);
    rc = ldif_read_memory("fuzz", (const char *)data, size, directory, decoder,
                          &detail);
    must(rc == ADSCP_OK || rc == ADSCP_E_FORMAT);
    must((rc == ADSCP_OK) == (detail.text[0] == '\0'));
    must_be_clean(detail.text);
    must(decoder_finish(decoder) == ADSCP_OK);
    decoder_free(decoder);
    must(forest_freeze(forest, NULL) == ADSCP_OK);
    look_at(directory);
    judge_forest(forest);
    forest_release(forest);
    return 0;
}
