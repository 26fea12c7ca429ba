/* SPDX-License-Identifier: MIT */
/*
 * client URI MILLISECONDS [WORD...]: one adscp_reader_read() by an anonymous
 * bind, and what it said, as lines "key value". Words: "starttls", "external"
 * (SASL EXTERNAL), "gssapi", "simple" (a bind with a password), "mail=ADDRESS",
 * "ca=FILE", "pin=HOST:PORT:ADDRESS:PORT" and, where it is linked with what
 * does so, "fail=N" (from then on, allocations of the library's own fail;
 * "failed 1" where it came to that).
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "adscp.h"

/* tests/locate/failing.c */
void fail_after(long count) __attribute__((weak));
bool has_failed(void) __attribute__((weak));

static long fail_count = -1;

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static long peak_kib(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

static int configure(adscp_reader *reader, const char *word)
{
    if (strcmp(word, "starttls") == 0)
        return adscp_reader_set_starttls(reader, 1);
    if (strcmp(word, "external") == 0)
        return adscp_reader_set_sasl_mechanism(reader, "EXTERNAL");
    if (strcmp(word, "gssapi") == 0)
        return adscp_reader_set_sasl_mechanism(reader, "GSSAPI");
    if (strcmp(word, "simple") == 0)
        return adscp_reader_set_simple_bind(reader, "CN=ann", "secret word");
    if (strncmp(word, "ca=", 3) == 0)
        return adscp_reader_set_ca_file(reader, word + 3);
    if (strncmp(word, "mail=", 5) == 0)
        return adscp_reader_add_mail(reader, word + 5);
    if (strncmp(word, "pin=", 4) == 0)
        return adscp_reader_add_resolve(reader, word + 4);
    if (strncmp(word, "fail=", 5) == 0 && fail_after != NULL) {
        fail_count = strtol(word + 5, NULL, 10);
        return ADSCP_OK;
    }
    return ADSCP_E_ARGUMENT;
}

static int read_forest(adscp_reader *reader, adscp_forest **forestp)
{
    int rc;

    if (fail_count < 0)
        return adscp_reader_read(reader, forestp);
    fail_after(fail_count);
    rc = adscp_reader_read(reader, forestp);
    fail_after(-1);
    printf("failed %d\n", has_failed());
    return rc;
}

static void print_scps(const adscp_forest *forest)
{
    int count = adscp_forest_scp_count(forest), i, k;

    printf("servers %d\nscps %d\n", adscp_forest_server_count(forest), count);
    for (i = 0; i < count && i < 20; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);

        printf("dn %.300s\nkeywords %d\n", adscp_scp_dn(scp),
               adscp_scp_keyword_count(scp));
        for (k = 0; k < adscp_scp_binding_count(scp) && k < 3; k++)
            printf("url %.300s\n", adscp_scp_binding(scp, k));
    }
}

/* With no mail address, or for this one. */
static void print_answer(const adscp_forest *forest, const char *mail)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    int i;

    adscp_predictor_set_forest(predictor, forest);
    adscp_predictor_set_mail(predictor, mail);
    if (adscp_predictor_predict(predictor, &prediction) == ADSCP_OK) {
        int count = adscp_prediction_finding_count(prediction);

        if (mail != NULL)
            printf("mailbox %s\n", adscp_mailbox_kind_name(adscp_mailbox_kind(
                                       adscp_prediction_mailbox(prediction))));
        for (i = 0; i < count && i < 1000; i++) {
            const adscp_finding *finding =
                adscp_prediction_finding(prediction, i);

            printf("finding %s\ntext %.300s\n", adscp_finding_code(finding),
                   adscp_finding_text(finding));
        }
    }
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
}

int main(int argc, char **argv)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    int64_t start;
    int milliseconds = 0, rc, i;
    long before;

    if (argc < 3 || sscanf(argv[2], "%d", &milliseconds) != 1)
        return fputs("usage: client URI MILLISECONDS [WORD...]\n", stderr), 2;
    rc = adscp_reader_set_uri(reader, argv[1]);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_timeout_ms(reader, milliseconds);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_anonymous_bind(reader);
    for (i = 3; i < argc && rc == ADSCP_OK; i++)
        rc = configure(reader, argv[i]);
    before = peak_kib();
    start = now_ms();
    if (rc == ADSCP_OK)
        rc = read_forest(reader, &forest);
    printf("code %s\nelapsed %jd\ngrowth %ld\ndetail %s\n",
           adscp_error_name(rc), (intmax_t)(now_ms() - start),
           peak_kib() - before, adscp_reader_error_detail(reader));
    if (forest != NULL) {
        printf("complete %d\n", adscp_forest_complete(forest));
        print_scps(forest);
        print_answer(forest, NULL);
        for (i = 3; i < argc; i++)
            if (strncmp(argv[i], "mail=", 5) == 0)
                print_answer(forest, argv[i] + 5);
    }
    adscp_forest_free(forest);
    adscp_reader_free(reader);
    return 0;
}
