/* engine/model/dmn/table_check.c - what an author would want to know of a table as a whole.
 *
 * For     table_seal().
 * Owns    the search for overlaps, rules that are never reached, and gaps.
 * Never   says what is not so: where a cell is not constant or inputs depend on each other, it says nothing.
 * Holds   the work stays within LIMIT_CHECK_WORK and LIMIT_CHECK_CELL; beyond that nothing more is said.
 *
 * The index has cut the values of each input into classes and knows the rules that accept each of them. So all of this is
 * intersections of bitsets. Two rules overlap if they meet in some class of every input. A combination of classes that no rule
 * accepts is a gap; the search takes input by input and leaves off where some rule accepts whatever the other inputs are.
 *
 * Any value of an input's type is possible, within its input values if they are given. Not every possible value is to be expected:
 * who names the texts "a" and "b" hardly means all texts of the world, and who names 1, 2 and 3 has no 1.5 in mind. So a gap counts
 * where the value is named by a cell or the input values, lies between two named ones, or is accepted by a cell of another rule. */
#include "model/dmn/table_int.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

enum {
    LIMIT_CHECK_WORK = 50000, /* words of bitsets looked at, for each of the three questions, and */
    LIMIT_CHECK_CELL = 250,   /* as many more a cell */
    LIMIT_CHECK_RULES = 2000,
    CHECK_SHOWN = 3 /* findings or examples of a kind */
};

/* The classes of an input that are to be looked at, each set of rules once. */
struct side {
    uint32_t n;
    const struct index_class **class;
    uint64_t *hash; /* of their sets */
};

struct check {
    struct arena *mem; /* of this check */
    const struct table *t;
    uint32_t words, ni;
    struct bench bench;
    struct side *possible, *expected;  /* of the inputs */
    struct index_class *rest;          /* of the inputs: values without class, which only "-" accepts for certain */
    int64_t work;                      /* left */
    const struct index_class **chosen; /* of the inputs: the combination that is being tried; NULL = whatever */
    uint64_t **open, **left; /* of input i: the rules that accept anything in it and all behind it; those that are left there */
    struct buf said;
    uint32_t n_said;
};

/* ---- bitsets ---- */

static bool has(const uint64_t *set, uint32_t rule)
{
    return (set[rule / 64] >> rule % 64 & 1) != 0;
}

/* *OUT = A and B; is anything left? */
static bool meet(struct check *c, uint64_t *out, const uint64_t *a, const uint64_t *b)
{
    uint64_t any = 0;

    c->work -= c->words;
    for (uint32_t w = 0; w < c->words; w++)
        any |= out[w] = a[w] & b[w];
    return any != 0;
}

static bool disjoint(struct check *c, const uint64_t *a, const uint64_t *b)
{
    uint64_t any = 0;

    c->work -= c->words;
    for (uint32_t w = 0; w < c->words; w++)
        any |= a[w] & b[w];
    return any == 0;
}

static uint64_t *set_new(const struct check *c)
{
    return ARENA_NEW_N(c->mem, uint64_t, c->words);
}

/* ---- which values there are ---- */

static bool scalar_type(const struct feel_type *t)
{
    return t != NULL && t->kind == TYPE_KIND;
}

/* May the input have the value? */
static bool possible(struct check *c, uint32_t input, struct val v)
{
    const struct feel_type *type = c->t->type[input];
    const struct consult here = {.t = c->t, .f = &c->bench.f};

    if (v.tag == VAL_NULL)
        return true;
    if (scalar_type(type) && !eval_coerce(&c->bench.f, type, &v))
        return false;
    return table_permits(&here, c->t->allowed[input], v);
}

/* Does a cell that is not "-" accept the class? */
static bool chosen_by_cell(const struct check *c, uint32_t input, const struct index_class *x)
{
    for (uint32_t r = 0; r < c->t->view.n_rule; r++)
        if (has(x->set, r) && c->t->cell[(size_t)r * c->ni + input] != NULL)
            return true;
    return false;
}

/* Are all numbers that the column names whole ones? */
static bool whole_numbers(const struct index_class *x, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!x[i].between && val_numeric(x[i].sample) && !dec_whole(x[i].sample))
            return false;
    return true;
}

static bool boolean_column(const struct check *c, uint32_t input)
{
    for (uint32_t r = 0; r < c->t->view.n_rule; r++) {
        const struct node *cell = c->t->cell[(size_t)r * c->ni + input];
        for (uint32_t i = 1; cell != NULL && cell->kind == N_TESTS && i < cell->n; i++)
            if (cell->kid[i]->kind == N_LITERAL && cell->kid[i]->value.tag == VAL_BOOL)
                return true;
    }
    return false;
}

/* Is the possible class X of INPUT one that a complete table has an answer for? WHOLE: no fractions are in use. */
static bool expected(const struct check *c, uint32_t input, const struct index_class *x, bool whole)
{
    const struct feel_type *type = c->t->type[input];
    bool declared = c->t->allowed[input] != NULL || (scalar_type(type) && type->allowed != NULL);

    if (x->sample.tag == VAL_NULL)
        return false;
    if (x->sample.tag == VAL_BOOL)
        return scalar_type(type) || boolean_column(c, input);
    if (!x->named || (x->between && whole && val_numeric(x->sample) && !dec_whole(x->sample)))
        return false;
    if (!x->between || declared || (x->inner && x->sample.tag != VAL_STRING))
        return true;
    return chosen_by_cell(c, input, x);
}

static uint64_t hash_of(const struct check *c, const uint64_t *set)
{
    uint64_t h = 0;

    for (uint32_t w = 0; w < c->words; w++)
        h = (h ^ set[w]) * UINT64_C(0x9e3779b97f4a7c15) ^ h >> 29;
    return h;
}

static void side_add(struct check *c, struct side *s, const struct index_class *x)
{
    uint64_t h = hash_of(c, x->set);

    c->work -= c->words;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->hash[i] == h && memcmp(s->class[i] -> set, x -> set, c -> words * sizeof *x->set) == 0)
            return;
    s->hash[s->n] = h;
    s->class[s->n++] = x;
}

static struct side side_new(const struct check *c, uint32_t n)
{
    return (struct side){.class = ARENA_NEW_N(c->mem, const struct index_class *, n), .hash = ARENA_NEW_N(c->mem, uint64_t, n)};
}

/* The values of INPUT that are in no class. */
static void find_rest(struct check *c, uint32_t input)
{
    uint64_t *dash = set_new(c);

    for (uint32_t r = 0; r < c->t->view.n_rule; r++)
        if (c->t->cell[(size_t)r * c->ni + input] == NULL)
            dash[r / 64] |= UINT64_C(1) << r % 64;
    c->rest[input] = (struct index_class){.sample = val_null(), .set = dash};
    side_add(c, &c->possible[input], &c->rest[input]);
}

/* The classes of all inputs; false if they are not known exactly. */
static bool find_sides(struct check *c)
{
    c->possible = ARENA_NEW_N(c->mem, struct side, c->ni);
    c->expected = ARENA_NEW_N(c->mem, struct side, c->ni);
    c->rest = ARENA_NEW_N(c->mem, struct index_class, c->ni);
    for (uint32_t i = 0; i < c->ni && c->work > 0; i++) {
        struct index_class *x;
        bool others;
        uint32_t n = index_classes(c->mem, c->t, i, &x, &others);
        bool whole = whole_numbers(x, n);
        if (n == 0)
            return false;
        c->possible[i] = side_new(c, n + 1);
        c->expected[i] = side_new(c, n);
        for (uint32_t k = 0; k < n; k++) {
            if (!possible(c, i, x[k].sample))
                continue;
            side_add(c, &c->possible[i], &x[k]);
            if (expected(c, i, &x[k], whole))
                side_add(c, &c->expected[i], &x[k]);
        }
        if (others || !scalar_type(c->t->type[i]))
            find_rest(c, i);
    }
    return c->work > 0 && c->bench.s.err == OK;
}

/* Is the name or path TEXT one of those of OTHER, or the other way round? */
static bool same_path(const char *text, const char *other)
{
    size_t a = strlen(text), b = strlen(other), least = a < b ? a : b;
    const char *rest = (a < b ? other : text) + least;

    rest += strspn(rest, " \t\r\n");
    return strncmp(text, other, least) == 0 && (*rest == '\0' || *rest == '.');
}

/* Does the element E of the model rest on input data that another input of the table rests on? USED remembers which are taken: 1 =
 * directly (several parts of one may be inputs), 2 = through a decision. */
static bool entangled(struct check *c, uint8_t *used, uint32_t e)
{
    const struct dmn *m = c->t->model;
    bool direct = m->element[e].kind == DMN_INPUT, taken = false;
    uint32_t n;

    c->work -= m->n;
    const uint32_t *in = dmn_inputs(m, e, c->mem, &n);
    for (uint32_t i = 0; i < n; i++) {
        taken = taken || (used[in[i]] & (direct ? 2 : 3)) != 0;
        used[in[i]] |= direct ? 1 : 2;
    }
    return taken;
}

/* Inputs that may be combined freely: names or paths, none part of another, none worked out from another. */
static bool independent(struct check *c)
{
    uint8_t *used = ARENA_NEW_N(c->mem, uint8_t, c->t->model->n);

    for (uint32_t i = 0; i < c->ni && c->work > 0; i++) {
        const struct node *n = c->t->input[i];
        while (n->kind == N_TYPED || n->kind == N_PATH)
            n = n->kid[0];
        if (n->kind != N_GLOBAL && n->kind != N_ELEMENT && n->kind != N_LOCAL && n->kind != N_OUTER)
            return false;
        if (n->kind == N_ELEMENT && c->ni > 1 && entangled(c, used, n->slot))
            return false;
        for (uint32_t k = 0; k < i; k++)
            if (same_path(c->t->view.input[i], c->t->view.input[k]))
                return false;
    }
    return c->work > 0;
}

/* ---- overlaps ---- */

static bool same_outputs(const struct table *t, uint32_t a, uint32_t b)
{
    return !t->constant[a] || !t->constant[b] || val_same(t->result[a], t->result[b]);
}

/* *OUT = the rules that meet RULE in some class of INPUT. */
static void neighbours(struct check *c, uint32_t input, uint32_t rule, uint64_t *out)
{
    const struct side *s = &c->possible[input];

    memset(out, 0, c->words * sizeof *out);
    for (uint32_t i = 0; i < s->n; i++) {
        bool in = has(s->class[i] -> set, rule);
        c->work -= in ? c->words : 1;
        for (uint32_t w = 0; in && w < c->words; w++)
            out[w] |= s->class[i]->set[w];
    }
}

static const struct xml_node *rule_at(const struct check *c, uint32_t rule)
{
    const struct xml_node *n = dmn_child(c->t->at, "rule");

    while (rule-- > 0)
        n = dmn_again(n);
    return n;
}

static void say_overlap(struct check *c, uint32_t a, uint32_t b)
{
    if (c->t->policy == POLICY_UNIQUE)
        dmn_say(c->t->model, "dmn-table-overlap", rule_at(c, b),
                "Rules %u and %u of '%s' can both match; with UNIQUE the answer is then null.", a + 1, b + 1, c->t->name);
    else
        dmn_say(c->t->model, "dmn-table-overlap", rule_at(c, b),
                "Rules %u and %u of '%s' can both match and have different outputs; with ANY the answer is then null.", a + 1,
                b + 1, c->t->name);
}

static void overlaps(struct check *c)
{
    uint64_t *near = set_new(c), *all = set_new(c);
    uint32_t said = 0;

    for (uint32_t r = 0; r < c->t->view.n_rule && said < CHECK_SHOWN; r++) {
        memset(all, 0xff, c->words * sizeof *all);
        for (uint32_t i = 0; i < c->ni; i++) {
            neighbours(c, i, r, near);
            meet(c, all, all, near);
        }
        if (c->work <= 0)
            return;
        for (uint32_t s = 0; s < r && said < CHECK_SHOWN; s++)
            if (has(all, s) && !index_vague(c->t, s) && !index_vague(c->t, r) &&
                (c->t->policy == POLICY_UNIQUE || !same_outputs(c->t, s, r))) {
                say_overlap(c, s, r);
                said++;
            }
    }
}

/* ---- what no rule of a set covers ---- */

/* The classes that a search goes through, input by input. */
struct region {
    const struct side *side;
    bool (*found)(struct check *c); /* a combination that is not covered; true = no more is wanted */
};

/* Prepares c->open for rules among MASK. */
static void find_open(struct check *c, const struct region *g, const uint64_t *mask)
{
    memcpy(c->open[c->ni], mask, c->words * sizeof *mask);
    for (uint32_t i = c->ni; i-- > 0;) {
        memcpy(c->open[i], c->open[i + 1], c->words * sizeof *mask);
        for (uint32_t k = 0; k < g->side[i].n; k++)
            meet(c, c->open[i], c->open[i], g->side[i].class[k] -> set);
    }
}

static bool none(const struct check *c, const uint64_t *set)
{
    for (uint32_t w = 0; w < c->words; w++)
        if (set[w] != 0)
            return false;
    return true;
}

/* Looks for combinations of classes of input I and those behind it that none of the rules LEFT accepts. */
static bool search(struct check *c, const struct region *g, uint32_t i, const uint64_t *left)
{
    if (none(c, left)) {
        for (uint32_t k = i; k < c->ni; k++)
            c->chosen[k] = NULL;
        return g->found(c);
    }
    if (c->work <= 0 || !disjoint(c, left, c->open[i]))
        return c->work <= 0;
    bool enough = false;
    for (uint32_t k = 0; k < g->side[i].n && !enough; k++) {
        c->chosen[i] = g->side[i].class[k];
        meet(c, c->left[i], left, c->chosen[i]->set);
        enough = search(c, g, i + 1, c->left[i]);
    }
    return enough;
}

/* ---- rules that are never reached ---- */

/* The classes of the possible ones that RULE accepts, or may. */
static void rule_sides(const struct check *c, uint32_t rule, struct side *out)
{
    for (uint32_t i = 0; i < c->ni; i++) {
        out[i].n = 0;
        for (uint32_t k = 0; k < c->possible[i].n; k++) {
            const struct index_class *x = c->possible[i].class[k];
            if (x == &c->rest[i] || has(x->set, rule))
                out[i].class[out[i].n++] = x;
        }
    }
}

static bool reached(struct check *c)
{
    return true;
}

static void say_unreachable(const struct check *c, uint32_t rule, uint32_t input)
{
    if (input < c->ni)
        dmn_say(c->t->model, "dmn-table-unreachable", rule_at(c, rule),
                "Rule %u of '%s' never matches: no value of input %u passes its cell.", rule + 1, c->t->name, input + 1);
    else
        dmn_say(c->t->model, "dmn-table-unreachable", rule_at(c, rule),
                "Rule %u of '%s' is never reached: earlier rules take all that it accepts.", rule + 1, c->t->name);
}

/* With FIRST: do the certain rules among EARLIER take everything in the sides? */
static bool taken(struct check *c, const struct side *side, const uint64_t *earlier)
{
    const struct region g = {.side = side, .found = reached};

    find_open(c, &g, earlier);
    return !search(c, &g, 0, earlier) && c->work > 0;
}

static void unreachable(struct check *c, bool covered)
{
    struct side *side = ARENA_NEW_N(c->mem, struct side, c->ni);
    uint64_t *earlier = set_new(c);
    uint32_t said = 0;

    for (uint32_t i = 0; i < c->ni; i++)
        side[i].class = ARENA_NEW_N(c->mem, const struct index_class *, c->possible[i].n);
    for (uint32_t r = 0; r < c->t->view.n_rule && said < CHECK_SHOWN && c->work > 0; r++) {
        uint32_t empty = 0;
        rule_sides(c, r, side);
        while (empty < c->ni && side[empty].n > 0)
            empty++;
        if (empty < c->ni || (covered && taken(c, side, earlier))) {
            say_unreachable(c, r, empty);
            said++;
        }
        if (!index_vague(c->t, r))
            earlier[r / 64] |= UINT64_C(1) << r % 64;
    }
}

/* ---- gaps ---- */

static void add_value(struct check *c, const struct index_class *x)
{
    const char *text = val_string(c->mem, x->sample);

    if (x->sample.tag == VAL_STRING && x->between)
        buf_str(&c->said, "another text");
    else
        buf_fmt(&c->said, x->sample.tag == VAL_STRING ? "\"%s\"" : "%s", text_cut(c->mem, text, 60));
}

static bool gap_found(struct check *c)
{
    bool first = true;

    if (c->n_said > 0)
        buf_str(&c->said, "; ");
    for (uint32_t i = 0; i < c->ni; i++) {
        if (c->chosen[i] == NULL ||
            (c->expected[i].n == 1 && memcmp(c->chosen[i]->set, c->open[c->ni], c->words * sizeof(uint64_t)) == 0))
            continue;
        buf_fmt(&c->said, "%s%s = ", first ? "" : " and ", text_cut(c->mem, c->t->label[i], 60));
        add_value(c, c->chosen[i]);
        first = false;
    }
    return ++c->n_said == CHECK_SHOWN;
}

/* An input of which no value is expected is one of a single class if nothing depends on it; false if something does. */
static bool expect_something(struct check *c, uint32_t input)
{
    const struct side *p = &c->possible[input];

    if (c->expected[input].n > 0)
        return true;
    if (p->n - (p->class[p->n - 1] == &c->rest[input]) != 1)
        return false;
    c->expected[input] = *p;
    c->expected[input].n = 1;
    return true;
}

static void gaps(struct check *c)
{
    const struct region g = {.side = c->expected, .found = gap_found};
    uint64_t *all = set_new(c);

    for (uint32_t i = 0; i < c->ni; i++)
        if (!expect_something(c, i))
            return;
    for (uint32_t r = 0; r < c->t->view.n_rule; r++)
        all[r / 64] |= UINT64_C(1) << r % 64;
    find_open(c, &g, all);
    search(c, &g, 0, all);
    if (c->n_said > 0)
        dmn_say(c->t->model, "dmn-table-gap", c->t->at,
                "No rule of '%s' matches when %s, and there is no default: the answer is null.", c->t->name,
                buf_text(&c->said));
}

/* ---- entries ---- */

/* Would the constant entry be null, though it is written as something? */
static bool refused(struct check *c, uint32_t rule, uint32_t output)
{
    const struct table *t = c->t;
    const struct consult here = {.t = t, .f = &c->bench.f};
    const struct node *e = t->entry[(size_t)rule * t->view.n_output + output], *tests = t->values[output];
    struct val v;

    if (e->kind == N_TYPED && e->kid[0]->kind == N_LITERAL && !table_constant(t, &c->bench, e, &v))
        return true;
    return tests != NULL && index_constant(t, tests) && table_constant(t, &c->bench, e, &v) && !table_permits(&here, tests, v);
}

static void entries(struct check *c)
{
    const struct table *t = c->t;
    uint32_t said = 0;

    for (uint32_t r = 0; r < t->view.n_rule; r++)
        for (uint32_t o = 0; o < t->view.n_output && said < CHECK_SHOWN; o++) {
            if (!refused(c, r, o) || c->bench.s.err != OK)
                continue;
            dmn_say(t->model, "dmn-table-value", rule_at(c, r),
                    "Output %u of rule %u of '%s' is not of its type or none of the output values: it will be null.", o + 1,
                    r + 1, t->name);
            said++;
        }
}

static void combinations(struct check *c)
{
    enum table_policy p = c->t->policy;
    const int64_t work = c->work;

    if (!independent(c) || !find_sides(c))
        return;
    c->chosen = ARENA_NEW_N(c->mem, const struct index_class *, c->ni);
    c->open = ARENA_NEW_N(c->mem, uint64_t *, c->ni + (size_t)1);
    c->left = ARENA_NEW_N(c->mem, uint64_t *, c->ni);
    for (uint32_t i = 0; i <= c->ni; i++)
        c->open[i] = set_new(c);
    for (uint32_t i = 0; i < c->ni; i++)
        c->left[i] = set_new(c);
    if (p == POLICY_UNIQUE || p == POLICY_ANY)
        overlaps(c);
    c->work = work;
    unreachable(c, p == POLICY_FIRST);
    c->work = work;
    if (c->t->otherwise == NULL && (p == POLICY_UNIQUE || p == POLICY_ANY || p == POLICY_PRIORITY || p == POLICY_FIRST))
        gaps(c);
}

void check_table(struct arena *mem, const struct table *t)
{
    enum { TEXT_MOST = 2000 };
    struct arena *own = arena_new(0);
    struct check c = {.mem = own, .t = t, .words = index_words(t), .ni = t->view.n_input};

    if (t->model != NULL && t->model->f != NULL && t->view.n_rule > 0) {
        bench_open(&c.bench, own, t);
        c.said = buf_new(own, TEXT_MOST);
        c.work = (int64_t)(LIMIT_CHECK_WORK + LIMIT_CHECK_CELL * table_cells(t));
        entries(&c);
        if (c.ni > 0 && t->view.n_rule <= LIMIT_CHECK_RULES)
            combinations(&c);
    }
    arena_free(own);
}
