/* SPDX-License-Identifier: MIT */
/*
 * drain URI [ahead|users]: how fast libldap alone takes the same entries off
 * the wire: same filter, attributes and pages as the library's own reading, one
 * message at a time, each freed as it came. It decodes nothing and keeps
 * nothing, asks no rootDSE and sends no other search. With "ahead" liber's
 * stock read-ahead layer (64 KiB) is pushed on the connection, which libldap
 * itself uses for UDP only. With "users" it takes what a census takes.
 *
 * drain --query prints filter and attributes, for ldapsearch.
 */
#include <ldap.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "facts/decode/decode.h"

#define DOMAIN_DN "DC=corp,DC=example,DC=test"
#define CONFIG_DN "CN=Configuration," DOMAIN_DN

enum { PAGE = 1000, AHEAD = 64 * 1024 };

static void check(int rc, const char *what)
{
    if (rc == LDAP_SUCCESS)
        return;
    fprintf(stderr, "drain: %s: %s\n", what, ldap_err2string(rc));
    exit(1);
}

static void read_ahead(LDAP *ld)
{
    int size = AHEAD;
    Sockbuf *sockbuf = NULL;

    check(ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sockbuf), "sockbuf");
    ber_sockbuf_add_io(sockbuf, &ber_sockbuf_io_readahead,
                       LBER_SBIOD_LEVEL_PROVIDER + 1, &size);
}

static LDAP *bind_to(const char *uri, bool ahead)
{
    struct berval nothing = {0};
    int version = LDAP_VERSION3;
    LDAP *ld = NULL;

    check(ldap_initialize(&ld, uri), "initialize");
    check(ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version), "version");
    check(ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF), "referrals");
    check(ldap_sasl_bind_s(ld, NULL, LDAP_SASL_SIMPLE, &nothing, NULL, NULL,
                           NULL),
          "bind");
    if (ahead)
        read_ahead(ld);
    return ld;
}

static int ask(LDAP *ld, enum entry_kind kind, struct berval *cookie)
{
    LDAPControl *paging = NULL, *controls[2] = {0};
    const char *attributes[DECODE_ATTRIBUTES_MAX];
    int id;

    decode_attributes(kind, attributes);
    check(ldap_create_page_control(ld, PAGE, cookie, 0, &paging), "control");
    controls[0] = paging;
    /* libldap takes the list as char **, and does not write to it. */
    check(ldap_search_ext(ld, kind == ENTRY_SCP ? CONFIG_DN : DOMAIN_DN,
                          LDAP_SCOPE_SUBTREE, decode_filter(kind),
                          (char **)(uintptr_t)attributes, 0, controls, NULL,
                          NULL, 0, &id),
          "search");
    ldap_control_free(paging);
    return id;
}

/* Take the cookie out of a page's last message. */
static void turn_page(LDAP *ld, LDAPMessage *done, struct berval *cookie)
{
    LDAPControl **controls = NULL, *paging;
    ber_int_t estimate;
    int code;

    check(ldap_parse_result(ld, done, &code, NULL, NULL, NULL, &controls, 0),
          "result");
    check(code, "search");
    paging = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
    ber_memfree(cookie->bv_val);
    *cookie = (struct berval){0};
    if (paging != NULL)
        check(ldap_parse_pageresponse_control(ld, paging, &estimate, cookie),
              "cookie");
    ldap_controls_free(controls);
}

/* Count a page's entries; *lastp becomes the newest one. */
static int64_t drain_page(LDAP *ld, int id, struct berval *cookie,
                          LDAPMessage **lastp)
{
    LDAPMessage *message = NULL;
    int64_t entries = 0;

    for (;;) {
        switch (ldap_result(ld, id, LDAP_MSG_ONE, NULL, &message)) {
        case LDAP_RES_SEARCH_ENTRY:
            ldap_msgfree(*lastp);
            *lastp = message;
            entries++;
            break;
        case LDAP_RES_SEARCH_RESULT:
            turn_page(ld, message, cookie);
            ldap_msgfree(message);
            return entries;
        default:
            check(LDAP_OTHER, "message");
        }
    }
}

static void print_query(void)
{
    const char *attributes[DECODE_ATTRIBUTES_MAX], **name;

    decode_attributes(ENTRY_SCP, attributes);
    printf("%s\n", decode_filter(ENTRY_SCP));
    for (name = attributes; *name != NULL; name++)
        printf("%s\n", *name);
}

int main(int argc, char **argv)
{
    struct berval cookie = {0};
    LDAPMessage *last = NULL;
    int64_t entries = 0, cpu = bench_cpu_ns();
    enum entry_kind kind = ENTRY_SCP;
    bool ahead;
    char *dn;
    LDAP *ld;

    if (argc == 2 && strcmp(argv[1], "--query") == 0)
        return print_query(), 0;
    if (argc == 3 && strcmp(argv[2], "users") == 0)
        kind = ENTRY_CENSUS;
    ahead = argc == 3 && strcmp(argv[2], "ahead") == 0;
    if (argc != 2 && !ahead && kind == ENTRY_SCP)
        return fputs("usage: drain URI [ahead|users] | --query\n", stderr), 2;
    ld = bind_to(argv[1], ahead);
    do
        entries += drain_page(ld, ask(ld, kind, &cookie), &cookie, &last);
    while (cookie.bv_len > 0);
    cpu = bench_cpu_ns() - cpu;
    dn = ldap_get_dn(ld, last);
    printf("rows %jd\ncpu %jd\nlast %s\n", (intmax_t)entries, (intmax_t)cpu,
           dn != NULL ? dn : "");
    ldap_memfree(dn);
    ldap_msgfree(last);
    ber_memfree(cookie.bv_val);
    ldap_unbind_ext_s(ld, NULL, NULL);
    return 0;
}
