/* engine/model/feel/type.c - types as they are written, and what belongs to them.
 *
 * For     "instance of", typed parameters, and later the type references of decision tables.
 * Owns    the names of the types.
 * Never   coerces more than the standard says: a list of one element stands for the element.
 * Holds   null belongs to no type but Null. */
#include "model/feel/number.h"
#include "model/feel/parse_int.h"

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

enum { LIMIT_TYPE_PARTS = 64 };

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

const struct feel_type *parse_type(struct parser *p)
{
    struct feel_type *t = ARENA_NEW(p->mem, struct feel_type);
    size_t took = 0, best = 0;

    t->kind = TYPE_UNKNOWN;
    if (!parse_deeper(p))
        return t;
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
        size_t n = lex_match(p->text, p->len, p->tok.at, type_names[i].name);
        if (n > took) {
            took = n;
            best = i;
        }
    }
    if (took > 0) {
        t->kind = type_names[best].kind;
        t->tag = type_names[best].tag;
        p->tok.end = (uint32_t)(p->tok.at + took);
        parse_next(p);
    } else if (p->tok.kind == T_WORD)
        parse_next(p);
    else
        parse_expected(p, "the name of a type");
    if (t->kind >= TYPE_LIST && t->kind <= TYPE_FUNCTION && parse_accept(p, T_LT))
        type_args(p, t);
    p->depth--;
    return t;
}

static bool context_has(const struct feel_type *t, struct val v)
{
    for (uint32_t i = 0; i < t->n; i++) {
        int64_t at = context_find(v, t->name[i]);
        if (at < 0 || (v.u.context->value[at].tag != VAL_NULL && !type_has(t->of[i], v.u.context->value[at])))
            return false;
    }
    return true;
}

static bool list_has(const struct feel_type *t, struct val v)
{
    for (uint32_t i = 0; t->n > 0 && i < v.n; i++)
        if (!type_has(t->of[0], v.u.list[i]))
            return false;
    return true;
}

static bool same_type(const struct feel_type *a, const struct feel_type *b)
{
    if (a->kind != b->kind || (a->kind == TYPE_KIND && a->tag != b->tag) || a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!same_type(a->of[i], b->of[i]))
            return false;
    return true;
}

/* Parameters are compared by what was declared; an undeclared one takes anything. The result is not known before a call. */
static bool function_has(const struct feel_type *t, struct val v)
{
    const struct node *fn = v.u.function->node;

    if (t->n == 0)
        return true;
    if (fn == NULL || fn->n != t->n - 1)
        return false;
    for (uint32_t i = 0; i < fn->n; i++)
        if (fn->types[i] != NULL && fn->types[i]->kind != TYPE_ANY && !same_type(fn->types[i], t->of[i]))
            return false;
    return true;
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
        return v.tag == VAL_RANGE && (t->n == 0 || ((v.u.range->lo.tag == VAL_NULL || type_has(t->of[0], v.u.range->lo)) &&
                                                    (v.u.range->hi.tag == VAL_NULL || type_has(t->of[0], v.u.range->hi))));
    case TYPE_FUNCTION:
        return v.tag == VAL_FUNCTION && function_has(t, v);
    case TYPE_NULL:
    case TYPE_UNKNOWN:
        break;
    }
    return false;
}

bool type_coerce(const struct feel_type *t, struct val *v)
{
    if (t == NULL || t->kind == TYPE_ANY || v->tag == VAL_NULL || type_has(t, *v))
        return true;
    if (v->tag == VAL_LIST && v->n == 1 && type_has(t, v->u.list[0])) {
        *v = v->u.list[0];
        return true;
    }
    return false;
}
