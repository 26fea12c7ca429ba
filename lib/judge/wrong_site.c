/* SPDX-License-Identifier: MIT */
/*
 * The sentence about a site that the forest does not have. Most such names are
 * misspelt, or are more than a name: a list, a DN, a keyword. Whoever asked
 * finds in it what to ask instead.
 */
#include "judge/wrong_site.h"
#include "facts/dn.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "judge/site.h"

enum {
    SHOWN_MAX = 8,
    NAME_SIZE = 72, /* a site's name has 63 characters at most */
    GIVEN_SIZE = 100,
    COMPARED_MAX = 63 /* bytes of a name whose spelling is compared */
};

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Letters to add, leave out or change until one name is the other
 * (Levenshtein), whatever their case. */
static size_t distance(const char *a, size_t a_length, const char *b,
                       size_t b_length)
{
    size_t row[COMPARED_MAX + 1], i, j;

    for (j = 0; j <= b_length; j++)
        row[j] = j;
    for (i = 1; i <= a_length; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (j = 1; j <= b_length; j++) {
            const size_t same = corner + (text_lower_ascii(a[i - 1]) !=
                                          text_lower_ascii(b[j - 1]));

            corner = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1, same);
        }
    }
    return row[b_length];
}

/* Part of a text: what the caller may have meant. */
struct part {
    const char *text;
    size_t length;
};

/* The names shown, the nearest first. */
struct nearest {
    const char *names[SHOWN_MAX];
    size_t distances[SHOWN_MAX];
    size_t shown;
    size_t count; /* of all that there are */
};

static void add_name(struct nearest *nearest, const char *name, size_t away)
{
    size_t i = nearest->shown;

    nearest->count++;
    while (i > 0 && (away < nearest->distances[i - 1] ||
                     (away == nearest->distances[i - 1] &&
                      text_compare_ascii(name, nearest->names[i - 1]) < 0))) {
        if (i < SHOWN_MAX) {
            nearest->names[i] = nearest->names[i - 1];
            nearest->distances[i] = nearest->distances[i - 1];
        }
        i--;
    }
    if (i == SHOWN_MAX)
        return;
    nearest->names[i] = name;
    nearest->distances[i] = away;
    if (nearest->shown < SHOWN_MAX)
        nearest->shown++;
}

static size_t clamp(size_t length)
{
    return length < COMPARED_MAX ? length : COMPARED_MAX;
}

static void find_nearest(const struct directory *directory, struct part meant,
                         struct nearest *nearest)
{
    const size_t length = clamp(meant.length);
    size_t i;

    for (i = 0; i < directory->site_count; i++) {
        const char *name = directory->sites[i].name;

        if (!dn_name_is_mangled(name))
            add_name(nearest, name,
                     distance(meant.text, length, name, clamp(strlen(name))));
    }
}

/* "\"Berlin\", \"Bern\" and 37 more". */
static void show(const struct nearest *nearest, char *out, size_t size)
{
    size_t used = 0, i;

    out[0] = '\0';
    for (i = 0; i < nearest->shown && used + NAME_SIZE + 32 < size; i++) {
        char name[NAME_SIZE];

        text_escape(name, sizeof(name), nearest->names[i],
                    strlen(nearest->names[i]));
        used += (size_t)snprintf(out + used, size - used, "%s\"%s\"",
                                 i > 0 ? ", " : "", name);
    }
    if (i < nearest->count)
        snprintf(out + used, size - used, " (and %zu more)",
                 nearest->count - i);
}

/* What is wrong with the text that was given, where that can be seen; else "".
 */
static const char *understand(const char *given, struct part *meantp)
{
    static const char keyword[] = "Site=";
    const size_t length = strlen(given);
    size_t end = strcspn(given, ",;");

    *meantp = (struct part){given, end};
    if (text_starts(given, length, "CN=")) {
        *meantp = (struct part){given + 3, end - 3};
        return "that is a DN: give the site's name alone; ";
    }
    if (text_starts(given, length, keyword)) {
        *meantp = (struct part){given + strlen(keyword), end - strlen(keyword)};
        return "that is a keyword: give the site's name alone; ";
    }
    return end < length
               ? "a client is in one site: ask for each site separately; "
               : "";
}

int wrong_site(const struct directory *directory, const char *given,
               struct detail *detail)
{
    struct nearest nearest = {.count = 0};
    char name[GIVEN_SIZE], names[256];
    struct part meant;
    const char *wrong = understand(given, &meant);

    find_nearest(directory, meant, &nearest);
    show(&nearest, names, sizeof(names));
    text_escape(name, sizeof(name), given, strlen(given));
    return detail_set(detail, ADSCP_E_ARGUMENT,
                      "the forest has no site \"%s\": %s%s %s", name, wrong,
                      nearest.count == 1 ? "its only site is" : "its sites are",
                      names);
}
