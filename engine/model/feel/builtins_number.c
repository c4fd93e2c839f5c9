/* engine/model/feel/builtins_number.c - built-in functions on numbers and booleans (DMN 1.5, 10.3.4.1, 10.3.4.2, 10.3.4.5).
 *
 * For     builtin.def.
 * Owns    nothing.
 * Never   sees an argument of another type than its row says (call.c checks).
 * Holds   an argument out of range is null with a note. */
#include "model/feel/builtins.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

/* number(from, grouping separator, decimal separator) */
struct val bif_number(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    char group = n > 1 && arg[1].tag == VAL_STRING ? arg[1].u.s[0] : '\0';
    char point = n > 2 && arg[2].tag == VAL_STRING ? arg[2].u.s[0] : '\0';
    struct val v;
    size_t len = 0;

    arg[0] = val_single(arg[0]);
    if (n < 3 && at->names == NULL && at->name == NULL) /* called without names */
        return eval_note(f, at, "number() takes a text and both separators, which may be null");
    if (arg[0].tag != VAL_STRING || (n > 1 && arg[1].tag == VAL_STRING && (arg[1].n != 1 || strchr(" .,", group) == NULL)) ||
        (n > 2 && arg[2].tag == VAL_STRING && (arg[2].n != 1 || strchr(".,", point) == NULL)) ||
        (group != '\0' && group == point))
        return eval_note(f, at, "number() does not take these arguments");
    char *text = eval_string_room(f->s, arg[0].n);
    if (text == NULL)
        return val_null();
    if (point == ',' && group != '.' && memchr(arg[0].u.s, '.', arg[0].n) != NULL)
        return eval_note(f, at, "this text is no number"); /* its '.' would be read as the separator that it is not */
    for (uint32_t i = 0; i < arg[0].n; i++)
        if (arg[0].u.s[i] != group)
            text[len++] = point != '\0' && arg[0].u.s[i] == point ? '.' : arg[0].u.s[i];
    return dec_parse(f->s->mem, text, len, &v) ? v : eval_note(f, at, "this text is no number");
}

static struct val rounded(struct frame *f, const struct node *at, const struct val *arg, unsigned n, enum dec_mode mode)
{
    int64_t scale = 0;

    if (n > 1 && (!dec_int(arg[1], &scale) || scale < DEC_SCALE_LEAST || scale > DEC_SCALE_MOST))
        return eval_note(f, at, "the scale is out of range");
    return dec_round(f->s->mem, arg[0], (int)scale, mode);
}

struct val bif_decimal(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_HALF_EVEN);
}

struct val bif_floor(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_FLOOR);
}

struct val bif_ceiling(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_CEILING);
}

struct val bif_round_up(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_UP);
}

struct val bif_round_down(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_DOWN);
}

struct val bif_round_half_up(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_HALF_UP);
}

struct val bif_round_half_down(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return rounded(f, at, arg, n, DEC_HALF_DOWN);
}

struct val bif_abs(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val v = val_single(arg[0]);

    if (val_numeric(v))
        return dec_abs(f->s->mem, v);
    if (v.tag == VAL_MONTHS || v.tag == VAL_DURATION)
        v = v.u.i < 0 ? when_neg(v) : v;
    else
        v = val_null();
    return v.tag == VAL_NULL ? eval_note(f, at, "abs() takes a number or a duration") : v;
}

static struct val or_note(struct frame *f, const struct node *at, struct val v)
{
    return v.tag == VAL_NULL ? eval_note(f, at, "this has no result: division by zero or out of range") : v;
}

struct val bif_modulo(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return or_note(f, at, dec_mod(f->s->mem, arg[0], arg[1]));
}

struct val bif_sqrt(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return or_note(f, at, dec_sqrt(f->s->mem, arg[0]));
}

struct val bif_log(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return eval_charge(f->s, STEPS_POWER) ? or_note(f, at, dec_log(f->s->mem, arg[0])) : val_null();
}

struct val bif_exp(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return eval_charge(f->s, STEPS_POWER) ? or_note(f, at, dec_exp(f->s->mem, arg[0])) : val_null();
}

static struct val parity(struct frame *f, struct val v, int rest)
{
    struct val r = dec_mod(f->s->mem, v, val_int(2));

    return val_bool(dec_cmp(r, val_int(rest)) == 0);
}

struct val bif_odd(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return parity(f, arg[0], 1);
}

struct val bif_even(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return parity(f, arg[0], 0);
}

struct val bif_not(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val v = val_single(arg[0]);

    if (v.tag == VAL_BOOL)
        return val_bool(!v.u.truth);
    return v.tag == VAL_NULL ? v : eval_note(f, at, "not() takes a boolean");
}

static bool identical(struct val a, struct val b);

static bool identical_parts(struct val a, struct val b)
{
    bool same = a.n == b.n;

    for (uint32_t i = 0; same && i < a.n; i++) {
        if (a.tag == VAL_LIST) {
            same = identical(a.u.list[i], b.u.list[i]);
            continue;
        }
        int64_t j = context_find(b, a.u.context->key[i]);
        same = j >= 0 && identical(a.u.context->value[i], b.u.context->value[j]);
    }
    return same;
}

static bool identical_moments(const struct val_moment *x, const struct val_moment *y)
{
    bool id = x->id == y->id || (x->id != NULL && y->id != NULL && strcmp(x->id, y->id) == 0);

    return id && x->days == y->days && x->second == y->second && x->zone == y->zone && x->offset == y->offset;
}

/* One kind and one value, of times also one zone: no conversion to an instant. Fractions of a second count as little as they do
 * for "=". */
static bool identical(struct val a, struct val b)
{
    if (a.tag != b.tag)
        return false;
    switch ((enum val_tag)a.tag) {
    case VAL_NULL:
        return true;
    case VAL_TIME:
    case VAL_DATE_TIME:
        return identical_moments(a.u.moment, b.u.moment);
    case VAL_LIST:
    case VAL_CONTEXT:
        return identical_parts(a, b);
    case VAL_RANGE:
        return a.u.range->form == b.u.range->form && a.u.range->lo_in == b.u.range->lo_in &&
               a.u.range->hi_in == b.u.range->hi_in && identical(a.u.range->lo, b.u.range->lo) &&
               identical(a.u.range->hi, b.u.range->hi);
    case VAL_FUNCTION:
        return a.u.function == b.u.function ||
               (a.u.function->builtin != NULL && a.u.function->builtin == b.u.function->builtin);
    case VAL_BOOL:
    case VAL_NUMBER:
    case VAL_BIG:
    case VAL_STRING:
    case VAL_DATE:
    case VAL_MONTHS:
    case VAL_DURATION:
        break;
    }
    return val_same(a, b);
}

/* is(): the same element of the semantic domain (10.3.2.2, 10.3.4.8); never null. */
struct val bif_is(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return eval_charge(f->s, val_weight(arg[0])) ? val_bool(identical(arg[0], arg[1])) : val_null();
}
