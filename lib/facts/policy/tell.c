/* SPDX-License-Identifier: MIT */
/*
 * Findings about policy files. Where there may be as many as the file has
 * lines, the first one stands for all.
 */
#include "facts/policy/tell.h"

/* "user.reg, line 12". NULL: out of memory. */
static const char *place_of(const struct policy_telling *to,
                            const struct policy_row *row)
{
    const struct policy_file *file = &to->policy->files[row->file];

    return arena_format(&to->settings->arena, "%s, %s %zu", file->name,
                        file->place, row->where);
}

/* The value's name; a certificate goes by that of its key, its hash. */
static const char *keep_name(const struct policy_telling *to,
                             const struct policy_row *row)
{
    struct span name = policy_row_name(row);

    if (row->place.kind == PLACE_CERTIFICATE) {
        const char *key = row->path + row->key_length;

        for (name.length = 0; key[-1] != '\\'; name.length++)
            key--;
        name.text = key;
    }
    return text_keep(&to->settings->arena, name.text, name.length, NULL);
}

static int tell(const struct policy_telling *to, enum finding_code code,
                struct finding_what what)
{
    return finding_add(&to->settings->findings, code, what);
}

void policy_crowd_join(struct policy_crowd *crowd, const struct policy_row *row)
{
    if (crowd->first == NULL)
        crowd->first = row;
    crowd->count++;
}

int policy_tell_crowd(const struct policy_telling *to, enum finding_code code,
                      const struct policy_crowd *crowd)
{
    struct finding_what what = {.count = crowd->count};

    if (crowd->count == 0)
        return ADSCP_OK;
    what.attribute = keep_name(to, crowd->first);
    what.place = place_of(to, crowd->first);
    return what.attribute != NULL && what.place != NULL ? tell(to, code, what)
                                                        : ADSCP_E_NOMEM;
}

/* NULL: out of memory. */
static const char *value_text(const struct policy_telling *to,
                              const struct policy_row *row)
{
    return policy_row_is_number(row)
               ? arena_format(&to->settings->arena, "%lu",
                              (unsigned long)policy_row_number(row))
               : "something that is not a REG_DWORD";
}

/* "1 in a.reg, line 4, then 0 in b.reg, line 4; the later one counts". The
 * order of files is the caller's. NULL: out of memory. */
static const char *contradiction_words(const struct policy_telling *to,
                                       const struct policy_row *before,
                                       const struct policy_row *now,
                                       const struct finding_what *what)
{
    bool is_set = now->deed == POLICY_SET || now->deed == POLICY_SET_NEW;
    const char *new_value = is_set ? value_text(to, now) : "deleted";
    const char *old_value = value_text(to, before);

    if (new_value == NULL || old_value == NULL)
        return NULL;
    return arena_format(&to->settings->arena,
                        "%s in %s, then %s in %s; the later one counts%s",
                        old_value, what->earlier, new_value, what->place,
                        before->file != now->file
                            ? ", so give the files in the order in which the "
                              "client applies them"
                            : "");
}

/* What the later record says counts. */
int policy_tell_contradiction(const struct policy_telling *to,
                              const struct policy_row *before,
                              const struct policy_row *now)
{
    struct finding_what what = {.attribute = keep_name(to, before),
                                .version =
                                    office_version_name(before->place.version),
                                .place = place_of(to, now),
                                .earlier = place_of(to, before)};

    if (what.attribute == NULL || what.place == NULL || what.earlier == NULL)
        return ADSCP_E_NOMEM;
    what.words = contradiction_words(to, before, now, &what);
    return what.words != NULL ? tell(to, FINDING_POLICY_CONTRADICTION, what)
                              : ADSCP_E_NOMEM;
}

int policy_tell_row(const struct policy_telling *to, enum finding_code code,
                    const struct policy_row *row)
{
    struct finding_what what = {.attribute = keep_name(to, row),
                                .version =
                                    office_version_name(row->place.version),
                                .place = place_of(to, row)};

    return what.attribute != NULL && what.place != NULL ? tell(to, code, what)
                                                        : ADSCP_E_NOMEM;
}
