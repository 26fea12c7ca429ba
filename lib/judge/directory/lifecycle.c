/* SPDX-License-Identifier: MIT */
/*
 * Products come to their end, and stand in the way of what follows them. Each
 * is told once, by the first of its servers and their count: a server by itself
 * is no worse than the others of its product.
 */
#include "judge/directory/lifecycle.h"

#include <string.h>

#include "base/date.h"
#include "facts/product.h"

struct lifecycle {
    char day[DATE_MAX]; /* that is judged */
    struct arena *arena;
    struct finding_list *findings;
    /* Per product. */
    const struct adscp_server *first[VERSION_LINE_COUNT];
    int64_t count[VERSION_LINE_COUNT];
};

/* An export has its servers in any order. */
static bool stands_before(const struct adscp_server *a,
                          const struct adscp_server *b)
{
    int order = text_compare_ascii(a->name, b->name);

    return order != 0 ? order < 0 : strcmp(a->dn, b->dn) < 0;
}

static void count_servers(struct lifecycle *lifecycle,
                          const struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->server_count; i++) {
        const struct adscp_server *server = &directory->servers[i];
        enum version_line line = version_product(server->line);
        const struct adscp_server **first = &lifecycle->first[line];

        if (server->is_copy)
            continue;
        lifecycle->count[line]++;
        if (*first == NULL || stands_before(server, *first))
            *first = server;
    }
}

static int tell(const struct lifecycle *lifecycle, enum finding_code code,
                enum version_line line, struct finding_what what)
{
    what.version =
        arena_format(lifecycle->arena, "Exchange %s", product_of(line)->name);
    if (what.version == NULL || what.words == NULL)
        return ADSCP_E_NOMEM;
    what.server = lifecycle->first[line]->name;
    what.count = lifecycle->count[line];
    return finding_add(lifecycle->findings, code, what);
}

/* Support lasts through its last day. */
static int find_end(const struct lifecycle *lifecycle, enum version_line line)
{
    const struct product *product = product_of(line);
    struct finding_what what = {0};
    bool has_note;

    if (lifecycle->count[line] == 0 || product == NULL ||
        product->end == NULL || strcmp(lifecycle->day, product->end) <= 0)
        return ADSCP_OK;
    has_note = product->note != NULL &&
               (product->note_end == NULL ||
                strcmp(lifecycle->day, product->note_end) <= 0);
    what.date = product->end;
    what.words = arena_format(
        lifecycle->arena, "%s%s (%s, as known on %s)", has_note ? "; " : "",
        has_note ? product->note : "", product->source, product_known());
    return tell(lifecycle, FINDING_SERVER_OUT_OF_SUPPORT, line, what);
}

/* Whoever has nothing newer does not upgrade yet. */
static bool has_newer(const struct lifecycle *lifecycle, enum version_line line)
{
    int other;

    for (other = (int)line + 1; other < VERSION_LINE_COUNT; other++)
        if (lifecycle->count[other] > 0)
            return true;
    return false;
}

static int find_block(const struct lifecycle *lifecycle,
                      const struct upgrade *upgrade)
{
    int rc = ADSCP_OK, line;

    if (strcmp(lifecycle->day, upgrade->since) < 0 ||
        !has_newer(lifecycle, upgrade->last))
        return ADSCP_OK;
    for (line = (int)upgrade->first;
         line <= (int)upgrade->last && rc == ADSCP_OK; line++)
        if (lifecycle->count[line] > 0 &&
            product_of((enum version_line)line) != NULL)
            rc = tell(lifecycle, FINDING_SERVER_BLOCKS_UPGRADE,
                      (enum version_line)line,
                      (struct finding_what){
                          .upgrade = upgrade->name,
                          .words = arena_format(lifecycle->arena, " (%s)",
                                                upgrade->source)});
    return rc;
}

int lifecycle_report(const struct directory_index *page, int64_t time,
                     struct arena *arena, struct finding_list *findings)
{
    struct lifecycle lifecycle = {.arena = arena, .findings = findings};
    const struct upgrade *upgrades;
    size_t count, i;
    int rc = ADSCP_OK, line;

    date_write(time, lifecycle.day);
    count_servers(&lifecycle, page->directory);
    for (line = 0; line < VERSION_LINE_COUNT && rc == ADSCP_OK; line++)
        rc = find_end(&lifecycle, (enum version_line)line);
    upgrades = product_upgrades(&count);
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = find_block(&lifecycle, &upgrades[i]);
    return rc;
}
