/* SPDX-License-Identifier: MIT */
/*
 * What is odd about a reading or an entry, kept with the directory.
 */
#include <string.h>

#include "facts/decode/private.h"

/* Clean copies in the forest. */
static bool keep_texts(struct decoder *decoder, struct adscp_finding *note)
{
    size_t i;

    for (i = 0; i < FINDING_PARAMETERS_MAX; i++) {
        const char **text = &note->values[i].text;

        if (note->names[i] == FINDING_PARAMETER_NONE ||
            finding_parameter_is_number(note->names[i]))
            continue;
        *text = text_keep(decoder->forest->arena, *text, strlen(*text), NULL);
        if (*text == NULL)
            return false;
    }
    return true;
}

int decoder_note(struct decoder *decoder, enum finding_code code,
                 struct finding_what what)
{
    struct finding_list *notes = &decoder->directory->notes;
    size_t first = notes->count;
    int rc = finding_add(notes, code, what);

    if (rc == ADSCP_OK && !keep_texts(decoder, &notes->rows[first]))
        notes->count = first;
    if (notes->count == first)
        return ADSCP_E_NOMEM;
    return tape_note(decoder, &notes->rows[first]) ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Who has a mailbox that is counted is nobody's business. */
int decode_note_entry(struct decoder *decoder, const struct entry *entry,
                      enum finding_code code, struct finding_what what)
{
    const char *dn = text_keep(decoder->forest->arena, entry->dn.text,
                               entry->dn.length, NULL);
    bool is_named = dn != NULL && dn[0] != '\0' && entry->kind != ENTRY_CENSUS;

    if (dn == NULL)
        return ADSCP_E_NOMEM;
    what.dn = is_named ? dn : NULL;
    what.place = entry->where;
    if (what.place == NULL)
        what.place = is_named ? dn : "unnamed";
    return decoder_note(decoder, code, what);
}
