/* SPDX-License-Identifier: MIT */
/*
 * A root that another forest distributes and the client's own does not: it can
 * be published here as well. The plan names it as that forest does, or by its
 * SHA-1 where that name stands for several certificates.
 */
#include <string.h>

#include "api/advice/private.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "facts/dn.h"
#include "facts/forest.h"
#include "judge/alert.h"

enum { FOREST_NAME_MAX = 256 };

/* Who publishes it. */
struct publisher {
    const struct authority *authority;
    const struct directory *directory;
};

static bool has_bytes(const struct authority *row, const void *der,
                      size_t length)
{
    size_t i;

    for (i = 0; row->is_root && i < row->certificate_count; i++)
        if (row->certificates[i].length == length &&
            memcmp(row->certificates[i].bytes, der, length) == 0)
            return true;
    return false;
}

static struct publisher find_publisher(const adscp_forest *forest,
                                       const adscp_certificate *root)
{
    size_t length, i, k;
    const void *der = certificate_der(root, &length);

    for (i = 1; der != NULL && i < forest->directory_count; i++) {
        const struct directory *directory = forest->directories[i];

        for (k = 0; k < directory->authority_count; k++)
            if (has_bytes(&directory->authorities[k], der, length))
                return (struct publisher){&directory->authorities[k],
                                          directory};
    }
    return (struct publisher){NULL, NULL};
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && text_equal_fold(a, strlen(a), b, strlen(b));
}

/* Does the name stand for this certificate alone? */
static bool is_alone(const adscp_forest *forest, const struct authority *row)
{
    size_t i, k, found = 0;

    if (row->name == NULL || row->name[0] == '\0' ||
        row->certificate_count != 1)
        return false;
    for (i = 0; i < forest->directory_count; i++) {
        const struct directory *directory = forest->directories[i];

        for (k = 0; k < directory->server_count; k++)
            found += is_same(directory->servers[k].name, row->name);
        for (k = 0; i > 0 && k < directory->authority_count; k++)
            found += directory->authorities[k].is_root &&
                     is_same(directory->authorities[k].name, row->name);
    }
    return found == 1;
}

int add_other_root(const adscp_forest *forest, struct attempt *attempt,
                   const adscp_alert *alert)
{
    const adscp_certificate *root = alert != NULL ? alert->other_root : NULL;
    struct publisher at = {NULL, NULL};
    struct export_text step = {.bytes = NULL};
    char name[FOREST_NAME_MAX];
    const char *sha1;
    int rc;

    if (root != NULL)
        at = find_publisher(forest, root);
    if (at.authority == NULL || at.directory->config_dn == NULL ||
        !dn_domain(at.directory->config_dn, strlen(at.directory->config_dn),
                   name, sizeof(name)))
        return ADSCP_OK;
    sha1 = certificate_sha1(root);
    if (sha1 == NULL)
        return ADSCP_E_NOMEM;
    put_text(&step, "publish-root");
    put_word(&step, is_alone(forest, at.authority) ? at.authority->name : sha1);
    rc =
        add_named(attempt, &step, ACT_OTHER_ROOT,
                  at.authority->name != NULL ? at.authority->name : sha1, name);
    export_free(&step);
    return rc;
}
