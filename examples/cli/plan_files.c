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

enum { NAME_ROOM = 32, DIGITS_MAX = 10 };

/* All with as many digits, two at least: the order of the names is that of the
 * steps. */
static void name_of_step(const adscp_plan *plan, int step, char name[NAME_ROOM])
{
    int count = adscp_plan_step_count(plan), digits = 2;

    for (; count >= 100 && digits < DIGITS_MAX; count /= 10)
        digits++;
    snprintf(name, NAME_ROOM, "%0*d.ldif", digits, step + 1);
}

/* "07.ldif" */
static bool is_name_of_step(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && strcmp(name + digits, ".ldif") == 0;
}

/* "FAB7224AF91376829B1962CCDD9C0DB0BF73999C.cer" */
static bool is_name_of_certificate(const char *name)
{
    enum { SHA1_DIGITS = 40 };

    return strspn(name, "0123456789ABCDEF") == SHA1_DIGITS &&
           strcmp(name + SHA1_DIGITS, ".cer") == 0;
}

static bool is_same_text(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

static bool is_own(const adscp_plan *plan, const char *name)
{
    int i, count = adscp_plan_step_count(plan);
    char own[NAME_ROOM];

    for (i = 0; i < count; i++) {
        name_of_step(plan, i, own);
        if (strcmp(name, own) == 0 ||
            is_same_text(adscp_plan_certificate_name(plan, i), name))
            return true;
    }
    return false;
}

/* Steps of a longer plan would be carried out with these. Nobody's files are
 * removed. */
static bool has_others(const char *folder, const adscp_plan *plan)
{
    DIR *open = opendir(folder);
    const struct dirent *row;
    bool found = false;

    if (open == NULL)
        return false;
    while (!found && (row = readdir(open)) != NULL) {
        found = (is_name_of_step(row->d_name) ||
                 is_name_of_certificate(row->d_name)) &&
                !is_own(plan, row->d_name);
        if (found)
            cli_fail("--ldif-to: %s holds %s, which is no file of this plan: "
                     "name an empty folder, or remove that file",
                     folder, row->d_name);
    }
    closedir(open);
    return found;
}

/* ----------------------------------------------------------------- files -- */

/* What is to be written, whose paths and texts are ours. */
struct files {
    char **paths, **texts;
    struct file_text *rows;
    size_t count;
};

/* Changes and a certificate, in two places, for each step, the plan, the
 * cmdlets. */
static bool files_open(struct files *files, const adscp_plan *plan)
{
    int count = adscp_plan_step_count(plan); /* -1: there is no plan */
    size_t most = 3 * (size_t)(count > 0 ? count : 0) + 2;

    files->paths = calloc(most, sizeof(char *));
    files->texts = calloc(most, sizeof(char *));
    files->rows = calloc(most, sizeof(*files->rows));
    return files->paths != NULL && files->texts != NULL && files->rows != NULL;
}

static void files_free(struct files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++) {
        free(files->paths[i]);
        free(files->texts[i]);
    }
    free(files->paths);
    free(files->texts);
    free(files->rows);
}

/* `length` of the folder's path, up to its slash, or none. Takes over the text;
 * false: out of memory. */
static bool files_add(struct files *files, const char *folder, size_t length,
                      const char *name, char *text)
{
    char *path = NULL;

    if (text != NULL &&
        asprintf(&path, "%.*s%s%s", (int)length, folder,
                 length > 0 && folder[length - 1] != '/' ? "/" : "", name) < 0)
        path = NULL;
    if (path == NULL) {
        free(text);
        return false;
    }
    files->paths[files->count] = path;
    files->texts[files->count] = text;
    files->rows[files->count] = (struct file_text){path, text};
    files->count++;
    return true;
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

/* "." for a bare name. NULL: out of memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? strndup(path, (size_t)(slash - path) + 1)
                         : strdup(".");
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat first, second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* ----------------------------------------------------------------- place -- */

/* The cmdlets would take the place of a step, or a step theirs. */
static bool is_apart(const struct cli *cli)
{
    const char *slash = strrchr(cli->cmdlets_to, '/');
    const char *name = slash != NULL ? slash + 1 : cli->cmdlets_to;
    char *folder;
    bool same;

    if (!is_name_of_step(name) && strcmp(name, "plan.txt") != 0)
        return true;
    folder = folder_of(cli->cmdlets_to);
    same = folder != NULL && is_same_folder(folder, cli->ldif_to);
    if (same)
        cli_fail("--cmdlets-to: %s is the name of a file of --ldif-to: name "
                 "another file",
                 cli->cmdlets_to);
    else if (folder == NULL)
        cli_fail("out of memory");
    same = same || folder == NULL;
    free(folder);
    return !same;
}

/* ----------------------------------------------------------------- texts -- */

/* Behind its head, what there is to say of each step. NULL: out of memory. */
static char *text_of(const adscp_plan *plan, const char *head,
                     void (*put)(FILE *out, const adscp_plan *plan, int step))
{
    int i, count = adscp_plan_step_count(plan); /* -1: there is no plan */
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    fputs(head, out);
    if (count <= 0)
        fputs("# There is nothing to do\n", out);
    for (i = 0; i < count; i++)
        put(out, plan, i);
    return cli_take(out, &text);
}

/* Without its mark, Windows PowerShell takes UTF-8 for the ANSI code page, in
 * which half of a letter may be a quote. */
static const char mark[] = "\xef\xbb\xbf";

/* A step's own words may hold nothing that would end the comment. */
static void put_cmdlets(FILE *out, const adscp_plan *plan, int step)
{
    int k;

    fprintf(out, "%s# Step %d: %s\n", step > 0 ? "\n" : "", step + 1,
            adscp_plan_step(plan, step));
    for (k = 0; k < adscp_plan_remark_count(plan, step); k++)
        fprintf(out, "# But %s\n", adscp_plan_remark(plan, step, k));
    for (k = 0; k < adscp_plan_cmdlet_count(plan, step); k++)
        fprintf(out, "%s\n", adscp_plan_cmdlet(plan, step, k));
}

/* What the change records alone do not bring about comes with the steps. */
static void put_step(FILE *out, const adscp_plan *plan, int step)
{
    const char *text = adscp_plan_step(plan, step);
    bool is_file = page_compare_start(text, "changes ");

    fprintf(out, "%s%s\n", is_file ? "# as a file: " : "", text);
}

/* Several steps may want one. */
static bool is_first(const adscp_plan *plan, int step, const char *name)
{
    int i = 0;

    while (i < step &&
           !is_same_text(adscp_plan_certificate_name(plan, i), name))
        i++;
    return i == step;
}

static bool add_copy(struct files *files, const char *folder, const char *name,
                     const char *text)
{
    return files_add(files, folder, strlen(folder), name, strdup(text));
}

/* The certificates that cmdlets read lie beside the cmdlets, and beside the
 * plan, of which others make cmdlets. */
static bool add_certificate(struct files *files, const struct cli *cli,
                            const adscp_plan *plan, int step)
{
    const char *text = adscp_plan_certificate(plan, step);
    const char *name = adscp_plan_certificate_name(plan, step);
    char *folder;
    bool ok;

    if (text == NULL || name == NULL || !is_first(plan, step, name))
        return true;
    if (cli->cmdlets_to == NULL)
        return add_copy(files, cli->ldif_to, name, text);
    folder = folder_of(cli->cmdlets_to);
    ok = folder != NULL && add_copy(files, folder, name, text);
    if (ok && cli->ldif_to != NULL && !is_same_folder(folder, cli->ldif_to))
        ok = add_copy(files, cli->ldif_to, name, text);
    free(folder);
    return ok;
}

static bool collect(struct files *files, const struct cli *cli,
                    const adscp_plan *plan)
{
    int i, count = adscp_plan_step_count(plan);
    const char *folder = cli->ldif_to;
    size_t length = folder != NULL ? strlen(folder) : 0;
    char name[NAME_ROOM];
    bool ok = files_open(files, plan);

    for (i = 0; i < count && ok; i++) {
        name_of_step(plan, i, name);
        ok = folder == NULL || files_add(files, folder, length, name,
                                         strdup(adscp_plan_changes(plan, i)));
        ok = ok && add_certificate(files, cli, plan, i);
    }
    if (ok && folder != NULL)
        ok = files_add(files, folder, length, "plan.txt",
                       text_of(plan, "# For adscp whatif --plan\n", put_step));
    if (ok && cli->cmdlets_to != NULL)
        ok = files_add(files, "", 0, cli->cmdlets_to,
                       text_of(plan, mark, put_cmdlets));
    return ok;
}

/* ----------------------------------------------------------------- whole -- */

static bool may_write(const struct cli *cli, const adscp_plan *plan,
                      const struct files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++)
        if (!file_ready(cli, files->paths[i]) || is_read(plan, files->paths[i]))
            return false;
    return true;
}

static bool is_possible(const struct cli *cli, const adscp_plan *plan)
{
    const char *folder = cli->ldif_to;

    if (cli->cmdlets_to != NULL && file_is_output(cli->cmdlets_to)) {
        cli_fail("--cmdlets-to: standard output carries the answer: name a "
                 "file");
        return false;
    }
    if (folder != NULL && mkdir(folder, 0777) != 0 && errno != EEXIST) {
        cli_fail("--ldif-to: %s: %s", folder, strerror(errno));
        return false;
    }
    if (folder != NULL && has_others(folder, plan))
        return false;
    return folder == NULL || cli->cmdlets_to == NULL || is_apart(cli);
}

int plan_files_write(const struct cli *cli, const adscp_plan *plan)
{
    struct files files = {.count = 0};
    int status = CLI_LOCAL;

    if (cli->ldif_to == NULL && cli->cmdlets_to == NULL)
        return CLI_DONE;
    if (!is_possible(cli, plan))
        return CLI_LOCAL;
    if (!collect(&files, cli, plan))
        cli_fail("out of memory");
    else if (may_write(cli, plan, &files))
        status = file_deliver_all(files.rows, files.count);
    files_free(&files);
    return status;
}
