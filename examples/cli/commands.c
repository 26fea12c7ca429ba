/* SPDX-License-Identifier: MIT */
/*
 * The table of the commands, and their names in sentences.
 */
#include "command.h"

#include <limits.h>
#include <string.h>

#define EXPORT "examples/kb2006728.ldif"
#define GIVEN_LATER                                                            \
    "it keeps what the directory says; give the option to the command that "   \
    "reads the file"

#define ENDS                                                                   \
    "0 done, 1 wrong usage or local error, 2 the directory could not be read"
#define ALERT ", 4 an alert or a failure to connect"
#define NOTHING ", 3 nothing found"
#define PARTIAL ", 5 the answer was cut short."

static const struct command rows[] = {
    [CLI_NONE] = {.name = ""},
#define COMMAND(id, text, ...) [CLI_##id] = {.name = text, __VA_ARGS__},
#include "commands.def"
#undef COMMAND
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const struct command *command_of(enum cli_command id)
{
    return &rows[id];
}

enum cli_command command_find(const char *name)
{
    int i;

    for (i = CLI_NONE + 1; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return (enum cli_command)i;
    return CLI_NONE;
}

/* The next one after `i` that is in the set and shown; ROWS: there is none. */
static int next_in(unsigned set, int i)
{
    for (i++; i < ROWS; i++)
        if ((set >> i & 1) != 0 && rows[i].summary != NULL)
            return i;
    return ROWS;
}

void command_names(unsigned set, const char *last, char *text, size_t size)
{
    int i = next_in(set, CLI_NONE), next;
    size_t used = 0;

    text[0] = '\0';
    for (; i < ROWS && used < size; i = next) {
        const char *joint = "";

        next = next_in(set, i);
        if (used > 0)
            joint = next < ROWS ? ", " : last;
        used += (size_t)snprintf(text + used, size - used, "%s%s", joint,
                                 rows[i].name);
    }
}

void command_unknown(const char *word)
{
    struct nearest nearest = {.wanted = word};
    char names[256];
    int i;

    for (i = CLI_NONE + 1; i < ROWS; i++)
        if (rows[i].summary != NULL)
            nearest_try(&nearest, rows[i].name);
    command_names(~0U, " or ", names, sizeof(names));
    if (nearest.found != NULL)
        cli_fail("there is no command \"%s\": did you mean \"%s\"?", word,
                 nearest.found);
    else
        cli_fail("there is no command \"%s\": use %s", word, names);
}
