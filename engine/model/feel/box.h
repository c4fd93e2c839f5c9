/* engine/model/feel/box.h - boxed expressions (DMN 1.5, 10.2.2) as nodes of the same tree that FEEL texts become.
 *
 * A decision's logic is one program: its texts, wherever they stand in boxes, are read in one scope, and one evaluator runs all of
 * it. The reader of a model walks the XML and calls these functions in the order of the document: it opens a scope, declares what
 * later texts may mean, reads texts, wraps nodes. Nothing here fails: a broken text is remembered (box_broken) and becomes a node
 * that answers null with the message, so one broken cell does not spoil the rest.
 *
 * Only for engine/model/feel and engine/model/dmn. */
#ifndef MODEL_FEEL_BOX_H
#define MODEL_FEEL_BOX_H

#include "model/feel/feel_int.h"

struct parser;

/* ---- what names and types mean outside of the program ---- */

/* Item definitions in reach, by the names that typeRefs use ("tLoan", "Model B.tLoan"). The structs may be filled later: their
 * addresses are what counts. */
struct feel_types {
    const char *const *name;
    const struct feel_type *const *type;
    size_t n;
};

/* NAMES with element numbers (feel.h) are elements of the model; with NAMES closed, any other name is unknown: null and a note. */
struct parser *box_begin(struct arena *mem, const struct feel_names *names, const struct feel_types *types);
/* Compiles what was built: constants computed, handlers chosen. The parser ends. */
struct feel_prog *box_end(struct parser *p, struct node *root);

/* What evaluates the body of a function that a text calls external: kid[0] is the body (a context that names it), slot the number of
 * its parameters, which stand in the first slots of the frame. Without it such functions are null. */
void box_external(struct parser *p, feel_handler *ev);

/* Member names that consist of several words may follow a point anywhere (item components of the model). */
void box_member(struct parser *p, const char *name);

/* Texts that could not be read, in order. */
struct box_broken {
    const struct feel_source *source;
    struct feel_error error;
    struct box_broken *next;
};
const struct box_broken *box_broken(const struct parser *p);

/* ---- texts ---- */

/* The whole text of SOURCE as one expression. */
struct node *box_text(struct parser *p, const struct feel_source *source);
/* The same as unary tests; "?" is what box_tested() declared. */
struct node *box_tests(struct parser *p, const struct feel_source *source);
/* A typeRef or a type as it is written in FEEL ("number", "list<string>", "tLoan", with or without "feel:" before it); NULL = Any
 * ("" and "Any"); a type of kind TYPE_UNKNOWN if there is none of that name. */
const struct feel_type *box_type(struct parser *p, const char *text);

/* ---- scopes ---- */

struct box_mark {
    size_t symbols;
    uint16_t slots;
};
struct box_mark box_open(struct parser *p);
void box_close(struct parser *p, struct box_mark mark);
/* A variable in the present scope; its slot. */
uint16_t box_declare(struct parser *p, const char *name);
/* "?" for the unary tests that follow; its slot, which a handler of its own (box_handled) writes. */
uint16_t box_tested(struct parser *p);

/* ---- boxes; a PART is a node with its key, parameter or argument name (NULL where it has none) ---- */

struct box_part {
    const char *name;
    struct node *node;
};

struct node *box_value(struct parser *p, struct val v);
/* A literal null that leaves MESSAGE as a note at each evaluation. */
struct node *box_fault(struct parser *p, const struct feel_source *source, const char *message);
/* NODE's value as TYPE wants it (exact, or the only item of a list; 10.3.2.9.4), else null and a note that calls it WHAT. TYPE NULL
 * gives NODE itself. */
struct node *box_typed(struct parser *p, struct node *node, const struct feel_type *type, const char *what);
/* A boxed context: call box_declare() for each entry after its value was read, with nothing declared between: the slots of the
 * entries follow one another from FIRST (what box_open() answered). RESULT: the last part, nameless, is the value of the whole. */
struct node *box_context(struct parser *p, uint16_t first, const struct box_part *part, uint32_t n, bool result);
struct node *box_list(struct parser *p, struct node *const *item, uint32_t n);
/* A call by name (PART names set) or by position. */
struct node *box_call(struct parser *p, struct node *callee, const struct box_part *arg, uint32_t n);
struct node *box_if(struct parser *p, struct node *condition, struct node *yes, struct node *no);
/* filter: box_open(), SLOT = box_item(), the condition, box_close(). */
uint16_t box_item(struct parser *p);
struct node *box_filter(struct parser *p, struct node *list, struct node *condition, uint16_t slot);
/* for, some, every: the domain, box_open(), SLOT = box_declare(variable); for also PARTIAL = box_declare("partial"); the body,
 * box_close(). */
struct node *box_for(struct parser *p, struct node *domain, struct node *body, uint16_t slot, uint16_t partial);
struct node *box_quantified(struct parser *p, bool some, struct node *domain, struct node *condition, uint16_t slot);
/* A function definition: open with its parameters (types may be NULL), read the body, close. */
bool box_function_open(struct parser *p, const char *const *name, const struct feel_type *const *type, uint32_t n);
struct node *box_function_close(struct parser *p, struct node *body, const struct feel_type *result);
/* A node that EV evaluates, with DATA in node->data; its kids are compiled like any others. */
struct node *box_handled(struct parser *p, feel_handler *ev, const void *data, struct node **kid, uint32_t n);

#endif
