/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_FINDING_H
#define ADSCP_FACTS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "base/text.h"

/* Every code stands once in finding.def, as FINDING(NAME, "code", SEVERITY,
 * ABOUT, "sentence"), and becomes FINDING_NAME. */
enum finding_code {
#define FINDING(name, code, severity, about, sentence) FINDING_##name,
#include "facts/finding.def"
#undef FINDING
    FINDING_CODE_COUNT
};

/* What two findings of one code may differ in, by the names that the sentences
 * and the public interface use. A name keeps its meaning for ever. */
#define FINDING_TEXTS(X)                                                       \
    X(action)                                                                  \
    X(address)                                                                 \
    X(address_site)                                                            \
    X(attribute)                                                               \
    X(base)                                                                    \
    X(behind)                                                                  \
    X(certificates)                                                            \
    X(change)                                                                  \
    X(client_site)                                                             \
    X(component)                                                               \
    X(date)                                                                    \
    X(deciding_subnet)                                                         \
    X(domain)                                                                  \
    X(domains)                                                                 \
    X(earlier)                                                                 \
    X(ews_url)                                                                 \
    X(forest)                                                                  \
    X(group)                                                                   \
    X(hinted_site)                                                             \
    X(host)                                                                    \
    X(key)                                                                     \
    X(keyword)                                                                 \
    X(mail)                                                                    \
    X(mailbox_version)                                                         \
    X(names)                                                                   \
    X(object)                                                                  \
    X(old_server)                                                              \
    X(other_server)                                                            \
    X(outcome)                                                                 \
    X(outlook_url)                                                             \
    X(owner)                                                                   \
    X(place)                                                                   \
    X(pointer_domain)                                                          \
    X(protocol)                                                                \
    X(reading)                                                                 \
    X(reason)                                                                  \
    X(roles)                                                                   \
    X(scp_url)                                                                 \
    X(serial_version)                                                          \
    X(server)                                                                  \
    X(site)                                                                    \
    X(sites)                                                                   \
    X(source)                                                                  \
    X(step)                                                                    \
    X(subnet)                                                                  \
    X(target)                                                                  \
    X(upgrade)                                                                 \
    X(url)                                                                     \
    X(version)
#define FINDING_NUMBERS(X)                                                     \
    X(count)                                                                   \
    X(days)                                                                    \
    X(rank)

/* One finding, as whoever makes it tells it. The texts are clean and outlive
 * it: they lie in the forest or in the answer's arena. */
struct finding_what {
    const struct adscp_scp *scp; /* the object, where it is an SCP */
    const char *dn;              /* ... and where it is none */
    const char *words;           /* for {words} in the sentence */
    bool raised;                 /* one step above the severity of its code */
#define X(name) const char *name;
    FINDING_TEXTS(X)
#undef X
#define X(name) int64_t name;
    FINDING_NUMBERS(X)
#undef X
};

enum finding_parameter {
    FINDING_PARAMETER_NONE,
#define X(name) FINDING_PARAMETER_##name,
    FINDING_TEXTS(X) FINDING_NUMBERS(X)
#undef X
        FINDING_PARAMETER_COUNT
};

enum { FINDING_PARAMETERS_MAX = 4 }; /* of one finding */

union finding_value {
    const char *text;
    int64_t number;
};

/* One oddity, as it is kept: only the parameters that it has. The sentence is
 * made on demand. */
struct adscp_finding {
    uint16_t code;
    bool raised;
    int8_t about; /* where it is not what the code says; -1: it is */
    uint8_t names[FINDING_PARAMETERS_MAX];
    union finding_value values[FINDING_PARAMETERS_MAX];
    const char *words;
    const char *dn;
    const struct adscp_scp *scp;
    text_slot sentence; /* last, since it is not copied */
};

struct finding_list {
    struct adscp_finding *rows;
    size_t count;
    size_t capacity;
};

/* Append a finding. ADSCP_OK or ADSCP_E_NOMEM. */
int finding_add(struct finding_list *list, enum finding_code code,
                struct finding_what what);
/* Append a copy, whose texts stay where they are; the sentence is made anew. */
int finding_add_row(struct finding_list *list,
                    const struct adscp_finding *finding);
/* Put the rows from `first` on by what they are about: what is about no object
 * keeps its place before the others. An export's entries have no order that
 * means anything. ADSCP_OK, ADSCP_E_NOMEM or what the deadline (NULL: none)
 * says; then they stay as they are. */
struct deadline;
int finding_list_sort(struct finding_list *list, size_t first,
                      const struct deadline *deadline);
void finding_list_free(struct finding_list *list);

const char *finding_code_name(enum finding_code code);
/* false: there is none of this name. */
bool finding_code_find(const char *name, size_t length,
                       enum finding_code *codep);
int finding_severity(const struct adscp_finding *finding);
int finding_about(const struct adscp_finding *finding);
/* NULL: out of memory. */
const char *finding_sentence(const struct adscp_finding *finding);
/* The DN of the object or of the SCP; NULL where there is none. */
const char *finding_dn(const struct adscp_finding *finding);

/* Do both say the same of the same object? Equal ones have one hash. */
bool finding_same(const struct adscp_finding *a, const struct adscp_finding *b);
uint32_t finding_hash(const struct adscp_finding *finding);

/* " (and 2 more)", "" for none. NULL: out of memory. */
const char *finding_and_more(struct arena *arena, int64_t count);

/* The parameters of its code, in the order of the sentence; returns their
 * count. */
size_t finding_parameters(const struct adscp_finding *finding,
                          enum finding_parameter names[FINDING_PARAMETERS_MAX]);
const char *finding_parameter_name(enum finding_parameter name);
bool finding_parameter_is_number(enum finding_parameter name);
/* Set a parameter that it does not have yet. */
void finding_set(struct adscp_finding *finding, enum finding_parameter name,
                 union finding_value value);
/* Where it is absent, NULL or 0. */
union finding_value finding_value(const struct adscp_finding *finding,
                                  enum finding_parameter name);

#endif
