/* engine/model/feel/loop.c - for, some and every (DMN 1.5, 10.3.2.14 to 10.3.2.16).
 *
 * For     the handlers of N_FOR and N_QUANTIFIED.
 * Owns    what can be gone through: lists, ranges and spans of whole numbers or dates; a single value counts as a list of it.
 * Never   starts on a span that is longer than a list may be.
 * Holds   inner iterators see the variables of outer ones; a false answer on the way ends all of them. */
#include "model/feel/feel_int.h"

struct loop {
    const struct node *n;
    struct frame *f;
    struct vec made;  /* N_FOR */
    bool some, found; /* N_QUANTIFIED: found = an answer that ends the search */
    bool all_known;
};

static bool loop_turn(struct loop *l, uint32_t k);

static bool loop_value(struct loop *l, uint32_t k, struct val v)
{
    l->f->slot[l->n->slot + k] = v;
    return loop_turn(l, k + 1);
}

/* a..b with whole numbers or dates, up or down. */
static bool loop_span(struct loop *l, uint32_t k, struct val a, struct val b)
{
    int64_t from, to;
    bool dates = a.tag == VAL_DATE && b.tag == VAL_DATE;

    if (dates) {
        from = a.u.i;
        to = b.u.i;
    } else if (!val_int_of(a, &from) || !val_int_of(b, &to)) {
        eval_note(l->f, l->n->kid[k], "only whole numbers and dates can be counted through");
        return false;
    }
    uint64_t steps = from < to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    if (steps >= l->f->s->limits->list) {
        eval_stop(l->f->s, E_TOOBIG, "a list grows too long");
        return false;
    }
    for (uint64_t i = 0; i <= steps; i++) {
        int64_t x = from < to ? from + (int64_t)i : from - (int64_t)i;
        if (!loop_value(l, k, dates ? (struct val){.tag = VAL_DATE, .u.i = x} : val_int(x)))
            return false;
    }
    return true;
}

static bool loop_range(struct loop *l, uint32_t k, struct val v)
{
    const struct val_range *r = v.u.range;
    int64_t from, to;
    bool dates = r->lo.tag == VAL_DATE && r->hi.tag == VAL_DATE;

    if (dates) {
        from = r->lo.u.i;
        to = r->hi.u.i;
    } else if (r->form != RANGE_PLAIN || !val_int_of(r->lo, &from) || !val_int_of(r->hi, &to)) {
        eval_note(l->f, l->n->kid[k], "only whole numbers and dates can be counted through");
        return false;
    }
    from += !r->lo_in;
    to -= !r->hi_in;
    if (from > to) {
        eval_note(l->f, l->n->kid[k], "this range is empty");
        return false;
    }
    struct val a = val_int(from), b = val_int(to);
    a.tag = b.tag = dates ? VAL_DATE : VAL_NUMBER;
    return loop_span(l, k, a, b);
}

static bool loop_body(struct loop *l)
{
    struct state *s = l->f->s;
    const struct node *n = l->n;

    if (n->kind == N_FOR) {
        l->f->slot[n->level] = vec_list(s, &l->made);
        return vec_push(s, &l->made, eval_node(n->kid[n->n - 1], l->f));
    }
    struct val v = eval_node(n->kid[n->n - 1], l->f);
    if (v.tag != VAL_BOOL)
        l->all_known = false;
    else if (v.u.truth == l->some) {
        l->found = true;
        return false;
    }
    return s->err == OK;
}

/* Runs iterator K and all inner ones; false ends the whole loop. */
static bool loop_turn(struct loop *l, uint32_t k)
{
    const struct node *n = l->n;

    if (l->f->s->err != OK)
        return false;
    if (k == n->n - 1)
        return loop_body(l);
    const struct node *domain = n->kid[k];
    if (domain->kind == N_SPAN) {
        struct val a = eval_node(domain->kid[0], l->f), b = eval_node(domain->kid[1], l->f);
        return loop_span(l, k, a, b);
    }
    struct val v = eval_node(domain, l->f);
    if (v.tag == VAL_RANGE)
        return loop_range(l, k, v);
    if (v.tag == VAL_NULL) {
        eval_note(l->f, domain, "there is nothing to go through");
        return false;
    }
    if (v.tag != VAL_LIST)
        return loop_value(l, k, v);
    for (uint32_t i = 0; i < v.n; i++)
        if (!loop_value(l, k, v.u.list[i]))
            return false;
    return true;
}

struct val loop_for(const struct node *n, struct frame *f)
{
    struct loop l = {.n = n, .f = f};

    return loop_turn(&l, 0) ? vec_list(f->s, &l.made) : val_null();
}

struct val loop_quantified(const struct node *n, struct frame *f)
{
    struct loop l = {.n = n, .f = f, .some = n->op == T_SOME, .all_known = true};
    bool whole = loop_turn(&l, 0);

    if (l.found)
        return val_bool(l.some);
    if (!whole)
        return val_null();
    return l.all_known ? val_bool(!l.some) : eval_note(f, n, "a condition was neither true nor false");
}
