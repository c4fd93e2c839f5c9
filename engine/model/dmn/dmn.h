/* engine/model/dmn/dmn.h - decision models (DMN 1.5): a file to a compiled, read-only model; a model and inputs to a value.
 *
 * One broken decision does not spoil a model: what could not be read is a finding, answers null with its message when it is asked,
 * and all others work. What goes wrong while deciding is null and a note with element, place and text; only a limit that was met is
 * an error. */
#ifndef MODEL_DMN_DMN_H
#define MODEL_DMN_DMN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "model/feel/feel.h"
#include "model/finding.h"

struct dmn; /* one model with what it imports; immutable, may be used by several evaluations */

struct dmn_limits {
    size_t bytes;      /* of a file */
    uint32_t xml;      /* elements of XML in a file */
    uint32_t elements; /* decisions, input data, knowledge models and services of a model with its imports */
    uint32_t rules;    /* of one decision table */
    uint32_t columns;  /* of one decision table: inputs and outputs together */
    uint32_t depth;    /* boxed expressions inside each other; item definitions inside each other; imports of imports */
};
extern const struct dmn_limits dmn_limits_default; /* 2 MiB, 200,000, 5,000, 10,000, 200, 100 */

struct dmn_file {
    const char *name; /* for messages */
    struct span bytes;
};

/* Reads MODEL; its imports are looked for by namespace among IMPORT[0..N). LIMITS may be NULL. Everything there is to say about the
 * file goes to F (rules of dmn.def). E_FINDINGS when nothing can be made of it at all: no XML, no DMN, too large; else OK, even if
 * single elements are broken (F->errors > 0). */
struct dmn_source {
    struct dmn_file model;
    const struct dmn_file *import;
    size_t n_import;
    const struct dmn_limits *limits;
};
enum err dmn_read(struct arena *mem, const struct dmn_source *source, struct findings *f, struct dmn **out) CHECKED;

/* The rules of dmn.def, in its order; *N = how many. For docs and for the designer. */
struct dmn_rule {
    const char *id;
    enum severity severity;
    const char *prose;
};
const struct dmn_rule *dmn_rules(size_t *n);

/* Is this the root element of a decision model of a version that we read (1.1 to 1.5)? */
bool dmn_is_model(const char *ns, const char *local);

/* ---- what is in it ---- */

enum dmn_kind { DMN_INPUT, DMN_DECISION, DMN_KNOWLEDGE, DMN_SERVICE };

struct dmn_element {
    enum dmn_kind kind;
    const char *id, *name;
    const char *type;     /* typeRef of its variable as written, "" = none */
    const char *question; /* decision: question, else description; "" if none */
    int line;
    bool imported;        /* stands in an imported model; not listed by those that look for names */
    bool table;           /* its logic is a decision table */
    const uint32_t *need; /* elements that it requires directly, in document order */
    uint32_t n_need;
    const char *const *param; /* knowledge model, service: names of its parameters */
    uint32_t n_param;
    const uint32_t *output; /* service: its output decisions */
    uint32_t n_output;
};

const char *dmn_id(const struct dmn *m); /* definitions/@id */
const char *dmn_name(const struct dmn *m);
const char *dmn_namespace(const struct dmn *m);
uint32_t dmn_count(const struct dmn *m);
const struct dmn_element *dmn_at(const struct dmn *m, uint32_t i);
/* The element of the main model with this name or, if none has it, this id; -1 if there is none. */
int64_t dmn_find(const struct dmn *m, enum dmn_kind kind, const char *name);
/* All input data that deciding I may need, directly or through others; *N of them. For forms. */
const uint32_t *dmn_inputs(const struct dmn *m, uint32_t i, struct arena *mem, uint32_t *n);

/* A decision table as the author wrote it, for pages; NULL if the logic of element I is none. */
struct dmn_cell {
    const char *text;
};
struct dmn_table {
    const char *policy;      /* "UNIQUE", "COLLECT", ... */
    const char *aggregation; /* "SUM", ...; "" = none */
    uint32_t n_input, n_output, n_rule, n_annotation;
    const char *const *input;       /* expression texts */
    const char *const *input_label; /* "" = none */
    const char *const *output;      /* names; "" for a single nameless one */
    const char *const *annotation;  /* column names */
    const char *const *cell;        /* n_rule rows of n_input + n_output + n_annotation texts */
    const char *const *rule_id;     /* "" = none */
};
const struct dmn_table *dmn_table(const struct dmn *m, uint32_t i);

/* ---- deciding ---- */

struct dmn_input {
    const char *ns; /* of the model whose input data is meant; NULL = whichever */
    const char *name;
    struct val value;
};

struct dmn_call {
    const struct dmn *model;
    uint32_t element; /* a decision, knowledge model (inputs are its arguments by name) or service */
    const char
        *output; /* service: the output decision whose value is wanted; NULL: its value, or a context if it has several */
    const struct dmn_input *input; /* a name may be input data, or a decision or knowledge model whose evaluation it replaces */
    size_t n_input;
    int64_t now;                      /* microseconds UTC, for now() and today() */
    const struct feel_limits *limits; /* NULL = defaults */
    bool explain;                     /* record the tables that were consulted */
};

struct dmn_note {
    const char *element; /* name of the decision, knowledge model or service, "" = none */
    const char *part;    /* what in it: "rule 3, output 2"; "" = its text as a whole */
    int line;            /* of the file; 0 = unknown */
    int column;          /* in the text, counted from 1; 0 = unknown */
    const char *message;
    struct dmn_note *next;
};

/* A decision table that was consulted. */
struct dmn_hit {
    uint32_t element; /* whose logic it is (or stands in) */
    const char *name;
    uint32_t n_input;
    const char *const *label; /* of the inputs: label, else expression */
    const struct val *input;  /* their values */
    const uint32_t *rule;     /* numbers of the matching rules that make the result, from 1 */
    uint32_t n_rule;
    bool by_default; /* no rule matched, default outputs were taken */
    struct val value;
    struct dmn_hit *next; /* in the order in which they were finished: what was asked for comes last */
};

struct dmn_answer {
    struct val value;
    const struct dmn_note *note; /* NULL = nothing went wrong */
    const struct dmn_hit *hit;   /* with explain */
};

/* Errors: E_FUEL or E_TOOBIG when a limit is met, E_NOTFOUND when the service has no such output. */
enum err dmn_decide(const struct dmn_call *call, struct arena *mem, struct dmn_answer *out) CHECKED;

/* Does the (first) matching rule look at this input (its cell is not "-")? Also true where no single cell can be told. */
bool dmn_asked(const struct dmn *m, const struct dmn_hit *hit, uint32_t input);

/* A hit in words, for a person and for the trail: "impact = high and urgency = high, rule 3". Only inputs whose cell in the (first)
 * matching rule is not "-" are named. */
const char *dmn_words(struct arena *mem, const struct dmn *m, const struct dmn_hit *hit);

#endif
