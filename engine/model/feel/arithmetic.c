/* engine/model/feel/arithmetic.c - + - * / ** and the unary minus over all kinds of values (DMN 1.5, 10.3.2.13, tables 50 to 54).
 *
 * For     eval.c, loop.c and built-ins that add up.
 * Owns    which pairs of kinds have a result and which are null.
 * Never   computes with digits or days itself: number.c and temporal.c do.
 * Holds   a pair without a meaning, a division by zero and a result out of range are null with a note. */
#include "model/feel/feel_int.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

static struct val arithmetic_numbers(struct arena *mem, enum token_kind op, struct val a, struct val b)
{
    if (op == T_PLUS)
        return dec_add(mem, a, b);
    if (op == T_MINUS)
        return dec_sub(mem, a, b);
    if (op == T_STAR)
        return dec_mul(mem, a, b);
    return op == T_SLASH ? dec_div(mem, a, b) : dec_pow(mem, a, b);
}

static struct val joined(struct state *s, struct val a, struct val b)
{
    char *p = eval_string_room(s, (size_t)a.n + b.n);

    if (p == NULL)
        return val_null();
    memcpy(p, a.u.s, a.n);
    memcpy(p + a.n, b.u.s, b.n);
    return (struct val){.tag = VAL_STRING, .n = a.n + b.n, .u.s = p};
}

struct val eval_arithmetic(struct frame *f, const struct node *n, enum token_kind op, struct val a, struct val b)
{
    struct arena *mem = f->s->mem;
    struct val r = val_null();

    if (val_numeric(a) && val_numeric(b)) {
        if (op == T_POWER && !eval_charge(f->s, STEPS_POWER))
            return r;
        r = arithmetic_numbers(mem, op, a, b);
        return r.tag == VAL_NULL ? eval_note(f, n, "this has no result: division by zero or out of range") : r;
    }
    if (a.tag == VAL_STRING && b.tag == VAL_STRING && op == T_PLUS)
        return joined(f->s, a, b);
    if (val_temporal(a) || val_temporal(b)) {
        bool zone = (a.tag == VAL_DATE_TIME && a.u.moment->zone == WHEN_NAMED) ||
                    (b.tag == VAL_DATE_TIME && b.u.moment->zone == WHEN_NAMED);
        if (zone && !eval_charge(f->s, STEPS_ZONE))
            return val_null();
        if (op == T_PLUS)
            r = when_add(mem, a, b);
        else if (op == T_MINUS)
            r = when_sub(mem, a, b);
        else if (op == T_STAR)
            r = when_mul(mem, a, b);
        else if (op == T_SLASH)
            r = when_div(mem, a, b);
    }
    return r.tag == VAL_NULL ? eval_note(f, n, "these kinds of values cannot be combined so") : r;
}

struct val eval_negate(struct frame *f, const struct node *n, struct val v)
{
    if (val_numeric(v))
        return dec_neg(f->s->mem, v);
    v = when_neg(v);
    return v.tag == VAL_NULL ? eval_note(f, n, "only a number or a duration can be negated") : v;
}
