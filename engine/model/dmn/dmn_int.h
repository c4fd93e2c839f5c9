/* engine/model/dmn/dmn_int.h - what the files of dmn/ share: the model while it is read, and as it is kept. */
#ifndef MODEL_DMN_DMN_INT_H
#define MODEL_DMN_DMN_INT_H

#include "model/dmn/dmn.h"
#include "model/feel/box.h"
#include "model/xml.h"

/* One file of the set: the model itself is the first. */
struct dmn_part {
    const char *file, *ns, *name, *id;
    const struct xml_node *root;
    struct feel_types types; /* item definitions in reach: its own, and imported ones under their prefix */
};

/* The logic of one element while it is read (build.c); TABLES are sealed after box_end(). */
struct dmn_build {
    struct arena *mem;
    struct parser *p;
    struct findings *f;
    const struct dmn_limits *limits;
    const struct dmn_part *part;
    const char *element; /* name of the decision or knowledge model, for sources and findings */
    const char *id;
    struct table *tables;
    uint32_t depth;
};

/* Is N an element LOCAL in a namespace of DMN, of any version? The first child of that name; the next one of the same name. */
bool dmn_is(const struct xml_node *n, const char *local);
const struct xml_node *dmn_child(const struct xml_node *n, const char *local);
const struct xml_node *dmn_again(const struct xml_node *n);
/* The attribute, "" if absent. The text of the child LOCAL's child "text" (or of LOCAL itself), trimmed; "" if absent. */
const char *dmn_attr(const struct xml_node *n, const char *name);

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
