/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_FINDING_H
#define ADSCP_FACTS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "base/text.h"

/* Every code stands once in finding.def, as FINDING(NAME, "code", SEVERITY,
 * "sentence"), and becomes FINDING_NAME. In the sentence {a}, {b} and {c} stand
 * for the finding's texts, {n} for its number. */
enum finding_code {
#define FINDING(name, code, severity, sentence) FINDING_##name,
#include "facts/finding.def"
#undef FINDING
    FINDING_CODE_COUNT
};

/* One oddity. The texts are clean and outlive the finding (they lie in the
 * forest or in the prediction's arena); the sentence is made on demand. */
struct adscp_finding {
    enum finding_code code;
    bool raised; /* one step above the severity of its code */
    int64_t n;
    const char *dn;              /* the object, or NULL ... */
    const struct adscp_scp *scp; /* ... or the SCP whose DN it is, or NULL */
    const char *a;
    const char *b;
    const char *c;
    text_slot sentence;
};

struct finding_list {
    struct adscp_finding *rows;
    size_t count;
    size_t capacity;
};

/* Append a row with this code and everything else empty. NULL: out of memory.
 * The pointer is good until the next append. */
struct adscp_finding *finding_add(struct finding_list *list,
                                  enum finding_code code);
void finding_list_free(struct finding_list *list);

const char *finding_code_name(enum finding_code code);
/* false: there is none of this name. */
bool finding_code_find(const char *name, size_t length,
                       enum finding_code *codep);
int finding_severity(const struct adscp_finding *finding);
/* NULL: out of memory. */
const char *finding_sentence(const struct adscp_finding *finding);
/* The DN of the object or of the SCP; NULL where there is none. */
const char *finding_dn(const struct adscp_finding *finding);

#endif
