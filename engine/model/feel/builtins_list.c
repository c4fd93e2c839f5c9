/* engine/model/feel/builtins_list.c - built-in functions on lists (DMN 1.5, 10.3.4.4; sort: 10.3.4.9).
 *
 * For     builtin.def.
 * Owns    the order in which sort() compares (a merge sort: stable, n log n calls).
 * Never   changes a list: each result is a new one.
 * Holds   positions count from 1, negative ones from the end; work is charged by the length of the list. */
#include "model/feel/builtins.h"
#include "model/feel/number.h"
#include "model/feel/seen.h"
#include "model/feel/temporal.h"

/* The items of f(list) or f(a, b, c). */
static struct val spread(struct frame *f, struct val *arg, unsigned n)
{
    struct val list = n == 1 && arg[0].tag == VAL_LIST ? arg[0] : eval_list_of(f->s, arg, n);

    return list.tag == VAL_LIST && !eval_charge(f->s, list.n) ? val_null() : list;
}

struct val bif_list_contains(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    if (!eval_charge(f->s, val_weight(arg[0])))
        return val_null();
    for (uint32_t i = 0; i < arg[0].n; i++)
        if (val_same(arg[0].u.list[i], arg[1]))
            return val_bool(true);
    return val_bool(false);
}

struct val bif_count(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return val_int(arg[0].n);
}

/* The item that stands first (SIGN -1) or last (SIGN 1) in order. */
static struct val extreme(struct frame *f, const struct node *at, struct val list, int sign)
{
    struct val best = val_at(list, 0);
    int c;

    for (uint32_t i = 0; i < list.n; i++) {
        if (!val_order(list.u.list[i], best, &c))
            return eval_note(f, at, "these values have no order");
        if (c * sign > 0)
            best = list.u.list[i];
    }
    return best;
}

struct val bif_min(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return extreme(f, at, spread(f, arg, n), -1);
}

struct val bif_max(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return extreme(f, at, spread(f, arg, n), 1);
}

static struct val folded(struct frame *f, const struct node *at, struct val list, enum token_kind op)
{
    struct val r = val_at(list, 0);

    if (list.n > 0 && !val_numeric(r) && (op == T_STAR || (r.tag != VAL_MONTHS && r.tag != VAL_DURATION)))
        return eval_note(f, at, "only numbers and durations add up");
    for (uint32_t i = 1; i < list.n; i++) {
        if (val_numeric(r) != val_numeric(list.u.list[i]))
            return eval_note(f, at, "only values of one kind add up");
        r = eval_arithmetic(f, at, op, r, list.u.list[i]);
    }
    return r;
}

struct val bif_sum(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return folded(f, at, spread(f, arg, n), T_PLUS);
}

struct val bif_product(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return folded(f, at, spread(f, arg, n), T_STAR);
}

struct val bif_mean(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val list = spread(f, arg, n), sum = folded(f, at, list, T_PLUS);

    return sum.tag == VAL_NULL ? sum : eval_arithmetic(f, at, T_SLASH, sum, val_int(list.n));
}

static bool all_numbers(struct val list)
{
    for (uint32_t i = 0; i < list.n; i++)
        if (!val_numeric(list.u.list[i]))
            return false;
    return list.tag == VAL_LIST;
}

struct val bif_stddev(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val list = spread(f, arg, n);
    struct arena *mem = f->s->mem;

    if (list.n < 2 || !all_numbers(list))
        return eval_note(f, at, "stddev() takes two or more numbers");
    struct val mean = eval_arithmetic(f, at, T_SLASH, folded(f, at, list, T_PLUS), val_int(list.n)), sum = val_int(0);
    for (uint32_t i = 0; i < list.n && val_numeric(mean) && val_numeric(sum); i++) {
        struct val d = dec_sub(mem, list.u.list[i], mean);
        d = val_numeric(d) ? dec_mul(mem, d, d) : d;
        sum = val_numeric(d) ? dec_add(mem, sum, d) : d;
    }
    if (!val_numeric(mean) || !val_numeric(sum))
        return eval_note(f, at, "this has no result: out of range");
    return dec_sqrt(mem, dec_div(mem, sum, val_int((int64_t)list.n - 1)));
}

/* ---- sorting ---- */

struct sorting {
    struct frame *f;
    const struct node *at;
    struct val fn; /* null: the natural order, which the caller knows to exist */
    struct val *items, *room;
    uint32_t n;
    bool broken; /* the function did not answer true or false */
};

/* Does A stand before B? */
static bool precedes(struct sorting *s, struct val a, struct val b)
{
    struct val pair[2] = {a, b};
    int c;

    if (s->fn.tag == VAL_NULL)
        return val_order(a, b, &c) && c < 0;
    struct val r = eval_call(s->f, s->at, s->fn, pair, 2);
    s->broken = r.tag != VAL_BOOL;
    return r.tag == VAL_BOOL && r.u.truth;
}

/* Merges items[LO..MID) and items[MID..HI) into the room. */
static void merge(struct sorting *s, uint32_t lo, uint32_t mid, uint32_t hi)
{
    uint32_t i = lo, j = mid, k = lo;

    while (i < mid && j < hi && !s->broken)
        s->room[k++] = precedes(s, s->items[j], s->items[i]) ? s->items[j++] : s->items[i++];
    memcpy(s->room + k, i < mid ? s->items + i : s->items + j, (i < mid ? mid - i : hi - j) * sizeof *s->room);
}

/* Bottom-up merge sort. */
static void merge_sort(struct sorting *s)
{
    for (uint32_t width = 1; width < s->n; width *= 2) {
        for (uint32_t lo = 0; lo < s->n; lo += 2 * width) {
            uint32_t mid = lo + width < s->n ? lo + width : s->n, hi = lo + 2 * width < s->n ? lo + 2 * width : s->n;
            if (s->broken || !eval_charge(s->f->s, hi - lo))
                return;
            merge(s, lo, mid, hi);
        }
        struct val *swap = s->items;
        s->items = s->room;
        s->room = swap;
    }
}

static struct val sorted(struct frame *f, const struct node *at, struct val list, struct val fn)
{
    struct sorting s = {.f = f, .at = at, .fn = fn, .n = list.n};

    s.items = eval_alloc(f->s, (list.n + (size_t)1) * sizeof *s.items);
    s.room = eval_alloc(f->s, (list.n + (size_t)1) * sizeof *s.room);
    if (s.items == NULL || s.room == NULL)
        return val_null();
    if (list.n > 0)
        memcpy(s.items, list.u.list, list.n * sizeof *s.items);
    merge_sort(&s);
    if (f->s->err != OK)
        return val_null();
    return s.broken ? eval_note(f, at, "the function of sort() must answer true or false")
                    : eval_list_of(f->s, s.items, list.n);
}

struct val bif_sort(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return sorted(f, at, arg[0], arg[1]);
}

struct val bif_median(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val list = spread(f, arg, n);

    if (!all_numbers(list))
        return eval_note(f, at, "median() takes numbers");
    list = sorted(f, at, list, val_null());
    if (list.n == 0)
        return val_null();
    struct val hi = list.u.list[list.n / 2];
    if (list.n % 2 == 1)
        return hi;
    struct val sum = dec_add(f->s->mem, list.u.list[list.n / 2 - 1], hi);
    return val_numeric(sum) ? dec_div(f->s->mem, sum, val_int(2)) : sum;
}

struct val bif_mode(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val list = spread(f, arg, n);
    struct vec best = {.n = 0};
    uint32_t most = 0;

    if (!all_numbers(list))
        return eval_note(f, at, "mode() takes numbers");
    list = sorted(f, at, list, val_null());
    for (uint32_t i = 0, j; i < list.n; i = j) {
        for (j = i; j < list.n && dec_cmp(list.u.list[i], list.u.list[j]) == 0; j++)
            ;
        if (j - i > most) {
            most = j - i;
            best = (struct vec){.n = 0};
        }
        if (j - i == most)
            vec_push(f->s, &best, list.u.list[i]);
    }
    return vec_list(f->s, &best);
}

/* Three-valued "and" and "or" over a list: a value that decides wins, else null when one is null, or no boolean (and a note). */
static struct val quantified(struct frame *f, const struct node *at, struct val list, bool stop)
{
    bool known = list.tag == VAL_LIST, proper = true;

    for (uint32_t i = 0; i < list.n; i++) {
        struct val v = list.u.list[i];
        if (v.tag == VAL_BOOL && v.u.truth == stop)
            return v;
        known = known && v.tag == VAL_BOOL;
        proper = proper && (v.tag == VAL_BOOL || v.tag == VAL_NULL);
    }
    if (!proper)
        return eval_note(f, at, "only booleans count here");
    return known ? val_bool(!stop) : val_null();
}

struct val bif_all(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    if (n == 1 && arg[0].tag == VAL_NULL)
        return eval_note(f, at, "all() takes a list of booleans");
    return quantified(f, at, spread(f, arg, n), false);
}

struct val bif_any(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    if (n == 1 && arg[0].tag == VAL_NULL)
        return eval_note(f, at, "any() takes a list of booleans");
    return quantified(f, at, spread(f, arg, n), true);
}

/* ---- parts of lists ---- */

/* Position V of a list of N as an index from 0; -1 if there is none. */
static int64_t index_in(struct val v, uint32_t n)
{
    int64_t i;

    if (!dec_int(v, &i) || i == 0 || i > n || -i > n)
        return -1;
    return i > 0 ? i - 1 : n + i;
}

/* list[FROM..TO) with ITEM in place of the DROP items at AT (any of them may be empty). */
static struct val spliced(struct frame *f, struct val list, uint32_t at, uint32_t drop, const struct val *item)
{
    struct vec v = {.n = 0};

    if (!eval_charge(f->s, list.n))
        return val_null();
    for (uint32_t i = 0; i < at; i++)
        vec_push(f->s, &v, list.u.list[i]);
    if (item != NULL)
        vec_push(f->s, &v, *item);
    for (uint32_t i = at + drop; i < list.n; i++)
        vec_push(f->s, &v, list.u.list[i]);
    return vec_list(f->s, &v);
}

struct val bif_sublist(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t from = index_in(arg[1], arg[0].n), length = (int64_t)arg[0].n - from;

    if (from < 0 || (n > 2 && arg[2].tag != VAL_NULL && (!dec_int(arg[2], &length) || length < 1 || length > arg[0].n - from)))
        return eval_note(f, at, "the list has no such part");
    if (!eval_charge(f->s, (uint64_t)length))
        return val_null();
    return eval_list_of(f->s, arg[0].u.list + from, (size_t)length);
}

struct val bif_append(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    if (!eval_charge(f->s, arg[0].n))
        return val_null();
    for (uint32_t i = 0; i < arg[0].n; i++)
        vec_push(f->s, &v, arg[0].u.list[i]);
    for (unsigned i = 1; i < n; i++)
        vec_push(f->s, &v, arg[i]);
    return vec_list(f->s, &v);
}

struct val bif_concatenate(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    for (unsigned i = 0; i < n; i++) {
        if (!eval_charge(f->s, arg[i].n))
            return val_null();
        for (uint32_t j = 0; j < arg[i].n; j++)
            vec_push(f->s, &v, arg[i].u.list[j]);
    }
    return vec_list(f->s, &v);
}

struct val bif_union(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};
    struct seen seen = {.size = 0};

    for (unsigned i = 0; i < n; i++)
        for (uint32_t j = 0; j < arg[i].n; j++) {
            uint32_t place = seen_place(f->s, &seen, v.items, v.n, arg[i].u.list[j]);
            if (place == SEEN_NONE || (place == v.n && !vec_push(f->s, &v, arg[i].u.list[j])))
                return val_null();
        }
    return vec_list(f->s, &v);
}

struct val bif_distinct_values(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return bif_union(f, at, arg, 1);
}

struct val bif_insert_before(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t i = index_in(arg[1], arg[0].n);

    return i < 0 ? eval_note(f, at, "the list has no such position") : spliced(f, arg[0], (uint32_t)i, 0, &arg[2]);
}

struct val bif_remove(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t i = index_in(arg[1], arg[0].n);

    return i < 0 ? eval_note(f, at, "the list has no such position") : spliced(f, arg[0], (uint32_t)i, 1, NULL);
}

struct val bif_list_replace(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    if (val_numeric(arg[1])) {
        int64_t i = index_in(arg[1], arg[0].n);
        return i < 0 ? eval_note(f, at, "the list has no such position") : spliced(f, arg[0], (uint32_t)i, 1, &arg[2]);
    }
    for (uint32_t i = 0; i < arg[0].n; i++) {
        struct val pair[2] = {arg[0].u.list[i], arg[2]};
        struct val r = eval_call(f, at, arg[1], pair, 2);
        if (r.tag != VAL_BOOL)
            return eval_note(f, at, "the match function must answer true or false");
        if (!vec_push(f->s, &v, r.u.truth ? arg[2] : arg[0].u.list[i]))
            return val_null();
    }
    return vec_list(f->s, &v);
}

struct val bif_reverse(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    if (!eval_charge(f->s, arg[0].n))
        return val_null();
    for (uint32_t i = arg[0].n; i > 0; i--)
        vec_push(f->s, &v, arg[0].u.list[i - 1]);
    return vec_list(f->s, &v);
}

struct val bif_index_of(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    if (!eval_charge(f->s, val_weight(arg[0])))
        return val_null();
    for (uint32_t i = 0; i < arg[0].n; i++)
        if (val_same(arg[0].u.list[i], arg[1]))
            vec_push(f->s, &v, val_int((int64_t)i + 1));
    return vec_list(f->s, &v);
}

static void flat(struct frame *f, struct vec *v, struct val list)
{
    for (uint32_t i = 0; i < list.n && f->s->err == OK; i++)
        if (list.u.list[i].tag == VAL_LIST)
            flat(f, v, list.u.list[i]);
        else
            vec_push(f->s, v, list.u.list[i]);
}

struct val bif_flatten(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    if (!eval_charge(f->s, val_weight(arg[0])))
        return val_null();
    flat(f, &v, arg[0]);
    return vec_list(f->s, &v);
}
