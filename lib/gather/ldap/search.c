/* SPDX-License-Identifier: MIT */
/*
 * Paged searches side by side (RFC 2696): every search has one page on its way,
 * and the next page's request goes out as soon as the last page's end is seen.
 * Active Directory keeps ten searches of a connection apart ([MS-ADTS]
 * 3.1.1.3.4.6, MaxResultSetsPerConn), OpenLDAP only one: where a server has
 * lost a search over another one, that search is begun anew when its turn
 * comes. Messages are told apart by their IDs. No referral is followed, no
 * intermediate response looked into. What a server cuts short, or sends without
 * end, gives an answer that says so.
 */
#include <string.h>

#include "gather/ldap/search.h"

enum {
    PAGE_SIZE = 1000, /* [MS-ADTS] 3.1.1.3.4.6, MaxPageSize */
    ENTRIES_MAX = 5000000,
    NOTES_MAX = 100
};

/* ------------------------------------------------------------- requests -- */

static int task_send(struct reading *reading, struct task *task)
{
    const char *attributes[DECODE_ATTRIBUTES_MAX];
    LDAPControl *page = NULL;
    int rc;

    decode_attributes(task->search->kind, attributes);
    if (task_is_paged(task) &&
        ldap_create_page_control(reading->session->ld, PAGE_SIZE, &task->cookie,
                                 1, &page) != LDAP_SUCCESS)
        return ADSCP_E_NOMEM;
    rc = session_send_search(reading->session, task->search, attributes, page,
                             reading->deadline, reading->detail, &task->id);
    ldap_control_free(page);
    if (rc != ADSCP_OK)
        return rc;
    task->due = false;
    task->on_page = 0;
    return ADSCP_OK;
}

/* Searches that were begun anew run one after the other, behind all others. */
static bool has_turn(const struct reading *reading, const struct task *task)
{
    const struct task *other;
    int i;

    for (i = 0; i < reading->count && task->alone; i++) {
        other = &reading->tasks[i];
        if (!other->done && (!other->alone || other < task))
            return false;
    }
    return true;
}

/* Where an earlier request has not gone out yet, the others wait for the next
 * message, with which libldap gets on. */
static int send_due(struct reading *reading)
{
    int rc = ADSCP_OK, i;

    for (i = 0; i < reading->count && rc == ADSCP_OK; i++)
        if (reading->tasks[i].due && !reading->tasks[i].done &&
            has_turn(reading, &reading->tasks[i]))
            rc = task_send(reading, &reading->tasks[i]);
    return rc == SESSION_BUSY ? ADSCP_OK : rc;
}

/* -------------------------------------------------------------- entries -- */

/* The first of many that are left out are told, the others not. */
static bool may_tell(struct task *task)
{
    return ++task->left_out <= NOTES_MAX;
}

static int entry_outside(struct reading *reading, struct task *task)
{
    if (!may_tell(task))
        return ADSCP_OK;
    return decoder_note(reading->decoder, FINDING_ENTRY_OUTSIDE,
                        (struct finding_what){.base = task->search->base});
}

static int entry_malformed(struct reading *reading, struct task *task)
{
    if (!may_tell(task))
        return ADSCP_OK;
    return decoder_refuse(reading->decoder, "it is malformed (RFC 4511 4.5.2)");
}

/* Of an SCP that came in part, the message is kept. */
static int entry_end(struct reading *reading, struct task *task, bool open,
                     struct span message)
{
    if (!open || task->search->kind != ENTRY_SCP ||
        reading->ranges.count == RANGE_ENTRIES_MAX)
        return decoder_end(reading->decoder);
    return range_list_add(&reading->ranges, message, reading->decoder);
}

/* true: the entry came before. */
static bool is_repeated(struct task *task, const struct entry *entry,
                        bool *movedp)
{
    size_t length =
        entry->dn.length < LAST_MAX - 1 ? entry->dn.length : LAST_MAX - 1;

    if (++task->position > task->skip) {
        memcpy(task->last, entry->dn.text, length);
        task->last[length] = '\0';
        return false;
    }
    if (task->position == task->skip)
        *movedp = memcmp(task->last, entry->dn.text, length) != 0 ||
                  task->last[length] != '\0';
    return true;
}

static int entry_decode(struct reading *reading, struct task *task,
                        struct entry *entry, struct span message)
{
    struct decoder *decoder = reading->decoder;
    bool open = false, moved = false;
    int rc;

    if (is_repeated(task, entry, &moved))
        return moved ? task_moved(reading, task) : ADSCP_OK;
    if (!entry_is_inside(entry, task->search))
        return entry_outside(reading, task);
    rc = decoder_begin(decoder, task->search->kind, entry->dn.text,
                       entry->dn.length, NULL);
    if (rc == ADSCP_OK)
        rc = entry_feed(entry, decoder, &open);
    if (rc != ADSCP_OK)
        return rc;
    if (entry->malformed)
        return entry_malformed(reading, task);
    rc = entry_end(reading, task, open, message);
    if (rc == ADSCP_OK)
        task->search->entries++;
    return rc;
}

static struct task *find_task(struct reading *reading, int id)
{
    int i;

    for (i = 0; i < reading->count; i++)
        if (reading->tasks[i].id == id)
            return &reading->tasks[i];
    return NULL;
}

/* Of an earlier call that failed, there is no task any more. */
static int take_entry(void *to, int id, struct span message)
{
    struct reading *reading = to;
    struct task *task = find_task(reading, id);
    struct entry entry;
    int rc;

    if (task == NULL)
        return ADSCP_OK;
    if (++task->received > ENTRIES_MAX)
        return ADSCP_E_LIMIT;
    task->on_page++;
    if (entry_open(message, &entry))
        return entry_decode(reading, task, &entry, message);
    rc = decoder_begin(reading->decoder, task->search->kind, "", 0, NULL);
    return rc == ADSCP_OK ? entry_malformed(reading, task) : rc;
}

static int take_reference(struct reading *reading, struct task *task,
                          LDAPMessage *message)
{
    char **urls = NULL;

    task->search->references++;
    if (reading->referred[0] == '\0' &&
        ldap_parse_reference(reading->session->ld, message, &urls, NULL, 0) ==
            LDAP_SUCCESS &&
        urls != NULL && urls[0] != NULL)
        reading_keep_host(reading, urls[0]);
    ldap_memvfree((void **)urls);
    ldap_msgfree(message);
    return ADSCP_OK;
}

/* ----------------------------------------------------------------- loop -- */

/* Takes the message over. */
static int take_message(struct reading *reading, LDAPMessage *message)
{
    struct task *task = find_task(reading, ldap_msgid(message));

    if (task == NULL) { /* of an earlier call that failed */
        ldap_msgfree(message);
        return ADSCP_OK;
    }
    switch (ldap_msgtype(message)) {
    case LDAP_RES_SEARCH_REFERENCE:
        return take_reference(reading, task, message);
    case LDAP_RES_SEARCH_RESULT:
        return reading_take_result(reading, task, message);
    case LDAP_RES_INTERMEDIATE:
        task->ignored++;
        ldap_msgfree(message);
        return ADSCP_OK;
    default:
        ldap_msgfree(message);
        return reading_breach(reading, task, "an answer to another request");
    }
}

/* All that has come is kept, nothing more is asked for. */
static int reading_cut(struct reading *reading, const char *why)
{
    int rc = ADSCP_OK, i;

    reading->session->broken = true;
    for (i = 0; i < reading->count && rc == ADSCP_OK; i++)
        if (!reading->tasks[i].done)
            rc = task_cut(reading, &reading->tasks[i], FINDING_RESULT_PARTIAL,
                          why);
    return rc;
}

static bool is_finished(const struct reading *reading)
{
    int i;

    for (i = 0; i < reading->count; i++)
        if (!reading->tasks[i].done)
            return false;
    return true;
}

static bool has_too_many(const struct reading *reading)
{
    int i;

    for (i = 0; i < reading->count; i++)
        if (reading->tasks[i].received > ENTRIES_MAX)
            return true;
    return false;
}

static int reading_run(struct reading *reading)
{
    struct session *session = reading->session;
    LDAPMessage *message = NULL;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && !is_finished(reading)) {
        rc = send_due(reading);
        if (rc == ADSCP_OK)
            rc = session_receive(session, reading->deadline, reading->detail,
                                 &message);
        if (rc == ADSCP_E_LIMIT && session->guard.spent) {
            detail_clear(reading->detail);
            return reading_cut(reading, has_too_many(reading)
                                            ? "more than 5,000,000 entries came"
                                            : session->guard.why.text);
        }
        if (rc == ADSCP_OK)
            rc = take_message(reading, message);
    }
    return rc;
}

/* Searches of one tree meet the same references, so the most of one search is
 * told, not the sum. */
static int reading_notes(struct reading *reading)
{
    int64_t references = 0, ignored = 0;
    int rc = ADSCP_OK, i;

    for (i = 0; i < reading->count; i++) {
        if (reading->tasks[i].search->references > references)
            references = reading->tasks[i].search->references;
        ignored += reading->tasks[i].ignored;
    }
    if (references > 0)
        rc = decoder_note(
            reading->decoder, FINDING_REFERENCES_IGNORED,
            (struct finding_what){.count = references,
                                  .host = reading->referred[0] != '\0'
                                              ? reading->referred
                                              : "no host"});
    if (rc == ADSCP_OK && ignored > 0)
        rc = decoder_note(
            reading->decoder, FINDING_MESSAGES_IGNORED,
            (struct finding_what){
                .count = ignored,
                .reason = "intermediate responses, which were not asked for"});
    return rc;
}

static void reading_begin(struct reading *reading,
                          struct session_search *searches)
{
    int i;

    for (i = 0; i < reading->count; i++) {
        struct session_search *search = &searches[i];

        search->entries = search->references = 0;
        search->result = LDAP_SUCCESS;
        search->partial = false;
        reading->tasks[i] = (struct task){.search = search, .due = true};
    }
    guard_tap(&reading->session->guard, take_entry, reading);
}

static void reading_end(struct reading *reading)
{
    int i;

    guard_tap(&reading->session->guard, NULL, NULL);
    for (i = 0; i < reading->count; i++)
        task_clear(&reading->tasks[i]);
    range_list_free(&reading->ranges);
}

int session_search(struct session *session, struct session_search *searches,
                   int count, struct directory *directory,
                   struct decoder *decoder, const struct deadline *deadline,
                   struct detail *detail)
{
    struct reading reading = {
        .session = session,
        .directory = directory,
        .decoder = decoder,
        .deadline = deadline,
        .detail = detail,
        .count = count,
    };
    int rc;

    if (count < 1 || count > SEARCHES_MAX)
        return ADSCP_E_ARGUMENT;
    reading_begin(&reading, searches);
    rc = reading_run(&reading);
    if (rc == ADSCP_OK)
        rc = range_list_fetch(&reading.ranges, session, decoder, deadline,
                              detail);
    if (rc == ADSCP_OK)
        rc = reading_notes(&reading);
    reading_end(&reading);
    return rc;
}
