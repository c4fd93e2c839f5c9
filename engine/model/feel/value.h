/* engine/model/feel/value.h - FEEL values (DMN 1.5, 10.3.2): immutable, 16 bytes, shared without counting; whatever a value
 * points to lives in the arena it was made in. */
#ifndef MODEL_FEEL_VALUE_H
#define MODEL_FEEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum val_tag {
    VAL_NULL,
    VAL_BOOL,
    VAL_NUMBER, /* small: int64 coefficient x 10^-scale */
    VAL_BIG,    /* decimal128 behind a pointer; never a value that fits VAL_NUMBER */
    VAL_STRING,
    VAL_DATE,
    VAL_TIME,
    VAL_DATE_TIME,
    VAL_MONTHS,   /* years and months duration, int64 months */
    VAL_DURATION, /* days and time duration: i whole seconds (floor) and n nanoseconds after them */
    VAL_LIST,
    VAL_CONTEXT, /* entries in insertion order */
    VAL_RANGE,
    VAL_FUNCTION
};

struct val_list;
struct val_context;
struct val_big;
struct val_string;
struct val_moment;
struct val_range;
struct val_function;

struct val {
    uint8_t tag;   /* enum val_tag */
    uint8_t flags; /* private to the feel folder: nesting depth of a list or context */
    int16_t scale; /* VAL_NUMBER: digits after the point, 0 to 18 */
    uint32_t n;    /* VAL_STRING: bytes; VAL_LIST, VAL_CONTEXT: entries */
    union {
        bool truth;
        int64_t i;
        const char *s; /* VAL_STRING: UTF-8, NUL-terminated as well */
        const struct val *list;
        const struct val_context *context;
        const struct val_big *big;
        const struct val_moment *moment;
        const struct val_range *range;
        const struct val_function *function;
    } u;
};

struct val_entry {
    const char *key;
    struct val value;
};

struct val val_null(void);
struct val val_bool(bool b);
struct val val_int(int64_t i);
struct val val_text(struct arena *mem, const char *s); /* copies */
struct val val_span(struct arena *mem, const char *s, size_t n);
/* Copies the N items (or entries); what they point to is shared. A repeated key makes val_null(), and so does a value nested
 * deeper than LIMIT_VAL_DEPTH or of more than LIMIT_VAL_WEIGHT parts (shared parts count each time, so every walk over a value
 * ends soon). */
enum { LIMIT_VAL_DEPTH = 150, LIMIT_VAL_WEIGHT = 2000000 };
struct val val_list(struct arena *mem, const struct val *items, size_t n);
struct val val_context(struct arena *mem, const struct val_entry *entries, size_t n);
/* A number from its decimal text, "12.50"; false if it is none. */
bool val_number(struct arena *mem, const char *text, struct val *out);

bool val_is(struct val v, enum val_tag tag);
bool val_true(struct val v);                  /* exactly the boolean true: null and all else count as false */
bool val_int_of(struct val v, int64_t *out);  /* a number without fraction that fits */
size_t val_count(struct val v);               /* items of a list or context, else 0 */
struct val val_at(struct val list, size_t i); /* 0-based; null outside */
struct val_entry val_entry_at(struct val context, size_t i);
struct val val_get(struct val context, const char *key); /* null if absent */

/* FEEL equality (10.3.2.x "="): TRUE, FALSE or null for values of different kinds. val_same() is that and true. */
struct val val_equal(struct val a, struct val b);
bool val_same(struct val a, struct val b);

/* A deep copy into MEM. A function lives only as long as its evaluation: its copy is null. */
struct val val_copy(struct arena *mem, struct val v);

/* The FEEL built-in string(): "P1", "12.5", "[1, 2]", "2026-11-21" ... */
char *val_string(struct arena *mem, struct val v);

/* The typed text in which values are stored, hashed and exchanged: JSON, where kinds that JSON lacks are objects with the one
 * member "@date", "@time", "@date and time", "@duration" or "@range" (numbers stay exact decimals). The same value always gives
 * the same bytes and reads back as the same value. Functions cannot be written (E_INPUT). */
enum err val_write(struct buf *b, struct val v) CHECKED;
enum err val_read(struct arena *mem, const char *text, size_t n, struct val *out) CHECKED;

#endif
