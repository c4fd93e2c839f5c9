/* engine/model/feel/value_int.h - what only this folder knows of values. */
#ifndef MODEL_FEEL_VALUE_INT_H
#define MODEL_FEEL_VALUE_INT_H

#include "model/feel/value.h"

struct val_context {
    const char *const *key; /* insertion order; may be shared with a program */
    const struct val *value;
    const uint32_t *order; /* positions sorted by key; NULL for a few entries */
    uint32_t weight;
};

/* (= 10) and (!= 10) are ranges of their own kind, never equal to [10..10] (10.3.2.7). */
enum range_form { RANGE_PLAIN, RANGE_LESS, RANGE_LESS_EQUAL, RANGE_GREATER, RANGE_GREATER_EQUAL, RANGE_EQUAL, RANGE_NOT_EQUAL };

struct val_range {
    struct val lo, hi; /* the absent end of a one-sided form is null */
    uint8_t form;      /* enum range_form */
    bool lo_in, hi_in;
};

/* Room for N items of a list that list_seal() then closes; items are written once and never again. */
struct val *list_room(struct arena *mem, size_t n);
struct val list_seal(struct val *items, size_t n); /* null: too deep or too heavy */
/* The same for a context; KEY and VALUE stay where they are. Null also when a key is repeated. */
struct val context_seal(struct arena *mem, const char *const *key, const struct val *value, size_t n);
/* Null if it would be nested too deep. Only (= x) and (!= x) may have a list or context as end; no end is a range or function. */
struct val range_make(struct arena *mem, struct val_range r);
/* Do N values make a list or context within the limits of depth and weight? */
bool list_fits(const struct val *v, size_t n);
/* Parts of the value, itself included. */
uint32_t val_weight(struct val v);
/* Levels of lists, contexts and ranges in V. */
static inline uint8_t val_depth(struct val v)
{
    return v.tag == VAL_LIST || v.tag == VAL_CONTEXT || v.tag == VAL_RANGE ? v.flags : 0;
}
/* The item of a list of one, else V itself (10.3.2.9.4, from singleton list). */
static inline struct val val_single(struct val v)
{
    return v.tag == VAL_LIST && v.n == 1 ? v.u.list[0] : v;
}
/* The position of KEY, or -1. */
int64_t context_find(struct val context, const char *key);
/* -1, 0, 1 for values of one ordered kind (number, string, boolean is none, temporal); false if there is no order. */
bool val_order(struct val a, struct val b, int *order);
/* Is V inside the range? TRUE, FALSE or null. */
struct val range_has(struct val range, struct val v);

/* write.c: values as JSON; a spelling says how the kinds that JSON lacks are written. */
struct json;
struct val_spelling {
    enum err (*put)(struct buf *b, struct val v); /* temporal kinds, ranges, contexts, functions */
    enum err (*take)(struct arena *mem, const struct json *object, struct val *out);
};
enum err spell_write(const struct val_spelling *s, struct buf *b, struct val v) CHECKED;
/* A context as an object. */
enum err spell_write_members(const struct val_spelling *s, struct buf *b, struct val v) CHECKED;
enum err spell_read(const struct val_spelling *s, struct arena *mem, const struct json *j, struct val *out) CHECKED;
/* An object as a context; a context of N entries that stay where they are; a range, if its ends may be ends. */
enum err spell_read_members(const struct val_spelling *s, struct arena *mem, const struct json *j, struct val *out) CHECKED;
enum err spell_read_context(struct arena *mem, const char *const *key, const struct val *value, size_t n,
                            struct val *out) CHECKED;
enum err spell_read_range(struct arena *mem, struct val_range r, struct val *out) CHECKED;

#endif
