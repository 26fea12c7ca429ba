/* SPDX-License-Identifier: MIT */
/*
 * What each generation of Outlook does, in which order, and which of the
 * client's own settings changes that. Tables and nothing else: no directory is
 * asked here.
 */
#ifndef ADSCP_JUDGE_STEPS_GENERATION_H
#define ADSCP_JUDGE_STEPS_GENERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "facts/settings.h"

/* Which Outlook asks, and how it is set up; both borrowed. */
struct outlook_client {
    int client;                      /* ADSCP_CLIENT_*, or -1: any */
    const struct settings *settings; /* NULL: unknown */
};

/* A method in its place. */
struct generation_step {
    uint8_t method;   /* ADSCP_STEP_METHOD_* */
    uint8_t evidence; /* ADSCP_EVIDENCE_* */
};

/* The steps of a client in its order; returns their count, 0 for any. */
size_t generation_steps(int client, const struct generation_step **rowsp);

/* "outlook-2007"; NULL: there is none. */
const char *generation_name(int client);
/* "Outlook 2007", as one says it; "Outlook" for any. */
const char *generation_title(int client);
enum office_version generation_office(int client);
/* The SCPs and the mail domain are asked at the same time. */
bool generation_is_parallel(int client);

/* Whether a method is on, and which value decides that; NULL: none does. */
struct step_switch {
    int state; /* ADSCP_STEP_STATE_* */
    const char *by;
    const char *source;
};
struct step_switch generation_switch(const struct outlook_client *asker,
                                     int method);
/* Does the asker leave it out? Any Outlook leaves nothing out. */
bool generation_is_off(const struct outlook_client *asker, int method);

/* Does the user see what is wrong with a certificate? ADSCP_STEP_ERRORS_* */
int generation_errors(const struct outlook_client *asker, int method);

#endif
