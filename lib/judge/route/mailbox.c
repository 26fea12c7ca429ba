/* SPDX-License-Identifier: MIT */
/*
 * From a mail address to the server that holds the mailbox: the recipient, his
 * database (homeMDB), its owner. msExchHomeServerName is believed only where
 * the database does not tell, since it may be stale in an availability group.
 * What contradicts or misses is a finding, and the answer "unknown".
 */
#include "judge/route/mailbox.h"

#include <string.h>

#include "facts/dn.h"
#include "facts/finding.h"
#include "facts/mail.h"
#include "judge/directory/topology.h"

enum { NAME_MAX = 256 }; /* bytes of a DNS name */

/* ------------------------------------------------------------- recipient -- */

/* What one directory says of the address. */
static void look_up(const struct directory *directory, name_id asked,
                    struct adscp_mailbox *mailbox)
{
    static const int kinds[] = {
        [RECIPIENT_PLAIN] = ADSCP_MAILBOX_KIND_NOT_FOUND,
        [RECIPIENT_MAILBOX] = ADSCP_MAILBOX_KIND_MAILBOX,
        [RECIPIENT_MAIL_USER] = ADSCP_MAILBOX_KIND_MAIL_USER,
        [RECIPIENT_CONTACT] = ADSCP_MAILBOX_KIND_CONTACT,
        [RECIPIENT_REMOTE] = ADSCP_MAILBOX_KIND_REMOTE,
    };
    uint32_t who = directory->recipient_of[asked];

    mailbox->directory = directory;
    mailbox->kind = ADSCP_MAILBOX_KIND_NOT_READ;
    if (who == RECIPIENT_SEVERAL)
        mailbox->kind = ADSCP_MAILBOX_KIND_AMBIGUOUS;
    else if (who == 0 && directory->recipients_read)
        mailbox->kind = ADSCP_MAILBOX_KIND_NOT_FOUND;
    if (who == 0 || who == RECIPIENT_SEVERAL)
        return;
    mailbox->recipient = &directory->recipients[who - 1];
    mailbox->kind = kinds[mailbox->recipient->kind];
}

static bool is_found(const struct adscp_mailbox *mailbox)
{
    return mailbox->kind != ADSCP_MAILBOX_KIND_NOT_READ &&
           mailbox->kind != ADSCP_MAILBOX_KIND_NOT_FOUND;
}

/* The forest whose servers are asked knows best; where it knows nothing, the
 * user's own may. */
static void find_recipient(const struct adscp_forest *forest,
                           const struct directory *directory, name_id asked,
                           struct adscp_mailbox *mailbox)
{
    struct adscp_mailbox own = {.kind = ADSCP_MAILBOX_KIND_NOT_READ};

    mailbox->directory = directory;
    mailbox->kind = ADSCP_MAILBOX_KIND_NOT_READ;
    if (asked >= forest->asked_count) /* NAME_NONE as well */
        return;
    look_up(directory, asked, mailbox);
    if (is_found(mailbox) || directory == forest->directories[0])
        return;
    look_up(forest->directories[0], asked, &own);
    if (is_found(&own) || mailbox->kind == ADSCP_MAILBOX_KIND_NOT_READ)
        *mailbox = own;
}

/* ---------------------------------------------------------------- server -- */

static const struct adscp_server *row_of(const struct directory *directory,
                                         uint32_t number)
{
    return number != 0 ? &directory->servers[number - 1] : NULL;
}

static void find_server(struct adscp_mailbox *mailbox)
{
    const struct directory *directory = mailbox->directory;
    const struct recipient *recipient = mailbox->recipient;

    if (recipient->database != 0)
        mailbox->database = &directory->databases[recipient->database - 1];
    if (mailbox->database != NULL)
        mailbox->server = row_of(directory, mailbox->database->server);
    if (mailbox->server == NULL)
        mailbox->server = row_of(directory, recipient->server);
}

/* Number of sites that hold servers of the mailbox's availability group. */
static int64_t count_sites(const struct adscp_mailbox *mailbox)
{
    enum { MEMBERS_MAX = 16 }; /* of a group, by Microsoft */
    const struct directory *directory = mailbox->directory;
    name_id sites[MEMBERS_MAX];
    size_t count = 0, i, k;

    for (i = 0; i < directory->server_count && count < MEMBERS_MAX; i++) {
        const struct adscp_server *server = &directory->servers[i];

        /* Names of groups are shared, so that one pointer is one name. */
        if (server->dag != mailbox->server->dag ||
            server->site_name == NAME_NONE)
            continue;
        for (k = 0; k < count && sites[k] != server->site_name; k++)
            ;
        if (k == count)
            sites[count++] = server->site_name;
    }
    return (int64_t)count;
}

/* ------------------------------------------------ what was not exported -- */

/* The attributes, and what is unknown without them. */
static const struct {
    const char *attribute, *words;
} missing[] = {
    [MISSING_HOME] = {"homeMDB or msExchHomeServerName",
                      "whether there is a mailbox here, and what the first "
                      "server does, is unknown"},
    [MISSING_TARGET] = {"targetAddress",
                        "where the mailbox is, and what the first server does, "
                        "is unknown"},
    [MISSING_ADDRESS] = {"proxyAddresses or mail",
                         "whose the address is, and what the first server "
                         "does, is unknown"},
    [MISSING_PROXIES] = {"proxyAddresses",
                         "whose the address is, and what the first server "
                         "does, is unknown"},
};

/* Exchange gives a mail user a targetAddress: who is mail-enabled and has
 * neither that nor a home lacks one of the two here. One of several may be
 * broken; where all are, it was not exported. */
enum { SEVERAL = 2 };

static enum mailbox_missing missing_of(const struct people *people,
                                       const struct recipient *recipient)
{
    if (people->count == 0 || recipient->target != NULL)
        return MISSING_NOTHING;
    if (!people->has_home && recipient->kind == RECIPIENT_MAIL_USER)
        return MISSING_HOME;
    if (recipient->kind == RECIPIENT_PLAIN)
        return !people->has_alias && !people->has_home &&
                       (recipient->proxy_count > 0 || people->count >= SEVERAL)
                   ? MISSING_HOME
                   : MISSING_NOTHING;
    return !people->has_target && people->away >= SEVERAL ? MISSING_TARGET
                                                          : MISSING_NOTHING;
}

/* Why nobody has the address. Who is mail-enabled has proxyAddresses. */
static enum mailbox_missing missing_address(const struct people *people)
{
    if (people->count == 0 || people->has_proxies)
        return MISSING_NOTHING;
    if (!people->has_mail)
        return MISSING_ADDRESS;
    return people->has_home || people->has_target ? MISSING_PROXIES
                                                  : MISSING_NOTHING;
}

/* What an export does not tell of anybody is not known to be absent. */
static void find_unexported(struct adscp_mailbox *mailbox)
{
    const struct directory *directory = mailbox->directory;

    if (!directory_is_exported(directory) ||
        mailbox->kind == ADSCP_MAILBOX_KIND_MAILBOX)
        return;
    if (mailbox->recipient != NULL)
        mailbox->missing =
            (uint8_t)missing_of(&directory->people, mailbox->recipient);
    else if (mailbox->kind == ADSCP_MAILBOX_KIND_NOT_FOUND)
        mailbox->missing = (uint8_t)missing_address(&directory->people);
    if (mailbox->missing != MISSING_NOTHING &&
        mailbox->missing != MISSING_TARGET)
        mailbox->kind = ADSCP_MAILBOX_KIND_NOT_READ;
}

static int tell_unexported(struct finding_list *findings,
                           const struct adscp_mailbox *mailbox)
{
    int rc = finding_add(
        findings, FINDING_ATTRIBUTE_NOT_EXPORTED,
        (struct finding_what){.object = "recipient",
                              .attribute = missing[mailbox->missing].attribute,
                              .words = missing[mailbox->missing].words});

    if (rc == ADSCP_OK)
        findings->rows[findings->count - 1].about = ADSCP_FINDING_ABOUT_CLIENT;
    return rc;
}

/* -------------------------------------------------------------- findings -- */

/* Something about the recipient, or about an address that none has. */
static int tell(struct finding_list *findings, enum finding_code code,
                const struct adscp_mailbox *mailbox, struct finding_what what)
{
    if (mailbox->recipient != NULL)
        what.dn = mailbox->recipient->dn;
    return finding_add(findings, code, what);
}

static int tell_mail(struct finding_list *findings, enum finding_code code,
                     const struct adscp_mailbox *mailbox, const char *mail)
{
    return tell(findings, code, mailbox, (struct finding_what){.mail = mail});
}

static int find_database(struct finding_list *findings,
                         const struct adscp_mailbox *mailbox, const char *mail)
{
    const struct recipient *recipient = mailbox->recipient;
    const struct database *database = mailbox->database;
    bool helps = mailbox->server != NULL;

    if (database != NULL && database->server != 0 &&
        (database->owner_is_told || database->owner == NULL))
        return ADSCP_OK;
    if (recipient->database_dn == NULL && helps)
        return ADSCP_OK;
    return tell(findings, FINDING_MAILBOX_DATABASE_UNKNOWN, mailbox,
                (struct finding_what){
                    .mail = mail,
                    .server = helps ? mailbox->server->name : NULL,
                    .words = helps ? "what else names a server is believed"
                                   : "nothing else names a server either"});
}

static int find_stale(struct finding_list *findings,
                      const struct adscp_mailbox *mailbox)
{
    const struct adscp_server *named =
        row_of(mailbox->directory, mailbox->recipient->server);

    if (named == NULL || named == mailbox->server)
        return ADSCP_OK;
    return tell(findings, FINDING_MAILBOX_HOME_STALE, mailbox,
                (struct finding_what){.old_server = named->name,
                                      .server = mailbox->server->name});
}

static int find_group(struct finding_list *findings,
                      const struct adscp_mailbox *mailbox)
{
    int64_t sites;

    if (mailbox->server->dag == NULL)
        return ADSCP_OK;
    sites = count_sites(mailbox);
    if (sites < 2)
        return ADSCP_OK;
    return finding_add(findings, FINDING_MAILBOX_DAG_SITES,
                       (struct finding_what){.dn = mailbox->server->dn,
                                             .group = mailbox->server->dag,
                                             .count = sites});
}

static bool is_same_address(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

/* A mailbox here stays one, wherever its mail is sent. */
static int find_forwarding(struct finding_list *findings,
                           const struct adscp_mailbox *mailbox,
                           const char *mail)
{
    const char *target = mailbox->recipient->target;
    const char *address = mail_target(target);

    if (target == NULL || (address != NULL && is_same_address(address, mail)))
        return ADSCP_OK;
    return tell(
        findings, FINDING_MAILBOX_FORWARDS, mailbox,
        (struct finding_what){.mail = mail,
                              .target = address != NULL ? address : target});
}

/* Where the client is sent to, and whether it gets anywhere. */
static int find_target(struct finding_list *findings,
                       const struct adscp_mailbox *mailbox, const char *mail)
{
    const char *target = mailbox->target;
    const char *domain = strchr(mail, '@');
    const char *its = target != NULL ? strchr(target, '@') : NULL;

    if (target == NULL)
        return tell_mail(findings, FINDING_MAILBOX_NO_TARGET, mailbox, mail);
    if (is_same_address(target, mail))
        return tell_mail(findings, FINDING_REDIRECT_TO_ITSELF, mailbox, mail);
    if (mailbox->is_circle)
        return tell(findings, FINDING_REDIRECT_CIRCLE, mailbox,
                    (struct finding_what){.mail = mail, .target = target});
    if (domain != NULL && its != NULL && is_same_address(its, domain))
        return tell(findings, FINDING_REDIRECT_SAME_DOMAIN, mailbox,
                    (struct finding_what){.mail = mail, .target = target});
    return ADSCP_OK;
}

/* What holds for everybody whose mailbox is on the server. */
static int find_home(struct finding_list *findings,
                     const struct adscp_mailbox *mailbox)
{
    int rc = find_group(findings, mailbox);

    if (rc == ADSCP_OK && mailbox->server->line == VERSION_UNKNOWN)
        rc = topology_report_version(mailbox->directory, mailbox->server,
                                     findings);
    return rc;
}

static int find_mailbox(struct finding_list *findings,
                        const struct adscp_mailbox *mailbox, const char *mail)
{
    int rc = find_database(findings, mailbox, mail);

    if (rc != ADSCP_OK)
        return rc;
    if (mailbox->server == NULL)
        return tell_mail(findings, FINDING_MAILBOX_SERVER_UNKNOWN, mailbox,
                         mail);
    rc = find_stale(findings, mailbox);
    return rc == ADSCP_OK ? find_home(findings, mailbox) : rc;
}

int mailbox_find(const struct adscp_mailbox *mailbox,
                 const struct directory *asked, const char *mail,
                 struct finding_list *findings)
{
    bool is_asked = mailbox->directory == asked;
    int rc;

    if (mail == NULL)
        return mailbox->server != NULL ? find_home(findings, mailbox)
                                       : ADSCP_OK;
    if (mailbox->missing != MISSING_NOTHING)
        return tell_unexported(findings, mailbox);
    switch (mailbox->kind) {
    case ADSCP_MAILBOX_KIND_NOT_READ:
        return tell_mail(findings, FINDING_MAILBOX_NOT_READ, mailbox, mail);
    case ADSCP_MAILBOX_KIND_NOT_FOUND:
        return tell_mail(findings,
                         mailbox->recipient != NULL
                             ? FINDING_MAILBOX_NOT_ENABLED
                             : FINDING_MAILBOX_NOT_FOUND,
                         mailbox, mail);
    case ADSCP_MAILBOX_KIND_AMBIGUOUS:
        return tell_mail(findings, FINDING_MAILBOX_AMBIGUOUS, mailbox, mail);
    case ADSCP_MAILBOX_KIND_MAILBOX:
        rc = is_asked ? find_forwarding(findings, mailbox, mail) : ADSCP_OK;
        return rc == ADSCP_OK ? find_mailbox(findings, mailbox, mail) : rc;
    default:
        return is_asked ? find_target(findings, mailbox, mail) : ADSCP_OK;
    }
}

static int tell_left(struct finding_list *findings, struct arena *arena,
                     const char *forest, const struct adscp_mailbox *here,
                     const char *mail, const char *words)
{
    const char *name = arena_copy(arena, forest, strlen(forest));

    if (name == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(findings, FINDING_POINTER_LEAVES_MAILBOX,
                       (struct finding_what){.dn = here->recipient->dn,
                                             .mail = mail,
                                             .forest = name,
                                             .server = here->server != NULL
                                                           ? here->server->name
                                                           : NULL,
                                             .words = words});
}

static const char *left_words(int kind)
{
    switch (kind) {
    case ADSCP_MAILBOX_KIND_MAILBOX:
        return "Outlook opens the one in the other forest, and this one is "
               "left behind";
    case ADSCP_MAILBOX_KIND_NOT_FOUND:
    case ADSCP_MAILBOX_KIND_NOT_READ:
        return "no recipient with that address was found there, so Outlook "
               "probably gets an error until the mailbox is moved, or has a "
               "mail user there whose targetAddress leads back";
    default:
        return "Outlook follows what that forest says about the address";
    }
}

static bool is_same(const char *a, const char *b)
{
    return b != NULL && text_compare_ascii(a, b) == 0;
}

int mailbox_find_left(const struct adscp_forest *forest,
                      const struct directory *asked, const char *mail,
                      struct arena *arena, struct finding_list *findings)
{
    const struct directory *home = forest->directories[0];
    struct adscp_mailbox here, there;
    name_id recipient;
    char name[NAME_MAX];

    if (asked == home || mail == NULL || asked->config_dn == NULL ||
        is_same(asked->config_dn, home->config_dn) ||
        !dn_domain(asked->config_dn, strlen(asked->config_dn), name,
                   sizeof(name)))
        return ADSCP_OK;
    recipient = forest_find_name(forest, mail, strlen(mail));
    mailbox_judge(forest, home, recipient, &here);
    if (here.kind != ADSCP_MAILBOX_KIND_MAILBOX)
        return ADSCP_OK;
    mailbox_judge(forest, asked, recipient, &there);
    if (there.directory != asked)
        there.kind = ADSCP_MAILBOX_KIND_NOT_FOUND;
    return tell_left(findings, arena, name, &here, mail,
                     left_words(there.kind));
}

/* Where the client is sent to. */
static void find_end(const struct adscp_forest *forest, name_id asked,
                     struct adscp_mailbox *mailbox)
{
    const char *target = mail_target(mailbox->recipient->target);

    mailbox->target = target;
    mailbox->is_circle =
        target != NULL &&
        (forest_find_name(forest, target, strlen(target)) == asked ||
         mailbox_goes_round(forest, asked, mailbox));
}

void mailbox_judge(const struct adscp_forest *forest,
                   const struct directory *directory, name_id asked,
                   struct adscp_mailbox *mailbox)
{
    *mailbox = (struct adscp_mailbox){0};
    find_recipient(forest, directory, asked, mailbox);
    if (mailbox->kind == ADSCP_MAILBOX_KIND_MAILBOX)
        find_server(mailbox);
    else if (mailbox->recipient != NULL)
        find_end(forest, asked, mailbox);
    find_unexported(mailbox);
}

/* As look_up() finds whoever lives there, where it looks. */
void mailbox_of_home(const struct adscp_forest *forest,
                     const struct directory *directory,
                     const struct mailbox_home *home,
                     struct adscp_mailbox *mailbox)
{
    *mailbox = (struct adscp_mailbox){.kind = ADSCP_MAILBOX_KIND_NOT_FOUND,
                                      .directory = directory};
    if (home->directory != directory &&
        home->directory != forest->directories[0])
        return;
    mailbox->kind = home->server != NULL ? ADSCP_MAILBOX_KIND_MAILBOX
                                         : ADSCP_MAILBOX_KIND_REMOTE;
    mailbox->is_anybodys = true;
    mailbox->directory = home->directory;
    mailbox->server = home->server;
}
