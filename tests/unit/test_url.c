/* SPDX-License-Identifier: MIT */
/* facts/url: splitting and classifying URLs and SCP pointers. */
#include "test.h"

#include <stdlib.h>

#include "facts/url.h"

#define SPAN(text) ((struct span){(text), strlen(text)})

/* Every input is copied to a block of its own size, so that a sanitizer sees a
 * byte read too much. */
static bool split(const char *text, size_t length, struct url *url,
                  char host[512], char path[512])
{
    char *copy = malloc(length > 0 ? length : 1);
    bool ok;

    memcpy(copy, text, length);
    ok = url_split(copy, length, url);
    snprintf(host, 512, "%.*s", (int)url->host.length,
             url->host.length > 0 ? url->host.text : "");
    snprintf(path, 512, "%.*s", (int)url->path.length,
             url->path.length > 0 ? url->path.text : "");
    free(copy);
    return ok;
}

static void test_split(void)
{
    static const struct {
        const char *text;
        enum url_kind kind;
        const char *host;
        int port;
        const char *path;
    } rows[] = {
        {"https://ex01.contoso.com/Autodiscover/Autodiscover.xml", URL_HTTPS,
         "ex01.contoso.com", 443, "/Autodiscover/Autodiscover.xml"},
        {"HTTP://CAS01/a?b#c", URL_HTTP, "CAS01", 80, "/a"},
        {"https://cas01", URL_HTTPS, "cas01", 443, ""},
        {"https://cas01?q", URL_HTTPS, "cas01", 443, ""},
        {"https://cas01#f", URL_HTTPS, "cas01", 443, ""},
        {"https://cas01:8443/", URL_HTTPS, "cas01", 8443, "/"},
        {"https://cas01:/x", URL_HTTPS, "cas01", 443, "/x"},
        {"https://good@evil/", URL_HTTPS, "evil", 443, "/"},
        {"https://a:b@evil:1/", URL_HTTPS, "evil", 1, "/"},
        {"https://[2001:db8::1]:444/x", URL_HTTPS, "2001:db8::1", 444, "/x"},
        {"https://10.0.0.1/", URL_HTTPS, "10.0.0.1", 443, "/"},
        {"https://mail.contoso.com./", URL_HTTPS, "mail.contoso.com.", 443,
         "/"},
        {"https://m%61il.contoso.com/", URL_HTTPS, "m%61il.contoso.com", 443,
         "/"},
        {"https://z\xC3\xBCrich.example/", URL_HTTPS, "z\xC3\xBCrich.example",
         443, "/"},
        {"https://xn--zrich-kva.example/", URL_HTTPS, "xn--zrich-kva.example",
         443, "/"},
        {"https://a/b@c", URL_HTTPS, "a", 443, "/b@c"},
        {"https://a/{x}", URL_HTTPS, "a", 443, "/{x}"},
        {"LDAP://dc1.contoso.com", URL_OTHER, "dc1.contoso.com", -1, ""},
        {"ftp://ftp.contoso.com:21/", URL_OTHER, "ftp.contoso.com", 21, "/"},
        {"file:///etc/hosts", URL_OTHER, "", -1, "/etc/hosts"},
        {"mailto:a@b", URL_OTHER, "", -1, "a@b"},
        {"urn:x", URL_OTHER, "", -1, "x"},
    };
    char host[512], path[512];
    struct url url;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(split(rows[i].text, strlen(rows[i].text), &url, host, path));
        CHECK_INT(url.kind, rows[i].kind);
        CHECK_STR(host, rows[i].host);
        CHECK_STR(path, rows[i].path);
        CHECK_INT(url.port, rows[i].port);
    }
}

static void test_invalid(void)
{
    static const char *const rows[] = {"",
                                       "x",
                                       "contoso.com",
                                       "//contoso.com/",
                                       "/path",
                                       ":",
                                       "http:",
                                       "https:",
                                       "urn:",
                                       "1http://a/",
                                       "ht tp://a/",
                                       "http:/a",
                                       "https:a",
                                       "https://",
                                       "https:///x",
                                       "https://?x",
                                       "https://@/",
                                       "https://:443/",
                                       "https://a:0/",
                                       "https://a:70000/",
                                       "https://a:65536/",
                                       "https://a:99999999999999999999/",
                                       "https://a:-1/",
                                       "https://a:4x/",
                                       "https://a:1:2/",
                                       "https://a b/",
                                       "https://a/b c",
                                       "https://a/ ",
                                       " https://a/",
                                       "https://a\\b/",
                                       "https:\\\\a\\b",
                                       "https://a/\t",
                                       "https://a\n/",
                                       "https://a/\x7F",
                                       "https://a/\xFF",
                                       "https://a/\xE2\x80\xAEgro",
                                       "https://[::1/",
                                       "https://[::1]x/",
                                       "https://[1.2.3.4]/",
                                       "https://[fe80::1%25eth0]/",
                                       "https://[]/",
                                       "https://[v1.x]/",
                                       "https://a[b/",
                                       "https://a%4/",
                                       "https://a%zz/",
                                       "https://<a>/",
                                       "https://a|b/",
                                       "https://a@b@c/",
                                       "*.outlook.com",
                                       "LDAP://a:70000",
                                       "ftp://a b/"};
    char host[512], path[512];
    struct url url;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (split(rows[i], strlen(rows[i]), &url, host, path))
            printf("# taken for a URI: %s\n", rows[i]);
        CHECK(!split(rows[i], strlen(rows[i]), &url, host, path));
        CHECK_INT(url.kind, URL_INVALID);
        CHECK_INT(url.host.length, 0);
        CHECK_INT(url.port, -1);
    }
    CHECK(!split("https://good\0.evil/", 19, &url, host, path));
    CHECK(!split("https://a/\0", 11, &url, host, path));
}

static void test_flags(void)
{
    char host[512], path[512];
    struct url url;

    split("https://u@a:443/", 16, &url, host, path);
    CHECK(url.has_userinfo && url.has_port && !url.host_is_ip);
    split("https://a/", 10, &url, host, path);
    CHECK(!url.has_userinfo && !url.has_port && !url.host_is_ip);
    split("https://[::1]/", 14, &url, host, path);
    CHECK(url.host_is_ip);
    split("https://1.2.3.4/", 16, &url, host, path);
    CHECK(url.host_is_ip);
    split("https://1.2.3.4.5/", 18, &url, host, path);
    CHECK(!url.host_is_ip);
    split("https://1.2.3.400/", 18, &url, host, path);
    CHECK(!url.host_is_ip);
}

static void test_path(void)
{
    CHECK(url_path_is_default(SPAN("/Autodiscover/Autodiscover.xml")));
    CHECK(url_path_is_default(SPAN("/AUTODISCOVER/autodiscover.XML")));
    CHECK(!url_path_is_default(SPAN("/autodiscover/autodiscover.xml/")));
    CHECK(!url_path_is_default(SPAN("/autodiscover/autodiscover.json")));
    CHECK(!url_path_is_default(SPAN("")));
}

#define LABEL_16 "a23456789abcdefg"
#define LABEL_64 LABEL_16 LABEL_16 LABEL_16 LABEL_16

static bool target(const char *text, char out[LDAP_URL_TARGET_MAX])
{
    struct ldap_url url;

    out[0] = '\0';
    if (!ldap_url_split(text, strlen(text), &url))
        return false;
    ldap_url_target(&url, out);
    return true;
}

static void test_ldap(void)
{
    static const struct {
        const char *text;
        const char *target;
    } rows[] = {
        {"LDAP://dc1.res.example", "dc1.res.example:389"},
        {"ldap://DC1.Res.Example./", "dc1.res.example:389"},
        {"Ldap://dc1:3268", "dc1:3268"},
        {"LDAP://dc1:", "dc1:389"},
        {"LDAP://10.0.0.1", "10.0.0.1:389"},
        {"LDAP://[2001:DB8:0:0::1]:636", "[2001:db8::1]:636"},
        {"LDAP://dc_1/CN=Services,CN=Configuration,DC=a b", "dc_1:389"},
    };
    static const char *const bad[] = {"",
                                      "LDAP:",
                                      "LDAP://",
                                      "LDAP:///",
                                      "LDAP:// dc",
                                      "LDAP://dc:0",
                                      "LDAP://dc:65536",
                                      "LDAP://u@dc",
                                      "LDAP://a..b",
                                      "LDAP://.a",
                                      "LDAP://.",
                                      "LDAP://dc%31",
                                      "LDAP://z\xC3\xBC",
                                      "LDAP://a*b",
                                      "LDAP://[::1",
                                      "LDAP://::1",
                                      "LDAPS://dc",
                                      "https://dc",
                                      "GC://dc",
                                      "dc1.res.example",
                                      "LDAP://dc\\x",
                                      "LDAP://" LABEL_64};
    char out[LDAP_URL_TARGET_MAX], longest[300];
    struct ldap_url url;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(target(rows[i].text, out));
        CHECK_STR(out, rows[i].target);
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!target(bad[i], out));
        if (out[0] != '\0')
            printf("# taken for a pointer: %s\n", bad[i]);
    }
    CHECK(!ldap_url_split("LDAP://dc\0x", 11, &url));
    CHECK(ldap_url_split("LDAP://dc/", 10, &url) && !url.has_rest);
    CHECK(ldap_url_split("LDAP://dc/x", 11, &url) && url.has_rest);
    CHECK(ldap_url_split("LDAP://dc?x", 11, &url) && url.has_rest);

    strcpy(longest, "LDAP://");
    for (i = 0; i < 253; i++)
        longest[7 + i] = i % 64 == 63 ? '.' : 'A';
    strcpy(longest + 260, ":65535");
    CHECK(target(longest, out));
    CHECK_INT(strlen(out), 259);
    longest[260] = 'A';
    longest[261] = '\0';
    CHECK(!target(longest, out));
}

static const struct test tests[] = {
    {"absolute URIs are split", test_split},
    {"anything else is invalid", test_invalid},
    {"userinfo, port and IP literal are told", test_flags},
    {"the default path", test_path},
    {"pointers name a directory", test_ldap},
};

TEST_MAIN(tests)
