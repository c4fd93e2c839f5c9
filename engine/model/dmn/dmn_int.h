/* engine/model/dmn/dmn_int.h - what the files of dmn/ share: the model while it is read, and as it is kept. */
#ifndef MODEL_DMN_DMN_INT_H
#define MODEL_DMN_DMN_INT_H

#include "base/map.h"
#include "model/dmn/dmn.h"
#include "model/feel/box.h"
#include "model/xml.h"

/* What one file sees of another: its elements and types under PREFIX ("" = directly). */
struct dmn_import {
    const char *prefix;
    uint32_t part;
};

/* One file of the set: the model itself is the first. */
struct dmn_part {
    const char *file, *ns, *name, *id;
    const struct xml_node *root;
    struct feel_types types; /* item definitions in reach: its own, and imported ones under their prefix */
    struct map definitions;  /* its own: name to struct definition of types.c */
    const struct dmn_import *import;
    uint32_t n_import;
    struct map ids;            /* of its elements: id to struct dmn_logic */
    struct xml_node *writable; /* root once more, for implicit.c */
};

/* What only this folder knows of an element. */
struct dmn_logic {
    uint32_t index, part;
    const struct dmn *model;
    const struct xml_node *at;
    const char *variable;         /* the name by which others mean it, normalised */
    const struct feel_type *type; /* of its value; NULL = Any */
    struct feel_prog *prog;       /* decision: its value; knowledge model: the function */
    struct feel_native *native;   /* service */
    const struct feel_source *source;
    const struct dmn_table *table;
    uint32_t n_data;     /* service: so many of its parameters are input data */
    const uint32_t *arg; /* service: the elements that its parameters are */
};

/* The elements of one name, in the order of their numbers. */
struct dmn_named {
    uint32_t element;
    struct dmn_named *next;
};

/* A name that the logic of a decision uses and that means nothing. */
struct dmn_unknown {
    const struct xml_node *decision;
    const char *name;
    struct dmn_unknown *next;
};

struct dmn {
    struct arena *mem;
    struct findings *f; /* while it is read */
    struct dmn_limits limits;
    struct dmn_part *part;
    uint32_t n_part;
    struct dmn_element *element; /* those of the model itself first */
    struct dmn_logic *logic;
    uint32_t n, n_main;
    struct map names;            /* of elements and their variables: to struct dmn_named */
    struct dmn_unknown *unknown; /* newest first */
    struct feel_names members;   /* names of several words that may follow a point: of components, entries, columns */
};

/* The logic of one element while it is read (build.c); TABLES are sealed after box_end(). */
struct dmn_build {
    struct arena *mem;
    struct dmn *model;
    struct parser *p;
    struct findings *f;
    const struct dmn_limits *limits;
    const struct dmn_part *part;
    const char *element; /* name of the decision or knowledge model, for sources and findings */
    const char *id;
    struct table *tables;
    uint32_t depth;
    const struct xml_node *at; /* the expression that is being read, for findings of its types */
    const char *where;         /* what it is in the element: "entry Rate"; "" = all of it */
};

/* Is N an element LOCAL in a namespace of DMN, of any version? The first child of that name; the next one of the same name. */
bool dmn_is(const struct xml_node *n, const char *local);
const struct xml_node *dmn_child(const struct xml_node *n, const char *local);
const struct xml_node *dmn_again(const struct xml_node *n);
/* The attribute, "" if absent. The text of the child LOCAL's child "text" (or of LOCAL itself), trimmed; "" if absent. */
const char *dmn_attr(const struct xml_node *n, const char *name);

/* Does URI name FEEL, of any version (or nothing, which means it too)? S-FEEL is a part of it. */
bool dmn_is_feel(const char *uri);
/* The line on which the text of N begins, *TEXT without white space before and after it. */
int dmn_text(struct arena *mem, const struct xml_node *n, const char **text);
/* A name as scopes know it: runs of white space made one blank, blanks around operators removed. */
const char *dmn_normal(struct arena *mem, const char *name);
/* A finding of one of the rules of dmn.def, at AT (NULL = the whole file). */
void dmn_say(struct dmn *m, const char *rule, const struct xml_node *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with another severity than the rule's, and a text that is whole. */
void dmn_say_as(struct dmn *m, enum severity s, const char *rule, const struct xml_node *at, const char *text);

/* The same at another line than AT's, for a place inside a text. */
void dmn_say_line(struct dmn *m, const char *rule, const struct xml_node *at, int line, const char *text);

/* ---- read.c ---- */

/* From the parts of M to a whole model; E_FINDINGS if it has too many elements. */
enum err read_elements(struct dmn *m) CHECKED;

/* ---- implicit.c ---- */

/* Declares what a model without input data uses and nobody declared. */
void implicit_inputs(struct dmn *m);

/* ---- types.c: item definitions ---- */

/* Fills types and definitions of all parts, and compiles what the types allow. */
void types_read(struct dmn *m);
/* What the typeRef REF means in a part, with finding at AT if that is nothing; NULL = Any. */
const struct feel_type *types_find(struct dmn *m, uint32_t part, struct parser *p, const char *ref, const struct xml_node *at);

/* ---- graph.c: requirements ---- */

/* The element that HREF in part P means, or NULL. */
struct dmn_logic *graph_find(const struct dmn *m, uint32_t part, const char *href);
/* Fills need, param, output of all elements; says what is missing, circular or never used. graph_find() works before. */
void graph_read(struct dmn *m);
/* The names that the logic of element I may use. */
struct feel_names graph_names(struct dmn *m, uint32_t i);

/* ---- build.c: boxed expressions ---- */

/* Reads the logic of all elements. */
void build_model(struct dmn *m);

/* Any boxed expression: N is the element of the expression itself (literalExpression, decisionTable, context ...). */
struct node *build_expression(struct dmn_build *b, const struct xml_node *n);
/* The expression element among the children of N (a decision, contextEntry, binding ...); NULL if there is none. */
const struct xml_node *build_child(const struct xml_node *n);
/* The text element below N as a source; PART says what it is ("rule 3, input 2"); NULL = there is no text. */
const struct feel_source *build_source(struct dmn_build *b, const struct xml_node *n, const char *part);
/* typeRef REF in the present part; NULL = Any. */
const struct feel_type *build_type(struct dmn_build *b, const char *ref);
void build_finding(struct dmn_build *b, enum severity s, const char *rule, const struct xml_node *at, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- logic.c, external.c: handlers ---- */

/* kid: condition, then, else */
struct val logic_if(const struct node *n, struct frame *f);
/* kid: list, condition; slot: of "item" */
struct val logic_filter(const struct node *n, struct frame *f);
/* kid: the body of the knowledge model DATA */
struct val logic_within(const struct node *n, struct frame *f);
/* kid: what names the function; slot: so many parameters, which stand in the first slots */
struct val external_call(const struct node *n, struct frame *f);

/* ---- run.c ---- */

/* Calls the service that SELF stands for, in a world of its own. */
struct val run_service(struct frame *f, const struct node *at, const struct val_function *self, struct val *arg);

/* ---- table.c: decision tables ---- */

struct table; /* in node->data */

/* Reads a decisionTable element into a node; the new table is the head of b->tables. */
struct node *table_read(struct dmn_build *b, const struct xml_node *n);
/* After box_end(): matchers and index, from the folded cells. */
void table_seal(struct arena *mem, struct table *t);
struct table *table_next(const struct table *t);
const struct dmn_table *table_view(const struct table *t);
/* The table that N evaluates, NULL if N is no table. */
const struct table *table_of(const struct node *n);
/* For tests: index off, every rule is looked at. */
struct val table_scan(const struct node *n, struct frame *f);

/* Where hits are gathered; state->trace points to it, NULL = nobody asks. */
struct dmn_trace {
    struct dmn_hit *first, **last;
    uint32_t n;
    uint32_t element; /* whose logic runs now */
};

enum { LIMIT_DMN_HITS = 200 };

#endif
