/* engine/model/feel/eval.c - a program and its variables to a value: the handler of each kind of node.
 *
 * For     state.c, which runs programs, and compile.c, which folds constants with the same code.
 * Owns    what each kind of node means.
 * Never   keeps anything between two evaluations; changes a program.
 * Holds   after a limit was met every further step answers null at once; what is not an error of limits is null and a note.
 *
 * Each node holds the function that evaluates it, so there is no switch on the way. Values go by value in two registers.
 * Variables stand in slots of a frame, one frame a call; a function value keeps a copy of the frame it was made in. */
#include "model/feel/feel_int.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

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

static struct val ev_element(const struct node *n, struct frame *f)
{
    struct feel_world *w = f->s->world;

    if (w == NULL)
        return eval_note(f, n, "there is no decision model here");
    return w->known[n->slot] ? w->value[n->slot] : w->element(w, f, n, n->slot);
}

static struct val ev_fault(const struct node *n, struct frame *f)
{
    return eval_note(f, n, n->name);
}

static struct val ev_member_or(const struct node *n, struct frame *f)
{
    struct val item = eval_node(n->kid[0], f);
    int64_t i = item.tag == VAL_CONTEXT ? context_find(item, n->name) : -1;

    return i >= 0 ? item.u.context->value[i] : eval_node(n->kid[1], f);
}

/* The name of a built-in function where none is called. Those who evaluate without declaring their names may have a variable of this
 * name, and it is nearer than the function (10.3.2.11: the built-in scope is the outermost). */
static struct val ev_builtin(const struct node *n, struct frame *f)
{
    const struct feel_env *env = f->s->env;
    struct val v;

    if (f->s->world == NULL && env->get != NULL && env->get(env->ctx, n->name, &v))
        return v;
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
    return eval_note(f, n, v.tag == VAL_NULL ? "null has no parts" : "this value has no such part");
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

    if (n->op) /* "?" is mentioned */
        f->slot[n->slot] = v;
    for (uint32_t i = 1; i < n->n; i++) {
        struct val t = eval_node(n->kid[i], f);
        bool condition = n->names[i] != NULL && (t.tag == VAL_BOOL || t.tag == VAL_NULL);
        struct val r = condition ? t : eval_test(f, v, t);
        if (val_true(r))
            return r;
        all = all && r.tag == VAL_BOOL;
    }
    return all ? val_bool(false) : eval_note(f, n, "the value cannot be compared with the test");
}

/* A test that is no condition by its form may still answer true or false: that decides unless the value is a boolean too. */
static struct val ev_tests(const struct node *n, struct frame *f)
{
    struct val input = eval_node(n->kid[0], f);
    bool all = true;

    for (uint32_t i = 1; i < n->n; i++) {
        struct val t = eval_node(n->kid[i], f);
        bool condition = n->names[i] != NULL ? t.tag == VAL_BOOL || t.tag == VAL_NULL
                                             : t.tag == VAL_BOOL && input.tag != VAL_BOOL && input.tag != VAL_NULL;
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
    for (uint32_t i = 0; i + n->op < n->n; i++)
        f->slot[n->slot + i] = value[i] = eval_node(n->kid[i], f);
    if (n->op == 1)
        return eval_node(n->kid[n->n - 1], f);
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
    /* Of an empty list, too, it must be known whether a position was asked for. */
    for (uint32_t i = 0; i < list.n || (i == 0 && !node_is_condition(condition)); i++) {
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

static bool sibling(const void *ctx, const char *name, struct val *out)
{
    const struct val *context = ctx;
    int64_t i = context_find(*context, name);

    if (i >= 0)
        *out = context->u.context->value[i];
    return i >= 0;
}

static bool allowed(struct frame *f, const struct feel_type *t, struct val v);

/* What a component allows may depend on its siblings (7.3.3): while it is looked at, the variables are those of its context. */
static bool components_allowed(struct frame *f, const struct feel_type *t, struct val v)
{
    const struct feel_env *around = f->s->env;
    struct feel_env inside = *around;
    bool all = true;

    inside.get = sibling;
    inside.ctx = &v;
    f->s->env = &inside;
    for (uint32_t i = 0; i < t->n && all; i++)
        all = allowed(f, t->of[i], val_get(v, t->name[i]));
    f->s->env = around;
    return all;
}

/* V of the type T, and each part of it, against what their types allow. */
static bool allowed(struct frame *f, const struct feel_type *t, struct val v)
{
    if (t == NULL || !t->limited || v.tag == VAL_NULL)
        return true;
    for (uint32_t i = 0; t->kind == TYPE_LIST && t->n > 0 && i < v.n; i++)
        if (!allowed(f, t->of[0], v.u.list[i]))
            return false;
    if (t->kind == TYPE_CONTEXT && !components_allowed(f, t, v))
        return false;
    return t->allowed == NULL || val_true(eval_tested(f->s, t->allowed, v));
}

bool eval_coerce(struct frame *f, const struct feel_type *t, struct val *v)
{
    if (t == NULL || t->kind == TYPE_ANY)
        return true;
    if (val_depth(*v) > 0 && !eval_charge(f->s, val_weight(*v)))
        return false;
    return type_coerce(f->s->mem, t, v) && (!t->limited || allowed(f, t, *v));
}

static struct val ev_typed(const struct node *n, struct frame *f)
{
    struct val v = eval_node(n->kid[0], f);

    if (eval_coerce(f, n->types[0], &v))
        return v;
    return eval_notef(f, n, "%s is not of type %s", n->name, type_words(f->s->mem, n->types[0]));
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
    *fn = (struct val_function){.node = n, .outer = kept, .world = f->s->world};
    return (struct val){.tag = VAL_FUNCTION, .u.function = fn};
}

static struct val wrong_argument(struct frame *f, const struct node *at, const char *param, const struct feel_type *t)
{
    return eval_notef(f, at, "the argument %s is not of type %s", param, type_words(f->s->mem, t));
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
        if (!eval_coerce(f, n->types[i], &slot[i]))
            return wrong_argument(f, at, n->names[i], n->types[i]);
    }
    struct frame inner = {.s = s, .slot = slot, .outer = fn->outer};
    struct feel_world *around = s->world;
    s->world = fn->world;
    s->depth++;
    s->stack += n->height;
    struct val r = eval_node(n->kid[0], &inner);
    s->depth--;
    s->stack -= n->height;
    s->world = around;
    if (!eval_coerce(f, n->types[n->n], &r))
        return eval_notef(f, at, "the function's result is not of type %s", type_words(s->mem, n->types[n->n]));
    return r;
}

struct val eval_native(struct state *s, const struct feel_native *native, struct feel_world *w)
{
    struct val_function *fn = eval_alloc(s, sizeof *fn);

    if (fn == NULL)
        return val_null();
    *fn = (struct val_function){.native = native, .world = w};
    return (struct val){.tag = VAL_FUNCTION, .u.function = fn};
}

static struct val call_native(struct frame *f, const struct node *at, const struct val_function *fn, struct val *arg)
{
    struct state *s = f->s;
    const struct feel_native *native = fn->native;
    struct feel_world *around = s->world;

    if (s->depth >= s->limits->depth)
        return eval_stop(s, E_FUEL, "functions call each other too deep");
    for (uint32_t i = 0; i < native->n; i++)
        if (!eval_coerce(f, native->types[i], &arg[i]))
            return wrong_argument(f, at, native->params[i], native->types[i]);
    s->world = fn->world;
    s->depth++;
    struct val r = native->run(f, at, fn, arg);
    s->depth--;
    s->world = around;
    return r;
}

struct val eval_call(struct frame *f, const struct node *at, struct val fn, struct val *arg, unsigned n)
{
    if (fn.tag != VAL_FUNCTION)
        return eval_note(f, at, "this is no function");
    if (fn.u.function->builtin != NULL)
        return builtin_call(fn.u.function->builtin, f, at, arg, n);
    bool native = fn.u.function->native != NULL;
    if (n != (native ? fn.u.function->native->n : fn.u.function->node->n))
        return eval_note(f, at, "the function takes another number of arguments");
    return native ? call_native(f, at, fn.u.function, arg) : call_lambda(f, at, fn.u.function, arg);
}

/* Puts named arguments in the order of the parameters; false if a name is unknown or repeated. */
static bool own_place(const char *const *params, uint32_t n, const struct node *call, unsigned *pos)
{
    if (call->n - 1 != n)
        return false;
    for (uint32_t i = 0; i + 1 < call->n; i++) {
        uint32_t j = 0;
        while (j < n && strcmp(params[j], call->names[i + 1]) != 0)
            j++;
        if (j == n)
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
    if (fn->builtin != NULL)
        return builtin_place(fn->builtin, n->names + 1, n->n - 1, pos, count);
    return fn->native != NULL ? own_place(fn->native->params, fn->native->n, n, pos)
                              : own_place(fn->node->names, fn->node->n, n, pos);
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

    if (n->n > BUILTIN_ARGS && (arg = eval_alloc(f->s, n->n * sizeof *arg)) == NULL)
        return val_null();
    for (uint32_t i = 0; i < n->n; i++)
        arg[i] = eval_node(n->kid[i], f);
    return builtin_direct(n, f, arg);
}

feel_handler *eval_handler(enum node_kind kind)
{
    static feel_handler *const handlers[N_COUNT] = {
        [N_LITERAL] = ev_literal,
        [N_LOCAL] = ev_local,
        [N_OUTER] = ev_outer,
        [N_GLOBAL] = ev_global,
        [N_ELEMENT] = ev_element,
        [N_FAULT] = ev_fault,
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
        [N_TYPED] = ev_typed,
        [N_TESTS] = ev_tests,
    };

    return handlers[kind];
}
