/* engine/model/finding.h - what there is to tell the author of a model: all of it at once, with the place. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/arena.h"

enum severity { FINDING_ERROR, FINDING_WARNING, FINDING_INFO };

struct finding {
    enum severity severity;
    const char *rule;    /* id of check.def, e.g. "flow-target-missing" */
    int line;            /* of the file, from 1; 0 = the whole file */
    const char *element; /* id of the element, "" if none */
    const char *message; /* what is wrong and what to do, one sentence each; English (the rule's text key gives translations) */
    struct finding *next;
};

enum { LIMIT_FINDINGS = 1000 }; /* of each severity */

struct findings {
    struct arena *mem;
    struct finding *first, **last;
    int errors, warnings, infos;
};

/* An empty list; its findings will live in MEM. */
struct findings findings_new(struct arena *mem);
/* Appends one. RULE must outlive the list (a text of check.def); ELEMENT may be NULL. Beyond LIMIT_FINDINGS of its severity only the
 * counts grow. */
void finding_add(struct findings *f, enum severity severity, const char *rule, int line, const char *element, const char *fmt,
                 ...) __attribute__((format(printf, 6, 7)));

/* Puts them in the order of the file's lines; findings of one line keep the order in which they were added. */
void finding_sort(struct findings *f);

#endif
