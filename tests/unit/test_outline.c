/* SPDX-License-Identifier: MIT */
/*
 * Names, key and key identifiers out of a certificate's bytes, whatever those
 * are: all that is read is there, and what cannot be read is not found.
 */
#include "test.h"

#include "facts/certificate/certificate.h"
#include "make_certificate.h"

enum { SIZE = 512 };

struct bytes {
    unsigned char data[SIZE];
    size_t length;
};

static void put(struct bytes *out, const void *data, size_t length)
{
    memcpy(out->data + out->length, data, length);
    out->length += length;
}

/* Around what is there; lengths above 127 take three bytes. */
static struct bytes wrap(unsigned char tag, const struct bytes *inside)
{
    struct bytes out = {{tag, 0x82, (unsigned char)(inside->length >> 8),
                         (unsigned char)inside->length},
                        4};

    if (inside->length < 0x80) {
        out.data[1] = (unsigned char)inside->length;
        out.length = 2;
    }
    put(&out, inside->data, inside->length);
    return out;
}

static struct bytes element(unsigned char tag, const char *content)
{
    struct bytes inside = {{0}, 0};

    put(&inside, content, strlen(content));
    return wrap(tag, &inside);
}

static bool outline_of(const struct bytes *der,
                       struct certificate_outline *outline)
{
    struct certificates *store = certificates_new();
    const struct adscp_certificate *row = NULL;
    bool found;

    CHECK_INT(certificates_add(store, der->data, der->length, &row), ADSCP_OK);
    found = certificate_outline(row, outline);
    certificates_release(store);
    return found;
}

/* The fields of a certificate, so many of them, and what follows. */
static struct bytes certificate(size_t count, const struct bytes *extensions)
{
    static const unsigned char tags[] = {0xa0, 0x02, 0x30, 0x30,
                                         0x30, 0x30, 0x30};
    static const char *const contents[] = {
        "v", "serial", "algorithm", "issuer", "dates", "subject", "key"};
    struct bytes fields = {{0}, 0}, whole;
    size_t i;

    for (i = 0; i < count; i++) {
        struct bytes field = element(tags[i], contents[i]);

        put(&fields, field.data, field.length);
    }
    if (extensions != NULL)
        put(&fields, extensions->data, extensions->length);
    whole = wrap(0x30, &fields);
    return wrap(0x30, &whole);
}

enum { FIELDS = 7 };

/* Each field but the last one missing, and each byte. */
static void test_cut(void)
{
    struct bytes whole = certificate(FIELDS, NULL);
    struct certificate_outline outline;
    size_t i;

    CHECK(outline_of(&whole, &outline));
    CHECK_INT(outline.subject.length, 2 + strlen("subject"));
    CHECK_INT(outline.issuer.length, 2 + strlen("issuer"));
    CHECK_INT(outline.key.length, 2 + strlen("key"));
    CHECK_INT(outline.subject_key_id.length, 0);
    for (i = 0; i < FIELDS; i++) {
        struct bytes cut = certificate(i, NULL);

        CHECK(!outline_of(&cut, &outline));
    }
    for (i = 0; i < whole.length; i++) {
        struct bytes cut = {{0}, 0};

        put(&cut, whole.data, i);
        CHECK(!outline_of(&cut, &outline));
    }
}

/* Lengths and tags that no certificate has. */
static void test_odd_lengths(void)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"\x30\x80\x00\x00", 4},             /* no length */
        {"\x30\x85\x00\x00\x00\x00\x00", 7}, /* in five bytes */
        {"\x30\x84\x7f\xff\xff\xff", 6},     /* beyond the end */
        {"\x30\x82\x01", 3},                 /* cut within it */
        {"\x3f\x82\x01\x00", 4},             /* a tag of several bytes */
        {"\x30\x00", 2},
        {"\x30\x02\x30\x00", 4},
        {"\x30\x00\x00", 3}, /* something follows */
        {"\x31\x02\x30\x00", 4},
    };
    struct certificate_outline outline;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes der = {{0}, 0};

        put(&der, rows[i].bytes, rows[i].length);
        CHECK(!outline_of(&der, &outline));
    }
}

/* One extension, of a number 2.5.29.x, and the lengths of both identifiers. */
static void check_extension(const char *bytes, size_t length, size_t subject,
                            size_t authority)
{
    struct bytes extension = {{0}, 0}, list, extensions, der;
    struct certificate_outline outline;

    put(&extension, bytes, length);
    list = wrap(0x30, &extension);
    list = wrap(0x30, &list);
    extensions = wrap(0xa3, &list);
    der = certificate(FIELDS, &extensions);
    CHECK(outline_of(&der, &outline));
    CHECK_INT(outline.subject_key_id.length, subject);
    CHECK_INT(outline.authority_key_id.length, authority);
}

#define EXTENSION(bytes, subject, authority)                                   \
    check_extension(bytes, sizeof(bytes) - 1, subject, authority)
#define ID(last) "\x06\x03\x55\x1d" last

static void test_key_ids(void)
{
    EXTENSION(ID("\x0e") "\x04\x05\x04\x03"
                         "abc",
              3, 0);
    EXTENSION(ID("\x0e") "\x01\x01\xff\x04\x05\x04\x03"
                         "abc",
              3, 0); /* critical */
    EXTENSION(ID("\x23") "\x04\x07\x30\x05\x80\x03"
                         "abc",
              0, 3);
    EXTENSION(ID("\x23") "\x04\x07\x30\x05\x82\x03"
                         "abc",
              0, 0); /* by another name */
    EXTENSION(ID("\x23") "\x04\x02\x05\x00", 0, 0);
    EXTENSION(ID("\x23") "\x04\x02\x30\x00", 0, 0);
    EXTENSION(ID("\x0e") "\x04\x02\x05\x00", 0, 0);
    EXTENSION(ID("\x0e") "\x04\x00", 0, 0);
    EXTENSION(ID("\x0e"), 0, 0); /* no value */
    EXTENSION(ID("\x0f") "\x04\x05\x04\x03"
                         "abc",
              0, 0);
    EXTENSION("\x06\x03\x55\x1e\x0e\x04\x05\x04\x03"
              "abc",
              0, 0);
    EXTENSION("\x06\x03\x56\x1d\x0e\x04\x05\x04\x03"
              "abc",
              0, 0);
    EXTENSION("\x06\x02\x55\x1d\x04\x05\x04\x03"
              "abc",
              0, 0);
    EXTENSION("\x05\x00", 0, 0); /* no number */
    EXTENSION("", 0, 0);
}

/* What stands behind the key, and is no extensions. */
static void test_behind(void)
{
    struct bytes unique = element(0x81, "x"), none = element(0xa3, "x");
    struct bytes der = certificate(FIELDS, &unique);
    struct certificate_outline outline;

    CHECK(outline_of(&der, &outline));
    der = certificate(FIELDS, &none);
    CHECK(outline_of(&der, &outline));
    CHECK_INT(outline.authority_key_id.length, 0);
}

/* Names that may be the same have one hash, of however many letters. */
static void test_hashes(void)
{
    char text[200];
    struct bytes one, other, third;

    memset(text, 'a', sizeof(text));
    text[199] = '\0';
    one = element(0x0c, text);
    text[100] = ' ';
    other = element(0x13, text);
    text[100] = 'A';
    third = element(0x1e, text);
#define HASH(of)                                                               \
    certificate_name_hash((struct certificate_span){(of).data, (of).length})
    CHECK(HASH(one) == HASH(third));
    text[198] = 'b';
    third = element(0x0c, text);
    CHECK(HASH(one) != HASH(third));
    CHECK(HASH(other) != HASH(third));
    third.length = 0;
    CHECK_INT(HASH(third), 0);
}

static const struct test tests[] = {
    {"fields that are missing", test_cut},
    {"lengths and tags", test_odd_lengths},
    {"identifiers of keys", test_key_ids},
    {"what stands behind the key", test_behind},
    {"hashes of names", test_hashes},
};

TEST_MAIN(tests)
