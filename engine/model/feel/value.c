/* engine/model/feel/value.c - FEEL values: making, asking, comparing.
 *
 * For     every layer that hands data to an expression or takes data from one.
 * Owns    struct val, val_context, val_range.
 * Never   changes a value once it is made; writes texts (write.c does).
 * Holds   depth <= LIMIT_VAL_DEPTH and weight <= LIMIT_VAL_WEIGHT for every list and context, so recursion over values is
 * bounded.
 *
 * The weight of a list stands in a hidden item before the first one: items[-1]. */
#include "model/feel/value.h"

#include <stdlib.h>

#include "model/feel/number.h"
#include "model/feel/temporal.h"
#include "model/feel/value_int.h"

enum { FEW_ENTRIES = 12 };

struct val val_null(void)
{
    return (struct val){.tag = VAL_NULL};
}

struct val val_bool(bool b)
{
    return (struct val){.tag = VAL_BOOL, .u.truth = b};
}

struct val val_int(int64_t i)
{
    return (struct val){.tag = VAL_NUMBER, .u.i = i};
}

struct val val_span(struct arena *mem, const char *s, size_t n)
{
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)n, .u.s = arena_strndup(mem, s, n)};
}

struct val val_text(struct arena *mem, const char *s)
{
    return val_span(mem, s, strlen(s));
}

bool val_number(struct arena *mem, const char *text, struct val *out)
{
    return dec_parse(mem, text, strlen(text), out);
}

/* ---- lists ---- */

uint32_t val_weight(struct val v)
{
    if (v.tag == VAL_LIST)
        return (uint32_t)v.u.list[-1].u.i;
    if (v.tag == VAL_RANGE) /* its ends are never ranges themselves */
        return 1 + val_weight(v.u.range->lo) + val_weight(v.u.range->hi);
    return v.tag == VAL_CONTEXT ? v.u.context->weight : 1;
}

/* The sum of the weights of N values and the greatest depth among them; false if a limit is met. */
static bool measure(const struct val *v, size_t n, uint32_t *weight, uint8_t *depth)
{
    uint64_t sum = 1;
    uint8_t deepest = 0;

    for (size_t i = 0; i < n; i++) {
        sum += val_weight(v[i]);
        if (val_depth(v[i]) > deepest)
            deepest = val_depth(v[i]);
    }
    *weight = (uint32_t)sum;
    *depth = (uint8_t)(deepest + 1);
    return sum <= LIMIT_VAL_WEIGHT && deepest < LIMIT_VAL_DEPTH;
}

bool list_fits(const struct val *v, size_t n)
{
    uint32_t weight;
    uint8_t depth;

    return measure(v, n, &weight, &depth);
}

struct val *list_room(struct arena *mem, size_t n)
{
    return ARENA_NEW_N(mem, struct val, n + 1) + 1;
}

struct val list_seal(struct val *items, size_t n)
{
    uint32_t weight;
    uint8_t depth;

    if (!measure(items, n, &weight, &depth))
        return val_null();
    items[-1] = val_int(weight);
    return (struct val){.tag = VAL_LIST, .flags = depth, .n = (uint32_t)n, .u.list = items};
}

struct val val_list(struct arena *mem, const struct val *items, size_t n)
{
    if (n > LIMIT_VAL_WEIGHT)
        return val_null();
    struct val *room = list_room(mem, n);
    if (n > 0)
        memcpy(room, items, n * sizeof *items);
    return list_seal(room, n);
}

/* ---- contexts ---- */

static int by_key(const void *a, const void *b, void *keys)
{
    const char *const *key = keys;

    return strcmp(key[*(const uint32_t *)a], key[*(const uint32_t *)b]);
}

/* Positions in the order of their keys; NULL if a key stands twice. */
static const uint32_t *sorted(struct arena *mem, const char *const *key, size_t n)
{
    uint32_t *order = ARENA_NEW_N(mem, uint32_t, n);

    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, n, sizeof *order, by_key, (void *)(uintptr_t)key);
    for (size_t i = 1; i < n; i++)
        if (strcmp(key[order[i - 1]], key[order[i]]) == 0)
            return NULL;
    return order;
}

struct val context_seal(struct arena *mem, const char *const *key, const struct val *value, size_t n)
{
    uint32_t weight;
    uint8_t depth;
    const uint32_t *order = NULL;

    if (n > LIMIT_VAL_WEIGHT || !measure(value, n, &weight, &depth))
        return val_null();
    if (n > FEW_ENTRIES && (order = sorted(mem, key, n)) == NULL)
        return val_null();
    for (size_t i = 1; n <= FEW_ENTRIES && i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(key[i], key[j]) == 0)
                return val_null();
    struct val_context *c = ARENA_NEW(mem, struct val_context);
    *c = (struct val_context){.key = key, .value = value, .order = order, .weight = weight};
    return (struct val){.tag = VAL_CONTEXT, .flags = depth, .n = (uint32_t)n, .u.context = c};
}

struct val val_context(struct arena *mem, const struct val_entry *entries, size_t n)
{
    if (n > LIMIT_VAL_WEIGHT)
        return val_null();
    const char **key = ARENA_NEW_N(mem, const char *, n);
    struct val *value = ARENA_NEW_N(mem, struct val, n);
    for (size_t i = 0; i < n; i++) {
        key[i] = arena_strdup(mem, entries[i].key);
        value[i] = entries[i].value;
    }
    return context_seal(mem, key, value, n);
}

int64_t context_find(struct val context, const char *key)
{
    const struct val_context *c = context.u.context;

    for (uint32_t i = 0; c->order == NULL && i < context.n; i++)
        if (c->key[i] == key || strcmp(c->key[i], key) == 0)
            return i;
    for (uint32_t low = 0, high = c->order == NULL ? 0 : context.n; low < high;) {
        uint32_t mid = low + (high - low) / 2;
        int d = strcmp(c->key[c->order[mid]], key);
        if (d == 0)
            return c->order[mid];
        if (d < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return -1;
}

struct val range_make(struct arena *mem, struct val_range r)
{
    uint8_t depth = val_depth(r.lo) > val_depth(r.hi) ? val_depth(r.lo) : val_depth(r.hi);

    if (depth >= LIMIT_VAL_DEPTH)
        return val_null();
    return (struct val){.tag = VAL_RANGE, .flags = (uint8_t)(depth + 1), .u.range = arena_memdup(mem, &r, sizeof r)};
}

/* ---- questions ---- */

bool val_is(struct val v, enum val_tag tag)
{
    return v.tag == tag || (tag == VAL_NUMBER && v.tag == VAL_BIG);
}

bool val_true(struct val v)
{
    return v.tag == VAL_BOOL && v.u.truth;
}

bool val_int_of(struct val v, int64_t *out)
{
    return val_numeric(v) && dec_whole(v) && dec_int(v, out);
}

size_t val_count(struct val v)
{
    return v.tag == VAL_LIST || v.tag == VAL_CONTEXT ? v.n : 0;
}

struct val val_at(struct val list, size_t i)
{
    return list.tag == VAL_LIST && i < list.n ? list.u.list[i] : val_null();
}

struct val_entry val_entry_at(struct val context, size_t i)
{
    if (context.tag != VAL_CONTEXT || i >= context.n)
        return (struct val_entry){.key = NULL, .value = val_null()};
    return (struct val_entry){.key = context.u.context->key[i], .value = context.u.context->value[i]};
}

struct val val_get(struct val context, const char *key)
{
    int64_t i = context.tag == VAL_CONTEXT ? context_find(context, key) : -1;

    return i >= 0 ? context.u.context->value[i] : val_null();
}

/* ---- equality and order ---- */

bool val_order(struct val a, struct val b, int *order)
{
    if (val_numeric(a) && val_numeric(b)) {
        *order = dec_cmp(a, b);
        return true;
    }
    if (a.tag == VAL_STRING && b.tag == VAL_STRING) {
        int d = memcmp(a.u.s, b.u.s, a.n < b.n ? a.n : b.n);
        *order = d != 0 ? d : a.n < b.n ? -1 : a.n > b.n;
        return true;
    }
    return when_cmp(a, b, order);
}

static bool list_same(struct val a, struct val b)
{
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (!val_same(a.u.list[i], b.u.list[i]))
            return false;
    return true;
}

static bool context_same(struct val a, struct val b)
{
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++) {
        int64_t j = context_find(b, a.u.context->key[i]);
        if (j < 0 || !val_same(a.u.context->value[i], b.u.context->value[j]))
            return false;
    }
    return true;
}

static bool range_same(const struct val_range *a, const struct val_range *b)
{
    return a->form == b->form && a->lo_in == b->lo_in && a->hi_in == b->hi_in && val_same(a->lo, b->lo) &&
           val_same(a->hi, b->hi);
}

struct val val_equal(struct val a, struct val b)
{
    bool same;

    if (a.tag == VAL_NULL || b.tag == VAL_NULL)
        return val_bool(a.tag == b.tag);
    if (val_numeric(a) && val_numeric(b))
        return val_bool(dec_cmp(a, b) == 0);
    if (a.tag != b.tag)
        return val_null();
    switch ((enum val_tag)a.tag) {
    case VAL_BOOL:
        return val_bool(a.u.truth == b.u.truth);
    case VAL_STRING:
        return val_bool(a.n == b.n && memcmp(a.u.s, b.u.s, a.n) == 0);
    case VAL_DATE:
    case VAL_TIME:
    case VAL_DATE_TIME:
    case VAL_MONTHS:
    case VAL_DURATION:
        return when_equal(a, b, &same) ? val_bool(same) : val_null();
    case VAL_LIST:
        return val_bool(list_same(a, b));
    case VAL_CONTEXT:
        return val_bool(context_same(a, b));
    case VAL_RANGE:
        return val_bool(range_same(a.u.range, b.u.range));
    case VAL_NULL:
    case VAL_NUMBER:
    case VAL_BIG:
    case VAL_FUNCTION:
        break;
    }
    return val_null();
}

bool val_same(struct val a, struct val b)
{
    return val_true(val_equal(a, b));
}

struct val range_has(struct val range, struct val v)
{
    const struct val_range *r = range.u.range;
    bool lo = r->form == RANGE_PLAIN || r->form == RANGE_GREATER || r->form == RANGE_GREATER_EQUAL;
    bool hi = r->form == RANGE_PLAIN || r->form == RANGE_LESS || r->form == RANGE_LESS_EQUAL;
    int c;

    if (r->form == RANGE_EQUAL)
        return val_equal(v, r->lo);
    if (r->form == RANGE_NOT_EQUAL) {
        struct val e = val_equal(v, r->lo);
        return e.tag == VAL_BOOL ? val_bool(!e.u.truth) : e;
    }
    if (lo) {
        if (!val_order(v, r->lo, &c))
            return val_null();
        if (c < 0 || (c == 0 && !r->lo_in)) {
            int other;
            return hi && !val_order(v, r->hi, &other) ? val_null() : val_bool(false);
        }
    }
    if (!hi)
        return val_bool(true);
    if (!val_order(v, r->hi, &c))
        return val_null();
    return val_bool(c < 0 || (c == 0 && r->hi_in));
}

/* ---- copies ---- */

static struct val copy_context(struct arena *mem, struct val v)
{
    const struct val_context *c = v.u.context;
    const char **key = ARENA_NEW_N(mem, const char *, v.n);
    struct val *value = ARENA_NEW_N(mem, struct val, v.n);

    for (uint32_t i = 0; i < v.n; i++) {
        key[i] = arena_strdup(mem, c->key[i]);
        value[i] = val_copy(mem, c->value[i]);
    }
    return context_seal(mem, key, value, v.n);
}

static struct val copy_moment(struct arena *mem, struct val v)
{
    struct val_moment m = *v.u.moment;

    if (m.id != NULL)
        m.id = arena_strdup(mem, m.id);
    return when_moment(mem, (enum val_tag)v.tag, m);
}

struct val val_copy(struct arena *mem, struct val v)
{
    switch ((enum val_tag)v.tag) {
    case VAL_STRING:
        return val_span(mem, v.u.s, v.n);
    case VAL_BIG:
        return dec_copy(mem, v);
    case VAL_TIME:
    case VAL_DATE_TIME:
        return copy_moment(mem, v);
    case VAL_LIST: {
        struct val *items = list_room(mem, v.n);
        for (uint32_t i = 0; i < v.n; i++)
            items[i] = val_copy(mem, v.u.list[i]);
        return list_seal(items, v.n);
    }
    case VAL_CONTEXT:
        return copy_context(mem, v);
    case VAL_RANGE: {
        struct val_range r = *v.u.range;
        r.lo = val_copy(mem, r.lo);
        r.hi = val_copy(mem, r.hi);
        return range_make(mem, r);
    }
    case VAL_FUNCTION:
        return val_null();
    case VAL_NULL:
    case VAL_BOOL:
    case VAL_NUMBER:
    case VAL_DATE:
    case VAL_MONTHS:
    case VAL_DURATION:
        break;
    }
    return v;
}
