/* engine/model/feel/builtins_range.c - relations between points and ranges (DMN 1.5, 10.3.4.9, table 78).
 *
 * For     builtin.def.
 * Owns    the meaning of before, meets, overlaps and their relatives.
 * Never   compares values that have no order: that is null with a note.
 * Holds   each relation and its mirror (before/after, starts/started by ...) are one function here. */
#include "model/feel/builtins.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

/* One end of a span. FAR: there is none, -1 below everything, 1 above. */
struct range_end {
    struct val v;
    bool in;
    int far;
};

struct range_span {
    struct range_end lo, hi;
    bool point;
};

/* A point is the span from itself to itself; (< 10) and its like have one end only. False for (!= 10), which is no span. */
static bool span_of(struct val v, struct range_span *s)
{
    if (v.tag != VAL_RANGE) {
        const struct range_end end = {.v = v, .in = true};
        *s = (struct range_span){.lo = end, .hi = end, .point = true};
        return true;
    }
    const struct val_range *r = v.u.range;
    bool below = r->form == RANGE_LESS || r->form == RANGE_LESS_EQUAL;
    bool above = r->form == RANGE_GREATER || r->form == RANGE_GREATER_EQUAL;
    s->lo = (struct range_end){.v = r->lo, .in = r->lo_in && !below, .far = below ? -1 : 0};
    s->hi = (struct range_end){.v = r->form == RANGE_EQUAL ? r->lo : r->hi, .in = r->hi_in && !above, .far = above ? 1 : 0};
    s->point = false;
    return r->form != RANGE_NOT_EQUAL;
}

static bool end_order(const struct range_end *a, const struct range_end *b, int *order)
{
    *order = a->far - b->far;
    return a->far != 0 || b->far != 0 || val_order(a->v, b->v, order);
}

/* Two spans and how their ends stand to each other. */
struct pair {
    struct range_span a, b;
    int lo_lo, lo_hi, hi_lo, hi_hi; /* end of a against end of b */
};

static bool pair_of(struct val a, struct val b, struct pair *p)
{
    return span_of(a, &p->a) && span_of(b, &p->b) && end_order(&p->a.lo, &p->b.lo, &p->lo_lo) &&
           end_order(&p->a.lo, &p->b.hi, &p->lo_hi) && end_order(&p->a.hi, &p->b.lo, &p->hi_lo) &&
           end_order(&p->a.hi, &p->b.hi, &p->hi_hi);
}

typedef bool relation(const struct pair *p);

static bool is_before(const struct pair *p)
{
    return p->hi_lo < 0 || (p->hi_lo == 0 && !(p->a.hi.in && p->b.lo.in));
}

/* The last of a is the first of b, or lies behind it. */
static bool reaches(const struct pair *p)
{
    return p->hi_lo > 0 || (p->hi_lo == 0 && p->a.hi.in && p->b.lo.in);
}

static bool ends_within(const struct pair *p)
{
    return p->hi_hi < 0 || (p->hi_hi == 0 && (!p->a.hi.in || p->b.hi.in));
}

static bool starts_within(const struct pair *p)
{
    return p->lo_lo > 0 || (p->lo_lo == 0 && (!p->a.lo.in || p->b.lo.in));
}

static bool does_meet(const struct pair *p)
{
    return p->hi_lo == 0 && p->a.hi.in && p->b.lo.in;
}

static bool do_overlap(const struct pair *p)
{
    return reaches(p) && (p->lo_hi < 0 || (p->lo_hi == 0 && p->a.lo.in && p->b.hi.in));
}

static bool overlaps_from_before(const struct pair *p)
{
    bool first = p->lo_lo < 0 || (p->lo_lo == 0 && p->a.lo.in && !p->b.lo.in);

    return first && reaches(p) && ends_within(p);
}

static bool does_finish(const struct pair *p)
{
    return p->hi_hi == 0 && p->a.hi.in == p->b.hi.in && (p->a.point || starts_within(p));
}

static bool does_start(const struct pair *p)
{
    return p->lo_lo == 0 && p->a.lo.in == p->b.lo.in && (p->a.point || ends_within(p));
}

static bool is_during(const struct pair *p)
{
    return (p->a.point && (does_start(p) || does_finish(p))) || (starts_within(p) && ends_within(p));
}

static bool do_coincide(const struct pair *p)
{
    return p->lo_lo == 0 && p->hi_hi == 0 && p->a.lo.in == p->b.lo.in && p->a.hi.in == p->b.hi.in;
}

static struct val related(struct frame *f, const struct node *at, relation *is, struct val a, struct val b)
{
    struct pair p;

    return pair_of(a, b, &p) ? val_bool(is(&p)) : eval_note(f, at, "these values have no order");
}

/* id of the function, the relation, its first and second argument */
/* clang-format off */
#define RELATION(id, is, first, second)                                                                   \
    struct val bif_##id(struct frame *f, const struct node *at, struct val *arg, unsigned n)              \
    {                                                                                                     \
        return related(f, at, is, arg[first], arg[second]);                                               \
    }
RELATION(before,          is_before,            0, 1)
RELATION(after,           is_before,            1, 0)
RELATION(meets,           does_meet,            0, 1)
RELATION(met_by,          does_meet,            1, 0)
RELATION(overlaps,        do_overlap,           0, 1)
RELATION(overlaps_before, overlaps_from_before, 0, 1)
RELATION(overlaps_after,  overlaps_from_before, 1, 0)
RELATION(finishes,        does_finish,          0, 1)
RELATION(finished_by,     does_finish,          1, 0)
RELATION(includes,        is_during,            1, 0)
RELATION(during,          is_during,            0, 1)
RELATION(starts,          does_start,           0, 1)
RELATION(started_by,      does_start,           1, 0)
RELATION(coincides,       do_coincide,          0, 1)
#undef RELATION
/* clang-format on */

/* ---- range("[1..5)") ---- */

static struct span trimmed(struct span s)
{
    while (s.n > 0 && strchr(" \t\r\n", *s.p) != NULL)
        s.p++, s.n--;
    while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) != NULL)
        s.n--;
    return s;
}

/* S without WORD at its beginning and blanks after that. */
static bool skip(struct span *s, const char *word)
{
    size_t n = strlen(word);

    if (s->n < n || memcmp(s->p, word, n) != 0)
        return false;
    *s = trimmed((struct span){s->p + n, s->n - n});
    return true;
}

/* A whole literal of a text with its quotes; false if S is anything else. */
static bool text_of(struct frame *f, struct span s, struct val *out)
{
    size_t len;

    if (s.n < 2 || s.p[0] != '"' || lex_next(s.p, s.n, 0).kind != T_STRING || lex_next(s.p, s.n, 0).end != s.n)
        return false;
    const char *text = lex_unquote(f->s->mem, s.p, s.n, &len);
    *out = text != NULL ? (struct val){.tag = VAL_STRING, .n = (uint32_t)len, .u.s = text} : val_null();
    return text != NULL;
}

/* The value of a literal end: a number, a text, @"...", or date("...") and its relatives as one call of a literal; nothing may be
 * computed, no variable read (10.3.4.1, range). */
static bool end_of(struct frame *f, struct span s, struct val *out)
{
    static const struct {
        const char *name;
        enum val_tag tag, other;
    } makers[] = {
        {"date and time", VAL_DATE_TIME, VAL_DATE_TIME},
        {"date", VAL_DATE, VAL_DATE},
        {"time", VAL_TIME, VAL_TIME},
        {"duration", VAL_MONTHS, VAL_DURATION},
    };
    struct val text;

    s = trimmed(s);
    *out = val_null();
    if (s.n == 0 || (s.n == 4 && memcmp(s.p, "null", 4) == 0))
        return true;
    if (dec_parse(f->s->mem, s.p, s.n, out))
        return true;
    if (skip(&s, "@"))
        return text_of(f, s, &text) && when_parse(f->s->mem, text.u.s, text.n, out);
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (skip(&s, makers[i].name)) {
            if (!skip(&s, "(") || s.n == 0 || s.p[s.n - 1] != ')' || !text_of(f, trimmed((struct span){s.p, s.n - 1}), &text) ||
                !when_parse(f->s->mem, text.u.s, text.n, out))
                return false;
            return out->tag == makers[i].tag || out->tag == makers[i].other;
        }
    return text_of(f, s, out);
}

/* Where the two points stand that are in no text; S.n if there are none. */
static size_t dots_in(struct span s)
{
    bool quoted = false;

    for (size_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
        else if (!quoted && s.p[i] == '.' && s.p[i + 1] == '.')
            return i;
    }
    return s.n;
}

struct val bif_range(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct span s = trimmed((struct span){arg[0].u.s, arg[0].n});
    struct val_range r = {.form = RANGE_PLAIN};
    size_t dots = dots_in(s);
    int c;

    if (!eval_charge(f->s, s.n / 16))
        return val_null();
    if (s.n < 4 || dots + 2 >= s.n || strchr("[(]", s.p[0]) == NULL || strchr("])[", s.p[s.n - 1]) == NULL)
        return eval_note(f, at, "this text is no range");
    r.lo_in = s.p[0] == '[';
    r.hi_in = s.p[s.n - 1] == ']';
    if (!end_of(f, (struct span){s.p + 1, dots - 1}, &r.lo) || !end_of(f, (struct span){s.p + dots + 2, s.n - dots - 3}, &r.hi))
        return eval_note(f, at, "the ends of a range must be literals");
    bool open_lo = r.lo.tag == VAL_NULL, open_hi = r.hi.tag == VAL_NULL;
    if ((open_lo && (open_hi || r.lo_in)) || (open_hi && r.hi_in) ||
        (!open_lo && !open_hi && (!val_order(r.lo, r.hi, &c) || c > 0)))
        return eval_note(f, at, "these two values make no range");
    return range_make(f->s->mem, r);
}
