/* SPDX-License-Identifier: MIT */
/*
 * Directories out of exports: the first one, those that a snapshot holds behind
 * it, and those that the caller named for pointers.
 */
#include "gather/reader/private.h"

#include <string.h>

#include "base/text.h"
#include "facts/decode/decode.h"
#include "facts/url.h"
#include "gather/ldif/ldif.h"

static bool same_target(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

/* The directory of a snapshot that is being read, other than its first one. */
struct section {
    struct ldif_sections base; /* the first member */
    struct run *run;
    struct decoder *decoder; /* NULL: none */
};

static int leave_section(struct section *section)
{
    int rc =
        section->decoder != NULL ? decoder_finish(section->decoder) : ADSCP_OK;

    decoder_free(section->decoder);
    section->decoder = NULL;
    return rc;
}

/* The caller has an export of it, which is newer or knows more. */
static bool is_named_export(const struct reader_plan *plan, const char *target)
{
    int i;

    for (i = 0; i < plan->file_count; i++)
        if (plan->files[i].target != NULL &&
            strcmp(plan->files[i].target, target) == 0)
            return true;
    return false;
}

static int enter_section(struct ldif_sections *sections, const char *target,
                         size_t length, struct decoder **decoderp)
{
    struct section *section = (struct section *)sections;
    struct adscp_forest *forest = section->run->forest;
    char name[LDAP_URL_TARGET_MAX];
    struct directory *directory;
    int rc = leave_section(section);

    *decoderp = NULL;
    sections->is_replaced = false;
    if (rc != ADSCP_OK || target == NULL ||
        forest->directory_count >= DIRECTORIES_MAX || length == 0 ||
        length >= sizeof(name) || !text_is_clean(target, length))
        return rc;
    memcpy(name, target, length);
    name[length] = '\0';
    sections->is_replaced = is_named_export(section->run->plan, name);
    if (sections->is_replaced || forest_find_directory(forest, name) != NULL)
        return ADSCP_OK;
    directory = forest_add_directory(forest, name);
    if (directory == NULL)
        return ADSCP_E_NOMEM;
    directory->source = ADSCP_FOREST_SOURCE_LDIF;
    directory->allowed = true;
    section->decoder = decoder_new(forest, directory);
    *decoderp = section->decoder;
    return section->decoder != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int read_file(struct run *run, const char *path,
                     struct directory *directory, struct decoder *decoder)
{
    struct section section = {.base.enter = enter_section, .run = run};
    int rc = ldif_read_file(path, directory, decoder, &section.base,
                            run->deadline, run->detail);

    if (rc == ADSCP_OK && !forest_add_input(run->forest, path))
        rc = ADSCP_E_NOMEM;
    if (rc == ADSCP_OK)
        return leave_section(&section);
    decoder_free(section.decoder);
    return rc;
}

int reader_read_exports(struct run *run, const char *target,
                        struct directory *directory)
{
    const struct reader_plan *plan = run->plan;
    struct decoder *decoder = decoder_new(run->forest, directory);
    int rc = ADSCP_OK, i;

    if (decoder == NULL)
        return ADSCP_E_NOMEM;
    stopwatch_enter(plan->watch, ADSCP_READER_PHASE_EXPORT);
    directory->source = ADSCP_FOREST_SOURCE_LDIF;
    directory->allowed = true;
    for (i = 0; i < plan->file_count && rc == ADSCP_OK; i++)
        if (same_target(plan->files[i].target, target))
            rc = read_file(run, plan->files[i].path, directory, decoder);
    if (rc == ADSCP_OK && target == NULL)
        rc = reader_keep_site(run, decoder_root(decoder));
    if (rc == ADSCP_OK)
        rc = decoder_finish(decoder);
    decoder_free(decoder);
    return rc;
}

int reader_read_named_exports(struct run *run)
{
    const struct reader_plan *plan = run->plan;
    int rc = ADSCP_OK, i;

    for (i = 0; i < plan->file_count && rc == ADSCP_OK; i++) {
        const char *target = plan->files[i].target;
        struct directory *directory;

        if (target == NULL || forest_find_directory(run->forest, target))
            continue;
        directory = forest_add_directory(run->forest, target);
        rc = directory != NULL ? reader_read_exports(run, target, directory)
                               : ADSCP_E_NOMEM;
    }
    return rc;
}
