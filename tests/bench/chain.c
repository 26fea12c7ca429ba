/* SPDX-License-Identifier: MIT */
/*
 * chain ROOTS HELPERS SENT PASSES: what a verdict costs. Each pass reads the
 * files anew, takes the first for roots and the second for intermediates of the
 * directory, and judges what the third holds as the chain of ex10.corp.example:
 * nothing is known from the pass before. The difference of two counts of passes
 * is what they cost, start-up taken off. An empty name is no file.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "judge/trust/trust.h"

#define HOST "ex10.corp.example"
#define DAY INT64_C(1750000000)

struct bytes {
    char *data;
    size_t length;
};

static void require(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "chain: %s\n", what);
    exit(1);
}

static struct bytes load(const char *name)
{
    struct bytes bytes = {NULL, 0};
    FILE *file;
    long size;

    if (name[0] == '\0')
        return bytes;
    file = fopen(name, "rb");
    require(file != NULL && fseek(file, 0, SEEK_END) == 0, name);
    size = ftell(file);
    rewind(file);
    bytes.data = malloc((size_t)size + 1);
    require(bytes.data != NULL, "no memory");
    bytes.length = fread(bytes.data, 1, (size_t)size, file);
    fclose(file);
    return bytes;
}

static struct certificate_list read_list(struct certificates *store,
                                         const struct bytes *bytes)
{
    struct certificate_list list = {0};

    if (bytes->data != NULL)
        require(certificates_read(store, bytes->data, bytes->length, &list) ==
                    ADSCP_OK,
                "not read");
    return list;
}

static void add(struct trust *trust, enum trust_role role,
                struct certificates *store, const struct bytes *bytes)
{
    struct certificate_list list = read_list(store, bytes);
    size_t i;

    for (i = 0; i < list.count; i++)
        require(trust_add(trust, role, list.rows[i]) == ADSCP_OK, "not added");
    certificate_list_free(&list);
}

static void pass(const struct bytes *files)
{
    struct certificates *store = certificates_new();
    struct trust *trust = trust_new();
    struct certificate_list sent;
    struct trust_question question = {
        .host = HOST, .host_length = strlen(HOST), .time = DAY};
    const struct adscp_alert *alert = NULL;

    add(trust, TRUST_DIRECTORY, store, &files[0]);
    add(trust, TRUST_HELPER, store, &files[1]);
    sent = read_list(store, &files[2]);
    question.chain = sent.rows;
    question.chain_count = sent.count;
    require(trust_judge(trust, &question, &alert) == ADSCP_OK, "not judged");
    printf("outcome %s\nchain %d\nresident %jd\n",
           adscp_alert_outcome_name(adscp_alert_outcome(alert)),
           adscp_alert_chain_count(alert), (intmax_t)bench_resident());
    alert_release(alert);
    certificate_list_free(&sent);
    trust_free(trust);
    certificates_release(store);
}

int main(int argc, char **argv)
{
    struct bytes files[3];
    long passes;
    int i;

    if (argc != 5)
        return fputs("usage: chain ROOTS HELPERS SENT PASSES\n", stderr), 2;
    for (i = 0; i < 3; i++)
        files[i] = load(argv[1 + i]);
    for (passes = strtol(argv[4], NULL, 10); passes > 0; passes--)
        pass(files);
    for (i = 0; i < 3; i++)
        free(files[i].data);
    return 0;
}
