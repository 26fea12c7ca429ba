/* SPDX-License-Identifier: MIT */
#include "facts/product.h"

static const char known[] =
#define EXCHANGE_KNOWN(day) day;
#include "facts/exchange.def"

    static const struct product products[] = {
#define PRODUCT(line, name, end, note, note_end, source)                       \
    {VERSION_##line, name, end, note, note_end, source},
#include "facts/exchange.def"
};

static const struct upgrade upgrades[] = {
#define UPGRADE(name, since, first, last, source)                              \
    {name, since, VERSION_##first, VERSION_##last, source},
#include "facts/exchange.def"
};

static const struct coexistence coexistences[] = {
#define BESIDE(line, oldest, source) {VERSION_##line, VERSION_##oldest, source},
#include "facts/exchange.def"
};

const struct product *product_of(enum version_line product)
{
    size_t i;

    for (i = 0; i < sizeof(products) / sizeof(products[0]); i++)
        if (products[i].line == product)
            return &products[i];
    return NULL;
}

const struct coexistence *product_beside(enum version_line product)
{
    size_t i;

    for (i = 0; i < sizeof(coexistences) / sizeof(coexistences[0]); i++)
        if (coexistences[i].line == product)
            return &coexistences[i];
    return NULL;
}

const struct upgrade *product_upgrades(size_t *countp)
{
    *countp = sizeof(upgrades) / sizeof(upgrades[0]);
    return upgrades;
}

const char *product_known(void)
{
    return known;
}
