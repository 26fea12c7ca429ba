/* SPDX-License-Identifier: MIT */
/*
 * How a step is written down: LDIF change records.
 */
#include "judge/plan/private.h"

#include <string.h>

#include "base/text.h"
#include "facts/dn.h"

/* --------------------------------------------------------------- records -- */

void begin_record(struct making *making, struct span dn, const char *type)
{
    export_line(&making->step->changes, "dn", dn.text, dn.length);
    put_line(making, "changetype", type);
}

void end_record(struct making *making)
{
    export_put(&making->step->changes, "\n", 1);
}

void put_line(struct making *making, const char *name, const char *value)
{
    export_line(&making->step->changes, name, value, strlen(value));
}

void begin_part(struct making *making, const char *operation,
                const char *attribute)
{
    put_line(making, operation, attribute);
}

void end_part(struct making *making)
{
    export_put(&making->step->changes, "-\n", 2);
}

/* ----------------------------------------------------------- new entries --
 */

void begin_entry(struct making *making, const char *dn, const char *class_name)
{
    begin_record(making, (struct span){dn, strlen(dn)}, "add");
    put_line(making, "objectClass", "top");
    put_line(making, "objectClass", class_name);
}

void put_container(struct making *making, const char *dn)
{
    begin_entry(making, dn, "container");
    end_record(making);
}

/* The containers above, the highest first, unless they were read. */
void put_parents(struct making *making, const char *dn)
{
    const char *config = making->directory->config_dn;
    size_t length = strlen(dn), cut;
    const char *above[64];
    size_t count = 0;

    while (count < sizeof(above) / sizeof(above[0]) &&
           dn_is_below(dn, length, config, strlen(config)) &&
           !making_has_entry(making, dn)) {
        above[count++] = dn;
        cut = dn_first_length(dn, length) + 1;
        dn += cut;
        length -= cut;
    }
    while (count-- > 0)
        put_container(making, above[count]);
}
