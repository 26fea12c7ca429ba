/* SPDX-License-Identifier: MIT */
/*
 * facts/decode with any entries, and judge/ with what comes of them. The input
 * is a list of lines:
 *   0dn to 6dn   an entry of that enum entry_kind begins, and the last one ends
 *   @keywords    an attribute
 *   (blank)text  a value
 *   !            the entry is refused
 *   +            a place is reserved
 *   <            the oldest reserved place is used for the next entry
 *   >            the directory ends, and that of LDAP://res.example begins
 * Lines may hold any byte but LF. In the end the forest is frozen, every row of
 * it is read, and predictions are made.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/decode/decode.h"
#include "facts/finding.h"
#include "facts/forest.h"
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct state {
    struct adscp_forest *forest;
    struct decoder *decoder;
    bool open; /* an entry was begun */
    uint32_t reserved;
    uint32_t used;
    uint32_t places[16];
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void try_syntax(const char *text, size_t length)
{
    char out[256];
    struct adscp_subnet subnet;
    int64_t seconds, number;
    size_t n;

    if (decode_time(text, length, &seconds))
        require(seconds >= 0);
    if (decode_number(text, length, &number))
        require(number >= 0);
    if (decode_first_rdn(text, length, out, sizeof(out), &n))
        require(n < sizeof(out) && n < length && out[n] == '\0');
    require(decode_subnet(text, length, &subnet) ==
            (subnet.state == SUBNET_VALID));
    decode_range_next(text, length, &n);
    require(n <= length);
}

static void end_entry(struct state *state)
{
    if (state->open)
        require(decoder_end(state->decoder) == ADSCP_OK);
    state->open = false;
}

static void begin_directory(struct state *state, const char *target)
{
    struct directory *directory = forest_add_directory(state->forest, target);

    require(directory != NULL);
    directory->allowed = directory->complete = true;
    state->reserved = state->used = 0;
    state->decoder = decoder_new(state->forest, directory);
    require(state->decoder != NULL);
}

static void end_directory(struct state *state)
{
    end_entry(state);
    require(decoder_finish(state->decoder) == ADSCP_OK);
    decoder_free(state->decoder);
}

static void begin_entry(struct state *state, int kind, const char *dn,
                        size_t length)
{
    end_entry(state);
    require(decoder_begin(state->decoder, (enum entry_kind)kind, dn, length,
                          length % 2 == 0 ? "file:1" : NULL) == ADSCP_OK);
    state->open = true;
}

static void take_place(struct state *state, char what)
{
    end_entry(state);
    if (what == '+' && state->reserved < 16)
        require(decoder_reserve(state->decoder,
                                &state->places[state->reserved++]) == ADSCP_OK);
    else if (what == '<' && state->used < state->reserved)
        decoder_use_place(state->decoder, state->places[state->used++]);
}

static void feed_line(struct state *state, const char *line, size_t length)
{
    char what = length > 0 ? line[0] : '\0';

    if (what >= '0' && what <= '0' + ENTRY_RECIPIENT)
        begin_entry(state, what - '0', line + 1, length - 1);
    else if (what == '+' || what == '<')
        take_place(state, what);
    else if (what == '>' && state->forest->directory_count == 1) {
        end_directory(state);
        begin_directory(state, "res.example:389");
    } else if (!state->open)
        return;
    else if (what == '@')
        decoder_attribute(state->decoder, line + 1, length - 1);
    else if (what == ' ')
        require(decoder_value(state->decoder, line + 1, length - 1) ==
                ADSCP_OK);
    else if (what == '!')
        require(decoder_refuse(state->decoder, "refused") == ADSCP_OK);
}

static void require_clean(const char *text)
{
    require(text == NULL || text_is_clean(text, strlen(text)));
}

static void read_scp(const struct adscp_scp *scp)
{
    size_t i;

    require(scp_dn(scp) != NULL);
    require_clean(scp_dn(scp));
    require_clean(scp->forest->texts[scp->class_name]);
    for (i = 0; i < scp->binding_count; i++)
        require_clean(scp_binding(scp, i));
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        require_clean(keyword->text);
        require_clean(keyword->value);
        require(keyword->name == NAME_NONE ||
                scp_has(scp, keyword->kind, keyword->name));
    }
    require((scp->flags & SCP_HTTP) == 0 ||
            scp->first_http < scp->binding_count);
}

static void read_exchange(const struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->service_count; i++) {
        require_clean(directory->services[i].dn);
        require_clean(directory->services[i].url);
        require(directory->services[i].server <= directory->server_count);
    }
    for (i = 0; i < directory->database_count; i++) {
        require_clean(directory->databases[i].dn);
        require_clean(directory->databases[i].owner);
        require(directory->databases[i].server <= directory->server_count);
    }
    for (i = 0; i < directory->authority_count; i++)
        require_clean(directory->authorities[i].dn);
}

static void read_recipients(const struct adscp_forest *forest,
                            const struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->recipient_count; i++) {
        const struct recipient *row = &directory->recipients[i];

        require_clean(row->dn);
        require_clean(row->database_dn);
        require_clean(row->home_server);
        require_clean(row->target);
        require(row->asked_count > 0);
        require(row->database <= directory->database_count);
        require(row->server <= directory->server_count);
    }
    for (i = 0; i < forest->asked_count; i++)
        require(directory->recipient_of[i] <= directory->recipient_count ||
                directory->recipient_of[i] == RECIPIENT_SEVERAL);
}

static void read_directory(const struct directory *directory)
{
    size_t i;

    require_clean(directory->config_dn);
    require_clean(directory->server);
    for (i = 0; i < directory->scp_count; i++) {
        read_scp(&directory->scps[i]);
        require(directory->scps[i].server <= directory->server_count);
    }
    for (i = 0; i < directory->server_count; i++) {
        require_clean(directory->servers[i].dn);
        require_clean(directory->servers[i].name);
        require_clean(directory->servers[i].fqdn);
        require_clean(directory->servers[i].site);
        require_clean(directory->servers[i].version_name);
    }
    for (i = 0; i < directory->site_count; i++) {
        require_clean(directory->sites[i].dn);
        require_clean(directory->sites[i].name);
        require(directory->sites[i].id != NAME_NONE);
    }
    for (i = 0; i < directory->subnet_count; i++) {
        require_clean(directory->subnets[i].dn);
        require_clean(directory->subnets[i].name);
        require_clean(directory->subnets[i].site);
    }
    read_exchange(directory);
    for (i = 0; i < directory->notes.count; i++) {
        require_clean(finding_sentence(&directory->notes.rows[i]));
        require_clean(finding_dn(&directory->notes.rows[i]));
    }
}

static void feed_all(struct state *state, const char *text, size_t size)
{
    const char *end = text + size;

    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((stop != NULL ? stop : end) - text);

        try_syntax(text, length);
        feed_line(state, text, length);
        text += length + (stop != NULL);
    }
    end_entry(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state state = {.forest = forest_new()};
    size_t i;

    require(state.forest != NULL);
    require(forest_ask(state.forest, JUDGE_MAIL));
    require(forest_ask(state.forest, "bob@contoso.com"));
    begin_directory(&state, NULL);
    feed_all(&state, (const char *)data, size);
    end_directory(&state);
    require(forest_freeze(state.forest, NULL) == ADSCP_OK);
    for (i = 0; i < state.forest->directory_count; i++) {
        read_directory(state.forest->directories[i]);
        read_recipients(state.forest, state.forest->directories[i]);
    }
    judge_forest(state.forest);
    forest_release(state.forest);
    return 0;
}
