/* engine/model/dmn/outline.h - a decision model as its author wrote it, for pages and forms: logic as text, types with their choices.
 *
 * dmn.h decides; this tells what was written. It reads the file once more, since a compiled model keeps no text of its boxes, and
 * looks at names only: what is broken is left out here and a finding there. */
#ifndef MODEL_DMN_OUTLINE_H
#define MODEL_DMN_OUTLINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum outline_kind {
    OUTLINE_ANY, /* nothing is said, or a type that the model does not define */
    OUTLINE_STRING,
    OUTLINE_NUMBER,
    OUTLINE_BOOLEAN,
    OUTLINE_DATE,
    OUTLINE_TIME,
    OUTLINE_DATE_TIME,
    OUTLINE_DURATION, /* of either kind */
    OUTLINE_OTHER     /* lists, contexts, ranges, functions */
};

struct outline_type {
    enum outline_kind kind;
    const char *shape;   /* in FEEL: "string", "list<number>", "context<impact: string, hours: number>"; "" = nothing is said */
    const char *allowed; /* the allowed values as written, "" = none */
    const char *const *choice; /* the same if they are constants of STRING (without quotes) or NUMBER; else N_CHOICE is 0 */
    uint32_t n_choice;
};

/* A decision, input data, knowledge model or service of the file. */
struct outline_item {
    const char *id, *name; /* "" = none */
    const char *about;     /* its description, "" = none */
    const char *answers;   /* decision: the answers that are allowed, "" = not said */
    const char *logic;     /* as FEEL; "" if it is a decision table by itself, or nothing */
    struct outline_type type;
    const char *const *hint; /* input data: values that tables compare it with, in the order of the file */
    uint32_t n_hint;
};

struct outline;

/* Reads a file that dmn_read() has taken. E_TOOBIG, E_INPUT: it is no XML of bounded size. */
enum err outline_read(struct arena *mem, struct span file, struct outline **out) CHECKED;

/* By id, else by name if ID is ""; never NULL: what is not there is an item without texts. */
const struct outline_item *outline_of(const struct outline *o, const char *id, const char *name);

#endif
