/* engine/model/feel/type.c - types as they are written, and what belongs to them.
 *
 * For     "instance of", typed parameters and results, the typeRefs of decision models.
 * Owns    the names of the types.
 * Never   coerces more than the standard says: a list of one element stands for the element, an element for the list of it, a
 *         date for its midnight at UTC.
 * Holds   null belongs to no type but Null. */
#include "model/feel/number.h"
#include "model/feel/parse_int.h"
#include "model/feel/temporal.h"

static const struct {
    const char *name;
    enum type_kind kind;
    enum val_tag tag;
} type_names[] = {{"Any", TYPE_ANY, VAL_NULL},
                  {"Null", TYPE_NULL, VAL_NULL},
                  {"number", TYPE_KIND, VAL_NUMBER},
                  {"string", TYPE_KIND, VAL_STRING},
                  {"boolean", TYPE_KIND, VAL_BOOL},
                  {"date", TYPE_KIND, VAL_DATE},
                  {"time", TYPE_KIND, VAL_TIME},
                  {"date and time", TYPE_KIND, VAL_DATE_TIME},
                  {"dateTime", TYPE_KIND, VAL_DATE_TIME},
                  {"years and months duration", TYPE_KIND, VAL_MONTHS},
                  {"yearMonthDuration", TYPE_KIND, VAL_MONTHS},
                  {"days and time duration", TYPE_KIND, VAL_DURATION},
                  {"dayTimeDuration", TYPE_KIND, VAL_DURATION},
                  {"list", TYPE_LIST, VAL_LIST},
                  {"context", TYPE_CONTEXT, VAL_CONTEXT},
                  {"range", TYPE_RANGE, VAL_RANGE},
                  {"function", TYPE_FUNCTION, VAL_FUNCTION}};

enum { LIMIT_TYPE_PARTS = 64, LIMIT_TYPE_STEPS = 5000 };

static void type_args(struct parser *p, struct feel_type *t)
{
    const struct feel_type *of[LIMIT_TYPE_PARTS];
    const char *name[LIMIT_TYPE_PARTS] = {NULL};

    while (p->tok.kind != T_GT && t->n + 1 < LIMIT_TYPE_PARTS && p->error.message == NULL) {
        if (t->kind == TYPE_CONTEXT) {
            size_t from = p->tok.at, to = p->tok.end;
            for (; p->tok.kind != T_COLON && p->tok.kind != T_END; parse_next(p))
                to = p->tok.end;
            name[t->n] = lex_normal(p->mem, p->text + from, to - from);
            parse_expect(p, T_COLON, "':'");
        }
        of[t->n++] = parse_type(p);
        if (!parse_accept(p, T_COMMA))
            break;
    }
    parse_expect(p, T_GT, "',' or '>'");
    if (t->kind == TYPE_FUNCTION && parse_expect(p, T_ARROW, "'->'"))
        of[t->n++] = parse_type(p);
    t->of = arena_memdup(p->mem, of, t->n * sizeof *of);
    t->name = arena_memdup(p->mem, name, t->n * sizeof *name);
}

/* The item definition with the longest name here; a built-in type of the same name gives way. */
static const struct feel_type *defined(struct parser *p, size_t *took)
{
    const struct feel_type *best = NULL;

    for (size_t i = 0; p->types != NULL && i < p->types->n; i++) {
        size_t n = lex_match(p->text, p->len, p->tok.at, p->types->name[i]);
        if (n > *took) {
            *took = n;
            best = p->types->type[i];
        }
    }
    return best;
}

const struct feel_type *parse_type(struct parser *p)
{
    struct feel_type *t = ARENA_NEW(p->mem, struct feel_type);
    size_t took = 0, best = SIZE_MAX;

    t->kind = TYPE_UNKNOWN;
    if (!parse_deeper(p))
        return t;
    if (parse_word_is(p, "feel") && p->tok.end < p->len && p->text[p->tok.end] == ':') {
        parse_next(p);
        parse_next(p);
    }
    const struct feel_type *own = defined(p, &took);
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
        size_t n = lex_match(p->text, p->len, p->tok.at, type_names[i].name);
        if (n > took) {
            took = n;
            best = i;
        }
    }
    if (took > 0) {
        p->tok.end = (uint32_t)(p->tok.at + took);
        parse_next(p);
    }
    if (best != SIZE_MAX) {
        t->kind = type_names[best].kind;
        t->tag = type_names[best].tag;
    } else if (took > 0) {
        p->depth--;
        return own;
    } else if (p->tok.kind == T_WORD)
        parse_next(p);
    else
        parse_expected(p, "the name of a type");
    if (t->kind >= TYPE_LIST && t->kind <= TYPE_FUNCTION && parse_accept(p, T_LT))
        type_args(p, t);
    p->depth--;
    return t;
}

/* Inside of a list, context or range null stands for "no value" of whatever type: the type Null conforms to each (10.3.2.9.2). */
static bool part_has(const struct feel_type *t, struct val v)
{
    return v.tag == VAL_NULL || t == NULL || type_has(t, v);
}

static bool context_has(const struct feel_type *t, struct val v)
{
    for (uint32_t i = 0; i < t->n; i++) {
        int64_t at = context_find(v, t->name[i]);
        if (at < 0 || !part_has(t->of[i], v.u.context->value[at]))
            return false;
    }
    return true;
}

static bool list_has(const struct feel_type *t, struct val v)
{
    for (uint32_t i = 0; t->n > 0 && i < v.n; i++)
        if (!part_has(t->of[0], v.u.list[i]))
            return false;
    return true;
}

static bool context_conforms(const struct feel_type *a, const struct feel_type *b, int *steps);

/* Does every value of type A belong to type B (10.3.2.9.2)? NULL is Any. Item definitions may refer to themselves: two that are
 * still not told apart when STEPS are used up count as different. */
static bool conforms(const struct feel_type *a, const struct feel_type *b, int *steps)
{
    if (a == b || b == NULL || b->kind == TYPE_ANY || (a != NULL && a->kind == TYPE_NULL))
        return true;
    if (a == NULL || a->kind != b->kind || --*steps < 0 || a->kind == TYPE_UNKNOWN)
        return false;
    switch (a->kind) {
    case TYPE_KIND:
        return a->tag == b->tag;
    case TYPE_LIST:
    case TYPE_RANGE:
        return b->n == 0 || (a->n > 0 && conforms(a->of[0], b->of[0], steps));
    case TYPE_CONTEXT:
        return context_conforms(a, b, steps);
    case TYPE_FUNCTION:
        if (b->n == 0)
            return true;
        if (a->n != b->n)
            return false;
        for (uint32_t i = 0; i + 1 < a->n; i++)
            if (!conforms(b->of[i], a->of[i], steps))
                return false;
        return conforms(a->of[a->n - 1], b->of[b->n - 1], steps);
    case TYPE_ANY:
    case TYPE_NULL:
    case TYPE_UNKNOWN:
        break;
    }
    return false;
}

static bool context_conforms(const struct feel_type *a, const struct feel_type *b, int *steps)
{
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t j = 0;
        while (j < a->n && strcmp(a->name[j], b->name[i]) != 0)
            j++;
        if (j == a->n || !conforms(a->of[j], b->of[i], steps))
            return false;
    }
    return true;
}

/* Is BODY's value of type WANT, as far as the text of the function FN alone tells? A constant has its value's type, a parameter the
 * one it declares; what calls or looks up may be anything. As deep as the parser lets texts be. */
static bool yields(const struct node *fn, const struct node *body, const struct feel_type *want, int *steps)
{
    bool all = want->kind == TYPE_KIND && (want->tag == VAL_NUMBER || (want->tag == VAL_STRING && body->op == T_PLUS));

    switch (body->kind) {
    case N_LITERAL:
        return part_has(want, body->value);
    case N_LOCAL:
        return body->slot < fn->n && conforms(fn->types[body->slot], want, steps);
    case N_IF:
        return yields(fn, body->kid[1], want, steps) && yields(fn, body->kid[2], want, steps);
    case N_ARITHMETIC: /* of numbers it is a number, and '+' joins texts */
    case N_NEGATE:
        for (uint32_t i = 0; i < body->n; i++)
            all = all && yields(fn, body->kid[i], want, steps);
        return all;
    default:
        return node_is_condition(body) && want->kind == TYPE_KIND && want->tag == VAL_BOOL;
    }
}

/* Parameters may take more than the type asks for, the result may be less. A function that declares no result has that of its body
 * where the text tells, else it is an instance only of types whose result is Any; where values are handed over (UNDECLARED) it
 * fits, since its result is known only when called. */
static bool function_has(const struct feel_type *t, struct val v, bool undeclared)
{
    const struct val_function *f = v.u.function;
    const struct feel_type *const *types = f->node != NULL ? f->node->types : f->native != NULL ? f->native->types : NULL;
    uint32_t n = f->node != NULL ? f->node->n : f->native != NULL ? f->native->n : 0;
    int steps = LIMIT_TYPE_STEPS;

    if (t->n == 0 || f->builtin != NULL)
        return t->n == 0 || builtin_takes(f->builtin, t->n - 1);
    if (n != t->n - 1)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!conforms(t->of[i], types[i], &steps))
            return false;
    return f->node == NULL || (undeclared && types[n] == NULL) || conforms(types[n], t->of[n], &steps) ||
           (types[n] == NULL && yields(f->node, f->node->kid[0], t->of[n], &steps));
}

bool type_has(const struct feel_type *t, struct val v)
{
    if (v.tag == VAL_NULL)
        return t->kind == TYPE_NULL;
    switch (t->kind) {
    case TYPE_ANY:
        return true;
    case TYPE_KIND:
        return val_is(v, t->tag);
    case TYPE_LIST:
        return v.tag == VAL_LIST && list_has(t, v);
    case TYPE_CONTEXT:
        return v.tag == VAL_CONTEXT && context_has(t, v);
    case TYPE_RANGE:
        return v.tag == VAL_RANGE && (t->n == 0 || (part_has(t->of[0], v.u.range->lo) && part_has(t->of[0], v.u.range->hi)));
    case TYPE_FUNCTION:
        return v.tag == VAL_FUNCTION && function_has(t, v, false);
    case TYPE_NULL:
    case TYPE_UNKNOWN:
        break;
    }
    return false;
}

bool type_coerce(struct arena *mem, const struct feel_type *t, struct val *v)
{
    struct val made = val_null();

    if (t == NULL || t->kind == TYPE_ANY || v->tag == VAL_NULL || type_has(t, *v))
        return true;
    if (t->kind == TYPE_FUNCTION && v->tag == VAL_FUNCTION)
        return function_has(t, *v, true);
    if (v->tag == VAL_LIST && v->n == 1 && type_has(t, v->u.list[0]))
        made = v->u.list[0];
    else if (t->kind == TYPE_LIST && v->tag != VAL_LIST && (t->n == 0 || type_has(t->of[0], *v)))
        made = val_list(mem, v, 1);
    else if (t->kind == TYPE_KIND && t->tag == VAL_DATE_TIME && v->tag == VAL_DATE)
        made = when_moment(mem, VAL_DATE_TIME, (struct val_moment){.days = v->u.i, .zone = WHEN_OFFSET});
    if (made.tag == VAL_NULL)
        return false;
    *v = made;
    return true;
}

static const char *joined(struct arena *mem, const struct feel_type *t)
{
    const char *s = "";

    for (uint32_t i = 0; i + (t->kind == TYPE_FUNCTION) < t->n; i++)
        s = arena_printf(mem, "%s%s%s%s%s", s, i > 0 ? ", " : "", t->kind == TYPE_CONTEXT ? t->name[i] : "",
                         t->kind == TYPE_CONTEXT ? ": " : "", type_words(mem, t->of[i]));
    return s;
}

const char *type_words(struct arena *mem, const struct feel_type *t)
{
    if (t == NULL || t->kind == TYPE_ANY)
        return "Any";
    if (t->label != NULL)
        return t->label;
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
        if (type_names[i].kind != t->kind || type_names[i].tag != t->tag)
            continue;
        if (t->n == 0)
            return type_names[i].name;
        const char *result = t->kind == TYPE_FUNCTION ? arena_printf(mem, " -> %s", type_words(mem, t->of[t->n - 1])) : "";
        return arena_printf(mem, "%s<%s>%s", type_names[i].name, joined(mem, t), result);
    }
    return "(not defined)";
}
