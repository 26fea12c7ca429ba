/* SPDX-License-Identifier: MIT */
/*
 * The command `save`: a snapshot of what was read, into a file.
 */
#include "command.h"
#include "coverage.h"

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

/* What every client may meet, as it is now. */
static int look(const struct cli *cli, adscp_sightings **sightingsp)
{
    adscp_coverage *coverage = NULL;
    int rc = coverage_cover(cli, &coverage);

    if (rc == ADSCP_OK)
        rc = coverage_look(cli, &coverage, sightingsp);
    adscp_coverage_free(coverage);
    return rc;
}

/* The same forest, with what was seen. */
static int attach(const struct cli *cli, const adscp_forest *forest,
                  const adscp_sightings *sightings, adscp_forest **seenp)
{
    adscp_reader *reader = adscp_reader_new();
    int rc = reader != NULL ? adscp_reader_set_forest(reader, forest)
                            : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK)
        rc = adscp_reader_set_sightings(reader, sightings);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_timeout_ms(reader, cli_left_ms(cli));
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, seenp);
    if (rc != ADSCP_OK) {
        cli_name_failure(rc);
        cli_fail("%s", adscp_error_text(rc));
    }
    adscp_reader_free(reader);
    return rc;
}

static int save(const struct cli *cli, const adscp_forest *forest)
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
                   adscp_forest_census_complete(forest) != 0 &&
                   adscp_sightings_complete(adscp_forest_sightings(forest)) != 0
               ? CLI_DONE
               : CLI_PARTIAL;
}

int save_run(const struct cli *cli, const adscp_forest *forest)
{
    adscp_sightings *sightings = NULL;
    adscp_forest *seen = NULL;
    int status, rc;

    if (!cli->observe)
        return save(cli, forest);
    rc = look(cli, &sightings);
    if (rc == ADSCP_OK)
        rc = attach(cli, forest, sightings, &seen);
    status = rc == ADSCP_OK            ? save(cli, seen)
             : rc == ADSCP_E_CANCELLED ? CLI_INTERRUPTED
                                       : CLI_LOCAL;
    adscp_forest_free(seen);
    adscp_sightings_free(sightings);
    return status;
}
