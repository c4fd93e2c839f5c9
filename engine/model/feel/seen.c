/* engine/model/feel/seen.c - an index over values by equality.
 *
 * For     distinct values(), union(), context(), context put(), context merge().
 * Owns    the hash of values.
 * Never   decides by the hash alone.
 * Holds   values that "=" calls equal have one hash; each comparison is charged, so values chosen to collide end the evaluation, not the
 *         process. */
#include "model/feel/seen.h"

#include "base/map.h"
#include "model/feel/number.h"

enum { FEW = 16 };

static uint64_t mixed(uint64_t a, uint64_t b)
{
    const uint64_t both[] = {a, b};

    return map_hash(both, sizeof both);
}

static uint64_t number_hash(struct val v)
{
    char text[DEC_TEXT];

    if (v.tag == VAL_BIG)
        return map_hash(text, dec_text(v, text));
    while (v.scale > 0 && v.u.i % 10 == 0) { /* 1.50 is 1.5 */
        v.u.i /= 10;
        v.scale--;
    }
    return mixed((uint64_t)v.u.i, (uint64_t)v.scale);
}

/* Depth and weight of values bound the recursion. Times of one instant are equal whatever their zone: they share one hash. */
static uint64_t value_hash(struct val v)
{
    uint64_t h = v.tag;

    switch ((enum val_tag)v.tag) {
    case VAL_NUMBER:
    case VAL_BIG:
        return number_hash(v);
    case VAL_STRING:
        return map_hash(v.u.s, v.n);
    case VAL_BOOL:
        return mixed(h, v.u.truth);
    case VAL_DATE:
    case VAL_MONTHS:
        return mixed(h, (uint64_t)v.u.i);
    case VAL_LIST:
        for (uint32_t i = 0; i < v.n; i++)
            h = mixed(h, value_hash(v.u.list[i]));
        return h;
    case VAL_CONTEXT: /* in any order */
        for (uint32_t i = 0; i < v.n; i++)
            h += mixed(map_hash(v.u.context->key[i], strlen(v.u.context->key[i])), value_hash(v.u.context->value[i]));
        return h;
    case VAL_NULL:
    case VAL_TIME:
    case VAL_DATE_TIME:
    case VAL_DURATION:
    case VAL_RANGE:
    case VAL_FUNCTION:
        break;
    }
    return h;
}

/* The slot of the item equal to V, or the free one where it would stand. */
static uint32_t *slot_of(const struct seen *seen, const struct val *items, struct val v, uint64_t *compared)
{
    uint32_t at = (uint32_t)value_hash(v) & (seen->size - 1);

    while (seen->slot[at] != 0 && !val_same(items[seen->slot[at] - 1], v)) {
        at = (at + 1) & (seen->size - 1);
        ++*compared;
    }
    return &seen->slot[at];
}

/* Room for twice as many as there are, all of them put in anew. */
static bool grow(struct state *s, struct seen *seen, const struct val *items, uint32_t n)
{
    uint64_t compared = n;

    seen->size = seen->size == 0 ? 8 * FEW : seen->size * 2;
    seen->slot = eval_alloc(s, seen->size * sizeof *seen->slot);
    for (uint32_t i = 0; seen->slot != NULL && i < n; i++) {
        *slot_of(seen, items, items[i], &compared) = i + 1;
        if (!eval_charge(s, compared))
            return false;
        compared = 0;
    }
    return seen->slot != NULL;
}

uint32_t seen_place(struct state *s, struct seen *seen, const struct val *items, uint32_t n, struct val v)
{
    uint64_t compared = val_weight(v);

    if (n < FEW) {
        if (!eval_charge(s, n + compared))
            return SEEN_NONE;
        for (uint32_t i = 0; i < n; i++)
            if (val_same(items[i], v))
                return i;
        return n;
    }
    if (seen->size < n * 2 && !grow(s, seen, items, n))
        return SEEN_NONE;
    uint32_t *slot = slot_of(seen, items, v, &compared);
    if (!eval_charge(s, compared))
        return SEEN_NONE;
    if (*slot == 0) {
        *slot = n + 1;
        return n;
    }
    return *slot - 1;
}
