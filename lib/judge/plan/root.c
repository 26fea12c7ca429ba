/* SPDX-License-Identifier: MIT */
/*
 * The step that makes a certificate a root: the forest distributes it to every
 * member.
 */
#include <string.h>

#include "base/base64.h"
#include "judge/plan/private.h"

static const char pem_begin[] = "-----BEGIN CERTIFICATE-----\n";
static const char pem_end[] = "-----END CERTIFICATE-----\n";

/* The root, and where it comes from. */
struct root {
    struct blob der;
    const char *name, *sha1;
    const char *forest; /* another one's DNS name, or NULL */
};

/* What a server of this forest publishes. */
static void find_own(struct making *making, struct root *root)
{
    const struct adscp_server *server =
        making_server(making, making_word(making, 0));

    if (server == NULL)
        return;
    if (server->certificate.bytes != NULL)
        root->der = making_certificate(making, server->certificate.bytes,
                                       server->certificate.length, &root->name,
                                       &root->sha1);
    if (root->der.bytes == NULL)
        fail(making, "%s has no certificate that could be published",
             server->name);
}

/* That of the file, or what a server or another forest publishes; without
 * bytes, the reason is told. */
static struct root find_root(struct making *making)
{
    const struct plan_question *question = making->question;
    const char *word = making_word(making, 0);
    struct root root = {.forest = NULL};

    if (question->file != NULL) {
        root.der =
            making_certificate(making, question->file, question->file_length,
                               &root.name, &root.sha1);
        if (root.der.bytes == NULL)
            fail(making, "%s has no certificate that could be published", word);
    } else if (!plan_has_server(question->forest, word) &&
               plan_is_foreign(question->forest, word)) {
        struct foreign found = making_foreign(making, word);

        root = (struct root){found.der, found.name, found.sha1, found.forest};
    } else {
        find_own(making, &root);
    }
    return root;
}

static bool is_published(const struct making *making, struct blob der)
{
    const struct directory *directory = making->directory;
    size_t i, k;

    for (i = 0; i < directory->authority_count; i++) {
        const struct authority *row = &directory->authorities[i];

        for (k = 0; k < row->certificate_count && row->is_root; k++)
            if (row->certificates[k].length == der.length &&
                memcmp(row->certificates[k].bytes, der.bytes, der.length) == 0)
                return true;
    }
    return false;
}

/* The containers above are in every forest, and nothing need be read of them.
 */
static void publish(struct making *making, const char *name, struct blob der)
{
    struct export_text *out = &making->step->changes;
    const char *dn =
        format(making,
               "CN=%s,CN=Certification Authorities,CN=Public Key Services,"
               "CN=Services,%s",
               rdn_value(making, name), making->directory->config_dn);
    bool is_there = making_has_entry(making, dn);

    if (is_there) {
        begin_record(making, (struct span){dn, strlen(dn)}, "modify");
        begin_part(making, "add", "cACertificate");
    } else {
        begin_entry(making, dn, "certificationAuthority");
        put_line(making, "cn", name);
        /* The class demands them; a zero byte is what certutil writes. */
        export_line(out, "authorityRevocationList", "", 1);
        export_line(out, "certificateRevocationList", "", 1);
    }
    export_line(out, "cACertificate", (const char *)der.bytes, der.length);
    if (is_there)
        end_part(making);
    end_record(making);
}

/* What the server publishes, as a file for certutil. */
static void give_file(struct making *making, struct blob der, const char *name)
{
    enum { LINE = 64 };
    size_t length = BASE64_SIZE(der.length), i;
    char *text = arena_bytes(&making->arena, length);
    struct export_text pem = {.bytes = NULL};

    if (text == NULL) {
        making->failed = true;
        return;
    }
    length = base64_encode(text, (const char *)der.bytes, der.length);
    export_put(&pem, pem_begin, strlen(pem_begin));
    for (i = 0; i < length; i += LINE) {
        export_put(&pem, text + i, length - i < LINE ? length - i : LINE);
        export_put(&pem, "\n", 1);
    }
    export_put(&pem, pem_end, strlen(pem_end));
    making->failed |= pem.failed;
    making->step->certificate = pem.bytes;
    making->step->certificate_name = making_copy(making, name);
}

static void tell_root(struct making *making, const struct root *root)
{
    const char *file = making_word(making, 0);

    if (making->question->file == NULL) {
        file = format(making, "%s.cer", root->sha1);
        give_file(making, root->der, file);
        add_cmdlet(making, "# %s is the certificate that %s publishes",
                   quoted(making, file),
                   quoted(making, root->forest != NULL
                                      ? root->forest
                                      : making_word(making, 0)));
    }
    add_cmdlet(making, "certutil -dspublish -f %s RootCA",
               quoted(making, file));
}

int make_publish_root(struct making *making)
{
    struct root root = find_root(making);

    if (root.der.bytes == NULL)
        return ADSCP_E_ARGUMENT;
    if (making->directory->config_dn == NULL)
        return fail(making, "the forest's configuration naming context is not "
                            "known");
    if (!is_published(making, root.der))
        publish(making, is_cn(root.name) ? root.name : root.sha1, root.der);
    tell_root(making, &root);
    return ADSCP_OK;
}
