/* SPDX-License-Identifier: MIT */
/*
 * The command `save`: a snapshot of what was read, into a file.
 */
#include "command.h"

/* An export that was read shall not be lost to its own snapshot, which lacks
 * what adscp does not keep. */
bool save_ready(struct cli *cli)
{
    if (adscp_reader_set_keep_entries(cli->reader, 1) != ADSCP_OK) {
        cli_fail("out of memory");
        return false;
    }
    return file_ready(cli, cli->words[0]);
}

int save_run(const struct cli *cli, const adscp_forest *forest)
{
    int64_t start = cli_clock_ns();
    const char *text = adscp_forest_snapshot(forest);
    int status;

    if (text == NULL)
        return cli_fail("out of memory");
    status = file_deliver(cli->words[0], text);
    if (status != CLI_DONE)
        return status;
    cli_timing(cli, "save", start);
    return adscp_forest_complete(forest) == 1 &&
                   adscp_forest_census_complete(forest) != 0
               ? CLI_DONE
               : CLI_PARTIAL;
}
