/* SPDX-License-Identifier: MIT */
/*
 * A plan as files: the change records of each step, and the cmdlets. Whoever
 * carries a plan out does it from these.
 */
#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_ROOM = 32 };

static void name_of_step(int step, char name[NAME_ROOM])
{
    snprintf(name, NAME_ROOM, "%02d.ldif", step + 1);
}

/* "07.ldif" */
static bool is_name_of_step(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && strcmp(name + digits, ".ldif") == 0;
}

static bool is_own(const char *name, int count)
{
    char own[NAME_ROOM];

    name_of_step(atoi(name) - 1, own);
    return strcmp(name, own) == 0 && atoi(name) >= 1 && atoi(name) <= count;
}

/* Steps of a longer plan would be carried out with these. Nobody's files are
 * removed. */
static bool has_others(const char *folder, int count)
{
    DIR *open = opendir(folder);
    const struct dirent *row;
    bool found = false;

    if (open == NULL)
        return false;
    while (!found && (row = readdir(open)) != NULL) {
        found = is_name_of_step(row->d_name) && !is_own(row->d_name, count);
        if (found)
            cli_fail("--ldif-to: %s holds %s, which is no step of this plan: "
                     "name an empty folder, or remove that file",
                     folder, row->d_name);
    }
    closedir(open);
    return found;
}

/* Of those that the plan's steps name. */
static bool is_read(const adscp_plan *plan, const char *to)
{
    int i, count = adscp_plan_step_count(plan);

    for (i = 0; i < count; i++) {
        const char *path = adscp_plan_step_file(plan, i);

        if (path == NULL || !file_is_same(path, to))
            continue;
        cli_fail("%s would be overwritten, which step %d reads: name another "
                 "file",
                 to, i + 1);
        return true;
    }
    return false;
}

static bool may_write(const struct cli *cli, const adscp_plan *plan,
                      const char *to)
{
    return file_ready(cli, to) && !is_read(plan, to);
}

/* The file of a step: NULL, out of memory. */
static char *path_of_step(const struct cli *cli, int step)
{
    char name[NAME_ROOM], *path;

    name_of_step(step, name);
    return asprintf(&path, "%s/%s", cli->ldif_to, name) < 0 ? NULL : path;
}

/* Before the first one is written. */
static bool may_write_changes(const struct cli *cli, const adscp_plan *plan)
{
    int i, count = adscp_plan_step_count(plan);
    bool ok = !has_others(cli->ldif_to, count);

    for (i = 0; i < count && ok; i++) {
        char *path = path_of_step(cli, i);

        ok = path != NULL && may_write(cli, plan, path);
        if (path == NULL)
            cli_fail("out of memory");
        free(path);
    }
    return ok;
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat first, second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* The cmdlets would take the place of a step, or a step theirs. */
static bool is_apart(const struct cli *cli)
{
    const char *slash = strrchr(cli->cmdlets_to, '/');
    char *folder;
    bool same;

    if (!is_name_of_step(slash != NULL ? slash + 1 : cli->cmdlets_to))
        return true;
    folder = slash != NULL ? strndup(cli->cmdlets_to,
                                     (size_t)(slash - cli->cmdlets_to) + 1)
                           : strdup(".");
    same = folder != NULL && is_same_folder(folder, cli->ldif_to);
    if (same)
        cli_fail("--cmdlets-to: %s is the name of a step of --ldif-to: name "
                 "another file",
                 cli->cmdlets_to);
    else if (folder == NULL)
        cli_fail("out of memory");
    same = same || folder == NULL;
    free(folder);
    return !same;
}

static int write_changes(const struct cli *cli, const adscp_plan *plan)
{
    int status = CLI_DONE, i, count = adscp_plan_step_count(plan);

    for (i = 0; i < count && status == CLI_DONE; i++) {
        char *path = path_of_step(cli, i);

        status = path != NULL ? file_deliver(path, adscp_plan_changes(plan, i))
                              : cli_fail("out of memory");
        free(path);
    }
    return status;
}

/* A step's own words may hold nothing that would end the comment. */
static char *cmdlets_text(const adscp_plan *plan)
{
    int i, k, count = adscp_plan_step_count(plan);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    for (i = 0; i < count; i++) {
        fprintf(out, "%s# Step %d: %s\n", i > 0 ? "\n" : "", i + 1,
                adscp_plan_step(plan, i));
        for (k = 0; k < adscp_plan_cmdlet_count(plan, i); k++)
            fprintf(out, "%s\n", adscp_plan_cmdlet(plan, i, k));
    }
    return cli_take(out, &text);
}

static bool may_write_all(const struct cli *cli, const adscp_plan *plan)
{
    const char *folder = cli->ldif_to;

    if (folder != NULL && mkdir(folder, 0777) != 0 && errno != EEXIST) {
        cli_fail("--ldif-to: %s: %s", folder, strerror(errno));
        return false;
    }
    if (folder != NULL && !may_write_changes(cli, plan))
        return false;
    if (cli->cmdlets_to == NULL)
        return true;
    return may_write(cli, plan, cli->cmdlets_to) &&
           (folder == NULL || is_apart(cli));
}

int plan_files_write(const struct cli *cli, const adscp_plan *plan)
{
    int status = CLI_DONE;
    char *text;

    if (!may_write_all(cli, plan))
        return CLI_LOCAL;
    if (cli->ldif_to != NULL)
        status = write_changes(cli, plan);
    if (cli->cmdlets_to == NULL || status != CLI_DONE)
        return status;
    text = cmdlets_text(plan);
    status = text != NULL ? file_deliver(cli->cmdlets_to, text)
                          : cli_fail("out of memory");
    free(text);
    return status;
}
