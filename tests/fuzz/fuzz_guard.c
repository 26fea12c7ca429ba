/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a hostile server, through the guard, the system's libldap and the
 * entry walk, into the decoder. The first byte of an input chooses what was
 * asked (a bind, StartTLS, searches), the second how many bytes arrive at once
 * (0: all).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gather/ldap/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] = "CN=Configuration,DC=corp,DC=example";

enum { MILLISECONDS = 20000 };

struct source {
    const uint8_t *bytes;
    size_t left;
    size_t at_once;
};

static ssize_t source_read(void *stream, void *bytes, size_t length)
{
    struct source *source = stream;

    if (length > source->left)
        length = source->left;
    if (source->at_once > 0 && length > source->at_once)
        length = source->at_once;
    if (length > 0)
        memcpy(bytes, source->bytes, length);
    source->bytes += length;
    source->left -= length;
    return (ssize_t)length;
}

static ssize_t source_write(void *stream, const void *bytes, size_t length)
{
    (void)stream;
    (void)bytes;
    return (ssize_t)length;
}

/* The end of the stream, too, is something to be read. */
static bool source_pending(const void *stream)
{
    (void)stream;
    return true;
}

static const struct guard_edge edge = {source_read, source_write,
                                       source_pending};

static int do_bind(struct session *session, const struct deadline *deadline,
                   struct detail *detail)
{
    const struct session_config config = {
        .scheme = SESSION_LDAPI,
        .bind = SESSION_SIMPLE,
        .bind_dn = "CN=ann",
        .password = "secret",
    };

    return session_bind(session, &config, deadline, detail);
}

static int do_search(struct session *session, const struct deadline *deadline,
                     struct detail *detail)
{
    static const enum entry_kind kinds[] = {ENTRY_SCP, ENTRY_EXCHANGE,
                                            ENTRY_SITE_OR_SUBNET};
    struct session_search searches[3] = {0};
    struct adscp_forest *forest = forest_new();
    struct directory *directory = forest_add_directory(forest, NULL);
    struct decoder *decoder = decoder_new(forest, directory);
    int i, rc;

    for (i = 0; i < 3; i++) {
        searches[i].base = base;
        searches[i].scope = SESSION_SUBTREE;
        searches[i].filter = decode_filter(kinds[i]);
        searches[i].kind = kinds[i];
    }
    rc = session_search(session, searches, 3, directory, decoder, deadline,
                        detail);
    if (rc == ADSCP_OK)
        rc = decoder_finish(decoder);
    if (rc == ADSCP_OK)
        rc = forest_freeze(forest, NULL);
    decoder_free(decoder);
    forest_release(forest);
    return rc;
}

/* A refusal comes with a sentence; an answer means that the stream was in
 * order. */
static void check(const struct session *session, int rc,
                  const struct detail *detail)
{
    if (rc > 0 || rc == ADSCP_E_TIMEOUT || rc == ADSCP_E_ARGUMENT)
        abort();
    if (rc != ADSCP_OK && detail->text[0] == '\0')
        abort();
    if (rc == ADSCP_OK && session->guard.failure != ADSCP_OK &&
        !session->guard.spent)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const ask[])(struct session *, const struct deadline *,
                              struct detail *) = {do_search, do_bind,
                                                  session_start_tls};
    struct source source;
    struct session *session = calloc(1, sizeof(*session));
    struct deadline deadline;
    struct detail detail;
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC), rc;

    if (size < 2 || session == NULL || fd < 0)
        goto out;
    source = (struct source){data + 2, size - 2, data[1]};
    detail_clear(&detail);
    deadline_start(&deadline, MILLISECONDS, NULL);
    if (session_prime(&deadline) != ADSCP_OK ||
        session_attach(session, fd, &edge, &source, &detail) != ADSCP_OK)
        abort();
    rc = ask[data[0] % 3](session, &deadline, &detail);
    check(session, rc, &detail);
    session_detach(session);
out:
    if (fd >= 0)
        close(fd);
    free(session);
    return 0;
}
