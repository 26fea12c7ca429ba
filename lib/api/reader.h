/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_READER_H
#define ADSCP_API_READER_H

#include "adscp.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/stopwatch.h"
#include "gather/reader/reader.h"
#include "gather/trace.h"

/* What reader.c, reader_changes.c and reader_session.c share: how a reader
 * looks inside. */
struct adscp_reader {
    struct reader_plan plan;
    struct trace trace;
    struct stopwatch watch;
    struct cancel cancel;
    struct detail detail;
};

/* Leaves no copy of it. NULL is fine. */
void reader_free_secret(char *secret);

void reader_free_changes(struct reader_plan *plan);

#endif
