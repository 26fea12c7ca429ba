/* SPDX-License-Identifier: MIT */
/*
 * The text of an LDIF file: bytes of a file or of memory, as UTF-8, cut into
 * logical lines. ldifde -u writes UTF-16 with a byte order mark; half of a
 * surrogate pair becomes the three bytes that its number would have in UTF-8,
 * which is no valid UTF-8 and will be shown as \xHH. Nothing here knows what a
 * line means, and no file is opened but the one that the caller names.
 */
#include "gather/ldif/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A unit of UTF-16 is at most three bytes of UTF-8. */
enum { RAW_SIZE = 256 * 1024, TEXT_SIZE = RAW_SIZE / 2 * 3 + 4 };

/* ---------------------------------------------------------------- buffer -- */

bool ldif_buffer_reserve(struct ldif_buffer *buffer, size_t length)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : 4096;
    char *bytes;

    if (length <= buffer->capacity - buffer->used)
        return true;
    while (capacity - buffer->used < length) {
        if (capacity > SIZE_MAX / 2)
            return false;
        capacity *= 2;
    }
    bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL)
        return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void ldif_buffer_free(struct ldif_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct ldif_buffer){0};
}

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

/* The usual form of UTF-8 (RFC 3629 3), for half a surrogate pair as well. */
static char *put_point(char *out, uint32_t point)
{
    if (point < 0x80) {
        *out++ = (char)point;
        return out;
    }
    if (point < 0x800) {
        *out++ = (char)(0xC0 | point >> 6);
    } else if (point < 0x10000) {
        *out++ = (char)(0xE0 | point >> 12);
        *out++ = (char)(0x80 | (point >> 6 & 0x3F));
    } else {
        *out++ = (char)(0xF0 | point >> 18);
        *out++ = (char)(0x80 | (point >> 12 & 0x3F));
        *out++ = (char)(0x80 | (point >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (point & 0x3F));
    return out;
}

static bool is_high(uint16_t unit)
{
    return (unit & 0xFC00) == 0xD800;
}

static bool is_low(uint16_t unit)
{
    return (unit & 0xFC00) == 0xDC00;
}

/* One unit of UTF-16 (RFC 2781 2.2); *highp carries half a pair to the next. */
static char *put_unit(char *out, uint16_t unit, uint16_t *highp)
{
    uint16_t high = *highp;

    *highp = 0;
    if (high != 0 && is_low(unit))
        return put_point(out,
                         0x10000 + ((high & 0x3FFU) << 10) + (unit & 0x3FFU));
    if (high != 0)
        out = put_point(out, high);
    if (is_high(unit)) {
        *highp = unit;
        return out;
    }
    return put_point(out, unit);
}

/* Turn as many raw bytes into text as there is room for. */
static void transcode(struct ldif_input *input)
{
    const int first = input->encoding == LDIF_UTF_16_LE ? 0 : 1;
    char *out = input->text_bytes;
    size_t units = (size_t)(input->raw_end - input->raw) / 2, i;

    if (units > RAW_SIZE / 2)
        units = RAW_SIZE / 2;
    for (i = 0; i < units; i++, input->raw += 2) {
        const uint16_t unit = (uint16_t)((uint8_t)input->raw[first] |
                                         (uint8_t)input->raw[1 - first] << 8);

        out = put_unit(out, unit, &input->high);
    }
    input->text = input->text_bytes;
    input->text_end = out;
}

/* What is left when the file ends within a character: a byte that no UTF-8 has.
 */
static void transcode_rest(struct ldif_input *input)
{
    char *out = input->text_bytes;

    if (input->high != 0)
        out = put_point(out, input->high);
    if (input->raw != input->raw_end)
        *out++ = '\xFF';
    input->high = 0;
    input->raw = input->raw_end;
    input->text = input->text_bytes;
    input->text_end = out;
}

/* Get more text. At the end of the file there is none. */
static int fill(struct ldif_input *input)
{
    int rc = ADSCP_OK;

    if (input->encoding == LDIF_ENCODING_UNKNOWN)
        rc = find_encoding(input);
    if (rc == ADSCP_OK && input->raw_end - input->raw < 2)
        rc = raw_more(input);
    if (rc != ADSCP_OK)
        return rc;
    if (input->encoding == LDIF_UTF_8) {
        input->text = input->raw;
        input->text_end = input->raw = input->raw_end;
        return ADSCP_OK;
    }
    transcode(input);
    if (input->text == input->text_end && input->ended)
        transcode_rest(input);
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
static const char *exceeds(const struct ldif_buffer *buffer,
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
static bool take(struct ldif_buffer *buffer, struct ldif_line *line,
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
    if (!ldif_buffer_reserve(buffer, length))
        return false;
    memcpy(buffer->bytes + buffer->used, piece, length);
    buffer->used += length;
    return true;
}

/* The rest of one line of the file. */
static int take_physical(struct ldif_input *input, struct ldif_buffer *buffer,
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

int ldif_input_line(struct ldif_input *input, struct ldif_buffer *buffer,
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

/* ---------------------------------------------------------------- base64 -- */

static inline uint32_t base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0') + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : 0x40;
}

/* The group that ends the text: pads of its four characters are "=". */
static bool base64_last(const char *group, size_t pads, char *out)
{
    const uint32_t a = base64_digit(group[0]), b = base64_digit(group[1]);
    const uint32_t c = pads == 1 ? base64_digit(group[2]) : 0;

    if (((a | b | c) & 0x40) != 0)
        return false;
    if (pads == 2 ? (b & 15) != 0 : (c & 3) != 0)
        return false;
    out[0] = (char)(a << 2 | b >> 4);
    if (pads == 1)
        out[1] = (char)(b << 4 | c >> 2);
    return true;
}

bool ldif_base64(char *bytes, size_t length, size_t *decoded_lengthp)
{
    size_t pads = 0, i, used = 0;

    if (length % 4 != 0)
        return false;
    while (pads < 2 && pads < length && bytes[length - 1 - pads] == '=')
        pads++;
    for (i = 0; i + 4 <= length - (pads > 0 ? 4 : 0); i += 4, used += 3) {
        const uint32_t a = base64_digit(bytes[i]);
        const uint32_t b = base64_digit(bytes[i + 1]);
        const uint32_t c = base64_digit(bytes[i + 2]);
        const uint32_t d = base64_digit(bytes[i + 3]);

        if (((a | b | c | d) & 0x40) != 0)
            return false;
        bytes[used] = (char)(a << 2 | b >> 4);
        bytes[used + 1] = (char)(b << 4 | c >> 2);
        bytes[used + 2] = (char)(c << 6 | d);
    }
    if (pads > 0) {
        if (!base64_last(bytes + i, pads, bytes + used))
            return false;
        used += 3 - pads;
    }
    *decoded_lengthp = used;
    return true;
}
