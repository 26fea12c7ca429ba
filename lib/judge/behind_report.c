/* SPDX-License-Identifier: MIT */
/*
 * What is odd about a shared host and the servers behind it, in words.
 */
#include <string.h>

#include "adscp.h"
#include "judge/behind.h"
#include "base/date.h"

enum { NAMES_TOLD = 3, CERTIFICATES_TOLD = 3 };

/* A text in the making; NULL: out of memory. */
struct words {
    struct arena *arena;
    const char *text;
};

static void add(struct words *words, const char *before, const char *word)
{
    if (words->text != NULL)
        words->text =
            arena_format(words->arena, "%s%s%s", words->text, before, word);
}

/* "CN=mail, valid until 2027-01-01, thumbprint 0A...": renewed certificates
 * differ in little else. */
static void add_certificate(struct words *words, const char *before,
                            const struct adscp_certificate *certificate)
{
    const struct certificate_facts *facts = certificate_facts(certificate);
    const char *sha1 = certificate_sha1(certificate);
    char date[DATE_MAX];

    if (facts == NULL || sha1 == NULL) {
        words->text = NULL;
        return;
    }
    date_write(facts->not_after, date);
    add(words, before,
        facts->subject != NULL && facts->subject[0] != '\0' ? facts->subject
                                                            : "no subject");
    if (date[0] != '\0')
        add(words, ", valid until ", date);
    add(words, ", thumbprint ", sha1);
}

static bool row_shows(const struct adscp_backend *row,
                      const struct adscp_certificate *certificate)
{
    const struct adscp_certificate *shown = behind_shown(row->sighting);

    return shown != NULL && certificate_same(shown, certificate);
}

/* "EX01, EX02 and others": who shows it. */
static void add_names(struct words *words, const struct adscp_front *front,
                      const struct adscp_certificate *certificate)
{
    size_t told = 0, i;

    for (i = 0; i < front->count; i++) {
        if (!row_shows(&front->rows[i], certificate))
            continue;
        if (told == NAMES_TOLD) {
            add(words, "", " and others");
            return;
        }
        add(words, told++ > 0 ? ", " : "", front->rows[i].server->name);
    }
}

/* Is it the first server that shows its certificate? */
static bool leads(const struct adscp_front *front, size_t row)
{
    const struct adscp_certificate *shown =
        behind_shown(front->rows[row].sighting);
    size_t i;

    if (shown == NULL)
        return false;
    for (i = 0; i < row; i++)
        if (row_shows(&front->rows[i], shown))
            return false;
    return true;
}

/* "EX01, EX02: CN=mail, ...; EX03: CN=mail, ...", of all servers or of those
 * that do not show what the host shows. Returns how many certificates. */
static size_t add_shown(struct words *words, const struct adscp_front *front,
                        bool different, const char *joint)
{
    size_t count = 0, i;

    for (i = 0; i < front->count; i++) {
        const struct adscp_backend *row = &front->rows[i];

        if ((different && row->same != 0) || !leads(front, i))
            continue;
        if (count++ >= CERTIFICATES_TOLD)
            continue;
        add(words, count > 1 ? "; " : joint, "");
        add_names(words, front, behind_shown(row->sighting));
        add_certificate(words, ": ", behind_shown(row->sighting));
    }
    if (count > CERTIFICATES_TOLD)
        add(words, "; ", "and others");
    return count;
}

static int report_servers(const struct adscp_front *front, struct arena *arena,
                          struct finding_list *findings)
{
    struct words words = {arena, ""};
    size_t count = add_shown(&words, front, false, "");

    if (words.text == NULL)
        return ADSCP_E_NOMEM;
    if (count < 2)
        return ADSCP_OK;
    return finding_add(
        findings, FINDING_SERVERS_CERTIFICATES_DIFFER,
        (struct finding_what){
            .host = front->host,
            .certificates = words.text,
            .words = "that is what port 443 shows there, perhaps since a "
                     "renewal is half done; what a user sees may depend on "
                     "which of them answers"});
}

static int report_front(const struct adscp_front *front, struct arena *arena,
                        struct finding_list *findings)
{
    struct words words = {arena, front->host};

    if (front->different == 0)
        return ADSCP_OK;
    add_certificate(&words, ": ", behind_shown(front->sighting));
    add_shown(&words, front, true, "; ");
    if (words.text == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(
        findings, FINDING_FRONT_CERTIFICATE_DIFFERS,
        (struct finding_what){
            .host = front->host,
            .certificates = words.text,
            .words = front->same == 0
                         ? "TLS that is passed through cannot look like this, "
                           "so it ends before it reaches them"
                         : "unless TLS is passed through and only the others "
                           "were met, it ends before it reaches them"});
}

/* A server that shows a certificate for its own name answers, after all. */
static const char *why_silent(const struct adscp_backend *row,
                              struct arena *arena)
{
    const char *detail =
        row->sighting->detail != NULL ? row->sighting->detail : "no answer";

    if (row->own == NULL)
        return detail;
    return arena_format(arena, "%s; asked for its own name it answers", detail);
}

static int report_silent(const struct adscp_front *front, struct arena *arena,
                         struct finding_list *findings)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < front->count && rc == ADSCP_OK; i++) {
        const struct adscp_backend *row = &front->rows[i];
        const char *reason;

        if (row->sighting == NULL || row->sighting->untried ||
            row->sighting->outcome == ADSCP_SIGHTING_OUTCOME_OK ||
            row->sighting->outcome == ADSCP_SIGHTING_OUTCOME_LIMIT)
            continue;
        reason = why_silent(row, arena);
        if (reason == NULL)
            return ADSCP_E_NOMEM;
        rc = finding_add(findings, FINDING_SERVER_NOT_BEHIND,
                         (struct finding_what){.dn = row->server->dn,
                                               .host = front->host,
                                               .server = row->server->name,
                                               .reason = reason});
    }
    return rc;
}

int behind_report(const struct adscp_front *front, struct arena *arena,
                  struct finding_list *findings)
{
    int rc = report_front(front, arena, findings);

    if (rc == ADSCP_OK)
        rc = report_servers(front, arena, findings);
    return rc == ADSCP_OK ? report_silent(front, arena, findings) : rc;
}
