/* SPDX-License-Identifier: MIT */
/*
 * The text of an LDIF file: bytes of a file or of memory, as UTF-8, cut into
 * logical lines. ldifde -u writes UTF-16 with a byte order mark. Nothing here
 * knows what a line means, and no file is opened but the one that the caller
 * names.
 */
#include "gather/ldif/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* A unit of UTF-16 is at most three bytes of UTF-8; two may make a pair. */
enum { RAW_SIZE = 256 * 1024, TEXT_SIZE = RAW_SIZE / 2 * 3 + 4, PAIR = 4 };

/* ------------------------------------------------------------- raw bytes -- */

static int file_error(const struct ldif_input *input, int error)
{
    int code = ADSCP_E_FILE;

    if (error == EMFILE || error == ENFILE || error == ENOMEM)
        code = ADSCP_E_NOMEM;
    return detail_set(input->detail, code, "%s: %s", input->name,
                      strerrordesc_np(error));
}

int ldif_input_open(struct ldif_input *input, const char *path,
                    const struct deadline *deadline, struct detail *detail)
{
    struct stat status;

    *input = (struct ldif_input){
        .name = path, .deadline = deadline, .detail = detail, .fd = -1};
    /* Without O_NONBLOCK a FIFO would hold us until a writer comes. */
    input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (input->fd < 0 || fstat(input->fd, &status) != 0)
        return file_error(input, errno);
    if (S_ISDIR(status.st_mode))
        return detail_set(detail, ADSCP_E_FORMAT,
                          "%s: this is a directory, not an LDIF file", path);
    input->waits = !S_ISREG(status.st_mode);
    input->raw_bytes = malloc(RAW_SIZE);
    return input->raw_bytes != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

void ldif_input_memory(struct ldif_input *input, const char *name,
                       const char *bytes, size_t length, struct detail *detail)
{
    *input = (struct ldif_input){.name = name,
                                 .detail = detail,
                                 .fd = -1,
                                 .ended = true,
                                 .raw = bytes,
                                 .raw_end = bytes + length};
}

void ldif_input_close(struct ldif_input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    free(input->raw_bytes);
    free(input->text_bytes);
    *input = (struct ldif_input){.fd = -1};
}

/* One read(2), waited for where the file may block. *lengthp is 0 at the end.
 */
static int read_some(struct ldif_input *input, char *bytes, size_t size,
                     size_t *lengthp)
{
    for (;;) {
        int rc = input->waits
                     ? deadline_wait(input->deadline, input->fd, POLLIN)
                     : deadline_check(input->deadline);
        ssize_t n;

        if (rc != ADSCP_OK)
            return detail_set(input->detail, rc, "%s: %s", input->name,
                              adscp_error_text(rc));
        n = read(input->fd, bytes, size);
        if (n >= 0) {
            *lengthp = (size_t)n;
            return ADSCP_OK;
        }
        if (errno != EINTR && errno != EAGAIN)
            return file_error(input, errno);
    }
}

/* Add to the raw bytes, or find that the file ends. */
static int raw_more(struct ldif_input *input)
{
    size_t kept = (size_t)(input->raw_end - input->raw), length = 0;
    int rc;

    if (input->ended)
        return ADSCP_OK;
    if (kept > 0)
        memmove(input->raw_bytes, input->raw, kept);
    rc = read_some(input, input->raw_bytes + kept, RAW_SIZE - kept, &length);
    if (rc != ADSCP_OK)
        return rc;
    input->raw = input->raw_bytes;
    input->raw_end = input->raw + kept + length;
    input->ended = length == 0;
    return ADSCP_OK;
}

/* ----------------------------------------------------------------- UTF-8 -- */

static const struct {
    char bytes[4];
    size_t length;
    enum ldif_encoding encoding;
} marks[] = {
    {"\xEF\xBB\xBF", 3, LDIF_UTF_8},
    {"\xFF\xFE", 2, LDIF_UTF_16_LE},
    {"\xFE\xFF", 2, LDIF_UTF_16_BE},
};

/* A byte order mark tells the encoding; without one it is UTF-8. */
static int find_encoding(struct ldif_input *input)
{
    size_t i;

    while (input->raw_end - input->raw < 3 && !input->ended) {
        int rc = raw_more(input);

        if (rc != ADSCP_OK)
            return rc;
    }
    input->encoding = LDIF_UTF_8;
    for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if ((size_t)(input->raw_end - input->raw) < marks[i].length ||
            memcmp(input->raw, marks[i].bytes, marks[i].length) != 0)
            continue;
        input->raw += marks[i].length;
        input->encoding = marks[i].encoding;
        break;
    }
    if (input->encoding != LDIF_UTF_8)
        input->text_bytes = malloc(TEXT_SIZE);
    return input->encoding == LDIF_UTF_8 || input->text_bytes != NULL
               ? ADSCP_OK
               : ADSCP_E_NOMEM;
}

/* Turn as many raw bytes into text as there is room for. A byte that no UTF-8
 * has stands for half a unit at the end. */
static void transcode(struct ldif_input *input)
{
    size_t length = (size_t)(input->raw_end - input->raw), taken;
    char *out = input->text_bytes;

    out += text_from_utf16(
        out, input->raw, length < RAW_SIZE ? length : RAW_SIZE,
        input->encoding == LDIF_UTF_16_BE, input->ended, &taken);
    input->raw += taken;
    if (input->ended && input->raw_end - input->raw == 1) {
        *out++ = '\xFF';
        input->raw++;
    }
    input->text = input->text_bytes;
    input->text_end = out;
}

/* Get more text. At the end of the file there is none. */
static int fill(struct ldif_input *input)
{
    int rc = ADSCP_OK;

    if (input->encoding == LDIF_ENCODING_UNKNOWN)
        rc = find_encoding(input);
    if (rc == ADSCP_OK && input->raw_end - input->raw < PAIR)
        rc = raw_more(input);
    if (rc != ADSCP_OK)
        return rc;
    if (input->encoding == LDIF_UTF_8) {
        input->text = input->raw;
        input->text_end = input->raw = input->raw_end;
        return ADSCP_OK;
    }
    transcode(input);
    return ADSCP_OK;
}

/* The same until there is text or the file has ended. */
static int fill_text(struct ldif_input *input)
{
    while (input->text == input->text_end) {
        int rc = fill(input);

        if (rc != ADSCP_OK)
            return rc;
        if (input->ended && input->raw == input->raw_end)
            break;
    }
    return ADSCP_OK;
}

/* ----------------------------------------------------------------- lines -- */

/* NULL, or the limit that one more piece would exceed. Sums are compared: where
 * a line began close to a limit, what is left may be less than nothing. */
static const char *exceeds(const struct buffer *buffer,
                           const struct ldif_line *line, size_t length)
{
    if (buffer->used - line->start + length > LDIF_LINE_MAX)
        return "a line is longer than 16 MiB";
    return buffer->used + length > LDIF_RECORD_MAX
               ? "the record is larger than 256 MiB"
               : NULL;
}

/* Append a piece of the line, or, beyond the limits, give up all but its first
 * byte. */
static bool take(struct buffer *buffer, struct ldif_line *line,
                 const char *piece, size_t length)
{
    if (line->too_long != NULL || length == 0)
        return true;
    line->too_long = exceeds(buffer, line, length);
    if (line->too_long != NULL) {
        length = 1;
        if (buffer->used > line->start) {
            buffer->used = line->start + 1;
            return true;
        }
    }
    if (!buffer_reserve(buffer, length))
        return false;
    memcpy(buffer->bytes + buffer->used, piece, length);
    buffer->used += length;
    return true;
}

/* The rest of one line of the file. */
static int take_physical(struct ldif_input *input, struct buffer *buffer,
                         struct ldif_line *line)
{
    const size_t from = buffer->used;
    const char *newline = NULL;

    input->line++;
    while (newline == NULL) {
        size_t length;
        int rc = fill_text(input);

        if (rc != ADSCP_OK)
            return rc;
        length = (size_t)(input->text_end - input->text);
        input->broken_off = length == 0;
        if (length == 0)
            break;
        newline = memchr(input->text, '\n', length);
        if (newline != NULL)
            length = (size_t)(newline - input->text);
        if (!take(buffer, line, input->text, length))
            return ADSCP_E_NOMEM;
        if (line->too_long != NULL && input->impatient)
            break;
        input->text += length + (newline != NULL);
    }
    if (buffer->used > from && buffer->bytes[buffer->used - 1] == '\r')
        buffer->used--;
    return ADSCP_OK;
}

int ldif_input_line(struct ldif_input *input, struct buffer *buffer,
                    struct ldif_line *linep)
{
    struct ldif_line line = {.number = input->line + 1, .start = buffer->used};
    int rc = fill_text(input);

    if (rc != ADSCP_OK)
        return rc;
    line.end = input->text == input->text_end;
    while (!line.end) {
        rc = take_physical(input, buffer, &line);
        if (rc == ADSCP_OK)
            rc = fill_text(input);
        if (rc != ADSCP_OK)
            return rc;
        /* An empty line ends a record, so nothing can continue it. */
        if (buffer->used == line.start && line.too_long == NULL)
            break;
        if (input->text == input->text_end || *input->text != ' ')
            break;
        input->text++;
    }
    *linep = line;
    return ADSCP_OK;
}
