/* SPDX-License-Identifier: MIT */
/*
 * A plan as files: the change records of each step, and the cmdlets. Whoever
 * carries a plan out does it from these.
 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int write_changes(const struct cli *cli, const adscp_plan *plan)
{
    const char *folder = cli->ldif_to;
    int status = CLI_DONE, i, count = adscp_plan_step_count(plan);

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return cli_fail("--ldif-to: %s: %s", folder, strerror(errno));
    for (i = 0; i < count && status == CLI_DONE; i++) {
        char *path;

        if (asprintf(&path, "%s/%02d.ldif", folder, i + 1) < 0)
            return cli_fail("out of memory");
        status = file_ready(cli, path)
                     ? file_deliver(path, adscp_plan_changes(plan, i))
                     : CLI_LOCAL;
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

int plan_files_write(const struct cli *cli, const adscp_plan *plan)
{
    int status = CLI_DONE;
    char *text;

    if (cli->ldif_to != NULL)
        status = write_changes(cli, plan);
    if (cli->cmdlets_to == NULL || status != CLI_DONE)
        return status;
    text = cmdlets_text(plan);
    if (text == NULL)
        return cli_fail("out of memory");
    status = file_ready(cli, cli->cmdlets_to)
                 ? file_deliver(cli->cmdlets_to, text)
                 : CLI_LOCAL;
    free(text);
    return status;
}
