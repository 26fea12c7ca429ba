/* SPDX-License-Identifier: MIT */
/*
 * Certificates that another forest publishes, where that was read as well: its
 * roots, and those of its servers. What a client meets behind a pointer is
 * issued there, and its own forest may publish the root, too.
 */
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "judge/plan/private.h"

enum { SHA1_DIGITS = 40, FOREST_NAME_MAX = 256 };

static bool is_sha1(const char *word)
{
    return strlen(word) == SHA1_DIGITS &&
           strspn(word, "0123456789ABCDEFabcdef") == SHA1_DIGITS;
}

static bool is_name(const char *name, const char *word)
{
    return name != NULL &&
           text_equal_fold(name, strlen(name), word, strlen(word));
}

/* Another directory than the forest's own, with a name. */
static bool is_other(const struct adscp_forest *forest,
                     const struct directory *directory)
{
    const char *own = forest->directories[0]->config_dn;

    return directory->config_dn != NULL && own != NULL &&
           text_compare_ascii(directory->config_dn, own) != 0;
}

static bool has_name(const struct directory *directory, const char *word)
{
    size_t i;

    for (i = 0; i < directory->authority_count; i++)
        if (directory->authorities[i].is_root &&
            is_name(directory->authorities[i].name, word))
            return true;
    for (i = 0; i < directory->server_count; i++)
        if (is_name(directory->servers[i].name, word))
            return true;
    return false;
}

bool plan_is_foreign(const struct adscp_forest *forest, const char *word)
{
    size_t i;

    for (i = 1; i < forest->directory_count; i++)
        if (is_other(forest, forest->directories[i]) &&
            (is_sha1(word) || has_name(forest->directories[i], word)))
            return true;
    return false;
}

/* ---------------------------------------------------------------- search -- */

struct hunt {
    struct making *making;
    const char *word;
    const char *forest; /* whose directory it is in */
    struct foreign found;
    bool several;
};

static void look(struct hunt *hunt, const struct blob *value, const char *name)
{
    struct foreign row = {.forest = hunt->forest};

    if (value->bytes == NULL ||
        (!is_sha1(hunt->word) && !is_name(name, hunt->word)))
        return;
    row.der = making_certificate(hunt->making, value->bytes, value->length,
                                 &row.name, &row.sha1);
    if (row.der.bytes == NULL ||
        (is_sha1(hunt->word) && !is_name(row.sha1, hunt->word)))
        return;
    if (hunt->found.der.bytes == NULL)
        hunt->found = row;
    else if (strcmp(hunt->found.sha1, row.sha1) != 0)
        hunt->several = true;
}

static void search(struct hunt *hunt, const struct directory *directory)
{
    size_t i, k;

    for (i = 0; i < directory->authority_count; i++) {
        const struct authority *row = &directory->authorities[i];

        for (k = 0; row->is_root && k < row->certificate_count; k++)
            look(hunt, &row->certificates[k], row->name);
    }
    for (i = 0; i < directory->server_count; i++)
        look(hunt, &directory->servers[i].certificate,
             directory->servers[i].name);
}

struct foreign making_foreign(struct making *making, const char *word)
{
    const struct adscp_forest *forest = making->question->forest;
    struct hunt hunt = {.making = making, .word = word};
    char name[FOREST_NAME_MAX];
    size_t i;

    for (i = 1; i < forest->directory_count; i++) {
        const struct directory *directory = forest->directories[i];

        if (!is_other(forest, directory) ||
            !dn_domain(directory->config_dn, strlen(directory->config_dn), name,
                       sizeof(name)))
            continue;
        hunt.forest = format(making, "%s", name);
        search(&hunt, directory);
    }
    if (hunt.several) {
        fail(making,
             "other forests publish several certificates under the name %s: "
             "name one by its SHA-1",
             word);
        return (struct foreign){.name = NULL};
    }
    if (hunt.found.der.bytes == NULL)
        fail(making, "no other forest publishes a certificate of %s", word);
    return hunt.found;
}
