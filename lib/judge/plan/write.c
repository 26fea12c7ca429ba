/* SPDX-License-Identifier: MIT */
/*
 * How a step is written down: LDIF change records.
 */
#include "judge/plan/private.h"

#include <string.h>

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

bool is_cn(const char *name)
{
    size_t units = 0;

    for (; *name != '\0'; name++) {
        unsigned char byte = (unsigned char)*name;

        units += (byte & 0xC0) != 0x80; /* a character begins */
        units += byte >= 0xF0;          /* that needs a pair */
    }
    return units > 0 && units <= CN_MAX;
}
