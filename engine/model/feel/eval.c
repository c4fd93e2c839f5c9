/* engine/model/feel/eval.c - a program and its variables to a value.
 *
 * For     feel_eval(), and compile.c, which folds constants with the same code.
 * Owns    the limits of one evaluation, its messages, the handler of each kind of node.
 * Never   keeps anything between two evaluations; changes a program.
 * Holds   after a limit was met every further step answers null at once; what is not an error of limits is null and a note.
 *
 * Each node holds the function that evaluates it, so there is no switch on the way. Values go by value in two registers.
 * Variables stand in slots of a frame, one frame a call; a function value keeps a copy of the frame it was made in. */
#include "model/feel/feel_int.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

const struct feel_limits feel_limits_default = {.steps = 1000000,
                                                .depth = 200,
                                                .bytes = 16 * 1024 * 1024,
                                                .list = 100000,
                                                .string = 1024 * 1024,
                                                .match = 100000,
                                                .heap = 4096};

/* ---- limits ---- */

struct val eval_stop(struct state *s, enum err e, const char *what)
{
    if (s->err == OK) {
        s->err = e;
        s->trouble = what;
    }
    s->until = -1;
    s->steps = 0;
    return val_null();
}

bool eval_refill(struct state *s)
{
    if (s->err == OK && s->steps == 0)
        eval_stop(s, E_FUEL, "the expression needs too many steps");
    if (s->err == OK && arena_used(s->mem) - s->base > s->limits->bytes)
        eval_stop(s, E_TOOBIG, "the expression needs too much memory");
    if (s->err != OK) {
        s->until = 0;
        return false;
    }
    uint64_t batch = s->steps < STEP_BATCH ? s->steps : STEP_BATCH;
    s->steps -= batch;
    s->until = (int32_t)batch - 1; /* the step that asked counts */
    return true;
}

bool eval_charge(struct state *s, uint64_t n)
{
    if (n <= (uint64_t)(s->until > 0 ? s->until : 0)) {
        s->until -= (int32_t)n;
        return true;
    }
    n -= (uint64_t)(s->until > 0 ? s->until : 0);
    s->until = 0;
    if (n > s->steps) {
        eval_stop(s, E_FUEL, "the expression needs too many steps");
        return false;
    }
    s->steps -= n;
    return s->err == OK;
}

void *eval_alloc(struct state *s, size_t size)
{
    size_t used = arena_used(s->mem) - s->base;

    if (s->err != OK || used > s->limits->bytes || size > s->limits->bytes - used) {
        eval_stop(s, E_TOOBIG, "the expression needs too much memory");
        return NULL;
    }
    return arena_alloc(s->mem, size);
}

char *eval_string_room(struct state *s, size_t n)
{
    if (n > s->limits->string) {
        eval_stop(s, E_TOOBIG, "a text grows too long");
        return NULL;
    }
    return eval_alloc(s, n + 1);
}

struct val eval_string(struct state *s, const char *p, size_t n)
{
    char *copy = eval_string_room(s, n);

    if (copy == NULL)
        return val_null();
    if (n > 0)
        memcpy(copy, p, n);
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)n, .u.s = copy};
}

bool vec_push(struct state *s, struct vec *v, struct val item)
{
    if (v->n >= s->limits->list) {
        eval_stop(s, E_TOOBIG, "a list grows too long");
        return false;
    }
    if (v->n == v->cap) {
        uint32_t cap = v->cap != 0 ? v->cap * 2 : 8;
        struct val *items = eval_alloc(s, (cap + (size_t)1) * sizeof *items);
        if (items == NULL)
            return false;
        if (v->n > 0)
            memcpy(items + 1, v->items, v->n * sizeof *items);
        v->items = items + 1;
        v->cap = cap;
    }
    v->weight += val_weight(item);
    if (val_depth(item) > v->depth)
        v->depth = val_depth(item);
    v->items[v->n++] = item;
    if (v->weight >= LIMIT_VAL_WEIGHT || v->depth >= LIMIT_VAL_DEPTH) {
        eval_stop(s, E_TOOBIG, "a value is nested too deep or has too many parts");
        return false;
    }
    return true;
}

/* What was pushed so far, as a list. It may be asked for again after further pushes: the items of a list that is out already do
 * not change, only its weight is counted too high. */
struct val vec_list(struct state *s, struct vec *v)
{
    if (s->err != OK)
        return val_null();
    if (v->items == NULL) {
        struct val *room = eval_alloc(s, sizeof *room);
        if (room == NULL)
            return val_null();
        v->items = room + 1;
    }
    v->items[-1] = val_int((int64_t)v->weight + 1);
    return (struct val){.tag = VAL_LIST, .flags = (uint8_t)(v->depth + 1), .n = v->n, .u.list = v->items};
}

struct val eval_list_of(struct state *s, const struct val *items, size_t n)
{
    struct vec v = {.n = 0};

    for (size_t i = 0; i < n; i++)
        if (!vec_push(s, &v, items[i]))
            return val_null();
    return vec_list(s, &v);
}

struct val eval_note(struct frame *f, const struct node *n, const char *message)
{
    struct state *s = f->s;

    if (s->notes < LIMIT_FEEL_NOTES && s->err == OK) {
        struct feel_note *note = ARENA_NEW(s->mem, struct feel_note);
        *note = (struct feel_note){.offset = n->at, .message = message};
        if (s->last_note != NULL)
            s->last_note->next = note;
        else
            s->note = note;
        s->last_note = note;
        s->notes++;
    }
    return val_null();
}

/* ---- leaves ---- */

static struct val ev_literal(const struct node *n, struct frame *f)
{
    return n->value;
}

static struct val ev_local(const struct node *n, struct frame *f)
{
    return f->slot[n->slot];
}

static struct val ev_outer(const struct node *n, struct frame *f)
{
    const struct frame *at = f->outer;

    for (uint16_t i = 1; i < n->level; i++)
        at = at->outer;
    return at->slot[n->slot];
}

static struct val ev_global(const struct node *n, struct frame *f)
{
    struct state *s = f->s;

    if (s->known[n->slot])
        return s->global[n->slot];
    struct val v = val_null();
    if (s->env->get == NULL || !s->env->get(s->env->ctx, n->name, &v)) {
        v = val_null();
        eval_note(f, n, "this variable has no value");
    }
    s->known[n->slot] = 1;
    return s->global[n->slot] = v;
}

static struct val ev_input(const struct node *n, struct frame *f)
{
    return f->s->env->input;
}

static struct val ev_member_or(const struct node *n, struct frame *f)
{
    struct val item = eval_node(n->kid[0], f);
    int64_t i = item.tag == VAL_CONTEXT ? context_find(item, n->name) : -1;

    return i >= 0 ? item.u.context->value[i] : eval_node(n->kid[1], f);
}

static struct val ev_builtin(const struct node *n, struct frame *f)
{
    struct val_function *fn = eval_alloc(f->s, sizeof *fn);

    if (fn == NULL)
        return val_null();
    fn->builtin = n->builtin;
    return (struct val){.tag = VAL_FUNCTION, .u.function = fn};
}

/* ---- paths ---- */

static bool range_property(struct val v, const char *name, struct val *out)
{
    const struct val_range *r = v.u.range;

    if (strcmp(name, "start") == 0)
        *out = r->lo;
    else if (strcmp(name, "end") == 0)
        *out = r->hi;
    else if (strcmp(name, "start included") == 0)
        *out = val_bool(r->lo_in);
    else if (strcmp(name, "end included") == 0)
        *out = val_bool(r->hi_in);
    else
        return false;
    return true;
}

struct val eval_path(struct frame *f, const struct node *n, struct val v, const char *name)
{
    struct val out;

    if (v.tag == VAL_CONTEXT) {
        int64_t i = context_find(v, name);
        return i >= 0 ? v.u.context->value[i] : eval_note(f, n, "the context has no such entry");
    }
    if (v.tag == VAL_LIST) {
        struct vec items = {.n = 0};
        if (!eval_charge(f->s, v.n))
            return val_null();
        for (uint32_t i = 0; i < v.n; i++)
            if (!vec_push(f->s, &items, eval_path(f, n, v.u.list[i], name)))
                return val_null();
        return vec_list(f->s, &items);
    }
    if ((v.tag == VAL_RANGE && range_property(v, name, &out)) || (val_temporal(v) && when_property(f->s->mem, v, name, &out)))
        return out;
    return v.tag == VAL_NULL ? v : eval_note(f, n, "this value has no such part");
}

static struct val ev_path(const struct node *n, struct frame *f)
{
    struct val v = eval_node(n->kid[0], f);

    if (v.tag == VAL_CONTEXT) {
        int64_t i = context_find(v, n->name);
        if (i >= 0)
            return v.u.context->value[i];
    }
    return eval_path(f, n, v, n->name);
}

/* ---- arithmetic and comparison ---- */

static struct val ev_arithmetic(const struct node *n, struct frame *f)
{
    struct val a = eval_node(n->kid[0], f), b = eval_node(n->kid[1], f);

    return eval_arithmetic(f, n, (enum token_kind)n->op, a, b);
}

static struct val ev_negate(const struct node *n, struct frame *f)
{
    return eval_negate(f, n, eval_node(n->kid[0], f));
}

static struct val ev_equal(const struct node *n, struct frame *f)
{
    struct val a = eval_node(n->kid[0], f), b = eval_node(n->kid[1], f);

    if (val_depth(a) > 0 && !eval_charge(f->s, val_weight(a)))
        return val_null();
    struct val r = val_equal(a, b);
    if (r.tag == VAL_BOOL)
        return n->op == T_NE ? val_bool(!r.u.truth) : r;
    return eval_note(f, n, "values of different kinds are compared");
}

static struct val ev_compare(const struct node *n, struct frame *f)
{
    if (n->op == T_EQ || n->op == T_NE)
        return ev_equal(n, f);
    struct val a = eval_node(n->kid[0], f), b = eval_node(n->kid[1], f);
    int c;
    if (!val_order(a, b, &c))
        return eval_note(f, n, "these values have no order");
    switch (n->op) {
    case T_LT:
        return val_bool(c < 0);
    case T_LE:
        return val_bool(c <= 0);
    case T_GT:
        return val_bool(c > 0);
    default:
        return val_bool(c >= 0);
    }
}

static struct val ev_between(const struct node *n, struct frame *f)
{
    struct val v = eval_node(n->kid[0], f), lo = eval_node(n->kid[1], f), hi = eval_node(n->kid[2], f);
    int below, above;

    if (!val_order(v, lo, &below) || !val_order(v, hi, &above))
        return eval_note(f, n, "these values have no order");
    return val_bool(below >= 0 && above <= 0);
}

/* ---- logic ---- */

static struct val ev_and(const struct node *n, struct frame *f)
{
    bool all = true;

    for (uint32_t i = 0; i < n->n; i++) {
        struct val v = eval_node(n->kid[i], f);
        if (v.tag == VAL_BOOL && !v.u.truth)
            return v;
        all = all && v.tag == VAL_BOOL;
    }
    return all ? val_bool(true) : val_null();
}

static struct val ev_or(const struct node *n, struct frame *f)
{
    bool all = true;

    for (uint32_t i = 0; i < n->n; i++) {
        struct val v = eval_node(n->kid[i], f);
        if (val_true(v))
            return v;
        all = all && v.tag == VAL_BOOL;
    }
    return all ? val_bool(false) : val_null();
}

static struct val ev_if(const struct node *n, struct frame *f)
{
    return eval_node(n->kid[val_true(eval_node(n->kid[0], f)) ? 1 : 2], f);
}

/* ---- tests ---- */

static struct val test_list(struct frame *f, struct val v, struct val list)
{
    if (v.tag == VAL_LIST && val_same(v, list))
        return val_bool(true);
    if (!eval_charge(f->s, list.n))
        return val_null();
    for (uint32_t i = 0; i < list.n; i++) {
        struct val item = list.u.list[i];
        if (item.tag == VAL_RANGE ? val_true(range_has(item, v)) || val_same(item, v) : val_same(item, v))
            return val_bool(true);
    }
    return val_bool(false);
}

struct val eval_test(struct frame *f, struct val v, struct val t)
{
    if (t.tag == VAL_RANGE)
        return v.tag == VAL_RANGE ? val_equal(v, t) : range_has(t, v);
    return t.tag == VAL_LIST ? test_list(f, v, t) : val_equal(v, t);
}

static struct val ev_in(const struct node *n, struct frame *f)
{
    struct val v = eval_node(n->kid[0], f);
    bool all = true;

    for (uint32_t i = 1; i < n->n; i++) {
        struct val r = eval_test(f, v, eval_node(n->kid[i], f));
        if (val_true(r))
            return r;
        all = all && r.tag == VAL_BOOL;
    }
    return all ? val_bool(false) : eval_note(f, n, "the value cannot be compared with the test");
}

/* A cell of unary tests: with "?" it is a condition of its own, else something to compare the input with. */
static struct val ev_tests(const struct node *n, struct frame *f)
{
    struct val input = f->s->env->input;
    bool all = true;

    for (uint32_t i = 0; i < n->n; i++) {
        struct val t = eval_node(n->kid[i], f);
        bool condition = t.tag == VAL_BOOL && (n->names[i] != NULL || (input.tag != VAL_BOOL && input.tag != VAL_NULL));
        struct val r = condition ? t : eval_test(f, input, t);
        if (val_true(r))
            return val_bool(!n->op);
        all = all && r.tag == VAL_BOOL;
    }
    return all ? val_bool(n->op) : val_null();
}

/* ---- lists, contexts, ranges ---- */

static struct val ev_list(const struct node *n, struct frame *f)
{
    struct vec v = {.n = 0};

    for (uint32_t i = 0; i < n->n; i++)
        if (!vec_push(f->s, &v, eval_node(n->kid[i], f)))
            return val_null();
    return vec_list(f->s, &v);
}

static struct val ev_context(const struct node *n, struct frame *f)
{
    struct val *value = eval_alloc(f->s, n->n * sizeof *value);

    if (value == NULL)
        return val_null();
    for (uint32_t i = 0; i < n->n; i++)
        f->slot[n->slot + i] = value[i] = eval_node(n->kid[i], f);
    if (!list_fits(value, n->n))
        return eval_stop(f->s, E_TOOBIG, "a value is nested too deep or has too many parts");
    struct val c = context_seal(f->s->mem, n->names, value, n->n);
    return c.tag == VAL_NULL ? eval_note(f, n, "two entries of this context have one name") : c;
}

static bool range_end(struct val v, enum range_form form)
{
    bool equality = form == RANGE_EQUAL || form == RANGE_NOT_EQUAL;

    return v.tag == VAL_NULL || val_numeric(v) || v.tag == VAL_STRING || val_temporal(v) ||
           (equality && (v.tag == VAL_BOOL || v.tag == VAL_LIST || v.tag == VAL_CONTEXT));
}

static struct val ev_range(const struct node *n, struct frame *f)
{
    struct val_range r = {.form = n->op, .lo = eval_node(n->kid[0], f), .hi = val_null()};
    int c;

    if (!range_end(r.lo, (enum range_form)n->op))
        return eval_note(f, n, "this cannot be the end of a range");
    if (n->op == RANGE_PLAIN) {
        r.hi = eval_node(n->kid[1], f);
        r.lo_in = n->slot & 1;
        r.hi_in = n->slot >> 1 & 1;
        bool open = r.lo.tag == VAL_NULL || r.hi.tag == VAL_NULL;
        if (!range_end(r.hi, RANGE_PLAIN) || (!open && !val_order(r.lo, r.hi, &c)))
            return eval_note(f, n, "these two values make no range");
    } else if (n->op == RANGE_LESS || n->op == RANGE_LESS_EQUAL) {
        r.hi = r.lo;
        r.lo = val_null();
        r.hi_in = n->op == RANGE_LESS_EQUAL;
    } else if (n->op == RANGE_EQUAL || n->op == RANGE_NOT_EQUAL) {
        r.hi = r.lo;
        r.lo_in = r.hi_in = n->op == RANGE_EQUAL;
    } else
        r.lo_in = n->op == RANGE_GREATER_EQUAL;
    struct val range = range_make(f->s->mem, r);
    return range.tag == VAL_NULL ? eval_stop(f->s, E_TOOBIG, "a value is nested too deep or has too many parts") : range;
}

/* ---- filters ---- */

static struct val by_index(struct frame *f, const struct node *n, struct val list, struct val index)
{
    int64_t i;

    if (!val_int_of(index, &i) || i == 0 || i > list.n || -i > list.n)
        return eval_note(f, n, "the list has no such position");
    return list.u.list[i > 0 ? i - 1 : list.n + i];
}

static struct val ev_filter(const struct node *n, struct frame *f)
{
    struct val list = eval_node(n->kid[0], f), only[2] = {val_int(2), list};
    const struct node *condition = n->kid[1];
    struct vec kept = {.n = 0};

    if (list.tag == VAL_NULL)
        return list;
    if (list.tag != VAL_LIST)
        list = (struct val){.tag = VAL_LIST, .flags = 1, .n = 1, .u.list = only + 1};
    if (condition->kind == N_LITERAL && val_numeric(condition->value))
        return by_index(f, n, list, condition->value);
    for (uint32_t i = 0; i < list.n || i == 0; i++) {
        f->slot[n->slot] = i < list.n ? list.u.list[i] : val_null();
        struct val r = eval_node(condition, f);
        if (i == 0 && val_numeric(r))
            return by_index(f, n, list, r);
        if (i < list.n && val_true(r) && !vec_push(f->s, &kept, list.u.list[i]))
            return val_null();
    }
    return vec_list(f->s, &kept);
}

/* ---- types ---- */

/* Only loops know how to walk a span; on its own it is nothing. */
static struct val ev_span(const struct node *n, struct frame *f)
{
    return eval_note(f, n, "'..' stands alone");
}

static struct val ev_instance(const struct node *n, struct frame *f)
{
    struct val v = eval_node(n->kid[0], f);

    if (!eval_charge(f->s, val_weight(v)))
        return val_null();
    return n->types[0]->kind == TYPE_UNKNOWN ? eval_note(f, n, "this type is not known") : val_bool(type_has(n->types[0], v));
}

/* ---- functions ---- */

/* A copy of the frame is kept, since loops write their variables into the same slots again. */
static struct val ev_function(const struct node *n, struct frame *f)
{
    uint16_t slots = (uint16_t)n->slot;
    struct val_function *fn = eval_alloc(f->s, sizeof *fn);
    struct frame *kept = eval_alloc(f->s, sizeof *kept);
    struct val *slot = eval_alloc(f->s, (slots + (size_t)1) * sizeof *slot);

    if (fn == NULL || kept == NULL || slot == NULL)
        return val_null();
    memcpy(slot, f->slot, slots * sizeof *slot);
    *kept = (struct frame){.s = f->s, .slot = slot, .outer = f->outer};
    *fn = (struct val_function){.node = n, .outer = kept};
    return (struct val){.tag = VAL_FUNCTION, .u.function = fn};
}

static struct val call_lambda(struct frame *f, const struct node *at, const struct val_function *fn, const struct val *arg)
{
    struct state *s = f->s;
    const struct node *n = fn->node;
    struct val few[LOCAL_SLOTS], *slot = few;

    if (s->depth >= s->limits->depth || s->stack + n->height > LIMIT_FEEL_STACK)
        return eval_stop(s, E_FUEL, "functions call each other too deep");
    if (n->level > LOCAL_SLOTS && (slot = eval_alloc(s, n->level * sizeof *slot)) == NULL)
        return val_null();
    for (uint32_t i = 0; i < n->n; i++) {
        slot[i] = arg[i];
        if (!type_coerce(n->types[i], &slot[i]))
            return eval_note(f, at, "an argument is not of the type that its parameter has");
    }
    struct frame inner = {.s = s, .slot = slot, .outer = fn->outer};
    s->depth++;
    s->stack += n->height;
    struct val r = eval_node(n->kid[0], &inner);
    s->depth--;
    s->stack -= n->height;
    return r;
}

struct val eval_call(struct frame *f, const struct node *at, struct val fn, struct val *arg, unsigned n)
{
    if (fn.tag != VAL_FUNCTION)
        return eval_note(f, at, "this is no function");
    if (fn.u.function->builtin != NULL)
        return builtin_call(fn.u.function->builtin, f, at, arg, n);
    if (n != fn.u.function->node->n)
        return eval_note(f, at, "the function takes another number of arguments");
    return call_lambda(f, at, fn.u.function, arg);
}

/* Puts named arguments in the order of the parameters; false if a name is unknown or repeated. */
static bool lambda_place(const struct node *fn, const struct node *call, unsigned *pos)
{
    if (call->n - 1 != fn->n)
        return false;
    for (uint32_t i = 0; i + 1 < call->n; i++) {
        uint32_t j = 0;
        while (j < fn->n && strcmp(fn->names[j], call->names[i + 1]) != 0)
            j++;
        if (j == fn->n)
            return false;
        for (uint32_t k = 0; k < i; k++)
            if (pos[k] == j)
                return false;
        pos[i] = j;
    }
    return true;
}

/* Where the arguments of a call by name go; false if the function has no such parameters. */
static bool call_place(const struct node *n, const struct val_function *fn, unsigned *pos, unsigned *count)
{
    for (unsigned i = 0; i < *count; i++)
        pos[i] = i;
    if (n->names == NULL)
        return true;
    return fn->builtin != NULL ? builtin_place(fn->builtin, n->names + 1, n->n - 1, pos, count)
                               : lambda_place(fn->node, n, pos);
}

static struct val ev_call(const struct node *n, struct frame *f)
{
    struct val fn = eval_node(n->kid[0], f), few[BUILTIN_ARGS], *arg = few;
    unsigned few_pos[BUILTIN_ARGS], *pos = few_pos, given = n->n - 1, count = given;

    if (fn.tag != VAL_FUNCTION)
        return eval_note(f, n, "this is no function");
    if (given > BUILTIN_ARGS) {
        arg = eval_alloc(f->s, given * sizeof *arg);
        pos = eval_alloc(f->s, given * sizeof *pos);
        if (arg == NULL || pos == NULL)
            return val_null();
    }
    if (!call_place(n, fn.u.function, pos, &count) || (count > given && count > BUILTIN_ARGS))
        return eval_note(f, n, "the function has no parameters of these names");
    for (unsigned i = 0; i < count; i++)
        arg[i] = val_null();
    for (unsigned i = 0; i < given; i++)
        arg[pos[i]] = eval_node(n->kid[i + 1], f);
    return eval_call(f, n, fn, arg, count);
}

static struct val ev_call_builtin(const struct node *n, struct frame *f)
{
    struct val few[BUILTIN_ARGS], *arg = few;
    unsigned pos[BUILTIN_ARGS], count = n->n;

    if (n->n > BUILTIN_ARGS && (arg = eval_alloc(f->s, n->n * sizeof *arg)) == NULL)
        return val_null();
    if (n->names == NULL) {
        for (uint32_t i = 0; i < n->n; i++)
            arg[i] = eval_node(n->kid[i], f);
        return builtin_call(n->builtin, f, n, arg, n->n);
    }
    if (n->n > BUILTIN_ARGS || !builtin_place(n->builtin, n->names, n->n, pos, &count))
        return eval_note(f, n, "the function has no parameters of these names");
    for (unsigned i = 0; i < count; i++)
        arg[i] = val_null();
    for (uint32_t i = 0; i < n->n; i++)
        arg[pos[i]] = eval_node(n->kid[i], f);
    return builtin_call(n->builtin, f, n, arg, count);
}

feel_handler *eval_handler(enum node_kind kind)
{
    static feel_handler *const handlers[N_COUNT] = {
        [N_LITERAL] = ev_literal,
        [N_LOCAL] = ev_local,
        [N_OUTER] = ev_outer,
        [N_GLOBAL] = ev_global,
        [N_INPUT] = ev_input,
        [N_MEMBER_OR] = ev_member_or,
        [N_BUILTIN] = ev_builtin,
        [N_PATH] = ev_path,
        [N_NEGATE] = ev_negate,
        [N_ARITHMETIC] = ev_arithmetic,
        [N_COMPARE] = ev_compare,
        [N_AND] = ev_and,
        [N_OR] = ev_or,
        [N_IF] = ev_if,
        [N_BETWEEN] = ev_between,
        [N_IN] = ev_in,
        [N_LIST] = ev_list,
        [N_CONTEXT] = ev_context,
        [N_RANGE] = ev_range,
        [N_FILTER] = ev_filter,
        [N_SPAN] = ev_span,
        [N_FOR] = loop_for,
        [N_QUANTIFIED] = loop_quantified,
        [N_FUNCTION] = ev_function,
        [N_CALL] = ev_call,
        [N_CALL_BUILTIN] = ev_call_builtin,
        [N_INSTANCE] = ev_instance,
        [N_TESTS] = ev_tests,
    };

    return handlers[kind];
}

/* ---- the door ---- */

enum err feel_eval(const struct feel_prog *p, const struct feel_env *env, struct arena *mem, struct val *out,
                   struct feel_note **notes)
{
    enum { SHOWN = 80 }; /* code points of the text in the message */
    struct val slots[LOCAL_SLOTS], globals[LOCAL_GLOBALS];
    uint8_t known[LOCAL_GLOBALS];
    struct state s = {.mem = mem, .env = env, .limits = env->limits != NULL ? env->limits : &feel_limits_default, .prog = p};
    struct frame f = {.s = &s, .slot = slots};

    s.steps = s.limits->steps;
    s.base = arena_used(mem);
    s.stack = p->root->height;
    s.global = globals;
    s.known = known;
    if (p->slots > LOCAL_SLOTS)
        f.slot = ARENA_NEW_N(mem, struct val, p->slots);
    if (p->nuse > LOCAL_GLOBALS) {
        s.global = ARENA_NEW_N(mem, struct val, p->nuse);
        s.known = ARENA_NEW_N(mem, uint8_t, p->nuse);
    } else
        memset(known, 0, p->nuse);
    *out = eval_node(p->root, &f);
    if (s.err == OK && arena_used(mem) - s.base > s.limits->bytes)
        eval_stop(&s, E_TOOBIG, "the expression needs too much memory");
    if (notes != NULL)
        *notes = s.note;
    if (s.err != OK) {
        *out = val_null();
        return fail(s.err, "%s: %s", s.trouble, text_cut(mem, p->text, SHOWN));
    }
    return OK;
}
