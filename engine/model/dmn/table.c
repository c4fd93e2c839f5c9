/* engine/model/dmn/table.c - decision tables (DMN 1.5, chapter 8): a decisionTable element to a node, and what it answers.
 *
 * For     build.c, which meets tables wherever an expression may stand.
 * Owns    struct table; hit policies and aggregations.
 * Never   decides which rules match by any other means than their cells: the index (table_index.c) only leaves rules out.
 * Holds   a table is either whole or has a fault and answers null with it; single broken cells do not spoil the others.
 *
 * Where the standard leaves a choice: no match and no default is null without a note, an empty list for COLLECT and 0 for COUNT;
 * default outputs are given as they stand, also by policies that give lists; a value outside of input values or output values is
 * null and a note (null itself is let through); with several outputs only COLLECT without aggregation is defined. */
#include <stdlib.h>

#include "model/dmn/table_int.h"

/* ---- reading ---- */

/* clang-format off */
static const struct {
    const char *name;
    bool list; /* several values */
} policies[POLICIES] = {
    [POLICY_UNIQUE]       = {"UNIQUE",       false},
    [POLICY_ANY]          = {"ANY",          false},
    [POLICY_PRIORITY]     = {"PRIORITY",     false},
    [POLICY_FIRST]        = {"FIRST",        false},
    [POLICY_RULE_ORDER]   = {"RULE ORDER",   true},
    [POLICY_OUTPUT_ORDER] = {"OUTPUT ORDER", true},
    [POLICY_COLLECT]      = {"COLLECT",      true},
};

static const struct {
    const char *name;
    const char *function; /* of FEEL */
} aggregations[AGGREGATIONS] = {
    [AGGREGATE_NONE]  = {"",      NULL},
    [AGGREGATE_SUM]   = {"SUM",   "sum"},
    [AGGREGATE_COUNT] = {"COUNT", "count"},
    [AGGREGATE_MIN]   = {"MIN",   "min"},
    [AGGREGATE_MAX]   = {"MAX",   "max"},
};
/* clang-format on */

/* A table while it is read. */
struct reader {
    struct dmn_build *b;
    struct arena *mem;
    struct table *t;
    const struct xml_node *at;
    const struct feel_type **type; /* of the outputs */
    struct node **kid;             /* all nodes of the table, to be compiled with it */
    uint32_t n_kid;
};

static struct val ev_table(const struct node *n, struct frame *f);

static const struct node *keep(struct reader *r, struct node *n)
{
    r->kid[r->n_kid++] = n;
    return n;
}

/* The table answers null with MESSAGE, which its author finds too. */
static void spoil(struct reader *r, const char *rule, const struct xml_node *at, const char *message)
{
    build_finding(r->b, FINDING_ERROR, rule, at, "%s", message);
    if (r->t->fault == NULL)
        r->t->fault = message;
}

static uint32_t count_of(const struct xml_node *n, const char *local)
{
    uint32_t count = 0;

    for (const struct xml_node *c = dmn_child(n, local); c != NULL; c = dmn_again(c))
        count++;
    return count;
}

/* "input 3": a WORD and the number I, counted from 0, behind "" or another such. */
static const char *part(struct reader *r, const char *before, const char *word, uint32_t i)
{
    enum { DIGITS = 10 };
    char digits[DIGITS];
    size_t nb = strlen(before), nw = strlen(word), n = 0;
    char *p = arena_alloc(r->mem, nb + nw + DIGITS + sizeof ",  ");

    for (uint64_t rest = i + UINT64_C(1); rest > 0; rest /= 10)
        digits[DIGITS - ++n] = (char)('0' + rest % 10);
    char *end = mempcpy(p, before, nb);
    end = mempcpy(end, ", ", nb > 0 ? 2 : 0);
    end = mempcpy(end, word, nw);
    *end = ' ';
    memcpy(end + 1, digits + DIGITS - n, n);
    return p;
}

/* The text below N, called PART. There are many of them, so the place is put together here and not from a format. */
static const struct feel_source *source_of(struct reader *r, const struct xml_node *n, const char *name)
{
    const char *around = r->b->where;

    r->b->where = *around == '\0' ? name : arena_printf(r->mem, "%s, %s", around, name);
    const struct feel_source *s = build_source(r->b, n, "");
    r->b->where = around;
    return s;
}

static void read_policy(struct reader *r)
{
    struct table *t = r->t;
    const char *policy = dmn_attr(r->at, "hitPolicy"), *aggregation = dmn_attr(r->at, "aggregation");

    for (t->policy = 0; *policy != '\0' && t->policy < POLICIES && strcmp(policies[t->policy].name, policy) != 0;)
        t->policy++;
    while (t->aggregation < AGGREGATIONS && strcmp(aggregations[t->aggregation].name, aggregation) != 0)
        t->aggregation++;
    t->view.policy = t->policy < POLICIES ? policies[t->policy].name : policy;
    t->view.aggregation = t->aggregation < AGGREGATIONS ? aggregations[t->aggregation].name : aggregation;
    if (t->policy == POLICIES)
        spoil(r, "dmn-table-policy", r->at, arena_printf(r->mem, "there is no hit policy %s", policy));
    if (t->aggregation == AGGREGATIONS)
        spoil(r, "dmn-table-policy", r->at, arena_printf(r->mem, "there is no aggregation %s", aggregation));
    else if (t->aggregation != AGGREGATE_NONE && t->policy != POLICY_COLLECT) {
        build_finding(r->b, FINDING_WARNING, "dmn-table-policy", r->at,
                      "the aggregation %s counts only with the hit policy COLLECT", aggregation);
        t->aggregation = AGGREGATE_NONE;
    }
    if (t->aggregation != AGGREGATE_NONE && t->view.n_output > 1)
        spoil(r, "dmn-table-policy", r->at,
              "several outputs cannot be aggregated; leave the aggregation out or give each output a table");
}

/* Tests; NULL if there are none or "-", which anything passes. */
static const struct node *read_tests(struct reader *r, const struct feel_source *s)
{
    if (s == NULL || *s->text == '\0' || strcmp(s->text, "-") == 0)
        return NULL;
    return keep(r, box_tests(r->b->p, s));
}

static void read_inputs(struct reader *r)
{
    struct table *t = r->t;
    const char **text = ARENA_NEW_N(r->mem, const char *, t->view.n_input);
    const char **given = ARENA_NEW_N(r->mem, const char *, t->view.n_input);
    const char **label = ARENA_NEW_N(r->mem, const char *, t->view.n_input);
    uint32_t i = 0;

    t->view.input = text;
    t->view.input_label = given;
    t->label = label;
    t->type = ARENA_NEW_N(r->mem, const struct feel_type *, t->view.n_input);
    t->input = ARENA_NEW_N(r->mem, const struct node *, t->view.n_input);
    t->allowed = ARENA_NEW_N(r->mem, const struct node *, t->view.n_input);
    for (const struct xml_node *in = dmn_child(r->at, "input"); in != NULL; in = dmn_again(in), i++) {
        const struct xml_node *e = dmn_child(in, "inputExpression");
        const char *name = part(r, "", "input", i);
        const struct feel_source *s = source_of(r, e, name);
        given[i] = dmn_attr(in, "label");
        if (*given[i] == '\0' && e != NULL)
            given[i] = dmn_attr(e, "label");
        text[i] = s != NULL ? s->text : "";
        label[i] = *given[i] != '\0' ? given[i] : text[i];
        if (*text[i] == '\0') {
            spoil(r, "dmn-table-columns", in, arena_printf(r->mem, "%s has no expression", name));
            continue;
        }
        t->type[i] = build_type(r->b, dmn_attr(e, "typeRef"));
        t->input[i] = keep(r, box_typed(r->b->p, box_text(r->b->p, s), t->type[i], name));
    }
}

/* The tests of what a type allows, if all are constants: only those can be asked outside of the type. */
static const struct node *constant_tests(const struct feel_type *t)
{
    const struct node *n = t != NULL && t->allowed != NULL ? t->allowed->root : NULL;

    if (n != NULL && n->kind == N_HANDLED && n->n > 0) /* narrowed more than once: the last word counts */
        n = n->kid[n->n - 1];
    if (n == NULL || n->kind != N_TESTS)
        return NULL;
    for (uint32_t i = 1; i < n->n; i++)
        if (n->kid[i]->kind != N_LITERAL)
            return NULL;
    return n;
}

/* What orders the values of the output O that has no output values: those that its type allows, where the only output of a table
 * has the type of the table or of the decision. */
static const struct node *read_rank(struct reader *r, uint32_t o)
{
    struct dmn *m = r->b->model;
    const struct xml_node *variable = dmn_child(r->at->parent, "variable");
    const struct feel_type *t = r->type[o];
    const char *ref = dmn_attr(r->at, "typeRef");

    if (*ref == '\0' && variable != NULL)
        ref = dmn_attr(variable, "typeRef");
    if (t == NULL && r->t->view.n_output == 1)
        t = types_find(m, (uint32_t)(r->b->part - m->part), r->b->p, ref, NULL);
    return constant_tests(t);
}

static void check_names(struct reader *r)
{
    const struct dmn_table *v = &r->t->view;

    for (uint32_t o = 0; o < v->n_output && v->n_output > 1; o++) {
        if (*v->output[o] == '\0')
            spoil(r, "dmn-table-output", r->at, "each of several outputs needs a name");
        for (uint32_t earlier = 0; earlier < o && *v->output[o] != '\0'; earlier++)
            if (strcmp(v->output[o], v->output[earlier]) == 0)
                spoil(r, "dmn-table-output", r->at, arena_printf(r->mem, "two outputs are called %s", v->output[o]));
    }
}

/* An entry without a text is null, which every type lets through. */
static const struct node *read_entry(struct reader *r, const struct feel_source *s, const struct feel_type *type)
{
    if (s == NULL)
        return keep(r, box_value(r->b->p, val_null()));
    return keep(r, box_typed(r->b->p, box_text(r->b->p, s), type, s->part));
}

static void read_outputs(struct reader *r)
{
    struct table *t = r->t;
    uint32_t n = t->view.n_output, o = 0;
    const char **name = ARENA_NEW_N(r->mem, const char *, n);
    bool ordered = t->policy == POLICY_PRIORITY || t->policy == POLICY_OUTPUT_ORDER, any = false;

    t->view.output = name;
    t->values = ARENA_NEW_N(r->mem, const struct node *, n);
    t->rank = ARENA_NEW_N(r->mem, const struct node *, n);
    for (const struct xml_node *out = dmn_child(r->at, "output"); out != NULL; out = dmn_again(out), o++) {
        const char *what = part(r, "", "values of output", o);
        const struct xml_node *otherwise = dmn_child(out, "defaultOutputEntry");
        name[o] = dmn_attr(out, "name");
        r->type[o] = build_type(r->b, dmn_attr(out, "typeRef"));
        t->values[o] = read_tests(r, source_of(r, dmn_child(out, "outputValues"), what));
        t->rank[o] = t->values[o] != NULL || !ordered ? t->values[o] : read_rank(r, o);
        any = any || t->rank[o] != NULL;
        if (otherwise == NULL)
            continue;
        if (t->otherwise == NULL)
            t->otherwise = ARENA_NEW_N(r->mem, const struct node *, n);
        t->otherwise[o] = read_entry(r, source_of(r, otherwise, part(r, "", "default of output", o)), r->type[o]);
    }
    for (o = 0; t->otherwise != NULL && o < n; o++)
        if (t->otherwise[o] == NULL)
            t->otherwise[o] = keep(r, box_value(r->b->p, val_null()));
    check_names(r);
    if (ordered && !any)
        build_finding(r->b, FINDING_ERROR, "dmn-table-output", r->at,
                      "the hit policy %s needs output values, which are listed from the highest to the lowest", t->view.policy);
}

/* The texts of a rule's annotations behind its entries. */
static void read_annotations(struct reader *r, const struct xml_node *rule, const char **text)
{
    uint32_t i = 0;

    for (const struct xml_node *a = dmn_child(rule, "annotationEntry"); a != NULL && i < r->t->view.n_annotation;
         a = dmn_again(a), i++) {
        const struct feel_source *s = source_of(r, a, "annotation");
        text[i] = s != NULL ? s->text : "";
    }
}

static void read_rule(struct reader *r, const struct xml_node *rule, uint32_t row, const char **text)
{
    struct table *t = r->t;
    uint32_t ni = t->view.n_input, no = t->view.n_output, i = 0;
    const char *name = part(r, "", "rule", row);

    if (count_of(rule, "inputEntry") != ni || count_of(rule, "outputEntry") != no) {
        spoil(r, "dmn-table-columns", rule,
              arena_printf(r->mem, "%s must have one entry for each of the %u inputs and %u outputs", name, ni, no));
        return;
    }
    for (const struct xml_node *e = dmn_child(rule, "inputEntry"); e != NULL; e = dmn_again(e), i++) {
        const struct feel_source *s = source_of(r, e, part(r, name, "input", i));
        text[i] = s != NULL ? s->text : "";
        t->cell[(size_t)row * ni + i] = read_tests(r, s);
    }
    i = 0;
    for (const struct xml_node *e = dmn_child(rule, "outputEntry"); e != NULL; e = dmn_again(e), i++) {
        const struct feel_source *s = source_of(r, e, part(r, name, "output", i));
        text[ni + i] = s != NULL ? s->text : "";
        t->entry[(size_t)row * no + i] = read_entry(r, s, r->type[i]);
    }
    read_annotations(r, rule, text + ni + no);
}

static void read_rules(struct reader *r)
{
    struct table *t = r->t;
    struct dmn_table *v = &t->view;
    uint32_t width = v->n_input + v->n_output + v->n_annotation, row = 0;
    const char **text = ARENA_NEW_N(r->mem, const char *, (size_t)v->n_rule *width);
    const char **id = ARENA_NEW_N(r->mem, const char *, v->n_rule);
    const char **annotation = ARENA_NEW_N(r->mem, const char *, v->n_annotation);

    for (size_t i = 0; i < (size_t)v->n_rule * width; i++)
        text[i] = "";
    t->cell = ARENA_NEW_N(r->mem, const struct node *, (size_t)v->n_rule * v->n_input);
    t->entry = ARENA_NEW_N(r->mem, const struct node *, (size_t)v->n_rule * v->n_output);
    for (const struct xml_node *n = dmn_child(r->at, "rule"); n != NULL; n = dmn_again(n), row++) {
        id[row] = dmn_attr(n, "id");
        read_rule(r, n, row, text + (size_t)row * width);
    }
    row = 0;
    for (const struct xml_node *n = dmn_child(r->at, "annotation"); n != NULL; n = dmn_again(n))
        annotation[row++] = dmn_attr(n, "name");
    v->cell = text;
    v->rule_id = id;
    v->annotation = annotation;
}

/* Counts everything before memory is asked for; false if it is too much. */
static bool read_size(struct reader *r)
{
    struct dmn_table *v = &r->t->view;
    const struct dmn_limits *l = r->b->limits;

    v->n_input = count_of(r->at, "input");
    v->n_output = count_of(r->at, "output");
    v->n_rule = count_of(r->at, "rule");
    v->n_annotation = count_of(r->at, "annotation");
    if (v->n_rule > l->rules)
        spoil(r, "dmn-too-many", r->at, arena_printf(r->mem, "a decision table may have at most %u rules", l->rules));
    if (v->n_input + v->n_output > l->columns || v->n_annotation > l->columns)
        spoil(r, "dmn-too-many", r->at, arena_printf(r->mem, "a decision table may have at most %u columns", l->columns));
    if (r->t->fault != NULL) {
        v->n_input = v->n_output = v->n_rule = v->n_annotation = 0;
        v->policy = v->aggregation = "";
        return false;
    }
    if (v->n_output == 0)
        spoil(r, "dmn-table-columns", r->at, "a decision table needs an output");
    return true;
}

static void read_table(struct reader *r)
{
    struct dmn_table *v = &r->t->view;
    size_t cells = (size_t)v->n_rule * (v->n_input + v->n_output);

    r->kid = ARENA_NEW_N(r->mem, struct node *, cells + 2 * (size_t)v->n_input + 3 * (size_t)v->n_output);
    r->type = ARENA_NEW_N(r->mem, const struct feel_type *, v->n_output);
    read_policy(r);
    read_inputs(r);
    struct box_mark mark = box_open(r->b->p);
    r->t->slot = box_tested(r->b->p);
    uint32_t i = 0;
    for (const struct xml_node *in = dmn_child(r->at, "input"); in != NULL; in = dmn_again(in), i++)
        r->t->allowed[i] = read_tests(r, source_of(r, dmn_child(in, "inputValues"), part(r, "", "values of input", i)));
    read_outputs(r);
    read_rules(r);
    box_close(r->b->p, mark);
}

struct node *table_read(struct dmn_build *b, const struct xml_node *n)
{
    struct table *t = ARENA_NEW(b->mem, struct table);
    struct reader r = {.b = b, .mem = b->mem, .t = t, .at = n};
    struct feel_source *source = ARENA_NEW(b->mem, struct feel_source);

    t->name = b->element;
    t->model = b->model;
    t->at = n;
    t->next = b->tables;
    b->tables = t;
    if (read_size(&r))
        read_table(&r);
    *source = (struct feel_source){.text = "", .element = b->element, .part = "decision table", .line = n->line};
    struct node *node = box_handled(b->p, ev_table, t, r.kid, r.n_kid);
    node->source = source;
    node->at = 0;
    return node;
}

bool table_constant(const struct table *t, struct bench *b, const struct node *entry, struct val *out)
{
    bool typed = entry->kind == N_TYPED && entry->kid[0]->kind == N_LITERAL;

    *out = entry->value;
    return entry->kind == N_LITERAL || (typed && bench_run(b, entry, out));
}

/* The constant outputs of a rule to COLUMN; false if there is one that is none, or none of the output values. */
static bool constant_row(struct arena *mem, const struct table *t, struct bench *b, uint32_t row, struct val *column)
{
    const struct consult c = {.t = t, .f = &b->f};

    for (uint32_t o = 0; o < t->view.n_output; o++) {
        const struct node *tests = t->values[o];
        if (!table_constant(t, b, t->entry[(size_t)row * t->view.n_output + o], &column[o]))
            return false;
        if (tests != NULL && (!index_constant(t, tests) || !table_permits(&c, tests, column[o])))
            return false;
        column[o] = val_copy(mem, column[o]);
    }
    return true;
}

static void keep_constants(struct arena *mem, struct table *t)
{
    uint32_t no = t->view.n_output;
    struct arena *work = arena_new(0);
    struct bench bench;

    bench_open(&bench, work, t);
    t->result = ARENA_NEW_N(mem, struct val, t->view.n_rule);
    t->constant = ARENA_NEW_N(mem, uint8_t, t->view.n_rule);
    for (uint32_t row = 0; row < t->view.n_rule; row++) {
        struct val *column = no > 1 ? ARENA_NEW_N(mem, struct val, no) : &t->result[row];
        if (!constant_row(mem, t, &bench, row, column))
            continue;
        if (no > 1)
            t->result[row] = context_seal(mem, t->view.output, column, no);
        t->constant[row] = no == 1 || t->result[row].tag == VAL_CONTEXT;
    }
    arena_free(work);
}

void table_seal(struct arena *mem, struct table *t)
{
    if (t->fault == NULL) {
        keep_constants(mem, t);
        index_build(mem, t);
        check_table(mem, t);
    }
    t->model = NULL;
    t->at = NULL;
}

struct table *table_next(const struct table *t)
{
    return t->next;
}

const struct dmn_table *table_view(const struct table *t)
{
    return &t->view;
}

const struct table *table_of(const struct node *n)
{
    return n->kind == N_HANDLED && n->ev == ev_table ? n->data : NULL;
}

/* ---- outputs ---- */

bool table_permits(const struct consult *c, const struct node *tests, struct val v)
{
    struct val *tested = &c->f->slot[c->t->slot];

    if (tests == NULL || v.tag == VAL_NULL)
        return true;
    *tested = v;
    if (val_true(eval_node(tests, c->f)))
        return true;
    for (uint32_t i = 0; v.tag == VAL_LIST && i < v.n; i++) {
        *tested = v.u.list[i];
        if (!val_true(eval_node(tests, c->f)))
            return false;
    }
    return v.tag == VAL_LIST && v.n > 0;
}

/* The value of N outputs; NAMES gives the parts of a context. */
static struct val combined(const struct consult *c, const struct val *column, uint32_t n)
{
    if (n == 1)
        return column[0];
    if (!list_fits(column, n))
        return eval_stop(c->f->s, E_TOOBIG, "a value is nested too deep or has too many parts");
    return context_seal(c->f->s->mem, c->t->view.output, column, n);
}

static struct val rule_value(const struct consult *c, uint32_t rule)
{
    const struct table *t = c->t;
    uint32_t no = t->view.n_output;
    struct val *column;

    if (t->constant[rule])
        return t->result[rule];
    if ((column = eval_alloc(c->f->s, no * sizeof *column)) == NULL)
        return val_null();
    for (uint32_t o = 0; o < no; o++) {
        column[o] = eval_node(t->entry[(size_t)rule * no + o], c->f);
        if (!table_permits(c, t->values[o], column[o]))
            column[o] = eval_notef(c->f, t->entry[(size_t)rule * no + o],
                                   "rule %u, output %u: this is none of the output values", rule + 1, o + 1);
    }
    return combined(c, column, no);
}

static struct val default_value(const struct consult *c)
{
    const struct table *t = c->t;
    uint32_t no = t->view.n_output;
    struct val *column = eval_alloc(c->f->s, no * sizeof *column);

    if (column == NULL)
        return val_null();
    for (uint32_t o = 0; o < no; o++)
        column[o] = eval_node(t->otherwise[o], c->f);
    return combined(c, column, no);
}

/* ---- hit policies ---- */

/* "1, 4 and 7" for a note; long lists are cut. */
static const char *rules_in_words(const struct consult *c)
{
    enum { SHOWN = 10 };
    struct arena *mem = c->f->s->mem;
    const char *words = arena_printf(mem, "%u", c->hit[0] + 1);

    for (uint32_t i = 1; i < c->n_hit && i < SHOWN; i++)
        words = arena_printf(mem, "%s%s%u", words, i + 1 == c->n_hit ? " and " : ", ", c->hit[i] + 1);
    return c->n_hit > SHOWN ? arena_printf(mem, "%s and %u more", words, c->n_hit - SHOWN) : words;
}

static struct val unique(struct consult *c)
{
    if (c->n_hit == 1)
        return rule_value(c, c->hit[0]);
    return eval_notef(c->f, c->node, "only one rule may match, but rules %s do", rules_in_words(c));
}

static struct val any(struct consult *c)
{
    struct val v = rule_value(c, c->hit[0]);

    for (uint32_t i = 1; i < c->n_hit; i++) {
        if (val_depth(v) > 0 && !eval_charge(c->f->s, val_weight(v)))
            return val_null();
        if (!val_same(v, rule_value(c, c->hit[i])))
            return eval_notef(c->f, c->node, "rules %s match and have different outputs", rules_in_words(c));
    }
    return v;
}

/* The place of V among the tests that order an output, from 0; their number if it is none of them. */
static uint32_t rank_of(const struct consult *c, const struct node *tests, struct val v)
{
    if (tests->kind != N_TESTS)
        return 0;
    c->f->slot[c->t->slot] = v;
    for (uint32_t i = 1; i < tests->n; i++) {
        struct val test = eval_node(tests->kid[i], c->f);
        if (val_true(tests->names[i] != NULL ? test : eval_test(c->f, v, test)))
            return i - 1;
    }
    return tests->n;
}

/* A hit with the ranks of its outputs, the leftmost first. */
struct ranked {
    uint32_t hit, n;
    const uint32_t *rank;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    for (uint32_t i = 0; i < x->n; i++)
        if (x->rank[i] != y->rank[i])
            return x->rank[i] < y->rank[i] ? -1 : 1;
    return x->hit < y->hit ? -1 : x->hit > y->hit;
}

/* Ranks the hits, whose values are VALUE; NULL if a limit was met or nothing orders them. */
static struct ranked *ranks(const struct consult *c, const struct val *value)
{
    const struct table *t = c->t;
    uint32_t no = t->view.n_output, n = 0;
    struct ranked *r = eval_alloc(c->f->s, c->n_hit * sizeof *r);
    uint32_t *rank = eval_alloc(c->f->s, (size_t)c->n_hit * no * sizeof *rank);

    if (r == NULL || rank == NULL)
        return NULL;
    for (uint32_t i = 0; i < c->n_hit; i++, rank += n) {
        n = 0;
        for (uint32_t o = 0; o < no; o++)
            if (t->rank[o] != NULL)
                rank[n++] = rank_of(c, t->rank[o], no == 1 ? value[i] : val_get(value[i], t->view.output[o]));
        r[i] = (struct ranked){.hit = i, .n = n, .rank = rank};
    }
    if (n > 0)
        return r;
    eval_notef(c->f, c->node, "rules %s match and there are no output values to order them", rules_in_words(c));
    return NULL;
}

static struct val *hit_values(const struct consult *c)
{
    struct val *value = eval_alloc(c->f->s, c->n_hit * sizeof *value);

    for (uint32_t i = 0; value != NULL && i < c->n_hit; i++)
        value[i] = rule_value(c, c->hit[i]);
    return value;
}

static struct val priority(struct consult *c)
{
    struct val *value = hit_values(c);
    struct ranked *r = value != NULL && c->n_hit > 1 ? ranks(c, value) : NULL;
    uint32_t best = 0;

    if (value == NULL || (r == NULL && c->n_hit > 1))
        return val_null();
    for (uint32_t i = 1; i < c->n_hit; i++)
        if (by_rank(&r[i], &r[best]) < 0)
            best = i;
    c->hit[0] = c->hit[best];
    c->n_hit = 1;
    return value[best];
}

static struct val in_order(struct consult *c)
{
    struct val *value = hit_values(c), *sorted = eval_alloc(c->f->s, c->n_hit * sizeof *sorted);
    struct ranked *r = value != NULL && c->n_hit > 1 ? ranks(c, value) : NULL;
    uint32_t *rule = eval_alloc(c->f->s, c->n_hit * sizeof *rule);

    if (value == NULL || sorted == NULL || rule == NULL || (r == NULL && c->n_hit > 1))
        return val_null();
    if (r == NULL)
        return eval_list_of(c->f->s, value, c->n_hit);
    qsort(r, c->n_hit, sizeof *r, by_rank);
    for (uint32_t i = 0; i < c->n_hit; i++) {
        sorted[i] = value[r[i].hit];
        rule[i] = c->hit[r[i].hit];
    }
    c->hit = rule;
    return eval_list_of(c->f->s, sorted, c->n_hit);
}

static struct val collect(struct consult *c)
{
    if (c->t->aggregation == AGGREGATE_COUNT)
        return val_int(c->n_hit);
    struct val *value = hit_values(c), list = val_null();
    if (value != NULL)
        list = eval_list_of(c->f->s, value, c->n_hit);
    if (list.tag == VAL_NULL || c->t->aggregation == AGGREGATE_NONE)
        return list;
    return builtin_call(builtin_find(aggregations[c->t->aggregation].function), c->f, c->node, &list, 1);
}

static struct val matched(struct consult *c)
{
    switch (c->t->policy) {
    case POLICY_UNIQUE:
        return unique(c);
    case POLICY_ANY:
        return any(c);
    case POLICY_PRIORITY:
        return priority(c);
    case POLICY_FIRST:
        return rule_value(c, c->hit[0]);
    case POLICY_OUTPUT_ORDER:
        return in_order(c);
    case POLICY_RULE_ORDER:
    case POLICY_COLLECT:
        return collect(c);
    case POLICIES:
        break;
    }
    return val_null();
}

static struct val unmatched(const struct consult *c)
{
    if (c->t->otherwise != NULL)
        return default_value(c);
    if (c->t->policy != POLICY_COLLECT)
        return val_null();
    if (c->t->aggregation == AGGREGATE_COUNT)
        return val_int(0);
    return c->t->aggregation == AGGREGATE_NONE ? eval_list_of(c->f->s, NULL, 0) : val_null();
}

/* ---- consulting ---- */

bool table_cell(const struct consult *c, uint32_t rule, uint32_t input)
{
    const struct node *cell = c->t->cell[(size_t)rule * c->t->view.n_input + input];

    if (cell == NULL)
        return true;
    c->f->slot[c->t->slot] = c->in[input];
    return val_true(eval_node(cell, c->f));
}

bool table_hit(struct consult *c, uint32_t rule)
{
    if (c->n_hit == c->room) {
        uint32_t *more = eval_alloc(c->f->s, 2 * (size_t)c->room * sizeof *more);
        if (more == NULL)
            return false;
        memcpy(more, c->hit, c->n_hit * sizeof *more);
        c->hit = more;
        c->room *= 2;
    }
    c->hit[c->n_hit++] = rule;
    return true;
}

/* The plain road: every rule, every cell until one refuses. */
static void scan(struct consult *c, bool first)
{
    const struct dmn_table *v = &c->t->view;

    for (uint32_t rule = 0; rule < v->n_rule && eval_charge(c->f->s, 1); rule++) {
        uint32_t i = 0;
        while (i < v->n_input && table_cell(c, rule, i))
            i++;
        if (i == v->n_input && (!table_hit(c, rule) || first))
            return;
    }
}

static void record(const struct consult *c, struct val value, bool by_default)
{
    const struct table *t = c->t;
    struct dmn_trace *trace = c->f->s->trace;

    if (trace->n >= LIMIT_DMN_HITS)
        return;
    struct dmn_hit *hit = eval_alloc(c->f->s, sizeof *hit);
    struct val *in = eval_alloc(c->f->s, t->view.n_input * sizeof *in);
    uint32_t *rule = eval_alloc(c->f->s, c->n_hit * sizeof *rule);
    if (hit == NULL || in == NULL || rule == NULL)
        return;
    if (t->view.n_input > 0)
        memcpy(in, c->in, t->view.n_input * sizeof *in);
    for (uint32_t i = 0; i < c->n_hit; i++)
        rule[i] = c->hit[i] + 1;
    *hit = (struct dmn_hit){
        .element = trace->element, .name = t->name, .n_input = t->view.n_input, .label = t->label, .input = in};
    hit->rule = rule;
    hit->n_rule = c->n_hit;
    hit->by_default = by_default;
    hit->value = value;
    *trace->last = hit;
    trace->last = &hit->next;
    trace->n++;
}

static void read_values(struct consult *c)
{
    const struct table *t = c->t;

    for (uint32_t i = 0; i < t->view.n_input; i++)
        c->in[i] = eval_node(t->input[i], c->f);
    for (uint32_t i = 0; i < t->view.n_input; i++)
        if (!table_permits(c, t->allowed[i], c->in[i]))
            c->in[i] = eval_notef(c->f, t->input[i], "%s has a value that is none of its input values", t->label[i]);
}

static struct val consult(const struct node *n, struct frame *f, bool indexed)
{
    const struct table *t = n->data;
    struct val few[TABLE_FEW];
    uint32_t hits[TABLE_FEW];
    struct consult c = {.t = t, .node = n, .f = f, .in = few, .hit = hits, .room = TABLE_FEW};
    bool first = t->policy == POLICY_FIRST;

    if (t->fault != NULL)
        return eval_note(f, n, t->fault);
    if (t->view.n_input > TABLE_FEW && (c.in = eval_alloc(f->s, t->view.n_input * sizeof *c.in)) == NULL)
        return val_null();
    read_values(&c);
    if (indexed)
        index_match(&c, first);
    else
        scan(&c, first);
    if (f->s->err != OK)
        return val_null();
    bool by_default = c.n_hit == 0 && t->otherwise != NULL;
    struct val v = c.n_hit > 0 ? matched(&c) : unmatched(&c);
    if (f->s->trace != NULL)
        record(&c, v, by_default);
    return v;
}

static struct val ev_table(const struct node *n, struct frame *f)
{
    return consult(n, f, true);
}

struct val table_scan(const struct node *n, struct frame *f)
{
    return consult(n, f, false);
}
