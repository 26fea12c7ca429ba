/* SPDX-License-Identifier: MIT */
/*
 * The plan of a reading: the first directory, live or from exports, then every
 * directory that an SCP pointer names and the caller allowed, each once. A
 * pointer that nobody allowed is not even looked up; a pointer's target that
 * fails is data (directory->problem), the first directory failing is the call's
 * failure.
 */
#include "gather/reader_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/decode.h"
#include "facts/url.h"
#include "gather/ldif.h"
#include "gather/netlogon.h"
#include "gather/tree.h"

/* Directories in one forest: a bound on what hostile pointers can make us do.
 */
enum { DIRECTORIES_MAX = 64 };

enum { LDAPS_PORT = 636 };

/* ------------------------------------------------------- server addresses --
 */

static void place_clear(struct place *place)
{
    free(place->host);
    free(place->path);
    *place = (struct place){0};
}

static int hex_digit(char c)
{
    c = text_lower_ascii(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The socket's path behind ldapi://, percent-decoded (RFC 4516 2.1, as OpenLDAP
 * writes it). NULL: none, or not well formed. */
static char *local_path(const char *encoded)
{
    size_t length = strlen(encoded), used = 0, i;
    char *path = malloc(length + 1);

    for (i = 0; path != NULL && i < length; i++) {
        int high = -1, low = -1;

        if (encoded[i] != '%') {
            path[used++] = encoded[i];
            continue;
        }
        if (i + 2 < length) {
            high = hex_digit(encoded[i + 1]);
            low = hex_digit(encoded[i + 2]);
        }
        if (high < 0 || low < 0 || high + low == 0)
            break;
        path[used++] = (char)(high * 16 + low);
        i += 2;
    }
    if (path == NULL || i < length || used == 0 || path[0] != '/') {
        free(path);
        return NULL;
    }
    path[used] = '\0';
    return path;
}

static char *host_copy(struct span host)
{
    while (host.length > 1 && host.text[host.length - 1] == '.')
        host.length--; /* a name in a certificate or an SPN has no final dot */
    return strndup(host.text, host.length);
}

static int place_from_url(const char *text, struct place *placep)
{
    struct place place = {.scheme = SESSION_LDAP};
    struct ldap_url url;

    if (!ldap_url_split(text, strlen(text), &url))
        return ADSCP_E_ARGUMENT;
    place.port = url.port;
    place.host = host_copy(url.host);
    if (place.host == NULL)
        return ADSCP_E_NOMEM;
    *placep = place;
    return ADSCP_OK;
}

/* ldaps://rest is ldap://rest with another port where it names none. */
static int place_from_ldaps(const char *uri, struct place *placep)
{
    size_t length = strlen(uri);
    struct url whole;
    char *plain;
    int rc;

    if (!url_split(uri, length, &whole))
        return ADSCP_E_ARGUMENT;
    plain = malloc(length);
    if (plain == NULL)
        return ADSCP_E_NOMEM;
    memcpy(plain, uri, 4);
    memcpy(plain + 4, uri + 5, length - 4);
    rc = place_from_url(plain, placep);
    free(plain);
    if (rc != ADSCP_OK)
        return rc;
    placep->scheme = SESSION_LDAPS;
    if (!whole.has_port)
        placep->port = LDAPS_PORT;
    return ADSCP_OK;
}

static int place_from_uri(const char *uri, struct place *placep)
{
    size_t length = strlen(uri);
    struct place place = {.scheme = SESSION_LDAPI};

    if (text_starts(uri, length, "ldaps://"))
        return place_from_ldaps(uri, placep);
    if (!text_starts(uri, length, "ldapi://"))
        return place_from_url(uri, placep);
    place.path = local_path(uri + strlen("ldapi://"));
    if (place.path == NULL)
        return ADSCP_E_ARGUMENT;
    *placep = place;
    return ADSCP_OK;
}

int reader_check_uri(const char *uri)
{
    struct place place = {0};
    int rc = place_from_uri(uri, &place);

    place_clear(&place);
    return rc;
}

/* ---------------------------------------------------------- one directory --
 */

static void choose_bind(const struct reader_plan *plan,
                        struct session_config *config)
{
    if (plan->bind_chosen) {
        config->bind = plan->bind;
        config->mechanism = plan->mechanism;
        config->bind_dn = plan->bind_dn;
        config->password = plan->password;
        return;
    }
    config->bind = SESSION_SASL;
    config->mechanism = config->scheme == SESSION_LDAPI ? "EXTERNAL" : "GSSAPI";
}

static struct session_config session_settings(const struct reader_plan *plan,
                                              const struct place *place,
                                              bool starttls)
{
    struct session_config config = {
        .scheme = place->scheme,
        .host = place->host,
        .port = place->port,
        .path = place->path,
        .starttls = starttls,
        .ca_file = plan->ca_file,
        .certificate_file = plan->certificate_file,
        .key_file = plan->key_file,
        .resolve = &plan->resolve,
        .watch = plan->watch,
    };

    choose_bind(plan, &config);
    return config;
}

/* ------------------------------------------------------ global catalog -- */

bool reader_ends(int rc)
{
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_CANCELLED;
}

enum { LDAP_PORT = 389, CATALOG_PORT = 3268, CATALOG_TLS_PORT = 3269 };

/* The port of the global catalog beside a domain controller's own ([MS-ADTS]
 * 3.1.1.3.1.10); 0: there is none that one could know. */
static int catalog_port(const struct place *place)
{
    if (place->scheme == SESSION_LDAP && place->port == LDAP_PORT)
        return CATALOG_PORT;
    return place->scheme == SESSION_LDAPS && place->port == LDAPS_PORT
               ? CATALOG_TLS_PORT
               : 0;
}

/* Is there an address that nobody has in the controller's own domain? Several
 * may have one, and one may have come in the answers to several filters. */
static int misses_recipient(const struct run *run,
                            const struct directory *directory, bool *missesp)
{
    size_t missing = run->forest->asked_count, i, k;
    bool *found = calloc(missing + 1, sizeof(*found));

    if (found == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->recipient_count; i++) {
        const struct recipient *row = &directory->recipients[i];

        for (k = 0; k < row->asked_count; k++) {
            missing -= !found[row->asked[k]];
            found[row->asked[k]] = true;
        }
    }
    free(found);
    *missesp = missing > 0;
    return ADSCP_OK;
}

int reader_read_catalog(struct run *run, const struct place *place,
                        bool starttls, struct tree *tree)
{
    struct session_config config = session_settings(run->plan, place, starttls);
    struct session *before = tree->session;
    int rc =
        session_open(&config, tree->deadline, tree->detail, &tree->session);

    if (rc == ADSCP_OK) {
        stopwatch_enter(run->plan->watch, ADSCP_PHASE_SEARCH);
        rc = tree_read_catalog(tree);
        session_close(tree->session);
    }
    tree->session = before;
    return rc;
}

static int ask_catalog(struct run *run, const struct place *place,
                       bool starttls, struct tree *tree)
{
    struct place beside = *place;

    if (decoder_root(tree->decoder)->is_no_catalog)
        return place->found
                   ? reader_find_catalog(run, starttls, tree)
                   : detail_set(tree->detail, ADSCP_E_CONNECT,
                                "%s is none, and no other server was named",
                                place->host);
    beside.port = catalog_port(place);
    return beside.port != 0 ? reader_read_catalog(run, &beside, starttls, tree)
                            : ADSCP_OK;
}

/* Whoever is not in the controller's own domain may be in another one of the
 * forest. That no catalog answers costs nothing but a note. */
static int read_catalog(struct run *run, const struct place *place,
                        bool starttls, struct tree *tree)
{
    const struct root_dse *root = decoder_root(tree->decoder);
    struct deadline share;
    struct detail detail;
    bool misses = false;
    int rc;

    if (!root->is_global_catalog && !root->is_no_catalog)
        return ADSCP_OK;
    rc = misses_recipient(run, tree->directory, &misses);
    if (rc != ADSCP_OK || !misses)
        return rc;
    detail_clear(&detail);
    deadline_start(&share, deadline_left_ms(tree->deadline) / 2,
                   tree->deadline->cancel);
    tree->deadline = &share;
    tree->detail = &detail;
    rc = ask_catalog(run, place, starttls, tree);
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    return decoder_note(tree->decoder, FINDING_CATALOG_NOT_READ, 0, detail.text,
                        NULL);
}

/* ---------------------------------------------------- the client's site -- */

/* The answer to a ping, but after the bind, where the bind protects it. */
static bool decode_answer(const struct root_dse *root, struct netlogon *answer)
{
    return netlogon_decode(root->netlogon.bytes, root->netlogon.length,
                           answer) == NETLOGON_ANSWER;
}

/* What the server says about the client's site. "": in none. */
static int keep_site(struct run *run, const struct root_dse *root)
{
    struct netlogon answer;
    const char *site =
        decode_answer(root, &answer) ? answer.client_site : run->hinted_site;

    if (site == NULL)
        return ADSCP_OK; /* a snapshot may have told it */
    run->forest->client_site =
        arena_copy(&run->forest->arena, site, strlen(site));
    return run->forest->client_site != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Before the bind, anybody on the way could answer a ping. */
static int note_site(struct run *run, struct decoder *decoder)
{
    const char *site = run->forest->client_site, *hint = run->hinted_site;
    struct netlogon answer;

    if (hint == NULL)
        return ADSCP_OK;
    if (!decode_answer(decoder_root(decoder), &answer))
        return decoder_note(decoder, FINDING_CLIENT_SITE_UNSIGNED, 0, NULL,
                            NULL);
    if (text_equal_fold(site, strlen(site), hint, strlen(hint)))
        return ADSCP_OK;
    return decoder_note(decoder, FINDING_CLIENT_SITE_FORGED, 0, hint, site);
}

/* Only the directory that was asked first counts the client among its own. */
static bool wants_site(const struct run *run, const struct directory *directory)
{
    return directory == run->forest->directories[0];
}

int reader_read_live(struct run *run, const struct place *place, bool starttls,
                     struct directory *directory,
                     const struct deadline *deadline, struct detail *detail)
{
    struct session_config config = session_settings(run->plan, place, starttls);
    struct tree tree = {.directory = directory,
                        .mails = run->plan->mails,
                        .mail_count = run->plan->mail_count,
                        .wants_site = wants_site(run, directory),
                        .deadline = deadline,
                        .detail = detail};
    struct session *session = NULL;
    struct decoder *decoder = NULL;
    int rc;

    directory->source = ADSCP_SOURCE_LDAP;
    directory->first_hand = true;
    directory->allowed = true;
    decoder = decoder_new(run->forest, directory);
    if (decoder == NULL)
        return ADSCP_E_NOMEM;
    rc = session_open(&config, deadline, detail, &session);
    if (rc != ADSCP_OK)
        goto out;
    tree.session = session;
    tree.decoder = decoder;
    stopwatch_enter(run->plan->watch, ADSCP_PHASE_ROOTDSE);
    rc = tree_read_root(&tree);
    if (rc == ADSCP_OK && tree.wants_site)
        rc = keep_site(run, decoder_root(decoder));
    if (rc == ADSCP_OK && tree.wants_site)
        rc = note_site(run, decoder);
    if (rc != ADSCP_OK)
        goto out;
    stopwatch_enter(run->plan->watch, ADSCP_PHASE_SEARCH);
    rc = tree_read(&tree);
    if (rc != ADSCP_OK)
        goto out;
    rc = read_catalog(run, place, starttls, &tree);
    if (rc != ADSCP_OK)
        goto out;
    rc = decoder_finish(decoder);
out:
    session_close(session);
    decoder_free(decoder);
    return rc;
}

static bool same_target(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

/* The directory of a snapshot that is being read, other than its first one. */
struct section {
    struct ldif_sections base; /* the first member */
    struct run *run;
    struct decoder *decoder; /* NULL: none */
};

static int leave_section(struct section *section)
{
    int rc =
        section->decoder != NULL ? decoder_finish(section->decoder) : ADSCP_OK;

    decoder_free(section->decoder);
    section->decoder = NULL;
    return rc;
}

/* The caller has an export of it, which is newer or knows more. */
static bool is_named_export(const struct reader_plan *plan, const char *target)
{
    int i;

    for (i = 0; i < plan->file_count; i++)
        if (plan->files[i].target != NULL &&
            strcmp(plan->files[i].target, target) == 0)
            return true;
    return false;
}

static int enter_section(struct ldif_sections *sections, const char *target,
                         size_t length, struct decoder **decoderp)
{
    struct section *section = (struct section *)sections;
    struct adscp_forest *forest = section->run->forest;
    char name[LDAP_URL_TARGET_MAX];
    struct directory *directory;
    int rc = leave_section(section);

    *decoderp = NULL;
    sections->is_replaced = false;
    if (rc != ADSCP_OK || target == NULL ||
        forest->directory_count >= DIRECTORIES_MAX || length == 0 ||
        length >= sizeof(name) || !text_is_clean(target, length))
        return rc;
    memcpy(name, target, length);
    name[length] = '\0';
    sections->is_replaced = is_named_export(section->run->plan, name);
    if (sections->is_replaced || forest_find_directory(forest, name) != NULL)
        return ADSCP_OK;
    directory = forest_add_directory(forest, name);
    if (directory == NULL)
        return ADSCP_E_NOMEM;
    directory->source = ADSCP_SOURCE_LDIF;
    directory->allowed = true;
    section->decoder = decoder_new(forest, directory);
    *decoderp = section->decoder;
    return section->decoder != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int read_file(struct run *run, const char *path,
                     struct directory *directory, struct decoder *decoder)
{
    struct section section = {.base.enter = enter_section, .run = run};
    int rc = ldif_read_file(path, directory, decoder, &section.base,
                            run->deadline, run->detail);

    if (rc == ADSCP_OK)
        return leave_section(&section);
    decoder_free(section.decoder);
    return rc;
}

/* All files that were named for this target (NULL: for the first directory). */
static int read_files(struct run *run, const char *target,
                      struct directory *directory)
{
    const struct reader_plan *plan = run->plan;
    struct decoder *decoder = decoder_new(run->forest, directory);
    int rc = ADSCP_OK, i;

    if (decoder == NULL)
        return ADSCP_E_NOMEM;
    stopwatch_enter(plan->watch, ADSCP_PHASE_EXPORT);
    directory->source = ADSCP_SOURCE_LDIF;
    directory->allowed = true;
    for (i = 0; i < plan->file_count && rc == ADSCP_OK; i++)
        if (same_target(plan->files[i].target, target))
            rc = read_file(run, plan->files[i].path, directory, decoder);
    if (rc == ADSCP_OK && target == NULL)
        rc = keep_site(run, decoder_root(decoder));
    if (rc == ADSCP_OK)
        rc = decoder_finish(decoder);
    decoder_free(decoder);
    return rc;
}

/* ----------------------------------------------------------------- first -- */

static int read_first_live(struct run *run)
{
    struct place place = {0};
    struct ldap_url url;
    char target[LDAP_URL_TARGET_MAX];
    struct directory *directory;
    int rc;

    rc = place_from_uri(run->plan->uri, &place);
    if (rc != ADSCP_OK)
        return detail_set(run->detail, rc, "%s is not a URI that can be used",
                          run->plan->uri);
    if (place.host != NULL) {
        url = (struct ldap_url){.host = {place.host, strlen(place.host)},
                                .port = place.port};
        ldap_url_target(&url, target);
    }
    directory =
        forest_add_directory(run->forest, place.host != NULL ? target : NULL);
    rc = directory == NULL
             ? ADSCP_E_NOMEM
             : reader_read_live(run, &place, run->plan->starttls, directory,
                                run->deadline, run->detail);
    place_clear(&place);
    return rc;
}

static int read_first(struct run *run)
{
    struct directory *directory;

    if (run->plan->uri != NULL)
        return read_first_live(run);
    if (run->plan->domain != NULL || run->plan->discover)
        return reader_find_first(run);
    directory = forest_add_directory(run->forest, NULL);
    return directory != NULL ? read_files(run, NULL, directory) : ADSCP_E_NOMEM;
}

/* The exports that stand for pointer targets: being named is being allowed. */
static int read_named_exports(struct run *run)
{
    const struct reader_plan *plan = run->plan;
    int rc = ADSCP_OK, i;

    for (i = 0; i < plan->file_count && rc == ADSCP_OK; i++) {
        const char *target = plan->files[i].target;
        struct directory *directory;

        if (target == NULL || forest_find_directory(run->forest, target))
            continue;
        directory = forest_add_directory(run->forest, target);
        rc = directory != NULL ? read_files(run, target, directory)
                               : ADSCP_E_NOMEM;
    }
    return rc;
}

/* -------------------------------------------------------------- pointers -- */

static bool is_among(const char *host, char *const *names, int count)
{
    int i;

    for (i = 0; i < count; i++)
        if (text_is(host, strlen(host), names[i]))
            return true;
    return false;
}

/* At a server of this domain, or, where that is NULL or DNS names none, at this
 * place. One of the two may be NULL. */
static int read_pointer(struct run *run, const struct place *place,
                        const char *domain, const char *target)
{
    const struct reader_plan *plan = run->plan;
    bool tls = plan->starttls ||
               (plan->uri != NULL &&
                text_starts(plan->uri, strlen(plan->uri), "ldaps://"));
    struct directory *directory = forest_add_directory(run->forest, target);
    struct deadline share;
    struct detail detail;
    int rc = ADSCP_E_RESOLVE;

    if (directory == NULL)
        return ADSCP_E_NOMEM;
    detail_clear(&detail);
    /* Half of what is left: a silent server leaves time for the next one. */
    deadline_start(&share, deadline_left_ms(run->deadline) / 2,
                   run->deadline->cancel);
    if (domain != NULL)
        rc = reader_find_forest(run, domain, tls, directory, &share, &detail);
    if (place != NULL && rc == ADSCP_E_RESOLVE) {
        detail_clear(&detail);
        rc = reader_read_live(run, place, tls, directory, &share, &detail);
    }
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    detail_set(&detail, rc, "%s", adscp_error_text(rc));
    directory->problem = rc;
    directory->complete = false;
    directory->problem_text =
        text_keep(&run->forest->arena, detail.text, strlen(detail.text), NULL);
    return directory->problem_text != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* One value of serviceBindingInformation. */
static int follow_binding(struct run *run, const char *binding)
{
    const struct reader_plan *plan = run->plan;
    char target[LDAP_URL_TARGET_MAX];
    struct place place = {0};
    bool by_host, by_forest;
    struct ldap_url url;
    int rc;

    if (!ldap_url_split(binding, strlen(binding), &url))
        return ADSCP_OK;
    ldap_url_target(&url, target);
    if (forest_find_directory(run->forest, target) != NULL)
        return ADSCP_OK;
    if (run->forest->directory_count >= DIRECTORIES_MAX)
        return ADSCP_OK;
    rc = place_from_url(binding, &place);
    if (rc != ADSCP_OK)
        return rc;
    by_host = is_among(place.host, plan->allowed, plan->allowed_count);
    by_forest = place.port == LDAP_PORT &&
                is_among(place.host, plan->forests, plan->forest_count) &&
                !resolve_is_pinned(&plan->resolve, place.host, place.port);
    if (by_host || by_forest)
        rc = read_pointer(run, by_host ? &place : NULL,
                          by_forest ? place.host : NULL, target);
    place_clear(&place);
    return rc;
}

/* The kind is told by the value, not by the GUID, in [MS-OXDISCO] 3.1.5.1; so
 * every SCP but those with one http URL may lead somewhere. */
static int follow_scp(struct run *run, const struct adscp_scp *scp)
{
    int rc = ADSCP_OK;
    size_t i;

    if (scp->binding_count == 1 && (scp->flags & SCP_HTTP) != 0)
        return ADSCP_OK;
    for (i = 0; i < scp->binding_count && rc == ADSCP_OK; i++)
        rc = follow_binding(run, scp_binding(scp, i));
    return rc;
}

/* Breadth first: the list of directories is the queue. */
static int follow_pointers(struct run *run)
{
    struct adscp_forest *forest = run->forest;
    int rc = ADSCP_OK;
    size_t i, k;

    if (run->plan->allowed_count + run->plan->forest_count == 0)
        return ADSCP_OK;
    for (i = 0; i < forest->directory_count && rc == ADSCP_OK; i++) {
        const struct directory *directory = forest->directories[i];

        for (k = 0; k < directory->scp_count && rc == ADSCP_OK; k++)
            rc = follow_scp(run, &directory->scps[k]);
    }
    return rc;
}

int reader_begin(struct run *run)
{
    const struct reader_plan *plan = run->plan;
    int i;

    forest_release(run->forest);
    run->forest = forest_new();
    if (run->forest == NULL)
        return ADSCP_E_NOMEM;
    run->forest->kept = plan->keep;
    for (i = 0; i < plan->mail_count; i++)
        if (!forest_ask(run->forest, plan->mails[i]))
            return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

int reader_run(const struct reader_plan *plan, const struct deadline *deadline,
               struct detail *detail, struct adscp_forest **forestp)
{
    struct run run = {.plan = plan, .deadline = deadline, .detail = detail};
    int rc = reader_begin(&run);

    if (rc != ADSCP_OK)
        goto out;
    rc = read_first(&run);
    if (rc != ADSCP_OK)
        goto out;
    rc = read_named_exports(&run);
    if (rc != ADSCP_OK)
        goto out;
    rc = follow_pointers(&run);
    if (rc != ADSCP_OK)
        goto out;
    stopwatch_enter(plan->watch, ADSCP_PHASE_JOIN);
    rc = plan->trace != NULL && plan->trace->failed ? ADSCP_E_NOMEM
                                                    : forest_freeze(run.forest);
    if (rc != ADSCP_OK)
        goto out;
    *forestp = run.forest;
    run.forest = NULL;
out:
    forest_release(run.forest);
    stopwatch_enter(plan->watch, -1);
    return rc;
}
