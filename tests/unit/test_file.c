/* SPDX-License-Identifier: MIT */
/* Files that the caller names: whole, bounded, and never half. */
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/file.h"

static char path[40];

static void put(size_t length)
{
    FILE *file;
    size_t i;
    int fd;

    strcpy(path, "/tmp/adscp-unit-XXXXXX");
    fd = mkstemp(path);
    file = fdopen(fd, "w");
    for (i = 0; i < length; i++)
        fputc((int)(i % 251), file);
    fclose(file);
}

/* Reads this file with this bound; on failure nothing is handed out. */
static int get(const char *name, size_t most, size_t *lengthp)
{
    struct detail detail = {0};
    unsigned char *bytes = NULL;
    void *out = NULL;
    size_t i;
    int rc = file_read(name, most, &detail, &out, lengthp);

    CHECK((rc == ADSCP_OK) == (detail.text[0] == '\0'));
    CHECK(rc == ADSCP_OK || (out == NULL && *lengthp == 77));
    CHECK(rc == ADSCP_OK || strstr(detail.text, name) != NULL);
    bytes = out;
    for (i = 0; rc == ADSCP_OK && i < *lengthp; i++)
        if (bytes[i] != i % 251) {
            CHECK_INT(bytes[i], i % 251);
            break;
        }
    free(out);
    return rc;
}

static void test_sizes(void)
{
    static const size_t sizes[] = {0,     1,     16383, 16384,
                                   16385, 32768, 40000, 100000};
    size_t i, length;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        put(sizes[i]);
        length = 77;
        CHECK_INT(get(path, 200000, &length), ADSCP_OK);
        CHECK_INT(length, sizes[i]);
        length = 77;
        CHECK_INT(get(path, sizes[i], &length), ADSCP_OK);
        if (sizes[i] > 0) {
            length = 77;
            CHECK_INT(get(path, sizes[i] - 1, &length), ADSCP_E_FORMAT);
        }
        unlink(path);
    }
}

/* What never ends, and what is no file. */
static void test_no_files(void)
{
    size_t length = 77;

    CHECK_INT(get("/dev/zero", 100000, &length), ADSCP_E_FORMAT);
    CHECK_INT(get("/tmp", 100000, &length), ADSCP_E_FILE);
    CHECK_INT(get("/nowhere/at/all", 100000, &length), ADSCP_E_FILE);
    CHECK_INT(get("", 100000, &length), ADSCP_E_FILE);
    CHECK_INT(get("/proc/self/mem", 100000, &length), ADSCP_E_FILE);
    CHECK_INT(get("/dev/null", 100000, &length), ADSCP_OK);
    CHECK_INT(length, 0);
}

/* A pipe gives its bytes in pieces. */
static void test_pipe(void)
{
    char name[32];
    unsigned char bytes[3000];
    size_t i, length = 77;
    int ends[2];

    for (i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i % 251);
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(write(ends[1], bytes, sizeof(bytes)), sizeof(bytes));
    close(ends[1]);
    snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
    CHECK_INT(get(name, 3000, &length), ADSCP_OK);
    CHECK_INT(length, sizeof(bytes));
    close(ends[0]);
}

/* Nobody writes; or somebody does, and does not end. */
static void test_hanging_pipes(void)
{
    struct detail detail = {0};
    void *bytes = NULL;
    size_t length = 0;
    int fd;

    strcpy(path, "/tmp/adscp-unit-XXXXXX");
    close(mkstemp(path));
    unlink(path);
    CHECK_INT(mkfifo(path, 0600), 0);
    CHECK_INT(file_read_within(path, 100, 20, &detail, &bytes, &length),
              ADSCP_E_FILE);
    CHECK(strstr(detail.text, "does not end in time") != NULL);
    fd = open(path, O_RDWR);
    CHECK(write(fd, "abc", 3) == 3);
    detail.text[0] = '\0';
    CHECK_INT(file_read_within(path, 100, 20, &detail, &bytes, &length),
              ADSCP_E_FILE);
    close(fd);
    CHECK(bytes == NULL);
    unlink(path);
}

static const struct test tests[] = {
    {"pipes that nobody ends", test_hanging_pipes},
    {"files of any size, up to the bound", test_sizes},
    {"what is no file, or never ends", test_no_files},
    {"a pipe", test_pipe},
};

TEST_MAIN(tests)
