/* engine/model/feel/builtins_range.c - relations between points and ranges (DMN 1.5, 10.3.4.9, table 78).
 *
 * For     builtin.def.
 * Owns    the meaning of before, meets, overlaps and their relatives.
 * Never   compares values that have no order: that is null with a note.
 * Holds   each relation and its mirror (before/after, starts/started by ...) are one function here. */
#include "model/feel/builtins.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

/* A point P as the range [P..P]. */
static struct val_range span_of(struct val v)
{
    if (v.tag == VAL_RANGE)
        return *v.u.range;
    return (struct val_range){.lo = v, .hi = v, .lo_in = true, .hi_in = true};
}

/* Two spans and how their ends stand to each other. */
struct pair {
    struct val_range a, b;
    int lo_lo, lo_hi, hi_lo, hi_hi; /* end of a against end of b */
};

static bool pair_of(struct val a, struct val b, struct pair *p)
{
    p->a = span_of(a);
    p->b = span_of(b);
    return val_order(p->a.lo, p->b.lo, &p->lo_lo) && val_order(p->a.lo, p->b.hi, &p->lo_hi) &&
           val_order(p->a.hi, p->b.lo, &p->hi_lo) && val_order(p->a.hi, p->b.hi, &p->hi_hi);
}

typedef bool relation(const struct pair *p);

static bool is_before(const struct pair *p)
{
    return p->hi_lo < 0 || (p->hi_lo == 0 && !(p->a.hi_in && p->b.lo_in));
}

static bool does_meet(const struct pair *p)
{
    return p->hi_lo == 0 && p->a.hi_in && p->b.lo_in;
}

static bool do_overlap(const struct pair *p)
{
    bool reaches = p->hi_lo > 0 || (p->hi_lo == 0 && p->a.hi_in && p->b.lo_in);
    bool begins = p->lo_hi < 0 || (p->lo_hi == 0 && p->a.lo_in && p->b.hi_in);

    return reaches && begins;
}

static bool overlaps_from_before(const struct pair *p)
{
    bool first = p->lo_lo < 0 || (p->lo_lo == 0 && p->a.lo_in && !p->b.lo_in);
    bool reaches = p->hi_lo > 0 || (p->hi_lo == 0 && p->a.hi_in && p->b.lo_in);
    bool within = p->hi_hi < 0 || (p->hi_hi == 0 && (!p->a.hi_in || p->b.hi_in));

    return first && reaches && within;
}

static bool does_finish(const struct pair *p)
{
    return p->hi_hi == 0 && p->a.hi_in == p->b.hi_in && (p->lo_lo > 0 || (p->lo_lo == 0 && (!p->a.lo_in || p->b.lo_in)));
}

static bool does_start(const struct pair *p)
{
    return p->lo_lo == 0 && p->a.lo_in == p->b.lo_in && (p->hi_hi < 0 || (p->hi_hi == 0 && (!p->a.hi_in || p->b.hi_in)));
}

static bool is_during(const struct pair *p)
{
    return (p->lo_lo > 0 || (p->lo_lo == 0 && (!p->a.lo_in || p->b.lo_in))) &&
           (p->hi_hi < 0 || (p->hi_hi == 0 && (!p->a.hi_in || p->b.hi_in)));
}

static bool do_coincide(const struct pair *p)
{
    return p->lo_lo == 0 && p->hi_hi == 0 && p->a.lo_in == p->b.lo_in && p->a.hi_in == p->b.hi_in;
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

/* The value of a literal end: a number, a text, @"...", or date("...") and its relatives as one call; nothing may be computed.
 */
static bool end_of(struct frame *f, const char *p, size_t n, struct val *out)
{
    static const char *const makers[] = {"date", "time", "date and time", "duration"};
    size_t len;

    while (n > 0 && *p == ' ')
        p++, n--;
    while (n > 0 && p[n - 1] == ' ')
        n--;
    *out = val_null();
    if (n == 0 || (n == 4 && memcmp(p, "null", 4) == 0))
        return true;
    if (dec_parse(f->s->mem, p, n, out))
        return true;
    bool literal = p[0] == '@' && n > 3 && p[1] == '"' && p[n - 1] == '"';
    for (size_t i = 0; !literal && i < sizeof makers / sizeof *makers; i++) {
        len = strlen(makers[i]);
        if (n > len + 4 && memcmp(p, makers[i], len) == 0 && p[len] == '(' && p[len + 1] == '"' && p[n - 2] == '"' &&
            p[n - 1] == ')')
            return when_parse(f->s->mem, p + len + 2, n - len - 4, out);
    }
    if (literal)
        return when_parse(f->s->mem, p + 2, n - 3, out);
    if (n < 2 || p[0] != '"' || p[n - 1] != '"')
        return false;
    const char *s = lex_unquote(f->s->mem, p, n, &len);
    *out = s != NULL ? (struct val){.tag = VAL_STRING, .n = (uint32_t)len, .u.s = s} : val_null();
    return s != NULL;
}

struct val bif_range(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    const char *s = arg[0].u.s, *dots = strstr(s, "..");
    size_t len = arg[0].n;
    struct val_range r = {.form = RANGE_PLAIN};
    int c;

    for (; len > 0 && *s == ' '; s++)
        len--;
    while (len > 0 && s[len - 1] == ' ')
        len--;
    if (len < 4 || dots == NULL || strchr("[(]", s[0]) == NULL || strchr("])[", s[len - 1]) == NULL || dots + 2 > s + len - 1)
        return eval_note(f, at, "this text is no range");
    r.lo_in = s[0] == '[';
    r.hi_in = s[len - 1] == ']';
    if (!end_of(f, s + 1, (size_t)(dots - s - 1), &r.lo) || !end_of(f, dots + 2, (size_t)(s + len - 1 - dots - 2), &r.hi))
        return eval_note(f, at, "the ends of a range must be literals");
    bool open_lo = r.lo.tag == VAL_NULL, open_hi = r.hi.tag == VAL_NULL;
    if ((open_lo && (open_hi || r.lo_in)) || (open_hi && r.hi_in) ||
        (!open_lo && !open_hi && (!val_order(r.lo, r.hi, &c) || c > 0)))
        return eval_note(f, at, "these two values make no range");
    return range_make(f->s->mem, r);
}
