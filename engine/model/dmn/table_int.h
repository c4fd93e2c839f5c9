/* engine/model/dmn/table_int.h - a decision table as it is kept, and its index; shared by table.c and table_index.c. */
#ifndef MODEL_DMN_TABLE_INT_H
#define MODEL_DMN_TABLE_INT_H

#include "model/dmn/dmn_int.h"

enum {
    LIMIT_TABLE_INDEX = 4 * 1024 * 1024, /* bytes of bitsets of one table; beyond that columns are sorted more coarsely */
    LIMIT_TABLE_STEPS = 100000,          /* of trying cells and entries when a table is sealed, and */
    LIMIT_CELL_STEPS = 100,              /* as many more a cell; what is not tried is evaluated each time */
    TABLE_FEW = 16                       /* columns and hits that need no memory of their own */
};

enum table_policy {
    POLICY_UNIQUE,
    POLICY_ANY,
    POLICY_PRIORITY,
    POLICY_FIRST,
    POLICY_RULE_ORDER,
    POLICY_OUTPUT_ORDER,
    POLICY_COLLECT,
    POLICIES
};

enum table_aggregation { AGGREGATE_NONE, AGGREGATE_SUM, AGGREGATE_COUNT, AGGREGATE_MIN, AGGREGATE_MAX, AGGREGATIONS };

struct table_index;

/* Rows of cells stand one after another: the cell of rule r and input i is cell[r * view.n_input + i]. */
struct table {
    struct table *next;
    struct dmn_table view;
    const char *name;          /* of the element */
    struct dmn *model;         /* while it is read: who hears of findings, and */
    const struct xml_node *at; /* where it stands */
    const char *fault;         /* why it cannot be evaluated; NULL = it can */
    enum table_policy policy;
    enum table_aggregation aggregation;
    const char *const *label;      /* of the inputs: label, else expression */
    uint16_t slot;                 /* of "?" */
    const struct feel_type **type; /* of the inputs; NULL = Any */
    const struct node **input;     /* of the inputs: expression */
    const struct node **allowed;   /* of the inputs: tests of their values; each NULL = any */
    const struct node **cell;      /* NULL = "-" */
    const struct node **entry;     /* of rule r and output o */
    const struct node **values;    /* of the outputs: tests of their values, NULL = any */
    const struct node **rank;      /* of the outputs: what orders them, NULL = nothing */
    const struct node **otherwise; /* of the outputs: default; NULL = there is none */
    struct val *result;            /* of a rule, where it is the same at each evaluation */
    uint8_t *constant;             /* 1 = RESULT is it */
    struct table_index *index;     /* NULL before table_seal() */
};

/* Of its rules: inputs and outputs. */
static inline size_t table_cells(const struct table *t)
{
    return (size_t)t->view.n_rule * (t->view.n_input + t->view.n_output);
}

/* One consultation of a table. */
struct consult {
    const struct table *t;
    const struct node *node;
    struct frame *f;
    struct val *in;
    uint32_t *hit; /* matching rules from 0, in their order */
    uint32_t n_hit, room;
};

/* Does the cell accept its input? */
bool table_cell(const struct consult *c, uint32_t rule, uint32_t input);
/* Appends a rule to the hits; false if a limit is met. */
bool table_hit(struct consult *c, uint32_t rule);

/* A state and frame outside of any evaluation, for cells and entries that are constant. */
struct bench {
    struct feel_limits limits;
    struct feel_env env;
    struct state s;
    struct frame f;
};
/* For the cells of T. B must not move. After so many steps as LIMIT_TABLE_STEPS and LIMIT_CELL_STEPS give, all answers are null. */
void bench_open(struct bench *b, struct arena *mem, const struct table *t);
/* N's value; false if it left a note (which is forgotten) or a limit is met. */
bool bench_run(struct bench *b, const struct node *n, struct val *out);

/* The value of an output entry, if it is a constant and of its type. */
bool table_constant(const struct table *t, struct bench *b, const struct node *entry, struct val *out);
/* Is V among the values that TESTS (NULL = any) allow? Null is; a list if it is one of them or all of its items are. */
bool table_permits(const struct consult *c, const struct node *tests, struct val v);

/* ---- table_index.c ---- */

/* Are the tests of NODE constants that are compared with "?"? */
bool index_constant(const struct table *t, const struct node *node);
/* Builds t->index. */
void index_build(struct arena *mem, struct table *t);
/* Gathers the hits; with FIRST no more than one. */
void index_match(struct consult *c, bool first);

/* Values of an input that no rule tells from each other. */
struct index_class {
    struct val sample;   /* one of them */
    bool between;        /* they lie beside the points that cells name: SAMPLE is one of many */
    bool inner;          /* ... and between two of them */
    bool named;          /* some cell names a point of this kind */
    const uint64_t *set; /* the rules that accept them, or may */
};
/* The classes of INPUT, to *OUT; 0 if they are not told exactly. OTHERS: some values are in no class. */
uint32_t index_classes(struct arena *mem, const struct table *t, uint32_t input, struct index_class **out, bool *others);
/* Bits of a set, one a rule: words of 64. */
uint32_t index_words(const struct table *t);
/* Does a rule have cells that are evaluated each time? Then the sets say that it accepts what it only may accept. */
bool index_vague(const struct table *t, uint32_t rule);

/* ---- table_check.c ---- */

/* Findings about a sealed table as a whole: rules that overlap, are never reached, combinations that none covers, entries that are
 * no output values. */
void check_table(struct arena *mem, const struct table *t);

#endif
